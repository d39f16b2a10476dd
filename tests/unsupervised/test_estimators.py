"""All estimators: scikit-learn's own checks, its pipelines and clones, and what they refuse."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from dnnlib.unsupervised.estimator import Estimator
from dnnlib.unsupervised.kmeans import KMeans
from dnnlib.unsupervised.pca import PCA
from dnnlib.unsupervised.tsne import TSNE

ESTIMATORS = [PCA, KMeans]
X = np.random.default_rng(0).standard_normal((20, 5))


# The checks' data have 20 samples or so, too few for TSNE's usual perplexity; scikit-learn checks its own with 2 too.
@pytest.mark.parametrize("estimator", [PCA(), KMeans(), TSNE(perplexity=2)], ids=repr)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks_pass(estimator):
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] not in ("passed", "skipped")}
    assert not failed
    assert len(results) > 35 and sum(r["status"] == "skipped" for r in results) <= 1  # one asks for another array type


@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks_find_a_broken_copy():
    class Forgetful(PCA):
        def _data(self, X):
            return np.asarray(X)

    results = check_estimator(Forgetful(), on_fail=None, on_skip=None)
    assert sum(r["status"] == "failed" for r in results) >= 3


def test_parameters_are_read_and_set_by_name_and_survive_a_clone():
    estimator = PCA(3, whiten=True)
    assert estimator.get_params()["n_components"] == 3 and repr(estimator) == "PCA(n_components=3, whiten=True)"
    copy = clone(estimator).set_params(n_components=2)
    assert copy.n_components == 2 and copy.whiten and estimator.n_components == 3
    with pytest.raises(ValueError, match="expected a parameter among"):
        copy.set_params(components=2)


def test_they_stand_in_scikit_learns_pipelines_and_searches():
    digits, labels = load_digits(return_X_y=True)
    pipeline = make_pipeline(PCA(random_state=0), LogisticRegression(max_iter=1000))
    search = GridSearchCV(pipeline, {"pca__n_components": [1, 20]}, cv=3).fit(digits[:200] / 16, labels[:200])
    assert search.best_params_ == {"pca__n_components": 20} and search.best_score_ > 0.8


@pytest.mark.parametrize("estimator", [*ESTIMATORS, TSNE])
@pytest.mark.parametrize(
    "bad, message",
    [
        (np.where(np.arange(100).reshape(20, 5) == 37, np.nan, 1.0), r"received NaN \(first in row 7, column 2\)"),
        (
            np.where(np.arange(100).reshape(20, 5) == 37, -np.inf, 1.0),
            r"received infinity \(first in row 7, column 2\)",
        ),
        (np.ones((4, 8, 8)), r"X.reshape\(len\(X\), -1\) for images"),
        (np.ones(5), "Reshape your data"),
        (np.ones((0, 3)), "at least . samples"),
        (np.ones((3, 0)), "minimum of 1 is required"),
        (np.ones((3, 2)) + 1j, "Complex data not supported"),
    ],
)
def test_data_that_are_no_numbers_are_refused(estimator, bad, message):
    with pytest.raises(ValueError, match=message):
        estimator().fit(bad)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_before_fit_and_with_other_features_there_is_one_clear_error(estimator):
    with pytest.raises(ValueError, match="not fitted yet"):
        estimator().transform(X)
    with pytest.raises(ValueError, match="X has 4 features, but .* is expecting 5"):
        estimator(2).fit(X).transform(X[:, :4])


def test_a_random_state_is_an_integer_or_one_of_numpys_generators():
    for state in (0, np.random.default_rng(0), np.random.RandomState(0)):
        first = KMeans(3, random_state=state).fit(X)
        assert first.labels_.max() == 2
    assert isinstance(KMeans(), Estimator)
    for state in (3, np.random.RandomState(3)):
        again = [KMeans(3, random_state=clone(KMeans(random_state=state)).random_state).fit(X) for _ in range(2)]
        assert np.array_equal(again[0].cluster_centers_, again[1].cluster_centers_)
