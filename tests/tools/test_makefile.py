"""The Makefile takes the Pythons for which TensorFlow has wheels, and says so of any other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = """#!/bin/sh
case "$1" in
    -c) exec "{python}" -c "import sys; sys.version_info = (3, {minor}, 0); $2" ;;
    --version) echo Python 3.{minor}.0 ;;
    *) echo was taken; exit 1 ;;
esac
"""


@pytest.mark.parametrize("minor, taken", [(10, False), (11, True), (13, True), (14, False)])
@pytest.mark.parametrize("variable, target", [("PYTHON", ".venv/.made"), ("COLAB_PYTHON", ".venv-colab/.made")])
def test_only_pythons_with_a_tensorflow_are_taken(tmp_path, variable, target, minor, taken):
    folder = tmp_path / "a folder"  # a space in a path is no reason to fail
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "constraints.txt", "constraints-colab.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    python = folder / "python"
    python.write_text(PYTHON.format(python=sys.executable, minor=minor))
    python.chmod(0o755)
    # `make test` runs this too: nothing that it was told goes on to the make within
    alone = {"PATH": os.environ["PATH"]}
    command = ["make", f"{variable}={python}", target]
    made = subprocess.run(command, cwd=folder, env=alone, capture_output=True, text=True)
    assert ("was taken" in made.stdout) == taken
    says = f"expected Python 3.11 to 3.13 (TensorFlow has wheels for no other), found: Python 3.{minor}.0. Install"
    assert (says in made.stderr) != taken
