"""The principal axis: what it keeps and loses is dnnlib's PCA's, by mouse, keyboard, touch and on a phone."""

import numpy as np
import pytest
import traitlets

from dnnlib.unsupervised.pca import PCA
from dnnlib.widgets.principal_axis import CLOUDS, PrincipalAxis
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_network_playground import Generator

MODULE = "principal_axis.mjs"


def full(**arguments):
    """A state with all traits."""
    widget = PrincipalAxis(**arguments)
    return {name: getattr(widget, name) for name in PrincipalAxis.class_own_traits(sync=True)}


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    for n in range(count):
        cloud = CLOUDS[n // 2 % 3] if n % 2 else (rng.normal(size=(rng.integers(3, 30), 2)) @ rng.normal(size=(2, 2)))
        if not isinstance(cloud, str):
            cloud = (cloud + rng.normal(0, 2, 2)).tolist()
        points = 40 if isinstance(cloud, str) else len(cloud)
        places = rng.permutation(points)[: rng.integers(0, 3)]
        yield full(
            cloud=cloud,
            angle=float(rng.uniform(0, 180)),
            centred=bool(rng.integers(2)),
            scale=float(rng.choice([0.1, 0.5, 1, 1, 10])),
            moved=[[int(i), *rng.uniform(-5, 8, 2).round(2).tolist()] for i in places],
        )


# ---- What is shown, by NumPy ----


def drawn(name):
    """The points of a cloud with a name."""
    if name == "ring":
        random, points = Generator(3), []
        for _ in range(40):
            angle, radius = 2 * np.pi * random.uniform(), 1.6 + 0.12 * random.normal()
            points.append([3 + radius * np.cos(angle), 2 + radius * np.sin(angle)])
        return np.round(points, 2)
    seed, spread, angle = {"long": (7, (1.4, 0.45), 125), "round": (5, (1, 1), 0)}[name]
    random, (u, v) = Generator(seed), (np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle)))
    normal = np.array([[random.normal(), random.normal()] for _ in range(40)]) * spread
    return np.round([3, 2] + normal @ [[u, v], [-v, u]], 2)


def points_of(state):
    X = drawn(state["cloud"]) if isinstance(state["cloud"], str) else np.array(state["cloud"], "float64")
    for i, *place in state["moved"]:
        X[i] = place
    return X * [1, state["scale"]]


def axes_of(X, centred):
    """The axes and the variances along them: by dnnlib's PCA, or from the points as they are."""
    if centred:
        pca = PCA(svd_solver="full").fit(X)
        return pca.components_, pca.explained_variance_
    _, singular, axes = np.linalg.svd(X, full_matrices=False)
    return axes, singular**2 / (len(X) - 1)


def best_angle(state, centred=None):
    axes, _ = axes_of(points_of(state), state["centred"] if centred is None else centred)
    return np.rad2deg(np.arctan2(axes[0, 1], axes[0, 0])) % 180


def kept_share(state):
    _, variances = axes_of(points_of(state), state["centred"])
    return 100 * variances[0] / variances.sum()


def uncentred(state):
    first, second = (axes_of(points_of(state), centred)[0][0] for centred in (True, False))
    return np.rad2deg(np.arccos(min(1, abs(first @ second))))


def rescaled(state):
    return best_angle({**state, "scale": 10 * state["scale"]})


def kept_and_lost(X, angle, centred):
    away = X - X.mean(axis=0) if centred else X
    axis = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    feet = np.outer(away @ axis, axis)
    return np.sum(feet**2) / (len(X) - 1), np.sum((away - feet) ** 2) / (len(X) - 1)


def test_points_are_those_of_numpy_on_200_random_states(call):
    states = list(random_states(200))
    for state, points in zip(states, call(MODULE, "pointsOf", [[state] for state in states]), strict=True):
        np.testing.assert_allclose(points, points_of(state), atol=1e-9)


def test_kept_and_lost_are_numpys_and_sum_to_the_squared_distances_on_200_random_states(call):
    states = list(random_states(200))
    arguments = [[points_of(state).tolist(), state["angle"], state["centred"]] for state in states]
    for (X, angle, centred), found in zip(arguments, call(MODULE, "measuresOf", arguments), strict=True):
        np.testing.assert_allclose(
            [found["kept"], found["lost"]], kept_and_lost(np.array(X), angle, centred), rtol=1e-6
        )
        away = np.array(X) - (np.mean(X, axis=0) if centred else 0)
        np.testing.assert_allclose(np.square(found["along"]) + np.square(found["across"]), np.sum(away**2, axis=1))
        np.testing.assert_allclose(found["kept"] + found["lost"], found["total"])


