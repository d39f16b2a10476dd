"""The explorable that stacks layers and shows what one output unit reads of the input."""

from collections.abc import Mapping

import traitlets

from dnnlib.widgets.base import Explorable

MAX_LAYERS = 7
LIMITS = {"kernel": (1, 11), "stride": (1, 4), "dilation": (1, 16)}


class ReceptiveFieldBuilder(Explorable):
    """A stack of convolutions and poolings, and the receptive field of one of its units.

    Positions count from 0. A unit is named by its layer (1 is the first; 0 would be the input) and its place in it;
    None leaves the choice to the figure: the last layer, the middle unit.

    Args:
        layers: One to seven layers, first layer first, each a dict: `kind` ("conv" or "pool"), `kernel`, `stride`
            (1; for a pool its kernel), `dilation` (1; a pool has no other), `padding` ("valid", "same" or zeros
            on both sides, 0 to 16). What is left out gets the value in brackets; `kind` is "conv" and `padding`
            "valid" by default.
        input_size: Positions along each axis of the input, 8 to 64.
        layer: The chosen unit's layer, or None.
        unit: Its place along the row (the columns of an image), or None.
        row: Its row in the image, or None.

    Guesses: "field", the width of the last layer's field; "next_field", after one more 3 x 3 layer.
    Tours: "growth", three layers, then one of them with stride 2.

    Raises:
        ValueError: If a layer is none of these.

    Source: Araujo, Norris & Sim (2019), Computing receptive fields of convolutional neural networks, section 2;
    Luo et al. (2016), Understanding the effective receptive field, section 2, for the count of paths.
    """

    title = "Receptive field builder"
    guesses = ("field", "next_field")
    tours = ("growth",)

    layers = traitlets.List([{"kind": "conv", "kernel": 3, "stride": 1, "dilation": 1, "padding": "same"}] * 3).tag(
        sync=True
    )
    input_size = traitlets.Int(32, min=8, max=64).tag(sync=True)
    layer = traitlets.Int(None, allow_none=True, min=1, max=MAX_LAYERS).tag(sync=True)
    unit = traitlets.Int(None, allow_none=True, min=0, max=63).tag(sync=True)
    row = traitlets.Int(None, allow_none=True, min=0, max=63).tag(sync=True)

    @traitlets.validate("layers")
    def _whole_layers(self, proposal):
        layers = proposal["value"]
        if not 1 <= len(layers) <= MAX_LAYERS:
            raise ValueError(f"layers: expected 1 to {MAX_LAYERS} layers, received {len(layers)}")
        return [_whole(layer, number) for number, layer in enumerate(layers, start=1)]


def _whole(layer, number):
    """Returns a layer with every key; raises ValueError naming the layer and the key that is wrong."""
    expected = {"kind", "kernel", "stride", "dilation", "padding"}
    if not isinstance(layer, Mapping) or not {"kernel"} <= set(layer) <= expected:
        raise ValueError(
            f"layer {number}: expected a dict with 'kernel' and any of 'kind', 'stride', 'dilation', "
            f"'padding', received {layer!r}"
        )
    kind = layer.get("kind", "conv")
    stride = layer["kernel"] if kind == "pool" else 1
    whole = {"kind": kind, "stride": stride, "dilation": 1, "padding": "valid", **layer}
    if kind not in ("conv", "pool"):
        raise ValueError(f"layer {number}: expected kind 'conv' or 'pool', received {kind!r}")
    for name, (low, high) in LIMITS.items():
        if not _is_integer(whole[name], low, high):
            raise ValueError(f"layer {number}: expected {name} from {low} to {high}, received {whole[name]!r}")
    if kind == "pool" and whole["dilation"] != 1:
        raise ValueError(f"layer {number}: expected dilation 1 for a pool, received {whole['dilation']!r}")
    if whole["padding"] not in ("valid", "same") and not _is_integer(whole["padding"], 0, 16):
        raise ValueError(f"layer {number}: expected padding 'valid', 'same' or 0 to 16, received {whole['padding']!r}")
    return whole


def _is_integer(value, low, high):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
