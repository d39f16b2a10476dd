"""The two photographs that come with scikit-learn."""

from functools import cache
from pathlib import Path

import numpy as np

from dnnlib.datasets.card import Card

NAMES = ("china", "flower")
CARD = Card(
    name="Photographs",
    loader="photographs.load_photographs",
    examples={"": 2},
    shape=(427, 640, 3),
    classes=0,
    comes="bundled",
    licence="CC BY 2.0",
    source="By [danielbuechele](https://www.flickr.com/photos/danielbuechele/6061409035/) and "
    "[vultilion](https://www.flickr.com/photos/vultilion/6056698931/)",
)


def load_photograph(name, size=None, dtype="float32"):
    """Loads one photograph, in colour.

    Args:
        name: "china" (a pagoda above trees) or "flower" (a dahlia).
        size: (height, width) to resize to, each pixel the mean of the area it covers; by default 427 × 640.
        dtype: "float32" for values in [0, 1], "uint8" for values in [0, 255].

    Returns:
        An array of shape (height, width, 3), the reader's own copy.

    Raises:
        ValueError: If the name, size or dtype is another one.
        ImportError: If scikit-learn or Pillow is missing.

    Source: scikit-learn's sample images; authors and licence in data/SOURCES.md.
    """
    if name not in NAMES:
        raise ValueError(f"name: expected one of {NAMES}, received {name!r}")
    if dtype not in ("float32", "uint8"):
        raise ValueError(f'dtype: expected "float32" or "uint8", received {dtype!r}')
    pixels = _pixels(name)
    if size is not None:
        pixels = _resize(pixels, size)
    return pixels / np.float32(255) if dtype == "float32" else pixels.copy()


def load_photographs(size=None, dtype="float32"):
    """Loads both photographs as one batch.

    Args:
        size: (height, width) to resize to, see `load_photograph`.
        dtype: "float32" for values in [0, 1], "uint8" for values in [0, 255].

    Returns:
        An array of shape (2, height, width, 3): china, then flower.
    """
    return np.stack([load_photograph(name, size, dtype) for name in NAMES])


@cache
def _pixels(name):
    image_module = pillow()
    try:
        import sklearn
    except ImportError as error:
        raise ImportError("The photographs come with scikit-learn: run `pip install scikit-learn`.") from error
    path = Path(sklearn.__file__).parent / "datasets" / "images" / f"{name}.jpg"
    with image_module.open(path) as photograph:
        return np.asarray(photograph.convert("RGB"))


def _resize(pixels, size):
    whole = np.shape(size) == (2,) and all(isinstance(side, (int, np.integer)) and side > 0 for side in size)
    if not whole:
        raise ValueError(f"size: expected (height, width) in whole pixels, received {size!r}")
    image_module = pillow()
    height, width = size
    return np.asarray(image_module.fromarray(pixels).resize((width, height), image_module.Resampling.BOX))


def pillow():
    """Returns Pillow's module `Image`.

    Raises:
        ImportError: If Pillow is missing.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError("Pictures in files are read by Pillow: install it with `pip install pillow`.") from error
    return Image
