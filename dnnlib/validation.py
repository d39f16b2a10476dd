"""Checks that every layer makes on its arguments and arrays: what was expected, what came, what to do."""

from numbers import Integral, Real

import numpy as np


def check_integer(value, name, minimum=1):
    """Returns `value` as an int.

    Args:
        value: What the caller passed.
        name: The argument's name, for the message.
        minimum: The smallest value that makes sense.

    Raises:
        ValueError: If it is not an integer, or below `minimum`.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral) or value < minimum:
        raise ValueError(f"{name}: expected an integer of at least {minimum}, received {value!r}")
    return int(value)


def check_integers(value, count, name, minimum=1):
    """Returns `value` as a tuple of `count` ints; one integer stands for all of them, as in Keras.

    Args:
        value: An integer, or a sequence of `count` integers.
        count: The number of spatial axes.
        name: The argument's name, for the message.
        minimum: The smallest value that makes sense.

    Raises:
        ValueError: If the length differs, or an entry is not an integer of at least `minimum`.
    """
    entries = tuple(value) if isinstance(value, (tuple, list, np.ndarray)) else (value,) * count
    if len(entries) != count:
        raise ValueError(f"{name}: expected an integer or {count} of them, received {value!r}")
    return tuple(check_integer(entry, name, minimum) for entry in entries)


def check_number(value, name, expected, holds):
    """Checks a number that need not be whole.

    Args:
        value: What the caller passed.
        name: The argument's name, for the message.
        expected: The condition in words, for the message, e.g. "a positive number".
        holds: The condition, called with a number; returns a bool.

    Raises:
        ValueError: If it is no real number, or the condition does not hold.
    """
    if not isinstance(value, Real) or not holds(value):
        raise ValueError(f"{name}: expected {expected}, received {value!r}")


def check_dtype(dtype):
    """Returns a type of floating-point numbers as a `numpy.dtype`.

    Raises:
        ValueError: If it is another type, or none.
    """
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = None
    if known is None or known.kind != "f":
        raise ValueError(f'dtype: expected a type of floating-point numbers such as "float32", received {dtype!r}')
    return known


def check_shape(shape, axes, what):
    """Returns a shape as a tuple.

    Args:
        shape: What the caller passed; sizes may be None.
        axes: Names of the axes, batch axis included, e.g. ("batch", "height", "width", "channels").
        what: The layer's name, for the message.

    Raises:
        ValueError: If it is no shape, or has another number of axes.
    """
    if not isinstance(shape, (tuple, list)) or len(shape) != len(axes):
        raise ValueError(
            f"{what}: expected an input shape ({', '.join(axes)}), received {shape!r}; "
            "None may stand for the batch size"
        )
    return tuple(shape)


def check_numeric(x, what):
    """Returns `x` as an array of real numbers.

    Raises:
        ValueError: If its rows differ in length, or it holds something else.
    """
    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"{what}: expected an array, received lists of different lengths") from None
    if array.dtype.kind not in "buif":
        raise ValueError(f"{what}: expected real numbers, received type {array.dtype}; convert them first")
    return array


def check_input(x, ndim, dtype, what, at_least=0):
    """Returns `x` as an array of `dtype`, ready to compute with. Infinity passes, as -inf masks a score.

    Args:
        x: Anything NumPy can turn into an array of real numbers.
        ndim: The number of axes it must have (batch axis included), or None for any from `at_least` on.
        dtype: The layer's type.
        what: The axes in words, for the message, e.g. "Conv2D input (batch, height, width, channels)".
        at_least: The smallest number of axes, where `ndim` is None.

    Raises:
        ValueError: If it is not numeric, has another number of axes, is empty, or holds a NaN.
    """
    array = check_numeric(x, what)
    if ndim is None and array.ndim < at_least:
        axes = "axis" if at_least == 1 else "axes"
        raise ValueError(
            f"{what}: expected {at_least} {axes} or more, received {array.ndim} (shape {array.shape}); "
            "for one example use x[np.newaxis]"
        )
    if ndim is not None and array.ndim != ndim:
        add_axis = "; add the missing axis with x[np.newaxis] or x[..., np.newaxis]" if array.ndim == ndim - 1 else ""
        raise ValueError(f"{what}: expected {ndim} axes, received {array.ndim} (shape {array.shape}){add_axis}")
    if array.size == 0:
        raise ValueError(f"{what}: expected at least one number, received the empty shape {array.shape}")
    # The minimum is NaN when any entry is: one pass, and no array of flags.
    if array.dtype.kind == "f" and np.isnan(array.min()):
        first = tuple(int(i) for i in np.argwhere(np.isnan(array))[0])
        raise ValueError(
            f"{what}: expected numbers, received NaN (first at index {first}); clean the data, or, if "
            "the weights have become NaN in training, begin anew with a smaller learning rate"
        )
    return array.astype(dtype, copy=False)


def check_predictions(y_pred, at_least=0):
    """Returns a loss's predictions in their own type, float32 at the least. See `check_input`."""
    y_pred = check_numeric(y_pred, "y_pred")
    return check_input(y_pred, None, np.result_type(y_pred, "float32"), "y_pred", at_least)


def check_targets(y_true, y_pred, what):
    """Returns a loss's targets in the predictions' type.

    Args:
        y_true: What the caller passed.
        y_pred: The predictions, from `check_predictions`.
        what: The loss's name, for the message.

    Raises:
        ValueError: If the shapes differ. (Broadcast, (batch,) against (batch, 1) would silently compare
            every prediction with every target.)
    """
    y_true = check_input(y_true, None, y_pred.dtype, "y_true")
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"{what}: expected y_true shaped like y_pred, {y_pred.shape}, received {y_true.shape}; reshape one of them"
        )
    return y_true


def check_methods(value, methods, name, example):
    """Checks that `value` is an object with these methods.

    Args:
        value: What the caller passed.
        methods: Names of the methods.
        name: The argument's name, for the message.
        example: An object that has them, as code, for the message.

    Raises:
        ValueError: If it lacks one, or is the class instead of an object of it.
    """
    if isinstance(value, type) or not all(hasattr(value, method) for method in methods):
        raise ValueError(
            f"{name}: expected an object that can {' and '.join(methods)}, such as {example}, received {value!r}"
        )


def check_axis(x, axis, size, what):
    """Checks that `x` has `size` entries along `axis`.

    Raises:
        ValueError: If it has not.
    """
    if x.shape[axis] != size:
        raise ValueError(
            f"{what}: expected {size} along axis {axis % x.ndim}, received {x.shape[axis]} (shape {x.shape})"
        )


def check_gradient(grad, shape, dtype, what):
    """Returns the upstream gradient as an array of `dtype`.

    Args:
        grad: dL/d(output).
        shape: The shape of the layer's last output.
        dtype: The layer's type.
        what: The layer's name, for the message.

    Raises:
        ValueError: If it is not numeric, or its shape is not the output's.
    """
    grad = check_numeric(grad, f"{what}.backward")
    if grad.shape != tuple(shape):
        raise ValueError(
            f"{what}.backward: expected a gradient shaped like the last output, {tuple(shape)}, received {grad.shape}"
        )
    return grad.astype(dtype, copy=False)


def check_cache(layer):
    """Returns what `forward` kept for `backward`.

    Raises:
        RuntimeError: If `forward` has not run yet.
    """
    if layer.cache is None:
        raise RuntimeError(
            f"{type(layer).__name__}.backward: call forward(x) first; the gradient depends on the input it saw"
        )
    return layer.cache
