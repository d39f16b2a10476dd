"""Gradient through time: what is shown is a derivative by complex steps, by mouse, keyboard, touch and on a phone."""

import re

import numpy as np
import pytest
import traitlets

from dnnlib.widgets.gradient_through_time import ACTIVATIONS, CLIPS, EIGENVALUES, GradientThroughTime
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_threshold_explorer import generator

MODULE = "gradient_through_time.mjs"
READ = np.array([0.6, 0.8])
TINY = 1e-40  # a complex step: its square is lost in rounding, so derivatives are exact


def state_of(**arguments):
    widget = GradientThroughTime(**arguments)
    return {name: getattr(widget, name) for name in GradientThroughTime.class_own_traits(sync=True)}


def random_states(count, seed=0):
    """Yields states of both kinds of eigenvalues and all activations alike."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        yield state_of(
            modulus=float(rng.uniform(0, 1.5)),
            angle=int(rng.integers(181)),
            eigenvalues=EIGENVALUES[n % 2],
            second=float(rng.uniform(-1.5, 1.5)),
            shear=float(rng.choice([0, rng.uniform(0, 3)])),
            length=int(rng.integers(2, 16)),
            activation=ACTIVATIONS[n % 3],
            window=int(rng.integers(1, 18)),
            inputs=float(rng.uniform(0, 2)),
            seed=int(rng.integers(1000)),
        )


def eigenvalues(state):
    if state["eigenvalues"] == "real":
        return [state["modulus"] if state["angle"] < 90 else -state["modulus"], state["second"]]
    first = state["modulus"] * np.exp(1j * np.deg2rad(state["angle"]))
    return [first, first.conjugate()]


def activate(z, name):
    return {"linear": lambda: z, "tanh": lambda: np.tanh(z), "relu": lambda: np.where(z.real > 0, z, 0)}[name]()


def output(state, matrices, x, h, begin=0):
    """Returns y of a network whose steps have a matrix each, from a state on, and the states on the way."""
    states = [h]
    for t in range(begin, state["length"]):
        states.append(activate(states[-1] @ matrices[t] + x[t], state["activation"]))
    return states[-1] @ READ, states


def by_complex_steps(state):
    """Returns states, dy/dh[t] and each step's part of dy/du, by derivatives along complex steps."""
    steps, x = state["length"], inputs_of(state)
    same = [matrix_of(state).astype(complex)] * steps
    _, states = output(state, same, x, np.array([1.0, 0.0], complex))
    grads = [
        [output(state, same, x, states[t] + 1j * TINY * one, t)[0].imag / TINY for one in np.eye(2)]
        for t in range(steps + 1)
    ]
    parts = [
        [
            output(state, [*same[:t], same[t] + 1j * TINY * one.reshape(2, 2), *same[t + 1 :]], x, states[t], t)[0].imag
            / TINY
            for one in np.eye(4)
        ]
        for t in range(steps)
    ]
    return np.real(states), np.array(grads), np.array(parts)


def angle_between(a, b):
    """Degrees between two vectors, by their cosine and by what is across."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if not a.any() or not b.any():
        return np.nan
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    return np.rad2deg(np.arctan2(np.linalg.norm(a - (a @ b) * b), a @ b))


def matrix_of(state):
    """S A S^-1 by NumPy."""
    first, second = eigenvalues(state)
    turn = [[first, 0], [0, second]]
    if state["eigenvalues"] == "pair":
        turn = [[first.real, first.imag], [-first.imag, first.real]]
    shear = np.array([[1, state["shear"]], [0, 1]])
    return shear @ np.array(turn) @ np.linalg.inv(shear)


def inputs_of(state):
    """The inputs of a state, from the page's random numbers written anew."""
    drawn = generator(state["seed"])
    with np.errstate(over="ignore"):
        return state["inputs"] * np.array([next(drawn) for _ in range(2 * state["length"])]).reshape(-1, 2)


