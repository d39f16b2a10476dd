"""The explorable that follows activations and gradients through a deep net before it is trained."""

import traitlets

from dnnlib.widgets.base import Explorable

SCHEMES = (
    "zeros",
    "random_normal",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
)
ACTIVATIONS = ("linear", "relu", "leaky_relu", "tanh", "sigmoid")
RATIOS = (1, 2, 4)


class FiftyLayers(Explorable):
    """How large activations and gradients are in each layer of a deep net with its first weights.

    Dense layers without biases get a batch of standard normal inputs; standard normal gradients come back from the
    last layer. Shown is the root mean square in each layer, as measured in one network, its range over ten, and as
    predicted for wide layers: forward a layer multiplies the mean square by inputs times the weights' variance times
    the activation's mean square, backward by units times variance times the mean square of its slope.

    Args:
        scheme: Where weights start: a name of `dnnlib.initializers`. He's rules know the slope of "leaky_relu".
        gain: Factor of all weights, 0.1 to 10.
        stddev: Standard deviation of "random_normal", 0.001 to 1.
        activation: "linear", "relu", "leaky_relu", "tanh" or "sigmoid".
        slope: Of "leaky_relu" below zero, 0 to 1.
        width: Units in each layer and inputs, a multiple of 4 from 16 to 128.
        ratio: Every second layer has so many times fewer units: 1, 2 or 4.
        depth: Layers, 2 to 60.
        seed: Of the ten networks, 0 to 9,999.
        layer: The layer whose activations and gradients are shown as histograms, 1 to 60; the last, if there are fewer.

    Guesses: "power_forward", the power of ten by which activations are predicted to change from the inputs to the last
    layer; "power_backward", likewise of the gradients on their way back; "gain_needed", the gain with which
    activations would keep their size (linear, relu and leaky_relu alone).
    Tours: "schemes", from a small deviation over Glorot's and He's rules to orthogonal weights.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks; He,
    Zhang, Ren & Sun (2015), Delving deep into rectifiers, section 2.2; Poole et al. (2016), Exponential expressivity in
    deep neural networks through transient chaos, for curves; Saxe, McClelland & Ganguli (2014), Exact solutions to the
    nonlinear dynamics of learning in deep linear neural networks, for orthogonal weights.
    """

    title = "Fifty layers"
    guesses = ("power_forward", "power_backward", "gain_needed")
    tours = ("schemes",)

    scheme = traitlets.Enum(SCHEMES, "glorot_uniform").tag(sync=True)
    gain = traitlets.Float(1.0, min=0.1, max=10).tag(sync=True)
    stddev = traitlets.Float(0.01, min=0.001, max=1).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "relu").tag(sync=True)
    slope = traitlets.Float(0.3, min=0, max=1).tag(sync=True)
    width = traitlets.Int(64, min=16, max=128).tag(sync=True)
    ratio = traitlets.Enum(RATIOS, 1).tag(sync=True)
    depth = traitlets.Int(50, min=2, max=60).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
    layer = traitlets.Int(25, min=1, max=60).tag(sync=True)

    @traitlets.validate("width")
    def _divisible(self, proposal):
        if proposal["value"] % 4:
            raise traitlets.TraitError(f"width: expected a multiple of 4, received {proposal['value']}")
        return proposal["value"]
