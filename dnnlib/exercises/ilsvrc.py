"""The exercises on ILSVRC: what an error counts, ten crops of a picture, costs of layers, networks that none beats."""

import math

import numpy as np

from dnnlib.exercises.cases import whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip
from dnnlib.layers.receptive_field import Window, receptive_field

# -- top-k error -------------------------------------------------------------------------------------------------


def top_k_error(scores: np.ndarray, labels: np.ndarray, k: int) -> float:
    """Returns the share of pictures whose class is not among the k best guesses.

    Args:
        scores: Array of shape (N, K): a score for each of K classes, no two of a
            picture the same. A larger score means a better guess.
        labels: Array of shape (N,): the class of each picture, from 0 to K - 1.
        k: How many guesses a picture gets, from 1 to K.

    Returns:
        A number from 0 to 1.
    """
    best = np.argsort(-scores, axis=1)[:, :k]
    found = (best == labels[:, None]).any(axis=1)
    return float(np.mean(~found))


def _scores(seed, pictures, classes, k):
    rng = np.random.default_rng(seed)
    scores = np.stack([rng.permutation(classes) - classes // 2 for _ in range(pictures)])
    return scores, rng.integers(0, classes, pictures), k


TOP_K_ERROR = Exercise(
    name="TOP_K_ERROR",
    prompt="Write `top_k_error`: the share of pictures whose class is not among the k classes with the highest scores.",
    reference=top_k_error,
    cases=((np.array([[3, 1, 2]]), np.array([2]), 2), (np.array([[3, 1, 2], [1, 2, 3]]), np.array([1, 1]), 1),
           _scores(6101, 5, 4, 1), _scores(6103, 7, 6, 2), _scores(6105, 8, 6, 5), _scores(6107, 9, 8, 3),
           _scores(6109, 12, 40, 5), _scores(6111, 20, 40, 25), _scores(6113, 3, 7, 4), _scores(6115, 6, 6, 3)),
    mistakes=(
        Slip("accuracy", "np.mean(~found)", "np.mean(found)",
             "That is the share of pictures that are named rightly. What is asked for: the accuracy or the error?"),
        Slip("the lowest scores", "-scores", "scores",
             "You take the k classes with the lowest scores. In which order does `argsort` sort?"),
        Slip("the k-th guess alone", "[:, :k]", "[:, k - 1:k]",
             "You look at the k-th guess alone. Is a picture whose class comes first an error?"),
        Slip("one guess too many", "[:, :k]", "[:, :k + 1]",
             "You allow one guess more than k. How many columns does a slice that ends at k take?"),
        Slip("one guess too few", "[:, :k]", "[:, :k - 1]",
             "You allow one guess less than k. Where does a slice that ends at k − 1 stop?"),
        Slip("sorted over the pictures", "np.argsort(-scores, axis=1)[:, :k]", "np.argsort(-scores.T, axis=1)[:k].T",
             "You sort the pictures for each class. Along which axis do the scores of one picture lie?"),
        Mistake("k per cent of the classes", lambda scores, labels, k: top_k_error(
            scores, labels, math.ceil(scores.shape[1] * k / 100)),
                "You take k per cent of the classes. With 1,000 classes, how many guesses has the top-5 error?"),
        Mistake("the first guess alone", lambda scores, labels, k: float(np.mean(scores.argmax(axis=1) != labels)),
                "You count a picture as wrong if its first guess is. What do the other k − 1 guesses change?"),
        Mistake("five guesses always", lambda scores, labels, k: top_k_error(scores, labels, min(5, scores.shape[1])),
                "You allow five guesses whatever k is. How many does `k` allow?"),
        Mistake("classes among scores", lambda scores, labels, k: float(np.mean(
            [label not in np.sort(row)[-k:] for row, label in zip(scores, labels, strict=True)])),
                "You look for the label among the largest scores themselves. A label is the number of a class: which "
                "function sorts places and not values?"),
        Slip("a count", "float(np.mean(~found))", "float(np.sum(~found))",
             "You count the pictures. What share of them is it?"),
        Slip("in per cent", "float(np.mean(~found))", "float(100 * np.mean(~found))",
             "You return per cent. From where to where should the number go?"),
        Slip("share of the guesses", "(best == labels[:, None]).any(axis=1)", "(best == labels[:, None])",
             "You count every wrong guess. If one of five guesses is right, is the picture an error?"),
        Slip("all guesses right", ".any(axis=1)", ".all(axis=1)",
             "You want all k guesses to be the class. How many of k different guesses can be?"),
        Slip("labels from 1", "best == labels[:, None]", "best + 1 == labels[:, None]",
             "You count the classes from 1. From where are the labels counted?"),
        Mistake("the label itself below k", lambda scores, labels, k: float(np.mean(labels >= k)),
                "You compare the label with k. Whose place among the scores should be compared with k?"),
        Mistake("ranks by a single sort", lambda scores, labels, k: float(np.mean(
            np.argsort(-scores, axis=1)[np.arange(len(labels)), labels] >= k)),
                "You read the sorted order at the label. `argsort` says which class comes at a place: does it say at "
                "which place a class comes?"),
        Mistake("pictures with any label of the batch", lambda scores, labels, k: float(np.mean(
            ~np.isin(np.argsort(-scores, axis=1)[:, :k], labels).any(axis=1))),
                "You accept the label of any picture. Whose label belongs to a row of guesses?"),
    ),
    properties=(Property("an error lies between 0 and 1.", lambda out, scores, labels, k: 0 <= out <= 1),),
    hints=(
        "`np.argsort` sorts from low to high. What is sorted that way if you hand it the negative scores?",
        "Compare the first k columns with the labels as a column of shape (N, 1). The result has a row a picture.",
        "A picture is found if any of its k comparisons holds. The error is the share of those that are not.",
    ),
)


# -- ten crops ---------------------------------------------------------------------------------------------------


def ten_crops(picture: np.ndarray, size: int) -> np.ndarray:
    """Cuts a picture's four corners and its centre out, and mirrors all five.

    Args:
        picture: Array of shape (H, W, C).
        size: Side of the crops, at most the smaller of H and W.

    Returns:
        Array of shape (10, size, size, C): upper left, upper right, lower left,
        lower right, centre, then the same five in the same order with left and
        right exchanged. Where the centre falls between two pixels, it is the one
        further up or left.
    """
    height, width = picture.shape[:2]
    down, right = height - size, width - size
    places = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
    crops = [picture[i : i + size, j : j + size] for i, j in places]
    return np.stack(crops + [crop[:, ::-1] for crop in crops])


REPAIR_TEN_CROPS = BugHunt(
    name="REPAIR_TEN_CROPS",
    prompt="`ten_crops` should cut the ten crops that AlexNet's authors averaged over. On square pictures of birds the "
           "averaged network does hardly better than with five crops, and on oblong pictures some crops are not where "
           "they should be. Repair it.",
    reference=ten_crops,
    axes=("crops", "rows", "columns", "channels"),
    # None higher than wide: there the broken function stops with an error that gives the second fault away.
    cases=((whole(6121, 3, 4, 1), 2), (whole(6123, 3, 3, 1), 2), (whole(6125, 4, 6, 2), 3), (whole(6127, 5, 6, 3), 3),
           (whole(6129, 6, 9, 2), 4), (whole(6131, 5, 8, 3), 2)),
    bugs=(
        Slip("upside down", "crop[:, ::-1]", "crop[::-1]",
             "Look at the sixth crop of a bird. Where are its feet?"),
        Slip("width from the height", "right = height - size, width - size", "right = height - size, height - size",
             "Take a picture that is wider than high. Does your second crop end at its right border?"),
    ),
    mistakes=(
        Slip("turned by half a turn", "crop[:, ::-1]", "crop[::-1, ::-1]",
             "It turns the crops by half a turn. Which of the two axes should be reversed?"),
        Slip("colours reversed", "crop[:, ::-1]", "crop[..., ::-1]",
             "It reverses the colours. Which axis runs from left to right?"),
        Slip("turned on its side", "crop[:, ::-1]", "crop.swapaxes(0, 1)",
             "It exchanges rows and columns. What does a mirror exchange?"),
        Slip("five crops twice", "crop[:, ::-1]", "crop",
             "It hands out the same five crops twice. What becomes of the second five?"),
        Slip("mirrors in between", "np.stack(crops + [crop[:, ::-1] for crop in crops])",
             "np.stack([one for crop in crops for one in (crop, crop[:, ::-1])])",
             "Each crop is followed by its mirror. In which order are the ten asked for?"),
        Mistake("crops of the mirrored picture", lambda picture, size: np.concatenate(
            [ten_crops(picture, size)[:5], ten_crops(picture[:, ::-1], size)[:5]]),
                "It cuts crops out of the mirrored picture. Whose mirror is the upper left crop of that one?"),
        Slip("columns first", "(0, right), (down, 0)", "(down, 0), (0, right)",
             "The second and the third crop have changed places. Which corner comes after the upper left one?"),
        Slip("corners one pixel short", "right = height - size, width - size",
             "right = height - size - 1, width - size - 1",
             "The last row and the last column are in no corner. Where does a crop of `size` pixels have to begin?"),
        Slip("centre rounded up", "(down // 2, right // 2)", "((down + 1) // 2, (right + 1) // 2)",
             "Where the room is odd, the centre lies one pixel too far down or right. Which way is rounded?"),
        Slip("centre in the corner", "(down // 2, right // 2)", "(0, 0)",
             "The fifth crop is a corner. Where does the centre begin?"),
    ),
    properties=(
        Property("mirrored again, the last five crops are the first five.",
                 lambda out, picture, size: np.array_equal(out[5:, :, ::-1], out[:5])),
    ),
    hints=("There are two faults: one in the mirrors, one in the corners.",
           "Print the crops of a picture of 2×3 pixels by hand, and compare.",
           "Axis 0 of a crop runs down, axis 1 to the right. The room to the right is width − size."),
)


# -- a dense layer behind a larger picture -----------------------------------------------------------------------


FIRST_DENSE = Estimate(
    name="FIRST_DENSE",
    prompt="VGG-16 halves the side of its maps five times. The 512 maps that are left are flattened, and a dense layer "
           "with 4,096 units reads them. At 224×224 pixels that layer holds 102.8 million parameters. How many "
           "**million** parameters would it hold if the network were built for pictures of 320×320?",
    variable="millions",
    unit="millions",
    working="""
    last = 320 // 2**5
    millions = (last**2 * 512 + 1) * 4096 / 1e6
    """,
    tolerance=0.01,
    slips=(
        Slip("at 224 pixels", "320", "224",
             "That is the layer as it stands, at 224 pixels. What grows with the picture?"),
        Slip("grown by the side", "millions = (last**2 * 512 + 1) * 4096 / 1e6", "millions = 102.8 * 320 / 224",
             "You let it grow as the side does. How does the number of places in a map grow?"),
        Slip("one row of places", "last**2", "last", "You count one row of places. How many has a map of 10×10?"),
        Slip("averaged maps", "last**2 * 512", "512",
             "You count one number a map, as after global average pooling. What does flattening keep?"),
        Slip("four halvings", "2**5", "2**4", "You halve the side four times. How often does VGG-16?"),
        Slip("six halvings", "2**5", "2**6", "You halve the side six times. How often does VGG-16?"),
        Slip("a place more", "320 // 2**5", "320 // 2**5 + 1",
             "You have maps of 11×11 places. What is 320, halved five times?"),
        Slip("the other way round", "millions = (last**2 * 512 + 1) * 4096 / 1e6",
             "millions = 102.8 * (224 / 320) ** 2",
             "Your layer is smaller than at 224 pixels. Does a larger picture give it fewer numbers to read?"),
        Slip("in billions", " / 1e6", " / 1e9", "That is in billions. How many millions is it?"),
        Slip("the picture itself", "millions = (last**2 * 512 + 1)", "millions = (320**2 * 3 + 1)",
             "You let the layer read the pixels. What stands between the picture and the first dense layer?"),
        Slip("one map", " * 512", "", "That is a layer that reads one map. How many are there?"),
        Slip("not in millions", " / 1e6", "", "That is the number itself. How many millions is it?"),
        Slip("squared twice", "last**2", "last**4", "You square the side twice. How many places has a map of 10×10?"),
        Slip("unchanged kernels", "millions = (last**2 * 512 + 1) * 4096 / 1e6", "millions = 138.36",
             "That is the whole network at 224 pixels. Which of its layers have a weight for each place?"),
        Slip("the rest of the network too", "4096 / 1e6", "4096 / 1e6 + 35.59",
             "You count the other layers in. What does the one layer hold?"),
    ),
    hints=("What side have the maps after five halvings of 320?",
           "A unit of the dense layer has a weight for each place of each map, and a bias."),
)


# -- three 3 x 3 for one 7 x 7 -----------------------------------------------------------------------------------


def stack_cost(k: int, maps_in: int, maps_out: int, side: int) -> tuple[int, int]:
    """Counts what 3 x 3 convolutions cost that read as far as one k x k does.

    All have stride 1 and keep the maps' side by padding. Each has biases, and puts
    out `maps_out` maps.

    Args:
        k: Side of the kernel that is replaced, odd and at least 3.
        maps_in: Maps that reach the first of them.
        maps_out: Maps that leave every one of them.
        side: Height and width of the maps.

    Returns:
        (parameters, macs) of the whole stack, for one picture. Biases are
        parameters and cost no multiply-accumulates.
    """
    layers = (k - 1) // 2
    weights = 9 * maps_in * maps_out + (layers - 1) * 9 * maps_out * maps_out
    return weights + layers * maps_out, weights * side * side


STACK_COST = Exercise(
    name="STACK_COST",
    prompt="Write `stack_cost`: a convolution with a k×k kernel is to be replaced by 3×3 convolutions, one behind the "
           "other, such that a unit of the last one reads as many pixels as before. What do they cost together?",
    reference=stack_cost,
    outputs=("parameters", "macs"),
    cases=((3, 1, 1, 2), (3, 2, 4, 3), (5, 3, 4, 5), (7, 3, 8, 6), (7, 6, 6, 4), (9, 5, 2, 7), (11, 3, 96, 55),
           (5, 64, 192, 27)),
    mistakes=(
        Slip("layers by the kernel's share", "(k - 1) // 2", "k // 3 + (k % 3 > 0)",
             "You divide the kernel by 3. The first 3×3 reads three pixels each way; how many more does each further "
             "one add?"),
        Slip("layers by threes, rounded down", "(k - 1) // 2", "k // 3",
             "You count how often 3 goes into k. Two 3×3 layers overlap: how many pixels do they read together?"),
        Slip("one layer too many", "(k - 1) // 2", "(k + 1) // 2",
             "You stack one layer too many. How many pixels does a single 3×3 read each way?"),
        Slip("one layer a pixel", "(k - 1) // 2", "k - 2",
             "You let each further layer add one pixel. A unit sees its neighbours on both sides: how many more pixels "
             "does that make?"),
        Slip("one layer", "(k - 1) // 2", "1",
             "You count one 3×3. How many of them read as many pixels as a 7×7?"),
        Slip("the input's maps throughout", "9 * maps_out * maps_out", "9 * maps_in * maps_out",
             "You let every layer read `maps_in` maps. What does the second layer read?"),
        Slip("the output's maps throughout", "9 * maps_in * maps_out", "9 * maps_out * maps_out",
             "You let the first layer read `maps_out` maps. What reaches it?"),
        Slip("narrow until the last", "9 * maps_out * maps_out", "9 * maps_in * maps_in",
             "In your stack only the last layer puts out `maps_out` maps. What does every one of them put out?"),
        Slip("no biases", "weights + layers * maps_out", "weights",
             "Your parameters lack the biases. How many has each layer?"),
        Slip("biases of one layer", "weights + layers * maps_out", "weights + maps_out",
             "You count the biases of one layer. How many layers are there?"),
        Slip("one bias a layer", "weights + layers * maps_out", "weights + layers",
             "You give a layer one bias. How many maps does it put out?"),
        Slip("biases of the input's maps", "layers * maps_out", "layers * maps_in",
             "You give each map that is read a bias. To what is a bias added?"),
        Mistake("biases among the macs", lambda k, maps_in, maps_out, side: (
            stack_cost(k, maps_in, maps_out, side)[0], stack_cost(k, maps_in, maps_out, side)[0] * side * side),
                "Your macs count the biases. Is a bias multiplied with anything?"),
        Slip("one row of places", "weights * side * side", "weights * side",
             "Your macs are those of one row of places. How many places has a map?"),
        Slip("places without padding", "weights * side * side", "weights * (side - 2) ** 2",
             "Your places are those of maps without padding. What side have the maps that leave a layer?"),
        Slip("one place", "weights * side * side", "weights",
             "Your macs are those of one place. How often is each weight used?"),
        Slip("operations", "weights * side * side", "2 * weights * side * side",
             "You count multiplications and additions apart. How many of them make one multiply-accumulate?"),
        Mistake("the large kernel", lambda k, maps_in, maps_out, side: (
            (k * k * maps_in + 1) * maps_out, k * k * maps_in * maps_out * side * side),
                "That is what the k×k convolution costs. What do the 3×3 ones cost?"),
        Mistake("no padding", lambda k, maps_in, maps_out, side: (
            stack_cost(k, maps_in, maps_out, side)[0],
            sum(9 * (maps_in if i == 0 else maps_out) * maps_out * max(side - 2 * (i + 1), 0) ** 2
                for i in range((k - 1) // 2))),
                "You let the maps shrink from layer to layer. What does the padding keep?"),
        Mistake("three layers", lambda k, maps_in, maps_out, side: (
            9 * maps_in * maps_out + 18 * maps_out**2 + 3 * maps_out,
            (9 * maps_in * maps_out + 18 * maps_out**2) * side**2),
                "You stack three layers whatever the kernel. How many does a 5×5 need?"),
    ),
    hints=(
        "Two 3×3 convolutions read 5 pixels each way, three read 7. How many are needed for k?",
        "The first layer reads `maps_in` maps, all the others read `maps_out`.",
        "A layer has 9 · (maps read) · (maps put out) weights and a bias for each map that it puts out. Each weight is "
        "used once at every place.",
    ),
)


# -- networks that nothing beats ---------------------------------------------------------------------------------


def unbeaten(macs: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Finds the networks that no other one beats.

    A network is beaten if another one needs no more operations and makes no larger
    an error, and is better in at least one of the two.

    Args:
        macs: Array of shape (n,): multiply-accumulates of each network.
        errors: Array of shape (n,): its error.

    Returns:
        Array of n bools: True for each network that is not beaten.
    """
    as_good = (macs <= macs[:, None]) & (errors <= errors[:, None])
    better = (macs < macs[:, None]) | (errors < errors[:, None])
    return ~(as_good & better).any(axis=1)


def _networks(seed, n, most):
    rng = np.random.default_rng(seed)
    return rng.integers(1, most, n), rng.integers(1, most, n)


UNBEATEN = Exercise(
    name="UNBEATEN",
    prompt="Write `unbeaten`: which networks of the chart are beaten by no other? A network is beaten if another one "
           "needs no more operations **and** makes no larger an error, and is better in at least one of the two. Two "
           "that agree in both don't beat each other.",
    reference=unbeaten,
    axes=("networks",),
    cases=((np.array([1]), np.array([5])), (np.array([2, 1]), np.array([5, 5])), (np.array([2, 2]), np.array([4, 5])),
           (np.array([3, 3]), np.array([7, 7])), (np.array([1, 2, 3]), np.array([9, 8, 1])),
           (np.array([1, 5, 9]), np.array([30, 28, 2])), (np.array([4, 1, 3, 2]), np.array([1, 7, 3, 3])),
           (np.array([9, 2, 2, 5]), np.array([2, 6, 6, 6])), _networks(6141, 6, 6), _networks(6143, 9, 8),
           _networks(6145, 12, 20), _networks(6147, 20, 50)),
    mistakes=(
        Slip("better in both", "(macs < macs[:, None]) | ", "(macs < macs[:, None]) & ",
             "You ask that the other one be better in both. Two networks err equally and one is cheaper: does it beat "
             "the other?"),
        Slip("beaten by its equal", "~(as_good & better)", "~(as_good & (better | ~np.eye(len(macs), dtype=bool)))",
             "Two networks that agree in both beat each other in your answer. Is either of them better?"),
        Slip("beaten by itself", "(as_good & better)", "as_good",
             "Every network is as good as itself, so that nothing is left. In what must the other one be better?"),
        Slip("as good in one", "(macs <= macs[:, None]) & ", "(macs <= macs[:, None]) | ",
             "A network that errs less is beaten in your answer by a cheap one that errs more. In how many of the two "
             "must the other be at least as good?"),
        Slip("more operations are better", "as_good = (macs <= macs[:, None]) & (errors <= errors[:, None])\n"
             "    better = (macs < macs[:, None])", "as_good = (macs >= macs[:, None]) & (errors <= errors[:, None])\n"
             "    better = (macs > macs[:, None])",
             "You prefer networks with more operations. Which number of operations is better?"),
        Mistake("larger errors are better", lambda macs, errors: unbeaten(macs, -errors),
                "You prefer larger numbers in `errors`, as if they were accuracies. Which error is better?"),
        Slip("errors compared the wrong way", "(errors <= errors[:, None])", "(errors >= errors[:, None])",
             "Your first condition asks for errors that are at least as large. Which comparison does \"no larger an "
             "error\" make?"),
        Slip("those that beat none", "any(axis=1)", "any(axis=0)",
             "You return the networks that beat no other. Which axis holds those by which one is beaten?"),
        Slip("the beaten", "~(as_good & better)", "(as_good & better)",
             "You return the networks that are beaten. Which are asked for?"),
        Mistake("the smallest error", lambda macs, errors: errors == errors.min(),
                "You return those with the smallest error. Does a more accurate network beat a cheaper one?"),
        Mistake("the smallest error of the cheapest", lambda macs, errors: (macs == macs.min()) | (
            errors == errors.min()),
                "You return the cheapest and the most accurate. Can a network between them be unbeaten?"),
        Mistake("places", lambda macs, errors: np.flatnonzero(unbeaten(macs, errors)),
                "You return the places of the networks. What is asked for each of the n?"),
        Mistake("the best product", lambda macs, errors: macs * errors == (macs * errors).min(),
                "You compare products of operations and error. Need there be one network that is best?"),
        Mistake("the record so far", lambda macs, errors: np.array(
            [not any((m <= macs[i] and e <= errors[i]) for m, e in list(zip(macs, errors, strict=True))[:i])
             for i in range(len(macs))], dtype=bool),
                "You compare each network with those that stand before it. In what order do they come?"),
        Mistake("a record by sorted operations", lambda macs, errors: np.isin(
            np.arange(len(macs)), [i for place, i in enumerate(np.argsort(macs, kind="stable")) if all(
                errors[i] < errors[j] for j in np.argsort(macs, kind="stable")[:place])]),
                "You go through the networks by their operations and keep each new smallest error. What of two that "
                "need equally many operations?"),
        Mistake("below the straight line", lambda macs, errors: unbeaten(macs, errors) & np.array(
            [not any(macs[a] < macs[i] < macs[b] and errors[a] + (errors[b] - errors[a]) * (macs[i] - macs[a]) / (
                macs[b] - macs[a]) < errors[i] for a in range(len(macs)) for b in range(len(macs)))
             for i in range(len(macs))], dtype=bool),
                "You also drop networks that lie above a straight line between two others. Is there a network on that "
                "line?"),
        Slip("strictly better in both needed", "(macs <= macs[:, None]) & (errors <= errors[:, None])",
             "(macs < macs[:, None]) & (errors <= errors[:, None])",
             "Among networks with equally many operations none is beaten in your answer. May the other one need "
             "as many?"),
        Slip("strictly smaller error needed", "(errors <= errors[:, None])", "(errors < errors[:, None])",
             "Among networks with equal errors none is beaten in your answer. May the other one err as often?"),
    ),
    properties=(
        Property("at least one network is not beaten.", lambda out, macs, errors: np.any(out)),
    ),
    hints=(
        "Compare every network with every other one: `macs <= macs[:, None]` has a row for each, and in its columns "
        "the networks that need no more.",
        "Two conditions belong together: at least as good in both, better in one.",
        "A network is beaten if any column of its row meets both.",
    ),
)


# -- a budget ----------------------------------------------------------------------------------------------------


def _budget(value):
    """Reads a list of (kernel, maps, stride); returns what it costs, behind a picture of 224 x 224 x 3."""
    form = "expected a list of layers (kernel, maps, stride), e.g. [(7, 32, 2), (3, 64, 2)]"
    try:
        layers = [tuple(int(number) for number in layer) for layer in value]
        exact = all(float(a) == b for layer, ours in zip(value, layers, strict=True)
                    for a, b in zip(layer, ours, strict=True))
    except (TypeError, ValueError):
        raise ValueError(form) from None
    if not layers or not exact or any(len(layer) != 3 for layer in layers):
        raise ValueError(form)
    side, maps, parameters, macs = 224, 3, 0, []
    for kernel, out, stride in layers:
        if kernel % 2 == 0 or not 1 <= kernel <= 31 or not 1 <= out <= 4096 or not 1 <= stride <= 8:
            raise ValueError(f"expected odd kernels up to 31, 1 to 4,096 maps and strides of 1 to 8, received "
                             f"{(kernel, out, stride)}")
        side = -(-side // stride)
        parameters += (kernel**2 * maps + 1) * out
        macs.append(side**2 * kernel**2 * maps * out)
        maps = out
    macs.append(1000 * maps)
    return {"parameters": parameters + 1000 * (maps + 1), "macs": sum(macs), "share": max(macs) / sum(macs),
            "side": side, "maps": maps,
            "field": receptive_field([Window(kernel, stride) for kernel, _, stride in layers])[-1].size}


BUDGET = Design(
    name="BUDGET",
    prompt="Design `layers`, the convolutions of a network for 1,000 classes that reads pictures of 224×224×3. Each is "
           "`(kernel, maps, stride)`, with biases and with padding, such that a stride of 2 halves the side. After the "
           "last one come global average pooling and a dense layer with 1,000 units, which are added for you and "
           "counted in. At most 4 million parameters, at most 500 million multiply-accumulates, and no layer may make "
           "more than 30 % of them. At the end there are at least 384 maps of at least 7×7 places, and a unit of them "
           "sees at least 200 pixels each way.",
    variable="layers",
    start="[(7, 64, 2), (3, 128, 2), (3, 256, 2), (3, 512, 2)]",
    example="[(7, 32, 2), (3, 48, 2), (3, 96, 2), (3, 96, 1), (3, 192, 2),\n"
            "          (3, 192, 1), (3, 192, 1), (3, 384, 2), (3, 384, 1)]",
    read=_budget,
    properties=(
        Property("at least 384 maps leave the last convolution.", lambda net: net["maps"] >= 384,
                 lambda net: f"there are {net['maps']}"),
        Property("the last maps have at least 7×7 places.", lambda net: net["side"] >= 7,
                 lambda net: f"they have {net['side']}×{net['side']}"),
        Property("a unit of the last maps sees at least 200 pixels each way.", lambda net: net["field"] >= 200,
                 lambda net: f"it sees {net['field']}"),
        Property("it has at most 4 million parameters, biases and the dense layer included.",
                 lambda net: net["parameters"] <= 4e6, lambda net: f"it has {net['parameters'] / 1e6:.2f} million"),
        Property("it makes at most 500 million multiply-accumulates for one picture.", lambda net: net["macs"] <= 5e8,
                 lambda net: f"it makes {net['macs'] / 1e6:,.0f} million"),
        Property("no layer makes more than 30 % of the multiply-accumulates.", lambda net: net["share"] <= 0.3,
                 lambda net: f"the dearest makes {100 * net['share']:.0f} %"),
    ),
    mistakes=(
        ("full size throughout", "[(3, 64, 1), (3, 64, 1), (3, 384, 1)]",
         "Your maps stay as large as the picture. What do strides do to the operations, and to what a unit sees?"),
        ("one layer", "[(31, 384, 8)]",
         "One layer sees no further than its kernel. How does a field grow without a large kernel?"),
        ("down to one place", "[(7, 32, 4), (3, 64, 4), (3, 128, 4), (3, 384, 4)]",
         "Your last maps have a single place. By what factor may the sides shrink in all?"),
        ("deep at the end", "[(7, 32, 2), (3, 64, 2), (3, 128, 2), (3, 256, 2), (3, 384, 2), (3, 384, 1), (3, 384, 1), "
         "(3, 384, 1)]",
         "At the end your layers hold more than a million weights each. Where does a further layer of 3×3 see nearly "
         "as much more and hold fewer?"),
    ),
    hints=("A layer adds (kernel − 1) times the product of all strides before it to the field.",
           "Halve the side and double the maps: a layer's operations stay the same, its parameters grow fourfold.",
           "Put the first strides early, where pictures are large, and further layers of 3×3 where maps are 14×14."),
)
