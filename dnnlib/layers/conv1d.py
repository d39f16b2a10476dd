"""One-dimensional convolution, over time."""

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution_arithmetic import conv_padding, lowered, span


class Conv1D(Conv2D):
    """Slides `filters` kernels along one axis. It is `Conv2D` with one spatial axis less.

    Args:
        filters: Number of kernels, which is the number of output channels.
        kernel_size: Taps along the steps.
        strides: Step between windows.
        padding: "valid", "same", an integer for both ends, a pair (before, after), or "causal": so many
            zeros before that output t reads no input after t (at stride 1).
        dilation_rate: Distance between taps.
        groups, use_bias, kernel_initializer, kernel_regularizer, bias_regularizer, seed, dtype: As in `Conv2D`.

    Input shape: (batch, steps, channels).

    Output shape: (batch, out_steps, filters).

    Parameters: kernel (kernel_size, channels / groups, filters), bias (filters,).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: causal padding: van den Oord et al. (2016), WaveNet, section 2.1.
    """

    AXES = ("steps",)

    def _padding_per_axis(self, padding):
        if lowered(padding) == "causal":
            return ((span(self.kernel_size[0], self.dilation_rate[0]) - 1, 0),)
        if not isinstance(padding, str):
            return (conv_padding(1, 1, padding=padding),)
        return super()._padding_per_axis(padding)
