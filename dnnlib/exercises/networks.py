"""The exercises on networks as models."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- the perceptron's rule ---------------------------------------------------------------------------------------


def perceptron_step(w: np.ndarray, b: float, x: np.ndarray, t: int) -> tuple:
    """Shows one example to a perceptron and returns its new weights and bias.

    Args:
        w: Weights, shape (n,).
        b: Bias.
        x: Inputs of the example, shape (n,).
        t: Its label, 0 or 1.

    Returns:
        The new weights, shape (n,), and the new bias.
    """
    y = 1 if x @ w + b > 0 else 0
    return w + (t - y) * x, b + (t - y)


_STEP_CASES = (
    (np.array([1, 1]), -1, np.array([1, 1]), 0), (np.array([1, -2]), 0, np.array([2, 1]), 1),
    (np.array([0, 0]), 0, np.array([1, 2]), 0), (np.array([1, 2]), 0.5, np.array([3, 1]), 1),
    (np.array([2, -1, 3]), -4, np.array([2, 3, 1]), 1), (whole(101, 3), 2, whole(103, 3), 0),
    (whole(105, 3), -30, whole(107, 3), 1), (quarters(109, 4), 40, quarters(111, 4), 0),
    (quarters(113, 4), -3, quarters(115, 4), 0), (np.array([1, 1]), 0, np.array([-1, 0]), 1),
)

PERCEPTRON_STEP = Exercise(
    name="PERCEPTRON_STEP",
    prompt="Write `perceptron_step`, the rule by which a perceptron learns from one example. Its answer $y$ is 1 where "
           "$x \\cdot w + b > 0$ and 0 elsewhere; the rule adds $(t - y)\\,x$ to the weights and $t - y$ to the bias.",
    reference=perceptron_step,
    outputs=("weights", "bias"),
    axes=("weight",),
    cases=_STEP_CASES,
    mistakes=(
        Slip("score in place of the answer", "1 if x @ w + b > 0 else 0", "x @ w + b",
             "You compare the label with the score itself. What does the step make of the score?"),
        Slip("bias left out of the answer", "x @ w + b > 0", "x @ w > 0",
             "Your answer looks at x and w only. What else belongs to the score?"),
        Slip("fires at zero", "> 0", ">= 0", "Your unit fires at a score of exactly 0. What does the rule say there?"),
        Slip("bias not moved", "b + (t - y)", "b", "Your bias never changes. What does the rule add to it?"),
        Slip("always a step", "w + (t - y) * x, b + (t - y)", "w + (2 * t - 1) * x, b + (2 * t - 1)",
             "You move the weights for examples that are answered rightly, too. When does the rule change nothing?"),
        Slip("away from the label", "w + (t - y) * x, b + (t - y)", "w - (t - y) * x, b - (t - y)",
             "Your weights move the other way. After the step, should the score of an example with t = 1 be larger?"),
        Slip("inputs left out", "(t - y) * x", "(t - y)",
             "You add the same number to every weight. Which inputs are to blame for the error, and by how much?"),
        Slip("label in place of the error", "w + (t - y) * x, b + (t - y)", "w + t * x, b + t",
             "You move by the label. What does the rule do where the answer is right already?"),
        Slip("smaller steps", "w + (t - y) * x, b + (t - y)", "w + 0.1 * (t - y) * x, b + 0.1 * (t - y)",
             "Your steps have the right direction and a tenth of the size. Does the rule above have such a factor?"),
        Slip("weights for inputs", "(t - y) * x", "(t - y) * w",
             "You add a multiple of the weights to the weights. A multiple of what does the rule add?"),
        Slip("signs for labels", "else 0", "else -1",
             "Your unit answers -1 or 1. Which two answers does it have here?"),
    ),
    hints=("First the answer y, from the score; then t - y, which is -1, 0 or 1.",
           "Both results have the same form: the old value plus t - y times something. For the bias that is 1."),
)

# -- robust and smooth -------------------------------------------------------------------------------------------


def huber(error: np.ndarray, delta: float) -> float:
    """Returns the mean of Huber's loss: squared if small, linear if large.

    Args:
        error: Predictions less targets, shape (n,).
        delta: Where the square ends, a positive number.
    """
    size = np.abs(error)
    square, line = size**2 / 2, delta * (size - delta / 2)
    return float(np.mean(np.where(size <= delta, square, line)))


HUBER = Exercise(
    name="HUBER",
    prompt="The squared error follows an outlier, and the absolute error has a corner at 0. Huber's loss joins them. "
           "For an error $e$ it is $e^2/2$ where $|e| \\le \\delta$, and $\\delta\\,(|e| - \\delta/2)$ beyond, so that "
           "value and slope agree at $\\delta$. Write `huber`, the mean over all errors.",
    reference=huber,
    cases=((np.array([1.0]), 2.0), (np.array([4.0]), 1.0), (np.array([-4.0]), 1.0), (np.array([-1.0, 3.0]), 2.0),
           (whole(121, 5), 3.0), (quarters(123, 6), 1.5), (quarters(125, 7), 0.5), (np.array([0.0, -2.0]), 2.0)),
    mistakes=(
        Slip("sign kept", "np.abs(error)", "error",
             "Your loss depends on the error's sign. How large is an error of -4?"),
        Slip("square not halved", "size**2 / 2", "size**2",
             "At delta your two pieces do not meet. What is the square divided by?"),
        Slip("line not lowered", "delta * (size - delta / 2)", "delta * size",
             "At delta your two pieces do not meet. What is taken off |e| on the line?"),
        Slip("lowered by all of delta", "size - delta / 2", "size - delta",
             "At delta your line is 0, where the square is not. How much is taken off |e|?"),
        Slip("slope of 1", "delta * (size - delta / 2)", "size - delta / 2",
             "Your line rises by 1. Which slope has the square where it ends?"),
        Slip("a half taken off", "size - delta / 2", "size - 0.5",
             "You take 1/2 off |e| whatever delta is. How much must it be for the pieces to meet?"),
        Slip("square of delta taken off", "size - delta / 2", "size - delta**2 / 2",
             "Inside your brackets delta is squared. What must be taken off |e| for the pieces to meet?"),
        Mistake("mean absolute error", lambda error, delta: float(np.mean(np.abs(error))),
                "That is the mean absolute error. What happens up to delta?"),
        Mistake("mean squared error", lambda error, delta: float(np.mean(error**2)),
                "That is the mean squared error. What is the square divided by, and what happens beyond delta?"),
        Slip("pieces swapped", "square, line)))", "line, square)))",
             "Your large errors are squared. Which piece belongs to the small ones?"),
        Slip("summed", "np.mean(", "np.sum(", "You add up the errors' costs. What is asked for?"),
        Mistake("squared throughout", lambda error, delta: float(np.mean(error**2 / 2)),
                "You square the large errors, too. What happens beyond delta?"),
        Mistake("linear throughout", lambda error, delta: float(np.mean(delta * (np.abs(error) - delta / 2))),
                "Your loss of a small error is negative. Which piece belongs to |e| up to delta?"),
        Mistake("half the mean square of those inside", lambda error, delta: float(
            np.mean(np.clip(error, -delta, delta) ** 2 / 2)),
                "Beyond delta your loss no longer grows. With which slope should it?"),
    ),
    properties=(
        Property("a loss is never negative.", lambda output, error, delta: np.asarray(output) >= 0),
    ),
    hints=("`np.where(condition, a, b)` takes a where the condition holds, and b elsewhere.",
           "Compute both pieces from |e|, choose by |e| <= delta, then take the mean."),
)

# -- a network that is broken ------------------------------------------------------------------------------------


def network(x, B, b, A, a) -> np.ndarray:
    """Computes one hidden layer of ReLU units, and one output of any sign.

    Args:
        x: Inputs, shape (N, n).
        B: Weights of the hidden units, shape (n, m).
        b: Their biases, shape (m,).
        A: Weights of the output, shape (m,).
        a: Its bias.

    Returns:
        Outputs, shape (N,).
    """
    hidden = np.maximum(x @ B + b, 0)
    return hidden @ A + a


REPAIR_NETWORK = BugHunt(
    name="REPAIR_NETWORK",
    prompt="`network` should compute a hidden layer of ReLU units, each with its weights and its bias, and an output "
           "that is a weighted sum of them plus a bias. With all biases zero and positive outputs it looked fine. "
           "It is not. Repair it.",
    reference=network,
    axes=("example",),
    cases=((np.array([[1, 2]]), np.array([[1], [1]]), np.array([-5]), np.array([2]), 1),
           (np.array([[1, 2]]), np.array([[1], [1]]), np.array([1]), np.array([-2]), 1),
           (np.array([[1, 0], [0, 3]]), np.array([[1, -1], [2, 1]]), np.array([0, 0]), np.array([1, 1]), -9),
           (whole(131, 4, 3), whole(133, 3, 2), whole(135, 2), whole(137, 2), 3),
           (quarters(139, 5, 2), quarters(141, 2, 4), quarters(143, 4), quarters(145, 4), -2)),
    bugs=(
        Slip("bias outside the activation", "np.maximum(x @ B + b, 0)", "np.maximum(x @ B, 0) + b",
             "A hidden unit with a negative bias answers a negative number. Can a ReLU?"),
        Slip("output cut off", "return hidden @ A + a", "return np.maximum(hidden @ A + a, 0)",
             "Your network never answers a negative number, but its output may have any sign."),
    ),
    mistakes=(
        Slip("no activation", "np.maximum(x @ B + b, 0)", "x @ B + b",
             "Your hidden layer is linear now. What does a ReLU do with a negative sum?"),
        Slip("no hidden bias", "x @ B + b", "x @ B", "The hidden units' biases have no effect. Where do they go?"),
        Slip("no output bias", "hidden @ A + a", "hidden @ A", "The output's bias has no effect. Where does it go?"),
        Slip("bias taken off", "x @ B + b", "x @ B - b", "You take the hidden biases off. Which sign do they have?"),
    ),
    hints=("Try one hidden unit with a negative bias, and then a negative A.",
           "There are two faults, one in each line: where is the bias added, and which of the two lines has a ReLU?"),
)

# -- numbers to work out -----------------------------------------------------------------------------------------

PARAMETERS = Estimate(
    name="PARAMETERS",
    prompt="A network for the digits has 64 inputs, one hidden layer of 32 units and 10 outputs. Every unit has a "
           "bias. How many **numbers** does it learn?",
    variable="parameters",
    unit="numbers",
    working="""
    hidden = 64 * 32 + 32  # weights, biases
    output = 32 * 10 + 10
    parameters = hidden + output
    """,
    tolerance=0.0001,
    slips=(
        Slip("no hidden biases", "64 * 32 + 32", "64 * 32", "Each hidden unit has a bias as well. How many are these?"),
        Slip("no output biases", "32 * 10 + 10", "32 * 10", "Each output has a bias as well. How many are these?"),
        Slip("no biases", "hidden + output", "64 * 32 + 32 * 10",
             "You count the weights. Which numbers does every unit have besides?"),
        Slip("sizes multiplied", "hidden + output", "64 * 32 * 10",
             "You multiply all three sizes. Is there a weight for each path, or one for each connection?"),
        Slip("inputs with biases", "64 * 32 + 32", "64 * 32 + 64", "You count a bias for each input. Who has one?"),
        Slip("hidden layer only", "hidden + output", "hidden", "You count one layer. How many layers learn?"),
        Slip("straight through", "hidden + output", "64 * 10 + 10",
             "You connect inputs and outputs directly. What stands in between?"),
    ),
    hints=("One weight for each connection, one bias for each unit.",
           "The hidden layer has 64 weights and one bias for each of its 32 units; the output is built alike."),
)

SURE_AND_WRONG = Estimate(
    name="SURE_AND_WRONG",
    prompt="A network says *yes* with probability 0.99, and the answer is *no*. What does this one example cost in "
           "**binary cross-entropy**, in nats (natural logarithm)?",
    variable="nats",
    unit="nats",
    working="""
    p = 0.99
    nats = -np.log(1 - p)
    """,
    tolerance=0.01,
    slips=(
        Slip("cost of the right answer", "np.log(1 - p)", "np.log(p)",
             "That is what a *yes* would have cost. Which probability did the true answer get?"),
        Slip("logarithm to base 10", "np.log(", "np.log10(", "Your logarithm is to base 10. Which one gives nats?"),
        Slip("logarithm to base 2", "np.log(", "np.log2(", "You take the logarithm to base 2, which gives bits."),
        Slip("sign left out", "-np.log", "np.log", "A cost is not negative. Which sign does the formula have?"),
        Slip("squared error", "-np.log(1 - p)", "p**2", "That is the squared error. Which loss is asked for?"),
    ),
    hints=("Only the probability of the answer that came true counts.",
           "The true answer got 0.01. Take minus its logarithm."),
)

# -- a shape to build --------------------------------------------------------------------------------------------


def read_units(value):
    """Returns hidden units as an array of shape (units, 3).

    Raises:
        ValueError: If they are not triples of numbers.
    """
    try:
        units = np.array(value, dtype=float)
    except (TypeError, ValueError):
        units = np.zeros(0)
    if units.ndim != 2 or units.shape[1] != 3 or not np.isfinite(units).all():
        raise ValueError(f"expected a list of triples (A, B, b), one for each hidden unit, received {value!r}")
    return units


def _tent(units, x):
    A, B, b = units.T
    return np.maximum(np.multiply.outer(np.asarray(x, float), B) + b, 0) @ A


def _meets(x, y):
    return lambda units: bool(np.allclose(_tent(units, x), y, atol=1e-6))


def _said(x):
    return lambda units: ", ".join(f"at x = {at:g} it is {y:.3g}" for at, y in zip(x, _tent(units, x), strict=True))


_LEFT, _FLANKS, _RIGHT = (-5, -1, 0), (0.25, 0.5, 1, 1.5, 1.75), (2, 3, 10)

TENT = Design(
    name="TENT",
    prompt="Build a tent from ReLU units by hand. The network is $y = \\sum_i A_i \\max(B_i x + b_i, 0)$, and its "
           "output should be 0 up to $x = 0$, rise in a straight line to 1 at $x = 1$, fall in a straight line to 0 at "
           "$x = 2$, and stay 0 from there on. Give each unit as a triple $(A_i, B_i, b_i)$; three are enough, and "
           "more are not allowed.",
    variable="units",
    start="[(1, 1, 0)]",
    example="[(1, 1, 0), (-2, 1, -1), (1, 1, -2)]",
    read=read_units,
    properties=(
        Property("at most three hidden units.", lambda units: len(units) <= 3, lambda units: f"there are {len(units)}"),
        Property("up to x = 0 the output is 0.", _meets(_LEFT, 0), _said(_LEFT)),
        Property("between 0 and 2 the output is 1 - |x - 1|.",
                 _meets(_FLANKS, 1 - np.abs(np.array(_FLANKS) - 1)), _said(_FLANKS)),
        Property("from x = 2 on the output is 0.", _meets(_RIGHT, 0), _said(_RIGHT)),
    ),
    mistakes=(
        ("slope changed by 1", "[(1, 1, 0), (-1, 1, -1), (1, 1, -2)]",
         "After x = 1 your tent does not fall. By how much must the slope change there, to go from 1 to -1?"),
        ("no third unit", "[(1, 1, 0), (-2, 1, -1)]",
         "Your tent falls and falls. Which unit could hold it at 0 from x = 2 on?"),
        ("two units that don't switch off", "[(1, 1, 0), (1, -1, 2)]",
         "Left of 0 and right of 2 one of your units is still on. Where does each of your units switch on?"),
        ("biases of the other sign", "[(1, 1, 0), (-2, 1, 1), (1, 1, 2)]",
         "Your units switch on left of 0. Where is B x + b = 0?"),
        ("taken off twice", "[(1, 1, 0), (-2, 1, -1), (-1, 1, -2)]",
         "After x = 2 your tent falls faster. Which sign has the change of slope there?"),
    ),
    hints=("A unit with B = 1 bends the line at x = -b; its A is the change of slope there.",
           "The slope is 0, then 1, then -1, then 0. Read off the three changes and the places where they happen."),
)
