"""t-SNE: a map in which near points stay near."""

import numpy as np

from dnnlib.unsupervised.affinities import affinities, check_perplexity, neighbour_affinities, standardised
from dnnlib.unsupervised.estimator import Estimator, check_count
from dnnlib.unsupervised.forces import ExactForces
from dnnlib.unsupervised.mesh import MeshForces
from dnnlib.unsupervised.pca import PCA

HOLD, FADE, SETTLE = 30, 60, 60  # steps with full exaggeration, with less and less, and with a falling rate at the end
LOOK = 50  # steps between two looks at the KL divergence
METHODS = ("auto", "exact", "mesh")
MANY = 4000  # samples from which on the mesh is faster


def kl_gradient(P, Y):
    """Returns how badly a map keeps the affinities, and which way to move its points.

    This is the definition, for reading; `TSNE` gets the same numbers faster.

    Args:
        P: Affinities, (samples, samples); see `affinities`.
        Y: The map, (samples, components).

    Returns:
        The Kullback-Leibler divergence KL(P || Q), and its gradient by Y, (samples, components).

    Source: van der Maaten & Hinton (2008), Visualizing data using t-SNE, section 3 and appendix A.
    """
    differences = Y[:, np.newaxis] - Y
    W = 1 / (1 + np.sum(differences**2, axis=-1))
    np.fill_diagonal(W, 0)
    Q = W / W.sum()
    pairs = P > 0
    kl = np.sum(P[pairs] * np.log(P[pairs] / Q[pairs]))
    return kl, 4 * np.einsum("ij,ijk->ik", (P - Q) * W, differences)


