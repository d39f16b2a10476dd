"""One thread a test: two workers with two threads each wait for one another ten times as long as they compute."""

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def _one_thread():
    with threadpool_limits(1):
        yield
