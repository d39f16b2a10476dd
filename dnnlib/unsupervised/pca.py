"""Principal component analysis: the directions along which data spread most."""

import numpy as np

from dnnlib.unsupervised.estimator import Estimator, check_count

BLOCK = 2000  # rows that are centred together: no second copy of large data is made


class PCA(Estimator):
    """Turns data to the axes along which they spread most, and keeps the first of these.

    With the features' means taken off, X = U S V^T. The rows of V^T are the axes, S^2 / (n - 1) the variances along
    them, and X V the coordinates. Of all subspaces of that dimension, the one that the first axes span leaves the
    least squared error (Eckart and Young).

    Args:
        n_components: How many axes are kept; a share between 0 and 1 keeps as many as reach that share of the
            variance; None keeps all, min(samples, features).
        whiten: Whether each coordinate is divided by its standard deviation.
        svd_solver: "full" takes the SVD of X; "covariance_eigh" the eigenvectors of the covariance matrix, which is
            faster with few features and loses the small variances; "randomized" finds the first axes of large
            data from random sums of columns; "auto" chooses as scikit-learn does.
        n_oversamples: Of the randomized solver: how many sums more than axes.
        iterated_power: Of the randomized solver: how often the sums pass through the data; "auto" is 7 for few axes
            (below a tenth of the smaller side), else 4.
        random_state: Seed of the randomized solver.

    Attributes:
        components_: The axes, (n_components_, features), by decreasing variance; each axis's largest number is
            positive.
        explained_variance_: The variance along each axis, (n_components_,).
        explained_variance_ratio_: Its share of the whole variance.
        singular_values_: S, (n_components_,).
        mean_: The features' means, (features,).
        noise_variance_: The mean variance along the axes left out.
        n_components_, n_features_in_, n_samples_: How many.

    Source: Jolliffe & Cadima (2016), Principal component analysis: a review and recent developments; the randomized
    solver: Halko, Martinsson & Tropp (2011), Finding structure with randomness, algorithms 4.4 and 5.1.
    """

    def __init__(
        self,
        n_components=None,
        *,
        whiten=False,
        svd_solver="auto",
        n_oversamples=10,
        iterated_power="auto",
        random_state=None,
    ):
        self.n_components = n_components
        self.whiten = whiten
        self.svd_solver = svd_solver
        self.n_oversamples = n_oversamples
        self.iterated_power = iterated_power
        self.random_state = random_state

    def fit(self, X, y=None):
        """Finds the axes.

        Args:
            X: (samples, features), two samples or more.
            y: Not used.

        Returns:
            The estimator.

        Raises:
            ValueError: If X holds no numbers, or a parameter is out of range.
        """
        X = self._numbers(X, minimum=2)
        share, count = self._wanted(min(X.shape))
        solver = self._solver(X.shape, share, count)
        # Summed in float32, many samples far from the origin would miss their mean by more than small variances allow.
        mean = X.mean(axis=0, dtype="float64").astype(X.dtype)
        if solver == "randomized":
            centred = X - mean
            total = np.sum(centred.var(axis=0, ddof=1, dtype="float64"))
            _, singular, axes = self._randomized(centred, count)
            variances = singular**2 / (len(X) - 1)
        else:
            variances, axes = SOLVERS[solver](X, mean)
            total = variances.sum()
        self.n_samples_, self.n_features_in_, self.mean_ = *X.shape, mean
        self._keep(variances, axes, total, share, count, min(X.shape))
        return self

    def _keep(self, variances, axes, total, share, count, most):
        ratio = variances / total if total > 0 else np.zeros_like(variances)
        if share is not None:
            count = min(int(np.searchsorted(np.cumsum(ratio), share, side="right")) + 1, len(ratio))
        largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
        self.n_components_ = count
        self.components_ = (axes * np.where(largest < 0, -1, 1)[:, np.newaxis].astype(axes.dtype))[:count]
        self.explained_variance_ = variances[:count]
        self.explained_variance_ratio_ = ratio[:count]
        self.singular_values_ = np.sqrt(variances[:count] * (self.n_samples_ - 1))
        left = most - count
        self.noise_variance_ = max(float(total - variances[:count].sum()), 0.0) / left if left else 0.0

    def transform(self, X):
        """Returns the coordinates along the axes.

        Args:
            X: (samples, features).

        Returns:
            (samples, n_components_).

        Raises:
            ValueError: If X has another number of features.
        """
        self._check_fitted()
        coordinates = self._data(X) @ self.components_.T - self.mean_ @ self.components_.T
        return coordinates / self._scale() if self.whiten else coordinates

    def fit_transform(self, X, y=None):
        """Finds the axes and returns the coordinates along them; see `fit` and `transform`."""
        return self.fit(X).transform(X)

    def inverse_transform(self, X):
        """Returns the points of the data's space that have these coordinates: what the kept axes can rebuild.

        Args:
            X: (samples, n_components_).

        Returns:
            (samples, features).
        """
        self._check_fitted()
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.n_components_:
            raise ValueError(f"PCA: expected coordinates (samples, {self.n_components_}), received shape {X.shape}")
        return (X * self._scale() if self.whiten else X) @ self.components_ + self.mean_

    def get_feature_names_out(self, input_features=None):
        """Returns the coordinates' names, "pca0" and so on."""
        return np.array([f"pca{i}" for i in range(self.n_components_)], dtype=object)

    def _scale(self):
        # An axis without variance has no deviation to divide by; its coordinates are zeros up to rounding.
        deviations = np.sqrt(self.explained_variance_)
        return np.maximum(deviations, np.finfo(deviations.dtype).eps)

    def _wanted(self, most):
        """Returns (share of the variance or None, number of axes) of what `n_components` asks for."""
        wanted = self.n_components
        if wanted is None:
            return None, most
        if isinstance(wanted, (float, np.floating)) and 0 < wanted < 1:
            return float(wanted), most
        return None, check_count(wanted, "n_components", most, "min(samples, features); or a share below 1")

    def _solver(self, shape, share, count):
        solver = self.svd_solver
        if solver not in ("auto", "full", "covariance_eigh", "randomized"):
            raise ValueError(f"svd_solver: expected auto, full, covariance_eigh or randomized, received {solver!r}")
        if solver == "randomized" and share is not None:
            raise ValueError(f"n_components: expected an integer with the randomized solver, received {share}")
        if solver != "auto":
            return solver
        samples, features = shape
        if features <= 1000 and samples >= 10 * features:
            return "covariance_eigh"
        if max(shape) > 500 and share is None and count < 0.8 * min(shape):
            return "randomized"
        return "full"

    def _randomized(self, centred, count):
        """Returns (U, S, V^T) of the first axes: the SVD of the data, seen through few random sums of columns."""
        few = count < 0.1 * min(centred.shape)
        passes = (7 if few else 4) if self.iterated_power == "auto" else self.iterated_power
        width = min(count + self.n_oversamples, min(centred.shape))
        tall = centred if len(centred) >= centred.shape[1] else centred.T
        sums = self._random().standard_normal((tall.shape[1], width)).astype(centred.dtype)
        basis = np.linalg.qr(tall @ sums)[0]
        for _ in range(passes):  # each pass raises the large singular values further above the small ones
            basis = np.linalg.qr(tall @ (tall.T @ basis))[0]
        left, singular, right = np.linalg.svd(basis.T @ tall, full_matrices=False)
        left, right = basis @ left, right
        if tall is not centred:
            left, right = right.T, left.T
        return left[:, :count], singular[:count], right[:count]


def _by_svd(X, mean):
    """Returns (variances, axes) from the singular values of the centred data."""
    _, singular, axes = np.linalg.svd(X - mean, full_matrices=False)
    return singular**2 / (len(X) - 1), axes


def _by_covariance(X, mean):
    """Returns (variances, axes) from the eigenvectors of the covariance matrix."""
    covariance = np.zeros((X.shape[1],) * 2, X.dtype)
    for start in range(0, len(X), BLOCK):
        centred = X[start : start + BLOCK] - mean
        covariance += centred.T @ centred
    values, vectors = np.linalg.eigh(covariance / (len(X) - 1))
    most = min(X.shape)  # beyond it, the eigenvalues are zeros up to rounding
    return np.maximum(values[::-1], 0)[:most], vectors.T[::-1][:most]


SOLVERS = {"full": _by_svd, "covariance_eigh": _by_covariance}
