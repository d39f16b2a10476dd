"""The receptive field builder: its numbers equal dnnlib's, and mouse, keyboard and phone drive it."""

import re

import numpy as np
import pytest

from dnnlib.layers.convolution_arithmetic import conv_output_size, conv_padding
from dnnlib.layers.receptive_field import Window, field_of, receptive_field
from dnnlib.widgets.receptive_field_builder import ReceptiveFieldBuilder
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

MODULE = "receptive_field_builder.mjs"
DRAWING = "[role=slider][aria-label^='Unit:']"
IMAGE = "[role=slider][aria-label^='Unit in the image']"


def conv(kernel=3, stride=1, dilation=1, padding="same"):
    return {"kind": "conv", "kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}


def pool(kernel, stride, padding):
    return conv(kernel, stride, 1, padding) | {"kind": "pool"}


def windows(layers, size):
    """The layers as dnnlib wants them, "same" resolved, and the size of every row."""
    result, sizes = [], [size]
    for layer in layers:
        arguments = layer["kernel"], layer["stride"], layer["padding"], layer["dilation"]
        pads = conv_padding(sizes[-1], *arguments)
        result.append(Window(layer["kernel"], layer["stride"], layer["dilation"], pads))
        sizes.append(conv_output_size(sizes[-1], *arguments))
    return result, sizes


def random_stacks(count, seed=0):
    """Random (layers, input size, unit) of which every layer fits; about a third of the layers pool."""
    rng = np.random.default_rng(seed)
    while count:
        size = int(rng.integers(8, 65))
        layers = []
        for _ in range(rng.integers(1, 6)):
            kernel, stride, dilation, zeros = (int(rng.integers(*ends)) for ends in ((1, 8), (1, 4), (1, 5), (0, 4)))
            padding = ["valid", "same", zeros][rng.integers(3)]
            pools = rng.random() < 1 / 3
            layers.append(pool(kernel, stride, padding) if pools else conv(kernel, stride, dilation, padding))
        try:
            _, sizes = windows(layers, size)
        except ValueError:
            continue
        count -= 1
        yield layers, size, int(rng.integers(sizes[-1]))


def gradient_of_ones(layers, size, unit):
    """The gradient of one output with respect to the input where every weight is 1: a matrix for each layer."""
    stack, sizes = windows(layers, size)
    gradient = np.eye(sizes[-1])[unit]
    for window, below, above in reversed(list(zip(stack, sizes[:-1], sizes[1:], strict=True))):
        before, after = window.padding
        matrix = np.zeros((above, before + below + after))
        for output in range(above):
            matrix[output, output * window.stride + window.dilation * np.arange(window.kernel_size)] = 1
        gradient = gradient @ matrix[:, before : before + below]
    return gradient


def sentence(page):
    return page.locator(".xp-status").inner_text()


def place_of(page, layer, unit):
    """Where a unit stands in the drawing, in pixels from its upper left corner."""
    return page.evaluate(
        """async ([file, state, layer, unit]) => {
          const { fields, layout } = await import(file), drawing = document.querySelector(".rf-rows");
          const rows = fields(state.layers, state.input_size), { width } = drawing.getBoundingClientRect();
          const { x, y } = layout(rows, drawing.viewBox.baseVal.width), { start, jump } = rows[layer];
          const scale = width / drawing.viewBox.baseVal.width;
          return { x: scale * x(start + unit * jump), y: scale * y(layer) };
        }""",
        [f"/dnnlib/widgets/{MODULE}", {"layers": [conv()] * 3, "input_size": 32}, layer, unit],
    )


def units_in(page, look):
    """How many units are drawn with a look."""
    return page.evaluate(
        "(look) => [...document.querySelectorAll(look)].map((path) => path.getAttribute('d'))"
        ".join('').split('M').length - 1",
        look,
    )


def field_in_table(page, layer):
    return page.locator(f".rf-table tbody tr:nth-child({layer + 1}) td:nth-child(8) b").first.inner_text()


# The numbers


def test_fields_equal_dnnlib_on_200_random_stacks(call):
    stacks = list(random_stacks(200))
    results = call(MODULE, "fields", [[layers, size] for layers, size, _ in stacks])
    for (layers, size, _), rows in zip(stacks, results, strict=True):
        stack, sizes = windows(layers, size)
        assert [row["size"] for row in rows] == sizes
        for row, expected in zip(rows[1:], receptive_field(stack), strict=True):
            np.testing.assert_allclose([row["field"], row["jump"], row["start"]], expected, atol=1e-6)


def test_field_of_a_unit_equals_dnnlib_on_200_random_stacks(call):
    stacks = list(random_stacks(200, seed=1))
    results = call(MODULE, "fieldOf", [[layers, size, len(layers), unit] for layers, size, unit in stacks])
    for (layers, size, unit), got in zip(stacks, results, strict=True):
        assert tuple(got) == field_of(windows(layers, size)[0], unit)


def test_path_counts_equal_the_gradient_of_a_network_of_ones(call):
    stacks = list(random_stacks(200, seed=2))
    results = call(MODULE, "pathCounts", [[layers, size, len(layers), unit] for layers, size, unit in stacks])
    for (layers, size, unit), rows in zip(stacks, results, strict=True):
        np.testing.assert_allclose(rows[0]["inside"], gradient_of_ones(layers, size, unit), atol=1e-6)


def test_stack_names_and_what_does_not_fit(call):
    three, deep = [conv()] * 3, [conv(3, 2, 1, "valid")] * 5
    assert call(MODULE, "stackName", [[three], [[conv(5)]], [[conv(7)]]]) == ["Three 3×3", None, "One 7×7"]
    fits, reason = call(MODULE, "misfit", [[three, 32], [deep, 32]])
    assert fits == ""
    assert reason.startswith("Layer 5 does not fit: its kernel spans 3 positions, and the row it reads has only 1.")
    assert len(call(MODULE, "fields", [[deep, 32]])[0]) == 5


def test_sentences_name_holes_padding_and_the_product_of_jumps(call):
    holes, edge, single = call(
        MODULE, "readSentence", [[[conv(3, 1, 2)] * 3, 32, 3, 16], [[conv()] * 3, 32, 3, 0], [[conv(1)], 32, 1, 4]]
    )
    assert holes == "Unit 16 of layer 3 reads only 7 of the 13 inputs from 10 to 22."
    assert edge == "Unit 0 of layer 3 reads inputs 0 to 3: 4 of 32; 3 positions of its field on padding."
    assert single == "Unit 4 of layer 1 reads input 4: 1 of 32."
    (grown,) = call(MODULE, "growthSentence", [[[conv(3, 2), conv(3, 2), conv(3, 1, 2)], 32, 3]])
    assert grown == "Layer 3 adds (3 − 1)·2·4 = 16 to the field: its taps lie d·j = 8 inputs apart."


def test_paths_are_listed_with_the_holes_between_and_summed_up_where_all_are_alike(call):
    three, holes, alike, single = call(
        MODULE,
        "pathSentence",
        [
            [[conv()] * 3, 32, 3, 16],
            [[conv(3, 1, 2)] * 2, 32, 2, 16],
            [[conv(2, 1, 1, "valid")], 32, 1, 4],
            [[conv(1)], 32, 1, 4],
        ],
    )
    assert three == "Paths from inputs 13 to 19: 1, 3, 6, 7, 6, 3, 1."
    assert holes == "Paths from inputs 12 to 20: 1, 0, 2, 0, 3, 0, 2, 0, 1."
    assert alike == "Each of them is reached by 1 path." and single == "It is reached by 1 path."


def test_the_ear_gets_the_counts_of_paths(mount):
    page = mount(ReceptiveFieldBuilder())
    page.wait_for_function("/1, 3, 6, 7, 6, 3, 1[.]$/.test(document.querySelector('[role=status]').textContent)")


# The traits


def test_layers_are_completed_and_a_pool_steps_by_its_kernel():
    widget = ReceptiveFieldBuilder(layers=[{"kernel": 5}, {"kind": "pool", "kernel": 2}])
    assert widget.layers[0] == conv(5, padding="valid")
    assert widget.layers[1] == {"kind": "pool", "kernel": 2, "stride": 2, "dilation": 1, "padding": "valid"}


@pytest.mark.parametrize("layers, message", [
    ([], "1 to 7 layers, received 0"),
    ([{"kernel": 3}] * 8, "received 8"),
    ([{"size": 3}], "layer 1: expected a dict with 'kernel'"),
    ([{"kernel": 3}, {"kernel": 0}], "layer 2: expected kernel from 1 to 11, received 0"),
    ([{"kernel": 3, "stride": True}], "expected stride from 1 to 4, received True"),
    ([{"kind": "dense", "kernel": 3}], "expected kind 'conv' or 'pool', received 'dense'"),
    ([{"kind": "pool", "kernel": 2, "dilation": 2}], "expected dilation 1 for a pool"),
    ([{"kernel": 3, "padding": "full"}], "expected padding 'valid', 'same' or 0 to 16, received 'full'"),
])  # fmt: skip
def test_wrong_layers_are_refused_with_what_was_expected(layers, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ReceptiveFieldBuilder(layers=layers)


# The figure


def test_mouse_previews_on_hover_and_chooses_on_click(mount):
    page = mount(ReceptiveFieldBuilder())
    assert sentence(page).startswith("Unit 16 of layer 3 reads inputs 13 to 19: 7 of 32.")
    assert units_in(page, ".rf-unit") == 4 * 32 and units_in(page, ".rf-unit.rf-lit") == 1 + 3 + 5 + 7
    drawing = page.locator(DRAWING)
    drawing.hover(position=place_of(page, layer=3, unit=5))
    settle(page)
    assert sentence(page).startswith("Unit 5 of layer 3 reads inputs 2 to 8: 7 of 32.")
    page.mouse.move(5, 5)
    settle(page)
    assert sentence(page).startswith("Unit 16 of layer 3")
    drawing.click(position=place_of(page, layer=2, unit=5))
    page.mouse.move(5, 5)
    settle(page)
    assert sentence(page).startswith("Unit 5 of layer 2 reads inputs 3 to 7: 5 of 32.")
    assert page.locator(".rf-table tr.rf-chosen").count() == 1


def test_pointing_at_the_image_moves_both_coordinates(mount):
    page = mount(ReceptiveFieldBuilder())
    box = page.locator(IMAGE).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    settle(page)
    assert page.locator(IMAGE).get_attribute("aria-valuetext") == (
        "row 24, column 7 of layer 3: its field is 7 by 7 pixels"
    )


def test_keyboard_alone_adds_a_layer_changes_its_stride_and_moves_the_unit(mount):
    page = mount(ReceptiveFieldBuilder())

    def tab_to(test, *arguments):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"(a) => {{ const e = document.activeElement; return {test}; }}", list(arguments)):
                return
        raise AssertionError(f"no tab stop where {test}")

    tab_to("e.getAttribute('aria-label')?.startsWith('Unit:')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    settle(page)
    assert sentence(page).startswith("Unit 17 of layer 2 reads inputs 15 to 19: 5 of 32.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    settle(page)
    assert sentence(page).startswith("Unit 0 of layer 3 reads inputs 0 to 3: 4 of 32")
    tab_to("e.getAttribute('aria-label')?.startsWith('Unit in the image')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    settle(page)
    assert "row 17, column 31 of layer 3" in page.locator(IMAGE).get_attribute("aria-valuetext")
    tab_to("e.textContent === 'Add a layer'")
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator(".rf-table tbody tr").count() == 5
    assert page.evaluate("document.activeElement.textContent") == "Add a layer"
    for _ in range(60):  # back to the stride of layer 1
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.ariaLabel") == "Stride, layer 1":
            break
    page.keyboard.press("2")
    settle(page)
    assert page.evaluate("document.activeElement.ariaLabel") == "Stride, layer 1"
    assert field_in_table(page, layer=4) == "15"  # 3, then three times 2·1·2
    assert page.locator("select").first.input_value() == "Stride 2 first"
    tab_to("e.ariaLabel === 'Move layer 1 later'")
    page.keyboard.press("Enter")
    settle(page)
    assert page.evaluate("document.activeElement.ariaLabel") == "Move layer 2 later"
    assert field_in_table(page, layer=4) == "13"


def test_removing_keeps_the_focus_and_one_layer_stays(mount):
    page = mount(ReceptiveFieldBuilder())
    page.get_by_role("button", name="Remove layer 3").focus()
    for left in (2, 1):
        page.keyboard.press("Enter")
        settle(page)
        assert page.locator(".rf-table tbody tr").count() == left + 1
    assert page.get_by_role("button", name="Remove layer 1").is_disabled()
    assert page.evaluate("document.activeElement.ariaLabel") == "Kind, layer 1"
    page.get_by_role("button", name="Add a layer").focus()
    for _ in range(8):
        page.keyboard.press("Enter")
    assert page.locator(".rf-table tbody tr").count() == 8


def test_every_stack_of_the_list_fits_and_is_drawn(mount):
    page = mount(ReceptiveFieldBuilder())
    stacks = page.get_by_label("Stack")
    fields = {}
    for name in page.evaluate("[...document.querySelector('select').options].map((o) => o.value).slice(0, -1)"):
        stacks.select_option(name)
        settle(page)
        rows = page.locator(".rf-table tbody tr").count() - 1
        fields[name] = int(field_in_table(page, layer=rows))
        assert page.locator(".rf-misfit").count() == 0 and stacks.input_value() == name
    assert list(fields.values()) == [7, 7, 16, 18, 15, 9, 16, 13]


def test_what_does_not_fit_is_explained_and_the_rest_still_works(mount):
    page = mount(ReceptiveFieldBuilder(layers=[conv(3, 2, 1, "valid")] * 5))
    assert sentence(page).startswith("Layer 5 does not fit: its kernel spans 3 positions")
    assert "Unit 0 of layer 4 reads inputs 0 to 30: 31 of 32." in sentence(page)
    assert page.locator("tr.rf-misfit").count() == 1
    page.get_by_label("Input size").focus()
    page.keyboard.press("End")
    settle(page)
    assert page.locator("tr.rf-misfit").count() == 0
    assert "of layer 5 reads" in sentence(page)


def test_first_layer_that_does_not_fit_leaves_only_the_input(mount):
    page = mount(ReceptiveFieldBuilder(layers=[conv(11, 1, 8, "valid")]))
    assert sentence(page).startswith("Layer 1 does not fit: its kernel spans 81 positions, and the row it reads has")
    page.locator(DRAWING).hover()
    page.locator(IMAGE).click()
    page.get_by_label("Kernel, layer 1").select_option("3")
    settle(page)
    assert "reads only 3 of the 17 inputs" in sentence(page)


def test_units_keep_their_elements_while_the_input_size_changes(mount):
    """The browser reuses what it has: a drag that makes elements anew for every size is slow."""
    page = mount(ReceptiveFieldBuilder())
    page.evaluate("window.units = [...document.querySelectorAll('.rf-unit, .rf-pad, .rf-path')]")
    page.get_by_label("Input size").focus()
    for key in ("ArrowRight", "End", "Home"):
        page.keyboard.press(key)
        settle(page)
    assert page.evaluate("units.every((unit) => unit.isConnected)")
    assert units_in(page, ".rf-unit") == 4 * 8 and units_in(page, ".rf-unit.rf-chosen") == 1


def test_a_drawing_of_another_height_is_drawn_once(mount):
    page = mount(ReceptiveFieldBuilder())
    page.evaluate("""() => {
      window.draws = 0;
      new MutationObserver((records) => { draws += records.some((r) => r.attributeName === "d"); })
        .observe(document.querySelector(".rf-cone"), { attributes: true });
    }""")
    page.get_by_label("Input size").focus()
    page.keyboard.press("Home")
    settle(page)
    settle(page)
    assert page.evaluate("draws") == 1


def test_state_set_from_outside_is_drawn_and_clipped_to_units_that_exist(mount):
    page = mount(ReceptiveFieldBuilder(layers=[conv(3, 4)], unit=63, layer=5, input_size=16))
    assert sentence(page).startswith("Unit 3 of layer 1 reads inputs 12 to 14: 3 of 16.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_phone_width_has_no_overflow_and_taps_work(mount, theme):
    widget = ReceptiveFieldBuilder(layers=[conv(3, 1, 2)] * 7, input_size=64)
    page = mount(widget, theme=theme, width=390, has_touch=True)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        crowded = page.evaluate("""() => [...document.querySelectorAll(".rf-table tr:nth-child(2) > *")].filter(
          (cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.dataset.label)""")
        assert crowded == []
    outside = page.evaluate("""() => { const box = document.querySelector('.xp').getBoundingClientRect();
        return [...document.querySelectorAll('.xp select, .xp button, .xp canvas, .xp svg')].filter((e) =>
          e.getBoundingClientRect().right > box.right - 10).map((e) => e.outerHTML.slice(0, 80)); }""")
    assert outside == []
    box = page.locator(DRAWING).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + 12)
    settle(page)
    assert re.match(r"Unit 2\d of layer 7", sentence(page))


@pytest.mark.parametrize("deep", [False, True])
def test_table_stays_inside_its_card_at_every_width_and_its_labels_stay_apart(mount, deep):
    layers = [conv(), {"kind": "pool", "kernel": 2}] * 3 + [conv(11, 1, 16, 16)] if deep else [conv()] * 3
    page = mount(ReceptiveFieldBuilder(layers=layers, input_size=64 if deep else 32), width=900)
    for width in range(350, 800, 6):
        over, gap = page.evaluate(
            """(width) => {
          document.body.style.maxWidth = `${width}px`;
          const right = (e) => e.getBoundingClientRect().right, cells = [...document.querySelectorAll(".rf-table *")];
          const apart = (row) => row.slice(1).map((cell, i) => {
            const style = getComputedStyle(row[i], "::before"), pen = document.createElement("canvas").getContext("2d");
            pen.font = `${style.fontSize} ${style.fontFamily}`;
            const box = row[i].getBoundingClientRect();
            return cell.getBoundingClientRect().left - box.left - pen.measureText(row[i].dataset.label).width;
          });
          const stacked = getComputedStyle(document.querySelector(".rf-table tr")).display === "grid";
          const row = [...document.querySelectorAll(".rf-table tr:nth-child(2) td")].slice(0, 4);
          return [Math.max(...cells.map(right)) - right(document.querySelector(".rf-layers")),
            stacked ? Math.min(...apart(row)) : 9];
        }""",
            width,
        )
        assert over < 1 and gap > 3, (width, over, gap)


def test_image_follows_the_theme_of_the_page(mount):
    page = mount(ReceptiveFieldBuilder())
    corner = "[...document.querySelector('.rf-image').getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3)"
    light = page.evaluate(corner)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    assert min(light) > 200 and max(page.evaluate(corner)) < 80


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(mount, theme):
    layers = [conv(3, 2), {"kind": "pool", "kernel": 2}, conv(9, 1, 8, "valid")]
    page = mount(ReceptiveFieldBuilder(layers=layers), theme=theme)
    assert axe_violations(page) == []


def test_many_keys_on_the_largest_stack_end_at_the_unit_they_lead_to(mount):
    layers = [conv(7)] * 7
    page = mount(ReceptiveFieldBuilder(layers=layers, input_size=64))
    page.locator(DRAWING).focus()
    page.keyboard.press("Home")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    settle(page)
    first, last = field_of(windows(layers, 64)[0], 40)
    assert sentence(page).startswith(f"Unit 40 of layer 7 reads inputs {max(first, 0)} to {min(last, 63)}: ")


def test_clean_up_stops_everything(browser, served):
    page = browser.new_page()
    page.goto(f"{served.url}/blank")
    left = page.evaluate("""async ([file, state]) => {
      const { default: widget } = await import(file);
      const listeners = new Map();
      let reads = 0;
      const model = { get: (name) => { reads += 1; return state[name]; }, save_changes() {},
        set: (name, value) => { state[name] = value; },
        on: (name, f) => listeners.set(name, f),
        off: (name, f) => listeners.get(name) === f && listeners.delete(name) };
      const el = document.body.appendChild(document.createElement("div"));
      const stop = widget.render({ model, el });
      const before = listeners.size;
      await new Promise((done) => setTimeout(done, 100));
      stop();
      reads = 0;
      document.documentElement.dataset.theme = "dark";
      el.style.width = "300px";
      await new Promise((done) => setTimeout(done, 100));
      return [before, listeners.size, reads];
    }""", [f"/dnnlib/widgets/{MODULE}", {"layers": [conv()], "input_size": 32}])  # fmt: skip
    page.close()
    assert left == [7, 0, 0]
