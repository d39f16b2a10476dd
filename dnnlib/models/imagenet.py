"""What the ImageNet networks share: their last layers, checks of arguments, and the official weights."""

import keras
from keras import layers

# Normal numbers of deviation 0.01, as networks started until 2014. Described, not made: Keras makes an object of it for
# each layer, where one object in several layers would draw the same numbers for all.
NORMAL_START = {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.01, "seed": None}}


def check_input_shape(input_shape, least):
    """Raises `ValueError` if images of that shape do not survive a network's strides.

    Args:
        input_shape: (height, width, channels); height and width may be None.
        least: The smallest height and width.
    """
    sides = [side for side in tuple(input_shape)[:2] if side is not None]
    if len(input_shape) != 3 or input_shape[2] is None or any(side < least for side in sides):
        raise ValueError(
            f"input_shape: expected (height, width, channels), a height and width of at least {least}, received "
            f"{tuple(input_shape)}"
        )


def classifier(x, classes, activation):
    """Returns the class scores of feature maps: their means over positions, then one dense layer.

    Args:
        x: Feature maps, (batch, height, width, channels).
        classes: Number of classes.
        activation: "softmax", or None for scores (logits).
    """
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def dense_classifier(x, classes, activation, dropout, numbers=(6, 7), bias=0, kernel_initializer="glorot_uniform"):
    """Returns the class scores of feature maps, from two dense layers of 4096 units: how networks ended until 2014.

    Args:
        x: Feature maps, (batch, height, width, channels).
        classes: Number of classes.
        activation: Of the output: "softmax", or None for scores (logits).
        dropout: Rate behind each hidden layer, in training.
        numbers: Of the hidden layers, for their names, e.g. fc6 and dropout6.
        bias: What the hidden layers' biases start from.
        kernel_initializer: Of all three layers; an initializer, or Keras's name of one.
    """
    x = layers.Flatten(name="flatten")(x)
    for i in numbers:
        x = layers.Dense(
            4096, "relu", kernel_initializer=kernel_initializer, bias_initializer=keras.initializers.Constant(bias),
            name=f"fc{i}",
        )(x)  # fmt: skip
        x = layers.Dropout(dropout, name=f"dropout{i}")(x)
    return layers.Dense(classes, activation, kernel_initializer=kernel_initializer, name="predictions")(x)


def load_weights(model, weights, official=None, include_top=True):
    """Fills a model with weights.

    Args:
        model: A `keras.Model`.
        weights: None (nothing is done), "imagenet" (the official ones, which Keras downloads and checks), or the path
            of a file that `model.save_weights` has written.
        official: The function of `keras.applications` that builds the same network; None if Keras has no weights.
        include_top: Whether the model has its classifier.

    Returns:
        The model.

    Raises:
        ValueError: If there are no official weights, or they are for other shapes.
    """
    if weights is None:
        return model
    if weights != "imagenet":
        model.load_weights(weights)
        return model
    if official is None:
        raise ValueError(
            f'weights: expected None or the path of a file, received "imagenet"; Keras has no weights of {model.name}'
        )
    if include_top and model.output_shape[-1] != 1000:
        raise ValueError(
            f'classes: expected 1000 with weights="imagenet" and include_top=True, received {model.output_shape[-1]}; '
            "for other classes take include_top=False and add your own last layer"
        )
    theirs = official(weights="imagenet", include_top=include_top, input_shape=model.input_shape[1:])
    transplant(theirs, model)
    return model


def transplant(source, target):
    """Copies the weights of one model into another, layer by layer under the same names.

    Args:
        source: A `keras.Model`.
        target: Another, whose layers with weights have the names and shapes of the source's.

    Raises:
        ValueError: If they differ, with the first layer that does.
    """
    ours = {layer.name: layer for layer in target.layers if layer.weights}
    theirs = {layer.name: layer for layer in source.layers if layer.weights}
    if ours.keys() != theirs.keys():
        different = sorted(ours.keys() ^ theirs.keys())
        raise ValueError(f"transplant: expected layers of the same names; only one model has {different[:3]}")
    for name, layer in theirs.items():
        shapes = [[tuple(weight.shape) for weight in one.weights] for one in (layer, ours[name])]
        if shapes[0] != shapes[1]:
            raise ValueError(f"transplant: expected weights of shapes {shapes[1]} for {name!r}, received {shapes[0]}")
    for name, layer in theirs.items():
        ours[name].set_weights(layer.get_weights())


@keras.saving.register_keras_serializable("dnnlib")
class LocalResponseNormalization(layers.Layer):
    """Divides each number by what its neighbours among the maps sum to: b_i = a_i / (k + alpha sum a_j^2)^beta.

    The sum runs over `size` neighbouring maps at the same position. AlexNet and GoogLeNet used it before batch
    normalisation was known; VGG found no use in it.

    Args:
        size: Number of maps, the middle one included.
        k, alpha, beta: As in the formula.

    Input and output shape: (batch, height, width, maps). No weights.

    Source: Krizhevsky, Sutskever & Hinton (2012), ImageNet classification with deep convolutional neural networks,
    section 3.3.
    """

    def __init__(self, size=5, k=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        self.size, self.k, self.alpha, self.beta = size, k, alpha, beta

    def call(self, x):
        ops, maps, reach = keras.ops, x.shape[-1], self.size // 2
        padded = ops.pad(ops.square(x), [(0, 0), (0, 0), (0, 0), (reach, reach)])
        sums = sum(padded[..., shift : shift + maps] for shift in range(self.size))
        return x * ops.power(self.k + self.alpha * sums, -self.beta)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"size": self.size, "k": self.k, "alpha": self.alpha, "beta": self.beta}
