"""The simple recurrent layer: its output is its next step's input."""

from dnnlib.layers.recurrent import Recurrent


class SimpleRNN(Recurrent):
    """Reads a sequence step by step and keeps what it has read in one state.

    h_t = activation(x_t W + b + h_{t-1} U)

    Args, shapes and errors: those of `Recurrent`.

    Parameters: kernel W (inputs, units), recurrent_kernel U (units, units), bias b (units,).

    Source: Elman (1990), Finding structure in time; backward: Werbos (1990), Backpropagation through time: what it
    does and how to do it.
    """

    def step(self, a, states, recurrent):
        """h_t = activation(a_t + h_{t-1} U), where a_t = x_t W + b."""
        (h,) = states
        h = self.activation(a + recurrent(h))
        return (h,), (h,)

    def step_backward(self, d_states, states, memory, recurrent):
        """dL/da_t = dL/dh_t activation'(...)    dL/dh_{t-1} = dL/da_t U^T."""
        (dh,), (h,) = d_states, memory
        da = dh * self.activation.derivative(h)
        return da, (recurrent.input_gradient(da),)
