"""The book comes whole, as Carroll's text alone, from the file that data/SOURCES.md names."""

import hashlib
from pathlib import Path

from dnnlib.datasets.alice import FILE, load_alice

SOURCES = Path(__file__).parents[2] / "data" / "SOURCES.md"


def test_it_is_the_book_from_its_first_chapter_to_its_last_line():
    text = load_alice()
    lines = text.splitlines()
    assert len(text) == 141_673 and len(set(text.lower())) == 41
    assert lines[:2] == ["CHAPTER I", "Down the Rabbit-Hole"] and lines[2].startswith("Alice was beginning to get very")
    assert sum(line.startswith("CHAPTER ") for line in lines) == 12 and lines[-1] == "THE END"


def test_no_editor_speaks_in_it_and_no_line_of_print_breaks_a_sentence():
    text = load_alice()
    assert not any(word in text for word in ("[", "*", "\r", "  ", "FULCRUM", "Gutenberg", "later editions"))
    assert all(line == line.strip() and line for line in text.splitlines())
    assert "the dream of Wonderland of long ago" in text and "WAISTCOAT-POCKET, and looked at it" in text


def test_the_file_is_the_one_whose_source_is_told():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() in SOURCES.read_text(encoding="utf-8")
