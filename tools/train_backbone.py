"""Trains the backbone of chapter 7.1 on signs, none of them a digit: python -m tools.train_backbone

Writes data/backbone_glyphs.npz, the weights as float16, and its card, data/backbone_glyphs.json; with `--check`, trains
again, writes nothing, and tells whether the accuracies are those of the card. Digits are looked at after the training
alone, with nothing but nearest neighbours among a few labelled ones.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.evaluation.accuracy import accuracy_interval, mean_accuracy
from dnnlib.evaluation.paired import paired_difference
from dnnlib.models.backbone import WEIGHTS, backbone, load_weights
from dnnlib.models.backbone import card as read_card
from tools.files import write_atomically
from tools.glyphs import FACES, SIGNS, sample

PICTURES, HELD_OUT, EPOCHS, BATCH, RATE, SEED = 40_000, 4_000, 10, 128, 3e-3, 0
DATA_SEEDS = 1, 2  # of the pictures to train on, and of those held out
SHOTS, DRAWS = (1, 5, 20), 20  # labelled digits a class, and how often they are drawn
TOLERANCE = 0.02  # by which accuracies of a second training may be apart, on another processor too


def trained(x, y, epochs=EPOCHS, seed=SEED):
    """Trains a backbone with a dense layer on top.

    Args:
        x: Pictures (count, 8, 8, 1), float32.
        y: The numbers of their signs, (count,).
        epochs: Passes over them.
        seed: Of the first weights and of the order.

    Returns:
        The backbone and the whole classifier, which share their weights.
    """
    keras.utils.set_random_seed(seed)
    base = backbone(weights=None)
    model = keras.Sequential([base, keras.layers.Dense(int(y.max()) + 1, name="scores")])
    rate = keras.optimizers.schedules.CosineDecay(RATE, epochs * -(-len(x) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"], steps_per_execution=10)
    model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)
    return base, model


def drawn(y, count, seed):
    """Draws `count` examples of each class; returns the indices of these, and of all others."""
    rng = np.random.default_rng(seed)
    some = np.concatenate([rng.permutation(np.flatnonzero(y == label))[:count] for label in np.unique(y)])
    return some, np.setdiff1d(np.arange(len(y)), some)


def nearest_accuracy(features, y, count, seed):
    """Returns the share of examples whose class the most similar of `count` labelled ones a class has, by the cosine.

    Args:
        features: One row an example, or pictures.
        y: Classes, (examples,).
        count: Labelled examples a class; the others are classified.
        seed: Of the draw.

    Returns:
        A number from 0 to 1.
    """
    rows = features.reshape(len(features), -1)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    known, others = drawn(y, count, seed)
    return float(np.mean(y[known][np.argmax(rows[others] @ rows[known].T, axis=1)] == y[others]))


def few_shots(base):
    """Compares, on digits, nearest neighbours by features, by pixels and by the features of untrained twins."""
    x, y = load_digits()
    found = []
    for count in SHOTS:
        rows = {"features": [], "pixels": [], "untrained": []}
        features = base.predict(x, verbose=0)
        for seed in range(DRAWS):
            keras.utils.set_random_seed(seed)
            twin = backbone(weights=None)
            rows["features"].append(nearest_accuracy(features, y, count, seed))
            rows["pixels"].append(nearest_accuracy(x, y, count, seed))
            rows["untrained"].append(nearest_accuracy(np.asarray(twin(x)), y, count, seed))
        found.append({"images a class": count, "draws": DRAWS}
                     | {name: shares(mean_accuracy(runs)) for name, runs in rows.items()}
                     | {f"features minus {name}": shares(paired_difference(rows["features"], rows[name]))
                        for name in ("pixels", "untrained")})  # fmt: skip
    return found


def shares(interval):
    """Returns value, low and high with four digits."""
    return [round(share, 4) for share in interval[:3]]


def card(held_out, digits, seconds):
    """Returns the card of the weights: what a user has to know, in words and numbers."""
    return {
        "name": WEIGHTS.name,
        "made by": "python -m tools.train_backbone",
        "data": f"{PICTURES:,} pictures of {len(SIGNS)} signs: letters of several scripts, arrows, operators and "
        "geometric shapes, drawn by tools/glyphs.py in typefaces of DejaVu, turned, slanted and bent, and brought "
        "into the form of the digits of 8 x 8. No sign is a digit; those that look like one, by shape or by eye, are "
        "left out.",
        "signs": SIGNS,
        "typefaces": list(FACES),
        "training": f"{EPOCHS} epochs of batches of {BATCH}, Adam from a rate of {RATE} down along a cosine, seed "
        f"{SEED}, a dense layer on top that is not stored; weights rounded to float16.",
        "seconds": seconds,
        "accuracy on held-out pictures of signs": shares(held_out),
        "held-out pictures": HELD_OUT,
        "nearest neighbours on digits": digits,
        "licence": "MIT, as this repository. The typefaces are under the licence of Bitstream Vera and DejaVu, which "
        "permits free use and does not restrict pictures drawn with them.",
        "limits": "For single signs of dark strokes in the digits' form alone: centred, 8 rows high, one weight of "
        "stroke. Of photographs, texts or colours it knows nothing. Sizes and typefaces were chosen with a look at "
        "nearest neighbours among the digits, so the accuracies on digits are a little flattering.",
    }


def stored_and_measured(path):
    """Trains, writes the weights as float16 and measures with what can be read back; returns the card."""
    start = time.perf_counter()
    base, model = trained(*sample(PICTURES, DATA_SEEDS[0]))
    names = [weight.path.removeprefix("backbone/") for weight in base.weights]
    stored = [weight.astype("float16") for weight in base.get_weights()]
    np.savez_compressed(path, **dict(zip(names, stored, strict=True)))
    base.set_weights(load_weights(path))
    x, y = sample(HELD_OUT, DATA_SEEDS[1])
    held_out = accuracy_interval(int(np.sum(model.predict(x, verbose=0).argmax(axis=1) == y)), HELD_OUT)
    return card(held_out, few_shots(base), round(time.perf_counter() - start))


def apart(one, other):
    """Returns by how much two cards' accuracies are apart at most: on held-out signs, and on digits."""
    name, on_digits = "accuracy on held-out pictures of signs", "nearest neighbours on digits"
    pairs = [(one[name][0], other[name][0])]
    pairs += [(a["features"][0], b["features"][0]) for a, b in zip(one[on_digits], other[on_digits], strict=True)]
    return max(abs(a - b) for a, b in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the stored card, write nothing")
    if parser.parse_args().check:
        with tempfile.TemporaryDirectory() as folder:
            gap = apart(read_card(), stored_and_measured(Path(folder) / WEIGHTS.name))
        print(f"accuracies are within {gap:.4f} of the card's; allowed are {TOLERANCE}")
        sys.exit(gap > TOLERANCE)
    path = WEIGHTS.resolve()
    about = json.dumps(stored_and_measured(path), indent=1, ensure_ascii=False)
    write_atomically(path.with_suffix(".json"), about + "\n")
    print(f"{about}\n{path.name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
