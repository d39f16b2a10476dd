"""Python in the page says what a notebook says: every card of every exercise, in Chromium beside native Python."""

import pytest

from tests.exercises.cells import cells_of, same, setup_of
from tools import esbuild
from tools.book.solve import HERE as SCRIPTS
from tools.notebooks import chapters

# Leaves the promise of what cells show in `shown`: the page runs them while this process runs its own.
RUN = """({ sources, setup, name }) => {
  const run = async (source) => (await bookEngine.engine.run(source, { setup, name })).outputs.at(-1);
  globalThis.shown = Promise.all(sources.map(run));
}"""


@pytest.fixture(scope="module")
def engine_page(visit):
    """A page of the book on which Python has started, for all chapters in turn."""
    opened = visit("chapters/21_convolution.ipynb")
    script = esbuild.bundle(SCRIPTS / "engine.mjs", "bookEngine")
    opened.page.add_script_tag(content=script.decode())
    opened.page.evaluate("() => bookEngine.engine.start()")
    yield opened.page
    opened.context.close()


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_card_of_every_exercise_is_the_notebooks(engine_page, notebook, path):
    cells = list(cells_of(path))
    sources = [cell.source for cell in cells]
    engine_page.evaluate(RUN, {"sources": sources, "setup": setup_of(path.stem), "name": path.stem})
    cards = [notebook.run(cell) for cell in cells]
    shown = engine_page.evaluate("shown")
    differ = [
        f"{cell}\nin the page ({output['kind']}): {output['text']}\nin a notebook: {card}"
        for cell, card, output in zip(cells, cards, shown, strict=True)
        if not same(cell, card, output["text"])
    ]
    assert not differ, f"{len(differ)} of {len(cells)} cards differ:\n" + "\n\n".join(differ[:5])
    assert len({cell.exercise for cell in cells}) >= 3
