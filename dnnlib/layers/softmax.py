"""Softmax: scores to probabilities."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


def softmax(scores, axis=-1):
    """Returns exp(scores) / sum(exp(scores)) along an axis.

    A constant added to all scores cancels in the ratio. With the maximum subtracted no exp overflows.

    Args:
        scores: An array of real numbers.
        axis: The axis along which the result sums to 1.

    Returns:
        Probabilities, shaped like `scores`.
    """
    scores = np.asarray(scores)
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


class Softmax(Layer):
    """Turns scores into probabilities: y_i = exp(x_i) / sum over j of exp(x_j).

    dL/dx_i = y_i (g_i - sum over j of g_j y_j) with g = dL/dy.

    Args:
        axis: The axis along which the outputs sum to 1.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).
    """

    def __init__(self, axis=-1, dtype="float32"):
        super().__init__(dtype)
        self.axis = axis

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "Softmax input")
        if not -x.ndim <= self.axis < x.ndim:
            raise ValueError(f"Softmax: expected an input with an axis {self.axis}, received shape {x.shape}")
        self.cache = output = softmax(x, self.axis)
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        output = check_cache(self)
        grad = check_gradient(grad, output.shape, self.dtype, "Softmax")
        return output * (grad - (grad * output).sum(axis=self.axis, keepdims=True))
