"""Receptive fields: which inputs a unit deep in a network can see, along one axis."""

from typing import NamedTuple

from dnnlib.layers.convolution_arithmetic import conv_padding, lowered, span
from dnnlib.validation import check_integer


class Window(NamedTuple):
    """A convolution or pooling layer along one axis.

    Attributes:
        kernel_size: Taps of the window.
        stride: Step between two windows.
        dilation: Distance between two neighbouring taps.
        padding: Zeros on both sides, or a pair (before, after).
    """

    kernel_size: int
    stride: int = 1
    dilation: int = 1
    padding: int | tuple[int, int] = 0


class Field(NamedTuple):
    """What the units of one layer see of the input.

    Attributes:
        size: Positions from the first to the last that a unit sees, both counted.
        jump: Distance, in input positions, between the fields of two neighbouring units.
        start: Centre of the first unit's field, in input coordinates: 0 is the centre of the first
            input position. Padding moves it to the left.
    """

    size: int
    jump: int
    start: float


def receptive_field(layers):
    """Follows the receptive field from the input through a stack of layers.

    With a layer's span r, stride s and zeros before p:
    size += (r - 1) jump;  start += ((r - 1) / 2 - p) jump;  jump *= s.

    Args:
        layers: `Window`s, or dicts with its keys, first layer first.

    Returns:
        A list with one `Field` for each layer.

    Raises:
        ValueError: If a layer is neither, or a number in it makes no window.

    Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning; Araujo, Norris &
    Sim (2019), Computing receptive fields of convolutional neural networks, section "Recurrence relations".
    """
    field, fields = Field(1, 1, 0.0), []
    for reach, stride, before in map(_reach_stride_before, layers):
        field = Field(
            size=field.size + (reach - 1) * field.jump,
            jump=field.jump * stride,
            start=field.start + ((reach - 1) / 2 - before) * field.jump,
        )
        fields.append(field)
    return fields


def field_of(layers, unit):
    """Finds the inputs that one unit of the last layer sees.

    Args:
        layers: `Window`s, or dicts with its keys, first layer first.
        unit: Index of the unit in the last layer's output.

    Returns:
        (first, last) input position, both included. They may lie outside the input: there the unit sees
        padding.

    Raises:
        ValueError: As `receptive_field`.
    """
    first = last = check_integer(unit, "unit", minimum=0)
    for reach, stride, before in reversed([_reach_stride_before(layer) for layer in layers]):
        first = first * stride - before
        last = last * stride - before + reach - 1
    return first, last


def _reach_stride_before(layer):
    try:
        window = Window(**layer) if isinstance(layer, dict) else Window(*layer)
    except TypeError as error:
        raise ValueError(
            f"layer: expected a Window, or a dict with the keys {', '.join(Window._fields)}; received {layer!r}"
        ) from error
    if lowered(window.padding) == "same":
        raise ValueError(
            'padding: expected numbers; "same" depends on the input\'s size, so resolve it with '
            'conv_padding(size, kernel_size, stride, "same", dilation) first'
        )
    before, _ = conv_padding(1, window.kernel_size, window.stride, window.padding, window.dilation)
    return span(window.kernel_size, window.dilation), check_integer(window.stride, "stride"), before
