"""The exercises on convolution arithmetic."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- output size -------------------------------------------------------------------------------------------------


def output_size(i: int, k: int, s: int, p: int, d: int) -> int:
    """Returns how many outputs a convolution has along one axis.

    Args:
        i: Length of the input.
        k: Length of the kernel.
        s: Stride.
        p: Zeros added on each side of the input.
        d: Dilation: the distance between neighbouring kernel entries.
    """
    reach = d * (k - 1) + 1  # from the first to the last entry of the kernel
    return (i + 2 * p - reach) // s + 1


OUTPUT_SIZE = Exercise(
    name="OUTPUT_SIZE",
    prompt="Write `output_size`: how many places does a kernel of length $k$ find along an axis of length $i$, with "
           "stride $s$, $p$ zeros on **each** side and dilation $d$? A last step that does not fit is left out, as "
           "in Keras and PyTorch.",
    reference=output_size,
    cases=((5, 3, 1, 0, 1), (7, 3, 1, 0, 1), (7, 3, 2, 0, 1), (7, 3, 3, 0, 1), (7, 3, 1, 1, 1), (8, 3, 2, 1, 1),
           (9, 3, 1, 0, 2), (11, 3, 2, 0, 2), (11, 4, 3, 2, 2), (28, 5, 1, 2, 1), (32, 1, 2, 0, 1), (5, 5, 2, 0, 1),
           (224, 7, 2, 3, 1), (227, 11, 4, 0, 1), (64, 5, 3, 4, 3)),
    mistakes=(
        Mistake("no +1", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1) - 1) // s,
                "You count the steps. How many places does the kernel stand at if it makes no step at all?"),
        Mistake("rounded up", lambda i, k, s, p, d: -(-(i + 2 * p - d * (k - 1) - 1) // s) + 1,
                "Is there still room for the whole kernel after the last step, when the stride does not divide?"),
        Mistake("rounded to the nearest", lambda i, k, s, p, d: round((i + 2 * p - d * (k - 1) - 1) / s) + 1,
                "You round to the nearest whole number. Does two thirds of a step give the kernel another place?"),
        Mistake("padding on one side", lambda i, k, s, p, d: (i + p - d * (k - 1) - 1) // s + 1,
                "By how much does the input grow when there are p zeros on each side?"),
        Mistake("dilation times the kernel", lambda i, k, s, p, d: (i + 2 * p - d * k) // s + 1,
                "You let the kernel reach over d·k cells. How many gaps lie between k entries?"),
        Mistake("one too many for each gap", lambda i, k, s, p, d: (i + 2 * p - (k + (k - 1) * d)) // s + 1,
                "You leave out d cells between neighbouring entries. At d = 1, how many are left out?"),
        Mistake("dilation added once", lambda i, k, s, p, d: (i + 2 * p - (k + d - 1)) // s + 1,
                "With you, dilation makes the kernel d − 1 cells longer, however many entries it has. In how many of "
                "its gaps do cells come in?"),
        Mistake("+1 before the division", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s,
                "The first place costs no step. Is the one you add for it divided by the stride?"),
        Mistake("padding after the division", lambda i, k, s, p, d: (i - d * (k - 1) - 1) // s + 1 + 2 * p,
                "You add 2p to the number of places. At stride 2, does every added zero make room for another place?"),
        Mistake("divided too early", lambda i, k, s, p, d: (i + 2 * p) // s - d * (k - 1),
                "You divide the input by the stride and subtract the kernel after that. Over what distance does the "
                "kernel really walk?"),
        Mistake("brackets lost", lambda i, k, s, p, d: (i + 2 * p - d * k - 1) // s + 1,
                "You subtract d·k + 1 cells: too many by d. Are there brackets missing around k − 1?"),
        Mistake("the kernel's own cell not subtracted", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s + 1,
                "You subtract the gaps of the kernel. How many cells does a kernel of length 1, without a gap, cover?"),
    ),
    hints=(
        "Begin with stride 1, no padding and no dilation: at how many places does a kernel of length 3 stand on 5 "
        "cells? Where does the last one begin?",
        "The kernel covers `d * (k - 1) + 1` cells and walks along `i + 2 * p` of them. How far can its first entry "
        "move?",
        "It can move `i + 2 * p - d * (k - 1) - 1` cells, in steps of `s`, rounded down; and one place is where it "
        "starts.",
    ),
)


# -- unread positions ----------------------------------------------------------------------------------------------


def unread(i: int, k: int, s: int, p: int, d: int) -> list[int]:
    """Lists the positions of the input that no window reads, along one axis.

    Args:
        i: Length of the input.
        k: Length of the kernel.
        s: Stride.
        p: Zeros added on each side of the input.
        d: Dilation: the distance between neighbouring kernel entries.

    Returns:
        The positions in ascending order, counted from 0; the zeros are not counted.
    """
    windows = (i + 2 * p - d * (k - 1) - 1) // s + 1
    read = {j * s + e * d - p for j in range(windows) for e in range(k)}
    return [position for position in range(i) if position not in read]


def _reads(i, k, s, p, d, windows=None):
    """Returns the positions read by so many windows (default: all), those of the zeros included."""
    windows = output_size(i, k, s, p, d) if windows is None else windows
    return {window * s + entry * d - p for window in range(windows) for entry in range(k)}


def _unread(read):
    """Builds a wrong list from the positions that it takes for read."""
    def answer(i, k, s, p, d):
        taken = read(i, k, s, p, d)
        return [position for position in range(i) if position not in taken]
    return answer


UNREAD = Exercise(
    name="UNREAD",
    prompt="Write `unread`: which positions of the input does **no** window read? The symbols are those of "
           "`output_size`, and a last step that does not fit is left out. Positions count from 0 in the input, the "
           "zeros of the padding not counted.",
    reference=unread,
    axes=("positions",),
    cases=((7, 3, 1, 0, 1), (7, 3, 3, 0, 1), (7, 1, 2, 0, 1), (5, 2, 4, 0, 1), (8, 3, 2, 1, 1), (6, 2, 3, 1, 1),
           (7, 3, 3, 0, 2), (10, 2, 4, 2, 1), (12, 2, 5, 1, 3), (14, 3, 6, 0, 2), (13, 3, 7, 2, 2), (11, 2, 4, 1, 4),
           (16, 3, 5, 3, 3), (6, 2, 1, 0, 4), (224, 7, 2, 3, 1), (227, 11, 4, 0, 1)),
    mistakes=(
        Slip("those that are read", "position not in read", "position in read",
             "You list what **is** read. Which positions are asked for?"),
        Mistake("only the strip at the end", lambda i, k, s, p, d: list(range(max(_reads(i, k, s, p, d)) + 1, i)),
                "You list what lies behind the last window. Can a position between two windows, or within one, stay "
                "unread, too?"),
        Mistake("strip at the end left out", lambda i, k, s, p, d: [
            position for position in unread(i, k, s, p, d) if position < max(_reads(i, k, s, p, d))],
                "Between the first and the last window you are right. What lies behind the last one, if the step does "
                "not fit?"),
        Mistake("dilation gaps forgotten", _unread(lambda i, k, s, p, d: {
            position for start in _reads(i, 1, s, p, 1, output_size(i, k, s, p, d))
            for position in range(start, start + d * (k - 1) + 1)}),
                "You take everything from a window's first to its last entry for read. What does a kernel of 2 "
                "entries with dilation 3 read?"),
        Mistake("padding not subtracted", _unread(lambda i, k, s, p, d: {
            position + p for position in _reads(i, k, s, p, d)}),
                "Your positions count from the first zero of the padding. Where does the first window begin, counted "
                "from the first entry of the input?"),
        Mistake("padding on one side", _unread(lambda i, k, s, p, d: _reads(
            i, k, s, p, d, (i + p - d * (k - 1) - 1) // s + 1)),
                "Your windows begin in the zeros before the input, and there are too few of them. Are there zeros "
                "behind it, too?"),
        Mistake("zeros listed, too", lambda i, k, s, p, d: [
            position for position in range(-p, i + p) if position not in _reads(i, k, s, p, d)],
                "Some of your positions lie outside the input: they are zeros of the padding. Which positions does "
                "the input have?"),
        Mistake("counted in the padded row", lambda i, k, s, p, d: [
            position + p for position in range(-p, i + p) if position not in _reads(i, k, s, p, d)],
                "You number the input with its zeros and list unread zeros, too. Which number has the first entry of "
                "the input?"),
        Mistake("negative index", _unread(lambda i, k, s, p, d: {
            position % i if position < 0 else position for position in _reads(i, k, s, p, d)}),
                "Positions at the end are missing where there is padding. Which entry of an array does the index -1 "
                "mark: a zero before the first, or the last?"),
        Mistake("windows rounded up", _unread(lambda i, k, s, p, d: _reads(
            i, k, s, p, d, -(-(i + 2 * p - d * (k - 1) - 1) // s) + 1)),
                "You count a last window that hangs over the end. Does it exist, if the stride does not divide?"),
        Mistake("last window forgotten", _unread(lambda i, k, s, p, d: _reads(
            i, k, s, p, d, output_size(i, k, s, p, d) - 1)),
                "You list what the last window reads. At how many places does the kernel stand, the start included?"),
        Mistake("first window only", _unread(lambda i, k, s, p, d: _reads(i, k, s, p, d, 1)),
                "You list what the first window does not read. Which other windows are there?"),
        Mistake("starts of the windows only", _unread(lambda i, k, s, p, d: _reads(
            i, 1, s, p, 1, output_size(i, k, s, p, d))),
                "You take one position of each window for read. How many does a window read?"),
    ),
    hints=(
        "Draw 7 cells and a kernel of length 3 at stride 3. Which cells does each window read, and which are left? Do "
        "the same with stride 2 and a kernel of length 1.",
        "Window `j` begins at position `j * s - p`, and its entries lie `d` apart. Collect all positions that are "
        "read, of all windows: how many windows are there?",
        "Entry `e` of window `j` reads position `j * s + e * d - p`; a few of these lie in the padding. What of "
        "`range(i)` is not among them?",
    ),
)


# -- convolution by loops: a bug hunt --------------------------------------------------------------------------------


def conv2d(image, kernel, stride, dilation):
    """Slides a kernel over an image, without padding.

    Args:
        image: Array of shape (H, W).
        kernel: Array of shape (kh, kw); it is not flipped.
        stride: Step of the window along both axes.
        dilation: Distance between the pixels that neighbouring kernel entries meet.

    Returns:
        Array with one number for each window that lies wholly inside the image.
    """
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top:top + high:dilation, left:left + wide:dilation]
            out[i, j] = np.sum(window * kernel)
    return out


def _slid(image, kernel, stride, dilation, combine=lambda window, kernel: np.sum(window * kernel)):
    """Combines every window with the kernel."""
    high, wide = (dilation * (k - 1) + 1 for k in kernel.shape)
    out = np.zeros([(n - reach) // stride + 1 for n, reach in zip(image.shape, (high, wide), strict=True)])
    for i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        out[i, j] = combine(image[top:top + high:dilation, left:left + wide:dilation], kernel)
    return out


def _slid_with(combine):
    return lambda image, kernel, stride, dilation: _slid(image, kernel, stride, dilation, combine)


_FIRST_IMAGE = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
_FIRST_KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])

REPAIR_CONV2D = BugHunt(
    name="REPAIR_CONV2D",
    prompt="`conv2d` knows stride and dilation. At stride 1 and dilation 1, on photographs, it agrees with the loop "
           "of this chapter. Elsewhere it does not, for it holds three mistakes. Repair it. The kernel is not flipped, "
           "and there is no padding.",
    reference=conv2d,
    axes=("output height", "output width"),
    cases=((whole(1, 3, 4), whole(2, 2, 3), 1, 1), (whole(13, 4, 3), whole(14, 2, 2), 1, 2),
           (_FIRST_IMAGE, _FIRST_KERNEL, 1, 1), (whole(3, 4, 6), whole(4, 3, 2), 2, 1),
           (quarters(5, 7, 8), quarters(6, 2, 4), 3, 1), (whole(7, 3, 5), quarters(8, 2, 2), 1, 2),
           (whole(9, 9, 6), whole(10, 3, 3), 2, 2), (quarters(11, 9, 11), quarters(12, 5, 2), 2, 1),
           (quarters(15, 10, 9), quarters(16, 2, 3), 2, 3), (quarters(17, 8, 11), quarters(18, 3, 2), 3, 2),
           (_FIRST_IMAGE, quarters(19, 2, 3), 2, 1), (quarters(20, 4, 5), whole(21, 3, 2), 1, 1)),
    bugs=(
        Slip("extent d·k", "dilation * (kh - 1) + 1, dilation * (kw - 1) + 1", "dilation * kh, dilation * kw",
             "At dilation 1 all is well. At dilation 2 the last row and column are missing: how many gaps lie between "
             "k numbers of a kernel?"),
        Slip("window not moved by the stride", "i * stride, j * stride", "i, j",
             "At stride 1 all is well. At stride 2 the result has the right size, but from where do its numbers come?"),
        Slip("whole numbers only", "np.zeros((height, width))", "np.zeros((height, width), image.dtype)",
             "With an image of whole numbers, the digits behind the point are lost. Which type has the array that you "
             "fill?"),
    ),
    mistakes=(
        Mistake("dilation ignored", lambda image, kernel, stride, dilation: _slid(image, kernel, stride, 1),
                "Your result is that of dilation 1, at every dilation. How far apart lie the pixels of one window?"),
        Slip("stride used for the columns only", "i * stride, j", "i, j",
             "Your windows move by the stride across, but not down. Along which axes does the stride run?"),
        Slip("no +1", "(image.shape[1] - wide) // stride + 1", "(image.shape[1] - wide) // stride",
             "The last column is missing. How many places are there if the kernel is as wide as the image?"),
        Mistake("flipped kernel", lambda image, kernel, stride, dilation: _slid(
            image, kernel[::-1, ::-1], stride, dilation),
                "You turn the kernel by 180°. That is the convolution of the mathematicians; which of the two did the "
                "exercise ask for?"),
        Mistake("stride used twice", lambda image, kernel, stride, dilation: _slid(
            image, kernel, stride, dilation)[::stride, ::stride],
                "Your windows lie stride² pixels apart. In how many places does your code use the stride?"),
        Slip("type of the kernel", "np.zeros((height, width))", "np.zeros((height, width), kernel.dtype)",
             "With a kernel of whole numbers, the digits behind the point are lost. Which numbers can the array hold "
             "that you fill?"),
        Mistake("mean for sum", _slid_with(lambda window, kernel: np.mean(window * kernel)),
                "You take the mean of the products. What does the formula do with them?"),
    ),
    hints=(
        "Try one thing at a time: a dilation of 2, then a stride of 2, then an image of whole numbers with a kernel of "
        "halves.",
        "Which line says how far the kernel reaches, and which one where a window begins? And `np.zeros` takes a type: "
        "what is left of 0.5, if that is a whole number?",
    ),
)


# -- channels ----------------------------------------------------------------------------------------------------


def conv2d_channels(x, kernel, bias, stride):
    """Convolves an input of several channels with several filters, without padding.

    Args:
        x: Array of shape (H, W, C).
        kernel: Array of shape (kh, kw, C, F), as in Keras; it is not flipped.
        bias: Array of shape (F,).
        stride: Step along height and width.

    Returns:
        Array of shape ((H - kh) // stride + 1, (W - kw) // stride + 1, F).
    """
    kh, kw, _, filters = kernel.shape
    height = (x.shape[0] - kh) // stride + 1
    width = (x.shape[1] - kw) // stride + 1
    out = np.zeros((height, width, filters))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = x[top:top + kh, left:left + kw]
            for f in range(filters):
                out[i, j, f] = np.sum(window * kernel[..., f]) + bias[f]
    return out


_SUM = "np.sum(window * kernel[..., f])"


CONV2D_CHANNELS = Exercise(
    name="CONV2D_CHANNELS",
    prompt="Write `conv2d_channels`: now the input has $C$ channels and there are $F$ filters, each with its own bias. "
           "A filter looks at **all** channels and makes **one** map; the output has as many channels as there are "
           "filters.",
    reference=conv2d_channels,
    axes=("output height", "output width", "filters"),
    cases=((whole(21, 2, 3, 2), whole(22, 2, 2, 2, 3), whole(23, 3), 1),
           (whole(24, 3, 6, 3), whole(25, 2, 3, 3, 2), whole(26, 2), 1),
           (quarters(27, 5, 8, 2), quarters(28, 3, 2, 2, 4), quarters(29, 4), 2),
           (quarters(30, 8, 7, 3), quarters(31, 2, 3, 3, 5), quarters(32, 5), 3),
           (whole(33, 6, 5, 4), quarters(34, 3, 3, 4, 3), quarters(35, 3), 2)),
    mistakes=(
        Slip("bias once per product", f"{_SUM} + bias[f]", "np.sum(window * kernel[..., f] + bias[f])",
             "How often is the bias added to one output value: once, or once for every product?"),
        Slip("bias once per channel", "+ bias[f]", "+ bias[f] * x.shape[2]",
             "You add the bias once for every input channel. How many biases does one filter have?"),
        Slip("bias subtracted", "+ bias[f]", "- bias[f]", "You subtract the bias. What does the formula do with it?"),
        Slip("first channel only", "window * kernel[..., f]", "window[..., 0] * kernel[:, :, 0, f]",
             "Your result does not change if the other channels change. Over which axes does a filter add up?"),
        Slip("last channel only", "window * kernel[..., f]", "window[..., -1] * kernel[:, :, -1, f]",
             "Only the last channel is left in your result. Is each channel added to those before it, or does it "
             "overwrite them?"),
        Slip("maximum over the channels", _SUM, "np.sum(window * kernel[..., f], axis=(0, 1)).max()",
             "You keep the channel with the largest response. What does the formula do with the channels?"),
        Slip("sums multiplied", _SUM, "np.sum(window) * np.sum(kernel[..., f])",
             "You multiply the sum of the window by the sum of the kernel. Which comes first, multiplying or adding?"),
        Slip("ReLU at the end", "return out", "return np.maximum(out, 0)",
             "Negative responses have become zero. Does the ReLU belong to the convolution, or is it a layer of its "
             "own?"),
        Slip("ReLU before the bias", _SUM, f"max({_SUM}, 0)",
             "Where the sum of the products is negative, only the bias is left. What cuts the sum off at zero?"),
        Slip("mean over the channels", _SUM, f"{_SUM} / x.shape[2]",
             "You take the mean over the channels. What does the formula do with them?"),
        Slip("filters added up before the bias", "kernel[..., f]", "kernel.sum(axis=3)",
             "Your maps differ by their biases alone: you add up over the filters, too. Over how many axes of "
             "`window * kernel[..., f]` is the sum?"),
        Slip("kernel reshaped", "kernel[..., f]", "kernel.reshape(filters, kh, kw, -1)[f]",
             "The filters are mixed up. `reshape` keeps the numbers in their order in memory and does not move axes; "
             "which axis of the kernel numbers the filters?"),
    ),
    hints=(
        "Take your `conv2d` and ask of each line what changes: what shape has the window now, and the result?",
        "The window has shape (kh, kw, C), and so has one filter, `kernel[..., f]`. Multiply, and add up over all "
        "three axes.",
        "A third loop over `f`: the sum of `window * kernel[..., f]`, and once `bias[f]`.",
    ),
)


# -- two layers in one -------------------------------------------------------------------------------------------


def merge(first, second):
    """Returns the kernels of one layer that does what two layers in a row do.

    Args:
        first: Kernels of the first layer, of shape (kh, kw, C, M).
        second: Kernels of the second layer, of shape (height, width, M, F).

    Returns:
        Array of shape (kh + height - 1, kw + width - 1, C, F).
    """
    kh, kw, channels, _ = first.shape
    height, width, _, filters = second.shape
    merged = np.zeros((kh + height - 1, kw + width - 1, channels, filters))
    for u in range(height):
        for v in range(width):
            merged[u:u + kh, v:v + kw] += first @ second[u, v]
    return merged


def _last_product(first, second):
    """Writes every product of two numbers over those that stand at its place."""
    merged = np.zeros_like(merge(first, second))
    for a, b in np.ndindex(first.shape[:2]):
        merged[a:a + len(second), b:b + second.shape[1]] = first[a, b] @ second
    return merged


def _elementwise(first, second):
    """Multiplies numbers that meet at one tap, as far as both kernels reach."""
    kh, kw = (min(a, b) for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    full = tuple(a + b - 1 for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    merged = np.zeros((*full, first.shape[2], second.shape[3]))
    merged[:kh, :kw] = first[:kh, :kw] @ second[:kh, :kw]
    return merged


MERGE = Exercise(
    name="MERGE",
    prompt="Two convolutions in a row, both at stride 1, without padding, bias or anything between them, are one "
           "convolution. Write `merge`, which returns its kernels. The first layer turns $C$ channels into $M$, the "
           "second turns these into $F$.",
    reference=merge,
    axes=("kernel height", "kernel width", "input channels", "filters"),
    cases=((whole(41, 1, 2, 1, 1), whole(42, 1, 3, 1, 1)), (whole(43, 2, 3, 1, 1), whole(44, 3, 2, 1, 1)),
           (whole(45, 1, 1, 2, 3), whole(46, 1, 1, 3, 2)), (whole(47, 2, 3, 2, 3), quarters(48, 3, 2, 3, 4)),
           (quarters(49, 3, 4, 3, 2), quarters(50, 2, 2, 2, 5)), (quarters(51, 2, 2, 2, 4), whole(52, 4, 3, 4, 3))),
    mistakes=(
        Slip("overwritten", "+= first", "= first",
             "Where two copies of the first kernel overlap, only the last one is left. What becomes of the others?"),
        Slip("second kernel turned", "second[u, v]", "second[height - 1 - u, width - 1 - v]",
             "You turn the second kernel by 180°. Which of its numbers multiplies the answer at the window's top "
             "left?"),
        Slip("first kernel turned", "+= first @", "+= first[::-1, ::-1] @",
             "You turn the first kernel by 180°. Each of its answers is made with the kernel as it stands; why turn "
             "it?"),
        Slip("channels between cut to one", "first @ second[u, v]", "first[..., :1] @ second[u, v, :1]",
             "Only the first of the channels between the layers counts. What does the second layer do with the "
             "others?"),
        Slip("mean over the channels between", "first @ second[u, v]", "first @ second[u, v] / second.shape[2]",
             "You take the mean over the channels between the layers. What does a convolution do with its channels?"),
        Slip("channels between added up first", "first @ second[u, v]",
             "first.sum(axis=3, keepdims=True) * second[u, v].sum(axis=0)",
             "You add up over the channels between the layers before you multiply. Which number of the second kernel "
             "does each of these channels meet?"),
        Slip("last channel between left out", "first @ second[u, v]", "first[..., :-1] @ second[u, v, :-1]",
             "The last of the channels between the layers does not count. Where does your loop over them end?"),
        Slip("input channels added up", "first @ second[u, v]", "first.sum(axis=2, keepdims=True) @ second[u, v]",
             "You add up the input channels. Does each of them not have its own numbers in the merged kernel?"),
        Mistake("single products overwritten", _last_product,
                "Several products belong to one place of the merged kernel, and only the last one is left. What "
                "becomes of the others?"),
        Mistake("added, not slid", _elementwise,
                "You multiply the kernels number by number. The second kernel reads several answers of the first; "
                "where does each of them begin?"),
    ),
    hints=(
        "Begin with one channel: an output of the second layer is a sum of answers of the first, each times a number "
        "of `second`. Which pixels does the answer one step to the right read?",
        "So the merged kernel is a sum of copies of `first`: the copy for tap (u, v) of `second` begins at row u and "
        "column v. How large must the sum be?",
        "With channels, each copy is `first` times the matrix `second[u, v]`, of shape (M, F): `@` sums over the "
        "channels between.",
    ),
)


# -- activations in memory ----------------------------------------------------------------------------------------


BATCH_ACTIVATIONS = Estimate(
    name="BATCH_ACTIVATIONS",
    prompt="A network begins with 64 kernels of 7×7 at stride 2, with three zeros on each side of the picture. A ReLU "
           "follows. How many megabytes, of $10^6$ bytes, do the outputs of **both** steps take together for a batch "
           "of 32 colour pictures of 224×224, in float32? Work it out on paper and enter your number.",
    variable="megabytes",
    unit="MB",
    working="""
    side = (224 + 2 * 3 - 7) // 2 + 1
    numbers = 32 * side * side * 64
    megabytes = 2 * numbers * 4 / 1e6
    """,
    slips=(
        Slip("one step only", "2 * numbers", "numbers",
             "That is one of the two steps. How many numbers come out of the ReLU?"),
        Slip("bytes forgotten", " * 4", "", "You count millions of numbers. How many bytes does each take?"),
        Slip("eight bytes", " * 4", " * 8", "You count eight bytes a number. How many bits has a float32?"),
        Slip("one picture", "32 * ", "", "That is one picture. How many are in the batch?"),
        Slip("stride forgotten", "// 2 + 1", "+ 1", "You let the kernel stop at every pixel. What does stride 2 do?"),
        Slip("three channels", " * 64", " * 3", "Three channels go in. How many maps come out?"),
        Slip("one map", " * 64", "", "That is one feature map. How many kernels are there?"),
        Slip("the input's channels, too", " * 64", " * 64 * 3",
             "You count a map for each pair of kernel and channel. What becomes of the three channels of one kernel?"),
    ),
    hints=("First the side of a feature map, by the formula for the output's size.",
           "One number for each picture, place and kernel, out of the convolution and again out of the ReLU; a float32 "
           "takes four bytes."),
)


# -- a kernel to design ------------------------------------------------------------------------------------------


def _kernel(value):
    kernel = np.asarray(value, dtype=float)
    if kernel.shape != (3, 3) or not np.isfinite(kernel).all():
        raise ValueError(f"expected three rows of three finite numbers, received shape {kernel.shape}")
    return kernel


def _answer(kernel, picture):
    """Returns what the kernel answers to one window."""
    return float(np.sum(kernel * picture))


_ROWS, _COLUMNS = np.indices((3, 3))
_DOWN = np.sign(_ROWS + _COLUMNS - 2.0)  # bright towards the bottom right, dark towards the top left
_UP = np.sign(_ROWS - _COLUMNS + 0.0)  # bright towards the bottom left

DIAGONAL_EDGE = Design(
    name="DIAGONAL_EDGE",
    prompt="Design `edge_kernel`, 3×3, for slanted edges. Where the picture gets brighter from the top left to the "
           "bottom right, it answers with a number above zero. It gives zero on flat regions, and zero at an edge that "
           "is slanted the other way, brighter from the top right to the bottom left.",
    variable="edge_kernel",
    start="[[0, 0, 0], [0, 0, 0], [0, 0, 0]]",
    example="[[-2, -1, 0], [-1, 0, 1], [0, 1, 2]]",
    read=_kernel,
    properties=(
        Property("on a flat region it answers 0.", lambda kernel: abs(kernel.sum()) < 1e-9,
                 lambda kernel: f"its numbers sum to {kernel.sum():g}"),
        Property("where the picture gets brighter towards the bottom right, it answers with a number above 0.",
                 lambda kernel: _answer(kernel, _DOWN) > 1e-9,
                 lambda kernel: f"to the rows −1 −1 0, −1 0 1, 0 1 1 it answers {_answer(kernel, _DOWN):g}"),
        Property("where the picture gets brighter towards the bottom left, it answers 0.",
                 lambda kernel: abs(_answer(kernel, _UP)) < 1e-9,
                 lambda kernel: f"to the rows 0 −1 −1, 1 0 −1, 1 1 0 it answers {_answer(kernel, _UP):g}"),
    ),
    mistakes=(
        ("a blur", "[[1, 1, 1], [1, 1, 1], [1, 1, 1]]",
         "That is a blur: it keeps flat regions. What must the nine numbers sum to?"),
        ("upright edges", "[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]",
         "That kernel answers to upright edges, and to both slanted ones. Along which line must its numbers not "
         "change?"),
        ("level edges", "[[-1, -2, -1], [0, 0, 0], [1, 2, 1]]",
         "That kernel compares above with below. Which corner shall be compared with which?"),
        ("the other diagonal", "[[0, -1, -2], [1, 0, -1], [2, 1, 0]]",
         "That is the kernel for the other diagonal. On which side of yours must the positive numbers stand?"),
        ("dark below", "[[2, 1, 0], [1, 0, -1], [0, -1, -2]]",
         "The direction is right and the sign is not. On which side shall the picture be bright?"),
        ("a line", "[[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]",
         "That kernel looks for a line from corner to corner. What does it answer to an edge, whose two sides differ?"),
    ),
    hints=(
        "A kernel that finds edges compares two sides: numbers of opposite signs, which sum to zero. Which corner is "
        "on the bright side?",
        "Along the edge itself nothing changes, from the bottom left to the top right; give all numbers on such a line "
        "the same value.",
    ),
)
