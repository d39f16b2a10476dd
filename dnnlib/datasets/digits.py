"""Handwritten digits of 8 × 8 pixels: small enough to train on in seconds."""

import numpy as np

from dnnlib.datasets.card import Card

CARD = Card(
    name="Digits",
    loader="digits.load_digits",
    examples={"": 1_797},
    shape=(8, 8, 1),
    classes=10,
    comes="bundled",
    licence="none stated; BSD 3-Clause as a part of scikit-learn",
    source="E. Alpaydin and C. Kaynak, [*Optical Recognition of Handwritten Digits*](https://doi.org/10.24432/C50P49), "
    "1998",
)


def load_digits():
    """Loads scikit-learn's bundled digits.

    Returns:
        Images of shape (1797, 8, 8, 1), float32 in [0, 1], and labels of shape (1797,), int64 from 0 to 9.

    Raises:
        ImportError: If scikit-learn is missing.

    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI repository 1998 (its test set).
    """
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError("The digits come with scikit-learn: install it with `pip install scikit-learn`.") from error
    bundled = datasets.load_digits()
    images = (bundled.images / 16).astype(np.float32)[..., np.newaxis]
    return images, bundled.target.astype(np.int64)
