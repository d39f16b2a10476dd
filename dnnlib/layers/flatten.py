"""From feature maps to one row of numbers for each example."""

from math import prod

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


class Flatten(Layer):
    """Lays out each example's numbers in one row: row by row, the channels of a position side by side.

    Args:
        dtype: Type of the output.

    Input shape: (batch, ...).

    Output shape: (batch, product of the other axes).
    """

    supports_masking = False  # the times are no axis of the output

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        return input_shape[0], None if None in input_shape[1:] else prod(input_shape[1:])

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "Flatten input (batch, ...)", at_least=1)
        self.cache = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        """Returns dL/dx: the same numbers, laid out as the input was."""
        shape = check_cache(self)
        return check_gradient(grad, self.compute_output_shape(shape), self.dtype, "Flatten").reshape(shape)
