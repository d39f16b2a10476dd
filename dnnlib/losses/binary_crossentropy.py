"""Cross-entropy between a yes-or-no answer and the predicted probability of yes."""

import numpy as np

from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.losses.categorical_crossentropy import EPSILON
from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_predictions, check_targets


class BinaryCrossentropy(Loss):
    """Mean over examples and outputs of -t log p - (1 - t) log(1 - p).

    From probabilities, dL/dp = (p - t) / (p (1 - p)). From scores (logits) z with p = sigmoid(z) the two derivatives
    join to dL/dz = p - t, which stays exact where p rounds to 0 or 1.

    Args:
        from_logits: Whether predictions are scores before a sigmoid; otherwise they are probabilities, which are
            clipped to [1e-7, 1 - 1e-7], as in Keras.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 6.2.2.2.
    """

    def __init__(self, from_logits=False):
        super().__init__()
        self.from_logits = from_logits

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: Targets from 0 (no) to 1 (yes), shape (batch, ...).
            y_pred: Probabilities of yes, or scores if `from_logits`, of the same shape.

        Returns:
            The mean loss of an entry, in nats, as a float.

        Raises:
            ValueError: If the shapes differ, or what should be a probability is none.
        """
        y_pred = check_predictions(y_pred)
        y_true = check_targets(y_true, y_pred, "BinaryCrossentropy")
        if y_true.min() < 0 or y_true.max() > 1:
            raise ValueError(
                "BinaryCrossentropy: expected y_true from 0 to 1, received numbers from "
                f"{y_true.min()} to {y_true.max()}; the labels -1 and 1 belong to Hinge"
            )
        if not self.from_logits and (y_pred.min() < 0 or y_pred.max() > 1):
            raise ValueError(
                "BinaryCrossentropy: expected y_pred of probabilities, received numbers from "
                f"{y_pred.min()} to {y_pred.max()}; for scores before a sigmoid take from_logits=True"
            )
        self.cache = y_true, y_pred
        if self.from_logits:
            # -t log p - (1 - t) log(1 - p) with no exponential that can overflow.
            losses = np.maximum(y_pred, 0) - y_pred * y_true + np.log1p(np.exp(-np.abs(y_pred)))
        else:
            p = np.clip(y_pred, EPSILON, 1 - EPSILON)
            losses = -y_true * np.log(p) - (1 - y_true) * np.log(1 - p)
        return float(losses.mean())

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions, with the mean's division included."""
        y_true, y_pred = check_cache(self)
        if self.from_logits:
            return (Sigmoid(y_pred.dtype)(y_pred) - y_true) / y_pred.size
        p = np.clip(y_pred, EPSILON, 1 - EPSILON)
        # Where p is clipped, the loss does not depend on it.
        return np.where(p == y_pred, (p - y_true) / (p * (1 - p)), 0).astype(y_pred.dtype) / y_pred.size
