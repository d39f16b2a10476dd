"""The exercises on t-SNE: a perplexity, affinities, the search for sigma, forces, four points, trustworthiness."""

import numpy as np

from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip
from dnnlib.unsupervised.tsne import kl_gradient


def _points(seed, n, features):
    """Points whose distances hold no ties; their coordinates have two decimals."""
    return np.random.default_rng(seed).normal(0, 2, (n, features)).round(2)


def _squared(seed, n, features=3):
    X = _points(seed, n, features)
    return np.sum((X[:, np.newaxis] - X) ** 2, axis=-1).round(4)


def _affinities(seed, n):
    """Symmetric numbers with zeros on the diagonal and the sum 1, a wide range of them."""
    P = np.triu(np.random.default_rng(seed).exponential(size=(n, n)) ** 2, 1)
    return (P + P.T) / (2 * P.sum())


# -- a perplexity ------------------------------------------------------------------------------------------------


PERPLEXITY = Estimate(
    name="PERPLEXITY",
    prompt="A point has four neighbours, with the probabilities 1/2, 1/4, 1/8 and 1/8. What is the perplexity of this "
           "distribution? Give two decimals.",
    variable="smooth_neighbours",
    unit="neighbours",
    working="""
    p = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    entropy = -np.sum(p * np.log2(p))
    smooth_neighbours = 2 ** entropy
    """,
    slips=(
        Slip("the entropy", "2 ** entropy", "entropy",
             "That is the entropy, in bits. How many equally likely neighbours have this entropy?"),
        Slip("bits below e", "2 ** entropy", "np.exp(entropy)",
             "You measure the entropy in bits and raise e to it. Which base belongs to bits?"),
        Slip("nats above 2", "np.log2(p)", "np.log(p)",
             "You take the natural logarithm and raise 2 to the entropy. Do both have the same base?"),
        Slip("entropy in nats", "np.log2(p))\nsmooth_neighbours = 2 ** entropy",
             "np.log(p))\nsmooth_neighbours = entropy",
             "That is the entropy with natural logarithms. How many equally likely neighbours have this entropy?"),
        Slip("all neighbours alike", "2 ** entropy", "len(p)",
             "You count the neighbours. Would four count in full if nearly all of the probability went to one?"),
        Slip("squares", "2 ** entropy", "1 / np.sum(p**2)",
             "One over the sum of squares is another count of neighbours. Which logarithms does the entropy add up?"),
        Slip("the likeliest", "2 ** entropy", "1 / p.max()",
             "You look at the likeliest neighbour alone. What do the other three add?"),
        Slip("sum without weights", "p * np.log2(p)", "np.log2(p)",
             "You add up the logarithms as they are. By what is each weighed in the entropy?"),
    ),
    hints=("The entropy is −Σ p log₂ p: a half costs 1 bit, a quarter 2, an eighth 3.",
           "The entropy is 1/2 · 1 + 1/4 · 2 + 1/8 · 3 + 1/8 · 3 bits. The perplexity is 2 to the power of it."),
    tolerance=0.005,
)


# -- joint affinities --------------------------------------------------------------------------------------------


