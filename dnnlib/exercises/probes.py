"""Wrong answers that no exercise needs to list: the right answer to other arguments than those that were given.

Whoever forgets the stride answers as if it were 1; whoever swaps height and width, as if the window lay on its side.
"""

import itertools

import numpy as np


def probes(names, arguments):
    """Yields (sentence, change): ``change`` makes of a case's arguments those that a slip would have used.

    Args:
        names: Names of the parameters.
        arguments: The arguments of one case, which show of which kind each is.
    """
    for i, (name, value) in enumerate(zip(names, arguments, strict=True)):
        for words, question, change in _changes(name, value):
            yield f"You answer as if {words}. {question}", _at(i, change)
    counts = [i for i, value in enumerate(arguments) if type(value) is int]
    for i, j in itertools.combinations(counts, 2):
        yield (f"You answer as if `{names[i]}` and `{names[j]}` had changed places. Which of the two is which?",
               lambda case, i=i, j=j: tuple(case[{i: j, j: i}.get(k, k)] for k in range(len(case))))


def _at(i, change):
    return lambda case: (*case[:i], change(case[i]), *case[i + 1:])


def _changes(name, value):
    """Yields (words behind "as if", question, change of this one argument)."""
    where = f"Where does your code use `{name}`?"
    if isinstance(value, bool):
        for fixed in (True, False):
            yield f"`{name}` were always {fixed}", where, lambda _, fixed=fixed: fixed
    elif isinstance(value, (int, float)):
        for fixed in (0, 1, 2):
            yield f"`{name}` were {fixed}, whatever it is", where, lambda _, fixed=fixed: fixed
        for words, change in (("one larger", lambda v: v + 1), ("one smaller", lambda v: v - 1),
                              ("twice as large", lambda v: 2 * v), ("squared", lambda v: v * v),
                              ("negative", lambda v: -v)):
            yield f"`{name}` were {words}", f"How often, and how, does your code use `{name}`?", change
    elif isinstance(value, tuple) and len(value) == 2:
        yield (f"`{name}` were read backwards", f"Which of the two numbers of `{name}` comes first?", lambda v: v[::-1])
        for k in (0, 1):
            yield (f"both numbers of `{name}` were its {('first', 'second')[k]}",
                   f"Are the two numbers of `{name}` always the same?", lambda v, k=k: (v[k], v[k]))
    elif isinstance(value, list):
        yield f"`{name}` stood in reverse order", "Where do you begin?", lambda v: v[::-1]
        yield f"the last of `{name}` were not there", "Where does your loop end?", lambda v: v[:-1]
        yield f"the first of `{name}` were not there", "Where does your loop begin?", lambda v: v[1:]
        yield f"there were only the last of `{name}`", "What of those before it?", lambda v: v[-1:]
        yield f"there were only the first of `{name}`", "Is there a `return` inside your loop?", lambda v: v[:1]
    elif isinstance(value, np.ndarray) and value.ndim:
        yield from _array_changes(name, value)


def _array_changes(name, value):
    order = f"In which order do you go through `{name}`?"
    use = f"What do you do with the numbers of `{name}`?"
    for axis in range(value.ndim):
        yield (f"`{name}` were reversed along axis {axis}", order, lambda v, axis=axis: np.flip(v, axis))
        if value.shape[axis] > 1 or value.ndim > 2:
            for place, word in ((0, "first"), (-1, "last")):
                yield (f"along axis {axis} of `{name}` there were only its {word} entry", "What of the others?",
                       lambda v, axis=axis, place=place: v.take([place], axis))
                yield (f"along axis {axis} of `{name}` all were equal to the {word}",
                       "Does each have its own number?", lambda v, axis=axis, place=place: np.broadcast_to(
                           v.take([place], axis), v.shape).copy())
    if value.ndim > 1:
        yield f"`{name}` were turned by 180°", order, lambda v: v[::-1, ::-1]
        yield (f"the first two axes of `{name}` had changed places", f"Which axis of `{name}` comes first?",
               lambda v: v.swapaxes(0, 1))
    if value.dtype.kind in "iu":
        yield f"each number of `{name}` were one smaller", "From which number do you count?", lambda v: v - 1
        yield f"each number of `{name}` were one larger", "From which number do you count?", lambda v: v + 1
    yield f"`{name}` were all zeros", f"Is `{name}` ever used?", np.zeros_like
    yield f"`{name}` were all ones", f"Is `{name}` ever used?", np.ones_like
    yield f"no number of `{name}` were negative: minus signs lost", use, np.abs
    yield f"the negative numbers of `{name}` were zero", use, lambda v: np.maximum(v, 0)
    yield f"`{name}` had all its signs turned", use, np.negative
    yield f"digits of `{name}` after the point were lost", "Which type has the array that you fill?", np.trunc
    yield f"each number of `{name}` were squared", use, np.square
    yield f"all numbers of `{name}` were equal to their mean", use, lambda v: np.full(v.shape, np.mean(v))
