"""One training step on several workers: what each layer sends over the wire, how long it takes, what a worker holds."""

from itertools import product
from math import prod
from numbers import Integral, Real
from typing import NamedTuple

from dnnlib.models.ledger import ledger

BYTES = 4  # of a number in float32
CUTS = ("data", "model")


class Layer(NamedTuple):
    """What matters of a layer with weights when it is cut, for one image.

    Attributes:
        name: The layer's name.
        inputs: Numbers that it reads, behind any pooling in front of it.
        parameters: Numbers that it holds.
        macs: Multiply-accumulates of its forward pass.
    """

    name: str
    inputs: int
    parameters: int
    macs: int


class Cost(NamedTuple):
    """What a layer costs one worker in one step.

    Attributes:
        name: The layer's name.
        cut: "data" or "model".
        forward: Bytes sent before its forward pass, so that each worker has the inputs it needs.
        backward: Bytes sent behind its backward pass, so that each has the gradients of its own outputs below.
        gradients: Bytes sent to add up the workers' gradients of its parameters.
        compute: Seconds of arithmetic, forward and backward.
        waiting: Seconds in which `forward` and `backward` are sent: nothing can be computed before they are there.
        summing: Seconds in which `gradients` are sent.
        memory: Bytes held for it.
    """

    name: str
    cut: str
    forward: float
    backward: float
    gradients: float
    compute: float
    waiting: float
    summing: float
    memory: float

    @property
    def sent(self):
        """All bytes that one worker sends for this layer."""
        return self.forward + self.backward + self.gradients

    @property
    def wire(self):
        """Seconds in which they are sent."""
        return self.waiting + self.summing


class Step(NamedTuple):
    """What all layers cost one worker in one step.

    Attributes:
        sent: Bytes sent; as many are received.
        compute: Seconds of arithmetic.
        wire: Seconds in which bytes are sent.
        seconds: Seconds of the step, the waiting included.
        memory: Bytes held.
    """

    sent: float
    compute: float
    wire: float
    seconds: float
    memory: float


def chain(model):
    """Returns the layers with weights of a network whose layers stand in one row, as `costs` needs them.

    Args:
        model: A built `keras.Model` of convolutions, dense layers and layers without weights, each layer reading the
            one before.

    Returns:
        A list of `Layer`.

    Raises:
        ValueError: If a layer reads several others or one further up.
    """
    layers, numbers, last = [], prod(model.input_shape[1:]), None
    for row in ledger(model):
        layer = model.get_layer(row.name)
        if isinstance(layer.input, (list, tuple)) or (last and layer.input is not last.output):
            raise ValueError(
                f"chain: expected each layer to read the one before, received {row.name!r}, which does not"
            )
        last = layer
        if row.parameters:
            layers.append(Layer(row.name, numbers, row.parameters, row.macs))
        if row.kind != "ZeroPadding2D":  # zeros need not be sent
            numbers = prod(row.output_shape)
    return layers


