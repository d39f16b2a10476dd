"""Training: ten steps and whole epochs equal to Keras from the same weights; history, shuffling, digits, refusals."""

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.global_average_pooling2d import GlobalAveragePooling2D
from dnnlib.layers.global_max_pooling2d import GlobalMaxPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.categorical_crossentropy import CategoricalCrossentropy, SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.progress import CLEAR
from dnnlib.training.sequential import Sequential
from dnnlib.training.trainer import accuracy
from tests.oracles import assert_close


@pytest.fixture(scope="module")
def digits():
    """(x, y, x_test, y_test) of scikit-learn's 8x8 digits, inputs in [0, 1], in a fixed random order."""
    data, order = load_digits(), np.random.default_rng(0).permutation(1797)
    x, y = data.images[order, ..., None] / 16, data.target[order]
    return x[:1400], y[:1400], x[1400:], y[1400:]


def relu_network(dtype="float32"):
    arguments = {"kernel_initializer": "he_normal", "dtype": dtype}
    return Sequential(
        [
            Conv2D(8, 3, padding="same", seed=0, **arguments),
            ReLU(dtype),
            MaxPooling2D(2, dtype=dtype),
            Conv2D(16, 3, padding="same", seed=1, **arguments),
            ReLU(dtype),
            MaxPooling2D(2, dtype=dtype),
            Flatten(dtype),
            Dense(10, seed=2, dtype=dtype),
            Softmax(dtype=dtype),
        ]
    )


def tanh_network(dtype="float32"):
    return Sequential(
        [
            Conv2D(6, 3, seed=0, dtype=dtype),
            Tanh(dtype),
            AveragePooling2D(2, dtype=dtype),
            Flatten(dtype),
            Dense(20, seed=1, dtype=dtype),
            Sigmoid(dtype),
            Dense(10, seed=2, dtype=dtype),
        ]
    )


def global_average_network(dtype="float32"):
    return ending_in(GlobalAveragePooling2D, dtype)


def global_max_network(dtype="float32"):
    return ending_in(GlobalMaxPooling2D, dtype)


def ending_in(pooling, dtype):
    return Sequential(
        [Conv2D(8, 3, seed=0, dtype=dtype), Tanh(dtype), Conv2D(10, 3, seed=1, dtype=dtype), pooling(dtype=dtype)]
    )


def in_keras(network, dtype="float32"):
    layers, shape = keras.layers, keras.Input((8, 8, 1), dtype=dtype)
    d = {"dtype": dtype}
    if network is relu_network:
        chain = [
            shape,
            layers.Conv2D(8, 3, padding="same", activation="relu", **d),
            layers.MaxPooling2D(2, **d),
            layers.Conv2D(16, 3, padding="same", activation="relu", **d),
            layers.MaxPooling2D(2, **d),
            layers.Flatten(**d),
            layers.Dense(10, activation="softmax", **d),
        ]
    elif network is tanh_network:
        chain = [
            shape,
            layers.Conv2D(6, 3, activation="tanh", **d),
            layers.AveragePooling2D(2, **d),
            layers.Flatten(**d),
            layers.Dense(20, activation="sigmoid", **d),
            layers.Dense(10, **d),
        ]
    else:
        pooling = {global_average_network: layers.GlobalAveragePooling2D, global_max_network: layers.GlobalMaxPooling2D}
        chain = [shape, layers.Conv2D(8, 3, activation="tanh", **d), layers.Conv2D(10, 3, **d), pooling[network](**d)]
    return keras.Sequential(chain)


def pair(network, optimizer, loss, loss_arguments, dtype, **arguments):
    """Our network and Keras's, compiled alike, with the same weights."""
    ours, oracle = network(dtype), in_keras(network, dtype)
    ours.build((None, 8, 8, 1))
    oracle.set_weights(ours.get_weights())
    ours.compile(optimizer(**arguments), loss(**loss_arguments), ["accuracy"])
    name = optimizer.__name__, loss.__name__
    oracle.compile(
        getattr(keras.optimizers, name[0])(**arguments),
        getattr(keras.losses, name[1])(**loss_arguments),
        metrics=["accuracy"],
    )
    return ours, oracle


