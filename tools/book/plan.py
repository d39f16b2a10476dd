"""The plan of the book: numbers from file names, and tables and pictures of chapters from their own first cells.

`chapters/21_convolution.ipynb` is chapter 2.1, and `pages/part_2_convolutional_networks.md` is part 2. A title gets its
number here, before Sphinx collects the titles, so page, sidebar, search and the links forth and back agree.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from tools.book.diagram import diagram

logger = logging.getLogger(__name__)
STEM = r"(?:^|/)([1-9])([1-9])_\w+$"
PART = r"(?:^|/)part_([1-9])_\w+$"


@dataclass(frozen=True)
class Chapter:
    """What the first cell of a chapter says of it.

    Attributes:
        name: The document's name, `chapters/21_convolution`.
        number: The number shown, "2.1".
        title: Its title, without the number.
        aims: What the reader will be able to do, one sentence each.
        needs: The chapters that it names as needed, as numbers.
        reading: Minutes to read it.
        exercises: More minutes for its exercises.
    """

    name: str
    number: str
    title: str
    aims: tuple[str, ...]
    needs: tuple[str, ...]
    reading: int
    exercises: int

    @property
    def total(self):
        return self.reading + self.exercises


def number_of(name):
    """Returns the number that a document's name stands for: "2.1" of a chapter, "2" of a part, None of any other."""
    chapter, part = re.search(STEM, name), re.search(PART, name)
    return f"{chapter[1]}.{chapter[2]}" if chapter else part and part[1]


def read_chapter(name, text):
    """Reads the first cell of a chapter.

    Args:
        name: The document's name.
        text: The text of its first cell.

    Returns:
        A `Chapter`.

    Raises:
        ValueError: where the cell has no title, aims or minutes in the form that the README gives.
    """
    title = re.match(r"# (.+)", text)
    aims = re.search(r"^## What you will learn\n+((?:- .+(?:\n +.+)*\n?)+)", text, re.M)
    time = re.search(r"^\*\*Time:?\*\*:? (?:about )?(\d+) minutes to read, (?:about )?(\d+) more", text, re.M)
    needs = re.search(r"^\*\*You need:?\*\*(.*?)(?:\n\n|\Z)", text, re.M | re.S)
    for part, form in (
        (title, "`# Title`"),
        (aims, "`## What you will learn` and a list"),
        (time, "`**Time:** about 50 minutes to read, 40 more for the exercises.`"),
        (needs, "`**You need:** …`"),
    ):
        if not part:
            raise ValueError(f"{name}, cell 0: expected {form}, found none")
    aims = tuple(re.sub(r"\s+", " ", aim).strip() for aim in re.split(r"^- ", aims[1], flags=re.M)[1:])
    links = re.findall(r"\]\(([^)#]+)\.ipynb", needs[1])
    numbers = tuple(dict.fromkeys(filter(None, map(number_of, links))))
    return Chapter(name, number_of(name), title[1].strip(), aims, numbers, int(time[1]), int(time[2]))


def chapters(source):
    """Returns the chapters that a book's _toc.yml lists, in its order.

    Args:
        source: The folder of the book.
    """
    listed = re.findall(r"file: *(\S+)", (Path(source) / "_toc.yml").read_text(encoding="utf-8"))
    found = []
    for name in (entry for entry in listed if re.search(STEM, entry)):
        cells = json.loads((Path(source) / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        found.append(read_chapter(name, "".join(cells[0]["source"])))
    return found


class Numbers(SphinxTransform):
    """Puts a document's number before its title."""

    default_priority = 200

    def apply(self, **kwargs):
        number = number_of(self.env.docname)
        title = next(iter(self.document.findall(nodes.title)), None)
        if number and title:
            title.insert(0, [nodes.inline("", number, classes=["chapter-number"]), nodes.Text(" ")])


class PlanDirective(SphinxDirective):
    """What the directives share: the chapters of the book, or of the part whose page this is."""

    def chapters(self):
        source = Path(self.env.srcdir)
        found = chapters(source)
        for path in [source / "_toc.yml", *(source / f"{chapter.name}.ipynb" for chapter in found)]:
            self.env.note_dependency(str(path))
        part = re.search(PART, self.env.docname)
        return [chapter for chapter in found if not part or chapter.number[0] == part[1]]

    def markdown(self, lines):
        """Returns Markdown as nodes."""
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=self.env.docname), self.content_offset, box)
        return box.children


