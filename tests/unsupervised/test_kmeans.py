"""k-means: by hand, by scikit-learn from the same start, its sum falls; starts; empty clusters; what it refuses."""

import warnings

import numpy as np
import pytest
from sklearn import cluster
from sklearn.datasets import load_digits

from dnnlib.unsupervised import kmeans
from dnnlib.unsupervised.kmeans import Clusters, KMeans, nearest, plus_plus

DIGITS = load_digits().data


def both(X, start, **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        k = len(start)
        theirs = cluster.KMeans(k, init=start, n_init=1, algorithm="lloyd", **arguments).fit(X)
        return KMeans(k, init=start, **arguments).fit(X), theirs


def check_equal(ours, theirs):
    assert np.array_equal(ours.labels_, theirs.labels_)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ours.inertia_, theirs.inertia_, rtol=1e-10)


def test_from_the_same_start_labels_steps_and_centres_equal_scikit_learns():
    rng = np.random.default_rng(0)
    for _ in range(60):
        samples, features, k = rng.integers(10, 200), rng.integers(1, 8), rng.integers(1, 9)
        X = rng.standard_normal((samples, features)) * 10.0 ** rng.integers(-3, 4) + rng.standard_normal(features)
        limits = {"max_iter": int(rng.choice([1, 3, 300])), "tol": float(rng.choice([0, 1e-4, 0.1]))}
        check_equal(*both(X, X[rng.choice(samples, k, replace=False)], **limits))


def test_empty_clusters_move_to_the_farthest_points_as_in_scikit_learn():
    rng = np.random.default_rng(1)
    for trial in range(40):
        X = rng.standard_normal((50, 3))
        start = np.concatenate([X[:3], X.mean(axis=0) + 100 + rng.standard_normal((1 + trial % 3, 3))])
        ours, theirs = both(X, start)
        assert (np.bincount(nearest(X, start)[0], minlength=len(start)) == 0).any()  # some cluster starts empty
        check_equal(ours, theirs)


def test_the_digits_equal_scikit_learns_in_both_types():
    start = DIGITS[:10]
    check_equal(*both(DIGITS, start))
    ours, theirs = both(DIGITS.astype("float32"), start.astype("float32"))
    assert ours.cluster_centers_.dtype == np.float32
    assert np.mean(ours.labels_ == theirs.labels_) > 0.999  # equal distances may round either way


def test_by_hand():
    X = np.array([[0.0], [1.0], [5.0], [7.0]])
    ours = KMeans(2, init=np.array([[0.0], [1.0]])).fit(X)
    # Steps: {0}, {1, 5, 7}: 0 and 13/3; {0, 1}, {5, 7}: 0.5 and 6; once more, and nothing moves.
    assert ours.cluster_centers_.ravel().tolist() == [0.5, 6.0] and ours.n_iter_ == 3
    assert ours.labels_.tolist() == [0, 0, 1, 1] and ours.inertia_ == 2.5
    assert ours.predict([[2.0], [4.0]]).tolist() == [0, 1]
    np.testing.assert_allclose(ours.transform([[2.5]]), [[2, 3.5]])
    assert ours.score([[0.5], [8.0]]) == -4.0


def test_neither_half_step_raises_the_sum():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 3))
    centres, squares, clusters = X[:6], np.sum(X**2, axis=1), Clusters(X, 6)
    sums = []
    for _ in range(10):
        distances, _ = clusters.join(centres, squares)
        sums.append(distances.sum())
        centres = clusters.means(centres, distances)
        sums.append(np.sum((X - centres[clusters.labels]) ** 2))
    for cluster_index, centre in enumerate(centres):  # the sums that were kept up to date are the sums
        np.testing.assert_allclose(centre, X[clusters.labels == cluster_index].mean(axis=0), rtol=1e-12)
    assert np.all(np.diff(sums) <= 1e-12) and sums[-1] < 0.8 * sums[0]


