"""Who may import whom (the table in the README), and that nothing heavy is loaded unasked."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dnnlib"

# Beside the standard library and its own room, each room may import these, at module level and inside functions.
ALLOWED = {
    "autodiff": {"numpy"},
    "initializers": {"numpy", "dnnlib.validation"},
    "regularizers": {"numpy", "dnnlib.validation"},
    "layers": {"numpy", "scipy.special", "dnnlib.validation", "dnnlib.initializers", "dnnlib.regularizers"},
    "losses": {"numpy", "dnnlib.validation", "dnnlib.layers"},
    "optimizers": {"numpy", "dnnlib.validation"},
    "training": {
        "numpy",
        "dnnlib.validation",
        "dnnlib.progress",
        "dnnlib.layers",
        "dnnlib.losses",
        "dnnlib.optimizers",
    },
    "unsupervised": {"numpy", "dnnlib.progress"},
    "datasets": {"numpy", "sklearn", "PIL", "dnnlib.validation"},
    "plots": {"numpy", "matplotlib", "matplotlib_inline"},
    "widgets": {"numpy", "anywidget", "traitlets", "dnnlib.evaluation"},
    "models": {"keras", "numpy"},
    "evaluation": {"numpy", "dnnlib.validation"},
    "features": {"numpy", "dnnlib.validation"},
    "augmentation": {"numpy", "scipy", "dnnlib.validation"},
    "exercises": {"numpy", "dnnlib.layers", "dnnlib.unsupervised"},
}
# Only where it is needed: these names are allowed inside functions alone.
INSIDE_FUNCTIONS = {"datasets": {"keras"}, "unsupervised": {"sklearn"}}
HEAVY = ("tensorflow", "keras", "torch", "jax")

FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path):
    """Yields (imported name, whether inside a function, line) for each import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, id(node) in inside, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield ("." * node.level + (node.module or "")), id(node) in inside, node.lineno


def forbidden(name, room, inside):
    allowed = ALLOWED[room] | {f"dnnlib.{room}"} | (INSIDE_FUNCTIONS.get(room, set()) if inside else set())
    top = name.split(".")[0]
    return top not in sys.stdlib_module_names and not any(name == one or name.startswith(one + ".") for one in allowed)


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_every_room_has_a_line_in_the_table():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms == set(ALLOWED)


@pytest.mark.parametrize("path", [file for file in FILES if file.parent != PACKAGE], ids=module_name)
def test_imports_stay_within_the_table(path):
    room = path.relative_to(PACKAGE).parts[0]
    broken = [f"line {line}: {name}" for name, inside, line in imports(path) if forbidden(name, room, inside)]
    assert not broken, f"{room} may import {sorted(ALLOWED[room])} and itself"


@pytest.mark.parametrize("path", [file for file in FILES if file.name == "__init__.py"], ids=module_name)
def test_packages_hold_a_docstring_and_export_nothing(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    rest = [node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    version = [ast.unparse(node) for node in rest]
    assert all(path.parent == PACKAGE and line.startswith("__version__") for line in version)


def test_there_is_no_room_for_everything():
    assert not [path for path in FILES if path.stem in ("utils", "util", "helpers", "misc", "common")]


def test_nothing_outside_models_loads_a_framework():
    names = [module_name(path) for path in FILES if path.relative_to(PACKAGE).parts[0] != "models"]
    code = "import importlib, sys\n" + "".join(
        f"importlib.import_module({name!r})\n"
        f"loaded = [heavy for heavy in {HEAVY!r} if heavy in sys.modules]\n"
        f"assert not loaded, ({name!r}, loaded)\n"
        for name in names
    )
    result = run_python(code)
    assert result.returncode == 0, result.stderr


def test_importing_the_package_costs_nothing():
    result = run_python("import sys, dnnlib; assert 'numpy' not in sys.modules; print(dnnlib.__version__)")
    assert result.returncode == 0, result.stderr


def test_the_walk_sees_forbidden_imports(tmp_path):
    file = tmp_path / "example.py"
    file.write_text("import keras.layers\nfrom dnnlib.plots import style\ndef f():\n    import keras\n")
    found = list(imports(file))
    assert [forbidden(name, "datasets", inside) for name, inside, _ in found] == [True, True, False]
    assert forbidden("keras", "layers", inside=True) and not forbidden("dnnlib.layers.conv2d", "exercises", False)
    assert forbidden("dnnlib.layersabc", "exercises", False) and not forbidden("math", "layers", False)
