"""The convolution stepper: its numbers are dnnlib's, and it works by mouse, by keyboard, by touch and on a phone."""

import json

import numpy as np
import pytest

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.convolution_arithmetic import conv_output_size, unread_positions
from dnnlib.widgets.convolution_stepper import PRESETS, ConvolutionStepper
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

MODULE = "convolution_stepper.mjs"
OUTPUT = "[role=grid][aria-label=Output]"
INPUT = "[role=grid][aria-label='Input with its padding']"
KERNEL = "[role=grid][aria-label=Kernel]"


def configurations(count=200, seed=0):
    """Random states, as many as it takes until the kernel fits in `count` of them: in about one of six it does not."""
    rng = np.random.default_rng(seed)
    while count:
        padding = ["valid", "same", rng.integers(0, 4, 2).tolist()][rng.integers(3)]
        state = {
            "image": rng.normal(size=rng.integers(1, 13, 2)).tolist(),
            "kernel": rng.normal(size=rng.integers(1, 6, 2)).tolist(),
            "strides": rng.integers(1, 5, 2).tolist(),
            "padding": padding,
            "dilation": rng.integers(1, 4, 2).tolist(),
            "flip": bool(rng.integers(2)),
        }
        count -= fits(state) is not None
        yield state


def rules(state):
    """The arguments of the arithmetic functions, one tuple an axis."""
    padding = state["padding"]
    for axis, (size, taps) in enumerate(zip(np.shape(state["image"]), np.shape(state["kernel"]), strict=True)):
        yield (
            size,
            taps,
            state["strides"][axis],
            padding if isinstance(padding, str) else padding[axis],
            state["dilation"][axis],
        )


def fits(state):
    try:
        return [conv_output_size(*rule) for rule in rules(state)]
    except ValueError:
        return None


def expected_output(state):
    kernel = np.array(state["kernel"])
    padding = state["padding"]
    layer = Conv2D(
        1,
        kernel.shape,
        strides=state["strides"],
        padding=padding if isinstance(padding, str) else tuple((p, p) for p in padding),
        dilation_rate=state["dilation"],
        use_bias=False,
        dtype="float64",
    )
    image = np.array(state["image"])[None, :, :, None]
    layer.build(image.shape)
    layer.params["kernel"][..., 0, 0] = kernel[::-1, ::-1] if state["flip"] else kernel
    return layer.forward(image)[0, :, :, 0]


def test_outputs_equal_conv2d_on_200_random_configurations(call):
    states = list(configurations())
    results = call(MODULE, "convolved", [[state] for state in states])
    fitting = [state for state in states if fits(state)]
    assert len(fitting) == 200 < len(states)
    for state, result in zip(states, results, strict=True):
        if fits(state):
            np.testing.assert_allclose(result, expected_output(state), atol=1e-6)
        else:
            assert result == []


def test_sizes_and_unread_positions_equal_the_arithmetic_functions(call):
    states = list(configurations(seed=1))
    unread = call(MODULE, "unreadCells", [[state] for state in states])
    for state, axes, cells in zip(states, call(MODULE, "axes", [[state] for state in states]), unread, strict=True):
        if not fits(state):
            assert min(axis["outputs"] for axis in axes) == 0
            continue
        assert [axis["outputs"] for axis in axes] == fits(state)
        skipped = [unread_positions(*rule) for rule in rules(state)]
        assert [axis["unread"] for axis in axes] == skipped
        read = np.ones(np.shape(state["image"]), bool)
        read[skipped[0], :] = False
        read[:, skipped[1]] = False
        assert cells == (~read).sum()


