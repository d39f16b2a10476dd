"""The ledger: counts are those of dnnlib.models.ledger and Keras; by mouse, keys and finger, in both themes."""

import contextlib
import functools
import hashlib
import json
import re

import numpy as np
import pytest
import traitlets

from dnnlib.widgets.ledger import NETWORKS, PROTOCOLS, Ledger
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tools import architectures_data

pytestmark = pytest.mark.models
MODULE, CHART = "ledger.mjs", "shared/chart_numbers.mjs"
KINDS = {"Conv2D", "BatchNormalization", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Dense"}


# ---- The oracle ----


@contextlib.contextmanager
def light():
    """Starts every weight at zero: random ones of a hundred million weights would take most of the time."""
    import keras

    with pytest.MonkeyPatch.context() as patch:
        for name in ("glorot_uniform", "he_normal", "random_normal"):
            kind = type(keras.initializers.get(name))
            patch.setattr(kind, "__call__", lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype))
        yield
    keras.backend.clear_session()


def usual_size(network):
    return 227 if network == "alexnet" else 224


def model_of(network, size):
    from dnnlib.models import alexnet, densenet, googlenet, resnet, senet, vgg, zfnet

    family, _, depth = network.partition(" ")
    shape = (size, size, 3)
    return {
        "alexnet": lambda: (alexnet.alexnet_owt if depth else alexnet.alexnet)(shape),
        "zfnet": lambda: zfnet.zfnet(shape),
        "vgg": lambda: getattr(vgg, f"vgg{depth}")(shape),
        "googlenet": lambda: googlenet.googlenet(shape),
        "seresnet": lambda: senet.seresnet50(shape),
        "resnet": lambda: resnet.resnet(int(depth), shape),
        "densenet": lambda: densenet.densenet(int(depth), shape),
    }[family]()


@functools.cache
def keras_rows(network, size):
    """Of each layer that costs: name, kind, output side and maps, shape of the kernel, row of dnnlib.models.ledger."""
    from dnnlib.models.ledger import ledger

    with light():
        model = model_of(network, size)
        kernels = {layer.name: tuple(layer.kernel.shape) for layer in model.layers if hasattr(layer, "kernel")}
        biased = {layer.name: bool(getattr(layer, "use_bias", False)) for layer in model.layers}
        return [(row, kernels.get(row.name), biased[row.name]) for row in ledger(model) if row.kind in KINDS]


def counted(state):
    """The network's layers by Keras, each a dict with what it costs, all maps multiplied by 1/2, 1, 2 or 4.

    A kernel keeps its size and reads and makes so many times as many maps; only the image's three colours and the
    thousand classes are what they were.
    """
    network, by = state["network"], state.get("width", 1)
    found = []
    for row, kernel, biased in keras_rows(network, state.get("size") or usual_size(network)):
        last = row.name == "predictions"
        side, maps = (row.output_shape[0] if len(row.output_shape) == 3 else 1), row.output_shape[-1]
        maps = maps if last else maps * by
        parameters = 4 * maps if row.kind == "BatchNormalization" else 0
        macs = 0
        if kernel:
            *window, into, _ = kernel
            weights = np.prod(window) * (into if into == 3 else into * by) * maps
            parameters, macs = weights + biased * maps, side**2 * weights
        found.append({"name": row.name, "kind": row.kind, "side": side, "maps": maps, "parameters": parameters,
                      "macs": macs, "memory": 4 * side**2 * maps, "field": row.receptive_field})  # fmt: skip
    return found


def total(rows, measure):
    return sum(row[measure] for row in rows)


def share_in(state, kind, measure):
    """The share of a measure in layers of a kind, in %."""
    rows = counted(state)
    return 100 * total([row for row in rows if row["kind"] == kind], measure) / total(rows, measure)


def twice(state, measure, **more):
    """The factor by which a measure grows with other arguments."""
    return total(counted({**state, **more}), measure) / total(counted(state), measure)


