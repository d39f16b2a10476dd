"""The four small networks of "Which change keeps the label?", trained without and with augmentation."""

from pathlib import Path

import keras
import numpy as np
from keras import layers

from dnnlib.models.digits_cnn import digits_cnn

WEIGHTS = Path(__file__).with_name("label_keeper.npz")


def label_keeper(pictures="digits", augmentation=False):
    """Builds one of the networks, with its trained weights.

    Args:
        pictures: "digits", scikit-learn's of 8 x 8 pixels, or "photographs", squares of 16 x 16 pixels of the two
            halved photographs: sky, pagoda, trees, petals, leaves.
        augmentation: Whether it was trained on changed copies, as tools/experiments/label_keeper.py draws them, or
            on the pictures as they are.

    Returns:
        A `keras.Model` from images (batch, 8, 8, 1) or (batch, 16, 16, 3), values from 0 to 1, to probabilities. The
        network of the digits has the layers of `digits_cnn`.

    Raises:
        ValueError: If `pictures` is neither.
    """
    if pictures == "digits":
        model = digits_cnn()
    elif pictures == "photographs":
        model = keras.Sequential(
            [
                keras.Input((16, 16, 3)),
                layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 3, padding="same", activation="relu"),
                layers.Flatten(),
                layers.Dense(5, activation="softmax"),
            ]
        )
    else:
        raise ValueError(f'pictures: expected "digits" or "photographs", received {pictures!r}')
    model.set_weights(load_weights(pictures, augmentation))
    return model


def load_weights(pictures, augmentation):
    """Returns the trained weights, a list of arrays in the order of `get_weights` (Keras's and dnnlib's)."""
    prefix = f"{pictures}_{'augmented' if augmentation else 'plain'}_"
    with np.load(WEIGHTS) as stored:
        return [stored[f"{prefix}{n}"] for n in range(sum(key.startswith(prefix) for key in stored.files))]
