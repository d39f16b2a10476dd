"""Initial weights from an interval that ignores the layer's size."""

from dnnlib.initializers.initializer import Initializer
from dnnlib.validation import check_number


class RandomUniform(Initializer):
    """Draws evenly from an interval, as Keras's class of that name does.

    Args:
        minval: Lower end.
        maxval: Upper end.

    Raises:
        ValueError: If an end is no number, or the upper one lies below the lower one.
    """

    def __init__(self, minval=-0.05, maxval=0.05):
        check_number(minval, "minval", "a finite number", lambda value: abs(value) < float("inf"))
        check_number(maxval, "maxval", "a finite number from minval", lambda value: minval <= value < float("inf"))
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape, rng, dtype="float32"):
        """Draws the weights."""
        return rng.uniform(self.minval, self.maxval, shape).astype(dtype)
