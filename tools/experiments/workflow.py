"""What leaks, what cures overfitting, and how much the best of many flatters itself: digits and small networks.

The networks are dnnlib's own, with one hidden layer. Where it says so, a share of the labels for training and
validation is wrong, while those of the test digits are right. `python -m tools.experiments.workflow`
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

SEEDS, EPOCHS, WRONG, PATIENCE = 20, 60, 0.2, 5
CANDIDATES = {"smaller": [{"units": n} for n in (4, 8, 16, 32)], "penalty": [{"decay": d} for d in (0.1, 0.3, 1, 3)]}


def network(units, seed, rate=0.01):
    """Returns a network with one hidden layer, compiled."""
    model = Sequential([Dense(units, seed=2 * seed), ReLU(), Dense(10, seed=2 * seed + 1)])
    model.compile(Adam(rate), SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def with_wrong_labels(y, share, rng):
    """Replaces a share of the labels by another class."""
    wrong = rng.random(len(y)) < share
    return np.where(wrong, (y + rng.integers(1, 10, len(y))) % 10, y)


def right(model, x, y):
    """Counts right answers."""
    return int(np.sum(model.predict(x, 1000).argmax(axis=1) == y))


def one_epoch(model, x, y, rng, decay, rate=0.01):
    """Trains for one epoch; a penalty shrinks the kernels a little at each step."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), 32):
        batch = order[start : start + 32]
        model.train_on_batch(x[batch], y[batch])
        for variable in model.params.values():
            if variable.ndim == 2:
                variable *= 1 - rate * decay


def trained(train, validation, test, seed, examples=200, units=64, decay=0.0, stop=False):
    """Trains with one cure, and counts right answers on the test digits and on the digits for training."""
    model, rng = network(units, seed), np.random.default_rng(seed)
    x, y = train[0][:examples], train[1][:examples]
    model.build((None, 64))
    best, since, kept, last = np.inf, 0, None, EPOCHS
    for epoch in range(EPOCHS):
        one_epoch(model, x, y, rng, decay)
        if not stop:
            continue
        loss = model.evaluate(*validation, batch_size=1000)[0]
        if loss < best:
            best, since, kept = loss, 0, [variable.copy() for variable in model.params.values()]
        else:
            since += 1
        if since == PATIENCE:
            last = epoch + 1
            break
    if stop:
        for variable, value in zip(model.params.values(), kept, strict=True):
            variable[:] = value
    return {"right": right(model, *test), "right_in_training": right(model, x, y), "of": examples, "epochs": last}


def parts(seed, wrong):
    """Returns training, validation and test digits; another seed deals the first two anew, never the test."""
    x, y = load_digits()
    (x, y), (x_val, y_val), test = train_validation_test_split(x.reshape(len(x), -1), y, 0)
    x, y = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    rng = np.random.default_rng(seed)
    order, y = rng.permutation(len(x)), with_wrong_labels(y, wrong, rng)
    train, validation = order[:862], order[862:]
    return (x[train], y[train]), (x[validation], y[validation]), test


def on_validation(options, seeds=range(100, 105)):
    """Counts right answers on validation digits, with seeds that the comparison does not use."""
    return sum(
        trained(train, validation, validation, seed, **options)["right"]
        for seed, (train, validation, _) in ((seed, parts(seed, WRONG)) for seed in seeds)
    )


def cures():
    """Trains each cure on the same digits, first weights and seeds as the network without one."""
    chosen = {name: max(candidates, key=on_validation) for name, candidates in CANDIDATES.items()}
    options = {"none": {}, "more data": {"examples": 800}, **chosen, "early stopping": {"stop": True}}
    rows = []
    for seed in range(SEEDS):
        digits = parts(seed, WRONG)
        for name, choice in options.items():
            rows.append({"cure": name, "choice": choice, "seed": seed} | trained(*digits, seed, **choice))
            print(rows[-1], flush=True)
    return rows


