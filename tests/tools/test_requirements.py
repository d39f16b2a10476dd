"""requirements.txt admits what CI and Colab have: else the book would ask for what no reader on Colab gets."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def requirements(name):
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return {found.name.lower(): found.specifier for found in map(Requirement, filter(None, lines))}


@pytest.mark.parametrize("pins", ["constraints.txt", "constraints-colab.txt"])
def test_every_range_admits_the_pinned_version(pins):
    ranges, pinned = requirements("requirements.txt"), requirements(pins)
    if pins == "constraints.txt":
        assert ranges.keys() <= pinned.keys()
    versions = {name: str(pinned[name]).removeprefix("==") for name in ranges.keys() & pinned.keys()}
    assert len(versions) >= 10
    assert [f"{name}{ranges[name]}, not {v}" for name, v in versions.items() if not ranges[name].contains(v)] == []
