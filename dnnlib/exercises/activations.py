"""The exercises on activations: their gradients, dead units, and what stands between scores and a loss."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip
from dnnlib.layers.softmax import softmax

# -- ReLU backward -----------------------------------------------------------------------------------------------


def relu_backward(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    """Sends a gradient back through y = max(x, 0).

    Args:
        x: The layer's input, any shape.
        grad: dL/dy, of the same shape.

    Returns:
        dL/dx, of the same shape. Where x is exactly 0, the gradient is 0.
    """
    return grad * (x > 0)


def _relu_cases():
    shapes = ((5,), (2, 3), (4, 2, 3), (2, 3, 4, 2))
    for seed, shape in enumerate(shapes):
        x = quarters(120 + 2 * seed, *shape)
        x.flat[::4] = 0
        yield x, quarters(140 + 2 * seed, *shape)


RELU_BACKWARD = Exercise(
    name="RELU_BACKWARD",
    prompt="Write `relu_backward`. Forward, ReLU is $y = \\max(x, 0)$. Backward, it gets $\\partial L/\\partial y$ and "
           "returns $\\partial L/\\partial x$. At $x = 0$ take 0, as TensorFlow does.",
    reference=relu_backward,
    cases=tuple(_relu_cases()),
    mistakes=(
        Mistake("mask from the gradient", lambda x, grad: grad * (grad > 0),
                "You keep what is positive in the **gradient**. Which of the two arrays decided, on the way forward, "
                "whether a number passed?"),
        Mistake("both positive", lambda x, grad: grad * (grad > 0) * (x > 0),
                "You also drop negative gradients. May an input that passed receive a negative gradient?"),
        Mistake("the derivative alone", lambda x, grad: (x > 0).astype(float),
                "This is dy/dx. What does the chain rule multiply it with?"),
        Mistake("passes at zero", lambda x, grad: grad * (x >= 0),
                "You let the gradient through where x is exactly 0. Which value was agreed on there?"),
        Mistake("everything passes", lambda x, grad: grad + 0.0,
                "Your gradient passes everywhere. What is the slope of ReLU where its input is negative?"),
        Mistake("times the output", lambda x, grad: grad * np.maximum(x, 0),
                "You multiply by the layer's output. Is the slope of ReLU at x = 3 larger than at x = 1?"),
        Mistake("mask inverted", lambda x, grad: grad * (x < 0),
                "Your gradient passes where the input is negative. On which side is ReLU flat?"),
        Mistake("forward once more", lambda x, grad: np.maximum(x, 0),
                "This is the forward pass. Where does the incoming gradient enter?"),
        Mistake("leaky", lambda x, grad: grad * np.where(x > 0, 1, 0.01),
                "A hundredth of the gradient passes where the input is negative. That is leaky ReLU; what is ReLU's "
                "slope there?"),
        Mistake("sign of the input", lambda x, grad: grad * np.sign(x),
                "For negative inputs you turn the gradient's sign: that is the derivative of |x|. What is the slope of "
                "max(x, 0) there?"),
        Mistake("input where it is negative", lambda x, grad: np.where(x > 0, grad, x),
                "Where x is not positive you return x itself. How much of the gradient passes there?"),
        Mistake("one, or the gradient", lambda x, grad: np.where(x > 0, 1, grad),
                "Where x is positive you return 1, and the gradient elsewhere. Where does ReLU let the gradient pass?"),
    ),
    hints=(
        "Draw max(x, 0). What is its slope left of 0, and right of 0?",
        "The chain rule: dL/dx = dL/dy · dy/dx, entry by entry.",
        "The slope is 1 where x > 0 and 0 elsewhere: a mask made from x, times the incoming gradient.",
    ),
)

# -- dead units --------------------------------------------------------------------------------------------------


def dead_units(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Tells which ReLU units of a layer are dead on this data.

    Args:
        x: Inputs, shape (N, n).
        w: Weights, shape (n, m).
        b: Biases, shape (m,).

    Returns:
        Booleans of shape (m,): True where a unit's output is 0 for every example.
    """
    z = x @ w + b
    return (z <= 0).all(axis=0)


