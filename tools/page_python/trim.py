"""Takes from the interpreter's module what this book never calls: names of functions, and functions.

A function that is left out becomes one `unreachable`: were it called after all, the interpreter would stop with a trap,
which the page reports, and never compute something else. Constants stay as they are.
"""

import hashlib
import itertools
import json

from tools.page_python import wasm

PAGE = 65536  # bytes
LARGEST = 2**30  # bytes of memory that a reader's code may fill before it gets a MemoryError


def trimmed(module, kept=None):
    """Returns a module without names and without the functions that are not kept.

    Args:
        module: The module's bytes.
        kept: Ranges (first, number) of the functions to keep, which the module itself defines; None keeps all.

    Returns:
        The smaller module's bytes. Its memory grows up to ``LARGEST``, where the original's has no end.

    Raises:
        ValueError: If the ranges do not fit the module.
    """
    parts = []
    imported = wasm.imported(module)
    for kind, content in wasm.sections(module):
        if kind == wasm.MEMORY:
            content = bounded(content)
        if kind == wasm.ELEMENT and kept is not None:
            content = pointers(content, kept, imported)
        if kind == wasm.CODE and kept is not None:
            content = wasm.code(only(wasm.bodies(content), kept))
        if kind != wasm.CUSTOM:
            parts.append((kind, content))
    return wasm.joined(parts)


def only(functions, kept):
    """Returns the bodies, those out of all ranges as ``unreachable``."""
    out = [wasm.UNREACHABLE] * len(functions)
    end = 0
    for first, count in kept:
        if not end <= first < first + count <= len(functions):
            raise ValueError(f"expected ranges in order within {len(functions)} functions, received {first}, {count}")
        end = first + count
        out[first:end] = functions[first:end]
    return out


def pointers(elements, kept, imported):
    """Returns the table of pointers to functions, with all to functions that are left out as one to the first of them.

    A call through such a pointer is a trap as well, of the function itself or of its wrong type.
    """
    held = {*range(imported), *(imported + place for first, count in kept for place in range(first, first + count))}
    head, pointed = wasm.pointed(elements)
    trap = next((place for place in itertools.count() if place not in held), None)
    return head + b"".join(wasm.number(place if place in held else trap) for place in pointed)


def bounded(memory):
    """Returns the memory section of one memory without a largest size, with one."""
    count, at = wasm.read_number(memory, 0)
    smallest, end = wasm.read_number(memory, at + 1)
    if (count, memory[at], end) != (1, 0, len(memory)):
        raise ValueError(f"expected one memory without a largest size, found {bytes(memory)!r}")
    return b"\x01\x01" + wasm.number(smallest) + wasm.number(LARGEST // PAGE)


def kept_functions(file, module):
    """Reads which functions of a module to keep.

    Args:
        file: The JSON file that tools/page_python/coverage.py writes.
        module: The module's bytes.

    Returns:
        Ranges (first, number), in order.

    Raises:
        ValueError: If the file was made for another module.
    """
    stored = json.loads(file.read_text(encoding="utf-8"))
    found = hashlib.sha256(module).hexdigest()
    if stored["module"] != found:
        raise ValueError(
            f"{file.name}: expected functions of the module with SHA-256 {found}, found those of {stored['module']}; "
            "renew it: python -m tools.page_python.coverage"
        )
    return stored["kept"]
