"""How many labels does transfer save? Accuracy over images a class, for each part that can be kept frozen.

`python -m tools.experiments.transfer_labels`

The backbone of `dnnlib.models.backbone`, trained on signs, is used for digits, and for clothes of Fashion-MNIST counted
down to 8 x 8 pixels, which look like neither. Each seed draws labelled images, first weights and an order; all ways get
the same. Each is trained with Adam for as many steps of as many images, with a rate that falls along a cosine:
  from scratch        all layers from random weights, normalised by the batches' statistics
  all frozen          a dense layer alone, on the backbone's features
  k frozen            the dense layer alone for half of the steps, then with it what follows the first k convolutions
  none frozen         the same with all layers: fine-tuning
  ..., random head    the dense layer starts from Keras's random weights, not from zeros as everywhere else
  ..., statistics     the normalisation takes each batch's statistics, moves its own and learns too
  move
  untrained, frozen   a dense layer on the features of random weights: what does training the backbone bring?
  linear, pixels      a dense layer on the pixels
  nearest, pixels     the class of the most similar labelled image, by the cosine, without any training
  nearest, features   the same by the backbone's features
Elsewhere, where layers of the backbone are trained, their normalisation stays as the signs left it. Each way's rate,
or that of the way that it varies, is chosen by mean accuracy on validation images, from draws out of the training
images; the accuracies are of test images that no choice has seen. Draws of the measurement come from training and
validation images. What is stored already is not repeated.
"""

import json
from functools import cache

import keras
import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.fashion_mnist import load_fashion_mnist
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.evaluation.paired import paired_difference
from dnnlib.models.backbone import backbone
from dnnlib.models.ledger import ledger, totals
from tools.experiments.record import RESULTS, START, record
from tools.experiments.transfer_network import BATCH, DEPTH, STEPS, accuracy, cut_at, fit, fresh, order, start, tail

SIZES = {"digits": (1, 2, 5, 10, 20, 50, 100), "clothes": (2, 10, 50, 200)}  # labelled images a class
SEEDS, TEST = 5, 2000
RATES = {
    way: (0.0003, 0.001, 0.003, 0.01) for way in ("from scratch", "3 frozen", "2 frozen", "1 frozen", "none frozen")
}
RATES["from scratch"] += (0.03, 0.1)
RATES |= {"all frozen": (0.001, 0.003, 0.01, 0.03), "linear, pixels": (0.03, 0.1, 0.3)}
RATES |= {"all frozen, random head": (0.003, 0.01, 0.03)}
RATES |= {"untrained, frozen": (0.03, 0.1, 0.3, 1.0)}  # whose features are small numbers
CHOICE_SEEDS, CHOICE_SIZES = (100, 101), (2, 10, 50)
FROZEN = {"all frozen": 4, "3 frozen": 3, "2 frozen": 2, "1 frozen": 1, "none frozen": 0}
HEADS = ("all frozen", "untrained, frozen", "linear, pixels")
NEAREST = ("nearest, pixels", "nearest, features")
MOVING = "none frozen, statistics move"
RANDOM = "all frozen, random head"
VARIANTS = {RANDOM: "all frozen", MOVING: "none frozen"}  # the second has the rate of what it varies
WAYS = ("from scratch", *FROZEN, *VARIANTS, *HEADS[1:], *NEAREST)
LONGER, LONGER_SIZES = 4, (5, 20, 100)  # times as many steps from scratch, as a control: are steps missing?


def digits():
    """Returns training, validation and test digits: 862, 216 and 719."""
    return train_validation_test_split(*load_digits(), seed=0)


@cache
def clothes():
    """Returns 2,000 training, 1,000 validation and 2,000 test pictures of clothes, counted down to 8 x 8 pixels."""
    (x, y), (x_test, y_test) = load_fashion_mnist()
    return [(halved_twice(x[part]), y[part]) for part in (slice(2000), slice(2000, 3000))] + [
        (halved_twice(x_test[:TEST]), y_test[:TEST])
    ]


