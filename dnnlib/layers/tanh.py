"""The hyperbolic tangent."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


class Tanh(Layer):
    """Squashes to (-1, 1): y = tanh(x).

    dL/dx = dL/dy (1 - y^2). In Keras: `Activation("tanh")`.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).
    """

    def forward(self, x, training=False):
        """Computes the output."""
        output = np.tanh(check_input(x, None, self.dtype, "Tanh input"))
        self.cache = output
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        output = check_cache(self)
        return check_gradient(grad, output.shape, self.dtype, "Tanh") * (1 - output**2)
