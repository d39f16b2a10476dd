"""The digits network: its count, its stored weights and what they achieve, one training step, saving."""

import hashlib
from pathlib import Path

import keras
import numpy as np
import pytest

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution_arithmetic import conv_macs, dense_macs
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.models.digits_cnn import WEIGHTS, digits_cnn, load_weights
from dnnlib.training.sequential import Sequential
from tests.oracles import assert_close
from tools.train_digits import SPLIT_SEED

SOURCES = Path(__file__).parents[2] / "data" / "SOURCES.md"
NAMES = "conv1 relu1 pool1 conv2 relu2 pool2 flatten dense1 relu3 dense2 softmax".split()


@pytest.fixture(scope="module")
def digits():
    return train_validation_test_split(*load_digits(), seed=SPLIT_SEED)[2]


def test_counts_names_and_shapes():
    model = digits_cnn()
    assert [layer.name for layer in model.layers] == NAMES
    counts = {layer.name: layer.count_params() for layer in model.layers if layer.weights}
    assert counts == {"conv1": 60, "conv2": 880, "dense1": 2080, "dense2": 330} and model.count_params() == 3350
    macs = conv_macs((3, 3), 1, 6, (8, 8)) + conv_macs((3, 3), 6, 16, (4, 4)) + dense_macs(64, 32) + dense_macs(32, 10)
    assert macs == 19_648
    assert digits_cnn((28, 28, 3), classes=7).output_shape == (None, 7)


def test_the_stored_weights_are_those_that_the_sources_name():
    stored = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert f"`{WEIGHTS.name}` `{stored}`" in SOURCES.read_text(encoding="utf-8")
    (x, _), *_ = train_validation_test_split(*load_digits(), seed=SPLIT_SEED)
    assert f"(seed {SPLIT_SEED}, {len(x)} images)" in SOURCES.read_text(encoding="utf-8")
    assert WEIGHTS.stat().st_size < 12_000 and all(weight.dtype == np.float32 for weight in load_weights())


def test_right_on_at_least_97_percent_of_the_test_digits(digits):
    x, y = digits
    share = np.mean(digits_cnn(weights="digits").predict(x, verbose=0).argmax(axis=1) == y)
    print(f"test accuracy {share:.4f} of {len(y)}")
    assert len(y) == 719 and share >= 0.97


def test_the_same_network_from_dnnlib_layers_gives_the_same_probabilities(digits):
    ours = Sequential(
        [
            Conv2D(6, 3, padding="same"),
            ReLU(),
            MaxPooling2D(2),
            Conv2D(16, 3, padding="same"),
            ReLU(),
            MaxPooling2D(2),
            Flatten(),
            Dense(32),
            ReLU(),
            Dense(10),
            Softmax(),
        ]
    )
    ours.build((None, 8, 8, 1))
    ours.set_weights(load_weights())
    keras_output = digits_cnn(weights="digits").predict(digits[0], verbose=0)
    assert_close(ours.predict(digits[0]), keras_output, 1e-5, "output")


def test_a_training_step_lowers_the_loss(digits):
    keras.utils.set_random_seed(0)
    model, x, y = digits_cnn(), *(part[:64] for part in digits)
    model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
    before = model.evaluate(x, y, verbose=0)
    model.train_on_batch(x, y)
    assert model.evaluate(x, y, verbose=0) < before


def test_saved_and_loaded_again(tmp_path, digits):
    model = digits_cnn(weights="digits")
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = digits[0][:20]
    assert_close(loaded.predict(x, verbose=0), model.predict(x, verbose=0), 1e-6, "output")
    assert [layer.name for layer in loaded.layers] == NAMES


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"weights": "imagenet"}, 'None or "digits"'),
        ({"weights": "digits", "classes": 9}, "take weights=None"),
        ({"input_shape": (3, 8, 1)}, "at least 4"),
        ({"input_shape": (8, 8)}, "height, width, channels"),
        ({"input_shape": (None, None, 1)}, "height, width, channels"),
        ({"filters": (6, 16, 3)}, "filters: expected two numbers"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        digits_cnn(**arguments)
