"""The base of every explorable, and what makes classic scripts, or one module, of its JavaScript modules."""

import json
import re
from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).resolve().parent

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./]+\.mjs)";\n', re.M)
_EXPORT = re.compile(r"^export ((?:const|(?:async )?function|class) (\w+))", re.M)
_DEFAULT = re.compile(r"^export default ", re.M)
_COMMENT = re.compile(r"^\s*(?://.*|/\*\*?[^*]*\*/)\n", re.M)


def modules(path):
    """Returns the files that make an explorable: what a module imports first and once each, itself last.

    Args:
        path: The module's file.

    Raises:
        ValueError: If modules import each other in a circle, or a name that is not exported.
    """
    found, open_ = [], []

    def visit(file):
        if file in found:
            return
        if file in open_:
            raise ValueError(f"{file.name}: expected imports without a circle, found {[one.name for one in open_]}")
        open_.append(file)
        for names, other in _IMPORT.findall(file.read_text(encoding="utf-8")):
            other = (file.parent / other).resolve()
            visit(other)
            if missing := set(_names(names)) - set(exports(other)):
                raise ValueError(
                    f"{file.name}: imports {', '.join(sorted(missing))} from {other.name}, which has no such export; "
                    "expected `export const NAME`, `export function NAME` or `export class NAME`, one name each"
                )
        found.append(open_.pop())

    visit(Path(path).resolve())
    return found


def exports(path):
    """Returns the names that a module exports, without its default."""
    return [name for _, name in _EXPORT.findall(Path(path).read_text(encoding="utf-8"))]


def key(path):
    """Returns the name of a module in the table of modules, e.g. "shared/ui"."""
    return Path(path).resolve().relative_to(HERE).with_suffix("").as_posix()


def script(path):
    """Returns a module as a classic script, which a page can load from a folder, where no module loads.

    The script finds what it imports in a table, `explorables`, and puts there what it exports. The modules that it
    imports must have run before it. Each keeps the scope of its names.

    Args:
        path: The module's file. What it imports and exports stands in lines that begin with ``import { a, b } from``,
            ``export const``, ``export function``, ``export class`` or ``export default``.

    Raises:
        ValueError: If a line imports or exports in another form.
    """
    path = Path(path).resolve()
    text = path.read_text(encoding="utf-8")
    imported = "".join(
        f"const {{ {', '.join(_names(names))} }} = explorables[{json.dumps(key(path.parent / other))}];\n"
        for names, other in _IMPORT.findall(text)
    )
    names = exports(path) + ["default: $default"] * bool(_DEFAULT.search(text))
    body = _COMMENT.sub("", _DEFAULT.sub("const $default = ", _EXPORT.sub(r"\1", _IMPORT.sub("", text))))
    if other := re.search(r"^(?:import|export)\b.*", body, re.M):
        raise ValueError(
            f"{path.name}: expected imports and exports in the forms that `script` lists, found {other[0]}"
        )
    return (
        f'var explorables = explorables || {{}};\n(() => {{\n"use strict";\n{imported}{body}\n'
        f"explorables[{json.dumps(key(path))}] = {{ {', '.join(names)} }};\n}})();\n"
    )


def styles(path):
    """Returns the style sheets of an explorable: the kit's, then name.css beside each of its modules that has one."""
    beside = [module.with_suffix(".css") for module in modules(path)]
    return [HERE / "shared" / "explorable.css", *(sheet for sheet in beside if sheet.exists())]


def joined(path):
    """Returns an explorable's module and all that it imports as one module, which imports nothing.

    A live notebook loads an explorable from a blob address, where relative imports lead nowhere.

    Args:
        path: The module's file.
    """
    return "".join(map(script, modules(path))) + f"export default explorables[{json.dumps(key(path))}].default;\n"


def _names(imported):
    return [name.strip() for name in imported.split(",") if name.strip()]


class Explorable(anywidget.AnyWidget):
    """An interactive figure that computes in the browser, with or without a kernel.

    A subclass in ``name.py`` declares its state as traits with ``.tag(sync=True)``; the view and the computation
    stand in ``name.mjs`` beside it, its own styles (if any) in ``name.css``. A class attribute ``title`` names it
    for people. A live notebook gets all of its code joined; notebooks store its traits alone, and the built book
    holds each module once.

    Each explorable may ask for a prediction before its answer opens, and lead through a tour: `guesses` and `tours`
    name those that its module declares, and its docstring says what they are. In a chapter, for example:
    ``PoolingExplorer(preset="an image, shifted by one", guess="share_unchanged")``. The answer is computed from the
    state, never stored. On a page of the book a button copies a link that restores the state; in a live notebook,
    whose address restores nothing, there is none.

    Args:
        guess: A name in `guesses`, or "" for none: the question that is asked first.
        tour: A name in `tours`, or "" for none.

    Raises:
        TypeError: If an argument is no trait.
        traitlets.TraitError: If there is no such guess or tour.
    """

    title = "Explorable"
    guesses, tours = (), ()
    guess = traitlets.Unicode("").tag(sync=True)
    tour = traitlets.Unicode("").tag(sync=True)

    @traitlets.validate("guess", "tour")
    def _declared(self, proposal):
        kind, name = proposal["trait"].name, proposal["value"]
        names = {"guess": self.guesses, "tour": self.tours}[kind]
        if name and name not in names:
            raise traitlets.TraitError(f'{kind}: expected one of {[*names]} or "", received {name!r}')
        return name

    def __init_subclass__(cls, **kwargs):
        module = HERE / f"{cls.__module__.rpartition('.')[2]}.mjs"
        if module.exists() and "_esm" not in cls.__dict__:
            cls._esm = joined(module)
            cls._css = "\n".join(sheet.read_text(encoding="utf-8") for sheet in styles(module))
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
