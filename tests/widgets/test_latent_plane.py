"""The plane of codes: pictures, distances, map and walks are dnnlib's and NumPy's, by mouse, keyboard, touch, phone."""

import functools
import hashlib
import re

import numpy as np
import pytest
import traitlets
from sklearn.datasets import load_digits

from dnnlib.datasets.results import load_results
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.latent_plane import KINDS, LatentPlane
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tools.digits_data import sample
from tools.experiments import latent_plane as experiment
from tools.letters import LETTERS

MODULE = "latent_plane.mjs"


def state_of(**arguments):
    widget = LatentPlane(**arguments)
    return {name: getattr(widget, name) for name in LatentPlane.class_own_traits(sync=True)}


def random_states(count, seed=0):
    rng = np.random.default_rng(seed)
    for n in range(count):
        yield state_of(
            kind=KINDS[n % 2],
            place=rng.random(2).round(4).tolist(),
            ends=rng.permutation(300)[:2].tolist(),
            distance=float(rng.uniform(1, 2)),
        )


@functools.cache
def digits():
    """The 300 digits, (300, 64), and their labels."""
    data, labels = load_digits(return_X_y=True)
    return data[sample()] / 16, labels[sample()]


def letters(name, width):
    """The whole numbers of a text in the page's module."""
    text = re.search(rf'const {name} =\s+"([^"]+)"', experiment.MODULE.read_text(encoding="utf-8"))[1]
    return np.array([LETTERS.index(one) for one in text]).reshape(-1, width) @ 64 ** np.arange(width)[::-1]


@functools.cache
def codes_of(kind):
    return (letters(f"{kind.upper()}_CODES", 3).reshape(-1, 2) - experiment.HALF[1]) * experiment.CODE_STEP


@functools.cache
def decoder_of(kind):
    """The page's decoder by dnnlib, in float64."""
    layers = [layer for units in experiment.HIDDEN for layer in (Dense(units, dtype="float64"), ReLU(dtype="float64"))]
    decoder = Sequential([*layers, Dense(64, dtype="float64"), Sigmoid("float64")])
    decoder.build((None, 2))
    weights = (letters(f"{kind.upper()}_WEIGHTS", 2) - experiment.HALF[0]) * experiment.WEIGHT_STEP
    shapes = [one.shape for one in decoder.get_weights()]
    parts = np.split(weights, np.cumsum([np.prod(shape) for shape in shapes])[:-1])
    decoder.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    return decoder


def pictures(kind, codes):
    return decoder_of(kind).forward(np.atleast_2d(codes))


def gaps(shown):
    """Distances of pictures from each of the 300 digits."""
    return np.sqrt(((np.atleast_2d(shown)[:, None] - digits()[0]) ** 2).sum(axis=2))


def code_at(kind, place):
    low, high = codes_of(kind).min(axis=0), codes_of(kind).max(axis=0)
    return low + (np.array(place) * 1.1 - 0.05) * (high - low)


def test_pictures_and_nearest_digits_equal_dnnlib_on_200_random_places(ask):
    states = list(random_states(200))
    for state, found in zip(states, ask(MODULE, "underCursor", [[state] for state in states]), strict=True):
        code = code_at(state["kind"], state["place"])
        shown = pictures(state["kind"], code)
        np.testing.assert_allclose(found["code"], code, atol=1e-9)
        np.testing.assert_allclose(found["shown"], shown[0], atol=1e-6)
        assert found["digit"] == gaps(shown).argmin()
        assert found["distance"] == pytest.approx(gaps(shown).min(), abs=1e-6)


def walk(state):
    """The walk: the decoder's pictures and the cross-fade's, (21, 64) each."""
    ways = np.linspace(0, 1, 21)[:, None]
    ends = [codes_of(state["kind"])[one] for one in state["ends"]]
    first, second = (digits()[0][one] for one in state["ends"])
    return pictures(state["kind"], (1 - ways) * ends[0] + ways * ends[1]), (1 - ways) * first + ways * second


def test_walks_equal_dnnlib_on_random_states(ask):
    states = list(random_states(30, seed=1))
    for state, found in zip(states, ask(MODULE, "walkOf", [[state] for state in states]), strict=True):
        shown, faded = walk(state)
        np.testing.assert_allclose([one["shown"] for one in found], shown, atol=1e-6)
        np.testing.assert_allclose([one["faded"] for one in found], faded, atol=1e-9)
        np.testing.assert_allclose([one["distance"] for one in found], gaps(shown).min(axis=1), atol=1e-6)
        np.testing.assert_allclose([one["fadedDistance"] for one in found], gaps(faded).min(axis=1), atol=1e-6)


@functools.cache
def map_of(kind):
    """How far the picture is from the nearest digit in each cell of the map, (1600,)."""
    places = np.stack(np.meshgrid(*[(np.arange(40) + 0.5) / 40] * 2), axis=-1).reshape(-1, 2)
    shown = pictures(kind, code_at(kind, places))
    return experiment.nearest(shown, digits()[0])


