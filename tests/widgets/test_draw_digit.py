"""Draw a digit: the page's network is Keras's and dnnlib's, drawings are recognised, each unit's numbers add up."""

import re
from pathlib import Path

import numpy as np
import pytest
import traitlets

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.draw_digit import DrawDigit, counted, drawn, fitted, unblocked
from tests.widgets.conftest import axe_violations
from tests.widgets.hands import EUROPEAN, HANDS, PRINT, placed
from tests.widgets.pages import settle

ROOT = Path(__file__).parents[2]
PURE = "/dnnlib/widgets/shared/digit_network.mjs"
VIEW = "/dnnlib/widgets/draw_digit.mjs"
SHEET, NET = ".xp-sheet", ".dd-net"
LAYERS = ("conv1", "pool1", "conv2", "pool2", "dense1", "dense2")


@pytest.fixture(scope="module")
def weights():
    with np.load(ROOT / "dnnlib" / "models" / "digits_cnn.npz") as stored:
        return [stored[name] for name in stored.files]


@pytest.fixture(scope="module")
def digits():
    return train_validation_test_split(*load_digits(), seed=0)[2]


@pytest.fixture
def widget(weights, digits):
    """Returns widget(...) -> the explorable, with ten test digits unless other examples are given."""

    def make(examples=(digits[0][:10], digits[1][:10]), **arguments):
        return DrawDigit(weights, examples=examples, **arguments)

    return make


def ours(weights):
    """The same network from dnnlib.layers; returns each layer's output by name."""
    model = Sequential(
        [
            Conv2D(6, 3, padding="same"),
            ReLU(),
            MaxPooling2D(2),
            Conv2D(16, 3, padding="same"),
            ReLU(),
            MaxPooling2D(2),
            Flatten(),
            Dense(32),
            ReLU(),
            Dense(10),
            Softmax(),
        ]
    )
    model.build((None, 8, 8, 1))
    model.set_weights(weights)
    return model


def activations(weights, x):
    outputs = []
    for layer in ours(weights).layers:
        x = layer(x)
        outputs.append(x)
    return dict(zip(LAYERS, (outputs[k] for k in (1, 2, 4, 5, 8, 10)), strict=True))


def in_page(blank, weights, images):
    """All layers' outputs of the page's network, (N, values) by name."""
    return blank.evaluate(
        """async ([file, weights, images]) => {
          const { forward } = await import(file);
          const all = images.map((image) => forward(image, weights.map((w) => Float32Array.from(w))));
          return Object.fromEntries(Object.keys(all[0]).map((n) => [n, all.map((acts) => Array.from(acts[n].values))]));
        }""",
        [PURE, [weight.ravel().tolist() for weight in weights], images.reshape(len(images), -1).tolist()],
    )


def status(page):
    return page.locator(".xp-status").inner_text().replace("\xa0", " ")