def test_products_of_an_output_add_up_to_it(call):
    rng = np.random.default_rng(2)
    states = [state for state in configurations(seed=2) if fits(state)]
    places = [[int(rng.integers(n)) for n in fits(state)] for state in states]
    terms = call(MODULE, "products", [[state, *place] for state, place in zip(states, places, strict=True)])
    for state, place, lines in zip(states, places, terms, strict=True):
        assert np.shape(lines) == np.shape(state["kernel"])
        assert all(abs(t["x"] * t["weight"] - t["product"]) < 1e-12 for line in lines for t in line)
        total = sum(t["product"] for line in lines for t in line)
        np.testing.assert_allclose(total, expected_output(state)[tuple(place)], atol=1e-6)


def test_size_formula_as_written_gives_the_outputs_it_names(call):
    states = [state for state in configurations(seed=3) if fits(state)]
    pairs = [axis for both in call(MODULE, "axes", [[state] for state in states]) for axis in both]
    for pieces, axis in zip(call(MODULE, "formula", [[axis] for axis in pairs]), pairs, strict=True):
        text = " ".join(pieces[1:]).removeprefix("= ").replace("·", "*").replace("−", "-")
        text = text.replace("⌊", "(").replace("/", "//").replace("⌋", ")")
        assert eval(text) == axis["outputs"] == int(pieces[0])


def test_layout_never_needs_more_width_than_there_is(call):
    rng = np.random.default_rng(4)
    cases = [[int(rng.integers(300, 1000)), rng.integers(1, 15, 3).tolist(), False] for _ in range(200)]
    for (width, (i, k, o), _), (kind, size) in zip(cases, call(MODULE, "layout", cases), strict=True):
        columns = {"row": i + k + o, "side": i + max(k, o), "stack": max(i, k, o)}[kind]
        assert 20 <= size <= 38 and columns * (size + 1) <= width


def test_lecture_example_shows_four_and_the_pointer_shows_the_others(mount):
    page = mount(ConvolutionStepper())
    cells = page.locator(f"{OUTPUT} .xp-cell")
    assert cells.all_inner_texts() == list("434243234")
    assert page.locator(".cs-sum").inner_text() == "= 4"
    assert "Output row 0, column 0 is 4, the sum of 9 products" in page.locator(".xp-status").inner_text()
    cells.nth(5).hover()
    page.wait_for_function("document.querySelector('.cs-sum').textContent === '= 3'")
    assert page.locator(f"{INPUT} .tap input").evaluate_all("all => all.map((e) => e.value).join('')") == "110111110"
    assert page.locator(".cs-term").all_inner_texts() == ["1·1", "1·0", "0·1", "1·0", "1·1", "1·0", "1·1", "1·0", "0·1"]
    assert cells.nth(5).get_attribute("aria-selected") == "true"


def test_keyboard_alone_reaches_an_output_edits_a_cell_and_changes_a_size(mount):
    page = mount(ConvolutionStepper())
    labels = []
    for _ in range(14):
        page.keyboard.press("Tab")
        labels.append(page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))
        if "row 0, column 0: 4" in labels[-1]:
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("/row 1, column 1 is 4/.test(document.querySelector('.xp-status').textContent)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "weight, row 0, column 0"
    page.keyboard.type("5")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    page.wait_for_function(f"document.querySelector(\"{OUTPUT} .xp-cell\").textContent === '9'")
    for _ in range(len(labels)):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Stride s":
            break
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f'document.querySelectorAll("{OUTPUT} .xp-cell").length === 4')


def test_editing_an_input_cell_changes_the_output_and_junk_is_undone(mount):
    page = mount(ConvolutionStepper())
    field = page.locator(f"{INPUT} input").first
    field.fill("-2.5")
    page.wait_for_function(f"document.querySelector(\"{OUTPUT} .xp-cell\").textContent === '0.5'")
    assert page.locator("select").first.input_value() == ""  # no longer one of the examples
    field.fill("many")
    field.blur()
    assert field.input_value() == "−2.5"
    assert page.locator(f"{OUTPUT} .xp-cell").first.inner_text() == "0.5"


