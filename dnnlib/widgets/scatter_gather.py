"""An explorable: how an output's error comes back to the input and to the kernel, by scatter and by gather."""

import numpy as np
import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked, chosen, pair, table

LARGEST_INPUT, LARGEST_KERNEL, LARGEST_STRIDE, LARGEST_PADDING, LARGEST_DILATION = 7, 4, 3, 2, 3
LARGEST_OUTPUT = LARGEST_INPUT + 2 * LARGEST_PADDING
LAYERS = ("convolution", "max_pooling")
VIEWS = ("scatter", "gather", "kernel")

# Small numbers to start with, one table a channel or a kernel: a size takes its upper left part
_IMAGE = np.array([
    [[1, 0, 2, 1, 3, 0, 1], [2, 1, 0, 3, 1, 2, 0], [0, 3, 1, 2, 0, 1, 2], [1, 2, 0, 1, 2, 3, 1],
     [3, 0, 1, 0, 1, 2, 0], [0, 1, 2, 1, 0, 1, 3], [2, 0, 1, 3, 2, 0, 1]],
    [[0, 1, 1, 0, 2, 1, 0], [1, 3, 0, 2, 0, 1, 1], [2, 0, 1, 1, 3, 0, 2], [0, 2, 3, 0, 1, 1, 0],
     [1, 0, 0, 2, 1, 0, 3], [2, 1, 1, 0, 3, 2, 0], [0, 1, 2, 1, 0, 1, 1]],
])  # fmt: skip
_KERNELS = np.array([
    [[[1, 2, 0, 1], [0, -1, 3, 0], [2, 0, 1, -1], [0, 1, 0, 2]],
     [[0, 1, -1, 2], [2, 0, 1, 0], [0, 3, 0, 1], [1, 0, 2, 0]]],
    [[[2, 0, 1, 0], [1, 1, 0, -1], [0, -2, 1, 2], [1, 0, 0, 1]],
     [[1, 0, 2, 0], [0, -1, 1, 1], [3, 0, 0, 2], [0, 1, 1, 0]]],
])  # fmt: skip
_ERRORS = np.array([
    [[1, 0, 2, -1], [-1, 2, 0, 1], [0, 1, -2, 2], [2, 0, 1, 0]],
    [[0, 1, -1, 2], [2, 0, 1, 0], [1, -1, 0, 1], [0, 2, 0, -1]],
])  # fmt: skip
_NEGATIVE = {
    "image": [[[-6, -2, -5, -3], [-4, -8, -1, -6], [-9, -3, 2, -4], [-5, -7, -4, 1]]],
    "errors": [[[3, -1], [2, 1]]],
}


def _depth(value):
    """Returns how many lists are around the first number of a nested list."""
    return 1 + _depth(value[0] if value else None) if isinstance(value, (list, tuple)) else 0


def _some(value, name, single, check, what):
    """Returns one or two parts of one shape, each checked; a single part comes as a list of one."""
    given = value.tolist() if hasattr(value, "tolist") else value
    parts = [given] if _depth(given) <= single else given
    if not isinstance(parts, (list, tuple)) or not 1 <= len(parts) <= 2:
        raise ValueError(f"{name}: expected a {what}, or a list of one or two, received {value!r}")
    parts = [check(part) for part in parts]
    shapes = [np.shape(part) for part in parts]
    if len(set(shapes)) > 1:
        raise ValueError(f"{name}: expected each {what} of one shape, received {shapes}")
    return parts


def _tables(value, name, most):
    """Returns one or two tables of one shape."""
    return _some(value, name, 2, lambda part: table(part, name, most), "table of numbers")


def _kernels(value, name, most):
    """Returns one or two kernels, each a list of one or two tables: one for each channel."""
    return _some(value, name, 3, lambda part: _tables(part, name, most), "kernel")


def _numbers(size=5, kernel=3, channels=1, filters=1):
    """Returns input, kernels and errors of these sizes, from the numbers above."""
    height, width = pair(size, "size", 1, LARGEST_INPUT)
    tall, wide = pair(kernel, "kernel", 1, LARGEST_KERNEL)
    for name, count in (("channels", channels), ("filters", filters)):
        if count not in (1, 2):
            raise ValueError(f"{name}: expected 1 or 2, received {count!r}")
    return {
        "image": _IMAGE[:channels, :height, :width].tolist(),
        "weights": _KERNELS[:filters, :channels, :tall, :wide].tolist(),
        "errors": _ERRORS[:filters].tolist(),
    }


def _preset(stride=1, padding=0, dilation=1, layer="convolution", numbers=None, **sizes):
    return {
        **_numbers(**sizes),
        **(numbers or {}),
        "layer": layer,
        "stride": pair(stride, "stride", 1, LARGEST_STRIDE),
        "padding": pair(padding, "padding", 0, LARGEST_PADDING),
        "dilation": pair(dilation, "dilation", 1, LARGEST_DILATION),
    }


PRESETS = {
    "a 3 × 3 kernel": _preset(),
    "one dimension": _preset(size=(1, 7), kernel=(1, 3)),
    "stride 2": _preset(stride=2),
    "padding 1": _preset(size=4, padding=1),
    "dilation 2": _preset(size=6, dilation=2),
    "two channels": _preset(size=4, kernel=2, channels=2),
    "two kernels": _preset(size=4, kernel=2, filters=2),
    "max pooling below zero": _preset(2, layer="max_pooling", numbers=_NEGATIVE, size=4, kernel=2),
}


