"""Paper to draw a digit on: its arithmetic is Python's, and it takes mouse, finger and keys."""

import numpy as np

from dnnlib.widgets.draw_digit import counted, drawn, fitted
from tests.widgets.hands import PRINT, placed
from tests.widgets.pages import settle

DRAWING = "/dnnlib/widgets/shared/drawing.mjs"


def test_drawings_are_fitted_and_counted_as_in_python_on_200_random_bitmaps(blank):
    rng = np.random.default_rng(0)
    bitmaps = [(rng.random((32, 32)) < rng.choice([0.002, 0.02, 0.2, 0.6])).astype(np.uint8) for _ in range(100)]
    for _ in range(100):
        bitmaps.append(drawn([rng.uniform(rng.uniform(0, 12), rng.uniform(14, 32), (rng.integers(1, 6), 2))]))
    bitmaps[0][:] = 0
    results = blank.evaluate(
        """async ([file, bitmaps]) => {
          const m = await import(file);
          return bitmaps.map((b) => { const f = m.fitted(Uint8Array.from(b)); return [Array.from(f), m.counted(f),
            Array.from(m.unpackBits(m.packBits(b)))]; });
        }""",
        [DRAWING, [bitmap.ravel().tolist() for bitmap in bitmaps]],
    )
    for bitmap, (picture, counts, again) in zip(bitmaps, results, strict=True):
        np.testing.assert_array_equal(np.reshape(picture, (32, 32)), fitted(bitmap))
        np.testing.assert_array_equal(np.reshape(counts, (8, 8)), counted(fitted(bitmap)))
        np.testing.assert_array_equal(again, bitmap.ravel())


def test_a_fitted_drawing_has_the_form_of_the_data_set():
    for digit, strokes in PRINT.items():
        for height in (12, 18, 28):
            picture = fitted(drawn(placed(strokes, height=height, middle=(13, 15))))
            rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
            assert rows[0] <= 2 and rows[-1] >= 29 and 240 <= picture.sum() <= 370
            assert columns[-1] - columns[0] < 26 and (digit == 1 or columns[-1] - columns[0] >= 17)
            assert abs((columns[0] + columns[-1]) / 2 - 15.5) <= 1


def test_the_pens_line_is_the_same_in_python_and_in_the_page(blank):
    rng = np.random.default_rng(1)
    lines = rng.uniform(-3, 35, (50, 2, 2))
    results = blank.evaluate(
        """async ([file, lines]) => { const { ink } = await import(file);
          return lines.map(([a, b]) => Array.from(ink(new Uint8Array(1024), a, b))); }""",
        [DRAWING, lines.tolist()],
    )
    for line, result in zip(lines, results, strict=True):
        np.testing.assert_array_equal(np.reshape(result, (32, 32)), drawn([line.tolist()]))


# The sheet


def told(page):
    """What the sheet has told: the bitmap, and what happened to it in order."""
    settle(page)
    bitmap, events, texts = page.evaluate(
        "[[...made.paper.told.bitmap], made.paper.told.events, made.paper.told.texts]"
    )
    return np.reshape(bitmap, (32, 32)), events, texts


def on_sheet(page, x, y):
    """Where a point in pixels of the drawing is on the page."""
    box = page.locator(".xp-sheet").bounding_box()
    return box["x"] + x / 32 * box["width"], box["y"] + y / 32 * box["height"]


def test_mouse_draws_a_stroke_that_begins_once_and_ends_once(kit):
    page = kit("paper")
    page.mouse.move(*on_sheet(page, 8, 4))
    page.mouse.down()
    page.mouse.move(*on_sheet(page, 24, 28), steps=4)
    page.mouse.up()
    page.mouse.move(*on_sheet(page, 4, 28))
    bitmap, events, _ = told(page)
    assert np.mean(bitmap != drawn([[(8, 4), (24, 28)]])) < 0.03  # the mouse knows whole pixels only
    assert events[0] == "start" and events.count("start") == 1 and events[-1] == "done" and events.count("done") == 1


def test_another_button_of_the_mouse_draws_nothing(kit):
    page = kit("paper")
    page.mouse.move(*on_sheet(page, 8, 4))
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    assert told(page)[1] == []


def test_stroke_that_a_finger_loses_ends_where_it_was(kit):
    page = kit("paper", width=390, has_touch=True, is_mobile=True)
    page.evaluate("""() => {
      const sheet = document.querySelector(".xp-sheet"), box = sheet.getBoundingClientRect();
      sheet.setPointerCapture = () => {};
      const send = (type, x, y) => sheet.dispatchEvent(new PointerEvent(type, { pointerType: "touch", pointerId: 7,
        clientX: box.left + x / 32 * box.width, clientY: box.top + y / 32 * box.height }));
      send("pointerdown", 8, 8); send("pointermove", 8, 16); send("pointercancel", 8, 16); send("pointermove", 20, 16);
    }""")
    bitmap, events, _ = told(page)
    np.testing.assert_array_equal(bitmap, drawn([[(8, 8), (8, 16)]]))
    assert events[-1] == "done"


def test_keys_lead_the_pen_lower_it_and_clear_and_say_so(kit):
    page = kit("paper")
    page.locator(".xp-sheet").focus()
    for key in ("ArrowDown", "Space", "PageDown", "ArrowDown", "Shift+ArrowLeft", "Space", "ArrowLeft"):
        page.keyboard.press(key)
    bitmap, events, texts = told(page)
    np.testing.assert_array_equal(bitmap, drawn([[(16, 8), (18, 10), (18, 12), (17, 12)]]))
    assert events[0] == "start" and texts[-1] == "Pen up, row 12, column 15."
    assert "Pen up at row 12, column 15" in page.locator(".xp-hint").inner_text()
    page.keyboard.press("Delete")
    assert told(page)[0].sum() == 0