@pytest.mark.parametrize("preset", PRESETS)
def test_preset_shows_conv2d_output_and_names_itself(mount, preset):
    page = mount(ConvolutionStepper())
    page.locator("select").first.select_option(preset)
    expected = expected_output(PRESETS[preset])
    page.wait_for_function(f'document.querySelectorAll("{OUTPUT} .xp-cell").length === {expected.size}')
    shown = [float(text.replace("−", "-")) for text in page.locator(f"{OUTPUT} .xp-cell").all_inner_texts()]
    np.testing.assert_allclose(shown, expected.ravel(), atol=0.005)
    assert page.locator("select").first.input_value() == preset
    other = mount(ConvolutionStepper(preset=preset))
    assert other.locator("select").first.input_value() == preset


def test_the_ear_gets_what_the_weight_adds_that_has_the_focus(mount):
    page = mount(ConvolutionStepper())
    page.get_by_label("weight, row 1, column 1").focus()
    page.wait_for_function("/This weight adds 1 × 1 = 1[.]$/.test(document.querySelector('[role=status]').textContent)")


def test_examples_keep_their_order_where_keys_are_sorted(mount):
    page = mount(ConvolutionStepper())  # the page's state is JSON, as in a notebook; the trait is a list
    assert isinstance(json.loads(json.dumps(ConvolutionStepper().get_state()["presets"], sort_keys=True)), list)
    assert page.locator("select").first.locator("option").all_inner_texts()[1:] == list(PRESETS)


def test_an_edit_says_how_many_outputs_it_changed_and_marks_them_until_the_next_one(mount):
    page = mount(ConvolutionStepper())
    page.get_by_label("input, row 2, column 2").fill("7")  # the middle: four of its nine weights are 0
    page.wait_for_function("/^5 of 9 outputs changed/.test(document.querySelector('.xp-status').textContent)")
    marked = page.locator(f"{OUTPUT} .xp-changed")
    assert marked.count() == 5
    assert page.get_by_label("row 0, column 0, changed: 10").count() == 1
    page.wait_for_function("/^5 of 9/.test(document.querySelector('[role=status]').textContent)")
    page.locator(f"{OUTPUT} .xp-cell").nth(1).hover()  # looking at an output is no edit
    page.wait_for_function("/^Output row 0, column 1/.test(document.querySelector('.xp-status').textContent)")
    assert marked.count() == 5
    page.get_by_label("input, row 0, column 0").fill("7")
    page.wait_for_function("/^1 of 9 outputs changed/.test(document.querySelector('.xp-status').textContent)")
    assert marked.count() == 1
    page.get_by_label("weight, row 1, column 1").fill("2")
    page.wait_for_function("/^7 of 9 outputs changed/.test(document.querySelector('.xp-status').textContent)")
    page.get_by_role("button", name="Stride s: more").click()
    page.wait_for_function("/^Output row/.test(document.querySelector('.xp-status').textContent)")
    assert marked.count() == 0


def test_two_keys_in_one_cell_are_one_edit_and_the_same_number_changes_nothing(mount):
    page = mount(ConvolutionStepper())
    page.get_by_label("input, row 2, column 2").click()
    page.keyboard.type("1")  # as before
    page.wait_for_function("/^0 of 9 outputs changed[.]/.test(document.querySelector('.xp-status').textContent)")
    page.keyboard.type("2")
    page.wait_for_function("/^5 of 9 outputs changed/.test(document.querySelector('.xp-status').textContent)")
    page.keyboard.press("Backspace")
    page.wait_for_function("/^0 of 9 outputs changed/.test(document.querySelector('.xp-status').textContent)")


def test_no_option_of_the_example_menu_is_cut(mount):
    page = mount(ConvolutionStepper())
    for width in (800, 500):
        page.set_viewport_size({"width": width, "height": 900})
        shown, needed = page.get_by_label("Example").evaluate("""(menu) => {
          const free = menu.cloneNode(true), was = menu.offsetWidth;
          free.style.cssText = "max-width: none; position: absolute";
          menu.closest(".xp").append(free);
          return [was, free.offsetWidth]; }""")
        assert shown >= needed


