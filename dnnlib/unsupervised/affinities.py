"""How near two points are, as a probability: the affinities that t-SNE wants a map to keep."""

import numpy as np

BLOCK = 128  # rows that are looked at together: they stay in the processor's cache
STEPS = 60  # enough to halve any bracket of log beta down to rounding


def affinities(X, perplexity, dtype="float64"):
    """Returns how likely each pair of points is to be neighbours.

    Around each point stands a Gaussian as wide as it takes for its neighbours to count as `perplexity` ones; the
    probability of a pair is the mean of the two points' views.

    Args:
        X: (samples, features).
        perplexity: 2 to the entropy (in bits) of each point's distribution: a smooth number of neighbours, at least 1
            and less than samples - 1.
        dtype: float64, or float32 for half the time and memory.

    Returns:
        P, (samples, samples): symmetric, with zeros on the diagonal and the sum 1.

    Raises:
        ValueError: If no distribution over the other points has that perplexity.

    Source: van der Maaten & Hinton (2008), Visualizing data using t-SNE, section 2.
    """
    X = np.asarray(X, "float64")
    check_perplexity(perplexity, len(X))
    X = standardised(X)
    squares, P = np.einsum("ij,ij->i", X, X), np.empty((len(X), len(X)), dtype)
    for start in range(0, len(X), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(X)))
        distances = X[rows] @ (-2 * X.T)
        distances += squares
        distances += squares[rows, np.newaxis]
        P[rows] = conditional(np.maximum(distances, 0).astype(dtype), perplexity, (rows - start, rows))
    # P + P.T by pairs of blocks: half of a transposed matrix is read against the grain of memory.
    for start in range(0, len(X), BLOCK):
        rows, rest = slice(start, start + BLOCK), slice(start, None)
        P[rows, rest] += P[rest, rows].T.copy()
        P[rest, rows] = P[rows, rest].T
    P /= P.sum(dtype="float64")
    return P


def standardised(X):
    """Returns X around its mean and of size 1 or so, which changes no affinity.

    Far from the origin, |x|^2 + |y|^2 - 2 x.y would subtract nearly equal numbers; of very large or small numbers, the
    squares would leave the range of float32.

    Args:
        X: (samples, features).

    Returns:
        (samples, features), float64.
    """
    X = np.asarray(X, "float64")
    X = X - X.mean(axis=0)
    size = np.abs(X).max()
    X /= size if size > 0 else 1
    deviation = np.sqrt(np.mean(np.einsum("ij,ij->i", X, X)))
    return X / deviation if deviation > 0 else X


def check_perplexity(perplexity, samples):
    """Raises `ValueError` if no distribution over the other points has that perplexity."""
    number = isinstance(perplexity, (int, float, np.integer, np.floating)) and not isinstance(perplexity, bool)
    if not number or not 1 <= perplexity < samples - 1:
        raise ValueError(
            f"perplexity: expected a number from 1 to less than n_samples - 1 = {samples - 1} (best at most a third of "
            f"n_samples), received {perplexity!r}"
        )


