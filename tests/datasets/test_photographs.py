"""The photographs come as described, and what is missing is named."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import sklearn

from dnnlib.datasets import photographs
from dnnlib.datasets.photographs import load_photograph, load_photographs

SOURCES = Path(__file__).parents[2] / "data" / "SOURCES.md"


@pytest.mark.parametrize("name", photographs.NAMES)
def test_types_ranges_and_shapes(name):
    whole, unit = load_photograph(name, dtype="uint8"), load_photograph(name)
    assert whole.shape == unit.shape == (427, 640, 3)
    assert whole.dtype == np.uint8 and unit.dtype == np.float32
    np.testing.assert_allclose(unit, whole / 255, rtol=0, atol=1e-6)
    assert 0 <= unit.min() < 0.05 and 0.95 < unit.max() <= 1


def test_same_pixels_as_scikit_learn():
    from sklearn.datasets import load_sample_image

    assert (load_photograph("china", dtype="uint8") == load_sample_image("china.jpg")).all()


def test_resize_averages_the_area():
    whole = load_photograph("flower", dtype="uint8").astype(float)
    quarter = load_photograph("flower", size=(427, 160), dtype="uint8")
    mean = whole.reshape(427, 160, 4, 3).mean(axis=2)
    assert np.abs(quarter - mean).max() <= 0.51  # rounding to whole values


def test_resize_keeps_height_and_width_apart():
    assert load_photograph("china", size=(50, 80)).shape == (50, 80, 3)
    assert load_photographs(size=(60, 90)).shape == (2, 60, 90, 3)


def test_each_call_gives_an_own_copy():
    for dtype in ("uint8", "float32"):
        load_photograph("china", dtype=dtype)[:] = 0
        assert load_photograph("china", dtype=dtype).any()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"name": "cat"}, "expected one of"),
        ({"name": "china", "size": 64}, "height, width"),
        ({"name": "china", "size": (0, 4)}, "height, width"),
        ({"name": "china", "dtype": "float64"}, "float32"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_photograph(**arguments)


def test_missing_pillow_is_named(monkeypatch):
    photographs._pixels.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(ImportError, match="pip install pillow"):
        load_photograph("china")


@pytest.mark.parametrize("file", ["images/china.jpg", "images/flower.jpg", "data/digits.csv.gz"])
def test_sources_name_the_files_that_are_loaded(file):
    data = (Path(sklearn.__file__).parent / "datasets" / file).read_bytes()
    assert hashlib.sha256(data).hexdigest() in SOURCES.read_text(encoding="utf-8")
