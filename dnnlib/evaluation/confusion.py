"""The confusion matrix, and what is read from it: precision, recall and F1."""

import numpy as np

from dnnlib.evaluation.accuracy import check_answers

AVERAGES = ("binary", "micro", "macro", "weighted", None)


def confusion_matrix(y_true, y_pred, labels=None):
    """Counts each pair of true class and answer.

    Args:
        y_true: Labels, shape (examples,).
        y_pred: Answers, shape (examples,): classes, not scores.
        labels: The classes in the order of the rows, shape (classes,). Default: all that occur, sorted. Examples with
            a class that is not listed are left out.

    Returns:
        Counts, shape (classes, classes): rows are true classes, columns are answers.

    Raises:
        ValueError: If the shapes differ, a class is listed twice, or none of the listed classes is a true class.

    Source of the name and the conventions: scikit-learn, `sklearn.metrics.confusion_matrix`.
    """
    y_true, y_pred, labels = _classes(y_true, y_pred, labels)
    if not np.isin(y_true, labels).any():
        raise ValueError(f"labels: expected at least one class that occurs in y_true, received {labels.tolist()}")
    kept = np.isin(y_true, labels) & np.isin(y_pred, labels)
    order = np.argsort(labels)
    rows, columns = (order[np.searchsorted(labels, y[kept], sorter=order)] for y in (y_true, y_pred))
    return np.bincount(rows * len(labels) + columns, minlength=len(labels) ** 2).reshape(len(labels), -1)


def precision(y_true, y_pred, average="binary", labels=None, pos_label=1, zero_division=0.0):
    """Returns the share of the examples given a class that belong to it: TP / (TP + FP).

    Args:
        y_true: Labels, shape (examples,).
        y_pred: Answers, shape (examples,): classes, not scores.
        average: "binary": of `pos_label` alone. "macro": the mean over the classes. "weighted": the mean weighted by
            how often a class is true. "micro": from the sums of the counts. None: an array, one value a class.
        labels: The classes that count, shape (classes,). Default: all that occur, sorted. Not for "binary".
        pos_label: The class that "binary" looks at.
        zero_division: What 0 / 0 gives: 0, 1, or nan, which the means leave out.

    Returns:
        A float; an array of shape (classes,) if `average` is None.

    Raises:
        ValueError: If the shapes differ, "binary" meets more than two classes or no `pos_label`, or an option is
            unknown.

    Source of the conventions: scikit-learn, `sklearn.metrics.precision_score`.
    """
    return _averaged(_precision, y_true, y_pred, average, labels, pos_label, zero_division)


def recall(y_true, y_pred, average="binary", labels=None, pos_label=1, zero_division=0.0):
    """Returns the share of the examples of a class that are found: TP / (TP + FN).

    Args, Returns and Raises: as `precision`.

    Source of the conventions: scikit-learn, `sklearn.metrics.recall_score`.
    """
    return _averaged(_recall, y_true, y_pred, average, labels, pos_label, zero_division)


def f1(y_true, y_pred, average="binary", labels=None, pos_label=1, zero_division=0.0):
    """Returns the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    Args, Returns and Raises: as `precision`. "macro" is the mean of the classes' F1, not the F1 of the means.

    Source of the conventions: scikit-learn, `sklearn.metrics.f1_score`.
    """
    return _averaged(_f1, y_true, y_pred, average, labels, pos_label, zero_division)


def _precision(hits, given, true):
    return hits, given


def _recall(hits, given, true):
    return hits, true


def _f1(hits, given, true):
    return 2 * hits, given + true


def _averaged(counts_of, y_true, y_pred, average, labels, pos_label, zero_division):
    if average not in AVERAGES:
        raise ValueError(f"average: expected one of {', '.join(map(repr, AVERAGES))}, received {average!r}")
    if not (zero_division in (0, 1) or np.isnan(zero_division)):
        raise ValueError(f"zero_division: expected 0, 1 or nan, received {zero_division!r}")
    if average == "binary":
        labels = _positive(y_true, y_pred, labels, pos_label)
    y_true, y_pred, labels = _classes(y_true, y_pred, labels)
    is_true, is_given = y_true == labels[:, None], y_pred == labels[:, None]
    counts = [np.sum(where, axis=1) for where in (is_true & is_given, is_given, is_true)]
    support = counts[-1]
    if average == "micro":
        counts = [np.sum(count, keepdims=True) for count in counts]
    above, below = counts_of(*counts)
    values = np.divide(above, below, out=np.full(len(below), float(zero_division)), where=below > 0)
    if average is None:
        return values
    known = ~np.isnan(values)
    weights = support[known] if average == "weighted" and support[known].any() else None
    return float(np.average(values[known], weights=weights)) if known.any() else float("nan")


def _positive(y_true, y_pred, labels, pos_label):
    """Returns the one class that "binary" looks at, as a list."""
    present = np.union1d(y_true, y_pred)
    if labels is not None:
        raise ValueError('labels: expected none with average="binary", which looks at pos_label alone')
    if len(present) > 2:
        raise ValueError(
            f'average: expected "micro", "macro", "weighted" or None for {len(present)} classes, received "binary"'
        )
    if len(present) == 2 and pos_label not in present:
        raise ValueError(f"pos_label: expected one of {present.tolist()}, received {pos_label!r}")
    return [pos_label]


def _classes(y_true, y_pred, labels):
    """Returns labels, answers and the classes that count, checked."""
    y_true, y_pred = check_answers(y_true, y_pred, "y_true and y_pred")
    if any(np.issubdtype(y.dtype, np.inexact) and not np.all(y == np.floor(y)) for y in (y_true, y_pred)):
        raise ValueError(
            "y_true and y_pred: expected classes, received numbers with a fraction; are they scores? "
            "Compare them with a threshold, or take argmax, first"
        )
    labels = np.union1d(y_true, y_pred) if labels is None else np.asarray(labels)
    if labels.ndim != 1 or not labels.size or len(np.unique(labels)) < len(labels):
        raise ValueError(f"labels: expected one or more classes, each of them once, received {labels.tolist()}")
    return y_true, y_pred, labels
