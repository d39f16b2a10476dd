"""Brightness, contrast and noise: by hand, by TensorFlow, by statistics."""

import numpy as np
import pytest
import tensorflow as tf

from dnnlib.augmentation.light import brightness, contrast, noise


def pictures(shape=(4, 6, 5, 3), seed=0):
    return np.random.default_rng(seed).random(shape).astype("float32")


def test_by_hand():
    x = np.array([0.2, 0.4, 0.6, 0.8]).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(brightness(x, 0.3).ravel(), [0.5, 0.7, 0.9, 1])
    np.testing.assert_allclose(brightness(x, -0.3).ravel(), [0, 0.1, 0.3, 0.5])
    np.testing.assert_allclose(contrast(x, 0.5).ravel(), [0.35, 0.45, 0.55, 0.65])
    np.testing.assert_allclose(contrast(x, 2).ravel(), [0, 0.3, 0.7, 1])


@pytest.mark.parametrize("amount", [-0.4, 0.1, 0.7])
def test_equal_to_tensorflow(amount):
    x = pictures()
    np.testing.assert_allclose(brightness(x, amount), np.clip(tf.image.adjust_brightness(x, amount), 0, 1), atol=1e-6)
    theirs = np.clip(tf.image.adjust_contrast(x, 1 + amount), 0, 1)
    np.testing.assert_allclose(contrast(x, 1 + amount), theirs, atol=1e-6)


def test_noise_has_its_standard_deviation_and_comes_from_the_generator():
    x = np.full((2, 300, 300, 1), 0.5)
    noisy = noise(x, np.array([0.05, 0.1]), np.random.default_rng(0))
    np.testing.assert_allclose(noisy.std(axis=(1, 2, 3)), [0.05, 0.1], rtol=0.02)
    np.testing.assert_allclose(noisy.mean(axis=(1, 2, 3)), 0.5, atol=2e-3)
    np.testing.assert_array_equal(noisy, noise(x, np.array([0.05, 0.1]), np.random.default_rng(0)))
    assert noise(x, 2, np.random.default_rng(0)).min() == 0 and noise(x, 2, np.random.default_rng(0)).max() == 1


@pytest.mark.parametrize("change, several", [(brightness, [0.1, -0.2, 0, 0.3]), (contrast, [0.5, 1, 1.5, 2])])
def test_each_picture_has_its_own_amount_and_the_input_stays(change, several):
    x = pictures()
    before, together = x.copy(), change(x, np.array(several))
    for picture, amount, result in zip(x, several, together, strict=True):
        np.testing.assert_allclose(change(picture[None], amount)[0], result, atol=1e-6)
    assert np.array_equal(x, before) and together.dtype == np.float32


def test_refusals():
    with pytest.raises(ValueError, match=r"added: expected the shape \(\)"):
        brightness(pictures(), [0.1, 0.2])
    with pytest.raises(ValueError, match="contrast: pictures"):
        contrast(pictures()[0], 2)
