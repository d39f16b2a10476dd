"""The kernel studio: its maps are Conv2D's, its photograph is exact, and it works by mouse, keyboard and touch."""

import base64
import json

import numpy as np
import pytest
import traitlets

from dnnlib.layers.conv2d import Conv2D
from dnnlib.widgets.kernel_studio import SOBEL, KernelStudio, decode, encode
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

MODULE = "kernel_studio.mjs"
RESPONSE = "[role=application]"

# Typed arrays in and out, which the fixture `call` cannot pass; as one text: Playwright packs each number by itself
RESPOND = """async ([file, runs]) => {
  const m = await import(file);
  return JSON.stringify(JSON.parse(runs).map(([planes, height, width, state]) => {
    const photo = { planes: planes.map((p) => Uint8Array.from(p)), height, width };
    const { maps, height: rows, width: columns } = m.respond(photo, state);
    const apart = m.takeApart(photo, state, state.point);
    return { height: rows, width: columns, maps: maps.map((p) => Array.from(p)), values: apart.values };
  }));
}"""


def photograph(height=40, width=60, seed=0):
    """A smooth picture with an edge and a red square on a grey ground: what the kernels' effects are known for."""
    rng = np.random.default_rng(seed)
    image = np.full((height, width, 3), 60, np.uint8)
    image[:, width // 2 :] = 180
    image[5:15, 5:15] = 200, 30, 30
    return image + rng.integers(0, 2, image.shape, dtype=np.uint8)


def configurations(count=200, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        size = int(rng.choice([3, 5]))
        image = rng.integers(0, 256, (*rng.integers(size, 14, 2), 3), dtype=np.uint8)
        yield (
            image,
            {
                "kernel": np.round(rng.normal(0, 3, (size, size, 3)), rng.integers(0, 3)).tolist(),
                "divisor": float(rng.choice([1, 4, 12, -3, 0.5])),
                "bias": float(rng.choice([0, rng.normal(0, 50)])),
                "channels": str(rng.choice(["sum", "separate"])),
                "stride": int(rng.integers(1, 3)),
                "padding": str(rng.choice(["valid", "same"])),
                "relu": bool(rng.integers(2)),
            },
        )


def expected_maps(image, state):
    """The maps (height, width, 1 or 3) of dnnlib's Conv2D with the same weights."""
    weights = np.array(state["kernel"]) / state["divisor"]
    together = state["channels"] == "sum"
    layer = Conv2D(
        1 if together else 3,
        weights.shape[:2],
        strides=state["stride"],
        padding=state["padding"],
        groups=1 if together else 3,
        dtype="float64",
    )
    layer.build((1, *image.shape))
    layer.params["kernel"][...] = weights[..., None] if together else weights[:, :, None, :]
    layer.params["bias"][...] = state["bias"]
    maps = layer.forward(image[None].astype("float64"))[0]
    return np.maximum(maps, 0) if state["relu"] else maps


def planes(image):
    return [image[:, :, c].ravel().tolist() for c in range(3)]


def test_maps_and_single_values_equal_conv2d_on_200_random_configurations(blank):
    runs, expected, rng = [], [], np.random.default_rng(2)
    for image, state in configurations():
        maps = expected_maps(image, state)
        state["point"] = [int(rng.integers(size)) for size in maps.shape[:2]]
        runs.append([planes(image), *image.shape[:2], state])
        expected.append(maps)
    results = json.loads(blank.evaluate(RESPOND, [f"/dnnlib/widgets/{MODULE}", json.dumps(runs)]))
    assert len(results) == 200
    for (*_, state), result, maps in zip(runs, results, expected, strict=True):
        assert (result["height"], result["width"], len(result["maps"])) == maps.shape
        computed = np.moveaxis(np.reshape(result["maps"], (-1, *maps.shape[:2])), 0, 2)
        np.testing.assert_allclose(computed, maps, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(result["values"], maps[tuple(state["point"])], rtol=1e-6, atol=1e-6)


def test_a_response_brought_up_to_date_equals_conv2d_after_each_of_200_changes(blank):
    """One photograph, one response: each change of the state starts from what the last one left."""
    rng = np.random.default_rng(7)
    image = rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)
    state = {
        "kernel": np.ones((3, 3, 3)).tolist(),
        "divisor": 3.0,
        "bias": 0.0,
        "channels": "sum",
        "stride": 1,
        "padding": "same",
        "relu": False,
    }
    states = []
    for _, other in configurations(200, seed=8):
        name = rng.choice(["cell", "cell", "cell", "alike", *state])
        kernel = np.array(state["kernel"])
        i, j = rng.integers(len(kernel), size=2)
        kernel[i, j, rng.integers(3) if name == "cell" else slice(3)] = np.round(rng.normal(0, 3), 2)
        kernel[kernel == 1e15] = 0
        if rng.random() < 0.03:
            kernel[i, j] = 1e15  # what is written over such a number must not be lost in its rounding
        state = {**state, **({"kernel": kernel.tolist()} if name in ("cell", "alike") else {name: other[name]})}
        states.append(state)
    results = blank.evaluate(
        """async ([file, planes, states]) => {
      const { respond } = await import(file);
      const photo = { planes: planes.map((p) => Uint8Array.from(p)), height: 9, width: 12 };
      let last;
      return JSON.stringify(JSON.parse(states).map((state) => {
        last = respond(photo, state, last);
        return last.maps.map((p) => Array.from(p));
      }));
    }""",
        [f"/dnnlib/widgets/{MODULE}", planes(image), json.dumps(states)],
    )
    for state, maps in zip(states, json.loads(results), strict=True):
        expected = expected_maps(image, state)
        computed = np.moveaxis(np.reshape(maps, (-1, *expected.shape[:2])), 0, 2)
        np.testing.assert_allclose(computed, expected, rtol=1e-6, atol=1e-6)


def test_the_photograph_is_packed_and_unpacked_exactly(blank):
    noise = np.random.default_rng(3).integers(0, 256, (17, 31, 3), dtype=np.uint8)
    for image in (noise, photograph()):
        data = encode(image)
        np.testing.assert_array_equal(decode(data, *image.shape[:2]), image)
        unpacked = blank.evaluate(
            """async ([file, bytes, ...size]) => {
              const { decodePhoto } = await import(file);
              return (await decodePhoto(Uint8Array.from(bytes), ...size)).map((plane) => Array.from(plane));
            }""",
            [f"/dnnlib/widgets/{MODULE}", list(data), *image.shape[:2]],
        )
        assert unpacked == planes(image)


def test_a_smooth_photograph_is_stored_in_fewer_bytes_than_its_pixels():
    rows, columns = np.mgrid[:100, :150]
    image = np.stack([rows + columns, rows + columns + 5, rows + 2 * columns], axis=2).astype(np.uint8)
    assert len(encode(image)) < image.size / 50


def test_the_scale_leaves_out_the_half_percent_of_sparks(call):
    values = [1.0] * 997 + [-50.0] * 3
    result, zeros = call(MODULE, "spread", [[[values]], [[[0, 0]]]])
    assert result["low"] == -50 and result["high"] == 1 and 1 <= result["scale"] < 1.2
    assert zeros["scale"] == 1


@pytest.mark.parametrize(
    ("channels", "slices", "divisor", "words"),
    [
        ("sum", [SOBEL] * 3, 12, "The 27 weights sum to 0: flat regions vanish."),
        ("sum", [np.ones((3, 3))] * 3, 27, "The 27 weights sum to 1: brightness is kept."),
        ("sum", [np.ones((3, 3))] * 3, 9, "sum to 3: flat regions come out 3 times as bright."),
        ("sum", [2 * np.eye(3), -np.eye(3), -np.eye(3)], 1, "grey regions vanish, most colours do not."),
        ("separate", [np.ones((3, 3))] * 3, 9, "Each slice sums to 1: brightness is kept."),
        ("separate", [2 * np.eye(3), -np.eye(3), -np.eye(3)], 1, "The slices sum to 6, \u22123, \u22123."),
    ],
)
def test_the_sentence_says_what_the_sums_of_the_weights_mean(call, channels, slices, divisor, words):
    state = {"kernel": np.stack(slices, axis=2).tolist(), "divisor": divisor, "channels": channels}
    assert words in call(MODULE, "meaning", [[state]])[0]


def test_a_kernel_grows_by_zeros_and_shrinks_to_its_middle(call):
    kernel = np.random.default_rng(4).normal(size=(3, 3, 3))
    (large,) = call(MODULE, "resizeKernel", [[kernel.tolist(), 5]])
    np.testing.assert_array_equal(large, np.pad(kernel, ((1, 1), (1, 1), (0, 0))))
    assert call(MODULE, "resizeKernel", [[large, 3]])[0] == kernel.tolist()


# ---- Python


def test_a_kernel_may_be_one_slice_and_its_weights_fit_conv2d():
    studio = KernelStudio(photograph(), kernel=np.eye(3), divisor=3)
    assert np.shape(studio.kernel) == (3, 3, 3)
    np.testing.assert_allclose(studio.weights.sum(axis=(0, 1)), [1, 1, 1])
    np.testing.assert_array_equal(studio.image, photograph())
    assert studio.point == [20, 30]


@pytest.mark.parametrize(
    ("shape", "dtype"), [((40, 60), "uint8"), ((40, 60, 3), "float64"), ((8, 60, 3), "uint8"), ((40, 481, 3), "uint8")]
)
def test_another_image_is_refused(shape, dtype):
    with pytest.raises(ValueError, match="expected an image .* received .*; t"):
        KernelStudio(np.zeros(shape, dtype))


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel": np.zeros((4, 4))},
        {"kernel": np.zeros((3, 3, 2))},
        {"kernel": np.full((3, 3), np.nan)},
        {"divisor": 0},
        {"channels": "both"},
        {"stride": 3},
        {"padding": "full"},
        {"view": "colour"},
        {"point": [1]},
        {"point": [-1, 0]},
    ],
)
def test_other_arguments_are_refused(arguments):
    with pytest.raises(traitlets.TraitError):
        KernelStudio(photograph(), **arguments)