class ChapterTable(PlanDirective):
    """```` ```{chapter-table} ````: number, title, first aim and minutes of each chapter."""

    def run(self):
        lines = [
            "| | chapter | you will be able to | reading | with exercises |",
            "|---|---|---|--:|--:|",
        ]
        for chapter in self.chapters():
            aim = chapter.aims[0].rstrip(".")
            cells = [
                chapter.number,
                f"[{chapter.title}](/{chapter.name}.ipynb)",
                aim[0].lower() + aim[1:],
                f"{chapter.reading} min",
                f"{chapter.total} min",
            ]
            lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        return self.markdown(lines)


class ChapterAims(PlanDirective):
    """```` ```{chapter-aims} ````: each chapter's aims and times under its name."""

    def run(self):
        lines = []
        for chapter in self.chapters():
            name = f"**{chapter.number} [{chapter.title}](/{chapter.name}.ipynb)**"
            lines += [f"{name} · {chapter.reading} minutes to read, {chapter.total} with all exercises", ""]
            lines += [f"- {aim}" for aim in chapter.aims] + [""]
        return self.markdown(lines)


class ChapterMap(PlanDirective):
    """```` ```{chapter-map} ````: which chapter builds on which, as a picture, and in words for the ear."""

    def run(self):
        found = self.chapters()
        here = {chapter.number for chapter in found}
        needs = {chapter.number: [number for number in chapter.needs if number in here] for chapter in found}
        picture = diagram({chapter.number: chapter.title for chapter in found}, needs)
        return [nodes.raw("", picture, format="html")]


class TimeOfAll(PlanDirective):
    """```` ```{chapter-times} ````: the hours that the chapters listed take together."""

    def run(self):
        found = self.chapters()
        hours = [round(sum(minutes) / 60) for minutes in zip(*((c.reading, c.total) for c in found), strict=True)]
        read = "an hour" if hours[0] == 1 else f"{hours[0]} hours"
        text = f"Together the chapters take about {read} to read, and {hours[1]} hours with all exercises."
        return [nodes.paragraph("", text)]


def check_toc(app, env):
    """Warns where a chapter stands under another part or out of order, or its first cell is of another form."""
    source = Path(env.srcdir)
    try:
        found = chapters(source)
    except ValueError as error:
        logger.warning("%s", error)
        return
    numbers = [chapter.number for chapter in found]
    if numbers != sorted(numbers):
        logger.warning("expected the chapters in the order of their numbers, found %s", numbers, location="_toc.yml")
    for part in yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8")).get("parts", ()):
        for page in part["chapters"]:
            for section in page.get("sections", ()):
                inside, number = number_of(page["file"]), number_of(section["file"])
                if inside and number and number[0] != inside:
                    logger.warning("expected %s under part %s", section["file"], number[0], location="_toc.yml")


def name_toggles(app, pagename, templatename, context, doctree):
    """Gives the buttons that fold parts in the table of contents a name: they show a sign alone."""
    toctree = context.get("generate_toctree_html")
    if toctree is None:
        return

    def named(link):
        part = re.sub(r"<[^>]+>", "", link[2])
        return f'{link[1]}{link[2]}{link[3]}<summary aria-label="Chapters of {part}">'

    def with_names(*arguments, **options):
        html = str(toctree(*arguments, **options))
        return re.sub(r"(<a [^>]*>)(.*?)(</a><details[^>]*>)<summary>", named, html)

    context["generate_toctree_html"] = with_names


def setup(app):
    """Connects numbers, directives, names and the check."""
    app.connect("html-page-context", name_toggles, priority=900)
    app.add_transform(Numbers)
    app.add_directive("chapter-table", ChapterTable)
    app.add_directive("chapter-aims", ChapterAims)
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("chapter-times", TimeOfAll)
    app.connect("env-check-consistency", check_toc)
