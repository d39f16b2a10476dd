"""Every chapter has the anatomy that tools/anatomy.py describes, and is stored in its normal form."""

import pytest

from tools import anatomy, normal_form, notebooks
from tools.book import widgets

CHAPTERS = pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)


@CHAPTERS
@pytest.mark.parametrize("rule", anatomy.RULES, ids=lambda rule: rule.__name__)
def test_chapter_keeps_the_rule(path, rule):
    faults = list(rule(notebooks.load(path)))
    assert not faults, "\n".join(faults)


@CHAPTERS
def test_chapter_is_stored_in_its_normal_form(path):
    text = path.read_text(encoding="utf-8")
    assert normal_form.as_text(normal_form.normalised(notebooks.load(path))) == text, (
        f"run `python -m tools.notebooks normalise {path}`"
    )


@CHAPTERS
def test_stored_explorables_hold_their_state_alone_and_the_book_has_their_code(path):
    notebook = notebooks.load(path)
    states = normal_form.widget_states(notebook)
    for number, model in normal_form.views(notebook):
        assert not widgets.trouble(states, model), f"cell {number}"
        assert "_css" not in states[model]["state"]
        assert states[model]["state"]["_esm"] == normal_form.STAND_IN
