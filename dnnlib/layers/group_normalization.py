"""Group normalisation: each group of channels of an example by its own mean and variance."""

from numbers import Integral

from dnnlib.layers.normalization import Normalization, check_normalized_axis, moments
from dnnlib.validation import check_integer


class GroupNormalization(Normalization):
    """Normalises each example's channels in groups of neighbours, in training and in use alike.

    x_hat = (x - mean) / sqrt(variance + epsilon)    y = gamma x_hat + beta

    with mean and variance over all positions and the channels of one group. Gamma and beta are one for each channel.

    Args:
        groups: Number of groups; it divides the number of channels. -1 makes each channel a group of its own.
        axis: The axis of the channels.
        epsilon: Added to the variance.
        center: Whether there is a beta.
        scale: Whether there is a gamma.
        dtype: Type of the parameters and of the result; means and variances are float32 at least.

    Input and output shape: (batch, ..., channels).

    Parameters: gamma (channels,), beta (channels,).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Wu & He (2018), Group normalization, section 3.
    """

    def __init__(self, groups=32, axis=-1, epsilon=1e-3, center=True, scale=True, dtype="float32"):
        super().__init__(epsilon, center, scale, dtype)
        self.groups = groups if groups == -1 else check_integer(groups, "groups, if not -1")
        if not isinstance(axis, Integral) or isinstance(axis, bool) or axis == 0:
            raise ValueError(f"axis: expected an integer other than 0, the batch's axis, received {axis!r}")
        self.axis = axis

    def parameter_axes(self, ndim):
        """The axis of the channels."""
        return (check_normalized_axis(self.axis, ndim, "GroupNormalization"),)

    def build(self, input_shape):
        """Creates gamma and beta for inputs of this shape."""
        (axis,) = self.parameter_axes(len(input_shape))
        if input_shape[axis] % self.groups:
            raise ValueError(
                f"GroupNormalization: expected channels in multiples of groups={self.groups}, "
                f"received {input_shape[axis]}"
            )
        super().build(input_shape)

    def grouped(self, x):
        """Splits the axis of the channels: (..., channels, ...) -> (..., groups, channels / groups, ...)."""
        (axis,) = self.parameter_axes(x.ndim)
        groups = x.shape[axis] if self.groups == -1 else self.groups
        return x.reshape(*x.shape[:axis], groups, -1, *x.shape[axis + 1 :])

    def statistics(self, x, training):
        """Those of each example's groups; `x` is split into them."""
        (groups,) = self.parameter_axes(x.ndim - 1)
        axes = tuple(axis for axis in range(1, x.ndim) if axis != groups)
        return *moments(x, axes), axes
