"""A recurrent layer that reads in both directions."""

from copy import deepcopy

import numpy as np

from dnnlib.layers.recurrent import Recurrent
from dnnlib.layers.wrapper import Wrapper
from dnnlib.validation import check_cache, check_gradient

# What becomes of the two outputs y and z, and what of its gradient g reaches each.
MERGE_MODES = {
    "concat": (lambda y, z: np.concatenate([y, z], axis=-1), lambda g, y, z: np.split(g, [y.shape[-1]], axis=-1)),
    "sum": (lambda y, z: y + z, lambda g, y, z: (g, g)),
    "ave": (lambda y, z: (y + z) / 2, lambda g, y, z: (g / 2, g / 2)),
    "mul": (lambda y, z: y * z, lambda g, y, z: (g * z, g * y)),
}


class Bidirectional(Wrapper):
    """Reads a sequence from its start and from its end, with weights of their own, and merges what both say.

    With `return_sequences`, the output at time t knows what came before t, by the first layer, and what comes after
    it, by the second; at a time that the mask leaves out both say zero.

    Args:
        layer: A recurrent layer such as `LSTM(16)`. It is copied, as in Keras: its weights stay its own.
        merge_mode: "concat" (side by side), "sum", "ave" (mean), "mul" (product), or None, which leaves two outputs.
        backward_layer: The layer that reads from the end, if it is not to be as the first.

    Input shape: (batch, time, inputs). A mask is an array of booleans (batch, time).

    Output shape: that of the layer, with twice the units for "concat". With `return_state`, `forward` returns the
    output (two of them without a merge mode), the states of the first layer, then those of the second.

    Parameters: those of the first layer, then those of the second.

    Attributes:
        initial_state_grads: After `backward`, dL/d(initial state), in the order of the states.

    Raises:
        ValueError: If an argument or an input is none of these, or the layers do not fit together.

    Source: Schuster & Paliwal (1997), Bidirectional recurrent neural networks.
    """

    def __init__(self, layer, merge_mode="concat", backward_layer=None):
        if merge_mode is not None and merge_mode not in MERGE_MODES:
            raise ValueError(f"merge_mode: expected one of {', '.join(MERGE_MODES)} or None, received {merge_mode!r}")
        first = _fresh(layer)
        if backward_layer is None:
            second = _fresh(layer)
            second.go_backwards, second.rng = True, second.rng.spawn(1)[0]  # other weights, from the same seed
        else:
            second = backward_layer
        _check_pair(first, second)
        first.zero_output_for_mask = second.zero_output_for_mask = first.return_sequences
        super().__init__(forward_layer=first, backward_layer=second)
        self.merge_mode = merge_mode
        self.return_sequences = first.return_sequences
        self.return_state = first.return_state
        self.initial_state_grads = None

    def build(self, input_shape):
        """Creates the parameters of both layers for inputs of this shape."""
        for layer in self.layers:
            layer.build(input_shape)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the output, or of both without a merge mode, for inputs of this shape."""
        first, second = (layer.compute_output_shape(input_shape) for layer in self.layers)
        if self.merge_mode is None:
            return first, second
        return (*first[:-1], first[-1] + second[-1]) if self.merge_mode == "concat" else first

    def compute_mask(self, x, mask=None):
        """Returns the mask of the output: the input's where the output has its times, else None."""
        return mask if self.return_sequences else None

    def forward(self, x, training=False, mask=None, initial_state=None):
        """Computes the output. The arguments are those of the layers; the first half of the states is the first's."""
        outputs, last = [], []
        for layer, states in zip(self.layers, self._halves(initial_state), strict=True):
            output = layer.forward(x, training=training, mask=mask, initial_state=states)
            output, *after = output if self.return_state else (output,)
            outputs.append(self._in_time(layer, output))
            last += after
        self.cache = outputs, [layer.cache for layer in self.layers]
        merged = outputs if self.merge_mode is None else [MERGE_MODES[self.merge_mode][0](*outputs)]
        results = (*merged, *last)
        return results if len(results) > 1 else results[0]

    def backward(self, grad):
        """Fills the layers' `grads` and `initial_state_grads`, and returns dL/dx, the sum of both directions.

        Args:
            grad: dL/d(output); where `forward` returned a tuple, a tuple like it, where None stands for zeros.
        """
        outputs, caches = check_cache(self)
        d_outputs, d_last = self._parted(grad, outputs)
        dx, self.initial_state_grads = 0, ()
        for layer, cache, d_output, d_states in zip(self.layers, caches, d_outputs, d_last, strict=True):
            layer.cache = cache
            d_output = self._in_time(layer, d_output)
            dx = dx + layer.backward((d_output, *d_states) if self.return_state else d_output)
            self.initial_state_grads += layer.initial_state_grads
        return dx

    def _in_time(self, layer, output):
        """Turns the output of the layer that reads backwards round, or back again."""
        return output[:, ::-1] if self.return_sequences and layer.go_backwards else output

    def _halves(self, states):
        """Returns the initial states of both layers."""
        if states is None:
            return None, None
        expected = sum(layer.state_count for layer in self.layers)
        if not isinstance(states, (tuple, list)) or len(states) != expected:
            received = f"{len(states)}" if isinstance(states, (tuple, list)) else type(states).__name__
            raise ValueError(f"Bidirectional initial_state: expected a list of {expected} arrays, received {received}")
        first = self.layers[0].state_count
        return states[:first], states[first:]

    def _parted(self, grad, outputs):
        """Returns the gradients of both outputs, and of both layers' last states."""
        merged = 2 if self.merge_mode is None else 1
        states = [layer.state_count if self.return_state else 0 for layer in self.layers]
        grads = grad if merged + sum(states) > 1 else (grad,)
        if not isinstance(grads, (tuple, list)) or len(grads) != merged + sum(states):
            raise ValueError(
                f"Bidirectional.backward: expected {merged + sum(states)} gradients, one of each array that forward "
                f"returned, received {len(grads) if isinstance(grads, (tuple, list)) else type(grads).__name__}"
            )
        d_outputs, d_last = list(grads[:merged]), grads[merged:]
        if self.merge_mode is not None:
            merge, unmerge = MERGE_MODES[self.merge_mode]
            shape = merge(*outputs).shape
            whole = np.zeros(shape) if d_outputs[0] is None else d_outputs[0]
            d_outputs = unmerge(check_gradient(whole, shape, outputs[0].dtype, "Bidirectional"), *outputs)
        d_outputs = [np.zeros_like(y) if d is None else d for d, y in zip(d_outputs, outputs, strict=True)]
        return d_outputs, (d_last[: states[0]], d_last[states[0] :])


def _fresh(layer):
    """Returns a copy of a recurrent layer without weights.

    Raises:
        ValueError: If it is no recurrent layer.
    """
    if not isinstance(layer, Recurrent):
        raise ValueError(f"layer: expected a recurrent layer such as LSTM(16), received {layer!r}")
    fresh = deepcopy(layer)
    fresh.params, fresh.grads, fresh.cache = {}, {}, None
    return fresh


def _check_pair(first, second):
    if not isinstance(second, Recurrent) or first.go_backwards == second.go_backwards:
        raise ValueError(
            "backward_layer: expected a recurrent layer that reads in the other direction; give one of the two "
            "go_backwards=True"
        )
    for name in ("return_sequences", "return_state"):
        if getattr(first, name) != getattr(second, name):
            raise ValueError(f"backward_layer: expected {name}={getattr(first, name)}, as the first layer has it")
