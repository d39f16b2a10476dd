"""Compares a learner's output with the right one, and says in words how the two differ."""

import itertools
import math
from fractions import Fraction

import numpy as np

from dnnlib.exercises import plain
from dnnlib.exercises.plain import Strange


class Unreadable(Exception):
    """The output is not what can be compared; the message says what it is."""


NOTHING = "returned nothing (`None`). Does every path through it end in a `return`? (To print is not to return.)"


def read(value, right, outputs=()):
    """Returns the learner's output as a tuple of arrays, one for every output of the reference.

    Args:
        value: What the learner's function returned, in plain values: numbers in any form (lists, scalars, any dtype).
        right: What the reference returned: a tuple if it has several outputs.
        outputs: Names of these outputs.

    Raises:
        Unreadable: If these are no numbers, or not as many outputs.
    """
    if not isinstance(right, tuple):
        return (as_array(value),)
    names = ", ".join(outputs) or f"{len(right)} values"
    if value is None:
        raise Unreadable(NOTHING)
    if not isinstance(value, (tuple, list)) and not (isinstance(value, np.ndarray) and value.ndim):
        raise Unreadable(f"returned {kind(value)}, where {len(right)} values are asked for: `{names}`.")
    if len(value) != len(right):
        raise Unreadable(f"returned {len(value)} values, where {len(right)} are asked for: `{names}`.")
    return tuple(as_array(part, f" as `{name}`") for part, name in
                 zip(value, outputs or range(len(value)), strict=True))


def as_array(value, where=""):
    """Returns plain values as a new array of real numbers; True and False count as 1 and 0.

    Args:
        value: What the learner's function returned, or one of several outputs.
        where: Which of them, as words behind "returned …".

    Raises:
        Unreadable: If it is none.
    """
    if value is None:
        raise Unreadable(f"returned `None`{where}." if where else NOTHING)
    if isinstance(value, Strange) and value.remark:
        raise Unreadable(f"returned {value.what}{where}{value.remark}")
    if isinstance(value, (Strange, str)):
        raise Unreadable(f"returned {kind(value)}{where}, where numbers are asked for.")
    try:
        array = np.array(value)
        if array.dtype == object:  # not astype alone: it makes NaN of None
            array = np.array([float(entry) for entry in array.flat]).reshape(array.shape)
    except OverflowError:
        raise Unreadable(f"returned whole numbers beyond 10^308{where}. Which loop or power makes them so?") from None
    except (TypeError, ValueError, RecursionError):
        raise Unreadable(f"returned {kind(value)} that is no regular array of numbers: "
                         "are its rows equally long, and all its entries numbers?") from None
    if array.dtype.kind == "c":
        raise Unreadable("returned complex numbers, where real ones are asked for (after an FFT: the real part).")
    if array.dtype.kind not in "biuf":
        raise Unreadable(f"returned {kind(value)} with entries of type {array.dtype}, where numbers are asked for.")
    return array.astype(int) if array.dtype.kind == "b" else array


def kind(value):
    """Names the type of a value, with its article."""
    return value.what if isinstance(value, Strange) else plain.kind(value)


def close(mine, right):
    """Returns, entry by entry, whether two arrays of one shape agree, as exactly as the type of ``mine`` allows."""
    if mine.dtype.kind != "f":
        exactness = 0 if right.dtype.kind != "f" else 1e-6
    elif right.dtype.kind != "f":
        exactness = 4 * np.finfo(mine.dtype).eps
    else:
        exactness = {2: 1e-2, 4: 1e-4}.get(mine.dtype.itemsize, 1e-6)
    finite = np.abs(right[np.isfinite(right)])
    scale = finite.max() if finite.size and finite.max() > 0 else 1
    return np.isclose(mine, right, rtol=exactness, atol=exactness * scale, equal_nan=True)


def equal(mine, right):
    """Tells whether two arrays agree in shape and, up to rounding, in values."""
    return mine.shape == right.shape and bool(np.all(close(mine, right)))


