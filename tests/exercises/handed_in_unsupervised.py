"""Wrong answers to the exercises on PCA, k-means and t-SNE, written from prompt and stub before any was checked."""

import numpy as np

HANDED_IN = {}


def hand_in(name, *answers):
    """Files wrong answers to one exercise."""
    HANDED_IN.setdefault(name, []).extend(answers)


# -- PCA ---------------------------------------------------------------------------------------------------------------


def axes_of(X, k, *, centred=None, matrix=None, values=None, order=None, pick=None):
    """Principal axes, right as they stand; each keyword makes them wrong."""
    Z = X - X.mean(axis=0) if centred is None else centred(X)
    found, vectors = np.linalg.eigh(Z.T @ Z / (len(X) - 1) if matrix is None else matrix(Z))
    vectors = vectors[:, ::-1] if order is None else order(found, vectors)
    return vectors[:, :k].T if pick is None else pick(vectors, k)


hand_in(
    "PRINCIPAL_AXES",
    lambda X, k: axes_of(X, k, centred=lambda X: X),
    lambda X, k: axes_of(X, k, centred=lambda X: X - X.mean()),
    lambda X, k: axes_of(X, k, centred=lambda X: X - X.mean(axis=1, keepdims=True)),
    lambda X, k: axes_of(X, k, order=lambda values, vectors: vectors),
    lambda X, k: axes_of(X, k, pick=lambda vectors, k: vectors[:k]),
    lambda X, k: axes_of(X, k, pick=lambda vectors, k: vectors[:, :k]),
    lambda X, k: axes_of(X, k, centred=lambda X: (X - X.mean(axis=0)) / X.std(axis=0)),
    lambda X, k: axes_of(X, k, matrix=lambda Z: np.corrcoef(Z.T)),
    lambda X, k: np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[0][:, :k].T,
    lambda X, k: np.linalg.svd(X, full_matrices=False)[2][:k],
    lambda X, k: axes_of(X, k) * np.sqrt(np.linalg.eigvalsh(np.cov(X.T))[::-1][:k, None]),
    lambda X, k: (X - X.mean(axis=0)) @ axes_of(X, k).T,
    lambda X, k: axes_of(X, k)[::-1],
    lambda X, k: axes_of(X, k, order=lambda values, vectors: vectors[::-1]),
)


def count_of(X, share, *, variances=None, compare=None, more=0):
    """Axes needed, right as it stands; each keyword makes it wrong."""
    values = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 if variances is None else variances(X)
    kept = np.cumsum(values) / values.sum()
    return int(np.sum(kept < share - 1e-12 if compare is None else compare(kept, share))) + 1 + more


hand_in(
    "AXES_NEEDED",
    lambda X, share: count_of(X, share, variances=lambda X: np.linalg.svd(X, compute_uv=False) ** 2),
    lambda X, share: count_of(X, share, variances=lambda X: np.linalg.svd(X - X.mean(axis=0), compute_uv=False)),
    lambda X, share: count_of(X, share, variances=lambda X: np.sort(X.var(axis=0))[::-1]),
    lambda X, share: count_of(X, share, variances=lambda X: np.linalg.eigvalsh(np.cov(X.T))),
    lambda X, share: count_of(X, share, variances=lambda X: np.sort(np.linalg.eigvalsh(np.corrcoef(X.T)))[::-1]),
    lambda X, share: count_of(X, share, more=-1),
    lambda X, share: count_of(X, share, more=1),
    lambda X, share: count_of(X, 1 - share),
    lambda X, share: int(
        np.sum(
            np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
            >= share * np.sum(np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2)
        )
    ),
    lambda X, share: int(np.ceil(share * min(X.shape))),
)


def rebuilt(train, new, k, *, mean=None, off=None, pick=None, back=None, axes=None):
    """Points rebuilt, right as they stand; each keyword makes them wrong."""
    middle = train.mean(axis=0) if mean is None else mean(train, new)
    found = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2] if axes is None else axes(train, new)
    found = found[:k] if pick is None else pick(found, k)
    coordinates = (new - middle if off is None else off(new, middle)) @ found.T
    return coordinates @ found + (middle if back is None else back(middle))


