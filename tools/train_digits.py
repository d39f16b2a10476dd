"""Trains the network of "Draw a digit" and writes its weights: python -m tools.train_digits

The test part of the split is looked at once, after the network has been chosen on the validation part.
"""

import argparse
import hashlib

import keras
import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.models.digits_cnn import WEIGHTS, digits_cnn
from dnnlib.widgets.draw_digit import SIDE, counted, drawn, fitted, unblocked

SPLIT_SEED = 0
# How many people write, but hardly any of the data set's 13 writers: a seven without a bar, a one with a foot or as a
# bare bar, a four in one stroke or open above, a six and a nine of corners. (digit, strokes in a unit square)
SHAPES = (
    (7, [[(0.05, 0.05), (0.95, 0.05), (0.5, 0.5), (0.35, 1)]]),
    (7, [[(0.05, 0.2), (0.05, 0), (0.95, 0), (0.6, 0.55), (0.55, 1)]]),
    (1, [[(0.2, 0.3), (0.55, 0), (0.55, 1)], [(0.15, 1), (0.95, 1)]]),
    (1, [[(0.5, 0), (0.45, 1)]]),
    (4, [[(0.65, 1), (0.65, 0), (0, 0.65), (1, 0.65)]]),
    (4, [[(0.2, 0), (0.15, 0.55), (0.85, 0.55)], [(0.85, 0), (0.8, 1)]]),
    (6, [[(0.75, 0), (0.15, 0.65), (0.3, 0.97), (0.7, 0.97), (0.88, 0.72), (0.65, 0.52), (0.2, 0.62)]]),
    (9, [[(0.85, 0.2), (0.5, 0), (0.15, 0.25), (0.4, 0.5), (0.85, 0.3), (0.85, 0.1), (0.8, 1)]]),
)
STEP = 1 / 512  # weights are rounded to multiples of it: half of their bytes become zero, and the file small


def sample(images, y, x):
    """Interpolates images (N, H, W) at rows y and columns x, both (H', W') or (N, H', W'); 0 outside."""
    images = np.pad(np.asarray(images, np.float32), ((0, 0), (1, 1), (1, 1)))
    height, width = images.shape[1:]
    y, x = np.clip(y + 1, 0, height - 1.001), np.clip(x + 1, 0, width - 1.001)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    v, u = y - i, x - j
    n = np.arange(len(images))[:, None, None]
    top = images[n, i, j] * (1 - u) + images[n, i, j + 1] * u
    bottom = images[n, i + 1, j] * (1 - u) + images[n, i + 1, j + 1] * u
    return top * (1 - v) + bottom * v


def warped(bitmaps, rng):
    """Turns, slants, scales, shifts and bends each bitmap a little, and lets its strokes be thicker or thinner."""
    count = len(bitmaps)

    def draw(low, high):
        return rng.uniform(low, high, (count, 1, 1))

    grid = np.arange(SIDE) - (SIDE - 1) / 2
    y, x = grid[:, None], grid[None, :]
    angle, slant = np.deg2rad(draw(-12, 12)), draw(-0.25, 0.25)
    tall, wide = draw(0.55, 1.05), draw(0.9, 1.1)
    knots = np.linspace(0, 4, SIDE), np.linspace(0, 4, SIDE)
    bend = [sample(rng.normal(0, 1.1, (count, 5, 5)), *np.meshgrid(*knots, indexing="ij")) for _ in range(2)]
    rows = (np.cos(angle) * y - np.sin(angle) * x) / tall + bend[0]
    columns = (np.sin(angle) * y + np.cos(angle) * x + slant * y) / (tall * wide) + bend[1]
    middle = (SIDE - 1) / 2
    return (sample(bitmaps, rows + middle, columns + middle) > draw(0.35, 0.65)).astype(np.uint8)


def shifted(bitmap, rng):
    """Moves a bitmap by up to 4 pixels, one unit of the network's input, each way."""
    moved = np.zeros_like(bitmap)
    (a, b), (c, d) = [(max(k, 0), max(-k, 0)) for k in rng.integers(-4, 5, 2)]
    moved[a : SIDE - b, c : SIDE - d] = bitmap[b : SIDE - a, d : SIDE - c]
    return moved


def sketched(rng):
    """Draws each of `SHAPES` twice, its corners moved a little; returns bitmaps (N, 32, 32) and labels (N,)."""
    bitmaps, labels = [], []
    for digit, strokes in SHAPES * 2:
        size = (rng.uniform(13, 22), rng.uniform(22, 27))
        corners = [np.array(stroke) + rng.normal(0, 0.05, (len(stroke), 2)) for stroke in strokes]
        bitmaps.append(drawn([(points - 0.5) * size + SIDE / 2 for points in corners]))
        labels.append(digit)
    return np.array(bitmaps), np.array(labels)


def augmented(x, y, copies, rng):
    """Returns the images and `copies` variations of each, which went the way of a drawing: bitmap, fit, count."""
    bitmaps = unblocked(np.rint(x[..., 0] * 16).astype(int))
    images, labels = [x], [y]
    for _ in range(copies):
        sketches, names = sketched(rng)
        varied = [fitted(bitmap) for bitmap in warped(np.concatenate([bitmaps, sketches]), rng)]
        counts = [counted(shifted(bitmap, rng) if rng.random() < 0.3 else bitmap) for bitmap in varied]
        images.append(np.array(counts, np.float32)[..., None] / 16)
        labels += [y, names]
    return np.concatenate(images), np.concatenate(labels)


def trained(seed, training, validation, copies, epochs):
    """Trains one network; returns it with its accuracy on the validation part, as it is and augmented."""
    keras.utils.set_random_seed(seed)
    x, y = augmented(*training, copies, np.random.default_rng(seed))
    model = digits_cnn()
    rate = keras.optimizers.schedules.CosineDecay(3e-3, epochs * -(-len(x) // 128))
    # Smoothed labels keep the scores moderate: what looks like two digits gets two bars in the explorable
    model.compile(keras.optimizers.Adam(rate), keras.losses.CategoricalCrossentropy(label_smoothing=0.05))
    model.fit(x, np.eye(10, dtype=np.float32)[y], batch_size=128, epochs=epochs, verbose=0)
    model.set_weights([np.float32(np.rint(weight / STEP) * STEP) for weight in model.get_weights()])
    harder = augmented(*validation, 10, np.random.default_rng(99))
    return model, accuracy(model, *validation), accuracy(model, *harder)


def accuracy(model, x, y):
    """Returns the share of images whose class is right."""
    return float(np.mean(model.predict(x, verbose=0, batch_size=512).argmax(axis=1) == y))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--out", default=WEIGHTS)
    options = parser.parse_args()
    training, validation, test = train_validation_test_split(*load_digits(), seed=SPLIT_SEED)
    runs = []
    for seed in range(options.seeds):
        runs.append(trained(seed, training, validation, options.copies, options.epochs))
        print(f"seed {seed}: validation {runs[-1][1]:.4f}, augmented {runs[-1][2]:.4f}", flush=True)
    model = max(runs, key=lambda run: run[1] + run[2])[0]
    print(
        f"chosen: training {accuracy(model, *training):.4f}, validation {accuracy(model, *validation):.4f}, "
        f"test {accuracy(model, *test):.4f} of {len(test[0])}"
    )
    names = [f"{layer.name}_{part}" for layer in model.layers if layer.weights for part in ("kernel", "bias")]
    np.savez_compressed(options.out, **dict(zip(names, model.get_weights(), strict=True)))
    with open(options.out, "rb") as file:
        data = file.read()
    print(f"{options.out}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
