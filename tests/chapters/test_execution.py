"""Every chapter runs from a clean kernel in both states, and what it stores is what it prints."""

import re

import pytest

from tools import notebooks

CHAPTERS = pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)
pytestmark = pytest.mark.timeout(900)


@CHAPTERS
def test_as_students_get_it(path, nbval):
    passed, report = nbval(path)
    assert passed, report


@CHAPTERS
def test_with_the_solutions_put_in_every_check_passes_and_nothing_else_changes(path, nbval):
    notebook = notebooks.load(path)
    for number in notebooks.solve(notebook):
        cell = notebook.cells[number]
        cell.source = re.sub(r"(check\(.*\))$", r"assert (answer := \1).passed, answer", cell.source)
    # Beside the chapter, so that it runs in the same folder; the dot keeps it out of the book and of other tests.
    solved = path.with_name(f".solved-{path.name}")
    try:
        notebooks.store(notebook, solved)
        passed, report = nbval(solved)
    finally:
        solved.unlink(missing_ok=True)
    assert passed, report
