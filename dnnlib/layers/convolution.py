"""The three products behind every convolution layer: the output and the two gradients.

In one dimension, with stride s and dilation d, output y, kernel w and input x, and no bias,

    y[n, o, f]       = sum over taps t, channels c of  x[n, o s + t d, c] w[t, c, f]
    dL/dw[t, c, f]   = sum over n, o of                x[n, o s + t d, c] dL/dy[n, o, f]
    dL/dx[n, i, c]   = sum over f and all (o, t) with o s + t d = i of  dL/dy[n, o, f] w[t, c, f]

and the same with a pair of positions in two dimensions. The code below is written for any number of
spatial axes. `x` is the padded input throughout. As in Keras the kernel is not
flipped: mathematics calls this product a cross-correlation.

Source: Chellapilla, Puri & Simard (2006), High performance convolutional neural networks for document
processing, section 3 (windows unrolled into a matrix).
"""

from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dnnlib.layers.convolution_arithmetic import span
from dnnlib.layers.sums import widened

# Numbers of the unrolled matrix that are in memory at once: so many fit a processor's cache.
BLOCK = 2**17


def window_view(x, kernel_size, strides, dilation_rate):
    """Shows each window of `x` without copying it.

    Args:
        x: Padded input of shape (batch, *sizes, channels).
        kernel_size: Taps along each spatial axis.
        strides: Step between windows along each spatial axis.
        dilation_rate: Distance between taps along each spatial axis.

    Returns:
        Read-only view of shape (batch, *outputs, *kernel_size, channels).
    """
    rank = len(kernel_size)
    spans = tuple(map(span, kernel_size, dilation_rate))
    view = sliding_window_view(x, spans, axis=tuple(range(1, rank + 1)))  # (batch, *starts, channels, *spans)
    starts = (slice(None, None, step) for step in strides)
    taps = (slice(None, None, step) for step in dilation_rate)
    return np.moveaxis(view[:, *starts, :, *taps], rank + 1, -1)


def convolve(x, kernel, strides, dilation_rate, groups=1):
    """Computes a convolution: all windows as the rows of one matrix, times the kernels as its columns.

    Args:
        x: Padded input of shape (batch, *sizes, channels).
        kernel: Shape (*kernel_size, channels / groups, filters).
        strides: Step between windows along each spatial axis.
        dilation_rate: Distance between taps along each spatial axis.
        groups: Group g of the filters reads group g of the channels only.

    Returns:
        Array of shape (batch, *outputs, filters).
    """
    windows = window_view(x, kernel.shape[:-2], strides, dilation_rate)
    rows = _rows(widened(kernel), groups)
    output = np.empty((*windows.shape[: kernel.ndim - 1], kernel.shape[-1]), x.dtype)
    for block in _blocks(output.shape[:-1], BLOCK // prod(windows.shape[kernel.ndim - 1 :])):
        product = _columns(widened(windows[block]), groups) @ rows
        output[block] = _join(product, output[block].shape[:-1])
    return output


def kernel_gradient(x, grad, kernel_shape, strides, dilation_rate, groups=1):
    """Computes dL/d(kernel): the windows, transposed, times the gradient of the outputs that they made.

    Args:
        x: Padded input of shape (batch, *sizes, channels).
        grad: dL/d(output), shape (batch, *outputs, filters).
        kernel_shape: (*kernel_size, channels / groups, filters).
        strides: Step between windows along each spatial axis.
        dilation_rate: Distance between taps along each spatial axis.
        groups: Groups of channels.

    Returns:
        Array of shape `kernel_shape`.
    """
    windows = window_view(x, kernel_shape[:-2], strides, dilation_rate)
    total = 0
    for block in _blocks(grad.shape[:-1], BLOCK // prod(windows.shape[grad.ndim - 1 :])):
        total += _columns(widened(windows[block]), groups).swapaxes(1, 2) @ _rows(widened(grad[block]), groups)
    return _join(total, kernel_shape[:-1]).astype(x.dtype, copy=False)


def input_gradient(grad, kernel, shape, strides, dilation_rate, groups=1):
    """Computes dL/dx: each output sends its gradient back to what its window read, and overlaps add up.

    One matrix product for each tap: all windows' first taps lie on one strided slice of the input, all
    second taps on the next, and so on. (Faster than unrolling: the unrolled matrix is never built.)

    Args:
        grad: dL/d(output), shape (batch, *outputs, filters).
        kernel: Shape (*kernel_size, channels / groups, filters).
        shape: Shape of the padded input, (batch, *sizes, channels).
        strides: Step between windows along each spatial axis.
        dilation_rate: Distance between taps along each spatial axis.
        groups: Groups of channels.

    Returns:
        Array of shape `shape`.
    """
    # (groups, *kernel_size, filters / groups, channels / groups)
    weights = _split(widened(kernel), groups).swapaxes(-1, -2)
    result = widened(np.zeros(shape, grad.dtype))
    for examples, *outputs in _blocks(grad.shape[:-1], BLOCK // max(grad.shape[-1], shape[-1])):
        block = widened(grad[examples, *outputs])
        errors = _rows(block, groups)
        for tap in np.ndindex(kernel.shape[:-2]):
            places = [
                slice(t * dilation + o.start * step, t * dilation + (o.stop - 1) * step + 1, step)
                for t, dilation, o, step in zip(tap, dilation_rate, outputs, strides, strict=True)
            ]
            result[examples, *places] += _join(errors @ weights[:, *tap], block.shape[:-1])
    return result.astype(grad.dtype, copy=False)


def pad(x, padding):
    """Adds (before, after) zeros to each spatial axis of (batch, *sizes, channels); no copy if there are none."""
    return np.pad(x, ((0, 0), *padding, (0, 0))) if np.any(padding) else x


def crop(x, padding):
    """Undoes `pad`: a view without (before, after) positions of each spatial axis."""
    return x[:, *(slice(before, size - after) for (before, after), size in zip(padding, x.shape[1:-1], strict=True))]


def _blocks(shape, size):
    """Yields slices that cut a shape into blocks of about `size` items: whole entries of the first axis, or parts."""
    if not shape:
        yield ()
        return
    inner = prod(shape[1:])
    step = max(size // inner, 1)
    for start in range(0, shape[0], step):
        for rest in _blocks(shape[1:], max(size, 1)) if inner > size else [tuple(slice(0, n) for n in shape[1:])]:
            yield slice(start, min(start + step, shape[0])), *rest


# Groups are the first axis of a stack of matrices; with one group no line below copies.


def _split(array, groups):
    """(..., channels) -> (groups, ..., channels / groups)."""
    return np.moveaxis(array.reshape(*array.shape[:-1], groups, -1), -2, 0)


def _join(matrices, shape):
    """(groups, rows, channels / groups) -> (*shape, channels), where prod(shape) = rows."""
    return np.moveaxis(matrices, 0, -2).reshape(*shape, -1)


def _rows(array, groups):
    """(..., channels) -> (groups, rows, channels / groups)."""
    return _split(array, groups).reshape(groups, prod(array.shape[:-1]), -1)


def _columns(windows, groups):
    """(batch, *outputs, *kernel_size, channels) -> (groups, windows, taps * channels / groups); copies."""
    rank = (windows.ndim - 2) // 2
    return _split(windows, groups).reshape(groups, prod(windows.shape[: rank + 1]), -1)
