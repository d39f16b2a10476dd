"""One test over all exercises: it finds them by walking dnnlib.exercises, so a new one is covered by being there."""

import ast
import importlib
import itertools
import pkgutil

import numpy as np
import pytest

import dnnlib.exercises
from dnnlib.exercises.checker import Attempt, check
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Task, assigned
from tests.exercises import samples
from tests.exercises.alternates import ALTERNATES

IN_THE_BOOK = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(dnnlib.exercises.__path__)
    for name, value in vars(importlib.import_module(f"dnnlib.exercises.{module.name}")).items()
    if isinstance(value, Task)
}
TASKS = IN_THE_BOOK | {f"samples.{name}": value for name, value in vars(samples).items() if isinstance(value, Task)}
EXERCISES = {address: task for address, task in TASKS.items() if isinstance(task, Exercise)}
ESTIMATES = {address: task for address, task in TASKS.items() if isinstance(task, Estimate)}
DESIGNS = {address: task for address, task in TASKS.items() if isinstance(task, Design)}


@pytest.mark.parametrize("address", TASKS)
def test_every_task_has_its_own_name_a_prompt_two_hints_and_lines_that_fit_the_page(address):
    task = TASKS[address]
    assert task.name == address.split(".")[1]
    assert task.prompt and 2 <= len(task.hints)
    assert max(map(len, f"{task.solution}\n{task.stub}".splitlines())) <= 85, "wider than a code cell of the page"


@pytest.mark.parametrize("address", EXERCISES)
def test_right_answers_pass_the_stub_is_not_attempted_and_every_mistake_gets_its_own_hint(address):
    exercise = EXERCISES[address]
    assert len(exercise.mistakes) >= (4 if address in IN_THE_BOOK and not isinstance(exercise, BugHunt) else 2)
    for right in (exercise.reference, alone(exercise.solution), *alternates(exercise)):
        assert check(exercise, right).passed, check(exercise, right)
    assert len(body(exercise.solution)) <= 15
    assert isinstance(exercise, BugHunt) or exercise.stub.splitlines()[-1].lstrip().startswith("raise NotImpl")
    assert check(exercise, alone(exercise.stub)).status == "not attempted"

    unchanged = " and ".join(bug.name for bug in exercise.bugs) if isinstance(exercise, BugHunt) else None
    for mistake in exercise.mistakes:
        if mistake.name == unchanged:  # the stub itself
            continue
        result = check(exercise, mistake.answer)
        given = {other.hint for other in exercise.mistakes if other.hint in result.message}
        assert (result.status, given) == ("known mistake", {mistake.hint}), (mistake.name, result)
        assert "changes its input" not in result.message

    answers = {"the reference": exercise.reference} | {mistake.name: mistake.answer for mistake in exercise.mistakes}
    assert len(answers) == 1 + len(exercise.mistakes)
    attempts = {name: Attempt(exercise, answer) for name, answer in answers.items()}
    for (a, one), (b, other) in itertools.combinations(attempts.items(), 2):
        assert not all(map(one.agree, one.mine, other.mine)), f"the cases do not tell {a} from {b}"


@pytest.mark.parametrize("address", ESTIMATES)
def test_the_working_of_an_estimate_passes_and_every_slip_gets_its_own_hint(address):
    estimate = ESTIMATES[address]
    assert check(estimate, estimate.value).passed
    for slip, wrong in estimate.wrong_values():
        result = check(estimate, wrong)
        assert (result.status, result.message) == ("known mistake", slip.hint), (slip.name, result)


@pytest.mark.parametrize("address", DESIGNS)
def test_right_designs_pass_and_every_known_mistake_lacks_a_property_and_gets_its_own_hint(address):
    design = DESIGNS[address]
    for right in (assigned(design.solution, design.variable), *ALTERNATES.get(design.name, ())):
        assert check(design, right).passed, check(design, right)
    for name, text, hint in design.mistakes:
        wrong = assigned(f"{design.variable} = {text}", design.variable)
        result = check(design, wrong)
        assert (result.status, result.message) == ("known mistake", hint), (name, result)
        assert not all(rule.holds(design.read(wrong)) for rule in design.properties), f"{name} has all properties"


@pytest.mark.parametrize("address", EXERCISES)
def test_what_is_shown_in_a_terminal_holds_no_tex(address):
    exercise = EXERCISES[address]
    texts = (
        *exercise.hints,
        *(mistake.hint for mistake in exercise.mistakes),
        *(rule.statement for rule in exercise.properties),
    )
    assert not [text for text in texts if "$" in text]


def test_the_walk_finds_the_exercises_and_each_has_two_answers_by_another_method():
    names = [task.name for task in IN_THE_BOOK.values()]
    assert "OUTPUT_SIZE" in names and len(set(names)) == len(names)
    assert set(ALTERNATES) == {task.name for task in IN_THE_BOOK.values() if not isinstance(task, Estimate)}
    assert all(len(others) >= 2 for others in ALTERNATES.values())


def alternates(exercise):
    """Yields right answers in other words, and the reference's answers in other types."""
    yield from ALTERNATES.get(exercise.name, ())
    yield lambda *arguments: each(exercise.reference(*arguments), lambda part: np.asarray(part).tolist())
    yield lambda *arguments: each(exercise.reference(*arguments), np.float32)


def each(answer, change):
    return tuple(map(change, answer)) if isinstance(answer, tuple) else change(answer)


def alone(source):
    """Runs the source as a learner's cell would, with nothing but np, and returns the function it defines."""
    namespace = {"np": np}
    exec(source, namespace)
    return namespace[ast.parse(source).body[0].name]


def body(source):
    """Returns the lines of a function's body below the docstring."""
    docstring = ast.parse(source).body[0].body[0]
    return source.splitlines()[docstring.end_lineno :]