def test_map_errors_and_digits_near_equal_dnnlib(ask):
    for kind in KINDS:
        np.testing.assert_allclose(ask(MODULE, "mapOf", [[kind]])[0], map_of(kind), atol=1e-6)
        error = ((pictures(kind, codes_of(kind)) - digits()[0]) ** 2).sum(axis=1).mean()
        assert ask(MODULE, "rebuiltError", [[kind]])[0] == pytest.approx(error, abs=1e-6)
        places = np.random.default_rng(2).random((50, 2))
        span = code_at(kind, [1, 1]) - code_at(kind, [0, 0])
        away = np.linalg.norm((codes_of(kind) - code_at(kind, places)[:, None]) / span, axis=2)
        found = ask(MODULE, "digitNear", [[kind, place.tolist()] for place in places])
        assert found == away.argmin(axis=1).tolist()


def holes(state):
    return 100 * np.mean(map_of(state["kind"]) > state["distance"])


def nearest(state):
    return digits()[1][gaps(pictures(state["kind"], code_at(state["kind"], state["place"]))).argmin()]


def farthest(state):
    return 5 * gaps(walk(state)[0]).min(axis=1).argmax()


def test_guesses_equal_dnnlib_on_random_states(ask):
    states = list(random_states(60, seed=3))
    for name, oracle in (("holeShare", holes), ("farthest", farthest)):
        found = ask(MODULE, name, [[state] for state in states])
        np.testing.assert_allclose(found, [oracle(state) for state in states], atol=1e-9)


def test_networks_in_the_page_are_those_of_the_first_seed_but_for_rounding():
    results = load_results("latent_plane")["results"]
    for kind in KINDS:
        shown, first = pictures(kind, codes_of(kind)), results[kind][0]
        error = ((shown - digits()[0]) ** 2).sum(axis=1).mean()
        assert error == pytest.approx(first["error_unseen"], rel=0.01)
        for distance, beyond in zip(results["setting"]["distances"], first["map_beyond"], strict=True):
            assert abs(np.sum(map_of(kind) > distance) - beyond) <= 0.02 * 1600


def test_variational_maps_have_fewer_holes_with_each_seed_and_every_distance():
    results = load_results("latent_plane")["results"]
    plain, variational = (np.array([one["map_beyond"] for one in results[kind]]) for kind in KINDS)
    assert len(plain) == 5 and (variational < plain).all()


def test_error_of_two_principal_components_is_measured_anew():
    data = load_digits().data / 16
    assert f"PCA_ERROR = {experiment.pca_error(data, sample()):.3f};" in experiment.MODULE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_the_training_equal_central_differences(kind):
    rng = np.random.default_rng(5)
    encoder, decoder = experiment.networks(kind, 3, dtype="float64")
    batch, noise = load_digits().data[:6] / 16, rng.standard_normal((6, 2)) * (kind == "variational")
    for values in [*encoder.params.values(), *decoder.params.values()]:
        values += 0.1 * rng.standard_normal(values.shape)  # biases of zero would leave units on ReLU's kink

    def loss():
        return experiment.one_pass(kind, encoder, decoder, batch, noise)

    loss()
    for network in (encoder, decoder):
        grads = {name: grad.copy() for name, grad in network.grads.items()}
        for name, values in network.params.items():
            direction = rng.standard_normal(values.shape)
            start, ends = values.copy(), []
            for step in (1e-6, -1e-6):
                values[...] = start + step * direction
                ends.append(loss())
            values[...] = start
            slope = (ends[0] - ends[1]) / 2e-6
            assert slope == pytest.approx(np.sum(grads[name] * direction), rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("kind", KINDS)
def test_training_rebuilds_digits_better(kind):
    x = (load_digits().data[:64] / 16).astype("float32")

    def error(epochs):
        encoder, decoder = experiment.train(kind, 1, x, epochs)
        return ((experiment.pictures(decoder, experiment.split(encoder.forward(x))[0]) - x) ** 2).mean()

    assert error(60) < 0.6 * error(0)


def test_stored_networks_are_small_and_the_file_that_the_sources_name():
    data = experiment.MODULE.read_bytes()
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert len(data) < 32_000 and f"`{experiment.MODULE.name}` `{hashlib.sha256(data).hexdigest()}`" in sources


# ---- In the page ----


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('.xp-status').textContent.replaceAll('\\u00a0', ' ').includes(t)", arg=text
    )


def shares(page):
    """The shares of both maps in the sentence, in %: of the map that is shown, and of the other."""
    says(page, "of the map")
    text = page.locator(".xp-status").inner_text().replace("\xa0", " ")
    return [float(one) for one in re.findall(r"([\d.]+) %", text)]


def distance(page):
    settle(page)
    return float(re.search(r"is ([\d.]+) away", page.locator(".xp-status").inner_text())[1])


def at(state):
    """The distance of the picture at a state's place, from dnnlib."""
    return gaps(pictures(state["kind"], code_at(state["kind"], state["place"]))).min()


