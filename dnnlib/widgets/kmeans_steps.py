"""The explorable that takes k-means apart: its half steps, its starts, and where each start ends."""

import functools
from numbers import Real

import numpy as np
import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

CLOUDS = ("three groups", "five groups", "unequal sizes", "two stripes", "two rings", "no groups")
STARTS = ("random points", "k-means++", "all in one group", "one far away")
EDGE, MOST = 6, 5  # of the plane, to each side; of the centres

# Of each group: how many points, its middle (x, y) and its deviation; or how many, and how one of them is drawn
_ROUND = {
    "three groups": [(40, (-3, -2), 0.8), (40, (3, -2.2), 0.8), (40, (0.3, 3), 0.8)],
    "five groups": [(28, place, 0.55) for place in ((-4, -3), (3.6, -3.6), (4, 3.4), (-3.4, 3.6), (0, 0))],
    "unequal sizes": [(100, (-1.6, 0.4), 1.5), (15, (3.6, 3), 0.35), (15, (3.9, -2.6), 0.35)],
}
_OTHER = {
    "two stripes": [(60, lambda r, y=y: (10 * r.uniform() - 5, y + 0.3 * r.normal())) for y in (1.1, -1.1)],
    "two rings": [(count, lambda r, far=far: _turned(r, far)) for count, far in ((50, 1.4), (90, 4.4))],
    "no groups": [(140, lambda r: (10 * r.uniform() - 5, 10 * r.uniform() - 5))],
}


