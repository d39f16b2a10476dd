"""t-SNE, live: affinities, forces and each step are dnnlib's, and mouse and keyboard ask any digit what moves it."""

import functools
import json
import re

import numpy as np
import pytest
import traitlets

from dnnlib.unsupervised.affinities import affinities
from dnnlib.unsupervised.pca import PCA
from dnnlib.unsupervised.tsne import kl_gradient
from dnnlib.widgets.live_tsne import LiveTSNE
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_network_playground import Generator
from tools import digits_data

MODULE, TSNE_MODULE = "live_tsne.mjs", "shared/tsne.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-9}
COUNT, NEAR, HOLD, REST = 300, 10, 50, 500


def full(**changed):
    """A state with all traits."""
    widget = LiveTSNE(**changed)
    return {name: getattr(widget, name) for name in LiveTSNE.class_own_traits(sync=True)}


# By dnnlib and NumPy


@functools.cache
def digits():
    """The page's digits as dnnlib has them, (300, 64), and their labels."""
    pixels, labels = digits_data.counts()
    chosen = digits_data.sample()
    return pixels[chosen].astype("float64"), labels[chosen]


@functools.cache
def probabilities(perplexity):
    return affinities(digits()[0], perplexity)


def start(state):
    """The first map: small normal numbers, or dnnlib's principal components as small."""
    if state["init"] == "random":
        random = Generator(state["seed"])
        return 0.01 * np.array([[random.normal(), random.normal()] for _ in range(COUNT)])
    axes = PCA(2, svd_solver="full").fit_transform(digits()[0])
    return 0.01 * axes / axes[:, 0].std()


def forces(P, Y):
    """Attraction and repulsion on each point, from their definition; q (n, n) too."""
    differences = Y[np.newaxis] - Y[:, np.newaxis]  # [i, j] leads from i to j
    W = 1 / (1 + (differences**2).sum(axis=-1))
    np.fill_diagonal(W, 0)
    Q = W / W.sum()
    pulls, pushes = (4 * np.einsum("ij,ijk->ik", part * W, differences) for part in (P, -Q))
    return pulls, pushes, Q


def gradient(P, Y):
    """What kl_gradient gives, in a tenth of its time: held to it by a test below."""
    squares = (Y**2).sum(axis=1)
    W = 1 / (1 + squares + squares[:, np.newaxis] - 2 * Y @ Y.T)
    np.fill_diagonal(W, 0)
    M = (P - W / W.sum()) * W
    return 4 * (M.sum(axis=1, keepdims=True) * Y - M @ Y)


def descended(P, Y, steps, exaggeration, hold=HOLD, rate=100.0, momentum=(0.5, 0.8), slope=gradient):
    """Yields the map at the start and after each step of plain descent."""
    velocity = np.zeros_like(Y)
    yield Y
    for step in range(steps):
        factor = exaggeration if step < hold else 1
        velocity = momentum[step >= hold] * velocity - rate / factor * slope(factor * P, Y)
        Y = Y + velocity
        yield Y


def nearest(X, k=NEAR):
    distances = ((X[:, np.newaxis] - X) ** 2).sum(axis=-1)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


@functools.cache
def _ended(perplexity, exaggeration, init, seed, steps):
    *_, Y = descended(probabilities(perplexity), start({"init": init, "seed": seed}), steps, exaggeration)
    kept = np.array([len({*one} & {*other}) for one, other in zip(nearest(digits()[0]), nearest(Y), strict=True)])
    return Y, kl_gradient(probabilities(perplexity), Y)[0], kept


def ended(state, steps=None, exaggeration=None):
    """The map after its steps, its divergence, and how many of each digit's neighbours it keeps."""
    steps, factor = state["steps"] if steps is None else steps, exaggeration or state["exaggeration"]
    return _ended(state["perplexity"], factor, state["init"], state["seed"], steps)


