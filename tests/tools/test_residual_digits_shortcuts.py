"""Shortcuts of the experiment on the digits: their gradients, and what an open gate leaves."""

import numpy as np
import pytest

from dnnlib.layers.dense import Dense
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.tanh import Tanh
from tests.oracles import assert_close, numerical_gradient
from tools.experiments.residual_digits_shortcuts import Joined

X, UPSTREAM = np.random.default_rng(0).standard_normal((2, 6, 4))
KINDS = {
    "identity": {},
    "constants": {"scales": (0.5, 0.25)},
    "layer": {"shortcut": [Dense(4, seed=3, dtype="float64")]},
    "shortcut-only gate": {"gate": [Dense(4, seed=4, dtype="float64"), Sigmoid("float64")]},
    "exclusive gate": {"gate": [Dense(4, seed=4, dtype="float64"), Sigmoid("float64")], "exclusive": True},
}


def branch():
    return [Dense(5, seed=1, dtype="float64"), Tanh("float64"), Dense(4, seed=2, dtype="float64")]


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_of_each_shortcut_equals_central_differences(kind):
    block = Joined(branch(), **KINDS[kind])
    block.forward(X)
    dx = block.backward(UPSTREAM)
    assert_close(dx, numerical_gradient(lambda x: np.sum(block.forward(x) * UPSTREAM), X), 1e-8, "dx")


def test_a_gate_that_is_shut_leaves_the_shortcut_and_one_that_is_open_the_branch():
    for bias, left in ((-50.0, lambda block: X), (50.0, lambda block: block.layers[0].forward(X))):
        gate = Dense(4, kernel_initializer="zeros", dtype="float64")
        gate.build((None, 4))
        gate.params["bias"][:] = bias
        block = Joined(branch(), gate=[gate, Sigmoid("float64")], exclusive=True)
        assert_close(block.forward(X), left(block), 1e-12, bias)
