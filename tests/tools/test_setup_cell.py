"""The set-up cell installs what is missing, once, and nothing else."""

import importlib.util
import re

import pytest

from tools import setup_cell
from tools.address import read_address

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
