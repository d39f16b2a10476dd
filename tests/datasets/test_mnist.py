"""MNIST is read from Keras's cache; what is missing or broken is named, and nothing on disk is lost."""

import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from dnnlib.datasets import mnist

CACHE = Path(os.environ.get("BOOK_CACHE") or Path(__file__).parents[3] / "shared" / "cache")


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setattr(mnist, "ORIGIN", "http://127.0.0.1:9/mnist.npz")


def cached_mnist():
    path = CACHE / "datasets" / "mnist.npz"
    if not path.exists():
        pytest.skip(f"the real MNIST is not at {path}: set BOOK_CACHE to a folder in Keras's layout")
    return path


def test_the_real_file_is_read(keras_home):
    shutil.copy(cached_mnist(), keras_home / "datasets")
    (x, y), (x_test, y_test) = mnist.load_mnist()
    assert x.shape == (60000, 28, 28, 1) and x_test.shape == (10000, 28, 28, 1)
    assert x.dtype == np.float32 and x.min() == 0 and x.max() == 1
    assert y[:5].tolist() == [5, 0, 4, 1, 9] and y_test[:3].tolist() == [7, 2, 1] and y.dtype == np.int64


def test_it_is_what_keras_loads_from_the_same_cache(keras_home, monkeypatch):
    import keras

    shutil.copy(cached_mnist(), keras_home / "datasets")
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(keras_home))
    for ours, theirs in zip(mnist.load_mnist(), keras.datasets.mnist.load_data(), strict=True):
        np.testing.assert_array_equal(np.round(ours[0][..., 0] * 255), theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_small_ones_have_the_form_of_the_bundled_digits(keras_home, monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 28, 28), dtype=np.uint8)
    labels = np.arange(4, dtype=np.uint8)
    path = keras_home / "datasets" / "mnist.npz"
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    x, y = mnist.load_mnist_8x8(3)
    assert x.shape == (3, 8, 8, 1) and x.dtype == np.float32 and y.tolist() == [0, 1, 2] and y.dtype == np.int64
    assert x[1, 0, 0, 0] == pytest.approx(pixels[1, 2:5, 2:5].mean() / 255, abs=1e-6)
    assert x[2, 7, 3, 0] == pytest.approx(pixels[2, 23:26, 11:14].mean() / 255, abs=1e-6)
    with pytest.raises(ValueError, match="examples: expected 1 to 4, received 5"):
        mnist.load_mnist_8x8(5)


def test_a_broken_file_is_reported_and_kept(keras_home, no_network):
    path = keras_home / "datasets" / "mnist.npz"
    path.write_bytes(b"PK cut short")
    with pytest.raises(ValueError, match="12 bytes.*Nothing was changed"):
        mnist.load_mnist()
    assert path.read_bytes() == b"PK cut short"


def test_a_file_cut_short_is_reported_and_kept(keras_home, no_network):
    path = keras_home / "datasets" / "mnist.npz"
    path.write_bytes(cached_mnist().read_bytes()[:5_000_000])
    with pytest.raises(ValueError, match="5000000 bytes.*move it away"):
        mnist.load_mnist()
    assert path.stat().st_size == 5_000_000


def test_one_changed_byte_is_noticed_and_the_file_kept(keras_home, no_network, monkeypatch):
    path = keras_home / "datasets" / "mnist.npz"
    images, labels = np.zeros((2, 28, 28), np.uint8), np.arange(2, dtype=np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    content = path.read_bytes()
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(content).hexdigest())
    assert mnist.load_mnist()[0][0].shape == (2, 28, 28, 1)
    changed = content[:500] + bytes([content[500] ^ 1]) + content[501:]
    path.write_bytes(changed)
    with pytest.raises(ValueError, match="expected .* with sha256.*Nothing was changed"):
        mnist.load_mnist()
    assert path.read_bytes() == changed


def test_without_network_the_message_says_where_it_looked_and_what_to_do(keras_home, no_network):
    with pytest.raises(ConnectionError) as caught:
        mnist.load_mnist()
    for part in (str(keras_home / "datasets" / "mnist.npz"), "KERAS_HOME", mnist.ORIGIN, "quick profile"):
        assert part in str(caught.value)
    assert list((keras_home / "datasets").iterdir()) == []


def test_the_address_and_hash_are_those_of_keras():
    from keras.src.datasets import mnist as keras_mnist

    source = Path(keras_mnist.__file__).read_text(encoding="utf-8")
    assert mnist.SHA256 in source and mnist.ORIGIN.rsplit("/", 1)[0] in source
