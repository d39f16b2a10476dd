"""Answers an attempt at an exercise: ``check(exercise, my_function)`` and ``hint(exercise)``.

An attempt gets the first answer of ``ORDER`` that applies. An answer asks the next question; it shows the
learner's own output and the smallest input that fails, and never the right output. Exceptions are reported,
never passed on, so that a notebook runs to its end whatever its exercises hold.
"""

import dis
import inspect
import itertools
import time
from functools import cached_property

import numpy as np

from dnnlib.exercises import comparing
from dnnlib.exercises.calling import TimeLimit, call, defaults, failing_line, identical
from dnnlib.exercises.display import Hints, Result, shorten, show_arguments, show_grid, show_value
from dnnlib.exercises.exceptions import question
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Task
from dnnlib.exercises.plain import Strange
from dnnlib.exercises.probes import probes
from dnnlib.exercises.shrinking import simplest
from dnnlib.exercises.source import clue, stands_below_raise
from dnnlib.exercises.values import designed, estimated

SECONDS_TO_READ = 2.0  # of a value that a learner assigns
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
    with defaults():  # whatever a notebook has set for NumPy, warnings and printing, a card is the same
        try:
            return answered(exercise, answer)
        except Exception as problem:  # the last net: an object that fails wherever it is touched
            return Result(exercise.asks_for, "wrong type", "It could not be checked: what it is or returns fails when "
                          f"it is looked at (`{type(problem).__name__}`). Are plain numbers and arrays enough?")


def answered(exercise, answer):
    """Checks an answer by its kind."""
    if isinstance(exercise, (Estimate, Design)):
        made = call(lambda: answer, (), SECONDS_TO_READ)
        value = Strange("an object", text="<it takes too long to read>") if made.error else made.value
        return estimated(exercise, value) if isinstance(exercise, Estimate) else designed(exercise, value)
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
        """The calls, up to the first that failed or gave no numbers."""
        done = []
        deadline = time.monotonic() + self.exercise.time_limit
        for arguments in self.cases:
            done.append(call(self.function, arguments, deadline - time.monotonic()))
            if done[-1].error is not None or isinstance(done[-1].value, Strange):
                break
        return done

    @cached_property
    def remembers(self):
        """Whether the smallest input, given once more after all others, has another answer than before."""
        if self.calls[0].error is not None or isinstance(self.calls[-1].error, TimeLimit):
            return False
        again = call(self.function, self.cases[0], self.exercise.time_limit / 4)
        return not isinstance(again.error, TimeLimit) and (
            again.error is not None or not identical(again.value, self.calls[0].value))

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
            theirs = self.outputs_of(mistake.answer)
            if all(map(self.agree, self.mine, theirs)):
                return mistake.hint
            if all(comparing.equal(*pair) for parts in zip(self.mine, theirs, strict=True)
                   for pair in zip(parts[0][:first], parts[1][:first], strict=True)):
                wrong_output.append(self.about_output() + mistake.hint)
        return wrong_output[0] if wrong_output else self.hints_of_two_slips()

    def hints_of_two_slips(self):
        """Returns the hints of two known slips that together give the learner's outputs, or ''."""
        for pair in itertools.combinations(self.exercise.slips, 2):
            try:
                theirs = self.outputs_of(self.exercise.slipped(*pair).answer)
            except Exception:  # two edits of one place, or a function that fails with both
                continue
            if all(map(self.agree, self.mine, theirs)):
                return f"Two things at once. {pair[0].hint}\nAnd: {pair[1].hint}"
        return ""

    def sentence_of_probe(self):
        """Returns what is said where the answers are the right ones to other arguments, or ''.

        Of several outputs, those up to the first that is wrong count.
        """
        found = []
        for sentence, change in probes(self.exercise.parameters, self.cases[0]):
            try:
                theirs = [comparing.read(self.exercise.reference(*change(arguments)), answer)
                          for arguments, answer in zip(self.cases, self.answers, strict=True)]
            except Exception:  # the reference has no answer to such arguments
                continue
            if all(map(self.agree, self.mine, theirs)):
                return sentence
            if self.exercise.outputs and all(
                    comparing.equal(*pair) for parts in zip(self.mine, theirs, strict=True)
                    for pair in zip(parts[0][:self.output + 1], parts[1][:self.output + 1], strict=True)):
                found.append(self.about_output() + sentence)
        return found[0] if found else ""

    def outputs_of(self, function):
        """Returns what a function of ours gives in all cases, read as the learner's is."""
        return [comparing.read(function(*arguments), answer)
                for arguments, answer in zip(self.cases, self.answers, strict=True)]

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
        return self.answer(status, message, blocks)

    def answer(self, status, message, blocks=()):
        """Makes the answer, with what is to be said beside every wrong one."""
        changed = self.changed_inputs()
        if changed and status != "changed input":
            message = (f"Your function changes its input {changed}, and may meet its own changes later: "
                       f"let it work on a copy.\n{message}")
        if status in ("mismatch", "related", "wrong shape", "property") and (seen := clue(self.function)):
            message += f"\n{seen}"
        return Result(self.exercise.function, status, message, blocks)

    def changed_inputs(self):
        names = dict.fromkeys(self.exercise.parameters[i] for made in self.calls for i in made.changed)
        return ", ".join(f"`{name}`" for name in names)

    def next_step(self):
        return f"A hint: `hint(ex.{self.exercise.name})`."


