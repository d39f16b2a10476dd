"""How plain and residual networks fare as they get deeper, and what they lose with a block or two taken out or swapped.

`python -m tools.experiments.residual_depth --data FOLDER`

FOLDER holds CIFAR-10's data_batch_1 and test_batch, as the official archive has them. The first 4,000 training and
1,000 test images are averaged to 16 x 16 pixels, so that a processor can do it; the networks are those of the paper
with half of its maps (8, 16, 32). All kinds of one seed see the same batches. Each run is stored when it ends, and a
second start goes on behind the last one. A GPU would allow 32 x 32 pixels, 50,000 images, 16 maps and 182 epochs.
"""

import argparse
import json
import time
from itertools import product

import keras
import numpy as np

from dnnlib.models.resnet_cifar import resnet_cifar
from tools.experiments import small_cifar
from tools.experiments.record import RESULTS, record

DEPTHS, SEEDS, EPOCHS, BATCH, FILTERS = (8, 20, 38), (0, 1, 2), 20, 64, 8
KINDS = {"plain": {"shortcut": "none"}, "residual": {"shortcut": "identity"}}
RATE, WARM_UP = 0.1, 1  # the largest rate, reached after so many epochs; then half a cosine down to 0
# For the two deeper plain networks, with these seeds: is it the rate that stops the deepest?
OTHER_RATES = {0.03: SEEDS, 0.01: SEEDS[:1]}


def load(folder, train=4000, test=1000):
    """Returns two pairs (x, y): images (N, 16, 16, 3), each channel with mean 0 and deviation 1, and labels (N,)."""
    parts = small_cifar.load(folder, train, test)
    x = parts[0][0]
    mean, deviation = x.mean(axis=(0, 1, 2)), x.std(axis=(0, 1, 2))
    return [((x - mean) / deviation, y) for x, y in parts]


def trained(data, depth, seed, epochs=EPOCHS, rate=RATE, **kind):
    """Trains a network; returns it, and what it did: the errors are shares of images, one an epoch for the losses."""
    (x, y), (x_test, y_test) = data
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = resnet_cifar(depth, x.shape[1:], filters=FILTERS, classifier_activation=None, **kind)
    steps = -(-len(x) // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps * (epochs - WARM_UP), warmup_target=rate, warmup_steps=steps * WARM_UP
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(schedule, momentum=0.9), loss, metrics=["accuracy", _cross_entropy])
    rng, history = np.random.default_rng(seed), []
    for _ in range(epochs):
        order, flips = rng.permutation(len(x)), rng.random(len(x)) < 0.5
        shown = np.where(flips[:, None, None, None], x[:, :, ::-1], x)[order]
        history.append(model.fit(shown, y[order], batch_size=BATCH, shuffle=False, verbose=0).history)
    return model, {
        "depth": depth, "seed": seed, "rate": rate,
        "loss": [_number(epoch["_cross_entropy"][0]) for epoch in history],
        "running_error": [round(1 - epoch["accuracy"][0], 4) for epoch in history],
        "train_error": error(model, x, y), "test_error": error(model, x_test, y_test),
        "wrong": wrong(model, x_test, y_test), "seconds": round(time.perf_counter() - started),
    }  # fmt: skip


def _number(loss):
    return round(loss, 4) if np.isfinite(loss) else None  # JSON has no word for a loss that is none any more


def _cross_entropy(y, scores):
    return keras.losses.sparse_categorical_crossentropy(y, scores, from_logits=True)  # without the penalty


def error(model, x, y):
    """Returns the share of images that a network takes for another class, not training."""
    return round(float(np.mean(model.predict(x, batch_size=500, verbose=0).argmax(1) != y)), 4)


def wrong(model, x, y):
    """Returns a bit an image, 1 if the network gets it wrong, as hexadecimal digits: for paired comparisons."""
    return np.packbits(model.predict(x, batch_size=500, verbose=0).argmax(1) != y).tobytes().hex()


def segments(model):
    """Returns a network in pieces that can be called one after another: the stem, each block, the classifier.

    Returns:
        (stem, blocks, head): functions of a batch; blocks is a list of (name, function).
    """
    ends = [layer for layer in model.layers if layer.name.endswith("_out")]
    starts = [model.get_layer("conv1_relu"), *ends[:-1]]
    blocks = [
        (end.name.removesuffix("_out"), keras.Model(start.output, end.output))
        for start, end in zip(starts, ends, strict=True)
    ]
    stem, head = keras.Model(model.input, starts[0].output), keras.Model(ends[-1].output, model.output)
    return stem, blocks, head


def lesions(model, x, y, seed, most=6, draws=5):
    """Returns the test error with blocks left out, or swapped, of a trained network; nothing is trained again.

    Only blocks that keep the shape of their input can go. A plain block that goes takes its two layers with it; of a
    residual one the shortcut remains.
    """
    stem, blocks, head = segments(model)
    free = [i for i, (_, block) in enumerate(blocks) if block.input_shape == block.output_shape]
    begun = [np.asarray(stem(x, training=False))]
    for _, block in blocks:
        begun.append(np.asarray(block(begun[-1], training=False)))

    def error_with(order, first):
        """The error with blocks in this order; those before `first` are untouched."""
        values = begun[first]
        for i in order[first:]:
            values = blocks[i][1](values, training=False)
        return round(float(np.mean(np.asarray(head(values, training=False)).argmax(1) != y)), 4)

    all_blocks, rng = list(range(len(blocks))), np.random.default_rng(seed)
    without = {blocks[i][0]: error_with([j for j in all_blocks if j != i], i) for i in free}
    swapped = {}
    for i in free:
        if i + 1 in free:
            order = [*all_blocks[:i], i + 1, i, *all_blocks[i + 2 :]]
            swapped[blocks[i][0]] = error_with(order, i)
    several = {}
    for count in range(1, most + 1):
        gone = [sorted(rng.choice(free, count, replace=False).tolist()) for _ in range(draws)]
        several[count] = [error_with([j for j in all_blocks if j not in out], out[0]) for out in gone]
    return {"without": without, "swapped": swapped, "several": several}


def stored(name):
    """Returns what was measured before, as a list of runs."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text())["results"]["runs"] if path.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder with CIFAR-10's data_batch_1 and test_batch")
    data = load(parser.parse_args().data)
    runs = stored("residual_depth")
    done = {(run["kind"], run["depth"], run["rate"], run["seed"]) for run in runs}
    plan = [(kind, depth, RATE) for depth in DEPTHS for kind in KINDS]
    plan += [("plain", depth, rate) for rate in OTHER_RATES for depth in DEPTHS[1:]]
    for seed, (kind, depth, rate) in product(SEEDS, plan):
        if (kind, depth, rate, seed) in done or seed not in OTHER_RATES.get(rate, SEEDS):
            continue
        model, run = trained(data, depth, seed, rate=rate, **KINDS[kind])
        run = {"kind": kind, **run}
        if rate == RATE and depth == DEPTHS[-1]:
            run["lesions"] = lesions(model, *data[1], seed)
        runs.append(run)
        print(kind, depth, rate, seed, run["train_error"], run["test_error"], run["seconds"], flush=True)
        record({"runs": runs}, "residual_depth", seconds=sum(run["seconds"] for run in runs))


if __name__ == "__main__":
    main()
