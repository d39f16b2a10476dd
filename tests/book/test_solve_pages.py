"""Every exercise of every chapter is solved in its page, in Chromium, with every other host out of reach.

Each is answered wrong and right, and the page says what the notebook says. The chapters take turns: over http in the
light, from a folder in the dark; one is solved in all four ways.
"""

import itertools

import pytest

from tests.book.solving import Answer, text_of
from tests.book.test_accessibility import AXE
from tests.exercises.cells import cells_of, same
from tools.notebooks import chapters

IN_ALL_WAYS = "21_convolution"
WAYS = [("http", "light"), ("file", "dark"), ("http", "dark"), ("file", "light")]
TURNS = [
    pytest.param(path, scheme, theme, id=f"{path.stem}-{scheme}-{theme}")
    for turn, path in enumerate(chapters())
    for scheme, theme in (WAYS if path.stem == IN_ALL_WAYS else [WAYS[turn % 2]])
]


def answers_of(path):
    """Yields (exercise, a wrong cell, a right cell) for a chapter's exercises; which mistake it is changes."""
    for number, (exercise, group) in enumerate(itertools.groupby(cells_of(path), lambda cell: cell.exercise)):
        cells = list(group)
        mistakes = [cell for cell in cells if cell.is_mistake]
        yield exercise, mistakes[number % len(mistakes)], cells[-1]


@pytest.mark.parametrize(("path", "scheme", "theme"), TURNS)
def test_each_exercise_is_answered_wrong_and_right_in_the_page_as_in_the_notebook(
    open_page, notebook, path, scheme, theme
):
    page = open_page(f"chapters/{path.name}", scheme=scheme, theme=theme)
    solved = 0
    for number, (exercise, wrong, right) in enumerate(answers_of(path)):
        answer = Answer(page, exercise).open()
        for cell in (wrong, right):
            answer.paste(cell.answer)
            shown = answer.check(key=number % 2)
            card = text_of(page, notebook.run(cell))
            assert same(cell, card, shown), f"{cell}\nin the page: {shown}\nin a notebook: {card}"
        assert ": right" in shown
        solved += 1
    assert page.locator('.solve:not([data-exercise="scratch"])').count() == solved >= 3
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    assert axe_of(page.locator(".solve").first) == []


def axe_of(element):
    """Returns axe-core's violations in an element."""
    found = element.evaluate("e => axe.run(e, { resultTypes: ['violations'], preload: false })")["violations"]
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]
