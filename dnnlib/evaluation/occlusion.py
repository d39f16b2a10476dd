"""Which part of a picture an answer rests on: cover it piece by piece, and ask again."""

import numpy as np


def occlusion_map(score, image, size, stride, fill=None):
    """Covers a square of an image at every place, and measures by how much a score falls.

    drop[i, j] = score(image) - score(image with rows i s to i s + size and columns j s to j s + size covered)

    Args:
        score: A function from images, shape (number, H, W, C), to one number each, shape (number,).
        image: Array of shape (H, W, C).
        size: Side of the square, in pixels.
        stride: Pixels from one place to the next.
        fill: Colour of the square, a number or shape (C,); by default the image's mean colour.

    Returns:
        The drops, shape ((H - size) // stride + 1, (W - size) // stride + 1): positive where the covered part spoke
        for the score, negative where it spoke against it.

    Raises:
        ValueError: If the image has another number of axes, or the square does not fit into it.

    Source: Zeiler & Fergus (2014), Visualizing and understanding convolutional networks, section 4.2.
    """
    image = np.asarray(image)
    if image.ndim != 3:
        raise ValueError(f"image: expected shape (height, width, channels), received {image.shape}")
    if not 1 <= size <= min(image.shape[:2]) or stride < 1:
        raise ValueError(
            f"expected a size from 1 to {min(image.shape[:2])} and a stride of at least 1, received {size} and {stride}"
        )
    fill = image.mean(axis=(0, 1)) if fill is None else fill
    rows, columns = ((length - size) // stride + 1 for length in image.shape[:2])
    covered = np.repeat(image[None], 1 + rows * columns, axis=0)
    for n, (i, j) in enumerate(np.ndindex(rows, columns), 1):
        covered[n, i * stride : i * stride + size, j * stride : j * stride + size] = fill
    scores = np.asarray(score(covered))
    if scores.shape != (len(covered),):
        raise ValueError(f"score: expected one number an image, shape {(len(covered),)}, received {scores.shape}")
    return (scores[0] - scores[1:]).reshape(rows, columns)
