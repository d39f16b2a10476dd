"""Which change keeps the label? Changed pictures are SciPy's, networks Keras's and dnnlib's; by mouse, keys, finger."""

import functools
import hashlib
import re

import numpy as np
import pytest
import traitlets
from scipy.ndimage import affine_transform

from dnnlib.augmentation import light
from dnnlib.datasets.results import load_results
from dnnlib.evaluation.accuracy import accuracy_interval
from dnnlib.evaluation.bands import band
from dnnlib.evaluation.paired import paired_difference
from dnnlib.models.label_keeper import WEIGHTS, label_keeper, load_weights
from dnnlib.widgets.label_keeper import CHANGES, COUNTS, CROPS, DIGITS, LabelKeeper
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle
from tests.widgets.promises import check_clean_up_stops_everything, check_link_takes_what_python_takes
from tests.widgets.test_threshold_explorer import generator
from tools.experiments import label_keeper as experiment

MODULE, PICTURES = "label_keeper.mjs", "shared/changed_pictures.mjs"
CLASSES = {"digits": DIGITS, "photographs": CROPS}
WAYS = {"plain": False, "augmented": True}


def kind_of(label):
    return "digits" if label in DIGITS else "photographs"


def grid(change):
    """The amounts of a change."""
    least, most, step, _ = CHANGES[change]
    return np.round(least + step * np.arange(round((most - least) / step) + 1), 6)


def random_amounts(rng):
    """Amounts of some of the changes; quarter turns now and then."""
    chosen = [name for name in CHANGES if rng.random() < 0.5]
    amounts = {
        name: float(rng.choice(grid(name)) if rng.random() < 0.5 else rng.uniform(*CHANGES[name][:2]))
        for name in chosen
    }
    amounts |= {name: round(amount) for name, amount in amounts.items() if name.startswith("flip")}
    if rng.random() < 0.2:
        amounts["rotation"] = float(rng.choice([-180, -90, 90, 180]))
    return amounts


def noise(count):
    """The page's noise: standard normal numbers from seed 36."""
    drawn = generator(36)
    with np.errstate(over="ignore"):
        return np.array([next(drawn) for _ in range(count)])


def by_scipy(picture, side, amounts):
    """The picture changed step by step: forward maps multiplied and inverted, SciPy's constant mode in a wide frame."""
    of = {name: amounts.get(name, nothing) for name, (*_, nothing) in CHANGES.items()}
    angle = np.deg2rad(of["rotation"])
    flips = np.diag([(-1.0) ** of["flip_ud"], (-1.0) ** of["flip_lr"]])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # (down, right)
    inverse = np.linalg.inv(turn @ (of["scale"] * np.eye(2)) @ flips)
    frame = 3  # SciPy's "constant" reads nothing between the edge and zero; a frame of zeros gives it that edge
    framed = np.pad(picture, ((frame, frame), (frame, frame), (0, 0)))
    centre = (side - 1) / 2 + np.array([of["shift_y"], of["shift_x"]]) * side
    offset = (len(framed) - 1) / 2 - inverse @ centre
    moved = np.stack(
        [
            affine_transform(framed[..., c], inverse, offset, (side, side), order=1, mode="constant")
            for c in range(picture.shape[-1])
        ],
        axis=-1,
    )
    result = light.brightness(light.contrast(moved[None], of["contrast"]), of["brightness"])[0]
    return np.clip(result + of["noise"] * noise(result.size).reshape(result.shape), 0, 1)


def states(count, seed=0):
    """Yields (class, number, amounts) of pictures of both kinds."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        label = str(rng.choice(DIGITS if rng.random() < 0.5 else CROPS))
        yield label, int(rng.integers(COUNTS[label])), random_amounts(rng)


def shape_of(label):
    return (8, 8, 1) if label in DIGITS else (24, 24, 3)


def side_of(label):
    return 8 if label in DIGITS else 16


@functools.cache
def bundled(kind):
    """The page's pictures of a kind, from the data, by class and number; rounded as the page has them."""
    _, (x, y) = experiment.parts(kind)
    levels = 16 if kind == "digits" else 63
    pairs = [(label, number) for label in CLASSES[kind] for number in range(COUNTS[label])]
    return dict(zip(pairs, np.rint(x[experiment.chosen(kind, x, y)] * levels) / levels, strict=True))


