"""Runs nbval on a notebook as a reader's kernel would: from its folder, in the quick profile, on the CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def nbval():
    """Returns a function of a notebook's path that returns (passed, report)."""

    def run(path):
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "tests.chapters.nbval_options"]
        command += ["-p", "no:cacheprovider", "--color=no", "--nbval", "--nbval-current-env"]
        command += ["--nbval-cell-timeout", "240"]
        environment = os.environ | {"BOOK_PROFILE": "quick", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)}
        environment.pop("MPLBACKEND", None)
        done = subprocess.run(
            [*command, "--rootdir", str(ROOT), str(path)], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        return done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]

    return run
