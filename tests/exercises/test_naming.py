"""Wrong answers that no list was made from: most of them get a name, none passes."""

import numpy as np
import pytest

from dnnlib.exercises.checker import check
from tests.exercises import handed_in_architectures, handed_in_transfer
from tests.exercises.test_exercises import DESIGNS, ESTIMATES, EXERCISES
from tests.exercises.unseen import UNSEEN

ENTERED = handed_in_architectures.ENTERED | handed_in_transfer.ENTERED
BY_NAME = {exercise.name: exercise for exercise in EXERCISES.values()}


def is_named(result):
    """Tells whether an answer says what is wrong, and not only that or where something is."""
    lines = result.message.split("\n")
    return result.status in ("known mistake", "related", "wrong type", "changed input") or (
        result.status in ("wrong shape", "raised") and len(lines) > 1
    )


def verdicts():
    """Yields (exercise, number of the wrong answer, what is said)."""
    for name, answers in UNSEEN.items():
        for number, answer in enumerate(answers):
            yield name, number, check(BY_NAME[name], with_names(answer, BY_NAME[name].parameters))


def with_names(answer, parameters):
    """Gives a short lambda the parameters' names that the exercise asks for."""
    names = {"answer": answer, "np": np}
    exec(f"def given({', '.join(parameters)}):\n    return answer({', '.join(parameters)})", names)
    return names["given"]


@pytest.mark.long
def test_more_than_seventy_per_cent_of_unseen_wrong_answers_are_named_and_none_passes():
    said = list(verdicts())
    assert len(said) >= 8 * len(UNSEEN)
    assert not [(name, number) for name, number, result in said if result.passed]
    unnamed = [(name, number) for name, number, result in said if not is_named(result)]
    assert len(unnamed) < 0.3 * len(said), f"{len(unnamed)} of {len(said)} unnamed: {unnamed}"


def test_more_than_seventy_per_cent_of_unseen_estimates_and_designs_hear_what_is_wrong_and_none_passes():
    tasks = {task.name: task for task in (*ESTIMATES.values(), *DESIGNS.values())}
    said = [(name, value, check(tasks[name], value)) for name, values in ENTERED.items() for value in values]
    assert len(said) >= 10 * len(ENTERED)
    assert not [(name, value) for name, value, result in said if result.passed]
    # A design hears which condition it breaks, and the number that breaks it.
    unnamed = [(name, value) for name, value, result in said if not is_named(result) and result.status != "property"]
    assert len(unnamed) < 0.3 * len(said), f"{len(unnamed)} of {len(said)} unnamed: {unnamed}"