def flattery(candidates=50, small=100, draws=2000):
    """Picks the best of k candidates on a small validation set, and asks all other digits what it is worth."""
    train, validation, test = parts(0, 0.0)
    x, y = (np.concatenate(both) for both in zip(validation, test, strict=True))
    rng, hits = np.random.default_rng(0), []
    for seed in range(candidates):
        units, rate, epochs = rng.choice([8, 16, 32, 64]), 10 ** rng.uniform(-3, -1.5), rng.integers(5, 40)
        model = network(int(units), seed, rate)
        model.fit(train[0][:200], train[1][:200], 32, int(epochs), verbose=0, seed=seed)
        hits.append(model.predict(x, 1000).argmax(axis=1) == y)
    hits, rows = np.array(hits), []
    for k in (1, 2, 5, 10, 20, 50):
        gains = []
        for _ in range(draws):
            some = rng.choice(candidates, k, replace=False)
            order = rng.permutation(len(y))
            judge, fresh = order[:small], order[small:]
            best = some[hits[np.ix_(some, judge)].mean(axis=1).argmax()]
            gains.append([hits[best, judge].mean(), hits[best, fresh].mean()])
        rows.append({"k": k, "validation": np.mean(gains, 0)[0], "fresh": np.mean(gains, 0)[1]})
        rows[-1]["spread_of_mean"] = float(np.std(np.diff(gains), ddof=1) / draws**0.5)
        print(rows[-1], flush=True)
    return rows


def chosen_features(examples=100, features=5000, kept=20, repeats=100):
    """Predicts coin tosses from noise, with features chosen on all examples, and on those for training alone."""
    rows = []
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(examples, features)), rng.integers(0, 2, examples)
        half, row = examples // 2, {"seed": seed, "of": examples - examples // 2}
        for name, seen in (("all", examples), ("training", half)):
            gap = x[:seen][y[:seen] == 1].mean(0) - x[:seen][y[:seen] == 0].mean(0)
            best = np.argsort(-np.abs(gap))[:kept]
            fitted = LogisticRegression().fit(x[:half, best], y[:half])
            row[name] = int(np.sum(fitted.predict(x[half:, best]) == y[half:]))
        rows.append(row)
    return rows


def near_copies(originals=100, copies=5):
    """Deals noisy copies of digits at random, or keeps the copies of a digit together; fresh digits tell the truth."""
    rows = []
    for seed in range(SEEDS):
        train, _, test = parts(seed, 0.0)
        rng, owner = np.random.default_rng(seed), np.repeat(np.arange(originals), copies)
        x = train[0][owner] + rng.normal(0, 0.1, (len(owner), 64)).astype(np.float32)
        y, row = train[1][owner], {"seed": seed, "of": len(owner) // 2, "of_fresh": len(test[1])}
        for name, key in (("copies", rng.permutation(len(owner))), ("digits", rng.permutation(originals)[owner])):
            order = np.argsort(key, kind="stable")
            first, second = np.split(order, 2)
            model = network(64, seed)
            model.fit(x[first], y[first], 32, EPOCHS, verbose=0, seed=seed)
            row |= {name: right(model, x[second], y[second]), f"{name}_fresh": right(model, *test)}
        rows.append(row)
        print(row, flush=True)
    return rows


def scaled():
    """Scales the pixels by the mean and spread of all digits, or of those for training alone: a small leak."""
    rows = []
    for seed in range(SEEDS):
        train, _, test = parts(seed, 0.0)
        x, row = train[0][:200], {"seed": seed, "of": len(test[1])}
        for name, seen in (("all", np.concatenate([x, test[0]])), ("training", x)):
            mean, spread = seen.mean(0), seen.std(0) + 1e-3
            model = network(64, seed)
            model.fit((x - mean) / spread, train[1][:200], 32, 20, verbose=0, seed=seed)
            row[name] = right(model, (test[0] - mean) / spread, test[1])
        rows.append(row)
    return rows


def main():
    """Measures everything and stores it."""
    measured = {function.__name__: function() for function in (chosen_features, near_copies, scaled, flattery, cures)}
    record({"wrong": WRONG, "epochs": EPOCHS, "patience": PATIENCE} | measured)


if __name__ == "__main__":
    main()
