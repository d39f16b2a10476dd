"""Trains a plain and a variational autoencoder with two codes on the digits, for the page and against each other.

Both have the same layers, loss, steps and digits; only the variational one draws its codes and pays for how far they
lie from a standard normal distribution. They never see the 300 digits of the page. Kept over five seeds: the squared
error on digits seen and unseen, how often an unseen digit's nearest seen code has its label, how many cells of the map
show pictures that are farther from all 300 digits than a distance, and how many walks meet such a picture. The networks
of the first seed go into the page (dnnlib/widgets/shared/latent_networks.mjs), rounded; none was chosen by its results.

`python -m tools.experiments.latent_plane`
"""

import argparse
from pathlib import Path

import numpy as np

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from dnnlib.unsupervised.pca import PCA
from tools.digits_data import LARGEST, constant, counts, sample
from tools.experiments.record import record
from tools.files import write_atomically
from tools.letters import packed

MODULE = Path(__file__).parents[2] / "dnnlib" / "widgets" / "shared" / "latent_networks.mjs"
KINDS = ("plain", "variational")
CODES, HIDDEN, PIXELS = 2, (32, 64), 64  # the decoder's layers; the encoder has them the other way round
EPOCHS, BATCH, RATE, SEEDS = 500, 64, 0.003, 5
CELLS, MARGIN = 40, 0.05  # of the map: cells a side, and the room around the codes as a share of their range
WALKS, STEPS = 1000, 20  # between digits of different labels, in so many steps
DISTANCES = (1.25, 1.375, 1.5, 1.625, 1.75)  # beyond which a picture is called far
WEIGHT_STEP, CODE_STEP = 1 / 128, 1 / 1024  # weights and codes in the page are multiples of these
HALF = 2048, 2**17  # what is added so that no letter stands for a negative number


def networks(kind, seed, dtype="float32"):
    """Returns encoder and decoder before training. The decoder ends with scores, whose sigmoid is the picture."""
    seeds = iter(np.random.SeedSequence(seed).generate_state(2 * (len(HIDDEN) + 1)).tolist())

    def chain(hidden, outputs):
        layers = [
            layer for units in hidden for layer in (Dense(units, seed=next(seeds), dtype=dtype), ReLU(dtype=dtype))
        ]
        return Sequential([*layers, Dense(outputs, seed=next(seeds), dtype=dtype)])

    encoder = chain(HIDDEN[::-1], CODES if kind == "plain" else 2 * CODES)
    decoder = chain(HIDDEN, PIXELS)
    encoder.build((None, PIXELS))
    decoder.build((None, CODES))
    return encoder, decoder


def one_pass(kind, encoder, decoder, batch, noise):
    """Fills the gradients of encoder and decoder for a batch and returns its loss.

    The loss is the cross-entropy of a picture's pixels, summed; the variational one adds the divergence of the codes'
    distribution N(m, s^2) from N(0, 1), summed over the codes: (m^2 + s^2 - 1) / 2 - log s. Both are means over the
    pictures.

    Args:
        kind: "plain" or "variational".
        encoder: Of `networks`.
        decoder: Likewise.
        batch: Pictures of 0 to 1, (N, 64).
        noise: Standard normal numbers, (N, 2), by which a variational code is drawn: m + s noise.
    """
    loss = BinaryCrossentropy(from_logits=True)
    m, log_variance = split(encoder.forward(batch))
    s = np.exp(log_variance / 2)
    total = PIXELS * loss(batch, decoder.forward(m + s * noise))
    grad = decoder.backward(PIXELS * loss.backward())
    if kind == "variational":
        total += float(((m**2 + s**2 - 1 - log_variance) / 2).sum()) / len(batch)
        spread = grad * noise * s / 2 + (s**2 - 1) / 2 / len(batch)
        grad = np.concatenate([grad + m / len(batch), spread], axis=1)
    encoder.backward(grad)
    return total


