"""What a reader answers and tries on the built chapters: questions, folded solutions and the exercises' cards."""

import json
import re

import pytest

from dnnlib.exercises.display import Hints, Result
from tests.book.conftest import PAGES
from tools.book.build import ROOT
from tools.notebooks import exercise_in

CHAPTERS = pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("chapters/")])

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


@CHAPTERS
def test_each_question_has_one_right_answer_and_each_answer_says_what_it_is_once_opened_by_key(open_page, name):
    page = open_page(name)
    questions = page.get_by_role("group", name="Answers", exact=True)
    assert questions.count() >= 3
    for question in questions.all():
        verdicts = []
        for number, answer in enumerate(question.locator("details").all()):
            summary, feedback = answer.locator("summary"), answer.locator("summary ~ *").first
            right = "right" in answer.get_attribute("class").split()
            assert not feedback.is_visible()
            summary.focus()
            page.keyboard.press(["Enter", "Space"][number % 2])
            assert feedback.is_visible()
            # The sign before an opened answer is a shape, and the text says it, too: not the colour alone
            sign = summary.evaluate("e => getComputedStyle(e, '::before').content")
            assert sign.startswith('"✓"' if right else '"✗"'), sign
            assert bool(re.match(r"Right\b|Yes\b", feedback.inner_text())) == right, feedback.inner_text()
            verdicts.append(right)
        assert sum(verdicts) == 1 and len(verdicts) >= 2, question.inner_text()


@CHAPTERS
def test_solution_of_each_exercise_is_folded_and_opens_by_key(open_page, name):
    page = open_page(name)
    solutions = page.locator("details:has(> summary:text-is('Solution'))")
    assert solutions.count() == exercises_of(name) >= 3
    for solution in solutions.all():
        code = solution.locator("pre").first
        assert not code.is_visible()
        solution.locator("summary").focus()
        page.keyboard.press("Enter")
        assert code.is_visible() and code.inner_text().strip()
    assert page.locator("article details[open]").count() == solutions.count()


@pytest.mark.parametrize("theme", ["light", "dark"])
@CHAPTERS
def test_cards_of_exercises_can_be_read_and_lie_on_the_paper_of_the_page(open_page, name, theme):
    page = open_page(name, theme=theme)
    cards = page.locator("div[style*=border-left]:has-text('not attempted yet')")
    assert cards.count() == exercises_of(name)
    # The other answers are no page's, but stand on the same paper where a notebook with them is built
    place = cards.first.evaluate_handle("e => e.parentElement")
    place.evaluate("(e, cards) => { e.insertAdjacentHTML('beforeend', cards); }", cards_of(ANSWERS))
    readable = [*(card.evaluate(CONTRAST) for card in cards.all()), place.evaluate(CONTRAST)]
    assert min(contrast["least"] for contrast in readable) >= 4.5
    lights = [contrast["light"] for contrast in readable]
    assert max(lights) < 0.1 if theme == "dark" else min(lights) > 0.7
