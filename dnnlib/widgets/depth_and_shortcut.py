"""An explorable: what comes through many blocks, then a plain and a residual network that train side by side."""

import traitlets

from dnnlib.widgets.base import Explorable

SHORTCUTS = ("none", "identity", "constant", "gate")
BRANCHES = ("one", "half", "root", "level")
MOST_BLOCKS, MOST_STEPS = 54, 1000


class DepthAndShortcut(Explorable):
    """What a shortcut past each block does to signals and gradients over depth, and to training.

    A block is y = s x + b F(x) with F(x) = W2 relu(W1 relu(x)), its weights drawn by He's rule. Above, a batch of
    standard normal inputs goes through the blocks of six networks of 64 units, and gradients go back; measured are root
    mean squares, of the whole and of what comes by the shortcuts alone. The mean square over draws is predicted: a
    block multiplies it by s² + b², by the shortcut alone by s², so that a constant λ leaves λ^L after L blocks.
    Below, two networks 64-16-...-16-10 with those blocks learn 300 of scikit-learn's digits, 20 a step, by SGD with
    momentum 0.9, in float64: the plain one (s = 0, b = 1) and that of the state, from the same first weights.

    Args:
        kind: What goes past a block: "none" (a plain network), "identity" (s = 1), "constant" (s = λ) or "gate"
            (s = 1 - sigmoid(W x + b), for each unit).
        scale: λ of "constant", 0.1 to 1.2; of "gate" what it passes where it reads zeros, at most 0.99.
        branch: b, which multiplies F(x): "one", "half", "root" (1 over the root of the number of blocks) or "level"
            (the root of 1 - s², 0 from s = 1 on: sizes stay). A plain block's is 1.
        depth: Blocks, 1 to 54, as many as ResNet-110 has; each has two layers.
        seed: Of the weights and of the order of the digits, 0 to 99.
        learning_rate: Size of the steps.
        steps: Training steps that have been taken, at most 1,000.

    Guesses: "shortcut_power", the power of ten by which what comes by the shortcuts alone is predicted to change;
    "signal_power", likewise of the whole signal; "plain_right", how many of the 300 digits the plain network tells
    right in the last 300 of its first 200 steps.
    Tours: "depth", a shallow pair, a deep plain network, and what identity, scaling and the branch's size change.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition, for plain and residual networks;
    the same (2016), Identity mappings in deep residual networks, section 3, for λ^L and gates.
    """

    title = "Depth and shortcut"
    guesses = ("shortcut_power", "signal_power", "plain_right")
    tours = ("depth",)

    kind = traitlets.Enum(SHORTCUTS, "identity").tag(sync=True)
    scale = traitlets.Float(0.9, min=0.1, max=1.2).tag(sync=True)
    branch = traitlets.Enum(BRANCHES, "root").tag(sync=True)
    depth = traitlets.Int(20, min=1, max=MOST_BLOCKS).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=99).tag(sync=True)
    learning_rate = traitlets.Float(0.01, min=1e-6, max=1).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=MOST_STEPS).tag(sync=True)
