"""The shared controls of the explorables: what they say to a keyboard and to a screen reader."""

import pytest

SETUP = """async () => {
  window.ui = await import("/dnnlib/widgets/shared/ui.mjs");
  window.heard = [];
  window.show = (...els) => {
    const el = document.body.appendChild(document.createElement("div"));
    ui.root(el, "Title", "Lead").append(...els);
    return el;
  };
  const css = document.head.appendChild(document.createElement("style"));
  css.textContent = await (await fetch("/dnnlib/widgets/shared/explorable.css")).text();
}"""


@pytest.fixture
def page(browser, served):
    """A page where `ui` is the module, show(...) puts parts into an explorable, and parts report to `heard`."""
    page = browser.new_page(viewport={"width": 700, "height": 500})
    page.set_default_timeout(5000)
    page.goto(f"{served.url}/blank")
    page.evaluate(SETUP)
    yield page
    page.close()


def grid(page, edit):
    handler = (
        "onEdit: (i, j, v) => { heard.push([i, j, v]); values[i][j] = v; grid.update(values); }"
        if edit
        else "onPoint: (i, j) => heard.push([i, j])"
    )
    page.evaluate(f"""() => {{
      window.values = [[1, -2, 3], [4, 5.5, 6]];
      window.grid = ui.numberGrid({{ label: "Numbers", {handler} }});
      show(grid.el);
      grid.update(values);
    }}""")


def heard(page):
    return page.evaluate("heard")


def active(page, attribute="aria-label"):
    return page.evaluate(f"document.activeElement.getAttribute('{attribute}')")


def test_numbers_are_written_with_a_true_minus_and_no_negative_zero(call):
    written = call("shared/ui.mjs", "format", [[-0.001], [-1.5], [2], [1 / 3], [0.126, 1]])
    assert written == ["0", "−1.5", "2", "0.33", "0.1"]
    shares = call("shared/ui.mjs", "percent", [[0.125], [1 / 3, 0], [-0.0004, 2], [1]])
    assert shares == ["12.5\u00a0%", "33\u00a0%", "−0.04\u00a0%", "100\u00a0%"]


def test_what_is_remembered_is_computed_anew_when_a_named_trait_changes_and_not_before(page):
    assert page.evaluate("""async () => {
      const { remembered } = await import("/dnnlib/widgets/shared/ui.mjs");
      let times = 0;
      const sum = remembered(["a", "b"], ({ a, b }) => { times += 1; return a + b[0]; });
      const found = [{ a: 1, b: [2] }, { a: 1, b: [2], c: 3 }, { a: 1, b: [5] }, { a: 1, b: [2] }].map(sum);
      return [found, times];
    }""") == [[3, 3, 6, 3], 3]


def test_root_names_the_explorable_and_keeps_its_keys_from_jupyterlab(page):
    page.evaluate("show()")
    assert page.get_by_role("group", name="Title").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_slider_has_a_label_says_its_value_and_follows_the_arrow_keys(page):
    page.evaluate("""show(ui.slider({ label: "Noise", min: 0, max: 5, value: 2, show: (v) => `${v} dB`,
                  onInput: (v) => heard.push(v) }).el)""")
    slider = page.get_by_role("slider", name="Noise")
    assert slider.get_attribute("aria-valuetext") == "2 dB" and slider.get_attribute("data-lm-suppress-shortcuts")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert heard(page) == [3] and slider.get_attribute("aria-valuetext") == "3 dB"
    assert page.locator("output").inner_text() == "3 dB"


def test_slider_value_above_100_is_not_cut_by_the_default_range(page):
    page.evaluate("show(ui.slider({ label: 'Steps', min: 0, max: 400, value: 300, onInput() {} }).el)")
    assert page.get_by_role("slider").input_value() == "300"


