"""Your neighbours change your answer: its numbers are dnnlib's, by mouse, keyboard, touch and on a phone."""

import math

import numpy as np
import pytest
import traitlets

from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.widgets.batch_neighbours import UPSTREAM, BatchNeighbours
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import check_clean_up_stops_everything, check_link_takes_what_python_takes

MODULE = "batch_neighbours.mjs"


def state_of(**arguments):
    widget = BatchNeighbours(**arguments)
    return {name: getattr(widget, name) for name in BatchNeighbours.class_own_traits(sync=True)}


def random_states(count, seed=0):
    """Yields states of both modes, with batches of each size and moving averages after a few steps."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        yield state_of(
            batch=rng.uniform(-8, 8, rng.integers(4, 9)),
            training=bool(n % 2),
            gamma=float(rng.uniform(-3, 3)),
            beta=float(rng.uniform(-3, 3)),
            epsilon=float(10 ** rng.uniform(-6, 1)),
            upstream=UPSTREAM[n % len(UPSTREAM)],
            momentum=float(rng.choice([0, 0.5, 0.9, 0.99])),
            shift=float(rng.uniform(-6, 6)),
            spread=float(rng.uniform(0.1, 4)),
            steps=int(rng.integers(0, 30)),
            seed=int(rng.integers(10000)),
        )


def layer_of(state, batches):
    """The layer of dnnlib after training steps on these batches, which move its averages."""
    layer = BatchNormalization(momentum=state["momentum"], epsilon=state["epsilon"], dtype="float64")
    layer.build((None, 1))
    for batch in batches:
        layer.forward(np.array(batch)[:, None], training=True)
    _, _, *moving = layer.get_weights()
    layer.set_weights([np.array([state["gamma"]]), np.array([state["beta"]]), *moving])
    return layer


def by_dnnlib(state, batches):
    """Normalised values, outputs, prediction and the gradients of a state: { hat, y, share, grad, dx }."""
    layer = layer_of(state, batches)
    x = np.array(state["batch"])[:, None]
    plain = layer_of({**state, "gamma": 1.0, "beta": 0.0}, batches)
    hat = plain.forward(x, training=state["training"]).ravel()
    y = layer.forward(x, training=state["training"])
    grad = {
        "yours alone": np.eye(len(x))[0],
        "all alike": np.ones(len(x)),
        "yours against the last": np.eye(len(x))[0] - np.eye(len(x))[-1],
        "along the outputs": hat,
    }[state["upstream"]]
    dx = layer.backward(grad[:, None]).ravel()
    y = y.ravel()
    return {"hat": hat, "y": y, "share": 1 / (1 + np.exp(1 - 2 * np.maximum(y, 0))), "grad": grad, "dx": dx}


def shown_by_page(call, states):
    """What the page computes of states: (averages, by, forward, backward) of each."""
    moved = call(MODULE, "averages", [[state] for state in states])
    by = call(MODULE, "scaledBy", [[state] for state in states])
    made = call(MODULE, "forward", [[state, one] for state, one in zip(states, by, strict=True)])
    grads = call(MODULE, "upstreamOf", [[state, one["hat"]] for state, one in zip(states, made, strict=True)])
    back = call(MODULE, "backward", list(map(list, zip(states, made, by, grads, strict=True))))
    return list(zip(moved, by, made, back, strict=True))


def test_outputs_gradients_and_moving_averages_equal_dnnlib_on_200_random_states(call):
    states = list(random_states(200))
    for state, (moved, by, made, back) in zip(states, shown_by_page(call, states), strict=True):
        assert len(moved["batches"]) == state["steps"]
        moving = layer_of(state, moved["batches"]).get_weights()[2:]
        np.testing.assert_allclose([moved["means"][-1], moved["variances"][-1]], np.ravel(moving), atol=1e-6)
        expected = by_dnnlib(state, moved["batches"])
        for name in ("hat", "y", "share"):
            np.testing.assert_allclose(made[name], expected[name], atol=1e-6, rtol=1e-6, err_msg=name)
        for name in ("grad", "dx"):
            np.testing.assert_allclose(back[name], expected[name], atol=1e-6, rtol=1e-6, err_msg=name)
        batch = np.array(state["batch"])
        in_training = [batch.mean(), batch.var()]
        np.testing.assert_allclose(list(by.values()), in_training if state["training"] else np.ravel(moving), atol=1e-6)


def test_gradients_equal_central_differences_with_random_gradients_from_above(call):
    rng = np.random.default_rng(3)
    states = [{**state, "training": True} for state in random_states(60, seed=3)]
    grads = [rng.normal(size=len(state["batch"])) for state in states]
    by = call(MODULE, "scaledBy", [[state] for state in states])
    made = call(MODULE, "forward", [[state, one] for state, one in zip(states, by, strict=True)])
    given = [[s, m, b, g.tolist()] for s, m, b, g in zip(states, made, by, grads, strict=True)]
    found = call(MODULE, "backward", given)

    def loss(state, x, grad):
        hat = (x - x.mean()) / np.sqrt(x.var() + state["epsilon"])
        return grad @ (state["gamma"] * hat + state["beta"])

    for state, grad, back in zip(states, grads, found, strict=True):
        x, step = np.array(state["batch"]), 1e-5
        dx = [(loss(state, x + d, grad) - loss(state, x - d, grad)) / (2 * step) for d in step * np.eye(len(x))]
        np.testing.assert_allclose(back["dx"], dx, atol=1e-6)


def test_what_is_taken_off_are_the_mean_and_the_part_along_the_outputs(call):
    states = [{**state, "training": True, "epsilon": 1e-6} for state in random_states(60, seed=4)]
    for state, (_, by, made, back) in zip(states, shown_by_page(call, states), strict=True):
        grad, mean, along, dx = (np.array(back[name]) for name in ("grad", "mean", "along", "dx"))
        hat = np.array(made["hat"])
        scale = state["gamma"] / np.sqrt(by["variance"] + 1e-6)
        np.testing.assert_allclose(dx, scale * (grad - mean - along), atol=1e-9)
        np.testing.assert_allclose([dx.sum(), dx @ hat, mean @ along], 0, atol=1e-4)
        assert np.linalg.matrix_rank(np.stack([along, hat]), tol=1e-9) <= 1


def test_batches_that_are_played_come_from_the_distribution_that_was_set(call):
    state = state_of(batch=[0.0] * 8, shift=-2.0, spread=1.5, steps=1000, seed=5, momentum=0.9)
    batches = np.array(call(MODULE, "averages", [[state]])[0]["batches"])
    assert batches.shape == (1000, 8)
    assert abs(batches.mean() + 2) < 4 * 1.5 / 8000**0.5 and abs(batches.std() / 1.5 - 1) < 0.04


def steps_needed(momentum):
    """Steps until 5 % of the way to a mean that all batches have are left, taken one by one with dnnlib's layer."""
    layer = BatchNormalization(momentum=momentum, dtype="float64")
    layer.build((None, 1))
    for step in range(1, 10_000):
        layer.forward(np.ones((4, 1)), training=True)
        if layer.get_weights()[2][0] >= 0.95 - 1e-12:
            return step
    raise AssertionError(f"expected an arrival, momentum {momentum}")


