"""Sequential: the chain, its weights in Keras's order, its summary, and what it refuses."""

import keras
import numpy as np
import pytest

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.tanh import Tanh
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close

X = np.random.default_rng(0).standard_normal((3, 6, 7, 2))


def network(dtype="float64"):
    return Sequential(
        [
            Conv2D(3, 3, seed=0, dtype=dtype),
            Tanh(dtype),
            MaxPooling2D(2, dtype=dtype),
            Flatten(dtype),
            Dense(4, seed=1, dtype=dtype),
        ]
    )


def keras_network(dtype="float64"):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(X.shape[1:], dtype=dtype),
            layers.Conv2D(3, 3, activation="tanh", dtype=dtype),
            layers.MaxPooling2D(2, dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(4, dtype=dtype),
        ]
    )


def test_output_equals_keras_with_keras_weights():
    ours, oracle = network(), keras_network()
    ours.build((None, *X.shape[1:]))
    ours.set_weights(oracle.get_weights())
    assert_close(ours(X), oracle(X).numpy(), 1e-12, "output")
    assert [weight.shape for weight in ours.get_weights()] == [weight.shape for weight in oracle.get_weights()]
    assert ours.count_params() == oracle.count_params()
    ours.get_weights()[0][...] = 0  # copies
    assert_close(ours(X), oracle(X).numpy(), 1e-12, "output")


def test_gradients_equal_central_differences_through_the_chain():
    """Also nested: a chain is a layer."""
    chain = network()
    nested = Sequential([Sequential(chain.layers[:2]), *chain.layers[2:]])
    assert np.array_equal(chain(X), nested(X))
    rng = np.random.default_rng(1)
    upstream = rng.standard_normal(chain(X).shape)
    assert np.array_equal(chain.backward(upstream), nested.backward(upstream))
    assert list(chain.params) == ["0/kernel", "0/bias", "4/kernel", "4/bias"]
    assert list(nested.params)[:2] == ["0/0/kernel", "0/0/bias"]
    for name, value in chain.params.items():
        index = tuple(rng.integers(value.shape))
        start, losses = value[index], []
        for step in (1e-5, -1e-5):
            value[index] = start + step  # params are the layers' own arrays
            losses.append(np.sum(chain(X) * upstream))
        value[index] = start
        assert_close(chain.grads[name][index], (losses[0] - losses[1]) / 2e-5, 1e-7, name)


def test_add_and_build():
    model = Sequential()
    model.add(Dense(2))
    model.build((None, 3))
    assert [value.shape for value in model.params.values()] == [(3, 2), (2,)]


def test_summary(capsys):
    model = network("float32")
    with pytest.raises(ValueError, match="build"):
        model.summary()
    model.build((None, *X.shape[1:]))
    model.summary()
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[2] == ["Conv2D", "(None,", "4,", "5,", "3)", "57"]
    assert rows[-2] != rows[-1] and " ".join(rows[-1]) == "Total params: 109 (0.43 KB)"
    model(X)
    model.summary()
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == rows  # the batch size does not show


def test_refusals():
    model = network()
    with pytest.raises(ValueError, match="build"):
        model.set_weights(keras_network().get_weights())
    model.build((None, *X.shape[1:]))
    with pytest.raises(ValueError, match="expected 4 arrays, received 3"):
        model.set_weights(model.get_weights()[:3])
    with pytest.raises(ValueError, match="kernel: expected shape"):
        model.set_weights([weight.T for weight in model.get_weights()])
    with pytest.raises(RuntimeError, match="forward"):
        network().backward(np.ones((3, 4)))
    with pytest.raises(ValueError, match="input_shape, after the batch axis: expected an integer"):
        network().build((None, None))
    for layer in (Dense, 3):  # a class in place of an object, and what is no layer at all
        with pytest.raises(ValueError, match=r"layer: expected .* such as ReLU\(\)"):
            Sequential([layer])


def test_there_are_no_gradients_before_backward():
    model = network()
    model.build((None, *X.shape[1:]))
    assert model.grads == {}


def test_a_layer_in_two_places_adds_its_gradients_and_counts_once():
    shared = Dense(1, use_bias=False, dtype="float64")
    model = Sequential([shared, shared])
    model.build((None, 1))
    model.set_weights([np.array([[3.0]])])
    assert model(np.array([[2.0]])).item() == 18
    assert model.backward(np.array([[1.0]])).item() == 9
    assert model.grads["0/kernel"].item() == 12  # d(w w x)/dw = 2 w x
    assert list(model.params) == list(model.grads) == ["0/kernel"]
    assert model.count_params() == 1 and len(model.get_weights()) == 1


def test_shared_layers_in_nested_chains_have_the_gradients_of_central_differences():
    rng = np.random.default_rng(0)
    a, b = Dense(3, seed=0, dtype="float64"), Dense(3, seed=1, dtype="float64")
    inner = Sequential([a, Tanh(dtype="float64"), b])
    model = Sequential([inner, a, Tanh(dtype="float64"), inner, b, a])
    x, upstream = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    model(x)
    dx = model.backward(upstream)
    assert len(model.params) == 4 and model.count_params() == 24
    grads = {name: grad.copy() for name, grad in model.grads.items()}
    for name, param in model.params.items():
        for index in np.ndindex(param.shape):
            losses = []
            for step in (1e-6, -2e-6):
                param[index] += step
                losses.append((model(x) * upstream).sum())
            param[index] += 1e-6
            assert np.isclose(grads[name][index], (losses[0] - losses[1]) / 2e-6, atol=1e-7), name
    numeric = [((model(x + e) - model(x - e)) * upstream).sum() / 2e-6 for e in 1e-6 * np.eye(12).reshape(12, 4, 3)]
    assert np.allclose(dx.ravel(), numeric, atol=1e-7)


def test_the_summary_says_which_layer_is_shared(capsys):
    shared = Dense(2)
    model = Sequential([shared, shared])
    model.build((None, 2))
    model.summary()
    printed = capsys.readouterr().out
    assert printed.count("shared") == 1 and "Total params: 6" in printed
