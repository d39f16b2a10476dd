"""The explorable in which a module is built from branches, or as a dense block, under a budget."""

from numbers import Integral

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

KINDS = ("1x1", "3x3", "5x5", "3x3 twice", "pool")
NAIVE_3A = [["1x1", 0, 64], ["3x3", 0, 128], ["5x5", 0, 32], ["pool", 0, 0]]
INCEPTION_3A = [["1x1", 0, 64], ["3x3", 96, 128], ["5x5", 16, 32], ["pool", 0, 32]]


def _branches(value, name):
    """Returns one to five branches, each [kind, squeeze, maps]."""
    listed = isinstance(value, (list, tuple)) and all(isinstance(one, (list, tuple)) for one in value)
    if not listed or not 1 <= len(value) <= 5:
        raise ValueError(f"{name}: expected a list of 1 to 5 branches [kind, squeeze, maps], received {value!r}")
    for branch in value:
        if len(branch) != 3 or branch[0] not in KINDS:
            raise ValueError(
                f"{name}: expected [kind, squeeze, maps], a kind of {', '.join(KINDS)}, received {branch!r}"
            )
        kind, *counts = branch
        least = 0 if kind == "pool" else 1
        whole = all(isinstance(count, Integral) and not isinstance(count, bool) for count in counts)
        if not whole or not (0 <= counts[0] <= 1024 and least <= counts[1] <= 1024):
            raise ValueError(
                f"{name}: expected whole numbers of maps, {least} to 1024 of the branch, received {branch!r}"
            )
    return [[kind, int(squeeze), int(maps)] for kind, squeeze, maps in value]


class ModuleBudget(Explorable):
    """A module of branches side by side, or a dense block: what it costs, what its maps see, and an order to meet.

    Each branch reads the same maps, and the maps of all stand behind each other at the end, as in GoogLeNet. In front
    of a wide kernel a 1 x 1 convolution may squeeze the maps to fewer. A dense block is DenseNet's: each layer reads
    all maps so far and adds a few. Counts are those of `dnnlib.models.ledger` for one image: multiply-accumulates of
    convolutions and dense layers, and parameters with biases, in a dense block with batch normalisation's statistics
    and no biases. Without its squeezes, a module has the same maps behind each wide kernel, and its pooling hands all
    maps on.

    Args:
        challenge: The order: "price" (the work of GoogLeNet's module 3a at its price), "half" (about half of that),
            "thin" (few maps), "dense" (a dense block), or "" for none.
        block: "branches" or "dense".
        side: Height and width of the maps that come in, 1 to 112.
        channels: How many come in, 8 to 1024.
        branches: 1 to 5 of [kind, squeeze, maps]; a kind is "1x1", "3x3", "5x5", "3x3 twice" or "pool". The squeeze, 0
            for none, counts in front of wide kernels alone. "pool" is max pooling, 3 x 3 at stride 1, with a 1 x 1
            behind it, or with 0 maps none: then it hands on all maps. `NAIVE_3A` and `INCEPTION_3A` are GoogLeNet's.
        layers: Of the dense block, 1 to 12.
        growth: Maps that each of them adds, 4 to 64.
        bottleneck: Whether a 1 x 1 to 4 growth maps stands in front of each 3 x 3 of the dense block.
        gate: Whether squeeze and excitation, at ratio 16, weighs the maps at the end, if there are 16 or more.
        measure: "macs" or "parameters", whose bars are drawn.

    Guesses: "squeeze_share", the multiply-accumulates in % of those without the squeezes; "dearest_share", the share of
    the dearest branch or layer, in %; "naive_maps", how many maps come out without the squeezes; "break_even", the
    widest squeeze in front of the first wide kernel of the branches that costs no more multiply-accumulates than none;
    "gate_share", a gate's parameters in % of the module's; "twice_the_layers", the factor of the multiply-accumulates
    when the dense block is twice as long.
    Tours: "module", from the naive module to squeezes that pay and others that do not, the gate and the dense block.

    Raises:
        traitlets.TraitError: If a value is none of these.

    Source: Szegedy et al. (2015), Going deeper with convolutions, figure 2 and table 1; for two 3 x 3: Szegedy et al.
    (2016), Rethinking the inception architecture; Huang et al. (2017), Densely connected convolutional networks; Hu,
    Shen & Sun (2018), Squeeze-and-excitation networks.
    """

    title = "A module on a budget"
    guesses = ("squeeze_share", "dearest_share", "naive_maps", "break_even", "gate_share", "twice_the_layers")
    tours = ("module",)

    challenge = traitlets.Enum(("price", "half", "thin", "dense", ""), "price").tag(sync=True)
    block = traitlets.Enum(("branches", "dense"), "branches").tag(sync=True)
    side = traitlets.Int(28, min=1, max=112).tag(sync=True)
    channels = traitlets.Int(192, min=8, max=1024).tag(sync=True)
    branches = Checked(_branches, NAIVE_3A).tag(sync=True)
    layers = traitlets.Int(6, min=1, max=12).tag(sync=True)
    growth = traitlets.Int(32, min=4, max=64).tag(sync=True)
    bottleneck = traitlets.Bool(True).tag(sync=True)
    gate = traitlets.Bool(False).tag(sync=True)
    measure = traitlets.Enum(("macs", "parameters"), "macs").tag(sync=True)
