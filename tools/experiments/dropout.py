"""What dropout is worth over its rate, where it is worth nothing, and how near the scaled network is to the ensemble.

The networks are dnnlib's own, on 200 of scikit-learn's digits. Where it says so a fifth of their labels is wrong; those
of the test digits are right. `python -m tools.experiments.dropout`
"""

import itertools

import numpy as np

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.layers.gaussian_noise import GaussianNoise
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import softmax
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record
from tools.experiments.workflow import parts, right

SEEDS, EXAMPLES, EPOCHS, WRONG, RATE = range(5), 200, 60, 0.2, 0.01
RATES = (0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
OTHER_NOISE = {"factor": (0.2, 0.5, 0.8), "pixels": (0.1, 0.3, 0.5), "missing pixels": (0.2, 0.5)}
SETTINGS = {
    "256 units": {"units": 256},
    "8 units": {"units": 8},
    "256 units, right labels": {"units": 256, "wrong": 0.0},
    "256 units, batch normalisation": {"units": 256, "normalised": True},
}


class GaussianDropout(Dropout):
    """Multiplies by a normal variable with the mean 1 and the variance of dropout's factor, as Keras's layer does."""

    def forward(self, x, training=False):
        """Computes the output."""
        spread = (self.rate / (1 - self.rate)) ** 0.5 if training else 0
        self.cache = (1 + spread * self.rng.standard_normal(x.shape)).astype(self.dtype)
        return x * self.cache

    def backward(self, grad):
        """Returns dL/dx."""
        return grad * self.cache


def trained(seed, noise, units=256, wrong=WRONG, normalised=False, before=None):
    """Trains a network with one hidden layer.

    Args:
        seed: Of the digits, the errors, the first weights, the batches and the noise.
        noise: The layer behind the hidden units.
        units: Hidden units.
        wrong: Share of wrong labels.
        normalised: Whether batch normalisation stands between the hidden layer and its ReLU.
        before: A layer before the hidden one, or none.

    Returns:
        The network, its training digits and the test digits.
    """
    (x, y), _, test = parts(seed, wrong)
    hidden = [Dense(units, seed=2 * seed), *([BatchNormalization()] if normalised else []), ReLU(), noise]
    model = Sequential([*([before] if before else []), *hidden, Dense(10, seed=2 * seed + 1)])
    model.compile(Adam(RATE), SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[:EXAMPLES], y[:EXAMPLES], 32, EPOCHS, verbose=0, seed=seed)
    return model, (x[:EXAMPLES], y[:EXAMPLES]), test


def counts(model, train, test):
    """Counts right answers to test digits, and on the training digits how many agree with their label."""
    return {"right": right(model, *test), "of": len(test[1]), "in_training": right(model, *train)}


def over_rate():
    """Trains each setting with each rate."""
    rows = []
    for (name, setting), seed in itertools.product(SETTINGS.items(), SEEDS):
        for rate in RATES:
            row = {"setting": name, "rate": rate, "seed": seed}
            rows.append(row | counts(*trained(seed, Dropout(rate, seed=seed), **setting)))
        print(name, seed, [row["right"] for row in rows[-len(RATES) :]], flush=True)
    return rows


def other_noise():
    """Trains with noise of other kinds: normal factors behind the hidden units, normal numbers and zeros on pixels."""
    rows = []
    for (kind, amounts), seed in itertools.product(OTHER_NOISE.items(), SEEDS):
        for amount in amounts:
            behind = GaussianDropout(amount, seed=seed) if kind == "factor" else Dropout(0)
            before = {"pixels": GaussianNoise, "missing pixels": Dropout}.get(kind)
            before = before and before(amount, seed=seed)
            row = {"noise": kind, "amount": amount, "seed": seed}
            rows.append(row | counts(*trained(seed, behind, before=before)))
        print(kind, seed, flush=True)
    return rows


def all_masks(units=10, rate=0.5):
    """Trains small networks, and compares all networks with a mask, their mean, and the scaled network.

    The mask lies behind the first hidden layer; "one" has no other, "two" a second one with 20 units behind the mask,
    and "two, slowly" learns at a tenth of the rate, so that its weights grow less.
    """
    masks = np.array(list(itertools.product([0, 1], repeat=units)), np.float32)
    rows = []
    kinds = {"one": ([], RATE), "two": ([20], RATE), "two, slowly": ([20], RATE / 10)}
    for (depth, (between, step)), seed in itertools.product(kinds.items(), SEEDS):
        (x, y), _, (x_test, y_test) = parts(seed, 0.0)
        behind = [layer for n in between for layer in (Dense(n, seed=3 * seed + 1), ReLU())]
        top = Sequential([*behind, Dense(10, seed=3 * seed + 2)])
        bottom = Sequential([Dense(units, seed=3 * seed), ReLU()])
        model = Sequential([bottom, Dropout(rate, seed=seed), top])
        model.compile(Adam(step), SparseCategoricalCrossentropy(from_logits=True))
        model.fit(x, y, 32, EPOCHS, verbose=0, seed=seed)
        hidden = bottom(x_test)
        scores = np.array([top(hidden * mask / (1 - rate)) for mask in masks], float)  # (masks, digits, classes)
        scaled, p = top(hidden).astype(float), softmax(scores)
        row = {"depth": depth, "seed": seed, "of": len(y_test), "gap": float(np.abs(scores.mean(0) - scaled).mean())}
        row["size"] = float(np.abs(scaled).mean())
        row["each"] = np.sum(scores.argmax(-1) == y_test, axis=1).tolist()
        for name, together in (("scaled", scaled), ("mean", p.mean(0)), ("geometric", np.log(p).mean(0))):
            row[name] = int(np.sum(together.argmax(-1) == y_test))
        rows.append(row)
        print({key: value for key, value in row.items() if key != "each"}, flush=True)
    return rows


def main():
    """Measures everything and stores it."""
    settings = {"examples": EXAMPLES, "epochs": EPOCHS, "wrong": WRONG}
    record(settings | {function.__name__: function() for function in (all_masks, over_rate, other_noise)})


if __name__ == "__main__":
    main()