def told(state):
    """What the page says of the digit held: length of attraction, repulsion and sum, its row, neighbours kept."""
    Y, _, kept = ended(state)
    P, i = probabilities(state["perplexity"]), state["held"]
    factor = state["exaggeration"] if state["steps"] < HOLD else 1
    pulls, pushes, Q = forces(factor * P, Y)
    both = P[i] > 0
    row = np.sum(P[i, both] * np.log(P[i, both] / Q[i, both]))
    lengths = [np.linalg.norm(force[i]) for force in (pulls, pushes, pulls + pushes)]
    return [*lengths, row, kept[i]]


def share_kept(state):
    return 100 * ended(state, REST)[2].mean() / NEAR


def together(state):
    pull, _, both, _, _ = told({**state, "steps": REST})
    return 100 * both / pull


def gain(state):
    """By how many points exaggeration raises the share kept."""
    factor = state["exaggeration"] if state["exaggeration"] > 1 else 4
    with_it, without = (ended(state, REST, one)[2].mean() for one in (factor, 1))
    return 100 * (with_it - without) / NEAR


# The numbers


def random_points(count, seed=0, most=30):
    """Small data sets with a perplexity that fits each; some have points that are equal."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        samples, features = int(rng.integers(5, most)), int(rng.integers(1, 6))
        X = rng.normal(size=(samples, features)) * 10.0 ** rng.integers(-2, 3)
        if n % 5 == 0:
            X[1] = X[0]
        yield X, float(rng.uniform(1.5, 0.6 * samples))


def as_lists(values):
    return np.asarray(values).ravel().tolist()


@pytest.fixture
def run(blank):
    """Returns run(source, argument) -> what an async function (m, t, argument) gives; typed arrays come as lists."""

    def ask(source, argument):
        text = blank.evaluate(
            f"""async (text) => {{
              const m = await import("/dnnlib/widgets/{MODULE}"), t = await import("/dnnlib/widgets/{TSNE_MODULE}");
              const list = (key, value) => (ArrayBuffer.isView(value) ? [...value] : value);
              return JSON.stringify(({source})(m, t, JSON.parse(text)), list);
            }}""",
            json.dumps(argument),
        )
        return json.loads(text)

    return ask


def test_affinities_of_200_random_data_sets_are_dnnlibs(run):
    cases = list(random_points(200))
    received = run(
        """(m, t, cases) => cases.map(([points, n, perplexity]) =>
             t.affinitiesOf(t.squaredDistances(points, n), n, perplexity))""",
        [[as_lists(X), len(X), perplexity] for X, perplexity in cases],
    )
    for (X, perplexity), P in zip(cases, received, strict=True):
        expected = affinities(X, perplexity)
        np.testing.assert_allclose(np.reshape(P, expected.shape), expected, rtol=1e-6, atol=1e-12)


def test_equally_near_neighbours_share_alike_where_they_are_more_than_the_perplexity(run):
    P = run("(m, t, X) => t.affinitiesOf(t.squaredDistances(X, 5), 5, 1.5)", as_lists(np.eye(5)))
    np.testing.assert_allclose(np.reshape(P, (5, 5)), (1 - np.eye(5)) / 20, atol=1e-12)


def test_forces_divergence_and_rows_of_200_random_maps_are_those_of_kl_gradient(run):
    rng = np.random.default_rng(1)
    cases = [(affinities(X, perplexity), rng.normal(size=(len(X), 2)) * 10.0 ** rng.integers(-2, 2))
             for X, perplexity in random_points(200, seed=1)]  # fmt: skip
    received = run(
        """(m, t, cases) => cases.map(([P, Y]) => {
             const { attraction, repulsion, z } = t.forcesOf(P, Y);
             const rows = Array.from({ length: Y.length / 2 }, (_, i) => t.rowOf(P, Y, i, z));
             return { attraction, repulsion, kl: t.divergence(P, Y), rows };
           })""",
        [[as_lists(P), as_lists(Y)] for P, Y in cases],
    )
    for (P, Y), found in zip(cases, received, strict=True):
        kl, slope = kl_gradient(P, Y)
        pulls, pushes, Q = forces(P, Y)
        pull, push = (np.reshape(found[name], Y.shape) for name in ("attraction", "repulsion"))
        np.testing.assert_allclose(pull, pulls, **WITHIN)
        np.testing.assert_allclose(push, pushes, **WITHIN)
        np.testing.assert_allclose(-(pull + push), slope, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(gradient(P, Y), slope, rtol=1e-6, atol=1e-9)  # the fast oracle of the rest
        np.testing.assert_allclose(found["kl"], kl, **WITHIN)
        np.testing.assert_allclose([row["q"] for row in found["rows"]], Q, rtol=1e-6, atol=1e-12)
        assert abs(sum(sum(row["terms"]) for row in found["rows"]) - kl) < 1e-9


def test_200_random_descents_are_plain_descent_on_kl_gradient_step_for_step(run):
    rng, cases = np.random.default_rng(2), []
    for X, perplexity in random_points(200, seed=2, most=16):
        options = {
            "exaggeration": float(rng.choice([1, 4, 12])),
            "hold": int(rng.integers(0, 12)),
            "rate": float(rng.uniform(0.1, 0.5) * len(X)),
            "momentum": [float(m) for m in rng.uniform(0, 0.9, 2)],
        }
        cases.append((affinities(X, perplexity), 0.1 * rng.normal(size=(len(X), 2)), options))
    received = run(
        """(m, t, cases) => cases.map(([P, start, options]) => {
             const run = t.descent(P, start, options), maps = [[...run.Y]];
             while (run.steps() < 20) { run.step(); maps.push([...run.Y]); }
             return maps;
           })""",
        [[as_lists(P), as_lists(Y), options] for P, Y, options in cases],
    )
    for (P, Y, options), maps in zip(cases, received, strict=True):
        expected = list(descended(P, Y, 20, **options, slope=lambda P, Y: kl_gradient_of(P, Y)))
        np.testing.assert_allclose(np.reshape(maps, (21, *Y.shape)), expected, rtol=1e-6, atol=1e-8, err_msg=options)


def kl_gradient_of(P, Y):
    """kl_gradient's gradient where P has been exaggerated: it is the same formula for any P."""
    return kl_gradient(P, Y)[1]


