"""Unsupervised methods beside scikit-learn, in one run: time, memory, and how good the results are.

    python -m benchmarks.unsupervised [--threads 1] [--repeats 3] [--sizes 5000 10000]
                                      [--only pca kmeans digits maps sizes]

  pca, kmeans: seconds at 10,000 x 784 (MNIST); k-means takes the same ten centres and 20 steps in both.
  digits: t-SNE of the 1,797 digits by each gradient: as it is defined (`kl_gradient`), exact in tiles, on a mesh.
  maps: t-SNE on many small data sets: the KL divergence of scikit-learn's map, by its definition with the affinities of
  all pairs, how far ours lies above it in per cent, the trustworthiness of both, steps and seconds.
  sizes: t-SNE of MNIST's first 50 principal components, with the peak of memory; openTSNE too where it is installed.
Times are of the processor, which counts the same when the machine has other work, and medians of the repeats; behind
each, its ratio to scikit-learn's.
"""

import statistics
import time
import tracemalloc

import numpy as np

from benchmarks.side_by_side import limited, parser
from dnnlib.datasets.mnist import load_mnist
from dnnlib.unsupervised.affinities import affinities, neighbour_affinities
from dnnlib.unsupervised.forces import ExactForces
from dnnlib.unsupervised.kmeans import KMeans
from dnnlib.unsupervised.mesh import MeshForces
from dnnlib.unsupervised.pca import PCA
from dnnlib.unsupervised.tsne import TSNE, kl_gradient


def timed(functions, X, repeats):
    """Calls the functions of X in turn, so that other work on the machine meets all alike.

    Returns:
        Dict from name to (median seconds of the processor, last result).
    """
    times, results = {name: [] for name in functions}, {}
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.process_time()
            results[name] = function(X)
            times[name].append(time.process_time() - start)
    return {name: (statistics.median(seconds), results[name]) for name, seconds in times.items()}


def mnist(samples):
    """Returns the first MNIST images as rows, float32; beyond the 60,000 of training come those of the test."""
    (train, _), (test, _) = load_mnist()
    return np.concatenate([train, test])[:samples].reshape(samples, -1)


def small_sets():
    """Yields names and data that scikit-learn holds or makes, and noise."""
    from sklearn import datasets

    rng, made = np.random.default_rng(0), {"random_state": 0}
    yield "digits", datasets.load_digits().data
    yield "iris", datasets.load_iris().data
    for name, load in (("wine", datasets.load_wine), ("breast cancer", datasets.load_breast_cancer)):
        yield name, load().data / load().data.std(axis=0)
    yield "diabetes", datasets.load_diabetes().data
    for features in (2, 10, 50):
        yield f"noise in {features}", rng.standard_normal((1000, features))
    yield "cube", rng.random((1500, 3))
    yield "swiss roll", datasets.make_swiss_roll(1500, **made)[0]
    yield "s curve", datasets.make_s_curve(1000, **made)[0]
    yield "blobs", datasets.make_blobs(1000, 20, centers=12, **made)[0]
    yield "classes", datasets.make_classification(1200, 30, n_informative=12, n_classes=6, **made)[0]
    yield "moons", datasets.make_moons(600, noise=0.05, **made)[0]
    yield "circles", datasets.make_circles(600, noise=0.05, factor=0.5, **made)[0]
    yield from held_out_sets(datasets, rng, made)


