"""AlexNet, as it won ILSVRC-2012 on two GPUs, and as it was rebuilt two years later for one."""

import keras
from keras import layers

from dnnlib.models.imagenet import (
    NORMAL_START,
    LocalResponseNormalization,
    check_input_shape,
    dense_classifier,
    load_weights,
)


def alexnet(
    input_shape=(227, 227, 3),
    classes=1000,
    groups=2,
    weights=None,
    classifier_activation="softmax",
    dropout=0.5,
    name="alexnet",
):
    """Builds AlexNet of 2012.

    60,965,224 parameters and 724,406,816 multiply-accumulates. Its maps were split over two GPUs; the second, fourth
    and fifth convolution read the maps of their own GPU only, which is a convolution in two groups. In one group
    (`groups=1`) it has 62,378,344 parameters and 1,135,256,096 multiply-accumulates.

    Differs from the paper: the images are 227 x 227, since 224, which the paper prints, does not fit its first
    convolution of 55 x 55 positions; response normalisation reads across the border between the two GPUs' maps.

    Args:
        input_shape: (height, width, channels), at least 67 x 67.
        classes: Number of classes.
        groups: 2, as on two GPUs, or 1.
        weights: None, or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        dropout: Rate behind each hidden dense layer, in training.
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes). Layers: conv1, norm1, pool1, ...,
        conv5, pool5, flatten, fc6, fc7, predictions.

    Raises:
        ValueError: If the images are too small.

    Source: Krizhevsky, Sutskever & Hinton (2012), ImageNet classification with deep convolutional neural networks,
    section 3.5; weights and biases start as in section 5.
    """
    check_input_shape(input_shape, 67)
    x = inputs = keras.Input(input_shape)
    x = _convolution(x, 96, 11, "conv1", strides=4, padding="valid")
    x = _pool(LocalResponseNormalization(name="norm1")(x), "pool1")
    x = _convolution(x, 256, 5, "conv2", groups=groups, bias=1)
    x = _pool(LocalResponseNormalization(name="norm2")(x), "pool2")
    x = _convolution(x, 384, 3, "conv3")
    x = _convolution(x, 384, 3, "conv4", groups=groups, bias=1)
    x = _pool(_convolution(x, 256, 3, "conv5", groups=groups, bias=1), "pool5")
    x = dense_classifier(x, classes, classifier_activation, dropout, bias=1, kernel_initializer=NORMAL_START)
    return load_weights(keras.Model(inputs, x, name=name), weights)


def alexnet_owt(
    input_shape=(224, 224, 3),
    classes=1000,
    maps=(64, 192, 384, 256, 256),
    weights=None,
    classifier_activation="softmax",
    dropout=0.5,
    name="alexnet_owt",
):
    """Builds AlexNet of "one weird trick": one tower, no response normalisation.

    61,100,840 parameters and 714,188,480 multiply-accumulates. The paper's footnote gives 384 maps for the fourth
    convolution (61,838,248 parameters), its author's own code and all that followed it 256.

    Args:
        input_shape: (height, width, channels), at least 63 x 63.
        classes: Number of classes.
        maps: Of each of the five convolutions.
        weights: None, or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        dropout: Rate behind each hidden dense layer, in training.
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes). Layers as in `alexnet`, without norms.

    Raises:
        ValueError: If the images are too small.

    Source: Krizhevsky (2014), One weird trick for parallelizing convolutional neural networks, section 5, footnote.
    """
    check_input_shape(input_shape, 63)
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(2, name="pad1")(x)
    x = _pool(_convolution(x, maps[0], 11, "conv1", strides=4, padding="valid"), "pool1")
    x = _pool(_convolution(x, maps[1], 5, "conv2"), "pool2")
    x = _convolution(x, maps[2], 3, "conv3")
    x = _convolution(x, maps[3], 3, "conv4")
    x = _pool(_convolution(x, maps[4], 3, "conv5"), "pool5")
    x = dense_classifier(x, classes, classifier_activation, dropout, kernel_initializer=NORMAL_START)
    return load_weights(keras.Model(inputs, x, name=name), weights)


def _convolution(x, maps, size, name, strides=1, padding="same", groups=1, bias=0):
    return layers.Conv2D(
        maps, size, strides, padding, groups=groups, activation="relu", name=name,
        kernel_initializer=NORMAL_START, bias_initializer=keras.initializers.Constant(bias),
    )(x)  # fmt: skip


def _pool(x, name):
    return layers.MaxPooling2D(3, 2, name=name)(x)