def not_attempted(attempt):
    function, exercise = attempt.function, attempt.exercise
    if inspect.isfunction(function) and is_empty(function, exercise) and stands_below_raise(function):
        return Result(exercise.function, "raised", "Your code stands below the stub's line `raise NotImplementedError`"
                      ", which ends the function before it. Delete that line.")
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
    except Exception:  # some functions in compiled code do not tell; an object's own signature may fail
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


def keeps_state(attempt):
    if not attempt.remembers:
        return None
    seen = clue(attempt.function)
    return Result(attempt.exercise.function, "known mistake", "Called again with the input below, after others, your "
                  "function gives another answer than the first time. What does it keep from one call to the next: a "
                  "name of the notebook that it changes, a default argument such as `out=[]`, random numbers?"
                  + (f"\n{seen}" if "default" in seen else ""), (attempt.input(0),))


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
    text = shorten(attempt.calls[-1].text)
    if text == "NotImplementedError":
        message = f"It still reaches the stub's `raise NotImplementedError`{line}. Delete it once your code returns."
    else:
        seen = clue(attempt.function)
        ask = seen if "np.max(a, b)" in seen and ("Axis" in text or "integer" in text) else question(text)
        message = f"On the input below it raised `{text}`{line}.\n{ask}".rstrip()
    variables = (("Your variables at that moment", place.variables),) if place and place.variables else ()
    return Result(name, "raised", message, (attempt.input(i), *variables))


def wrong_type(attempt):
    for i, (made, answer) in enumerate(zip(attempt.calls, attempt.answers, strict=False)):
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
    if reversed_order(attempt):
        return attempt.result("related", REVERSED, case=i)
    columns = attempt.column(attempt.mine), attempt.column(attempt.right)
    found = (comparing.shape_relation(*columns, attempt.exercise.axes) or attempt.sentence_of_probe()
             or comparing.overlap_relation(*columns) or size_of_input(attempt))
    return attempt.result("wrong shape", f"{message}\n{found}" if found else message, case=i)


def size_of_input(attempt):
    """Names the argument whose shape the result has in all cases."""
    for name, *values in zip(attempt.exercise.parameters, *attempt.cases, strict=True):
        if all(isinstance(value, np.ndarray) and value.shape == mine.shape
               for value, mine in zip(values, attempt.column(attempt.mine), strict=True)):
            return f"Your result is as large as `{name}`. How many numbers does it give, along each axis?"
    return ""


REVERSED = "The values are right, but returned in the reverse order."


def reversed_order(attempt):
    """Tells whether a function of several outputs returned them in reverse."""
    return len(attempt.right[0]) > 1 and all(map(attempt.agree, [parts[::-1] for parts in attempt.mine], attempt.right))


def known_mistake(attempt):
    if attempt.wrong and (known := attempt.hint_of_known_mistake()):
        return attempt.result("known mistake", known, case=attempt.failing[0])


def related(attempt):
    if not attempt.wrong:
        return None
    if reversed_order(attempt):
        return attempt.result("related", REVERSED, attempt.wrong[0])
    if found := comparing.relation(attempt.column(attempt.mine), attempt.column(attempt.right)):
        return attempt.result("related", attempt.about_output() + found, case=attempt.failing[0])
    if found := attempt.sentence_of_probe():
        return attempt.result("related", found, case=attempt.failing[0])


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
    count = f"{failing} of {tried} inputs give a wrong answer" if failing < tried else "no input gives the right answer"
    about = attempt.about_output()
    arguments, mine, right = simplest_failure(attempt, first)
    simpler = arguments is not attempt.cases[first]
    zeros = ", with as many zeros in it as it fails with" if simpler else ""
    lines = [f"{about}{count if about else count.capitalize()}; the smallest is below{zeros}.", pattern(attempt)]
    blocks = (("Input", show_arguments(attempt.exercise.parameters, arguments)),)
    if mine.ndim:
        pairs = [(attempt.mine[i][attempt.output], attempt.right[i][attempt.output]) for i in attempt.failing]
        whole = comparing.places(attempt.mine[first][attempt.output], attempt.right[first][attempt.output])
        if simpler and "All of them" in whole:
            lines.append(f"Without these zeros: {whole}")
        lines += [comparing.places(mine, right), comparing.unwritten(pairs) or question_of(arguments, mine, right)]
        grid = show_grid(mine, comparing.close(mine, right))
        blocks += (("Your function returned (wrong numbers in brackets)", grid),)
    else:
        lines.append(neighbour(attempt, first) or "Work it out by hand, with a sketch: which step of your code gives "
                     "the first number that you don't expect?")
        blocks += (("Your function returned", show_value(attempt.calls[first].value)),)
    return attempt.answer("mismatch", "\n".join(filter(None, [*lines, attempt.next_step()])), blocks)


