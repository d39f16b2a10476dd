"""Pictures of the kit: colours, scales, crisp pixels, names, small multiples."""

import numpy as np
import pytest

from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle


def test_colours_follow_sign_and_size_and_grey_follows_brightness(blank):
    painted = blank.evaluate(
        """async (file) => {
          const m = await import(file), coloured = new Uint32Array(5), grey = new Uint32Array(3);
          const table = m.signedColours([200, 100, 0], [255, 255, 255], [0, 0, 200]);
          m.paint(coloured, [[-90, -10, 0, 5, 20]], { table, scale: 10 });
          m.paint(grey, [[-4, 127.6, 300]], { black: 0, white: 255 });
          return [coloured, grey].map(({ buffer }) => Array.from(new Uint8Array(buffer)));
        }""",
        "/dnnlib/widgets/shared/picture.mjs",
    )
    colours, grey = np.reshape(painted[0], (5, 4)), np.reshape(painted[1], (3, 4))
    assert colours[:, :3].tolist() == [[200, 100, 0], [200, 100, 0], [255, 255, 255], [128, 128, 228], [0, 0, 200]]
    assert grey.tolist() == [[0, 0, 0, 255], [128, 128, 128, 255], [255, 255, 255, 255]]


def pixels(page, selector=".xp-picture"):
    """All pixels of the pictures found: red, green, blue, opacity."""
    return page.locator(selector).evaluate_all("""all => all.map((canvas) => {
      const { width, height } = canvas;
      return [[height, width], [...canvas.getContext("2d").getImageData(0, 0, width, height).data]];
    })""")


def test_values_become_grey_coloured_and_signed_pixels(kit):
    page = kit("pictures")
    grey, colour, signed = (np.reshape(data, (*size, 4)) for size, data in pixels(page)[:3])
    ramp = np.add.outer(np.arange(8), np.arange(8)) / 14 * 255
    np.testing.assert_allclose(grey[..., :3], np.repeat(ramp[..., None], 3, axis=2), atol=0.51)
    columns = np.where(np.arange(8) < 3, 255, 20)
    np.testing.assert_allclose(colour[..., 0], np.tile(columns, (8, 1)))
    np.testing.assert_allclose(colour[..., 1], np.tile(36 * np.arange(8)[:, None], 8))
    blue, red = signed[..., 2] > signed[..., 0], signed[..., 0] > signed[..., 2]
    assert blue.any() and red.any() and (signed[..., 3] == 255).all()


def test_planes_are_the_channels_and_limits_leave_out_what_is_no_number(blank):
    planes, limits, none = blank.evaluate("""async () => {
      const m = await import("/dnnlib/widgets/shared/picture.mjs");
      const planes = m.planesOf([1, 2, 3, 4, 5, 6], 3).map((plane) => [...plane]);
      return [planes, m.limitsOf([[3, NaN], [-1, Infinity]]), m.limitsOf([])];
    }""")
    assert planes == [[1, 4], [2, 5], [3, 6]] and limits == [-1, 3] and none == [0, 1]


@pytest.mark.parametrize("width", [760, 320])
def test_each_pixel_is_shown_by_the_same_whole_number_of_pixels(kit, width):
    page = kit("pictures", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ratios = page.locator(".xp-picture").evaluate_all(
        "all => all.map((e) => [e.clientWidth / e.width, e.clientHeight / e.height])"
    )
    assert all(across == down == int(across) >= 1 for across, down in ratios)
    assert page.locator(".xp-picture").first.evaluate("(e) => getComputedStyle(e).imageRendering") == "pixelated"


def test_pictures_have_names_that_say_their_size_and_range(kit):
    page = kit("pictures")
    assert page.get_by_role("img", name="A ramp, 8 × 8 pixels, values 0 to 1").is_visible()
    assert page.get_by_role("list", name="Maps").get_by_role("listitem").count() == 3
    assert page.get_by_role("img", name="map 0, 8 × 8 pixels, all 0").is_visible()


def test_small_multiples_share_their_scale(kit):
    page = kit("pictures")
    sizes = [max(data[0::4]) for _, data in pixels(page, "[aria-label=Maps] .xp-picture")]
    assert sizes == [0, 128, 255]


def test_a_multiple_is_chosen_by_mouse_and_keyboard_and_fewer_or_more_may_follow(kit):
    page = kit("pictures")
    chosen = page.locator(".xp-multiple[aria-pressed=true]")
    assert chosen.inner_text() == "kernel 2"
    page.get_by_role("button", name="kernel 5").click()
    assert chosen.inner_text() == "kernel 5"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert chosen.inner_text() == "kernel 6"
    show = "(n) => made.pictures.many.show(Array.from({ length: n }, (_, i) => ({ values: [i], height: 1, width: 1, \
        caption: `${i}` })), 0)"
    for count in (2, 4):
        page.evaluate(show, count)
        assert page.locator(".xp-multiple[aria-pressed]").count() == count


def test_signed_pictures_follow_the_theme(kit):
    page = kit("pictures")
    light = pixels(page)[2][1]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    dark = pixels(page)[2][1]
    assert sum(dark[:-4]) < sum(light[:-4])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(kit, theme):
    assert axe_violations(kit("pictures", theme=theme)) == []
