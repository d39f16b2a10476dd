"""The exercises on why convolution: its matrix, its cost, its transpose and its receptive field."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Estimate, Exercise, Mistake, Property, Slip

# -- convolution as a matrix -------------------------------------------------------------------------------------


def conv1d_matrix(kernel, n, stride):
    """Returns the matrix M for which M @ x slides the kernel over x; no padding.

    Args:
        kernel: Array of shape (k,); it is not flipped.
        n: Length of x.
        stride: Step of the kernel.

    Returns:
        Array of shape (outputs, n), one row for each window wholly inside x.
    """
    k = len(kernel)
    outputs = (n - k) // stride + 1
    matrix = np.zeros((outputs, n))
    for row in range(outputs):
        start = row * stride
        matrix[row, start:start + k] = kernel
    return matrix


def _circulant(kernel, n, stride):
    row = np.concatenate([kernel, np.zeros(n - len(kernel))])
    return np.stack([np.roll(row, start) for start in range(0, n, stride)])


def _same_matrix(kernel, n, stride):
    return conv1d_matrix(kernel, n + len(kernel) - 1, 1)[:, (len(kernel) - 1) // 2:][::stride, :n]


def _matrix_rounded_up(kernel, n, stride):
    return conv1d_matrix(kernel, n + (len(kernel) - n) % stride, stride)[:, :n]


def _matrix_unit_steps(kernel, n, stride):
    return conv1d_matrix(kernel, n, 1)[:(n - len(kernel)) // stride + 1]


def _matrix_spread(kernel, n, stride):
    spread = np.zeros((len(kernel) - 1) * stride + 1)
    spread[::stride] = kernel
    return conv1d_matrix(spread, max(n, len(spread)), 1)[:, :n]


CONV_MATRIX = Exercise(
    name="CONV_MATRIX",
    prompt="A convolution is linear, so it is a matrix. Write `conv1d_matrix`: the matrix `M` for which `M @ x` is "
           "what the kernel gives on a signal `x` of length `n`, at any stride (no padding, kernel not flipped). What "
           "does the stride change in the pattern of the rows?",
    reference=conv1d_matrix,
    axes=("outputs", "inputs"),
    cases=((np.array([1, -2]), 3, 1), (np.array([1, 2, 4]), 5, 1), (np.array([1, 2, 4]), 6, 2), (whole(41, 4), 4, 1),
           (whole(42, 3), 8, 3), (quarters(43, 4), 9, 2), (quarters(44, 5), 6, 1), (quarters(45, 3), 11, 2),
           (whole(46, 2), 9, 3)),
    mistakes=(
        Mistake("flipped kernel", lambda kernel, n, stride: conv1d_matrix(kernel[::-1], n, stride),
                "Your rows hold the kernel backwards. Which entry of it meets the first cell of the window?"),
        Mistake("rows not moved by the stride", _matrix_unit_steps,
                "The number of rows respects the stride. Does the place of the kernel in a row respect it, too?"),
        Mistake("columns left out", lambda kernel, n, stride: conv1d_matrix(kernel, n, 1)[:, ::stride],
                "You leave out columns. Which of the two does a stride leave out: inputs or outputs?"),
        Mistake("stride within the kernel", _matrix_spread,
                "You pull the entries of the kernel apart: that is dilation. What does a stride move?"),
        Mistake("full convolution", lambda kernel, n, stride: np.stack(
            [np.convolve(unit, kernel[::-1])[::stride] for unit in np.eye(n)], axis=1),
                "Your windows may hang over both ends. At how many places does the kernel lie wholly inside?"),
        Mistake("wrapped around", _circulant,
                "Your kernel leaves on the right and comes in again on the left. Where does the last whole window "
                "begin?"),
        Mistake("padded to the same size", _same_matrix,
                "At stride 1 your matrix is square: it pads with zeros. Which rows belong to windows that lie wholly "
                "inside?"),
        Mistake("looking back only", lambda kernel, n, stride: np.stack(
            [np.convolve(unit, kernel)[:n:stride] for unit in np.eye(n)], axis=1),
                "Each output sees its own cell and those before it, and the kernel runs backwards. Which cell does a "
                "window begin at here, and how many whole windows are there?"),
        Mistake("no +1", lambda kernel, n, stride: conv1d_matrix(kernel, n, stride)[:-1],
                "One row is missing at the end. How many places are there if the kernel is as long as the signal?"),
        Mistake("rounded up", _matrix_rounded_up,
                "In your last row a part of the kernel is cut off. Is that window there, if the stride does not "
                "divide?"),
        Mistake("windows side by side", lambda kernel, n, stride: conv1d_matrix(kernel, n, len(kernel)),
                "Your windows lie side by side. By how much does the kernel move: by its length, or by the stride?"),
        Mistake("rows of zeros", lambda kernel, n, stride: conv1d_matrix(kernel, n, 1) * (
            np.arange(n - len(kernel) + 1) % stride == 0)[:, None],
                "Rows that the stride skips are there, full of zeros. How many outputs are there?"),
        Mistake("windows only", lambda kernel, n, stride: np.tile(kernel, ((n - len(kernel)) // stride + 1, 1)),
                "Your rows are as long as the kernel. How long must a row be, so that it can be multiplied with x?"),
    ),
    properties=(
        Property("each row is the row above it, moved to the right by the stride.",
                 lambda out, kernel, n, stride: np.allclose(out[1:, stride:], out[:-1, :-stride])),
    ),
    hints=(
        "Each row of the matrix makes one output. Which cells of `x` does that output see, and with which weights?",
        "How many windows are there at this stride? So many rows. Begin with a matrix of zeros of that size.",
        "Write the kernel into row number `row`, from column `row * stride` on.",
    ),
)


# -- transposed convolution --------------------------------------------------------------------------------------


def conv1d_transpose(x, kernel, stride):
    """Lays a copy of the kernel, times x[i], at every place i * stride.

    Where copies overlap they are added up.

    Args:
        x: Array of shape (n,).
        kernel: Array of shape (k,), not flipped; k is at least the stride.
        stride: Step between the copies.

    Returns:
        Array of shape ((n - 1) * stride + k,).
    """
    n, k = len(x), len(kernel)
    out = np.zeros((n - 1) * stride + k)
    for i in range(n):
        out[i * stride:i * stride + k] += x[i] * kernel
    return out


def _overwritten(x, kernel, stride):
    out = conv1d_transpose(0 * x, kernel, stride)
    for i, value in enumerate(x):
        out[i * stride:i * stride + len(kernel)] = value * kernel
    return out


def _averaged(x, kernel, stride):
    return conv1d_transpose(x, kernel, stride) / np.maximum(conv1d_transpose(0 * x + 1, 0 * kernel + 1, stride), 1)


def _copies(x, kernel, stride):
    """Returns the copies of the kernel, one a row, each at its place; NaN where it does not reach."""
    rows = np.full((len(x), (len(x) - 1) * stride + len(kernel)), np.nan)
    for i, value in enumerate(x):
        rows[i, i * stride:i * stride + len(kernel)] = value * kernel
    return rows


CONV1D_TRANSPOSE = Exercise(
    name="CONV1D_TRANSPOSE",
    prompt="The transposed convolution runs the arrows backwards: where a convolution *gathers* a window into one "
           "output, it *scatters* one input over a window. Write `conv1d_transpose`. The kernel is at least as long as "
           "the stride, so that the copies leave no gap.",
    reference=conv1d_transpose,
    axes=("output",),
    cases=((np.array([2, 5]), np.array([1, -1, 3]), 2), (np.array([1, 2, 3]), np.array([1, 10]), 1),
           (whole(51, 3), whole(52, 4), 2), (whole(53, 4), whole(54, 3), 3), (whole(55, 3), quarters(56, 5), 3),
           (quarters(57, 5), quarters(58, 3), 2), (quarters(59, 6), quarters(60, 6), 4)),
    mistakes=(
        Mistake("overlap overwritten", _overwritten,
                "Where two copies overlap, only the last one is left. What shall happen to the first?"),
        Mistake("larger of the overlap", lambda x, kernel, stride: np.nanmax(_copies(x, kernel, stride), axis=0),
                "Where copies overlap you keep the larger one. What does the transpose of a matrix do with them?"),
        Mistake("larger of the overlap, from zero on", lambda x, kernel, stride: np.nanmax(
            _copies(x, kernel, stride), axis=0, initial=0),
                "None of your entries is negative, and where copies overlap you keep the larger one. What does `+=` "
                "do that `np.maximum` does not?"),
        Mistake("overlap averaged", _averaged,
                "Where copies overlap you take their mean. An output is a row of the transposed matrix times x: is "
                "that a mean or a sum?"),
        Mistake("ordinary convolution", lambda x, kernel, stride: np.correlate(
            np.pad(x, len(kernel)), kernel, mode="valid")[::stride],
                "You gather: every output sees a window of x. Here every input fills a window of the output."),
        Mistake("cut to n times the stride", lambda x, kernel, stride: np.concatenate(
            [conv1d_transpose(x, kernel, stride), np.zeros(stride)])[:len(x) * stride],
                "Your result has n·stride entries, as with padding \"same\". Where does the last copy of the kernel "
                "end here?"),
        Mistake("one copy too long", lambda x, kernel, stride: np.concatenate(
            [conv1d_transpose(x, kernel, stride), np.zeros(stride)]),
                "Some cells at the end are never touched. Between n copies, how many steps of the stride are there?"),
        Mistake("input spread, kernel forgotten", lambda x, kernel, stride: conv1d_transpose(
            x, np.eye(1, len(kernel))[0], stride),
                "The inputs stand where their copies begin, and the rest is zero. What does each one spread over its "
                "window?"),
        Mistake("nearest neighbour, then a convolution", lambda x, kernel, stride: np.convolve(
            np.repeat(x, stride), kernel),
                "You repeat every input `stride` times and then convolve. What stands between two inputs where copies "
                "lie `stride` apart: the input again, or nothing?"),
        Mistake("nearest neighbour, then a convolution that keeps the size", lambda x, kernel, stride: np.convolve(
            np.repeat(x, stride), kernel, "same"),
                "You enlarge x by repeating its entries and smooth that, keeping the size. That is a good way to "
                "enlarge a map, and another one. Which outputs does a single 1 in x reach here, with which weights?"),
        Mistake("nearest neighbour, then a convolution, cut to length", lambda x, kernel, stride: np.convolve(
            np.repeat(x, stride), kernel)[:(len(x) - 1) * stride + len(kernel)],
                "Your result has the right length, but inputs fill the cells between the places where copies begin. "
                "How many copies of the kernel does one input lay down?"),
        Mistake("copies one place apart", lambda x, kernel, stride: np.append(
            np.convolve(x, kernel), np.zeros((len(x) - 1) * (stride - 1))),
                "Your copies lie one place apart, at any stride. Where does the copy of x[i] begin?"),
        Mistake("last copy left out", lambda x, kernel, stride: conv1d_transpose(
            np.append(x[:-1], 0), kernel, stride),
                "The last number of `x` lays down no copy. Where does your loop end?"),
        Mistake("input repeated", lambda x, kernel, stride: conv1d_transpose(x, 0 * kernel + 1, stride),
                "Every input is added to its window unweighted. Where do the weights of the kernel come in?"),
    ),
    hints=(
        "Take x = [2, 5], kernel [a, b, c], stride 2. Write 2a, 2b, 2c in a row. Where does 5a go?",
        "The copy for `x[i]` begins at `i * stride`. Where does the last one end? So long is the result.",
        "A loop over `i`: add `x[i] * kernel` to the cells from `i * stride` on. Add: copies overlap.",
    ),
)


# -- cost --------------------------------------------------------------------------------------------------------


def parameters_and_macs(kernel_size, in_channels, filters, output_shape, use_bias):
    """Counts what a 2-D convolution layer learns and what it computes for one image.

    Args:
        kernel_size: (kh, kw).
        in_channels: Channels of the input.
        filters: Channels of the output.
        output_shape: (height, width) of the output.
        use_bias: Whether each filter has a bias.

    Returns:
        (parameters, macs): a mac is one multiplication with its addition; adding a
        bias is none.
    """
    kh, kw = kernel_size
    height, width = output_shape
    weights = kh * kw * in_channels * filters
    parameters = weights + filters if use_bias else weights
    return parameters, weights * height * width


def _cost(count):
    """Builds a wrong count from a function of kh, kw, channels, filters, positions, bias (0 or 1)."""
    def answer(kernel_size, in_channels, filters, output_shape, use_bias):
        return count(*kernel_size, in_channels, filters, output_shape[0] * output_shape[1], int(use_bias))
    return answer


COUNT_COST = Exercise(
    name="COUNT_COST",
    prompt="Write `parameters_and_macs`: how many numbers does a convolution layer learn, and how many "
           "multiply-accumulates does it do for one image?",
    reference=parameters_and_macs,
    outputs=("parameters", "macs"),
    cases=(((1, 1), 2, 3, (2, 1), False), ((3, 3), 1, 5, (5, 4), True), ((3, 2), 3, 4, (6, 5), True),
           ((5, 1), 2, 6, (3, 7), False), ((3, 3), 3, 64, (224, 224), True), ((11, 11), 3, 96, (55, 55), True),
           ((1, 7), 5, 2, (4, 9), False)),
    mistakes=(
        Mistake("one bias in all", _cost(lambda kh, kw, c, f, at, b: (kh * kw * c * f + b, kh * kw * c * f * at)),
                "You count one bias for the layer. Does every filter have its own?"),
        Mistake("bias per channel and filter",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw + b) * c * f, kh * kw * c * f * at)),
                "You count a bias for every pair of channel and filter. To what is a bias added: to each channel, "
                "or to the sum over them?"),
        Mistake("weights not shared",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw * c + b) * f * at, kh * kw * c * f * at)),
                "Your parameters grow with the output. Does a convolution learn new weights at every place?"),
        Mistake("positions forgotten",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw * c + b) * f, kh * kw * c * f)),
                "The parameters are right. Your macs are those of a single place: how often is a filter applied?"),
        Mistake("one row of places", lambda size, c, f, shape, bias: (
            parameters_and_macs(size, c, f, shape, bias)[0], size[0] * size[1] * c * f * shape[1]),
                "The parameters are right. Your macs are those of one row of outputs: how many rows are there?"),
        Mistake("one column of places", lambda size, c, f, shape, bias: (
            parameters_and_macs(size, c, f, shape, bias)[0], size[0] * size[1] * c * f * shape[0]),
                "The parameters are right. Your macs are those of one column of outputs: how many columns are there?"),
        Mistake("height and width added", lambda size, c, f, shape, bias: (
            parameters_and_macs(size, c, f, shape, bias)[0], size[0] * size[1] * c * f * (shape[0] + shape[1])),
                "The parameters are right. You add height and width of the output. How many places has a map of 3 by "
                "4?"),
        Mistake("bias counted as a mac",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw * c + b) * f, (kh * kw * c + b) * f * at)),
                "The parameters are right. You count the bias among the macs: is it multiplied with anything?"),
        Mistake("multiplications and additions apart",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw * c + b) * f, 2 * kh * kw * c * f * at)),
                "The parameters are right. You count multiplications and additions apart (FLOPs): how many of them "
                "make one mac?"),
        Mistake("one filter's macs",
                _cost(lambda kh, kw, c, f, at, b: ((kh * kw * c + b) * f, kh * kw * c * at)),
                "The parameters are right. Your macs are those of one output channel: how many are there?"),
        Mistake("sides of the kernel added",
                _cost(lambda kh, kw, c, f, at, b: ((kh + kw) * c * f + b * f, (kh + kw) * c * f * at)),
                "You add the sides of the kernel. How many weights has a kernel of 3 by 2?"),
        Mistake("output shrunk once more", lambda size, c, f, shape, bias: (
            parameters_and_macs(size, c, f, shape, bias)[0], size[0] * size[1] * c * f
            * (shape[0] - size[0] + 1) * (shape[1] - size[1] + 1)),
                "The parameters are right. For the macs you take `output_shape` for the input's. How many places does "
                "an output of 3 by 4 have?"),
    ),
    hints=(
        "How many weights has one filter? It covers kh·kw pixels, and at each it sees every input channel.",
        "Parameters: the weights of all filters, and one bias for each. Macs: how often is each weight used for one "
        "image?",
        "Every weight is used once at every output position: macs = weights · height · width. Biases are only added.",
    ),
)


# -- receptive field ---------------------------------------------------------------------------------------------


def receptive_field(layers: list[tuple[int, int, int]]) -> int:
    """Returns how many input cells the field of a unit of the last layer covers.

    Cells along one axis, from the first that the unit reads to the last. Cells in
    between count, even if dilation or stride skips them.

    Args:
        layers: (kernel, stride, dilation) of every layer, the one next to the input
            first.
    """
    size, jump = 1, 1  # cells that a field covers; cells from one unit to the next
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size


def _field(grow, size=1, jump=1, step=lambda jump, stride: jump * stride):
    """Builds a wrong field from how a layer lets it grow."""
    def answer(layers):
        field, apart = size, jump
        for kernel, stride, dilation in layers:
            field += grow(kernel, stride, dilation, apart)
            apart = step(apart, stride)
        return field
    return answer


def _backwards(layers, below, size=1):
    """Carries a field from the last layer down to the input: `below(field, kernel, stride, dilation)`."""
    for layer in layers[::-1]:
        size = below(size, *layer)
    return size


RECEPTIVE_FIELD = Exercise(
    name="RECEPTIVE_FIELD",
    prompt="Write `receptive_field`: how many cells of the input, along one axis, does the field of one unit of the "
           "last layer cover, from the first cell to the last, gaps included? Pooling counts as a layer "
           "with kernel and stride like any other.",
    reference=receptive_field,
    cases=(([(3, 1, 1)],), ([(3, 2, 1)],), ([(3, 1, 1), (3, 1, 1)],), ([(3, 2, 1), (3, 1, 1)],), ([(3, 1, 2)],),
           ([(2, 2, 1), (2, 2, 1), (3, 1, 1)],), ([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)],),
           ([(3, 1, 1), (3, 1, 2), (3, 1, 4)],), ([(3, 2, 2), (4, 3, 1), (2, 1, 3)],),
           ([(1, 2, 1), (3, 2, 1), (1, 1, 1)],),
           ([(11, 4, 1), (3, 2, 1), (5, 1, 1), (3, 2, 1), (3, 1, 1)],)),
    mistakes=(
        Mistake("strides ignored", _field(lambda k, s, d, jump: d * (k - 1)),
                "Your field grows by the same amount however far apart the units lie. After a stride of 2, how many "
                "input cells apart are two neighbours?"),
        Mistake("stride applied too early", _field(lambda k, s, d, jump: d * (k - 1) * jump * s),
                "You use a layer's stride for its own kernel. Are the cells that a layer reads as far apart as those "
                "it writes?"),
        Mistake("only the layer before", _field(lambda k, s, d, jump: d * (k - 1) * jump, step=lambda jump, s: s),
                "You use only the stride of the layer before. What do two strides of 2, one after the other, make?"),
        Mistake("strides added", _field(lambda k, s, d, jump: d * (k - 1) * jump, step=lambda jump, s: jump + s - 1),
                "You add the strides up. What do two strides of 3, one after the other, make?"),
        Mistake("kernels added", _field(lambda k, s, d, jump: d * k * jump, size=0),
                "You add whole kernels. How many new cells does a second 3-kernel see beside those that its middle "
                "sees already?"),
        Mistake("no start", _field(lambda k, s, d, jump: d * (k - 1) * jump, size=0),
                "Your field is one too small. How many cells does a unit see if there is no layer at all?"),
        Mistake("dilation ignored", _field(lambda k, s, d, jump: (k - 1) * jump),
                "Your field is the same with and without dilation. How far apart are the entries of a dilated kernel?"),
        Mistake("dilation times the kernel", _field(lambda k, s, d, jump: (d * k - 1) * jump),
                "You let a dilated kernel reach over d·k cells. How many gaps lie between k entries?"),
        Mistake("dilation taken for a stride", lambda layers: receptive_field([(k, s * d, 1) for k, s, d in layers]),
                "You let dilation pull the units of the next layer apart, and not the entries of its own kernel. "
                "Which of the two does it do?"),
        Mistake("kernels multiplied", lambda layers: int(np.prod([d * (k - 1) + 1 for k, s, d in layers])),
                "You multiply the kernels. Do the fields of two neighbouring units overlap?"),
        Mistake("own stride for the jump", _field(lambda k, s, d, jump: d * (k - 1) * s),
                "You multiply each layer's kernel by its own stride. Whose strides pull the units that it **reads** "
                "apart?"),
        Mistake("gaps left out", lambda layers: len(_backwards(layers, lambda cells, k, s, d: {
            cell * s + entry * d for cell in cells for entry in range(k)}, size={0})),
                "You count the cells that are read. The field reaches from the first of them to the last: what of the "
                "cells that are skipped in between?"),
    ),
    hints=(
        "Two layers with kernel 3 and stride 1: draw one unit of the last, the three units it reads, and what these "
        "read. How many input cells?",
        "Keep two numbers as you go up: how many cells a unit sees, and how many cells apart two neighbours lie.",
        "A layer adds `dilation * (kernel - 1)` steps, each as long as the units **it reads** lie apart. After that "
        "the distance grows by its stride.",
    ),
)


# -- im2col ------------------------------------------------------------------------------------------------------


def im2col(x, kernel_height, kernel_width, stride):
    """Lays every window of an image as a row of a matrix.

    A convolution is then one matrix product.

    Args:
        x: Array of shape (H, W, C).
        kernel_height: Height of the windows.
        kernel_width: Width of the windows.
        stride: Step along height and width.

    Returns:
        Array of shape (positions, kernel_height * kernel_width * C), the positions
        row by row. Times a kernel reshaped to (kernel_height * kernel_width * C, F),
        it is the convolution.
    """
    rows = []
    for top in range(0, x.shape[0] - kernel_height + 1, stride):
        for left in range(0, x.shape[1] - kernel_width + 1, stride):
            window = x[top:top + kernel_height, left:left + kernel_width]
            rows.append(window.ravel())
    return np.stack(rows)


def _windows(x, kh, kw, stride):
    """Returns the windows as an array (height, width, kh, kw, C)."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(0, 1))[::stride, ::stride]
    return np.moveaxis(view, 2, -1)


