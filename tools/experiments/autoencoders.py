"""What autoencoders of dnnlib make of the digits: code sizes beside PCA, sparse codes, denoising, walks between digits.

A seed stands for the split of the digits, the first weights and the order of the batches; whatever is compared shares
it. Errors are squared differences, summed over the 64 pixels, the mean over the test digits, which no network has
seen. `python -m tools.experiments.autoencoders`
"""

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.activity_regularization import ActivityRegularization
from dnnlib.layers.dense import Dense
from dnnlib.layers.gaussian_noise import GaussianNoise
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.training.callbacks import Callback
from dnnlib.training.sequential import Sequential
from dnnlib.unsupervised.pca import PCA
from tools.experiments.record import record

SEEDS, SIZES, HIDDEN, EPOCHS, RATE, BATCH = range(5), (2, 4, 8, 16, 32, 48), 128, 150, 0.004, 64
UNITS, STRENGTHS, NOISE, PAIRS = 100, (0.0, 0.001, 0.003, 0.01, 0.03), 0.3, 2000


def parts(seed):
    """Returns pixels and labels for training, validation and test, the pixels in rows of 64."""
    split = train_validation_test_split(*load_digits(), seed=seed)
    return [(x.reshape(len(x), 64), y) for x, y in split]


def error(rebuilt, target):
    """Returns the squared error of a digit, the mean over digits."""
    return round(float(np.mean(np.sum((rebuilt - target) ** 2, axis=1))), 5)


def distances(a, b):
    """Returns the distance of each row of a from the nearest row of b."""
    squared = (a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1)
    return np.sqrt(np.maximum(squared, 0)).min(axis=1)


def trained(model, x, y, seed, rate=RATE, epochs=EPOCHS, callbacks=()):
    """Trains a model to give y for x, with the mean squared error."""
    model.compile(Adam(rate), MeanSquaredError())
    model.fit(x, y, BATCH, epochs, verbose=0, seed=seed, callbacks=callbacks)
    return model


def dense(units, seed, bend=True):
    """Returns a dense layer, with a ReLU behind it if it bends."""
    return [Dense(units, seed=seed), *([ReLU()] if bend else [])]


def autoencoder(size, seed, bend=True):
    """Returns an encoder and a decoder with one hidden layer each."""
    encoder = Sequential([*dense(HIDDEN, 4 * seed, bend), Dense(size, seed=4 * seed + 1)])
    return encoder, Sequential([*dense(HIDDEN, 4 * seed + 2, bend), Dense(64, seed=4 * seed + 3)])


def reader(x, y):
    """Returns a network that tells the digits apart; it judges pictures, and has seen none that is rebuilt."""
    model = Sequential([*dense(64, 91), Dense(10, seed=92)])
    model.compile(Adam(0.003), SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, 32, 40, verbose=0, seed=0)
    return model


def judged(pictures, x, judge):
    """Returns how far pictures lie from the nearest training digit, and how many a reader is sure of."""
    scores = judge(pictures)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return {"distance": distances(pictures, x).mean().item(), "sure": np.mean(shares.max(axis=1) > 0.9).item()}, shares


def walk(encoder, decoder, x, test, judge, seed):
    """Judges the places half-way between two test digits of two classes, by three ways to go."""
    digits, labels = test
    a, b = np.random.default_rng(seed).integers(0, len(digits), (2, PAIRS))
    a, b = a[labels[a] != labels[b]], b[labels[a] != labels[b]]
    code_a, code_b = encoder(digits[a]), encoder(digits[b])
    places = {
        "code": decoder((code_a + code_b) / 2),
        "pixels": (decoder(code_a) + decoder(code_b)) / 2,
        "originals": (digits[a] + digits[b]) / 2,
        "rebuilt": decoder(code_a),
        "digits": digits[a],
    }
    rows, among = {"pairs": len(a)}, np.arange(len(a))
    for name, pictures in places.items():
        rows[name], shares = judged(pictures, x, judge)
        rows[name]["third"] = np.mean(shares[among, labels[a]] + shares[among, labels[b]] < 0.5).item()
    return rows


def codes(seed):
    """Rebuilds test digits from codes of several sizes: PCA, networks that bend, networks that don't; and walks."""
    (x, y), _, test = parts(seed)
    judge, rows = reader(x, y), []
    for size in SIZES:
        axes = PCA(size).fit(x)
        row = {"seed": seed, "size": size, "pca": error(axes.inverse_transform(axes.transform(test[0])), test[0])}
        for name, bend in (("deep", True), ("straight", False)):
            encoder, decoder = autoencoder(size, seed, bend)
            model = trained(Sequential([encoder, decoder]), x, x, seed)
            row |= {name: error(model(test[0]), test[0]), f"{name}_in_training": error(model(x), x)}
            if bend:
                row["walk"] = walk(encoder, decoder, x, test, judge, seed)
        rows.append(row)
        print({key: row[key] for key in ("seed", "size", "pca", "deep", "straight")}, flush=True)
    return rows


