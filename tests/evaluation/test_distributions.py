"""Tails and quantiles against SciPy: 1e-9 and better."""

import numpy as np
import pytest
import scipy.stats

from dnnlib.evaluation import distributions


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 9, 10, 29, 100, 101, 1000])
def test_student_equals_scipy_for_even_and_odd_degrees(degrees):
    for t in (0.0, 0.1, 1.0, 2.5, 12.0):
        assert np.isclose(
            distributions.student_within(t, degrees), 1 - 2 * scipy.stats.t.sf(t, degrees), rtol=0, atol=1e-12
        )
    for confidence in (0.5, 0.9, 0.95, 0.999):
        expected = scipy.stats.t.ppf((1 + confidence) / 2, degrees)
        assert np.isclose(distributions.student_quantile(confidence, degrees), expected, rtol=1e-9)


@pytest.mark.parametrize(("count", "trials"), [(0, 1), (1, 1), (3, 10), (47, 47), (0, 47), (31, 47), (900, 1000)])
def test_binomial_tails_and_clopper_pearson_equal_scipy(count, trials):
    for share in (0.0, 0.01, 0.5, 0.93, 1.0):
        expected = scipy.stats.binom.sf(count - 1, trials, share)
        assert np.isclose(distributions.binomial_upper_tail(count, trials, share), expected, rtol=1e-9, atol=1e-300)
    exact = scipy.stats.binomtest(count, trials).proportion_ci(0.95, "exact")
    assert np.allclose(distributions.clopper_pearson(count, trials, 0.95), exact, rtol=0, atol=1e-9)
    assert np.isclose(distributions.fair_coin_p_value(count, trials), scipy.stats.binomtest(count, trials).pvalue)
