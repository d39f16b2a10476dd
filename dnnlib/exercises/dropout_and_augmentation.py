"""The exercises on dropout and augmentation: the mask both ways, its noise, two faulty functions, a gap."""

import itertools

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- forward -----------------------------------------------------------------------------------------------------


def dropout(h: np.ndarray, u: np.ndarray, rate: float,
            training: bool) -> np.ndarray:
    """Applies dropout with the scale that keeps the mean.

    Args:
        h: What the units send, shape (N, n).
        u: Random numbers from 0 to 1, shape (N, n); below the rate a unit drops.
        rate: The probability with which a unit is dropped, less than 1.
        training: Whether the network trains, or is in use.

    Returns:
        Array of shape (N, n).
    """
    if not training:
        return h
    return h * (u >= rate) / (1 - rate)


def _draws(seed, *shape):
    return (np.random.default_rng(seed).integers(0, 50, shape) + 0.5) / 50


DROPOUT = Exercise(
    name="DROPOUT",
    prompt="Write `dropout`. The random numbers come with the arguments, so that everybody draws the same mask. A unit "
           "is dropped where its number is below the rate.",
    reference=dropout,
    axes=("examples", "units"),
    cases=((np.array([[4.0, 8.0]]), np.array([[0.7, 0.1]]), 0.2, True),
           (np.array([[4.0, 8.0]]), np.array([[0.7, 0.1]]), 0.2, False),
           (whole(401, 2, 3), np.array([[0.05, 0.3, 0.9], [0.6, 0.15, 0.85]]), 0.25, True),
           (quarters(403, 3, 4), _draws(405, 3, 4), 0.75, True), (quarters(407, 2, 5), _draws(409, 2, 5), 0.4, True),
           (quarters(411, 3, 2), _draws(413, 3, 2), 0.6, False), (whole(415, 2, 2), _draws(417, 2, 2), 0.0, True)),
    mistakes=(
        Slip("no scaling", " / (1 - rate)", "",
             "What you keep is right, but on average the next layer receives less than without dropout. By what factor "
             "less?"),
        Slip("times keep", "/ (1 - rate)", "* (1 - rate)",
             "You make the kept values smaller. Should they make up for those that are missing, or join them?"),
        Slip("divided by drop", "/ (1 - rate)", "/ max(rate, 1e-9)",
             "You divide by the share that is dropped. At a rate of 0.2, how many of ten units are left to carry the "
             "sum?"),
        Slip("mask inverted", "u >= rate", "u < rate",
             "You keep the units that should go. On which side of the rate does a number drop its unit?"),
        Slip("the other end", "u >= rate", "u < 1 - rate",
             "You keep the right share, but other units than asked for. Below which number is a unit dropped?"),
        Slip("the rate keeps", "(u >= rate) / (1 - rate)", "(u < rate) / max(rate, 1e-9)",
             "You use the rate as the probability of being kept. Of what is it the probability here?"),
        Slip("drop at test", "if not training", "if rate == 0",
             "You drop units while the network is in use, too. What should its answers not depend on?"),
        Slip("modes swapped", "if not training", "if training",
             "You drop units in use and none in training. Which of the two needs the noise?"),
        Slip("scaled twice", "return h\n", "return h * (1 - rate)\n",
             "Training is right. In use you scale as well: the mean was kept in training, so what is left to do?"),
        Mistake("scaled in use", lambda h, u, rate, training: h * (u >= rate) if training else h * (1 - rate),
                "That is dropout in its first form, which scales in use and not in training. Which of the two is asked "
                "for?"),
        Slip("one mask for all examples", "u >= rate", "u[:1] >= rate",
             "All your examples share one mask. How many random numbers did you receive?"),
        Slip("whole examples", "u >= rate", "u[:, :1] >= rate",
             "You drop all units of an example, or none. For which axis is each number drawn?"),
        Slip("the share that was kept", "/ (1 - rate)", "/ np.mean(u >= rate)",
             "You divide by the share that happened to be kept this time. Which share does not depend on the draw?"),
        Slip("mask only", "h * (u >= rate)", "(u >= rate) * 1.0",
             "That is the mask, scaled. What does it multiply?"),
    ),
    hints=(
        "Compare `u` with the rate, number by number: the result is the mask, and it multiplies `h`.",
        "On average a share of 1 − rate is left. Divide by it, in training only.",
        "In use, return `h` as it is.",
    ),
)


