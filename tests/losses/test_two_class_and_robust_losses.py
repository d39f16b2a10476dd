"""Absolute error, binary cross-entropy and the hinges: by hand, by central differences, by Keras, and refusals."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.categorical_hinge import CategoricalHinge
from dnnlib.losses.hinge import Hinge, SquaredHinge
from dnnlib.losses.mean_absolute_error import MeanAbsoluteError
from tests.oracles import assert_close, numerical_gradient

RNG = np.random.default_rng(7)
SCORES = 2 * RNG.standard_normal((6, 3))
PROBABILITIES = 1 / (1 + np.exp(-SCORES))
BINARY = RNG.integers(0, 2, SCORES.shape).astype(float)
ONE_HOT = np.eye(3)[[0, 2, 1, 1, 0, 2]]
CASES = {
    "absolute": (MeanAbsoluteError(), keras.losses.MeanAbsoluteError(), SCORES[::-1], SCORES),
    "binary, probabilities": (BinaryCrossentropy(), keras.losses.BinaryCrossentropy(), BINARY, PROBABILITIES),
    "binary, soft": (BinaryCrossentropy(), keras.losses.BinaryCrossentropy(), PROBABILITIES[::-1], PROBABILITIES),
    "binary, logits": (
        BinaryCrossentropy(from_logits=True),
        keras.losses.BinaryCrossentropy(from_logits=True),
        BINARY,
        SCORES,
    ),
    "hinge": (Hinge(), keras.losses.Hinge(), 2 * BINARY - 1, SCORES),
    "hinge, labels 0 and 1": (Hinge(), keras.losses.Hinge(), BINARY, SCORES),
    "squared hinge": (SquaredHinge(), keras.losses.SquaredHinge(), 2 * BINARY - 1, SCORES),
    "categorical hinge": (CategoricalHinge(), keras.losses.CategoricalHinge(), ONE_HOT, SCORES),
}
EVERY = pytest.mark.parametrize("name", CASES)


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_value_and_gradient_equal_keras(name, dtype):
    loss, oracle, y_true, y_pred = CASES[name]
    y_pred = tf.constant(y_pred.astype(dtype))
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        expected = oracle(y_true.astype(dtype), y_pred)
    assert_close(loss(y_true, y_pred.numpy()), float(expected), 1e-6, "value")
    assert_close(loss.backward(), tape.gradient(expected, y_pred).numpy(), 1e-6, "gradient")
    assert loss.backward().dtype == dtype


@EVERY
def test_gradient_equals_central_differences(name):
    loss, _, y_true, y_pred = CASES[name]
    expected = numerical_gradient(lambda value: loss(y_true, value), y_pred)
    loss(y_true, y_pred)
    assert_close(loss.backward(), expected, 1e-8, "gradient")


def test_by_hand():
    absolute = MeanAbsoluteError()
    assert absolute([[1.0, 2], [3, 4]], np.array([[1.0, 4], [3, 3]])) == 3 / 4
    assert np.array_equal(absolute.backward(), [[0, 0.25], [0, -0.25]])
    assert BinaryCrossentropy()([[1], [0]], np.array([[0.5], [0.75]])) == pytest.approx((np.log(2) + np.log(4)) / 2)
    logits = BinaryCrossentropy(from_logits=True)
    assert logits([[1]], np.array([[-np.log(3)]])) == pytest.approx(np.log(4))
    assert_close(logits.backward(), np.array([[1 / 4 - 1]]), 1e-15, "p - t")
    hinge = Hinge()
    assert hinge([1, -1, 1], np.array([2.0, 0.5, 0.25])) == pytest.approx((0 + 1.5 + 0.75) / 3)
    assert np.allclose(hinge.backward(), [0, 1 / 3, -1 / 3])
    assert SquaredHinge()([1, -1], np.array([2.0, 0.5])) == pytest.approx(1.5**2 / 2)
    assert CategoricalHinge()([[0, 1, 0]], np.array([[0.5, 1, 3]])) == 3


@EVERY
def test_the_kinks_have_tensorflows_derivative(name):
    """Margins of exactly 1, errors of exactly 0, two largest scores alike, certainty at 0 and 1."""
    loss, oracle, *_ = CASES[name]
    y_true = np.array([[1.0, 0, 0], [0, 1, 0]])
    y_pred = tf.constant([[1.0, 0, 0], [0.5, 0.5, 0.5]])
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        expected = oracle(y_true.astype("float32"), y_pred)
    assert_close(loss(y_true, y_pred.numpy()), float(expected), 1e-6, "value")
    assert_close(loss.backward(), tape.gradient(expected, y_pred).numpy(), 1e-6, "gradient")


@pytest.mark.filterwarnings("error")
def test_certainty_is_finite_and_clipped_as_in_keras():
    for y_pred in (np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])):
        ours, theirs = BinaryCrossentropy(), keras.losses.BinaryCrossentropy()
        assert_close(
            ours([[1], [0]], y_pred.astype("float32")), float(theirs(np.array([[1], [0]]), y_pred)), 1e-6, "value"
        )
        assert np.array_equal(ours.backward(), [[0], [0]])
    logits = BinaryCrossentropy(from_logits=True)
    assert logits([[1], [1]], np.array([[-1000.0], [1000.0]])) == 500
    assert np.array_equal(logits.backward(), [[-0.5], [0]])


def test_sigmoid_then_crossentropy_has_the_gradient_of_the_logits_form():
    layer, loss, joint = Sigmoid(dtype="float64"), BinaryCrossentropy(), BinaryCrossentropy(from_logits=True)
    assert loss(BINARY, layer(SCORES)) == pytest.approx(joint(BINARY, SCORES))
    assert_close(layer.backward(loss.backward()), joint.backward(), 1e-14, "p - t")


@pytest.mark.parametrize(
    "loss, y_true, y_pred, message",
    [
        (MeanAbsoluteError(), BINARY[:, 0], SCORES[:, :1], "MeanAbsoluteError: expected y_true shaped like y_pred"),
        (BinaryCrossentropy(), BINARY, SCORES, "from_logits=True"),
        (BinaryCrossentropy(), 2 * BINARY - 1, PROBABILITIES, "-1 and 1 belong to Hinge"),
        (BinaryCrossentropy(), BINARY[:2], PROBABILITIES, "BinaryCrossentropy: expected y_true shaped"),
        (Hinge(), 3 * BINARY, SCORES, "Hinge: expected labels -1 and 1"),
        (SquaredHinge(), SCORES, SCORES, "SquaredHinge: expected labels -1 and 1"),
        (CategoricalHinge(), BINARY * 0, SCORES, "one-hot"),
        (CategoricalHinge(), ONE_HOT / 2, SCORES, "one-hot"),
    ],
)
def test_refusals(loss, y_true, y_pred, message):
    with pytest.raises(RuntimeError, match="forward"):
        loss.backward()
    with pytest.raises(ValueError, match=message):
        loss(y_true, y_pred)
    with pytest.raises(ValueError, match="NaN"):
        loss(y_true, y_pred * np.nan)
