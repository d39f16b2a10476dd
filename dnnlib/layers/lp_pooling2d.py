"""Lp pooling: the p-norm of each window."""

import numpy as np

from dnnlib.layers.pooling2d import Pooling2D
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient, check_number


class LpPooling2D(Pooling2D):
    """Takes the p-norm of each window; p = 2 is L2 pooling.

    y[n, i, j, c] = (sum over u, v of |x[n, i s + u, j s + v, c]|^p)^(1/p)

    p = 1 gives the sum of absolute values; a large p comes close to the largest absolute value. The
    gradient at a window of zeros is set to zero. Not in Keras.

    Args:
        pool_size: See `dnnlib.layers.pooling2d.Pooling2D`; so are strides, padding, dtype and the shapes.
        p: Order of the norm, at least 1.
        strides: Step between windows; None stands for `pool_size`.
        padding: "valid", "same" or an integer smaller than `pool_size`.
        dtype: Type of the computation.

    Raises:
        ValueError: If `p` is below 1; or as in `Pooling2D`.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 9.3 (the L2 norm of a
    neighbourhood); Sermanet, Chintala & LeCun (2012), Convolutional neural networks applied to house
    numbers digit classification, section 2.2.
    """

    def __init__(self, pool_size=2, p=2, strides=None, padding="valid", dtype="float32"):
        super().__init__(pool_size, strides, padding, dtype)
        check_number(
            p, "p", "a finite number of at least 1 (for the maximum use MaxPooling2D)", lambda p: 1 <= p < np.inf
        )
        self.p = p

    def forward(self, x, training=False):
        """Computes the output."""
        x, taps = self._windows(x, outside=0)
        x = widened(x)
        # Divided by the largest, no power of an input overflows.
        largest = np.abs(x[taps[0]])
        for tap in taps[1:]:
            np.maximum(largest, np.abs(x[tap]), out=largest)
        norm = sum(_share(x[tap], largest) ** self.p for tap in taps) ** (1 / self.p)
        self.cache = x, taps, largest, norm
        return (largest * norm).astype(self.dtype, copy=False)

    def backward(self, grad):
        """Returns dL/dx: sign(x) (|x| / y)^(p - 1) times the gradient, and overlaps add up."""
        x, taps, largest, norm = check_cache(self)
        grad = widened(check_gradient(grad, norm.shape, self.dtype, type(self).__name__))
        dx, norm = np.zeros_like(x), np.where(norm > 0, norm, 1)
        for tap in taps:
            slope = np.sign(x[tap]) * (_share(x[tap], largest) / norm) ** (self.p - 1)
            # Where the slope is zero nothing flows, be the gradient infinite.
            dx[tap] += np.multiply(grad, slope, out=np.zeros_like(slope), where=slope != 0)
        return self._crop(dx)


def _share(x, largest):
    """Returns |x| as a share of its window's largest: 0 in a window of zeros, 1 for each of the infinite ones."""
    with np.errstate(invalid="ignore"):
        share = np.abs(x) / np.where(largest > 0, largest, 1)
    return np.where(np.isnan(share), 1, share)
