"""Charts of the kit: numbers and geometry, what they say, mouse and keys, themes, widths, speed."""

import re

import numpy as np
import pytest

from benchmarks.explorables import script_times
from dnnlib.plots.style import CYCLE
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle

PURE = "shared/chart_numbers.mjs"
CHARTS = ("curves", "log", "histogram", "scatter", "heat", "signed")


def cursor(page, name):
    return page.get_by_role("slider", name=f"{name}: read a value")


def test_ticks_are_round_lie_inside_and_are_about_as_many_as_asked_for(call):
    rng = np.random.default_rng(0)
    ranges = [sorted(rng.normal(size=2) * 10.0 ** rng.integers(-6, 7)) for _ in range(200)]
    for (low, high), ticks in zip(ranges, call(PURE, "niceTicks", [[*map(float, r), 5] for r in ranges]), strict=True):
        assert 2 <= len(ticks) <= 7 and low - 1e-9 * abs(low) <= ticks[0] and ticks[-1] <= high + 1e-9 * abs(high)
        step = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        assert np.allclose(np.diff(ticks), step) and f"{step:.6e}"[0] in "125"
        assert np.allclose(np.array(ticks) / step, np.round(np.array(ticks) / step), atol=1e-6)


def test_logarithmic_ticks_are_powers_of_ten_or_round_where_there_are_few(call):
    assert call(PURE, "logTicks", [[0.002, 300], [2, 30], [1e-8, 1, 4]]) == [
        [0.01, 0.1, 1, 10, 100],
        [2, 5, 10, 20],
        pytest.approx([1e-8, 1e-5, 1e-2]),
    ]


def test_tick_texts_share_their_decimals_and_large_or_small_ones_are_powers(call):
    texts = call(PURE, "tickText", [[0.5, [0, 0.5, 1]], [1, [0, 0.25, 1]], [-2], [1e-5], [3e7], [0]])
    assert texts == ["0.5", "1", "−2", "10⁻⁵", "3·10⁷", "0"]


def test_histograms_count_as_numpy_does(call):
    rng = np.random.default_rng(1)
    cases = [(rng.normal(size=200).round(1).tolist(), np.sort(rng.normal(size=9)).round(1).tolist()) for _ in range(30)]
    cases = [(values, edges) for values, edges in cases if np.all(np.diff(edges) > 0)]
    for (values, edges), counts in zip(cases, call(PURE, "histogramOf", cases), strict=True):
        assert counts == np.histogram(values, edges)[0].tolist()
    values = [0.0, 1, 5]
    np.testing.assert_allclose(call(PURE, "edgesOf", [[values, 7]])[0], np.histogram(values, 7)[1])


def test_scales_map_domains_to_pixels_and_back(blank):
    there, back = blank.evaluate("""async () => {
      const { scaleOf } = await import("/dnnlib/widgets/shared/chart_numbers.mjs");
      const [line, log] = [scaleOf([-1, 3], [300, 100]), scaleOf([0.01, 100], [0, 40], true)];
      return [[line(-1), line(1), line(3), log(0.01), log(1), log(100)], [line.back(200), log.back(30)]]; }""")
    assert there == pytest.approx([300, 200, 100, 0, 20, 40]) and back == pytest.approx([1, 10])


def test_a_fields_border_lies_where_the_function_is_zero(blank):
    # A circle of radius 1 on [-2, 2]^2: every point of the border is at distance 1, within a cell's curvature
    segments = np.array(
        blank.evaluate("""async () => {
          const m = await import("/dnnlib/widgets/shared/chart_numbers.mjs"), n = 40;
          const points = m.fieldPoints([-2, 2], [-2, 2], n, n);
          const f = Float64Array.from({ length: n * n }, (_, i) => 1 - Math.hypot(points[2 * i], points[2 * i + 1]));
          return m.zeroLines(f, n, n); }""")
    )
    ends = (segments.reshape(-1, 2) + 0.5) / 40 * 4 - 2
    np.testing.assert_allclose(np.hypot(*ends.T), 1, atol=0.005)
    lengths = np.hypot(*(ends[::2] - ends[1::2]).T)
    assert lengths.sum() == pytest.approx(2 * np.pi, rel=0.01)


