"""Blur pooling: a low-pass filter before subsampling, so that small shifts change the output little."""

from math import comb

import numpy as np

from dnnlib.layers.convolution_arithmetic import lowered
from dnnlib.layers.pooling2d import Pooling2D
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient, check_input


class BlurPooling2D(Pooling2D):
    """Averages each window with binomial weights, then keeps one window in `strides`.

    y[n, i, j, c] = sum over u, v of w[u] w[v] x[n, i s + u, j s + v, c]
    with w a row of Pascal's triangle divided by its sum (size 3: 1/4, 1/2, 1/4) and x the padded input,
    which has pool_size - 1 more positions along each axis: there are ceil(size / stride) outputs.
    Not in Keras.

    Args:
        pool_size: The filter's (height, width), or one integer for both.
        strides: Step between windows along (height, width), or one integer for both.
        padding: How the image goes on outside: "reflect" (as published), "edge" or "wrap", as in `np.pad`.
        dtype: Type of the computation.

    Input shape: (batch, height, width, channels).

    Output shape: (batch, ceil(height / stride), ceil(width / stride), channels).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Zhang (2019), Making convolutional networks shift-invariant again, section 3.
    """

    def __init__(self, pool_size=3, strides=2, padding="reflect", dtype="float32"):
        super().__init__(pool_size, strides, "same", dtype)
        padding = lowered(padding)
        if padding not in ("reflect", "edge", "wrap"):
            raise ValueError(f'padding: expected "reflect", "edge" or "wrap", received {padding!r}')
        self.padding = padding
        rows = ([comb(size - 1, i) / 2 ** (size - 1) for i in range(size)] for size in self.pool_size)
        self.window_weights = np.outer(*rows).astype(self.wide)

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        batch, height, width, channels = self._checked_shape(input_shape)
        return batch, *map(self._output_size, (height, width), self.pool_size, self.strides), channels

    def _output_size(self, size, window, stride):
        return None if size is None else -(-size // stride)

    def _sources(self, size, window):
        """Returns for each position of the padded axis the position of the image that it copies."""
        return np.pad(np.arange(size), ((window - 1) // 2, window // 2), mode=self.padding)

    def forward(self, x, training=False):
        """Computes the output: the weighted sum over the windows' taps."""
        x = check_input(x, 4, self.dtype, "BlurPooling2D input (batch, height, width, channels)")
        rows, columns = map(self._sources, x.shape[1:3], self.pool_size)
        padded, taps = widened(x[:, rows][:, :, columns]), self._taps(self.compute_output_shape(x.shape))
        output = sum(weight * padded[tap] for weight, tap in zip(self.window_weights.flat, taps, strict=True))
        output = output.astype(self.dtype, copy=False)
        self.cache = x.shape, rows, columns, taps, output.shape
        return output

    def backward(self, grad):
        """Returns dL/dx: each input's share is its weight; copies outside the image hand theirs back."""
        shape, rows, columns, taps, output_shape = check_cache(self)
        grad = widened(check_gradient(grad, output_shape, self.dtype, type(self).__name__))
        padded = np.zeros((shape[0], len(rows), len(columns), shape[3]), grad.dtype)
        for weight, tap in zip(self.window_weights.flat, taps, strict=True):
            padded[tap] += weight * grad
        return _fold(_fold(padded, rows, 1), columns, 2).astype(self.dtype, copy=False)


def _fold(padded, sources, axis):
    """Adds each position of the padded axis to the position of the image that it copied."""
    padded = np.moveaxis(padded, axis, 0)
    image = np.zeros((sources.max() + 1, *padded.shape[1:]), padded.dtype)
    for position, source in zip(padded, sources, strict=True):
        image[source] += position
    return np.moveaxis(image, 0, axis)
