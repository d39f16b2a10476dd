"""What a narrow type, many terms or an infinite number must not spoil, in any layer."""

import keras
import numpy as np
import pytest

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.blur_pooling2d import BlurPooling2D
from dnnlib.layers.conv1d import Conv1D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.global_average_pooling2d import GlobalAveragePooling2D
from dnnlib.layers.global_max_pooling2d import GlobalMaxPooling2D
from dnnlib.layers.lp_pooling2d import LpPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.weighted_pooling2d import WeightedPooling2D

ONES = np.ones((1, 64, 64, 1))

# Means and sums of thousands of ones: in float16 a running sum stops at 2048. (layer, input, output, dL/dx of ones)
MANY_TERMS = {
    "average pooling": (AveragePooling2D(64, dtype="float16"), ONES, 1, 1 / 4096),
    "weighted pooling": (WeightedPooling2D(64, sigma=1e4, dtype="float16"), ONES, 1, 1 / 4096),
    "L1 pooling": (LpPooling2D(64, p=1, dtype="float16"), ONES, 4096, 1),
    "L2 pooling": (LpPooling2D(64, p=2, dtype="float16"), ONES, 64, 1 / 64),
    "global average": (GlobalAveragePooling2D(dtype="float16"), np.ones((1, 300, 300, 1)), 1, 1 / 90_000),
    "global maximum": (GlobalMaxPooling2D(dtype="float16"), ONES, 1, 1 / 4096),
    "softmax": (Softmax(dtype="float16"), np.zeros((1, 4096)), 1 / 4096, 0),
}


@pytest.mark.parametrize("name", MANY_TERMS)
def test_float16_sums_of_many_terms_are_right_and_stay_float16(name):
    layer, x, expected, slope = MANY_TERMS[name]
    output = layer(x)
    dx = layer.backward(np.ones_like(output))
    assert output.dtype == dx.dtype == np.float16
    assert np.allclose(output.astype(float), expected, rtol=2e-3)
    assert np.allclose(dx.astype(float), slope, rtol=1e-2, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        AveragePooling2D(64, 1, "same", dtype="float16"),
        WeightedPooling2D(64, 1e4, 1, "same", dtype="float16"),
        MaxPooling2D(64, 1, "same", dtype="float16"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_float16_shares_of_many_windows_add_up(layer):
    x = ONES.copy()
    x[0, 32, 32] = 2  # it wins in all the windows that hold it
    wide = type(layer)(**{name: getattr(layer, name) for name in ("pool_size", "strides", "padding")}, dtype="float64")
    if isinstance(layer, WeightedPooling2D):
        wide.window_weights = layer.window_weights
    grads = [one.backward(np.ones_like(one(x))) for one in (layer, wide)]
    assert np.allclose(grads[0].astype(float), grads[1], rtol=5e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda dtype: Dense(3, seed=0, dtype=dtype), (5, 5000)),
        (lambda dtype: Conv2D(3, 5, seed=0, dtype=dtype), (1, 70, 70, 8)),
        (lambda dtype: Conv2D(4, 3, groups=2, seed=0, dtype=dtype), (1, 70, 70, 8)),
        (lambda dtype: Conv2DTranspose(3, 5, seed=0, dtype=dtype), (1, 70, 70, 8)),
        (lambda dtype: Conv1D(3, 200, seed=0, dtype=dtype), (2, 3000, 2)),
        (lambda dtype: BlurPooling2D(5, 1, dtype=dtype), (1, 70, 70, 2)),
    ],
    ids=["dense", "conv2d", "groups", "transposed", "conv1d", "blur"],
)
def test_float16_layers_differ_from_float64_by_the_rounding_of_what_they_return(make, shape):
    x = np.random.default_rng(0).uniform(0, 1, shape).astype("float16")
    narrow, wide = make("float16"), make("float64")
    for layer in (narrow, wide):
        layer.build(x.shape)
    wide.set_weights(narrow.get_weights())
    outputs = [layer(x) for layer in (narrow, wide)]
    upstream = np.full(outputs[0].shape, 0.25)
    slopes = [layer.backward(upstream) for layer in (narrow, wide)]
    pairs = [outputs, slopes, *zip(narrow.grads.values(), wide.grads.values(), strict=True)]
    for ours, exact in pairs:
        assert ours.dtype == np.float16
        assert np.abs(ours - exact).max() <= 1e-3 * np.abs(exact).max()


