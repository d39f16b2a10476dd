"""A digit in parts: axes, coordinates and errors are dnnlib's PCA, by mouse, pen, keyboard, touch and on a phone."""

import base64
import functools
import re

import numpy as np
import pytest
import traitlets
from sklearn.datasets import load_digits

from dnnlib.unsupervised.pca import PCA
from dnnlib.widgets.draw_digit import counted, drawn, fitted
from dnnlib.widgets.rebuilt_digit import EMPTY, FEATURES, RebuiltDigit, bitmap_text
from tests.widgets.conftest import axe_violations
from tests.widgets.hands import HANDS, placed
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tools.digits_data import sample

MODULE = "rebuilt_digit.mjs"
VARYING = 61  # pixels that are not 0 in every digit; the axes beyond them are any that are left


def state_of(**arguments):
    widget = RebuiltDigit(**arguments)
    return {name: getattr(widget, name) for name in RebuiltDigit.class_own_traits(sync=True)}


def random_states(count, seed=0):
    """Yields states, every other one with a drawing."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        hand = HANDS[[*HANDS][n % 3]][int(rng.integers(10))]
        strokes = placed(hand, height=rng.uniform(14, 28), slant=rng.uniform(-0.2, 0.3), middle=rng.uniform(12, 20, 2))
        yield state_of(
            digit=int(rng.integers(300)) if n % 2 else -1,
            drawing=drawn(strokes),
            fit=bool(rng.integers(2)),
            components=FEATURES if n % 20 == 0 else int(rng.integers(VARYING + 1)),
        )


@functools.cache
def data():
    return load_digits().data / 16


@functools.cache
def pca(components=FEATURES):
    return PCA(components).fit(data())


def digit_of(state):
    """The digit's 64 numbers: scikit-learn's, or those of the drawing by the Python of "Draw a digit"."""
    if state["digit"] >= 0:
        return data()[sample()[state["digit"]]]
    bits = np.unpackbits(np.frombuffer(base64.b64decode(state["drawing"]), np.uint8)).reshape(32, 32)
    return counted(fitted(bits) if state["fit"] else bits).ravel() / 16


def rebuilt(state):
    """What dnnlib's PCA makes of the digit: (rebuilt, coordinates, squared error)."""
    x, count = digit_of(state)[None], state["components"]
    z = pca().transform(x)
    back = pca(count).inverse_transform(pca(count).transform(x)) if count else pca().mean_[None]
    return back[0], z[0], np.sum((x - back) ** 2)


def test_axes_are_those_of_dnnlibs_pca(blank):
    found = blank.evaluate(f"""async () => {{
      const {{ mean, components, variances }} = (await import("/dnnlib/widgets/{MODULE}")).axes();
      return [[...mean], components.map((one) => [...one]), variances]; }}""")
    mean, components, variances = map(np.array, found)
    np.testing.assert_allclose(mean, pca().mean_, atol=1e-9)
    np.testing.assert_allclose(variances, pca().explained_variance_, atol=1e-9)
    np.testing.assert_allclose(components[:VARYING], pca().components_[:VARYING], atol=1e-7)
    np.testing.assert_allclose(components @ components.T, np.eye(FEATURES), atol=1e-12)


def test_rebuilt_digits_and_errors_equal_dnnlib_on_200_random_states(ask):
    states = list(random_states(200))
    for state, found in zip(states, ask(MODULE, "rebuiltOf", [[state] for state in states]), strict=True):
        back, z, error = rebuilt(state)
        np.testing.assert_allclose(found["x"], digit_of(state), atol=0)
        np.testing.assert_allclose(found["rebuilt"], back, atol=1e-6)
        np.testing.assert_allclose(found["missing"], digit_of(state) - back, atol=1e-6)
        np.testing.assert_allclose(found["coordinates"][:VARYING], z[:VARYING], atol=1e-6)
        assert found["measured"] == pytest.approx(error, abs=1e-6)
        assert found["errors"][state["components"]] == pytest.approx(found["measured"], abs=1e-9)
        if state["components"] == FEATURES:
            assert error < 1e-20


