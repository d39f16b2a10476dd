"""What all pooling layers share: loops, central differences, overlaps, borders, refusals."""

import numpy as np
import pytest

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.blur_pooling2d import BlurPooling2D
from dnnlib.layers.lp_pooling2d import LpPooling2D
from dnnlib.layers.max_blur_pooling2d import MaxBlurPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.weighted_pooling2d import WeightedPooling2D
from tests.oracles import assert_close, check_layer_gradients

# The lecture's example.
LECTURE = np.array([[1, 0, 2, 3], [4, 6, 6, 8], [3, 1, 1, 0], [1, 2, 2, 4]])[None, ..., None]

POOLINGS = {"max": MaxPooling2D, "average": AveragePooling2D, "weighted": WeightedPooling2D, "lp": LpPooling2D}

# Height and width differ everywhere; some windows overlap, some leave a strip unread.
CONFIGURATIONS = {
    "tiles": {"pool_size": 2},
    "a strip unread": {"pool_size": (3, 2)},
    "overlapping": {"pool_size": 3, "strides": (2, 1)},
    "gaps": {"pool_size": 2, "strides": 3},
    "same": {"pool_size": (3, 2), "strides": 2, "padding": "same"},
    "same, overlapping": {"pool_size": (2, 3), "strides": 1, "padding": "same"},
    "padding 1": {"pool_size": 3, "strides": 2, "padding": 1},
}

# One window (a list of the inputs inside the image, with their weights) to one number.
BY_LOOPS = {
    "max": lambda values, weights: values.max(),
    "average": lambda values, weights: values.mean(),
    "weighted": lambda values, weights: (values * weights).sum() / weights.sum(),
    "lp": lambda values, weights: np.sqrt((values**2).sum()),
}


def random_input(shape=(2, 8, 7, 3), seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def pool_by_loops(layer, x, reduce):
    """Cuts each window out of the unpadded image, one at a time."""
    output = np.zeros(layer.compute_output_shape(x.shape))
    layer(x)
    (top, _), (left, _) = layer.pads
    for n, i, j, c in np.ndindex(output.shape):
        taps = [
            (i * layer.strides[0] + u - top, j * layer.strides[1] + v - left, u, v)
            for u, v in np.ndindex(layer.pool_size)
        ]
        inside = [tap for tap in taps if 0 <= tap[0] < x.shape[1] and 0 <= tap[1] < x.shape[2]]
        values = np.array([x[n, row, column, c] for row, column, *_ in inside])
        weights = np.array([getattr(layer, "window_weights", np.ones(layer.pool_size))[u, v] for *_, u, v in inside])
        output[n, i, j, c] = reduce(values, weights)
    return output


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("kind", POOLINGS)
def test_output_equals_the_loops(kind, name):
    layer, x = POOLINGS[kind](**CONFIGURATIONS[name], dtype="float64"), random_input()
    assert_close(layer(x), pool_by_loops(layer, x, BY_LOOPS[kind]), 1e-12, kind)


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("kind", POOLINGS)
def test_gradients_equal_central_differences(kind, name):
    layer = POOLINGS[kind](**CONFIGURATIONS[name], dtype="float64")
    check_layer_gradients(layer, random_input((2, 6, 7, 2)), tolerance=1e-7)


@pytest.mark.parametrize("kind", POOLINGS)
def test_the_input_is_left_as_it_was_and_output_is_no_view(kind):
    x = random_input().astype("float32")
    before, layer = x.copy(), POOLINGS[kind](1)
    layer(x)[...] = 7
    assert np.array_equal(x, before)


@pytest.mark.parametrize(
    "layer",
    [*(pooling(2) for pooling in POOLINGS.values()), BlurPooling2D(), MaxBlurPooling2D()],
    ids=lambda layer: type(layer).__name__,
)
def test_shapes_and_types(layer):
    x = random_input((3, 9, 6, 4))
    output = layer(x)
    assert output.shape == layer.compute_output_shape(x.shape)
    assert output.dtype == layer.backward(output).dtype == np.float32
    assert layer.backward(output).shape == x.shape
    assert layer.get_weights() == [] and layer.grads == {}


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"pool_size": 0}, "pool_size"),
        ({"pool_size": (2, 2, 2)}, "pool_size"),
        ({"pool_size": 2.0}, "pool_size"),
        ({"strides": 0}, "strides"),
        ({"padding": "full"}, "padding"),
        ({"padding": -1}, "padding"),
        ({"padding": 2}, "padding: expected less than pool_size"),
        ({"padding": (1, 1)}, "padding"),
    ],
)
def test_bad_arguments(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        POOLINGS[kind](**{"pool_size": 2} | arguments)


@pytest.mark.parametrize("kind", POOLINGS)
def test_bad_inputs(kind):
    layer = POOLINGS[kind](3)
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((1, 1, 1, 1)))
    for x, message in (
        (np.ones((5, 5, 1)), "4 axes"),
        (np.full((1, 5, 5, 1), np.nan), "NaN"),
        (np.ones((1, 2, 5, 1)), "larger input"),
    ):
        with pytest.raises(ValueError, match=message):
            layer(x)
    with pytest.raises(ValueError, match=r"expected an input shape \(batch, height, width, channels\)"):
        layer.compute_output_shape((8, 8, 3))
    layer(np.ones((1, 5, 5, 1)))
    with pytest.raises(ValueError, match="gradient"):
        layer.backward(np.ones((1, 2, 2, 1)))
