"""Squeeze and excitation: a gate for each map, set by what all maps show on average."""

from functools import partial

from keras import layers

from dnnlib.models.resnet import resnet


def squeeze_excite(x, name, ratio=16):
    """Weighs maps by gates between 0 and 1 that depend on the means of all maps.

    The block fits behind any layer with maps. It costs 2 channels^2 / ratio multiply-accumulates.

    Args:
        x: Feature maps, (batch, height, width, channels).
        name: The start of the layers' names.
        ratio: How many times fewer units than channels the middle has.

    Returns:
        Feature maps of the same shape.

    Raises:
        ValueError: If there are fewer channels than `ratio`.

    Source: Hu, Shen & Sun (2018), Squeeze-and-excitation networks, section 3.
    """
    channels = x.shape[-1]
    if channels < ratio:
        raise ValueError(f"ratio: expected at most the {channels} channels of {name}, received {ratio}")
    gates = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    gates = layers.Dense(channels // ratio, activation="relu", name=f"{name}_reduce")(gates)
    gates = layers.Dense(channels, activation="sigmoid", name=f"{name}_excite")(gates)
    return layers.Multiply(name=f"{name}_scale")([x, gates])


def seresnet50(
    input_shape=(224, 224, 3),
    classes=1000,
    include_top=True,
    weights=None,
    classifier_activation="softmax",
    ratio=16,
    name="seresnet50",
):
    """Builds SE-ResNet-50: ResNet-50 with a gate on what each block adds.

    28,088,024 trainable parameters and 3,860,488,192 multiply-accumulates for an image of the default shape. Arguments,
    result and errors as in `dnnlib.models.resnet.resnet`; Keras has no weights of it.

    Args:
        ratio: Of `squeeze_excite`.

    Source: Hu, Shen & Sun (2018), Squeeze-and-excitation networks, table 1.
    """
    gate = partial(_gate, ratio=ratio)
    return resnet(50, input_shape, classes, include_top, weights, classifier_activation, gate, name)


def _gate(x, name, ratio):
    return squeeze_excite(x, f"{name}_se", ratio)
