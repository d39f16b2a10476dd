"""The explorable that asks how many labelled images a backbone saves, and what its features hold to be alike."""

import base64
import json
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import traitlets

from dnnlib.evaluation.bands import band
from dnnlib.evaluation.paired import paired_difference
from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked
from dnnlib.widgets.rebuilt_digit import EMPTY, bitmap_text

PACKAGE = Path(__file__).parents[1]
RESULTS = PACKAGE / "datasets" / "results" / "transfer_labels.json"
WEIGHTS = PACKAGE / "models" / "backbone_glyphs.npz"

SIZES = (1, 2, 5, 10, 20, 50, 100, 200)  # labelled images a class; each task was measured with some of them
TASKS = ("digits", "clothes")
SCRATCH = "from scratch"
FROZEN = ("none frozen", "1 frozen", "2 frozen", "3 frozen", "all frozen")  # by the number of frozen convolutions
CONTROLS = ("untrained, frozen", "linear, pixels", "nearest, pixels", "nearest, features")
MORE = ("all frozen, random head", "none frozen, statistics move")  # controls that a task may lack
WAYS = (SCRATCH, *FROZEN, *CONTROLS)
HELD_OUT = 100  # digits of the page that no gallery holds


def curves_of(results):
    """Returns what the page draws of measured accuracies: mean, interval and gain over training from scratch.

    Args:
        results: As `tools/experiments/transfer_labels.py` stores them: by task {"sizes": [...], "accuracy": {way: one
            list for each size, of one accuracy a seed}}. A task without accuracies counts as not measured.

    Returns:
        By task {"sizes", "seeds", "accuracy", "gain"}, the last two by way a row (mean, low, high) for each size.

    Raises:
        ValueError: If a way is missing, or the accuracies have another shape.
    """
    curves = {}
    for task in (task for task in TASKS if "accuracy" in results.get(task, {})):
        sizes, table = list(results[task]["sizes"]), results[task]["accuracy"]
        if sizes != sorted(set(sizes) & set(SIZES)) or not set(WAYS) <= set(table):
            raise ValueError(
                f"results: expected of {task} sizes among {SIZES} and the ways {', '.join(WAYS)}, received "
                f"{sizes} and {', '.join(table)}"
            )
        runs = {way: np.asarray(table[way], float) for way in (*WAYS, *MORE) if way in table}
        seeds = runs[SCRATCH].shape[-1]
        if {values.shape for values in runs.values()} != {(len(sizes), seeds)}:
            raise ValueError(f"results: expected of {task} a row for each size and a number for each seed, in all ways")
        gain = {way: [paired_difference(*pair)[:3] for pair in zip(values, runs[SCRATCH], strict=True)]
                for way, values in runs.items() if way != SCRATCH}  # fmt: skip
        accuracy = {way: np.stack(band(values.T)[:3], axis=1) for way, values in runs.items()}
        curves[task] = {"sizes": sizes, "seeds": seeds, "accuracy": _rounded(accuracy), "gain": _rounded(gain)}
    if not curves:
        raise ValueError(f"results: expected one of {', '.join(TASKS)}, received {', '.join(results)}")
    return curves


def weights_text(weights):
    """Returns weights as text: float16, one array after the other, packed by zlib and in base 64.

    Args:
        weights: What `get_weights` of `dnnlib.models.backbone.backbone()` returns.

    Raises:
        ValueError: If they are of another network.
    """
    arrays = [np.asarray(array) for array in weights]
    shapes, channels = [], 1
    for filters in (24, 24, 48, 48):
        shapes += [(3, 3, channels, filters), *[(filters,)] * 4]
        channels = filters
    if [array.shape for array in arrays] != shapes:
        raise ValueError("weights: expected those of dnnlib.models.backbone.backbone(), received other shapes")
    flat = np.concatenate([array.ravel() for array in arrays]).astype("<f2")
    return base64.b64encode(zlib.compress(flat.tobytes(), 9)).decode()