def shape_difference(mine, right, axes=()):
    """Says which axis is wrong, and by how much, for two arrays of different shapes."""
    asked = " It is empty. Does the loop that should fill it ever run, or does a slice leave nothing of it?"
    empty = asked if mine.ndim and not mine.size else ""
    if mine.ndim != right.ndim:
        if right.ndim == 0:
            return f"The result is one number; yours is an array of shape {mine.shape}.{empty}"
        wanted = f"{right.ndim} {'axis' if right.ndim == 1 else 'axes'}" + (f" ({', '.join(axes)})" if axes else "")
        yours = "a single number" if mine.ndim == 0 else f"an array with {mine.ndim}, of shape {mine.shape}"
        return f"The result has {wanted}; yours is {yours}.{empty}"
    wrong = [f"axis {i}{f' ({axes[i]})' if axes else ''} has length {m} instead of {r}"
             for i, (m, r) in enumerate(zip(mine.shape, right.shape, strict=True)) if m != r]
    return f"Your result has shape {mine.shape}: {' and '.join(wrong)}.{empty}"


def shape_relation(mine, right, axes=()):
    """Says how outputs of other shapes still relate to the right ones in all cases, or returns ''."""
    pairs = list(zip(mine, right, strict=True))
    if sentence := transposed(pairs):
        return sentence
    if all(m.size == r.size and equal(m.ravel(), r.ravel()) for m, r in pairs):
        return "The numbers are right and in the right order; only the shape is not."
    return reduced(pairs, axes)


def overlap_relation(mine, right):
    """Says what is missing, or too much, where outputs of other shapes agree with the right ones as far as they go."""
    pairs = [(m, r) for m, r in zip(mine, right, strict=True) if m.size or not r.size]  # nothing fits everything
    if not pairs or any(m.ndim != r.ndim for m, r in pairs) or not all(overlap_agrees(m, r) for m, r in pairs) or all(
            not m.size for m, _ in pairs):
        return ""
    if pairs[0][1].ndim > 1 and all(m.shape[:2] == r.shape[1::-1] for m, r in pairs):
        return ("Your result is as high as it should be wide, and where the two overlap, the values agree. Which of "
                "the two does `shape` give first: height or width?")
    missing = {k - n for m, r in pairs for n, k in zip(m.shape, r.shape, strict=True)}
    if missing <= {0, 1}:
        return ("Where the two overlap, the values agree, and the last ones are missing. How many places does a window "
                "find that is as large as the input?")
    return "Where the two overlap, the values agree: look at where your loops or slices end."


def reduced(pairs, axes=()):
    """Finds a result that is the right one with an axis added up, averaged, or cut down to one entry."""
    ways = (("added up", np.sum), ("averaged", np.mean), ("its largest number", np.max),
            ("its first entry", lambda r, axis: r.take(0, axis)), ("its last entry", lambda r, axis: r.take(-1, axis)))
    for axis in range(pairs[0][1].ndim):
        if all(r.ndim and r.shape[axis] == 1 for _, r in pairs):
            continue
        for words, way in ways:
            if all(equal(np.squeeze(m), np.squeeze(way(r, axis=axis))) for m, r in pairs):
                named = f"axis {axis}" + (f" ({axes[axis]})" if axes else "")
                return f"Of the right result's {named} only one thing is left: {words}. Should that axis not stay?"
    return ""


def overlap_agrees(mine, right):
    """Tells whether two arrays agree on the corner that both have."""
    corner = tuple(slice(min(m, r)) for m, r in zip(mine.shape, right.shape, strict=True))
    return equal(mine[corner], right[corner])


def relation(mine, right):
    """Says how wrong outputs relate to the right ones in all cases: a ratio, a sign, a transpose …; or returns ''.

    Args:
        mine: The learner's arrays, one a case.
        right: The right arrays, of the same shapes.
    """
    pairs = list(zip(mine, right, strict=True))
    return next(filter(None, (find(pairs) for find in (
        not_finite, only_zeros, always_the_same, not_whole, marks, cut_off, unsigned, rounded, one_for_all, ratio,
        ratio_by_case, transposed, flipped, offset, running, reordered))), "")


def not_finite(pairs):
    for mine, right in pairs:
        bad = ~np.isfinite(mine) & np.isfinite(right)
        if bad.any():
            what = "NaN stands" if np.isnan(mine[bad]).any() else "Infinity stands"
            return (f"{what} in {bad.sum()} of {bad.size} entries. "
                    "Where in your computation does a division by zero, a logarithm or an overflow happen?")
    return ""


def only_zeros(pairs):
    if any(mine.any() for mine, _ in pairs):
        return ""
    return "Every entry is zero, whatever the input. Is what you compute ever written into the result?"


