"""Initial weights whose variance follows from the number of connections: Glorot's and He's rules."""

import numpy as np


def fans(shape):
    """Counts the connections into and out of one unit, as Keras does.

    Args:
        shape: The kernel's shape: (inputs, units), or (spatial axes ..., inputs, units).

    Returns:
        (fan_in, fan_out).

    Raises:
        ValueError: If the shape has fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"fans: expected a kernel's shape (..., inputs, units), received {tuple(shape)}")
    *window, inputs, units = (int(size) for size in shape)
    positions = int(np.prod(window))
    return positions * inputs, positions * units


def _uniform(shape, rng, dtype, variance):
    # A uniform variable on [-a, a] has variance a^2 / 3.
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, shape).astype(dtype)


def _truncated_normal(shape, rng, dtype, variance):
    """Draws a normal variable cut at two standard deviations, with the variance asked for after the cut."""
    values = rng.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(np.count_nonzero(outside))
    # 0.8796... is the standard deviation of the standard normal cut at +-2.
    return (values * np.sqrt(variance) / 0.87962566103423978).astype(dtype)


def glorot_uniform(shape, rng, dtype="float32"):
    """Draws uniformly with variance 2 / (fan_in + fan_out).

    Args:
        shape: The kernel's shape.
        rng: A `numpy.random.Generator`.
        dtype: Type of the result.

    Source: Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, section 4.2.1.
    """
    return _uniform(shape, rng, dtype, 2 / sum(fans(shape)))


def glorot_normal(shape, rng, dtype="float32"):
    """Draws from a truncated normal with variance 2 / (fan_in + fan_out). See `glorot_uniform`."""
    return _truncated_normal(shape, rng, dtype, 2 / sum(fans(shape)))


def he_uniform(shape, rng, dtype="float32"):
    """Draws uniformly with variance 2 / fan_in. See `he_normal`."""
    return _uniform(shape, rng, dtype, 2 / fans(shape)[0])


def he_normal(shape, rng, dtype="float32"):
    """Draws from a truncated normal with variance 2 / fan_in, for layers followed by ReLU.

    Args:
        shape: The kernel's shape.
        rng: A `numpy.random.Generator`.
        dtype: Type of the result.

    Source: He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, section 2.2.
    """
    return _truncated_normal(shape, rng, dtype, 2 / fans(shape)[0])
