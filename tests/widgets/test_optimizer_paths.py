"""The paths of optimizers: step for step those of dnnlib, and mouse, keyboard and phone drive the figure."""

import re

import numpy as np
import pytest
import traitlets

from dnnlib.layers.dense import Dense
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from dnnlib.widgets.optimizer_paths import OPTIMIZERS, SURFACES, OptimizerPaths
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

MODULE = "optimizer_paths.mjs"
MAP = "[role=slider][aria-label^='Start:']"
RULES = {
    "sgd": lambda rate, m: SGD(rate),
    "momentum": lambda rate, m: SGD(rate, momentum=m),
    "nesterov": lambda rate, m: SGD(rate, momentum=m, nesterov=True),
    "rmsprop": lambda rate, m: RMSprop(rate),
    "adam": lambda rate, m: Adam(rate),
}


def state_of(**arguments):
    """Returns the state of the explorable with these arguments."""
    widget = OptimizerPaths(**arguments)
    return {name: getattr(widget, name) for name in OptimizerPaths.class_own_traits(sync=True)}


def losses_of(state):
    """The losses of the formulas, written a second time: a function of arrays of both weights."""
    if state["surface"] == "line through points":
        x, y = np.array(state["points"]).T
        if state["standardise"]:
            x = (x - x.mean()) / (x.std() or 1)
        return lambda w, b: np.mean((np.multiply.outer(w, x) + np.asarray(b)[..., None] - y) ** 2, axis=-1)
    angle, condition = np.deg2rad(state["rotation"]), state["condition"]

    def valley(x, y):
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        return (along**2 + condition * across**2) / 2

    def ripples(x):
        return 0.15 * x**2 + (1 - np.cos(3 * x)) / 2

    return {
        "round bowl": lambda x, y: (x**2 + y**2) / 2,
        "long valley": valley,
        "saddle": lambda x, y: x**2 / 2 + (y**2 - 1) ** 2 / 4,
        "curved valley": lambda x, y: (1 - x) ** 2 + 5 * (y - x**2) ** 2,
        "several minima": lambda x, y: ripples(x) + ripples(y),
        "plateau with a cliff": lambda x, y: 2 / (1 + np.exp(8 * x)) + 0.02 * (x - 1) ** 2 + 0.1 * y**2,
    }[state["surface"]]


def slope(loss, place, h=1e-5):
    """The gradient by central differences."""
    steps = h * np.eye(2)
    return np.array([(loss(*(place + step)) - loss(*(place - step))) / (2 * h) for step in steps])


def bend(loss, place, h=1e-4):
    """The Hessian by central differences, as xx, xy, yy."""
    rows = np.array([(slope(loss, place + step) - slope(loss, place - step)) / (2 * h) for step in h * np.eye(2)])
    return rows[0, 0], rows[0, 1], rows[1, 1]


