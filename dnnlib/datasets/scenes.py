"""Pictures of several shapes, with the class of every pixel and a box round every shape: for segmentation."""

import numpy as np

from dnnlib.datasets import drawing
from dnnlib.datasets.card import Card
from dnnlib.datasets.shapes import check_classes
from dnnlib.validation import check_integer, check_number

CLASSES = drawing.CLASSES
CHUNK = 2_000_000  # pixels drawn at once: a few hundred megabytes
CARD = Card(
    name="Scenes",
    loader="scenes.load_scenes",
    examples={},
    shape=(None, None, 3),
    classes=len(CLASSES) + 1,
    comes="generated",
    licence="MIT, as the book",
    source="Drawn by the book, with a mask of classes, the background's among them, and boxes",
)


def load_scenes(examples, size=64, classes=CLASSES, shapes=(1, 4), seed=0, noise=0.05):
    """Draws pictures of several shapes on a background; a later shape hides what it lies on.

    The n first pictures of a longer call with the same seed are those of a call for n.

    Args:
        examples: How many pictures.
        size: Their side in pixels, at least 16.
        classes: Names of the shapes to draw, a choice of `CLASSES`.
        shapes: Fewest and most shapes of a picture.
        seed: A whole number; another seed gives other pictures, such as those of a test.
        noise: Standard deviation of what is added to every number.

    Returns:
        images: Shape (examples, size, size, 3), float32 in [0, 1].
        masks: The class of every pixel, shape (examples, size, size), int64: 0 is the background, k + 1 is
            `classes[k]`. A pixel on an edge belongs to a shape that covers half of it.
        boxes: A dict in Keras's form. "boxes" has shape (examples, most shapes, 4) and holds x_min, y_min, x_max,
            y_max in pixels around what can be seen of each shape, float32; "labels" has shape (examples, most
            shapes), int64, the numbers of the mask. Where there is no shape, or nothing of it can be seen, both
            are -1.

    Raises:
        ValueError: If a class has no outline or comes twice, or another argument is out of its range.
    """
    examples, size = check_integer(examples, "examples"), check_integer(size, "size", 16)
    classes, seed = check_classes(classes), check_integer(seed, "seed", 0)
    check_number(noise, "noise", "a number of at least 0", lambda value: 0 <= value < np.inf)
    fewest, most = _range(shapes)
    lots = np.random.default_rng([seed, 2]).random((examples, 50 + 8 * most), "float32")
    grain = np.random.default_rng([seed, 3])
    images = np.empty((examples, size, size, 3), "float32")
    owners = np.empty((examples, size, size), np.int64)  # which shape is seen in a pixel, -1 is none
    counts = fewest + np.minimum(lots[:, 0] * (most - fewest + 1), most - fewest).astype(np.int64)
    kinds = np.minimum(lots[:, 50::8] * len(classes), len(classes) - 1).astype(np.int64)
    kinds[np.arange(most) >= counts[:, None]] = -1
    step = max(1, CHUNK // size**2)
    for start in range(0, examples, step):
        part = slice(start, start + step)
        images[part], owners[part] = _drawn(lots[part], kinds[part], size, classes)
        images[part] += np.float32(noise) * grain.standard_normal(images[part].shape, "float32")
    masks = 1 + np.take_along_axis(
        np.pad(kinds, ((0, 0), (1, 0)), constant_values=-1), 1 + owners.reshape(examples, -1), 1
    )
    return np.clip(images, 0, 1, out=images), masks.reshape(owners.shape), _boxes(owners, kinds)


def _drawn(lots, kinds, size, classes):
    """Returns pictures without noise, and the number of the shape that is seen in each pixel."""
    pictures = drawing.soft_background(0.45 * lots[:, 2:50].reshape(-1, 4, 4, 3), size)
    owners = np.full(pictures.shape[:3], -1)
    for number, own in enumerate(np.moveaxis(lots[:, 50:].reshape(len(lots), -1, 8), 1, 0)):
        radius = size * (0.1 + 0.15 * own[:, 1])
        centre = radius[:, None] + own[:, 2:4] * (size - 2 * radius[:, None])
        covered = np.zeros(owners.shape, "float32")
        for place, name in enumerate(classes):
            these = kinds[:, number] == place
            turn = 2 * np.pi * own[these, 4]
            covered[these] = drawing.coverage(name, size, centre[these], radius[these], turn)
        ink = 1 - 0.45 * own[:, None, None, 5:8]
        pictures += covered[..., None] * (ink - pictures)
        owners[covered >= 0.5] = number
    return np.where(lots[:, 1, None, None, None] < 0.5, pictures, 1 - pictures), owners


def _boxes(owners, kinds):
    size = owners.shape[1]
    seen = owners[:, None] == np.arange(kinds.shape[1])[:, None, None]  # (examples, shapes, rows, columns)
    sides = [(line.argmax(-1), size - line[..., ::-1].argmax(-1)) for line in (seen.any(2), seen.any(3))]
    (left, right), (top, bottom) = sides
    boxes, hidden = np.stack([left, top, right, bottom], -1).astype("float32"), ~seen.any((2, 3))
    boxes[hidden] = -1
    return {"boxes": boxes, "labels": np.where(hidden, -1, kinds + 1)}


def _range(shapes):
    entries = tuple(shapes) if np.ndim(shapes) == 1 else ()
    if len(entries) != 2:
        raise ValueError(f"shapes: expected (fewest, most), received {shapes!r}")
    fewest = check_integer(entries[0], "shapes: fewest", 0)
    return fewest, check_integer(entries[1], "shapes: most", max(1, fewest))
