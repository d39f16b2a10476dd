"""Pooling by an average that weighs inputs by their distance from the window's centre."""

import numpy as np

from dnnlib.layers.pooling2d import Pooling2D
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient, check_number


class WeightedPooling2D(Pooling2D):
    """Averages each window with Gaussian weights: near the centre counts more.

    y[n, i, j, c] = sum over u, v of w[u, v] x[n, i s + u, j s + v, c] / sum over u, v of w[u, v]
    with w = exp(-d^2 / (2 sigma^2)) and d the distance from the window's centre, in positions. Both sums
    are over the positions inside the image. A large sigma gives `AveragePooling2D`. Not in Keras.

    Args:
        pool_size: See `dnnlib.layers.pooling2d.Pooling2D`; so are strides, padding, dtype and the shapes.
        sigma: Width of the Gaussian, in positions; None stands for half of each side of the window.
        strides: Step between windows; None stands for `pool_size`.
        padding: "valid", "same" or an integer smaller than `pool_size`.
        dtype: Type of the computation.

    Raises:
        ValueError: If `sigma` is not positive or too small to compute with; or as in `Pooling2D`.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 9.3 (a weighted average based on
    the distance from the central pixel).
    """

    def __init__(self, pool_size=2, sigma=None, strides=None, padding="valid", dtype="float32"):
        super().__init__(pool_size, strides, padding, dtype)
        if sigma is not None:
            check_number(sigma, "sigma", "a positive number or None", lambda sigma: sigma > 0)
        self.window_weights = np.outer(
            *(_gaussian(size, size / 2 if sigma is None else sigma) for size in self.pool_size)
        )

    def forward(self, x, training=False):
        """Computes the output: the weighted sum over the windows' taps, divided by the weights' sum."""
        padded, taps = self._windows(x, outside=0)
        total = self._coverage(np.shape(x), self.window_weights.flat)
        if not np.all(total > 0):
            raise ValueError("sigma: in some windows all weights round to zero; use a larger sigma")
        padded = widened(padded)
        weights = [(weight / total).astype(padded.dtype) for weight in self.window_weights.flat]
        output = sum(weight * padded[tap] for weight, tap in zip(weights, taps, strict=True)).astype(self.dtype)
        self.cache = padded.shape, taps, weights, output.shape
        return output

    def backward(self, grad):
        """Returns dL/dx: each input's share is its weight, and overlaps add up."""
        padded_shape, taps, weights, output_shape = check_cache(self)
        grad = widened(check_gradient(grad, output_shape, self.dtype, type(self).__name__))
        dx = np.zeros(padded_shape, grad.dtype)
        for weight, tap in zip(weights, taps, strict=True):
            dx[tap] += weight * grad
        return self._crop(dx)


def _gaussian(size, sigma):
    distance = np.arange(size) - (size - 1) / 2
    return np.exp(-(distance**2) / (2 * sigma**2))