def test_stride_that_does_not_fit_hatches_what_is_never_read_and_says_so(mount):
    page = mount(ConvolutionStepper(preset="stride 3 does not fit evenly"))
    cells = page.locator(f"{INPUT} .xp-cell")
    hatched = cells.evaluate_all("""(cells) => cells.filter((cell) => getComputedStyle(cell).backgroundImage
      .includes("repeating-linear-gradient")).map((cell) => cell.firstChild.getAttribute("aria-label"))""")
    assert len(hatched) == 13 < cells.count() and all("never read" in label for label in hatched)
    assert "13 input cells of 49 are never read (hatched)" in page.locator(".xp-status").inner_text()
    assert "4 / 3 = 1.33 is rounded down: the last position is left over" in page.locator(".cs-note").inner_text()


def test_kernel_that_does_not_fit_is_explained_and_comes_back(mount):
    page = mount(ConvolutionStepper(image=[[1, 2], [3, 4]]))
    assert "kernel spans 3 × 3 cells, but the input has only 2 × 2" in page.locator(".xp-failed").inner_text()
    assert page.locator(OUTPUT).is_hidden() and page.get_by_role("button", name="Step").is_disabled()
    page.get_by_role("button", name="Input i: more").click()
    page.wait_for_selector(OUTPUT)
    assert page.locator(f"{OUTPUT} .xp-cell").count() == 1 and page.locator(".xp-failed").is_hidden()


def test_padding_shows_zeros_that_cannot_be_edited_and_axes_can_differ(mount):
    page = mount(ConvolutionStepper())
    page.get_by_label("Padding", exact=True).select_option("zeros")
    page.wait_for_function(f'document.querySelectorAll("{OUTPUT} .xp-cell").length === 25')
    assert page.locator(f"{INPUT} .pad input").evaluate_all("a => a.length === 24 && a.every((e) => e.readOnly)")
    page.get_by_label("separate axes").check()
    page.get_by_role("button", name="Zeros p, width: more").click()
    page.get_by_role("button", name="Stride s, height: more").click()
    page.wait_for_function(f'document.querySelectorAll("{OUTPUT} .xp-cell").length === 21')
    assert page.locator("[role=math]").count() == 3
    page.get_by_label("separate axes").uncheck()
    page.wait_for_function(f'document.querySelectorAll("{OUTPUT} .xp-cell").length === 9')


def test_flip_mirrors_the_weights_and_says_when_nothing_changes(mount):
    page = mount(ConvolutionStepper(preset="padding same"))
    before = page.locator(f"{OUTPUT} .xp-cell").all_inner_texts()
    page.get_by_label("flip: true convolution").check()
    page.wait_for_function(f"document.querySelector(\"{OUTPUT} .xp-cell\").textContent !== '{before[0]}'")
    page.locator("select").first.select_option("X kernel")
    page.get_by_label("flip: true convolution").check()
    page.wait_for_function("/looks the same: nothing changes/.test(document.querySelector('.xp-status').textContent)")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_play_walks_over_all_outputs_and_step_goes_one_further(mount, motion):
    page = mount(ConvolutionStepper(preset="stride 3 does not fit evenly"), reduced_motion=motion)
    slides = page.locator(f"{OUTPUT} + .xp-frame").evaluate("e => getComputedStyle(e).transitionDuration") != "0s"
    assert slides == (motion == "no-preference")
    page.get_by_role("button", name="Step").click()
    page.wait_for_function("/row 0, column 1 is/.test(document.querySelector('.xp-status').textContent)")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()  # its sign is for the eye
    assert page.locator(f"{OUTPUT} .later").count() == 3
    page.get_by_role("button", name="Play").wait_for(timeout=8000)
    assert "row 1, column 1 is" in page.locator(".xp-status").inner_text()
    assert page.locator(f"{OUTPUT} .later").count() == 0


