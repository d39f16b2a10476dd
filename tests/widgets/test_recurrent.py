"""Recurrent layers of the page do what dnnlib's and Keras's do: outputs, states and all gradients."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN

LAYERS = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}

PASS = """async (cases) => {
  const { CELLS } = await import("/dnnlib/widgets/shared/recurrent.mjs");
  const { tensor } = await import("/dnnlib/widgets/shared/network.mjs");
  const lists = (rows) => rows.map((row) => Array.from(row));
  return JSON.parse(cases).map(({ cell, options, shape, weights, x, initial, grad, last, from }) => {
    const layer = new CELLS[cell](options),
      due = layer.build(shape);
    layer.setWeights(weights);
    const y = layer.forward(tensor(x, shape), { initial_state: initial }),
      dx = layer.backward(tensor(grad, y.shape), { last, from });
    return { due, shape: y.shape, y: [...y.data], dx: [...dx.data], grads: lists(layer.grads.map(({ data }) => data)),
      before: layer.steps.map(({ before }) => lists(before)), after: lists(layer.steps.at(-1).after),
      parts: lists(layer.parts), stateGrads: layer.stateGrads.map(lists) };
  });
}"""
BUILD = """async ([cell, options]) => {
  const { CELLS } = await import("/dnnlib/widgets/shared/recurrent.mjs");
  const { generator } = await import("/dnnlib/widgets/shared/random.mjs");
  const layer = new CELLS[cell](options);
  layer.build([1, 1, 40], generator(3));
  return layer.getWeights().map((array) => [...array]);
}"""


def random_case(rng, n):
    """Returns the arguments of one layer, its numbers and the gradients that come from above."""
    cell = list(LAYERS)[n % 3]
    batch, time, features, units = (int(rng.integers(1, high)) for high in (4, 5, 4, 5))
    options = {
        "units": units,
        "activation": str(rng.choice(["tanh", "relu", "linear", "sigmoid"])),
        "use_bias": bool(rng.integers(4)),
        "return_sequences": bool(rng.integers(2)),
    }
    if cell == "GRU":
        options["reset_after"] = bool(rng.integers(2))
    if cell != "SimpleRNN" and rng.integers(4) == 0:
        options["recurrent_activation"] = "tanh"
    columns = GATES[cell] * units
    shapes = [(features, columns), (units, columns)]
    if options["use_bias"]:
        shapes.append((2, columns) if options.get("reset_after") else (columns,))
    states = [(batch, units)] * (2 if cell == "LSTM" else 1)
    return {
        "cell": cell,
        "options": options,
        "x": rng.normal(size=(batch, time, features)),
        "weights": [rng.normal(0, 0.6, shape) for shape in shapes],
        "initial": [rng.normal(size=shape) for shape in states],
        "grad": rng.normal(size=(batch, time, units) if options["return_sequences"] else (batch, units)),
        "last": [rng.normal(size=shape) for shape in states],
        "from": 0,
    }


def in_page(page, cases):
    """Runs cases through the page's layers."""

    def packed(case):
        lists = {name: [np.ravel(one).tolist() for one in case[name]] for name in ("weights", "initial", "last")}
        arrays = {name: np.ravel(case[name]).tolist() for name in ("x", "grad")}
        return {**case, **lists, **arrays, "shape": case["x"].shape}

    return page.evaluate(PASS, json.dumps([packed(case) for case in cases]))


def by_keras(case):
    """Returns outputs, last states, gradients of inputs, first states and weights, by Keras and TensorFlow's tape."""
    layer = getattr(keras.layers, case["cell"])(**case["options"], return_state=True, unroll=True, dtype="float64")
    layer.build(case["x"].shape)
    layer.set_weights(case["weights"])
    x, initial = tf.constant(case["x"]), [tf.constant(one) for one in case["initial"]]
    with tf.GradientTape() as tape:
        tape.watch([x, *initial])
        y, *after = layer(x, initial_state=initial)
        pairs = [(y, case["grad"]), *zip(after, case["last"], strict=True)]
        loss = sum(tf.reduce_sum(one * grad) for one, grad in pairs)
    weights = [variable.value for variable in layer.trainable_variables]
    return [y, *after, *(grad for part in tape.gradient(loss, [[x], initial, weights]) for grad in part)]


