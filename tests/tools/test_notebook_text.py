"""Diffs of notebooks show sources and outputs in words, and neither figures nor base64."""

import subprocess
import sys
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import notebook_text, notebooks

ROOT = Path(__file__).parents[2]


def example(word):
    figure = new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": "<Figure>"})
    printed = new_output("stream", text=f"{word}\n")
    return new_notebook(
        cells=[new_markdown_cell(f"# {word}"), new_code_cell("x = 1\nx", outputs=[printed, figure], execution_count=7)]
    )


def test_the_text_holds_sources_and_printed_outputs_and_no_figure():
    lines = notebook_text.as_text(example("hello"))
    assert lines == ["━━ 0 markdown", "# hello", "━━ 1 code", "x = 1", "x", "── output", "hello", "── figure"]


def test_git_shows_such_a_diff_once_it_is_switched_on(tmp_path):
    def git(*arguments):
        return subprocess.run(["git", "-C", tmp_path, *arguments], capture_output=True, text=True, check=True).stdout

    git("init", "-q")
    (tmp_path / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    git("config", "diff.notebook.textconv", f'"{sys.executable}" "{ROOT / "tools" / "notebook_text.py"}"')
    notebooks.store(example("before"), tmp_path / "a.ipynb")
    git("add", "-A")
    notebooks.store(example("after"), tmp_path / "a.ipynb")
    changed = [line for line in git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-# before", "+# after", "-before", "+after"]
