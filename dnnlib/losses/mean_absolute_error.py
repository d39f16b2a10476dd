"""Mean absolute error."""

import numpy as np

from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_predictions, check_targets


class MeanAbsoluteError(Loss):
    """Mean over examples and outputs of |y_pred - y_true|.

    dL/d(y_pred) = sign(y_pred - y_true) / (number of entries). Where both are equal there is no derivative; as in
    TensorFlow, 0 is used.
    """

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: Targets, shape (batch, ...).
            y_pred: Predictions of the same shape.

        Returns:
            The loss as a float, in the unit of the targets.

        Raises:
            ValueError: If the shapes differ.
        """
        y_pred = check_predictions(y_pred)
        difference = y_pred - check_targets(y_true, y_pred, "MeanAbsoluteError")
        self.cache = difference
        return float(np.mean(np.abs(difference)))

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions."""
        difference = check_cache(self)
        return np.sign(difference) / difference.size
