"""Drawn codes: statistics, their cost beside Keras's and beside sampling, gradients with frozen draws, refusals."""

import numpy as np
import pytest

from dnnlib.layers.sampling import Sampling
from dnnlib.models import autoencoders
from tests.oracles import numerical_gradient

X = np.random.default_rng(0).standard_normal((5, 6))


class Frozen(Sampling):
    """Draws the same numbers every time."""

    def forward(self, x, training=False):
        self.rng = np.random.default_rng(7)
        return super().forward(x, training)


def test_by_hand():
    layer = Sampling(dtype="float64")
    assert np.array_equal(layer([[2.0, 0.0], [0.0, np.log(4)]]), [[2], [0]])
    assert np.isclose(layer.activity_losses[0], (4 / 2 + (4 - 1 - np.log(4)) / 2) / 2)
    assert np.allclose(layer.backward([[1.0], [0.0]]), [[1 + 2 / 2, 0], [0, 3 / 4]])


def test_the_cost_equals_keras():
    ours, theirs = Sampling(dtype="float64"), autoencoders.Sampling()
    ours(X)
    theirs(X.astype("float32"))
    assert np.isclose(ours.activity_losses[0], float(theirs.losses[0]), rtol=1e-5)


def test_draws_have_the_mean_and_deviation_named_and_in_use_the_mean_is_returned():
    x = np.tile([3.0, -1.0, np.log(4), np.log(0.25)], (100_000, 1))
    layer = Sampling(seed=1, dtype="float64")
    drawn = layer(x, training=True)
    np.testing.assert_allclose(drawn.mean(axis=0), [3, -1], atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), [2, 0.5], rtol=0.02)
    assert not np.array_equal(drawn, layer(x, training=True)) and np.array_equal(layer(x), x[:, :2])


@pytest.mark.parametrize("training", [False, True])
def test_the_gradient_is_that_of_the_whole_loss(training):
    layer, upstream = Frozen(dtype="float64"), np.random.default_rng(1).standard_normal((5, 3))
    layer(X, training=training)
    received = layer.backward(upstream)

    def loss(at):
        return np.sum(layer(at, training=training) * upstream) + layer.activity_losses[0]

    np.testing.assert_allclose(received, numerical_gradient(loss, X), atol=1e-8)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_types(dtype):
    layer = Sampling(seed=0, dtype=dtype)
    assert layer(X, training=True).dtype == layer.backward(np.ones((5, 3))).dtype == dtype


def test_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="a mean and a log variance for each number"):
        Sampling()(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="expected 2 axes"):
        Sampling()(np.zeros(4))
    with pytest.raises(RuntimeError):
        Sampling().backward(np.zeros((1, 1)))
