"""The base of every explorable, and the joiner that makes one JavaScript module of several."""

import re
from pathlib import Path

import anywidget

HERE = Path(__file__).parent

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\./[\w./]+\.mjs)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async |const |function |class |let ))", re.M)
_COMMENT = re.compile(r"^\s*(?://.*|/\*\*?[^*]*\*/)\n", re.M)


def joined(path):
    """Returns the source of an ES module with the modules it imports put in front of it.

    Notebooks load an explorable from a blob address, where relative imports lead nowhere. So each module says
    ``import { a, b } from "./shared/name.mjs";`` on one line, browsers' tests use the files as they are, and the
    notebook gets one text: dependencies first and once each, without ``import`` and ``export`` lines. All names
    of the joined modules share one scope.

    Args:
        path: The module's file.

    Returns:
        One module, as text; it imports nothing.
    """
    parts = {}

    def visit(file):
        if file in parts:
            return
        text = file.read_text(encoding="utf-8")
        parts[file] = None  # seen: a circle of imports ends here
        for name in _IMPORT.findall(text):
            visit((file.parent / name).resolve())
        parts.pop(file)  # put it behind what it imports
        parts[file] = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))

    visit(Path(path).resolve())
    return "\n".join(parts.values())


class Explorable(anywidget.AnyWidget):
    """An interactive figure that computes in the browser, with or without a kernel.

    A subclass in ``name.py`` declares its state as traits with ``.tag(sync=True)``; the view and the computation
    stand in ``name.mjs`` beside it, its own styles (if any) in ``name.css``. A class attribute ``title`` names it
    for people.

    Raises:
        TypeError: If an argument is no trait.
    """

    title = "Explorable"

    def __init_subclass__(cls, **kwargs):
        stem = HERE / cls.__module__.rpartition(".")[2]
        module, styles = stem.with_suffix(".mjs"), stem.with_suffix(".css")
        if module.exists() and "_esm" not in cls.__dict__:
            cls._esm = joined(module)
            sheets = [HERE / "shared" / "explorable.css", styles]
            cls._css = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits):
        if unknown := set(traits) - set(self.trait_names()):
            raise TypeError(
                f"{type(self).__name__}: expected the arguments that its docstring lists, "
                f"received {', '.join(sorted(unknown))}"
            )
        super().__init__(**traits)

    def __repr__(self):
        # What a host that cannot draw widgets shows, and what a notebook stores as text
        return f"{self.title} (an interactive figure: run this cell to use it)"
