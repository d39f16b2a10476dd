"""Descriptions of pictures: against loops over pixels, scikit-learn's distances, and pictures whose edges are known."""

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances

from dnnlib.features.cells import cell_sums
from dnnlib.features.gradients import gradient_histograms
from dnnlib.features.patches import extract_patches, patch_codes


@pytest.fixture
def images():
    return np.random.default_rng(0).random((3, 6, 8, 1))


def test_cell_sums_equal_loops_over_the_cells(images):
    maps = np.concatenate([images, 2 * images], axis=-1)
    expected = [[[maps[n, 3 * i:3 * i + 3, 4 * j:4 * j + 4].sum(axis=(0, 1)) for j in (0, 1)] for i in (0, 1)]
                for n in range(3)]  # fmt: skip
    assert np.allclose(cell_sums(maps, 2), np.reshape(expected, (3, -1)), atol=1e-12)


def test_a_ramp_to_the_right_has_edges_in_the_first_direction_alone_and_one_downwards_in_the_third():
    ramp = np.tile(np.arange(8.0), (8, 1))[None, :, :, None]
    assert np.array_equal(gradient_histograms(ramp, 1)[0], [64, 0, 0, 0, 0, 0, 0, 0])
    assert np.array_equal(gradient_histograms(ramp.swapaxes(1, 2), 1)[0], [0, 0, 64, 0, 0, 0, 0, 0])
    assert np.array_equal(gradient_histograms(-ramp, 1)[0], [0, 0, 0, 0, 64, 0, 0, 0])


def test_gradient_histograms_equal_a_loop_over_pixels(images):
    expected = np.zeros((3, 2, 2, 8))
    for n, image in enumerate(images[..., 0]):
        for i, j in np.ndindex(6, 8):
            up, below = image[max(i - 1, 0), j], image[min(i + 1, 5), j]
            left, right = image[i, max(j - 1, 0)], image[i, min(j + 1, 7)]
            y, x = (below - up) / (1 if i in (0, 5) else 2), (right - left) / (1 if j in (0, 7) else 2)
            turn = np.degrees(np.arctan2(y, x)) % 360
            expected[n, i // 3, j // 4, int((turn + 22.5) // 45) % 8] += np.hypot(x, y)
    assert np.allclose(gradient_histograms(images), expected.reshape(3, -1), atol=1e-12)


def test_patches_are_centred_and_surrounded_by_zeros(images):
    patches = extract_patches(images, 3)
    assert patches.shape == (3, 6, 8, 9)
    assert np.array_equal(patches[..., 4], images[..., 0])
    assert np.array_equal(patches[0, 0, 0], [0, 0, 0, 0, *images[0, 0, :2, 0], 0, *images[0, 1, :2, 0]])


@pytest.mark.parametrize("kind", ["nearest", "triangle"])
def test_codes_follow_from_the_distances_of_scikit_learn(images, kind):
    centres = np.random.default_rng(1).random((5, 9))
    distance = pairwise_distances(extract_patches(images, 3).reshape(-1, 9), centres)
    if kind == "nearest":
        codes = np.eye(5)[distance.argmin(axis=1)]
    else:
        codes = np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)
    expected = cell_sums(codes.reshape(3, 6, 8, 5), 2)
    assert np.allclose(patch_codes(images, centres, kind), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: cell_sums(x, 4), "divides height 6 and width 8, received 4"),
        (lambda x: extract_patches(x, 2), "odd number"),
        (lambda x: extract_patches(np.concatenate([x, x], -1), 3), "grey images"),
        (lambda x: gradient_histograms(x[..., 0]), "images: expected"),
        (lambda x: patch_codes(x, np.ones((4, 8))), "square patches"),
        (lambda x: patch_codes(x, np.ones((4, 9)), "hard"), '"nearest" or "triangle"'),
    ],
)
def test_bad_input_is_told_what_was_expected(images, call, message):
    with pytest.raises(ValueError, match=message):
        call(images)
