"""The exercises on convolution arithmetic."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import Exercise, Mistake, Property

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
        Mistake("not rounded", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1) - 1) / s + 1,
                "Can a kernel stand at two thirds of a place? What happens to a step that does not fit?"),
        Mistake("rounded to the nearest", lambda i, k, s, p, d: round((i + 2 * p - d * (k - 1) - 1) / s) + 1,
                "You round to the nearest whole number. Does two thirds of a step give the kernel another place?"),
        Mistake("padding on one side", lambda i, k, s, p, d: (i + p - d * (k - 1) - 1) // s + 1,
                "By how much does the input grow when there are p zeros on each side?"),
        Mistake("padding forgotten", lambda i, k, s, p, d: (i - d * (k - 1) - 1) // s + 1,
                "How long is the row that the kernel walks along, once the zeros are added?"),
        Mistake("dilation forgotten", lambda i, k, s, p, d: (i + 2 * p - k) // s + 1,
                "Draw a kernel of length 3 with dilation 2. How far is it from its first entry to its last?"),
        Mistake("dilation times the kernel", lambda i, k, s, p, d: (i + 2 * p - d * k) // s + 1,
                "You let the kernel reach over d·k cells. How many gaps lie between k entries?"),
        Mistake("one too many for each gap", lambda i, k, s, p, d: (i + 2 * p - (k + (k - 1) * d)) // s + 1,
                "You leave out d cells between neighbouring entries. At d = 1, how many are left out?"),
        Mistake("dilation added once", lambda i, k, s, p, d: (i + 2 * p - (k + d - 1)) // s + 1,
                "With you, dilation makes the kernel d − 1 cells longer, however many entries it has. In how many of "
                "its gaps do cells come in?"),
        Mistake("+1 before the division", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s,
                "The first place costs no step. Is the one you add for it divided by the stride?"),
        Mistake("stride forgotten", lambda i, k, s, p, d: i + 2 * p - d * (k - 1),
                "Your kernel stops at every cell. What does the stride do to the number of stops?"),
        Mistake("padding after the division", lambda i, k, s, p, d: (i - d * (k - 1) - 1) // s + 1 + 2 * p,
                "You add 2p to the number of places. At stride 2, does every added zero make room for another place?"),
        Mistake("divided too early", lambda i, k, s, p, d: (i + 2 * p) // s - d * (k - 1),
                "You divide the input by the stride and subtract the kernel after that. Over what distance does the "
                "kernel really walk?"),
        Mistake("brackets lost", lambda i, k, s, p, d: (i + 2 * p - d * k - 1) // s + 1,
                "You subtract d·k + 1 cells: too many by d. Are there brackets missing around k − 1?"),
        Mistake("the kernel's own cell not subtracted", lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s + 1,
                "You subtract the gaps of the kernel. How many cells does a kernel of length 1, without a gap, cover?"),
        Mistake("division binds tighter", lambda i, k, s, p, d: i + 2 * p - d * (k - 1) - 1 // s + 1,
                "Only the last 1 is divided by the stride. Does `/` or `-` come first in Python?"),
        Mistake("padding subtracted", lambda i, k, s, p, d: (i - 2 * p - d * (k - 1) - 1) // s + 1,
                "Your zeros make the output smaller. Do they make the row longer or shorter?"),
        Mistake("padding and dilation forgotten", lambda i, k, s, p, d: (i - k) // s + 1,
                "You use i, k and s. What do p and d change?"),
        Mistake("length of same padding", lambda i, k, s, p, d: -(-i // s),
                "You return i / s, rounded up: that is what padding \"same\" promises. Where do k, p and d come in?"),
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
        Mistake("dilation ignored", lambda i, k, s, p, d: unread(i, k, s, p, 1),
                "Your list is the same at every dilation. Which positions does the first window read?"),
        Mistake("padding not subtracted", _unread(lambda i, k, s, p, d: {
            position + p for position in _reads(i, k, s, p, d)}),
                "Your positions count from the first zero of the padding. Where does the first window begin, counted "
                "from the first entry of the input?"),
        Mistake("padding ignored", lambda i, k, s, p, d: unread(i, k, s, 0, d),
                "Your list is the same with and without padding. Where does the first window begin?"),
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
        Mistake("stride ignored", lambda i, k, s, p, d: unread(i, k, 1, p, d),
                "Your windows begin at every position. By how much do they move?"),
        Mistake("counted from 1", lambda i, k, s, p, d: [position + 1 for position in unread(i, k, s, p, d)],
                "Every position of yours is one too large. Which number has the first entry?"),
        Mistake("read instead of unread", lambda i, k, s, p, d: [
            position for position in range(i) if position in _reads(i, k, s, p, d)],
                "These are the positions that some window reads. Which ones are asked for?"),
        Mistake("none", lambda i, k, s, p, d: [],
                "Your list is always empty. Draw 7 cells and a kernel of length 1 at stride 2: is every cell read?"),
        Mistake("the remainder, counted from the end", lambda i, k, s, p, d: list(
            range(i - (i + 2 * p - d * (k - 1) - 1) % s, i)),
                "You list as many positions at the end as the division leaves over. With padding, what stands at the "
                "end of the row? And can a position elsewhere stay unread?"),
        Mistake("a mark for each position", lambda i, k, s, p, d: [
            position in unread(i, k, s, p, d) for position in range(i)],
                "You return a mark for every position. At which positions does it say unread?"),
        Mistake("once for every window", lambda i, k, s, p, d: [
            position for position in range(i) for start in range(-p, output_size(i, k, s, p, d) * s - p, s)
            if position not in range(start, start + d * k, d)],
                "You list a position once for every window that does not read it. Is it unread, if another window "
                "reads it?"),
        Mistake("how many", lambda i, k, s, p, d: len(unread(i, k, s, p, d)),
                "You return how many there are. Which ones are they?"),
        Mistake("dilation left out of the positions", _unread(lambda i, k, s, p, d: _reads(
            i, k, s, p, 1, output_size(i, k, s, p, d))),
                "You count the windows of a dilated kernel, but let its entries lie side by side. Which position does "
                "its second entry read?"),
        Mistake("windows not moved by the stride", _unread(lambda i, k, s, p, d: _reads(
            i, k, 1, p, d, output_size(i, k, s, p, d))),
                "The number of your windows respects the stride, but each begins one cell after the one before. Where "
                "does window j begin?"),
        Mistake("last entry of the kernel forgotten", _unread(lambda i, k, s, p, d: _reads(
            i, k - 1, s, p, d, output_size(i, k, s, p, d))),
                "You list what only the last entry of the kernel reads. Which numbers does `range` run through?"),
        Mistake("padding added", _unread(lambda i, k, s, p, d: {
            position + 2 * p for position in _reads(i, k, s, p, d)}),
                "Your first window begins at +p. Do zeros before the input move it to the right or to the left?"),
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


# -- convolution by loops ----------------------------------------------------------------------------------------


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
    """Combines every window with the kernel; nothing comes out where the kernel does not fit."""
    high, wide = (dilation * (k - 1) + 1 for k in kernel.shape)
    height, width = (max((n - reach) // stride + 1, 0) for n, reach in zip(image.shape, (high, wide), strict=True))
    out = np.zeros((height, width))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        out[i, j] = combine(image[top:top + high:dilation, left:left + wide:dilation], kernel)
    return out


def _slid_with(combine):
    return lambda image, kernel, stride, dilation: _slid(image, kernel, stride, dilation, combine)


def _conv2d_same(image, kernel, stride, dilation):
    total = [dilation * (k - 1) for k in kernel.shape]
    padded = np.pad(image, [(extra // 2, extra - extra // 2) for extra in total])
    return _slid(padded, kernel, stride, dilation)


def _conv2d_rounded_up(image, kernel, stride, dilation):
    rest = [(dilation * (k - 1) + 1 - n) % stride for n, k in zip(image.shape, kernel.shape, strict=True)]
    return _slid(np.pad(image, [(0, extra) for extra in rest]), kernel, stride, dilation)


def _conv2d_running_sum(image, kernel, stride, dilation):
    out = _slid(image, kernel, stride, dilation)
    return np.cumsum(out).reshape(out.shape)


def _conv2d_unit_steps(image, kernel, stride, dilation):
    height, width = _slid(image, kernel, stride, dilation).shape
    return _slid(image, kernel, 1, dilation)[:height, :width]


def _conv2d_reach_d_times_k(image, kernel, stride, dilation):
    places = [max((n - dilation * k) // stride + 1, 0) for n, k in zip(image.shape, kernel.shape, strict=True)]
    return _slid(image, kernel, stride, dilation)[:places[0], :places[1]]


def _conv2d_rows_dilated(image, kernel, stride, dilation):
    spread = np.zeros((dilation * (kernel.shape[0] - 1) + 1, kernel.shape[1]))
    spread[::dilation] = kernel
    return _slid(image, spread, stride, 1)


def _added_in_the_type_of(window, kernel):
    total = np.zeros_like(window[0, 0])
    for product in np.ravel(window * kernel):
        total = (total + product).astype(window.dtype)
    return total


_DECK_IMAGE = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
_DECK_KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])

CONV2D_LOOPS = Exercise(
    name="CONV2D_LOOPS",
    prompt="Write `conv2d` with loops that visit only the windows they keep. Lay the kernel on the image so that "
           "neighbouring entries meet pixels `dilation` apart, multiply entry by entry, add up, go on by `stride`. "
           "There is one channel and no padding, and the kernel is not flipped, as in Keras and PyTorch.",
    reference=conv2d,
    axes=("output height", "output width"),
    cases=((whole(1, 3, 4), whole(2, 2, 3), 1, 1), (whole(13, 4, 3), whole(14, 2, 2), 1, 2),
           (_DECK_IMAGE, _DECK_KERNEL, 1, 1), (whole(3, 4, 6), whole(4, 3, 2), 2, 1),
           (quarters(5, 7, 8), quarters(6, 2, 4), 3, 1), (whole(7, 3, 5), quarters(8, 2, 2), 1, 2),
           (whole(9, 9, 6), whole(10, 3, 3), 2, 2), (quarters(11, 9, 11), quarters(12, 5, 2), 2, 1),
           (quarters(15, 10, 9), quarters(16, 2, 3), 2, 3), (quarters(17, 8, 11), quarters(18, 3, 2), 3, 2),
           (_DECK_IMAGE, quarters(19, 2, 3), 2, 1)),
    mistakes=(
        Mistake("flipped kernel", lambda image, kernel, stride, dilation: _slid(
            image, kernel[::-1, ::-1], stride, dilation),
                "You turn the kernel by 180°. That is the convolution of the mathematicians; which of the two did the "
                "exercise ask for?"),
        Mistake("rows of the kernel flipped", lambda image, kernel, stride, dilation: _slid(
            image, kernel[::-1], stride, dilation),
                "The kernel stands upside down. Which row of it meets the first row of the window?"),
        Mistake("kernel transposed", lambda image, kernel, stride, dilation: _slid(image, kernel.T, stride, dilation),
                "Height and width of the kernel have changed places. Which axis of the image do its rows run along?"),
        Mistake("dilation forgotten", lambda image, kernel, stride, dilation: _slid(image, kernel, stride, 1),
                "Your windows hold pixels that lie side by side, at every dilation. The stride chooses among windows; "
                "how far apart lie the pixels within one?"),
        Mistake("stride and dilation forgotten", lambda image, kernel, stride, dilation: _slid(image, kernel, 1, 1),
                "That is the convolution with stride 1 and dilation 1, for every input. Which of the two changes "
                "where windows begin, and which changes what they hold?"),
        Mistake("dilation taken for a stride", lambda image, kernel, stride, dilation: _slid(
            image, kernel, stride * dilation, 1),
                "With you, dilation moves the whole window further. Does it pull windows apart, or the pixels within "
                "one?"),
        Mistake("stride and dilation swapped", lambda image, kernel, stride, dilation: _slid(
            image, kernel, dilation, stride),
                "Stride and dilation have changed places. Which one says where the next window begins?"),
        Mistake("image thinned out", lambda image, kernel, stride, dilation: _slid(
            image[::dilation, ::dilation], kernel, stride, 1),
                "You take every d-th pixel of the image before anything else. May a window begin at the pixels that "
                "are gone?"),
        Mistake("d pixels left out", lambda image, kernel, stride, dilation: _slid(
            image, kernel, stride, dilation + 1),
                "You leave out d pixels between neighbours. How many are left out at dilation 1, the plain "
                "convolution?"),
        Mistake("extent d·k", _conv2d_reach_d_times_k,
                "You stop too early: as if a kernel of k entries covered d·k pixels. How many gaps lie between k "
                "entries?"),
        Mistake("dilated along the rows only", _conv2d_rows_dilated,
                "The rows of your windows lie `dilation` apart. Do their columns?"),
        Mistake("window not moved by the stride", _conv2d_unit_steps,
                "The size of your result respects the stride. Do the windows you cut out respect it too?"),
        Mistake("stride forgotten", lambda image, kernel, stride, dilation: _slid(image, kernel, 1, dilation),
                "Your kernel stops at every pixel. Where is the stride used?"),
        Mistake("stride used twice", lambda image, kernel, stride, dilation: _slid(
            image, kernel, stride, dilation)[::stride, ::stride],
                "Your windows lie stride² pixels apart. In how many places does your code use the stride?"),
        Mistake("mean for sum", _slid_with(lambda window, kernel: np.mean(window * kernel)),
                "You take the mean of the products. What does the formula do with them?"),
        Mistake("sums multiplied", _slid_with(lambda window, kernel: window.sum() * kernel.sum()),
                "You multiply the sum of the window by the sum of the kernel. Would it matter to you where in the "
                "window a number stands? Which comes first, multiplying or adding?"),
        Mistake("kernel not used", _slid_with(lambda window, kernel: window.sum()),
                "You add up the window itself. Where do the weights of the kernel come in?"),
        Mistake("largest product", _slid_with(lambda window, kernel: np.max(window * kernel)),
                "You keep the largest product of each window. What does the formula do with all of them?"),
        Mistake("last product only", _slid_with(lambda window, kernel: window[-1, -1] * kernel[-1, -1]),
                "Of all products only the last one of each window is left. What happens to those before it?"),
        Mistake("no +1", lambda image, kernel, stride, dilation: _slid(image, kernel, stride, dilation)[:-1, :-1],
                "The last row and the last column are missing. How many places are there if the kernel is as large "
                "as the image?"),
        Mistake("rounded up", _conv2d_rounded_up,
                "Does your last window lie inside the image when the stride does not divide?"),
        Mistake("padded to the size of the image", _conv2d_same,
                "Your result is as large as the image at stride 1. May a window reach over the edge here?"),
        Mistake("whole numbers only", lambda image, kernel, stride, dilation: _slid(
            image, kernel, stride, dilation).astype(image.dtype),
                "The digits after the point are lost where the image holds whole numbers. Which type does your result "
                "array have (`np.zeros_like` copies it)?"),
        Mistake("every product cut to a whole number", _slid_with(_added_in_the_type_of),
                "Where the image holds whole numbers, digits are lost at every product that you add. Into an array "
                "of which type do you add them (`np.zeros_like` copies it)?"),
        Mistake("sum not started anew", _conv2d_running_sum,
                "Only your first entry is right; then everything adds up. Where must the sum start at zero again?"),
        Mistake("absolute values", lambda image, kernel, stride, dilation: np.abs(
            _slid(image, kernel, stride, dilation)),
                "No entry of yours is negative. May a response be negative?"),
        Mistake("negative values cut off", lambda image, kernel, stride, dilation: np.maximum(
            _slid(image, kernel, stride, dilation), 0),
                "Negative responses have become zero. Does the ReLU belong to the convolution?"),
        Mistake("kernel added", _slid_with(lambda window, kernel: np.sum(window + kernel)),
                "You add the kernel to the window. What does the formula do with a pixel and its weight?"),
        Mistake("zeros up to the size of the image", lambda image, kernel, stride, dilation: np.pad(
            _slid(image, kernel, stride, dilation),
            [(0, n - m) for n, m in zip(image.shape, _slid(image, kernel, stride, dilation).shape, strict=True)]),
                "Your result is as large as the image, and zero behind the last window. How many places has the "
                "kernel, down and across?"),
    ),
    hints=(
        "First find the size of the result: it has the same formula along each axis. Make an array of zeros of it.",
        "Two loops, over the rows `i` and the columns `j` of the **result**. Which window of the image belongs to "
        "`[i, j]`: where do its rows begin, how far apart do they lie, and where do they end?",
        "The window begins at `[i * stride, j * stride]`. A slice has a step, too: `row[start:end:dilation]`. Multiply "
        "the window by the kernel entry by entry and add up.",
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


def _unit_steps_channels(x, kernel, bias, stride):
    height, width, _ = conv2d_channels(x, kernel, bias, stride).shape
    return conv2d_channels(x, kernel, bias, 1)[:height, :width]


def _conv2d_last_channel(x, kernel, bias, stride):
    return conv2d_channels(x[..., -1:], kernel[:, :, -1:], bias, stride)


def _conv2d_by_reshape(x, kernel, bias, stride):
    kh, kw, channels, filters = kernel.shape
    wrong = kernel.reshape(filters, kh, kw, channels)
    return conv2d_channels(x, np.moveaxis(wrong, 0, -1), bias, stride)


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
        Mistake("bias missing", lambda x, kernel, bias, stride: conv2d_channels(x, kernel, 0 * bias, stride),
                "Every map is off by a constant of its own. What is added to each map?"),
        Mistake("bias once per product",
                lambda x, kernel, bias, stride: conv2d_channels(x, kernel, bias * kernel[..., 0].size, stride),
                "How often is the bias added to one output value: once, or once for every product?"),
        Mistake("bias once per channel",
                lambda x, kernel, bias, stride: conv2d_channels(x, kernel, bias * kernel.shape[2], stride),
                "You add the bias once for every input channel. How many biases does one filter have?"),
        Mistake("bias subtracted", lambda x, kernel, bias, stride: conv2d_channels(x, kernel, -bias, stride),
                "You subtract the bias. What does the formula do with it?"),
        Mistake("one bias for all filters",
                lambda x, kernel, bias, stride: conv2d_channels(x, kernel, 0 * bias + bias[0], stride),
                "The first map is right, and all maps get the same bias. How many biases are there?"),
        Mistake("first channel only",
                lambda x, kernel, bias, stride: conv2d_channels(x[..., :1], kernel[:, :, :1], bias, stride),
                "Your result does not change if the other channels change. Over which axes does a filter add up?"),
        Mistake("last channel only", _conv2d_last_channel,
                "Only the last channel is left in your result. Is each channel added to those before it, or does it "
                "overwrite them?"),
        Mistake("channels reversed", lambda x, kernel, bias, stride: conv2d_channels(
            x[..., ::-1], kernel, bias, stride),
                "The first channel of your input meets the last slice of the kernel. Which slice belongs to which "
                "channel (are red and blue swapped somewhere)?"),
        Mistake("maximum over the channels", lambda x, kernel, bias, stride: bias + np.max(
            [conv2d_channels(x[..., c:c + 1], kernel[:, :, c:c + 1], 0 * bias, stride) for c in range(x.shape[2])],
            axis=0),
                "You keep the channel with the largest response. What does the formula do with the channels?"),
        Mistake("first slice for all channels", lambda x, kernel, bias, stride: conv2d_channels(
            x, np.repeat(kernel[:, :, :1], kernel.shape[2], axis=2), bias, stride),
                "Every channel meets the first slice of the kernel. Has each channel its own slice?"),
        Mistake("sums multiplied", lambda x, kernel, bias, stride: conv2d_channels(
            x, np.ones(kernel.shape) * kernel.sum(axis=(0, 1, 2)), bias, stride),
                "You multiply the sum of the window by the sum of the kernel. Which comes first, multiplying or "
                "adding?"),
        Mistake("ReLU at the end", lambda x, kernel, bias, stride: np.maximum(
            conv2d_channels(x, kernel, bias, stride), 0),
                "Negative responses have become zero. Does the ReLU belong to the convolution, or is it a layer of "
                "its own?"),
        Mistake("ReLU before the bias", lambda x, kernel, bias, stride: bias + np.maximum(
            conv2d_channels(x, kernel, 0 * bias, stride), 0),
                "Where the sum of the products is negative, only the bias is left. What cuts the sum off at zero?"),
        Mistake("mean over the channels", lambda x, kernel, bias, stride: conv2d_channels(
            x, kernel / kernel.shape[2], bias, stride),
                "You take the mean over the channels. What does the formula do with them?"),
        Mistake("filters added up", lambda x, kernel, bias, stride: np.repeat(
            conv2d_channels(x, kernel, bias, stride).sum(axis=2, keepdims=True), kernel.shape[3], axis=2),
                "All your maps are the same: the sum over all filters. What makes one map different from the next?"),
        Mistake("one filter for all maps", lambda x, kernel, bias, stride: conv2d_channels(
            x, np.repeat(kernel[..., :1], kernel.shape[3], axis=3), bias, stride),
                "All your maps come from the first filter. Which axis of the kernel numbers the filters?"),
        Mistake("flipped kernel",
                lambda x, kernel, bias, stride: conv2d_channels(x, kernel[::-1, ::-1], bias, stride),
                "You turn the kernel by 180°. Do Keras and PyTorch do that?"),
        Mistake("kernel transposed",
                lambda x, kernel, bias, stride: conv2d_channels(x, kernel.swapaxes(0, 1), bias, stride),
                "Height and width of the kernel have changed places. Which axis of the input do its rows run along?"),
        Mistake("kernel reshaped", _conv2d_by_reshape,
                "The filters are mixed up. `reshape` keeps the numbers in their order in memory and does not move "
                "axes; which axis of the kernel numbers the filters?"),
        Mistake("window not moved by the stride", _unit_steps_channels,
                "The size of your result respects the stride. Do the windows you cut out respect it too?"),
        Mistake("stride forgotten", lambda x, kernel, bias, stride: conv2d_channels(x, kernel, bias, 1),
                "Your kernel stops at every pixel. Where is the stride used?"),
        Mistake("filters first", lambda x, kernel, bias, stride: np.moveaxis(
            conv2d_channels(x, kernel, bias, stride), 2, 0),
                "Your filters are the first axis. Where does Keras put them?"),
        Mistake("channels kept apart", lambda x, kernel, bias, stride: np.concatenate(
            [conv2d_channels(x[..., c:c + 1], kernel[:, :, c:c + 1], bias, stride) for c in range(x.shape[2])], axis=2),
                "You make one map for every pair of channel and filter. What happens to the channels of one filter?"),
        Mistake("biases added up", lambda x, kernel, bias, stride: conv2d_channels(
            x, kernel, 0 * bias + bias.sum(), stride),
                "Every map gets the sum of all biases. Which one belongs to filter f?"),
        Mistake("filters added up before the bias", lambda x, kernel, bias, stride: conv2d_channels(
            x, np.repeat(kernel.sum(axis=3, keepdims=True), len(bias), axis=3), bias, stride),
                "Your maps differ by their biases alone: you add up over the filters, too. Over how many axes of "
                "`window * kernel[..., f]` is the sum?"),
        Mistake("filters added up into one map", lambda x, kernel, bias, stride: conv2d_channels(
            x, kernel, bias, stride).sum(axis=2),
                "You add the maps of all filters up. How many maps come out?"),
        Mistake("channels not added up", lambda x, kernel, bias, stride: bias + np.stack(
            [conv2d_channels(x[..., c:c + 1], kernel[:, :, c:c + 1], 0 * bias, stride) for c in range(x.shape[2])],
            axis=2),
                "The input's channels are still an axis of your result. What happens to the channels of one filter?"),
        Mistake("no +1", lambda x, kernel, bias, stride: conv2d_channels(x, kernel, bias, stride)[:-1, :-1],
                "The last row and the last column are missing. How many places has a kernel as large as the input?"),
        Mistake("stride along the height only", lambda x, kernel, bias, stride: conv2d_channels(
            x, kernel, bias, 1)[::stride],
                "Your kernel steps over rows, but stops at every column. Along which axes does the stride run?"),
        Mistake("bias added to the input", lambda x, kernel, bias, stride: conv2d_channels(
            x + bias[0], kernel, 0 * bias, stride),
                "You add a bias to the input. To what does a filter add its bias: before the products, or after their "
                "sum?"),
    ),
    hints=(
        "Take your `conv2d` and ask of each line what changes: what shape has the window now, and the result?",
        "The window has shape (kh, kw, C), and so has one filter, `kernel[..., f]`. Multiply, and add up over all "
        "three axes.",
        "A third loop over `f`: the sum of `window * kernel[..., f]`, and once `bias[f]`.",
    ),
)


# -- same padding ------------------------------------------------------------------------------------------------


def same_padding(i: int, k: int, s: int) -> tuple[int, int]:
    """Returns the zeros that padding "same" adds to one axis, as TensorFlow does.

    The output then has length i / s, rounded up. If the number of zeros is odd, the
    extra one goes after.

    Args:
        i: Length of the input.
        k: Length of the kernel.
        s: Stride.

    Returns:
        (before, after).
    """
    o = -(-i // s)  # rounded up
    total = max((o - 1) * s + k - i, 0)
    before = total // 2
    return before, total - before


def _split(total):
    return total // 2, total - total // 2


def _same_total(i, k, s):
    return max((-(-i // s) - 1) * s + k - i, 0)


SAME_PADDING = Exercise(
    name="SAME_PADDING",
    prompt="Padding \"same\" promises an output of length $\\lceil i/s\\rceil$. Write `same_padding`: how many zeros "
           "does TensorFlow put before and after the axis? As few as will do; if their number is odd, the extra one "
           "goes **after**.",
    reference=same_padding,
    outputs=("before", "after"),
    cases=((5, 3, 1), (5, 2, 1), (6, 4, 1), (6, 3, 2), (7, 3, 2), (7, 4, 2), (8, 1, 2), (9, 2, 4), (10, 5, 3),
           (11, 7, 3), (32, 3, 2), (224, 7, 2), (13, 6, 4), (8, 4, 4), (12, 5, 3)),
    mistakes=(
        Mistake("stride forgotten", lambda i, k, s: _split(k - 1),
                "Your numbers know nothing of the stride. How long shall the output be when the stride is 2, and how "
                "many cells do its windows cover?"),
        Mistake("same length at any stride", lambda i, k, s: _split(max((i - 1) * s + k - i, 0)),
                "With your zeros the output has length i at every stride. How long does \"same\" promise it to be?"),
        Mistake("half the kernel on both sides", lambda i, k, s: (k // 2, k // 2),
                "Half the kernel is right for odd kernels at stride 1. What if the kernel is even?"),
        Mistake("half of k - 1 on both sides", lambda i, k, s: ((k - 1) // 2, (k - 1) // 2),
                "(k − 1) / 2 is right for odd kernels at stride 1. What if the kernel is even?"),
        Mistake("extra zero before", lambda i, k, s: _split(_same_total(i, k, s))[::-1],
                "If the number of zeros is odd, you put the extra one before. On which side does TensorFlow put it?"),
        Mistake("extra zero lost", lambda i, k, s: (_same_total(i, k, s) // 2,) * 2,
                "When the number of zeros is odd, your two halves add up to one too few. Where does the last one go?"),
        Mistake("extra zero on both sides", lambda i, k, s: (-(-_same_total(i, k, s) // 2),) * 2,
                "When the number of zeros is odd, your two halves add up to one too many. Who gets the extra one?"),
        Mistake("all zeros after", lambda i, k, s: (0, _same_total(i, k, s)),
                "You put no zeros before the axis. Do they all go to one side?"),
        Mistake("all zeros before", lambda i, k, s: (_same_total(i, k, s), 0),
                "You put all zeros before the axis. How are they split?"),
        Mistake("all zeros on each side", lambda i, k, s: (_same_total(i, k, s),) * 2,
                "You put the whole number of zeros on each side. How many are needed in all?"),
        Mistake("negative padding", lambda i, k, s: _split((-(-i // s) - 1) * s + k - i),
                "Some of your numbers are negative. What if the stride is larger than the kernel and nothing is "
                "missing?"),
        Mistake("output rounded down", lambda i, k, s: _split(max((i // s - 1) * s + k - i, 0)),
                "Is i / s rounded up or down when the stride does not divide?"),
        Mistake("one window too many", lambda i, k, s: _split(max(-(-i // s) * s + k - i, 0)),
                "Between o windows you count o steps. How many steps are there between 2 windows?"),
        Mistake("kernel less stride", lambda i, k, s: _split(max(k - s, 0)),
                "k − s is right where the stride divides i. How far does the last window reach if it does not?"),
        Mistake("kernel less remainder", lambda i, k, s: _split(max(k - i % s, 0)),
                "k less the remainder of i / s is right where the stride does not divide. How many cells lie under the "
                "last step if it does?"),
    ),
    properties=(
        Property("neither number is negative.", lambda out, i, k, s: min(out) >= 0),
        Property("with the zeros, the output has length i / s, rounded up.",
                 lambda out, i, k, s: (i + sum(out) - k) // s + 1 == -(-i // s)),
    ),
    hints=(
        "Begin at the end: how long is the output? If there are so many windows, at stride `s`, where does the last "
        "one end?",
        "`o` windows cover `(o - 1) * s + k` cells. How many of them are missing in the input? Can that be "
        "negative?",
        "Split what is missing: half of it, rounded down, before; the rest after.",
    ),
)
