"""How the prose of the chapters moves, beside that of peers: figures to look at, not to obey.

    python -m tools.prose [PATH ...]     # without a path: all chapters

What counts is the running text before "Exercises": no code, tables, formulas, headings, folded answers, or labels such
as "Figure 1.". Below the table: terms that come before the place that sets them in bold, and those that are set in bold
only in a chapter that the reader need not have read.
"""

import re
import statistics
import sys
from pathlib import Path

from tools import notebooks

NOTATION = notebooks.ROOT / "pages" / "notation.md"
SHORT, LONG = 6, 30  # words
# Counted in the same way on the published texts in November 2026 (d2l: six sections on convolutional networks).
PEERS = {
    "d2l": "words a sentence 17.5-20.2, short 3-6 %, long 9-16 %, questions 0-0.8, colons 2-5",
    "CS231n": "words a sentence 22.3, short 13 % (lists), long 23 %, questions 0.7, colons 10",
}
ABBREVIATIONS = r"\b(et al|e\.g|i\.e|cf|vs|approx|Figs?|Eqs?|No|pp?)\.(?=\s)"
TERM = r"(?<!^)(?<!> )\*\*([a-zA-Z][\w -]{2,40})\*\*"
# Ordinary words that are set in bold for weight
EMPHASIS = {
    "all",
    "both",
    "code",
    "each",
    "every",
    "half",
    "inside",
    "largest",
    "local",
    "most",
    "one",
    "row",
    "shifts",
}
HEAD = ("chapter", "words", "a sentence", f"≤ {SHORT}", f"> {LONG}", "? / 1000", ": / 1000", "(…)")


def running_text(notebook):
    """Returns the paragraphs of a chapter before its exercises, in plain words: formulas and code become X."""
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            before, found, _ = cell.source.partition("## Exercises")
            texts.append(before)
            if found:
                break
    text = "\n\n".join(texts)
    for pattern, new in (
        (r"```.*?```", ""),
        (r"\$\$.*?\$\$", ""),
        (r"^\|.*$", ""),
        (r"^#+ .*$", ""),
        (r"<details.*?</details>", "\n\n"),
        (r"</?\w[^>]*>", "\n\n"),
        (r"\$[^$]*\$|`[^`]*`", "X"),
        (r"!?\[([^\]]*)\]\([^)]*\)", r"\1"),
        (r"^\*\*On Colab:\*\*.*$", ""),
        (r"^> ?", ""),
        (r"^\*\*(Time|You need|Predict|Note|Where the slides err|Figure \d+|Table \d+)[:.]*\*\*[:.]*", ""),
        (r"\*+", ""),
    ):
        text = re.sub(pattern, new, text, flags=re.M | (re.S if ".*?" in pattern else 0))
    text = re.sub(ABBREVIATIONS, r"\1", text)
    parts = re.split(r"\n\s*\n|\n(?=\s*(?:- |\d+\. ))", text)
    plain = (re.sub(r"^\s*(?:- |\d+\. )", "", part) for part in parts)
    return [" ".join(part.split()) for part in plain if len(part.split()) > 2]


def sentences(paragraph):
    """Splits a paragraph; a point within a number or before a small letter ends nothing."""
    return [part for part in re.split(r"(?<=[.?!])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])", paragraph) if part.strip()]


def measured(notebook):
    """Returns what the table shows of one chapter, as a tuple of numbers.

    Returns:
        (words, words a sentence, share of short and of long sentences in %, questions and colons in 1,000 words,
        whole sentences in brackets).
    """
    paragraphs = running_text(notebook)
    lengths = [len(sentence.split()) for paragraph in paragraphs for sentence in sentences(paragraph)]
    text, words = "\n".join(paragraphs), sum(lengths)
    return (
        words,
        statistics.mean(lengths),
        100 * sum(n <= SHORT for n in lengths) / len(lengths),
        100 * sum(n > LONG for n in lengths) / len(lengths),
        1000 * text.count("?") / words,
        1000 * len(re.findall(r":(?=\s|$)", text, re.M)) / words,
        len(re.findall(r"(?:^|(?<=[.?!] ))\([A-Z][^()]*[.?!]\)", text, re.M)),
    )