hand_in(
    "REPAIR_REBUILD",
    lambda train, new, k: rebuilt(train, new, k, off=lambda new, middle: new),
    lambda train, new, k: rebuilt(train, new, k, pick=lambda axes, k: axes[:, :k].T),
    lambda train, new, k: rebuilt(train, new, k, back=lambda middle: 0),
    lambda train, new, k: rebuilt(train, new, k, off=lambda new, middle: new, back=lambda middle: 0),
    lambda train, new, k: rebuilt(train, new, k, mean=lambda train, new: new.mean(axis=0)),
    lambda train, new, k: rebuilt(train, new, k, axes=lambda train, new: np.linalg.svd(train)[2]),
    lambda train, new, k: rebuilt(
        train, new, k, axes=lambda train, new: np.linalg.svd(new - new.mean(axis=0), full_matrices=False)[2]
    ),
    lambda train, new, k: rebuilt(train, new, k, pick=lambda axes, k: axes[-k:]),
    lambda train, new, k: rebuilt(train, new, k, mean=lambda train, new: train.mean()),
    lambda train, new, k: rebuilt(train, train, k),
    lambda train, new, k: (new - train.mean(axis=0)) @ np.linalg.svd(train - train.mean(axis=0))[2][:k].T,
    lambda train, new, k: rebuilt(train, new, k, off=lambda new, middle: new - 2 * middle),
)


def white(train, new, k, *, mean=None, deviations=None, matrix=None, ends=None):
    """Whitened points, right as they stand; each keyword makes them wrong."""
    middle = train.mean(axis=0)
    _, s, axes = np.linalg.svd(train - middle if matrix is None else matrix(train), full_matrices=False)
    spread = s / np.sqrt(len(train) - 1) if deviations is None else deviations(s, train, new)
    middle = middle if mean is None else mean(train, new)
    coordinates = (new - middle) @ axes[:k].T / spread[:k]
    return coordinates if ends is None else ends(coordinates, axes[:k])


hand_in(
    "WHITEN",
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: s),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: s**2 / (len(train) - 1)),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: s / np.sqrt(len(train))),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: s / np.sqrt(len(new))),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: s / (len(train) - 1)),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: np.ones_like(s)),
    lambda train, new, k: white(train, new, k, deviations=lambda s, train, new: np.sqrt(len(train) - 1) / s),
    lambda train, new, k: white(train, new, k, mean=lambda train, new: new.mean(axis=0)),
    lambda train, new, k: white(train, new, k, mean=lambda train, new: 0),
    lambda train, new, k: white(train, new, k, matrix=lambda train: train),
    lambda train, new, k: white(train, new, k, ends=lambda coordinates, axes: coordinates @ axes),
    lambda train, new, k: white(train, train, k),
    lambda train, new, k: ((new - train.mean(axis=0)) / train.std(axis=0, ddof=1))[:, :k],
)

# -- k-means -----------------------------------------------------------------------------------------------------------


def updated(points, labels, centres, *, far=None, leaves=True, mean=np.mean, empty=None):
    """New centres, right as they stand; each keyword makes them wrong."""
    labels, k = labels.copy(), len(centres)
    own = ((points - centres[labels]) ** 2).sum(axis=1)
    new = centres.astype(float).copy()
    for j in range(k):
        if not (labels == j).any():
            if empty is not None:
                new[j] = empty(points, centres, j)
                continue
            point = own.argmax() if far is None else far(points, labels, centres, own, j)
            if leaves:
                labels[point] = j
            new[j] = points[point]
    for j in range(k):
        if (labels == j).any():
            new[j] = mean(points[labels == j], axis=0)
    return new


