"""The weight of each page of the built book, and the time until its first explorable works.

    python -m benchmarks.page_weight

Weights are KB after gzip (fonts are compressed already), figures left out: Markdown table on stdout. Times are medians
of five loads in a fresh browser context, in ms after the start of navigation, with and without a server.
"""

import functools
import gzip
import http.server
import statistics
import threading
from urllib.parse import unquote, urlsplit

from tests.book.conftest import PAGES
from tests.browser import launch
from tools.book.build import build_if_stale

KINDS = {".html": "html", ".css": "css", ".js": "js", ".woff2": "fonts"}
LOADS = 5
FIRST_READY = """new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-ready="true"]')) return;
  window.firstReady = performance.now(); observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });"""


def weigh(page, folder, base):
    """Returns what a loaded page weighs.

    Args:
        page: A Playwright page, loaded over http.
        folder: The folder that is served.
        base: Its address.

    Returns:
        A dict from kind ("html", "css", "js", "fonts") to bytes after gzip; figures are left out.
    """
    entries = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    total = dict.fromkeys(KINDS.values(), 0)
    for address in {page.url.partition("#")[0], *entries}:
        if not address.startswith(base):
            continue
        file = folder / unquote(urlsplit(address).path).lstrip("/")
        if file.suffix in KINDS:
            data = file.read_bytes()
            total[KINDS[file.suffix]] += len(data if file.suffix == ".woff2" else gzip.compress(data, 6))
    return total


def time_to_first(browser, address):
    """Returns the median time in ms until the first explorable of a page works; None where it has none."""
    times = []
    for _ in range(LOADS):
        context = browser.new_context()
        context.add_init_script(FIRST_READY)
        page = context.new_page()
        page.goto(address, wait_until="load")
        if not page.locator('script[type*="widget-view"]').count():
            return None
        page.wait_for_function("window.firstReady")
        times.append(page.evaluate("window.firstReady"))
        context.close()
    return statistics.median(times)


def main():
    """Prints the table."""
    html = build_if_stale()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(html))
    handler.func.log_message = lambda *args: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    print(f"| page | {' | '.join(KINDS.values())} | together (KB) | first explorable, http | file (ms) |")
    print("|---|" + "---:|" * 7)
    with launch() as browser:
        for name in PAGES:
            if ":" in name:
                continue
            page = browser.new_page()
            page.goto(f"{base}/{name.removesuffix('.md')}.html", wait_until="networkidle")
            parts = weigh(page, html, base)
            cells = [f"{value / 1024:.0f}" for value in (*parts.values(), sum(parts.values()))]
            addresses = (page.url, (html / page.url.removeprefix(base).lstrip("/")).as_uri())
            page.close()
            times = [time_to_first(browser, address) for address in addresses]
            cells += ["–" if time is None else f"{time:.0f}" for time in times]
            print(f"| {name} | {' | '.join(cells)} |")
    server.shutdown()


if __name__ == "__main__":
    main()
