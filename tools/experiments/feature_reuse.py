"""Who reads whom in a dense block: mean absolute weights, and what it costs to cut a source off from a reader.

`python -m tools.experiments.feature_reuse`

A five-layer dense block of growth rate 4 reads digits. Beside the maps of its picture it is given those of another
picture, the one before in the batch. They are worth nothing, so a measure of use has to show next to none for them.
Five starts with weight decay, three without; and a chain of as many weights, whose layers read the layer before alone.
"""

import keras
import numpy as np
from keras import layers, ops

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.models.densenet import EPSILON, dense_block
from tools.experiments.record import record

SEEDS, EPOCHS, BATCH, RATE, DECAY = 5, 15, 64, 0.01, 0.3
STEPS = 14  # a pass over the 862 training digits
STEM, GROWTH, COUNT, CHAIN = 8, 4, 5, 8  # five layers of 8 maps in a chain have as many weights as the block: 2,880
SOURCES = ("input", "decoy", *(f"layer {i}" for i in range(1, COUNT + 1)))
STARTS = np.cumsum([0, STEM, STEM] + [GROWTH] * COUNT)


def network(kind="dense, decoy"):
    """Builds a network of the kind "dense, decoy", "dense" or "chain"."""
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(STEM, 3, padding="same", use_bias=False, name="stem")(inputs)
    if kind == "chain":
        for i in range(1, COUNT + 1):
            x = layers.Activation("relu")(layers.BatchNormalization(epsilon=EPSILON)(x))
            x = layers.Conv2D(CHAIN, 3, padding="same", use_bias=False, name=f"chain_{i}")(x)
    else:
        if kind == "dense, decoy":
            x = layers.Concatenate(name="together")([x, ops.roll(x, 1, axis=0)])
        x = dense_block(x, COUNT, GROWTH, "dense", bottleneck=False)
    x = layers.Activation("relu", name="relu")(layers.BatchNormalization(epsilon=EPSILON, name="bn")(x))
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    model = keras.Model(inputs, layers.Dense(10, name="scores")(x))
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # a few hundred steps
    return model


def compiled(model, decay):
    """Compiles a model, and returns it with the optimiser's first state, from which each start begins."""
    falling = keras.optimizers.schedules.PolynomialDecay(RATE, EPOCHS * STEPS, 0.0)
    optimizer = keras.optimizers.AdamW(falling, weight_decay=decay)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"], steps_per_execution=STEPS, jit_compile=False)
    optimizer.build(model.trainable_variables)
    return model, [variable.numpy() for variable in optimizer.variables]


def reads(model):
    """Yields, for each reader in order, its normalisation, and the convolution or dense layer that reads."""
    for i in range(1, COUNT + 1):
        yield model.get_layer(f"dense_block{i}_0_bn"), model.get_layer(f"dense_block{i}_2_conv")
    yield model.get_layer("bn"), model.get_layer("scores")


def mean_weights(model):
    """Returns the mean absolute weight on each source, a list for each reader."""
    rows = []
    for i, (_, reader) in enumerate(reads(model)):
        sizes = np.abs(reader.get_weights()[0])
        by_map = sizes.mean(axis=tuple(a for a in range(sizes.ndim) if a != sizes.ndim - 2))
        rows.append([float(by_map[STARTS[s] : STARTS[s + 1]].mean()) for s in range(i + 2)])
    return rows


def scores(model, x, cuts=()):
    """Returns the scores, with sources replaced by their means over all pictures and places for some readers.

    Args:
        model: A network of the kind "dense, decoy".
        x: Pictures, (N, 8, 8, 1).
        cuts: Pairs (reader, source).
    """
    stem = model.get_layer("stem")(x)
    maps = ops.concatenate([stem, ops.roll(stem, 1, axis=0)], axis=-1)
    for i, (norm, reader) in enumerate(reads(model)):
        seen = ops.relu(norm(maps))
        if i == COUNT:
            seen = ops.mean(seen, axis=(1, 2))
        keep = np.ones(seen.shape[-1], "float32")
        for source in (source for place, source in cuts if place == i):
            keep[STARTS[source] : STARTS[source + 1]] = 0
        if not keep.all():
            mean = ops.mean(seen, axis=tuple(range(seen.ndim - 1)), keepdims=True)
            seen = seen * keep + mean * (1 - keep)
        new = reader(seen)
        maps = maps if i == COUNT else ops.concatenate([maps, new], axis=-1)
    return np.asarray(new)


def loss_and_right(scores, y):
    """Returns the mean cross-entropy of scores, and how many are right."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    own = shifted[np.arange(len(y)), y] - np.log(np.exp(shifted).sum(axis=1))
    return float(-own.mean()), int((scores.argmax(axis=1) == y).sum())


def looked_into(model, x, y):
    """Returns what each source is worth to each reader, and to all readers together."""
    whole, right = loss_and_right(scores(model, x), y)
    costs = [[loss_and_right(scores(model, x, [(i, s)]), y)[0] - whole for s in range(i + 2)] for i in range(COUNT + 1)]
    later = range(1, COUNT + 1)
    older = [(i, s) for i in later for s in range(i + 1)]
    nearest = [(i, i + 1) for i in later]
    return {
        "weights": mean_weights(model),
        "cost of a cut": costs,
        "loss": whole,
        "right": right,
        "right, all but the nearest source cut": loss_and_right(scores(model, x, older), y)[1],
        "right, the nearest source cut": loss_and_right(scores(model, x, nearest), y)[1],
        "right, the decoy cut": loss_and_right(scores(model, x, [(i, 1) for i in range(COUNT + 1)]), y)[1],
    }


def main():
    """Trains every kind from every start."""
    (x, y), _, (test, labels) = train_validation_test_split(*load_digits(), seed=0)
    results = {"sources": SOURCES, "of": len(labels), "decay": DECAY}
    for kind, decay in (("dense, decoy", DECAY), ("dense", DECAY), ("chain", DECAY), ("dense, decoy", 0.0)):
        model, state = compiled(network(kind), decay)
        runs = []
        for seed in range(SEEDS if decay else 3):
            keras.utils.set_random_seed(seed)
            model.set_weights(network(kind).get_weights())
            for variable, value in zip(model.optimizer.variables, state, strict=True):
                variable.assign(value)
            start = mean_weights(model) if "decoy" in kind else None
            model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)
            if start:
                runs.append({"first weights": start} | looked_into(model, test, labels))
            else:
                answers = model.predict(test, batch_size=len(test), verbose=0)
                runs.append(dict(zip(("loss", "right"), loss_and_right(answers, labels), strict=True)))
            print(kind, decay, seed, runs[-1]["loss"], runs[-1]["right"], flush=True)
        results[kind if decay else f"{kind}, no decay"] = {"parameters": model.count_params(), "runs": runs}
    record(results)


if __name__ == "__main__":
    main()
