"""SGD, RMSprop and Adam: by hand, by Keras over a hundred steps; and what they refuse."""

import keras
import numpy as np
import pytest

from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.adamw import AdamW
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from tests.oracles import assert_close

CASES = [
    (SGD, {}),
    (SGD, {"learning_rate": 0.1, "momentum": 0.9}),
    (SGD, {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    (SGD, {"nesterov": True}),
    (Adam, {}),
    (Adam, {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}),
    (Adam, {"beta_1": 0.0}),
    (RMSprop, {}),
    (RMSprop, {"learning_rate": 0.1, "rho": 0.7, "epsilon": 1e-3}),
    (RMSprop, {"rho": 0.0}),
    (SGD, {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.5}),
    (RMSprop, {"weight_decay": 2.0}),
    (Adam, {"learning_rate": 0.01, "weight_decay": 5.0}),
    (AdamW, {}),
    (AdamW, {"weight_decay": 0.5, "beta_1": 0.8}),
]


@pytest.mark.parametrize("optimizer, arguments", CASES)
def test_a_hundred_steps_equal_keras(optimizer, arguments):
    """Two variables, a hundred gradients each, in float64: relative error below 1e-6.

    (Keras's hyper-parameters are float32.)
    """
    rng = np.random.default_rng(0)
    ours, oracle = optimizer(**arguments), getattr(keras.optimizers, optimizer.__name__)(**arguments)
    variables = [rng.standard_normal((3, 2)), rng.standard_normal(4)]
    keras_variables = [keras.Variable(value, dtype="float64") for value in variables]
    for _ in range(100):
        grads = [rng.standard_normal(value.shape) * 10.0 ** rng.integers(-6, 2) for value in variables]
        ours.apply(grads, variables)
        oracle.apply([keras.ops.convert_to_tensor(grad) for grad in grads], keras_variables)
        for value, expected in zip(variables, keras_variables, strict=True):
            assert_close(value, expected.numpy(), 1e-6, "variable")


@pytest.mark.parametrize(
    "arguments, after",
    [
        ({}, [-2, -5]),
        ({"momentum": 0.5}, [-2, -2 - 4]),  # velocities: -2, then -2 / 2 - 3 = -4
        ({"momentum": 0.5, "nesterov": True}, [-1 - 2, -3 - 2 - 3]),
    ],
)
def test_sgd_by_hand(arguments, after):
    variable, optimizer, values = np.array([0.0]), SGD(0.5, **arguments), []
    for gradient in (4.0, 6.0):
        optimizer.apply([np.array([gradient])], [variable])
        values.append(variable.item())
    assert values == after


def test_adams_first_step_is_the_learning_rate_whatever_the_gradients_size():
    variable = np.zeros(3)
    Adam(0.01).apply([np.array([1e-2, 1.0, -1e4])], [variable])
    assert_close(variable, np.array([-0.01, -0.01, 0.01]), 1e-5, "step")


def test_adams_epsilon_stands_outside_the_bias_correction():
    """With g = epsilon: sqrt(v) = sqrt(1 - b2) g at step 1, so the step is r / (1 + 1 / sqrt(1 - b2)), not r / 2."""
    variable = np.zeros(1)
    Adam(1.0, epsilon=1e-3).apply([np.array([1e-3])], [variable])
    assert_close(variable, np.array([-1 / (1 + 1 / np.sqrt(0.001))]), 1e-12, "step")


def test_rmsprops_first_step_is_longer_than_those_after_many_equal_gradients():
    """v starts at zero: after one gradient it is (1 - rho) g^2, after many g^2."""
    variable, optimizer, places = np.zeros(1), RMSprop(0.01, rho=0.75, epsilon=1e-12), [0.0]
    for _ in range(60):
        optimizer.apply([np.array([8.0])], [variable])
        places.append(variable.item())
    steps = np.diff(places)
    assert_close(steps[[0, -1]], np.array([-0.02, -0.01]), 1e-6, "step")


def test_rmsprops_epsilon_stands_under_the_root():
    """With g = 1 and rho = 0: w <- w - r / sqrt(1 + epsilon)."""
    variable = np.zeros(1)
    RMSprop(1.0, rho=0.0, epsilon=3.0).apply([np.ones(1)], [variable])
    assert_close(variable, np.array([-0.5]), 1e-12, "step")


def test_weight_decay_by_hand():
    """w = 10, r = 0.1, d = 2: it shrinks to 8 before the step of 0.1 * 4 along the gradient at 10."""
    variable = np.array([10.0])
    SGD(0.1, weight_decay=2).apply([np.array([4.0])], [variable])
    assert variable.item() == pytest.approx(8 - 0.4)


def test_variables_left_out_of_the_weight_decay_equal_keras():
    values = [np.full((2, 2), 3.0), np.full(2, 5.0), np.full(2, 5.0)]
    keras_variables = [keras.Variable(value, dtype="float64") for value in values]
    ours, oracle = SGD(0.1, weight_decay=0.5), keras.optimizers.SGD(0.1, weight_decay=0.5)
    ours.exclude_from_weight_decay([values[1]])
    oracle.exclude_from_weight_decay(var_list=[keras_variables[1]])
    for _ in range(3):
        grads = [np.ones_like(value) for value in values]
        ours.apply(grads, values)
        oracle.apply([keras.ops.convert_to_tensor(grad) for grad in grads], keras_variables)
    for value, expected in zip(values, keras_variables, strict=True):
        assert_close(value, expected.numpy(), 1e-6, "variable")
    assert (
        values[1].tolist() == pytest.approx([4.7, 4.7]) and values[2][0] < 4.2
    )  # equal values, but not the same array
    with pytest.raises(ValueError, match="before the first step"):
        ours.exclude_from_weight_decay([])


@pytest.mark.parametrize("optimizer", [SGD, RMSprop, Adam])
def test_learning_rate_may_change_and_types_stay(optimizer):
    variable, one = np.ones(2, "float32"), optimizer(0.1)
    one.apply([np.ones(2, "float32")], [variable])
    one.learning_rate = 1e-12
    before = variable.copy()
    one.apply([np.ones(2, "float32")], [variable])
    assert variable.dtype == np.float32 and np.array_equal(variable, before)


@pytest.mark.parametrize(
    "optimizer, arguments",
    [
        (SGD, {"learning_rate": 0}),
        (Adam, {"learning_rate": -1}),
        (SGD, {"learning_rate": np.nan}),
        (SGD, {"momentum": 1}),
        (SGD, {"momentum": -0.1}),
        (Adam, {"beta_1": 1}),
        (Adam, {"beta_2": -1}),
        (SGD, {"learning_rate": "0.1"}),
        (SGD, {"learning_rate": np.inf}),
        (SGD, {"momentum": None}),
        (Adam, {"beta_1": "b"}),
        (Adam, {"epsilon": 0}),
        (RMSprop, {"rho": 1}),
        (RMSprop, {"epsilon": 0}),
        (SGD, {"weight_decay": -0.1}),
        (AdamW, {"weight_decay": np.inf}),
    ],
)
def test_bad_arguments(optimizer, arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))}: expected"):
        optimizer(**arguments)


@pytest.mark.parametrize("optimizer", [SGD, RMSprop, Adam])
def test_bad_gradients(optimizer):
    one = optimizer()
    for grads in ([], [np.ones(3)], [np.ones(2), np.ones(2)]):
        with pytest.raises(ValueError, match="expected gradients of shapes"):
            one.apply(grads, [np.ones(2)])
    one.apply([np.ones(2)], [np.ones(2)])
    for other in ([np.ones(2), np.ones(2)], [np.ones(3)]):
        with pytest.raises(ValueError, match="new optimizer"):
            one.apply(other, other)
    for variable in ([1.0, 2.0], np.array([1, 2])):  # a list, and whole numbers: no step can be taken in place
        with pytest.raises(ValueError, match="arrays of floating-point numbers"):
            optimizer().apply([np.ones(2)], [variable])
