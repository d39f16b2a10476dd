"""AveragePooling2D: by hand, by Keras."""

import keras
import numpy as np
import pytest

from dnnlib.layers.average_pooling2d import AveragePooling2D
from tests.layers.test_max_pooling2d import KERAS_CONFIGURATIONS
from tests.layers.test_pooling2d import CONFIGURATIONS, LECTURE, random_input
from tests.oracles import check_against_keras


def test_the_lectures_4x4_example_by_hand():
    layer = AveragePooling2D(2)
    assert np.array_equal(layer(LECTURE)[0, ..., 0], [[11 / 4, 19 / 4], [7 / 4, 7 / 4]])
    dx = layer.backward(np.array([[4.0, 8], [12, 16]])[None, ..., None])
    assert np.array_equal(dx[0, ..., 0], [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])


def test_padding_is_no_part_of_the_average():
    x = np.ones((1, 3, 3, 1))
    assert np.array_equal(AveragePooling2D(2, padding="same")(x), np.ones((1, 2, 2, 1)))
    assert np.array_equal(AveragePooling2D(3, 2, padding=1)(x), np.ones((1, 2, 2, 1)))
    layer = AveragePooling2D(2, padding="same")
    layer(x)
    assert np.array_equal(
        layer.backward(np.ones((1, 2, 2, 1)))[0, ..., 0],
        [[1 / 4, 1 / 4, 1 / 2], [1 / 4, 1 / 4, 1 / 2], [1 / 2, 1 / 2, 1]],
    )


@pytest.mark.parametrize("name", KERAS_CONFIGURATIONS)
def test_equals_keras(name):
    arguments = CONFIGURATIONS[name] | {"dtype": "float64"}
    check_against_keras(AveragePooling2D(**arguments), keras.layers.AveragePooling2D(**arguments), random_input())
