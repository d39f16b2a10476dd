"""Penalties and callbacks in training: equal to Keras, step by step and epoch by epoch; what is refused."""

import keras
import numpy as np
import pytest

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.adamw import AdamW
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers.penalties import L1, L1L2, L2
from dnnlib.training.callbacks import Callback, EarlyStopping, History
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close

RNG = np.random.default_rng(0)
X, X_VAL = RNG.standard_normal((60, 6)), RNG.standard_normal((40, 6))
Y, Y_VAL = (np.where(RNG.random(len(x)) < 0.25, 1 - (x[:, 0] > 0), x[:, 0] > 0).astype(int) for x in (X, X_VAL))
OURS = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW, "L1": L1, "L2": L2, "L1L2": L1L2}
VALIDATION = {"validation_data": (X_VAL, Y_VAL), "shuffle": False, "batch_size": 20, "verbose": 0}


@pytest.fixture(autouse=True)
def double_precision():
    """Keras adds penalties to a loss of its default type: with float64 layers alone it refuses to mix types."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def pair(optimizer="SGD", penalties=(None, None), **arguments):
    """Our network and Keras's, with the same weights, each kernel with its penalty (name, arguments)."""
    first, second = (p and OURS[p[0]](**p[1]) for p in penalties)
    d = {"dtype": "float64"}
    ours = Sequential(
        [
            Dense(20, kernel_regularizer=first, seed=0, **d),
            ReLU(**d),
            Dense(2, kernel_regularizer=second, seed=1, **d),
        ]
    )
    first, second = (p and getattr(keras.regularizers, p[0])(**p[1]) for p in penalties)
    oracle = keras.Sequential(
        [
            keras.Input((6,), **d),
            keras.layers.Dense(20, activation="relu", kernel_regularizer=first, **d),
            keras.layers.Dense(2, kernel_regularizer=second, **d),
        ]
    )
    ours.build((None, 6))
    oracle.set_weights(ours.get_weights())
    loss = {"from_logits": True}
    ours.compile(OURS[optimizer](**arguments), SparseCategoricalCrossentropy(**loss), ["accuracy"])
    oracle.compile(
        getattr(keras.optimizers, optimizer)(**arguments),
        keras.losses.SparseCategoricalCrossentropy(**loss),
        metrics=["accuracy"],
    )
    return ours, oracle


def assert_same_weights(ours, oracle, tolerance=1e-5):
    for value, expected in zip(ours.get_weights(), oracle.get_weights(), strict=True):
        assert_close(value, expected, tolerance, "weights")


@pytest.mark.parametrize(
    "optimizer, penalties, arguments",
    [
        ("SGD", (("L2", {"l2": 0.05}), None), {"learning_rate": 0.1, "momentum": 0.9}),
        ("SGD", (None, ("L1", {"l1": 0.05})), {"learning_rate": 0.1}),
        ("Adam", (("L1L2", {"l1": 0.01, "l2": 0.02}), ("L2", {"l2": 0.1})), {"learning_rate": 0.01}),
        ("SGD", (("L2", {"l2": 0.05}), None), {"learning_rate": 0.1, "weight_decay": 0.5}),
        ("AdamW", (None, None), {"learning_rate": 0.01, "weight_decay": 0.5}),
    ],
)
def test_ten_training_steps_with_penalties_equal_keras(optimizer, penalties, arguments):
    """Losses (with the penalty) and weights: float64, relative error below 1e-5."""
    ours, oracle = pair(optimizer, penalties, **arguments)
    for step in range(10):
        batch = slice(step % 3 * 20, step % 3 * 20 + 20)
        loss = ours.train_on_batch(X[batch], Y[batch])["loss"]
        expected = oracle.train_on_batch(X[batch], Y[batch], return_dict=True)["loss"]
        oracle.reset_metrics()
        assert_close(loss, float(expected), 1e-5, "loss")
    assert_same_weights(ours, oracle)


def test_history_and_evaluate_report_the_loss_with_the_penalty_as_keras_does():
    ours, oracle = pair("SGD", (("L2", {"l2": 0.05}), ("L1", {"l1": 0.1})), learning_rate=0.1)
    history, expected = ours.fit(X, Y, epochs=3, **VALIDATION), oracle.fit(X, Y, epochs=3, **VALIDATION)
    assert sorted(history.history) == sorted(expected.history)
    for name, values in expected.history.items():
        assert_close(np.array(history.history[name]), np.array(values), 1e-5, name)
    measured = ours.evaluate(X_VAL, Y_VAL, return_dict=True)
    assert_close(measured["loss"], oracle.evaluate(X_VAL, Y_VAL, verbose=0, return_dict=True)["loss"], 1e-5, "evaluate")
    bare = float(SparseCategoricalCrossentropy(from_logits=True)(Y_VAL, ours.predict(X_VAL)))
    assert measured["loss"] == pytest.approx(bare + sum(ours.losses)) and sum(ours.losses) > 0.1


