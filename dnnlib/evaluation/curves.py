"""All thresholds at once: the ROC curve, the precision–recall curve, and the areas below them."""

import numpy as np

from dnnlib.evaluation.accuracy import check_answers


def roc_curve(y_true, y_score, pos_label=1, drop_intermediate=True):
    """Returns false and true positive rates at every threshold that changes an answer.

    An answer is positive if its score is at least the threshold. The first threshold is infinite: nothing is positive.

    Args:
        y_true: Labels of two classes, shape (examples,).
        y_score: Scores, shape (examples,): the larger, the more likely positive.
        pos_label: The positive class.
        drop_intermediate: Whether to leave out points on a straight line between their neighbours.

    Returns:
        fpr, tpr and thresholds, shape (points,) each; a rate is nan throughout if its class is absent.

    Raises:
        ValueError: If the shapes differ, a score is not finite, or there are more than two classes.

    Source of the name and the conventions: scikit-learn, `sklearn.metrics.roc_curve`.
    """
    fps, tps, thresholds = _counts(y_true, y_score, pos_label)
    if drop_intermediate and len(fps) > 2:
        bends = (np.diff(fps, 2) != 0) | (np.diff(tps, 2) != 0)
        kept = np.r_[True, bends, True]
        fps, tps, thresholds = fps[kept], tps[kept], thresholds[kept]
    fps, tps = np.r_[0, fps], np.r_[0, tps]
    return _rate(fps), _rate(tps), np.r_[np.inf, thresholds]


def roc_auc(y_true, y_score, pos_label=1):
    """Returns the area below the ROC curve.

    It is the probability that a random positive example has a larger score than a random negative one, ties counted
    half: 0.5 for scores that know nothing, whatever the balance of the classes.

    Args:
        y_true: Labels of two classes, shape (examples,).
        y_score: Scores, shape (examples,).
        pos_label: The positive class.

    Returns:
        A float; nan if a class is absent.

    Raises:
        ValueError: As `roc_curve`.

    Source: Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic curve;
    of the conventions: scikit-learn, `sklearn.metrics.roc_auc_score`.
    """
    fpr, tpr, _ = roc_curve(y_true, y_score, pos_label)
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def precision_recall_curve(y_true, y_score, pos_label=1):
    """Returns precision and recall at every threshold that occurs, the smallest first.

    Args:
        y_true: Labels of two classes, shape (examples,).
        y_score: Scores, shape (examples,).
        pos_label: The positive class.

    Returns:
        precision and recall, shape (thresholds + 1,), and thresholds. The last point, precision 1 and recall 0, has no
        threshold. Without a positive example recall is 1 up to there.

    Raises:
        ValueError: As `roc_curve`.

    Source of the name and the conventions: scikit-learn, `sklearn.metrics.precision_recall_curve`.
    """
    fps, tps, thresholds = _counts(y_true, y_score, pos_label)
    recall = tps / tps[-1] if tps[-1] else np.ones(len(tps))
    return np.r_[(tps / (tps + fps))[::-1], 1.0], np.r_[recall[::-1], 0.0], thresholds[::-1]


def average_precision(y_true, y_score, pos_label=1):
    """Returns the area below the precision–recall curve as a sum of steps: precision times gain in recall.

    Scores that know nothing get about the share of positive examples.

    Args:
        y_true: Labels of two classes, shape (examples,).
        y_score: Scores, shape (examples,).
        pos_label: The positive class.

    Returns:
        A float; 0 if there is no positive example.

    Raises:
        ValueError: As `roc_curve`.

    Source of the conventions: scikit-learn, `sklearn.metrics.average_precision_score`.
    """
    fps, tps, _ = _counts(y_true, y_score, pos_label)
    if not tps[-1]:
        return 0.0
    return float(np.sum(np.diff(tps, prepend=0) / tps[-1] * tps / (tps + fps)))


def check_scores(y_true, y_score, pos_label, name="y_score"):
    """Returns which examples are positive, and the scores.

    Raises:
        ValueError: If the shapes differ, a score is not finite, or there are more than two classes.
    """
    y_true, y_score = check_answers(y_true, y_score, f"y_true and {name}")
    if not np.issubdtype(y_score.dtype, np.number) and y_score.dtype != bool:
        raise ValueError(f"{name}: expected numbers, received {y_score.dtype}")
    y_score = y_score.astype(float)
    if not np.isfinite(y_score).all():
        raise ValueError(f"{name}: expected finite numbers, received {np.sum(~np.isfinite(y_score))} nan or infinite")
    present = np.unique(y_true)
    if len(present) > 2 or (len(present) == 2 and pos_label not in present):
        raise ValueError(
            f"y_true: expected two classes, pos_label = {pos_label!r} one of them, received {present.tolist()}; "
            "of several classes take one against the rest: y_true == that class"
        )
    return y_true == pos_label, y_score


def _counts(y_true, y_score, pos_label):
    """Returns false positives, true positives and thresholds, the largest threshold first; ties fall together."""
    positive, y_score = check_scores(y_true, y_score, pos_label)
    order = np.argsort(-y_score, kind="stable")
    positive, y_score = positive[order], y_score[order]
    last = np.r_[np.flatnonzero(np.diff(y_score)), len(y_score) - 1]  # of each group of equal scores
    tps = np.cumsum(positive)[last]
    return last + 1 - tps, tps, y_score[last]


def _rate(counts):
    return counts / counts[-1] if counts[-1] else np.full(len(counts), np.nan)
