"""Figures of the notebooks: one variant a theme, a size that does not jump, and alt text for each."""

import math
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from dnnlib.plots.style import to_dark

logger = logging.getLogger(__name__)
PIXELS_PER_POINT = 96 / 72
OURS = "book-image"  # the class of images whose tags are finished here
SMALLEST_TEXT = 7.5  # pixels: a figure shrinks with its column until its smallest words are as small as this


class Figures(SphinxTransform):
    """Gives each stored SVG a dark twin; the page shows the one of its theme.

    Both are plain images that load lazily, so the hidden one costs nothing.
    """

    default_priority = 200  # before Sphinx collects the images

    def apply(self, **kwargs):
        for image in list(self.document.findall(nodes.image)):
            image["classes"].append(OURS)
            if not image.get("alt", "").strip():
                logger.warning(
                    'figure without alt text: write it in the Markdown, or set {"mystnb": {"image": {"alt": "what it '
                    'shows"}}} in the metadata of its cell',
                    location=image,
                )
            if in_output(image):
                image.parent.replace(image, nodes.container("", *self.variants(image), classes=["book-figure"]))

    def variants(self, image):
        """Returns the image as nodes: a light and a dark one for an SVG, itself for any other."""
        path = Path(self.env.relfn2path(image["uri"], self.env.docname)[1])
        if path.suffix != ".svg":
            return [image]
        text = path.read_text(encoding="utf-8")
        twin = path.with_name(f"{path.stem}-dark.svg")
        twin.write_text(to_dark(text), encoding="utf-8")
        dark = image.deepcopy()
        dark["uri"] = image["uri"].removesuffix(".svg") + "-dark.svg"
        for node, theme in ((image, "only-light"), (dark, "only-dark")):
            node["classes"].append(theme)
            node.attributes.update(size(text))
            node["classes"] += legible_class(text)
        return [image, dark]


def in_output(node):
    """Says whether a node is the output of a notebook's cell."""
    while node := node.parent:
        if node.get("nb_element") == "cell_code_output":
            return True
    return False


def size(svg):
    """Returns the width and height in CSS pixels that an SVG states in points."""
    match = re.search(r'<svg(?=[^>]* height="([\d.]+)pt")(?=[^>]* width="([\d.]+)pt")', svg)
    if not match:
        return {}
    height, width = (f"{round(float(points) * PIXELS_PER_POINT)}" for points in match.groups())
    return {"width": width, "height": height}


def legible_class(svg):
    """Returns a class that says how wide an SVG must be for its smallest words to be read; none where it has no words.

    Matplotlib draws words as paths in units of a hundredth of their font's size: `scale(0.095 -0.095)` is 9.5 points.
    """
    sizes = [100 * float(scale) for scale in re.findall(r"scale\((0?\.\d+) -0?\.\d+\)", svg)]
    width = size(svg).get("width")
    if not sizes or not width:
        return []
    return [f"legible-{math.ceil(int(width) * min(1, SMALLEST_TEXT / (min(sizes) * PIXELS_PER_POINT)))}"]


def finish(app, pagename, templatename, context, doctree):
    """Finishes the tags of the images made here; what else a cell put out, scripts for one, stays as it is."""
    if "body" in context:
        context["body"] = re.sub(rf'<img (?=[^>]*class="[^"]*\b{OURS}\b)[^>]*>', finished, context["body"])


def finished(tag):
    """Lets an image load when it comes into view, keeps its place (attributes give a shape, a style does not), and
    hands on the width below which it is not to shrink."""
    text = tag[0].replace("<img ", '<img loading="lazy" decoding="async" ', 1)
    text = re.sub(r'style="width: (\d+)(?:px)?; height: (\d+)(?:px)?;"', r'width="\1" height="\2"', text)
    return re.sub(r' legible-(\d+)"', r'" style="--legible: \1px"', text)


def setup(app):
    """Connects transform and page step."""
    app.add_transform(Figures)
    app.connect("html-page-context", finish)
