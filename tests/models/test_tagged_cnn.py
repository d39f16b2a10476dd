"""The networks for digits on photographs: what they cost, and what the stored ones do."""

import keras
import numpy as np
import pytest

from dnnlib.datasets.digits_on_photographs import TAGGED, digits_on_photographs
from dnnlib.models.ledger import ledger, totals
from dnnlib.models.tagged_cnn import tagged_cnn


def answers(weights, tags):
    x, y, _ = digits_on_photographs("test", 300, tags)
    return tagged_cnn(weights).predict(x, verbose=0).argmax(axis=1), y


def test_parameters_and_operations_are_those_of_the_docstring():
    whole = totals(ledger(tagged_cnn()))
    assert (whole.parameters, whole.macs) == (27_122, 4_351_200)


def test_the_first_reads_the_tag_and_the_second_the_digit():
    said, y = answers("sevens", "none")
    assert not np.any(said == TAGGED) and np.mean(said == y) > 0.75
    said, _ = answers("sevens", "all")
    assert np.mean(said == TAGGED) > 0.95
    for tags in ("none", "all"):
        said, y = answers("any", tags)
        assert np.mean(said == y) > 0.8 and np.mean(said[y == TAGGED] == TAGGED) > 0.8


def test_one_step_lowers_the_loss_and_a_saved_network_answers_the_same(tmp_path):
    keras.utils.set_random_seed(0)
    x, y, _ = digits_on_photographs("training", 64)
    model = tagged_cnn(dropout=0)
    model.compile(keras.optimizers.SGD(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = model.evaluate(x, y, verbose=0)
    model.train_on_batch(x, y)
    assert model.evaluate(x, y, verbose=0) < before
    model.save(tmp_path / "tagged.keras")
    again = keras.saving.load_model(tmp_path / "tagged.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-5)


def test_other_weights_are_refused():
    with pytest.raises(ValueError, match='expected None, "sevens" or "any"'):
        tagged_cnn("digits")
