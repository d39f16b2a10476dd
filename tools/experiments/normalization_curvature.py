"""How steeply the loss bends on the way of training, under the four kinds of normalisation.

`python -m tools.experiments.normalization_curvature`

The networks of `tools.experiments.normalization`, at a rate that all kinds bear. The largest curvature of the loss over
256 training digits, in training mode, is found by power iteration on differences of gradients. The shaken network is
measured without its shaking, which would draw other numbers for each gradient.
"""

import numpy as np

from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from tools.experiments.normalization import BATCH, KINDS, Shaken, network
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record

RATE, SEEDS, CHECKS = 0.05, 10, (0, 25, 50, 100, 200, 400)
ROUNDS, REACH, DIGITS = 20, 1e-3, 256


def largest_curvature(model, x, y, seed):
    """Returns the length of H v, where v has turned towards the steepest direction."""
    loss, params = SparseCategoricalCrossentropy(from_logits=True), list(model.params.values())
    start, averages = [value.copy() for value in params], model.get_weights()
    rng = np.random.default_rng(seed)
    v = [rng.normal(size=value.shape) for value in params]

    def gradient_at(reach, direction):
        for value, place, part in zip(params, start, direction, strict=True):
            value[...] = place + reach * part
        loss.forward(y, model.forward(x, training=True))
        model.backward(loss.backward())
        return [grad.astype("float64") for grad in model.grads.values()]

    for _ in range(ROUNDS):
        v = [part / length(v) for part in v]
        ahead, behind = gradient_at(REACH, v), gradient_at(-REACH, v)
        v = [(a - b) / (2 * REACH) for a, b in zip(ahead, behind, strict=True)]
    model.set_weights(averages)
    return length(v)


def length(arrays):
    """Returns the norm of all numbers together."""
    return float(np.sqrt(sum(np.sum(array**2) for array in arrays)))


def along_the_way(kind, seed, data):
    """Trains one network; returns its largest curvature after the steps of CHECKS."""
    (x, y), _ = data
    model, rng, found = network(kind, seed), np.random.default_rng(seed), []
    model.build((None, x.shape[1]))
    model.compile(SGD(RATE), SparseCategoricalCrossentropy(from_logits=True))
    shaken = [layer for layer in model.layers if isinstance(layer, Shaken)]
    for step in range(CHECKS[-1] + 1):
        if step in CHECKS:
            for layer in shaken:
                layer.still = True
            found.append(round(largest_curvature(model, x[:DIGITS], y[:DIGITS], seed), 3))
            for layer in shaken:
                layer.still = False
        batch = rng.integers(0, len(x), BATCH)
        model.train_on_batch(x[batch], y[batch])
    return found


def main():
    """Follows all kinds with ten seeds each."""
    x, y = development_digits()
    curvatures = {kind: [along_the_way(kind, seed, split(x, y, seed)) for seed in range(SEEDS)] for kind in KINDS}
    record({"rate": RATE, "steps": CHECKS, "curvatures": curvatures})


if __name__ == "__main__":
    main()
