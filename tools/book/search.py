"""Search excerpts without a server: each page's text in a script of its own, which the search page loads for a hit.

Sphinx's search fetches each hit's page for its excerpt, and browsers refuse that to a page opened from a folder.
"""

import json
import re
from html import escape
from pathlib import Path

from docutils import nodes

# TeX's commands -> what an excerpt shows; of any other, its name
SIGNS = {"cdot": "·", "times": "×", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "le": "≤", "ge": "≥"}
SIGNS |= {"sum": "Σ", "partial": "∂", "sqrt": "√", "infty": "∞", "leftarrow": "←", "dots": "…", "top": "T", "in": "∈"}
SIGNS |= {"left": "", "right": "", "text": "", "mathrm": "", "quad": " ", "qquad": " "}
HIDDEN = {"tag_hide-cell", "tag_print-figure"}  # cells that are folded away, or for paper


def readable(tex):
    """Writes a formula in one line of plain characters, as near as excerpts need it."""
    tex = re.sub(r"\\(begin|end)\{\w+\}|\\[,;!\\ ]|&", " ", tex)
    tex = re.sub(r"\\([A-Za-z]+)", lambda command: SIGNS.get(command[1], command[1]), tex)
    tex = re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", tex)
    tex = re.sub(r"frac\{([^{}]*)\}\{([^{}]*)\}", lambda part: f" {bracketed(part[1])}/{bracketed(part[2])} ", tex)
    tex = re.sub(r"\s+", " ", re.sub(r"[{}\\]", "", tex))
    return re.sub(r"(?<=[∂√⌊⌈(]) | (?=[⌋⌉)])", "", tex).strip()


def bracketed(term):
    """Returns part of a fraction, in brackets where it is a sum."""
    return f"({term})" if re.search("[-+]", term) else term


def text_of(node):
    """Returns a document's text as bare HTML: its sections with their ids, so that hits in a section find it."""
    if isinstance(node, nodes.Text):
        return escape(node.astext(), quote=False)
    if isinstance(node, (nodes.raw, nodes.comment)) or HIDDEN & set(node.get("classes", ())):
        return ""
    if isinstance(node, nodes.literal_block) and node.astext().startswith("<Figure size"):
        return ""
    if isinstance(node, (nodes.math, nodes.math_block)):
        return escape(readable(node.astext()), quote=False) + "\n" * isinstance(node, nodes.math_block)
    inner = "".join(map(text_of, node.children))
    if isinstance(node, nodes.section):
        return f'<section id="{node["ids"][0]}">{inner}</section>'
    return inner if isinstance(node, nodes.Inline) else inner + "\n"


def write_texts(app, exception):
    """Writes the scripts that hold the pages' texts."""
    if exception or app.builder.format != "html":
        return
    for name in sorted(app.env.found_docs):
        text = json.dumps(text_of(app.env.get_doctree(name)), ensure_ascii=False)
        file = Path(app.outdir, "_static", "texts", f"{name}.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"(window.pageTexts ??= {{}})[{json.dumps(name)}] = {text};\n", encoding="utf-8")


def add_scripts(app, pagename, templatename, context, doctree):
    """Lets the search page find the texts."""
    if pagename == "search":
        app.add_js_file("search-excerpts.js")


def setup(app):
    """Connects both steps."""
    app.connect("build-finished", write_texts)
    app.connect("html-page-context", add_scripts)