def test_k_means_plus_plus_draws_with_the_squared_distance():
    """Of points at 0, 1 and 3 with two centres and the first at 0, one candidate takes 3 in 9 of 10 draws; the best of
    two candidates then in 99 of 100."""
    X, counts = np.array([[0.0], [1.0], [3.0]]), {1.0: 0, 3.0: 0}
    for seed in range(3000):
        first, second = plus_plus(X, 2, np.random.default_rng(seed)).ravel()
        if first == 0:
            counts[second] += 1
    share = counts[3.0] / sum(counts.values())
    assert abs(share - 0.99) < 0.01  # three standard errors of about 1,000 draws


def test_k_means_plus_plus_starts_lower_than_random_starts_and_more_starts_never_end_higher():
    X = np.concatenate([np.random.default_rng(i).normal(8 * i, 0.3, (30, 2)) for i in range(6)])
    sums = {init: [KMeans(6, init=init, n_init=1, random_state=s).fit(X).inertia_ for s in range(20)]
            for init in ("k-means++", "random")}  # fmt: skip
    assert np.median(sums["k-means++"]) < 0.2 * np.median(sums["random"])
    assert KMeans(6, init="random", random_state=0).fit(X).inertia_ < np.median(sums["random"])


def test_the_sum_is_as_low_as_scikit_learns_over_seeds():
    ours = [KMeans(10, random_state=seed).fit(DIGITS).inertia_ for seed in range(4)]
    theirs = [cluster.KMeans(10, n_init=1, random_state=seed).fit(DIGITS).inertia_ for seed in range(4)]
    assert np.mean(ours) < 1.01 * np.mean(theirs)


def test_far_from_the_origin_the_distances_keep_their_digits():
    X = np.random.default_rng(0).standard_normal((60, 2))
    near, far = (KMeans(3, init=X[:3] + shift).fit(X + shift) for shift in (0, 1e6))
    assert np.array_equal(near.labels_, far.labels_)
    assert np.array_equal(far.predict(X + 1e6), far.labels_)


def test_duplicates_give_fewer_clusters_and_say_so():
    X = np.repeat([[0.0, 1.0], [2.0, 3.0]], 5, axis=0)
    with pytest.warns(UserWarning, match="2 clusters have points, 4 were asked for"):
        assert KMeans(4, random_state=0).fit(X).inertia_ == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert KMeans(2, random_state=0).fit(X).inertia_ == 0


def test_verbose_prints_a_sum_that_falls(capsys):
    model = KMeans(3, random_state=0, verbose=2).fit(DIGITS[:100])
    sums = [float(line.split(": ")[1]) for line in capsys.readouterr().out.splitlines()]
    assert len(sums) == model.n_iter_ > 2 and sums == sorted(sums, reverse=True)


def test_a_bar_shows_how_far_it_has_come_and_ends_as_a_line(capsys):
    model = KMeans(3, random_state=0, verbose=1, max_iter=100).fit(DIGITS[:100])
    shown = capsys.readouterr().out
    assert f"{'─' * 24} 1/100" in shown and shown.count("\n") == 1
    assert shown.splitlines()[-1].endswith(f"KMeans step {model.n_iter_}: {model.inertia_:.6g}")


def test_an_interrupted_fit_leaves_the_estimator_as_it_was(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    fresh, fitted = KMeans(3), KMeans(3, random_state=0).fit(DIGITS[:100])
    before = dict(vars(fitted))
    monkeypatch.setattr(kmeans.Clusters, "join", interrupt)
    for estimator in (fresh, fitted):
        with pytest.raises(KeyboardInterrupt):
            estimator.fit(DIGITS[:100, :3])
    assert vars(fresh).keys() == fresh.get_params().keys()
    assert vars(fitted) == before


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"n_clusters": 21}, r"n_clusters: expected an integer from 1 to 20 \(the number of samples\), received 21"),
        ({"n_clusters": 0}, "n_clusters"),
        ({"max_iter": 0}, "max_iter"),
        ({"tol": -1.0}, "tol: expected a number of at least 0"),
        ({"n_init": 0}, "n_init"),
        ({"init": "best"}, "init: expected k-means"),
        ({"n_clusters": 2, "init": np.ones((2, 4))}, r"centres of shape \(2, 5\), received \(2, 4\)"),
    ],
)
def test_parameters_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        KMeans(**arguments).fit(np.random.default_rng(0).standard_normal((20, 5)))