def held_out_sets(datasets, rng, made):
    """Yields data that nobody looked at while the schedule of the steps was chosen."""
    yield "MNIST", mnist(2000)
    yield "low rank", datasets.make_low_rank_matrix(1000, 60, effective_rank=8, **made)
    yield "friedman", datasets.make_friedman1(1000, 10, **made)[0]
    yield "quantiles", datasets.make_gaussian_quantiles(n_samples=1200, n_features=6, n_classes=4, **made)[0]
    yield (
        "word counts",
        rng.multinomial(80, rng.dirichlet(np.full(200, 0.1), 8)[rng.integers(8, size=1000)]).astype(float),
    )
    yield "random walk", np.cumsum(rng.standard_normal((1000, 20)), axis=0)
    turns = rng.random((2, 1200)) * 2 * np.pi
    ring = 3 + np.cos(turns[1])
    yield "torus", np.stack([ring * np.cos(turns[0]), ring * np.sin(turns[0]), np.sin(turns[1])], axis=1)
    yield "Fashion-MNIST", fashion(2000)
    yield "photo patches", photo_patches(rng, 1500)
    yield "checkerboard", datasets.make_checkerboard((800, 60), 5, noise=10, **made)[0]
    yield "biclusters", datasets.make_biclusters((800, 60), 6, noise=5, **made)[0]
    sphere = rng.standard_normal((1200, 6))
    yield "sphere in 6", sphere / np.linalg.norm(sphere, axis=1, keepdims=True)
    yield "unequal", np.concatenate([s * rng.standard_normal((300, 5)) + 20 * i for i, s in enumerate((0.1, 1, 5))])


def fashion(samples):
    """Returns the first Fashion-MNIST images as rows, float32, through Keras."""
    from keras.datasets import fashion_mnist

    return fashion_mnist.load_data()[0][0][:samples].reshape(samples, -1).astype("float32") / 255


