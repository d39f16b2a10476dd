"""Finds a Chromium that starts and starts it, for every test that needs a real browser."""

import contextlib
import shutil

from playwright.sync_api import Error, sync_playwright

# The shell is Chromium without windows, menus and profiles: a page costs it less than half of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    # The shell has no handler for the signal by which WebAssembly traps beyond its memory: each access is checked.
    "--js-flags=--wasm-enforce-bounds-checks",
)


@contextlib.contextmanager
def launch():
    """Yields a headless Chromium: the first of the machine's that starts, else Playwright's own; else fails loudly."""
    with sync_playwright() as playwright:
        browser = _first_that_starts(playwright.chromium)
        yield browser
        browser.close()


def _first_that_starts(chromium):
    refusals = []
    # None stands for Playwright's own. A name on PATH may be a stub that only says what to install.
    for path in [*filter(None, map(shutil.which, NAMES)), None]:
        try:
            return chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            refusals.append(error)
    raise RuntimeError(
        "expected a Chromium to test the book in, found none that starts. Install the package "
        "'chromium-headless-shell' or 'chromium', or run: playwright install chromium"
    ) from refusals[-1]
