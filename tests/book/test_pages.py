"""Every page of the built book, from a server and from a folder: whole in itself, readable, and free of errors.

`open_page` itself fails a test at a request to another host and at any error in the console.
"""

import re
from urllib.parse import unquote, urlsplit

import pytest

from benchmarks.page_weight import weigh
from tests.book.conftest import EACH, PAGES, SAMPLE, SCHEMES
from tools.book.build import ROOT

EVERYWHERE = pytest.mark.parametrize("scheme", SCHEMES)
MOST_BYTES = 400 * 1024  # after gzip, mathematics and explorables included, figures not
UNFOLD = "document.querySelectorAll('article details').forEach((details) => { details.open = true; })"


def source_of(name):
    """Returns the source text of a page, or "" for a page that has none."""
    book, _, page = name.rpartition(":")
    for suffix in (".md", ".ipynb"):
        file = (SAMPLE if book else ROOT) / f"{page}{suffix}"
        if file.exists():
            return file.read_text(encoding="utf-8")
    return ""


@pytest.mark.parametrize("scheme", SCHEMES)
@EACH
def test_page_asks_no_other_host_and_has_no_error_and_no_broken_picture(look, name, scheme):
    page = look(name, scheme=scheme)
    assert page.title()
    page.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    broken = "[...document.images].filter((i) => i.checkVisibility() && !i.naturalWidth).map((i) => i.src)"
    assert page.evaluate(broken) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@EACH
def test_explorables_of_a_page_start(look, name, scheme):
    page = look(name, scheme=scheme)
    views = page.locator('script[type*="widget-view"]').count()
    assert page.locator("[data-ready=true]").count() == views
    assert page.locator(".xp").count() >= views


@EACH
def test_page_weighs_at_most_400_kb(look, server, name):
    page = look(name, scheme="http")
    page.wait_for_load_state("networkidle")
    parts = weigh(page, ROOT / "_build", server)
    assert parts["html"] and parts["css"] and parts["js"]
    assert sum(parts.values()) <= MOST_BYTES, parts


@pytest.mark.parametrize("scheme", SCHEMES)
@EACH
def test_mathematics_is_rendered(look, name, scheme):
    page = look(name, scheme=scheme)
    source = re.sub(r"`[^`]*`", "", source_of(name))
    if name.endswith(("sample", "21_convolution")):
        assert re.search(r"\$[^$]+\$", source)
    if page.locator(".katex").count():
        page.wait_for_function("document.fonts.status === 'loaded'")
        assert page.evaluate("[...document.fonts].some((f) => f.family.startsWith('KaTeX') && f.status === 'loaded')")
    # A dollar left in the text is a formula that was not read.
    text = page.evaluate("""(() => {
      const copy = document.querySelector('article, #main-content').cloneNode(true);
      copy.querySelectorAll('pre, code, script, .katex').forEach((node) => node.remove());
      return copy.textContent;
    })()""")
    assert not re.search(r"\$[^$\n]+\$|\\(frac|times|cdot|lfloor|sum)\b", text)


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(("sample", "21_convolution"))])
def test_pages_with_formulas_show_formulas(open_page, name):
    assert open_page(name).locator(".katex").count() > 3


@pytest.mark.parametrize("width", [390, 320])  # a phone; a window of 1280 at zoom 4
@EACH
def test_a_narrow_window_never_scrolls_the_page_sideways(look, name, width):
    page = look(name, width=390)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(UNFOLD)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = """[...document.querySelectorAll('article :is(p, li, h1, h2, h3, h4, .admonition, details, .cell, .xp)')]
      .filter((e) => e.checkVisibility() && !e.closest('.xp-scroll, .xp-sr, .visually-hidden, pre, .book-figure'))
      .filter((e) => !e.closest('.pst-scrollable-table-container, .katex, svg'))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 200))"""
    found = page.evaluate(clipped)
    page.set_viewport_size({"width": 390, "height": 900})
    assert found == []


@pytest.mark.parametrize("width", [390, 1280])
@EACH
def test_no_line_starts_with_the_full_stop_of_a_formula(look, name, width):
    page = look(name, width=390) if width == 390 else look(name, scheme="http")
    page.evaluate(UNFOLD)
    stops = page.evaluate("""[...document.querySelectorAll('article .math')].map((math) => {
      const range = document.createRange(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      walker.currentNode = [...math.querySelectorAll('.base')].at(-1);
      let text = walker.nextNode();
      while (text && math.contains(text)) text = walker.nextNode();
      if (math.tagName !== 'SPAN' || !/^[.,;:!?)]/.test(text?.data)) return null;
      range.setStart(text, 0), range.setEnd(text, 1);
      const base = [...math.querySelectorAll('.base')].at(-1).getBoundingClientRect();
      return [math.textContent, range.getBoundingClientRect().left - base.right];
    }).filter(Boolean)""")
    assert [stop for stop in stops if abs(stop[1]) > 2] == []
    assert stops or not re.search(r"chapters/", name)


@EACH
def test_headings_start_at_one_and_skip_no_level(look, name):
    headings = "article :is(h1,h2,h3,h4,h5,h6), .bd-search-container h1"
    levels = look(name, scheme="http").evaluate(
        "(all) => [...document.querySelectorAll(all)].map((h) => +h.tagName[1])", headings
    )
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@EACH
def test_links_inside_the_book_lead_somewhere(look, path_of, name):
    links = look(name, scheme="file").evaluate("[...document.links].map((a) => a.getAttribute('href'))")
    here = path_of(name)
    for link in links:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme in ("http", "https", "mailto"), link
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.exists(), f"{name} links to {link}"
        if parts.fragment and target.suffix == ".html":
            assert f'id="{unquote(parts.fragment)}"' in target.read_text(encoding="utf-8"), f"{name} links to {link}"


