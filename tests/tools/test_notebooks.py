"""Notebooks are stored the same after every run, stale outputs are seen, and solutions go where the stubs stand."""

import base64
import io
import json
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from dnnlib.exercises.exercise import Exercise, Mistake
from dnnlib.progress import CLEAR
from tools import normal_form, notebooks
from tools.experiments import record
from tools.sources import fingerprint

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.long  # nearly every test starts kernels


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The example, run and stored twice from the same start: two files."""
    from tests.tools.conftest import notebook

    folder = tmp_path_factory.mktemp("runs")
    for name in ("first", "second"):
        notebooks.store(notebooks.run(notebook.__wrapped__(), folder), folder / f"{name}.ipynb")
    return folder / "first.ipynb", folder / "second.ipynb"


@pytest.fixture
def stored(runs, tmp_path):
    return Path(shutil.copy(runs[0], tmp_path / "01_example.ipynb"))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_two_runs_give_the_same_bytes(runs):
    first, second = (path.read_bytes() for path in runs)
    assert first == second
    assert first.endswith(b"}\n")


def test_stored_form_is_a_fixed_point(stored):
    before = stored.read_bytes()
    notebooks.main(["normalise", str(stored)])
    assert stored.read_bytes() == before


def test_outputs_are_kept_and_noise_is_not(runs):
    notebook = notebooks.load(runs[0])
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert code[0].outputs[0].text == "Profile: quick\n"
    assert [output.text for output in code[2].outputs] == ["one\ntwo\n"]
    assert "noise" not in runs[0].read_text(encoding="utf-8").replace('noise\\", time', "")
    assert code[-1].outputs[0].traceback == ["KeyError: 'key'"]
    assert notebook.metadata.kernelspec.name == "python3" and "colab" not in notebook.metadata
    assert code[3].metadata == {"mystnb": {"image": {"alt": "a line"}}}


def test_figures_are_stored_as_undated_svg_and_a_small_png_for_untrusted_notebooks(runs):
    outputs = notebooks.load(runs[0]).cells[4].outputs
    assert [set(output.data) for output in outputs] == [{"image/svg+xml", "image/png", "text/plain"}]
    picture = Image.open(io.BytesIO(base64.b64decode(outputs[0].data["image/png"])))
    width = float(re.search(r'width="([\d.]+)pt"', outputs[0].data["image/svg+xml"])[1]) * 96 / 72
    assert picture.mode == "P" and abs(picture.width - width) <= 2
    assert len(outputs[0].data["image/png"]) < 30_000
    svg = outputs[0].data["image/svg+xml"]
    assert "<dc:date>" not in svg and "<!--" not in svg
    assert all(f'id="{name}"' in svg for name in re.findall(r'(?:url\(|href=")#([^)"]+)', svg))


def test_widgets_are_numbered_as_they_are_shown_and_unseen_ones_are_left_out(runs):
    notebook = notebooks.load(runs[0])
    state = notebook.metadata.widgets[normal_form.WIDGET_STATE]["state"]
    shown = [
        output.data["application/vnd.jupyter.widget-view+json"]["model_id"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert shown == [f"{1:032x}", f"{2:032x}"]
    assert [state[name]["state"]["count"] for name in shown] == [2, 1]
    assert {record["model_name"] for record in state.values()} == {"AnyModel", "LayoutModel"}
    assert len(state) == 4
    assert all(state[name]["state"]["layout"].removeprefix("IPY_MODEL_") in state for name in shown)


def test_cells_without_or_with_repeated_ids_get_lasting_ones():
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "a"} for _ in range(2)]
    cells += [dict(cells[0], id="same"), dict(cells[0], id="same")]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    ids = [[cell.id for cell in normal_form.read(text).cells] for _ in range(2)]
    assert ids[0] == ids[1] == ["cell-00", "cell-01", "same", "cell-03"]


def test_renumbering_survives_ids_that_were_given_before():
    view = "application/vnd.jupyter.widget-view+json"
    names = [f"{2:032x}", f"{1:032x}"]
    outputs = [new_output("display_data", {view: {"model_id": name}}) for name in names]
    model = {"model_module": "anywidget", "model_name": "AnyModel"}
    state = {name: model | {"state": {"was": name[-1]}} for name in names}
    widgets = {normal_form.WIDGET_STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs)], metadata={"widgets": widgets})
    state = normal_form.normalised(notebook).metadata.widgets[normal_form.WIDGET_STATE]["state"]
    assert {name[-1]: record["state"]["was"] for name, record in state.items()} == {"1": "2", "2": "1"}


@pytest.mark.parametrize(
    "stored", [{}, {"0" * 31 + "1": {"model_name": "AnyModel"}}], ids=["none", "as Colab stores it"]
)
def test_a_widget_whose_state_is_not_stored_is_refused_and_not_dropped(stored):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "0" * 31 + "1"}}
    cells = [new_code_cell("1"), new_code_cell("w", outputs=[new_output("display_data", view)])]
    notebook = new_notebook(cells=cells, metadata={"widgets": {normal_form.WIDGET_STATE: stored}})
    with pytest.raises(ValueError, match="cell 1: .* state .* tools.notebooks execute"):
        normal_form.normalised(notebook)


def test_svg_paths_are_shortened_and_transforms_are_not():
    svg = '<path d="M 1.234567 2.000001 L -0.001 3"/><g transform="scale(0.015625)"/>'
    assert normal_form.normalised_svg(svg) == '<path d="M 1.23 2 L -0 3"/><g transform="scale(0.015625)"/>'


def test_fresh_outputs_are_called_fresh(stored, capsys):
    assert notebooks.main(["check", str(stored)]) == 0
    assert "fresh" in capsys.readouterr().out


@pytest.mark.parametrize(
    "old, new, shown",
    [
        ('"one\\n"', '"uno\\n"', "-uno"),
        ('"count": 2', '"count": 5', "-count: 5"),
        ('"data": "b25l', '"data": "dHdv', '-packed: "dHdv'),
        ('"image/svg+xml": [', '"image/gif": [', "-[display_data, image/gif]"),
    ],
    ids=["text", "widget", "bytes of a widget", "figure"],
)
def test_stale_outputs_are_found_and_nothing_is_written(stored, capsys, old, new, shown):
    edit(stored, old, new)
    notebooks.store(notebooks.load(stored), stored)
    before = stored.read_bytes()
    assert notebooks.main(["check", str(stored)]) == 1
    assert shown in capsys.readouterr().out
    assert stored.read_bytes() == before


def test_a_failing_cell_leaves_the_file_as_it_was(path, capsys):
    edit(path, '"first"', '"first + 1"')
    before = path.read_bytes()
    assert notebooks.main(["execute", str(path)]) == 1
    assert "a cell failed" in capsys.readouterr().out and path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_notebook_is_named_and_the_others_still_run(tmp_path, capsys):
    text = tmp_path / "text.ipynb"
    text.write_text("no JSON")
    assert notebooks.main(["normalise", str(tmp_path / "missing.ipynb"), str(text)]) == 1
    printed = capsys.readouterr().out
    assert "No such file" in printed and "text.ipynb: Expecting value" in printed


def test_errors_that_are_not_announced_stop_the_run(notebook, tmp_path):
    notebook.cells[-1].metadata.tags = []
    with pytest.raises(CellExecutionError):
        notebooks.run(notebook, tmp_path)


def test_the_full_profile_is_stored_elsewhere_and_the_chapter_is_left_as_it_was(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "FULL", tmp_path / "full")
    before = path.read_bytes()
    assert notebooks.main(["full", str(path)]) == 0
    assert path.read_bytes() == before
    text = (tmp_path / "full" / path.name).read_text(encoding="utf-8")
    assert "Profile: full" in text and "Profile: quick" not in text


def test_what_the_results_cell_prints_in_the_full_profile_is_recorded(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "FULL", tmp_path / "full")
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    notebook = notebooks.load(path)
    notebook.cells.append(new_code_cell("print('{\"accuracy\": 0.5}')", metadata={"tags": ["results"]}))
    notebooks.store(notebook, path)
    assert notebooks.main(["full", str(path)]) == 0
    stored = json.loads((tmp_path / f"full_{path.stem}.json").read_text())
    assert stored["results"] == {"accuracy": 0.5}
    assert stored["command"] == f"python -m tools.notebooks full chapters/{path.name}"
    assert stored["profile"] == "full" and stored["sources"] == fingerprint(notebooks.load(path), "full")
    assert 0 < stored["processor seconds"] < 60 and 50 < stored["peak MB"] < 2000


def test_a_results_cell_that_prints_something_else_is_refused():
    cell = new_code_cell("", metadata={"tags": ["results"]}, outputs=[new_output("stream", text="0.5")])
    with pytest.raises(ValueError, match="cell 0: expected it to print one JSON object, it printed '0.5'"):
        notebooks.printed_results(new_notebook(cells=[cell]))


def test_large_outputs_are_reported():
    outputs = [new_output("stream", text="x" * notebooks.LARGE_OUTPUT)]
    notebook = new_notebook(cells=[new_code_cell(""), new_code_cell("", outputs=outputs)])
    assert [number for number, _ in notebooks.large_outputs(notebook)] == [1]


def test_nbval_passes_over_figures_and_stderr_and_sees_text(stored):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.chapters.nbval_options", "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", "--rootdir", str(ROOT), str(stored)]
    edit(stored, "i0", "i00")
    good = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert good.returncode == 0, good.stdout
    edit(stored, '"one\\n"', '"uno\\n"')
    bad = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert bad.returncode == 1 and "1 failed" in bad.stdout, bad.stdout


def twice(x):
    """Doubles.

    Args:
        x: A number.
    """
    return 2 * x


TWICE = Exercise(
    name="TWICE",
    prompt="Double it.",
    reference=twice,
    cases=((np.float64(3.0),),),
    mistakes=(Mistake("squared", lambda x: x * x, "What does 3 give?"),),
    hints=("Add it to itself.",),
)


@pytest.fixture
def with_exercise(monkeypatch):
    monkeypatch.setitem(sys.modules, "dnnlib.exercises.example", types.SimpleNamespace(TWICE=TWICE))
    cells = [
        new_code_cell("from dnnlib.exercises import example as ex\nfrom dnnlib.exercises.checker import check"),
        new_code_cell(f"{TWICE.stub}\n\n\ncheck(ex.TWICE, twice)", outputs=[new_output("stream", text="not yet")]),
    ]
    return new_notebook(cells=cells)


def test_solve_puts_the_reference_in_the_place_of_the_stub(with_exercise):
    assert notebooks.solve(with_exercise) == [1]
    cell = with_exercise.cells[1]
    assert cell.source == f"{TWICE.solution}\n\n\ncheck(ex.TWICE, twice)" and cell.outputs == []
    assert "NotImplementedError" not in cell.source


def test_solve_uses_the_name_that_the_cell_checks(with_exercise):
    cell = with_exercise.cells[1]
    cell.source = cell.source.replace("check(ex.TWICE, twice)", "check(ex.TWICE, double)")
    notebooks.solve(with_exercise)
    assert cell.source.startswith("def double(x):")


def test_solve_says_which_cell_holds_no_stub(with_exercise):
    with_exercise.cells[1].source = "def twice(x):\n    pass\n\n\ncheck(ex.TWICE, twice)"
    with pytest.raises(ValueError, match="cell 1: expected the stub of TWICE"):
        notebooks.solve(with_exercise)


def test_solve_writes_another_file(with_exercise, tmp_path, capsys):
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    notebooks.store(with_exercise, source)
    before = source.read_bytes()
    assert notebooks.main(["solve", str(source), str(target)]) == 0
    assert "1 exercises solved" in capsys.readouterr().out
    assert source.read_bytes() == before and "return 2 * x" in target.read_text(encoding="utf-8")


def test_a_kernel_that_dies_is_one_line_with_file_and_cell_and_the_notebooks_after_it_still_run(tmp_path, capsys):
    dies = new_notebook(cells=[new_code_cell("x = 1"), new_code_cell("import os\nos._exit(137)")])
    for name, notebook in (("01_dies", dies), ("02_runs", new_notebook(cells=[new_code_cell("print('ran')")]))):
        notebooks.store(notebook, tmp_path / f"{name}.ipynb")
    before = (tmp_path / "01_dies.ipynb").read_bytes()
    assert notebooks.main(["execute", str(tmp_path / "01_dies.ipynb"), str(tmp_path / "02_runs.ipynb")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("the file was left as it was") and "01_dies.ipynb: cell 1: the kernel died" in said[0]
    assert said[-1].startswith("not done:") and "01_dies" in said[-1] and "02_runs" not in said[-1]
    assert (tmp_path / "01_dies.ipynb").read_bytes() == before
    assert notebooks.load(tmp_path / "02_runs.ipynb").cells[0].outputs[0].text == "ran\n"


def test_a_notebook_without_counts_and_outputs_is_brought_to_the_stored_form(tmp_path):
    path = tmp_path / "01_bare.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1"}]}))
    assert notebooks.main(["normalise", str(path)]) == 0
    assert notebooks.load(path).cells[0].outputs == []


def test_on_a_gpu_results_go_into_a_file_of_their_own(path, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "FULL", tmp_path / "full")
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    monkeypatch.setattr(notebooks, "accelerator", lambda: "NVIDIA T4")
    notebook = notebooks.load(path)
    notebook.cells[1:] = [new_code_cell("print('{\"accuracy\": 0.5}')", metadata={"tags": ["results"]}, id="results")]
    notebooks.store(notebook, path)
    assert notebooks.main(["full", str(path)]) == 0
    assert json.loads((tmp_path / f"full_gpu_{path.stem}.json").read_text())["gpu"] == "NVIDIA T4"
    assert not (tmp_path / f"full_{path.stem}.json").exists()


def test_with_few_steps_a_chapter_runs_and_nothing_is_stored(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "FULL", tmp_path / "full")
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    before = path.read_bytes()
    assert notebooks.main(["full", "--steps", "2", str(path)]) == 0
    assert "with 2 steps; nothing was stored" in capsys.readouterr().out
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_how_far_a_run_has_come_is_told_cell_by_cell(notebook, tmp_path):
    told = []
    notebooks.run(notebook, tmp_path, progress=lambda done, total, line: told.append((done, total, line)))
    count = len(notebook.cells)
    assert told[0][0] <= 2 and told[-1] == (count, count, "") and told == sorted(told)


def test_within_a_cell_it_is_told_how_far_a_network_has_come(tmp_path):
    watch = """
from dnnlib.watching import watch_training
watch_training()
watch_training.line._clock = iter(range(99)).__next__"""
    learn = """
import numpy as np
from dnnlib.unsupervised.kmeans import KMeans
KMeans(2, n_init=1, random_state=0).fit(np.arange(20.0).reshape(10, 2))"""
    told = []
    cells = [new_code_cell(watch), new_code_cell(learn)]
    notebooks.run(new_notebook(cells=cells), tmp_path, progress=lambda *parts: told.append(parts))
    assert told[:2] == [(1, 2, ""), (2, 2, "")] and len(told) > 2
    assert all(parts[:2] == (2, 2) and parts[2].startswith("KMeans: ") for parts in told[2:])


def test_the_bar_is_no_longer_than_the_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    bar = notebooks._bar("63_inception_densenet_senet")
    bar(28, 60, "Functional, number 12 of this cell: epoch 3 of 15 (10:42)")
    (line,) = capsys.readouterr().out.split(CLEAR)[1:]
    assert len(line) <= 80 and "28/60 - cells - Func" in line
    bar(29, 60, "")
    assert capsys.readouterr().out.endswith("29/60 - cells")
