"""Every explorable on its built page, every other host out of reach: by mouse, keyboard and touch, in light and dark.

Which explorables stand where is read from the notebooks and pages, so that a new one is tested, or missed, by itself.
"""

import importlib
import json
import pkgutil
import re
from itertools import cycle

import pytest

import dnnlib.widgets
from tests.book.conftest import PAGES
from tests.book.readers import READERS, stored
from tests.book.test_accessibility import ALLOWED, add_axe
from tests.widgets.test_guesses import ORACLES
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
STANDING = [
    (name, place, kind.partition(".")[0]) for name, kinds in ON_PAGES.items() for place, kind in enumerate(kinds)
]
# In turns, so that half are read in each; that every page starts in both is asked of every page.
EACH = [
    pytest.param(name, place, *way, id=f"{name.rpartition('/')[2]}-{place}-{module}-{'-'.join(way)}")
    for (name, place, module), way in zip(STANDING, cycle([("http", "light"), ("file", "dark")]), strict=False)
]


def reader_of(page, name, place):
    """Returns the reader for an explorable of an open page."""
    kind, state = ON_PAGES[name][place], stored(page)[place]
    assert state["_anywidget_id"] == f"dnnlib.widgets.{kind}"
    reader = READERS[kind](page, page.locator("[data-ready=true]").nth(place), state)
    reader.open()
    return reader


def class_of(state):
    """Returns the class of a stored explorable."""
    _, _, module, name = state["_anywidget_id"].split(".")
    return getattr(importlib.import_module(f"dnnlib.widgets.{module}"), name)


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


@pytest.mark.parametrize("name, place, scheme, theme", EACH)
def test_explorable_follows_mouse_and_keyboard_with_the_numbers_of_dnnlib(open_page, name, place, scheme, theme):
    page = open_page(name, scheme, theme, reduced_motion=STILL)
    add_axe(page)
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


TAUGHT = "sample:second"  # one that asks and has a tour


def explorable_on(page, place=0):
    return page.locator("[data-ready=true]").nth(place)


def assert_fits(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# Of what is covered, the parts that can be reached or read; parts of a drawing have no innerText.
SHOWN = """all => all.filter((e) => !e.inert || (e.innerText === undefined
  ? [...e.querySelectorAll("*")].some((part) => getComputedStyle(part).visibility !== "hidden")
  : e.innerText.trim()))"""


@pytest.mark.parametrize("scheme, theme, width", [("http", "light", 1280), ("file", "dark", 320)])
@pytest.mark.parametrize("name", [*ON_PAGES, TAUGHT])
def test_guesses_on_a_page_hide_the_answer_until_one_is_committed(open_page, name, scheme, theme, width):
    page = open_page(name, scheme, theme, width=width, reduced_motion=STILL)
    add_axe(page)
    for place, state in enumerate(stored(page)):
        if not state["guess"]:
            continue
        cls = class_of(state)
        reader = READERS[state["_anywidget_id"].removeprefix("dnnlib.widgets.")](
            page, explorable_on(page, place), state
        )
        covered = reader.el.locator(".xp-covered")
        shown = covered.evaluate_all(SHOWN)
        assert shown == [] and reader.el.get_by_role("group", name="Prediction, locked").is_visible()
        assert_accessible(reader)
        answer = ORACLES[cls, state["guess"]](state)
        entry = reader.el.get_by_label("Your guess")
        listed = entry.evaluate("e => e.localName") == "select"
        guess = entry.evaluate("e => e.options[1].value") if listed else "3"
        if width == 320:  # by keyboard
            reader.tab_to(entry)
            reader.type(guess)
            reader.press("Tab" if listed else "Enter")
            if listed:
                reader.press("Enter")
        else:
            entry.select_option(guess) if listed else entry.fill(guess)
            reader.el.get_by_role("button", name="Lock it in").click()
        told = reader.el.locator(".xp-lock-note").inner_text().replace("\u2212", "-").replace("\u00a0", " ")
        said, was = (
            float(value.rstrip(".")) for value in re.match(r"You said (-?[\d.]+).*?, it is (-?[\d.]+)", told).groups()
        )
        assert said == float(guess) and abs(was - answer) < 0.0051 and not covered.count()
        assert_accessible(reader)
        assert_fits(page, width)
        again = reader.el.get_by_role("button", name="Guess again")
        assert again.evaluate("e => e === document.activeElement")
        reader.press("Enter")
        assert reader.el.get_by_role("group", name="Prediction, locked").is_visible()


@pytest.mark.parametrize("scheme, theme, width", [("http", "light", 1280), ("file", "dark", 320)])
def test_tour_on_a_page_leads_on_and_gives_the_state_back(open_page, scheme, theme, width):
    page = open_page(TAUGHT, scheme, theme, width=width, reduced_motion=STILL)
    add_axe(page)
    [state] = stored(page)
    reader = READERS["pooling_explorer.PoolingExplorer"](page, explorable_on(page), state)
    reader.open()
    said, panel = reader.sentence(), reader.el.get_by_role("group", name="Tour")
    begin = panel.get_by_role("button", name="Take the tour: 3 steps")

    def act(button):
        if width == 320:
            reader.tab_to(button, "Shift+Tab" if button is begin else "Tab")
            reader.press("Enter")
        else:
            button.click()
            reader.settle()

    act(begin)
    looks = []
    for step in (1, 2, 3):
        assert f"step {step} of 3" in panel.inner_text()
        reader.numbers() if step == 1 else None
        looks.append(reader.el.inner_text())
        assert_accessible(reader)
        assert_fits(page, width)
        reader.press("Enter") if width == 320 else panel.get_by_role(
            "button", name="Next" if step < 3 else "Done"
        ).click()
        reader.settle()
    assert len(set(looks)) == 3 and reader.sentence() == said
    assert begin.evaluate("e => e === document.activeElement")


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
