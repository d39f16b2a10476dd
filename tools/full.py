"""Runs every training chapter in the full profile, one after another, and goes on where it was interrupted.

    python -m tools.full [PATH ...]   # those whose stored results are not of their present code; all: make full
    python -m tools.full --list       # only says which these are

Data come from Keras's cache (KERAS_HOME); what is missing there is downloaded. A chapter is a training one if it has a
cell tagged "results". Its results are stored when it has ended, in one step, so an interrupted chapter leaves none and
starts again. One that fails is named at the end, and the others run. data/full_profile.csv is the table of all.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from tools import full_table, notebooks
from tools.experiments.record import RESULTS, accelerator
from tools.sources import ROOT, fingerprint


def training(paths):
    """Returns the chapters among some files that have a cell tagged "results"."""
    return [
        path for path in paths if any("results" in cell.metadata.get("tags", ()) for cell in notebooks.load(path).cells)
    ]


def is_current(path, gpu=None, results=None):
    """Says whether the stored results of a chapter in the full profile are those of its present code.

    Args:
        path: The chapter.
        gpu: The name of the GPU whose results are meant, None for those of a machine without one.
        results: The folder of the results.
    """
    stored = Path(results or RESULTS) / f"full_{'gpu_' if gpu else ''}{Path(path).stem}.json"
    if not stored.exists():
        return False
    told = json.loads(stored.read_text(encoding="utf-8"))
    return told.get("sources") == fingerprint(notebooks.load(path), "full") and told.get("gpu") == gpu


def run_all(paths, run, gpu=None):
    """Runs chapters one after another that have no current results; returns the names of those that failed.

    Args:
        paths: The chapters.
        run: Called with a path; returns whether the chapter ended well.
        gpu: The name of the GPU, if there is one.
    """
    waiting = [path for path in paths if not is_current(path, gpu)]
    print(
        f"{len(paths) - len(waiting)} of {len(paths)} chapters have current results, {len(waiting)} to run", flush=True
    )
    failed = []
    for number, path in enumerate(waiting, 1):
        print(f"{number}/{len(waiting)} {Path(path).stem}, {time.strftime('%H:%M')}", flush=True)
        if not run(path):
            failed.append(Path(path).stem)
    return failed


def _run(path):
    """In a process of its own, whose memory is free again when the chapter ends."""
    return subprocess.run([sys.executable, "-m", "tools.notebooks", "full", str(path)], cwd=ROOT).returncode == 0


def main(arguments=None, run=_run):
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.full", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="only say which chapters are to run")
    options = parser.parse_args(arguments)
    paths, gpu = training(options.paths or notebooks.chapters()), accelerator()
    if options.list:
        for path in paths:
            print(f"{path.stem:32}{'current' if is_current(path, gpu) else 'to run'}")
        return 0
    try:
        failed = run_all(paths, run, gpu)
    except KeyboardInterrupt:
        print("\ninterrupted: what has ended is stored; run the command again to go on")
        return 130
    finally:
        full_table.store()
        print("data/full_profile.csv: written; `python -m tools.colab_line` brings new minutes to the chapters' heads")
    print("not done: " + ", ".join(failed) if failed else "all done")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