def published(accuracy, protocols=PROTOCOLS):
    """The entries of the facts: of each network, protocol and number of crops the first with such an accuracy."""
    entries = json.loads((ROOT / "data" / "architectures.json").read_text(encoding="utf-8"))["errors"]
    found = {}
    for entry in entries:
        error = entry[accuracy.replace("-", "")]
        kept = entry["network"] in NETWORKS and not entry.get("mixed") and entry["protocol"] in protocols
        if kept and error is not None:
            found.setdefault((entry["network"], entry["protocol"], entry["crops"]), {**entry, "accuracy": 100 - error})
    return list(found.values())


# Multiply-accumulates and parameters of each network as tests/models hold them against the papers
FACTS = {
    "alexnet": (724_406_816, 60_965_224), "alexnet owt": (714_188_480, 61_100_840),
    "zfnet": (1_168_032_896, 62_357_608),
    "vgg 16": (15_470_264_320, 138_357_544), "vgg 19": (19_632_062_464, 143_667_240),
    "googlenet": (1_582_671_872, 6_998_552), "resnet 18": (1_814_073_344, 11_699_112),
    "resnet 34": (3_663_761_408, 21_814_696), "resnet 50": (3_857_973_248, 25_636_712),
    "resnet 101": (7_570_194_432, 44_707_176), "resnet 152": (11_282_415_616, 60_419_944),
    "seresnet 50": (3_860_488_192, 28_141_144), "densenet 121": (2_834_161_664, 8_062_504),
    "densenet 169": (3_359_843_328, 14_307_880), "densenet 201": (4_291_365_888, 20_242_984),
}  # fmt: skip


def cheaper(state):
    """How many times the operations a network needs of the cheapest that errs no more on a single crop."""
    known = {entry["network"]: entry["accuracy"] for entry in published(state["accuracy"], ["single crop"])}
    own = state["network"]
    return FACTS[own][0] / min(FACTS[other][0] for other, right in known.items() if right >= known[own])


def edit_share(state):
    """Parameters of what replaces the layer that is read, in %, by Keras: both built on the same maps."""
    rows, by = counted(state), state.get("width", 1)
    before, after = replaced(state["network"], state["layer"] or max(rows, key=lambda row: row["macs"])["name"], by)
    return 100 * after[0] / before[0]


def replaced(network, name, by=1):
    """What some layers, or the run of them that a layer is in, cost before and after the edit: see `chain`."""
    side, into, maps, old, new, options = {
        ("vgg 16", "block5_conv1"): (14, 512, 512, [3, 3, 3], [7], {}),
        ("vgg 16", "block5_conv2"): (14, 512, 512, [3, 3, 3], [7], {}),
        ("alexnet", "conv2"): (27, 96, 256, [5], [3, 3], {"groups": 2}),
        ("resnet 50", "conv1_conv"): (224, 3, 64, [7], [3, 3, 3], {"stride": 2}),
    }[network, name]
    into = into if into == 3 else int(into * by)
    return [chain(side, into, int(maps * by), sizes, **options) for sizes in (old, new)]


