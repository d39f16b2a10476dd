"""Where to cut: bytes, times and memory are those of dnnlib.models.parallel; by mouse, keys and finger, both themes."""

import itertools
import json
import re

import numpy as np
import pytest
import traitlets

from dnnlib.widgets.where_to_cut import BATCHES, LAYERS, WORKERS, WhereToCut
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

pytestmark = pytest.mark.models
MODULE = "where_to_cut.mjs"
OWT = ["data"] * 5 + ["model"] * 3
DATA, MODEL = ["data"] * 8, ["model"] * 8

# Numbers read of an image, parameters, multiply-accumulates, from the sizes that the paper gives
CONVOLUTIONS = [(224, 3, 11, 64, 55), (27, 64, 5, 192, 27), (13, 192, 3, 384, 13), (13, 384, 3, 256, 13),
                (13, 256, 3, 256, 13)]  # fmt: skip
NUMBERS = [
    (side**2 * read, k * k * read * maps + maps, out**2 * k * k * read * maps)
    for side, read, k, maps, out in CONVOLUTIONS
] + [(a, a * b + b, a * b) for a, b in ((9216, 4096), (4096, 4096), (4096, 1000))]


# ---- The oracle ----


def layers():
    from dnnlib.models.parallel import Layer

    return [Layer(name, *numbers) for name, numbers in zip(LAYERS, NUMBERS, strict=True)]


def options(state):
    """The arguments of dnnlib.models.parallel."""
    found = {"workers": state["workers"], "batch": state["batch"]}
    return {**found, "bandwidth": 1e9 * state["bandwidth"], "speed": 1e12 * state["speed"]}


def costs_of(state):
    from dnnlib.models.parallel import costs

    return costs(layers(), state["cut"], **options(state))


def step_of(state):
    from dnnlib.models.parallel import step

    return step(costs_of(state), state["overlap"])


def fastest(state):
    """The state with the fastest cut."""
    from dnnlib.models.parallel import best_cuts

    return {**state, "cut": list(best_cuts(layers(), **options(state), overlap=state["overlap"]))}


def cut_at(state, cut):
    """The state with the layer that is read cut so."""
    at = LAYERS.index(state["layer"])
    return {**state, "cut": [*state["cut"][:at], cut, *state["cut"][at + 1 :]]}


def all_by_data(state):
    """MB that a worker sends: 2 (n - 1) / n of all gradients."""
    parameters = sum(held for _, held, _ in NUMBERS)
    return 2 * (state["workers"] - 1) / state["workers"] * 4 * parameters / 1e6


def by_model_share(state):
    at = LAYERS.index(state["layer"])
    model, data = (costs_of(cut_at(state, cut))[at].sent for cut in ("model", "data"))
    return 100 * model / data


def turning_batch(state):
    """Where a straight line through the differences of two batches crosses zero; nan where it does not."""
    batches = np.array([100.0, 10_000])
    sent = [[step_of({**cut_at(state, cut), "batch": int(b)}).sent for b in batches] for cut in ("model", "data")]
    gaps = np.subtract(*sent)
    slope, height = np.polyfit(batches, gaps, 1)
    return -height / slope if slope > 0 else np.nan


def model_layers(state):
    return fastest(state)["cut"].count("model")


def saved(state):
    return all_by_data(state) * 1e6 / step_of(fastest(state)).sent


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield {
            "cut": [str(one) for one in rng.choice(["data", "model"], size=8)],
            "workers": int(rng.choice(WORKERS)),
            "batch": int(rng.choice(BATCHES)),
            "bandwidth": float(10 ** rng.uniform(-1, 3)),
            "speed": float(10 ** rng.uniform(-1, 3)),
            "overlap": bool(rng.integers(2)),
            "measure": str(rng.choice(["bytes", "time", "memory"])),
            "layer": str(rng.choice(LAYERS)),
        }


def in_page(blank, source, *arguments):
    """Evaluates an expression of the module `m` and the arguments `a` in the page; returns what JSON has of it."""
    result = f"const a = JSON.parse(text); return JSON.stringify({source});"
    script = f"([text]) => import('/dnnlib/widgets/{MODULE}').then((m) => {{ {result} }})"
    return json.loads(blank.evaluate(script, [json.dumps(arguments)]))


