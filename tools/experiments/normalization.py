"""What normalisation does to the learning rates that a deep network of dense layers can bear.

`python -m tools.experiments.normalization`

One network of six hidden layers, on the digits; each seed has its split, its weights and its order of batches, the
same for all kinds:
  none     dense, ReLU
  batch    dense, batch normalisation, ReLU
  layer    dense, layer normalisation, ReLU
  shaken   as batch; then every unit gets another scale and shift at every step, so that the next layer's inputs
           never keep their distribution
"""

import numpy as np

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.layer import Layer
from dnnlib.layers.layer_normalization import LayerNormalization
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record

KINDS = ("none", "batch", "layer", "shaken")
RATES = [float(rate) for rate in np.round(np.logspace(-2.5, 1, 15), 5)]  # four a decade
DEPTH, WIDTH, EPOCHS, BATCH, SEEDS = 6, 32, 10, 32, 10
SHAKES = 0.5  # the largest shift, in standard deviations, and the largest relative change of the scale


class Shaken(Layer):
    """Multiplies and shifts every unit, by other random numbers at every step of training; not in use or when still."""

    still = False

    def __init__(self, seed):
        super().__init__()
        self.rng = np.random.default_rng(seed)

    def forward(self, x, training=False):
        """Computes the output."""
        draws = self.rng.uniform(-SHAKES, SHAKES, (2, x.shape[1])).astype(x.dtype)
        if self.still or not training:
            draws[:] = 0
        self.cache = scale = 1 + draws[0]
        return x * scale + draws[1]

    def backward(self, grad):
        """Returns dL/dx."""
        return grad * self.cache


def normalized(kind, seed):
    """Returns the layers between a dense layer and its ReLU."""
    if kind in ("batch", "shaken"):
        return [BatchNormalization(momentum=0.9), *([Shaken(seed)] if kind == "shaken" else [])]
    return [LayerNormalization()] if kind == "layer" else []


def network(kind, seed):
    """Returns the network; all kinds of one seed start from the same kernels."""
    layers = []
    for i in range(DEPTH):
        layers += [Dense(WIDTH, kernel_initializer="he_normal", seed=100 * seed + i), *normalized(kind, seed), ReLU()]
    return Sequential([*layers, Dense(10, seed=100 * seed + DEPTH)])


def wandering(kind, seed, data, rate=0.1, steps=100):
    """Returns how far the inputs of the last hidden dense layer wander.

    It is the median over steps and units of |mean now - mean one step ago| / standard deviation, over the same digits,
    with the network in training mode.
    """
    (x, y), _ = data
    model, jumps, last = network(kind, seed), [], None
    model.compile(SGD(rate), SparseCategoricalCrossentropy(from_logits=True))
    below = Sequential(model.layers[: -(len(model.layers) // DEPTH + 1)])
    for step, batch in enumerate(np.random.default_rng(seed).integers(0, len(x), (steps, BATCH))):
        model.train_on_batch(x[batch], y[batch])
        inputs = below.forward(x[:256], training=True)
        mean, deviation = inputs.mean(axis=0), inputs.std(axis=0)
        alive = deviation > 1e-3
        if step:
            jumps.extend(np.abs(mean - last)[alive] / deviation[alive])
        last = mean
    return round(float(np.median(jumps)), 4)


def trained(kind, rate, batch, epochs, seed, data):
    """Trains one network; returns what it is worth, all None if it overflows: see `measured`."""
    seen, held = data
    model = network(kind, seed)
    model.build((None, seen[0].shape[1]))
    before = hidden_norms(model)
    model.compile(SGD(rate), SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    try:
        with np.errstate(all="ignore"):
            model.fit(*seen, batch_size=batch, epochs=epochs, verbose=0, seed=seed)
            loss, right = model.evaluate(*seen)[0], model.evaluate(*held)[1]
            growth = np.mean(hidden_norms(model) / before)
    except ValueError:  # the layers refuse NaN
        loss = np.inf
    if not np.isfinite(loss):
        return None, None, None, None
    return round(loss, 5), round(right * len(held[1])), dead_share(model, seen[0]), round(float(growth), 3)


def hidden_norms(model):
    """Returns the norm of each hidden dense layer's kernel."""
    return np.array([np.linalg.norm(layer.params["kernel"]) for layer in model.layers[:-1] if isinstance(layer, Dense)])


def dead_share(model, x):
    """Returns the share of hidden units whose output is zero for every example, in use."""
    dead = []
    for layer in model.layers:
        x = layer.forward(x)
        if isinstance(layer, ReLU):
            dead.append(np.mean(x.max(axis=0) <= 0))
    return round(float(np.mean(dead)), 4)


def measured(kind, rate, batch, epochs, seeds, x, y, training=None):
    """Trains a network a seed, on all training digits or on the first ones."""
    results = []
    for seed in range(seeds):
        (seen, labels), held = split(x, y, seed)
        results.append(trained(kind, rate, batch, epochs, seed, ((seen[:training], labels[:training]), held)))
    names = ("training loss", "right", "dead units", "growth of the kernels")
    columns = dict(zip(names, map(list, zip(*results, strict=True)), strict=True))
    return {"kind": kind, "rate": rate, "batch": batch} | columns


def main():
    """Measures all kinds over learning rates, and how far inputs wander."""
    x, y = development_digits()
    rates = [measured(kind, rate, BATCH, EPOCHS, SEEDS, x, y) for kind in KINDS for rate in RATES]
    jumps = {kind: [wandering(kind, seed, split(x, y, seed)) for seed in range(SEEDS)] for kind in KINDS}
    held = len(split(x, y, 0)[1][1])
    record({"held-out digits": held, "epochs": EPOCHS, "rates": rates, "wandering": jumps})


if __name__ == "__main__":
    main()
