"""What the numbers of a chapter are made by: its code and the parts of the library that it uses, as one fingerprint."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

from tools import setup_cell

ROOT = Path(__file__).parents[1]
# These decide how things look, what a learner is told and on which way bytes come, and no number of the chapter.
OUTSIDE = ("dnnlib.exercises", "dnnlib.plots", "dnnlib.widgets", "dnnlib.progress")
OUTSIDE += ("dnnlib.datasets.card", "dnnlib.datasets.downloads", "dnnlib.datasets.results")


def fingerprint(notebook, profile):
    """Returns a hash of all that decides what a chapter measures in a profile.

    It stays the same when text, exercises, figures' styles, comments or docstrings change.

    Args:
        notebook: The chapter.
        profile: "quick" or "full".

    Returns:
        Sixteen hexadecimal digits.
    """
    code = [_code_of(cell.source) for cell in notebook.cells if cell.cell_type == "code" and not _is_exercise(cell)]
    files = sorted(_files_of("\n".join(code)))
    found = hashlib.sha256(profile.encode())
    for part in [*code, *(f"{path.relative_to(ROOT)}\n{_code_of(_text(path))}" for path in files)]:
        found.update(f"\n---\n{part}".encode())
    return found.hexdigest()[:16]


def _is_exercise(cell):
    return "check(ex." in cell.source


@cache
def _text(path):
    return path.read_text(encoding="utf-8")


@cache
def _code_of(source):
    """Returns code without comments, docstrings, the set-up that all chapters share, cards of data, and blank space."""
    lines = re.sub(r"^(\s*)[%!].*$", r"\1pass", source.removeprefix(setup_cell.text()), flags=re.M)
    tree = ast.parse(lines)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            node.body = body[1:] or [ast.Pass()]
    return "\n".join(ast.unparse(node) for node in tree.body if not _is_card(node))


def _is_card(node):
    """A card tells of a data set, and nothing is computed from it."""
    called = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func)
    return called == "Card" or (isinstance(node, ast.ImportFrom) and node.module == "dnnlib.datasets.card")


def _files_of(code):
    """Returns the files of the library that code imports, and what these import."""
    waiting, found = set(_imports(code)), set()
    while waiting:
        path = ROOT.joinpath(*waiting.pop().split(".")).with_suffix(".py")
        if path.exists() and path not in found:
            found.add(path)
            waiting |= _imports(_text(path))
    return found


@cache
def _imports(code):
    """Returns the names of the library's modules that code imports, some of which may be no modules but functions."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.startswith("dnnlib.") and not name.startswith(OUTSIDE)}