hand_in(
    "UPDATE_CENTRES",
    lambda points, labels, centres: updated(points, labels, centres, leaves=False),
    lambda points, labels, centres: updated(points, labels, centres, empty=lambda points, centres, j: centres[j]),
    lambda points, labels, centres: updated(points, labels, centres, empty=lambda points, centres, j: 0),
    lambda points, labels, centres: updated(points, labels, centres, empty=lambda points, centres, j: np.nan),
    lambda points, labels, centres: updated(
        points, labels, centres, empty=lambda points, centres, j: points.mean(axis=0)
    ),
    lambda points, labels, centres: updated(points, labels, centres, mean=np.median),
    lambda points, labels, centres: updated(points, labels, centres, mean=np.sum),
    lambda points, labels, centres: updated(points, labels, centres, far=lambda p, lab, c, own, j: own.argmin()),
    lambda points, labels, centres: updated(
        points, labels, centres, far=lambda p, lab, c, own, j: ((p - c[j]) ** 2).sum(axis=1).argmax()
    ),
    lambda points, labels, centres: updated(
        points, labels, centres, far=lambda p, lab, c, own, j: ((p - p.mean(axis=0)) ** 2).sum(axis=1).argmax()
    ),
    lambda points, labels, centres: updated(
        points, labels, centres, far=lambda p, lab, c, own, j: np.abs(p - c[lab]).sum(axis=1).argmax()
    ),
    lambda points, labels, centres: (centres + updated(points, labels, centres)) / 2,
    lambda points, labels, centres: np.array([points[labels == j].mean() for j in range(len(centres))]),
)


def chances(points, centres, *, distance=None, nearest=None, ends=None):
    """The chances of k-means++, right as they stand; each keyword makes them wrong."""
    gaps = points[:, None] - centres
    squared = (gaps**2).sum(axis=2) if distance is None else distance(gaps)
    near = squared.min(axis=1) if nearest is None else nearest(squared)
    return near / near.sum() if ends is None else ends(near)


hand_in(
    "REPAIR_CHANCES",
    lambda points, centres: chances(points, centres, distance=lambda gaps: np.sqrt((gaps**2).sum(axis=2))),
    lambda points, centres: chances(points, centres, nearest=lambda squared: squared[:, -1]),
    lambda points, centres: chances(points, centres, nearest=lambda squared: squared[:, 0]),
    lambda points, centres: chances(points, centres, nearest=lambda squared: squared.max(axis=1)),
    lambda points, centres: chances(points, centres, nearest=lambda squared: squared.mean(axis=1)),
    lambda points, centres: chances(points, centres, nearest=lambda squared: squared.prod(axis=1)),
    lambda points, centres: chances(points, centres, distance=lambda gaps: (gaps**2).sum(axis=2) ** 2),
    lambda points, centres: chances(points, centres, distance=lambda gaps: np.abs(gaps).sum(axis=2)),
    lambda points, centres: chances(points, centres, ends=lambda near: near),
    lambda points, centres: chances(points, centres, ends=lambda near: np.exp(near) / np.exp(near).sum()),
    lambda points, centres: chances(points, centres, ends=lambda near: near / near.max()),
    lambda points, centres: chances(points, centres, ends=lambda near: (near == near.max()) / 1.0),
)


def cost_of(points, labels, *, centre=np.mean, power=2):
    """The cost of a clustering; each keyword makes it wrong."""
    return sum(
        (np.abs(points[labels == j] - centre(points[labels == j], axis=0)) ** power).sum() for j in np.unique(labels)
    )


def moved(labels, i, j):
    """The labels after the move."""
    labels = labels.copy()
    labels[i] = j
    return labels


def with_old_means(points, labels, i, j):
    """The means stay where they were."""
    return ((points[i] - points[labels == j].mean(axis=0)) ** 2).sum() - (
        (points[i] - points[labels == labels[i]].mean(axis=0)) ** 2
    ).sum()


def weighed(points, labels, i, j, here, there):
    """The gain and loss at the two means, weighed by functions of the clusters' sizes."""
    mine, other = points[labels == labels[i]], points[labels == j]
    gain = ((points[i] - mine.mean(axis=0)) ** 2).sum() * here(len(mine))
    return ((points[i] - other.mean(axis=0)) ** 2).sum() * there(len(other)) - gain


