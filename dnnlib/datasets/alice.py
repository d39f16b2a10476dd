"""A book as a sequence of characters: "Alice's Adventures in Wonderland"."""

import gzip
from pathlib import Path

from dnnlib.datasets.card import Card

FILE = Path(__file__).with_name("alice.txt.gz")
CARD = Card(
    name="Alice's Adventures in Wonderland",
    loader="alice.load_alice",
    examples={"characters": 141_673},
    shape=(),
    classes=0,
    comes="bundled",
    licence="public domain",
    source="L. Carroll, 1865; the copy of the Canterbury corpus",
)


def load_alice():
    """Loads the book that came out in 1865, in the public domain everywhere.

    Returns:
        A text of 141,673 characters with one paragraph, verse or title a line. Words in capitals are emphasised;
        ` and ' are quotation marks.

    Source: L. Carroll; how the text came here stands in data/SOURCES.md.
    """
    return gzip.decompress(FILE.read_bytes()).decode("ascii")
