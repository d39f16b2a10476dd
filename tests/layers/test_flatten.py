"""Flatten: by hand, by Keras."""

import keras
import numpy as np
import pytest

from dnnlib.layers.flatten import Flatten
from tests.oracles import check_against_keras, check_layer_gradients


def test_by_hand_channels_lie_side_by_side():
    x = np.array([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]])
    layer = Flatten()
    assert np.array_equal(layer(x), [[1, 2, 3, 4, 5, 6, 7, 8]])
    assert np.array_equal(layer.backward(layer(x)), x)


@pytest.mark.parametrize("shape", [(2, 3, 4, 2), (3, 5), (4,)])
def test_gradients_and_keras(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    check_layer_gradients(Flatten(dtype="float64"), x)
    check_against_keras(Flatten(dtype="float64"), keras.layers.Flatten(dtype="float64"), x)
    assert Flatten()(x).shape == Flatten().compute_output_shape(shape)


def test_bad_inputs():
    with pytest.raises(RuntimeError, match="forward"):
        Flatten().backward(np.ones((1, 2)))
    layer = Flatten()
    with pytest.raises(ValueError, match="1 axis or more"):
        layer(3)
    layer(np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((2, 3, 4)))
