"""k-means: groups of points around their means."""

import numpy as np

from dnnlib.unsupervised.estimator import Estimator, check_count

BLOCK = 96  # rows that are looked at together: they stay in the processor's cache, and BLAS is fast at this size


class KMeans(Estimator):
    """Splits data into clusters so that the squared distances to the clusters' means are small.

    From k centres on, two half steps take turns: each point joins its nearest centre; each centre moves to the mean of
    its points. Neither can raise the sum of squared distances, so that it comes to rest, though not always at the
    smallest one. A centre that no point has joined moves to the point that is farthest from its own.

    Args:
        n_clusters: k.
        init: Where the centres start: "k-means++" draws data points far from those drawn before, "random" any
            different data points, an array (k, features) says it, as does a function (X, k, random_state).
        n_init: How many starts are tried, of which the best is kept; "auto" is 10 for random starts, else 1.
        max_iter: The greatest number of steps.
        tol: The steps end when the centres' squared movements together are below this share of the features' mean
            variance.
        verbose: 0 prints nothing, 1 a progress bar, 2 a line with the sum after every step.
        random_state: Seed.

    Attributes:
        cluster_centers_: (k, features).
        labels_: The cluster of each sample, (samples,).
        inertia_: The sum of squared distances to the nearest centres.
        n_iter_: The number of steps of the best start.
        n_features_in_: The number of features.

    Source: Lloyd (1982), Least squares quantization in PCM; Arthur & Vassilvitskii (2007), k-means++: the advantages
    of careful seeding, with several candidates for each centre as in their section 7.
    """

    def __init__(
        self, n_clusters=8, *, init="k-means++", n_init="auto", max_iter=300, tol=1e-4, verbose=0, random_state=None
    ):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, X, y=None):
        """Finds the centres.

        Args:
            X: (samples, features).
            y: Not used.

        Returns:
            The estimator. Interrupted, it stays as it was before.

        Raises:
            ValueError: If X holds no numbers, there are fewer samples than clusters, or a parameter is out of range.
        """
        X = self._numbers(X)
        k = check_count(self.n_clusters, "n_clusters", len(X), "the number of samples")
        steps = check_count(self.max_iter, "max_iter", np.inf, "any number")
        if not np.isreal(self.tol) or self.tol < 0:
            raise ValueError(f"tol: expected a number of at least 0, received {self.tol!r}")
        # Far from the origin, |x|² - 2 x·c + |c|² would subtract large numbers that are nearly equal.
        mean, rng = X.mean(axis=0), self._random()
        X = np.ascontiguousarray(X - mean)
        squares = np.einsum("ij,ij->i", X, X)
        tolerance = self.tol * np.mean(squares, dtype="float64") / X.shape[1]  # the features' mean variance
        best = None
        for _ in range(self._starts()):
            run = self._lloyd(X, squares, self._first_centres(X, k, mean, rng), steps, tolerance)
            if best is None or run[2] < best[2] * (1 - 1e-6):
                best = run
        centres, self.labels_, self.inertia_, self.n_iter_ = best
        self.cluster_centers_, self.n_features_in_ = centres + mean, X.shape[1]
        if len(np.unique(self.labels_)) < k:
            import warnings

            found = len(np.unique(self.labels_))
            warnings.warn(f"KMeans: {found} clusters have points, {k} were asked for: the data hold too few different "
                          "points", stacklevel=2)  # fmt: skip
        return self

    def _lloyd(self, X, squares, centres, steps, tolerance):
        """Returns (centres, labels, inertia, steps taken) from these centres on."""
        clusters, n = Clusters(X, len(centres)), 0
        for n in range(1, steps + 1):
            distances, changes = clusters.join(centres, squares)
            moved = clusters.means(centres, distances)
            movement, centres = np.sum((moved - centres) ** 2), moved
            rests = not changes or movement <= tolerance
            self._report(n, steps, f"{distances.sum():.6g}", last=rests or n == steps)
            if rests:
                break
        labels = nearest(X, centres, squares)[0]
        return centres, labels.astype(np.int32), inertia(X, centres, labels), n

    def _starts(self):
        if isinstance(self.n_init, str) and self.n_init == "auto":
            return 10 if isinstance(self.init, str) and self.init == "random" else 1
        return check_count(self.n_init, "n_init", np.inf, "any number, or auto")

    def _first_centres(self, X, k, mean, rng):
        if isinstance(self.init, str) and self.init in STARTS:
            return STARTS[self.init](X, k, rng)
        centres = self.init(X + mean, k, random_state=self.random_state) if callable(self.init) else self.init
        if isinstance(centres, str) or np.shape(centres) != (k, X.shape[1]):
            raise ValueError(
                f"init: expected k-means++, random, or centres of shape {(k, X.shape[1])}, received "
                f"{centres if isinstance(centres, str) else np.shape(centres)!r}"
            )
        return np.asarray(centres, X.dtype) - mean

    def predict(self, X):
        """Returns the nearest centre of each sample, (samples,), as an index of `cluster_centers_`."""
        self._check_fitted()
        X, centres = self._data(X), self.cluster_centers_
        middle = centres.mean(axis=0)
        return nearest(X - middle, centres - middle)[0].astype(np.int32)

    def fit_predict(self, X, y=None):
        """Finds the centres and returns `labels_`; see `fit`."""
        return self.fit(X).labels_

    def transform(self, X):
        """Returns the distance of each sample to each centre, (samples, k)."""
        self._check_fitted()
        X = self._data(X)
        middle = self.cluster_centers_.mean(axis=0)
        X, centres = X - middle, self.cluster_centers_ - middle
        return np.sqrt(squared_distances(X, centres, np.einsum("ij,ij->i", X, X)))

    def fit_transform(self, X, y=None):
        """Finds the centres and returns the distances to them; see `fit` and `transform`."""
        return self.fit(X).transform(X)

    def score(self, X, y=None):
        """Returns minus the sum of squared distances to the nearest centres: larger is better."""
        self._check_fitted()
        return -float(np.sum((self._data(X) - self.cluster_centers_[self.predict(X)]) ** 2))

    def get_feature_names_out(self, input_features=None):
        """Returns the names of the distances, "kmeans0" and so on."""
        return np.array([f"kmeans{i}" for i in range(len(self.cluster_centers_))], dtype=object)


