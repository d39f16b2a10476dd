"""Splits into training, validation and test sets."""

import numpy as np


def train_validation_test_split(x, y, seed):
    """Splits as in the lecture: 60 % and 40 %, then 80 % and 20 % of the first part, each class in its share.

    Args:
        x: Examples of shape (N, ...).
        y: Labels of shape (N,).
        seed: An integer; the same seed gives the same split.

    Returns:
        Three pairs (x, y): training with 48 % of the examples, validation with 12 %, test with 40 %.

    Raises:
        ValueError: If the lengths differ, or a class has fewer than five examples.
    """
    x, y = np.asarray(x), np.asarray(y)
    if y.ndim != 1 or len(x) != len(y):
        raise ValueError(f"expected x of shape (N, ...) and y of shape (N,), received {x.shape} and {y.shape}")
    classes, counts = np.unique(y, return_counts=True)
    if not len(y) or counts.min() < 5:
        rarest = f"{counts.min()} of class {classes[counts.argmin()]}" if len(y) else "none"
        raise ValueError(f"y: expected five or more examples of each class, received {rarest}; merge or leave out")
    rng = np.random.default_rng(seed)
    development, test = _stratified(np.arange(len(y)), y, 0.4, rng)
    training, validation = _stratified(development, y, 0.2, rng)
    return tuple((x[part], y[part]) for part in (training, validation, test))


def _stratified(indices, y, share, rng):
    """Takes `share` of each class out of `indices`; returns the shuffled indices kept and taken."""
    kept, taken = [], []
    for label in np.unique(y[indices]):
        members = rng.permutation(indices[y[indices] == label])
        cut = max(1, round(share * len(members)))
        taken.append(members[:cut])
        kept.append(members[cut:])
    return rng.permutation(np.concatenate(kept)), rng.permutation(np.concatenate(taken))