def test_best_axis_and_every_axis_are_dnnlibs_on_200_random_states(call):
    states = list(random_states(200, seed=1))
    arguments = [[points_of(state).tolist(), state["centred"]] for state in states]
    bests, sweeps = (call(MODULE, name, arguments) for name in ("bestOf", "sweepOf"))
    for (X, centred), best, sweep in zip(arguments, bests, sweeps, strict=True):
        axes, variances = axes_of(np.array(X), centred)
        np.testing.assert_allclose(best["variances"], variances, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(np.abs(np.sum(best["components"] * axes, axis=1)), 1, atol=1e-9)
        np.testing.assert_allclose(best["share"], variances[0] / variances.sum(), rtol=1e-6)
        expected = [kept_and_lost(np.array(X), angle, centred) for angle in sweep["angles"]]
        np.testing.assert_allclose(np.transpose([sweep["kept"], sweep["lost"]]), expected, rtol=1e-6, atol=1e-9)
        assert max(sweep["kept"]) <= variances[0] * (1 + 1e-9) and sweep["angles"][-1] == 180


def test_answers_to_the_guesses_are_dnnlibs_on_random_states(call):
    states = list(random_states(100, seed=2))
    for name, oracle in (("keptShare", kept_share), ("turnedUncentred", uncentred)):
        found = call(MODULE, name, [[state] for state in states])
        np.testing.assert_allclose(found, [oracle(state) for state in states], atol=1e-5, err_msg=name)
    for name, oracle in (("bestAngle", best_angle), ("rescaledAngle", rescaled)):
        found = np.array(call(MODULE, name, [[state] for state in states]))
        gap = (found - [oracle(state) for state in states] + 90) % 180 - 90
        np.testing.assert_allclose(gap, 0, atol=1e-5, err_msg=name)


def test_frame_is_a_square_with_the_origin_and_every_point(call):
    states = list(random_states(60, seed=3))
    for state, frame in zip(states, call(MODULE, "frameOf", [[state] for state in states]), strict=True):
        (left, right), (low, high) = frame["x"], frame["y"]
        X = np.vstack([points_of(state), [0, 0]])
        assert right - left == pytest.approx(high - low)
        assert (X >= np.array([left, low]) - 1e-9).all() and (X <= np.array([right, high]) + 1e-9).all()


def test_lessons_of_the_long_cloud_hold():
    """What the tour says of it."""
    state = full()
    assert 120 < best_angle(state) < 130 and kept_share(state) > 85
    mean = np.rad2deg(np.arctan2(*points_of(state).mean(axis=0)[::-1]))
    assert abs(best_angle(state, centred=False) - mean) < 1 and uncentred(state) > 80
    assert abs(best_angle({**state, "moved": [[0, 9, 8]]}) - best_angle(state)) > 40
    assert abs(best_angle({**state, "scale": 0.2}) - 180) < 20


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function("(p) => new RegExp(p).test(document.querySelector('.xp-status').textContent)", arg=pattern)


def knob(page):
    return page.get_by_role("slider", name="Angle of the axis")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page, start, end):
    """The mouse down at one place, and up at another."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    settle(page)


def test_axis_turns_by_mouse_and_the_bar_keeps_its_length(mount):
    page = mount(PrincipalAxis())
    widths = "() => ['kept', 'lost'].map((n) => document.querySelector(`.pa-${n}`).getBoundingClientRect().width)"
    before, end = page.evaluate(widths), middle(page.locator(".pa-end"))
    says(page, "^At 20°")
    plane = page.locator(".pa-plane").bounding_box()
    pull(page, middle(knob(page)), (plane["x"] + plane["width"] * 0.75, plane["y"] + 20))
    angle = float(knob(page).get_attribute("aria-valuenow"))
    assert 40 < angle < 85
    after = page.evaluate(widths)
    assert abs(after[0] - before[0]) > 5 and sum(after) == pytest.approx(sum(before), abs=0.5)
    assert middle(page.locator(".pa-end")) == pytest.approx(end, abs=0.5)
    kept, lost = kept_and_lost(points_of(full()), angle, True)
    assert page.locator(".pa-total").inner_text().startswith(f"{kept:.2f} + {lost:.2f} = {kept + lost:.2f}")


def test_axis_turns_by_keys_and_goes_on_at_the_ends(mount):
    page = mount(PrincipalAxis(angle=1))
    knob(page).focus()
    for key, angle in (("ArrowLeft", 0), ("ArrowLeft", 179), ("PageUp", 9), ("Shift+ArrowRight", 9.1), ("End", 90)):
        page.keyboard.press(key)
        says(page, f"^At {angle}°")


def test_button_turns_to_the_best_axis(mount):
    page = mount(PrincipalAxis(cloud="ring", scale=2))
    page.get_by_role("button", name="Turn to the best axis").click()
    says(page, "This is the best axis")
    assert float(knob(page).get_attribute("aria-valuenow")) == pytest.approx(
        best_angle(full(cloud="ring", scale=2)), abs=0.006
    )


def test_a_point_is_dragged_far_and_the_best_axis_follows(mount):
    page = mount(PrincipalAxis(point=3))
    spot = page.get_by_role("slider", name="Point 4 of 40")
    plane = page.locator(".pa-plane").bounding_box()
    pull(page, middle(spot), (plane["x"] + plane["width"] - 2, plane["y"] + 2))
    says(page, "1 point is moved")
    place = spot.get_attribute("aria-valuetext")
    x, y = (float(part.split()[-1]) for part in place.split(", "))
    state = full(moved=[[3, x, y]])
    says(page, f"at {best_angle(state):.1f}".rstrip("0").rstrip("."))
    assert abs(best_angle(state) - best_angle(full())) > 3
    page.get_by_role("button", name="Put points back").click()
    says(page, f"at {best_angle(full()):.1f}")


def test_a_point_is_chosen_and_moved_by_keys_and_any_point_by_mouse(mount):
    page = mount(PrincipalAxis(point=39))
    page.get_by_role("slider", name="Point 40 of 40").focus()
    page.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.pa-spot').getAttribute('aria-valuenow') === '1'")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    says(page, "1 point is moved")
    page.wait_for_function("document.querySelector('.pa-one').textContent.startsWith('Point 1:')")
    other = page.evaluate("""() => {
      const d = document.querySelector(".pa-points").getAttribute("d").split("M")[30];
      const [x, y] = d.match(/[-\\d.]+/g).map(Number);
      const box = document.querySelector(".pa-plane").getBoundingClientRect();
      return [box.left + (x + 4) / 380 * box.width, box.top + y / 380 * box.height]; }""")
    pull(page, other, (other[0] + 30, other[1] + 25))
    says(page, "2 points are moved")


def test_centre_and_unit_change_what_is_counted(mount):
    page = mount(PrincipalAxis(angle=50))
    page.get_by_text("the origin", exact=True).click()
    state = full(angle=50, centred=False)
    kept, lost = kept_and_lost(points_of(state), 50, False)
    says(page, f"keeps {kept:.1f} and loses {lost:.1f} of the mean square from the origin")
    says(page, f"{uncentred(state):.1f}".rstrip("0").rstrip(".") + "° from the best axis through the mean")
    page.get_by_label("Unit of the second feature").select_option("5")
    says(page, f"The best axis, at {best_angle({**state, 'scale': 5}):.1f}".rstrip("0").rstrip("."))
    page.get_by_label("Points", exact=True).select_option("round")
    assert page.get_by_label("Unit of the second feature").input_value() == "1"


def test_given_points_can_be_left_and_come_back(mount):
    page = mount(PrincipalAxis(cloud=[[0, 0], [1, 2], [3, 1], [4, 4]], names=("length (cm)", "width (cm)")))
    assert page.get_by_label("Points", exact=True).input_value() == "given"
    assert "width (cm)" in page.locator(".pa-plane").text_content()
    page.get_by_label("Points", exact=True).select_option("ring")
    page.get_by_role("slider", name="Point 1 of 40").wait_for()
    page.get_by_label("Points", exact=True).select_option("given")
    page.get_by_role("slider", name="Point 1 of 4:").wait_for()


def test_finger_turns_the_axis(mount):
    page = mount(PrincipalAxis(), width=390, has_touch=True, is_mobile=True)
    page.locator(".pa-plane").scroll_into_view_if_needed()
    box = page.locator(".pa-plane").bounding_box()
    page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 0.06 * box["height"])
    page.wait_for_function("document.querySelector('.pa-knob').getAttribute('aria-valuenow') !== '20'")


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(PrincipalAxis(centred=False, tour="four_lessons"), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760), excepted=".xp-sr, .pa-plane")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"components": True, "centred": False}, {"guess": "best_angle"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(PrincipalAxis(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"cloud": "square"},
        {"cloud": [[0, 0], [1, 1]]},
        {"cloud": [[1, 1]] * 4},
        {"cloud": [[0, 0, 0]] * 4},
        {"names": ["x"]},
        {"angle": 181},
        {"scale": 0},
        {"moved": [[0, 1]]},
        {"moved": [[0, 1, 1], [0, 2, 2]]},
        {"point": -1},
        {"centred": "no"},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        PrincipalAxis(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "cloud": ["round", "square", [[0, 0], [1, 2], [3, 4.5]], [[0, 0], [1, 2]], [[1, 1]] * 3, [[1, 2, 3]] * 3, 4],
        "names": [["a", "b"], ["a"], "ab", ["a", ""], ["a", "b" * 41]],
        "angle": [0.0, 180.0, 181.0, -1.0, None],
        "centred": [True, False, "yes"],
        "scale": [0.01, 100.0, 0.0, 101.0],
        "moved": [[], [[0, 1.5, 2]], [[0, 1]], [[0, 1, 1], [0, 2, 2]], [[200, 1, 1]], [[0.5, 1, 1]], [["a", 1, 1]]],
        "point": [0, 199, 200, -1, 0.5],
        "components": [True, False, 1.5],
    }
    check_link_takes_what_python_takes(blank, PrincipalAxis, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, PrincipalAxis(), {"angle": 77.0})
