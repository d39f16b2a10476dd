"""Finds the rule that a `kernel_initializer` argument names."""

import numpy as np

from dnnlib.initializers.constant import ones, zeros
from dnnlib.initializers.initializer import Initializer
from dnnlib.initializers.orthogonal import orthogonal
from dnnlib.initializers.random_normal import RandomNormal
from dnnlib.initializers.random_uniform import RandomUniform
from dnnlib.initializers.variance_scaling import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
)

INITIALIZERS = {
    "zeros": zeros,
    "ones": ones,
    "random_normal": RandomNormal(),
    "random_uniform": RandomUniform(),
    "uniform": RandomUniform(),
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "orthogonal": orthogonal,
}


def get(identifier):
    """Resolves a `kernel_initializer` argument.

    Args:
        identifier: A name, e.g. "he_normal", an object such as `Orthogonal(gain=1.4)`, or a function
            (shape, rng) -> array.

    Returns:
        A function (shape, rng, dtype) -> array of that shape and type.

    Raises:
        ValueError: If the name is unknown, or (when called) the function returns another shape.
    """
    if isinstance(identifier, Initializer):
        return identifier
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