def always_the_same(pairs):
    if any(mine.ndim or mine != pairs[0][0] for mine, _ in pairs) or len({right.item() for _, right in pairs}) < 3:
        return ""
    return f"Your answer is {pairs[0][0]}, whatever the input. Which argument should change it, and how?"


def not_whole(pairs):
    if all(right.dtype.kind in "iu" for _, right in pairs) and any(np.any(mine % 1) for mine, _ in pairs):
        return "Not all your numbers are whole. What has to be rounded, and which way?"
    return ""


def marks(pairs):
    if any(np.any((mine != 0) & (mine != 1)) for mine, _ in pairs) or all(
            np.isin(right, (0, 1)).all() for _, right in pairs):
        return ""
    return ("Your result holds nothing but 0 and 1, or True and False. Is it the outcome of a comparison, where the "
            "numbers themselves are asked for?")


def cut_off(pairs):
    if all(equal(mine, np.maximum(right, 0)) for mine, right in pairs):
        return ("Entries that should be negative are zero, and nothing else is wrong. Are they cut off, by a maximum "
                "that starts at zero, say, or never written?")
    if all(equal(mine, np.maximum(right, -1)) for mine, right in pairs):
        return ("None of your entries is below −1, and nothing else is wrong. What do you compare the first number of "
                "a window with?")
    return ""


def unsigned(pairs):
    if not all(equal(mine, np.abs(right)) for mine, right in pairs):
        return ""
    return ("None of your entries is negative; apart from the signs, all are right. Where does an absolute value, a "
            "square or a root take the sign away?")


ROUNDINGS = (
    (np.trunc, "The digits after the point are lost, and nothing else is wrong. Which type has the array that you "
               "write into? (`np.zeros_like` copies the type of its input.)"),
    (np.floor, "Your numbers are the right ones rounded down. Is there a `//` where a `/` belongs?"),
    (np.ceil, "Your numbers are the right ones rounded up. Where do you round?"),
    (np.round, "Your numbers are the right ones rounded to whole ones. Where do you round?"),
)


def rounded(pairs):
    """Finds lost digits; of numbers below 1 alone nothing would be left that shows it."""
    for change, sentence in ROUNDINGS:
        if all(equal(mine, right) or equal(mine, change(right.astype(float))) for mine, right in pairs) and any(
                np.any(mine[~close(mine, right)]) for mine, right in pairs):
            return sentence
    return ""


def one_for_all(pairs):
    """Finds entries that repeat along an axis, as in `[[0] * n] * m`, whose rows are one and the same list."""
    for axis in range(pairs[0][1].ndim):
        for place, word in ((0, "first"), (-1, "last")):
            if all(equal(mine, np.broadcast_to(right.take([place], axis), right.shape)) for mine, right in pairs):
                return (f"Along axis {axis} all your entries are equal to the {word} right one. Is each of them "
                        "computed anew, and written to a place of its own? (`[[0] * n] * m` holds one row m times.)")
    return ""


def ratio(pairs):
    everything = np.concatenate([right.ravel() for _, right in pairs]).astype(float)
    if np.unique(everything).size < 2:
        return ""
    factor = factor_of(np.concatenate([mine.ravel() for mine, _ in pairs]), everything)
    if factor is None or math.isclose(factor, 1, rel_tol=1e-4):  # of numbers of very different sizes, some may differ
        return ""
    if factor == -1:
        return "Every entry has the wrong sign, and nothing else is wrong. What is subtracted from what?"
    return f"Your answer is {fraction(factor)} times the right one, in every case. Where does that factor come from?"


def ratio_by_case(pairs):
    if any(np.count_nonzero(right) < 2 for _, right in pairs):
        return ""
    factors = [factor_of(mine, right) for mine, right in pairs]
    if None in factors:
        return ""
    different = ", ".join(dict.fromkeys(map(fraction, factors)))
    return ("Within each case your answer is the right one times a constant, but the constant changes from case to "
            f"case ({different}). Which size in the input is that?")


def transposed(pairs):
    axes = pairs[0][1].ndim
    for order in itertools.permutations(range(axes)):
        if order != tuple(range(axes)) and all(
                mine.ndim == axes and equal(mine.transpose(order), right) for mine, right in pairs):
            return ("Your result is the transpose of the right one." if axes == 2 else
                    f"The values are right, but the axes stand in another order: transpose by {order} to see it.")
    return ""


