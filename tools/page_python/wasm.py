"""Reads and writes WebAssembly modules as far as taking functions out of one asks for.

Source: the WebAssembly Core Specification 3.0, chapter 5, "Binary Format".
"""

MAGIC = b"\0asm\x01\0\0\0"
CUSTOM, IMPORT, MEMORY, EXPORT, ELEMENT, CODE, DATA = 0, 2, 5, 7, 9, 10, 11  # numbers of sections
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


def signed_number(value):
    """Returns a number of 0 or more in signed LEB128."""
    out = number(value)
    # The last byte's bit of value 64 would make it negative
    return out if out[-1] < 64 else out[:-1] + bytes([out[-1] | 128, 0])


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


def functions_named(module):
    """Returns a dict from number to name of all functions, imported ones first, from the custom section "name"."""
    for kind, content in sections(module):
        size, at = read_number(content, 0)
        if kind != CUSTOM or bytes(content[at : at + size]) != b"name":
            continue
        at += size
        while at < len(content):
            part, (size, start) = content[at], read_number(content, at + 1)
            if part == 1:
                return names_in(content[start : start + size])
            at = start + size
    raise ValueError("expected a module with names of functions")


def names_in(content):
    """Returns a dict from number to name, from a vector of such pairs."""
    count, at = read_number(content, 0)
    found = {}
    for _ in range(count):
        place, at = read_number(content, at)
        size, at = read_number(content, at)
        found[place] = bytes(content[at : at + size]).decode()
        at += size
    return found


def imported(module):
    """Returns how many functions a module imports; it must import nothing else."""
    content = dict(sections(module)).get(IMPORT, b"\x00")
    count, at = read_number(content, 0)
    for _ in range(count):
        for _ in range(2):  # the names of the other module and of the function
            size, at = read_number(content, at)
            at += size
        if content[at] != 0:
            raise ValueError("expected imports of functions alone")
        _, at = read_number(content, at + 1)
    return count


def pointed(elements):
    """Reads the content of the section that fills the table of pointers to functions.

    Returns:
        The bytes before the list of functions, and that list.
    """
    # One active segment of functions, whose offset is an i32.const
    if bytes(elements[:3]) != b"\x01\x00\x41":
        raise ValueError(f"expected one list of functions, found bytes that start {bytes(elements[:3])!r}")
    count, at = read_number(elements, skipped(elements, 3) + 1)
    head, found = bytes(elements[:at]), []
    for _ in range(count):
        place, at = read_number(elements, at)
        found.append(place)
    return head, found


def locals_end(body):
    """Returns where the first instruction of a function's body stands, after the declarations of its locals."""
    count, at = read_number(body, 0)
    for _ in range(count):
        _, at = read_number(body, at)
        at += 1  # a type of one byte: numbers, vectors and the plain references
    return at


def skipped(data, at):
    """Returns where a LEB128 number ends, of either sign."""
    while data[at] & 128:
        at += 1
    return at + 1


# Instructions by what follows them. Numbers: of labels, locals, globals, types of blocks, tags, constants of 64 bits
ONE_NUMBER = {0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0C, 0x0D, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26}
ONE_NUMBER |= {0x3F, 0x40, 0x41, 0x42, 0xD0}
NOTHING = {0x00, 0x01, 0x05, 0x0A, 0x0B, 0x0F, 0x19, 0x1A, 0x1B, 0xD1, *range(0x45, 0xC5)}
BYTES = {0x43: 4, 0x44: 8}  # f32.const, f64.const
CALLS = {0x10, 0x12, 0xD2}  # call, return_call, ref.func
TWO_NUMBERS = {0x11, 0x13}  # call_indirect, return_call_indirect
MEMORY_ACCESS = range(0x28, 0x3F)


def calls(body):
    """Returns the set of the functions that a function's body names.

    Raises:
        ValueError: If it holds an instruction that is not in WebAssembly 3.0, or one for threads.
    """
    found = set()
    at = locals_end(body)
    while at < len(body):
        code, at = body[at], at + 1
        if code in CALLS:
            called, at = read_number(body, at)
            found.add(called)
        elif code in ONE_NUMBER:
            at = skipped(body, at)
        elif code in TWO_NUMBERS:
            at = skipped(body, skipped(body, at))
        elif code in MEMORY_ACCESS:
            at = after_access(body, at)
        elif code in BYTES:
            at += BYTES[code]
        elif code == 0x0E:  # br_table
            at = after_numbers(body, at, more=1)
        elif code == 0x1C:  # select with types
            at = after_numbers(body, at)
        elif code == 0x1F:  # try_table
            at = after_catches(body, skipped(body, at))
        elif code == 0xFC:
            at = after_bulk(body, at)
        elif code == 0xFD:
            at = after_vector(body, at)
        elif code not in NOTHING:
            raise ValueError(f"expected an instruction of WebAssembly 3.0 without threads, found {code:#x}")
    return found


def after_numbers(body, at, more=0):
    """Returns where a list of numbers ends, which starts with how many there are but for `more`."""
    count, at = read_number(body, at)
    for _ in range(count + more):
        at = skipped(body, at)
    return at


def after_access(body, at):
    """Returns where the alignment, the memory if it is not the first, and the offset of an access end."""
    flags, at = read_number(body, at)
    return skipped(body, skipped(body, at) if flags & 64 else at)


def after_catches(body, at):
    """Returns where the clauses of a try_table end."""
    count, at = read_number(body, at)
    for _ in range(count):
        kind, at = body[at], at + 1
        if kind in (0, 1):  # catch, catch_ref: they name a tag
            at = skipped(body, at)
        at = skipped(body, at)
    return at


def after_bulk(body, at):
    """Returns where an instruction of 0xFC ends: saturating conversions, and bulk moves."""
    code, at = read_number(body, at)
    if code in (8, 10, 12, 14):
        return skipped(body, skipped(body, at))
    return skipped(body, at) if code >= 9 else at


def after_vector(body, at):
    """Returns where an instruction of 0xFD ends."""
    code, at = read_number(body, at)
    if code <= 11 or code in (92, 93):  # loads and stores
        return after_access(body, at)
    if code in (12, 13):  # v128.const, i8x16.shuffle
        return at + 16
    if 21 <= code <= 34:  # lanes
        return at + 1
    return after_access(body, at) + 1 if 84 <= code <= 91 else at  # loads and stores of lanes
