"""Trains a simple RNN, a GRU and an LSTM on number agreement, for the page and against each other.

All are alike but for their cell, see the same sentences and take the same number of steps. Two experiments:

- With 0 to 20 words between subject and verb, so that short sentences prepare for long ones: the networks of the first
  seed go into the page (dnnlib/widgets/shared/agreement_networks.mjs); none was chosen by its results.
- With 14 to 20 words alone, over five seeds: right answers on new sentences after each epoch, LSTMs with three forget
  biases among them. What can be learned then is what a gradient reaches from the start.

Both are kept in data/results/agreement_networks.json. `python -m tools.experiments.agreement_networks`
"""

from pathlib import Path

import numpy as np

from dnnlib.datasets.sequences import agreement
from dnnlib.layers.dense import Dense
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record
from tools.files import write_atomically

MODULE = Path(__file__).parents[2] / "dnnlib" / "widgets" / "shared" / "agreement_networks.mjs"
CELLS = {"SimpleRNN": SimpleRNN, "GRU": GRU, "LSTM": LSTM}
FEATURES, UNITS = 8, 16
EXAMPLES, BATCH, TEST, SEEDS = 2000, 32, 1000, 5
MIXED, EPOCHS = (0, 20), 12  # of the networks in the page
DISTANCES = (*range(0, 31, 2),)  # at which they are tried: up to half as far again as in training
FAR, FAR_EPOCHS = (14, 20), 9
STARTS = {"SimpleRNN": None, "GRU": None, "LSTM 0": 0.0, "LSTM 1": 1.0, "LSTM 3": 3.0}  # with the forget bias
DECIMALS = 3
NAMES = ("embeddings", "kernel", "recurrent_kernel", "bias", "readout", "readout_bias")


def network(cell, seed, forget_bias=None):
    """Returns the network before training, built: an embedding, the cell, and one logit for "are"."""
    embedding = Embedding(len(agreement(1, 0, 0)[2]), FEATURES, mask_zero=True, seed=10 * seed)
    layer = CELLS[cell](UNITS, seed=10 * seed + 1)
    model = Sequential([embedding, layer, Dense(1, seed=10 * seed + 2)])
    model.build((None, FAR[1] + 2))
    if forget_bias is not None:
        layer.params["bias"][UNITS : 2 * UNITS] = forget_bias
    model.compile(Adam(0.01, global_clipnorm=1.0), BinaryCrossentropy(from_logits=True))
    return model


def fit(model, seed, distances, epochs):
    """Trains a network on sentences of these distances; yields it after each epoch."""
    words, labels, _ = agreement(EXAMPLES, distances, seed)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(EXAMPLES)
        for start in range(0, EXAMPLES, BATCH):
            part = order[start : start + BATCH]
            model.train_on_batch(words[part], labels[part, None])
        yield model


def for_the_page(cell, seed=0):
    """Returns a network trained on mixed distances, its weights rounded as the page has them."""
    *_, model = fit(network(cell, seed), seed, MIXED, EPOCHS)
    model.set_weights([np.float32(np.round(weight, DECIMALS)) for weight in model.get_weights()])
    return model


def right(model, distance, seed=1000):
    """Counts right answers among new sentences of a distance, or of a range of them."""
    words, labels, _ = agreement(TEST, distance, seed)
    return int(((model.forward(words)[:, 0] > 0) == labels).sum())


def text(values):
    """Writes numbers, or words, with a space between two."""
    return '"' + " ".join(value if isinstance(value, str) else f"{value:g}" for value in values) + '"'


def table(rows, indent="  "):
    """Writes {name: text}; as the formatter has it, a long text has a line of its own unless its name is short."""
    lines = ""
    for name, value in rows.items():
        key = indent + (name if name.isidentifier() else f'"{name}"') + ":"
        fits = len(f"{key} {value},") <= 120 or len(name) < 5
        lines += f"{key} {value},\n" if fits else f"{key}\n{indent}  {value},\n"
    return "{\n" + lines + indent[2:] + "}"


def module(models, counts, learned):
    """Returns the JavaScript module."""
    weights = {
        cell: table(
            {name: text(np.ravel(weight)) for name, weight in zip(NAMES, model.get_weights(), strict=True)}, "    "
        )
        for cell, model in models.items()
    }
    seeds = {name: text(" ".join(map(str, counts)) + " /" for counts in runs) for name, runs in learned.items()}
    parts = {
        "VOCABULARY": ("The words by their numbers; 0 is padding, an empty word", f"\n  {text(agreement(1, 0, 0)[2])}"),
        "SIZES": ("Numbers a word, and units", f" {table({'features': FEATURES, 'units': UNITS})}"),
        "TEST": ("Sentences on which networks were tried, each time", f" {TEST}"),
        "DISTANCES": ("Words between subject and verb in such sentences", f" {text(DISTANCES)}"),
        "RIGHT": (
            "Right answers of each network at each of these",
            f" {table({k: text(v) for k, v in counts.items()})}",
        ),
        "LEARNED": (
            "Trained on far sentences alone, right answers after each epoch; a stroke ends a seed",
            f" {table(seeds)}",
        ),
        "WEIGHTS": (
            "Weights of each network in Keras's order, row by row",
            " {\n" + "".join(f"  {k}: {v},\n" for k, v in weights.items()) + "}",
        ),
    }
    head = "// Networks trained on number agreement. Made by tools/experiments/agreement_networks.py\n"
    return head + "".join(
        f"\n/** {about}. */\nexport const {name} ={value};\n" for name, (about, value) in parts.items()
    )


def main():
    models = {cell: for_the_page(cell) for cell in CELLS}
    counts = {cell: [right(model, distance) for distance in DISTANCES] for cell, model in models.items()}
    learned = {name: [] for name in STARTS}
    for seed in range(SEEDS):
        for name, bias in STARTS.items():
            model = network(name.split()[0], seed, bias)
            learned[name].append([right(model, FAR, 2000) for model in fit(model, seed, FAR, FAR_EPOCHS)])
            print(seed, name, learned[name][-1], flush=True)
    write_atomically(MODULE, module(models, counts, learned))
    about = {"examples": EXAMPLES, "test": TEST, "mixed": MIXED, "epochs": EPOCHS, "far": FAR, "far_epochs": FAR_EPOCHS}
    record({**about, "distances": DISTANCES, "right": counts, "learned_far": learned})


if __name__ == "__main__":
    main()
