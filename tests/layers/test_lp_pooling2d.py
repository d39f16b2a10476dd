"""LpPooling2D: by hand, its limits, and large numbers."""

import numpy as np
import pytest

from dnnlib.layers.lp_pooling2d import LpPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from tests.layers.test_pooling2d import random_input
from tests.oracles import assert_close, check_layer_gradients


def test_l2_by_hand():
    layer = LpPooling2D((1, 2), dtype="float64")
    x = np.array([3.0, -4]).reshape(1, 1, 2, 1)
    assert_close(layer(x).ravel(), [5], 1e-14, "output")
    assert_close(layer.backward(np.full((1, 1, 1, 1), 10.0)).ravel(), [6, -8], 1e-14, "dx")


@pytest.mark.parametrize("p", [1, 1.5, 3, 7])
def test_gradients_for_other_orders(p):
    check_layer_gradients(LpPooling2D(3, p, strides=2, dtype="float64"), random_input((1, 7, 5, 2)), tolerance=1e-6)


def test_large_p_comes_close_to_the_largest_absolute_value():
    x = random_input()
    largest = MaxPooling2D(2, dtype="float64")(np.abs(x))
    error = np.abs(LpPooling2D(2, 200, dtype="float64")(x) / largest - 1)
    assert error.max() < np.log(4) / 200 * 1.01  # 4 equal inputs give 4^(1/p) times one of them


def test_no_power_overflows_and_zeros_have_gradient_zero():
    layer = LpPooling2D(2, 50)
    assert_close(layer(np.full((1, 2, 2, 1), 1e20, "float32")).ravel() / 1e20, [4 ** (1 / 50)], 1e-5, "output")
    layer(np.zeros((1, 2, 2, 1)))
    assert np.array_equal(layer.backward(np.ones((1, 1, 1, 1))), np.zeros((1, 2, 2, 1)))


@pytest.mark.parametrize("p", [0.5, 0, -1, np.inf, np.nan, "2"])
def test_bad_order(p):
    with pytest.raises(ValueError, match="p: expected"):
        LpPooling2D(2, p)
