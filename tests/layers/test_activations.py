"""Activations: by hand, by central differences, by Keras, in training, and at the ends of the range."""

import keras
import numpy as np
import pytest

from dnnlib.layers.dense import Dense
from dnnlib.layers.elu import ELU
from dnnlib.layers.gelu import GELU
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.silu import SiLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, check_against_keras, check_layer_gradients


def activation(name, **arguments):
    """Returns a constructor of Keras's layer for an activation that is no layer of its own there."""
    function = getattr(keras.activations, name)
    return lambda dtype: keras.layers.Activation(lambda x: function(x, **arguments), dtype=dtype)


# By name: our layer and Keras's with the same arguments, each a function of the type.
PAIRS = {
    "ReLU": (ReLU, lambda dtype: keras.layers.ReLU(dtype=dtype)),
    "LeakyReLU": (lambda dtype: LeakyReLU(dtype=dtype), lambda dtype: keras.layers.LeakyReLU(dtype=dtype)),
    "LeakyReLU 0.01": (lambda dtype: LeakyReLU(0.01, dtype), lambda dtype: keras.layers.LeakyReLU(0.01, dtype=dtype)),
    "ELU": (lambda dtype: ELU(dtype=dtype), lambda dtype: keras.layers.ELU(dtype=dtype)),
    "ELU 0.5": (lambda dtype: ELU(0.5, dtype), lambda dtype: keras.layers.ELU(0.5, dtype=dtype)),
    "GELU": (lambda dtype: GELU(dtype=dtype), activation("gelu")),
    "GELU approximate": (lambda dtype: GELU(True, dtype), activation("gelu", approximate=True)),
    "SiLU": (SiLU, activation("silu")),
    "Sigmoid": (Sigmoid, activation("sigmoid")),
    "Tanh": (Tanh, activation("tanh")),
    "Softmax": (lambda dtype: Softmax(dtype=dtype), lambda dtype: keras.layers.Softmax(dtype=dtype)),
}


# Keras keeps the slope of LeakyReLU and the constants of GELU in float32, whatever the layer's type.
ROUNDED = 1e-7


def random_input(shape=(3, 4, 5), seed=0):
    return 3 * np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("shape", [(6, 2), (3, 4), (2, 3, 4, 2)])
def test_gradients_and_keras(name, shape):
    ours, oracle = PAIRS[name]
    check_layer_gradients(ours("float64"), random_input(shape))
    tolerance = ROUNDED if name.startswith(("LeakyReLU", "GELU")) else 1e-10
    check_against_keras(ours("float64"), oracle("float64"), random_input(shape), tolerance=tolerance)


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "Softmax"])
def test_slopes_at_zero_and_far_out_are_those_of_keras(name):
    ours, oracle = PAIRS[name]
    x = np.array([[-300, -40, -6, -0.5, -1e-3, -0.0, 0.0, 1e-3, 0.5, 6, 40, 300]])
    check_against_keras(ours("float64"), oracle("float64"), x, tolerance=ROUNDED)