def said(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def reads(page):
    settle(page)
    return re.search(r"reads an? (\d)", status(page)).group(1)


def stroke(page, strokes):
    """Draws strokes with the mouse, points in pixels of the sheet."""
    box = page.locator(SHEET).bounding_box()
    scale = box["width"] / 32
    for points in strokes:
        places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def number(text):
    return float(text.replace("\u2212", "-").replace(" ", "").lstrip("=→+"))


# The numbers


def test_the_pages_network_equals_keras_on_all_test_digits_and_is_right_on_97_percent(blank, weights, digits):
    from dnnlib.models.digits_cnn import digits_cnn

    x, y = digits
    computed = np.array(in_page(blank, weights, x)["dense2"])
    expected = digits_cnn(weights="digits").predict(x, verbose=0)
    assert len(x) == 719
    np.testing.assert_allclose(computed, expected, atol=1e-5)
    share = np.mean(computed.argmax(axis=1) == y)
    print(f"in the page right on {share:.4f} of {len(y)} test digits")
    assert share >= 0.97


def test_every_layer_in_the_page_equals_dnnlib_layers(blank, weights, digits):
    computed = in_page(blank, weights, digits[0])
    for name, expected in activations(weights, digits[0]).items():
        np.testing.assert_allclose(computed[name], expected.reshape(len(expected), -1), rtol=1e-5, atol=1e-5)


def test_example_bitmaps_have_the_counts_of_the_digits_and_reach_the_network_unchanged(widget, digits):
    counts = np.rint(digits[0][..., 0] * 16).astype(int)
    bitmaps = unblocked(counts)
    np.testing.assert_array_equal([counted(bitmap) for bitmap in bitmaps], counts)
    shown = widget(example=3)
    np.testing.assert_array_equal(shown.image, digits[0][3])


def test_products_add_up_to_the_value_of_every_kind_of_unit(blank, weights, digits):
    sizes = ("conv1", 8, 6), ("pool1", 4, 6), ("conv2", 4, 16), ("pool2", 2, 16)
    units = [
        [name, i, j, m]
        for name, side, maps in sizes
        for i in range(side)
        for j in range(side)
        for m in range(0, maps, 5)
    ]
    units += [["dense1", 0, 0, m] for m in range(32)] + [["dense2", 0, 0, m] for m in range(10)]
    x = digits[0][5]
    results = blank.evaluate(
        """async ([file, weights, image, units]) => {
          const m = await import(file), arrays = weights.map((w) => Float32Array.from(w));
          const acts = m.forward(image, arrays);
          return units.map((unit) => m.takeApart(acts, arrays, unit));
        }""",
        [PURE, [weight.ravel().tolist() for weight in weights], x.ravel().tolist(), units],
    )
    layers = activations(weights, x[None])
    for (name, *place), apart in zip(units, results, strict=True):
        value = layers[name][0][tuple(place) if layers[name].ndim == 4 else place[2]]
        assert apart["value"] == pytest.approx(value, abs=1e-5)
        if apart["kind"] == "pool":
            assert max(term["x"] for term in apart["terms"]) == apart["value"]
            continue
        before = sum(term["x"] * term["weight"] for term in apart["terms"]) + apart["bias"]
        assert before == pytest.approx(apart["before"], abs=1e-6)
        if name != "dense2":
            assert max(before, 0) == pytest.approx(apart["value"], abs=1e-6)


def test_a_units_reach_is_where_its_value_comes_from(blank, weights):
    """Changing an input pixel changes no unit outside whose reach it lies."""
    rng = np.random.default_rng(2)
    x = rng.random((1, 8, 8, 1)).astype("float32")
    units = [["conv1", 0, 3, 1], ["pool1", 2, 1, 0], ["conv2", 1, 2, 5], ["pool2", 1, 0, 3], ["dense1", 0, 0, 4]]
    found = blank.evaluate("async ([file, units]) => units.map((await import(file)).reach)", [PURE, units])
    for (name, *place), reach in zip(units, found, strict=True):
        (top, bottom), (left, right) = reach["input"]["rows"], reach["input"]["columns"]
        changed = rng.random(x.shape).astype("float32")
        changed[:, top:bottom, left:right] = x[:, top:bottom, left:right]
        at = tuple(place) if name != "dense1" else place[2]
        value, same = (activations(weights, image)[name][0][at] for image in (x, changed))
        assert value == pytest.approx(same, abs=1e-6)
    assert [reach["input"]["rows"] for reach in found] == [[0, 2], [3, 7], [0, 7], [1, 8], [0, 8]]


def test_the_place_of_every_unit_leads_back_to_it_in_a_wide_and_in_a_narrow_figure(blank, weights, digits):
    wrong = blank.evaluate(
        """async ([pure, view, weights, image]) => {
          const { forward } = await import(pure), m = await import(view), wrong = [];
          const acts = forward(image, weights.map((w) => Float32Array.from(w)));
          for (const width of [300, 330, 480, 560, 594, 900]) {
            const layout = m.plan(width, acts);
            for (const layer of layout.layers) {
              const inside = layer.x >= 0 && layer.x + layer.width <= width && layer.y + layer.height <= layout.height;
              if (!inside) wrong.push([width, layer.name]);
              for (let k = 0; k < layer.maps * layer.side ** 2; k++) {
                const map = k % layer.maps, i = Math.floor(k / layer.maps / layer.side);
                const j = Math.floor(k / layer.maps) % layer.side;
                const { x, y, width: w, height: h } = m.place(layer, map, [i, i + 1], [j, j + 1]);
                const unit = [layer.name, i, j, map];
                if (String(m.unitAt(layout, x + w / 2, y + h / 2)) !== String(unit)) wrong.push(unit);
              }
            }
          }
          return wrong;
        }""",
        [PURE, VIEW, [weight.ravel().tolist() for weight in weights], digits[0][0].ravel().tolist()],
    )
    assert wrong == []


def test_digits_drawn_in_three_hands_eight_ways_are_recognised(weights):
    ways = [
        {},
        {"slant": 0.25},
        {"slant": -0.15},
        {"height": 16, "middle": (12, 20)},
        {"height": 28, "aspect": 0.9},
        {"height": 22, "aspect": 0.45},
        {"height": 20, "aspect": 0.8, "slant": 0.15, "middle": (20, 12)},
        {"height": 12},
    ]
    cases = [
        (digit, drawn(placed(strokes, **way)))
        for hand in HANDS.values()
        for digit, strokes in hand.items()
        for way in ways
    ]
    x = np.array([counted(fitted(bitmap)) for _, bitmap in cases])[..., None] / 16
    right = ours(weights).predict(x).argmax(axis=1) == [digit for digit, _ in cases]
    print(f"{right.sum()} of {len(cases)} drawings recognised")
    assert len(cases) == 240 and right.mean() >= 0.95


# The explorable


@pytest.mark.parametrize(
    "digit, strokes",
    [("1", [[(17, 3), (16, 28)]]), ("0", placed(PRINT[0])), ("7", placed(PRINT[7])), ("4", placed(EUROPEAN[4]))],
)
def test_a_digit_drawn_with_the_mouse_is_read_at_once(mount, widget, digit, strokes):
    page = mount(widget(examples=None))
    assert "The sheet is empty" in status(page)
    stroke(page, strokes)
    assert reads(page) == digit
    assert page.locator(".dd-class.winner b").inner_text() == digit


TOUCH = """([type, pointerId, x, y]) => {
  const sheet = document.querySelector(".xp-sheet"), box = sheet.getBoundingClientRect();
  sheet.setPointerCapture = () => {};
  sheet.dispatchEvent(new PointerEvent(type, { pointerType: "touch", pointerId, bubbles: true,
    clientX: box.left + x / 32 * box.width, clientY: box.top + y / 32 * box.height })); }"""


def test_a_digit_drawn_by_finger_is_read(mount, widget):
    page = mount(widget(examples=None), width=390, has_touch=True, is_mobile=True)
    page.locator(SHEET).tap(position={"x": 20, "y": 20})
    said(page, "The network reads")
    page.get_by_role("button", name="Clear").tap()
    said(page, "The sheet is empty")
    for points in placed(PRINT[3]):
        page.evaluate(TOUCH, ["pointerdown", 7, *points[0]])
        for point in points:
            page.evaluate(TOUCH, ["pointermove", 7, *point])
        page.evaluate(TOUCH, ["pointerup", 7, *points[-1]])
    assert reads(page) == "3"


def test_a_second_finger_or_the_ball_of_the_thumb_draws_nothing(mount, widget):
    page = mount(widget(examples=None))
    page.evaluate(TOUCH, ["pointerdown", 7, 10, 8])
    page.evaluate(TOUCH, ["pointermove", 7, 10, 24])
    ink = "document.querySelector('.xp-sheet').toDataURL()"
    settle(page)
    before = page.evaluate(ink)
    for kind, x in (("pointerdown", 26), ("pointermove", 28), ("pointerup", 28)):
        page.evaluate(TOUCH, [kind, 8, x, 16])
    settle(page)
    assert page.evaluate(ink) == before
    page.evaluate(TOUCH, ["pointermove", 7, 14, 24])  # the first one draws on
    settle(page)
    assert page.evaluate(ink) != before


def test_the_keyboard_alone_draws_a_one_and_a_seven_walks_the_network_and_clears(mount, widget):
    page = mount(widget(examples=None))
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "xp-sheet":
            break
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert "Pen down at row 2, column 16" in page.locator(".xp-hint").inner_text()
    aloud = "[...document.querySelectorAll('[role=status]')].map((e) => e.textContent)"
    page.wait_for_function(f"{aloud}.includes('Pen down, row 2, column 16.')")
    for _ in range(13):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert reads(page) == "1"
    page.keyboard.press("Delete")
    said(page, "The sheet is empty")
    # A seven: along the top, then down to the left
    for key, times in (
        ("Home", 6),
        ("ArrowUp", 15),
        ("ArrowDown", 1),
        (" ", 1),
        ("ArrowRight", 7),
        ("End", 3),
        ("ArrowDown", 3),
        ("End", 2),
        ("ArrowDown", 5),
        (" ", 1),
    ):
        for _ in range(times):
            page.keyboard.press(key)
    assert reads(page) == "7"
    page.locator(NET).focus()
    page.keyboard.press("PageUp")
    said(page, "Pool1, map 5, row 1, column 2")
    page.keyboard.press("ArrowLeft")
    said(page, "Pool1, map 5, row 1, column 1")
    for _ in range(8):
        page.keyboard.press("PageDown")
    said(page, "Class 5 has the score")
    page.keyboard.press("ArrowDown")
    said(page, "Class 6 has the score")
    page.keyboard.press("ArrowLeft")
    said(page, "Dense1, unit")


def test_arrow_keys_lead_from_the_input_to_the_classes(mount, widget):
    page = mount(widget(unit=["input", 4, 4, 0]))
    page.locator(NET).focus()
    seen = []
    for _ in range(80):
        page.keyboard.press("ArrowRight")
        settle(page)
        name = page.locator(".dd-head b").inner_text()
        if name not in seen:
            seen.append(name)
        if name == "dense2":
            break
    assert seen == ["input", *LAYERS]


@pytest.fixture
def place_of(weights, digits):
    """Returns place_of(page, unit) -> where the unit stands on the page, in pixels."""

    def find(page, unit):
        box = page.locator(NET).bounding_box()
        x, y = page.evaluate(
            """async ([pure, view, weights, image, width, [name, row, column, map]]) => {
              const { forward } = await import(pure), m = await import(view);
              const acts = forward(image, weights.map((w) => Float32Array.from(w)));
              const layer = m.plan(width, acts).layers.find((one) => one.name === name);
              const p = m.place(layer, map, [row, row + 1], [column, column + 1]);
              return [p.x + p.width / 2, p.y + p.height / 2];
            }""",
            [
                PURE,
                VIEW,
                [weight.ravel().tolist() for weight in weights],
                digits[0][0].ravel().tolist(),
                box["width"],
                unit,
            ],
        )
        return box["x"] + x, box["y"] + y

    return find


def test_a_unit_pointed_at_stays_and_a_click_holds_it_on_the_way_to_its_products(mount, widget, place_of):
    page = mount(widget())
    first, second = place_of(page, ["conv2", 3, 3, 8]), place_of(page, ["conv1", 4, 2, 3])
    above = first[0], page.locator(NET).bounding_box()["y"] - 8
    page.mouse.move(*second)
    said(page, "Conv1, map 3, row 4, column 2")
    page.mouse.click(*first)
    said(page, "Conv2, map 8, row 3, column 3")
    page.mouse.move(*above, steps=20)  # across other units
    settle(page)
    assert "Conv2, map 8, row 3, column 3" in status(page)
    page.mouse.move(*second)  # back in, the units count again
    said(page, "Conv1, map 3, row 4, column 2")
    page.mouse.move(*above)  # at one bound
    settle(page)
    assert "Conv1, map 3, row 4, column 2" in status(page)  # no jump back to what was held before


def test_a_finger_takes_one_unit_after_another_by_tapping_not_by_scrolling(mount, widget, place_of):
    page = mount(widget(), width=390, height=1400, has_touch=True, is_mobile=True)
    for map in (2, 5):
        page.touchscreen.tap(*place_of(page, ["pool1", 1, 2, map]))
        said(page, f"Pool1, map {map}, row 1, column 2")
    x, y = place_of(page, ["conv2", 3, 3, 8])
    page.evaluate(
        """([clientX, clientY]) => {
      for (const type of ["pointerenter", "pointermove"]) document.querySelector(".dd-net").dispatchEvent(
        new PointerEvent(type, { pointerType: "touch", clientX, clientY })); }""",
        [x, y],
    )
    settle(page)
    assert "Pool1, map 5, row 1, column 2" in status(page)


def test_pointing_shows_products_that_sum_to_the_units_value(mount, widget, weights, digits, place_of):
    page = mount(widget())
    acts = activations(weights, digits[0][:1])
    page.mouse.move(*place_of(page, ["conv2", 2, 1, 9]))
    said(page, "Conv2, map 9, row 2, column 1")
    cells = [number(text) for text in page.locator(".dd-window .xp-cell").all_inner_texts()]
    steps = [number(text) for text in page.locator(".xp-step > :last-child").all_inner_texts()]
    assert len(cells) == 54 and sum(cells) == pytest.approx(steps[0], abs=54 * 0.005)
    assert steps[0] + steps[1] == pytest.approx(steps[2], abs=0.011)
    assert steps[3] == pytest.approx(acts["conv2"][0, 2, 1, 9], abs=0.005)
    cell = page.locator(".dd-window .xp-cell").nth(9 + 4)
    cell.hover()
    page.wait_for_function("document.querySelector('.dd-line').textContent.includes('weight')")
    line = page.locator(".dd-line").inner_text()
    x, weight, product = re.search(r"map 1, row 2, column 1: (\S+) × weight (\S+) = (\S+)", line).groups()
    assert number(x) == pytest.approx(acts["pool1"][0, 2, 1, 1], abs=0.005)
    assert number(weight) == pytest.approx(weights[2][1, 1, 1, 9], abs=0.005)
    assert product == cell.inner_text()
    cell.click()  # what the line says of a product is for the ear, too
    aloud = "[...document.querySelectorAll('[role=status]')].map((e) => e.textContent)"
    page.wait_for_function(f"(line) => {aloud}.includes(line)", arg=line)


def test_a_contribution_leads_to_the_unit_behind_it_down_to_a_window(mount, widget):
    page = mount(widget(unit=["dense2", 0, 0, 8]))
    scores = [number(text) for text in page.locator(".dd-term b").all_inner_texts()]
    assert scores == sorted(scores, key=abs, reverse=True)
    page.locator(".dd-term").first.click()
    said(page, "Dense1, unit")
    page.locator(".dd-term").first.click()
    said(page, "Pool2, map")
    assert page.evaluate("document.activeElement.className") == "dd-net"
    shown = page.locator(".dd-body .xp-cell")
    winner = page.locator(".dd-body .xp-cell.current")
    assert shown.count() == 4 and number(winner.inner_text()) == max(number(text) for text in shown.all_inner_texts())


@pytest.mark.parametrize("width", [390, 800])
@pytest.mark.parametrize("unit, count", [(["dense1", 0, 0, 4], 64), (["dense2", 0, 0, 8], 32)])
def test_every_product_of_a_dense_unit_can_be_reached_by_wheel_and_by_keys(mount, widget, unit, count, width):
    page = mount(widget(unit=unit), width=width)
    products = [number(text) for text in page.locator(".dd-term b").all_inner_texts()]
    said_sum = number(page.locator(".xp-step span").first.inner_text())
    assert len(products) == count and sum(products) == pytest.approx(said_sum, abs=count * 0.005)
    inside = """(k) => { const list = document.querySelector(".dd-terms").getBoundingClientRect();
      const term = document.querySelectorAll(".dd-term")[k].getBoundingClientRect();
      return term.top >= list.top - 1 && term.bottom <= list.bottom + 1; }"""
    assert [page.evaluate(inside, k) for k in (0, 5, count - 1)] == [True, True, False]
    page.locator(".dd-terms").hover()
    page.mouse.wheel(0, 5000)
    page.wait_for_function(inside, arg=count - 1)
    assert page.locator(".dd-term[tabindex='0']").count() == 1  # one tab stop, not 64
    page.locator(".dd-term").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelectorAll('.dd-term')[1] === document.activeElement")
    page.keyboard.press("End")
    page.wait_for_function(inside, arg=count - 1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "dd-net"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("[...document.querySelectorAll('.dd-term')].indexOf(document.activeElement)") == count - 1
    page.keyboard.press("Enter")
    said(page, "Pool2, map" if unit[0] == "dense1" else "Dense1, unit")


@pytest.mark.parametrize("unit, side", [(["conv1", 1, 2, 3], 8), (["pool1", 1, 2, 3], 4), (["conv2", 1, 2, 5], 4)])
def test_on_a_phone_the_units_map_stands_large_enough_for_a_finger(mount, widget, unit, side):
    page = mount(widget(unit=unit), width=390, has_touch=True)
    canvas = page.locator(".dd-glass canvas")
    box = canvas.bounding_box()
    assert box["width"] / side >= 24
    canvas.tap(position={"x": 1.5 / side * box["width"], "y": (side - 1.5) / side * box["height"]})
    said(page, f"{unit[0].capitalize()}, map {unit[3]}, row {side - 2}, column 1 ")
    page.set_viewport_size({"width": 820, "height": 900})
    canvas.wait_for(state="hidden")


def test_pointing_at_a_class_shows_its_score_and_softmax(mount, widget):
    page = mount(widget())
    page.locator(".dd-class").nth(3).click()
    page.locator(".dd-steps").hover()  # across other classes: the click holds this one
    said(page, "Class 3 has the score")
    top, bottom = page.locator(".xp-step", has_text="softmax").locator("span").inner_text().split(" / ")
    share = number(page.locator(".xp-step b").inner_text().replace("%", ""))
    assert share == pytest.approx(100 * number(top) / number(bottom), abs=0.1)


def test_examples_go_round_and_a_stroke_on_one_begins_a_drawing(mount, widget, digits):
    page = mount(widget())
    assert f"The label says {digits[1][0]}, too." in status(page)
    for k in range(1, 11):
        page.get_by_role("button", name="Next test digit").click()
        said(page, f"The label says {digits[1][k % 10]}")
    stroke(page, [[(17, 3), (16, 28)]])
    assert reads(page) == "1" and "label" not in status(page)
    page.get_by_role("button", name="Clear").click()
    said(page, "The sheet is empty")
    page.get_by_role("button", name="Next test digit").click()
    said(page, f"The label says {digits[1][1]}")


def test_the_eraser_takes_ink_away(mount, widget):
    page = mount(widget(examples=None, drawing=drawn([[(3, 16), (29, 16)]])))
    page.get_by_label("erase").check(force=True)
    stroke(page, [[(1, 16), (31, 16)]])
    said(page, "The sheet is empty")


def test_without_centring_a_small_digit_in_a_corner_reaches_the_network_as_it_is(mount, widget):
    small = drawn(placed(PRINT[3], height=14, middle=(8, 8)))
    page = mount(widget(examples=None, drawing=small, unit=["input", 7, 4, 0]))
    assert reads(page) == "3"
    assert "Input, row 7, column 4 is 0.5: 8 of 16 pixels are on" in status(page)
    page.get_by_label("centre and scale").uncheck()
    said(page, "Input, row 7, column 4 is 0: 0 of 16")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_maps_have_the_themes_colours_and_follow_a_change(mount, widget, theme):
    paper = {"light": [255, 255, 255], "dark": [20, 24, 30]}
    page = mount(widget(examples=None), theme=theme)
    corner = "document.querySelector('.xp-sheet').getContext('2d').getImageData(8, 8, 1, 1).data"
    assert page.evaluate(f"[...{corner}].slice(0, 3)") == paper[theme]
    other = "dark" if theme == "light" else "light"
    page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", other)
    assert page.evaluate(f"[...{corner}].slice(0, 3)") == paper[other]


@pytest.mark.parametrize("name", ["input", *LAYERS])
@pytest.mark.parametrize("width", [320, 390, 640, 760, 820])
def test_nothing_runs_over_the_page(mount, widget, name, width):
    page = mount(widget(unit=[name, 0, 0, 0], before=True), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        page.evaluate("""() => [...document.querySelectorAll(".dd-body .xp-cell, .dd-class, .dd-term, .dd-panel")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 99))""")
        == []
    )
    sheet, bars = (page.locator(one).bounding_box() for one in (SHEET, ".dd-classes"))
    assert (bars["y"] < sheet["y"] + sheet["height"]) == (width < 760)  # there the answer stands beside the sheet


@pytest.mark.parametrize("name", ["input", *LAYERS])
def test_the_panel_keeps_its_height_from_unit_to_unit_without_large_blanks(mount, widget, name):
    """Else what lies below it moves away from the mouse that points at the maps."""
    page = mount(widget(unit=[name, 1, 1, 1]), width=1000)
    heights, blanks = {}, {}
    for width in (520, 560, 600, 634, 640, 641, 648, 656, 672, 702, 742, 769, 770, 771, 800, 842):  # of what it holds
        page.evaluate("(width) => { document.body.style.maxWidth = `${width + 34}px`; }", width)
        settle(page)
        heights[width], blanks[width] = page.evaluate("""() => {
          const box = (selector) => document.querySelector(selector).getBoundingClientRect();
          return [box(".dd-panel").height, box(".dd-steps").top - box(".dd-line").bottom]; }""")
    assert set(heights.values()) == {352} and max(blanks.values()) < 120, (heights, blanks)


@pytest.mark.parametrize("width", [390, 430])
def test_on_phones_the_panel_keeps_its_height_from_tap_to_tap(mount, widget, width):
    heights = {}
    for name in ("input", *LAYERS):
        page = mount(widget(unit=[name, 1, 1, 1]), width=width, has_touch=True)
        heights[name] = page.locator(".dd-panel").bounding_box()["height"]
    assert set(heights.values()) == {496}, heights


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("unit", [["conv1", 2, 3, 1], ["dense2", 0, 0, 8], ["pool1", 1, 1, 1]])
def test_axe_finds_no_violation(mount, widget, theme, unit):
    assert axe_violations(mount(widget(unit=unit), theme=theme)) == []


def test_the_clean_up_takes_every_listener_off(mount, widget):
    page = mount(widget())
    counts = page.evaluate(
        """async () => {
          const { render } = await import("/dnnlib/widgets/draw_digit.mjs");
          const record = JSON.parse(document.querySelector("script[type*=state]").textContent).state.w;
          const state = { ...record.state };
          for (const { path, data } of record.buffers) {
            state[path[0]] = new DataView(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
          }
          const listeners = new Map(), of = (name) => listeners.get(name) ?? listeners.set(name, new Set()).get(name);
          const count = () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0);
          const model = { get: (n) => state[n], set: (n, v) => { state[n] = v; of(`change:${n}`).forEach((f) => f()); },
            on: (n, f) => of(n).add(f), off: (n, f) => of(n).delete(f), save_changes() {} };
          const el = document.body.appendChild(document.createElement("div"));
          const wait = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const text = () => el.querySelector(".xp-status").textContent;
          const stop = await render({ model, el }), during = count();
          model.set("unit", ["conv1", 1, 2, 3]);
          await wait();
          const first = text();
          stop();
          model.set("unit", ["conv1", 4, 4, 4]);
          await wait();
          return [during, count(), first, text()];
        }"""
    )
    assert counts[:2] == [12, 0] and "Conv1, map 3, row 1, column 2" in counts[2] and counts[3] == counts[2]


@pytest.mark.parametrize("unit", [["conv2", 1, 2, 5], ["dense1", 0, 0, 4]])
def test_while_a_stroke_is_drawn_the_numbers_of_the_unit_shown_add_up(mount, widget, unit):
    page = mount(widget(examples=None, unit=unit))
    stroke(page, placed(PRINT[0]))
    assert reads(page) == "0"
    products, bias, before, after = (number(text) for text in page.locator(".xp-step > :last-child").all_inner_texts())
    assert products + bias == pytest.approx(before, abs=0.011) and before != bias and after == max(before, 0)


# Python's side


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"unit": ["conv3", 0, 0, 0]}, traitlets.TraitError, "with a layer of input"),
        ({"unit": ["conv1", -1, 0, 0]}, traitlets.TraitError, "expected"),
        ({"example": 10}, traitlets.TraitError, "expected -1 to 9, received 10"),
        ({"drawing": np.zeros((8, 8))}, ValueError, r"array \(32, 32\)"),
        ({"examples": (np.zeros((3, 9, 9)), [1, 2, 3])}, ValueError, "1 to 50 images"),
        ({"examples": (np.full((2, 8, 8), 9.0), [1, 2])}, ValueError, "divide counts by 16"),
        ({"units": 3}, TypeError, "received units"),
    ],
)
def test_wrong_arguments_are_refused(widget, arguments, error, message):
    with pytest.raises(error, match=message):
        widget(**arguments)