# ---- The numbers ----


def test_layers_of_the_page_are_those_of_the_keras_model(blank):
    import keras

    from dnnlib.models.alexnet import alexnet_owt
    from dnnlib.models.parallel import chain

    with keras.StatelessScope():  # no weight is drawn
        expected = [list(layer) for layer in chain(alexnet_owt())]
    assert in_page(blank, "m.LAYERS.map(Object.values)") == expected == [list(layer) for layer in layers()]


def test_costs_and_steps_equal_dnnlib_on_200_random_states(blank):
    states = list(random_states(200))
    found = in_page(blank, "a[0].map((state) => [m.costsOf(state), m.stepIn(state)])", states)
    for state, (rows, total) in zip(states, found, strict=True):
        for row, expected in zip(rows, costs_of(state), strict=True):
            expected = expected._asdict()
            assert row.keys() == expected.keys() and row["cut"] == expected["cut"]
            numbers = [key for key in row if key not in ("name", "cut")]
            np.testing.assert_allclose([row[k] for k in numbers], [expected[k] for k in numbers], rtol=1e-9)
        expected = step_of(state)._asdict()
        assert total.keys() == expected.keys()
        np.testing.assert_allclose(list(total.values()), [expected[key] for key in total], rtol=1e-9)


def test_fastest_cut_takes_as_long_as_dnnlib_s(blank):
    states = list(random_states(30, seed=1))
    for state, (best, gap) in zip(
        states, in_page(blank, "a[0].map((state) => [m.bestOf(state), m.distance(state)])", states), strict=True
    ):
        expected = step_of(fastest(state)).seconds
        assert best["seconds"] == pytest.approx(expected, rel=1e-9)
        assert step_of({**state, "cut": best["cut"]}).seconds == pytest.approx(expected, rel=1e-9)
        assert gap == pytest.approx(step_of(state).seconds / expected - 1, abs=1e-8)


def test_time_line_is_the_step_on_200_random_states(blank):
    states = list(random_states(200, seed=2))
    found = in_page(blank, "a[0].map((state) => m.timeline(m.costsOf(state), state.overlap))", states)
    for state, stretches in zip(states, found, strict=True):
        rows, total = costs_of(state), step_of(state)
        assert max(one["to"] for one in stretches) == pytest.approx(total.seconds, rel=1e-9)
        lasting = {}
        for one in stretches:
            key = one["layer"], one["kind"]
            lasting[key] = lasting.get(key, 0) + one["to"] - one["from"]
        for i, row in enumerate(rows):
            parts = [sum(lasting.get((i, kind), 0) for kind in kinds)
                     for kinds in (("forward", "backward"), ("inputs",), ("gradients",))]  # fmt: skip
            np.testing.assert_allclose(parts, [row.compute, row.waiting, row.summing], rtol=1e-6, atol=1e-12)
        for lane in ("arithmetic", "wire"):
            places = sorted((one["from"], one["to"]) for one in stretches if one["lane"] == lane)
            assert all(after[0] >= before[1] - 1e-9 * total.seconds for before, after in itertools.pairwise(places))
        ready = {one["layer"]: one["to"] for one in stretches if one["kind"] == "backward"}
        for one in stretches:
            if one["kind"] == "gradients":
                assert one["from"] >= ready[one["layer"]] * (1 - 1e-12)
            if one["kind"] == "inputs":  # everybody waits
                middle = (one["from"] + one["to"]) / 2
                assert not any(o["from"] < middle < o["to"] for o in stretches if o["lane"] == "arithmetic")
        queue = sorted((one["from"], one["layer"]) for one in stretches if one["kind"] == "gradients")
        assert [layer for _, layer in queue] == sorted((layer for _, layer in queue), reverse=True)  # first come first
        order = [one["layer"] for one in stretches if one["lane"] == "arithmetic"]
        assert order == [*range(8), *reversed(range(8))]


