"""Lock, tour and link: what they say, cover, set and give back, by mouse and keyboard."""

import numpy as np
import pytest
import traitlets

from dnnlib.datasets.photographs import load_photograph
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.widgets.convolution_stepper import ConvolutionStepper
from dnnlib.widgets.draw_digit import DrawDigit
from dnnlib.widgets.kernel_studio import KernelStudio
from dnnlib.widgets.network_playground import NetworkPlayground
from dnnlib.widgets.optimizer_paths import OptimizerPaths
from dnnlib.widgets.pooling_explorer import PoolingExplorer
from dnnlib.widgets.receptive_field_builder import ReceptiveFieldBuilder
from dnnlib.widgets.threshold_explorer import ThresholdExplorer
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle

SHIFTED = {"preset": "an image, shifted by one", "guess": "share_unchanged"}


def makers():
    """Returns each explorable's class with arguments to make one."""
    with np.load(ROOT / "dnnlib" / "models" / "digits_cnn.npz") as stored:
        weights = [stored[name] for name in stored.files]
    photo = load_photograph("china", size=(80, 120), dtype="uint8")
    return [
        (PoolingExplorer, {"preset": "an image, shifted by one"}),
        (ConvolutionStepper, {}),
        (ReceptiveFieldBuilder, {}),
        (ThresholdExplorer, {}),
        (KernelStudio, {"image": photo}),
        (DrawDigit, {"weights": weights}),
        (NetworkPlayground, {"examples": 60}),
        (OptimizerPaths, {"surface": "long valley"}),
    ]


def asking():
    """Yields an explorable for each guess that one offers."""
    for cls, arguments in makers():
        for guess in cls.guesses:
            yield pytest.param(lambda c=cls, a=arguments, g=guess: c(**a, guess=g), id=f"{cls.__name__}-{guess}")


@pytest.mark.parametrize(
    "guess, said, answer, text",
    [
        ({"unit": "%"}, 40, 66, "You said 40\u00a0%, it is 66\u00a0%: 26 points too low."),
        ({"unit": "%"}, 67, 66, "You said 67\u00a0%, it is 66\u00a0%: 1 point too high."),
        ({"decimals": 4}, 0.03, 2 / 60, "You said 0.03, it is 0.0333: 0.0033 too low."),
        ({}, 9, 9, "You said 9, it is 9: exactly right."),
        ({"unit": "pixels"}, None, 7, "It is 7\u00a0pixels."),
        ({"options": [3, 8]}, 8, 8, "You said 8, it is 8: right."),
        ({"options": [3, 8]}, 3, 8, "You said 3, it is 8."),
    ],
)
def test_verdict_tells_the_gap_as_a_number(call, guess, said, answer, text):
    assert call("shared/lock.mjs", "verdict", [[guess, said, answer]]) == [text]


@pytest.mark.parametrize("theme, width", [("light", 800), ("dark", 320)])
@pytest.mark.parametrize("make", [*asking()])
def test_every_guess_covers_until_it_is_shown_and_fits_a_phone(mount, make, theme, width):
    page = mount(make(), theme=theme, width=width, reduced_motion="reduce")
    lock = page.get_by_role("group", name="Prediction, locked")
    assert lock.is_visible() and axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    lock.get_by_role("button", name="Show me").click()
    opened = page.get_by_role("group", name="Prediction, open")
    assert "It is " in opened.get_by_role("status").inner_text() and not page.locator(".xp-covered").count()
    assert axe_violations(page) == []


