"""Modules become scripts with scopes of their own, or one module; every explorable is complete."""

import importlib
import pkgutil
import re

import pytest

import dnnlib.widgets
from dnnlib.widgets import base
from dnnlib.widgets.base import HERE, Explorable, joined, modules, script

MODULES = sorted(HERE.glob("*.mjs"))


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Returns written(name=text, …): puts modules into a folder of their own; returns the folder."""
    monkeypatch.setattr(base, "HERE", tmp_path)

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.mjs").write_text(text)
        return tmp_path

    return write


THREE = {
    "a": "const count = 1;\nexport const a = () => count;\n",
    "b": 'import { a } from "./a.mjs";\nconst count = 20;\nexport function b() { return a() + count; }\n',
    "c": 'import { a } from "./a.mjs";\nimport { b } from "./b.mjs";\n// why\nconst count = 300;\n'
    "export class C { sum() { return a() + b() + count; } }\nexport default { sum: () => new C().sum() };\n",
}


def test_scripts_keep_their_names_apart_and_work_in_the_order_of_modules(written, blank):
    files = modules(written(**THREE) / "c.mjs")
    assert [file.stem for file in files] == ["a", "b", "c"]
    for file in files:
        blank.add_script_tag(content=script(file))
    assert blank.evaluate("explorables.c.default.sum()") == 1 + 21 + 300
    assert blank.evaluate("[typeof count, typeof a, Object.keys(explorables)]") == [
        "undefined",
        "undefined",
        ["a", "b", "c"],
    ]


def test_joined_module_works_from_a_blob_address_and_imports_nothing(written, blank):
    text = joined(written(**THREE) / "c.mjs")
    assert "why" not in text and not re.search(r"^import |^export (?!default)", text, re.M)
    load = "(text) => import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))"
    assert blank.evaluate(f"async (text) => (await ({load})(text)).default.sum()", text) == 322


@pytest.mark.parametrize(
    "texts, message",
    [
        ({"a": 'import { b } from "./b.mjs";\n', "b": 'import { a } from "./a.mjs";\n'}, "without a circle"),
        ({"a": 'import { x } from "./b.mjs";\n', "b": "export const y = 1,\n  x = 2;\n"}, "a.mjs: imports x from b"),
        ({"a": "const x = 1;\nexport { x };\n"}, "a.mjs: expected imports and exports in the forms"),
        ({"a": 'import x from "./b.mjs";\n'}, "a.mjs: expected imports and exports in the forms"),
    ],
    ids=["circle", "second name of a const", "export list", "default import"],
)
def test_what_the_scripts_cannot_hold_is_refused_with_the_module_that_says_it(written, texts, message):
    folder = written(**texts)
    with pytest.raises(ValueError, match=message):
        joined(folder / "a.mjs")


def test_styles_are_the_kits_and_those_beside_the_modules_that_are_used(written):
    folder = written(**THREE, d="export const d = 1;\n")
    for name in ("b", "c", "d"):
        (folder / f"{name}.css").touch()
    assert [sheet.stem for sheet in base.styles(folder / "c.mjs")] == ["explorable", "b", "c"]


@pytest.mark.parametrize("module", [*MODULES, *HERE.glob("shared/*.mjs")], ids=lambda path: path.stem)
def test_module_has_the_form_that_scripts_need(module):
    assert modules(module)[-1] == module and script(module)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_explorable_uses_no_network_and_no_element_ids(module):
    text = re.sub(r'"http://www\.w3\.org/[^"]*"', "", joined(module))
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|getElementById", text)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_explorable_has_a_class_with_a_title_and_a_readable_repr(module):
    python = importlib.import_module(f"dnnlib.widgets.{module.stem}")
    classes = [c for c in vars(python).values() if isinstance(c, type) and issubclass(c, Explorable)]
    classes.remove(Explorable)
    assert len(classes) == 1 and classes[0].title != Explorable.title
    text = Explorable.__repr__(classes[0])  # some need a photograph or weights to be made, so ask the class
    assert classes[0].__repr__ is Explorable.__repr__ and classes[0].title in text and "<" not in text


def test_every_explorable_file_pair_is_complete():
    python = {m.name for m in pkgutil.iter_modules(dnnlib.widgets.__path__)} - {"base", "checks"}
    assert python == {path.stem for path in MODULES}
