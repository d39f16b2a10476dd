"""What clipping the gradient's length is worth when a recurrent network reads a digit pixel by pixel.

`python -m tools.experiments.recurrent_clipping`

The 64 pixels of a digit come one a step, and the class is told at the end. The same network is trained by gradient
descent with momentum at several learning rates, without clipping and with the length of the whole gradient cut back to
1. Each seed has its split, its weights and its order of batches, the same for all. The length before clipping is kept
for every step.
"""

import numpy as np

from dnnlib.layers.dense import Dense
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record

RATES, UNITS, EPOCHS, BATCH, SEEDS = (0.001, 0.003, 0.01, 0.03, 0.1), 32, 10, 32, 10
LIMITS = {"none": None, "norm": 1.0}


class Measured(SGD):
    """Gradient descent with momentum that remembers how long each gradient was before it was clipped."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lengths = []

    def apply(self, grads, trainable_variables):
        """Takes one step."""
        self.lengths.append(float(np.sqrt(sum(np.sum(np.square(grad, dtype="float64")) for grad in grads))))
        super().apply(grads, trainable_variables)


def trained(rate, limit, seed, data):
    """Trains one network; returns its right answers on held-out digits, its losses, and quantiles of the lengths."""
    (x, y), (x_held, y_held) = [(images.reshape(len(images), 64, 1), labels) for images, labels in split(*data, seed)]
    optimizer = Measured(rate, momentum=0.9, global_clipnorm=limit)
    model = Sequential([SimpleRNN(UNITS, seed=2 * seed), Dense(10, seed=2 * seed + 1)])
    model.compile(optimizer, SparseCategoricalCrossentropy(from_logits=True))
    losses = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0, seed=seed).history["loss"]
    right = int(np.sum(model.predict(x_held).argmax(axis=1) == y_held))
    quantiles = np.quantile(optimizer.lengths, (0.5, 0.9, 1))
    return {"right": right, "held": len(y_held), "losses": [round(float(loss), 4) for loss in losses],
            "lengths": [float(f"{length:.3g}") for length in quantiles]}  # fmt: skip


def main():
    """Trains all networks and stores what they got right."""
    data, results = development_digits(), {"settings": {"rates": RATES, "seeds": SEEDS, "epochs": EPOCHS}}
    for kind, limit in LIMITS.items():
        results[kind] = [[trained(rate, limit, seed, data) for seed in range(SEEDS)] for rate in RATES]
        for rate, runs in zip(RATES, results[kind], strict=True):
            print(kind, rate, [run["right"] for run in runs], [run["lengths"] for run in runs], flush=True)
    record(results)


if __name__ == "__main__":
    main()
