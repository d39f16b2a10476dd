"""The two gradients of a convolution, on 500 random shapes, strides, paddings, dilations and groups.

The kernel's is a correlation of the input with the spread errors, the input's a transposed convolution: the full
convolution of the spread errors with the spread kernel. SciPy computes both, one pair of channels at a time.
"""

from itertools import product

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from dnnlib.layers.conv2d import Conv2D
from tests.oracles import assert_close, spread

CASES = 500


def drawn(seed):
    """Draws (layer, x, upstream gradient); no two sizes along the axes need be equal."""
    rng = np.random.default_rng(seed)
    kernel_size, strides, dilation_rate = (rng.integers(1, most, 2) for most in (5, 5, 4))
    padding = rng.integers(0, 4, (2, 2))
    spans = dilation_rate * (kernel_size - 1) + 1
    sizes = np.maximum(spans - padding.sum(axis=1), 1) + rng.integers(0, 6, 2)
    groups, depth, per_group = rng.integers(1, 4, 3)
    layer = Conv2D(
        int(groups * per_group),
        tuple(map(int, kernel_size)),
        tuple(map(int, strides)),
        tuple((int(before), int(after)) for before, after in padding),
        tuple(map(int, dilation_rate)),
        int(groups),
        seed=seed,
        dtype="float64",
    )
    x = rng.standard_normal((rng.integers(1, 4), *sizes, groups * depth))
    output = layer(x)
    layer.params["bias"] = rng.standard_normal(layer.filters)
    return layer, x, rng.standard_normal(output.shape)


def described(layer, x):
    names = ("kernel_size", "strides", "padding", "dilation_rate", "groups", "filters")
    return f"x{x.shape}, " + ", ".join(f"{name}={getattr(layer, name)}" for name in names)


def channel_pairs(layer, channels):
    """Yields (input channel, its place in the kernel, filter) for all that a layer with groups connects."""
    depth, per_group = channels // layer.groups, layer.filters // layer.groups
    for f, c in product(range(layer.filters), range(depth)):
        yield f // per_group * depth + c, c, f


def correlated(layer, x, upstream):
    """dL/d(kernel): each tap meets one pixel in `strides`, from its own place on."""
    padded = np.pad(x, ((0, 0), *layer.padding, (0, 0)))
    result = np.zeros(layer.params["kernel"].shape)
    rows, columns = (d * (k - 1) + 1 for d, k in zip(layer.dilation_rate, layer.kernel_size, strict=True))
    down, right = layer.dilation_rate
    for n, (channel, c, f) in product(range(len(x)), channel_pairs(layer, x.shape[-1])):
        offsets = correlate2d(padded[n, ..., channel], spread(upstream[n, ..., f], layer.strides), "valid")
        result[..., c, f] += offsets[:rows:down, :columns:right]
    return result


def transposed(layer, x, upstream):
    """dL/dx: the full convolution, which flips the kernel, and then what the padding had added is cut off."""
    (top, bottom), (left, right) = layer.padding
    result = np.zeros((len(x), x.shape[1] + top + bottom, x.shape[2] + left + right, x.shape[3]))
    for n, (channel, c, f) in product(range(len(x)), channel_pairs(layer, x.shape[-1])):
        kernel = spread(layer.params["kernel"][..., c, f], layer.dilation_rate)
        full = convolve2d(spread(upstream[n, ..., f], layer.strides), kernel, "full")
        result[n, : full.shape[0], : full.shape[1], channel] += full  # no window reached what lies beyond
    return result[:, top : top + x.shape[1], left : left + x.shape[2]]


def test_the_cases_hold_every_setting_and_what_no_window_reads():
    layers = [drawn(seed)[:2] for seed in range(0, CASES, 5)]
    for setting in (
        lambda layer, x: layer.strides[0] != layer.strides[1] and max(layer.dilation_rate) > 1 and layer.groups > 1,
        lambda layer, x: layer.padding[0][0] != layer.padding[0][1],
        lambda layer, x: min(layer.strides) > max(layer.kernel_size) > 1,
        lambda layer, x: layer.groups == layer.filters == x.shape[-1] > 1,
        lambda layer, x: (x.shape[1] + sum(layer.padding[0]) - layer.kernel_size[0]) % layer.strides[0] > 0,
    ):
        assert sum(setting(layer, x) for layer, x in layers) >= 3


@pytest.mark.parametrize("start", range(0, CASES, 100))
def test_kernel_gradient_is_a_correlation_and_input_gradient_a_transposed_convolution(start):
    for seed in range(start, start + 100):
        layer, x, upstream = drawn(seed)
        dx = layer.backward(upstream)
        assert_close(layer.grads["kernel"], correlated(layer, x, upstream), 1e-12, f"dkernel of {described(layer, x)}")
        assert_close(dx, transposed(layer, x, upstream), 1e-12, f"dx of {described(layer, x)}")


@pytest.mark.parametrize("start", range(0, CASES, 100))
def test_gradients_equal_central_differences_along_random_directions(start):
    """Along a random direction no error of a gradient hides; the loss is linear in each argument, so h may be large."""
    for seed in range(start, start + 100):
        layer, x, upstream = drawn(seed)
        gradients = {"x": layer.backward(upstream)} | layer.grads
        values, rng = {"x": x} | layer.params, np.random.default_rng(seed)
        for name, gradient in gradients.items():
            direction = rng.standard_normal(gradient.shape)
            slope = 0
            for h in (0.5, -0.5):
                moved = values | {name: values[name] + h * direction}
                layer.params = {"kernel": moved["kernel"], "bias": moved["bias"]}
                slope += np.sum(layer(moved["x"]) * upstream) * np.sign(h)
            assert_close(np.sum(gradient * direction), slope, 1e-11, f"d{name} of {described(layer, x)}")


def test_input_gradient_equals_kerass_conv_transpose():
    """Keras knows no groups there, and on a CPU no dilation: the dilated kernel is spread out by zeros."""
    import keras

    plain = [case for case in map(drawn, range(100)) if case[0].groups == 1][:20]
    for layer, x, upstream in plain:
        kernel = spread(layer.params["kernel"], layer.dilation_rate)
        full = keras.ops.conv_transpose(upstream, kernel, layer.strides, "valid").numpy()
        (top, bottom), (left, right) = layer.padding
        padded = np.zeros((len(x), x.shape[1] + top + bottom, x.shape[2] + left + right, x.shape[3]))
        rows, columns = (min(sizes) for sizes in zip(full.shape[1:3], padded.shape[1:3], strict=True))
        padded[:, :rows, :columns] = full[:, :rows, :columns]  # where s > k, Keras's output ends with zeros
        assert not full[:, rows:].any() and not full[:, :, columns:].any()
        expected = padded[:, top : top + x.shape[1], left : left + x.shape[2]]
        assert_close(layer.backward(upstream), expected, 1e-12, f"dx of {described(layer, x)}")
    assert len(plain) == 20 and any(max(layer.dilation_rate) > 1 < max(layer.strides) for layer, _, _ in plain)
