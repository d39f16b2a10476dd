"""GoogLeNet: inception modules, which look at their input through four branches of different size."""

from typing import NamedTuple

import keras
from keras import layers

from dnnlib.models.imagenet import LocalResponseNormalization, check_input_shape, load_weights


class Inception(NamedTuple):
    """The maps of an inception module's branches; the paper's names in its table 1.

    Attributes:
        one: Of the 1 x 1 branch.
        reduce3, three: Of the 1 x 1 in front of the 3 x 3, and of the 3 x 3.
        reduce5, five: Of the 1 x 1 in front of the 5 x 5, and of the 5 x 5.
        pool: Of the 1 x 1 behind the pooling.
    """

    one: int
    reduce3: int
    three: int
    reduce5: int
    five: int
    pool: int


MODULES = {
    "3a": Inception(64, 96, 128, 16, 32, 32),
    "3b": Inception(128, 128, 192, 32, 96, 64),
    "4a": Inception(192, 96, 208, 16, 48, 64),
    "4b": Inception(160, 112, 224, 24, 64, 64),
    "4c": Inception(128, 128, 256, 24, 64, 64),
    "4d": Inception(112, 144, 288, 32, 64, 64),
    "4e": Inception(256, 160, 320, 32, 128, 128),
    "5a": Inception(256, 160, 320, 32, 128, 128),
    "5b": Inception(384, 192, 384, 48, 128, 128),
}
AUXILIARY = ("4a", "4d")  # the modules that a training head looks at


def googlenet(
    input_shape=(224, 224, 3),
    classes=1000,
    auxiliary=False,
    weights=None,
    classifier_activation="softmax",
    name="googlenet",
):
    """Builds GoogLeNet (Inception v1).

    6,998,552 parameters and 1,582,671,872 multiply-accumulates; with the two auxiliary heads, which only training
    needs, 13,378,280 and 1,591,044,096. In training their losses count 0.3 each:
    `compile(loss=…, loss_weights=[1, 0.3, 0.3])`.

    Differs from the paper: weights start by Glorot's rule.

    Args:
        input_shape: (height, width, channels), at least 75 x 75 with auxiliary heads, else 32 x 32.
        classes: Number of classes.
        auxiliary: Whether the model has the two auxiliary heads as further outputs.
        weights: None, or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes), or to three of them, the main one
        first. Layers: conv1, ..., inception_3a_1x1, ..., predictions; aux_4a_conv, ....

    Raises:
        ValueError: If the images are too small.

    Source: Szegedy et al. (2015), Going deeper with convolutions, table 1 and section 5.
    """
    check_input_shape(input_shape, 75 if auxiliary else 32)
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, 2, activation="relu", name="conv1")(x)
    x = LocalResponseNormalization(name="norm1")(_pool(x, 2, "pool1"))
    x = _convolution(_convolution(x, 64, 1, "conv2_reduce"), 192, 3, "conv2")
    x = _pool(LocalResponseNormalization(name="norm2")(x), 2, "pool2")
    heads = []
    for key, maps in MODULES.items():
        if key in ("4a", "5a"):
            x = _pool(x, 2, f"pool{int(key[0]) - 1}")
        x = inception_module(x, maps, f"inception_{key}")
        if auxiliary and key in AUXILIARY:
            heads.append(auxiliary_head(x, classes, classifier_activation, f"aux_{key}"))
    x = layers.Dropout(0.4, name="dropout")(layers.GlobalAveragePooling2D(name="avg_pool")(x))
    x = layers.Dense(classes, activation=classifier_activation, name="predictions")(x)
    return load_weights(keras.Model(inputs, [x, *heads] if heads else x, name=name), weights)


def inception_module(x, maps, name):
    """Looks at its input through four branches, and stacks their maps.

    Args:
        x: Feature maps, (batch, height, width, channels).
        maps: An `Inception`: the maps of each branch.
        name: The start of the layers' names.

    Returns:
        (batch, height, width, one + three + five + pool).

    Source: Szegedy et al. (2015), Going deeper with convolutions, figure 2b.
    """
    branches = [
        _convolution(x, maps.one, 1, f"{name}_1x1"),
        _convolution(_convolution(x, maps.reduce3, 1, f"{name}_3x3_reduce"), maps.three, 3, f"{name}_3x3"),
        _convolution(_convolution(x, maps.reduce5, 1, f"{name}_5x5_reduce"), maps.five, 5, f"{name}_5x5"),
        _convolution(_pool(x, 1, f"{name}_pool"), maps.pool, 1, f"{name}_pool_proj"),
    ]
    return layers.Concatenate(name=f"{name}_output")(branches)


def auxiliary_head(x, classes, activation, name):
    """Classifies from the middle of the network, so that the loss reaches its first half on a short way.

    Args:
        x: Feature maps, (batch, height, width, channels), at least 5 x 5.
        classes: Number of classes.
        activation: "softmax", or None.
        name: The start of the layers' names.

    Returns:
        (batch, classes).

    Source: Szegedy et al. (2015), Going deeper with convolutions, section 5.
    """
    x = layers.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = layers.Flatten(name=f"{name}_flatten")(_convolution(x, 128, 1, f"{name}_conv"))
    x = layers.Dense(1024, activation="relu", name=f"{name}_fc")(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    return layers.Dense(classes, activation=activation, name=f"{name}_predictions")(x)


def _convolution(x, maps, size, name):
    return layers.Conv2D(maps, size, padding="same", activation="relu", name=name)(x)


def _pool(x, strides, name):
    return layers.MaxPooling2D(3, strides, padding="same", name=name)(x)
