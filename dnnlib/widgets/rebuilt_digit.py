"""The explorable in which a digit is rebuilt from the mean and its first principal components."""

import base64
import binascii

import numpy as np
import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

SIDE, DIGITS, FEATURES = 32, 300, 64  # pixels of a drawing, digits to choose from, pixels of a digit
EMPTY = base64.b64encode(bytes(SIDE * SIDE // 8)).decode()


def bitmap_text(value, name):
    """Returns a drawing as text: its bits row by row, in base 64.

    Args:
        value: Array (32, 32) of 0 and 1, or such a text.
        name: The trait, for the message.

    Raises:
        ValueError: If it is neither.
    """
    if isinstance(value, str):
        try:
            known = len(base64.b64decode(value, validate=True)) == SIDE * SIDE // 8
        except binascii.Error:
            known = False
        if known:
            return value
    elif np.shape(value) == (SIDE, SIDE) and np.isin(value, (0, 1)).all():
        return base64.b64encode(np.packbits(np.asarray(value, bool)).tobytes()).decode()
    raise ValueError(f"{name}: expected an array (32, 32) of 0 and 1, received {value!r}")


class RebuiltDigit(Explorable):
    """A digit of 8 x 8 pixels as the mean of all digits plus a number of components, each times its coordinate.

    The axes are those of `dnnlib.unsupervised.pca.PCA` on scikit-learn's 1,797 digits, computed in the page. Shown are
    the rebuilt digit and what it lacks, each component as a picture with its coordinate, and the squared error against
    the number of components, beside that of other digits. The error is told twice: pixel by pixel, and as the sum of
    the squares of the coordinates that are left out. Pixels go from 0 to 1, as `load_digits` has them.

    Args:
        digit: Which of 300 digits, -1 for the drawing; label k stands at places k, k + 10, k + 20, ...
        drawing: Array (32, 32) of 0 and 1, e.g. from `dnnlib.widgets.draw_digit.drawn`; counted in blocks of 4 x 4.
        fit: Whether a drawing is brought into the form of the data set first: centred, of one size, strokes of one
            weight.
        components: How many components are added to the mean, 0 to 64.
        axis: Which component is looked at more closely, 1 to 64.
        view: What the components' pictures show: "parts", what each adds to this digit, or "axes", the axes themselves.

    Guesses: "components_needed", how many components leave less than a tenth of the digit's squared distance from the
    mean; "next_error", the squared error with one component more; "kept", the share of the squared distance that the
    components keep, in %.
    Tours: "parts", from the mean to the digit, and to a drawing that is no digit.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source of the data: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits.
    """

    title = "A digit in parts"
    guesses = ("components_needed", "next_error", "kept")
    tours = ("parts",)

    digit = traitlets.Int(3, min=-1, max=DIGITS - 1).tag(sync=True)
    drawing = Checked(bitmap_text, EMPTY).tag(sync=True)
    fit = traitlets.Bool(True).tag(sync=True)
    components = traitlets.Int(8, min=0, max=FEATURES).tag(sync=True)
    axis = traitlets.Int(1, min=1, max=FEATURES).tag(sync=True)
    view = traitlets.Enum(["parts", "axes"], "parts").tag(sync=True)
