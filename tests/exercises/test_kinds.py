"""Bug hunts, estimates and designs: each wrong answer is told what it did, each right one passes, nothing is raised."""

import numpy as np
import pytest

from dnnlib.exercises.checker import check, hint
from dnnlib.exercises.exercise import Slip
from tests.exercises.samples import BATCH_MEMORY, EDGE_KERNEL, REPAIR_MEANS, ROW_MEANS


def as_cell(source):
    names = {"np": np}
    exec(source, names)
    return names["row_means"]


def test_a_slip_is_the_reference_with_one_piece_replaced_and_gets_its_hint():
    result = check(ROW_MEANS, lambda x: x.sum(axis=1))
    assert result.status == "known mistake" and "What turns a sum into a mean?" in result.message


@pytest.mark.parametrize("old", ["axis=7", "x"])
def test_a_slip_must_name_a_piece_that_occurs_once(old):
    with pytest.raises(ValueError, match=f"slip 'bad': expected '{old}' once in the right answer, found"):
        Slip("bad", old, "y", "?").edit(ROW_MEANS.solution)


def test_an_unchanged_bug_hunt_is_not_attempted_even_with_other_spacing_and_comments():
    assert check(REPAIR_MEANS, as_cell(REPAIR_MEANS.stub)).status == "not attempted"
    assert check(REPAIR_MEANS, as_cell("\n\n" + REPAIR_MEANS.stub + "  # hm\n")).status == "not attempted"


@pytest.mark.parametrize(("mended", "left"), [(0, 1), (1, 0)])
def test_a_repair_of_one_fault_of_two_is_told_the_symptom_of_the_other(mended, left):
    bugs = REPAIR_MEANS.bugs
    result = check(REPAIR_MEANS, as_cell(bugs[left].edit(REPAIR_MEANS.solution)))
    assert result.status == "known mistake"
    assert bugs[left].hint in result.message and bugs[mended].hint not in result.message


def test_a_bug_hunt_rewritten_with_both_faults_is_told_a_symptom_and_any_right_function_passes():
    assert check(REPAIR_MEANS, lambda x: np.sum(x, 0) / len(x)).status == "known mistake"
    assert check(REPAIR_MEANS, lambda x: np.mean(x, 1)).passed
    assert check(REPAIR_MEANS, lambda x: [sum(row) / len(row) for row in x.tolist()]).passed


@pytest.mark.parametrize("right", [12.8, 12.7, np.float32(12.8), np.array(12.8), 13])
def test_an_estimate_within_its_tolerance_passes(right):
    assert check(BATCH_MEMORY, right).passed


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (3.2, "How many bytes does a float32 take?"),
        (0.4, "How many maps are there?"),
        (128.0, "10 times too large"),
        (14.0, "9.4 % too large"),
        (10.0, "22 % too small"),
        (1.0, "12.8 times too small"),
        (-12.8, "The right number is positive"),
        (0, "The right number is positive"),
    ],
)
def test_a_wrong_estimate_is_told_by_how_much_and_which_way_or_which_term_is_missing(wrong, words):
    result = check(BATCH_MEMORY, wrong)
    assert not result.passed and words in result.message


@pytest.mark.parametrize("odd", ["12.8", True, [12.8], np.zeros(3), float("nan"), np.inf, 1j, len, 10**400])
def test_what_is_no_number_gets_one_message_for_an_estimate(odd):
    result = check(BATCH_MEMORY, odd)
    assert result.status == "wrong type" and "one finite number, in kB" in result.message
    assert repr(result) and result._repr_html_()


def test_stubs_of_estimates_and_designs_are_not_attempted():
    for exercise in (BATCH_MEMORY, EDGE_KERNEL):
        names = {}
        exec(exercise.stub, names)
        assert check(exercise, names[exercise.variable]).status == "not attempted"
        assert check(exercise, None).status == "not attempted"


@pytest.mark.parametrize("right", [[[-1, 0, 1]] * 3, np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), ((0, -3, 3),) * 3])
def test_every_design_with_the_properties_passes(right):
    assert check(EDGE_KERNEL, right).passed


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        (np.ones((3, 3)), "known mistake", "What does a mean give on a flat region?"),
        ([[0, 0, 1]] * 3, "property", "on a flat region it gives zero."),
        ([[-1, 1, 0]] * 3, "property", "on an edge between two columns"),
        ([[1, 0, -1]] * 2, "wrong type", "expected three rows of three numbers, received shape (2, 3)"),
        ("edge", "wrong type", "another form"),
        ([[1, 2], [3]], "wrong type", "another form"),
    ],
)
def test_a_wrong_design_is_told_the_property_that_it_lacks_and_what_shows_it(wrong, status, words):
    result = check(EDGE_KERNEL, wrong)
    assert result.status == status and words in result.message
    if status == "property":
        assert result.blocks[-1][0] == "What shows it"


def test_hints_work_for_every_kind():
    for exercise in (REPAIR_MEANS, BATCH_MEMORY, EDGE_KERNEL):
        assert f"{exercise.asks_for}: hint 1 of 2" in repr(hint(exercise))