@EVERYWHERE
def test_the_theme_switch_works_and_its_choice_is_kept(open_page, scheme):
    page = open_page("sample:sample", scheme)
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    assert page.locator("img.only-light").first.is_visible() and not page.locator("img.only-dark").first.is_visible()
    for _ in range(3):
        page.locator(".theme-switch-button:visible").click()
        if page.evaluate(theme) == "dark":
            break
    assert page.evaluate("document.documentElement.dataset.mode") == "dark"
    assert page.locator("img.only-dark").first.is_visible() and not page.locator("img.only-light").first.is_visible()
    assert page.evaluate("[localStorage.mode, localStorage.theme]") == ["dark", "dark"]
    if scheme == "http":  # Chromium gives one file: page in forty a storage of its own, whatever a page does
        page.reload()
    else:
        page = open_page("sample:sample", scheme, theme="dark")  # as a reload that finds what was stored
    assert page.evaluate(theme) == "dark"


def test_the_theme_switch_works_where_the_browser_refuses_storage(open_page):
    page = open_page("sample:sample")
    page.add_init_script("""for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name,
      { configurable: true, get() { throw new DOMException("refused", "SecurityError"); } });""")
    page.reload()
    for _ in range(2):  # light, the system's choice, dark
        page.locator(".theme-switch-button:visible").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_dark_figures_have_light_ink_on_no_paper(open_page):
    page = open_page("sample:sample", theme="dark")
    page.locator("img.only-dark").first.scroll_into_view_if_needed()
    image = page.locator("img.only-dark").first
    page.wait_for_function("document.querySelector('img.only-dark').complete")
    # The corner is the page's own dark paper; somewhere on it is near-white ink.
    pixels = page.evaluate(
        """async (source) => {
      const image = new Image(); image.src = source; await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let ink = 0; for (let i = 0; i < data.length; i += 4) if (data[i] > 200 && data[i + 3] > 200) ink++;
      return { corner: data[3], ink };
    }""",
        image.get_attribute("src"),
    )
    assert pixels["corner"] == 0 and pixels["ink"] > 50


def test_print_shows_the_figure_for_print_instead_of_the_explorable(open_page):
    page = open_page("sample:sample")
    figure, explorable = page.locator(".tag_print-figure img.only-light"), page.locator(".xp")
    assert explorable.is_visible() and not figure.is_visible()
    page.emulate_media(media="print")
    assert figure.is_visible() and not explorable.is_visible()


def test_print_shows_no_code_of_figures_for_print_and_no_search_link(open_page):
    page = open_page("chapters/23_pooling", query="?highlight=pooling")
    page.wait_for_selector("#searchbox a")
    page.emulate_media(media="print")
    assert page.locator(".tag_print-figure .cell_input").count() and page.locator(".tag_print-figure img").count()
    assert not page.locator(".tag_print-figure .cell_input:visible, #searchbox:visible").count()


def test_print_keeps_an_explorable_that_no_figure_stands_in_for(open_page):
    page = open_page("index")
    page.emulate_media(media="print")
    assert page.locator(".xp").bounding_box()["height"] > 200


def test_what_scrolls_sideways_fades_where_it_goes_on(open_page):
    page = open_page("index", width=390)
    box = page.locator(".pst-scrollable-table-container").first
    assert box.get_attribute("data-more") == "right"
    assert "linear-gradient" in box.evaluate("e => getComputedStyle(e).maskImage")
    box.evaluate("e => { e.scrollLeft = 1e4; }")
    page.wait_for_function("document.querySelector('.pst-scrollable-table-container').dataset.more === 'left'")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("!document.querySelector('.pst-scrollable-table-container').dataset.more")


@EACH
def test_figures_shrink_with_a_phone_as_long_as_their_words_can_be_read(look, name):
    page = look(name, width=390)
    sizes = page.evaluate("""[...document.querySelectorAll('.book-figure img.only-light')]
      .filter((image) => image.checkVisibility()).map((image) => {
        const legible = parseFloat(getComputedStyle(image).getPropertyValue('--legible')) || 0;
        const column = image.parentElement.clientWidth, drawn = Number(image.getAttribute('width'));
        return [image.getBoundingClientRect().width, Math.min(drawn, Math.max(column, legible))];
      })""")
    assert all(abs(width - expected) < 1 for width, expected in sizes)
    assert sizes or not re.search(r"sample$|chapters/", name)


def test_the_cards_of_the_checker_lie_on_the_dark_page_itself(open_page):
    page = open_page("chapters/21_convolution", theme="dark")
    ground = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    colours = page.locator(".output.text_html").evaluate_all(f"all => all.map({ground})")
    assert colours and all(colour == ["rgba(0, 0, 0, 0)", "rgb(230, 237, 243)"] for colour in colours)


def test_markdown_conveniences_become_callouts_and_captions(open_page):
    page = open_page("sample:sample")
    kinds = ("predict", "note", "try", "warning", "tip", "erratum")
    assert [page.locator(f".admonition.{kind}").count() for kind in kinds] == [1] * len(kinds)
    assert page.locator("article blockquote").inner_text().strip() == "A plain quotation stays one."
    assert page.locator("p.figure-caption").count() == 2
    assert "Not attempted yet" in " ".join(page.locator(".cell_output").all_inner_texts())
