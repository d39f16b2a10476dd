"""Puts the repository's address wherever it stands; its one source is `repository:` in _config.yml.

python -m tools.address                              # make all files agree with _config.yml
python -m tools.address --set https://github.com/me/book [--branch main]
python -m tools.address --check                      # only say what disagrees
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

from tools.files import write_atomically

ROOT = Path(__file__).parents[1]
SLUG = r"[\w.-]+/[\w.-]+?"


class Address(NamedTuple):
    """The repository's page, and the branch that readers get."""

    url: str
    branch: str


def read_address(root=ROOT):
    """Returns the `Address` in _config.yml.

    Raises:
        ValueError: If it is missing there, or no address of a GitHub repository (Colab opens no other).
    """
    block = _block((root / "_config.yml").read_text(encoding="utf-8"))
    found = [re.search(rf"^ +{key}: *([^\s#]+)", block, re.M) for key in ("url", "branch")]
    if not all(found):
        raise ValueError("_config.yml: expected `repository:` with `url:` and `branch:`")
    return checked(Address(*(match[1].strip("\"'") for match in found)))


def checked(address):
    """Returns the address without a trailing slash or .git.

    Raises:
        ValueError: If it is not https://github.com/OWNER/NAME with a plain branch.
    """
    url = address.url.rstrip("/").removesuffix(".git")
    if not re.fullmatch(rf"https://github\.com/{SLUG}", url) or not re.fullmatch(r"[\w./-]+", address.branch):
        raise ValueError(f"address: expected https://github.com/OWNER/NAME and a branch, received {tuple(address)}")
    return Address(url, address.branch)


def files(root=ROOT):
    """Returns every file that may name the repository or its branch: chapters, pages, README, pyproject.toml, CI's."""
    patterns = ("chapters/*.ipynb", "*.md", "chapters/*.md", "pages/*.md", "pyproject.toml", ".github/workflows/*.yml")
    return sorted(path for pattern in patterns for path in root.glob(pattern))


def with_address(text, address, old=None):
    """Returns `text` with the address in pip lines and Colab links, workflows' branch, and mentions of `old` replaced.

    Args:
        text: A file's text.
        address: The `Address` to put in.
        old: The `Address` that plain links may still name.
    """
    if old is not None:
        text = re.sub(rf"{re.escape(old.url)}(?![\w-])", lambda _: address.url, text)
        text = re.sub(
            rf"({re.escape(address.url)}/(?:blob|tree|raw)/){re.escape(old.branch)}(?=/)",
            lambda match: match[1] + address.branch,
            text,
        )
    text = re.sub(
        rf"(dnnlib @ git\+)https://github\.com/{SLUG}@[\w./-]+",
        lambda match: f"{match[1]}{address.url}@{address.branch}",
        text,
    )
    text = re.sub(r"(\bbranches: \[|'refs/heads/)[\w./-]+", lambda match: match[1] + address.branch, text)
    slug = address.url.removeprefix("https://github.com/")
    return re.sub(
        rf"(colab\.research\.google\.com/github/){SLUG}/blob/[\w.-]+(?=/)",
        lambda match: f"{match[1]}{slug}/blob/{address.branch}",
        text,
    )


def disagreeing(root=ROOT):
    """Returns the files whose pip lines, Colab links or published branch differ from _config.yml."""
    address = read_address(root)
    return [path for path in files(root) if with_address(_read(path), address) != _read(path)]


def rewrite(address, root=ROOT):
    """Writes `address` into _config.yml and every file that names it; returns the files changed."""
    old, address = read_address(root), checked(address)
    config = root / "_config.yml"
    text = _read(config)
    block = _block(text)
    renewed = re.sub(r"(?m)^( +url: *)[^\s#]+", lambda match: match[1] + address.url, block)
    renewed = re.sub(r"(?m)^( +branch: *)[^\s#]+", lambda match: match[1] + address.branch, renewed)
    wanted = {config: text.replace(block, renewed)}
    wanted |= {path: with_address(_read(path), address, old) for path in files(root)}
    changed = [path for path, text in wanted.items() if text != _read(path)]
    for path in changed:
        write_atomically(path, wanted[path])
    return changed


def _block(config):
    """The lines under `repository:`."""
    match = re.search(r"^repository:.*\n(?:(?: .*)?\n)*", config, re.M)
    return match[0] if match else ""


def _read(path):
    return path.read_text(encoding="utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tools.address", description=__doc__.splitlines()[0])
    parser.add_argument("--set", metavar="URL", help="the new address, https://github.com/OWNER/NAME")
    parser.add_argument("--branch", help="the new branch")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a file disagrees")
    options = parser.parse_args(arguments)
    if options.check:
        wrong = disagreeing()
        for path in wrong:
            print(f"{path.relative_to(ROOT)}: another address than _config.yml; run `python -m tools.address`")
        return 1 if wrong else 0
    old = read_address()
    try:
        changed = rewrite(Address(options.set or old.url, options.branch or old.branch))
    except ValueError as error:
        parser.error(str(error))
    for path in changed:
        print("changed", path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
