"""The exercises on normalisation: batch norm both ways, a gradient, pictures, lag, two settings, groups."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- batch normalisation, in training and in use -----------------------------------------------------------------


def batch_norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray,
               variance: np.ndarray, momentum: float, epsilon: float,
               training: bool) -> tuple:
    """Normalises a batch, and keeps moving averages.

    Args:
        x: Inputs of shape (N, C): N examples with C channels.
        gamma: Scales of shape (C,).
        beta: Shifts of shape (C,).
        mean: The moving mean so far, of shape (C,).
        variance: The moving variance so far, of shape (C,).
        momentum: The share of the moving averages that a step of training keeps.
        epsilon: What is added to the variance under the root.
        training: Whether this is a step of training.

    Returns:
        The outputs, of shape (N, C), and the moving mean and variance after it.
    """
    mu, var = mean, variance
    if training:
        mu, var = x.mean(axis=0), x.var(axis=0)
        mean = momentum * mean + (1 - momentum) * mu
        variance = momentum * variance + (1 - momentum) * var
    x_hat = (x - mu) / np.sqrt(var + epsilon)
    return gamma * x_hat + beta, mean, variance


def _state(seed, n, c):
    """Draws (x, gamma, beta, mean, variance)."""
    return (quarters(seed, n, c), quarters(seed + 1, c), quarters(seed + 2, c), quarters(seed + 3, c),
            np.abs(quarters(seed + 4, c)))


BATCH_NORM = Exercise(
    name="BATCH_NORM",
    prompt="Write `batch_norm` for dense layers. In training it normalises with the mean and the variance of the batch "
           "and moves the averages; in use it normalises with the averages and leaves them as they are.",
    reference=batch_norm,
    outputs=("outputs", "moving mean", "moving variance"),
    axes=("examples", "channels"),
    cases=((np.array([[1.0], [3.0]]), np.array([2.0]), np.array([1.0]), np.array([0.0]), np.array([1.0]), 0.75, 0.5,
            True),
           (np.array([[1.0], [3.0]]), np.array([2.0]), np.array([1.0]), np.array([0.5]), np.array([4.0]), 0.75, 0.5,
            False),
           (*_state(401, 4, 2), 0.75, 0.25, True), (*_state(407, 4, 2), 0.75, 0.25, False),
           (*_state(413, 5, 3), 0.875, 0.001, True), (*_state(419, 3, 3), 0.25, 0.125, True),
           (*_state(425, 1, 2), 0.5, 0.001, False), (*_state(431, 6, 6), 0.9, 0.01, True)),
    mistakes=(
        Slip("divided by N − 1", "x.var(axis=0)", "x.var(axis=0, ddof=1)",
             "Your variance is a little large. By what does the second equation divide the sum of squares?"),
        Slip("batch statistics in use", "mu, var = mean, variance", "mu, var = x.mean(axis=0), x.var(axis=0)",
             "In use your outputs still depend on the batch. With which mean and variance does an example meet the "
             "layer when it comes alone?"),
        Slip("averages in training", "(x - mu) / np.sqrt(var + epsilon)", "(x - mean) / np.sqrt(variance + epsilon)",
             "In training your outputs have another mean than beta. Which mean is subtracted while the network "
             "learns?"),
        Mistake("momentum reversed", lambda x, gamma, beta, mean, variance, momentum, epsilon, training: batch_norm(
            x, gamma, beta, mean, variance, 1 - momentum, epsilon, training),
                "Your averages run after the last batch. Which share is the momentum: what is kept, or what is new?"),
        Mistake("averages move in use too", lambda x, gamma, beta, mean, variance, momentum, epsilon, training: (
            batch_norm(x, gamma, beta, mean, variance, momentum, epsilon, training)[0],
            *batch_norm(x, gamma, beta, mean, variance, momentum, epsilon, True)[1:]),
                "Your averages move in use as well. Which data should they describe?"),
        Slip("averages stay", "if training:\n        mu, var = x.mean(axis=0), x.var(axis=0)\n",
             "if training:\n        mu, var = x.mean(axis=0), x.var(axis=0)\n    if False:\n",
             "Your averages never move. What will the layer know of the data when training is over?"),
        Slip("epsilon outside the root", "np.sqrt(var + epsilon)", "(np.sqrt(var) + epsilon)",
             "You add epsilon to the deviation. To which number does the third equation add it?"),
        Slip("no epsilon", "np.sqrt(var + epsilon)", "np.sqrt(var + 0 * epsilon)",
             "Your divisor lacks epsilon. What would you divide by where all numbers of a channel are equal?"),
        Slip("no root", "np.sqrt(var + epsilon)", "(var + epsilon)",
             "You divide by the variance. In which unit is it, if x is in metres?"),
        Slip("shift before the scale", "gamma * x_hat + beta", "gamma * (x_hat + beta)",
             "Your beta is scaled as well. In which order does the fourth equation scale and shift?"),
        Slip("scale and shift swapped", "gamma * x_hat + beta", "beta * x_hat + gamma",
             "You multiply by beta and add gamma. Which of the two is the scale?"),
        Slip("no scale and shift", "gamma * x_hat + beta", "x_hat + 0 * gamma * beta",
             "You return the third equation's result. What does the fourth one do?"),
        Slip("average of deviations", "variance = momentum * variance + (1 - momentum) * var",
             "variance = momentum * variance + (1 - momentum) * np.sqrt(var)",
             "You average a standard deviation. What is the layer going to take the root of, in use?"),
        Slip("mean of the squares", "x.var(axis=0)", "(x**2).mean(axis=0)",
             "Your variance is the mean of the squares of x. From which point are the distances measured?"),
        Slip("the batch alone", "momentum * mean + (1 - momentum) * mu", "mu",
             "Your moving mean forgets all earlier batches. Which share of it should stay?"),
    ),
    hints=(
        "Two cases: in training mean and variance come from the batch, `x.mean(axis=0)` and `x.var(axis=0)`; in use "
        "they are the moving ones.",
        "In training, each moving average becomes momentum times itself plus (1 − momentum) times the batch's number.",
        "The last two equations are the same in both cases.",
    ),
)


# -- the gradient of layer normalisation -------------------------------------------------------------------------


def layer_norm_backward(grad: np.ndarray, x_hat: np.ndarray, gamma: np.ndarray,
                        deviation: np.ndarray) -> tuple:
    """Computes the gradients of y = gamma x_hat + beta, with normalised rows.

    Args:
        grad: dL/dy, of shape (N, C).
        x_hat: The normalised inputs, of shape (N, C): every row has the mean 0.
        gamma: Scales of shape (C,).
        deviation: What was divided by, sqrt(variance + epsilon), of shape (N, 1).

    Returns:
        dL/dx of shape (N, C), dL/dgamma and dL/dbeta of shape (C,).
    """
    g = grad * gamma
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / deviation
    return dx, (grad * x_hat).sum(axis=0), grad.sum(axis=0)


def _rows(seed, n, c):
    """Draws (grad, x_hat, gamma, deviation) of a batch."""
    x = quarters(seed, n, c)
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + 0.25)
    return quarters(seed + 1, n, c), (x - x.mean(axis=1, keepdims=True)) / deviation, quarters(seed + 2, c), deviation


def _scaled_last(grad, x_hat, gamma, deviation):
    plain = layer_norm_backward(grad, x_hat, np.ones(len(gamma)), deviation)
    return gamma * plain[0], *plain[1:]


LAYER_NORM_BACKWARD = Exercise(
    name="LAYER_NORM_BACKWARD",
    prompt="The chapter derives the gradient of batch normalisation. Write `layer_norm_backward` for its sister, which "
           "takes mean and variance over the C numbers of each row. Mind that gamma now varies along the axis of the "
           "mean.",
    reference=layer_norm_backward,
    outputs=("dL/dx", "dL/dgamma", "dL/dbeta"),
    axes=("examples", "channels"),
    cases=((np.array([[1.0, 0.0]]), np.array([[-0.5, 0.5]]), np.array([2.0, 3.0]), np.array([[2.0]])),
           (np.array([[1.0, 0.0, 0.0, 2.0]]), np.array([[-1.0, -0.5, 0.0, 1.5]]), np.array([2.0, 1.0, 1.0, -1.0]),
            np.array([[2.0]])),
           _rows(441, 3, 2), _rows(445, 5, 3), _rows(449, 4, 4), _rows(453, 2, 3)),
    mistakes=(
        Slip("statistics held constant", "(g - g.mean(axis=1, keepdims=True) - x_hat * along)", "(g + 0 * along)",
             "Your gradient takes mean and variance for constants. What happens to the other outputs of a row when "
             "one of its inputs grows?"),
        Slip("variance held constant", "keepdims=True) - x_hat * along", "keepdims=True) + 0 * along",
             "Your gradient still has a part along x_hat. What becomes of x_hat when all distances from the mean are "
             "doubled?"),
        Slip("mean held constant", "(g - g.mean(axis=1, keepdims=True) - x_hat * along)", "(g - x_hat * along)",
             "Your gradient does not sum to zero over a row. What becomes of x_hat when all its inputs grow by 1?"),
        Mistake("over the batch", lambda grad, x_hat, gamma, deviation: (
            (grad * gamma - (grad * gamma).mean(axis=0) - x_hat * (grad * gamma * x_hat).mean(axis=0)) / deviation,
            (grad * x_hat).sum(axis=0), grad.sum(axis=0)),
                "Your means run over the batch. Which numbers shared a mean on the way forward?"),
        Slip("sums for means", "g.mean(axis=1, keepdims=True) - x_hat * along",
             "g.sum(axis=1, keepdims=True) - x_hat * along * g.shape[1]",
             "What you subtract grows with the length of a row. By what are mean and variance divided?"),
        Slip("no scale", "g = grad * gamma", "g = grad + 0 * gamma",
             "Your dL/dx lacks gamma. By what does a change of x_hat reach y?"),
        Mistake("scaled last", _scaled_last,
                "You multiply by gamma after the means. Is gamma the same for all the numbers of a row?"),
        Slip("not divided", " / deviation", " / deviation**0",
             "Your dL/dx ignores how far the inputs were spread. By what was x divided on the way forward?"),
        Slip("multiplied", " / deviation", " * deviation",
             "You multiply by the deviation. When the inputs are spread more, does a step of one of them count for "
             "more or for less?"),
        Slip("divided by the variance", " / deviation", " / deviation**2",
             "You divide by the deviation twice. How often does x enter it on the way forward?"),
        Slip("added along x_hat", "- x_hat * along", "+ x_hat * along",
             "You double the part along x_hat in place of removing it. What sign has it?"),
        Slip("mean of g twice", "(g * x_hat).mean(axis=1, keepdims=True)", "g.mean(axis=1, keepdims=True)",
             "You multiply x_hat by the mean of g. Which mean tells how much of g lies along x_hat?"),
        Slip("mean for gamma", "(grad * x_hat).sum(axis=0)", "(grad * x_hat).mean(axis=0)",
             "Your dL/dgamma is too small. Does one gamma serve the examples together, or each its share?"),
        Slip("gamma in its own gradient", "(grad * x_hat).sum(axis=0)", "(g * x_hat).sum(axis=0)",
             "Your dL/dgamma holds gamma itself. What is the derivative of gamma x_hat + beta with respect to gamma?"),
        Slip("gamma in beta's gradient", "grad.sum(axis=0)", "g.sum(axis=0)",
             "Your dL/dbeta holds gamma. What does a change of beta do to y?"),
        Slip("mean for beta", "grad.sum(axis=0)", "grad.mean(axis=0)",
             "Your dL/dbeta is too small. How many examples does a beta move?"),
        Mistake("gamma and beta swapped", lambda grad, x_hat, gamma, deviation: (
            layer_norm_backward(grad, x_hat, gamma, deviation)[0], grad.sum(axis=0), (grad * x_hat).sum(axis=0)),
                "Two of your results have changed places. Which parameter multiplies x_hat on the way forward?"),
        Mistake("sums over the row", lambda grad, x_hat, gamma, deviation: (
            layer_norm_backward(grad, x_hat, gamma, deviation)[0], (grad * x_hat).sum(axis=1), grad.sum(axis=1)),
                "Your gradients of gamma and beta have a number for each example. How many gammas are there, and which "
                "numbers does one of them multiply?"),
    ),
    properties=(
        Property("dL/dx sums to zero over every row.",
                 lambda out, *_: np.allclose(np.sum(out[0], axis=1), 0, atol=1e-4)),
    ),
    hints=(
        "First go back through the scale: with g = grad · gamma you are at dL/dx_hat.",
        "From g take its mean over the row, and the part along x_hat, which is x_hat times the mean of g · x_hat.",
        "Gamma and beta serve every example, so their gradients are sums over the batch.",
    ),
)


# -- pictures ----------------------------------------------------------------------------------------------------


def normalize_pictures(x: np.ndarray, mean: np.ndarray, variance: np.ndarray,
                       momentum: float, epsilon: float) -> tuple:
    """Takes one step of training of batch normalisation on pictures.

    Args:
        x: Feature maps of shape (N, H, W, C).
        mean: The moving mean so far, of shape (C,).
        variance: The moving variance so far, of shape (C,).
        momentum: The share of the moving averages that a step keeps.
        epsilon: What is added to the variance under the root.

    Returns:
        The normalised maps, of shape (N, H, W, C), and both averages after it.
    """
    axes = (0, 1, 2)
    mu, var = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mu) / np.sqrt(var + epsilon)
    new = 1 - momentum
    mean = mean + new * (mu - mean)
    variance = variance + new * (var - variance)
    return x_hat, mean, variance


def _pictures(seed, *shape):
    """Draws (x, mean, variance)."""
    return quarters(seed, *shape), quarters(seed + 2, shape[-1]), np.abs(quarters(seed + 4, shape[-1]))


REPAIR_PICTURES = BugHunt(
    name="REPAIR_PICTURES",
    prompt="`normalize_pictures` should normalise each channel of a batch of feature maps over all its pictures and "
           "positions. On pictures of one size it runs without complaint, but its moving averages have far too many "
           "numbers, and they jump from batch to batch. Repair it.",
    reference=normalize_pictures,
    outputs=("normalised maps", "moving mean", "moving variance"),
    axes=("pictures", "rows", "columns", "channels"),
    cases=((np.array([[[[1.0], [3.0]]], [[[5.0], [7.0]]]]), np.array([0.0]), np.array([1.0]), 0.75, 0.25),
           (*_pictures(461, 2, 2, 3, 2), 0.75, 0.25), (*_pictures(467, 3, 2, 2, 3), 0.9, 0.01),
           (*_pictures(473, 2, 3, 3, 3), 0.25, 0.5), (*_pictures(479, 4, 1, 2, 2), 0.875, 0.001)),
    bugs=(
        Slip("a mean for every position", "axes = (0, 1, 2)", "axes = 0",
             "Your averages hold a number for every position of the picture. How many should a channel have, if the "
             "same kernel made all its positions?"),
        Slip("momentum reversed", "new = 1 - momentum", "new = momentum",
             "With a momentum near 1 your averages jump to the last batch. Which share of them should stay?"),
    ),
    mistakes=(
        Slip("each picture alone", "axes = (0, 1, 2)\n    mu, var = x.mean(axis=axes), x.var(axis=axes)",
             "axes = (0, 1, 2)\n    mu, var = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)",
             "You normalise each picture by itself. What does *batch* normalisation average over as well?"),
        Slip("one mean for all channels", "x.mean(axis=axes), x.var(axis=axes)",
             "x.mean() + 0 * mean, x.var() + 0 * mean",
             "All your channels share one mean. Which axis has to keep a number for each of its places?"),
        Slip("columns left out", "axes = (0, 1, 2)", "axes = (0, 1)",
             "Your averages hold a number for every column. Which axes are left when only the channels keep theirs?"),
        Slip("divided by one less", "x.var(axis=axes)", "x.var(axis=axes, ddof=1)",
             "Your variance is a little large. By what is the sum of squares divided?"),
        Slip("epsilon outside the root", "np.sqrt(var + epsilon)", "(np.sqrt(var) + epsilon)",
             "You add epsilon to the deviation. Where does it stand in the third equation?"),
        Slip("averages for the batch", "(x - mu) / np.sqrt(var + epsilon)",
             "(x - mean) / np.sqrt(variance + epsilon)",
             "In training your maps have another mean than zero. Which mean is subtracted while the network learns?"),
        Slip("one average stays", "variance = variance + new * (var - variance)", "variance = variance + 0 * var",
             "Your moving variance stays where it was. Which averages does a step move?"),
    ),
    hints=("Print the shapes of all three results. Which of them should be (C,)?",
           "There are two faults: one in what is averaged over, one in how much of it is taken in."),
)


# -- how long the start is remembered ----------------------------------------------------------------------------


FORGETTING = Estimate(
    name="FORGETTING",
    prompt="A training set of 755 digits is run through in batches of 32, the last one smaller. The moving averages "
           "have the momentum 0.99. After how many epochs is the share of their starting values down to 5 %?",
    variable="epochs_needed",
    unit="epochs",
    working="""
    steps = np.log(0.05) / np.log(0.99)
    steps_an_epoch = np.ceil(755 / 32)
    epochs_needed = steps / steps_an_epoch
    """,
    slips=(
        Slip("steps", "steps / steps_an_epoch", "steps",
             "That is a number of steps. How many batches does an epoch have?"),
        Slip("95 % left", "np.log(0.05)", "np.log(0.95)",
             "After that time 95 % are left. Which share should remain?"),
        Slip("momentum 0.9", "np.log(0.99)", "np.log(0.9)",
             "Your averages forget ten times too fast. What is kept at each step?"),
        Slip("one time constant", "np.log(0.05) / np.log(0.99)", "1 / (1 - 0.99)",
             "After a hundred steps more than a third is left. By what is the share multiplied at each step?"),
        Slip("constant loss", "np.log(0.05) / np.log(0.99)", "0.95 / 0.01",
             "You take one per cent of the whole at each step. Of what does each step take one per cent?"),
        Slip("smaller batch left out", "np.ceil(755 / 32)", "np.floor(755 / 32)",
             "You count full batches alone. Does the last, smaller one move the averages?"),
        Slip("divided by the batch", "np.ceil(755 / 32)", "32",
             "You divide by the size of a batch. How many batches does an epoch have?"),
        Slip("a step for each digit", "np.ceil(755 / 32)", "755",
             "You count a step for every digit. How many digits go into one?"),
    ),
    hints=("Each step multiplies the share of the start by 0.99. For which number of steps is 0.99ⁿ = 0.05?",
           "755 / 32 is 23.6, so an epoch has 24 steps."),
)


# -- a momentum and a batch size ---------------------------------------------------------------------------------


def _averages(value):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"Expected a pair (momentum, batch size), received {value!r}.")
    momentum, size = value
    try:
        momentum, whole = float(momentum), int(size)
    except (TypeError, ValueError):
        raise ValueError(f"Expected two numbers, received {value!r}.") from None
    if not 0 <= momentum < 1 or whole != size or not 1 <= whole <= 1200:
        raise ValueError(f"Expected a momentum from 0 to below 1 and a whole batch size from 1 to 1200, received "
                         f"{value!r}.")
    steps = 3 * -(-1200 // whole)
    return {"size": whole, "steps": steps, "left": momentum**steps,
            "scatter": np.sqrt((1 - momentum) / (1 + momentum) / whole)}


AVERAGES = Design(
    name="AVERAGES",
    prompt="You have 1,200 digits and three epochs. Choose a momentum m and a batch size B, with B at least 16, so "
           "that at the end at most 2 % of the moving averages' start is left, and the moving mean scatters by at most "
           "0.03 standard deviations of the channel. The mean of one batch scatters by $1/\\sqrt B$ of them, and the "
           "average over batches by $\\sqrt{(1-m)/(1+m)}$ times as much.",
    variable="averages",
    start="(0.99, 32)",
    example="(0.96, 32)",
    read=_averages,
    properties=(
        Property("a batch has at least 16 digits.", lambda run: run["size"] >= 16,
                 lambda run: f"yours has {run['size']}"),
        Property("at most 2 % of the start is left after three epochs.", lambda run: run["left"] <= 0.02,
                 lambda run: f"after {run['steps']} steps {run['left']:.1%} are left"),
        Property("the moving mean scatters by at most 0.03 standard deviations.", lambda run: run["scatter"] <= 0.03,
                 lambda run: f"it scatters by {run['scatter']:.3f}"),
    ),
    mistakes=(
        ("large batches, the default momentum", "(0.99, 128)",
         "Larger batches mean fewer steps. What do fewer steps ask of the momentum?"),
        ("next to no memory", "(0.5, 32)",
         "The start is forgotten soon, and so are all batches but the last few. Of how many digits is your moving mean "
         "a mean?"),
        ("a small batch", "(0.99, 8)",
         "With more steps the default would do, but the batch itself is too small. What can you change when the batch "
         "has 16?"),
    ),
    hints=("Three epochs are 3 · 1200 / B steps. Choose B, then find the largest m whose power is at most 0.02.",
           "Near m = 1 the two demands pull in opposite directions; between 0.9 and 0.98 there is room for both."),
)


# -- groups of channels ------------------------------------------------------------------------------------------


def group_norm(x: np.ndarray, groups: int, epsilon: float) -> np.ndarray:
    """Normalises each picture's channels in groups of neighbours.

    Args:
        x: Feature maps of shape (N, H, W, C).
        groups: Number of groups; it divides C.
        epsilon: What is added to the variance under the root.

    Returns:
        Array of shape (N, H, W, C).
    """
    split = x.reshape(*x.shape[:3], groups, x.shape[3] // groups)
    axes = (1, 2, 4)
    mean, variance = split.mean(axes, keepdims=True), split.var(axes, keepdims=True)
    return ((split - mean) / np.sqrt(variance + epsilon)).reshape(x.shape)


GROUP_NORM = Exercise(
    name="GROUP_NORM",
    prompt="Write `group_norm`, without scale and shift. The first C / groups channels form the first group, the next "
           "ones the second, and so on. One mean and one variance belong to each group of each picture.",
    reference=group_norm,
    axes=("pictures", "rows", "columns", "channels"),
    cases=((np.array([[[[1.0, 3.0, 5.0, 5.0]]]]), 2, 0.25), (quarters(491, 2, 1, 2, 4), 2, 0.25),
           (quarters(493, 2, 2, 2, 6), 3, 0.01), (quarters(495, 3, 2, 3, 6), 2, 0.125),
           (quarters(497, 2, 3, 3, 3), 1, 0.5), (quarters(499, 2, 2, 2, 4), 4, 0.001)),
    mistakes=(
        Slip("every so-manyth channel",
             "split = x.reshape(*x.shape[:3], groups, x.shape[3] // groups)\n    axes = (1, 2, 4)",
             "split = x.reshape(*x.shape[:3], x.shape[3] // groups, groups)\n    axes = (1, 2, 3)",
             "Your groups are made of every so-manyth channel. Which channels are neighbours after your reshape?"),
        Slip("over the batch too", "axes = (1, 2, 4)", "axes = (0, 1, 2, 4)",
             "A picture's result depends on the other pictures. Which axis must not be averaged over?"),
        Mistake("batch normalisation", lambda x, groups, epsilon:
                (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + epsilon) + 0 * groups,
                "That is batch normalisation: pictures share a mean, and channels don't. Which of the two should share "
                "one here?"),
        Mistake("all channels of a position", lambda x, groups, epsilon:
                (x - x.mean(3, keepdims=True)) / np.sqrt(x.var(3, keepdims=True) + epsilon) + 0 * groups,
                "You take a mean over all channels at every position. How many groups do you have, and which positions "
                "share a mean?"),
        Slip("each position alone", "axes = (1, 2, 4)", "axes = (4,)",
             "You take a mean at every position. Which axes of a picture belong to the group as well?"),
        Slip("each channel alone", "axes = (1, 2, 4)", "axes = (1, 2)",
             "Each of your channels is normalised by itself. What do the channels of a group share?"),
        Slip("one group", "axes = (1, 2, 4)", "axes = (1, 2, 3, 4)",
             "One mean serves all groups of a picture. How many means does a picture have?"),
        Slip("rows and columns apart", "axes = (1, 2, 4)", "axes = (2, 4)",
             "Your rows are normalised one by one. What lies inside a group?"),
        Slip("divided by one less", "split.var(axes, keepdims=True)",
             "split.var(axes, keepdims=True) * (n := split[0, :, :, 0].size) / max(n - 1, 1)",
             "Your variance is a little large. By what is the sum of squares divided?"),
        Slip("epsilon outside the root", "np.sqrt(variance + epsilon)", "(np.sqrt(variance) + epsilon)",
             "You add epsilon to the deviation. To which number does it belong?"),
        Slip("no root", "np.sqrt(variance + epsilon)", "(variance + epsilon)",
             "You divide by the variance. What is the spread of your result, if that of x is doubled?"),
        Slip("mean stays", "(split - mean)", "(split - 0 * mean)",
             "The mean of a group is still there. What comes before the division?"),
    ),
    hints=(
        "Reshape to (N, H, W, groups, C / groups): the last axis then holds the channels of one group.",
        "Average over rows, columns and the channels of a group, with `keepdims=True`, and reshape back.",
    ),
)
