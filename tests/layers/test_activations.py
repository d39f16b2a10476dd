"""ReLU, Sigmoid, Tanh, Softmax: by hand, by central differences, by Keras, and at the ends of the range."""

import keras
import numpy as np
import pytest

from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from tests.oracles import assert_close, check_against_keras, check_layer_gradients

ORACLES = {
    ReLU: lambda: keras.layers.ReLU(dtype="float64"),
    Sigmoid: lambda: keras.layers.Activation("sigmoid", dtype="float64"),
    Tanh: lambda: keras.layers.Activation("tanh", dtype="float64"),
    Softmax: lambda: keras.layers.Softmax(dtype="float64"),
}


def random_input(shape=(3, 4, 5), seed=0):
    return 3 * np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("layer", ORACLES)
@pytest.mark.parametrize("shape", [(6, 2), (3, 4), (2, 3, 4, 2)])
def test_gradients_and_keras(layer, shape):
    check_layer_gradients(layer(dtype="float64"), random_input(shape))
    check_against_keras(layer(dtype="float64"), ORACLES[layer](), random_input(shape))


@pytest.mark.parametrize("axis", [0, 1, -2])
def test_softmax_along_other_axes(axis):
    check_layer_gradients(Softmax(axis, dtype="float64"), random_input())
    check_against_keras(Softmax(axis, dtype="float64"), keras.layers.Softmax(axis, dtype="float64"), random_input())
    p = Softmax(axis)(random_input())
    assert (p >= 0).all() and np.allclose(p.sum(axis=axis), 1, atol=1e-6)


def test_by_hand():
    relu = ReLU()
    assert np.array_equal(relu([[-2, 0, 3]]), [[0, 0, 3]])
    assert np.array_equal(relu.backward([[5, 5, 5]]), [[0, 0, 5]])  # at 0: 0, as in TensorFlow
    sigmoid = Sigmoid(dtype="float64")
    assert_close(sigmoid([[0, np.log(3), -np.log(3)]]), np.array([[1 / 2, 3 / 4, 1 / 4]]), 1e-15, "sigmoid")
    assert_close(sigmoid.backward([[16, 16, 16]]), np.array([[4, 3, 3]]), 1e-14, "dsigmoid")
    tanh = Tanh(dtype="float64")
    assert_close(tanh([[0, np.log(2)]]), np.array([[0, 3 / 5]]), 1e-15, "tanh")
    assert_close(tanh.backward([[1, 25]]), np.array([[1, 16]]), 1e-14, "dtanh")
    softmax = Softmax(dtype="float64")
    assert_close(softmax([[0, np.log(3)]]), np.array([[1 / 4, 3 / 4]]), 1e-15, "softmax")
    assert_close(softmax.backward([[16, 0]]), np.array([[3, -3]]), 1e-14, "dsoftmax")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_inputs_neither_overflow_nor_give_nan(dtype):
    x = np.array([[-1e4, -1000, 0, 1000, 1e4]])
    assert_close(Sigmoid(dtype)(x), np.array([[0, 0, 0.5, 1, 1]]), 1e-7, "sigmoid")
    assert_close(Softmax(dtype=dtype)(x), np.array([[0, 0, 0, 0, 1]]), 0, "softmax")
    assert_close(Softmax(dtype=dtype)(x * 0 + 1000), np.full((1, 5), 0.2), 1e-7, "equal scores")
    for layer in (Sigmoid(dtype), Softmax(dtype=dtype), Tanh(dtype), ReLU(dtype)):
        assert np.isfinite(layer.backward(np.ones_like(layer(x)))).all()


@pytest.mark.parametrize("layer", ORACLES)
def test_types_and_refusals(layer):
    x = random_input()
    before, one = x.copy(), layer()
    with pytest.raises(RuntimeError, match="forward"):
        one.backward(x)
    assert one(x).dtype == one.backward(x).dtype == np.float32 and one(x).shape == x.shape
    assert np.array_equal(x, before) and one.get_weights() == []
    with pytest.raises(ValueError, match="gradient"):
        one.backward(x[:1])
    with pytest.raises(ValueError, match="NaN"):
        one(x * np.nan)


def test_softmax_refuses_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="axis 2"):
        Softmax(2)(np.ones((3, 4)))