def test_weights_of_another_network_are_refused_and_other_widths_are_not(mount, weights):
    with pytest.raises(ValueError, match="take digits_cnn"):
        DrawDigit(weights[:6])
    rng = np.random.default_rng(4)
    shapes = [(3, 3, 1, 8), (8,), (3, 3, 8, 12), (12,), (48, 20), (20,), (20, 4), (4,)]
    page = mount(DrawDigit([rng.normal(0, 0.3, shape) for shape in shapes], drawing=drawn(placed(PRINT[2]))), width=390)
    assert "The network reads" in status(page) and page.locator(".dd-class").count() == 4


def test_python_sees_what_is_on_the_sheet(widget):
    bitmap = drawn(placed(PRINT[5]))
    shown = widget(drawing=bitmap)
    np.testing.assert_array_equal(shown.bitmap, bitmap)
    np.testing.assert_array_equal(shown.image[..., 0] * 16, counted(fitted(bitmap)))
    shown.fit = False
    np.testing.assert_array_equal(shown.image[..., 0] * 16, counted(bitmap))


def test_what_a_page_stores_is_small(widget):
    shown = widget()
    sizes = {name: len(getattr(shown, name)) for name in ("weights", "examples")}
    print(sizes)
    assert sizes["weights"] < 8_000 and sizes["examples"] == 1280