def test_guess_is_committed_by_keyboard_and_the_gap_is_that_of_the_state(mount):
    widget = PoolingExplorer(**SHIFTED)
    page = mount(widget)
    assert page.locator(".xp-covered").count() == 4 and page.locator(".xp-covered:not([inert])").count() == 0
    page.get_by_role("textbox", name="Your guess").focus()
    page.keyboard.press("Enter")
    assert "Enter a number from 0 to 100" in page.locator(".xp-lock-note").inner_text()
    page.keyboard.type("40 %")
    page.keyboard.press("Enter")
    x = np.array(widget.image, float)[None, :, :, None]
    before, after = (MaxPooling2D(2)(np.roll(x, n, axis=2)) for n in (0, 1))
    share = 100 * np.mean(before == after)
    told = page.locator(".xp-lock-note").inner_text()
    assert f"it is {round(share, 2):g}\u00a0%" in told.replace("−", "-") and "points too" in told
    page.keyboard.press("Enter")  # the focus is on "Guess again"
    assert page.locator(".xp-covered").count() == 4


def test_the_builders_lock_hides_what_comes_of_the_layers_and_shows_the_layers(mount):
    page = mount(ReceptiveFieldBuilder(guess="field"))
    assert page.get_by_label("Kernel, layer 2").is_visible()
    row = page.get_by_role("row").filter(has=page.get_by_label("Kernel, layer 2"))
    assert not row.locator("b").evaluate_all("all => all.some((b) => b.checkVisibility())")
    page.get_by_label("Kernel, layer 2").select_option("5")  # the layers may be changed before the guess
    page.get_by_role("button", name="Show me").click()
    assert "It is 9\u00a0pixels" in page.locator(".xp-lock-note").inner_text()
    assert row.locator("b").evaluate_all("all => all.every((b) => b.checkVisibility())")


def test_a_guess_or_tour_that_does_not_exist_is_refused():
    for name in ("guess", "tour"):
        with pytest.raises(traitlets.TraitError, match=f"{name}: expected one of"):
            PoolingExplorer(**{name: "luck"})


def test_tour_sets_the_state_and_gives_it_back_by_keyboard(mount):
    page = mount(PoolingExplorer(preset="a tie", tour="shift"), reduced_motion="reduce")
    said = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").focus()
    for key in ("Enter", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert (
        page.get_by_role("radio", name="Shift").is_checked() and "step 2 of 3" in page.locator(".xp-tour").inner_text()
    )
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".xp-status").inner_text() == said
    assert page.get_by_role("button", name="Take the tour").evaluate("e => e === document.activeElement")


def test_link_restores_the_state_and_refuses_what_does_not_fit(mount):
    page = mount(PoolingExplorer(preset="a tie"))
    page.get_by_role("radio", name="Forward").check(force=True)
    page.get_by_label("Pooling", exact=True).select_option("average")
    settle(page)
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('none'); }; }")
    page.get_by_role("button", name="Copy link").click()
    address = page.get_by_label("The link, to copy").input_value()
    said = page.locator(".xp-status").inner_text()
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("[data-ready=true]")
    settle(page)
    assert page.locator(".xp-status").inner_text() == said
    base = address.split("#")[0]
    for foreign in ("#a-heading", "#explorable=1&kind=%22evil%22&pool_size=[0,99]&image=[[1],[2,3]]&strides={", "#%%%"):
        page.goto("about:blank")
        page.goto(base + foreign)
        page.wait_for_selector("[data-ready=true]")
        assert page.get_by_label("Pooling", exact=True).evaluate("e => e.selectedOptions[0].text") == "max"


def draw(page):
    page.get_by_role("application", name="Sheet of 32 by 32").focus()
    for key in ("Delete", *["Home"] * 16, *["ArrowRight"] * 7, "Space", *["ArrowDown"] * 10, "Escape"):
        page.keyboard.press(key)


def add_a_layer_of_stride_2(page):
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_label("Stride, layer 1").select_option("2")


CHANGES = {
    ConvolutionStepper: lambda page: page.get_by_label("flip: true convolution").check(),
    KernelStudio: lambda page: page.get_by_label("Redness").check(),
    ReceptiveFieldBuilder: add_a_layer_of_stride_2,
    PoolingExplorer: lambda page: page.get_by_label("Pooling", exact=True).select_option("average"),
    DrawDigit: draw,
    NetworkPlayground: lambda page: page.get_by_label("Optimizer").select_option("sgd"),
    OptimizerPaths: lambda page: page.get_by_label("Factor of Adam").select_option("×10"),
    ThresholdExplorer: lambda page: page.get_by_label("Scores of", exact=True).select_option("a trained network"),
}


