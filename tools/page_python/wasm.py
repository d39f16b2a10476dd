"""Reads and writes WebAssembly modules as far as taking functions out of one asks for.

Source: the WebAssembly Core Specification 3.0, chapter 5, "Binary Format".
"""

MAGIC = b"\0asm\x01\0\0\0"
CUSTOM, MEMORY, CODE = 0, 5, 10  # numbers of sections
UNREACHABLE = b"\x00\x00\x0b"  # the body of a function without locals: unreachable, end


def read_number(data, at):
    """Reads an unsigned LEB128 number.

    Args:
        data: The bytes.
        at: Where the number starts.

    Returns:
        The number, and where it ends.
    """
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def number(value):
    """Returns a number of 0 or more in unsigned LEB128."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def sections(module):
    """Returns a module's sections as pairs (number, content), in order.

    Raises:
        ValueError: If it is no WebAssembly module of version 1.
    """
    if bytes(module[:8]) != MAGIC:
        raise ValueError(f"expected a WebAssembly module of version 1, found bytes that start {bytes(module[:8])!r}")
    found, at = [], 8
    view = memoryview(module)
    while at < len(module):
        size, start = read_number(module, at + 1)
        found.append((module[at], view[start : start + size]))
        at = start + size
    return found


def joined(parts):
    """Returns the module that has these sections."""
    return MAGIC + b"".join(b"".join((bytes([kind]), number(len(content)), content)) for kind, content in parts)


def bodies(code):
    """Returns the bodies of all functions, from the content of the code section."""
    count, at = read_number(code, 0)
    found = []
    for _ in range(count):
        size, at = read_number(code, at)
        found.append(code[at : at + size])
        at += size
    return found


def code(functions):
    """Returns the content of the code section with these bodies."""
    return b"".join([number(len(functions)), *(part for body in functions for part in (number(len(body)), body))])