def test_matrix_has_the_chosen_eigenvalues_on_200_random_states(call):
    states = list(random_states(200))
    radii = call(MODULE, "radiusOf", [[state] for state in states])
    matrices = [np.reshape(one, (2, 2)) for one in call(MODULE, "matrixOf", [[state] for state in states])]
    largest = call(MODULE, "largestSingular", [[matrix.ravel().tolist()] for matrix in matrices])
    for state, matrix, radius, most in zip(states, matrices, radii, largest, strict=True):
        expected = eigenvalues(state)
        np.testing.assert_allclose(matrix, matrix_of(state), atol=1e-12)
        # The characteristic polynomial: eigenvalues that coincide are known to half the digits alone
        np.testing.assert_allclose(np.trace(matrix), np.real(sum(expected)), atol=1e-12)
        np.testing.assert_allclose(np.linalg.det(matrix), np.real(np.prod(expected)), atol=1e-12)
        assert radius == pytest.approx(max(abs(np.array(expected))), abs=1e-12)
        assert most == pytest.approx(np.linalg.norm(matrix, 2), abs=1e-12)


def test_inputs_are_the_seeds_and_have_the_size_that_is_asked_for(call):
    state = {"length": 2000, "inputs": 0.7, "seed": 3}
    [x] = call(MODULE, "inputsOf", [[state]])
    np.testing.assert_allclose(x, inputs_of(state).ravel(), atol=1e-12)
    assert np.std(x) == pytest.approx(0.7, rel=0.05) and abs(np.mean(x)) < 0.05


def test_states_gradients_and_parts_are_derivatives_by_complex_steps_on_200_random_states(call):
    states = list(random_states(200))
    for state, one in zip(states, call(MODULE, "through", [[state] for state in states]), strict=True):
        path, grads, parts = by_complex_steps(state)
        kept = parts[max(0, state["length"] - state["window"]) :]
        expected = {"states": path, "grads": grads, "parts": parts, "full": parts.sum(0), "truncated": kept.sum(0)}
        for name, values in expected.items():
            scale = np.abs(values).max(initial=0)
            np.testing.assert_allclose(one[name], values, rtol=1e-6, atol=1e-9 * scale, err_msg=name)


def measured(state):
    """Norms, shares, cut and angle by NumPy."""
    _, grads, parts = by_complex_steps(state)
    full, kept = parts.sum(0), parts[max(0, state["length"] - state["window"]) :].sum(0)
    shares = parts @ full / (full @ full) if full.any() else np.full(len(parts), np.nan)
    cut = shares[: max(0, state["length"] - state["window"])].sum() if full.any() else np.nan
    return {
        "norms": np.linalg.norm(grads, axis=1),
        "predicted": max(abs(np.array(eigenvalues(state)))) ** np.arange(state["length"], -1, -1),
        "shares": shares,
        "cut": cut,
        "angle": angle_between(kept, full),
    }


def test_norms_shares_cut_and_angle_equal_numpy_on_200_random_states(call):
    states = list(random_states(200, seed=1))
    for state, one in zip(states, call(MODULE, "measures", [[state] for state in states]), strict=True):
        for name, values in measured(state).items():
            np.testing.assert_allclose(one[name], values, rtol=1e-6, atol=2e-6, err_msg=name)


def test_linear_units_without_shear_follow_the_prediction_to_the_last_digit(call):
    for state in random_states(60, seed=2):
        if state["eigenvalues"] == "pair":
            state |= {"activation": "linear", "shear": 0.0}
            [found] = call(MODULE, "measures", [[state]])
            np.testing.assert_allclose(found["norms"], found["predicted"], rtol=1e-9)


def test_clipping_by_norm_keeps_the_direction_and_by_value_bounds_each_number(call):
    rng = np.random.default_rng(3)
    gradients = [rng.normal(0, scale, 4).tolist() for scale in (0.01, 1, 100) for _ in range(20)]
    for g, by_norm, by_value in zip(
        gradients,
        call(MODULE, "clippedByNorm", [[g, 1] for g in gradients]),
        call(MODULE, "clippedByValue", [[g, 1] for g in gradients]),
        strict=True,
    ):
        norm = np.linalg.norm(g)
        np.testing.assert_allclose(by_norm, np.array(g) / max(1, norm))
        np.testing.assert_array_equal(by_value, np.clip(g, -1, 1))
    angles = call(MODULE, "angleBetween", [[[1, 0], [1, 1e-9]], [[2, 0], [-3, 0]], [[1, 1], [0, 5]]])
    np.testing.assert_allclose(angles, [np.rad2deg(1e-9), 180, 45])


