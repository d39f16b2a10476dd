"""Every exercise of the book as the cells that readers run: right, wrong in each known way, untouched, and its hints.

`Notebook` runs them as a kernel does, and `same` compares what two Pythons on two kinds of processor answer.
"""

import itertools
import re
import warnings
from dataclasses import dataclass

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from dnnlib.exercises.exercise import Design, Estimate
from tools.notebooks import chapters, exercise_in, exercises_of, load

# Answers that fit no exercise: their cards show Python's own words.
ODD = {
    "another number of parameters": "lambda: 3",
    "a constant": "lambda *arguments: 3",
    "a text": "lambda *arguments: 'three'",
    "a division by zero": "lambda *arguments: 1 / 0",
    "an empty list": "lambda *arguments: [][1]",
    "a name that is not there": "lambda *arguments: nowhere",
    "a part that is not there": "lambda *arguments: np.nowhere",
    "None in a sum": "lambda *arguments: None + 1",
    "shapes that do not fit": "lambda *arguments: np.ones((2, 3)) @ np.ones((2, 3))",
    "a number for a function": "3.5",
    "a list of texts": "['three']",
}

# Exercises whose cards may show other last digits on another processor: BLAS, LAPACK and vector units add in an order
# of their own. (Found by running all cells under four OpenBLAS kernels and without vector units, and in the page.)
ROUNDED = {
    "BOUND_TERMS": "a sum of exponentials, written with all its digits",
    "FIT_LINE": "a least-squares solution whose second number is 0 but for rounding",
    "OUTPUT_BIAS": "a logarithm, written with all its digits",
    "RESIDUAL_BLOCK": "a zero that may be -0",
    "TRUNCATED": "a product of matrices that ends in a tie of the last digit shown",
    "WHITEN": "the digits of an eigenvector, with a 0 that may come out as 1e-16",
}
# Wrong answers that show eigenvectors, of which either sign is right.
SIGNS = {
    ("PENALISED_MINIMUM", "rows for columns"): "the rows of a matrix of eigenvectors, whose signs are free one by one",
    ("PRINCIPAL_AXES", "points centred"): "a principal axis",
}
OWN = "Your function returned"  # the title above the learner's own numbers
NUMBER = re.compile(r"-?\b\d+\.?\d*(?:e[+-]\d+)?")


@dataclass(frozen=True)
class Cell:
    """A cell that a reader runs.

    Args:
        chapter: Stem of the chapter's file, such as "21_convolution".
        exercise: Name of the exercise's constant.
        name: What is handed in: "right", "untouched", "hint 1", or the name of a mistake.
        source: The cell's text.
        answer: What a reader types, which is the text without its last line, the check; "" where a hint is asked for.
        is_mistake: Whether it is a known mistake of the exercise.
    """

    chapter: str
    exercise: str
    name: str
    source: str
    answer: str = ""
    is_mistake: bool = False

    def __str__(self):
        return f"{self.chapter} {self.exercise}: {self.name}"


def cells_of(path):
    """Yields the cells of a chapter's exercises, in the order in which they are to be run by one interpreter.

    Args:
        path: The chapter's file.
    """
    notebook = load(path)
    ex = exercises_of(notebook)
    for cell in notebook.cells:
        name = exercise_in(cell.source) if cell.cell_type == "code" else None
        if name is not None:
            yield from _cells_of_one(path.stem, getattr(ex, name), cell.source)


def all_cells():
    """Yields the cells of all chapters."""
    for path in chapters():
        yield from cells_of(path)


def _cells_of_one(chapter, task, cell):
    def typed(name, answer, is_mistake=False):
        return Cell(chapter, task.name, name, cell.replace(task.stub, answer), answer, is_mistake)

    if cell.count(task.stub) != 1:
        raise ValueError(f"{chapter}: expected the stub of {task.name} as it stands in its Exercise")
    yield typed("untouched", task.stub)
    for name, text in mistakes_of(task):
        if text != task.stub:
            yield typed(name, text, is_mistake=True)
    for name, expression in ODD.items():
        yield typed(name, f"{task.asks_for} = {expression}")
    for number in range(1, len(task.hints) + 2):  # one more: the last stays
        yield Cell(chapter, task.name, f"hint {number}", f"hint(ex.{task.name})")
    yield typed("right", task.solution)


def mistakes_of(task):
    """Lists (name, answer as text) for the known mistakes of an exercise."""
    if isinstance(task, Design):
        return [(name, f"{task.variable} = {text}") for name, text, _ in task.mistakes]
    if isinstance(task, Estimate):
        return [(slip.name, slip.edit(task.solution)) for slip in task.slips]
    bugs = getattr(task, "bugs", ())
    left = [some for n in range(1, len(bugs) + 1) for some in itertools.combinations(bugs, n)]
    groups = [*left, *((slip,) for slip in task.slips[len(bugs) :])]
    edits = {" and ".join(slip.name for slip in group): _edited(task.solution, group) for group in groups}
    # A mistake that is no edit of the right answer, often made by another function, has no text of its own.
    others = {
        mistake.name: f"{task.asks_for} = ex.{task.name}.mistakes[{number}].answer"
        for number, mistake in enumerate(task.mistakes)
        if mistake.name not in edits
    }
    return [*edits.items(), *others.items()]


def _edited(text, slips):
    for slip in slips:
        text = slip.edit(text)
    return text


def setup_of(chapter):
    """Returns the lines that a cell of an exercise needs before it."""
    topic = re.sub(r"^\d+_", "", chapter)
    return (
        f"import numpy as np\nfrom dnnlib.exercises import {topic} as ex\n"
        "from dnnlib.exercises.checker import check, hint"
    )


class Notebook:
    """Runs cells as a notebook's kernel does, in this process, and returns what it shows of their last line."""

    def __init__(self):
        self.shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
        self.chapter = None

    def run(self, cell):
        """Returns the HTML of the card that a cell's last line shows."""
        if cell.chapter != self.chapter:
            self.chapter = cell.chapter
            self.shell.run_cell(setup_of(cell.chapter)).raise_error()
        with capture_output(), warnings.catch_warnings(record=True):
            done = self.shell.run_cell(cell.source)
        done.raise_error()
        return done.result._repr_html_()


def same(cell, card, other):
    """Tells whether two cards say the same.

    They are equal, character by character. Only the numbers that a learner's own function returned may differ, and
    only in the exercises of `ROUNDED`, by half of the eighth digit of the largest, and in the answers of `SIGNS`.
    """
    if card == other:
        return True
    signs = (cell.exercise, cell.name) in SIGNS
    (said, _, numbers), (other_said, _, other_numbers) = card.partition(OWN), other.partition(OWN)
    if said != other_said or not (signs or cell.exercise in ROUNDED):
        return False
    shown, other_shown = (np.array(NUMBER.findall(text), dtype=float) for text in (numbers, other_numbers))
    words, other_words = (re.sub(r"\s", "", NUMBER.sub("0", text)) for text in (numbers, other_numbers))
    if words != other_words:
        return False
    return signs or np.allclose(shown, other_shown, rtol=0, atol=1e-8 * np.abs(shown).max())
