"""MobileNet: each convolution in two, a 3 x 3 that reads one map at a time and a 1 x 1 that mixes the maps."""

from functools import partial

import keras
import numpy as np
from keras import layers

from dnnlib.models.imagenet import check_input_shape, load_weights

# Maps of the blocks at full width, and the stride of each block: the paper's table 1. The table gives its last block a
# stride of 2, but the maps that it lists there keep their 7 x 7 pixels.
BLOCKS = {64: (1,), 128: (2, 1), 256: (2, 1), 512: (2, 1, 1, 1, 1, 1), 1024: (2, 1)}
OFFICIAL_WIDTHS = (0.25, 0.5, 0.75, 1.0)


def mobilenet(
    alpha=1.0,
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    dropout=1e-3,
    name=None,
):
    """Builds MobileNet, the first version, of any width.

    470,072 / 1,331,592 / 2,585,560 / 4,231,976 parameters to train and 41.0 / 149.5 / 325.4 / 568.7 million
    multiply-accumulates at width 0.25 / 0.5 / 0.75 / 1 for an image of the default shape. Differs from the paper, as
    the official weights do: activations end at 6, there is dropout in front of the classifier, and a stride of 2 puts
    zeros on the lower and right border alone.

    Args:
        alpha: The width multiplier: each layer has this share of its maps, rounded down.
        input_shape: (height, width, channels), at least 32 x 32.
        classes: Number of classes.
        include_top: Whether mean and classifier follow.
        weights: None, "imagenet" (at the widths 0.25, 0.5, 0.75 and 1), or the path of a file of weights. Keras has
            files for images of side 128, 160, 192 and 224, takes the one for 224 where the images have another size,
            and checks no hash.
        classifier_activation: "softmax", or None for scores (logits).
        dropout: Rate in front of the classifier, in training.
        name: The model's name; "mobilenet" and the width if None.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), prepared by `preprocess_input`, to (batch, classes); without
        the top, to feature maps (batch, height / 32, width / 32, int(1024 alpha)). Layers have the names of
        `keras.applications`: conv_dw_1 and conv_pw_1 for block 1 of 13, and so on.

    Raises:
        ValueError: If the width leaves no map, the images are too small, or the weights do not fit.

    Source: Howard et al. (2017), MobileNets: efficient convolutional neural networks for mobile vision applications,
    table 1; the width multiplier in section 3.3.
    """
    if not int(32 * alpha) >= 1:
        raise ValueError(f"alpha: expected a width that leaves at least 1 of the first 32 maps, received {alpha!r}")
    check_input_shape(input_shape, 32)
    x = inputs = keras.Input(input_shape)
    x = layers.Conv2D(int(32 * alpha), 3, 2, "same", use_bias=False, name="conv1")(x)
    x = _normalised(x, "conv1")
    blocks = [(maps, strides) for maps, all_strides in BLOCKS.items() for strides in all_strides]
    for number, (maps, strides) in enumerate(blocks, 1):
        x = depthwise_separable_block(x, int(maps * alpha), number, strides)
    if include_top:
        x = layers.GlobalAveragePooling2D(keepdims=True, name="avg_pool")(x)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, 1, name="conv_preds")(x)
        x = layers.Reshape((classes,), name="scores")(x)
        x = layers.Activation(classifier_activation, name="predictions")(x)
    model = keras.Model(inputs, x, name=name or f"mobilenet_{alpha:g}")
    official = partial(keras.applications.MobileNet, alpha=alpha) if alpha in OFFICIAL_WIDTHS else None
    return load_weights(model, weights, official, include_top)


def depthwise_separable_block(x, filters, number, strides=1):
    """Filters each map by a 3 x 3 kernel of its own, then mixes the maps at each place.

    That takes 1 / 9 + 1 / filters of the multiply-accumulates of one 3 x 3 convolution.

    Args:
        x: Feature maps, (batch, height, width, channels).
        filters: Maps of the output.
        number: The block's, for the names of its layers.
        strides: Of the 3 x 3; 2 halves height and width.

    Returns:
        (batch, height / strides, width / strides, filters).

    Source: Howard et al. (2017), MobileNets, section 3.1 and figure 3.
    """
    if strides > 1:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    padding = "same" if strides == 1 else "valid"
    x = layers.DepthwiseConv2D(3, strides, padding, use_bias=False, name=f"conv_dw_{number}")(x)
    x = _normalised(x, f"conv_dw_{number}")
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"conv_pw_{number}")(x)
    return _normalised(x, f"conv_pw_{number}")


def preprocess_input(x):
    """Brings pixels from 0 to 255 to the numbers that the official weights were trained on, from -1 to 1.

    Args:
        x: Images of any shape, an array or tensor, pixels from 0 to 255.

    Returns:
        x / 127.5 - 1 in float32; x stays as it is.
    """
    x = x.astype("float32") if isinstance(x, np.ndarray) else keras.ops.cast(x, "float32")
    return x / 127.5 - 1


def _normalised(x, name):
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)
