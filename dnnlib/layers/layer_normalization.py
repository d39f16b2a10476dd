"""Layer normalisation: each example by its own mean and variance."""

from numbers import Integral

from dnnlib.layers.normalization import Normalization, check_normalized_axis, moments


class LayerNormalization(Normalization):
    """Normalises over some axes of each example, in training and in use alike.

    x_hat = (x - mean) / sqrt(variance + epsilon)    y = gamma x_hat + beta

    with mean and variance over `axis`, for each index of the other axes. Gamma and beta vary along `axis` too.

    Args:
        axis: The axis, or a tuple of axes, to normalise over.
        epsilon: Added to the variance.
        center: Whether there is a beta.
        scale: Whether there is a gamma.
        dtype: Type of the parameters and of the result; means and variances are float32 at least.

    Input and output shape: (batch, ...).

    Parameters: gamma and beta, shaped like the input along `axis`.

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Ba, Kiros & Hinton (2016), Layer normalization, section 3.
    """

    def __init__(self, axis=-1, epsilon=1e-3, center=True, scale=True, dtype="float32"):
        super().__init__(epsilon, center, scale, dtype)
        axes = axis if isinstance(axis, (tuple, list)) else (axis,)
        if not axes or not all(isinstance(one, Integral) and not isinstance(one, bool) for one in axes):
            raise ValueError(f"axis: expected an integer or a tuple of them, received {axis!r}")
        self.axis = tuple(axes)

    def parameter_axes(self, ndim):
        """The axes that are normalised over, ascending."""
        return tuple(sorted({check_normalized_axis(axis, ndim, "LayerNormalization") for axis in self.axis}))

    def statistics(self, x, training):
        """Those of each example."""
        axes = self.parameter_axes(x.ndim)
        return *moments(x, axes), axes
