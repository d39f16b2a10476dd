"""All training chapters in the full profile by one command: it goes on after failures and after interruptions."""

import os
import signal
import subprocess
import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import full, full_table, notebooks
from tools.experiments import record
from tools.sources import ROOT, fingerprint


@pytest.fixture
def chapters(tmp_path, monkeypatch):
    """Three chapters, of which the last trains nothing, and a folder for results."""
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(full, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(full_table, "store", lambda: None)
    monkeypatch.setattr(full, "accelerator", lambda: None)
    (tmp_path / "results").mkdir()
    paths = []
    for name, tags in (("91_one", ["results"]), ("92_two", ["results"]), ("93_none", [])):
        cell = new_code_cell("print('{\"right\": [0.5, 0.4, 0.6]}')", metadata={"tags": tags}, id="a")
        notebooks.store(new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
        paths.append(tmp_path / f"{name}.ipynb")
    return paths


def stored(path, **about):
    told = {"profile": "full", "sources": fingerprint(notebooks.load(path), "full")} | about
    record.record({"right": [0.5, 0.4, 0.6]}, f"full_{path.stem}", "by hand", about=told)


class Runs:
    """Stands in for a chapter's run: notes it, and stores its results or fails."""

    def __init__(self, fails=(), interrupts=()):
        self.seen, self.fails, self.interrupts = [], fails, interrupts

    def __call__(self, path):
        self.seen.append(path.stem)
        if path.stem in self.interrupts:
            raise KeyboardInterrupt
        if path.stem in self.fails:
            return False
        stored(path)
        return True


def test_only_chapters_with_results_are_run_and_none_twice(chapters, capsys):
    runs = Runs()
    assert full.main(map(str, chapters), runs) == 0 and runs.seen == ["91_one", "92_two"]
    assert "0 of 2 chapters have current results, 2 to run" in capsys.readouterr().out
    assert full.main(map(str, chapters), runs) == 0 and runs.seen == ["91_one", "92_two"]
    told = capsys.readouterr().out
    assert "2 of 2 chapters have current results, 0 to run" in told and told.endswith("all done\n")


def test_a_chapter_whose_code_has_changed_runs_again_and_the_others_do_not(chapters):
    for path in chapters[:2]:
        stored(path)
    notebook = notebooks.load(chapters[1])
    notebook.cells.insert(0, new_code_cell("x = 1", id="b"))
    notebooks.store(notebook, chapters[1])
    runs = Runs()
    full.main(map(str, chapters), runs)
    assert runs.seen == ["92_two"]


def test_results_of_a_gpu_are_not_those_of_a_processor(chapters):
    stored(chapters[0])
    assert full.is_current(chapters[0], None, record.RESULTS)
    assert not full.is_current(chapters[0], "NVIDIA T4", record.RESULTS)
    assert not full.is_current(chapters[1], None, record.RESULTS)


def test_after_a_chapter_that_fails_the_next_one_runs_and_the_end_names_it(chapters, capsys):
    runs = Runs(fails=["91_one"])
    assert full.main(map(str, chapters), runs) == 1 and runs.seen == ["91_one", "92_two"]
    assert capsys.readouterr().out.splitlines()[-1] == "not done: 91_one"


def test_an_interruption_ends_all_keeps_what_has_ended_and_the_next_call_goes_on(chapters, capsys):
    assert full.main(map(str, chapters), Runs(interrupts=["92_two"])) == 130
    assert "run the command again to go on" in capsys.readouterr().out
    runs = Runs()
    assert full.main(map(str, chapters), runs) == 0 and runs.seen == ["92_two"]


def test_the_list_says_what_would_run_and_runs_nothing(chapters, capsys):
    stored(chapters[0])
    assert full.main(["--list", *map(str, chapters)], Runs(fails=["92_two"])) == 0
    assert capsys.readouterr().out.split() == ["91_one", "current", "92_two", "to", "run"]


@pytest.mark.long
def test_a_real_interruption_leaves_neither_results_nor_a_kernel(tmp_path):
    """In processes of their own, as `make full` runs them, stopped by Ctrl-C while a cell computes."""
    sign = tmp_path / "started"
    cells = [
        new_code_cell(f"import os, pathlib\npathlib.Path({str(sign)!r}).write_text(str(os.getpid()))", id="a"),
        new_code_cell("import time\ntime.sleep(60)", id="b"),
        new_code_cell("print('{\"right\": 1}')", metadata={"tags": ["results"]}, id="c"),
    ]
    path = tmp_path / "97_interrupted.ipynb"
    notebooks.store(new_notebook(cells=cells), path)
    second = tmp_path / "98_never.ipynb"
    notebooks.store(new_notebook(cells=cells[2:]), second)
    command = [sys.executable, "-m", "tools.full", str(path), str(second)]
    run = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # What a shell starts in the background, and all that comes of it, passes over Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 120
    while not sign.exists() and time.monotonic() < until:
        time.sleep(0.1)
    kernel = int(sign.read_text())
    os.killpg(run.pid, signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    left = list(record.RESULTS.glob("full_9[78]*"))
    for file in left:
        file.unlink()
    assert run.returncode == 130 and "run the command again" in said and "98_never" not in said.replace(str(second), "")
    assert not left
    until = time.monotonic() + 30
    while _alive(kernel) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _alive(kernel)


def _alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_make_full_is_this_command():
    done = subprocess.run(["make", "--no-print-directory", "-n", "full"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1].endswith("python -m tools.full")
