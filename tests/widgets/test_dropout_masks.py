"""All masks at once: the ensemble is a NumPy enumeration's, its masks Dropout's own; mouse, keyboard, phone."""

import itertools

import numpy as np
import pytest
import traitlets
from playwright.sync_api import expect

from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.widgets.dropout_masks import ACTIVATIONS, DRAWS, OUTPUTS, DropoutMasks
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

MODULE = "dropout_masks.mjs"
ACTS = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}


def uniforms(seed):
    """Mulberry32, as in shared/random.mjs, written anew with Python's whole numbers."""
    full = 2**32 - 1
    state = seed
    while True:
        state = (state + 0x6D2B79F5) & full
        bits = ((state ^ (state >> 15)) * (state | 1)) & full
        bits ^= (bits + (((bits ^ (bits >> 7)) * (bits | 61)) & full)) & full
        yield (bits ^ (bits >> 14)) / 2**32


def weights(state):
    """[kernel, bias] of each layer, kernels (inputs, units), drawn as the docstring says."""
    drawn = uniforms(2 * state["seed"])

    def normals(count):
        pairs = [(next(drawn), next(drawn)) for _ in range(count)]
        return np.array([np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v) for u, v in pairs])

    sizes = [2, *state["hidden"], 3 if state["output"] == "softmax" else 1]
    return [
        [normals(i * o).reshape(i, o) * np.sqrt(2 / i), 0.3 * normals(o)]
        for i, o in zip(sizes, sizes[1:], strict=False)
    ]


def answer(state, kept, gain):
    """The output where of the hidden units those are kept, and multiplied by the gain."""
    *hidden, (kernel, bias) = weights(state)
    x = np.array(state["input"])
    kept = np.split(np.array(kept), np.cumsum(state["hidden"])[:-1])
    for (w, b), part in zip(hidden, kept, strict=True):
        x = ACTS[state["activation"]](x @ w + b) * part * gain
    scores = x @ kernel + bias
    return softmax(scores) if state["output"] == "softmax" else scores


def enumerated(state):
    """Every mask's probability and output, their means and the output in use, without the module."""
    units, rate = sum(state["hidden"]), state["rate"]
    gain = 1 / (1 - rate) if state["scale"] else 1
    masks = [bits[::-1] for bits in itertools.product([1, 0], repeat=units)]  # the first unit's bit is the lowest
    p = np.array([np.prod([1 - rate if bit else rate for bit in mask]) for mask in masks])
    outputs = np.array([answer(state, mask, gain) for mask in masks])
    mean = p @ outputs
    geometric = None
    if state["output"] == "softmax":
        geometric = np.exp(p @ np.log(outputs))
        geometric /= geometric.sum()
    return {
        "probabilities": p,
        "outputs": outputs,
        "mean": mean,
        "geometric": geometric,
        "spread": np.sqrt(p @ (outputs - mean) ** 2),
        "inUse": answer(state, [1] * units, 1),
    }


