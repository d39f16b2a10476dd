"""The life of a unit: it trains, dies and comes back as a unit of dnnlib does, and mouse and keyboard drive it."""

import re

import numpy as np
import pytest
import traitlets

from dnnlib.layers.dense import Dense
from dnnlib.layers.elu import ELU
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.relu import ReLU
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.unit_life import ACTIVATIONS, DATA, UnitLife
from tests.widgets import test_network_playground as playground
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import check_clean_up_stops_everything, check_nothing_leaves_the_card

MODULE = "unit_life.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}
XOR = {"data": "xor", "learning_rate": 5.0, "seed": 2}  # five of eight units die


def full(**changed):
    """A state with all traits."""
    widget = UnitLife(**changed)
    return {name: getattr(widget, name) for name in UnitLife.class_own_traits(sync=True)}


def model_of(state, activation):
    """Returns dnnlib's network with the page's first weights, compiled."""
    hidden = {"relu": ReLU(dtype="float64"), "leaky_relu": LeakyReLU(state["slope"], dtype="float64"),
              "elu": ELU(dtype="float64")}[activation]  # fmt: skip
    model = Sequential([Dense(state["hidden"], dtype="float64"), hidden, Dense(1, dtype="float64")])
    model.build((None, 2))
    random = playground.Generator(state["seed"])
    for weights in model.params.values():
        if weights.ndim == 2:  # glorot_uniform; biases start at zero
            limit = np.sqrt(6 / sum(weights.shape))
            weights[...] = [[limit * (2 * random.uniform() - 1) for _ in row] for row in weights]
    model.compile(SGD(state["learning_rate"]), BinaryCrossentropy(from_logits=True))
    return model


def points_of(state):
    return playground.data_of({"data": state["data"], "noise": 0.1, "examples": 100, "train_share": 1.0})[0]


def gradients(model, x, y):
    model.loss.forward(y, model.forward(x))
    model.backward(model.loss.backward())
    return [grad.copy() for grad in model.grads.values()]


def lived(state, steps=None):
    """Trains dnnlib's network; returns its shares at each step, deaths, weights, gradients, sums and share right."""
    model, (x, y) = model_of(state, state["activation"]), points_of(state)
    leaks, shares, deaths = state["activation"] != "relu", [], [None] * state["hidden"]
    last = None
    for taken in range((state["steps"] if steps is None else steps) + 1):
        if taken:
            last = model.get_weights(), gradients(model, x, y)
            model.train_on_batch(x, y)
        sums = model.layers[0].forward(x)
        shares.append((sums > 0).sum(axis=0))
        for k in np.flatnonzero(shares[-1] == 0):
            if not leaks and deaths[k] is None:
                before, gradient = ([part[..., k].ravel() for part in arrays[:2]] for arrays in last)
                deaths[k] = {"step": taken, "before": np.concatenate(before), "gradient": np.concatenate(gradient),
                             "from": shares[-2][k]}  # fmt: skip
        if taken == state["leak_from"] and not leaks:
            weights, model = model.get_weights(), model_of(state, "leaky_relu")
            model.set_weights(weights)
            leaks = True
    right = np.mean((model.forward(x) > 0) == (y > 0))
    return {"shares": np.array(shares), "deaths": deaths, "weights": model.get_weights(), "right": right,
            "grads": gradients(model, x, y), "sums": sums, "leaks": leaks}  # fmt: skip


def dead_units(state):
    """How many units are dead after 100 steps."""
    end = lived({**state, "leak_from": None}, 100)
    return 0 if end["leaks"] else int((end["shares"][-1] == 0).sum())


def incoming(arrays, k):
    return np.concatenate([part[..., k].ravel() for part in arrays[:2]])


def moved(state):
    """How far the weights into the unit that is shown move in 100 steps from now on."""
    k = min(state["unit"], state["hidden"] - 1)
    now, then = (incoming(lived(state, state["steps"] + more)["weights"], k) for more in (0, 100))
    return np.linalg.norm(then - now)


