"""The set-up cell installs what is missing, once, and nothing else."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import setup_cell
from tools.address import read_address

ROOT = Path(__file__).parents[2]
FIND_SPEC = importlib.util.find_spec


def run(monkeypatch, missing=(), profile=None):
    """Runs the cell with some packages missing; returns what it would install."""
    installed = []
    source = re.sub(r"%pip (.*)", r"installed.append(r'''\1''')", setup_cell.text())
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else FIND_SPEC(name))
    if profile is None:
        monkeypatch.delenv("BOOK_PROFILE", raising=False)
    else:
        monkeypatch.setenv("BOOK_PROFILE", profile)
    exec(source, {"installed": installed})
    return installed


def test_installs_nothing_where_all_is_there_and_prints_the_profile(monkeypatch, capsys):
    assert run(monkeypatch) == []
    assert capsys.readouterr().out == "Profile: quick\n"


def test_installs_only_what_is_missing_and_can_upgrade_nothing(monkeypatch):
    url, branch = read_address()
    library = f'install -q --no-deps "dnnlib @ git+{url}@{branch}"'  # another word here could upgrade a package
    assert run(monkeypatch, missing={"dnnlib"}) == [library]
    assert run(monkeypatch, missing={"anywidget"}) == ["install -q anywidget"]
    assert run(monkeypatch, missing={"anywidget", "dnnlib"}) == ["install -q anywidget", library]


def test_profile_is_explicit(monkeypatch, capsys):
    run(monkeypatch, profile="full")
    assert capsys.readouterr().out == "Profile: full\n"
    with pytest.raises(AssertionError, match="received 'fast'"):
        run(monkeypatch, profile="fast")


def test_another_package_of_the_same_name_is_named_and_not_overwritten(monkeypatch, tmp_path):
    """StyleGAN's code brings a package called dnnlib."""
    with pytest.raises(ImportError, match="expected the book's dnnlib, found another package of that name in .*dnnlib"):
        run(monkeypatch, missing={"dnnlib.plots"})


def test_a_real_package_of_that_name_on_the_path_ends_the_cell_with_its_place(tmp_path):
    (tmp_path / "dnnlib").mkdir()
    (tmp_path / "dnnlib" / "__init__.py").write_text("class EasyDict(dict): ...\n", encoding="utf-8")
    (tmp_path / "cell.py").write_text(re.sub(r"%pip .*", "raise SystemExit('installs')", setup_cell.text()))
    # The finder of this checkout, if it is installed in place, knows dnnlib.plots whatever the path says.
    alone = "import runpy, sys; sys.meta_path = [one for one in sys.meta_path if 'editable' not in str(one)]; "
    done = subprocess.run(
        [sys.executable, "-c", f"{alone}runpy.run_path('cell.py')"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and "expected the book's dnnlib, found another package of that name in " in last
    assert str(tmp_path / "dnnlib") in last


def test_what_the_cell_installs_brings_the_stored_results_and_the_explorables(tmp_path):
    """The line installs from the address; the same sources are built here."""
    source = tmp_path / "source"  # a copy: a build leaves its traces in the folder
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("dnnlib", "data/results"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, source]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    stored = {f"dnnlib/datasets/results/{path.name}" for path in (ROOT / "data" / "results").glob("*.json")}
    assert stored and stored <= names
    assert {f"dnnlib/widgets/{path.name}" for path in (ROOT / "dnnlib" / "widgets").glob("*.mjs")} <= names
