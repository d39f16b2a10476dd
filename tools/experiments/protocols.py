"""What ten crops and several networks are worth: top-1 and top-5 error of the same networks under four protocols.

CIFAR-10, or the first of its images: 4,000 to learn from and 1,000 to judge by, at half their side (each pixel the mean
of four). A network reads 14 of the 16 pixels each way, in training a random place, mirrored or not; in the test the
centre, or the ten crops of AlexNet's authors. Probabilities are averaged, over crops and over the networks of a group.
`python -m tools.experiments.protocols --data FOLDER`, with the folder of CIFAR-10's Python version (data_batch_1, ...)
"""

import argparse

import keras
import numpy as np

from dnnlib.evaluation.top_k import top_k_accuracy
from dnnlib.exercises.ilsvrc import ten_crops
from tools.experiments import small_cifar
from tools.experiments.record import record

GROUPS, NETWORKS, EPOCHS, BATCH, RATE = 5, 3, 12, 64, 3e-3
LEARN, JUDGE, SIDE = 4000, 1000, 14
kl = keras.layers


def network():
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            kl.Conv2D(24, 3, padding="same", activation="relu"),
            kl.MaxPooling2D(2),
            kl.Conv2D(48, 3, padding="same", activation="relu"),
            kl.Conv2D(48, 3, padding="same", activation="relu"),
            kl.Flatten(),
            kl.Dropout(0.3),
            kl.Dense(10),
        ]
    )


def trained(x, y, seed):
    """Trains one network, with a new place and a new mirror for each image in each epoch."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = network()
    steps = EPOCHS * len(x) // BATCH
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    order = np.concatenate([rng.permutation(len(x)) for _ in range(EPOCHS)])
    room = x.shape[1] - SIDE + 1
    places, mirrors = rng.integers(room, size=(len(order), 2)), rng.random(len(order)) < 0.5
    crops = np.stack([x[n, i : i + SIDE, j : j + SIDE] for n, (i, j) in zip(order, places, strict=True)])
    crops[mirrors] = crops[mirrors, :, ::-1]
    model.fit(crops, y[order], batch_size=BATCH, shuffle=False, verbose=0)
    return model


def probabilities(model, crops):
    """Returns the probabilities of every crop: crops of shape (images, 10, side, side, 3) -> (images, 10, classes)."""
    scores = model.predict(crops.reshape(-1, *crops.shape[2:]), batch_size=500, verbose=0)
    return keras.ops.softmax(scores).numpy().reshape(*crops.shape[:2], -1)


def errors(y, p):
    """Returns top-1 and top-5 error in %, of probabilities (images, classes)."""
    return [round(100 * (1 - top_k_accuracy(y, p, k)), 2) for k in (1, 5)]


def measured(y, p):
    """Returns the errors of one group's networks: p has the shape (networks, images, 10, classes)."""
    return {
        "single crop": [errors(y, one[:, 4]) for one in p],
        "ten crops": [errors(y, one.mean(axis=1)) for one in p],
        "ensemble, single crop": errors(y, p[:, :, 4].mean(axis=0)),
        "ensemble, ten crops": errors(y, p.mean(axis=(0, 2))),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="folder of CIFAR-10's Python version")
    (x, y), (x_test, y_test) = small_cifar.load(parser.parse_args().data, LEARN, JUDGE)
    crops = np.stack([ten_crops(picture, SIDE) for picture in x_test])
    groups = []
    for group in range(GROUPS):
        seeds = range(group * NETWORKS, (group + 1) * NETWORKS)
        groups.append(measured(y_test, np.stack([probabilities(trained(x, y, seed), crops) for seed in seeds])))
        print(group, groups[-1], flush=True)
    record(
        {"learned from": LEARN, "judged by": JUDGE, "networks": NETWORKS, "groups": groups},
        command="python -m tools.experiments.protocols --data FOLDER",
    )


if __name__ == "__main__":
    main()
