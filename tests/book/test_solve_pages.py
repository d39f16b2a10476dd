"""Every exercise of every chapter is solved in its page, in Chromium, with every other host out of reach.

Each is answered wrong and right, and the page says what the notebook says. The chapters take turns: over http in the
light, from a folder in the dark; one is solved in all four ways.
"""

import itertools

import pytest
from playwright.sync_api import expect

from tests.book.solving import Answer, text_of
from tests.book.test_accessibility import add_axe, violations
from tests.exercises.cells import cells_of, same
from tools.notebooks import CHAPTERS, chapters

IN_ALL_WAYS = "21_convolution"
WAYS = [("http", "light"), ("file", "dark"), ("http", "dark"), ("file", "light")]
TURNS = [
    pytest.param(path, scheme, theme, id=f"{path.stem}-{scheme}-{theme}")
    for turn, path in enumerate(chapters())
    for scheme, theme in (WAYS if path.stem == IN_ALL_WAYS else [WAYS[turn % 2]])
]
STOPS = 250  # Tab stops before the first place for an answer, at most


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
    add_axe(page)
    assert axe_of(page.locator(".solve").first) == []


def axe_of(element):
    """Returns axe-core's violations in an element."""
    found = element.evaluate("e => axe.run(e, { resultTypes: ['violations'], preload: false })")["violations"]
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]


def test_an_exercise_is_answered_by_keyboard_alone_and_the_focus_is_never_lost(open_page, notebook):
    path = CHAPTERS / f"{IN_ALL_WAYS}.ipynb"
    page = open_page(f"chapters/{path.name}", reduced_motion="reduce")
    exercise, wrong, right = next(answers_of(path))
    answer = Answer(page, exercise)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if answer.opener().evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    answer.expect_ready(60_000)
    expect(answer.editor).to_be_focused()
    for cell in (wrong, right):
        page.keyboard.press("ControlOrMeta+a")
        type_lines(page, cell.answer)
        answer.expect_text(cell.answer)
        page.keyboard.press("ControlOrMeta+Enter")
        answer.expect_ready()
        assert same(cell, text_of(page, notebook.run(cell)), answer.shown())
        expect(answer.editor).to_be_focused()
    # Out of the editor, and on through the buttons
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(answer.button("Check")).to_be_focused()
    page.keyboard.press("Tab")
    expect(answer.button("Hint")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.place.locator(".solve-hints")).to_contain_text("hint 1 of")
    page.keyboard.press("Tab")
    expect(answer.button("Start over")).to_be_focused()
    page.keyboard.press("Enter")
    answer.expect_text(untouched(path, exercise))
    page.keyboard.press("Tab")
    expect(answer.button("Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.editor).to_be_focused()
    answer.expect_text(right.answer)


def untouched(path, exercise):
    """Returns the stub of an exercise."""
    return next(cell.answer for cell in cells_of(path) if (cell.exercise, cell.name) == (exercise, "untouched"))


def type_lines(page, text):
    """Types lines by key, each from its first column, whatever the editor indents by itself."""
    for number, line in enumerate(text.split("\n")):
        if number:
            page.keyboard.press("Enter")
            page.keyboard.press("Shift+Home")
        page.keyboard.type(line) if line else page.keyboard.press("Delete")


@pytest.mark.parametrize(("name", "theme"), [("25_complete_cnn", "light"), ("63_inception_densenet_senet", "dark")])
def test_on_a_phone_open_editors_and_cards_fit_and_axe_finds_no_violation(open_page, name, theme):
    page = open_page(f"chapters/{name}.ipynb", width=390, theme=theme, reduced_motion="reduce")
    for exercise, wrong, _ in answers_of(CHAPTERS / f"{name}.ipynb"):
        answer = Answer(page, exercise).open()
        answer.paste(wrong.answer)
        assert "not yet" in answer.check()
        answer.button("Hint").click()
        expect(answer.place.locator(".solve-hints")).to_contain_text("hint 1 of")
        box = answer.place.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, exercise
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
