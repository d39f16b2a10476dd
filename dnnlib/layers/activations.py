"""Functions that a layer applies inside itself, with their slopes read off their outputs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dnnlib.layers.sigmoid import sigmoid


@dataclass(frozen=True)
class Activation:
    """A function of one number.

    Attributes:
        function: y = f(x).
        derivative: f'(x), as a function of the output y: nothing but the output needs to be kept.
    """

    function: Callable
    derivative: Callable

    def __call__(self, x):
        return self.function(x)


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda y: 1 - y * y),
    "sigmoid": Activation(sigmoid, lambda y: y * (1 - y)),
    "relu": Activation(lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(y.dtype)),
    "linear": Activation(lambda x: x, np.ones_like),
}


def get(identifier):
    """Resolves an `activation` argument.

    Args:
        identifier: "tanh", "sigmoid", "relu" or "linear"; None is linear, as in Keras.

    Returns:
        An `Activation`.

    Raises:
        ValueError: If the name is unknown.
    """
    name = "linear" if identifier is None else identifier
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)} or None, received {identifier!r}")
    return ACTIVATIONS[name]