class ScatterGather(Explorable):
    """Sends an output's error back through a convolution, and shows each sum that this makes.

    Three views of one backward pass. Scatter: an output's error (the gradient of the loss by that output) leaves its
    multiple of the kernel in the gradient of the input. Gather: an input pixel reads the errors, with zeros between
    them (stride) and around, through the kernel flipped along both axes. The two are computed apart and compared number
    by number. Kernel: a weight's gradient sums the products of an input and an error, one for each output. A step
    takes one error, pixel or output further. The other layer, max pooling, has switches where a convolution has
    weights.

    Args:
        preset: A name in `PRESETS`; the other arguments override it.
        size: Size of the input, 1 to 7, or (height, width); its numbers are those of the presets.
        kernel: Size of the kernel, 1 to 4, or (height, width); likewise.
        channels: Channels of the input, 1 or 2; likewise.
        filters: Kernels, which is channels of the output, 1 or 2; likewise.
        image: The input's own numbers: rows, or one or two tables of one shape, one a channel.
        weights: Those of the kernel: rows, a list of tables (one a channel), or one or two such lists (one a kernel).
            Where the input has more channels, the last table serves again.
        errors: Those of the errors: rows, or one or two tables, one a kernel; repeated as often as the output needs.
        layer: "convolution" or "max_pooling", whose windows are as large as the kernel, without padding or dilation.
        stride: A whole number 1 to 3, or (height, width).
        padding: Zeros on every side, 0 to 2, or (height, width).
        dilation: A whole number 1 to 3, or (height, width).
        flip: Whether the gather flips the kernel; without it the two ways differ.
        view: "scatter", "gather" or "kernel" (for a convolution alone).
        output: The output whose error is shown, (row, column), counted from 0.
        pixel: The input pixel whose gradient is shown, likewise.
        weight: The weight whose gradient is shown, likewise.
        channel: The channel of that pixel and weight, 0 or 1.
        filter: The kernel of that output and weight, 0 or 1.
        steps: So many errors (scatter), pixels (gather) or outputs (kernel) are summed so far; None for all.

    Guesses: "input_gradient", the gradient of the pixel; "reached_by", how many errors reach it; "weight_gradient", the
    gradient of the weight.
    Tours: "both_ways", one error, then one pixel, with the kernel flipped and not flipped, then one weight.

    Raises:
        ValueError: If there is no such preset or size.
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning, section 4; Zeiler & Fergus
    (2014), Visualizing and understanding convolutional networks, section 2.1, for the switches.
    """

    title = "Scatter or gather"
    guesses = ("input_gradient", "reached_by", "weight_gradient")
    tours = ("both_ways",)

    image = Checked(_tables, _numbers()["image"], most=LARGEST_INPUT).tag(sync=True)
    weights = Checked(_kernels, _numbers()["weights"], most=LARGEST_KERNEL).tag(sync=True)
    errors = Checked(_tables, _numbers()["errors"], most=LARGEST_OUTPUT).tag(sync=True)
    layer = traitlets.Enum(LAYERS, "convolution").tag(sync=True)
    stride = Checked(pair, [1, 1], least=1, most=LARGEST_STRIDE).tag(sync=True)
    padding = Checked(pair, [0, 0], least=0, most=LARGEST_PADDING).tag(sync=True)
    dilation = Checked(pair, [1, 1], least=1, most=LARGEST_DILATION).tag(sync=True)
    flip = traitlets.Bool(True).tag(sync=True)
    view = traitlets.Enum(VIEWS, "scatter").tag(sync=True)
    output = Checked(pair, [0, 0], least=0, most=LARGEST_OUTPUT - 1).tag(sync=True)
    pixel = Checked(pair, [1, 1], least=0, most=LARGEST_INPUT - 1).tag(sync=True)
    weight = Checked(pair, [0, 0], least=0, most=LARGEST_KERNEL - 1).tag(sync=True)
    channel = traitlets.Int(0, min=0, max=1).tag(sync=True)
    filter = traitlets.Int(0, min=0, max=1).tag(sync=True)
    steps = traitlets.Int(None, allow_none=True, min=0, max=2 * LARGEST_OUTPUT**2).tag(sync=True)
    presets = traitlets.List(list(PRESETS.items()), read_only=True).tag(sync=True)

    def __init__(self, preset=None, size=None, kernel=None, channels=None, filters=None, **traits):
        given = {"size": size, "kernel": kernel, "channels": channels, "filters": filters}
        start = chosen(preset, PRESETS)
        if any(value is not None for value in given.values()):
            now = {
                "size": np.shape(start["image"])[1:],
                "kernel": np.shape(start["weights"])[2:],
                "channels": len(start["image"]),
                "filters": len(start["weights"]),
            } if start else {}  # fmt: skip
            sizes = {**now, **{name: value for name, value in given.items() if value is not None}}
            start = {**start, **_numbers(**sizes)}
        super().__init__(**{**start, **traits})