_DEAD_CASES = (
    (np.array([[1, 2], [3, 1], [0, 1]]), np.array([[1, -1, 1], [1, -1, -2]]), np.array([0, 0, 1])),
    (np.array([[1, 0], [0, 1], [2, 1]]), np.array([[1, -1, -1, 2], [-1, 0, 1, -3]]), np.array([-2, 0, -1, 0])),
    (np.array([[2, -1, 1]]), np.array([[1, 1], [2, 1], [0, -1]]), np.array([0, 1])),
    (whole(151, 5, 3), whole(153, 3, 4), np.array([-90, 3, 90, -40])),
    (whole(155, 6, 2), whole(157, 2, 5), np.array([-200, -20, 0, -60, -110])),
    (np.abs(whole(159, 4, 3)), -np.abs(whole(161, 3, 3)), np.array([5, 40, 300])),
)

DEAD_UNITS = Exercise(
    name="DEAD_UNITS",
    prompt="Write `dead_units`. A layer of ReLU units computes $\\max(xw + b, 0)$. Which of its units answer 0 to "
           "**every** example?",
    reference=dead_units,
    axes=("units",),
    cases=_DEAD_CASES,
    mistakes=(
        Slip("any for all", ".all(", ".any(",
             "You call a unit dead that is off for some example. For how many must it be off?"),
        Slip("over the units", "axis=0", "axis=1",
             "You give one answer an example. Over which axis of z do the examples lie?"),
        Slip("strictly below", "<= 0", "< 0", "What does a ReLU answer at z = 0 exactly?"),
        Slip("living", "(z <= 0).all(axis=0)", "(z > 0).any(axis=0)",
             "You name the units that live. Which are asked for?"),
        Slip("no bias", "x @ w + b", "x @ w", "Your answer doesn't depend on the biases. Do the units?"),
        Slip("bias taken off", "x @ w + b", "x @ w - b", "You take the biases off. Which sign do they have?"),
        Slip("on average", "(z <= 0).all(axis=0)", "z.mean(axis=0) <= 0",
             "You look at the mean over the examples. May a unit be on for one of them and off on average?"),
        Slip("saturated", "(z <= 0).all(axis=0)", "(z > 0).all(axis=0)",
             "You name the units that are on for every example. On which side is a ReLU off?"),
        Slip("how many", "(z <= 0).all(axis=0)", "(z <= 0).all(axis=0).sum()",
             "You count the dead units. Can one tell from a count which they are?"),
        Slip("share of examples", "(z <= 0).all(axis=0)", "(z <= 0).mean(axis=0)",
             "You return the share of examples for which each unit is off. For which share is it dead?"),
        Slip("first example", "(z <= 0).all(axis=0)", "z[0] <= 0",
             "Your answer follows from the first example alone. What of the others?"),
        Slip("an answer for each example", "(z <= 0).all(axis=0)", "z <= 0",
             "You give one answer for each example and unit. A unit is dead if which of them are true?"),
        Slip("one answer for all units", "(z <= 0).all(axis=0)", "(z <= 0).all()",
             "You give a single answer for the whole layer. Along which axis should the examples be joined?"),
        Slip("places", "return (z <= 0).all(axis=0)", "return np.flatnonzero((z <= 0).all(axis=0))",
             "You return the places of the dead units. Which form does the docstring ask for?"),
        Slip("score of exactly zero", "<= 0", "== 0",
             "You look for scores that are exactly 0. What does a ReLU answer to a negative score?"),
        Slip("last example", "(z <= 0).all(axis=0)", "z[-1] <= 0",
             "Your answer follows from the last example alone. What of the others?"),
        Slip("weights alone", "(z <= 0).all(axis=0)", "(w <= 0).all(axis=0)",
             "You look at the weights. May a unit with negative weights still be on, for negative inputs?"),
    ),
    hints=("The scores of all examples and all units are `x @ w + b`, of shape (N, m).",
           "A comparison gives booleans of that shape; `.all(axis=...)` asks whether they are all true along an axis."),
)

# -- tanh backward -----------------------------------------------------------------------------------------------


def tanh_backward(x, w, b, grad) -> tuple:
    """Sends a gradient back through h = tanh(x w + b).

    Args:
        x: Inputs, shape (N, n).
        w: Weights, shape (n, m).
        b: Biases, shape (m,).
        grad: dL/dh, shape (N, m).

    Returns:
        dL/dw of shape (n, m), dL/db of shape (m,), dL/dx of shape (N, n).
    """
    h = np.tanh(x @ w + b)
    dz = grad * (1 - h**2)
    return x.T @ dz, dz.sum(axis=0), dz @ w.T