def configurations(count, most=12, seed=0):
    """Random states."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        steps = int(rng.integers(most + 1))
        yield full(
            data=str(rng.choice(DATA)),
            hidden=int(rng.integers(1, 13)),
            activation=str(rng.choice(ACTIVATIONS, p=[0.7, 0.2, 0.1])),
            slope=float(rng.choice([0.01, 0.1, 0.3])),
            learning_rate=float(rng.choice([0.1, 1, 5, 10, 30])),
            seed=int(rng.integers(100)),
            steps=steps,
            unit=int(rng.integers(12)),
            leak_from=int(rng.integers(most + 1)) if rng.integers(3) == 0 else None,
        )


RUN = """async (states) => {
  const m = await import("/dnnlib/widgets/unit_life.mjs"), list = (all) => all.map((one) => [...one]);
  return states.map((state) => {
    const life = m.lifeOf(state);
    while (life.steps() < state.steps && life.step());
    const { sums, weights, grads, right } = life.now();
    return { shares: life.shares, deaths: life.deaths, dead: m.deadOf(life), right, sums: [...sums],
      weights: list(weights), grads: list(grads) };
  });
}"""


def same(received, expected, case):
    np.testing.assert_allclose(np.ravel(received), np.ravel(expected), **WITHIN, err_msg=str(case))


def assert_lives_as_dnnlibs(found, state):
    expected = lived(state)
    np.testing.assert_array_equal(found["shares"], expected["shares"], err_msg=str(state))
    for name in ("weights", "grads"):
        for one, other in zip(found[name], expected[name], strict=True):
            same(one, other, state)
    same(found["sums"], expected["sums"], state)
    same(found["right"], expected["right"], state)
    for one, other in zip(found["deaths"], expected["deaths"], strict=True):
        assert (one is None) == (other is None), state
        for name in other or {}:
            same(one[name], other[name], (state, name))
    assert found["dead"] == [death is not None and not expected["leaks"] for death in expected["deaths"]]


# The numbers


def test_200_random_lives_are_those_of_dnnlib_step_for_step(blank):
    states = list(configurations(200))
    received = blank.evaluate(RUN, states)
    for state, found in zip(states, received, strict=True):
        assert_lives_as_dnnlibs(found, state)
    assert sum(any(found["dead"]) for found in received) > 20  # some did die


@pytest.mark.parametrize(
    "changed", [XOR, {**XOR, "leak_from": 100}, {**XOR, "activation": "elu", "learning_rate": 1.0}]
)
def test_150_steps_of_training_are_those_of_dnnlib(blank, changed):
    state = full(**changed, steps=150)
    [found] = blank.evaluate(RUN, [state])
    assert_lives_as_dnnlibs(found, state)


def test_a_dead_unit_has_a_gradient_of_exactly_zero_and_never_moves_until_it_leaks(blank):
    # A ReLU network whose second layer is the output: the inputs of its units stay, so a dead one can't come back
    states = [{**state, "activation": "relu", "leak_from": None} for state in configurations(60, most=40, seed=5)]
    early, late, leaking = (
        blank.evaluate(RUN, [{**state, **changed} for state in states])
        for changed in ({"steps": 40}, {"steps": 80}, {"steps": 40, "leak_from": 40})
    )
    units = 0
    for one, other, leaky in zip(early, late, leaking, strict=True):
        assert not any(leaky["dead"])
        for k in np.flatnonzero(one["dead"]):
            size = len(one["dead"])
            places = (0, k), (0, size + k), (1, k)
            assert [one["grads"][part][at] for part, at in places] == [0, 0, 0] and other["dead"][k]
            assert [one["weights"][part][at] for part, at in places] == [
                other["weights"][part][at] for part, at in places
            ]
            assert any(leaky["grads"][part][at] != 0 for part, at in places)
            assert one["shares"][-1][k] == 0
            units += 1
    assert units > 30


def test_leak_brings_back_what_without_it_stays_dead(blank):
    with_leak, without = blank.evaluate(RUN, [full(**XOR, steps=300, leak_from=leak) for leak in (100, None)])
    assert without["dead"][1] and without["shares"][-1][1] == 0 and sum(without["dead"]) == 5
    assert with_leak["shares"][-1][1] > 20 and with_leak["right"] > without["right"] + 0.15


def test_answers_to_the_guesses_are_dnnlibs_on_random_states(call):
    states = list(configurations(20, seed=8))
    assert call(MODULE, "deadAfter", [[state] for state in states]) == [dead_units(state) for state in states]
    calm = [{**state, "learning_rate": min(state["learning_rate"], 3.0)} for state in states]
    same(call(MODULE, "moved", [[state] for state in calm]), [moved(state) for state in calm], "moved")


def test_answer_is_set_beside_twenty_starts(mount):
    page = mount(UnitLife(**{**XOR, "seed": 90}, guess="dead_units"))
    page.get_by_role("button", name="Show me").click()
    counts = [dead_units(full(**{**XOR, "seed": seed % 100})) for seed in range(90, 110)]
    told = page.locator(".xp-lock-note").inner_text()
    assert told.startswith(f"It is {counts[0]}.") and len(set(counts)) > 2
    mean, least, most = re.search(r"it is (\S+) on average, (\d+) at least and (\d+) at most", told).groups()
    assert abs(float(mean) - np.mean(counts)) < 0.051 and (int(least), int(most)) == (min(counts), max(counts))


def test_zero_line_ends_at_the_edge_of_the_plane_and_is_none_where_it_misses_it(call):
    rng = np.random.default_rng(2)
    weights = [*rng.normal(size=(50, 3)).tolist(), [1, 0, 1], [0, 2, -1], [1, 1, 0], [1, 1, 7], [0, 0, 1]]
    for (w1, w2, b), line in zip(weights, call(MODULE, "zeroLine", [[w] for w in weights]), strict=True):
        x, y = np.array(line["x"]), np.array(line["y"])
        corners = [w1 * one + w2 * other + b for one in (-3, 3) for other in (-3, 3)]
        assert len(x) == len(y) == (2 if min(corners) < 0 < max(corners) else 0)
        np.testing.assert_allclose(w1 * x + w2 * y + b, 0, atol=1e-9)
        if len(x):
            np.testing.assert_allclose(np.maximum(abs(x), abs(y)), 3, atol=1e-6)


def test_bins_hold_all_sums_and_part_them_at_zero(call):
    rng = np.random.default_rng(3)
    drawn = [(rng.normal(size=100) * scale + middle).tolist() for scale, middle in rng.uniform(0.01, 9, (50, 2)) - 2]
    for values, edges in zip(drawn, call(MODULE, "binsOf", [[values] for values in drawn]), strict=True):
        assert edges[0] < min(0, *values) and edges[-1] > max(0, *values) and 0 in edges and 10 < len(edges) < 60
        np.testing.assert_allclose(np.diff(edges), edges[1] - edges[0])


# The traits


@pytest.mark.parametrize("changed", [
    {"data": "curve"}, {"hidden": 13}, {"hidden": 0}, {"activation": "gelu"}, {"slope": 2.0}, {"learning_rate": 0.0},
    {"seed": 100}, {"steps": 1001}, {"unit": 12}, {"leak_from": -1}, {"guess": "dead"}, {"tour": "life"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        UnitLife(**changed)


# The figure


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent.includes(t)", arg=text)


def unit(page, k):
    return page.get_by_role("radiogroup", name="Unit shown").get_by_role("radio").nth(k)


def shown_table(page):
    """The chosen unit's weights, gradients and steps, as rows."""
    rows = page.get_by_role("table", name="Incoming weights").locator("tbody tr").all()
    return np.array([[float(one.replace("−", "-")) for one in row.locator("td").all_inner_texts()] for row in rows])


