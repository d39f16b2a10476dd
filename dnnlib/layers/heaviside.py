"""The step of the perceptron."""

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_input


class Heaviside(Layer):
    """Fires or does not: y = 1 where x > 0, else 0.

    Its slope is 0 wherever there is one, so no gradient comes back through it that could train what stands before it:
    `backward` refuses. Train one unit by `dnnlib.training.perceptron`, or take `Sigmoid`, its smooth relative.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Source: Rosenblatt (1958), The perceptron.
    """

    def forward(self, x, training=False):
        """Computes the output."""
        return (check_input(x, None, self.dtype, "Heaviside input") > 0).astype(self.dtype)

    def backward(self, grad):
        """Refuses.

        Raises:
            NotImplementedError: Always: the gradient would be 0 for every input.
        """
        raise NotImplementedError(
            "Heaviside.backward: expected a layer whose slope can train the weights before it, received a step, whose "
            "slope is 0 wherever there is one; take Sigmoid, Tanh or ReLU, or train one unit by the perceptron's rule"
        )