def shares(label, number, amounts, way="plain"):
    """The probabilities that dnnlib's network gives the classes of a changed picture."""
    changed = by_scipy(bundled(kind_of(label))[label, number], side_of(label), amounts)
    return softmax(dnnlib_network(kind_of(label), way).forward(np.float32(changed[None])))[0]


def softmax(scores):
    """Probabilities from scores, in float64."""
    powers = np.exp(np.float64(scores) - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def plainly_called(label, number, amounts):
    """What the network without augmentation calls a changed picture."""
    return CLASSES[kind_of(label)][shares(label, number, amounts).argmax()]


def pictures_of(ask, pairs):
    """The page's pictures, as arrays, and as they reach its functions."""
    found = ask(MODULE, "pictureOf", [list(pair) for pair in pairs])
    return [
        np.array(one["values"]).reshape(shape_of(label)) for one, (label, _) in zip(found, pairs, strict=True)
    ], found


# ---- The numbers ----


def test_changed_pictures_equal_scipy_and_dnnlib_on_200_random_states(ask):
    cases = list(states(200))
    arrays, given = pictures_of(ask, [(label, number) for label, number, _ in cases])
    found = ask(PICTURES, "changed", [[one, side_of(case[0]), case[2]] for one, case in zip(given, cases, strict=True)])
    assert sum("noise" in case[2] for case in cases) > 50
    for picture, (label, _, amounts), got in zip(arrays, cases, found, strict=True):
        side = side_of(label)
        expected = by_scipy(picture, side, amounts)
        np.testing.assert_allclose(got, expected.ravel(), atol=1e-6, err_msg=str(amounts))
        rng = np.random.default_rng(0)
        if not amounts.get("noise"):
            np.testing.assert_allclose(got, experiment.changed(picture, side, amounts, rng).ravel(), atol=1e-6)


def test_half_a_turn_is_both_flips_and_a_quarter_turn_goes_anticlockwise(ask):
    picture = np.arange(64.0).reshape(8, 8, 1) / 64
    given = {"values": picture.ravel().tolist(), "height": 8, "channels": 1}
    turned, flipped, quarter, right, down = ask(
        PICTURES,
        "changed",
        [
            [given, 8, amounts]
            for amounts in (
                {"rotation": 180},
                {"flip_lr": 1, "flip_ud": 1},
                {"rotation": 90},
                {"shift_x": 0.25},
                {"shift_y": 0.25},
            )
        ],
    )
    np.testing.assert_allclose(turned, flipped, atol=1e-12)
    np.testing.assert_allclose(quarter, np.rot90(picture).ravel(), atol=1e-12)
    np.testing.assert_allclose(np.reshape(right, (8, 8))[:, 2:], picture[:, :-2, 0], atol=1e-12)
    np.testing.assert_allclose(np.reshape(down, (8, 8))[2:], picture[:-2, :, 0], atol=1e-12)
    assert not np.reshape(right, (8, 8))[:, :2].any() and not np.reshape(down, (8, 8))[:2].any()


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("way", WAYS)
def test_networks_equal_keras_and_dnnlib_on_all_pictures_of_the_page_changed(ask, kind, way):
    rng = np.random.default_rng(2)
    pairs = [(label, number) for label in CLASSES[kind] for number in range(COUNTS[label])]
    arrays, _ = pictures_of(ask, pairs)
    side = 8 if kind == "digits" else 16
    x = np.array([by_scipy(picture, side, random_amounts(rng)) for picture in arrays])
    found = np.array(ask(MODULE, "probabilities", [[kind, way, one.ravel().tolist()] for one in x]))
    np.testing.assert_allclose(found, label_keeper(kind, WAYS[way]).predict(x, verbose=0), atol=1e-5)
    np.testing.assert_allclose(found, softmax(dnnlib_network(kind, way).forward(np.float32(x))), atol=1e-5)


@functools.cache
def dnnlib_network(kind, way):
    """The network from dnnlib's layers; its outputs are scores."""
    model = experiment.network(kind, 0)
    model.build((None, 8, 8, 1) if kind == "digits" else (None, 16, 16, 3))
    model.set_weights(load_weights(kind, WAYS[way]))
    return model


@pytest.mark.parametrize("kind", CLASSES)
def test_pictures_of_the_page_are_test_pictures(ask, kind):
    _, (x, y) = experiment.parts(kind)
    places = experiment.chosen(kind, x, y)
    pairs = [(label, number) for label in CLASSES[kind] for number in range(COUNTS[label])]
    arrays, _ = pictures_of(ask, pairs)
    assert len(set(places)) == len(places) == len(pairs)
    assert [CLASSES[kind][label] for label in y[places]] == [label for label, _ in pairs]
    np.testing.assert_allclose(arrays, x[places], atol=0.5 / 63 + 1e-6)


@pytest.mark.parametrize("kind", CLASSES)
def test_told_accuracies_are_those_of_the_networks_and_were_recorded(blank, kind):
    facts = "(kind) => import('/dnnlib/widgets/label_keeper.mjs').then((m) => m.KINDS[kind])"
    told, drawn = (blank.evaluate(facts, kind)[name] for name in ("right", "drawn"))
    assert {name: tuple(ends) for name, ends in drawn.items()} == experiment.DRAWN[kind]
    (trained, _), (x, y) = experiment.parts(kind)
    plain = np.float32([experiment.changed(one, 8 if kind == "digits" else 16, {}) for one in x])
    recorded = load_results("label_keeper")["results"][kind]
    assert told["training"] == [len(trained)] == [recorded["training"]]
    rates = [np.array(recorded["right"]["as they are"][way]) / len(y) for way in ("augmented", "plain")]
    assert told["gain"][0] == len(rates[0]) >= 5
    np.testing.assert_allclose(told["gain"][1:], paired_difference(*rates)[:3], atol=0.0001)
    for way in WAYS:
        right = experiment.right(dnnlib_network(kind, way), plain, y)
        assert told[way][:2] == [right, len(y)] and recorded["right"]["as they are"][way][0] == right
        np.testing.assert_allclose(told[way][2:], accuracy_interval(right, len(y))[1:3], atol=0.0006)


def test_no_pixel_of_a_region_for_training_is_one_for_the_test():
    for name, (_, training, test) in experiment.REGIONS.items():
        seen = [np.zeros((427, 640), bool) for _ in range(2)]
        for part, boxes in zip(seen, (training, test), strict=True):
            for left, top, right, bottom in boxes:
                part[top:bottom, left:right] = True
        assert all(part.any() for part in seen) and not (seen[0] & seen[1]).any(), name


def test_curves_are_dnnlibs_and_what_is_read_off_them_is_right(ask):
    rng = np.random.default_rng(4)
    compared = 0
    for label, number, amounts in states(8, seed=5):
        kind, change = kind_of(label), str(rng.choice(list(CHANGES)))
        [picture], _ = pictures_of(ask, [(label, number)])
        x = np.float32([by_scipy(picture, side_of(label), {**amounts, change: float(a)}) for a in grid(change)])
        [curve] = ask(MODULE, "curveOf", [[label, number, change, amounts]])
        np.testing.assert_allclose(curve["x"], grid(change), atol=1e-9)
        for way in WAYS:
            expected = softmax(dnnlib_network(kind, way).forward(x))
            np.testing.assert_allclose(curve[way]["p"], expected[:, CLASSES[kind].index(label)], atol=1e-5)
            says = [CLASSES[kind][k] for k in expected.argmax(axis=1)]
            assert curve[way]["says"] == says
            compared += len(says)
            [limits] = ask(MODULE, "limitsOf", [[change, says, label]])
            assert limits == limits_by_hand(change, says, label)
    assert compared > 300


def limits_by_hand(change, says, label):
    """The largest stretch of amounts around the one that changes nothing at which all answers are the class."""
    x, start = grid(change), int(np.argmin(np.abs(grid(change) - CHANGES[change][3])))
    wrong = np.flatnonzero(np.array(says) != label)
    if start in wrong:
        return None
    return [x[max([-1, *wrong[wrong < start]]) + 1], x[min([len(x), *wrong[wrong > start]]) - 1]]


def test_turns_and_stretches_of_answers_by_hand(ask):
    says = [["9"] * 10 + ["4"] * 20 + ["6"] * 20 + ["5"] * 22 + ["9"]]
    x = grid("rotation").tolist()
    assert ask(MODULE, "turns", [["rotation", says[0]]]) == [[9, 29, 50, 72]]
    assert ask(MODULE, "limitsOf", [["rotation", says[0], "6"], ["rotation", says[0], "9"]]) == [[-30, 65], None]
    found = ask(MODULE, "stretches", [[x, says[0]]])[0]
    assert [(s["from"], s["to"], s["says"]) for s in found] == [
        (-180, -135, "9"),
        (-130, -35, "4"),
        (-30, 65, "6"),
        (70, 175, "5"),
        (180, 180, "9"),
    ]


@pytest.mark.parametrize("count", [8, 12, 40])
def test_mean_and_its_band_equal_dnnlib(ask, count):
    runs = np.random.default_rng(count).random((count, 7))
    [found] = ask(MODULE, "meanBand", [[runs.tolist()]])
    expected = band(runs)
    for name, value in (("y", expected.middle), ("low", expected.low), ("high", expected.high)):
        np.testing.assert_allclose(found[name], value, atol=1e-9)


def test_every_mean_has_a_number_of_pictures_whose_band_is_known(ask):
    calls = [[label, average] for label in COUNTS for average in ("class", "all")]
    for (label, average), found in zip(calls, ask(MODULE, "averagedOver", calls), strict=True):
        assert len(found) == (40 if average == "all" else COUNTS[label])
        assert {one[0] for one in found} == ({label} if average == "class" else set(CLASSES[kind_of(label)]))


@pytest.mark.parametrize(
    "change, before, amount, after",
    [
        ("rotation", None, 40, [-40, 40]),
        ("rotation", [-40, 40], -90, [-90, 40]),
        ("rotation", [-40, 40], 0, [0, 0]),
        ("scale", None, 0.6, [0.6, 1.4]),
        ("contrast", None, 1.5, [0.5, 1.5]),
        ("noise", None, 0.2, [0, 0.2]),
        ("flip_lr", None, 0, [0, 0]),
        ("flip_lr", [0, 0], 1, [0, 1]),
    ],
)
def test_marks_hold_for_both_sides_first_and_then_for_each(ask, change, before, amount, after):
    assert ask(MODULE, "marked", [[change, before, amount]]) == [after]


def test_networks_are_compared_with_marks_on_every_side(ask):
    calls = [
        (["rotation", [-30, 40], [-30, 40]], "alike"),
        (["rotation", [-30, 40], [-60, 60]], "sooner"),
        (["rotation", [-90, 40], [-60, 30]], "longer"),
        (["rotation", [-90, 40], [-60, 60]], "sooner, and longer"),
        (["noise", [0, 0.3], [0, 0.1]], "longer"),
        (["flip_lr", [0, 1], [0, 0]], "longer"),
        (["flip_lr", None, [0, 0]], "never right"),
    ]
    assert ask(MODULE, "compared", [call for call, _ in calls]) == [word for _, word in calls]


# ---- In the page ----


def ready(page):
    """Waits until all curves that the state asks for are computed and drawn."""
    settle(page)
    page.wait_for_function("!document.querySelector('.xp [aria-busy=true]')", timeout=60_000)
    settle(page)


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def cells(page, name):
    row = page.get_by_role("table", name="How far each change").get_by_role("row", name=re.compile(f"^{name}"))
    return [text.replace("\n", " ") for text in row.get_by_role("cell").all_inner_texts()]


def test_sliders_change_the_picture_and_choose_whose_range_is_drawn(mount):
    page = mount(LabelKeeper())
    says(page, "This 6 as it is")
    page.get_by_role("slider", name="Rotate").fill("40")
    says(page, "This 6 rotated by 40°")
    page.get_by_role("slider", name="Noise").fill("0.2")
    says(page, "This 6 rotated by 40°, with noise of 0.2")
    assert page.locator(".lk-chosen").inner_text().startswith("Noise")
    page.get_by_label("Flip left–right").check()
    says(page, "This 6 flipped left–right, rotated by 40°, with noise of 0.2")
    ready(page)
    page.get_by_role("button", name="Undo all changes").click()
    says(page, "This 6 as it is")
    page.get_by_label("Picture of").select_option("petals")
    says(page, "This square of petals as it is")
    page.get_by_role("button", name="Next picture").click()
    assert page.locator(".lk-which").inner_text() == "2 of 8"
    ready(page)


def test_keys_move_a_slider_and_pick_a_change_in_the_table(mount):
    page = mount(LabelKeeper(change="noise"))
    page.get_by_role("slider", name="Rotate").focus()
    page.keyboard.press("ArrowRight")
    says(page, "rotated by 5°")
    page.get_by_role("button", name="Contrast").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.lk-chosen').textContent.startsWith('Contrast')")
    says(page, "rotated by 5°")
    ready(page)


def test_table_has_what_the_curves_say_and_compares_it_with_marks(mount, ask):
    page = mount(LabelKeeper(amount=60))
    ready(page)
    [curve] = ask(MODULE, "curveOf", [["6", 0, "rotation", {}]])
    low, high = limits_by_hand("rotation", curve["plain"]["says"], "6")
    assert cells(page, "Rotate")[1].replace("−", "-") == f"{low:.0f}° to {high:.0f}°"
    assert cells(page, "Rotate")[0] == "–"
    page.get_by_role("button", name="A person keeps the label up to here").click()
    ready(page)
    assert cells(page, "Rotate")[0] == "−60° to 60°"
    assert cells(page, "Rotate")[1].endswith("sooner") and -60 < low and high < 60
    page.get_by_role("slider", name="Rotate").fill("-20")
    says(page, "By your mark a person keeps the label here")
    page.get_by_role("button", name="A person keeps the label up to here").click()
    settle(page)
    assert cells(page, "Rotate")[0] == "−20° to 60°"
    page.get_by_role("button", name="Clear this mark").click()
    settle(page)
    assert cells(page, "Rotate")[0] == "–"


def test_marks_of_a_class_come_back_with_it(mount):
    page = mount(LabelKeeper(marks={"6": {"rotation": [-45, 45]}, "2": {"flip_lr": [0, 0]}}))
    assert cells(page, "Rotate")[0] == "−45° to 45°"
    page.get_by_label("Picture of").select_option("2")
    ready(page)
    assert cells(page, "Rotate")[0] == "–" and cells(page, "Flip left–right")[0] == "lost"


def test_mean_tells_what_the_pictures_are_called(mount, ask):
    page = mount(LabelKeeper(amount=180))
    ready(page)
    text = page.locator(".lk-note").first.inner_text()
    [kept] = ask(MODULE, "keptIn", [["6", {"rotation": 180}]])
    for answer, count in kept["called"].items():
        assert f"{count} of 12 are called {answer}" in text.split(";")[0]
    page.get_by_label("all classes").check(force=True)
    ready(page)
    assert page.get_by_text("40 test pictures").is_visible()


def test_work_is_done_in_slices_that_leave_the_page_free(mount):
    """While the hand moves a frame computes for a millisecond: the mean of forty pictures can't be there at once."""
    page = mount(LabelKeeper(average="all"))
    ready(page)
    busy = page.evaluate(
        """async () => {
          const slider = [...document.querySelectorAll("label")].find((e) => e.textContent.startsWith("Scale")).control;
          slider.value = 0.9;
          slider.dispatchEvent(new InputEvent("input"));
          for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
          return document.querySelectorAll("[aria-busy=true]").length;
        }"""
    )
    assert busy > 0
    ready(page)


@pytest.mark.parametrize("arguments", [{"amount": 40}, {"picture": "pagoda", "change": "brightness", "amount": -0.3}])
def test_phone_has_no_sideways_scrolling(mount, arguments):
    page = mount(LabelKeeper(**arguments, marks={"pagoda": {"brightness": (-0.4, 0.4)}}), width=390, has_touch=True)
    ready(page)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".xp").bounding_box()["height"] < 2900
    page.get_by_role("slider", name="Brightness").tap()
    out = """(() => { const x = document.querySelector(".xp"), right = x.getBoundingClientRect().right - 8;
      const seen = [...x.querySelectorAll("*")].filter((e) => e.checkVisibility());
      return seen.filter((e) => !e.closest(".xp-sr, svg, .lk-strip, .lk-bar"))
        .filter((e) => e.getBoundingClientRect().right > right).map((e) => e.className || e.tagName); })()"""
    assert page.evaluate(out) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"amount": 40, "marks": {"6": {"rotation": [-30, 60]}}},
        {"picture": "trees", "change": "flip_ud", "amount": 1, "tour": "labels"},
        {"guess": "sixes_as_nines"},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(LabelKeeper(**arguments), theme=theme, width=700)
    ready(page)
    assert axe_violations(page) == []