def random_states(count, seed=0):
    """Random states of every surface; noise, which NumPy draws in another way, stays out."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        n = rng.integers(2, 7)
        points = np.stack([rng.uniform(-10, 10, n), rng.uniform(-5, 5, n)], axis=1)
        yield state_of(
            surface=str(rng.choice(SURFACES)),
            condition=float(10 ** rng.uniform(0, 3)),
            rotation=float(rng.uniform(0, 90)),
            points=points.tolist(),
            standardise=bool(rng.integers(2)),
            learning_rate=float(10 ** rng.uniform(-3, 0)),
            momentum=float(rng.uniform(0, 0.99)),
            start=rng.uniform(-2, 2, 2).tolist(),
            steps=int(rng.integers(1, 200)),
        )


# The numbers


def test_gradients_and_hessians_are_the_central_differences_of_the_losses(call):
    states, rng = list(random_states(200)), np.random.default_rng(1)
    places = [rng.uniform(-2, 2, (3, 2)) for _ in states]
    results = call(MODULE, "probe", [[state, place.tolist()] for state, place in zip(states, places, strict=True)])
    assert {state["surface"] for state in states} == set(SURFACES)
    for state, three, got in zip(states, places, results, strict=True):
        loss = losses_of(state)
        for place, (height, gradient, hessian) in zip(three, got, strict=True):
            np.testing.assert_allclose(height, loss(*place), rtol=1e-9, err_msg=state["surface"])
            np.testing.assert_allclose(gradient, slope(loss, place), rtol=1e-5, atol=1e-5, err_msg=state["surface"])
            np.testing.assert_allclose(hessian, bend(loss, place), rtol=1e-3, atol=1e-2, err_msg=state["surface"])


def test_loss_and_gradient_of_the_line_are_those_of_dense_and_mean_squared_error(call):
    states = [{**state, "surface": "line through points", "standardise": False} for state in random_states(50, seed=2)]
    for state, got in zip(states, call(MODULE, "probe", [[s, [s["start"]]] for s in states]), strict=True):
        x, y = np.array(state["points"]).T
        layer, loss = Dense(1, dtype="float64"), MeanSquaredError()
        layer.build((None, 1))
        for name, value in zip(("kernel", "bias"), state["start"], strict=True):
            layer.params[name][...] = value
        height = loss.forward(y[:, None], layer.forward(x[:, None]))
        layer.backward(loss.backward())
        np.testing.assert_allclose(got[0][0], height, rtol=1e-9)
        np.testing.assert_allclose(got[0][1], [layer.grads[name].item() for name in ("kernel", "bias")], rtol=1e-9)


def test_standardised_inputs_make_every_line_a_round_bowl(call):
    states = [{**state, "surface": "line through points", "standardise": True} for state in random_states(50, seed=3)]
    for (got,) in call(MODULE, "probe", [[state, [[1, 2]]] for state in states]):
        np.testing.assert_allclose(got[2], [2, 0, 2], atol=1e-9)


def walk(state, name, steps, shaken=0.0):
    """Yields the places of dnnlib's optimizer after each step; each place is shaken by this share."""
    w, gradient = np.array(state["start"]), gradients_of(state)
    rule = RULES[name](state["learning_rate"], state["momentum"])
    for step in range(steps):
        rule.apply([gradient(w)], [w])
        w *= 1 + shaken * (-1) ** step
        yield w.copy()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_paths_are_those_of_dnnlib_on_200_random_states(call, name):
    """Whole paths, as far as rounding does not decide them: up to where places shaken by 1e-12 lead elsewhere."""
    states = list(random_states(200, seed=4))
    compared, ends = [], set()
    for state, path in zip(states, call(MODULE, "pathOf", [[state, name] for state in states]), strict=True):
        places = np.stack([path["x"], path["y"]], axis=1)[1:]
        np.testing.assert_allclose(path["loss"][0], losses_of(state)(*state["start"]), rtol=1e-9)
        both = (walk(state, name, len(places), shaken) for shaken in (0, 1e-12))
        steps = 0
        for place, expected, twin in zip(places, *both, strict=True):
            if not np.allclose(expected, twin, rtol=1e-9, atol=1e-9):
                break
            np.testing.assert_allclose(place, expected, rtol=1e-6, atol=1e-6, err_msg=state["surface"])
            steps += 1
        compared.append(steps / len(places))
        ends.add(path["ended"])
        assert len(places) == state["steps"] or path["ended"] == "diverged"
    assert np.mean(compared) > 0.8 and (ends == {"steps", "diverged"} or name in ("rmsprop", "adam"))


def gradients_of(state):
    """The gradients, derived by hand from the losses above."""
    if state["surface"] in ("line through points", "long valley", "round bowl"):
        loss, origin = losses_of(state), np.zeros(2)
        # Of a quadratic surface, central differences are exact but for rounding; large steps keep that small
        curvature = np.array([
            (slope(loss, step, 1.0) - slope(loss, -step, 1.0)) / 2 for step in np.eye(2)
        ])  # fmt: skip
        at_zero = slope(loss, origin, 1.0)
        return lambda w: at_zero + curvature @ w
    return {
        "saddle": lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
        "curved valley": lambda w: np.array([
            2 * (w[0] - 1) - 20 * w[0] * (w[1] - w[0] ** 2), 10 * (w[1] - w[0] ** 2)]),
        "several minima": lambda w: 0.3 * w + 1.5 * np.sin(3 * w),
        "plateau with a cliff": lambda w: np.array([
            -4 / np.cosh(4 * w[0]) ** 2 + 0.04 * (w[0] - 1), 0.2 * w[1]]),
    }[state["surface"]]  # fmt: skip


