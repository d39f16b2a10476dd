"""The exercises on shift invariance."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Estimate, Exercise, Mistake, Property, Slip

# -- anti-aliased max pooling ------------------------------------------------------------------------------------


def max_blur_pool(x: np.ndarray, stride: int) -> np.ndarray:
    """Takes the maximum of two neighbours, then blurs, then keeps one in `stride`.

    The row is closed to a ring: the neighbour of the last number is the first one.

    Args:
        x: Array of shape (n,); `stride` divides n.
        stride: Step between the numbers kept, beginning with the first.

    Returns:
        Array of shape (n // stride,).
    """
    largest = np.maximum(x, np.roll(x, -1))  # of x[i] and x[i + 1]
    blurred = np.roll(largest, 1) / 4 + largest / 2 + np.roll(largest, -1) / 4
    return blurred[::stride]


def _ring_blur(x, weights=(0.25, 0.5, 0.25)):
    return weights[0] * np.roll(x, 1) + weights[1] * x + weights[2] * np.roll(x, -1)


def _ring_max(x):
    return np.maximum(x, np.roll(x, -1))


def _open_ends(x, stride):
    largest = np.maximum(x, np.append(x[1:], x[-1]))
    return np.convolve(np.pad(largest, 1), [0.25, 0.5, 0.25], "valid")[::stride]


MAX_BLUR_POOL = Exercise(
    name="MAX_BLUR_POOL",
    prompt="Write `max_blur_pool`, max pooling without aliasing, for a row of numbers closed to a ring. Three steps: "
           "the larger of $x_i$ and $x_{i+1}$ at **every** position; a blur with the weights 1/4, 1/2, 1/4 (centre on "
           "the position itself); then keep one number in `stride`.",
    reference=max_blur_pool,
    axes=("output",),
    cases=((np.array([0, 0, 1, 1, 0, 0, 1, 1]), 2), (np.array([0, 1, 1, 0, 0, 1, 1, 0]), 2), (whole(81, 4), 2),
           (whole(83, 6), 3), (quarters(85, 9), 3), (quarters(87, 12), 4), (whole(89, 6), 1)),
    mistakes=(
        Mistake("no blur", lambda x, stride: _ring_max(x)[::stride],
                "That is plain max pooling. Where does the blur come in?"),
        Mistake("blurred after the step", lambda x, stride: _ring_blur(_ring_max(x)[::stride]),
                "You throw numbers away first and blur what is left. Can a blur still save what is gone?"),
        Mistake("blurred before the maximum", lambda x, stride: _ring_max(_ring_blur(x))[::stride],
                "You blur first and take the maximum after that. In which order are the three steps?"),
        Mistake("no maximum", lambda x, stride: _ring_blur(x)[::stride],
                "You blur and keep one in `stride`. Where is the maximum?"),
        Mistake("weights not divided", lambda x, stride: _ring_blur(_ring_max(x), (1, 2, 1))[::stride],
                "Your weights are 1, 2, 1. What does a blur make of a row of ones, and what should it make?"),
        Mistake("equal weights", lambda x, stride: _ring_blur(_ring_max(x), (1 / 3, 1 / 3, 1 / 3))[::stride],
                "Your three weights are equal. How much does the centre count?"),
        Mistake("two weights", lambda x, stride: _ring_blur(_ring_max(x), (0, 0.5, 0.5))[::stride],
                "You average two neighbours. Over how many positions does this blur reach?"),
        Mistake("neighbour on the left", lambda x, stride: _ring_blur(np.maximum(x, np.roll(x, 1)))[::stride],
                "You compare each number with the one before it. Which neighbour belongs to the window of position "
                "i? (`np.roll(x, 1)` moves the numbers to the right.)"),
        Mistake("blur off centre", lambda x, stride: np.roll(_ring_blur(_ring_max(x)), -1)[::stride],
                "Your blur reaches over the positions i, i + 1 and i + 2. Where is its centre?"),
        Mistake("ring not closed", _open_ends,
                "Inside the row you are right, at its ends not. Which number follows the last one on a ring?"),
        Mistake("maximum of three", lambda x, stride: _ring_blur(
            np.maximum(_ring_max(x), np.roll(x, 1)))[::stride],
                "You take the largest of three neighbours. How many numbers does the window hold?"),
        Mistake("zeros at the ends", lambda x, stride: np.convolve(
            _ring_max(x), [0.25, 0.5, 0.25], "same")[::stride],
                "Your blur reads zeros beyond the ends. Which number follows the last one on a ring?"),
        Mistake("only the beginning kept", lambda x, stride: _ring_blur(_ring_max(x))[:len(x) // stride],
                "You keep the first numbers, side by side. Which of them does a step of `stride` keep?"),
        Mistake("kept from the second on", lambda x, stride: _ring_blur(_ring_max(x))[stride - 1::stride],
                "You begin with the last number of each group. With which one does the row that is kept begin?"),
    ),
    properties=(
        Property("a row of equal numbers stays as it is, so no output leaves the range of the input.",
                 lambda out, x, stride: out.min() >= x.min() - 1e-4 and out.max() <= x.max() + 1e-4),
    ),
    hints=(
        "`np.roll(x, -1)` moves every number one place to the left, and the first one to the end. What stands at "
        "position i then?",
        "The blur needs the neighbours on both sides: `np.roll(…, 1)` and `np.roll(…, -1)`, each a quarter.",
        "Keep one in `stride` at the very end: `[::stride]`.",
    ),
)


# -- share that stays --------------------------------------------------------------------------------------------


def unchanged_share(x: np.ndarray, k: int, t: int) -> float:
    """Returns the share of max-pooled values that stay when a row moves.

    The row is closed to a ring, the window is k long, and the stride is 1.

    Args:
        x: Array of shape (n,).
        k: Length of the window.
        t: Number of places by which the row moves.
    """
    pooled = np.max([np.roll(x, -j) for j in range(k)], axis=0)
    moved = np.max([np.roll(np.roll(x, t), -j) for j in range(k)], axis=0)
    return float(np.mean(pooled == moved))


UNCHANGED_SHARE = Exercise(
    name="UNCHANGED_SHARE",
    prompt="Write `unchanged_share`: pool a row with windows of length k at stride 1, pool it once more after it has "
           "moved by t places, and return the share of places whose pooled value is the same. The row is closed to a "
           "ring, so that nothing falls off and every place has a window.",
    reference=unchanged_share,
    cases=((np.array([1, 5, 2]), 2, 1), (np.array([3, 1, 4, 1]), 2, 1), (np.array([9, 2, 6, 5, 3, 8]), 3, 1),
           (np.array([9, 2, 6, 5, 3, 8, 9]), 3, 2), (whole(91, 10), 4, 1), (whole(93, 12), 3, 5),
           (quarters(95, 11), 1, 1),
           (np.array([0, 0, 7, 0, 0, 0, 2, 0]), 3, 1), (whole(97, 9), 5, 3)),
    mistakes=(
        Slip("the share that changes", "pooled == moved", "pooled != moved",
             "That is the share that changes. Which one is asked for?"),
        Slip("counted, not averaged", "np.mean(pooled == moved)", "np.sum(pooled == moved)",
             "You count the places. What turns a count into a share?"),
        Mistake("window one too long", lambda x, k, t: unchanged_share(x, k + 1, t),
                "Your windows hold one number too many. Which values does j take?"),
        Slip("moved by one", "np.roll(x, t)", "np.roll(x, 1)", "You move the row by one place, whatever `t` says."),
        Mistake("not pooled", lambda x, k, t: np.mean(x == np.roll(x, t)),
                "You compare the row itself with the moved row. Where is the pooling?"),
        Mistake("pooled against the row", lambda x, k, t: np.mean(
            np.max([np.roll(x, -j) for j in range(k)], axis=0) == np.roll(x, t)),
                "You compare pooled values with values of the row. Which two pooled rows belong together?"),
        Mistake("average pooling", lambda x, k, t: np.mean(np.isclose(
            np.mean([np.roll(x, -j) for j in range(k)], axis=0),
            np.mean([np.roll(x, t - j) for j in range(k)], axis=0))),
                "You pool by the mean. Which summary does max pooling take?"),
        Mistake("ring not closed", lambda x, k, t: np.mean(
            np.array([max(x[i:i + k]) for i in range(len(x))]) == np.array(
                [max(np.roll(x, t)[i:i + k]) for i in range(len(x))])),
                "At the end of the row your windows are cut short. Which number follows the last one on a ring?"),
        Mistake("whole windows only", lambda x, k, t: np.mean(
            np.array([max(x[i:i + k]) for i in range(len(x) - k + 1)]) == np.array(
                [max(np.roll(x, t)[i:i + k]) for i in range(len(x) - k + 1)])),
                "You leave out the windows that go round the end of the ring. How many places has a ring?"),
        Mistake("the formula", lambda x, k, t: max(k - t, 0) / (k + t),
                "You return the formula. It is what to expect where no place is favoured; here the share of this very "
                "row is asked for."),
        Mistake("percent", lambda x, k, t: 100 * unchanged_share(x, k, t),
                "Your shares go up to 100. What is the largest share there can be?"),
    ),
    properties=(Property("a share lies between 0 and 1.", lambda out, x, k, t: 0 <= out <= 1),),
    hints=(
        "`np.roll(x, -j)` brings the number j places further on to each place. The maximum over j from 0 to k − 1 is "
        "the pooled row.",
        "Write the pooling once, and call it for `x` and for `np.roll(x, t)`. Then compare place by place.",
    ),
)


# -- moving images -----------------------------------------------------------------------------------------------


def moved(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Moves images by whole pixels; what comes in at the rim is zero.

    Args:
        images: Array of shape (N, H, W).
        down: Rows by which they move down; up, if negative.
        right: Columns by which they move right; left, if negative.

    Returns:
        Array of shape (N, H, W).
    """
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, :max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0):] = 0
    out[:, :, :max(right, 0)] = 0
    out[:, :, out.shape[2] + min(right, 0):] = 0
    return out


