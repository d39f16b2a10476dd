"""The perceptron's rule: logic gates, scikit-learn's, Novikoff's bound, and refusals."""

import numpy as np
import pytest
import sklearn.linear_model

from dnnlib.training.perceptron import Perceptron

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 0, 1, 0]])
def test_gates_that_a_line_separates_are_learned(labels):
    unit = Perceptron().fit(CORNERS, labels)
    assert unit.mistakes_[-1] == 0 and len(unit.mistakes_) < 20
    assert np.array_equal(unit.predict(CORNERS), labels)


def test_xor_is_never_learned():
    unit = Perceptron(500).fit(CORNERS, [0, 1, 1, 0])
    assert len(unit.mistakes_) == 500 and min(unit.mistakes_) > 0
    assert np.sum(unit.predict(CORNERS) == [0, 1, 1, 0]) <= 3


def test_and_by_hand():
    unit = Perceptron(2).fit(CORNERS, [0, 0, 0, 1])
    assert unit.mistakes_ == [1, 3]  # (1, 1); then (0, 0), (0, 1) and (1, 1) again
    assert unit.coef_.tolist() == [2, 1] and unit.intercept_ == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_weights_are_scikit_learns(seed):
    """From random first weights no score is exactly 0, where the two conventions differ."""
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((30, 4)), rng.integers(0, 2, 30)
    first, bias = rng.standard_normal(4), rng.standard_normal()
    theirs = sklearn.linear_model.Perceptron(max_iter=5, tol=None, shuffle=False)
    theirs.fit(x, y, coef_init=first[np.newaxis].copy(), intercept_init=np.array([bias]))
    ours = Perceptron(5).fit(x, y, first, bias)
    assert min(ours.mistakes_) > 0  # so it did not stop early
    assert np.allclose(ours.coef_, theirs.coef_[0], atol=1e-12)
    assert np.isclose(ours.intercept_, theirs.intercept_[0], atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_mistakes_stay_below_novikoffs_bound(seed):
    rng = np.random.default_rng(seed)
    direction = rng.standard_normal(4)
    direction /= np.linalg.norm(direction)
    x = rng.standard_normal((80, 3))
    extended = np.column_stack([x, np.ones(len(x))])
    keep = np.abs(extended @ direction) > 0.2
    x, extended = x[keep], extended[keep]
    y = (extended @ direction > 0).astype(int)
    unit = Perceptron().fit(x, y)
    radius, gap = np.linalg.norm(extended, axis=1).max(), np.abs(extended @ direction).min()
    # A score of exactly 0 counts as the answer 0 and may be right by luck, so the first pass may spare one mistake.
    assert unit.mistakes_[-1] == 0 and sum(unit.mistakes_) <= (radius / gap) ** 2
    assert np.array_equal(unit.predict(x), y)


def test_refusals():
    with pytest.raises(ValueError, match="max_iter"):
        Perceptron(0)
    with pytest.raises(ValueError, match="label 0 or 1 for each of 4 examples"):
        Perceptron().fit(CORNERS, [-1, 1, 1, -1])
    with pytest.raises(ValueError, match="received shape \\(3,\\)"):
        Perceptron().fit(CORNERS, [0, 1, 1])
    with pytest.raises(ValueError, match="coef_init"):
        Perceptron().fit(CORNERS, [0, 1, 1, 0], [1.0])
    with pytest.raises(ValueError, match="expected 2 along axis 1"):
        Perceptron().fit(CORNERS, [0, 0, 0, 1]).predict(np.ones((2, 3)))
