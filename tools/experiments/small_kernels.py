"""One 7 × 7 kernel or three of 3 × 3: what the smaller number of weights does, and what the bends between do.

Three networks for Fashion-MNIST, averaged to 14 × 14 pixels, differ in their middle alone, which sees 7 × 7 each time:
one layer of 7 × 7; three of 3 × 3 with a ReLU behind each; three of 3 × 3 with one ReLU at the end, which could be
written as one kernel of 7 × 7. All are trained alike, on the same pictures for a seed; a second rate tells whether
the order hangs on the first. `python -m tools.experiments.small_kernels`; the pictures come from Keras's cache.
"""

import argparse

import keras
import numpy as np
from keras import layers

from dnnlib.datasets.fashion_mnist import load_fashion_mnist
from tools.experiments.record import record

MAPS, BATCH, TEST = 16, 64, 10000
MIDDLES = {
    "one 7x7": ((7, "relu"),),
    "three 3x3": ((3, "relu"),) * 3,
    "three 3x3, one bend": ((3, None), (3, None), (3, "relu")),
}


def halved(images):
    """Averages windows of 2 × 2."""
    return images.reshape(-1, 14, 2, 14, 2, 1).mean(axis=(2, 4))


def network(middle):
    """Returns a network: a first layer that makes the maps, this middle, pooling and a dense layer."""
    x = inputs = keras.Input((14, 14, 1))
    x = layers.Conv2D(MAPS, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    for size, activation in MIDDLES[middle]:
        start = "he_normal" if activation else "glorot_normal"  # each keeps the mean square
        x = layers.Conv2D(MAPS, size, padding="same", activation=activation, kernel_initializer=start)(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    return keras.Model(inputs, layers.Dense(10)(x))


def run(middle, rate, seed, epochs, training, test):
    keras.utils.set_random_seed(seed)
    model = network(middle)
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * -(-len(training[0]) // BATCH))
    model.compile(keras.optimizers.Adam(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(*training, BATCH, epochs, verbose=0).history["loss"]
    right = [int(np.sum(model.predict(x, 500, verbose=0).argmax(axis=1) == y)) for x, y in (training, test)]
    return {"middle": middle, "rate": rate, "seed": seed, "loss": history[-1], "parameters": model.count_params(),
            "training": right[0], "test": right[1]}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=3000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.003])
    options = parser.parse_args()
    (x, y), (x_test, y_test) = load_fashion_mnist()
    test = halved(x_test[:TEST]), y_test[:TEST]
    rows = []
    for seed in range(options.seeds):
        chosen = np.random.default_rng(seed).permutation(len(x))[: options.examples]
        training = halved(x[chosen]), y[chosen]
        for middle in MIDDLES:
            for rate in options.rates:
                rows.append(run(middle, rate, seed, options.epochs, training, test))
                print(rows[-1], flush=True)
    record({"examples": options.examples, "epochs": options.epochs, "test": TEST,
            "maps": MAPS, "rows": rows})  # fmt: skip


if __name__ == "__main__":
    main()
