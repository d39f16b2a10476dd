"""GlobalAveragePooling2D and GlobalMaxPooling2D: by hand, by central differences, by Keras."""

import keras
import numpy as np
import pytest

from dnnlib.layers.global_average_pooling2d import GlobalAveragePooling2D
from dnnlib.layers.global_max_pooling2d import GlobalMaxPooling2D
from tests.layers.test_pooling2d import LECTURE, random_input
from tests.oracles import check_against_keras, check_layer_gradients

LAYERS = [GlobalAveragePooling2D, GlobalMaxPooling2D]


def test_the_lectures_4x4_example_by_hand():
    average, largest = GlobalAveragePooling2D(), GlobalMaxPooling2D()
    assert average(LECTURE) == [[44 / 16]] and largest(LECTURE) == [[8]]
    assert np.array_equal(average.backward(np.array([[16.0]]))[0, ..., 0], np.ones((4, 4)))
    dx = largest.backward(np.array([[5.0]]))
    assert dx[0, 1, 3, 0] == 5 and np.count_nonzero(dx) == 1


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("layer", LAYERS)
def test_gradients_and_keras(layer, keepdims):
    check_layer_gradients(layer(keepdims, dtype="float64"), random_input((2, 4, 5, 3)))
    oracle = getattr(keras.layers, layer.__name__)(keepdims=keepdims, dtype="float64")
    check_against_keras(layer(keepdims, dtype="float64"), oracle, random_input())


def test_ties_share_the_gradient_of_the_global_maximum_as_in_keras():
    x = np.array([[3.0, 1], [3, 3]])[None, ..., None]
    layer = GlobalMaxPooling2D(dtype="float64")
    layer(x)
    assert np.array_equal(layer.backward(np.array([[6.0]]))[0, ..., 0], [[2, 0], [2, 2]])
    ties = np.random.default_rng(0).integers(-2, 1, (3, 5, 4, 6)).astype("float64")
    check_against_keras(GlobalMaxPooling2D(dtype="float64"), keras.layers.GlobalMaxPooling2D(dtype="float64"), ties)


@pytest.mark.parametrize("layer", LAYERS)
def test_bad_inputs(layer):
    with pytest.raises(RuntimeError, match="forward"):
        layer().backward(np.ones((1, 1)))
    with pytest.raises(ValueError, match="4 axes"):
        layer()(np.ones((4, 4)))
    built = layer()
    built(np.ones((2, 4, 4, 3)))
    with pytest.raises(ValueError, match="gradient"):
        built.backward(np.ones((2, 4)))