REPAIR_TANH = BugHunt(
    name="REPAIR_TANH",
    prompt="`tanh_backward` should send a gradient back through a whole layer, $h = \\tanh(xw + b)$, to its weights, "
           "its biases and its input. At scores near 0 all looked fine, and training crept all the same. Repair it.",
    reference=tanh_backward,
    outputs=("dw", "db", "dx"),
    cases=((np.array([[1.0, 2.0]]), np.array([[0.5], [0.25]]), np.array([-1.0]), np.array([[2.0]])),
           (np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0, 0.0, -0.5], [0.5, 0.25, 1.0]]),
            np.array([0.5, -0.25, 1.0]), np.array([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]])),
           (quarters(171, 4, 3) / 4, quarters(173, 3, 2), quarters(175, 2), quarters(177, 4, 2)),
           (quarters(179, 3, 2), quarters(181, 2, 4) / 4, quarters(183, 4), quarters(185, 3, 4))),
    bugs=(
        Slip("not squared", "1 - h**2", "1 - h",
             "Where h is -1 your slope is 2, and tanh is flat there. Which slope has tanh at h = -1 and at h = 1?"),
        Slip("bias past the slope", "dz.sum(axis=0)", "grad.sum(axis=0)",
             "Your biases get the gradient as it came. Which slope lies between the biases and h?"),
    ),
    mistakes=(
        Slip("slope of the sigmoid", "1 - h**2", "h * (1 - h)",
             "h (1 - h) is the slope of the sigmoid, for outputs between 0 and 1. What is that of tanh?"),
        Slip("difference squared", "1 - h**2", "(1 - h) ** 2",
             "You square the difference. What is squared in the slope of tanh, at h = -1 say, where it is flat?"),
        Slip("squares added", "1 - h**2", "1 + h**2",
             "Your slope grows with the score. Is tanh steeper far out than at 0?"),
        Slip("output as a factor", "grad * (1 - h**2)", "grad * h * (1 - h**2)",
             "Where h = 0 your gradient is 0. How steep is tanh there?"),
        Slip("bracket lost", "grad * (1 - h**2)", "grad - h**2",
             "Your slope is taken off the gradient. Which operation joins the two in the chain rule?"),
        Slip("slope left out", "grad * (1 - h**2)", "grad",
             "The gradient passes as if tanh were a straight line. What does the chain rule multiply it with?"),
        Slip("slope at the slope", "1 - h**2", "1 - np.tanh(h) ** 2",
             "You take tanh once more of its own output. What is h already?"),
        Slip("slope from the input", "1 - h**2", "1 - (x @ w + b) ** 2",
             "Your slope uses the score z. Which of z and h stands in 1 - h**2?"),
        Slip("mean over the batch", "dz.sum(axis=0)", "dz.mean(axis=0)",
             "You average over the examples. Does the loss's gradient hold its 1/N already?"),
        Slip("weights on the way back", "dz @ w.T", "grad @ w.T",
             "Your gradient goes back to x past the slope of tanh. Which slope lies between x and h?"),
    ),
    hints=("The derivative of tanh, written with its output h, is 1 - h**2.",
           "All three results go through the score z = x w + b. First dL/dz, then each of them from that."),
)

# -- where float16 ends ------------------------------------------------------------------------------------------

OVERFLOW = Estimate(
    name="OVERFLOW",
    prompt="A softmax without any shift runs in float16, whose largest number is 65,504. There are 200 classes, and "
           "all of them have the same score $z$. From which $z$ on does the **sum** below the fraction line overflow?",
    variable="largest_score",
    unit="units of the score",
    working="""
    largest = 65504
    largest_score = np.log(largest / 200)
    """,
    tolerance=0.01,
    slips=(
        Slip("one power", "largest / 200", "largest",
             "There a single power of e overflows. How many of them does the sum add up?"),
        Slip("logarithm to base 10", "np.log(", "np.log10(",
             "Your logarithm is to base 10. To which base are the powers?"),
        Slip("logarithm to base 2", "np.log(", "np.log2(",
             "Your logarithm is to base 2. To which base are the powers?"),
        Slip("divided outside", "np.log(largest / 200)", "np.log(largest) / 200",
             "You divide the score by 200. Is it the score or its power that is added up 200 times?"),
        Slip("multiplied", "largest / 200", "largest * 200",
             "Your score is larger than that of a single power. Do 200 powers overflow later or sooner than one?"),
        Slip("no logarithm", "np.log(largest / 200)", "largest / 200",
             "That is how large each power may be. What is its exponent?"),
        Slip("float32", "65504", "3.4028235e38", "That is for float32. How large is the largest number in float16?"),
        Slip("half as many", "largest / 200", "largest / 100",
             "You divide by half as many classes. How many powers are there?"),
    ),
    hints=("The sum is 200 e^z. How large may each power be?",
           "200 e^z = 65504. Divide by 200 and take the natural logarithm."),
)

