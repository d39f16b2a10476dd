"""Answers an attempt at an exercise: ``check(exercise, my_function)`` and ``hint(exercise)``.

An attempt gets the first answer of ``ORDER`` that applies. An answer asks the next question; it shows the
learner's own output and the smallest input that fails, and never the right output. Exceptions are reported,
never passed on, so that a notebook runs to its end whatever its exercises hold.
"""

import dis
import inspect
import time
from functools import cached_property

import numpy as np

from dnnlib.exercises import comparing
from dnnlib.exercises.calling import TimeLimit, call, failing_line
from dnnlib.exercises.display import Hints, Result, shorten, show_arguments, show_value
from dnnlib.exercises.exceptions import question
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Task
from dnnlib.exercises.values import designed, estimated

_hints_given = {}


def check(exercise, answer):
    """Checks a learner's answer and returns what is said to it, which a notebook shows as a card.

    Args:
        exercise: The ``Exercise``, ``BugHunt``, ``Estimate`` or ``Design``.
        answer: The learner's function itself, not its result; or the number, or the design.

    Returns:
        A ``Result`` with ``passed``, ``status`` and ``message``.

    Raises:
        ValueError: If ``exercise`` is none.
    """
    refuse_other_than_exercise("check", exercise)
    if isinstance(exercise, Estimate):
        return estimated(exercise, answer)
    if isinstance(exercise, Design):
        return designed(exercise, answer)
    attempt = Attempt(exercise, answer)
    return next(result for step in ORDER if (result := step(attempt)))


def hint(exercise):
    """Returns the hints of an exercise, one more with every call, and how many are left.

    Raises:
        ValueError: If ``exercise`` is none.
    """
    refuse_other_than_exercise("hint", exercise)
    _hints_given[exercise] = min(_hints_given.get(exercise, 0) + 1, len(exercise.hints))
    return Hints(exercise.asks_for, exercise.hints[:_hints_given[exercise]], len(exercise.hints))


def refuse_other_than_exercise(caller, value):
    if not isinstance(value, Task):
        raise ValueError(f"{caller}: expected an exercise, ex.NAME, as the first argument, "
                         f"received {comparing.kind(value)}")


class Attempt:
    """A learner's function, what it returned on the cases, and what is right.

    Lists run over the cases, the smallest first. ``mine`` and ``right`` hold for every case a tuple of arrays,
    one array for each output.
    """

    def __init__(self, exercise, function):
        self.exercise = exercise
        self.function = function
        self.cases = sorted(exercise.cases, key=size)

    @cached_property
    def calls(self):
        """The calls, up to the first that failed."""
        done = []
        deadline = time.monotonic() + self.exercise.time_limit
        for arguments in self.cases:
            done.append(call(self.function, arguments, deadline - time.monotonic()))
            if done[-1].error is not None:
                break
        return done

    @cached_property
    def answers(self):
        return [self.exercise.reference(*arguments) for arguments in self.cases]

    @cached_property
    def right(self):
        return [comparing.read(answer, answer) for answer in self.answers]

    @cached_property
    def mine(self):
        return [comparing.read(made.value, answer) for made, answer in zip(self.calls, self.answers, strict=True)]

    @cached_property
    def wrong(self):
        """Positions of the cases that are not right."""
        return [i for i, pair in enumerate(zip(self.mine, self.right, strict=True)) if not self.agree(*pair)]

    @cached_property
    def output(self):
        """Position of the first output that is wrong in some case: 0 unless the function returns several."""
        return min((t for i in self.wrong for t, pair in enumerate(zip(self.mine[i], self.right[i], strict=True))
                    if not comparing.equal(*pair)), default=0)

    @cached_property
    def failing(self):
        """Positions of the cases in which that output is wrong."""
        if not self.exercise.outputs:
            return self.wrong
        return [i for i in self.wrong if not comparing.equal(self.mine[i][self.output], self.right[i][self.output])]

    def agree(self, mine, right):
        """Compares the outputs of one case."""
        if any(m.shape != r.shape for m, r in zip(mine, right, strict=True)):
            return False
        if self.exercise.agree is None:
            return all(map(comparing.equal, mine, right))
        return bool(self.exercise.agree(mine, right) if len(right) > 1 else self.exercise.agree(mine[0], right[0]))

    def column(self, outputs):
        """Returns over all cases the one output that is wrong."""
        return [parts[self.output] for parts in outputs]

    def hint_of_known_mistake(self):
        """Returns the hint of the mistake that gives the learner's outputs in all cases, or ''.

        Of several outputs, the first that is wrong may alone be a known mistake, one that leaves those before it right.
        """
        first = self.output + 1
        wrong_output = []
        for mistake in self.exercise.mistakes:
            with np.errstate(all="ignore"):  # a mistake may well divide by zero
                theirs = [comparing.read(mistake.answer(*arguments), answer)
                          for arguments, answer in zip(self.cases, self.answers, strict=True)]
            if all(map(self.agree, self.mine, theirs)):
                return mistake.hint
            if all(comparing.equal(*pair) for parts in zip(self.mine, theirs, strict=True)
                   for pair in zip(parts[0][:first], parts[1][:first], strict=True)):
                wrong_output.append(self.about_output() + mistake.hint)
        return wrong_output[0] if wrong_output else ""

    def about_output(self):
        """Names the wrong output where there are several; those before it are right in all cases."""
        names = self.exercise.outputs
        if not names:
            return ""
        before = f"`{'`, `'.join(names[:self.output])}` is right. " if self.output else ""
        return f"{before}About `{names[self.output]}`: "

    def input(self, i):
        return "Input", show_arguments(self.exercise.parameters, self.cases[i])

    def result(self, status, message, case=None):
        """Makes the answer; with a case, shows it and what the learner's function returned for it."""
        blocks = () if case is None else (
            self.input(case), ("Your function returned", show_value(self.calls[case].value)))
        changed = self.changed_inputs()
        if changed and status != "changed input":
            message = (f"Your function changes its input {changed}, and may meet its own changes later: "
                       f"let it work on a copy.\n{message}")
        return Result(self.exercise.function, status, message, blocks)

    def changed_inputs(self):
        names = dict.fromkeys(self.exercise.parameters[i] for made in self.calls for i in made.changed)
        return ", ".join(f"`{name}`" for name in names)

    def next_step(self):
        return f"A hint: `hint(ex.{self.exercise.name})`."


