"""A small network under pressure: penalties, early stopping and exact zeros as in dnnlib; mouse and keyboard."""

import functools
import re

import numpy as np
import pytest
import traitlets

from dnnlib.evaluation.paired import paired_difference
from dnnlib.layers.dense import Dense
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers.penalties import L1L2
from dnnlib.training.callbacks import EarlyStopping
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.pressure import DATA, Pressure
from tests.widgets import test_network_playground as playground
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import check_clean_up_stops_everything, check_nothing_leaves_the_card

MODULE = "pressure.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}
RATE, MOMENTUM, TRIAL_STEPS, CANDIDATES = 0.1, 0.9, 600, [0, 0.003, 0.03]


def full(**changed):
    """A state with all traits."""
    widget = Pressure(**changed)
    return {name: getattr(widget, name) for name in Pressure.class_own_traits(sync=True)}


@functools.cache
def drawn(data, seed):
    """Returns (x, y) of 200 points for training and of the validation points."""
    return playground.data_of({"data": data, "noise": 0.1, "examples": 400, "train_share": 0.5, "data_seed": 20 + seed})


def points_of(state):
    """Returns (x, y) of the training and of the validation points, and which training labels are wrong."""
    (x, y), validation = drawn(state["data"], state["seed"])
    uniform = playground.Generator(1000 + state["seed"]).uniform
    wrong = np.array([uniform() < state["noise"] for _ in range(200)])
    y = np.where(wrong[:, None], 1 - y, y)
    count = state["examples"]
    return (x[:count], y[:count]), validation, wrong[:count]


def model_of(state):
    """Returns dnnlib's network with the page's first weights and its penalties, compiled."""
    l1 = 0 if state["proximal"] else state["l1"]
    kinds = [Dense(units, kernel_regularizer=L1L2(l1, state["l2"]), dtype="float64") for units in (state["hidden"], 1)]
    model = Sequential([kinds[0], Tanh(dtype="float64"), kinds[1]])
    model.build((None, 2))
    random = playground.Generator(state["seed"])
    for weights in model.params.values():
        if weights.ndim == 2:  # glorot_uniform; biases start at zero
            limit = np.sqrt(6 / sum(weights.shape))
            weights[...] = [[limit * (2 * random.uniform() - 1) for _ in row] for row in weights]
    model.compile(SGD(RATE, momentum=MOMENTUM), BinaryCrossentropy(from_logits=True))
    return model


class Proximal:
    """Momentum with the soft threshold after each step, on kernels: the displacement is what momentum carries on."""

    def __init__(self, model, l1):
        self.model, self.l1 = model, l1
        self.moved = {name: np.zeros_like(w) for name, w in model.params.items()}

    def step(self, x, y):
        self.model.loss.forward(y, self.model.forward(x))
        self.model.backward(self.model.loss.backward())
        for name, w in self.model.params.items():
            before, rule = w.copy(), self.model.regularizers.get(name)
            gradient = self.model.grads[name] + (rule.gradient(w) if rule else 0)
            w += MOMENTUM * self.moved[name] - RATE * gradient
            if rule:
                w[...] = np.sign(w) * np.maximum(abs(w) - RATE * self.l1, 0)
            self.moved[name] = w - before


def trained(state, steps=None, each=lambda model: None):
    """Trains dnnlib's network; each(model) is called at the start and after every step. Returns the model."""
    model, ((x, y), _, _) = model_of(state), points_of(state)
    proximal = Proximal(model, state["l1"]) if state["proximal"] else None
    each(model)
    for _ in range(state["steps"] if steps is None else steps):
        proximal.step(x, y) if proximal else model.train_on_batch(x, y)
        each(model)
    return model


def judged(model, part):
    """The loss, without penalties, and the share right."""
    x, y = part
    scores = model.forward(x)
    return [model.loss.forward(y, scores), np.mean((scores > 0) == (y > 0))]


