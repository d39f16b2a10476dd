"""The explorable that keeps the ledger of a network: what each layer costs, and what accuracy that buys."""

import re
from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

NETWORKS = (
    "alexnet", "alexnet owt", "zfnet", "vgg 16", "vgg 19", "googlenet", "resnet 18", "resnet 34", "resnet 50",
    "resnet 101", "resnet 152", "seresnet 50", "densenet 121", "densenet 169", "densenet 201",
)  # fmt: skip
PROTOCOLS = ("single crop", "several crops", "ensemble")


def _named(value, name):
    """Returns the name of a layer, or ""."""
    if not (isinstance(value, str) and re.fullmatch(r"\w{0,40}", value, re.ASCII)):
        raise ValueError(f'{name}: expected the name of a layer, e.g. "conv1_conv", or "", received {value!r}')
    return value


def _width(value, name):
    """Returns a factor of all maps."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0.25 <= value <= 2:
        raise ValueError(f"{name}: expected 0.25 to 2, received {value!r}")
    return float(value)


def _protocols(value, name):
    """Returns some of the protocols, each once, in their order."""
    if not isinstance(value, (list, tuple)) or set(value) - set(PROTOCOLS) or len(set(value)) < len(value):
        raise ValueError(f"{name}: expected some of {', '.join(PROTOCOLS)}, each once, received {value!r}")
    return [protocol for protocol in PROTOCOLS if protocol in value]


class Ledger(Explorable):
    """What each layer of a network of ILSVRC costs, a second network beside it, and the accuracy that was published.

    Multiply-accumulates are those of convolutions and dense layers for one image, parameters include batch
    normalisation's statistics, and memory is what convolutions, poolings, normalisations and dense layers pass on, at 4
    bytes a number: the counts of `dnnlib.models.ledger`. A convolution with a large kernel can be replaced by several
    3 x 3, and several 3 x 3 by one large kernel. In the chart each published accuracy stands at the operations of its
    network, with its parameters as the area. A network that is changed is hollow and has no height, for nobody has
    published its accuracy.

    Args:
        network: "alexnet" (two GPUs), "alexnet owt" (one weird trick), "zfnet", "vgg 16" or "vgg 19", "googlenet",
            "resnet 18", 34, 50, 101 or 152, "seresnet 50", "densenet 121", 169 or 201.
        beside: Another of them as it was published, or "".
        size: Pixels along the image's side, 96 to 448; None for those of the paper, 224, or 227 for "alexnet".
        width: What the number of maps of every layer is multiplied by, 0.25 to 2.
        measure: "macs", "parameters" or "memory", whose bars are drawn.
        layer: Name of the layer whose row is read; "" for the one that costs most.
        edit: Name of the layer that is replaced, or "".
        accuracy: "top-1" or "top-5".
        protocols: Some of "single crop", "several crops", "ensemble": the entries of the chart.
        every_crop: Whether the operations of all crops and networks of an entry count.

    Guesses: "dense_share", the share, in %, of the parameters that sit in dense layers; "conv_share", of the
    multiply-accumulates in convolutions; "twice_the_size", the factor of the parameters when the image's side is
    doubled; "twice_the_width", the factor of the multiply-accumulates when every layer has twice as many maps;
    "edit_share", the parameters of the layer that is read after its replacement, in % of those before; "cheaper", how
    many times the multiply-accumulates the network needs of the cheapest one that errs no more, both on a single crop.
    Tours: "ledger", where parameters and operations sit, three 3 x 3 for a 7 x 7, and what ten crops cost.

    Raises:
        traitlets.TraitError: If a value is none of these.

    Source of the errors: data/SOURCES.md; of the chart's idea: Canziani, Paszke & Culurciello (2016), An analysis of
    deep neural network models for practical applications; of the replacement: Simonyan & Zisserman (2015), section 2.3.
    """

    title = "The ledger"
    guesses = ("dense_share", "conv_share", "twice_the_size", "twice_the_width", "edit_share", "cheaper")
    tours = ("ledger",)

    network = traitlets.Enum(NETWORKS, "resnet 50").tag(sync=True)
    beside = traitlets.Enum((*NETWORKS, ""), "").tag(sync=True)
    size = traitlets.Int(None, allow_none=True, min=96, max=448).tag(sync=True)
    width = Checked(_width, 1.0).tag(sync=True)
    measure = traitlets.Enum(("macs", "parameters", "memory"), "macs").tag(sync=True)
    layer = Checked(_named, "").tag(sync=True)
    edit = Checked(_named, "").tag(sync=True)
    accuracy = traitlets.Enum(("top-1", "top-5"), "top-1").tag(sync=True)
    protocols = Checked(_protocols, list(PROTOCOLS)).tag(sync=True)
    every_crop = traitlets.Bool(False).tag(sync=True)