def test_tour_says_what_is_seen(mount, ask):
    page = mount(LabelKeeper(tour="labels", picture="3"))
    said = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    says(page, "This 6 rotated by 25°")
    [curve] = ask(MODULE, "curveOf", [["6", 0, "rotation", {}]])
    plain, augmented = (limits_by_hand("rotation", curve[way]["says"], "6") for way in WAYS)
    assert augmented[0] <= plain[0] and augmented[1] >= plain[1] and augmented != plain and augmented[1] > 25
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "This 6 rotated by 180°")
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "This 2 flipped left–right")
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "the network without augmentation says petals")
    assert "the one with augmentation says petals" in page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "This square of pagoda brighter by 0.2")
    last = page.locator(".xp-status").inner_text()
    assert "the one with augmentation says pagoda" in last and "without augmentation says pagoda" not in last
    page.get_by_role("button", name="Done").click()
    page.wait_for_function("(text) => document.querySelector('.xp-status').textContent === text", arg=said)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"picture": "11"}, traitlets.TraitError, "a class of 0, 1"),
        ({"picture": ("6", 12)}, traitlets.TraitError, "0 to 11 of class 6"),
        ({"picture": ("sky", 8)}, traitlets.TraitError, "0 to 7 of class sky"),
        ({"change": "shear"}, traitlets.TraitError, "change"),
        ({"amount": 200}, ValueError, "-180 to 180 of rotation"),
        ({"amounts": {"shear": 1}}, traitlets.TraitError, "amounts"),
        ({"amounts": {"noise": -1}}, traitlets.TraitError, "0 to 0.6 of noise"),
        ({"marks": {"6": {"rotation": [10, 20]}}}, traitlets.TraitError, "0 of rotation between"),
        ({"marks": {"x": {}}}, traitlets.TraitError, "marks"),
        ({"marks": {"6": {"rotation": 5}}}, traitlets.TraitError, "a pair"),
        ({"average": "some"}, traitlets.TraitError, "average"),
        ({"guess": "luck"}, traitlets.TraitError, "guess"),
        ({"pictures": "6"}, TypeError, "pictures"),
    ],
)
def test_values_that_do_not_fit_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        LabelKeeper(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "picture": [["6", 0], ["sky", 7], ["sky", 8], ["6", 12], ["six", 0], [6]],
        "change": [*CHANGES, "shear", 3],
        "amounts": [{}, {"rotation": 180}, {"rotation": 181}, {"shear": 1}, {"noise": "0.1"}, []],
        "marks": [
            {},
            {"6": {}},
            {"6": {"rotation": [-10, 10]}},
            {"6": {"rotation": [10, 20]}},
            {"x": {}},
            {"6": {"noise": [0]}},
            [],
        ],
        "average": ["class", "all", "none"],
    }
    check_link_takes_what_python_takes(blank, LabelKeeper, tried)


def test_changes_of_the_page_are_those_of_python(blank):
    found = blank.evaluate("import('/dnnlib/widgets/shared/changed_pictures.mjs').then((m) => m.CHANGES)")
    assert {name: tuple(c[k] for k in ("least", "most", "step", "nothing")) for name, c in found.items()} == CHANGES


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, LabelKeeper(), {"amounts": {"rotation": 20}})


def test_stored_files_are_small_and_those_that_the_sources_name():
    """What travels with every page that shows the explorable stays under 150 kB."""
    widgets = ROOT / "dnnlib" / "widgets"
    files = [experiment.DATA, widgets / "label_keeper.mjs", widgets / "label_keeper.css", widgets / PICTURES]
    assert sum(file.stat().st_size for file in files) < 150_000
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    for file in (experiment.DATA, WEIGHTS):
        assert f"`{file.name}` `{hashlib.sha256(file.read_bytes()).hexdigest()}`" in sources
