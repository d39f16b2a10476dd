"""The book's Sphinx extension: what Jupyter Book does not do by itself, one concern a file."""

from tools.book import assets, figures, markdown, plan, questions, search, widgets


def setup(app):
    """Connects every part to Sphinx."""
    for part in (assets, figures, markdown, plan, questions, search, widgets):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
