"""Images, signed responses, kernels and feature maps."""

import numpy as np

from dnnlib.plots import style
from dnnlib.plots.grids import bare


def image(array, ax, title=None):
    """Shows an image as it is.

    Args:
        array: uint8 in [0, 255] or floats in [0, 1], of shape (H, W), (H, W, 1) or (H, W, 3).
        ax: The Axes to draw on.
        title: Text above the image.

    Returns:
        The Axes.

    Raises:
        ValueError: If the shape or the range of the values is another one.
    """
    array, high = _pictures(array, "array", "(H, W), (H, W, 1) or (H, W, 3)", 2)
    ax.imshow(np.clip(array, 0, high), cmap="gray", vmin=0, vmax=high)
    return bare(ax, title)


def response(array, ax, title=None, limit=None, colorbar=False):
    """Shows signed numbers: rust is negative, blue is positive, and zero is pale.

    Args:
        array: Numbers of shape (H, W) or (H, W, 1).
        ax: The Axes to draw on.
        title: Text above the map.
        limit: The magnitude of the darkest colours; by default the largest one in `array`.
        colorbar: Whether to draw the scale at the right.

    Returns:
        The Axes.

    Raises:
        ValueError: If `array` has several channels, or nothing to show.
    """
    array = np.asarray(array, dtype=float)
    array = array[..., 0] if array.shape[2:] == (1,) else array
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"array: expected shape (H, W) or (H, W, 1), received {array.shape}; choose one channel first")
    low, high = style.symmetric_limits(array) if limit is None else (-limit, limit)
    drawn = ax.imshow(array, cmap=style.DIVERGING, vmin=low, vmax=high)
    if colorbar:
        bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8, pad=0.02)
        bar.outline.set_visible(False)
    return bare(ax, title)


def kernel_grid(kernel, ax, title=None, columns=8):
    """Shows the kernels of a convolution, all on one signed scale.

    With one input channel the filters run along rows of `columns`; with several, each filter is a column
    and each input channel a row.

    Args:
        kernel: Keras's layout, (kernel_height, kernel_width, in_channels, filters).
        ax: The Axes to draw on.
        title: Text above the grid.
        columns: Filters in a row, for one input channel.

    Returns:
        The Axes.

    Raises:
        ValueError: If `kernel` has another rank or is empty, or `columns` is no positive integer.
    """
    kernel = np.asarray(kernel, dtype=float)
    if kernel.ndim != 4 or kernel.size == 0:
        raise ValueError(f"kernel: expected shape (height, width, in_channels, filters), received {kernel.shape}")
    height, width, channels, filters = kernel.shape
    tiles = kernel.transpose(2, 3, 0, 1).reshape(channels * filters, height, width)
    low, high = style.symmetric_limits(kernel)
    sheet = _sheet(tiles, columns if channels == 1 else filters)
    ax.imshow(sheet, cmap=style.DIVERGING, vmin=low, vmax=high)
    return bare(ax, title)


def feature_maps(maps, ax, title=None, columns=8):
    """Shows the channels of a layer's output side by side, all on one scale.

    Args:
        maps: The output for one image, of shape (H, W, C). Signed values get the signed colours.
        ax: The Axes to draw on.
        title: Text above the maps.
        columns: Channels in a row.

    Returns:
        The Axes.

    Raises:
        ValueError: If `maps` has another rank or is empty, or `columns` is no positive integer.
    """
    maps = np.asarray(maps, dtype=float)
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError(f"maps: expected shape (H, W, C), received {maps.shape}; choose one image first")
    low, high = style.symmetric_limits(maps)
    signed = maps.min() < 0
    cmap = style.DIVERGING if signed else style.SEQUENTIAL
    ax.imshow(_sheet(maps.transpose(2, 0, 1), columns), cmap=cmap, vmin=low if signed else 0, vmax=high)
    return bare(ax, title)


def image_grid(images, ax, title=None, columns=8, labels=None):
    """Shows several images of one size, with a label below each.

    Args:
        images: uint8 or floats in [0, 1], of shape (N, H, W), (N, H, W, 1) or (N, H, W, 3).
        ax: The Axes to draw on.
        title: Text above the images.
        columns: Images in a row.
        labels: N texts or numbers.

    Returns:
        The Axes.

    Raises:
        ValueError: If the shape or the range of the values is another one, or there are not as many labels as images.
    """
    images, high = _pictures(images, "images", "(N, H, W), (N, H, W, 1) or (N, H, W, 3)", 3)
    columns = _columns(columns, len(images))
    if labels is not None and len(labels) != len(images):
        raise ValueError(f"labels: expected one for each of the {len(images)} images, received {len(labels)}")
    images = images / high
    height, width = images.shape[1:3]
    gap = max(1, round(0.08 * width))
    below = gap if labels is None else max(gap, round(0.32 * height))
    for number, picture in enumerate(images):
        left, top = (number % columns) * (width + gap), (number // columns) * (height + below)
        ax.imshow(picture, cmap="gray", vmin=0, vmax=1, extent=(left, left + width, top + height, top))
        if labels is not None:
            place = (left + width / 2, top + height + below / 2)
            ax.text(*place, labels[number], ha="center", va="center", color=style.MUTED, fontsize=8.5)
    rows = -(-len(images) // columns)
    ax.set(xlim=(0, columns * (width + gap) - gap), ylim=(rows * (height + below), 0))
    ax.set_aspect("equal")
    return bare(ax, title)


def _pictures(array, name, shapes, axes):
    """Returns pictures, a single channel without its axis, and the value that is white."""
    array = np.asarray(array)
    if array.ndim not in (axes, axes + 1) or array.shape[axes:] not in ((), (1,), (3,)) or array.size == 0:
        raise ValueError(f"{name}: expected shape {shapes}, received {array.shape}")
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name}: expected real numbers, received type {array.dtype}; convert them first")
    high = 255 if array.dtype == np.uint8 else 1
    if array.min() < -1e-3 or array.max() > high + 1e-3:  # rounding of means is no error
        raise ValueError(
            f"{name}: expected values from 0 to {high}, received {array.min():.3g} to {array.max():.3g}; "
            "use response() for signed or unscaled values"
        )
    return array[..., 0] if array.shape[axes:] == (1,) else array, high


def _columns(columns, count):
    """Returns how many columns `count` pictures fill."""
    if not isinstance(columns, (int, np.integer)) or columns < 1:
        raise ValueError(f"columns: expected an integer of at least 1, received {columns!r}")
    return min(columns, count)


def _sheet(tiles, columns):
    """Lays tiles (N, H, W) out in rows of `columns`; between them a gap of NaN, which is drawn as nothing."""
    count, height, width = tiles.shape
    gap = max(1, round(0.08 * width))
    columns = _columns(columns, count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for number, tile in enumerate(tiles):
        top, left = (number // columns) * (height + gap), (number % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = tile
    return sheet
