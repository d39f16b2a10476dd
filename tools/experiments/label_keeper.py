"""Trains the networks of "Which change keeps the label?", without and with augmentation, on digits and photographs.

Writes their weights (dnnlib/models/label_keeper.npz), what the page needs (dnnlib/widgets/shared/label_keeper_data.mjs)
and, over five seeds, how often each is right on test pictures, as they are and changed: data/results/label_keeper.json.
The networks of the first seed are the ones bundled: none was chosen by its results. `python -m
tools.experiments.label_keeper`
"""

from pathlib import Path

import numpy as np
from scipy.ndimage import affine_transform

from dnnlib.augmentation.light import brightness, contrast, noise
from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.photographs import load_photograph
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.evaluation.accuracy import accuracy_interval
from dnnlib.evaluation.paired import paired_difference
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.label_keeper import CHANGES, COUNTS, CROPS, DIGITS
from tools.experiments.record import record
from tools.files import write_atomically

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "dnnlib" / "models" / "label_keeper.npz"
DATA = ROOT / "dnnlib" / "widgets" / "shared" / "label_keeper_data.mjs"
SEEDS = 5
STEP = 1 / 256  # weights are rounded to multiples of it: two letters hold one
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# The photographs are halved. A network sees SEEN x SEEN pixels in the middle of a crop of CROP x CROP: what a turn or
# a shift brings in from outside is the photograph itself.
SEEN, CROP = 16, 24
# Of each class its photograph and boxes (left, top, right, bottom), in pixels of the whole photograph, that show
# nothing else: those for training and, elsewhere, those for the test.
REGIONS = {
    "sky": ("china", [(335, 0, 640, 120)], [(0, 0, 95, 128), (230, 0, 330, 48)]),
    "pagoda": ("china", [(105, 165, 200, 345), (122, 118, 200, 170)], [(208, 122, 306, 300)]),
    "trees": ("china", [(380, 320, 640, 427)], [(0, 346, 185, 427)]),
    "petals": ("flower", [(190, 115, 300, 330)], [(312, 115, 425, 330)]),
    "leaves": ("flower", [(0, 0, 165, 427)], [(455, 0, 640, 375)]),
}
# What the networks with augmentation were trained on: amounts from these ranges, each as likely as the next
DRAWN = {
    "digits": {
        "scale": (0.85, 1.15),
        "rotation": (-20, 20),
        "shift_x": (-0.1, 0.1),
        "shift_y": (-0.1, 0.1),
        "contrast": (0.6, 1.4),
        "brightness": (-0.2, 0.2),
        "noise": (0, 0.15),
    },
    "photographs": {
        "flip_lr": (0, 1),
        "flip_ud": (0, 1),
        "scale": (0.8, 1.25),
        "rotation": (-180, 180),
        "shift_x": (-0.125, 0.125),
        "shift_y": (-0.125, 0.125),
        "contrast": (0.5, 1.5),
        "brightness": (-0.3, 0.3),
        "noise": (0, 0.2),
    },
}
STEPS = {"digits": 4800, "photographs": 2400}  # of either network: both see as many pictures
# Changes of all test pictures by which the networks are compared: those a person would shrug off, and two that are not
COMPARED = {
    "as they are": {},
    "turned by 30 degrees": {"rotation": 30},
    "turned by 180 degrees": {"rotation": 180},
    "flipped left-right": {"flip_lr": 1},
    "shifted by an eighth": {"shift_x": 0.125},
    "at 0.7 of the size": {"scale": 0.7},
    "at half the contrast": {"contrast": 0.5},
    "darker by 0.3": {"brightness": -0.3},
    "with noise of 0.2": {"noise": 0.2},
}


