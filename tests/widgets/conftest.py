"""Explorables in a real browser: their pure functions, and a page that mounts one as the built book does."""

import functools
import json

import pytest
from playwright.sync_api import Locator

from tests.widgets.pages import ROOT, open_explorable, serve, settle

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


ACTIONS = ("check", "click", "fill", "select_option", "uncheck")


@pytest.fixture(scope="session", autouse=True)
def drawn():
    """Lets every action of the mouse wait until it is drawn: explorables draw once a frame, a test may read sooner."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ACTIONS:
            patch.setattr(Locator, name, _and_settle(getattr(Locator, name)))
        yield


def _and_settle(act):
    @functools.wraps(act)
    def run(locator, *arguments, **options):
        act(locator, *arguments, **options)
        settle(locator.page)

    return run


@pytest.fixture(scope="session")
def served():
    """Serves the repository; returns the server."""
    with serve() as server:
        yield server


@pytest.fixture
def blank(browser, served):
    """An empty page that may import the modules."""
    page = browser.new_page()
    page.goto(f"{served.url}/blank")
    yield page
    page.close()


@pytest.fixture
def call(blank):
    """Returns call(module, function, list of argument lists) -> list of results, computed in the browser."""

    def run(module, function, arguments):
        # As text: Playwright packs each number by itself, which takes minutes for large arrays. It knows more numbers
        # than JSON, though, so results come back its way.
        return blank.evaluate(
            """async ([file, name, calls]) => {
              const m = await import(file);
              return JSON.parse(calls).map((a) => m[name](...a));
            }""",
            [f"/dnnlib/widgets/{module}", function, json.dumps(arguments)],
        )

    return run


@pytest.fixture
def ask(blank):
    """Returns ask(module, function, list of argument lists) -> list of results, fast for large ones.

    Results come as JSON has them, typed arrays as lists.
    """

    def run(module, function, calls):
        return json.loads(
            blank.evaluate(
                """async ([file, name, calls]) => {
                  const m = await import(file), list = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
                  return JSON.stringify(JSON.parse(calls).map((a) => m[name](...a)), list);
                }""",
                [f"/dnnlib/widgets/{module}", function, json.dumps(calls)],
            )
        )

    return run


@pytest.fixture
def mount(browser, served):
    """Returns mount(widget, theme="light", width=800) -> page with the explorable ready; its errors fail the test."""
    pages, errors = [], []

    def run(widget, **arguments):
        pages.append(open_explorable(browser, served, widget, errors, **arguments))
        return pages[-1]

    yield run
    for page in pages:
        page.close()
    assert not [e for e in errors if "favicon" not in e]


KIT = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>The kit</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{sheets}
<style>html {{ background: {paper}; }} body {{ margin: 12px; max-width: 760px; }}</style></head><body><main>
<div id="kit"></div></main></body></html>"""


@pytest.fixture
def kit(browser, served):
    """Returns kit(part, ..., theme, width, options) -> page with those parts of the kit, in `made`, see kit.mjs."""
    pages, errors = [], []

    def run(*parts, theme="light", width=760, options=None, **context):
        sheets = [
            f'<link rel="stylesheet" href="/dnnlib/widgets/shared/{name}.css">'
            for name in ("explorable", "chart", "picture", "player", "sheet")
        ]
        paper = "#14181e" if theme == "dark" else "#ffffff"
        served.pages["/kit"] = KIT.format(theme=theme, sheets="".join(sheets), paper=paper)
        page = browser.new_page(viewport={"width": width, "height": 900}, **context)
        pages.append(page)
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{served.url}/kit")
        page.evaluate(
            """async ([parts, options]) => {
              const { mount } = await import("/tests/widgets/kit.mjs");
              window.made = mount(document.querySelector("#kit"), parts.length ? parts : undefined, options);
            }""",
            [parts, options or {}],
        )
        settle(page)
        return page

    yield run
    for page in pages:
        page.close()
    assert not errors


def axe_violations(page):
    """Returns what axe-core finds in the explorable, each rule with the elements that break it."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed here; the tests of the built book run it")
    page.add_script_tag(path=AXE)
    return page.evaluate("axe.run('.xp').then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))")