def test_bars_hold_the_costs_and_keep_their_scale(blank):
    states = list(random_states(200, seed=3))
    found = in_page(blank, "a[0].map(m.barsOf)", states)
    for state, bars in zip(states, found, strict=True):

        def whole(cut, state=state):
            key = {"bytes": "sent", "memory": "memory"}.get(state["measure"])
            rows = costs_of({**state, "cut": cut})
            return [getattr(row, key) if key else row.compute + row.wire for row in rows]

        np.testing.assert_allclose([sum(row["parts"]) for row in bars["rows"]], whole(state["cut"]), rtol=1e-9)
        for i, row in enumerate(bars["rows"]):
            flipped = [{"data": "model", "model": "data"}[one] if k == i else one for k, one in enumerate(state["cut"])]
            assert row["other"] == pytest.approx(whole(flipped)[i], rel=1e-9)
        # The longest bar of any cut: by data behind a layer by model, or by model
        longest = max(max(whole(MODEL)), *(whole(["model"] * i + ["data"] * (8 - i))[i] for i in range(8)))
        assert bars["most"] == pytest.approx(longest, rel=1e-9)


def test_share_and_turning_batch_equal_dnnlib_on_200_random_states(ask):
    states = list(random_states(200, seed=4))
    shares, batches = (ask(MODULE, name, [[state] for state in states]) for name in ("byModelShare", "turningBatch"))
    expected = [by_model_share(state) / 100 for state in states]
    np.testing.assert_allclose(shares, expected, rtol=1e-6)
    np.testing.assert_allclose(np.array(batches, float), [turning_batch(state) for state in states], rtol=1e-6)


def test_layer_between_layers_by_data_turns_where_inputs_are_as_many_as_parameters(ask):
    states = [{**state, "cut": DATA, "layer": name} for state, name in zip(random_states(7), LAYERS[1:], strict=True)]
    # But the layer above then reads what is cut by model: 1 / n of what a gather would send
    for state, found in zip(states, ask(MODULE, "turningBatch", [[state] for state in states]), strict=True):
        at, n = LAYERS.index(state["layer"]), state["workers"]
        above = NUMBERS[at + 1][0] / n if at < 7 else 0
        assert found == pytest.approx(NUMBERS[at][1] / (NUMBERS[at][0] + above), rel=1e-9)


@pytest.mark.parametrize(
    "name, value, text",
    [("bytes", 244_403_360, "244 MB"), ("bytes", 0, "0 B"), ("bytes", 1_234_567_890, "1.23 GB"),
     ("bytes", 93_184, "93.2 kB"), ("seconds", 0.2652, "265 ms"), ("seconds", 4.1e-5, "41 µs"), ("seconds", 3, "3 s")],
)  # fmt: skip
def test_amounts_for_people(ask, name, value, text):
    assert ask(MODULE, name, [[value]])[0].replace("\xa0", " ") == text


def test_cuts_in_words(ask):
    cuts = [DATA, OWT, ["model", *DATA[1:]], ["data", "data", "model", "data", "data", "data", "model", "model"]]
    assert ask(MODULE, "cutText", [[cut] for cut in cuts]) == [
        "All by data",
        "conv1 to conv5 by data and fc6 to predictions by model",
        "conv1 by model and conv2 to predictions by data",
        "conv1, conv2 by data, conv3 by model, conv4 to fc6 by data and fc7, predictions by model",
    ]


# ---- In the page ----


def says(page, text, where=".xp-status"):
    page.wait_for_function(
        "([where, t]) => document.querySelector(where).textContent.replaceAll('\\u00a0', ' ').includes(t)",
        arg=[where, text],
    )


def switch(page, name):
    return page.get_by_role("switch", name=f"{name} by model")


def test_fastest_cut_is_found_by_trying(mount):
    page = mount(WhereToCut())
    says(page, "All by data: a step takes 461 ms")
    says(page, "Each worker sends 244 MB")
    switch(page, "conv2").click()  # worse
    says(page, "conv2 by model")
    time = float(re.search(r"takes ([\d.]+) ms", page.locator(".xp-status").inner_text().replace("\xa0", " "))[1])
    assert time > 461
    switch(page, "conv2").click()
    for name in LAYERS[5:]:
        switch(page, name).click()
    says(page, "conv1 to conv5 by data and fc6 to predictions by model: a step takes 287 ms")
    says(page, "Each worker sends 27.7 MB")
    page.get_by_role("button", name="How far from the fastest?").click()
    says(page, "No other of the 256 cuts is faster.", ".wc-note")