# ---- The page


def status(page):
    return page.locator(".xp-status").inner_text()


def said(page, text):
    """Waits until the sentence holds the text."""
    page.wait_for_function("t => document.querySelector('.xp-status').textContent.includes(t)", arg=text, timeout=3000)


def shown(page):
    """The map that is drawn, an array (height, width, 3)."""
    settle(page)
    # As text: Playwright packs each number of an array by itself, a minute for a photograph
    size, data = page.evaluate("""() => {
      const c = document.querySelectorAll(".ks-canvas")[1];
      const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
      let text = "";
      for (const byte of data) text += String.fromCharCode(byte);
      return [[c.height, c.width], btoa(text)];
    }""")
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(*size, 4)[1::3, 1::3, :3]


def test_the_page_shows_the_numbers_that_python_computes(mount):
    studio = KernelStudio(photograph(), point=[7, 28])
    maps = expected_maps(studio.image, {name: getattr(studio, name) for name in studio.trait_names(sync=True)})
    page = mount(studio)
    value = f"{maps[7, 28, 0]:.1f}".replace("-", "\u2212").removesuffix(".0")
    assert "Row 7, column 28: 27 products sum to" in status(page) and f"which gives {value}." in status(page)
    assert shown(page).shape == (38, 58, 3)
    assert page.locator(".ks-total b").inner_text() == f"= {value}"