def photo_patches(rng, count):
    """Returns patches of 8 x 8 pixels of scikit-learn's photographs, as rows."""
    from sklearn import datasets
    from sklearn.feature_extraction.image import extract_patches_2d

    grey = [image.mean(axis=-1) for image in datasets.load_sample_images().images]
    patches = [extract_patches_2d(image, (8, 8), max_patches=count // 2, random_state=int(rng.integers(99)))
               for image in grey]  # fmt: skip
    return np.concatenate(patches).reshape(count, -1)


def print_pca(repeats):
    """Prints a line for each number of components."""
    from sklearn import decomposition

    X = mnist(10_000)
    for count in (None, 50, 2):
        ours, theirs = (one(count, random_state=0) for one in (PCA, decomposition.PCA))
        times = timed({"dnnlib": ours.fit, "scikit-learn": theirs.fit}, X, repeats)
        (ours, mine), (theirs, other) = times["dnnlib"], times["scikit-learn"]
        assert np.allclose(mine.explained_variance_[:2], other.explained_variance_[:2], rtol=1e-3), "variances differ"
        print(
            f"PCA, {str(count):>4} components: {ours:6.2f} s, scikit-learn {theirs:6.2f} s ({ours / theirs:4.2f})",
            flush=True,
        )


def print_kmeans(repeats):
    """Prints one line: both take the same steps from the same centres."""
    from sklearn import cluster

    X = mnist(10_000)
    arguments = {"n_clusters": 10, "init": X[:10], "n_init": 1, "max_iter": 20, "tol": 0}
    theirs = cluster.KMeans(algorithm="lloyd", **arguments)
    times = timed({"dnnlib": KMeans(**arguments).fit, "scikit-learn": theirs.fit}, X, repeats)
    (ours, mine), (seconds, other) = times["dnnlib"], times["scikit-learn"]
    assert abs(mine.inertia_ / other.inertia_ - 1) < 1e-3, "the sums differ"
    print(f"k-means, 20 steps:    {ours:6.2f} s, scikit-learn {seconds:6.2f} s ({ours / seconds:4.2f})", flush=True)


class DefinedForces:
    """The gradient as `kl_gradient` writes it, for `TSNE` to descend by."""

    def __init__(self, P, components=2):
        self.P = P.astype("float64")

    def gradient(self, Y, exaggeration=1.0):
        """Returns the gradient of KL(exaggeration P || Q) by the map."""
        return kl_gradient(exaggeration * self.P, Y.astype("float64"))[1].astype("float32")

    def divergence(self, Y):
        """Returns KL(P || Q) of the map."""
        return kl_gradient(self.P, Y.astype("float64"))[0]


class DefinedTSNE(TSNE):
    """t-SNE with the same steps, and the gradient by its definition."""

    def _forces(self, X, components):
        return DefinedForces(affinities(X, self.perplexity), components)


def print_digits(repeats):
    """Prints a line for each way to draw the map of the digits."""
    from sklearn import datasets

    X = datasets.load_digits().data
    makers = map_makers()
    makers = {
        "by definition": DefinedTSNE(random_state=0).fit_transform,
        "exact, in tiles": TSNE(random_state=0, method="exact").fit_transform,
        "on a mesh": TSNE(random_state=0, method="mesh").fit_transform,
    } | {name: make for name, make in makers.items() if name != "dnnlib"}
    if "openTSNE" in makers:
        makers["openTSNE"](X[:200])  # its first call compiles
    times = timed({name: make for name, make in makers.items() if name != "by definition"}, X, repeats)
    times |= timed({"by definition": makers["by definition"]}, X, 1)
    judge = ExactForces(affinities(X, 30, "float32"))
    for name, (seconds, Y) in sorted(times.items(), key=lambda item: -item[1][0]):
        ratio = seconds / times["scikit-learn"][0]
        print(f"digits, {name:<15} {seconds:6.2f} s ({ratio:5.3f})  KL {judge.divergence(Y):.4f}", flush=True)


def print_maps(repeats):
    """Prints a line for each small data set."""
    from sklearn import manifold

    for name, X in small_sets():
        exact = ExactForces(affinities(X, 30, "float32"))
        ours, theirs = TSNE(random_state=0), manifold.TSNE(random_state=0)
        times = timed({"ours": ours.fit_transform, "theirs": theirs.fit_transform}, X, repeats)
        kl = [exact.divergence(Y) for _, Y in times.values()]
        trust = [manifold.trustworthiness(X, Y) for _, Y in times.values()]
        seconds, reference = (seconds for seconds, _ in times.values())
        print(
            f"{name:<14} {len(X):5} x {X.shape[1]:<3} KL {kl[1]:.4f} {100 * (kl[0] / kl[1] - 1):+6.2f} %  trust "
            f"{trust[1]:.4f} {trust[0]:.4f}  {ours.n_iter_:4} steps {seconds:5.2f} s ({seconds / reference:.3f})",
            flush=True,
        )


def print_sizes(sizes):
    """Prints a line for each number of samples; one run each."""
    for samples in sizes:
        X = PCA(50, random_state=0).fit_transform(mnist(samples))
        times = timed(map_makers(), X, 1)
        judge = MeshForces(*neighbour_affinities(X, 30))
        cells = [f"{name} {seconds:6.1f} s ({seconds / times['scikit-learn'][0]:.2f}) KL {judge.divergence(Y):.3f}"
                 for name, (seconds, Y) in times.items()]  # fmt: skip
        print(f"{samples:6} x 50: {'   '.join(cells)}   {peak(TSNE(random_state=0).fit, X):.0f} MB", flush=True)


def map_makers():
    """Returns, by library, functions from data to their map."""
    from sklearn import manifold

    makers = {
        "dnnlib": TSNE(random_state=0).fit_transform,
        "scikit-learn": manifold.TSNE(random_state=0).fit_transform,
    }
    try:
        import openTSNE
    except ImportError:
        return makers
    return makers | {"openTSNE": lambda X: np.asarray(openTSNE.TSNE(random_state=0).fit(X), "float32")}


def peak(function, X):
    """Returns the most memory that a call holds, in MB."""
    tracemalloc.start()
    function(X)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held / 1e6


TABLES = {"pca": print_pca, "kmeans": print_kmeans, "digits": print_digits, "maps": print_maps}


def main():
    """Prints the tables."""
    arguments = parser(__doc__.splitlines()[0], repeats=3)
    arguments.add_argument("--sizes", type=int, nargs="*", default=[5000, 10_000], help="samples of MNIST for t-SNE")
    arguments.add_argument(
        "--only", nargs="*", default=["pca", "kmeans", "digits", "maps", "sizes"], help="the tables wanted"
    )
    options = arguments.parse_args()
    with limited(options.threads):
        for name, table in TABLES.items():
            if name in options.only:
                table(options.repeats)
        if "sizes" in options.only:
            print_sizes(options.sizes)


if __name__ == "__main__":
    main()