def states(count, seed=0, most=8, **fixed):
    """Yields random states."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        first = int(rng.integers(1, most + 1))
        second = int(rng.integers(0, most - first + 1))
        state = {
            "hidden": [first, second] if second else [first],
            "activation": str(rng.choice(ACTIVATIONS)),
            "output": str(rng.choice(OUTPUTS)),
            "rate": round(rng.uniform(0, 0.9), 2),
            "scale": bool(rng.integers(2)),
            "input": rng.uniform(-2, 2, 2).round(2).tolist(),
            "seed": int(rng.integers(10_000)),
            "dropped": rng.permutation(8)[: rng.integers(9)].tolist(),
            "draws": int(rng.integers(DRAWS)),
        }
        yield state | fixed


def test_ensemble_equals_a_numpy_enumeration_on_200_random_states(call):
    cases = list(states(200))
    for state, got in zip(cases, call(MODULE, "ensemble", [[state] for state in cases]), strict=True):
        expected = enumerated(state)
        assert abs(sum(got["probabilities"]) - 1) < 1e-12
        assert (got["geometric"] is None) == (expected["geometric"] is None)
        for name, value in expected.items():
            if value is not None:
                np.testing.assert_allclose(got[name], value, rtol=0, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_masks_and_scale_are_those_of_dropout_layers_in_training_and_in_use(call, activation):
    """What dnnlib's layers give with a mask of their own is the output of that mask in the list."""
    for state in states(10, seed=1, activation=activation, output="number", scale=True):
        [found] = call(MODULE, "ensemble", [[state]])
        layers = []
        for n, (kernel, bias) in enumerate(weights(state)):
            dense = Dense(len(bias), dtype="float64")
            dense.build((1, len(kernel)))
            dense.params["kernel"][...], dense.params["bias"][...] = kernel, bias
            layers.append(dense)
            if n < len(state["hidden"]):
                layers += [{"relu": ReLU, "tanh": Tanh}[activation](dtype="float64")] if activation != "linear" else []
                layers.append(Dropout(state["rate"], seed=n, dtype="float64"))

        def run(training, layers=layers, state=state):
            x = np.array([state["input"]])
            for layer in layers:
                x = layer(x, training=training)
            return x[0]

        np.testing.assert_allclose(run(False), found["inUse"], atol=1e-9)
        for _ in range(5):
            output = run(True)
            # Bit k of a mask's place is set where unit k is dropped
            dropped = [
                bit
                for layer in layers
                if isinstance(layer, Dropout)
                for bit in (~layer.cache[1][0] if state["rate"] else np.zeros(layer.cache[0][1], bool))
            ]
            place = sum(1 << k for k, bit in enumerate(dropped) if bit)
            np.testing.assert_allclose(output, found["outputs"][place], atol=1e-9)


def test_mean_is_the_network_in_use_exactly_where_masks_enter_linearly_and_nowhere_else(call):
    """The gap is 0 for linear units and for one hidden layer, under a linear output with the scale; else it is not."""
    exact, off = [], []
    for state, got in zip(
        cases := list(states(300, seed=2, output="number")),
        call(MODULE, "ensemble", [[state] for state in cases]),
        strict=True,
    ):
        gap = abs(got["inUse"][0] - got["mean"][0])
        linear = state["scale"] and (state["activation"] == "linear" or len(state["hidden"]) == 1)
        (exact if linear else off).append(gap)
        if linear:
            assert gap < 1e-9
        elif state["activation"] == "tanh" and state["rate"] > 0.05:  # tanh bends everywhere, ReLU only at 0
            assert gap > 1e-9
    assert len(exact) > 50 and np.median(off) > 0.01


def test_geometric_mean_is_the_network_in_use_exactly_where_the_dropped_layer_feeds_the_softmax(call):
    exact = off = 0
    cases = list(states(300, seed=3, output="softmax", scale=True))
    for state, got in zip(cases, call(MODULE, "ensemble", [[state] for state in cases]), strict=True):
        gap = np.abs(np.subtract(got["inUse"], got["geometric"])).max()
        if len(state["hidden"]) == 1 or state["activation"] == "linear":
            assert gap < 1e-9
            # …while the ordinary mean is another number
            exact += state["rate"] > 0.05 and np.abs(np.subtract(got["inUse"], got["mean"])).max() > 1e-4
        else:
            off += gap > 1e-4
    assert exact > 40 and off > 40