# -- backward ----------------------------------------------------------------------------------------------------


def hidden_gradient(grad: np.ndarray, z: np.ndarray, mask: np.ndarray,
                    rate: float) -> np.ndarray:
    """Takes a gradient back through dropout and the ReLU before it.

    The way forward was h = max(z, 0); then y is h, masked and divided by 1 - rate.

    Args:
        grad: dL/dy, shape (N, n).
        z: What entered the ReLU, shape (N, n).
        mask: Ones for units that were kept, zeros for the others, shape (N, n).
        rate: The probability with which a unit was dropped.

    Returns:
        dL/dz, shape (N, n).
    """
    return grad * mask / (1 - rate) * (z > 0)


HIDDEN_GRADIENT = Exercise(
    name="HIDDEN_GRADIENT",
    prompt="A hidden layer computes max(z, 0), and dropout with a mask follows. Write `hidden_gradient`, which takes "
           "the loss's gradient from behind the mask back to z.",
    reference=hidden_gradient,
    axes=("examples", "units"),
    cases=((np.array([[3.0, 6.0, 9.0]]), np.array([[2.0, -1.0, 4.0]]), np.array([[1, 1, 0]]), 0.25),
           *((quarters(seed, *shape), quarters(seed + 2, *shape), 1 * (_draws(seed + 4, *shape) >= rate), rate)
             for seed, shape, rate in ((421, (2, 4), 0.2), (431, (3, 5), 0.6), (441, (1, 6), 0.75),
                                       (451, (4, 3), 0.4)))),
    mistakes=(
        Slip("no scaling", " / (1 - rate)", "",
             "The gradient passes the right units, and is too small. What did the way forward do to each of them?"),
        Slip("times keep", "/ (1 - rate)", "* (1 - rate)",
             "The gradient passes the right units with the wrong factor. Write down the derivative of h / (1 − rate)."),
        Slip("divided by drop", "/ (1 - rate)", "/ rate",
             "The gradient passes the right units with the wrong factor. By which share did the way forward divide?"),
        Slip("scaled twice", "/ (1 - rate)", "/ (1 - rate) ** 2",
             "The gradient passes the right units and is scaled twice. How often did the way forward scale?"),
        Slip("no mask", "grad * mask", "grad",
             "Units that were dropped receive a gradient. Could they have changed the loss?"),
        Slip("mask inverted", "grad * mask", "grad * (1 - mask)",
             "The dropped units receive the gradient, and the kept ones nothing. Which ones changed the loss?"),
        Slip("no ReLU", " * (z > 0)", "",
             "The gradient also reaches units whose z is negative. What did the ReLU make of them?"),
        Slip("ReLU inverted", "(z > 0)", "(z < 0)", "Where does the ReLU pass its input on?"),
        Slip("ReLU of the gradient", "(z > 0)", "(grad > 0)",
             "You look at the gradient's sign. The sign of which number decides whether a ReLU lets it pass?"),
        Slip("ReLU for its derivative", "(z > 0)", "np.maximum(z, 0)",
             "You multiply by the unit's output. What is its derivative by z?"),
        Slip("times z", "(z > 0)", "z", "You multiply by z. What is the derivative of max(z, 0)?"),
        Slip("mean over the batch", "grad * mask", "grad / len(grad) * mask",
             "You divide by the number of examples. Which derivative along the way contains it?"),
    ),
    hints=(
        "Dropout multiplies every unit by a number. What is the derivative of that?",
        "Behind the mask: grad · mask / (1 − rate). Now the ReLU.",
        "The ReLU's derivative is 1 where z is positive, and 0 elsewhere.",
    ),
)


