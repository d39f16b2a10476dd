"""A page shows what Jupyter shows of a notebook; where it cannot, the build ends and names file, cell and line."""

import json
import re

import pytest

from tools.book.build import build

PASTED = {"data.svg": {"image/svg+xml": "PHN2Zy8+"}}
VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "0" * 32}}
COLAB = {"application/vnd.jupyter.widget-state+json": {"0" * 32: {"model_module": "anywidget"}}}

# Markdown that no page can show as Jupyter does -> the line, and what the build says of it
REFUSED = {
    "A sum\nof $\\alhpa$ and more": (1, r"mathematics: Undefined control sequence: \\alhpa"),
    "One\n\n$$\\frac{1}$$": (3, r"mathematics: .*\\frac"),
    "Text\n\n<details><summary>$\\bta$</summary></details>": (3, r"mathematics: .*\\bta"),
    "One\n\n![](attachment:lost.png)": (3, "expected the pasted picture lost.png as PNG.*found none"),
    "![a](attachment:data.svg)": (1, "expected the pasted picture data.svg as PNG.*found image/svg"),
    '<img src="none.png">': (1, "figure without alt text"),
    '\n<img src="none.png" alt="a">': (2, "none.png"),
    '<img src="none.png" alt="a" style="float: left">': (1, "expected src, alt, width and height alone"),
    "One\n\n```{note}\ntext\n```": (3, "found a directive"),
    "One\nand \\\\(x\\\\)": (2, "found a formula in"),
    "One\n\n<script>x = 1</script>": (3, "found HTML that Jupyter leaves out"),
    "| a | b |\n|---|---|\n| $|x|$ | 1 |": (3, r"found \| inside a formula in a table"),
    "[one](nowhere.ipynb)": (1, "nowhere"),
    '<details class="choice wrong"><summary>1</summary>\n\nNo.\n\n</details>': (1, "one right answer of two or more"),
    '\n<details class="number" data-answer="many"><summary>Answer</summary>\n\n1\n\n</details>': (
        2,
        "expected data-answer",
    ),
    '<details class="number" data-answer="100" data-tolerance="5%">\n\n- **96**: no.\n\n</details>': (
        1,
        "lets it pass",
    ),
}


pytestmark = pytest.mark.long  # builds a book that is full of faults


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """What the build says of a book whose notebook holds all that is refused, a cell each."""
    folder = tmp_path_factory.mktemp("refused")
    cells = [{"cell_type": "markdown", "id": f"c{n}", "metadata": {}, "source": text} for n, text in enumerate(REFUSED)]
    cells[0]["source"] = f"# Title\n\n{cells[0]['source']}"
    for cell in cells:
        cell |= {"attachments": PASTED} if "attachment" in cell["source"] else {}
    for place, data in enumerate([VIEW, {"text/html": "<b>$x$</b>"}], len(cells)):
        output = {"output_type": "display_data", "metadata": {}, "data": data}
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "source": "w", "outputs": [output]}
        cells.append(code | {"id": f"c{place}"})
    notebook = {"cells": cells, "metadata": {"widgets": COLAB}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "refused.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: refused\n", encoding="utf-8")
    with pytest.raises(RuntimeError) as error:
        build(folder, folder / "out")
    return str(error.value)


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=[re.sub(r"\W+", "-", text)[:30] for text in REFUSED])
def test_what_cannot_be_shown_is_refused_by_file_cell_and_line(log, place):
    line, message = list(REFUSED.values())[place]
    line += 2 if place == 0 else 0
    assert re.search(rf"refused\.ipynb, cell {place}, line {line}: WARNING: .*{message}", log), log


def test_a_widget_whose_state_colab_did_not_store_is_refused_by_cell(log):
    assert re.search(rf"refused\.ipynb, cell {len(REFUSED)}, line 1: .*expected the stored state", log), log


def test_a_formula_in_an_html_output_is_refused_by_cell(log):
    assert re.search(rf"refused\.ipynb, cell {len(REFUSED) + 1}, line 1: .*formula in an HTML output", log), log


@pytest.fixture(scope="module")
def shown(browser, path_of):
    """The sample's section of what Jupyter shows as it stands."""
    page = browser.new_page()
    page.goto(path_of("sample:sample").as_uri())
    yield page.locator("#as-in-jupyter")
    page.close()


def test_text_that_myst_would_eat_stays(shown):
    text = re.sub(r"\s+", " ", shown.inner_text())
    assert "right in 97 % of cases, and then +++ was read, as was (label)= and ::: and {role}text and {{x}} and" in text
    assert "[^1] and [text]{.class} and {#id .class}. A file conf.py is no link, struck is." in text
    for paragraph in (
        "% This line starts",
        "+++ (label)= ::: note [^1]: No note. :no: field list term : no definition",
    ):
        assert paragraph in text
    assert shown.locator("s, del").inner_text() == "struck" and shown.locator("a:not(.headerlink)").count() == 0


def test_displayed_formulas_need_no_blank_lines(shown):
    formulas = shown.locator("div.math .katex-display annotation").all_text_contents()
    assert [re.sub(r"\s+", "", formula)[:10] for formula in formulas[:3]] == ["a_1+b_1", "c_1+d_1", "e_1"]
    assert len(formulas) == 4 and "f_1 &= g_1" in formulas[3]
    assert shown.locator("p div.math, p .katex-display").count() == 0


def test_pictures_of_html_and_pasted_ones_are_there_with_their_alt_text(shown):
    shown.page.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    shown.page.wait_for_function("[...document.images].every((image) => image.complete)")
    pictures = shown.locator("img:not([hidden])").evaluate_all(
        "all => all.map((i) => [i.alt, i.naturalWidth, i.width])"
    )
    assert pictures[:3] == [
        ["A brown square in a paragraph", 8, 40],
        ["A brown square in a line", 8, 8],
        ["A pasted square", 8, 8],
    ]
    assert shown.locator("p[align=center] img").count() == 1


def test_scripts_of_outputs_run_as_they_were_written(shown):
    assert shown.locator("#alive").inner_text() == "alive"
    script = shown.locator("script").first.text_content()
    assert "<img src='' alt='' hidden>alive\"; // <th></th>" in script
