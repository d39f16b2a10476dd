"""The digits come as described."""

import numpy as np

from dnnlib.datasets.digits import load_digits


def test_shape_type_and_range():
    x, y = load_digits()
    assert x.shape == (1797, 8, 8, 1) and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1
    assert y.shape == (1797,) and y.dtype == np.int64
    assert np.bincount(y).min() > 170 and len(np.bincount(y)) == 10


def test_first_image_is_an_upright_zero():
    x, y = load_digits()
    assert y[0] == 0
    assert x[0, 3:5, 3:5, 0].max() < 0.2  # the hole
    assert x[0, 2:6, 2, 0].min() > 0.2 and x[0, 2:6, 5, 0].min() > 0.2  # its two sides