# -- a layer to repair -------------------------------------------------------------------------------------------


def dropout_layer(h: np.ndarray, grad: np.ndarray, rate: float, training: bool,
                  seed: int) -> tuple:
    """Goes forward and backward through dropout once.

    Args:
        h: What the units send, shape (N, n).
        grad: dL/d(output), shape (N, n).
        rate: The probability with which a unit is dropped, between 0 and 1.
        training: Whether the network trains, or is in use.
        seed: Seed of the mask.

    Returns:
        The output and dL/dh, both of shape (N, n).
    """
    rng = np.random.default_rng(seed)
    if training:
        factor = (rng.random(h.shape) >= rate) / (1 - rate)
    else:
        factor = np.ones(h.shape)
    output = h * factor
    dh = grad * factor
    return output, dh


REPAIR_DROPOUT = BugHunt(
    name="REPAIR_DROPOUT",
    prompt="`dropout_layer` goes forward and backward once. A network with it learns badly, and its answer to one "
           "picture changes whenever it is asked. There are three faults. Leave `rng.random(h.shape) >= rate`, the way "
           "in which the mask is drawn, as it is.",
    reference=dropout_layer,
    outputs=("output", "dL/dh"),
    axes=("examples", "units"),
    cases=tuple((quarters(seed, *shape), quarters(seed + 2, *shape), rate, training, seed)
                for seed, shape, rate, training in (
                    (461, (1, 3), 0.4, True), (471, (2, 4), 0.2, True), (481, (3, 5), 0.75, True),
                    (491, (2, 3), 0.3, False), (501, (4, 6), 0.6, False))),
    bugs=(
        Slip("drop at test", "if training:", "if rate > 0:",
             "In use your output still has zeros in it. Which argument is never looked at?"),
        Slip("divided by drop", "/ (1 - rate)", "/ rate",
             "In training your output does not have the mean that it has in use. At a rate of 0.2, by how much should "
             "the kept units grow?"),
        Slip("new mask in backward", "dh = grad * factor", "dh = grad * (rng.random(h.shape) >= rate)",
             "Central differences disagree with your gradient: units that were dropped receive some, and others that "
             "were kept do not. How many masks does a step have?"),
    ),
    mistakes=(
        Slip("no scaling", " / (1 - rate)", "",
             "In training your output is smaller on average than in use. What makes up for the missing units?"),
        Slip("times keep", "/ (1 - rate)", "* (1 - rate)",
             "In training your output is much smaller on average than in use. Must the kept units shrink or grow?"),
        Slip("backward without a mask", "dh = grad * factor", "dh = grad",
             "Units that were dropped receive a gradient. Could they have changed the loss?"),
        Slip("backward without the scale", "dh = grad * factor", "dh = grad * (factor > 0)",
             "The gradient reaches the right units and is too small. What is the derivative of h · factor?"),
        Slip("zeros in use", "np.ones(h.shape)", "np.zeros(h.shape)",
             "In use nothing comes through. Which factor leaves a number as it is?"),
        Slip("scaled in use", "np.ones(h.shape)", "np.full(h.shape, 1 - rate)",
             "In use you scale down, and in training you have scaled up already. How often is it needed?"),
    ),
    hints=(
        "Go through it three times, with one question each: what happens in use, what is the mean of the output, and "
        "does the way back take the same way as the way forward?",
        "The function has an argument that it never looks at. And the share of units that is left is 1 − rate.",
        "The way back needs the very factor of the way forward.",
    ),
)


# -- how much noise ----------------------------------------------------------------------------------------------


