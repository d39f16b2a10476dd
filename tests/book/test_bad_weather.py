"""Bad weather for Python in the page: what fails is said, the page lives on, the text stays, the next check works."""

import re

import pytest
from playwright.sync_api import expect

from tests.book.solving import RUNS, STARTS, Answer
from tests.exercises.cells import cells_of
from tools.notebooks import CHAPTERS

CHAPTER = CHAPTERS / "21_convolution.ipynb"
RIGHT = next(cell for cell in cells_of(CHAPTER) if cell.name == "right")
ENGINE = "**/_static/python/python.wasm*"
LIBRARY = "book.bin"  # the smallest of the files that Python needs, to be damaged
PATIENT = 120_000  # milliseconds for what takes long on purpose

# A browser that has no exceptions in WebAssembly refuses every module that uses them.
OLD = {
    "no WebAssembly": "delete globalThis.WebAssembly",
    "no exceptions in WebAssembly": "WebAssembly.validate = () => false; delete WebAssembly.Tag",
}


@pytest.fixture
def windy(visit):
    """Returns windy(scheme="http", script="") -> the chapter's page, on which requests may fail; the script runs first.

    The test fails at its end where a script of the page has failed, or another host was asked.
    """
    visits = []

    def load(scheme="http", script=""):
        visits.append(visit(f"chapters/{CHAPTER.name}", scheme=scheme, script=script))
        return visits[-1].page

    yield load
    for opened in visits:
        opened.context.close()
        # What the browser itself says of a failed request, and of a script that ends in the middle
    told = r": failed |Failed to load resource|net::ERR|Invalid or unexpected token$"
    assert not [fault for opened in visits for fault in opened.faults if not re.search(told, fault)]


@pytest.fixture(scope="module")
def running(visit):
    """The first exercise on a page where Python has started, for tests that one interpreter has to survive."""
    opened = visit(f"chapters/{CHAPTER.name}")
    yield Answer(opened.page, RIGHT.exercise).open()
    opened.context.close()
    assert not opened.faults


def assert_all_is_well(answer, typed=None):
    """Asserts that the text is still there, an explorable moves, and the right answer is checked."""
    if typed is not None:
        answer.expect_text(typed)
    assert_explorable_moves(answer.page)
    answer.paste(RIGHT.answer)
    assert ": right" in answer.check()


def assert_explorable_moves(page):
    """Makes the input of the convolution larger, and smaller again, and asserts that what is said follows."""
    explorable = page.locator("[data-ready=true]").first
    before = explorable.inner_text()
    explorable.get_by_role("button", name="Input i: more").click()
    expect(explorable).not_to_have_text(before, use_inner_text=True)
    explorable.get_by_role("button", name="Input i: less").click()
    expect(explorable).to_have_text(before, use_inner_text=True)


def assert_refused(answer, words):
    """Asserts that the button is there again, with a message that a reader can act on."""
    expect(answer.place.get_by_role("alert")).to_contain_text(re.compile(words), timeout=STARTS)
    expect(answer.opener()).to_be_enabled()
    expect(answer.editor).to_have_count(0)
    assert_explorable_moves(answer.page)


@pytest.mark.parametrize("lack", OLD)
def test_an_old_browser_is_told_which_browsers_can_and_the_page_works_on(windy, lack):
    page = windy(script=OLD[lack])
    answer = Answer(page, RIGHT.exercise)
    answer.opener().click()
    assert_refused(answer, r"too old.*Firefox.*Safari")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_blocked_download_is_told_and_works_when_tried_again(windy, scheme):
    page = windy(scheme)
    page.context.route(ENGINE, lambda route: route.abort("connectionfailed"))
    answer = Answer(page, RIGHT.exercise)
    answer.opener().click()
    assert_refused(answer, "could not be loaded: python.wasm")
    page.context.unroute(ENGINE)
    assert_all_is_well(answer.open())


def test_a_server_without_the_file_is_told_with_its_answer(windy):
    page = windy()
    page.context.route(ENGINE, lambda route: route.fulfill(status=404, body="not here"))
    answer = Answer(page, RIGHT.exercise)
    answer.opener().click()
    assert_refused(answer, "could not be loaded: python.wasm.*404")


