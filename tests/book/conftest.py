"""The built book in a real browser: over http and from a folder, with every other host out of reach."""

import functools
import http.server
import threading
from pathlib import Path

import pytest
import yaml

from tests.exercises.cells import Notebook
from tools.book.build import ROOT, build_if_stale

SAMPLE = Path(__file__).parent / "sample"
SCHEMES = ("http", "file")


def pages_of(toc):
    """Returns the names of the pages in a _toc.yml, in order."""
    if isinstance(toc, list):
        return [name for part in toc for name in pages_of(part)]
    if not isinstance(toc, dict):
        return []
    own = [toc[key] for key in ("root", "file") if key in toc]
    return own + [name for value in toc.values() for name in pages_of(value)]


def toc(folder):
    """Returns the names of a book's pages, and its search page."""
    return [*pages_of(yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))), "search"]


# "sample:…" are the pages of a small book that holds one of everything; the others are the book's own.
PAGES = toc(ROOT) + [f"sample:{name}" for name in toc(SAMPLE)]


EACH = pytest.mark.parametrize("name", PAGES, scope="module")  # a scope, so that tests are sorted by page


@pytest.fixture(scope="session")
def books():
    """Builds the book and the sample book where they are stale; returns the folders of their pages."""
    return {"": build_if_stale(), "sample": build_if_stale(SAMPLE, ROOT / "_build" / "sample")}


@pytest.fixture(scope="session")
def notebook():
    """A notebook's kernel, of native Python."""
    return Notebook()


@pytest.fixture(scope="session")
def server():
    """Serves the folder of all builds; returns its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(ROOT / "_build"))
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()


@pytest.fixture(scope="session")
def path_of(books):
    """Returns path_of(name): the file of a page."""

    def find(name):
        book, _, page = name.rpartition(":")
        return books[book] / f"{page.removesuffix('.ipynb').removesuffix('.md')}.html"

    return find


class Visit:
    """A page opened in a context of its own, with every other host out of reach, and what went wrong on it."""

    def __init__(self, browser, base, path, theme="light", width=1280, height=900, script="", **options):
        self.faults = []
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.context.route("**/*", lambda route: self.gate(route, base))
        if theme != "light":  # the book's default
            self.context.add_init_script(f"localStorage.mode = localStorage.theme = {theme!r}")
        if script:  # before those of the page
            self.context.add_init_script(script)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.faults.append(f"{path}: {m.text}"))
        # A reload gives up what is still loading: that is no fault.
        self.page.on("requestfailed", lambda r: "ABORTED" in r.failure or self.faults.append(f"{path}: failed {r.url}"))
        self.page.goto(f"{base}/{path}", wait_until="load")
        self.page.wait_for_function(
            "document.querySelectorAll('script[type*=\"widget-view\"]').length <= "
            "document.querySelectorAll('[data-ready=true]').length"
        )

    def gate(self, route, base):
        if route.request.url.startswith((base, "data:", "blob:")):
            return route.continue_()
        self.faults.append(f"request to {route.request.url}")
        return route.abort()


@pytest.fixture(scope="session")
def visit(browser, server, path_of):
    """Returns visit(name, scheme="http", theme="light", query="", **options of `Visit`) -> a new `Visit`."""

    def go(name, scheme="http", theme="light", query="", **options):
        base = server if scheme == "http" else (ROOT / "_build").as_uri()
        path = path_of(name).relative_to(ROOT / "_build").as_posix()
        return Visit(browser, base, path + query, theme=theme, **options)

    return go


@pytest.fixture
def open_page(visit):
    """Returns open_page(name, scheme="http", theme="light", width=1280, query="") -> the page, loaded and at rest.

    The test fails at its end if any page asked another host for anything, or wrote an error to the console.
    """
    visits = []

    def load(*arguments, **options):
        visits.append(visit(*arguments, **options))
        return visits[-1].page

    yield load
    for opened in visits:
        opened.context.close()
    assert not [fault for opened in visits for fault in opened.faults]


@pytest.fixture(scope="session")
def shared_visits():
    """The last few visits that tests share, the latest last."""
    visits = {}
    yield visits
    for opened in visits.values():
        opened.context.close()


@pytest.fixture
def look(visit, shared_visits):
    """Returns look(name, …) -> the page as `open_page` gives it, but shared with the tests before and after.

    For tests that leave a page as they found it; `EACH` sorts a module's tests by page, so that each is loaded once.
    """
    seen = []

    def load(name, **options):
        key = (name, *sorted(options.items()))
        seen.append(shared_visits.pop(key, None) or visit(name, **options))
        shared_visits[key] = seen[-1]
        while len(shared_visits) > 4:
            shared_visits.pop(next(iter(shared_visits))).context.close()
        return seen[-1].page

    yield load
    assert not [fault for opened in seen for fault in opened.faults]
