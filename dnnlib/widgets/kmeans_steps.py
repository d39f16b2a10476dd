"""The explorable that takes k-means apart: its half steps, its starts, and where each start ends."""

from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

CLOUDS = ("three groups", "five groups", "unequal sizes", "two stripes", "two rings", "no groups")
STARTS = ("random points", "k-means++", "all in one group", "one far away")
EDGE, MOST = 6, 5  # of the plane, to each side; of the centres


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