def test_distance_is_told_on_demand_and_a_new_try_covers_it(mount):
    page = mount(WhereToCut())
    note = page.locator(".wc-note")
    assert note.inner_text() == "" and page.locator("path.wc-other[d^=M]").count() == 0
    page.get_by_role("button", name="How far from the fastest?").click()
    says(page, "This one takes 60.3 % longer.", ".wc-note")
    switch(page, "fc6").click()
    says(page, "fc6 by model")
    assert note.inner_text() == "" and page.get_by_role("button", name="How far from the fastest?").is_visible()
    page.get_by_role("button", name="How far from the fastest?").click()
    page.get_by_role("button", name="Show each layer the other way").click()
    says(page, "fc6 has 37.8 million parameters and reads 2.36 million inputs in this batch: it sends 151 MB by data",
         ".wc-note")  # fmt: skip
    assert page.locator("path.wc-other[d^=M]").count() == 8
    page.get_by_role("button", name="Take the fastest cut").click()
    says(page, "conv1 to conv5 by data and fc6 to predictions by model")
    switch(page, "fc7").click()
    says(page, "fc7 by data")
    assert page.locator("path.wc-other[d^=M]").count() == 8  # who has asked for all, sees all
    page.get_by_role("button", name="Hide").click()
    assert note.inner_text() == ""


def test_layers_are_cut_and_read_by_keys(mount):
    page = mount(WhereToCut(layer="conv1"))
    switch(page, "conv1").focus()
    for key, name in (("ArrowDown", "conv2"), ("End", "predictions"), ("Home", "conv1"), ("ArrowDown", "conv2")):
        page.keyboard.press(key)
        says(page, f"layer{name}, by data", ".wc-facts")
    page.keyboard.press("ArrowRight")
    says(page, "conv2 by model")
    page.keyboard.press("ArrowRight")  # no further
    assert switch(page, "conv2").get_attribute("aria-checked") == "true"
    page.keyboard.press("ArrowLeft")
    says(page, "All by data")
    page.keyboard.press("Space")
    says(page, "conv2 by model")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "conv2 by model"


def test_controls_turn_the_numbers(mount):
    page = mount(WhereToCut(cut=OWT))
    page.get_by_role("slider", name="Batch").fill("13")
    state = {"cut": OWT, "workers": 2, "batch": 8192, "bandwidth": 1.25, "speed": 1, "overlap": False}
    says(page, f"Each worker sends {step_of(state).sent / 1e6:.0f} MB and holds {step_of(state).memory / 1e9:.3g} GB")
    page.get_by_role("slider", name="Wire").fill("1")
    says(page, f"{1e3 * step_of({**state, 'bandwidth': 10}).wire:.3g} ms of sending")
    page.get_by_role("radio", name="8", exact=True).check(force=True)
    state = {**state, "bandwidth": 10, "workers": 8}
    says(page, f"a step takes {step_of(state).seconds:.3g} s")
    page.get_by_role("slider", name="Multiply-accumulates").fill("1")
    says(page, f"a step takes {1e3 * step_of({**state, 'speed': 10}).seconds:.0f} ms")
    page.get_by_role("checkbox", name="send gradients while computing").check()
    says(page, "of it meanwhile")
    page.get_by_role("button", name="All by model").click()
    says(page, "All by model")
    page.get_by_role("radio", name="memory").check(force=True)
    assert page.get_by_text("parameters, gradients, momentum").is_visible()