def _rounded(rows):
    return {way: np.round(np.asarray(values, float), 4).tolist() for way, values in rows.items()}


class LabelsSaved(Explorable):
    """How many labels a backbone saves, measured; and which pictures its features, and the pixels, hold to be alike.

    Above: accuracy over labelled images a class, for training from scratch, for the backbone of
    `dnnlib.models.backbone` with so many frozen convolutions, and for a control, as means of the seeds with their 95 %
    intervals. A target accuracy tells how many labels each way needs, by straight lines between the measured sizes,
    which stand on a logarithmic scale. Below: a picture that the reader draws or opens goes through the backbone in the
    page, and its nearest neighbours by the cosine are shown, in features and in pixels, among so many labelled digits a
    class. The nearest one names the digit; how often it is right is counted on 100 other digits.

    Args:
        task: "digits", or "clothes", which look unlike all that the backbone has seen.
        frozen: How many of the backbone's four convolutions are frozen, 0 to 4; with 0 all is fine-tuned.
        control: A third curve: "untrained, frozen", "linear, pixels", "nearest, pixels" or "nearest, features"; where
            it was measured also "all frozen, random head" or "none frozen, statistics move".
        images: Labelled images a class: 1, 2, 5, 10, 20, 50, 100 or 200; the nearest size that the task was measured
            with is taken. The page's gallery holds 20 a class at most.
        target: The accuracy to reach, 0.5 to 0.99.
        digit: Which of the 100 digits is asked about, label k at places k, k + 10, ...; -1 for the drawing.
        drawing: Array (32, 32) of 0 and 1, e.g. from `dnnlib.widgets.draw_digit.drawn`.
        gallery: Seed of the draw of labelled digits, 0 to 99.
        results: Measured accuracies, see `curves_of`; what tools/experiments/transfer_labels.py stored if None.
        weights: Of the backbone; those that are bundled if None.

    Guesses: "scratch_needs", how many labels a class training from scratch needs to reach what the frozen backbone
    reaches with 5, or of a task that wasn't measured with 5, with the size nearest to it.

    Raises:
        TypeError: If there is no such argument.
        ValueError: If results or weights have another form.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Yosinski, Clune, Bengio & Lipson (2014), How transferable are features in deep neural networks?, which
    freezes layer by layer; the digits: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits.
    """

    title = "How many labels does it save?"
    guesses = ("scratch_needs",)

    task = traitlets.Enum(TASKS, "digits").tag(sync=True)
    frozen = traitlets.Int(4, min=0, max=4).tag(sync=True)
    control = traitlets.Enum((*CONTROLS, *MORE), "untrained, frozen").tag(sync=True)
    images = traitlets.Enum(SIZES, 5).tag(sync=True)
    target = traitlets.Float(0.9, min=0.5, max=0.99).tag(sync=True)
    digit = traitlets.Int(40, min=-1, max=HELD_OUT - 1).tag(sync=True)
    drawing = Checked(bitmap_text, EMPTY).tag(sync=True)
    gallery = traitlets.Int(0, min=0, max=99).tag(sync=True)
    curves = traitlets.Dict(read_only=True).tag(sync=True)
    weights = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, results=None, weights=None, **traits):
        curves = curves_of(_stored() if results is None else results)
        self.set_trait("curves", curves)
        self.set_trait("weights", _bundled() if weights is None else weights_text(weights))
        super().__init__(**traits)

    @traitlets.validate("task")
    def _measured(self, proposal):
        if proposal["value"] not in self.curves:
            raise traitlets.TraitError(f"task: expected one of {', '.join(self.curves)}, received {proposal['value']}")
        return proposal["value"]


def _stored():
    return json.loads(RESULTS.read_text(encoding="utf-8"))["results"]


@cache
def _bundled():
    with np.load(WEIGHTS) as stored:
        return weights_text([stored[name] for name in stored.files])
