"""Sums over the cells of a grid laid on a map: what is kept is how much of each kind, and only roughly where."""

import numpy as np

from dnnlib.validation import check_integer


def cell_sums(maps, cells):
    """Sums each channel over the cells of a grid.

    Args:
        maps: Array of shape (batch, height, width, channels); `cells` divides height and width.
        cells: Number of cells along each axis.

    Returns:
        Array of shape (batch, cells * cells * channels).

    Raises:
        ValueError: If the grid does not divide the maps evenly.
    """
    check_integer(cells, "cells")
    batch, height, width, channels = maps.shape
    if height % cells or width % cells:
        raise ValueError(f"cells: expected a number that divides height {height} and width {width}, received {cells}")
    grid = maps.reshape(batch, cells, height // cells, cells, width // cells, channels)
    return np.ascontiguousarray(grid.sum(axis=(2, 4))).reshape(batch, -1)
