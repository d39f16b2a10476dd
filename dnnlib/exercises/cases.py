"""Numbers to draw the inputs of exercises from."""

import numpy as np


def whole(seed, *shape):
    """Draws small whole numbers of both signs, none of them zero: they are easy to check by hand."""
    values = np.random.default_rng(seed).integers(1, 10, shape)
    return values * np.random.default_rng(seed + 1).choice([-1, 1], shape)


def quarters(seed, *shape):
    """Draws multiples of 1/4: exact in float32 too."""
    return whole(seed, *shape) / 4


def ties(seed, *shape):
    """Draws from -2, -1, 1 and 2, so that many windows hold their largest number more than once."""
    return np.random.default_rng(seed).choice([-2, -1, 1, 2], shape)
