"""An explorable: a kernel walks over an input of numbers, and each output shows its products and its sum."""

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked, chosen, pair, table

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
_KERNEL_UPRIGHT = [[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]
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
    return {
        "image": image,
        "kernel": kernel,
        "strides": pair(strides, "strides", 1, LARGEST_STRIDE),
        "padding": padding,
        "dilation": pair(dilation, "dilation", 1, LARGEST_DILATION),
        "flip": flip,
    }


def _padding(value, name):
    if isinstance(value, str):
        if value not in ("valid", "same"):
            raise ValueError(
                f'{name}: expected "valid", "same", a whole number or a pair (height, width), received {value!r}'
            )
        return value
    return pair(value, name, 0, LARGEST_PADDING)


PRESETS = {
    "X kernel": _preset(_IMAGE_5, _KERNEL_X),
    "diagonal kernel": _preset(_IMAGE_6, _KERNEL_DIAGONAL),
    "diagonal kernel, stride 2": _preset(_IMAGE_6, _KERNEL_DIAGONAL, strides=2),
    "upright kernel": _preset(_IMAGE_6, _KERNEL_UPRIGHT),
    "upright kernel, stride 2": _preset(_IMAGE_6, _KERNEL_UPRIGHT, strides=2),
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

    Guesses: "outputs", how many numbers the output holds.
    Tours: "stride", from stride 1 to stride 2 and padding same.

    Raises:
        ValueError: If there is no such preset.
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning, section 2.
    """

    title = "Convolution stepper"
    guesses = ("outputs",)
    tours = ("stride",)

    image = Checked(table, _IMAGE_5, most=LARGEST_INPUT).tag(sync=True)
    kernel = Checked(table, _KERNEL_X, most=LARGEST_KERNEL).tag(sync=True)
    strides = Checked(pair, [1, 1], least=1, most=LARGEST_STRIDE).tag(sync=True)
    padding = Checked(_padding, "valid").tag(sync=True)
    dilation = Checked(pair, [1, 1], least=1, most=LARGEST_DILATION).tag(sync=True)
    flip = traitlets.Bool(False).tag(sync=True)
    selected = Checked(pair, [0, 0], least=0, most=10**6).tag(sync=True)
    presets = traitlets.List(list(PRESETS.items()), read_only=True).tag(sync=True)

    def __init__(self, preset=None, **traits):
        super().__init__(**{**chosen(preset, PRESETS), **traits})