def chain(side, into, maps, sizes, stride=1, groups=1, bias=True, padding=None):
    """What convolutions one behind the other cost, by Keras: (parameters, multiply-accumulates, pixels read, side)."""
    import keras

    from dnnlib.models.ledger import ledger, totals

    layers, left = [keras.Input((side, side, into))], sum(k // 2 for k in sizes) if padding is None else padding
    for i, size in enumerate(sizes):
        own = min(left, size // 2)
        left -= own
        step = stride if i + 1 == len(sizes) else 1
        layers += [keras.layers.ZeroPadding2D(own), keras.layers.Conv2D(maps, size, step, groups=groups, use_bias=bias)]
    with light():
        rows = ledger(keras.Sequential(layers))
        sums = totals(rows)
        return sums.parameters, sums.macs, rows[-1].receptive_field, rows[-1].output_shape[0]


# ---- The numbers ----

STATES = [
    {"network": "alexnet", "size": 131, "width": 0.5},
    {"network": "vgg 16", "size": 96, "width": 2},
    {"network": "googlenet", "size": 161, "width": 0.5},
    {"network": "resnet 18", "size": 320, "width": 2},
    {"network": "densenet 121", "size": 97, "width": 2},
]


def asked(state):
    return {"size": None, "width": 1, "edit": "", **state}


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(map(str, state.values())))
def test_every_row_is_keras_at_any_size_and_width(ask, state):
    [rows] = ask(MODULE, "rowsOf", [[asked(state)]])
    theirs = {row["name"]: row for row in counted(state)}
    assert len(rows) == len(theirs)
    for row in rows:
        other = theirs[row["name"]]
        for key in ("kind", "side", "maps", "parameters", "macs", "field"):
            assert row[key] == other[key], (row["name"], key)
        assert 4 * row["values"] == other["memory"]


def test_published_networks_have_the_counts_of_the_facts(ask):
    ledgers = ask(MODULE, "rowsOf", [[asked({"network": network})] for network in NETWORKS])
    assert FACTS.keys() == set(NETWORKS)
    for network, rows in zip(NETWORKS, ledgers, strict=True):
        assert (total(rows, "macs"), total(rows, "parameters")) == FACTS[network]


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield {
            "network": str(rng.choice(NETWORKS)),
            "size": int(rng.integers(96, 449)),
            "width": float(rng.choice([0.25, 0.5, 0.75, 1, 1.35, 2])),
            "edit": "",
        }


def in_page(blank, source, *arguments):
    """Evaluates an expression of the module `m` and the arguments `a` in the page; returns what JSON has of it."""
    result = f"const a = JSON.parse(text); return JSON.stringify({source});"
    script = f"([text]) => import('/dnnlib/widgets/{MODULE}').then((m) => {{ {result} }})"
    return json.loads(blank.evaluate(script, [json.dumps(arguments)]))


def test_stages_bars_and_shares_equal_numpy_on_200_random_states(blank):
    rng = np.random.default_rng(1)
    calls = [[state, str(rng.choice(["macs", "parameters", "memory"]))] for state in random_states(200)]
    found = in_page(
        blank,
        """a[0].map(([state, measure]) => {
          const rows = m.rowsOf(state), total = rows.reduce((sum, row) => sum + m.costOf(row, measure), 0);
          return {
            rows: rows.map((row) => [row.name, row.kind, { ...row, memory: 4 * row.values }[measure]]),
            stages: m.stagesOf(rows).map((stage) => [stage.name, stage.rows.map(({ name }) => name)]),
            bars: m.stretchesOf(rows, measure, total).map(({ left, right }) => [left, right]),
            shares: ["Dense", "Conv2D"].map((kind) => m.shareIn(rows, kind, measure)) };
        })""",
        calls,
    )
    for one in found:
        names, kinds, costs = zip(*one["rows"], strict=True)
        costs = np.array(costs, float)
        assert len(one["stages"]) == 6 and one["stages"][-1][0] == "dense"
        assert [name for _, inside in one["stages"] for name in inside] == list(names)
        for name, inside in one["stages"]:
            kind, number = re.fullmatch(r"([a-z]+) ?(\d?)", name).groups()
            assert inside[0].startswith({"dense": ("fc", "predictions")}.get(kind, (kind + number, f"{kind}_{number}")))
        edges, shown = 1000 * np.cumsum([0, *costs]) / costs.sum(), np.flatnonzero(costs)
        np.testing.assert_allclose(one["bars"], np.transpose([edges[shown], edges[shown + 1]]), atol=1e-6)
        expected = [costs[np.array(kinds) == kind].sum() / costs.sum() for kind in ("Dense", "Conv2D")]
        np.testing.assert_allclose(one["shares"], expected, rtol=1e-6)


def replaceable(rows):
    """The layers that can be replaced: large kernels, and 3 x 3 that follow each other at once."""
    plain = [row.get("conv") if row["kind"] == "Conv2D" else None for row in rows]
    alike = [c and c["size"] == 3 and c["step"] == 1 and c["padding"] == 1 for c in plain]
    found = []
    for i, row in enumerate(rows):
        if not plain[i]:
            continue
        beside = [
            j for j in (i - 1, i + 1) if 0 <= j < len(rows) and alike[j] and plain[j]["groups"] == plain[i]["groups"]
        ]
        if plain[i]["size"] > 3 or (alike[i] and beside):
            found.append(row["name"])
    return found


def test_edit_keeps_field_and_size_and_changes_nothing_else_on_200_random_states(blank):
    states = list(random_states(200, seed=3))
    ledgers, offers = in_page(
        blank,
        """[a[0].map((state) => m.rowsOf(state).map(({ name, kind, conv }) =>
             ({ name, kind, conv: conv && { ...conv, from: conv.from.maps } }))),
           a[0].map(m.rowsOf).map((rows) => rows.map(({ name }) => name).filter((name) => m.offerOf(rows, name)))]""",
        states,
    )
    assert offers == [replaceable(rows) for rows in ledgers]
    rng = np.random.default_rng(4)
    calls = [{**state, "edit": str(rng.choice(names))} for state, names in zip(states, offers, strict=True) if names]
    assert len(calls) > 100
    found = in_page(
        blank,
        """a[0].map((state) => {
          const old = m.rowsOf({ ...state, edit: "" }), now = m.rowsOf(state),
            { at, before, after } = m.editOf(old, state.edit);
          const same = JSON.stringify([old.slice(0, at), old.slice(at + before.length)]) ===
            JSON.stringify([now.slice(0, at), now.slice(at + after.length)]);
          const end = (part) => ["side", "maps", "field", "stride"].map((key) => part.at(-1)[key]);
          const slim = (part) => part.map(({ name, maps, parameters, conv }) =>
            ({ name, maps, parameters, ...conv, from: conv.from.maps }));
          return { same, ends: [end(before), end(after)], before: slim(before), after: slim(after) };
        })""",
        calls,
    )
    for state, one in zip(calls, found, strict=True):
        before, after = one["before"], one["after"]
        assert one["same"] and one["ends"][0] == one["ends"][1], state
        assert state["edit"] in {row["name"] for row in before} and min(len(before), len(after)) == 1
        assert sum(row["size"] - 1 for row in before) == sum(row["size"] - 1 for row in after)
        first, maps = before[0], before[-1]["maps"]
        reads = [first["from"], *[maps] * (len(after) - 1)]
        expected = [
            row["size"] ** 2 * into / first["groups"] * maps + first["bias"] * maps
            for row, into in zip(after, reads, strict=True)
        ]
        assert [row["parameters"] for row in after] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "network, name, arguments",
    [
        ("resnet 50", "conv1_conv", (224, 3, 64, [7], [3, 3, 3], {"stride": 2})),
        ("densenet 121", "conv1_conv", (224, 3, 64, [7], [3, 3, 3], {"stride": 2, "bias": False})),
        ("zfnet", "conv1", (224, 3, 96, [7], [3, 3, 3], {"stride": 2, "padding": 1})),
        ("zfnet", "conv2", (55, 96, 256, [5], [3, 3], {"stride": 2, "padding": 0})),
        ("alexnet", "conv1", (227, 3, 96, [11], [3] * 5, {"stride": 4, "padding": 0})),
        ("alexnet", "conv2", (27, 96, 256, [5], [3, 3], {"groups": 2})),
        ("alexnet owt", "conv1", (224, 3, 64, [11], [3] * 5, {"stride": 4, "padding": 2})),
        ("googlenet", "inception_3a_5x5", (28, 16, 32, [5], [3, 3], {})),
        ("vgg 16", "block5_conv2", (14, 512, 512, [3, 3, 3], [7], {})),
        ("vgg 16", "block1_conv1", (224, 3, 64, [3, 3], [5], {})),
        ("vgg 19", "block4_conv3", (28, 256, 512, [3] * 4, [9], {})),
    ],
)
def test_edit_costs_what_keras_counts(ask, network, name, arguments):
    side, into, maps, *kernels, options = arguments
    [rows] = ask(MODULE, "rowsOf", [[asked({"network": network})]])
    [edit] = ask(MODULE, "editOf", [[rows, name]])
    assert edit["kernels"] == kernels
    for key, sizes in zip(("before", "after"), kernels, strict=True):
        [costs] = ask(MODULE, "costsOf", [[edit[key]]])
        found = (costs["parameters"], costs["macs"], costs["reads"], edit[key][-1]["side"])
        assert found == chain(side, into, maps, sizes, **options)
        assert costs["kinks"] == len(sizes)