def test_counter_is_one_tab_stop_stops_at_its_ends_and_keeps_the_focus(page):
    page.evaluate("""show(ui.counter({ label: "Rows", min: 1, max: 3, value: 2, onInput: (v) => heard.push(v) }).el)""")
    page.keyboard.press("Tab")
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "Home", "End"):
        page.keyboard.press(key)
    assert heard(page) == [3, 2, 1, 3]  # the second ArrowUp finds the end
    spin = page.get_by_role("spinbutton", name="Rows")
    assert spin.get_attribute("aria-valuenow") == "3" and spin.get_attribute("aria-valuemax") == "3"
    more = page.get_by_role("button", name="Rows: more")
    assert more.get_attribute("aria-disabled") == "true" and active(page, "role") == "spinbutton"
    page.get_by_role("button", name="Rows: less").click()
    assert heard(page)[-1] == 2 and more.get_attribute("aria-disabled") == "false"


def test_choice_and_toggle_answer_to_their_texts_and_to_keys(page):
    page.evaluate("""() => {
      window.one = ui.choice({ label: "Padding", options: [["v", "valid"], ["s", "same"]], value: "v",
        onInput: (v) => heard.push(v) });
      show(one.el, ui.toggle({ label: "Flip", value: false, onInput: (v) => heard.push(v) }).el);
    }""")
    page.get_by_text("same").click()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Flip").check()
    assert heard(page) == ["s", "v", True]
    assert page.get_by_role("group", name="Padding").get_by_role("radio", checked=True).get_attribute("value") == "v"


def test_menu_gives_values_as_they_are_and_takes_one_that_it_did_not_list(page):
    page.evaluate("""() => {
      window.list = ui.menu({ label: "Kernel", options: [[1, "one"], [3, "three"]], onInput: (v) => heard.push(v) });
      show(list.el, ui.menu({ label: "Hidden", options: [["a", "a"]], onInput() {}, shown: false }).el);
    }""")
    page.get_by_label("Kernel").select_option(label="three")
    page.evaluate("list.set(11)")
    page.get_by_label("Kernel").select_option("1")
    assert heard(page) == [3, 1]
    assert page.get_by_label("Kernel").locator("option").all_inner_texts() == ["one", "three", "11"]
    assert page.get_by_role("combobox", name="Hidden").is_visible() and page.get_by_text("Hidden").count() == 0


def test_tables_repeat_their_cells_when_they_grow_and_stay_as_they_were_when_one_is_replaced(call):
    assert call("shared/ui.mjs", "resized", [[[[1, 2]], 2, 3]]) == [[[1, 2, 1], [1, 2, 1]]]
    assert call("shared/ui.mjs", "replaced", [[[[1, 2], [3, 4]], 1, 0, 9]]) == [[[1, 2], [9, 4]]]


def test_grid_is_one_tab_stop_and_arrows_home_and_end_move_in_it(page):
    grid(page, edit=False)
    assert page.locator("[role=gridcell][tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Home", "End"):
        page.keyboard.press(key)
    assert heard(page) == [[0, 0], [0, 1], [1, 1], [1, 0], [1, 2]]  # the second ArrowDown finds the edge
    assert active(page) == "row 1, column 2: 6"
    assert page.locator("[role=gridcell][tabindex='0']").count() == 1


def test_grid_pointer_over_a_cell_points_without_taking_the_focus(page):
    grid(page, edit=False)
    page.locator(".xp-cell").nth(4).hover()
    assert heard(page) == [[1, 1]] and page.evaluate("document.activeElement === document.body")


def test_editable_grid_takes_numbers_only_and_restores_the_last_one(page):
    grid(page, edit=True)
    page.keyboard.press("Tab")
    page.keyboard.type("-7,5")
    assert heard(page)[-1] == [0, 0, -7.5]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    assert heard(page)[-1] == [0, 1, -1] and page.locator("input").nth(0).input_value() == "−7.5"
    count = len(heard(page))
    page.keyboard.press("Control+a")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    assert len(heard(page)) == count and page.locator("input").nth(1).input_value() == "−1"
    assert active(page) == "row 1, column 1"


def test_read_only_cells_do_not_change(page):
    grid(page, edit=True)
    page.evaluate("grid.update(values, () => ({ readonly: true }))")
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    page.keyboard.press("PageUp")
    assert heard(page) == [] and page.locator("input").first.input_value() == "1"


