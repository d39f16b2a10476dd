// t-SNE by its definition: affinities, the map's divergence, the two forces on each point, and plain descent.
// A map of n points is a Float64Array of 2n numbers, x and y of each point beside each other; P is one of n² numbers.

const STEPS = 60; // enough to halve any bracket of log beta down to rounding

/** Squared distances of all pairs, n², between points whose numbers stand one point after the other. */
export function squaredDistances(points, n) {
  const size = points.length / n,
    found = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      let sum = 0;
      for (let k = 0, a = i * size, b = j * size; k < size; k++, a++, b++) sum += (points[a] - points[b]) ** 2;
      found[i * n + j] = found[j * n + i] = sum;
    }
  return found;
}

/**
 * Writes row i of p(j | i) into `row`: a Gaussian as wide as it takes for the perplexity, found by Newton's method in a
 * bracket. `guess` is the log of beta to begin with; returns the one found.
 */
function conditional(distances, n, i, perplexity, row, guess) {
  let nearest = Infinity,
    mean = 0;
  for (let j = 0; j < n; j++) if (j !== i) nearest = Math.min(nearest, distances[i * n + j]);
  for (let j = 0; j < n; j++) if (j !== i) mean += (distances[i * n + j] - nearest) / n;
  const target = Math.log(perplexity);
  let logBeta = guess ?? 1 - Math.log(Math.max(mean, 1e-34)),
    low = -Infinity,
    high = Infinity,
    total = 1;
  for (let step = 0; step < STEPS; step++) {
    const beta = Math.exp(logBeta);
    let first = 0,
      second = 0;
    total = 0;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const scaled = Math.min(80, beta * (distances[i * n + j] - nearest)),
        weight = Math.exp(-scaled);
      row[j] = weight;
      total += weight;
      first += weight * scaled;
      second += weight * scaled * scaled;
    }
    first /= total;
    // The entropy falls as beta grows, and its slope is minus the variance of what stands in the exponent
    const excess = Math.log(total) + first - target,
      variance = Math.max(second / total - first * first, 1e-6);
    if (Math.abs(excess) < 1e-10) break;
    if (excess > 0) low = logBeta;
    else high = logBeta;
    const newton = logBeta + Math.max(-4, Math.min(4, excess / variance));
    const halved = Number.isFinite(high - low) ? (low + high) / 2 : newton;
    logBeta = Math.max(-80, Math.min(80, low < newton && newton < high ? newton : halved));
  }
  row[i] = 0;
  for (let j = 0; j < n; j++) row[j] /= total;
  return logBeta;
}

/**
 * The search for P, how likely two points are neighbours, symmetric and with the sum 1: work(rows) does so many more rows,
 * and returns P after the last of them, null before.
 */
export function affinitySearch(distances, n, perplexity) {
  const P = new Float64Array(n * n);
  let next = 0,
    last; // the next point's neighbours are about as far: it saves half of the steps
  return function work(rows) {
    for (const end = Math.min(n, next + rows); next < end; next++) {
      const found = conditional(distances, n, next, perplexity, P.subarray(next * n, (next + 1) * n), last);
      last = Math.abs(found) < 40 ? found : undefined; // beyond, there was no such distribution
    }
    if (next < n) return null;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) P[i * n + j] = P[j * n + i] = (P[i * n + j] + P[j * n + i]) / (2 * n);
    return P;
  };
}

/** P at once. */
export const affinitiesOf = (distances, n, perplexity) => affinitySearch(distances, n, perplexity)(n);

/**
 * The forces on each point of a map, 2n numbers each: attraction 4 Σ p w (y_j − y_i), with w = 1 / (1 + |y_i − y_j|²), and
 * repulsion 4 Σ q w (y_i − y_j). Their sum is minus the gradient of the divergence. z is the sum of w over all pairs.
 */
