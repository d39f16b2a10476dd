"""Sees to it that the tests have a Chromium: the machine's, Playwright's, or Debian's."""

import os
import shutil
import subprocess
import sys

from tests.browser import NAMES, launch

PLAYWRIGHT = ("-m", "playwright", "install", "--only-shell", "chromium")
APT = ("apt-get", "install", "-y", "-q", "--no-install-recommends", "--no-remove")


def starts():
    """Says whether a Chromium starts, and why not."""
    try:
        with launch():
            return True
    except Exception as error:
        print(error, file=sys.stderr)
        return False


def main():
    """Installs a Chromium where none starts; ends with an error where none can be had."""
    if starts():
        return
    print("No Chromium starts on this machine. Installing Playwright's …", file=sys.stderr)
    subprocess.run([sys.executable, *PLAYWRIGHT], stdin=subprocess.DEVNULL)
    if not starts() and shutil.which("apt-get") and os.geteuid() == 0:
        print("Playwright's does not start. Installing Debian's …", file=sys.stderr)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], stdin=subprocess.DEVNULL, env=quiet)
        for package in ("chromium-headless-shell", "chromium"):  # the first is not in every release
            if not subprocess.run([*APT, package], stdin=subprocess.DEVNULL, env=quiet).returncode:
                break
    if not starts():
        sys.exit(
            f"NO CHROMIUM: expected one of {', '.join(NAMES)}, or Playwright's own, found none that starts and could "
            "install none. The browser tests cannot run. Install the package 'chromium-headless-shell' or 'chromium', "
            "and try again."
        )


if __name__ == "__main__":
    main()