def test_three_small_kernels_have_27_for_49_weights_where_maps_stay_the_same(ask):
    [rows] = ask(MODULE, "rowsOf", [[asked({"network": "vgg 16"})]])
    [edit] = ask(MODULE, "editOf", [[rows, "block5_conv1"]])
    weights = [sum(row["parameters"] - row["maps"] for row in edit[part]) for part in ("before", "after")]
    assert weights[0] * 49 == weights[1] * 27


@pytest.mark.parametrize("accuracy", ["top-1", "top-5"])
@pytest.mark.parametrize("every", [False, True])
def test_blobs_stand_where_the_facts_say(ask, accuracy, every):
    rng = np.random.default_rng(5)
    choices = [[p for p in PROTOCOLS if rng.random() < 0.6] for _ in range(10)] + [list(PROTOCOLS)]
    found = ask(MODULE, "blobsOf", [[{"accuracy": accuracy, "protocols": c, "every_crop": every}] for c in choices])
    for blobs, chosen in zip(found, choices, strict=True):
        entries = [e for e in published(accuracy, chosen) if e["crops"] or not every]
        assert [(b["network"], b["protocol"]) for b in blobs] == [(e["network"], e["protocol"]) for e in entries]
        for blob, entry in zip(blobs, entries, strict=True):
            macs, parameters = FACTS[entry["network"]]
            models = entry["models"] if every else 1
            assert blob["x"] == macs * (entry["crops"] if every else 1) * models
            assert blob["y"] == pytest.approx(entry["accuracy"], abs=1e-9)
            assert covered(entry["protocol"], blob["r"]) == pytest.approx(5 * models * parameters / 1e6, rel=1e-6)
            assert entry["source"] in blob["said"] and entry["protocol"] in blob["said"]


