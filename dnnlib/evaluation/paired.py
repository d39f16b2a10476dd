"""Is this difference real? Two classifiers on the same examples, and two recipes from the same seeds."""

from typing import NamedTuple

import numpy as np

from dnnlib.evaluation.accuracy import check_answers, check_confidence
from dnnlib.evaluation.distributions import clopper_pearson, fair_coin_p_value, student_quantile, student_within


class McNemar(NamedTuple):
    """The difference of two accuracies on the same examples, its interval, and the examples that only one has right."""

    difference: float
    low: float
    high: float
    p_value: float
    only_a: int
    only_b: int
    total: int

    def __str__(self):
        return f"{points(self)}, p = {self.p_value:.2g}, {self.only_a} against {self.only_b} of {self.total} examples"


class PairedDifference(NamedTuple):
    """The mean of the differences of several pairs, and the limits of its interval."""

    difference: float
    low: float
    high: float
    p_value: float
    pairs: int

    def __str__(self):
        return f"{points(self)} over {self.pairs} pairs, p = {self.p_value:.2g}"


def points(interval):
    """Writes a difference of shares in percentage points: 2.1 points (0.4 to 3.8)."""
    value, low, high = (f"{100 * share:+.1f}".replace("-", "\u2212") for share in interval[:3])
    return f"{value} points ({low} to {high})"


def mcnemar(correct_a, correct_b, confidence=0.95):
    """Compares two classifiers on the same examples by those that only one of them has right.

    Examples on which both are right, or both wrong, say nothing about which is better. If neither is better, each of
    the others is a toss of a fair coin: that gives the exact p-value. The interval is Clopper and Pearson's for the
    share of these examples that A has right, scaled to all examples; it leaves out 0 just when p falls below
    1 - confidence.

    Args:
        correct_a: Booleans, shape (examples,): which of them A has right.
        correct_b: The same for B.
        confidence: Of the interval.

    Returns:
        A `McNemar`; a positive difference says that A has more right.

    Raises:
        ValueError: If the arrays are no booleans of one shape.

    Source: McNemar (1947), Note on the sampling error of the difference between correlated proportions or percentages;
    exact form: Dietterich (1998), Approximate statistical tests for comparing supervised classification learning
    algorithms, section 3.1, discusses it for classifiers.
    """
    a, b = check_answers(correct_a, correct_b, "correct_a and correct_b")
    if a.dtype != bool or b.dtype != bool:
        raise ValueError(
            "expected booleans that say which examples are right, such as y_pred == y_true, received "
            f"{a.dtype} and {b.dtype}"
        )
    check_confidence(confidence)
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    apart = only_a + only_b
    low, high = clopper_pearson(only_a, apart, confidence) if apart else (0.5, 0.5)
    scale = apart / a.size
    return McNemar(
        (only_a - only_b) / a.size,
        (2 * low - 1) * scale,
        (2 * high - 1) * scale,
        fair_coin_p_value(only_a, apart),
        only_a,
        only_b,
        a.size,
    )


def paired_difference(a, b, confidence=0.95):
    """Returns the mean of a - b over pairs, with Student's interval (the paired t-test).

    A pair is whatever two recipes share: the seed, the split, the order of the batches.

    Args:
        a: One number a pair, shape (pairs,), two or more.
        b: The same for the other recipe.
        confidence: Of the interval.

    Returns:
        A `PairedDifference`.

    Raises:
        ValueError: If there are fewer than two pairs, or the shapes differ.

    Source: Student (1908), The probable error of a mean.
    """
    a, b = check_answers(a, b, "a and b")
    if len(a) < 2:
        raise ValueError("expected two or more pairs, received one: a single pair has no spread")
    check_confidence(confidence)
    gaps = a.astype(float) - b.astype(float)
    mean, error = float(gaps.mean()), float(gaps.std(ddof=1)) / len(gaps) ** 0.5
    reach = student_quantile(confidence, len(gaps) - 1) * error
    if error == 0:
        p_value = 1.0 if mean == 0 else 0.0
    else:
        p_value = 1 - student_within(abs(mean) / error, len(gaps) - 1)
    return PairedDifference(mean, mean - reach, mean + reach, p_value, len(gaps))


def bootstrap_difference(a, b, confidence=0.95, resamples=10_000, seed=0):
    """Returns the mean of a - b with the bootstrap's percentile interval, which assumes no normal distribution.

    With fewer than about ten pairs it is too narrow; `paired_difference` is then the better choice.

    Args:
        a: One number a pair, shape (pairs,), two or more.
        b: The same for the other recipe.
        confidence: Of the interval.
        resamples: How often the pairs are drawn anew, with replacement.
        seed: Of these draws.

    Returns:
        (difference, low, high).

    Raises:
        ValueError: If there are fewer than two pairs, or the shapes differ.

    Source: Efron & Tibshirani (1993), An introduction to the bootstrap, section 13.3.
    """
    mean = paired_difference(a, b, confidence).difference
    gaps = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    drawn = np.random.default_rng(seed).choice(gaps, (resamples, len(gaps))).mean(axis=1)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return mean, float(low), float(high)
