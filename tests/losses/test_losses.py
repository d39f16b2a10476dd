"""The losses: by hand, by central differences, by Keras, at certainty, and what they refuse."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.softmax import Softmax, softmax
from dnnlib.losses.categorical_crossentropy import CategoricalCrossentropy, SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from tests.oracles import assert_close, numerical_gradient

LABELS = np.array([2, 0, 3, 3, 1])


def scores(dtype="float64", seed=0):
    return (2 * np.random.default_rng(seed).standard_normal((5, 4))).astype(dtype)


def one_hot(labels, classes=4):
    return np.eye(classes)[labels]


def case(name):
    """(our loss, Keras's, targets, predictions)."""
    soft = softmax(scores(seed=1))
    return {
        "probabilities": (
            CategoricalCrossentropy(),
            keras.losses.CategoricalCrossentropy(),
            one_hot(LABELS),
            softmax(scores()),
        ),
        "not summing to 1": (
            CategoricalCrossentropy(),
            keras.losses.CategoricalCrossentropy(),
            one_hot(LABELS),
            3 * softmax(scores()),
        ),
        "soft targets": (CategoricalCrossentropy(), keras.losses.CategoricalCrossentropy(), soft, softmax(scores())),
        "logits": (
            CategoricalCrossentropy(from_logits=True),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            soft,
            scores(),
        ),
        "labels": (
            SparseCategoricalCrossentropy(),
            keras.losses.SparseCategoricalCrossentropy(),
            LABELS,
            softmax(scores()),
        ),
        "labels, logits": (
            SparseCategoricalCrossentropy(from_logits=True),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            LABELS,
            scores(),
        ),
        "labels in a column": (
            SparseCategoricalCrossentropy(),
            keras.losses.SparseCategoricalCrossentropy(),
            LABELS[:, None],
            softmax(scores()),
        ),
        "a label a position": (
            SparseCategoricalCrossentropy(from_logits=True),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            np.array([[0, 1, 2], [3, 2, 1]]),
            np.random.default_rng(2).standard_normal((2, 3, 4)),
        ),
        "squared error": (MeanSquaredError(), keras.losses.MeanSquaredError(), scores(seed=1), scores()),
        "squared error, vectors": (
            MeanSquaredError(),
            keras.losses.MeanSquaredError(),
            scores(seed=1)[:, 0],
            scores()[:, 0],
        ),
    }[name]


CASES = [
    "probabilities",
    "not summing to 1",
    "soft targets",
    "logits",
    "labels",
    "labels, logits",
    "labels in a column",
    "a label a position",
    "squared error",
    "squared error, vectors",
]


@pytest.mark.parametrize("name", CASES)
def test_gradient_equals_central_differences(name):
    loss, _, y_true, y_pred = case(name)
    loss.forward(y_true, y_pred)
    gradient = loss.backward()
    assert_close(gradient, numerical_gradient(lambda y: loss.forward(y_true, y), y_pred, 1e-6), 1e-8, name)


@pytest.mark.parametrize("dtype, tolerance", [("float32", 2e-6), ("float64", 1e-6)])
@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_equal_keras(name, dtype, tolerance):
    """Keras computes losses in float32 whatever comes in."""
    loss, oracle, y_true, y_pred = case(name)
    y_pred = tf.constant(y_pred.astype(dtype))
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        expected = oracle(y_true, y_pred)
    value = loss(y_true, y_pred.numpy())
    assert isinstance(value, float)
    assert_close(value, float(expected), tolerance, "value")
    assert_close(loss.backward(), tape.gradient(expected, y_pred).numpy(), tolerance, "gradient")
    assert loss.backward().dtype == dtype


def test_crossentropy_by_hand():
    loss = SparseCategoricalCrossentropy()
    assert loss.forward([0, 1], np.array([[0.5, 0.5], [0.75, 0.25]])) == pytest.approx((np.log(2) + np.log(4)) / 2)
    logits = CategoricalCrossentropy(from_logits=True)
    assert logits.forward([[1, 0]], [[0.0, np.log(3)]]) == pytest.approx(np.log(4))
    assert_close(logits.backward(), np.array([[1 / 4 - 1, 3 / 4]]), 1e-15, "p - t")


def test_squared_error_by_hand():
    loss = MeanSquaredError()
    assert loss.forward([[1.0, 2], [3, 4]], np.array([[1.0, 4], [3, 3]])) == (4 + 1) / 4
    assert np.array_equal(loss.backward(), [[0, 1], [0, -0.5]])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sure", [0, 1])
def test_certainty_is_finite_as_in_keras(sure):
    y_pred = np.array([[0.0, 1, 0]])
    for ours, oracle, target in (
        (CategoricalCrossentropy(), keras.losses.CategoricalCrossentropy(), one_hot([sure], 3)),
        (SparseCategoricalCrossentropy(), keras.losses.SparseCategoricalCrossentropy(), np.array([sure])),
    ):
        assert_close(ours(target, y_pred), float(oracle(target, y_pred)), 1e-6, "value")
        assert np.isfinite(ours.backward()).all()
    logits = SparseCategoricalCrossentropy(from_logits=True)
    assert logits([sure], np.array([[0.0, 1000, 0]])) == (0 if sure else 1000)
    assert np.isfinite(logits.backward()).all()


def test_softmax_then_crossentropy_has_the_gradient_of_the_logits_form():
    layer, loss, joint = Softmax(dtype="float64"), CategoricalCrossentropy(), CategoricalCrossentropy(from_logits=True)
    loss(one_hot(LABELS), layer(scores()))
    joint(one_hot(LABELS), scores())
    assert_close(layer.backward(loss.backward()), joint.backward(), 1e-14, "p - t")


@pytest.mark.parametrize(
    "loss, y_true, message",
    [
        (CategoricalCrossentropy(), LABELS, "SparseCategoricalCrossentropy"),
        (CategoricalCrossentropy(), 2 * one_hot(LABELS), "sum to 1"),
        (CategoricalCrossentropy(), 2 * one_hot(LABELS) - one_hot(LABELS[::-1]), "not negative"),
        (CategoricalCrossentropy(), one_hot(LABELS).astype(str), "y_true: expected real numbers"),
        (SparseCategoricalCrossentropy(), one_hot(LABELS), "one-hot rows use CategoricalCrossentropy"),
        (SparseCategoricalCrossentropy(), LABELS + 1, "labels from 0 to 3, received 1 to 4"),
        (SparseCategoricalCrossentropy(), LABELS - 1, "labels from 0 to 3"),
        (SparseCategoricalCrossentropy(), LABELS / 1, "integer labels"),
        (SparseCategoricalCrossentropy(), LABELS[:4], "shape"),
        (MeanSquaredError(), LABELS, "shaped like y_pred"),
        (MeanSquaredError(), one_hot(LABELS) * 1j, "y_true: expected real numbers"),
        (MeanSquaredError(), one_hot(LABELS) * np.nan, "y_true: expected numbers, received NaN"),
    ],
)
def test_bad_targets(loss, y_true, message):
    with pytest.raises(RuntimeError, match="forward"):
        loss.backward()
    with pytest.raises(ValueError, match=message):
        loss(y_true, softmax(scores()))
    with pytest.raises(ValueError, match="NaN"):
        loss(y_true, scores() * np.nan)


@pytest.mark.parametrize("y_pred", [scores(), np.zeros((len(LABELS), 4))])
def test_scores_or_zeros_in_place_of_probabilities_are_refused(y_pred):
    for loss, y_true in ((SparseCategoricalCrossentropy(), LABELS), (CategoricalCrossentropy(), one_hot(LABELS))):
        with pytest.raises(ValueError, match="from_logits=True"):
            loss(y_true, y_pred)
        with pytest.raises(ValueError, match="y_pred: expected 1 axis or more"):
            loss(0, 0.5)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [(SparseCategoricalCrossentropy, [0, 2]), (CategoricalCrossentropy, [[1, 0, 0], [0, 0, 1]])],
    ids=["sparse", "one-hot"],
)
def test_masked_scores_cost_nothing_and_get_no_gradient(loss, labels):
    scores = np.array([[1, -np.inf, 1], [0, -np.inf, np.log(3)]])
    ours = loss(from_logits=True)
    assert np.isclose(ours(labels, scores), (np.log(2) + np.log(4 / 3)) / 2)
    assert np.allclose(ours.backward(), [[-0.25, 0, 0.25], [0.125, 0, -0.125]])
    assert np.isclose(ours(labels[:1], [[1, -np.inf, -np.inf]]), 0)
    assert ours(labels[1:], [[1, 1, -np.inf]]) == np.inf  # the true class is masked
    for bad in ([[-np.inf] * 3], [[np.inf, 0, 0]]):
        with pytest.raises(ValueError, match="expected in each row a finite score"):
            ours(labels[:1], bad)


def test_masked_scores_are_keras():
    scores = np.array([[1, -np.inf], [0.5, 1.5]], "float32")
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([0, 1]), scores)
    assert np.isclose(SparseCategoricalCrossentropy(from_logits=True)([0, 1], scores), theirs, atol=1e-6)


def test_the_sparse_loss_takes_memory_in_proportion_to_the_scores():
    import tracemalloc

    scores = np.random.default_rng(0).standard_normal((4, 20_000)).astype("float32")
    loss = SparseCategoricalCrossentropy(from_logits=True)
    tracemalloc.start()
    loss(np.arange(4), scores)
    loss.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * scores.nbytes
