"""Answers an estimate or a design, values that a learner assigns; the checker's other answers are for functions."""

import copy
import math
from numbers import Real

import numpy as np

from dnnlib.exercises import comparing
from dnnlib.exercises.display import Result, shorten, show_value
from dnnlib.exercises.exercise import assigned


def estimated(exercise, answer):
    """Answers an estimate: how far it is off and which way, and which term that may be."""
    name = exercise.variable
    if answer is None or answer is ...:
        return Result(name, "not attempted", f"Assign your estimate to `{name}`, then run the cell again. "
                      f"A hint: `hint(ex.{exercise.name})`.")
    number = as_number(answer)
    if number is None:
        return Result(name, "wrong type", f"`{name}` should be one finite number, in {exercise.unit}. "
                      f"It is {comparing.kind(answer)}.", (("Your answer", show_value(answer)),))
    shown = (("Your answer", f"{number:g} {exercise.unit}"),)
    right = exercise.value
    if near(number, right, exercise.tolerance):
        return Result(name, "passed", f"Right: {right:.4g} {exercise.unit}. The folded solution shows one way to it.",
                      shown)
    for slip, wrong in exercise.wrong_values():
        if near(number, wrong, exercise.tolerance):
            return Result(name, "known mistake", slip.hint, shown)
    if number * right <= 0:
        return Result(name, "mismatch", f"The right number is {'positive' if right > 0 else 'not positive'}. "
                      f"Which quantities do you multiply? A hint: `hint(ex.{exercise.name})`.", shown)
    off = number / right
    words = f"{off:.3g} times too large" if off > 2 else f"{100 * (off - 1):.2g} % too large" if off > 1 else (
        f"{1 / off:.3g} times too small" if off < 0.5 else f"{100 * (1 - off):.2g} % too small")
    return Result(name, "mismatch", f"Your estimate is {words}. Which factor of that size have you left out, or taken "
                  f"in twice? A hint: `hint(ex.{exercise.name})`.", shown)


def as_number(value):
    """Returns a finite real number as a float, or None for anything else, a bool included."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, np.ndarray)) or np.ndim(value):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def near(number, right, tolerance):
    """Tells whether two numbers agree up to a relative error."""
    return abs(number - right) <= tolerance * abs(right)


def designed(exercise, answer):
    """Answers a design: the first stated property that it has not, with what shows it."""
    name = exercise.variable
    start = None if exercise.start == "None" else assigned(f"start = {exercise.start}", "start")
    if answer is None or answer is ... or same(answer, start):
        return Result(name, "not attempted", f"Change `{name}`, then run the cell again. "
                      f"A hint: `hint(ex.{exercise.name})`.")
    shown = (("Your design", show_value(answer)),)
    try:
        value = exercise.read(copy.deepcopy(answer))
    except Exception as problem:  # whatever an object's own conversion raises
        return Result(name, "wrong type", f"`{name}` has another form than asked for: {shorten(str(problem))}", shown)
    for _, text, hint_ in exercise.mistakes:
        if same(value, exercise.read(assigned(f"wrong = {text}", "wrong"))):
            return Result(name, "known mistake", hint_, shown)
    for rule in exercise.properties:
        if not rule.holds(value):
            evidence = (("What shows it", rule.shows(value)),) if rule.shows else ()
            return Result(name, "property", f"This must hold and does not: {rule.statement}", shown + evidence)
    met = len(exercise.properties)
    return Result(name, "passed", f"All {met} properties hold. The folded solution is another of many." if met > 1
                  else "It holds. The folded solution is another of many.", shown)


def same(a, b):
    """Tells whether two designs are equal, whatever their containers."""
    try:
        return bool(np.array_equal(np.asarray(a, dtype=float), np.asarray(b, dtype=float)))
    except (TypeError, ValueError):
        return repr(a) == repr(b)
