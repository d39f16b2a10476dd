"""Batch normalisation: each channel by its mean and variance over the batch."""

from numbers import Integral

import numpy as np

from dnnlib.layers.normalization import Normalization, check_normalized_axis, moments
from dnnlib.validation import check_number


class BatchNormalization(Normalization):
    """Normalises each channel: in training over the batch, in use by averages that training left behind.

    In training, with m numbers x_i of a channel (all examples, and all positions of a picture):

    mean = 1/m sum over i of x_i    variance = 1/m sum over i of (x_i - mean)^2
    x_hat_i = (x_i - mean) / sqrt(variance + epsilon)    y_i = gamma x_hat_i + beta
    moving_mean <- momentum moving_mean + (1 - momentum) mean, and the variance likewise

    In use, moving_mean and moving_variance stand for mean and variance, and an example's output depends on no other.
    As in Keras 3, the variance that is averaged is the biased one, divided by m.

    Args:
        axis: The axis of the channels.
        momentum: How much of the moving averages stays at each step, from 0 to 1.
        epsilon: Added to the variance.
        center: Whether there is a beta.
        scale: Whether there is a gamma.
        dtype: Type of the parameters and of the result; means and variances are float32 at least.

    Input and output shape: (batch, ..., channels).

    Parameters: gamma (channels,), beta (channels,). Not trained: moving_mean (channels,), moving_variance (channels,).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Ioffe & Szegedy (2015), Batch normalization: accelerating deep network training by reducing internal
    covariate shift, section 3. (The paper multiplies the variance for use by m / (m - 1).)
    """

    supports_masking = False  # its statistics would have to leave out what the mask leaves out

    def __init__(self, axis=-1, momentum=0.99, epsilon=1e-3, center=True, scale=True, dtype="float32"):
        super().__init__(epsilon, center, scale, dtype)
        if not isinstance(axis, Integral) or isinstance(axis, bool):
            raise ValueError(f"axis: expected an integer, received {axis!r}")
        check_number(momentum, "momentum", "a number from 0 to 1", lambda number: 0 <= number <= 1)
        self.axis = axis
        self.momentum = momentum

    def parameter_axes(self, ndim):
        """The axis of the channels."""
        return (check_normalized_axis(self.axis, ndim, "BatchNormalization"),)

    def build(self, input_shape):
        """Creates gamma, beta and the moving averages for inputs of this shape."""
        super().build(input_shape)
        self.non_trainable = {
            "moving_mean": np.zeros(self.sizes, self.wide),
            "moving_variance": np.ones(self.sizes, self.wide),
        }

    def statistics(self, x, training):
        """Those of the batch in training, which also move the averages; the averages in use."""
        if not training:
            return *(self._along(name, x.ndim, None) for name in self.non_trainable), ()
        axes = tuple(axis for axis in range(x.ndim) if axis not in self.parameter_axes(x.ndim))
        mean, variance = moments(x, axes)
        for name, batch in (("moving_mean", mean), ("moving_variance", variance)):
            average = self.momentum * self.non_trainable[name] + (1 - self.momentum) * batch.ravel()
            self.non_trainable[name] = average.astype(self.wide, copy=False)
        return mean, variance, axes
