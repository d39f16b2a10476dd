"""An explorable: a hidden layer trains in the page, a unit of it dies in one step, and a leak brings it back."""

import traitlets

from dnnlib.widgets.base import Explorable

DATA = ("gaussians", "circle", "xor", "spiral")
ACTIVATIONS = ("relu", "leaky_relu", "elu")
MOST_UNITS, MOST_STEPS = 12, 1000


class UnitLife(Explorable):
    """A hidden layer whose units can be watched one by one: their scores of the data, their weights, their gradient.

    A network 2-hidden-1 learns two classes of 100 points in the plane. It computes in float64 what dnnlib computes:
    Dense layers with Keras's initializers (glorot_uniform, zeros), binary cross-entropy from logits, plain gradient
    descent on all points in every step. A unit of ReLU is dead once its score is above zero for none of the points; as
    the points stay, so does it. A leak that is given to the layer from a step on leaves all weights as they are.

    Args:
        data: "gaussians" (two clouds), "circle", "xor" or "spiral".
        hidden: Units of the hidden layer, 1 to 12.
        activation: That of the hidden layer: "relu", "leaky_relu" or "elu".
        slope: Slope of the leaky ReLU below zero, also of a leak that is given later, 0 to 1.
        learning_rate: Size of the steps.
        seed: Of the first weights, 0 to 99.
        steps: Training steps that have been taken when it is shown, at most 1,000.
        unit: The unit that is shown, counted from 0.
        leak_from: The step from which on ReLU is replaced by the leaky one; None for never.

    Guesses: "dead_units", how many units are dead after 100 steps; "moved", how far the weights into the unit that is
    shown move in 100 more steps. Both are trained in the page.
    Tours: "death", a unit before its last step, after it, and revived.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Lu, Shin, Su & Karniadakis (2020), Dying ReLU and initialization: theory and numerical examples; Maas,
    Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models.
    """

    title = "The life of a unit"
    guesses = ("dead_units", "moved")
    tours = ("death",)

    data = traitlets.Enum(DATA, "xor").tag(sync=True)
    hidden = traitlets.Int(8, min=1, max=MOST_UNITS).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "relu").tag(sync=True)
    slope = traitlets.Float(0.01, min=0, max=1).tag(sync=True)
    learning_rate = traitlets.Float(5.0, min=1e-6, max=100).tag(sync=True)
    seed = traitlets.Int(2, min=0, max=99).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
    unit = traitlets.Int(1, min=0, max=MOST_UNITS - 1).tag(sync=True)
    leak_from = traitlets.Int(None, allow_none=True, min=0, max=MOST_STEPS).tag(sync=True)
