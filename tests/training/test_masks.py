"""Masks through Sequential, into the loss and the metrics: the same as Keras; what loses them, and what is refused."""

import warnings

import keras
import numpy as np
import pytest

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.bidirectional import Bidirectional
from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.gru import GRU
from dnnlib.layers.layer_normalization import LayerNormalization
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.layers.time_distributed import TimeDistributed
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close

WORDS = np.array([[3, 1, 4, 0, 0], [2, 0, 2, 1, 0], [0, 0, 1, 4, 3], [4, 4, 1, 2, 3]])


def twins(ours, theirs, loss, keras_loss, metrics=()):
    """Returns our model and Keras's, compiled, with the same weights."""
    model, oracle = Sequential(ours), keras.Sequential([keras.Input((5,), dtype="int32"), *theirs])
    model.build((None, 5))
    model.set_weights(oracle.get_weights())
    model.compile(SGD(0.5), loss, metrics)
    oracle.compile(keras.optimizers.SGD(0.5), keras_loss, metrics=list(metrics))
    return model, oracle


def check_training(model, oracle, y, steps=10):
    for step in range(steps):
        expected = oracle.train_on_batch(WORDS, y, return_dict=True)
        for name, value in model.train_on_batch(WORDS, y).items():
            assert_close(value, float(expected[name]), 1e-6, f"{name} at step {step}")
        oracle.reset_metrics()
    for mine, theirs in zip(model.get_weights(), oracle.get_weights(), strict=True):
        assert_close(mine, theirs, 1e-9, "weights")


def test_many_to_one_ten_steps_equal_keras():
    f64, layers = {"dtype": "float64"}, keras.layers
    ours = [
        Embedding(5, 3, mask_zero=True, **f64),
        LayerNormalization(**f64),
        Bidirectional(LSTM(4, return_sequences=True, **f64)),
        Dropout(0, **f64),
        TimeDistributed(Dense(3, **f64)),
        GRU(4, go_backwards=True, **f64),
        Dense(2, **f64),
    ]
    theirs = [
        layers.Embedding(5, 3, mask_zero=True, **f64),
        layers.LayerNormalization(**f64),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True, **f64), **f64),
        layers.Dropout(0, **f64),
        layers.TimeDistributed(layers.Dense(3, **f64), **f64),
        layers.GRU(4, go_backwards=True, **f64),
        layers.Dense(2, **f64),
    ]
    model, oracle = twins(ours, theirs, MeanSquaredError(), keras.losses.MeanSquaredError(dtype="float64"))
    check_training(model, oracle, np.random.default_rng(0).integers(-8, 8, (4, 2)) / 8)
    assert model.output_mask is None


def test_many_to_many_the_loss_and_the_accuracy_are_means_over_the_times_that_count():
    f64, layers = {"dtype": "float64"}, keras.layers
    ours = [Embedding(5, 3, mask_zero=True, **f64), SimpleRNN(4, return_sequences=True, **f64), Dense(3, **f64)]
    theirs = [layers.Embedding(5, 3, mask_zero=True, **f64), layers.SimpleRNN(4, return_sequences=True, **f64)]
    model, oracle = twins(
        [*ours, Softmax(dtype="float64")],
        [*theirs, layers.Dense(3, **f64), layers.Activation("softmax", **f64)],
        SparseCategoricalCrossentropy(),
        keras.losses.SparseCategoricalCrossentropy(dtype="float64"),
        metrics=["accuracy"],
    )
    y = np.random.default_rng(0).integers(0, 3, WORDS.shape)
    y_pred = model(WORDS)
    assert np.array_equal(model.output_mask, WORDS != 0)
    right = (y_pred.argmax(-1) == y)[WORDS != 0]
    likelihood = np.take_along_axis(y_pred, y[..., np.newaxis], -1)[..., 0][WORDS != 0]
    loss, accuracy = model.evaluate(WORDS, y)
    assert np.isclose(loss, -np.log(likelihood).mean(), atol=1e-6) and np.isclose(accuracy, right.mean())
    assert 0 < right.mean() < 1
    check_training(model, oracle, y)


def test_a_mask_can_be_given_and_reaches_layers_in_chains_within_chains():
    layer = LSTM(4, return_sequences=True, dtype="float64", seed=0)
    tail = GRU(3, dtype="float64", seed=1)
    model = Sequential([Sequential([Sequential([layer, Tanh("float64")])]), tail])
    rng = np.random.default_rng(0)
    x, mask = rng.standard_normal((4, 5, 2)), WORDS != 0
    expected = tail.forward(np.tanh(layer.forward(x, mask=mask)), mask=mask)
    assert np.array_equal(model(x, mask=mask), expected)
    assert not np.array_equal(model(x), expected)


@pytest.mark.parametrize("layer", [Flatten(), Conv1D(2, 3), BatchNormalization()])
def test_a_layer_that_loses_the_mask_says_so_as_often_as_keras_does(layer):
    model = Sequential([Embedding(5, 3, mask_zero=True), layer])
    with pytest.warns(UserWarning, match=f"{type(layer).__name__} loses the mask"):
        model(WORDS)
    assert model.output_mask is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Sequential([Embedding(5, 3), layer])(WORDS)  # there is none to lose


def test_refusals():
    model = Sequential([Embedding(5, 3, mask_zero=True), LSTM(2, return_sequences=True), Dense(1)])
    model.compile(SGD(), MeanSquaredError())
    with pytest.raises(ValueError, match=r"a target for each time, .* \(4, 5\), received targets of shape \(4, 1\)"):
        model.train_on_batch(WORDS, np.zeros((4, 1)))
    with pytest.raises(ValueError, match="one output of each layer, received 3 from LSTM"):
        Sequential([Embedding(5, 3), LSTM(2, return_state=True)])(WORDS)
