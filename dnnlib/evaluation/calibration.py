"""Calibration: of all answers given with 80 % probability, are 80 % right?"""

from typing import NamedTuple

import numpy as np

from dnnlib.evaluation.curves import check_scores
from dnnlib.validation import check_integer

STRATEGIES = ("uniform", "quantile")


class Reliability(NamedTuple):
    """What a reliability diagram shows: one point for each bin that is not empty."""

    prob_true: np.ndarray
    prob_pred: np.ndarray
    count: np.ndarray


def reliability(y_true, y_prob, n_bins=5, strategy="uniform", pos_label=1):
    """Sorts examples into bins by their probability, and compares it with what happened.

    For a network with several classes take `y_true = y == p.argmax(axis=1)`, right or wrong, and
    `y_prob = p.max(axis=1)`, its confidence.

    Args:
        y_true: Labels of two classes, shape (examples,).
        y_prob: Probabilities of the positive class, shape (examples,).
        n_bins: Number of bins.
        strategy: "uniform": bins of equal width; "quantile": bins of about equally many examples.
        pos_label: The positive class.

    Returns:
        A `Reliability`: the share of positive examples, the mean probability and the number of examples of each bin
        that is not empty, shape (bins,).

    Raises:
        ValueError: If the shapes differ, a probability is none, or an option is unknown.

    Source of the conventions: scikit-learn, `sklearn.calibration.calibration_curve`.
    """
    positive, y_prob = _probabilities(y_true, y_prob, pos_label)
    check_integer(n_bins, "n_bins")
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy: expected one of {', '.join(STRATEGIES)}, received {strategy!r}")
    edges = np.linspace(0, 1, n_bins + 1)
    if strategy == "quantile":
        edges = np.percentile(y_prob, 100 * edges)
    bins = np.searchsorted(edges[1:-1], y_prob)  # a probability on an edge belongs to the bin below
    count = np.bincount(bins, minlength=n_bins)
    filled = count > 0
    sums = (np.bincount(bins, values, minlength=n_bins)[filled] for values in (positive, y_prob))
    return Reliability(*(one / count[filled] for one in sums), count[filled])


def expected_calibration_error(y_true, y_prob, n_bins=10, strategy="uniform", pos_label=1):
    """Returns the mean distance between probability and share of positives over the bins, weighted by their examples.

    A perfect forecaster has 0 in the limit of many examples, and more than 0 with few: compare like with like.

    Args, Raises: as `reliability`.

    Returns:
        A float.

    Source: Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning;
    for networks: Guo et al. (2017), On calibration of modern neural networks.
    """
    share, confidence, count = reliability(y_true, y_prob, n_bins, strategy, pos_label)
    return float(np.sum(count * np.abs(share - confidence)) / count.sum())


def brier_score(y_true, y_prob, pos_label=1):
    """Returns the mean squared distance between probabilities and what happened; smaller is better.

    Args:
        y_true: Labels, shape (examples,): of two classes, or 0 to classes - 1 where `y_prob` has a column a class.
        y_prob: Probabilities of the positive class, shape (examples,), or of all classes, shape (examples, classes);
            the squares are then added up over the classes.
        pos_label: The positive class, where there are two.

    Returns:
        A float.

    Raises:
        ValueError: If the shapes do not fit, or a probability is none.

    Source: Brier (1950), Verification of forecasts expressed in terms of probability; of the conventions:
    scikit-learn, `sklearn.metrics.brier_score_loss`.
    """
    y_true, y_prob = np.asarray(y_true), np.asarray(y_prob)
    if y_prob.ndim != 2:
        positive, y_prob = _probabilities(y_true, y_prob, pos_label)
        return float(np.mean((positive - y_prob) ** 2))
    classes = np.arange(y_prob.shape[1])
    if y_true.shape != y_prob.shape[:1] or not y_prob.size or not np.isin(y_true, classes).all():
        raise ValueError(
            f"expected labels from 0 to {len(classes) - 1}, one for each row of y_prob, received shapes "
            f"{y_true.shape} and {y_prob.shape}, classes {np.unique(y_true).tolist()}"
        )
    _check_range(y_prob)
    if not np.allclose(y_prob.sum(axis=1), 1, rtol=0, atol=1e-4):
        raise ValueError("y_prob: expected rows that sum to 1, such as a softmax gives")
    return float(np.mean(np.sum(((y_true[:, None] == classes) - y_prob.astype(float)) ** 2, axis=1)))


def _probabilities(y_true, y_prob, pos_label):
    positive, y_prob = check_scores(y_true, y_prob, pos_label, "y_prob")
    _check_range(y_prob)
    return positive, y_prob


def _check_range(y_prob):
    if not np.all((y_prob >= 0) & (y_prob <= 1)):
        raise ValueError(
            f"y_prob: expected probabilities from 0 to 1, received {y_prob.min():.3g} to {y_prob.max():.3g}; "
            "logits first go through a sigmoid or a softmax"
        )