class TSNE(Estimator):
    """Draws a map of points in many dimensions in which near points stay near.

    `affinities` says how likely two points are to be neighbours, P; the map says it with the heavy tail of Student's
    distribution, q_ij ~ 1 / (1 + |y_i - y_j|^2). Gradient descent with momentum moves the map's points until Q is near
    P. The map starts from the first principal components. At first P is exaggerated, so that neighbours gather while
    the map is small and points can pass each other; the exaggeration then fades step by step, where stopping it at
    once would burst the map into a worse one. The steps go on while the KL divergence falls, and the last ones grow
    shorter, so that the map comes to rest.

    Samples that are equal get the same place up to a tiny shift. A perplexity above a third of the samples is allowed,
    as in scikit-learn, but leaves hardly any difference between near and far.

    Args:
        n_components: Dimensions of the map.
        perplexity: A smooth number of neighbours that each point looks at.
        early_exaggeration: The factor of P at the start.
        learning_rate: The length of a step with exaggeration 1; "auto" is the number of samples, and half of it as
            often as the map flies apart, which happens with few samples.
        max_iter: The greatest number of steps.
        tol: The steps end soon after 50 steps have lowered the KL divergence by less than this share of it.
        init: The first map: "pca", "random", or an array (samples, n_components).
        verbose: 0 prints nothing, 1 a progress bar, 2 a line with the KL divergence every 50 steps.
        random_state: Seed of the start.
        method: How the gradient is computed: "exact" from all pairs (see `dnnlib.unsupervised.forces`), "mesh" from
            neighbours and a mesh, for many samples and 2 components (`dnnlib.unsupervised.mesh`); "auto" takes the
            mesh from 4000 samples on.

    Attributes:
        embedding_: The map, (samples, n_components), float32.
        kl_divergence_: KL(P || Q) of the map.
        n_iter_: The number of steps.
        learning_rate_: The rate that was used.
        n_features_in_: The number of features.

    Source: van der Maaten & Hinton (2008), Visualizing data using t-SNE; the rate: Belkina et al. (2019), Automated
    optimized parameters for t-distributed stochastic neighbor embedding; the start: Kobak & Berens (2019), The art of
    using t-SNE for single-cell transcriptomics.
    """

    def __init__(
        self,
        n_components=2,
        *,
        perplexity=30.0,
        early_exaggeration=12.0,
        learning_rate="auto",
        max_iter=1000,
        tol=0.02,
        init="pca",
        verbose=0,
        random_state=None,
        method="auto",
    ):
        self.n_components = n_components
        self.perplexity = perplexity
        self.early_exaggeration = early_exaggeration
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.init = init
        self.verbose = verbose
        self.random_state = random_state
        self.method = method

    def fit(self, X, y=None):
        """Draws the map.

        Args:
            X: (samples, features).
            y: Not used.

        Returns:
            The estimator. Interrupted, it stays as it was before.

        Raises:
            ValueError: If X holds no numbers, all samples are equal, or a parameter is out of range.
        """
        X = self._numbers(X, minimum=2)
        rate = self._rate(len(X))
        check_perplexity(self.perplexity, len(X))
        if self.method not in METHODS:
            raise ValueError(f"method: expected one of {', '.join(METHODS)}, received {self.method!r}")
        if (X == X[0]).all():
            raise ValueError(
                f"TSNE: expected samples that differ, received {len(X)} equal ones; there is no map of them"
            )
        start = self._start(standardised(X))
        forces = self._forces(X, start.shape[1])
        Y, steps = self._descend(forces, start, rate)
        while Y is None and self.learning_rate == "auto" and rate > 1e-3 * len(X):
            rate /= 2
            Y, steps = self._descend(forces, start, rate)
        if Y is None:
            raise ValueError(f"learning_rate: the map flew apart at {rate}; take a smaller one, or auto")
        kl = forces.divergence(Y)
        self._report(steps, self.max_iter, f"KL divergence {kl:.4f}", last=True)
        self.embedding_, self.kl_divergence_, self.n_iter_ = Y, kl, steps
        self.learning_rate_, self.n_features_in_ = rate, X.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """Draws the map and returns it; see `fit`. A new point has no place on it: there is no `transform`."""
        return self.fit(X).embedding_

    def get_feature_names_out(self, input_features=None):
        """Returns the names of the map's dimensions, "tsne0" and so on."""
        self._check_fitted()
        return np.array([f"tsne{i}" for i in range(self.embedding_.shape[1])], dtype=object)

    def _rate(self, samples):
        """Returns the learning rate, after a look at the other numbers that a step needs."""
        for name, least in (("early_exaggeration", 1), ("tol", 0)):
            if not _is_number(getattr(self, name)) or not getattr(self, name) >= least:
                raise ValueError(f"{name}: expected a number of at least {least}, received {getattr(self, name)!r}")
        rate = self.learning_rate
        if isinstance(rate, str) and rate == "auto":
            return float(samples)
        if not _is_number(rate) or not rate > 0:
            raise ValueError(f"learning_rate: expected a positive number or auto, received {rate!r}")
        return float(rate)

    def _forces(self, X, components):
        method = self.method
        if method == "auto":
            method = "mesh" if len(X) > MANY and components == 2 else "exact"
        if method == "exact":
            return ExactForces(affinities(X, self.perplexity, "float32"), components)
        if components != 2:
            raise ValueError(f"n_components: expected 2 with the mesh, received {components}; take the exact method")
        return MeshForces(*neighbour_affinities(X, self.perplexity))

    def _start(self, X):
        """Returns the first map, float32."""
        count = check_count(self.n_components, "n_components", np.inf, "dimensions of the map, usually 2")
        shape, rng = (len(X), count), self._random()
        if not isinstance(self.init, str):
            if np.shape(self.init) != shape:
                raise ValueError(f"init: expected a map of shape {shape}, received shape {np.shape(self.init)}")
            if not np.isfinite(self.init).all():
                raise ValueError("init: expected numbers, received NaN or infinity")
            return np.array(self.init, "float32")
        if self.init not in ("pca", "random"):
            raise ValueError(f"init: expected pca, random or a map of shape {shape}, received {self.init!r}")
        Y = rng.standard_normal(shape)
        if self.init == "pca":
            axes = PCA(min(count, *X.shape), random_state=rng).fit_transform(X)
            # A thousandth of chance parts equal samples, and lifts points that lie on a line off it.
            Y *= 1e-3
            Y[:, : axes.shape[1]] += axes / axes[:, 0].std()
        return Y.astype("float32")

    def _descend(self, forces, Y, rate):
        """Returns the map at rest and the number of steps to it; None for a map that flew apart."""
        limit = check_count(self.max_iter, "max_iter", np.inf, "any number")
        hold, fade, settle = (min(part, limit * part // 200) for part in (HOLD, FADE, SETTLE))
        velocity, step, end, last, first = np.zeros_like(Y), 0, limit, np.inf, forces.divergence(Y)
        while step < end:
            early = np.clip(1 - (step - hold) / (fade + 1), 0, 1)  # 1 while it holds, then down to 0
            exaggeration = self.early_exaggeration**early
            slower = min(1.0, max(0.05, (end - step) / max(settle, 1)))
            # Momentum: less while the forces change with the exaggeration, more once they stay.
            velocity *= 0.9 if early == 1 else 0.8 if early > 0 else 0.95
            velocity -= (rate / exaggeration * slower) * forces.gradient(Y, exaggeration)
            Y = Y + velocity
            step += 1
            if (step - hold - fade) % LOOK == 0:
                kl = forces.divergence(Y)
                if not np.isfinite(kl) or step > hold + fade and kl > first + 1:
                    return None, step
                self._report(step, limit, f"KL divergence {kl:.4f}")
                if step >= hold + fade and end == limit and kl > last * (1 - self.tol):
                    end = min(limit, step + settle)
                last = kl
            elif self.verbose == 1 and step % 10 == 0:
                self._report(step, limit, f"KL divergence {last:.4f}")
        return Y - Y.mean(axis=0), step


def _is_number(value):
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, (bool, np.bool_))
