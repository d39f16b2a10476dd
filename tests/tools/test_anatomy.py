"""Each rule about chapters passes a chapter that keeps it and finds the one fault of a chapter that does not."""

import copy
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dnnlib.exercises import convolution
from tools import anatomy, normal_form, setup_cell

NAMES = ("OUTPUT_SIZE", "REPAIR_CONV2D", "BATCH_ACTIVATIONS")


def options(*kinds):
    return "\n\n".join(
        f'<details class="choice {kind}"><summary>{kind}</summary>\n\nWhy.\n\n</details>' for kind in kinds
    )


OPTIONS = options("wrong", "right", "wrong")
RIGHT_FIRST = options("right", "wrong", "wrong")
NUMBER = '<details class="number" data-answer="28"><summary>Answer</summary>\n\nWhy.\n\n</details>'
QUESTIONS = f"""## Check yourself

**1. Which?**

{OPTIONS}

**2. How many?**

{NUMBER}

**3. What does Figure 1 show?**

{OPTIONS}

**4. Why?**

{RIGHT_FIRST}"""

FIRST_EXERCISE = 3


def chapter():
    """A chapter that keeps every rule."""
    imports = "from dnnlib.exercises import convolution as ex\nfrom dnnlib.exercises.checker import check"
    cells = [
        new_markdown_cell(
            "# Title\n\nAbout 30 minutes.\n\n**On Colab:** a CPU is enough.\n\n"
            "## Objectives and prerequisites\n\nYou need arrays."
        ),
        new_code_cell(f"{setup_cell.text()}\n{imports}", metadata=copy.deepcopy(setup_cell.METADATA)),
    ]
    for name in NAMES:
        exercise = getattr(convolution, name)
        cells += [
            new_markdown_cell(f"### Exercise\n\n{exercise.prompt}"),
            new_code_cell(f"{exercise.stub}\n\n\ncheck(ex.{name}, {exercise.asks_for})"),
            new_markdown_cell(
                f"<details>\n<summary>Solution</summary>\n\n```python\n{exercise.solution}\n```\n\n</details>"
            ),
        ]
    alt = {"mystnb": {"image": {"alt": "a line"}}}
    figure = [new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": "<Figure>"})]
    cells += [new_code_cell("plt.show()", metadata=alt, outputs=figure), new_markdown_cell("**Figure 1.** A line.")]
    cells += [new_code_cell(f"x = {number}") for number in range(17)]
    cells += [new_markdown_cell(text) for text in (QUESTIONS, "## Summary", "## Sources")]
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), 1):
        cell.execution_count = count
    return normal_form.normalised(new_notebook(cells=nbformat.from_dict(cells)))


def figure_cell(notebook):
    return next(cell for cell in notebook.cells if "mystnb" in cell.metadata)