MASK_NOISE = Estimate(
    name="MASK_NOISE",
    prompt="Four units send 3, −1, 2 and 2 to a unit of the next layer; these are weight times activation. On the way "
           "there is dropout with rate 0.2 and the scale that belongs to it. How much does the sum vary from mask to "
           "mask? Give its **standard deviation**.",
    variable="spread",
    unit="the unit of the products",
    working="""
    products = np.array([3, -1, 2, 2])
    variance = 0.2 / (1 - 0.2) * np.sum(products**2)
    spread = variance**0.5
    """,
    slips=(
        Slip("no root", "variance**0.5", "variance", "That is the variance. Which power of it is asked for?"),
        Slip("no scale", "0.2 / (1 - 0.2)", "0.2 * (1 - 0.2)",
             "That is the spread without the scale. What does the factor 1 / (1 − p) do to a standard deviation?"),
        Slip("scale not squared", "0.2 / (1 - 0.2)", "0.2",
             "You scale the variance by 1 / (1 − p) once. What does a factor do to a variance?"),
        Slip("kept and dropped swapped", "0.2 / (1 - 0.2)", "(1 - 0.2) / 0.2",
             "You have taken the rate for the share that is kept. Do few missing units make much noise?"),
        Slip("square of the sum", "np.sum(products**2)", "np.sum(products)**2",
             "You square the sum, as if all four went missing together. What adds up when draws are independent?"),
        Slip("no squares", "np.sum(products**2)", "np.sum(products)",
             "You add the products. Which powers of them add up in a variance?"),
        Slip("sizes", "np.sum(products**2)", "np.sum(np.abs(products))",
             "You add the sizes of the products. Which powers of them add up in a variance?"),
        Slip("mean", "np.sum(products**2)", "np.mean(products**2)",
             "You take a mean over the four units. Does the next layer?"),
        Slip("spreads add up", "variance**0.5", "0.5 * np.sum(np.abs(products))",
             "You add four standard deviations. What adds up when draws are independent?"),
    ),
    hints=("One product a arrives as 0 or as a / (1 − p). Its variance stands in the text.",
           "The masks of the four units are independent, so their variances add up."),
    tolerance=0.02,
)


# -- pictures for training ---------------------------------------------------------------------------------------


def augmented_sets(x: np.ndarray, y: np.ndarray, split: int) -> tuple:
    """Splits pictures, and adds to those for training their mirror images.

    Args:
        x: Pictures, shape (N, height, width).
        y: Their classes, shape (N,).
        split: So many pictures, the first, are for training; the rest are the test.

    Returns:
        Training pictures, first as they are, then all mirrored, left for right, in
        the same order; their classes; the test pictures, as they are; their classes.
    """
    x_train, y_train = x[:split], y[:split]
    mirrored = x_train[:, :, ::-1]
    x_both = np.concatenate([x_train, mirrored])
    y_both = np.concatenate([y_train, y_train])
    return x_both, y_both, x[split:], y[split:]


def _pictures(seed, count, height, width, split):
    return whole(seed, count, height, width), np.random.default_rng(seed).permutation(count) % 7, split


