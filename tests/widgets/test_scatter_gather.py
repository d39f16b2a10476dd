"""Scatter or gather: its sums are those of dnnlib's backward passes, both ways, for mouse, keyboard and finger."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import traitlets

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution_arithmetic import conv_output_size
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.widgets.scatter_gather import PRESETS, ScatterGather
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

MODULE, SUMS = "scatter_gather.mjs", "shared/convolution_gradients.mjs"
GRADIENT = "Gradient of the input"


def full(**changed):
    """A state with all traits."""
    preset = changed.pop("preset", None)
    widget = ScatterGather(preset, **changed)
    return {name: getattr(widget, name) for name in ScatterGather.class_own_traits(sync=True)}


def sizes_of(state):
    """The number of outputs along each axis; None where the kernel does not fit."""
    pools = state["layer"] == "max_pooling"
    try:
        return [
            conv_output_size(size, taps, state["stride"][axis], 0 if pools else state["padding"][axis],
                             1 if pools else state["dilation"][axis])
            for axis, (size, taps) in enumerate(
                zip(np.shape(state["image"])[1:], np.shape(state["weights"])[2:], strict=True)
            )
        ]  # fmt: skip
    except ValueError:
        return None


def configurations(count=200, seed=0, layer="convolution", largest=(7, 4, 2)):
    """Random states in which the kernel fits; errors of just the output's shape."""
    rng = np.random.default_rng(seed)
    while count:
        channels, filters = rng.integers(1, 3, 2)
        size, kernel, padding = (rng.integers(low, most + 1, 2) for low, most in zip((1, 1, 0), largest, strict=True))
        whole = layer == "max_pooling"  # whole numbers, for ties
        numbers = (lambda *shape: rng.integers(-3, 4, shape) * 1.0) if whole else lambda *shape: rng.normal(size=shape)
        state = {
            "image": numbers(channels, *size).tolist(),
            "weights": rng.normal(size=(filters, channels, *kernel)).tolist(),
            "layer": layer,
            "stride": rng.integers(1, 4, 2).tolist(),
            "padding": padding.tolist(),
            "dilation": rng.integers(1, 4, 2).tolist(),
            "flip": True,
        }
        if outputs := sizes_of(state):
            state["errors"] = rng.normal(size=(channels if whole else filters, *outputs)).tolist()
            count -= 1
            yield state


def errors_of(state):
    """The errors as the layer has them, (1, rows, columns, filters): repeated as often as the output needs."""
    rows, columns = sizes_of(state)
    count = len(state["image"] if state["layer"] == "max_pooling" else state["weights"])
    given = np.array(state["errors"], "float64")
    index = np.ix_(*(np.arange(n) % m for n, m in zip((count, rows, columns), given.shape, strict=True)))
    return given[index].transpose(1, 2, 0)[None]


def by_dnnlib(state, keep=None):
    """What dnnlib makes of a state; of the errors, all but those in `keep` (a mask in their order) are 0."""
    x = np.array(state["image"], "float64").transpose(1, 2, 0)[None]
    errors = errors_of(state)
    if keep is not None:
        errors = errors * keep
    channels = x.shape[-1]
    kernels = np.array(state["weights"], "float64").transpose(2, 3, 1, 0)
    kernels = kernels[:, :, np.minimum(np.arange(channels), kernels.shape[2] - 1)]
    if state["layer"] == "max_pooling":
        layer = MaxPooling2D(kernels.shape[:2], strides=state["stride"], dtype="float64")
    else:
        layer = Conv2D(
            kernels.shape[-1],
            kernels.shape[:2],
            strides=state["stride"],
            padding=tuple((p, p) for p in state["padding"]),
            dilation_rate=state["dilation"],
            dtype="float64",
        )
        layer.build(x.shape)
        layer.params["kernel"][...] = kernels
    output = layer.forward(x)
    dx = layer.backward(errors)
    found = {"output": output[0].transpose(2, 0, 1), "dx": dx[0].transpose(2, 0, 1)}
    if state["layer"] == "convolution":
        found |= {"kernel": layer.grads["kernel"].transpose(3, 2, 0, 1), "bias": layer.grads["bias"]}
    return found