def test_drawn_masks_have_the_rate_and_their_mean_goes_to_that_of_all(call):
    cases = [state | {"rate": max(0.05, state["rate"])} for state in states(20, seed=4)]
    order = call(MODULE, "drawn", [[state, DRAWS] for state in cases])
    found = call(MODULE, "ensemble", [[state] for state in cases])
    far = 0
    for state, masks, got in zip(cases, order, found, strict=True):
        units = sum(state["hidden"])
        draw = uniforms(2 * state["seed"] + 1)
        expected = [sum(1 << k for k in range(units) if next(draw) < state["rate"]) for _ in range(DRAWS)]
        assert masks == expected
        values = [got["outputs"][mask][0] for mask in masks]
        [means] = call(MODULE, "running", [[values]])
        np.testing.assert_allclose(means, np.cumsum(values) / np.arange(1, DRAWS + 1), atol=1e-9)
        error = got["spread"][0] / np.sqrt(DRAWS)
        assert abs(means[-1] - got["mean"][0]) < 5 * error + 1e-9
        far += abs(means[-1] - got["mean"][0]) > error
    assert far < 15  # a third of normal errors is larger than one standard error


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def row(page, name):
    return page.locator(".dm-table tr", has_text=name).locator("td").all_inner_texts()


def gap(page):
    return float(row(page, "gap to the mean")[0].replace("−", "-"))


def test_click_drops_a_unit_and_its_subnetwork_answers(mount):
    page = mount(DropoutMasks())
    before = row(page, "this subnetwork"), row(page, "mean of all masks")
    unit = page.get_by_role("button", name="Drop unit 2 of layer 1")
    unit.click()
    assert unit.get_attribute("aria-pressed") == "true" and "7 of 8 units kept" in page.locator(".dm-left").inner_text()
    assert row(page, "this subnetwork") != before[0] and row(page, "mean of all masks") == before[1]
    assert page.locator(".dm-lines .gone").count() == 2 + 4
    page.get_by_role("button", name="Keep every unit").click()
    assert row(page, "this subnetwork") == before[0]


def test_keyboard_drops_units_and_moves_the_input(mount):
    page = mount(DropoutMasks())
    page.get_by_role("button", name="Drop unit 1 of layer 2").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator(".dm-unit[aria-pressed=true]").count() == 1
    said = page.locator(".xp-status").inner_text()
    pad = page.get_by_role("slider", name="Input")
    pad.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    expect(pad).to_have_attribute("aria-valuetext", "x1 0.5, x2 −0.4")
    assert page.locator(".xp-status").inner_text() != said


def test_mouse_drags_the_input_and_the_outputs_follow(mount):
    page = mount(DropoutMasks())
    bars = page.locator(".xp-chart-bars").first
    before = bars.get_attribute("d")
    box = page.get_by_role("slider", name="Input").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 60, steps=3)
    page.mouse.up()
    settle(page)
    assert bars.get_attribute("d") != before
    now = page.get_by_role("slider", name="Input").get_attribute("aria-valuetext")
    page.mouse.move(box["x"] + 80, box["y"] + 10)  # the button is up: nothing follows
    settle(page)
    assert page.get_by_role("slider", name="Input").get_attribute("aria-valuetext") == now


def test_linear_network_has_no_gap_relu_has_one_and_no_scale_a_large_one(mount):
    page = mount(DropoutMasks(activation="linear"))
    assert gap(page) == 0 and "no path meets a mask twice" in page.locator(".dm-answer").inner_text()
    page.get_by_label("Activation", exact=True).select_option("ReLU")
    assert abs(gap(page)) > 0.1
    says(page, "a gap of ")
    page.get_by_role("button", name="Layer 2: less").click()
    for _ in range(3):
        page.get_by_role("button", name="Layer 2: less").click()
    assert gap(page) == 0 and "16 masks of 4 units" in page.locator(".xp-status").inner_text()
    page.get_by_label("scale by").uncheck()
    assert abs(gap(page)) > 0.1 and "2 times as much" in page.locator(".dm-answer").inner_text()


