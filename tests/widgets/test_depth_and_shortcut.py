"""Depth and shortcut: what comes through is NumPy's, both networks train as dnnlib's layers do, and hands drive it."""

import functools
import json
import re

import numpy as np
import pytest
import traitlets
from scipy.stats import norm
from sklearn.datasets import load_digits

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.widgets.depth_and_shortcut import BRANCHES, SHORTCUTS, DepthAndShortcut
from tests.widgets import test_network_playground as playground
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tools import digits_data

MODULE = "depth_and_shortcut.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-9}
EPOCH, AFTER = 15, 200  # steps
FAR = 60  # up to this deviation of a gate's sum its means are exact


def full(**changed):
    """A state with all traits."""
    widget = DepthAndShortcut(**changed)
    return {name: getattr(widget, name) for name in DepthAndShortcut.class_own_traits(sync=True)}


def random_states(count, seed=0, depth=7):
    """Yields states of shallow networks, of each shortcut and each branch alike."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        yield full(
            kind=SHORTCUTS[n % 4],
            branch=BRANCHES[n // 4 % 4],
            scale=float(rng.uniform(0.1, 1.2)),
            depth=int(rng.integers(1, depth)),
            seed=int(rng.integers(100)),
            learning_rate=float(rng.choice([0.003, 0.01, 0.03])),
        )


# The network in NumPy, of layers of dnnlib


def factor(state):
    return {"none": 0, "identity": 1, "constant": state["scale"], "gate": min(state["scale"], 0.99)}[state["kind"]]


def branch(state):
    if state["kind"] == "none":
        return 1
    level = np.sqrt(max(0, 1 - factor(state) ** 2))
    return {"one": 1, "half": 0.5, "root": state["depth"] ** -0.5, "level": level}[state["branch"]]


def uniforms(random, count):
    """The generator's next numbers, many at once: its state counts up, and each number is a hash of it."""
    step, mask = 0x6D2B79F5, np.uint64(2**32 - 1)
    seed = (random.state + step * np.arange(1, count + 1, dtype=np.uint64)) & mask
    random.state = int(seed[-1])
    t = (seed ^ seed >> np.uint64(15)) * (seed | np.uint64(1)) & mask
    t ^= t + ((t ^ t >> np.uint64(7)) * (t | np.uint64(61)) & mask) & mask
    return ((t ^ t >> np.uint64(14)) & mask) / 2**32


def dense(units, inputs, variance, random):
    """A Dense layer of dnnlib with the page's uniform numbers of a variance."""
    layer = Dense(units, dtype="float64")
    layer.build((None, inputs))
    draws = 2 * uniforms(random, inputs * units) - 1
    layer.set_weights([np.sqrt(3 * variance) * draws.reshape(inputs, units), np.zeros(units)])
    return layer


class Block:
    """y = s(x) x + b F(x), written down anew."""

    def __init__(self, state, units, random, gate_seed):
        self.b, self.s, self.gate = branch(state), factor(state), None
        first, second = (dense(units, units, 2 / units, random) for _ in range(2))
        self.branch = [ReLU(dtype="float64"), first, ReLU(dtype="float64"), second]
        if state["kind"] == "gate":
            self.gate = dense(units, units, 1 / units, playground.Generator(gate_seed))
            self.gate.set_weights([self.gate.get_weights()[0], np.full(units, np.log(1 / self.s - 1))])
            self.sigmoid = Sigmoid(dtype="float64")
        self.weighted = [first, second] + [self.gate] * (self.gate is not None)

    def forward(self, x):
        self.x, f = x, x
        for layer in self.branch:
            f = layer.forward(f)
        if self.gate is not None:
            self.s = 1 - self.sigmoid.forward(self.gate.forward(x))
        return self.s * x + self.b * f

    def backward(self, grad):
        back = self.b * grad
        for layer in reversed(self.branch):
            back = layer.backward(back)
        if self.gate is not None:
            back = back + self.gate.backward(self.sigmoid.backward(-self.x * grad))
        return self.s * grad + back


def blocks_of(state, units, random, seed):
    return [Block(state, units, random, 100 * seed + place + 10**6) for place in range(state["depth"])]


