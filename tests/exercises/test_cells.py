"""The cells that readers run say what they should in a notebook, and `same` lets no difference through but rounding."""

import re
from dataclasses import replace

import pytest

from dnnlib.exercises import pca
from tests.exercises.cells import OWN, ROUNDED, SIGNS, Cell, Notebook, all_cells, cells_of, same
from tools.notebooks import CHAPTERS

WHITEN = Cell("51_pca", "WHITEN", "not divided", "")
CARD = f"<p>Which axis?</p><pre>X = [1.5]</pre><p>{OWN}:</p><pre>[-2.23606798, 3.13, 0.]</pre>"


@pytest.fixture(scope="module")
def pca_cards():
    notebook = Notebook()
    return [(cell, notebook.run(cell)) for cell in cells_of(CHAPTERS / "51_pca.ipynb")]


def test_cells_of_a_chapter_are_right_wrong_with_their_hint_untouched_and_asked_for_hints(pca_cards):
    for cell, card in pca_cards:
        task = getattr(pca, cell.exercise)
        headline = re.search(r"</span>(.*?)</p>", card)[1]
        if cell.name == "right":
            assert headline.endswith(": right"), card
        elif cell.name == "untouched":
            assert "not yet" in headline or "not attempted" in headline, card
        elif not cell.answer:
            given = min(int(cell.name[5:]), len(task.hints))
            assert headline.endswith(f"hint {given} of {len(task.hints)}"), card
        else:
            assert ": not yet" in headline, card
    assert len({cell.exercise for cell, _ in pca_cards}) >= 6


def test_all_exercises_have_cells_with_names_of_their_own_and_the_lists_of_differences_name_some():
    cells = list(all_cells())
    names = [str(cell) for cell in cells]
    assert len(set(names)) == len(names)
    typed = {(cell.exercise, cell.name) for cell in cells if cell.is_mistake}
    assert set(SIGNS) <= typed and set(ROUNDED) <= {exercise for exercise, _ in typed}


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        (CARD, True),
        (CARD.replace("3.13, 0.", "3.13000001, -4.4e-16"), True),
        (CARD.replace("3.13", "3.1300001"), False),
        (CARD.replace("1.5", "1.50000001"), False),
        (CARD.replace("Which", "What"), False),
        (CARD.replace("3.13, 0.", "3.13, 0., 0."), False),
        (CARD.replace("3.13", "nan"), False),
    ],
)
def test_cards_of_rounded_exercises_may_differ_in_the_last_digit_of_the_learners_own_numbers_only(changed, is_same):
    assert same(WHITEN, CARD, changed) == is_same
    assert same(replace(WHITEN, exercise="SOFTMAX"), CARD, changed) == (changed == CARD)
