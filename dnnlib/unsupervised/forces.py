"""The exact gradient of t-SNE, fast: the numbers of `kl_gradient` in a fraction of its time.

`kl_gradient` writes arrays of (n, n, 2) and reads them again, so that its time goes into memory. Here each step is one
pass over pairs of points, in tiles that stay in the processor's cache. Why each change is allowed:

* **One product of matrices gives z / w.** With w = 1 / (1 + |y_i - y_j|^2), z / w = z (1 + |y_i|^2 + |y_j|^2 -
  2 y_i . y_j) is the product of the row [-2z y_i, z (1 + |y_i|^2), z] and the column [y_j, 1, |y_j|^2].
* **One more gives the forces.** The gradient 4 sum_j m_ij (y_i - y_j) is 4 (s_i y_i - sum_j m_ij y_j) with
  s_i = sum_j m_ij: the product of m and [Y, 1].
* **Half of the tiles are enough**, since w and P are symmetric: the mirrored tile's forces are the transposed product.
* **The normaliser z = sum of all w is taken from the step before**, so that one pass is enough; the pass finds the new
  one, as z times the sum of w / z. From one step to the next it changes little, and at rest not at all: the gradient
  there is the exact one. The first step computes its own.
* **Tiles start where a cache line starts.** NumPy's arrays of this size begin 16 bytes past one; a difference of two
  of them then takes twice the time.
* **float32** carries seven digits, of which a gradient step needs three; sums over tiles are added in float64.
"""

import numpy as np

TILE = 300  # points; a tile of 300 x 300 float32 numbers takes 0.4 MB


class ExactForces:
    """The forces between all pairs of points of a map.

    Args:
        P: Affinities, (samples, samples), float32; see `dnnlib.unsupervised.affinities`.
        components: Dimensions of the map.

    Attributes:
        normaliser: The sum of 1 / (1 + |y_i - y_j|^2) over all pairs, for the map seen last; None before.
    """

    def __init__(self, P, components=2):
        n = len(P)
        parts, self.normaliser = [slice(start, min(start + TILE, n)) for start in range(0, n, TILE)], None
        self.tiles = [
            (rows, columns, _aligned(P[rows, columns])) for i, rows in enumerate(parts) for columns in parts[i:]
        ]
        self.left, self.right = np.empty((n, components + 2), "float32"), np.empty((components + 2, n), "float32")
        self.points = np.zeros((n, components + 2), "float32")  # [Y, 1, 0]: four columns are faster than three
        self.ones = np.ones(TILE * TILE, "float32")
        self.buffers = [_aligned(self.ones) for _ in range(2)]
        self.entropy = -sum(_negative_entropy(P[rows]) for rows in parts)

    def gradient(self, Y, exaggeration=1.0):
        """Returns the gradient of KL(exaggeration P || Q) by the map, (samples, components).

        Args:
            Y: The map, (samples, components), float32.
            exaggeration: The factor of P.
        """
        if self.normaliser is None:
            self.divergence(Y)
        # W below is w / (z exaggeration), so that P - W is (exaggeration P - Q) / exaggeration.
        z = self.normaliser * exaggeration
        self.points[:, :-2], self.points[:, -2] = Y, 1
        sums, total = np.zeros_like(self.points), 0.0
        for rows, columns, P, W, M in self._pairs(Y, z):
            total += self._inverted(W, W, rows is columns)
            np.subtract(P, W, out=M)
            M *= W
            sums[rows] += M @ self.points[columns]
            if rows is not columns:
                sums[columns] += M.T @ self.points[rows]
        self.normaliser = z * total
        return np.float32(4 * z * exaggeration) * (sums[:, -2:-1] * Y - sums[:, :-2])

    def divergence(self, Y):
        """Returns KL(P || Q) of a map, (samples, components): the sum of P log P - P log w, plus log z."""
        cost = total = 0.0
        for rows, columns, P, distances, W in self._pairs(Y, 1):
            np.maximum(distances, 1, out=distances)  # 1 + |y_i - y_j|^2, which rounding may have made less than 1
            total += self._inverted(distances, W, rows is columns)
            np.log(distances, out=distances)
            distances *= P
            cost += float(distances.sum()) * (1 if rows is columns else 2)
        self.normaliser = total
        return cost - self.entropy + float(np.log(total))

    def _pairs(self, Y, z):
        """Yields the tiles on and above the diagonal: rows, columns, P, z (1 + |y_i - y_j|^2), a buffer as large."""
        squares = np.einsum("ij,ij->i", Y, Y)
        self.left[:, :-2], self.left[:, -2], self.left[:, -1] = -2 * z * Y, z * (1 + squares), z
        self.right[:-2], self.right[-2], self.right[-1] = Y.T, 1, squares
        for rows, columns, P in self.tiles:
            one, other = (buffer[: P.size].reshape(P.shape) for buffer in self.buffers)
            np.matmul(self.left[rows], self.right[:, columns], out=one)
            yield rows, columns, P, one, other

    def _inverted(self, tile, W, diagonal):
        """Writes 1 / tile to W, with zeros for a point with itself; returns the sum, mirrored tile included."""
        np.divide(np.float32(1), tile, out=W)  # faster than np.reciprocal
        if diagonal:
            np.fill_diagonal(W, 0)
        return float(np.dot(W.ravel(), self.ones[: W.size])) * (1 if diagonal else 2)


def _negative_entropy(P):
    return float(np.sum(P * np.log(np.where(P > 0, P, 1)), dtype="float64"))


def _aligned(values):
    """Returns a copy, float32, whose first number stands where a cache line of 64 bytes starts."""
    memory = np.empty(values.size + 16, "float32")
    start = -(memory.ctypes.data // 4) % 16
    copy = memory[start : start + values.size].reshape(values.shape)
    copy[...] = values
    return copy
