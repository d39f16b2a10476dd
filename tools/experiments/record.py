"""How a script of this folder stores what it measured: with the command, the date, the versions and the seconds."""

import json
import os
import platform
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tools.files import write_atomically

RESULTS = Path(__file__).parents[2] / "data" / "results"
PACKAGES = ("numpy", "keras", "tensorflow", "scikit-learn")
START = time.perf_counter()


def record(results):
    """Writes data/results/NAME.json, where NAME is the script that runs.

    Args:
        results: What was measured: dicts, lists and numbers; raw counts and one entry a seed, not summaries alone.

    Returns:
        The path of the file.
    """
    name = Path(sys.argv[0]).stem
    about = {
        "command": f"python -m tools.experiments.{name}",
        "date": date.today().isoformat(),
        "machine": f"{len(os.sched_getaffinity(0))} CPU cores, Python {platform.python_version()}",
        "versions": {package: version(package) for package in PACKAGES},
        "seconds": round(time.perf_counter() - START),
    }
    path = RESULTS / f"{name}.json"
    write_atomically(path, json.dumps(about | {"results": results}, indent=1) + "\n")
    return path
