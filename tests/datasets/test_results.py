"""Stored results: readable by name, complete, and installed with the package."""

import pytest

from dnnlib.datasets.results import FOLDER, load_results
from tools.experiments.record import RESULTS

ABOUT = {"command", "date", "machine", "versions", "seconds", "results"}
BY_SCRIPTS = [path.stem for path in sorted(FOLDER.glob("*.json"))]


@pytest.mark.parametrize("name", BY_SCRIPTS)
def test_results_say_how_when_and_on_what_they_were_made(name):
    assert ABOUT <= set(load_results(name))


def test_the_folder_of_the_package_is_the_one_that_the_scripts_write():
    assert FOLDER.resolve() == RESULTS.resolve()


def test_an_unknown_name_is_answered_with_those_that_exist():
    with pytest.raises(ValueError, match="expected one of .*received 'nonsense'"):
        load_results("nonsense")
