"""Training cut short ends where it should, and what asserts its success is taken out."""

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import short_run
from tools.sources import ROOT

COUNT = """
import sys
sys.path.insert(0, {root!r})
import keras, numpy as np
from tools.short_run import limit
limit(2)
from dnnlib.layers.dense import Dense
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
x, y = np.zeros((1000, 3), "float32"), np.zeros((1000, 1), "float32")
theirs = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
theirs.compile("sgd", "mse")
told = theirs.fit(x, y, batch_size=10, epochs=3, verbose=0, validation_data=(x, y))
print(int(theirs.optimizer.iterations), len(told.history["val_loss"]))
ours, steps = Sequential([Dense(1)]), []
ours.compile(SGD(0.1), MeanSquaredError())
inner = ours.train_on_batch
ours.train_on_batch = lambda *batch: steps.append(len(batch[0])) or inner(*batch)
told = ours.fit(x, y, 10, 3, 0)
print(len(steps), set(steps), len(told.history["loss"]))
"""


@pytest.mark.long
def test_fit_of_keras_and_of_the_book_takes_so_many_steps_an_epoch_and_as_many_epochs_as_asked():
    done = subprocess.run([sys.executable, "-c", COUNT.format(root=str(ROOT))], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["6 3", "6 {10} 3"], done.stderr


def test_assertions_are_taken_out_and_all_else_stays():
    source = "x = 1\nassert x == 2\nnp.testing.assert_allclose(x, 2)\nif x:\n    assert not x\nprint(x)"
    cells = [new_markdown_cell("assert"), new_code_cell(source), new_code_cell("%pip install x\nassert 0")]
    first, *made = short_run.shortened(new_notebook(cells=cells), 3).cells
    assert "limit(3)" in first.source and made[0].source == "assert"
    assert made[1].source == "x = 1\npass\npass\nif x:\n    pass\nprint(x)"
    assert made[2].source == "%pip install x\nassert 0" and cells[1].source == source


def test_no_step_at_all_is_refused():
    with pytest.raises(ValueError, match="steps: expected 1 or more, received 0"):
        short_run.shortened(new_notebook(), 0)
