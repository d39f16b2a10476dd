"""The experiment on depth: its data and its lesions."""

import pickle

import numpy as np
import pytest

from tools.experiments import residual_depth

pytestmark = pytest.mark.models
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def network():
    """A residual network of 20 layers whose statistics are not those of the start."""
    from dnnlib.models.resnet_cifar import resnet_cifar

    model = resnet_cifar(20, (16, 16, 3), filters=4, classifier_activation=None)
    for layer in model.layers:
        if layer.name.endswith("_bn"):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma * 1.5, beta + 0.1, mean + 0.2, variance * RNG.uniform(0.5, 2, variance.shape)])
    return model


def test_images_are_averaged_over_two_by_two_pixels_channel_by_channel(tmp_path):
    for name in ("data_batch_1", "test_batch"):
        batch = {b"data": RNG.integers(0, 256, (7, 3072), dtype=np.uint8), b"labels": [0, 1, 2, 3, 4, 5, 6]}
        (tmp_path / name).write_bytes(pickle.dumps(batch))
    (x, y), (x_test, _) = residual_depth.load(tmp_path, train=5, test=3)
    assert x.shape == (5, 16, 16, 3) and x_test.shape == (3, 16, 16, 3) and y.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(x.mean((0, 1, 2)), 0, atol=1e-5)
    raw = pickle.loads((tmp_path / "test_batch").read_bytes())[b"data"][0].reshape(3, 32, 32)
    first, second = (raw[:, 4:6, c : c + 2].mean((1, 2)) for c in (6, 8))
    slopes = (x_test[0, 2, 3] - x_test[0, 2, 4]) / (first - second)
    again = (x_test[0, 5, 3] - x_test[0, 5, 4]) / (raw[:, 10:12, 6:8].mean((1, 2)) - raw[:, 10:12, 8:10].mean((1, 2)))
    np.testing.assert_allclose(slopes, again, rtol=1e-4)


def test_the_pieces_of_a_network_do_together_what_it_does(network):
    stem, blocks, head = residual_depth.segments(network)
    x = values = RNG.normal(size=(3, 16, 16, 3)).astype("float32")
    values = stem(values)
    for _, block in blocks:
        values = block(values)
    assert len(blocks) == 9
    np.testing.assert_allclose(head(values), network(x), rtol=1e-4, atol=1e-4)


def test_a_block_that_adds_nothing_can_go_and_one_that_adds_something_can_not(network):
    x = RNG.normal(size=(200, 16, 16, 3)).astype("float32")
    last = network.get_layer("stage2_block3_2_bn")
    kept = last.get_weights()
    last.set_weights([kept[0] * 0, kept[1] * 0, *kept[2:]])
    classes = np.asarray(network(x)).argmax(1)
    found = residual_depth.lesions(network, x, classes, seed=0, most=2, draws=2)
    last.set_weights(kept)
    assert found["without"]["stage2_block3"] == 0
    assert max(found["without"].values()) > 0 and found["swapped"]["stage2_block2"] == 0
    assert set(found["without"]) == {
        f"stage{stage}_block{i}" for stage in (1, 2, 3) for i in (1, 2, 3) if (stage, i) not in ((2, 1), (3, 1))
    }
    assert [len(errors) for errors in found["several"].values()] == [2, 2]