def covered(protocol, r):
    """The area of a blob: a circle, a square, a triangle."""
    return {"single crop": np.pi * r**2, "several crops": 4 * r**2, "ensemble": 1.15 * 1.9 * 1.15 * r**2}[protocol]


def test_marks_of_one_area_cover_the_same(ask):
    """The path of each shape, by the shoelace formula; a circle's by its radius."""
    shapes = ["circle", "square", "triangle", "diamond"]
    sizes = ask(CHART, "radiusOf", [[shape, 400] for shape in shapes])
    assert np.pi * sizes[0] ** 2 == pytest.approx(400)
    for path in ask(CHART, "markPath", [[s, 100, 100, r] for s, r in zip(shapes[1:], sizes[1:], strict=True)]):
        place, corners = np.zeros(2), []
        for command, numbers in re.findall(r"([MlhvZ])([-\d. ]*)", path):
            values = [float(n) for n in numbers.split()]
            if command != "Z":
                move = {"M": values, "l": values, "h": [*values, 0], "v": [0, *values]}[command]
                place = np.array(move) if command == "M" else place + move
                corners.append(place)
        x, y = np.transpose(corners)
        assert abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 == pytest.approx(400, rel=0.02)


def test_changed_network_has_a_place_along_the_operations_alone(ask):
    states = [state for state in random_states(60, seed=6) if state["size"] != 224]
    found = ask(MODULE, "movedBlob", [[state] for state in states])
    for moved, rows in zip(found, ask(MODULE, "rowsOf", [[state] for state in states]), strict=True):
        assert moved.keys() == {"x", "r"} and moved["x"] == total(rows, "macs")
    same = [asked({"network": network, "size": size}) for network in NETWORKS for size in (None, usual_size(network))]
    assert ask(MODULE, "movedBlob", [[state] for state in same]) == [None] * len(same)
    assert ask(MODULE, "movedBlob", [[asked({"network": "resnet 50", "edit": "conv1_conv"})]])[0]["x"] > 3.9e9


