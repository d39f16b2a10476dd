"""Initial weights that are not random."""

import numpy as np

from dnnlib.initializers.initializer import Initializer
from dnnlib.validation import check_number


class Constant(Initializer):
    """Sets every weight to one value, as Keras's class of that name does.

    For biases. In a kernel, it leaves all units of a layer equal, and training never parts them.

    Args:
        value: The value.

    Raises:
        ValueError: If it is no number.
    """

    def __init__(self, value=0.0):
        check_number(value, "value", "a finite number", np.isfinite)
        self.value = value

    def __call__(self, shape, rng=None, dtype="float32"):
        """Returns the weights; nothing is drawn from `rng`."""
        return np.full(shape, self.value, dtype)


zeros = Constant(0.0)
ones = Constant(1.0)