def test_grid_that_changes_size_keeps_the_focus_inside(page):
    grid(page, edit=True)
    page.locator("input").nth(5).click()
    page.evaluate("grid.update([[1, 2]])")
    assert active(page) == "row 0, column 1"


def test_frame_lies_over_the_cells_it_names(page):
    grid(page, edit=False)
    page.evaluate("grid.frame({ row: 0, column: 1, rows: 2, columns: 2 })")
    page.evaluate("() => Promise.all(document.getAnimations().map((animation) => animation.finished))")
    frame, first, last = (
        page.locator(s).bounding_box()
        for s in (
            ".xp-frame",
            "[role=row]:nth-child(1) .xp-cell:nth-child(2)",
            "[role=row]:nth-child(2) .xp-cell:nth-child(3)",
        )
    )
    assert abs(frame["x"] - first["x"]) < 1 and abs(frame["y"] - first["y"]) < 1
    assert abs(frame["x"] + frame["width"] - last["x"] - last["width"]) < 1
    assert abs(frame["y"] + frame["height"] - last["y"] - last["height"]) < 1
    page.evaluate("grid.frame(null)")
    assert page.locator(".xp-frame").is_hidden()


def test_status_shows_at_once_and_is_spoken_only_when_the_hand_rests(page):
    spoken = page.evaluate("""() => {
      window.said = ui.status(); show(said.el); said.say('one'); said.say('two');
      return document.querySelector('[role=status]').textContent;
    }""")
    assert page.locator(".xp-status").inner_text() == "two" and spoken == ""
    page.wait_for_function("document.querySelector('[role=status]').textContent === 'two'")
    page.evaluate("said.say('two', 'and more')")  # for the ear alone
    page.wait_for_function("document.querySelector('[role=status]').textContent === 'two and more'")
    assert page.locator(".xp-status").inner_text() == "two"
    assert page.get_by_role("status").get_attribute("aria-live") == "polite"
    page.evaluate("said.say('three'); said.stop()")
    page.wait_for_timeout(500)
    assert page.get_by_role("status").text_content() == "two and more"


def test_a_page_that_opens_does_not_speak_but_what_is_said_can_be_read(page):
    page.evaluate("window.said = ui.status(); show(said.el); said.say('one'); said.say('one')")
    page.wait_for_function("document.querySelector('[role=status]').textContent === 'one'")
    assert page.get_by_role("status").get_attribute("aria-live") == "off"


def test_follow_draws_once_a_frame_and_stops(page):
    drawn = page.evaluate("""async () => {
      const listeners = {}, model = { on: (n, f) => { listeners[n] = f; }, off: (n) => { delete listeners[n]; } };
      let count = 0;
      const stop = ui.follow(model, ["a", "b"], () => { count += 1; });
      const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      listeners["change:a"](); listeners["change:b"](); listeners["change:a"]();
      await frames();
      listeners["change:a"]();
      stop();
      await frames();
      return [count, Object.keys(listeners).length];
    }""")
    assert drawn == [2, 0]


LONG = [[-1234567.891, 0.123456789], [-0.25, 1020]]


@pytest.mark.parametrize("size", [20, 29, 38])
def test_numbers_however_long_fit_their_cells_and_the_focused_field_has_them_in_full(page, size):
    page.evaluate(
        """([values, size]) => {
      window.grid = ui.numberGrid({ label: "Numbers", onEdit: (i, j, v) => heard.push([i, j, v]) });
      show(grid.el).style.setProperty("--xp-cell", `${size}px`);
      grid.update(values, (i, j) => ({ text: ui.short(values[i][j], size) }));
    }""",
        [LONG, size],
    )
    fields = page.get_by_role("textbox")
    assert fields.evaluate_all("all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.value)") == []
    shown = [field.input_value() for field in fields.all()]
    for at, full in enumerate(["−1234567.891", "0.123456789", "−0.25", "1020"]):
        fields.nth(at).focus()
        assert fields.nth(at).input_value() == full
    fields.first.focus()
    assert [field.input_value() for field in fields.all()][1:] == shown[1:]
    page.keyboard.press("PageUp")
    assert heard(page)[-1] == [0, 0, pytest.approx(LONG[0][0] + 1, abs=1e-9)]  # nothing was rounded away
