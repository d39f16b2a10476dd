"""Sizes and counts of convolutions, one axis at a time: what fits, what is never read, what it costs.

Along one axis, a window of ``kernel_size`` taps that lie ``dilation`` apart spans
``dilation * (kernel_size - 1) + 1`` positions; it moves by ``stride`` over the padded input.
``padding`` is "valid" (none), "same" (as TensorFlow: ceil(size / stride) outputs), an integer
(zeros on both sides), or a pair (before, after).

Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning, sections 2 to 5.
"""

from math import prod
from numbers import Integral

from dnnlib.validation import check_integer, check_integers


def span(kernel_size, dilation=1):
    """Returns the number of positions from a window's first tap to its last, both counted."""
    return check_integer(dilation, "dilation") * (check_integer(kernel_size, "kernel_size") - 1) + 1


def lowered(padding):
    """Returns a padding's name in small letters, as "SAME" is "same" in Keras; anything else as it is."""
    return padding.lower() if isinstance(padding, str) else padding


def conv_padding(size, kernel_size, stride=1, padding="valid", dilation=1):
    """Resolves a padding to the zeros added before and after.

    Args:
        size: Length of the input along the axis.
        kernel_size: Taps of the kernel along the axis.
        stride: Step between two windows.
        padding: "valid", "same", an integer for both sides, or a pair (before, after).
        dilation: Distance between two neighbouring taps.

    Returns:
        (before, after). "same" puts the odd zero after, as TensorFlow does.

    Raises:
        ValueError: If an argument is none of these.
    """
    size, stride = check_integer(size, "size"), check_integer(stride, "stride")
    reach = span(kernel_size, dilation)
    if not isinstance(padding, str):
        return check_integers(padding, 2, 'padding, if neither "valid" nor "same"', minimum=0)
    if lowered(padding) == "valid":
        return 0, 0
    if lowered(padding) == "same":
        outputs = -(-size // stride)
        total = max((outputs - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2
    raise ValueError(f'padding: expected "valid", "same", an integer or a pair (before, after), received {padding!r}')


def conv_output_size(size, kernel_size, stride=1, padding="valid", dilation=1, exact=False):
    """Counts the outputs of a convolution along one axis: floor((padded size - span) / stride) + 1.

    Args:
        size: Length of the input along the axis.
        kernel_size: Taps of the kernel along the axis.
        stride: Step between two windows.
        padding: "valid", "same", an integer for both sides, or a pair (before, after).
        dilation: Distance between two neighbouring taps.
        exact: Whether to refuse a size at which the last window ends before the padded input does.
            The frameworks floor and leave that strip unread.

    Returns:
        The number of windows.

    Raises:
        ValueError: If the kernel spans more than the padded input; or, with `exact`, if windows do
            not fill it. The message names the nearest sizes that fit.
    """
    room = _room(size, kernel_size, stride, padding, dilation)
    if room < 0:
        raise ValueError(
            f"the kernel spans {span(kernel_size, dilation)} positions, but the padded input has only "
            f"{span(kernel_size, dilation) + room}; use a larger input, more padding or a smaller kernel"
        )
    strip = room % stride
    if exact and strip:
        raise ValueError(
            f"kernel_size={kernel_size}, stride={stride}, padding={padding!r}, dilation={dilation} do not "
            f"fit size {size}: (padded size - span) / stride + 1 = {room / stride + 1:.2f}, and the last "
            f"{strip} of the padded positions stay unread; the nearest sizes that fit: "
            f"{_nearest_fits(size, kernel_size, stride, padding, dilation)}"
        )
    return room // stride + 1


def _room(size, kernel_size, stride, padding, dilation):
    """Returns how far the first window can move before it leaves the padded input; negative if it does not fit in."""
    return size + sum(conv_padding(size, kernel_size, stride, padding, dilation)) - span(kernel_size, dilation)


def _nearest_fits(size, kernel_size, stride, padding, dilation):
    def fits(candidate):
        room = _room(candidate, kernel_size, stride, padding, dilation)
        return room >= 0 and room % stride == 0

    # Sizes that fit lie at most a stride apart.
    below = next((n for n in range(size - 1, max(size - stride, 0), -1) if fits(n)), None)
    above = next(n for n in range(size + 1, size + stride + 1) if fits(n))
    return str(above) if below is None else f"{below} and {above}"


def unread_positions(size, kernel_size, stride=1, padding="valid", dilation=1):
    """Finds the input positions that no window reads.

    They lie in the strip after the last window, between windows that are further apart than they are
    long, and between dilated taps.

    Args:
        size: Length of the input along the axis.
        kernel_size: Taps of the kernel along the axis.
        stride: Step between two windows.
        padding: "valid", "same", an integer for both sides, or a pair (before, after).
        dilation: Distance between two neighbouring taps.

    Returns:
        The indices, ascending, counted in the input without its padding.

    Raises:
        ValueError: As `conv_output_size`.
    """
    outputs = conv_output_size(size, kernel_size, stride, padding, dilation)
    before, _ = conv_padding(size, kernel_size, stride, padding, dilation)
    read = {window * stride + tap * dilation - before for window in range(outputs) for tap in range(kernel_size)}
    return [position for position in range(size) if position not in read]


def conv_transpose_padding(size, kernel_size, stride=1, padding="valid", output_padding=None, dilation=1):
    """Finds what a transposed convolution cuts from its full output, (size - 1) * stride + span positions.

    Args:
        size: Length of the input along the axis.
        kernel_size: Taps of the kernel along the axis.
        stride: Step between the places where two neighbouring inputs land.
        padding: "valid", "same", an integer for both sides, or a pair (before, after).
        output_padding: Positions added after; None leaves the choice to Keras's rule, see
            `conv_transpose_output_size`.
        dilation: Distance between two neighbouring taps.

    Returns:
        (before, after). A negative `after` means zeros appended instead of positions cut.

    Raises:
        ValueError: If an argument is none of these, or `output_padding` is not below `stride`.
    """
    size, stride, reach = check_integer(size, "size"), check_integer(stride, "stride"), span(kernel_size, dilation)
    if output_padding is not None and check_integer(output_padding, "output_padding", minimum=0) >= stride:
        raise ValueError(
            f"output_padding: expected less than the stride, {stride}, received {output_padding}; "
            "it only chooses between the sizes that a strided convolution maps to the same output"
        )
    if lowered(padding) == "same":
        total = reach - (stride if output_padding is None else reach % 2 + output_padding)
        before = max(total, 0) // 2
        return before, total - before
    if lowered(padding) == "valid":
        return 0, -(max(stride - reach, 0) if output_padding is None else output_padding)
    before, after = conv_padding(size, kernel_size, stride, padding, dilation)
    return before, after - (output_padding or 0)


def conv_transpose_output_size(size, kernel_size, stride=1, padding="valid", output_padding=None, dilation=1):
    """Counts the outputs of a transposed convolution along one axis, by Keras's rule.

    "valid": (size - 1) * stride + span + output_padding, where None stands for max(stride - span, 0).
    "same": size * stride if `output_padding` is None, else (size - 1) * stride + span % 2 + output_padding.
    Numbers (before, after), as in PyTorch: (size - 1) * stride + span - before - after + output_padding.

    Args:
        size: Length of the input along the axis.
        kernel_size: Taps of the kernel along the axis.
        stride: Step between the places where two neighbouring inputs land.
        padding: "valid", "same", an integer for both sides, or a pair (before, after).
        output_padding: Positions added after, or None.
        dilation: Distance between two neighbouring taps.

    Returns:
        The length of the output.

    Raises:
        ValueError: As `conv_transpose_padding`, or if the padding cuts everything away.
    """
    cut = conv_transpose_padding(size, kernel_size, stride, padding, output_padding, dilation)
    outputs = (size - 1) * stride + span(kernel_size, dilation) - sum(cut)
    if outputs < 1:
        raise ValueError(
            f"padding={padding!r} leaves nothing of the {outputs + sum(cut)} positions of the full "
            "output; use less padding, a larger input or a larger stride"
        )
    return outputs


def _check_channels(kernel_size, in_channels, filters, groups):
    if isinstance(kernel_size, Integral):
        raise ValueError(
            f"kernel_size: expected one size for each spatial axis, e.g. ({kernel_size}, {kernel_size}) "
            f"in two dimensions, received {kernel_size}"
        )
    check_integers(kernel_size, len(kernel_size), "kernel_size")
    for name, channels in (("in_channels", in_channels), ("filters", filters)):
        if check_integer(channels, name) % check_integer(groups, "groups"):
            raise ValueError(f"{name}: expected a multiple of groups={groups}, received {channels}")


def conv_parameters(kernel_size, in_channels, filters, groups=1, use_bias=True):
    """Counts a convolution's parameters: the kernels are shared by all positions.

    Args:
        kernel_size: Taps along each spatial axis, e.g. (3, 3).
        in_channels: Channels of the input.
        filters: Kernels, which is the number of output channels.
        groups: Groups of channels that do not see each other.
        use_bias: Whether each kernel has a bias.

    Returns:
        prod(kernel_size) * in_channels / groups * filters, plus `filters` with a bias.

    Raises:
        ValueError: If the channels do not divide into the groups.
    """
    _check_channels(kernel_size, in_channels, filters, groups)
    return prod(kernel_size) * (in_channels // groups) * filters + (filters if use_bias else 0)


def conv_macs(kernel_size, in_channels, filters, output_shape, groups=1):
    """Counts the multiply-accumulates of a convolution for one example.

    Args:
        kernel_size: Taps along each spatial axis, e.g. (3, 3).
        in_channels: Channels of the input.
        filters: Kernels.
        output_shape: The output's size along each spatial axis, e.g. (28, 28).
        groups: Groups of channels that do not see each other.

    Returns:
        One product for each weight at each output position. Biases are not counted.

    Raises:
        ValueError: If the axes differ in number or the channels do not divide into the groups.
    """
    weights = conv_parameters(kernel_size, in_channels, filters, groups, use_bias=False)
    return weights * prod(check_integers(output_shape, len(kernel_size), "output_shape"))


def dense_parameters(inputs, units, use_bias=True):
    """Counts a dense layer's parameters: a weight for each pair of input and unit, and a bias for each unit.

    Args:
        inputs: Length of the input.
        units: Length of the output.
        use_bias: Whether each unit has a bias.

    Returns:
        inputs * units, plus `units` with a bias.

    Raises:
        ValueError: If a length is no positive integer.
    """
    return check_integer(inputs, "inputs") * check_integer(units, "units") + (units if use_bias else 0)


def dense_macs(inputs, units):
    """Counts a dense layer's multiply-accumulates for one example: one for each weight. See `dense_parameters`."""
    return dense_parameters(inputs, units, use_bias=False)
