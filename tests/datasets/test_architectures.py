"""Published numbers: readable by part, with a source each, one winner a year, and the figures that papers repeat."""

import pytest

from dnnlib.datasets.architectures import FILE, PARTS, load_architectures
from tools.architectures_data import SOURCE


def test_the_file_of_the_package_is_the_one_in_data():
    assert FILE.resolve() == SOURCE.resolve()


@pytest.mark.parametrize("part", ["errors", "datasets", "tracks"])
def test_every_number_names_its_source(part):
    assert all(entry["source"] for entry in load_architectures(part))


def test_each_year_has_one_winner_and_outside_data_help():
    winners = load_architectures("winners")
    assert [winner["year"] for winner in winners] == list(range(2010, 2018))
    errors = [winner["top5"] for winner in winners]
    assert errors == sorted(errors, reverse=True)
    assert all(winner["outside"] is None or winner["outside"] < winner["top5"] for winner in winners)


def test_a_winning_ensemble_errs_no_more_than_the_networks_that_it_is_made_of():
    errors = load_architectures("errors")
    for winner in load_architectures("winners"):
        own = [entry["top5"] for entry in errors if entry["network"] == winner["network"] and entry["models"] == 1]
        assert winner["top5"] <= min(own, default=100)


def test_the_whole_of_imagenet_is_larger_than_the_challenge_in_images_and_classes():
    challenge = next(entry for entry in load_architectures("datasets") if entry["name"] == "ILSVRC-2012")
    whole = load_architectures("imagenet")
    assert whole["images"] > 10 * challenge["train"] and whole["classes"] > 20 * challenge["classes"]
    assert challenge["validation"] + challenge["test"] == 150_000  # the number that is often quoted as the test set


def test_an_unknown_part_is_answered_with_those_that_exist():
    assert load_architectures("person") is not load_architectures("person")
    with pytest.raises(ValueError, match="expected one of errors, .*received 'losers'"):
        load_architectures("losers")
    assert len(PARTS) == 6
