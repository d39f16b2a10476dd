"""Scenes: masks, boxes and pictures agree with each other."""

import numpy as np
import pytest

from dnnlib.datasets.scenes import CLASSES, load_scenes
from dnnlib.datasets.shapes import load_shapes


def test_form_range_and_types():
    x, masks, boxes = load_scenes(20, size=48, shapes=(0, 5))
    assert x.shape == (20, 48, 48, 3) and x.dtype == np.float32 and 0 <= x.min() < x.max() <= 1
    assert masks.shape == (20, 48, 48) and masks.dtype == np.int64 and set(np.unique(masks)) <= set(range(9))
    assert boxes["boxes"].shape == (20, 5, 4) and boxes["boxes"].dtype == np.float32
    assert boxes["labels"].shape == (20, 5) and boxes["labels"].dtype == np.int64


def test_a_box_holds_what_is_seen_of_its_shape_and_nothing_of_a_class_lies_outside_all_boxes():
    _, masks, found = load_scenes(200, seed=1)
    for mask, boxes, labels in zip(masks, found["boxes"].astype(int), found["labels"], strict=True):
        free = mask.copy()
        for (left, top, right, bottom), label in zip(boxes, labels, strict=True):
            if label < 0:
                assert (left, top, right, bottom) == (-1, -1, -1, -1)
                continue
            inside = mask[top:bottom, left:right] == label
            assert inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()
            free[top:bottom, left:right][inside] = 0
        assert not free.any()


def test_of_one_shape_alone_the_box_is_as_tight_as_its_mask():
    _, masks, found = load_scenes(50, shapes=(1, 1), seed=2)
    for mask, (left, top, right, bottom), label in zip(
        masks, found["boxes"][:, 0].astype(int), found["labels"][:, 0], strict=True
    ):
        rows, columns = np.nonzero(mask)
        assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (top, bottom, left, right)
        assert set(np.unique(mask)) == {0, label}


def test_the_number_of_shapes_is_between_fewest_and_most_and_reaches_both():
    _, masks, found = load_scenes(300, shapes=(0, 2), seed=3)
    seen = (found["labels"] > 0).sum(1)
    assert set(seen) == {0, 1, 2} and (masks[seen == 0] == 0).all()


def test_masks_follow_the_picture():
    """In a picture without noise a pixel of the mask differs from the background around it."""
    x, masks, _ = load_scenes(100, shapes=(1, 1), noise=0, seed=4)
    edges = masks[:, 1:] != masks[:, :-1]
    steps = abs(x[:, 1:] - x[:, :-1]).max(-1)
    assert np.median(steps[edges]) > 10 * np.median(steps[~edges])


def test_a_later_shape_hides_what_it_lies_on_and_what_is_hidden_has_no_box():
    _, _, found = load_scenes(3000, size=16, shapes=(8, 8), seed=5)
    hidden = (found["labels"] < 0).mean(0)
    assert hidden[-1] == 0 and hidden[0] > 0


def test_a_seed_gives_the_same_scenes_and_more_of_them_begin_alike(monkeypatch):
    whole = load_scenes(30, seed=6)
    monkeypatch.setattr("dnnlib.datasets.scenes.CHUNK", 4 * 64**2)
    some = load_scenes(11, seed=6)
    np.testing.assert_array_equal(some[0], whole[0][:11])
    np.testing.assert_array_equal(some[1], whole[1][:11])
    for key in ("boxes", "labels"):
        np.testing.assert_array_equal(some[2][key], whole[2][key][:11])
    assert (abs(load_scenes(30, seed=7)[0] - whole[0]).mean((1, 2, 3)) > 0.01).all()


def test_a_chosen_class_keeps_its_number_and_no_other_is_drawn():
    _, masks, found = load_scenes(50, classes=("star", "ring"))
    assert set(np.unique(masks)) == {0, 1, 2} and set(np.unique(found["labels"])) <= {-1, 1, 2}
    # A ring has a hole of background, a star has none: its centre is covered.
    _, masks, found = load_scenes(50, classes=("ring",), shapes=(1, 1))
    for mask, (left, top, right, bottom) in zip(masks, found["boxes"][:, 0], strict=True):
        assert mask[int(top + bottom) // 2, int(left + right) // 2] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shapes": 3}, r"shapes: expected \(fewest, most\)"),
        ({"shapes": (3, 2)}, "most: expected an integer of at least 3"),
        ({"shapes": (0, 0)}, "most: expected an integer of at least 1"),
        ({"size": 8}, "size: expected an integer of at least 16"),
        ({"classes": "blob"}, "classes"),
        ({"noise": -1}, "noise"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_scenes(**{"examples": 2} | arguments)


def test_both_kinds_of_pictures_know_the_same_shapes():
    assert len(CLASSES) == len(set(load_shapes(500, size=8)[1]))