@pytest.mark.parametrize("changed", [
    {}, {"exaggeration": 1.0, "seed": 3}, {"exaggeration": 12.0, "perplexity": 5.0},
    {"init": "pca", "perplexity": 50.0},
])  # fmt: skip
def test_120_steps_on_the_300_digits_are_dnnlibs(run, changed):
    state = full(**changed)
    found = run(
        """(m, t, state) => {
             const map = m.mapOf(state), maps = [[...map.Y]];
             while (map.steps() < 120) { map.step(); if (map.steps() % 20 === 0) maps.push([...map.Y]); }
             return { P: map.P, maps, curve: map.curve };
           }""",
        state,
    )
    P = probabilities(state["perplexity"])
    np.testing.assert_allclose(np.reshape(found["P"], P.shape), P, rtol=1e-6, atol=1e-12)
    expected = list(descended(P, start(state), 120, state["exaggeration"]))
    for received, map_ in zip(found["maps"], expected[::20], strict=True):
        np.testing.assert_allclose(np.reshape(received, map_.shape), map_, rtol=1e-6, atol=1e-6 * np.abs(map_).max())
    assert found["curve"]["x"] == list(range(0, 121, 10))
    np.testing.assert_allclose(found["curve"]["y"], [kl_gradient(P, Y)[0] for Y in expected[::10]], rtol=1e-6)


