"""The explorable that turns an axis over a cloud of points."""

import math
from numbers import Integral, Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked, table

CLOUDS = ("long", "round", "ring")
MOST = 200  # points


def _cloud(value, name):
    if isinstance(value, str):
        if value not in CLOUDS:
            raise ValueError(f"{name}: expected one of {[*CLOUDS]} or rows of two numbers, received {value!r}")
        return value
    rows = table(value, name, MOST)
    if len(rows) < 3 or len(rows[0]) != 2 or all(row == rows[0] for row in rows):
        raise ValueError(f"{name}: expected 3 to {MOST} points of two numbers, not all the same, received {value!r}")
    return rows


def _names(value, name):
    names = list(value) if isinstance(value, (list, tuple)) else []
    if len(names) != 2 or not all(isinstance(one, str) and 1 <= len(one) <= 40 for one in names):
        raise ValueError(f"{name}: expected two texts of 1 to 40 letters, received {value!r}")
    return names


def _moved(value, name):
    rows = (
        [list(row) if isinstance(row, (list, tuple)) else [] for row in value] if hasattr(value, "__iter__") else None
    )
    fits = rows is not None and all(len(row) == 3 and isinstance(row[0], Integral) for row in rows)
    numbers = [one for row in rows or [] for one in row]
    fits = fits and all(isinstance(one, Real) and not isinstance(one, bool) and math.isfinite(one) for one in numbers)
    places = [row[0] for row in rows] if fits else []
    if not fits or len(set(places)) < len(places) or not all(0 <= place < MOST for place in places):
        raise ValueError(f"{name}: expected rows (point, x, y), each point once, received {value!r}")
    return [[one + 0 for one in row] for row in rows]


class PrincipalAxis(Explorable):
    """An axis to turn over a cloud of points, and what it keeps and loses of their variance.

    Each point falls on the axis. The squares along the axis, summed and divided by points - 1, are what it keeps; the
    squares across it are what it loses; for each point the two sum to its squared distance from the centre, so that
    the bar of both is as long at each angle. A curve shows all angles at once. With the centre at the origin instead of
    the mean, the best axis runs to where the cloud lies. Any point can be dragged away, and the second feature can
    have another unit.

    Args:
        cloud: "long", "round" or "ring", forty points around (3, 2); or 3 to 200 points, rows of two numbers.
        names: Of the two features.
        angle: Of the axis in degrees, 0 to 180, counted from the first feature towards the second.
        centred: Whether squares are counted from the mean, or from the origin.
        scale: By which the second feature's numbers are multiplied, 0.01 to 100, as by another unit.
        moved: Points that stand elsewhere, rows (point, x, y), counted from 0.
        point: The one that is told, from 0.
        components: Whether PCA's axes are shown, with the ellipse of two standard deviations.

    Guesses: "best_angle", at which angle the axis keeps most; "kept_share", how many % of the variance it keeps there;
    "uncentred", by how many degrees it turns when the mean is left in; "rescaled", where it lies when the second
    feature's numbers are ten times as large.
    Tours: "four_lessons", from what is kept and lost to centring, an outlier and units.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Pearson (1901), On lines and planes of closest fit to systems of points in space.
    """

    title = "The principal axis"
    guesses = ("best_angle", "kept_share", "uncentred", "rescaled")
    tours = ("four_lessons",)

    cloud = Checked(_cloud, "long").tag(sync=True)
    names = Checked(_names, ["x₁", "x₂"]).tag(sync=True)
    angle = traitlets.Float(20.0, min=0, max=180).tag(sync=True)
    centred = traitlets.Bool(True).tag(sync=True)
    scale = traitlets.Float(1.0, min=0.01, max=100).tag(sync=True)
    moved = Checked(_moved, []).tag(sync=True)
    point = traitlets.Int(0, min=0, max=MOST - 1).tag(sync=True)
    components = traitlets.Bool(False).tag(sync=True)
