"""Fixtures that every folder of tests shares, and the marks by which `make check` leaves the slow tests out."""

import os
from pathlib import Path

import pytest

from tests.browser import launch

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
MODELS = Path(__file__).parent / "models"
SLOW = {"browser", "books"}  # fixtures: a Chromium, the built book


def pytest_xdist_setupnodes():
    """Gives each worker, and the kernels that it will start, one thread: there is a worker for every core.

    BLAS and TensorFlow with a thread a core each would spin and wait for one another. What is set here the workers
    inherit; in them it would come too late, since NumPy is loaded before any conftest.
    """
    os.environ.update(dict.fromkeys(THREADS, "1"))


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
