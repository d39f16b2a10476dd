"""How many labels does it save: counts are NumPy's, neighbours Keras's, by mouse, keyboard and touch."""

import base64
import io
import re
from functools import cache

import keras
import numpy as np
import pytest
import traitlets
from PIL import Image
from sklearn.neighbors import NearestNeighbors

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.results import load_results
from dnnlib.evaluation.accuracy import accuracy_interval
from dnnlib.evaluation.bands import band
from dnnlib.evaluation.paired import paired_difference
from dnnlib.models.backbone import backbone
from dnnlib.widgets import labels_saved
from dnnlib.widgets.draw_digit import counted, drawn, fitted
from dnnlib.widgets.labels_saved import FROZEN, MORE, SCRATCH, SIZES, WAYS, LabelsSaved, curves_of, weights_text
from tests.widgets.conftest import axe_violations
from tests.widgets.hands import PRINT, placed
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_network_playground import Generator
from tools.digits_data import sample

MODULE, KIT, OPENED = "labels_saved.mjs", "shared/backbone.mjs", "shared/opened_picture.mjs"


MEASURED = {"digits": (1, 2, 5, 10, 20, 50, 100), "clothes": (2, 10, 50, 200)}  # sizes, as the experiment has them


def made_up(seed=0, seeds=4):
    """Accuracies of the form that the experiment stores."""
    rng = np.random.default_rng(seed)
    tasks = {}
    for task, sizes in MEASURED.items():
        ways = [*WAYS, *MORE[: seed % 3]]
        starts, slopes = rng.uniform(0.3, 0.6, len(ways)), rng.uniform(0.1, 0.2, len(ways))
        runs = starts[:, None, None] + slopes[:, None, None] * np.log10(sizes)[:, None]
        runs = (runs + rng.normal(0, 0.01, (len(ways), len(sizes), seeds))).clip(0, 1).round(4)
        tasks[task] = {"sizes": list(sizes), "accuracy": dict(zip(ways, runs.tolist(), strict=True))}
    return tasks


def size_of(state, images=None):
    """The size that the task was measured with, nearest by the ratio."""
    sizes = np.array(state["curves"][state["task"]]["sizes"])
    return int(sizes[np.argmin(np.abs(np.log(sizes / (images or state["images"]))))])


def widget(seed=0, **arguments):
    return LabelsSaved(results=made_up(seed), **arguments)


def state_of(shown):
    return {name: getattr(shown, name) for name in LabelsSaved.class_own_traits(sync=True) if name != "weights"}


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    curves = [curves_of(made_up(n)) for n in range(10)]
    for n in range(count):
        yield {
            "curves": curves[n % 10],
            "task": str(rng.choice(["digits", "clothes"])),
            "frozen": int(rng.integers(5)),
            "images": int(rng.choice(SIZES)),
            "target": float(rng.uniform(0.5, 0.99)),
            "digit": int(rng.integers(100)),
            "gallery": int(rng.integers(100)),
        }


# ---- The curves ----


def needed(sizes, accuracies, target):
    """Labels that reach a target, by the line between the sizes on a logarithmic scale."""
    reached = np.flatnonzero(np.array(accuracies) >= target)
    if not len(reached):
        return np.inf
    if reached[0] == 0:
        return sizes[0]
    ends = slice(reached[0] - 1, reached[0] + 1)
    return np.ceil(np.exp(np.interp(target, accuracies[ends], np.log(sizes[ends]))) - 1e-9)


def need_of(state, way, target=None):
    """Labels that a way needs by the mean, by its interval's upper edge and by its lower one."""
    curves = state["curves"][state["task"]]
    middle, low, high = np.transpose(curves["accuracy"][way])
    return [needed(curves["sizes"], row, target or state["target"]) for row in (middle, high, low)]


def scratch_needs(state):
    """The answer to the guess: labels from scratch for what the frozen backbone reaches with 5, or about as many."""
    curves = state["curves"][state["task"]]
    return need_of(state, SCRATCH, curves["accuracy"]["all frozen"][curves["sizes"].index(size_of(state, 5))][0])[0]


