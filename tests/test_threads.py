"""Tests that run side by side do not fight over the cores."""

import os
import subprocess
import sys

import pytest

LOOK = "import numpy, threadpoolctl; print([pool['num_threads'] for pool in threadpoolctl.threadpool_info()])"


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="no other worker runs beside this one")
def test_a_worker_and_the_kernels_that_it_starts_use_one_thread_of_blas():
    import numpy  # noqa: F401 - so that its BLAS is there to be asked
    import threadpoolctl

    assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} == {1}
    started = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "[1]"
