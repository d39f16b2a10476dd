"""Residual: a branch beside a shortcut, forward and back, against Keras and central differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.tanh import Tanh
from dnnlib.training.residual import Residual
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, numerical_gradient

X = np.random.default_rng(0).standard_normal((6, 4))
UPSTREAM = np.random.default_rng(1).standard_normal((6, 4))


def branch(dtype="float64"):
    return [Dense(5, seed=1, dtype=dtype), BatchNormalization(dtype=dtype), Tanh(dtype), Dense(4, seed=2, dtype=dtype)]


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.0, -1.5])
def test_output_and_gradients_of_two_blocks_in_training_equal_keras(scale):
    ours = Sequential([Residual(branch(), scale), Residual(branch(), scale)])
    inputs = x = keras.Input((4,), dtype="float64")
    for _ in range(2):
        new = keras.layers.Dense(5, dtype="float64")(x)
        new = keras.layers.BatchNormalization(dtype="float64")(new)
        new = keras.layers.Dense(4, dtype="float64")(keras.layers.Activation("tanh", dtype="float64")(new))
        x = keras.layers.Rescaling(scale, dtype="float64")(x)
        x = keras.layers.Add(dtype="float64")([x, new])
    oracle = keras.Model(inputs, x)
    ours.build((None, 4))
    ours.set_weights(oracle.get_weights())
    given = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(given)
        expected = oracle(given, training=True)
        loss = tf.reduce_sum(expected * UPSTREAM)
    variables = [variable.value for variable in oracle.trainable_variables]
    dx, *grads = tape.gradient(loss, [given, *variables])
    assert_close(ours.forward(X, training=True), expected.numpy(), 1e-10, "output")
    assert_close(ours.backward(UPSTREAM), dx.numpy(), 1e-10, "dx")
    for (name, grad), theirs in zip(ours.grads.items(), grads, strict=True):
        assert_close(grad, theirs.numpy(), 1e-10, name)


def test_gradient_of_a_block_that_stands_twice_equals_central_differences():
    block = Residual(branch()[:1] + branch()[2:], 0.7)
    chain = Sequential([block, Tanh("float64"), block])
    chain.forward(X)
    dx = chain.backward(UPSTREAM)
    assert_close(dx, numerical_gradient(lambda x: np.sum(chain.forward(x) * UPSTREAM), X), 1e-8, "dx")


def test_with_a_branch_of_zeros_the_block_hands_on_its_input_and_its_gradient_times_the_scale():
    block = Residual([Dense(4, kernel_initializer="zeros", dtype="float64")], 0.25)
    assert np.array_equal(block(X), X / 4)
    assert np.array_equal(block.backward(UPSTREAM), UPSTREAM / 4)


def test_a_branch_that_changes_the_shape_and_a_scale_that_is_no_number_are_refused():
    with pytest.raises(ValueError, match=r"keeps the shape \(6, 4\), received \(6, 3\)"):
        Residual([Dense(3)])(X)
    with pytest.raises(ValueError, match="scale: expected a number, received 'half'"):
        Residual([Dense(4)], "half")
