"""An explorable: a kernel walks over an input of numbers, and each output shows its products and its sum."""

import math
from numbers import Integral, Real

import traitlets

from dnnlib.widgets.base import Explorable

LARGEST_INPUT, LARGEST_KERNEL, LARGEST_STRIDE, LARGEST_PADDING, LARGEST_DILATION = 12, 5, 6, 6, 4

_IMAGE_5 = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
_KERNEL_X = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
_IMAGE_6 = [
    [1, 0, 0, 0, 0, 1],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 1, 0, 0],
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 0, 1, 0],
]
_KERNEL_DIAGONAL = [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
_KERNEL_VERTICAL = [[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]
_IMAGE_7 = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 2, 2, 2, 2, 2, 0],
    [0, 0, 0, 0, 2, 1, 0],
    [0, 0, 0, 1, 2, 0, 0],
    [0, 0, 0, 2, 1, 0, 0],
    [0, 0, 1, 2, 0, 0, 0],
    [0, 0, 2, 1, 0, 0, 0],
]
_KERNEL_EDGE = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
_SIGNAL = [[0, 0, 1, 3, 4, 4, 4, 3, 1, 0, 0, 0]]


def _preset(image, kernel, strides=1, padding="valid", dilation=1, flip=False):
    return {"image": image, "kernel": kernel, "strides": _pair(strides, "strides", 1, LARGEST_STRIDE),
            "padding": padding, "dilation": _pair(dilation, "dilation", 1, LARGEST_DILATION), "flip": flip}


def _pair(value, name, least, most):
    """Returns a whole number, or one for each axis, as [height, width]."""
    pair = list(value) if isinstance(value, (list, tuple)) else [value, value]
    if len(pair) != 2 or not all(isinstance(n, Integral) and not isinstance(n, bool) for n in pair):
        raise ValueError(f"{name}: expected a whole number or a pair (height, width), received {value!r}")
    if not all(least <= n <= most for n in pair):
        raise ValueError(f"{name}: expected {least} to {most}, received {value!r}; larger ones do not fit the figure")
    return [int(n) for n in pair]


def _padding(value):
    if isinstance(value, str):
        if value not in ("valid", "same"):
            raise ValueError(f'padding: expected "valid", "same", a whole number or a pair (height, width), '
                             f"received {value!r}")
        return value
    return _pair(value, "padding", 0, LARGEST_PADDING)


def _table(value, name, most):
    """Returns a rectangular table of finite numbers as a list of lists; takes arrays too."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
        raise ValueError(f"{name}: expected a list of rows, each a list of numbers, received {value!r}")
    height, widths = len(rows), {len(row) for row in rows}
    if len(widths) != 1:
        raise ValueError(f"{name}: expected rows of one length, received lengths {[len(row) for row in rows]}")
    if not (1 <= height <= most and 1 <= min(widths) <= most):
        raise ValueError(f"{name}: expected 1 to {most} rows and columns, received {height} x {min(widths)}")
    for number in (n for row in rows for n in row):
        if isinstance(number, bool) or not isinstance(number, Real) or not math.isfinite(number):
            raise ValueError(f"{name}: expected finite numbers, received {number!r}")
    return [[number + 0 for number in row] for row in rows]


PRESETS = {
    "X kernel": _preset(_IMAGE_5, _KERNEL_X),
    "diagonal kernel": _preset(_IMAGE_6, _KERNEL_DIAGONAL),
    "diagonal kernel, stride 2": _preset(_IMAGE_6, _KERNEL_DIAGONAL, strides=2),
    "vertical kernel": _preset(_IMAGE_6, _KERNEL_VERTICAL),
    "vertical kernel, stride 2": _preset(_IMAGE_6, _KERNEL_VERTICAL, strides=2),
    "stride 3 does not fit evenly": _preset(_IMAGE_7, _KERNEL_EDGE, strides=3),
    "padding same": _preset(_IMAGE_7, _KERNEL_EDGE, padding="same"),
    "dilation 2": _preset(_IMAGE_7, _KERNEL_EDGE, dilation=2),
    "true convolution": _preset(_IMAGE_7, _KERNEL_EDGE, flip=True),
    "one dimension": _preset(_SIGNAL, [[-1, 0, 1]]),
}


class ConvolutionStepper(Explorable):
    """Walks a kernel over an input of numbers.

    Pointing at an output cell lights up its window in the padded input and shows its products and their sum; the
    size formula stands beside them with the numbers put in, and input cells that no window reads are hatched.

    Args:
        preset: A name in `PRESETS`; the other arguments override it.
        image: Rows of numbers, 1 to 12 of each.
        kernel: Rows of numbers, 1 to 5 of each.
        strides: A whole number 1 to 6, or (height, width).
        padding: "valid", "same" (as TensorFlow), zeros on every side (0 to 6), or (height, width).
        dilation: A whole number 1 to 4, or (height, width): the distance between neighbouring taps.
        flip: Whether the kernel is turned by 180 degrees first: true convolution instead of correlation.
        selected: The output cell shown, (row, column), counted from 0.

    Raises:
        ValueError: If there is no such preset.
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning, section 2.
    """

    title = "Convolution stepper"

    image = traitlets.Any(_IMAGE_5).tag(sync=True)
    kernel = traitlets.Any(_KERNEL_X).tag(sync=True)
    strides = traitlets.Any([1, 1]).tag(sync=True)
    padding = traitlets.Any("valid").tag(sync=True)
    dilation = traitlets.Any([1, 1]).tag(sync=True)
    flip = traitlets.Bool(False).tag(sync=True)
    selected = traitlets.Any([0, 0]).tag(sync=True)
    presets = traitlets.Dict(PRESETS, read_only=True).tag(sync=True)

    def __init__(self, preset=None, **traits):
        if preset is not None and preset not in PRESETS:
            raise ValueError(f"preset: expected one of {list(PRESETS)}, received {preset!r}")
        if unknown := set(traits) - set(self.trait_names()):
            raise TypeError(f"expected preset, image, kernel, strides, padding, dilation, flip or selected, "
                            f"received {', '.join(sorted(unknown))}")
        super().__init__(**{**PRESETS.get(preset, {}), **traits})

    @traitlets.validate("image", "kernel", "strides", "padding", "dilation", "selected")
    def _check(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        try:
            match name:
                case "image":
                    return _table(value, name, LARGEST_INPUT)
                case "kernel":
                    return _table(value, name, LARGEST_KERNEL)
                case "strides":
                    return _pair(value, name, 1, LARGEST_STRIDE)
                case "dilation":
                    return _pair(value, name, 1, LARGEST_DILATION)
                case "selected":
                    return _pair(value, name, 0, 10**6)
                case _:
                    return _padding(value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None
