"""DenseNet: each layer reads the maps of all layers before it in its block, and adds a few of its own."""

import keras
from keras import layers

from dnnlib.models.imagenet import check_input_shape, classifier, load_weights

EPSILON = 1.001e-5  # of batch normalisation, as in the official weights
LAYERS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}  # of each dense block: the paper's table 1


def densenet(
    depth,
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    growth_rate=32,
    name=None,
):
    """Builds DenseNet-121, 169 or 201.

    7,978,856 / 14,149,480 / 20,013,928 trainable parameters; 2.83 / 3.36 / 4.29 billion multiply-accumulates for an
    image of the default shape. Differs from the paper: weights start by Glorot's rule, not He's.

    Args:
        depth: 121, 169 or 201.
        input_shape: (height, width, channels), at least 32 x 32.
        classes: Number of classes.
        include_top: Whether mean and dense layer follow.
        weights: None, "imagenet" (with growth rate 32), or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        growth_rate: Maps that each layer adds.
        name: The model's name; "densenet" and the depth if None.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes); without the top, to feature maps
        (batch, height / 32, width / 32, ...). Layers have the names of `keras.applications`: conv2_block1_1_conv ...

    Raises:
        ValueError: If there is no such depth, the images are too small, or the weights do not fit.

    Source: Huang, Liu, van der Maaten & Weinberger (2017), Densely connected convolutional networks, table 1.
    """
    if depth not in LAYERS:
        raise ValueError(f"depth: expected one of {', '.join(map(str, LAYERS))}, received {depth!r}")
    check_input_shape(input_shape, 32)
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(2 * growth_rate, 7, 2, use_bias=False, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(_normalised(x, "conv1_bn", "conv1_relu"))
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    for block, count in enumerate(LAYERS[depth], 2):
        x = dense_block(x, count, growth_rate, f"conv{block}")
        if block < 5:
            x = transition(x, f"pool{block}")
    x = _normalised(x, "bn", "relu")
    x = classifier(x, classes, classifier_activation) if include_top else x
    model = keras.Model(inputs, x, name=name or f"densenet{depth}")
    return load_weights(model, weights, getattr(keras.applications, f"DenseNet{depth}"), include_top)


def dense_block(x, count, growth_rate, name, bottleneck=True):
    """Lets each layer read all maps so far, and puts its own behind them.

    Args:
        x: Feature maps, (batch, height, width, channels).
        count: Number of layers.
        growth_rate: Maps that each layer adds.
        name: The start of the layers' names.
        bottleneck: Whether a 1 x 1 convolution to 4 growth_rate maps stands in front of each 3 x 3.

    Returns:
        (batch, height, width, channels + count growth_rate).

    Source: Huang et al. (2017), Densely connected convolutional networks, section 3.
    """
    for i in range(1, count + 1):
        start = f"{name}_block{i}"
        new = _normalised(x, f"{start}_0_bn", f"{start}_0_relu")
        if bottleneck:
            new = layers.Conv2D(4 * growth_rate, 1, use_bias=False, name=f"{start}_1_conv")(new)
            new = _normalised(new, f"{start}_1_bn", f"{start}_1_relu")
        new = layers.Conv2D(growth_rate, 3, padding="same", use_bias=False, name=f"{start}_2_conv")(new)
        x = layers.Concatenate(name=f"{start}_concat")([x, new])
    return x


def transition(x, name, compression=0.5):
    """Mixes maps down to a share of them, and halves height and width.

    Args:
        x: Feature maps, (batch, height, width, channels).
        name: The start of the layers' names.
        compression: The share of maps that is kept.

    Returns:
        (batch, height // 2, width // 2, int(compression channels)).

    Source: Huang et al. (2017), Densely connected convolutional networks, section 3.
    """
    x = _normalised(x, f"{name}_bn", f"{name}_relu")
    x = layers.Conv2D(int(compression * x.shape[-1]), 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, name=f"{name}_pool")(x)


def _normalised(x, name, activation_name):
    x = layers.BatchNormalization(epsilon=EPSILON, name=name)(x)
    return layers.Activation("relu", name=activation_name)(x)
