"""LeNet-5: counts of the paper, the table of C3, one training step, saving; and against dnnlib.layers."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as as_numpy

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution_arithmetic import conv_macs, dense_macs
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.models.lenet import (
    C3_TABLE,
    EuclideanRBF,
    MAPLoss,
    PartialConv2D,
    Subsampling2D,
    lenet5,
    lenet5_1998,
    prototypes,
)
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close

# LeCun et al. (1998), section II.B, states the counts of each layer, and 60,000 parameters and 340,908
# connections in all; the modern form's were computed by building it and counting, independently of this package.
PAPER_COUNTS = {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48120, "f6": 10164}
CONNECTIONS = {"c1": 122_304, "s2": 5_880, "c3": 151_600, "s4": 2_000, "c5": 48_120, "f6": 10_164, "output": 840}
MODERN_COUNTS = {"c1": 156, "c3": 2416, "c5": 48120, "f6": 10164, "output": 850}
MODERN_PARAMETERS, MODERN_MACS = 61_706, 416_520


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


def images(count=16, shape=(32, 32, 1)):
    return np.random.default_rng(0).uniform(0, 1, (count, *shape)).astype("float32")


def trainable(layer):
    return sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)


def test_modern_counts():
    model = lenet5()
    assert model.count_params() == MODERN_PARAMETERS
    assert {layer.name: layer.count_params() for layer in model.layers if layer.weights} == MODERN_COUNTS
    shapes = {layer.name: layer.output.shape[1:-1] for layer in model.layers}
    macs = (
        conv_macs((5, 5), 1, 6, shapes["c1"])
        + conv_macs((5, 5), 6, 16, shapes["c3"])
        + dense_macs(400, 120)
        + dense_macs(120, 84)
        + dense_macs(84, 10)
    )
    assert macs == MODERN_MACS


def test_published_counts():
    model = lenet5_1998()
    assert {layer.name: trainable(layer) for layer in model.layers if layer.trainable_weights} == PAPER_COUNTS
    assert sum(map(trainable, model.layers)) == 60_000
    assert model.count_params() == 60_840 and model.get_layer("output").count_params() == 840
    shapes = [tuple(layer.output.shape[1:]) for layer in model.layers]
    assert shapes == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (1, 1, 120), (120,), (84,), (10,)]


def test_published_connections():
    """Each unit has one connection to every number that it reads, and one to its bias (the output has none)."""
    model = lenet5_1998()
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    window = int(np.prod(model.get_layer("c1").kernel_size))
    assert model.get_layer("c3").kernel.shape[:2] == model.get_layer("c1").kernel_size
    read = {
        name: [inputs] * shapes[name][-1]
        for name, inputs in (
            ("c1", window),
            ("s2", 2 * 2),
            ("s4", 2 * 2),
            ("c5", window * shapes["s4"][-1]),
            ("f6", shapes["c5"][-1]),
        )
    }
    read["c3"] = [window * len(maps) for maps in C3_TABLE]
    connections = {
        name: int(np.prod(shapes[name][:-1])) * sum(inputs + 1 for inputs in each_map)
        for name, each_map in read.items()
    }
    connections["output"] = shapes["f6"][-1] * shapes["output"][-1]
    assert connections == CONNECTIONS and sum(connections.values()) == 340_908


def test_table_of_c3():
    """Six contiguous triples, six contiguous quadruples, three others, one of all; every map of S2 is read 10 times."""
    assert [len(maps) for maps in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert len({tuple(sorted(maps)) for maps in C3_TABLE}) == 16
    assert np.bincount(np.concatenate(C3_TABLE)).tolist() == [10] * 6


def test_a_partial_convolution_reads_the_maps_of_its_table_only():
    layer = PartialConv2D(C3_TABLE)
    x = images(2, (9, 8, 6))
    before = as_numpy(layer(x))
    assert before.shape == (2, 5, 4, 16)
    for read in range(6):
        changed = x.copy()
        changed[..., read] += 1
        moved = np.abs(as_numpy(layer(changed)) - before).max(axis=(0, 1, 2)) > 1e-6
        assert moved.tolist() == [read in maps for maps in C3_TABLE]


def test_a_partial_convolution_equals_one_small_convolution_for_each_map():
    layer, x = PartialConv2D(((0, 2), (1,))), images(2, (7, 6, 3))
    layer.build(x.shape)
    kernel = as_numpy(layer.kernel)
    layer.bias.assign([0.25, -0.5])
    for output, (maps, pairs) in enumerate((((0, 2), (0, 1)), ((1,), (2,)))):
        single = Conv2D(1, 5)
        single.build((None, 7, 6, len(maps)))
        single.set_weights([kernel[..., pairs, None], [[0.25, -0.5][output]]])
        expected = 1.7159 * np.tanh(2 / 3 * single(x[..., maps])[..., 0])
        assert_close(as_numpy(layer(x))[..., output], expected, 1e-5, f"map {output}")


def test_subsampling_by_hand():
    model = keras.Sequential([keras.Input((2, 2, 1)), Subsampling2D()])
    model.set_weights([np.array([0.5]), np.array([0.25])])
    assert_close(
        as_numpy(model(np.array([1.0, 2, 0, -1]).reshape(1, 2, 2, 1))).item(),
        1.7159 * np.tanh(2 / 3 * (2 * 0.5 + 0.25)),
        1e-6,
        "output",
    )


def test_the_output_is_the_squared_distance_to_fixed_prototypes():
    codes = prototypes()
    assert codes.shape == (10, 84) and set(np.unique(codes)) == {-1, 1}
    distances = as_numpy(EuclideanRBF()(codes.astype("float32")))
    assert_close(distances, ((codes[:, None] - codes) ** 2).sum(axis=-1), 1e-5, "distances")
    assert distances[~np.eye(10, dtype=bool)].min() >= 4 * 14  # any two differ in 14 pixels or more
    assert EuclideanRBF().trainable_weights == []


def test_map_loss_by_hand():
    penalties = np.array([[1.0, 2], [0, 5]])
    values = [1 + np.log(np.exp(-1) + np.exp(-1) + np.exp(-2)), 5 + np.log(np.exp(-1) + 1 + np.exp(-5))]
    assert_close(float(MAPLoss(j=1.0)(np.array([0, 1]), penalties)), np.mean(values), 1e-6, "loss")
    far = np.array([[0.0, 1e4]])  # no overflow, and the wrong class is far enough
    assert_close(float(MAPLoss()(np.array([0]), far)), np.log(np.exp(-1) + 1), 1e-6, "loss")


LOSSES = {lenet5: lambda: keras.losses.SparseCategoricalCrossentropy(), lenet5_1998: MAPLoss}


@pytest.mark.parametrize("build", LOSSES)
def test_a_training_step_lowers_the_loss(build):
    model, x, y = build(), images(), np.arange(16) % 10
    model.compile(keras.optimizers.SGD(0.01), LOSSES[build]())
    before = model.evaluate(x, y, verbose=0)
    fixed = as_numpy(model.layers[-1].weights[0])
    model.train_on_batch(x, y)
    assert model.evaluate(x, y, verbose=0) < before
    assert np.array_equal(fixed, as_numpy(model.layers[-1].weights[0])) == (build is lenet5_1998)


@pytest.mark.parametrize("build", LOSSES)
def test_saved_and_loaded_again(build, tmp_path):
    model, x, y = build(), images(), np.arange(16) % 10
    model.compile("sgd", LOSSES[build]())
    model.train_on_batch(x, y)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_close(loaded.predict(x, verbose=0), model.predict(x, verbose=0), 1e-6, "output")
    assert loaded.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]


def test_the_modern_form_equals_dnnlib_layers_with_the_same_weights():
    model, x = lenet5(), images()
    ours = Sequential(
        [
            Conv2D(6, 5),
            Tanh(),
            AveragePooling2D(2),
            Conv2D(16, 5),
            Tanh(),
            AveragePooling2D(2),
            Flatten(),
            Dense(120),
            Tanh(),
            Dense(84),
            Tanh(),
            Dense(10),
            Softmax(),
        ]
    )
    ours.build((None, 32, 32, 1))
    ours.set_weights(model.get_weights())
    assert_close(ours.predict(x), model.predict(x, verbose=0), 1e-5, "output")
    assert ours.count_params() == MODERN_PARAMETERS


def test_the_options_of_the_modern_form():
    model = lenet5((28, 28, 1), padding="same", pooling="max", activation="relu", classes=7, classifier_activation=None)
    assert model.output_shape == (None, 7) and model.get_layer("c1").output.shape == (None, 28, 28, 6)
    assert isinstance(model.get_layer("s2"), keras.layers.MaxPooling2D)
    assert float(as_numpy(model(images(4, (28, 28, 1)))).min()) < 0  # scores, not probabilities
    lenet5((16, 16, 3))
    for arguments, message in (
        ({"pooling": "l2"}, "pooling"),
        ({"padding": 2}, "padding: expected"),
        ({"input_shape": (32, 32)}, "height, width, channels"),
        ({"input_shape": (None, None, 1)}, "height, width, channels"),
        ({"input_shape": (15, 32, 1)}, "at least 16"),
        ({"input_shape": (28, 11, 1), "padding": "same"}, "at least 12"),
    ):
        with pytest.raises(ValueError, match=message):
            lenet5(**arguments)
