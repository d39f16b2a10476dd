"""The explorable that sends a gradient back through the steps of a small recurrent network."""

import traitlets

from dnnlib.widgets.base import Explorable

EIGENVALUES = ("pair", "real")
ACTIVATIONS = ("linear", "tanh", "relu")
CLIPS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


class GradientThroughTime(Explorable):
    """Two recurrent units whose matrix has chosen eigenvalues, forward and back through time.

    States are h[t] = f(h[t-1] u + x[t]) from h[0] = (1, 0), with random inputs, and the output y = 0.6 h1 + 0.8 h2
    reads the last one. Shown are the path of the state, the norm of dy/dh[t] at each step beside the spectral radius
    to the power of the distance, what each step gives to dy/du, and what is left of that in a window of truncated
    backpropagation and after clipping. A loss of y would scale all of it by its derivative.

    Args:
        modulus: Of the eigenvalue in hand, 0 to 1.5.
        angle: Its angle in whole degrees, 0 to 180.
        eigenvalues: "pair": it and its conjugate; "real": it on the real axis (negative from 90 degrees on), and
            `second`.
        second: The other real eigenvalue, -1.5 to 1.5.
        shear: By how much eigenvectors lean towards each other, 0 to 3; the eigenvalues stay.
        length: Steps, 2 to 60.
        activation: f, "linear", "tanh" or "relu".
        window: The last steps through which truncated backpropagation goes, 1 to 60.
        inputs: Standard deviation of the inputs, 0 to 2.
        clip: The bound of clipping by norm and by value: 0.01, 0.03, 0.1, ..., 100.
        seed: Of the inputs, 0 to 9,999.

    Guesses: "power_back", the power of ten by which the gradient's norm changes from the last state to the first;
    "steps_to_hundredth", how many steps back it falls below a hundredth; "cut_off", the share of the recurrent
    matrix's gradient, in %, that the window cuts off; "turned", the angle in degrees between what is left and the
    whole.
    Tours: "through_time", from a matrix that shrinks over the unit circle to tanh, a sheared matrix and ReLU.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks; Williams & Peng
    (1990), An efficient gradient-based algorithm for on-line training of recurrent network trajectories, for the
    window.
    """

    title = "Gradient through time"
    guesses = ("power_back", "steps_to_hundredth", "cut_off", "turned")
    tours = ("through_time",)

    modulus = traitlets.Float(0.9, min=0, max=1.5).tag(sync=True)
    angle = traitlets.Int(30, min=0, max=180).tag(sync=True)
    eigenvalues = traitlets.Enum(EIGENVALUES, "pair").tag(sync=True)
    second = traitlets.Float(0.5, min=-1.5, max=1.5).tag(sync=True)
    shear = traitlets.Float(0.0, min=0, max=3).tag(sync=True)
    length = traitlets.Int(30, min=2, max=60).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "linear").tag(sync=True)
    window = traitlets.Int(10, min=1, max=60).tag(sync=True)
    inputs = traitlets.Float(0.5, min=0, max=2).tag(sync=True)
    clip = traitlets.Enum(CLIPS, 1).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
