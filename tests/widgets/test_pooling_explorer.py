"""The pooling explorer: its numbers are dnnlib's, and it works by mouse, by keyboard, by touch and on a phone."""

import re

import numpy as np
import pytest

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.lp_pooling2d import LpPooling2D
from dnnlib.layers.max_blur_pooling2d import MaxBlurPooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.weighted_pooling2d import WeightedPooling2D
from dnnlib.widgets.pooling_explorer import KINDS, PRESETS, PoolingExplorer
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

MODULE = "pooling_explorer.mjs"
LAYERS = {
    "max": MaxPooling2D,
    "average": AveragePooling2D,
    "l2": LpPooling2D,
    "weighted": WeightedPooling2D,
    "max_blur": MaxBlurPooling2D,
}


def grid(name):
    return f"[role=grid][aria-label='{name}']"


INPUT, POOLED, SHIFTED = grid("Input"), grid("Pooled"), grid("Pooled after the shift")
BACK, UPSTREAM = grid("Gradient of the input"), grid("Gradient of the output")


def layer_of(state):
    if state["kind"] == "max_blur":
        return MaxBlurPooling2D(state["pool_size"], state["strides"], dtype="float64")
    return LAYERS[state["kind"]](
        state["pool_size"], strides=state["strides"], padding=state["padding"], dtype="float64"
    )


def forward(state, image=None):
    """The output by dnnlib, or an empty list where no window fits."""
    try:
        return layer_of(state)(np.array(image or state["image"], float)[None, :, :, None])[0, :, :, 0]
    except ValueError:
        return []


def backward(state):
    """The input's gradient by dnnlib."""
    layer = layer_of(state)
    output = layer(np.array(state["image"], float)[None, :, :, None])
    upstream = np.ones(output.shape[1:3])
    if state["upstream"]:
        given = np.array(state["upstream"])[: upstream.shape[0], : upstream.shape[1]]
        upstream[: given.shape[0], : given.shape[1]] = given
    return layer.backward(upstream[None, :, :, None])[0, :, :, 0]


