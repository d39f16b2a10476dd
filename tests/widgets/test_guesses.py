"""The answers to the guesses are dnnlib's: of random states by the modules' functions, and as the page tells them."""

import re

import numpy as np
import pytest

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.photographs import load_photograph
from dnnlib.layers.receptive_field import receptive_field
from dnnlib.widgets.batch_neighbours import BatchNeighbours
from dnnlib.widgets.convolution_stepper import ConvolutionStepper
from dnnlib.widgets.depth_and_shortcut import DepthAndShortcut
from dnnlib.widgets.draw_digit import DrawDigit, drawn
from dnnlib.widgets.dropout_masks import DropoutMasks
from dnnlib.widgets.faulty_node import FaultyNode
from dnnlib.widgets.fifty_layers import FiftyLayers
from dnnlib.widgets.gated_cell import GatedCell
from dnnlib.widgets.gradient_through_time import GradientThroughTime
from dnnlib.widgets.kernel_studio import KernelStudio
from dnnlib.widgets.kmeans_steps import KMeansSteps
from dnnlib.widgets.label_keeper import LabelKeeper
from dnnlib.widgets.labels_saved import LabelsSaved
from dnnlib.widgets.latent_plane import LatentPlane
from dnnlib.widgets.ledger import Ledger
from dnnlib.widgets.linear_autoencoder import LinearAutoencoder
from dnnlib.widgets.live_tsne import LiveTSNE
from dnnlib.widgets.logits import Logits
from dnnlib.widgets.module_budget import INCEPTION_3A, ModuleBudget
from dnnlib.widgets.network_playground import NetworkPlayground
from dnnlib.widgets.optimizer_paths import OptimizerPaths
from dnnlib.widgets.pooling_explorer import KINDS, PoolingExplorer
from dnnlib.widgets.pressure import Pressure
from dnnlib.widgets.principal_axis import PrincipalAxis
from dnnlib.widgets.rebuilt_digit import RebuiltDigit
from dnnlib.widgets.receptive_field_builder import ReceptiveFieldBuilder
from dnnlib.widgets.scatter_gather import ScatterGather
from dnnlib.widgets.threshold_explorer import ThresholdExplorer
from dnnlib.widgets.unit_life import UnitLife
from dnnlib.widgets.where_to_cut import WhereToCut
from dnnlib.widgets.who_remembers import WhoRemembers
from tests.book.readers import activations
from tests.widgets import test_batch_neighbours as neighbours
from tests.widgets import test_convolution_stepper as stepper
from tests.widgets import test_depth_and_shortcut as shortcut
from tests.widgets import test_dropout_masks as dropout
from tests.widgets import test_faulty_node as faulty
from tests.widgets import test_fifty_layers as fifty
from tests.widgets import test_gated_cell as gated
from tests.widgets import test_gradient_through_time as through_time
from tests.widgets import test_kernel_studio as studio
from tests.widgets import test_kmeans_steps as kmeans
from tests.widgets import test_label_keeper as keeper
from tests.widgets import test_labels_saved as saved
from tests.widgets import test_latent_plane as latent
from tests.widgets import test_ledger as ledger
from tests.widgets import test_linear_autoencoder as autoencoder
from tests.widgets import test_live_tsne as live
from tests.widgets import test_logits as logits
from tests.widgets import test_module_budget as module
from tests.widgets import test_network_playground as playground
from tests.widgets import test_optimizer_paths as paths
from tests.widgets import test_pooling_explorer as pooling
from tests.widgets import test_pressure as pressure
from tests.widgets import test_principal_axis as principal
from tests.widgets import test_rebuilt_digit as in_parts
from tests.widgets import test_receptive_field_builder as builder
from tests.widgets import test_scatter_gather as gather
from tests.widgets import test_threshold_explorer as threshold
from tests.widgets import test_unit_life as unit_life
from tests.widgets import test_where_to_cut as where
from tests.widgets import test_who_remembers as remembers
from tests.widgets.hands import PRINT, placed
from tests.widgets.pages import ROOT


