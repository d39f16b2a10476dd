"""Conv2D: by hand, by loops, by central differences, by Keras; and what it refuses."""

from itertools import product

import numpy as np
import pytest

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution import window_view
from tests.oracles import assert_close, check_against_keras, check_layer_gradients, loop_convolution, spread

IMAGE = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])

# Height and width, kernel height and kernel width all differ; no stride divides.
CONFIGURATIONS = {
    "plain": {},
    "strides": {"strides": (3, 2)},
    "dilation": {"dilation_rate": (2, 3)},
    "strides and dilation": {"strides": (2, 3), "dilation_rate": (3, 2)},
    "strides beyond the kernel": {"strides": (4, 3)},
    "same": {"padding": "same"},
    "same, strides": {"padding": "same", "strides": (3, 2)},
    "same, strides, dilation": {"padding": "same", "strides": 2, "dilation_rate": (2, 1)},
    "one padding": {"padding": 2, "strides": 2},
    "four paddings": {"padding": ((0, 3), (2, 1)), "strides": (2, 1)},
    "groups": {"groups": 2, "strides": 2, "padding": "same"},
    "a group a channel": {"groups": 4, "filters": 4, "dilation_rate": 2},
    "two filters a channel": {"groups": 4, "filters": 8},
    "no bias": {"use_bias": False},
}


def configured(name, **more):
    arguments = {"filters": 6, "kernel_size": (3, 2), "seed": 1, "dtype": "float64"} | CONFIGURATIONS[name] | more
    return Conv2D(**arguments)