def reached_by(state):
    """How many outputs hand something on to the chosen pixel: with weights and errors of 1, the gradient itself."""
    if state["layer"] == "max_pooling":
        ones = {**state, "errors": np.ones_like(state["errors"]).tolist()}
        return by_dnnlib(ones)["dx"][state["channel"], *state["pixel"]]
    ones = {**state, "weights": np.ones_like(state["weights"]).tolist(), "errors": [[[1]]] * 2}
    return by_dnnlib(ones)["dx"][state["channel"], *state["pixel"]]


def close(given, expected):
    np.testing.assert_allclose(given, expected, rtol=1e-6, atol=1e-6)


# ---- What it computes ----


def test_both_ways_and_the_kernel_equal_conv2d_on_200_random_configurations(call):
    states = list(configurations())
    assert {len(state["image"]) for state in states} == {len(state["weights"]) for state in states} == {1, 2}
    for state, given in zip(states, call(SUMS, "backward", [[state] for state in states]), strict=True):
        expected = by_dnnlib(state)
        for name in ("output", "kernel", "bias"):
            close(given[name], expected[name])
        for way in ("scattered", "gathered"):
            close(given[way], expected["dx"])


def test_both_ways_equal_max_pooling_on_200_random_configurations_with_ties(call):
    states = list(configurations(seed=1, layer="max_pooling"))
    negative = 0
    for state, given in zip(states, call(SUMS, "backward", [[state] for state in states]), strict=True):
        expected = by_dnnlib(state)
        close(given["output"], expected["output"])
        for way in ("scattered", "gathered"):
            close(given[way], expected["dx"])
        negative += (np.array(state["image"])[expected["dx"] != 0] < 0).any()
    assert negative > 50  # winners below zero are among them


def test_kernel_and_input_gradient_equal_tensorflows_tape(call):
    states = [one for one in configurations(60, seed=2) if 1 in (max(one["stride"]), max(one["dilation"]))][:8]
    for state, given in zip(states, call(SUMS, "backward", [[state] for state in states]), strict=True):
        x = tf.constant(np.array(state["image"]).transpose(1, 2, 0)[None])
        kernel = tf.constant(np.array(state["weights"]).transpose(2, 3, 1, 0))
        (top, left) = state["padding"]
        with tf.GradientTape() as tape:
            tape.watch((x, kernel))
            padded = tf.pad(x, [[0, 0], [top, top], [left, left], [0, 0]])
            settings = {"strides": state["stride"], "dilation_rate": state["dilation"]}
            output = keras.ops.conv(padded, kernel, padding="valid", **settings)
        dx, dw = tape.gradient(output, (x, kernel), tf.constant(errors_of(state)))
        for way in ("scattered", "gathered"):
            close(given[way], dx.numpy()[0].transpose(2, 0, 1))
        close(given["kernel"], dw.numpy().transpose(3, 2, 0, 1))


def test_sums_on_their_way_are_those_of_the_first_errors_alone(call):
    rng = np.random.default_rng(3)
    states = list(configurations(60, seed=3))
    counts = [int(rng.integers(0, errors_of(state).size + 1)) for state in states]
    given = call(SUMS, "backward", [[state, n] for state, n in zip(states, counts, strict=True)])
    for state, count, one in zip(states, counts, given, strict=True):
        _, rows, columns, filters = errors_of(state).shape
        order = np.arange(filters * rows * columns).reshape(filters, rows, columns).transpose(1, 2, 0)
        close(one["scattered"], by_dnnlib(state, order < count)["dx"])
        place = np.arange(rows * columns).reshape(rows, columns, 1)  # the kernel's go over all filters at once
        kernel = by_dnnlib(state, place < count)
        close(one["kernel"], kernel["kernel"])
        close(one["bias"], kernel["bias"])