def halved_twice(images):
    """Returns images (N, 28, 28, 1) in a frame of black as means over blocks of 4 x 4, (N, 8, 8, 1)."""
    framed = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return framed.reshape(-1, 8, 4, 8, 4, 1).mean(axis=(2, 4))


TARGETS = {"digits": digits, "clothes": clothes}


def drawn(y, count, seed):
    """Returns the indices of `count` examples of each class; more of them begin with the same."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(np.flatnonzero(y == label))[:count] for label in np.unique(y)])


def nearest(known, labels, others):
    """Returns the class of the known example that is most similar to each of the others, by the cosine."""
    a, b = (rows.reshape(len(rows), -1) for rows in (known, others))
    return labels[np.argmax(b @ (a / np.linalg.norm(a, axis=1, keepdims=True)).T, axis=1)]


@cache
def source():
    """Returns the trained backbone."""
    return backbone()


def made(base, kept, x):
    """Returns what stands behind the first `kept` convolutions of a backbone."""
    return np.asarray(cut_at(base, kept)(x, training=False)) if kept else x


@cache
def dense(width, rate, steps=STEPS):
    """Returns a dense layer on `width` numbers, compiled: a tail behind everything."""
    model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(10, name="scores")])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))
    model.compile(adam, loss, steps_per_execution=50)
    return model


def by_head(way, some, test, seed, rate, steps=STEPS, random_head=False):
    """Trains a dense layer on pixels, on the backbone's features or on those of random weights; returns it too."""
    base = {"all frozen": source, "untrained, frozen": lambda: fresh(seed)[0], "linear, pixels": lambda: None}[way]()
    rows = [(x.reshape(len(x), -1) if base is None else made(base, DEPTH, x), y) for x, y in (some, test)]
    model = dense(rows[0][0].shape[1], rate, steps)
    start(model, None, fresh(seed, rows[0][0].shape[1], random_head=random_head)[1])
    fit(model, *rows[0], order(len(some[1]), seed, steps * BATCH))
    return accuracy(model, *rows[1]), model