def random_input(shape=(2, 8, 7, 4), seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def with_kernel(kernel, x, bias=0, **arguments):
    """A layer with one filter, built for `x`, whose kernel (height, width) and bias are given."""
    layer = Conv2D(1, kernel.shape, dtype="float64", **arguments)
    layer.build(x.shape)
    layer.set_weights([kernel[..., None, None], [bias]])
    return layer


def test_the_lectures_5x5_image_by_hand():
    x = IMAGE[None, ..., None]
    assert np.array_equal(with_kernel(KERNEL, x)(x)[0, ..., 0], [[4, 3, 4], [2, 4, 3], [2, 3, 4]])
    assert np.array_equal(with_kernel(KERNEL, x, bias=-2, strides=2)(x)[0, ..., 0], [[2, 2], [0, 2]])


def test_kernel_is_not_flipped():
    x = np.zeros((1, 3, 3, 1))
    x[0, 1, 1, 0] = 1  # an impulse gives the kernel back, rotated by half a turn
    kernel = np.arange(4.0).reshape(2, 2)
    assert np.array_equal(with_kernel(kernel, x)(x)[0, ..., 0], [[3, 2], [1, 0]])


def test_gradients_by_hand():
    x = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
    layer = with_kernel(np.array([[1.0, -1]]), x)
    assert np.array_equal(layer(x).ravel(), [-1, -1])
    dx = layer.backward(np.array([1.0, 2]).reshape(1, 1, 2, 1))
    assert np.array_equal(dx.ravel(), [1, 1, -2])  # the middle input was read twice: -1 * 1 + 1 * 2
    assert np.array_equal(layer.grads["kernel"].ravel(), [1 * 1 + 2 * 2, 2 * 1 + 3 * 2])
    assert np.array_equal(layer.grads["bias"], [1 + 2])


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_output_equals_the_loops(name):
    layer, x = configured(name), random_input()
    layer.build(x.shape)
    layer.params["bias"] = np.arange(layer.filters, dtype="float64")
    padding = {"same": None}.get(layer.padding[0], layer.padding)
    if padding is None:
        padding = [
            same_padding(*setting) for setting in zip((8, 7), (3, 2), layer.strides, layer.dilation_rate, strict=True)
        ]
    padding = [(0, 0) if pad == "valid" else (pad, pad) if isinstance(pad, int) else pad for pad in padding]
    loops = loop_convolution(x, layer.params["kernel"], layer.strides, padding, layer.dilation_rate, layer.groups)
    output = layer(x)
    assert output.shape == layer.compute_output_shape(x.shape)
    assert_close(output, loops + (layer.params["bias"] if layer.use_bias else 0), 1e-13, name)


def same_padding(size, kernel_size, stride, dilation):
    total = (int(np.ceil(size / stride)) - 1) * stride + dilation * (kernel_size - 1) + 1 - size
    return max(total, 0) // 2, (max(total, 0) + 1) // 2


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_gradients_equal_central_differences(name):
    check_layer_gradients(configured(name), random_input(), seed=3)


# Keras refuses strides with dilation; there the kernel is spread out by zeros, see below.
@pytest.mark.parametrize(
    "arguments",
    [
        {"padding": padding, "groups": groups} | window
        for padding, groups, window in product(
            ("valid", "same"), (1, 2, 4), ({}, {"strides": (3, 2)}, {"strides": (5, 1)}, {"dilation_rate": (2, 3)})
        )
    ],
    ids=str,
)
def test_equals_keras(arguments):
    import keras

    layer, keras_layer = (kind(8, (3, 2), dtype="float64", **arguments) for kind in (Conv2D, keras.layers.Conv2D))
    check_against_keras(layer, keras_layer, random_input((2, 11, 9, 4)))


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_strides_with_dilation_equal_keras_with_a_spread_kernel(padding):
    import keras

    x, layer = random_input((2, 11, 9, 4)), Conv2D(5, (3, 2), (2, 3), padding, (2, 3), dtype="float64")
    output = layer(x)
    kernel = spread(layer.params["kernel"], (2, 3))
    assert_close(output, keras.ops.conv(x, kernel, (2, 3), padding).numpy(), 1e-12, "output")


def test_explicit_padding_equals_keras_after_zero_padding():
    import keras

    padding, x = ((2, 0), (1, 3)), random_input((2, 6, 5, 3))
    layer = Conv2D(4, (3, 2), 2, padding, dtype="float64")
    layer.build(x.shape)
    stack = keras.Sequential(
        [keras.layers.ZeroPadding2D(padding, dtype="float64"), keras.layers.Conv2D(4, (3, 2), 2, dtype="float64")]
    )
    check_against_keras(layer, stack, x)


def test_groups_are_separate_convolutions():
    x, layer = random_input(), configured("groups")
    output = layer(x)
    for g in range(2):
        part = Conv2D(3, (3, 2), 2, "same", dtype="float64")
        part.build((2, 8, 7, 2))
        part.set_weights([layer.params["kernel"][..., 3 * g : 3 * g + 3], np.zeros(3)])
        assert_close(output[..., 3 * g : 3 * g + 3], part(x[..., 2 * g : 2 * g + 2]), 1e-13, f"group {g}")


def test_shifted_input_gives_shifted_output():
    x, layer = random_input((1, 12, 12, 2)), Conv2D(3, 3, seed=0, dtype="float64")
    assert_close(layer(np.roll(x, (2, 1), (1, 2)))[:, 2:, 1:], layer(x)[:, :-2, :-1], 1e-13, "shift")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_type_is_kept_throughout(dtype):
    layer = Conv2D(2, 3, padding="same", dtype=dtype)
    output = layer(np.ones((1, 4, 4, 1), "int32"))
    assert output.dtype == layer.backward(np.ones(output.shape)).dtype == dtype
    assert {value.dtype for value in (*layer.params.values(), *layer.grads.values())} == {np.dtype(dtype)}


def test_float32_is_close_to_float64():
    x = random_input((4, 20, 20, 16))
    double, single = Conv2D(32, 3, seed=0, dtype="float64"), Conv2D(32, 3, dtype="float32")
    single.build(x.shape)
    double.build(x.shape)
    single.set_weights(double.get_weights())
    assert_close(single(x), double(x), 1e-5, "output")


def test_seed_repeats_the_kernel_and_the_initializer_chooses_it():
    first, second, other = (Conv2D(2, 3, seed=seed) for seed in (5, 5, 6))
    for layer in (first, second, other):
        layer.build((None, 4, 4, 3))
    assert np.array_equal(first.params["kernel"], second.params["kernel"])
    assert not np.array_equal(first.params["kernel"], other.params["kernel"])
    ones = Conv2D(2, 3, kernel_initializer=lambda shape, rng: np.ones(shape))
    assert np.all(ones(np.ones((1, 4, 4, 3))) == 27)


def test_parameters_and_input_stay_as_they_were():
    x, layer = random_input(), configured("same")
    before = x.copy()
    output = layer(x)
    weights = layer.get_weights()
    layer.backward(np.ones_like(output))
    assert np.array_equal(x, before)
    assert all(map(np.array_equal, weights, layer.get_weights()))


def test_windows_are_a_view():
    x = random_input()
    view = window_view(x, (3, 2), (2, 1), (2, 3))
    assert view.shape == (2, 2, 4, 3, 2, 4)
    assert np.shares_memory(view, x) and not view.flags.writeable
    assert np.array_equal(view[1, 1, 2, 2, 1], x[1, 2 + 4, 2 + 3])


def test_backward_needs_forward():
    with pytest.raises(RuntimeError, match=r"call forward\(x\) first"):
        Conv2D(1, 3).backward(np.ones((1, 2, 2, 1)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, "filters: expected an integer of at least 1, received 0"),
        ({"filters": 2.5}, "filters: expected an integer"),
        ({"filters": True}, "filters: expected an integer"),
        ({"kernel_size": (3, 3, 3)}, "kernel_size: expected an integer or 2 of them"),
        ({"kernel_size": 0}, "kernel_size: expected an integer of at least 1"),
        ({"strides": (1, 0)}, "strides: expected an integer of at least 1, received 0"),
        ({"dilation_rate": -1}, "dilation_rate: expected an integer of at least 1"),
        ({"padding": "full"}, 'padding: expected "valid", "same", an integer or a pair'),
        ({"padding": -1}, "expected an integer of at least 0, received -1"),
        ({"padding": None}, 'padding, if neither "valid" nor "same": expected an integer'),
        ({"padding": (1, 2)}, r"\(\(top, bottom\), \(left, right\)\), received \(1, 2\)"),
        ({"padding": ((1, 2), (3,))}, "an integer or 2 of them"),
        ({"filters": 3, "groups": 2}, "filters: expected a multiple of groups=2, received 3"),
        ({"kernel_initializer": "xavier"}, "expected one of zeros, ones"),
        ({"dtype": "int32"}, "dtype: expected"),
    ],
)
def test_refuses_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(**({"filters": 4, "kernel_size": 3} | arguments))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((5, 5, 3)), r"\(batch, height, width, channels\): expected 4 axes, received 3 .*x\[np.newaxis\]"),
        (np.ones((1, 2, 5, 4)), "Conv2D, height: the kernel spans 3 positions, but the padded input has only 2"),
        (np.ones((1, 5, 2, 4)), "Conv2D, width: the kernel spans 3"),
        (np.ones((1, 5, 5, 3)), "expected input channels in a multiple of groups=2, received 3"),
        (np.ones((0, 5, 5, 4)), "received the empty shape"),
        (np.full((1, 5, 5, 4), np.nan), r"received NaN \(first at index \(0, 0, 0, 0\)\)"),
        (np.full((1, 5, 5, 4), "a"), "expected real numbers"),
    ],
)
def test_refuses_inputs(x, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(4, 3, groups=2)(x)


@pytest.mark.parametrize("shape", [(8, 8, 3), (1, 8, 8, 8, 3), (), 3])
def test_refuses_input_shapes_of_another_rank(shape):
    for call in (Conv2D(4, 3).build, Conv2D(4, 3).compute_output_shape):
        with pytest.raises(ValueError, match=r"Conv2D: expected an input shape \(batch, height, width, channels\)"):
            call(shape)


def test_refuses_weights_that_are_no_numbers_and_names_what_comes_first():
    layer = Conv2D(1, 1)
    with pytest.raises(ValueError, match=r"build\(input_shape\)"):
        layer.set_weights([np.zeros((1, 1, 1, 1)), np.zeros(1)])
    layer.build((None, 3, 3, 1))
    with pytest.raises(ValueError, match="bias: expected real numbers"):
        layer.set_weights([np.zeros((1, 1, 1, 1)), np.array(["a"])])


def test_refuses_other_channels_once_built_and_other_gradients():
    layer = Conv2D(2, 3)
    layer(np.ones((1, 5, 5, 3)))
    with pytest.raises(ValueError, match="Conv2D input channels: expected 3 along axis 3, received 4"):
        layer(np.ones((1, 5, 5, 4)))
    with pytest.raises(ValueError, match=r"shaped like the last output, \(1, 3, 3, 2\), received \(1, 3, 3, 3\)"):
        layer.backward(np.ones((1, 3, 3, 3)))