@pytest.mark.parametrize("preset", ["X kernel", "padding same", "one dimension"])
def test_phone_has_no_sideways_scrolling_and_a_tap_chooses_an_output(mount, preset):
    page = mount(ConvolutionStepper(preset=preset), width=390, has_touch=True, is_mobile=True)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator(f"{OUTPUT} .xp-cell").nth(2).tap()
    page.wait_for_function("/row 0, column 2 is/.test(document.querySelector('.xp-status').textContent)")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"preset": "stride 3 does not fit evenly"},
        {"image": [[1.0]]},
        {"preset": "one dimension", "padding": (0, 2)},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(ConvolutionStepper(**arguments), theme=theme)
    assert axe_violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_on_tinted_cells_keep_a_contrast_of_4_5(mount, theme):
    # axe does not judge text over gradients, so the paint itself is mixed here
    page = mount(ConvolutionStepper(preset="padding same"), theme=theme)
    ratio = page.evaluate("""() => {
      const context = document.createElement("canvas").getContext("2d");
      const rgb = (...paints) => {
        for (const paint of paints) { context.fillStyle = paint; context.fillRect(0, 0, 1, 1); }
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
      };
      const linear = (v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
      const light = (paint) => paint.map((v) => linear(v / 255))
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      return Math.min(...[...document.querySelectorAll(".xp-cell")].map((cell) => {
        const style = getComputedStyle(cell);
        const stops = style.backgroundImage.match(/(?:rgba?|color)\\([^()]*\\)/g) ?? [];
        const [a, b] = [light(rgb(style.backgroundColor, ...stops.slice(0, 1))), light(rgb(style.color))];
        return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
      }));
    }""")
    assert 4.5 <= ratio < 21


def test_clean_up_takes_every_listener_off_the_model_and_stops_the_walk(mount):
    page = mount(ConvolutionStepper())
    left = page.evaluate("""async () => {
      const { default: widget } = await import("/dnnlib/widgets/convolution_stepper.mjs");
      const { model } = await new Promise((done) => {
        const names = {}, state = { image: [[1, 2], [3, 4]], kernel: [[1]], strides: [1, 1], padding: "valid",
          dilation: [1, 1], flip: false, selected: [0, 0], presets: [] };
        done({ model: { names, changes: 0, get: (n) => state[n], save_changes() {},
          set(n, v) { state[n] = v; this.changes++; },
          on(n, f) { (names[n] ??= new Set()).add(f); }, off(n, f) { names[n].delete(f); } } });
      });
      const el = document.body.appendChild(document.createElement("div"));
      const stop = await widget.render({ model, el });
      const on = Object.values(model.names).reduce((sum, set) => sum + set.size, 0);
      el.querySelector(".cs-play").click();
      stop();
      const changes = model.changes;
      await new Promise((done) => setTimeout(done, 1200));
      return [on, Object.values(model.names).reduce((sum, set) => sum + set.size, 0), model.changes - changes];
    }""")
    assert left == [16, 0, 0]


def test_pointing_here_and_there_on_the_largest_input_shows_each_sum(mount):
    rng = np.random.default_rng(5)
    state = {
        "image": rng.integers(-3, 4, (12, 12)),
        "kernel": rng.integers(-2, 3, (5, 5)),
        "strides": [1, 1],
        "padding": "same",
        "dilation": [1, 1],
        "flip": False,
    }
    page, expected = mount(ConvolutionStepper(**state)), expected_output(state)
    for place in (38, 1, 143, 75):
        page.locator(f"{OUTPUT} .xp-cell").nth(place).hover()
        value = f"{expected.flat[place]:.0f}".replace("-", "\u2212")
        page.wait_for_function("(t) => document.querySelector('.cs-sum').textContent === t", arg=f"= {value}")
