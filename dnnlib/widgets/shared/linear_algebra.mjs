// A little linear algebra: eigenvectors, singular values, principal components, angles between subspaces.
//
// A matrix is an array of rows. Vectors that belong together, such as axes or a basis, are the rows of a matrix.

const SWEEPS = 60, // far more than Jacobi's method needs
  EPSILON = 2 ** -52;

export const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
/** The length of a vector. */
export const norm = (a) => Math.sqrt(dot(a, a));
export const transposed = (matrix) => Array.from(matrix[0] ?? [], (_, j) => matrix.map((row) => row[j]));
/** The product of two matrices. */
export function product(a, b) {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
}
const identity = (n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

/** The cosine and the sine of the rotation that makes zero of b in [[a, b], [b, d]]. */
function rotationOf(a, b, d) {
  const ratio = (d - a) / (2 * b),
    tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1)),
    cosine = 1 / Math.hypot(tangent, 1);
  return [cosine, tangent * cosine];
}

/** Turns two rows in their plane, in place. */
function turn(p, q, [cosine, sine]) {
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [p[i], q[i]];
    p[i] = cosine * x - sine * y;
    q[i] = sine * x + cosine * y;
  }
}

const byDecrease = (values) => Array.from(values.keys()).sort((i, j) => values[j] - values[i]);

/**
 * The eigenvalues of a symmetric matrix, the largest first, and as rows its eigenvectors, each of length 1: { values,
 * vectors }. Jacobi's method (1846): plane rotations, each of which makes zeros of two numbers off the diagonal.
 */
export function symmetricEigen(matrix) {
  const n = matrix.length,
    a = matrix.map((row) => Array.from(row)),
    vectors = identity(n),
    scale = Math.sqrt(a.reduce((sum, row) => sum + dot(row, row), 0));
  for (let sweep = 0, still = false; sweep < SWEEPS && !still; sweep++) {
    still = true;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p][q]) <= 1e-3 * EPSILON * scale) continue;
        still = false;
        const rotation = rotationOf(a[p][p], a[p][q], a[q][q]);
        turn(a[p], a[q], rotation);
        for (const row of a) {
          const [x, y] = [row[p], row[q]];
          row[p] = rotation[0] * x - rotation[1] * y;
          row[q] = rotation[1] * x + rotation[0] * y;
        }
        turn(vectors[p], vectors[q], rotation);
      }
  }
  const values = a.map((row, i) => row[i]),
    order = byDecrease(values);
  return { values: order.map((i) => values[i]), vectors: order.map((i) => vectors[i]) };
}

/**
 * The singular values of a matrix, the largest first, min(rows, columns) of them, small ones to full accuracy. Jacobi's
 * method on one side (Hestenes, 1958): rotations until the vectors are at right angles; their lengths are the values.
 */
export function singularValues(matrix) {
  const tall = matrix.length > (matrix[0]?.length ?? 0),
    rows = (tall ? transposed(matrix) : matrix).map((row) => Array.from(row));
  for (let sweep = 0, still = false; sweep < SWEEPS && !still; sweep++) {
    still = true;
    for (let p = 0; p < rows.length; p++)
      for (let q = p + 1; q < rows.length; q++) {
        const [a, b, d] = [dot(rows[p], rows[p]), dot(rows[p], rows[q]), dot(rows[q], rows[q])];
        if (Math.abs(b) <= EPSILON * Math.sqrt(a * d)) continue;
        still = false;
        turn(rows[p], rows[q], rotationOf(a, b, d));
      }
  }
  return rows.map(norm).sort((a, b) => b - a);
}

/** An orthonormal basis of what some vectors span (Gram & Schmidt); vectors that add no new direction add no row. */
export function orthonormal(vectors) {
  const basis = [];
  for (const vector of vectors) {
    const rest = Array.from(vector),
      length = norm(rest);
    for (
      let pass = 0;
      pass < 2;
      pass++ // the second takes off what rounding has left
    )
      for (const one of basis) {
        const along = dot(rest, one);
        for (let i = 0; i < rest.length; i++) rest[i] -= along * one[i];
      }
    const left = norm(rest);
    if (left > 1e-10 * length) basis.push(rest.map((value) => value / left));
  }
  return basis;
}

/**
 * The principal angles between what the rows of a and of b span, in radians from the smallest on: as many as the
 * smaller one has dimensions. From cosines and sines together (Björck & Golub, 1973): the cosine alone can't tell an
 * angle of 1e-8 from none.
 */
export function principalAngles(a, b) {
  const [few, many] = [orthonormal(a), orthonormal(b)].sort((one, other) => one.length - other.length);
  if (!few.length) return [];
  const along = product(few, transposed(many)),
    inside = product(along, many),
    beside = few.map((row, i) => row.map((value, j) => value - inside[i][j])),
    sines = singularValues(beside).reverse();
  return singularValues(along).map((cosine, i) => Math.atan2(sines[i], cosine));
}

/** The mean of the rows. */
export function meanOf(rows) {
  const sums = new Array(rows[0].length).fill(0);
  for (const row of rows) for (let j = 0; j < sums.length; j++) sums[j] += row[j];
  return sums.map((sum) => sum / rows.length);
}

/** The mean product of each two features over the rows, their distance from `mean` taken; divided by rows - ddof. */
export function covarianceOf(rows, { mean = meanOf(rows), ddof = 1 } = {}) {
  const n = mean.length,
    sums = Array.from({ length: n }, () => new Array(n).fill(0)),
    away = new Float64Array(n);
  for (const row of rows) {
    for (let j = 0; j < n; j++) away[j] = row[j] - mean[j];
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) sums[i][j] += away[i] * away[j];
  }
  return sums.map((row, i) => row.map((_, j) => sums[Math.max(i, j)][Math.min(i, j)] / (rows.length - ddof)));
}

/** A vector in the one of its two directions in which its largest number is positive, as dnnlib's PCA has it. */
export function upright(vector) {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/**
 * Principal components of the rows: { mean, components, variances }, the axes as rows by decreasing variance. Without
 * `centred` the mean stays in: the axes start at the origin, and "variances" are mean squares.
 */
export function principalComponents(rows, { centred = true, ddof = 1 } = {}) {
  const mean = centred ? meanOf(rows) : rows[0].map(() => 0),
    { values, vectors } = symmetricEigen(covarianceOf(rows, { mean, ddof }));
  return { mean, components: vectors.map(upright), variances: values.map((value) => Math.max(value, 0)) };
}