BOUNDS = {"sgd": lambda m: 2, "momentum": lambda m: 2 * (1 + m), "nesterov": lambda m: 2 * (1 + m) / (1 + 2 * m)}


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("momentum", [0.3, 0.9])
def test_a_rate_just_below_the_bound_converges_and_one_just_above_diverges(call, name, momentum):
    for condition in (1.0, 7.0, 400.0):
        shared = {"surface": "long valley", "condition": condition, "rotation": 33, "momentum": momentum, "steps": 500}
        bound = BOUNDS[name](momentum) / condition
        below, above = (state_of(**shared, learning_rate=share * bound) for share in (0.97, 1.03))
        came, went = call(MODULE, "pathOf", [[below, name], [above, name]])
        across = np.array([came["x"], came["y"]]).T @ [-np.sin(np.deg2rad(33)), np.cos(np.deg2rad(33))]
        assert came["ended"] == "steps" and abs(across[-50:]).max() < abs(across[:50]).max() / 5
        assert went["ended"] == "diverged"


def test_largest_rate_is_two_over_the_largest_eigenvalue_and_none_where_curvature_changes(call):
    states = list(random_states(100, seed=6))
    for state, rate in zip(states, call(MODULE, "largestRate", [[state] for state in states]), strict=True):
        if state["surface"] in ("round bowl", "long valley", "line through points"):
            xx, xy, yy = bend(losses_of(state), np.zeros(2), 0.1)
            np.testing.assert_allclose(rate, 2 / np.linalg.eigvalsh([[xx, xy], [xy, yy]])[1], rtol=1e-4)
        else:
            assert np.isnan(rate)


@pytest.mark.parametrize(
    "product, bound, words",
    [
        (0.05, 2, "safe and slow"),
        (0.9, 2, "without overshooting"),
        (1, 2, "in one step"),
        (1.8, 2, "overshoots but comes back"),
        (2, 2, "for ever"),
        (2.1, 2, "diverges along the steep direction"),
        (3.7, 3.8, "within its bound"),
        (3.9, 3.8, "diverges along the steep direction"),
        (-1, 2, "curved downwards"),
    ],
)
def test_words_for_rate_times_curvature_are_what_happens(call, product, bound, words):
    assert words in call(MODULE, "stability", [[product, bound]])[0]
    if product <= 0 or bound != 2:
        return
    state = state_of(learning_rate=product, start=[1, 0], steps=60)
    x = np.array(call(MODULE, "pathOf", [[state, "sgd"]])[0]["x"])
    happened = {
        "safe and slow": (np.diff(x) < 0).all() and x[-1] > 0.01,
        "without overshooting": (x > 0).all() and x[-1] < 0.01,
        "in one step": x[1] == 0,
        "overshoots but comes back": x[1] < 0 and abs(x[-1]) < 0.01,
        "for ever": set(x) == {1, -1},
        "diverges along the steep direction": x[1] < 0 and (np.diff(abs(x)) > 0).all(),
    }
    assert [key for key, true in happened.items() if true] == [words]


def test_each_stopping_rule_ends_a_path_where_it_says(call):
    shared = {"surface": "long valley", "learning_rate": 0.05, "tolerance": 0.1}
    states = [state_of(**shared, steps=n, stop=stop) for stop, n in [
        ("steps", 20), ("gradient", 20), ("either", 20), ("either", 500), ("gradient", 1)]]  # fmt: skip
    late = state_of(**{**shared, "learning_rate": 1e-4}, stop="gradient")
    steps, *small, slow = call(MODULE, "pathOf", [[state, "sgd"] for state in [*states, late]])
    assert steps["ended"] == "steps" and len(steps["x"]) == 21
    by_gradient, by_steps, early, also = small
    assert by_steps["ended"] == "steps" and len(by_steps["x"]) == 21
    for path in (by_gradient, early, also):
        norms = np.array(path["norm"])
        assert path["ended"] == "gradient" and norms[-1] < 0.1 and (norms[:-1] >= 0.1).all() and len(norms) > 21
    assert slow["ended"] == "late" and len(slow["x"]) == 1001 and slow["norm"][-1] > 0.1


def test_divergence_to_no_number_is_caught_and_told(call):
    state = state_of(surface="curved valley", learning_rate=10, start=[2, -1])
    (path,) = call(MODULE, "pathOf", [[state, "sgd"]])
    assert path["ended"] == "diverged" and len(path["x"]) < 10
    (told,) = call(MODULE, "sentence", [[{"sgd": path}, 100]])
    assert told.startswith(f"After {len(path['x']) - 1} step") and told.endswith(", diverged.")
    (never,) = call(MODULE, "say", [[1e300]])
    assert never == "10³⁰⁰"


