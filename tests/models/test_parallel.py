"""Layers cut by data or by model: bytes as workers in a ring really send them, and as a compiled program shows them."""

import itertools

import keras
import numpy as np
import pytest

from dnnlib.models.alexnet import alexnet_owt
from dnnlib.models.ledger import ledger
from dnnlib.models.parallel import BYTES, Layer, best_cuts, chain, costs, step

OWT = ["data"] * 5 + ["model"] * 3


@pytest.fixture(scope="module")
def alexnet():
    """The layers of AlexNet-OWT, from its plan alone: no weight is drawn."""
    with keras.StatelessScope():
        model = alexnet_owt()
    assert sum(row.parameters for row in ledger(model)) == sum(layer.parameters for layer in chain(model)) == 61_100_840
    return chain(model)


def randomly(count, seed=0):
    """Random layers, cuts, workers and batches, all of them whole shares."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        workers = int(rng.integers(1, 6))
        widths = workers * rng.integers(1, 6, size=rng.integers(2, 6))
        cuts = [str(cut) for cut in rng.choice(["data", "model"], size=len(widths) - 1)]
        yield widths, cuts, workers, int(workers * rng.integers(1, 5)), rng


# ---- Workers in a ring, in NumPy ----


class Ring:
    """Workers that hand numbers on, and count what each of them sends."""

    def __init__(self, workers):
        self.workers, self.sent = workers, 0

    def pass_on(self, parts, receive):
        """Each worker sends parts[w] to the next one."""
        assert len({part.size for part in parts}) == 1, "expected all workers to send as much"
        self.sent += BYTES * parts[0].size
        for worker, part in enumerate(parts):
            receive((worker + 1) % self.workers, part)

    def all_gather(self, parts, axis):
        n = self.workers
        known = [{w: part} for w, part in enumerate(parts)]
        for s in range(n - 1):
            now = [known[w][(w - s) % n] for w in range(n)]
            self.pass_on(now, lambda w, part, s=s: known[w].__setitem__((w - 1 - s) % n, part))
        return [np.concatenate([one[k] for k in range(n)], axis) for one in known]

    def reduce_scatter(self, wholes, axis):
        n = self.workers
        parts = [[part.copy() for part in np.split(whole, n, axis)] for whole in wholes]
        for s in range(n - 1):
            now = [parts[w][(w - 1 - s) % n].copy() for w in range(n)]

            def add(w, part, s=s):
                parts[w][(w - 2 - s) % n] += part

            self.pass_on(now, add)
        return [parts[w][w] for w in range(n)]

    def all_reduce(self, wholes):
        flat = self.reduce_scatter([whole.ravel() for whole in wholes], 0)
        return [whole.reshape(wholes[0].shape) for whole in self.all_gather(flat, 0)]

    def all_to_all(self, parts, cut, join):
        n = self.workers
        pieces = [np.split(part, n, cut) for part in parts]
        self.sent += BYTES * (n - 1) * pieces[0][0].size
        return [np.concatenate([pieces[k][w] for k in range(n)], join) for w in range(n)]


ROWS, COLUMNS = 0, 1
SPLIT = {"data": ROWS, "model": COLUMNS}  # how the outputs of a layer lie with the workers


def trained_on(ring, x, kernels, upstream, cuts):
    """Gradients of dense layers with ReLU by workers in a ring, and what each sent: (kernels, rows of bytes)."""
    n = ring.workers
    sent = np.zeros((len(kernels), 3))

    def counted(layer, column, action, *arguments):
        before = ring.sent
        result = action(*arguments)
        sent[layer, column] += ring.sent - before
        return result

    places = ["data", *cuts]  # images start out split among the workers
    at, kept = np.split(x, n, ROWS), []
    for i, (kernel, cut) in enumerate(zip(kernels, cuts, strict=True)):
        if cut == "model":
            at = counted(i, 0, ring.all_gather, at, SPLIT[places[i]])
        elif places[i] == "model":
            at = counted(i, 0, ring.all_to_all, at, ROWS, COLUMNS)
        own = np.split(kernel, n, COLUMNS) if cut == "model" else [kernel] * n
        sums = [inputs @ part for inputs, part in zip(at, own, strict=True)]
        kept.append((at, own, sums))
        at = [np.maximum(part, 0) for part in sums]
    grad, found = np.split(upstream, n, SPLIT[cuts[-1]]), []
    for i in reversed(range(len(kernels))):
        inputs, own, sums = kept[i]
        grad = [part * (z > 0) for part, z in zip(grad, sums, strict=True)]
        of_kernel = [a.T @ g for a, g in zip(inputs, grad, strict=True)]
        if cuts[i] == "data":
            summed = counted(i, 2, ring.all_reduce, of_kernel)
            assert all(np.allclose(one, summed[0]) for one in summed)
        found.insert(0, summed[0] if cuts[i] == "data" else np.concatenate(of_kernel, COLUMNS))
        if i == 0:
            break
        grad = [g @ part.T for g, part in zip(grad, own, strict=True)]
        if cuts[i] == "model":
            grad = counted(i, 1, ring.reduce_scatter, grad, SPLIT[places[i]])
        elif places[i] == "model":
            grad = counted(i, 1, ring.all_to_all, grad, COLUMNS, ROWS)
    return found, sent


def test_bytes_are_those_that_workers_send_and_their_gradients_are_one_worker_s():
    for widths, cuts, workers, batch, rng in randomly(200):
        kernels = [rng.normal(size=shape) for shape in itertools.pairwise(widths)]
        x, upstream = rng.normal(size=(batch, widths[0])), rng.normal(size=(batch, widths[-1]))
        alone, _ = trained_on(Ring(1), x, kernels, upstream, cuts)
        together, sent = trained_on(Ring(workers), x, kernels, upstream, cuts)
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_allclose(other, one, atol=1e-9)
        layers = [Layer(f"fc{i}", *kernel.shape[:1], kernel.size, kernel.size) for i, kernel in enumerate(kernels)]
        rows = costs(layers, cuts, workers, batch)
        counted = [[row.forward, row.backward, row.gradients] for row in rows]
        np.testing.assert_allclose(counted, sent, rtol=1e-9, err_msg=str((cuts, workers)))


def test_one_worker_s_gradients_are_keras_s():
    rng = np.random.default_rng(5)
    x, upstream = rng.normal(size=(6, 4)).astype("float32"), rng.normal(size=(6, 3)).astype("float32")
    model = keras.Sequential(
        [keras.Input((4,)), *(keras.layers.Dense(n, "relu", use_bias=False) for n in (5, 3))],
    )
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(x) * upstream)
    theirs = tape.gradient(loss, [weight.value for weight in model.weights])
    ours, _ = trained_on(Ring(1), x, model.get_weights(), upstream, ["data", "model"])
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


# ---- AlexNet-OWT ----


def test_alexnet_has_the_bytes_of_its_compiled_programs(alexnet):
    def megabytes(cuts, **options):
        return step(costs(alexnet, cuts, **options)).sent / 1e6

    # Compiled by Keras 3.15 on JAX 0.10 for two devices, batch 256: results of all collectives, without the loss's
    assert megabytes(["data"] * 8, counted="results") == pytest.approx(244.4, abs=0.05)
    assert megabytes(OWT, counted="results") == pytest.approx(45.5, abs=0.05)
    # An all-reduce between two sends once what it adds up; an all-gather and a reduce-scatter half of it
    assert megabytes(["data"] * 8) == pytest.approx(244.403, abs=0.001)
    assert megabytes(OWT) == pytest.approx(9.879 + (45.530 - 9.879) / 2, abs=0.001)


def test_memory_is_that_of_the_compiled_programs_arguments(alexnet):
    def arguments(cuts):
        """Parameters, a momentum and the worker's images, in MB, which the program takes: no gradients, no inputs."""
        rows = costs(alexnet, cuts)
        inputs = [
            BYTES * 256 * layer.inputs / (2 if cut == "data" else 1) for layer, cut in zip(alexnet, cuts, strict=True)
        ]
        held = sum(row.memory - kept for row, kept in zip(rows, inputs, strict=True)) * 2 / 3
        return (held + BYTES * 128 * 224 * 224 * 3) / 1e6

    assert arguments(["data"] * 8) == pytest.approx(566, abs=0.5)
    assert arguments(OWT) == pytest.approx(331, abs=0.5)