def test_pointing_shows_a_place_and_a_click_keeps_it(mount):
    page = mount(KernelStudio(photograph()))
    box = page.locator(".ks-canvas").nth(1).bounding_box()
    place = box["x"] + 10.5 / 58 * box["width"], box["y"] + 4.5 / 38 * box["height"]
    page.mouse.move(*place)
    said(page, "Row 4, column 10:")
    page.mouse.move(box["x"], box["y"] - 60)
    said(page, "Row 20, column 30:")
    page.mouse.click(*place)
    page.mouse.move(box["x"], box["y"] - 60)
    settle(page)
    assert "Row 4, column 10:" in status(page)
    # The same place on the photograph: the centre of that window
    box = page.locator(".ks-canvas").nth(0).bounding_box()
    page.mouse.move(box["x"] + 21.5 / 60 * box["width"], box["y"] + 8.5 / 40 * box["height"])
    said(page, "Row 7, column 20:")


def test_the_keyboard_alone_moves_chooses_and_edits(mount):
    page = mount(KernelStudio(photograph()))
    seen = []
    name = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.value ?? ''"
    for _ in range(16):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(name))
    assert seen[0] == "Sobel \u2194" and any("response" in name for name in seen)
    assert sum("weight, row" in name for name in seen) == 3  # one tab stop a slice
    page.locator(RESPONSE).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowLeft")
    said(page, "Row 21, column 20:")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")
    said(page, "Row 37, column 20:")
    page.locator("input[value='Sobel \u2194']").focus()
    page.keyboard.press("ArrowRight")
    said(page, "flat regions vanish")
    assert page.locator("input[value='Sobel \u2195']").is_checked()


