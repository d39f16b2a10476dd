"""Search finds a word and shows where it stands, from a server and from a folder."""

import pytest

from tests.book.conftest import SCHEMES
from tools.book.search import readable


@pytest.mark.parametrize("scheme", SCHEMES)
def test_search_finds_a_word_with_an_excerpt(open_page, scheme):
    page = open_page("sample:search", scheme, query="?q=zebrafinch")
    page.wait_for_selector("#search-results .context")
    hits = page.locator("#search-results li")
    assert hits.count() == 1
    assert hits.first.locator("a").first.inner_text() == "A sample chapter"
    assert "zebrafinch is here to be searched for" in hits.first.locator(".context").inner_text()
    hits.first.locator("a").first.click()
    page.wait_for_url("**/sample.html*")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_search_finds_a_heading_and_the_text_below_it(open_page, scheme):
    page = open_page("sample:search", scheme, query="?q=section")
    page.wait_for_selector("#search-results .context")
    link = page.locator('#search-results a[href*="#a-section"]')
    assert link.count() == 1
    assert "Mathematics in Markdown" in page.locator("#search-results").inner_text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_search_says_when_there_is_nothing(open_page, scheme):
    page = open_page("sample:search", scheme, query="?q=xylophonequux")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText.includes('did not match')")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_search_button_of_any_page_leads_to_the_hits(open_page, scheme):
    page = open_page("sample:sample", scheme)
    page.keyboard.press("Control+k")
    page.keyboard.type("zebrafinch")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results .context")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_book_itself_can_be_searched(open_page, scheme):
    page = open_page("search", scheme, query="?q=convolution")
    page.wait_for_selector("#search-results .context")
    assert page.locator("#search-results li").count() >= 2


@pytest.mark.parametrize(
    "tex, plain",
    [
        (r"\lceil i/s \rceil", "⌈i/s⌉"),
        (r"\left\lfloor\frac{n + 2p - k}{s}\right\rfloor + 1", "⌊(n + 2p - k)/s⌋ + 1"),
        (r"\frac{\partial L}{\partial x_{ij}} = \sum_u x_{i-u}\, w_u", "∂L/∂x_ij = Σ_u x_i-u w_u"),
    ],
)
def test_formulas_can_be_read_in_excerpts(tex, plain):
    assert readable(tex) == plain


def test_excerpts_hold_what_a_reader_sees(books):
    for folder in books.values():
        scripts = list((folder / "_static" / "texts").rglob("*.js"))
        assert scripts
        texts = "".join(script.read_text(encoding="utf-8") for script in scripts)
        for hidden in ("Set-up. In Colab", "Profile: quick", "set-up cell is folded", "Figure size", "lfloor"):
            assert hidden not in texts


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_excerpt_of_two_words_shows_both(open_page, scheme):
    page = open_page("search", scheme, query="?q=blur+maximum")
    page.wait_for_selector("#search-results .context")
    excerpts = [text.lower() for text in page.locator("#search-results .context").all_inner_texts()]
    assert any("blur" in text and "maximum" in text for text in excerpts)
