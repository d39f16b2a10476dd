"""The exercises on autoencoders: gradients, one plane and many axes, a denoiser, its ideal, a code's cost, a bound."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- the gradients of a linear autoencoder -----------------------------------------------------------------------


def linear_gradients(x: np.ndarray, w: np.ndarray, v: np.ndarray) -> tuple:
    """Returns the gradients of a linear autoencoder's loss.

    The loss is the squared error, summed over an example's numbers; of that,
    the mean over the examples.

    Args:
        x: Examples of shape (N, n), with their mean taken off.
        w: Encoder of shape (n, k); the codes are x w.
        v: Decoder of shape (k, n); what is rebuilt is x w v.

    Returns:
        The gradients for w and for v, of their shapes.
    """
    code = x @ w
    error = code @ v - x
    return 2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)


def _linear(seed, N, n, k):
    return quarters(seed, N, n), quarters(seed + 2, n, k), quarters(seed + 4, k, n)


LINEAR_GRADIENTS = Exercise(
    name="LINEAR_GRADIENTS",
    prompt="Write `linear_gradients`, one backward pass through a linear autoencoder. Its target is its own input.",
    reference=linear_gradients,
    outputs=("gradient of w", "gradient of v"),
    cases=((np.array([[2.0]]), np.array([[1.0]]), np.array([[0.5]])),
           (np.array([[1.0, 2.0]]), np.array([[1.0], [0.0]]), np.array([[0.0, 1.0]])),
           _linear(541, 3, 2, 1), _linear(551, 2, 3, 2), _linear(561, 4, 3, 2), _linear(571, 5, 4, 3)),
    mistakes=(
        Slip("no factor 2", "2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)",
             "x.T @ (error @ v.T) / len(x), code.T @ error / len(x)",
             "Both of your gradients are half of what they should be. What is the derivative of a square?"),
        Slip("summed over the examples", "2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)",
             "2 * x.T @ (error @ v.T), 2 * code.T @ error",
             "Your gradients grow with the number of examples. Is the loss their sum or their mean?"),
        Slip("mean over all numbers", "2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)",
             "2 * x.T @ (error @ v.T) / x.size, 2 * code.T @ error / x.size",
             "You divide by the number of all entries. Over what does this loss take the mean?"),
        Slip("error of the other sign", "code @ v - x", "x - code @ v",
             "Your gradients point downhill. Which sign has the derivative of what is rebuilt?"),
        Slip("decoder left out", "2 * x.T @ (error @ v.T) / len(x)", "2 * x.T @ (error @ w) / len(x)",
             "To reach the encoder you send the error through the encoder. Through which matrix did the code go?"),
        Slip("decoder's gradient through itself", "2 * code.T @ error / len(x)", "2 * (x @ v.T).T @ error / len(x)",
             "In the gradient of v you multiply the input by v. What does v receive in the forward pass?"),
        Slip("target left out", "code @ v - x", "code @ v",
             "You treat what is rebuilt as the error. What should it have been?"),
        Slip("outputs swapped", "return 2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)",
             "return 2 * code.T @ error / len(x), 2 * x.T @ (error @ v.T) / len(x)",
             "Your two gradients have changed places. Which of them is asked for first?"),
        Slip("as if the weights were tied", "2 * x.T @ (error @ v.T) / len(x), 2 * code.T @ error / len(x)",
             "2 * x.T @ (error @ v.T) / len(x) + (2 * code.T @ error / len(x)).T, 2 * code.T @ error / len(x)",
             "Your gradient of w holds that of v as well. Are the two matrices one here?"),
        Slip("code's error not multiplied by the inputs", "2 * x.T @ (error @ v.T) / len(x)",
             "2 * np.ones_like(x).T @ (error @ v.T) / len(x)",
             "All rows of your gradient of w are the same. Which input does each row belong to?"),
    ),
    hints=("Forward: code = x w, rebuilt = code v, error = rebuilt - x. The derivative of the loss by what is rebuilt "
           "is 2 error / N.",
           "Each matrix has as its gradient its input, transposed, times what arrives at its output. At the code "
           "arrives the error times v, transposed."),
)

# -- one subspace, many axes ---------------------------------------------------------------------------------------

_VARIANCES = np.diag([9.0, 4.0, 1.0])


def read_pair(value):
    """Returns encoder and decoder as an array of shape (2, 3, 2): w, and v transposed.

    Raises:
        ValueError: If they have other shapes.
    """
    try:
        w, v = (np.array(part, dtype=float) for part in value)
    except (TypeError, ValueError):
        w = v = np.zeros(0)
    if w.shape != (3, 2) or v.shape != (2, 3) or not (np.isfinite(w).all() and np.isfinite(v).all()):
        raise ValueError(f"expected a pair of an encoder, 3 rows of 2 numbers, and a decoder, 2 rows of 3, "
                         f"received {value!r}")
    return np.stack([w, v.T])


def _error(pair):
    w, v = pair[0], pair[1].T
    lost = np.eye(3) - w @ v
    return float(np.trace(lost.T @ _VARIANCES @ lost))


def _rows(pair):
    return pair[1].T / np.maximum(np.linalg.norm(pair[1].T, axis=1, keepdims=True), 1e-12)


def _degrees(cosines):
    return np.degrees(np.arccos(np.clip(np.abs(cosines), 0, 1)))


SAME_PLANE = Design(
    name="SAME_PLANE",
    prompt="Points in space spread along the three coordinate axes, with variances 9, 4 and 1 and the mean 0, so the "
           "first two coordinate axes are their principal axes, and PCA with two of them leaves an error of 1. Find an "
           "encoder $w$, of shape (3, 2), and a decoder $v$, of shape (2, 3), that leave the same error, though each "
           "row of $v$ is at least 20° away from every coordinate axis, and the angle between the two rows is at most "
           "80°, whichever way the rows point. Give the pair $(w, v)$ as lists of rows.",
    variable="pair",
    start="([[1, 0], [0, 1], [0, 0]], [[1, 0, 0], [0, 1, 0]])",
    example="([[2 / 3, 1 / 3], [1 / 3, -1 / 3], [0, 0]], [[1, 1, 0], [1, -2, 0]])",
    read=read_pair,
    properties=(
        Property("the rows of v lie in the plane of the first two axes.", lambda pair: np.abs(pair[1][2]).max() < 1e-6,
                 lambda pair: f"their third numbers are {pair[1][2][0]:.3g} and {pair[1][2][1]:.3g}"),
        Property("each row of v is at least 20° away from every coordinate axis.",
                 lambda pair: _degrees(_rows(pair)).min() >= 20 - 1e-6,
                 lambda pair: f"the least angle is {_degrees(_rows(pair)).min():.1f}°"),
        Property("the angle between the two rows, as lines, is at most 80°.",
                 lambda pair: _degrees(_rows(pair)[0] @ _rows(pair)[1]) <= 80 + 1e-6,
                 lambda pair: f"it is {_degrees(_rows(pair)[0] @ _rows(pair)[1]):.1f}°"),
        Property("a point of the plane comes back as it was: w, then v, changes neither of the first two axes.",
                 lambda pair: np.allclose((pair[0] @ pair[1].T)[:2, :2], np.eye(2), atol=5e-3),
                 lambda pair: f"the first axis comes back as {np.round((pair[0] @ pair[1].T)[0], 3).tolist()}"),
        Property("the error is 1, as PCA's is.", lambda pair: abs(_error(pair) - 1) < 5e-3,
                 lambda pair: f"it is {_error(pair):.4g}"),
    ),
    mistakes=(
        ("encoder is the transposed decoder", "([[1, 1], [1, -2], [0, 0]], [[1, 1, 0], [1, -2, 0]])",
         "Your encoder is your decoder, transposed. That brings a point back only if the rows are perpendicular and of "
         "length 1. What must the encoder undo?"),
        ("turned by 45 degrees", "([[0.5, 0.5], [0.5, -0.5], [0, 0]], [[1, 1, 0], [1, -1, 0]])",
         "Your rows are the two axes, turned together: they still stand at a right angle. Can they span the same plane "
         "at another angle?"),
        ("turned by 45 degrees, of length 1",
         "([[0.5 ** 0.5, 0.5 ** 0.5], [0.5 ** 0.5, -(0.5 ** 0.5)], [0, 0]],"
         " [[0.5 ** 0.5, 0.5 ** 0.5, 0], [0.5 ** 0.5, -(0.5 ** 0.5), 0]])",
         "Your rows are the two axes, turned together: they still stand at a right angle. Can they span the same plane "
         "at another angle?"),
        ("scaled only", "([[0.5, 0], [0, 0.5], [0, 0]], [[2, 0, 0], [0, 2, 0]])",
         "You change the lengths and keep the axes. Which change of the code mixes its two numbers?"),
        ("encoder not undone", "([[1, 0], [0, 1], [0, 0]], [[1, 1, 0], [1, -2, 0]])",
         "Your encoder reads off the coordinates, and your decoder takes them as amounts of other directions. Which "
         "amounts of your rows add up to a given point?"),
    ),
    hints=("Choose the two rows of v first. Then the first two rows of w, a matrix of 2 × 2, must undo the first two "
           "columns of v.",
           "With rows (1, 1, 0) and (1, -2, 0) of v, the upper part of w is the inverse of [[1, 1], [1, -2]]."),
)

# -- a denoising autoencoder that is broken ------------------------------------------------------------------------


def denoising_loss(x, noise, w, b, v, c) -> np.ndarray:
    """Returns each example's loss in a denoising autoencoder.

    Args:
        x: Clean examples, shape (N, n).
        noise: What is added to the inputs, shape (N, n).
        w: Weights of the encoder, shape (n, k).
        b: Its biases, shape (k,).
        v: Weights of the decoder, shape (k, n).
        c: Its biases, shape (n,).

    Returns:
        Mean squared errors, shape (N,).
    """
    noisy = x + noise
    code = np.maximum(noisy @ w + b, 0)
    rebuilt = code @ v + c
    return ((rebuilt - x) ** 2).mean(axis=1)


def _denoising(seed, N, n, k):
    return (quarters(seed, N, n), quarters(seed + 2, N, n), quarters(seed + 4, n, k), quarters(seed + 6, k),
            quarters(seed + 8, k, n), quarters(seed + 10, n))


REPAIR_DENOISING = BugHunt(
    name="REPAIR_DENOISING",
    prompt="`denoising_loss` should return the loss of each example in a denoising autoencoder with one ReLU layer as "
           "its code. Training with it ends at a low loss, and the pictures that come out are as noisy as those that "
           "went in. Besides, with three pictures of 64 pixels it returns 64 numbers. Repair it.",
    reference=denoising_loss,
    axes=("example",),
    cases=((np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]]), np.array([[1.0], [0.0]]), np.array([0.0]),
            np.array([[1.0, 0.0]]), np.array([0.0, 1.0])),
           _denoising(581, 2, 3, 2), _denoising(601, 3, 2, 2), _denoising(621, 4, 3, 3), _denoising(641, 5, 2, 4)),
    bugs=(
        Slip("noisy target", "rebuilt - x)", "rebuilt - noisy)",
             "A network that copies its input has a loss of zero with yours. What should it give for a noisy picture?"),
        Slip("over the batch", "mean(axis=1)", "mean(axis=0)",
             "You return one number for each pixel. Which axis counts the examples?"),
    ),
    mistakes=(
        Slip("clean input", "np.maximum(noisy @ w + b, 0)", "np.maximum(x @ w + b, 0)",
             "Your loss doesn't depend on the noise. What does the network see in training?"),
        Slip("noise as the target", "rebuilt - x)", "rebuilt - noise)",
             "Your target is the noise alone. What should come out?"),
        Slip("absolute differences", "((rebuilt - x) ** 2)", "np.abs(rebuilt - x)",
             "You take the size of each difference. Which power of it does a squared error take?"),
        Slip("root of the mean", ".mean(axis=1)", ".mean(axis=1) ** 0.5",
             "You take the root of the mean. Is it asked for?"),
        Slip("summed", "mean(axis=1)", "sum(axis=1)", "You add up the pixels' errors. What is asked for?"),
        Slip("one number", "mean(axis=1)", "mean()",
             "You return one number for all examples together. How many are asked for?"),
        Slip("no bend", "np.maximum(noisy @ w + b, 0)", "(noisy @ w + b)",
             "Your codes may be negative. What does a ReLU do with a negative sum?"),
        Slip("noise taken off the input", "x + noise", "x - noise",
             "Your noise is taken off. Which sign has it in the definition?"),
    ),
    hints=("Ask which network would have a loss of zero, and whether you want that network.",
           "There are two faults, both in the last line: what the error is measured from, and over which axis the mean "
           "is taken."),
)

# -- the best denoiser ---------------------------------------------------------------------------------------------


def best_guess(noisy: np.ndarray, x: np.ndarray, sigma: float) -> np.ndarray:
    """Returns the mean clean point behind each noisy one.

    Args:
        noisy: Points of shape (M, n), each a clean point plus normal noise.
        x: The clean points, shape (N, n), all equally likely.
        sigma: The noise's standard deviation, in each direction.

    Returns:
        Points of shape (M, n).
    """
    squared = ((noisy[:, None] - x) ** 2).sum(axis=2)
    nearest = squared.min(axis=1, keepdims=True)
    weights = np.exp((nearest - squared) / (2 * sigma**2))
    return weights / weights.sum(axis=1, keepdims=True) @ x


def _divided_by_number(noisy, x, sigma):
    weights = np.exp(-((noisy[:, None] - x) ** 2).sum(axis=2) / (2 * sigma**2))
    return weights / len(x) @ x


def _nearest(noisy, x, sigma):
    return x[((noisy[:, None] - x) ** 2).sum(axis=2).argmin(axis=1)]


def _drawn_to_zero(noisy, x, sigma):
    weights = np.exp(-((noisy[:, None] - x) ** 2).sum(axis=2) / (2 * sigma**2))
    return weights / (weights.sum(axis=1, keepdims=True) + 1e-12) @ x


def _underflowing(noisy, x, sigma):
    weights = np.exp(-((noisy[:, None] - x) ** 2).sum(axis=2) / (2 * sigma**2))
    with np.errstate(invalid="ignore"):
        return weights / weights.sum(axis=1, keepdims=True) @ x


_SQUARED = "squared = ((noisy[:, None] - x) ** 2).sum(axis=2)"
BEST_GUESS = Exercise(
    name="BEST_GUESS",
    prompt="No denoiser has a smaller squared error than the mean of the clean points that may lie behind a noisy one. "
           "If the clean points are $x_1, \\ldots, x_N$, all equally likely, then $x_i$ counts in this mean with a "
           "weight that is proportional to the probability density of the noise that leads from it to the noisy point, "
           "$e^{-|\\tilde x - x_i|^2/(2\\sigma^2)}$, and the weights of one noisy point add up to 1. Write "
           "`best_guess`. It should also answer for points that lie far from all data.",
    reference=best_guess,
    axes=("point", "coordinate"),
    cases=((np.array([[0.0]]), np.array([[-1.0], [1.0], [2.0]]), 1.0),
           (np.array([[1.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 1.0]]), 0.5),
           (quarters(661, 3, 2), quarters(663, 5, 2), 0.75), (quarters(665, 4, 3), quarters(667, 3, 3), 2.0),
           (quarters(669, 2, 2), quarters(671, 6, 2), 1.5), (whole(673, 3, 1) * 20.0, whole(675, 4, 1), 0.5)),
    mistakes=(
        Slip("distance not squared", _SQUARED, "squared = ((noisy[:, None] - x) ** 2).sum(axis=2) ** 0.5",
             "Your weights fall with the distance. What falls the normal density with?"),
        Slip("no 2", "(2 * sigma**2)", "sigma**2",
             "Your weights fall too fast with the distance: as if the noise were smaller. What divides the squared "
             "distance?"),
        Slip("sigma not squared", "(2 * sigma**2)", "(2 * sigma)",
             "With noise of 1 you are right, with other noise not. How does the deviation stand in the density?"),
        Slip("sigma left out", "(2 * sigma**2)", "2", "Your guess doesn't depend on sigma. What does it change?"),
        Slip("shares over the noisy points", "weights.sum(axis=1, keepdims=True) @ x",
             "weights.sum(axis=0, keepdims=True) @ x",
             "Your shares add up to 1 over the noisy points. For one noisy point, over what should they?"),
        Slip("shares of all", "weights.sum(axis=1, keepdims=True) @ x", "weights.sum() @ x",
             "With one noisy point you are right, with several not. Whose weights add up to 1?"),
        Mistake("weights, not shares", lambda noisy, x, sigma: np.exp(
            -((noisy[:, None] - x) ** 2).sum(axis=2) / (2 * sigma**2)) @ x,
                "Your weights don't add up to 1. What makes shares of them?"),
        Mistake("divided by the number", _divided_by_number,
                "You divide by the number of clean points. What do the weights of one noisy point add up to then?"),
        Slip("mean over the coordinates", ".sum(axis=2)", ".mean(axis=2)",
             "You take the mean over the coordinates. How does a squared distance come from the differences?"),
        Mistake("a tiny number in the divisor", _drawn_to_zero,
                "Far from all data your guess is the origin, since all weights are 0 there. What may be added to all "
                "exponents of a point without changing the shares?"),
        Mistake("nearest point", _nearest,
                "You return the nearest clean point. Could another one lie behind the noisy point as well?"),
        Mistake("underflow far away", _underflowing,
                "Far from all data your weights are all 0, and their shares 0/0. What may be added to all exponents of "
                "a point without changing the shares?"),
        Slip("the arrow", "keepdims=True) @ x", "keepdims=True) @ x - noisy",
             "You return the way to the guess. What is asked for is where it ends."),
        Slip("farther points weigh more", "nearest - squared", "squared - squared.max(axis=1, keepdims=True)",
             "The farther a clean point, the more it weighs with you. Which sign has the exponent?"),
        Slip("all alike", "weights / weights.sum(axis=1, keepdims=True)", "weights**0 / len(x)",
             "All clean points have the same weight with you. Which of them is likelier to lie behind the noisy one?"),
    ),
    hints=("An array of shape (M, N) of squared distances comes from `noisy[:, None] - x`, of shape (M, N, n).",
           "Before you take the exponential, take off the smallest squared distance of each noisy point: shares don't "
           "change by that, and the largest weight is 1."),
)

# -- what a code costs ---------------------------------------------------------------------------------------------

CODE_COST = Estimate(
    name="CODE_COST",
    prompt="For one digit, the encoder of a variational autoencoder names a code of two numbers. The first has mean "
           "1.5 and **standard deviation** 0.1, the second mean -1 and standard deviation 0.5. What does this code "
           "cost, in nats?",
    variable="nats",
    unit="nats",
    working="""
    mean, deviation = np.array([1.5, -1]), np.array([0.1, 0.5])
    variance = deviation**2
    nats = np.sum(mean**2 + variance - 1 - np.log(variance)) / 2
    """,
    tolerance=0.005,
    slips=(
        Slip("no half", "np.log(variance)) / 2", "np.log(variance))",
             "You are twice too high. What stands before the sum?"),
        Slip("deviation for the variance", "variance = deviation**2", "variance = deviation",
             "You put the standard deviation where the variance belongs. Which power of it does the formula take?"),
        Slip("logarithm of the deviation", "np.log(variance)", "np.log(deviation)",
             "You take the logarithm of the standard deviation. Of what does the formula take it?"),
        Slip("mean not squared", "mean**2", "mean", "You add the means themselves. What does -1 do to your sum?"),
        Slip("one of two", "np.sum(mean**2 + variance - 1 - np.log(variance)) / 2",
             "((mean**2 + variance - 1 - np.log(variance)) / 2)[0]",
             "You count the first number of the code alone. What does the second one cost?"),
        Slip("mean over the code", "np.sum(", "np.mean(",
             "You take the mean over the code's numbers. Do they cost together what one costs on average?"),
        Slip("minus one left out", " - 1 - np.log", " - np.log",
             "A code with mean 0 and deviation 1 costs something with you. What should it cost?"),
        Slip("one 1 for both", "np.sum(mean**2 + variance - 1 - np.log(variance))",
             "(np.sum(mean**2 + variance - np.log(variance)) - 1)",
             "You take 1 off once. How often, for a code of two numbers?"),
        Slip("logarithm with the wrong sign", "- np.log", "+ np.log",
             "With you a sharper code costs less. What should a small variance cost?"),
        Slip("in bits", "np.log(variance)) / 2", "np.log(variance)) / 2 / np.log(2)",
             "That is the cost in bits. How many nats is a bit?"),
        Slip("means forgotten", "mean**2 + variance", "variance",
             "Your cost doesn't depend on the means. What does a code far from 0 cost?"),
    ),
    hints=("Each number of the code costs half of m² + s² - 1 - ln s², with m its mean and s² its variance.",
           "The variances are 0.01 and 0.25, and their logarithms about -4.6 and -1.4."),
)

# -- both terms of the bound ---------------------------------------------------------------------------------------


def bound_terms(x, mean, log_variance, noise, v, variance) -> tuple:
    """Returns the two terms that a variational autoencoder minimises.

    Args:
        x: Examples of shape (N, n).
        mean: Means of their codes, shape (N, k), as the encoder names them.
        log_variance: Natural logarithms of their variances, shape (N, k).
        noise: Standard normal numbers, shape (N, k), to draw the codes with.
        v: A linear decoder of shape (k, n): code z is rebuilt as z v.
        variance: The variance of each number round what is rebuilt.

    Returns:
        The squared error of an example over 2 variance, and the cost of its code
        in nats. Each is a sum within an example and a mean over the examples.
    """
    code = mean + np.exp(log_variance / 2) * noise
    rebuilding = ((code @ v - x) ** 2).sum(axis=1) / (2 * variance)
    cost = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1) / 2
    return rebuilding.mean(), cost.mean()


def _bound(seed, N, n, k, variance):
    return (quarters(seed, N, n), quarters(seed + 2, N, k), quarters(seed + 4, N, k), quarters(seed + 6, N, k),
            quarters(seed + 8, k, n), variance)


BOUND_TERMS = Exercise(
    name="BOUND_TERMS",
    prompt="Write `bound_terms`, the loss of a variational autoencoder in its two terms. The code is drawn by the "
           "reparameterisation, with the numbers that `noise` brings.",
    reference=bound_terms,
    outputs=("rebuilding", "cost"),
    cases=((np.array([[1.0]]), np.array([[2.0]]), np.array([[0.0]]), np.array([[1.0]]), np.array([[1.0]]), 0.5),
           (np.array([[1.0, 0.0]]), np.array([[1.0]]), np.array([[2.0]]), np.array([[-1.0]]), np.array([[1.0, 2.0]]),
            0.25),
           _bound(681, 2, 3, 1, 0.5), _bound(701, 3, 2, 2, 2.0), _bound(721, 4, 3, 2, 0.25), _bound(741, 3, 4, 3, 1.0)),
    mistakes=(
        Slip("variance for the deviation", "np.exp(log_variance / 2) * noise", "np.exp(log_variance) * noise",
             "You stretch the noise by the variance. By what must a standard normal number be multiplied to have a "
             "given variance?"),
        Slip("logarithm for the deviation", "np.exp(log_variance / 2) * noise", "log_variance * noise",
             "You stretch the noise by the logarithm itself. How does a deviation come from it?"),
        Slip("no noise", " + np.exp(log_variance / 2) * noise", "",
             "Your code is the mean. Where do the draws come in?"),
        Slip("noise taken off", "mean + np.exp", "mean - np.exp",
             "Your draws lie on the other side of the mean. Which sign has the noise?"),
        Slip("noise as wide as it came", "np.exp(log_variance / 2) * noise", "noise",
             "Your noise has the same width for all codes. Who says how wide it is?"),
        Slip("no half in the cost", "log_variance).sum(axis=1) / 2", "log_variance).sum(axis=1)",
             "Your cost is twice too high. What stands before the sum?"),
        Slip("mean over the code", "log_variance).sum(axis=1) / 2", "log_variance).mean(axis=1) / 2",
             "Your cost is a mean over the numbers of a code. What do they cost together?"),
        Slip("mean over the pixels", "- x) ** 2).sum(axis=1)", "- x) ** 2).mean(axis=1)",
             "Your error is a mean over an example's numbers, and the cost a sum. Which is asked for?"),
        Slip("no 2 in the error", "(2 * variance)", "variance",
             "Your error is twice too large. What divides the square in a normal density?"),
        Slip("variance squared", "(2 * variance)", "(2 * variance**2)",
             "You square the variance. Is it a deviation that is given?"),
        Slip("variance left out", " / (2 * variance)", "", "Your error has no scale. What divides the square?"),
        Slip("sign of the cost", "(mean**2 + np.exp(log_variance) - 1 - log_variance)",
             "(1 + log_variance - mean**2 - np.exp(log_variance))",
             "Your cost is negative. What does a code with mean 0 and variance 1 cost, and is another one cheaper?"),
        Slip("minus one left out", "np.exp(log_variance) - 1 - log_variance", "np.exp(log_variance) - log_variance",
             "A code with mean 0 and variance 1 costs something with you. What should it cost?"),
        Slip("logarithm with the wrong sign", "- 1 - log_variance", "- 1 + log_variance",
             "With you a sharper code is cheaper. What should a small variance cost?"),
        Slip("taken for the logarithm of the deviation", "mean**2 + np.exp(log_variance) - 1 - log_variance",
             "mean**2 + np.exp(2 * log_variance) - 1 - 2 * log_variance",
             "In the cost you take the logarithm for that of the deviation. Whose logarithm is handed to you?"),
        Slip("mean not squared", "(mean**2 + np", "(mean + np",
             "You add the means themselves. What would a mean of -1 do to the cost?"),
        Slip("log-variance taken as the variance", "mean**2 + np.exp(log_variance) - 1 - log_variance",
             "mean**2 + log_variance - 1 - np.log(np.abs(log_variance))",
             "In the cost you take the logarithm for the variance itself. What is handed to you?"),
        Slip("summed over the examples", "rebuilding.mean(), cost.mean()", "rebuilding.sum(), cost.sum()",
             "Both of your terms grow with the number of examples. What is taken over these?"),
        Slip("outputs swapped", "rebuilding.mean(), cost.mean()", "cost.mean(), rebuilding.mean()",
             "Your two terms have changed places. Which of them is asked for first?"),
        Slip("one number for each example", "rebuilding.mean(), cost.mean()", "rebuilding, cost",
             "You return a number for each example. What is taken over these?"),
    ),
    hints=("First the code: mean plus deviation times noise. The deviation is the exponential of half the logarithm of "
           "the variance.",
           "Rebuilding: squared differences of `code @ v` from x, summed over an example, over 2 variance. Cost: half "
           "of m² + e^v - 1 - v, summed over the code. Then both means."),
)
