"""The exercises on k-means: an empty cluster, the chances of k-means++, a move, silhouettes, bits, a bad start."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- the second half step, with an empty cluster -----------------------------------------------------------------


def update_centres(points: np.ndarray, labels: np.ndarray,
                   centres: np.ndarray) -> np.ndarray:
    """Moves each centre to the mean of its points, and an empty one to a point.

    Args:
        points: Array of shape (N, n).
        labels: The cluster of each point, shape (N,), from 0 to k - 1.
        centres: Array of shape (k, n): those to which the points were assigned.

    Returns:
        Array of shape (k, n). If a cluster has no point, it gets the one that is
        farthest from its own centre, and that point leaves its old cluster.
    """
    labels = np.array(labels)
    squared = ((points - centres[labels]) ** 2).sum(axis=1)
    for j in range(len(centres)):
        if not np.any(labels == j):
            labels[squared.argmax()] = j
    return np.stack([points[labels == j].mean(axis=0) for j in range(len(centres))])


def _assigned(points, centres):
    return points, ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1), centres


def _line(points, centres):
    return _assigned(np.array(points, float)[:, None], np.array(centres, float)[:, None])


def _with_empty(seed, count, features, centres):
    """Draws points of which none joins the last centre."""
    near = quarters(seed + 2, centres - 1, features)
    return _assigned(quarters(seed, count, features), np.vstack([near[:1], np.full((1, features), 30.0), near[1:]]))


UPDATE_CENTRES = Exercise(
    name="UPDATE_CENTRES",
    prompt="Write `update_centres`, the second half step with the rule for an empty cluster. At most one cluster is "
           "empty in each call. It gets the point with the largest squared distance to the centre that its label "
           "names, and this point leaves its old cluster before the means are taken. That cluster always keeps another "
           "point, and no two points are equally far.",
    reference=update_centres,
    axes=("clusters", "features"),
    cases=(_line([1, 2, 6], [1, 3]), _line([1, 2, 4, 9], [1, 4, 50]), _line([1, 2, 4, 11, 12, 17], [0, 30, 12]),
           _assigned(whole(601, 5, 2), whole(603, 2, 2)), _with_empty(611, 6, 2, 3), _with_empty(621, 8, 3, 3),
           _with_empty(635, 7, 2, 2), _assigned(quarters(641, 9, 3), quarters(643, 2, 3)),
           (np.array([[0.0, 0], [2, 0], [5, 5], [9, 4], [8, 3]]), np.array([0, 0, 1, 1, 1]),
            np.array([[1.0, 0], [8, 4], [20, 20]]))),
    mistakes=(
        Slip("empty to the origin", "labels[squared.argmax()] = j", "points, labels = np.vstack([points, "
             "0 * points[:1]]), np.append(labels, j)",
             "Your empty cluster moves to the origin. Is there any point?"),
        Mistake("empty stays", lambda points, labels, centres: np.stack(
            [points[labels == j].mean(axis=0) if np.any(labels == j) else centres[j] for j in range(len(centres))]),
                "Your empty cluster keeps its place, where it may stay empty for ever. Which point could use a "
                "centre?"),
        Slip("in two clusters", "labels[squared.argmax()] = j",
             "points, labels = np.vstack([points, points[squared.argmax()]]), np.append(labels, j)",
             "Your farthest point counts in its old cluster as well as in its new one. To how many does a point "
             "belong?"),
        Slip("nearest point", "squared.argmax()", "squared.argmin()",
             "You give away the point that is best served. Which one is worst served?"),
        Slip("farthest from the empty centre", "squared.argmax()", "((points - centres[j]) ** 2).sum(axis=1).argmax()",
             "You measure from the empty centre. From which centre is the point of the rule farthest?"),
        Slip("nearest to the empty centre", "squared.argmax()", "((points - centres[j]) ** 2).sum(axis=1).argmin()",
             "Your empty cluster takes the point that lies nearest to it. Whose distance does the rule look at?"),
        Slip("first point", "labels[squared.argmax()] = j", "labels[0] = j",
             "Your empty cluster takes the first point. Which one should it take?"),
        Slip("last point", "labels[squared.argmax()] = j", "labels[-1] = j",
             "Your empty cluster takes the last point. Which one should it take?"),
        Slip("farthest by absolute differences", "((points - centres[labels]) ** 2)",
             "np.abs(points - centres[labels])",
             "You look for the largest sum of absolute differences. How is a distance measured here?"),
        Slip("farthest from the middle", "(points - centres[labels])", "(points - points.mean(axis=0))",
             "You look for the point that is farthest from the mean of all. Farthest from which centre?"),
        Slip("mean of all", "labels[squared.argmax()] = j", "points, labels = np.vstack([points, "
             "points.mean(axis=0)]), np.append(labels, j)",
             "Your empty cluster moves to the mean of all points. Would that be a point of the data?"),
        Mistake("medians", lambda points, labels, centres: _by(np.median, points, labels, centres),
                "You take medians. Which place makes the sum of *squared* distances smallest?"),
        Mistake("sums", lambda points, labels, centres: _by(np.sum, points, labels, centres),
                "You add the points of a cluster up. What turns a sum into a mean?"),
        Mistake("shares of all", lambda points, labels, centres: _by(np.sum, points, labels, centres) / len(points),
                "You divide by the number of all points. How many belong to the cluster?"),
        Mistake("half of the way", lambda points, labels, centres: (
            update_centres(points, labels, centres) + centres) / 2,
                "Your centres go half of the way. Where is the cost of a cluster smallest?"),
        Mistake("one number a cluster", lambda points, labels, centres: np.repeat(
            update_centres(points, labels, centres).mean(axis=1, keepdims=True), points.shape[1], axis=1),
                "All features of a centre are equal. Over which axis does your mean go?"),
        Mistake("centres unchanged", lambda points, labels, centres: np.array(centres),
                "You return the centres that you were given. Where do they move?"),
        Mistake("halves between the extremes", lambda points, labels, centres: (
            _by(np.min, points, labels, centres) + _by(np.max, points, labels, centres)) / 2,
                "You take the middle between the smallest and the largest. What is the mean?"),
    ),
    hints=(
        "`points[labels == j]` are the points of cluster j. When is that empty?",
        "Copy the labels first, so that the caller's array stays as it is.",
        "`points - centres[labels]` leads from each point's own centre to the point. Change the label of the farthest "
        "one, then take all means.",
    ),
)


def _by(summary, points, labels, centres):
    labels = np.array(labels)
    squared = ((points - centres[labels]) ** 2).sum(axis=1)
    for j in range(len(centres)):
        if not np.any(labels == j):
            labels[squared.argmax()] = j
    return np.stack([summary(points[labels == j], axis=0) for j in range(len(centres))])


# -- the chances of k-means++ ------------------------------------------------------------------------------------


def next_chances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Returns the probability of each point to become the next centre.

    Args:
        points: Array of shape (N, n).
        centres: The centres drawn so far, shape (k, n).

    Returns:
        Array of shape (N,): as in k-means++, proportional to the squared distance
        to the nearest of these centres.
    """
    squared = ((points[:, None] - centres) ** 2).sum(axis=2)
    nearest = squared.min(axis=1)
    return nearest / nearest.sum()


