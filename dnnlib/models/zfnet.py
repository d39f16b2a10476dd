"""ZFNet: AlexNet with a finer first layer, which its authors chose after looking at what the layers see."""

import keras
from keras import layers

from dnnlib.models.imagenet import (
    NORMAL_START,
    LocalResponseNormalization,
    check_input_shape,
    dense_classifier,
    load_weights,
)


def zfnet(
    input_shape=(224, 224, 3),
    classes=1000,
    maps=(96, 256, 384, 384, 256),
    weights=None,
    classifier_activation="softmax",
    dropout=0.5,
    name="zfnet",
):
    """Builds ZFNet.

    62,357,608 parameters and 1,168,032,896 multiply-accumulates. The first convolution reads 7 x 7 pixels every 2,
    where AlexNet's reads 11 x 11 every 4. With maps (96, 256, 512, 1024, 512) it is the paper's larger variant.

    Differs from the paper: response normalisation across maps as AlexNet's stands for its contrast normalisation,
    whose details the paper does not print.

    Args:
        input_shape: (height, width, channels), at least 61 x 61.
        classes: Number of classes.
        maps: Of each of the five convolutions.
        weights: None, or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        dropout: Rate behind each hidden dense layer, in training.
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes). Layers: pad1, conv1, pool1, norm1, ...,
        conv5, pool5, flatten, fc6, fc7, predictions.

    Raises:
        ValueError: If the images are too small.

    Source: Zeiler & Fergus (2014), Visualizing and understanding convolutional networks, figure 3; weights start as in
    section 3.1.
    """
    check_input_shape(input_shape, 61)
    start = {"kernel_initializer": NORMAL_START}
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(1, name="pad1")(x)
    # Pooling goes on over the border where a window fits only partly: 110 positions give 55, 26 give 13.
    for i, (count, size) in enumerate(zip(maps[:2], (7, 5), strict=True), 1):
        x = layers.Conv2D(count, size, 2, activation="relu", name=f"conv{i}", **start)(x)
        x = layers.MaxPooling2D(3, 2, padding="same", name=f"pool{i}")(x)
        x = LocalResponseNormalization(name=f"norm{i}")(x)
    for i, count in enumerate(maps[2:], 3):
        x = layers.Conv2D(count, 3, padding="same", activation="relu", name=f"conv{i}", **start)(x)
    x = layers.MaxPooling2D(3, 2, name="pool5")(x)
    x = dense_classifier(x, classes, classifier_activation, dropout, **start)
    return load_weights(keras.Model(inputs, x, name=name), weights)
