"""The explorable that moves a detector's threshold, and every measure of it with the threshold."""

import traitlets

from dnnlib.widgets.base import Explorable

SCORES = ("two normal distributions", "a trained network")
BALANCES = ("weights", "fewer examples")


class ThresholdExplorer(Explorable):
    """Scored examples of two classes, a threshold, and all that is counted and computed of them.

    The detector says yes to each example whose score is at least the threshold. Shown are the confusion matrix, the
    rates with Wilson's interval, F1 and balanced accuracy, the ROC curve, the precision-recall curve, and the
    threshold that costs least.

    Args:
        scores: "two normal distributions", from which examples are drawn, or "a trained network": a small one that
            was asked "is it an 8?" of digits that it had not seen; its scores are logarithms of odds.
        prevalence: The share of positives, 0.001 to 0.999; None for that of the examples as they were scored (one
            half of the normal distributions, about one in ten of the digits).
        balance: How another share comes about: "weights", each example counts more or less than once, or "fewer
            examples", only so many of each class are taken.
        threshold: The score from which on the detector says yes; by default halfway between two normal
            distributions at distance 2, and even odds for the network.
        distance: Between the means of the two normal distributions, 0 to 4; the negatives' mean is 0.
        spreads: The standard deviations of the negatives and of the positives, 0.2 to 3 each.
        examples: How many are drawn of both distributions together, 20 to 2,000.
        seed: Of the draw, 0 to 9,999.
        cost_miss: What a positive that gets a no costs, more than 0, at most 1,000.
        cost_alarm: What a negative that gets a yes costs, likewise.

    Guesses: "precision_at_one_percent", the precision, in %, with the same recall and false-positive rate where 1 % of
    the examples are positive; "accuracy_of_no", the accuracy, in %, of a detector that never says yes; "cheapest", the
    threshold of the lowest cost.
    Tours: "threshold", from left to right, then rare positives, then unequal costs.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Fawcett (2006), An introduction to ROC analysis; Saito & Rehmsmeier (2015), The precision-recall plot is
    more informative than the ROC plot when evaluating binary classifiers on imbalanced datasets; Wilson (1927),
    Probable inference, the law of succession, and statistical inference.
    """

    title = "Threshold explorer"
    guesses = ("precision_at_one_percent", "accuracy_of_no", "cheapest")
    tours = ("threshold",)

    scores = traitlets.Enum(SCORES, SCORES[0]).tag(sync=True)
    prevalence = traitlets.Float(None, allow_none=True, min=0.001, max=0.999).tag(sync=True)
    balance = traitlets.Enum(BALANCES, BALANCES[0]).tag(sync=True)
    threshold = traitlets.Float(1.0, min=-100, max=100).tag(sync=True)
    distance = traitlets.Float(2.0, min=0, max=4).tag(sync=True)
    spreads = traitlets.List(traitlets.Float(min=0.2, max=3), [1.0, 1.0], minlen=2, maxlen=2).tag(sync=True)
    examples = traitlets.Int(1000, min=20, max=2000).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
    cost_miss = traitlets.Float(1.0, min=0.001, max=1000).tag(sync=True)
    cost_alarm = traitlets.Float(1.0, min=0.001, max=1000).tag(sync=True)

    def __init__(self, **traits):
        if traits.get("scores") == SCORES[1]:
            traits.setdefault("threshold", 0.0)
        super().__init__(**traits)
