"""Signs that are no digits, drawn as if by hand in the digits' form."""

import unicodedata

import numpy as np
import pytest

from dnnlib.datasets.digits import load_digits
from tools import glyphs


@pytest.mark.long
def test_the_search_finds_the_signs_that_are_stored():
    assert glyphs.chosen_signs() == glyphs.SIGNS


def test_no_sign_is_a_digit_or_shaped_like_one_and_no_two_are_alike():
    assert len(glyphs.SIGNS) == len(set(glyphs.SIGNS)) > 500 and not set(glyphs.SIGNS) & set(glyphs.READ_AS_DIGITS)
    assert not any(unicodedata.numeric(sign, None) is not None for sign in glyphs.SIGNS)
    some = glyphs.SIGNS[::8]
    assert not any(map(glyphs.like_a_digit, some))
    shapes = np.array([glyphs.shape(sign, glyphs.faces(sign)[0]) for sign in some])
    assert (shapes @ shapes.T - np.eye(len(some))).max() < glyphs.ALIKE


@pytest.mark.parametrize("sign", "0123456789Ool")
def test_digits_and_letters_drawn_like_them_count_as_like_a_digit(sign):
    assert glyphs.like_a_digit(sign)


def test_a_face_that_lacks_a_sign_is_not_used_for_it():
    assert glyphs.faces("A") == glyphs.FACES and glyphs.faces("\U000fffff") == ()
    assert 0 < len(glyphs.faces("\u05d0")) < len(glyphs.FACES)  # Hebrew alef, which the serif faces lack


def test_pictures_have_the_digits_form_and_the_same_seed_gives_the_same():
    some = glyphs.SIGNS[::8]
    count = 3 * len(some)
    x, y = glyphs.sample(count, 3, some)
    again, labels = glyphs.sample(count, 3, some)
    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(y, labels)
    assert x.shape == (count, 8, 8, 1) and x.dtype == np.float32
    np.testing.assert_array_equal(np.bincount(y), 3)
    np.testing.assert_array_equal(x * 16, np.rint(x * 16))
    assert x.min() == 0 and x.max() == 1
    digits, _ = load_digits()
    assert x.mean() == pytest.approx(digits.mean(), abs=0.03)  # as much ink
    assert np.mean(x[:, [0, 7]].max(axis=(2, 3)) > 0) > 0.7  # as high


def test_two_pictures_of_a_sign_differ_and_are_more_alike_than_two_signs():
    rng = np.random.default_rng(0)
    a, b = (glyphs.drawing(sign, "DejaVuSans") for sign in "Hω")
    first, second, other = glyphs.written(a, rng), glyphs.written(a, rng), glyphs.written(b, rng)
    assert first.shape == (32, 32) and set(np.unique(first)) == {0, 1} and np.any(first != second)

    def mean_apart(one, two):
        pairs = [(glyphs.written(one, rng), glyphs.written(two, rng)) for _ in range(20)]
        return np.mean([np.mean(left != right) for left, right in pairs])

    assert mean_apart(a, a) < mean_apart(a, b)
    assert np.any(other)
