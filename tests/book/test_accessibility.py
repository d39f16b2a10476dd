"""No page breaks a rule of axe-core, in either theme."""

import pytest

from tests.book.conftest import PAGES
from tools.book.build import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Rules that a page may break, with the reason; none at present.
ALLOWED = {}


def violations(page):
    """Returns axe-core's violations of a page as readable lines."""
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["id"] not in ALLOWED
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(open_page, name, theme):
    assert violations(open_page(name, theme=theme)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_on_a_phone_with_everything_unfolded(open_page, name, theme):
    page = open_page(name, theme=theme, width=390)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert violations(page) == []