def test_tour_says_what_is_seen(mount):
    state = {"workers": 2, "batch": 256, "bandwidth": 1.25, "speed": 1, "overlap": False, "layer": "fc6"}
    rows = costs_of({**state, "cut": DATA})
    assert sum(row.sent for row in rows[5:]) / sum(row.sent for row in rows) > 0.95
    large = costs_of({**state, "cut": MODEL})
    assert sum(row.sent for row in large[:5]) / sum(row.sent for row in large) > 0.85
    assert fastest(state)["cut"] == OWT and fastest({**state, "batch": 8192})["cut"] == DATA
    quick = {**state, "bandwidth": 12.5, "overlap": True, "cut": DATA}
    assert step_of(quick).seconds / step_of(quick).compute < 1.02 and step_of(quick).seconds == pytest.approx(
        step_of(fastest(quick)).seconds
    )
    page = mount(WhereToCut(tour="weird_trick", workers=8))
    page.get_by_role("button", name="Take the tour").click()
    for text in ("All by data", "All by model", "fc6 to predictions by model", "holds 6.49 GB", "All by data"):
        says(page, text)
        if text == "fc6 to predictions by model":
            says(page, "No other of the 256", ".wc-note")
            assert page.evaluate(
                """[...document.querySelectorAll(".wc-bar svg")].every((bar) => {
                  const end = (path) => path.getAttribute("d") ? path.getBBox().x + path.getBBox().width : 0;
                  const [other, ...own] = [...bar.children].reverse().map(end);
                  return other > Math.max(...own); })"""
            )
        if page.get_by_role("button", name="Next", exact=True).count():
            page.get_by_role("button", name="Next", exact=True).click()
    says(page, "No other of the 256", ".wc-note")
    page.get_by_role("button", name="Done").click()
    says(page, "Each worker sends 428 MB")


def test_guess_covers_what_gives_it_away(mount):
    page = mount(WhereToCut(guess="by_model_share"))
    assert page.locator(".wc-bar").first.get_attribute("class").endswith("xp-covered")
    page.get_by_label("Your guess").fill("50")
    page.get_by_role("button", name="Lock it in").click()
    says(page, "You said 50 %, it is 6.25 %", ".xp-lock-note")
    assert page.locator(".xp-covered").count() == 0


@pytest.mark.parametrize("arguments", [{}, {"cut": OWT, "told": "layers", "workers": 8, "measure": "time"}])
def test_phone_has_no_sideways_scrolling(mount, arguments):
    page = mount(WhereToCut(**arguments), width=390, has_touch=True)
    check_nothing_leaves_the_card(page, (320, 390), margin=4, excepted=".xp-sr, svg, legend")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 1600
    switch(page, "conv1").tap()
    says(page, "conv1 by model")


def test_one_screen_at_the_width_of_the_book(mount):
    assert mount(WhereToCut()).locator(".xp").bounding_box()["height"] < 920


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [{"cut": OWT, "told": "layers", "tour": "weird_trick"}, {"guess": "saved", "measure": "time"}],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    assert axe_violations(mount(WhereToCut(**arguments), theme=theme, width=700)) == []


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"cut": ["data"] * 7}, traitlets.TraitError, '"data" or "model" for each of conv1'),
        ({"cut": ["both"] * 8}, traitlets.TraitError, '"data" or "model"'),
        ({"workers": 3}, traitlets.TraitError, "workers"),
        ({"batch": 100}, traitlets.TraitError, "batch"),
        ({"bandwidth": 0}, traitlets.TraitError, "0.1 to 1000"),
        ({"speed": "fast"}, traitlets.TraitError, "0.1 to 1000"),
        ({"layer": "fc8"}, traitlets.TraitError, "layer"),
        ({"guess": "luck"}, traitlets.TraitError, "guess"),
        ({"latency": 1}, TypeError, "latency"),
    ],
)
def test_values_that_do_not_fit_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        WhereToCut(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "cut": [OWT, DATA, ["data"] * 9, ["both"] * 8, "data", None],
        "workers": [2, 4, 8, 1, 3, "2"],
        "batch": [*BATCHES, 4, 100, 16384, None],
        "bandwidth": [0.1, 1.25, 1000, 0.09, 1001, None, "1"],
        "speed": [0.1, 1, 1000, 0, None],
        "overlap": [True, False, "yes"],
        "measure": ["bytes", "time", "memory", "macs"],
        "layer": [*LAYERS, "", "pool1"],
        "told": ["nothing", "distance", "layers", "all"],
    }
    check_link_takes_what_python_takes(blank, WhereToCut, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, WhereToCut(), {"batch": 512})
