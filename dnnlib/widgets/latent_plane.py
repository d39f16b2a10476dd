"""The explorable in which a decoder draws what lies at each place of a plane of codes."""

from numbers import Integral, Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

KINDS, BACKGROUNDS = ("plain", "variational"), ("distance", "pictures")
DIGITS = 300


def shares(value, name):
    """Returns a place as two shares of the map, [to the right, up].

    Args:
        value: A pair of numbers from 0 to 1.
        name: The trait, for the message.

    Raises:
        ValueError: If it is no such pair.
    """
    known = isinstance(value, (list, tuple)) and len(value) == 2
    if not known or not all(isinstance(n, Real) and not isinstance(n, bool) and 0 <= n <= 1 for n in value):
        raise ValueError(f"{name}: expected two numbers from 0 to 1, to the right and up, received {value!r}")
    return [float(n) for n in value]


def digits(value, name):
    """Returns two different digits by their places among the 300.

    Args:
        value: A pair of whole numbers from 0 to 299.
        name: The trait, for the message.

    Raises:
        ValueError: If it is no such pair.
    """
    known = isinstance(value, (list, tuple)) and len(value) == 2 and value[0] != value[1]
    if not known or not all(isinstance(n, Integral) and not isinstance(n, bool) and 0 <= n < DIGITS for n in value):
        raise ValueError(f"{name}: expected two different whole numbers from 0 to {DIGITS - 1}, received {value!r}")
    return [int(n) for n in value]


class LatentPlane(Explorable):
    """The decoder of an autoencoder with two codes, computed in the page at each place of the plane of codes.

    Two autoencoders were trained alike on 1,497 of scikit-learn's digits, a plain and a variational one; the other 300
    are shown as numbers where their codes lie. Beside the plane stand the decoder's picture at the cursor and the
    nearest of the 300 digits; the plane is shaded by how far the pictures are from all of them. A walk goes straight
    from one digit's code to another's, beside a cross-fade of the two digits' pixels.

    Args:
        kind: "plain" or "variational".
        place: Where the cursor stands, as shares of the map from the left and from below, 0 to 1 each.
        ends: The two digits between which the walk goes, 0 to 299 each; label k stands at places k, k + 10, k + 20, ...
        distance: From how far on a picture counts as far from every digit, 1 to 2: the root of the squared differences
            of 64 pixels of 0 to 1, summed.
        background: What the map shows: "distance", how far the pictures are from the digits, or "pictures" themselves.

    Guesses: "holes", the share of the map whose pictures are far from every digit, in %; "nearest", the label of the
    digit that is nearest to the picture at the cursor; "farthest", at how many % of the walk its picture is farthest
    from every digit.
    Tours: "holes", from a digit's code into a hole, and to the variational autoencoder.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Kingma & Welling (2014), Auto-encoding variational Bayes; the data: Alpaydin & Kaynak (1998), Optical
    Recognition of Handwritten Digits.
    """

    title = "The plane of codes"
    guesses = ("holes", "nearest", "farthest")
    tours = ("holes",)

    kind = traitlets.Enum(KINDS, "plain").tag(sync=True)
    place = Checked(shares, [0.5, 0.5]).tag(sync=True)
    ends = Checked(digits, [0, 7]).tag(sync=True)
    distance = traitlets.Float(1.5, min=1, max=2).tag(sync=True)
    background = traitlets.Enum(BACKGROUNDS, "distance").tag(sync=True)
