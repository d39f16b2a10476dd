"""The set-up cell: the first code cell of every chapter, the same everywhere up to the chapter's own imports."""

from tools.address import read_address

TEMPLATE = """\
# Set-up. In Colab this installs the book's library once; nothing that is already there is upgraded.
import importlib.util
import os

if importlib.util.find_spec("anywidget") is None:
    %pip install -q anywidget
library = importlib.util.find_spec("dnnlib")
if library is None:
    %pip install -q --no-deps "dnnlib @ git+{url}@{branch}"
elif importlib.util.find_spec("dnnlib.plots") is None:
    raise ImportError(f"expected the book's dnnlib, found another package of that name in {{library.origin}}: "
                      "move it away, or start the notebook in another environment")

from dnnlib.plots import style
from dnnlib.watching import watch_training

PROFILE = os.environ.get("BOOK_PROFILE", "quick")  # "quick": any laptop, no network; "full": real data, a GPU
assert PROFILE in ("quick", "full"), f'PROFILE: expected "quick" or "full", received {{PROFILE!r}}'
style.use()
if PROFILE == "full":
    watch_training()
print("Profile:", PROFILE)
"""

METADATA = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["hide-cell"]}


def text():
    """Returns the source of the set-up cell with the repository's address; a chapter's imports follow it."""
    return TEMPLATE.format(**read_address()._asdict()).rstrip("\n")
