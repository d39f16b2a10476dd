"""What the gates of a small squeeze-and-excitation network know of the class, and what they are worth.

`python -m tools.experiments.channel_gates`

Three convolutions read digits, the first two with gates behind them. Beside it stand the same network with one learnt
number for each map in place of the gates, and with nothing. Five starts each. Gates are looked at by class: trained,
before training, and against labels in random order; then each picture gets the gates of others.
"""

import keras
import numpy as np
from keras import layers, ops

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.models.senet import squeeze_excite
from tools.experiments.feature_reuse import STEPS, loss_and_right
from tools.experiments.record import record

SEEDS, EPOCHS, BATCH, RATE, MAPS, RATIO, ORDERS = 5, 15, 64, 0.005, (8, 16, 16), 2, 100


class Scale(layers.Layer):
    """Multiplies each map by a learnt number between 0 and 1, the same for all pictures."""

    def build(self, input_shape):
        self.score = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="score")

    def call(self, x):
        return x * ops.sigmoid(self.score)


def network(kind, side=8, maps=MAPS):
    """Builds a network of the kind "gates", "numbers" or "nothing"."""
    x = inputs = keras.Input((side, side, 1))
    for i, made in enumerate(maps, 1):
        x = layers.Conv2D(made, 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"bn_{i}")(x)
        x = layers.Activation("relu", name=f"relu_{i}")(x)
        if kind == "gates" and i < 3:
            x = squeeze_excite(x, f"se_{i}", RATIO)
        elif kind == "numbers" and i < 3:
            x = Scale(name=f"scale_{i}")(x)
        x = layers.MaxPooling2D(2, name="pool")(x) if i == 1 else x
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, layers.Dense(10, name="scores")(x))


def gates_of(model, x):
    """Returns the gates of both places, arrays of shape (pictures, maps)."""
    inner = keras.Model(model.inputs, [model.get_layer(f"se_{i}_excite").output for i in (1, 2)])
    return [np.asarray(gates)[:, 0, 0] for gates in inner([x])]


def scores(model, x, gates):
    """Returns the scores with given gates; None in their place stands for the picture's own."""
    layer = model.get_layer

    def convolved(x, i):
        return layer(f"relu_{i}")(layer(f"bn_{i}")(layer(f"conv_{i}")(x)))

    for i, given in enumerate(gates, 1):
        x = convolved(x, i)
        if given is None:
            given = layer(f"se_{i}_excite")(layer(f"se_{i}_reduce")(layer(f"se_{i}_squeeze")(x)))
        else:
            given = given[:, None, None]
        x = layer("pool")(x * given) if i == 1 else x * given
    return np.asarray(layer("scores")(ops.mean(convolved(x, 3), axis=(1, 2))))


def class_share(gates, labels):
    """Returns the share of the gates' variation, all maps together, that lies between classes; 0 if none varies."""
    mean = gates.mean(axis=0)
    between = sum(np.sum(labels == k) * (gates[labels == k].mean(axis=0) - mean) ** 2 for k in np.unique(labels))
    total = np.sum((gates - mean) ** 2)
    return float(between.sum() / total) if total > 1e-9 else 0.0


def described(gates, labels):
    """Returns where the gates stand, how far they vary from picture to picture, and the share of it between classes."""
    return {
        "mean": float(gates.mean()),
        "deviation": float(np.sqrt(gates.var(axis=0).mean())),
        "class share": class_share(gates, labels),
    }


def swapped(model, x, y, gates, rng):
    """Counts the right answers with each picture's own gates, and with others."""
    same = np.arange(len(y))
    for k in np.unique(y):
        same[y == k] = rng.permutation(same[y == k])
    orders = {"of its class": same, "of any picture": rng.permutation(len(y))}
    counts = {"own": loss_and_right(scores(model, x, (None, None)), y)[1]}
    for name, chosen in ((1, (0,)), (2, (1,)), ("both", (0, 1))):
        new = {key: [gates[i][order] for i in chosen] for key, order in orders.items()}
        new["mean"] = [np.broadcast_to(gates[i].mean(axis=0), gates[i].shape) for i in chosen]
        for key, given in new.items():
            both = [given[chosen.index(i)] if i in chosen else None for i in (0, 1)]
            counts[f"{name}: {key}"] = loss_and_right(scores(model, x, both), y)[1]
    means = np.stack([gates[1][y == k].mean(axis=0) for k in range(10)])
    given = [(y + shift) % 10 for shift in range(1, 10)]
    answers = [scores(model, x, (None, means[giver])).argmax(axis=1) for giver in given]
    counts["2: mean of another class"] = int(np.sum(np.array(answers) == y))
    counts["2: mean of another class, answered as that class"] = int(np.sum(np.array(answers) == np.array(given)))
    return counts


def main():
    """Trains every kind from every start."""
    (x, y), _, (test, labels) = train_validation_test_split(*load_digits(), seed=0)
    results = {"of": len(labels)}
    for kind in ("gates", "numbers", "nothing"):
        model, runs = network(kind), []
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        falling = keras.optimizers.schedules.PolynomialDecay(RATE, EPOCHS * STEPS, 0.0)
        model.compile(keras.optimizers.Adam(falling), loss, steps_per_execution=STEPS, jit_compile=False)
        model.optimizer.build(model.trainable_variables)
        state = [variable.numpy() for variable in model.optimizer.variables]
        for seed in range(SEEDS):
            keras.utils.set_random_seed(seed)
            model.set_weights(network(kind).get_weights())
            for variable, value in zip(model.optimizer.variables, state, strict=True):
                variable.assign(value)
            before = gates_of(model, test) if kind == "gates" else None
            history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0).history["loss"]
            right = loss_and_right(model.predict(test, batch_size=len(test), verbose=0), labels)[1]
            runs.append({"training loss": history[-1], "right": right})
            if before:
                gates, rng = gates_of(model, test), np.random.default_rng(seed)
                places = [
                    {
                        "untrained": described(first, labels),
                        "trained": described(last, labels),
                        "shuffled": [class_share(last, rng.permutation(labels)) for _ in range(ORDERS)],
                    }
                    for first, last in zip(before, gates, strict=True)
                ]
                runs[-1] |= {"places": places, "swapped": swapped(model, test, labels, gates, rng)}
                shown = [{k: v for k, v in place.items() if k != "shuffled"} for place in places]
                print(shown, runs[-1]["swapped"])
            print(kind, seed, history[-1], right, flush=True)
        results[kind] = {"parameters": model.count_params(), "runs": runs}
    record(results)


if __name__ == "__main__":
    main()
