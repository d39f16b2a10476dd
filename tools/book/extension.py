"""The book's Sphinx extension: what Jupyter Book does not do by itself, one concern a file."""

from tools.book import (
    assets,
    figures,
    markdown,
    mathematics,
    notebooks,
    plan,
    progress,
    python_in_page,
    questions,
    search,
    solve,
    tables,
    widgets,
)

PARTS = (
    assets,
    figures,
    markdown,
    mathematics,
    notebooks,
    plan,
    progress,
    python_in_page,
    questions,
    search,
    solve,
    tables,
    widgets,
)


def setup(app):
    """Connects every part to Sphinx."""
    for part in PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