def changed(picture, side, amounts, rng=None):
    """Changes a picture: flips, scaling, rotation and shift by one affine map, then contrast, brightness and noise.

    Args:
        picture: Array (height, height, channels) of 0 to 1; outside it all is 0.
        side: Height and width of the result, which lies in its middle.
        amounts: Dict with some of `CHANGES`; what is missing changes nothing.
        rng: Generator of the noise.

    Returns:
        Array (side, side, channels) of 0 to 1.
    """
    of = {name: amounts.get(name, nothing) for name, (*_, nothing) in CHANGES.items()}
    angle = np.deg2rad(of["rotation"])
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])  # rows count downwards
    matrix = np.diag([1 - 2 * of["flip_ud"], 1 - 2 * of["flip_lr"]]) @ back / of["scale"]
    middle = (side - 1) / 2 + side * np.array([of["shift_y"], of["shift_x"]])
    start = (len(picture) - 1) / 2 - matrix @ middle
    mapping = {"matrix": matrix, "offset": start, "output_shape": (side, side), "order": 1, "mode": "grid-constant"}
    moved = np.stack([affine_transform(channel, **mapping) for channel in np.moveaxis(picture, -1, 0)], axis=-1)[None]
    lit = brightness(contrast(moved, of["contrast"]), of["brightness"])
    return (noise(lit, of["noise"], rng) if of["noise"] else lit)[0]


