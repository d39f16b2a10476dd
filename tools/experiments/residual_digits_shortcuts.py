"""What becomes of a residual network on the digits when its shortcuts do something else than pass on what they get.

`python -m tools.experiments.residual_digits_shortcuts`

The networks of 26 layers, the training and the seeds of `residual_digits`, which has the runs of the identity and of
no shortcut. What is a 1 x 1 convolution in a network for pictures is a dense layer here.
"""

import numpy as np

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record
from tools.experiments.residual_digits import BATCH, EPOCHS, RATE, SEEDS, WIDTH, network, wrong

BLOCKS = 12
KINDS = ("constant 0.5, 0.5", "exclusive gating", "shortcut-only gating", "convolution", "dropout",
         "shortcut-only gating, -6", "constant 0.5, 1")  # fmt: skip


class Joined(Sequential):
    """Adds a branch and a shortcut, each times a constant, or weighs them with a gate g(x) for every unit.

    Args:
        branch: Layers.
        shortcut: Layers on the shortcut; none is the identity.
        gate: Layers that end in numbers from 0 to 1; none for no gate. The shortcut is multiplied by 1 - g.
        exclusive: Whether the branch is multiplied by g.
        scales: Constants on shortcut and branch.
    """

    def __init__(self, branch, shortcut=(), gate=(), exclusive=False, scales=(1, 1)):
        super().__init__([Sequential(branch), Sequential(shortcut), Sequential(gate)])
        self.gated, self.exclusive, self.scales = bool(gate), exclusive, scales

    def forward(self, x, training=False):
        """Computes the sum."""
        new, old, gate = (layer.forward(x, training) for layer in self.layers)
        self.cache = new, old, gate
        past, through = self.scales
        if self.gated:
            past, through = 1 - gate, gate if self.exclusive else 1
        return past * old + through * new

    def backward(self, grad):
        """Returns dL/dx, the sum over all paths."""
        new, old, gate = self.cache
        branch, shortcut, gating = self.layers
        past, through = self.scales
        if not self.gated:
            return shortcut.backward(past * grad) + branch.backward(through * grad)
        to_gate = gating.backward(grad * (new - old if self.exclusive else -old))
        through = gate if self.exclusive else 1
        return to_gate + shortcut.backward((1 - gate) * grad) + branch.backward(through * grad)


def joined(kind, branch, seed):
    """Returns a branch beside the shortcut of this name."""

    def dense(bias=0.0):
        layer = Dense(WIDTH, kernel_initializer="he_normal", seed=seed + 500)
        layer.build((None, WIDTH))
        layer.params["bias"][:] = bias
        return layer

    if kind.startswith("constant"):
        return Joined(branch, scales=(0.5, 0.5 if kind.endswith("0.5") else 1))
    if kind == "convolution":
        return Joined(branch, shortcut=[dense(), BatchNormalization(momentum=0.9)])
    if kind == "dropout":
        return Joined(branch, shortcut=[Dropout(0.5, seed=seed)])
    exclusive = kind == "exclusive gating"
    bias = 0 if kind == "shortcut-only gating" else -6
    return Joined(branch, gate=[dense(bias), Sigmoid()], exclusive=exclusive)


def measured(kind, seed, x, y):
    """Trains one network, whose other weights start as in `residual_digits`; the errors are those in use.

    They are None for a network whose numbers overflow.
    """
    seen, held = split(x, y, seed)
    model = network("plain", BLOCKS, seed)
    for place in range(1, BLOCKS + 1):
        branch = model.layers[place].layers[0].layers
        model.layers[place] = Sequential([joined(kind, branch, 1000 * seed + 2 * place), ReLU()])
    model.compile(SGD(RATE, momentum=0.9), SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    try:
        with np.errstate(all="ignore"):
            losses = model.fit(*seen, batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed).history["loss"]
            counts = [wrong(model.layers, part) for part in (seen, held)]
    except ValueError:  # the layers refuse NaN
        losses, counts = [], [None, None]
    run = {"kind": kind, "seed": seed, "loss": [round(loss, 4) for loss in losses],
           "wrong in training": counts[0], "wrong held out": counts[1]}  # fmt: skip
    print(run, flush=True)
    return run


def main():
    """Trains every kind from each seed."""
    x, y = development_digits()
    record({"layers": 2 * BLOCKS + 2, "runs": [measured(kind, seed, x, y) for seed in range(SEEDS) for kind in KINDS]})


if __name__ == "__main__":
    main()