def squared_distances(X, centres, squares):
    """Returns the squared distance of each point to each centre, by one product of matrices.

    Args:
        X: (samples, features).
        centres: (k, features).
        squares: |x|^2 for each sample, (samples,).

    Returns:
        (samples, k).
    """
    distances = X @ (-2 * centres.T)
    distances += np.einsum("ij,ij->i", centres, centres)
    distances += squares[:, np.newaxis]
    return np.maximum(distances, 0, out=distances)


def nearest(X, centres, squares=None):
    """Returns the nearest centre of each point, and the squared distance to it.

    Args:
        X: (samples, features).
        centres: (k, features).
        squares: |x|^2 for each sample; computed if None.

    Returns:
        Labels and squared distances, both (samples,). The first of two centres that are equally near.
    """
    squares = np.einsum("ij,ij->i", X, X) if squares is None else squares
    labels, scores = np.empty(len(X), np.intp), np.empty(len(X), X.dtype)
    doubled, lengths = -2 * centres.T, np.einsum("ij,ij->i", centres, centres)
    starts = np.arange(BLOCK) * len(centres)
    for start in range(0, len(X), BLOCK):
        block = slice(start, start + BLOCK)
        each = X[block] @ doubled
        each += lengths  # less |x|^2, which is the same for all centres
        labels[block] = each.argmin(axis=1)
        scores[block] = each.ravel()[starts[: len(each)] + labels[block]]
    return labels, np.maximum(scores + squares, 0)