def test_a_kernel_that_is_not_flipped_gathers_the_gradient_of_the_flipped_kernel(call):
    states = [{**state, "flip": False} for state in configurations(60, seed=4)]
    given = call(SUMS, "backward", [[state] for state in states])
    wrong = 0
    for state, one in zip(states, given, strict=True):
        mirror = {**state, "weights": np.array(state["weights"])[:, :, ::-1, ::-1].tolist()}
        close(one["gathered"], by_dnnlib(mirror)["dx"])
        close(one["scattered"], by_dnnlib(state)["dx"])
        wrong += not np.allclose(one["gathered"], one["scattered"])
    assert wrong > 30


def test_errors_that_reach_a_pixel_are_counted_as_dnnlib_does(call):
    rng = np.random.default_rng(5)
    states = [one for layer in ("convolution", "max_pooling") for one in configurations(100, seed=6, layer=layer)]
    for state in states:
        shape = np.shape(state["image"])
        state["channel"], *state["pixel"] = (int(rng.integers(n)) for n in shape)
        state |= {"view": "gather", "output": [0, 0], "weight": [0, 0], "filter": 0}
    counts = call(MODULE, "reachedBy", [[state] for state in states])
    assert 0 in counts and max(counts) > 3
    close(counts, [reached_by(state) for state in states])


def test_layout_never_needs_more_width_than_there_is(call):
    rng = np.random.default_rng(7)
    cases = [[int(rng.integers(270, 1000)), rng.integers(1, 15, 3).tolist()] for _ in range(200)]
    kinds = set()
    for (width, (x, w, e)), (kind, size) in zip(cases, call(MODULE, "layout", cases), strict=True):
        kinds.add(kind)
        columns = {"row": x + w + e, "pairs": max(2 * x, 2 * w, e), "wrapped": 0}[kind]
        assert 20 <= size <= 31 and columns * (size + 1) <= width
    assert kinds == {"row", "pairs", "wrapped"}


# ---- What it takes ----


def test_sizes_take_part_of_the_numbers_and_own_numbers_may_be_arrays():
    state = full(size=(3, 4), kernel=2, channels=2, filters=2, stride=2)
    assert np.shape(state["image"]) == (2, 3, 4) and np.shape(state["weights"]) == (2, 2, 2, 2)
    assert state["stride"] == [2, 2]
    own = full(image=np.ones((3, 4)), weights=np.ones((2, 2)), errors=[[1, 2]])
    assert (
        np.shape(own["image"]) == (1, 3, 4) and np.shape(own["weights"]) == (1, 1, 2, 2) and own["errors"] == [[[1, 2]]]
    )
    assert np.shape(full(preset="two channels", size=6)["image"]) == (2, 6, 6)
    assert set(PRESETS) >= {"stride 2", "dilation 2", "two channels", "two kernels"}


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"preset": "stride 9"}, "preset: expected one of"),
        ({"size": 8}, "size: expected 1 to 7, received 8"),
        ({"kernel": 0}, "kernel: expected 1 to 4, received 0"),
        ({"channels": 3}, "channels: expected 1 or 2, received 3"),
        ({"filters": 0}, "filters: expected 1 or 2, received 0"),
    ],
)
def test_wrong_sizes_are_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        ScatterGather(**arguments)


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"image": [[[1]], [[1, 2]]]}, "image: expected each table of numbers of one shape"),
        ({"image": "5 by 5"}, "image: expected a list of rows"),
        ({"image": []}, "image: expected 1 to 7 rows and columns, received 0"),
        ({"image": np.ones((3, 2, 2))}, "image: expected a table of numbers, or a list of one or two"),
        ({"image": [[1], [1, 2]]}, "image: expected rows of one length"),
        ({"weights": np.ones((3, 1, 2, 2))}, "weights: expected a kernel, or a list of one or two"),
        ({"weights": [[[[1]]], [[[1]], [[1]]]]}, "weights: expected each kernel of one shape"),
        ({"weights": np.ones((5, 5))}, "weights: expected 1 to 4 rows"),
        ({"errors": np.ones((3, 3, 3))}, "errors: expected a table of numbers, or a list of one or two"),
        ({"stride": 4}, "stride: expected 1 to 3"),
        ({"padding": -1}, "padding: expected 0 to 2"),
        ({"dilation": 0}, "dilation: expected 1 to 3"),
        ({"layer": "average"}, "layer"),
        ({"view": "dx"}, "view"),
        ({"guess": "flip"}, "guess: expected one of"),
    ],
)
def test_values_that_do_not_fit_are_named(arguments, said):
    with pytest.raises(traitlets.TraitError, match=said):
        ScatterGather(**arguments)