# -- scores to design --------------------------------------------------------------------------------------------


def read_scores(value):
    """Returns three scores as an array.

    Raises:
        ValueError: If they are not three finite numbers.
    """
    try:
        scores = np.array(value, dtype=float)
    except (TypeError, ValueError):
        scores = np.zeros(0)
    if scores.shape != (3,) or not np.isfinite(scores).all():
        raise ValueError(f"expected three numbers, one score for each class, received {value!r}")
    return scores


def _shares(scores, temperature):
    return "probabilities " + ", ".join(f"{p:.3f}" for p in softmax(scores / temperature))


SCORES = Design(
    name="SCORES",
    prompt="Find three scores. At temperature 1 the first class shall have a probability of at least 0.95, and at "
           "temperature 4 of at most 0.60. At temperature 1 the second class shall be twice as probable as the third, "
           "to within one per cent. And the mean of the three scores shall be 0.",
    variable="three_scores",
    start="[1, 0, 0]",
    example="[8 / 3, -4 / 3 + np.log(2) / 2, -4 / 3 - np.log(2) / 2]",
    read=read_scores,
    properties=(
        Property("at temperature 1 the first class has a probability of at least 0.95.",
                 lambda z: softmax(z)[0] >= 0.95, lambda z: _shares(z, 1)),
        Property("at temperature 4 the first class has a probability of at most 0.60.",
                 lambda z: softmax(z / 4)[0] <= 0.6, lambda z: f"{_shares(z, 4)} at temperature 4"),
        Property("at temperature 1 the second class is twice as probable as the third, to within 1 %.",
                 lambda z: abs(np.exp(z[1] - z[2]) / 2 - 1) <= 0.01,
                 lambda z: f"it is {np.exp(np.clip(z[1] - z[2], -700, 700)):.3g} times as probable"),
        Property("the mean of the scores is 0, to within 0.001.", lambda z: abs(z.mean()) <= 1e-3,
                 lambda z: f"it is {z.mean():.3g}"),
    ),
    mistakes=(
        ("scores as probabilities", "[0.95, 0.0333, 0.0167]",
         "These are the probabilities that you want. Which scores does softmax turn into them?"),
        ("twice the score", "[5, 2, 1]",
         "Your second score is twice the third. Which difference of two scores doubles a probability?"),
        ("too sure", "[10, np.log(2), 0]",
         "At temperature 4 the first class is still almost certain. How far may it be ahead of the others?"),
        ("mean not taken off", "[4.25, np.log(2), 0]",
         "Only the mean is not 0. What may you add to all three scores without changing any probability?"),
        ("logarithms of the probabilities", "[np.log(0.95), np.log(0.1 / 3), np.log(0.05 / 3)]",
         "The probabilities are right, the mean of the scores isn't 0 yet. What may be added to all of them?"),
    ),
    hints=("Only differences of scores matter. For which difference of the last two is the ratio of their "
           "probabilities 2?",
           "That difference is ln 2. Then try how far the first must be ahead, about 4, and last take the mean off all "
           "three."),
)

# -- a loss from scores ------------------------------------------------------------------------------------------


def sigmoid_cross_entropy(z: np.ndarray, t: np.ndarray) -> float:
    """Returns the mean binary cross-entropy of sigmoid(z), without overflow.

    Args:
        z: Scores, shape (N,); may be very large, of either sign.
        t: Targets between 0 and 1, shape (N,).
    """
    small = np.exp(-np.abs(z))  # never above 1
    losses = np.maximum(z, 0) - t * z + np.log1p(small)
    return float(np.mean(losses))


def _quietly(loss):
    def answer(z, t):
        with np.errstate(all="ignore"):
            return float(np.mean(loss(np.asarray(z, float), t)))
    return answer


def _naive(z, t):
    p = 1 / (1 + np.exp(-z))
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def _naive_with(z, t, little):
    p = 1 / (1 + np.exp(-z))
    return -t * np.log(p + little) - (1 - t) * np.log(1 - p + little)


def _clipped(z, t):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


