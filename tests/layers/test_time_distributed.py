"""TimeDistributed: by Keras, by central differences; twice in a model; and what it refuses."""

import keras
import numpy as np
import pytest

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.tanh import Tanh
from dnnlib.layers.time_distributed import TimeDistributed
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, check_against_keras, numerical_gradient


@pytest.mark.parametrize(
    "ours, theirs, shape",
    [
        (Dense(4, dtype="float64"), lambda: keras.layers.Dense(4, dtype="float64"), (2, 5, 3)),
        (Conv2D(2, 3, dtype="float64"), lambda: keras.layers.Conv2D(2, 3, dtype="float64"), (2, 3, 5, 6, 2)),
    ],
)
def test_keras(ours, theirs, shape):
    x = np.random.default_rng(0).standard_normal(shape)
    layer, oracle = TimeDistributed(ours), keras.layers.TimeDistributed(theirs(), dtype="float64")
    check_against_keras(ours_as_a_layer(layer), oracle, x)
    assert layer.compute_output_shape(shape) == layer(x).shape == tuple(oracle(x).shape)


def ours_as_a_layer(layer):
    """The wrapper has no type of its own; the check asks for one."""
    layer.dtype = np.dtype("float64")
    return layer


def test_twice_in_a_model_the_gradients_add_up_and_equal_central_differences():
    shared = TimeDistributed(Sequential([Flatten("float64"), Dense(3, seed=0, dtype="float64"), Tanh("float64")]))
    model = Sequential([shared, shared])
    x = np.random.default_rng(0).standard_normal((2, 4, 3))
    upstream = np.random.default_rng(1).standard_normal(model(x).shape)
    dx, weights = model.backward(upstream), model.get_weights()
    assert [weight.shape for weight in weights] == [(3, 3), (3,)] and len(model.params) == 2

    def loss(x, weights):
        model.set_weights(weights)
        return np.sum(model(x) * upstream)

    assert_close(dx, numerical_gradient(lambda value: loss(value, weights), x), 1e-8, "dx")
    grads = list(model.grads.values())
    for i, weight in enumerate(weights):
        expected = numerical_gradient(
            lambda value, i=i: loss(x, [value if j == i else other for j, other in enumerate(weights)]), weight
        )
        assert_close(grads[i], expected, 1e-8, f"weight {i}")


def test_refusals():
    with pytest.raises(ValueError, match="layer"):
        TimeDistributed(3)
    layer = TimeDistributed(Dense(2))
    with pytest.raises(ValueError, match="batch, time"):
        layer(np.ones((2, 3)))
    layer(np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="expected 2 arrays, received 1"):
        layer.set_weights([np.ones((4, 2))])
    with pytest.raises(ValueError, match="shaped like the last output"):
        layer.backward(np.ones((2, 4, 2)))
