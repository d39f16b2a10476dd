"""Compares a learner's output with the right one, and says in words how the two differ."""

import inspect
import itertools
import math
from fractions import Fraction

import numpy as np


class Unreadable(Exception):
    """The output is not what can be compared; the message says what it is."""


NOTHING = "returned nothing (`None`). Does every path through it end in a `return`? (To print is not to return.)"


def read(value, right, outputs=()):
    """Returns the learner's output as a tuple of arrays, one for every output of the reference.

    Args:
        value: What the learner's function returned: numbers in any form (lists, scalars, any dtype).
        right: What the reference returned: a tuple if it has several outputs.
        outputs: Names of these outputs.

    Raises:
        Unreadable: If these are no numbers, or not as many outputs.
    """
    if not isinstance(right, tuple):
        return (as_array(value),)
    names = ", ".join(outputs) or f"{len(right)} values"
    if value is not None and not (isinstance(value, (tuple, list)) or np.ndim(value) > 0):
        raise Unreadable(f"returned {kind(value)}, where {len(right)} values are asked for: `{names}`.")
    if value is not None and len(value) != len(right):
        raise Unreadable(f"returned {len(value)} values, where {len(right)} are asked for: `{names}`.")
    if value is None:
        raise Unreadable(NOTHING)
    return tuple(as_array(part, f" as `{name}`") for part, name in
                 zip(value, outputs or range(len(value)), strict=True))


def as_array(value, where=""):
    """Returns the value as a new array of real numbers.

    Args:
        value: What the learner's function returned, or one of several outputs.
        where: Which of them, as words behind "returned …".

    Raises:
        Unreadable: If it is none.
    """
    if value is None:
        raise Unreadable(f"returned `None`{where}." if where else NOTHING)
    if isinstance(value, (set, frozenset)):
        raise Unreadable(f"returned a set{where}, which has no order: `sorted(…)` makes a list of it.")
    if inspect.isgenerator(value):
        raise Unreadable("returned a generator. Is there a `yield` where a `return` belongs, or a `(… for …)`?")
    if callable(value) or isinstance(value, (str, bytes, dict)):
        raise Unreadable(f"returned {kind(value)}{where}, where numbers are asked for.")
    try:
        array = np.array(value)
        if array.dtype == object:  # not astype alone: it makes NaN of None
            array = np.array([float(entry) for entry in array.flat]).reshape(array.shape)
    except OverflowError:
        raise Unreadable(f"returned whole numbers beyond 10^308{where}. Which loop or power makes them so?") from None
    except Exception:  # whatever an object's own conversion raises
        raise Unreadable(f"returned {kind(value)} that is no regular array of numbers: "
                         "are its rows equally long, and all its entries numbers?") from None
    if array.dtype.kind == "c":
        raise Unreadable("returned complex numbers, where real ones are asked for (after an FFT: the real part).")
    if array.dtype.kind not in "biuf":
        raise Unreadable(f"returned {kind(value)} with entries of type {array.dtype}, where numbers are asked for.")
    return array


def kind(value):
    """Names the type of a value, with its article: 'a str', 'an int', 'a function'."""
    name = "function" if inspect.isroutine(value) else type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


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
    if mine.ndim and not mine.size and right.ndim > 1 and mine.ndim != right.ndim:
        return "Your result is empty. Does the loop that should fill it ever run?"
    if mine.ndim != right.ndim:
        if right.ndim == 0:
            return f"The result is one number; yours is an array of shape {mine.shape}."
        wanted = f"{right.ndim} {'axis' if right.ndim == 1 else 'axes'}" + (f" ({', '.join(axes)})" if axes else "")
        yours = "a single number" if mine.ndim == 0 else f"an array with {mine.ndim}, of shape {mine.shape}"
        return f"The result has {wanted}; yours is {yours}."
    wrong = [f"axis {i}{f' ({axes[i]})' if axes else ''} has length {m} instead of {r}"
             for i, (m, r) in enumerate(zip(mine.shape, right.shape, strict=True)) if m != r]
    return f"Your result has shape {mine.shape}: {' and '.join(wrong)}."


def shape_relation(mine, right):
    """Says how outputs of other shapes still relate to the right ones in all cases, or returns ''."""
    pairs = list(zip(mine, right, strict=True))
    if sentence := transposed(pairs):
        return sentence
    if all(m.size == r.size and equal(m.ravel(), r.ravel()) for m, r in pairs):
        return "The numbers are right and in the right order; only the shape is not."
    if all(m.ndim == r.ndim and overlap_agrees(m, r) for m, r in pairs):
        return "Where the two overlap, the values agree: look at where your loops or slices end."
    return ""


def overlap_agrees(mine, right):
    """Tells whether two arrays agree on the corner that both have."""
    corner = tuple(slice(min(m, r)) for m, r in zip(mine.shape, right.shape, strict=True))
    return mine[corner].size > 0 and equal(mine[corner], right[corner])


def relation(mine, right):
    """Says how wrong outputs relate to the right ones in all cases: a ratio, a sign, a transpose …; or returns ''.

    Args:
        mine: The learner's arrays, one a case.
        right: The right arrays, of the same shapes.
    """
    pairs = list(zip(mine, right, strict=True))
    return next(filter(None, (find(pairs) for find in (
        not_finite, only_zeros, always_the_same, not_whole, cut_off, unsigned, digits_lost, ratio, ratio_by_case,
        transposed, flipped,
        offset, reordered))), "")


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


def cut_off(pairs):
    if not all(equal(mine, np.maximum(right, 0)) for mine, right in pairs):
        return ""
    return ("Entries that should be negative are zero, and nothing else is wrong. Is there a ReLU where none belongs, "
            "or a maximum that starts at zero?")


def unsigned(pairs):
    if not all(equal(mine, np.abs(right)) for mine, right in pairs):
        return ""
    return ("None of your entries is negative; apart from the signs, all are right. Where does an absolute value, a "
            "square or a root take the sign away?")


def digits_lost(pairs):
    if not all(equal(mine, right) or equal(mine, np.trunc(right.astype(float))) for mine, right in pairs):
        return ""
    return ("The digits after the point are lost, and nothing else is wrong. Which type has the array that you write "
            "into? (`np.zeros_like` copies the type of its input.)")


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


def reordered(pairs):
    if any(mine.size < 2 for mine, _ in pairs):
        return ""
    if all(equal(np.sort(mine, axis=None), np.sort(right, axis=None)) for mine, right in pairs):
        return "All the right numbers are there, but they stand in another order. Which index runs fastest?"
    return ""


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
