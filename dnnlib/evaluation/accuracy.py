"""Accuracy with its interval: how far another draw of examples, or another seed, could move it."""

from numbers import Integral
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from dnnlib.evaluation.distributions import student_quantile


class Accuracy(NamedTuple):
    """A share of right answers, the limits of its interval, and the counts that it comes from."""

    value: float
    low: float
    high: float
    correct: int
    total: int

    def __str__(self):
        return percent(self)


class MeanAccuracy(NamedTuple):
    """The mean share of right answers of several runs, and the limits of its interval."""

    value: float
    low: float
    high: float
    runs: int

    def __str__(self):
        return percent(self)


def percent(interval):
    """Writes an interval of shares for people: 96.5 % (94.9 to 97.6 %)."""
    value, low, high = (f"{100 * share:.1f}" for share in interval[:3])
    return f"{value} % ({low} to {high} %)"


def check_confidence(confidence):
    """Checks that a confidence lies between 0 and 1, both left out.

    Raises:
        ValueError: If it does not.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a number between 0 and 1, such as 0.95, received {confidence!r}")


def check_answers(first, second, names):
    """Returns two arrays of one value an example.

    Raises:
        ValueError: If their shapes differ, or they have other than one axis, or hold nothing.
    """
    first, second = np.asarray(first), np.asarray(second)
    if first.ndim != 1 or first.shape != second.shape or not first.size:
        raise ValueError(
            f"{names}: expected one value for each example, two arrays of the same shape (examples,), received "
            f"shapes {first.shape} and {second.shape}"
        )
    return first, second


def accuracy_interval(correct, total, confidence=0.95):
    """Returns a share with Wilson's interval, which holds near 0 and 1 too.

    It answers how far the share could move with another draw of as many examples from the same source. It knows
    nothing of other seeds; see `mean_accuracy`.

    Args:
        correct: Number of right answers.
        total: Number of independent examples.
        confidence: How often such intervals shall hold the true share.

    Returns:
        An `Accuracy`.

    Raises:
        ValueError: If the counts are no counts, or the confidence is no probability.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    counts = (correct, total)
    if not all(isinstance(n, (Integral, np.bool_)) for n in counts) or not 0 <= correct <= total or total < 1:
        raise ValueError(f"expected counts, 0 <= correct <= total and total >= 1, received {correct!r} of {total!r}")
    check_confidence(confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = correct / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5
    return Accuracy(share, max(0.0, centre - reach), min(1.0, centre + reach), int(correct), int(total))


def measured_accuracy(y_true, y_pred, confidence=0.95):
    """Returns the accuracy of answers with its interval.

    Args:
        y_true: Labels, shape (examples,).
        y_pred: Answers, shape (examples,): classes, not scores.
        confidence: See `accuracy_interval`.

    Returns:
        An `Accuracy`.

    Raises:
        ValueError: If the shapes differ, or are not those of one answer an example.
    """
    y_true, y_pred = check_answers(y_true, y_pred, "y_true and y_pred")
    return accuracy_interval(int(np.sum(y_true == y_pred)), y_true.size, confidence)


def mean_accuracy(shares, confidence=0.95):
    """Returns the mean over runs, one from each seed, with Student's interval of that mean.

    It answers how far the mean could move with other seeds. All runs may share their test examples; then it says
    nothing about other examples.

    Args:
        shares: The accuracy of each run, shape (runs,), two or more.
        confidence: How often such intervals shall hold the mean over all seeds.

    Returns:
        A `MeanAccuracy`.

    Raises:
        ValueError: If there are fewer than two runs, or they are no shares.
    """
    shares = np.asarray(shares, dtype=float)
    if shares.ndim != 1 or len(shares) < 2 or not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError(f"shares: expected two or more numbers from 0 to 1, one a run, received {shares!r}")
    check_confidence(confidence)
    mean = float(shares.mean())
    reach = student_quantile(confidence, len(shares) - 1) * float(shares.std(ddof=1)) / len(shares) ** 0.5
    return MeanAccuracy(mean, max(0.0, mean - reach), min(1.0, mean + reach), len(shares))
