"""The line at the head of each chapter that says what it needs on Colab, made from measured times.

    python -m tools.colab_line            # writes the line into every chapter where it is missing or another
    python -m tools.times chapters --record   # measures: data/chapter_times.json

Minutes of the quick profile stand in data/chapter_times.json, those of the full one in data/results/full_….json. They
were measured on two cores, as many as Colab gives.
"""

import json
import math
import re
import sys
from pathlib import Path

from tools import full_table, notebooks
from tools.times import TIMES

TIME = re.compile(r"^\*\*Time:?\*\*.*$", re.M)
LINE = re.compile(r"^\*\*On Colab:\*\*.*\n\n", re.M)


def line_of(stem, times=None, results=None):
    """Returns the line of a chapter.

    Args:
        stem: The chapter, e.g. "25_complete_cnn".
        times: {chapter: {"seconds": …}} of the quick profile; by default what is stored.
        results: {chapter: (stored results of a processor, those of a GPU)}; by default what is stored.

    Raises:
        ValueError: If the chapter was never measured.
    """
    times = json.loads(TIMES.read_text(encoding="utf-8")) if times is None else times
    if stem not in times:
        raise ValueError(f"{stem}: expected its seconds in {TIMES.name}; run `python -m tools.times chapters --record`")
    cpu, gpu = (full_table.results() if results is None else results).get(stem, (None, None))
    quick, full = _minutes(times[stem]["seconds"]), cpu and _minutes(full_table.alone(cpu))
    text = f"**On Colab:** a CPU is enough. All cells run in {quick}"
    if cpu:
        text += ", in the full profile too" if full == quick else f", and in the full profile in {full}"
    if gpu:
        text += f", or {_minutes(gpu['seconds'])} with a GPU"
    return text + "."


def with_line(source, line):
    """Returns the text of a first cell with the line behind its minutes, in the place of an older one.

    Raises:
        ValueError: If the cell does not say the minutes.
    """
    bare = LINE.sub("", source)
    if not TIME.search(bare):
        raise ValueError("expected `**Time:** about 50 minutes to read, …` in the first cell, found none")
    return TIME.sub(lambda found: f"{found[0]}\n\n{line}", bare, count=1)


def _minutes(seconds):
    minutes = math.ceil(seconds / 60)
    return "about a minute" if minutes <= 1 else f"about {minutes} minutes"


def main(paths):
    """Writes the lines."""
    for path in map(Path, paths or notebooks.chapters()):
        notebook = notebooks.load(path)
        source = with_line(notebook.cells[0].source, line_of(path.stem))
        if source != notebook.cells[0].source:
            notebook.cells[0].source = source
            notebooks.store(notebook, path)
            print(f"{path.stem}: {line_of(path.stem)}")


if __name__ == "__main__":
    main(sys.argv[1:])
