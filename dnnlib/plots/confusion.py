"""Confusion matrices."""

import numpy as np

from dnnlib.plots import style
from dnnlib.plots.grids import number_grid


def confusion_matrix(matrix, labels, ax, title=None):
    """Draws counts of (true class, predicted class), each row coloured by its share.

    Args:
        matrix: Counts of shape (C, C): rows are true classes, columns are predictions.
        labels: The C names of the classes.
        ax: The Axes to draw on.
        title: Text above the matrix.

    Returns:
        The Axes.

    Raises:
        ValueError: If `matrix` is not square, or there are not C labels.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(labels) != len(matrix):
        raise ValueError(f"matrix: expected shape (C, C) with C = {len(labels)} labels, received {matrix.shape}")
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    number_grid(matrix, ax, title=title, fill=False)
    for cell, text, value in zip(ax.patches, ax.texts, share.ravel(), strict=True):
        cell.set_facecolor(style.SEQUENTIAL(0.85 * value))
        text.set_color(style.ink_on(cell.get_facecolor()))
        text.set_text(text.get_text() if text.get_text() != "0" else "")
    ax.set_xticks(range(len(labels)), labels)
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(length=0)
    ax.set(xlabel="predicted class", ylabel="true class")
    return ax
