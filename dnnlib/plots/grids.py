"""Small matrices as cells with their numbers."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.patches import Rectangle

from dnnlib.plots import style


def number_grid(array, ax, title=None, highlight=None, decimals=None, limits=None, fill=True):
    """Draws a matrix as cells that carry their numbers.

    Args:
        array: Numbers of shape (H, W); a vector counts as one row. NaN leaves its cell empty.
        ax: The Axes to draw on.
        title: Text above the grid.
        highlight: A window (row, column, height, width), or a sequence of them, to frame.
        decimals: Digits after the point; by default as many as the numbers need, at most two.
        limits: (low, high) of the colours; by default from the numbers, symmetric where one is negative.
        fill: Whether cells are coloured by their value.

    Returns:
        The Axes.

    Raises:
        ValueError: If `array` is not a vector or matrix, a window leaves it, or `limits` is no pair that rises.
    """
    array = _matrix(array)
    if limits is not None and not (np.shape(limits) == (2,) and limits[0] < limits[1]):
        raise ValueError(f"limits: expected (low, high) with low < high, received {limits!r}")
    windows = _windows(highlight, array.shape)
    rows, columns = array.shape
    text = [[_text(value, _decimals(array) if decimals is None else decimals) for value in row] for row in array]
    size = _font_size(ax, array.shape, max(len(entry) for row in text for entry in row))
    color_of = _colors(array, limits)
    for (row, column), value in np.ndenumerate(array):
        face = color_of(value) if fill and np.isfinite(value) else "none"
        cell = Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=face, edgecolor=style.GRID, linewidth=0.8)
        ax.add_patch(cell)
        ink = style.TEXT if face == "none" else style.ink_on(face)
        ax.text(column, row, text[row][column], color=ink, fontsize=size, ha="center", va="center_baseline")
    for number, (top, left, height, width) in enumerate(windows):
        color = (style.PINK, style.TEAL, style.GOLD)[number % 3]
        corner = (left - 0.5, top - 0.5)
        ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=color, linewidth=2.4, zorder=3))
    bare(ax, title)
    ax.set(xlim=(-0.56, columns - 0.44), ylim=(rows - 0.44, -0.56), aspect="equal")
    return ax


def axes_for(arrays, signs=(), cell=0.42):
    """Makes a figure with one Axes for each matrix, side by side, all cells of one size.

    Args:
        arrays: Matrices (or vectors) that `number_grid` will draw there.
        signs: Text between neighbours, such as ("∗", "=").
        cell: The side of a cell in inches.

    Returns:
        The figure and a list of Axes, one for each matrix.

    Raises:
        ValueError: If there is no array, or one is not a vector or matrix.
    """
    if not len(arrays):
        raise ValueError("arrays: expected one matrix or more, received none")
    shapes = [_matrix(array).shape for array in arrays]
    gap = 1.2
    width = sum(columns for _, columns in shapes) + gap * (len(shapes) - 1)
    height = max(rows for rows, _ in shapes)
    # The boxes below are exact. "none" would not do: saving with a tight box turns it into the default of style.py.
    exact = PlaceHolderLayoutEngine(adjust_compatible=True, colorbar_gridspec=False)
    fig = plt.figure(figsize=(cell * width, cell * (height + 1)), layout=exact)
    axes, left = [], 0.0
    for number, (rows, columns) in enumerate(shapes):
        bottom = (height - rows) / 2
        box = (left / width, bottom / (height + 1), columns / width, rows / (height + 1))
        axes.append(fig.add_axes(box))
        left += columns + gap
        if number < min(len(signs), len(shapes) - 1):
            place = ((left - gap / 2) / width, height / 2 / (height + 1))
            fig.text(*place, signs[number], fontsize=15, color=style.MUTED, ha="center", va="center_baseline")
    return fig, axes


def bare(ax, title=None):
    """Takes ticks, spines and grid from `ax` and sets its title; returns the Axes."""
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    if title:
        ax.set_title(title)
    return ax


def _matrix(array):
    matrix = np.asarray(array, dtype=float)
    matrix = matrix[np.newaxis] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"array: expected shape (H, W) or (W,), received {np.shape(array)}; choose one channel first")
    return matrix


def _windows(highlight, shape):
    if highlight is None:
        return []
    windows = np.atleast_2d(highlight).tolist()
    for window in windows:
        if len(window) != 4 or not _inside(*window, *shape):
            raise ValueError(
                f"highlight: expected (row, column, height, width) inside a {shape[0]} × {shape[1]} grid, "
                f"received {highlight!r}"
            )
    return windows


def _inside(top, left, height, width, rows, columns):
    return min(top, left) >= 0 and min(height, width) >= 1 and top + height <= rows and left + width <= columns


def _decimals(array):
    finite = array[np.isfinite(array)]
    return next((digits for digits in (0, 1) if np.allclose(finite, finite.round(digits), atol=1e-9)), 2)


def _text(value, decimals):
    if not np.isfinite(value):
        return "" if np.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def _colors(array, limits):
    low, high = limits or style.symmetric_limits(array)
    signed = low < 0 if limits else np.nanmin(array, initial=0) < 0
    if not limits:
        # Room above the largest value keeps cells pale and their numbers easy to read.
        low, high = (1.5 * low, 1.5 * high) if signed else (0.0, 2.0 * high)
    cmap = style.DIVERGING if signed else style.SEQUENTIAL
    return lambda value: cmap(float(np.clip((value - low) / (high - low), 0, 1)))


def _font_size(ax, shape, length):
    box = ax.get_window_extent()
    cell = min(box.width / shape[1], box.height / shape[0]) * 72 / ax.figure.dpi  # points
    return float(np.clip(min(0.42 * cell, 1.35 * cell / max(length, 1)), 4, 13))
