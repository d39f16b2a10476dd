"""In the full profile all cells of a chapter run on the full data, also on a processor, with training cut short."""

import hashlib
import shutil

import numpy as np
import pytest

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.results import load_results
from tests.datasets.test_mnist import CACHE
from tools import notebooks, short_run

pytestmark = [pytest.mark.chapter, pytest.mark.timeout(600)]


def made_mnist(path):
    """Stores enlarged bundled digits in the form of the official file; returns its hash."""
    images, labels = load_digits()
    images = np.pad((images[..., 0] * 255).astype(np.uint8).repeat(3, 1).repeat(3, 2), ((0, 0), (2, 2), (2, 2)))
    order = np.arange(5_000) % len(images)
    path.parent.mkdir(parents=True)
    np.savez_compressed(
        path, x_train=images[order], y_train=labels[order], x_test=images[order[:300]], y_test=labels[order[:300]]
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(stem, more=""):
    notebook = notebooks.load(notebooks.CHAPTERS / f"{stem}.ipynb")
    return notebooks.run(short_run.shortened(notebook, 2, more), profile="full")


def printed(notebook):
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))


def test_without_the_real_data_on_a_file_of_their_form(tmp_path, monkeypatch):
    digest = made_mnist(tmp_path / "datasets" / "mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    notebook = run("24_shift_invariance", f"from dnnlib.datasets import mnist\n\nmnist.SHA256 = {digest!r}")
    assert "Profile: full" in printed(notebook)
    stored = load_results("full_24_shift_invariance")["results"]
    results = notebooks.printed_results(notebook)
    # Hardly trained, it is about as often right as by chance; after a few hundred steps it reads nine in ten.
    assert set(results) == set(stored) and results["right, in the middle"][0] < 0.8 < stored["right, in the middle"][0]


@pytest.mark.long
def test_on_the_real_data(tmp_path, monkeypatch):
    if not (CACHE / "datasets" / "mnist.npz").exists():
        pytest.skip(f"the real MNIST is not in {CACHE}: set BOOK_CACHE to a folder in Keras's layout")
    (tmp_path / "datasets").mkdir()
    shutil.copy(CACHE / "datasets" / "mnist.npz", tmp_path / "datasets")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    notebook = run("41_backpropagation")
    assert "Profile: full" in printed(notebook)
    assert notebooks.printed_results(notebook)["training digits"] == 10_000
