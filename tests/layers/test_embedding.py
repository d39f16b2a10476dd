"""Embedding: by hand, by central differences, by Keras; words that stand twice; and what it refuses."""

import keras
import numpy as np
import pytest

from dnnlib.layers.dense import Dense
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.flatten import Flatten
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, numerical_gradient

WORDS = np.random.default_rng(0).integers(0, 5, (4, 6))


def test_by_hand_a_word_that_stands_twice_gets_the_sum():
    layer = Embedding(3, 2, dtype="float64")
    layer.build(None)
    layer.set_weights([np.array([[1, 2], [3, 4], [5, 6]])])
    assert np.array_equal(layer([[2, 0, 2]]), [[[5, 6], [1, 2], [5, 6]]])
    assert layer.backward([[[1, 0], [0, 10], [7, -1]]]) is None
    assert np.array_equal(layer.grads["embeddings"], [[0, 10], [0, 0], [8, -1]])


def test_gradients_equal_central_differences():
    layer = Embedding(5, 3, seed=0, dtype="float64")
    upstream = np.random.default_rng(1).standard_normal(layer(WORDS).shape)
    layer.backward(upstream)

    def loss(embeddings):
        layer.set_weights([embeddings])
        return np.sum(layer(WORDS) * upstream)

    expected = numerical_gradient(loss, layer.get_weights()[0])
    assert_close(layer.grads["embeddings"], expected, 1e-8, "dE")


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_ten_training_steps_equal_keras(optimizer):
    """In float64: 1e-6. Keras gets its gradient as one array: TensorFlow's sparse form holds a word that stands twice
    as two rows, and Adam then adds up the rows' squares where the square of their sum is meant."""
    import tensorflow as tf

    ours = Sequential([Embedding(5, 3, dtype="float64"), Flatten("float64"), Dense(2, dtype="float64")])
    ours.build((None, 6))
    embedding, dense = keras.layers.Embedding(5, 3, dtype="float64"), keras.layers.Dense(2, dtype="float64")
    theirs = keras.Sequential([keras.Input((6,)), embedding, keras.layers.Flatten(dtype="float64"), dense])
    theirs.set_weights(ours.get_weights())
    ours.compile({"SGD": SGD(0.1, 0.9), "Adam": Adam(0.01)}[optimizer], MeanSquaredError())
    oracle = {"SGD": keras.optimizers.SGD(0.1, 0.9), "Adam": keras.optimizers.Adam(0.01)}[optimizer]
    y = np.random.default_rng(1).standard_normal((4, 2))
    for _ in range(10):
        ours.train_on_batch(WORDS, y)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((theirs(WORDS) - y) ** 2)
        grads = tape.gradient(loss, [variable.value for variable in theirs.trainable_variables])
        oracle.apply([tf.convert_to_tensor(grad) for grad in grads], theirs.trainable_variables)
    for value, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert_close(value, expected, 1e-6, "weights after ten steps")


def test_mask_zero_marks_where_words_stand():
    assert Embedding(5, 2).compute_mask(WORDS) is None
    mask = Embedding(5, 2, mask_zero=True).compute_mask(WORDS)
    assert np.array_equal(mask, np.asarray(keras.layers.Embedding(5, 2, mask_zero=True).compute_mask(WORDS)))


def test_parameters_types_and_seeds():
    layer = Embedding(1000, 7, seed=3)
    assert layer([[1.0, 2.0]]).dtype == np.float32 and layer.count_params() == 7000
    assert layer.compute_output_shape((None, 6)) == (None, 6, 7) and np.abs(layer.get_weights()[0]).max() <= 0.05
    assert np.array_equal(Embedding(1000, 7, seed=3)([[4]]), layer([[4]]))
    assert not np.array_equal(Embedding(1000, 7, seed=4)([[4]]), layer([[4]]))


@pytest.mark.parametrize("x, wrong", [([[1, 5]], "5"), ([[-1, 2]], "-1"), ([[0.5]], "0.5"), ([[np.nan]], "nan")])
def test_what_is_no_word_is_refused(x, wrong):
    with pytest.raises(ValueError, match=rf"expected whole numbers from 0 to 4 .*received {wrong}"):
        Embedding(5, 2)(x)


def test_bad_arguments_and_gradients():
    for arguments, message in (((0, 2), "input_dim"), ((5, 2.5), "output_dim"), ((5, 2, "uniformly"), "initializer")):
        with pytest.raises(ValueError, match=message):
            Embedding(*arguments)
    layer = Embedding(5, 2)
    layer([[1, 2]])
    with pytest.raises(ValueError, match="shaped like the last output"):
        layer.backward(np.ones((1, 2, 3)))
