"""Fixtures that every folder of tests shares, and the marks by which `make check` leaves the slow tests out."""

from pathlib import Path

import pytest

from tests.browser import launch

MODELS = Path(__file__).parent / "models"
SLOW = {"browser", "books"}  # fixtures: a Chromium, the built book


def pytest_collection_modifyitems(items):
    """Marks what needs a browser or the built book, whichever fixture asks for it, and what builds whole networks."""
    for item in items:
        if MODELS in item.path.parents:
            item.add_marker("models")
        if SLOW & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser():
    """The one headless Chromium of this process."""
    with launch() as chromium:
        yield chromium