@pytest.mark.parametrize(
    "arguments",
    [
        {"patience": 3},
        {"patience": 3, "restore_best_weights": True},
        {"patience": 0},
        {"patience": 1, "restore_best_weights": True},
        {"monitor": "val_accuracy", "patience": 5, "restore_best_weights": True},
        {"monitor": "val_accuracy", "mode": "min", "patience": 2},
        {"min_delta": 0.02, "patience": 2, "restore_best_weights": True},
        {"monitor": "loss", "min_delta": 0.02, "patience": 1},
        {"patience": 100, "restore_best_weights": True},  # never stops: the best weights come back all the same
    ],
)
def test_early_stopping_stops_where_keras_stops_with_the_same_weights(arguments):
    ours, oracle = pair("Adam", learning_rate=0.02)
    stopping, expected = EarlyStopping(**arguments), keras.callbacks.EarlyStopping(**arguments)
    history = ours.fit(X, Y, epochs=40, callbacks=[stopping], **VALIDATION)
    oracle_history = oracle.fit(X, Y, epochs=40, callbacks=[expected], **VALIDATION)
    assert history.epoch == oracle_history.epoch
    assert (len(history.epoch) < 40) == (arguments.get("patience") != 100)
    assert (stopping.stopped_epoch, stopping.best_epoch) == (expected.stopped_epoch, expected.best_epoch)
    assert_same_weights(ours, oracle)


def test_patience_counts_epochs_in_a_row():
    """The quantity is scripted: better, worse, better, worse, worse, better (never reached at patience 2)."""

    class Scripted(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["quality"] = [3, 2, 4, 3, 3, 9][epoch]

    model = Sequential([Dense(1)])
    model.compile(SGD(), MeanSquaredError())
    stopping = EarlyStopping("quality", patience=2, mode="max", restore_best_weights=True)
    history = model.fit(np.ones((2, 1)), np.ones((2, 1)), epochs=6, verbose=0, callbacks=[Scripted(), stopping])
    assert history.history["quality"] == [3, 2, 4, 3, 3]  # the history comes last, as in Keras
    assert (stopping.best, stopping.best_epoch, stopping.stopped_epoch) == (4, 2, 4)


def recorder(base, seen):
    """A callback whose hooks write down their names and the epoch or batch."""

    def hook(name):
        return lambda self, *args, logs=None: seen.append((name, *(one for one in args if isinstance(one, int))))

    return type("Recorder", (base,), {name: hook(name) for name in vars(Callback) if name.startswith("on_")})()


def test_hooks_are_called_in_keras_order():
    seen, expected, (ours, oracle) = [], [], pair(learning_rate=0.1)
    ours.fit(X, Y, epochs=2, callbacks=[recorder(Callback, seen)], **VALIDATION)
    oracle.fit(X, Y, epochs=2, callbacks=[recorder(keras.callbacks.Callback, expected)], **VALIDATION)
    assert seen == expected and len(seen) == 2 + 2 * (2 + 2 * 3)


def test_stop_training_ends_after_the_step_and_the_next_fit_begins_anew():
    class StopAtOnce(Callback):
        def on_train_batch_end(self, batch, logs=None):
            steps.append(logs["loss"])
            self.model.stop_training = True

    steps, (ours, _) = [], pair(learning_rate=0.1)
    assert ours.fit(X, Y, epochs=5, callbacks=[StopAtOnce()], **VALIDATION).epoch == [0] and len(steps) == 1
    assert ours.fit(X, Y, epochs=2, **VALIDATION).epoch == [0, 1]


def test_a_history_given_goes_on_as_in_keras():
    history, (ours, _) = History(), pair(learning_rate=0.1)
    assert ours.fit(X, Y, epochs=2, callbacks=[history], **VALIDATION) is history
    ours.fit(X, Y, epochs=1, callbacks=[history], **VALIDATION)
    assert history.epoch == [0] and len(history.history["val_loss"]) == 3


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"patience": -1}, "patience: expected"),
        ({"patience": 2.5}, "patience: expected"),
        ({"min_delta": -0.1}, "min_delta: expected"),
        ({"mode": "maximum"}, "mode: expected auto, min or max"),
        ({"monitor": "val_f1"}, "mode: expected min or max"),
    ],
)
def test_early_stopping_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        EarlyStopping(**arguments)


def test_fit_refuses_what_is_no_callback_or_not_measured():
    ours, _ = pair(learning_rate=0.1)
    before = ours.get_weights()
    for callbacks in (EarlyStopping(), [EarlyStopping], [print]):
        with pytest.raises(ValueError, match="callbacks: expected"):
            ours.fit(X, Y, callbacks=callbacks, verbose=0)
    assert all(map(np.array_equal, ours.get_weights(), before))  # refused before the first step
    with pytest.raises(ValueError, match="expected one of loss, accuracy, received 'val_loss'; give fit validation"):
        ours.fit(X, Y, callbacks=[EarlyStopping()], verbose=0)