def test_noise_is_the_same_for_every_optimizer_and_another_with_each_seed(call):
    def first_steps(**arguments):
        state = state_of(noise=1, learning_rate=0.1, momentum=0, **arguments)
        return [path["x"] for path in call(MODULE, "pathOf", [[state, name] for name in ("sgd", "momentum")])]

    one, other = first_steps(seed=1), first_steps(seed=2)
    np.testing.assert_allclose(one[0], one[1])
    assert one[0][1:] != other[0][1:] and one[0][0] == other[0][0]
    quiet = state_of(learning_rate=0.1)
    kicks = (np.array(one[0])[1:] - 0.9 * np.array(one[0])[:-1]) / -0.1  # what was added to the gradient x
    assert abs(np.mean(kicks)) < 0.4 and 0.7 < np.std(kicks) < 1.3
    assert call(MODULE, "pathOf", [[quiet, "sgd"]])[0]["x"][1] == pytest.approx(0.9 * one[0][0])


def test_the_tour_shows_what_it_says(call, blank):
    tour = blank.evaluate(
        f"async () => (await import('/dnnlib/widgets/{MODULE}')).TOURS.rates.map(([state, text]) => [state, text])"
    )
    small, good, over, out, valley, momentum, adam = (state_of(**state) for state, _ in tour)
    x = [np.array(call(MODULE, "pathOf", [[state, "sgd"]])[0]["x"]) for state in (small, good, over, out)]
    assert abs(x[0][-1]) > 0.25 * abs(x[0][0])
    np.testing.assert_allclose(x[1][1:30], x[1][:29] / 2)
    for path, nearer in ((x[2], True), (x[3], False)):
        assert (path[1:15] * path[:14] < 0).all() and ((np.diff(abs(path)) < 0).all() == nearer)
    path = call(MODULE, "pathOf", [[valley, "sgd"]])[0]
    assert (np.array(path["y"])[1:20] * np.array(path["y"])[:19] < 0).all() and (np.diff(path["x"]) > 0).all()
    plain, fast = call(MODULE, "pathOf", [[momentum, name] for name in ("sgd", "momentum")])
    assert fast["loss"][-1] < plain["loss"][-1]
    paths = {name: call(MODULE, "pathOf", [[adam, name]])[0] for name in ("sgd", "adam")}
    first = abs(np.array([paths["adam"][axis][1] - paths["adam"][axis][0] for axis in "xy"]))
    np.testing.assert_allclose(first, 0.03, rtol=1e-5)
    assert paths["adam"]["loss"][-1] > paths["sgd"]["loss"][-1]


# The traits


@pytest.mark.parametrize("arguments, message", [
    ({"points": [[1, 2]]}, "2 to 6 pairs"),
    ({"points": [[1, 2], [11, 0]]}, "x from -10 to 10"),
    ({"optimizers": []}, "one or more of sgd"),
    ({"optimizers": ["adagrad"]}, "one or more of sgd"),
    ({"factors": {"adam": 0}}, "factors from 0.01 to 100"),
    ({"factors": {"newton": 2}}, "names in sgd"),
    ({"start": [1]}, "two numbers from -1000 to 1000"),
    ({"learning_rate": 0.0}, "0.0"),
    ({"surface": "hill"}, "hill"),
])  # fmt: skip
def test_wrong_values_are_refused_with_what_was_expected(arguments, message):
    with pytest.raises(traitlets.TraitError, match=re.escape(message)):
        OptimizerPaths(**arguments)


def test_optimizers_and_factors_come_into_one_form():
    widget = OptimizerPaths(optimizers=("adam", "sgd"), factors={"adam": 3, "sgd": 1}, start=(1, 2))
    assert widget.optimizers == ["sgd", "adam"] and widget.factors == {"adam": 3.0} and widget.start == [1.0, 2.0]


# The figure


def sentence(page):
    return page.locator(".xp-status").inner_text()


def waits_for(page, text):
    page.wait_for_function(
        "(text) => document.querySelector('.xp-status').textContent.includes(text)", arg=text, timeout=5000
    )


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("checkbox", name=name)).inner_text()


