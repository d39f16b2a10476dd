"""The joiner makes one module of several, and every explorable can be joined."""

import importlib
import pkgutil
import re

import pytest

import dnnlib.widgets
from dnnlib.widgets.base import HERE, Explorable, joined

MODULES = sorted(HERE.glob("*.mjs"))


def test_joiner_puts_each_dependency_once_and_before_its_users(tmp_path):
    (tmp_path / "a.mjs").write_text("export const a = 1;\n")
    (tmp_path / "b.mjs").write_text('import { a } from "./a.mjs";\nexport function b() { return a; }\n')
    (tmp_path / "c.mjs").write_text(
        'import { a } from "./a.mjs";\nimport { b } from "./b.mjs";\n// why\nexport default { a, b };\n'
    )
    text = joined(tmp_path / "c.mjs")
    assert text.count("const a = 1") == 1
    assert text.index("const a") < text.index("function b") < text.index("export default")
    assert "import" not in text and "why" not in text and text.count("export") == 1


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_joined_explorable_declares_no_name_twice_and_imports_nothing(module):
    text = joined(module)
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.M)
    assert sorted(names) == sorted(set(names))
    assert not re.search(r"^import ", text, re.M)
    assert len(re.findall(r"^export ", text, re.M)) == 1 and "export default" in text


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
