"""What recurrent layers are held against: central differences and Keras, with masks, states and dropout masks."""

import keras
import numpy as np
import tensorflow as tf

from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from tests.oracles import assert_close, numerical_gradient

VARIANTS = {
    "SimpleRNN": (SimpleRNN, {}),
    "LSTM": (LSTM, {}),
    "GRU": (GRU, {}),
    "GRU, reset before": (GRU, {"reset_after": False}),
}
BATCH, TIME, INPUTS, UNITS = 3, 5, 2, 4
MASKS = {
    "no mask": None,
    "padded at the end": np.arange(TIME) < [[5], [3], [1]],
    "padded at the start": np.arange(TIME) >= [[0], [2], [4]],
    "holes in the middle": np.array([[1, 0, 1, 1, 0], [0, 1, 0, 0, 1], [1, 1, 0, 1, 1]], bool),
    "a sequence of nothing": np.array([[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]], bool),
}


class Frozen:
    """A generator that draws the same numbers every time."""

    def random(self, shape):
        return np.random.default_rng(7).random(shape)


def pair(variant, **arguments):
    """Returns our layer and Keras's, both float64, unbuilt."""
    ours, more = VARIANTS[variant]
    arguments = {"dtype": "float64"} | more | arguments
    return ours(UNITS, **arguments), getattr(keras.layers, ours.__name__)(UNITS, **arguments)


def inputs_and_states(layer, seed=0):
    """Returns a random input, and random initial states for this layer."""
    rng = np.random.default_rng(seed)
    shapes = [(BATCH, TIME, INPUTS), *[(BATCH, UNITS)] * layer.state_count]
    x, *states = (rng.standard_normal(shape) for shape in shapes)
    return x, states


def with_random_weights(layer, oracle, x, seed=1):
    """Builds both layers, gives them the same random weights, and stops the dice of the dropout masks."""
    rng = np.random.default_rng(seed)
    oracle.build(x.shape)
    oracle.set_weights([rng.standard_normal(weight.shape) for weight in oracle.weights])
    layer.build(x.shape)
    layer.set_weights(oracle.get_weights())
    layer.rng = Frozen()


def run(layer, x, states, mask, training, seed=2):
    """Calls a layer forward and, with random upstream gradients, backward.

    Returns:
        The outputs by name, the upstream gradients, and the gradients by name: dx, dstate 0, ..., dkernel, ....
    """
    outputs = layer.forward(x, training=training, mask=mask, initial_state=states)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    rng = np.random.default_rng(seed)
    upstream = tuple(rng.standard_normal(output.shape) for output in outputs)
    dx = layer.backward(upstream if len(upstream) > 1 else upstream[0])
    states = {f"dstate {i}": grad for i, grad in enumerate(layer.initial_state_grads)}
    return outputs, upstream, {"dx": dx} | states | {f"d{name}": grad for name, grad in layer.grads.items()}


def check_against_differences(layer, x, states, mask=None, training=False, tolerance=1e-7):
    """Asserts that the gradients of the input, the initial states and all weights equal central differences."""
    layer.rng = Frozen()
    _, upstream, gradients = run(layer, x, states, mask, training)
    gradients = {name: grad.copy() for name, grad in gradients.items()}

    def loss(x, states):
        outputs = layer.forward(x, training=training, mask=mask, initial_state=states)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        return sum(np.sum(output * grad) for output, grad in zip(outputs, upstream, strict=True))

    def with_weight(i, value):
        saved = layer.get_weights()
        layer.set_weights([*saved[:i], value, *saved[i + 1 :]])
        result = loss(x, states)
        layer.set_weights(saved)
        return result

    numeric = {"dx": numerical_gradient(lambda value: loss(value, states), x)}
    for i, state in enumerate(states):
        numeric[f"dstate {i}"] = numerical_gradient(lambda v, i=i: loss(x, [*states[:i], v, *states[i + 1 :]]), state)
    for i, (name, value) in enumerate(layer.params.items()):
        numeric[f"d{name}"] = numerical_gradient(lambda v, i=i: with_weight(i, v), value)
    assert list(gradients) == list(numeric)
    for name, expected in numeric.items():
        assert_close(gradients[name], expected, tolerance, name)


def check_against_keras(layer, oracle, x, states=None, mask=None, training=False, tolerance=1e-9):
    """Asserts that outputs, last states and all gradients equal Keras's and those of TensorFlow's tape."""
    outputs, upstream, gradients = run(layer, x, states, mask, training)
    given = [tf.constant(state) for state in states or [np.zeros((BATCH, UNITS))] * layer.state_count]
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch([tensor, *given])
        expected = oracle(
            tensor, mask=None if mask is None else tf.constant(mask), initial_state=given, training=training
        )
        expected = expected if isinstance(expected, (tuple, list)) else (expected,)
        loss = tf.add_n([tf.reduce_sum(y * grad) for y, grad in zip(expected, upstream, strict=True)])
    variables = [variable.value for variable in oracle.trainable_variables]
    keras_gradients = tape.gradient(loss, [tensor, *given, *variables], unconnected_gradients="zero")
    for i, (output, other) in enumerate(zip(outputs, expected, strict=True)):
        assert_close(output, other.numpy(), tolerance, f"output {i}")
    for (name, gradient), other in zip(gradients.items(), keras_gradients, strict=True):
        assert_close(gradient, other.numpy(), tolerance, name)
