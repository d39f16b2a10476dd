"""A chain of layers."""

import warnings
from inspect import signature

import numpy as np

from dnnlib.training.trainer import Trainer
from dnnlib.validation import check_cache, check_integer, check_methods


class Sequential(Trainer):
    """Feeds each layer's output to the next one; backward, each layer's gradient to the one before.

    Args:
        layers: The layers, first to last. A `Sequential` can be one of them. A layer that stands in several
            places shares its weights between them: they count once, and their gradient is the sum over the places.

    Raises:
        ValueError: If one of them is no layer.

    Source of the name and of the methods: Keras.
    """

    def __init__(self, layers=()):
        self.layers = []
        self.output_shapes = self.cache = None
        for layer in layers:
            self.add(layer)

    def add(self, layer):
        """Appends a layer.

        Raises:
            ValueError: If it is no layer.
        """
        check_methods(layer, ("forward", "backward"), "layer", "ReLU()")
        self.layers.append(layer)

    def build(self, input_shape):
        """Creates the parameters of all layers, by sending zeros through.

        Args:
            input_shape: Shape of the input, batch axis (None, or any number) included.

        Raises:
            ValueError: If a size is no integer, or a layer cannot take inputs of this shape.
        """
        self.forward(
            np.zeros((1, *(check_integer(size, "input_shape, after the batch axis") for size in input_shape[1:])))
        )

    def forward(self, x, training=False, mask=None):
        """Computes the last layer's output.

        Args:
            x: The input.
            training: Passed to all layers.
            mask: Which times of a sequence count, booleans (batch, time); None if all do. Each layer that takes a mask
                gets it, and each says with `compute_mask` what becomes of it. The last one is `self.output_mask`.
        """
        shapes, caches, penalties = [], [], []
        for layer in self.layers:
            taken = {"mask": mask} if mask is not None and _takes_mask(layer) else {}
            output = layer.forward(x, training=training, **taken)
            if isinstance(output, tuple):
                raise ValueError(
                    f"Sequential: expected one output of each layer, received {len(output)} from "
                    f"{type(layer).__name__}; leave return_state and merge_mode=None to layers outside a chain"
                )
            x, mask = output, _mask_behind(layer, x, mask)
            shapes.append(x.shape)
            caches.append(getattr(layer, "cache", None))  # the next place of a shared layer overwrites it
            penalties += getattr(layer, "activity_losses", ())
        self.output_shapes, self.cache, self.output_mask, self.activity_losses = shapes, caches, mask, penalties
        return x

    def compute_mask(self, x, mask=None):
        """Returns the mask of the last `forward`'s output; it may depend on what the layers saw."""
        return self.output_mask

    def backward(self, grad):
        """Returns dL/dx from `grad` = dL/d(output); every layer fills its `grads`."""
        seen = set()
        for layer, cache in zip(reversed(self.layers), reversed(check_cache(self)), strict=True):
            layer.cache = cache
            leaves = _leaves([layer])
            earlier = {leaf: leaf.grads for leaf in leaves if leaf in seen}
            grad = layer.backward(grad)
            for leaf, grads in earlier.items():
                leaf.grads = {name: leaf.grads[name] + grads[name] for name in grads}
            seen.update(leaves)
        return grad

    def __call__(self, x, training=False, **arguments):
        return self.forward(x, training=training, **arguments)

    @property
    def params(self):
        """All layers' parameters, e.g. "0/kernel" for the first layer's kernel."""
        named = [(f"{i}/{name}", value) for i, layer in enumerate(self.layers) for name, value in layer.params.items()]
        first = {}  # of a shared array, the first place
        for key, value in named:
            first.setdefault(id(value), (key, value))
        return dict(first.values())

    @property
    def grads(self):
        """The gradients of `params`, under the same keys; none before `backward`."""
        grads = {f"{i}/{name}": grad for i, layer in enumerate(self.layers) for name, grad in layer.grads.items()}
        return {key: grads[key] for key in self.params if key in grads}

    @property
    def regularizers(self):
        """The penalties on `params`, under the same keys."""
        rules = [(f"{i}/{name}", rule) for i, one in enumerate(self.layers) for name, rule in one.regularizers.items()]
        params = self.params
        return {key: rule for key, rule in rules if key in params}

    def get_weights(self):
        """Returns copies of all weights in Keras's order: layer by layer, kernel before bias, moving averages last."""
        return [weight for layer in _leaves(self.layers) for weight in layer.get_weights()]

    def set_weights(self, weights):
        """Sets all weights, in the order of `get_weights`.

        Raises:
            ValueError: If the number of arrays or a shape differs.
        """
        layers = _leaves(self.layers)
        counts = [len(layer.weights) for layer in layers]
        if len(weights) != sum(counts):
            unbuilt = "" if self.output_shapes else "; create the parameters first: build(input_shape)"
            raise ValueError(f"expected {sum(counts)} arrays, received {len(weights)}{unbuilt}")
        remaining = iter(weights)
        for layer, count in zip(layers, counts, strict=True):
            layer.set_weights([next(remaining) for _ in range(count)])

    def count_params(self):
        """Returns the number of scalars in the weights, those that no gradient changes included, as Keras does."""
        return sum(layer.count_params() for layer in _leaves(self.layers))

    def summary(self):
        """Prints each layer with its output's shape and its number of parameters.

        Raises:
            ValueError: If the shapes are not known yet.
        """
        if self.output_shapes is None:
            raise ValueError("summary: the shapes are not known yet; call build(input_shape) or forward(x) first")
        rows, seen = [("Layer", "Output Shape", "Param #")], set()
        for layer, shape in zip(self.layers, self.output_shapes, strict=True):
            count = "shared" if layer in seen and layer.count_params() else f"{layer.count_params():,}"
            rows.append((type(layer).__name__, str((None, *shape[1:])), count))
            seen.add(layer)
        first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
        lines = [f"{name:<{first}}   {shape:<{second}}   {count:>{third}}" for name, shape, count in rows]
        rule = "─" * len(lines[0])
        weights = [value for layer in _leaves(self.layers) for value in layer.weights.values()]
        trained, total = sum(value.size for value in self.params.values()), self.count_params()
        size = sum(value.nbytes for value in weights) / 1024
        print(*lines[:1], rule, *lines[1:], rule, f"Total params: {total:,} ({size:,.2f} KB)", sep="\n")
        if trained < total:
            print(f"Trainable params: {trained:,}", f"Non-trainable params: {total - trained:,}", sep="\n")


def _takes_mask(layer):
    return "mask" in signature(layer.forward).parameters


def _mask_behind(layer, x, mask):
    """Returns the mask of a layer's output; warns, as Keras does, where a layer loses one."""
    if hasattr(layer, "compute_mask") and getattr(layer, "supports_masking", True):
        return layer.compute_mask(x, mask)
    if mask is not None:
        warnings.warn(f"{type(layer).__name__} loses the mask: the layers behind it see all times", stacklevel=3)
    return None


def _leaves(layers):
    """Returns the layers inside, each once, in the order of their first places."""
    found = {}
    for layer in layers:
        found |= dict.fromkeys(_leaves(layer.layers) if hasattr(layer, "layers") else [layer])
    return list(found)
