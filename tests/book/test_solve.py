"""Exercises solved in the page: what a page's Python is given of a chapter, and how its cells behave in a browser."""

import json
import subprocess
import sys

import nbformat
import pytest

from tools.book.build import ROOT
from tools.book.solve import KINDS, cells_of, set_up
from tools.notebooks import chapters, exercises_of, load

# Runs the cells of a chapter as the page does, where no package but NumPy can be imported; prints what `check` answers
NUMPY_ALONE = """
import contextlib, io, json, sys
for name in ("keras", "tensorflow", "matplotlib", "scipy", "sklearn", "anywidget", "IPython", "traitlets", "PIL"):
    sys.modules[name] = None
asked = json.load(sys.stdin)
cells = {"__name__": "__main__"}
exec(asked["setup"], cells)
answers = {}
for name, (stub, solution, check) in asked["exercises"].items():
    for text in (stub, solution):
        exec(text, cells)
        answers.setdefault(name, []).append(eval(check, cells).status)
with contextlib.redirect_stdout(io.StringIO()) as printed:
    exec(asked["scratch"], cells)
print(json.dumps([printed.getvalue(), answers]))
"""


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_set_up_exercises_and_scratch_cell_of_each_chapter_run_with_numpy_alone(path):
    notebook = load(path)
    data, ex = cells_of(notebook), exercises_of(notebook)
    scratch = data["cells"].pop("scratch")["stub"]
    assert scratch.startswith("# ") and max(map(len, scratch.splitlines())) <= 84
    asked = {"setup": data["setup"], "scratch": scratch, "exercises": {}}
    for name, cell in data["cells"].items():
        asked["exercises"][name] = cell["stub"], getattr(ex, name).solution, cell["check"]
    command = [sys.executable, "-c", NUMPY_ALONE]
    done = subprocess.run(command, input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert not done.returncode, done.stderr
    printed, answers = json.loads(done.stdout)
    assert {cell["kind"] for cell in data["cells"].values()} <= {*KINDS.values()}
    assert answers == dict.fromkeys(data["cells"], ["not attempted", "passed"]) and len(answers) >= 4
    assert len(printed.strip()) > 40, "what the scratch cell prints of the chapter's first object"


@pytest.mark.parametrize(
    "cells, kept",
    [
        (["import numpy as np\nimport keras"], ["import numpy as np"]),
        (["%pip install x\nfrom dnnlib.layers.relu import ReLU"], ["from dnnlib.layers.relu import ReLU"]),
        (["from dnnlib.plots import style", "from dnnlib.layers.gelu import GELU"], []),  # Matplotlib; SciPy
        (
            ["def f():\n    return g()", "def g():\n    return 1"],
            ["def f():\n    return g()", "def g():\n    return 1"],
        ),
        (["import keras", "def f():\n    return g()", "def g():\n    return keras.ops"], []),
        (["import numpy as np", "a = np.eye(2)"], ["import numpy as np", "a = np.eye(2)"]),
        (["a = 2", "b = a + 1", "c = open('x')"], ["a = 2", "b = a + 1"]),
        (["a = 2", "for a in range(3):\n    pass"], []),  # not one thing
        (["a = []\nfor i in range(3):\n    a.append(i)", "b = {}", "b[1] = 2"], []),
        (["import numpy as np\nnp.seterr(all='raise')"], ["import numpy as np"]),
        (["a = 2\ndef a():\n    pass"], []),
        (["def f(x):\n    y = x\n    return [y for y in x]"], ["def f(x):\n    y = x\n    return [y for y in x]"]),
    ],
)
def test_set_up_keeps_what_needs_numpy_alone_and_means_one_thing(cells, kept):
    assert set_up(cells) == kept


def chapter_of(*cells):
    """Returns a notebook of code cells."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_an_exercise_that_needs_more_than_numpy_is_refused_by_name():
    imports = "from dnnlib.exercises import convolution as ex\nfrom dnnlib.exercises.checker import check\nimport keras"
    fine = "def output_size(i, k, s, p, d):\n    pass\n\n\ncheck(ex.OUTPUT_SIZE, output_size)"
    assert cells_of(chapter_of(imports, fine))["cells"]["OUTPUT_SIZE"]["check"] == "check(ex.OUTPUT_SIZE, output_size)"
    with pytest.raises(ValueError, match="OUTPUT_SIZE: expected .* its cell needs {'keras'}"):
        cells_of(chapter_of(imports, fine.replace("pass", "return keras.ops.floor(i)")))


def test_a_page_without_exercises_needs_nothing():
    assert cells_of(chapter_of("import numpy as np")) == {}
