"""The backbone's training in small, and how it is measured."""

import numpy as np
import pytest

from tools import train_backbone
from tools.glyphs import SIGNS, sample

pytestmark = pytest.mark.models


def test_a_short_training_names_signs_far_more_often_than_chance_does():
    x, y = sample(800, seed=1, signs=SIGNS[:8])
    base, model = train_backbone.trained(x, y, epochs=6)
    right = np.mean(model.predict(x, verbose=0).argmax(axis=1) == y)
    assert right > 0.5
    features = base.predict(x[:10], verbose=0)
    np.testing.assert_allclose(model.layers[-1](features), model.predict(x[:10], verbose=0), atol=1e-4)


def test_drawn_takes_as_many_of_each_class_and_the_others_are_the_rest():
    y = np.repeat([0, 1, 2], [5, 9, 7])
    some, others = train_backbone.drawn(y, 4, seed=0)
    np.testing.assert_array_equal(np.bincount(y[some]), 4)
    np.testing.assert_array_equal(np.sort(np.concatenate([some, others])), np.arange(21))


def test_nearest_accuracy_is_1_for_classes_that_lie_in_two_directions_and_chance_for_features_without_classes():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 200)
    told = np.eye(2)[y] + 0.01 * rng.normal(size=(400, 2))
    assert train_backbone.nearest_accuracy(told * rng.uniform(1, 9, (400, 1)), y, 1, seed=0) == 1
    untold = rng.normal(size=(400, 2))
    assert np.mean([train_backbone.nearest_accuracy(untold, y, 1, seed) for seed in range(20)]) == pytest.approx(
        0.5, abs=0.1
    )


def test_apart_is_the_largest_gap_of_two_cards():
    def about(signs, digits):
        return {"accuracy on held-out pictures of signs": [signs, 0, 1],
                "nearest neighbours on digits": [{"features": [share, 0, 1]} for share in digits]}  # fmt: skip

    assert train_backbone.apart(about(0.9, [0.8, 0.9]), about(0.91, [0.75, 0.9])) == pytest.approx(0.05)