hand_in(
    "CHANGE_BY_MOVING",
    with_old_means,
    lambda points, labels, i, j: cost_of(points, labels) - cost_of(points, moved(labels, i, j)),
    lambda points, labels, i, j: cost_of(points, moved(labels, i, j)),
    lambda points, labels, i, j: (cost_of(points, moved(labels, i, j)) - cost_of(points, labels)) / len(points),
    lambda points, labels, i, j: (
        cost_of(points, moved(labels, i, j), centre=np.median) - cost_of(points, labels, centre=np.median)
    ),
    lambda points, labels, i, j: cost_of(points, moved(labels, i, j), power=1) - cost_of(points, labels, power=1),
    lambda points, labels, i, j: weighed(points, labels, i, j, lambda n: n / (n - 1), lambda n: n / (n - 1 + 1e-9)),
    lambda points, labels, i, j: weighed(points, labels, i, j, lambda n: n / (n + 1), lambda n: n / (n + 1)),
    lambda points, labels, i, j: weighed(points, labels, i, j, lambda n: (n - 1) / n, lambda n: (n + 1) / n),
    lambda points, labels, i, j: weighed(points, labels, i, j, lambda n: n / (n - 1), lambda n: 1),
    lambda points, labels, i, j: weighed(points, labels, i, j, lambda n: n, lambda n: n),
    lambda points, labels, i, j: np.sqrt(
        ((points[labels == j].mean(axis=0) - points[labels == labels[i]].mean(axis=0)) ** 2).sum()
    ),
)


def silhouette(points, labels, *, distance=None, own=None, others=None, ends=None):
    """Silhouettes, right as they stand; each keyword makes them wrong."""
    gaps = points[:, None] - points
    d = np.sqrt((gaps**2).sum(axis=2)) if distance is None else distance(gaps)
    a, b = np.empty(len(points)), np.empty(len(points))
    for i in range(len(points)):
        same = labels == labels[i]
        a[i] = d[i, same].sum() / (same.sum() - 1) if own is None else own(d[i, same])
        rest = [d[i, labels == j] for j in np.unique(labels) if j != labels[i]]
        b[i] = min(part.mean() for part in rest) if others is None else others(rest)
    return (b - a) / np.maximum(a, b) if ends is None else ends(a, b)


def to_centres(points, labels):
    """With distances to the means in place of mean distances."""
    centres = np.array([points[labels == j].mean(axis=0) for j in range(labels.max() + 1)])
    d = np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))
    a = d[np.arange(len(points)), labels]
    d[np.arange(len(points)), labels] = np.inf
    b = d.min(axis=1)
    return (b - a) / np.maximum(a, b)


hand_in(
    "SILHOUETTES",
    to_centres,
    lambda points, labels: silhouette(points, labels, distance=lambda gaps: (gaps**2).sum(axis=2)),
    lambda points, labels: silhouette(points, labels, distance=lambda gaps: np.abs(gaps).sum(axis=2)),
    lambda points, labels: silhouette(points, labels, own=lambda part: part.mean()),
    lambda points, labels: silhouette(points, labels, own=lambda part: part.max()),
    lambda points, labels: silhouette(points, labels, own=lambda part: np.sort(part)[1]),
    lambda points, labels: silhouette(points, labels, others=lambda rest: min(part.min() for part in rest)),
    lambda points, labels: silhouette(points, labels, others=lambda rest: np.concatenate(rest).mean()),
    lambda points, labels: silhouette(points, labels, others=lambda rest: max(part.mean() for part in rest)),
    lambda points, labels: silhouette(points, labels, others=lambda rest: np.mean([part.mean() for part in rest])),
    lambda points, labels: silhouette(points, labels, ends=lambda a, b: b - a),
    lambda points, labels: silhouette(points, labels, ends=lambda a, b: (a - b) / np.maximum(a, b)),
    lambda points, labels: silhouette(points, labels, ends=lambda a, b: (b - a) / b),
    lambda points, labels: silhouette(points, labels, ends=lambda a, b: (b - a) / (a + b)),
    lambda points, labels: silhouette(points, labels).mean(),
)

# -- t-SNE -------------------------------------------------------------------------------------------------------------


def joint(squared, sigma, *, exponent=None, diagonal=True, normal=None, both=None):
    """Joint affinities, right as they stand; each keyword makes them wrong."""
    p = np.exp(-squared / (2 * sigma[:, None] ** 2) if exponent is None else exponent(squared, sigma))
    if diagonal:
        np.fill_diagonal(p, 0)
    p = p / p.sum(axis=1, keepdims=True) if normal is None else normal(p)
    return (p + p.T) / (2 * len(p)) if both is None else both(p)


