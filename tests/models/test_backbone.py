"""The backbone: its counts, its stored weights with their card, and that they say more of digits than pixels do."""

import hashlib
from pathlib import Path

import keras
import numpy as np
import pytest

from dnnlib.datasets.digits import load_digits
from dnnlib.models.backbone import CARD, WEIGHTS, backbone, card, load_weights
from dnnlib.models.ledger import ledger, totals
from tools.glyphs import SIGNS
from tools.train_backbone import DRAWS, nearest_accuracy

SOURCES = Path(__file__).parents[2] / "data" / "SOURCES.md"


def test_counts_names_and_shapes_are_those_of_the_docstring():
    model = backbone(weights=None)
    names = [layer.name for layer in model.layers]
    assert names == (
        "input conv1 bn1 relu1 conv2 bn2 relu2 pool2 conv3 bn3 relu3 conv4 bn4 relu4 pool4 features".split()
    )
    assert model.output_shape == (None, 192) and model.count_params() == 37_080
    assert totals(ledger(model)).macs == 843_264
    assert sum(weight.shape[0] for weight in model.non_trainable_weights) == 288


def test_the_stored_weights_are_those_that_the_sources_name_and_small():
    stored = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert f"`{WEIGHTS.resolve().name}` `{stored}`" in SOURCES.read_text(encoding="utf-8")
    assert WEIGHTS.stat().st_size < 100_000 and all(weight.dtype == np.float32 for weight in load_weights())
    for array, weight in zip(load_weights(), backbone().weights, strict=True):
        np.testing.assert_array_equal(array, weight)


def test_the_card_says_the_signs_that_the_tool_draws_and_its_accuracies_hold_on_the_digits():
    about = card()
    assert CARD.resolve().parent == WEIGHTS.resolve().parent and about["signs"] == SIGNS
    assert {"data", "training", "licence", "limits", "made by"} <= set(about)
    x, y = load_digits()
    features = backbone().predict(x, verbose=0)
    for row in about["nearest neighbours on digits"]:
        count = row["images a class"]
        found = np.mean([nearest_accuracy(features, y, count, seed) for seed in range(DRAWS)])
        assert found == pytest.approx(row["features"][0], abs=0.003)
        assert row["features minus pixels"][1] > 0 and row["features minus untrained"][1] > 0


def test_a_saved_backbone_answers_the_same_and_a_path_gives_the_stored_weights(tmp_path):
    x = np.random.default_rng(0).random((4, 8, 8, 1)).astype("float32")
    model = backbone(WEIGHTS)
    np.testing.assert_array_equal(model(x), backbone()(x))
    model.save(tmp_path / "backbone.keras")
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "backbone.keras")(x), model(x), atol=1e-5)


def test_other_weights_are_refused():
    with pytest.raises(ValueError, match='expected "glyphs", None or the path of a file'):
        backbone("imagenet")
