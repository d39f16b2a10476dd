"""Runs the cells of a page as a notebook does. The page's interpreter imports this file first, as `page_python`.

What the page asks and gets travels as JSON: `answer` takes the text of a request and returns the text of an answer.
"""

import ast
import builtins
import importlib
import io
import json
import linecache
import sys
import traceback

LARGEST = 100_000  # characters of output that one cell may show
# Parts of the interpreter that were taken out of it, see tools/page_python/trim.py
LEFT_OUT = {
    "_asyncio",
    "_bz2",
    "_elementtree",
    "_lsprof",
    "_lzma",
    "_multibytecodec",
    "_socket",
    "_sqlite3",
    "_zoneinfo",
}
LEFT_OUT |= {"pyexpat", *(f"_codecs_{name}" for name in ("cn", "hk", "iso2022", "jp", "kr", "tw"))}
# What Python adds where it runs without site-packages, as it is meant to here
NO_SITE = (
    ". Site initialization is disabled, did you forget to add the site-packages directory to sys.path or to enable "
    "your virtual environment?"
)
HERE = "This page's Python holds the standard library's main parts, NumPy and most of dnnlib."

cells = sys.modules["__main__"].__dict__  # the names that all cells of a page share
_set_up = set()  # the set-ups that have run in it
_count = 0


class Output(io.TextIOBase):
    """What a cell shows, in order: pieces of text, HTML and errors, up to a largest length in all."""

    def __init__(self):
        self.pieces = []
        self.room = LARGEST
        self.lost = 0

    def write(self, text):
        self.add("text", text)
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        return False

    def add(self, kind, text):
        """Adds a piece; text joins the text before it. What goes beyond the length is counted and dropped."""
        shown = text[: self.room] if kind == "text" else text if len(text) <= self.room else ""
        self.room -= len(shown)
        self.lost += len(text) - len(shown)
        if shown and kind == "text" and self.pieces and self.pieces[-1][0] == "text":
            self.pieces[-1][1].append(shown)
        elif shown:
            self.pieces.append((kind, [shown]))

    def close_with(self, error=""):
        """Returns all pieces as [{"kind", "text"}], with what was dropped and an error at the end."""
        if self.lost:
            self.pieces.append(("text", [f"\n… and {self.lost:,} characters more, which are not shown.\n"]))
        if error:
            self.pieces.append(("error", [error]))
        return [{"kind": kind, "text": "".join(texts)} for kind, texts in self.pieces]


_output = Output()


def start():
    """Prepares the interpreter, once."""
    sys.meta_path.insert(0, LeftOut())
    builtins.input = no_input
    cells["display"] = display


class LeftOut:
    """Says of the parts that were taken out that they are not there, before their remains are imported."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in LEFT_OUT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def no_input(prompt="", /):
    """Stands for `input`, which would wait for a keyboard that this Python does not have."""
    raise RuntimeError("input() has no keyboard in this page: assign the text to a variable instead")


def display(*values):
    """Shows values as a notebook does: as HTML where they have it, else as text."""
    for value in values:
        html = value._repr_html_() if hasattr(value, "_repr_html_") and not isinstance(value, type) else None
        if html is None:
            _output.add("text", f"{value!r}\n")
        else:
            _output.add("html", html)


def answer(request):
    """Runs one cell.

    Args:
        request: JSON of {"source": the cell, "name": what errors call it, "setup": a cell to run before, if it has not
            run yet in this interpreter}; the last two may be missing.

    Returns:
        JSON of [{"kind": "text", "html" or "error", "text": …}], in the order in which a notebook shows them.
    """
    global _output
    asked = json.loads(request)
    setup = asked.get("setup")
    if setup and setup not in _set_up:
        _output = Output()
        if failed := failure_of(setup, "set-up"):
            return json.dumps(_output.close_with(f"The chapter's set-up did not run through.\n{failed}"))
        _set_up.add(setup)
    _output = Output()
    return json.dumps(_output.close_with(failure_of(asked["source"], asked.get("name") or "cell")))


def failure_of(source, name):
    """Runs a cell and shows the value of its last line; returns what a notebook prints of an error, or ""."""
    global _count
    _count += 1
    file = f"<{name}, run {_count}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)  # so that errors and `check` show lines
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = _output
    try:
        execute(source, file)
    except BaseException as error:
        return written(error, file)
    finally:
        sys.stdout, sys.stderr = before
    return ""


def execute(source, file):
    """Executes a cell among the shared names, and displays its last line if that is an expression without a `;`."""
    tree = ast.parse(source, file)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, file, "exec"), cells)
    if last is not None and (value := eval(compile(last, file, "eval"), cells)) is not None:
        cells["_"] = value
        display(value)


def written(error, file):
    """Returns an error as a notebook prints it, from the cell's own lines on."""
    if isinstance(error, ModuleNotFoundError):
        error.add_note(f"{HERE} The chapter runs whole on Colab.")
    if isinstance(error, MemoryError):
        error.add_note("A page's Python has 1 GB of memory at most.")
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    # Nor what this file does in the cell's name, such as refusing `input`
    files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(trace)]
    shown = files.index(__file__) if __file__ in files else None
    try:
        text = "".join(traceback.format_exception(type(error), error, trace, limit=shown)).replace(NO_SITE, "")
    except Exception:  # an exception that cannot be written out
        text = type(error).__name__
    return text if len(text) <= LARGEST else f"{text[: LARGEST // 2]}\n…\n{text[-LARGEST // 2 :]}"


def preload(*names):
    """Imports modules that every page uses, so that they are in the memory that a new start begins from."""
    for name in names:
        importlib.import_module(name)