def configurations(kind, count=200, seed=0):
    """Random states; every second image holds whole numbers from a small range, so that windows tie."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        shape = rng.integers(1, 9, 2)
        image = rng.integers(-2, 3, shape) if number % 2 else rng.normal(size=shape)
        yield {
            "image": image.tolist(),
            "kind": kind,
            "pool_size": rng.integers(1, 5, 2).tolist(),
            "strides": rng.integers(1, 5, 2).tolist(),
            "padding": ["valid", "same"][rng.integers(2)],
            "view": "gradient",
            "shift": rng.integers(-3, 4, 2).tolist(),
            "upstream": rng.normal(size=rng.integers(1, 9, 2)).tolist(),
        }


@pytest.mark.parametrize("kind", KINDS)
def test_forward_and_backward_equal_dnnlib_on_200_random_configurations(call, kind):
    states = list(configurations(kind))
    fitting = [state for state in states if len(forward(state))]
    assert len(fitting) > 110
    for state, result in zip(states, call(MODULE, "pooled", [[state] for state in states]), strict=True):
        expected = forward(state)
        assert np.shape(result) == np.shape(expected)
        np.testing.assert_allclose(result, expected, atol=1e-6)
    for state, result in zip(fitting, call(MODULE, "routed", [[state] for state in fitting]), strict=True):
        np.testing.assert_allclose(result, backward(state), atol=1e-6)


def test_routes_of_one_input_add_up_to_its_gradient(call):
    states = [state for kind in KINDS for state in configurations(kind, 40, seed=1) if len(forward(state))]
    rng = np.random.default_rng(1)
    places = [[int(rng.integers(size)) for size in np.shape(state["image"])] for state in states]
    found = call(MODULE, "sources", [[state, *place] for state, place in zip(states, places, strict=True)])
    for state, place, parts in zip(states, places, found, strict=True):
        total = sum(part["grad"] * part["share"] for part in parts)
        np.testing.assert_allclose(total, backward(state)[tuple(place)], atol=1e-6)


def test_shift_is_a_roll_and_counts_what_changed(call):
    states = [state for kind in KINDS for state in configurations(kind, 60, seed=2) if len(forward(state))]
    verdicts = set()
    for state, result in zip(states, call(MODULE, "compared", [[state] for state in states]), strict=True):
        image = np.array(state["image"], float)
        shifted = np.roll(image, state["shift"], (0, 1))
        before, after = forward(state), forward(state, shifted.tolist())
        np.testing.assert_array_equal(result["shifted"], shifted)
        assert [result["inputs"]["changed"], result["inputs"]["total"]] == [(image != shifted).sum(), image.size]
        assert [result["outputs"]["changed"], result["outputs"]["total"]] == [
            (~np.isclose(before, after, rtol=0, atol=1e-9)).sum(),
            after.size,
        ]
        np.testing.assert_allclose(result["outputs"]["mean"], np.abs(before - after).mean(), atol=1e-6)
        for i, j in np.argwhere(result["kept"]):
            assert abs(after[i, j] - before[i - result["steps"][0], j - result["steps"][1]]) < 1e-9
        verdicts.add(result["verdict"])
    assert verdicts == {"still", "unchanged", "moved", "edges", "changed"}


def test_pooled_map_without_padding_moves_by_every_multiple_of_the_stride(call):
    # a window that stays on the map reads the same values as before, so nothing may differ
    states = [state for kind in KINDS[:4] for state in configurations(kind, 100, seed=3)]
    states = [{**state, "padding": "valid", "shift": [0, state["strides"][1]]} for state in states]
    states = [s for s in states if len(forward(s)) and s["shift"][1] <= 3 and np.shape(s["image"])[1] > s["shift"][1]]
    seen = 0
    for result in call(MODULE, "compared", [[state] for state in states]):
        assert result["fits"] and result["count"] == result["stay"]
        seen += result["verdict"] == "moved"
    assert seen > 50


def test_layout_never_needs_more_width_than_there_is(call):
    rng = np.random.default_rng(4)
    cases = [[int(rng.integers(300, 1000)), *rng.integers(1, 10, 3).tolist()] for _ in range(200)]
    for (width, left, right, _), (stacked, size) in zip(cases, call(MODULE, "layout", cases), strict=True):
        columns = max(left, right) if stacked else left + right
        assert 20 <= size <= 40 and columns * (size + 1) <= width


def numbers(page, selector):
    cells = page.locator(f"{selector} .xp-cell")
    texts = cells.evaluate_all("all => all.map((e) => e.querySelector('input')?.value ?? e.textContent)")
    return [float(text.replace("−", "-")) for text in texts if text not in ("", "−∞")]


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def test_lecture_example_pools_to_6_8_3_4_and_the_pointer_shows_the_winner(mount):
    page = mount(PoolingExplorer())
    assert numbers(page, POOLED) == [6, 8, 3, 4]
    assert page.locator(".pl-sum").inner_text() == "max (1, 0, 4, 6) = 6"
    page.locator(f"{POOLED} .xp-cell").nth(1).hover()
    says(page, "row 0, column 1 is 8, the largest of 4 inputs, found in row 1, column 3")
    assert page.locator(f"{INPUT} .pl-winner input").input_value() == "8"
    assert page.locator(f"{POOLED} .xp-cell").nth(1).get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(
    "kind, formula",
    [
        ("average", "(1 + 0 + 4 + 6) / 4 = 2.75"),
        ("l2", "√(1² + 0² + 4² + 6²) = 7.28"),
        ("max_blur", "(16·6) / 16 = 6"),
        ("weighted", "0.25·1 + 0.25·0 + 0.25·4 + 0.25·6 = 2.75"),
    ],
)
def test_each_kind_of_pooling_shows_its_arithmetic(mount, kind, formula):
    page = mount(PoolingExplorer())
    page.get_by_label("Pooling", exact=True).select_option(kind)
    page.wait_for_function(f"document.querySelector('.pl-sum').textContent === '{formula}'")


def test_keyboard_alone_pools_edits_and_looks_at_the_gradient(mount):
    page = mount(PoolingExplorer())

    def tab_to(pattern, key="Tab"):
        for _ in range(20):
            page.keyboard.press(key)
            name = page.evaluate("((e) => e.getAttribute('aria-label') ?? e.value ?? '')(document.activeElement)")
            if re.search(pattern, name):
                return
        raise AssertionError(f"no focus on {pattern}")

    tab_to("row 0, column 0: 6")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    says(page, "Output row 1, column 1 is 4")
    tab_to("input, row 0, column 0", "Shift+Tab")
    page.keyboard.type("9")
    page.wait_for_function(f"document.querySelector(\"{POOLED} .xp-cell\").textContent === '9'")
    tab_to("^Stride$", "Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f'document.querySelectorAll("{POOLED} .xp-cell").length === 9')
    tab_to("^forward$", "Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(BACK)
    tab_to("gradient of the input, row 0, column 0")
    page.wait_for_function("/^Input row 0, column 0 gets/.test(document.querySelector('.pl-hint').textContent)")
    tab_to("gradient of the output")
    page.keyboard.type("5")
    says(page, "gradient 5 to the winner")


@pytest.mark.parametrize("preset", PRESETS)
def test_preset_shows_dnnlib_output_and_names_itself(mount, preset):
    page = mount(PoolingExplorer(image=[[1, 2], [3, 4]], pool_size=1))
    assert page.get_by_label("Example").locator("option").all_inner_texts()[1:] == list(PRESETS)
    page.get_by_label("Example").select_option(preset)
    expected = forward(PRESETS[preset])
    page.wait_for_function(f'document.querySelectorAll("{POOLED} .xp-cell").length === {expected.size}')
    np.testing.assert_allclose(numbers(page, POOLED), expected.ravel(), atol=0.005)
    assert page.get_by_label("Example").input_value() == preset
    assert mount(PoolingExplorer(preset=preset)).get_by_label("Example").input_value() == preset


def test_row_shifted_by_one_changes_every_input_and_half_of_the_pooled_values(mount):
    page = mount(PoolingExplorer(preset="a row, shifted by one"))
    says(page, "8 of 8 input values and 4 of 8 pooled values changed.*merely moved, by 1 column to the right")
    assert page.locator(f"{grid('Shifted input')} .xp-changed").count() == 8
    assert page.locator(f"{SHIFTED} .xp-changed").count() == 4
    assert page.locator(f"{SHIFTED} .pl-kept").count() == page.locator(f"{POOLED} .pl-kept").count() == 7


def test_image_shifted_by_one_changes_and_by_the_stride_merely_moves(mount):
    page = mount(PoolingExplorer(preset="an image, shifted by one"))
    says(page, "36 of 36 input values and 4 of 9 pooled values changed. The shift is no multiple of the stride 2")
    assert "36 of 36" in page.locator(".pl-table").inner_text() and "4 of 9" in page.locator(".pl-table").inner_text()
    page.get_by_role("button", name="Shift right: more").click()
    says(page, "is a multiple of the stride 2: the pooled map merely moved, by 1 column to the right .6 of")
    for _ in range(2):
        page.get_by_role("button", name="Shift right: less").click()
    page.get_by_role("button", name="Shift right: less").click()
    says(page, "^Shifted 1 column to the left")
    page.get_by_role("button", name="Shift right: more").click()
    says(page, "^Not shifted yet")


def test_global_window_is_invariant_and_blur_tames_the_stripes(mount):
    page = mount(PoolingExplorer(preset="one window for all"))
    says(page, "1[0-9] of 16 input values and 0 of 1 pooled value changed.*invariant")
    mean = {}
    for kind in ("max", "max_blur"):
        page = mount(PoolingExplorer(preset="stripes, shifted by one", kind=kind))
        mean[kind] = float(page.locator(".pl-table tbody tr").nth(1).locator("td").last.inner_text())
    assert mean == {"max": 2, "max_blur": 1}


def test_overlapping_windows_add_up_and_pointing_at_an_input_shows_the_sum(mount):
    page = mount(PoolingExplorer(preset="overlapping windows, 3 / 2"))
    assert numbers(page, BACK) == backward(PRESETS["overlapping windows, 3 / 2"]).ravel().tolist()
    page.locator(f"{BACK} .xp-cell").nth(16).hover()  # the 9, which wins in four windows
    hint = page.locator(".pl-hint")
    page.wait_for_function("/gets/.test(document.querySelector('.pl-hint').textContent)")
    assert hint.inner_text() == "Input row 2, column 2 gets 1 + 1 + 1 + 1 = 4 from 4 outputs."
    page.wait_for_function("/from 4 outputs[.]$/.test(document.querySelector('[role=status]').textContent)")
    assert page.locator(f"{UPSTREAM} .pl-lit").count() == 4
    page.locator(f"{UPSTREAM} input").first.fill("-2")
    page.wait_for_function(f"document.querySelectorAll(\"{BACK} .xp-cell\")[16].textContent === '1'")
    page.get_by_role("button", name="All ones").click()
    page.wait_for_function(f"document.querySelectorAll(\"{BACK} .xp-cell\")[16].textContent === '4'")


def test_tie_goes_to_the_first_largest_row_by_row(mount):
    page = mount(PoolingExplorer(preset="a tie"))
    assert numbers(page, BACK) == [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    says(page, "2 inputs tie; the first, row by row, gets it all, as in TensorFlow")
    assert page.locator(f"{INPUT} .pl-tied").count() == 1


def test_positions_outside_never_win_against_negative_inputs(mount):
    page = mount(PoolingExplorer(preset="all negative, padding same"))
    assert max(numbers(page, POOLED)) < 0
    says(page, "3 positions outside the input do not count")
    assert page.locator(f"{INPUT} .pad input").evaluate_all("a => a.length === 9 && a.every((e) => e.readOnly)")


def test_window_that_does_not_fit_is_explained_and_comes_back(mount):
    page = mount(PoolingExplorer(image=[[1, 2], [3, 4]], pool_size=3, view="gradient"))
    assert "window has 3 × 3 cells, but the input only 2 × 2" in page.locator(".xp-failed").inner_text()
    assert page.locator(POOLED).is_hidden() and page.locator(BACK).is_hidden()
    page.get_by_role("button", name="Window: less").click()
    page.wait_for_selector(BACK)
    assert numbers(page, POOLED) == [4]


@pytest.mark.parametrize("preset", ["an image, shifted by one", "overlapping windows, 3 / 2", "a row, shifted by one"])
def test_phone_has_no_sideways_scrolling_and_a_tap_chooses_an_output(mount, preset):
    page = mount(PoolingExplorer(preset=preset), width=390, has_touch=True, is_mobile=True)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".xp-scroll:visible").evaluate_all("a => a.every((e) => e.scrollWidth <= e.clientWidth)")
    cell = page.locator(f"{POOLED} .xp-cell").nth(1)
    cell.tap()
    page.wait_for_function(f"document.querySelectorAll(\"{POOLED} .xp-cell\")[1].ariaSelected === 'true'")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"preset": "a row, shifted by one"},
        {"preset": "overlapping windows, 3 / 2"},
        {"image": [[1.0]], "pool_size": 2},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(PoolingExplorer(**arguments), theme=theme)
    assert axe_violations(page) == []


def test_clean_up_takes_every_listener_off_the_model(mount):
    page = mount(PoolingExplorer())
    left = page.evaluate("""async () => {
      const { default: widget } = await import("/dnnlib/widgets/pooling_explorer.mjs");
      const names = {}, state = { image: [[1, 2], [3, 4]], kind: "max", pool_size: [2, 2], strides: [2, 2],
        padding: "valid", view: "gradient", shift: [0, 1], upstream: [], selected: [0, 0], presets: [] };
      const model = { get: (n) => state[n], save_changes() {},
        set(n, v) { state[n] = v; names[n].forEach((f) => f()); },
        on(n, f) { (names[n.slice(7)] ??= new Set()).add(f); }, off(n, f) { names[n.slice(7)].delete(f); } };
      const el = document.body.appendChild(document.createElement("div"));
      const stop = await widget.render({ model, el });
      const count = () => Object.values(names).reduce((sum, set) => sum + set.size, 0), on = count();
      model.set("view", "shift");
      stop();
      el.style.width = "300px";
      await new Promise((done) => setTimeout(done, 600));
      const shown = el.querySelector(".pl-table").checkVisibility();
      return [on, count(), el.querySelector("[role=status]").textContent, shown];
    }""")
    assert left == [20, 0, "", False]  # nine traits, drawn and asked about; guess and tour


@pytest.mark.parametrize("view", ["forward", "gradient"])
def test_pointing_here_and_there_on_the_largest_input_tells_of_each_output(mount, view):
    state = {
        "image": np.random.default_rng(5).integers(-3, 9, (8, 8)).tolist(),
        "kind": "max_blur",
        "pool_size": [3, 3],
        "strides": [1, 1],
    }
    page, expected = mount(PoolingExplorer(**state, view=view)), forward(state)
    for place in (14, 1, 35, 20):
        row, column = divmod(place, expected.shape[1])
        page.locator(f"{POOLED} .xp-cell").nth(place).hover()
        value = f"{float(f'{expected[row, column]:.2f}'):g}".replace("-", "\u2212")
        told = f"is {value}, a weighted mean" if view == "forward" else "hands its gradient 1 on to"
        says(page, f"Output row {row}, column {column} {told}")
