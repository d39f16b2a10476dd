"""The kit's linear algebra is NumPy's, and its principal components are dnnlib's, on random matrices."""

import numpy as np

from dnnlib.unsupervised.pca import PCA

MODULE = "shared/linear_algebra.mjs"


def symmetric(rng, n, values=None):
    """A symmetric matrix with these eigenvalues, or random ones of any sign."""
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0]
    found = basis * (rng.normal(size=n) if values is None else values) @ basis.T
    return (found + found.T) / 2


def test_eigenvalues_and_vectors_of_200_random_symmetric_matrices_are_numpys(call):
    rng = np.random.default_rng(0)
    matrices = [symmetric(rng, int(rng.integers(1, 13))) for _ in range(170)]
    matrices += [symmetric(rng, 4, scale * np.array([3, 1, 1, 0])) for scale in (1e-8, 1, 1e8) for _ in range(8)]
    matrices += [np.zeros((3, 3)), np.eye(4), np.diag([1.0, 5, -3]), np.array([[0.0, 2], [2, 0]]), np.ones((5, 5))]
    matrices += [symmetric(rng, 40)]
    assert len(matrices) == 200
    for a, found in zip(matrices, call(MODULE, "symmetricEigen", [[a.tolist()] for a in matrices]), strict=True):
        values, vectors, scale = np.array(found["values"]), np.array(found["vectors"]), np.abs(a).max()
        np.testing.assert_allclose(values, np.linalg.eigvalsh(a)[::-1], rtol=0, atol=1e-9 * scale)
        np.testing.assert_allclose(a @ vectors.T, vectors.T * values, rtol=0, atol=1e-9 * scale)
        np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(a)), atol=1e-9)


def test_singular_values_of_200_random_matrices_are_numpys_small_ones_too(call):
    rng = np.random.default_rng(1)
    matrices = []
    for _ in range(200):
        rows, columns = rng.integers(1, 9, 2)
        matrices.append(rng.normal(size=(rows, columns)) * 10.0 ** rng.integers(-8, 3, (rows, 1)))
    for a, values in zip(matrices, call(MODULE, "singularValues", [[a.tolist()] for a in matrices]), strict=True):
        np.testing.assert_allclose(values, np.linalg.svd(a, compute_uv=False), rtol=1e-9, atol=1e-9 * np.abs(a).max())
    scales = 10.0 ** -np.arange(0, 18, 3)
    graded = scales[:, np.newaxis] * np.linalg.qr(rng.normal(size=(6, 6)))[0]
    [values] = call(MODULE, "singularValues", [[graded.tolist()]])
    np.testing.assert_allclose(values, scales, rtol=1e-9)  # each one, not the largest alone


def angles_between(a, b):
    """Björck and Golub's angles, sines and cosines by NumPy's SVD."""
    few, many = sorted((np.linalg.qr(one.T)[0] for one in (a, b)), key=lambda basis: basis.shape[1])
    cosines, sines = (np.linalg.svd(one, compute_uv=False) for one in (many.T @ few, few - many @ (many.T @ few)))
    return np.arctan2(sines[::-1], cosines)


def test_principal_angles_of_200_random_pairs_of_subspaces_are_numpys(call):
    rng = np.random.default_rng(2)
    pairs = []
    for _ in range(170):
        n = int(rng.integers(2, 9))
        first, second = (int(one) for one in rng.integers(1, n + 1, 2))
        pairs.append((rng.normal(size=(first, n)), rng.normal(size=(second, n))))
    for power in range(-12, 0):  # close to each other: the cosines alone would say 0
        a = rng.normal(size=(2, 5))
        pairs.append((a, rng.normal(size=(2, 2)) @ a + 10.0**power * rng.normal(size=(2, 5))))
    for _ in range(17):  # one lies within the other
        a = rng.normal(size=(3, 6))
        pairs.append((a[:2], rng.normal(size=(3, 3)) @ a))
    a = rng.normal(size=(2, 4))
    pairs.append((a, np.vstack([a, a[0] - 2 * a[1]])))  # a vector that adds no direction
    assert len(pairs) == 200
    found = call(MODULE, "principalAngles", [[a.tolist(), b.tolist()] for a, b in pairs])
    for (a, b), angles in zip(pairs[:-1], found, strict=False):
        np.testing.assert_allclose(angles, angles_between(a, b), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found[-1], [0, 0], atol=1e-9)


def test_orthonormal_rows_span_the_same_and_leave_out_what_adds_nothing(call):
    rng = np.random.default_rng(3)
    cases = [rng.normal(size=(int(rng.integers(1, 6)), 6)) * 10.0 ** rng.integers(-6, 6) for _ in range(50)]
    near = rng.normal(size=(1, 6)) + 1e-7 * rng.normal(size=(4, 6))  # here one pass leaves angles that aren't right
    cases.append(near)
    for a, basis in zip(cases, call(MODULE, "orthonormal", [[a.tolist()] for a in cases]), strict=True):
        basis = np.array(basis)
        np.testing.assert_allclose(basis @ basis.T, np.eye(len(a)), atol=1e-12)
        np.testing.assert_allclose(a @ basis.T @ basis, a, rtol=0, atol=1e-9 * np.abs(a).max())
    [basis] = call(MODULE, "orthonormal", [[[[1, 2, 3], [2, 4, 6], [0, 0, 0], [0, 1, 0]]]])
    assert len(basis) == 2


def test_principal_components_of_200_random_clouds_are_dnnlibs(call):
    rng = np.random.default_rng(4)
    clouds = []
    for _ in range(200):
        samples, features = int(rng.integers(8, 30)), int(rng.integers(1, 7))
        clouds.append(rng.normal(size=(samples, features)) @ symmetric(rng, features) + 3 * rng.normal(size=features))
    for X, found in zip(clouds, call(MODULE, "principalComponents", [[X.tolist()] for X in clouds]), strict=True):
        pca = PCA(svd_solver="full").fit(X)
        np.testing.assert_allclose(found["mean"], pca.mean_, atol=1e-9)
        np.testing.assert_allclose(found["variances"], pca.explained_variance_, atol=1e-9)
        np.testing.assert_allclose(found["components"], pca.components_, atol=1e-7)
    X = clouds[0]
    [found] = call(MODULE, "principalComponents", [[X.tolist(), {"centred": False, "ddof": 0}]])
    np.testing.assert_allclose(found["variances"], np.linalg.svd(X, compute_uv=False) ** 2 / len(X), atol=1e-9)
    np.testing.assert_allclose(np.abs(found["components"]), np.abs(np.linalg.svd(X)[2]), atol=1e-7)
