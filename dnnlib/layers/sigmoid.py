"""The logistic function."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


class Sigmoid(Layer):
    """Squashes to (0, 1): y = 1 / (1 + exp(-x)).

    dL/dx = dL/dy y (1 - y). In Keras: `Activation("sigmoid")`.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).
    """

    def forward(self, x, training=False):
        """Computes the output. exp of a number that is not positive cannot overflow."""
        x = check_input(x, None, self.dtype, "Sigmoid input")
        small = np.exp(-np.abs(x))
        output = np.where(x >= 0, 1, small) / (1 + small)
        self.cache = output
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        output = check_cache(self)
        return check_gradient(grad, output.shape, self.dtype, "Sigmoid") * output * (1 - output)
