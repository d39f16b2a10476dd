"""The fingerprint of a chapter changes with what decides its numbers, and with nothing else."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import setup_cell, sources


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small library: the chapter imports `one`, which imports `two`; nothing imports `three`."""
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    for name, text in {
        "rooms/one": "from dnnlib.rooms.two import g\nfrom dnnlib.plots.p import p\ndef f():\n    return g()\n",
        "rooms/two": "def g():\n    return 2\n",
        "rooms/three": "def h():\n    return 3\n",
        "plots/p": "p = 1\n",
        "exercises/e": "e = 1\n",
        "datasets/downloads": "d = 1\n",
    }.items():
        path = tmp_path / "dnnlib" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "dnnlib"


@pytest.fixture
def notebook():
    names = ("dnnlib.exercises import e as ex", "dnnlib.rooms.one import f", "dnnlib.datasets import downloads")
    imports = "\n\n" + "\n".join(f"from {name}" for name in names)
    cells = [new_markdown_cell("# Title"), new_code_cell(setup_cell.text() + imports), new_code_cell("x = f()  # why")]
    return new_notebook(cells=[*cells, new_code_cell("def answer():\n    pass\n\n\ncheck(ex.NAME, answer)")])


def mark(notebook, profile="full"):
    for function in (sources._text, sources._code_of, sources._imports):
        function.cache_clear()
    return sources.fingerprint(notebook, profile)


def test_it_is_the_same_again_and_differs_between_profiles(library, notebook):
    assert mark(notebook) == mark(copy.deepcopy(notebook)) != mark(notebook, "quick")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("rooms/one", "return g()", "return -g()"), ("rooms/two", "return 2", "return 4")],
    ids=["what it imports", "what that imports"],
)
def test_a_change_of_what_the_chapter_uses_changes_it(library, notebook, name, old, new):
    before, path = mark(notebook), library / f"{name}.py"
    path.write_text(path.read_text().replace(old, new))
    assert mark(notebook) != before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rooms/three", "def h():\n    return 30\n"),
        ("plots/p", "p = 2\n"),
        ("exercises/e", "e = 2\n"),
        ("datasets/downloads", "d = 2\n"),
        ("rooms/two", '"""A docstring."""\n\n\ndef g():\n    """Another."""\n    return 2  # a comment\n'),
        ("rooms/two", 'from dnnlib.datasets.card import Card\nCARD = Card("a")\ndef g():\n    return 2\n'),
    ],
    ids=["not used", "looks", "exercises", "downloads", "words", "a card"],
)
def test_a_change_of_anything_else_does_not(library, notebook, name, text):
    before = mark(notebook)
    (library / f"{name}.py").write_text(text)
    assert mark(notebook) == before


def test_of_the_chapter_code_counts_and_text_outputs_exercises_and_the_common_set_up_do_not(library, notebook):
    before = mark(notebook)
    notebook.cells[0].source = "# Another title"
    notebook.cells[1].source = notebook.cells[1].source.removeprefix(setup_cell.text())
    notebook.cells[2].source = "x = f()    # another reason"
    notebook.cells[3].source = "def answer():\n    return 1\n\n\ncheck(ex.NAME, answer)"
    notebook.cells.append(new_markdown_cell("More."))
    assert mark(notebook) == before
    notebook.cells[2].source = "x = f() + 1"
    assert mark(notebook) != before
