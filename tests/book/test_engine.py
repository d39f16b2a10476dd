"""The engine of Python in the page: its three calls over http and from a folder, and what it says in bad weather."""

import re

import pytest

from tests.serving import served
from tools import esbuild
from tools.page_python.bundle import ROOT, bundle

PAGE = """<!doctype html><html lang="en" data-content_root="./"><meta charset="utf-8"><title>Python</title>
<link rel="icon" href="data:,"><script src="engine.js"></script></html>"""
LOADED = "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/python/')).length"
# What a call resolves to, or the name and message of what it rejects with
RUN = """([source, options]) => book.engine.run(source, options)
  .catch((error) => ({ name: error.name, message: error.message }))"""
START = """async (cancelAfter) => {
  const said = [];
  const control = new AbortController();
  const onprogress = (progress) => { said.push(progress); if (said.length === cancelAfter) control.abort(); };
  try { await book.engine.start({ onprogress, signal: control.signal }); }
  catch (error) { return { name: error.name, message: error.message, said }; }
  return { said };
}"""


def write_site(folder):
    """Writes a folder with Python and a page that has the engine alone; returns Python's manifest."""
    manifest = bundle(folder / "_static" / "python")
    (folder / "index.html").write_text(PAGE)
    source = ROOT / "tools" / "book" / "python" / "engine.mjs"
    (folder / "engine.js").write_bytes(esbuild.bundle(source, "book"))
    return manifest


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the page that has the engine alone."""
    folder = tmp_path_factory.mktemp("engine")
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The address of that folder over http."""
    with served(site) as base:
        yield base