def test_editing_a_weight_changes_the_map_and_linked_slices_together(mount):
    page = mount(KernelStudio(photograph()))
    before = shown(page)
    cell = page.get_by_label("Red weight, row 1, column 1")
    cell.fill("12")
    said(page, "The 27 weights sum to 3")
    assert np.any(shown(page) != before)
    assert page.get_by_label("Blue weight, row 1, column 1").input_value() == "12"
    assert page.locator("input[value=Own]").is_checked()
    page.get_by_label("Same slice for all").uncheck()
    cell.fill("0")
    said(page, "The 27 weights sum to 2")
    assert page.get_by_label("Blue weight, row 1, column 1").input_value() == "12"


def test_own_goes_on_from_the_kernel_that_is_there_and_frees_its_slices(mount):
    page = mount(KernelStudio(photograph()))
    before, own = shown(page), page.locator("input[value=Own]")
    own.check()
    assert own.is_checked() and not page.get_by_label("Same slice for all").is_checked()
    assert np.all(shown(page) == before)
    page.get_by_label("Red weight, row 1, column 1").fill("12")
    said(page, "The 27 weights sum to 1")
    assert page.get_by_label("Blue weight, row 1, column 1").input_value() == "0" and own.is_checked()
    page.get_by_label("Red weight, row 1, column 1").fill("0")  # back at the kernel it started from: still one's own
    said(page, "The 27 weights sum to 0")
    assert own.is_checked()
    page.get_by_label("Sobel \u2194").check()
    shown(page)  # waits for the drawing
    assert page.get_by_label("Sobel \u2194").is_checked() and page.get_by_label("Same slice for all").is_checked()


def test_the_divisor_says_what_the_weights_are(mount):
    page = mount(KernelStudio(photograph()))
    assert page.locator(".ks-settings small").inner_text() == "weights = numbers \u00f7 12"
    assert page.locator(".ks-heads").inner_text().split("\n")[1] == "weights \u00d7 12"
    page.get_by_label("Divide the sum by").fill("1")
    page.wait_for_function("() => document.querySelector('.ks-heads').textContent.startsWith('pixelsweightsproducts')")


def test_a_divisor_that_is_none_gives_way_to_the_one_that_holds(mount):
    page = mount(KernelStudio(photograph(), divisor=8))
    field = page.get_by_label("Divide the sum by")
    for text in ("0", ""):
        field.fill(text)
        field.blur()
        assert field.input_value() == "8"


def test_a_kernel_of_three_slices_tells_red_from_grey(mount):
    page = mount(KernelStudio(photograph()))
    page.get_by_label("Redness").check()
    said(page, "grey regions vanish, most colours do not")
    picture = shown(page).astype(int)
    assert not page.get_by_label("Same slice for all").is_checked()
    inside, outside = picture[8, 8], picture[30, 10]
    assert inside[2] - inside[0] > 100 and abs(outside - 255).max() < 12


def test_separate_channels_give_a_colour_picture_and_keep_the_brightness(mount):
    studio = KernelStudio(photograph())
    page = mount(studio)
    page.get_by_label("Identity").check()
    said(page, "brightness is kept")
    grey = shown(page)
    np.testing.assert_allclose(grey[:, :, 0], studio.image[1:-1, 1:-1].mean(axis=2), atol=1)
    page.get_by_text("each by itself", exact=True).click()
    said(page, "Each slice sums to 1")
    np.testing.assert_array_equal(shown(page), studio.image[1:-1, 1:-1])


def test_stride_padding_size_bias_and_relu_act(mount):
    page = mount(KernelStudio(photograph()))
    page.get_by_text("2", exact=True).click()
    page.get_by_text("same", exact=True).click()
    assert shown(page).shape == (20, 30, 3)
    page.get_by_text("5 \u00d7 5", exact=True).click()
    said(page, "75 products")
    page.get_by_label("ReLU").check()
    said(page, "from 0 to")
    page.get_by_label("Bias").fill("-255")
    said(page, "from 0 to 0.")
    page.get_by_label("Divide the sum by").fill("1")
    page.wait_for_function("() => document.querySelector('.ks-total').textContent.includes('\u00f7 1')")