def test_link_takes_what_python_takes(blank):
    table, two = [[1, 2], [3, 4]], [[[1, 2]], [[3, 4]]]
    tried = {
        "image": [[table], two, [table, [[1]]], [], [[[1] * 8]], [[["a"]]], None],
        "weights": [[[table]], [two, two], [[table], two], [[table], [[[1]]]], [[[[1] * 5]]], [], 3],
        "errors": [[table], two, [[[1] * 12]], [table, [[1]]], "all"],
        "layer": ["convolution", "max_pooling", "dense"],
        **{name: [[1, 1], [2, 1], [4, 1], [-1, 1], [1], [1.5, 1]] for name in ("stride", "padding", "dilation")},
        "flip": [True, False, 2],
        "view": ["scatter", "gather", "kernel", ""],
        **{name: [[0, 0], [3, 1], [11, 0], [0, -1], [0]] for name in ("output", "pixel", "weight")},
        "channel": [0, 1, 2, -1],
        "filter": [0, 1, 2, 0.5],
        "steps": [None, 0, 30, 243, -1, 1.5],
    }
    check_link_takes_what_python_takes(blank, ScatterGather, tried)


# ---- In the browser ----


def says(page, text):
    """Waits until the visible sentence holds a text."""
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent.includes(t)", arg=text)


def grid(page, name):
    return page.get_by_role("grid", name=name, exact=True)


def cell(page, name, row, column):
    return grid(page, name).get_by_role("row").nth(row).get_by_role("gridcell").nth(column)


def shown(page, name):
    """The numbers of a grid; nan where a cell is empty."""
    rows = grid(page, name).evaluate("""grid => [...grid.querySelectorAll("[role=row]")].map((row) =>
      [...row.querySelectorAll("[role=gridcell]")].map((cell) => cell.querySelector("input")?.value ?? cell.innerText))
    """)
    return np.array([[float(text.replace("\u2212", "-") or "nan") for text in row] for row in rows])


def notes(page, name):
    return grid(page, name).locator("[data-note]").evaluate_all("all => all.map((one) => one.dataset.note)")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_example_shows_dnnlibs_numbers_and_all_pixels_are_ticked(mount, preset):
    page = mount(ScatterGather())
    page.get_by_label("Example").select_option(preset)
    page.get_by_role("radio", name="Gather").check(force=True)
    says(page, "In the end both ways give the same number at each")
    state = full(preset=preset)
    expected = by_dnnlib(state)
    pools, padding = state["layer"] == "max_pooling", state["padding"][0] if state["layer"] == "convolution" else 0
    for ch, dx in enumerate(expected["dx"]):
        name = GRADIENT + (f", channel {ch}" if ch else "")
        np.testing.assert_allclose(shown(page, name)[padding:, padding:][: len(dx), : dx.shape[1]], dx)
        assert notes(page, name) == ["\u2713"] * dx.size
    if not pools:
        np.testing.assert_allclose(shown(page, "Gradient of the kernel"), expected["kernel"][0, 0])
        assert page.locator(".sg-bias").inner_text().split(": ")[1] == ", ".join(f"{b:.0f}" for b in expected["bias"])
    assert page.get_by_label("Example").evaluate("e => e.selectedOptions[0].text") == preset