def not_attempted(attempt):
    function, exercise = attempt.function, attempt.exercise
    if function is None or function is ... or is_empty(function, exercise):
        ask = "Find what is wrong with" if isinstance(exercise, BugHunt) else "Write the body of"
        return Result(exercise.function, "not attempted",
                      f"{ask} `{exercise.function}`, then run the cell again. {attempt.next_step()}")


def not_a_function(attempt):
    function, name = attempt.function, attempt.exercise.function
    if not callable(function):
        return Result(name, "not a function", f"`check` needs the function itself: write `{name}`, without brackets "
                      f"and arguments, so that it can be called on many inputs. It got {comparing.kind(function)}.")


def wrong_parameters(attempt):
    wanted = attempt.exercise.parameters
    try:
        signature = inspect.signature(attempt.function)
    except (TypeError, ValueError):  # some functions in compiled code do not tell
        return None
    try:
        signature.bind(*wanted)
        swapped = tuple(signature.parameters) != wanted and set(signature.parameters) == set(wanted)
    except TypeError:
        swapped = True
    if swapped:
        return Result(attempt.exercise.function, "wrong parameters",
                      f"It is called with {len(wanted)} arguments, in this order: `({', '.join(wanted)})`. "
                      f"Yours takes `{signature}`.")


def raised(attempt):
    i, error = len(attempt.calls) - 1, attempt.calls[-1].error
    if error is None:
        return None
    name = attempt.exercise.function
    if isinstance(error, TimeLimit):
        return Result(name, "time limit", f"It was stopped after {attempt.exercise.time_limit:g} seconds in all, "
                      f"at input {i + 1} of {len(attempt.cases)}, the one below. Is there a loop whose condition never "
                      "becomes false, whose counter never moves, or that does far more than it must?",
                      (attempt.input(i),))
    place = failing_line(error, attempt.function)
    code = f", `{shorten(place.text, 120)}`" if place and place.text else ""
    line = f" in line {place.number} of its cell{code}" if place else ""
    text = shorten(f"{type(error).__name__}: {error}".rstrip(": "))
    if isinstance(error, NotImplementedError) and not str(error):
        message = f"It still reaches the stub's `raise NotImplementedError`{line}. Delete it once your code returns."
    else:
        message = f"On the input below it raised `{text}`{line}.\n{question(text)}".rstrip()
    variables = (("Your variables at that moment", place.variables),) if place and place.variables else ()
    return Result(name, "raised", message, (attempt.input(i), *variables))


def wrong_type(attempt):
    for i, (made, answer) in enumerate(zip(attempt.calls, attempt.answers, strict=True)):
        try:
            comparing.read(made.value, answer, attempt.exercise.outputs)
        except comparing.Unreadable as problem:
            return attempt.result("wrong type", f"On the input below your function {problem}", case=i)


def wrong_shape(attempt):
    for i in attempt.failing:
        mine, right = attempt.mine[i][attempt.output], attempt.right[i][attempt.output]
        if mine.shape != right.shape:
            break
    else:
        return None
    message = attempt.about_output() + comparing.shape_difference(mine, right, attempt.exercise.axes)
    value = attempt.calls[i].value
    if isinstance(value, tuple) and len(value) == 1:
        message += " It is a tuple with one item: is there a comma after what you return?"
    if known := attempt.hint_of_known_mistake():
        return attempt.result("known mistake", f"{message}\n{known}", case=i)
    found = comparing.shape_relation(attempt.column(attempt.mine), attempt.column(attempt.right))
    return attempt.result("wrong shape", f"{message}\n{found}" if found else message, case=i)


