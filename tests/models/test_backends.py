"""Every family of networks: JAX computes what TensorFlow does, a file brings it back, a training step helps."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.models.backends import FAMILIES, computed, drawn
from tests.models.steps import one_step

ROOT = Path(__file__).parents[2]
# Compiled without optimisations: each layer runs once only.
JAX = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_backend_optimization_level=0"}


@pytest.fixture(scope="module")
def on_jax(tmp_path_factory):
    """What the networks compute in a process with Keras on JAX."""
    path = tmp_path_factory.mktemp("jax") / "outputs.npz"
    done = subprocess.run(
        [sys.executable, "-m", "tests.models.backends", str(path)], cwd=ROOT, env=os.environ | JAX,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return np.load(path)


@pytest.fixture(autouse=True)
def forget():
    yield
    keras.backend.clear_session()


@pytest.mark.parametrize("name", FAMILIES)
def test_jax_computes_what_tensorflow_does_and_so_does_the_network_from_a_file(name, on_jax, tmp_path):
    assert keras.backend.backend() == "tensorflow"
    model, images = drawn(name)
    expected = computed(model, images)
    assert np.abs(expected[:, 0] - expected[:, 1]).max() > 1e-3  # the images matter
    np.testing.assert_allclose(on_jax[name], expected, rtol=1e-4, atol=1e-5)
    model.save(tmp_path / "model.keras")
    again = computed(keras.saving.load_model(tmp_path / "model.keras"), images)
    np.testing.assert_allclose(again, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["vgg", "resnet of bottlenecks", "resnet_v2", "densenet", "mobilenet"])
def test_a_step_lowers_the_loss_of_the_families_that_keras_has_too(name):
    model, _ = drawn(name)  # as Keras starts them, hardly a signal passes the depthwise convolutions
    images = np.random.default_rng(0).standard_normal((4, *model.input_shape[1:]))
    before, after = one_step(model, images, np.arange(4))
    assert after < before
