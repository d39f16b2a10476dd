"""Losses of the margin: scores on the right side by less than 1 cost."""

import numpy as np

from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_predictions, check_targets


class Hinge(Loss):
    """Mean over examples and outputs of max(1 - t y_pred, 0), with t = -1 or 1.

    dL/d(y_pred) = -t / (number of entries) where the margin t y_pred is at most 1, else 0. At a margin of exactly 1
    there is no derivative; as in TensorFlow, the one of the sloping side is used.

    Source: Cortes & Vapnik (1995), Support-vector networks.
    """

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: Labels -1 and 1, shape (batch, ...). As in Keras, labels that are all 0 or 1 are read as -1 and 1.
            y_pred: Scores of the same shape.

        Returns:
            The mean loss of an entry as a float.

        Raises:
            ValueError: If the shapes differ, or a label is none of -1, 0 and 1.
        """
        y_pred = check_predictions(y_pred)
        name = type(self).__name__
        labels = check_targets(y_true, y_pred, name)
        if np.isin(labels, (0, 1)).all():
            labels = 2 * labels - 1
        if not np.isin(labels, (-1, 1)).all():
            raise ValueError(f"{name}: expected labels -1 and 1 (or 0 and 1), received {np.unique(labels)[:5]}")
        missing = 1 - labels * y_pred
        self.cache = labels, missing
        return float(np.mean(self.cost(np.maximum(missing, 0))))

    def cost(self, missing):
        """Returns what it costs to lack `missing` of the margin; `missing` is not negative."""
        return missing

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions, with the mean's division included."""
        labels, missing = check_cache(self)
        return np.where(missing >= 0, -labels, 0).astype(labels.dtype) / labels.size


class SquaredHinge(Hinge):
    """Mean over examples and outputs of max(1 - t y_pred, 0)^2, with t = -1 or 1.

    dL/d(y_pred) = -2 t max(1 - t y_pred, 0) / (number of entries).
    """

    def cost(self, missing):
        """Returns what it costs to lack `missing` of the margin; `missing` is not negative."""
        return missing**2

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions, with the mean's division included."""
        labels, missing = check_cache(self)
        return -2 * labels * np.maximum(missing, 0) / labels.size