def test_an_error_leaves_its_multiple_of_the_kernel_and_what_falls_on_padding_is_lost(mount):
    page = mount(ScatterGather("padding 1"))
    cell(page, "Errors", 0, 2).hover()
    says(page, "The error of output row 0, column 2 is 2. It leaves 9 deposits in the gradient of the input: 2 times")
    says(page, "3 of them fall on padding and are lost.")
    terms = page.locator(".sg-term").all_inner_texts()
    assert terms == [f"2\u00b7{w}" for w in ("1", "2", "0", "0", "(\u22121)", "3", "2", "0", "1")]
    assert page.locator(".sg-term.quiet").count() == 3
    assert [note for note in notes(page, GRADIENT) if note[0] in "+\u2212"] == [
        "+2", "+4", "+0", "+0", "\u22122", "+6", "+4", "+0", "+2"
    ]  # fmt: skip


def test_steps_take_the_errors_in_turn_until_each_number_is_ticked(mount):
    state = full()
    page = mount(ScatterGather())
    for step in range(1, 10):
        page.get_by_role("button", name="Step", exact=True).click()
        if step < 9:
            says(page, f"So far {step} of 9 errors are summed.")
        taken = (np.arange(9) < step).reshape(3, 3, 1)
        np.testing.assert_allclose(shown(page, GRADIENT), by_dnnlib(state, taken)["dx"][0])
    says(page, "The error of output row 2, column 2 is \u22122.")
    assert page.locator(".xp-player-count").inner_text() == "9 steps, finished"
    page.get_by_role("button", name="Reset").click()
    says(page, "The error of output row 2, column 2")
    assert page.locator(".xp-player-count").inner_text() == "0 steps"


def test_steps_of_a_weight_and_of_the_pixels_go_on_as_they_should(mount):
    page = mount(ScatterGather(view="kernel", steps=4, weight=(1, 2)))
    taken = (np.arange(9) < 4).reshape(3, 3, 1)
    np.testing.assert_allclose(shown(page, "Gradient of the kernel"), by_dnnlib(full(), taken)["kernel"][0, 0])
    says(page, "So far 4 of 9 outputs are summed.")
    cell(page, "Errors", 1, 1).hover()  # takes the sum on to this output
    says(page, "So far 5 of 9 outputs are summed.")
    page.get_by_role("radio", name="Gather").check(force=True)
    for _ in range(7):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "Input row 1, column 1 is reached by 4 errors")
    numbers = shown(page, GRADIENT).ravel()
    assert np.isnan(numbers[7:]).all()
    np.testing.assert_allclose(numbers[:7], by_dnnlib(full())["dx"].ravel()[:7])


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_plays_to_the_end_and_then_again(mount, motion):
    page = mount(ScatterGather("stride 2"), reduced_motion=motion)
    page.get_by_label("Speed").select_option("20 steps a second")
    for _ in range(2):
        page.get_by_role("button", name="Play").click()
        page.wait_for_function("document.querySelector('.xp-player-count').textContent === '4 steps, finished'")
    np.testing.assert_allclose(shown(page, GRADIENT), by_dnnlib(full(preset="stride 2"))["dx"][0])


def test_without_the_flip_the_numbers_differ_and_say_so(mount):
    page = mount(ScatterGather(view="gather"))
    assert notes(page, GRADIENT) == ["\u2713"] * 25
    page.get_by_label("flip the kernel").uncheck()
    state = full()
    mirror = {**state, "weights": np.array(state["weights"])[:, :, ::-1, ::-1].tolist()}
    right, wrong = by_dnnlib(state)["dx"][0], by_dnnlib(mirror)["dx"][0]
    says(page, f"gather agrees with scatter at {(right == wrong).sum()} of 25 pixels only")
    np.testing.assert_allclose(shown(page, GRADIENT), wrong)
    assert notes(page, GRADIENT).count("\u2713") == (right == wrong).sum()