def test_curves_are_means_intervals_and_paired_differences_of_the_runs():
    results = made_up(3, seeds=6)
    curves = curves_of(results)
    for task in ("digits", "clothes"):
        runs = {way: np.array(rows) for way, rows in results[task]["accuracy"].items()}
        for way in runs:
            np.testing.assert_allclose(
                curves[task]["accuracy"][way], np.transpose(band(runs[way].T)[:3]), atol=5.1e-5, err_msg=way
            )
            if way != SCRATCH:
                pairs = zip(runs[way], runs[SCRATCH], strict=True)
                expected = [paired_difference(*pair)[:3] for pair in pairs]
                np.testing.assert_allclose(curves[task]["gain"][way], expected, atol=5.1e-5, err_msg=way)
        assert curves[task]["seeds"] == 6


def test_labels_needed_equal_numpy_on_200_random_states(call):
    states = list(random_states(200))
    ways = [(SCRATCH, *FROZEN)[n % 6] for n in range(200)]
    found = call(MODULE, "needOf", [[state, way] for state, way in zip(states, ways, strict=True)])
    reached = call(MODULE, "reachedBy", [[state, way] for state, way in zip(states, ways, strict=True)])
    scratch = call(MODULE, "scratchNeeds", [[state] for state in states])
    kinds = set()
    for state, way, one, at, guess in zip(states, ways, found, reached, scratch, strict=True):
        curves = state["curves"][state["task"]]
        expected = need_of(state, way)
        assert [one["needed"], one["low"], one["high"]] == expected
        kinds.add("none" if np.isinf(expected[0]) else "first" if expected[0] == curves["sizes"][0] else "between")
        place = curves["sizes"].index(size_of(state))
        assert at["accuracy"] == curves["accuracy"][way][place]
        assert at["gain"] == (None if way == SCRATCH else curves["gain"][way][place])
        expected = scratch_needs(state)
        assert guess == expected if np.isfinite(expected) else np.isnan(guess)
    assert kinds == {"none", "first", "between"}


# ---- The neighbours ----


@cache
def net():
    """The backbone, by Keras."""
    return backbone()


@cache
def digits():
    """The page's 300 digits: pixels, labels."""
    images, labels = load_digits()
    return images[sample()], labels[sample()]


@cache
def space_of(space):
    """The page's digits as vectors: features by Keras, or pixels."""
    return described(digits()[0], space)


def described(images, space):
    return net().predict_on_batch(images) if space == "features" else images.reshape(len(images), -1)


SPACES = ("features", "pixels")


def test_half_precision_numbers_are_numpys_all_65536(blank):
    found = blank.evaluate(
        f"""async () => {{ const m = await import("/dnnlib/widgets/{KIT}");
          return [...m.halves(Uint16Array.from({{ length: 65536 }}, (_, i) => i))].map(String); }}"""
    )
    expected = np.arange(65536, dtype=np.uint16).view(np.float16).astype(float)
    np.testing.assert_array_equal([float(one.replace("Infinity", "inf")) for one in found], expected)


def features_in_page(page, images):
    return page.evaluate(
        f"""async ([text, images]) => {{ const m = await import("/dnnlib/widgets/{KIT}");
          const net = m.backboneOf(await m.weightsFrom(text));
          return images.map((image) => [...m.featuresOf(net, image)]); }}""",
        [LabelsSaved(results=made_up()).weights, images.reshape(len(images), -1).tolist()],
    )


