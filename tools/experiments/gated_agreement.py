"""How far back a simple RNN, an LSTM and a GRU find the subject: number agreement over 0 to 60 words, five seeds.

All have 16 units and read 2000 sentences, the shorter ones padded in front. The simple RNN trains longer, with each of
three rates, and the rate that is best on the validation sentences, on average over the seeds, counts; the gated ones
have one rate. With "masks" all three are trained once more, at the gated networks' rate and for their time, as layers
that pass over the padding. `python -m tools.experiments.gated_agreement [masks]`
"""

import sys

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

LONGEST, UNITS, SEEDS, SENTENCES = 60, 16, 5, 500
DISTANCES = (0, 5, 10, 15, 20, 30, 40, 50, 59, 60)
CELLS = {
    "SimpleRNN": (SimpleRNN, (0.001, 0.003, 0.01), 20),
    "LSTM": (LSTM, (0.01,), 12),
    "GRU": (GRU, (0.01,), 12),
}
MASKED = {name: (cell, (0.01,), 12) for name, (cell, _, _) in CELLS.items()}


def trained(cell, rate, epochs, seed, masks):
    """Returns a network that has learned from 2000 sentences."""
    words, labels, vocabulary = agreement(2000, (0, LONGEST), seed)
    embedding = Embedding(len(vocabulary), 8, mask_zero=masks, seed=3 * seed)
    layers = [embedding, cell(UNITS, seed=3 * seed + 1), Dense(1, seed=3 * seed + 2)]
    model = Sequential(layers)
    model.compile(Adam(rate, global_clipnorm=1.0), BinaryCrossentropy(from_logits=True))
    model.fit(words, labels[:, None].astype("float32"), epochs=epochs, verbose=0, seed=seed)
    return model


def right(model, words, labels):
    """Returns the number of right answers."""
    return int(np.sum((model.predict(words, 500)[:, 0] > 0) == labels))


def test_sentences():
    """Yields words and labels for each distance; short sentences are padded in front, as in training."""
    for distance in DISTANCES:
        words, labels, _ = agreement(SENTENCES, distance, 1000 + distance)
        yield np.pad(words, ((0, 0), (max(0, LONGEST - distance), 0))), labels


def main(masks):
    validation, tests, results = agreement(1000, (0, LONGEST), 999)[:2], list(test_sentences()), []
    for name, (cell, rates, epochs) in (MASKED if masks else CELLS).items():
        runs = {rate: [trained(cell, rate, epochs, seed, masks) for seed in range(SEEDS)] for rate in rates}
        judged = {rate: [right(model, *validation) for model in models] for rate, models in runs.items()}
        best = max(rates, key=lambda rate: np.mean(judged[rate]))
        results.append(
            {
                "cell": name,
                "rate": best,
                "epochs": epochs,
                "right": [[right(model, *test) for test in tests] for model in runs[best]],
                "right on validation at each rate": {str(rate): counts for rate, counts in judged.items()},
            }
        )
        print(results[-1], flush=True)
    settings = {"distances": DISTANCES, "sentences": SENTENCES, "longest in training": LONGEST}
    name = "gated_agreement_masks" if masks else "gated_agreement"
    command = f"python -m tools.experiments.gated_agreement{' masks' if masks else ''}"
    record({"runs": results, **settings, "validation sentences": len(validation[1])}, name, command)


if __name__ == "__main__":
    main(masks="masks" in sys.argv[1:])
