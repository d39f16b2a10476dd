"""What the recurrent layers share: the loop over time, forward and backward, with masks, states and dropout."""

import numpy as np

from dnnlib.initializers import by_name
from dnnlib.layers import activations
from dnnlib.layers.layer import Layer
from dnnlib.layers.projection import Projection
from dnnlib.layers.sums import sum_over, widened
from dnnlib.validation import (
    check_axis,
    check_cache,
    check_gradient,
    check_input,
    check_integer,
    check_number,
    check_numeric,
    check_shape,
)


class Recurrent(Layer):
    """Applies the same step, with the same weights, at each time of a sequence.

    state_t = step(x_t W + b, state_{t-1})    the output at time t is h_t, the first part of the state

    Backpropagation through time is the chain rule on this loop: `backward` walks it from the last step to the first,
    and each weight's gradient is the sum of what it receives at all times. A subclass writes `step` and
    `step_backward`. The products that do not wait for the state, x W and all gradients of the kernels, are one matrix
    product each for all times together.

    At a time that the mask leaves out, the state stays what it was and the output is the previous one (zeros before
    the first time that counts).

    Args:
        units: Length of the state, and of the output.
        activation: "tanh", "sigmoid", "relu", "linear", or None, which is linear.
        use_bias: Whether there is a bias.
        kernel_initializer: A name of `dnnlib.initializers`, or a function (shape, rng) -> array.
        recurrent_initializer: Likewise, of the recurrent kernel.
        bias_initializer: Likewise, of the bias.
        kernel_regularizer: Penalty on the kernel: an object such as `L2(1e-4)`, a name ("l1", "l2") or None.
        recurrent_regularizer: Likewise, on the recurrent kernel.
        bias_regularizer: Likewise, on the bias.
        dropout: Share of the inputs dropped in training, with one mask for all times of a sequence.
        recurrent_dropout: Likewise of the state, where the recurrent kernel reads it. With it, each gate has masks of
            its own, for the inputs too; without it, one mask of the inputs serves all gates. As in Keras.
        return_sequences: Whether the output holds all times, or the last alone.
        return_state: Whether `forward` returns a tuple: the output, then the last states.
        go_backwards: Whether to read the sequence from its end; the outputs come in that order.
        seed: Seed of the initial weights and of the dropout masks.
        dtype: Type of the parameters and of the computation.

    Input shape: (batch, time, inputs). A mask is an array of booleans (batch, time).

    Output shape: (batch, units), or (batch, time, units) with `return_sequences`. Each state: (batch, units).

    Attributes:
        initial_state_grads: After `backward`, dL/d(initial state), a tuple of one array for each state.

    Raises:
        ValueError: If an argument or an input is none of these.
    """

    gate_count = 1  # blocks of `units` columns that stand side by side in the kernels
    state_count = 1

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        seed=None,
        dtype="float32",
    ):
        rules = {"kernel": kernel_regularizer, "recurrent_kernel": recurrent_regularizer, "bias": bias_regularizer}
        super().__init__(dtype, rules)
        for name, rate in (("dropout", dropout), ("recurrent_dropout", recurrent_dropout)):
            check_number(rate, name, "a share from 0 to below 1", lambda value: 0 <= value < 1)
        self.units = check_integer(units, "units")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = by_name.get(kernel_initializer)
        self.recurrent_initializer = by_name.get(recurrent_initializer)
        self.bias_initializer = by_name.get(bias_initializer)
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.zero_output_for_mask = False  # whether a masked output is zeros instead of the previous one
        self.rng = np.random.default_rng(seed)
        self.initial_state_grads = None

    def step(self, a, states, recurrent):
        """Computes one step.

        Args:
            a: x_t W + b, shape (batch, gates * units).
            states: The states before the step, a tuple of arrays (batch, units); h is the first.
            recurrent: The map from h to h U, a `Projection`.

        Returns:
            The states after the step, and a tuple of what `step_backward` needs.
        """
        raise NotImplementedError

    def step_backward(self, d_states, states, memory, recurrent):
        """Computes the gradients of one step.

        Args:
            d_states: dL/d(states after the step).
            states: The states before the step.
            memory: What `step` kept.
            recurrent: As in `step`.

        Returns:
            dL/da, and dL/d(states before the step).
        """
        raise NotImplementedError

    def split(self, a):
        """Returns the gates' columns of (batch, gates * units), each (batch, units)."""
        return a.reshape(len(a), -1, self.units).swapaxes(0, 1)

    def recurrent_gradients(self, d_a, history, recurrent):
        """Returns dL/dU and dL/db, summed over all times: sum of h_{t-1}^T dL/da_t, and of dL/da_t."""
        h = np.stack([states[0] for states, _ in history])
        return recurrent.kernel_gradient(h, d_a), sum_over(d_a, (0, 1))

    def forward(self, x, training=False, mask=None, initial_state=None):
        """Computes the output.

        Args:
            x: The sequences, shape (batch, time, inputs).
            training: Whether to drop inputs and states.
            mask: True where a time counts, shape (batch, time); None if all do.
            initial_state: The states before the first step, a list of arrays (batch, units); None for zeros.

        Returns:
            The output; with `return_state` a tuple of the output and the last states.
        """
        x = widened(check_input(x, 3, self.dtype, f"{self._name} input (batch, time, inputs)"))
        if not self.params:
            self.build(x.shape)
        check_axis(x, -1, len(self.params["kernel"]), f"{self._name} input")
        states, keep = self._checked_states(initial_state, len(x)), self._checked_mask(mask, x.shape)
        inputs, recurrent = self._projections(len(x), training)
        x = self._in_order(x)
        a, history = inputs(x), []
        for a_t, keep_t in zip(a, keep, strict=True):
            after, memory = self.step(a_t, states, recurrent)
            history.append((states, memory))
            states = _select(keep_t, after, states)
        self.cache = x, keep, history, inputs, recurrent
        return self._result([before[0] for before, _ in history[1:]] + [states[0]], states, keep)

    def backward(self, grad):
        """Fills `grads` and `initial_state_grads`, and returns dL/dx.

        Args:
            grad: dL/d(output); with `return_state` a tuple like `forward`'s, where None stands for zeros.
        """
        x, keep, history, inputs, recurrent = check_cache(self)
        d_outputs, d_states = self._upstream(grad, x.shape, keep)
        d_a = np.empty((*x.shape[:2], self.gate_count * self.units), self.wide)
        for t in reversed(range(len(x))):
            d_states = (d_states[0] + d_outputs[t], *d_states[1:])
            d_states, around = _parted(keep[t], d_states)
            d_a[t], d_states = self.step_backward(d_states, *history[t], recurrent)
            if around:
                d_states = tuple(d + passed for d, passed in zip(d_states, around, strict=True))
        self.initial_state_grads = tuple(d.astype(self.dtype, copy=False) for d in d_states)
        d_kernel = inputs.kernel_gradient(x, d_a)
        d_recurrent_kernel, d_bias = self.recurrent_gradients(d_a, history, recurrent)
        grads = {"kernel": d_kernel, "recurrent_kernel": d_recurrent_kernel, "bias": d_bias}
        self.grads = {name: grads[name].astype(self.dtype, copy=False) for name in self.params}
        return self._restored(inputs.input_gradient(d_a)).astype(self.dtype, copy=False)

    def build(self, input_shape):
        """Creates the kernels and the bias for inputs of this shape."""
        _, _, inputs = check_shape(input_shape, ("batch", "time", "inputs"), self._name)
        inputs, gates = check_integer(inputs, "inputs"), self.gate_count * self.units
        self.params = {
            "kernel": self.kernel_initializer((inputs, gates), self.rng, self.dtype),
            "recurrent_kernel": self.recurrent_initializer((self.units, gates), self.rng, self.dtype),
        }
        if self.use_bias:
            self.params["bias"] = self.initial_bias()

    def bias_shape(self):
        """Returns the bias's shape."""
        return (self.gate_count * self.units,)

    def initial_bias(self):
        """Returns the bias before training."""
        return self.bias_initializer(self.bias_shape(), self.rng, self.dtype)

    def split_bias(self, bias):
        """Returns what is added to x W, and what is added to h U; None stands for nothing."""
        return bias, None

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included), without the states."""
        batch, time, _ = check_shape(input_shape, ("batch", "time", "inputs"), self._name)
        return (batch, time, self.units) if self.return_sequences else (batch, self.units)

    def compute_mask(self, x, mask=None):
        """Returns the mask of the output: the input's where the output has its times, else None."""
        return mask if self.return_sequences else None

    @property
    def _name(self):
        return type(self).__name__

    def _projections(self, batch, training):
        """Returns the maps x -> x W + b and h -> h U, with fresh dropout masks in training."""
        kernel, recurrent_kernel, *bias = (np.ascontiguousarray(widened(value)) for value in self.params.values())
        input_bias, recurrent_bias = self.split_bias(*bias) if bias else (None, None)
        masks = self._dropout_masks(self.dropout, (batch, len(kernel)), training)
        recurrent_masks = self._dropout_masks(self.recurrent_dropout, (batch, self.units), training)
        return (
            Projection(kernel, self.gate_count, input_bias, masks),
            Projection(recurrent_kernel, self.gate_count, recurrent_bias, recurrent_masks),
        )

    def _dropout_masks(self, rate, shape, training):
        if not training or not rate:
            return None
        count = self.gate_count if self.recurrent_dropout else 1
        return ((self.rng.random((count, *shape)) >= rate) / (1 - rate)).astype(self.wide)

    def _checked_mask(self, mask, shape):
        """Returns the mask in the order of the steps, (time, batch, 1); without one, None for each step."""
        if mask is None:
            return [None] * shape[1]
        mask = check_numeric(mask, f"{self._name} mask")
        if mask.dtype != bool or mask.shape != shape[:2]:
            raise ValueError(
                f"{self._name} mask: expected booleans of shape (batch, time), {shape[:2]}, "
                f"received type {mask.dtype} of shape {mask.shape}"
            )
        return self._in_order(mask)[..., np.newaxis]

    def _checked_states(self, states, batch):
        """Returns the states before the first step as a tuple of arrays."""
        shape = (batch, self.units)
        if states is None:
            return (np.zeros(shape, self.wide),) * self.state_count
        states = tuple(states) if isinstance(states, (tuple, list)) else (states,)
        states = tuple(widened(check_input(one, None, self.dtype, f"{self._name} initial_state")) for one in states)
        if [state.shape for state in states] != [shape] * self.state_count:
            raise ValueError(
                f"{self._name} initial_state: expected {self.state_count} of shape (batch, units), {shape}, "
                f"received {[state.shape for state in states]}"
            )
        return states

    def _in_order(self, x):
        """Returns (batch, time, ...) as (time, batch, ...), in the order in which the steps read it."""
        x = x.swapaxes(0, 1)
        return np.ascontiguousarray(x[::-1] if self.go_backwards else x)

    def _restored(self, x):
        """Undoes `_in_order`."""
        return (x[::-1] if self.go_backwards else x).swapaxes(0, 1)

    def _shown(self, keep):
        """Returns where an output is a state, (time, batch, 1): elsewhere it is zeros. None: everywhere."""
        if keep[0] is None:
            return None
        return keep if self.zero_output_for_mask else np.logical_or.accumulate(keep)

    def _result(self, h, states, keep):
        """Returns what `forward` returns, from h after each step, the last states and the mask."""
        output, shown = np.stack(h, axis=1) if self.return_sequences else h[-1], self._shown(keep)
        if shown is not None:
            output = np.where(shown.swapaxes(0, 1) if self.return_sequences else shown[-1], output, 0)
        output, *states = (array.astype(self.dtype, copy=False) for array in (output, *states))
        return (output, *states) if self.return_state else output

    def _upstream(self, grad, shape, keep):
        """Returns the gradients that come from outside: of h after each step, and of the last states."""
        time, batch, _ = shape
        grads = grad if self.return_state else (grad,)
        if self.return_state and (not isinstance(grad, (tuple, list)) or len(grad) != 1 + self.state_count):
            raise ValueError(
                f"{self._name}.backward: expected {1 + self.state_count} gradients, of the output and of each state, "
                f"as forward returned with return_state, received {type(grad).__name__}"
            )
        shapes = [self.compute_output_shape((batch, time, None))] + [(batch, self.units)] * (len(grads) - 1)
        d_output, *d_states = (
            np.zeros(shape, self.wide) if grad is None else check_gradient(grad, shape, self.wide, self._name)
            for grad, shape in zip(grads, shapes, strict=True)
        )
        d_h, shown = np.zeros((time, batch, self.units), self.wide), self._shown(keep)
        if self.return_sequences:
            d_h[:] = d_output.swapaxes(0, 1)
        else:
            d_h[-1] = d_output
        if shown is not None:
            d_h = np.where(shown, d_h, 0)
        return d_h, tuple(d_states) or (np.zeros((batch, self.units), self.wide),) * self.state_count


def _select(keep, after, before):
    """Returns the states after a step where it counts, and those before it elsewhere."""
    return after if keep is None else tuple(np.where(keep, *pair) for pair in zip(after, before, strict=True))


def _parted(keep, grads):
    """Backward of `_select`: returns the gradients that enter the step, and those that pass it by."""
    if keep is None:
        return grads, None
    return tuple(np.where(keep, grad, 0) for grad in grads), tuple(np.where(keep, 0, grad) for grad in grads)