@pytest.fixture
def visit(browser, site, address):
    """Returns visit(scheme) -> a new page with the engine, every other host out of reach."""
    contexts = []

    def go(scheme="http", script=""):
        base = address if scheme == "http" else site.as_uri()
        context = browser.new_context()
        contexts.append(context)
        context.route(lambda url: not url.startswith((base, "data:", "blob:")), lambda route: route.abort())
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(f"{base}/index.html")
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def run(browser, address):
    """Returns run(source, **options) -> what a cell shows, in one page whose Python goes on from test to test."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.evaluate(START)
    run = lambda source, **options: page.evaluate(RUN, [source, options])  # noqa: E731
    run.page = page
    yield run
    context.close()


def text(result):
    """Returns what a run shows as one text."""
    return "".join(output["text"] for output in result["outputs"])


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_python_starts_when_asked_and_runs_cells(visit, scheme):
    page = visit(scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate(LOADED) == 0
    said = page.evaluate(START)["said"]
    assert len(asked) > 4
    done = [progress["done"] for progress in said]
    assert done == sorted(done) and done[0] == 0 and done[-1] == said[-1]["total"] > 1e6
    assert {progress["what"] for progress in said} == {"Loading Python", "Starting Python"}
    result = page.evaluate(RUN, ["import numpy as np\nprint('sum')\nnp.arange(6).reshape(2, 3).sum(axis=0)", {}])
    assert text(result) == "sum\narray([3, 5, 7])\n" and result["seconds"] < 5


def test_cells_share_names_and_errors_show_lines(run):
    assert run("shared = 41")["outputs"] == []
    assert text(run("shared + 1")) == "42\n"
    shown = run("def f(n):\n    return shared / n\n\nf(0)", name="my cell")["outputs"]
    assert [output["kind"] for output in shown] == ["error"]
    assert "<my cell, run" in shown[0]["text"] and "return shared / n" in shown[0]["text"]
    assert text(run("there", setup="there = 1")) == text(run("there", setup="there = 1")) == "1\n"


def test_the_checker_gives_its_card_and_ends_an_endless_answer(run):
    ask = "from dnnlib.exercises import convolution as ex\nfrom dnnlib.exercises.checker import check\n"
    (card,) = run(f"{ask}check(ex.OUTPUT_SIZE, ex.output_size)")["outputs"]
    assert card["kind"] == "html" and "output_size: right" in card["text"]
    answer = "def output_size(*sizes):\n    while True:\n        pass\ncheck(ex.OUTPUT_SIZE, output_size)"
    (card,) = run(ask + answer)["outputs"]
    assert "It was stopped after 5 seconds" in card["text"]


def test_an_endless_loop_is_stopped_and_the_next_cell_works(run):
    run.page.evaluate("""() => { window.loop = book.engine.run("while True: pass").catch((error) => error.name); }""")
    run.page.wait_for_timeout(200)
    run.page.evaluate("book.engine.stop()")
    assert run.page.evaluate("window.loop") == "Stopped"
    assert text(run("1 + 1")) == "2\n"
    stopped = run("while True: pass", limit=0.5)
    assert stopped["name"] == "Stopped" and stopped["message"].startswith("It was stopped after 0.5 seconds.")
    assert text(run("2 + 2")) == "4\n"


def test_cells_that_wait_go_on_after_a_stop(run):
    names = run.page.evaluate("""async () => {
      const first = book.engine.run("while True: pass").catch((error) => error.name);
      const second = book.engine.run("3 + 3");
      await new Promise((resolve) => setTimeout(resolve, 200));
      await book.engine.stop();
      return [await first, (await second).outputs[0].text];
    }""")
    assert names == ["Stopped", "6\n"]


def test_a_stop_without_anything_to_stop_keeps_all_names(run):
    run("name = 7")
    run.page.evaluate("book.engine.stop()")
    assert text(run("name")) == "7\n"


def test_a_stop_that_comes_before_the_start_leaves_python_able(visit):
    page = visit()
    assert page.evaluate("""async () => {
      const early = book.engine.run("while True: pass").catch((error) => error.name);
      await Promise.resolve();
      const stopped = book.engine.stop();
      const after = book.engine.run("5 + 5");
      await stopped;
      return [await early, (await after).outputs[0].text];
    }""") == ["Stopped", "10\n"]


@pytest.mark.parametrize(
    "source, says",
    [
        ("deep = []\nfor _ in range(100_000):\n    deep = [deep]\nrepr(deep)", "calls went too deep"),
        ("import os\nos._exit(1)", "it says “Error: exit with exit code 1”"),
    ],
)
def test_a_breakdown_is_told_and_python_starts_anew(run, source, says):
    run("kept = 1")
    broken = run(source)
    assert broken["name"] == "Error" and says in broken["message"] and "started anew" in broken["message"]
    assert "NameError" in text(run("kept"))


def test_an_array_of_two_gigabytes_is_an_error_like_others(run):
    shown = text(run("import numpy as np\nnp.ones((16_000, 16_000))"))
    assert "Unable to allocate 1.91 GiB" in shown and "1 GB of memory at most" in shown
    assert text(run("np.ones(3).sum()")) == "np.float64(3.0)\n"


def test_memory_that_fills_up_is_an_error_like_others(run):
    assert "MemoryError" in text(run("full = []\nwhile True:\n    full.append(bytes(2**26))"))
    assert text(run("len(full) > 5")) == "True\n"
    run("del full")


def test_a_hundred_megabytes_of_printing_are_cut(run):
    shown = run("for _ in range(1000):\n    print('x' * 100_000)")["outputs"]
    assert len(shown[0]["text"]) == 100_000 and "99,901,000 characters more" in shown[1]["text"]


@pytest.mark.parametrize(
    "source, says",
    [
        ("import numpy as np\nnp.testing.assert_allclose([1.0], [2.0])", "Not equal to tolerance rtol=1e-07"),
        (
            "np.unique([3, 1, 3], return_counts=True), np.median([1, 2, 4]), np.pad([1], 1)",
            "(array([1, 3]), array([1, 2]))",
        ),
        ("help(len)", "Return the number of items in a container"),
        ("import json, statistics\njson.dumps(statistics.mean([1, 2]))", "'1.5'"),
        ("import gzip\ngzip.decompress(gzip.compress(b'x' * 999)).count(b'x')", "999"),
        ("import numpy as np\nnp.linalg.svd(np.eye(40, dtype='complex64')).S.sum().round(3)", "40.0"),
        ("import scipy", "ModuleNotFoundError: No module named 'scipy'\nThis page's Python holds"),
        ("import sqlite3", "ModuleNotFoundError: "),
        ("import _lzma", "ModuleNotFoundError: "),
        ("input('name?')", "assign the text to a variable instead"),
    ],
)
def test_what_there_is_works_and_what_there_is_not_says_so(run, source, says):
    assert says in text(run(source))


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_loading_can_be_cancelled_and_begun_again(visit, scheme):
    page = visit(scheme)
    cancelled = page.evaluate(START, 2)
    assert cancelled["name"] == "AbortError" and cancelled["message"] == "Loading Python was cancelled."
    assert page.evaluate(START).keys() == {"said"}


def broken(route):
    route.abort()


def halved(route):
    body = route.fetch().body()
    route.fulfill(body=body[: len(body) // 2])


def changed(route):
    body = bytearray(route.fetch().body())
    body[len(body) // 2] ^= 1
    route.fulfill(body=bytes(body))


def lost(route):
    route.fulfill(status=404)


@pytest.mark.parametrize(
    "weather, says",
    [
        (broken, r"library.zip did not arrive \(the connection broke or was refused\)"),
        (lost, r"library.zip did not arrive \(the server answers 404\)"),
        (halved, r"library.zip arrived incomplete or changed \(\d+ bytes instead of \d+\)"),
        (changed, r"library.zip arrived incomplete or changed \(its content is another one\)"),
    ],
)
def test_a_download_that_fails_is_told_and_can_be_tried_again(visit, weather, says):
    page = visit()
    page.route(re.compile(r"library\.zip\.gz"), weather)
    failed = page.evaluate(START)
    assert failed["name"] == "Error" and re.search(f"^Python could not be loaded: {says}", failed["message"])
    page.unroute(re.compile(r"library\.zip\.gz"))
    assert page.evaluate(START).keys() == {"said"}
    assert text(page.evaluate(RUN, ["1 + 1", {}])) == "2\n"


def test_a_server_that_unpacks_on_the_way_is_no_hindrance(visit):
    page = visit()
    page.route(
        re.compile(r"\.gz\?"),
        lambda route: route.fulfill(body=route.fetch().body(), headers={"Content-Encoding": "gzip"}),
    )
    assert page.evaluate(START).keys() == {"said"}


def test_a_file_that_is_missing_from_the_folder_is_told(visit):
    page = visit("file")
    page.route(re.compile(r"library\.zip\.js"), broken)
    assert "library.zip did not arrive (it is not in the folder)" in page.evaluate(START)["message"]
    page.unroute(re.compile(r"library\.zip\.js"))
    assert page.evaluate(START).keys() == {"said"}


def test_an_old_browser_is_told_before_anything_is_loaded(visit):
    page = visit(script="WebAssembly.validate = () => false;")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert "too old to run Python in a page. Chrome or Edge from version 137" in page.evaluate(START)["message"]
    assert asked == []
