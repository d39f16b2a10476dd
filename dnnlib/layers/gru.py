"""The gated recurrent unit: one state, and gates that say how much of it is renewed."""

import numpy as np

from dnnlib.layers import activations
from dnnlib.layers.recurrent import Recurrent
from dnnlib.layers.sums import sum_over


class GRU(Recurrent):
    """Mixes the old state with a candidate, unit by unit.

    z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)    how much of the old state stays
    r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)    how much of the old state the candidate sees
    g_t = tanh(x_t W_g + b_g + (r_t h_{t-1}) U_g)    the candidate
    h_t = z_t h_{t-1} + (1 - z_t) g_t

    With `reset_after`, Keras's default, the reset gate acts after the matrix, so that one product serves all gates:
    g_t = tanh(x_t W_g + b_g + r_t (h_{t-1} U_g + b'_g)), and each gate has a second bias b' beside h U.

    Args:
        units: Length of the state, and of the output.
        activation: Of the candidate.
        recurrent_activation: Of the gates z and r.
        reset_after: Whether the reset gate acts after the product with the recurrent kernel, or before.
        **arguments: Those of `Recurrent`.

    Shapes and errors: those of `Recurrent`.

    Parameters: kernel W (inputs, 3 units), recurrent_kernel U (units, 3 units), bias b (3 units,), each with its
    blocks in the order z, r, g; with `reset_after` the bias is (2, 3 units), b and b'.

    Source: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio (2014), Learning phrase
    representations using RNN encoder-decoder for statistical machine translation, section 2.3.
    """

    gate_count = 3

    def __init__(self, units, activation="tanh", recurrent_activation="sigmoid", reset_after=True, **arguments):
        super().__init__(units, activation, **arguments)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def bias_shape(self):
        """Returns the bias's shape: with `reset_after` there are two of them, beside x W and beside h U."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def split_bias(self, bias):
        """Returns what is added to x W, and what is added to h U."""
        return bias if self.reset_after else (bias, None)

    def step(self, a, states, recurrent):
        """h_t = z_t h_{t-1} + (1 - z_t) g_t."""
        (h,) = states
        x_z, x_r, x_g = self.split(a)
        h_z, h_r, *h_g = self.split(recurrent(h) if self.reset_after else recurrent.gates(0, 2)(h))
        z = self.recurrent_activation(x_z + h_z)
        r = self.recurrent_activation(x_r + h_r)
        seen = h_g[0] if self.reset_after else recurrent.gates(2, 3)(r * h)
        g = self.activation(x_g + (r * seen if self.reset_after else seen))
        return (z * h + (1 - z) * g,), (z, r, g, seen)

    def step_backward(self, d_states, states, memory, recurrent):
        """dL/dh_{t-1} = z_t dL/dh_t, and what comes back through the gates and the candidate."""
        (dh,), (h,), (z, r, g, seen) = d_states, states, memory
        gate = self.recurrent_activation.derivative
        dz = dh * (h - g) * gate(z)
        dg = dh * (1 - z) * self.activation.derivative(g)
        if self.reset_after:
            dr = dg * seen * gate(r)
            through = recurrent.input_gradient(np.concatenate([dz, dr, dg * r], axis=1))
        else:
            d_reset = recurrent.gates(2, 3).input_gradient(dg)  # dL/d(r_t h_{t-1})
            dr = d_reset * h * gate(r)
            through = d_reset * r + recurrent.gates(0, 2).input_gradient(np.concatenate([dz, dr], axis=1))
        return np.concatenate([dz, dr, dg], axis=1), (dh * z + through,)

    def recurrent_gradients(self, d_a, history, recurrent):
        """Returns dL/dU and dL/db, summed over all times; the candidate's part of U reads through the reset gate."""
        h = np.stack([states[0] for states, _ in history])
        r = np.stack([memory[1] for _, memory in history])
        d_gates, d_g = np.split(d_a, [2 * self.units], axis=-1)
        if self.reset_after:
            d_u = np.concatenate([d_gates, d_g * r], axis=-1)
            return recurrent.kernel_gradient(h, d_u), np.stack([sum_over(d_a, (0, 1)), sum_over(d_u, (0, 1))])
        parts = recurrent.gates(0, 2).kernel_gradient(h, d_gates), recurrent.gates(2, 3).kernel_gradient(r * h, d_g)
        return np.concatenate(parts, axis=-1), sum_over(d_a, (0, 1))