def joint_affinities(squared: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Returns how likely each pair of points is to be neighbours.

    Args:
        squared: Squared distances between n points, shape (n, n).
        sigma: The width of each point's Gaussian, shape (n,).

    Returns:
        P, shape (n, n): symmetric, with zeros on the diagonal and the sum 1.
    """
    weights = np.exp(-squared / (2 * sigma[:, np.newaxis]**2))
    np.fill_diagonal(weights, 0)
    conditional = weights / weights.sum(axis=1, keepdims=True)
    return (conditional + conditional.T) / (2 * len(sigma))


JOINT_AFFINITIES = Exercise(
    name="JOINT_AFFINITIES",
    prompt="Write `joint_affinities`: from the squared distances of n points and the width of each point's Gaussian, "
           "compute every point's distribution over the others, and from these the joint affinities of all pairs. "
           "Widths and distances are such that nothing underflows.",
    reference=joint_affinities,
    axes=("points", "points"),
    cases=((_squared(501, 2), np.array([1.0, 2.0])), (_squared(503, 3), np.array([1.5, 2.5, 4.0])),
           (_squared(505, 5), np.array([2.0, 1.5, 3.0, 2.5, 5.0])),
           (_squared(507, 4, 2), np.array([3.0, 1.75, 2.0, 1.5])), (_squared(509, 7, 5), np.linspace(2, 5, 7))),
    mistakes=(
        Slip("own neighbour", "np.fill_diagonal(weights, 0)", "pass",
             "Your points are their own neighbours. What does the diagonal of P hold?"),
        Mistake("diagonal emptied too late", lambda squared, sigma: _emptied_late(squared, sigma),
                "The diagonal is empty, but your rows were divided before it was. Which weights should a row's sum "
                "hold?"),
        Slip("no 2 in the Gaussian", "(2 * sigma[", "(sigma[",
             "Your Gaussians are too narrow. What stands below the squared distance in a Gaussian?"),
        Slip("sigma not squared", "np.newaxis]**2)", "np.newaxis])",
             "Your widths enter as they are. Which power of sigma does a Gaussian have?"),
        Slip("width of the other point", "sigma[:, np.newaxis]", "sigma",
             "All of row i has the width of point i, and is divided by the sum of row i. Which of your two steps runs "
             "along the other axis?"),
        Slip("unsquared distances", "-squared /", "-np.sqrt(squared) /",
             "You take the root of the distances. Does a Gaussian fall with the distance or with its square?"),
        Slip("squared twice", "-squared /", "-squared**2 /",
             "You square distances that are squared already. What does the argument hold?"),
        Slip("one sum for all", "weights.sum(axis=1, keepdims=True)", "weights.sum()",
             "You divide by one sum for all points, so that a point far out has hardly any neighbours. What should "
             "each single row add up to?"),
        Slip("sums along a row", "axis=1, keepdims=True", "axis=1",
             "Your sums lie side by side, so that column j is divided by the sum of row j. Which shape must they have "
             "to divide row by row?"),
        Slip("one view", "(conditional + conditional.T) / (2 * len(sigma))", "conditional",
             "Your rows add up to 1: that is each point's own view. How do the two views of a pair become one number, "
             "and what should all of P add up to?"),
        Slip("not symmetric", "(conditional + conditional.T)", "2 * conditional",
             "Your P is not symmetric. How do the two views of a pair become one number?"),
        Slip("product of both views", "(conditional + conditional.T)", "2 * conditional * conditional.T",
             "You multiply the two views of a pair. What happens to a point that nobody else looks at?"),
        Slip("root of the product", "(conditional + conditional.T) / (2 * len(sigma))",
             "np.sqrt(conditional * conditional.T) / len(sigma)",
             "You take the geometric mean of the two views. What becomes of a point that nobody else looks at?"),
        Slip("sum of 2 n", " / (2 * len(sigma))", "", "All of your P adds up to 2n. What should it add up to?"),
        Slip("sum of n", "(2 * len(sigma))", "2",
             "You take the mean of two views, and all of P adds up to n. What should a distribution over all pairs add "
             "up to?"),
        Slip("sum of 2", "(2 * len(sigma))", "len(sigma)", "All of your P adds up to 2. Which views did you add?"),
    ),
    hints=(
        "Row i: weights exp(−d² / (2 σᵢ²)) to all other points, divided by their sum.",
        "The weight of a point for itself is 0, before the row is divided.",
        "p_ij = (p_j|i + p_i|j) / (2n).",
    ),
)


def _emptied_late(squared, sigma):
    weights = np.exp(-squared / (2 * sigma[:, np.newaxis] ** 2))
    conditional = weights / weights.sum(axis=1, keepdims=True)
    np.fill_diagonal(conditional, 0)
    return (conditional + conditional.T) / (2 * len(sigma))


# -- the search for sigma ----------------------------------------------------------------------------------------


def search_sigma(squared: np.ndarray, i: int, perplexity: float) -> float:
    """Finds the width of a point's Gaussian by halving a bracket.

    Args:
        squared: Squared distances from point i to all n points, itself included,
            shape (n,).
        i: Which of them is the point itself.
        perplexity: What its distribution over the others should have.

    Returns:
        The width sigma.
    """
    others = np.delete(squared, i)
    low, high = 0.0, 100.0
    for _ in range(60):
        sigma = (low + high) / 2
        p = np.exp(-(others - others.min()) / (2 * sigma**2))
        p = p / p.sum()
        entropy = -np.sum(p * np.log2(p + 1e-300))
        if 2**entropy > perplexity:
            high = sigma
        else:
            low = sigma
    return sigma


REPAIR_SEARCH = BugHunt(
    name="REPAIR_SEARCH",
    prompt="`search_sigma` should find the width at which a point's distribution over the *other* points has the "
           "perplexity asked for. It ends with numbers that look well, and whoever computes the perplexity of such a "
           "distribution finds another one than asked for. There are two faults. Repair them.",
    reference=search_sigma,
    cases=((np.array([0.0, 1.0, 4.0]), 0, 1.5), (_squared(521, 4)[1], 1, 2.0), (_squared(523, 6)[5], 5, 3.5),
           (_squared(525, 8)[2], 2, 1.25), (_squared(527, 12)[0], 0, 7.0), (_squared(529, 9)[4], 4, 6.0)),
    bugs=(
        Slip("own neighbour", "np.delete(squared, i)", "squared + 0",
             "One neighbour is nearer than all others, whatever the input. Who stands at distance 0?"),
        Slip("natural logarithm", "np.log2(p + ", "np.log(p + ",
             "The perplexity that you compare is too small, even with all neighbours alike. Do the logarithm and the "
             "power that undoes it have the same base?"),
    ),
    mistakes=(
        Slip("reversed", "2**entropy > perplexity", "2**entropy < perplexity",
             "Your search runs to an end of the bracket. Does a wider Gaussian have a larger or a smaller perplexity?"),
        Slip("entropy for perplexity", "2**entropy > perplexity", "entropy > perplexity",
             "You compare bits with a number of neighbours. How does one become the other?"),
        Slip("e to the bits", "2**entropy > perplexity", "np.exp(entropy) > perplexity",
             "You raise e to an entropy in bits. Which base did the logarithm have?"),
        Slip("no 2 in the Gaussian", "(2 * sigma**2)", "sigma**2",
             "Your widths are too large by the root of 2. What stands below the squared distance in a Gaussian?"),
        Slip("returns the square", "return sigma", "return sigma**2",
             "You return sigma squared. What was asked for?"),
        Slip("returns beta", "return sigma", "return 1 / (2 * sigma**2)",
             "You return the factor of the squared distances. What was asked for?"),
        Slip("stopped early", "range(60)", "range(8)",
             "Your sigma is right to its first digits alone. How much narrower is the bracket after each step?"),
        Slip("unsquared distances", "np.delete(squared, i)", "np.sqrt(np.delete(squared, i))",
             "You take the root of the distances. Does a Gaussian fall with the distance or with its square?"),
        Slip("squared twice", "-(others - others.min())", "-(others - others.min())**2",
             "You square distances that are squared already. What does the argument hold?"),
        Mistake("first point dropped", lambda squared, i, perplexity: search_sigma(squared, 0, perplexity),
                "You leave out the first point, whatever `i` is. Which one is the point itself?"),
    ),
    hints=("Compute the perplexity of what the search finds, for a point and its neighbours at the squared distances 1 "
           "and 4. Which distances enter `p`?",
           "One fault is in which points are looked at, the other in the base of a logarithm."),
)


# -- the forces on a point ---------------------------------------------------------------------------------------


def forces_on(P: np.ndarray, Y: np.ndarray,
              i: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns how the other points pull one point of the map, and how they push it.

    Args:
        P: Affinities, shape (n, n): symmetric, with zeros on the diagonal.
        Y: The map, shape (n, 2).
        i: The point.

    Returns:
        The attraction and the repulsion, shape (2,) each, in the directions in which
        they would move point i; together they are minus the gradient.
    """
    away = Y[i] - Y
    W = 1 / (1 + np.sum((Y[:, np.newaxis] - Y)**2, axis=-1))
    np.fill_diagonal(W, 0)
    Q = W / W.sum()
    attraction = -4 * (P[i] * W[i]) @ away
    repulsion = 4 * (Q[i] * W[i]) @ away
    return attraction, repulsion


FORCES_ON = Exercise(
    name="FORCES_ON",
    prompt="Write `forces_on`: split minus the gradient of t-SNE at one point into what pulls the point towards its "
           "neighbours and what pushes it away from all points. Both keep the factor 4.",
    reference=forces_on,
    outputs=("attraction", "repulsion"),
    cases=((np.array([[0, 0.5], [0.5, 0]]), np.array([[0.0, 0.0], [2.0, 1.0]]), 0),
           (_affinities(541, 3), _points(543, 3, 2), 1), (_affinities(545, 4), _points(547, 4, 2), 3),
           (_affinities(549, 6), _points(551, 6, 2), 2), (_affinities(553, 9), _points(555, 9, 2) / 2, 4)),
    mistakes=(
        Slip("normalised by row", "W / W.sum()", "W / W.sum(axis=1, keepdims=True)",
             "Your q adds up to 1 over the neighbours of one point. Over which pairs does Q add up to 1?"),
        Slip("own weight counted", "np.fill_diagonal(W, 0)", "pass",
             "Your sum of weights holds n ones too many. What is the weight of a point with itself?"),
        Mistake("gradient", lambda P, Y, i: tuple(-force for force in forces_on(P, Y, i)),
                "Both forces point the wrong way. Which way should the attraction of a single neighbour move the "
                "point?"),
        Mistake("no factor 4", lambda P, Y, i: tuple(force / 4 for force in forces_on(P, Y, i)),
                "Both forces are a quarter of what they should be. Which factor stands before the sum?"),
        Mistake("factor 2", lambda P, Y, i: tuple(force / 2 for force in forces_on(P, Y, i)),
                "Both forces are half of what they should be. How often does a pair stand in the sum over all pairs, "
                "and what does the derivative of a square bring?"),
        Mistake("SNE", lambda P, Y, i: _forces_of_sne(P, Y, i),
                "Your map has a Gaussian tail. Which weight has a pair of points in t-SNE?"),
        Mistake("Gaussian weights", lambda P, Y, i: _forces_with_gaussian_weights(P, Y, i),
                "You weigh a pair by exp(−d²). Which weight has a pair in t-SNE?"),
        Mistake("no slope", lambda P, Y, i: _forces_without_slope(P, Y, i),
                "Your forces grow with the distance without end. By what is each difference of the tail's logarithm "
                "multiplied?"),
        Slip("no slope in the attraction", "(P[i] * W[i])", "P[i]",
             "Far neighbours pull too hard. By what is p multiplied in the attraction?"),
        Slip("no slope in the repulsion", "(Q[i] * W[i])", "Q[i]",
             "Far points push too hard. By what is q multiplied in the repulsion?"),
        Slip("weights for probabilities", "(Q[i] * W[i])", "(W[i] * W[i])",
             "Your repulsion takes the weights for probabilities. What makes Q of W?"),
        Slip("repulsion by P", "(Q[i] * W[i])", "(P[i] * W[i]) ",
             "Your repulsion takes P too, so that the two forces cancel. Which probabilities belong to the map?"),
        Slip("unsquared distances", "np.sum((Y[:, np.newaxis] - Y)**2, axis=-1)",
             "np.linalg.norm(Y[:, np.newaxis] - Y, axis=-1)",
             "Your weights fall with the distance. With which power of it should they fall?"),
        Mistake("the whole force in both", lambda P, Y, i: (sum(forces_on(P, Y, i)),) * 2,
                "Both of yours are the same: p − q enters each. Which of the two belongs to which force?"),
        Mistake("pull and push swapped", lambda P, Y, i: forces_on(P, Y, i)[::-1],
                "Your two forces stand in each other's place. Which one comes first?"),
    ),
    hints=(
        "The gradient is 4 Σⱼ (p_ij − q_ij) w_ij (yᵢ − yⱼ). Multiply the bracket out, and mind the minus.",
        "w_ij = 1 / (1 + |yᵢ − yⱼ|²), 0 for a point with itself, and Q is W divided by the sum of all of W.",
        "Attraction: −4 Σⱼ p_ij w_ij (yᵢ − yⱼ). Repulsion: +4 Σⱼ q_ij w_ij (yᵢ − yⱼ).",
    ),
)


def _forces_of_sne(P, Y, i):
    W = np.exp(-np.sum((Y[:, np.newaxis] - Y) ** 2, axis=-1))
    np.fill_diagonal(W, 0)
    return -4 * P[i] @ (Y[i] - Y), 4 * (W / W.sum())[i] @ (Y[i] - Y)


def _forces_with_gaussian_weights(P, Y, i):
    W = np.exp(-np.sum((Y[:, np.newaxis] - Y) ** 2, axis=-1))
    np.fill_diagonal(W, 0)
    return -4 * (P * W)[i] @ (Y[i] - Y), 4 * (W**2 / W.sum())[i] @ (Y[i] - Y)


def _forces_without_slope(P, Y, i):
    W = 1 / (1 + np.sum((Y[:, np.newaxis] - Y) ** 2, axis=-1))
    np.fill_diagonal(W, 0)
    return -4 * P[i] @ (Y[i] - Y), 4 * (W / W.sum())[i] @ (Y[i] - Y)


# -- four points -------------------------------------------------------------------------------------------------


_TWO_PAIRS = np.full((4, 4), 0.025) + np.kron(np.eye(2), np.full((2, 2), 0.175)) - 0.2 * np.eye(4)


def _four_points(value):
    try:
        Y = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"Expected four pairs of numbers, received {value!r}.") from None
    if Y.shape != (4, 2) or not np.isfinite(Y).all():
        raise ValueError(f"Expected four points with two coordinates each, received {value!r}.")
    within = np.hypot(*(Y[1::2] - Y[::2]).T)
    return {"kl": kl_gradient(_TWO_PAIRS, Y)[0], "within": within.min()}