@pytest.mark.parametrize(("scheme", "damage"), [("http", "half"), ("file", "changed")])
def test_half_and_changed_files_are_refused_and_fetched_anew_when_tried_again(windy, books, scheme, damage):
    page = windy(scheme)
    file = f"{LIBRARY}.{'gz' if scheme == 'http' else 'js'}"
    whole = (books[""] / "_static" / "python" / file).read_bytes()
    middle = len(whole) // 2
    other = b"B" if whole[middle : middle + 1] == b"A" else b"A"  # of the letters of base64, too
    body = whole[:middle] if damage == "half" else whole[:middle] + other + whole[middle + 1 :]
    page.context.route(f"**/{file}*", lambda route: route.fulfill(body=body))
    answer = Answer(page, RIGHT.exercise)
    answer.opener().click()
    assert_refused(answer, f"could not be loaded: {LIBRARY}")
    page.context.unroute(f"**/{file}*")
    assert_all_is_well(answer.open())


def test_loading_is_cancelled_and_begun_again(windy):
    page = windy()
    held = []
    page.context.route(ENGINE, lambda route: held.append(route))
    answer = Answer(page, RIGHT.exercise)
    answer.opener().click()
    expect(answer.place.get_by_role("progressbar", name="Loading Python")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.solve progress').value > 0", timeout=STARTS)
    assert_explorable_moves(page)
    answer.button("Cancel").click()
    expect(answer.opener()).to_be_focused()
    assert answer.place.get_by_role("alert").count() == 0
    page.context.unroute(ENGINE)
    for route in held:
        route.abort()
    assert_all_is_well(answer.open())


ENDLESS = """def output_size(i, k, s, p, d):
    while True:
        pass"""


def test_an_endless_loop_in_the_answer_ends_at_the_checks_time_limit(running):
    running.paste(ENDLESS)
    assert "does not come to an end" in running.check(timeout=PATIENT)
    assert_all_is_well(running, ENDLESS)


@pytest.mark.parametrize("key", [False, True])
def test_an_endless_loop_outside_the_check_is_stopped(running, key):
    running.paste("while True: pass")
    running.button("Check").click()
    expect(running.place).to_have_attribute("data-state", "running")
    expect(running.button("Stop")).to_be_visible(timeout=RUNS)
    assert_explorable_moves(running.page)
    if key:
        running.button("Stop").press("Enter")
    else:
        running.button("Stop").click()
    running.expect_ready()
    expect(running.place).to_contain_text("was stopped")
    expect(running.button("Stop")).to_be_hidden()
    assert_all_is_well(running, "while True: pass")


WEATHER = {
    "calls without end": ("def f(): return f()\nf()", "RecursionError"),
    "an array of 2 GB": ("np.ones(250_000_000)", "MemoryError"),
    "an array of 100 GB": ("np.empty(12_500_000_000)", "Maximum allowed dimension exceeded"),
    "a list without end": ("a = [0]\nwhile True: a += a", "MemoryError"),
    "the end of Python": ("import sys; sys.exit(3)", "SystemExit"),
    "a breakdown of the interpreter": (
        "np.lib.stride_tricks.as_strided(np.zeros(1), (4,), (2**30,)).sum()  # beyond all memory",
        "Python broke down",
    ),
    "a question to the keyboard": ("input('x')", "keyboard"),
    "a package that is not there": ("import tensorflow", "Colab"),
    "half a line": ("def f(:", "SyntaxError"),
}


@pytest.mark.parametrize("weather", WEATHER)
def test_what_ends_a_cell_is_said_and_the_next_check_works(running, weather):
    source, words = WEATHER[weather]
    running.paste(source)
    running.check(timeout=PATIENT)
    expect(running.place).to_contain_text(words)
    assert_all_is_well(running, source)


def test_a_hundred_megabytes_of_printing_are_cut_and_counted(running):
    source = "line = 'x' * 99_999\nfor _ in range(1000): print(line)"
    running.paste(source)
    shown = running.check(timeout=PATIENT)
    assert len(shown) < 1_000_000 and re.search(r"9\d,\d{3},\d{3} characters more", shown), shown[-300:]
    assert_all_is_well(running, source)
