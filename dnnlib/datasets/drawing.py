"""Outlines of simple shapes, drawn without steps at their edges: what shapes and scenes are made of."""

from functools import partial

import numpy as np

# Each is a distance to an outline, below 0 inside it, in units of the shape; y points down, and corners look up first.


def _disc(x, y):
    return np.hypot(x, y) - 1


def _ring(x, y):
    return abs(np.hypot(x, y) - 0.8) - 0.2


def _polygon(x, y, corners):
    step = 2 * np.pi / corners
    from_an_edge = np.mod(np.arctan2(x, -y), step) - step / 2  # the angle to the middle of the nearest edge
    return np.hypot(x, y) * np.cos(from_an_edge) - np.cos(step / 2)


def _star(x, y, inner=0.45):
    step = 2 * np.pi / 5
    from_a_tip = abs(np.mod(np.arctan2(x, -y) + step / 2, step) - step / 2)
    along, across = inner * np.cos(step / 2) - 1, inner * np.sin(step / 2)  # an edge, from its tip to its notch
    r = np.hypot(x, y)
    return ((r * np.cos(from_a_tip) - 1) * across - r * np.sin(from_a_tip) * along) / np.hypot(along, across)


def _cross(x, y, arm=0.32):
    x, y, end = abs(x), abs(y), np.sqrt(1 - arm**2)  # its corners are at a distance of 1
    return np.minimum(np.maximum(x - end, y - arm), np.maximum(x - arm, y - end))


def _crescent(x, y):
    return np.maximum(np.hypot(x, y) - 1, 0.8 - np.hypot(x - 0.5, y))


DISTANCES = {
    "disc": _disc,
    "ring": _ring,
    "square": partial(_polygon, corners=4),
    "triangle": partial(_polygon, corners=3),
    "pentagon": partial(_polygon, corners=5),
    "star": _star,
    "cross": _cross,
    "crescent": _crescent,
}
CLASSES = tuple(DISTANCES)


def coverage(name, size, centre, radius, angle):
    """Returns how much of each pixel shapes cover, each somewhere in a picture of its own.

    The sign of a point's distance to an outline says whether the shape holds it, and within half a pixel of the
    outline the distance says how much of the pixel is inside.

    Args:
        name: One of `CLASSES`.
        size: Side of the pictures in pixels.
        centre: (row, column) of each shape's centre, shape (N, 2); a pixel's middle lies half a pixel from its edge.
        radius: Distance of its farthest points from the centre in pixels, shape (N,).
        angle: By how many radians it is turned, to the right, shape (N,).

    Returns:
        An array of shape (N, size, size) in [0, 1], float32.
    """
    radius, angle = (np.asarray(part, "float32")[:, None, None] for part in (radius, angle))
    middles, centre = np.arange(0.5, size, dtype="float32"), np.asarray(centre, "float32")[..., None, None]
    y, x = (middles[:, None] - centre[:, 0]) / radius, (middles - centre[:, 1]) / radius
    turned = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    return np.clip(0.5 - DISTANCES[name](*turned) * radius, 0, 1)


def soft_background(values, size):
    """Spreads a few values over a picture: in a straight line between each and the next.

    Args:
        values: Shape (N, k, k, channels), k at least 2.
        size: Side of the pictures in pixels.

    Returns:
        An array of shape (N, size, size, channels).
    """
    count = values.shape[1]
    at = np.linspace(0, count - 1, size, dtype="float32")[:, None]
    weights = np.maximum(0, 1 - abs(at - np.arange(count, dtype="float32")))  # (size, k), each row sums to 1
    return np.einsum("ik,nklc,jl->nijc", weights, np.asarray(values, "float32"), weights, optimize=True)