REPAIR_CHANCES = BugHunt(
    name="REPAIR_CHANCES",
    prompt="`next_chances` should return the chances of k-means++. With one centre, far points are drawn less often "
           "than they should be. With two, a point that is a centre already can be drawn again. Repair it.",
    reference=next_chances,
    axes=("points",),
    cases=((np.array([[0.0], [1.0], [3.0]]), np.array([[0.0]])),
           (np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 0.0]]), np.array([[0.0, 0.0]])),
           (np.array([[0.0], [2.0], [5.0], [9.0]]), np.array([[0.0], [9.0]])),
           (whole(651, 4, 2), whole(653, 2, 2)), (quarters(655, 6, 3), quarters(657, 3, 3)),
           (quarters(659, 5, 2), quarters(661, 4, 2))),
    bugs=(
        Slip("distances, not squared", "((points[:, None] - centres) ** 2).sum(axis=2)",
             "np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))",
             "A point that is twice as far away has only twice the chance. How many times should it be?"),
        Slip("the last centre alone", "squared.min(axis=1)", "squared[:, -1]",
             "Put a point exactly on the first of two centres. What is its chance?"),
    ),
    mistakes=(
        Slip("farthest centre", "squared.min(axis=1)", "squared.max(axis=1)",
             "You look at the farthest centre. Which one would a point join?"),
        Slip("all centres added up", "squared.min(axis=1)", "squared.sum(axis=1)",
             "You add up the squares to all centres, and a point on a centre can be drawn again. Which one counts?"),
        Slip("first centre alone", "squared.min(axis=1)", "squared[:, 0]",
             "You look at the first centre alone. What of the others?"),
        Slip("not divided", "nearest / nearest.sum()", "nearest",
             "Your numbers don't add up to 1. By what are they divided?"),
        Slip("divided by the largest", "nearest / nearest.sum()", "nearest / nearest.max()",
             "Your largest number is 1. What do probabilities add up to?"),
        Slip("divided by the count", "nearest / nearest.sum()", "nearest / len(points)",
             "You divide by the number of points. What do probabilities add up to?"),
        Slip("softmax", "nearest / nearest.sum()", "np.exp(nearest - nearest.max()) / np.exp(nearest - "
             "nearest.max()).sum()",
             "You put the squares through a softmax, and a point on a centre gets a chance. What does \"proportional\" "
             "mean?"),
        Slip("the farthest for certain", "nearest / nearest.sum()", "(nearest == nearest.max()) / "
             "np.sum(nearest == nearest.max())",
             "You take the farthest point for certain. An outlier would always be a centre: who else may be drawn?"),
        Slip("fourth powers", "nearest / nearest.sum()", "nearest**2 / (nearest**2).sum()",
             "You square what is squared already. A point twice as far away has how many times the chance?"),
        Slip("all alike", "nearest / nearest.sum()", "np.full(len(points), 1 / len(points))",
             "All points have the same chance. That is a random start: who should be drawn more often?"),
        Slip("city blocks", "((points[:, None] - centres) ** 2)", "np.abs(points[:, None] - centres)",
             "You add up absolute differences. What is the squared distance of two points?"),
        Slip("near ones", "nearest / nearest.sum()", "(nearest.max() - nearest) / (nearest.max() - nearest).sum()",
             "Your chances are largest near the centres. Where is the next centre needed?"),
        Slip("all centres multiplied", "squared.min(axis=1)", "squared.prod(axis=1)",
             "You multiply the squares over all centres, so that each further centre counts. Which one counts?"),
        Slip("mean over the centres, rooted", "squared.min(axis=1)", "np.sqrt(squared).mean(axis=1) ** 2",
             "You average the distances over the centres. Which one would a point join?"),
    ),
    hints=("Take the points 0, 1 and 3 on a line and a centre at 0, and work out the three chances by hand.",
           "There are two faults: in what is measured, and in which centre it is measured from."),
)