def test_a_saddle_is_cut_so_that_the_middles_sign_joins(call):
    high, low = call(PURE, "zeroLines", [[[1, -0.5, -0.5, 1], 2, 2], [[0.5, -1, -1, 0.5], 2, 2]])
    for segments, corner in ((high, 1), (low, 0)):  # around the negative corners, or around the positive ones
        assert len(segments) == 2
        for j, i, k, m in segments:
            assert (round((j + k) / 2) + round((i + m) / 2)) % 2 == corner


def test_leaders_and_margins_are_those_of_the_largest_and_the_second(call):
    values = np.random.default_rng(2).uniform(size=(50, 4))
    found = call(PURE, "leaders", [[values.ravel().tolist(), 4]])[0]
    ordered = np.sort(values, axis=1)
    assert found["best"] == values.argmax(axis=1).tolist()
    np.testing.assert_allclose(found["lead"], ordered[:, -1] - ordered[:, -2])
    margin = call(PURE, "margins", [[values.ravel().tolist(), 4, 2]])[0]
    np.testing.assert_allclose(margin, values[:, 2] - np.delete(values, 2, axis=1).max(axis=1))


def test_a_line_breaks_where_a_number_is_missing(blank):
    paths = blank.evaluate("""async () => {
      const m = await import("/dnnlib/widgets/shared/chart_numbers.mjs"), same = (v) => v;
      const [line, band] = [{ y: [1, 2, NaN, 4, 5] }, { low: [0, 1], high: [2, 3] }];
      return [m.linePath(line, same, same), m.bandPath(band, same, same)]; }""")
    assert paths == ["M0 1L1 2M3 4L4 5", "M0 2L1 3L1 1L0 0Z"]


def test_each_chart_says_in_words_what_it_shows(kit):
    page = kit(*CHARTS)
    said = page.locator(".xp-chart-svg").evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")
    assert "Loss: epoch across, loss up." in said[0] and "stopped early" in said[0]
    last = page.evaluate("made.curves && [...document.querySelectorAll('.xp-chart-line')].length")
    assert last == 5  # three of the first, two of the second
    assert re.search(r"Adam is 1\.17·10⁻⁴ at epoch 59", said[1])
    assert "before: 24 bins, the highest from" in said[2] and "40 points of cats" in said[3]
    assert re.search(r"10 × 10 cells, 3 to 4\d", said[4])


def test_arrow_keys_read_value_after_value_and_say_them(kit):
    page = kit("curves")
    slider = cursor(page, "Loss")
    assert slider.get_attribute("aria-valuetext") == "no value yet"
    page.evaluate("() => { window.heard = []; document.onkeydown = ({ key }) => heard.push(key); }")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert re.match(r"epoch 0: training 1\.\d+, validation 1\.\d+ \(1\.\d+ to 1\.\d+\), stopped", said(page, slider))
    page.keyboard.press("End")
    assert re.match(r"epoch 29: training 0\.\d+, validation 0\.\d+ \([^)]*\)$", said(page, slider))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")  # a tenth of the line back
    assert said(page, slider).startswith("epoch 26:")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert said(page, slider) == "no value yet"
    assert page.evaluate("heard") == ["Escape", "x"]  # what moves the cursor moves nothing around it


def said(page, slider):
    """What the cursor says; the line below it shows the same."""
    text, line = slider.get_attribute("aria-valuetext"), page.locator(".xp-chart-reading").inner_text()
    assert line == text or text == "no value yet"
    return text


def test_heat_maps_are_read_by_row_and_column(kit):
    page = kit("heat")
    slider = cursor(page, "Confusions")
    slider.focus()
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert re.match(r"true 1, predicted 1: 4\d$", said(page, slider))