def test_features_in_the_page_equal_keras_on_100_images(blank):
    noise = np.random.default_rng(0).random((30, 8, 8, 1)).astype("float32")
    images = np.concatenate([digits()[0][:70], noise])
    expected = net().predict_on_batch(images)
    found = features_in_page(blank, images)
    assert np.shape(found) == (100, 192) and expected.std() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_features_follow_weights_of_another_training(blank):
    rng = np.random.default_rng(1)
    other = keras.models.clone_model(net())
    drawn_anew = [(w + 0.2 * rng.random(w.shape)).astype("float16") for w in net().get_weights()]
    other.set_weights(drawn_anew)
    text = weights_text(drawn_anew)
    images = rng.random((3, 8, 8, 1)).astype("float32")
    found = blank.evaluate(
        f"""async ([text, images]) => {{ const m = await import("/dnnlib/widgets/{KIT}");
          const net = m.backboneOf(await m.weightsFrom(text));
          return images.map((image) => [...m.featuresOf(net, image)]); }}""",
        [text, images.reshape(3, -1).tolist()],
    )
    np.testing.assert_allclose(found, other.predict_on_batch(images), rtol=1e-4, atol=1e-4)


def gallery_of(state):
    """Places of the labelled digits: of each class the first of 20 in an order drawn for it."""
    draw = Generator(state["gallery"])
    return [label + 10 * int(k) for label in range(10) for k in list(draw.permutation(20))[: state["images"]]]


def nearest_by(vectors, place, query, count=5):
    """Places of the nearest labelled digits and their cosines, by scikit-learn."""
    model = NearestNeighbors(n_neighbors=min(count, len(place)), metric="cosine").fit(vectors[place])
    away, at = model.kneighbors(query)
    return np.array(place)[at], 1 - away


def test_galleries_have_so_many_of_each_class_and_fewer_are_a_part_of_more(call):
    states = list(random_states(200, seed=2))
    for state, places in zip(states, call(MODULE, "galleryOf", [[state] for state in states]), strict=True):
        assert places == gallery_of(state)
        labels = digits()[1][places]
        assert max(places) < 200 and np.bincount(labels).tolist() == [min(20, state["images"])] * 10
        assert len(set(places)) == len(places)


def test_nearest_by_the_cosine_equal_scikit_learn_on_200_random_states(call):
    rng = np.random.default_rng(3)
    calls, expected = [], []
    for _ in range(200):
        vectors = rng.normal(size=(int(rng.integers(5, 30)), 6))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        calls.append([vectors[0].tolist(), vectors[1:].tolist(), 4])
        expected.append(nearest_by(vectors[1:], list(range(len(vectors) - 1)), vectors[:1], 4))
    for found, (at, cosines) in zip(call(KIT, "nearest", calls), expected, strict=True):
        assert [one["at"] for one in found] == at[0].tolist()
        np.testing.assert_allclose([one["cosine"] for one in found], cosines[0], atol=1e-9)


def right_of(space, state):
    """How many of the last 100 digits have their nearest labelled digit's label."""
    vectors, labels = space_of(space), digits()[1]
    nearest, _ = nearest_by(vectors, gallery_of(state), vectors[200:], 1)
    return int(np.sum(labels[nearest[:, 0]] == labels[200:]))


def test_right_votes_equal_scikit_learn_on_random_galleries(ask):
    states = list(random_states(5, seed=4))
    for space in SPACES:
        vectors = space_of(space) / np.linalg.norm(space_of(space), axis=1, keepdims=True)
        likeness = (vectors[200:] @ vectors[:200].T).tolist()
        calls = [[likeness, gallery_of(state), digits()[1].tolist()] for state in states]
        assert ask(MODULE, "rightOf", calls) == [right_of(space, state) for state in states]


def test_pixels_asked_about_are_the_drawing_s_in_the_digits_form(call):
    bitmap = drawn(placed(PRINT[4], height=14, middle=(10, 20)))
    states = [state_of(widget(digit=-1, drawing=bitmap)), state_of(widget(digit=37))]
    found = call(MODULE, "askedPixels", [[state] for state in states])
    np.testing.assert_array_equal(found[0], counted(fitted(bitmap)).ravel() / 16)
    np.testing.assert_allclose(found[1], digits()[0][237].ravel(), atol=1e-7)


# ---- A picture of the reader's own ----


