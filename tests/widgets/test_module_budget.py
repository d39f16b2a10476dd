"""The module on a budget: counts are Keras's; orders can be met, but not as they start; by mouse, keys and finger."""

import functools

import numpy as np
import pytest
import traitlets

from dnnlib.widgets.module_budget import INCEPTION_3A, KINDS, NAIVE_3A, ModuleBudget
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

pytestmark = pytest.mark.models
MODULE = "module_budget.mjs"
COUNTED = {"Conv2D", "BatchNormalization", "MaxPooling2D", "GlobalAveragePooling2D", "Dense"}
SIZES = {"1x1": [1], "3x3": [3], "5x5": [5], "3x3 twice": [3, 3], "pool": []}
FREE = {"challenge": "", "block": "branches", "side": 28, "channels": 192, "branches": INCEPTION_3A, "layers": 6,
        "growth": 32, "bottleneck": True, "gate": False, "measure": "macs"}  # fmt: skip


# ---- The oracle ----


def branch(x, name, kind, squeeze, maps):
    """A branch in Keras."""
    from keras import layers

    if kind == "pool":
        x = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
        return layers.Conv2D(maps, 1, activation="relu", name=f"{name}_1x1")(x) if maps else x
    if squeeze and kind != "1x1":
        x = layers.Conv2D(squeeze, 1, activation="relu", name=f"{name}_squeeze")(x)
    for i, size in enumerate(SIZES[kind], 1):
        x = layers.Conv2D(maps, size, padding="same", activation="relu", name=f"{name}_{size}x{size}_{i}")(x)
    return x


def model_of(state):
    """The module in Keras: its branches, or dnnlib's dense block, and dnnlib's gate."""
    import keras

    from dnnlib.models.densenet import dense_block
    from dnnlib.models.senet import squeeze_excite

    inputs = keras.Input((state["side"], state["side"], state["channels"]))
    if state["block"] == "dense":
        x = dense_block(inputs, state["layers"], state["growth"], "conv", state["bottleneck"])
    else:
        ends = [branch(inputs, f"branch{i}", *one) for i, one in enumerate(state["branches"], 1)]
        x = keras.layers.Concatenate()(ends) if len(ends) > 1 else ends[0]
    if state["gate"] and x.shape[-1] >= 16:
        x = squeeze_excite(x, "gate_se")
    return keras.Model(inputs, x)


def counted(state):
    """The rows of dnnlib's ledger that the page keeps too, by name, and how many maps come out."""
    return _counted(tuple((key, repr(state[key])) for key in FREE if key not in ("challenge", "measure")))


@functools.lru_cache(256)
def _counted(items):
    import ast

    from dnnlib.models.ledger import ledger

    model = model_of({key: ast.literal_eval(text) for key, text in items})
    rows = {row.name.removeprefix("conv_"): row for row in ledger(model) if row.kind in COUNTED}
    return rows, model.output.shape[-1]


def total(state, measure="macs"):
    return sum(getattr(row, measure) for row in counted(state)[0].values())


def bare(state):
    """Without squeezes."""
    branches = [[kind, 0, 0 if kind == "pool" else maps] for kind, _, maps in state["branches"]]
    return {**state, "branches": branches, "bottleneck": False}


def squeeze_share(state):
    return 100 * total(state) / total(bare(state))


def dearest_share(state):
    """The share of the dearest branch or layer, in %: rows of one start belong together."""
    rows = counted(state)[0]
    parts = {}
    for name, row in rows.items():
        parts[name.split("_")[0]] = parts.get(name.split("_")[0], 0) + row.macs
    return 100 * max(parts.values()) / sum(parts.values())


def naive_maps(state):
    return counted(bare(state))[1]


def break_even(state):
    """The widest squeeze that costs no more than none, tried one by one."""
    kind, _, maps = next(one for one in state["branches"] if one[0] not in ("1x1", "pool"))
    weights = SIZES[kind][0] ** 2 * maps
    return max(s for s in range(1025) if state["channels"] * s + weights * s <= weights * state["channels"])


