"""An explorable: t-SNE draws its map of 300 digits in the page, and each digit can be asked what moves it."""

import traitlets

from dnnlib.widgets.base import Explorable

DIGITS, MOST_STEPS = 300, 1000


class LiveTSNE(Explorable):
    """t-SNE of 300 digits, step by step, with the forces on one of them and what the map keeps of each.

    Affinities and gradient are dnnlib's `affinities` and `kl_gradient`, from all pairs and in float64. The descent is
    plain: velocity = momentum * velocity - rate * gradient, with the rate 100; in the first 50 steps P is multiplied by
    the exaggeration, the rate divided by it, and momentum is 0.5, after them 0.8. Of the digit that is held are shown
    attraction and repulsion, whose sum is minus its gradient, its row of P beside its row of Q, its share of the
    divergence, and which of its ten nearest neighbours in 64 dimensions are among its ten nearest on the map.

    Args:
        perplexity: Of each digit's neighbours, 2 to 100.
        exaggeration: The factor of P in the first 50 steps, 1 (none) to 20.
        init: "random", small normal numbers, or "pca", the first two principal components made as small.
        seed: Of the random start, 0 to 99.
        steps: Steps that have been taken when it is shown, at most 1,000.
        held: The digit that is held, 0 to 299; None for none.
        view: What is shown of it on the map: "forces", or "neighbours", where colours say what is kept.
        marks: What stands on the map: "numerals" or "pictures".
        beside: Whether a second map is drawn from the same start without exaggeration (with 4, if the first has none).

    Guesses: "kept", the share of neighbours that is kept after 500 steps; "together", how long the sum of both forces
    on the digit held is then, beside the attraction; "exaggeration", by how many points early exaggeration raises the
    share that is kept. All are computed in the page.
    Tours: "one_digit", from the start over the exaggeration to rest, and to where the map lies.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: van der Maaten & Hinton (2008), Visualizing data using t-SNE; Wattenberg, Viégas & Johnson (2016), How to
    use t-SNE effectively, for the idea of letting it run on a page.
    """

    title = "t-SNE, live"
    guesses = ("kept", "together", "exaggeration")
    tours = ("one_digit",)

    perplexity = traitlets.Float(30.0, min=2, max=100).tag(sync=True)
    exaggeration = traitlets.Float(4.0, min=1, max=20).tag(sync=True)
    init = traitlets.Enum(("random", "pca"), "random").tag(sync=True)
    seed = traitlets.Int(0, min=0, max=99).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
    held = traitlets.Int(33, allow_none=True, min=0, max=DIGITS - 1).tag(sync=True)
    view = traitlets.Enum(("forces", "neighbours"), "forces").tag(sync=True)
    marks = traitlets.Enum(("numerals", "pictures"), "numerals").tag(sync=True)
    beside = traitlets.Bool(False).tag(sync=True)