def test_steps_by_hand_end_in_the_death_of_dnnlib(mount):
    page = mount(UnitLife(**XOR, steps=4))
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 5 steps, 1 of 8 units is dead")
    state = full(**XOR, steps=5)
    expected = lived(state)
    weights, gradient = incoming(expected["weights"], 1), incoming(expected["grads"], 1)
    np.testing.assert_allclose(shown_table(page), np.transpose([weights, gradient, -5 * gradient]), rtol=0.006)
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, "Unit 2 died in step 6: rate × gradient = 5 × (")
    says(page, "the share above zero went from 40\u00a0% to 0\u00a0%. Now its gradient is exactly 0.")
    assert (shown_table(page)[:, 1:] == 0).all()
    assert unit(page, 1).get_attribute("aria-label") == "unit 2, dead since step 6"
    page.get_by_role("button", name="Reset").click()
    says(page, "Before training, 0 of 8 units are dead")


def test_it_finds_the_next_death_and_goes_back_before_it(mount):
    page = mount(UnitLife(**XOR))
    deaths = sorted(death["step"] for death in lived(full(**XOR, steps=100))["deaths"] if death)
    for count, at in enumerate(deaths[:3]):
        page.get_by_role("button", name="Train until one dies").click()
        says(page, f"After {at} steps, {count + 1} of 8 units")
        says(page, f"died in step {at}")
        assert page.locator(".xp-player-count").inner_text() == f"{at} steps"
    page.get_by_role("button", name="Back before its death").click()
    says(page, f"After {deaths[2] - 1} steps, 2 of 8 units are dead")
    assert page.get_by_role("button", name="Back before its death").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, f"died in step {deaths[2]}")


