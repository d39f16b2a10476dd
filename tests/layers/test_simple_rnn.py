"""SimpleRNN: two steps by hand, forward and backward. Options and oracles: test_recurrent.py."""

import numpy as np

from dnnlib.layers.simple_rnn import SimpleRNN
from tests.oracles import assert_close


def test_by_hand():
    """One unit, h_t = 2 x_t + 0.5 h_{t-1} + 1, read at both times."""
    layer = SimpleRNN(1, activation=None, return_sequences=True, dtype="float64")
    layer.build((None, 2, 1))
    layer.set_weights([[[2.0]], [[0.5]], [1.0]])
    x = np.array([[[1.0], [3.0]]])
    assert np.array_equal(layer.forward(x, initial_state=[[[4.0]]]), [[[2 + 1 + 2], [6 + 1 + 2.5]]])
    # Upstream 10 at the second time and 1 at the first, where 10 * 0.5 arrives too.
    assert np.array_equal(layer.backward([[[1], [10]]]), [[[2 * 6], [2 * 10]]])
    assert np.array_equal(layer.grads["kernel"], [[6 * 1 + 10 * 3]])
    assert np.array_equal(layer.grads["recurrent_kernel"], [[6 * 4 + 10 * 5]])  # each with the h before its step
    assert np.array_equal(layer.grads["bias"], [6 + 10])
    assert np.array_equal(layer.initial_state_grads, [[[6 * 0.5]]])


def test_tanh_squashes_each_step_and_its_slope_counts_in_each():
    layer = SimpleRNN(1, dtype="float64")
    layer.build((None, 2, 1))
    layer.set_weights([[[2.0]], [[0.5]], [0.0]])
    h1 = np.tanh(2 * 0.3)
    h2 = np.tanh(2 * -0.1 + 0.5 * h1)
    assert_close(layer([[[0.3], [-0.1]]]), [[h2]], 1e-15, "output")
    d2 = 1 - h2**2
    assert_close(layer.backward([[1]]), [[[d2 * 0.5 * (1 - h1**2) * 2], [d2 * 2]]], 1e-15, "dx")
