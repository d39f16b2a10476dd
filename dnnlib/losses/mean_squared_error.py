"""Mean squared error."""

import numpy as np

from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_predictions, check_targets


class MeanSquaredError(Loss):
    """Mean over examples and outputs of (y_pred - y_true)^2.

    dL/d(y_pred) = 2 (y_pred - y_true) / (number of entries).
    """

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: Targets, shape (batch, ...).
            y_pred: Predictions of the same shape.

        Returns:
            The loss as a float, in the squared unit of the targets.

        Raises:
            ValueError: If the shapes differ.
        """
        y_pred = check_predictions(y_pred)
        y_true = check_targets(y_true, y_pred, "MeanSquaredError")
        difference = y_pred - y_true
        self.cache = difference
        return float(np.mean(difference**2))

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions."""
        difference = check_cache(self)
        return 2 * difference / difference.size
