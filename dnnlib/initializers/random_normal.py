"""Initial weights from a normal distribution whose spread ignores the layer's size."""

from dnnlib.initializers.initializer import Initializer
from dnnlib.validation import check_number


class RandomNormal(Initializer):
    """Draws from a normal distribution, as Keras's class of that name does.

    Args:
        mean: Mean.
        stddev: Standard deviation, at least 0.

    Raises:
        ValueError: If an argument is no number, or the standard deviation is negative.
    """

    def __init__(self, mean=0.0, stddev=0.05):
        check_number(mean, "mean", "a finite number", lambda value: abs(value) < float("inf"))
        check_number(stddev, "stddev", "a finite number from 0", lambda value: 0 <= value < float("inf"))
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape, rng, dtype="float32"):
        """Draws the weights."""
        return rng.normal(self.mean, self.stddev, shape).astype(dtype)