def gate_share(state):
    without, gated = (total({**state, "gate": gate}, "parameters") for gate in (False, True))
    return 100 * (gated / without - 1)


def twice_the_layers(state):
    dense = {**state, "block": "dense", "gate": False}
    return total({**dense, "layers": 2 * state["layers"]}) / total(dense)


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        branches = [
            [kind, int(rng.choice([0, rng.integers(1, 200)])), int(rng.integers(kind != "pool", 200))]
            for kind in rng.choice(KINDS, rng.integers(1, 4)).tolist()
        ]
        yield {
            **FREE,
            "block": "dense" if rng.random() < 0.2 else "branches",
            "side": int(rng.integers(1, 113)),
            "channels": int(rng.integers(8, 1025)),
            "branches": branches,
            "layers": int(rng.integers(1, 3)),
            "growth": int(rng.integers(4, 65)),
            "bottleneck": bool(rng.random() < 0.5),
            "gate": bool(rng.random() < 0.3),
            "measure": str(rng.choice(["macs", "parameters"])),
        }


# ---- The numbers ----


@pytest.fixture
def weightless():
    """Lets Keras's layers know the shapes of their weights, and make none: a thousand layers stay cheap."""
    import keras

    with keras.StatelessScope(initialize_variables=False):
        yield
    keras.backend.clear_session()


def test_every_row_is_that_of_keras_on_200_random_states(ask, weightless):
    states = list(random_states(200))
    for state, found in zip(states, ask(MODULE, "moduleOf", [[state] for state in states]), strict=True):
        theirs, maps = counted(state)
        assert found["maps"] == maps == sum(part["maps"] for part in found["parts"])
        assert {row["name"] for row in found["rows"]} == set(theirs)
        assert [row for part in found["parts"] for row in part["rows"]] == found["rows"]
        for row in found["rows"]:
            other = theirs[row["name"]]
            assert (row["kind"], row["field"]) == (other.kind, other.receptive_field), row["name"]
            for key in ("parameters", "trainable", "macs"):
                assert row[key] == getattr(other, key), (row["name"], key)
            assert row["side"] ** 2 * row["maps"] == np.prod(other.output_shape) == row["values"]


@pytest.mark.parametrize("key", ["3a", "4a", "5b"])
def test_modules_of_googlenet_cost_what_dnnlibs_cost(ask, key):
    import keras

    from dnnlib.models.googlenet import MODULES, inception_module
    from dnnlib.models.ledger import ledger, totals

    side, channels = {"3a": (28, 192), "4a": (14, 480), "5b": (7, 832)}[key]
    one, reduce3, three, reduce5, five, pool = MODULES[key]
    branches = [["1x1", 0, one], ["3x3", reduce3, three], ["5x5", reduce5, five], ["pool", 0, pool]]
    if key == "3a":
        assert branches == INCEPTION_3A and [maps for _, _, maps in branches[:3]] == [
            maps for _, _, maps in NAIVE_3A[:3]
        ]
    inputs = keras.Input((side, side, channels))
    model = keras.Model(inputs, inception_module(inputs, MODULES[key], "module"))
    theirs = totals(ledger(model))
    [found] = ask(MODULE, "moduleOf", [[{**FREE, "side": side, "channels": channels, "branches": branches}]])
    assert sum(row["macs"] for row in found["rows"]) == theirs.macs
    assert sum(row["parameters"] for row in found["rows"]) == theirs.parameters == model.count_params()
    assert found["maps"] == model.output.shape[-1]


def test_gate_needs_16_maps_as_dnnlibs_does(ask):
    states = [{**FREE, "branches": [["1x1", 0, maps]], "gate": True} for maps in (15, 16)]
    found = [len(one["parts"]) for one in ask(MODULE, "moduleOf", [[state] for state in states])]
    assert found == [1, 2]


# ---- The orders ----

