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


def shift(x, pixels, fill_mode="constant"):
    """Moves pictures.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        pixels: How far down and to the right, whole or not: shape (batch, 2), or one pair for all.
        fill_mode: What lies outside: "constant" for zeros, "nearest" for the edge, "reflect" for a mirror image.

    Returns:
        Pictures of the same shape. Between pixels they are interpolated linearly.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "shift")
    return _mapped(x, np.broadcast_to(np.eye(2), (len(x), 2, 2)), amounts(pixels, x, "pixels", (2,)), fill_mode)


def rotate(x, degrees, fill_mode="constant"):
    """Turns pictures anticlockwise about their centre.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        degrees: By how much: shape (batch,), or one number for all.
        fill_mode: As in `shift`.

    Returns:
        Pictures of the same shape. Between pixels they are interpolated linearly.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "rotate")
    angle = np.deg2rad(amounts(degrees, x, "degrees"))
    # From a place of the result back to where it came from; rows count downwards.
    matrices = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return _mapped(x, np.moveaxis(matrices, -1, 0), np.zeros((len(x), 2)), fill_mode)


def zoom(x, factors, fill_mode="constant"):
    """Scales pictures about their centre.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        factors: How many times as large: positive numbers of shape (batch,), or one for all.
        fill_mode: As in `shift`.

    Returns:
        Pictures of the same shape. Between pixels they are interpolated linearly.

    Raises:
        ValueError: If an argument has another form.
    """
    x = pictures(x, "zoom")
    factors = amounts(factors, x, "factors")
    if not np.all(factors > 0):
        raise ValueError(f"factors: expected positive numbers, received {factors.min()}")
    return _mapped(x, np.eye(2) / factors[:, None, None], np.zeros((len(x), 2)), fill_mode)


def _mapped(x, matrices, offsets, fill_mode):
    """Shows at place p of each result what its picture shows at centre + matrix (p - centre - offset)."""
    if fill_mode not in FILLS:
        raise ValueError(f"fill_mode: expected one of {', '.join(FILLS)}, received {fill_mode!r}")
    centre, result = (np.array(x.shape[1:3]) - 1) / 2, np.empty_like(x)
    for n, (matrix, offset) in enumerate(zip(matrices, offsets, strict=True)):
        start = centre - matrix @ (centre + offset)
        for c in range(x.shape[-1]):
            result[n, :, :, c] = affine_transform(x[n, :, :, c], matrix, start, order=1, mode=FILLS[fill_mode])
    return result
