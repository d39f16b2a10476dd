"""Codes of patches: how often each entry of a dictionary of small patches occurs, cell by cell."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dnnlib.features.cells import cell_sums
from dnnlib.validation import check_input, check_integer


def extract_patches(images, size):
    """Cuts out the patch around every pixel; outside the image there are zeros.

    Args:
        images: Grey images, shape (batch, height, width, 1).
        size: Height and width of a patch, odd.

    Returns:
        Array of shape (batch, height, width, size * size).

    Raises:
        ValueError: If the images are no grey images, or the size is even.
    """
    images = check_input(images, 4, "float64", "images")
    if images.shape[-1] != 1:
        raise ValueError(f"images: expected grey images (batch, height, width, 1), received shape {images.shape}")
    if check_integer(size, "size") % 2 == 0:
        raise ValueError(f"size: expected an odd number, so that a patch has a middle, received {size}")
    margin = size // 2
    padded = np.pad(images[..., 0], ((0, 0), (margin, margin), (margin, margin)))
    return sliding_window_view(padded, (size, size), axis=(1, 2)).reshape(*images.shape[:3], size * size)


def patch_codes(images, centres, kind="triangle", cells=2):
    """Describes each image by the dictionary entries that its patches resemble, summed over the cells of a grid.

    Args:
        images: Grey images, shape (batch, height, width, 1).
        centres: The dictionary, shape (entries, size * size).
        kind: "nearest", one for the nearest entry and zero for the others, or "triangle", for every entry how much
            nearer than the average it is, and zero if it is farther.
        cells: Number of cells along each axis; it divides height and width.

    Returns:
        Array of shape (batch, cells * cells * entries).

    Raises:
        ValueError: If `kind` is neither, or the dictionary's patches are not square and odd.

    Source: Coates, Ng & Lee (2011), An analysis of single-layer networks in unsupervised feature learning, section 3.2.
    """
    if kind not in ("nearest", "triangle"):
        raise ValueError(f'kind: expected "nearest" or "triangle", received {kind!r}')
    centres = check_input(centres, 2, "float64", "centres")
    size = round(centres.shape[1] ** 0.5)
    if size * size != centres.shape[1]:
        raise ValueError(f"centres: expected square patches, shape (entries, size * size), received {centres.shape}")
    patches = extract_patches(images, size)
    squared = (patches**2).sum(axis=-1, keepdims=True) - 2 * patches @ centres.T + (centres**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squared, 0))
    if kind == "triangle":
        codes = np.maximum(distance.mean(axis=-1, keepdims=True) - distance, 0)
    else:
        codes = (distance.argmin(axis=-1)[..., None] == np.arange(len(centres))).astype("float64")
    return cell_sums(codes, cells)
