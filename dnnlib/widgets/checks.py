"""What several explorables ask of the values that are set from Python."""

import math
from numbers import Integral, Real

import traitlets


class Checked(traitlets.Any):
    """A trait whose values a function checks and brings into one form.

    Args:
        check: Function (value, name, **limits) -> value that raises ValueError for what does not fit, e.g. `pair`.
        default: The trait's value to begin with.
        **limits: More arguments of the function.

    Raises:
        traitlets.TraitError: If a value does not fit, with the function's message.
    """

    def __init__(self, check, default, **limits):
        super().__init__(default)
        self.allow_none = default is None  # else None would pass by the check
        self.check, self.limits = check, limits

    def validate(self, obj, value):
        try:
            return self.check(value, self.name, **self.limits)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


def pair(value, name, least, most):
    """Returns a whole number, or one for each axis, as [height, width].

    Args:
        value: A whole number or a pair of them.
        name: The trait, for the message.
        least: Smallest number allowed.
        most: Largest number allowed.

    Raises:
        ValueError: If it is neither, or out of range.
    """
    numbers = list(value) if isinstance(value, (list, tuple)) else [value, value]
    if len(numbers) != 2 or not all(isinstance(n, Integral) and not isinstance(n, bool) for n in numbers):
        raise ValueError(f"{name}: expected a whole number or a pair (height, width), received {value!r}")
    if not all(least <= n <= most for n in numbers):
        raise ValueError(f"{name}: expected {least} to {most}, received {value!r}; others do not fit the figure")
    return [int(n) for n in numbers]


def chosen(preset, presets):
    """Returns the traits of a preset by its name, none for None.

    Args:
        preset: A name, or None.
        presets: Dict from names to dicts of traits.

    Raises:
        ValueError: If there is no such preset.
    """
    if preset is not None and preset not in presets:
        raise ValueError(f"preset: expected one of {list(presets)}, received {preset!r}")
    return presets[preset] if preset is not None else {}


def table(value, name, most):
    """Returns a rectangular table of finite numbers as a list of lists; takes arrays too.

    Args:
        value: Rows of numbers.
        name: The trait, for the message.
        most: Largest number of rows and of columns.

    Raises:
        ValueError: If it is no such table.
    """
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
        raise ValueError(f"{name}: expected a list of rows, each a list of numbers, received {value!r}")
    height, widths = len(rows), {len(row) for row in rows}
    if len(widths) > 1:
        raise ValueError(f"{name}: expected rows of one length, received lengths {[len(row) for row in rows]}")
    if not (1 <= height <= most and 1 <= min(widths) <= most):
        raise ValueError(f"{name}: expected 1 to {most} rows and columns, received {height} x {min(widths, default=0)}")
    for number in (n for row in rows for n in row):
        if isinstance(number, bool) or not isinstance(number, Real) or not math.isfinite(number):
            raise ValueError(f"{name}: expected finite numbers, received {number!r}")
    return [[number + 0 for number in row] for row in rows]
