"""Histograms of gradients: how much edge runs in each direction, cell by cell."""

import numpy as np

from dnnlib.features.cells import cell_sums
from dnnlib.validation import check_input


def gradient_histograms(images, cells=2, directions=8):
    """Describes each image by the strength of its edges in each direction and each cell of a grid.

    The gradient at a pixel is half the difference of its neighbours. Its length is added to the bin of its direction.

    Args:
        images: Grey images, shape (batch, height, width, 1).
        cells: Number of cells along each axis; it divides height and width.
        directions: Number of directions, spread over the full circle, the first one to the right.

    Returns:
        Array of shape (batch, cells * cells * directions).

    Raises:
        ValueError: If the images are no grey images, or the grid does not divide them.

    Source: Dalal & Triggs (2005), Histograms of oriented gradients for human detection, section 4, without the
    normalisation of overlapping blocks.
    """
    images = check_input(images, 4, "float64", "images")
    if images.shape[-1] != 1:
        raise ValueError(f"images: expected grey images (batch, height, width, 1), received shape {images.shape}")
    down, right = np.gradient(images[..., 0], axis=(1, 2))
    nearest = np.round(np.arctan2(down, right) / (2 * np.pi) * directions) % directions
    strength = np.hypot(down, right)
    return cell_sums(strength[..., None] * (nearest[..., None] == np.arange(directions)), cells)
