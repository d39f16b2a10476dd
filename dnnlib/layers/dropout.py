"""Dropout: units that are missing at random while the network trains."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input, check_integer, check_number


class Dropout(Layer):
    """Sets a random share of its inputs to zero in training, and makes up for it in the others.

    In training y = m x / (1 - rate), with a fresh mask m of zeros (with probability rate) and ones, so that the mean
    of y over the masks is x; backward dL/dx = dL/dy m / (1 - rate), with the same mask. In use y = x.

    Args:
        rate: The probability with which a number is dropped, from 0 to 1.
        noise_shape: The mask's shape; along an axis of size 1 one draw holds for all. None, as a whole or for
            an axis, stands for the input's size: (None, 1, 1, None) drops whole channels of an image.
        seed: Seed of the masks.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout: a simple way to prevent
    neural networks from overfitting; scaled in training instead of in use: section 10 there.
    """

    def __init__(self, rate, noise_shape=None, seed=None, dtype="float32"):
        super().__init__(dtype)
        check_number(rate, "rate", "a share of the inputs, from 0 to 1", lambda value: 0 <= value <= 1)
        self.rate = rate
        # At rate 1 nothing is left to be scaled.
        self.scale = self.dtype.type(1 / (1 - rate) if rate < 1 else 0)
        self.noise_shape = None if noise_shape is None else _checked(noise_shape)
        self.rng = np.random.default_rng(seed)

    def forward(self, x, training=False):
        """Computes the output; in training it draws a mask first."""
        x = check_input(x, None, self.dtype, "Dropout input")
        mask = self.rng.random(self._mask_shape(x.shape)) >= self.rate if training and self.rate else None
        self.cache = x.shape, mask
        return self._masked(x, mask)

    def backward(self, grad):
        """Returns dL/dx: what was dropped receives nothing, the rest is scaled as its value was."""
        shape, mask = check_cache(self)
        return self._masked(check_gradient(grad, shape, self.dtype, "Dropout"), mask)

    def _masked(self, x, mask):
        return x if mask is None else np.where(mask, x * self.scale, self.dtype.type(0))

    def _mask_shape(self, shape):
        noise_shape = self.noise_shape or shape
        if len(noise_shape) != len(shape) or any(
            noise not in (None, 1, size) for noise, size in zip(noise_shape, shape, strict=True)
        ):
            raise ValueError(
                f"noise_shape: expected {len(shape)} entries for an input of shape {shape}, each None, 1 or the "
                f"input's size, received {noise_shape}"
            )
        return [size if noise is None else noise for noise, size in zip(noise_shape, shape, strict=True)]


def _checked(noise_shape):
    if not isinstance(noise_shape, (tuple, list)):
        raise ValueError(f"noise_shape: expected a tuple such as (None, 1, 1, None), received {noise_shape!r}")
    return tuple(size if size is None else check_integer(size, "noise_shape") for size in noise_shape)
