"""Numbers as letters of base 64, the smallest text that a module of the book's pages can hold: see letters.mjs."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np

LETTERS = ascii_uppercase + ascii_lowercase + digits + "+/"


def packed(numbers, width):
    """Writes whole numbers, `width` letters each, the highest first.

    Args:
        numbers: Whole numbers from 0 to 64**width - 1.
        width: Letters a number.

    Raises:
        ValueError: If one is outside this range.
    """
    numbers = np.ravel(numbers)
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < 64**width:
        raise ValueError(
            f"expected whole numbers from 0 to {64**width - 1}, received {numbers.min()} to {numbers.max()}"
        )
    return "".join(LETTERS[int(n) >> 6 * place & 63] for n in numbers for place in reversed(range(width)))


def packed_runs(numbers, largest):
    """Writes whole numbers, a letter each; of zeros in a row, 2 to 63 - largest are one letter.

    Args:
        numbers: Whole numbers from 0 to `largest`.
        largest: The largest number; the letters beyond it stand for runs of zeros.
    """

    def shorter(match):
        return LETTERS[largest + len(match[0]) - 1] if len(match[0]) > 1 else match[0]

    return re.sub(f"A{{1,{64 - largest}}}", shorter, packed(numbers, 1))
