"""Every chapter has the anatomy that tools/anatomy.py describes, and is stored in its normal form."""

import pytest

from dnnlib.widgets.base import Explorable
from tools import anatomy, normal_form, notebooks

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
def test_stored_explorables_hold_the_code_of_today(path):
    """The built page runs what the notebook stores, so this must be the module as it is now."""
    import importlib

    widgets = notebooks.load(path).metadata.get("widgets", {}).get(normal_form.WIDGET_STATE, {}).get("state", {})
    for record in widgets.values():
        if record["model_module"] != "anywidget":
            continue
        module, _, name = record["state"]["_anywidget_id"].rpartition(".")
        explorable = getattr(importlib.import_module(module), name)
        assert issubclass(explorable, Explorable)
        assert record["state"]["_esm"] == explorable._esm, f"{name}: run `python -m tools.notebooks execute {path}`"
        assert record["state"].get("_css", "") == explorable._css, f"{name}: run `python -m tools.notebooks execute`"
