"""Bands: a curve that was measured from several seeds, with its spread."""

from typing import NamedTuple

import numpy as np

from dnnlib.evaluation.accuracy import check_confidence
from dnnlib.evaluation.distributions import student_quantile

KINDS = ("mean", "range", "quantiles")


class Band(NamedTuple):
    """A middle line, the lower and the upper edge of its band, and what the band is, in words."""

    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    name: str


def band(runs, kind="mean", confidence=0.95):
    """Summarises curves of several seeds.

    Args:
        runs: One row a seed, shape (seeds, ...), two seeds or more.
        kind: "mean": the mean and Student's interval of it, how far the mean could move with other seeds; "range":
            the median, the lowest and the highest run; "quantiles": the median and the middle half of the runs.
        confidence: Of the interval of the mean.

    Returns:
        A `Band`; its arrays have the shape of one run.

    Raises:
        ValueError: If there is one run only, or the kind is none of these.
    """
    runs = np.asarray(runs, dtype=float)
    if runs.ndim < 1 or len(runs) < 2:
        raise ValueError(f"runs: expected one row a seed and two seeds or more, received shape {runs.shape}")
    if kind not in KINDS:
        raise ValueError(f"kind: expected one of {', '.join(KINDS)}, received {kind!r}")
    check_confidence(confidence)
    if kind == "range":
        return Band(np.median(runs, 0), runs.min(0), runs.max(0), f"median and range of {len(runs)} seeds")
    if kind == "quantiles":
        low, middle, high = np.quantile(runs, [0.25, 0.5, 0.75], axis=0)
        return Band(middle, low, high, f"median and middle half of {len(runs)} seeds")
    mean, reach = runs.mean(0), student_quantile(confidence, len(runs) - 1) * runs.std(0, ddof=1) / len(runs) ** 0.5
    return Band(mean, mean - reach, mean + reach, f"mean of {len(runs)} seeds and its {confidence:.0%} interval")
