"""Search excerpts without a server: the pages' text in one script, which the search page alone loads.

Sphinx's search fetches each hit's page for its excerpt, and browsers refuse that to a page opened from a folder.
"""

import json
from html import escape
from pathlib import Path

from docutils import nodes


def text_of(node):
    """Returns a document's text as bare HTML: its sections with their ids, so that hits in a section find it."""
    if isinstance(node, nodes.Text):
        return escape(node.astext(), quote=False)
    if isinstance(node, (nodes.raw, nodes.comment)):
        return ""
    inner = "".join(map(text_of, node.children))
    if isinstance(node, nodes.section):
        return f'<section id="{node["ids"][0]}">{inner}</section>'
    return inner if isinstance(node, nodes.Inline) else inner + "\n"


def write_texts(app, exception):
    """Writes the script that holds the text of every page."""
    if exception or app.builder.format != "html":
        return
    texts = {name: text_of(app.env.get_doctree(name)) for name in sorted(app.env.found_docs)}
    script = f"window.pageTexts = {json.dumps(texts, ensure_ascii=False)};\n"
    Path(app.outdir, "_static", "page-texts.js").write_text(script, encoding="utf-8")


def add_scripts(app, pagename, templatename, context, doctree):
    """Loads the texts on the search page."""
    if pagename == "search":
        app.add_js_file("page-texts.js")
        app.add_js_file("search-excerpts.js")


def setup(app):
    """Connects both steps."""
    app.connect("build-finished", write_texts)
    app.connect("html-page-context", add_scripts)
