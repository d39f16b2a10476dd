"""Trains "is it an 8?" and writes the test digits' scores for the threshold explorer: python -m tools.train_detector

The network is small and sees few digits, so that it errs now and then: a perfect one leaves no threshold to choose.
"""

import argparse
from pathlib import Path

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.files import write_atomically

SCORES = Path(__file__).parents[1] / "dnnlib" / "widgets" / "shared" / "detector_scores.mjs"
DIGIT, TRAINING, UNITS, EPOCHS = 8, 300, 4, 40
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def detector(x, y, seed=0):
    """Trains the network on a few digits; its two outputs are scores of "another digit" and of "an 8"."""
    model = Sequential([Flatten(), Dense(UNITS, seed=seed), Tanh(), Dense(2, seed=seed + 1)])
    model.build(x.shape)
    model.compile(Adam(0.01), SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, (y == DIGIT).astype(int), batch_size=32, epochs=EPOCHS, verbose=0, seed=seed)
    return model


def scored():
    """Returns images (N, 8, 8, 1), labels (N,) and scores (N,) of the test digits, rounded to hundredths.

    A score is the logarithm of the odds that the network gives an 8.
    """
    (x, y), _, (images, labels) = train_validation_test_split(*load_digits(), seed=0)
    outputs = detector(x[:TRAINING], y[:TRAINING]).forward(images)
    return images, labels, np.round(np.float64(outputs[:, 1]) - outputs[:, 0], 2)


def letters(images):
    """Writes images (N, 8, 8, 1) of 0 to 1 in eight greys, two pixels a letter: a text of 32 letters for each."""
    greys = np.rint(images.reshape(len(images), 32, 2) * 7).astype(int)
    return ["".join(LETTERS[8 * a + b] for a, b in pairs) for pairs in greys]


def module(images, labels, scores):
    """Returns the JavaScript module."""
    texts = (
        ("LABELS", "The digits' classes, one figure each", "".join(map(str, labels))),
        (
            "SCORES",
            "The logarithm of the odds of an 8, a space between two",
            " ".join(f"{score:g}" for score in scores),
        ),
        ("PICTURES", "8 x 8 pixels in eight greys, two pixels a letter of base 64", "".join(letters(images))),
    )
    head = '// A small network\'s scores for "is it an 8?" on unseen digits. Made by tools/train_detector.py\n'
    return head + "".join(f'\n/** {about}. */\nexport const {name} =\n  "{text}";\n' for name, about, text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SCORES)
    options = parser.parse_args()
    images, labels, scores = scored()
    write_atomically(options.out, module(images, labels, scores))
    right = np.mean((scores >= 0) == (labels == DIGIT))
    print(f"{len(scores)} digits, {(labels == DIGIT).sum()} of them {DIGIT}; accuracy at score 0: {right:.3f}")


if __name__ == "__main__":
    main()
