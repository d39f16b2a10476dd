"""ImageNet networks: Keras's weights give Keras's output; official files; they learn; what they refuse."""

import os
import shutil
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import applications, layers

from dnnlib.models.alexnet import alexnet, alexnet_owt
from dnnlib.models.densenet import densenet
from dnnlib.models.googlenet import MODULES, googlenet
from dnnlib.models.imagenet import LocalResponseNormalization, transplant
from dnnlib.models.mobilenet import mobilenet, preprocess_input
from dnnlib.models.resnet import resnet, resnet_v2
from dnnlib.models.senet import seresnet50, squeeze_excite
from dnnlib.models.vgg import vgg16, vgg19
from dnnlib.models.zfnet import zfnet
from tests.models.steps import one_step

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def forget():
    yield
    keras.backend.clear_session()


def disturbed(model):
    """Gives every weight another value near its own, so that a layer in the wrong place shows."""
    model.set_weights([w + 0.05 * RNG.uniform(0.2, 1, w.shape) * (np.abs(w).mean() + 0.1) for w in model.get_weights()])
    return model


@pytest.mark.parametrize(
    "ours, theirs, side",
    [
        (vgg16, applications.VGG16, 32),
        (vgg19, applications.VGG19, 32),
        (lambda **kw: resnet(50, **kw), applications.ResNet50, 75),
        (lambda **kw: resnet_v2(50, **kw), applications.ResNet50V2, 75),
        (lambda **kw: densenet(121, **kw), applications.DenseNet121, 75),
        (lambda **kw: mobilenet(0.25, **kw), partial(applications.MobileNet, alpha=0.25), 75),
        (lambda **kw: mobilenet(0.6, **kw), partial(applications.MobileNet, alpha=0.6), 64),
    ],
    ids=["vgg16", "vgg19", "resnet50", "resnet50v2", "densenet121", "mobilenet", "mobilenet of another width"],
)
def test_with_keras_weights_they_give_keras_output(ours, theirs, side):
    arguments = {"input_shape": (side, side, 3), "classes": 7, "weights": None}
    theirs, ours = disturbed(theirs(**arguments)), ours(**arguments)
    transplant(theirs, ours)
    x = RNG.random((2, side, side, 3)).astype("float32")
    expected = theirs(x, training=False).numpy()
    np.testing.assert_allclose(ours(x, training=False).numpy(), expected, rtol=1e-4, atol=1e-6)
    assert expected.std() > 0  # not saturated


@pytest.mark.parametrize("include_top", [True, False])
def test_official_weights_come_through_keras_own_download(include_top, monkeypatch, tmp_path):
    """The file's name and hash are Keras's, since Keras asks for it; here a local file stands in for the server."""
    arguments = {"include_top": include_top, "input_shape": (32, 32, 3) if not include_top else (224, 224, 3)}
    theirs, asked = disturbed(applications.DenseNet121(weights=None, **arguments)), []
    theirs.save_weights(tmp_path / "official.weights.h5")

    def get_file(name, origin, cache_subdir=None, file_hash=None, **_):
        asked.append((name, file_hash))
        return str(tmp_path / "official.weights.h5")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    ours = densenet(121, weights="imagenet", **arguments)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    ending = "kernels.h5" if include_top else "kernels_notop.h5"
    assert len(asked) == 1 and asked[0][0] == f"densenet121_weights_tf_dim_ordering_tf_{ending}" and asked[0][1]


class Asked(Exception):
    """Raised in place of a download, with the file's name and hash."""


