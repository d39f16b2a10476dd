"""The explorable that runs a small network under every mask of dropout, and beside their mean the network in use."""

import traitlets

from dnnlib.widgets.base import Explorable

ACTIVATIONS = ("linear", "relu", "tanh")
OUTPUTS = ("number", "softmax")
UNITS = 8  # 256 masks
REACH = 2.0
DRAWS = 2000


class DropoutMasks(Explorable):
    """A network of one or two hidden layers, and its outputs under all masks of dropout on its hidden units.

    Each of n hidden units is dropped with probability `rate`, for itself. So there are 2^n masks, and one that drops k
    units has the probability rate^k (1 - rate)^(n - k). Shown are the outputs of all of them, their exact mean, and
    the output of the network in use, which drops nothing; then the mean over masks that are drawn one by one.

    Args:
        hidden: Units of one or two hidden layers, 8 at most in all; behind each layer stands dropout.
        activation: Of the hidden units: "linear", "relu" or "tanh".
        output: "number", one linear output, or "softmax", the probabilities of three classes.
        rate: The probability with which a unit is dropped, 0 to 0.9.
        scale: Whether units that stay are multiplied by 1 / (1 - rate), as Keras does (inverted dropout).
        input: The two input numbers, -2 to 2 each.
        seed: Of weights, biases and draws, 0 to 9,999.
        dropped: The places, from 0, of the units that the drawn subnetwork lacks; those of the second layer go on
            where the first ends.
        draws: How many masks have been drawn, 0 to 2,000.

    Guesses: "in_use", the output of the network in use; "undropped", how many of 100 draws drop nothing.
    Tours: "masks", from a linear network to one with ReLU, then no scale, then softmax.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout: a simple way to prevent
    neural networks from overfitting; Baldi & Sadowski (2013), Understanding dropout.
    """

    title = "All masks at once"
    guesses = ("in_use", "undropped")
    tours = ("masks",)

    hidden = traitlets.List(traitlets.Int(min=1, max=UNITS), [4, 4], minlen=1, maxlen=2).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "relu").tag(sync=True)
    output = traitlets.Enum(OUTPUTS, OUTPUTS[0]).tag(sync=True)
    rate = traitlets.Float(0.5, min=0, max=0.9).tag(sync=True)
    scale = traitlets.Bool(True).tag(sync=True)
    input = traitlets.List(traitlets.Float(min=-REACH, max=REACH), [1.0, -0.5], minlen=2, maxlen=2).tag(sync=True)
    seed = traitlets.Int(18, min=0, max=9999).tag(sync=True)
    dropped = traitlets.List(traitlets.Int(min=0, max=UNITS - 1), maxlen=UNITS).tag(sync=True)
    draws = traitlets.Int(0, min=0, max=DRAWS).tag(sync=True)

    @traitlets.validate("hidden")
    def _few_units(self, proposal):
        if sum(proposal["value"]) > UNITS:
            raise traitlets.TraitError(
                f"hidden: expected {UNITS} units at most in all, whose masks can be shown, received {proposal['value']}"
            )
        return proposal["value"]
