"""Formulas: rendered by KaTeX while the book is built, each once, and none that KaTeX cannot read."""

import functools

import sphinxcontrib.katex
from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


@functools.cache
def render(tex, display=False):
    """Renders a formula.

    Args:
        tex: The formula, in TeX.
        display: Whether it stands on a line of its own.

    Returns:
        HTML, which may break between KaTeX's boxes.

    Raises:
        sphinxcontrib.katex.KaTeXError: where KaTeX cannot read it, an unknown command included.
    """
    # With the default, KaTeX shows what it cannot read as red source, and says nothing.
    html = sphinxcontrib.katex.render_latex(tex, {"displayMode": display, "throwOnError": True})
    return html.replace('</span><span class="base">', '</span><wbr><span class="base">')


def rendered(tex, location, display=False):
    """Renders a formula, or warns and returns its source."""
    try:
        return render(tex, display)
    except sphinxcontrib.katex.KaTeXError as error:
        logger.warning(
            "mathematics: %s in $%s$", str(error).removeprefix("KaTeX parse error: "), tex, location=location
        )
        return f"<code>{nodes.unescape(tex)}</code>"


class Display(SphinxTransform):
    """Takes displayed formulas out of the paragraphs that they interrupt: paragraphs hold lines."""

    default_priority = 195

    def apply(self, **kwargs):
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if any(isinstance(child, nodes.math_block) for child in paragraph.children):
                paragraph.replace_self(list(self.pieces(paragraph)))

    def pieces(self, paragraph):
        text = nodes.paragraph()
        for child in [*paragraph.children, None]:
            if child is not None and not isinstance(child, nodes.math_block):
                text += child
                continue
            if text.astext().strip():
                text.source, text.line = paragraph.source, paragraph.line
                yield text
            text = nodes.paragraph()
            if child is not None:
                yield child


def visit_inline(self, node):
    self.body.append(f'<span class="math">{rendered(node.astext(), node)}</span>')
    raise nodes.SkipNode


def visit_display(self, node):
    self.body.append(f'<div class="math">{rendered(node.astext(), node, display=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    """Registers the renderer, which the configuration names."""
    app.add_html_math_renderer("book", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.add_transform(Display)