def power_back(state):
    """By which power of ten the gradient's norm changes from the last state to the first."""
    return np.log10(measured(state)["norms"][0])


def steps_to_hundredth(state):
    """How many steps back the gradient's norm is below a hundredth for the first time."""
    return int(np.argmax(measured(state)["norms"][::-1] < 0.01))


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def test_pointer_drags_the_eigenvalue_and_below_the_axis_lies_its_conjugate(mount):
    page = mount(GradientThroughTime())
    plane = page.locator(".gt-plane")
    box = plane.bounding_box()
    centre, unit = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), box["width"] / 3.3

    def drag(x, y):
        page.mouse.move(centre[0] + x * unit, centre[1] - y * unit)

    drag(0.5, 0.2)
    page.mouse.down()
    drag(0, 1.3)
    says(page, "modulus 1\\.3 at ±90°")
    drag(0, -0.5)
    says(page, "modulus 0\\.5 at ±90°")
    drag(-1.01, 0)  # near the unit circle it snaps to it
    says(page, "modulus 1 at 180°")
    page.mouse.up()
    drag(0.3, 0.3)
    settle(page)
    says(page, "modulus 1 at 180°")


def test_keyboard_moves_the_eigenvalue(mount):
    page = mount(GradientThroughTime())
    page.locator(".gt-plane").focus()
    for key in ("ArrowUp", "Shift+ArrowUp", "ArrowLeft", "Shift+ArrowRight"):
        page.keyboard.press(key)
    says(page, "modulus 1\\.01 at ±21°")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    says(page, "modulus 1\\.01 at 0°")
    page.get_by_text("two real ones").click()
    page.locator(".gt-plane").focus()
    for _ in range(11):
        page.keyboard.press("Shift+ArrowLeft")
    says(page, "^Eigenvalues −0\\.09 and 0\\.5")


def test_controls_of_the_angle_and_the_second_eigenvalue_stand_where_they_act(mount):
    page = mount(GradientThroughTime())
    angle, second = (page.get_by_role("slider", name=name, exact=True) for name in ("Angle", "Second eigenvalue"))
    assert angle.is_visible() and not second.is_visible()
    page.get_by_text("two real ones").click()
    assert second.is_visible() and not angle.is_visible()
    page.get_by_role("slider", name="First eigenvalue").fill("-1.2")
    says(page, "^Eigenvalues −1\\.2 and 0\\.5")


def test_window_longer_than_the_sequence_cuts_nothing(mount):
    page = mount(GradientThroughTime(length=8, window=60))
    says(page, "The window holds all steps: nothing is cut off")
    page.get_by_role("slider", name="Window").fill("3")
    says(page, "A window of 3 steps cuts off")
    page.get_by_role("slider", name="Steps", exact=True).fill("2")
    says(page, "The window holds all steps")


def test_dead_units_leave_no_gradient_and_no_question_without_an_answer(mount):
    page = mount(GradientThroughTime(activation="relu", modulus=0.0, inputs=0.0, guess="turned"))
    assert page.get_by_role("button", name="Lock it in").is_disabled()
    says(page, "from 1 to 0 .* The recurrent kernel gets no gradient at all")
    shown = page.locator(".xp").inner_text()
    assert "NaN" not in shown and "Infinity" not in shown


def test_largest_matrix_and_longest_sequence_stay_readable(mount):
    page = mount(GradientThroughTime(modulus=1.5, shear=3.0, length=60, inputs=2.0, window=60, angle=90))
    says(page, "it explodes, above the hundredfold \\d+ steps back")
    assert "NaN" not in page.locator(".xp").inner_text()