def share_unchanged(state):
    """The share of pooled values, in %, that stay as they were when the image is rolled."""
    before, after = (
        pooling.forward(state, np.roll(state["image"], by, (0, 1)).tolist()) for by in ((0, 0), state["shift"])
    )
    return 100 * np.mean(np.isclose(before, after, rtol=0, atol=1e-9))


def flat_sky(state):
    """What Conv2D gives in the middle of a picture whose pixels are all 100; of three maps, the first."""
    return studio.expected_maps(np.full((11, 11, 3), 100, np.uint8), {**state, "stride": 1})[5, 5, 0]


def field(state, more=0):
    """The field of the last of the layers, or after more layers 3 x 3."""
    layers = [*state["layers"], *[builder.conv(padding="same")] * more]
    return receptive_field(builder.windows(layers, state["input_size"])[0])[-1].size


def probabilities(state):
    """What dnnlib's network makes of the digit that is shown."""
    return activations(state)["dense2"].ravel()


def rated(state, name):
    """The state with the learning rate that an optimizer has in it."""
    return {**state, "learning_rate": state["learning_rate"] * state["factors"].get(name, 1)}


def steps_down(state, name):
    """After how many steps dnnlib's optimizer has brought the loss 99.9 % of the way down to zero for good."""
    loss = paths.losses_of(state)
    losses = [loss(*place) for place in paths.walk(rated(state, name), name, 1000)]
    return 2 + np.flatnonzero(np.array(losses) > loss(*state["start"]) / 1000).max()


def largest_rate(state):
    """2 over the largest curvature, by differences."""
    xx, xy, yy = paths.bend(paths.losses_of(state), np.zeros(2), 0.1)
    return 2 / np.linalg.eigvalsh([[xx, xy], [xy, yy]]).max()


def diverging(state):
    """How many of dnnlib's optimizers end more than a thousand times above the corners of the map."""
    loss = paths.losses_of(state)
    ends = [list(paths.walk(rated(state, name), name, state["steps"]))[-1] for name in state["optimizers"]]
    return sum(loss(*end) > 1000 * loss(2.5, 2.5) for end in ends)


def scored(state):
    """Scores, truth and weights of the threshold explorer's examples as the page gives them, drawn anew in Python."""
    return threshold.arrays(threshold.sample_in_python(state))


def precision_at_one_percent(state):
    """The precision, in %, where the positives weigh 1 % of the whole."""
    truth, scores, _ = scored(state)
    weights = np.where(truth == 1, 0.01 / truth.sum(), 0.99 / (1 - truth).sum())
    says = scores >= state["threshold"]
    return 100 * weights[says & (truth == 1)].sum() / weights[says].sum()


def accuracy_of_no(state):
    truth, _, weights = scored(state)
    return 100 * weights[truth == 0].sum() / weights.sum()


def cheapest(state):
    """The first threshold, from above, of the lowest cost."""
    truth, scores, weights = scored(state)
    places = [scores.max() + 1, *np.unique(scores)[::-1]]
    each = np.where(truth == 1, state["cost_miss"], -state["cost_alarm"]) * weights
    costs = [np.maximum(0, np.where(scores >= place, -each, each)).sum() for place in places]
    return places[int(np.argmin(np.round(costs, 9)))]


def first_overflow(state):
    """The first number of a precision whose exponential is infinite, found step by step."""
    number = np.dtype(state["precision"]).type
    score = np.log(np.finfo(number).max, dtype="float64").astype(number) * number(0.999)
    with np.errstate(over="ignore"):
        low, high = score, number(score * number(1.01))
        while np.nextafter(low, high) < high:
            middle = low + (high - low) / number(2)
            low, high = (low, middle) if np.isinf(np.exp(middle)) else (middle, high)
    return float(high)


def gives_up(state):
    """The first amount, larger than nothing, at which dnnlib's network without augmentation names another class."""
    (label, number), change = state["picture"], state["change"]
    x = keeper.grid(change)
    x = x[x > keeper.CHANGES[change][3]]
    says = [keeper.plainly_called(label, number, {**state["amounts"], change: float(amount)}) for amount in x]
    return x[[one != label for one in says].index(True)]


