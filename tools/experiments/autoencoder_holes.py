"""How much of the space of codes decodes to digits: a plain and a variational autoencoder, from the same seeds.

Both are Keras models of `dnnlib.models.autoencoders`. A place of the space of codes is called a hole where the picture
decoded there is farther from every training digit than 95 % of the rebuilt test digits are; so a space that is as good
everywhere as at the codes of test digits has 5 % of holes. `python -m tools.experiments.autoencoder_holes`
"""

import keras
import numpy as np

from dnnlib.models.autoencoders import GaussianError, autoencoder
from tools.experiments.autoencoders import SEEDS, distances, error, judged, parts, reader, walk
from tools.experiments.record import record

SIZES, EPOCHS, RATE, BATCH, VARIANCE, DRAWS = (2, 8), 150, 0.004, 64, 0.04, 4000


def places(codes, seed):
    """Draws places of the space of codes: from the normal distribution fitted to the codes, and from their box."""
    rng = np.random.default_rng(seed)
    normal = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), DRAWS).astype("float32")
    low, high = np.quantile(codes, [0.025, 0.975], axis=0)
    return {"normal": normal, "box": rng.uniform(low, high, (DRAWS, codes.shape[1])).astype("float32")}


def row(seed, size, variational):
    """Trains one autoencoder and measures its space of codes."""
    (x, y), _, test = parts(seed)
    keras.utils.set_random_seed(seed)
    model = autoencoder(64, size, variational=variational, seed=seed)
    model.compile(keras.optimizers.Adam(RATE), GaussianError(VARIANCE))
    model.fit(x, x, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    encoder, decoder = (model.get_layer(name) for name in ("encoder", "decoder"))

    def encode(pictures):
        return np.asarray(encoder(pictures))[:, :size]

    def decode(codes):
        return np.asarray(decoder(codes))

    judge, rebuilt = reader(x, y), decode(encode(test[0]))
    limit = np.quantile(distances(rebuilt, x), 0.95)
    found = {"seed": seed, "size": size, "variational": variational, "error": error(rebuilt, test[0])}
    found |= {"rebuilt": judged(rebuilt, x, judge)[0], "walk": walk(encode, decode, x, test, judge, seed)}
    drawn = places(encode(x), seed)
    if variational:
        drawn["prior"] = np.random.default_rng(seed).standard_normal((DRAWS, size), "float32")
        statistics = np.asarray(encoder(x))
        mean, log_variance = statistics[:, :size], statistics[:, size:]
        costs = (mean**2 + np.exp(log_variance) - 1 - log_variance) / 2
        found |= {"nats": costs.sum(axis=1).mean().item(), "deviation": np.exp(log_variance / 2).mean().item()}
    for name, codes in drawn.items():
        pictures = decode(codes)
        found[name] = judged(pictures, x, judge)[0] | {"holes": np.mean(distances(pictures, x) > limit).item()}
    print({key: found[key] for key in ("seed", "size", "variational", "error", "normal", "box")}, flush=True)
    return found


def main():
    """Measures over all seeds and stores it."""
    rows = [row(seed, size, kind) for seed in SEEDS for size in SIZES for kind in (False, True)]
    record({"epochs": EPOCHS, "variance": VARIANCE, "draws": DRAWS, "rows": rows})


if __name__ == "__main__":
    main()