def test_traits_set_from_outside_are_drawn_and_the_clean_up_stops_it(mount, served):
    page = mount(KernelStudio(photograph()))
    counts = page.evaluate(
        """async () => {
          const { render } = await import("/dnnlib/widgets/kernel_studio.mjs");
          const record = JSON.parse(document.querySelector("script[type*=state]").textContent).state.w;
          const state = { ...record.state };
          const bytes = Uint8Array.from(atob(record.buffers[0].data), (c) => c.charCodeAt(0));
          state.photo = new DataView(bytes.buffer);
          const listeners = new Map(), of = (name) => listeners.get(name) ?? listeners.set(name, new Set()).get(name);
          const count = () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0);
          const model = { get: (n) => state[n], set: (n, v) => { state[n] = v; of(`change:${n}`).forEach((f) => f()); },
            on: (n, f) => of(n).add(f), off: (n, f) => of(n).delete(f), save_changes() {} };
          const el = document.body.appendChild(document.createElement("div"));
          const stop = await render({ model, el }), during = count();
          model.set("point", [3, 4]);
          const status = () => el.querySelector(".xp-status").textContent;
          const passed = () => new Promise((done) => setTimeout(done, 20));
          for (let i = 0; i < 500 && !status().startsWith("Row 3,"); i++) await passed();
          const text = status();
          stop();
          model.set("point", [5, 6]);
          await new Promise((done) => setTimeout(done, 100));
          return [during, count(), text, el.querySelector(".xp-status").textContent];
        }"""
    )
    assert counts[0] > 0 and counts[1] == 0
    assert counts[2].startswith("Row 3, column 4") and counts[3] == counts[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zero_is_the_page_in_both_themes_and_follows_a_change(mount, theme):
    zero = {"light": [255, 255, 255], "dark": [20, 24, 30]}
    page = mount(KernelStudio(np.full((40, 60, 3), 99, np.uint8)), theme=theme)
    assert shown(page)[5, 5].tolist() == zero[theme]
    other = "dark" if theme == "light" else "light"
    page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", other)
    assert shown(page)[5, 5].tolist() == zero[other]


@pytest.mark.parametrize("kernel", [SOBEL, np.ones((5, 5))])
@pytest.mark.parametrize("width", [320, 390, 820])
def test_nothing_runs_over_the_page(mount, kernel, width):
    page = mount(KernelStudio(photograph(), kernel=kernel, bias=-100, relu=True), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tops = [page.locator(".ks-frame").nth(k).bounding_box()["y"] for k in (0, 1)]
    assert (tops[0] == tops[1]) == (width == 820)
    # No cell's number is cut off or runs into the next
    cut = page.evaluate("""() => [...document.querySelectorAll(".ks-equation .xp-cell")]
      .filter((cell) => cell.offsetParent && cell.scrollWidth > cell.clientWidth + 1)
      .map((cell) => cell.textContent)""")
    assert cut == []
    # Nor a column of a grid
    covered = """all => all.filter((cell) => {
      const { right, top, height } = cell.getBoundingClientRect();
      return cell.checkVisibility() && !cell.closest("[role=grid], .xp-grid")?.contains(
        document.elementFromPoint(right - 3, top + height / 2));
    }).length"""
    page.locator(".ks-equation").scroll_into_view_if_needed()
    assert page.locator(".ks-equation .xp-cell").evaluate_all(covered) == 0


def test_a_tap_is_a_click(mount):
    page = mount(KernelStudio(photograph()), width=390, has_touch=True)
    page.locator(".ks-canvas").nth(1).scroll_into_view_if_needed()
    box = page.locator(".ks-canvas").nth(1).bounding_box()
    page.touchscreen.tap(box["x"] + 10.5 / 58 * box["width"], box["y"] + 4.5 / 38 * box["height"])
    said(page, "Row 4, column 10:")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(mount, theme):
    page = mount(KernelStudio(photograph()), theme=theme)
    assert axe_violations(page) == []


@pytest.mark.parametrize("size", [3, 5])
def test_many_edits_at_the_books_size_end_at_the_map_that_python_computes(mount, size):
    image = np.random.default_rng(6).integers(0, 256, (160, 240, 3), dtype=np.uint8)
    state = {
        "kernel": np.ones((size, size, 3)),
        "divisor": 3.0 * size**2,
        "bias": 0.0,
        "channels": "sum",
        "stride": 1,
        "padding": "same",
        "relu": False,
    }
    page = mount(KernelStudio(image, **state, view="grey"))
    cell = page.get_by_label("Red weight, row 1, column 1")
    for value in (7, 2.5, -4, 1, 3):
        cell.fill(str(value))
        picture = shown(page)
    state["kernel"][1, 1] = 3
    np.testing.assert_allclose(picture[..., 0], np.clip(expected_maps(image, state)[..., 0], 0, 255), atol=0.51)


def test_unknown_arguments_are_refused():
    with pytest.raises(TypeError, match="received stide"):
        KernelStudio(photograph(), stide=2)