# -- moving one point --------------------------------------------------------------------------------------------


def change_by_moving(points: np.ndarray, labels: np.ndarray,
                     i: int, j: int) -> float:
    """Says by how much the cost changes when one point joins another cluster.

    Args:
        points: Array of shape (N, n).
        labels: The cluster of each point, shape (N,).
        i: The point that moves; its cluster has other points, too.
        j: The cluster that it joins, not its own; it has at least one point.

    Returns:
        The cost after the move less the cost before. Both times each centre is the
        mean of its cluster's points.
    """
    old, new = points[labels == labels[i]], points[labels == j]
    left = ((points[i] - old.mean(axis=0)) ** 2).sum() * len(old) / (len(old) - 1)
    joined = ((points[i] - new.mean(axis=0)) ** 2).sum() * len(new) / (len(new) + 1)
    return joined - left


def _cost(points, labels):
    return sum(((points[labels == j] - points[labels == j].mean(axis=0)) ** 2).sum() for j in np.unique(labels))


def _spread(points, labels):
    return sum(np.sqrt(((points[labels == j] - points[labels == j].mean(axis=0)) ** 2).sum(axis=1)).sum()
               for j in np.unique(labels))


def _about_medians(points, labels):
    return sum(((points[labels == j] - np.median(points[labels == j], axis=0)) ** 2).sum() for j in np.unique(labels))


