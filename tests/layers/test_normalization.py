"""Batch, layer and group normalisation: by hand, central differences, Keras; moving averages, types, refusals."""

import keras
import numpy as np
import pytest

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.group_normalization import GroupNormalization
from dnnlib.layers.layer_normalization import LayerNormalization
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close, check_against_keras, check_layer_gradients, numerical_gradient

# (layer, its arguments, input shape)
SETTINGS = [
    (BatchNormalization, {}, (5, 3)),
    (BatchNormalization, {"center": False}, (4, 6, 3)),
    (BatchNormalization, {"scale": False, "momentum": 0.3}, (2, 3, 4, 2)),
    (BatchNormalization, {"axis": 1, "epsilon": 0.1}, (2, 3, 4, 2)),
    (BatchNormalization, {"center": False, "scale": False}, (2, 2, 3, 2, 2)),
    (LayerNormalization, {}, (5, 3)),
    (LayerNormalization, {"axis": 1}, (3, 4, 2)),
    (LayerNormalization, {"axis": (1, 2, 3)}, (2, 3, 4, 2)),
    (LayerNormalization, {"axis": (-1, -3), "epsilon": 0.1}, (2, 3, 4, 2)),
    (LayerNormalization, {"center": False, "scale": False}, (2, 3, 4)),
    (GroupNormalization, {"groups": 2}, (5, 6)),
    (GroupNormalization, {"groups": 2, "scale": False}, (3, 5, 4)),
    (GroupNormalization, {"groups": 3, "epsilon": 0.1}, (2, 3, 4, 6)),
    (GroupNormalization, {"groups": 1, "center": False}, (2, 3, 4, 6)),
    (GroupNormalization, {"groups": -1}, (2, 3, 4, 3)),
    (GroupNormalization, {"groups": 2, "axis": 1}, (2, 4, 3, 3)),
]


def random_input(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape) * rng.uniform(0.5, 3, shape[-1]) + 4 * rng.standard_normal(shape[-1])


def with_random_weights(layer, shape):
    layer.build(shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.uniform(0.5, 2, value.shape) for value in layer.get_weights()])
    return layer


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("make, arguments, shape", SETTINGS)
def test_gradients_equal_central_differences_under_random_upstream_gradients(make, arguments, shape, training):
    layer = with_random_weights(make(dtype="float64", **arguments), shape)
    check_layer_gradients(layer, random_input(shape), training=training)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("make, arguments, shape", SETTINGS)
def test_outputs_gradients_and_moving_averages_equal_keras(make, arguments, shape, training):
    ours, oracle = make(dtype="float64", **arguments), getattr(keras.layers, make.__name__)
    x = random_input(shape)
    check_against_keras(ours, oracle(dtype="float64", **arguments), x, training=training)
    check_against_keras(make(**arguments), oracle(**arguments), np.float32(x), tolerance=1e-5, training=training)


def test_batch_normalization_by_hand():
    """1, 2, 3, 6: mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5."""
    layer = BatchNormalization(momentum=0.5, epsilon=0.5, dtype="float64")
    layer.build((None, 1))
    layer.set_weights([np.array([value], "float64") for value in (4, 10, 1, 1.5)])
    x = np.array([[1], [2], [3], [6]])
    assert np.array_equal(layer(x, training=True), [[6], [8], [10], [16]])  # divided by 2, times 4, plus 10
    moving_mean, moving_variance = layer.get_weights()[2:]
    assert (moving_mean.item(), moving_variance.item()) == (2, 2.5)
    # mean(g) = 1, mean(g x_hat) = (-4 + 6) / 4 = 1/2; dx = 4 (g - 1 - x_hat / 2) / 2
    assert np.array_equal(layer.backward([[4], [0], [-4], [4]]), [[7], [-1.5], [-10], [4.5]])
    assert (layer.grads["gamma"].item(), layer.grads["beta"].item()) == (2, 4)


def test_by_hand_the_mean_of_the_gradient_and_of_its_product_with_x_hat_vanish():
    layer = BatchNormalization(epsilon=0, dtype="float64")
    x = random_input((6, 4, 3))
    x_hat = layer(x, training=True)
    dx = layer.backward(np.random.default_rng(3).standard_normal(x.shape))
    assert np.allclose(dx.mean((0, 1)), 0, atol=1e-15) and np.allclose((dx * x_hat).mean((0, 1)), 0, atol=1e-15)
    assert np.abs(dx).max() > 0.1
    layer(x)  # in use nothing is removed
    assert np.abs(layer.backward(np.ones(x.shape)).mean((0, 1))).min() > 0.1


def test_in_use_an_output_depends_on_no_other_example_and_nothing_moves():
    x = random_input((8, 5))
    layer = BatchNormalization(dtype="float64")
    layer(x, training=True)
    before = layer.get_weights()
    assert np.array_equal(layer(x)[:1], layer(x[:1]))
    assert all(map(np.array_equal, layer.get_weights(), before))
    assert not np.allclose(layer(x, training=True)[:4], layer(x[:4], training=True), atol=0.01)
    for alone in (LayerNormalization(), GroupNormalization(5)):
        assert np.array_equal(alone(x)[:1], alone(x[:1], training=True))