def level_by_trying(grey):
    """The level with the smallest weighted variance on both sides: Otsu's, the other way round."""
    values, best = np.rint(grey), None
    for level in range(int(values.min()), int(values.max())):
        sides = values[values <= level], values[values > level]
        within = sum(side.size * side.var() for side in sides)
        if best is None or within < best[0] - 1e-6:
            best = within, level
    return best[1]


def test_level_between_ink_and_paper_is_otsus_on_random_pictures(call):
    rng = np.random.default_rng(5)
    pictures = [
        np.concatenate([rng.normal(60, 20, 40), rng.normal(190, 25, 80)]).clip(0, 255).round(3).tolist()
        for _ in range(50)
    ]
    found = call(OPENED, "levelOf", [[picture] for picture in pictures])
    assert found == [level_by_trying(np.array(picture)) for picture in pictures]


def picture_of(digit, size=200, ink=30, paper=230, at=(90, 70), scale=3):
    """A picture of the reader's own: a digit on a large sheet, as an array of grey levels with noise."""
    strokes = np.kron(drawn(placed(PRINT[digit])), np.ones((scale, scale)))
    grey = np.full((size, size), float(paper))
    grey[at[0] : at[0] + 32 * scale, at[1] : at[1] + 32 * scale][strokes == 1] = ink
    return (grey + np.random.default_rng(0).normal(0, 8, grey.shape)).clip(0, 255).astype("uint8")


def rgba(grey):
    return np.dstack([grey, grey, grey, np.full(grey.shape, 255)]).ravel().tolist()


def test_a_picture_s_ink_becomes_the_drawing_dark_on_light_or_light_on_dark(ask):
    bitmap = drawn(placed(PRINT[5]))
    expected = counted(fitted(bitmap))
    pictures = [picture_of(5), picture_of(5, ink=220, paper=20), picture_of(5, at=(3, 100), scale=2)]
    found = ask(OPENED, "reduced", [[rgba(grey), 200, 200] for grey in pictures])
    for one in found:
        counts = counted(fitted(np.reshape(one, (32, 32))))
        assert np.abs(counts - expected).mean() < 1.6  # of 16 pixels that a block has
    [flat] = ask(OPENED, "reduced", [[rgba(np.full((20, 20), 128)), 20, 20]])
    assert flat is None


def test_brightness_weighs_the_colours_and_transparent_pixels_are_paper(ask):
    red, green, blue, through = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [0, 0, 0, 0]
    [grey] = ask(OPENED, "greyOf", [[[*red, *green, *blue, *through]]])
    np.testing.assert_allclose(grey, [76.245, 149.685, 29.07, 255])


# ---- In the page ----


def says(page, pattern, at=0):
    page.wait_for_function(
        "([pattern, at]) => new RegExp(pattern).test(document.querySelectorAll('.xp-status')[at].textContent"
        ".replaceAll('\\u00a0', ' '))",
        arg=[pattern, at],
    )


def counted_up(page):
    """Waits until the backbone has gone over all digits of the page; returns the sentence that counts."""
    page.wait_for_function("document.querySelector('.ls-votes').textContent.includes('names 100')", timeout=30_000)
    return page.locator(".ls-votes").inner_text().replace("\u00a0", " ")


def rows_of(page):
    """Labels and cosines of the two rows of neighbours."""
    texts = page.locator(".ls-row").evaluate_all(
        "rows => rows.map((row) => [...row.querySelectorAll('.xp-caption')].map((one) => one.textContent))"
    )
    return [[tuple(map(float, text.split(" · "))) for text in row] for row in texts]


def asked(state, strokes):
    """The picture that is asked about, (1, 8, 8, 1): what was drawn, or one of the digits."""
    if strokes is None:
        return digits()[0][200 + state["digit"]][None]
    return counted(fitted(drawn(strokes)))[None, ..., None].astype("float32") / 16


def neighbours_of(state, strokes=None):
    """By features and by pixels the places of the five nearest labelled digits, and their cosines."""
    rows = [nearest_by(space_of(s), gallery_of(state), described(asked(state, strokes), s)) for s in SPACES]
    return [(places[0], cosines[0]) for places, cosines in rows]


