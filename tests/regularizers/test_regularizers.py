"""Penalties: by hand, by central differences, by Keras; their names; the layers that take them; and what is refused."""

import keras
import numpy as np
import pytest

from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers import by_name
from dnnlib.regularizers.penalties import L1, L1L2, L2
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, numerical_gradient

PENALTIES = [(L1, {}), (L2, {}), (L1, {"l1": 0.3}), (L2, {"l2": 0.2}), (L1L2, {}), (L1L2, {"l1": 0.1, "l2": 0.4})]


def test_by_hand():
    w = np.array([3.0, -2, 0])
    assert (L1(0.5)(w), L2(0.5)(w), L1L2(1, 0.5)(w)) == (2.5, 6.5, 11.5)
    assert np.array_equal(L1(0.5).gradient(w), [0.5, -0.5, 0])
    assert np.array_equal(L2(0.5).gradient(w), [3, -2, 0])  # 2 * 0.5 * w: no 1/2 before the squares
    assert np.array_equal(L1L2(1, 0.5).gradient(w), [4, -3, 0])


@pytest.mark.parametrize("penalty, arguments", PENALTIES)
def test_values_and_gradients_equal_keras_and_central_differences(penalty, arguments):
    w = np.random.default_rng(0).standard_normal((4, 3))
    ours, oracle = penalty(**arguments), getattr(keras.regularizers, penalty.__name__)(**arguments)
    assert_close(ours(w), float(oracle(keras.ops.convert_to_tensor(w))), 1e-6, "penalty")  # its factors are float32
    assert_close(ours.gradient(w), numerical_gradient(ours, w), 1e-7, "gradient")


def test_sums_of_half_precision_weights_accumulate_in_single():
    w = np.full(5000, 0.1, "float16")
    assert L1(1.0)(w) == pytest.approx(5000 * float(w[0]), rel=1e-5)
    assert L2(1.0).gradient(w).dtype == np.float16


@pytest.mark.parametrize("name", ["l1", "l2", "L1", "L2", "l1l2", "L1L2"])
def test_names_mean_what_they_mean_in_keras(name):
    ours, oracle = by_name.get(name), keras.regularizers.get(name)
    assert type(ours).__name__ == type(oracle).__name__
    assert oracle.get_config() == pytest.approx({key: getattr(ours, key) for key in oracle.get_config()})


def test_objects_classes_and_none_pass():
    penalty = L2(0.1)
    assert by_name.get(penalty) is penalty and by_name.get(None) is None and isinstance(by_name.get(L1), L1)


@pytest.mark.parametrize("identifier", ["l3", 0.01, lambda w: 0.0])
def test_refuses_what_has_no_gradient_or_name(identifier):
    with pytest.raises(ValueError, match=r"regularizer: expected .* such as L2\(1e-4\)"):
        Dense(1, kernel_regularizer=identifier)


@pytest.mark.parametrize("arguments", [{"l1": -1}, {"l2": np.inf}, {"l1": np.nan}, {"l2": "0.1"}])
def test_refuses_factors_out_of_range(arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))}: expected a finite number of at least 0"):
        L1L2(**arguments)


@pytest.fixture
def double_precision():
    """Keras adds penalties to a loss of its default type: with float64 layers alone it refuses to mix types."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize(
    "layer, shape",
    [(Dense(2), (4,)), (Conv1D(2, 3), (6, 2)), (Conv2D(2, 3), (5, 5, 2)), (Conv2DTranspose(2, 3), (3, 3, 2))],
    ids=["Dense", "Conv1D", "Conv2D", "Conv2DTranspose"],
)
def test_each_layer_penalises_its_kernel_and_its_bias_as_keras_does(layer, shape):
    """Three steps from the same weights: losses, weights, and what `losses` lists, in float64 to 1e-6."""
    arguments = {"kernel_regularizer": "l2", "dtype": "float64"}
    arguments |= {"filters": 2, "kernel_size": 3} if hasattr(layer, "filters") else {"units": 2}
    name = type(layer).__name__
    ours = Sequential([type(layer)(bias_regularizer=L1(0.05), **arguments), Flatten(dtype="float64")])
    oracle = keras.Sequential(
        [
            keras.Input(shape, dtype="float64"),
            getattr(keras.layers, name)(bias_regularizer=keras.regularizers.L1(0.05), **arguments),
            keras.layers.Flatten(dtype="float64"),
        ]
    )
    ours.build((None, *shape))
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(weight.shape) for weight in ours.get_weights()]  # biases too
    ours.set_weights(weights)
    oracle.set_weights(weights)
    assert_close(np.array(ours.losses), np.array([float(one) for one in oracle.losses]), 1e-6, "losses")
    ours.compile(SGD(0.1), MeanSquaredError())
    oracle.compile(keras.optimizers.SGD(0.1), "mse")
    x = rng.standard_normal((8, *shape))
    y = rng.standard_normal(ours(x).shape)
    for _ in range(3):
        assert_close(ours.train_on_batch(x, y)["loss"], float(oracle.train_on_batch(x, y)), 1e-6, "loss")
        oracle.reset_metrics()
    for value, expected in zip(ours.get_weights(), oracle.get_weights(), strict=True):
        assert_close(value, expected, 1e-6, "weights")


def test_a_layer_without_bias_ignores_the_biass_penalty():
    model = Sequential([Dense(2, use_bias=False, bias_regularizer="l1")])
    model.build((None, 3))
    assert model.losses == [] and model.regularizers == {}


def test_a_shared_or_nested_layer_is_penalised_once():
    shared = Dense(2, kernel_regularizer=L2(1.0), kernel_initializer=lambda shape, rng: np.ones(shape))
    model = Sequential([Sequential([shared]), shared])
    model.build((None, 2))
    assert list(model.regularizers) == ["0/0/kernel"] and model.losses == [4.0]
