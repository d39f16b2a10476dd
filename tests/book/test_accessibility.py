"""No page breaks a rule of axe-core, in either theme."""

import pytest

from tests.book.conftest import EACH
from tools.book.build import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Rules that a page may break, with the reason; none at present.
ALLOWED = {}


def violations(page, options=""):
    """Returns axe-core's violations of a page as readable lines; `options` are further ones of axe's."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    run = f"axe.run(document, {{ {options} resultTypes: ['violations'], preload: false }})"
    found = page.evaluate(run)["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["id"] not in ALLOWED
        for node in rule["nodes"]
    ]


def unfolded(page, theme):
    """Unfolds everything, in a theme, as the theme's own button does it."""
    page.evaluate(
        """(theme) => {
      document.querySelectorAll("details").forEach((details) => { details.open = true; });
      document.documentElement.dataset.theme = document.documentElement.dataset.mode = theme;
    }""",
        theme,
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@EACH
def test_axe_finds_no_violation_with_everything_unfolded(look, name, theme):
    assert violations(unfolded(look(name, reduced_motion="reduce"), theme)) == []


@EACH
def test_axe_finds_no_violation_on_a_phone_where_colours_are_the_same(look, name):
    page = unfolded(look(name, width=390), "light")
    assert violations(page, "rules: { 'color-contrast': { enabled: false } },") == []