def conditional(distances, perplexity, itself=None):
    """Turns squared distances into each point's distribution over its neighbours.

    The entropy H of p_j ~ exp(-beta d_j) falls as beta grows, and its slope is known: dH / d log beta =
    -beta^2 Var(d). Newton's method on log beta needs about six steps where halving a bracket needs thirty; the bracket
    is kept all the same, for where a step leaves it.

    Args:
        distances: (points, neighbours); overwritten.
        perplexity: The perplexity of each row.
        itself: Index of the entries that are a point's distance to itself, which get probability 0.

    Returns:
        (points, neighbours). Where more neighbours are equally near than `perplexity`, they share alike.
    """
    if itself is not None:
        distances[itself] = np.inf
    distances -= distances.min(axis=1, keepdims=True)  # which changes no probability, and keeps one exponent at 0
    if itself is not None:
        distances[itself] = 0
    target, tolerance = np.log(perplexity), 1e-10 if distances.dtype == np.float64 else 1e-5
    # Where a few dozen neighbours count, as is usual, beta ends near 12 over the mean distance: two steps saved.
    log_beta = 2.5 - np.log(np.maximum(distances.mean(axis=1, dtype="float64"), 1e-34))
    low, high = np.full(len(distances), -np.inf), np.full(len(distances), np.inf)
    scaled, weights = np.empty_like(distances), np.empty_like(distances)
    for _ in range(STEPS):
        np.multiply(distances, -np.exp(log_beta)[:, np.newaxis].astype(distances.dtype), out=scaled)
        np.maximum(scaled, -80, out=scaled)  # beyond e^-80 lie denormal numbers, which are slow
        np.exp(scaled, out=weights)
        if itself is not None:
            weights[itself] = 0
        total = weights.sum(axis=1)
        mean = np.einsum("ij,ij->i", weights, scaled) / total
        entropy = np.log(total) - mean
        np.multiply(scaled, scaled, out=scaled)
        variance = np.einsum("ij,ij->i", weights, scaled) / total - mean**2
        excess = entropy - target
        if np.abs(excess).max() < tolerance:
            break
        low, high = np.where(excess > 0, log_beta, low), np.where(excess > 0, high, log_beta)
        newton = log_beta + np.clip(excess / np.maximum(variance, 1e-6), -4, 4)
        halved = np.where(np.isfinite(high - low), (low + high) / 2, newton)
        # A row that has arrived stays: its step is 0 up to rounding, which puts it on the bracket's edge.
        good = (low < newton) & (newton < high) | (np.abs(excess) < tolerance)
        log_beta = np.clip(np.where(good, newton, halved), -80, 80)
    return weights / total[:, np.newaxis]


def neighbour_affinities(X, perplexity):
    """Returns the affinities of many points: those of near pairs alone, the others being almost 0.

    Beyond three times the perplexity's neighbours, a Gaussian leaves a share of its sum that does not change the map.

    Args:
        X: (samples, features).
        perplexity: As in `affinities`.

    Returns:
        P's numbers row by row, float32, and which column each is in; then where each row starts, and the end of the
        last (samples + 1,). Symmetric, with the sum 1.

    Raises:
        ValueError: As in `affinities`.
    """
    check_perplexity(perplexity, len(X))
    X, n = standardised(X), len(X)
    count = min(n - 1, int(3 * perplexity) + 1)
    near, p = np.empty((n, count), "int32"), np.empty((n, count), "float32")
    squares, doubled = np.einsum("ij,ij->i", X, X), np.ascontiguousarray(-2 * X.T)
    for start in range(0, n, BLOCK):
        rows = slice(start, min(start + BLOCK, n))
        distances = X[rows] @ doubled  # in float32, points far out would blur the distances of all others
        distances += squares
        distances += squares[rows, np.newaxis]
        distances[np.arange(rows.stop - start), np.arange(start, rows.stop)] = np.inf
        near[rows] = np.argpartition(distances.astype("float32"), count - 1, axis=1)[:, :count]
        gaps = X[near[rows]] - X[rows, np.newaxis]  # once more, without the rounding of |x|^2 + |y|^2 - 2 x.y
        p[rows] = conditional(np.einsum("ijk,ijk->ij", gaps, gaps).astype("float32"), perplexity)
    return _symmetrised(near, p)


def _symmetrised(near, p):
    """Returns (P + P.T) / sum by rows: each number stands for (i, j) and for (j, i); two of the same pair are added."""
    n, count = near.shape
    rows = np.repeat(np.arange(n, dtype="int64"), count)
    keys = np.concatenate([rows * n + near.ravel(), near.ravel() * np.int64(n) + rows])
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], np.concatenate([p.ravel(), p.ravel()])[order]
    firsts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    values, keys = np.add.reduceat(values, firsts), keys[firsts]
    starts = np.searchsorted(keys, np.arange(n + 1) * np.int64(n))
    return values / np.float32(values.sum(dtype="float64")), (keys % n).astype("int32"), starts
