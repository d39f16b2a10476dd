"""Max pooling: the largest input of each window."""

import numpy as np

from dnnlib.layers.pooling2d import Pooling2D
from dnnlib.validation import check_cache, check_gradient


class MaxPooling2D(Pooling2D):
    """Keeps the largest input of each window.

    y[n, i, j, c] = max over u, v of x[n, i s + u, j s + v, c]

    Backward, each window sends its gradient to the one input that won (the window's switch), whatever
    the winner's sign. Ties go to the first largest, row by row, as TensorFlow does. An input that wins in
    several overlapping windows receives the sum.

    Args, shapes and errors: see `dnnlib.layers.pooling2d.Pooling2D`.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 9.3.
    """

    def forward(self, x, training=False):
        """Computes the output: the running maximum over the windows' taps."""
        x, taps = self._windows(x, outside=-np.inf)
        output = x[taps[0]].copy()
        for tap in taps[1:]:
            np.maximum(output, x[tap], out=output)
        self.cache = x, taps, output
        return output

    def backward(self, grad):
        """Returns dL/dx: each window's gradient at its switch, zero elsewhere."""
        x, taps, output = check_cache(self)
        grad = check_gradient(grad, output.shape, self.dtype, type(self).__name__)
        dx = np.zeros(x.shape, self.wide)
        # What lies outside never wins, not even over an image of -inf.
        inside = np.pad(np.ones((1, *self._crop(x).shape[1:3], 1), bool), ((0, 0), *self.pads, (0, 0)))
        undecided = np.ones(output.shape, bool)  # windows whose winner is not found yet
        for tap in taps:
            won = undecided & (x[tap] == output) & inside[tap]
            dx[tap] += np.where(won, grad, 0)  # a product would turn an infinite gradient into NaN
            undecided ^= won
        return self._crop(dx)
