"""LeNet-5: as it is built today, and as it was published."""

import keras
import numpy as np
from keras import layers, ops


def lenet5(
    input_shape=(32, 32, 1),
    classes=10,
    activation="tanh",
    pooling="average",
    padding="valid",
    classifier_activation="softmax",
    name="lenet5",
):
    """Builds LeNet-5 from today's layers.

    61,706 parameters and 416,520 multiply-accumulates for an image of the default shape.

    Differs from the paper (see `lenet5_1998`): pooling has no parameters, every map of C3 reads every map of
    S2, the output is dense with a softmax, and weights start by Glorot's rule.

    Args:
        input_shape: (height, width, channels).
        classes: Number of classes.
        activation: After each convolution and each hidden dense layer; Keras's name or function.
        pooling: "average" (as the paper's subsampling) or "max".
        padding: Of the first convolution. "same" makes 28 x 28 images fit without a border of their own.
        classifier_activation: "softmax", or None for scores (logits).
        name: The model's name.

    Returns:
        A `keras.Model` from images, shape (batch, *input_shape), to shape (batch, classes). Layers: c1, s2,
        c3, s4, flatten, c5, f6, output.

    Raises:
        ValueError: If `pooling` or `padding` is neither, or the images are too small.

    Source: LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition,
    section II.B.
    """
    if pooling not in ("average", "max"):
        raise ValueError(f'pooling: expected "average" or "max", received {pooling!r}')
    if padding not in ("valid", "same"):
        raise ValueError(f'padding: expected "valid" or "same", received {padding!r}')
    smallest = 16 if padding == "valid" else 12
    if len(input_shape) != 3 or None in input_shape or min(input_shape[:2]) < smallest:
        raise ValueError(
            f"input_shape: expected (height, width, channels), a height and width of at least {smallest} "
            f"with padding={padding!r}, received {tuple(input_shape)}"
        )
    pool = layers.AveragePooling2D if pooling == "average" else layers.MaxPooling2D
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(6, 5, padding=padding, activation=activation, name="c1"),
            pool(2, name="s2"),
            layers.Conv2D(16, 5, activation=activation, name="c3"),
            pool(2, name="s4"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation=activation, name="c5"),
            layers.Dense(84, activation=activation, name="f6"),
            layers.Dense(classes, activation=classifier_activation, name="output"),
        ],
        name=name,
    )


# Table I of the paper: the maps of S2 (from 0) that each of the 16 maps of C3 reads.
C3_TABLE = (
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (4, 5, 0),
    (5, 0, 1),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (3, 4, 5, 0),
    (4, 5, 0, 1),
    (5, 0, 1, 2),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)

# Ten digits, 12 rows of 7, "#" for +1. Drawn for this book: the paper's own (its figure 3) are not reproduced.
BITMAPS = """
.#####. ...#... .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
##...## ..##... ##...## ##...## ...###. ##..... .##.... .....## ##...## ##...##
##...## .###... .....## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...#... .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##..### ...#... ....##. .....## ##..##. ######. ##.###. ....##. .##.##. ##...##
##.#.## ...#... ...##.. ..####. ##..##. .....## ###..## ...##.. ..###.. .######
###..## ...#... ..##... .....## ####### .....## ##...## ...##.. .##.##. .....##
##...## ...#... .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... ##...## ....##. ##...## ##...## .##.... ##...## ....##.
.##.##. ...#... ##...## ##...## ....##. ##...## .##.##. .##.... ##...## ...##..
..###.. .#####. ####### .#####. ....##. .#####. ..###.. .##.... .#####. .###...
"""


def prototypes():
    """Returns the ten digits' target codes for F6: +1 or -1, shape (10, 84), each a 12 x 7 bitmap row by row."""
    rows = [line.split() for line in BITMAPS.split("\n") if line]
    return np.array([[1.0 if mark == "#" else -1.0 for row in rows for mark in row[digit]] for digit in range(10)])


@keras.saving.register_keras_serializable("dnnlib")
def scaled_tanh(x):
    """Squashes with 1.7159 tanh(2/3 x): +1 and -1, the entries of the prototypes, map to themselves (to 3e-6).

    Source: LeCun et al. (1998), section II.B and appendix A.
    """
    return 1.7159 * ops.tanh(2 / 3 * x)


@keras.saving.register_keras_serializable("dnnlib")
class FanInUniform(keras.initializers.Initializer):
    """Draws uniformly from -2.4/F to 2.4/F, with F the number of inputs of a unit.

    Args:
        fan_in: F.
        seed: An integer, or None.

    Source: LeCun et al. (1998), appendix A.
    """

    def __init__(self, fan_in, seed=None):
        self.fan_in = fan_in
        self.seed = seed

    def __call__(self, shape, dtype=None):
        limit = 2.4 / self.fan_in
        return keras.random.uniform(shape, -limit, limit, dtype=dtype, seed=self.seed)

    def get_config(self):
        return {"fan_in": self.fan_in, "seed": self.seed}


@keras.saving.register_keras_serializable("dnnlib")
class Subsampling2D(layers.Layer):
    """Adds up each 2 x 2 window, times a coefficient of the map, plus a bias of the map, then squashes.

    Input shape: (batch, height, width, maps). Output shape: (batch, height // 2, width // 2, maps).
    Weights: coefficient (maps,), bias (maps,).

    Source: LeCun et al. (1998), section II.B (S2 and S4).
    """

    pool_size = strides = 2

    def build(self, input_shape):
        maps = (input_shape[-1],)
        self.coefficient = self.add_weight(shape=maps, initializer=FanInUniform(4), name="coefficient")
        self.bias = self.add_weight(shape=maps, initializer="zeros", name="bias")

    def call(self, x):
        return scaled_tanh(4 * ops.average_pool(x, 2, 2) * self.coefficient + self.bias)