def _about_one_number(points, labels):
    return sum(((points[labels == j] - points[labels == j].mean()) ** 2).sum() for j in np.unique(labels))


def _moved(points, labels, i, j):
    labels = np.array(labels)
    labels[i] = j
    return points, labels


CHANGE_BY_MOVING = Exercise(
    name="CHANGE_BY_MOVING",
    prompt="When k-means has come to rest, might it help to move a single point to another cluster all the same? Write "
           "`change_by_moving`, which says what that does to the cost, with both means taken anew after the move. "
           "Start from the equation under the heading *The mean, and what it saves*, or simply take the cost twice.",
    reference=change_by_moving,
    cases=((np.array([[0.0], [2.0], [5.0]]), np.array([0, 0, 1]), 1, 1),
           (np.array([[0.0], [4.0], [6.0], [7.0], [9.0]]), np.array([0, 0, 1, 1, 1]), 1, 1),
           (whole(671, 5, 2), np.array([0, 1, 0, 1, 0]), 2, 1), (whole(673, 6, 2), np.array([2, 1, 0, 1, 2, 0]), 4, 0),
           (quarters(675, 8, 3), np.array([0, 0, 1, 1, 2, 2, 0, 1]), 6, 2),
           (quarters(677, 7, 2), np.array([1, 1, 1, 1, 0, 1, 0]), 3, 0)),
    mistakes=(
        Slip("means stay", "len(new) / (len(new) + 1)", "1",
             "You measure the new distance to the mean as it was. Where is that mean after the point has joined?"),
        Mistake("both means stay", lambda points, labels, i, j: (
            ((points[i] - points[labels == j].mean(axis=0)) ** 2).sum()
            - ((points[i] - points[labels == labels[i]].mean(axis=0)) ** 2).sum()),
                "You compare the two squared distances, as the first half step does. Both means move after the point: "
                "what becomes of the costs then?"),
        Slip("old mean stays", "len(old) / (len(old) - 1)", "1",
             "You take off the point's own squared distance. The mean that it leaves moves as well: what does the rest "
             "of the cluster gain?"),
        Slip("before less after", "joined - left", "left - joined",
             "Your sign is turned round. Does a move that lowers the cost have a negative change?"),
        Slip("what is left alone", "joined - left", "-left",
             "You count what the old cluster saves. What does the new one pay?"),
        Slip("what is joined alone", "joined - left", "joined",
             "You count what the new cluster pays. What does the old one save?"),
        Slip("added", "joined - left", "joined + left",
             "You add both shares. Which of the two clusters becomes cheaper?"),
        Slip("old factor upside down", "len(old) / (len(old) - 1)", "(len(old) - 1) / len(old)",
             "Your old cluster saves too little. Is its mean, of which the point was a part, nearer to the point or "
             "farther away than the mean of the others?"),
        Slip("new factor upside down", "len(new) / (len(new) + 1)", "(len(new) + 1) / len(new)",
             "Your new cluster pays too much. Does its mean come towards the point or go away from it?"),
        Slip("factors as if both grew", "len(old) / (len(old) - 1)", "len(old) / (len(old) + 1)",
             "You use the same factor for both clusters. Which of them becomes smaller?"),
        Mistake("the cost after", lambda points, labels, i, j: _cost(*_moved(points, labels, i, j)),
                "You return the cost after the move. How large was it before?"),
        Mistake("the cost before", lambda points, labels, i, j: _cost(points, labels),
                "You return the cost before the move. What is it afterwards?"),
        Mistake("distances not squared", lambda points, labels, i, j: (
            _spread(*_moved(points, labels, i, j)) - _spread(points, labels)),
                "You add up distances. Which power of them is in the cost?"),
        Slip("both factors as for the old cluster", "len(new) / (len(new) + 1)", "len(new) / max(len(new) - 1, 1)",
             "You use the factor of a cluster that shrinks for the one that grows. Which way does its mean move?"),
        Slip("sizes alone", "* len(old) / (len(old) - 1)", "* len(old)",
             "You multiply by the size of the old cluster. The point is one of its members: what does the rest gain?"),
        Mistake("between the means", lambda points, labels, i, j: (
            ((points[labels == labels[i]].mean(axis=0) - points[labels == j].mean(axis=0)) ** 2).sum()),
                "You measure from one mean to the other. Where does the point that moves come in?"),
        Mistake("medians", lambda points, labels, i, j: (
            _about_medians(*_moved(points, labels, i, j)) - _about_medians(points, labels)),
                "You measure around medians. What is a centre in k-means?"),
        Mistake("one number as a mean", lambda points, labels, i, j: (
            _about_one_number(*_moved(points, labels, i, j)) - _about_one_number(points, labels)),
                "Your centres are the same number in all features. Over which axis is a mean of points taken?"),
        Mistake("a mean, no sum", lambda points, labels, i, j: (
            change_by_moving(points, labels, i, j) / len(points)),
                "You divide by the number of points. Is the cost a mean or a sum?"),
        Mistake("mean a feature", lambda points, labels, i, j: (
            change_by_moving(points, labels, i, j) / points.shape[1]),
                "You average over the features. What is a squared distance?"),
    ),
    hints=(
        "A cluster without the point, then the same cluster with it: by how much do their costs differ?",
        "A cluster of m points with mean c gets one more, x. Its cost grows by m/(m+1) times the squared distance of x "
        "from c.",
        "The old cluster, read backwards, saves m/(m−1) times the squared distance of x from its mean, where m counts "
        "x and the mean contains it.",
    ),
)