hand_in(
    "JOINT_AFFINITIES",
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -d / (2 * s**2)),
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -d / s[:, None] ** 2),
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -d / (2 * s[:, None])),
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -np.sqrt(d) / (2 * s[:, None] ** 2)),
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -(d**2) / (2 * s[:, None] ** 2)),
    lambda squared, sigma: joint(squared, sigma, diagonal=False),
    lambda squared, sigma: joint(squared, sigma, normal=lambda p: p / p.sum()),
    lambda squared, sigma: joint(squared, sigma, normal=lambda p: p / p.sum(axis=0)),
    lambda squared, sigma: joint(squared, sigma, both=lambda p: p / len(p)),
    lambda squared, sigma: joint(squared, sigma, both=lambda p: (p + p.T) / 2),
    lambda squared, sigma: joint(squared, sigma, both=lambda p: (p + p.T) / len(p)),
    lambda squared, sigma: joint(squared, sigma, both=lambda p: p * p.T / (p * p.T).sum()),
    lambda squared, sigma: joint(squared, sigma, both=lambda p: np.sqrt(p * p.T) / len(p)),
    lambda squared, sigma: joint(squared, sigma, exponent=lambda d, s: -np.log(1 + d)),
)


def width(squared, i, perplexity, *, others=None, exponent=None, entropy=None, power=2.0, above=None, ends=None):
    """The search for a width, right as it stands; each keyword makes it wrong."""
    rest = np.delete(squared, i) if others is None else others(squared, i)
    low, high = 0.0, 100.0
    for _ in range(60):
        sigma = (low + high) / 2
        p = np.exp(-(rest - rest.min()) / (2 * sigma**2) if exponent is None else exponent(rest - rest.min(), sigma))
        p = p / p.sum()
        bits = -np.sum(p * np.log2(p + 1e-300)) if entropy is None else entropy(p)
        wide = power**bits > perplexity if above is None else above(bits, perplexity)
        low, high = (low, sigma) if wide else (sigma, high)
    return sigma if ends is None else ends(sigma)


hand_in(
    "REPAIR_SEARCH",
    lambda squared, i, perplexity: width(squared, i, perplexity, others=lambda d, i: d),
    lambda squared, i, perplexity: width(
        squared, i, perplexity, entropy=lambda p: -np.sum(p * np.log(p + 1e-300))
    ),
    lambda squared, i, perplexity: width(squared, i, perplexity, power=np.e),
    lambda squared, i, perplexity: width(
        squared, i, perplexity, others=lambda d, i: d, entropy=lambda p: -np.sum(p * np.log(p + 1e-300))
    ),
    lambda squared, i, perplexity: width(squared, i, perplexity, above=lambda bits, wanted: bits > wanted),
    lambda squared, i, perplexity: width(squared, i, perplexity, above=lambda bits, wanted: 2**bits < wanted),
    lambda squared, i, perplexity: width(squared, i, perplexity, exponent=lambda d, s: -d / s**2),
    lambda squared, i, perplexity: width(squared, i, perplexity, exponent=lambda d, s: -d / (2 * s)),
    lambda squared, i, perplexity: width(squared, i, perplexity, ends=lambda sigma: sigma**2),
    lambda squared, i, perplexity: width(squared, i, perplexity, ends=lambda sigma: 1 / (2 * sigma**2)),
    lambda squared, i, perplexity: width(squared, i, perplexity, others=lambda d, i: np.delete(d, 0)),
    lambda squared, i, perplexity: width(squared, i, perplexity, others=lambda d, i: np.sqrt(np.delete(d, i))),
    lambda squared, i, perplexity: width(squared, i, perplexity - 1),
)  # fmt: skip


def forces(P, Y, i, *, factor=4, tail=None, normal=None, signs=(1, 1), pull=None, push=None, swap=False):
    """The two forces on a point, right as they stand; each keyword makes them wrong."""
    d = ((Y[:, None] - Y) ** 2).sum(axis=2)
    w = 1 / (1 + d) if tail is None else tail(d)
    np.fill_diagonal(w, 0)
    q = w / w.sum() if normal is None else normal(w, i)
    gaps = Y - Y[i]
    attraction = factor * signs[0] * ((P[i] * w[i]) if pull is None else pull(P, w, q)) @ gaps
    repulsion = -factor * signs[1] * ((q[i] * w[i]) if push is None else push(P, w, q)) @ gaps
    return (repulsion, attraction) if swap else (attraction, repulsion)


