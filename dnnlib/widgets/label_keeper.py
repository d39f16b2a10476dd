"""The explorable that changes a picture until its label is lost, for a person and for two trained networks."""

import math
from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

DIGITS = tuple("0123456789")
CROPS = ("sky", "pagoda", "trees", "petals", "leaves")
COUNTS = {**dict.fromkeys(DIGITS, 12), **dict.fromkeys(CROPS, 8)}  # test pictures of each class
# Of each change the least and the largest amount, the step, and the amount that changes nothing
CHANGES = {
    "flip_lr": (0, 1, 1, 0),
    "flip_ud": (0, 1, 1, 0),
    "scale": (0.4, 1.6, 0.05, 1),
    "rotation": (-180, 180, 5, 0),
    "shift_x": (-0.5, 0.5, 0.025, 0),
    "shift_y": (-0.5, 0.5, 0.025, 0),
    "contrast": (0, 2, 0.05, 1),
    "brightness": (-1, 1, 0.05, 0),
    "noise": (0, 0.6, 0.02, 0),
}


def _number(value):
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _in_range(value, change, name):
    least, most, *_ = CHANGES[change]
    if not (_number(value) and least <= value <= most):
        raise ValueError(f"{name}: expected {least} to {most} of {change}, received {value!r}")
    return float(value)


def one_of(value, name):
    """Returns a picture as [class, number].

    Args:
        value: A class, for its first picture, or a pair (class, number counted from 0).
        name: The trait, for the message.

    Raises:
        ValueError: If there is no such picture.
    """
    label, number = value if isinstance(value, (list, tuple)) and len(value) == 2 else (value, 0)
    label = str(label)
    if label not in COUNTS:
        raise ValueError(f"{name}: expected a class of {', '.join(COUNTS)}, or (class, number), received {value!r}")
    if not (isinstance(number, int) and not isinstance(number, bool) and 0 <= number < COUNTS[label]):
        raise ValueError(f"{name}: expected 0 to {COUNTS[label] - 1} of class {label}, received {number!r}")
    return [label, number]


def amounts_of(value, name):
    """Returns amounts by change, those that change something.

    Raises:
        ValueError: If there is no such change, or an amount is out of range.
    """
    if not isinstance(value, dict) or set(value) - set(CHANGES):
        raise ValueError(f"{name}: expected a dict with some of {', '.join(CHANGES)}, received {value!r}")
    checked = {change: _in_range(value[change], change, name) for change in CHANGES if change in value}
    return {change: amount for change, amount in checked.items() if amount != CHANGES[change][3]}


def marks_of(value, name):
    """Returns marks: by class, then by change, the least and the largest amount at which a person keeps the label.

    Raises:
        ValueError: If a class, a change or an amount is none.
    """
    if not isinstance(value, dict) or set(value) - set(COUNTS):
        raise ValueError(f"{name}: expected a dict with some of {', '.join(COUNTS)}, received {value!r}")
    checked = {}
    for label, marks in value.items():
        if not isinstance(marks, dict) or set(marks) - set(CHANGES):
            raise ValueError(f"{name}: expected a dict with some of {', '.join(CHANGES)}, received {marks!r}")
        checked[label] = {}
        for change, pair in marks.items():
            if not (isinstance(pair, (list, tuple)) and len(pair) == 2):
                raise ValueError(f"{name}: expected a pair (least, largest) of {change}, received {pair!r}")
            low, high = (_in_range(amount, change, name) for amount in pair)
            if not low <= CHANGES[change][3] <= high:
                raise ValueError(f"{name}: expected {CHANGES[change][3]} of {change} between {low} and {high}")
            checked[label][change] = [low, high]
    return checked


class LabelKeeper(Explorable):
    """A picture, changed by sliders, and what two trained networks make of it: does the change keep the label?

    One network was trained on pictures as they are, the other on changed copies. The changes come in this order: flips,
    scaling, rotation about the middle and shift, as one affine map with linear interpolation, then contrast,
    brightness and noise, each cut off at 0 and 1, as in `dnnlib.augmentation`. Shown are the picture before and after,
    the probabilities of all classes, and along the whole range of one change the probability of the true class, of
    this picture and on average over test pictures. For each class a person's limits can be marked and compared.

    Args:
        picture: A class, for its first picture, or a pair (class, number): a digit "0" to "9", numbers 0 to 11, from
            the test part of scikit-learn's digits; or "sky", "pagoda", "trees", "petals" or "leaves", numbers 0 to 7,
            squares of the photographs that come with scikit-learn, from places that no network was trained on.
        change: The change whose whole range is drawn: "flip_lr", "flip_ud", "scale", "rotation", "shift_x",
            "shift_y", "contrast", "brightness" or "noise".
        amount: The amount of that change.
        amounts: Dict with the amounts of all changes: flips 0 or 1, scale a factor, rotation in degrees
            anticlockwise, shifts to the right and down as shares of the picture's width, contrast a factor, brightness
            what is added, noise its standard deviation.
        marks: Dict: by class, then by change, the least and the largest amount at which a person keeps the label.
        average: "class" or "all": the test pictures that the mean is taken over.

    Guesses: "gives_up", the amount, in the direction of larger ones, from which on the network trained without
    augmentation no longer names the class; "sixes_as_nines", the share, in %, of the test sixes that it calls a 9 when
    they are turned by 180°; "kept", the share, in %, of the pictures of this class that it still names rightly
    with the changes that are set.
    Tours: "labels", a turn, half a turn, a mirrored 2, petals upside down, a pagoda in more light.

    Raises:
        TypeError: If there is no such argument.
        ValueError: If the amount does not fit the change.
        traitlets.TraitError: If another value is none of these, now or when it is set later.

    Source of the pictures: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits; photographs by
    danielbuechele and vultilion, see data/SOURCES.md.
    """

    title = "Which change keeps the label?"
    guesses = ("gives_up", "sixes_as_nines", "kept")
    tours = ("labels",)

    picture = Checked(one_of, ["6", 0]).tag(sync=True)
    change = traitlets.Enum(tuple(CHANGES), "rotation").tag(sync=True)
    amounts = Checked(amounts_of, {}).tag(sync=True)
    marks = Checked(marks_of, {}).tag(sync=True)
    average = traitlets.Enum(("class", "all"), "class").tag(sync=True)

    def __init__(self, amount=None, **traits):
        if amount is not None:
            change = traits.get("change", "rotation")
            if change in CHANGES:  # else the trait refuses it
                given = _in_range(amount, change, "amount")
                traits["amounts"] = {**traits.get("amounts", {}), change: given}
        super().__init__(**traits)