class _Random:
    """What shared/random.mjs draws from a seed: Mulberry32 of Tommy Ettinger (2017)."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        mask = 2**32 - 1
        bits = self.state = (self.state + 0x6D2B79F5) & mask
        bits = (bits ^ bits >> 15) * (bits | 1) & mask
        bits ^= bits + ((bits ^ bits >> 7) * (bits | 61) & mask) & mask
        return ((bits ^ bits >> 14) & mask) / 2**32

    def normal(self):
        return np.sqrt(-2 * np.log(1 - self.uniform())) * np.cos(2 * np.pi * self.uniform())

    def permutation(self, n):
        order = np.arange(n)
        for i in range(n - 1, 0, -1):
            j = int(self.uniform() * (i + 1))
            order[[i, j]] = order[[j, i]]
        return order


def _turned(random, radius):
    angle = 2 * np.pi * random.uniform()
    return (radius + 0.25 * random.normal()) * np.array([np.cos(angle), np.sin(angle)])


@functools.cache
def cloud_of(name):
    """Returns the points of a cloud, as the page draws them.

    Args:
        name: A name in `CLOUDS`.

    Returns:
        Points, (n, 2), and the group that each was drawn from, (n,), to read only.
    """
    random, points, groups = _Random(CLOUDS.index(name) + 1), [], []
    for group, (count, *how) in enumerate(_ROUND.get(name) or _OTHER[name]):
        for _ in range(count):
            points.append([m + how[1] * random.normal() for m in how[0]] if len(how) == 2 else how[0](random))
            groups.append(group)
    made = np.clip(points, 0.2 - EDGE, EDGE - 0.2).round(2), np.array(groups)
    for array in made:
        array.flags.writeable = False
    return made


def _begin(value, name):
    """Returns a name in STARTS, or one to five places as a list of lists; takes arrays too."""
    if isinstance(value, str) and value in STARTS:
        return value
    places = value.tolist() if hasattr(value, "tolist") else value
    fits = isinstance(places, (list, tuple)) and 1 <= len(places) <= MOST
    if not fits or not all(isinstance(place, (list, tuple)) and len(place) == 2 for place in places):
        raise ValueError(f"{name}: expected one of {list(STARTS)} or 1 to {MOST} centres [x, y], received {value!r}")
    for number in (number for place in places for number in place):
        if isinstance(number, bool) or not isinstance(number, Real) or not -EDGE <= number <= EDGE:
            raise ValueError(f"{name}: expected places from {-EDGE} to {EDGE}, received {number!r}")
    return [[float(x), float(y)] for x, y in places]


class KMeansSteps(Explorable):
    """k-means on points of a plane, by half steps: assign, then update, each with the cost after it.

    The centres can be dragged. A map shows for every place where one of them may start, the others staying at theirs,
    which end the run comes to and at what cost: it is computed in the page, from coarse to fine. k-means++ shows its
    probabilities on the points before each draw. A centre without points takes the one that is farthest from its own
    centre, as in `dnnlib.unsupervised.kmeans.KMeans`, whose labels, costs and number of steps (with tol=1e-10) it has.

    Args:
        cloud: The data, a name in `CLOUDS`.
        k: Number of centres, 1 to 5.
        start: Where they start: "random points" of the data, "k-means++" (one candidate a draw), "all in one group"
            (points of the first one), "one far away" (the last in a corner, where no point joins it), or 1 to 5 places
            [x, y] from -6 to 6. Centres that these leave out start at random points.
        seed: Of what is drawn at the start, 0 to 9,999.
        standardise: Whether distances and costs are measured with each feature divided by its standard deviation.
        moving: The centre whose starts are mapped, counted from 0; the last one if there are fewer.
        at: The half step that is shown, where 0 is the start (of k-means++ its first draw); None is the end.

    Guesses: "steps", the step in which no point changes any more; "share_best", the share of the map's starts, in %,
    that reach its lowest cost; "matched", the share of the points, in %, that end in the cluster matched with the group
    they were drawn from, where there are k groups; "plus_plus", how many of 100 starts by k-means++ reach the lowest
    cost that they or 100 random starts find.
    Tours: "steps", from the two half steps over a bad start, the map, k-means++ and an empty cluster to two rings.

    Attributes:
        points: The points, (n, 2).
        centres: Where the centres start, (k, 2).
        draws: Of each centre of k-means++ the points' probabilities, (n,), and the point that is drawn.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Lloyd (1982), Least squares quantization in PCM; Arthur & Vassilvitskii (2007), k-means++: the advantages
    of careful seeding.
    """

    title = "k-means, half a step at a time"
    guesses = ("steps", "share_best", "matched", "plus_plus")
    tours = ("steps",)

    cloud = traitlets.Enum(CLOUDS, CLOUDS[0]).tag(sync=True)
    k = traitlets.Int(3, min=1, max=MOST).tag(sync=True)
    start = Checked(_begin, STARTS[0]).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
    standardise = traitlets.Bool(False).tag(sync=True)
    moving = traitlets.Int(0, min=0, max=MOST - 1).tag(sync=True)
    at = traitlets.Int(0, min=0, max=999, allow_none=True).tag(sync=True)

    @property
    def points(self):
        """The points of the cloud, (n, 2)."""
        return cloud_of(self.cloud)[0]

    @property
    def centres(self):
        """Where the centres start, (k, 2)."""
        points, groups = cloud_of(self.cloud)
        order = _Random(self.seed).permutation(len(points))
        if self.start == "k-means++":
            return points[[chosen for _, chosen in self.draws]]
        if self.start == "all in one group":
            return points[order[groups[order] == 0][: self.k]]
        if self.start == "one far away" and self.k > 1:
            corners = (EDGE - 0.5) * np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]])
            far = np.linalg.norm(points[:, np.newaxis] - corners, axis=2)
            corner = far.min(axis=0).argmax()
            near = far[:, corner].argmin()  # keeps the points from joining the corner's centre
            return np.vstack([points[[near, *order[order != near]][: self.k - 1]], corners[corner]])
        given = self.start if isinstance(self.start, list) else np.empty((0, 2))
        return np.vstack([given, points[order]])[: self.k]

    @property
    def draws(self):
        """Of each centre of k-means++ the points' probabilities, (n,), and the point that is drawn."""
        points, random = self.points, _Random(self.seed)
        points = points / points.std(axis=0) if self.standardise else points
        weights, drawn = np.ones(len(points)), []
        for _ in range(self.k):
            shares = weights / weights.sum()
            drawn.append((shares, int(np.searchsorted(np.cumsum(shares)[:-1], random.uniform(), side="right"))))
            weights = np.min([np.sum((points - points[chosen]) ** 2, axis=1) for _, chosen in drawn], axis=0)
        return drawn