def test_layers_are_read_behind_the_poolings_and_without_padding(alexnet):
    assert [layer.name for layer in alexnet] == [
        "conv1",
        "conv2",
        "conv3",
        "conv4",
        "conv5",
        "fc6",
        "fc7",
        "predictions",
    ]
    assert [layer.inputs for layer in alexnet] == [
        224 * 224 * 3, 27 * 27 * 64, 13 * 13 * 192, 13 * 13 * 384, 13 * 13 * 256, 6 * 6 * 256, 4096, 4096,
    ]  # fmt: skip
    assert sum(layer.macs for layer in alexnet) == 714_188_480
    rows = costs(alexnet, OWT, workers=2, batch=256, speed=1e12)
    assert sum(row.compute for row in rows) == pytest.approx((3 * 714_188_480 - alexnet[0].macs) * 128 / 1e12)


def test_best_cut_of_alexnet_turns_with_the_batch_where_inputs_outnumber_parameters(alexnet):
    assert list(best_cuts(alexnet)) == OWT
    for layer, cut in zip(alexnet[1:], OWT[1:], strict=True):
        assert (layer.parameters > 256 * layer.inputs) == (cut == "model")
    # Behind a layer cut by model, one cut by data needs an all-to-all: 1 / n of what the gather would send
    turn = 4_097_000 / 4096 / (1 - 1 / 4)
    cuts = [best_cuts(alexnet, workers=4, batch=int(by * turn))[7] for by in (0.99, 1.01)]
    assert cuts == ["model", "data"]
    assert set(best_cuts(alexnet, batch=8192)) == {"data"}
    assert best_cuts(alexnet, batch=4)[1:] == ("model",) * 7


