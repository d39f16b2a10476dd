"""The penalty on activities: its value and gradients beside Keras's, in training step for step, refusals."""

import keras
import numpy as np
import pytest

from dnnlib.layers.activity_regularization import ActivityRegularization
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tests.oracles import numerical_gradient

X = np.random.default_rng(0).standard_normal((5, 3))


def test_by_hand():
    layer = ActivityRegularization(l1=1.0, l2=0.5, dtype="float64")
    assert np.array_equal(layer([[1.0, -2.0], [0.0, 3.0]]), [[1, -2], [0, 3]])
    assert layer.activity_losses == [(6 + 0.5 * 14) / 2]  # the mean over the two examples
    assert np.array_equal(layer.backward(np.ones((2, 2))), [[2, -0.5], [1, 3]])


@pytest.mark.parametrize("shape", [(4, 3), (4, 3, 2), (6,)])
@pytest.mark.parametrize("training", [False, True])
def test_value_equals_keras_and_the_gradient_is_that_of_the_whole_loss(shape, training):
    x, upstream = (np.random.default_rng(seed).standard_normal(shape) for seed in (1, 2))
    ours = ActivityRegularization(l1=0.3, l2=0.2, dtype="float64")
    theirs = keras.layers.ActivityRegularization(l1=0.3, l2=0.2)  # Keras's penalty is float32 whatever the layer is
    ours(x, training=training)
    theirs(x, training=training)
    assert np.isclose(ours.activity_losses[0], float(theirs.losses[0]), rtol=1e-6)
    received = ours.backward(upstream)

    def loss(at):
        return np.sum(ours(at, training=training) * upstream) + ours.activity_losses[0]

    np.testing.assert_allclose(received, numerical_gradient(loss, x), atol=1e-8)


def twins(nested):
    ours = [Dense(4, dtype="float64"), ReLU(dtype="float64"), ActivityRegularization(l1=0.1, l2=0.01, dtype="float64")]
    ours = [Sequential(ours)] if nested else ours
    model = Sequential([*ours, Dense(3, dtype="float64")])
    keras.utils.set_random_seed(0)
    oracle = keras.Sequential([
        keras.layers.Dense(4, activation="relu"),
        keras.layers.ActivityRegularization(l1=0.1, l2=0.01),
        keras.layers.Dense(3),
    ])  # fmt: skip
    model.build(X.shape)
    oracle.build(X.shape)
    oracle.set_weights(model.get_weights())
    model.compile(SGD(0.1), MeanSquaredError())
    oracle.compile(keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError())
    return model, oracle


@pytest.mark.parametrize("nested", [False, True])
def test_training_and_its_reported_loss_equal_keras(nested):
    model, oracle = twins(nested)
    history = model.fit(X, X, batch_size=2, epochs=3, shuffle=False, verbose=0).history["loss"]
    expected = oracle.fit(X, X, batch_size=2, epochs=3, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(history, expected, rtol=1e-5)
    for ours, theirs in zip(model.get_weights(), oracle.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert np.isclose(model.evaluate(X, X, batch_size=5), oracle.evaluate(X, X, batch_size=5, verbose=0), rtol=1e-5)
    assert len(model.losses) == 1 and model.losses[0] > 0.01


def test_a_layer_in_two_places_pays_twice():
    shared = ActivityRegularization(l1=1.0, dtype="float64")
    chain = Sequential([shared, shared])
    chain(np.ones((2, 3)))
    assert chain.activity_losses == [3, 3] and np.array_equal(chain.backward(np.zeros((2, 3))), np.full((2, 3), 1.0))


def test_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="l1: expected a finite number of at least 0"):
        ActivityRegularization(l1=-1)
    with pytest.raises(ValueError, match="1 axis or more"):
        ActivityRegularization(l1=1)(3.0)
    with pytest.raises(RuntimeError):
        ActivityRegularization().backward(np.zeros((1, 1)))
