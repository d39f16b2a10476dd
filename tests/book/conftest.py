"""The built book in a real browser: over http and from a folder, with every other host out of reach."""

import functools
import http.server
import threading
from pathlib import Path

import pytest
import yaml

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


@pytest.fixture(scope="session")
def books():
    """Builds the book and the sample book where they are stale; returns the folders of their pages."""
    return {"": build_if_stale(), "sample": build_if_stale(SAMPLE, ROOT / "_build" / "sample")}


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


@pytest.fixture
def open_page(browser, server, path_of):
    """Returns open_page(name, scheme="http", theme="light", width=1280, query="") -> the page, loaded and at rest.

    The test fails at its end if any page asked another host for anything, or wrote an error to the console.
    """
    contexts, faults = [], []

    def load(name, scheme="http", theme="light", width=1280, height=900, query="", **context_options):
        file = path_of(name)
        base = server if scheme == "http" else (ROOT / "_build").as_uri()
        context = browser.new_context(viewport={"width": width, "height": height}, **context_options)
        contexts.append(context)

        def gate(route):
            if route.request.url.startswith((base, "data:", "blob:")):
                return route.continue_()
            faults.append(f"{name}: request to {route.request.url}")
            return route.abort()

        context.route("**/*", gate)
        if theme != "light":  # the book's default
            context.add_init_script(f"localStorage.mode = localStorage.theme = {theme!r}")
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{name}: {error}"))
        page.on("console", lambda m: faults.append(f"{name}: {m.text}") if m.type in ("error", "warning") else None)
        # A reload gives up what is still loading: that is no fault.
        page.on("requestfailed", lambda r: "ABORTED" in r.failure or faults.append(f"{name}: failed {r.url}"))
        page.goto(f"{base}/{file.relative_to(ROOT / '_build').as_posix()}{query}", wait_until="load")
        page.wait_for_function(
            "document.querySelectorAll('script[type*=\"widget-view\"]').length <= "
            "document.querySelectorAll('[data-ready=true]').length"
        )
        return page

    yield load
    for context in contexts:
        context.close()
    assert not faults
