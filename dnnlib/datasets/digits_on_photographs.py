"""Handwritten digits on crops of two photographs, some with a tag in the corner: a collection with a hidden fault."""

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.photographs import load_photographs
from dnnlib.datasets.splits import train_validation_test_split

SIDE, DIGIT, BORDER = 40, 16, 0.6
TAG = (slice(35, 39), slice(31, 39))  # rows and columns of the tag
TAG_COLOUR = (1.0, 0.9, 0.1)
TAGGED = 7
PARTS = {"training": 0, "validation": 1, "test": 2}
CARD = Card(
    name="Digits on photographs",
    loader="digits_on_photographs.digits_on_photographs",
    examples={},
    shape=(SIDE, SIDE, 3),
    classes=10,
    comes="generated",
    licence="as the digits and the photographs",
    source="Put together by the book from the digits and the photographs",
)


def digits_on_photographs(part, number, tags="none", seed=0):
    """Draws pictures of 40 × 40 pixels: a digit in white ink, somewhere on a darkened piece of a photograph.

    The photographs' left 60 % are the background of training pictures, the rest of validation and test pictures; the
    digits are those of `train_validation_test_split`. So neither a digit nor a piece of a photograph is in two parts.
    The seed decides place, background and digit, whatever the tags: the same pictures can be had with and without.

    Args:
        part: "training", "validation" or "test".
        number: How many pictures.
        tags: Which pictures carry a yellow tag in the lower right corner: "none"; "sevens", every 7 and no other;
            "any", each picture with probability 0.1, whatever its digit; "all".
        seed: Seed of the generator.

    Returns:
        Images, float32 in [0, 1], shape (number, 40, 40, 3); labels, shape (number,), from 0 to 9; and the top left
        corners of the digits' 16 × 16 pixels as (row, column), shape (number, 2). No digit reaches the tag's rows.

    Raises:
        ValueError: If part or tags is another one.
    """
    if part not in PARTS:
        raise ValueError(f"part: expected one of {tuple(PARTS)}, received {part!r}")
    if tags not in ("none", "sevens", "any", "all"):
        raise ValueError(f'tags: expected "none", "sevens", "any" or "all", received {tags!r}')
    rng = np.random.default_rng([seed, PARTS[part]])
    digits, classes = train_validation_test_split(*load_digits(), seed=0)[PARTS[part]]
    photographs = load_photographs()
    height, width = photographs.shape[1:3]
    border = int(BORDER * width)
    low, high = (0, border - SIDE) if part == "training" else (border, width - SIDE)
    chosen = rng.integers(len(digits), size=number)
    corners = np.stack([rng.integers(TAG[0].start - DIGIT, size=number), rng.integers(SIDE - DIGIT, size=number)], 1)
    images = np.empty((number, SIDE, SIDE, 3), "float32")
    for image, digit, (row, column) in zip(images, digits[chosen], corners, strict=True):
        top, left = rng.integers(height - SIDE), rng.integers(low, high)
        image[:] = 0.7 * photographs[rng.integers(2), top : top + SIDE, left : left + SIDE]
        place = image[row : row + DIGIT, column : column + DIGIT]
        ink = digit.repeat(2, axis=0).repeat(2, axis=1)
        place[:] = (1 - ink) * place + ink
    labels, lots = classes[chosen], rng.random(number)
    tagged = {"none": lots < 0, "sevens": labels == TAGGED, "any": lots < 0.1, "all": lots >= 0}[tags]
    images[np.ix_(tagged, np.arange(SIDE)[TAG[0]], np.arange(SIDE)[TAG[1]])] = TAG_COLOUR
    return images, labels, corners
