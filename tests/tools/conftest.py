"""A small notebook with all that makes stored outputs differ: a figure, a widget, stderr, pieces of stdout."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import setup_cell

SOURCES = [
    setup_cell.text(),
    "import sys\nimport time\n\nimport matplotlib.pyplot as plt\nimport anywidget\nimport traitlets",
    'print("one", flush=True)\ntime.sleep(0.3)\nprint("two", flush=True)\nprint("noise", time.time(), file=sys.stderr)',
    'fig, ax = plt.subplots()\nax.plot([0, 1], [0, 1], clip_on=True, label="line")\nax.legend()\nplt.show()',
    "class Counter(anywidget.AnyWidget):\n"
    '    _esm = "export default { render() {} }"\n'
    "    count = traitlets.Int(0).tag(sync=True)\n"
    '    packed = traitlets.Bytes(b"one").tag(sync=True)\n\n'
    '    def __repr__(self):\n        return "Counter"',
    "unseen = Counter(count=7)\nfirst, second = Counter(count=1), Counter(count=2)\nsecond",
    "first",
    "{}['key']",
]


@pytest.fixture
def notebook():
    cells = [new_markdown_cell("# A chapter", id="title")]
    cells += [new_code_cell(source, id=f"code-{number}") for number, source in enumerate(SOURCES)]
    cells[-1].metadata.tags = ["raises-exception"]
    cells[4].metadata = nbformat.from_dict({"mystnb": {"image": {"alt": "a line"}}, "collapsed": False})
    metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "other", "display_name": "x"}}
    return new_notebook(cells=cells, metadata=metadata)


@pytest.fixture
def path(notebook, tmp_path):
    path = tmp_path / "01_example.ipynb"
    nbformat.write(notebook, path)
    return path
