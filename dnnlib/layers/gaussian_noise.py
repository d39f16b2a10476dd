"""Gaussian noise, added to what passes while the network trains."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input, check_number


class GaussianNoise(Layer):
    """Adds fresh random numbers in training: y = x + stddev e, with e from the standard normal. In use y = x.

    The noise does not depend on x, so dL/dx = dL/dy in both modes.

    Args:
        stddev: The noise's standard deviation, from 0 to 1, as in Keras: scale the inputs to match.
        seed: Seed of the noise.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Bishop (1995), Training with noise is equivalent to Tikhonov regularization.
    """

    def __init__(self, stddev, seed=None, dtype="float32"):
        super().__init__(dtype)
        check_number(stddev, "stddev", "a number from 0 to 1", lambda value: 0 <= value <= 1)
        self.stddev = stddev
        self.rng = np.random.default_rng(seed)

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "GaussianNoise input")
        self.cache = x.shape
        if not training or not self.stddev:
            return x
        return x + (self.stddev * self.rng.standard_normal(x.shape)).astype(self.dtype)

    def backward(self, grad):
        """Returns dL/dx: the gradient as it came."""
        return check_gradient(grad, check_cache(self), self.dtype, "GaussianNoise")