def test_nearest_and_kept_are_those_of_a_stable_sort_on_200_random_maps(run):
    rng = np.random.default_rng(3)
    cases = [(rng.integers(0, 6, (n, 2)).astype(float), rng.normal(size=(n, 2)), int(rng.integers(1, n)))
             for n in rng.integers(3, 25, 200)]  # fmt: skip
    received = run(
        """(m, t, cases) => cases.map(([X, Y, k]) => {
             const n = X.length / 2, [one, other] = [X, Y].map((all) => t.nearestOf(t.squaredDistances(all, n), n, k));
             return [one, other, t.keptOf(one, other, k)];
           })""",
        [[as_lists(X), as_lists(Y), k] for X, Y, k in cases],
    )
    for (X, Y, k), (one, other, kept) in zip(cases, received, strict=True):
        truth, shown = nearest(X, k), nearest(Y, k)
        np.testing.assert_array_equal(np.reshape(one, truth.shape), truth)
        np.testing.assert_array_equal(np.reshape(other, shown.shape), shown)
        assert kept == [len({*a} & {*b}) for a, b in zip(truth.tolist(), shown.tolist(), strict=True)]


def test_what_is_said_of_a_digit_is_what_numpy_finds(run):
    states = [full(steps=steps, held=held, exaggeration=12.0) for steps in (20, 60) for held in (3, 33, 200)]
    received = run(
        """(m, t, states) => states.map((state) => {
             const map = m.mapOf(state);
             while (map.steps() < state.steps) map.step();
             const found = m.judged(map);
             return { found, one: m.heldOf(map, state.held, found), pulls: m.pullsOf(map, state.held, map.factor()),
               pairs: m.pairsOf(m.heldOf(map, state.held, found)), worst: m.worstFirst(found.kept) };
           })""",
        states,
    )
    truth = nearest(digits()[0])
    for state, got in zip(states, received, strict=True):
        (Y, kl, kept), i, one = ended(state), state["held"], got["one"]
        lengths = [np.linalg.norm(one[name]) for name in ("attraction", "repulsion", "together")]
        np.testing.assert_allclose([*lengths, one["share"], len(one["kept"])], told(state), rtol=1e-5)
        np.testing.assert_allclose(got["found"]["kl"], kl, **WITHIN)
        assert got["found"]["kept"] == kept.tolist()
        assert abs(got["found"]["share"] - kept.mean() / NEAR) < 1e-9
        near = nearest(Y)[i]
        assert {*one["kept"]} == {*truth[i]} & {*near} and {*one["lost"]} == {*truth[i]} - {*near}
        assert {*one["guests"]} == {*near} - {*truth[i]}
        P = probabilities(30.0)
        distances = np.linalg.norm(Y - Y[i], axis=1)
        pulls = (12 if state["steps"] < HOLD else 1) * 4 * P[i] * distances / (1 + distances**2)
        assert [j for j, _ in got["pulls"]] == np.argsort(-pulls)[:NEAR].tolist()
        np.testing.assert_allclose([pull for _, pull in got["pulls"]], np.sort(pulls)[::-1][:NEAR], rtol=1e-5)
        first = np.argsort(-P[i], kind="stable")[:6].tolist()
        q = forces(P, Y)[2][i]
        assert got["pairs"] == first + [j for j in np.argsort(-q, kind="stable").tolist() if j not in first][:2]
        assert got["worst"] == np.argsort(kept, kind="stable").tolist()


def test_arrow_keys_lead_to_the_nearest_digit_within_45_degrees(run):
    rng = np.random.default_rng(4)
    Y, ways = rng.normal(size=(COUNT, 2)), [[1, 0], [-1, 0], [0, 1], [0, -1]]
    received = run(
        "(m, t, [Y, ways]) => Array.from({ length: 300 }, (_, i) => ways.map((way) => m.towards(Y, i, way)))",
        [as_lists(Y), ways],
    )
    for i, found in enumerate(received):
        for way, j in zip(ways, found, strict=True):
            away = Y - Y[i]
            along, across = away @ way, np.abs(away @ [way[1], -way[0]])
            inside = (along > 0) & (across <= along)
            assert j == (i if not inside.any() else np.where(inside, (away**2).sum(axis=1), np.inf).argmin())


