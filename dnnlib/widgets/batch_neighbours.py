"""The explorable that shows how the examples of a batch depend on each other under batch normalisation."""

from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

UPSTREAM = ("yours alone", "all alike", "yours against the last", "along the outputs")


def _examples(value, name):
    """Returns 4 to 8 numbers from -8 to 8 as a list; takes arrays too."""
    numbers = value.tolist() if hasattr(value, "tolist") else value
    fits = isinstance(numbers, (list, tuple)) and 4 <= len(numbers) <= 8
    if not fits or not all(isinstance(x, Real) and not isinstance(x, bool) and -8 <= x <= 8 for x in numbers):
        raise ValueError(f"{name}: expected 4 to 8 numbers from -8 to 8, received {value!r}")
    return [float(x) for x in numbers]


class BatchNeighbours(Explorable):
    """One feature of a small batch goes through batch normalisation, then through a unit with ReLU and a small head.

    In training each example's output depends on all others, and so does its gradient, which loses its mean and its
    part along the normalised outputs. In use the moving averages take the batch's place: they begin at 0 and 1, and
    move with each batch that is played from a normal distribution. The head is the sigmoid of 2 times the unit, less 1.

    Args:
        batch: The inputs, 4 to 8 numbers from -8 to 8; the first is the reader's own.
        training: Whether the layer normalises by the batch, or by the moving averages.
        gamma: Of the layer, -3 to 3.
        beta: Likewise.
        epsilon: Added to the variance, 0.000001 to 10.
        upstream: The gradient with respect to the layer's outputs: "yours alone" (1 for the first example, 0 for all
            others), "all alike" (1 for all), "yours against the last" (1 and -1) or "along the outputs" (each
            example's normalised output).
        momentum: Of the moving averages, 0 to 0.999.
        shift: The mean of the distribution that batches are played from, -6 to 6.
        spread: Its standard deviation, 0.1 to 4.
        steps: How many batches have been played, 0 to 1,000; each has as many examples as `batch`.
        seed: Of these batches, 0 to 9,999.

    Guesses: "output_after", the first example's normalised output in training once the last one has moved across
    zero to the end of the line, -8 or 8; "gradient_sum", the sum of the inputs' gradients; "steps_needed", the steps
    after which a moving mean has at most 5 % of its way left, if all batches have the same mean.
    Tours: "neighbours", from a neighbour that moves over the two directions that the gradient loses to use.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Ioffe & Szegedy (2015), Batch normalization: accelerating deep network training by reducing internal
    covariate shift, section 3.
    """

    title = "Your neighbours change your answer"
    guesses = ("output_after", "gradient_sum", "steps_needed")
    tours = ("neighbours",)

    batch = Checked(_examples, [3.0, 1.0, 5.0, 7.0]).tag(sync=True)
    training = traitlets.Bool(True).tag(sync=True)
    gamma = traitlets.Float(1.0, min=-3, max=3).tag(sync=True)
    beta = traitlets.Float(0.0, min=-3, max=3).tag(sync=True)
    epsilon = traitlets.Float(0.001, min=1e-6, max=10).tag(sync=True)
    upstream = traitlets.Enum(UPSTREAM, UPSTREAM[0]).tag(sync=True)
    momentum = traitlets.Float(0.99, min=0, max=0.999).tag(sync=True)
    shift = traitlets.Float(4.0, min=-6, max=6).tag(sync=True)
    spread = traitlets.Float(2.0, min=0.1, max=4).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=1000).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