def test_the_gradient_reaches_the_neighbours_in_training_only():
    x, upstream = random_input((4, 2)), np.zeros((4, 2))
    upstream[0] = 1, -2
    layer = BatchNormalization(dtype="float64")
    layer(x, training=True)
    assert (np.abs(layer.backward(upstream)) > 1e-3).all()
    layer(x)
    assert not layer.backward(upstream)[1:].any()


def test_the_lag_of_the_moving_averages_is_the_momentum_s():
    layer = BatchNormalization(momentum=0.9, dtype="float64")
    x = np.array([[1.0], [3.0], [5.0], [7.0]])  # mean 4, biased variance 5
    for _ in range(10):
        layer(x, training=True)
    gamma, beta, mean, variance = (weight.item() for weight in layer.get_weights())
    assert np.isclose(mean, 4 * (1 - 0.9**10)) and np.isclose(variance, 5 - 4 * 0.9**10) and (gamma, beta) == (1, 0)


def test_layer_and_group_normalization_are_batch_normalization_of_the_other_axis():
    x = random_input((6, 4))
    rows = LayerNormalization(dtype="float64")(x)
    assert np.allclose(rows, BatchNormalization(dtype="float64")(x.T, training=True).T, atol=1e-14)
    assert np.allclose(rows, GroupNormalization(1, dtype="float64")(x), atol=1e-14)
    picture = random_input((2, 3, 4, 6))
    one = GroupNormalization(1, dtype="float64")(picture)
    assert np.allclose(one, LayerNormalization((1, 2, 3), dtype="float64")(picture), atol=1e-14)


def network(normalization, dtype="float64"):
    return Sequential(
        [
            Conv2D(6, 3, seed=0, dtype=dtype),
            normalization(dtype=dtype),
            ReLU(dtype),
            Flatten(dtype),
            Dense(8, use_bias=False, seed=1, dtype=dtype),
            BatchNormalization(momentum=0.8, dtype=dtype),
            ReLU(dtype),
            Dense(3, seed=2, dtype=dtype),
        ]
    )


def keras_network(normalization, dtype="float64"):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((6, 6, 1), dtype=dtype),
            layers.Conv2D(6, 3, dtype=dtype),
            normalization(dtype=dtype),
            layers.ReLU(dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(8, use_bias=False, dtype=dtype),
            layers.BatchNormalization(momentum=0.8, dtype=dtype),
            layers.ReLU(dtype=dtype),
            layers.Dense(3, dtype=dtype),
        ]
    )


NORMALIZATIONS = [
    (BatchNormalization, {}),
    (LayerNormalization, {"axis": (1, 2, 3)}),
    (GroupNormalization, {"groups": 2}),
]


