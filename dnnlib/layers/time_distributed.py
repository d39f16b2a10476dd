"""One layer for every step of a sequence."""

import numpy as np

from dnnlib.layers.wrapper import Wrapper
from dnnlib.validation import check_cache, check_gradient, check_input


class TimeDistributed(Wrapper):
    """Applies one layer to each step of a sequence, with the same weights.

    The steps of all examples are one large batch for the layer inside, which is why its gradients are the sums over
    the steps.

    Args:
        layer: The layer, which takes (batch, ...).

    Input shape: (batch, time, ...).

    Output shape: (batch, time, ...), as the layer makes of each step.

    Raises:
        ValueError: If it is no layer, or an input has no time axis.
    """

    def __init__(self, layer):
        super().__init__(layer=layer)

    def build(self, input_shape):
        """Creates the layer's parameters for sequences of this shape (batch and time included)."""
        self.layers[0].build((input_shape[0], *input_shape[2:]))

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        steps = self.layers[0].compute_output_shape((input_shape[0], *input_shape[2:]))
        return input_shape[0], input_shape[1], *steps[1:]

    def forward(self, x, training=False):
        """Computes the output of every step."""
        x = check_input(x, None, np.result_type(x), "TimeDistributed input (batch, time, ...)", at_least=3)
        batch, time = x.shape[:2]
        steps = self.layers[0].forward(x.reshape(batch * time, *x.shape[2:]), training=training)
        output = steps.reshape(batch, time, *steps.shape[1:])
        self.cache = self.layers[0].cache, x.shape, output
        return output

    def backward(self, grad):
        """Fills the layer's `grads` and returns dL/dx."""
        self.layers[0].cache, shape, output = check_cache(self)
        grad = check_gradient(grad, output.shape, output.dtype, "TimeDistributed")
        return self.layers[0].backward(grad.reshape(-1, *output.shape[2:])).reshape(shape)