def root_mean_square(values):
    return np.sqrt(np.mean(values**2))


def measured(state, k, units):
    """What the page measures in the k-th network of a state."""
    seed = 6 * state["seed"] + k
    random = playground.Generator(seed)
    x, last = (np.array([random.normal() for _ in range(8 * units)]).reshape(8, units) for _ in range(2))
    blocks = blocks_of(state, units, random, seed)
    xs, gs, kept, returned = [x], [last], [x], [last]
    for block in blocks:
        xs.append(block.forward(xs[-1]))
        kept.append(kept[-1] * block.s)
    for block in reversed(blocks):
        gs.insert(0, block.backward(gs[0]))
        returned.insert(0, returned[0] * block.s)
    found = {"forward": xs, "backward": gs, "kept": kept, "returned": returned}
    starts = {"forward": x, "backward": last, "kept": x, "returned": last}
    sizes = {
        name: [root_mean_square(one) / root_mean_square(starts[name]) for one in rows] for name, rows in found.items()
    }
    with np.errstate(invalid="ignore"):
        directions = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in xs]
    pairs = np.tril_indices(8, -1)
    return {**sizes, "alike": [(one @ one.T)[pairs].mean() for one in directions]}


POINTS = np.linspace(-9, 9, 4_001)
NORMAL = np.exp(-(POINTS**2) / 2) / np.sqrt(2 * np.pi)


def gate_means(bias, deviation):
    """Means of sigmoid² and of its slope's square over a normal sum: a fine sum, or the limit of large deviations."""
    if deviation > FAR:
        density = norm.pdf(bias / deviation) / deviation
        return norm.cdf(bias / deviation) - density, density / 6
    opens = 0.5 + 0.5 * np.tanh((bias + deviation * POINTS) / 2)
    return [np.trapezoid(f**2 * NORMAL, POINTS) for f in (opens, opens * (1 - opens))]


def predicted(state):
    """Roots of mean squares for wide layers, by the formulas."""
    b, s = branch(state) ** 2, factor(state) ** 2
    forward, kept, factors = [1.0], [1.0], []
    for _ in range(state["depth"]):
        passed, slope = s, 0.0
        if state["kind"] == "gate":
            passed, slope = gate_means(np.log(factor(state) / (1 - factor(state))), np.sqrt(forward[-1]))
        factors.append((passed + b + slope * forward[-1], passed))
        forward.append(forward[-1] * (passed + b))
        kept.append(kept[-1] * passed)
    behind = [[np.prod([one[n] for one in factors[place:]]) for place in range(state["depth"] + 1)] for n in (0, 1)]
    rows = {"forward": forward, "kept": kept, "backward": behind[0], "returned": behind[1]}
    return {name: np.sqrt(row) for name, row in rows.items()}


class Network:
    """The network that trains, with the page's first weights and batches."""

    def __init__(self, state):
        random = playground.Generator(state["seed"])
        self.first = dense(16, 64, 2 / 64, random)
        self.blocks = blocks_of(state, 16, random, state["seed"])
        self.relu, self.last = ReLU(dtype="float64"), dense(10, 16, 2 / 16, random)
        self.weighted = [self.first, *(layer for block in self.blocks for layer in block.weighted), self.last]
        self.loss = SparseCategoricalCrossentropy(from_logits=True)
        self.optimizer = SGD(state["learning_rate"], momentum=0.9)
        self.losses, self.right = [], []
        self.digits = digits()
        self.shuffle, self.order = playground.Generator(state["seed"]), []

    def step(self):
        if not self.order:
            self.order = self.shuffle.permutation(300)
        batch, self.order = self.order[:20], self.order[20:]
        x, labels = (part[batch] for part in self.digits)
        chain = [self.first, *self.blocks, self.relu, self.last]
        for layer in chain:
            x = layer.forward(x)
        self.losses.append(float(self.loss.forward(labels, x)))
        self.right.append(int((x.argmax(axis=1) == labels).sum()))
        grad = self.loss.backward()
        for layer in reversed(chain):
            grad = layer.backward(grad)
        names = [(layer, name) for layer in self.weighted for name in layer.params]
        self.optimizer.apply(
            [layer.grads[name] for layer, name in names], [layer.params[name] for layer, name in names]
        )

    def weights(self):
        return [weights for layer in self.weighted for weights in layer.get_weights()]