# -- silhouettes -------------------------------------------------------------------------------------------------


def silhouettes(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the silhouette of each point.

    Args:
        points: Array of shape (N, n).
        labels: The cluster of each point, shape (N,); two clusters or more, each of
            at least two points.

    Returns:
        Array of shape (N,): b - a, divided by the larger of the two. Here a is the
        mean distance to the *other* points of its cluster, and b the smallest of
        its mean distances to the points of each other cluster.
    """
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    values = np.zeros(len(points))
    for i in range(len(points)):
        own = labels == labels[i]
        a = distance[i, own].sum() / (own.sum() - 1)
        b = min(distance[i, labels == j].mean() for j in set(labels[~own]))
        values[i] = (b - a) / max(a, b)
    return values


def _groups(seed, *sizes, features=2):
    labels = np.random.default_rng(seed + 1).permutation(np.repeat(np.arange(len(sizes)), sizes))
    return quarters(seed, len(labels), features) + 3.0 * labels[:, None], labels


SILHOUETTES = Exercise(
    name="SILHOUETTES",
    prompt="Write `silhouettes` with plain distances, not squared ones. The mean of the result over all points is the "
           "silhouette of the clustering, but it is not asked for here.",
    reference=silhouettes,
    axes=("points",),
    cases=((np.array([[0.0], [1.0], [4.0], [6.0]]), np.array([0, 0, 1, 1])),
           (np.array([[0.0, 0.0], [3.0, 4.0], [9.0, 9.0], [9.0, 5.0]]), np.array([1, 1, 0, 0])),
           _groups(681, 3, 2), _groups(683, 3, 4), _groups(685, 2, 3, 4), _groups(687, 4, 2, 3, features=3),
           (quarters(689, 8, 2), np.array([0, 1, 2, 0, 1, 2, 0, 1]))),
    mistakes=(
        Slip("counts itself", "distance[i, own].sum() / (own.sum() - 1)", "distance[i, own].mean()",
             "Each point counts its distance to itself, which is 0. How many *other* points has its cluster?"),
        Slip("squared distances", "np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))",
             "((points[:, None] - points) ** 2).sum(axis=2)",
             "You use squared distances. What does the docstring ask for?"),
        Slip("city blocks", "np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))",
             "np.abs(points[:, None] - points).sum(axis=2)",
             "You add up absolute differences. How far is a point from one that lies 3 across and 4 up?"),
        Slip("sign turned", "(b - a) / max(a, b)", "(a - b) / max(a, b)",
             "Your sign is turned round: a point deep within its cluster gets −1. Which of a and b is small there?"),
        Slip("farthest other cluster", "b = min(", "b = max(",
             "You take the farthest of the other clusters. Which of them might the point belong to?"),
        Slip("all others together", "min(distance[i, labels == j].mean() for j in set(labels[~own]))",
             "distance[i, ~own].mean()",
             "You average over all points of other clusters. Which other cluster counts?"),
        Slip("nearest single point", "min(distance[i, labels == j].mean() for j in set(labels[~own]))",
             "distance[i, ~own].min()",
             "Your b is the distance to one point. Over what is the mean taken?"),
        Mistake("mean over the clusters", lambda points, labels: _over_others(points, labels, np.mean),
                "You average over the other clusters. Which of them counts?"),
        Slip("not divided", "(b - a) / max(a, b)", "(b - a)",
             "Your values have the unit of a distance. By what are they divided?"),
        Slip("divided by a", "max(a, b)", "a", "You divide by a. Which of the two belongs there?"),
        Slip("divided by b", "max(a, b)", "b",
             "You divide by b, and points in the wrong cluster fall below −1. Which of the two belongs there?"),
        Slip("divided by the smaller", "max(a, b)", "min(a, b)",
             "Some of your values are larger than 1. Which of a and b do you divide by?"),
        Slip("divided by the sum", "max(a, b)", "(a + b)", "You divide by the sum of a and b. By what should it be?"),
        Slip("sum within the cluster", " / (own.sum() - 1)", "",
             "Your a is a sum. What turns it into a mean?"),
        Slip("farthest of its own", "distance[i, own].sum() / (own.sum() - 1)", "distance[i, own].max()",
             "Your a is the distance to the farthest point of the cluster. Over which points is the mean?"),
        Slip("nearest of its own", "distance[i, own].sum() / (own.sum() - 1)",
             "np.sort(distance[i, own])[1]",
             "Your a is the distance to the nearest other point of the cluster. Over which points is the mean?"),
        Mistake("distances to the centres", lambda points, labels: _by_centres(points, labels),
                "You measure distances to the centres. Between what does the docstring measure?"),
        Mistake("negative ones cut", lambda points, labels: np.maximum(silhouettes(points, labels), 0),
                "You cut negative values off. What would tell of a point in the wrong cluster?"),
        Mistake("size alone", lambda points, labels: np.abs(silhouettes(points, labels)),
                "You have lost the signs. What would tell of a point in the wrong cluster?"),
        Mistake("mean of its cluster", lambda points, labels: np.array(
            [silhouettes(points, labels)[labels == label].mean() for label in labels]),
                "All points of a cluster have the same value. What is asked for each of them?"),
    ),
    properties=(
        Property("each value lies between −1 and 1.", lambda out, points, labels: np.all(np.abs(out) <= 1 + 1e-9)),
    ),
    hints=(
        "First a table of all distances: `points[:, None] - points` has shape (N, N, n).",
        "For a point, take its row of the table. `labels == labels[i]` says which entries belong to its cluster; its "
        "own entry is 0, so a sum may keep it, and a mean may not.",
        "b is the smallest of the means, one for each other cluster.",
    ),
)


def _over_others(points, labels, summary):
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    values = np.zeros(len(points))
    for i in range(len(points)):
        own = labels == labels[i]
        a = distance[i, own].sum() / (own.sum() - 1)
        b = summary([distance[i, labels == j].mean() for j in set(labels[~own])])
        values[i] = (b - a) / max(a, b)
    return values


def _by_centres(points, labels):
    names = np.unique(labels)
    centres = np.stack([points[labels == j].mean(axis=0) for j in names])
    distance = np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))
    own = names == labels[:, None]
    a, b = distance[own], np.where(own, np.inf, distance).min(axis=1)
    return (b - a) / np.maximum(a, b)


# -- a palette in bits -------------------------------------------------------------------------------------------


PALETTE_BITS = Estimate(
    name="PALETTE_BITS",
    prompt="An icon of 64×48 pixels has 24 bits a pixel. It is stored with a palette of 32 colours instead: the "
           "palette itself, 24 bits for each colour, and for each pixel the number of its colour, in as few bits as "
           "tell 32 colours apart. How many times fewer bits is that?",
    variable="times_fewer",
    unit="times",
    working="""
    pixels = 64 * 48
    before = pixels * 24
    after = pixels * 5 + 32 * 24
    times_fewer = before / after
    """,
    tolerance=0.005,
    slips=(
        Slip("palette forgotten", " + 32 * 24", "", "Who reads the picture needs the palette. How many bits has it?"),
        Slip("a bit for each colour", "pixels * 5", "pixels * 32",
             "You give each pixel one bit for every colour. How many bits does a number from 0 to 31 take?"),
        Slip("a byte a pixel", "pixels * 5", "pixels * 8", "A byte tells 256 colours apart. How many bits do 32 take?"),
        Slip("one bit too many", "pixels * 5", "pixels * 6", "Six bits count to 63. What is the largest number here?"),
        Slip("one bit too few", "pixels * 5", "pixels * 4", "Four bits count to 15. What is the largest number here?"),
        Slip("upside down", "before / after", "after / before", "You have the share that is left. How often does it "
             "go into the whole?"),
        Slip("share saved", "before / after", "(before - after) / before",
             "That is the share that is saved. How many times fewer bits are left?"),
        Slip("a palette for each pixel", "pixels * 5 + 32 * 24", "pixels * (5 + 24)",
             "You store a colour with every pixel. How often is a colour of the palette stored?"),
        Slip("grey palette", "32 * 24", "32 * 8", "A colour has three numbers of 8 bits. How many bits has the "
             "palette?"),
        Slip("natural logarithm", "pixels * 5", "pixels * np.log(32)",
             "You take the natural logarithm of 32. Two to which power is 32?"),
    ),
    hints=("Which power of 2 is 32?", "Count the bits of all pixels, then add those of the palette, which is stored "
           "once."),
)


# -- a bad start -------------------------------------------------------------------------------------------------

_LINE = np.array([0.0, 1, 10, 11, 20, 21])


def _run(value):
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 3:
        raise ValueError(f"Expected three numbers, such as (0, 10, 20), received {value!r}.")
    try:
        centres = np.array([float(number) for number in value])
    except (TypeError, ValueError):
        raise ValueError(f"Expected three numbers, received {value!r}.") from None
    if not np.all((centres >= 0) & (centres <= 21)):
        raise ValueError(f"Expected three numbers from 0 to 21, received {tuple(centres.tolist())}.")
    for _ in range(20):
        labels = np.abs(_LINE[:, None] - centres).argmin(axis=1)
        if len(set(labels)) < 3:
            return {"empty": True, "cost": 0.0, "centres": np.zeros(3)}
        centres = np.array([_LINE[labels == j].mean() for j in range(3)])
    return {"empty": False, "cost": ((_LINE - centres[labels]) ** 2).sum(), "centres": np.sort(centres)}


BAD_START = Design(
    name="BAD_START",
    prompt="Six points lie on a line, at 0, 1, 10, 11, 20 and 21. Three centres find the three pairs at a cost of 1.5, "
           "if they start well. Choose `starts`, three places between 0 and 21, from which k-means comes to rest at a "
           "cost of 100 or more, without a cluster that is ever empty.",
    variable="starts",
    start="(0, 10, 20)",
    example="(0, 1, 15)",
    read=_run,
    properties=(
        Property("no cluster is ever empty.", lambda run: not run["empty"],
                 lambda run: "one of the centres is the nearest to no point"),
        Property("k-means comes to rest at a cost of 100 or more.", lambda run: run["cost"] >= 100,
                 lambda run: f"it rests at a cost of {run['cost']:.4g}, with the centres at "
                 + ", ".join(f"{c:.4g}" for c in run["centres"])),
    ),
    mistakes=(
        ("all in one place", "(5, 5, 5)",
         "One centre gets no point. Each of the three must be the nearest to some point at every step: where can two "
         "stand close together and still have one each?"),
        ("a pair each", "(1, 9, 19)",
         "Each centre ends in a pair of its own, and the cost is 1.5. What if two centres could settle within one "
         "pair?"),
    ),
    hints=("A centre that holds a single point stays on it. Which pair can be split into two single points?",
           "The third centre then holds the four other points. Where may it start without taking one of the pair?"),
)
