"""The exercises on shift invariance."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import Exercise, Mistake, Property

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
        Mistake("stride forgotten", lambda x, stride: _ring_blur(_ring_max(x)),
                "Your result is as long as the input. Which of its numbers are kept?"),
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
        Mistake("kept from the second on", lambda x, stride: _ring_blur(_ring_max(x))[stride - 1::stride],
                "You begin with the last number of each group. With which one does the row that is kept begin?"),
        Mistake("ring not closed in the blur", lambda x, stride: np.convolve(
            _ring_max(x), [0.25, 0.5, 0.25], "same")[::stride],
                "The maximum knows the ring, the blur does not: beyond its ends it sees zeros. Which number comes "
                "before the first one?"),
        Mistake("ring not closed in the maximum", lambda x, stride: _ring_blur(
            np.maximum(x, np.append(x[1:], x[-1])))[::stride],
                "The blur knows the ring, the maximum does not. What is the last number compared with?"),
        Mistake("stride in the maximum", lambda x, stride: np.max(x.reshape(-1, stride), axis=1),
                "You keep the largest of each group of `stride` numbers: plain max pooling. Which three steps are "
                "asked for?"),
        Mistake("stride in the maximum, then blur", lambda x, stride: _ring_blur(np.max(x.reshape(-1, stride), axis=1)),
                "You pool with the stride first and blur what is left. Can a blur still save what is gone?"),
        Mistake("first ones kept", lambda x, stride: _ring_blur(_ring_max(x))[:len(x) // stride],
                "You keep the first numbers of the row. Does that leave one in `stride`?"),
        Mistake("maximum at the centre only", lambda x, stride: (
            np.roll(x, 1) / 4 + _ring_max(x) / 2 + np.roll(x, -1) / 4)[::stride],
                "At its centre your blur takes the maxima, at its sides the numbers of x. What does it run over?"),
        Mistake("weights swapped", lambda x, stride: _ring_blur(_ring_max(x), (0.5, 0.25, 0.5))[::stride],
                "Your sides weigh more than the centre, and the weights add up to more than 1. Which weight is the "
                "centre's?"),
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
