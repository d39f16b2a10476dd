"""The exercises on hand-made and learned features: directions of edges, codes of patches, a dictionary as kernels."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Estimate, Exercise, Mistake, Property, Slip

# -- histogram of directions -------------------------------------------------------------------------------------


def direction_histogram(right, down, bins):
    """Adds up the lengths of gradients by their direction.

    Args:
        right: Array of shape (H, W): the change to the right at every pixel.
        down: Array of shape (H, W): the change downwards.
        bins: Number of bins over the full circle. The middle of bin 0 points to the
            right, that of the next ones is turned towards "down".

    Returns:
        Array of shape (bins,).
    """
    turns = np.arctan2(down, right) / (2 * np.pi)
    nearest = np.round(turns * bins).astype(int) % bins
    return np.bincount(nearest.ravel(), np.hypot(down, right).ravel(), bins)


def _gradients(seed, height, width, bins):
    # Angles well away from the borders between bins, where rounding decides
    rng = np.random.default_rng(seed)
    angle = (rng.integers(0, bins, (height, width)) + rng.uniform(-0.3, 0.3, (height, width))) * 2 * np.pi / bins
    length = rng.integers(1, 9, (height, width)) / 2
    return np.round(length * np.cos(angle), 3), np.round(length * np.sin(angle), 3), bins


DIRECTION_HISTOGRAM = Exercise(
    name="DIRECTION_HISTOGRAM",
    prompt="Write `direction_histogram`: every pixel has a gradient, an arrow with the parts `right` and `down`. Sort "
           "the arrows into `bins` directions over the full circle and add up their **lengths** in each.",
    reference=direction_histogram,
    axes=("directions",),
    cases=((np.array([[3.0]]), np.array([[4.0]]), 8), (np.array([[2.0, -1.0]]), np.array([[0.0, 0.0]]), 4),
           _gradients(201, 2, 3, 4), _gradients(203, 3, 2, 8), _gradients(205, 4, 5, 8), _gradients(207, 3, 4, 6)),
    mistakes=(
        Slip("counted", "np.hypot(down, right).ravel()", "None",
             "You count the arrows. How much of an edge does a short arrow stand for?"),
        Slip("squared lengths", "np.hypot(down, right)", "(down**2 + right**2)",
             "You add up squares of lengths. What is the length of an arrow with the parts 3 and 4?"),
        Slip("parts added", "np.hypot(down, right)", "(abs(down) + abs(right))",
             "You add the two parts. How long is an arrow with the parts 3 and 4?"),
        Slip("axes swapped", "np.arctan2(down, right)", "np.arctan2(right, down)",
             "Your bins are mirrored: an arrow to the right lands where one pointing down belongs. Which argument of "
             "`arctan2` comes first?"),
        Slip("half a circle", "np.arctan2(down, right)", "np.arctan2(down, right) % np.pi",
             "Opposite directions fall into one bin. Over which circle do the bins go?"),
        Slip("rounded down", "np.round(turns * bins)", "np.floor(turns * bins)",
             "Your bins begin at their directions. Where does the middle of bin 0 point?"),
        Slip("upwards", "np.arctan2(down, right)", "np.arctan2(-down, right)",
             "Your bins turn the other way round. Towards which side is bin 1 turned?"),
        Mistake("negative angles lost", lambda right, down, bins: np.bincount(
            np.clip(np.round(np.arctan2(down, right) / (2 * np.pi) * bins).astype(int), 0, bins - 1).ravel(),
            np.hypot(down, right).ravel(), bins),
                "Arrows that point upwards have negative angles, and you put them into bin 0. Which bin lies before "
                "bin 0 on a circle?"),
        Slip("quotient", "np.arctan2(down, right)", "np.arctan(down / (right + 1e-12))",
             "Arrows to the left land where those to the right belong. Which signs does the quotient down / right "
             "lose?"),
        Slip("bins over half a circle", "turns * bins", "turns % 0.5 * 2 * bins",
             "Your bins share half a circle, and opposite directions fall into one. Over which circle do they go?"),
        Mistake("bins from the left", lambda right, down, bins: np.histogram(
            np.arctan2(down, right), bins, (-np.pi, np.pi), weights=np.hypot(down, right))[0],
                "Your bins begin at −π, on the left. Where does the middle of bin 0 point?"),
        Mistake("mean length", lambda right, down, bins: direction_histogram(right, down, bins) / right.size,
                "You divide by the number of pixels. Is a mean asked for?"),
        Mistake("shares", lambda right, down, bins: direction_histogram(right, down, bins)
                / np.hypot(down, right).sum(),
                "Your histogram sums to one. What should it sum to?"),
    ),
    properties=(
        Property("the bins add up to the sum of all lengths.",
                 lambda out, right, down, bins: np.isclose(out.sum(), np.hypot(down, right).sum(), atol=1e-3)),
    ),
    hints=(
        "`np.arctan2(down, right)` gives the angle, from −π to π. How many bins does it lie away from bin 0?",
        "Round to the nearest bin, and take the remainder by `bins`, so that −1 becomes the last one.",
        "`np.bincount(bin_of_each, weights, bins)` adds up weights by bin; a loop does it too.",
    ),
)


# -- learned numbers ---------------------------------------------------------------------------------------------


LEARNED_NUMBERS = Estimate(
    name="LEARNED_NUMBERS",
    prompt="MNIST pictures are coded by a dictionary of 48 patches of 5×5 pixels, and the codes are summed over a grid "
           "of 4×4 cells. Logistic regression with biases reads them, for ten classes. How many numbers were learned "
           "**from labels**? The answer is wanted exactly.",
    variable="numbers",
    unit="numbers",
    working="""
    features = 4 * 4 * 48
    numbers = (features + 1) * 10
    """,
    tolerance=0.0001,
    slips=(
        Slip("no biases", "features + 1", "features", "Each class has a bias as well. How many is that?"),
        Slip("dictionary counted in", "* 10", "* 10 + 48 * 5 * 5",
             "You count the dictionary in. Did k-means see any label?"),
        Slip("one cell", "4 * 4 * ", "", "How many cells are the codes summed over, and what becomes of each sum?"),
        Slip("one class", "* 10", "", "That is one class. How many weighted sums does the classifier form?"),
    ),
    hints=("How many features describe one picture?", "Each class has a weight for each feature, and a bias."),
)


# -- triangle codes ----------------------------------------------------------------------------------------------


def triangle_codes(patches: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Codes each patch by the centres that are nearer to it than average.

    Args:
        patches: Array of shape (N, D).
        centres: Array of shape (K, D).

    Returns:
        Array of shape (N, K): the mean of a patch's K distances less its
        distance from a centre, or 0 where that is negative.
    """
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)


