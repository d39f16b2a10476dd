"""Each chapter's head says what it needs on Colab, as the measured times say it."""

import pytest

from tools import colab_line, notebooks

TIMES = {"91_one": {"seconds": 41}, "92_two": {"seconds": 61}}
FULL = {"seconds": 540, "processor seconds": 431}
FIRST = "# Title\n\nWhy.\n\n**Time:** about 50 minutes to read, 60 more for the exercises.\n\n## What …\n\n- A."


@pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)
def test_a_chapter_says_it_behind_its_minutes(path):
    first = notebooks.load(path).cells[0].source
    line = colab_line.line_of(path.stem)
    assert f" more for the exercises.\n\n{line}\n\n" in first, "run `python -m tools.colab_line`"


@pytest.mark.parametrize(
    ("stem", "results", "line"),
    [
        ("91_one", {}, "All cells run in about a minute."),
        ("92_two", {}, "All cells run in about 2 minutes."),
        ("91_one", {"91_one": (FULL, None)}, "in about a minute, and in the full profile in about 8 minutes."),
        ("91_one", {"91_one": ({"seconds": 30}, None)}, "in about a minute, in the full profile too."),
        (
            "91_one",
            {"91_one": (FULL, {"seconds": 50})},
            "and in the full profile in about 8 minutes, or about a minute with a GPU.",
        ),
    ],
    ids=["quick", "rounded up", "full", "as short", "with a GPU"],
)
def test_the_line_is_made_from_what_was_measured(stem, results, line):
    made = colab_line.line_of(stem, TIMES, results)
    assert made.startswith("**On Colab:** a CPU is enough. All cells run in about ") and made.endswith(line)


def test_a_chapter_that_was_never_measured_is_refused():
    with pytest.raises(ValueError, match="93_three: expected its seconds in chapter_times.json; run"):
        colab_line.line_of("93_three", TIMES, {})


def test_the_line_goes_behind_the_minutes_once_and_an_older_one_goes():
    once = colab_line.with_line(FIRST, "**On Colab:** a.")
    assert once.splitlines()[4:8] == [FIRST.splitlines()[4], "", "**On Colab:** a.", ""]
    assert colab_line.with_line(once, "**On Colab:** a.") == once
    assert colab_line.with_line(once, "**On Colab:** b.") == once.replace("a.\n\n##", "b.\n\n##")
    with pytest.raises(ValueError, match="expected `..Time"):
        colab_line.with_line("# Title", "**On Colab:** a.")
