"""The logistic function."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


def sigmoid(x):
    """Returns 1 / (1 + exp(-x)).

    For negative x that is exp(x) / (1 + exp(x)), so that no exponent is positive and no power overflows.

    Args:
        x: An array of floating-point numbers.

    Returns:
        Numbers between 0 and 1, of the shape and type of `x`.
    """
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


class Sigmoid(Layer):
    """Squashes to (0, 1): y = 1 / (1 + exp(-x)).

    dL/dx = dL/dy y (1 - y). In Keras: `Activation("sigmoid")`.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).
    """

    def forward(self, x, training=False):
        """Computes the output."""
        self.cache = output = sigmoid(check_input(x, None, self.dtype, "Sigmoid input"))
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        output = check_cache(self)
        return check_gradient(grad, output.shape, self.dtype, "Sigmoid") * output * (1 - output)