SETTINGS = [
    (relu_network, SGD, SparseCategoricalCrossentropy, {}, {"learning_rate": 0.1, "momentum": 0.9}),
    (relu_network, Adam, CategoricalCrossentropy, {}, {"learning_rate": 0.01}),
    (
        tanh_network,
        SGD,
        CategoricalCrossentropy,
        {"from_logits": True},
        {"learning_rate": 0.1, "nesterov": True, "momentum": 0.9},
    ),
    (tanh_network, Adam, SparseCategoricalCrossentropy, {"from_logits": True}, {"learning_rate": 0.01}),
    (tanh_network, Adam, MeanSquaredError, {}, {"learning_rate": 0.01}),
    (global_average_network, Adam, SparseCategoricalCrossentropy, {"from_logits": True}, {"learning_rate": 0.01}),
    (global_max_network, Adam, SparseCategoricalCrossentropy, {"from_logits": True}, {"learning_rate": 0.01}),
]


@pytest.mark.parametrize("network, optimizer, loss, loss_arguments, arguments", SETTINGS)
def test_ten_training_steps_equal_keras(digits, network, optimizer, loss, loss_arguments, arguments):
    """Losses and weights after ten steps from the same weights: float64, relative error below 1e-5.

    (Keras computes losses and hyper-parameters in float32.)
    """
    x, y, *_ = digits
    y = y if loss is SparseCategoricalCrossentropy else np.eye(10)[y]
    ours, oracle = pair(network, optimizer, loss, loss_arguments, "float64", **arguments)
    losses, expected = [], []
    for start in range(0, 320, 32):
        batch = slice(start, start + 32)
        losses.append(ours.train_on_batch(x[batch], y[batch])["loss"])
        expected.append(float(oracle.train_on_batch(x[batch], y[batch], return_dict=True)["loss"]))
        oracle.reset_metrics()
    assert_close(np.array(losses), np.array(expected), 1e-5, "losses")
    for value, keras_value in zip(ours.get_weights(), oracle.get_weights(), strict=True):
        assert_close(value, keras_value, 1e-5, "weights")
    assert losses[-1] < losses[0]


def test_two_epochs_equal_keras(digits):
    """History (loss, accuracy, validation) of `fit` without shuffling, float32: within 1e-3."""
    x, y, x_test, y_test = digits
    ours, oracle = pair(relu_network, SGD, SparseCategoricalCrossentropy, {}, "float32", learning_rate=0.1)
    arguments = {"batch_size": 50, "epochs": 2, "shuffle": False, "validation_data": (x_test, y_test), "verbose": 0}
    history, expected = ours.fit(x[:330], y[:330], **arguments), oracle.fit(x[:330], y[:330], **arguments)
    assert sorted(history.history) == sorted(expected.history) and history.epoch == expected.epoch == [0, 1]
    for name, values in expected.history.items():
        assert_close(np.array(history.history[name]), np.array(values), 1e-3, name)
    measured = np.array(ours.evaluate(x_test, y_test))
    assert_close(measured, np.array(oracle.evaluate(x_test, y_test, verbose=0)), 1e-3, "evaluate")
    assert_close(ours.predict(x_test), oracle.predict(x_test, verbose=0), 1e-3, "predict")


def test_learns_the_digits(digits):
    x, y, x_test, y_test = digits
    model = relu_network()
    model.compile(Adam(0.005), SparseCategoricalCrossentropy(), ["accuracy"])
    history = model.fit(x, y, epochs=6, seed=0, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] / 5
    assert model.evaluate(x_test, y_test, return_dict=True)["accuracy"] >= 0.95


def test_the_seed_decides_the_order(digits):
    x, y, *_ = digits

    def losses(**arguments):
        model = tanh_network()
        model.compile(SGD(0.1), SparseCategoricalCrossentropy(from_logits=True))
        return model.fit(x[:100], y[:100], batch_size=16, epochs=2, verbose=0, **arguments).history["loss"]

    assert losses(seed=1) == losses(seed=1) != losses(seed=2)
    assert losses(shuffle=False) == losses(shuffle=False, seed=1) != losses(seed=1)


def test_every_example_is_taken_once_an_epoch():
    class Recorder(Sequential):
        def train_on_batch(self, x, y):
            assert np.array_equal(x[:, 0], y)
            seen.append(y)
            return super().train_on_batch(x, np.zeros((len(x), 1)))

    x, seen = np.arange(10.0)[:, None], []
    model = Recorder([Dense(1)])
    model.compile(SGD(1e-3), MeanSquaredError())
    model.fit(x, x[:, 0], batch_size=4, epochs=2, seed=0, verbose=0)
    assert [len(batch) for batch in seen] == [4, 4, 2] * 2
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(10)) and not np.array_equal(first, second)