THREE_TWICE = [["1x1", 0, 96], ["3x3", 32, 128], ["3x3 twice", 32, 32]]
THIN = [["1x1", 0, 48], ["3x3", 0, 8], ["3x3 twice", 0, 8]]
DENSE = {"block": "dense", "side": 56, "channels": 64}
# What meets an order, and what comes close but does not
SOLVED = {
    "price": [{"branches": INCEPTION_3A}],
    "half": [{"branches": THREE_TWICE}],
    "thin": [{"branches": THIN}, {"branches": [["pool", 0, 48], ["3x3 twice", 0, 16]]}],
    "dense": [{**DENSE, "bottleneck": False}],
}
UNSOLVED = {
    "price": [{"branches": NAIVE_3A}, {"branches": [["1x1", 0, 256]]}],
    "half": [{"branches": INCEPTION_3A}, {"branches": [*THREE_TWICE[:2], ["5x5", 32, 32]]}],
    "thin": [{"branches": [["1x1", 0, 48], ["3x3", 96, 8], [kind, 96, 8]]} for kind in ("5x5", "3x3 twice")],
    "dense": [DENSE, {**DENSE, "bottleneck": False, "layers": 12, "growth": 16},
              {**DENSE, "bottleneck": False, "layers": 3, "growth": 64}],
}  # fmt: skip
GOALS = {
    "price": {"maps": 256, "wide": {3: 160, 5: 32}, "keep": 16, "macs": 130e6, "parameters": 165e3},
    "half": {"maps": 256, "wide": {3: 160, 5: 32}, "keep": 32, "macs": 70e6, "parameters": 90e3},
    "thin": {"maps": 64, "wide": {3: 16, 5: 8}, "keep": 96, "macs": 32e6, "parameters": 42e3},
    "dense": {"maps": 256, "field": 13, "macs": 800e6, "parameters": 260e3},
}  # fmt: skip


def expected_order(state, module):
    """Whether each line is met, from a module's counts, and from what its kernels read by NumPy's convolution."""
    goal, groups = GOALS[state["challenge"]], []
    if state["block"] == "dense":
        groups = [(1 + 2 * i, state["growth"]) for i in range(1, state["layers"] + 1)]
    else:
        for kind, _, maps in state["branches"]:
            seen = functools.reduce(np.convolve, [np.ones(size) for size in SIZES[kind]], np.ones(1))
            groups.append((len(seen), state["channels"] if (kind, maps) == ("pool", 0) else maps))
    squeezes = [s for kind, s, _ in state["branches"] if s and kind not in ("1x1", "pool")]
    passed = state["channels"] if state["block"] == "dense" else 0
    lines = [passed + sum(maps for _, maps in groups) == goal["maps"]]
    for least, count in goal.get("wide", {}).items():
        lines.append(sum(maps for field, maps in groups if field >= least) >= count)
    if "field" in goal:
        lines.append(max(field for field, _ in groups) >= goal["field"])
    if "keep" in goal:
        lines.append(state["block"] == "dense" or all(squeeze >= goal["keep"] for squeeze in squeezes))
    return [*lines, *(sum(row[key] for row in module["rows"]) <= goal[key] for key in ("macs", "parameters"))]


@pytest.mark.parametrize("challenge", GOALS)
def test_orders_can_be_met_and_near_misses_are_not_met(ask, challenge):
    solved = [{**FREE, "challenge": challenge, **state} for state in SOLVED[challenge]]
    states = solved + [{**FREE, "challenge": challenge, **state} for state in UNSOLVED[challenge]]
    orders = ask(MODULE, "orderOf", [[state] for state in states])
    for state, lines in zip(states, orders, strict=True):
        rows = [{"macs": row.macs, "parameters": row.parameters} for row in counted(state)[0].values()]
        met = [line["met"] for line in lines]
        assert met == expected_order(state, {"rows": rows}), state["branches"]
        assert all(met) == (state in solved)


def test_orders_start_unmet_and_from_their_own_maps(blank):
    found = blank.evaluate(
        f"""import('/dnnlib/widgets/{MODULE}').then((m) => Object.entries(m.GOALS).map(([challenge, goal]) => {{
          const state = {{ ...{{ layers: 6, growth: 32, bottleneck: true, branches: [["1x1", 0, 8]], gate: false }},
            challenge, side: goal.side, channels: goal.channels, ...goal.start }};
          return [challenge, m.orderOf(state).every((line) => line.met)]; }}))"""
    )
    assert found == [[challenge, False] for challenge in GOALS]
    assert [trait for trait in ModuleBudget.challenge.values if trait] == list(GOALS)


