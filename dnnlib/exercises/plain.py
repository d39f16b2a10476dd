"""Turns what a learner's function returned into plain values, with which nothing can go wrong afterwards.

Objects may lie about their length, hold themselves or fail when they are written out. All of that happens here, inside
the time limit of the call, and once; whatever is shown or compared later is made of numbers, lists and arrays.
"""

import collections.abc
import inspect
import itertools
import numbers
from dataclasses import dataclass

import numpy as np

LARGEST = 1_000_000  # numbers in a result
DEEPEST = 16  # lists within lists


@dataclass(frozen=True)
class Strange:
    """Something that holds no numbers.

    Args:
        what: What it is, with its article.
        remark: What to say of it, behind "returned a set".
        text: The thing itself, written out.
    """

    what: str
    remark: str = ""
    text: str = ""

    def __repr__(self):
        return self.text


class _TooLarge(Exception):
    """The message says which limit was passed."""


def plain(value):
    """Returns numbers, strings, lists, tuples and arrays as themselves, and anything else as ``Strange``."""
    try:
        return _plain(value, itertools.count(), 0)
    except _TooLarge as problem:
        return Strange(kind(value), str(problem), f"<{type(value).__name__}>")
    except Exception:  # whatever an object's own methods raise
        return Strange(kind(value), " that cannot be read.", f"<{type(value).__name__} that cannot be read>")


def _plain(value, count, depth):
    if value is None or type(value) in (bool, int, float, complex, str):
        return value
    if isinstance(value, np.ndarray):
        return _array(value, count, depth)
    if isinstance(value, np.generic):
        return value if value.dtype.kind in "biufc" else Strange(kind(value), text=written(value))
    if isinstance(value, (list, tuple)):
        base = list if isinstance(value, list) else tuple  # a subclass may lie, its base does not
        return base(_items(base.__iter__(value), count, depth))
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) or type(value).__name__ == "Decimal":
        return float(value)
    if remark := _remark(value):
        return Strange(kind(value), remark, written(value))
    if hasattr(type(value), "__array__"):
        return _array(np.asarray(value), count, depth)
    if isinstance(value, collections.abc.Sequence) and not isinstance(value, (str, bytes)):
        return list(_items(iter(value), count, depth))
    return Strange(kind(value), text=written(value))


def _items(items, count, depth):
    if depth == DEEPEST:
        raise _TooLarge(f" of lists within lists, more than {DEEPEST} deep. Does it hold itself?")
    for item in items:
        if next(count) >= LARGEST:
            raise _TooLarge(f" of more than {LARGEST:,} numbers. Which loop or which size makes it so long?")
        yield _plain(item, count, depth + 1)


def _array(value, count, depth):
    array = np.asarray(value)
    if array.size > LARGEST:
        raise _TooLarge(f" of {array.size:,} numbers, of shape {array.shape}. Which of its sizes is wrong?")
    return _plain(array.tolist(), count, depth) if array.dtype == object else np.array(array)


def _remark(value):
    """Says what to do with things that hold numbers, but not as an array."""
    if isinstance(value, (set, frozenset)):
        return ", which has no order: `sorted(…)` makes a list of it."
    if inspect.isgenerator(value):
        return ". Is there a `yield` where a `return` belongs, or a `(… for …)`?"
    if callable(getattr(value, "toarray", None)):
        return ", a sparse matrix: its `toarray()` makes an array of it."
    return ""


def kind(value):
    """Names the type of a value, with its article: 'a str', 'an int', 'a function'."""
    name = "function" if type(value) in _ROUTINES else type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


_ROUTINES = {type(kind), type(len), type(np.sum), type(str.join), type(np.add.reduce)}


def written(value):
    """Returns the text of a value, or says that it has none."""
    try:
        return str(repr(value))[:2000]
    except Exception:  # an integer of over 4300 digits, or an object's own fault
        return f"<{type(value).__name__} that cannot be written out>"
