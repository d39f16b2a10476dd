"""Initial weights: Keras's names, fans, variances, quantiles and orthogonal columns, over a million draws."""

import numpy as np
import pytest

from dnnlib.initializers import by_name, variance_scaling
from dnnlib.initializers.constant import Constant
from dnnlib.initializers.orthogonal import Orthogonal
from dnnlib.initializers.random_normal import RandomNormal
from dnnlib.initializers.random_uniform import RandomUniform
from dnnlib.initializers.variance_scaling import VarianceScaling
from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from dnnlib.layers.dense import Dense

SHAPE = (3, 3, 64, 1800)  # 1,036,800 draws; fan_in 576, fan_out 16,200
SCHEMES = {
    "lecun": 1 / 576,
    "glorot": 2 / (576 + 16200),
    "he": 2 / 576,
}
NAMES = [f"{scheme}_{distribution}" for scheme in SCHEMES for distribution in ("uniform", "normal")]


def keras_initializer(name, **arguments):
    import keras

    return getattr(keras.initializers, "".join(map(str.title, name.split("_"))))(**arguments)


@pytest.mark.parametrize(("shape", "expected"), [((5, 7), (5, 7)), (SHAPE, (576, 16200)), ((4, 2, 3), (8, 12))])
def test_fans(shape, expected):
    assert variance_scaling.fans(shape) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_million_draws_have_the_variance_of_the_rule_and_mean_zero(name):
    values = by_name.get(name)(SHAPE, np.random.default_rng(0), "float64")
    variance = SCHEMES[name.split("_")[0]]
    # Of a million draws, the mean's standard error is 0.001 deviations, and that of the variance at most 0.15 %.
    assert abs(values.mean()) < 0.005 * np.sqrt(variance)
    assert np.isclose(values.var(), variance, rtol=0.007)


@pytest.mark.parametrize("name", [*NAMES, "random_normal", "random_uniform"])
def test_quantiles_of_a_million_draws_equal_keras(name):
    ours = by_name.get(name)(SHAPE, np.random.default_rng(0))
    theirs = np.asarray(keras_initializer(name, seed=0)(SHAPE))
    assert ours.dtype == theirs.dtype
    shares = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
    np.testing.assert_allclose(np.quantile(ours, shares), np.quantile(theirs, shares), atol=0.01 * theirs.std())
    if name != "random_normal":  # all others end at a limit
        np.testing.assert_allclose(np.abs(ours).max(), np.abs(theirs).max(), rtol=1e-3)


@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
def test_variance_scaling_equals_keras_for_every_mode_and_distribution(mode, distribution):
    arguments = {"scale": 1.7, "mode": mode, "distribution": distribution}
    ours = VarianceScaling(**arguments)((300, 800), np.random.default_rng(1))
    theirs = np.asarray(keras_initializer("variance_scaling", seed=1, **arguments)((300, 800)))
    shares = (0.02, 0.2, 0.5, 0.8, 0.98)
    np.testing.assert_allclose(np.quantile(ours, shares), np.quantile(theirs, shares), atol=0.02 * theirs.std())


@pytest.mark.parametrize("shape", [(40, 40), (60, 20), (20, 60), (3, 3, 4, 24), (2, 2, 3, 30)])
@pytest.mark.parametrize("gain", [1.0, 1.4])
def test_orthogonal_stretches_every_direction_by_the_gain_as_in_keras(shape, gain):
    theirs = np.asarray(keras_initializer("orthogonal", gain=gain, seed=0)(shape), "float64")
    for values in (Orthogonal(gain)(shape, np.random.default_rng(0), "float64"), theirs):
        assert values.shape == shape
        np.testing.assert_allclose(np.linalg.svd(values.reshape(-1, shape[-1]), compute_uv=False), gain, atol=1e-5)


def test_orthogonal_matrices_favour_no_direction():
    # Over all orthogonal matrices, the diagonal's mean is zero; with the QR algorithm's own signs it is not.
    draws = [Orthogonal()((3, 3), np.random.default_rng(seed), "float64") for seed in range(4000)]
    assert np.abs(np.mean(draws, axis=0)).max() < 4 * np.sqrt(1 / 3 / 4000)


@pytest.mark.parametrize(
    ("ours", "name", "arguments"),
    [("zeros", "zeros", {}), ("ones", "ones", {}), (Constant(0.3), "constant", {"value": 0.3})],
)
def test_constants_equal_keras(ours, name, arguments):
    values = by_name.get(ours)((2, 3), np.random.default_rng(0))
    np.testing.assert_array_equal(values, np.asarray(keras_initializer(name, **arguments)((2, 3))))


def test_random_normal_has_its_mean_and_deviation():
    values = RandomNormal(0.5, 0.02)((1000, 1000), np.random.default_rng(0), "float64")
    assert abs(values.mean() - 0.5) < 1e-4
    assert np.isclose(values.std(), 0.02, rtol=0.005)


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


def test_a_layer_draws_in_its_own_type():
    layer = Dense(4, kernel_initializer=Orthogonal(2.0), dtype="float64")
    layer.build((None, 4))
    kernel = layer.params["kernel"]
    np.testing.assert_allclose(kernel.T @ kernel, 4 * np.eye(4), atol=1e-12)


def test_function_is_taken_and_its_shape_checked():
    assert np.array_equal(by_name.get(lambda shape, rng: np.ones(shape))((2, 3), None), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"expected an array of shape \(2, 3\), received \(3, 2\)"):
        by_name.get(lambda shape, rng: np.ones((3, 2)))((2, 3), None)


@pytest.mark.parametrize("identifier", ["xavier", None, 3])
def test_refuses_unknown_names(identifier):
    with pytest.raises(ValueError, match="expected one of zeros, ones, .* or a function"):
        by_name.get(identifier)


@pytest.mark.parametrize("rule", [Orthogonal(), VarianceScaling()])
def test_a_vector_has_no_fans_and_no_columns(rule):
    with pytest.raises(ValueError, match=r"expected a kernel's shape .*received \(3,\)"):
        rule((3,), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: VarianceScaling(0), "scale: expected a positive number, received 0"),
        (lambda: VarianceScaling(mode="fan"), "mode: expected one of fan_in, fan_out, fan_avg, received 'fan'"),
        (lambda: VarianceScaling(distribution="normal"), "distribution: expected one of .*received 'normal'"),
        (lambda: RandomUniform(1, 0), "maxval: expected a finite number from minval, received 0"),
        (lambda: RandomNormal(stddev=-1), "stddev: expected a finite number from 0, received -1"),
        (lambda: Constant("0"), "value: expected a finite number, received '0'"),
        (lambda: Orthogonal(np.nan), "gain: expected a finite number, received nan"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