OFFICIAL = {
    "vgg16": vgg16,
    "vgg19": vgg19,
    **{f"resnet{depth}": partial(resnet, depth) for depth in (50, 101, 152)},
    **{f"resnet{depth}v2": partial(resnet_v2, depth) for depth in (50, 101, 152)},
    **{f"densenet{depth}": partial(densenet, depth) for depth in (121, 169, 201)},
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_each_network_asks_for_its_own_official_file_with_keras_hash(name, monkeypatch):
    def get_file(fname, origin, file_hash=None, **_):
        raise Asked(fname, origin.rsplit("/", 1)[1], file_hash)

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    # Without a value for any weight: only the plan is needed.
    with keras.StatelessScope(), pytest.raises(Asked) as asked:
        OFFICIAL[name](weights="imagenet", include_top=False, input_shape=(64, 64, 3))
    fname, remote, file_hash = asked.value.args
    assert fname == remote == f"{name}_weights_tf_dim_ordering_tf_kernels_notop.h5"
    module = name if name.startswith("vgg") else name.rstrip("v2").rstrip("0123456789")
    source = Path(keras.__file__).parent / "src" / "applications" / f"{module}.py"
    assert len(file_hash) == 32 and file_hash in source.read_text(encoding="utf-8")


@pytest.mark.parametrize("alpha, side, of", [(0.25, 224, "2_5_224"), (0.5, 192, "5_0_192"), (1, 128, "1_0_128")])
def test_mobilenet_asks_for_the_official_file_of_its_width_and_side(alpha, side, of, monkeypatch):
    def get_file(fname, origin, file_hash=None, **_):
        raise Asked(fname, origin.rsplit("/", 1)[1], file_hash)

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    for include_top, ending in ((True, ""), (False, "_no_top")):
        with keras.StatelessScope(), pytest.raises(Asked) as asked:
            mobilenet(alpha, (side, side, 3), include_top=include_top, weights="imagenet")
        name = f"mobilenet_{of}_tf{ending}.h5"
        assert asked.value.args == (name, name, None)  # of these files, Keras checks no hash


def test_the_official_mobilenet_of_the_cache_gives_keras_output(monkeypatch, tmp_path):
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    file = home / "models" / "mobilenet_2_5_224_tf_no_top.h5"
    if not file.exists():
        pytest.skip("needs MobileNet's official file in KERAS_HOME/models")
    (tmp_path / "models").mkdir()
    shutil.copy(file, tmp_path / "models")  # Keras may write into its cache
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    arguments = {"alpha": 0.25, "input_shape": (224, 224, 3), "include_top": False, "weights": "imagenet"}
    theirs, ours = applications.MobileNet(**arguments), mobilenet(**arguments)
    x = RNG.integers(0, 256, (2, 224, 224, 3)).astype("uint8")
    prepared = applications.mobilenet.preprocess_input(x.astype("float32"))
    expected = theirs(prepared, training=False).numpy()
    assert expected.std() > 0.01
    np.testing.assert_allclose(ours(preprocess_input(x), training=False).numpy(), expected, rtol=1e-4, atol=1e-4)


def test_mobilenet_s_pixels_are_prepared_as_keras_does_whatever_they_come_in():
    x = RNG.integers(0, 256, (2, 3, 3, 3)).astype("uint8")
    expected = applications.mobilenet.preprocess_input(x.astype("float32"))
    kept = x.copy()
    for given in (x, x.astype("float64"), keras.ops.convert_to_tensor(x)):
        prepared = preprocess_input(given)
        assert keras.backend.standardize_dtype(prepared.dtype) == "float32"
        np.testing.assert_allclose(prepared, expected, atol=1e-6)
    np.testing.assert_array_equal(x, kept)


SMALL = {
    "alexnet": lambda: alexnet((67, 67, 3), 4),
    "alexnet_owt": lambda: alexnet_owt((63, 63, 3), 4),
    "zfnet": lambda: zfnet((61, 61, 3), 4),
    "googlenet": lambda: googlenet((32, 32, 3), 4),
    "resnet18": lambda: resnet(18, (32, 32, 3), 4),
    "seresnet50": lambda: seresnet50((32, 32, 3), 4),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_smallest_images_fit_and_a_step_lowers_the_loss(name):
    keras.utils.set_random_seed(0)
    model = SMALL[name]()
    before, after = one_step(model, RNG.standard_normal((4, *model.input_shape[1:])), np.arange(4))
    assert after < before


@pytest.mark.parametrize("name", SMALL)
def test_no_two_layers_start_from_the_same_numbers(name):
    """One initializer object in several layers draws the same for all."""
    kernels = [weight for weight in SMALL[name]().trainable_weights if weight.path.endswith("kernel")]
    starts = [
        tuple(keras.ops.convert_to_numpy(kernel).ravel()[:20] / float(keras.ops.std(kernel))) for kernel in kernels
    ]
    assert len({tuple(np.round(start, 3)) for start in starts}) == len(starts)


def test_a_network_with_a_layer_of_our_own_comes_back_from_disk(tmp_path):
    model = alexnet((67, 67, 3), 4)
    model.save(tmp_path / "model.keras")
    x = RNG.standard_normal((2, 67, 67, 3)).astype("float32")
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "model.keras")(x), model(x), rtol=1e-5, atol=1e-6)


def test_auxiliary_heads_are_further_outputs_of_the_same_shape():
    model = googlenet((75, 75, 3), 5, auxiliary=True)
    assert [tuple(output.shape) for output in model.outputs] == [(None, 5)] * 3
    assert model.get_layer("inception_4a_output").output.shape[-1] == sum(
        getattr(MODULES["4a"], branch) for branch in ("one", "three", "five", "pool")
    )


