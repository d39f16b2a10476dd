"""Writes the published errors of the architectures for the page: python -m tools.architectures_data"""

import json
from pathlib import Path

from dnnlib.widgets.ledger import NETWORKS
from tools.files import write_atomically

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "data" / "architectures.json"
ERRORS = ROOT / "dnnlib" / "widgets" / "shared" / "architectures_data.mjs"
KEYS = ("network", "protocol", "crops", "models", "top1", "top5", "source")


def errors():
    """Returns the entries for the page, each a dict with `KEYS`.

    What the page has no ledger of is left out, and with it every ensemble of different networks: it has no one number
    of operations.
    """
    entries = json.loads(SOURCE.read_text(encoding="utf-8"))["errors"]
    return [
        {key: entry.get(key) for key in KEYS}
        for entry in entries
        if entry["network"] in NETWORKS and not entry.get("mixed")
    ]


def module():
    """Returns the module's text."""
    entries = "".join(
        "  {\n"
        + "".join(f"    {key}: {json.dumps(value, ensure_ascii=False)},\n" for key, value in entry.items())
        + "  },\n"
        for entry in errors()
    )
    return (
        "// Errors of the architectures on ILSVRC's validation images. Made by tools/architectures_data.py\n\n"
        "/** Top-1 and top-5 errors are in %, null where not published; so are crops where no number is stated. */\n"
        f"export const ERRORS = [\n{entries}];\n"
    )


def main():
    """Writes it."""
    write_atomically(ERRORS, module())
    print(f"{ERRORS.name}: {len(errors())} entries, {ERRORS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