def test_order_lines_are_right_on_200_random_states(ask):
    rng = np.random.default_rng(2)
    states = []
    for state in random_states(200, seed=1):
        challenge = str(rng.choice(list(GOALS)))
        shape = {"side": 56, "channels": 64} if challenge == "dense" else {"side": 28, "channels": 192}
        states.append({**state, **shape, "challenge": challenge, "layers": int(rng.integers(1, 3))})
    orders, modules = (ask(MODULE, name, [[state] for state in states]) for name in ("orderOf", "moduleOf"))
    for state, lines, module in zip(states, orders, modules, strict=True):
        assert [line["met"] for line in lines] == expected_order(state, module)
    assert {line["met"] for lines in orders for line in lines} == {True, False}


def test_order_says_when_other_maps_come_in(ask):
    [lines] = ask(MODULE, "orderOf", [[{**FREE, "challenge": "price", "channels": 64}]])
    assert lines[-1] == {"wanted": "from 28 × 28 × 192", "have": "28 × 28 × 64", "met": False}


def test_what_the_orders_teach_is_so(ask):
    """18 weights for 25 where maps stay the same; a bottleneck pays from 7.2 growth rates on; a thin squeeze loses."""
    two, one = ({**FREE, "channels": 64, "branches": [[kind, 0, 64]]} for kind in ("3x3 twice", "5x5"))
    assert total(two) / total(one) == 18 / 25
    for growth in (5, 10, 20):
        for read in (round(7.2 * growth) - 1, round(7.2 * growth) + 1):
            dense = {**FREE, "block": "dense", "layers": 1, "growth": growth, "channels": read}
            assert (total(dense) < total({**dense, "bottleneck": False})) == (read > 7.2 * growth)
    thin = {**FREE, "branches": [["3x3", 96, 8]]}
    assert total(thin) > total(bare(thin))
    reads = [64 + 32 * i for i in range(6)]
    assert max(reads) < 7.2 * 32


@pytest.mark.parametrize(
    "value, text",
    [(8_464, "8,464"), (163_696, "163,696"), (999_800, "1 M"), (128_049_152, "128 M"), (1.04e9, "1.04 G")],
)
def test_amounts_for_people(ask, value, text):
    assert ask(MODULE, "amount", [[value]])[0].replace("\xa0", " ") == text


# ---- In the page ----


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def ticks(page):
    return page.locator(".mb-lines .xp-sr").all_inner_texts()


def group(page, number):
    return page.get_by_role("group", name=f"Branch {number}", exact=True)


def test_first_order_is_met_by_hand_and_leads_on(mount):
    page = mount(ModuleBudget())
    says(page, "28 × 28 × 416 come out, for 303 M multiply-accumulates")
    assert ticks(page).count("not met") == 3
    group(page, 2).get_by_role("slider", name="squeeze to").fill("96")
    group(page, 3).get_by_role("slider", name="squeeze to").fill("16")
    assert not page.get_by_role("button", name="Next challenge").is_visible()
    group(page, 4).get_by_role("slider", name="maps").fill("32")
    says(page, "28 × 28 × 256 come out, for 128 M multiply-accumulates and 163,696 parameters. That is 42.2 %")
    assert set(ticks(page)) == {"met"}
    assert "Delivered, with 1.95 M" in page.locator(".mb-end").inner_text().replace("\xa0", " ")
    challenge = page.get_by_label("Challenge")
    assert challenge.locator("option").all_inner_texts()[0].startswith("✓")
    group(page, 3).get_by_role("slider", name="squeeze to").fill("24")
    assert "Your best: 128 M" in page.locator(".mb-end").inner_text().replace("\xa0", " ")
    group(page, 3).get_by_role("slider", name="squeeze to").fill("16")
    page.get_by_role("button", name="Next challenge").click()
    assert challenge.input_value() == "half" and challenge.evaluate("e => e === document.activeElement")
    assert "not met" in ticks(page)


