"""The exercises on pooling, forward and backward."""

import numpy as np

from dnnlib.exercises.cases import quarters, ties, whole
from dnnlib.exercises.exercise import BugHunt, Estimate, Exercise, Mistake, Property, Slip

_DECK = np.array([[1, 0, 2, 3], [4, 6, 6, 8], [3, 1, 1, 0], [1, 2, 2, 4]])


# -- max pooling -------------------------------------------------------------------------------------------------


def max_pool(x: np.ndarray, size: tuple[int, int], stride: int) -> np.ndarray:
    """Keeps the largest number of each window, in each channel, without padding.

    Args:
        x: Array of shape (H, W, C).
        size: (height, width) of the window.
        stride: Step of the window along height and width.

    Returns:
        Array of shape ((H - size[0]) // stride + 1, (W - size[1]) // stride + 1, C).
    """
    height = (x.shape[0] - size[0]) // stride + 1
    width = (x.shape[1] - size[1]) // stride + 1
    out = np.zeros((height, width, x.shape[2]))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = x[top:top + size[0], left:left + size[1]]
            out[i, j] = window.max(axis=(0, 1))
    return out


_KEPT = "window.max(axis=(0, 1))"
_CORNER = "i * stride, j * stride"


MAX_POOL = Exercise(
    name="MAX_POOL",
    prompt="Write `max_pool`: the largest number of each window, for every channel on its own. The window "
           "need not be square, the step is `stride` (not always the window's size), and there is no padding.",
    reference=max_pool,
    axes=("output height", "output width", "channels"),
    cases=((whole(1, 2, 3, 2), (2, 2), 1), (_DECK[..., np.newaxis], (2, 2), 2), (whole(3, 4, 7, 2), (2, 3), 2),
           (quarters(5, 7, 5, 3), (3, 2), 2), (-np.abs(quarters(7, 5, 6, 2)), (3, 3), 2),
           (whole(9, 8, 9, 2), (2, 2), 3), (quarters(11, 9, 8, 4), (4, 3), 3), (quarters(13, 6, 8, 2), (3, 2), 2)),
    mistakes=(
        Slip("maximum over the channels", _KEPT, "window.max()",
             "All your channels are the same. Does a large number in one channel speak for the others?"),
        Slip("maximum starts at zero", _KEPT, "np.maximum(window.max(axis=(0, 1)), 0)",
             "None of your outputs is negative. What is the largest of −5, −1 and −3, and what do you compare the "
             "first of them with?"),
        Slip("largest magnitude", _KEPT, "np.abs(window).max(axis=(0, 1))",
             "You compare magnitudes. Is −9 larger than 2?"),
        Slip("place of the largest number", _KEPT, "window.reshape(-1, x.shape[2]).argmax(axis=0)",
             "You return where in its window the largest number stands (`argmax`). Which number is it?"),
        Slip("sum", _KEPT, "window.sum(axis=(0, 1))",
             "You add up each window. Which of its numbers does max pooling keep?"),
        Slip("maximum over the first column only", _KEPT, "window[:, 0].max(axis=0)",
             "You compare the numbers of one column of each window. Over which two axes does the window reach?"),
        Slip("minimum", _KEPT, "window.min(axis=(0, 1))",
             "You keep the smallest number of each window. Is a comparison (or a sign) the wrong way round?"),
        Slip("average", _KEPT, "window.mean(axis=(0, 1))",
             "You take the mean of each window. Which number does max pooling keep?"),
        Slip("median", _KEPT, "np.median(window, axis=(0, 1))",
             "You take the number in the middle of each window. Which number does max pooling keep?"),
        Slip("corner of the window", _KEPT, "window[0, 0]",
             "You keep the first number of each window, whatever the others are. Where do you compare?"),
        Slip("windows side by side", _CORNER, "i * size[0], j * size[1]",
             "Your windows lie side by side, whatever `stride` says, or run over the edge. By how much shall they "
             "move?"),
        Slip("window not moved by the stride", _CORNER, "i, j",
             "The size of your result respects the stride. Do the windows you cut out respect it too?"),
        Slip("windows step down only", _CORNER, "i * stride, j",
             "Going down your windows move by the stride, going across by one. Where does the second slice begin?"),
    ),
    properties=(
        Property("every output is one of the numbers of the same channel.", lambda out, x, size, stride: all(
            np.isin(np.round(out[..., c], 4), np.round(x[..., c], 4)).all() for c in range(x.shape[2]))),
    ),
    hints=(
        "The windows lie where those of a convolution lie. How many are there along each axis?",
        "The window of output `[i, j]` begins at `[i * stride, j * stride]`. It has shape (height, width, C). Over "
        "which of its axes do you take the maximum?",
        "`window.max(axis=(0, 1))` leaves one number for each channel.",
    ),
)


