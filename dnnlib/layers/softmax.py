"""Softmax: scores to probabilities."""

from numbers import Integral

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import widened
from dnnlib.validation import check_cache, check_gradient, check_input


def softmax(scores, axis=-1):
    """Returns exp(scores) / sum(exp(scores)) along an axis.

    A constant added to all scores cancels in the ratio. With the maximum subtracted no exp overflows.

    Args:
        scores: An array of real numbers.
        axis: The axis, or a tuple of axes, along which the result sums to 1. A score of -inf gets probability 0.

    Returns:
        Probabilities, shaped like `scores`.

    Raises:
        ValueError: If the largest of the scores that compete is infinite.
    """
    scores = np.asarray(scores)
    largest = scores.max(axis=axis, keepdims=True)
    if np.isinf(largest).any():
        raise ValueError(
            f"softmax: expected a finite score among those that compete (axis {axis}) and none of inf, received a "
            f"largest of {largest[np.isinf(largest)][0]}; -inf may mask some of them, not all"
        )
    powers = np.exp(widened(scores - largest))
    return powers / powers.sum(axis=axis, keepdims=True)


class Softmax(Layer):
    """Turns scores into probabilities: y_i = exp(x_i) / sum over j of exp(x_j).

    dL/dx_i = y_i (g_i - sum over j of g_j y_j) with g = dL/dy.

    Args:
        axis: The axis, or a tuple of axes, along which the outputs sum to 1.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).
    """

    def __init__(self, axis=-1, dtype="float32"):
        super().__init__(dtype)
        axes = axis if isinstance(axis, (tuple, list)) else (axis,)
        if not axes or not all(isinstance(one, Integral) and not isinstance(one, bool) for one in axes):
            raise ValueError(f"axis: expected an integer or a tuple of them, received {axis!r}")
        self.axis = tuple(axes)

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "Softmax input")
        if not all(-x.ndim <= axis < x.ndim for axis in self.axis):
            axes = ", ".join(map(str, self.axis))
            raise ValueError(f"Softmax: expected an input with an axis {axes}, received shape {x.shape}")
        self.cache = output = softmax(x, self.axis).astype(self.dtype, copy=False)
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        output = check_cache(self)
        grad = check_gradient(grad, output.shape, self.dtype, "Softmax")
        output, grad = widened(output), widened(grad)
        dx = output * (grad - (grad * output).sum(axis=self.axis, keepdims=True))
        return dx.astype(self.dtype, copy=False)
