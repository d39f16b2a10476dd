"""LSTM: one step by hand, the forget gate's path, its bias. Options and oracles: test_recurrent.py."""

import keras
import numpy as np
import pytest

from dnnlib.layers.lstm import LSTM
from tests.oracles import assert_close

FAR = 1e3  # a sigmoid of it is 1, of its negative 0


def with_gates(i, f, g, o, **arguments):
    """Returns an LSTM of one unit whose gates are what the biases say, whatever it reads."""
    layer = LSTM(1, activation=None, dtype="float64", **arguments)
    layer.build((None, 1, 1))
    layer.set_weights([np.zeros((1, 4)), np.zeros((1, 4)), np.array([i, f, g, o], "float64")])
    return layer


def test_by_hand():
    """c_1 = f c_0 + i g = 1/2 * 6 + 1 * 5 and h_1 = o c_1 with o = 1/2."""
    layer = with_gates(FAR, 0, 5, 0, return_state=True)
    output, h, c = layer.forward(np.ones((1, 1, 1)), initial_state=[[[0.0]], [[6.0]]])
    assert c == 8 and h == output == 4
    layer.backward([None, None, [[1.0]]])  # dL/dc_1 = 1
    _, d_carry = layer.initial_state_grads
    assert d_carry == 0.5
    assert np.array_equal(layer.grads["bias"], [0, 6 / 4, 1, 0])  # f'(0) = 1/4; o does not reach c


@pytest.mark.parametrize("forget, kept", [(FAR, 1.0), (0, 0.5**20), (-FAR, 0.0)])
def test_along_the_carry_the_gradient_is_the_product_of_the_forget_gates(forget, kept):
    layer = with_gates(-FAR, forget, 0, FAR, return_state=True)
    layer.forward(np.ones((1, 20, 1)), initial_state=[[[0.0]], [[1.0]]])
    layer.backward([None, None, [[1.0]]])
    assert_close(layer.initial_state_grads[1], [[kept]], 1e-12, "dL/dc_0")


@pytest.mark.parametrize("start", ["zeros", "random_normal"])
def test_the_forget_bias_starts_at_one_unless_it_is_told_not_to(start):
    for unit_forget_bias in (True, False):
        layer = LSTM(3, unit_forget_bias=unit_forget_bias, bias_initializer=start, seed=0)
        layer.build((None, 5, 2))
        oracle = keras.layers.LSTM(3, unit_forget_bias=unit_forget_bias, bias_initializer=start)
        oracle.build((None, 5, 2))
        for bias in (layer.get_weights()[2], oracle.get_weights()[2]):
            assert (bias[3:6] == 1).all() == unit_forget_bias
            assert (np.delete(bias, [3, 4, 5]) == 0).all() == (start == "zeros")
