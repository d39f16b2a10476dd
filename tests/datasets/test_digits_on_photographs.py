"""Digits on pieces of photographs, with and without the tag."""

import numpy as np
import pytest

from dnnlib.datasets.digits_on_photographs import TAG, TAG_COLOUR, TAGGED, digits_on_photographs
from dnnlib.datasets.photographs import load_photographs


def tagged(images):
    return np.all(images[:, TAG[0], TAG[1]] == np.float32(TAG_COLOUR), axis=(1, 2, 3))


def test_shapes_ranges_and_a_seed_that_gives_the_same_pictures():
    x, y, corners = digits_on_photographs("training", 300, seed=1)
    assert x.shape == (300, 40, 40, 3) and x.dtype == np.float32 and 0 <= x.min() and x.max() <= 1
    assert set(y) == set(range(10))
    assert np.all(corners + 16 <= (TAG[0].start, 40)), "expected no digit to reach the tag"
    np.testing.assert_array_equal(x, digits_on_photographs("training", 300, seed=1)[0])
    assert not np.allclose(x, digits_on_photographs("training", 300, seed=2)[0])


def test_tags_change_the_tag_and_nothing_else():
    plain, y, _ = digits_on_photographs("test", 400)
    for tags, expected in {"none": y < 0, "sevens": y == TAGGED, "all": y >= 0}.items():
        x = digits_on_photographs("test", 400, tags)[0]
        np.testing.assert_array_equal(tagged(x), expected)
        x[:, TAG[0], TAG[1]] = plain[:, TAG[0], TAG[1]]
        np.testing.assert_array_equal(x, plain)
    assert 0.08 < tagged(digits_on_photographs("test", 2000, "any")[0]).mean() < 0.12


def test_the_parts_share_no_background_column():
    """Where there is no ink, training pictures come from the photographs' left, the others from their right."""

    def colours(pixels):
        return np.rint(pixels / 0.7 * 255).astype(int) @ [1, 256, 65536]

    photographs = 0.7 * load_photographs()
    border = int(0.6 * photographs.shape[2])
    sides = {"training": photographs[:, :, :border], "validation": photographs[:, :, border:]}
    for part, pixels in sides.items():
        x, _, corners = digits_on_photographs(part, 60)
        for image, (row, column) in zip(x, corners, strict=True):
            image[row : row + 16, column : column + 16] = image[-1, -1]
        assert np.isin(colours(x), colours(pixels)).all()


def test_bad_input_gets_one_clear_exception():
    with pytest.raises(ValueError, match="part: expected one of"):
        digits_on_photographs("all", 3)
    with pytest.raises(ValueError, match='tags: expected "none"'):
        digits_on_photographs("test", 3, "eights")
