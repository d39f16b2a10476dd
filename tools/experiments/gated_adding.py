"""Which networks learn to add two marked numbers that lie 5 to 75 steps back: simple RNN, LSTM, GRU, five seeds.

All have 16 units and take 1200 steps with batches of 32. The simple RNN has a choice of three rates: the one that is
best on the validation sequences, on average over the seeds, counts. The gated ones have one rate.
`python -m tools.experiments.gated_adding`
"""

from itertools import product

import numpy as np

from dnnlib.datasets.sequences import adding
from dnnlib.layers.dense import Dense
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

LENGTHS, UNITS, SEEDS, STEPS, BATCH = (10, 25, 50, 75), 16, 5, 1200, 32
CELLS = {
    "SimpleRNN": (SimpleRNN, (0.001, 0.003, 0.01)),
    "LSTM": (LSTM, (0.01,)),
    "GRU": (GRU, (0.01,)),
}


def errors(cell, rate, length, seed, others):
    """Trains one network; returns its mean squared errors on the other parts."""
    model = Sequential([cell(UNITS, seed=2 * seed), Dense(1, seed=2 * seed + 1)])
    model.compile(Adam(rate, global_clipnorm=1.0), MeanSquaredError())
    x, y = adding(BATCH * STEPS // 4, length, seed)
    model.fit(x, y, batch_size=BATCH, epochs=4, verbose=0, seed=seed)
    return [float(np.mean((model.predict(x, 500) - y) ** 2)) for x, y in others]


def main():
    results = []
    for length, (name, (cell, rates)) in product(LENGTHS, CELLS.items()):
        others = adding(500, length, 998), adding(1000, length, 999)
        runs = {rate: [errors(cell, rate, length, seed, others) for seed in range(SEEDS)] for rate in rates}
        best = min(rates, key=lambda rate: np.mean([validation for validation, _ in runs[rate]]))
        results.append(
            {
                "cell": name,
                "length": length,
                "rate": best,
                "errors": [test for _, test in runs[best]],
                "validation errors at each rate": {str(rate): [v for v, _ in runs[rate]] for rate in rates},
            }
        )
        print(results[-1], flush=True)
    record({"runs": results, "lengths": LENGTHS})


if __name__ == "__main__":
    main()