def test_the_pointer_reads_the_nearest_value_and_lets_go(kit):
    page = kit("histogram")
    slider = cursor(page, "Activations")
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    text = said(page, slider)
    low, high = map(float, re.match(r"(\S+) to (\S+): before \d+, after \d+$", text.replace("−", "-")).groups())
    ticks = page.locator(".xp-chart-tick[text-anchor=middle]").evaluate_all(
        "all => all.map((e) => [+e.getAttribute('x'), +e.textContent.replace('\u2212', '-')])"
    )
    at = np.interp(box["width"] / 2, *zip(*ticks, strict=True))
    assert low - 0.02 <= at <= high + 0.02
    page.mouse.move(5, 5)
    assert said(page, slider) == "no value yet"


def test_a_finger_reads_and_what_it_read_stays(kit):
    page = kit("curves", width=390, has_touch=True)
    box = cursor(page, "Loss").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 14, box["y"] + 50)
    assert said(page, cursor(page, "Loss")).startswith("epoch 29: training")


def test_lines_over_other_places_are_read_together_where_they_meet(blank):
    texts = blank.evaluate("""async () => {
      const { readings } = await import("/dnnlib/widgets/shared/chart_numbers.mjs");
      const marks = [{ kind: "line", name: "a", y: [5, 6, 7] }, { kind: "line", name: "b", x: [1, 1.5], y: [8, 9] }];
      return readings({ marks }).list.map(({ text }) => text()); }""")
    assert texts == ["x 0: a 5", "x 1: a 6, b 8", "x 1.5: b 9", "x 2: a 7"]


def test_a_mark_of_an_unknown_kind_is_refused_with_those_that_there_are(kit):
    page = kit("curves")
    with pytest.raises(Exception, match="a mark of kind line, bars, points, cells, field, received pie"):
        page.evaluate("made.curves.draw({ label: 'Pie', marks: [{ kind: 'pie' }] })")


def test_series_have_the_colours_of_the_books_figures(kit):
    page = kit("curves")
    names = [f"--xp-series-{k}" for k in range(len(CYCLE))]
    read = "names => names.map((n) => getComputedStyle(document.querySelector('.xp')).getPropertyValue(n).trim())"
    assert tuple(page.evaluate(read, names)) == CYCLE


def test_series_differ_without_colour(kit):
    page = kit("curves", "scatter")
    dashes = page.locator(".xp-chart-line").evaluate_all("all => all.map((e) => e.getAttribute('stroke-dasharray'))")
    assert len(set(dashes)) == 3
    shapes = page.locator(".xp-chart-legend path").evaluate_all("all => all.map((e) => e.getAttribute('d'))")
    assert len(set(shapes[3:])) == 5


def test_values_of_zero_or_none_and_empty_lines_are_drawn(kit):
    page = kit("curves", "heat")
    page.evaluate("""() => {
      made.curves.draw({ label: "Empty", marks: [{ kind: "line", name: "loss", y: [] }], y: { label: "loss" } });
      made.heat.draw({ label: "Zeros", marks: [{ kind: "cells", values: [0, 0, 0, NaN], columns: 2 }] });
    }""")
    settle(page)
    labels = page.locator(".xp-chart-svg").evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")
    assert "no values yet" in labels[0] and "2 × 2 cells, 0 to 0" in labels[1]
    assert "NaN" not in page.locator("#kit").inner_html()


def test_test_points_are_hollow_and_quiet_lines_are_not_in_the_legend(kit):
    page = kit("curves")
    page.evaluate("""() => made.curves.draw({ label: "Points", marks: [
      { kind: "points", name: "training", x: [1, 2], y: [3, 4], style: 0 },
      { kind: "points", name: "test", x: [2], y: [3], style: 0, hollow: true },
      { kind: "line", name: "part", y: [1, 2], quiet: true }] })""")
    settle(page)
    assert page.locator(".xp-chart-legend span").all_inner_texts() == ["training", "test"]
    filled, hollow = page.locator(".xp-chart-points").evaluate_all("all => all.map((e) => getComputedStyle(e).fill)")
    assert filled != hollow and page.locator(".xp-chart-line").count() == 1


