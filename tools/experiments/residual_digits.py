"""Plain networks, residual networks and residual networks with pre-activation, on the digits, as they get deeper.

`python -m tools.experiments.residual_digits`

All are made of dense layers of 32 units with batch normalisation; each seed has its split, its weights and its order
of batches, the same for all kinds. A block has two dense layers:
  plain          dense, normalisation, ReLU, twice
  residual       the input is added in front of the second ReLU
  preactivation  normalisation, ReLU, dense, twice, and the input is added behind that
Each trained network is then used without some of its blocks, and with two of them swapped; nothing is trained again.
As a control, the first two kinds are trained at one depth at other rates, and with Adam, which makes up for gradients
of different sizes. Runs that are stored already are not repeated.
"""

import json
from operator import itemgetter

import numpy as np

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.residual import Residual
from dnnlib.training.sequential import Sequential
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import RESULTS, START, record

KINDS = ("plain", "residual", "preactivation")
BLOCKS, WIDTH, EPOCHS, BATCH, RATE, SEEDS = (4, 12, 24), 32, 10, 64, 0.1, 5
CONTROLS = {"SGD": (0.01, 0.03, 0.3), "Adam": (0.001, 0.003, 0.01, 0.03, 0.1)}
CONTROL_SEEDS = 3
MOST, DRAWS = 3, 5  # blocks that are removed together, and how often that is drawn


def block(kind, seed):
    """Returns one block."""
    dense = [Dense(WIDTH, use_bias=False, kernel_initializer="he_normal", seed=seed + i) for i in range(2)]
    one, two = BatchNormalization(momentum=0.9), BatchNormalization(momentum=0.9)
    if kind == "preactivation":
        return Residual([one, ReLU(), dense[0], two, ReLU(), dense[1]])
    branch = [dense[0], one, ReLU(), dense[1], two]
    return Sequential([Residual(branch) if kind == "residual" else Sequential(branch), ReLU()])


def network(kind, blocks, seed):
    """Returns a network of 2 blocks + 2 layers; its blocks stand in `layers[1 : blocks + 1]`."""
    seed *= 1000
    first = Dense(WIDTH, kernel_initializer="he_normal", seed=seed)
    middle = [block(kind, seed + 1 + 2 * i) for i in range(blocks)]
    last = [BatchNormalization(momentum=0.9), ReLU()] if kind == "preactivation" else []
    return Sequential([first, *middle, *last, Dense(10, seed=seed + 999)])


def trained(kind, blocks, seed, part, optimizer):
    """Returns a trained network and the mean losses of its epochs."""
    model = network(kind, blocks, seed)
    model.compile(optimizer, SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = model.fit(*part, batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed).history
    return model, [round(loss, 4) for loss in history["loss"]]


def wrong(layers, part):
    """Returns how many digits a chain of trained layers takes for another one."""
    x, y = part
    return int(np.sum(Sequential(layers).forward(x).argmax(axis=1) != y))


def lesions(model, blocks, seed, part):
    """Returns how many digits are wrong without each block, with each two neighbours swapped, without several."""
    layers, rng = model.layers, np.random.default_rng(seed)

    def without(gone):
        return wrong([layer for i, layer in enumerate(layers) if i - 1 not in gone], part)

    def swapped(i):
        return wrong([*layers[: i + 1], layers[i + 2], layers[i + 1], *layers[i + 3 :]], part)

    draws = [[rng.choice(blocks, count, replace=False) for _ in range(DRAWS)] for count in range(1, MOST + 1)]
    return {"without": [without([i]) for i in range(blocks)], "swapped": [swapped(i) for i in range(blocks - 1)],
            "several": [[without(gone) for gone in some] for some in draws]}  # fmt: skip


def measured(kind, blocks, seed, x, y, optimizer, rate):
    """Trains one network; the losses are the means over each epoch, the errors those in use."""
    seen, held = split(x, y, seed)
    made = SGD(rate, momentum=0.9) if optimizer == "SGD" else Adam(rate)
    model, losses = trained(kind, blocks, seed, seen, made)
    run = {"optimizer": optimizer, "rate": rate, "kind": kind, "layers": 2 * blocks + 2, "seed": seed, "loss": losses,
           "wrong in training": wrong(model.layers, seen), "wrong held out": wrong(model.layers, held)}  # fmt: skip
    if (optimizer, rate) == ("SGD", RATE):
        run["lesions"] = lesions(model, blocks, seed, held)
    print(run, flush=True)
    return run


def plan():
    """Yields (optimizer, rate, kind, blocks, seed)."""
    for seed in range(SEEDS):
        yield from (("SGD", RATE, kind, blocks, seed) for blocks in BLOCKS for kind in KINDS)
    for seed in range(CONTROL_SEEDS):
        for optimizer, rates in CONTROLS.items():
            yield from ((optimizer, rate, kind, BLOCKS[1], seed) for rate in rates for kind in KINDS[:2])


def main():
    """Trains what is not stored yet."""
    x, y = development_digits()
    path = RESULTS / "residual_digits.json"
    stored = json.loads(path.read_text()) if path.exists() else {"seconds": 0, "results": {"runs": []}}
    key_of = itemgetter("optimizer", "rate", "kind", "layers", "seed")
    done = {key_of(run): run for run in stored["results"]["runs"]}
    runs = []
    for optimizer, rate, kind, blocks, seed in plan():
        key = (optimizer, rate, kind, 2 * blocks + 2, seed)
        runs.append(done.get(key) or measured(kind, blocks, seed, x, y, optimizer, rate))
    sizes = [len(part[1]) for part in split(x, y, 0)]
    record(
        {"training digits": sizes[0], "held-out digits": sizes[1], "runs": runs},
        "residual_digits",
        start=START - stored["seconds"],
    )


if __name__ == "__main__":
    main()