def simplest_failure(attempt, case):
    """Returns the arguments of a case with as many zeros as it fails with, the learner's output and the right one."""
    reference, t, kept = attempt.exercise.reference, attempt.output, {}

    def fails(arguments, value):
        try:
            answer = reference(*arguments)
            mine, right = comparing.read(value, answer), comparing.read(answer, answer)
        except Exception:
            return False
        if any(m.shape != r.shape or not np.isfinite(r).all() for m, r in zip(mine, right, strict=True)):
            return False
        kept["pair"] = mine[t], right[t]
        return not attempt.agree(mine, right) and not comparing.equal(mine[t], right[t])

    mine, right = attempt.mine[case][t], attempt.right[case][t]
    if mine.ndim == 0:
        return attempt.cases[case], mine, right
    arguments, value = simplest(attempt.cases[case], attempt.function, fails)
    if value is not None and fails(arguments, value):
        mine, right = kept["pair"]
    return arguments, mine, right


def question_of(arguments, mine, right):
    """Asks what this very input allows."""
    arrays = [value for value in arguments if isinstance(value, np.ndarray)]
    wrong = ~comparing.close(mine, right)
    if arrays and sum(map(np.count_nonzero, arrays)) <= 2 and not np.any(right):
        return "Nothing but zeros should come of this input. Which number got through, and what should have stopped it?"
    if arrays and all(np.count_nonzero(value) <= 1 for value in arrays):
        return "One number of the input is not zero. Which entries of the result should it reach, and which does it?"
    if wrong.all():
        return "Work out the first entry: which numbers of the input belong to it, and which does your code take?"
    good, bad = (", ".join(map(str, np.argwhere(where)[0])) for where in (~wrong, wrong))
    return f"[{good}] is right, [{bad}] is not. What is different about the second, for your code?"


def neighbour(attempt, wrong):
    """Finds an input that is right and differs from a wrong one in one plain argument, and asks about that."""
    for i in (i for i in range(len(attempt.cases)) if i not in attempt.failing):
        for j in (wrong, *attempt.failing):
            differ = [k for k, pair in enumerate(zip(attempt.cases[i], attempt.cases[j], strict=True))
                      if not identical(*pair)]
            if len(differ) == 1 and isinstance(attempt.cases[i][differ[0]], (int, float, tuple)):
                name = attempt.exercise.parameters[differ[0]]
                values = [show_value(attempt.cases[case][differ[0]]) for case in (i, j)]
                case = show_arguments(attempt.exercise.parameters, attempt.cases[j])
                return (f"With `{name} = {values[0]}` it is right, and with `{name} = {values[1]}` it is wrong, all "
                        f"else being equal (`{case}`). What does your code do with `{name}`?")
    return ""


def changed_input(attempt):
    if changed := attempt.changed_inputs():
        return attempt.result("changed input", f"All answers are right, but your function changes its input {changed}, "
                              "which may surprise its caller. Which line writes into it? Let it work on a copy.")


def passed(attempt):
    message = f"All {len(attempt.cases)} inputs give the right answer. Compare your solution with the folded one."
    # A count is whole for every input; where only the first inputs happen to be whole numbers, a float is right.
    counts = [t for t, parts in enumerate(zip(*attempt.right, strict=True))
              if all(part.ndim == 0 and part.dtype.kind in "iu" for part in parts)]
    if any(parts[t].dtype.kind == "f" for parts in attempt.mine for t in counts):
        message += "\nYour result is a float. As a count or a size it should be an integer, as `//` gives."
    return attempt.result("passed", message)


ORDER = (not_attempted, not_a_function, wrong_parameters, keeps_state, raised, wrong_type, wrong_shape, known_mistake,
         related, property_fails, mismatch, changed_input, passed)


def is_empty(function, exercise):
    """Tells whether a function is still the stub, or has no body but a docstring, ``pass`` or ``...``."""
    if not inspect.isfunction(function):
        return False
    code = function.__code__
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
    for name, *values in zip(attempt.exercise.parameters, *attempt.cases, strict=True):
        square = [isinstance(v, np.ndarray) and v.ndim > 1 and v.shape[0] == v.shape[1] for v in values]
        if sum(square) > 1 and {i for i, is_square in enumerate(square) if is_square} == set(right):
            return f"It is right where `{name}` is square, and only there. Where do you take its height for its width?"
    return ""
