"""An explorable: a small network that trains in the page, with every unit's view, its weights and its losses."""

from numbers import Integral, Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

DATA = ("gaussians", "circle", "xor", "spiral", "curve", "own")
ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu")
OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")
EDGE, MOST_POINTS, MOST_STEPS = 3, 200, 10_000


def _is_whole(value, low, high):
    return isinstance(value, Integral) and not isinstance(value, bool) and low <= value <= high


def _hidden(value, name):
    """Returns the sizes of 0 to 3 hidden layers of 1 to 8 units."""
    sizes = list(value) if isinstance(value, (list, tuple)) else [None]
    if len(sizes) > 3 or not all(_is_whole(units, 1, 8) for units in sizes):
        raise ValueError(f"{name}: expected a list of up to 3 layers of 1 to 8 units each, received {value!r}")
    return [int(units) for units in sizes]


def _unit(value, name):
    """Returns [layer, unit], or None for the output."""
    if value is None:
        return None
    place = list(value) if isinstance(value, (list, tuple)) else []
    if len(place) != 2 or not (_is_whole(place[0], 0, 4) and _is_whole(place[1], 0, 7)):
        raise ValueError(f"{name}: expected None or (layer, unit), layer 0 for the inputs, received {value!r}")
    return [int(place[0]), int(place[1])]


def _is_coordinate(value):
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) <= EDGE


def _points(value, name):
    """Returns own points as [x1, x2, class], rounded to hundredths; takes arrays too."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(rows, (list, tuple)) or len(rows) > MOST_POINTS:
        raise ValueError(f"{name}: expected a list of up to {MOST_POINTS} points, received {value!r}")
    for row in rows:
        fits = isinstance(row, (list, tuple)) and len(row) == 3 and row[2] in (0, 1)
        if not (fits and _is_coordinate(row[0]) and _is_coordinate(row[1])):
            raise ValueError(
                f"{name}: expected points (x1, x2, class), x from -{EDGE} to {EDGE}, class 0 or 1, received {row!r}"
            )
    return [[round(float(x), 2), round(float(y), 2), int(kind)] for x, y, kind in rows]


class NetworkPlayground(Explorable):
    """A network of a few units that trains while one watches.

    It computes in float64 what dnnlib computes: Dense layers with Keras's initializers (glorot_uniform, zeros), one
    output, binary cross-entropy from logits for two classes and mean squared error for the curve, mini-batches in a
    new order each epoch. Every setting but the view starts it again, so that a state, with its number of steps, always
    shows the same network. At most 10,000 steps.

    Args:
        data: "gaussians" (two clouds), "circle", "xor", "spiral": two classes in the plane; "curve": a number to be
            fitted to one input; "own": the points given next, more of which can be placed in the figure.
        points: Own points (x1, x2, class), x from -3 to 3, class 0 or 1, up to 200.
        noise: Standard deviation of what is added to both inputs, or to the curve's targets, 0 to 1.
        examples: How many points, 20 to 500.
        train_share: The share of them that is trained on, 0.1 to 0.9 (of own points, of each class); the others are the
            test set.
        hidden: Units of each hidden layer: up to 3 layers of 1 to 8.
        activation: That of the hidden layers: "linear", "sigmoid", "tanh" or "relu".
        optimizer: "sgd", "momentum" (0.9), "rmsprop" or "adam".
        learning_rate: Size of its steps.
        batch_size: Examples a step, 1 to 500; never more than there are.
        seed: Of the first weights and of the batches, 0 to 99.
        steps: Training steps that have been taken when it is shown.
        unit: The unit that is shown large, (layer, unit) counted from 0, layer 0 being the inputs; None for the output.
        parts: Whether the curve is shown with the parts that it adds up.

    Guesses: "linear_accuracy", the share of the training points in % that a network without a hidden layer gets right;
    "units_needed", the fewest units of one hidden layer that get 95 % of them right; both trained in the page.
    "parameters", how many weights and biases the network has.
    Tours: "xor", from no hidden layer to what four units add up to.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Smilkov, Carter, Sculley, Viegas & Wattenberg (2017), Direct-manipulation visualization of deep networks.
    """

    title = "A network in the page"
    guesses = ("linear_accuracy", "units_needed", "parameters")
    tours = ("xor",)

    data = traitlets.Enum(DATA, "circle").tag(sync=True)
    points = Checked(_points, []).tag(sync=True)
    noise = traitlets.Float(0.1, min=0, max=1).tag(sync=True)
    examples = traitlets.Int(200, min=20, max=500).tag(sync=True)
    train_share = traitlets.Float(0.5, min=0.1, max=0.9).tag(sync=True)
    hidden = Checked(_hidden, [4, 2]).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "tanh").tag(sync=True)
    optimizer = traitlets.Enum(OPTIMIZERS, "adam").tag(sync=True)
    learning_rate = traitlets.Float(0.03, min=1e-6, max=100).tag(sync=True)
    batch_size = traitlets.Int(20, min=1, max=500).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=99).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
    unit = Checked(_unit, None).tag(sync=True)
    parts = traitlets.Bool(True).tag(sync=True)
