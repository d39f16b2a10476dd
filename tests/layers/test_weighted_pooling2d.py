"""WeightedPooling2D: by hand, and its limits."""

import numpy as np
import pytest

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.weighted_pooling2d import WeightedPooling2D
from tests.layers.test_pooling2d import random_input
from tests.oracles import assert_close


def test_by_hand():
    # With this sigma a step away from the centre halves the weight, and a diagonal step quarters it.
    layer = WeightedPooling2D(3, sigma=1 / np.sqrt(2 * np.log(2)), dtype="float64")
    assert_close(
        layer.window_weights, np.array([[1 / 4, 1 / 2, 1 / 4], [1 / 2, 1, 1 / 2], [1 / 4, 1 / 2, 1 / 4]]), 1e-14, "w"
    )
    x = np.zeros((1, 3, 3, 1))
    x[0, 1, 1, 0], x[0, 0, 0, 0] = 8, 16
    assert_close(layer(x).ravel(), [(8 * 1 + 16 / 4) / 4], 1e-14, "output")
    assert_close(layer.backward(np.full((1, 1, 1, 1), 16.0))[0, ..., 0], np.outer([1, 2, 1], [1, 2, 1]), 1e-14, "dx")


def test_its_limits_are_the_average_and_the_centre():
    x = random_input()
    wide, narrow = WeightedPooling2D(3, sigma=1e6, dtype="float64"), WeightedPooling2D(3, sigma=0.1, dtype="float64")
    assert_close(wide(x), AveragePooling2D(3, dtype="float64")(x), 1e-11, "wide")
    assert_close(narrow(x), x[:, 1:6:3, 1:6:3], 1e-12, "narrow")


def test_a_constant_image_stays_constant_up_to_its_border():
    assert_close(WeightedPooling2D(3, 1, 2, "same")(np.ones((1, 7, 6, 2))), np.ones((1, 4, 3, 2)), 1e-6, "output")


@pytest.mark.parametrize("sigma", [0, -1, np.nan, "1"])
def test_bad_sigma(sigma):
    with pytest.raises(ValueError, match="sigma: expected a positive number"):
        WeightedPooling2D(2, sigma)


def test_a_sigma_that_leaves_a_window_no_weight_is_refused():
    with pytest.raises(ValueError, match="sigma: in some windows all weights round to zero"):
        WeightedPooling2D(2, 1e-3)(np.ones((1, 4, 4, 1)))