REPAIR_CODES = BugHunt(
    name="REPAIR_CODES",
    prompt="`triangle_codes` should code every patch by the centres that are nearer than average. For a single patch "
           "the right centres light up, though not with the right numbers. For many patches some get no code at all. "
           "Repair it.",
    reference=triangle_codes,
    axes=("patches", "centres"),
    cases=((np.array([[0.0, 0.0]]), np.array([[0.0, 1.0], [3.0, 4.0]])), (quarters(211, 2, 2), quarters(213, 3, 2)),
           (quarters(215, 3, 4), quarters(217, 2, 4)), (whole(219, 5, 3), whole(221, 4, 3)),
           (quarters(223, 4, 9), quarters(225, 6, 9))),
    bugs=(
        Slip("squared distances", "np.sqrt(squared)", "squared + 0",
             "Take a patch at distance 1 from one centre and 5 from another. What should its code be?"),
        Slip("mean over the patches", "distance.mean(axis=1, keepdims=True)", "distance.mean(axis=0, keepdims=True)",
             "Code a patch alone, and then together with others. Should its code change?"),
    ),
    mistakes=(
        Slip("farther ones", "distance.mean(axis=1, keepdims=True) - distance",
             "distance - distance.mean(axis=1, keepdims=True)",
             "Your code is positive for centres that are farther than average. Which ones should it name?"),
        Mistake("not cut", lambda patches, centres: np.linalg.norm(patches[:, None] - centres, axis=2).mean(
            axis=1, keepdims=True) - np.linalg.norm(patches[:, None] - centres, axis=2),
                "Some of your codes are negative. What does a centre get that is farther than average?"),
        Mistake("nearest only", lambda patches, centres: np.where(
            triangle_codes(patches, centres) == triangle_codes(patches, centres).max(axis=1, keepdims=True),
            triangle_codes(patches, centres), 0),
                "Only the nearest centre is left. Which others are nearer than average?"),
        Slip("summed, not averaged", "distance.mean(axis=1", "distance.sum(axis=1",
             "You compare with the sum of the distances. With what should a distance be compared?"),
        Slip("city blocks", "np.sqrt(squared)", "np.abs(patches[:, None] - centres).sum(axis=2)",
             "You add up absolute differences. How far is a point from another that lies 3 across and 4 up?"),
        Slip("mean of all", "distance.mean(axis=1, keepdims=True)", "distance.mean()",
             "You compare with the mean over all patches and centres. Should a patch's code depend on the others?"),
        Slip("median", "distance.mean(axis=1, keepdims=True)", "np.median(distance, axis=1, keepdims=True)",
             "You compare with the distance in the middle. Which summary does the docstring name?"),
        Slip("signs lost", "np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)",
             "np.abs(distance.mean(axis=1, keepdims=True) - distance)",
             "Centres that are farther than average get a positive code, too. What should they get?"),
        Slip("root of the mean square", "distance.mean(axis=1, keepdims=True)",
             "np.sqrt(squared.mean(axis=1, keepdims=True))",
             "You average the squares and then take the root. Of which numbers is the mean asked for?"),
        Slip("averaged over the pixels", ".sum(axis=2)", ".mean(axis=2)",
             "Your distance does not grow with the number of pixels. What is under the root of a distance: a sum or a "
             "mean?"),
    ),
    hints=("Work out one patch and two centres by hand.", "There are two faults: in the distance and in the mean."),
)


