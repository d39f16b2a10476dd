"""The way back of Zeiler and Fergus, against TensorFlow with another gradient at its ReLUs."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.training.deconvolution import deconvolve
from dnnlib.training.sequential import Sequential

RNG = np.random.default_rng(0)


@tf.custom_gradient
def rectified_both_ways(x):
    return tf.nn.relu(x), tf.nn.relu


def networks(relu):
    """Returns a Keras network with this function as ReLU, and ours with the same weights."""
    theirs = keras.Sequential(
        [keras.Input((9, 11, 2)), keras.layers.Conv2D(4, 3, padding="same"), keras.layers.Activation(relu),
         keras.layers.MaxPooling2D(2), keras.layers.Conv2D(5, (2, 3)), keras.layers.Activation(relu),
         keras.layers.MaxPooling2D(2, 1), keras.layers.Flatten(), keras.layers.Dense(6), keras.layers.Activation(relu)]
    )  # fmt: skip
    ours = Sequential(
        [Conv2D(4, 3, padding="same"), ReLU(), MaxPooling2D(2), Conv2D(5, (2, 3)), ReLU(), MaxPooling2D(2, 1),
         Flatten(), Dense(6), ReLU()]
    )  # fmt: skip
    ours.build((None, 9, 11, 2))
    weights = [RNG.normal(size=weight.shape) for weight in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    return theirs, ours


def test_equals_the_gradient_of_a_network_whose_relus_rectify_the_gradient_instead():
    theirs, ours = networks(rectified_both_ways)
    for _ in range(20):
        x, signal = RNG.normal(size=(2, 9, 11, 2)).astype("float32"), RNG.normal(size=(2, 6)).astype("float32")
        with tf.GradientTape() as tape:
            pixels = tf.constant(x)
            tape.watch(pixels)
            out = theirs(pixels)
        ours.forward(x)
        np.testing.assert_allclose(
            deconvolve(ours, signal), tape.gradient(out, pixels, output_gradients=signal), rtol=1e-4, atol=1e-4
        )
        assert not np.allclose(deconvolve(ours, signal), ours.backward(signal), rtol=1e-2, atol=1e-2)


def test_without_relus_it_is_the_gradient():
    chain = Sequential([Conv2D(3, 3, dtype="float64"), MaxPooling2D(2, dtype="float64"), Flatten(dtype="float64")])
    out = chain.forward(RNG.normal(size=(2, 6, 8, 1)))
    signal = RNG.normal(size=out.shape)
    np.testing.assert_allclose(deconvolve(chain, signal), chain.backward(signal), rtol=1e-12)


def test_a_model_that_has_not_gone_forward_is_refused():
    with pytest.raises(RuntimeError, match="forward"):
        deconvolve(Sequential([ReLU()]), np.ones((1, 2)))
