"""The built book on paper, and the theme that a reader chose, kept from page to page."""

import pytest

from tests.book.conftest import SCHEMES
from tests.book.test_explorables import ON_PAGES


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [name for name in ON_PAGES if name.startswith("chapters/")])
def test_paper_shows_a_figure_in_place_of_each_explorable(open_page, name, theme):
    page = open_page(name, theme=theme)
    figures, explorables = page.locator(".tag_print-figure .book-figure"), page.locator("[data-ready=true]")
    assert figures.count() >= explorables.count() == len(ON_PAGES[name])
    assert not any(figure.is_visible() for figure in figures.all())
    assert all(explorable.is_visible() for explorable in explorables.all())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # the two halves of what printing does
    page.emulate_media(media="print")
    assert all(figure.locator("img.only-light").is_visible() for figure in figures.all())
    assert not any(figure.locator("img.only-dark").is_visible() for figure in figures.all())
    assert not any(explorable.is_visible() for explorable in explorables.all())
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert explorables.first.is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_chosen_theme_holds_on_the_next_page_and_its_explorables(open_page, scheme):
    page = open_page("index", scheme)
    paper = "getComputedStyle(document.querySelector('.xp')).backgroundColor"
    light = page.evaluate(paper)
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.locator(".theme-switch-button:visible").click()
    dark = page.evaluate(paper)
    page.locator("article").get_by_role("link", name="Convolution arithmetic").click()
    page.wait_for_selector("[data-ready=true]")
    assert page.url.partition("#")[0].endswith("chapters/21_convolution.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) == dark != light
