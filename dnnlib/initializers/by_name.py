"""Finds the rule that a `kernel_initializer` argument names."""

import numpy as np

from dnnlib.initializers.constant import zeros
from dnnlib.initializers.variance_scaling import glorot_normal, glorot_uniform, he_normal, he_uniform

INITIALIZERS = {rule.__name__: rule for rule in (zeros, glorot_uniform, glorot_normal, he_uniform, he_normal)}


def get(identifier):
    """Resolves a `kernel_initializer` argument.

    Args:
        identifier: A name, e.g. "he_normal", or a function (shape, rng) -> array.

    Returns:
        A function (shape, rng, dtype) -> array of that shape and type.

    Raises:
        ValueError: If the name is unknown, or (when called) the function returns another shape.
    """
    if callable(identifier):
        return lambda shape, rng, dtype="float32": _checked(identifier(shape, rng), shape, dtype)
    if not isinstance(identifier, str) or identifier not in INITIALIZERS:
        raise ValueError(
            f"initializer: expected one of {', '.join(INITIALIZERS)}, or a function "
            f"(shape, rng) -> array; received {identifier!r}"
        )
    return INITIALIZERS[identifier]


def _checked(values, shape, dtype):
    if np.shape(values) != tuple(shape):
        raise ValueError(f"initializer: expected an array of shape {tuple(shape)}, received {np.shape(values)}")
    return np.array(values, dtype)
