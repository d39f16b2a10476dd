"""The margin between the true class's score and the others."""

import numpy as np

from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_predictions, check_targets


class CategoricalHinge(Loss):
    """Mean over the examples of max(1 + neg - pos, 0).

    pos is the score of the true class, sum of t y_pred; neg the largest of (1 - t) y_pred, that is, of the other
    classes' scores and, as in Keras, of the 0 that stands in the true class's place.

    Source: Keras, whose conventions it follows; Weston & Watkins (1999), Support vector machines for multi-class
    pattern recognition, sum over the other classes where this takes the largest.
    """

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: One-hot rows, shape (batch, ..., classes).
            y_pred: Scores of the same shape.

        Returns:
            The mean loss of an example as a float.

        Raises:
            ValueError: If the shapes differ, or a row of y_true is not one-hot.
        """
        y_pred = check_predictions(y_pred, at_least=1)
        y_true = check_targets(y_true, y_pred, "CategoricalHinge")
        if not np.isin(y_true, (0, 1)).all() or not (y_true.sum(axis=-1) == 1).all():
            raise ValueError(
                "CategoricalHinge: expected one-hot rows of y_true, a single 1 among zeros, "
                f"received numbers from {y_true.min()} to {y_true.max()} with sums {np.unique(y_true.sum(axis=-1))[:5]}"
            )
        others = (1 - y_true) * y_pred
        missing = 1 + others.max(axis=-1, keepdims=True) - (y_true * y_pred).sum(axis=-1, keepdims=True)
        self.cache = y_true, others, missing
        return float(np.mean(np.maximum(missing, 0)))

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions; equal largest scores share the gradient, as in TensorFlow."""
        y_true, others, missing = check_cache(self)
        largest = others == others.max(axis=-1, keepdims=True)
        shares = (1 - y_true) * largest / largest.sum(axis=-1, keepdims=True)
        return np.where(missing >= 0, shares - y_true, 0).astype(y_true.dtype) / missing.size