def by_tail(kept, some, test, seed, rate, scores, batch_statistics=False):
    """Trains what stands behind `kept` convolutions, from the backbone's weights and a trained dense layer."""
    model = tail(kept, rate, batch_statistics, steps=STEPS // 2)
    start(model, source(), scores)
    fit(model, made(source(), kept, some[0]), some[1], order(len(some[1]), seed)[STEPS // 2 * BATCH :])
    return accuracy(model, made(source(), kept, test[0]), test[1])


def from_scratch(some, test, seed, rate, steps=STEPS):
    """Trains all layers from random weights."""
    model = tail(0, rate, batch_statistics=True, steps=steps)
    start(model, *fresh(seed))
    fit(model, *some, order(len(some[1]), seed, steps * BATCH))
    return accuracy(model, *test)


def chosen(target):
    """Returns each way's rate: the one with the best mean accuracy on validation images."""
    training, validation, _ = TARGETS[target]()
    found = {way: {rate: [] for rate in RATES[way]} for way in (*HEADS, RANDOM, "from scratch", *list(FROZEN)[1:])}
    for way in found:
        for rate, accuracies in found[way].items():
            for seed in CHOICE_SEEDS:
                for size in CHOICE_SIZES:
                    some = [part[drawn(training[1], size, seed)] for part in training]
                    accuracies.append(one(way, some, validation, seed, {**best(found), way: rate}))
        print(target, way, {rate: round(float(np.mean(runs)), 4) for rate, runs in found[way].items()}, flush=True)
    means = {way: {str(rate): round(float(np.mean(runs)), 4) for rate, runs in grid.items()}
             for way, grid in found.items()}  # fmt: skip
    return {"rate": best(found), "mean accuracy in validation": means}


def best(found):
    """Returns the best rate of each way that has been tried."""
    return {way: max(grid, key=lambda rate: np.mean(grid[rate])) for way, grid in found.items() if all(grid.values())}


def one(way, some, test, seed, rates):
    """Returns the accuracy of one way on test images."""
    if way == "from scratch":
        return from_scratch(some, test, seed, rates[way])
    if way in (*HEADS, RANDOM):
        return by_head(VARIANTS.get(way, way), some, test, seed, rates[way], random_head=way == RANDOM)[0]
    if way in NEAREST:
        images = [made(source(), DEPTH if way == NEAREST[1] else 0, x) for x in (some[0], test[0])]
        return float(np.mean(nearest(images[0], some[1], images[1]) == test[1]))
    _, head = by_head("all frozen", some, test, seed, rates["all frozen"], STEPS // 2)
    depth = VARIANTS.get(way, way)
    return by_tail(FROZEN[depth], some, test, seed, rates[depth], head.get_weights(), way == MOVING)


def labelled(target, size, seed):
    """Returns images to train on, `size` a class, and the test images."""
    training, validation, test = TARGETS[target]()
    x, y = (np.concatenate(parts) for parts in zip(training, validation, strict=True))
    some = drawn(y, size, seed)
    return (x[some], y[some]), test


def measured(target, way, seed, rates):
    """Returns the accuracies of one way and one seed, one a size."""
    found = [round(one(way, *labelled(target, size, seed), seed, rates), 4) for size in SIZES[target]]
    print(target, seed, way, found, flush=True)
    return found


def costs():
    """Returns multiply-accumulates of the training for each way: forward once, and three times what is trained.

    The backward pass computes two products of the size of the forward one. What is frozen is computed once an image.
    """
    seen = STEPS * BATCH
    whole = totals(ledger(backbone(weights=None))).macs
    parts = {way: totals(ledger(tail(kept, 0.001, False))).macs for way, kept in FROZEN.items()}
    head = parts["all frozen"]
    cost = {way: {"an image once": whole - macs + head, "an image seen": 3 * (head + macs) // 2}
            for way, macs in parts.items()}  # fmt: skip
    cost["from scratch"] = {"an image once": 0, "an image seen": 3 * parts["none frozen"]}
    return {"images seen": seen, "multiply-accumulates": cost}


def longer(seed, rate):
    """Returns accuracies on digits from scratch with more steps, one a size."""
    return [
        round(from_scratch(*labelled("digits", size, seed), seed, rate, LONGER * STEPS), 4) for size in LONGER_SIZES
    ]


def compared(table):
    """Returns the paired differences to training from scratch, [difference, low, high] for each way and size."""
    base = table["from scratch"]
    return {
        way: [differences(row, other) for row, other in zip(rows, base, strict=True)]
        for way, rows in table.items()
        if way != "from scratch" and len(rows[0]) == len(base[0]) > 1
    }


def differences(a, b):
    """Returns the mean difference over seeds, and the limits of its interval."""
    return [round(share, 4) for share in paired_difference(a, b)[:3]]


def main():
    """Measures what is not stored yet."""
    path = RESULTS / "transfer_labels.json"
    stored = json.loads(path.read_text()) if path.exists() else {"seconds": 0, "results": {}}
    results = stored["results"] | {"ways": list(WAYS), "steps": STEPS, "batch": BATCH, "cost": costs()}

    def store():
        record(results, "transfer_labels", start=START - stored["seconds"])

    for target, sizes in SIZES.items():
        found = results.setdefault(target, {})
        if "choice" not in found:
            found["choice"] = chosen(target)
            store()
        old = found.get("accuracy", {})
        table = {way: old.get(way) or [[] for _ in sizes] for way in WAYS}
        for seed in range(SEEDS):
            for way in (way for way, rows in table.items() if len(rows[0]) == seed):
                for row, share in zip(table[way], measured(target, way, seed, found["choice"]["rate"]), strict=True):
                    row.append(share)
            found |= {
                "sizes": list(sizes),
                "seeds": len(table["from scratch"][0]),
                "accuracy": table,
                "minus from scratch": compared(table),
            }
            store()
    control = results.setdefault("from scratch, longer", {"times": LONGER, "sizes": list(LONGER_SIZES), "runs": []})
    for seed in range(len(control["runs"]), SEEDS):
        control["runs"].append(longer(seed, results["digits"]["choice"]["rate"]["from scratch"]))
        store()


if __name__ == "__main__":
    main()
