"""Tables of pages say what the code and the stored results say."""

import re

import pytest

from dnnlib.datasets import ladder
from tools import full_table


def rows_of(path):
    """Returns the rows of a page's tables as lists of their cells' text."""
    html = path.read_text(encoding="utf-8").partition("<article")[2]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.S)
    cells = (re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in rows)
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


@pytest.mark.parametrize("card", ladder.LADDER + ladder.SEQUENCES, ids=lambda card: card.name)
def test_the_page_of_data_sets_shows_every_card(path_of, card):
    page = path_of("pages/data_sets")
    name, size, form, classes, _ = next(row for row in rows_of(page) if row[0].replace("’", "'") == card.name)
    assert size == card.size() and form == card.form()
    assert classes == {None: "your folders", 0: "none"}.get(card.classes, str(card.classes))
    module, function = card.loader.split(".")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
    assert re.search(
        rf"{re.escape(name)}: {function} of {module}\..{{1,300}} Licence: {re.escape(card.licence)}\.", text
    )


@pytest.mark.parametrize("row", full_table.rows(), ids=lambda row: row["chapter"])
def test_the_page_of_the_full_profile_shows_every_result(path_of, row):
    number = f"{row['chapter'][0]}.{row['chapter'][1]}"
    (shown,) = [cells for cells in rows_of(path_of("pages/full_profile")) if cells[0] == number]
    assert shown[1].replace("’", "'") == row["measured"] and shown[2] == (row["result"] or "not run yet")
    assert shown[3:5] == [f"{part / 60:.1f}" if part else "–" for part in (row["seconds"], row["seconds on it"])]
    assert shown[5] == (f"{row['peak MB'] / 1000:.1f}" if row["peak MB"] else "–")


def test_the_page_of_the_full_profile_says_when_and_on_what_it_was_measured(path_of):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", path_of("pages/full_profile").read_text(encoding="utf-8")))
    assert f"Measured {full_table.days()} on {full_table.machines()[0]}." in page
