"""Which part of a picture excites a unit: Zeiler and Fergus's way back from a unit to the pixels."""

import numpy as np

from dnnlib.layers.relu import ReLU
from dnnlib.validation import check_cache


def deconvolve(model, grad):
    """Takes a signal back from a network's output to its input.

    As `model.backward`, but for the ReLUs: a gradient passes where the unit was on, this signal where it is itself
    positive. Max pooling puts it where the largest number was, convolutions and dense layers apply their transposed
    kernels, as for a gradient.

    Args:
        model: A `dnnlib.training.sequential.Sequential` that has just gone forward; only its layers up to the units
            looked at. Their gradients by weights are overwritten.
        grad: The signal at its output, e.g. a unit's output at its place and 0 elsewhere.

    Returns:
        The signal at the input, of the input's shape.

    Raises:
        RuntimeError: If the model has not gone forward.
        ValueError: If the signal has another shape than the output.

    Source: Zeiler & Fergus (2014), Visualizing and understanding convolutional networks, section 2.1; the relation to
    the gradient: Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks, section 4.
    """
    check_cache(model)
    for layer in reversed(model.layers):
        grad = np.maximum(grad, 0) if isinstance(layer, ReLU) else layer.backward(grad)
    return grad
