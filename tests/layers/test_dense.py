"""Dense: by hand, by central differences, by Keras; and what it refuses."""

import keras
import numpy as np
import pytest

from dnnlib.layers.dense import Dense
from tests.oracles import check_against_keras, check_layer_gradients


def random_input(shape=(5, 3), seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_by_hand():
    layer = Dense(2, dtype="float64")
    layer.build((None, 3))
    layer.set_weights([np.array([[1, 2], [3, 4], [5, 6]]), np.array([10, 20])])
    assert np.array_equal(layer([[1, 0, 2]]), [[1 + 10 + 10, 2 + 12 + 20]])
    assert np.array_equal(layer.backward([[1, -1]]), [[-1, -1, -1]])
    assert np.array_equal(layer.grads["kernel"], [[1, -1], [0, 0], [2, -2]])
    assert np.array_equal(layer.grads["bias"], [1, -1])


@pytest.mark.parametrize("arguments", [{}, {"use_bias": False}])
@pytest.mark.parametrize("shape", [(5, 3), (1, 1), (2, 4, 3)])
def test_gradients_and_keras(shape, arguments):
    check_layer_gradients(Dense(4, dtype="float64", **arguments), random_input(shape))
    oracle = keras.layers.Dense(4, dtype="float64", **arguments)
    check_against_keras(Dense(4, dtype="float64", **arguments), oracle, random_input(shape))


def test_parameters_types_and_seeds():
    layer = Dense(7, seed=3)
    assert layer(random_input()).dtype == np.float32
    assert {name: value.shape for name, value in layer.params.items()} == {"kernel": (3, 7), "bias": (7,)}
    assert layer.count_params() == 28 and not layer.params["bias"].any()
    assert layer.compute_output_shape((None, 5, 3)) == (None, 5, 7)
    again, other = Dense(7, seed=3), Dense(7, seed=4)
    assert np.array_equal(again(random_input()), layer(random_input()))
    assert not np.array_equal(other(random_input()), layer(random_input()))
    halves = Dense(2, kernel_initializer=lambda shape, rng: np.full(shape, 0.5))
    assert np.array_equal(halves(np.ones((1, 4))), [[2, 2]])


@pytest.mark.parametrize(
    "arguments, message",
    [({"units": 0}, "units"), ({"units": 2.5}, "units"), ({"units": 2, "kernel_initializer": "xavier"}, "initializer")],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Dense(**arguments)


def test_bad_inputs():
    layer = Dense(2)
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((1, 2)))
    layer(np.ones((4, 3)))
    for x, message in (
        (np.ones((4, 5)), "expected 3"),
        (np.ones(3), "2 axes or more"),
        (np.full((1, 3), np.nan), "NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            layer(x)
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((4, 3)))
