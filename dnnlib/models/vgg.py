"""VGG-16 and VGG-19: nothing but 3 x 3 convolutions, and twice as many maps after each pooling."""

import keras
from keras import layers

from dnnlib.models.imagenet import check_input_shape, dense_classifier, load_weights

# Convolutions of each of the five blocks, and the maps of each block: configurations D and E of the paper's table 1.
CONVOLUTIONS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
MAPS = (64, 128, 256, 512, 512)


def vgg16(
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    dropout=0.5,
    name="vgg16",
):
    """Builds VGG-16 (configuration D).

    138,357,544 parameters and 15,470,264,320 multiply-accumulates for an image of the default shape. Differs from the
    paper: weights start by Glorot's rule, not from a shallower network; no penalty on the weights.

    Args:
        input_shape: (height, width, channels), at least 32 x 32.
        classes: Number of classes.
        include_top: Whether the three dense layers follow the last pooling.
        weights: None, "imagenet", or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        dropout: Rate behind each hidden dense layer, in training.
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes); without the top, to feature maps
        (batch, height // 32, width // 32, 512). Layers: block1_conv1 ... block5_pool, flatten, fc1, fc2, predictions.

    Raises:
        ValueError: If the images are too small, or the weights do not fit.

    Source: Simonyan & Zisserman (2015), Very deep convolutional networks for large-scale image recognition, table 1.
    """
    model = _vgg(16, input_shape, classes, include_top, classifier_activation, dropout, name)
    return load_weights(model, weights, keras.applications.VGG16, include_top)


def vgg19(
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    dropout=0.5,
    name="vgg19",
):
    """Builds VGG-19 (configuration E): `vgg16` with a fourth convolution in each of the last three blocks.

    143,667,240 parameters and 19,632,062,464 multiply-accumulates. Arguments, result and errors as in `vgg16`.
    """
    model = _vgg(19, input_shape, classes, include_top, classifier_activation, dropout, name)
    return load_weights(model, weights, keras.applications.VGG19, include_top)


def _vgg(depth, input_shape, classes, include_top, activation, dropout, name):
    check_input_shape(input_shape, 32)
    x = inputs = keras.Input(input_shape)
    for block, (count, maps) in enumerate(zip(CONVOLUTIONS[depth], MAPS, strict=True), 1):
        for i in range(1, count + 1):
            x = layers.Conv2D(maps, 3, padding="same", activation="relu", name=f"block{block}_conv{i}")(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    if include_top:
        x = dense_classifier(x, classes, activation, dropout, numbers=(1, 2))
    return keras.Model(inputs, x, name=name)