def test_a_click_places_the_start_and_a_drag_takes_it_along(mount):
    page = mount(OptimizerPaths(optimizers=["sgd"], steps=1, learning_rate=1e-4))
    assert "SGD at (−2, 1.4)" in sentence(page)
    box = page.locator(MAP).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.wait_for_function("!document.querySelector('.xp-status').textContent.includes('(−2, 1.4)')")
    first = sentence(page)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 120, steps=4)
    page.mouse.up()
    page.wait_for_function("(first) => document.querySelector('.xp-status').textContent !== first", arg=first)
    dragged = sentence(page)
    page.mouse.move(box["x"] + 80, box["y"] + 200)
    settle(page)
    assert sentence(page) == dragged


def test_arrow_keys_move_the_start_and_home_puts_it_back(mount):
    page = mount(OptimizerPaths(optimizers=["sgd"], at=0))
    assert sentence(page) == "At the start (−2, 1.4): loss 2.98, gradient norm 2.44."
    page.locator(MAP).focus()
    page.keyboard.press("ArrowRight")
    waits_for(page, "At the start (−1.9, 1.4)")
    page.keyboard.press("Shift+ArrowDown")
    waits_for(page, "At the start (−1.9, 0.9)")
    assert page.locator(MAP).get_attribute("aria-valuetext") == "start at (−1.9, 0.9), loss 2.21"
    page.keyboard.press("Home")
    waits_for(page, "At the start (−2, 1.4)")


def test_play_begins_again_step_goes_on_and_reset_goes_back(mount):
    page = mount(OptimizerPaths(steps=6))
    play, step = page.get_by_role("button", name="Play"), page.get_by_role("button", name="Step", exact=True)
    assert step.get_attribute("aria-disabled") == "true" and sentence(page).startswith("After 6 steps")
    page.get_by_role("button", name="Reset").click()
    waits_for(page, "At the start")
    step.click()
    waits_for(page, "After 1 step:")
    step.click()
    waits_for(page, "After 2 steps:")
    play.click()
    waits_for(page, "After 6 steps:")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.xp-player-count').textContent === '2 steps'")
    waits_for(page, "After 6 steps:")


def test_a_rate_above_the_bound_is_foretold_before_a_step_and_comes_true(mount):
    page = mount(OptimizerPaths(optimizers=["sgd"], at=0))
    rate = page.get_by_role("slider", name="Learning rate")
    for power, words in ((0.26, "SGD: overshoots but comes back."), (0.4, "SGD: diverges along the steep direction.")):
        rate.evaluate("(e, v) => { e.value = v; e.dispatchEvent(new InputEvent('input')); }", power)
        page.wait_for_function("(w) => document.querySelector('.op-words').textContent === w", arg=words)
    assert page.locator(".op-sum").inner_text() == "2.51 × 1 = 2.51 of 2" and sentence(page).startswith("At the start")
    page.get_by_label("Speed").select_option(label="200 steps a second")
    page.get_by_role("button", name="Play").click()
    waits_for(page, "diverged")
    assert "diverged, step" in row(page, "SGD")


def test_optimizers_are_switched_one_stays_and_a_factor_is_its_own(mount):
    page = mount(OptimizerPaths(optimizers=["sgd", "adam"], steps=1))
    before = row(page, "SGD")
    page.get_by_label("Factor of Adam").select_option("×10")
    page.wait_for_function("document.querySelector('.op-table').textContent.includes('0.5')")
    assert row(page, "SGD") == before and "0.5" in row(page, "Adam")
    page.get_by_role("checkbox", name="Adam").uncheck()
    page.wait_for_function("!document.querySelector('.xp-status').textContent.includes('Adam')")
    page.get_by_role("checkbox", name="SGD").click()
    settle(page)
    assert page.get_by_role("checkbox", name="SGD").is_checked() and "SGD" in sentence(page)


def test_moving_data_points_changes_the_curvature_and_standardising_cures_it(mount):
    page = mount(OptimizerPaths(surface="line through points", optimizers=["sgd"]))
    point = page.get_by_role("slider", name="Point 2")
    head = page.locator(".op-head")
    assert "11.7 in its steepest" in head.inner_text() and "condition number 34" in head.inner_text()
    point.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.locator("[aria-valuetext='x 6, y 2']").wait_for()
    steep = np.linalg.eigvalsh(2 * np.array([[(1 + 36) / 2, 3.5], [3.5, 1]]))[1]
    assert f"{steep:.3g} in its" in head.inner_text()
    page.get_by_label("standardise the inputs").check()
    page.wait_for_function("document.querySelector('.op-head').textContent.includes('condition number 1)')")
    page.get_by_role("button", name="Add a point").click()
    page.get_by_role("slider", name="Point 3").wait_for()
    page.get_by_role("button", name="Remove a point").click()
    page.get_by_role("slider", name="Point 3").wait_for(state="detached")


