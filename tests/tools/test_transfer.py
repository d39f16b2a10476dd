"""What the experiments on transfer build on: cut and joined networks are the whole one, and nothing leaks."""

import keras
import numpy as np
import pytest

from dnnlib.models.backbone import backbone
from tools.experiments import transfer_labels, transfer_layers, transfer_network
from tools.experiments.transfer_network import BATCH, DEPTH, cut_at, fit, fresh, order, start, tail
from tools.glyphs import SIGNS, sample

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.random((2 * BATCH, 8, 8, 1)).astype("float32"), np.arange(2 * BATCH) % 10


@pytest.mark.parametrize("kept", range(DEPTH + 1))
def test_a_cut_backbone_and_its_tail_are_the_backbone_with_a_dense_layer(kept, pictures):
    x, _ = pictures
    base, (_, scores) = backbone(), fresh(0, random_head=True)
    model = tail(kept, 0.003, False, 2)
    start(model, base, scores)
    np.testing.assert_allclose(
        model(cut_at(base, kept)(x), training=False), base(x, training=False) @ scores[0] + scores[1], atol=1e-4
    )


def test_training_a_tail_is_training_the_whole_with_its_first_layers_frozen(pictures):
    x, y = pictures
    base, (_, scores) = backbone(), fresh(0, random_head=True)
    model = tail(2, 0.003, False, 2)
    start(model, base, scores)
    fit(model, np.asarray(cut_at(base, 2)(x, training=False)), y, np.arange(2 * BATCH))

    whole = backbone()
    top = keras.layers.Dense(10, name="scores")
    inputs = keras.Input((8, 8, 1))
    together = keras.Model(inputs, top(whole(inputs)))
    top.set_weights(scores)
    for layer in whole.layers:
        layer.trainable = layer.name in ("conv3", "conv4")
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, 2))
    together.compile(adam, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    together.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
    for name in ("conv3", "conv4", "bn4"):
        for ours, theirs in zip(model.get_layer(name).weights, whole.get_layer(name).weights, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=2e-4)
    np.testing.assert_array_equal(whole.get_layer("conv1").kernel, base.get_layer("conv1").kernel)


def test_a_second_run_starts_without_memory_of_the_first(pictures):
    x, y = pictures
    model, given = tail(0, 0.003, True, 2), fresh(1, random_head=True)
    after = []
    for _ in range(2):
        start(model, *given)
        fit(model, x, y, np.arange(2 * BATCH))
        after.append(model.get_weights())
    for one, two in zip(*after, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)
    assert np.abs(after[0][0] - given[0].get_weights()[0]).max() > 1e-4


def test_the_source_s_statistics_stay_and_those_of_a_network_from_scratch_move(pictures):
    x, y = pictures
    for batch_statistics in (False, True):
        model = tail(0, 0.003, batch_statistics, 2)
        start(model, backbone(), fresh(0)[1])
        before = model.get_layer("bn1").get_weights()
        fit(model, x, y, np.arange(2 * BATCH))
        after = model.get_layer("bn1").get_weights()
        assert [np.any(one != two) for one, two in zip(before, after, strict=True)] == [batch_statistics] * 4


def test_an_order_sees_every_example_as_often_as_any_other():
    counts = np.bincount(order(30, seed=0, pictures=75), minlength=30)
    assert counts.sum() == 75 and set(counts) == {2, 3}


def test_larger_draws_begin_with_the_smaller_and_have_as_many_of_each_class():
    y = np.random.default_rng(0).integers(0, 10, 500)
    small, large = (transfer_labels.drawn(y, count, seed=4) for count in (2, 20))
    np.testing.assert_array_equal(np.bincount(y[large]), 20)
    assert set(small) < set(large)


def test_the_parts_of_a_target_share_no_picture_and_clothes_keep_their_mean():
    parts = [{image.tobytes() for image in x} for x, _ in transfer_labels.digits()]
    assert len(parts[0] & parts[2]) == len(parts[1] & parts[2]) == 0
    images = np.random.default_rng(0).random((3, 28, 28, 1)).astype("float32")
    small = transfer_labels.halved_twice(images)
    assert small.shape == (3, 8, 8, 1)
    np.testing.assert_allclose(small.sum(axis=(1, 2, 3)) * 16, images.sum(axis=(1, 2, 3)), rtol=1e-5)


def test_differences_to_training_from_scratch_are_paired_by_seed_and_left_out_while_seeds_are_missing():
    rng = np.random.default_rng(0)
    table = {way: rng.random((7, 5)).tolist() for way in transfer_labels.WAYS}
    table["1 frozen"] = [row[:4] for row in table["1 frozen"]]
    found = transfer_labels.compared(table)
    assert set(found) == set(transfer_labels.WAYS) - {"from scratch", "1 frozen"}
    gaps = np.subtract(table["all frozen"][2], table["from scratch"][2])
    assert found["all frozen"][2][0] == pytest.approx(gaps.mean(), abs=1e-4)
    assert found["all frozen"][2][1] < gaps.mean() < found["all frozen"][2][2]


def test_graft_takes_the_kept_layers_alone():
    base, (new, scores) = backbone(), fresh(5)
    model = tail(0, 0.003, True, 2)
    start(model, new, scores)
    transfer_layers.graft(model, base, 2)
    same = [np.array_equal(model.get_layer(f"conv{i}").kernel, base.get_layer(f"conv{i}").kernel) for i in range(1, 5)]
    assert same == [True, True, False, False]


def test_with_all_kept_and_frozen_the_training_is_that_of_a_dense_layer_and_the_source_stays():
    some, test = transfer_labels.labelled("digits", 2, 0)
    base = backbone()
    before = base.get_weights()
    share = transfer_layers.grown(base, DEPTH, True, some, test, 0)
    features = [transfer_labels.made(base, DEPTH, x) for x in (some[0], test[0])]
    model = tail(DEPTH, transfer_layers.RATE, True)
    start(model, None, fresh(0)[1])
    fit(model, features[0], some[1], order(20, 0))
    assert share == pytest.approx(transfer_network.accuracy(model, features[1], test[1]), abs=0.003)
    for one, two in zip(before, base.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_a_network_remembers_is_more_for_the_backbone_than_for_random_weights(monkeypatch):
    monkeypatch.setattr(transfer_layers, "pictures_of_signs", lambda: sample(300, 5, SIGNS[:30]))
    monkeypatch.setattr(transfer_layers, "KNOWN_SIGNS", 150)
    assert transfer_layers.remembered(backbone()) > transfer_layers.remembered(fresh(0)[0]) + 0.1


def test_differences_of_layers_are_paired_by_seed_within_a_size():
    rng = np.random.default_rng(0)
    runs = [{"size": size, "seed": seed, "nothing kept": rng.random()}
            | {name: {"frozen": rng.random(DEPTH).tolist()} for name in transfer_layers.SOURCES}
            for size in (5, 20) for seed in range(3)]  # fmt: skip
    found = transfer_layers.compared(runs)
    gaps = [run["signs"]["frozen"][2] - run["nothing kept"] for run in runs if run["size"] == 20]
    difference, low, high = found["signs, frozen"][2]["20"]
    assert low < difference < high and difference == pytest.approx(np.mean(gaps), abs=1e-4)


def test_copies_keep_class_and_number_and_differ():
    x, y = (part[:3] for part in transfer_labels.digits()[0])
    images, labels, number = transfer_layers.copied(x, y, 4, np.random.default_rng(0))
    np.testing.assert_array_equal(labels, y[number])
    assert images.shape == (12, 8, 8, 1) and len({image.tobytes() for image in images}) > 10


def test_costs_count_the_backward_pass_twice_and_the_frozen_part_once():
    cost = transfer_labels.costs()
    assert cost["images seen"] == transfer_network.STEPS * BATCH
    macs = cost["multiply-accumulates"]
    assert macs["from scratch"] == {"an image once": 0, "an image seen": 3 * (843_264 + 1920)}
    assert macs["all frozen"] == {"an image once": 843_264, "an image seen": 3 * 1920}
