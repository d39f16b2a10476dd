"""Transposed convolution: the way back through a convolution, as a layer of its own."""

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution import convolve, crop, input_gradient, kernel_gradient, pad
from dnnlib.layers.convolution_arithmetic import conv_transpose_output_size, conv_transpose_padding
from dnnlib.layers.sums import sum_over
from dnnlib.validation import check_cache, check_gradient, check_integers


class Conv2DTranspose(Conv2D):
    """Lets each input place a copy of the kernel, scaled by its value, `strides` apart; overlaps add up.

    Its forward pass is the input gradient of a `Conv2D` with the same kernel, and its backward pass is
    that convolution. (It is not the inverse: "deconvolution" is a misnomer.)

    Args:
        filters: Number of output channels.
        kernel_size: Taps along (height, width), or one integer for both.
        strides: Distance between the copies of neighbouring inputs.
        padding: "valid" (keeps the full output), "same" (size * stride outputs), an integer or
            ((top, bottom), (left, right)): positions cut from the full output.
        output_padding: Positions added at the bottom and right, below `strides`; None: Keras's rule, see
            `conv_transpose_output_size`.
        dilation_rate: Distance between taps.
        use_bias, kernel_initializer, kernel_regularizer, bias_regularizer, seed, dtype: As in `Conv2D`.

    Input shape: (batch, height, width, channels).

    Output shape: (batch, out_height, out_width, filters).

    Parameters: kernel (kernel height, kernel width, filters, channels), bias (filters,).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning, section 4;
    Zeiler, Krishnan, Taylor & Fergus (2010), Deconvolutional networks.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        output_padding=None,
        dilation_rate=1,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        kernel_regularizer=None,
        bias_regularizer=None,
        seed=None,
        dtype="float32",
    ):
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            dilation_rate,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            seed=seed,
            dtype=dtype,
        )
        if output_padding is None:
            self.output_padding = (None,) * len(self.AXES)
        else:
            self.output_padding = check_integers(output_padding, len(self.AXES), "output_padding", minimum=0)
        self._along_axes(conv_transpose_padding, (1,) * len(self.AXES), self.output_padding)  # output_padding < strides

    def _kernel_shape(self, channels):
        return *self.kernel_size, self.filters, channels

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        batch, *sizes, _ = self._checked_shape(input_shape)
        return batch, *self._along_axes(conv_transpose_output_size, sizes, self.output_padding), self.filters

    def forward(self, x, training=False):
        """Computes the output; see the class for the shapes."""
        x = self._checked(x)
        batch, *sizes, _ = output_shape = self.compute_output_shape(x.shape)
        cut = self._along_axes(conv_transpose_padding, x.shape[1:-1], self.output_padding)
        # Where `after` is negative, the buffer is longer than the full output: its end stays zero.
        padding = tuple((before, max(after, 0)) for before, after in cut)
        full = (batch, *(size + sum(pair) for size, pair in zip(sizes, padding, strict=True)), self.filters)
        kernel = self.params["kernel"]
        output = crop(input_gradient(x, kernel, full, self.strides, self.dilation_rate), padding)
        if self.use_bias:
            output += self.params["bias"]
        self.cache = x, kernel, padding, output_shape
        return output

    def backward(self, grad):
        """Fills `grads` and returns dL/dx: the convolution that this layer is the transpose of."""
        x, kernel, padding, output_shape = check_cache(self)
        grad = check_gradient(grad, output_shape, self.dtype, self._name)
        padded = pad(grad, padding)
        self.grads = {"kernel": kernel_gradient(padded, x, kernel.shape, self.strides, self.dilation_rate)}
        if self.use_bias:
            self.grads["bias"] = sum_over(grad, (0, 1, 2)).astype(self.dtype)
        return convolve(padded, kernel, self.strides, self.dilation_rate)
