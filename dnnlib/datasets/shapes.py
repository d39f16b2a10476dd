"""Pictures of one shape each, which the book draws itself: any number, any size, and the truth is known."""

import numpy as np

from dnnlib.datasets import drawing
from dnnlib.datasets.card import Card
from dnnlib.validation import check_integer, check_number

CLASSES = drawing.CLASSES
CHUNK = 4_000_000  # pixels drawn at once: a few hundred megabytes
CARD = Card(
    name="Shapes",
    loader="shapes.load_shapes",
    examples={},
    shape=(None, None, 3),
    classes=len(CLASSES),
    comes="generated",
    licence="MIT, as the book",
    source="Drawn by the book",
)


def load_shapes(examples, size=32, classes=CLASSES, seed=0, noise=0.05, colour=True):
    """Draws pictures of shapes, each somewhere, in some size, at some angle, in some colour on some background.

    The n first pictures of a longer call with the same seed are those of a call for n.

    Args:
        examples: How many pictures.
        size: Their side in pixels, at least 8.
        classes: Names of the shapes to draw, a choice of `CLASSES`; each is equally likely.
        seed: A whole number; another seed gives other pictures, such as those of a test.
        noise: Standard deviation of what is added to every number.
        colour: Whether pictures have three channels, or one.

    Returns:
        Images of shape (examples, size, size, 3), or 1 in place of 3, float32 in [0, 1]; and labels of shape
        (examples,), int64, places in `classes`.

    Raises:
        ValueError: If a class has no outline or comes twice, or another argument is out of its range.
    """
    examples, size, classes, seed = _checked(examples, size, classes, seed, noise)
    lots = np.random.default_rng([seed, 0]).random((examples, 21), "float32")
    grain = np.random.default_rng([seed, 1])
    labels = np.minimum(lots[:, 0] * len(classes), len(classes) - 1).astype(np.int64)
    images = np.empty((examples, size, size, 3 if colour else 1), "float32")
    step = max(1, CHUNK // size**2)
    for start in range(0, examples, step):
        part = slice(start, start + step)
        images[part] = _drawn(lots[part], labels[part], size, classes)[..., : images.shape[-1]]
        images[part] += np.float32(noise) * grain.standard_normal(images[part].shape, "float32")
    return np.clip(images, 0, 1, out=images), labels


def _drawn(lots, labels, size, classes):
    """Returns pictures without noise, shape (N, size, size, 3), from numbers in [0, 1), shape (N, 21)."""
    room = size - 2  # a border of one pixel stays free, and of the rest a shape spans 36 to 84 %
    radius = room * (0.18 + 0.24 * lots[:, 1])
    centre = 1 + radius[:, None] + lots[:, 2:4] * (room - 2 * radius[:, None])
    covered = np.empty((len(lots), size, size, 1), "float32")
    for place, name in enumerate(classes):
        own = labels == place
        covered[own, ..., 0] = drawing.coverage(name, size, centre[own], radius[own], 2 * np.pi * lots[own, 4])
    ink = 1 - 0.5 * lots[:, None, None, 6:9]  # light on dark …
    ground = drawing.soft_background(0.35 * lots[:, 9:21].reshape(-1, 2, 2, 3), size)
    pictures = ground + covered * (ink - ground)
    return np.where(lots[:, 5, None, None, None] < 0.5, pictures, 1 - pictures)  # … or dark on light


def _checked(examples, size, classes, seed, noise):
    examples, size = check_integer(examples, "examples"), check_integer(size, "size", 8)
    check_number(noise, "noise", "a number of at least 0", lambda value: 0 <= value < np.inf)
    return examples, size, check_classes(classes), check_integer(seed, "seed", 0)


def check_classes(classes):
    """Returns the names of shapes as a tuple.

    Raises:
        ValueError: If one has no outline, one comes twice, or there is none.
    """
    chosen = (classes,) if isinstance(classes, str) else tuple(classes)
    if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(CLASSES):
        raise ValueError(f"classes: expected a choice of {CLASSES}, each once, received {classes!r}")
    return chosen
