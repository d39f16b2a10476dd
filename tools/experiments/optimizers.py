"""Four optimizers over a grid of learning rates: one network on the digits, ten splits and seeds, pixels on two scales.

`python -m tools.experiments.optimizers`
"""

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

OPTIMIZERS = {
    "SGD": SGD,
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "RMSprop": RMSprop,
    "Adam": Adam,
}
RATES = [float(rate) for rate in np.round(np.logspace(-5, 1, 13), 8)]  # two a decade
SEEDS, EPOCHS, BATCH, SHARE = 10, 10, 32, 0.7


def development_digits():
    """Returns the 1,078 digits that are not test digits, a row of 64 pixels in [0, 1] each, and their labels."""
    (x, y), (x_val, y_val), _ = train_validation_test_split(*load_digits(), seed=0)
    return np.concatenate([x, x_val]).reshape(-1, 64), np.concatenate([y, y_val])


def split(x, y, seed):
    """Splits at random: training and held-out digits, the same for all optimizers."""
    order = np.random.default_rng(seed).permutation(len(x))
    cut = round(SHARE * len(x))
    return (x[order[:cut]], y[order[:cut]]), (x[order[cut:]], y[order[cut:]])


def trained(optimizer, x, y, seed):
    """Trains one network; returns it, or None if its numbers overflow."""
    model = Sequential([Dense(32, kernel_initializer="he_normal", seed=seed), ReLU(), Dense(10, seed=seed + 1)])
    model.compile(optimizer, SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    try:
        with np.errstate(all="ignore"):
            model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed)
            return model if np.isfinite(model.evaluate(x, y)[0]) else None
    except ValueError:  # the layers refuse NaN
        return None


def measured(name, rate, scale, x, y):
    """Trains a network a seed; returns their last training losses and how many held-out digits each gets right."""
    losses, counts = [], []
    for seed in range(SEEDS):
        seen, held = split(x * scale, y, seed)
        model = trained(OPTIMIZERS[name](rate), *seen, 100 * seed)
        losses.append(round(model.evaluate(*seen)[0], 5) if model else None)
        counts.append(round(model.evaluate(*held)[1] * len(held[1])) if model else None)
    return {"optimizer": name, "rate": rate, "pixels up to": scale, "training loss": losses, "right": counts}


def main():
    """Measures every optimizer at every rate, with pixels up to 1 and up to 16."""
    x, y = development_digits()
    runs = [measured(name, rate, scale, x, y) for scale in (1, 16) for name in OPTIMIZERS for rate in RATES]
    record({"held-out digits": len(y) - round(SHARE * len(y)), "epochs": EPOCHS, "batch": BATCH, "runs": runs})


if __name__ == "__main__":
    main()