def _im2col_order(*order):
    """Builds an im2col with the axes (height, width, kh, kw, C) in another order."""
    def answer(x, kernel_height, kernel_width, stride):
        windows = _windows(x, kernel_height, kernel_width, stride)
        return windows.transpose(order).reshape(windows.shape[0] * windows.shape[1], -1)
    return answer


IM2COL = Exercise(
    name="IM2COL",
    prompt="One way to make convolution fast: lay every window as a row of a matrix; then *one* matrix product does "
           "all the rest. The price is memory, since a pixel is stored up to $k_h k_w$ times. Write `im2col`, so that "
           "`im2col(x, kh, kw, stride) @ kernel.reshape(-1, F)` is the convolution.",
    reference=im2col,
    axes=("positions", "entries of a window"),
    cases=((whole(71, 2, 3, 2), 1, 2, 1), (whole(72, 3, 4, 1), 2, 3, 1), (whole(73, 4, 3, 2), 2, 2, 1),
           (quarters(74, 5, 8, 3), 3, 2, 2), (quarters(75, 7, 6, 2), 2, 3, 3)),
    mistakes=(
        Mistake("channels first", _im2col_order(0, 1, 4, 2, 3),
                "Within a row, your channels run slowest. In `kernel.reshape(-1, F)`, which of kh, kw and C runs "
                "fastest?"),
        Mistake("windows by columns", _im2col_order(0, 1, 3, 2, 4),
                "Within a row, you read the window column by column. In which order does `kernel.reshape` read the "
                "kernel?"),
        Mistake("positions by columns", _im2col_order(1, 0, 2, 3, 4),
                "Your positions run down the columns. In which order do the pixels of the output stand in memory?"),
        Mistake("windows side by side", lambda x, kernel_height, kernel_width, stride: np.stack(
            [x[i:i + kernel_height, j:j + kernel_width].ravel()
             for i in range(0, x.shape[0] - kernel_height + 1, kernel_height)
             for j in range(0, x.shape[1] - kernel_width + 1, kernel_width)]),
                "Your windows do not overlap. By how much does a window move: by its own size, or by the stride?"),
        Mistake("no +1", lambda x, kernel_height, kernel_width, stride:
                _windows(x, kernel_height, kernel_width, 1)[:-1, :-1][::stride, ::stride]
                .reshape(-1, kernel_height * kernel_width * x.shape[2]),
                "Windows at the lower and the right edge are missing. What is the last place where one may begin?"),
        Mistake("channels added up", lambda x, kernel_height, kernel_width, stride: im2col(
            x.sum(axis=2, keepdims=True), kernel_height, kernel_width, stride),
                "You add the channels up. How many weights has a filter for each of its pixels?"),
        Mistake("one row for each position and channel", lambda x, kernel_height, kernel_width, stride:
                np.moveaxis(_windows(x, kernel_height, kernel_width, stride), 4, 2)
                .reshape(-1, kernel_height * kernel_width),
                "Each channel of a window has a row of its own. How many numbers does a filter see at one position?"),
        Mistake("everything backwards in a window", _im2col_order(0, 1, 4, 3, 2),
                "Within a row, the row of the pixel runs fastest, as in Fortran (`order=\"F\"`). Which index runs "
                "fastest in `kernel.reshape(-1, F)`?"),
        Mistake("stride along the height only", lambda x, kernel_height, kernel_width, stride: im2col(
            x, kernel_height, kernel_width, 1).reshape(
                x.shape[0] - kernel_height + 1, x.shape[1] - kernel_width + 1, -1)[::stride]
            .reshape(-1, kernel_height * kernel_width * x.shape[2]),
                "You step over rows, but take a window at every column. Along which axes does the stride run?"),
        Mistake("windows not moved by the stride", lambda x, kernel_height, kernel_width, stride: np.stack(
            [x[i:i + kernel_height, j:j + kernel_width].ravel()
             for i in range((x.shape[0] - kernel_height) // stride + 1)
             for j in range((x.shape[1] - kernel_width) // stride + 1)]),
                "The number of your rows respects the stride. Do the corners of the windows respect it, too?"),
    ),
    hints=(
        "How many windows are there, and how many numbers has each? That is the shape of the matrix.",
        "Two loops over the upper left corners, row by row. Cut the window out: what is its shape?",
        "`window.ravel()` lays it flat in the order (row, column, channel), as `kernel.reshape(-1, F)` does.",
    ),
)


# -- a map that should move along --------------------------------------------------------------------------------


def slide_on_ring(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slides a kernel over numbers on a ring; moves along with every shift.

    Output i is the sum of each weight u times the number u places after i.

    Args:
        x: Array of shape (n,). After its last number comes its first.
        kernel: Array of shape (k,), not flipped; k is at most n.

    Returns:
        Array of shape (n,).
    """
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[(i + u) % n]
    return out


REPAIR_RING = BugHunt(
    name="REPAIR_RING",
    prompt="`slide_on_ring` is linear and local, and it should be equivariant to every shift of the ring. It isn't. "
           "Find out for which shifts and at which places it fails, then repair it.",
    reference=slide_on_ring,
    axes=("places",),
    cases=((np.array([1.0, 2, 4]), np.array([1.0, 3])), (np.array([5.0, 0, 0, 1]), np.array([2.0, -1])),
           (whole(81, 5), whole(82, 3)), (quarters(83, 7), quarters(84, 4)), (quarters(85, 6), quarters(86, 1)),
           (quarters(87, 4), quarters(88, 4))),
    bugs=(
        Slip("last number repeated", "(i + u) % n", "min(i + u, n - 1)",
             "In the middle your numbers move along, near the end of the array they do not. Which number follows the "
             "last one on a ring?"),
        Slip("kernel drifts", "kernel[u]", "kernel[(u + i // 2) % k]",
             "Two places further along, a unit weighs its neighbours differently. May a weight depend on `i`?"),
    ),
    mistakes=(
        Slip("zeros beyond the end", "kernel[u] * x[(i + u) % n]", "(kernel[u] * x[i + u] if i + u < n else 0)",
             "Beyond the last number you read zeros. On a ring, which number comes there?"),
        Slip("backwards", "(i + u) % n", "(i - u) % n",
             "Your map moves along, but it reads the numbers before place i. Which does the docstring ask for?"),
        Slip("centred", "(i + u) % n", "(i + u - k // 2) % n",
             "Your map moves along, but your window begins before place i. Where does the docstring let it begin?"),
        Slip("wrapped too late", "% n", "% (n + 1) % n",
             "Once past the end, your windows read the first number twice. How long is the ring?"),
        Slip("wrapped too early", "% n", "% (n - 1)",
             "Your ring leaves out its last number. How many numbers has a ring of n, and which is the last index?"),
        Slip("kernel turns", "kernel[u]", "kernel[(u + i) % k]",
             "One place further along, each weight meets another neighbour. May a weight depend on `i`?"),
        Slip("ring of the kernel", "(i + u) % n", "(i + u) % k",
             "You read only the first numbers, as many as the kernel has. Where does the ring close?"),
        Slip("overwritten", "+= kernel", "= kernel",
             "Only the last product is left at each place. What becomes of the others?"),
    ),
    properties=(
        Property("on a ring every number meets every weight once, so the outputs add up to sum(x) * sum(kernel).",
                 lambda out, x, kernel: np.isclose(out.sum(), x.sum() * kernel.sum(), atol=1e-3)),
    ),
    hints=(
        "Feed it a single 1 on a ring of zeros, at place 0 and then at place 1. What has to happen to the output?",
        "A map is equivariant if no weight depends on `i` alone, and if no place is an end.",
        "`%` brings an index that has left the ring back to its start.",
    ),
)


# -- dense against convolution -----------------------------------------------------------------------------------


SAME_OUTPUT = Estimate(
    name="SAME_OUTPUT",
    prompt="A convolution reads a colour image of 64×64 pixels and puts out 16 maps of 64×64. Its 448 parameters take "
           "1.8 KB. How many **gigabytes** ($10^9$ bytes) do the weights of a dense layer take that reads the same "
           "image and puts out as many numbers, in float32? Leave the biases aside.",
    variable="gigabytes",
    unit="GB",
    working="""
    inputs, outputs = 64 * 64 * 3, 64 * 64 * 16
    gigabytes = inputs * outputs * 4 / 1e9
    """,
    slips=(
        Slip("numbers, not bytes", " * 4 /", " /", "That is the number of weights in thousand millions. How many bytes "
             "does a float32 take?"),
        Slip("bits", " * 4 /", " * 32 /", "You count 32 for a float32. Are those bytes?"),
        Slip("one map", "64 * 64 * 16", "64 * 64", "You count a single output map. How many are there?"),
        Slip("one channel", "64 * 64 * 3", "64 * 64", "You count a grey image. How many numbers has a colour image?"),
        Slip("added", "inputs * outputs", "(inputs + outputs)",
             "You add inputs and outputs. How many weights has each output?"),
        Slip("sixteen units", "64 * 64 * 16", "16",
             "You count 16 units. How many numbers do 16 maps hold?"),
    ),
    hints=("A dense layer has one weight for every pair of an input and an output.",
           "There are 64 · 64 · 3 inputs and 64 · 64 · 16 outputs, and a weight takes four bytes."),
)


# -- the convolution inside a matrix -----------------------------------------------------------------------------


def nearest_circulant(matrix: np.ndarray) -> np.ndarray:
    """Returns the nearest matrix among those that commute with shifts.

    Nearest: the sum of the squared differences of all entries is smallest.

    Args:
        matrix: Array of shape (n, n), a linear map of n numbers on a ring.

    Returns:
        Array of shape (n, n).
    """
    n = len(matrix)
    rows, out = np.arange(n), np.zeros((n, n))
    for step in range(n):
        columns = (rows + step) % n
        out[rows, columns] = matrix[rows, columns].mean()
    return out


NEAREST_CIRCULANT = Exercise(
    name="NEAREST_CIRCULANT",
    prompt="Any linear map of a ring has a convolution that comes closest to it. Write `nearest_circulant`. First "
           "argue on paper which entries of a matrix that commutes with shifts are equal, and which single number is "
           "nearest to several given ones; the code then follows.",
    reference=nearest_circulant,
    axes=("outputs", "inputs"),
    cases=((np.array([[1.0, 2], [3, 5]]),), (np.arange(9.0).reshape(3, 3),), (whole(91, 4, 4),),
           (quarters(92, 5, 5),), (quarters(93, 6, 6),)),
    mistakes=(
        Slip("summed", ".mean()", ".sum()", "You add the entries of a wrapped diagonal. Which number is nearest to 1 "
             "and 3?"),
        Slip("median", "matrix[rows, columns].mean()", "np.median(matrix[rows, columns])",
             "You take the number in the middle. Which number makes the sum of **squared** differences smallest?"),
        Slip("first row", "matrix[rows, columns].mean()", "matrix[0, step]",
             "Your matrix commutes with shifts, but only the first row was asked. Have the other rows no say?"),
        Slip("first column", "matrix[rows, columns].mean()", "matrix[columns[0] and n - step, 0]",
             "Your matrix commutes with shifts, but only the first column was asked. Have the other columns no say?"),
        Slip("other diagonals", "(rows + step) % n", "(step - rows) % n",
             "Your equal entries run from the upper right to the lower left. If input and output both move on by one, "
             "which entry comes next?"),
        Slip("whole matrix", "matrix[rows, columns].mean()", "matrix.mean()",
             "All your entries are equal. Which entries must be, and which need not?"),
        Slip("mirrored", "matrix[rows, columns].mean()", "(matrix + matrix.T)[rows, columns].mean() / 2",
             "Your matrix is symmetric. Must a map that commutes with shifts be the same both ways round?"),
        Mistake("diagonals not wrapped", lambda matrix: np.array(
            [[np.diagonal(matrix, j - i).mean() for j in range(len(matrix))] for i in range(len(matrix))]),
                "You average each diagonal up to the edge. Where does it go on, on a ring?"),
        Mistake("mean of two means", lambda matrix: nearest_circulant(np.array(
            [[np.diagonal(matrix, j - i).mean() * len(matrix) / 2 / (len(matrix) - abs(j - i)) if i != j
              else matrix[i, i] for j in range(len(matrix))] for i in range(len(matrix))])),
                "The two parts of a wrapped diagonal weigh the same in your mean, however long they are. How many "
                "entries does each hold?"),
        Slip("rows alone", "matrix[rows, columns].mean()", "matrix[:, step].mean()",
             "You average over columns of the matrix. Where do the entries lie that a shift carries into each other?"),
    ),
    properties=(
        Property("the result commutes with the shift: moving its rows and its columns by one leaves it as it is.",
                 lambda out, matrix: np.allclose(out, np.roll(out, (1, 1), axis=(0, 1)), atol=1e-3)),
    ),
    hints=(
        "Commuting with the shift means out[i + 1, j + 1] == out[i, j], with indices on the ring.",
        "So each wrapped diagonal holds one number n times. The nearest to n given numbers is their mean.",
        "`rows = np.arange(n)` and `columns = (rows + step) % n` pick one wrapped diagonal.",
    ),
)
