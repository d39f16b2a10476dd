"""Every explorable on its built page, every other host out of reach: by mouse, keyboard and touch, in light and dark.

Which explorables stand where is read from the notebooks and pages, so that a new one is tested, or missed, by itself.
"""

import json
import pkgutil
import re

import pytest

import dnnlib.widgets
from tests.book.conftest import PAGES
from tests.book.readers import READERS, stored
from tests.book.test_accessibility import ALLOWED, AXE
from tools.book.build import ROOT

STILL = "reduce"  # else the page glides to what is scrolled to, and the mouse misses what it aims at
STATE, VIEW = (f"application/vnd.jupyter.widget-{part}+json" for part in ("state", "view"))


def explorables_of(name):
    """Returns the classes ("module.Class") of the explorables of one of the book's pages, in order."""
    page, notebook = (ROOT / f"{name}{suffix}" for suffix in (".md", ".ipynb"))
    if page.exists():
        return re.findall(r"^```+\{explorable\} (\S+)", page.read_text(encoding="utf-8"), re.M)
    if not notebook.exists():
        return []
    cells = json.loads(notebook.read_text(encoding="utf-8"))
    states = cells["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    views = [
        output["data"][VIEW]["model_id"]
        for cell in cells["cells"]
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {})
    ]
    return [states[view]["state"]["_anywidget_id"].removeprefix("dnnlib.widgets.") for view in views]


ON_PAGES = {name: explorables_of(name) for name in PAGES if ":" not in name}
ON_PAGES = {name: classes for name, classes in ON_PAGES.items() if classes}
EACH = [
    pytest.param(name, place, id=f"{name.rpartition('/')[2]}-{place}-{kind.partition('.')[0]}")
    for name, kinds in ON_PAGES.items()
    for place, kind in enumerate(kinds)
]


def reader_of(page, name, place):
    """Returns the reader for an explorable of an open page."""
    kind, state = ON_PAGES[name][place], stored(page)[place]
    assert state["_anywidget_id"] == f"dnnlib.widgets.{kind}"
    return READERS[kind](page, page.locator("[data-ready=true]").nth(place), state)


def assert_accessible(reader):
    """Asserts that axe-core finds nothing in an explorable as it stands now."""
    options = "{ resultTypes: ['violations'], preload: false }"
    found = reader.el.evaluate(f"e => axe.run(e, {options}).then((r) => r.violations)")
    assert [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found if rule["id"] not in ALLOWED
    ] == []


def test_every_explorable_has_a_reader_that_tests_it_and_those_on_pages_are_found():
    made = {module.name for module in pkgutil.iter_modules(dnnlib.widgets.__path__)} - {"base", "checks"}
    assert made == {kind.partition(".")[0] for kind in READERS}
    assert {kind for kinds in ON_PAGES.values() for kind in kinds} <= set(READERS)
    assert {"index", "chapters/21_convolution"} <= set(ON_PAGES)


@pytest.mark.parametrize("name", ON_PAGES)
def test_page_has_just_the_explorables_of_its_source(look, name):
    states = stored(look(name, scheme="http"))
    assert [state["_anywidget_id"].removeprefix("dnnlib.widgets.") for state in states] == ON_PAGES[name]


@pytest.mark.parametrize("scheme, theme", [("http", "light"), ("file", "dark")])
@pytest.mark.parametrize("name, place", EACH)
def test_explorable_follows_mouse_and_keyboard_with_the_numbers_of_dnnlib(open_page, name, place, scheme, theme):
    page = open_page(name, scheme, theme, reduced_motion=STILL)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    reader = reader_of(page, name, place)
    assert reader.el.get_attribute("role") == "group" and reader.el.get_attribute("aria-label")
    reader.numbers()
    reader.mouse()
    reader.numbers()
    assert_accessible(reader)
    reader.leave()
    reader.keyboard()
    reader.numbers()
    assert_accessible(reader)
    reader.leave_by_keys()


@pytest.mark.parametrize("name", ON_PAGES)
def test_explorables_follow_a_finger_on_a_phone_and_never_widen_the_page(open_page, name):
    page = open_page(name, width=390, has_touch=True, is_mobile=True, reduced_motion=STILL)
    for place in range(len(ON_PAGES[name])):
        reader = reader_of(page, name, place)
        reader.touch()
        reader.numbers()
        assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_link_copied_on_a_page_restores_its_explorable_and_no_other(open_page, scheme):
    kind = "pooling_explorer.PoolingExplorer"
    name, place = next((name, kinds.index(kind)) for name, kinds in ON_PAGES.items() if kind in kinds)
    page = open_page(name, scheme, reduced_motion=STILL)
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    explorable = page.locator("[data-ready=true]").nth(place)
    explorable.get_by_label("Pooling", exact=True).select_option("average")
    explorable.get_by_role("button", name="Copy link").click()
    page.wait_for_function("window.copied")
    address = page.evaluate("window.copied")
    said = [explorable.locator(".xp-status").text_content(), *stored(page)]
    again = open_page(name, scheme, query=f"#{address.partition('#')[2]}", reduced_motion=STILL)
    explorable = again.locator("[data-ready=true]").nth(place)
    assert explorable.get_by_label("Pooling", exact=True).evaluate("e => e.selectedOptions[0].text") == "average"
    again.wait_for_function(
        "text => [...document.querySelectorAll('.xp-status')].some((e) => e.textContent === text)", arg=said[0]
    )
    assert stored(again) == said[1:]
    open_page(name, scheme, query="#explorable=99&kind=1")  # of no explorable here: no error either
