"""MaxPooling2D: by hand, by Keras; its switches, ties and borders."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.max_pooling2d import MaxPooling2D
from tests.layers.test_pooling2d import CONFIGURATIONS, LECTURE, random_input
from tests.oracles import check_against_keras

KERAS_CONFIGURATIONS = [name for name in CONFIGURATIONS if name != "padding 1"]


def gradient(x, upstream=None, **arguments):
    layer = MaxPooling2D(**arguments)
    output = layer(x)
    return layer.backward(np.ones_like(output) if upstream is None else upstream)[0, ..., 0]


def keras_gradient(x, arguments):
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = tf.reduce_sum(keras.layers.MaxPooling2D(**dict(arguments))(x))
    return tape.gradient(output, x)


def test_the_lectures_4x4_example_by_hand():
    layer = MaxPooling2D(2)
    assert np.array_equal(layer(LECTURE)[0, ..., 0], [[6, 8], [3, 4]])
    upstream = np.array([[10.0, 20], [30, 40]])[None, ..., None]
    assert np.array_equal(
        layer.backward(upstream)[0, ..., 0], [[0, 0, 0, 0], [0, 10, 0, 20], [30, 0, 0, 0], [0, 0, 0, 40]]
    )


def test_overlapping_windows_add_their_gradients():
    # The two 3x3 windows on the left hold both sixes (the first wins), the two on the right the 8.
    upstream = np.array([[1.0, 10], [100, 1000]])[None, ..., None]
    assert np.array_equal(
        gradient(LECTURE, upstream, pool_size=3, strides=1),
        [[0, 0, 0, 0], [0, 101, 0, 1010], [0, 0, 0, 0], [0, 0, 0, 0]],
    )


def test_the_gradient_goes_to_the_largest_whatever_its_sign():
    x = np.array([[-5.0, -1], [-2, -3]])[None, ..., None]  # no input is bigger than zero
    assert np.array_equal(gradient(x, pool_size=2), [[0, 1], [0, 0]])


def test_a_tie_goes_to_the_first_largest_row_by_row():
    assert np.array_equal(gradient(np.zeros((1, 2, 2, 1)), pool_size=2), [[1, 0], [0, 0]])
    assert np.array_equal(gradient(np.array([[0, 1], [1, 1.0]])[None, ..., None], pool_size=2), [[0, 1], [0, 0]])
    assert np.array_equal(gradient(np.array([[0, 0], [1, 1.0]])[None, ..., None], pool_size=2), [[0, 0], [1, 0]])


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", KERAS_CONFIGURATIONS)
def test_ties_go_where_tensorflow_sends_them(name, compiled):
    """Integers from -2 to 1: nearly every window ties, and some are negative throughout."""
    x = np.random.default_rng(3).integers(-2, 2, (4, 9, 8, 5)).astype("float32")
    layer = MaxPooling2D(**CONFIGURATIONS[name])
    ours = layer.backward(np.ones_like(layer(x)))
    oracle = tf.function(keras_gradient) if compiled else keras_gradient
    assert np.array_equal(ours, oracle(tf.constant(x), tuple(CONFIGURATIONS[name].items())).numpy())


@pytest.mark.parametrize("x", [-1, -1000, -3.0e38])
def test_padding_beats_no_negative_maximum(x):
    x = np.full((1, 3, 3, 1), x, "float32")
    layer = MaxPooling2D(2, padding="same")
    assert np.array_equal(layer(x), x[:, :2, :2])
    assert np.array_equal(layer(x), keras.layers.MaxPooling2D(2, padding="same")(x).numpy())
    dx = layer.backward(np.ones((1, 2, 2, 1)))
    assert np.array_equal(dx[0, ..., 0], [[1, 0, 1], [0, 0, 0], [1, 0, 1]])


@pytest.mark.parametrize("name", KERAS_CONFIGURATIONS)
def test_equals_keras(name):
    arguments = CONFIGURATIONS[name] | {"dtype": "float64"}
    check_against_keras(MaxPooling2D(**arguments), keras.layers.MaxPooling2D(**arguments), random_input())
