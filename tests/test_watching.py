"""What learns in a notebook says how far it has come, goes on as it would have, and leaves nothing behind."""

import types

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dnnlib import watching
from dnnlib.layers.dense import Dense
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.callbacks import Callback
from dnnlib.training.sequential import Sequential
from dnnlib.training.trainer import Trainer

X, Y = np.ones((10, 3)), np.arange(10.0)[:, None]


class Shell:
    """A notebook's shell as far as it is asked."""

    kernel = True

    def __init__(self):
        self.hooks = {}
        self.events = types.SimpleNamespace(register=self.hooks.__setitem__)


@pytest.fixture
def told():
    return []


@pytest.fixture
def line(told):
    """A line whose clock goes on by a second with each look at it."""
    clock = iter(range(1000))
    return watching.Line(told.append, lambda: next(clock))


def network():
    model = Sequential([Dense(1, seed=0)])
    model.compile(SGD(0.01), MeanSquaredError())
    return model


def watched(monkeypatch, line):
    monkeypatch.setattr(Trainer, "fit", watching._watched(Trainer.fit, line, Callback))


def test_a_network_of_the_book_shows_its_steps_and_learns_the_same(monkeypatch, line, told):
    plain = network().fit(X, Y, 4, 3, verbose=0, seed=0).history
    watched(monkeypatch, line)
    assert network().fit(X, Y, 4, epochs=3, verbose=0, seed=0).history == plain
    assert len(told) == 9  # 3 epochs of 3 steps
    assert '<progress value="5" max="9" aria-label="Sequential"></progress> Sequential: epoch 2 of 3 (0:05)' in told[4]


def test_the_second_network_of_a_cell_has_its_number_and_the_next_cell_begins_anew(monkeypatch, line, told):
    watched(monkeypatch, line)
    for _ in range(2):
        network().fit(X, Y, 10, verbose=0)
    assert "Sequential, number 2 of this cell: epoch 1 of 1" in told[-1]
    line.end()
    assert told[-1] == ""
    line.start()
    network().fit(X, Y, 10, verbose=0)
    assert "number" not in told[-1] and "(0:01)" in told[-1]


def test_own_callbacks_are_called_too_by_name_and_by_place(monkeypatch, line, told):
    class Counter(Callback):
        seen = 0

        def on_epoch_end(self, epoch, logs=None):
            self.seen += 1

    watched(monkeypatch, line)
    counter = Counter()
    network().fit(X, Y, 10, 2, verbose=0, callbacks=[counter])
    assert counter.seen == 2 and len(told) == 2
    network().fit(X, Y, 10, 2, 0, None, True, None, [counter])
    assert counter.seen == 4 and len(told) == 2  # without a line


def test_wrong_arguments_get_the_error_that_they_had(monkeypatch, line):
    with pytest.raises(TypeError) as before:
        network().fit()
    watched(monkeypatch, line)
    with pytest.raises(TypeError) as after:
        network().fit()
    assert str(after.value) == str(before.value)


def test_it_looks_at_most_every_fifth_of_a_second(told):
    now = 0
    line = watching.Line(told.append, lambda: now)
    for now in np.arange(0, 1, 0.01):  # noqa: B007 - the clock reads it
        line.tell("A", 1, 2, "on its way")
    assert 4 <= len(told) <= 6


def test_a_cell_in_which_nothing_learns_shows_nothing(line, told):
    line.start()
    line.end()
    assert told == []


def test_outside_a_notebook_nothing_changes(monkeypatch):
    before = Trainer.fit
    watching.watch_training()
    assert Trainer.fit is before and not hasattr(watching.watch_training, "line")


@pytest.mark.long
def test_in_a_notebook_all_three_kinds_show_their_line_and_the_cell_ends_without_it(tmp_path):
    from tools import notebooks

    watch = "from dnnlib.watching import watch_training\nwatch_training()\nwatch_training()"
    report = """
import keras
import numpy as np
from IPython.display import DisplayHandle
shown, update = [], DisplayHandle.update
DisplayHandle.update = lambda self, html: (shown.append(html.data), update(self, html))
from dnnlib.watching import watch_training
watch_training.line._clock = iter(range(10_000)).__next__"""
    learn = """
from dnnlib.unsupervised.kmeans import KMeans
X = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(X, X[:, :1], 50, 2, verbose=0)
model.fit(X, X[:, :1], 50, verbose=0)
KMeans(3, n_init=1, random_state=0).fit(X)
print(len(model.fit(X, X[:, :1], verbose=0, callbacks=[keras.callbacks.History()]).history["loss"]))"""
    ask = r"print(*shown, sep='\n')"
    cells = [new_code_cell(text) for text in (watch, report, learn, ask)]
    ran = notebooks.run(new_notebook(cells=cells), tmp_path)
    lines = ran.cells[3].outputs[0].text.splitlines()
    assert '<progress value="4" max="4" aria-label="Sequential"></progress> Sequential: epoch 2 of 2 (' in lines[2]
    assert any("KMeans" in text for text in lines)
    assert 'value="4" max="4"' in lines[-2] and "Sequential, number 3 of this cell: epoch 1 of 1" in lines[-2]
    assert lines[-1] == ""  # the last call emptied it
    left = [output for output in ran.cells[2].outputs if output.output_type == "display_data"]
    assert [output.data["text/html"] for output in left] == [""]
    assert [output.text for output in ran.cells[2].outputs if output.output_type == "stream"] == ["1\n"]
