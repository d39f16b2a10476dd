"""What helps a network to keep its answer when a digit moves by one pixel: pooling, a global head, moved examples.

Every network is trained on another random part of the development digits and judged on the rest of them; the test
digits are not touched. `python -m tools.experiments.shift`
"""

import keras
import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from tools.experiments.record import record

SEEDS, PASSES, RATE, BATCH = 10, 24, 3e-3, 32
RIM = ((0, 0), (2, 2), (2, 2), (0, 0))  # room to move
STEPS = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
kl = keras.layers


def binomial(shape, dtype=None):
    return np.broadcast_to(np.outer([1, 2, 1], [1, 2, 1])[..., None, None] / 16, shape)


WAYS = {
    "nothing": lambda: [],
    "max": lambda: [kl.MaxPooling2D(2)],
    "average": lambda: [kl.AveragePooling2D(2)],
    "stride 2": lambda: [kl.Conv2D(16, 2, strides=2, activation="relu")],
    "max, blur": lambda: [
        kl.MaxPooling2D(2, strides=1),
        kl.DepthwiseConv2D(3, 2, "same", use_bias=False, depthwise_initializer=binomial, trainable=False),
    ],
}
HEADS = {"flatten": kl.Flatten, "global": kl.GlobalAveragePooling2D}


def network(way, head, side):
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            kl.Conv2D(16, 3, padding="same", activation="relu"),
            *WAYS[way](),
            kl.Conv2D(32, 3, padding="same", activation="relu"),
            HEADS[head](),
            kl.Dense(10),
        ]
    )


def trained(way, head, moved_examples, x, y, seed):
    """Trains one network for PASSES passes; with `moved_examples`, each example is moved at random in each pass."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = network(way, head, x.shape[1])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE), loss)
    order = np.concatenate([rng.permutation(len(x)) for _ in range(PASSES)])
    shown = x[order]
    if moved_examples:
        steps = rng.integers(len(STEPS), size=len(shown))
        shown = np.stack([np.roll(image, STEPS[step], axis=(0, 1)) for image, step in zip(shown, steps, strict=True)])
    model.fit(shown, y[order], batch_size=BATCH, shuffle=False, verbose=0)  # one long epoch starts faster than many
    return model


def measured(model, x, y):
    """Counts right answers in the middle and after a move, and answers that the move leaves as they were."""
    places = np.concatenate([np.roll(x, step, axis=(1, 2)) for step in STEPS])
    answers = np.argmax(model.predict(places, batch_size=2000, verbose=0), axis=1).reshape(len(STEPS), -1)
    return {
        "digits": len(x),
        "right": int((answers[0] == y).sum()),
        "right after a move": int((answers[1:] == y).sum()),
        "same answer": int((answers[1:] == answers[0]).sum()),
    }


def main():
    """Trains and measures all networks."""
    (x, y), (x_val, y_val), _ = train_validation_test_split(*load_digits(), seed=0)
    x, y = np.pad(np.concatenate([x, x_val]), RIM), np.concatenate([y, y_val])
    designs = [(way, head, False) for head in HEADS for way in WAYS] + [("max", "flatten", True)]
    rows = []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(x))
        train, rest = np.split(order, [int(0.7 * len(x))])
        for way, head, moved in designs:
            model = trained(way, head, moved, x[train], y[train], seed)
            row = {"way": way, "head": head, "moved examples": moved, "seed": seed}
            rows.append(row | measured(model, x[rest], y[rest]))
            print(rows[-1], flush=True)
            keras.backend.clear_session()
    record({"passes": PASSES, "moves": STEPS[1:], "networks": rows})


if __name__ == "__main__":
    main()
