"""Over which distance a simple recurrent network learns number agreement, and how far its gradient reached.

`python -m tools.experiments.recurrent_distance`

One network and one task; three starts, which differ in one thing each from the first:
  radius 1       recurrent kernel orthogonal, embeddings within ±0.05: no tanh saturates
  radius 0.7     the same kernel times 0.7
  large words    embeddings of standard deviation 1: the tanhs saturate
A sentence has from d to d + 5 words between its subject and the verb, so that no place of the subject can be learned
by heart, and there are no short sentences to learn from. Each seed has its sentences, its weights and its order of
batches, the same for all starts.
"""

import numpy as np

from dnnlib.datasets.sequences import agreement
from dnnlib.initializers.orthogonal import Orthogonal
from dnnlib.initializers.random_normal import RandomNormal
from dnnlib.layers.dense import Dense
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

DISTANCES, SPREAD, SEEDS = (0, 5, 10, 15, 20, 30, 45, 60), 5, 5
SENTENCES, TEST, UNITS, EPOCHS, BATCH, RATE = 2000, 1000, 16, 20, 32, 0.003
STARTS = {"radius 1": (1.0, "uniform"), "radius 0.7": (0.7, "uniform"), "large words": (1.0, RandomNormal(stddev=1.0))}


def network(start, words, seed):
    """Returns embedding, recurrent layer and one output."""
    gain, embeddings = STARTS[start]
    return Sequential([
        Embedding(words, 8, embeddings_initializer=embeddings, seed=3 * seed),
        SimpleRNN(UNITS, recurrent_initializer=Orthogonal(gain=gain), seed=3 * seed + 1),
        Dense(1, seed=3 * seed + 2),
    ])  # fmt: skip


def reach(model, words, steps):
    """Returns what share of the last state's gradient arrives `steps` steps before, as the median over sentences."""
    embedding, recurrent, last = model.layers
    kernel, matrix, bias = (recurrent.params[name] for name in ("kernel", "recurrent_kernel", "bias"))
    h, states = np.zeros((len(words), UNITS)), []
    for x in np.moveaxis(embedding.forward(words), 1, 0):
        states.append(h := np.tanh(x @ kernel + h @ matrix + bias))
    grad = np.tile(last.params["kernel"][:, 0], (len(words), 1))
    first = np.linalg.norm(grad, axis=1)
    for h in states[: -steps - 1 : -1]:
        grad = (grad * (1 - h**2)) @ matrix.T
    return float(np.median(np.linalg.norm(grad, axis=1) / first))


def trained(start, distance, seed):
    """Trains one network; returns its right answers on new sentences, and the reach at the start and at the end."""
    between = (distance, distance + SPREAD)
    words, labels, vocabulary = agreement(SENTENCES, between, 2 * seed)
    test, answers, _ = agreement(TEST, between, 2 * seed + 1)
    model = network(start, len(vocabulary), seed)
    model.compile(Adam(RATE, global_clipnorm=1.0), BinaryCrossentropy(from_logits=True))
    model.build(words.shape)
    before = reach(model, test[:64], distance + SPREAD)
    model.fit(words, labels[:, np.newaxis], batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed)
    right = int(np.sum((model.predict(test)[:, 0] > 0) == answers))
    return {"right": right, "reach": float(f"{before:.3g}"),
            "reach_after": float(f"{reach(model, test[:64], distance + SPREAD):.3g}")}  # fmt: skip


def main():
    """Trains all networks and stores what they got right."""
    settings = {"distances": DISTANCES, "spread": SPREAD, "test": TEST, "seeds": SEEDS, "epochs": EPOCHS}
    results = {"settings": settings}
    for start in STARTS:
        results[start] = [[trained(start, distance, seed) for seed in range(SEEDS)] for distance in DISTANCES]
        for distance, runs in zip(DISTANCES, results[start], strict=True):
            print(start, distance, [run["right"] for run in runs], [run["reach"] for run in runs], flush=True)
    record(results)


if __name__ == "__main__":
    main()
