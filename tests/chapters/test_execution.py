"""Every chapter runs from a clean kernel and stores what it prints, and its exercises can be solved."""

import os
import re

import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell

from tools import notebooks

CHAPTERS = pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)
pytestmark = [pytest.mark.chapter, pytest.mark.timeout(900)]
AT_THE_END = """\
from pathlib import Path

from tests.chapters.explorables import assert_as_stored

assert_as_stored(Path({path!r}))"""


@CHAPTERS
def test_as_students_get_it_a_chapter_prints_what_it_stores_and_makes_the_explorables_that_it_stores(path, nbval):
    """Figures are not compared."""
    notebook = notebooks.load(path)
    notebook.cells.append(new_code_cell(AT_THE_END.format(path=str(path))))
    # Beside the chapter, so that it runs in the same folder; the dot keeps it out of the book and of other tests.
    copy = path.with_name(f".run-{path.name}")
    try:
        notebooks.store(notebook, copy)
        passed, report = nbval(copy)
    finally:
        copy.unlink(missing_ok=True)
    assert passed, report


@pytest.fixture(scope="module")
def execute():
    """Returns a function that runs cells in a kernel, emptied before: so TensorFlow is loaded once for all chapters."""
    environment = os.environ | {"BOOK_PROFILE": "quick", "CUDA_VISIBLE_DEVICES": "-1"}
    environment.pop("MPLBACKEND", None)
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(notebooks.CHAPTERS), env=environment)

    def run(cells):
        for source in ["%reset -f", *(cell.source for cell in cells)]:
            reply = client.execute(source, reply=True, timeout=240)["content"]
            assert reply["status"] == "ok", "\n".join(reply["traceback"])

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@CHAPTERS
def test_with_the_solutions_put_in_every_check_passes_after_the_set_up_alone(path, execute):
    """That no other cell uses what an exercise defines is a rule of the anatomy, so the others need not run again."""
    notebook = notebooks.load(path)
    set_up = next(cell for cell in notebook.cells if cell.cell_type == "code")
    solved = [notebook.cells[number] for number in notebooks.solve(notebook)]
    for cell in solved:
        cell.source = re.sub(r"(check\(.*\))$", r"assert (answer := \1).passed, answer", cell.source)
    assert solved
    execute([set_up, *solved])
