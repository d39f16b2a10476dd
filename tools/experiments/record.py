"""How a script of this folder stores what it measured: with the command, the date, the versions and the seconds."""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tools.files import write_atomically

RESULTS = Path(__file__).parents[2] / "data" / "results"
PACKAGES = ("numpy", "keras", "tensorflow", "scikit-learn")
START = time.perf_counter()


def accelerator():
    """Returns the name of the GPU that trains here, None if there is none."""
    try:
        found = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.splitlines()[0].strip() if found.returncode == 0 and found.stdout.strip() else None


def record(results, name=None, command=None, start=START, seconds=None, about=None):
    """Writes data/results/NAME.json.

    Args:
        results: What was measured: dicts, lists and numbers; raw counts and one entry a seed, not summaries alone.
        name: The file's name; by default that of the script that runs.
        command: What was run; by default that script.
        start: When it started, by `time.perf_counter()`; by default when this module was imported.
        seconds: What it took, where a start says nothing: of a run in several parts.
        about: A dict of what else is to be told of the run.

    Returns:
        The path of the file.
    """
    name = name or Path(sys.argv[0]).stem
    told = {
        "command": command or f"python -m tools.experiments.{name}",
        "date": date.today().isoformat(),
        "machine": f"{len(os.sched_getaffinity(0))} CPU cores, Python {platform.python_version()}",
        "versions": {package: version(package) for package in PACKAGES},
        "seconds": round(time.perf_counter() - start) if seconds is None else seconds,
    } | (about or {})
    path = RESULTS / f"{name}.json"
    write_atomically(path, json.dumps(told | {"results": results}, indent=1) + "\n")
    return path