REPAIR_SETS = BugHunt(
    name="REPAIR_SETS",
    prompt="Photographs of fruit are to be told apart, and a mirrored pear is a pear. `augmented_sets` should double "
           "the pictures for training. A network that learns from its sets knows the test pictures suspiciously well "
           "and is poor with fresh photographs. There are three faults.",
    reference=augmented_sets,
    outputs=("training pictures", "their classes", "test pictures", "their classes"),
    cases=(_pictures(511, 3, 1, 2, 2), _pictures(513, 4, 2, 3, 3), _pictures(515, 5, 3, 2, 3),
           _pictures(517, 6, 2, 4, 4), _pictures(519, 7, 3, 3, 5)),
    bugs=(
        Slip("test pictures in training", "x[:split], y[:split]", "x, y",
             "Your training set is too large, and your judges are in it. When do you split?"),
        Slip("upside down", "[:, :, ::-1]", "[:, ::-1]",
             "Your pears stand on their heads. Which axis runs from left to right?"),
        Slip("classes in another order", "np.concatenate([y_train, y_train])", "np.repeat(y_train, 2)",
             "Many of your pictures carry the class of another one. In which order do the pictures stand, and in which "
             "their classes?"),
    ),
    mistakes=(
        Slip("test mirrored", "x[split:], y[split:]", "x[split:, :, ::-1], y[split:]",
             "You mirror the test pictures. Which pictures shall the judges be?"),
        Slip("mirrored only", "np.concatenate([x_train, mirrored])", "np.concatenate([mirrored, mirrored])",
             "The pictures as they were are gone from your training set. What stands in its first half?"),
        Slip("half a turn", "[:, :, ::-1]", "[:, ::-1, ::-1]",
             "You turn by 180 degrees, which takes two mirrors. How many axes does one of them reverse?"),
        Mistake("mirrored before the split", lambda x, y, split: _mirrored_before_the_split(x, y, split),
                "You mirror first and split later, so that mirrored test pictures are among those for training, or the "
                "other way round. What comes first?"),
        Slip("order of the pictures", "[:, :, ::-1]", "[::-1]",
             "You reverse the order of the pictures and not the pictures. Which axis counts the pictures?"),
        Slip("mirrored first", "[x_train, mirrored]", "[mirrored, x_train]",
             "Your mirror images come first. In which order were the two halves asked for?"),
    ),
    hints=(
        "First look at the numbers of pictures. With 5 pictures and `split` 3, how many are for training, doubled?",
        "Then look at one picture and its mirror image: did left and right change?",
        "At last write the classes beside the pictures: the second half repeats the first, as a whole.",
    ),
)


def _mirrored_before_the_split(x, y, split):
    both, classes = np.concatenate([x, x[:, :, ::-1]]), np.concatenate([y, y])
    return both[: 2 * split], classes[: 2 * split], both[2 * split :], classes[2 * split :]


# -- a gap -------------------------------------------------------------------------------------------------------


def _products(value):
    products = np.asarray(value, dtype=float)
    if products.ndim != 1 or not 1 <= products.size <= 10 or not np.all(np.isfinite(products)):
        raise ValueError("expected a list of 1 to 10 numbers")
    return products


def _mean_over_masks(products):
    masks = np.array(list(itertools.product([0, 1], repeat=products.size)))
    return np.maximum(masks @ products / 0.5, 0).mean()


GAP = Design(
    name="GAP",
    prompt="The units of a hidden layer pass a mask with rate 0.5, and then meet in one ReLU unit without a bias. "
           "Design `products`, the numbers that they send (weight times activation), so that the scaled network's ReLU "
           "gives 0, although the mean over all masked networks is at least 1. No number may be larger than 2 in size.",
    variable="products",
    start="[0, 0]",
    example="[2, -2]",
    read=_products,
    properties=(
        Property("no number is larger than 2 in size.", lambda products: np.abs(products).max() <= 2,
                 lambda products: f"the largest is {np.abs(products).max():g}"),
        Property("the scaled network's ReLU gives 0.", lambda products: products.sum() <= 1e-9,
                 lambda products: f"it gives {products.sum():g}"),
        Property("the mean over all masks is at least 1.", lambda products: _mean_over_masks(products) >= 1 - 1e-9,
                 lambda products: f"it is {_mean_over_masks(products):.3g}"),
    ),
    mistakes=(
        ("all positive", "[2, 2]",
         "Every masked sum of yours is positive, so the ReLU changes nothing and the two agree. What lets it cut?"),
        ("all negative", "[-2, -2]",
         "Every masked sum of yours is negative or 0, and the ReLU silences them all. Which masks should be heard?"),
        ("too small", "[1, -1]",
         "You have found the way: one mask is heard and its opposite is cut. How does the mean grow with the numbers?"),
        ("too large", "[4, -4]", "The gap is large enough, but the numbers are too large. How small may they be?"),
    ),
    hints=(
        "The scaled network adds all numbers. Masks that drop the negative ones are heard, and those that drop the "
        "positive ones are silent.",
        "With two numbers a and −a there are four masks, and one of them is heard. What does it send, after the scale?",
    ),
)