def curves(state):
    """Losses and shares right of both parts at each step, shape (2, steps + 1, 2), and the model."""
    train, validation, _ = points_of(state)
    found = []
    model = trained(state, each=lambda model: found.append([judged(model, train), judged(model, validation)]))
    return np.array(found).transpose(1, 0, 2), model


def trial(state, steps=TRIAL_STEPS):
    """The shares right, in %, of training and validation points after so many steps."""
    model = trained(state, steps)
    return [100 * judged(model, part)[1] for part in points_of(state)[:2]]


def gap(state):
    train, validation = trial(state)
    return train - validation


def best_l2(state):
    return CANDIDATES[int(np.argmax([trial({**state, "l2": l2})[1] for l2 in CANDIDATES]))]


def counts(model):
    """Weights of the kernels: how many, how many below a thousandth, how many exactly 0."""
    weights = np.concatenate([w.ravel() for w in model.get_weights() if w.ndim == 2])
    return {"all": weights.size, "small": int((abs(weights) < 1e-3).sum()), "zero": int((weights == 0).sum())}


def early(losses, patience=100):
    """What dnnlib's EarlyStopping makes of a curve: the best step, and where it stops, None if it doesn't."""
    rule = EarlyStopping(patience=patience)

    class Model:
        stop_training = False

    rule.set_model(Model())
    for step, loss in enumerate(losses):
        rule.on_epoch_end(step, {"val_loss": loss})
        if rule.model.stop_training:
            return {"best": rule.best_epoch, "stopped": step}
    return {"best": rule.best_epoch, "stopped": None}


