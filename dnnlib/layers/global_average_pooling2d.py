"""Global average pooling: one number a channel."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import sum_over, widened
from dnnlib.validation import check_cache, check_gradient, check_input


class GlobalAveragePooling2D(Layer):
    """Averages each channel over all its positions.

    y[n, c] = mean over i, j of x[n, i, j, c]

    Args:
        keepdims: Whether the output keeps the two spatial axes, with size 1.
        dtype: Type of the computation.

    Input shape: (batch, height, width, channels), of any height and width.

    Output shape: (batch, channels), or (batch, 1, 1, channels) with `keepdims`.

    Source: Lin, Chen & Yan (2014), Network in network, section 3.2.
    """

    supports_masking = False

    def __init__(self, keepdims=False, dtype="float32"):
        super().__init__(dtype)
        self.keepdims = keepdims

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, 4, self.dtype, "GlobalAveragePooling2D input (batch, height, width, channels)")
        output = sum_over(x, (1, 2), self.keepdims) / (x.shape[1] * x.shape[2])
        output = output.astype(self.dtype, copy=False)
        self.cache = x.shape, output.shape
        return output

    def backward(self, grad):
        """Returns dL/dx: an equal share for every position."""
        (batch, height, width, channels), output_shape = check_cache(self)
        grad = check_gradient(grad, output_shape, self.dtype, "GlobalAveragePooling2D")
        share = (widened(grad) / (height * width)).astype(self.dtype).reshape(batch, 1, 1, channels)
        return np.broadcast_to(share, (batch, height, width, channels)).copy()
