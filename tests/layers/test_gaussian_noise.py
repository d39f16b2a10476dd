"""Gaussian noise: its statistics beside Keras's, use mode, gradients with frozen noise, refusals."""

import keras
import numpy as np
import pytest

from dnnlib.layers.gaussian_noise import GaussianNoise
from tests.oracles import check_against_keras, check_layer_gradients


class Frozen(GaussianNoise):
    """Draws the same noise every time."""

    def forward(self, x, training=False):
        self.rng = np.random.default_rng(7)
        return super().forward(x, training)


@pytest.mark.parametrize("stddev", [0, 0.1, 1])
def test_statistics_over_a_million_draws_are_those_of_keras_and_of_the_formula(stddev):
    x = np.full((1000, 1000), 3.0)
    for layer in (GaussianNoise(stddev, seed=0), keras.layers.GaussianNoise(stddev, seed=0)):
        noise = np.asarray(layer(x, training=True), "float64") - x
        assert abs(noise.mean()) <= 5 * stddev / 1000 + 1e-12  # five standard errors
        assert np.isclose(noise.std(), stddev, rtol=0.01)
        assert np.isclose(np.mean(noise**4), 3 * stddev**4, rtol=0.03)  # a normal variable's fourth moment
        assert np.array_equal(np.asarray(layer(x)), x)


def test_noise_is_fresh_at_each_step_and_repeats_with_the_seed():
    layer, again, x = GaussianNoise(0.5, seed=1), GaussianNoise(0.5, seed=1), np.zeros((200, 300))
    first, second = layer(x, training=True), layer(x, training=True)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.02
    assert np.array_equal(first, again(x, training=True))


@pytest.mark.parametrize("training", [False, True])
def test_gradients_with_frozen_noise(training):
    x = np.random.default_rng(0).standard_normal((4, 3, 2))
    check_layer_gradients(Frozen(0.5, dtype="float64"), x, training=training)
    check_against_keras(GaussianNoise(0.5, dtype="float64"), keras.layers.GaussianNoise(0.5, dtype="float64"), x)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_types(dtype):
    layer, x = GaussianNoise(0.5, seed=0, dtype=dtype), np.ones((3, 4))
    assert layer(x, training=True).dtype == layer(x).dtype == layer.backward(x).dtype == dtype
    assert layer.get_weights() == [] and np.array_equal(x, np.ones((3, 4)))


@pytest.mark.parametrize("stddev", [-0.1, 1.1, np.nan, "a half"])
def test_refuses_what_keras_refuses(stddev):
    with pytest.raises(ValueError, match="stddev: expected a number from 0 to 1"):
        GaussianNoise(stddev)
    if not isinstance(stddev, str):
        with pytest.raises(ValueError, match="stddev"):
            keras.layers.GaussianNoise(stddev)


def test_refuses_what_does_not_fit():
    layer = GaussianNoise(0.5)
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((2, 3)))
    layer(np.ones((2, 3)), training=True)
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((1, 3)))
    with pytest.raises(ValueError, match="NaN"):
        layer([[np.nan]])
