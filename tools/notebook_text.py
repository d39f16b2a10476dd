"""A notebook as text to read in a diff: its cells and their outputs in words, without figures, widgets and counts.

Switched on in a clone by `git config diff.notebook.textconv ".venv/bin/python -m tools.notebook_text"`.
"""

import json
import sys
from pathlib import Path


def as_text(notebook):
    """Returns the lines of a notebook, given as the dict that its file holds."""
    lines = []
    for number, cell in enumerate(notebook["cells"]):
        tags = " ".join(cell["metadata"].get("tags", []))
        lines += [f"━━ {number} {cell['cell_type']} {tags}".rstrip(), *"".join(cell["source"]).split("\n")]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = (
                output.get("text") or data.get("text/markdown") or data.get("text/plain") or [output.get("ename", "")]
            )
            drawn = any(kind.startswith("image/") for kind in data)
            lines += ["── figure"] if drawn else ["── output", *"".join(text).rstrip("\n").split("\n")]
    return lines


if __name__ == "__main__":
    print("\n".join(as_text(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