def test_points_may_have_sizes_words_and_looks_of_their_own_and_a_chart_names(kit):
    page = kit("curves")
    page.evaluate("""() => made.curves.draw({ label: "Blobs", x: { domain: [0, 4] }, y: { domain: [0, 4] }, marks: [
      { kind: "points", name: "one", x: [1, 3], y: [3, 2], style: 0, radii: [5, 20], look: "own",
        said: ["small", "large"] }],
      labels: ({ sx, sy }) => [{ x: sx(3), y: sy(2), anchor: "middle", text: "here" }] })""")
    settle(page)
    path = page.locator(".xp-chart-points.own").get_attribute("d")
    assert re.findall(r"a(\d+) ", path)[::2] == ["5", "20"]
    place = page.locator(".xp-chart-svg text", has_text="here").bounding_box()
    box = page.locator(".xp-chart-svg").bounding_box()
    assert place["x"] > box["x"] + box["width"] / 2
    page.locator(".xp-chart-cursor").focus()
    for text in ("small", "large"):
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(t) => document.querySelector('.xp-chart-reading').textContent === t", arg=text)


def test_numbers_far_outside_of_an_axis_are_drawn_and_read(kit):
    page = kit("curves")
    page.evaluate("""() => made.curves.draw({ label: "Far", y: { domain: [0, 1] },
      marks: [{ kind: "line", name: "loss", y: [0, 1e200, -3.2e155, Infinity, 1] }] })""")
    settle(page)
    assert "10²⁰⁰" in page.locator(".xp-chart-svg").get_attribute("aria-label")
    assert "e+" not in page.locator(".xp-chart-line").get_attribute("d")


@pytest.mark.parametrize("width", [760, 390, 320])
def test_charts_and_their_texts_stay_inside_the_card_at_any_width(kit, width):
    page = kit(width=760)
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate("""() => [...document.querySelectorAll(".xp-chart-svg text")].filter((text) => {
      const box = text.getBoundingClientRect(), card = text.closest(".xp").getBoundingClientRect();
      return box.left < card.left || box.right > card.right + 0.5;
    }).map((text) => text.textContent)""")
    assert outside == []
    overlapping = page.evaluate("""() => [...document.querySelectorAll(".xp-chart-axes")].flatMap((axes) => {
      const boxes = [...axes.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
      const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      const after = (i) => boxes.slice(i + 1);
      return boxes.flatMap(([a, one], i) => after(i).filter(([, two]) => meet(one, two)).map((b) => [a, b[0]]));
    })""")
    assert overlapping == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_either_theme(kit, theme):
    assert axe_violations(kit(theme=theme, width=390)) == []


def test_the_canvas_follows_the_theme(kit):
    page = kit("heat")
    pixel = "[...document.querySelector('.xp-chart-paint').getContext('2d').getImageData(1, 0, 1, 1).data]"
    light = page.evaluate(pixel)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    assert sum(light[:3]) > 3 * sum(page.evaluate(pixel)[:3])


def test_a_chart_that_changes_each_frame_leaves_half_of_it_to_others(kit):
    page = kit("curves", "training")
    page.evaluate("""() => {
      window.long = Array.from({ length: 1000 }, (_, i) => Math.exp(-i / 300));
      const values = Float64Array.from({ length: 3 * 44 * 44 }, (_, i) => Math.sin(i));
      window.field = { kind: "field", names: ["a", "b", "c"], values, columns: 44, rows: 44 };
    }""")
    act = """(n) => {
      const y = long.map((v, i) => v + 0.1 * Math.sin(i + n));
      const band = { low: y.map((v) => v - 0.1), high: y.map((v) => v + 0.1) };
      const marks = [{ kind: "line", name: "a", y, ...band }, { kind: "line", name: "b", y: long }];
      made.curves.draw({ label: "Loss", marks, x: { label: "step" }, y: { label: "loss" } });
    }"""
    assert np.median(script_times(page, act, 30)) < 8
    cursor(page, "Loss").first.focus()
    page.keyboard.press("ArrowRight")  # now each frame reads a value too
    assert np.median(script_times(page, act, 30)) < 8
    assert np.median(script_times(page, "(n) => made.training.show()", 30)) < 8
