"""Exercises that are solved in the page: where they stand, what Python runs before them, and the scripts they need.

After each exercise cell, and once before the sources, a chapter gets an empty `<div class="solve">`, which
python/solve.mjs fills with a button; the stubs and the set-up stand in one JSON at the end of the page. The set-up is
what the page's Python has of a chapter: what its cells import, define and set and what needs NumPy alone.
A book that is built with PAGE_PYTHON=0 has none of this.
"""

import ast
import builtins
import re
import symtable
import sys
import textwrap
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from tools import esbuild, notebooks
from tools.book.python_in_page import wanted
from tools.book.widgets import script_text
from tools.page_python import library

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent / "python"
ROOT = Path(__file__).parents[2]
FOLDER = "python"  # below _static/
SCRIPTS = {"solve": "bookSolve", "cell": "bookCell"}  # module -> the variable that holds what it exports
# The rooms and single files of dnnlib that the page's Python has, but for data sets: it has the functions that load
# them, but few of their files.
ROOMS = {*library.ROOMS, *library.SINGLE} - {"datasets"}
KINDS = {"Exercise": "code", "BugHunt": "bug hunt", "Estimate": "estimate", "Design": "design"}
NAMED = 5  # objects that the scratch cell names


# What the page's Python has of a chapter


def set_up(cells):
    """Returns the statements of a chapter that need NumPy alone: imports, functions, classes and constants.

    A name that the chapter binds to different things is left out, and so is a function that uses what is left out.

    Args:
        cells: The sources of its code cells, without those that a reader is to change.

    Returns:
        A list of statements, as text, in the order of the chapter.
    """
    statements = [part for cell in cells for statement in parsed(cell).body for part in parts(statement)]
    changed = set().union(*map(changed_by, statements))
    meanings = {}
    for text in map(ast.unparse, statements):
        for name in names_of(text)[0]:
            meanings.setdefault(name, set()).add(text)
    kept = [s for s in statements if stands_alone(s) and not (isinstance(s, ast.Assign) and names_of(s)[0] & changed)]
    kept = list(dict.fromkeys(map(ast.unparse, kept)))
    kept = [text for text in kept if all(len(meanings[name]) == 1 for name in names_of(text)[0])]
    while len(kept) != len(fewer := satisfied(kept)):
        kept = fewer
    return kept


def parsed(source):
    """Parses a cell, its magic commands and lines for the shell left out."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M))


def parts(statement):
    """Yields an import name by name, and any other statement as it is."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield statement
        return
    for alias in statement.names:
        given = {"module": statement.module, "level": 0} if isinstance(statement, ast.ImportFrom) else {}
        yield type(statement)(names=[alias], **given)


def names_of(text):
    """Returns the names that a statement or a text of several binds, and those that it needs, as two sets."""
    top = symtable.symtable(text if isinstance(text, str) else ast.unparse(text), "cell", "exec")
    tables = [top]
    for table in tables:
        tables += table.get_children()
    bound = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {s.get_name() for t in tables for s in t.get_symbols() if s.is_referenced() and (t is top or s.is_global())}
    return bound, used - bound - set(dir(builtins)) - {"__name__"}


def changed_by(statement):
    """Returns the names of what a statement may change in place: it sets a part, or calls a method for no value."""
    found = [] if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else list(ast.walk(statement))
    parts_set = [
        n.value for n in found if isinstance(n, (ast.Subscript, ast.Attribute)) and isinstance(n.ctx, ast.Store)
    ]
    called = [n.value.func for n in found if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    owners = [*parts_set, *(function.value for function in called if isinstance(function, ast.Attribute))]
    return {owner.id for owner in owners if isinstance(owner, ast.Name)}


def satisfied(statements):
    """Returns the statements that need nothing but each other."""
    bound = set().union(*(names_of(text)[0] for text in statements))
    return [text for text in statements if names_of(text)[1] <= bound]


def stands_alone(statement):
    """Says whether a statement is an import, a definition or a constant that needs NumPy alone."""
    if isinstance(statement, ast.Import):
        return needs_numpy_alone(statement.names[0].name)
    if isinstance(statement, ast.ImportFrom):
        inner = f"{statement.module}.{statement.names[0].name}"
        return needs_numpy_alone(inner if file_of(inner) else statement.module)
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) for target in statement.targets) and is_constant(statement.value)
    return isinstance(statement, (ast.FunctionDef, ast.ClassDef))


