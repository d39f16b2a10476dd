"""The explorable that cuts AlexNet's layers by data or by model, and shows what that sends over the wire."""

from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "predictions")
WORKERS = (2, 4, 8)
BATCHES = tuple(2**k for k in range(3, 14))


def _cut(value, name):
    """Returns "data" or "model" for each layer."""
    if not isinstance(value, (list, tuple)) or len(value) != len(LAYERS) or set(value) - {"data", "model"}:
        raise ValueError(f'{name}: expected "data" or "model" for each of {", ".join(LAYERS)}, received {value!r}')
    return list(value)


def _rate(value, name, least, most):
    """Returns a positive number within bounds."""
    if isinstance(value, bool) or not isinstance(value, Real) or not least <= value <= most:
        raise ValueError(f"{name}: expected {least} to {most}, received {value!r}")
    return float(value)


class WhereToCut(Explorable):
    """AlexNet of "one weird trick" on several workers: each of its eight layers is cut by data or by model.

    A step's bytes, times and memory are those of `dnnlib.models.parallel`. All bars are one worker's, and their scale
    stays the same whatever is cut how. How far a cut is from the fastest of the 256, and what each layer would cost
    the other way, is said when the reader asks for it.

    Args:
        cut: "data" or "model" for conv1 to conv5, fc6, fc7 and predictions.
        workers: 2, 4 or 8.
        batch: Images in a step, of all workers together: a power of two from 8 to 8192.
        bandwidth: What a worker can send, and receive at the same time, in GB/s, 0.1 to 1000.
        speed: A worker's multiply-accumulates a second, in millions of millions, 0.1 to 1000.
        overlap: Whether gradients of parameters are sent while the layers below compute.
        measure: "bytes", "time" or "memory", whose bars are drawn.
        layer: Name of the layer whose row is read.
        told: "nothing", "distance", how much longer the step takes than the fastest, or "layers", that and what each
            layer would cost if it were cut the other way.

    Guesses: "all_by_data", the MB that a worker sends in a step if every layer is cut by data; "by_model_share", what
    the layer that is read sends by model, in % of what it sends by data, the layer below as it is; "turning_batch", the
    batch from which on the step sends less if this layer is cut by data, the others as they are; "model_layers", how
    many layers the fastest step cuts by model; "saved", how many times the bytes of the fastest step a worker sends if
    all is cut by data.
    Tours: "weird_trick", all by data, all by model, the better of both for each layer, and what turns the answer.

    Raises:
        traitlets.TraitError: If a value is none of these.

    Source: Krizhevsky (2014), One weird trick for parallelizing convolutional neural networks.
    """

    title = "Where to cut"
    guesses = ("all_by_data", "by_model_share", "turning_batch", "model_layers", "saved")
    tours = ("weird_trick",)

    cut = Checked(_cut, ["data"] * len(LAYERS)).tag(sync=True)
    workers = traitlets.Enum(WORKERS, 2).tag(sync=True)
    batch = traitlets.Enum(BATCHES, 256).tag(sync=True)
    bandwidth = Checked(_rate, 1.25, least=0.1, most=1000).tag(sync=True)
    speed = Checked(_rate, 1.0, least=0.1, most=1000).tag(sync=True)
    overlap = traitlets.Bool(False).tag(sync=True)
    measure = traitlets.Enum(("bytes", "time", "memory"), "bytes").tag(sync=True)
    layer = traitlets.Enum(LAYERS, "fc6").tag(sync=True)
    told = traitlets.Enum(("nothing", "distance", "layers"), "nothing").tag(sync=True)
