"""GRU: one step by hand, both places of the reset gate, its two biases. Options and oracles: test_recurrent.py."""

import keras
import numpy as np
import pytest

from dnnlib.layers.gru import GRU
from tests.oracles import assert_close


def one_unit(bias, **arguments):
    """Returns a GRU of one unit that ignores its input, and whose candidate reads h times 3."""
    layer = GRU(1, activation=None, dtype="float64", **arguments)
    layer.build((None, 1, 1))
    layer.set_weights([np.zeros((1, 3)), [[0.0, 0.0, 3.0]], np.array(bias, "float64")])
    return layer


def test_by_hand():
    """z = r = 1/2, h_0 = 4: after, g = 7 + 1/2 (3 * 4 + 2); before, g = 7 + 3 (1/2 * 4); h_1 = (h_0 + g) / 2."""
    x, state = np.ones((1, 1, 1)), [[[4.0]]]
    after = one_unit([[0, 0, 7], [0, 0, 2]])
    assert after.forward(x, initial_state=state) == (4 + 14) / 2
    before = one_unit([0, 0, 7], reset_after=False)
    assert before.forward(x, initial_state=state) == (4 + 13) / 2
    for layer in (after, before):
        layer.backward([[1.0]])
        # dh_1/dh_0 = z + (1 - z) r 3 = 1/2 + 1/2 * 1/2 * 3
        assert_close(layer.initial_state_grads[0], [[1.25]], 1e-15, "dL/dh_0")
    # dL/db_z = (h_0 - g) z'; dL/db_r = (1 - z) (3 h_0 + b'_g) r'; dL/db_g = 1 - z; of b' the last has a factor r
    assert_close(after.grads["bias"], [[-10 / 4, 14 / 8, 1 / 2], [-10 / 4, 14 / 8, 1 / 4]], 1e-15, "biases")
    assert_close(before.grads["bias"], [-9 / 4, 12 / 8, 1 / 2], 1e-15, "bias")


def test_an_update_gate_at_one_keeps_the_state_and_its_gradient():
    layer = one_unit([[1e3, 0, 7], [0, 0, 2]])
    assert layer.forward(np.ones((1, 30, 1)), initial_state=[[[4.0]]]) == 4
    layer.backward([[1.0]])
    assert layer.initial_state_grads[0] == 1


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("use_bias", [True, False])
def test_weights_have_keras_s_shapes(reset_after, use_bias):
    layers = [GRU(3, reset_after=reset_after, use_bias=use_bias)]
    layers.append(keras.layers.GRU(3, reset_after=reset_after, use_bias=use_bias))
    ours, theirs = ([weight.shape for weight in layer.get_weights()] for layer in layers if not layer.build((1, 5, 2)))
    assert ours == theirs == [(2, 9), (3, 9), *([(2, 9) if reset_after else (9,)] if use_bias else [])]
