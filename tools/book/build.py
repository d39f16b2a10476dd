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

ROOT = Path(__file__).parents[2]
PARTS = ("*.md", "*.yml", "*.json", "chapters/**/*", "pages/**/*", "tools/book/**/*", "dnnlib/widgets/**/*", "dnnlib/plots/*")


def build(source=ROOT, output=ROOT / "_build"):
    """Builds a book from scratch.

    Args:
        source: The folder with the pages and _toc.yml.
        output: The folder to write to; the pages come into its folder html.

    Returns:
        The folder of the pages.

    Raises:
        RuntimeError: where a page gives a warning.
    """
    # jupyter-book adds _build to any output path but the source's own
    work = output.parent if output.name == "_build" else output
    command = [Path(sys.executable).with_name("jupyter-book"), "build", source, "--all", "--path-output", work]
    command += ["--config", ROOT / "_config.yml", "--warningiserror", "--keep-going", "--nitpick", "-q"]
    html = work / "_build" / "html"
    shutil.rmtree(html, ignore_errors=True)
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"expected a build without warnings, got:\n{done.stdout}\n{done.stderr}")
    (html / ".built").touch()
    return html


def build_if_stale(source=ROOT, output=ROOT / "_build"):
    """Builds a book unless its pages are newer than everything they are made of; safe from several processes."""
    html = (output if output.name == "_build" else output / "_build") / "html"
    output.mkdir(parents=True, exist_ok=True)
    with open(output / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = html / ".built"
        parts = [file for folder in {ROOT, source} for pattern in PARTS for file in folder.glob(pattern)]
        parts += [file for file in source.iterdir() if file.suffix == ".ipynb"]
        newest = max(file.stat().st_mtime for file in parts if "__pycache__" not in file.parts)
        if not stamp.exists() or stamp.stat().st_mtime < newest:
            build(source, output)
    return html


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