def configurations(count, most=6, seed=0):
    """Random states."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield full(
            data=str(rng.choice(DATA)),
            examples=int(rng.integers(20, 60)),
            noise=round(float(rng.uniform(0, 0.4)), 2),
            hidden=int(rng.integers(1, 41)),
            l1=float(rng.choice([0, 0.001, 0.03, 0.3])),
            l2=float(rng.choice([0, 0.001, 0.03, 0.3])),
            proximal=bool(rng.integers(2)),
            seed=int(rng.integers(10)),
            steps=int(rng.integers(most + 1)),
        )


RUN = """async (states) => {
  const m = await import("/dnnlib/widgets/pressure.mjs"), list = (all) => all.map((one) => [...one]);
  return states.map((state) => {
    const { points, net, step, steps, curves } = m.trainingOf(state);
    while (steps() < state.steps) step();
    const pairs = (curve) => curve.map(({ loss, right }) => [loss, right]);
    return { x: [...points.train.x.data], y: [...points.train.y], flipped: points.flipped,
      weights: list(net.getWeights()), curves: [pairs(curves.train), pairs(curves.validation)],
      counts: m.countsOf(m.weightsOf(net)), sizes: m.weightsOf(net) };
  });
}"""


def same(received, expected, case):
    np.testing.assert_allclose(np.ravel(received), np.ravel(expected), **WITHIN, err_msg=str(case))


def assert_trains_as_dnnlibs(found, state):
    (x, y), _, wrong = points_of(state)
    same(found["x"], x, state)
    same(found["y"], y, state)
    assert found["flipped"] == wrong.tolist()
    expected, model = curves(state)
    same(found["curves"], expected, state)
    for one, other in zip(found["weights"], model.get_weights(), strict=True):
        same(one, other, state)
    into, out = (w for w in model.get_weights() if w.ndim == 2)
    same(found["sizes"]["into"], into.T, state)
    same(found["sizes"]["out"], out, state)
    assert found["counts"] == counts(model), state


# The numbers


def test_200_random_states_have_dnnlibs_points_curves_weights_and_counts(blank):
    states = list(configurations(200))
    received = blank.evaluate(RUN, states)
    for state, found in zip(states, received, strict=True):
        assert_trains_as_dnnlibs(found, state)
    assert any(found["counts"]["zero"] for found in received)


@pytest.mark.parametrize("changed", [
    {}, {"l2": 0.003}, {"l1": 0.003}, {"l1": 0.003, "proximal": True}, {"data": "xor", "l1": 0.001, "l2": 0.001},
], ids=str)  # fmt: skip
def test_300_steps_of_training_are_those_of_dnnlib(blank, changed):
    state = full(**changed, steps=300, hidden=12)
    [found] = blank.evaluate(RUN, [state])
    assert_trains_as_dnnlibs(found, state)


def test_subgradient_steps_leave_no_weight_at_zero_and_proximal_ones_do(blank):
    subgradient, proximal, ridge = blank.evaluate(
        RUN, [full(l1=0.003, steps=600), full(l1=0.003, proximal=True, steps=600), full(l2=0.003, steps=600)]
    )
    assert subgradient["counts"]["zero"] == 0 and subgradient["counts"]["small"] > 80
    assert proximal["counts"]["zero"] > 80
    assert ridge["counts"]["small"] < 10 and ridge["counts"]["zero"] == 0
    # The two steps of L1 are on their way to the same network
    assert abs(subgradient["curves"][0][-1][0] - proximal["curves"][0][-1][0]) < 0.01


def test_early_stopping_is_dnnlibs_on_random_curves_and_a_trained_one(call, blank):
    rng = np.random.default_rng(4)
    losses = [np.cumsum(rng.normal(-0.02, 1, rng.integers(1, 120))).round(1).tolist() for _ in range(60)]  # with ties
    cases = [[one, int(rng.integers(1, 30))] for one in losses]
    assert call(MODULE, "earlyStopping", cases) == [early(*case) for case in cases]
    [found] = blank.evaluate(RUN, [full(steps=400)])
    curve = [loss for loss, _ in found["curves"][1]]
    assert call(MODULE, "earlyStopping", [[curve]])[0] == early(curve) and early(curve)["stopped"]


def test_more_points_and_more_wrong_labels_keep_those_that_are_there(blank):
    states = [full(examples=20, noise=0.1), full(examples=60, noise=0.1), full(examples=60, noise=0.3)]
    few, many, wrong = blank.evaluate(RUN, states)
    assert many["x"][:40] == few["x"] and many["flipped"][:20] == few["flipped"]
    assert wrong["x"] == many["x"] and sum(wrong["flipped"]) > sum(many["flipped"])
    assert all(after or not before for before, after in zip(many["flipped"], wrong["flipped"], strict=True))


def test_answers_to_the_guesses_are_dnnlibs(call):
    states = [full(seed=7, hidden=20), full(seed=2, hidden=10, examples=30, data="xor")]
    same(call(MODULE, "gap", [[state] for state in states]), [gap(state) for state in states], "gap")
    rights = call(MODULE, "rightsOfL2", [[state] for state in states])
    same(rights, [[trial({**state, "l2": l2})[1] for l2 in CANDIDATES] for state in states], "rights")
    assert call(MODULE, "bestL2", [[one] for one in rights]) == [best_l2(state) for state in states]
    assert call(MODULE, "bestL2", [[[90, 90, 80]], [[80, 90, 90]]]) == [0, 0.003]


def test_ten_seeds_are_compared_in_pairs_as_by_dnnlib(call):
    rng = np.random.default_rng(6)
    for shift in (-3, 0, 8):
        pairs = rng.normal(80, 5, (10, 2)).round(1) + [0, shift]
        pairs[0] = 85  # no difference
        [found] = call(MODULE, "pairedOver", [[pairs.tolist()]])
        expected = paired_difference(pairs[:, 1], pairs[:, 0])
        np.testing.assert_allclose([found["mean"], found["low"], found["high"]], expected[:3], rtol=1e-9)
        gaps = pairs[:, 1] - pairs[:, 0]
        assert (found["better"], found["worse"]) == ((gaps > 0).sum(), (gaps < 0).sum())
    for steps in (0, 50):  # before training, as many as the guesses are about
        state = full(hidden=6, examples=20, l2=0.01, l1=0.001, proximal=True, steps=steps)
        pair = [trial({**state, "seed": 3, **other}, steps or 600)[1] for other in ({"l1": 0, "l2": 0}, {})]
        same(call(MODULE, "pairOf", [[state, 3]]), pair, steps)


# The traits


@pytest.mark.parametrize("changed", [
    {"data": "curve"}, {"examples": 10}, {"noise": 0.5}, {"hidden": 41}, {"l1": -0.1}, {"l2": 2.0}, {"proximal": 1.5},
    {"seed": 100}, {"steps": 2001}, {"guess": "best"}, {"tour": "penalties"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        Pressure(**changed)


# The figure


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent.includes(t)", arg=text)


def shown_scores(page):
    """Loss and share right, in %, of training and validation points: now, then at early stopping's step."""
    rows = page.get_by_role("table", name="Loss and share right").locator("tbody tr").all()
    return np.array(
        [[float(re.sub("[< \u00a0%]", "", t)) for t in row.locator("td").all_inner_texts()] for row in rows]
    )