@pytest.mark.parametrize("name", PAIRS)
def test_ten_training_steps_equal_keras(name):
    """Losses and weights of a network with this hidden activation, from the same weights, within 1e-5 in float64."""
    ours, oracle = PAIRS[name]
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((160, 6)), rng.integers(0, 3, 160)
    d = {"dtype": "float64"}
    net = Sequential([Dense(8, seed=0, **d), ours("float64"), Dense(3, seed=1, **d)])
    net.build((None, 6))
    dense = keras.layers.Dense
    twin = keras.Sequential([keras.Input((6,), **d), dense(8, **d), oracle("float64"), dense(3, **d)])
    twin.set_weights(net.get_weights())
    net.compile(SGD(0.5, momentum=0.9), SparseCategoricalCrossentropy(from_logits=True))
    twin.compile(keras.optimizers.SGD(0.5, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    first = net.get_weights()
    for start in range(0, 160, 16):
        batch = slice(start, start + 16)
        loss, expected = net.train_on_batch(x[batch], y[batch])["loss"], float(twin.train_on_batch(x[batch], y[batch]))
        twin.reset_metrics()
        assert abs(loss - expected) < 1e-5
    for before, weights, keras_weights in zip(first, net.get_weights(), twin.get_weights(), strict=True):
        assert_close(weights, keras_weights, 1e-5, "weights")
        assert np.abs(weights - before).max() > 0.05, "expected ten steps to move every array of weights"


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
    leaky = LeakyReLU(0.25)
    assert np.array_equal(leaky([[-2, 0, 3]]), [[-0.5, 0, 3]])
    assert np.array_equal(leaky.backward([[4, 4, 4]]), [[1, 1, 4]])  # at 0: the leak, as in TensorFlow
    elu = ELU(2, dtype="float64")
    assert_close(elu([[-np.log(4), 3]]), np.array([[-3 / 2, 3]]), 1e-15, "ELU")
    assert_close(elu.backward([[4, 4]]), np.array([[2, 4]]), 1e-15, "dELU")
    silu, x = SiLU(dtype="float64"), np.log(3)
    assert_close(silu([[x, 0]]), np.array([[3 / 4 * x, 0]]), 1e-15, "SiLU")
    assert_close(silu.backward([[16, 2]]), np.array([[12 + 3 * x, 1]]), 1e-14, "dSiLU")
    gelu = GELU(dtype="float64")  # of a normal distribution, 84.134 % lie below one deviation, 15.866 % below minus one
    assert_close(gelu([[1, -1, 0]]), np.array([[0.8413447461, -0.1586552539, 0]]), 1e-9, "GELU")
    assert_close(gelu.backward([[0, 0, 2]]), np.array([[0, 0, 1]]), 1e-15, "dGELU")
    softmax = Softmax(dtype="float64")
    assert_close(softmax([[0, np.log(3)]]), np.array([[1 / 4, 3 / 4]]), 1e-15, "softmax")
    assert_close(softmax.backward([[16, 0]]), np.array([[3, -3]]), 1e-14, "dsoftmax")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_large_inputs_neither_overflow_nor_give_nan(name, dtype):
    x = np.array([[-1e4, -1000, -300, 0, 300, 1000, 1e4]], dtype)
    layer = PAIRS[name][0](dtype)
    limits = {"Sigmoid": [0, 0, 0, 0.5, 1, 1, 1], "Softmax": [0, 0, 0, 0, 0, 0, 1], "Tanh": [-1, -1, -1, 0, 1, 1, 1]}
    left = {"ELU": -1, "ELU 0.5": -0.5, "LeakyReLU": 0.3 * x, "LeakyReLU 0.01": 0.01 * x}.get(name, 0)
    expected = np.array([limits[name]]) if name in limits else np.where(x > 0, x, np.where(x < 0, left, 0))
    assert_close(layer(x).astype("float64"), expected.astype("float64"), 1e-3 if dtype == "float16" else 1e-7, name)
    assert np.isfinite(layer.backward(np.ones_like(x))).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_of_equal_large_scores(dtype):
    assert_close(Softmax(dtype=dtype)(np.full((1, 5), 1000)), np.full((1, 5), 0.2), 1e-7, "equal scores")


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_types_and_refusals(name, dtype):
    x = random_input()
    before, one = x.copy(), PAIRS[name][0](dtype)
    with pytest.raises(RuntimeError, match="forward"):
        one.backward(x)
    assert one(x).dtype == one.backward(x).dtype == np.dtype(dtype) and one(x).shape == x.shape
    assert np.array_equal(x, before) and one.get_weights() == []
    with pytest.raises(ValueError, match="gradient"):
        one.backward(x[:1])
    with pytest.raises(ValueError, match="NaN"):
        one(x * np.nan)


@pytest.mark.parametrize("bad", [-0.1, None, "0.1", np.inf, np.nan])
def test_a_leak_is_a_number_of_at_least_zero(bad):
    with pytest.raises(ValueError, match="negative_slope: expected a finite number of at least 0"):
        LeakyReLU(bad)
    assert np.array_equal(LeakyReLU(0)([[-2, 3]]), [[0, 3]])


@pytest.mark.parametrize("bad", [0, -1.0, None, "1", np.inf, np.nan])
def test_elu_saturates_at_a_positive_number(bad):
    with pytest.raises(ValueError, match="alpha: expected a finite positive number"):
        ELU(bad)


def test_softmax_refuses_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="axis 2"):
        Softmax(2)(np.ones((3, 4)))
