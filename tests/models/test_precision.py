"""Half precision is chosen where there is a GPU, there alone, and for what stands inside alone."""

import keras
import numpy as np
import pytest

from dnnlib.models import precision


def network():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(2, dtype="float32")])


@pytest.mark.parametrize(("devices", "policy"), [([], "float32"), (["gpu:0"], "mixed_float16")])
def test_the_policy_follows_the_machine_and_is_as_before_afterwards(monkeypatch, devices, policy):
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: devices if kind == "gpu" else ["cpu:0"])
    with precision.mixed_precision() as name:
        model = network()
    assert name == policy and model.layers[0].dtype_policy.name == policy
    assert model.layers[0].kernel.dtype == "float32" and model.layers[1].dtype_policy.name == "float32"
    assert keras.mixed_precision.dtype_policy().name == "float32" and network().layers[0].dtype_policy.name == "float32"


@pytest.mark.parametrize(("on", "policy"), [(False, "float32"), (True, "mixed_float16")])
def test_it_can_be_asked_for_on_any_machine_and_inside_another(monkeypatch, on, policy):
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: [] if on else ["gpu:0"])
    with precision.mixed_precision(not on), precision.mixed_precision(on) as name:
        assert name == policy and network().layers[0].dtype_policy.name == policy
    assert keras.mixed_precision.dtype_policy().name == "float32"


def test_it_is_as_before_after_an_error_too(monkeypatch):
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: ["gpu:0"])
    with pytest.raises(ZeroDivisionError), precision.mixed_precision():
        1 / 0  # noqa: B018
    assert keras.mixed_precision.dtype_policy().name == "float32"


def test_a_network_in_half_precision_learns_and_its_loss_is_scaled(monkeypatch):
    """float16 computes on a processor too, only slowly."""
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: ["gpu:0"])
    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    y = (x[:, 0] > 0).astype(int)
    keras.utils.set_random_seed(0)
    with precision.mixed_precision():
        model = network()
        model.compile(keras.optimizers.Adam(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        losses = model.fit(x, y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2 and type(model.optimizer).__name__ == "LossScaleOptimizer"
    assert model.predict(x, verbose=0).dtype == np.float32
