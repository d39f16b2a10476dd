"""MNIST, the handwritten digits of 28 × 28 pixels; for the full profile, since it is downloaded once."""

import hashlib
import os
from pathlib import Path

import numpy as np

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


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
    path = _keras_home() / "datasets" / "mnist.npz"
    # Keras deletes a cached file that fails its check when the new download fails too, so it never sees one here.
    if not path.exists():
        _download(path)
    _check(path)
    with np.load(path, allow_pickle=False) as arrays:
        return tuple((_unit(arrays[f"x_{part}"]), arrays[f"y_{part}"].astype(np.int64)) for part in ("train", "test"))


def _keras_home():
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser()


def _unit(images):
    return (images / np.float32(255))[..., np.newaxis]


def _download(path):
    import keras

    expected = f"MNIST: expected {path} (from KERAS_HOME, by default ~/.keras)"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Keras would quietly go to another folder, and might delete a file there.
        if not os.access(path.parents[1], os.W_OK):
            raise PermissionError(f"{path.parents[1]} cannot be written to")
        keras.utils.get_file(path.name, ORIGIN, file_hash=SHA256, cache_dir=str(path.parents[1]))
    except Exception as error:
        raise ConnectionError(
            f"{expected}, and it could not be downloaded from {ORIGIN}: {error}. "
            "Connect once and run the cell again, or put the file there yourself; the quick profile needs no download."
        ) from error


def _check(path):
    with path.open("rb") as file:
        received = hashlib.file_digest(file, "sha256").hexdigest()
    if received != SHA256:
        raise ValueError(
            f"MNIST: expected {path} with sha256 {SHA256[:12]}…, received {path.stat().st_size} bytes with "
            f"{received[:12]}…: the file is cut short or another one. Nothing was changed: move it away, "
            "then run the cell again to download it anew."
        )
