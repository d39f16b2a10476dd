"""Dropout: by hand, by Keras with the same mask, by central differences with a frozen one, by its statistics."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, check_layer_gradients


class Draws:
    """A generator that draws what it is told."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def random(self, shape):
        return np.broadcast_to(self.values, shape)


class Frozen(Dropout):
    """Draws the same mask every time."""

    def forward(self, x, training=False):
        self.rng = np.random.default_rng(7)
        return super().forward(x, training)


def test_by_hand():
    layer = Dropout(0.2)
    layer.rng = Draws([0.7, 0.1, 0.2, 0.19])
    assert np.array_equal(layer([[4, 8, -12, 16]], training=True), [[5, 0, -15, 0]])
    assert np.array_equal(layer.backward([[8, 8, 4, 4]]), [[10, 0, 5, 0]])
    assert np.array_equal(layer([[4, 8, -12, 16]]), [[4, 8, -12, 16]])  # in use nothing is dropped
    assert np.array_equal(layer.backward([[8, 8, 4, 4]]), [[8, 8, 4, 4]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("rate", [0, 0.1, 0.3, 0.5, 0.8, 1])
@pytest.mark.parametrize("noise_shape", [None, (None, 1, 5), (3, 4, 1)])
def test_equals_keras_with_the_same_mask(rate, noise_shape, dtype):
    rng = np.random.default_rng(0)
    x, upstream = rng.standard_normal((2, 3, 4, 5)).astype(dtype)
    theirs, again = (keras.layers.Dropout(rate, noise_shape, seed=3, dtype=dtype) for _ in range(2))
    kept = theirs(np.ones_like(x), training=True).numpy() > 0
    with tf.GradientTape() as tape:
        tensor = tf.constant(x)
        tape.watch(tensor)
        expected = again(tensor, training=True)
    dx = tape.gradient(expected, tensor, output_gradients=tf.constant(upstream))
    ours = Dropout(rate, noise_shape, dtype=dtype)
    shape = [size if noise is None else noise for noise, size in zip(noise_shape or x.shape, x.shape, strict=True)]
    ours.rng = Draws(kept[tuple(slice(size) for size in shape)])  # 1 is kept, 0 is dropped, at each rate
    output = ours(x, training=True)
    assert output.dtype == dtype and np.array_equal(output, expected.numpy())
    if dx is not None:  # at rate 1 the output does not depend on the input, in TensorFlow's eyes
        assert np.array_equal(ours.backward(upstream), dx.numpy())
    assert ours.backward(upstream).dtype == dtype
    assert np.array_equal(ours(x), theirs(x, training=False).numpy())


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_statistics_over_a_million_draws_are_those_of_keras_and_of_the_formula(rate):
    ones = np.ones((1000, 1000))
    for layer in (Dropout(rate, seed=0), keras.layers.Dropout(rate, seed=0)):
        output = np.asarray(layer(ones, training=True))
        kept = np.mean(output > 0)
        assert abs(kept - (1 - rate)) < 5 * np.sqrt(rate * (1 - rate)) / 1000  # five standard errors
        assert np.allclose(output[output > 0], 1 / (1 - rate), rtol=1e-6)
        assert abs(output.mean() - 1) < 5 * np.sqrt(rate / (1 - rate)) / 1000
        assert np.isclose(output.var(), rate / (1 - rate), rtol=0.02)


def test_masks_are_independent_of_place_and_step_and_repeat_with_the_seed():
    layer = Dropout(0.5, seed=1)
    first, second = (layer(np.ones((400, 500)), training=True) > 0 for _ in range(2))
    for one, other in [(first, second), (first[1:], first[:-1]), (first[:, 1:], first[:, :-1])]:
        assert abs(np.mean(one == other) - 0.5) < 0.006
    assert np.array_equal(first, Dropout(0.5, seed=1)(np.ones((400, 500)), training=True) > 0)


@pytest.mark.parametrize("rate", [0, 0.3, 0.5, 1])
@pytest.mark.parametrize("training", [False, True])
def test_gradients_with_a_frozen_mask(rate, training):
    x = np.random.default_rng(0).standard_normal((4, 3, 2))
    check_layer_gradients(Frozen(rate, dtype="float64"), x, training=training)
    check_layer_gradients(Frozen(rate, (None, 1, 2), dtype="float64"), x, training=training)


def test_gradients_inside_a_network_with_frozen_masks():
    layers = [Frozen(0.2, dtype="float64"), Dense(5, dtype="float64", seed=0), Frozen(0.5, dtype="float64")]
    network = Sequential([*layers, Dense(2, dtype="float64", seed=1)])
    x = np.random.default_rng(0).standard_normal((6, 4))
    upstream = np.random.default_rng(1).standard_normal((6, 2))
    network(x, training=True)
    dx, kernel = network.backward(upstream), layers[1].grads["kernel"]
    for index in [(0, 0), (2, 3), (5, 1)]:
        step = np.zeros_like(x)
        step[index] = 1e-5
        difference = np.sum(upstream * (network(x + step, training=True) - network(x - step, training=True))) / 2e-5
        assert_close(dx[index], difference, 1e-7, "dx")
    weights = layers[1].params["kernel"]
    for index in [(0, 0), (3, 4)]:
        losses = []
        for h in (1e-5, -1e-5):
            weights[index] += h
            losses.append(np.sum(upstream * network(x, training=True)))
            weights[index] -= h
        assert_close(kernel[index], (losses[0] - losses[1]) / 2e-5, 1e-7, "dkernel")


def test_whole_channels_with_noise_shape():
    output = Dropout(0.5, (None, 1, 1, None), seed=0)(np.ones((50, 4, 3, 20)), training=True)
    channels = output.reshape(50, 12, 20)
    assert (channels == channels[:, :1]).all() and 0.4 < (channels[:, 0] > 0).mean() < 0.6


def test_types_and_infinities():
    layer, x = Dropout(0.5, seed=0), np.ones((3, 4))
    assert layer(x, training=True).dtype == layer.backward(x).dtype == np.float32
    assert layer.get_weights() == [] and np.array_equal(x, np.ones((3, 4)))
    layer.rng = Draws([0, 1])
    assert np.array_equal(layer([[np.inf, np.inf]], training=True), [[0, np.inf]])  # dropped is dropped


@pytest.mark.parametrize("rate", [-0.1, 1.1, np.nan, "a half", None])
def test_refuses_rates_that_are_no_share(rate):
    with pytest.raises(ValueError, match="rate: expected a share"):
        Dropout(rate)


@pytest.mark.parametrize("noise_shape", ["12", 3, (0, 1), (1.5, 1), (True, 1)])
def test_refuses_noise_shapes_that_are_none(noise_shape):
    with pytest.raises(ValueError, match="noise_shape: expected"):
        Dropout(0.5, noise_shape)


def test_refuses_what_does_not_fit():
    with pytest.raises(RuntimeError, match="forward"):
        Dropout(0.5).backward(np.ones((2, 3)))
    for noise_shape in [(None, 2), (None, 1, 1)]:
        with pytest.raises(ValueError, match="noise_shape: expected 2 entries"):
            Dropout(0.5, noise_shape)(np.ones((2, 3)), training=True)
    layer = Dropout(0.5)
    layer(np.ones((2, 3)), training=True)
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((1, 3)))
    with pytest.raises(ValueError, match="NaN"):
        layer([[np.nan]])