@pytest.mark.parametrize("optimizer, keras_optimizer", [(SGD, keras.optimizers.SGD), (Adam, keras.optimizers.Adam)])
@pytest.mark.parametrize("make, arguments", NORMALIZATIONS)
def test_ten_training_steps_and_the_use_afterwards_equal_keras(make, arguments, optimizer, keras_optimizer):
    """float64, relative error below 1e-5 (Keras computes losses and hyper-parameters in float32)."""
    ours = network(lambda dtype: make(dtype=dtype, **arguments))
    oracle = keras_network(lambda dtype: getattr(keras.layers, make.__name__)(dtype=dtype, **arguments))
    ours.build((None, 6, 6, 1))
    oracle.set_weights(ours.get_weights())
    ours.compile(optimizer(0.01), SparseCategoricalCrossentropy(from_logits=True))
    oracle.compile(keras_optimizer(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(4)
    x, y = 3 + rng.standard_normal((10, 16, 6, 6, 1)), rng.integers(0, 3, (10, 16))
    for batch, labels in zip(x, y, strict=True):
        loss = ours.train_on_batch(batch, labels)["loss"]
        assert_close(loss, float(oracle.train_on_batch(batch, labels)), 1e-5, "loss")
        oracle.reset_metrics()
    for value, keras_value in zip(ours.get_weights(), oracle.get_weights(), strict=True):
        assert_close(value, keras_value, 1e-5, "weights")
    assert_close(ours.predict(x[0]), oracle.predict(x[0], verbose=0), 1e-5, "in use")
    assert np.abs(ours.predict(x[0]) - ours.forward(x[0], training=True)).max() > 0.1  # not the same as in training


def test_weights_stand_in_keras_s_order_and_optimizers_leave_the_averages_alone(capsys):
    ours, oracle = network(BatchNormalization), keras_network(keras.layers.BatchNormalization)
    ours.build((None, 6, 6, 1))
    names = [f"{i}/{name}" for i, layer in enumerate(ours.layers) for name in layer.weights]
    keras_names = [weight.path for weight in oracle.weights]
    assert [name.split("/")[1] for name in names] == [path.split("/")[-1] for path in keras_names]
    assert [weight.shape for weight in ours.get_weights()] == [weight.shape for weight in oracle.get_weights()]
    assert ours.count_params() == oracle.count_params()
    assert [value.shape for value in ours.params.values()] == [tuple(v.shape) for v in oracle.trainable_weights]
    assert list(ours.params)[2:4] == ["1/gamma", "1/beta"]
    ours.summary()
    trained, moving = capsys.readouterr().out.splitlines()[-2:]
    count = sum(np.prod(weight.shape) for weight in oracle.non_trainable_weights)
    assert moving == f"Non-trainable params: {count}"
    assert trained == f"Trainable params: {oracle.count_params() - count:,}"
    copied = network(BatchNormalization)
    copied.build((None, 6, 6, 1))
    rng = np.random.default_rng(0)
    ours(rng.standard_normal((9, 6, 6, 1)), training=True)
    copied.set_weights(ours.get_weights())
    x = rng.standard_normal((2, 6, 6, 1))
    assert np.array_equal(copied(x), ours(x))


def test_the_gradient_of_a_whole_network_in_training_equals_central_differences():
    model = network(BatchNormalization)
    x = random_input((4, 6, 6, 1))
    upstream = np.random.default_rng(5).standard_normal((4, 3))
    model.forward(x, training=True)
    dx = model.backward(upstream)
    expected = numerical_gradient(lambda value: np.sum(model.forward(value, training=True) * upstream), x)
    assert_close(dx, expected, 1e-6, "dx")
    bias = model.grads["0/bias"]  # what is added before batch normalisation is subtracted with the mean
    assert np.abs(bias).max() < 1e-12 and np.abs(model.grads["0/kernel"]).max() > 0.01


@pytest.mark.parametrize("make", [BatchNormalization, lambda **k: GroupNormalization(1, **k), LayerNormalization])
def test_float16_statistics_accumulate_in_float32(make):
    x = (300 + np.arange(4096) % 2).astype("float16")  # the sum of squares overflows float16; steps of 1/4 at 300
    x = x.reshape(4096, 1) if make is BatchNormalization else x.reshape(1, 4096)
    layer = make(dtype="float16")
    output = layer(x, training=True)
    assert output.dtype == layer.backward(np.ones_like(x)).dtype == np.float16
    assert np.allclose(output.astype(float), np.where(x > 300, 1, -1) * 0.998, atol=2e-3)
    assert all(value.dtype == np.float16 for value in layer.params.values())
    for _ in range(2000):  # a moving average in float16 would stop moving long before
        layer(x, training=True)
    if make is BatchNormalization:
        assert np.allclose(layer.non_trainable["moving_mean"], 300.5, rtol=1e-4)


def test_float32_statistics_of_millions_of_positions_are_right():
    x = np.full((1, 3000, 3000, 1), 1000, "float32")
    x[0, ::2] += 0.5
    layer = BatchNormalization(momentum=0)
    layer(x, training=True)
    assert np.allclose(layer.non_trainable["moving_mean"], 1000.25, rtol=1e-7)
    assert np.allclose(layer.non_trainable["moving_variance"], 0.0625, rtol=1e-4)


def test_a_constant_input_becomes_beta_and_stops_the_gradient():
    for layer in (BatchNormalization(), LayerNormalization(), GroupNormalization(1)):
        x = np.full((4, 3), 7.0)
        assert not layer(x, training=True).any()
        assert np.isfinite(layer.backward(np.eye(4, 3))).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: BatchNormalization(axis=(1, 2)), "axis: expected an integer"),
        (lambda: BatchNormalization(momentum=1.5), "momentum: expected a number from 0 to 1, received 1.5"),
        (lambda: BatchNormalization(epsilon=-1), "epsilon: expected a number of at least 0"),
        (lambda: LayerNormalization(axis=()), "axis: expected an integer or a tuple"),
        (lambda: LayerNormalization(axis=1.0), "axis: expected an integer or a tuple"),
        (lambda: GroupNormalization(0), "groups, if not -1"),
        (lambda: GroupNormalization(2, axis=0), "axis: expected an integer other than 0"),
        (lambda: GroupNormalization(4)(np.ones((2, 6))), "channels in multiples of groups=4, received 6"),
        (lambda: BatchNormalization(axis=3)(np.ones((2, 6))), "expected an input with an axis 3"),
        (lambda: BatchNormalization()(np.ones(6)), "2 axes or more"),
        (lambda: LayerNormalization()(np.full((2, 2), np.nan)), "NaN"),
        (lambda: GroupNormalization(axis=-3)(np.ones((2, 6))), "expected an input with an axis -3"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_refusals_once_built():
    layer = BatchNormalization()
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((1, 2)))
    layer(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"expected sizes \(3,\) along the axes of gamma and beta, \(1,\), received"):
        layer(np.ones((4, 2)))
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"4 arrays \(gamma, beta, moving_mean, moving_variance\), received 2"):
        layer.set_weights([np.ones(3), np.ones(3)])
    assert layer.compute_output_shape((None, 5, 3)) == (None, 5, 3)