def test_a_weight_shows_the_input_under_it_and_each_output_that_it_touched(mount):
    page = mount(ScatterGather("stride 2", view="kernel"))
    cell(page, "Kernel", 1, 2).hover()
    state, kernel = full(preset="stride 2"), by_dnnlib(full(preset="stride 2"))["kernel"][0, 0]
    says(page, "Weight row 1, column 2 had a part in each output.")
    says(page, f"= {kernel[1, 2]:.0f}. The gradient of the bias sums the errors alone: 2.")
    x, e = np.array(state["image"][0])[1::2, 2::2][:2, :2], errors_of(state)[0, :, :, 0]
    bracketed = [f"({v})".replace("-", "\u2212") if v < 0 else str(v) for v in e.ravel().astype(int)]
    assert page.locator(".sg-term").all_inner_texts() == [
        f"{a}\u00b7{b}" for a, b in zip(x.flat, bracketed, strict=True)
    ]
    assert page.locator(".sg-sum").inner_text() == f"= {kernel[1, 2]:.0f}"
    assert grid(page, "Output").locator(".window").count() == 4 == grid(page, "Input").locator("[data-note]").count()
    cell(page, "Errors", 1, 1).hover()
    page.wait_for_function(
        "document.querySelector('.current input')?.getAttribute('aria-label').endsWith('3, column 4')"
    )


def test_a_click_on_a_gradient_shows_what_it_sums(mount):
    page = mount(ScatterGather())
    cell(page, GRADIENT, 3, 2).click()
    says(page, "Input row 3, column 2 is reached by 6 errors.")
    assert page.get_by_role("radio", name="Gather").is_checked()
    cell(page, "Gradient of the kernel", 2, 1).click()
    says(page, "Weight row 2, column 1 had a part")
    assert page.get_by_role("radio", name="Kernel").is_checked()


def test_numbers_are_edited_also_where_the_kernel_is_flipped_and_the_errors_are_spread(mount):
    page = mount(ScatterGather("stride 2", view="gather"))
    state = full(preset="stride 2")
    cell(page, "Input", 0, 3).locator("input").fill("-2")
    cell(page, "Kernel", 0, 0).locator("input").fill("7")  # flipped: the last weight
    cell(page, "Errors", 2, 4).locator("input").fill("5")  # zeros around and between: row 0, column 1
    settle(page)
    state["image"][0][0][3], state["weights"][0][0][2][2] = -2, 7
    state["errors"] = errors_of(state)[0].transpose(2, 0, 1).tolist()
    state["errors"][0][0][1] = 5
    expected = by_dnnlib(state)
    np.testing.assert_allclose(shown(page, GRADIENT), expected["dx"][0])
    np.testing.assert_allclose(shown(page, "Gradient of the kernel"), expected["kernel"][0, 0])
    np.testing.assert_allclose(shown(page, "Output"), expected["output"][0])
    assert page.get_by_label("Example").evaluate("e => e.selectedOptions[0].text") == "your own"


def test_sizes_change_and_a_kernel_that_does_not_fit_is_explained(mount):
    page = mount(ScatterGather(size=2, kernel=2))
    page.get_by_role("button", name="Kernel: more").click()
    failed = page.locator(".xp-failed")
    assert "spans 3 \u00d7 3 cells, but the padded input has only 2 \u00d7 2" in failed.inner_text()
    assert not grid(page, "Input").is_visible()
    page.get_by_role("button", name="Padding: more").click()
    says(page, "The error of output row 0")
    assert not failed.is_visible() and shown(page, "Output").shape == (2, 2)
    for name in ("Channels", "Kernels"):
        page.get_by_role("button", name=f"{name}: more").click()
    assert grid(page, "Gradient of the kernel, kernel 1, channel 1").is_visible()
    page.get_by_role("radio", name="Gather").check(force=True)
    says(page, "In the end both ways give the same number at each of the 8 pixels.")
    page.get_by_role("button", name="Kernel: less").click()
    page.get_by_label("Layer").select_option("max pooling")
    says(page, "In the end both ways give the same number at each of the 8 pixels.")


