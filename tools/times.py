"""What the chapters and the tests cost: seconds and memory a chapter, seconds a room of tests.

python -m tools.times chapters [PATH ...]   # each run alone, in the quick profile, in a process of its own
python -m tools.times chapters --record [PATH ...]   # and kept in data/chapter_times.json, for the chapters' heads
python -m tools.times tests [ROOM ...]      # the tests of each room, one after another on one core
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from tools import notebooks
from tools.files import write_atomically

ROOT = Path(__file__).parents[1]
TIMES = ROOT / "data" / "chapter_times.json"


def run_alone(path):
    """Runs a chapter; prints its seconds, the peak memory of its kernel in MB, and its processor seconds.

    For a process of its own.
    """
    start = time.perf_counter()
    notebooks.run(notebooks.load(path))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    megabytes = spent.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(f"{time.perf_counter() - start:.1f} {megabytes:.0f} {spent.ru_utime + spent.ru_stime:.1f}")


def chapters(paths):
    """Yields (chapter, seconds, megabytes, processor seconds) for each chapter."""
    for path in paths:
        done = subprocess.run(
            [sys.executable, "-m", "tools.times", "alone", str(path)], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{path}: expected a chapter that runs, got:\n{done.stderr[-2000:]}")
        yield Path(path).stem, *map(float, done.stdout.split()[-3:])


def record(stem, seconds):
    """Keeps the seconds of a chapter in data/chapter_times.json."""
    kept = json.loads(TIMES.read_text(encoding="utf-8")) if TIMES.exists() else {}
    machine = f"{len(os.sched_getaffinity(0))} CPU cores"
    kept[stem] = {"seconds": round(seconds), "machine": machine, "date": date.today().isoformat()}
    write_atomically(TIMES, json.dumps(dict(sorted(kept.items())), indent=1) + "\n")


def tests(rooms):
    """Yields (room, number of tests, seconds, the slowest test, its seconds) for each folder of tests."""
    for room in rooms:
        report = ROOT / "_build" / f"times-{Path(room).name}.xml"
        report.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run([*command, str(room)], cwd=ROOT, capture_output=True)
        cases = [(float(case.get("time")), case.get("name")) for case in ElementTree.parse(report).iter("testcase")]
        report.unlink()
        slowest, name = max(cases, default=(0.0, ""))
        yield Path(room).name, len(cases), sum(seconds for seconds, _ in cases), name, slowest


def main(arguments):
    """Prints one of the tables; `alone` is what the first one calls for each chapter."""
    command, *names = arguments or [""]
    if command == "alone":
        run_alone(names[0])
    elif command == "chapters":
        paths = [name for name in names if name != "--record"] or notebooks.chapters()
        print(f"{'chapter':32}{'seconds':>9}{'peak MB':>9}{'processor':>11}")
        for stem, seconds, megabytes, spent in chapters(paths):
            print(f"{stem:32}{seconds:9.1f}{megabytes:9.0f}{spent:11.1f}", flush=True)
            if "--record" in names:
                record(stem, min(seconds, spent))  # where other work was in the way, processor time is the shorter one
    elif command == "tests":
        rooms = names or sorted(path.parent for path in (ROOT / "tests").glob("*/__init__.py"))
        print(f"{'room':16}{'tests':>7}{'seconds':>9}   slowest")
        for room, count, seconds, name, slowest in tests(rooms):
            print(f"{room:16}{count:7}{seconds:9.1f}   {slowest:.1f} s {name[:80]}", flush=True)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
