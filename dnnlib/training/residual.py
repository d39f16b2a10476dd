"""A chain of layers whose input is added to its output."""

from dnnlib.training.sequential import Sequential
from dnnlib.validation import check_number


class Residual(Sequential):
    """Adds what a chain of layers, the branch, makes of its input to the input: y = scale x + branch(x).

    The gradient takes both ways back: dL/dx = scale dL/dy + what the branch sends back. A chain of a `Residual` and a
    ReLU is an original residual block; with normalisation and ReLU in front of each dense layer or convolution of the
    branch, and nothing behind the sum, it is one with pre-activation.

    Args:
        layers: The branch, first layer to last; its output has the shape of its input.
        scale: What the shortcut multiplies the input by: 1 is the identity, 0 leaves the branch alone.

    Raises:
        ValueError: If one of the layers is none, the scale is no number, or the branch changes the shape of its input.

    Source: He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition, section 3.
    """

    def __init__(self, layers=(), scale=1.0):
        super().__init__(layers)
        check_number(scale, "scale", "a number", lambda number: True)
        self.scale = scale

    def forward(self, x, training=False, mask=None):
        """Computes the sum of shortcut and branch."""
        new = super().forward(x, training, mask)
        if new.shape != x.shape:
            raise ValueError(
                f"Residual: expected a branch that keeps the shape {x.shape}, received {new.shape} from it"
            )
        return self.scale * x + new

    def backward(self, grad):
        """Returns dL/dx, the sum over both paths; every layer of the branch fills its `grads`."""
        return self.scale * grad + super().backward(grad)
