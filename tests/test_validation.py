"""The shared checks: what passes unchanged, and what each message says."""

import numpy as np
import pytest

from dnnlib.layers.layer import Layer
from dnnlib.validation import (
    check_axis,
    check_cache,
    check_dtype,
    check_gradient,
    check_input,
    check_integer,
    check_integers,
    check_methods,
    check_number,
    check_predictions,
    check_shape,
)


def test_valid_values_pass():
    assert check_integer(np.int64(3), "n") == 3
    assert check_integers(2, 2, "n") == check_integers([2, 2], 2, "n") == (2, 2)
    x = np.ones((2, 3))
    assert check_input(x, 2, "float64", "x") is x  # no copy
    assert check_input([[True], [False]], 2, "float32", "x").dtype == "float32"
    assert np.isinf(check_input([np.inf, -np.inf], 1, "float32", "x")).all()
    assert check_gradient(1, (), "float32", "x").dtype == "float32"
    assert check_dtype("float64") == np.float64
    assert check_shape([None, 3], ("batch", "inputs"), "Dense") == (None, 3)
    assert check_predictions([1, 2]).dtype == "float64" and check_predictions(x.astype("float32")).dtype == "float32"
    check_number(np.float32(0.5), "n", "positive", lambda n: n > 0)
    check_methods([], ("append",), "n", "[]")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check_integer(1.0, "n"), "n: expected an integer of at least 1, received 1.0"),
        (lambda: check_integers("ab", 2, "n"), "n: expected an integer of at least 1, received 'ab'"),
        (lambda: check_integers((1,), 2, "n"), r"n: expected an integer or 2 of them, received \(1,\)"),
        (lambda: check_input(np.ones(3), 2, "float32", "x"), r"x: expected 2 axes, received 1 \(shape \(3,\)\); add"),
        (lambda: check_input(np.ones((3, 1, 1)), 2, "float32", "x"), r"x: expected 2 axes, received 3 .*\)\)$"),
        (lambda: check_input([1j], 1, "float32", "x"), "x: expected real numbers, received type complex128"),
        (lambda: check_input([[1], [2, 3]], 2, "float32", "x"), "x: expected an array, received lists of different"),
        (
            lambda: check_input(1, None, "float32", "x", at_least=1),
            r"x: expected 1 axis or more, received 0 \(shape \(",
        ),
        (lambda: check_input([], 1, "float32", "x"), "x: expected at least one number"),
        (lambda: check_input([[0, 1], [2, np.nan]], 2, "float32", "x"), r"NaN \(first at index \(1, 1\)\)"),
        (lambda: check_input([np.nan], 1, "float32", "x"), "smaller learning rate"),
        (
            lambda: check_number("1", "n", "a positive number", lambda n: n > 0),
            "n: expected a positive .* received '1'",
        ),
        (
            lambda: check_number(0, "n", "a positive number", lambda n: n > 0),
            "n: expected a positive number, received 0",
        ),
        (lambda: check_dtype("int32"), "dtype: expected a type of floating-point numbers .* received 'int32'"),
        (lambda: check_dtype("float33"), "dtype: expected a type of floating-point numbers"),
        (
            lambda: check_shape(3, ("batch", "inputs"), "Dense"),
            r"Dense: expected an input shape \(batch, inputs\), .* 3",
        ),
        (
            lambda: check_shape((3,), ("batch", "inputs"), "Dense"),
            r"received \(3,\); None may stand for the batch size",
        ),
        (
            lambda: check_methods(3, ("forward", "backward"), "layer", "ReLU()"),
            "layer: expected .* forward and backward",
        ),
        (lambda: check_methods(Layer, ("forward",), "layer", "ReLU()"), r"such as ReLU\(\), received <class"),
        (lambda: check_axis(np.ones((2, 3)), -1, 4, "x"), r"x: expected 4 along axis 1, received 3 \(shape \(2, 3\)\)"),
        (lambda: check_gradient([1], (2,), "float32", "Dense"), r"Dense.backward: .* \(2,\), received \(1,\)"),
        (
            lambda: check_gradient(["a"], (1,), "float32", "Dense"),
            "Dense.backward: expected real numbers, received type",
        ),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_cache_says_what_to_call_first():
    layer = Layer()
    with pytest.raises(RuntimeError, match=r"Layer.backward: call forward\(x\) first"):
        check_cache(layer)
    layer.cache = "kept"
    assert check_cache(layer) == "kept"