def test_branches_come_go_and_change_their_kind(mount):
    page = mount(ModuleBudget(challenge="", branches=[["1x1", 0, 64]]))
    assert group(page, 1).get_by_role("button", name="Remove branch 1").get_attribute("aria-disabled") == "true"
    add = page.get_by_role("button", name="Add a branch")
    for _ in range(4):
        add.click()
    assert add.get_attribute("aria-disabled") == "true"
    says(page, f"28 × 28 × {64 + 4 * 32} come out")
    group(page, 2).get_by_label("Kind of branch 2").select_option("pool")
    assert not group(page, 2).get_by_role("slider", name="squeeze to").is_visible()
    group(page, 2).get_by_role("slider", name="maps").fill("0")
    says(page, f"28 × 28 × {64 + 192 + 3 * 32} come out")
    group(page, 2).get_by_label("Kind of branch 2").select_option("5x5")
    says(page, f"28 × 28 × {64 + 8 + 3 * 32} come out")
    page.get_by_role("button", name="Remove branch 2").click()
    says(page, f"28 × 28 × {64 + 3 * 32} come out")


def test_bars_are_as_long_as_the_costs(mount):
    page = mount(ModuleBudget(branches=INCEPTION_3A, challenge=""))
    ends = page.evaluate(
        """[...document.querySelectorAll(".mb-branch svg[role=img], .mb-totals svg")]
          .filter((svg) => svg.checkVisibility()).map((svg) => Math.max(0,
            ...[...svg.querySelectorAll("path:not(.mb-mark)")].map((one) => one.getBBox().x + one.getBBox().width)))"""
    )
    marks = page.locator(".mb-branch .mb-mark").evaluate_all("all => all.map((path) => path.getBBox().x)")
    state = {**FREE, "branches": INCEPTION_3A}
    dearest = total({**FREE, "branches": [["3x3", 0, 128]]})
    each = [1000 * total({**FREE, "branches": [one]}) / dearest for one in INCEPTION_3A]
    both = [10 * squeeze_share(state), 1000, 1000 * 256 / 416, 1000]
    np.testing.assert_allclose(ends, [*each, *both], atol=2.5)
    bare_5x5 = 1000 * total({**FREE, "branches": [["5x5", 0, 32]]}) / dearest
    np.testing.assert_allclose(marks, [1000, bare_5x5], atol=0.02)


def test_dense_block_by_keys_and_gate(mount):
    page = mount(ModuleBudget(challenge="dense", side=56, channels=64, block="dense"))
    says(page, "56 × 56 × 256 come out, for 1.04 G")
    page.get_by_label("1 × 1 in front of each 3 × 3").focus()
    page.keyboard.press("Space")
    says(page, "for 780 M multiply-accumulates")
    assert set(ticks(page)) == {"met"}
    page.get_by_role("slider", name="layers").focus()
    page.keyboard.press("ArrowRight")
    says(page, "56 × 56 × 288 come out")
    assert page.get_by_text("layer 7 reads 256, adds 32").is_visible()
    page.get_by_label("gate at the end").check()
    assert page.get_by_text("gate: 288 means, 18 units, 288 gates").is_visible()
    page.get_by_label("Comes in").select_option("28 192")
    says(page, "28 × 28 × 416 come out")
    assert page.get_by_text("No order: build what you like").is_visible()
    page.get_by_role("group", name="Module").get_by_text("branches").click()
    says(page, "28 × 28 × 416 come out, for 303 M")