def test_draws_go_on_step_by_step_and_start_anew_with_another_network(mount):
    page = mount(DropoutMasks(draws=5))
    count = page.locator(".xp-player-count")
    assert count.inner_text() == "5 masks"
    page.get_by_role("button", name="Step").click()
    says(page, "The mean of 6 masks drawn is")
    assert count.inner_text() == "6 masks"
    page.get_by_label("Speed").select_option(index=2)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 40")
    page.get_by_role("button", name="Pause").click()
    drawn = int(count.inner_text().split()[0])
    says(page, f"The mean of {drawn} masks drawn is")
    page.get_by_role("button", name="Other weights").click()
    assert count.inner_text() == "0 masks" and "drawn" not in page.locator(".xp-status").inner_text()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_play_stops_when_the_network_changes(mount, motion):
    page = mount(DropoutMasks(), reduced_motion=motion)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 2")
    page.get_by_role("button", name="Other weights").click()
    page.get_by_role("button", name="Play").wait_for()
    assert page.locator(".xp-player-count").inner_text() == "0 masks"
    page.wait_for_timeout(600)  # with less motion a picture is due twice a second
    assert page.locator(".xp-player-count").inner_text() == "0 masks"


@pytest.mark.parametrize("arguments", [{}, {"hidden": [8], "output": "softmax", "draws": 50}])
def test_nothing_reaches_over_the_edge_on_a_phone_or_in_a_page(mount, arguments):
    page = mount(DropoutMasks(**arguments), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (320, 390, 640, 800), excepted=".xp-sr, svg")
    page.get_by_role("button", name="Drop unit 1 of layer 1").tap()
    page.wait_for_selector(".dm-unit[aria-pressed=true]")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"tour": "masks", "guess": "in_use", "dropped": [0, 5]},
        {"hidden": [3], "output": "softmax", "draws": 30},
        {"guess": "undropped", "rate": 0.0},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(DropoutMasks(**arguments), theme=theme, width=700)
    assert axe_violations(page) == []


def test_tour_says_what_is_seen(mount):
    page = mount(DropoutMasks(tour="masks", hidden=[2, 2], rate=0.3))
    said = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    assert gap(page) == 0 and float(row(page, "spread")[0]) > 0.3
    page.get_by_role("button", name="Next").click()
    assert abs(gap(page)) > 0.1
    page.get_by_role("button", name="Next").click()
    assert gap(page) == 0
    page.get_by_role("button", name="Next").click()
    assert abs(gap(page)) > 0.3
    page.get_by_role("button", name="Next").click()
    assert gap(page) != 0 and row(page, "gap to the geometric mean") == ["0"] * 3
    page.get_by_role("button", name="Done").click()
    page.wait_for_function("(text) => document.querySelector('.xp-status').textContent === text", arg=said)


@pytest.mark.parametrize(
    "arguments",
    [
        {"hidden": []},
        {"hidden": [5, 4]},
        {"hidden": [2, 2, 2]},
        {"hidden": [0]},
        {"activation": "gelu"},
        {"output": "sigmoid"},
        {"rate": 0.95},
        {"input": [1.0]},
        {"input": [2.5, 0.0]},
        {"dropped": [8]},
        {"draws": 2001},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        DropoutMasks(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "hidden": [[8], [4, 4], [1, 1], [5, 4], [0], [2, 2, 2], [], 4],
        "activation": [*ACTIVATIONS, "gelu"],
        "output": [*OUTPUTS, ""],
        "rate": [0.0, 0.9, -0.1, 1.0, "0.5"],
        "scale": [True, False, None],
        "input": [[2.0, -2.0], [2.1, 0.0], [0.0], 1.0],
        "seed": [0, 9999, -1, 0.5],
        "dropped": [[], [0, 7], [8], [-1], list(range(8)), [0] * 9],
        "draws": [0, 2000, 2001, 0.5],
    }
    check_link_takes_what_python_takes(blank, DropoutMasks, tried)


def test_units_beyond_the_network_and_repeated_ones_are_no_other_mask(call):
    state = next(states(1)) | {"hidden": [2, 1], "dropped": [1, 1, 5]}
    assert call(MODULE, "maskOf", [[state]]) == [2]


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, DropoutMasks(), {"rate": 0.2})
