"""What the long experiments of tools/experiments measured, with date and versions."""

import json
from pathlib import Path

FOLDER = Path(__file__).with_name("results")  # a link to data/results, so that it is installed with the package


def load_results(name):
    """Returns what a script of tools/experiments stored.

    Args:
        name: The script's name, e.g. "structure".

    Returns:
        A dict with "command", "date", "machine", "versions", "seconds" and "results".

    Raises:
        ValueError: If there are no results of that name.
    """
    path = FOLDER / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.json")))
        raise ValueError(f"load_results: expected one of {known or '(none yet)'}, received {name!r}")
    return json.loads(path.read_text(encoding="utf-8"))