def crops(part, step):
    """Cuts crops out of the regions for training (part 0) or for the test (1), `step` pixels of the halved one apart.

    Returns:
        Crops (N, 24, 24, 3) of 0 to 1 and labels (N,), indices of `CROPS`.
    """
    x, y = [], []
    for label, name in enumerate(CROPS):
        photograph, *boxes = REGIONS[name]
        pixels = load_photograph(photograph, (213, 320))
        for box in boxes[part]:
            left, top, right, bottom = (-(-box[0] // 2), -(-box[1] // 2), box[2] // 2, min(box[3] // 2, 213))
            for row in range(top, bottom - CROP + 1, step):
                for column in range(left, right - CROP + 1, step):
                    x.append(pixels[row : row + CROP, column : column + CROP])
                    y.append(label)
    return np.array(x), np.array(y)


def parts(kind):
    """Returns (x, y) for training and (x, y) for the test; of photographs the test's visible squares do not overlap."""
    if kind == "photographs":
        return crops(0, 4), crops(1, SEEN)
    training, _, test = train_validation_test_split(*load_digits(), seed=0)
    return training, test


def side(kind):
    """Height and width of what a network sees."""
    return SEEN if kind == "photographs" else 8


def network(kind, seed):
    """Returns the network of the digits (that of `dnnlib.models.digits_cnn`) or of the photographs, without softmax."""
    first, second, third, last = range(10 * seed, 10 * seed + 4)
    if kind == "digits":
        layers = [Conv2D(6, 3, padding="same", seed=first), ReLU(), MaxPooling2D(2)]
        layers += [Conv2D(16, 3, padding="same", seed=second), ReLU(), MaxPooling2D(2), Flatten()]
        return Sequential([*layers, Dense(32, seed=third), ReLU(), Dense(len(DIGITS), seed=last)])
    layers = [Conv2D(8, 3, strides=2, padding="same", seed=first), ReLU(), MaxPooling2D(2)]
    layers += [Conv2D(16, 3, padding="same", seed=second), ReLU(), Flatten()]
    return Sequential([*layers, Dense(len(CROPS), seed=last)])


def trained(kind, augmented, seed, training, batch=32):
    """Trains a network, on changed copies that are new in each epoch or on the pictures as they are; rounds it."""
    x, y = training
    rng, model, width = np.random.default_rng(seed), network(kind, seed), side(kind)
    model.build((None, width, width, x.shape[-1]))
    model.compile(Adam(0.002), SparseCategoricalCrossentropy(from_logits=True))
    plain = np.float32([changed(one, width, {}) for one in x])
    for _ in range(-(-STEPS[kind] * batch // len(x))):
        shown = copies(kind, x, rng) if augmented else plain
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            part = order[start : start + batch]
            model.train_on_batch(shown[part], y[part])
    model.set_weights([np.float32(np.rint(weight / STEP) * STEP) for weight in model.get_weights()])
    return model


def copies(kind, x, rng):
    """Changes each picture by amounts drawn from `DRAWN`."""
    result = []
    for one in x:
        amounts = {name: rng.uniform(*ends) for name, ends in DRAWN[kind].items()}
        amounts |= {name: round(amount) for name, amount in amounts.items() if name.startswith("flip")}
        result.append(changed(one, side(kind), amounts, rng))
    return np.float32(result)


def right(model, pictures, labels):
    """Counts right answers."""
    return int((model.forward(pictures).argmax(axis=1) == labels).sum())


def chosen(kind, x, y):
    """The test pictures that the page has: of each class the first digits, or crops evenly spread over its region."""
    names, places = (CROPS if kind == "photographs" else DIGITS), []
    for label, name in enumerate(names):
        own, count = np.flatnonzero(y == label), COUNTS[name]
        spread = np.linspace(0, len(own) - 1, count).round().astype(int) if kind == "photographs" else range(count)
        places += own[spread].tolist()
    return places


def picture_text(kind, pictures):
    """Writes pictures as letters, one a number: sixteenths of digits, 63rds of crops."""
    most = 63 if kind == "photographs" else 16
    return "".join(LETTERS[value] for value in np.rint(pictures * most).astype(int).ravel())


def weights_text(model):
    """Writes weights as letters, two a number of `STEP`."""
    whole = np.rint(np.concatenate([weight.ravel() for weight in model.get_weights()]) / STEP).astype(int) + 2048
    if whole.min() < 0 or whole.max() > 4095:
        raise ValueError(f"expected weights between -8 and 8, received {(whole.min() - 2048) * STEP} or more")
    return "".join(LETTERS[value >> 6] + LETTERS[value & 63] for value in whole)


def module(bundles):
    """Returns the JavaScript module."""
    text = "// Test pictures and two trained networks for each kind. Made by tools/experiments/label_keeper.py\n"
    for kind, bundle in bundles.items():
        for name, about, value in (
            ("PICTURES", "one letter a number, row by row, channels together", bundle["pictures"]),
            ("PLAIN", "weights without augmentation, two letters a number, in Keras's order", bundle["plain"]),
            ("AUGMENTED", "weights with augmentation, likewise", bundle["augmented"]),
        ):
            text += f'\n/** {kind.capitalize()}: {about}. */\nexport const {kind.upper()}_{name} =\n  "{value}";\n'
        about = "pictures trained on; right of test pictures with interval; gain over seeds"
        text += f"\n/** {kind.capitalize()}: {about}. */\n"
        facts = [f"  {key}: [{', '.join(f'{n:g}' for n in value)}],\n" for key, value in bundle["right"].items()]
        text += f"export const {kind.upper()}_RIGHT = {{\n{''.join(facts)}}};\n"
        drawn = [f"  {name}: [{', '.join(f'{n:g}' for n in ends)}],\n" for name, ends in DRAWN[kind].items()]
        text += f"\n/** {kind.capitalize()}: the least and largest amounts in the copies of the training. */\n"
        text += f"export const {kind.upper()}_DRAWN = {{\n{''.join(drawn)}}};\n"
    return text


def main():
    """Trains, measures and writes."""
    measured, stored, bundles = {}, {}, {}
    for kind in DRAWN:
        training, (x, y) = parts(kind)
        rng = np.random.default_rng(1)
        sets = {name: np.float32([changed(one, side(kind), how, rng) for one in x]) for name, how in COMPARED.items()}
        counts = {name: {"plain": [], "augmented": []} for name in COMPARED}
        bundles[kind] = {
            "pictures": picture_text(kind, x[chosen(kind, x, y)]),
            "right": {"training": [len(training[1])]},
        }
        for seed in range(SEEDS):
            for way in ("plain", "augmented"):
                model = trained(kind, way == "augmented", seed, training)
                for name, pictures in sets.items():
                    counts[name][way].append(right(model, pictures, y))
                print(kind, seed, way, {name: counts[name][way][-1] for name in sets}, flush=True)
                if seed == 0:
                    names = [f"{kind}_{way}_{n}" for n in range(len(model.get_weights()))]
                    stored |= dict(zip(names, model.get_weights(), strict=True))
                    bundles[kind][way] = weights_text(model)
                    interval = accuracy_interval(counts["as they are"][way][0], len(y))
                    bundles[kind]["right"][way] = [counts["as they are"][way][0], len(y), *np.round(interval[1:3], 3)]
        shares = [np.array(counts["as they are"][way]) / len(y) for way in ("augmented", "plain")]
        bundles[kind]["right"]["gain"] = [SEEDS, *np.round(paired_difference(*shares)[:3], 4)]
        measured[kind] = {"training": len(training[1]), "test": len(y), "right": counts}
    np.savez_compressed(WEIGHTS, **stored)
    write_atomically(DATA, module(bundles))
    print(record(measured), f"{DATA.stat().st_size:,} and {WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
