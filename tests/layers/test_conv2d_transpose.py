"""Conv2DTranspose: by hand, as the transpose of Conv2D, by central differences, by Keras; what it refuses."""

from itertools import product

import numpy as np
import pytest

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from tests.oracles import assert_close, check_against_keras, check_layer_gradients, spread

KERNEL_SIZES = [(3, 2), (2, 5)]


def random_input(shape=(2, 4, 3, 3), seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_copies_of_the_kernel_add_up_by_hand():
    x = np.array([1.0, 2]).reshape(1, 1, 2, 1)
    layer = Conv2DTranspose(1, (1, 3), (1, 2), dtype="float64")
    layer.build(x.shape)
    layer.set_weights([np.array([1.0, 10, 100]).reshape(1, 3, 1, 1), [0]])
    assert np.array_equal(layer(x).ravel(), [1, 10, 100 + 2, 20, 200])
    dx = layer.backward(np.arange(5.0).reshape(1, 1, 5, 1))
    assert np.array_equal(dx.ravel(), [0 * 1 + 1 * 10 + 2 * 100, 2 * 1 + 3 * 10 + 4 * 100])
    assert np.array_equal(layer.grads["kernel"].ravel(), [1 * 0 + 2 * 2, 1 * 1 + 2 * 3, 1 * 2 + 2 * 4])


@pytest.mark.parametrize(
    ("kernel_size", "arguments"),
    list(
        product(
            KERNEL_SIZES,
            [
                {},
                {"strides": (3, 2)},
                {"strides": 6},
                {"dilation_rate": (2, 3)},
                {"strides": 2, "dilation_rate": (3, 2)},
                {"strides": 3, "output_padding": (2, 0)},
                {"padding": "same"},
                {"padding": "same", "strides": (2, 3)},
                {"padding": "same", "strides": 3, "output_padding": (1, 2)},
                {"padding": "same", "strides": 6, "dilation_rate": 2},
                {"padding": 1, "strides": 2},
                {"padding": ((1, 0), (0, 2)), "strides": (2, 3), "output_padding": (0, 2)},
                {"use_bias": False},
            ],
        )
    ),
    ids=str,
)
def test_gradients_equal_central_differences(kernel_size, arguments):
    layer = Conv2DTranspose(4, kernel_size, seed=1, dtype="float64", **arguments)
    check_layer_gradients(layer, random_input(), seed=2)
    assert layer(random_input()).shape == layer.compute_output_shape((2, 4, 3, 3))


# TensorFlow on a CPU refuses dilation here (spread kernel below), and "same" with an even kernel and output_padding=0.
@pytest.mark.parametrize(
    ("kernel_size", "arguments"),
    list(
        product(
            KERNEL_SIZES,
            [
                {"padding": padding} | window
                for padding, window in product(
                    ("valid", "same"),
                    (
                        {},
                        {"strides": 2},
                        {"strides": (3, 2)},
                        {"strides": 6},
                        {"strides": (2, 4), "output_padding": 1},
                        {"strides": 4, "output_padding": (1, 3)},
                    ),
                )
            ],
        )
    ),
    ids=str,
)
def test_equals_keras(kernel_size, arguments):
    import keras

    layer, keras_layer = (
        kind(4, kernel_size, dtype="float64", **arguments) for kind in (Conv2DTranspose, keras.layers.Conv2DTranspose)
    )
    check_against_keras(layer, keras_layer, random_input())


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("strides", "output_padding"), [(1, None), (2, None), (2, 1), (3, None), (3, 1)])
def test_dilation_equals_keras_with_a_spread_kernel(padding, strides, output_padding):
    import keras

    layer = Conv2DTranspose(4, (3, 2), strides, padding, output_padding, dilation_rate=(2, 3), dtype="float64")
    x = random_input()
    output = layer(x)
    kernel = spread(layer.params["kernel"], (2, 3))
    assert_close(output, keras.ops.conv_transpose(x, kernel, strides, padding, output_padding).numpy(), 1e-12, "output")


@pytest.mark.parametrize(
    "arguments", [{}, {"strides": (2, 3)}, {"dilation_rate": 2}, {"padding": 1, "strides": 2}], ids=str
)
def test_is_the_transpose_of_the_convolution(arguments):
    """<conv(x), y> = <x, transpose(y)>, with the same kernel, for sizes where the windows fill the input."""
    forth = Conv2D(4, 3, use_bias=False, seed=0, dtype="float64", **arguments)
    back = Conv2DTranspose(3, 3, use_bias=False, dtype="float64", **arguments)
    x = random_input((2, 9, 9, 3))
    y = random_input(forth(x).shape, seed=1)
    back.build(y.shape)
    back.set_weights(forth.get_weights())
    assert back(y).shape == x.shape
    assert np.isclose(np.sum(forth(x) * y), np.sum(x * back(y)), rtol=1e-12)


def test_explicit_padding_cuts_the_full_output():
    x = random_input()
    full = Conv2DTranspose(4, 3, 2, seed=0, dtype="float64")(x)
    cut = Conv2DTranspose(4, 3, 2, ((1, 2), (0, 1)), seed=0, dtype="float64")(x)
    assert np.array_equal(cut, full[:, 1:-2, :-1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"strides": 2, "output_padding": 2},
            "Conv2DTranspose, height: output_padding: expected less than the stride, 2",
        ),
        ({"output_padding": (0, -1)}, "output_padding: expected an integer of at least 0"),
        ({"padding": "causal"}, 'padding: expected "valid", "same"'),
    ],
)
def test_refuses_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2DTranspose(**({"filters": 4, "kernel_size": 3} | arguments))


def test_refuses_a_padding_that_leaves_nothing():
    with pytest.raises(ValueError, match="width: padding=2 leaves nothing of the 3 positions of the full output"):
        Conv2DTranspose(1, 3, padding=2)(np.ones((1, 4, 1, 1)))