def test_with_overlap_a_fast_wire_makes_data_parallel_best(alexnet):
    slow, fast = ({"bandwidth": bandwidth, "workers": 4} for bandwidth in (1e8, 60e9))
    assert list(best_cuts(alexnet, **slow, overlap=True)) == OWT
    assert set(best_cuts(alexnet, **fast, overlap=True)) == {"data"}
    assert list(best_cuts(alexnet, **fast)) == OWT


# ---- Time, and what does not fit ----


def test_overlap_equals_the_longest_queue_behind_any_layer():
    rng = np.random.default_rng(1)
    for _ in range(200):
        layers = [Layer(f"l{i}", *(int(one) for one in rng.integers(1, 1000, 2)), int(rng.integers(1, 1e6)))
                  for i in range(rng.integers(1, 7))]  # fmt: skip
        cuts = [str(cut) for cut in rng.choice(["data", "model"], size=len(layers))]
        workers, batch = int(rng.integers(1, 9)), int(rng.integers(1, 100))
        rows = costs(layers, cuts, workers, batch, bandwidth=10 ** rng.uniform(2, 7), speed=10 ** rng.uniform(5, 9))
        plain, over = step(rows), step(rows, overlap=True)
        passes = np.array([3 if i else 2 for i in range(len(rows))])
        backward = np.array([row.compute for row in rows]) * (passes - 1) / passes
        sums = np.cumsum([row.summing for row in rows]) - np.concatenate([[0], np.cumsum(backward)[:-1]])
        waiting = sum(row.waiting for row in rows)
        assert over.seconds == pytest.approx(over.compute + waiting + max(0, *sums, 0), rel=1e-9)
        assert plain.seconds == pytest.approx(plain.compute + plain.wire)
        assert max(over.compute, over.wire) * (1 - 1e-9) <= over.seconds <= plain.seconds * (1 + 1e-9)


def test_best_cuts_are_the_cheapest_way_through_the_layers():
    """Costs without overlap belong to a layer and the one before: the cheapest of two ways to each is enough."""
    for widths, _, workers, batch, _ in randomly(60, seed=2):
        layers = [
            Layer(f"fc{i}", int(a), int(a * b), int(a * b)) for i, (a, b) in enumerate(itertools.pairwise(widths))
        ]
        options = {"workers": workers, "batch": batch}
        cheapest = {cut: costs(layers[:1], [cut], **options)[0].sent for cut in ("data", "model")}
        for i in range(1, len(layers)):
            last = {way: costs(layers[i - 1 : i + 1], way, **options)[1].sent
                    for way in itertools.product(("data", "model"), repeat=2)}  # fmt: skip
            cheapest = {cut: min(cheapest[old] + last[old, cut] for old in cheapest) for cut in cheapest}
        best = step(costs(layers, best_cuts(layers, **options), **options)).sent
        assert best == pytest.approx(min(cheapest.values()), rel=1e-9, abs=1e-9)


def test_a_network_with_branches_is_refused():
    inputs = keras.Input((4,))
    x = keras.layers.Dense(4, name="fc")(inputs)
    with pytest.raises(ValueError, match="expected each layer to read the one before, received 'add"):
        chain(keras.Model(inputs, keras.layers.Add(name="add")([inputs, x])))
    with pytest.raises(ValueError, match="received '(fc|up)'"):
        chain(keras.Model(inputs, [x, keras.layers.Dense(2, name="up")(inputs)]))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"cuts": ["data"]}, "cuts: expected .* for each of 2 layers"),
        ({"cuts": ["data", "both"]}, "cuts: expected"),
        ({"workers": 0}, "workers: expected a whole number of at least 1, received 0"),
        ({"batch": 2.5}, "batch: expected a whole number"),
        ({"bandwidth": 0}, "bandwidth: expected a number above 0, received 0"),
        ({"speed": True}, "speed: expected a number"),
        ({"counted": "received"}, 'counted: expected "sent" or "results"'),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        costs([Layer("a", 1, 1, 1)] * 2, **{"cuts": ["data", "model"], **options})
