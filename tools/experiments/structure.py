"""Dense against convolutional networks of equal size: digits, moved digits, pixels in one fixed random order.

`python -m tools.experiments.structure`
"""

import keras
import numpy as np
from keras import layers

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.models.digits_cnn import digits_cnn
from tools.experiments.record import record

RATES, TRIALS, SEEDS, BATCH, UPDATES = (2e-3, 5e-3, 1e-2), 2, 6, 32, 1080
ORDER = np.random.default_rng(0).permutation(64)


def dense_network():
    return keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(45, "relu"), layers.Dense(10, "softmax")]
    )


def strided_network():
    """The convolutional network with steps of 2 in its convolutions, where the other one pools."""
    same = {"strides": 2, "padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(6, 3, **same),
            layers.Conv2D(16, 3, **same),
            layers.Flatten(),
            layers.Dense(32, "relu"),
            layers.Dense(10, "softmax"),
        ]
    )


NETWORKS = {"dense": dense_network, "convolution, stride": strided_network, "convolution, pooling": digits_cnn}


def moved(x, columns):
    """Moves pictures to the right by a number of columns (to the left if negative); zeros come in."""
    wide = np.pad(x, ((0, 0), (0, 0), (abs(columns),) * 2, (0, 0)))
    return np.roll(wide, columns, axis=2)[:, :, abs(columns) : x.shape[2] + abs(columns)]


def scrambled(x):
    """Puts the pixels of every picture into the one random order."""
    return x.reshape(len(x), -1)[:, ORDER].reshape(x.shape)


def trained(name, rate, seed, x, y):
    """Trains one network from one seed, with the same number of updates whatever the number of examples."""
    keras.utils.set_random_seed(seed)
    model = NETWORKS[name]()
    steps = -(-len(x) // BATCH)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", steps_per_execution=steps)
    model.fit(x, y, batch_size=BATCH, epochs=UPDATES // steps, verbose=0)
    return model


def right(model, x, y):
    """Counts the examples that are answered rightly."""
    return int((model.predict(x, batch_size=1000, verbose=0).argmax(axis=1) == y).sum())


def measured(name, arrange, size, parts):
    """Chooses the rate on the validation digits, then opens the test digits once for each seed."""
    (x, y), validation, (test, labels) = parts
    examples = arrange(x[:size]), y[:size]
    checked = arrange(validation[0]), validation[1]
    counts = {rate: [right(trained(name, rate, s, *examples), *checked) for s in range(TRIALS)] for rate in RATES}
    rate = max((sum(values), rate) for rate, values in counts.items())[1]
    models = [trained(name, rate, 100 + seed, *examples) for seed in range(SEEDS)]
    sides = [arrange(moved(test, columns)) for columns in (-1, 1)]
    return {
        "network": name,
        "pixels": arrange.__name__,
        "training digits": size,
        "parameters": models[0].count_params(),
        "rate": rate,
        "validation digits right, by rate": {str(key): values for key, values in counts.items()},
        "right, by seed": [right(model, arrange(test), labels) for model in models],
        "of": len(labels),
        "moved: right, by seed": [sum(right(model, side, labels) for side in sides) for model in models],
        "moved: of": 2 * len(labels),
    }


def in_place(x):
    """Leaves the pixels where they are."""
    return x


def main():
    """Measures every network with the pixels in place and in the random order."""
    parts = train_validation_test_split(*load_digits(), seed=0)
    results = []
    for arrange in (in_place, scrambled):
        for name in NETWORKS:
            results.append(measured(name, arrange, len(parts[0][0]), parts))
            print(results[-1], flush=True)
    record(results)


if __name__ == "__main__":
    main()
