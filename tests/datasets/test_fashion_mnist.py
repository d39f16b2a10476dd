"""Fashion-MNIST is read from the four official files of Keras's cache."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from dnnlib.datasets import fashion_mnist
from tests.datasets.test_mnist import CACHE


def test_the_real_files_are_read(tmp_path, monkeypatch):
    folder = CACHE / "datasets" / "fashion-mnist"
    if not folder.exists():
        pytest.skip(f"the real Fashion-MNIST is not at {folder}: set BOOK_CACHE to a folder in Keras's layout")
    shutil.copytree(folder, tmp_path / "datasets" / "fashion-mnist")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (x, y), (x_test, y_test) = fashion_mnist.load_fashion_mnist()
    assert x.shape == (60000, 28, 28, 1) and x_test.shape == (10000, 28, 28, 1)
    assert x.dtype == np.float32 and x.min() == 0 and x.max() == 1
    assert np.bincount(y).tolist() == [6000] * 10 and np.bincount(y_test).tolist() == [1000] * 10
    assert [fashion_mnist.CLASSES[i] for i in y[:3]] == ["ankle boot", "T-shirt", "T-shirt"]
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    (_, y_of_keras), (x_of_keras, _) = keras.datasets.fashion_mnist.load_data()
    np.testing.assert_array_equal(np.round(x_test[..., 0] * 255), x_of_keras)
    np.testing.assert_array_equal(y, y_of_keras)


def test_the_addresses_and_names_are_those_of_keras():
    from keras.src.datasets import fashion_mnist as of_keras

    source = Path(of_keras.__file__).read_text(encoding="utf-8")
    assert fashion_mnist.ORIGIN in source and all(name in source for name in fashion_mnist.SHA256)