def by_dnnlib(case):
    """The same by dnnlib's layers."""
    layer = LAYERS[case["cell"]](**case["options"], return_state=True, dtype="float64")
    layer.build(case["x"].shape)
    layer.set_weights(case["weights"])
    outputs = layer.forward(case["x"], initial_state=case["initial"])
    dx = layer.backward((case["grad"], *case["last"]))
    return [*outputs, dx, *layer.initial_state_grads, *(layer.grads[name] for name in layer.params)]


@pytest.mark.parametrize("oracle, count", [(by_dnnlib, 200), (by_keras, 24)])
def test_outputs_states_and_all_gradients_equal_dnnlib_and_keras_on_random_layers(blank, oracle, count):
    rng = np.random.default_rng(0)
    cases = [random_case(rng, n) for n in range(count)]
    for case, found in zip(cases, in_page(blank, cases), strict=True):
        received = [found["y"], *found["after"], found["dx"], *found["stateGrads"][0], *found["grads"]]
        for ours, theirs in zip(received, oracle(case), strict=True):
            name = f"{case['cell']} {case['options']}"
            np.testing.assert_allclose(ours, np.ravel(theirs), rtol=1e-6, atol=1e-9, err_msg=name)
        assert found["due"] == found["shape"] == list(case["grad"].shape)


def test_what_the_steps_give_to_the_recurrent_kernel_adds_up_to_its_gradient(blank):
    rng = np.random.default_rng(1)
    for found in in_page(blank, [random_case(rng, n) for n in range(60)]):
        np.testing.assert_allclose(np.sum(found["parts"], axis=0), found["grads"][1], rtol=1e-12, atol=1e-12)


def test_truncated_gradients_are_those_of_the_sequence_that_begins_there_with_its_states_as_constants(blank):
    rng = np.random.default_rng(2)
    cases = [random_case(rng, n) for n in range(90)]
    for case in cases:
        case["from"] = int(rng.integers(case["x"].shape[1]))
    whole, begun = in_page(blank, cases), []
    for case, found in zip(cases, whole, strict=True):
        t = case["from"]
        grad = case["grad"][:, t:] if case["options"]["return_sequences"] else case["grad"]
        begun.append({**case, "x": case["x"][:, t:], "grad": grad, "initial": found["before"][t], "from": 0})
    for case, found, short in zip(cases, whole, in_page(blank, begun), strict=True):
        t = case["from"]
        assert found["grads"] == short["grads"] and found["stateGrads"][t:] == short["stateGrads"]
        assert not np.any(found["parts"][:t]) and found["after"] == short["after"]


def test_first_weights_are_drawn_as_by_keras(blank):
    """Glorot's range, orthonormal rows of the recurrent kernel, zero biases but for the forget gate."""
    for cell, gates in GATES.items():
        kernel, recurrent, bias = blank.evaluate(BUILD, [cell, {"units": 30}])
        limit = np.sqrt(6 / (40 + gates * 30))
        assert 0.98 * limit < np.abs(kernel).max() <= limit
        rows = np.reshape(recurrent, (30, gates * 30))
        np.testing.assert_allclose(rows @ rows.T, np.eye(30), atol=1e-12)
        expected = np.zeros(2 * 90 if cell == "GRU" else gates * 30)
        if cell == "LSTM":
            expected[30:60] = 1
        np.testing.assert_array_equal(bias, expected)
    assert not any(blank.evaluate(BUILD, ["LSTM", {"units": 4, "unit_forget_bias": False}])[2])
