"""Shapes are drawn as described: known outlines, all of them inside, the same from the same seed."""

import numpy as np
import pytest

from dnnlib.datasets import drawing
from dnnlib.datasets.shapes import CLASSES, load_shapes

AREAS = {
    "disc": np.pi,
    "ring": np.pi * (1 - 0.6**2),
    "square": 2,
    "triangle": 3 * np.sqrt(3) / 4,
    "pentagon": 5 / 2 * np.sin(2 * np.pi / 5),
    "star": 5 * 0.45 * np.sin(np.pi / 5),
    "cross": 8 * 0.32 * np.sqrt(1 - 0.32**2) - 4 * 0.32**2,
}


@pytest.mark.parametrize("name", AREAS)
def test_a_shape_covers_its_area_wherever_it_stands_and_however_it_is_turned(name):
    rng = np.random.default_rng(0)
    centre, radius, angle = rng.uniform(30, 34, (20, 2)), rng.uniform(15, 25, 20), rng.uniform(0, 7, 20)
    covered = drawing.coverage(name, 64, centre, radius, angle)
    np.testing.assert_allclose(covered.sum((1, 2)) / radius**2, AREAS[name], rtol=0.01)


def test_a_crescent_is_a_disc_without_what_another_disc_covers():
    covered = drawing.coverage("crescent", 400, [[200, 200]], [150], [0.0])[0]
    y, x = (np.mgrid[:400, :400] + 0.5 - 200) / 150
    inside = (x**2 + y**2 < 1) & ((x - 0.5) ** 2 + y**2 > 0.8**2)
    assert abs(covered.sum() - inside.sum()) < 0.005 * inside.sum()


@pytest.mark.parametrize("name", CLASSES)
def test_the_farthest_point_lies_at_the_radius_and_the_centre_of_the_circle_at_the_centre(name):
    covered = drawing.coverage(name, 64, [[30, 33]], [20], [0.4])[0] > 0.5
    rows, columns = np.nonzero(covered)
    farthest = np.hypot(rows + 0.5 - 30, columns + 0.5 - 33).max()
    assert 18.7 <= farthest <= 20.1  # at a corner, the last pixel that is half covered lies a little inside


def test_an_angle_turns_to_the_right_and_a_corner_looks_up_first():
    up, right = (drawing.coverage("triangle", 41, [[20.5, 20.5]], [18], [angle])[0] for angle in (0, np.pi / 2))
    assert up[3:8].sum() < up[24:29].sum() / 2 and right[:, 33:38].sum() < right[:, 12:17].sum() / 2


@pytest.mark.parametrize(("size", "colour", "channels"), [(32, True, 3), (8, False, 1), (49, True, 3)])
def test_form_range_and_types(size, colour, channels):
    x, y = load_shapes(50, size=size, colour=colour)
    assert x.shape == (50, size, size, channels) and x.dtype == np.float32 and 0 <= x.min() < x.max() <= 1
    assert y.shape == (50,) and y.dtype == np.int64 and set(y) <= set(range(len(CLASSES)))


def test_a_seed_gives_the_same_pictures_and_another_gives_others():
    (x, y), (again, y_again), (other, _) = (load_shapes(40, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(y, y_again)
    assert (abs(x - other).mean((1, 2, 3)) > 0.02).all()


def test_the_first_pictures_are_the_same_however_many_follow(monkeypatch):
    whole, labels = load_shapes(60, seed=5)
    monkeypatch.setattr("dnnlib.datasets.shapes.CHUNK", 7 * 32**2)  # and however they are drawn in pieces
    x, y = load_shapes(25, seed=5)
    np.testing.assert_array_equal(x, whole[:25])
    np.testing.assert_array_equal(y, labels[:25])


def test_classes_are_drawn_equally_often_and_numbered_as_asked():
    _, y = load_shapes(8000, size=8, classes=("star", "disc"))
    assert abs(y.mean() - 0.5) < 4 * 0.5 / 8000**0.5
    x, y = load_shapes(200, size=32, classes=("disc", "cross"), noise=0)
    assert set(y) == {0, 1}


def test_no_shape_is_cut_off_and_every_shape_stands_out():
    """Without noise the border shows the background, which changes slowly, and at most the tip of a corner."""
    x, _ = load_shapes(500, noise=0)
    for line in (x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]):
        assert abs(np.diff(line, axis=1)).max() < 0.2
    assert abs(np.diff(x, axis=1)).max((1, 2, 3)).min() > 0.1


def test_place_size_and_light_vary_and_say_nothing_of_the_class():
    """A reader of mean colours alone is no better than chance; one of the drawn outline's features would be."""
    from sklearn.linear_model import LogisticRegression

    x, y = load_shapes(3000, size=16)
    colour = x.mean((1, 2))
    right = LogisticRegression().fit(colour[:1500], y[:1500]).score(colour[1500:], y[1500:])
    assert right < 0.25  # an eighth by chance, and somewhat more since a disc covers more than a cross


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"examples": 0}, "examples: expected an integer of at least 1"),
        ({"examples": 5, "size": 7}, "size: expected an integer of at least 8"),
        ({"examples": 5, "classes": ("disc", "blob")}, "classes: expected a choice of .*'blob'"),
        ({"examples": 5, "classes": ("disc", "disc")}, "each once"),
        ({"examples": 5, "classes": ()}, "classes: expected a choice"),
        ({"examples": 5, "seed": -1}, "seed"),
        ({"examples": 5, "noise": -0.1}, "noise: expected a number of at least 0"),
        ({"examples": 5, "noise": float("nan")}, "noise"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_shapes(**arguments)