FOUR_POINTS = Design(
    name="FOUR_POINTS",
    prompt="Four points A, B, C and D have p = 0.2 for A–B, and as much for C–D; every other pair has 0.025. (Each "
           "pair stands in P twice, and the twelve numbers add up to 1.) Draw their map: give four places, in this "
           "order, such that the KL divergence of t-SNE is below 0.01, and the two points of a pair stand at least 1 "
           "apart.",
    variable="places",
    start="[(0, 0), (0, 1), (1, 0), (1, 1)]",
    example="[(0, 0), (0, 1), (3.8, 0), (3.8, 1)]",
    read=_four_points,
    properties=(
        Property("the two points of each pair stand at least 1 apart.", lambda map_: map_["within"] >= 1 - 1e-9,
                 lambda map_: f"the nearer pair is {map_['within']:.3g} apart"),
        Property("the KL divergence is below 0.01.", lambda map_: map_["kl"] < 0.01,
                 lambda map_: f"it is {map_['kl']:.4g}"),
    ),
    mistakes=(
        ("distances as 8 to 1", "[(0, 0), (0, 1), (8, 0), (8, 1)]",
         "At 8 times the distance the pairs stand too far apart. What is it that should be in the ratio 8 to 1: the "
         "distances, their squares, or 1 plus the squares?"),
        ("Gaussian tail", "[(0, 0), (0, 1), (1.755, 0), (1.755, 1)]",
         "For a Gaussian tail this distance would be right. How far out does Student's tail reach an eighth of its "
         "weight at distance 1?"),
        ("crossed", "[(-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5)]",
         "On this cross all four points are about equally near. Which pairs should be eight times as likely?"),
        ("in a line", "[(0, 0), (1, 0), (2, 0), (3, 0)]",
         "In this row B is as near to C as to A. How far must the second pair move off?"),
    ),
    hints=("In the map q is in proportion to 1 / (1 + d²). Which ratio should the q of a near and of a far pair have?",
           "With the pairs 1 apart, a near pair's 1 + d² is 2. Which distance makes it eight times as large?"),
)


