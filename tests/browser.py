"""Finds the machine's Chromium and starts it, for every test that needs a real browser."""

import contextlib
import shutil

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextlib.contextmanager
def launch():
    """Yields a headless Chromium: the machine's, else Playwright's own; fails loudly where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path,
                args=["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
            )
        except Exception as error:
            raise RuntimeError(
                "expected a Chromium to test the book in, found none that starts. Install the package 'chromium', "
                "or run: playwright install chromium"
            ) from error
        yield browser
        browser.close()
