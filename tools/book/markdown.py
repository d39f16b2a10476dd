"""Conveniences for Markdown that stays plain in Colab and JupyterLab.

`> **Note.** text` becomes a callout, a paragraph that starts with `**Figure 1.**` a caption, `<details>` blocks get
their mathematics, and no line starts with the full stop of a formula.
"""

import re
from functools import partial

from docutils import nodes
from sphinx.transforms import SphinxTransform

from tools.book.mathematics import rendered

STOPS = "[.,;:!?)\\]’”]*"  # what stays on the line of the formula before it

# How a callout's label may start -> its class in the page
CALLOUTS = {
    "note": "note",
    "recall": "note",
    "in colab": "note",
    "tip": "tip",
    "hint": "tip",
    "important": "important",
    "key idea": "important",
    "notice": "important",
    "what to notice": "important",
    "warning": "warning",
    "caution": "warning",
    "careful": "warning",
    "predict": "predict",
    "question": "predict",
    "try": "try",
    "play": "try",
    "break it": "try",
    "exercise": "try",
    "slip": "erratum",
    "where the slides": "erratum",
    "the slides": "erratum",
}


def strip_start(paragraph):
    """Drops the white space that a paragraph starts with (MyST puts an empty text before inline markup)."""
    while paragraph.children and isinstance(paragraph[0], nodes.Text):
        text = paragraph[0].astext().lstrip()
        if text:
            paragraph.replace(paragraph[0], nodes.Text(text))
            return
        paragraph.remove(paragraph[0])


class Callouts(SphinxTransform):
    """Turns a quote that starts with a known label in bold into a callout."""

    default_priority = 200

    def apply(self, **kwargs):
        for quote in list(self.document.findall(nodes.block_quote)):
            first = quote.children[0] if quote.children else None
            if not isinstance(first, nodes.paragraph):
                continue
            strip_start(first)
            if not first.children or not isinstance(first[0], nodes.strong):
                continue
            label = first[0].astext().lower()
            kind = next((kind for start, kind in CALLOUTS.items() if re.match(rf"{start}\b", label)), None)
            if not kind:
                continue
            title = nodes.title("", "", *first.pop(0).children)
            if title.astext().endswith((".", ":")):
                title[-1] = nodes.Text(title[-1].astext()[:-1])
            strip_start(first)
            if not first.children:
                quote.remove(first)
            quote.replace_self(nodes.admonition("", title, *quote.children, classes=[kind]))


class Captions(SphinxTransform):
    """Marks the paragraphs that are captions of figures."""

    default_priority = 200

    def apply(self, **kwargs):
        for paragraph in self.document.findall(nodes.paragraph):
            strong = next(iter(paragraph.findall(nodes.strong)), None)
            start = paragraph.astext().lstrip()
            if strong is not None and re.match(r"Figure \d", start) and start.startswith(strong.astext()):
                paragraph["classes"].append("figure-caption")


class Stops(SphinxTransform):
    """Keeps the punctuation after a formula with it: browsers may break a line after any box of KaTeX's."""

    default_priority = 210  # after callouts, which look for the full stop of their title

    def apply(self, **kwargs):
        for math in list(self.document.findall(nodes.math)):
            text = math.next_node(descend=False, siblings=True)
            stop = re.match(STOPS, text.astext())[0] if isinstance(text, nodes.Text) else ""
            if stop:
                text.parent.replace(text, nodes.Text(text.astext().removeprefix(stop)))
                math.replace_self(nodes.inline("", "", math.deepcopy(), nodes.Text(stop), classes=["formula"]))


class Details(SphinxTransform):
    """Renders mathematics and code in summaries (raw HTML to MyST)."""

    default_priority = 200

    def apply(self, **kwargs):
        for node in list(self.document.findall(nodes.raw)):
            if node.get("format") == "html" and "<summary" in node.astext():
                summary = partial(self.summary, node)
                text = re.sub(r"(<summary[^>]*>)(.*?)(</summary>)", summary, node.astext(), flags=re.S)
                node.children = [nodes.Text(text)]
                node.rawsource = text

    def summary(self, node, match):
        """Returns a summary with its `$…$` rendered and its back-ticked code marked up."""

        def formula(math):
            return f'<span class="formula">{rendered(math[1], node)}{math[2]}</span>'

        inner = re.sub(rf"\$([^$]+)\$({STOPS})", formula, match[2])
        return match[1] + re.sub(r"`([^`]+)`", r"<code>\1</code>", inner) + match[3]


def setup(app):
    """Connects the transforms."""
    for transform in (Callouts, Captions, Details, Stops):
        app.add_transform(transform)