# -- trustworthiness ---------------------------------------------------------------------------------------------


def trustworthiness(X: np.ndarray, Y: np.ndarray, k: int) -> float:
    """Says how far the neighbours that a map shows are neighbours in the data.

    Args:
        X: The data, shape (n, features).
        Y: The map, shape (n, 2).
        k: Number of neighbours that are looked at in the map, less than n / 2.

    Returns:
        1 if every point's k neighbours in the map are its k nearest in the data.
    """
    n = len(X)
    in_data = np.sum((X[:, np.newaxis] - X)**2, axis=-1)
    in_map = np.sum((Y[:, np.newaxis] - Y)**2, axis=-1)
    ranks = in_data.argsort(axis=1).argsort(axis=1)  # 0 for the point itself
    shown = in_map.argsort(axis=1)[:, 1:k + 1]
    beyond = np.maximum(np.take_along_axis(ranks, shown, axis=1) - k, 0)
    return 1 - 2 * beyond.sum() / (n * k * (2 * n - 3 * k - 1))


TRUSTWORTHINESS = Exercise(
    name="TRUSTWORTHINESS",
    prompt="Write `trustworthiness`. For each point take its k nearest neighbours in the map, and look up which rank "
           "each of them has among the point's neighbours in the data, where the nearest has rank 1. A rank r beyond k "
           "costs r − k, any other nothing. Add up the costs of all points, divide by n k (2n − 3k − 1) / 2, the "
           "largest sum that can occur, and subtract from 1. No two distances are equal.",
    reference=trustworthiness,
    cases=((_points(561, 5, 3), _points(563, 5, 2), 1), (_points(565, 6, 3), _points(567, 6, 2), 2),
           (_points(569, 9, 4), _points(571, 9, 2), 3), (_points(573, 12, 3), _points(573, 12, 3)[:, :2], 4),
           (_points(575, 20, 5), _points(577, 20, 2), 2), (_points(579, 8, 2), _points(579, 8, 2), 2)),
    mistakes=(
        Mistake("continuity", lambda X, Y, k: trustworthiness(Y, X, k),
                "You take the neighbours in the data and their ranks in the map. That is another measure, called "
                "continuity. Which neighbours does a reader of the map see?"),
        Slip("own neighbour", "[:, 1:k + 1]", "[:, :k]",
             "One of your k neighbours is the point itself. Who is nearest to a point?"),
        Slip("ranks from 2", "axis=1) - k, 0)", "axis=1) + 1 - k, 0)",
             "Your ranks are one too high. Which rank has the nearest neighbour?"),
        Slip("ranks from 0", "axis=1) - k, 0)", "axis=1) - 1 - k, 0)",
             "Your ranks are one too low. Which rank has the nearest neighbour?"),
        Slip("positions for ranks", "in_data.argsort(axis=1).argsort(axis=1)", "in_data.argsort(axis=1)",
             "One `argsort` says which point has a rank. Which rank does a point have?"),
        Slip("intruders counted", "beyond.sum()", "(beyond > 0).sum()",
             "You count the false neighbours. How much should one cost that comes from far away?"),
        Slip("full ranks", "np.maximum(np.take_along_axis(ranks, shown, axis=1) - k, 0)",
             "np.take_along_axis(ranks, shown, axis=1) * (np.take_along_axis(ranks, shown, axis=1) > k)",
             "A false neighbour costs its whole rank. From which rank on does the cost count?"),
        Slip("all ranks", "np.maximum(np.take_along_axis(ranks, shown, axis=1) - k, 0)",
             "np.take_along_axis(ranks, shown, axis=1)",
             "You add up the ranks of all neighbours that are shown. Which of them cost nothing?"),
        Slip("true neighbours lower the sum", "np.maximum(np.take_along_axis(ranks, shown, axis=1) - k, 0)",
             "np.take_along_axis(ranks, shown, axis=1) - k",
             "Your true neighbours have a negative cost and pay for false ones. What should they cost?"),
        Slip("mean over points", "(n * k * (2 * n - 3 * k - 1))", "(k * (2 * n - 3 * k - 1))",
             "Your sum is not divided by the number of points. How large can it become for n of them?"),
        Slip("sum over neighbours", "(n * k * (2 * n - 3 * k - 1))", "(n * (2 * n - 3 * k - 1))",
             "Your sum is not divided by the number of neighbours. How large can it become for k of them?"),
        Slip("no 2", "1 - 2 * beyond", "1 - beyond",
             "You divide by twice the largest sum. Where does the half stand?"),
        Slip("the cost itself", "1 - 2 * beyond.sum()", "2 * beyond.sum()",
             "Your perfect map gets 0. What should it get?"),
        Mistake("share of neighbours kept", lambda X, Y, k: _kept(X, Y, k),
                "That is the share of neighbours kept. Does it matter here how far away a false neighbour is in the "
                "data?"),
        Slip("farthest neighbours", "in_map.argsort(axis=1)[:, 1:k + 1]", "(-in_map).argsort(axis=1)[:, :k]",
             "You look at the farthest points of the map. In which order does `argsort` sort?"),
    ),
    hints=(
        "Sort each row of distances. A point is its own nearest: leave it out of its neighbours, and its rank is 0.",
        "`argsort` of `argsort` turns a row of distances into ranks.",
        "`np.take_along_axis(ranks, shown, axis=1)` gives the ranks in the data of the neighbours shown.",
    ),
)


def _kept(X, Y, k):
    near = [np.sum((Z[:, np.newaxis] - Z) ** 2, axis=-1).argsort(axis=1)[:, 1 : k + 1] for Z in (X, Y)]
    return np.mean([len(set(a) & set(b)) / k for a, b in zip(*near, strict=True)])