def share_called(label, answer, amounts):
    """The share of a class's pictures, in %, that dnnlib's network without augmentation gives an answer."""
    says = [keeper.plainly_called(label, number, amounts) for number in range(keeper.COUNTS[label])]
    return 100 * says.count(answer) / len(says)


ORACLES = {
    (DropoutMasks, "in_use"): lambda state: dropout.enumerated(state)["inUse"][0],
    (DropoutMasks, "undropped"): lambda state: 100 * dropout.enumerated(state)["probabilities"][0],
    (Logits, "shifted"): lambda state: (
        100 * logits.by_dnnlib({**state, "shift": 0}, "softmax", "categorical cross-entropy")[0][state["label"]]
    ),
    (Logits, "push"): lambda state: logits.by_dnnlib(state, "softmax", state["softmax_loss"])[2][state["label"]],
    (Logits, "overflow"): first_overflow,
    (LabelKeeper, "gives_up"): gives_up,
    (LabelKeeper, "sixes_as_nines"): lambda state: share_called("6", "9", {"rotation": 180}),
    (LabelKeeper, "kept"): lambda state: share_called(state["picture"][0], state["picture"][0], state["amounts"]),
    (ThresholdExplorer, "precision_at_one_percent"): precision_at_one_percent,
    (ThresholdExplorer, "accuracy_of_no"): accuracy_of_no,
    (ThresholdExplorer, "cheapest"): cheapest,
    (ConvolutionStepper, "outputs"): lambda state: stepper.expected_output(state).size,
    (KernelStudio, "flat_sky"): flat_sky,
    (ReceptiveFieldBuilder, "field"): field,
    (ReceptiveFieldBuilder, "next_field"): lambda state: field(state, more=1),
    (PoolingExplorer, "share_unchanged"): share_unchanged,
    (PoolingExplorer, "most_received"): lambda state: pooling.backward(state).max(),
    (ScatterGather, "input_gradient"): lambda s: gather.by_dnnlib(s)["dx"][s["channel"], *s["pixel"]],
    (ScatterGather, "reached_by"): gather.reached_by,
    (ScatterGather, "weight_gradient"): lambda s: gather.by_dnnlib(s)["kernel"][
        s["filter"], s["channel"], *s["weight"]
    ],
    (OptimizerPaths, "largest_rate"): largest_rate,
    (OptimizerPaths, "steps_saved"): lambda state: steps_down(state, "sgd") - steps_down(state, "momentum"),
    (OptimizerPaths, "diverging"): diverging,
    (DrawDigit, "digit"): lambda state: probabilities(state).argmax(),
    (DrawDigit, "sureness"): lambda state: 100 * probabilities(state).max(),
    (NetworkPlayground, "linear_accuracy"): playground.linear_accuracy,
    (NetworkPlayground, "units_needed"): playground.units_needed,
    (NetworkPlayground, "parameters"): playground.parameters,
    (Pressure, "best_l2"): pressure.best_l2,
    (Pressure, "gap"): pressure.gap,
    (DepthAndShortcut, "shortcut_power"): lambda state: np.log10(shortcut.predicted(state)["kept"][-1]),
    (DepthAndShortcut, "signal_power"): lambda state: np.log10(shortcut.predicted(state)["forward"][-1]),
    (DepthAndShortcut, "plain_right"): shortcut.plain_right,
    (UnitLife, "dead_units"): unit_life.dead_units,
    (UnitLife, "moved"): unit_life.moved,
    (BatchNeighbours, "output_after"): neighbours.output_after,
    (BatchNeighbours, "gradient_sum"): lambda state: neighbours.by_dnnlib(state, [])["dx"].sum(),
    (BatchNeighbours, "steps_needed"): lambda state: neighbours.steps_needed(state["momentum"]),
    (WhoRemembers, "rnn_reach"): remembers.reach("SimpleRNN"),
    (WhoRemembers, "gru_reach"): remembers.reach("GRU"),
    (WhoRemembers, "lstm_reach"): remembers.reach("LSTM"),
    (WhoRemembers, "swap"): remembers.swap,
    (GradientThroughTime, "power_back"): through_time.power_back,
    (GradientThroughTime, "steps_to_hundredth"): through_time.steps_to_hundredth,
    (GradientThroughTime, "cut_off"): lambda state: 100 * through_time.measured(state)["cut"],
    (GradientThroughTime, "turned"): lambda state: through_time.measured(state)["angle"],
    (FiftyLayers, "power_forward"): lambda state: np.log10(fifty.prediction(state)[0][-1]),
    (FiftyLayers, "power_backward"): lambda state: np.log10(fifty.prediction(state)[1][0]),
    (FiftyLayers, "gain_needed"): fifty.gain_needed,
    (GatedCell, "held_answer"): gated.held_answer,
    (GatedCell, "kept"): gated.kept,
    (Ledger, "dense_share"): lambda state: ledger.share_in(state, "Dense", "parameters"),
    (Ledger, "conv_share"): lambda state: ledger.share_in(state, "Conv2D", "macs"),
    (Ledger, "twice_the_size"): lambda state: ledger.twice(
        state, "parameters", size=2 * (state["size"] or ledger.usual_size(state["network"]))
    ),
    (Ledger, "twice_the_width"): lambda state: ledger.twice(state, "macs", width=2 * state["width"]),
    (Ledger, "edit_share"): ledger.edit_share,
    (Ledger, "cheaper"): ledger.cheaper,
    (WhereToCut, "all_by_data"): where.all_by_data,
    (WhereToCut, "by_model_share"): where.by_model_share,
    (WhereToCut, "turning_batch"): where.turning_batch,
    (WhereToCut, "model_layers"): where.model_layers,
    (WhereToCut, "saved"): where.saved,
    (ModuleBudget, "squeeze_share"): module.squeeze_share,
    (ModuleBudget, "dearest_share"): module.dearest_share,
    (ModuleBudget, "naive_maps"): module.naive_maps,
    (ModuleBudget, "break_even"): module.break_even,
    (ModuleBudget, "gate_share"): module.gate_share,
    (ModuleBudget, "twice_the_layers"): module.twice_the_layers,
    (LiveTSNE, "kept"): live.share_kept,
    (LiveTSNE, "together"): live.together,
    (LiveTSNE, "exaggeration"): live.gain,
    (LinearAutoencoder, "final_loss"): autoencoder.final_loss,
    (LinearAutoencoder, "share_of_pca"): autoencoder.share_of_pca,
    (LinearAutoencoder, "first_axis"): autoencoder.first_axis,
    (PrincipalAxis, "best_angle"): principal.best_angle,
    (PrincipalAxis, "kept_share"): principal.kept_share,
    (PrincipalAxis, "uncentred"): principal.uncentred,
    (PrincipalAxis, "rescaled"): principal.rescaled,
    (KMeansSteps, "steps"): lambda state: kmeans.fitted(state).n_iter_,
    (KMeansSteps, "share_best"): lambda state: np.round(kmeans.share_best(kmeans.costs_of_map(state)), 1),
    (KMeansSteps, "matched"): lambda state: np.round(kmeans.matched(state), 1),
    (KMeansSteps, "plus_plus"): lambda state: kmeans.lowest_reached(state)[1],
    (FaultyNode, "slope"): faulty.slope,
    (FaultyNode, "spread"): faulty.spread,
    (LabelsSaved, "scratch_needs"): saved.scratch_needs,
    (LatentPlane, "holes"): latent.holes,
    (LatentPlane, "nearest"): latent.nearest,
    (LatentPlane, "farthest"): latent.farthest,
    (RebuiltDigit, "components_needed"): in_parts.components_needed,
    (RebuiltDigit, "next_error"): in_parts.next_error,
    (RebuiltDigit, "kept"): in_parts.kept,
}


