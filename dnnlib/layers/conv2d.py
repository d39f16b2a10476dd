"""Two-dimensional convolution."""

import numpy as np

from dnnlib.initializers import by_name
from dnnlib.layers.convolution import convolve, crop, input_gradient, kernel_gradient, pad
from dnnlib.layers.convolution_arithmetic import conv_output_size, conv_padding, lowered
from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import sum_over
from dnnlib.validation import (
    check_axis,
    check_cache,
    check_gradient,
    check_input,
    check_integer,
    check_integers,
    check_shape,
)


class Conv2D(Layer):
    """Slides `filters` kernels over the input; each gives one channel of the output.

    y[n, i, j, f] = bias[f] + sum over u, v, c of x[n, i s + u d, j s + v d, c] kernel[u, v, c, f]
    with stride s, dilation d and x the padded input.

    Args:
        filters: Number of kernels, which is the number of output channels.
        kernel_size: Taps along (height, width), or one integer for both.
        strides: Step between windows along (height, width), or one integer for both.
        padding: "valid" (none), "same" (ceil(size / stride) outputs, as TensorFlow), an integer (zeros on
            all four sides), or ((top, bottom), (left, right)).
        dilation_rate: Distance between taps along (height, width), or one integer for both.
        groups: Groups of channels; group g of the filters reads group g of the input channels only.
        use_bias: Whether each kernel has a bias, which starts at zero.
        kernel_initializer: A name of `dnnlib.initializers`, or a function (shape, rng) -> array.
        kernel_regularizer: Penalty on the kernel: an object such as `L2(1e-4)`, a name ("l1", "l2") or None.
        bias_regularizer: Penalty on the bias, likewise.
        seed: Seed of the kernel's initial values.
        dtype: Type of the parameters and of the computation.

    Input shape: (batch, height, width, channels).

    Output shape: (batch, out_height, out_width, filters).

    Parameters: kernel (kernel height, kernel width, channels / groups, filters), bias (filters,).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition, section II.A; groups: Krizhevsky, Sutskever & Hinton (2012), section 3.5.
    """

    supports_masking = False

    AXES = ("height", "width")

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        dilation_rate=1,
        groups=1,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        kernel_regularizer=None,
        bias_regularizer=None,
        seed=None,
        dtype="float32",
    ):
        super().__init__(dtype, {"kernel": kernel_regularizer, "bias": bias_regularizer})
        rank = len(self.AXES)
        self.filters = check_integer(filters, "filters")
        self.kernel_size = check_integers(kernel_size, rank, "kernel_size")
        self.strides = check_integers(strides, rank, "strides")
        self.dilation_rate = check_integers(dilation_rate, rank, "dilation_rate")
        self.padding = self._padding_per_axis(padding)
        self.groups = check_integer(groups, "groups")
        if self.filters % self.groups:
            raise ValueError(f"filters: expected a multiple of groups={groups}, received {filters}")
        self.use_bias = use_bias
        self.kernel_initializer = by_name.get(kernel_initializer)
        self.rng = np.random.default_rng(seed)

    def _padding_per_axis(self, padding):
        if isinstance(padding, (tuple, list)):
            if len(padding) != len(self.AXES) or not all(isinstance(pair, (tuple, list)) for pair in padding):
                raise ValueError(
                    'padding: expected "valid", "same", an integer or ((top, bottom), (left, right)), '
                    f"received {padding!r}"
                )
        else:
            padding = (lowered(padding),) * len(self.AXES)
        for one in padding:
            conv_padding(1, 1, padding=one)  # raises if it is no padding
        return tuple(padding)

    def _kernel_shape(self, channels):
        if channels % self.groups:
            raise ValueError(
                f"{self._name}: expected input channels in a multiple of groups={self.groups}, received {channels}"
            )
        return *self.kernel_size, channels // self.groups, self.filters

    @property
    def _name(self):
        return type(self).__name__

    def build(self, input_shape):
        """Creates the kernel and the bias for inputs of this shape."""
        *_, channels = self._checked_shape(input_shape)
        self.channels = check_integer(channels, "channels")
        self.params = {"kernel": self.kernel_initializer(self._kernel_shape(self.channels), self.rng, self.dtype)}
        if self.use_bias:
            self.params["bias"] = np.zeros(self.filters, self.dtype)

    def _along_axes(self, function, sizes, *more):
        """Calls a function of `convolution_arithmetic` for each spatial axis; its errors name the axis."""
        settings = (self.kernel_size, self.strides, self.padding, *more, self.dilation_rate)
        results = []
        for axis, *arguments in zip(self.AXES, sizes, *settings, strict=True):
            try:
                results.append(None if arguments[0] is None else function(*arguments))
            except ValueError as error:
                raise ValueError(f"{self._name}, {axis}: {error}") from None
        return tuple(results)

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        batch, *sizes, _ = self._checked_shape(input_shape)
        return batch, *self._along_axes(conv_output_size, sizes), self.filters

    def _checked_shape(self, input_shape):
        return check_shape(input_shape, ("batch", *self.AXES, "channels"), self._name)

    def _checked(self, x):
        """Returns the input as an array of the layer's type; the first one builds the layer."""
        axes = ", ".join(("batch", *self.AXES, "channels"))
        x = check_input(x, len(self.AXES) + 2, self.dtype, f"{self._name} input ({axes})")
        if not self.params:
            self.build(x.shape)
        check_axis(x, -1, self.channels, f"{self._name} input channels")
        return x

    def forward(self, x, training=False):
        """Computes the output; see the class for the formula and the shapes."""
        x = self._checked(x)
        output_shape = self.compute_output_shape(x.shape)
        padding = self._along_axes(conv_padding, x.shape[1:-1])
        padded = pad(x, padding)
        kernel = self.params["kernel"]
        output = convolve(padded, kernel, self.strides, self.dilation_rate, self.groups)
        if self.use_bias:
            output += self.params["bias"]
        self.cache = padded, kernel, padding, output_shape
        return output

    def backward(self, grad):
        """Fills `grads` and returns dL/dx.

        The kernel and the bias are shared by all positions, so their gradients are sums over positions
        (and examples).
        """
        padded, kernel, padding, output_shape = check_cache(self)
        grad = check_gradient(grad, output_shape, self.dtype, self._name)
        window = self.strides, self.dilation_rate, self.groups
        self.grads = {"kernel": kernel_gradient(padded, grad, kernel.shape, *window)}
        if self.use_bias:
            self.grads["bias"] = sum_over(grad, tuple(range(grad.ndim - 1))).astype(self.dtype)
        return crop(input_gradient(grad, kernel, padded.shape, *window), padding)
