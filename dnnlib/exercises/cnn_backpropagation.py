"""The exercises on backpropagation through a CNN: sums over uses, three gradients along an axis, gather, a broken pass,
a test that sees, and the way back through a transposed convolution."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- how many products one weight is in --------------------------------------------------------------------------


PRODUCTS = Estimate(
    name="PRODUCTS",
    prompt="A batch of 64 pictures of 28×28 pixels with 3 channels meets 16 kernels of 5×5 at stride 2, with two zeros "
           "on each side. How many products are added up for **one** number of the kernels' gradient? Products with a "
           "zero of the padding count.",
    variable="products",
    unit="products",
    working="""
    side = (28 + 2 * 2 - 5) // 2 + 1
    products = 64 * side * side
    """,
    slips=(
        Slip("one picture", "64 * ", "", "You count the products of one picture. Who else uses this kernel?"),
        Slip("positions of the input", "side * side", "28 * 28",
             "You count a place of the kernel for each pixel. At stride 2, how often does it come to rest?"),
        Slip("padding left out", "28 + 2 * 2 - 5", "28 - 5",
             "Your kernel comes to rest too seldom. What do two zeros on each side allow?"),
        Slip("all channels", "64 * ", "3 * 64 * ",
             "You count three channels. How many of them does one number of the kernel meet?"),
        Slip("all kernels", "64 * ", "16 * 64 * ",
             "You count all 16 maps. Into how many of them does one number of one kernel enter?"),
        Slip("all taps", "64 * ", "5 * 5 * 64 * ",
             "You count 25 products at each place of the kernel. How many of them hold this one number?"),
        Slip("start left out", "// 2 + 1", "// 2",
             "You count the steps. Is the place where the kernel starts one too?"),
        Slip("products of one output", "64 * side * side", "5 * 5 * 3",
             "You count the products behind one output. In how many outputs is one number of a kernel used?"),
        Slip("one side only", "side * side", "side", "You count along one axis. How many axes has the map?"),
    ),
    hints=("One number of a kernel is used once for each output of its map, in each picture.",
           "The map has (28 + 4 − 5) // 2 + 1 outputs along each axis."),
)


# -- three gradients along one axis ------------------------------------------------------------------------------


def conv1d_backward(x: np.ndarray, w: np.ndarray, dy: np.ndarray,
                    s: int, p: int, d: int) -> tuple:
    """Returns the three gradients of a convolution along one axis, with one channel.

    Forward, y[i] = b + sum over u of w[u] * x[i * s + u * d - p], and where that
    index lies outside of x, there is a zero.

    Args:
        x: Input, along one axis.
        w: Kernel of shape (k,).
        dy: dL/dy, a number for each output.
        s: Stride.
        p: Zeros on each side.
        d: Dilation.

    Returns:
        dL/dx and dL/dw, of the shapes of x and w, and dL/db, a number.
    """
    dx, dw = np.zeros(len(x)), np.zeros(len(w))
    for i in range(len(dy)):
        for u in range(len(w)):
            pixel = i * s + u * d - p
            if 0 <= pixel < len(x):
                dx[pixel] += dy[i] * w[u]
                dw[u] += dy[i] * x[pixel]
    return dx, dw, dy.sum()


def _along(seed, i, k, s, p, d):
    outputs = (i + 2 * p - d * (k - 1) - 1) // s + 1
    return quarters(seed, i), quarters(seed + 1, k), quarters(seed + 2, outputs), s, p, d


def _padding_kept(x, w, dy, s, p, d):
    dx, dw, db = conv1d_backward(np.pad(x, p), w, dy, s, 0, d)
    return dx, dw, db


CONV1D_BACKWARD = Exercise(
    name="CONV1D_BACKWARD",
    prompt="Write `conv1d_backward`: all three gradients of a convolution along one axis, with stride, padding and "
           "dilation, for one channel and one example. Its forward formula stands in the docstring.",
    reference=conv1d_backward,
    outputs=("dL/dx", "dL/dw", "dL/db"),
    axes=("position",),
    cases=((np.array([1.0, 2, 3]), np.array([1.0, -1]), np.array([10.0, 100]), 1, 0, 1),
           (np.array([1.0, 2, 3]), np.array([1.0, -1]), np.array([1.0, 10, 100, 1000]), 1, 1, 1),
           _along(601, 5, 2, 2, 0, 1), _along(605, 6, 3, 2, 1, 1), _along(609, 7, 3, 1, 0, 2),
           _along(613, 8, 3, 2, 2, 2), _along(617, 9, 2, 3, 1, 3), _along(621, 10, 4, 3, 2, 1),
           _along(625, 7, 3, 1, 2, 1)),
    mistakes=(
        Slip("overlaps overwritten", "dx[pixel] +=", "dx[pixel] =",
             "A pixel that several windows read keeps the gradient of the last one. What becomes of the others?"),
        Slip("kernel gradient overwritten", "dw[u] +=", "dw[u] =",
             "Your dL/dw knows one place of the kernel alone. Where else was the same weight used?"),
        Mistake("kernel gradient overwritten, also by zeros", lambda x, w, dy, s, p, d: (
            conv1d_backward(x, w, dy, s, p, d)[0],
            np.array([dy[-1] * np.pad(x, p)[(len(dy) - 1) * s + u * d] for u in range(len(w))]), dy.sum()),
                "Your dL/dw knows the last place of the kernel alone. Where else was the same weight used?"),
        Mistake("dilation left out of the kernel gradient", lambda x, w, dy, s, p, d: (
            conv1d_backward(x, w, dy, s, p, d)[0], conv1d_backward(x, w, dy, s, p, 1)[1], dy.sum()),
                "Your dL/dw is right only where taps lie side by side. Which pixels did the second weight meet?"),
        Mistake("kernel gradient a mean", lambda x, w, dy, s, p, d: (
            conv1d_backward(x, w, dy, s, p, d)[0], conv1d_backward(x, w, dy, s, p, d)[1] / len(dy), dy.sum()),
                "Your dL/dw is a mean over the outputs. Does a change of a weight move one output, or all of them?"),
        Mistake("a full convolution", lambda x, w, dy, s, p, d: (
            np.convolve(dy, w), conv1d_backward(x, w, dy, s, p, d)[1], dy.sum()),
                "Your dL/dx is the full convolution of dy with w, whatever the stride and the padding. Which of its "
                "numbers belong to pixels of x, and how far apart must the errors lie?"),
        Slip("kernel turned round", "dy[i] * w[u]", "dy[i] * w[len(w) - 1 - u]",
             "You send an output's error back through the taps in reverse order. Through which tap did this pixel "
             "reach this output?"),
        Slip("kernel gradient turned round", "dw[u] +=", "dw[len(w) - 1 - u] +=",
             "Your dL/dw is in reverse order. Which weight multiplied this pixel?"),
        Slip("windows one apart", "pixel = i * s", "pixel = i",
             "Your windows lie one position apart. How far did the kernel move from output to output?"),
        Slip("taps side by side", "u * d - p\n", "u - p\n",
             "Your taps lie side by side. How far apart are the pixels that neighbouring taps meet?"),
        Slip("padding left out", " - p\n", "\n",
             "You count positions as if the first window began at the first pixel. Where does it begin, with p zeros "
             "before it?"),
        Slip("padding on the wrong side", " - p\n", " + p\n",
             "Your first window begins p pixels inside the input. Do zeros before it move it inwards or outwards?"),
        Slip("negative positions count from the end", "0 <= pixel < len(x)", "pixel < len(x)",
             "Pixels at the end get what belongs to the zeros before the start. What does `dx[-1]` mean in Python?"),
        Mistake("padding not cut off", _padding_kept,
                "Your dL/dx still has the zeros around it. Whose gradients are those at its two ends?"),
        Mistake("padding cut at the end alone", lambda x, w, dy, s, p, d: (
            _padding_kept(x, w, dy, s, p, d)[0][:len(x)], *_padding_kept(x, w, dy, s, p, d)[1:]),
                "You cut the zeros' gradients off at the end alone. On which sides of x did the zeros stand?"),
        Mistake("cut with a negative end", lambda x, w, dy, s, p, d: (
            _padding_kept(x, w, dy, s, p, d)[0][p:-p], *_padding_kept(x, w, dy, s, p, d)[1:]),
                "Without padding your dL/dx is empty. What does `dx[0:-0]` hold?"),
        Slip("mean for the bias", "dy.sum()", "dy.mean()",
             "Your dL/db is a mean. If b grows by 0.1, how much does each output grow, and what becomes of the loss?"),
        Slip("minus for the bias", "dy.sum()", "-dy.sum()",
             "Your dL/db has the wrong sign. Is b added or subtracted on the way forward?"),
        Slip("the error as the bias's gradient", "dy.sum()", "dy",
             "Your dL/db has a number for each output. How many biases are there? How many outputs does one serve?"),
        Slip("no upstream gradient in dL/dw", "dy[i] * x[pixel]", "x[pixel]",
             "Your dL/dw ignores dy. What does the chain rule multiply the pixel with?"),
        Slip("no upstream gradient in dL/dx", "dy[i] * w[u]", "w[u]",
             "Your dL/dx ignores dy. What does the chain rule multiply the weight with?"),
        Slip("roles swapped", "dx[pixel] += dy[i] * w[u]\n                dw[u] += dy[i] * x[pixel]",
             "dx[pixel] += dy[i] * x[pixel]\n                dw[u] += dy[i] * w[u]",
             "In a product w · x, what is the derivative with respect to x, and what with respect to w?"),
        Slip("last tap left out", "range(len(w))", "range(len(w) - 1)",
             "One weight gets no gradient at all. Where does your loop over the taps end?"),
    ),
    properties=(
        Property("if the loss is the sum of y times dy, x and w meet it alike: the sum of x · dL/dx equals that of "
                 "w · dL/dw.", lambda out, x, w, *_: np.isclose(np.dot(x, out[0]), np.dot(w, out[1]), atol=1e-3)),
    ),
    hints=(
        "Go through the products of the forward pass once more: for each output i and each tap u, which pixel did the "
        "weight w[u] meet?",
        "That pixel stands at i * s + u * d − p, if there is one. The product w[u] · x[pixel] sends dy[i] · x[pixel] "
        "to the weight and dy[i] · w[u] to the pixel.",
        "Add up, with `+=`, in both arrays. The bias is added to every output, so its gradient is the sum of dy.",
    ),
)


# -- what one pixel gathers --------------------------------------------------------------------------------------


def pixel_gradient(dy: np.ndarray, w: np.ndarray, row: int, column: int,
                   s: int, p: int) -> float:
    """Returns dL/dx at one pixel, gathered from the outputs whose windows read it.

    Args:
        dy: dL/dy, of shape (H', W').
        w: Kernel of shape (kh, kw).
        row: Row of the pixel, counted in the image without its padding.
        column: Column of the pixel.
        s: Stride along both axes.
        p: Zeros on each side of the image.
    """
    total = 0.0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            top, left = row + p - u, column + p - v
            if top % s == 0 and left % s == 0:
                i, j = top // s, left // s
                if 0 <= i < dy.shape[0] and 0 <= j < dy.shape[1]:
                    total += dy[i, j] * w[u, v]
    return total


_ERROR, _WEIGHTS = np.array([[1.0, 10], [100, 1000]]), np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])


def _turned_by_half(dy, w, row, column, s, p):
    return pixel_gradient(dy, w[::-1, ::-1], row, column, s, p)


def _from_pixel_to_window(dy, w, row, column, s, p):
    total = 0.0
    for i, j in np.ndindex(dy.shape):
        u, v = i * s - p - row, j * s - p - column
        if 0 <= u < w.shape[0] and 0 <= v < w.shape[1]:
            total += dy[i, j] * w[u, v]
    return total


def _last_of_them(dy, w, row, column, s, p):
    products = [pixel_gradient(dy * (np.arange(dy.size).reshape(dy.shape) == k), w, row, column, s, p)
                for k in range(dy.size)]
    return next((product for product in products[::-1] if product), 0.0)


def _as_forward(dy, w, row, column, s, p):
    window = dy[row:row + w.shape[0], column:column + w.shape[1]]
    return float(np.sum(window * w[:window.shape[0], :window.shape[1]]))


def _columns_by_rows(dy, w, row, column, s, p):
    return pixel_gradient(dy[:, :dy.shape[0]], w, row, column, s, p)


PIXEL_GRADIENT = Exercise(
    name="PIXEL_GRADIENT",
    prompt="Write `pixel_gradient`: dL/dx at **one** pixel, gathered from the errors of those outputs whose windows "
           "read it. One channel, with stride and padding. The window of output `[i, j]` begins at row `i * s - p` and "
           "column `j * s - p` of the image.",
    reference=pixel_gradient,
    cases=((_ERROR, _WEIGHTS, 1, 1, 1, 0), (_ERROR, _WEIGHTS, 0, 0, 1, 0), (_ERROR, _WEIGHTS, 3, 3, 1, 0),
           (_ERROR, _WEIGHTS, 2, 2, 2, 0), (_ERROR, _WEIGHTS, 1, 2, 2, 0), (_ERROR, _WEIGHTS, 0, 1, 2, 1),
           (quarters(641, 3, 4), quarters(643, 3, 2), 2, 3, 1, 1),
           (quarters(645, 4, 3), quarters(647, 2, 4), 3, 1, 1, 2),
           (quarters(649, 4, 5), quarters(651, 3, 4), 4, 5, 2, 1),
           (quarters(653, 3, 4), quarters(655, 4, 5), 2, 4, 2, 2),
           (quarters(657, 4, 5), quarters(659, 5, 4), 6, 4, 3, 1),
           (quarters(661, 3, 3), quarters(663, 4, 4), 2, 1, 2, 1)),
    mistakes=(
        Mistake("kernel not flipped", _turned_by_half,
                "You lay the kernel on the errors as it is. The output one row **above** reads this pixel through its "
                "second row of taps: in which order do the taps meet the errors?"),
        Mistake("taps counted from the pixel", _from_pixel_to_window,
                "You count taps from the pixel to the corner of the window. From where does a kernel count its taps? "
                "Does a window begin before or behind a pixel that it reads?"),
        Slip("errors read forwards", "row + p - u, column + p - v", "row - p + u, column - p + v",
             "You go from the pixel towards later outputs. On which side of it do the windows begin that read it?"),
        Slip("no test of the stride", "top % s == 0 and left % s == 0", "True",
             "You also count outputs whose window begins elsewhere. Does every tap lead to a place where a window "
             "begins?"),
        Slip("stride tested along the rows alone", "top % s == 0 and left % s == 0", "top % s == 0",
             "You test the stride along one axis. Where may a window begin along the other?"),
        Slip("negative outputs count from the end", "0 <= i < dy.shape[0] and 0 <= j < dy.shape[1]",
             "i < dy.shape[0] and j < dy.shape[1]",
             "Some of your outputs have a negative index and are read from the end of dy. Is there such a window?"),
        Slip("padding left out", "row + p - u, column + p - v", "row - u, column - v",
             "You forget that windows begin p pixels before the image. Where does the window of output [0, 0] begin?"),
        Slip("padding on the wrong side", "row + p - u, column + p - v", "row - p - u, column - p - v",
             "You move the windows by p in the wrong direction. Where does the window of output [0, 0] begin?"),
        Slip("stride not divided out", "i, j = top // s, left // s", "i, j = top, left",
             "You take the place where a window begins for its number. The window that begins at row 4, at stride 2: "
             "which one is it?"),
        Slip("overwritten", "total +=", "total =",
             "You keep the last product alone. How many windows read this pixel?"),
        Mistake("overwritten, output by output", _last_of_them,
                "You keep the product with the last output that reads the pixel. What becomes of the others?"),
        Mistake("windows of dy as on the way forward", _as_forward,
                "You lay the kernel on dy as if dy were the input. Which outputs read the pixel: those behind it, or "
                "those whose windows begin before it?"),
        Mistake("columns counted by rows", _columns_by_rows,
                "You stop at as many columns of dy as it has rows. How many columns has it?"),
        Slip("errors alone", "dy[i, j] * w[u, v]", "dy[i, j]",
             "You add up errors. By which weight did each of these windows multiply the pixel?"),
        Slip("weights alone", "dy[i, j] * w[u, v]", "w[u, v]",
             "You add up weights. What does each of these outputs tell of the loss?"),
        Slip("first row of taps", "range(w.shape[0])", "range(1)",
             "You go through one row of the kernel. May a window read the pixel with another row, too?"),
    ),
    hints=(
        "Which outputs read the pixel? Tap [u, v] of output [i, j] lies on row i · s + u − p and column j · s + v − p.",
        "Solve for the output: i = (row + p − u) / s. It exists if the division leaves no remainder, and if i is an "
        "index of dy.",
        "Add dy[i, j] · w[u, v] over all taps for which both conditions hold along both axes.",
    ),
)


# -- a broken backward pass --------------------------------------------------------------------------------------


def conv2d_backward(x, w, dy, stride, padding):
    """Returns the three gradients of a convolution.

    Args:
        x: Input of shape (N, H, W, C).
        w: Kernels of shape (kh, kw, C, F).
        dy: dL/dy, of shape (N, H', W', F).
        stride: Step of the window along both axes.
        padding: Zeros on each of the four sides.

    Returns:
        dL/dx, dL/dw and dL/db, of the shapes of x, of w, and (F,).
    """
    (kh, kw), p = w.shape[:2], padding
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(dy.shape[1]):
        for j in range(dy.shape[2]):
            top, left, error = i * stride, j * stride, dy[:, i, j]
            window = np.s_[:, top:top + kh, left:left + kw]
            dx[window] += np.einsum("nf,uvcf->nuvc", error, w)
            dw += np.einsum("nf,nuvc->uvcf", error, x[window])
    dx = dx[:, p:x.shape[1] - p, p:x.shape[2] - p]
    return dx, dw, dy.sum(axis=(0, 1, 2))


def _pictures(seed, x_shape, w_shape, stride, padding):
    sizes = [(n + 2 * padding - k) // stride + 1 for n, k in zip(x_shape[1:3], w_shape[:2], strict=True)]
    dy = quarters(seed + 2, x_shape[0], *sizes, w_shape[3])
    return quarters(seed, *x_shape), quarters(seed + 1, *w_shape), dy, stride, padding


REPAIR_CONV2D_BACKWARD = BugHunt(
    name="REPAIR_CONV2D_BACKWARD",
    prompt="A network with this `conv2d_backward` learns, and yet its gradients are wrong. For a single picture, with "
           "windows side by side and without padding, they are right. Elsewhere three faults show. Repair it.",
    reference=conv2d_backward,
    outputs=("dL/dx", "dL/dw", "dL/db"),
    axes=("examples", "rows", "columns", "channels"),
    cases=(_pictures(671, (2, 2, 3, 1), (2, 2, 1, 1), 1, 0), _pictures(675, (1, 2, 2, 1), (2, 2, 1, 1), 1, 1),
           _pictures(679, (2, 3, 4, 2), (2, 3, 2, 1), 1, 1), _pictures(683, (3, 5, 4, 1), (3, 2, 1, 2), 2, 0),
           _pictures(687, (2, 4, 6, 2), (3, 3, 2, 3), 2, 1), _pictures(691, (2, 5, 5, 3), (2, 4, 3, 2), 3, 2)),
    bugs=(
        Slip("overlaps overwritten", "dx[window] +=", "dx[window] =",
             "Where windows overlap, a pixel keeps what the last of them left. What becomes of the gradients of the "
             "others?"),
        Slip("padding cut at the end", "p:x.shape[1] - p, p:x.shape[2] - p", ":x.shape[1] - 2 * p, :x.shape[2] - 2 * p",
             "With padding your dL/dx has the right shape and is moved towards the lower right. On which sides did the "
             "zeros stand that you cut off?"),
        Slip("mean over the batch", "dy.sum(axis=(0, 1, 2))", "dy.mean(axis=0).sum(axis=(0, 1))",
             "Your dL/db is too small in larger batches, while dL/dw is not. Where has the division by N its place: in "
             "each gradient, or once in the loss?"),
    ),
    mistakes=(
        Slip("no stride", "i * stride, j * stride", "i, j",
             "Your windows lie one pixel apart. How far apart were they on the way forward?"),
        Slip("kernel turned by half", "error, w)", "error, w[::-1, ::-1])",
             "You have turned the kernels by half a turn. Here the window lies where it lay on the way forward: which "
             "tap met which pixel?"),
        Slip("sums over positions alone", "dy.sum(axis=(0, 1, 2))", "dy.sum(axis=(1, 2))",
             "Your dL/db has a row for each picture. How many biases are there?"),
        Slip("sums over the batch alone", "dy.sum(axis=(0, 1, 2))", "dy.sum(axis=0)",
             "Your dL/db has a number for each position. How many biases are there?"),
        Slip("mean over everything", "dy.sum(axis=(0, 1, 2))", "dy.mean(axis=(0, 1, 2))",
             "Your dL/db is a mean over pictures and positions. If a bias grows by 0.1, each output grows by 0.1, "
             "so what becomes of the loss?"),
        Slip("one number for all filters", "dy.sum(axis=(0, 1, 2))", "dy.sum()",
             "Your dL/db is a single number. How many filters are there, and does one of them know of the others?"),
        Slip("padding kept", "    dx = dx[:, p:x.shape[1] - p, p:x.shape[2] - p]\n", "",
             "Your dL/dx is as large as the padded input. Which of its numbers belong to zeros that nobody can move?"),
        Slip("cut with a negative end", "p:x.shape[1] - p, p:x.shape[2] - p", "p:-p, p:-p",
             "Without padding your dL/dx is empty. What does `p:-p` leave where p is 0?"),
        Slip("padding cut at the beginning", "p:x.shape[1] - p, p:x.shape[2] - p", "2 * p:, 2 * p:",
             "With padding your dL/dx has the right shape and is moved towards the upper left. On which sides did the "
             "zeros stand?"),
        Slip("mean for dL/dw", "dw += np.einsum(\"nf,nuvc->uvcf\", error, x[window])",
             "dw += np.einsum(\"nf,nuvc->uvcf\", error, x[window]) / len(x)",
             "Now your dL/dw is divided by N as well. Which division did the loss do already?"),
        Slip("overlaps averaged", "dx[window] += np.einsum(\"nf,uvcf->nuvc\", error, w)",
             "dx[window] += np.einsum(\"nf,uvcf->nuvc\", error, w) / (kh * kw)",
             "You share a gradient among the pixels of a window. If a pixel grows by 1, by how much does the output "
             "grow?"),
    ),
    hints=("Compare with central differences, first for dL/dx at stride 1 without padding, then with padding, then for "
           "dL/db with two pictures.",
           "One fault is in how gradients meet in dx, one in what is cut off, one in a sum."),
)


# -- a test that sees --------------------------------------------------------------------------------------------


def _stride_forgotten(x, w, dy, stride, padding):
    return conv2d_backward(x, w, dy, 1, padding)


def _square_maps(x, w, dy, stride, padding):
    side = dy.shape[1]  # rows, taken for the columns as well
    if side > dy.shape[2]:
        raise IndexError("column out of range")
    return conv2d_backward(x, w, dy * (np.arange(dy.shape[2]) < side)[:, None], stride, padding)


def _first_channel(x, w, dy, stride, padding):
    dx, dw, db = conv2d_backward(x, w, dy, stride, padding)
    return np.repeat(dx[..., :1], x.shape[3], axis=3), dw, db


def _first_filter(x, w, dy, stride, padding):
    return conv2d_backward(x, w, dy * (np.arange(dy.shape[3]) == 0), stride, padding)


def _last_example(x, w, dy, stride, padding):
    dx, dw, db = conv2d_backward(x, w, dy, stride, padding)
    return dx, conv2d_backward(x[-1:], w, dy[-1:], stride, padding)[1], db


def _size_from_outputs(x, w, dy, stride, padding):
    dx, dw, db = conv2d_backward(x, w, dy, stride, padding)
    sizes = [(o - 1) * stride + k - 2 * padding for o, k in zip(dy.shape[1:3], w.shape[:2], strict=True)]
    return dx[:, :sizes[0], :sizes[1]], dw, db


_OVERWRITTEN, _CUT_AT_THE_END = (REPAIR_CONV2D_BACKWARD.slipped(bug).answer for bug in REPAIR_CONV2D_BACKWARD.bugs[:2])
_UNFLIPPED = REPAIR_CONV2D_BACKWARD.slipped(next(
    slip for slip in REPAIR_CONV2D_BACKWARD.slips if slip.name == "kernel turned by half")).answer

_FAULTS = {
    "turns the kernel by half": _UNFLIPPED,
    "overwrites where windows overlap": _OVERWRITTEN,
    "forgets the stride": _stride_forgotten,
    "cuts the padding off at the end only": _CUT_AT_THE_END,
    "takes the number of rows for that of the columns": _square_maps,
    "computes dL/dx for the first channel and copies it": _first_channel,
    "looks at the first filter only": _first_filter,
    "has dL/dw from the last example only": _last_example,
    "computes the input's size from the output's": _size_from_outputs,
}


def _probe(value):
    try:
        x_shape, w_shape, stride, padding = value
        x_shape, w_shape = (tuple(int(n) for n in shape) for shape in (x_shape, w_shape))
        stride, padding = int(stride), int(padding)
    except (TypeError, ValueError):
        raise ValueError(f"Expected two shapes and two whole numbers, (shape of x, shape of w, stride, padding), "
                         f"received {value!r}.") from None
    if len(x_shape) != 4 or len(w_shape) != 4 or min(*x_shape, *w_shape, stride, padding + 1) < 1:
        raise ValueError(f"Expected two shapes of four sizes from 1 on, a stride from 1 on and a padding from 0 on, "
                         f"received {value!r}.")
    if x_shape[3] != w_shape[2]:
        raise ValueError(f"Expected as many channels in x as in w, received {x_shape[3]} and {w_shape[2]}.")
    if np.prod(x_shape) > 10_000 or np.prod(w_shape) > 10_000 or padding > 10:
        raise ValueError("Expected a small test: at most 10,000 numbers in x and in w, and a padding of at most 10.")
    if any(k > n + 2 * padding for n, k in zip(x_shape[1:3], w_shape[:2], strict=True)):
        raise ValueError("Expected a kernel that fits into the padded picture; yours is larger.")
    case = _pictures(701, x_shape, w_shape, stride, padding)
    return {"size": int(np.prod(x_shape)), "case": case, "right": conv2d_backward(*case)}


def _seen(probe, faulty):
    """Returns the largest difference of a faulty pass from the right one; infinite if a shape differs or it raises."""
    try:
        found = faulty(*probe["case"])
    except (IndexError, ValueError):
        return np.inf
    if any(a.shape != b.shape for a, b in zip(found, probe["right"], strict=True)):
        return np.inf
    return max(np.abs(a - b).max() for a, b in zip(found, probe["right"], strict=True))


PROBE = Design(
    name="PROBE",
    prompt="A gradient check sees only what its test case lets show. Design the `probe` of such a check: the shape of "
           "x, (N, H, W, C), that of w, (kh, kw, C, F), the stride and the padding. All numbers are then drawn at "
           "random, the upstream gradient too. Nine faulty backward passes wait, and each of them must give a wrong "
           "result on your probe. The probe may hold at most 60 numbers in x.",
    variable="probe",
    start="((1, 4, 4, 1), (2, 2, 1, 1), 1, 0)",
    example="((2, 2, 3, 2), (3, 3, 2, 2), 2, 1)",
    read=_probe,
    properties=(
        Property("x holds at most 60 numbers.", lambda probe: probe["size"] <= 60,
                 lambda probe: f"yours holds {probe['size']}"),
        *(Property(f"a pass that {words} is found out.", lambda probe, faulty=faulty: _seen(probe, faulty) > 1e-9,
                   lambda probe: "on your probe its gradients are right")
          for words, faulty in _FAULTS.items()),
    ),
    mistakes=(
        ("square pictures", "((2, 4, 4, 2), (3, 3, 2, 2), 2, 1)",
         "Your maps have as many rows as columns. Which mix-up can they not show?"),
        ("a stride that divides", "((2, 5, 3, 2), (3, 3, 2, 2), 2, 1)",
         "All windows fit without a rest. What happens to pixels that no window reads?"),
        ("windows side by side", "((2, 3, 5, 2), (2, 2, 2, 2), 2, 1)",
         "Your windows never overlap. Which fault needs a pixel that two windows read?"),
        ("one picture", "((1, 4, 6, 2), (3, 2, 2, 2), 2, 1)",
         "Your batch has one picture. Which faults concern what is summed over the batch?"),
        ("no padding", "((2, 4, 6, 1), (3, 3, 1, 2), 2, 0)",
         "There is nothing to cut off. What must a probe have to test the cut?"),
    ),
    hints=("Go through the faults: which of them need two of something, which two different sizes, which a rest?",
           "Height and width of the output must differ, windows must overlap at a stride above 1, and the last step "
           "must not fit along one axis."),
)


# -- back through a transposed convolution -----------------------------------------------------------------------


def transposed_backward(x: np.ndarray, w: np.ndarray, dy: np.ndarray,
                        s: int) -> tuple:
    """Returns the gradients of a transposed convolution without padding.

    Forward, every input leaves a copy of the kernel, and copies add up:
    y[i * s + u, j * s + v, c] += x[i, j, f] * w[u, v, c, f], over all indices.

    Args:
        x: Input of shape (H, W, F).
        w: Kernel of shape (kh, kw, C, F).
        dy: dL/dy, of shape ((H - 1) * s + kh, (W - 1) * s + kw, C).
        s: Distance between two copies, along both axes.

    Returns:
        dL/dx and dL/dw, of the shapes of x and w.
    """
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            top, left = i * s, j * s
            window = dy[top:top + w.shape[0], left:left + w.shape[1]]
            dx[i, j] = np.einsum("uvc,uvcf->f", window, w)
            dw += np.einsum("uvc,f->uvcf", window, x[i, j])
    return dx, dw


def _copies(seed, rows, columns, w_shape, s):
    kh, kw, channels, filters = w_shape
    dy = quarters(seed + 2, (rows - 1) * s + kh, (columns - 1) * s + kw, channels)
    return quarters(seed, rows, columns, filters), quarters(seed + 1, *w_shape), dy, s


def _kernel_from_flipped(x, w, dy, s):
    return transposed_backward(x, w, dy, s)[0], transposed_backward(x, w, dy, s)[1][::-1, ::-1]


def _as_a_full_convolution(x, w, dy, s):
    shifted = (dy[u:u + x.shape[0], v:v + x.shape[1]] @ w[w.shape[0] - 1 - u, w.shape[1] - 1 - v]
               for u, v in np.ndindex(w.shape[:2]))
    return sum(shifted), transposed_backward(x, w, dy, s)[1]


TRANSPOSED_BACKWARD = Exercise(
    name="TRANSPOSED_BACKWARD",
    prompt="A *transposed convolution* does forward what a convolution does backward: every input leaves a copy of the "
           "kernel, and copies add up. Networks use it to make large maps out of small ones. Write "
           "`transposed_backward`, its gradients, from the forward formula in the docstring.",
    reference=transposed_backward,
    outputs=("dL/dx", "dL/dw"),
    axes=("rows", "columns", "channels", "filters"),
    cases=((np.array([[[2.0], [3.0]]]), np.array([[1.0, -1]]).reshape(1, 2, 1, 1),
            np.array([[1.0, 10, 100]]).reshape(1, 3, 1), 1),
           (whole(721, 1, 1, 1), whole(723, 2, 2, 1, 1), whole(725, 2, 2, 1), 2),
           _copies(727, 2, 3, (2, 2, 1, 1), 1), _copies(731, 3, 2, (3, 2, 2, 1), 2),
           _copies(735, 2, 2, (2, 3, 1, 3), 2), _copies(739, 3, 4, (3, 2, 2, 3), 1),
           _copies(743, 4, 2, (3, 4, 3, 2), 3)),
    mistakes=(
        Slip("kernel flipped", "window, w)", "window, w[::-1, ::-1])",
             "You flip the kernel. On the way forward tap [u, v] of a copy lies u rows below its input: which number "
             "of dy does it meet now?"),
        Mistake("kernel gradient flipped", _kernel_from_flipped,
                "Your dL/dw is turned by half a turn. Which tap wrote to the place from which you read?"),
        Slip("last copy only", "dw +=", "dw =",
             "Your dL/dw comes from the last copy alone. How many copies of the kernel are there?"),
        Slip("copies one apart", "i * s, j * s", "i, j",
             "You read dy as if copies lay one apart. How far apart are they?"),
        Slip("copies one apart along the columns", "i * s, j * s", "i * s, j",
             "Along one axis you read dy as if copies lay one apart. How far apart are they along both?"),
        Mistake("a full convolution at stride 1", _as_a_full_convolution,
                "Your dL/dx slides a flipped kernel over dy in steps of one. Forward, inputs left copies s apart, each "
                "with its first tap at the corner: which window of dy belongs to an input?"),
        Slip("one copy, no window", "window, w)", "window * 0 + dy[top, left], w)",
             "Each input reads one number of dy. To how many outputs did it contribute?"),
        Slip("mean over the copies", "window, x[i, j])", "window, x[i, j] / (x.shape[0] * x.shape[1]))",
             "Your dL/dw is a mean over the copies. Does a change of a weight move one copy, or all?"),
        Slip("no input in dL/dw", "window, x[i, j])", "window, x[i, j] * 0 + 1)",
             "Your dL/dw ignores x. By what was this copy of the kernel multiplied?"),
        Slip("mean over the window", "dx[i, j] = np.einsum(\"uvc,uvcf->f\", window, w)",
             "dx[i, j] = np.einsum(\"uvc,uvcf->f\", window, w) / (w.shape[0] * w.shape[1])",
             "Your dL/dx is a mean over the taps. What does the chain rule do with the ways by which an input reaches "
             "the loss?"),
        Slip("first channel of dy", "window, w)", "window[..., :1], w[:, :, :1])",
             "Your dL/dx knows the first channel of dy alone. Into how many channels does an input write?"),
        Slip("ones for dy", "window = dy[", "window = np.ones_like(dy)[",
             "You answer as if all of dy were 1. What does the chain rule multiply with?"),
        Mistake("outputs swapped", lambda x, w, dy, s: transposed_backward(x, w, dy, s)[::-1],
                "Your two results have changed places. Which of them has the shape of x?"),
    ),
    properties=(
        Property("x and w meet the loss alike: the sum of x · dL/dx equals that of w · dL/dw.",
                 lambda out, x, w, *_: np.isclose(np.sum(x * out[0]), np.sum(w * out[1]), atol=1e-3)),
    ),
    hints=(
        "The roles of two letters are exchanged: what was the input of the products is now their output. Which numbers "
        "of y did x[i, j, f] write to?",
        "They form a window of dy that begins at [i * s, j * s]. dL/dx[i, j, f] is the sum of that window times the "
        "kernel, over u, v and c: a convolution at stride s.",
        "dL/dw is the sum over all i and j of the window times x[i, j, f].",
    ),
)