@pytest.mark.parametrize("cls", CHANGES)
def test_link_restores_what_was_done_to_each_explorable(mount, cls):
    """All that its fields hold and its sentence says; the page without the link says something else."""
    read = """() => [document.querySelector(".xp-status").textContent,
      ...[...document.querySelectorAll(".xp-row input, .xp-row select, [role=grid] input, .rf-table select")]
        .map((field) => field.type === "checkbox" || field.type === "radio" ? field.checked : field.value)]"""
    page = mount(cls(**next(arguments for maker, arguments in makers() if maker is cls)))
    first = page.evaluate(read)
    CHANGES[cls](page)
    settle(page)
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('none'); }; }")
    page.get_by_role("button", name="Copy link").click()
    address, changed = page.get_by_label("The link, to copy").input_value(), page.evaluate(read)
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("[data-ready=true]")
    settle(page)
    assert page.evaluate(read) == changed != first


@pytest.mark.parametrize(
    "text, layers",
    [
        ("conv-3-1-1-same_pool-2-2-1-valid", [("conv", 3, 1, 1, "same"), ("pool", 2, 2, 1, "valid")]),
        ("conv-11-4-16-16", [("conv", 11, 4, 16, 16)]),
        *((text, None) for text in ("", "conv", "conv-12-1-1-same", "conv-3-0-1-same", "conv-3-1-17-valid")),
        *((text, None) for text in ("pool-2-2-2-valid", "conv-3-1-1-17", "conv-3-1-1--1", "evil-3-1-1-same")),
        ("_".join(["conv-3-1-1-same"] * 8), None),
    ],
)
def test_layers_in_a_link_are_those_that_python_takes(call, text, layers):
    keys = ("kind", "kernel", "stride", "dilation", "padding")
    expected = layers and [dict(zip(keys, values, strict=True)) for values in layers]
    assert call("receptive_field_builder.mjs", "layersFrom", [[text]]) == [expected]
    if layers:
        assert call("receptive_field_builder.mjs", "layersText", [[expected]]) == [text]
        assert ReceptiveFieldBuilder(layers=expected).layers == expected


def test_links_of_two_explorables_do_not_clash_and_hold_what_differs_alone(blank):
    found = blank.evaluate("""async () => {
      const m = await import("/dnnlib/widgets/shared/link.mjs"), checks = { a: m.number, b: m.flag };
      const text = m.written(2, { a: 3, b: true, photo: "x" }, { a: 1, b: true }, checks);
      return [text, m.read(text, 1, checks), m.read(text, 2, checks), m.read("nonsense", 1, checks)];
    }""")
    assert found == ["explorable=2&a=3", None, {"a": 3}, None]


def test_answer_of_an_earlier_state_is_not_left_standing(mount):
    page = mount(PoolingExplorer(**SHIFTED))
    page.get_by_role("button", name="Show me").click()
    page.get_by_role("spinbutton", name="Shift right").press("ArrowUp")
    settle(page)
    assert (
        "Guess again" in page.locator(".xp-lock-note").inner_text()
        and "%" not in page.locator(".xp-lock-note").inner_text()
    )


@pytest.mark.parametrize("view", ["forward", "shift", "gradient"])
def test_pooling_explorer_is_no_wider_than_its_card_at_320_pixels(mount, view):
    page = mount(PoolingExplorer("an image, shifted by one", view=view), width=320)
    settle(page)
    assert (
        page.evaluate("""(() => { const x = document.querySelector(".xp"), box = x.getBoundingClientRect();
      return [...x.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(".xp-sr"))
        .filter((e) => e.getBoundingClientRect().right > box.right - 8).map((e) => e.className); })()""")
        == []
    )