@keras.saving.register_keras_serializable("dnnlib")
class PartialConv2D(layers.Layer):
    """Convolves, each output map reading only some of the input maps, then squashes.

    Only the kernels of connected pairs exist. The products with a constant matrix of zeros and ones place them in
    the full kernel, whose other entries stay zero.

    Args:
        table: For each output map the input maps that it reads.
        kernel_size: Side of the square kernels.

    Input shape: (batch, height, width, maps). Output shape: (batch, ..., ..., len(table)).
    Weights: kernel (kernel_size, kernel_size, connected pairs), bias (len(table),).

    Source: LeCun et al. (1998), section II.B and table I (C3).
    """

    def __init__(self, table, kernel_size=5, **kwargs):
        super().__init__(**kwargs)
        self.table = tuple(tuple(maps) for maps in table)
        self.kernel_size = kernel_size

    def build(self, input_shape):
        inputs, outputs, size = input_shape[-1], len(self.table), self.kernel_size
        pairs = [(read, output) for output, maps in enumerate(self.table) for read in maps]
        placement = np.zeros((len(pairs), inputs * outputs), "float32")
        for pair, (read, output) in enumerate(pairs):
            placement[pair, read * outputs + output] = 1
        self.placement = placement
        self.full_shape = (size, size, inputs, outputs)
        fan_in = size * size * np.repeat([len(maps) for maps in self.table], [len(maps) for maps in self.table])
        # Map by map another number of inputs, hence another range: uniform in +-1, scaled.
        self.kernel = self.add_weight(
            shape=(size, size, len(pairs)),
            name="kernel",
            initializer=lambda shape, dtype: (
                keras.random.uniform(shape, -1, 1, dtype=dtype) * ops.convert_to_tensor(2.4 / fan_in, dtype)
            ),
        )
        self.bias = self.add_weight(shape=(outputs,), initializer="zeros", name="bias")

    def call(self, x):
        kernel = ops.reshape(ops.matmul(self.kernel, ops.cast(self.placement, self.kernel.dtype)), self.full_shape)
        return scaled_tanh(ops.conv(x, kernel, strides=1, padding="valid") + self.bias)

    def get_config(self):
        return super().get_config() | {"table": self.table, "kernel_size": self.kernel_size}


@keras.saving.register_keras_serializable("dnnlib")
class EuclideanRBF(layers.Layer):
    """Measures the squared distance to each class's fixed prototype: y_k = sum over j of (x_j - w_kj)^2.

    The output is a penalty: the smallest one names the class.

    Input shape: (batch, 84). Output shape: (batch, 10). Weights, not trainable: prototypes (10, 84).

    Source: LeCun et al. (1998), section II.B, equation 7.
    """

    def build(self, input_shape):
        values = prototypes()
        self.prototypes = self.add_weight(
            shape=values.shape,
            trainable=False,
            name="prototypes",
            initializer=lambda shape, dtype: ops.convert_to_tensor(values, dtype),
        )

    def call(self, x):
        return ops.sum(ops.square(x[:, None, :] - self.prototypes), axis=-1)


@keras.saving.register_keras_serializable("dnnlib")
class MAPLoss(keras.losses.Loss):
    """The true class's penalty, and a competition with the other classes' penalties.

    L = y_t + log(exp(-j) + sum over k of exp(-y_k)), mean over the examples; t is the true class, given as an
    integer. The logarithm pushes the other classes' penalties up; j keeps it from pushing large ones for ever.

    Args:
        j: The paper asks for a positive constant and prints no value; 1 is this book's choice.

    Source: LeCun et al. (1998), section II.C, equation 9.
    """

    def __init__(self, j=1.0, name="map_loss", **kwargs):
        super().__init__(name=name, **kwargs)
        self.j = j

    def call(self, y_true, y_pred):
        y_true = ops.cast(ops.reshape(y_true, (-1,)), "int32")
        right = ops.sum(y_pred * ops.one_hot(y_true, y_pred.shape[-1], dtype=y_pred.dtype), axis=-1)
        rubbish = ops.full_like(y_pred[:, :1], -self.j)
        return right + ops.logsumexp(ops.concatenate([rubbish, -y_pred], axis=-1), axis=-1)

    def get_config(self):
        return super().get_config() | {"j": self.j}


def lenet5_1998(name="lenet5_1998"):
    """Builds LeNet-5 as published.

    60,000 trainable parameters: C1 156, S2 12, C3 1,516, S4 32, C5 48,120, F6 10,164; and the 840 fixed
    entries of the output's prototypes. Train it with `MAPLoss()`; the class is the argmin of the output.

    Differs from the paper: the prototypes are bitmaps drawn for this book in the paper's 7 x 12 format, not the
    paper's own; and how it was trained (stochastic diagonal Levenberg-Marquardt) is not part of the model.

    Args:
        name: The model's name.

    Returns:
        A `keras.Model` from images, shape (batch, 32, 32, 1) (the paper's scale: paper -0.1, ink 1.175), to
        penalties, shape (batch, 10). Layers: c1, s2, c3, s4, c5, flatten, f6, output.

    Source: LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition,
    section II.B.
    """
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation=scaled_tanh, kernel_initializer=FanInUniform(25), name="c1"),
            Subsampling2D(name="s2"),
            PartialConv2D(C3_TABLE, name="c3"),
            Subsampling2D(name="s4"),
            layers.Conv2D(120, 5, activation=scaled_tanh, kernel_initializer=FanInUniform(400), name="c5"),
            layers.Flatten(name="flatten"),
            layers.Dense(84, activation=scaled_tanh, kernel_initializer=FanInUniform(120), name="f6"),
            EuclideanRBF(name="output"),
        ],
        name=name,
    )
