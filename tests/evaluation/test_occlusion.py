"""What an answer rests on, covered piece by piece."""

import numpy as np
import pytest

from dnnlib.evaluation.occlusion import occlusion_map

RNG = np.random.default_rng(0)


def test_of_a_linear_score_the_drop_is_the_sum_over_the_square_of_weight_times_what_was_covered():
    for _ in range(50):
        height, width, channels = RNG.integers(3, 9, 3)
        size, stride = RNG.integers(1, min(height, width) + 1), RNG.integers(1, 4)
        image, weights = RNG.normal(size=(2, height, width, channels))
        fill = RNG.normal(size=channels)
        found = occlusion_map(lambda images, w=weights: np.einsum("nhwc,hwc->n", images, w), image, size, stride, fill)
        change = np.sum(weights * (image - fill), axis=2)
        windows = np.lib.stride_tricks.sliding_window_view(change, (size, size))[::stride, ::stride]
        np.testing.assert_allclose(found, windows.sum(axis=(2, 3)), atol=1e-10)


def test_without_a_colour_the_square_has_the_mean_of_each_channel():
    image = RNG.normal(size=(5, 6, 3))

    def score(images):
        return images[:, 0, 0, 1]

    assert occlusion_map(score, image, 2, 2)[0, 0] == pytest.approx(image[0, 0, 1] - image[:, :, 1].mean())


def test_the_image_itself_is_left_as_it_was():
    image = RNG.normal(size=(4, 4, 1))
    before = image.copy()
    occlusion_map(lambda images: images.sum(axis=(1, 2, 3)), image, 2, 1)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("image", "size", "stride", "score", "told"),
    [
        (np.ones((4, 4)), 2, 1, np.sum, "image: expected shape"),
        (np.ones((4, 5, 1)), 5, 1, np.sum, "a size from 1 to 4"),
        (np.ones((4, 5, 1)), 2, 0, np.sum, "stride of at least 1"),
        (np.ones((4, 5, 1)), 2, 1, np.sum, "one number an image"),
    ],
)
def test_bad_input_gets_one_clear_exception(image, size, stride, score, told):
    with pytest.raises(ValueError, match=told):
        occlusion_map(score, image, size, stride)
