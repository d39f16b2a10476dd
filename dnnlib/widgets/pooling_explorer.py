"""An explorable: what pooling keeps of its input, what a shift does to it, and where its gradient goes."""

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked, chosen, pair, table

LARGEST_INPUT, LARGEST_STRIDE, LARGEST_SHIFT = 8, 4, 3
KINDS = ("max", "average", "l2", "weighted", "max_blur")
VIEWS = ("forward", "shift", "gradient")

_LECTURE = [[1, 0, 2, 3], [4, 6, 6, 8], [3, 1, 1, 0], [1, 2, 2, 4]]
_ROW = [[0.2, 0.8, 1, 0.5, 0.6, 0.1, 0.9, 0.4]]
_IMAGE = [
    [5, 3, 7, 3, 5, 7],
    [3, 6, 2, 5, 3, 2],
    [2, 0, 8, 0, 2, 4],
    [9, 3, 8, 0, 5, 8],
    [3, 6, 5, 9, 5, 4],
    [9, 1, 9, 2, 4, 1],
]
_NEGATIVE = [[-6, -2, -5, -3, -7], [-4, -8, -1, -6, -2], [-9, -3, -7, -4, -5]]
_OVERLAPPING = [
    [1, 3, 0, 2, 1, 4, 0],
    [0, 2, 1, 0, 3, 1, 2],
    [4, 1, 9, 2, 0, 2, 1],
    [2, 0, 3, 1, 8, 0, 3],
    [1, 5, 2, 0, 1, 3, 2],
    [3, 0, 1, 4, 2, 7, 1],
    [0, 2, 6, 1, 0, 2, 5],
]


def _preset(image, pool_size=2, strides=2, kind="max", padding="valid", view="forward", shift=0, selected=(0, 0)):
    return {
        "image": image,
        "kind": kind,
        "pool_size": pair(pool_size, "pool_size", 1, LARGEST_INPUT),
        "strides": pair(strides, "strides", 1, LARGEST_STRIDE),
        "padding": padding,
        "view": view,
        "shift": pair(shift, "shift", -LARGEST_SHIFT, LARGEST_SHIFT),
        "upstream": [],
        "selected": list(selected),
    }


def _gradient(value, name):
    return [] if isinstance(value, (list, tuple)) and not value else table(value, name, LARGEST_INPUT)


PRESETS = {
    "the lecture's 4 × 4": _preset(_LECTURE),
    "a row, shifted by one": _preset(_ROW, (1, 3), 1, padding="same", view="shift", shift=(0, 1), selected=(0, 2)),
    "an image, shifted by one": _preset(_IMAGE, view="shift", shift=(0, 1), selected=(1, 1)),
    "stripes, shifted by one": _preset([[0, 0, 4, 4, 0, 0, 4, 4]], (1, 2), view="shift", shift=(0, 1)),
    "one window for all": _preset(_LECTURE, 4, 4, view="shift", shift=(1, 1)),
    "overlapping windows, 3 / 2": _preset(_OVERLAPPING, 3, 2, view="gradient", selected=(1, 1)),
    "a tie": _preset([[2, 7, 0, 5], [7, 1, 5, 5], [0, 0, 3, 1], [0, 0, 2, 3]], view="gradient"),
    "all negative, padding same": _preset(_NEGATIVE, padding="same", selected=(1, 2)),
}


class PoolingExplorer(Explorable):
    """Pools a small table of numbers, forward, after a shift, and backward.

    Three views of one layer: forward (which inputs a pooled value summarises, and how), shift (the same input moved
    round by some rows and columns: how many inputs and how many pooled values changed, and whether the pooled map
    merely moved) and gradient (how an upstream gradient is routed back to the inputs).

    Args:
        preset: A name in `PRESETS`; the other arguments override it.
        image: Rows of numbers, 1 to 8 of each.
        kind: "max", "average", "l2", "weighted" (a Gaussian of the distance from the window's centre) or "max_blur"
            (the maximum at every position, then a 3 x 3 binomial blur that is read every `strides` positions).
        pool_size: The window's size, a whole number 1 to 8 or (height, width).
        strides: A whole number 1 to 4, or (height, width).
        padding: "valid" or "same" (as TensorFlow); "max_blur" does not use it.
        view: "forward", "shift" or "gradient".
        shift: Rows and columns by which the input is moved, -3 to 3 each; what leaves on one side comes in on the
            other, so that the input keeps its values.
        upstream: The gradient of the loss by the output, rows of numbers; what it leaves out is 1.
        selected: The output cell shown, (row, column), counted from 0.

    Guesses: "share_unchanged", the share of pooled values that the shift leaves as they were, in %; "most_received",
    the largest gradient that a single input receives.
    Tours: "shift", from one window to a shift by one and by two columns.

    Raises:
        ValueError: If there is no such preset.
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 9.3; Zhang (2019), Making convolutional
    networks shift-invariant again, section 3, for "max_blur".
    """

    title = "Pooling explorer"
    guesses = ("share_unchanged", "most_received")
    tours = ("shift",)

    image = Checked(table, _LECTURE, most=LARGEST_INPUT).tag(sync=True)
    kind = traitlets.Enum(KINDS, "max").tag(sync=True)
    pool_size = Checked(pair, [2, 2], least=1, most=LARGEST_INPUT).tag(sync=True)
    strides = Checked(pair, [2, 2], least=1, most=LARGEST_STRIDE).tag(sync=True)
    padding = traitlets.Enum(("valid", "same"), "valid").tag(sync=True)
    view = traitlets.Enum(VIEWS, "forward").tag(sync=True)
    shift = Checked(pair, [0, 0], least=-LARGEST_SHIFT, most=LARGEST_SHIFT).tag(sync=True)
    upstream = Checked(_gradient, []).tag(sync=True)
    selected = Checked(pair, [0, 0], least=0, most=LARGEST_INPUT - 1).tag(sync=True)
    presets = traitlets.List(list(PRESETS.items()), read_only=True).tag(sync=True)

    def __init__(self, preset=None, **traits):
        super().__init__(**{**chosen(preset, PRESETS), **traits})
