"""What every layer shares: parameters, gradients and cache in plain dicts."""

import numpy as np

from dnnlib.regularizers import by_name
from dnnlib.validation import check_dtype, check_numeric


class Layer:
    """A differentiable function with parameters.

    A subclass writes ``forward(x, training=False)`` and ``backward(grad)`` next to each other.
    ``forward`` keeps in ``self.cache`` just what ``backward`` needs; ``backward`` fills
    ``self.grads`` (the same keys as ``self.params``) and returns the gradient with respect to ``x``.
    Weights that no gradient changes, such as moving averages, stand in ``self.non_trainable``: ``forward`` moves
    them in training, an optimizer never sees them, and ``get_weights`` has them after the parameters.

    The cache belongs to the last ``forward``. It holds the input, the output and the parameters themselves
    where it can, not copies: do not change any of them in place between ``forward`` and ``backward``
    (``y = y + 1`` is fine, ``y += 1`` is not), or the gradients are those of the changed numbers.

    A ``forward`` that has to know which times of a sequence count has an argument ``mask`` too.

    Args:
        dtype: Type of the parameters and of the computation, as in Keras.
        regularizers: Penalties on parameters, by the parameter's name: what `dnnlib.regularizers.by_name.get` takes.
            The layer keeps them in `self.regularizers`; the training loop adds them to the loss and the gradients.

    Raises:
        ValueError: If `dtype` is no type of floating-point numbers, or a penalty is unknown.
    """

    supports_masking = True  # False for layers whose output has other times than the input
    activity_losses = ()  # penalties on what the last ``forward`` passed on; the training loop adds them to the loss

    def __init__(self, dtype="float32", regularizers=None):
        self.dtype = check_dtype(dtype)
        rules = {name: by_name.get(rule) for name, rule in (regularizers or {}).items()}
        self.regularizers = {name: rule for name, rule in rules.items() if rule is not None}
        self.params = {}
        self.non_trainable = {}
        self.grads = {}
        self.cache = None

    @property
    def wide(self):
        """The type in which the layer's sums accumulate: float32 at least."""
        return np.result_type(self.dtype, np.float32)

    def build(self, input_shape):
        """Creates the parameters for inputs of this shape (batch axis included). Default: none."""

    def compute_mask(self, x, mask=None):
        """Returns the mask of the output: that of the input, where a time of the output is a time of the input.

        A mask says which times of a sequence count: booleans of shape (batch, time).
        """
        return mask if self.supports_masking else None

    def forward(self, x, training=False):
        """Computes the layer's output and keeps what ``backward`` needs."""
        raise NotImplementedError

    def backward(self, grad):
        """Returns dL/dx from ``grad`` = dL/d(output); fills ``self.grads``."""
        raise NotImplementedError

    def __call__(self, x, training=False, **arguments):
        return self.forward(x, training=training, **arguments)

    @property
    def weights(self):
        """All weights by name: the parameters, then those that no gradient changes."""
        return self.params | self.non_trainable

    def get_weights(self):
        """Returns copies of all weights, in Keras's order (kernel, then bias; moving averages last)."""
        return [value.copy() for value in self.weights.values()]

    def set_weights(self, weights):
        """Sets all weights, in the order of ``get_weights``.

        Raises:
            ValueError: If the number of arrays or a shape differs, or they are not numeric.
        """
        if len(weights) != len(self.weights):
            names = ", ".join(self.weights) or "none; with build(input_shape) it gets its parameters"
            raise ValueError(f"weights: expected {len(self.weights)} arrays ({names}), received {len(weights)}")
        for (name, old), new in zip(self.weights.items(), weights, strict=True):
            if check_numeric(new, name).shape != old.shape:
                raise ValueError(f"{name}: expected shape {old.shape}, received {np.shape(new)}")
        values = iter(weights)
        self.params = {name: np.array(next(values), self.dtype) for name in self.params}
        self.non_trainable = {name: np.array(next(values), self.wide) for name in self.non_trainable}

    def count_params(self):
        """Returns the number of scalars in the weights, those that no gradient changes included, as Keras does."""
        return sum(value.size for value in self.weights.values())
