"""Pictures in another light: brightness, contrast and noise, within the range from 0 to 1."""

import numpy as np

from dnnlib.augmentation.amounts import amounts, pictures


def brightness(x, added):
    """Makes pictures brighter or darker.

    Args:
        x: Pictures of shape (batch, height, width, channels), values from 0 to 1.
        added: What each value gains: shape (batch,), or one number for all.

    Returns:
        Pictures of the same shape, cut off at 0 and 1.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "brightness")
    return _within_range(x, x + _each(added, x, "added"))


def contrast(x, factors):
    """Spreads each channel of a picture about its mean, or draws it together.

    Args:
        x: Pictures of shape (batch, height, width, channels), values from 0 to 1.
        factors: What each distance from the mean is multiplied by: shape (batch,), or one number for all.

    Returns:
        Pictures of the same shape, cut off at 0 and 1.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "contrast")
    mean = x.mean(axis=(1, 2), keepdims=True)
    return _within_range(x, mean + _each(factors, x, "factors") * (x - mean))


def noise(x, stddev, rng):
    """Adds a random number from a normal distribution to every value.

    Args:
        x: Pictures of shape (batch, height, width, channels), values from 0 to 1.
        stddev: The standard deviation: shape (batch,), or one number for all.
        rng: A `numpy.random.Generator`.

    Returns:
        Pictures of the same shape, cut off at 0 and 1.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "noise")
    return _within_range(x, x + _each(stddev, x, "stddev") * rng.standard_normal(x.shape))


def _each(value, x, name):
    return amounts(value, x, name)[:, None, None, None]


def _within_range(x, changed):
    return np.clip(changed, 0, 1).astype(x.dtype, copy=False)
