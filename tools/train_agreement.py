"""Trains the small LSTM and GRU of "A cell with its gates in your hand": python -m tools.train_agreement

Each has four units, few enough to watch all of them, and learns number agreement over 0 to 20 words. Written are their
weights, in data/agreement_cells.json with a card, and as a module for the page, with sentences that neither has seen.
"""

import argparse
import json
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

import numpy as np

from dnnlib.datasets.sequences import VOCABULARY, agreement
from dnnlib.layers.dense import Dense
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.regularizers.penalties import L1
from dnnlib.training.sequential import Sequential
from tools.files import write_atomically

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "data" / "agreement_cells.json"
MODULE = ROOT / "dnnlib" / "widgets" / "shared" / "agreement_cells.mjs"
CELLS = {"lstm": LSTM, "gru": GRU}
DISTANCE, EXAMPLES, FEATURES, UNITS, EPOCHS = (0, 20), 4000, 3, 4, 40
PENALTY = 0.01  # on recurrent weights, so that few units speak to each other and one can see which
TEST, LONG, SHOWN = 2000, 40, 100  # sentences of the test, words between in its longer ones, sentences in the page
STEP = 128  # weights are multiples of 1/128: short to write down, and the same numbers in the page and here
SEEDS = {"training": 0, "test": 1, "longer": 2, "shown": 3}
LETTERS = ascii_uppercase + ascii_lowercase
NAMES = ("embeddings", "kernel", "recurrent_kernel", "bias", "readout", "readout_bias")


def network(cell, seed=0, dtype="float32"):
    """Builds the network: a vector for each word, the recurrent layer, a score whose sigmoid is the share of "are".

    Args:
        cell: "lstm" or "gru".
        seed: Of the first weights.
        dtype: Of weights and computation.
    """
    layers = [
        Embedding(len(VOCABULARY), FEATURES, mask_zero=True, seed=seed, dtype=dtype),
        CELLS[cell](UNITS, recurrent_regularizer=L1(PENALTY), seed=seed + 1, dtype=dtype),
        Dense(1, seed=seed + 2, dtype=dtype),
    ]
    model = Sequential(layers)
    model.build((None, DISTANCE[1] + 2))
    return model


def trained(cell, seed=0):
    """Trains a network and rounds its weights."""
    words, labels, _ = agreement(EXAMPLES, DISTANCE, SEEDS["training"])
    model = network(cell, seed)
    model.compile(Adam(0.01, global_clipnorm=1.0), BinaryCrossentropy(from_logits=True))
    model.fit(words, labels[:, None].astype("float32"), batch_size=32, epochs=EPOCHS, verbose=0, seed=seed)
    model.set_weights([np.round(weights * STEP) / STEP for weights in model.get_weights()])
    return model


def fresh(examples, distance, seed):
    """Draws sentences and leaves out those that the networks were trained on, as all of the shortest were.

    Returns:
        words (left, longest distance + 2) and labels (left,), as `agreement` does.
    """
    known = {tuple(row[row > 0]) for row in agreement(EXAMPLES, DISTANCE, SEEDS["training"])[0]}
    words, labels, _ = agreement(examples, distance, seed)
    new = [tuple(row[row > 0]) not in known for row in words]
    return words[new], labels[new]


def right(model, distance, seed):
    """How many fresh sentences a network gets right, and how many there are."""
    words, labels = fresh(TEST, distance, seed)
    return int(np.sum((model.forward(words)[:, 0] > 0) == labels)), len(labels)


def entry(name, text):
    """Writes an entry of a JavaScript object as the formatter breaks its line."""
    return line if len(line := f'  {name}: "{text}",\n') <= 121 else f'  {name}:\n    "{text}",\n'


def module(stored):
    """Returns the page's module: vocabulary, weights as whole numbers, and sentences as letters."""
    words, labels = (part[:SHOWN] for part in fresh(2 * SHOWN, DISTANCE, SEEDS["shown"]))
    letters = " ".join("".join(LETTERS[word] for word in row if word) for row in words)
    texts = ["// Two small networks trained on number agreement. Made by tools/train_agreement.py\n"]
    texts.append(
        f"/** The words; that at place 0 is empty. */\nexport const WORDS =\n  {json.dumps(' '.join(VOCABULARY))};\n"
    )
    texts.append(f"/** Weights are multiples of one over this. */\nexport const STEP = {STEP};\n")
    for cell, weights in stored.items():
        numbers = {name: np.round(np.ravel(values) * STEP).astype(int).tolist() for name, values in weights.items()}
        lines = "".join(entry(name, " ".join(map(str, values))) for name, values in numbers.items())
        texts.append(
            f"/** The {cell.upper()}: weights in Keras's order. */\n"
            f"export const {cell.upper()}_WEIGHTS = {{\n{lines}}};\n"
        )
    texts.append(
        '/** Sentences that neither has seen, a letter a word, A to Z, then a to z; and 1 where "are" is due. */\n'
        f'export const SENTENCES =\n  "{letters}";\nexport const ANSWERS =\n  "{"".join(map(str, labels))}";\n'
    )
    return "\n".join(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 0), metavar=("LSTM", "GRU"))
    options = parser.parse_args()
    stored, card = {}, {}
    for cell, seed in zip(CELLS, options.seeds, strict=True):
        model = trained(cell, seed)
        stored[cell] = {name: np.float64(one).tolist() for name, one in zip(NAMES, model.get_weights(), strict=True)}
        longer = DISTANCE[1] + 1, LONG
        card[cell] = {
            "seed": seed,
            "right": right(model, DISTANCE, SEEDS["test"]),
            "right_longer": right(model, longer, SEEDS["longer"]),
        }
    about = {
        "task": f"dnnlib.datasets.sequences.agreement, {EXAMPLES} sentences with {DISTANCE[0]} to {DISTANCE[1]} words "
        f"between; {EPOCHS} epochs of Adam(0.01, global_clipnorm=1.0) in batches of 32, L1({PENALTY}) on recurrent "
        "weights",
        "tested": "once: how many are right of how many sentences that were not trained on, with these distances, and "
        f"with {DISTANCE[1] + 1} to {LONG} words between",
        "cells": card,
    }
    write_atomically(WEIGHTS, json.dumps({"card": about, "weights": stored}) + "\n")
    write_atomically(MODULE, module(stored))
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
