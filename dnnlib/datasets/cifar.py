"""CIFAR-10 and CIFAR-100: small colour photographs of things and animals."""

import pickle
import tarfile

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.datasets.downloads import official_file

ORIGIN = "https://www.cs.toronto.edu/~kriz/"
SHA256 = {
    10: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    100: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
}
CLASSES = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")
_BOTH = {
    "examples": {"training": 50_000, "test": 10_000},
    "shape": (32, 32, 3),
    "comes": "downloaded",
    "licence": "none stated; the author asks to be cited",
    "source": "A. Krizhevsky, [*Learning Multiple Layers of Features from Tiny Images*]"
    "(https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf), 2009",
}
CARD = Card(name="CIFAR-10", loader="cifar.load_cifar10", classes=10, megabytes=170, **_BOTH)
CARD_100 = Card(name="CIFAR-100", loader="cifar.load_cifar100", classes=100, megabytes=169, **_BOTH)


def load_cifar10():
    """Loads CIFAR-10 from Keras's cache, downloading its archive (170 MB) there on the first call.

    Returns:
        Two pairs (x, y): training with 50 000 and test with 10 000 examples, 5 000 and 1 000 of each class. Images
        have shape (N, 32, 32, 3), float32 in [0, 1]; labels have shape (N,), int64, numbers of `CLASSES`.

    Raises:
        ConnectionError: If the archive is not there and cannot be downloaded.
        ValueError: If it is there but is not the official one. It is left as it is.

    Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    names = [f"cifar-10-batches-py/{name}" for name in (*[f"data_batch_{i}" for i in range(1, 6)], "test_batch")]
    batches = _read(10, "cifar-10-python.tar.gz", "cifar-10-batches-py-target_archive", names)
    *train, test = [(batch[b"data"], batch[b"labels"]) for batch in batches]
    return _pair([x for x, _ in train], [y for _, y in train]), _pair([test[0]], [test[1]])


def load_cifar100(coarse=False):
    """Loads CIFAR-100 from Keras's cache, downloading its archive (169 MB) there on the first call.

    Args:
        coarse: Whether labels are those of the 20 groups that the 100 classes belong to.

    Returns:
        Two pairs (x, y) as of `load_cifar10`, with 500 and 100 examples of each of 100 classes.

    Raises:
        ConnectionError: If the archive is not there and cannot be downloaded.
        ValueError: If it is there but is not the official one. It is left as it is.

    Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    names = ["cifar-100-python/train", "cifar-100-python/test"]
    batches = _read(100, "cifar-100-python.tar.gz", "cifar-100-python-target_archive", names)
    key = b"coarse_labels" if coarse else b"fine_labels"
    return tuple(_pair([batch[b"data"]], [batch[key]]) for batch in batches)


def _read(classes, name, kept_as, names):
    # Keras keeps the archive under this name, beside the folder that it unpacks; here it is read as it is.
    path = official_file(f"CIFAR-{classes}", "datasets", kept_as, ORIGIN + name, SHA256[classes])
    with tarfile.open(path) as archive:
        # A pickle can run any code: the hash says that it is the official one.
        return [pickle.load(archive.extractfile(name), encoding="bytes") for name in names]


def _pair(x, y):
    images = np.concatenate([np.asarray(rows, np.uint8) for rows in x]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images) / np.float32(255), np.concatenate(y).astype(np.int64)
