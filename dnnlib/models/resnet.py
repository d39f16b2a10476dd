"""Residual networks for ImageNet: blocks that add what they compute to what they were given."""

import keras
from keras import layers

from dnnlib.models.imagenet import check_input_shape, classifier, load_weights

EPSILON = 1.001e-5  # of batch normalisation, as in the official weights

# Blocks of each of the four stages, by depth: the paper's table 1. Up to 34 layers they are basic blocks of two
# convolutions, beyond that bottlenecks of three.
BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BLOCKS_V2 = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet(
    depth,
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    gate=None,
    name=None,
):
    """Builds ResNet-18, 34, 50, 101 or 152.

    11,689,512 / 21,797,672 / 25,583,592 / 44,601,832 / 60,268,520 trainable parameters; 1.81 / 3.66 / 3.86 / 7.57 /
    11.28 billion multiply-accumulates for an image of the default shape.

    Differs from the paper: shortcuts that change their shape are 1 x 1 convolutions (its option B) in all depths; 50
    layers and more have biases in front of batch normalisation, which do nothing but fit the official weights. The
    stride of a bottleneck stands in its first convolution, as in the paper; PyTorch's ResNets moved it to the second.

    Args:
        depth: 18, 34, 50, 101 or 152.
        input_shape: (height, width, channels), at least 32 x 32.
        classes: Number of classes.
        include_top: Whether mean and dense layer follow.
        weights: None, "imagenet" (from 50 layers on), or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        gate: A function (maps, name) -> maps on what each block adds; see `dnnlib.models.senet`.
        name: The model's name; "resnet" and the depth if None.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes); without the top, to feature maps
        (batch, height / 32, width / 32, 512 or 2048). Layers have the names of `keras.applications`:
        conv2_block1_1_conv and so on, for stage 2 to 5.

    Raises:
        ValueError: If there is no such depth, the images are too small, or the weights do not fit.

    Source: He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition, table 1.
    """
    if depth not in BLOCKS:
        raise ValueError(f"depth: expected one of {', '.join(map(str, BLOCKS))}, received {depth!r}")
    check_input_shape(input_shape, 32)
    # The official weights have biases; a gated network has none, nor have the depths without official weights.
    block = basic_block if depth < 50 else bottleneck_block
    use_bias = depth >= 50 and gate is None
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = _normalised(layers.Conv2D(64, 7, 2, use_bias=use_bias, name="conv1_conv")(x), "conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(x)
    for stage, count in enumerate(BLOCKS[depth]):
        for i in range(count):
            strides = 2 if i == 0 and stage > 0 else 1
            x = block(x, 64 * 2**stage, f"conv{stage + 2}_block{i + 1}", strides, gate=gate, use_bias=use_bias)
    x = classifier(x, classes, classifier_activation) if include_top else x
    model = keras.Model(inputs, x, name=name or f"resnet{depth}")
    official = getattr(keras.applications, f"ResNet{depth}", None) if gate is None else None
    return load_weights(model, weights, official, include_top)


def resnet_v2(
    depth,
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    name=None,
):
    """Builds ResNet-50, 101 or 152 of the second kind, with pre-activation: nothing stands on the shortcut.

    25,568,360 / 44,577,896 / 60,236,904 trainable parameters; 3.48 / 7.19 / 10.91 billion multiply-accumulates.
    Differs from the paper, as the official weights do: a stage halves the maps in its last block, not its first, which
    saves a tenth of the operations.

    Arguments, result and errors as in `resnet`; layers have the names of `keras.applications.ResNet50V2`.

    Source: He, Zhang, Ren & Sun (2016), Identity mappings in deep residual networks, section 4.
    """
    if depth not in BLOCKS_V2:
        raise ValueError(f"depth: expected one of {', '.join(map(str, BLOCKS_V2))}, received {depth!r}")
    check_input_shape(input_shape, 32)
    x = inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, 2, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(x)
    for stage, count in enumerate(BLOCKS_V2[depth]):
        for i in range(count):
            strides = 2 if i == count - 1 and stage < 3 else 1
            x = preactivation_block(x, 64 * 2**stage, f"conv{stage + 2}_block{i + 1}", strides, project=i == 0)
    x = _normalised(x, "post")
    x = classifier(x, classes, classifier_activation) if include_top else x
    model = keras.Model(inputs, x, name=name or f"resnet{depth}v2")
    return load_weights(model, weights, getattr(keras.applications, f"ResNet{depth}V2"), include_top)


def basic_block(x, filters, name, strides=1, gate=None, use_bias=False):
    """Adds what two 3 x 3 convolutions compute to the input.

    Args:
        x: Feature maps, (batch, height, width, channels).
        filters: Maps of the output.
        name: The start of the layers' names.
        strides: Of the first convolution; 2 halves height and width.
        gate: A function (maps, name) -> maps on what the block adds, or None.
        use_bias: Whether the convolutions have biases.

    Returns:
        (batch, height / strides, width / strides, filters).

    Source: He et al. (2016), Deep residual learning for image recognition, figure 5, left.
    """
    shortcut = x if strides == 1 and x.shape[-1] == filters else _projection(x, filters, name, strides, use_bias)
    x = _convolution(x, filters, 3, f"{name}_1", strides, use_bias)
    x = _convolution(x, filters, 3, f"{name}_2", 1, use_bias, activation=False)
    return _added(shortcut, x, name, gate)


def bottleneck_block(x, filters, name, strides=1, gate=None, use_bias=False):
    """Adds what a 1 x 1, a 3 x 3 and a 1 x 1 convolution make of the input; the 3 x 3 works on a quarter of the maps.

    Args:
        x: Feature maps, (batch, height, width, channels).
        filters: Maps of the first two convolutions; the output has four times as many.
        name: The start of the layers' names.
        strides: Of the first convolution; 2 halves height and width.
        gate: A function (maps, name) -> maps on what the block adds, or None.
        use_bias: Whether the convolutions have biases.

    Returns:
        (batch, height / strides, width / strides, 4 filters).

    Source: He et al. (2016), Deep residual learning for image recognition, figure 5, right.
    """
    wide = 4 * filters
    shortcut = x if strides == 1 and x.shape[-1] == wide else _projection(x, wide, name, strides, use_bias)
    x = _convolution(x, filters, 1, f"{name}_1", strides, use_bias)
    x = _convolution(x, filters, 3, f"{name}_2", 1, use_bias)
    x = _convolution(x, wide, 1, f"{name}_3", 1, use_bias, activation=False)
    return _added(shortcut, x, name, gate)


def preactivation_block(x, filters, name, strides=1, project=False):
    """Adds a bottleneck that normalises and activates in front of each convolution, and nothing after the sum.

    Args:
        x: Feature maps, (batch, height, width, channels).
        filters: Maps of the first two convolutions; the output has four times as many.
        name: The start of the layers' names.
        strides: Of the 3 x 3 convolution; 2 halves height and width.
        project: Whether the shortcut is a 1 x 1 convolution.

    Returns:
        (batch, height / strides, width / strides, 4 filters).

    Source: He et al. (2016), Identity mappings in deep residual networks, figure 4e.
    """
    active = _normalised(x, f"{name}_preact")
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * filters, 1, strides, name=f"{name}_0_conv")(active)
    elif strides > 1:
        shortcut = layers.MaxPooling2D(1, strides, name=f"{name}_0_pool")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(active)
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(_normalised(x, f"{name}_1"))
    x = layers.Conv2D(filters, 3, strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(_normalised(x, f"{name}_2"))
    return layers.Add(name=f"{name}_out")([shortcut, x])


def _added(shortcut, x, name, gate):
    x = gate(x, name) if gate else x
    return layers.Activation("relu", name=f"{name}_out")(layers.Add(name=f"{name}_add")([shortcut, x]))


def _projection(x, filters, name, strides, use_bias):
    return _convolution(x, filters, 1, f"{name}_0", strides, use_bias, activation=False)


def _convolution(x, filters, size, name, strides, use_bias, activation=True):
    # Around an image, zeros on both sides alike: with a stride of 2, "same" would put none at the start.
    padding = "same" if strides == 1 or size == 1 else "valid"
    x = x if padding == "same" else layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
    x = layers.Conv2D(filters, size, strides, padding, use_bias=use_bias, name=f"{name}_conv")(x)
    return _normalised(x, name, activation)


def _normalised(x, name, activation=True):
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x) if activation else x