def test_names_lie_on_no_blob_and_no_other_name(ask):
    rng = np.random.default_rng(7)
    box = {"left": 40, "right": 700, "top": 20, "bottom": 230}
    calls = [
        [[{"px": rng.uniform(50, 690), "py": rng.uniform(30, 220), "r": rng.uniform(3, 16), "text": "ResNet-50"}
          for _ in range(12)], box]
        for _ in range(200)
    ]  # fmt: skip
    for (blobs, _), names in zip(calls, ask(MODULE, "placedNames", calls), strict=True):
        assert len(names) > 5
        wide = 6.6 * len("ResNet-50")
        boxes = [
            (n["x"] - {"start": 0, "middle": wide / 2, "end": wide}[n["anchor"]], n["y"] - 10, n["y"] + 2)
            for n in names
        ]
        taken = [(b["px"] - b["r"], b["py"] - b["r"], b["px"] + b["r"], b["py"] + b["r"]) for b in blobs]
        for i, (x, top, bottom) in enumerate(boxes):
            others = [(a, b, a + wide, c) for j, (a, b, c) in enumerate(boxes) if j != i]
            assert all(x + wide < a or x > c or bottom < b or top > d for a, b, c, d in [*taken, *others])


def test_data_of_the_page_are_those_of_the_file():
    assert architectures_data.ERRORS.read_text(encoding="utf-8") == architectures_data.module()
    assert architectures_data.ERRORS.stat().st_size < 8_000
    digest = hashlib.sha256(architectures_data.SOURCE.read_bytes()).hexdigest()
    assert f"`{architectures_data.SOURCE.name}` `{digest}`" in (ROOT / "data" / "SOURCES.md").read_text(
        encoding="utf-8"
    )
    entries = json.loads(architectures_data.SOURCE.read_text(encoding="utf-8"))["errors"]
    for entry in entries:
        assert entry["protocol"] in PROTOCOLS and entry["source"] and entry["models"] >= 1
        assert (entry["protocol"] == "ensemble") == (entry["models"] > 1)
        assert entry["protocol"] != "single crop" or entry["crops"] == 1
        assert entry["top1"] is None or entry["top5"] is None or 0 < entry["top5"] < entry["top1"] < 50


@pytest.mark.parametrize(
    "value, measure, text",
    [(3_857_973_248, "macs", "3.86 G"), (999_700, "parameters", "1 M"), (25_636_712, "parameters", "25.6 M"),
     (512, "parameters", "512"), (85_500_000, "memory", "85.5 MB"), (16_384, "memory", "16.4 kB"),
     (40, "memory", "40 B")],
)  # fmt: skip
def test_amounts_for_people(ask, value, measure, text):
    assert ask(MODULE, "amount", [[value, measure]])[0].replace("\xa0", " ") == text


# ---- In the page ----


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def reads(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.lg-facts').textContent.replaceAll('\\u200b', '').includes(t)", arg=text
    )


def test_network_and_size_change_the_ledger_and_the_blob(mount):
    page = mount(Ledger())
    says(page, "ResNet-50 at 224 × 224 pixels: 3.86 G multiply-accumulates")
    assert page.locator(".xp-chart-points.hollow").count() == 0
    page.get_by_label("Network", exact=True).select_option("vgg 16")
    says(page, "VGG-16 at 224 × 224 pixels: 15.5 G multiply-accumulates")
    page.get_by_role("slider", name="Image").fill("320")
    says(page, "VGG-16 at 320 × 320 pixels: 31.6 G")
    assert page.locator(".xp-chart-points.hollow").count() == 1
    page.get_by_role("slider", name="Width").fill("0.5")
    says(page, "with 0.5 of its width")
    page.get_by_role("button", name="As published").click()
    says(page, "VGG-16 at 224 × 224 pixels: 15.5 G")
    assert page.locator(".xp-chart-points.hollow").count() == 0


def test_second_network_stands_beside_on_one_scale(mount):
    page = mount(Ledger(network="vgg 16"))
    page.get_by_label("Beside it").select_option("resnet 50")
    says(page, "ResNet-50 needs 0.25 times its operations")
    longest = page.evaluate(
        """[...document.querySelectorAll(".lg-network")].map((one) => Math.max(...[...one.querySelectorAll("path")]
          .filter((path) => path.getAttribute("d")).map((path) => path.getBBox().x + path.getBBox().width)))"""
    )
    rows = {network: [r["macs"] for r in counted({"network": network}) if stage in r["name"]]
            for network, stage in {"vgg 16": "block4", "resnet 50": "conv4"}.items()}  # fmt: skip
    assert longest[1] / longest[0] == pytest.approx(sum(rows["resnet 50"]) / sum(rows["vgg 16"]), rel=0.02)


