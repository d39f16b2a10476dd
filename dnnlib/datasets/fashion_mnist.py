"""Fashion-MNIST: pictures of clothes in the form of MNIST, and harder."""

import gzip

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.datasets.downloads import official_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "ankle boot")
CARD = Card(
    name="Fashion-MNIST",
    loader="fashion_mnist.load_fashion_mnist",
    examples={"training": 60_000, "test": 10_000},
    shape=(28, 28, 1),
    classes=len(CLASSES),
    comes="downloaded",
    megabytes=31,
    licence="MIT",
    source="H. Xiao, K. Rasul and R. Vollgraf, [*Fashion-MNIST*](https://arxiv.org/abs/1708.07747), 2017",
)


def load_fashion_mnist():
    """Loads Fashion-MNIST from Keras's cache, downloading its four files there on the first call.

    Returns:
        Two pairs (x, y): training with 60 000 and test with 10 000 examples, 6 000 and 1 000 of each class. Images
        have shape (N, 28, 28, 1), float32 in [0, 1]; labels have shape (N,), int64, numbers of `CLASSES`.

    Raises:
        ConnectionError: If a file is not there and cannot be downloaded.
        ValueError: If a file is there but is not the official one. It is left as it is.

    Source: Xiao, Rasul, Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms,
    2017; MIT licence.
    """
    return tuple(
        ((_read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1) / np.float32(255)),
         _read(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64))
        for part in ("train", "t10k")
    )  # fmt: skip


def _read(name, header):
    path = official_file("Fashion-MNIST", "datasets/fashion-mnist", name, ORIGIN + name, SHA256[name])
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)
