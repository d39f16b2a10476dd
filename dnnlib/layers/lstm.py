"""Long short-term memory: a state that is added to, and gates that say what is kept, written and shown."""

import numpy as np

from dnnlib.layers import activations
from dnnlib.layers.recurrent import Recurrent


class LSTM(Recurrent):
    """Carries a second state c from step to step, which gates keep, write and show.

    i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)    what is written
    f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)    what is kept
    g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)       what would be written
    o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)    what is shown
    c_t = f_t c_{t-1} + i_t g_t    h_t = o_t tanh(c_t)

    Args:
        units: Length of each state, and of the output.
        activation: Of what would be written, and of c where it is shown.
        recurrent_activation: Of the gates i, f and o.
        unit_forget_bias: Whether b_f starts at one, so that an untrained layer keeps more than it forgets.
        **arguments: Those of `Recurrent`.

    Shapes and errors: those of `Recurrent`; the states are h and c.

    Parameters: kernel W (inputs, 4 units), recurrent_kernel U (units, 4 units), bias b (4 units,), each with its
    blocks in the order i, f, g, o.

    Source: Hochreiter & Schmidhuber (1997), Long short-term memory; the forget gate: Gers, Schmidhuber & Cummins
    (2000), Learning to forget; its bias: Jozefowicz, Zaremba & Sutskever (2015), An empirical exploration of recurrent
    network architectures, section 2.2.
    """

    gate_count = 4
    state_count = 2

    def __init__(self, units, activation="tanh", recurrent_activation="sigmoid", unit_forget_bias=True, **arguments):
        super().__init__(units, activation, **arguments)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    def initial_bias(self):
        """Returns the bias before training: the forget gate's starts at one with `unit_forget_bias`."""
        bias = super().initial_bias()
        if self.unit_forget_bias:
            bias[self.units : 2 * self.units] = 1
        return bias

    def step(self, a, states, recurrent):
        """c_t = f_t c_{t-1} + i_t g_t    h_t = o_t tanh(c_t)."""
        h, c = states
        i, f, g, o = self.split(a + recurrent(h))
        i, f, o = self.recurrent_activation(i), self.recurrent_activation(f), self.recurrent_activation(o)
        g = self.activation(g)
        c = f * c + i * g
        shown = self.activation(c)
        return (o * shown, c), (i, f, g, o, shown)

    def step_backward(self, d_states, states, memory, recurrent):
        """Along c the gradient is multiplied by the forget gate alone: dL/dc_{t-1} = f_t dL/dc_t."""
        (dh, dc), (_, c), (i, f, g, o, shown) = d_states, states, memory
        gate, slope = self.recurrent_activation.derivative, self.activation.derivative
        dc = dc + dh * o * slope(shown)
        da = np.concatenate([dc * g * gate(i), dc * c * gate(f), dc * i * slope(g), dh * shown * gate(o)], axis=1)
        return da, (recurrent.input_gradient(da), dc * f)
