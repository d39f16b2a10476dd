"""Residual networks of CIFAR-10: each shortcut by its formula, option A by hand, training, what they refuse."""

import keras
import numpy as np
import pytest
from keras import ops

from dnnlib.models.resnet_cifar import SHORTCUTS, Subsample, resnet_cifar
from tests.models.steps import one_step

RNG = np.random.default_rng(0)
SHAPE = (8, 8, 3)


@pytest.fixture(autouse=True)
def forget():
    yield
    keras.backend.clear_session()


def part(model, name, x):
    return keras.Model(model.input, model.get_layer(name).output)(x).numpy()


@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_each_shortcut_by_its_formula(shortcut):
    """The first block of the second stage: its shape changes too."""
    keras.utils.set_random_seed(0)
    model = resnet_cifar(8, SHAPE, shortcut=shortcut, residual_scale=0.25, gate_bias=-1.0)
    images = RNG.standard_normal((2, *SHAPE)).astype("float32")
    x, new = part(model, "stage1_block1_out", images), part(model, "stage2_block1_2_bn", images)
    resized = np.pad(x[:, ::2, ::2], [(0, 0), (0, 0), (0, 0), (8, 8)])
    if shortcut.endswith("gating"):
        kernel, bias = model.get_layer("stage2_block1_gate").get_weights()
        assert (bias == -1).all()
        gate = 1 / (1 + np.exp(-(x[:, ::2, ::2] @ kernel[0, 0] + bias)))
    if shortcut == "convolution":
        kernel = model.get_layer("stage2_block1_0_conv").get_weights()[0]
        resized = x[:, ::2, ::2] @ kernel[0, 0] / np.sqrt(1 + 1e-3)  # batch normalisation at its start
    expected = {
        "none": lambda: new,
        "constant": lambda: 0.5 * resized + 0.25 * new,
        "exclusive_gating": lambda: (1 - gate) * resized + gate * new,
        "shortcut_gating": lambda: (1 - gate) * resized + new,
    }.get(shortcut, lambda: resized + new)()
    np.testing.assert_allclose(part(model, "stage2_block1_out", images), np.maximum(expected, 0), atol=1e-5)


def test_a_dropout_shortcut_drops_in_training_alone():
    model = resnet_cifar(8, SHAPE, shortcut="dropout")
    x = RNG.standard_normal((2, *SHAPE)).astype("float32")
    inner = keras.Model(model.input, model.get_layer("stage1_block1_shortcut").output)
    dropped = inner(x, training=True).numpy()
    assert 0.6 < np.mean(dropped == 0) < 0.9 and np.mean(inner(x, training=False).numpy() == 0) < 0.6


def test_preactivation_leaves_the_sum_alone():
    """What comes in goes out, plus what the two convolutions give: nothing stands on the way from block to block."""
    model = resnet_cifar(14, SHAPE, preactivation=True)
    x = RNG.standard_normal((2, *SHAPE)).astype("float32")
    before, after, new = (
        part(model, f"stage1_block{name}", x) for name in ("1_add", "2_add", "2_2_conv")
    )  # fmt: skip
    np.testing.assert_allclose(after, before + new, atol=1e-5)
    assert (after < 0).any()


def test_option_a_takes_every_second_pixel_and_adds_zeros():
    x = np.arange(2 * 5 * 4 * 3.0).reshape(2, 5, 4, 3)
    layer = Subsample(2, 8)
    y = layer(x).numpy()
    assert y.shape == layer.compute_output_shape(x.shape) == (2, 3, 2, 8)
    np.testing.assert_array_equal(y[..., 2:5], x[:, ::2, ::2])
    assert not y[..., :2].any() and not y[..., 5:].any()


@pytest.mark.parametrize("preactivation", [False, True])
@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_a_step_lowers_the_loss_of_every_variant(shortcut, preactivation):
    keras.utils.set_random_seed(1)
    model = resnet_cifar(8, SHAPE, 4, shortcut, preactivation, projection=shortcut == "identity")
    before, after = one_step(model, RNG.standard_normal((8, *SHAPE)), np.arange(8) % 4)
    assert after < before


def test_a_network_with_a_layer_of_our_own_comes_back_from_disk(tmp_path):
    model, x = resnet_cifar(8, SHAPE), RNG.standard_normal((2, *SHAPE)).astype("float32")
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "model.keras")(x), model(x), rtol=1e-5, atol=1e-6)


def test_the_penalty_is_half_the_paper_s_number_times_the_squares():
    model = resnet_cifar(8, SHAPE, penalty=0.01)
    squares = sum(float(ops.sum(w**2)) for w in model.trainable_weights if "conv" in w.path and "kernel" in w.path)
    np.testing.assert_allclose(float(sum(model.losses)), 0.005 * squares, rtol=1e-5)
    assert not resnet_cifar(8, SHAPE, penalty=0).losses


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"depth": 21}, "depth: expected 6 n \\+ 2, e.g. 20, 32, 56 or 110, received 21"),
        ({"shortcut": "highway"}, "shortcut: expected one of identity, none"),
        ({"input_shape": (7, 7, 3)}, "at least 8"),
    ],
)
def test_bad_arguments_get_one_clear_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        resnet_cifar(**arguments)
