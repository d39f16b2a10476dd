"""Notebooks are shown as Jupyter and Colab show them, or the build ends and names file, cell and line.

Their Markdown is CommonMark with formulas, tables and plain links: what MyST adds, and would take out of a text, is
off for them. What neither switch nor rewriting can make the same is refused.
"""

import json
import logging as python_logging
import re

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from tools.normal_form import WIDGET_STATE, views

logger = logging.getLogger(__name__)

# Of MyST's settings, for the Markdown of notebooks only
SETTINGS = {
    "enable_extensions": ["dollarmath", "amsmath", "linkify", "strikethrough", "tasklist"],
    "dmath_double_inline": True,  # $$ in the middle of a paragraph
    "dmath_allow_labels": False,
    "linkify_fuzzy_links": False,  # else the name of a file becomes a link
    # % comments, +++, (labels)=, {roles}`…`, a table of data at the top, [^notes]
    "disable_syntax": ["myst_line_comment", "myst_block_break", "myst_target", "myst_role", "front_matter"]
    + ["footnote_def", "footnote_ref"],
}
CELL = 10_000  # MyST-NB counts line 5 of cell 3 as 40006
PASTED = ("image/png", "image/jpeg", "image/gif", "image/webp")
CODE = r"^( *)(`{3,}|~{3,}).*?^ *\2[`~]*\s*$|(`+)(?!`).+?(?<!`)\3(?!`)"
REFUSED = [  # (pattern, what to write instead); sources without their code
    (r"^ *(?:`{3,}|~{3,})\{", "a directive: Jupyter shows its source; write plain Markdown"),
    (r"\\\\[(\[]", "a formula in \\\\( \\\\) or \\\\[ \\\\]: write it in dollars"),
    (
        r"<(?:script|style|iframe|object|embed|form|input|link|meta)\b",
        "HTML that Jupyter leaves out: show it by a cell",
    ),
]
TAG = re.compile(r"<img\b([^>]*)>", re.I)


def prepare(app, docname, source):
    """Refuses what cannot be shown, puts pasted pictures in, and switches MyST's additions off."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    check_widgets(docname, notebook)
    for number, cell in enumerate(notebook["cells"]):
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            check(docname, number, text)
            cell["source"] = with_pasted(docname, number, text, cell.pop("attachments", {}))
        for output in cell.get("outputs", ()):
            check_output(docname, number, output)
    notebook["metadata"]["myst"] = SETTINGS
    source[0] = json.dumps(notebook)


def refuse(docname, number, message, line=1):
    logger.warning(message, location=(docname, (number + 1) * CELL + line + 1))


def check(docname, number, text):
    """Warns of what a page would show otherwise than Jupyter."""
    fences = re.sub(CODE, lambda code: re.sub(r"[^\n]", " ", code[0]), text, flags=re.M | re.S)
    for pattern, message in REFUSED:
        where = text if pattern.startswith("^ *(?:`") else fences
        for found in re.finditer(pattern, where, re.M | re.I):
            refuse(docname, number, f"found {message}", text.count("\n", 0, found.start()) + 1)
    for place, line in enumerate(fences.splitlines(), 1):
        if line.lstrip().startswith("|") and any("|" in formula for formula in line.split("$")[1::2]):
            refuse(docname, number, "found | inside a formula in a table: write \\vert, \\mid or \\Vert", place)


def with_pasted(docname, number, text, attachments):
    """Returns Markdown with its pasted pictures as data, which any page can show.

    Args:
        docname: The document's name.
        number: The number of its cell.
        text: The Markdown.
        attachments: File name -> type -> base64, as the notebook stores them.
    """

    def picture(match):
        line = text.count("\n", 0, match.start()) + 1
        kinds = attachments.get(match[1], {})
        kind = next((kind for kind in PASTED if kind in kinds), None)
        if kind is None:
            found = ", ".join(kinds) or "none"
            refuse(
                docname,
                number,
                f"expected the pasted picture {match[1]} as PNG, JPEG, GIF or WebP, found {found}",
                line,
            )
            return match[0]
        return f"(data:{kind};base64,{''.join(kinds[kind]).replace(chr(10), '')}{match[2]})"

    return re.sub(r"\(attachment:([^\s)]+)(\s+\"[^\"]*\")?\)", lambda m: picture(Match(m)), text)


class Match:
    """A match whose missing groups are empty."""

    def __init__(self, match):
        self.match, self.start = match, match.start

    def __getitem__(self, group):
        return self.match[group] or ""


def check_widgets(docname, notebook):
    """Warns of widgets whose state is not stored, as in notebooks that Colab saved."""
    state = notebook["metadata"].get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for number, name in views(notebook):
        if name not in state:
            refuse(
                docname, number, "expected the stored state of the widget that it shows, found none; run the notebook"
            )


def check_output(docname, number, output):
    """Warns of formulas in HTML outputs, which Jupyter sets and a page would not."""
    html = "".join(output.get("data", {}).get("text/html", ""))
    text = re.sub(r"<(script|style|code|pre|textarea)\b.*?</\1>|<[^>]*>", "", html, flags=re.S | re.I)
    if re.search(r"\$[^$\n]+\$", text):
        refuse(docname, number, "found a formula in an HTML output: show it as Markdown, or write &#36; for a dollar")


class Pictures(SphinxTransform):
    """Makes pictures of the `<img>` in the Markdown of notebooks, so that Sphinx copies their files."""

    default_priority = 150  # before Figures, which asks for alt text

    def apply(self, **kwargs):
        if not self.env.doc2path(self.env.docname).endswith(".ipynb"):
            return
        for node in list(self.document.findall(nodes.raw)):
            if node.get("format") == "html" and not in_cell(node) and TAG.search(node.astext()):
                node.parent.replace(node, list(self.pieces(node)))

    def pieces(self, node):
        """Yields the raw HTML between pictures, and the pictures."""
        text, last = node.astext(), 0
        for tag in TAG.finditer(text):
            yield located(nodes.raw("", text[last : tag.start()], format="html"), node)
            yield located(self.image(node, tag[1]), node)
            last = tag.end()
        yield located(nodes.raw("", text[last:], format="html"), node)

    def image(self, node, attributes):
        given = {
            name.lower(): a or b for name, a, b in re.findall(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
        }
        if set(given) - {"src", "alt", "width", "height", "title"} or not given.get("src"):
            found = f"<img{attributes}>"
            logger.warning("expected src, alt, width and height alone in quotes, found %s", found, location=node)
        image = nodes.image(uri=given.get("src", ""), alt=given.get("alt", ""))
        for side in ("width", "height"):
            if side in given:
                image[side] = given[side]
        return image


def located(new, old):
    """Gives a node the place of another."""
    new.source, new.line = old.source, old.line
    return new


def in_cell(node):
    """Says whether a node belongs to a code cell or its output."""
    while node := node.parent:
        if "nb_element" in node.attributes:
            return True
    return False


class CellsInLocations(python_logging.Filter):
    """Writes `cell 3, line 5` for line 40006."""

    def filter(self, record):
        place = re.fullmatch(r"(.*\.ipynb):(\d+)", str(getattr(record, "location", "")))
        if place and int(place[2]) >= CELL:
            cell, line = divmod(int(place[2]), CELL)
            record.location = f"{place[1]}, cell {cell - 1}, line {max(1, line - 1)}"
        return True


def setup(app):
    """Connects the steps."""
    app.connect("source-read", prepare)
    app.add_transform(Pictures)
    for handler in python_logging.getLogger("sphinx").handlers:
        handler.addFilter(CellsInLocations())
