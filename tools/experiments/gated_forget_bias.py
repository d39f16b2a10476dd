"""After how many steps an LSTM has learned to add numbers up to 50 steps back, from forget biases of 0, 1, 3 and 5.

16 units, batches of 32, at most 1200 steps, five seeds. Every 50 steps the network is judged on 500 validation
sequences; it has learned the task where the mean squared error is below 0.02, an eighth of that of the best constant.
`python -m tools.experiments.gated_forget_bias`
"""

import numpy as np

from dnnlib.datasets.sequences import adding
from dnnlib.layers.dense import Dense
from dnnlib.layers.lstm import LSTM
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

LENGTH, UNITS, SEEDS, STEPS, EVERY, BATCH, BIASES, LEARNED = 50, 16, 5, 1200, 50, 32, (0, 1, 3, 5), 0.02


def steps_needed(bias, seed, others):
    """Returns the number of steps until the task is learned, or None."""
    lstm, order = LSTM(UNITS, seed=2 * seed), np.random.default_rng(seed)
    model = Sequential([lstm, Dense(1, seed=2 * seed + 1)])
    model.compile(Adam(0.01, global_clipnorm=1.0), MeanSquaredError())
    x, y = adding(4000, LENGTH, seed)
    model.build(x.shape)
    lstm.params["bias"][UNITS : 2 * UNITS] = bias
    for step in range(1, STEPS + 1):
        batch = order.integers(0, len(x), BATCH)
        model.train_on_batch(x[batch], y[batch])
        if step % EVERY == 0 and np.mean((model.predict(others[0], 500) - others[1]) ** 2) < LEARNED:
            return step
    return None


def main():
    others, results = adding(500, LENGTH, 999), []
    for bias in BIASES:
        results.append({"bias": bias, "steps": [steps_needed(bias, seed, others) for seed in range(SEEDS)]})
        print(results[-1], flush=True)
    record({"runs": results, "length": LENGTH, "most steps": STEPS})


if __name__ == "__main__":
    main()
