"""The Keras autoencoders: sampling and its cost against NumPy, both kinds from one start, training, save and load."""

import keras
import numpy as np
import pytest

from dnnlib.models.autoencoders import GaussianError, Sampling, autoencoder

RNG = np.random.default_rng(0)
X = RNG.random((64, 12)).astype("float32")


def codes(model, x):
    return np.asarray(model.get_layer("encoder")(x))


def test_the_cost_is_the_divergence_that_many_draws_measure():
    mean, log_variance = np.array([0.7, -1.2]), np.array([-0.8, 0.3])
    layer = Sampling(seed=0)
    layer(np.concatenate([mean, log_variance])[np.newaxis].astype("float32"))
    draws = mean + np.exp(log_variance / 2) * RNG.standard_normal((200_000, 2))
    ratio = (-((draws - mean) ** 2) / np.exp(log_variance) - log_variance + draws**2).sum(axis=1) / 2
    assert abs(float(layer.losses[0]) - ratio.mean()) < 5 * ratio.std() / 200_000**0.5


def test_the_cost_is_a_mean_over_the_batch_and_zero_for_the_standard_normal():
    layer = Sampling(seed=0)
    layer(np.array([[0, 0, 0, 0], [2, 0, 0, 0]], "float32"))
    assert float(layer.losses[0]) == pytest.approx((0 + 2) / 2)


def test_draws_have_the_mean_and_deviation_named_and_in_use_the_mean_is_returned():
    statistics = np.tile(np.array([3.0, -1.0, np.log(4), np.log(0.25)], "float32"), (100_000, 1))
    layer = Sampling(seed=1)
    drawn = np.asarray(layer(statistics, training=True))
    np.testing.assert_allclose(drawn.mean(axis=0), [3, -1], atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), [2, 0.5], rtol=0.02)
    assert np.array_equal(np.asarray(layer(statistics)), statistics[:, :2])
    assert not np.array_equal(drawn, np.asarray(layer(statistics, training=True)))


def test_the_error_is_minus_the_log_density_but_for_a_constant():
    y_true, y_pred = RNG.random((3, 5)), RNG.random((3, 5))
    expected = np.mean(np.sum((y_true - y_pred) ** 2, axis=1) / (2 * 0.04))
    assert float(GaussianError(0.04)(y_true, y_pred)) == pytest.approx(expected, rel=1e-5)


def test_both_kinds_start_with_the_same_decoder():
    plain, drawn = autoencoder(12, 2, seed=3), autoencoder(12, 2, variational=True, seed=3)
    for ours, theirs in zip(
        plain.get_layer("decoder").get_weights(), drawn.get_layer("decoder").get_weights(), strict=True
    ):
        assert np.array_equal(ours, theirs)
    assert codes(plain, X).shape == (64, 2) and codes(drawn, X).shape == (64, 4)
    assert plain.count_params() == 12 * 128 + 128 + 128 * 2 + 2 + 2 * 128 + 128 + 128 * 12 + 12


@pytest.mark.parametrize("variational", [False, True])
def test_training_lowers_the_loss_and_a_saved_model_rebuilds_the_same(variational, tmp_path):
    model = autoencoder(12, 2, hidden=16, variational=variational, seed=0)
    model.compile(keras.optimizers.Adam(0.01), GaussianError(0.04))
    history = model.fit(X, X, batch_size=16, epochs=8, verbose=0).history["loss"]
    assert history[-1] < 0.9 * history[0]
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), atol=1e-6)
    assert again.evaluate(X, X, verbose=0) == pytest.approx(model.evaluate(X, X, verbose=0), rel=1e-5)


@pytest.mark.parametrize("sizes", [(0, 2), (12, 2.0), (12, True)])
def test_refuses_sizes_that_are_none(sizes):
    with pytest.raises(ValueError, match="expected an integer of at least 1"):
        autoencoder(*sizes)