def test_layers_are_read_by_mouse_and_keys(mount):
    page = mount(Ledger(network="alexnet", measure="parameters"))
    reads(page, "layerfc6kinddenseoutput4096parameters37,752,832")
    cursor = page.get_by_role("slider", name="Layer read")
    cursor.focus()
    page.keyboard.press("Home")
    reads(page, "layerconv1kind11 × 11 convolution, stride 4output55 × 55 × 96parameters34,944")
    page.keyboard.press("ArrowRight")
    reads(page, "layerpool1")
    page.keyboard.press("PageDown")
    reads(page, "layerconv2kind5 × 5 convolution, 2 groups")
    page.keyboard.press("PageUp")
    reads(page, "layerconv1")
    page.keyboard.press("End")
    reads(page, "layerpredictions")
    assert "output 1000" in cursor.get_attribute("aria-valuetext")
    page.locator(".lg-bars svg").nth(5).click(position={"x": 3, "y": 8})
    reads(page, "layerfc6")


def test_seven_by_seven_becomes_three_and_comes_back(mount):
    page = mount(Ledger(network="resnet 50", layer="conv1_conv"))
    page.get_by_role("button", name="Make one 7 × 7 three 3 × 3").click()
    before, after = chain(224, 3, 64, [7], 2), chain(224, 3, 64, [3, 3, 3], 2)
    table = page.get_by_role("table", name="The edit")
    cells = [text.replace("\xa0", " ") for text in table.get_by_role("cell").all_inner_texts()]
    assert cells[:4] == ["7 × 7", f"{before[0]:,}", f"{before[1] / 1e6:.0f} M", "1"]
    assert cells[4:8] == ["7 × 7", f"{after[0]:,}", f"{after[1] / 1e9:.3g} G", "3"] and cells[8] == "kept"
    assert cells[9:11] == [f"{100 * b / a:.1f} %" for a, b in zip(before[:2], after[:2], strict=True)]
    says(page, "6.14 G multiply-accumulates")
    assert page.locator(".xp-chart-points.hollow").count() == 1
    page.get_by_role("button", name="Back to one 7 × 7").click()
    says(page, "3.86 G multiply-accumulates")
    assert not page.get_by_role("table", name="The edit").is_visible()


def test_protocols_filter_the_chart_and_crops_count(mount):
    page = mount(Ledger())
    label = "() => document.querySelector('.xp-chart-svg').getAttribute('aria-label')"
    before = page.evaluate(label)
    page.get_by_role("checkbox", name="several crops").uncheck()
    page.get_by_role("checkbox", name="ensemble").uncheck()
    after = page.evaluate(label)
    points = [
        sum(int(n) for n in re.findall(r"(\d+) points of (?:single|several|ensemble)", text))
        for text in (before, after)
    ]
    assert points == [len(published("top-1")), len(published("top-1", ["single crop"]))]
    page.get_by_label("count all crops").check()
    assert page.get_by_text("of all crops and networks").is_visible()
    page.get_by_role("slider", name=re.compile("Accuracy against operations")).focus()
    page.keyboard.press("Home")
    settle(page)
    assert "AlexNet (one weird trick), single crop: 56.52 % top-1" in page.locator(
        ".xp-chart-reading"
    ).inner_text().replace("\xa0", " ")


def test_tour_says_what_is_seen(mount):
    page = mount(Ledger(tour="ledger", network="googlenet"))
    page.get_by_role("button", name="Take the tour").click()
    vgg, resnet = ({"network": network} for network in ("vgg 16", "resnet 50"))
    assert 87 < share_in(vgg, "Dense", "parameters") < 93 and share_in(vgg, "Conv2D", "macs") > 95
    says(page, "VGG-16")
    for text in ("VGG-16", "ResNet-50 needs 0.25 times its operations", "16.6 G"):
        page.get_by_role("button", name="Next", exact=True).click()
        says(page, text)
    deeper = [sum(row["kind"] in ("Conv2D", "Dense") for row in counted(state)) for state in (resnet, vgg)]
    assert 3 < deeper[0] / deeper[1] < 3.5
    old, new = replaced("vgg 16", "block5_conv1")
    assert 1.75 < new[0] / old[0] < 2 and new[2] == old[2]
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "ResNet-50 at 224")
    one, ten = (
        {e["network"]: e["accuracy"] for e in published("top-1", PROTOCOLS[:2]) if e["crops"] == crops}
        for crops in (1, 10)
    )
    gains = np.array([ten[network] - one[network] for network in one.keys() & ten.keys()])
    assert len(gains) > 7 and gains.min() > 0 and np.mean((gains > 0.9) & (gains < 2.3)) > 0.7
    page.get_by_role("button", name="Done").click()
    says(page, "GoogLeNet")