def is_constant(value):
    """Says whether an expression is made of numbers and texts, by NumPy's functions at most."""
    called = [ast.unparse(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(re.fullmatch(r"np\.(?!load)\w+", name) for name in called)


def file_of(module):
    """Returns the file of a module of dnnlib, or None if it is none."""
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return file if module.startswith("dnnlib.") and file.exists() else None


@cache
def needs_numpy_alone(module):
    """Says whether the page's Python has a module; what a function imports when it is called does not count."""
    first, *rest = module.split(".")
    if first != "dnnlib" or not rest:
        return first == "numpy" or first in sys.stdlib_module_names
    if rest[0] not in ROOMS:
        return False
    if file_of(module) is None:
        return True  # a package: its __init__ holds nothing
    tree = ast.parse(file_of(module).read_text(encoding="utf-8"))
    found = [part for statement in tree.body for part in parts(statement)]
    found = [part for part in found if isinstance(part, (ast.Import, ast.ImportFrom))]
    return all(stands_alone(part) for part in found)


# What a page holds


def cells_of(notebook):
    """Returns what a page needs for the exercises of a chapter.

    Args:
        notebook: The chapter.

    Returns:
        {"setup": source, "cells": {NAME: {"kind", "stub", "check", "asks_for"}}}, with "scratch" among the names;
        {} if the notebook has no exercises.

    Raises:
        ValueError: If an exercise cell needs what the page's Python has not.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    exercises = {name: cell.source for cell in code if (name := notebooks.exercise_in(cell.source))}
    if not exercises:
        return {}
    module = notebooks.exercises_of(notebook)
    others = [cell.source for cell in code if not is_readers(cell)]
    kept = set_up(others)
    cells = {}
    for name, source in exercises.items():
        lacking = names_of(source)[1] - set().union(*(names_of(text)[0] for text in kept))
        if lacking:
            raise ValueError(f"{name}: expected an exercise that NumPy alone can answer, its cell needs {lacking}")
        stub, _, check = source.rstrip().rpartition("\n")
        exercise = getattr(module, name)
        kind = KINDS[type(exercise).__name__]
        cells[name] = {"kind": kind, "stub": stub.strip("\n"), "check": check, "asks_for": exercise.asks_for}
    cells["scratch"] = {"kind": "scratch", "stub": scratch(kept)}
    return {"setup": "\n".join(useful(kept)), "cells": cells}


def is_readers(cell):
    """Says whether a reader is to change a cell."""
    return notebooks.exercise_in(cell.source) or "explore" in cell.metadata.get("tags", ())


def useful(statements):
    """Returns statements without what only ran the chapter: modules of the standard library that nothing kept uses."""
    needed = set().union(*(names_of(text)[1] for text in statements))
    own = r"(?:from|import) (?:numpy|dnnlib)\b"
    return [
        text
        for text in statements
        if not re.match("(?:from|import) ", text) or re.match(own, text) or names_of(text)[0] & needed
    ]


def scratch(statements):
    """Returns what a scratch cell begins with: what is at hand, and a line to run."""
    found = (re.match(r"from dnnlib\.(?!exercises)(\S+) import (?:\w+ as )?(\w+)$", text) for text in statements)
    found = sorted((match for match in found if match), key=lambda match: match[1].startswith("evaluation"))
    theirs = [match[2] for match in found]
    own = [text.partition("(")[0].removeprefix("def ") for text in statements if text.startswith("def ")]
    names = ", ".join([*theirs, *own][:NAMED])
    more = " and more" if len(theirs) + len(own) > NAMED else ""
    invitation = f"Try what you like. You have np, and from this chapter {names}{more}."
    first = f"print({theirs[0]}.__doc__)" if theirs else "np.arange(6).reshape(2, 3)"
    return "\n".join([*textwrap.wrap(invitation, 80, initial_indent="# ", subsequent_indent="# "), first])


class Solve(SphinxTransform):
    """Puts the places for answers, and what they need, into the pages of chapters."""

    default_priority = 900  # after all that looks at cells and raw HTML

    def apply(self, **kwargs):
        path = Path(self.env.doc2path(self.env.docname))
        if path.suffix != ".ipynb":
            return
        try:
            data = cells_of(notebooks.load(path))
        except ValueError as error:
            logger.warning("%s", error, location=self.env.docname)
            return
        if data:
            self.place({"chapter": path.stem, **data})

    def place(self, data):
        """Adds a place after each exercise cell and one before the sources, and the data."""
        for cell in list(self.document.findall(is_cell)):
            source = next(cell.findall(nodes.literal_block), None)
            if source is not None and (name := notebooks.exercise_in(source.astext())) in data["cells"]:
                add_after(cell, place_of(data, name))
        sources = [s for s in self.document.findall(nodes.section) if s[0].astext() == "Sources"]
        kept = {name: {k: v for k, v in cell.items() if k != "kind"} for name, cell in data["cells"].items()}
        text = script_text({**data, "cells": kept})
        end = f'{place_of(data, "scratch")}<script type="application/json" id="solve-data">{text}</script>'
        if sources:
            parent, place = sources[-1].parent, sources[-1].parent.index(sources[-1])
            parent.insert(place, nodes.raw("", end, format="html"))
        else:
            self.document.append(nodes.raw("", end, format="html"))


def is_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def add_after(node, html):
    """Puts HTML after a node."""
    node.parent.insert(node.parent.index(node) + 1, nodes.raw("", html, format="html"))


def place_of(data, name):
    """Returns the empty place for an answer."""
    given = {"chapter": data["chapter"], "exercise": name, "kind": data["cells"][name]["kind"]}
    attributes = " ".join(f'data-{key}="{escape(value)}"' for key, value in given.items())
    return f'<div class="solve" {attributes}></div>'


# The scripts


def write(app, config):
    """Writes the scripts and the style into a folder that Sphinx copies to the book."""
    folder = Path(app.outdir).parent / "solve"
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, variable in SCRIPTS.items():
        (target / f"{name}.js").write_bytes(esbuild.bundle(HERE / f"{name}.mjs", variable))
    (target / "solve.css").write_bytes(esbuild.bundle(HERE / "solve.css"))
    config.html_static_path.append(str(folder))


def add_script(app, pagename, templatename, context, doctree):
    """Loads the button's script and style on the pages that have a place for it."""
    if '<div class="solve"' in context.get("body", ""):
        app.add_css_file(f"{FOLDER}/solve.css")
        app.add_js_file(f"{FOLDER}/solve.js", defer="defer", priority=900)


def setup(app):
    """Connects the steps, unless the book is to do without."""
    if wanted():
        app.add_transform(Solve)
        app.connect("config-inited", write)
        app.connect("html-page-context", add_script)