@pytest.mark.parametrize("momentum", [0.0, 0.05, 0.5, 0.9, 0.99, 0.999])
def test_steps_needed_are_those_that_the_layer_takes(call, momentum):
    assert call(MODULE, "stepsNeeded", [[state_of(momentum=momentum)]]) == [steps_needed(momentum)]


def test_arrival_is_the_first_step_with_five_percent_left(call):
    for state in random_states(40, seed=6):
        found = call(MODULE, "averages", [[state]])[0]
        near = [abs(mean - state["shift"]) <= 0.05 * abs(state["shift"]) for mean in found["means"]]
        assert call(MODULE, "arrival", [[state, found]]) == [near.index(True) if any(near) else None]


def output_after(state):
    """Your normalised output in training once the last example stands at the end of the line, across zero."""
    batch = [*state["batch"][:-1], -8.0 if state["batch"][-1] > 0 else 8.0]
    return by_dnnlib({**state, "batch": batch, "training": True}, [])["hat"][0]


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def cells(page, label, column):
    rows = page.locator(f"table[aria-label^='{label}'] tbody tr").all()
    return [row.locator("td").nth(column).inner_text().replace("\u2212", "-") for row in rows]


def test_mouse_drags_a_neighbour_and_your_answer_moves_in_training_but_not_in_use(mount):
    page = mount(BatchNeighbours())
    says(page, "Its x = 3 becomes x̂ = −0.45")
    last = page.get_by_role("slider", name="Example 4")

    def drag(by):
        box = last.bounding_box()
        page.mouse.move(box["x"] + 13, box["y"] + 13)
        page.mouse.down()
        page.mouse.move(box["x"] + 13 + by, box["y"] + 60, steps=3)
        page.mouse.up()
        settle(page)

    drag(-300)
    says(page, "Its x = 3 becomes x̂ = 0")
    assert cells(page, "From", 0)[:3] == ["3", "1", "5"] and float(cells(page, "From", 0)[3]) < 2
    page.get_by_label("use", exact=True).check(force=True)
    says(page, "No neighbour counts")
    before = [cells(page, "From", column)[0] for column in range(5)]
    drag(200)
    assert [cells(page, "From", column)[0] for column in range(5)] == before
    assert cells(page, "The gradient", 3)[1:] == ["0", "0", "0"]


def test_keyboard_moves_an_example_by_tenths_and_to_both_ends(mount):
    page = mount(BatchNeighbours())
    last = page.get_by_role("slider", name="Example 4")
    last.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("[...document.querySelectorAll('.bn-handle')].at(-1).ariaValueNow === '6.9'")
    page.keyboard.press("PageDown")
    page.wait_for_function("[...document.querySelectorAll('.bn-handle')].at(-1).ariaValueNow === '5.9'")
    page.keyboard.press("Home")
    page.wait_for_function("[...document.querySelectorAll('.bn-handle')].at(-1).ariaValueNow === '-8'")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert last.get_attribute("aria-valuenow") == "-8"