def known_mistake(attempt):
    if attempt.wrong and (known := attempt.hint_of_known_mistake()):
        return attempt.result("known mistake", known, case=attempt.failing[0])


def related(attempt):
    if not attempt.wrong:
        return None
    mine, right = attempt.mine, attempt.right
    if len(right[0]) > 1 and all(map(attempt.agree, [parts[::-1] for parts in mine], right)):
        return attempt.result("related", "The values are right, but returned in the reverse order.", attempt.wrong[0])
    if found := comparing.relation(attempt.column(mine), attempt.column(right)):
        return attempt.result("related", attempt.about_output() + found, case=attempt.failing[0])


def property_fails(attempt):
    for rule in attempt.exercise.properties:
        for i, parts in enumerate(attempt.mine):
            if not rule.holds(parts if len(parts) > 1 else parts[0], *attempt.cases[i]):
                return attempt.result("property", f"This must hold for every input: {rule.statement} "
                                      "For the input below it does not.", case=i)


def mismatch(attempt):
    if not attempt.wrong:
        return None
    first, failing, tried = attempt.failing[0], len(attempt.failing), len(attempt.cases)
    mine, right = attempt.mine[first][attempt.output], attempt.right[first][attempt.output]
    count = f"{failing} of {tried} inputs give a wrong answer" if failing < tried else "no input gives the right answer"
    about = attempt.about_output()
    lines = [f"{about}{count if about else count.capitalize()}; the smallest is below.", pattern(attempt)]
    if mine.ndim:
        pairs = [(attempt.mine[i][attempt.output], attempt.right[i][attempt.output]) for i in attempt.failing]
        lines += [comparing.places(mine, right), comparing.unwritten(pairs) or "Work one of them out by hand: which "
                  "numbers of the input belong to it, and which does your code take?"]
    else:
        lines.append("Work it out by hand: at which step does your code do something else?")
    return attempt.result("mismatch", "\n".join(filter(None, [*lines, attempt.next_step()])), case=first)


def changed_input(attempt):
    if changed := attempt.changed_inputs():
        return attempt.result("changed input", f"All answers are right, but your function changes its input {changed}, "
                              "which may surprise its caller. Which line writes into it? Let it work on a copy.")


def passed(attempt):
    message = f"All {len(attempt.cases)} inputs give the right answer. Compare your solution with the folded one."
    counts = [t for t, part in enumerate(attempt.right[0]) if part.ndim == 0 and part.dtype.kind in "iu"]
    if any(parts[t].dtype.kind == "f" for parts in attempt.mine for t in counts):
        message += "\nYour result is a float. As a count or a size it should be an integer, as `//` gives."
    return attempt.result("passed", message)


ORDER = (not_attempted, not_a_function, wrong_parameters, raised, wrong_type, wrong_shape, known_mistake, related,
         property_fails, mismatch, changed_input, passed)


def is_empty(function, exercise):
    """Tells whether a function is still the stub, or has no body but a docstring, ``pass`` or ``...``."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    return steps(code) in (steps(stub_code(exercise)), [("LOAD_CONST", None), ("RETURN_VALUE", None)],
                           [("RETURN_CONST", None)], [("LOAD_CONST", ...), ("RETURN_VALUE", None)],
                           [("RETURN_CONST", ...)])


def steps(code):
    """Lists what a function does, as bytecode without the instructions that do nothing."""
    return [(step.opname, steps(step.argval) if inspect.iscode(step.argval) else step.argval)
            for step in dis.get_instructions(code) if step.opname not in ("RESUME", "NOP")]


def stub_code(exercise):
    """Returns the compiled body of the stub. (Its annotations may be compiled beside it.)"""
    return next(constant for constant in compile(exercise.stub, "stub", "exec").co_consts
                if inspect.iscode(constant) and constant.co_name == exercise.function)


def size(arguments):
    """Orders inputs by how hard they are to read: first by how many numbers they hold, then by how large these are."""
    numbers = list(leaves(arguments))
    return len(numbers), sum(map(abs, numbers))


def leaves(value):
    """Yields every number in nested arguments."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, (int, float, np.ndarray, np.generic)):
        yield from np.ravel(value).astype(float).tolist()


def pattern(attempt):
    """Names what all right inputs, or all wrong ones, have in common and the others have not; or returns ''."""
    right = [i for i in range(len(attempt.cases)) if i not in attempt.failing]
    for word, group in (("right", right), ("wrong", attempt.failing)):
        shared = []
        for name, *values in zip(attempt.exercise.parameters, *attempt.cases, strict=True):
            if not all(isinstance(value, (bool, int, float)) for value in values):
                continue
            in_group = {values[i] for i in group}
            others = {value for i, value in enumerate(values) if i not in group}
            if len(in_group) == 1 and others and not others & in_group:
                shared.append(f"`{name} = {in_group.pop()}`")
        if shared and len(group) > 2:
            return f"The inputs it gets {word} all have {' and '.join(shared)}."
    return ""
