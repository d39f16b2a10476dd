"""Every letter that a chapter's formulas use is explained on the page of symbols."""

import json
import re

import pytest

from tools.book.build import ROOT
from tools.book.plan import chapters

WORDS = r"\\(?:text|mathrm|operatorname|begin|end|tag)\*?\{[^}]*\}"
LETTER = r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])"


def letters(markdown):
    """Returns the letters in the formulas of a text, those in words and commands left out."""
    plain = re.sub(r"^```.*?^```|`[^`]*`", "", markdown, flags=re.M | re.S)
    formulas = re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", plain, re.S)
    return {letter for parts in formulas for letter in re.findall(LETTER, re.sub(WORDS, "", "".join(parts)))}


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda chapter: chapter.number)
def test_each_letter_of_a_chapter_is_on_the_page_of_symbols(chapter):
    cells = json.loads((ROOT / f"{chapter.name}.ipynb").read_text(encoding="utf-8"))["cells"]
    used = letters("\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
    missing = used - letters((ROOT / "pages" / "notation.md").read_text(encoding="utf-8"))
    assert not missing, f"add to pages/notation.md what {sorted(missing)} mean in {chapter.name}"
