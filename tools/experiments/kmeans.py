"""What a start is worth to k-means, and what k-means is worth to a dictionary of patches.

Colours of a photograph in 16 clusters, from four kinds of starts with the same seeds. Then codes of patches as
features of digits: the dictionary learned by k-means, or as many patches drawn at random, over 20 splits, read in the
middle and one pixel to the right. Last, which digits to label if few labels can be had: those nearest to centres, or
some at random; and the labels of the former handed on to their clusters. `python -m tools.experiments.kmeans`
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.photographs import load_photograph
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.features.patches import extract_patches, patch_codes
from dnnlib.unsupervised.kmeans import KMeans, plus_plus, random_points, squared_distances
from tools.experiments.record import record

SEEDS, COLOURS, SPLITS, SIZES, BUDGETS = 20, 16, 20, (12, 48), (10, 20, 50, 100)


def one_candidate(X, k, rng):
    """Returns the starts of k-means++ with a single candidate for each centre."""
    centres = X[[rng.integers(len(X))]]
    while len(centres) < k:
        nearest = squared_distances(X, centres, np.einsum("ij,ij->i", X, X)).min(axis=1)
        centres = np.vstack([centres, X[rng.choice(len(X), p=nearest / nearest.sum())]])
    return centres


def farthest(X, k, rng):
    """Returns a random sample, and as each next start the sample that is farthest from those so far."""
    centres = X[[rng.integers(len(X))]]
    while len(centres) < k:
        nearest = squared_distances(X, centres, np.einsum("ij,ij->i", X, X)).min(axis=1)
        centres = np.vstack([centres, X[nearest.argmax()]])
    return centres


def colours():
    """Returns the final cost and the steps from each start, for the colours of the dahlia."""
    pixels = load_photograph("flower", size=(107, 160)).reshape(-1, 3).astype(float)
    starts = {"random": random_points, "k-means++": one_candidate, "best of a few": plus_plus, "farthest": farthest}
    rows = []
    for seed in range(SEEDS):
        for name, start in starts.items():
            first = start(pixels, COLOURS, np.random.default_rng(seed))
            end = KMeans(COLOURS, init=first, n_init=1, tol=0).fit(pixels)
            rows.append({"start": name, "seed": seed, "cost": round(end.inertia_, 4), "steps": end.n_iter_})
        print(rows[-len(starts) :], flush=True)
    return rows


def moved(images):
    """Returns the images one pixel to the right."""
    return np.pad(images, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :-1]


def codes():
    """Returns right answers on validation digits by dictionary, its size and the code."""
    rows, digits = [], load_digits()
    for seed in range(SPLITS):
        (x, y), (x_val, y_val), _ = train_validation_test_split(*digits, seed)
        patches, rng = extract_patches(x, 3).reshape(-1, 9), np.random.default_rng(seed)
        sample, drawn = rng.permutation(patches)[:20_000], rng.permutation(patches[patches.std(axis=1) > 0.1])
        for size in SIZES:
            learned = KMeans(size, n_init=3, random_state=seed).fit(sample).cluster_centers_
            for name, dictionary in (("learned", learned), ("drawn", drawn[:size])):
                for kind in ("nearest", "triangle"):
                    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
                    classifier.fit(patch_codes(x, dictionary, kind), y)
                    right = [
                        int(np.sum(classifier.predict(patch_codes(images, dictionary, kind)) == y_val))
                        for images in (x_val, moved(x_val))
                    ]
                    rows.append({"seed": seed, "size": size, "dictionary": name, "code": kind, "of": len(y_val)}
                                | dict(zip(("still", "moved"), right, strict=True)))  # fmt: skip
        print(rows[-8:], flush=True)
    return rows


def labels():
    """Returns right answers on test digits of classifiers that learned from few labels, by how these were chosen."""
    rows, (x, y) = [], load_digits()
    for seed in range(SPLITS):
        (pool, names), _, (test, truth) = train_validation_test_split(x.reshape(len(x), -1).astype(float), y, seed)
        for budget in BUDGETS:
            clusters = KMeans(budget, random_state=seed).fit(pool)
            near = clusters.transform(pool).argmin(axis=0)
            drawn = np.random.default_rng(seed).permutation(len(pool))[:budget]
            sets = {
                "nearest": (pool[near], names[near]),
                "drawn": (pool[drawn], names[drawn]),
                "handed on": (pool, names[near][clusters.labels_]),
            }
            right = {
                name: int(np.sum(LogisticRegression(max_iter=500).fit(*learned).predict(test) == truth))
                for name, learned in sets.items()
            }
            rows.append({"seed": seed, "labels": budget, "of": len(truth)} | right)
        print(rows[-4:], flush=True)
    return rows


def main():
    """Measures all three and stores them."""
    record({"colours": colours(), "clusters": COLOURS, "codes": codes(), "labels": labels()})


if __name__ == "__main__":
    main()