def test_tour_says_what_is_seen(mount):
    page = mount(ModuleBudget(tour="module"))
    page.get_by_role("button", name="Take the tour").click()
    says(page, "28 × 28 × 416")
    assert dearest_share({**FREE, "branches": NAIVE_3A}) < 60
    naive, three_a = ({**FREE, "branches": branches} for branches in (NAIVE_3A, INCEPTION_3A))
    wide = [row.macs for name, row in counted(naive)[0].items() if "3x3" in name or "5x5" in name]
    assert sum(wide) / total(naive) > 0.95 and squeeze_share(three_a) < 50
    twice = {**FREE, "branches": [*INCEPTION_3A[:2], ["3x3 twice", 16, 32], INCEPTION_3A[3]]}
    assert total(twice) > total(three_a)
    thin = {**FREE, "branches": [["1x1", 0, 48], ["3x3", 96, 8]]}
    assert squeeze_share(thin) > 100
    assert 4.5 < gate_share(three_a) < 5.5 and total({**three_a, "gate": True}) / total(three_a) < 1.001
    for text in ("28 × 28 × 256", "for 129 M", "28 × 28 × 56", "172,160 parameters", "56 × 56 × 256"):
        page.get_by_role("button", name="Next", exact=True).click()
        says(page, text)
    page.get_by_role("button", name="Done").click()
    says(page, "28 × 28 × 416")


@pytest.mark.parametrize(
    "arguments", [{"gate": True, "branches": [["5x5", 16, 32]] * 5}, {"block": "dense", "layers": 12}]
)
def test_phone_has_no_sideways_scrolling(mount, arguments):
    page = mount(ModuleBudget(**arguments), width=390, has_touch=True)
    check_nothing_leaves_the_card(page, (320, 390), margin=4, excepted=".xp-sr, svg, legend")
    assert page.locator(".xp").bounding_box()["height"] < 2100
    page.get_by_text("parameters", exact=True).first.tap()
    page.wait_for_function("document.querySelector('.mb-stage').textContent.includes('Parameters')")


def test_one_screen_at_the_width_of_the_book(mount):
    assert mount(ModuleBudget()).locator(".xp").bounding_box()["height"] < 900


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [{"branches": INCEPTION_3A, "gate": True}, {"block": "dense", "tour": "module"}, {"guess": "squeeze_share"}],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    assert axe_violations(mount(ModuleBudget(**arguments), theme=theme, width=700)) == []


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"branches": []}, traitlets.TraitError, "1 to 5 branches"),
        ({"branches": [["1x1", 0, 8]] * 6}, traitlets.TraitError, "1 to 5 branches"),
        ({"branches": "1x1"}, traitlets.TraitError, "1 to 5 branches"),
        ({"branches": [["7x7", 0, 8]]}, traitlets.TraitError, "a kind of 1x1"),
        ({"branches": [["3x3", 8]]}, traitlets.TraitError, "kind, squeeze, maps"),
        ({"branches": [["3x3", 0, 0]]}, traitlets.TraitError, "1 to 1024"),
        ({"branches": [["3x3", 2.5, 8]]}, traitlets.TraitError, "whole numbers"),
        ({"challenge": "free"}, traitlets.TraitError, "challenge"),
        ({"growth": 2}, traitlets.TraitError, "growth"),
        ({"guess": "luck"}, traitlets.TraitError, "guess"),
        ({"width": 1}, TypeError, "width"),
    ],
)
def test_values_that_do_not_fit_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        ModuleBudget(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "challenge": ["price", "half", "thin", "dense", "", "free", None],
        "block": ["branches", "dense", "both"],
        "side": [1, 28, 112, 0, 113, 1.5],
        "channels": [8, 192, 1024, 7, 1025, "192"],
        "branches": [NAIVE_3A, INCEPTION_3A, [], [["1x1", 0, 8]] * 6, [["pool", 0, 0]], [["3x3", 0, 0]], [["3x3", 0]],
                     [["3x3", -1, 8]], [["3x3", 1025, 8]], [["7x7", 0, 8]], [["3x3", 0.5, 8]], "3x3",
                     [["3x3", True, 8]]],
        "layers": [1, 12, 0, 13],
        "growth": [4, 64, 3, 65],
        "bottleneck": [True, False, "yes"],
        "gate": [True, False, "no"],
        "measure": ["macs", "parameters", "memory"],
    }  # fmt: skip
    check_link_takes_what_python_takes(blank, ModuleBudget, tried)


def test_kinds_of_the_page_are_those_of_python(mount):
    page = mount(ModuleBudget())
    assert group(page, 1).locator("option").evaluate_all("all => all.map((e) => e.value)") == list(KINDS)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, ModuleBudget(), {"side": 14})