def test_steps_by_hand_show_the_losses_of_dnnlib(mount):
    page = mount(Pressure(l2=0.01, hidden=5, steps=100))
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 103 steps under λ₂ = 0.01")
    expected, _ = curves(full(l2=0.01, hidden=5, steps=103))
    best = early(expected[1, :, 0])["best"]
    scale = [1, 100, 1, 100]
    np.testing.assert_allclose(
        shown_scores(page), np.hstack([expected[:, 103], expected[:, best]]) * scale, rtol=0.006, atol=0.06
    )
    page.get_by_role("button", name="Reset").click()
    says(page, "Before training under")


def test_early_stopping_s_step_is_gone_to_and_training_goes_on_from_there(mount):
    page = mount(Pressure(steps=400))
    found, _ = curves(full(steps=400))
    stop = early(found[1, :, 0])
    says(
        page,
        f"Early stopping would have ended at step {stop['stopped']} and given back the weights of step {stop['best']}",
    )
    page.get_by_role("button", name="Go to early stopping’s step").click()
    says(page, f"After {stop['best']} steps")
    assert page.get_by_role("button", name="Go to early stopping’s step").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, f"After {stop['best'] + 1} steps")


def test_zeros_are_counted_and_drawn(mount):
    page = mount(Pressure(l1=0.01, proximal=True, steps=600))
    model = trained(full(l1=0.01, proximal=True, steps=600))
    expected = counts(model)
    says(page, f"Of its 120 weights {expected['small']} are smaller than 0.001 in size, ")
    assert expected["zero"] and f"{expected['zero']} exactly 0." in page.locator(".xp").inner_text()
    text = page.get_by_role("img", name="Sizes of the weights").get_attribute("aria-label")
    assert f"{expected['zero']} points of exactly 0" in text


def test_it_plays_and_a_change_starts_it_again_beside_the_curve_before(mount):
    page = mount(Pressure(hidden=10, steps=200))
    assert page.get_by_text("validation, before the change").count() == 0
    page.get_by_label("λ₂, for squares").select_option("0.01")
    says(page, "Before training under λ₂ = 0.01")
    page.get_by_text("validation, before the change").wait_for()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 20")
    page.get_by_role("button", name="Pause").click()
    says(page, "steps under λ₂ = 0.01, the network gets")
    assert not page.get_by_text("Step of λ₁").is_visible()
    page.get_by_label("λ₁, for sizes").select_option("0.003")
    says(page, "under λ₁ = 0.003 by the gradient and λ₂ = 0.01")
    page.get_by_text("soft threshold", exact=True).click()
    says(page, "λ₁ = 0.003 by the soft threshold")
    page.get_by_role("slider", name="Units").press("End")
    says(page, "None of its 120 weights")


def test_question_counts_the_wrong_labels_that_there_are(mount):
    for seed in (0, 4):
        page = mount(Pressure(guess="best_l2", seed=seed))
        wrong = points_of(full(seed=seed))[2].sum()
        assert (
            f"40 points (circle), {wrong} of them with wrong labels" in page.locator(".xp-lock-question").inner_text()
        )