def test_response_normalisation_by_its_formula():
    x = RNG.standard_normal((2, 3, 3, 7))
    expected = np.empty_like(x)
    for i in range(7):
        near = x[..., max(0, i - 2) : i + 3]
        expected[..., i] = x[..., i] / (2 + 1e-4 * (near**2).sum(axis=-1)) ** 0.75
    np.testing.assert_allclose(LocalResponseNormalization(dtype="float64")(x), expected, rtol=1e-12)


def convolved(x, kernel, bias):
    """A convolution of stride 1 with zeros around, then ReLU, from windows and one product of NumPy."""
    side = kernel.shape[0]
    padded = np.pad(x, [(0, 0), (side // 2,) * 2, (side // 2,) * 2, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
    return np.maximum(np.einsum("byxcij,ijco->byxo", windows, kernel) + bias, 0)


def test_each_gpu_of_alexnet_reads_its_own_maps_but_in_the_third_layer():
    model = alexnet((67, 67, 3), 4)
    for name, groups in {"conv2": 2, "conv3": 1, "conv4": 2, "conv5": 2}.items():
        layer = model.get_layer(name)
        kernel, bias = (RNG.standard_normal(weight.shape) for weight in layer.weights)
        layer.set_weights([kernel, bias])
        x = RNG.standard_normal((2, 5, 5, layer.input.shape[-1]))
        shares = (np.split(array, groups, axis=-1) for array in (x, kernel, bias))
        expected = np.concatenate([convolved(*share) for share in zip(*shares, strict=True)], axis=-1)
        np.testing.assert_allclose(layer(x.astype("float32")), expected, rtol=1e-4, atol=1e-3, err_msg=name)


def test_gates_weigh_whole_maps_by_the_means_of_all():
    inputs = keras.Input((4, 4, 32))
    model = keras.Model(inputs, squeeze_excite(inputs, "se", 8))
    x = RNG.standard_normal((2, 4, 4, 32)).astype("float32")
    reduce, excite = (model.get_layer(name).get_weights() for name in ("se_reduce", "se_excite"))
    hidden = np.maximum(x.mean(axis=(1, 2)) @ reduce[0] + reduce[1], 0)
    gates = 1 / (1 + np.exp(-(hidden @ excite[0] + excite[1])))
    np.testing.assert_allclose(model(x), x * gates[:, None, None], rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="ratio: expected at most the 32 channels of se, received 64"):
        squeeze_excite(inputs, "se", 64)


@pytest.mark.parametrize(
    "build, message",
    [
        (lambda: vgg16((31, 224, 3)), r"a height and width of at least 32, received \(31, 224, 3\)"),
        (lambda: alexnet((66, 66, 3)), "at least 67"),
        (lambda: resnet(51), "depth: expected one of 18, 34, 50, 101, 152, received 51"),
        (lambda: resnet_v2(34), "depth: expected one of 50, 101, 152"),
        (lambda: densenet(100), "depth: expected one of 121, 169, 201"),
        (lambda: resnet(18, (32, 32, 3), weights="imagenet"), "Keras has no weights of resnet18"),
        (lambda: densenet(121, (32, 32, 3), 10, weights="imagenet"), "expected 1000 with weights"),
        (lambda: mobilenet(0.01), "alpha: expected a width that leaves at least 1 of the first 32 maps, received 0.01"),
        (lambda: mobilenet(0.3, (32, 32, 3), weights="imagenet"), "Keras has no weights of mobilenet_0.3"),
    ],
)
def test_bad_arguments_get_one_clear_error(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_transplant_names_the_layer_that_differs():
    def model(units, name):
        return keras.Sequential([keras.Input((3,)), layers.Dense(units, name=name)])

    with pytest.raises(ValueError, match=r"only one model has \['a', 'b'\]"):
        transplant(model(2, "a"), model(2, "b"))
    with pytest.raises(ValueError, match="expected weights of shapes .* for 'a'"):
        transplant(model(2, "a"), model(3, "a"))


def test_in_use_the_signal_of_an_untrained_mobilenet_dies_out():
    """The chapter on transfer says so: its statistics are 0 and 1 until a batch has set them."""
    keras.utils.set_random_seed(0)
    model = mobilenet(0.25, (64, 64, 3), include_top=False, weights=None)
    pictures = np.random.default_rng(0).uniform(-1, 1, (8, 64, 64, 3)).astype("float32")
    in_use, in_training = (keras.ops.convert_to_numpy(model(pictures, training=mode)) for mode in (False, True))
    assert in_use.std(axis=0).mean() < 1e-9 and in_training.std(axis=0).mean() > 1e-3
