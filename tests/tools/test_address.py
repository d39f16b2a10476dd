"""One address, in _config.yml, and every pip line and Colab link agrees with it."""

import pytest

from tools import address, setup_cell
from tools.address import Address

CONFIG = """title: A book
launch_buttons:
  colab_url: "https://colab.research.google.com"
repository:
  url: https://github.com/old-owner/book  # the one place
  branch: main
html:
  url: unrelated
"""
PAGE = """Read the [source](https://github.com/old-owner/book/blob/main/README.md) or
[open it](https://colab.research.google.com/github/old-owner/book/blob/main/chapters/01.ipynb).
Not ours: https://github.com/old-owner/bookshelf and https://github.com/keras-team/keras.
"""
NOTEBOOK = '"    %pip install -q --no-deps \\"dnnlib @ git+https://github.com/old-owner/book@main\\"\\n",\n'
WORKFLOW = """on:
  push:
    branches: [main]
jobs:
  publish:
    if: github.ref == 'refs/heads/main'
    steps: [{run: make main}]
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "README.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "01.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "book.yml").write_text(WORKFLOW, encoding="utf-8")
    return tmp_path


def test_every_file_of_the_book_agrees_with_its_configuration():
    assert address.disagreeing() == []


def test_set_up_cell_holds_the_address_and_is_short():
    url, branch = address.read_address()
    assert f'"dnnlib @ git+{url}@{branch}"' in setup_cell.text()
    assert len(setup_cell.text().splitlines()) <= 22


def test_a_new_address_goes_everywhere_and_nowhere_else(root):
    changed = address.rewrite(Address("https://github.com/new/place", "stable"), root)
    assert len(changed) == 4
    assert address.read_address(root) == Address("https://github.com/new/place", "stable")
    assert (root / "_config.yml").read_text() == CONFIG.replace("old-owner/book", "new/place").replace(
        "branch: main", "branch: stable"
    )
    page = (root / "README.md").read_text()
    assert "https://github.com/new/place/blob/stable/README.md" in page
    assert "colab.research.google.com/github/new/place/blob/stable/chapters/01.ipynb" in page
    assert "old-owner/bookshelf" in page and "keras-team/keras" in page
    assert (root / "chapters" / "01.ipynb").read_text() == NOTEBOOK.replace("old-owner/book@main", "new/place@stable")
    workflow = (root / ".github" / "workflows" / "book.yml").read_text()
    assert workflow == WORKFLOW.replace("[main]", "[stable]").replace("heads/main", "heads/stable")
    assert address.disagreeing(root) == []


def test_a_workflow_that_publishes_another_branch_is_named(root):
    file = root / ".github" / "workflows" / "book.yml"
    file.write_text(WORKFLOW.replace("heads/main", "heads/dev"), encoding="utf-8")
    assert address.disagreeing(root) == [file]


def test_a_second_rewrite_changes_nothing(root):
    new = Address("https://github.com/new/place.git", "main")
    address.rewrite(new, root)
    assert address.rewrite(new, root) == []


@pytest.mark.parametrize("name", ["README.md", "chapters/01.ipynb"])
def test_a_file_that_disagrees_is_named(root, name):
    file = root / name
    file.write_text(file.read_text().replace("old-owner/book", "someone/else"), encoding="utf-8")
    assert address.disagreeing(root) == [file]
    address.rewrite(address.read_address(root), root)
    assert address.disagreeing(root) == []


@pytest.mark.parametrize("url", ["https://gitlab.com/a/b", "https://github.com/only-owner", "github.com/a/b"])
def test_addresses_that_colab_cannot_open_are_refused(root, url):
    with pytest.raises(ValueError, match="expected https://github.com/OWNER/NAME"):
        address.rewrite(Address(url, "main"), root)
    assert (root / "_config.yml").read_text() == CONFIG


def test_a_refused_address_ends_the_command_in_one_line(capsys):
    with pytest.raises(SystemExit):
        address.main(["--set", "https://example.com/me/book"])
    assert "error: address: expected https://github.com/OWNER/NAME" in capsys.readouterr().err
