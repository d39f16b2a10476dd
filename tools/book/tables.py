"""Tables of pages that are made from what the code and the stored results say, so that they can't differ from it."""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from dnnlib.datasets import ladder
from tools import full_table
from tools.book.plan import chapters

ROOT = Path(__file__).parents[2]


class TableDirective(SphinxDirective):
    """A directive that shows Markdown made when the book is built."""

    def show(self, markdown, made_of):
        """Returns Markdown as nodes.

        Args:
            markdown: The text.
            made_of: Files after whose change the page is built anew.
        """
        for path in made_of:
            self.env.note_dependency(str(path))
        box = nodes.container()
        self.state.nested_parse(StringList(markdown.splitlines(), source=self.env.docname), self.content_offset, box)
        return box.children


class DataSets(TableDirective):
    """```` ```{data-sets} pictures ````, or `sequences`: the cards of the data sets."""

    required_arguments = 1

    def run(self):
        cards = {"pictures": ladder.LADDER, "sequences": ladder.SEQUENCES}[self.arguments[0]]
        return self.show(
            f"{ladder.table(cards)}\n\n{ladder.sources(cards)}", (ROOT / "dnnlib" / "datasets").glob("*.py")
        )


class FullProfile(TableDirective):
    """```` ```{full-profile} ````: what each training chapter gave in the full profile, and on what machine."""

    def run(self):
        titles = {
            chapter.name.removeprefix("chapters/"): f"[{chapter.number}](/{chapter.name}.ipynb)"
            for chapter in chapters(self.env.srcdir)
        }
        machine, *others = full_table.machines()
        also = f" Others ran on {'; '.join(others)}." if others else ""
        text = f"{full_table.markdown(titles)}\n\nMeasured {full_table.days()} on {machine}.{also}"
        return self.show(text, full_table.RESULTS.glob("full_*.json"))


def setup(app):
    """Registers the directives."""
    app.add_directive("full-profile", FullProfile)
    app.add_directive("data-sets", DataSets)
