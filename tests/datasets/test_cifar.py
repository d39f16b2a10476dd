"""CIFAR-10 and CIFAR-100 are read from the official archives, where Keras keeps them."""

import hashlib
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from dnnlib.datasets import cifar

RNG = np.random.default_rng(0)


def batch(size, **labels):
    return {b"data": RNG.integers(0, 256, (size, 3072), dtype=np.uint8)} | {
        key.encode(): value for key, value in labels.items()
    }


def archive(path, folder, batches):
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as file:
        for name, content in batches.items():
            data = pickle.dumps(content)
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


def test_the_five_batches_of_cifar10_come_in_order_and_colours_last(home, monkeypatch):
    batches = {f"data_batch_{i}": batch(3, labels=[i, i, 9]) for i in range(1, 6)} | {
        "test_batch": batch(2, labels=[0, 7])
    }
    path = home / "datasets" / "cifar-10-batches-py-target_archive"
    monkeypatch.setitem(cifar.SHA256, 10, archive(path, "cifar-10-batches-py", batches))
    (x, y), (x_test, y_test) = cifar.load_cifar10()
    assert x.shape == (15, 32, 32, 3) and x.dtype == np.float32 and x_test.shape == (2, 32, 32, 3)
    assert y.tolist() == [1, 1, 9, 2, 2, 9, 3, 3, 9, 4, 4, 9, 5, 5, 9] and y_test.tolist() == [0, 7]
    assert y.dtype == np.int64
    green = batches["data_batch_2"][b"data"][1, 1024:2048].reshape(32, 32)
    np.testing.assert_array_equal(np.round(x[4, :, :, 1] * 255), green)


@pytest.mark.parametrize(("coarse", "labels"), [(False, [99, 0]), (True, [19, 1])])
def test_cifar100_has_fine_and_coarse_labels(home, monkeypatch, coarse, labels):
    batches = {name: batch(2, fine_labels=[99, 0], coarse_labels=[19, 1]) for name in ("train", "test")}
    path = home / "datasets" / "cifar-100-python-target_archive"
    monkeypatch.setitem(cifar.SHA256, 100, archive(path, "cifar-100-python", batches))
    (x, y), (_, y_test) = cifar.load_cifar100(coarse=coarse)
    assert x.shape == (2, 32, 32, 3) and y.tolist() == y_test.tolist() == labels


def test_another_archive_is_refused_before_anything_in_it_runs(home):
    path = home / "datasets" / "cifar-10-batches-py-target_archive"
    archive(path, "cifar-10-batches-py", {"data_batch_1": batch(1, labels=[0])})
    with pytest.raises(ValueError, match="CIFAR-10.*Nothing was changed"):
        cifar.load_cifar10()


@pytest.mark.parametrize("classes", [10, 100])
def test_address_hash_and_name_are_those_of_keras(classes):
    import keras

    source = (Path(keras.__file__).parent / "src" / "datasets" / f"cifar{classes}.py").read_text(encoding="utf-8")
    assert cifar.SHA256[classes] in source and cifar.ORIGIN in source
    assert '"cifar-10-batches-py-target"' in source or '"cifar-100-python-target"' in source
