"""Initial weights: Keras's fans and variances, the cut at two standard deviations, names and functions."""

import numpy as np
import pytest

from dnnlib.initializers import by_name, variance_scaling
from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from dnnlib.layers.dense import Dense

SHAPE = (3, 3, 64, 128)  # fan_in 576, fan_out 1152


@pytest.mark.parametrize(("shape", "expected"), [((5, 7), (5, 7)), (SHAPE, (576, 1152)), ((4, 2, 3), (8, 12))])
def test_fans(shape, expected):
    assert variance_scaling.fans(shape) == expected


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", 2 / (576 + 1152)),
        ("glorot_normal", 2 / (576 + 1152)),
        ("he_uniform", 2 / 576),
        ("he_normal", 2 / 576),
    ],
)
def test_variance_and_mean(name, variance):
    values = by_name.get(name)(SHAPE, np.random.default_rng(0), "float64")
    assert np.isclose(values.var(), variance, rtol=0.02)
    assert abs(values.mean()) < 0.01 * np.sqrt(variance)


@pytest.mark.parametrize("name", ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"])
def test_spread_equals_keras(name):
    import keras

    ours = by_name.get(name)(SHAPE, np.random.default_rng(0))
    theirs = np.asarray(
        getattr(keras.initializers, {"he": "He", "glorot": "Glorot"}[name.split("_")[0]] + name.split("_")[1].title())(
            seed=0
        )(SHAPE)
    )
    assert ours.dtype == theirs.dtype
    for quantile in (0, 0.1, 0.5, 0.9, 1):
        assert np.isclose(np.quantile(ours, quantile), np.quantile(theirs, quantile), rtol=0.02, atol=1e-3), quantile


@pytest.mark.parametrize(
    ("layer", "input_shape", "fan_in", "fan_out"),
    [
        (Dense(60, seed=0), (None, 200), 200, 60),
        (Conv1D(24, 5, seed=0), (None, 30, 40), 5 * 40, 5 * 24),
        (Conv2D(24, 3, seed=0), (None, 8, 8, 40), 9 * 40, 9 * 24),
        (Conv2DTranspose(24, 3, seed=0), (None, 8, 8, 40), 9 * 40, 9 * 24),
    ],
)
def test_layers_start_with_glorots_uniform_weights(layer, input_shape, fan_in, fan_out):
    layer.build(input_shape)
    limit = np.sqrt(6 / (fan_in + fan_out))
    assert 0.99 * limit < np.abs(layer.params["kernel"]).max() <= limit
    assert not layer.params["bias"].any()


def test_zeros():
    assert not by_name.get("zeros")((2, 3), None).any()


def test_function_is_taken_and_its_shape_checked():
    assert np.array_equal(by_name.get(lambda shape, rng: np.ones(shape))((2, 3), None), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"expected an array of shape \(2, 3\), received \(3, 2\)"):
        by_name.get(lambda shape, rng: np.ones((3, 2)))((2, 3), None)


@pytest.mark.parametrize("identifier", ["xavier", None, 3])
def test_refuses_unknown_names(identifier):
    with pytest.raises(ValueError, match="expected one of zeros, glorot_uniform, .* or a function"):
        by_name.get(identifier)


def test_fans_refuse_a_vector():
    with pytest.raises(ValueError, match=r"received \(3,\)"):
        variance_scaling.fans((3,))