def check_rows(page, state, strokes=None):
    """Compares both rows with Keras and scikit-learn; a place where two are equally near may hold either."""
    for found, (places, cosines) in zip(rows_of(page), neighbours_of(state, strokes), strict=True):
        np.testing.assert_allclose([cosine for _, cosine in found], cosines, atol=0.0051)
        assert [label for label, _ in found] == digits()[1][places].tolist()


def check_votes(text, state):
    """Compares the counts of right votes, and the interval of the first."""
    text = text.replace("\u00a0", " ")
    counts = [int(count) for count in re.findall(r"by (?:features|pixels) (\d+) \(", text)]
    assert counts == [right_of(space, state) for space in SPACES]
    low, high = accuracy_interval(counts[0], 100)[1:3]
    assert f"by features {counts[0]} ({100 * low:.0f} to {100 * high:.0f} %) are right" in text


def check_sentence(text, state):
    """Compares what is said with the curves: accuracies, their paired difference, labels for the target."""
    text = text.replace("\u00a0", " ").replace("\u2212", "-")
    curves, way = state["curves"][state["task"]], FROZEN[state["frozen"]]
    at, over = curves["sizes"].index(size_of(state)), f"over {curves['sizes'][-1]}"
    numbers = re.search(
        r"gets ([\d.]+) % right, training from scratch ([\d.]+) %\. Paired over (\d+) seeds the difference is "
        r"([-+][\d.]+) points \((-?[\d.]+) to (-?[\d.]+)\)",
        text,
    ).groups()
    gain = curves["gain"][way][at]
    expected = [curves["accuracy"][one][at][0] for one in (way, SCRATCH)] + [curves["seeds"] / 100] + gain
    np.testing.assert_allclose([float(one) for one in numbers], 100 * np.array(expected), atol=0.051)
    assert ("no sure difference" in text) == (gain[1] <= 0 <= gain[2])
    counts = [need_of(state, one)[0] for one in (way, SCRATCH)]
    words = [over if np.isinf(count) else f"{count:.0f}" for count in counts]
    assert f"needs {words[0]} a class, training from scratch {words[1]}." in text
    if np.isfinite(counts).all() and counts[1] > counts[0]:
        assert f"saves {counts[1] - counts[0]:.0f} label" in text


def check_table(page, state):
    """Compares each row with the curves: accuracy, and the labels for the target, by the mean and both edges."""
    curves = state["curves"][state["task"]]
    at = curves["sizes"].index(size_of(state))
    rows = page.locator(".ls-table tbody tr:visible").all()
    assert len(rows) == len(curves["accuracy"])
    for row in rows:
        name, right, labels = (cell.text_content().replace("\u00a0", " ") for cell in row.locator("th, td").all())
        way = name.replace("fine-tune all", "none frozen").replace("4 frozen", "all frozen")
        assert abs(float(right.removesuffix(" %")) - 100 * curves["accuracy"][way][at][0]) < 0.051
        counts = need_of(state, way)
        words = [f">{curves['sizes'][-1]}" if np.isinf(count) else f"{count:.0f}" for count in counts]
        assert labels == words[0] + (f" ({words[1]} to {words[2]})" if counts[1] != counts[2] else "")


def stroke(page, strokes):
    box = page.locator(".xp-sheet").bounding_box()
    scale = box["width"] / 32
    for points in strokes:
        places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    settle(page)


def test_neighbours_and_votes_are_those_of_keras_and_follow_the_gallery(mount):
    shown = widget(digit=23, images=2, gallery=4)
    page = mount(shown)
    for change in (None, "images", "gallery", "digit"):
        if change == "images":
            page.get_by_role("slider", name="Images a class", exact=True).fill("3")
            shown.images = 10
        elif change == "gallery":
            page.get_by_role("button", name="Draw other labels").click()
            shown.gallery += 1
        elif change == "digit":
            page.get_by_role("button", name="Another digit").click()
            shown.digit += 1
        check_votes(counted_up(page), state_of(shown))
        check_rows(page, state_of(shown))


