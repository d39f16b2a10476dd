"""What the workers of a compiled program exchange: its collective operations, and their bytes."""

import re
from math import prod
from typing import NamedTuple

KINDS = ("all-reduce", "all-gather", "all-to-all", "reduce-scatter", "collective-permute")
LINE = re.compile(rf"= (?P<results>.+?) (?P<kind>{'|'.join(KINDS)})(?:-start)?\(")
ARRAY = re.compile(r"\b(?:pred|(?:s|u|f|bf|c)(\d+))\[([\d,]*)\]")  # a type of so many bits, and a shape
NAME = re.compile(r'op_name="([^"]*)"')


class Collective(NamedTuple):
    """One exchange among all workers.

    Attributes:
        kind: "all-reduce" (the sum, for everybody), "all-gather" (all parts, for everybody), "all-to-all",
            "reduce-scatter" or "collective-permute".
        shapes: Of the arrays that it leaves with each worker.
        bytes: Of these arrays.
        operation: What in the program asked for it, e.g. "jit(train_step)/jvp(fc3)/dot_general"; "" if it does not say.
    """

    kind: str
    shapes: tuple
    bytes: int
    operation: str


def collectives(program):
    """Returns the exchanges of a compiled program, in its order.

    Args:
        program: Its text. With XLA_FLAGS="--xla_dump_to=FOLDER --xla_dump_hlo_as_text", XLA writes the one of Keras's
            training step on CPUs to FOLDER/module_….jit_train_step.cpu_after_optimizations.txt.

    Returns:
        A list of `Collective`.

    Raises:
        ValueError: If the text is not a program of XLA.

    Source: XLA's operation semantics.
    """
    if not program.startswith("HloModule"):
        raise ValueError(f"program: expected XLA's text, which starts with HloModule, received {program[:40]!r}")
    return [_collective(line, found) for line in program.splitlines() if (found := LINE.search(line))]


def _collective(line, found):
    arrays = [
        (int(bits or 8) // 8, tuple(int(size) for size in shape.split(",") if size))
        for bits, shape in ARRAY.findall(found["results"])
    ]
    named = NAME.search(line)
    return Collective(
        found["kind"],
        tuple(shape for _, shape in arrays),
        sum(size * prod(shape) for size, shape in arrays),
        named[1] if named else "",
    )