def train(kind, seed, x, epochs=EPOCHS):
    """Trains an autoencoder on pictures of 0 to 1, (N, 64), and returns encoder and decoder."""
    encoder, decoder = networks(kind, seed)
    rng, optimizer = np.random.default_rng(seed), Adam(RATE)
    steps = epochs * -(-len(x) // BATCH)
    for step, part in enumerate(batches(len(x), epochs, rng)):
        optimizer.learning_rate = RATE * (1 + np.cos(np.pi * step / steps)) / 2
        noise = np.zeros((len(part), CODES), "float32")
        if kind == "variational":
            noise = rng.standard_normal(noise.shape).astype("float32")
        one_pass(kind, encoder, decoder, x[part], noise)
        arrays = [(net.grads[key], value) for net in (encoder, decoder) for key, value in net.params.items()]
        optimizer.apply(*map(list, zip(*arrays, strict=True)))
    return encoder, decoder


def batches(count, epochs, rng):
    """Yields the places of each batch, in a new order each epoch."""
    for _ in range(epochs):
        order = rng.permutation(count)
        yield from (order[start : start + BATCH] for start in range(0, count, BATCH))


def split(encoded):
    """Returns the codes' means and log-variances; a plain encoder has none of these, and they are minus infinity."""
    mean, log_variance = encoded[:, :CODES], encoded[:, CODES:]
    return mean, log_variance if log_variance.size else np.full_like(mean, -np.inf)


def pictures(decoder, codes):
    """Returns the decoder's pictures, (N, 64) of 0 to 1, in float64."""
    return Sigmoid("float64")(decoder.forward(codes).astype("float64"))


def nearest(shown, digits):
    """Returns how far each picture is from the nearest of some digits, (N,)."""
    squares = (shown**2).sum(axis=1)[:, None] + (digits**2).sum(axis=1) - 2 * shown @ digits.T
    return np.sqrt(np.maximum(squares.min(axis=1), 0))


def map_codes(codes):
    """Returns the codes in the middles of the map's cells, (CELLS**2, 2): row by row from the lowest on."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    x, y = ((np.arange(CELLS) + 0.5)[:, None] / CELLS * (high - low) + low).T
    return np.stack([np.tile(x, CELLS), np.repeat(y, CELLS)], axis=1)


def walks(labels):
    """Returns ends of random walks between digits of different labels, (WALKS, 2): the same ones each time."""
    pairs = np.random.default_rng(0).integers(len(labels), size=(2 * WALKS, 2))
    return pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]][:WALKS]


def worst_on_walks(decoder, codes, digits, labels):
    """Returns how far the picture is from the nearest digit where a walk is worst, (WALKS,)."""
    ways, ends = np.linspace(0, 1, STEPS + 1), codes[walks(labels)]
    places = ends[:, :1] + ways[:, None] * (ends[:, 1:] - ends[:, :1])
    return nearest(pictures(decoder, places.reshape(-1, CODES)), digits).reshape(len(ends), -1).max(axis=1)


def measured(encoder, decoder, digits, labels, shown):
    """Returns what is kept of a trained autoencoder."""
    seen = np.setdiff1d(np.arange(len(digits)), shown)
    codes = {
        name: split(encoder.forward(digits[part].astype("float32")))[0]
        for name, part in (("seen", seen), ("unseen", shown))
    }
    rebuilt = {name: pictures(decoder, each) for name, each in codes.items()}
    gaps = ((codes["unseen"][:, None] - codes["seen"]) ** 2).sum(axis=2)
    own = nearest(rebuilt["unseen"], digits[shown])
    far = nearest(pictures(decoder, map_codes(codes["unseen"])), digits[shown])
    worst = worst_on_walks(decoder, codes["unseen"], digits[shown], labels[shown])
    return {
        "error_seen": float(((rebuilt["seen"] - digits[seen]) ** 2).sum(axis=1).mean()),
        "error_unseen": float(((rebuilt["unseen"] - digits[shown]) ** 2).sum(axis=1).mean()),
        "neighbour_right": int((labels[seen][gaps.argmin(axis=1)] == labels[shown]).sum()),
        "rebuilt_beyond": [int((own > distance).sum()) for distance in DISTANCES],
        "map_beyond": [int((far > distance).sum()) for distance in DISTANCES],
        "walks_beyond": [int((worst > distance).sum()) for distance in DISTANCES],
    }


def pca_error(digits, shown):
    """Returns the squared error of unseen digits from the mean and two principal components of the seen ones."""
    pca = PCA(CODES).fit(np.delete(digits, shown, axis=0))
    x = digits[shown]
    return float(((pca.inverse_transform(pca.transform(x)) - x) ** 2).sum(axis=1).mean())


def rounded(encoder, decoder, digits):
    """Returns the decoder with rounded weights, and the digits' codes and deviations, rounded, (N, 2) each."""
    decoder.set_weights([np.float32(np.rint(one / WEIGHT_STEP) * WEIGHT_STEP) for one in decoder.get_weights()])
    mean, log_variance = split(encoder.forward(digits.astype("float32")))
    return decoder, *(np.rint(one / CODE_STEP) * CODE_STEP for one in np.float64([mean, np.exp(log_variance / 2)]))


def module(bundles, error):
    """Returns the JavaScript module."""
    text = "// The decoders of a plain and of a variational autoencoder. Made by tools/experiments/latent_plane.py\n"
    units = ", ".join(map(str, (CODES, *HIDDEN, PIXELS)))
    text += f"\n/** Units of the decoders' layers. */\nexport const UNITS = [{units}];\n"
    text += "\n/** Squared error of the 300 digits from two principal components of the others. */\n"
    text += f"export const PCA_ERROR = {error:.3f};\n"
    text += "\n/** Weights and codes are multiples of one over these. */\n"
    text += f"export const WEIGHT_STEPS = {round(1 / WEIGHT_STEP)};\n"
    text += f"export const CODE_STEPS = {round(1 / CODE_STEP)};\n"
    for kind, (decoder, codes, deviations) in bundles.items():
        weights = np.concatenate([one.ravel() for one in decoder.get_weights()]) / WEIGHT_STEP + HALF[0]
        where = "Codes of the 300 digits of digits_data.mjs, three letters a number"
        name = kind.upper()
        text += constant(f"{name}_WEIGHTS", "In Keras's order, two letters a number.", packed(np.rint(weights), 2))
        text += constant(f"{name}_CODES", f"{where}.", packed(np.rint(codes / CODE_STEP + HALF[1]), 3))
        if kind == "variational":
            letters = packed(np.rint(deviations / CODE_STEP), 2)
            text += constant(f"{name}_DEVIATIONS", "Their standard deviations, two letters a number.", letters)
    return text


def main():
    """Trains, measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    seeds = parser.parse_args().seeds
    whole, labels = counts()
    digits = whole / LARGEST
    shown = sample()
    seen = np.delete(digits, shown, axis=0).astype("float32")
    results, bundles = {kind: [] for kind in KINDS}, {}
    for seed in range(seeds):
        for kind in KINDS:
            encoder, decoder = train(kind, seed, seen)
            results[kind].append(measured(encoder, decoder, digits, labels, shown))
            print(kind, seed, results[kind][-1], flush=True)
            if seed == 0:
                bundles[kind] = rounded(encoder, decoder, digits[shown])
    error = pca_error(digits, shown)
    write_atomically(MODULE, module(bundles, error))
    setting = {
        "epochs": EPOCHS,
        "seen": len(seen),
        "unseen": len(shown),
        "cells": CELLS**2,
        "walks": WALKS,
        "distances": DISTANCES,
    }
    setting["pca_error"] = error
    record({"setting": setting, **results}, "latent_plane")
    print(f"{MODULE.name}: {MODULE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
