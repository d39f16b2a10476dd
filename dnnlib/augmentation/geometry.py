"""Pictures mirrored, moved, turned and scaled, each by its own amount."""

import numpy as np
from scipy.ndimage import affine_transform

from dnnlib.augmentation.amounts import amounts, pictures

# What lies outside a picture, under Keras's names, and SciPy's for it: zeros, the edge, or a mirror image.
FILLS = {"constant": "grid-constant", "nearest": "nearest", "reflect": "reflect"}


def flip(x, chosen=True, mode="horizontal"):
    """Mirrors pictures.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        chosen: Which of them: booleans of shape (batch,), or one for all.
        mode: "horizontal" changes left and right, "vertical" top and bottom.

    Returns:
        Pictures of the same shape.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "flip")
    if mode not in ("horizontal", "vertical"):
        raise ValueError(f'mode: expected "horizontal" or "vertical", received {mode!r}')
    chosen = amounts(chosen, x, "chosen")
    if chosen.dtype != bool:
        raise ValueError(f"chosen: expected booleans, received {chosen.dtype}; random ones are rng.random(n) < 0.5")
    return np.where(chosen[:, None, None, None], x[:, :, ::-1] if mode == "horizontal" else x[:, ::-1], x)


def affine(x, degrees=0, factors=1, pixels=(0, 0), fill_mode="constant"):
    """Turns pictures anticlockwise about their centre, scales them from there and moves them, in this order.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        degrees: By how much they turn: shape (batch,), or one number for all.
        factors: How many times as large they get: positive numbers of shape (batch,), or one for all.
        pixels: How far down and to the right they move, whole or not: shape (batch, 2), or one pair for all.
        fill_mode: What lies outside: "constant" for zeros, "nearest" for the edge, "reflect" for a mirror image.

    Returns:
        Pictures of the same shape. Between pixels they are interpolated linearly, once.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "affine")
    angles, factors = np.deg2rad(amounts(degrees, x, "degrees")), amounts(factors, x, "factors")
    pixels = amounts(pixels, x, "pixels", (2,))
    if not np.all(factors > 0):
        raise ValueError(f"factors: expected positive numbers, received {factors.min()}")
    if fill_mode not in FILLS:
        raise ValueError(f"fill_mode: expected one of {', '.join(FILLS)}, received {fill_mode!r}")
    centre, result = (np.array(x.shape[1:3]) - 1) / 2, np.empty_like(x)
    for n, (angle, factor, moved) in enumerate(zip(angles, factors, pixels, strict=True)):
        # From a place of the result back to where it came from; rows count downwards.
        back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / factor
        start = centre - back @ (centre + moved)
        for c in range(x.shape[-1]):
            result[n, :, :, c] = affine_transform(x[n, :, :, c], back, start, order=1, mode=FILLS[fill_mode])
    return result


def rotate(x, degrees, fill_mode="constant"):
    """Turns pictures anticlockwise about their centre. See `affine`."""
    return affine(x, degrees=degrees, fill_mode=fill_mode)


def zoom(x, factors, fill_mode="constant"):
    """Scales pictures about their centre. See `affine`."""
    return affine(x, factors=factors, fill_mode=fill_mode)


def shift(x, pixels, fill_mode="constant"):
    """Moves pictures down and to the right. See `affine`."""
    return affine(x, pixels=pixels, fill_mode=fill_mode)
