"""Top-k accuracy: is the true class among the k largest scores?"""

import numpy as np

from dnnlib.validation import check_integer


def top_k_accuracy(y_true, y_score, k=2, labels=None):
    """Returns the share of examples whose true class is among the k classes with the largest scores.

    Top-k *error* is what is missing to 1. Of equal scores the later class comes first.

    Args:
        y_true: Labels, shape (examples,).
        y_score: Scores, shape (examples, classes): logits or probabilities.
        k: How many classes an answer may name.
        labels: The class of each column, shape (classes,), sorted. Default: 0, 1, ...

    Returns:
        A float.

    Raises:
        ValueError: If the shapes do not fit, a score is nan, k is no count, or a label has no column.

    Source of the conventions: scikit-learn, `sklearn.metrics.top_k_accuracy_score`.
    """
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    if y_true.ndim != 1 or y_score.ndim != 2 or len(y_true) != len(y_score) or not y_score.size:
        raise ValueError(
            "expected labels of shape (examples,) and scores of shape (examples, classes), received shapes "
            f"{y_true.shape} and {y_score.shape}"
        )
    if np.isnan(y_score).any():
        raise ValueError("y_score: expected numbers, received nan")
    check_integer(k, "k")
    labels = np.arange(y_score.shape[1]) if labels is None else np.asarray(labels)
    if labels.shape != y_score.shape[1:] or np.any(labels[1:] <= labels[:-1]):
        raise ValueError(
            f"labels: expected {y_score.shape[1]} classes, sorted, one a column, received {labels.tolist()}"
        )
    if not np.isin(y_true, labels).all():
        unknown = np.setdiff1d(y_true, labels).tolist()
        raise ValueError(f"y_true: expected classes of the {len(labels)} columns, received {unknown}")
    best = np.argsort(y_score, axis=1, kind="stable")[:, ::-1][:, :k]
    return float(np.mean(np.any(labels[best] == y_true[:, None], axis=1)))