def drop(text):
    def change(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace(text, "")

    return change


def source(number, old, new):
    def change(notebook):
        assert re.search(old, notebook.cells[number].source)
        notebook.cells[number].source = re.sub(old, lambda _: new, notebook.cells[number].source, count=1)

    return change


def metadata(number, values):
    return lambda notebook: notebook.cells[number].update(metadata=nbformat.from_dict(values))


FAULTS = {
    "too few cells": (anatomy.size, lambda notebook: notebook.update(cells=notebook.cells[:20]), "found 17"),
    "large output": (
        anatomy.size,
        lambda notebook: notebook.cells[-5].update(outputs=[new_output("stream", text="x" * 600_000)]),
        "at most 500 KB",
    ),
    "long cell": (anatomy.short_code, source(-5, "$", "\ny = 1" * 12), "at most 12 lines"),
    "long median": (
        anatomy.short_code,
        lambda notebook: [source(number, "$", "\ny = 1" * 9)(notebook) for number in range(14, 28)],
        "at the median",
    ),
    "changed set-up": (anatomy.set_up, source(1, "quick", "fast"), "set-up cell of"),
    "code in set-up": (anatomy.set_up, source(1, "$", "\nx = 1"), "nothing but imports"),
    "set-up not folded": (anatomy.set_up, metadata(1, {"tags": ["hide-cell"]}), "metadata"),
    "no minutes": (anatomy.parts, drop("minutes"), "minutes"),
    "no summary": (anatomy.parts, drop("Summary"), "summary"),
    "no sources": (anatomy.parts, drop("Sources"), "sources"),
    "no self-check": (anatomy.parts, drop("## Check yourself"), "self-check"),
    "two titles": (anatomy.parts, source(-1, "## ", "# "), "found 2 headings"),
    "other stub": (anatomy.exercises, source(FIRST_EXERCISE, "your code here", "write here"), "stub of"),
    "other prompt": (anatomy.exercises, source(FIRST_EXERCISE - 1, "Write", "Code"), "prompt of OUTPUT_SIZE"),
    "other solution": (anatomy.exercises, source(FIRST_EXERCISE + 1, "return", "return 1 +"), "reference of"),
    "two exercises": (anatomy.exercises, lambda notebook: notebook.cells.pop(FIRST_EXERCISE), "found 2"),
    "unknown exercise": (anatomy.exercises, source(FIRST_EXERCISE, r"ex\.OUTPUT_SIZE", "ex.NONE"), "NONE is not in"),
    "many words": (anatomy.length, source(0, "$", "\n\n" + "Many words are here. " * 800), "at most 2,900 words"),
    "folded in the book alone": (anatomy.folded_code, metadata(-5, {"tags": ["hide-input"]}), '"source_hidden": true'),
    "a lecture": (anatomy.slides, source(0, "$", "\nAs the lecture says."), "found 'lecture'"),
    "one kind": (
        anatomy.kinds_of_exercises,
        lambda notebook: notebook.update(cells=notebook.cells[:5]),
        "expected 3 kinds of exercises or more, found Exercise",
    ),
    "an experiment without findings": (
        anatomy.open_experiments,
        metadata(-5, {"tags": ["explore"]}),
        "expected *What we measured*, folded",
    ),
    "two options": (
        anatomy.questions,
        source(-3, r"<details class=.choice wrong.", '<details class="x"'),
        "found 2 options",
    ),
    "a favoured place": (
        anatomy.questions,
        lambda notebook: notebook.cells[-3].update(source=QUESTIONS.replace(RIGHT_FIRST, OPTIONS)),
        "found 3 of 3 in place 2",
    ),
    "no number": (anatomy.questions, drop('class="number"'), "a number to enter, found none"),
    "no figure": (anatomy.questions, drop("does Figure 1 show"), "reads a figure, found none"),
    "exercise used": (
        anatomy.exercises_stand_alone,
        source(-5, "$", "\nsize = output_size(7, 3, 1, 0, 1)"),
        "uses `output_size`, which the exercise in cell 3 defines",
    ),
    "an exercise's other name used": (
        anatomy.exercises_stand_alone,
        lambda notebook: [
            source(FIRST_EXERCISE, "^", "first, second = 1, 2\n")(notebook),
            source(-5, "$", "\ny = second")(notebook),
        ],
        "uses `second`, which the exercise in cell 3 defines",
    ),
    "no alt": (anatomy.figures, lambda notebook: figure_cell(notebook).metadata.clear(), "cell 11: expected alt text"),
    "no caption": (anatomy.figures, drop("**Figure 1.** "), "caption"),
    "directive": (anatomy.plain_markdown, source(-1, "$", "\n```{note}\nx\n```"), "a directive"),
    "role": (anatomy.plain_markdown, source(-1, "$", "\nsee {ref}`there`"), "a role"),
    "not run": (anatomy.outputs, lambda notebook: notebook.cells[-4].update(execution_count=None), "was not run"),
    "error": (
        anatomy.outputs,
        lambda notebook: notebook.cells[-4].update(outputs=[new_output("error", ename="KeyError", evalue="")]),
        "found KeyError",
    ),
    "stderr": (
        anatomy.outputs,
        lambda notebook: notebook.cells[-4].update(outputs=[new_output("stream", name="stderr", text="noise")]),
        "stderr",
    ),
}


@pytest.mark.parametrize("rule", anatomy.RULES, ids=lambda rule: rule.__name__)
def test_a_good_chapter_keeps_the_rule(rule):
    assert list(rule(chapter())) == []


@pytest.mark.parametrize("rule, change, message", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(rule, change, message):
    notebook = chapter()
    change(notebook)
    assert any(message in fault for fault in rule(notebook)), list(rule(notebook))


def test_braces_in_code_and_mathematics_are_no_roles():
    text = "`{x}` and $a_{ij}$ and `f{`x`}` and\n\n```python\nx = {1: 2}\n```"
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    assert list(anatomy.plain_markdown(notebook)) == []