# -- a dictionary as kernels -------------------------------------------------------------------------------------


def as_convolution(centres: np.ndarray, size: int) -> tuple:
    """Returns a convolution whose largest response names the nearest centre.

    Args:
        centres: Array of shape (K, size * size), each a patch row by row.
        size: Height and width of a patch.

    Returns:
        The kernel, of shape (size, size, 1, K), and the biases, of shape (K,). The
        responses differ from minus half the squared distances only by what is the
        same for all centres.
    """
    kernel = centres.reshape(len(centres), size, size, 1).transpose(1, 2, 3, 0)
    return kernel, -(centres**2).sum(axis=1) / 2


AS_CONVOLUTION = Exercise(
    name="AS_CONVOLUTION",
    prompt="Write `as_convolution`: turn a dictionary of patches into the kernel and the biases of a convolution whose "
           "largest response stands for the nearest entry. Start from the squared distance of a patch and an entry, "
           "and leave out what is the same for all entries. The kernel is not flipped, as in Keras.",
    reference=as_convolution,
    outputs=("kernel", "biases"),
    cases=((np.array([[1.0, 2.0, 3.0, 4.0]]), 2), (whole(231, 3, 4), 2), (quarters(233, 2, 9), 3),
           (quarters(235, 5, 9), 3), (whole(237, 4, 16), 4)),
    mistakes=(
        Slip("no half", "axis=1) / 2", "axis=1)",
             "Your kernel stands for x · c, your bias for |c|². In the squared distance x · c has a factor of 2: what "
             "becomes of the bias if you divide by it?"),
        Slip("sign of the bias", "-(centres**2)", "(centres**2)",
             "Your bias rewards entries with large numbers. With which sign does |c|² enter a distance, and is the "
             "nearest entry the largest or the smallest?"),
        Slip("length, not its square", "(centres**2).sum(axis=1) / 2", "np.sqrt((centres**2).sum(axis=1)) / 2",
             "Your bias takes the length of an entry. Which power of it stands in the squared distance?"),
        Slip("half the kernel", ".transpose(1, 2, 3, 0)", ".transpose(1, 2, 3, 0) / 2",
             "Your kernel is half of the entries. What did you divide the squared distance by?"),
        Slip("twice the kernel", ".transpose(1, 2, 3, 0)", ".transpose(1, 2, 3, 0) * 2",
             "Your kernel is twice the entries, as in the squared distance itself. Is the bias of the same scale?"),
        Slip("turned patches", ".transpose(1, 2, 3, 0)", ".transpose(2, 1, 3, 0)",
             "Your kernels lie on their side. Which axis of a patch is its height?"),
        Slip("flipped", ".transpose(1, 2, 3, 0)", ".transpose(1, 2, 3, 0)[::-1, ::-1]",
             "Your kernels are turned by half a turn. Does Keras's convolution flip its kernel?"),
        Slip("numbers mixed", "centres.reshape(len(centres), size, size, 1).transpose(1, 2, 3, 0)",
             "centres.reshape(size, size, 1, len(centres))",
             "The shape is right, the numbers are mixed: `reshape` keeps their order. Which axis has to move to the "
             "end?"),
        Slip("no bias", "-(centres**2).sum(axis=1) / 2", "np.zeros(len(centres))",
             "Without a bias the entry with the largest numbers wins too often. Which term of the distance depends on "
             "the entry alone?"),
        Slip("mean of squares", ".sum(axis=1) / 2", ".mean(axis=1) / 2",
             "You average the squares. What is |c|²?"),
    ),
    hints=(
        "|x − c|² = |x|² − 2 x · c + |c|². Which of these is the same for all entries?",
        "The nearest entry has the smallest −2 x · c + |c|². Divide by −2, and the largest wins.",
        "The kernel is the entries, each as a patch, with the axis of the entries moved to the end.",
    ),
)
