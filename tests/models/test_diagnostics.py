"""The look into a network: against TensorFlow's tape, ours against Keras's, sick networks, and a model left alone."""

from math import log

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.models.diagnostics import diagnose
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential

LOSS = "sparse_categorical_crossentropy"
RNG = np.random.default_rng(0)
X, Y = RNG.uniform(0, 1, (32, 8, 8, 1)).astype("float32"), RNG.integers(0, 10, 32)


def cnn():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, name="conv"),
            keras.layers.ReLU(name="relu"),
            keras.layers.MaxPooling2D(2, name="pool"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(12, activation="tanh", name="hidden"),
            keras.layers.Dense(10, activation="softmax", name="classes"),
        ]
    )


def dense():
    """Functional; training passes change its batch statistics, a constraint and a penalty act on its weights."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Flatten(name="flatten")(inputs)
    x = keras.layers.Dense(
        16, "sigmoid", kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(0.5), name="hidden"
    )(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    return keras.Model(inputs, keras.layers.Dense(10, "softmax", name="classes")(x))


@pytest.mark.parametrize("make", [cnn, dense])
def test_gradients_and_loss_are_the_tapes(make):
    model = make()
    found = {layer.name: layer for layer in diagnose(model, X, Y, keras.optimizers.SGD(0.1), LOSS).layers}
    before = model.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(Y, model(X, training=True)))
        loss += sum(model.losses)
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(before)
    by_variable = dict(zip((v.path for v in model.trainable_variables), gradients, strict=True))
    for layer in model.layers:
        expected = tf.linalg.global_norm([by_variable[v.path] for v in layer.trainable_variables]).numpy()
        if layer.trainable_variables:
            assert np.isclose(found[layer.name].gradient_norm, expected, rtol=1e-5)
            size = np.sqrt(sum(np.sum(np.square(v.numpy())) for v in layer.trainable_variables))
            assert np.isclose(found[layer.name].update_ratio, 0.1 * expected / size, rtol=1e-3)
        elif layer.name in found:
            assert found[layer.name].gradient_norm is None and found[layer.name].update_ratio is None
    assert np.isclose(diagnose(model, X, Y, keras.optimizers.SGD(0.1), LOSS).loss, loss, rtol=1e-5)


@pytest.mark.parametrize("make", [cnn, dense])
def test_the_model_is_left_as_it_was(make):
    model = make()
    model.compile(keras.optimizers.Adam(0.01), LOSS)
    model.train_on_batch(X, Y)
    variables = [*model.variables, *model.optimizer.variables]
    before = [keras.ops.convert_to_numpy(v).copy() for v in variables]
    settings = model.optimizer, model.loss, [v.constraint for v in model.trainable_variables]
    diagnose(model, X, Y)
    after = [*model.variables, *model.optimizer.variables]
    assert len(after) == len(before)
    assert all(np.array_equal(old, keras.ops.convert_to_numpy(v)) for old, v in zip(before, after, strict=True))
    assert settings == (model.optimizer, model.loss, [v.constraint for v in model.trainable_variables])
    with pytest.raises(Exception):  # noqa: B017 (whatever Keras says of targets of the wrong length)
        diagnose(model, X, Y[:5])
    assert all(np.array_equal(old, keras.ops.convert_to_numpy(v)) for old, v in zip(before, after, strict=True))
    assert settings[2] == [v.constraint for v in model.trainable_variables]


def ours(weights):
    model = Sequential([Conv2D(4, 3), ReLU(), MaxPooling2D(2), Flatten(), Dense(12), Tanh(), Dense(10), Softmax()])
    model.build((None, 8, 8, 1))
    model.set_weights(weights)
    return model


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_ours_and_keras_with_the_same_weights_are_found_alike(name):
    theirs = cnn()
    model = ours(theirs.get_weights())
    model.compile({"SGD": SGD(0.05, momentum=0.9), "Adam": Adam(0.01)}[name], SparseCategoricalCrossentropy())
    model.train_on_batch(X, Y)
    theirs.set_weights(model.get_weights())
    kept = model.get_weights()
    optimizer = {"SGD": keras.optimizers.SGD(0.05, momentum=0.9), "Adam": keras.optimizers.Adam(0.01)}[name]
    a, b = diagnose(model, X, Y), diagnose(theirs, X, Y, optimizer, LOSS)
    assert all(np.array_equal(old, new) for old, new in zip(kept, model.get_weights(), strict=True))
    assert model.optimizer.iterations == 1
    assert np.isclose(a.loss, b.loss, rtol=1e-5) and a.guessing == b.guessing == log(10)
    # Keras's activations are part of its dense layers: the rows are matched by what they say.
    for ours_at, keras_at in ((0, 0), (4, 4), (6, 5)):
        assert np.isclose(a.layers[ours_at].gradient_norm, b.layers[keras_at].gradient_norm, rtol=1e-4)
        assert np.isclose(a.layers[ours_at].update_ratio, b.layers[keras_at].update_ratio, rtol=1e-3)
    assert np.isclose(a.layers[1].zero, b.layers[1].zero) and a.layers[1].zero > 0.1
    assert a.layers[5].saturated == b.layers[4].saturated


def test_units_that_a_large_step_killed_are_found():
    model = cnn()
    healthy = diagnose(model, X, Y, "sgd", LOSS)
    weights = model.get_weights()
    weights[1][:] = [-100, -100, -100, 100]  # biases far below zero: three of four channels never answer again
    model.set_weights(weights)
    sick = diagnose(model, X, Y, "sgd", LOSS)
    assert healthy.layers[1].dead < 0.75 and sick.layers[1].dead == sick.layers[1].zero == 0.75
    model.set_weights(cnn().get_weights())
    model.compile(keras.optimizers.SGD(1000.0), LOSS)
    for _ in range(3):
        model.train_on_batch(X, Y)
    assert diagnose(model, X, Y).layers[1].dead > healthy.layers[1].dead


def test_saturated_tanh_is_found_and_stops_the_gradient():
    model = cnn()
    healthy = diagnose(model, X, Y, "sgd", LOSS)
    hidden = model.get_layer("hidden")
    hidden.kernel.assign(hidden.kernel * 1000)
    sick = diagnose(model, X, Y, "sgd", LOSS)
    assert healthy.layers[4].saturated < 0.05 and sick.layers[4].saturated > 0.9
    assert sick.layers[4].gradient_norm < healthy.layers[4].gradient_norm


def test_the_first_loss_of_equal_scores_is_the_price_of_guessing():
    model = cnn()
    model.get_layer("classes").kernel.assign(np.zeros((12, 10)))
    found = diagnose(model, X, Y, "sgd", LOSS)
    assert np.isclose(found.loss, found.guessing, rtol=1e-6)
    assert found.layers[-1].update_ratio == np.inf  # a step from zero has no size in parts of the weights


def test_the_table_reads_well():
    found = diagnose(cnn(), X, Y, "sgd", LOSS)
    lines = str(found).splitlines()
    assert lines[0].startswith("loss 2.") and lines[0].endswith("equal probabilities for all classes: 2.3")
    assert lines[1].split("  ")[0].strip() == "layer" and len(lines) == 2 + 6
    assert found._repr_markdown_().count("\n| ") == 2 + 6


def test_what_cannot_be_looked_into_is_refused():
    with pytest.raises(ValueError, match="expected a compiled model, or an optimizer and a loss, received"):
        diagnose(cnn(), X, Y)
    with pytest.raises(ValueError, match="expected a Keras model or a Sequential"):
        diagnose("model", X, Y, "sgd", LOSS)

    class Subclassed(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ValueError, match="expected a Keras model or a Sequential with layers|sequential or functional"):
        diagnose(Subclassed(), X, Y, "sgd", LOSS)