def test_one_dimension_stays_one_when_sizes_change(mount):
    page = mount(ScatterGather("one dimension"))
    for name, change in (("Input", "less"), ("Stride", "more"), ("Padding", "more"), ("Kernel", "less")):
        page.get_by_role("button", name=f"{name}: {change}").click()
    assert shown(page, "Input").shape == (1, 8) and shown(page, "Output").shape == (1, 4)


def test_a_maximum_below_zero_gets_its_error_whole(mount):
    page = mount(ScatterGather("max pooling below zero"))
    says(page, "The error of output row 0, column 0 is 3. All of it goes to input row 0, column 1")
    says(page, "where the largest number of its window stands, \u22122; the others get nothing.")
    assert shown(page, "Kernel").tolist() == [[0, 1], [0, 0]]  # its switches
    assert not page.get_by_role("radio", name="Kernel").is_visible()
    assert not grid(page, "Gradient of the kernel").is_visible()
    cell(page, GRADIENT, 1, 2).click()
    says(
        page, "Input row 1, column 2 was read by 1 window and was the largest in 1: its gradient is (\u22121)\u00b71 ="
    )


def test_the_keyboard_alone_goes_through_all_three_views(mount):
    page = mount(ScatterGather())

    def tab_to(name):
        for _ in range(40):
            page.keyboard.press("Tab")
            if grid(page, name).evaluate("e => e.contains(document.activeElement)"):
                return
        raise AssertionError(f"expected Tab to reach {name}")

    page.get_by_role("radio", name="Scatter").focus()
    tab_to("Errors")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    says(page, "The error of output row 1, column 1 is 2.")
    page.keyboard.press("PageUp")
    says(page, "The error of output row 1, column 1 is 3.")
    page.get_by_role("radio", name="Scatter").focus()
    page.keyboard.press("ArrowRight")
    tab_to(GRADIENT)
    page.keyboard.press("ArrowDown")
    says(page, "Input row 1, column 0 is reached by 2 errors.")
    page.get_by_role("radio", name="Gather").focus()
    page.keyboard.press("ArrowRight")
    tab_to("Kernel")
    page.keyboard.press("End")
    says(page, "Weight row 0, column 2 had a part")


def test_tour_goes_both_ways_and_gives_the_state_back(mount):
    page = mount(ScatterGather("two channels", tour="both_ways", view="kernel"))
    before = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    says(page, "The error of output row 0, column 0")
    for said in ("So far 3 of 9 errors", "In the end both ways", "pixels only", "Weight row 0, column 0"):
        page.get_by_role("button", name="Next").click()
        says(page, said)
    page.get_by_role("button", name="Done").click()
    says(page, before)


STATES = {
    "asked": {"guess": "input_gradient", "tour": "both_ways"},
    "gather": {"preset": "stride 2", "view": "gather"},
    "on its way": {"preset": "padding 1", "steps": 5, "output": (1, 0)},
    "kernel": {"view": "kernel"},
    "most": {"size": 7, "kernel": 4, "dilation": 2, "padding": 2, "channels": 2, "filters": 2, "view": "gather"},
    "one dimension": {"preset": "one dimension", "view": "gather"},
    "pooling": {"preset": "max pooling below zero"},
    "no output": {"size": 2},
}


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name):
    page = mount(ScatterGather(**STATES[name]))
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 800, 390, 320), excepted=".xp-sr, .xp-scroll")
    page.evaluate(
        "() => { document.documentElement.dataset.theme = 'dark'; document.body.style.background = '#14181e'; }"
    )
    settle(page)
    assert axe_violations(page) == []


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, ScatterGather(), change={"steps": 3})
