"""The tables of times: every chapter and room has a line, and what fails is named."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import notebooks, times

pytestmark = pytest.mark.long  # each starts a process of its own


def test_a_chapter_is_timed_with_the_peak_memory_of_its_kernel(tmp_path):
    path = tmp_path / "99_heavy.ipynb"
    notebooks.store(new_notebook(cells=[new_code_cell("x = b'1' * 200_000_000")]), path)
    ((stem, seconds, megabytes, spent),) = times.chapters([path])
    assert stem == "99_heavy" and 0 < seconds < 60 and 200 < megabytes < 2000 and 0 < spent < 60


def test_what_is_recorded_is_kept_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(times, "TIMES", tmp_path / "times.json")
    monkeypatch.setattr(times, "chapters", lambda paths: [("99_b", 40.0, 300.0, 21.4), ("99_a", 12.0, 300.0, 30.0)])
    times.main(["chapters", "--record", "99_b.ipynb", "99_a.ipynb"])
    monkeypatch.setattr(times, "chapters", lambda paths: [("99_b", 9.0, 300.0, 9.9)])
    times.main(["chapters", "99_b.ipynb"])
    kept = json.loads((tmp_path / "times.json").read_text())
    assert {stem: row["seconds"] for stem, row in kept.items()} == {"99_a": 12, "99_b": 21}
    assert list(kept) == sorted(kept) and set(kept["99_a"]) == {"seconds", "machine", "date"}


def test_a_chapter_that_fails_is_named(tmp_path):
    path = tmp_path / "99_broken.ipynb"
    notebooks.store(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    with pytest.raises(RuntimeError, match="99_broken.*expected a chapter that runs"):
        list(times.chapters([path]))


def test_a_room_is_counted_and_its_slowest_test_named():
    ((room, count, seconds, name, slowest),) = times.tests(["tests/features"])
    assert room == "features" and count > 10 and 0 < slowest <= seconds and name.startswith("test_")
