"""What truncated backpropagation can learn when the answer lies further back than its window.

`python -m tools.experiments.recurrent_windows`

Number agreement with 5 to 10 words between subject and verb, so that the subject was read 6 to 11 steps before the
last one. Forward, every network reads the whole sentence; backward, the gradient is followed through the last steps
only. Network, start, sentences and order of batches are those of `recurrent_distance`, start "radius 1".
"""

import numpy as np

from dnnlib.datasets.sequences import agreement
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.adam import Adam
from tools.experiments.record import record
from tools.experiments.recurrent_distance import BATCH, EPOCHS, RATE, SEEDS, SENTENCES, SPREAD, TEST, network

WINDOWS, DISTANCE = (2, 4, 5, 6, 8, 11), 5


def train_truncated(model, words, labels, window, epochs, seed):
    """Trains embedding, recurrent layer and output; the gradient goes back through the last `window` steps."""
    embedding, recurrent, dense = model.layers
    loss, optimizer = BinaryCrossentropy(from_logits=True), Adam(RATE, global_clipnorm=1.0)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(len(words)), len(words) // BATCH):
            vectors = embedding.forward(words[batch])
            state = recurrent.forward(vectors[:, :-window])
            scores = dense.forward(recurrent.forward(vectors[:, -window:], initial_state=[state]))
            loss(labels[batch, np.newaxis], scores)
            late = recurrent.backward(dense.backward(loss.backward()))
            embedding.backward(np.concatenate([np.zeros_like(vectors[:, :-window]), late], axis=1))
            optimizer.apply(list(model.grads.values()), list(model.params.values()))


def trained(window, seed):
    """Trains one network; returns its right answers on new sentences."""
    between = (DISTANCE, DISTANCE + SPREAD)
    words, labels, vocabulary = agreement(SENTENCES, between, 2 * seed)
    test, answers, _ = agreement(TEST, between, 2 * seed + 1)
    model = network("radius 1", len(vocabulary), seed)
    model.build(words.shape)
    train_truncated(model, words, labels, window, EPOCHS, seed)
    return int(np.sum((model.predict(test)[:, 0] > 0) == answers))


def main():
    """Trains all networks and stores what they got right."""
    results = {"settings": {"windows": WINDOWS, "distances": [DISTANCE, DISTANCE + SPREAD], "test": TEST}}
    results["right"] = [[trained(window, seed) for seed in range(SEEDS)] for window in WINDOWS]
    for window, right in zip(WINDOWS, results["right"], strict=True):
        print(window, right, flush=True)
    record(results)


if __name__ == "__main__":
    main()