@pytest.mark.parametrize("make", [lambda: Conv2D(2, 1, seed=0), lambda: Dense(2, seed=0)], ids=["conv2d", "dense"])
def test_the_float32_bias_gradient_of_nine_million_positions_is_right(make):
    layer, positions = make(), 3000
    grad = layer(np.zeros((1, positions, positions, 1), "float32"))
    grad[:] = 0.1
    layer.backward(grad)
    assert np.allclose(layer.grads["bias"], 0.1 * positions**2, rtol=1e-6)
    assert layer.grads["bias"].dtype == np.float32


def test_the_float32_global_average_of_millions_of_positions_is_right():
    x = np.full((1, 3000, 3000, 2), 0.1, "float32")
    assert np.allclose(GlobalAveragePooling2D()(x), 0.1, rtol=1e-6)


def test_padding_never_wins_over_minus_infinity():
    layer = MaxPooling2D(3, 1, "same")
    for x in (np.full((1, 1, 1, 1), -np.inf), np.full((1, 2, 2, 1), -np.inf)):
        layer(x)
        dx = layer.backward(np.ones(x.shape))
        assert dx.sum() == x.size and dx[0, 0, 0, 0] == x.size  # the first one inside wins every window


@pytest.mark.parametrize(
    ("layer", "x", "upstream", "expected"),
    [
        (MaxPooling2D(2), [[1, 2], [3, 4]], [[np.inf]], [[0, 0], [0, np.inf]]),
        (GlobalMaxPooling2D(keepdims=True), [[1, 2], [3, 4]], [[np.inf]], [[0, 0], [0, np.inf]]),
        (LpPooling2D(2), [[0, 0], [0, -2]], [[np.inf]], [[0, 0], [0, -np.inf]]),
        (ReLU(), [[-1, 2]], [[np.inf, -np.inf]], [[0, -np.inf]]),
    ],
    ids=["max", "global max", "lp", "relu"],
)
def test_an_infinite_gradient_reaches_only_what_it_belongs_to(layer, x, upstream, expected):
    x, upstream, expected = (np.array(one, "float32")[np.newaxis, ..., np.newaxis] for one in (x, upstream, expected))
    layer(x)
    assert np.array_equal(layer.backward(upstream), expected)


@pytest.mark.parametrize("p", [1, 2, 3.5])
def test_the_norm_of_infinity_is_infinity_and_its_gradient_a_number(p):
    layer = LpPooling2D(2, p=p)
    x = np.array([[np.inf, 1], [0, -np.inf]])[np.newaxis, ..., np.newaxis]
    assert layer(x).item() == np.inf
    dx = layer.backward(np.ones((1, 1, 1, 1)))[0, ..., 0]
    share = 2 ** (1 / p - 1)  # as of two large equal numbers
    assert np.allclose(dx, [[share, p == 1], [0, -share]])


def test_softmax_over_several_axes_is_keras():
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5)).astype("float32")
    layer = Softmax(axis=(1, 2))
    assert np.allclose(layer(x), keras.layers.Softmax(axis=(1, 2))(x), atol=1e-6)
    assert np.allclose(layer(x).sum(axis=(1, 2)), 1, atol=1e-6)
    assert np.allclose(layer.backward(np.ones(x.shape)), 0, atol=1e-6)  # the sum is constant
    with pytest.raises(ValueError, match="axis: expected an integer or a tuple of them, received 'last'"):
        Softmax(axis="last")


def test_softmax_masks_scores_but_not_all():
    assert np.array_equal(Softmax()([[0, -np.inf, 0]]), [[0.5, 0, 0.5]])
    with pytest.raises(ValueError, match="may mask some of them, not all"):
        Softmax()([[-np.inf, -np.inf]])