@functools.cache
def digits():
    data, target = load_digits(return_X_y=True)
    places = digits_data.sample()
    return data[places] / 16, target[places]


def trained(state, steps):
    """The plain network and the chosen one after so many steps."""
    pair = {"plain": Network({**state, "kind": "none"}), "chosen": Network(state)}
    for network in pair.values():
        for _ in range(steps):
            network.step()
    return pair


def plain_right(state):
    """How many of the last 300 digits of the first 200 steps the plain network tells right."""
    network = Network({**state, "kind": "none"})
    for _ in range(AFTER):
        network.step()
    return sum(network.right[-EPOCH:])


# The numbers


def test_what_is_measured_is_that_of_dnnlibs_layers_on_200_random_states(ask):
    states = list(random_states(200))
    calls = [[state, n % 6, 8] for n, state in enumerate(states)]
    for (state, k, units), found in zip(calls, ask(MODULE, "measured", calls), strict=True):
        for name, values in measured(state, k, units).items():
            # Layers of 8 units can lose an input altogether; JSON has no NaN for its cosine
            rows = np.array(found[name], float)
            np.testing.assert_allclose(rows, values, **WITHIN, err_msg=f"{name} of {state}")


def test_what_is_predicted_is_that_of_the_formulas_on_200_random_states(ask):
    states = list(random_states(200, seed=1, depth=40))
    compared = 0
    for state, found in zip(states, ask(MODULE, "predicted", [[state] for state in states]), strict=True):
        expected = predicted(state)
        exact = state["kind"] != "gate" or expected["forward"].max() < FAR
        compared += exact
        for name, values in expected.items():
            tolerance = WITHIN if exact else {"rtol": 0.03}
            np.testing.assert_allclose(found[name], values, **tolerance, err_msg=f"{name} of {state}")
    assert compared > 170


def test_a_constant_shortcut_leaves_lambda_to_the_depth_in_both_directions(ask):
    state = full(kind="constant", scale=0.5, branch="one", depth=54)
    [found], [expected] = ask(MODULE, "measured", [[state, 0, 8]]), ask(MODULE, "predicted", [[state]])
    for one in (found, expected):
        np.testing.assert_allclose([one["kept"][-1], one["returned"][0]], 0.5**54, rtol=1e-9)