def test_means_weigh_batches_by_their_size():
    model = Sequential([Dense(1, kernel_initializer="zeros")])
    model.compile(SGD(1e-9), MeanSquaredError())
    y = np.array([[0.0], [0], [0], [3]])  # batches of 3 and 1: losses 0 and 9
    assert model.evaluate(np.ones((4, 1)), y, batch_size=3) == pytest.approx(9 / 4)
    assert model.fit(np.ones((4, 1)), y, 3, shuffle=False, verbose=0).history["loss"] == [pytest.approx(9 / 4)]


def test_what_is_printed(capsys, digits):
    x, y, *_ = digits
    model = tanh_network()
    model.compile(SGD(0.1), SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    model.fit(x[:64], y[:64], epochs=2, validation_data=(x[:8], y[:8]), seed=0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("Epoch 2/2 - loss: ")
    names = [part.split(":")[0] for part in lines[0].split(" - ")[1:]]
    assert names == ["loss", "accuracy", "val_loss", "val_accuracy"]
    model.fit(x[:64], y[:64], seed=0, verbose=0)
    assert capsys.readouterr().out == ""
    model.fit(x[:64], y[:64], seed=0, verbose=1)
    assert "1/2" in (out := capsys.readouterr().out) and "2/2" in out and out.count("\n") == 1
    half, full, summary = out.split(CLEAR)[1:]
    assert [(text.count("━"), text.count("─")) for text in (half, full, summary)] == [(12, 12), (24, 0), (0, 0)]


def test_layers_are_told_when_they_train():
    class Recorder(Flatten):
        def forward(self, x, training=False):
            seen.append(training)
            return super().forward(x, training)

    seen, model, data = [], Sequential([Recorder(), Dense(1)]), (np.ones((2, 3)), np.ones((2, 1)))
    model.compile(SGD(), MeanSquaredError())
    model.fit(*data, validation_data=data, verbose=0)
    model.evaluate(*data)
    model.predict(data[0])
    assert seen == [True, False, False, False]


def test_metrics():
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    assert accuracy(np.array([0, 1, 1, 1]), p) == accuracy(np.array([[0], [1], [1], [1]]), p) == 0.75
    assert accuracy(np.eye(2)[[0, 1, 1, 1]], p) == 0.75

    def largest_error(y_true, y_pred):
        return float(np.abs(y_true - y_pred).max())

    model = Sequential([Dense(1, kernel_initializer="zeros")])
    model.compile(SGD(), MeanSquaredError(), [largest_error])
    assert model.evaluate(np.ones((2, 1)), [[1], [-3]], return_dict=True) == {"loss": 5, "largest_error": 3}


def test_refusals(digits):
    x, y, *_ = digits
    model = tanh_network()
    for call in (lambda: model.fit(x, y), lambda: model.evaluate(x, y), lambda: model.train_on_batch(x, y)):
        with pytest.raises(RuntimeError, match="compile"):
            call()
    for arguments, message in (
        (("adam", MeanSquaredError()), "optimizer"),
        ((Adam(), "mse"), "loss"),
        ((Adam, MeanSquaredError()), r"optimizer: expected .*, such as Adam\(\)"),
        ((Adam(), MeanSquaredError), "loss: expected"),
        ((Adam(), MeanSquaredError(), ["f1"]), "metrics"),
    ):
        with pytest.raises(ValueError, match=message):
            model.compile(*arguments)
    model.compile(Adam(), SparseCategoricalCrossentropy(from_logits=True))
    before = model.get_weights()
    for call, message in (
        (lambda: model.fit(x, y[:-1]), "one target"),
        (lambda: model.fit(x[:0], y[:0]), "one target"),
        (lambda: model.fit(x, None), "one target"),
        (lambda: model.predict(x[:0]), "one or more"),
        (lambda: model.predict(3), "one or more"),
        (lambda: model.fit(x, y, validation_data=x), r"expected a pair \(x, y\), received ndarray"),
        (lambda: model.fit(x, y, validation_data=(x,)), "received tuple of length 1"),
        (lambda: model.fit(x, y, validation_data=0.2), "received float"),
        (lambda: model.fit(x, y, validation_data=(x, y[:-1])), "one target"),
        (lambda: model.fit(x, y, batch_size=0), "batch_size"),
        (lambda: model.fit(x, y, epochs=-1), "epochs"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert all(map(np.array_equal, model.get_weights(), before))  # refused before the first step


def test_accuracy_refuses_one_output_and_labels_that_do_not_fit():
    assert accuracy([0, 1], [[0.9, 0.1], [0.2, 0.8]]) == 1  # lists too
    for labels, p in (([0, 1], np.ones((2, 1))), ([0, 1], np.ones(2)), ([0, 1, 1], np.ones((2, 2)))):
        with pytest.raises(ValueError, match="two classes or more and one label for each example"):
            accuracy(labels, p)