def test_unknown_sizes_stay_unknown():
    assert Flatten().compute_output_shape((None, None, 3)) == (None, None)
    assert Flatten().compute_output_shape((None, 2, 3)) == (None, 6)
    assert Conv2D(4, 3).compute_output_shape((None, None, 9, 1)) == (None, None, 7, 4)
    assert Conv2DTranspose(4, 3).compute_output_shape((None, None, 9, 1)) == (None, None, 11, 4)
    assert MaxPooling2D(2).compute_output_shape((None, 8, None, 1)) == (None, 4, None, 1)
    assert BlurPooling2D(3).compute_output_shape((None, 8, None, 1)) == (None, 4, None, 1)


@pytest.mark.parametrize("padding", ["SAME", "Valid"])
def test_paddings_names_may_be_in_capitals(padding):
    x = np.random.default_rng(0).standard_normal((1, 7, 7, 2))
    for make in (Conv2D, Conv2DTranspose):
        layers = [make(2, 3, 2, padding=one, seed=0) for one in (padding, padding.lower())]
        assert np.array_equal(layers[0](x), layers[1](x))
    for make in (MaxPooling2D, AveragePooling2D, LpPooling2D, WeightedPooling2D):
        assert np.array_equal(make(3, padding=padding)(x), make(3, padding=padding.lower())(x))
    assert BlurPooling2D(padding="REFLECT")(x).shape == (1, 4, 4, 2)
    assert Conv1D(2, 3, padding="CAUSAL")(x[0]).shape == (7, 7, 2)


def test_pooling_names_all_the_paddings_that_it_takes():
    for padding in ("full", 1.5, True, -1):
        with pytest.raises(ValueError, match='padding: expected "valid", "same" or an integer of at least 0, received'):
            MaxPooling2D(2, padding=padding)


def test_relu_keeps_its_gradient_when_its_output_is_edited_and_others_say_that_they_do_not():
    layer = ReLU()
    output = layer(np.array([[-1.0, 2.0]]))
    output += 5
    assert np.array_equal(layer.backward(np.ones((1, 2))), [[0, 1]])
    dense, x = Dense(1, use_bias=False), np.ones((1, 1), "float32")
    dense(x)
    x += 1  # what the docstring of Layer tells not to do: the gradient is that of the changed input
    dense.backward(np.ones((1, 1)))
    assert dense.grads["kernel"].item() == 2 and "in place between" in Dense.__mro__[1].__doc__


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_blocks_of_any_size_give_the_same_convolution(size, monkeypatch):
    rng = np.random.default_rng(0)
    for layer, shape in (
        (Conv2D(4, 3, (2, 1), "same", groups=2, seed=0, dtype="float64"), (3, 9, 8, 4)),
        (Conv2D(2, (2, 3), 1, ((1, 0), (2, 1)), dilation_rate=(2, 1), seed=0, dtype="float64"), (2, 6, 7, 3)),
        (Conv1D(3, 3, 2, seed=0, dtype="float64"), (2, 11, 2)),
        (Conv2DTranspose(2, 3, 2, "same", seed=0, dtype="float64"), (2, 5, 4, 3)),
    ):
        x = rng.standard_normal(shape)
        results = []
        for block in (2**40, size):
            monkeypatch.setattr("dnnlib.layers.convolution.BLOCK", block)
            output = layer(x)
            results.append(
                [
                    output,
                    layer.backward(np.cos(output.shape[1] + np.arange(output.size)).reshape(output.shape)),
                    *layer.grads.values(),
                ]
            )
        for whole, blocked in zip(*results, strict=True):
            assert np.allclose(whole, blocked, rtol=1e-12, atol=1e-12)


def test_the_unrolled_matrix_is_never_whole_in_memory():
    """16 MB in, 16 MB out; the unrolled matrix would be 144 MB."""
    import tracemalloc

    layer, x = Conv2D(64, 3, padding="valid", seed=0), np.ones((1, 256, 256, 64), "float32")
    layer.build(x.shape)
    tracemalloc.start()
    output = layer(x)
    forward = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    layer.backward(output)
    backward = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert forward < 1.3 * output.nbytes
    assert backward < 2.4 * output.nbytes  # the output, which is held, and dL/dx
