"""What a reader answers and tries on the built chapters: questions, folded solutions and the exercises' cards."""

import json
import re

import pytest

from dnnlib.exercises.display import Hints, Result
from tests.book.conftest import PAGES
from tools.book.build import ROOT
from tools.notebooks import exercise_in

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]

# A card in each of its colours, with code in the text and in a block
ANSWERS = [
    Result("f", "passed", "All `3` cases agree."),
    Result("f", "known mistake", "Did you forget `+ 1`?", (("The input", "x = 1"), ("Yours", "2"))),
    Hints("f", ("Count the `windows`.",), 3),
]

# The least contrast of any text in an element, and the light (0 to 1) of the ground that the element lies on
CONTRAST = """(root) => {
  const sheet = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = sheet.getContext("2d", { willReadFrequently: true });
  const mixed = (paints) => {
    for (const paint of paints) { pen.fillStyle = paint; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = (rgb) => rgb.map((v) => linear(v / 255)).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const grounds = (e) => e ? [...grounds(e.parentElement), getComputedStyle(e).backgroundColor] : ["white"];
  const texts = [root, ...root.querySelectorAll("*")].filter((e) =>
    [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return { light: light(mixed(grounds(root))), least: Math.min(...texts.map((e) => {
    const ground = grounds(e), ink = light(mixed([...ground, getComputedStyle(e).color])), paper = light(mixed(ground));
    return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
  })) };
}"""


def cards_of(answers):
    """Returns the cards of answers as HTML."""
    return "".join(answer._repr_html_() for answer in answers)


def exercises_of(name):
    """Returns how many exercises a chapter has."""
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool(exercise_in("".join(cell["source"]))) for cell in cells)


# What a reader sees of an answer, folded or open
SEEN = """(summary) => {
  const feedback = summary.nextElementSibling;
  return {
    shown: feedback.checkVisibility(),
    says: feedback.innerText,
    sign: getComputedStyle(summary, "::before").content,
  };
}"""
THEME = """(theme) => {
  document.documentElement.dataset.theme = document.documentElement.dataset.mode = theme;
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, visit):
    """A chapter's name and page, loaded once for the tests below, which do not disturb each other."""
    opened = visit(request.param, reduced_motion="reduce")
    yield request.param, opened.page
    opened.context.close()
    assert not opened.faults


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_cards_of_exercises_can_be_read_and_lie_on_the_paper_of_the_page(chapter, theme):
    name, page = chapter
    page.evaluate(THEME, theme)
    cards = page.locator("div[style*=border-left]:has-text('not attempted yet')").element_handles()
    assert len(cards) == exercises_of(name)
    # The other answers are no page's, but stand on the same paper where a notebook with them is built
    others = cards[0].evaluate_handle(
        """(e, cards) => {
      const place = document.createElement("div");
      place.innerHTML = cards;
      e.after(place);
      return place;
    }""",
        cards_of(ANSWERS),
    )
    readable = [card.evaluate(CONTRAST) for card in [*cards, others]]
    others.evaluate("e => e.remove()")
    assert min(contrast["least"] for contrast in readable) >= 4.5
    lights = [contrast["light"] for contrast in readable]
    assert max(lights) < 0.1 if theme == "dark" else min(lights) > 0.7


def test_solution_of_each_exercise_is_folded_and_opens_by_key(chapter):
    name, page = chapter
    solutions = page.locator("details:has(> summary:text-is('Solution'))").element_handles()
    assert len(solutions) == exercises_of(name) >= 3
    for solution in solutions:
        summary, code = solution.query_selector("summary"), solution.query_selector("pre")
        assert not code.is_visible()
        summary.focus()
        page.keyboard.press("Enter")
        assert code.is_visible() and code.inner_text().strip()
    assert page.locator("article details[open]").count() == len(solutions)
    page.evaluate("document.querySelectorAll('article details[open]').forEach((details) => { details.open = false; })")


def test_each_question_has_one_right_answer_and_each_answer_says_what_it_is_once_opened_by_key(chapter):
    _, page = chapter
    questions = page.get_by_role("group", name="Answers", exact=True).element_handles()
    assert len(questions) >= 3
    for question in questions:
        verdicts = []
        for number, answer in enumerate(question.query_selector_all("details")):
            summary = answer.query_selector("summary")
            right = "right" in answer.get_attribute("class").split()
            assert not summary.evaluate(SEEN)["shown"]
            summary.focus()
            page.keyboard.press(["Enter", "Space"][number % 2])
            seen = summary.evaluate(SEEN)
            assert seen["shown"]
            # The sign before an opened answer is a shape, and the text says it, too: not the colour alone
            assert seen["sign"].startswith('"✓"' if right else '"✗"'), seen
            assert bool(re.match(r"Right\b|Yes\b", seen["says"])) == right, seen
            verdicts.append(right)
        assert sum(verdicts) == 1 and len(verdicts) >= 2, question.inner_text()