def test_points_at_one_place_leave_a_valley_without_an_end(mount):
    page = mount(OptimizerPaths(surface="line through points", points=[[2, 1], [2, 1]]))
    assert "condition number" not in page.locator(".op-head").inner_text()
    assert "0 across" in page.locator(".op-head").inner_text()
    page.get_by_label("standardise the inputs").check()
    page.wait_for_function("document.querySelector('.op-head').textContent.includes('2 in its')")


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("theme, width", [("light", 1200), ("dark", 320)])
def test_every_surface_fits_its_card_and_axe_finds_nothing(mount, surface, theme, width):
    page = mount(OptimizerPaths(surface=surface, optimizers=list(OPTIMIZERS), noise=0.5), theme=theme, width=width)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    outside = page.evaluate("""() => { const box = document.querySelector('.xp').getBoundingClientRect();
        return [...document.querySelectorAll('.xp select, .xp button, .xp canvas, .xp input, .op-labels text, .xp td')]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > box.right - 8)
          .map((e) => e.outerHTML.slice(0, 80)); }""")
    assert outside == [] and axe_violations(page) == []


def test_names_at_the_ends_lie_apart_and_inside_the_map(call):
    box = {"left": 40, "right": 400, "top": 10, "bottom": 360}
    rng = np.random.default_rng(0)
    cases = [[{"x": 200, "y": 358, "width": 60}] * 5, [{"x": 398, "y": 12, "width": 60}] * 5]
    for spread in (1, 10, 100):  # many: rounding once made two names push each other for ever
        middles = rng.uniform([150, 120], [290, 250], (1000, 1, 2))
        for case in middles + rng.uniform(-spread, spread, (1000, 5, 2)):
            cases.append([{"x": x, "y": y, "width": 60} for x, y in case.tolist()])
    for ends, places in zip(cases, call(MODULE, "apart", [[case, box] for case in cases]), strict=True):
        for k, (one, end) in enumerate(zip(places, ends, strict=True)):
            assert box["left"] <= one["x"] and one["x"] + end["width"] <= box["right"]
            assert box["top"] <= one["y"] - 11 and one["y"] <= box["bottom"]
            for other in places[:k]:
                assert abs(one["y"] - other["y"]) >= 14.9 or abs(one["x"] - other["x"]) >= 60


def test_a_finger_places_the_start_and_the_map_follows_the_theme(mount):
    page = mount(OptimizerPaths(at=0), width=390, has_touch=True)
    box = page.locator(MAP).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3)
    page.wait_for_function("!document.querySelector('.xp-status').textContent.includes('(−2, 1.4)')")
    corner = "[...document.querySelector('.op-paint').getContext('2d').getImageData(32, 32, 1, 1).data].slice(0, 3)"
    light = page.evaluate(corner)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    assert min(light) > 200 and max(page.evaluate(corner)) < 90


def test_clean_up_stops_everything(browser, served):
    page = browser.new_page()
    page.goto(f"{served.url}/blank")
    left = page.evaluate("""async ([file, state]) => {
      const { default: widget } = await import(file);
      const listeners = new Set();
      let reads = 0;
      const model = { get: (name) => { reads += 1; return state[name]; }, save_changes() {},
        set: (name, value) => { state[name] = value; },
        on: (name, f) => listeners.add([name, f].join()), off: (name, f) => listeners.delete([name, f].join()) };
      const el = document.body.appendChild(document.createElement("div"));
      const stop = widget.render({ model, el });
      const before = listeners.size;
      await new Promise((done) => setTimeout(done, 100));
      stop();
      reads = 0;
      document.documentElement.dataset.theme = "dark";
      el.style.width = "300px";
      await new Promise((done) => setTimeout(done, 100));
      return [before > 0, listeners.size, reads];
    }""", [f"/dnnlib/widgets/{MODULE}", state_of()])  # fmt: skip
    page.close()
    assert left == [True, 0, 0]