def test_ten_seeds_are_trained_on_demand_and_called_off_by_a_change(mount):
    page = mount(Pressure(hidden=4, examples=20, steps=1))
    button = page.locator(".pr-seeds button")
    assert button.get_attribute("aria-disabled") == "true"  # without a penalty there is nothing to compare
    page.get_by_label("λ₂, for squares").select_option("0.01")
    page.get_by_role("button", name="Step", exact=True).click()
    for _ in range(39):
        page.get_by_role("button", name="Step", exact=True).evaluate("e => e.click()")
    says(page, "After 40 steps")
    button.click()
    page.wait_for_function("document.querySelector('.pr-note').textContent.includes('10 seeds')", timeout=20_000)
    told = page.locator(".pr-note").inner_text().replace("−", "-").replace("\u00a0", " ")
    states = [{**full(hidden=4, examples=20, seed=seed), "l2": l2} for l2 in (0.0, 0.01) for seed in range(10)]
    rights = np.reshape([trial(state, 40)[1] for state in states], (2, 10))
    assert "after 40 steps" in told
    expected = paired_difference(rights[1], rights[0])
    shown = re.search(r"difference is (\S+) points \(95 % interval (\S+) to (\S+)\); better with (\d+) seeds?", told)
    np.testing.assert_allclose([float(part) for part in shown.groups()[:3]], expected[:3], atol=0.051)
    assert int(shown[4]) == (rights[1] > rights[0]).sum()
    assert re.search(r"(\S+) % of the validation points", told)[1] == f"{rights[0].mean():.1f}".removesuffix(".0")
    button.click()
    page.get_by_label("λ₂, for squares").select_option("0.03")
    page.wait_for_timeout(300)
    assert page.locator(".pr-note").inner_text() == "" and "Penalty or luck" in button.inner_text()


def test_sliders_change_points_and_labels_by_keyboard(mount):
    page = mount(Pressure())
    page.get_by_role("slider", name="Training points").press("ArrowRight")
    says(page, "of 50 training points")
    page.get_by_role("slider", name="Wrong labels").press("Home")
    page.wait_for_function("!document.querySelector('.xp').textContent.includes('by a wrong label')")
    page.get_by_role("spinbutton", name="Seed").press("ArrowUp")
    page.get_by_label("Points", exact=True).select_option("spiral")
    page.get_by_role("button", name="Step", exact=True).click()
    expected, _ = curves(full(examples=50, noise=0.0, seed=1, data="spiral", steps=1))
    np.testing.assert_allclose(shown_scores(page)[:, 0], expected[:, 1, 0], rtol=0.006)


def test_tour_goes_from_no_penalty_to_exact_zeros_and_gives_the_state_back(mount):
    page = mount(Pressure(data="gaussians", hidden=3, tour="pressure"))
    before = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    looks = []
    for said in ("without a penalty", "λ₂ = 0.003", "λ₂ = 0.03", "by the gradient", "by the soft"):
        says(page, said)
        looks.append(shown_scores(page)[:, 1])
        if said == "by the gradient":
            says(page, "none of them exactly 0")
        page.get_by_role("button", name="Done" if said == "by the soft" else "Next", exact=True).click()
    none, ridge, most, one, other = np.array(looks)
    assert none[0] == 100 and ridge[0] < 100 and ridge[1] > none[1] and most[1] < 60
    np.testing.assert_allclose(one, other, atol=3)
    says(page, before)


STATES = {
    "asked": {"guess": "best_l2", "l1": 0.001, "tour": "pressure", "steps": 5},
    "start": {},
    "overfitted": {"steps": 600},
    "zeros": {"l1": 0.01, "proximal": True, "steps": 300},
    "largest": {"examples": 200, "data": "spiral", "noise": 0.4, "l1": 0.001, "l2": 0.001, "steps": 20},
    "smallest": {"examples": 20, "hidden": 1, "noise": 0.0, "steps": 50},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(Pressure(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320))


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, Pressure())
