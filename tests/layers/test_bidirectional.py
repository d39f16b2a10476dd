"""Bidirectional: by hand, by Keras with every merge mode and mask, by central differences; and what it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.bidirectional import Bidirectional
from dnnlib.layers.dense import Dense
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.training.sequential import Sequential
from tests.layers.recurrent_oracles import (
    BATCH,
    INPUTS,
    MASKS,
    TIME,
    UNITS,
    check_against_differences,
    check_against_keras,
    pair,
    with_random_weights,
)
from tests.oracles import assert_close

MODES = ["concat", "sum", "ave", "mul", None]


def both(variant, merge_mode, **arguments):
    """Returns our wrapper and Keras's, with an input and initial states."""
    ours, theirs = pair(variant, **arguments)
    layer = Bidirectional(ours, merge_mode)
    oracle = keras.layers.Bidirectional(theirs, merge_mode, dtype="float64")
    rng = np.random.default_rng(0)
    x = rng.standard_normal((BATCH, TIME, INPUTS))
    states = [rng.standard_normal((BATCH, UNITS)) for _ in range(2 * ours.state_count)]
    with_random_weights(layer, oracle, x)
    return layer, oracle, x, states


def test_by_hand():
    """h_t = x_t + h_{t-1} / 2, from 4, 8, 16: forwards 4, 10, 21, backwards 12, 16, 16."""
    layer = Bidirectional(SimpleRNN(1, activation=None, use_bias=False, return_sequences=True))
    layer.build((None, 3, 1))
    layer.set_weights([[[1.0]], [[0.5]]] * 2)
    x = [[[4.0], [8.0], [16.0]]]
    assert np.array_equal(layer(x), [[[4, 12], [10, 16], [21, 16]]])
    # Of the middle output, 1 in either direction: what comes before and after gets half of it.
    assert np.array_equal(layer.backward([[[0, 0], [1, 1], [0, 0]]]), [[[0.5], [2], [0.5]]])


@pytest.mark.parametrize(
    "variant, merge_mode", [*[("LSTM", mode) for mode in MODES], ("SimpleRNN", "mul"), ("GRU", None)]
)
def test_values_and_gradients_equal_keras_in_every_merge_mode(variant, merge_mode):
    for mask, arguments in [
        (None, {"return_sequences": True, "return_state": True}),
        (MASKS["a sequence of nothing"], {}),
        (MASKS["holes in the middle"], {"return_sequences": True}),
        (MASKS["padded at the end"], {"return_state": True}),
    ]:
        layer, oracle, x, states = both(variant, merge_mode, **arguments)
        check_against_keras(layer, oracle, x, states, mask)


@pytest.mark.parametrize("merge_mode", MODES)
def test_gradients_equal_central_differences(merge_mode):
    for arguments in ({}, {"return_sequences": True, "return_state": True}):
        layer, _, x, states = both("LSTM", merge_mode, **arguments)
        check_against_differences(layer, x, states, MASKS["holes in the middle"])


def test_another_layer_may_read_backwards():
    ours = Bidirectional(
        LSTM(UNITS, return_sequences=True, dtype="float64"),
        backward_layer=GRU(3, return_sequences=True, go_backwards=True, dtype="float64"),
    )
    oracle = keras.layers.Bidirectional(
        keras.layers.LSTM(UNITS, return_sequences=True, dtype="float64"),
        backward_layer=keras.layers.GRU(3, return_sequences=True, go_backwards=True, dtype="float64"),
        dtype="float64",
    )
    x = np.random.default_rng(0).standard_normal((BATCH, TIME, INPUTS))
    with_random_weights(ours, oracle, x)
    mask = MASKS["padded at the end"]
    assert_close(ours.forward(x, mask=mask), oracle(x, mask=tf.constant(mask)).numpy(), 1e-10, "output")
    rng = np.random.default_rng(1)
    states = [rng.standard_normal((BATCH, size)) for size in (UNITS, UNITS, 3)]
    check_against_differences(ours, x, states, mask)
    shape = (BATCH, TIME, UNITS + 3)
    assert ours(x).shape == ours.compute_output_shape(x.shape) == shape


def test_both_directions_start_apart_and_repeat_with_the_seed():
    template = GRU(UNITS, seed=3)
    weights = []
    for _ in range(2):
        layer = Bidirectional(GRU(UNITS, seed=3))
        layer.build((None, TIME, INPUTS))
        weights.append(layer.get_weights())
    assert all(map(np.array_equal, *weights))
    assert not np.array_equal(weights[0][0], weights[0][3])
    x = np.ones((1, TIME, INPUTS))
    template(x)
    before = template.get_weights()
    copied = Bidirectional(template)
    copied(x)
    copied.set_weights([weight + 1 for weight in copied.get_weights()])
    assert all(map(np.array_equal, template.get_weights(), before))  # the layer that was given keeps its own


def test_twice_in_a_model_the_gradients_add_up():
    layer, oracle = pair("LSTM", return_sequences=True)
    shared = Bidirectional(layer, "sum")
    oracle = keras.layers.Bidirectional(oracle, "sum", dtype="float64")
    x = np.random.default_rng(0).standard_normal((BATCH, TIME, UNITS))
    with_random_weights(shared, oracle, x)
    model = Sequential([shared, Dense(UNITS, dtype="float64", seed=0), shared])
    upstream = np.random.default_rng(1).standard_normal(model(x).shape)
    dx, kernel = model.backward(upstream), model.params["1/kernel"]
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = oracle(oracle(tensor) @ kernel)
    variables = [variable.value for variable in oracle.trainable_variables]
    expected_dx, *expected_grads = tape.gradient(expected, [tensor, *variables], output_gradients=upstream)
    assert_close(dx, expected_dx.numpy(), 1e-10, "dx")
    grads = [grad for name, grad in model.grads.items() if name.startswith("0/")]
    assert len(model.params) == 8 and model.count_params() == shared.count_params() + kernel.size + UNITS
    for grad, other in zip(grads, expected_grads, strict=True):
        assert_close(grad, other.numpy(), 1e-10, "weights")


def test_refusals():
    for arguments, message in [
        ((Dense(2),), "layer: expected a recurrent layer"),
        ((LSTM,), "layer: expected a recurrent layer"),
        ((LSTM(2), "max"), "merge_mode: expected one of concat, sum, ave, mul or None"),
        ((LSTM(2, go_backwards=True),), "reads in the other direction"),
        ((LSTM(2), "sum", LSTM(2)), "reads in the other direction"),
        ((LSTM(2), "sum", LSTM(2, go_backwards=True, return_state=True)), "expected return_state=False"),
    ]:
        with pytest.raises(ValueError, match=message):
            Bidirectional(*arguments)
    layer, x = Bidirectional(LSTM(UNITS), None), np.ones((BATCH, TIME, INPUTS))
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward((x, x))
    output, _ = layer(x)
    with pytest.raises(ValueError, match="expected 2 gradients"):
        layer.backward(output)
    with pytest.raises(ValueError, match="initial_state: expected a list of 4 arrays, received 2"):
        layer.forward(x, initial_state=[output, output])
    concat = Bidirectional(LSTM(UNITS))
    concat(x)
    with pytest.raises(ValueError, match="gradient shaped like the last output"):
        concat.backward(output)