def costs(layers, cuts, workers=2, batch=256, bandwidth=6e9, speed=1e12, counted="sent"):
    """Returns what each layer costs one worker in one training step, each layer cut by data or by model.

    Cut by data, a worker holds the whole layer and computes it for its batch / workers images; then the workers'
    gradients of the parameters are added up and everybody gets the sum (an all-reduce). Cut by model, a worker holds
    its share of the layer's maps or units and computes them for all images. For that it needs all of the layer's
    inputs for all images (an all-gather), and on the way back each worker has a part of the sum that makes their
    gradients: they are added up, and each worker gets the rows or columns that are its own (a reduce-scatter). Where a
    layer cut by data follows one cut by model, each worker hands every other its maps for the other's images, and the
    gradients go the same way back (an all-to-all).

    Of S bytes in all, n workers in a ring each send (n - 1) / n S in an all-gather and in a reduce-scatter, twice that
    in an all-reduce; in an all-to-all (n - 1) / n² S. `counted="results"` counts as a compiled program shows it, the
    bytes that each collective leaves with a worker: S, and S / n of an all-to-all. XLA for the CPU has an all-reduce
    for each reduce-scatter, and finds its own way back from a layer cut by data to one cut by model.

    Images start out split among the workers, and their gradient is not computed. Left out are the few numbers an image
    that a loss exchanges, and latencies.

    Args:
        layers: A list of `Layer`, e.g. from `chain`.
        cuts: "data" or "model" for each of them.
        workers: Number of workers, n.
        batch: Images in a step, of all workers together.
        bandwidth: Bytes a second that a worker can send, and receive at the same time.
        speed: Multiply-accumulates a second of one worker. The backward pass needs twice those of the forward one, in
            the first layer as many.
        counted: "sent", what one worker sends, or "results".

    Returns:
        A list of `Cost`. `memory` counts the parameters, their gradients and a momentum, and the layer's inputs, which
        the gradients of its parameters need.

    Raises:
        ValueError: If an argument is none of these.

    Source: Krizhevsky (2014), One weird trick for parallelizing convolutional neural networks; of the ring: Patarasuk
    & Yuan (2009), Bandwidth optimal all-reduce algorithms for clusters of workstations.
    """
    _check(layers, cuts, workers, batch, counted, bandwidth=bandwidth, speed=speed)
    gathered, reduced, exchanged = _shares(workers, counted)
    found = []
    for i, (layer, cut) in enumerate(zip(layers, cuts, strict=True)):
        by_model = cut == "model"
        inputs, parameters = BYTES * batch * layer.inputs, BYTES * layer.parameters
        moved = gathered if by_model else exchanged if i and cuts[i - 1] == "model" else 0
        back = 0 if i == 0 else reduced if by_model else moved
        # An all-reduce is a reduce-scatter and an all-gather; its one result is counted once
        summed = 0 if by_model else (gathered + reduced if counted == "sent" else reduced)
        forward, backward, gradients = moved * inputs, back * inputs, summed * parameters
        compute = (3 if i else 2) * layer.macs * batch / workers / speed
        waiting, summing = (forward + backward) / bandwidth, gradients / bandwidth
        memory = 3 * parameters / (workers if by_model else 1) + inputs / (1 if by_model else workers)
        found.append(Cost(layer.name, cut, forward, backward, gradients, compute, waiting, summing, memory))
    return found


def step(rows, overlap=False):
    """Returns the sums over all layers, and how long the step takes.

    Args:
        rows: What `costs` returned.
        overlap: Whether gradients of parameters are sent while the layers below still compute their backward pass.
            What is sent of activations always has to be waited for, and goes first.

    Returns:
        `Step`.
    """
    sent, memory = sum(row.sent for row in rows), sum(row.memory for row in rows)
    compute, wire = sum(row.compute for row in rows), sum(row.wire for row in rows)
    if not overlap:
        return Step(sent, compute, wire, compute + wire, memory)
    left = hidden = 0.0  # seconds of gradients that still have to be sent, and of those sent meanwhile
    for i, row in reversed(list(enumerate(rows))):
        backward = row.compute * (2 / 3 if i else 1 / 2)
        hidden += min(left, backward)
        left = max(0.0, left - backward) + row.summing
    return Step(sent, compute, wire, compute + wire - hidden, memory)


def best_cuts(layers, workers=2, batch=256, bandwidth=6e9, speed=1e12, overlap=False):
    """Returns the cuts of the fastest step, found by trying all 2^layers of them.

    Args:
        layers: A list of `Layer`.
        workers: Number of workers.
        batch: Images in a step.
        bandwidth: Bytes a second that a worker sends.
        speed: Multiply-accumulates a second of one worker.
        overlap: See `step`.

    Returns:
        A tuple of "data" and "model"; of several that are equally fast the first in this order.

    Raises:
        ValueError: See `costs`.
    """
    options = {"workers": workers, "batch": batch, "bandwidth": bandwidth, "speed": speed}
    tried = product(CUTS, repeat=len(layers))
    return min(tried, key=lambda cuts: step(costs(layers, cuts, **options), overlap).seconds)


def _shares(workers, counted):
    """Returns which share of the bytes an all-gather, a reduce-scatter and an all-to-all count."""
    if counted == "results":
        return (1, 1, 1 / workers) if workers > 1 else (0, 0, 0)
    share = (workers - 1) / workers
    return share, share, share / workers


def _check(layers, cuts, workers, batch, counted, **positive):
    if len(cuts) != len(layers) or set(cuts) - set(CUTS):
        raise ValueError(f'cuts: expected "data" or "model" for each of {len(layers)} layers, received {cuts!r}')
    for name, value in {"workers": workers, "batch": batch}.items():
        if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
            raise ValueError(f"{name}: expected a whole number of at least 1, received {value!r}")
    for name, value in positive.items():
        if isinstance(value, bool) or not isinstance(value, Real) or not value > 0:
            raise ValueError(f"{name}: expected a number above 0, received {value!r}")
    if counted not in ("sent", "results"):
        raise ValueError(f'counted: expected "sent" or "results", received {counted!r}')