def states_of(cls):
    """Yields the arguments of a few states, none of them the default."""
    if cls is ConvolutionStepper:
        yield {"image": np.ones((7, 9)).tolist(), "kernel": [[1, 2, 3]] * 3, "strides": [2, 3], "padding": "same"}
        yield {"image": np.ones((8, 6)).tolist(), "kernel": [[1, 2]], "padding": [1, 2], "dilation": [1, 2]}
    if cls is KernelStudio:
        photo = load_photograph("china", size=(80, 120), dtype="uint8")
        yield {"image": photo, "kernel": np.arange(9).reshape(3, 3) - 3, "divisor": 4, "bias": -7.5}
        yield {"image": photo, "kernel": np.ones((5, 5)), "divisor": -5, "relu": True, "padding": "same"}
        yield {"image": photo, "kernel": np.eye(3), "divisor": 2, "channels": "separate"}
    if cls is ReceptiveFieldBuilder:
        yield {"layers": [builder.conv(5), builder.pool(2, 2, "valid"), builder.conv(3, dilation=2)], "input_size": 40}
        yield {"layers": [builder.conv(7, stride=2, padding=3), builder.conv()], "input_size": 64}
    if cls is PoolingExplorer:
        image = np.random.default_rng(3).integers(-2, 3, (7, 8)).tolist()
        yield {"image": image, "kind": "max", "pool_size": [3, 3], "strides": [1, 2], "shift": [0, 1]}
        yield {"image": image, "kind": "average", "pool_size": [2, 2], "strides": [2, 2], "shift": [1, -1]}
    if cls is ScatterGather:
        yield {"preset": "stride 2", "pixel": [2, 2], "weight": [1, 2]}
        yield {"size": 6, "channels": 2, "filters": 2, "padding": 1, "dilation": 2, "pixel": [5, 1], "channel": 1,
               "filter": 1, "view": "gather", "flip": False, "weight": [2, 0]}  # fmt: skip
    if cls is NetworkPlayground:
        yield {"data": "xor", "hidden": [5, 2], "examples": 60}
        yield {"data": "circle", "hidden": [], "activation": "relu", "examples": 80, "noise": 0.3}
    if cls is Pressure:
        yield {"seed": 7, "hidden": 20}
        yield {"data": "xor", "examples": 30, "hidden": 15, "l1": 0.001, "proximal": True, "seed": 3}
    if cls is DepthAndShortcut:
        yield {"kind": "constant", "scale": 0.5, "branch": "half", "depth": 3, "seed": 1}
        yield {"kind": "gate", "scale": 0.9, "depth": 4, "learning_rate": 0.03}
    if cls is UnitLife:
        yield {"data": "xor", "seed": 4, "steps": 20, "unit": 2}
        yield {"data": "circle", "learning_rate": 1.0, "hidden": 5, "seed": 9, "unit": 11}
        yield {"data": "xor", "seed": 2, "steps": 60, "leak_from": 50, "slope": 0.1}
    if cls is OptimizerPaths:
        yield {"surface": "long valley", "condition": 60, "rotation": 30, "learning_rate": 0.02, "start": [2, 1]}
        yield {
            "surface": "round bowl",
            "learning_rate": 2.3,
            "start": [1, 2],
            "factors": {"momentum": 0.01, "sgd": 0.1},
        }
        yield {
            "surface": "round bowl",
            "learning_rate": 0.02,
            "start": [1, 2],
            "factors": {"momentum": 100, "rmsprop": 100},
        }

    if cls is BatchNeighbours:
        yield {"batch": [1.0, 2.0, -3.0, 8.0, 0.5], "gamma": 2.0, "upstream": "yours against the last"}
        yield {"batch": [2.0, 2.5, 7.0, 1.0], "training": False, "gamma": 1.5, "epsilon": 0.1, "momentum": 0.9}
        yield {"batch": [-4.0, -5.0, -3.0, -6.0], "training": False, "upstream": "all alike", "momentum": 0.5}
    if cls is WhoRemembers:
        yield {"length": 20, "forget_bias": 2.5, "seed": 3}
        yield {"length": 17, "trained": True, "flips": [0, 2], "seed": 6}
    if cls is GradientThroughTime:
        yield {"modulus": 0.8, "angle": 75, "shear": 1.0, "length": 40, "window": 3}
        yield {"eigenvalues": "real", "modulus": 1.2, "second": -0.9, "activation": "tanh", "inputs": 1.0, "seed": 2}
    if cls is FiftyLayers:
        yield {"scheme": "glorot_normal", "activation": "relu", "depth": 30, "gain": 1.2}
        yield {"scheme": "random_normal", "stddev": 0.05, "activation": "leaky_relu", "slope": 0.5, "ratio": 4}
        yield {"scheme": "orthogonal", "activation": "linear", "width": 32, "ratio": 2, "depth": 15, "gain": 0.8}
    if cls is ThresholdExplorer:
        yield {"prevalence": 0.2, "distance": 1.2, "spreads": [1.0, 1.6], "examples": 300, "cost_miss": 5.0, "seed": 4}
        yield {"prevalence": 0.3, "balance": "fewer examples", "threshold": 1.5, "cost_alarm": 2.0, "seed": 9}
        yield {"scores": "a trained network", "prevalence": 0.02, "cost_miss": 20.0}
    if cls is Logits:
        yield {"scores": [1.5, -2.0, 0.5, 3.0], "shift": 4.0, "label": 3, "precision": "float16"}
        yield {"scores": [-3.0, 4.0, 0.0], "softmax_loss": "squared error", "precision": "float32"}
        yield {"scores": [2.0, 3.0, 1.0], "label": 2, "softmax_loss": "softmax twice", "precision": "float64"}
    if cls is DropoutMasks:
        yield {"hidden": [3], "activation": "tanh", "output": "softmax", "rate": 0.2, "seed": 5}
        yield {"hidden": [2, 5], "scale": False, "rate": 0.3, "input": [-1.5, 0.7]}
    if cls is GatedCell:
        yield {"holds": ["f1@3=0", "i0@2=1"], "step": 2}
        yield {"cell": "gru", "sentence": "the dog near the cats really", "holds": ["z3@1=1"], "unit": 3, "step": 1}
    if cls is LiveTSNE:
        yield {"seed": 1, "held": 12, "steps": 20}
        yield {"init": "pca", "perplexity": 10.0, "exaggeration": 1.0}
    if cls is Ledger:
        yield {"network": "vgg 16", "size": 96, "layer": "block5_conv2", "accuracy": "top-5"}
        yield {"network": "alexnet", "size": 131, "width": 2.0, "layer": "conv2"}
    if cls is WhereToCut:
        yield {"cut": ["data"] * 5 + ["model"] * 3, "workers": 8, "layer": "predictions", "batch": 512}
        yield {
            "cut": ["data", "model"] * 4,
            "workers": 4,
            "batch": 64,
            "layer": "conv3",
            "bandwidth": 5,
            "overlap": True,
        }
    if cls is ModuleBudget:
        yield {"branches": INCEPTION_3A}
        yield {"block": "dense", "channels": 64, "layers": 3, "branches": [["1x1", 0, 8], ["5x5", 40, 12]]}
    if cls is LinearAutoencoder:
        yield {"seed": 5}
        yield {"cloud": "sheet", "units": 1, "seed": 2}
    if cls is PrincipalAxis:
        yield {"angle": 70.0, "moved": [[5, 6.5, 4.0]], "centred": False}
        yield {"cloud": [[1, 2], [2, 2.5], [4, 5.5], [3, 1]], "scale": 2.0}
    if cls is KMeansSteps:
        yield {"cloud": "five groups", "k": 5, "start": "all in one group", "moving": 3, "seed": 8}
        yield {"cloud": "two stripes", "k": 2, "start": [[-3, 1], [2, 0.5]], "standardise": True}
    if cls is FaultyNode:
        yield {"graph": "twice", "inputs": [1.2, -0.5, 0.8, 0.3], "fault": "p:overwrite", "node": "x"}
        yield {"graph": "steps", "inputs": [0.9, -1.1, 0.4], "fault": "h2:other", "node": "w"}
        yield {"graph": "skip", "inputs": [0.7, 1.3, -0.2, 0.5], "fault": "y:shares", "node": "z"}
    if cls is LabelsSaved:
        yield {"results": saved.made_up(1), "images": 20}
        yield {"results": saved.made_up(4), "task": "clothes", "frozen": 1}
    if cls is LatentPlane:
        yield {"distance": 1.4, "place": [0.3, 0.4], "ends": [169, 120]}
        yield {"kind": "variational", "distance": 1.3, "place": [0.8, 0.2], "ends": [31, 244]}
    if cls is RebuiltDigit:
        yield {"digit": 148, "components": 12}
        yield {"digit": -1, "drawing": drawn(placed(PRINT[5])), "components": 0, "axis": 7}
    if cls is LabelKeeper:
        yield {"picture": ("4", 1), "amounts": {"scale": 0.9, "contrast": 0.7}}
        yield {"picture": "2", "change": "shift_x", "amount": 0.125}
        yield {"picture": ("pagoda", 2), "change": "brightness", "amount": 0.1}
    if cls is DrawDigit:
        images, labels = load_digits()
        with np.load(ROOT / "dnnlib" / "models" / "digits_cnn.npz") as stored:
            weights = [stored[name] for name in stored.files]
        for example in (3, 8):
            yield {"weights": weights, "examples": (images[:10], labels[:10]), "example": example}


