"""What changed copies of pictures are worth over the number of examples, and which changes do harm: MNIST and digits.

The networks are dnnlib's own, with one hidden layer. All take the same number of steps, with the same first weights and
the same batches; each batch is changed anew, and the test pictures never. The amounts were fixed beforehand.
`KERAS_HOME=folder python -m tools.experiments.augmentation` (without a folder MNIST is downloaded)
"""

import numpy as np

from dnnlib.augmentation.geometry import affine, flip, rotate
from dnnlib.augmentation.light import brightness, contrast, noise
from dnnlib.datasets.mnist import load_mnist
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record
from tools.experiments.workflow import parts

SEEDS, STEPS, BATCH, UNITS, RATE = range(5), 1000, 32, 128, 0.002
SIZES = {"mnist": (100, 300, 1000, 3000), "digits": (100, 300, 800)}
PIXELS = {"mnist": 2, "digits": 0.5}  # as far as digits are moved


def all_three(x, rng, pixels=2):
    """Turns each picture by up to 15 degrees, scales it by up to a tenth, and moves it."""
    n = len(x)
    return affine(x, rng.uniform(-15, 15, n), rng.uniform(0.9, 1.1, n), rng.uniform(-pixels, pixels, (n, 2)))


def lit(x, rng):
    """Changes brightness and contrast of each picture."""
    return contrast(brightness(x, rng.uniform(-0.2, 0.2, len(x))), rng.uniform(0.7, 1.3, len(x)))


def half_turned(x, rng):
    """Turns half of the pictures upside down."""
    return rotate(x, 180 * (rng.random(len(x)) < 0.5))


CHANGES = {
    "none": lambda x, rng: x,
    "turned, scaled and moved": all_three,
    "brightness and contrast": lit,
    "noise": lambda x, rng: noise(x, 0.1, rng),
    "any angle": lambda x, rng: rotate(x, rng.uniform(-180, 180, len(x))),
    "half turn": half_turned,
    "mirror": lambda x, rng: flip(x, rng.random(len(x)) < 0.5),
}


def trained(x, y, change, seed):
    """Trains a network on pictures that are changed anew in every batch."""
    model = Sequential([Flatten(), Dense(UNITS, seed=2 * seed), ReLU(), Dense(10, seed=2 * seed + 1)])
    model.compile(Adam(RATE), SparseCategoricalCrossentropy(from_logits=True))
    order, rng = np.random.default_rng(seed), np.random.default_rng(seed + 1000)
    for _ in range(STEPS):
        batch = order.integers(len(x), size=BATCH)
        model.train_on_batch(change(x[batch], rng), y[batch])
    return model


def pictures(name, seed):
    """Returns pictures for training, in an order that the seed chooses, and the test pictures."""
    if name == "mnist":
        (x, y), test = load_mnist()
        order = np.random.default_rng(seed).permutation(len(x))[: max(SIZES[name])]
        return x[order], y[order], *test
    (x, y), _, (x_test, y_test) = parts(seed, 0.0)
    return x.reshape(-1, 8, 8, 1), y, x_test.reshape(-1, 8, 8, 1), y_test


def answers(model, x):
    """Returns the class with the largest score."""
    return model.predict(x, 1000).argmax(axis=1)


def over_size():
    """Trains on few and on more pictures, as they are, and with the three gentle changes."""
    rows = []
    for name, sizes in SIZES.items():
        for seed in SEEDS:
            x, y, x_test, y_test = pictures(name, seed)
            for size in sizes:
                row = {"data": name, "size": size, "seed": seed, "of": len(y_test)}
                ways = {"none": CHANGES["none"], "changed": lambda x, rng, p=PIXELS[name]: all_three(x, rng, p)}
                for key, change in ways.items():
                    model = trained(x[:size], y[:size], change, seed)
                    row[key] = int(np.sum(answers(model, x_test) == y_test))
                rows.append(row)
                print(row, flush=True)
    return rows


def by_change(size=1000):
    """Trains with one change at a time; counts right answers by class, and what turned and mirrored digits are called.

    `turned_six` and `mirrored_two` count the answers 0 to 9 to the test pictures of these classes.
    """
    rows = []
    for seed in SEEDS:
        x, y, x_test, y_test = pictures("mnist", seed)
        upside_down, mirrored = x_test[:, ::-1, ::-1], x_test[:, :, ::-1]
        for name, change in CHANGES.items():
            model = trained(x[:size], y[:size], change, seed)
            right = answers(model, x_test) == y_test
            row = {"change": name, "seed": seed, "of": np.bincount(y_test).tolist()}
            row["right"] = np.bincount(y_test, right).astype(int).tolist()
            for key, changed, label in (
                ("turned_six", upside_down, 6),
                ("turned_nine", upside_down, 9),
                ("mirrored_two", mirrored, 2),
                ("mirrored_five", mirrored, 5),
            ):
                row[key] = np.bincount(answers(model, changed[y_test == label]), minlength=10).tolist()
            rows.append(row)
            print(name, seed, sum(row["right"]), flush=True)
    return rows


def main():
    """Measures both and stores them."""
    settings = {"steps": STEPS, "batch": BATCH, "units": UNITS, "rate": RATE}
    record(settings | {"over_size": over_size(), "by_change": by_change()})


if __name__ == "__main__":
    main()