@pytest.mark.parametrize(
    "kind, branch", [("none", "one"), ("identity", "half"), ("constant", "level"), ("gate", "half")]
)
def test_prediction_is_the_mean_square_of_many_networks(ask, kind, branch):
    state = full(kind=kind, branch=branch, scale=0.8, depth=6)
    many = ask(MODULE, "measured", [[{**state, "seed": n // 6}, n % 6, 48] for n in range(90)])
    [expected] = ask(MODULE, "predicted", [[state]])
    for name, at in (("forward", -1), ("backward", 0), ("kept", -1)):
        squares = np.array([one[name][at] for one in many]) ** 2
        error = squares.std(ddof=1) / len(squares) ** 0.5
        # The gate's formula is that of wide layers: at 48 units it is a few hundredths off
        assert abs(squares.mean() - expected[name][at] ** 2) <= 4 * error + 0.05 * expected[name][at] ** 2


RUN = """async ([calls, all]) => {
  const { sessionOf } = await import("/dnnlib/widgets/depth_and_shortcut.mjs");
  return calls.map(([state, steps]) => {
    const session = sessionOf(state), list = (one) => [...one];
    const weights = ({ network }) => (all ? network().getWeights().map(list) : []);
    const same = String(weights(session.plain)) === String(weights(session.chosen));
    while (session.steps() < steps && session.step());
    const of = (one) => ({ losses: one.losses, right: one.right, weights: weights(one) });
    return JSON.stringify({ plain: of(session.plain), chosen: of(session.chosen), same });
  });
}"""


def run(page, states, steps, weights=True):
    """Trains both networks of each state in the page."""
    return [json.loads(text) for text in page.evaluate(RUN, [[[state, steps] for state in states], weights])]


def assert_trains_as_dnnlib(found, state, steps):
    for name, network in trained(state, steps).items():
        np.testing.assert_allclose(found[name]["losses"], network.losses, **WITHIN, err_msg=f"{name} of {state}")
        assert found[name]["right"] == network.right
        for one, other in zip(found[name]["weights"], network.weights(), strict=True):
            np.testing.assert_allclose(one, other.ravel(), rtol=1e-6, atol=1e-7, err_msg=f"{name} of {state}")


def test_two_steps_of_200_random_pairs_are_those_of_dnnlib_from_the_same_first_weights(blank):
    states = list(random_states(200, seed=2, depth=4))
    for state, found in zip(states, run(blank, states, 2), strict=True):
        assert found["same"] or state["kind"] == "gate"
        assert_trains_as_dnnlib(found, state, 2)


@pytest.mark.parametrize(
    "changed", [{"depth": 10}, {"kind": "gate", "depth": 4}, {"kind": "constant", "branch": "level"}]
)
def test_forty_steps_of_training_are_those_of_dnnlib(blank, changed):
    state = full(**{"depth": 6, **changed})
    [found] = run(blank, [state], 40)
    assert_trains_as_dnnlib(found, state, 40)


def test_plain_network_stops_learning_with_depth_and_the_one_with_identity_does_not(blank):
    states = [full(depth=depth, seed=seed) for depth in (2, 20) for seed in (0, 1)]
    pairs = run(blank, states, AFTER, weights=False)
    right = {name: [sum(pair[name]["right"][-EPOCH:]) for pair in pairs] for name in ("plain", "chosen")}
    assert min(right["plain"][:2]) > 150 and max(right["plain"][2:]) < 100
    assert min(right["chosen"]) > 220


def test_level_sizes_do_not_help_where_the_shortcuts_die_out(blank, ask):
    state = full(kind="constant", scale=0.7, branch="level", depth=20)
    [expected] = ask(MODULE, "predicted", [[state]])
    np.testing.assert_allclose(expected["forward"], 1)
    [found] = run(blank, [state], AFTER, weights=False)
    assert sum(found["chosen"]["right"][-EPOCH:]) < 100


def test_answer_to_the_plain_guess_is_dnnlibs(call):
    states = [full(depth=2, seed=3), full(depth=5, kind="constant", branch="half")]
    assert call(MODULE, "plainRight", [[state] for state in states]) == [plain_right(state) for state in states]


# The traits


@pytest.mark.parametrize("changed", [
    {"kind": "skip"}, {"scale": 0.0}, {"scale": 1.3}, {"branch": "two"}, {"depth": 0}, {"depth": 55}, {"seed": 100},
    {"learning_rate": 0.0}, {"steps": 1001}, {"guess": "right"}, {"tour": "width"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        DepthAndShortcut(**changed)


def test_link_takes_what_python_takes(blank):
    tried = {
        "kind": [*SHORTCUTS, "", None],
        "scale": [0.1, 1, 1.2, 0.05, 1.25, "1"],
        "branch": [*BRANCHES, "1", None],
        "depth": [1, 54, 0, 55, 2.5],
        "seed": [0, 99, -1, 100],
        "learning_rate": [1e-6, 0.01, 1, 0, 2],
        "steps": [0, 1000, -1, 1001, 0.5],
    }
    check_link_takes_what_python_takes(blank, DepthAndShortcut, tried)


# The figure


def says(page, text, where=".xp-status"):
    page.wait_for_function(
        "([where, text]) => document.querySelector(where).textContent.includes(text)", arg=[where, text], timeout=30_000
    )


def trains(page, text):
    says(page, text, ".ds-trained")


def shown(value):
    """A number with three digits, as the page writes it."""
    return f"{value:.3g}"


def test_sentence_says_what_is_measured_and_what_is_predicted(mount):
    state = full(kind="constant", scale=0.8, branch="half", depth=4, seed=2)
    page = mount(DepthAndShortcut(**state))
    says(page, "The cosine")
    found, expected = measured(state, 0, 64), predicted(state)
    says(page, f"by a factor of {shown(found['forward'][-1])} (predicted {shown(expected['forward'][-1])})")
    says(page, f"way back, by {shown(found['backward'][0])} (predicted {shown(expected['backward'][0])})")
    says(page, "λᴸ = 0.8⁴ = 0.41 of the input")
    says(page, f"is {found['alike'][-1]:.2f} at the end".replace("-", "−"))


def test_controls_change_the_blocks_and_start_the_training_again(mount):
    page = mount(DepthAndShortcut(depth=3))
    for _ in range(2):
        page.get_by_role("button", name="Step", exact=True).click()
    trains(page, "After 2 steps the plain network of 8 layers")
    page.get_by_role("radio", name="constant λ").check(force=True)
    says(page, "y = 0.9 x + 0.577 F(x)")
    trains(page, "Two networks of 8 layers")
    page.get_by_label("Branch’s factor β").select_option("half")
    says(page, "y = 0.9 x + 0.5 F(x)")
    page.get_by_role("slider", name="λ").press("Home")
    says(page, "y = 0.1 x + 0.5 F(x)")
    page.get_by_role("slider", name="Blocks L").press("ArrowRight")
    says(page, "Through 4 blocks")
    page.get_by_role("radio", name="gate").check(force=True)
    says(page, "y = (1 − g(x)) x + 0.5 F(x)")
    page.get_by_role("radio", name="none (plain)").check(force=True)
    says(page, "Nothing goes past the blocks")
    assert not page.get_by_label("Branch’s factor β").is_visible()


def test_it_plays_pauses_and_goes_back_to_the_start(mount):
    page = mount(DepthAndShortcut(depth=2))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 3")
    page.get_by_role("button", name="Pause").click()
    trains(page, "with identity shortcuts tells")
    page.get_by_role("button", name="Reset").click()
    trains(page, "Two networks of 6 layers")


def test_stored_steps_are_trained_when_it_opens(mount):
    state = full(depth=2, steps=30)
    page = mount(DepthAndShortcut(**state))
    pair = trained(state, 30)
    trains(page, "After 30 steps")
    for name, words in (("plain", "of 6 layers"), ("chosen", "with identity shortcuts")):
        trains(page, f"{words} tells {sum(pair[name].right[-EPOCH:])} of the last 300 digits right")


def test_a_network_that_overflows_is_said(mount):
    page = mount(DepthAndShortcut(branch="one", depth=54, learning_rate=0.1, steps=12))
    trains(page, "with identity shortcuts has numbers that overflowed in step")


def test_tour_goes_from_shallow_to_deep_and_gives_the_state_back(mount):
    page = mount(DepthAndShortcut(kind="gate", depth=7, tour="depth"))
    says(page, "Through 7 blocks")
    page.get_by_role("button", name="Take the tour").click()
    blocks = ["y = x + F(x)", "y = F(x)", "y = x + 0.224", "y = 0.5 x + 0.5", "y = 0.7 x + 0.714", "y = x + F(x)"]
    for place, block in enumerate(blocks):
        says(page, f"block{'s' if place else ''} {block}")
        page.get_by_role("button", name="Next" if place + 1 < len(blocks) else "Done").click()
    says(page, "Through 7 blocks y = (1 − g(x)) x")


def test_guess_covers_the_training_until_it_is_made(mount):
    page = mount(DepthAndShortcut(depth=2, guess="plain_right"))
    assert page.locator(".xp-covered").count() == 2
    page.get_by_label("Your guess").fill("150")
    page.get_by_role("button", name="Lock it in").click()
    told = page.locator(".xp-lock-note").inner_text()
    state = full(depth=2)
    assert f"it is {plain_right(state)}:" in told
    network = Network(state)
    for _ in range(AFTER):
        network.step()
    assert f"With identity shortcuts it is {sum(network.right[-EPOCH:])}." in told
    assert re.search(r"150, it is \d+: \d+ too (low|high)", told)


STATES = {
    "plain": {"kind": "none", "depth": 5, "steps": 3, "tour": "depth"},
    "asked": {"kind": "gate", "depth": 3, "guess": "signal_power"},
    "deep": {"kind": "constant", "scale": 0.5, "branch": "one", "depth": 54},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(DepthAndShortcut(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320))


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, DepthAndShortcut(depth=10, steps=20))