def test_all_examples_at_one_place_give_no_nan(mount):
    page = mount(BatchNeighbours(batch=[2.0] * 4, epsilon=1e-6))
    says(page, "x̂ = 0 ")
    assert "NaN" not in page.locator(".xp").inner_text()


def test_number_of_examples_grows_and_shrinks_at_the_end(mount):
    page = mount(BatchNeighbours())
    for _ in range(6):
        page.get_by_role("button", name="Examples: more").click(force=True)
    assert page.locator(".bn-handle").count() == 8 and len(cells(page, "From", 0)) == 8
    for _ in range(6):
        page.get_by_role("button", name="Examples: less").click(force=True)
    assert cells(page, "From", 0) == ["3", "1", "5", "7"]


def test_playing_moves_the_averages_and_reset_takes_them_back(mount):
    page = mount(BatchNeighbours(training=False, momentum=0.9))
    says(page, "after 0 steps: mean 0, variance 1")
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "after 3 steps: mean [^,]*[1-9]")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 6")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Reset").click()
    says(page, "after 0 steps: mean 0, variance 1")


def test_story_says_when_the_moving_mean_has_arrived(mount):
    page = mount(BatchNeighbours(momentum=0.9, steps=100))
    assert "5\u00a0% of its way left after 29 steps" in page.locator(".xp").inner_text()
    assert "for the first time at step" in page.locator(".xp").inner_text()
    page.get_by_label("Momentum").select_option("0.99")
    page.wait_for_function("/after 299 steps/.test(document.querySelector('.xp').textContent)")


@pytest.mark.parametrize("arguments", [{"batch": [-8, 8, -7.5, 3, 3, 3, -2, 0]}, {"tour": "neighbours", "steps": 1000}])
def test_phone_has_no_sideways_scrolling_and_a_finger_moves_an_example(mount, arguments):
    page = mount(BatchNeighbours(**arguments), width=390, has_touch=True, is_mobile=True)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".xp").bounding_box()["height"] < 2500
    last = page.locator(".bn-handle").last
    before, box = last.get_attribute("aria-valuenow"), last.bounding_box()
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] + 13)
    page.mouse.up()
    page.wait_for_function(f"[...document.querySelectorAll('.bn-handle')].at(-1).ariaValueNow !== '{before}'")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "neighbours", "steps": 50}, {"guess": "output_after"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(BatchNeighbours(**arguments), theme=theme, width=700)
    assert axe_violations(page) == []


def test_tour_says_what_is_seen(mount):
    page = mount(BatchNeighbours(tour="neighbours", batch=[0, 1, 2, 3]))
    page.get_by_role("button", name="Take the tour").click()
    says(page, "the unit after it gives 0, and the head says yes with 27")

    def onward():
        page.get_by_role("button", name="Next").click()

    onward()
    says(page, "Its x = 3 becomes x̂ = 0.5.*says yes with 52")
    onward()
    assert set(cells(page, "The gradient", 3)) == {"0"}
    onward()
    assert set(cells(page, "The gradient", 3)) == {"0"} and cells(page, "The gradient", 0)[0] == "0.549"
    onward()
    says(page, "after 0 steps: mean 0, variance 1. No neighbour counts")
    onward()
    says(page, "after 299 steps: mean 3.[6-9]")
    page.get_by_role("button", name="Done").click()
    says(page, "mean 1.5, variance 1.25")


@pytest.mark.parametrize(
    "arguments",
    [
        {"batch": [1, 2, 3]},
        {"batch": [1, 2, 3, 9]},
        {"batch": [0] * 9},
        {"gamma": 4.0},
        {"beta": -4.0},
        {"epsilon": 0.0},
        {"upstream": "mine"},
        {"momentum": 1.0},
        {"shift": 7.0},
        {"spread": 0.0},
        {"steps": 1001},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        BatchNeighbours(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "batch": [[1, 2, 3, 4], [-8.0, 8.0, 0, 0, 0, 0, 0, 0], [1, 2, 3], [0] * 9, [0, 0, 0, 8.1], 3, [0, 0, 0, "1"]],
        "training": [True, False, "yes"],
        "gamma": [-3.0, 3.0, 3.1, None],
        "beta": [-3.0, 3.0, -3.1],
        "epsilon": [1e-6, 10.0, 0.0, 11.0],
        "upstream": [*UPSTREAM, ""],
        "momentum": [0.0, 0.999, -0.1, 1.0],
        "shift": [-6.0, 6.0, 6.5],
        "spread": [0.1, 4.0, 0.0, 4.1],
        "steps": [0, 1000, -1, 1001, 1.5],
        "seed": [0, 9999, -1, 10000],
    }
    check_link_takes_what_python_takes(blank, BatchNeighbours, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, BatchNeighbours(), {"gamma": 2.0})


def test_steps_needed_by_hand():
    assert (
        (steps_needed(0.9), steps_needed(0.99))
        == (29, 299)
        == tuple(math.ceil(math.log(0.05) / math.log(momentum)) for momentum in (0.9, 0.99))
    )
