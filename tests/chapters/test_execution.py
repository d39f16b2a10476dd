"""Every chapter runs from a clean kernel in both states, and what it stores is what it prints."""

import re

import pytest
from nbformat.v4 import new_code_cell

from tools import notebooks

CHAPTERS = pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)
pytestmark = [pytest.mark.chapter, pytest.mark.timeout(900)]
AT_THE_END = """\
from pathlib import Path

from tests.chapters.explorables import assert_as_stored

assert_as_stored(Path({path!r}))"""


@CHAPTERS
def test_as_students_get_it(path, nbval):
    passed, report = nbval(path)
    assert passed, report


@CHAPTERS
def test_with_the_solutions_put_in_every_check_passes_and_nothing_else_changes(path, nbval):
    """Outputs and explorables, that is; figures are not compared."""
    notebook = notebooks.load(path)
    for number in notebooks.solve(notebook):
        cell = notebook.cells[number]
        cell.source = re.sub(r"(check\(.*\))$", r"assert (answer := \1).passed, answer", cell.source)
    notebook.cells.append(new_code_cell(AT_THE_END.format(path=str(path))))
    # Beside the chapter, so that it runs in the same folder; the dot keeps it out of the book and of other tests.
    solved = path.with_name(f".solved-{path.name}")
    try:
        notebooks.store(notebook, solved)
        passed, report = nbval(solved)
    finally:
        solved.unlink(missing_ok=True)
    assert passed, report
