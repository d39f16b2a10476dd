"""A layer that holds other layers, whose weights and gradients are its own."""

from dnnlib.validation import check_methods


class Wrapper:
    """Holds layers and shows their weights as its own; a subclass says how the layers' outputs come together.

    The layers inside keep their parameters and gradients, as those of a `Sequential` do. A subclass writes
    `forward` and `backward`, and keeps in `self.cache` the caches of the layers inside too: where the wrapper stands
    twice in a model, its second `forward` overwrites them.

    Args:
        layers: The layers inside, by the name that stands before their parameters' names ("" for none).

    Raises:
        ValueError: If one of them is no layer.
    """

    def __init__(self, **layers):
        for layer in layers.values():
            check_methods(layer, ("forward", "backward"), "layer", "Dense(4)")
        self.names = list(layers)
        self.layers = list(layers.values())
        self.cache = None

    @property
    def params(self):
        """The layers' parameters."""
        return self._gathered("params")

    @property
    def weights(self):
        """All weights: each layer's parameters, then those that no gradient changes."""
        return self._gathered("weights")

    @property
    def grads(self):
        """The gradients of `params`, under the same keys; none before `backward`."""
        return self._gathered("grads")

    @property
    def regularizers(self):
        """The penalties on `params`, under the same keys."""
        return self._gathered("regularizers")

    @property
    def activity_losses(self):
        """The layers' penalties on what they passed on."""
        return [penalty for layer in self.layers for penalty in getattr(layer, "activity_losses", ())]

    def _gathered(self, what):
        return {
            f"{name}/{key}": value
            for name, layer in zip(self.names, self.layers, strict=True)
            for key, value in getattr(layer, what).items()
        }

    def get_weights(self):
        """Returns copies of all weights, layer by layer."""
        return [weight for layer in self.layers for weight in layer.get_weights()]

    def set_weights(self, weights):
        """Sets all weights, in the order of `get_weights`.

        Raises:
            ValueError: If the number of arrays or a shape differs.
        """
        counts = [len(layer.get_weights()) for layer in self.layers]
        if len(weights) != sum(counts):
            raise ValueError(f"weights: expected {sum(counts)} arrays, received {len(weights)}")
        remaining = iter(weights)
        for layer, count in zip(self.layers, counts, strict=True):
            layer.set_weights([next(remaining) for _ in range(count)])

    def count_params(self):
        """Returns the number of scalars in the weights."""
        return sum(layer.count_params() for layer in self.layers)

    def compute_mask(self, x, mask=None):
        """Returns the mask of the output: that of the input."""
        return mask

    def __call__(self, x, training=False, **arguments):
        return self.forward(x, training=training, **arguments)