hand_in(
    "FORCES_ON",
    lambda P, Y, i: forces(P, Y, i, factor=1),
    lambda P, Y, i: forces(P, Y, i, factor=2),
    lambda P, Y, i: forces(P, Y, i, signs=(-1, -1)),
    lambda P, Y, i: forces(P, Y, i, signs=(1, -1)),
    lambda P, Y, i: forces(P, Y, i, swap=True),
    lambda P, Y, i: forces(P, Y, i, tail=lambda d: np.exp(-d)),
    lambda P, Y, i: forces(P, Y, i, tail=lambda d: 1 / (1 + np.sqrt(d))),
    lambda P, Y, i: forces(P, Y, i, normal=lambda w, i: w / w.sum(axis=1, keepdims=True)),
    lambda P, Y, i: forces(P, Y, i, normal=lambda w, i: w),
    lambda P, Y, i: forces(P, Y, i, pull=lambda P, w, q: P[i]),
    lambda P, Y, i: forces(P, Y, i, push=lambda P, w, q: q[i]),
    lambda P, Y, i: forces(P, Y, i, pull=lambda P, w, q: P[i], push=lambda P, w, q: q[i]),
    lambda P, Y, i: forces(P, Y, i, push=lambda P, w, q: w[i]),
    lambda P, Y, i: forces(P, Y, i, pull=lambda P, w, q: (P[i] - q[i]) * w[i], push=lambda P, w, q: 0 * w[i]),
    lambda P, Y, i: sum(forces(P, Y, i)),
)


def trust(X, Y, k, *, ranked=None, looked=None, cost=None, largest=None, ends=None):
    """Trustworthiness, right as it stands; each keyword makes it wrong."""
    n = len(X)
    far = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    near = np.sqrt(((Y[:, None] - Y) ** 2).sum(axis=2))
    ranks = far.argsort(axis=1).argsort(axis=1) if ranked is None else ranked(far)
    shown = near.argsort(axis=1)[:, 1 : k + 1] if looked is None else looked(near)
    r = np.take_along_axis(ranks, shown, axis=1)
    total = np.maximum(r - k, 0).sum() if cost is None else cost(r)
    most = n * k * (2 * n - 3 * k - 1) / 2 if largest is None else largest(n)
    return 1 - total / most if ends is None else ends(total / most)


hand_in(
    "TRUSTWORTHINESS",
    lambda X, Y, k: trust(Y, X, k),
    lambda X, Y, k: trust(X, Y, k, ranked=lambda far: far.argsort(axis=1)),
    lambda X, Y, k: trust(X, Y, k, ranked=lambda far: far.argsort(axis=1).argsort(axis=1) + 1),
    lambda X, Y, k: trust(X, Y, k, looked=lambda near: near.argsort(axis=1)[:, :k]),
    lambda X, Y, k: trust(X, Y, k, looked=lambda near: near.argsort(axis=1)[:, -k:]),
    lambda X, Y, k: trust(X, Y, k, looked=lambda near: near.argsort(axis=0)[:, 1 : k + 1]),
    lambda X, Y, k: trust(X, Y, k, cost=lambda r: (r > k).sum()),
    lambda X, Y, k: trust(X, Y, k, cost=lambda r: r.sum()),
    lambda X, Y, k: trust(X, Y, k, cost=lambda r: np.where(r > k, r, 0).sum()),
    lambda X, Y, k: trust(X, Y, k, cost=lambda r: np.abs(r - k).sum()),
    lambda X, Y, k: trust(X, Y, k, largest=lambda n: n * k),
    lambda X, Y, k: trust(X, Y, k, largest=lambda n: n * k * (2 * n - 3 * k - 1)),
    lambda X, Y, k: trust(X, Y, k, ends=lambda share: share),
    lambda X, Y, k: trust(X, Y, k, cost=lambda r: (r > k).sum(), largest=lambda n: n * k),
)
