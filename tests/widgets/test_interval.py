"""The interval of a share is SciPy's and dnnlib's, at its ends too."""

import numpy as np
from scipy.stats import binomtest

from dnnlib.evaluation.accuracy import accuracy_interval

MODULE = "shared/interval.mjs"


def test_interval_is_wilsons_as_scipy_and_dnnlib_have_it(call):
    rng = np.random.default_rng(0)
    totals = [2, *rng.integers(1, 100_000, 200).tolist()]
    pairs = [[int(rng.integers(total + 1)), total] for total in totals]
    pairs += [[part, total] for total in (1, 3, 100) for part in (0, total)]
    found = np.array(call(MODULE, "wilson", pairs))
    scipy = [binomtest(*pair).proportion_ci(method="wilson") for pair in pairs]
    np.testing.assert_allclose(found, [[one.low, one.high] for one in scipy], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found, [accuracy_interval(*pair)[1:3] for pair in pairs], rtol=0, atol=1e-12)
    assert found.min() >= 0 and found.max() <= 1


def test_no_examples_have_no_interval(call):
    assert call(MODULE, "wilson", [[0, 0]]) == [None]
