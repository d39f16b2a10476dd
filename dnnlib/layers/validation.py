"""Checks that every layer makes on its arguments and arrays: what was expected, what came, what to do."""

from numbers import Integral

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


def check_input(x, ndim, dtype, what):
    """Returns `x` as an array of `dtype`, ready to compute with.

    Args:
        x: Anything NumPy can turn into an array of real numbers.
        ndim: The number of axes it must have (batch axis included), or None for any.
        dtype: The layer's type.
        what: The axes in words, for the message, e.g. "Conv2D input (batch, height, width, channels)".

    Raises:
        ValueError: If it is not numeric, has another number of axes, is empty, or holds a NaN.
    """
    array = np.asarray(x)
    if array.dtype.kind not in "buif":
        raise ValueError(f"{what}: expected real numbers, received type {array.dtype}; convert them first")
    if ndim is not None and array.ndim != ndim:
        add_axis = "; add the missing axis with x[np.newaxis] or x[..., np.newaxis]" if array.ndim == ndim - 1 else ""
        raise ValueError(f"{what}: expected {ndim} axes, received {array.ndim} (shape {array.shape}){add_axis}")
    if array.size == 0:
        raise ValueError(f"{what}: expected at least one number, received the empty shape {array.shape}")
    # The minimum is NaN when any entry is: one pass, and no array of flags.
    if array.dtype.kind == "f" and np.isnan(array.min()):
        first = tuple(int(i) for i in np.argwhere(np.isnan(array))[0])
        raise ValueError(f"{what}: expected numbers, received NaN (first at index {first}); clean the data first")
    return array.astype(dtype, copy=False)


def check_axis(x, axis, size, what):
    """Checks that `x` has `size` entries along `axis`.

    Raises:
        ValueError: If it has not.
    """
    if x.shape[axis] != size:
        raise ValueError(f"{what}: expected {size} along axis {axis % x.ndim}, received {x.shape[axis]} "
                         f"(shape {x.shape})")


def check_gradient(grad, shape, dtype, what):
    """Returns the upstream gradient as an array of `dtype`.

    Args:
        grad: dL/d(output).
        shape: The shape of the layer's last output.
        dtype: The layer's type.
        what: The layer's name, for the message.

    Raises:
        ValueError: If its shape is not the output's.
    """
    grad = np.asarray(grad)
    if grad.shape != tuple(shape):
        raise ValueError(f"{what}.backward: expected a gradient shaped like the last output, {tuple(shape)}, "
                         f"received {grad.shape}")
    return grad.astype(dtype, copy=False)


def check_cache(layer):
    """Returns what `forward` kept for `backward`.

    Raises:
        RuntimeError: If `forward` has not run yet.
    """
    if layer.cache is None:
        raise RuntimeError(f"{type(layer).__name__}.backward: call forward(x) first; "
                           "the gradient depends on the input it saw")
    return layer.cache
