"""Average pooling: the mean of each window."""

import numpy as np

from dnnlib.layers.pooling2d import Pooling2D
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient


class AveragePooling2D(Pooling2D):
    """Averages each window.

    y[n, i, j, c] = mean over u, v of x[n, i s + u, j s + v, c]

    The mean is over the positions inside the image, as in Keras: a window at the border divides by the
    number of inputs that it holds. Backward, each of them receives an equal share.

    Args, shapes and errors: see `dnnlib.layers.pooling2d.Pooling2D`.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 9.3.
    """

    def forward(self, x, training=False):
        """Computes the output: the sum over the windows' taps, divided by their number."""
        padded, taps = self._windows(x, outside=0)
        count = self._coverage(np.shape(x), np.ones(len(taps)))
        padded = widened(padded)
        output = (sum(padded[tap] for tap in taps) / count).astype(self.dtype, copy=False)
        self.cache = padded.shape, taps, count, output.shape
        return output

    def backward(self, grad):
        """Returns dL/dx: equal shares, and overlaps add up."""
        padded_shape, taps, count, output_shape = check_cache(self)
        share = widened(check_gradient(grad, output_shape, self.dtype, type(self).__name__)) / count
        dx = np.zeros(padded_shape, share.dtype)
        for tap in taps:
            dx[tap] += share
        return self._crop(dx)
