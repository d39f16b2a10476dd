"""Clipping: by hand, by Keras over many steps, with huge gradients; and what is refused."""

import keras
import numpy as np
import pytest

from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.adamw import AdamW
from dnnlib.optimizers.clipping import clip_by_norm, clip_by_value, norm
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from tests.oracles import assert_close


def test_by_hand_the_norm_keeps_the_direction_and_the_value_bends_it():
    gradient = [np.array([3.0, 4.0])]
    assert norm(gradient) == 5
    assert np.allclose(clip_by_norm(gradient, 1.0)[0], [0.6, 0.8], atol=1e-15)
    assert np.array_equal(clip_by_norm(gradient, 6.0)[0], [3, 4])
    assert np.array_equal(clip_by_value(gradient, 3.5)[0], [3, 3.5])
    assert np.array_equal(clip_by_norm([np.zeros(2)], 1.0)[0], [0, 0])


def test_all_gradients_together_have_one_length():
    assert norm([np.array([[3.0]]), np.array([4.0, 12.0])]) == 13
    first, second = clip_by_norm([np.array([[3.0]]), np.array([4.0, 12.0])], 6.5)
    assert np.array_equal(first, [[1.5]]) and np.array_equal(second, [2, 6])


def test_a_gradient_whose_square_overflows_float32_is_still_cut_back():
    clipped = clip_by_norm([np.array([1e30, 0], "float32")], 1.0)[0]
    assert clipped.dtype == np.float32
    assert_close(clipped, np.array([1, 0]), 1e-6, "clipped")


@pytest.mark.parametrize("clipping", ["clipnorm", "global_clipnorm", "clipvalue"])
@pytest.mark.parametrize("optimizer", [SGD, RMSprop, Adam, AdamW])
def test_fifty_steps_equal_keras(optimizer, clipping):
    """Two variables whose gradients lie above the limit in about half of the steps, in float64: 1e-6."""
    rng = np.random.default_rng(0)
    arguments = {"learning_rate": 0.01, clipping: 0.5 if clipping == "clipvalue" else 2.0}
    ours, oracle = optimizer(**arguments), getattr(keras.optimizers, optimizer.__name__)(**arguments)
    plain = optimizer(0.01)
    variables = [rng.standard_normal((3, 2)), rng.standard_normal(4)]
    keras_variables = [keras.Variable(value, dtype="float64") for value in variables]
    unclipped = [value.copy() for value in variables]
    for _ in range(50):
        grads = [rng.standard_normal(value.shape) * rng.choice([0.3, 3.0]) for value in variables]
        ours.apply(grads, variables)
        plain.apply(grads, unclipped)
        oracle.apply([keras.ops.convert_to_tensor(grad) for grad in grads], keras_variables)
        for value, expected in zip(variables, keras_variables, strict=True):
            assert_close(value, expected.numpy(), 1e-6, "variable")
    assert np.abs(variables[0] - unclipped[0]).max() > 1e-3  # clipping made a difference


@pytest.mark.parametrize("clipping", ["clipnorm", "global_clipnorm", "clipvalue"])
@pytest.mark.parametrize("size", [0, -1.0, np.inf, "1"])
def test_sizes_that_are_none_are_refused(clipping, size):
    with pytest.raises(ValueError, match=f"{clipping}: expected None or a positive number"):
        SGD(**{clipping: size})


def test_two_ways_at_once_are_refused_as_by_keras():
    for module in (SGD, keras.optimizers.SGD):
        with pytest.raises(ValueError):
            module(clipnorm=1.0, clipvalue=1.0)
    with pytest.raises(ValueError, match="one way of clipping"):
        SGD(clipnorm=1.0, clipvalue=1.0)
