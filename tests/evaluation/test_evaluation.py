"""Intervals and comparisons against SciPy and statsmodels, their words, and what they refuse."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.contingency_tables import mcnemar as peers_mcnemar
from statsmodels.stats.proportion import proportion_confint

from dnnlib.evaluation.accuracy import accuracy_interval, mean_accuracy, measured_accuracy
from dnnlib.evaluation.bands import band
from dnnlib.evaluation.paired import bootstrap_difference, mcnemar, paired_difference


@pytest.mark.parametrize(("correct", "total"), [(0, 5), (5, 5), (1, 1), (694, 719), (9871, 10000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_is_wilsons(correct, total, confidence):
    ours = accuracy_interval(correct, total, confidence)
    theirs = proportion_confint(correct, total, 1 - confidence, "wilson")
    assert np.allclose(ours[1:3], theirs, rtol=0, atol=1e-12)
    assert ours.value == correct / total and 0 <= ours.low <= ours.value <= ours.high <= 1


def test_the_interval_covers_the_true_share_about_as_often_as_it_says():
    counts = np.random.default_rng(0).binomial(200, 0.95, 2000)
    intervals = [accuracy_interval(int(count), 200) for count in counts]
    assert 0.93 < np.mean([one.low <= 0.95 <= one.high for one in intervals]) < 0.98


def test_accuracy_counts_equal_answers_and_reads_well():
    result = measured_accuracy(np.array([1, 2, 3, 3]), np.array([1, 2, 3, 0]))
    assert (result.correct, result.total) == (3, 4)
    assert str(accuracy_interval(694, 719)) == "96.5 % (94.9 to 97.6 %)"


def test_the_mean_over_runs_has_students_interval():
    shares = [0.964, 0.968, 0.972, 0.976, 0.964]
    theirs = scipy.stats.ttest_1samp(shares, 0).confidence_interval(0.95)
    assert np.allclose(mean_accuracy(shares)[1:3], theirs, rtol=1e-9)
    assert str(mean_accuracy(shares)).startswith("96.9 % (9")


@pytest.mark.parametrize("sizes", [(600, 31, 16, 72), (0, 5, 0, 0), (10, 0, 0, 3), (5, 8, 8, 2), (900, 1, 9, 0)])
def test_mcnemar_is_the_exact_test_and_its_interval_agrees_with_it(sizes):
    both, only_a, only_b, neither = sizes
    a = np.repeat([True, True, False, False], sizes)
    b = np.repeat([True, False, True, False], sizes)
    ours = mcnemar(a, b)
    theirs = peers_mcnemar([[both, only_a], [only_b, neither]], exact=True)
    assert np.isclose(ours.p_value, theirs.pvalue, rtol=1e-9)
    assert np.isclose(ours.difference, a.mean() - b.mean()) and ours.low <= ours.difference <= ours.high
    assert (ours.p_value < 0.05) == (ours.low > 0 or ours.high < 0)
    if only_a + only_b:
        low, high = proportion_confint(only_a, only_a + only_b, 0.05, "beta")
        scale = (only_a + only_b) / len(a)
        assert np.allclose(ours[1:3], [(2 * low - 1) * scale, (2 * high - 1) * scale], atol=1e-9)


def test_mcnemar_reads_well():
    a = np.repeat([True, True, False, False], (600, 31, 16, 72))
    b = np.repeat([True, False, True, False], (600, 31, 16, 72))
    assert str(mcnemar(a, b)) == "+2.1 points (+0.1 to +3.8), p = 0.04, 31 against 16 of 719 examples"


def test_the_paired_difference_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.97, 0.005, 10), rng.normal(0.965, 0.005, 10)
    theirs = scipy.stats.ttest_rel(a, b)
    ours = paired_difference(a, b)
    assert np.allclose(ours[1:3], theirs.confidence_interval(0.95), rtol=1e-9)
    assert np.isclose(ours.p_value, theirs.pvalue, rtol=1e-8)
    assert str(ours).startswith("+") and str(ours).count("points") == 1


def test_pairs_that_never_differ_leave_no_doubt():
    assert paired_difference([0.5, 0.6], [0.5, 0.6])[:4] == (0, 0, 0, 1)
    assert paired_difference([0.75, 0.5], [0.5, 0.25])[:4] == (0.25, 0.25, 0.25, 0)


def test_the_bootstrap_is_scipys_within_its_own_noise():
    rng = np.random.default_rng(1)
    a, b = rng.normal(1, 1, 40), rng.normal(0, 1, 40)
    theirs = scipy.stats.bootstrap((a - b,), np.mean, method="percentile", random_state=0, vectorized=True)
    assert np.allclose(bootstrap_difference(a, b)[1:], theirs.confidence_interval, atol=0.02)


def test_bands_are_means_with_students_interval_ranges_or_middle_halves():
    runs = np.random.default_rng(0).normal(size=(7, 4))
    mean = band(runs)
    interval = scipy.stats.ttest_1samp(runs, 0).confidence_interval(0.95)
    assert np.allclose(mean[1:3], interval, rtol=1e-9) and "mean of 7 seeds" in mean.name
    assert np.array_equal(band(runs, "range").high, runs.max(axis=0)) and "range" in band(runs, "range").name
    assert np.allclose(band(runs, "quantiles").low, np.percentile(runs, 25, axis=0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: accuracy_interval(3, 2), "0 <= correct <= total.*received 3 of 2"),
        (lambda: accuracy_interval(0.5, 2), "expected counts"),
        (lambda: accuracy_interval(1, 2, 95), "confidence: expected a number between 0 and 1"),
        (lambda: measured_accuracy(np.zeros(3), np.zeros((3, 10))), "same shape .*received shapes"),
        (lambda: mean_accuracy([0.5]), "two or more numbers from 0 to 1"),
        (lambda: mean_accuracy([96.5, 97.0]), "two or more numbers from 0 to 1"),
        (lambda: mcnemar(np.array([1, 0]), np.array([1, 1])), "booleans"),
        (lambda: paired_difference([1.0], [2.0]), "two or more pairs"),
        (lambda: band([1.0]), "two seeds or more"),
        (lambda: band([[1.0], [2.0]], "best"), "mean, range, quantiles"),
    ],
)
def test_bad_input_is_told_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