def test_mean_errors_are_those_measured_over_all_digits_and_the_sum_of_variances_left_out(call):
    [found] = call(MODULE, "meanErrors", [[]])
    for count in (0, 1, 8, 20, 61):
        kept = pca().components_[:count]
        away = data() - pca().mean_
        measured = np.mean(np.sum((away - away @ kept.T @ kept) ** 2, axis=1))
        left = pca().explained_variance_[count:].sum() * (len(data()) - 1) / len(data())
        assert found[count] == pytest.approx(measured, abs=1e-8) and left == pytest.approx(measured, abs=1e-8)


def test_usual_errors_are_quantiles_of_the_300_digits(ask):
    [found] = ask(MODULE, "usualErrors", [[]])
    squares = pca().transform(data()[sample()]) ** 2
    for count in (0, 5, 40):
        errors = np.sort(squares[:, count:].sum(axis=1))
        np.testing.assert_allclose(found["sorted"][count], errors, atol=1e-6)
        assert found["low"][count] == pytest.approx(np.quantile(errors, 0.1, method="nearest"), abs=1e-6)
        assert found["high"][count] == pytest.approx(np.quantile(errors, 0.9, method="nearest"), abs=1e-6)


def components_needed(state):
    """The first number of components that leaves less than a tenth, by refitting dnnlib's PCA for each."""
    errors = [rebuilt({**state, "components": count})[2] for count in range(VARYING)]
    return int(np.argmax(np.array(errors) < errors[0] / 10))


def next_error(state):
    return rebuilt({**state, "components": state["components"] + 1})[2]


def kept(state):
    return 100 * (1 - rebuilt(state)[2] / rebuilt({**state, "components": 0})[2])


def test_guesses_equal_dnnlib_on_random_states(call):
    states = [state for state in random_states(40, seed=1) if state["components"] < VARYING]
    for name, oracle, chosen in (
        ("componentsNeeded", components_needed, states[:8]),
        ("nextError", next_error, states),
        ("kept", kept, states),
    ):
        values = call(MODULE, name, [[state] for state in chosen])
        np.testing.assert_allclose(values, [oracle(state) for state in chosen], atol=1e-6)


def test_guesses_without_an_answer_say_so(call):
    assert np.isnan(call(MODULE, "nextError", [[state_of(components=FEATURES)]])[0])


# ---- In the page ----


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def told(page):
    """The two squared errors in the sentence: pixel by pixel, and from the coordinates."""
    settle(page)
    text = page.locator(".xp-status").inner_text()
    return float(re.search(r"squared error ([\d.]+) pixel", text)[1]), float(re.search(r"sums? to ([\d.]+)\.", text)[1])


def test_sentence_tells_dnnlibs_error_twice_as_the_slider_moves(mount):
    page = mount(RebuiltDigit())
    for count in (8, 9, 30):
        page.get_by_role("slider", name="Components added").fill(str(count))
        says(page, f"and {count} components")
        error = rebuilt(state_of(components=count))[2]
        np.testing.assert_allclose(told(page), [error, error], atol=0.00501)
    assert "Component 30, in use" in page.locator(".rd-axis").inner_text()


def test_digits_are_chosen_and_changed(mount):
    page = mount(RebuiltDigit())
    page.get_by_role("radio", name="7", exact=True).check(force=True)
    says(page, "This 7 from")
    first = told(page)
    page.get_by_role("button", name="Another one").click()
    assert told(page) != first
    error = rebuilt(state_of(digit=17))[2]
    np.testing.assert_allclose(told(page), [error, error], atol=0.00501)


