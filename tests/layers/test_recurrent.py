"""SimpleRNN, LSTM and GRU with all their options: Keras, central differences; and what they refuse."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.dense import Dense
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers.penalties import L2
from dnnlib.training.sequential import Sequential
from tests.layers.recurrent_oracles import (
    BATCH,
    INPUTS,
    MASKS,
    TIME,
    UNITS,
    VARIANTS,
    check_against_differences,
    check_against_keras,
    inputs_and_states,
    pair,
    with_random_weights,
)
from tests.oracles import assert_close

OPTIONS = {
    "as it is": {},
    "sequences": {"return_sequences": True},
    "states": {"return_state": True},
    "backwards": {"go_backwards": True},
    "all three": {"return_sequences": True, "return_state": True, "go_backwards": True},
    "no bias": {"use_bias": False, "return_sequences": True},
    "relu": {"activation": "relu", "return_state": True},
    "linear": {"activation": None},
    "sigmoid": {"activation": "sigmoid", "return_sequences": True},
}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_values_and_gradients_equal_keras_with_every_option_and_mask(variant, options):
    # Masks meet the options that move times and states; the others need one of them.
    moving = {"as it is", "sequences", "backwards", "all three"}
    for number, mask in enumerate(MASKS.values() if options in moving else [MASKS["holes in the middle"]]):
        layer, oracle = pair(variant, **OPTIONS[options])
        x, states = inputs_and_states(layer, seed=number)
        with_random_weights(layer, oracle, x)
        check_against_keras(layer, oracle, x, states, mask)
    check_against_keras(layer, oracle, x, mask=mask)  # the states start at zero


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_gradients_equal_central_differences(variant, mask):
    for options in ({}, {"return_sequences": True, "return_state": True, "go_backwards": mask == "no mask"}):
        layer, oracle = pair(variant, dropout=0.4, recurrent_dropout=0.3, **options)
        x, states = inputs_and_states(layer)
        with_random_weights(layer, oracle, x)
        check_against_differences(layer, x, states, MASKS[mask], training=bool(options))


@pytest.mark.parametrize("activations", [("relu", "tanh"), ("tanh", "linear"), ("linear", "relu")])
@pytest.mark.parametrize("variant", [variant for variant in VARIANTS if variant != "SimpleRNN"])
def test_other_activations_of_the_gates_equal_keras(variant, activations):
    activation, recurrent_activation = activations
    layer, oracle = pair(variant, activation=activation, recurrent_activation=recurrent_activation)
    x, states = inputs_and_states(layer)
    with_random_weights(layer, oracle, x)
    check_against_keras(layer, oracle, x, states)


@pytest.mark.parametrize("rates", [(0.5, 0), (0, 0.5), (0.3, 0.6)])
@pytest.mark.parametrize("variant", VARIANTS)
def test_dropout_equals_keras_with_the_same_masks(variant, rates):
    dropout, recurrent_dropout = rates
    for mask in (None, MASKS["holes in the middle"]):
        layer, oracle = pair(variant, dropout=dropout, recurrent_dropout=recurrent_dropout, return_sequences=True)
        x, states = inputs_and_states(layer)
        with_random_weights(layer, oracle, x)
        for name, rate, values in (("dropout", dropout, x[:, 0]), ("recurrent_dropout", recurrent_dropout, states[0])):
            if rate:  # Keras's own draw says how many masks there are: one, or one for each gate
                drawn = getattr(oracle.cell, f"get_{name}_mask")(tf.constant(values))
                count = len(drawn) if isinstance(drawn, list) else 1
                masks = (layer.rng.random((count, *values.shape)) >= rate) / (1 - rate)
                setattr(
                    oracle.cell, f"_{name}_mask", [*map(tf.constant, masks)] if count > 1 else tf.constant(masks[0])
                )
        check_against_keras(layer, oracle, x, states, mask, training=True)
        check_against_keras(layer, oracle, x, states, mask)


def test_a_dropout_mask_holds_for_a_sequence_and_is_fresh_for_the_next():
    layer = SimpleRNN(400, activation=None, return_sequences=True, dropout=0.25, seed=0, dtype="float64")
    layer.build((None, 6, 400))
    layer.set_weights([np.eye(400), np.zeros((400, 400)), np.zeros(400)])
    first, second = (layer(np.ones((50, 6, 400)), training=True) for _ in range(2))
    assert set(np.unique(first)) == {0, 1 / 0.75}
    assert (first == first[:, :1]).all()  # the same at all times
    dropped = first[:, 0] == 0
    assert abs(dropped.mean() - 0.25) < 5 * np.sqrt(0.25 * 0.75 / dropped.size)
    for other in (second[:, 0] == 0, np.roll(dropped, 1, axis=0), np.roll(dropped, 1, axis=1)):
        assert abs(np.mean(dropped & other) - 0.25**2) < 0.01  # independent
    assert np.array_equal(layer(np.ones((50, 6, 400))), np.ones((50, 6, 400)))  # in use nothing is dropped


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_masked_time_leaves_no_trace(variant):
    """Padding at the end, at the start and in the middle: the last output is that of the bare sequence."""
    layer, _ = pair(variant)
    x = np.random.default_rng(0).standard_normal((1, 3, INPUTS))
    alone = layer(x)
    for places in ([0, 1, 2], [2, 3, 4], [0, 3, 4]):
        padded, mask = np.full((1, TIME, INPUTS), 1e3), np.zeros((1, TIME), bool)
        padded[:, places], mask[:, places] = x, True
        assert np.array_equal(layer.forward(padded, mask=mask), alone)
        assert not layer.backward(np.ones((1, UNITS)))[~mask].any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_sequence_read_in_two_parts_has_the_states_and_gradients_of_the_whole(variant):
    layer, _ = pair(variant, return_state=True)
    x, states = inputs_and_states(layer)
    whole = layer.forward(x, initial_state=states)
    upstream = [np.random.default_rng(1).standard_normal((BATCH, UNITS)) for _ in whole]
    dx, grads = layer.backward(upstream), layer.grads
    d_initial = layer.initial_state_grads
    _, *middle = layer.forward(x[:, :2], initial_state=states)
    first = layer.cache
    for part, expected in zip(layer.forward(x[:, 2:], initial_state=middle), whole, strict=True):
        assert_close(part, expected, 1e-12, "states")
    second_dx = layer.backward(upstream)
    second_grads, d_middle, layer.cache = layer.grads, layer.initial_state_grads, first
    first_dx = layer.backward((None, *d_middle))  # nothing reaches the output of the first part
    assert_close(np.concatenate([first_dx, second_dx], axis=1), dx, 1e-12, "dx")
    for name, grad in grads.items():
        assert_close(layer.grads[name] + second_grads[name], grad, 1e-12, name)
    for mine, expected in zip(layer.initial_state_grads, d_initial, strict=True):
        assert_close(mine, expected, 1e-12, "initial state")


@pytest.mark.parametrize("variant", VARIANTS)
def test_initial_weights_are_keras_s_in_shape_and_kind(variant):
    layer, oracle = pair(variant, seed=3)
    oracle.build((None, TIME, INPUTS))
    layer.build((None, TIME, INPUTS))
    assert [weight.shape for weight in layer.get_weights()] == [weight.shape for weight in oracle.get_weights()]
    assert list(layer.params) == ["kernel", "recurrent_kernel", "bias"]
    kernel, recurrent_kernel, bias = layer.get_weights()
    assert np.array_equal(bias, oracle.get_weights()[2])
    assert_close(recurrent_kernel @ recurrent_kernel.T, np.eye(UNITS), 1e-12, "orthogonal")
    limit = np.sqrt(6 / sum(kernel.shape))
    assert 0.8 * limit < np.abs(kernel).max() <= limit
    again, other = pair(variant, seed=3)[0], pair(variant, seed=4)[0]
    x = np.ones((1, 2, INPUTS))
    assert np.array_equal(layer(x), again(x)) and not np.array_equal(layer(x), other(x))
    halves, _ = pair(variant, kernel_initializer="zeros", recurrent_initializer="ones", bias_initializer="ones")
    halves.build((None, TIME, INPUTS))
    assert [np.unique(weight).tolist() for weight in halves.get_weights()] == [[0], [1], [1]]


@pytest.mark.parametrize("variant", VARIANTS)
def test_shapes_types_and_penalties(variant):
    layer_class, arguments = VARIANTS[variant]
    layer = layer_class(UNITS, recurrent_regularizer=L2(0.5), bias_regularizer="l1", **arguments)
    x, _ = inputs_and_states(layer)
    assert layer(x).dtype == layer.backward(np.ones((BATCH, UNITS))).dtype == np.float32
    assert {grad.dtype for grad in layer.grads.values()} == {np.dtype("float32")}
    assert list(layer.regularizers) == ["recurrent_kernel", "bias"]
    assert layer.compute_output_shape((None, TIME, INPUTS)) == (None, UNITS)
    sequences = layer_class(UNITS, return_sequences=True, **arguments)
    assert sequences.compute_output_shape((None, TIME, INPUTS)) == (None, TIME, UNITS)
    mask = MASKS["padded at the end"]
    assert sequences.compute_mask(x, mask) is mask and layer.compute_mask(x, mask) is None
    float64 = layer_class(UNITS, dtype="float64", **arguments)
    float64.build(x.shape)
    float64.set_weights(layer.get_weights())
    assert_close(layer(x), float64(x), 1e-6, "float32 beside float64")
    half = layer_class(UNITS, dtype="float16", **arguments)
    assert half(x).dtype == half.backward(np.ones((BATCH, UNITS))).dtype == half.grads["bias"].dtype == np.float16


@pytest.fixture
def keras_in_float64():
    """Keras adds penalties and losses up in this type, whatever the layers'."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