def test_a_leak_is_given_and_taken_away_at_the_same_step(mount):
    page = mount(UnitLife(**XOR, steps=100))
    says(page, "Since then its gradient is exactly 0")
    page.get_by_role("button", name="Give the layer a leak").click()
    says(page, "With a leak of 0.01 from step 100 on, its gradient is no longer 0")
    says(page, "After 100 steps, 0 of 8 units are dead")
    page.get_by_label("Leak’s slope").select_option("0.1")
    says(page, "With a leak of 0.1 from step 100 on")
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    gradient = incoming(lived(full(**XOR, steps=103, leak_from=100, slope=0.1))["grads"], 1)
    np.testing.assert_allclose(shown_table(page)[:, 1], gradient, rtol=0.006)
    page.get_by_role("button", name="Take the leak away").click()
    says(page, "After 103 steps, 5 of 8 units are dead")


def test_it_plays_and_a_change_starts_it_again(mount):
    page = mount(UnitLife(**XOR))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 3")
    page.get_by_role("button", name="Pause").click()
    says(page, "units")
    for label, value, said in (("Learning rate", "0.3", "Before training"), ("Activation", "elu", "Before training")):
        page.get_by_label(label).select_option(value)
        says(page, said)
    assert not page.get_by_label("Leak’s slope").is_visible()
    assert page.get_by_role("button", name="Give the layer a leak").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Units: more").click()
    says(page, "0 of 9 units")


def test_units_are_chosen_by_keyboard_and_mouse(mount):
    page = mount(UnitLife(**XOR, steps=20))
    unit(page, 4).click()
    says(page, "Unit 5 ")
    page.keyboard.press("ArrowRight")
    says(page, "Unit 6 ")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    says(page, "Unit 4 ")
    page.keyboard.press("End")
    says(page, "Unit 8 ")
    assert page.get_by_role("radio", checked=True).and_(page.locator(".ul-unit")).count() == 1
    assert page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
    page.keyboard.press("Home")
    says(page, "Unit 1 ")


def test_histogram_holds_the_hundred_sums(mount):
    page = mount(UnitLife(**XOR, steps=3))
    text = page.get_by_role("img", name="Unit 2's scores of the points").get_attribute("aria-label")
    assert "above zero: " in text and "zero or below: " in text
    page.get_by_role("slider", name="Unit 2's scores").focus()
    total = 0
    for key in ["Home"] + ["ArrowRight"] * 60:
        page.keyboard.press(key)
        said = page.get_by_role("slider", name="Unit 2's scores")
        now, last = (int(said.get_attribute(f"aria-value{name}")) for name in ("now", "max"))
        total += sum(int(n) for n in re.findall(r"(?:zero|below) (\d+)", said.get_attribute("aria-valuetext")))
        if now == last:
            break
    assert total == 100


def test_tour_shows_a_death_and_a_revival_and_gives_the_state_back(mount):
    page = mount(UnitLife(data="circle", learning_rate=1.0, tour="death"))
    before = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    says(page, "Unit 2 is above zero for 50\u00a0% of the points")
    for said in ("leaves its border", "gradient is exactly 0", "75\u00a0%", "no longer 0"):
        page.get_by_role("button", name="Next").click()
        page.wait_for_function("(t) => document.querySelector('.xp').textContent.includes(t)", arg=said)
    right = re.search(r"gets (\d+)", page.locator(".xp-status").inner_text())
    assert int(right[1]) >= 90
    page.get_by_role("button", name="Done").click()
    says(page, before)


def test_weights_that_overflow_are_said_and_stop_the_training(call, mount):
    wild = {"learning_rate": 100.0, "activation": "leaky_relu", "slope": 1.0}
    page = mount(UnitLife(**wild, steps=1000))
    says(page, "the weights are no longer numbers")
    assert not np.isfinite(call(MODULE, "moved", [[full(**wild, steps=1000)]])[0])
    assert page.get_by_role("button", name="Step", exact=True).get_attribute("aria-disabled") == "true"


STATES = {
    "asked": {"guess": "moved", "tour": "death", "steps": 5},
    "born": {},
    "dead": {**XOR, "steps": 100},
    "revived": {**XOR, "steps": 160, "leak_from": 100},
    "most": {"hidden": 12, "data": "spiral", "steps": 1000, "learning_rate": 10.0},
    "elu": {"activation": "elu", "steps": 30, "learning_rate": 1.0},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(UnitLife(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320))


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, UnitLife())
