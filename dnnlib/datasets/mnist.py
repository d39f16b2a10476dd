"""MNIST, the handwritten digits of 28 × 28 pixels; for the full profile, since it is downloaded once."""

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.datasets.downloads import official_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
CARD = Card(
    name="MNIST",
    loader="mnist.load_mnist",
    examples={"training": 60_000, "test": 10_000},
    shape=(28, 28, 1),
    classes=10,
    comes="downloaded",
    megabytes=11,
    licence="CC BY-SA 3.0, as Keras states it",
    source="Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "
    "[*Gradient-Based Learning Applied to Document Recognition*](https://doi.org/10.1109/5.726791), 1998",
)


def load_mnist():
    """Loads MNIST from Keras's cache, downloading it there on the first call.

    Returns:
        Two pairs (x, y): training with 60 000 and test with 10 000 examples. Images have shape (N, 28, 28, 1),
        float32 in [0, 1]; labels have shape (N,), int64 from 0 to 9.

    Raises:
        ConnectionError: If the file is not there and cannot be downloaded.
        ValueError: If the file is there but is not the official one. It is left as it is.

    Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, 1998.
    """
    path = official_file("MNIST", "datasets", "mnist.npz", ORIGIN, SHA256)
    with np.load(path, allow_pickle=False) as arrays:
        return tuple((_unit(arrays[f"x_{part}"]), arrays[f"y_{part}"].astype(np.int64)) for part in ("train", "test"))


def load_mnist_8x8(examples=5000):
    """Loads digits of MNIST in the form of `load_digits`: of 8 × 8 pixels, each the mean of 3 × 3.

    A chapter that runs on the bundled digits runs on these unchanged, and they come from other hands.

    Args:
        examples: How many, from the start of MNIST's training part.

    Returns:
        Images of shape (examples, 8, 8, 1), float32 in [0, 1], without the two outermost pixels of each side; and
        labels of shape (examples,), int64 from 0 to 9.

    Raises:
        ConnectionError: If the file is not there and cannot be downloaded.
        ValueError: If the file is there but is not the official one, or there are fewer examples.
    """
    (images, labels), _ = load_mnist()
    if not 1 <= examples <= len(images):
        raise ValueError(f"examples: expected 1 to {len(images):,}, received {examples!r}")
    inside = images[:examples, 2:26, 2:26, 0].reshape(examples, 8, 3, 8, 3)
    return inside.mean(axis=(2, 4))[..., np.newaxis], labels[:examples]


def _unit(images):
    return (images / np.float32(255))[..., np.newaxis]
