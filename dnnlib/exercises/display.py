"""The checker's answers as cards in a notebook and as plain text in a terminal.

A card has no fixed text colour and no opaque background, so that it fits light and dark pages alike.
"""

import html
import re
from dataclasses import dataclass

import numpy as np

# Borders only: 3 to 1 against white and against black. The state is always written out too.
GREEN, RED, GREY, BLUE = "#2b9348", "#d9480f", "#7a7f87", "#3a7bd5"

# A page's own style may not suit the card's ground, so the card brings its own.
TINT = "color:inherit;background:rgba(128,128,128,.12);border:0"
CODE = f'<code style="{TINT};border-radius:3px;padding:0 .2em;font-size:.95em">'
BLOCK = f"{TINT};margin:.25em 0 0;padding:.5em .75em;overflow:auto;max-height:20em;border-radius:4px;line-height:1.4"
CARD = ("max-width:48em;margin:.5em 0;padding:.75em 1em;border:1px solid rgba(128,128,128,.4);border-radius:6px;"
        "line-height:1.5;overflow-wrap:anywhere;border-left:.35em solid ")

HEADLINES = {
    "passed": ("✓", "right", GREEN),
    "not attempted": ("○", "not attempted yet", GREY),
    "not a function": ("✗", "not yet: this is no function", RED),
    "wrong parameters": ("✗", "not yet: other parameters", RED),
    "raised": ("✗", "not yet: it stopped with an error", RED),
    "time limit": ("✗", "not yet: it does not come to an end", RED),
    "wrong type": ("✗", "not yet: another kind of result", RED),
    "wrong shape": ("✗", "not yet: another shape", RED),
    "known mistake": ("✗", "not yet: a known trap", RED),
    "related": ("✗", "not yet, but close", RED),
    "property": ("✗", "not yet: something that must hold does not", RED),
    "mismatch": ("✗", "not yet", RED),
    "changed input": ("✗", "not yet: the input was changed", RED),
}


@dataclass(frozen=True, repr=False)
class Result:
    """The answer to one attempt.

    Args:
        function: Name of the function that was checked.
        status: A key of ``HEADLINES``.
        message: Paragraphs, one a line; code between backticks.
        blocks: (title, code) pairs: the input, the learner's own output.
    """

    function: str
    status: str
    message: str
    blocks: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self):
        return self.status == "passed"

    def __repr__(self):
        symbol, words, _ = HEADLINES[self.status]
        return as_text(f"{symbol} {self.function}: {words}", self.message, self.blocks)

    def _repr_html_(self):
        symbol, words, colour = HEADLINES[self.status]
        return as_card(symbol, f"{html.escape(self.function)}: {words}", colour, self.message, self.blocks)


@dataclass(frozen=True, repr=False)
class Hints:
    """The hints given so far.

    Args:
        function: Name of the function to write.
        given: The hints, the newest last.
        total: How many there are.
    """

    function: str
    given: tuple[str, ...]
    total: int

    @property
    def message(self):
        left = self.total - len(self.given)
        ending = ("That was the last hint; the solution is folded below the exercise." if left == 0 else
                  f"{left} more {'hint is' if left == 1 else 'hints are'} left: ask again for the next.")
        return "\n".join([*(f"{i}. {text}" for i, text in enumerate(self.given, 1)), ending])

    def __repr__(self):
        return as_text(f"? {self.function}: hint {len(self.given)} of {self.total}", self.message)

    def _repr_html_(self):
        return as_card("?", f"{html.escape(self.function)}: hint {len(self.given)} of {self.total}", BLUE, self.message)


def as_text(headline, message, blocks=()):
    """Lays an answer out for a terminal."""
    lines = [headline, *message.split("\n")]
    for title, code in blocks:
        lines += [f"{title}:", *(f"    {line}".rstrip() for line in code.split("\n"))]
    return "\n".join(lines)


def as_card(symbol, headline, colour, message, blocks=()):
    """Lays an answer out as HTML without any asset, id or class."""
    parts = [f'<p style="margin:0;font-weight:600"><span aria-hidden="true" style="display:inline-block;'
             f'min-width:1.4em">{symbol}</span>{headline}</p>']
    for line in message.split("\n"):
        text = re.sub("`([^`]*)`", CODE + r"\1</code>", html.escape(line, quote=False))
        parts.append(f'<p style="margin:.5em 0 0">{text}</p>')
    for title, code in blocks:
        # Large arrays scroll, and whoever uses a keyboard must be able to reach what scrolls.
        parts.append(f'<p style="margin:.75em 0 0">{title}:</p><pre tabindex="0" role="group" aria-label="{title}" '
                     f'style="{BLOCK}">{html.escape(code, quote=False)}</pre>')
    return f'<div style="{CARD}{colour}">{"".join(parts)}</div>'


def show_arguments(names, arguments):
    """Writes arguments as assignments that can be pasted into a cell."""
    lines = [f"{name} = {show_value(value, indent=len(name) + 3)}"
             for name, value in zip(names, arguments, strict=True)]
    numbers_only = all(isinstance(value, (bool, int, float)) for value in arguments)
    return ("; " if numbers_only else "\n").join(lines)


def show_value(value, indent=0):
    """Writes a value so that it can be read: arrays as code, long things cut, addresses left out."""
    if isinstance(value, (list, tuple)):
        items = [show_value(item, indent + 1) for item in value[:20]] + ["…"] * (len(value) > 20)
        lines = any(item.startswith("np.array") for item in items)
        start, end = "[]" if isinstance(value, list) else ("(", ",)" if len(value) == 1 else ")")
        return start + (",\n" + " " * (indent + 1) if lines else ", ").join(items) + end
    if isinstance(value, np.ndarray) and value.ndim > 0:
        start = "np.array("
        text = np.array2string(value, separator=", ", prefix=" " * indent + start, threshold=200)
        return start + re.sub(r"\n\s*\n", "\n", text) + ")"
    try:
        return shorten(str(value) if isinstance(value, (np.generic, np.ndarray)) else repr(value))
    except Exception:  # an integer of over 4300 digits, or an object's own fault
        return f"<{type(value).__name__} that cannot be written out>"


def show_grid(values, right):
    """Writes an array as a grid of numbers, those that are wrong in brackets.

    Args:
        values: Array of numbers; of more than two axes, the first slice with a wrong number is shown.
        right: Array of bools of the same shape.
    """
    title = ""
    if values.ndim > 2:
        place = tuple(np.argwhere(~right)[0][2:])
        title = f"[:, :, {', '.join(map(str, place))}]\n"
        values, right = values[(..., *place)], right[(..., *place)]
    values, right = np.atleast_2d(values)[:20, :20], np.atleast_2d(right)[:20, :20]
    cells = [[f" {value:.4g} " if good else f"[{value:.4g}]" for value, good in zip(*rows, strict=True)]
             for rows in zip(values, right, strict=True)]
    width = max(len(cell) for row in cells for cell in row)
    return title + "\n".join(" ".join(cell.rjust(width) for cell in row).rstrip() for row in cells)


def shorten(text, length=400):
    """Cuts long text and takes out memory addresses, which differ from run to run."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    return text if len(text) <= length else text[:length] + " …"
