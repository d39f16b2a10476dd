"""Mirrored, moved, turned and scaled pictures: by hand, and by Keras's own layers with a fixed amount."""

import keras
import numpy as np
import pytest

from dnnlib.augmentation.geometry import affine, flip, rotate, shift, zoom


def pictures(shape=(5, 9, 12, 3), seed=0):
    return np.random.default_rng(seed).random(shape).astype("float32")


def by_keras(layer, x):
    return layer(x, training=True).numpy()


def test_by_hand():
    x = np.arange(6.0).reshape(1, 2, 3, 1)  # 0 1 2 over 3 4 5
    for mine, expected in [
        (flip(x), [[2, 1, 0], [5, 4, 3]]),
        (flip(x, mode="vertical"), [[3, 4, 5], [0, 1, 2]]),
        (shift(x, (1, 0)), [[0, 0, 0], [0, 1, 2]]),
        (shift(x, (0, -1)), [[1, 2, 0], [4, 5, 0]]),
        (shift(x, (0, 0.5)), [[0, 0.5, 1.5], [1.5, 3.5, 4.5]]),
        (shift(x, (0, 1), "nearest"), [[0, 0, 1], [3, 3, 4]]),
        (rotate(x, 180), [[5, 4, 3], [2, 1, 0]]),
        (zoom(x, 1), [[0, 1, 2], [3, 4, 5]]),
    ]:
        np.testing.assert_allclose(mine[0, :, :, 0], expected, atol=1e-6)


def test_a_quarter_turn_goes_anticlockwise():
    x = pictures((2, 7, 7, 1))
    np.testing.assert_allclose(rotate(x, 90), np.rot90(x, axes=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("fill_mode", ["constant", "nearest", "reflect"])
@pytest.mark.parametrize("amount", [-0.3, -0.08, 0.05, 0.17])
def test_equal_to_keras(amount, fill_mode):
    x, options = pictures(), {"fill_mode": fill_mode, "interpolation": "bilinear", "seed": 0}
    turned = by_keras(keras.layers.RandomRotation((amount, amount), **options), x)
    np.testing.assert_allclose(rotate(x, 360 * amount, fill_mode), turned, atol=2e-4)
    scaled = by_keras(keras.layers.RandomZoom((amount, amount), (amount, amount), **options), x)
    np.testing.assert_allclose(zoom(x, 1 / (1 + amount), fill_mode), scaled, atol=2e-4)
    moved = by_keras(keras.layers.RandomTranslation((amount, amount), (-amount, -amount), **options), x)
    np.testing.assert_allclose(shift(x, (9 * amount, -12 * amount), fill_mode), moved, atol=2e-4)


def test_affine_turns_then_scales_then_moves():
    x = np.pad(pictures((2, 7, 7, 1)), [(0, 0), (12, 12), (12, 12), (0, 0)])
    one_by_one = shift(zoom(rotate(x, 90), np.array([2, 1.5])), (3, -2))
    np.testing.assert_allclose(affine(x, 90, np.array([2, 1.5]), (3, -2)), one_by_one, atol=1e-5)
    assert np.abs(affine(x, 90, np.array([2, 1.5]), (3, -2)) - zoom(shift(rotate(x, 90), (3, -2)), 2)).max() > 0.1


def test_flips_are_those_of_keras():
    x = pictures()
    for mode in ("horizontal", "vertical"):
        theirs = by_keras(keras.layers.RandomFlip(mode, seed=1), x)
        chosen = np.array([not np.array_equal(a, b) for a, b in zip(theirs, x, strict=True)])
        assert chosen.any() and not chosen.all()
        np.testing.assert_array_equal(flip(x, chosen, mode), theirs)


@pytest.mark.parametrize("change, amounts", [
    (flip, [True, False, True]), (shift, [(0, 1), (2, -1), (0.5, 0)]), (rotate, [10, -20, 0]), (zoom, [0.8, 1.2, 1]),
])  # fmt: skip
def test_each_picture_has_its_own_amount_and_the_input_stays(change, amounts):
    x = pictures((3, 6, 5, 2))
    before, together = x.copy(), change(x, np.array(amounts))
    for picture, amount, result in zip(x, amounts, together, strict=True):
        np.testing.assert_array_equal(change(picture[None], amount)[0], result)
    assert np.array_equal(x, before) and together.dtype == np.float32
    assert change(x.astype("float64"), amounts[0]).dtype == np.float64


def test_refusals():
    x = pictures()
    with pytest.raises(ValueError, match="affine: pictures .* expected 4 axes"):
        rotate(x[0], 10)
    with pytest.raises(ValueError, match=r"degrees: expected the shape \(\), .* or \(5,\)"):
        rotate(x, [1, 2, 3])
    with pytest.raises(ValueError, match=r"pixels: expected the shape \(2,\)"):
        shift(x, 1)
    with pytest.raises(ValueError, match="factors: expected positive"):
        zoom(x, 0)
    with pytest.raises(ValueError, match="chosen: expected booleans"):
        flip(x, [1, 0, 1, 0, 1])
    with pytest.raises(ValueError, match="mode: expected"):
        flip(x, mode="both")
    with pytest.raises(ValueError, match="fill_mode: expected"):
        rotate(x, 10, "wrap")
