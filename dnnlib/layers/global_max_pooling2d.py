"""Global max pooling: the largest number of each channel."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient, check_input


class GlobalMaxPooling2D(Layer):
    """Keeps the largest input of each channel.

    y[n, c] = max over i, j of x[n, i, j, c]

    Backward, positions that tie share the gradient equally, as in Keras on TensorFlow, which computes this
    layer as a maximum over axes. (In `MaxPooling2D` the first largest takes it all, in Keras as here.)

    Args:
        keepdims: Whether the output keeps the two spatial axes, with size 1.
        dtype: Type of the computation.

    Input shape: (batch, height, width, channels), of any height and width.

    Output shape: (batch, channels), or (batch, 1, 1, channels) with `keepdims`.
    """

    supports_masking = False

    def __init__(self, keepdims=False, dtype="float32"):
        super().__init__(dtype)
        self.keepdims = keepdims

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, 4, self.dtype, "GlobalMaxPooling2D input (batch, height, width, channels)")
        output = x.max(axis=(1, 2), keepdims=self.keepdims)
        self.cache = x, output
        return output

    def backward(self, grad):
        """Returns dL/dx: the gradient at the largest position, shared equally among several."""
        x, output = check_cache(self)
        grad = check_gradient(grad, output.shape, self.dtype, "GlobalMaxPooling2D")
        batch, *_, channels = x.shape
        won = x == output.reshape(batch, 1, 1, channels)
        share = widened(grad).reshape(batch, 1, 1, channels) / won.sum(axis=(1, 2), keepdims=True)
        return np.where(won, share, 0).astype(self.dtype)