def inertia(X, centres, labels):
    """Returns the sum of squared distances to the points' centres, from differences: exact where they are small.

    Args:
        X: (samples, features).
        centres: (k, features).
        labels: Each point's centre, (samples,).
    """
    total = 0.0
    for start in range(0, len(X), BLOCK):
        block = slice(start, start + BLOCK)
        gaps = (X[block] - centres[labels[block]]).ravel()
        total += float(np.dot(gaps, gaps))
    return total


class Clusters:
    """Which cluster each point belongs to, with the sums of the clusters' points kept up to date.

    Late steps move few points from one cluster to another. The sums change by those points alone, so that the second
    half step costs next to nothing.

    Args:
        X: (samples, features).
        k: Number of clusters.
    """

    def __init__(self, X, k):
        self.X = X
        self.labels = np.full(len(X), -1)
        self.sums, self.counts = np.zeros((k, X.shape[1])), np.zeros(k, int)

    def join(self, centres, squares):
        """Lets every point join its nearest centre.

        Args:
            centres: (k, features).
            squares: |x|^2 for each sample.

        Returns:
            The squared distances, (samples,), and the number of points that changed their cluster.
        """
        before = self.labels
        self.labels, distances = nearest(self.X, centres, squares)
        changed, names = np.flatnonzero(self.labels != before), np.arange(len(centres))[:, np.newaxis]
        for start in range(0, len(changed), BLOCK):
            moved = changed[start : start + BLOCK]
            moves = (names == self.labels[moved]).astype(self.X.dtype) - (names == before[moved])
            self.sums += moves @ self.X[moved]
            self.counts += moves.sum(axis=1).astype(int)
        return distances, len(changed)

    def means(self, centres, distances):
        """Returns the mean of each cluster's points.

        Args:
            centres: The centres that the points have joined, (k, features).
            distances: Their squared distances to these.

        Returns:
            (k, features). A cluster without points gets the point that is farthest from its own centre.
        """
        sums, counts, empty = self.sums.copy(), self.counts.copy(), np.flatnonzero(self.counts == 0)
        if len(empty) and distances.max() > 0:
            farthest = np.argsort(distances)[::-1][: len(empty)]
            for cluster, point in zip(empty, farthest, strict=True):
                sums[self.labels[point]] -= self.X[point]
                sums[cluster] = self.X[point]
                counts[self.labels[point]] -= 1
                counts[cluster] = 1
        # Where every point lies on a centre already, an empty cluster joins the largest one.
        empty, largest = counts == 0, counts.argmax()
        sums[empty], counts[empty] = sums[largest], counts[largest]
        return (sums / counts[:, np.newaxis]).astype(self.X.dtype)


def plus_plus(X, k, rng):
    """Draws k data points, each with a probability that grows with the squared distance to the nearest one so far.

    Args:
        X: (samples, features).
        k: Number of points.
        rng: A `numpy.random.Generator`.

    Returns:
        (k, features). Of several candidates for each point, the one that leaves the smallest sum is kept.
    """
    squares = np.einsum("ij,ij->i", X, X)
    centres = np.empty((k, X.shape[1]), X.dtype)
    centres[0] = X[rng.integers(len(X))]
    distances = squared_distances(X, centres[:1], squares)[:, 0]
    trials = 2 + int(np.log(k))
    for i in range(1, k):
        places = np.searchsorted(np.cumsum(distances, dtype="float64"), rng.random(trials) * distances.sum())
        candidates = np.minimum(places, len(X) - 1)
        left = np.minimum(squared_distances(X, X[candidates], squares), distances[:, np.newaxis])
        best = left.sum(axis=0).argmin()
        centres[i], distances = X[candidates[best]], left[:, best]
    return centres


def random_points(X, k, rng):
    """Draws k different samples, each with the same probability.

    Args:
        X: (samples, features).
        k: Number of points.
        rng: A `numpy.random.Generator`.

    Returns:
        (k, features).
    """
    return X[rng.choice(len(X), k, replace=False)]


STARTS = {"k-means++": plus_plus, "random": random_points}