class UnitNorm(Callback):
    """Keeps each row of a kernel at length 1."""

    def __init__(self, layer):
        self.layer = layer

    def on_train_batch_end(self, batch, logs=None):
        """Divides each row by its length."""
        kernel = self.layer.params["kernel"]
        kernel /= np.linalg.norm(kernel, axis=1, keepdims=True)


def sparse(seed):
    """Learns codes of 100 units under a penalty on their sum, with decoders of unit length and of free length."""
    (x, _), _, (test, _) = parts(seed)
    mean, rows = x.mean(axis=0), []
    x, test = x - mean, test - mean
    for strength in STRENGTHS:
        for unit in (True, False):
            last = Dense(64, seed=2 * seed + 1)
            code = [Dense(UNITS, seed=2 * seed), ReLU(), ActivityRegularization(l1=strength)]
            model = Sequential([Sequential(code), last])
            trained(model, x, x, seed, 0.003, EPOCHS, [UnitNorm(last)] if unit else [])
            z, features = model.layers[0](test), last.params["kernel"]
            features = features / np.linalg.norm(features, axis=1, keepdims=True)
            alike = features @ (x / np.linalg.norm(x, axis=1, keepdims=True)).T
            rows.append(
                {
                    "seed": seed,
                    "l1": strength,
                    "unit": unit,
                    "error": error(model(test), test),
                    "active": np.sum(z > 0, axis=1).mean().item(),
                    "ever": np.sum(z.max(axis=0) > 0).item(),
                    "sum": z.sum(axis=1).mean().item(),
                    "length": np.linalg.norm(last.params["kernel"], axis=1).mean().item(),
                    "likeness": np.median(alike.max(axis=1)).item(),
                }
            )
            print(rows[-1], flush=True)
    return rows


def denoiser(seed, noise):
    """Returns a network wide enough to copy its input, with noise in training."""
    return Sequential([GaussianNoise(noise, seed=seed), *dense(256, 2 * seed), Dense(64, seed=2 * seed + 1)])


def taught_noise(seed, x):
    """Trains a denoiser on the wrong target: the noisy input itself."""
    model, rng = denoiser(seed, 0.0), np.random.default_rng(seed)
    model.compile(Adam(0.002), MeanSquaredError())
    for epoch in range(EPOCHS):
        noisy = x + NOISE * rng.standard_normal(x.shape, "float32")
        model.fit(noisy, noisy, BATCH, 1, verbose=0, seed=epoch)
    return model


def denoising(seed):
    """Takes noise off test digits in seven ways."""
    (x, _), (check, _), (test, _) = parts(seed)
    rng = np.random.default_rng(1000 + seed)
    noisy, noisy_check = (part + NOISE * rng.standard_normal(part.shape, "float32") for part in (test, check))
    fitted = [PCA(size).fit(x) for size in range(2, 40)]
    axes = min(fitted, key=lambda one: error(one.inverse_transform(one.transform(noisy_check)), check))
    mean, covariance = x.mean(axis=0), np.cov(x.T)
    shrink = np.linalg.solve(covariance + NOISE**2 * np.eye(64), covariance)  # the best linear map
    squared = (noisy**2).sum(axis=1)[:, None] - 2 * noisy @ x.T + (x**2).sum(axis=1)
    weights = np.exp((squared.min(axis=1, keepdims=True) - squared) / (2 * NOISE**2))
    weights /= weights.sum(axis=1, keepdims=True)
    row = {
        "seed": seed,
        "noisy": error(noisy, test),
        "axes": axes.n_components_,
        "pca": error(axes.inverse_transform(axes.transform(noisy)), test),
        "linear": error((noisy - mean) @ shrink + mean, test),
        "weighted": error(weights @ x, test),
        "denoising": error(trained(denoiser(seed, NOISE), x, x, seed, 0.002)(noisy), test),
        "plain": error(trained(denoiser(seed, 0.0), x, x, seed, 0.002)(noisy), test),
        "noisy_target": error(taught_noise(seed, x)(noisy), test),
    }
    print(row, flush=True)
    return row


def main():
    """Measures over all seeds and stores it."""
    about = {"sizes": SIZES, "epochs": EPOCHS, "units": UNITS, "noise": NOISE, "test_digits": len(parts(0)[2][1])}
    rows = {"codes": [row for seed in SEEDS for row in codes(seed)]}
    rows |= {"sparse": [row for seed in SEEDS for row in sparse(seed)]}
    record(about | rows | {"denoising": [denoising(seed) for seed in SEEDS]})


if __name__ == "__main__":
    main()
