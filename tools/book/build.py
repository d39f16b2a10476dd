"""Builds the book's HTML from the stored outputs, with warnings as errors.

`python -m tools.book.build` builds the book into _build/html and prints how to open it; `--if-stale` builds only
when something that the book is made of is newer than the last good build.
"""

import argparse
import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

from tools.book import python_in_page

ROOT = Path(__file__).parents[2]
PARTS = ("*.md", "*.yml", "*.json", "*.ipynb", "chapters/[!.]*", "pages/**/*")
PARTS += ("tools/book/**/*", "tools/page_python/*", "tools/esbuild.py", "dnnlib/**/*", "data/**/*.json")


def build(source=ROOT, output=ROOT / "_build", only_if_stale=False):
    """Builds a book from scratch; one process at a time.

    Args:
        source: The folder with the pages and _toc.yml.
        output: The folder to write to.
        only_if_stale: Leave pages alone that are newer than everything they are made of.

    Returns:
        The folder of the pages.

    Raises:
        RuntimeError: where a page gives a warning.
    """
    # jupyter-book adds _build to any output path
    work = output.parent if output.name == "_build" else output
    html = work / "_build" / "html"
    output.mkdir(parents=True, exist_ok=True)
    with open(output / ".lock", "w") as lock, open(output / "build.log", "w+", encoding="utf-8") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if only_if_stale and not is_stale(source, html / ".built"):
            return html
        shutil.rmtree(html, ignore_errors=True)
        command = [Path(sys.executable).with_name("jupyter-book"), "build", source, "--all", "--path-output", work]
        command += ["--config", ROOT / "_config.yml", "--warningiserror", "--keep-going", "--nitpick", "-q"]
        # To a file: a pipe would stay open as long as any process of the build lives.
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        if done.returncode:
            log.seek(0)
            raise RuntimeError(f"expected a build without warnings, got:\n{log.read()}")
        (html / ".built").write_text(variant())
    return html


def is_stale(source, stamp):
    """Says whether any part of a book is newer than its stamp."""
    parts = {file for folder in (ROOT, source) for pattern in PARTS for file in folder.glob(pattern)}
    # Files alone: a folder is newer after any file has come and gone, too
    newest = max(file.stat().st_mtime for file in parts if file.is_file() and "__pycache__" not in file.parts)
    return not stamp.exists() or stamp.read_text() != variant() or stamp.stat().st_mtime < newest


def variant():
    """Returns what distinguishes builds from the same files."""
    return f"PAGE_PYTHON={int(python_in_page.wanted())}\n"


def build_if_stale(source=ROOT, output=ROOT / "_build"):
    """Builds a book unless its pages are newer than everything they are made of; safe from several processes."""
    return build(source, output, only_if_stale=True)


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-stale", action="store_true", help="build only what is older than its sources")
    try:
        html = build_if_stale() if parser.parse_args().if_stale else build()
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"The book is built. Open it: {(html / 'index.html').as_uri()}")
    print("Or serve it:               make serve")


if __name__ == "__main__":
    main()
