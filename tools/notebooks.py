"""Runs the chapters, brings them to their stored form, checks that they are fresh, and solves their exercises.

    python -m tools.notebooks execute [PATH ...]     # run from a clean kernel in the quick profile, and store
    python -m tools.notebooks normalise [PATH ...]   # only bring to the stored form
    python -m tools.notebooks check [PATH ...]       # run a copy, print where outputs differ (not the figures)
    python -m tools.notebooks full [PATH ...]        # run a copy in the full profile, and store it in _build/full; what
                                                     # its cell tagged "results" prints goes to data/results/full_….json
    python -m tools.notebooks full --steps 2 PATH    # only to see that it runs: training ends after two steps
    python -m tools.notebooks exercises [PATH ...]   # bring prompts, stubs and solutions to what the exercises say
    python -m tools.notebooks solve IN OUT           # put the reference solutions into the exercise cells

Without a path: all chapters.
"""

import argparse
import ast
import difflib
import functools
import hashlib
import importlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from dnnlib.progress import WIDTH, show_progress
from tools import normal_form, short_run
from tools.experiments.record import accelerator, record
from tools.files import write_atomically
from tools.sources import fingerprint

ROOT = Path(__file__).parents[1]
CHAPTERS = ROOT / "chapters"
FULL = ROOT / "_build" / "full"
LARGE_OUTPUT = 300_000  # bytes
SOLUTION = r"<details>\s*<summary>Solution</summary>\s*```python\n.*?\n```\s*</details>"
CELL_TIMEOUT = {"quick": 300, "full": 3600}  # seconds


def chapters():
    """Returns the files of all chapters, in the order of the book."""
    return sorted(CHAPTERS.glob("[0-9]*.ipynb"))


def load(path):
    """Returns the notebook in a file."""
    return normal_form.read(Path(path).read_text(encoding="utf-8"))


def store(notebook, path):
    """Writes a notebook in its stored form, in one step."""
    write_atomically(path, normal_form.as_text(normal_form.normalised(notebook)))


class _Client(NotebookClient):
    """Runs a notebook, and tells what the line of `dnnlib.watching` says."""

    def process_message(self, msg, cell, cell_index):
        html = msg["content"].get("data", {}).get("text/html", "")
        if msg["msg_type"] in ("display_data", "update_display_data") and html.startswith("<progress"):
            self.told(re.sub("<.*?>", "", html).strip())
        return super().process_message(msg, cell, cell_index)


