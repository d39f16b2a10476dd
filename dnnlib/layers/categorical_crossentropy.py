"""Cross-entropy between the true class and the predicted probabilities."""

import numpy as np

from dnnlib.layers.softmax import softmax
from dnnlib.layers.validation import check_cache, check_input

# Keras's epsilon: probabilities are clipped to [EPSILON, 1 - EPSILON], so that no logarithm is infinite.
EPSILON = 1e-7


class CategoricalCrossentropy:
    """Mean over the examples of -sum over classes k of t_k log p_k.

    From probabilities, dL/dp_k = -t_k / p_k. From scores (logits) z with p = softmax(z), the two derivatives
    join to dL/dz = p - t; that form is exact even where p rounds to 0 or 1, so it is the better one.

    Args:
        from_logits: Whether predictions are scores before a softmax; otherwise they are probabilities, which
            are first divided by their sum and clipped to [1e-7, 1 - 1e-7], as in Keras.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, section 6.2.2.3.
    """

    def __init__(self, from_logits=False):
        self.from_logits = from_logits
        self.cache = None

    def __call__(self, y_true, y_pred):
        return self.forward(y_true, y_pred)

    def targets(self, y_true, y_pred):
        """Checks the targets and returns them as one row of probabilities for each example."""
        y_true = np.asarray(y_true)
        if y_true.shape != y_pred.shape:
            raise ValueError(f"CategoricalCrossentropy: expected y_true shaped like y_pred, {y_pred.shape}, received "
                             f"{y_true.shape}; for integer labels use SparseCategoricalCrossentropy")
        if not np.allclose(y_true.sum(axis=-1), 1, atol=1e-3):
            raise ValueError("CategoricalCrossentropy: expected rows of y_true that sum to 1 (one-hot rows), "
                             f"received a row that sums to {_farthest_from_one(y_true.sum(axis=-1))}")
        return y_true.astype(y_pred.dtype, copy=False)

    def forward(self, y_true, y_pred):
        """Computes the loss.

        Args:
            y_true: One-hot rows (or other probabilities), shape (batch, ..., classes).
            y_pred: Probabilities, or scores if `from_logits`, of the same shape.

        Returns:
            The mean loss of an example, in nats, as a float.

        Raises:
            ValueError: If the shapes differ or the targets are no probabilities.
        """
        y_pred = check_input(y_pred, None, np.result_type(np.asarray(y_pred), "float32"), "y_pred")
        targets = self.targets(y_true, y_pred)
        self.cache = targets, y_pred
        if self.from_logits:
            shifted = y_pred - y_pred.max(axis=-1, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        else:
            log_p = np.log(np.clip(y_pred / y_pred.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON))
        return float(-(targets * log_p).sum(axis=-1).mean())

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
            raise ValueError(f"SparseCategoricalCrossentropy: expected labels of shape {y_pred.shape[:-1]}, received "
                             f"{labels.shape}; for one-hot rows use CategoricalCrossentropy")
        if labels.dtype.kind not in "iu":
            raise ValueError(f"SparseCategoricalCrossentropy: expected integer labels, received type {labels.dtype}")
        if labels.min() < 0 or labels.max() >= classes:
            raise ValueError(f"SparseCategoricalCrossentropy: expected labels from 0 to {classes - 1}, "
                             f"received {labels.min()} to {labels.max()}")
        return np.eye(classes, dtype=y_pred.dtype)[labels]


def _farthest_from_one(sums):
    return float(sums.flat[np.abs(sums - 1).argmax()])
