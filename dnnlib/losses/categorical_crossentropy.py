"""Cross-entropy between the true class and the predicted probabilities."""

import numpy as np

from dnnlib.layers.softmax import softmax
from dnnlib.losses.loss import Loss
from dnnlib.validation import check_cache, check_input, check_predictions

# Keras's epsilon: probabilities are clipped to [EPSILON, 1 - EPSILON], so that no logarithm is infinite.
EPSILON = 1e-7


class CategoricalCrossentropy(Loss):
    """Mean over the examples of -sum over classes k of t_k log p_k.

    From probabilities, dL/dp_k = -t_k / p_k. From scores (logits) z with p = softmax(z), the two derivatives
    join to dL/dz = p - t; that form is exact even where p rounds to 0 or 1, so it is the better one.

    Args:
        from_logits: Whether predictions are scores before a softmax; otherwise they are probabilities, which
            are first divided by their sum and clipped to [1e-7, 1 - 1e-7], as in Keras.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 6.2.2.3.
    """

    def __init__(self, from_logits=False):
        super().__init__()
        self.from_logits = from_logits

    def targets(self, y_true, y_pred):
        """Checks the targets and returns them as one row of probabilities for each example."""
        y_true = check_input(y_true, None, y_pred.dtype, "y_true")
        if y_true.shape != y_pred.shape:
            raise ValueError(
                f"CategoricalCrossentropy: expected y_true shaped like y_pred, {y_pred.shape}, received "
                f"{y_true.shape}; for integer labels use SparseCategoricalCrossentropy"
            )
        if y_true.min() < 0 or not np.allclose(y_true.sum(axis=-1), 1, atol=1e-3):
            raise ValueError(
                "CategoricalCrossentropy: expected rows of y_true that are not negative and sum to 1 "
                f"(one-hot rows), received numbers from {y_true.min()} and a row that sums to "
                f"{_farthest_from_one(y_true.sum(axis=-1))}"
            )
        return y_true

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: One-hot rows (or other probabilities), shape (batch, ..., classes).
            y_pred: Probabilities, or scores if `from_logits`, of the same shape.

        Returns:
            The mean loss of an example, in nats, as a float.

        Raises:
            ValueError: If the shapes differ, or what should be probabilities is none.
        """
        y_pred = check_predictions(y_pred, at_least=1)
        if not self.from_logits and (y_pred.min() < 0 or np.isinf(y_pred.max()) or not y_pred.any(axis=-1).all()):
            raise ValueError(
                f"{type(self).__name__}: expected y_pred of probabilities, finite, not negative and not all zero, "
                f"received numbers from {y_pred.min()} to {y_pred.max()}; for scores before a softmax "
                "take from_logits=True"
            )
        targets = self.targets(y_true, y_pred)
        self.cache = targets, y_pred
        if self.from_logits:
            self._check_largest(y_pred)
            shifted = y_pred - y_pred.max(axis=-1, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        else:
            log_p = np.log(np.clip(y_pred / y_pred.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON))
        # 0 log 0 is 0: a masked score (-inf) costs nothing where it is not the target.
        losses = -np.multiply(targets, log_p, out=np.zeros_like(log_p), where=targets != 0).sum(axis=-1)
        return float(losses.mean())

    def _check_largest(self, y_pred):
        largest = y_pred.max(axis=-1)
        if np.isinf(largest).any():
            raise ValueError(
                f"{type(self).__name__}: expected in each row a finite score and none of inf, received a row whose "
                f"largest is {largest[np.isinf(largest)][0]}; -inf may mask some scores, not all"
            )

    def backward(self):
        """Returns dL/d(y_pred) for the last predictions, with the mean's division included."""
        targets, y_pred = check_cache(self)
        examples = y_pred.size // y_pred.shape[-1]
        if self.from_logits:
            return (softmax(y_pred) - targets) / examples
        total = y_pred.sum(axis=-1, keepdims=True)
        p = y_pred / total
        # Where p is clipped, the loss does not depend on it.
        dp = np.where((p > EPSILON) & (p < 1 - EPSILON), -targets / np.maximum(p, EPSILON), 0)
        return ((dp - (dp * p).sum(axis=-1, keepdims=True)) / total / examples).astype(y_pred.dtype)


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """`CategoricalCrossentropy` for integer labels: mean over the examples of -log p_label.

    Args:
        from_logits: Whether predictions are scores before a softmax.
    """

    def targets(self, y_true, y_pred):
        """Checks the labels, shape (batch, ...) or (batch, ..., 1), and returns them one-hot."""
        labels, classes = np.asarray(y_true), y_pred.shape[-1]
        if labels.shape == (*y_pred.shape[:-1], 1):
            labels = labels[..., 0]
        if labels.shape != y_pred.shape[:-1]:
            raise ValueError(
                f"SparseCategoricalCrossentropy: expected labels of shape {y_pred.shape[:-1]}, received "
                f"{labels.shape}; for one-hot rows use CategoricalCrossentropy"
            )
        if labels.dtype.kind not in "iu":
            raise ValueError(f"SparseCategoricalCrossentropy: expected integer labels, received type {labels.dtype}")
        if labels.min() < 0 or labels.max() >= classes:
            raise ValueError(
                f"SparseCategoricalCrossentropy: expected labels from 0 to {classes - 1}, "
                f"received {labels.min()} to {labels.max()}"
            )
        one_hot = np.zeros_like(y_pred)
        np.put_along_axis(one_hot, labels[..., np.newaxis], 1, axis=-1)
        return one_hot


def _farthest_from_one(sums):
    return float(sums.flat[np.abs(sums - 1).argmax()])
