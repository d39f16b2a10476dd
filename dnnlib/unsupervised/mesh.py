"""The gradient of t-SNE for many points: neighbours attract, and a mesh carries the repulsion.

The exact gradient looks at all pairs, so that twice the points take four times as long. Here the time grows nearly
linearly. Why each step is allowed:

* **Attraction needs neighbours alone**, since p_ij is almost 0 for all other pairs (`neighbour_affinities`).
* **Repulsion is the slope of one potential.** With w(y) = 1 / (1 + |y|^2), the gradient of w is -2 w^2 y; so
  sum_j w_ij^2 (y_i - y_j), which repulsion needs, is -1/2 the gradient of phi(y) = sum_j w(y - y_j) at y_i. And the sum
  of all phi(y_i), less the n pairs of a point with itself, is the normaliser z.
* **The potential is a convolution**, of the points with w. On a regular mesh, Fourier transforms multiply instead. The
  mesh is twice as wide as the map, so that its periodic copies do not meet.
* **Cubic splines lead from points to the mesh and back.** Each way multiplies a wave of f radians a cell by about
  b(f) = (2 + cos f) / 3 along each axis; dividing by b^2 takes this back. What is left are waves too short for the
  mesh. With cells of half a unit they change the repulsion by a few per cent, here this way and there that, and the KL
  divergence by less than 0.004; cells of a quarter leave a tenth of that, take three times as long, and end in maps
  that are no better.
* **float32** carries seven digits, of which a gradient step needs three.
"""

import numpy as np

CELL = 0.5  # the width of a mesh cell; the kernel 1 / (1 + d^2) is 2 wide at half its height
LARGEST = 3072  # cells along a side, for a map with points far out, whose cells grow instead
PAIRS = 60_000  # neighbours that are looked at together: they stay in the processor's cache


class MeshForces:
    """The forces between neighbours, and the repulsion of all points, in a map of two dimensions.

    Args:
        values: P's numbers row by row, float32; see `neighbour_affinities`.
        columns: Which column each is in.
        starts: Where each row starts, and the end of the last, (samples + 1,).
    """

    def __init__(self, values, columns, starts):
        self.values, self.columns, self.starts = values, columns, starts
        self.rows = np.repeat(np.arange(len(starts) - 1, dtype="int32"), np.diff(starts))
        edges = np.searchsorted(starts, np.arange(0, starts[-1], PAIRS))
        self.blocks = list(zip(edges, [*edges[1:], len(starts) - 1], strict=True))
        self.kernel, self.made_for = None, None  # the last transformed kernel, and its mesh
        shown = np.maximum(values, np.finfo("float32").tiny)
        self.entropy = -float(np.sum(values * np.log(shown), dtype="float64"))

    def gradient(self, Y, exaggeration=1.0):
        """Returns the gradient of KL(exaggeration P || Q) by the map, (samples, 2)."""
        potential, slopes = self._potential(Y)
        z = potential.sum(dtype="float64") - len(Y)
        gradient = slopes * np.float32(2 / z)
        for rows, dx, dy, spread, p in self._neighbours(Y):
            np.divide(p, spread, out=spread)
            starts = self.starts[rows] - self.starts[rows.start]
            for axis, difference in enumerate((dx, dy)):
                difference *= spread
                gradient[rows, axis] += np.float32(4 * exaggeration) * np.add.reduceat(difference, starts)
        return gradient

    def divergence(self, Y):
        """Returns KL(P || Q) of a map, (samples, 2)."""
        z = self._potential(Y)[0].sum(dtype="float64") - len(Y)
        cost = sum(float(np.dot(np.log(spread), p)) for _, _, _, spread, p in self._neighbours(Y))
        return cost - self.entropy + float(np.log(z))

    def _neighbours(self, Y):
        """Yields blocks of rows with their neighbours' differences, 1 + |y_i - y_j|^2, and P."""
        x, y = (np.ascontiguousarray(Y[:, axis]) for axis in (0, 1))
        for first, last in self.blocks:
            pairs = slice(self.starts[first], self.starts[last])
            rows, columns = self.rows[pairs], self.columns[pairs]
            dx = x.take(rows) - x.take(columns)
            dy = y.take(rows) - y.take(columns)
            spread = dx * dx
            spread += dy * dy
            spread += 1
            yield slice(first, last), dx, dy, spread, self.values[pairs]

    def _potential(self, Y):
        """Returns phi at each point, and its slopes, (samples, 2)."""
        places = Y - Y.min(axis=0)
        cell = max(CELL, 2 * float(places.max()) / LARGEST)
        places /= np.float32(cell)
        size = _fast_size(2 * int(places.max() + 5))
        cells = places.astype("int32")
        weights, slopes = _splines(places - cells)
        reach = np.arange(4)
        index = (cells[:, 0, None, None] + reach[:, None]) * size + cells[:, 1, None, None] + reach
        charges = weights[:, 0, :, None] * weights[:, 1, None, :]
        mesh = np.bincount(index.ravel(), charges.ravel(), size * size).astype("float32").reshape(size, size)
        if self.made_for != (size, cell):
            self.kernel, self.made_for = _transformed_kernel(size, cell), (size, cell)
        field = np.fft.irfft2(np.fft.rfft2(mesh) * self.kernel, s=(size, size)).take(index)
        along = np.einsum("nab,nb->na", field, weights[:, 1])
        across = np.einsum("nab,nb->na", field, slopes[:, 1])
        potential = np.einsum("na,na->n", along, weights[:, 0])
        slope = [np.einsum("na,na->n", along, slopes[:, 0]), np.einsum("na,na->n", across, weights[:, 0])]
        return potential, np.stack(slope, axis=1) / np.float32(cell)


def _splines(t):
    """Returns the four cubic B-splines around a point t (0 to 1) past its cell's start, and their slopes, (..., 4)."""
    u = 1 - t
    weights = np.stack([u**3, 4 - 6 * t**2 + 3 * t**3, 4 - 6 * u**2 + 3 * u**3, t**3], axis=-1) / np.float32(6)
    slopes = np.stack([-(u**2), -4 * t + 3 * t**2, 4 * u - 3 * u**2, t**2], axis=-1) / np.float32(2)
    return weights, slopes


def _transformed_kernel(size, cell):
    """Returns the transform of 1 / (1 + d^2) on a periodic mesh, divided by what the splines multiply it by."""
    distances = cell * np.minimum(np.arange(size), size - np.arange(size))
    kernel = np.fft.rfft2(1 / (1 + distances[:, np.newaxis] ** 2 + distances**2)).real
    splines = (2 + np.cos(2 * np.pi * np.arange(size) / size)) / 3
    return (kernel / splines[:, np.newaxis] ** 2 / splines[: size // 2 + 1] ** 2).astype("float32")


def _fast_size(least):
    """Returns the next size that is 2^k times 4, 5, 6 or 7: Fourier transforms of such sizes are fast."""
    power = 2 ** max(4, int(np.log2(least)) - 2)
    return next(m * power for m in (4, 5, 6, 7, 8) if m * power >= least)
