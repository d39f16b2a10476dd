"""The explorable that lays softmax and sigmoid on the same scores: probabilities, losses, gradients, overflow."""

import traitlets

from dnnlib.widgets.base import Explorable

CLASSES = ("cat", "dog", "fox", "owl", "ant")
SOFTMAX_LOSSES = ("categorical cross-entropy", "squared error", "binary cross-entropy", "softmax twice")
SIGMOID_LOSSES = ("binary cross-entropy", "squared error", "categorical cross-entropy", "sigmoid twice")
PRECISIONS = ("float16", "float32", "float64")
LARGEST = 12.0


class Logits(Explorable):
    """Scores of a few classes, and what softmax and sigmoid, a loss and its gradient make of them.

    Both see z' = (z + shift) / temperature of the scores z. A loss is the sum over the classes; Keras's binary
    cross-entropy and mean squared error are this divided by the number of classes. Gradients are dL/dz. Below stands
    what a computer of a chosen precision gets with exp(z') as the formula says it, and with the largest score taken off
    first.

    Args:
        scores: Three to five numbers, -12 to 12 each.
        shift: What is added to every score, -120 to 120.
        temperature: What the scores are then divided by, 0.1 to 10.
        label: The true class, from 0.
        softmax_loss: The loss after softmax: "categorical cross-entropy", which belongs to it, or "squared error",
            "binary cross-entropy" or "softmax twice", cross-entropy after a second softmax.
        sigmoid_loss: The loss after the sigmoids: "binary cross-entropy", which belongs to them, or "squared error",
            "categorical cross-entropy", for which they are divided by their sum as in Keras, or "sigmoid twice".
        precision: "float16", "float32" or "float64".

    Guesses: "shifted", the true class's probability by softmax, in %, with the shift; "push", the gradient at the true
    class's score with the chosen loss after softmax; "overflow", the first score of the precision whose exponential is
    infinite.
    Tours: "pairs", from a shift and a temperature to a confident mistake under four losses, and an overflow.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Goodfellow, Bengio & Courville (2016), Deep learning, sections 4.1 and 6.2.2; Bridle (1990), Probabilistic
    interpretation of feedforward classification network outputs.
    """

    title = "Two hands on the logits"
    guesses = ("shifted", "push", "overflow")
    tours = ("pairs",)

    scores = traitlets.List(
        traitlets.Float(min=-LARGEST, max=LARGEST), [2.0, 1.0, -1.0], minlen=3, maxlen=len(CLASSES)
    ).tag(sync=True)
    shift = traitlets.Float(0.0, min=-120, max=120).tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=10).tag(sync=True)
    label = traitlets.Int(0, min=0, max=len(CLASSES) - 1).tag(sync=True)
    softmax_loss = traitlets.Enum(SOFTMAX_LOSSES, SOFTMAX_LOSSES[0]).tag(sync=True)
    sigmoid_loss = traitlets.Enum(SIGMOID_LOSSES, SIGMOID_LOSSES[0]).tag(sync=True)
    precision = traitlets.Enum(PRECISIONS, PRECISIONS[1]).tag(sync=True)

    @traitlets.validate("scores", "label")
    def _label_of_a_class(self, proposal):
        scores, label = (
            proposal["value"] if proposal["trait"].name == name else getattr(self, name) for name in ("scores", "label")
        )
        if label >= len(scores):
            raise traitlets.TraitError(
                f"label: expected the place of one of the {len(scores)} scores, from 0, received {label}"
            )
        return proposal["value"]