def run(notebook, folder=CHAPTERS, profile="quick", progress=None):
    """Runs a notebook from a clean kernel.

    Args:
        notebook: What to run; it is filled with the new outputs.
        folder: The working folder of the kernel.
        profile: "quick", always on the CPU, or "full", on a GPU where there is one.
        progress: Called with the number of cells that are done or running, with that of all, and with what the line of
            `dnnlib.watching` says, "" at the start of a cell.

    Returns:
        The notebook in its stored form.

    Raises:
        CellExecutionError: If a cell fails that is not tagged "raises-exception".
        RuntimeError: If the kernel dies, or a cell takes too long; the message names the cell.
    """
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment |= {"BOOK_PROFILE": profile, "PYTHONHASHSEED": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if profile == "quick":
        environment["CUDA_VISIBLE_DEVICES"] = "-1"
    notebook.metadata.pop("widgets", None)
    started = []

    def starts(cell, cell_index):
        started.append(cell_index)
        told("")

    def told(line):
        if progress:
            progress(started[-1] + 1, len(notebook.cells), line)

    client = _Client(
        notebook,
        on_cell_start=starts,
        timeout=CELL_TIMEOUT[profile],
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.told = told
    # What the kernel itself logs is no output of the notebook.
    try:
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        raise RuntimeError(f"cell {started[-1]}: expected an end within {CELL_TIMEOUT[profile]} seconds") from None
    except DeadKernelError:
        raise RuntimeError(
            f"cell {started[-1]}: the kernel died, so the cell ended the process or the memory did not suffice"
        ) from None
    return normal_form.normalised(notebook)


def printed_results(notebook):
    """Returns the JSON object that the cell tagged "results" printed, or None if no cell has that tag.

    Raises:
        ValueError: If that cell printed anything else.
    """
    for number, cell in enumerate(notebook.cells):
        if "results" in cell.metadata.get("tags", ()):
            text = "".join(output.get("text", "") for output in cell.outputs)
            try:
                return dict(json.loads(text))
            except (TypeError, ValueError):
                raise ValueError(f"cell {number}: expected it to print one JSON object, it printed {text!r}") from None
    return None


def large_outputs(notebook):
    """Returns (cell number, bytes) for each code cell whose outputs are large to store."""
    sizes = [(number, len(json.dumps(cell.get("outputs", [])))) for number, cell in enumerate(notebook.cells)]
    return [(number, size) for number, size in sizes if size > LARGE_OUTPUT]


def comparable(notebook):
    """Returns the lines of a notebook that must be the same after every run: all but the strokes of figures."""
    lines = []
    for number, cell in enumerate(notebook.cells):
        lines += [f"--- cell {number}, {cell.cell_type}", *cell.source.splitlines()]
        for output in cell.get("outputs", []):
            lines += _comparable_output(output)
    widgets = notebook.metadata.get("widgets", {}).get(normal_form.WIDGET_STATE, {}).get("state", {})
    for name, kept in widgets.items():
        # Other models, such as Layout, are ipywidgets's own and change with its version.
        if kept["model_module"] == "anywidget":
            state = {key: value for key, value in kept["state"].items() if not key.endswith("_module_version")}
            state |= {".".join(map(str, buffer["path"])): buffer["data"] for buffer in kept.get("buffers", ())}
            lines += [f"--- widget {int(name, 16)}", *(f"{key}: {_short(state[key])}" for key in sorted(state))]
    return lines


def _comparable_output(output):
    if output.output_type == "stream":
        return [f"[{output.name}]", *output.text.splitlines()]
    if output.output_type == "error":
        return [f"[error] {output.ename}: {output.evalue}"]
    lines = []
    for kind in sorted(output.data):
        drawn = kind.startswith(("image/", "application/vnd.jupyter.widget-view"))
        content = [] if drawn else str(output.data[kind]).splitlines()
        lines += [f"[{output.output_type}, {kind}]", *content]
    return lines


def _short(value):
    text = json.dumps(value, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return text if len(text) < 300 else f"{len(text)} characters, sha256 {digest}"


def stale_lines(path):
    """Runs a copy of a notebook; returns the unified diff from its stored outputs to the new ones, as lines."""
    before, after = comparable(load(path)), comparable(run(load(path)))
    return list(difflib.unified_diff(before, after, "stored", "run again", lineterm="", n=2))


def exercise_in(source):
    """Returns the NAME in a cell whose last line is `check(ex.NAME, function)`, else None."""
    last = source.rstrip().rpartition("\n")[2]
    match = re.fullmatch(r"check\(ex\.(\w+), \w+\)", last)
    return match and match[1]


def exercises_of(notebook):
    """Returns the module that the notebook imports as `ex`.

    Raises:
        ValueError: If no cell says `from dnnlib.exercises import TOPIC as ex`.
    """
    for cell in notebook.cells:
        match = re.search(r"^from dnnlib\.exercises import (\w+) as ex$", cell.source, re.M)
        if cell.cell_type == "code" and match:
            return importlib.import_module(f"dnnlib.exercises.{match[1]}")
    raise ValueError("expected a cell with `from dnnlib.exercises import TOPIC as ex`, found none")


def solve(notebook):
    """Puts the reference solution in the place of each exercise's stub, and clears the cell's outputs.

    Args:
        notebook: A chapter as students get it; it is changed.

    Returns:
        The numbers of the cells that were solved.

    Raises:
        ValueError: If an exercise cell does not hold the stub of its exercise.
    """
    solved = []
    for number, cell in enumerate(notebook.cells):
        name = exercise_in(cell.source) if cell.cell_type == "code" else None
        if name is None:
            continue
        exercise = getattr(exercises_of(notebook), name)
        if cell.source.count(exercise.stub) != 1:
            raise ValueError(f"cell {number}: expected the stub of {name} as it stands in its Exercise")
        called = ast.parse(cell.source).body[-1].value.args[1].id
        cell.source = cell.source.replace(exercise.stub, _renamed(exercise.solution, exercise.asks_for, called))
        cell.outputs = []
        solved.append(number)
    return solved


def refresh_exercises(notebook):
    """Brings prompts, stubs and folded solutions to what the exercises' files say; headings stay as they are.

    Args:
        notebook: A chapter; it is changed.
    """
    for number, cell in enumerate(notebook.cells):
        name = exercise_in(cell.source) if cell.cell_type == "code" else None
        if name is None:
            continue
        exercise = getattr(exercises_of(notebook), name)
        before, after = notebook.cells[number - 1], notebook.cells[number + 1]
        cell.source = f"{exercise.stub}\n\n\ncheck(ex.{name}, {exercise.asks_for})"
        if exercise.prompt.strip() not in before.source:
            heading = before.source.rindex("### ")
            end = before.source.index("\n", heading)
            before.source = f"{before.source[:end]}\n\n{exercise.prompt.strip()}"
        block = f"<details><summary>Solution</summary>\n\n```python\n{exercise.solution}\n```\n\n</details>"
        after.source = re.sub(SOLUTION, lambda _, block=block: block, after.source, count=1, flags=re.S)


def _renamed(source, name, new):
    return re.sub(rf"\b{name}\b", new, source)


def _execute(path):
    start = time.perf_counter()
    notebook = run(load(path))
    store(notebook, path)
    print(f"{path}: {time.perf_counter() - start:.1f} s, {Path(path).stat().st_size / 1000:.0f} KB")
    for number, size in large_outputs(notebook):
        print(f"  warning: cell {number} stores {size / 1000:.0f} KB; draw less, or a smaller photograph (size=…)")
    return True


def _refresh(path):
    notebook = load(path)
    refresh_exercises(notebook)
    store(notebook, path)
    return True


def _full(path, steps=None):
    if steps is not None:
        return _shortened(path, steps)
    start, stem, before = time.perf_counter(), Path(path).stem, _processor_seconds()
    notebook = load(path)
    made_by = fingerprint(notebook, "full")  # before the run: who edits meanwhile has a result of what was there
    target = FULL / Path(path).name
    target.parent.mkdir(parents=True, exist_ok=True)
    notebook = run(notebook, profile="full", progress=_bar(stem))
    store(notebook, target)
    print(f"{target}: {time.perf_counter() - start:.1f} s; {path} was left as it was")
    results = printed_results(notebook)
    if results is not None:
        gpu = accelerator()
        spent = round(_processor_seconds() - before)  # other work on the machine lengthens the time, not these
        about = {"processor seconds": spent, "peak MB": _peak_megabytes(), "profile": "full", "sources": made_by}
        about |= {"gpu": gpu} if gpu else {}
        name, command = f"full_{'gpu_' if gpu else ''}{stem}", f"python -m tools.notebooks full chapters/{stem}.ipynb"
        print(f"{record(results, name, command, start, about=about)}: written")
    return True


def _processor_seconds():
    """Returns the processor time of all kernels that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _peak_megabytes():
    """Returns the most memory that one kernel has held."""
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))


def _shortened(path, steps):
    start = time.perf_counter()
    run(short_run.shortened(load(path), steps), profile="full", progress=_bar(Path(path).stem))
    print(
        f"{path}: runs in the full profile, {time.perf_counter() - start:.1f} s with {steps} steps; nothing was stored"
    )
    return True


def _bar(title):
    """Returns what shows how far a chapter has come, None where nobody looks on."""
    if not sys.stdout.isatty():
        return None
    room = shutil.get_terminal_size().columns - len(f"{title}  100/100 - ") - WIDTH  # what wraps would not be wiped

    def bar(done, total, line):
        text = f"cells - {line}" if line else "cells"
        show_progress(title, done, total, text[: max(room, len("cells"))])

    return bar


def _normalise(path):
    store(load(path), path)
    return True


def _check(path):
    if normal_form.as_text(normal_form.normalised(load(path))) != Path(path).read_text(encoding="utf-8"):
        print(f"{path}: not in the stored form; run `python -m tools.notebooks normalise`")
        return False
    difference = stale_lines(path)
    verdict = "stale; run `python -m tools.notebooks execute`" if difference else "fresh (figures are not compared)"
    print(f"{path}: {verdict}")
    print("\n".join(difference), end="\n" if difference else "")
    return not difference


def _guarded(action, path):
    try:
        return action(path)
    except CellExecutionError as error:
        print(f"{path}: a cell failed; the file was left as it was\n{error}")
    except RuntimeError as error:
        print(f"{path}: {error}; the file was left as it was")
    except (OSError, ValueError) as error:  # no file, or no notebook
        print(f"{path}: {error}")
    return False


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    actions = {"execute": _execute, "normalise": _normalise, "exercises": _refresh, "check": _check, "full": _full}
    for name in actions:
        commands.add_parser(name).add_argument("paths", nargs="*", type=Path)
    commands.choices["full"].add_argument("--steps", type=int, help="end training after so many steps; store nothing")
    solving = commands.add_parser("solve")
    solving.add_argument("source", type=Path)
    solving.add_argument("target", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "solve":
        notebook = load(options.source)
        print(f"{options.target}: {len(solve(notebook))} exercises solved")
        store(notebook, options.target)
        return 0
    paths = options.paths or chapters()
    extra = {"steps": options.steps} if options.command == "full" else {}
    done = [_guarded(functools.partial(actions[options.command], **extra), path) for path in paths]
    if len(paths) > 1 and not all(done):
        print("not done:", ", ".join(str(path) for path, good in zip(paths, done, strict=True) if not good))
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