def state_of(widget):
    return {name: getattr(widget, name) for name in widget.trait_names(sync=True) if not name.startswith("_")}


def test_every_guess_has_an_oracle():
    classes = {cls for cls, _ in ORACLES}
    assert {(cls, guess) for cls in classes for guess in cls.guesses} == set(ORACLES)


CASES = [
    pytest.param(cls, guess, number, id=f"{cls.__name__}-{guess}-{number}")
    for cls, guess in ORACLES
    for number in range(sum(1 for _ in states_of(cls)))
]


@pytest.mark.parametrize("cls, guess, number", CASES)
def test_answer_on_the_page_is_that_of_dnnlib(mount, cls, guess, number):
    arguments = list(states_of(cls))[number]
    widget = cls(**arguments, guess=guess)
    page = mount(widget)
    page.get_by_role("button", name="Show me").click()
    told = page.locator(".xp-lock-note").inner_text().replace("\u2212", "-")
    answer = float(re.match(r"It is (-?[\d.]+)", told)[1].rstrip("."))
    np.testing.assert_allclose(answer, ORACLES[cls, guess](state_of(widget)), atol=0.0051)


def test_number_of_outputs_equals_conv2d_on_random_states(call):
    states = list(stepper.configurations(60, seed=3))
    for state, count in zip(states, call(stepper.MODULE, "outputCount", [[state] for state in states]), strict=True):
        assert count == stepper.expected_output(state).size if stepper.fits(state) else np.isnan(count)


def test_value_on_flat_sky_equals_conv2d_on_random_kernels(call):
    states = [state for _, state in studio.configurations(60, seed=4)]
    values = call(studio.MODULE, "onFlat", [[state] for state in states])
    np.testing.assert_allclose(values, [flat_sky(state) for state in states], rtol=1e-9, atol=1e-9)


def test_fields_equal_dnnlib_on_random_stacks(call):
    states = [{"layers": layers, "input_size": size} for layers, size, _ in builder.random_stacks(60, seed=5)]
    for more in (0, 1):
        arguments = [[state["layers"], state["input_size"], more] for state in states]
        assert call(builder.MODULE, "nextField", arguments) == [field(state, more) for state in states]


@pytest.mark.parametrize("kind", KINDS)
def test_share_unchanged_and_most_received_equal_dnnlib_on_random_states(call, kind):
    states = [state for state in pooling.configurations(kind, 60, seed=6) if len(pooling.forward(state))]
    for name, oracle in (("shareUnchanged", share_unchanged), ("mostReceived", lambda s: pooling.backward(s).max())):
        values = call(pooling.MODULE, name, [[state] for state in states])
        np.testing.assert_allclose(values, [oracle(state) for state in states], atol=1e-6)
