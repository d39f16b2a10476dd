"""Exercises solved in the page: what a page's Python is given of a chapter, and how its cells behave in a browser."""

import json
import re
import subprocess
import sys
from unittest.mock import Mock

import nbformat
import pytest
from playwright.sync_api import expect

from tests.book.test_accessibility import unfolded, violations
from tools.book.build import ROOT
from tools.book.solve import HERE, KINDS, cells_of, set_up, setup
from tools.esbuild import NODE
from tools.notebooks import chapters, exercises_of, load

LOADED = 60_000  # ms, until Python must be there on a busy machine

# Runs the cells of a chapter as the page does, where no package but NumPy can be imported; prints what `check` answers
NUMPY_ALONE = """
import contextlib, io, json, sys
for name in ("keras", "tensorflow", "matplotlib", "scipy", "sklearn", "anywidget", "IPython", "traitlets", "PIL"):
    sys.modules[name] = None
asked = json.load(sys.stdin)
cells = {"__name__": "__main__"}
exec(asked["setup"], cells)
answers = {}
for name, (stub, solution, check) in asked["exercises"].items():
    for text in (stub, solution):
        exec(text, cells)
        answers.setdefault(name, []).append(eval(check, cells).status)
with contextlib.redirect_stdout(io.StringIO()) as printed:
    exec(asked["scratch"], cells)
print(json.dumps([printed.getvalue(), answers]))
"""


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_set_up_exercises_and_scratch_cell_of_each_chapter_run_with_numpy_alone(path):
    notebook = load(path)
    data, ex = cells_of(notebook), exercises_of(notebook)
    assert "watching" not in data["setup"] + data["cells"]["scratch"]["stub"], "that is for notebooks alone"
    scratch = data["cells"].pop("scratch")["stub"]
    assert scratch.startswith("# ") and max(map(len, scratch.splitlines())) <= 84
    asked = {"setup": data["setup"], "scratch": scratch, "exercises": {}}
    for name, cell in data["cells"].items():
        asked["exercises"][name] = cell["stub"], getattr(ex, name).solution, cell["check"]
    command = [sys.executable, "-c", NUMPY_ALONE]
    done = subprocess.run(command, input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert not done.returncode, done.stderr
    printed, answers = json.loads(done.stdout)
    assert {cell["kind"] for cell in data["cells"].values()} <= {*KINDS.values()}
    assert answers == dict.fromkeys(data["cells"], ["not attempted", "passed"]) and len(answers) >= 4
    assert len(printed.strip()) > 40, "what the scratch cell prints of the chapter's first object"


@pytest.mark.parametrize(
    "cells, kept",
    [
        (["import numpy as np\nimport keras"], ["import numpy as np"]),
        (["%pip install x\nfrom dnnlib.layers.relu import ReLU"], ["from dnnlib.layers.relu import ReLU"]),
        (["from dnnlib.plots import style", "from dnnlib.layers.gelu import GELU"], []),  # Matplotlib; SciPy
        (["from dnnlib.datasets.mnist import load_mnist", "import dnnlib.models.backbone"], []),  # files; Keras
        (["from dnnlib.augmentation.geometry import flip"], []),  # SciPy
        (["from dnnlib.augmentation.light import noise"], ["from dnnlib.augmentation.light import noise"]),
        (["from dnnlib.progress import show_progress"], ["from dnnlib.progress import show_progress"]),
        (
            ["def f():\n    return g()", "def g():\n    return 1"],
            ["def f():\n    return g()", "def g():\n    return 1"],
        ),
        (["import keras", "def f():\n    return g()", "def g():\n    return keras.ops"], []),
        (["import numpy as np", "a = np.eye(2)"], ["import numpy as np", "a = np.eye(2)"]),
        (["a = 2", "b = a + 1", "c = open('x')"], ["a = 2", "b = a + 1"]),
        (["a = 2", "for a in range(3):\n    pass"], []),  # not one thing
        (["a = []\nfor i in range(3):\n    a.append(i)", "b = {}", "b[1] = 2"], []),
        (["import numpy as np\nnp.seterr(all='raise')"], ["import numpy as np"]),
        (["a = 2\ndef a():\n    pass"], []),
        (["def f(x):\n    y = x\n    return [y for y in x]"], ["def f(x):\n    y = x\n    return [y for y in x]"]),
    ],
)
def test_set_up_keeps_what_needs_numpy_alone_and_means_one_thing(cells, kept):
    assert set_up(cells) == kept


def chapter_of(*cells):
    """Returns a notebook of code cells."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_an_exercise_that_needs_more_than_numpy_is_refused_by_name():
    imports = "from dnnlib.exercises import convolution as ex\nfrom dnnlib.exercises.checker import check\nimport keras"
    fine = "def output_size(i, k, s, p, d):\n    pass\n\n\ncheck(ex.OUTPUT_SIZE, output_size)"
    assert cells_of(chapter_of(imports, fine))["cells"]["OUTPUT_SIZE"]["check"] == "check(ex.OUTPUT_SIZE, output_size)"
    with pytest.raises(ValueError, match="OUTPUT_SIZE: expected .* its cell needs {'keras'}"):
        cells_of(chapter_of(imports, fine.replace("pass", "return keras.ops.floor(i)")))


def test_a_book_without_python_has_no_place_for_answers_and_no_script_of_them(monkeypatch):
    for wish, steps in (("0", 0), ("1", 3)):
        monkeypatch.setenv("PAGE_PYTHON", wish)
        setup(app := Mock())
        assert len(app.mock_calls) == steps


def test_a_page_without_exercises_needs_nothing():
    assert cells_of(chapter_of("import numpy as np")) == {}


@pytest.fixture(scope="module", autouse=True)
def patience():
    """Lets every expectation wait as long as a busy machine may take."""
    expect.set_options(timeout=LOADED)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def page(visit):
    """A chapter in which Python has been loaded, shared by the tests that leave no cell running."""
    opened = visit("chapters/21_convolution", reduced_motion="reduce")
    open_cell(opened.page, "OUTPUT_SIZE")
    yield opened.page
    opened.context.close()
    assert opened.faults == []


def open_cell(page, name):
    """Opens a place for an answer, if it is closed, and returns it with the focus in its editor."""
    cell = page.locator(f".solve[data-exercise={name}]")
    if cell.get_attribute("data-state") == "closed":
        cell.get_by_role("button").click()
    editor = cell.get_by_role("textbox")
    expect(editor).to_be_visible()
    editor.focus()
    return cell


def write(cell, text):
    """Types a text in the place of what an editor holds."""
    cell.get_by_role("textbox").focus()
    cell.page.keyboard.press("ControlOrMeta+a")
    cell.page.keyboard.insert_text(text)


def text_of(cell):
    """Returns what an editor holds."""
    return "\n".join(cell.locator(".cm-line").all_inner_texts()).replace("\n\n", "\n")


def stub_of(page, name):
    return page.evaluate("name => JSON.parse(document.getElementById('solve-data').textContent).cells[name].stub", name)


def answer(page, body):
    """Returns OUTPUT_SIZE's stub with a body."""
    return stub_of(page, "OUTPUT_SIZE").replace("raise NotImplementedError  # your code here", body)


def test_nothing_but_a_small_script_and_style_is_loaded_before_a_click(look):
    page = look("chapters/21_convolution")
    assert page.locator(".solve").count() == page.get_by_role("button", name="Solve it here").count() + 1 == 8
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    mine = {found[1] for name in loaded if (found := re.search(r"/_static/(python/[^?]+)", name))}
    assert mine == {"python/solve.css", "python/solve.js"}
    assert page.evaluate("typeof bookCell") == "undefined"


def test_an_answer_is_written_checked_and_left_by_keyboard_alone(page):
    cell = open_cell(page, "OUTPUT_SIZE")
    editor = cell.get_by_role("textbox", name="Your answer: output_size")
    assert editor.evaluate("e => document.getElementById(e.getAttribute('aria-describedby')).innerText").endswith(
        "Escape, then Tab leaves the editor."
    )
    page.evaluate("addEventListener('solved', ({ detail }) => { window.solved = detail; })")
    write(cell, answer(page, "return (i + 2 * p - k) // s + 1"))
    page.keyboard.press("ControlOrMeta+Enter")
    expect(cell.locator(".solve-outputs")).to_contain_text("You answer as if d were 1")
    expect(cell.locator(".solve-outputs ~ [role=status]")).to_contain_text("output_size: not yet, but close")
    assert page.evaluate("window.solved") is None
    page.keyboard.press("Tab")  # indents
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(cell.get_by_role("button", name="Check")).to_be_focused()
    write(cell, answer(page, "return (i + 2 * p - d * (k - 1) - 1) // s + 1"))
    cell.get_by_role("button", name="Check").press("Enter")
    expect(cell.locator(".solve-outputs")).to_contain_text("output_size: right")
    expect(cell.get_by_role("button", name="Check")).to_be_focused()
    solved = page.evaluate("window.solved")
    assert (solved["chapter"], solved["exercise"]) == ("21_convolution", "OUTPUT_SIZE")


def test_hints_come_one_by_one_beside_the_verdict(page):
    cell = open_cell(page, "BATCH_ACTIVATIONS")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(cell.locator(".solve-outputs")).to_contain_text("not attempted yet")
    for number in (1, 2):
        cell.get_by_role("button", name="Hint").click()
        expect(cell.locator(".solve-hints")).to_contain_text(f"hint {number} of")
    expect(cell.locator(".solve-outputs")).to_contain_text("not attempted yet")


def test_what_is_printed_and_errors_with_their_line_are_shown_as_text(page):
    cell = open_cell(page, "scratch")
    write(cell, "print('<b>1</b>')\n1 / 0")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(cell.get_by_role("group", name="Printed")).to_have_text("<b>1</b>\n")
    expect(cell.get_by_role("group", name="Error")).to_contain_text("line 2")
    expect(cell.get_by_role("group", name="Error")).to_contain_text("ZeroDivisionError: division by zero")
    write(cell, "x = 1")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(cell.locator(".solve-note")).to_have_text("It ran, and printed nothing.")
    assert cell.locator(".solve-outputs > *").count() == 0


def test_starting_over_gives_the_stub_back_and_can_be_undone(page):
    cell = open_cell(page, "DIAGONAL_EDGE")
    stub = stub_of(page, "DIAGONAL_EDGE")
    write(cell, "edge_kernel = 7")
    cell.get_by_role("button", name="Start over").click()
    assert text_of(cell) == stub
    cell.get_by_role("button", name="Undo").click()
    assert text_of(cell) == "edge_kernel = 7"
    expect(cell.get_by_role("textbox")).to_be_focused()


def test_what_is_typed_is_told_soon_and_what_was_kept_elsewhere_is_shown(page):
    cell = open_cell(page, "DIAGONAL_EDGE")
    page.evaluate("addEventListener('typed', ({ detail }) => { window.typed = detail; })")
    write(cell, "edge_kernel = 8")
    page.wait_for_function("window.typed?.text === 'edge_kernel = 8'")
    assert page.evaluate("window.typed.stub") == stub_of(page, "DIAGONAL_EDGE")
    page.evaluate("document.activeElement.blur()")
    for text, shown in (("edge_kernel = 9", "edge_kernel = 9"), (None, stub_of(page, "DIAGONAL_EDGE"))):
        tell = "(e, text) => { e.dispatchEvent(new CustomEvent('kept', { detail: { text } })); }"
        cell.evaluate(tell, text)
        assert text_of(cell) == shown


def test_an_endless_loop_is_stopped_and_a_name_that_went_with_it_is_explained(page):
    helper = open_cell(page, "OUTPUT_SIZE")
    write(helper, f"def reach(d, k):\n    return d * (k - 1) + 1\n\n{stub_of(page, 'OUTPUT_SIZE')}")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(helper.locator(".solve-outputs")).to_contain_text("not attempted yet")
    cell = open_cell(page, "scratch")
    write(cell, "while True: pass")
    page.keyboard.press("ControlOrMeta+Enter")
    helper.get_by_role("button", name="Check").click()  # another cell does not run meanwhile
    expect(helper.locator(".solve-note")).to_have_text("The scratch cell is still running: wait for it, or stop it.")
    cell.get_by_role("button", name="Stop").press("Enter")
    expect(cell.locator(".solve-note")).to_contain_text("It was stopped.")
    expect(cell.get_by_role("button", name="Run")).to_be_focused()
    expect(cell.get_by_role("button", name="Stop")).to_be_hidden()
    write(cell, "print(Conv2D.__name__)\nreach(2, 3)")
    page.keyboard.press("ControlOrMeta+Enter")  # the chapter's set-up has run anew by itself
    expect(cell.locator(".solve-outputs")).to_contain_text("Conv2D")
    expect(cell.locator(".solve-lost")).to_contain_text("the cell that defines reach")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_with_an_editor_a_verdict_and_a_hint_open(page, theme):
    cell = open_cell(page, "OUTPUT_SIZE")
    cell.get_by_role("button", name="Check").click()
    expect(cell).to_have_attribute("data-state", "ready")
    assert violations(unfolded(page, theme)) == []


def test_a_page_with_open_cells_does_not_scroll_sideways_on_a_phone(page):
    cell = open_cell(page, "OUTPUT_SIZE")
    write(cell, "x = " + " + ".join(["1"] * 100))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for button in cell.get_by_role("button").all():
        box = button.bounding_box()
        assert not box or 0 <= box["x"] and box["x"] + box["width"] <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_loading_says_how_far_it_is_can_be_cancelled_and_begun_again(open_page):
    page = open_page("chapters/22_why_convolution")
    held = []
    page.route("**/python.wasm.gz*", lambda route: held.append(route))
    cell = page.locator(".solve").first
    cell.get_by_role("button", name="Solve it here").press("Enter")
    expect(cell.get_by_role("button", name="Cancel")).to_be_focused()
    expect(cell.locator(".solve-far")).to_have_text(re.compile(r"^\d+\.\d of \d+\.\d MB$"))
    assert 0 < cell.get_by_role("progressbar", name="Loading Python").evaluate("e => e.value") < 1
    page.keyboard.press("Enter")
    expect(cell.get_by_role("button", name="Solve it here")).to_be_focused()
    page.unroute("**/python.wasm.gz*")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("textbox")).to_be_focused()


