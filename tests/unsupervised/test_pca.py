"""PCA: by hand, by scikit-learn with every solver, its identities; what it refuses."""

import numpy as np
import pytest
from sklearn import decomposition
from sklearn.datasets import load_digits

from dnnlib.unsupervised.pca import PCA

DIGITS = load_digits().data
ATTRIBUTES = ("components_", "explained_variance_", "explained_variance_ratio_", "singular_values_", "mean_",
              "noise_variance_", "n_components_", "n_features_in_")  # fmt: skip


def clouds(seed=0):
    """Data of several shapes whose variances differ from axis to axis, so that the axes are well defined."""
    rng = np.random.default_rng(seed)
    for samples, features in ((40, 6), (200, 12), (6, 40), (2, 3), (30, 1)):
        spread = 2.0 ** -np.arange(min(samples, features))
        left, right = rng.standard_normal((samples, len(spread))), rng.standard_normal((len(spread), features))
        yield (left * spread) @ right + rng.standard_normal(features)


@pytest.mark.parametrize("solver", ["auto", "full", "covariance_eigh"])
@pytest.mark.parametrize("whiten", [False, True])
def test_all_results_equal_scikit_learns(solver, whiten):
    """Signs too, since both make each axis's largest number positive: to 1e-6."""
    for X in clouds():
        for wanted in (None, 1, min(X.shape) - 1 or 1, 0.8):
            arguments = {"n_components": wanted, "svd_solver": solver, "whiten": whiten}
            ours, theirs = PCA(**arguments).fit(X), decomposition.PCA(**arguments).fit(X)
            sure = theirs.explained_variance_ > 1e-10  # no direction is defined where nothing is spread
            wide = solver == "covariance_eigh" and X.shape[0] < X.shape[1]  # there scikit-learn counts more axes left
            for name in ATTRIBUTES[: 5 if wide else None]:
                mine, expected = np.asarray(getattr(ours, name)), np.asarray(getattr(theirs, name))
                if name == "components_":
                    mine, expected = mine[sure], expected[sure]
                atol = 1e-6 if name == "singular_values_" else 1e-8  # the root of a rounding error of 1e-16
                np.testing.assert_allclose(mine, expected, atol=atol, err_msg=f"{name} {X.shape} {arguments}")
            np.testing.assert_allclose(ours.transform(X)[:, sure], theirs.transform(X)[:, sure], rtol=1e-6, atol=1e-7)
            np.testing.assert_allclose(ours.inverse_transform(ours.transform(X)),
                                       theirs.inverse_transform(theirs.transform(X)), rtol=1e-6, atol=1e-7)  # fmt: skip


@pytest.mark.parametrize("transposed", [False, True])
def test_the_randomized_solver_finds_the_first_axes_of_the_digits(transposed):
    X = DIGITS[:300].T[1:40] if transposed else DIGITS
    exact = PCA(10, svd_solver="full").fit(X)
    for seed in range(5):
        ours = PCA(10, svd_solver="randomized", iterated_power=20, random_state=seed).fit(X)
        np.testing.assert_allclose(ours.explained_variance_, exact.explained_variance_, rtol=1e-6)
        np.testing.assert_allclose(ours.explained_variance_ratio_, exact.explained_variance_ratio_, rtol=1e-6)
        np.testing.assert_allclose(ours.noise_variance_, exact.noise_variance_, rtol=1e-6)
        cosines = np.abs(np.sum(ours.components_ * exact.components_, axis=1))
        assert cosines.min() > 1 - 1e-6


def test_by_hand_points_on_a_line_and_one_aside():
    X = np.array([[-2.0, -2.0], [0.0, 0.0], [2.0, 2.0], [1.0, -1.0], [-1.0, 1.0]])
    pca = PCA().fit(X)
    # Along the diagonal the squares sum to 8 + 8 = 16, across it to 2 + 2 = 4; n - 1 = 4.
    np.testing.assert_allclose(pca.explained_variance_, [4, 1])
    np.testing.assert_allclose(np.abs(pca.components_), np.sqrt(0.5))
    np.testing.assert_allclose(PCA(1).fit(X).inverse_transform(PCA(1).fit_transform(X))[3:], 0, atol=1e-12)


def test_the_error_of_what_is_rebuilt_is_the_variance_left_out():
    centred = DIGITS - DIGITS.mean(axis=0)
    for count in (1, 10, 40):
        pca = PCA(count, svd_solver="full").fit(DIGITS)
        left = np.sum((DIGITS - pca.inverse_transform(pca.transform(DIGITS))) ** 2)
        np.testing.assert_allclose(left + np.sum(pca.singular_values_**2), np.sum(centred**2), rtol=1e-12)


def test_whitened_coordinates_have_variance_one_and_no_covariance():
    coordinates = PCA(12, whiten=True).fit_transform(DIGITS)
    np.testing.assert_allclose(np.cov(coordinates.T), np.eye(12), atol=1e-10)


def test_the_type_of_the_data_is_kept_and_the_data_are_not_changed():
    X = DIGITS.astype("float32")
    before = X.copy()
    pca = PCA(5).fit(X)
    assert pca.components_.dtype == pca.transform(X).dtype == np.float32 and np.array_equal(X, before)
    assert PCA(5).fit(DIGITS.astype(int)).transform(DIGITS).dtype == np.float64


def test_constant_features_have_no_variance_and_give_zeros():
    X = np.full((6, 3), 7.0)
    pca = PCA(whiten=True).fit(X)
    assert not pca.explained_variance_.any() and not pca.explained_variance_ratio_.any()
    np.testing.assert_allclose(pca.transform(X), 0, atol=1e-6)


def test_with_its_usual_passes_the_randomized_solver_is_as_good_as_scikit_learns():
    exact = PCA(10, svd_solver="full").fit(DIGITS).explained_variance_
    lost = [np.sum(exact - one(10, svd_solver="randomized", random_state=seed).fit(DIGITS).explained_variance_)
            for one in (PCA, decomposition.PCA) for seed in range(5)]  # fmt: skip
    assert np.mean(lost[:5]) < 2 * np.mean(lost[5:]) < 1e-4 * exact.sum()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"n_components": 6}, r"n_components: expected an integer from 1 to 5 \(min"),
        ({"n_components": 0}, "n_components"),
        ({"n_components": 2.5}, "n_components"),
        ({"n_components": True}, "n_components"),
        ({"svd_solver": "arpack"}, "svd_solver: expected auto"),
        ({"n_components": 0.5, "svd_solver": "randomized"}, "expected an integer with the randomized solver"),
    ],
)
def test_parameters_out_of_range_are_refused(arguments, message):
    X = np.random.default_rng(0).standard_normal((20, 5))
    with pytest.raises(ValueError, match=message):
        PCA(**arguments).fit(X)


def test_one_sample_has_no_axes():
    with pytest.raises(ValueError, match="at least 2 samples"):
        PCA().fit(np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"coordinates \(samples, 2\)"):
        PCA(2).fit(DIGITS).inverse_transform(np.ones((4, 3)))


def test_float32_far_from_the_origin_keeps_the_small_variances():
    """The mean summed in float32 would cost the small variances here all their digits."""
    rng = np.random.default_rng(0)
    X = (0.01 * rng.standard_normal((100_000, 10)) + 3000).astype("float32")
    expected = np.linalg.eigvalsh(np.cov(X.astype("float64").T))[::-1]
    np.testing.assert_allclose(PCA(10).fit(X).explained_variance_, expected, rtol=1e-3)