@pytest.mark.parametrize("arguments", [{}, {"network": "vgg 16", "beside": "alexnet owt", "edit": "block5_conv1"}])
def test_phone_has_no_sideways_scrolling(mount, arguments):
    page = mount(Ledger(**arguments), width=390, has_touch=True)
    check_nothing_leaves_the_card(page, (320, 390), margin=4, excepted=".xp-sr, svg, legend")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2200
    page.locator(".lg-bars svg").nth(1).tap()
    reads(page, "layerblock2" if arguments else "layerconv2")


def test_chart_may_be_empty(mount):
    page = mount(Ledger(protocols=[]))
    assert page.locator(".xp-chart-points").count() == 0
    page.get_by_role("checkbox", name="ensemble").check()
    assert page.locator(".xp-chart-points").count() == 1


def test_one_screen_at_the_width_of_the_book(mount):
    page = mount(Ledger())
    assert page.locator(".xp").bounding_box()["height"] < 1000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [{"network": "vgg 16", "beside": "resnet 50", "edit": "block5_conv1"}, {"size": 320, "tour": "ledger"},
     {"network": "alexnet", "guess": "conv_share"}],
)  # fmt: skip
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    assert axe_violations(mount(Ledger(**arguments), theme=theme, width=700)) == []


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"network": "lenet"}, traitlets.TraitError, "network"),
        ({"beside": "none"}, traitlets.TraitError, "beside"),
        ({"size": 64}, traitlets.TraitError, "size"),
        ({"width": 3}, traitlets.TraitError, "0.25 to 2"),
        ({"width": True}, traitlets.TraitError, "0.25 to 2"),
        ({"measure": "flops"}, traitlets.TraitError, "measure"),
        ({"layer": "conv 1"}, traitlets.TraitError, "the name of a layer"),
        ({"edit": 7}, traitlets.TraitError, "the name of a layer"),
        ({"accuracy": "top-3"}, traitlets.TraitError, "accuracy"),
        ({"protocols": ["ten crops"]}, traitlets.TraitError, "some of single crop"),
        ({"protocols": "single crop"}, traitlets.TraitError, "some of single crop"),
        ({"guess": "luck"}, traitlets.TraitError, "guess"),
        ({"depth": 50}, TypeError, "depth"),
    ],
)
def test_values_that_do_not_fit_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Ledger(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "network": [*NETWORKS, "", "lenet", 5],
        "beside": [*NETWORKS, "", "lenet", None],
        "size": [None, 96, 224, 448, 95, 449, 100.5, "224"],
        "width": [0.25, 1, 1.35, 2, 0.2, 2.1, None, "1"],
        "measure": ["macs", "parameters", "memory", "flops"],
        "layer": ["", "conv1_conv", "conv 1", "ä", 3, "a" * 41],
        "edit": ["", "block5_conv1", "a-b", None],
        "accuracy": ["top-1", "top-5", "top-3"],
        "protocols": [[], ["single crop"], list(PROTOCOLS), ["ensemble", "single crop"], ["x"], ["ensemble"] * 2, "x"],
        "every_crop": [True, False, "yes"],
    }  # fmt: skip
    check_link_takes_what_python_takes(blank, Ledger, tried)


def test_networks_of_the_page_are_those_of_python(blank):
    found = blank.evaluate("import('/dnnlib/widgets/ledger.mjs').then((m) => Object.keys(m.NETWORKS))")
    assert found == list(NETWORKS)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, Ledger(), {"size": 320})
