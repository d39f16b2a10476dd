"""One unit is least squares or logistic regression, by its activation and loss: scikit-learn's coefficients."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from dnnlib.layers.dense import Dense
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential


def trained_unit(loss, x, t, rate, steps):
    net = Sequential([Dense(1, seed=0, dtype="float64")])
    net.compile(SGD(rate, momentum=0.9), loss)
    for _ in range(steps):
        net.train_on_batch(x, t[:, np.newaxis])
    kernel, bias = net.get_weights()
    return np.append(kernel[:, 0], bias)


@pytest.mark.parametrize("seed", range(5))
def test_least_squares(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((50, 3))
    t = x @ rng.standard_normal(3) + rng.standard_normal(50) + 5
    theirs = LinearRegression().fit(x, t)
    ours = trained_unit(MeanSquaredError(), x, t, 0.05, 1500)
    assert np.allclose(ours, np.append(theirs.coef_, theirs.intercept_), atol=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_logistic_regression(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((80, 3))
    t = (x @ rng.standard_normal(3) + 2 * rng.standard_normal(80) > 0).astype(int)
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x, t)
    ours = trained_unit(BinaryCrossentropy(from_logits=True), x, t, 0.5, 1500)
    assert np.allclose(ours, np.append(theirs.coef_, theirs.intercept_), atol=1e-4)