SIGMOID_CROSS_ENTROPY = Exercise(
    name="SIGMOID_CROSS_ENTROPY",
    prompt="Write `sigmoid_cross_entropy`: the mean of $-t \\ln p - (1-t) \\ln(1-p)$ with $p = 1/(1 + e^{-z})$, from "
           "scores as large as $\\pm 1000$ and without loss of digits. First show on paper that one example costs "
           "$\\ln(1 + e^{z}) - t z$. Then find a form of it in which no exponent is positive.",
    reference=sigmoid_cross_entropy,
    cases=((np.array([0.0]), np.array([1.0])), (np.array([2.0]), np.array([0.0])), (np.array([-3.0]), np.array([1.0])),
           (np.array([1.5, -0.5]), np.array([1.0, 0.0])), (np.array([40.0]), np.array([0.0])),
           (quarters(191, 5), np.array([0.0, 1.0, 0.25, 1.0, 0.5])),
           (np.array([1000.0, -1000.0, 3.0]), np.array([0.0, 1.0, 0.0])),
           (np.array([1000.0, -1000.0]), np.array([1.0, 0.0]))),
    mistakes=(
        Mistake("by the definition", _quietly(_naive),
                "At z = 1000 your probability is rounded to 1, and the logarithm of 1 - p is that of 0. Can you get "
                "from z to the loss without the probability?"),
        Mistake("power of a positive exponent", _quietly(lambda z, t: np.log(1 + np.exp(z)) - t * z),
                "The form is right and e^1000 is not a number of float64. ln(1 + e^z) = z + ln(1 + e^-z): for which z "
                "is which side safe?"),
        Mistake("probability cut off", _quietly(_clipped),
                "You cut the probability off, so that no example costs more than about 16. What does z = 1000 cost, if "
                "the target is 0?"),
        Mistake("a little added", _quietly(lambda z, t: _naive_with(z, t, 1e-12)),
                "You add a little below the logarithm, so that no example costs more than about 28. What does z = 1000 "
                "cost, if the target is 0?"),
        Mistake("scores cut off", _quietly(lambda z, t: _naive(np.clip(z, -30, 30), t)),
                "You cut the scores off. What does z = 1000 cost, if the target is 0?"),
        Slip("sum", "float(np.mean(losses))", "float(np.sum(losses))", "You add up the losses. What is asked for?"),
        Slip("other sign of the target", "- t * z", "+ t * z",
             "A right answer costs you more, the surer it is. Which sign has t z?"),
        Slip("targets swapped", "- t * z", "- (1 - t) * z",
             "Your loss is that of the other answer. What should z = 3 cost, if the target is 1?"),
        Slip("no logarithm", " + np.log1p(small)", "",
             "At z = 0 your loss is 0. What does an answer of one half cost?"),
        Slip("logarithm alone", "np.maximum(z, 0) - t * z + np.log1p(small)", "np.log1p(small)",
             "Your loss depends neither on the sign of z nor on the target. Which terms are left of it for large |z|?"),
        Mistake("squared error", _quietly(lambda z, t: (t - 1 / (1 + np.exp(-z))) ** 2),
                "That is the squared error of the probability. Which loss is asked for?"),
        Mistake("hinge", _quietly(lambda z, t: np.maximum(1 - (2 * t - 1) * z, 0)),
                "That is the hinge. Which loss is asked for?"),
        Mistake("one left out", _quietly(lambda z, t: np.maximum(z, 0) - t * z + np.log(np.exp(-np.abs(z)))),
                "What is added to the power before the logarithm is taken?"),
        Slip("two logarithms", "np.log1p(small)", "np.log2(1 + small)",
             "Your logarithm is to base 2. Which is asked for?"),
        Slip("larger of the wrong sign", "np.maximum(z, 0)", "np.maximum(-z, 0)",
             "Try z = 5 and t = 0. It is surely wrong: is your loss about 5?"),
        Slip("absolute value", "np.maximum(z, 0)", "np.abs(z)",
             "For negative z your loss is too large by |z|. What is left of z + ln(1 + e^-z) there?"),
        Mistake("positive exponent after all",
                _quietly(lambda z, t: np.maximum(z, 0) - t * z + np.log1p(np.exp(np.abs(z)))),
                "Your exponent is never negative. Which sign keeps the power at most 1?"),
    ),
    properties=(
        Property("a cross-entropy is never negative.", lambda output, z, t: bool(np.asarray(output) >= 0)),
    ),
    hints=("ln p = -ln(1 + e^-z) and ln(1 - p) = -z - ln(1 + e^-z). Put both in and collect the terms with t.",
           "For z > 0 take ln(1 + e^z) = z + ln(1 + e^-z); for z < 0 leave it as it is. Both are max(z, 0) + "
           "ln(1 + e^-|z|).",
           "`np.log1p(a)` is ln(1 + a), exact for small a, too."),
)
