"""Sizes, unread positions and counts: by hand, by brute force, by Keras on random configurations."""

import numpy as np
import pytest

from dnnlib.layers.convolution_arithmetic import (
    conv_macs,
    conv_output_size,
    conv_padding,
    conv_parameters,
    conv_transpose_output_size,
    conv_transpose_padding,
    dense_macs,
    dense_parameters,
    unread_positions,
)
from tests.oracles import loop_convolution


def random_windows(count, seed):
    """Dicts of size, kernel_size, stride, padding and dilation, every form of padding among them."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        padding = ("valid", "same", int(rng.integers(4)), tuple(map(int, rng.integers(4, size=2))))[rng.integers(4)]
        yield {
            "size": int(rng.integers(1, 30)),
            "kernel_size": int(rng.integers(1, 6)),
            "stride": int(rng.integers(1, 7)),
            "padding": padding,
            "dilation": int(rng.integers(1, 4)),
        }


def windows_by_brute_force(size, kernel_size, stride, before, after, dilation):
    """Moves a window until it leaves the padded input; returns the positions each one reads."""
    windows, start = [], -before
    while start + dilation * (kernel_size - 1) <= size - 1 + after:
        windows.append([start + tap * dilation for tap in range(kernel_size)])
        start += stride
    return windows


def test_the_lectures_7x7_input():
    assert [conv_output_size(7, 3, stride) for stride in (1, 2, 3)] == [5, 3, 2]
    assert unread_positions(7, 3, 3) == [6]
    assert conv_output_size(7, 3, padding=1) == conv_output_size(7, 3, padding="same") == 7
    assert [conv_padding(7, size, padding="same")[0] for size in (3, 5, 7)] == [1, 2, 3]  # (F - 1) / 2
    with pytest.raises(ValueError, match=r"= 2\.33, and the last 1 of the padded .* nearest sizes that fit: 6 and 9"):
        conv_output_size(7, 3, 3, exact=True)


def test_output_sizes_equal_brute_force():
    refused = 0
    for window in random_windows(500, seed=0):
        arguments = window | dict(zip(("before", "after"), conv_padding(**window), strict=True))
        del arguments["padding"]
        count = len(windows_by_brute_force(**arguments))
        if count:
            assert conv_output_size(**window) == count, window
        else:
            refused += 1
            with pytest.raises(ValueError, match="the kernel spans"):
                conv_output_size(**window)
    assert refused > 20


def test_output_sizes_equal_keras():
    import keras

    rng = np.random.default_rng(1)
    for _ in range(300):
        size, kernel_size, other = (int(rng.integers(low, high)) for low, high in ((1, 30), (1, 6), (1, 6)))
        stride, dilation = ((other, 1), (1, other))[rng.integers(2)]  # Keras refuses both above 1
        padding = ("valid", "same")[rng.integers(2)]
        if padding == "valid" and dilation * (kernel_size - 1) + 1 > size:
            continue
        layer = keras.layers.Conv1D(1, kernel_size, stride, padding, dilation_rate=dilation)
        expected = layer.compute_output_shape((1, size, 1))[1]
        assert conv_output_size(size, kernel_size, stride, padding, dilation) == expected


def test_transposed_output_sizes_equal_keras():
    import keras

    rng = np.random.default_rng(2)
    for _ in range(300):
        size, kernel_size, other = (int(rng.integers(low, high)) for low, high in ((1, 20), (1, 6), (1, 6)))
        stride, dilation = ((other, 1), (1, other))[rng.integers(2)]
        padding = ("valid", "same")[rng.integers(2)]
        output_padding = (None, int(rng.integers(stride)))[rng.integers(2)]
        layer = keras.layers.Conv1DTranspose(1, kernel_size, stride, padding, output_padding, dilation_rate=dilation)
        expected = layer.compute_output_shape((1, size, 1))[1]
        arguments = size, kernel_size, stride, padding, output_padding, dilation
        if expected > 0:
            assert conv_transpose_output_size(*arguments) == expected, arguments
        else:
            with pytest.raises(ValueError, match="leaves nothing"):
                conv_transpose_output_size(*arguments)


def test_transposed_sizes_undo_the_convolutions():
    """The unread strip, given as output_padding, leads back to the size that the convolution came from."""
    for window in random_windows(300, seed=3):
        if isinstance(window["padding"], str):
            continue
        try:
            outputs = conv_output_size(**window)
        except ValueError:
            continue
        reached = (outputs - 1) * window["stride"] + (window["kernel_size"] - 1) * window["dilation"] + 1
        strip = window["size"] + sum(conv_padding(**window)) - reached
        assert conv_transpose_output_size(**window | {"size": outputs}, output_padding=strip) == window["size"]


def test_transposed_padding_by_hand():
    assert conv_transpose_padding(4, 3, 2, "same") == (0, 1)  # full output 9, wanted 8
    assert conv_transpose_padding(4, 3, 5) == (0, -2)  # full output 18, Keras makes it 20
    assert conv_transpose_padding(4, 3, 2, 1, 1) == (1, 0)


def test_unread_positions_equal_brute_force():
    found = set()
    for window in random_windows(200, seed=4):
        size, kernel_size, stride, _, dilation = window.values()
        padding = conv_padding(**window)
        impulses = np.eye(size)[:, None, :, None]  # one example a position
        if size + sum(padding) < dilation * (kernel_size - 1) + 1:
            continue
        y = loop_convolution(impulses, np.ones((1, kernel_size, 1, 1)), (1, stride), ((0, 0), padding), (1, dilation))
        expected = [int(i) for i in np.flatnonzero(~y.any(axis=(1, 2, 3)))]
        assert unread_positions(**window) == expected, window
        found.add(bool(expected))
    assert found == {True, False}


def test_unread_positions_by_hand():
    assert unread_positions(7, 2, stride=3) == [2, 5, 6]  # between the windows, and the strip at the end
    assert unread_positions(7, 3, stride=2, dilation=2) == [1, 3, 5]  # between the taps
    assert unread_positions(5, 3, stride=2) == []


def test_exact_fit_names_the_nearest_sizes_that_fit():
    """Both named sizes fit, and none between them does."""
    refused = 0
    for window in random_windows(300, seed=5):
        try:
            conv_output_size(**window)
        except ValueError:
            continue
        try:
            conv_output_size(**window, exact=True)
        except ValueError as error:
            refused += 1
            named = [int(word) for word in str(error).split("fit: ")[1].split(" and ")]
            low, high = named if len(named) == 2 else (0, *named)
            assert low < window["size"] < high
            assert [size for size in range(low + 1, high) if fits(window | {"size": size})] == []
            assert all(fits(window | {"size": size}) for size in named)
        else:
            assert fits(window)
    assert refused > 50


def fits(window):
    before, after = conv_padding(**window)
    size, kernel_size, stride, _, dilation = window.values()
    windows = windows_by_brute_force(size, kernel_size, stride, before, after, dilation)
    return bool(windows) and windows[-1][-1] == size - 1 + after


def test_counts_by_hand():
    assert conv_parameters((3, 3), 1, 5) == 50  # the lecture's: five 3x3 kernels and their biases
    assert conv_parameters((3, 3), 64, 128, groups=2, use_bias=False) == 9 * 32 * 128
    assert conv_parameters((7,), 3, 4) == 88
    assert conv_macs((3, 3), 1, 5, (5, 5)) == 9 * 5 * 25
    assert dense_parameters(100 * 100 * 3, 1000) + dense_parameters(1000, 10) == 30_011_010
    assert dense_macs(30_000, 1000) == 30_000_000


def test_counts_equal_the_layers():
    from dnnlib.layers.conv2d import Conv2D

    layer = Conv2D(6, (3, 2), groups=2)
    layer.build((None, 8, 8, 4))
    assert conv_parameters((3, 2), 4, 6, groups=2) == layer.count_params()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv_output_size(2, 3), "the kernel spans 3 positions, but the padded input has only 2"),
        (lambda: conv_output_size(0, 3), "size: expected an integer of at least 1, received 0"),
        (lambda: conv_output_size(7, 3, 0), "stride: expected an integer of at least 1"),
        (lambda: conv_output_size(7, 3, dilation=0), "dilation: expected an integer of at least 1"),
        (lambda: conv_output_size(7, 3, padding="full"), 'expected "valid", "same", an integer or a pair'),
        (lambda: conv_output_size(7, 3, padding=(1, 2, 3)), "an integer or 2 of them"),
        (lambda: conv_output_size(7.0, 3), "size: expected an integer"),
        (lambda: conv_output_size(1, 1, 3, padding=1, exact=True), "nearest sizes that fit: 2$"),
        (lambda: conv_transpose_output_size(4, 3, 2, output_padding=2), "expected less than the stride, 2, received 2"),
        (lambda: conv_transpose_output_size(1, 3, padding=2), "leaves nothing of the 3 positions"),
        (lambda: conv_parameters(3, 1, 5), r"one size for each spatial axis, e.g. \(3, 3\)"),
        (lambda: conv_parameters(np.int64(3), 1, 5), "one size for each spatial axis"),
        (lambda: conv_parameters((3, -3), 1, 5), "kernel_size: expected an integer of at least 1, received -3"),
        (lambda: conv_parameters((3, 3), 3, 4, groups=2), "in_channels: expected a multiple of groups=2, received 3"),
        (lambda: conv_parameters((3, 3), 4, 3, groups=2), "filters: expected a multiple of groups=2, received 3"),
        (lambda: conv_macs((3, 3), 1, 5, (5, 5, 5)), "output_shape: expected an integer or 2 of them"),
        (lambda: dense_macs(0, 3), "inputs: expected an integer of at least 1"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
