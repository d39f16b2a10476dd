"""Mean squared error."""

import numpy as np

from dnnlib.validation import check_cache, check_input, check_predictions


class MeanSquaredError:
    """Mean over examples and outputs of (y_pred - y_true)^2.

    dL/d(y_pred) = 2 (y_pred - y_true) / (number of entries).
    """

    def __init__(self):
        self.cache = None

    def __call__(self, y_true, y_pred):
        return self.forward(y_true, y_pred)

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: Targets, shape (batch, ...).
            y_pred: Predictions of the same shape.

        Returns:
            The loss as a float, in the squared unit of the targets.

        Raises:
            ValueError: If the shapes differ. (Broadcast, (batch,) against (batch, 1) would silently compare
                every prediction with every target.)
        """
        y_pred = check_predictions(y_pred)
        y_true = check_input(y_true, None, y_pred.dtype, "y_true")
        if y_true.shape != y_pred.shape:
            raise ValueError(
                f"MeanSquaredError: expected y_true shaped like y_pred, {y_pred.shape}, "
                f"received {y_true.shape}; reshape one of them"
            )
        difference = y_pred - y_true
        self.cache = difference
        return float(np.mean(difference**2))

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions."""
        difference = check_cache(self)
        return 2 * difference / difference.size