def test_table_says_what_the_window_and_clipping_make_of_the_gradient(mount, call):
    state = state_of(modulus=1.1, clip=0.3)
    [found] = call(MODULE, "through", [[state]])
    page = mount(GradientThroughTime(modulus=1.1, clip=0.3))
    rows = page.locator(".gt-table tbody tr").evaluate_all(
        "rows => rows.map((r) => [...r.cells].map((c) => c.innerText))"
    )
    full, kept = np.array(found["full"]), np.array(found["truncated"])
    by_norm, by_value = kept * 0.3 / np.linalg.norm(kept), np.clip(kept, -0.3, 0.3)
    for row, gradient, origin in zip(rows, (full, kept, by_norm, by_value), (None, full, kept, kept), strict=True):
        numbers = [float(text.replace("−", "-")) for text in row[1:6]]
        np.testing.assert_allclose(numbers, [*gradient, np.linalg.norm(gradient)], rtol=0.006)
        if origin is not None:
            assert float(row[6][:-1]) == pytest.approx(angle_between(gradient, origin), abs=0.051)


def test_tour_says_what_is_measured(mount):
    page = mount(GradientThroughTime(tour="through_time", seed=4, inputs=1.0))
    page.get_by_role("button", name="Take the tour").click()
    cut = "(?:cuts off|cuts off less than|leaves out what[^,]*,) (−?[\\d.]+)"
    way = f"norm has gone from 1 to ([^ ,]+).*predicted ([^)]+)\\): (it \\w+).*?{cut}"

    def step(low, high, fate, least, most):
        text = page.locator(".xp-status").inner_text()
        found = re.search(way, text)
        size = float(re.sub("·10⁻⁵", "e-5", found[1]))
        assert low <= size <= high and found[3] == fate and least <= float(found[4].replace("−", "-")) <= most, text
        page.get_by_role("button", name=re.compile("Next|Done")).click()

    step(0.042, 0.043, "it stays", 2, 5)
    step(1, 1, "it stays", 50, 90)
    turned = page.locator(".gt-table tbody tr td:last-child").all_inner_texts()
    assert turned[2] == "0°" and float(turned[3][:-1]) > 5
    step(17, 18, "it stays", 60, 75)
    step(1e-6, 1e-4, "it vanishes", -1, 1)
    assert re.search("singular value.* is 9\\.", page.locator(".gt-note").inner_text())
    chart = page.get_by_role("slider", name="Norm of the gradient")
    chart.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert re.search("in the window 5\\.[6-9]", chart.get_attribute("aria-valuetext"))
    step(0.042, 0.043, "it stays", 20, 50)
    says(page, "from 1 to 0 .* it vanishes, below a hundredth 3 steps back")
    page.get_by_role("button", name="Done").click()
    says(page, "modulus 0\\.9 at ±30°")


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(GradientThroughTime(tour="through_time", shear=1.5), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760))
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "through_time"}, {"guess": "cut_off", "eigenvalues": "real"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(GradientThroughTime(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"modulus": 1.6},
        {"angle": 181},
        {"eigenvalues": "complex"},
        {"second": -1.6},
        {"shear": 3.5},
        {"length": 1},
        {"activation": "sigmoid"},
        {"window": 0},
        {"inputs": -0.1},
        {"clip": 2},
        {"seed": -1},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        GradientThroughTime(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "modulus": [0.0, 1.5, -0.1, 1.6, None],
        "angle": [0, 180, -1, 181, 30.5],
        "eigenvalues": [*EIGENVALUES, "", 3],
        "second": [-1.5, 1.5, -1.6, 1.6],
        "shear": [0.0, 3.0, -0.1, 3.1],
        "length": [2, 60, 1, 61],
        "activation": [*ACTIVATIONS, "sigmoid", None],
        "window": [1, 60, 0, 61],
        "inputs": [0.0, 2.0, -0.1, 2.1],
        "clip": [*CLIPS, 2, "1"],
        "seed": [0, 9999, -1, 10000],
    }
    check_link_takes_what_python_takes(blank, GradientThroughTime, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, GradientThroughTime(), {"modulus": 1.2})