@pytest.mark.parametrize("variant", VARIANTS)
def test_ten_training_steps_from_the_same_weights_equal_keras(variant, keras_in_float64):
    penalties = {"kernel_regularizer": "l1", "recurrent_regularizer": "l2", "bias_regularizer": "l2"}
    first, keras_first = pair(variant, return_sequences=True, **penalties)
    second, keras_second = pair(variant, go_backwards=True)
    ours = Sequential([first, second, Dense(2, dtype="float64")])
    oracle = keras.Sequential(
        [
            keras.Input((TIME, INPUTS), dtype="float64"),
            keras_first,
            keras_second,
            keras.layers.Dense(2, dtype="float64"),
        ]
    )
    ours.build((None, TIME, INPUTS))
    ours.set_weights(oracle.get_weights())
    ours.compile(SGD(0.125, momentum=0.75), MeanSquaredError())
    oracle.compile(keras.optimizers.SGD(0.125, momentum=0.75), "mse")
    start = ours.get_weights()
    for step in range(10):
        rng = np.random.default_rng(step)
        x, y = rng.standard_normal((BATCH, TIME, INPUTS)), rng.standard_normal((BATCH, 2))
        assert_close(ours.train_on_batch(x, y)["loss"], float(oracle.train_on_batch(x, y)), 1e-6, f"loss {step}")
    for mine, theirs, before in zip(ours.get_weights(), oracle.get_weights(), start, strict=True):
        assert_close(mine, theirs, 1e-7, "weights")  # Keras rounds the factor of a penalty to float32
        assert np.abs(mine - before).max() > 1e-3


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_layer_used_twice_in_a_model_adds_its_gradients(variant):
    """Once below itself and once above; Keras's tape and a functional model with the same layer as the oracle."""
    layer, oracle = pair(variant, return_sequences=True)
    x = np.random.default_rng(0).standard_normal((BATCH, TIME, UNITS))
    with_random_weights(layer, oracle, x)
    model, upstream = Sequential([layer, layer]), np.random.default_rng(1).standard_normal((BATCH, TIME, UNITS))
    output = model(x)
    dx = model.backward(upstream)
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = oracle(oracle(tensor))
    variables = [variable.value for variable in oracle.trainable_variables]
    expected_dx, *expected_grads = tape.gradient(expected, [tensor, *variables], output_gradients=upstream)
    assert_close(output, expected.numpy(), 1e-10, "output")
    assert_close(dx, expected_dx.numpy(), 1e-10, "dx")
    assert list(model.grads) == ["0/kernel", "0/recurrent_kernel", "0/bias"]
    for (name, grad), other in zip(model.grads.items(), expected_grads, strict=True):
        assert_close(grad, other.numpy(), 1e-10, name)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"units": 0}, "units: expected an integer"),
        ({"units": 2, "activation": "swish"}, "activation: expected one of tanh"),
        ({"units": 2, "dropout": 1}, "dropout: expected a share"),
        ({"units": 2, "recurrent_dropout": -0.1}, "recurrent_dropout: expected a share"),
        ({"units": 2, "recurrent_initializer": "xavier"}, "initializer: expected one of"),
    ],
)
@pytest.mark.parametrize("layer", [SimpleRNN, LSTM, GRU])
def test_refuses_arguments_that_are_none(layer, arguments, message):
    with pytest.raises(ValueError, match=message):
        layer(**arguments)