# -- average pooling ---------------------------------------------------------------------------------------------


def average_pool(x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Averages each window, with padding "same"; only what lies inside counts.

    Along an axis of length i there are o = i / stride windows, rounded up. Together
    they reach beyond the image by (o - 1) * stride + size - i positions, or by none
    if that is negative: half of them, rounded down, before it, the rest after it.

    Args:
        x: Array of shape (H, W).
        size: Height and width of the window.
        stride: Step of the window along both axes.

    Returns:
        Array of shape (H / stride, W / stride), both rounded up.
    """
    o = [-(-i // stride) for i in x.shape]
    before = [max((o[a] - 1) * stride + size - x.shape[a], 0) // 2 for a in (0, 1)]
    out = np.zeros(o)
    for row in range(o[0]):
        for column in range(o[1]):
            top, left = row * stride - before[0], column * stride - before[1]
            window = x[max(top, 0):top + size, max(left, 0):left + size]
            out[row, column] = window.mean()
    return out


def _border_repeated(x, size, stride):
    o = [-(-i // stride) for i in x.shape]
    beyond = [max((n - 1) * stride + size - i, 0) for n, i in zip(o, x.shape, strict=True)]
    padded = np.pad(x, [(b // 2, b - b // 2) for b in beyond], mode="edge")
    return np.array([[padded[i * stride:i * stride + size, j * stride:j * stride + size].mean() for j in range(o[1])]
                     for i in range(o[0])])


_BEYOND = "(o[a] - 1) * stride + size - x.shape[a]"
_CUT = "x[top:top + size, left:left + size]"


AVERAGE_POOL = Exercise(
    name="AVERAGE_POOL",
    prompt="Write `average_pool` as Keras has it with `padding=\"same\"`: the mean of each window, where a window "
           "that reaches over the border divides by the number of pixels **inside** the image.",
    reference=average_pool,
    axes=("output height", "output width"),
    cases=((whole(21, 2, 3), 2, 2), (_DECK, 2, 2), (_DECK, 3, 2), (whole(23, 5, 4), 2, 1), (whole(25, 5, 6), 3, 1),
           (quarters(27, 7, 5), 3, 2), (quarters(29, 6, 8), 4, 3), (whole(31, 9, 7), 4, 2),
           (quarters(33, 5, 8), 2, 3), (quarters(35, 8, 11), 2, 4)),
    mistakes=(
        Slip("zeros counted", "window.mean()", "window.sum() / size**2",
             "Your outputs at the border are too close to zero. By how many pixels do you divide where part of the "
             "window lies outside?"),
        Slip("not divided", "window.mean()", "window.sum()",
             "You add up and do not divide. What is the mean of four ones?"),
        Slip("divided by the side", "window.mean()", "window.sum() / size",
             "You divide by the window's side. How many pixels does a window of 3 by 3 hold?"),
        Slip("maximum", "window.mean()", "window.max()",
             "You keep the largest number of each window. Which summary is asked for?"),
        Slip("moved inside", "x[max(top, 0):top + size, max(left, 0):left + size]",
             "x[max(top, 0):max(top, 0) + size, max(left, 0):max(left, 0) + size]",
             "You move windows that begin outside into the image, whole. Which pixels does such a window hold where "
             "it stands?"),
        Mistake("whole windows only", lambda x, size, stride: np.array(
            [[x[i:i + size, j:j + size].mean() for j in range(0, x.shape[1] - size + 1, stride)]
             for i in range(0, x.shape[0] - size + 1, stride)]),
                "You take only windows that lie wholly inside: that is padding \"valid\". How many are there with "
                "\"same\"?"),
        Mistake("border repeated", _border_repeated,
                "Outside the image you repeat its border. How many numbers has a window that reaches over it?"),
        Slip("odd position before", "// 2 for", f"- max({_BEYOND}, 0) // 2 for",
             "Where an odd number of positions lies outside, your windows begin one too early. On which side does the "
             "extra one go?"),
        Slip("all positions after", "// 2 for", "* 0 for",
             "Your first window begins at the corner and all that lies outside is at the end. How is it split?"),
        Slip("all positions before", "// 2 for", "// 1 for",
             "All that lies outside is at the beginning. How is it split?"),
        Slip("padding of stride 1", _BEYOND, "size - 1",
             "You split size − 1 positions, which is right at stride 1. By how much do the windows of a larger stride "
             "reach beyond the image?"),
        Slip("half the window before", _BEYOND, "size",
             "Your windows have their centre on the pixels 0, stride, 2·stride … How many positions outside does an "
             "output of length i / stride need, and how are they split?"),
        Slip("slice from a negative index", "x[max(top, 0):top + size, max(left, 0):left + size]", _CUT,
             "Some windows are empty. What does `x[-1:2]` hold: what lies before the image, or its last row?"),
        Slip("zero where a negative index leaves nothing", "window.mean()", f"{_CUT}.mean() if {_CUT}.size else 0",
             "Windows that begin above or left of the image come out empty, and you make them 0. What does a negative "
             "index mean in `x[-1:2]`, and where should such a slice begin?"),
    ),
    properties=(
        Property("every mean lies between the smallest and the largest number of the image.",
                 lambda out, x, size, stride: out.min() >= x.min() - 1e-4 and out.max() <= x.max() + 1e-4),
    ),
    hints=(
        "How many windows are there, and where does the first one begin? It may begin at a negative index.",
        "Cut out only what lies inside the image. A slice that ends beyond the array is cut off by itself; one that "
        "begins at a negative index is not: it counts from the end.",
        "`x[max(top, 0):top + size, max(left, 0):left + size]`, and its mean divides by the pixels it holds.",
    ),
)


# -- max pooling, backward ---------------------------------------------------------------------------------------


def max_pool_backward(x: np.ndarray, size: int, stride: int,
                      grad: np.ndarray) -> np.ndarray:
    """Returns dL/dx of max pooling: a window's largest number gets its gradient.

    Where the largest number stands more than once, the first gets it, row by row.

    Args:
        x: The input of the forward pass, of shape (H, W).
        size: Height and width of the window.
        stride: Step of the window along both axes.
        grad: dL/dy, an array with one number for each window.

    Returns:
        Array of shape (H, W).
    """
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            window = x[top:top + size, left:left + size]
            row, column = np.unravel_index(window.argmax(), window.shape)
            dx[top + row, left + column] += grad[i, j]
    return dx


def _gradient_of(seed, x, size, stride):
    return quarters(seed, *((n - size) // stride + 1 for n in x.shape))


def _backward_case(x, size, stride, seed):
    return x, size, stride, _gradient_of(seed, x, size, stride)


_SENT = "dx[top + row, left + column] += grad[i, j]"
_WINDOW = "dx[top:top + size, left:left + size]"


MAX_POOL_BACKWARD = Exercise(
    name="MAX_POOL_BACKWARD",
    prompt="Write `max_pool_backward`. The forward pass kept one number of each window; backward, that number gets "
           "the window's gradient. Windows may overlap (`stride` smaller than `size`), and ties go to the first "
           "largest, row by row.",
    reference=max_pool_backward,
    axes=("height", "width"),
    cases=((np.array([[-5, -1], [-2, -3]]), 2, 1, np.array([[4.0]])),
           (_DECK, 2, 2, np.array([[10.0, 20], [30, 40]])), (_DECK, 3, 1, np.array([[1.0, 10], [100, 1000]])),
           _backward_case(ties(41, 4, 6), 2, 2, 42), _backward_case(ties(43, 5, 4), 2, 1, 44),
           _backward_case(quarters(45, 7, 6), 3, 2, 46), _backward_case(-np.abs(quarters(47, 5, 7)), 3, 2, 48),
           _backward_case(ties(49, 8, 9), 3, 2, 50), _backward_case(whole(51, 7, 8), 2, 3, 52)),
    mistakes=(
        Slip("mask from greater than zero", _SENT, f"{_WINDOW} += (window > 0) * grad[i, j]",
             "Every positive input gets the gradient, and in a window of negative numbers nobody. Which input did the "
             "forward pass keep?"),
        Slip("every equal number of the image", _SENT, "dx += (x == window.max()) * grad[i, j]",
             "You look for the largest number in the whole image, not in its window. May a number outside the window "
             "get its gradient?"),
        Slip("all ties get it", _SENT, f"{_WINDOW} += (window == window.max()) * grad[i, j]",
             "Where the largest number stands twice, both get the whole gradient. Which of them shall have it?"),
        Slip("ties share it", _SENT,
             f"top_ones = window == window.max(); {_WINDOW} += top_ones / top_ones.sum() * grad[i, j]",
             "Where the largest number stands twice, both get half. That is a fair rule, but not the one asked for: "
             "who gets it here?"),
        Slip("last of the ties", "window.argmax()", "window.size - 1 - window[::-1, ::-1].argmax()",
             "Where the largest number stands twice, the last one gets the gradient. Which one shall have it?"),
        Slip("overlap overwritten", "+= grad", "= grad",
             "An input that is the largest of several windows keeps the gradient of the last one only. What becomes of "
             "the others?"),
        Slip("windows written as a whole", _SENT, f"{_WINDOW} = 0; dx[top + row, left + column] = grad[i, j]",
             "Each window writes over all that stood in it, with zeros, too. What becomes of the gradients that other "
             "windows left there?"),
        Slip("spread over the window", _SENT, f"{_WINDOW} += grad[i, j] / size**2",
             "Each input of a window gets an equal share. If a number that did not win grows a little, does the "
             "maximum change?"),
        Slip("incoming gradient ignored", "+= grad[i, j]", "+= 1",
             "You send back ones: the derivative of the output by the input. What does the chain rule multiply it "
             "with?"),
        Slip("times the maximum", "+= grad[i, j]", "+= grad[i, j] * window.max()",
             "You multiply the gradient by the largest number. What is the derivative of max(a, b) by a, where a is "
             "larger?"),
        Slip("count in the window used in the image", _SENT,
             "dx.flat[top * x.shape[1] + left + window.argmax()] += grad[i, j]",
             "`argmax` counts through the window as one row; you count on through the image with that number. How long "
             "is a row of the window, and how long a row of the image?"),
        Slip("place in the window used in the image", "top + row, left + column", "row, column",
             "All your gradients land in the top left corner of the image. The place you found counts from the corner "
             "of its window: where is that corner?"),
        Slip("corner not moved by the stride", "top + row, left + column", "i + row, j + column",
             "You look in the right window, and put the gradient as if windows were one position apart. Where does the "
             "window of `grad[i, j]` begin?"),
        Slip("row and column swapped", "top + row, left + column", "top + column, left + row",
             "Row and column of the largest number have changed places. Which does `unravel_index` give first?"),
    ),
    properties=(
        Property("the gradients that go back add up to the gradients that came in.",
                 lambda out, x, size, stride, grad: np.isclose(out.sum(), grad.sum(), atol=1e-3)),
    ),
    hints=(
        "Go through the windows as in the forward pass. Which input of the window does its output depend on?",
        "`window.argmax()` counts through the window as one row, and finds the first of several. `np.unravel_index` "
        "turns the count into (row, column) **within the window**.",
        "Add `grad[i, j]` to `dx` at `[top + row, left + column]`. Add, because that input may win again elsewhere.",
    ),
)


# -- average pooling, backward -----------------------------------------------------------------------------------


def average_pool_backward(grad: np.ndarray, shape: tuple[int, int],
                          size: int, stride: int) -> np.ndarray:
    """Returns dL/dx of average pooling without padding.

    Args:
        grad: dL/dy, one number for each window.
        shape: Shape (H, W) of the input.
        size: Height and width of the window.
        stride: Step of the window along both axes.

    Returns:
        Array of shape (H, W).
    """
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top:top + size, left:left + size] += grad[i, j] / size**2
    return dx


def _per_reader(grad, shape, size, stride):
    readers = average_pool_backward(np.ones(grad.shape), shape, size, stride) * size**2
    return average_pool_backward(grad, shape, size, stride) * size**2 / np.maximum(readers, 1)


def _average_case(seed, shape, size, stride):
    return _gradient_of(seed, np.ones(shape), size, stride), shape, size, stride


REPAIR_AVERAGE_BACKWARD = BugHunt(
    name="REPAIR_AVERAGE_BACKWARD",
    prompt="`average_pool_backward` should send the gradients of average pooling back to its input. It does so for one "
           "window of 2×2 pixels, but not for every size, and not where windows overlap. Repair it, and make sure that "
           "what goes back adds up to what came in.",
    reference=average_pool_backward,
    axes=("height", "width"),
    cases=((np.array([[4.0]]), (2, 2), 2, 1), (np.array([[4.0, 8]]), (2, 3), 2, 1), _average_case(61, (4, 6), 2, 2),
           _average_case(63, (5, 7), 3, 2), _average_case(65, (6, 5), 3, 1), _average_case(67, (7, 8), 2, 3),
           _average_case(69, (9, 6), 4, 2)),
    bugs=(
        Slip("overlap overwritten", "+= grad", "= grad",
             "Where windows overlap, only the last one's share is left. What becomes of the others?"),
        Slip("divided by twice the side", "size**2", "(2 * size)",
             "For windows of 2×2 the shares are right, for others they are not. Among how many inputs does one window "
             "share its gradient?"),
    ),
    mistakes=(
        Slip("not divided", " / size**2", "",
             "Every input of a window gets the whole gradient. How much does the mean of four numbers change if one of "
             "them grows by 1?"),
        Slip("divided by the side", "size**2", "size",
             "You divide by the window's side. How many inputs share the gradient?"),
        Slip("divided by the input", "size**2", "np.prod(shape)",
             "You divide by the size of the whole input. Among how many inputs does one window share its gradient?"),
        Slip("divided by the step", "size**2", "stride**2",
             "You divide by stride². Among how many inputs does one window share its gradient?"),
        Slip("stride forgotten", "i * stride, j * stride", "i, j",
             "Your windows begin one position apart. Where does the window of `grad[i, j]` begin?"),
        Slip("windows side by side", "i * stride, j * stride", "i * size, j * size",
             "Your windows lie side by side. Where does the window of `grad[i, j]` begin?"),
        Slip("rounded down", "grad[i, j] / size**2", "grad[i, j] // size**2",
             "Your shares are rounded down. Is there a `//` where a `/` belongs?"),
        Mistake("averaged over the readers", lambda grad, shape, size, stride: _per_reader(
            grad, shape, size, stride) / size**2,
                "Where windows overlap you take the mean of their shares. An input moves all outputs it is in: do "
                "their gradients add up, or average?"),
    ),
    properties=(
        Property("the gradients that go back add up to the gradients that came in.",
                 lambda out, grad, shape, size, stride: np.isclose(out.sum(), grad.sum(), atol=1e-3)),
    ),
    hints=(
        "Try an incoming gradient of ones for windows of 3×3 at stride 1, and add up what goes back.",
        "The mean of size² numbers changes by one size²-th of what one of them changes. And what does `=` do where "
        "another window has written before?",
    ),
)


# -- work saved --------------------------------------------------------------------------------------------------


DOWNSAMPLED_WORK = Estimate(
    name="DOWNSAMPLED_WORK",
    prompt="A convolution with 64 kernels of 3×3 reads 64 maps of 56×56, with a padding that keeps the size. Somebody "
           "puts max pooling with window 2 and stride 2 in front of it. How many **million** multiply-accumulates does "
           "that save for one image? Work it out on paper and enter your number.",
    variable="millions",
    unit="million multiply-accumulates",
    working="""
    per_place = 3 * 3 * 64 * 64
    before, after = 56 * 56 * per_place, 28 * 28 * per_place
    millions = (before - after) / 1e6
    """,
    slips=(
        Slip("what is left", "(before - after)", "after", "That is what is left to do. How much is saved?"),
        Slip("what it was", "(before - after)", "before", "That is the work without pooling. How much of it is saved?"),
        Slip("one side halved", "28 * 28", "28 * 56",
             "You halve one side of the map. How many sides does the pooling halve?"),
        Slip("one kernel", "64 * 64", "64",
             "You count one kernel, or one input channel. How many of each are there?"),
        Slip("kernel of one pixel", "3 * 3 * ", "",
             "How many products does a kernel make at one place in one channel?"),
    ),
    hints=("At each place of the output each kernel makes 3 · 3 · 64 products.",
           "How many places are there before, and how many after the map has been halved both ways?"),
)


# -- global average pooling --------------------------------------------------------------------------------------


def global_average_pool(x: np.ndarray) -> np.ndarray:
    """Averages each channel of each image over all its positions.

    Args:
        x: Array of shape (N, H, W, C), of any height and width.

    Returns:
        Array of shape (N, C).
    """
    return x.mean(axis=(1, 2))


GLOBAL_AVERAGE_POOL = Exercise(
    name="GLOBAL_AVERAGE_POOL",
    prompt="Write `global_average_pool` for a whole batch: one number for each channel of each image. One line is "
           "enough; the question is over which axes.",
    reference=global_average_pool,
    axes=("batch", "channels"),
    cases=((whole(71, 1, 1, 2, 2), ), (whole(73, 2, 2, 3, 2), ), (quarters(75, 3, 4, 2, 5), ),
           (quarters(77, 2, 5, 3, 2), ), (whole(79, 4, 4, 5, 4), )),
    mistakes=(
        Mistake("over the channels", lambda x: x.mean(axis=3),
                "You average over the channels and keep the positions. Which of the two shall be left?"),
        Mistake("over the batch, too", lambda x: x.mean(axis=(0, 1, 2)),
                "You mix the images of the batch. Which axis numbers the images?"),
        Mistake("one number an image", lambda x: x.mean(axis=(1, 2, 3)),
                "One number for each image is left. How many channels does it have?"),
        Mistake("one number for each channel, from all images",
                lambda x: np.broadcast_to(x.mean(axis=(0, 1, 2)), (x.shape[0], x.shape[3])).copy(),
                "All your images have the same numbers. Does one image know of the others?"),
        Mistake("width only", lambda x: x.mean(axis=2),
                "You average over the width. Which axis beside batch and channels is left?"),
        Mistake("median", lambda x: np.median(x, axis=(1, 2)),
                "You take the number in the middle. What is the mean of 0, 0 and 9?"),
        Mistake("height only", lambda x: x.mean(axis=1),
                "You average over the height. Which axis is still there?"),
        Mistake("channels first", lambda x: x.mean(axis=(2, 3)),
                "You average over the last two axes, as if the channels came second. Which axes are height and width "
                "in Keras's order?"),
        Mistake("sum", lambda x: x.sum(axis=(1, 2)),
                "You add up and do not divide. Should the output of a large image be larger?"),
        Mistake("maximum", lambda x: x.max(axis=(1, 2)),
                "You take the largest number: global max pooling. Which one is asked for?"),
        Mistake("reshaped the wrong way",
                lambda x: x.reshape(x.shape[0], x.shape[3], -1).mean(axis=2),
                "`reshape` keeps the order of the numbers: your rows mix channels and positions. In which order do "
                "the axes stand?"),
        Mistake("divided by the height", lambda x: x.sum(axis=(1, 2)) / x.shape[1],
                "You divide by the height. How many positions does one channel have?"),
    ),
    hints=(
        "The shape goes from (N, H, W, C) to (N, C). Which two axes disappear, and what are their numbers?",
        "`mean` takes a tuple of axes.",
    ),
)
