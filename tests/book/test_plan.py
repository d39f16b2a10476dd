"""The plan of the book: numbers from file names, and what pages say of chapters comes from the chapters."""

import re

import pytest
import yaml

from tools.book.build import ROOT
from tools.book.diagram import diagram, direct, rows_of
from tools.book.plan import chapters, number_of, read_chapter

FOUND = chapters(ROOT)
FIRST = """# Why convolution

Text.

**Time:** about 55 minutes to read, 45 more for the exercises.

## What you will learn

- Count parameters,
  and bytes.
- Test.

**You need:** [Convolution arithmetic](21_convolution.ipynb) and [its end](21_convolution.ipynb#end), and a vector."""


def test_numbers_are_those_of_the_file_names():
    assert number_of("chapters/21_convolution") == "2.1"
    assert number_of("pages/part_2_convolutional_networks") == "2"
    assert number_of("pages/notation") is None and number_of("chapters/20_none") is None


def test_a_first_cell_says_title_aims_needs_and_minutes():
    chapter = read_chapter("chapters/22_why_convolution", FIRST)
    assert (chapter.title, chapter.number, chapter.reading, chapter.total) == ("Why convolution", "2.2", 55, 100)
    assert chapter.aims == ("Count parameters, and bytes.", "Test.") and chapter.needs == ("2.1",)


@pytest.mark.parametrize(
    "lost", ["# Why convolution", "- Count parameters,\n  and bytes.\n- Test.", "**Time", "need:**"]
)
def test_a_first_cell_that_lacks_a_part_is_refused_by_name(lost):
    with pytest.raises(ValueError, match="chapters/22_why_convolution, cell 0: expected"):
        read_chapter("chapters/22_why_convolution", FIRST.replace(lost, ""))


def test_every_chapter_stands_in_the_toc_under_the_part_of_its_number():
    files = {path.stem for path in (ROOT / "chapters").glob("[0-9]*.ipynb")}
    assert files == {chapter.name.removeprefix("chapters/") for chapter in FOUND}
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    for page in (page for part in parts for page in part["chapters"]):
        assert all(number_of(s["file"])[0] == number_of(page["file"]) for s in page.get("sections", ()))


def test_what_follows_from_another_need_has_no_arrow():
    needs = {"1": [], "2": ["1"], "3": ["2", "1"], "4": ["1"], "5": ["3", "4", "1"]}
    assert direct(needs) == {"1": [], "2": ["1"], "3": ["2"], "4": ["1"], "5": ["3", "4"]}


def test_an_arrow_that_passes_a_row_has_a_lane_there_and_crosses_no_box():
    rows, links = rows_of({"1": [], "2": ["1"], "3": ["2"], "4": ["3", "1"]})
    assert rows == [["1"], ["2", ("4", "1", 1)], ["3", ("4", "1", 2)], ["4"]]
    assert ("1", ("4", "1", 1)) in links and (("4", "1", 2), "4") in links
    picture = diagram(dict.fromkeys("1234", "A & B"), {"1": [], "2": ["1"], "3": ["2"], "4": ["2", "1"]})
    assert "4 A &amp; B builds on 2." in picture and picture.count("<rect") == 4


PAGES = ["index", *(f"pages/{path.stem}" for path in sorted((ROOT / "pages").glob("part_*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_pages_give_numbers_titles_and_minutes_as_the_chapters_do(path_of, page):
    text = re.sub(r"<[^>]+>|\s+", " ", path_of(page).read_text(encoding="utf-8").partition("<article")[2])
    listed = [chapter for chapter in FOUND if number_of(page) in (None, chapter.number[0])]
    assert listed
    for chapter in listed:
        here = rf"{chapter.number} +{re.escape(chapter.title)} .*?\b{chapter.reading} min\w* .*?\b{chapter.total} "
        assert re.search(here, re.sub(" +", " ", text)), chapter


@pytest.mark.parametrize("chapter", FOUND, ids=lambda chapter: chapter.number)
def test_number_of_a_chapter_stands_in_title_sidebar_and_search(path_of, books, chapter):
    page = path_of(chapter.name).read_text(encoding="utf-8")
    shown = f"{chapter.number} {chapter.title}"
    assert f"<title>{shown}" in page
    plain = re.sub(r"<[^>]+>", "", page)
    assert shown in re.sub(r"<[^>]+>", "", page.partition("bd-sidebar-primary")[2].partition("<main")[0])
    assert plain.count(shown) >= 3  # title, sidebar, heading
    assert f'"{shown}"' in (books[""] / "searchindex.js").read_text(encoding="utf-8")


def test_the_sidebar_folds_the_chapters_of_a_part_away(open_page):
    page = open_page("index")
    chapter = page.locator(".bd-sidebar-primary").get_by_role("link", name=FOUND[0].title)
    assert not chapter.is_visible()
    toggle = page.locator(".bd-sidebar-primary li.has-children summary").first
    assert toggle.get_attribute("aria-label") == "Chapters of 1 Foundations"
    toggle.focus()
    page.keyboard.press("Enter")
    assert chapter.is_visible()


def test_the_page_of_errata_names_sections_that_are_there():
    text = (ROOT / "pages" / "errata.md").read_text(encoding="utf-8")
    named = re.findall(r"\(\.\./(chapters/\w+\.ipynb)\), ((?:\*[^*]+\*(?:,? and )?)+)", text)
    assert len(named) >= 3
    for name, places in named:
        notebook = (ROOT / name).read_text(encoding="utf-8")
        for place in re.findall(r"\*([^*]+)\*", places):
            assert re.search(rf'"#+ {re.escape(place)}\b', notebook), f"{name} has no section {place!r}"
