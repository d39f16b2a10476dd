"""The split takes the lecture's shares, loses nothing, and keeps the classes in proportion."""

import numpy as np
import pytest

from dnnlib.datasets.splits import train_validation_test_split

Y = np.repeat([0, 1, 2], [500, 300, 200])
X = np.arange(1000)[:, np.newaxis]


def test_shares_of_the_lecture():
    parts = train_validation_test_split(X, Y, seed=0)
    assert [len(x) for x, _ in parts] == [480, 120, 400]


def test_every_example_is_in_exactly_one_part_with_its_label():
    parts = train_validation_test_split(X, Y, seed=0)
    assert sorted(np.concatenate([x for x, _ in parts]).ravel()) == list(range(1000))
    for x, y in parts:
        assert (Y[x.ravel()] == y).all()


def test_each_part_keeps_the_proportions_and_is_shuffled():
    for _, y in train_validation_test_split(X, Y, seed=0):
        assert np.bincount(y) / len(y) == pytest.approx([0.5, 0.3, 0.2])
        assert (np.diff(y) != 0).mean() > 0.3


def test_same_seed_same_split_and_another_seed_another():
    first, again, other = (train_validation_test_split(X, Y, seed=seed)[0][0] for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


def test_rare_classes_reach_every_part():
    y = np.repeat([0, 1], [100, 5])
    for _, part in train_validation_test_split(np.arange(105), y, seed=3):
        assert set(part) == {0, 1}


def test_wrong_lengths_and_rare_classes_are_named():
    with pytest.raises(ValueError, match="shape"):
        train_validation_test_split(X, Y[:-1], seed=0)
    with pytest.raises(ValueError, match="received 4 of class 1"):
        train_validation_test_split(np.arange(14), np.repeat([0, 1], [10, 4]), seed=0)