def test_arrow_keys_lead_through_the_components_and_the_panel_follows(mount):
    page = mount(RebuiltDigit(axis=1, components=2))
    strip = page.get_by_role("radiogroup", name="Components")
    strip.get_by_role("radio", checked=True).focus()
    for key in ("ArrowRight", "ArrowDown", "End", "ArrowLeft"):
        page.keyboard.press(key)
    settle(page)
    assert page.locator(".rd-axis").inner_text().startswith("Component 63, left out")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("component 63,")
    assert strip.locator("[tabindex='0']").count() == 1
    strip.get_by_role("radio").nth(1).click()
    ratio, z = pca().explained_variance_ratio_[1], rebuilt(state_of())[1][1]
    text = page.locator(".rd-axis").inner_text().replace("\xa0", " ").replace("−", "-")
    assert text.startswith(f"Component 2, in use: coordinate {z:.2f}") and f"holds {100 * ratio:.1f} %" in text


def on_sheet(page):
    """What is drawn on the sheet, in a light page: an array (32, 32) of 0 and 1."""
    middles = page.evaluate("""() => {
      const { data, width } = document.querySelector(".xp-sheet").getContext("2d").getImageData(0, 0, 512, 512);
      return Array.from({ length: 1024 }, (_, k) => data[4 * (width * (16 * (k >> 5) + 8) + 16 * (k & 31) + 8)]); }""")
    return (np.reshape(middles, (32, 32)) < 128).astype(int)


def test_drawing_is_rebuilt_and_an_example_gives_way_to_it(mount):
    page = mount(RebuiltDigit(components=20))
    box = page.locator(".xp-sheet").bounding_box()
    scale, points = box["width"] / 32, [(10, 4), (22, 5), (14, 28)]
    places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    says(page, "The drawing from the mean and 20")
    settle(page)
    bitmap = on_sheet(page)
    assert np.mean(bitmap != drawn([points])) < 0.03  # the mouse knows whole pixels only
    for fit in (True, False):
        error = rebuilt(state_of(digit=-1, drawing=bitmap, components=20, fit=fit))[2]
        np.testing.assert_allclose(told(page), [error, error], atol=0.00501)
        page.get_by_role("checkbox", name="centre and scale").uncheck()
    page.get_by_role("button", name="Clear the sheet").click()
    error = rebuilt(state_of(digit=-1, components=20))[2]
    np.testing.assert_allclose(told(page), [error, error], atol=0.00501)


def test_keys_alone_draw(mount):
    page = mount(RebuiltDigit(components=5))
    page.locator(".xp-sheet").focus()
    for key in ("Space", *["ArrowDown"] * 10, "Space"):
        page.keyboard.press(key)
    says(page, "The drawing from the mean and 5")


def test_tour_says_what_is_measured(mount):
    page = mount(RebuiltDigit(tour="parts"))
    page.get_by_role("button", name="Take the tour").click()
    shares = []
    for count in (0, 3, 20, 20):
        says(page, f"and {count} components")
        text = page.locator(".xp-status").inner_text().replace("\xa0", " ")
        shares.append([float(one) for one in re.findall(r"([\d.]+) %", text)])
        page.get_by_role("button", name=re.compile("Next|Done")).click()
    assert shares[0][0] == 100 and 45 < shares[1][0] < 55 and shares[2][0] < 10
    assert shares[3][0] > 60 and shares[3][1] == 100


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(RebuiltDigit(digit=-1, tour="parts"), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760))
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "parts", "digit": -1}, {"guess": "kept", "view": "axes"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(RebuiltDigit(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"digit": 300},
        {"drawing": np.zeros((8, 8))},
        {"drawing": "AAAA"},
        {"drawing": "!"},
        {"drawing": np.full((32, 32), 2)},
        {"fit": 2},
        {"components": 65},
        {"axis": 0},
        {"view": "sums"},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        RebuiltDigit(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "digit": [-1, 0, 299, -2, 300, 2.5],
        "drawing": [EMPTY, bitmap_text(np.eye(32, dtype=int), ""), "AAAA", "", 3, EMPTY[:-1] + "!"],
        "fit": [True, False, "yes"],
        "components": [0, 64, -1, 65],
        "axis": [1, 64, 0, 65],
        "view": ["parts", "axes", "sums"],
    }
    check_link_takes_what_python_takes(blank, RebuiltDigit, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, RebuiltDigit(), {"components": 20})
