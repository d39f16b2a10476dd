"""The explorable that lets optimizers run over a surface of losses, side by side."""

import math
from collections.abc import Mapping
from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

SURFACES = (
    "round bowl",
    "long valley",
    "saddle",
    "curved valley",
    "several minima",
    "plateau with a cliff",
    "line through points",
)
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
STOPS = ("steps", "gradient", "either")
FARTHEST_INPUT, FARTHEST_TARGET, MOST_POINTS = 10, 5, 6


def _is_number(value, least=-math.inf, most=math.inf):
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value) and least <= value <= most


def _start(value, name):
    """Returns a place as two numbers, or None."""
    if value is None:
        return None
    place = list(value) if isinstance(value, (list, tuple)) else []
    if len(place) != 2 or not all(_is_number(number, -1000, 1000) for number in place):
        raise ValueError(f"{name}: expected two numbers from -1000 to 1000, or None, received {value!r}")
    return [float(number) for number in place]


def _points(value, name):
    """Returns data points as pairs of an input and a target."""
    pairs = [list(pair) for pair in value] if isinstance(value, (list, tuple)) else []
    fits = all(
        len(pair) == 2
        and _is_number(pair[0], -FARTHEST_INPUT, FARTHEST_INPUT)
        and _is_number(pair[1], -FARTHEST_TARGET, FARTHEST_TARGET)
        for pair in pairs
    )
    if not 2 <= len(pairs) <= MOST_POINTS or not fits:
        raise ValueError(
            f"{name}: expected 2 to {MOST_POINTS} pairs (x, y), x from {-FARTHEST_INPUT} to {FARTHEST_INPUT} and y "
            f"from {-FARTHEST_TARGET} to {FARTHEST_TARGET}, received {value!r}"
        )
    return [[float(number) for number in pair] for pair in pairs]


def _optimizers(value, name):
    """Returns the chosen optimizers in the order of `OPTIMIZERS`."""
    names = list(value) if isinstance(value, (list, tuple)) else []
    if not names or not set(names) <= set(OPTIMIZERS):
        raise ValueError(f"{name}: expected one or more of {', '.join(OPTIMIZERS)}, received {value!r}")
    return [one for one in OPTIMIZERS if one in names]


def _factors(value, name):
    """Returns a dict from optimizers to factors; a factor of 1 is left out."""
    fits = isinstance(value, Mapping) and all(
        key in OPTIMIZERS and _is_number(factor, 0.01, 100) for key, factor in value.items()
    )
    if not fits:
        raise ValueError(
            f"{name}: expected a dict from names in {', '.join(OPTIMIZERS)} to factors from 0.01 to 100, "
            f"received {value!r}"
        )
    return {key: float(value[key]) for key in OPTIMIZERS if value.get(key, 1) != 1}


class OptimizerPaths(Explorable):
    """Optimizers walk down a surface of losses over two weights, each along a path of its own.

    Every point of a path is a step that was computed, with the rules and defaults of dnnlib's optimizers. A path
    diverges, and ends, where its loss is no finite number or a thousand times the highest on the map.

    Args:
        surface: A name in `SURFACES`. "line through points" is the mean squared error of a line fitted to `points`,
            over its slope and its intercept.
        condition: Of the long valley, the ratio of its two curvatures, 1 to 1000; the smaller one is 1.
        rotation: Of the long valley, by how many degrees it is turned, 0 to 90.
        points: Of the line, 2 to 6 data points (x, y).
        standardise: Whether the inputs of the line are centred and divided by their standard deviation.
        optimizers: One or more of "sgd", "momentum", "nesterov", "rmsprop" and "adam".
        learning_rate: From 0.0001 to 10.
        factors: Dict from optimizers to what each multiplies the learning rate by.
        momentum: Of "momentum" and "nesterov", 0 up to 0.99.
        noise: Standard deviation of the noise in each component of every gradient, 0 to 5; the same for all.
        seed: Of the noise.
        start: Where all paths begin, two numbers; None is the surface's own place.
        steps: The step budget, 1 to 500.
        stop: Which rule ends a path: "steps", "gradient" (the norm of the gradient that the optimizer sees is below
            `tolerance`) or "either". Without a budget a path ends after 1000 steps at the latest.
        tolerance: Bound of the gradient's norm.
        at: How many steps are shown; None shows all.

    Guesses: "largest_rate", up to which plain descent converges (on the bowl, the valley and the line: 2 over the
    largest curvature); "steps_saved" by momentum against plain descent; "diverging", how many paths diverge.
    Tours: "rates", from a rate that is too small to one that diverges, then the valley, momentum and Adam.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, sections 4.3 and 8.3 to 8.5; Rosenbrock (1960), An
    automatic method for finding the greatest or least value of a function, for the curved valley.
    """

    title = "Optimizer paths"
    guesses = ("largest_rate", "steps_saved", "diverging")
    tours = ("rates",)

    surface = traitlets.Enum(SURFACES, "round bowl").tag(sync=True)
    condition = traitlets.Float(25, min=1, max=1000).tag(sync=True)
    rotation = traitlets.Float(0, min=0, max=90).tag(sync=True)
    points = Checked(_points, [[1.0, 1.0], [3.0, 2.0]]).tag(sync=True)
    standardise = traitlets.Bool(False).tag(sync=True)
    optimizers = Checked(_optimizers, ["sgd", "momentum", "rmsprop", "adam"]).tag(sync=True)
    learning_rate = traitlets.Float(0.05, min=1e-4, max=10).tag(sync=True)
    factors = Checked(_factors, {}).tag(sync=True)
    momentum = traitlets.Float(0.9, min=0, max=0.99).tag(sync=True)
    noise = traitlets.Float(0, min=0, max=5).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=2**31).tag(sync=True)
    start = Checked(_start, None).tag(sync=True)
    steps = traitlets.Int(100, min=1, max=500).tag(sync=True)
    stop = traitlets.Enum(STOPS, "steps").tag(sync=True)
    tolerance = traitlets.Float(0.01, min=1e-6, max=10).tag(sync=True)
    at = traitlets.Int(None, allow_none=True, min=0, max=1000).tag(sync=True)
