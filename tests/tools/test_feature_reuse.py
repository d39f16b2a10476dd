"""Who reads whom, and gates: what is computed layer by layer is the network, and a cut hides a source."""

import keras
import numpy as np
import pytest

from tools.experiments import channel_gates, feature_reuse

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).random((12, 8, 8, 1)).astype("float32")


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return feature_reuse.network()


def test_scores_computed_layer_by_layer_are_those_of_the_network(network, pictures):
    right = np.asarray(network(pictures))
    np.testing.assert_allclose(feature_reuse.scores(network, pictures), right, atol=1e-5)


def test_with_the_decoy_cut_off_from_all_readers_a_picture_no_longer_depends_on_another(network, pictures):
    def moved(cuts):
        """Returns by how much the scores change when each picture gets another neighbour."""
        there = feature_reuse.scores(network, pictures, cuts)
        back = feature_reuse.scores(network, pictures[::-1], cuts)[::-1]
        return np.abs(there - back).max()

    readers = range(feature_reuse.COUNT + 1)
    assert moved([(i, 1) for i in readers]) < 1e-5 < 1e-3 < moved([])
    assert moved([(i, 1) for i in readers if i != 3]) > 1e-4  # one reader that still sees it is enough


def test_block_and_chain_have_as_many_weights_in_their_five_layers():
    counts = {}
    for kind, names in (("dense", "dense_block{}_2_conv"), ("chain", "chain_{}")):
        model = feature_reuse.network(kind)
        counts[kind] = sum(model.get_layer(names.format(i)).count_params() for i in range(1, 6))
    assert counts == {"dense": 2880, "chain": 2880}


def test_scores_with_the_pictures_own_gates_are_those_of_the_network_and_other_gates_change_them(pictures):
    keras.utils.set_random_seed(0)
    model = channel_gates.network("gates")
    right, gates = np.asarray(model(pictures)), channel_gates.gates_of(model, pictures)
    for given in ((None, None), tuple(gates), (gates[0], None)):
        np.testing.assert_allclose(channel_gates.scores(model, pictures, given), right, atol=1e-5)
    assert np.abs(channel_gates.scores(model, pictures, (None, 0 * gates[1])) - right).max() > 1e-3


def test_the_class_share_is_1_if_the_class_decides_0_if_nothing_varies_and_small_for_labels_in_random_order():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 2000)
    gates = rng.random((10, 5))[labels]
    assert channel_gates.class_share(gates, labels) == pytest.approx(1)
    assert channel_gates.class_share(gates, rng.permutation(labels)) < 0.02
    assert channel_gates.class_share(np.full((2000, 5), 0.5), labels) == 0