def test_the_focus_stays_with_a_reader_who_has_gone_on_while_python_loads(open_page):
    page = open_page("chapters/22_why_convolution")
    held = []
    page.route("**/cell.js", lambda route: held.append(route))
    cell = page.locator(".solve").first
    cell.get_by_role("button", name="Solve it here").click()
    other = page.locator("article summary").first
    other.focus()
    page.wait_for_function("document.querySelector('.solve-loading')")
    held[0].continue_()
    expect(cell.get_by_role("textbox")).to_be_visible()
    expect(other).to_be_focused()


@pytest.mark.parametrize(
    "error, texts, name",
    [
        ("NameError: name 'f' is not defined", ["def f(x):\n    return x"], "f"),
        ("<p>It raised <code>NameError: name 'f' is not defined</code>.</p>", ["  f = 3"], "f"),
        ("NameError: name 'f' is not defined", ["a, f = 3, 4"], "f"),
        ("NameError: name 'f' is not defined", ["import f"], "f"),
        ("NameError: name 'f' is not defined", ["f == 3", "# f = 3", "def ff(): pass"], ""),
        ("NameError: name 'f' is not defined", [], ""),
        ("ValueError: f", ["f = 3"], ""),
    ],
)
def test_a_lost_name_is_one_that_an_earlier_cell_defined(error, texts, name):
    script = f"import {{ lostName }} from '{(HERE / 'said.mjs').as_uri()}';\n"
    script += f"console.log(lostName({json.dumps(error)}, {json.dumps(texts)}));"
    command = [NODE, "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == name
