"""Plain networks, residual networks and residual networks with pre-activation, on the digits, as they get deeper.

`python -m tools.experiments.residual_digits`

All are made of dense layers of 32 units with batch normalisation; each seed has its split, its weights and its order
of batches, the same for all kinds. A block has two dense layers:
  plain          dense, normalisation, ReLU, twice
  residual       the input is added in front of the second ReLU
  preactivation  normalisation, ReLU, dense, twice, and the input is added behind that
"""

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.residual import Residual
from dnnlib.training.sequential import Sequential
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record

KINDS = ("plain", "residual", "preactivation")
BLOCKS, WIDTH, EPOCHS, BATCH, RATE, SEEDS = (4, 12, 24), 32, 10, 64, 0.1, 5


def block(kind, seed):
    """Returns the layers of one block."""
    dense = [Dense(WIDTH, use_bias=False, kernel_initializer="he_normal", seed=seed + i) for i in range(2)]
    one, two = BatchNormalization(momentum=0.9), BatchNormalization(momentum=0.9)
    if kind == "preactivation":
        return [Residual([one, ReLU(), dense[0], two, ReLU(), dense[1]])]
    branch = [dense[0], one, ReLU(), dense[1], two]
    return [Residual(branch) if kind == "residual" else Sequential(branch), ReLU()]


def network(kind, blocks, seed):
    """Returns a network of 2 blocks + 2 layers."""
    seed *= 1000
    first = Dense(WIDTH, kernel_initializer="he_normal", seed=seed)
    middle = [layer for i in range(blocks) for layer in block(kind, seed + 1 + 2 * i)]
    last = [BatchNormalization(momentum=0.9), ReLU()] if kind == "preactivation" else []
    return Sequential([first, *middle, *last, Dense(10, seed=seed + 999)])


def measured(kind, blocks, seed, x, y):
    """Trains one network; the losses are the means over each epoch, the errors those in use."""
    seen, held = split(x, y, seed)
    model = network(kind, blocks, seed)
    model.compile(SGD(RATE, momentum=0.9), SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    losses = model.fit(*seen, batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed).history["loss"]
    wrong = [round((1 - model.evaluate(*part)[1]) * len(part[1])) for part in (seen, held)]
    return {"kind": kind, "layers": 2 * blocks + 2, "seed": seed, "loss": [round(loss, 4) for loss in losses],
            "wrong in training": wrong[0], "wrong held out": wrong[1]}  # fmt: skip


def main():
    """Trains every kind at every depth from each seed."""
    x, y = development_digits()
    runs = [measured(kind, blocks, seed, x, y) for seed in range(SEEDS) for blocks in BLOCKS for kind in KINDS]
    sizes = [len(part[1]) for part in split(x, y, 0)]
    record({"training digits": sizes[0], "held-out digits": sizes[1], "runs": runs})


if __name__ == "__main__":
    main()