def test_answers_to_the_guesses_are_those_of_500_steps_in_numpy(run):
    states = [full(seed=1, held=12), full(init="pca", perplexity=10.0, exaggeration=1.0, held=None)]
    received = run(
        """(m, t, states) => states.map((state) => {
             const { share, together, kl } = m.outcome(state);
             return { share, together, kl, points: m.gain(state).points };
           })""",
        states,
    )
    for state, found in zip(states, received, strict=True):
        np.testing.assert_allclose(found["kl"], ended(state, REST)[1], rtol=1e-5)
        np.testing.assert_allclose(100 * found["share"], share_kept(state), atol=1e-6)
        np.testing.assert_allclose(found["points"], gain(state), atol=1e-6)
        if state["held"] is None:
            assert found["together"] is None  # not a number
        else:
            np.testing.assert_allclose(100 * found["together"], together(state), rtol=1e-3)


# The traits


@pytest.mark.parametrize("changed", [
    {"perplexity": 1.0}, {"perplexity": 101.0}, {"exaggeration": 0.5}, {"init": "zeros"}, {"seed": 100},
    {"steps": 1001}, {"held": 300}, {"view": "colours"}, {"marks": "dots"}, {"guess": "kl"}, {"tour": "map"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        LiveTSNE(**changed)


def test_link_takes_what_python_takes(blank):
    tried = {
        "perplexity": [2, 30.5, 100, 1.9, 101, "30", None],
        "exaggeration": [1, 4, 20, 0.9, 21, None],
        "init": ["random", "pca", "zeros", None],
        "seed": [0, 99, 100, -1, 1.5],
        "steps": [0, 1000, 1001, -1, 2.5],
        "held": [None, 0, 299, 300, -1, "1"],
        "view": ["forces", "neighbours", "colours"],
        "marks": ["numerals", "pictures", "dots"],
        "beside": [True, False, "yes"],
    }
    check_link_takes_what_python_takes(blank, LiveTSNE, tried)


# The figure


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp').textContent.includes(t)", arg=text)


def power(text):
    """Reads a number that may be written with a power of ten."""
    text = text.replace("−", "-")
    front, _, exponent = text.partition("·10")
    return float(front) * 10.0 ** int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


def numbers_of(text):
    """What the sentence says: divergence, share kept, and of the digit held what `told` gives."""
    n = r"(−?[\d.]+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
    pattern = (
        rf"is {n}, and {n}\s%.* pulled with {n} and pushed with {n}; the sum of both is {n} long\. "
        rf"Its row adds {n} to the divergence, and (\d+) of"
    )
    return [power(one) for one in re.search(pattern, text, re.S).groups()]


def expected_numbers(state):
    _, kl, kept = ended(state)
    return [kl, 100 * kept.mean() / NEAR, *told(state)]


def shown(page):
    return page.locator(".xp-status").inner_text()


def test_the_sentence_and_the_panel_say_dnnlibs_numbers(mount):
    for changed in ({"steps": 30, "held": 77}, {"steps": 200, "exaggeration": 1.0, "held": 4}):
        page, state = mount(LiveTSNE(**changed)), full(**changed)
        np.testing.assert_allclose(numbers_of(shown(page)), expected_numbers(state), rtol=0.006, atol=0.0501)
        cells = page.get_by_role("table", name="Forces on").locator("tr td:last-child").all_inner_texts()
        np.testing.assert_allclose([power(text) for text in cells], told(state)[:3], rtol=0.006)
        rows = page.get_by_role("table", name="Its row of P").locator("tbody tr").all()
        table = np.array([[power(text) for text in row.locator("td").all_inner_texts()[1:]] for row in rows])
        P, (Y, *_) = probabilities(30.0)[state["held"]], ended(state)
        Q = forces(probabilities(30.0), Y)[2][state["held"]]
        first = np.argsort(-P, kind="stable")[:6]
        np.testing.assert_allclose(table[:6, 0], 1e4 * P[first], atol=0.0051)
        np.testing.assert_allclose(table[:6, 1], 1e4 * Q[first], atol=0.0051)
        np.testing.assert_allclose(table[:6, 2], 1e4 * P[first] * np.log(P[first] / Q[first]), atol=0.0051)
        np.testing.assert_allclose(table.sum(axis=0)[:2], [1e4 * P.sum(), 1e4 * Q.sum()], atol=0.05)
        np.testing.assert_allclose(table.sum(axis=0)[2], 1e4 * told(state)[3], atol=0.05)


def test_a_step_and_playing_go_on_and_a_change_begins_anew(mount):
    page = mount(LiveTSNE(steps=60))
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 61 steps")
    np.testing.assert_allclose(numbers_of(shown(page)), expected_numbers(full(steps=61)), rtol=0.006, atol=0.0501)
    curve = page.get_by_role("img", name="Divergence by step").get_attribute("aria-label")
    assert f"exaggeration 4 is {ended(full(steps=61))[1]:.3f} at step 61" in curve
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 70")
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Perplexity").select_option("5")
    says(page, "At the start, P exaggerated 4 times")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_label("Early exaggeration").select_option("off")
    says(page, "At the start the divergence")
    page.get_by_label("Start", exact=True).select_option("PCA")
    says(page, "At the start")
    assert not page.get_by_role("spinbutton", name="Seed").is_visible()
    state = full(perplexity=5.0, exaggeration=1.0, init="pca")
    np.testing.assert_allclose(numbers_of(shown(page)), expected_numbers(state), rtol=0.006, atol=0.0501)


def test_a_change_while_it_plays_begins_anew_and_plays_on(mount):
    page = mount(LiveTSNE(steps=600))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 603")
    page.get_by_label("Perplexity").select_option("50")  # whose search takes several frames
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) < 300")
    page.get_by_role("button", name="Pause").click()
    says(page, "After")
    steps = int(page.locator(".xp-player-count").inner_text().split()[0])
    state = full(perplexity=50.0, steps=steps)
    np.testing.assert_allclose(numbers_of(shown(page)), expected_numbers(state), rtol=0.006, atol=0.0501)


def place_of(page, i, Y):
    """Where a digit stands on the map's canvas, in pixels."""
    size = page.locator(".lt-map").first.bounding_box()["width"]
    mark = 11 if size < 300 else 13 if size < 400 else 15
    low, high = Y.min(axis=0), Y.max(axis=0)
    scale = (size / 2 - mark - 0.06 * size) / ((high - low) / 2).max()
    x, y = (Y[i] - (low + high) / 2) * scale
    return {"x": size / 2 + x, "y": size / 2 - y}


def test_a_digit_is_held_by_a_click_and_let_go_by_another(mount):
    page, (Y, *_) = mount(LiveTSNE(steps=0)), ended(full())
    i = int(np.argmax(Y[:, 0]))  # alone at the edge
    map_ = page.get_by_role("application", name="Map:")
    map_.click(position=place_of(page, i, Y))
    says(page, f"Digit {i}, a {digits()[1][i]}, is pulled")
    map_.click(position=place_of(page, i, Y))
    says(page, "No digit is held.")
    assert page.get_by_text("Choose a digit on the map").is_visible()
    assert not page.get_by_role("table", name="Forces on").is_visible()


def test_arrow_keys_hold_neighbours_and_escape_none(mount):
    page, (Y, *_) = mount(LiveTSNE(steps=100)), ended(full(steps=100))
    page.get_by_role("application", name="Map:").focus()
    held = 33
    for key, way in (("ArrowUp", [0, 1]), ("ArrowRight", [1, 0]), ("ArrowDown", [0, -1])):
        page.keyboard.press(key)
        away = Y - Y[held]
        inside = (away @ way > 0) & (np.abs(away @ [way[1], -way[0]]) <= away @ way)
        held = int(np.where(inside, (away**2).sum(axis=1), np.inf).argmin())
        says(page, f"Digit {held}, a {digits()[1][held]}, is pulled")
    page.keyboard.press("Escape")
    says(page, "No digit is held.")
    page.keyboard.press("ArrowUp")
    says(page, "Digit 33, a 3, is pulled")


def test_button_holds_the_digits_of_which_the_map_keeps_least(mount):
    page, kept = mount(LiveTSNE(steps=120)), ended(full(steps=120))[2]
    for i in np.argsort(kept, kind="stable")[:3]:
        page.get_by_role("button", name="Hold the worst").click()
        says(page, f"Digit {i}, a {digits()[1][i]}, is pulled")
        says(page, f"{kept[i]} of its 10 neighbours are near.")
    assert page.get_by_text("guest: near").is_visible()
    page.get_by_text("forces", exact=True).click()
    says(page, "their sum")


PAINTED = """(place) => {
  const canvas = document.querySelectorAll(".lt-map canvas")[place], context = canvas.getContext("2d");
  return context.getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, v) => sum + v, 0); }"""


def test_guess_at_the_sum_covers_the_arrows_until_it_is_committed(mount):
    page = mount(LiveTSNE(guess="together", steps=100))
    arrows = page.locator(".lt-arrows").first
    assert not arrows.is_visible()
    page.get_by_role("button", name="Show me").click()
    assert arrows.is_visible()
    assert page.evaluate(PAINTED, 1) > 0  # the second canvas of the map


def test_second_map_has_the_same_start_and_the_other_exaggeration(mount):
    page = mount(LiveTSNE(beside=True))
    says(page, "No exaggeration, from the same start")
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 3 steps")
    assert 0 < page.evaluate(PAINTED, 0) != page.evaluate(PAINTED, 2) > 0
    kl, kept = ended(full(), 3, 1.0)[1:]
    beside = re.search(r"with no exaggeration: ([\d.]+) and ([\d.]+)", shown(page)).groups()
    np.testing.assert_allclose([float(n) for n in beside], [kl, 100 * kept.mean() / NEAR], rtol=0.006, atol=0.0501)
    assert "no exaggeration" in page.get_by_role("img", name="Divergence by step").get_attribute("aria-label")
    page.get_by_role("checkbox", name="Beside it").uncheck()
    says(page, "Exaggeration 4: the map")
    assert page.get_by_role("application").count() == 1


def test_pictures_numerals_and_colours_are_painted_differently(mount):
    page = mount(LiveTSNE(steps=30))
    page.wait_for_function("document.querySelector('.lt-map canvas').width > 300")
    numerals = page.evaluate(PAINTED, 0)
    page.get_by_label("Pictures").check()
    page.wait_for_function(f"(before) => ({PAINTED})(0) !== before", arg=numerals)
    pictures = page.evaluate(PAINTED, 0)
    page.get_by_text("neighbours kept", exact=True).click()
    page.wait_for_function(f"(before) => ({PAINTED})(0) !== before", arg=pictures)
    assert len({numerals, pictures, page.evaluate(PAINTED, 0)}) == 3 and numerals > 0


def test_tour_says_what_the_map_shows_and_gives_the_state_back(mount):
    page = mount(LiveTSNE(seed=7, steps=20, tour="one_digit"))
    before = shown(page)
    page.get_by_role("button", name="Take the tour").click()
    says(page, "At the start")
    pull, push, *_ = told(full())
    assert pull > 2 * push  # "far longer"
    for steps in (45, 80, 500):
        page.get_by_role("button", name="Next").click()
        says(page, f"After {steps} steps")
    spans = [np.ptp(ended(full(), steps)[0], axis=0).max() for steps in (0, 45, 80)]
    assert spans[0] < 0.1 and spans[1] < 5 and spans[2] > 5 * spans[1]  # tiny, then blown up
    pull, push, both, *_ = told(full(steps=500))
    assert both < 0.02 * pull and both < 0.02 * push
    page.get_by_role("button", name="Next").click()
    says(page, "guest: near")
    page.get_by_role("button", name="Done").click()
    says(page, before)


STATES = {
    "asked": {"guess": "exaggeration", "tour": "one_digit", "steps": 5},
    "resting": {"steps": 300},
    "kept": {"steps": 150, "view": "neighbours", "marks": "pictures", "beside": True},
    "nothing held": {"held": None, "init": "pca", "view": "neighbours"},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(LiveTSNE(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320))


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, LiveTSNE(), {"view": "neighbours"})
