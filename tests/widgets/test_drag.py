"""Dragging, of the kit: by mouse, finger and keys, a handle that keeps its grip, a place that comes to the pointer."""

import pytest

from tests.widgets.conftest import axe_violations


def told(page, name):
    """What the part was told so far, rounded: a box may stand at a fraction of a pixel."""
    return [one if one == "dropped" else [round(v) for v in one] if isinstance(one, list) else round(one, 6)
            for one in page.evaluate("(name) => made.drags.told[name]", name)]  # fmt: skip


def middle(page, name):
    box = page.get_by_role("slider", name=name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def fire(page, name, *events):
    """Sends pointer events [type, pointerId, x, y] from the middle of an element on: what fingers do."""
    page.get_by_role("slider", name=name).evaluate(
        """(el, events) => {
          const box = el.getBoundingClientRect(), [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
          el.setPointerCapture = () => {};
          for (const [type, pointerId, dx, dy, more] of events)
            el.dispatchEvent(new PointerEvent(type, { pointerId, clientX: x + dx, clientY: y + dy, ...more }));
        }""",
        events,
    )


def test_a_handle_keeps_its_grip_follows_beyond_its_plane_and_is_let_go(kit):
    page = kit("drags")
    x, y = middle(page, "handle")
    page.mouse.move(x + 10, y - 8)  # not its middle
    page.mouse.down()
    assert told(page, "handle") == [] and page.evaluate("made.drags.held()")
    page.mouse.move(x + 40, y + 12)
    page.mouse.move(x + 500, y + 500)  # the pointer is captured
    page.mouse.up()
    page.mouse.move(x, y)
    assert told(page, "handle") == [[130, 70], [200, 100], "dropped"] and not page.evaluate("made.drags.held()")


def test_a_press_on_a_map_is_a_move_and_the_other_button_is_none(kit):
    page = kit("drags")
    x, y = middle(page, "map")
    page.mouse.click(x + 20, y - 30)
    page.mouse.click(x, y, button="right")
    assert told(page, "map") == [[120, 20], "dropped"]


def test_a_second_finger_changes_nothing_and_a_lost_pointer_lets_go_once(kit):
    page = kit("drags")
    moves = [["pointerdown", 1, 0, 0], ["pointerdown", 2, 9, 9], ["pointermove", 2, 30, 30], ["pointerup", 2, 30, 30]]
    fire(page, "handle", *moves, ["pointermove", 1, 7, 5])
    assert told(page, "handle") == [[107, 55]]
    fire(page, "handle", ["pointercancel", 1, 0, 0], ["lostpointercapture", 1, 0, 0], ["pointermove", 1, 50, 0])
    assert told(page, "handle") == [[107, 55], "dropped"]


def test_a_grab_may_be_refused(kit):
    page = kit("drags")
    fire(page, "handle", ["pointerdown", 1, 0, 0, {"shiftKey": True}], ["pointermove", 1, 20, 0])
    assert told(page, "handle") == [] and not page.evaluate("made.drags.held()")


def test_a_finger_drags_a_handle_and_does_not_scroll_the_page_unless_along_a_line(kit):
    page = kit("drags", width=390, has_touch=True)
    actions = {name: page.get_by_role("slider", name=name).evaluate("(e) => getComputedStyle(e).touchAction")
               for name in ("handle", "map", "line")}  # fmt: skip
    assert actions == {"handle": "none", "map": "none", "line": "pan-y"}
    x, y = middle(page, "handle")
    session = page.context.new_cdp_session(page)
    for kind, dx in (("touchStart", 0), ("touchMove", 25), ("touchMove", 50), ("touchEnd", None)):
        points = [] if dx is None else [{"x": x + dx, "y": y + dx / 5}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("made.drags.told.handle.at(-1) === 'dropped'")
    assert told(page, "handle")[-2] == [150, 60]


def test_keys_move_on_a_plane_and_along_a_line_and_the_browsers_own_stay_its_own(kit):
    page = kit("drags")
    page.get_by_role("slider", name="handle").focus()
    for key in ("ArrowRight", "Shift+ArrowUp", "Control+ArrowLeft", "a"):
        page.keyboard.press(key)
    assert told(page, "handle") == [[101, 50], [101, 40]]
    page.get_by_role("slider", name="line").focus()
    for key in ("ArrowRight", "PageDown", "End", "ArrowUp", "Home", "Alt+ArrowUp"):
        page.keyboard.press(key)
    assert told(page, "line") == [0.51, 0.41, 1, 1, 0]


def test_used_keys_go_no_further_and_others_do(kit):
    page = kit("drags")
    page.evaluate("""() => { window.heard = [];
        document.addEventListener("keydown", ({ key, defaultPrevented }) => heard.push([key, defaultPrevented])); }""")
    page.get_by_role("slider", name="handle").focus()
    for key in ("ArrowDown", "PageDown"):
        page.keyboard.press(key)
    assert page.evaluate("heard") == [["PageDown", False]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(kit, theme):
    assert axe_violations(kit("drags", theme=theme)) == []
