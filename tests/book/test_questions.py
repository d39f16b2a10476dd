"""Self-check questions: shuffled in the page, a number to enter, and mistakes in their form that end the build."""

import re
from collections import Counter

import pytest
from docutils import nodes

from tools.book.questions import Group, blocks, is_right, split


def raw(text):
    return nodes.raw("", text, format="html")


def answers(*texts):
    return [[raw(f'<details class="choice wrong"><summary>{text}</summary>')] for text in texts]


def test_no_place_is_favoured_by_the_shuffle_and_each_build_agrees():
    groups = [Group(f"Question {number}?", answers("one", "two", "three")) for number in range(3000)]
    first = Counter(group.answers.index(group.shuffled()[0]) for group in groups)
    assert all(900 < count < 1100 for count in first.values()) and len(first) == 3  # 1000 expected, 26 its deviation
    assert all(group.shuffled() == group.shuffled() for group in groups)


def test_answers_without_a_blank_line_between_them_are_told_apart():
    section = nodes.section("", raw('<details class="choice a">'), raw('</details>\n<details class="choice b">'))
    section += [raw("</details>"), nodes.paragraph("", "after")]
    for node in list(section.findall(nodes.raw)):
        split(node)
    found = list(blocks(section.children, "choice"))
    assert [len(block) for block in found[:2]] == [2, 2] and found[2].astext() == "after"


@pytest.mark.parametrize(
    "value, answer, tolerance, right",
    [
        (28, 28, "0", True),
        (27, 28, "0", False),
        (0.3, 0.1 + 0.2, "0", True),
        (95, 100, "5%", True),
        (94, 100, "5%", False),
    ]
    + [(-95, -100, "5%", True), (2.5, 2, "0.5", True), (2.6, 2, "0.5", False)],
)
def test_tolerance_is_a_distance_or_a_share(value, answer, tolerance, right):
    assert is_right(value, answer, tolerance) == right


def test_answers_to_choose_are_shuffled_in_the_page_and_open_by_key_with_their_feedback(open_page):
    page = open_page("sample:sample", "file")
    questions = page.get_by_role("group", name="Answers")
    assert questions.count() == 2
    shown = [
        [text.removeprefix("Answer:").strip() for text in q.locator("summary").all_inner_texts()]
        for q in questions.all()
    ]
    written = ["The blue one", "The brown one", "The green one"]
    assert sorted(shown[1]) == written and shown[1] != written
    answer = questions.nth(0).locator("details.right")
    assert not answer.locator("p").is_visible()
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.locator("p").inner_text().startswith("Right")


@pytest.mark.parametrize(
    "typed, said",
    [
        ("27", "Not right: the bias is missing from your count."),
        ("10", "Not right: you counted one channel"),
        ("29", "too large"),
    ]
    + [
        ("−3", "too small"),
        ("many", "Expected a number"),
        ("", "Expected a number"),
        ("28", "Right."),
        ("28.0", "Right."),
    ]
    + [("56/2", "Right."), (" 28 ", "Right."), ("1,028", "too large"), ("27,5", "too small"), ("2.8e1", "Right.")],
)
def test_readings_of_what_is_typed(question, typed, said):
    field, verdict, answer = question
    answer.evaluate("e => { e.open = false; }")
    field.fill(typed)
    field.press("Enter")
    assert said in verdict.inner_text()
    assert (answer.get_attribute("open") is not None) == (said == "Right.")


@pytest.fixture(scope="module")
def question(browser, path_of):
    """The sample's number to enter: its field, its verdict and its folded answer."""
    page = browser.new_page()
    page.goto(path_of("sample:sample").as_uri())
    yield (
        page.get_by_label("Your answer"),
        page.locator(".number-question [role=status]"),
        page.locator("details.number"),
    )
    page.close()


def test_a_number_is_entered_by_keyboard_alone_and_its_field_names_the_question(open_page):
    page = open_page("sample:sample", theme="dark", width=390)
    field = page.get_by_label("Your answer")
    question = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "How many numbers does a" in question.inner_text()
    field.focus()
    page.keyboard.type("27")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Space")
    assert re.match("Not right", page.locator(".number-question [role=status]").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_and_on_paper_the_number_is_a_folded_answer(open_page, path_of):
    assert "<form" not in path_of("sample:sample").read_text(encoding="utf-8").partition("Check yourself")[2]
    page = open_page("sample:sample")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Check", exact=True).is_visible()
    assert page.locator("details.number summary").is_visible() and page.get_by_label("Your answer").is_visible()