def test_sentence_and_table_tell_dnnlibs_shares_as_kind_and_distance_change(mount):
    page = mount(LatentPlane())
    plain, variational = (holes(state_of(kind=kind)) for kind in KINDS)
    np.testing.assert_allclose(shares(page), [plain, variational], atol=0.051)
    page.get_by_text("variational", exact=True).first.click()
    says(page, "The variational autoencoder")
    np.testing.assert_allclose(shares(page), [variational, plain], atol=0.051)
    page.get_by_role("slider", name="Far is farther").fill("1.75")
    says(page, "Farther than 1.75")
    np.testing.assert_allclose(shares(page), [holes(state_of(kind=k, distance=1.75)) for k in KINDS[::-1]], atol=0.051)
    rows = page.locator(".lp-table tbody tr").evaluate_all(
        "r => r.map((one) => [...one.cells].map((c) => c.innerText))"
    )
    assert [row[0] for row in rows] == ["plain", "variational", "PCA, two axes"]
    for row, kind in zip(rows, KINDS, strict=False):
        error = ((pictures(kind, codes_of(kind)) - digits()[0]) ** 2).sum(axis=1).mean()
        assert float(row[1]) == pytest.approx(error, abs=0.0051)


def test_ring_goes_where_the_mouse_presses_and_by_keys(mount):
    page = mount(LatentPlane())
    plane = page.get_by_role("slider", name="Place in the plane")
    box = plane.bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.3 * box["height"])
    settle(page)
    assert distance(page) == pytest.approx(at(state_of(place=[0.25, 0.7])), abs=0.06)
    plane.focus()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    settle(page)
    start = plane.get_attribute("aria-valuetext")
    for key in ("ArrowRight", "Shift+ArrowUp", "ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    settle(page)
    assert plane.get_attribute("aria-valuetext") == start
    page.keyboard.press("Shift+ArrowLeft")
    settle(page)
    x, y = (float(n) for n in re.findall(r"[\d.-]+", plane.get_attribute("aria-valuetext").replace("−", "-")))
    np.testing.assert_allclose([x, y], code_at("plain", [0.4, 0.5]), atol=0.15)


def test_walk_begins_at_the_digit_under_the_ring_and_its_pictures_lead_there(mount):
    state = state_of(place=[0.594, 0.078])  # at a 6
    page = mount(LatentPlane(place=state["place"]))
    page.get_by_role("button", name="Start at the digit here").click()
    away = np.linalg.norm(codes_of("plain") - code_at("plain", state["place"]), axis=1)
    assert f"from A, a {digits()[1][away.argmin()]}, to B, a 7" in page.locator(".lp-walk").inner_text()
    page.locator(".lp-walk button").nth(4).click()
    middle = {**state, "ends": [int(away.argmin()), 7]}
    assert distance(page) == pytest.approx(gaps(walk(middle)[0][10]).min(), abs=0.0051)


def test_ends_that_would_be_one_digit_change_places(mount):
    page = mount(LatentPlane(ends=[0, 7], place=[0.409, 0.376]))
    page.get_by_role("button", name="Start at the digit here").click()
    text = page.locator(".lp-walk").inner_text()
    away = np.linalg.norm(codes_of("plain") - code_at("plain", [0.409, 0.376]), axis=1)
    assert away.argmin() == 7 and "from A, a 7, to B, a 0" in text


def test_tour_says_what_is_measured(mount):
    page = mount(LatentPlane(tour="holes"))
    page.get_by_role("button", name="Take the tour").click()
    seen = []
    for text in ("a 0, is", "a hole", "a hole", "The variational autoencoder", "a hole"):
        says(page, text)
        seen.append((distance(page), *shares(page)))
        page.get_by_role("button", name=re.compile("Next|Done")).click()
    assert seen[0][0] < 1 and seen[1][0] > 2.5 and seen[2][0] > 1.75 and seen[3][0] < 1.5 < seen[4][0]
    assert 28 < seen[0][1] < 38 and seen[3][1] < 5  # "a third", "little"
    error = {kind: ((pictures(kind, codes_of(kind)) - digits()[0]) ** 2).sum(axis=1).mean() for kind in KINDS}
    assert max(error.values()) < 0.75 * load_results("latent_plane")["results"]["setting"]["pca_error"]


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(LatentPlane(tour="holes"), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760))
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "holes", "background": "pictures"}, {"guess": "farthest"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(LatentPlane(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"kind": "deep"},
        {"place": [0.5, 1.1]},
        {"place": [0.5]},
        {"ends": [3, 3]},
        {"ends": [0, 300]},
        {"distance": 3},
        {"background": "none"},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        LatentPlane(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "kind": ["plain", "variational", "deep"],
        "place": [[0, 1], [0.25, 0.5], [-0.1, 0], [0, 1.01], [0.5], ["a", 0], 3],
        "ends": [[0, 299], [7, 7], [0, 300], [1.5, 2], [0], None],
        "distance": [1.0, 2.0, 0.9, 2.1, "far"],
        "background": ["distance", "pictures", "none"],
    }
    check_link_takes_what_python_takes(blank, LatentPlane, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, LatentPlane(), {"kind": "variational"})
