"""How much of the space of codes decodes to digits: a plain and a variational autoencoder, from the same seeds.

Both start with the same decoder and see the same batches. A place of the space of codes is called a hole where the
picture decoded there is farther from every training digit than 95 % of the rebuilt test digits are; so a space that is
as good everywhere as at the codes of test digits has 5 % of holes. The second half of the epochs is at a quarter of the
rate, so that the spread of the codes comes to rest. `python -m tools.experiments.autoencoder_holes`
"""

import numpy as np

from dnnlib.layers.dense import Dense
from dnnlib.layers.sampling import Sampling
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.autoencoders import (
    BATCH,
    EPOCHS,
    HIDDEN,
    RATE,
    SEEDS,
    dense,
    distances,
    error,
    judged,
    parts,
    reader,
    walk,
)  # fmt: skip
from tools.experiments.record import record

SIZES, VARIANCE, DRAWS = (2, 8), 0.04, 4000


class GaussianError(MeanSquaredError):
    """Squared error of an example over 2 variance, the mean over examples: minus a log density, but for a constant."""

    def forward(self, y_true, y_pred):
        """Computes the loss."""
        self.factor = y_pred.shape[1] / (2 * VARIANCE)
        return self.factor * super().forward(y_true, y_pred)

    def backward(self):
        """Returns dL/d(y_pred)."""
        return self.factor * super().backward()


def places(codes, seed):
    """Draws places of the space of codes, from three regions.

    The normal distribution fitted to the codes; the box of the middle 95 % of the codes along each axis; and the whole
    box, which holds every code.
    """
    rng, shape = np.random.default_rng(seed), (DRAWS, codes.shape[1])
    normal = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), DRAWS)
    low, high = np.quantile(codes, [0.025, 0.975], axis=0)
    drawn = {"normal": normal, "box": rng.uniform(low, high, shape)}
    drawn["whole_box"] = rng.uniform(codes.min(axis=0), codes.max(axis=0), shape)
    return {name: part.astype("float32") for name, part in drawn.items()}


def row(seed, size, variational):
    """Trains one autoencoder and measures its space of codes."""
    (x, y), _, test = parts(seed)
    first = Dense((1 + variational) * size, seed=4 * seed + 1)
    encoder = Sequential([*dense(HIDDEN, 4 * seed), first])
    decoder = Sequential([*dense(HIDDEN, 4 * seed + 2), Dense(64, seed=4 * seed + 3)])
    model = Sequential([encoder, *([Sampling(seed)] if variational else []), decoder])
    model.compile(Adam(RATE), GaussianError())
    for rate in (RATE, RATE / 4):
        model.optimizer.learning_rate = rate
        model.fit(x, x, BATCH, EPOCHS, verbose=0, seed=seed)

    def encode(pictures):
        return encoder(pictures)[:, :size]

    judge, rebuilt = reader(x, y), decoder(encode(test[0]))
    limit = np.quantile(distances(rebuilt, x), 0.95)
    found = {"seed": seed, "size": size, "variational": variational, "error": error(rebuilt, test[0])}
    found |= {"rebuilt": judged(rebuilt, x, judge)[0], "walk": walk(encode, decoder, x, test, judge, seed)}
    drawn = places(encode(x), seed)
    if variational:
        drawn["prior"] = np.random.default_rng(seed).standard_normal((DRAWS, size), "float32")
        statistics = encoder(x)
        mean, log_variance = statistics[:, :size], statistics[:, size:]
        costs = (mean**2 + np.exp(log_variance) - 1 - log_variance) / 2
        found |= {"nats": costs.sum(axis=1).mean().item(), "deviation": np.exp(log_variance / 2).mean().item()}
    for name, codes in drawn.items():
        pictures = decoder(codes)
        found[name] = judged(pictures, x, judge)[0] | {"holes": np.mean(distances(pictures, x) > limit).item()}
    print(
        {key: found[key] for key in ("seed", "size", "variational", "error", "normal", "box", "whole_box")}, flush=True
    )
    return found


def main():
    """Measures over all seeds and stores it."""
    rows = [row(seed, size, kind) for seed in SEEDS for size in SIZES for kind in (False, True)]
    record({"epochs": 2 * EPOCHS, "variance": VARIANCE, "draws": DRAWS, "rows": rows})


if __name__ == "__main__":
    main()
