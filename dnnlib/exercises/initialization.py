"""The exercises on initialisation: He's deviation, predicted and measured profiles, shrinkage, a network, a bias."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Property, Slip

# -- He's deviation ----------------------------------------------------------------------------------------------


def he_deviation(shape: tuple, slope: float) -> float:
    """Returns the standard deviation of He's rule before a leaky ReLU.

    Args:
        shape: The kernel's shape: (inputs, units) for a dense layer, (height, width,
            inputs, units) for a convolution of pictures, (length, inputs, units) for
            one of sequences.
        slope: Slope of the leaky ReLU where its input is negative.

    Returns:
        The standard deviation of the kernel's numbers.
    """
    fan_in = np.prod(shape[:-1])
    return np.sqrt(2 / ((1 + slope**2) * fan_in))


HE_DEVIATION = Exercise(
    name="HE_DEVIATION",
    prompt="Write `he_deviation`: the standard deviation with which a layer before a leaky ReLU keeps the mean square "
           "of its activations. It should serve kernels of dense layers and of convolutions.",
    reference=he_deviation,
    cases=(((100, 50), 0.0), ((3, 3, 16, 32), 0.0), ((64, 10), 0.5), ((5, 5, 1, 6), 0.25), ((7, 8, 4), 1.0),
           ((12, 12), 0.75)),
    mistakes=(
        Slip("variance", "np.sqrt(2 / ((1 + slope**2) * fan_in))", "2 / ((1 + slope**2) * fan_in)",
             "You give the variance. What has to be done to it to have a standard deviation?"),
        Slip("fan out", "np.prod(shape[:-1])", "np.prod(shape[:-2]) * shape[-1]",
             "You count the connections that leave an input. Over how many inputs does one *unit* sum?"),
        Slip("area left out", "np.prod(shape[:-1])", "shape[-2]",
             "Your dense layers are right, your convolutions are not. How many pixels of each channel does one unit "
             "read?"),
        Slip("area only", "np.prod(shape[:-1])", "max(np.prod(shape[:-2]), 1)",
             "You count the positions of the window. How many channels does a unit read at each of them?"),
        Slip("all numbers of the kernel", "np.prod(shape[:-1])", "np.prod(shape)",
             "You count all numbers of the kernel. How many of them belong to one unit?"),
        Slip("slope left out", "(1 + slope**2) * fan_in", "fan_in",
             "You are right for a slope of 0. Which share of the mean square does the negative half keep?"),
        Slip("slope not squared", "1 + slope**2", "1 + slope",
             "The slope enters as it is. What does it do to the *square* of a number?"),
        Slip("slope on the wrong side", "2 / ((1 + slope**2) * fan_in)", "2 * (1 + slope**2) / fan_in",
             "With a leak your weights grow. Does a unit that leaks keep more or less than one that doesn't?"),
        Slip("slope outside the root", "np.sqrt(2 / ((1 + slope**2) * fan_in))", "np.sqrt(2 / fan_in) / (1 + slope**2)",
             "The share 1 + slope² divides your deviation. Which does it belong to, the deviation or the variance?"),
        Slip("no factor 2", "2 / ((1 + slope**2) * fan_in)", "1 / ((1 + slope**2) * fan_in)",
             "That is right for a layer without activation. Which share of the mean square does a ReLU keep?"),
        Slip("limit of a uniform distribution", "2 / ((1 + slope**2) * fan_in)", "6 / ((1 + slope**2) * fan_in)",
             "That is where a uniform distribution ends. What is its standard deviation?"),
        Slip("mean of both fans", "2 / ((1 + slope**2) * fan_in)",
             "4 / ((1 + slope**2) * (fan_in + np.prod(shape[:-2]) * shape[-1]))",
             "You average the connections in and out. Which of the two does He's rule take?"),
    ),
    hints=(
        "A unit sums over all axes of the kernel but the last.",
        "A leaky ReLU keeps the share (1 + slope²) / 2 of the mean square.",
        "Ask that fan_in · variance · (1 + slope²) / 2 is 1, and solve for the variance.",
    ),
)


# -- a predicted profile -----------------------------------------------------------------------------------------


def predicted_rms(widths: list, stddevs: list, slope: float) -> np.ndarray:
    """Predicts the root mean square of the activations after every layer.

    Args:
        widths: Width of the input and of each dense layer, L + 1 numbers.
        stddevs: Standard deviation of each layer's weights, L numbers. Biases are 0.
        slope: Slope of each layer's leaky ReLU where its input is negative.

    Returns:
        Array of shape (L,), for an input whose root mean square is 1.
    """
    mean_square, predicted = 1.0, []
    for inputs, deviation in zip(widths[:-1], stddevs, strict=True):
        mean_square *= inputs * deviation**2 * (1 + slope**2) / 2
        predicted.append(mean_square)
    return np.sqrt(predicted)


PREDICTED_RMS = Exercise(
    name="PREDICTED_RMS",
    prompt="Write `predicted_rms`: the root mean square of the activations that the derivation predicts after each "
           "dense layer, for an input with a root mean square of 1.",
    reference=predicted_rms,
    axes=("layers",),
    cases=(([4, 2], [0.5], 0.0), ([8, 2, 6], [0.5, 0.25], 0.0), ([3, 5, 2, 4], [0.5, 0.75, 1.5], 0.5),
           ([16, 4, 9], [0.25, 1.25], 1.0), ([10, 20, 5, 10, 2], [0.3, 0.2, 0.6, 0.4], 0.25)),
    mistakes=(
        Slip("units for inputs", "widths[:-1]", "widths[1:]",
             "You multiply by each layer's own width. Over how many terms does one of its units sum?"),
        Slip("deviation not squared", "deviation**2", "deviation",
             "You multiply a mean square by a deviation. Which of deviation and variance belongs to a square?"),
        Slip("no half", "(1 + slope**2) / 2", "(1 + slope**2)",
             "Your activations are too large by the same factor in each layer. What does the activation do to half of "
             "the units?"),
        Slip("slope left out", "(1 + slope**2) / 2", "(1 + 0 * slope) / 2",
             "You are right for a ReLU. What does the leak let through?"),
        Slip("slope not squared", "1 + slope**2", "1 + slope",
             "The leak enters too strongly. What does a slope a do to the square of a number?"),
        Slip("each layer alone", "mean_square *= ", "mean_square = ",
             "You give the factor of each layer alone. What was the mean square before it?"),
        Slip("no root", "np.sqrt(predicted)", "np.array(predicted)",
             "You give mean squares. What was asked for?"),
        Slip("rms multiplied by variance", "np.sqrt(predicted)", "np.array(predicted) ** 0.25",
             "You take the root twice. Of which number is it the root?"),
        Slip("input counted", "[]", "[1.0]", "Your list has one number too many. Does the input count as a layer?"),
        Slip("slope averaged", "(1 + slope**2) / 2", "((1 + slope) / 2) ** 2",
             "You square the mean of the two slopes. Which mean is wanted: of the slopes, or of their squares?"),
    ),
    hints=(
        "A layer multiplies the mean square by inputs · variance, and the activation by (1 + slope²) / 2.",
        "Keep one running mean square, and take the root at the very end.",
    ),
)


# -- a measured profile ------------------------------------------------------------------------------------------


def measured_rms(kernels: list, x: np.ndarray) -> np.ndarray:
    """Measures the root mean square of the activations after every layer.

    It is that of a ReLU network without biases.

    Args:
        kernels: One array of shape (inputs, units) for each layer.
        x: A batch of inputs, shape (batch, inputs of the first layer).

    Returns:
        Array of shape (number of layers,).
    """
    profile = []
    for kernel in kernels:
        y = x @ kernel
        x = np.maximum(y, 0)
        profile.append(np.sqrt(np.mean(x**2)))
    return np.array(profile)


def _measured_cases():
    for seed, widths in ((501, (2, 3)), (503, (3, 4, 2)), (507, (4, 4, 4, 4)), (515, (2, 5, 3))):
        kernels = [quarters(seed + 2 * i, *shape) for i, shape in enumerate(zip(widths, widths[1:], strict=False))]
        yield kernels, whole(seed + 20, 5, widths[0])


REPAIR_MEASURED_RMS = BugHunt(
    name="REPAIR_MEASURED_RMS",
    prompt="`measured_rms` should measure the profile of a ReLU network. In a network with He's weights, whose profile "
           "is flat, its numbers grow from layer to layer; and in a layer whose activations all lie between 5 and 6 it "
           "reports 0.3. Repair it.",
    reference=measured_rms,
    axes=("layers",),
    cases=tuple(_measured_cases()),
    bugs=(
        Slip("no activation", "np.maximum(y, 0)", "y",
             "Your network is linear: negative numbers are passed on. Where are the ReLUs?"),
        Slip("spread about the mean", "np.sqrt(np.mean(x**2))", "np.std(x)",
             "You measure the spread about the mean. Is the mean of what a ReLU lets through 0?"),
    ),
    mistakes=(
        Slip("mean square", "np.sqrt(np.mean(x**2))", "np.mean(x**2)", "You give mean squares. Which root is missing?"),
        Slip("mean size", "np.sqrt(np.mean(x**2))", "np.mean(np.abs(x))",
             "You average the sizes. In which order do square, mean and root come?"),
        Slip("norm", "np.sqrt(np.mean(x**2))", "np.sqrt(np.sum(x**2))",
             "Your numbers grow with batch and width. What does a *mean* divide by?"),
        Slip("mean of the examples' own", "np.sqrt(np.mean(x**2))", "np.mean(np.sqrt(np.mean(x**2, axis=1)))",
             "You take a root for each example. Over what does the mean go before the root is taken?"),
        Slip("before the activation", "np.sqrt(np.mean(x**2))", "np.sqrt(np.mean(y**2))",
             "You measure before the activation. Which numbers does the next layer read?"),
        Slip("negative half", "np.maximum(y, 0)", "np.minimum(y, 0)",
             "You keep the negative half. What does a ReLU let through?"),
        Slip("active units only", "np.mean(x**2)", "np.mean(x[x > 0]**2)",
             "You leave out the units that are silent. Do they count in a mean over all?"),
        Slip("size instead of ReLU", "np.maximum(y, 0)", "np.abs(y)",
             "Your activation turns negative numbers around. What does a ReLU make of them?"),
    ),
    hints=("There are two faults: one in what is passed on, and one in what is measured.",
           "Compute two layers by hand for one example, and compare both numbers."),
)


# -- shrinkage ---------------------------------------------------------------------------------------------------


SHRINKAGE = Estimate(
    name="SHRINKAGE",
    prompt="Twenty dense layers of 100 units, each followed by a ReLU, read an input of 100 numbers whose root mean "
           "square is 1. The weights start with Glorot's variance and the biases at 0. What root mean square do you "
           "expect after the twentieth layer?",
    variable="rms_after_twenty",
    unit="",
    working="""
    variance = 2 / (100 + 100)
    factor = 100 * variance / 2
    rms_after_twenty = np.sqrt(factor**20)
    """,
    slips=(
        Slip("mean square", "np.sqrt(factor**20)", "factor**20",
             "This is the mean *square* after twenty layers. What was asked for?"),
        Slip("no half for the activation", "100 * variance / 2", "100 * variance",
             "Without activations you would be right. What share of the mean square does each ReLU keep?"),
        Slip("ten layers", "factor**20", "factor**10", "You are right for half as many layers. How many are there?"),
        Slip("nineteen layers", "factor**20", "factor**19",
             "You are right for one layer less. Has the last layer a ReLU, too?"),
        Slip("one layer", "factor**20", "factor",
             "That is the factor of a single layer. What happens to it in the next one?"),
        Slip("linear", "factor**20", "(20 * factor)",
             "You add up what has to be multiplied. What does the second layer do to what the first one left?"),
    ),
    hints=("Find the factor by which one layer with its ReLU multiplies the mean square.",
           "Twenty layers multiply twenty times. Take the root at the end."),
)


# -- a small network ---------------------------------------------------------------------------------------------

FANS = (5 * 5 * 3, 3 * 3 * 16, 6 * 6 * 32, 64)


def _start(value):
    try:
        deviations = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"Expected four numbers, received {value!r}.") from None
    if deviations.shape != (4,) or not np.all((deviations >= 0) & (deviations < np.inf)):
        raise ValueError(f"Expected a list of four standard deviations from 0, received {value!r}.")
    leaks = np.array([(1 + 0.5**2) / 2] * 3 + [1])
    return {"factors": np.array(FANS) * deviations**2 * leaks, "last": deviations[3]}


STDDEVS = Design(
    name="STDDEVS",
    prompt="A network for pictures of 12×12 pixels with 3 channels has a convolution of 5×5 to 16 channels, one of 3×3 "
           "to 32 channels, a dense layer with 64 units, and a dense layer with 10 units for the classes. There is no "
           "padding, so 6·6·32 numbers arrive at the first dense layer. A leaky ReLU with slope 0.5 follows each layer "
           "but the last. Give the four standard deviations. The first three layers should keep the mean square within "
           "5 %, and the last one should start small, so that the scores have a root mean square below 0.2, but not "
           "at 0.",
    variable="stddevs",
    start="[0.05, 0.05, 0.05, 0.05]",
    example="[0.1461, 0.1054, 0.0373, 0.02]",
    read=_start,
    properties=(
        *(Property(f"{layer} keeps the mean square within 5 %.", lambda run, i=i: abs(run["factors"][i] - 1) <= 0.05,
                   lambda run, i=i: f"it multiplies it by {run['factors'][i]:.3g}")
          for i, layer in enumerate(("the first convolution", "the second convolution", "the first dense layer"))),
        Property("the scores have a root mean square below 0.2.",
                 lambda run: np.sqrt(np.prod(run["factors"])) < 0.2,
                 lambda run: f"it is about {np.sqrt(np.prod(run['factors'])):.3g}"),
        Property("the last layer passes a gradient on from the first step.", lambda run: run["last"] > 0,
                 lambda run: "all its weights are 0"),
    ),
    mistakes=(
        ("slope left out", "[0.1633, 0.1179, 0.0417, 0.02]",
         "Your deviations would suit a plain ReLU. How much of the mean square does a slope of 0.5 keep?"),
        ("no factor 2", "[0.1155, 0.0833, 0.0295, 0.02]",
         "Your deviations are 1 / √fan_in, those for layers without activation. What do the activations take away?"),
        ("areas left out", "[0.7303, 0.3162, 0.2236, 0.02]",
         "You count channels and leave out the windows. How many numbers does one unit of a 5×5 convolution read?"),
        ("variances", "[0.02133, 0.01111, 0.00139, 0.001]",
         "You give variances. What was asked for?"),
        ("last layer like the others", "[0.1461, 0.1054, 0.0373, 0.1581]",
         "Your scores start as large as the activations. How small do they have to be for a first loss near ln 10?"),
    ),
    hints=("For each of the first three layers ask that fan_in · variance · (1 + 0.5²) / 2 is 1.",
           "The last layer has no activation, and 64 inputs. A deviation of σ gives scores of 8 σ."),
)


# -- the bias of a rare class ------------------------------------------------------------------------------------


def output_bias(labels: np.ndarray) -> float:
    """Returns the bias with which one sigmoid unit starts at the share of ones.

    Args:
        labels: Zeros and ones, both of them present, shape (N,).

    Returns:
        The bias b. With weights that add nothing, sigmoid(b) is the share of ones.
    """
    share = np.mean(labels)
    return np.log(share / (1 - share))


OUTPUT_BIAS = Exercise(
    name="OUTPUT_BIAS",
    prompt="Write `output_bias`: the bias of a single sigmoid unit, with which its first answer for every example is "
           "the share of ones among the labels.",
    reference=output_bias,
    cases=((np.array([0, 0, 0, 1]),), (np.array([1, 0]),), (np.array([1, 1, 1, 1, 0]),), (np.array([0] * 9 + [1]),),
           (np.array([1, 0, 1, 1, 0, 0, 0, 1, 0, 0]),)),
    mistakes=(
        Slip("log of the share", "np.log(share / (1 - share))", "np.log(share)",
             "That is the bias of one score among several in a *softmax*. Which number does a sigmoid turn into the "
             "share?"),
        Slip("the share", "np.log(share / (1 - share))", "share",
             "You give the share itself. What would the sigmoid make of it?"),
        Slip("odds", "np.log(share / (1 - share))", "share / (1 - share)",
             "These are the odds. Solve 1 / (1 + exp(−b)) = share for b; what is still missing?"),
        Slip("sign", "np.log(share / (1 - share))", "np.log((1 - share) / share)",
             "A rare class gets a positive bias from you. Should the first answer for it be above a half or below?"),
        Slip("sigmoid of the share", "np.log(share / (1 - share))", "1 / (1 + np.exp(-share))",
             "You apply the sigmoid. Is b what goes into it or what comes out?"),
        Slip("zeros", "np.log(share / (1 - share))", "np.log(1 - share)",
             "You look at the zeros alone. Which two shares does the answer compare?"),
        Slip("base 2", "np.log(share / (1 - share))", "np.log2(share / (1 - share))",
             "Your logarithm has the base 2. Which base does the exponential in the sigmoid have?"),
        Slip("base 10", "np.log(share / (1 - share))", "np.log10(share / (1 - share))",
             "Your logarithm has the base 10. Which one undoes exp?"),
        Slip("difference of counts", "np.log(share / (1 - share))", "np.sum(labels) - np.sum(1 - labels)",
             "You subtract the counts. Does the bias of a data set double when every example stands in it twice?"),
        Slip("difference of the shares", "np.log(share / (1 - share))", "2 * share - 1",
             "You subtract the shares. Try a share of 0.9: what does the sigmoid make of your bias?"),
        Slip("always zero", "np.log(share / (1 - share))", "0 * share",
             "With a bias of 0 the first answer is a half. Where do the labels enter?"),
    ),
    hints=("Solve 1 / (1 + exp(−b)) = share for b.", "The odds are share / (1 − share). What is b in terms of them?"),
)
