"""An explorable: a small network trains in the page while penalties pull on its weights."""

import traitlets

from dnnlib.widgets.base import Explorable

DATA = ("gaussians", "circle", "xor", "spiral")
MOST_STEPS = 2000


class Pressure(Explorable):
    """A network 2-hidden-1 of tanh units that learns from few points, some of them with wrong labels.

    Shown are its border, the losses on training points and on 200 validation points, whose labels are right, the step
    to which early stopping with a patience of 100 steps would go back, and the size of every weight. It computes in
    float64 what dnnlib computes: Dense layers with Keras's initializers (glorot_uniform, zeros) and penalties on the
    kernels as its regularizers, l1 * sum of |w| + l2 * sum of w^2; binary cross-entropy from logits; SGD at the rate
    0.1 with momentum 0.9, all training points in every step. The losses shown, which early stopping watches here, are
    without the penalties; those that Keras's `fit` reports are with them.

    Args:
        data: "gaussians" (two clouds), "circle", "xor" or "spiral".
        examples: Training points, 20 to 200.
        noise: About which share of the training points has a wrong label, 0 to 0.4.
        hidden: Units of the hidden layer, 1 to 40.
        l1: Factor of the sum of absolute weights, 0 to 1.
        l2: Factor of the sum of squares, 0 to 1.
        proximal: How a step takes l1: False adds its subgradient to the gradient, as Keras does, and no weight is ever
            exactly 0; True follows each step by the soft threshold.
        seed: Of the points, the wrong labels and the first weights, 0 to 99.
        steps: Training steps that have been taken when it is shown, at most 2,000.

    A button trains ten seeds as far as the one that is shown, with the penalties and without, and tells the paired
    difference with its interval.

    Guesses: "best_l2", which of three values for l2 gets most of the validation points right after 600 steps; "gap", by
    how many percentage points the validation points are then behind the training points. Both are trained in the page.
    Tours: "pressure", from no penalty to exact zeros.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Krogh & Hertz (1991), A simple weight decay can improve generalization; Ochs, Chen, Brox & Pock (2014),
    iPiano: inertial proximal algorithm for nonconvex optimization; Prechelt (1998), Early stopping - but when?
    """

    title = "A small network under pressure"
    guesses = ("best_l2", "gap")
    tours = ("pressure",)

    data = traitlets.Enum(DATA, "circle").tag(sync=True)
    examples = traitlets.Int(40, min=20, max=200).tag(sync=True)
    noise = traitlets.Float(0.15, min=0, max=0.4).tag(sync=True)
    hidden = traitlets.Int(40, min=1, max=40).tag(sync=True)
    l1 = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    l2 = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    proximal = traitlets.Bool(False).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=99).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
