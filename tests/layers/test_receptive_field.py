"""Receptive fields: by hand, and against the inputs that the gradient of a real network reaches."""

import numpy as np
import pytest

from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.receptive_field import Field, Window, field_of, receptive_field


def test_three_3x3_layers_see_as_far_as_one_7x7():
    assert receptive_field([Window(3)] * 3)[-1] == receptive_field([Window(7)])[-1] == Field(7, 1, 3.0)


def test_strides_and_padding_by_hand():
    layers = [Window(3, padding=1), Window(2, stride=2), Window(3, dilation=2)]
    assert receptive_field(layers) == [Field(3, 1, 0.0), Field(4, 2, 0.5), Field(12, 2, 4.5)]
    assert field_of(layers, 0) == (-1, 10)
    assert field_of(layers, 3) == (5, 16)


def random_layers(rng):
    return [
        Window(
            int(rng.integers(1, 5)),
            int(rng.integers(1, 4)),
            int(rng.integers(1, 4)),
            (int(rng.integers(3)), int(rng.integers(3))),
        )
        for _ in range(rng.integers(1, 5))
    ]


def reached(layers, size, unit):
    """First and last input that a network with these windows, all weights 1, sends a gradient to."""
    stack = [
        Conv1D(
            1,
            w.kernel_size,
            w.stride,
            w.padding,
            w.dilation,
            dtype="float64",
            kernel_initializer=lambda shape, rng: np.ones(shape),
        )
        for w in layers
    ]
    x = np.zeros((1, size, 1))
    for layer in stack:
        x = layer(x)
    grad = np.zeros_like(x)
    grad[0, unit] = 1
    for layer in reversed(stack):
        grad = layer.backward(grad)
    positions = np.flatnonzero(grad)
    return positions[0], positions[-1]


@pytest.mark.parametrize("seed", range(40))
def test_equals_the_support_of_the_gradient(seed):
    layers = random_layers(np.random.default_rng(seed))
    field, (first, _) = receptive_field(layers)[-1], field_of(layers, 0)
    unit = -(first // field.jump) + 20  # far enough from the padding, whatever the layers
    first, last = field_of(layers, unit)
    assert first >= 0
    assert reached(layers, last + 200, unit) == (first, last)
    assert last - first + 1 == field.size
    assert (first + last) / 2 == field.start + unit * field.jump


def test_dicts_are_windows_too():
    assert receptive_field([{"kernel_size": 3, "stride": 2}]) == receptive_field([Window(3, 2)])


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"kernel": 3}, "a dict with the keys kernel_size, stride, dilation, padding"),
        (3, "layer: expected a Window"),
        (Window(0), "kernel_size: expected an integer of at least 1"),
        (Window(3, stride=0), "stride: expected an integer of at least 1"),
        (Window(3, padding="same"), '"same" depends on the input'),
    ],
)
def test_refuses(layer, message):
    with pytest.raises(ValueError, match=message):
        receptive_field([layer])


def test_refuses_a_negative_unit():
    with pytest.raises(ValueError, match="unit: expected an integer of at least 0"):
        field_of([Window(3)], -1)
