"""One way to call esbuild: what it makes of modules runs in Node, and what is missing or wrong is said."""

import subprocess

import pytest

from tools import esbuild


def test_a_module_and_what_it_imports_become_one_classic_script(tmp_path):
    (tmp_path / "part.mjs").write_text("export const half = (x) => x / 2;\n")
    (tmp_path / "whole.mjs").write_text(
        'import { half } from "./part.mjs";\nexport const said = `½ of 7: ${half(7)}`;\n', encoding="utf-8"
    )
    script = tmp_path / "elsewhere" / "script.cjs"
    script.parent.mkdir()
    script.write_bytes(esbuild.bundle(tmp_path / "whole.mjs", "made") + b"process.stdout.write(made.said);")
    done = subprocess.run([esbuild.NODE, script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "½ of 7: 3.5" and "½" in script.read_text(encoding="utf-8")


def test_a_script_without_a_name_and_a_style_sheet_are_made_small(tmp_path):
    (tmp_path / "part.mjs").write_text("// why\nconsole.log(1 + 2);\n")
    (tmp_path / "style.css").write_text("/* why */\np {\n  color: red;\n}\n")
    assert esbuild.bundle(tmp_path / "part.mjs") == b"(()=>{console.log(3);})();\n"
    assert esbuild.bundle(tmp_path / "style.css") == b"p{color:red}\n"


@pytest.mark.parametrize("text, said", [("const = 3;", 'Expected identifier but found "="'),
                                        ('import "./none.mjs";', 'Could not resolve "./none.mjs"')])  # fmt: skip
def test_a_module_that_is_none_is_refused_in_esbuild_s_words(tmp_path, text, said):
    (tmp_path / "broken.mjs").write_text(text)
    with pytest.raises(RuntimeError, match=f"(?s)^expected scripts and styles that esbuild can read, found: .*{said}"):
        esbuild.bundle(tmp_path / "broken.mjs")


def test_where_esbuild_is_missing_the_message_says_what_brings_it(tmp_path, monkeypatch):
    monkeypatch.setattr(esbuild, "ESBUILD", tmp_path / "esbuild")
    with pytest.raises(RuntimeError, match="^expected esbuild in node_modules, found none: run `make setup`$"):
        esbuild.run()
