"""What CI runs ends as `make test` ends, and its last line counts the tests of all of pytest's runs."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS = "======= 2000 passed, 1 skipped, 300 deselected, 1 warning in 100.25s (0:01:40) =======\n"
REST = "======= 2 failed, 298 passed, 2000 deselected, 2 warnings, 1 error in 300.50s (0:05:00) =======\n"


@pytest.fixture
def ci(tmp_path):
    """Returns a function of what make prints and how it ends, which returns CI's status and last line."""

    def run(printed, status):
        (tmp_path / "printed").write_text(printed, encoding="utf-8")
        make = tmp_path / "make"
        make.write_text(f'#!/bin/sh\n[ "$*" = test ] && cat "{tmp_path}/printed"\nexit {status}\n', encoding="utf-8")
        make.chmod(0o755)
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        done = subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()[-1]

    return run


def test_the_last_line_counts_both_runs(ci):
    closing = "======== 2298 passed, 1 skipped, 1 warning in 400.75s ========"
    assert ci(CHECKS + REST.replace("2 failed, ", "").replace(", 2 warnings, 1 error", ""), 0) == (0, closing)


def test_a_failure_is_counted_and_is_the_status_whatever_make_adds(ci):
    closing = "======== 2 failed, 2298 passed, 1 skipped, 3 warnings, 1 error in 400.75s ========"
    assert ci(f"{CHECKS}{REST}make: *** [Makefile:64: test] Error 1\n", 2) == (2, closing)


def test_where_the_checks_fail_they_alone_are_counted(ci):
    failed = CHECKS.replace("2000 passed", "1 failed, 1999 passed")
    assert ci(failed, 2) == (2, "======== 1 failed, 1999 passed, 1 skipped, 1 warning in 100.25s ========")


def test_a_linters_complaint_ends_it_without_a_count(ci):
    assert ci("lint/suspicious/noVar\n", 2) == (2, "lint/suspicious/noVar")