@pytest.mark.parametrize("layer", [SimpleRNN, LSTM, GRU])
def test_refuses_what_does_not_fit(layer):
    layer, x = layer(UNITS, return_state=True), np.ones((BATCH, TIME, INPUTS))
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((BATCH, UNITS)))
    name = type(layer).__name__
    output, *states = layer(x)
    for arguments, message in [
        ((x[0],), rf"{name} input \(batch, time, inputs\): expected 3 axes, received 2"),
        ((x[:, :0],), "expected at least one number, received the empty shape"),
        ((np.ones((BATCH, TIME, 7)),), f"{name} input: expected {INPUTS} along axis 2, received 7"),
        ((np.full_like(x, np.nan),), "NaN"),
        ((x, False, np.ones((BATCH, TIME + 1), bool)), f"{name} mask: expected booleans of shape"),
        ((x, False, np.ones((BATCH, TIME))), f"{name} mask: expected booleans .* received type float64"),
        ((x, False, None, [*states, states[0]]), f"{name} initial_state: expected {len(states)} of shape"),
        ((x, False, None, [state[:1] for state in states]), f"{name} initial_state: expected {len(states)} of shape"),
    ]:
        with pytest.raises(ValueError, match=message):
            layer.forward(*arguments)
    layer(x)
    for grad in (output, (output,), np.zeros((3, BATCH, UNITS))):
        with pytest.raises(ValueError, match="backward: expected .* gradients, of the output and of each state"):
            layer.backward(grad)
    with pytest.raises(ValueError, match="backward: expected a gradient shaped like the last output"):
        layer.backward((output[:1], *states))
    with pytest.raises(ValueError, match=r"expected an input shape \(batch, time, inputs\)"):
        type(layer)(2).build((None, 3))