def flipped(pairs):
    axes = range(pairs[0][1].ndim)
    for chosen in itertools.chain.from_iterable(itertools.combinations(axes, n + 1) for n in axes):
        if all(equal(np.flip(mine, chosen), right) for mine, right in pairs):
            named = f"axis {chosen[0]}" if len(chosen) == 1 else f"axes {chosen}"
            return f"Your result is the right one, reversed along {named}. In which order do you go through it?"
    return ""


def offset(pairs):
    steps = np.concatenate([(mine - right.astype(float)).ravel() for mine, right in pairs])
    if not np.allclose(steps, steps[0]) or len(pairs) < 2:
        return ""
    step = abs(Fraction(float(steps[0])).limit_denominator(1000))
    return (f"Your answer is {step} too {'large' if steps[0] > 0 else 'small'}, in every case. "
            "What is counted once too often, or once too few?")


def running(pairs):
    if all(mine.size < 2 for mine, _ in pairs):
        return ""
    if all(equal(mine.ravel(), np.cumsum(right)) for mine, right in pairs):
        return "Each of your numbers is the sum of all right ones up to it. Where must the sum start at zero again?"
    if all(equal(mine.ravel(), np.maximum.accumulate(right.ravel())) for mine, right in pairs):
        return "Your numbers never fall from one to the next. Where must the maximum start anew?"
    return ""


def reordered(pairs):
    if any(mine.size < 2 for mine, _ in pairs):
        return ""
    if not all(equal(np.sort(mine, axis=None), np.sort(right, axis=None)) for mine, right in pairs):
        return ""
    if pairs[0][1].ndim > 1 and all(sorted_rows_agree(*pair) for pair in pairs):
        return ("Each slice along axis 0 is right, but they stand in another order. In which order do your loops go "
                "through the places?")
    return ("All the right numbers are there, but they stand in another order. Take the input below: where does the "
            "first number of your result belong?")


def sorted_rows_agree(mine, right):
    """Tells whether two arrays hold the same slices along their first axis, in any order."""
    rows = [part.reshape(len(part), -1) for part in (mine.astype(float), right.astype(float))]
    return equal(*(part[np.lexsort(part.round(6).T[::-1])] for part in rows))


def factor_of(mine, right):
    """Returns c if mine = c · right, or None."""
    mine, right = mine.ravel(), right.ravel().astype(float)
    size = right @ right
    factor = mine @ right / size if size else 0.0
    if not math.isfinite(factor) or factor == 0 or not equal(mine, factor * right):
        return None
    return -1 if math.isclose(factor, -1, rel_tol=1e-4) else factor


def fraction(number):
    """Writes a factor as the simple fraction it is, or else with four digits."""
    simple = Fraction(float(number)).limit_denominator(1000)
    is_simple = abs(simple.numerator * simple.denominator) < 5000 and math.isclose(simple, number, rel_tol=1e-6)
    return str(simple) if is_simple else f"{number:.4g}"


def places(mine, right):
    """Says how many entries are wrong, the first of them, and whether they all lie at one edge."""
    wrong = np.argwhere(~close(mine, right))
    first = ", ".join(map(str, wrong[0]))
    if len(wrong) == mine.size:
        return f"No entry is right. The first is [{first}]."
    if len(wrong) == 1:
        return f"Of {mine.size} entries only [{first}] is wrong."
    text = f"{len(wrong)} of {mine.size} entries are wrong, the first at [{first}]."
    for axis, length in enumerate(mine.shape):
        for edge, word in ((0, "first"), (length - 1, "last")):
            if length > 1 and set(wrong[:, axis]) == {edge}:
                return f"{text} All of them have the {word} index of axis {axis}."
    return text


def unwritten(pairs):
    """Says that all wrong entries are zero, if they are in all cases, and not only where they should be negative."""
    wrong = [~close(mine, right) for mine, right in pairs]
    mine, right = (np.concatenate([part[where] for part, where in zip(parts, wrong, strict=True)])
                   for parts in zip(*pairs, strict=True))
    if mine.any() or np.all(right < 0):
        return ""
    return "Wherever you are wrong you have a zero. Are these entries ever written? (A `return` inside a loop ends it.)"