def used_before_defined(notebook):
    """Returns the terms in bold that the running text uses before the paragraph that sets them in bold.

    The first cell, which says what the chapter is about, does not count as a use.

    Returns:
        A list of (term, cell of the first use, cell of the definition).
    """
    cells = _cells(notebook)
    early = []
    for term, defined in terms(notebook).items():
        word = re.compile(rf"(?<!\*)\b{re.escape(term)}\b(?!\*)", re.I)
        first = next((number for number, text in cells if number < defined and word.search(text)), None)
        if first is not None and term not in EMPHASIS:
            early.append((term, first, defined))
    return early


def _cells(notebook):
    """Returns (number, text without headings) of the Markdown cells after the first and before the exercises."""
    cells = [(number, cell.source) for number, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"][1:]
    last = next((place for place, (_, text) in enumerate(cells) if "## Exercises" in text), len(cells))
    return [(number, re.sub(r"^#+ .*$", "", text, flags=re.M)) for number, text in cells[:last]]


def terms(notebook):
    """Returns {term set in bold, in small letters: its first cell}."""
    found = {}
    for number, text in _cells(notebook):
        for term in re.findall(TERM, text):
            found.setdefault(term.lower(), number)
    return found


def needed(stem, book):
    """Returns the stems of the chapters that a chapter's first cell needs, and that those need."""
    seen, waiting = set(), [stem]
    while waiting:
        says = re.search(r"\*\*You need:?\*\*.*?(?:\n\n|\Z)", book[waiting.pop()].cells[0].source, re.S)
        new = {name for name in re.findall(r"(\w+)\.ipynb", says[0] if says else "") if name in book} - seen
        seen |= new
        waiting += new
    return seen - {stem}


def defined_where_not_needed(stem, book):
    """Returns {term: stem of the chapter that defines it} of a chapter's words that it and those it needs don't define.

    Args:
        stem: The chapter.
        book: {stem: notebook} of all chapters.
    """
    explained = re.findall(r"^([A-Z].*)\n: ", NOTATION.read_text(encoding="utf-8"), re.M)
    known = {word.lower() for word in explained}.union(
        EMPHASIS, *(terms(book[name]) for name in {stem} | needed(stem, book))
    )
    text = "\n".join(running_text(book[stem]))
    found = {term: other for other, notebook in reversed(book.items()) for term in terms(notebook)}
    return {
        term: other
        for term, other in found.items()
        if term not in known and re.search(rf"\b{re.escape(term)}s?\b", text, re.I)
    }


def main(arguments=None):
    """Prints the table, the peers' figures and the terms that come too early."""
    paths = [Path(path) for path in arguments or []] or notebooks.chapters()
    row = "{:30}{:>7}{:>12}{:>8}{:>8}{:>10}{:>10}{:>7}"
    print(row.format(*HEAD))
    for path in paths:
        words, mean, short, long, questions, colons, brackets = measured(notebooks.load(path))
        shown = (words, f"{mean:.1f}", f"{short:.0f} %", f"{long:.0f} %", f"{questions:.1f}", f"{colons:.1f}", brackets)
        print(row.format(path.stem[:29], *shown))
    for name, figures in PEERS.items():
        print(f"{name:30}{figures}")
    for path in paths:
        for term, first, defined in used_before_defined(notebooks.load(path)):
            print(f"{path.stem}: “{term}” is set in bold in cell {defined}, and used in cell {first} before")
    book = {path.stem: notebooks.load(path) for path in notebooks.chapters()}
    for stem in (path.stem for path in paths if path.stem in book):
        if found := defined_where_not_needed(stem, book):
            listed = ", ".join(f"{term} ({other.partition('_')[0]})" for term, other in sorted(found.items()))
            print(f"{stem}: set in bold only in chapters that it does not need: {listed}")


if __name__ == "__main__":
    main(sys.argv[1:])
