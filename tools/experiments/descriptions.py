"""Hand-made and learned descriptions of digits under one linear classifier, and a network, over training size.

For each seed another random part of the development digits is held out, and growing parts of the rest are for training;
test digits are not touched. `python -m tools.experiments.descriptions`, and with MNIST (downloaded once, or found
through KERAS_HOME) `python -m tools.experiments.descriptions_mnist`.
"""

import keras
import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.features.gradients import gradient_histograms
from dnnlib.features.patches import extract_patches, patch_codes
from dnnlib.models.digits_cnn import digits_cnn
from tools.experiments.record import record

CENTRES, BATCH = 48, 32
PENALTIES = (0.01, 0.1, 1.0)  # scikit-learn's C
RATES = (1e-3, 3e-3, 1e-2)


class Descriptions:
    """The descriptions by name, each a function of images; the dictionary is learned from the training images alone."""

    def __init__(self, images, seed, cells, size):
        self.images, self.seed, self.cells, self.size, self._centres = images, seed, cells, size, None

    @property
    def centres(self):
        if self._centres is None:
            patches = extract_patches(self.images, self.size).reshape(-1, self.size**2)
            sample = np.random.default_rng(self.seed).permutation(len(patches))[:20_000]
            self._centres = KMeans(CENTRES, n_init=3, random_state=self.seed).fit(patches[sample]).cluster_centers_
        return self._centres

    def pixels(self, images):
        return images.reshape(len(images), -1)

    def gradients(self, images):
        return gradient_histograms(images, self.cells)

    def nearest(self, images):
        return patch_codes(images, self.centres, "nearest", self.cells)

    def triangle(self, images):
        return patch_codes(images, self.centres, "triangle", self.cells)


NAMES = ("pixels", "gradients", "nearest", "triangle")


def in_parts(describe, images):
    """Describes 500 images at a time, since the codes of many images fill the memory."""
    return np.concatenate([describe(part) for part in np.split(images, range(500, len(images), 500))])


def network(rate, steps, seed, x, y):
    """Trains the convolutional network for a number of steps, whatever the number of examples."""
    keras.utils.set_random_seed(seed)
    sizes = {} if x.shape[1] == 8 else {"filters": (16, 32), "units": 64}
    model = digits_cnn(x.shape[1:], **sizes)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(len(x)) for _ in range(-(-steps * BATCH // len(x)))])[: steps * BATCH]
    model.fit(x[order], y[order], batch_size=BATCH, shuffle=False, verbose=0)
    return model


def right(name, option, describe, steps, train, judge):
    """Trains with one description and one penalty (or, for the network, one rate); counts right answers."""
    if name == "network":
        scores = network(option, steps, describe.seed, *train).predict(judge[0], batch_size=1000, verbose=0)
        return int((scores.argmax(axis=1) == judge[1]).sum())
    features = getattr(describe, name)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=option, max_iter=300))
    classifier.fit(in_parts(features, train[0]), train[1])
    return int((classifier.predict(in_parts(features, judge[0])) == judge[1]).sum())


def compare(x, y, sizes, seeds, held_out, steps, cells, size):
    """Trains everything on every size and seed; the penalties and rates are chosen within the training part of seed 0.

    Args:
        x: Images, shape (N, height, width, 1).
        y: Labels, shape (N,).
        sizes: Numbers of training examples.
        seeds: Number of seeds.
        held_out: Number of examples to judge on.
        steps: Training steps of the network.
        cells: Cells of the descriptions along each axis.
        size: Height and width of the patches.

    Returns:
        A list of dicts, one for each description, size and seed.
    """
    rows, choice = [], {}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(x))
        judge, rest = order[:held_out], order[held_out:]
        for n in sizes:
            train, inner = rest[:n], np.split(rest[:n], [int(0.8 * n)])
            describe = Descriptions(x[train], seed, cells, size)
            for name in (*NAMES, "network"):
                if seed == 0:
                    parts = [(x[part], y[part]) for part in inner]
                    options = RATES if name == "network" else PENALTIES
                    scores = [(right(name, option, describe, steps, *parts), option) for option in options]
                    choice[name, n] = max(scores)[1]
                count = right(name, choice[name, n], describe, steps, (x[train], y[train]), (x[judge], y[judge]))
                row = {"description": name, "examples": n, "seed": seed, "right": count, "of": held_out}
                rows.append(row | {"choice": choice[name, n]})
                print(rows[-1], flush=True)
    return rows


def main():
    """Compares on the 1,078 development digits."""
    (x, y), (x_val, y_val), _ = train_validation_test_split(*load_digits(), seed=0)
    x, y = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    rows = compare(x, y, (25, 50, 100, 200, 400, 700), seeds=10, held_out=378, steps=1500, cells=2, size=3)
    record({"centres": CENTRES, "steps": 1500, "rows": rows})


if __name__ == "__main__":
    main()
