"""The residual networks of CIFAR-10, their plain twins, and every shortcut that was tried in place of the identity."""

import keras
from keras import layers, ops

from dnnlib.models.imagenet import check_input_shape, classifier, load_weights

SHORTCUTS = ("identity", "none", "constant", "exclusive_gating", "shortcut_gating", "convolution", "dropout")
STARTS = "he_normal"
PENALTY = 1e-4  # on the squares of the weights, as in the paper's training


def resnet_cifar(
    depth=20,
    input_shape=(32, 32, 3),
    classes=10,
    shortcut="identity",
    preactivation=False,
    projection=False,
    shortcut_scale=0.5,
    residual_scale=1.0,
    gate_bias=-6.0,
    filters=16,
    weights=None,
    classifier_activation="softmax",
    penalty=PENALTY,
    name=None,
):
    """Builds a residual network of 6 n + 2 layers for small images, or one of its variants.

    Three stages of n blocks have 16, 32 and 64 maps; each block has two 3 x 3 convolutions. Depth 20 / 32 / 44 / 56 /
    110 has 269,722 / 464,154 / 658,586 / 853,018 / 1,727,962 trainable parameters, and 40.6 / 68.9 / 97.2 / 125.5 /
    252.9 million multiply-accumulates.

    Args:
        depth: 6 n + 2, e.g. 20.
        input_shape: (height, width, channels), at least 8 x 8.
        classes: Number of classes.
        shortcut: What stands beside the two convolutions F(x):
            "identity": x + F(x); "none": F(x), the plain network; "constant": shortcut_scale x + residual_scale F(x);
            "exclusive_gating": (1 - g) x + g F(x) with the gate g = sigmoid of a 1 x 1 convolution of x;
            "shortcut_gating": (1 - g) x + F(x); "convolution": a 1 x 1 convolution of x, + F(x);
            "dropout": dropout(x) at rate 0.5, + F(x).
        preactivation: Whether normalisation and ReLU stand in front of the convolutions, not behind.
        projection: Whether a shortcut that changes its shape is a 1 x 1 convolution (the paper's option B). Otherwise
            every second pixel is taken, and new maps are zeros (option A, which has no parameters).
        shortcut_scale, residual_scale: Of the constant shortcut.
        gate_bias: What the gates' biases start from: -6 opens the shortcut nearly wholly.
        filters: Maps of the first stage.
        weights: None, or the path of a file of weights.
        classifier_activation: "softmax", or None for scores (logits).
        penalty: On the squares of the kernels, times 2 as Keras counts it; 0 for none.
        name: The model's name.

    Returns:
        A `keras.Model` from images, (batch, *input_shape), to (batch, classes). Layers: conv1, stage1_block1_1_conv,
        ..., predictions.

    Raises:
        ValueError: If the depth is none of 8, 14, 20, ..., there is no such shortcut, or the images are too small.

    Source: He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition, section 4.2; the shortcuts: the
    same (2016), Identity mappings in deep residual networks, figure 2 and table 1.
    """
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"depth: expected 6 n + 2, e.g. 20, 32, 56 or 110, received {depth!r}")
    if shortcut not in SHORTCUTS:
        raise ValueError(f"shortcut: expected one of {', '.join(SHORTCUTS)}, received {shortcut!r}")
    check_input_shape(input_shape, 8)
    kinds = {"shortcut": shortcut, "projection": projection, "shortcut_scale": shortcut_scale,
             "residual_scale": residual_scale, "gate_bias": gate_bias}  # fmt: skip
    make = _Maker(penalty)
    block = preactivated_block if preactivation else residual_block
    x = inputs = keras.Input(input_shape)
    x = make.normalised(make.convolution(x, filters, 3, "conv1"), "conv1")
    for stage in range(3):
        for i in range((depth - 2) // 6):
            strides = 2 if i == 0 and stage > 0 else 1
            # The first block's input is normalised and active already.
            first = {"active": stage == i == 0} if preactivation else {}
            x = block(x, filters * 2**stage, f"stage{stage + 1}_block{i + 1}", strides, make=make, **first, **kinds)
    x = make.normalised(x, "post") if preactivation else x
    x = classifier(x, classes, classifier_activation)
    kind = "plain" if shortcut == "none" else "resnet"
    return load_weights(keras.Model(inputs, x, name=name or f"{kind}{depth}_cifar"), weights)


def residual_block(x, filters, name, strides=1, make=None, **kinds):
    """Two convolutions, the shortcut, and a ReLU behind the sum.

    Args:
        x: Feature maps, (batch, height, width, channels).
        filters: Maps of the output.
        name: The start of the layers' names.
        strides: Of the first convolution.
        make: What builds the layers; None for the usual start and penalty.
        kinds: `shortcut` and what belongs to it, as in `resnet_cifar`.

    Returns:
        (batch, height / strides, width / strides, filters).
    """
    make = make or _Maker()
    new = make.normalised(make.convolution(x, filters, 3, f"{name}_1", strides), f"{name}_1")
    new = make.normalised(make.convolution(new, filters, 3, f"{name}_2"), f"{name}_2", activation=False)
    return layers.Activation("relu", name=f"{name}_out")(joined(x, new, name, strides, make, **kinds))


def preactivated_block(x, filters, name, strides=1, make=None, active=False, **kinds):
    """Normalises and activates in front of each of two convolutions, and adds the shortcut: nothing behind the sum.

    Arguments and result as in `residual_block`.

    Args:
        active: Whether x is normalised and active already.
    """
    make = make or _Maker()
    new = x if active else make.normalised(x, f"{name}_preact")
    new = make.normalised(make.convolution(new, filters, 3, f"{name}_1", strides), f"{name}_1")
    return joined(x, make.convolution(new, filters, 3, f"{name}_2"), name, strides, make, **kinds)


def joined(
    x, new, name, strides, make, shortcut="identity", projection=False, shortcut_scale=0.5, residual_scale=1.0,
    gate_bias=-6.0,
):  # fmt: skip
    """Returns what a block makes of its input and of what its convolutions have made of it; see `resnet_cifar`."""
    if shortcut == "none":
        return new
    filters, maps = new.shape[-1], x
    if shortcut == "convolution":
        path = make.normalised(make.convolution(x, filters, 1, f"{name}_0", strides), f"{name}_0", activation=False)
        return layers.Add(name=f"{name}_add")([path, new])
    if strides > 1 or x.shape[-1] != filters:
        if projection:
            x = make.normalised(make.convolution(x, filters, 1, f"{name}_0", strides), f"{name}_0", activation=False)
        else:
            x = Subsample(strides, filters, name=f"{name}_subsample")(x)
    if shortcut.endswith("gating"):
        start = keras.initializers.Constant(gate_bias)
        gate = layers.Conv2D(
            filters, 1, strides, activation="sigmoid", kernel_initializer=STARTS, bias_initializer=start,
            kernel_regularizer=make.penalty, name=f"{name}_gate",
        )(maps)  # fmt: skip
        x = layers.Multiply(name=f"{name}_shortcut")([x, 1 - gate])
        new = layers.Multiply(name=f"{name}_gated")([new, gate]) if shortcut == "exclusive_gating" else new
    elif shortcut == "constant":
        x = layers.Rescaling(shortcut_scale, name=f"{name}_shortcut")(x)
        new = layers.Rescaling(residual_scale, name=f"{name}_scaled")(new) if residual_scale != 1 else new
    elif shortcut == "dropout":
        x = layers.Dropout(0.5, name=f"{name}_shortcut")(x)
    return layers.Add(name=f"{name}_add")([x, new])


@keras.saving.register_keras_serializable("dnnlib")
class Subsample(layers.Layer):
    """Takes every second pixel, or every `strides`-th, and adds maps of zeros: a shortcut without parameters.

    Args:
        strides: Step between the pixels that are kept.
        filters: Maps of the output.

    Input shape: (batch, height, width, channels). Output shape: (batch, height / strides, width / strides, filters).

    Source: He et al. (2016), Deep residual learning for image recognition, section 3.3, option A.
    """

    def __init__(self, strides, filters, **kwargs):
        super().__init__(**kwargs)
        self.strides, self.filters = strides, filters

    def call(self, x):
        new = self.filters - x.shape[-1]
        return ops.pad(x[:, :: self.strides, :: self.strides], [(0, 0), (0, 0), (0, 0), (new // 2, new - new // 2)])

    def compute_output_shape(self, input_shape):
        batch, *sides, _ = input_shape
        return (batch, *[side if side is None else -(-side // self.strides) for side in sides], self.filters)

    def get_config(self):
        return super().get_config() | {"strides": self.strides, "filters": self.filters}


class _Maker:
    """Builds convolutions with He's start and a penalty, and normalisations."""

    def __init__(self, penalty=PENALTY):
        self.penalty = keras.regularizers.L2(penalty / 2) if penalty else None  # the paper's penalty has the factor 1/2

    def convolution(self, x, filters, size, name, strides=1):
        # Zeros on both sides alike: with a stride of 2, "same" would put none at the start.
        padding = "same" if strides == 1 or size == 1 else "valid"
        x = x if padding == "same" else layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
        return layers.Conv2D(
            filters, size, strides, padding, use_bias=False, kernel_initializer=STARTS,
            kernel_regularizer=self.penalty, name=f"{name}_conv",
        )(x)  # fmt: skip

    def normalised(self, x, name, activation=True):
        x = layers.BatchNormalization(name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x) if activation else x
