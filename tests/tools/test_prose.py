"""The figures of prose, on texts counted by hand."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import prose


def chapter(*texts):
    return new_notebook(cells=[new_markdown_cell(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two three. Four five six?", ["One two three.", "Four five six?"]),
        ("It is 2.5 wide. So it fits.", ["It is 2.5 wide.", "So it fits."]),
        ("Lin et al (2014) said so. They were right.", ["Lin et al (2014) said so.", "They were right."]),
        ("He said “stop.” Then it stopped.", ["He said “stop.", "Then it stopped."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert prose.sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A layer, e.g. Dense, has weights. See Fig. 3 for it.", 2),
        ("Lin et al. (2014) said so, cf. No. 7 there. They were right.", 2),
        ("Three kinds of convs. Then a dense layer.", 2),
        ("It costs 1.5 s.\n\n- a first item here\n- a second item here. With two sentences.", 4),
        ("> **Note.** It is so. It stays so.", 2),
        ("> **Predict.** Will it hold?\n\n<details><summary>Answer</summary>\n\nYes. It will.\n\n</details>", 1),
    ],
)
def test_abbreviations_lists_callouts_and_folded_answers_end_and_add_no_sentence(text, count):
    paragraphs = prose.running_text(chapter(text))
    assert sum(len(prose.sentences(paragraph)) for paragraph in paragraphs) == count, paragraphs


def test_code_tables_formulas_headings_and_labels_do_not_count():
    notebook = chapter(
        "# Title\n\nTen words stand in this sentence, counted one by one.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "## Heading\n\n$$y = x$$\n\n```python\nx = 1\n```\n\n**Figure 1.** A short caption.",
        "> **Predict.** Will it hold?",
        "## Exercises\n\nThis counts no more.",
        "Nor does this.",
    )
    assert prose.running_text(notebook) == [
        "Ten words stand in this sentence, counted one by one.",
        "A short caption.",
        "Will it hold?",
    ]


def test_formulas_and_code_within_a_sentence_count_as_one_word():
    assert prose.running_text(chapter("With $p = (k - 1)/2$ the call `f(x, y)` keeps it.")) == [
        "With X the call X keeps it."
    ]


def test_the_figures_are_those_of_a_count_by_hand():
    text = "Six words are in this one. Word " + "word " * 29 + "word. Why? Because: it is so. (This one is bracketed.)"
    words, mean, short, long, questions, colons, brackets = prose.measured(chapter(text))
    assert words == 6 + 31 + 1 + 4 + 4
    assert mean == pytest.approx(46 / 5)
    assert (short, long) == (80, 20)
    assert questions == pytest.approx(1000 / 46) and colons == pytest.approx(1000 / 46)
    assert brackets == 1


def test_a_term_that_is_used_before_it_is_defined_is_found_with_both_places():
    notebook = chapter(
        "# Stride\n\nAll about stride.",
        "A small stride is best.",
        "Its **stride** is its step; the **dilation** spreads.",
    )
    notebook.cells.insert(1, new_code_cell("stride = 1"))
    assert prose.used_before_defined(notebook) == [("stride", 2, 3)]


def test_a_term_that_only_a_chapter_defines_which_is_not_needed_is_found_with_that_chapter():
    book = {
        "21_a": chapter("# A", "The **stride** is a step, the jump is long."),
        "22_b": chapter("# B\n\n**You need:** [A](21_a.ipynb).", "By the stride, the **jump** grows, and padding."),
        "23_c": chapter("# C\n\n**You need:** [B](22_b.ipynb).", "A jump by the stride; the **padding** is new."),
    }
    assert prose.needed("23_c", book) == {"21_a", "22_b"}
    found = {stem: prose.defined_where_not_needed(stem, book) for stem in book}
    assert found == {"21_a": {"jump": "22_b"}, "22_b": {"padding": "23_c"}, "23_c": {}}
