"""Fixtures that every folder of tests shares."""

import pytest

from tests.browser import launch


@pytest.fixture(scope="session")
def browser():
    """The one headless Chromium of this process."""
    with launch() as chromium:
        yield chromium
