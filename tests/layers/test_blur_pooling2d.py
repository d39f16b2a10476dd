"""BlurPooling2D and MaxBlurPooling2D: by hand, by Keras's depthwise convolution, under shifts."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.blur_pooling2d import BlurPooling2D
from dnnlib.layers.max_blur_pooling2d import MaxBlurPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from tests.layers.test_pooling2d import random_input
from tests.oracles import assert_close, check_layer_gradients

CONFIGURATIONS = [
    {},
    {"pool_size": 2},
    {"pool_size": (5, 4), "strides": (2, 3)},
    {"pool_size": 3, "padding": "edge"},
    {"pool_size": 4, "strides": 1, "padding": "wrap"},
    {"pool_size": 7, "strides": 3},
]


def test_by_hand():
    layer = BlurPooling2D((1, 3), dtype="float64")
    x = np.array([4.0, 8, 0, 16]).reshape(1, 1, 4, 1)
    # Reflected at both ends: 8 | 4 8 0 16 | 0. Windows 8 4 8 and 8 0 16, weights 1/4 1/2 1/4.
    assert np.array_equal(layer(x).ravel(), [6, 6])
    # The first input counts 1/2 (once); the second 1/4 twice, and 1/4 in the other window.
    assert np.array_equal(layer.backward(np.array([4.0, 8]).reshape(1, 1, 2, 1)).ravel(), [2, 2 + 2, 4, 2])


@pytest.mark.parametrize("arguments", CONFIGURATIONS)
def test_equals_a_depthwise_convolution_in_tensorflow(arguments):
    layer, x = BlurPooling2D(**arguments, dtype="float64"), random_input((2, 9, 8, 3))
    pads = [((size - 1) // 2, size // 2) for size in layer.pool_size]
    padded = np.pad(x, ((0, 0), *pads, (0, 0)), mode=layer.padding)
    kernel = np.repeat(layer.window_weights[:, :, None, None], 3, axis=2)
    every = tf.nn.depthwise_conv2d(padded, kernel, (1, 1, 1, 1), "VALID").numpy()
    assert_close(layer(x), every[:, :: layer.strides[0], :: layer.strides[1]], 1e-12, "output")
    assert layer(x).shape == layer.compute_output_shape(x.shape)


@pytest.mark.parametrize("arguments", CONFIGURATIONS)
def test_gradients_equal_central_differences(arguments):
    check_layer_gradients(BlurPooling2D(**arguments, dtype="float64"), random_input((1, 6, 7, 2)))


@pytest.mark.parametrize("size, weights", [(1, [1]), (2, [1, 1]), (3, [1, 2, 1]), (5, [1, 4, 6, 4, 1])])
def test_weights_are_pascals_triangle(size, weights):
    assert np.array_equal(BlurPooling2D(size).window_weights * 4 ** (size - 1), np.outer(weights, weights))


def test_max_blur_is_a_maximum_at_every_position_then_a_blur():
    layer, x = MaxBlurPooling2D(2, 2, 3, dtype="float64"), random_input()
    maximum = keras.layers.MaxPooling2D(2, strides=1, dtype="float64")(x).numpy()
    assert_close(layer(x), BlurPooling2D(3, 2, dtype="float64")(maximum), 1e-12, "output")
    assert_close(
        MaxBlurPooling2D(2, 2, blur_size=1, dtype="float64")(x),
        MaxPooling2D(2, dtype="float64")(x)[:, :, :3],
        1e-12,
        "no blur",
    )


@pytest.mark.parametrize("arguments", [{}, {"pool_size": 3, "strides": 2, "blur_size": 5}, {"padding": "wrap"}])
def test_max_blur_gradients_equal_central_differences(arguments):
    check_layer_gradients(MaxBlurPooling2D(**arguments, dtype="float64"), random_input((1, 7, 8, 2)))


def test_a_shift_changes_max_blur_less_than_max():
    """The alternating signal of Zhang (2019), figure 2: plain max pooling answers two ways to one pattern."""
    signal = np.tile([0.0, 0, 1, 1], 8).reshape(1, 1, -1, 1)
    shifted = np.roll(signal, 1, axis=2)
    plain, blurred = MaxPooling2D((1, 2)), MaxBlurPooling2D((1, 2), (1, 2), (1, 3))
    assert np.array_equal(plain(signal).ravel(), np.tile([0, 1], 8))
    assert np.array_equal(plain(shifted).ravel(), np.ones(16))
    inner = slice(2, -2)
    change = [np.abs(layer(signal) - layer(shifted)).ravel()[inner].mean() for layer in (plain, blurred)]
    assert change == [0.5, 0.25]


@pytest.mark.parametrize(
    "arguments, message",
    [({"padding": "valid"}, "padding"), ({"pool_size": 0}, "pool_size"), ({"strides": -1}, "strides")],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        BlurPooling2D(**arguments)


def test_bad_inputs():
    for layer in (BlurPooling2D(), MaxBlurPooling2D()):
        with pytest.raises(RuntimeError, match="forward"):
            layer.backward(np.ones((1, 2, 2, 1)))
        with pytest.raises(ValueError, match="4 axes"):
            layer(np.ones((4, 4)))
