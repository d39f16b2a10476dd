"""The table of the full profile is made from the stored results, and every training chapter has its row."""

import csv
import io
import json

import pytest

from tools import full, full_table, notebooks

ABOUT = {"peak MB": 900, "machine": "2 CPU cores", "versions": {"numpy": "2"}, "date": "2026-11-26"}


def test_the_stored_table_is_that_of_the_stored_results():
    assert full_table.CSV.read_text(encoding="utf-8") == full_table.as_csv(), "run `python -m tools.full_table`"


def test_every_chapter_that_trains_has_a_row():
    training = {path.stem for path in full.training(notebooks.chapters())}
    assert training <= {row["chapter"] for row in full_table.rows()}, "add it to MAIN of tools/full_table.py"


def test_a_chapter_that_was_not_run_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(full_table, "MAIN", {"91_one": ("right", "a", full_table.SHARE)})
    monkeypatch.setattr(full_table, "RESULTS", tmp_path)
    assert full_table.rows() == [dict.fromkeys(full_table.FIELDS, "") | {"chapter": "91_one", "measured": "right"}]
    last = full_table.markdown({"91_one": "9.1"}).splitlines()[-1]
    assert last == "| 9.1 | right | not\xa0run\xa0yet | – | – | – |"


def test_every_row_says_how_good_how_long_on_what_and_when():
    run = [row for row in csv.DictReader(io.StringIO(full_table.as_csv())) if row["date"]]
    assert len(run) >= 24
    for row in run:
        assert "(" in row["result"] and " to " in row["result"], row
        assert float(row["seconds"] or row["seconds on it"]) > 0 and "keras" in row["versions"], row
        assert row["machine"] and row["date"] >= "2026-11", row


def test_every_chapter_fits_a_gpu_of_15_gb():
    """What a whole run holds in a processor's memory bounds what its data, networks and batches need on a GPU."""
    for stem, told in full_table.results().items():
        for run in filter(None, told):
            assert 0 < run["peak MB"] < 15_000, stem


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ([0.9123, 0.9, 0.925], full_table.SHARE, "91.2 % (90.0 to 92.5 %)"),
        ([-0.1, -0.2, 0.05, 0.3], full_table.SHARE, "−10.0 % (−20.0 to 5.0 %)"),
        ([2.46, 1.06, 3.861], full_table.POINTS, "2.46 (1.06 to 3.86) points"),
        ([-5.513, -5.84, -5.187], full_table.PLAIN, "−5.51 (−5.84 to −5.19)"),
        ("95.8 % (95.1 to 96.3 %)", full_table.SHARE, "95.8 % (95.1 to 96.3 %)"),
    ],
)
def test_results_in_words(value, unit, words):
    assert full_table.in_words(value, unit) == words


def test_a_gpu_has_columns_of_its_own_beside_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(full_table, "MAIN", {"91_one": ("right", "a/b", full_table.SHARE)})
    told = ABOUT | {"seconds": 600, "results": {"a": {"b": [0.5, 0.4, 0.6]}}}
    (tmp_path / "full_91_one.json").write_text(json.dumps(told | {"processor seconds": 90}))
    (row,) = full_table.rows(tmp_path)
    assert (row["seconds"], row["peak MB"], row["gpu"], row["seconds on it"]) == (90, 900, "", "")
    (tmp_path / "full_gpu_91_one.json").write_text(json.dumps(told | {"seconds": 12, "gpu": "NVIDIA T4"}))
    (row,) = full_table.rows(tmp_path)
    assert (row["seconds"], row["gpu"], row["seconds on it"]) == (90, "NVIDIA T4", 12)
    (tmp_path / "full_91_one.json").unlink()
    (row,) = full_table.rows(tmp_path)
    assert (row["seconds"], row["seconds on it"], row["result"]) == ("", 12, "50.0 % (40.0 to 60.0 %)")


def test_when_the_chapters_ran(tmp_path, monkeypatch):
    monkeypatch.setattr(full_table, "MAIN", dict.fromkeys(("91_one", "92_two"), ("right", "a", full_table.SHARE)))
    monkeypatch.setattr(full_table, "RESULTS", tmp_path)
    told = ABOUT | {"seconds": 600, "results": {"a": [0.5, 0.4, 0.6]}}
    for name, day, words in (
        ("91_one", "2026-11-26", "on 26 Nov 2026"),
        ("92_two", "2026-12-03", "from 26 Nov 2026 to 3 Dec 2026"),
    ):
        (tmp_path / f"full_{name}.json").write_text(json.dumps(told | {"date": day}))
        assert full_table.days() == words


def test_the_page_has_a_dash_where_no_gpu_has_run():
    titles = dict.fromkeys(full_table.MAIN, "[title](link)")
    rows = full_table.markdown(titles).splitlines()
    assert len(rows) == 2 + len(full_table.rows()) and all("| – | " in row for row in rows[2:])
