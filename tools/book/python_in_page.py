"""Puts Python beside the pages, below _static/python/: tools/book/python/engine.mjs loads it when a reader asks for it.

`PAGE_PYTHON=0` in the environment, as in `make book PAGE_PYTHON=0`, builds a book without it.
"""

import os
from pathlib import Path

from tools.page_python.bundle import bundle


def wanted():
    """Says whether the book is to have Python in its pages."""
    return os.environ.get("PAGE_PYTHON", "1") != "0"


def write(app, config):
    """Builds Python into a folder that Sphinx copies to the book."""
    if wanted():
        folder = Path(app.outdir).parent / "python"
        bundle(folder / "python")
        config.html_static_path.append(str(folder))


def setup(app):
    """Connects the step."""
    app.connect("config-inited", write)
