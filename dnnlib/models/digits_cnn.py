"""A convolutional network of LeNet's plan for digits of 8 x 8 pixels, small enough to train and to draw."""

from pathlib import Path

import keras
import numpy as np
from keras import layers

WEIGHTS = Path(__file__).with_name("digits_cnn.npz")


def digits_cnn(input_shape=(8, 8, 1), classes=10, filters=(6, 16), units=32, weights=None, name="digits_cnn"):
    """Builds convolution, detector and pooling twice, and two dense layers.

    3,350 parameters and 19,648 multiply-accumulates with the default sizes.

    Args:
        input_shape: (height, width, channels), 4 pixels or more each way.
        classes: Number of classes.
        filters: Kernels of the first and of the second convolution.
        units: Units of the hidden dense layer.
        weights: None (random), or "digits": those trained by tools/train_digits.py on the training part (seed 0)
            of scikit-learn's digits, scaled to [0, 1].
        name: The model's name.

    Returns:
        A `keras.Model` from images, shape (batch, *input_shape), to probabilities, shape (batch, classes). Layers:
        conv1, relu1, pool1, conv2, relu2, pool2, flatten, dense1, relu3, dense2, softmax.

    Raises:
        ValueError: If `weights` is neither, or belongs to another shape, or the images are too small, or `filters` is
            no pair.

    Source: after LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition,
    section II.B, with ReLU, max pooling and a softmax.
    """
    if weights not in (None, "digits"):
        raise ValueError(f'weights: expected None or "digits", received {weights!r}')
    if len(input_shape) != 3 or None in input_shape or min(input_shape[:2]) < 4:
        raise ValueError(
            "input_shape: expected (height, width, channels), a height and width of at least 4, received "
            f"{tuple(input_shape)}"
        )
    if len(filters) != 2:
        raise ValueError(f"filters: expected two numbers, one for each convolution, received {filters!r}")
    sizes = (tuple(input_shape), classes, tuple(filters), units)
    if weights and sizes != ((8, 8, 1), 10, (6, 16), 32):
        raise ValueError(
            f'weights="digits": expected input_shape=(8, 8, 1), classes=10, filters=(6, 16) and units=32, '
            f"received {sizes}; take weights=None and train"
        )
    model = keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters[0], 3, padding="same", name="conv1"),
            layers.ReLU(name="relu1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(filters[1], 3, padding="same", name="conv2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(units, name="dense1"),
            layers.ReLU(name="relu3"),
            layers.Dense(classes, name="dense2"),
            layers.Softmax(name="softmax"),
        ],
        name=name,
    )
    if weights:
        model.set_weights(load_weights())
    return model


def load_weights():
    """Returns the trained weights, a list of arrays in the order of `get_weights` (Keras's and dnnlib's)."""
    with np.load(WEIGHTS) as stored:
        return [stored[key] for key in stored.files]