def test_a_gallery_has_all_that_the_page_holds_where_more_are_asked_for(mount):
    page = mount(widget(images=100))
    assert "these 20 a class, all that the page holds, the" in counted_up(page)


def test_drawing_by_mouse_and_by_keys_goes_through_the_backbone(mount):
    shown = widget(images=5)
    page = mount(shown)
    counted_up(page)
    stroke(page, placed(PRINT[7]))
    says(page, "nearest to a \\d.*neighbours stand in both rows\\.$", 1)
    assert f"nearest to a {rows_of(page)[0][0][0]:.0f}" in page.locator(".xp-status").nth(1).inner_text()
    page.get_by_role("button", name="Clear").click()
    says(page, "^The sheet is empty", 1)
    assert rows_of(page) == [[], []]
    page.locator(".xp-sheet").focus()
    for key in [*["Home"] * 16, *["ArrowRight"] * 7, "Space", *["ArrowDown"] * 12]:
        page.keyboard.press(key)
    settle(page)
    check_rows(page, state_of(shown), [[(15, 1), (15, 25)]])


def test_only_what_one_row_has_alone_is_framed_and_said_so(mount):
    states = [{"digit": digit, "images": 5, "gallery": 0} for digit in range(100)]
    common = [len(set(first[0]) & set(second[0])) for first, second in map(neighbours_of, states)]
    state = states[int(np.argmin(common))]
    page = mount(widget(**state))
    counted_up(page)
    truth = digits()[1][200 + state["digit"]]
    says(page, f"{min(common)} of the 5 neighbours stand in both rows\\. The label says {truth}", 1)
    assert page.locator(".ls-alone").count() == 10 - 2 * min(common) > 0
    assert page.get_by_label("in this row alone").count() == 10 - 2 * min(common)


def png(grey):
    data = io.BytesIO()
    Image.fromarray(grey).save(data, "PNG")
    return data.getvalue()


def test_opened_picture_becomes_the_drawing_and_what_is_none_is_refused_in_words(mount):
    page = mount(widget(images=20))
    counted_up(page)
    field = page.locator("input[type=file]")
    field.set_input_files(
        {"name": "four.png", "mimeType": "image/png", "buffer": png(picture_of(4, size=600, scale=9))}
    )
    says(page, "By features (and by pixels )?it is nearest to a 4", 1)
    before = page.locator(".ls-rows").inner_text()
    field.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    note = page.locator(".ls-note")
    page.wait_for_function("document.querySelector('.ls-note').textContent.includes('notes.txt as a picture')")
    assert page.locator(".ls-rows").inner_text() == before
    grey = png(np.full((40, 30), 99, "uint8"))
    field.set_input_files({"name": "fog.png", "mimeType": "image/png", "buffer": grey})
    page.wait_for_function("document.querySelector('.ls-note').textContent.includes('equally bright')")
    field.set_input_files({"name": "one.png", "mimeType": "image/png", "buffer": png(picture_of(1))})
    page.wait_for_function("document.querySelector('.ls-note').textContent === ''")
    assert note.inner_text() == ""


def test_sentence_and_table_say_what_the_curves_do(mount):
    shown = widget(2, frozen=2, images=20, target=0.7)
    page = mount(shown)
    check_sentence(page.locator(".xp-status").first.text_content(), state_of(shown))
    check_table(page, state_of(shown))
    page.get_by_text("clothes").click()
    for name, value in {"Frozen": "0", "Target": "0.8", "Images a class": "2"}.items():
        page.get_by_role("slider", name=name, exact=True).fill(value)
    shown.task, shown.frozen, shown.target, shown.images = "clothes", 0, 0.8, 50
    says(page, "the fine-tuned backbone gets .* For 80 %, the fine-tuned")
    check_sentence(page.locator(".xp-status").first.text_content(), state_of(shown))
    check_table(page, state_of(shown))
    page.get_by_label("Control").select_option("nearest, pixels")
    assert page.locator(".ls-shown th").all_inner_texts() == ["from scratch", "fine-tune all", "nearest, pixels"]


