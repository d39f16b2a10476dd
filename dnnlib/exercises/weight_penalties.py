"""The exercises on weight penalties: a step, the soft threshold, a bowl, early stopping, a half-life, two strengths."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- one step with both penalties --------------------------------------------------------------------------------


def penalised_step(kernel: np.ndarray, bias: np.ndarray, d_kernel: np.ndarray,
                   d_bias: np.ndarray, rate: float, l1: float, l2: float) -> tuple:
    """Takes one gradient step, with the penalty l1 sum |w| + l2 sum w^2.

    Args:
        kernel: Weights of shape (n, m). Only they are penalised.
        bias: Biases of shape (m,).
        d_kernel: Gradient of the loss without the penalty, for the kernel.
        d_bias: The same for the biases.
        rate: The learning rate.
        l1: Factor of the absolute values.
        l2: Factor of the squares.

    Returns:
        The kernel and the biases after the step.
    """
    pull = l1 * np.sign(kernel) + 2 * l2 * kernel
    return kernel - rate * (d_kernel + pull), bias - rate * d_bias


def _step(seed, n, m, rate, l1, l2):
    return quarters(seed, n, m), quarters(seed + 2, m), quarters(seed + 4, n, m), quarters(seed + 6, m), rate, l1, l2


PENALISED_STEP = Exercise(
    name="PENALISED_STEP",
    prompt="Write `penalised_step`: one step of gradient descent for a layer whose kernel pays both penalties, with "
           "Keras's factors `l1` and `l2`. The gradients that you get belong to the loss without the penalties.",
    reference=penalised_step,
    outputs=("kernel", "biases"),
    cases=((np.array([[2.0]]), np.array([1.0]), np.array([[0.0]]), np.array([0.0]), 0.5, 0.0, 0.25),
           (np.array([[2.0]]), np.array([1.0]), np.array([[0.0]]), np.array([0.0]), 0.5, 0.5, 0.0),
           _step(501, 2, 2, 0.1, 0.5, 0.25), _step(511, 3, 2, 0.2, 0.0, 0.0), _step(521, 2, 3, 0.5, 0.25, 0.1),
           (np.array([[0.0, -2.0]]), np.array([3.0, -1.0]), np.array([[1.0, 0.0]]), np.array([1.0, 2.0]),
            0.5, 0.5, 0.5),
           (np.array([[0.25]]), np.array([1.0]), np.array([[0.0]]), np.array([0.0]), 0.5, 1.0, 0.0),
           _step(531, 4, 1, 0.25, 1.0, 0.0)),
    mistakes=(
        Slip("no factor 2", "2 * l2 * kernel", "l2 * kernel",
             "Your quadratic pull is half of what it should be. What is the derivative of l2 · w²?"),
        Slip("biases pay too", "bias - rate * d_bias",
             "bias - rate * (d_bias + l1 * np.sign(bias) + 2 * l2 * bias)",
             "Your biases pay the penalties as well. Who pays here?"),
        Slip("biases pay the squares", "bias - rate * d_bias", "bias - rate * (d_bias + 2 * l2 * bias)",
             "Your kernel is right, and your biases shrink by l2. Who pays here?"),
        Slip("size without direction", "l1 * np.sign(kernel)", "l1",
             "Your pull of l1 has the same direction for all weights. Which way is zero for a negative one?"),
        Slip("absolute value, not its slope", "l1 * np.sign(kernel)", "l1 * np.abs(kernel)",
             "Your pull of l1 grows with the weight. That is the penalty itself: what is its slope?"),
        Slip("square, not its slope", "2 * l2 * kernel", "l2 * kernel**2",
             "Your pull of l2 has the same direction for both signs. That is the penalty itself: what is its slope?"),
        Slip("penalty without the rate", "kernel - rate * (d_kernel + pull)", "kernel - rate * d_kernel - pull",
             "Your pull is not multiplied by the rate. What is the gradient of the whole loss?"),
        Slip("away from zero", "(d_kernel + pull)", "(d_kernel - pull)",
             "Your penalties push the weights away from zero. What sign do they have in the loss?"),
        Slip("uphill", "kernel - rate * (d_kernel + pull)", "kernel + rate * (d_kernel + pull)",
             "Your kernel climbs. Which way does a step go?"),
        Slip("biases stay", "bias - rate * d_bias", "bias + 0 * d_bias",
             "Your biases don't move. They pay no penalty, but do they learn?"),
        Slip("decayed before the gradient only", "kernel - rate * (d_kernel + pull)", "kernel - rate * pull",
             "Your kernel feels the penalties alone. Where is the loss?"),
        Slip("factors swapped", "l1 * np.sign(kernel) + 2 * l2 * kernel", "l2 * np.sign(kernel) + 2 * l1 * kernel",
             "The two factors have changed places. Which of them belongs to the squares?"),
        Slip("pull of the gradient's size", "2 * l2 * kernel", "2 * l2 * d_kernel",
             "Your l2 pulls along the gradient of the loss. Towards which point should it pull?"),
        Slip("zero is pushed", "l1 * np.sign(kernel)", "l1 * np.where(kernel > 0, 1, -1)",
             "A weight of exactly 0 is pushed by your l1. Which way could it go? Take the slope at the corner as 0."),
        Slip("squares without the rate", "kernel - rate * (d_kernel + pull)",
             "(1 - 2 * l2) * kernel - rate * (d_kernel + l1 * np.sign(kernel))",
             "Your share of l2 is not multiplied by the rate. Is it part of the gradient?"),
        Slip("sign of the gradient", "l1 * np.sign(kernel)", "l1 * np.sign(d_kernel)",
             "Your l1 pulls along the gradient of the loss. Towards which point should it pull?"),
        Slip("shrunk after the step", "kernel - rate * (d_kernel + pull)",
             "(1 - 2 * rate * l2) * (kernel - rate * d_kernel) - rate * l1 * np.sign(kernel)",
             "You step first and shrink what comes out. At which weights are all slopes taken?"),
        Mistake("soft threshold", lambda kernel, bias, d_kernel, d_bias, rate, l1, l2: (
            np.sign(u := kernel - rate * (d_kernel + 2 * l2 * kernel)) * np.maximum(np.abs(u) - rate * l1, 0),
            bias - rate * d_bias),
                "You take l1 by a soft threshold, which is the better step. Here a plain gradient step is asked for."),
        Mistake("both scaled by the number of weights",
                lambda kernel, bias, d_kernel, d_bias, rate, l1, l2: penalised_step(
                    kernel, bias, d_kernel, d_bias, rate, l1 / kernel.size, l2 / kernel.size),
                "Your pulls shrink with the number of weights. Is the penalty a sum or a mean over them?"),
    ),
    hints=(
        "The gradient of a sum is the sum of the gradients: the loss's, plus that of each penalty.",
        "The slope of |w| is the sign of w, `np.sign(w)`; that of w² is 2 w.",
    ),
)


# -- the soft threshold ------------------------------------------------------------------------------------------


def soft_threshold(w: np.ndarray, threshold: float) -> np.ndarray:
    """Moves each number towards zero by the threshold, and no farther than zero.

    Args:
        w: Numbers of any shape.
        threshold: How far, at least 0.

    Returns:
        Array like w.
    """
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


SOFT_THRESHOLD = Exercise(
    name="SOFT_THRESHOLD",
    prompt="Write `soft_threshold`, the step that makes exact zeros.",
    reference=soft_threshold,
    axes=("weights",),
    cases=((np.array([3.0]), 1.0), (np.array([-3.0]), 1.0), (np.array([0.5, -0.5]), 1.0), (quarters(541, 4), 0.75),
           (np.array([1.0, -1.0, 0.0, 2.0]), 1.0), (quarters(543, 5), 0.0), (whole(545, 6) / 2, 2.25),
           (quarters(547, 6), 1.25)),
    mistakes=(
        Slip("hard threshold", "np.maximum(np.abs(w) - threshold, 0)", "np.where(np.abs(w) > threshold, np.abs(w), 0)",
             "Your large numbers stay as they are. By how much should they move?"),
        Slip("through zero", "np.maximum(np.abs(w) - threshold, 0)", "(np.abs(w) - threshold)",
             "Your small numbers go through zero and out on the other side. Where should they stop?"),
        Slip("sign lost", "np.sign(w) * np.maximum", "np.maximum",
             "All your results are positive. On which side of zero should a negative number arrive?"),
        Slip("signed minimum", "np.sign(w) * np.maximum(np.abs(w) - threshold, 0)", "np.maximum(w - threshold, 0)",
             "Your negative numbers all become zero. How far from zero is −3?"),
        Slip("clipped", "np.sign(w) * np.maximum(np.abs(w) - threshold, 0)", "np.clip(w, -threshold, threshold)",
             "You keep what should be taken away. What is left of 3 at a threshold of 1?"),
        Slip("away from zero", "np.abs(w) - threshold", "np.abs(w) + threshold",
             "Your numbers grow. Which way is zero?"),
        Slip("shrunk by a share", "np.maximum(np.abs(w) - threshold, 0)", "np.abs(w) / (1 + threshold)",
             "You shrink every number by the same share, as the quadratic penalty does. What does L1 take from each?"),
        Slip("only the small ones", "np.maximum(np.abs(w) - threshold, 0)",
             "np.where(np.abs(w) > threshold, np.abs(w) - threshold, np.abs(w))",
             "Your small numbers stay. What should become of those within the threshold?"),
        Slip("half the threshold", "np.abs(w) - threshold", "np.abs(w) - threshold / 2",
             "Your numbers move by half of the threshold. How far should they?"),
        Slip("cut from one side", "np.sign(w) * np.maximum(np.abs(w) - threshold, 0)",
             "w - threshold * (np.abs(w) > threshold)",
             "Your numbers all move down. Which way is zero for a negative one?"),
        Slip("rounded", "np.maximum(np.abs(w) - threshold, 0)",
             "np.floor(np.abs(w) / max(threshold, 1e-9)) * threshold",
             "You round towards zero in steps of the threshold. How much is taken from a large number?"),
    ),
    properties=(Property("no result is farther from zero than the number was.",
                         lambda out, w, threshold: np.all(np.abs(out) <= np.abs(w))),),
    hints=(
        "Treat size and sign apart: take the threshold from the size, and give the sign back.",
        "A size can't be negative. `np.maximum(size, 0)` stops at zero.",
    ),
)


# -- the bottom of a penalised bowl ------------------------------------------------------------------------------


def penalised_minimum(hessian: np.ndarray, best: np.ndarray,
                      alpha: float) -> np.ndarray:
    """Finds the lowest point of a bowl with the penalty (alpha / 2) sum w^2.

    Args:
        hessian: Second derivatives of the loss, shape (n, n), symmetric.
        best: The bowl's lowest point without the penalty, shape (n,).
        alpha: Strength of the penalty.

    Returns:
        Array of shape (n,).
    """
    curvatures, axes = np.linalg.eigh(hessian)
    along = axes.T @ best
    return axes @ (curvatures / (curvatures + alpha) * along)


def _bowl(seed, n, alpha):
    a = quarters(seed, n, n)
    return a.T @ a, quarters(seed + 2, n), alpha


PENALISED_MINIMUM = Exercise(
    name="PENALISED_MINIMUM",
    prompt="Write `penalised_minimum` for a bowl whose axes need not be those of the weights. NumPy's "
           "`np.linalg.eigh(hessian)` returns the curvatures and, as the *columns* of a matrix, the axes.",
    reference=penalised_minimum,
    axes=("weights",),
    cases=((np.array([[2.0]]), np.array([3.0]), 1.0), (np.array([[1.0, 0.0], [0.0, 3.0]]), np.array([2.0, 2.0]), 1.0),
           (np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([4.0, -2.0]), 1.0),
           (np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0]), 0.0), _bowl(551, 3, 0.5), _bowl(555, 4, 2.0),
           _bowl(559, 3, 0.25)),
    mistakes=(
        Slip("the share that is lost", "curvatures / (curvatures + alpha)", "alpha / (curvatures + alpha)",
             "You return what the penalty takes. What is left?"),
        Slip("one over the sum", "curvatures / (curvatures + alpha)", "1 / (curvatures + alpha)",
             "Without a penalty you don't return the bowl's own minimum. Which factor is 1 at alpha = 0?"),
        Slip("twice the strength", "(curvatures + alpha)", "(curvatures + 2 * alpha)",
             "You shrink as if alpha were twice as large. What is the second derivative of alpha w² / 2?"),
        Slip("difference", "(curvatures + alpha)", "(curvatures - alpha)",
             "Your weights grow under the penalty. Does it make the bowl steeper or flatter?"),
        Slip("along the weights", "along = axes.T @ best", "along = best",
             "You take the weights for the coordinates along the axes. How does one get from one to the other?"),
        Slip("not turned back", "axes @ (curvatures", "(curvatures",
             "Your result is in coordinates along the axes. Where do the weights want to be?"),
        Slip("rows for columns", "along = axes.T @ best", "along = axes @ best",
             "You take the rows for the axes. Where does `eigh` put them?"),
        Slip("squared", "curvatures / (curvatures + alpha)", "(curvatures / (curvatures + alpha))**2",
             "You shrink twice. How often does the factor stand in the formula?"),
        Slip("square root", "curvatures / (curvatures + alpha)", "np.sqrt(curvatures / (curvatures + alpha))",
             "You shrink too little. Is there a root in the factor?"),
        Slip("soft threshold", "curvatures / (curvatures + alpha) * along",
             "np.sign(along) * np.maximum(np.abs(along) - alpha / curvatures, 0)",
             "That is what the penalty of absolute values does. What does the quadratic one do?"),
        Mistake("diagonal only", lambda hessian, best, alpha: np.diag(hessian) / (np.diag(hessian) + alpha) * best,
                "You use the diagonal of the Hessian only. In a turned bowl, which numbers are the curvatures?"),
        Mistake("all curvatures 1", lambda hessian, best, alpha: np.asarray(best, float) / (1 + alpha),
                "You shrink every direction by the same share. Where does the Hessian come in?"),
        Slip("half the strength", "(curvatures + alpha)", "(curvatures + alpha / 2)",
             "You shrink as if alpha were half as large. What becomes of the half when you derive twice?"),
        Mistake("diagonal below the line", lambda hessian, best, alpha: hessian @ best / (np.diag(hessian) + alpha),
                "You divide by the diagonal of H + α. Can a system of equations be solved entry by entry?"),
        Mistake("alpha everywhere", lambda hessian, best, alpha: np.linalg.lstsq(
            hessian + alpha, hessian @ best, rcond=None)[0],
                "You add alpha to every entry of the Hessian. To which entries does the penalty add?"),
        Mistake("no penalty", lambda hessian, best, alpha: np.asarray(best, float) * 1.0,
                "That is the bowl's own minimum. What does the penalty change?"),
    ),
    hints=(
        "Along each axis the penalty leaves the share c / (c + alpha).",
        "`axes.T @ best` are the coordinates along the axes, and `axes @ …` leads back to the weights.",
        "Or set the gradient to zero: (H + alpha · identity) w = H · best.",
    ),
)


# -- early stopping with weights ---------------------------------------------------------------------------------


def stopped_early(w: np.ndarray, curvatures: np.ndarray, best: np.ndarray,
                  best_new: np.ndarray, rate: float, patience: int) -> tuple:
    """Descends in a bowl until the loss on new examples has stopped falling.

    The training loss is the sum of c (w - best)^2 / 2. On new examples the
    lowest point lies elsewhere: there it is the sum of c (w - best_new)^2 / 2.

    Args:
        w: Where to start, shape (n,). It is not changed.
        curvatures: The c, shape (n,).
        best: Lowest point of the training loss, shape (n,).
        best_new: Lowest point of the loss on new examples, shape (n,).
        rate: The learning rate.
        patience: Training ends after so many steps in a row without a new
            smallest loss on new examples, and after 100 steps at the latest.

    Returns:
        The weights with the smallest loss on new examples, and the steps taken.
    """
    w, waited = np.array(w, dtype=float), 0
    kept, smallest = w.copy(), np.sum(curvatures * (w - best_new) ** 2) / 2
    for step in range(1, 101):
        w -= rate * curvatures * (w - best)
        loss = np.sum(curvatures * (w - best_new) ** 2) / 2
        waited += 1
        if loss < smallest:
            kept, smallest, waited = w.copy(), loss, 0
        if waited >= patience:
            return kept, step
    return kept, 100


def _descent(start, curvatures, best, best_new, rate, patience):
    return (*(np.array(values, float) for values in (start, curvatures, best, best_new)), rate, patience)


REPAIR_STOPPED_EARLY = BugHunt(
    name="REPAIR_STOPPED_EARLY",
    prompt="`stopped_early` descends in a bowl of training examples and watches the loss on new ones. It should return "
           "the best weights that it met, but they are no better than the last ones; and with a patience of 1 it goes "
           "on for a step after the first bad one. Repair it.",
    reference=stopped_early,
    outputs=("weights", "steps"),
    cases=(_descent([0], [1], [4], [2], 0.25, 1), _descent([0], [1], [4], [3], 0.25, 2),
           _descent([0, 0], [1, 0.25], [4, 4], [4, 1], 0.5, 1), _descent([0, 0], [2, 0.5], [3, -2], [2, -1], 0.25, 3),
           _descent([1, -1], [1, 0.5], [5, 3], [4, 3], 0.5, 4), _descent([0], [1], [2], [2], 0.5, 2),
           _descent([3], [1], [2], [4], 0.5, 2),
           (quarters(571, 3), np.array([1.0, 0.5, 0.25]), quarters(573, 3), quarters(575, 3), 0.25, 2)),
    bugs=(
        Slip("kept is the same array", "kept, smallest, waited = w.copy(), loss, 0",
             "kept, smallest, waited = w, loss, 0",
             "Your best weights change after they have been kept. How many arrays are there, and what does `-=` do?"),
        Slip("patience one too long", "waited >= patience", "waited > patience",
             "With a patience of 1 your training goes on after the first bad step. When should it stop?"),
    ),
    mistakes=(
        Slip("last weights", "return kept, step", "return w, step",
             "You return the weights of the last step. Which ones had the smallest loss on new examples?"),
        Slip("never waits anew", "kept, smallest, waited = w.copy(), loss, 0", "kept, smallest = w.copy(), loss",
             "Your steps without an improvement are counted in all. Which ones count, where they must be in a row?"),
        Slip("judged by the training loss", "loss = np.sum(curvatures * (w - best_new) ** 2) / 2",
             "loss = np.sum(curvatures * (w - best) ** 2) / 2",
             "You watch the training loss, which always falls. Which loss tells when to stop?"),
        Slip("trained on the new examples", "rate * curvatures * (w - best)", "rate * curvatures * (w - best_new)",
             "You descend in the loss of the new examples. From which ones may the network learn?"),
        Slip("largest loss", "if loss < smallest:", "if loss > smallest:",
             "You keep the worst weights. Which loss is a good one?"),
        Slip("steps from zero", "return kept, step", "return kept, step - 1",
             "You count one step too few. How many have been taken after the first?"),
        Slip("no curvature in the step", "rate * curvatures * (w - best)", "rate * (w - best)",
             "Your steps are as long in flat directions as in steep ones. What is the gradient of c (w − best)² / 2?"),
        Slip("uphill", "w -= rate", "w += rate", "You climb. Which way does a step go?"),
        Mistake("only the training loss", lambda w, curvatures, best, best_new, rate, patience: stopped_early(
            w, curvatures, best, best, rate, patience),
                "You never look at the loss on new examples, and the other one always falls. What is best_new for?"),
        Mistake("never stops", lambda w, curvatures, best, best_new, rate, patience: stopped_early(
            w, curvatures, best, best_new, rate, 1000),
                "You take all 100 steps. When does `patience` end the training?"),
        Mistake("stops at the first bad step", lambda w, curvatures, best, best_new, rate, patience: stopped_early(
            w, curvatures, best, best_new, rate, 1),
                "You stop at the first step that is no improvement. How many does `patience` allow?"),
    ),
    hints=(
        "Print `kept` in every step. When does it change?",
        "There are two faults: one in what is kept, one in when it stops.",
    ),
)


# -- the half-life of a weight -----------------------------------------------------------------------------------


HALF_LIFE = Estimate(
    name="HALF_LIFE",
    prompt="Keras's `AdamW` has by default a learning rate of 0.001 and a weight decay of 0.004. After how many steps "
           "has the decay alone halved a weight whose gradient is zero?",
    variable="steps_to_half",
    unit="steps",
    working="""
    factor = 1 - 0.001 * 0.004
    steps_to_half = np.log(1 / 2) / np.log(factor)
    """,
    slips=(
        Slip("without the rate", "0.001 * 0.004", "0.004",
             "You shrink by the decay itself in each step. What else stands in the factor?"),
        Slip("the rate alone", "0.001 * 0.004", "0.001", "You shrink by the rate alone. Where is the decay?"),
        Slip("twice the decay", "0.001 * 0.004", "2 * 0.001 * 0.004",
             "A factor of 2 belongs to the penalty `l2`. What is the factor of decoupled decay?"),
        Slip("to a third", "np.log(1 / 2)", "np.log(1 / np.e)",
             "After so many steps about 37 % are left. What share should be?"),
        Slip("equal steps", "np.log(1 / 2) / np.log(factor)", "(1 / 2) / (1 - factor)",
             "You take the same amount away in each step. By what is the weight *multiplied*?"),
        Slip("nothing left", "np.log(1 / 2) / np.log(factor)", "2 / (1 - factor)",
             "By what is the weight multiplied in each step, and when is the product one half?"),
        Slip("logarithm to the base 10", "np.log(1 / 2) / np.log(factor)", "-np.log10(1 / 2) / (1 - factor)",
             "You mix a logarithm to the base 10 with an approximation for the natural one. Which one is it?"),
    ),
    hints=("Each step multiplies the weight by 1 − rate · decay.",
           "After t steps the weight is factorᵗ of what it was. For which t is that one half?"),
)


# -- two strengths -----------------------------------------------------------------------------------------------

_CURVATURES = np.array([2.0, 2.0, 2.0, 0.5, 2.0, 2.0, 0.5, 2.0])
_BEST = np.array([3.0, -2.0, 1.5, 4.0, 0.2, -0.15, 0.6, 0.1])


def _strengths(value):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"Expected a pair (l1, l2), received {value!r}.")
    try:
        l1, l2 = (float(number) for number in value)
    except (TypeError, ValueError):
        raise ValueError(f"Expected two numbers, received {value!r}.") from None
    if not 0 <= l1 < np.inf or not 0 <= l2 < np.inf:
        raise ValueError(f"Expected two numbers of at least 0, received {l1} and {l2}.")
    pulled = _CURVATURES * _BEST
    found = np.sign(pulled) * np.maximum(np.abs(pulled) - l1, 0) / (_CURVATURES + 2 * l2)
    return {"weights": found, "kept": np.min(found[:4] / _BEST[:4])}


STRENGTHS = Design(
    name="STRENGTHS",
    prompt="Eight weights stand in a bowl along its axes. Four carry the signal, `(3, -2, 1.5, 4)`, with the "
           "curvatures `(2, 2, 2, 0.5)`; four are noise, `(0.2, -0.15, 0.6, 0.1)`, with `(2, 2, 0.5, 2)`. Choose the "
           "factors `(l1, l2)` of Keras's penalties so that all noise becomes exactly zero and each signal keeps at "
           "least 75 % of its size.",
    variable="strengths",
    start="(0.0, 0.0)",
    example="(0.45, 0.0)",
    read=_strengths,
    properties=(
        Property("all four noise weights are exactly zero.", lambda run: np.all(run["weights"][4:] == 0),
                 lambda run: "they are " + ", ".join(f"{w:.3g}" for w in run["weights"][4:])),
        Property("each signal keeps at least 75 % of its size.", lambda run: run["kept"] >= 0.75,
                 lambda run: f"the weakest keeps {max(run['kept'], 0):.0%}"),
    ),
    mistakes=(
        ("squares alone", "(0.0, 0.1)",
         "The quadratic penalty shrinks every weight by a share, so none becomes zero. Which penalty has a corner?"),
        ("threshold of the noise itself", "(0.25, 0.0)",
         "Some noise is left. Along an axis of curvature c the threshold is l1 / c: where is it too low?"),
        ("too strong", "(1.0, 0.0)",
         "The noise is gone, and so is much of a signal. Which one stands on a flat axis, and how large may its l1 / c "
         "be?"),
        ("both at once", "(0.4, 0.25)",
         "The noise is gone, but the squares take their share of the signal on top. Do you need them here?"),
    ),
    hints=("Along an axis the weight moves towards zero by l1 / c and is then multiplied by c / (c + 2 l2).",
           "The noise with the largest product of curvature and size decides how large l1 must be."),
)