REPAIR_MOVED = BugHunt(
    name="REPAIR_MOVED",
    prompt="`moved` should move pictures for a test of shift invariance, with zeros coming in at the rim. A colleague "
           "has tried it on square pictures that moved by the same step both ways, and it looked fine. It is not. "
           "Repair it.",
    reference=moved,
    axes=("images", "height", "width"),
    cases=((whole(101, 1, 2, 3), 1, 0), (whole(103, 1, 2, 3), 0, 1), (whole(105, 1, 3, 2), -1, 0),
           (whole(107, 2, 3, 4), 0, -1), (whole(109, 1, 4, 5), 2, -1), (whole(111, 2, 4, 3), -1, 2),
           (whole(113, 1, 3, 3), 0, 0), (whole(115, 1, 5, 4), 3, 1)),
    bugs=(
        Slip("axes swapped", "axis=(1, 2)", "axis=(2, 1)",
             "Ask for one row down and no column to the right. In which direction do the pictures move?"),
        Slip("wrong rim", "out[:, :, out.shape[2] + min(right, 0):] = 0", "out[:, :, :-min(right, 0)] = 0",
             "Move a picture to the left. At which side does something come in, and which side do you set to zero?"),
    ),
    mistakes=(
        Slip("rim by the height", "out.shape[2] + min", "out.shape[1] + min",
             "Pictures that are not square are cleared in the wrong columns. Which axis are the columns?"),
        Slip("right rim not cleared", "    out[:, :, out.shape[2] + min(right, 0):] = 0\n", "",
             "When a picture moves to the left, what leaves there comes back in at the right. What should stand "
             "there?"),
        Slip("all cleared", "out.shape[2] + min(right, 0)", "min(right, 0)",
             "Unless a picture moves to the left, nothing is left of it. Where does the slice `0:` begin?"),
        Slip("the batch moved", "axis=(1, 2)", "axis=(0, 1)",
             "You move along the axis of the images. Which axes are height and width?"),
        Slip("moved against the rim", "(down, right), axis", "(-down, -right), axis",
             "Your pictures move the other way, away from the rim that you clear. Which way does `np.roll` move them "
             "by +1?"),
        Mistake("not cleared", lambda images, down, right: np.roll(images, (down, right), axis=(1, 2)),
                "What leaves on one side comes back in on the other. What should stand there?"),
        Mistake("up for down", lambda images, down, right: moved(images, -down, right),
                "Down and up are swapped. Row 0 is at the top: which way is +1?"),
        Mistake("left for right", lambda images, down, right: moved(images, down, -right),
                "Left and right are swapped. Which way is +1?"),
        Mistake("backwards", lambda images, down, right: moved(images, -down, -right),
                "Your pictures move the other way. Where does `out[i]` come from: `images[i - down]` or "
                "`images[i + down]`?"),
        Mistake("down only", lambda images, down, right: moved(images, down, 0),
                "Your pictures move down or up, never sideways."),
        Mistake("sideways only", lambda images, down, right: moved(images, 0, right),
                "Your pictures move sideways, never down or up."),
    ),
    hints=(
        "Test with a picture that is not square, and with one direction at a time.",
        "There are two faults: one in the line that moves, one in the lines that clear.",
    ),
)


# -- shifts that are safe ----------------------------------------------------------------------------------------


ALIGNED_SHIFTS = Estimate(
    name="ALIGNED_SHIFTS",
    prompt="A ResNet halves its map five times, each time with a stride of 2 in both directions. Its input may be "
           "moved by 0 to 31 rows and by 0 to 31 columns. For what share of these moves, in **percent**, is the last "
           "map sure to be the old one, moved by whole cells or not at all? Leave the border aside.",
    variable="percent",
    unit="%",
    working="""
    period = 2**5  # pixels from one cell of the last map to the next
    percent = 100 / period**2
    """,
    slips=(
        Slip("one direction", "period**2", "period", "You count moves in one direction. How many are safe in both?"),
        Slip("strides added", "2**5", "2 * 5",
             "You add the five strides. How far apart are two cells of the last map?"),
        Slip("one stride", "2**5", "2", "You count one stride of 2. How many halvings follow one another?"),
        Slip("a share", "100 / ", "1 / ", "That is the share itself. How many percent is it?"),
    ),
    hints=("After one stride of 2 every second move is safe in each direction. After two?",
           "Only moves by multiples of 32 are sure, in both directions at once."),
)