def test_difference_whose_interval_holds_0_is_said_to_show_nothing(call):
    [text] = call(MODULE, "sentence", [[equal_ways()]])
    assert "): no sure difference. For" in text and "That saves none." in text


def equal_ways():
    """A state in which the frozen backbone does what training from scratch does, but for chance."""
    results = made_up(8)
    rng = np.random.default_rng(1)
    runs = np.array(results["digits"]["accuracy"][SCRATCH])
    noise = rng.normal(0, 1e-3, runs.shape)
    results["digits"]["accuracy"]["all frozen"] = (runs + noise - noise.mean(axis=1, keepdims=True)).tolist()
    return state_of(LabelsSaved(results=results, target=0.6))


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(widget(guess="scratch_needs"), width=390, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Show me").click()
    counted_up(page)
    check_nothing_leaves_the_card(page, (390, 320, 760), excepted=".xp-sr, .xp-scroll, .xp-chart")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2200


def test_fits_one_screen(mount):
    page = mount(widget(), width=1280)
    counted_up(page)
    assert page.locator(".xp").bounding_box()["height"] < 920


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"digit": -1}, {"guess": "scratch_needs", "images": 50}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(widget(**arguments), theme=theme)
    counted_up(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"task": "cats"},
        {"frozen": 5},
        {"control": "luck"},
        {"images": 3},
        {"target": 0.4},
        {"digit": 100},
        {"drawing": "short"},
        {"gallery": -1},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        widget(**arguments)


def test_results_and_weights_of_another_form_are_refused():
    results = made_up()
    with pytest.raises(traitlets.TraitError, match="task: expected one of digits"):
        LabelsSaved(results={"digits": results["digits"]}, task="clothes")
    with pytest.raises(ValueError, match="results: expected one of digits, clothes, received steps"):
        curves_of({"steps": 3})
    del results["clothes"]["accuracy"]["3 frozen"]
    with pytest.raises(ValueError, match="results: expected of clothes sizes among .* the ways from scratch"):
        curves_of(results)
    results = made_up()
    results["digits"]["accuracy"]["1 frozen"][2] = [0.5]
    with pytest.raises(ValueError, match="row|shape|inhomogeneous"):
        curves_of(results)
    with pytest.raises(ValueError, match="weights: expected those of dnnlib.models.backbone"):
        weights_text([np.zeros((3, 3, 1, 8))])


def test_link_may_set_what_python_takes_and_nothing_else(blank, monkeypatch):
    monkeypatch.setattr(labels_saved, "_stored", made_up)
    empty, short = (base64.b64encode(bytes(count)).decode() for count in (128, 127))
    tried = {
        "task": ["digits", "clothes", "cats"],
        "frozen": [0, 4, 5, -1, 1.5],
        "control": ["linear, pixels", "all frozen, random head", "from scratch"],
        "images": [1, 200, 3, 0],
        "target": [0.5, 0.99, 0.49, 1.0, None],
        "digit": [-1, 99, 100, -2, 0.5],
        "drawing": [empty, short, "", 3],
        "gallery": [0, 99, 100, -1],
    }
    check_link_takes_what_python_takes(blank, LabelsSaved, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, widget(), {"images": 20})


def test_defaults_are_the_stored_measurements_and_the_bundled_backbone():
    shown, results = LabelsSaved(), load_results("transfer_labels")["results"]
    assert shown.weights == weights_text(net().get_weights())
    for task in ("digits", "clothes"):
        assert shown.curves[task]["sizes"] == results[task]["sizes"]
        for way, rows in shown.curves[task]["accuracy"].items():
            means = np.mean(results[task]["accuracy"][way], axis=1)
            np.testing.assert_allclose([row[0] for row in rows], means, atol=5.1e-5)


def test_what_a_page_stores_is_small():
    shown = LabelsSaved()
    assert len(shown.weights) < 110_000
    assert sum(len(str(rows)) for rows in shown.curves["digits"]["accuracy"].values()) < 4000
