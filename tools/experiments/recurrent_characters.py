"""How well a simple recurrent network predicts the next character of a book, and what a short window costs.

`python -m tools.experiments.recurrent_characters`

The first nine tenths of "Alice's Adventures in Wonderland", in small letters, are read by several readers at once, each
from another place. They hand their state on from window to window, but the gradient stops where a window begins. All
windows take equally many steps with 1,600 characters each, so that a shorter one has more readers. Beside them stand
tables of counts: of single characters, and of the next one given the one, two or three before. What is added to each
count is chosen on the last tenth of the training text, so that the tables are as good as such tables get.

The last network is larger and trains longer; it writes at three temperatures.
"""

import time

import numpy as np

from dnnlib.datasets.alice import load_alice
from dnnlib.layers.dense import Dense
from dnnlib.layers.embedding import Embedding
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from tools.experiments.record import record

WINDOWS, SEEDS, STEPS, CHARACTERS, UNITS, RATE = (1, 2, 5, 10, 50), 5, 500, 1600, 64, 0.005
LARGE = {"units": 192, "window": 50, "steps": 3000, "rate": 0.002}
TEMPERATURES, WRITTEN = (0.3, 0.7, 1.0, 1.5), 300
ADDED = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


class Characters:
    """A network that reads a character and answers with scores of the next one."""

    def __init__(self, letters, units, rate, seed):
        self.layers = [Embedding(letters, units, seed=3 * seed),
                       SimpleRNN(units, return_sequences=True, return_state=True, seed=3 * seed + 1),
                       Dense(letters, seed=3 * seed + 2)]  # fmt: skip
        self.loss, self.optimizer = SparseCategoricalCrossentropy(from_logits=True), Adam(rate, global_clipnorm=1.0)

    def scores(self, x, state):
        """Returns the scores after each character, and the last state."""
        embedding, recurrent, dense = self.layers
        y, state = recurrent.forward(embedding.forward(x), initial_state=state)
        return dense.forward(y), [state]

    def step(self, x, targets, state):
        """Takes one step; returns the state."""
        scores, state = self.scores(x, state)
        self.loss(targets.ravel(), scores.reshape(-1, scores.shape[-1]))
        grad = self.layers[2].backward(self.loss.backward().reshape(scores.shape))
        self.layers[0].backward(self.layers[1].backward((grad, None)))
        named = [(layer, name) for layer in self.layers for name in layer.params]
        self.optimizer.apply([layer.grads[name] for layer, name in named],
                             [layer.params[name] for layer, name in named])  # fmt: skip
        return state

    def train(self, codes, window, steps):
        """Trains on windows that follow each other."""
        readers = CHARACTERS // window
        length = (len(codes) - 1) // readers // window * window
        x, y = (codes[i : i + readers * length].reshape(readers, length) for i in (0, 1))
        state = None
        for step in range(steps):
            place = step * window % length
            state = self.step(x[:, place : place + window], y[:, place : place + window], state if place else None)

    def bits(self, codes):
        """Returns the mean number of bits a character, read in 20 pieces."""
        length = (len(codes) - 1) // 20
        x, y = (codes[i : i + 20 * length].reshape(20, length) for i in (0, 1))
        scores, _ = self.scores(x, None)
        return self.loss(y.ravel(), scores.reshape(-1, scores.shape[-1])) / np.log(2)

    def write(self, code, characters, temperature, rng):
        """Returns the codes that the network draws, each read as the next input."""
        written, state = [code], None
        for _ in range(characters):
            scores, state = self.scores(np.array([[written[-1]]]), state)
            powers = np.exp((scores[0, 0].astype("float64") - scores.max()) / temperature)
            written.append(rng.choice(len(powers), p=powers / powers.sum()))
        return written


def table_bits(training, held, context, letters, added):
    """Returns the bits a character of a table of counts with `context` characters before the next."""
    counts = np.full((letters,) * (context + 1), added)

    def places(codes):
        return tuple(codes[i : len(codes) - context + i] for i in range(context + 1))

    np.add.at(counts, places(training), 1)
    return float(-np.log2((counts / counts.sum(axis=-1, keepdims=True))[places(held)]).mean())


def counted(training, held, context, letters):
    """Returns a table's bits on the held-out text; what is added to the counts is chosen on training text."""
    cut = round(0.9 * len(training))
    added = min(ADDED, key=lambda one: table_bits(training[:cut], training[cut:], context, letters, one))
    return {"added": added, "bits": round(table_bits(training, held, context, letters, added), 4)}


def main():
    """Trains all networks and stores what they know."""
    text = load_alice().lower()
    letters = sorted(set(text))
    codes = np.array([letters.index(character) for character in text])
    training, held = np.split(codes, [round(0.9 * len(codes))])
    results = {"counts": [counted(training, held, context, len(letters)) for context in range(4)],
               "settings": {"windows": WINDOWS, "steps": STEPS, "units": UNITS, "large": LARGE}}  # fmt: skip
    print(results["counts"], flush=True)
    results["bits"] = []
    for window in WINDOWS:
        runs = []
        for seed in range(SEEDS):
            model = Characters(len(letters), UNITS, RATE, seed)
            model.train(training, window, STEPS)
            runs.append(round(float(model.bits(held)), 4))
        results["bits"].append(runs)
        print(window, runs, flush=True)
    start, model = time.perf_counter(), Characters(len(letters), LARGE["units"], LARGE["rate"], 0)
    model.train(training, LARGE["window"], LARGE["steps"])
    held_bits, training_bits = (round(float(model.bits(part)), 4) for part in (held, training))
    seconds = round(time.perf_counter() - start)
    results["large"] = {"bits": held_bits, "training_bits": training_bits, "seconds": seconds}
    print(results["large"], flush=True)
    first = letters.index("\n")
    results["written"] = {
        str(temperature): "".join(
            letters[code] for code in model.write(first, WRITTEN, temperature, np.random.default_rng(0))
        ).strip()
        for temperature in TEMPERATURES
    }
    print(results["written"], flush=True)
    record(results)


if __name__ == "__main__":
    main()
