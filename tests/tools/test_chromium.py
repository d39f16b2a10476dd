"""The tests take any Chromium that starts, the machine's first, and install one only where none does."""

import contextlib
import subprocess
import sys
import types

import playwright.sync_api
import pytest

from tests import browser
from tools.book import chromium

STARTS, STUB = "exit 0\n", "exit 10\n"  # a stub is what some systems put in the place of a browser to be installed

# Knows one package, and puts what starts in its place
APT_GET = """
for name; do :; done  # the last argument
[ "$1" = update ] && echo update && exit
echo "$name"
[ "$name" = {released} ] && echo "exit 0" > "$name" && /bin/chmod +x "$name"
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose PATH is one folder, with a stub `chromium`; returns a function that puts a program there.

    A browser there is a script that ends at once. Playwright's own is the file `own`.
    """

    def put(name, script):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}")
        (tmp_path / name).chmod(0o755)

    def launch(executable_path=None, args=()):
        path = executable_path or tmp_path / "own"
        if subprocess.run(["/bin/sh", path], capture_output=True).returncode:
            raise playwright.sync_api.Error(f"{path} closed")
        return types.SimpleNamespace(path=str(path).rpartition("/")[2], close=lambda: None)

    fake = types.SimpleNamespace(chromium=types.SimpleNamespace(launch=launch))
    monkeypatch.setattr(browser, "sync_playwright", lambda: contextlib.nullcontext(fake))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.chdir(tmp_path)
    put("chromium", STUB)
    return put


def started():
    with browser.launch() as one:
        return one.path


def test_a_stub_is_passed_over_for_the_next_name(machine):
    machine("google-chrome", STARTS)
    machine("own", STARTS)
    assert started() == "google-chrome"


def test_a_stub_is_passed_over_for_playwrights_own(machine):
    machine("own", STARTS)
    assert started() == "own"


def test_without_any_the_tests_fail_and_say_what_to_do(machine):
    with pytest.raises(
        RuntimeError, match="'chromium-headless-shell' or 'chromium', or run: playwright install chromium"
    ):
        started()


def test_nothing_is_installed_where_one_starts(machine, capfd):
    for name in ("python", "apt-get"):
        machine(name, "echo installs")
    machine("google-chrome-stable", STARTS)
    chromium.main()
    assert "install" not in capfd.readouterr().out


def test_playwrights_is_installed_first_and_taken_in_spite_of_the_stub(machine, capfd):
    machine("python", 'echo "$*"; echo "exit 0" > own')
    machine("apt-get", "echo apt-get")
    chromium.main()
    assert capfd.readouterr().out == "-m playwright install --only-shell chromium\n" and started() == "own"


def test_the_shell_goes_before_a_whole_browser(machine):
    machine("google-chrome", STARTS)
    machine("chromium-headless-shell", STARTS)
    assert started() == "chromium-headless-shell"


@pytest.mark.parametrize("released", ["chromium-headless-shell", "chromium"])
def test_debians_is_installed_where_playwrights_does_not_start(machine, capfd, released):
    machine("python", "exit 1")
    machine("apt-get", APT_GET.format(released=released))
    chromium.main()
    asked = capfd.readouterr().out.split()
    assert asked == ["update", "chromium-headless-shell", "chromium"][: 2 + (released == "chromium")]
    assert started() == released


def test_who_may_not_install_is_told_what_is_missing(machine, capfd, monkeypatch):
    machine("python", "exit 1")
    machine("apt-get", "echo apt-get")
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="NO CHROMIUM: expected one of chromium-headless-shell, chromium, "):
        chromium.main()
    assert "apt-get" not in capfd.readouterr().out