export function forcesOf(
  P,
  Y,
  out = { attraction: new Float64Array(Y.length), repulsion: new Float64Array(Y.length) },
) {
  const n = Y.length / 2,
    { attraction, repulsion } = out;
  attraction.fill(0);
  repulsion.fill(0);
  let half = 0;
  for (let i = 0; i < n; i++) {
    const xi = Y[2 * i],
      yi = Y[2 * i + 1],
      row = i * n;
    let ax = 0,
      ay = 0,
      rx = 0,
      ry = 0;
    for (let j = i + 1; j < n; j++) {
      const dx = Y[2 * j] - xi,
        dy = Y[2 * j + 1] - yi,
        w = 1 / (1 + dx * dx + dy * dy),
        a = P[row + j] * w,
        r = w * w;
      half += w;
      ax += a * dx;
      ay += a * dy;
      rx += r * dx;
      ry += r * dy;
      attraction[2 * j] -= a * dx;
      attraction[2 * j + 1] -= a * dy;
      repulsion[2 * j] += r * dx;
      repulsion[2 * j + 1] += r * dy;
    }
    attraction[2 * i] += ax;
    attraction[2 * i + 1] += ay;
    repulsion[2 * i] -= rx;
    repulsion[2 * i + 1] -= ry;
  }
  const z = 2 * half;
  for (let k = 0; k < Y.length; k++) {
    attraction[k] *= 4;
    repulsion[k] *= 4 / z;
  }
  return { attraction, repulsion, z };
}

/** Of point i the row of Q and of what each pair adds to the divergence, p log(p / q). */
export function rowOf(P, Y, i, z) {
  const n = Y.length / 2,
    q = new Float64Array(n),
    terms = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    q[j] = 1 / (1 + (Y[2 * i] - Y[2 * j]) ** 2 + (Y[2 * i + 1] - Y[2 * j + 1]) ** 2) / z;
    const p = P[i * n + j];
    if (p > 0) terms[j] = p * Math.log(p / q[j]);
  }
  return { q, terms };
}

/** KL(P || Q) of a map, in nats. */
export function divergence(P, Y) {
  const n = Y.length / 2;
  let kl = 0,
    half = 0,
    sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const apart = 1 + (Y[2 * i] - Y[2 * j]) ** 2 + (Y[2 * i + 1] - Y[2 * j + 1]) ** 2,
        p = P[i * n + j];
      half += 1 / apart;
      if (p > 0) kl += 2 * p * Math.log(p * apart);
      sum += 2 * p;
    }
  return kl + sum * Math.log(2 * half);
}

/** Of each point its k nearest others, nearest first, of two equally near ones the first: n·k places. */
export function nearestOf(distances, n, k) {
  const found = new Int32Array(n * k),
    best = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (let j = 0; j < n; j++) {
      const d = distances[i * n + j];
      if (j === i || (count === k && d >= best[k - 1])) continue;
      let at = count < k ? count++ : k - 1;
      for (; at > 0 && best[at - 1] > d; at--) {
        best[at] = best[at - 1];
        found[i * k + at] = found[i * k + at - 1];
      }
      best[at] = d;
      found[i * k + at] = j;
    }
  }
  return found;
}

/** Of each point how many of its k neighbours in the first list are in the second too. */
export function keptOf(first, second, k) {
  const kept = new Int32Array(first.length / k);
  for (let i = 0; i < kept.length; i++) {
    const others = second.subarray(i * k, (i + 1) * k);
    for (let m = 0; m < k; m++) if (others.includes(first[i * k + m])) kept[i] += 1;
  }
  return kept;
}

/**
 * Gradient descent with momentum on a copy of the start. In the first `hold` steps P is multiplied by the exaggeration
 * and the rate divided by it; momentum is less then. Returns { Y, step(), steps(), factor(), forces() }: factor() is the
 * exaggeration of the next step, forces() what will act in it.
 */
export function descent(P, start, { exaggeration, hold, rate, momentum: [early, late] }) {
  const Y = Float64Array.from(start),
    velocity = new Float64Array(Y.length),
    room = { attraction: new Float64Array(Y.length), repulsion: new Float64Array(Y.length) };
  let taken = 0;
  const factor = () => (taken < hold ? exaggeration : 1);
  function forces() {
    const found = forcesOf(P, Y, room);
    for (let k = 0; k < Y.length; k++) found.attraction[k] *= factor();
    return found;
  }
  function step() {
    const { attraction, repulsion } = forces(),
      keep = taken < hold ? early : late,
      size = rate / factor();
    for (let k = 0; k < Y.length; k++) {
      velocity[k] = keep * velocity[k] + size * (attraction[k] + repulsion[k]);
      Y[k] += velocity[k];
    }
    taken += 1;
  }
  return { Y, step, forces, factor, steps: () => taken };
}
