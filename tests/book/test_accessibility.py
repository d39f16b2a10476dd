"""No page breaks a rule of axe-core, in either theme."""

import pytest

from tests.book.conftest import EACH
from tools.book.build import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Rules that a page may break, with the reason; none at present.
ALLOWED = {}


# Nine elements in ten of a chapter are tokens of its code and pieces of its formulas, and axe-core looks at each for
# seconds. One token of each kind is left in each kind of place, and a formula in a line becomes a text of its colour.
THIN = """(() => {
  const seen = new Set();
  for (const token of document.querySelectorAll(".highlight pre span[class]")) {
    const places = [];
    for (let place = token; place && place.localName !== "article"; place = place.parentElement)
      places.push(place.className);
    const kind = places.join(">");
    if (seen.has(kind)) token.replaceWith(...token.childNodes);
    seen.add(kind);
  }
  for (const formula of document.querySelectorAll(".katex-html:not(.katex-display *)"))
    if (!formula.querySelector("[style*=color]")) formula.textContent = formula.textContent;
})()"""


def add_axe(page, thin=True):
    """Adds axe-core to a page, once, and leaves less of the page to look at."""
    if page.evaluate("'axe' in window"):
        return
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    if thin:
        page.evaluate(THIN)


def violations(page, options="", thin=True):
    """Returns axe-core's violations of a page as readable lines; `options` are further ones of axe's."""
    add_axe(page, thin)
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


def is_thinned(name):
    """Says whether less of a page is looked at; those of the sample book, which hold one of everything, stay whole."""
    return ":" not in name


# With motion reduced, as no other test that shares its pages has it: these pages are thinned.
@pytest.mark.parametrize("theme", ["light", "dark"])
@EACH
def test_axe_finds_no_violation_with_everything_unfolded(look, name, theme):
    assert violations(unfolded(look(name, reduced_motion="reduce"), theme), thin=is_thinned(name)) == []


@EACH
def test_axe_finds_no_violation_on_a_phone_where_colours_are_the_same(look, name):
    page = unfolded(look(name, width=390, reduced_motion="reduce"), "light")
    assert violations(page, "rules: { 'color-contrast': { enabled: false } },", is_thinned(name)) == []


@pytest.mark.parametrize("fault", [".highlight .n { color: #bbb !important }", ".katex { color: #bbb }"])
def test_faint_code_and_faint_formulas_are_found_on_a_thinned_page(open_page, fault):
    page = open_page("chapters/21_convolution", reduced_motion="reduce")
    page.add_style_tag(content=fault)
    assert any(violation.startswith("color-contrast") for violation in violations(page))
