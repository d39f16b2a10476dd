"""Conv1D: by hand, as Conv2D of height 1, by central differences, by Keras; causality; what it refuses."""

from itertools import product

import numpy as np
import pytest

from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.conv2d import Conv2D
from tests.oracles import assert_close, check_against_keras, check_layer_gradients


def series(shape=(2, 11, 4), seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_moving_difference_by_hand():
    x = np.array([1.0, 4, 9, 16]).reshape(1, 4, 1)
    layer = Conv1D(1, 2, padding="causal", dtype="float64")
    layer.build(x.shape)
    layer.set_weights([np.array([-1.0, 1]).reshape(2, 1, 1), [0]])
    assert np.array_equal(layer(x).ravel(), [1, 3, 5, 7])


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"strides": 3},
        {"dilation_rate": 2},
        {"strides": 2, "dilation_rate": 3},
        {"padding": "same", "strides": 2},
        {"padding": "causal", "dilation_rate": 2},
        {"padding": "causal", "strides": 3},
        {"padding": 2, "strides": 2},
        {"padding": (0, 3)},
        {"groups": 2},
        {"groups": 4, "filters": 4},
        {"use_bias": False},
        {"kernel_size": 1},
    ],
    ids=str,
)
def test_gradients_equal_central_differences(arguments):
    check_layer_gradients(
        Conv1D(**({"filters": 6, "kernel_size": 3, "dtype": "float64", "seed": 1} | arguments)), series(), seed=2
    )


# Keras refuses strides with dilation.
@pytest.mark.parametrize(
    "arguments",
    [
        {"padding": padding, "groups": groups} | window
        for padding, groups, window in product(
            ("valid", "same", "causal"), (1, 2), ({}, {"strides": 3}, {"dilation_rate": 2})
        )
    ],
    ids=str,
)
def test_equals_keras(arguments):
    import keras

    layer = Conv1D(6, 3, dtype="float64", **arguments)
    check_against_keras(layer, keras.layers.Conv1D(6, 3, dtype="float64", **arguments), series())


def test_equals_conv2d_of_height_1():
    x = series()
    line = Conv1D(3, 4, 2, (1, 2), 2, seed=0, dtype="float64")
    plane = Conv2D(3, (1, 4), (1, 2), ((0, 0), (1, 2)), (1, 2), seed=0, dtype="float64")
    assert_close(line(x), plane(x[:, None])[:, 0], 1e-14, "output")  # equal seeds give equal kernels, too


@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_causal_output_reads_no_later_input(dilation):
    x, layer = series((1, 12, 1)), Conv1D(1, 3, padding="causal", dilation_rate=dilation, dtype="float64")
    assert layer(x).shape == x.shape
    for step in range(12):
        grad = np.zeros((1, 12, 1))
        grad[0, step] = 1
        assert not layer.backward(grad)[0, step + 1 :].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel_size": (3, 3)}, "kernel_size: expected an integer or 1 of them"),
        ({"padding": "causally"}, 'padding: expected "valid", "same"'),
        ({"padding": ((1, 2), (3, 4))}, "expected an integer of at least 0"),
        ({"padding": (1, -2)}, "expected an integer of at least 0, received -2"),
    ],
)
def test_refuses_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv1D(**({"filters": 4, "kernel_size": 3} | arguments))


def test_refuses_inputs():
    with pytest.raises(ValueError, match=r"Conv1D input \(batch, steps, channels\): expected 3 axes, received 2"):
        Conv1D(1, 3)(np.ones((5, 3)))
    with pytest.raises(ValueError, match="Conv1D, steps: the kernel spans 5 .* the padded input has only 4"):
        Conv1D(1, 3, dilation_rate=2)(np.ones((1, 4, 1)))
