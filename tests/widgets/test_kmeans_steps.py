"""k-means by half steps: labels, costs and the map are dnnlib's and scikit-learn's; by mouse, keyboard and touch."""

import json
import re
import warnings

import numpy as np
import pytest
import traitlets
from scipy.optimize import linear_sum_assignment
from sklearn import cluster
from sklearn.metrics import pairwise_distances

from dnnlib.unsupervised.kmeans import Clusters, KMeans, nearest
from dnnlib.widgets.kmeans_steps import CLOUDS, EDGE, STARTS, KMeansSteps, cloud_of
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

MODULE, SIDE = "kmeans_steps.mjs", 96
TOL = 1e-10  # a centre that moves by rounding alone does not move
GROUPS = dict(zip(CLOUDS, ([40] * 3, [28] * 5, [100, 15, 15], [60] * 2, [50, 90], [140]), strict=True))


def state_of(**arguments):
    widget = KMeansSteps(**arguments)
    return {name: getattr(widget, name) for name in KMeansSteps.class_own_traits(sync=True)}


def random_states(count, seed=0):
    """Yields states with every cloud and start, and centres anywhere."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        k = int(rng.integers(1, 6))
        start = [*STARTS, rng.uniform(-6, 6, (k, 2)).round(2), rng.uniform(4, 6, (k, 2)).round(2)][n % 6]
        yield state_of(cloud=str(rng.choice(CLOUDS)), k=k, start=start, seed=int(rng.integers(10_000)),
                       standardise=bool(rng.integers(2)), moving=int(rng.integers(5)))  # fmt: skip


# ---- The oracle: points and starts as Python has them, k-means by dnnlib ----


def units_of(state):
    points, _ = cloud_of(state["cloud"])
    return points.std(axis=0) if state["standardise"] else np.ones(2)


def start_of(state):
    """Where the centres start, in the plane."""
    return KMeansSteps(**{name: state[name] for name in ("cloud", "k", "start", "seed", "standardise")}).centres


def fitted(state, start=None):
    """dnnlib's k-means of a state, from its own start or from another one in the plane."""
    points, _ = cloud_of(state["cloud"])
    start = np.asarray(start_of(state) if start is None else start) / units_of(state)
    return KMeans(len(start), init=start, tol=TOL).fit(points / units_of(state))


def matched(state):
    """The share of the points, in %, whose cluster is matched with their group."""
    _, groups = cloud_of(state["cloud"])
    if state["k"] < 2 or state["k"] != groups.max() + 1:
        return np.nan
    both = np.zeros((state["k"], state["k"]))
    np.add.at(both, (fitted(state).labels_, groups), 1)
    return 100 * both[linear_sum_assignment(both, maximize=True)].sum() / len(groups)


def places():
    """The middles of the map's cells, the first row on top, (cells, 2)."""
    line = (np.arange(SIDE) + 0.5) * 2 * EDGE / SIDE - EDGE
    return np.stack(np.meshgrid(line, -line), axis=-1).reshape(-1, 2)


def costs_of_map(state):
    """The cost where each cell's start ends: all runs at once, those with an empty cluster by dnnlib, one by one."""
    X, k = cloud_of(state["cloud"])[0] / units_of(state), state["k"]
    starts = np.tile(start_of(state) / units_of(state), (SIDE**2, 1, 1))
    starts[:, min(state["moving"], k - 1)] = places() / units_of(state)

    def join(centres):
        distances = np.sum(centres**2, axis=2)[:, None] - 2 * X @ centres.transpose(0, 2, 1)
        return distances.argmin(axis=2).astype("int8"), distances.min(axis=2).sum(axis=1) + np.sum(X**2)

    # Equal clusters have equal means, and so equal ends
    labels = join(starts)[0]
    _, first, back = np.unique(labels.view(f"V{len(X)}").ravel(), return_index=True, return_inverse=True)
    labels, costs, running = labels[first], np.full(len(first), np.nan), np.arange(len(first))
    while len(running):
        members = labels[:, None, :] == np.arange(k)[:, None]
        full = members.any(axis=2).all(axis=1)
        running, labels, members = running[full], labels[full], members[full].astype(float)
        new, cost = join(members @ X / members.sum(axis=2, keepdims=True))
        rest = (new == labels).all(axis=1)
        costs[running[rest]] = cost[rest]
        running, labels = running[~rest], new[~rest]
    result = costs[back.ravel()]
    for cell in np.flatnonzero(np.isnan(result)):
        result[cell] = KMeans(k, init=starts[cell], tol=TOL).fit(X).inertia_
    return result


def share_best(costs):
    """The share of the map's starts, in %, that end at its lowest cost."""
    return 100 * np.mean(costs <= costs.min() * (1 + 1e-9))


def lowest_reached(state):
    """How many of 100 random starts, and of 100 by k-means++, reach the lowest cost of all 200."""
    costs = np.array([[fitted({**state, "start": start, "seed": seed}).inertia_ for seed in range(100)]
                      for start in STARTS[:2]])  # fmt: skip
    return np.sum(costs <= costs.min() * (1 + 1e-9), axis=1)


# ---- The numbers ----

LISTS = "JSON.stringify(found, (_, one) => ArrayBuffer.isView(one) ? Array.from(one) : one)"


def found(page, function, arguments):
    """The results of one of the module's functions, typed arrays as lists."""
    text = page.evaluate(
        f"""async ([file, name, calls]) => {{
          const m = await import(file), found = JSON.parse(calls).map((a) => m[name](...a));
          return {LISTS};
        }}""",
        [f"/dnnlib/widgets/{MODULE}", function, json.dumps(arguments, default=lambda one: one.tolist())],
    )
    return json.loads(text)


def test_steps_labels_and_costs_equal_dnnlib_and_scikit_learn_on_200_random_configurations(blank):
    rng, cases = np.random.default_rng(0), []
    for n in range(200):
        X = rng.standard_normal((rng.integers(10, 120), 2)) * rng.uniform(0.2, 3, 2)
        k = int(rng.integers(1, 6))
        start = X[rng.choice(len(X), k, replace=False)]
        if n % 3 == 0 and k > 1:  # some so far away that no point joins them
            start[rng.integers(1, k) :] = rng.uniform(30, 40, 2) + rng.standard_normal((1, 2))
            start += 1e-3 * rng.standard_normal(start.shape)
        cases.append((X, start))
    runs, empty = found(blank, "lloyd", [[X.ravel(), start.ravel()] for X, start in cases]), 0
    for (X, start), frames in zip(cases, runs, strict=True):
        k, last = len(start), [frame for frame in frames if frame["kind"] == "assign"][-1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = cluster.KMeans(k, init=start, n_init=1, tol=TOL, algorithm="lloyd").fit(X)
        for fit in (KMeans(k, init=start, tol=TOL).fit(X), theirs):
            assert fit.n_iter_ == last["step"] and fit.labels_.tolist() == frames[-1]["labels"]
            np.testing.assert_allclose(frames[-1]["cost"], fit.inertia_, rtol=1e-9)
            np.testing.assert_allclose(np.reshape(frames[-1]["centres"], (k, 2)), fit.cluster_centers_, atol=1e-9)
        clusters, centres = Clusters(X, k), start
        for frame in frames:  # half step by half step
            if frame["kind"] == "assign":
                distances, changed = clusters.join(centres, np.sum(X**2, axis=1))
                assert frame["changed"] == changed and frame["labels"] == clusters.labels.tolist()
                np.testing.assert_allclose(frame["cost"], distances.sum(), rtol=1e-9)
                continue
            rescued = np.flatnonzero(np.bincount(clusters.labels, minlength=k) == 0)
            centres = clusters.means(centres, distances)
            empty += len(rescued) > 0
            own = np.sum((X - centres[clusters.labels]) ** 2, axis=1)
            own[(X[:, None] == centres[rescued]).all(axis=2).any(axis=1)] = 0  # moved to a centre of its own
            assert frame["rescued"] == rescued.tolist()
            np.testing.assert_allclose(np.reshape(frame["centres"], (k, 2)), centres, atol=1e-9)
            np.testing.assert_allclose(frame["cost"], own.sum(), rtol=1e-9)
    assert empty > 40


def test_centres_at_one_place_fall_back_on_the_largest_cluster_as_in_dnnlib(blank):
    X = np.repeat([[0.0, 1.0], [2.0, 3.0]], [3, 5], axis=0)
    start = np.array([[0.0, 1.0], [2.0, 3.0], [9.0, 9.0]])
    (frames,) = found(blank, "lloyd", [[X.ravel(), start.ravel()]])
    with pytest.warns(UserWarning, match="2 clusters have points"):
        fit = KMeans(3, init=start, tol=TOL).fit(X)
    assert np.reshape(frames[-1]["centres"], (3, 2)).tolist() == fit.cluster_centers_.tolist()
    assert frames[-1]["cost"] == fit.inertia_ == 0


def test_clouds_starts_and_ends_are_those_of_the_docstring_on_200_random_states(blank):
    states = list(random_states(200))
    for state, start, run in zip(states, found(blank, "startOf", [[s] for s in states]),
                                 found(blank, "framesOf", [[s] for s in states]), strict=True):  # fmt: skip
        points, _ = cloud_of(state["cloud"])
        np.testing.assert_allclose(np.reshape(run["shown"], (-1, 2)), points, atol=1e-9)
        np.testing.assert_allclose(start, start_of(state), atol=1e-9)
        fit, last = fitted(state), run["frames"][-1]
        assert last["labels"] == fit.labels_.tolist() and last["step"] == fit.n_iter_
        np.testing.assert_allclose(last["cost"], fit.inertia_, rtol=1e-9)
        np.testing.assert_allclose(np.array(last["centres"]) / units_of(state), fit.cluster_centers_, atol=1e-9)
        costs = [frame["cost"] for frame in run["frames"] if "cost" in frame]
        assert (np.diff(costs) <= 1e-9).all()  # neither half step raises it


def test_k_means_plus_plus_draws_with_the_squared_distance(blank):
    cases = [KMeansSteps(cloud=name, k=k, seed=seed, standardise=scaled)
             for name in CLOUDS for k in (2, 5) for seed in range(10) for scaled in (False, True)]  # fmt: skip
    spaces = [one.points / units_of({"cloud": one.cloud, "standardise": one.standardise}) for one in cases]
    lists = found(blank, "draws", [[X.ravel(), one.k, one.seed] for X, one in zip(spaces, cases, strict=True)])
    for X, one, drawn in zip(spaces, cases, lists, strict=True):
        assert [draw["chosen"] for draw in drawn] == [chosen for _, chosen in one.draws]
        assert np.allclose(drawn[0]["probabilities"], 1 / len(X))
        for c, (draw, (shares, _)) in enumerate(zip(drawn, one.draws, strict=True)):
            np.testing.assert_allclose(draw["probabilities"], shares, atol=1e-12)
            if c:  # by scikit-learn's distances
                near = pairwise_distances(X, X[[before["chosen"] for before in drawn[:c]]]).min(axis=1) ** 2
                np.testing.assert_allclose(draw["probabilities"], near / near.sum(), atol=1e-9)


def test_clouds_are_what_their_names_say():
    for name, sizes in GROUPS.items():
        points, groups = cloud_of(name)
        assert np.bincount(groups).tolist() == sizes and np.abs(points).max() <= EDGE - 0.2
        widths = [points[groups == g].std(axis=0) for g in range(len(sizes))]
        if name in ("three groups", "five groups"):
            np.testing.assert_allclose(widths, 0.8 if name[0] == "t" else 0.55, rtol=0.4)
        if name == "unequal sizes":
            assert (widths[0] > 3 * np.maximum(widths[1], widths[2])).all()
        if name == "two rings":
            far = np.linalg.norm(points, axis=1)
            assert far[groups == 0].max() < far[groups == 1].min()
        if name == "two stripes":
            assert points[groups == 0, 1].min() > points[groups == 1, 1].max() and widths[0][0] > 6 * widths[0][1]


def test_far_away_a_centre_gets_no_point_and_one_group_is_one(blank):
    both = [(name, k, seed, scaled) for name in CLOUDS for k in range(2, 6) for seed in range(3) for scaled in (0, 1)]
    states = [state_of(cloud=name, k=k, seed=seed, standardise=bool(scaled), start="one far away")
              for name, k, seed, scaled in both]  # fmt: skip
    for state, run in zip(states, found(blank, "framesOf", [[s] for s in states]), strict=True):
        assert state["k"] - 1 not in run["frames"][1]["labels"], state
    crowded = [{**state, "start": "all in one group"} for state in states]
    for state, start in zip(crowded, found(blank, "startOf", [[s] for s in crowded]), strict=True):
        points, groups = cloud_of(state["cloud"])
        assert all(groups[np.abs(points - one).sum(axis=1).argmin()] == 0 for one in start)


MAP = """async ([file, state, slices]) => {
  const { basinMap, ranked } = await import(file), map = basinMap(state);
  let calls = 1;
  while (!map.work(slices)) calls += 1;
  return JSON.stringify({ of: Array.from(map.of), ends: map.ends.map(({ cost }) => cost), calls, ranks: ranked(map) });
}"""


def map_of(page, state, slices=1e9):
    """The map of a state, computed in slices of so many milliseconds; as text, which is quick for large arrays."""
    return json.loads(page.evaluate(MAP, [f"/dnnlib/widgets/{MODULE}", state, slices]))


def test_every_cell_of_the_map_ends_where_dnnlib_ends(blank):
    rng = np.random.default_rng(5)
    states = [s for s in random_states(60, seed=5) if s["k"] > 1 and s["start"] in STARTS[:2]][:2]
    for state in states:
        found = map_of(blank, state)
        of, ends = np.array(found["of"]), np.array(found["ends"])
        np.testing.assert_allclose(ends[of], costs_of_map(state), rtol=1e-9, atol=1e-9)
        cells, labels = rng.choice(SIDE**2, 25, replace=False), {}
        for cell in cells:  # one name for one partition, whatever the clusters' order
            start = start_of(state)
            start[min(state["moving"], state["k"] - 1)] = places()[cell]
            own = fitted(state, start).labels_
            first = {label: rank for rank, label in enumerate(dict.fromkeys(own.tolist()))}
            labels.setdefault(of[cell], set()).add(tuple(first[label] for label in own.tolist()))
        assert all(len(one) == 1 for one in labels.values())
        assert len(set().union(*labels.values())) == len(labels)
        shares = [np.mean(of == rank["end"]) for rank in found["ranks"]]
        np.testing.assert_allclose([rank["share"] for rank in found["ranks"]], shares)
        assert np.all(np.diff([rank["cost"] for rank in found["ranks"]]) >= 0) and sum(shares) == pytest.approx(1)


def test_starts_with_equal_clusters_of_which_one_is_empty_may_end_apart(blank):
    """Which point is farthest depends on the centres: only runs without an empty cluster may be taken over."""
    rng = np.random.default_rng(7)
    X = rng.standard_normal((25, 2)) * [3, 2]
    starts = np.array([[-2, 0], [2, 0], [90, 90]]) + rng.uniform(-1.5, 1.5, (150, 3, 2))
    text = """async ([file, points, starts]) => {
      const { ends, reach } = (await import(file)).endings(Float64Array.from(points));
      return starts.map((start) => ends[reach(Float64Array.from(start))].cost);
    }"""
    given = [f"/dnnlib/widgets/{MODULE}", X.ravel().tolist(), starts.reshape(150, 6).tolist()]
    costs = [KMeans(3, init=start, tol=TOL).fit(X).inertia_ for start in starts]
    np.testing.assert_allclose(blank.evaluate(text, given), costs, rtol=1e-9)
    joined = [tuple(nearest(X, start)[0]) for start in starts]
    assert any(len({c for c, j in zip(np.round(costs, 6), joined, strict=True) if j == one}) > 1 for one in set(joined))


def test_a_map_in_slices_is_the_same_map(blank):
    whole, sliced = (map_of(blank, state_of(), ms) for ms in (1e9, 2))
    assert whole["of"] == sliced["of"] and sliced["calls"] > 3 and whole["calls"] == 1


def test_starts_compared_are_dnnlibs(blank):
    text = """async ([file, state]) => {
      const both = (await import(file)).comparison(state);
      both.work();
      return both.lowest();
    }"""
    for name, k in (("five groups", 5), ("unequal sizes", 3)):
        state = state_of(cloud=name, k=k)
        assert blank.evaluate(text, [f"/dnnlib/widgets/{MODULE}", state]) == lowest_reached(state).tolist()


def test_borders_are_equally_far_from_their_two_centres_and_part_the_plane(blank):
    rng = np.random.default_rng(2)
    cases = [(rng.uniform(-6, 6, (int(rng.integers(2, 6)), 2)), rng.uniform(0.3, 3, 2)) for _ in range(60)]
    grid = rng.uniform(-6, 6, (400, 1, 2)) + np.array([[0, 0], [0.02, 0.01]])
    for (centres, units), lines in zip(cases, found(blank, "borders", [list(c) for c in cases]), strict=True):
        ends = np.reshape(lines, (-1, 2, 2))
        for share in (0.0, 0.37, 1.0):
            on = (ends[:, 0] + share * (ends[:, 1] - ends[:, 0])) / units
            far = np.sort(np.linalg.norm(on[:, None] - centres / units, axis=2), axis=1)
            np.testing.assert_allclose(far[:, 0], far[:, 1], rtol=1e-9, atol=1e-9)
        near = np.linalg.norm((grid[:, :, None] - centres) / units, axis=3).argmin(axis=2)
        a, b = ends[:, 0], ends[:, 1] - ends[:, 0]
        for spot in grid[near[:, 0] != near[:, 1], 0]:  # between two that join different centres runs a border
            along = np.clip(np.sum((spot - a) * b, axis=1) / np.sum(b**2, axis=1), 0, 1)
            assert np.linalg.norm(a + along[:, None] * b - spot, axis=1).min() < 0.03


# ---- The figure ----

PLANE, BASINS = ".km-plane >> nth=0", ".km-map"


def sentence(page):
    return page.locator(".xp-status").inner_text()


def says(page, pattern):
    page.wait_for_function("(p) => new RegExp(p).test(document.querySelector('.xp-status').textContent)", arg=pattern)


def mapped(page):
    """Waits until the map and the comparison are done."""
    page.wait_for_function("[...document.querySelectorAll('.km-note')].some((e) => e.textContent.includes('Of 100'))")


def cost_told(page):
    return float(re.search(r"cost (?:falls from \S+ to )?([\d.]*\d)", sentence(page))[1])


def spot(page, selector, place):
    """Where on the screen a place of a plane is."""
    target = page.locator(selector)
    target.scroll_into_view_if_needed()
    box, (x, y) = target.bounding_box(), place
    return box["x"] + (x + EDGE) / (2 * EDGE) * box["width"], box["y"] + (EDGE - y) / (2 * EDGE) * box["height"]


def place_of(handle):
    """Where a centre stands, as it says itself."""
    text = handle.get_attribute("aria-valuetext").replace("\u2212", "-")
    return [float(part) for part in re.match(r"\((\S+), (\S+)\)", text).groups()]


def starts_at(page, x):
    """Waits until the map's centre starts at this x."""
    page.wait_for_function("(x) => Math.abs(document.querySelector('.km-map').ariaValueNow - x) < 0.1", arg=x)


def test_steps_go_on_to_rest_with_dnnlibs_costs(mount):
    state = state_of(start="all in one group", seed=2)
    page = mount(KMeansSteps(**state))
    says(page, "^At the start: 3 centres")
    step = page.get_by_role("button", name="Step", exact=True)
    step.click()
    says(page, "^Step 1, assign: each point joins")
    step.click()
    says(page, r"^Step 1, update: .* falls from [\d.]+ to [\d.]+\.$")
    while step.get_attribute("aria-disabled") != "true":
        step.click()
    fit = fitted(state)
    says(page, f"^Step {fit.n_iter_}, assign: no point changes")
    assert cost_told(page) == pytest.approx(fit.inertia_, abs=0.06)
    page.get_by_role("button", name="Reset").click()
    says(page, "^At the start")


def test_mouse_drags_a_centre_and_the_run_begins_there(mount):
    page = mount(KMeansSteps(at=None))
    handle = page.get_by_role("slider", name="Centre 2", exact=True)
    page.mouse.move(*spot(page, PLANE, place_of(handle)))
    page.mouse.down()
    page.mouse.move(*spot(page, PLANE, [-4, 4]), steps=3)
    page.mouse.up()
    settle(page)
    says(page, "^At the start")
    np.testing.assert_allclose(place_of(handle), [-4, 4], atol=0.03)
    assert page.get_by_label("Start", exact=True).input_value() == "by hand"
    centres = [place_of(page.get_by_role("slider", name=f"Centre {c}", exact=True)) for c in (1, 2, 3)]
    page.get_by_role("button", name="Play").click()
    says(page, "come to rest")
    assert cost_told(page) == pytest.approx(fitted(state_of(start=centres)).inertia_, abs=0.2)


def test_keys_move_a_centre_by_tenths_and_it_stays_in_the_plane(mount):
    page = mount(KMeansSteps(start=[[0, 0], [5.5, 0], [0, 3]]))
    handle = page.get_by_role("slider", name="Centre 2", exact=True)
    handle.focus()
    for key, place in (("ArrowUp", [5.5, 0.1]), ("Shift+ArrowDown", [5.5, -0.9]), ("Shift+ArrowRight", [6, -0.9])):
        page.keyboard.press(key)
        text = f"({place[0]}, {place[1]})".replace("-", "\u2212")
        page.wait_for_function("(t) => document.querySelectorAll('.km-handle')[1].ariaValueText === t", arg=text)
    assert page.get_by_role("spinbutton", name="The map moves centre").get_attribute("aria-valuenow") == "2"


def test_press_on_the_map_starts_there_and_shows_the_end(mount):
    page = mount(KMeansSteps(cloud="unequal sizes", moving=1))
    state = state_of(cloud="unequal sizes", moving=1)
    for place in ([-5, 5], [4, -3]):
        page.mouse.click(*spot(page, BASINS, place))
        says(page, "come to rest")
        starts_at(page, place[0])
        start = start_of(state)
        start[1] = place_of(page.locator(BASINS))
        assert cost_told(page) == pytest.approx(fitted(state, start).inertia_, abs=0.06)
    page.locator(BASINS).focus()
    before = place_of(page.locator(BASINS))
    page.keyboard.press("Shift+ArrowLeft")
    starts_at(page, before[0] - 1)


def shown_share(page):
    """What the table says of its lowest end, in %."""
    text = page.locator(".km-table tbody tr").first.locator("td").nth(1).inner_text()
    return float(text.removesuffix("\u00a0%"))


def test_table_has_the_shares_of_the_map_and_each_row_leads_to_its_end(mount):
    state = state_of(cloud="unequal sizes")
    page = mount(KMeansSteps(**state))
    mapped(page)
    costs = costs_of_map(state)
    assert shown_share(page) == pytest.approx(share_best(costs), abs=0.06)
    for row in page.locator(".km-table tbody tr:visible").all():
        cost, share = (row.locator("td").nth(i).inner_text() for i in (0, 1))
        near = np.mean(np.abs(costs - float(cost)) < 0.051)
        assert float(share.strip("< \u00a0%")) <= 100 * near + 0.051
        row.get_by_role("button").click()
        says(page, "come to rest")
        assert cost_told(page) == pytest.approx(float(cost), abs=0.051)
        assert "km-here" in row.get_attribute("class")


def test_map_keeps_its_picture_while_its_centre_moves_and_gets_another_when_others_do(mount):
    page = mount(KMeansSteps(moving=0))
    mapped(page)
    picture = "document.querySelector('.km-paint').toDataURL()"
    before = page.evaluate(picture)
    page.mouse.click(*spot(page, BASINS, [2, 2]))
    settle(page)
    assert page.evaluate(picture) == before
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    dark = page.evaluate(picture)
    assert dark != before
    page.get_by_role("button", name="The map moves centre: more").click(force=True)
    page.wait_for_function(f"(dark) => {picture} !== dark", arg=dark)


def test_the_theme_may_change_while_the_map_is_being_computed(mount):
    page = mount(KMeansSteps(cloud="five groups", k=5, seed=4, moving=0))
    page.evaluate("""() => new Promise((resolve) => {
        const root = document.documentElement;
        let frames = 0;
        const next = () => {
            root.dataset.theme = frames % 2 ? "light" : "dark";
            if (++frames < 60) requestAnimationFrame(next);
            else resolve();
        };
        next();
    })""")


@pytest.mark.parametrize("guess", KMeansSteps.guesses)
def test_nothing_that_is_covered_can_be_read(mount, guess):
    page = mount(KMeansSteps(cloud="unequal sizes", at=None, guess=guess))
    settle(page)
    page.wait_for_timeout(300)  # the map and the notes come in slices
    texts = page.locator(".xp-covered").evaluate_all("all => all.map((e) => e.innerText.trim())")
    assert texts and not any(texts)
    page.get_by_role("button", name="Show me").click()
    mapped(page)
    told = page.locator(".km-note").all_inner_texts()
    assert any("cluster that matches" in text for text in told) and any("Of 100" in text for text in told)


def test_an_answer_holds_as_long_as_what_it_depends_on(mount):
    page = mount(KMeansSteps(guess="share_best"))
    page.get_by_role("button", name="Show me").click()
    note = page.locator(".xp-lock-note")
    page.mouse.click(*spot(page, BASINS, [2, 2]))  # another start, the same map
    says(page, "come to rest")
    assert note.inner_text().startswith("It is")
    page.get_by_role("button", name="The map moves centre: more").click(force=True)
    page.wait_for_function("document.querySelector('.xp-lock-note').textContent.includes('state has changed')")


def test_k_means_plus_plus_shows_probabilities_before_the_steps(mount):
    page = mount(KMeansSteps(cloud="five groups", k=5, start="k-means++", seed=3))
    says(page, "^k-means.. draws centre 1 of 5: every point is as likely")
    page.get_by_role("button", name="Step", exact=True).click()
    points, groups = cloud_of("five groups")
    (_, first), (shares, chosen) = KMeansSteps(cloud="five groups", k=5, seed=3).draws[:2]
    outside = shares[groups != groups[first]].sum()
    likeliest, one, others = (f"{round(100 * share, 1):g}.%" for share in (shares.max(), shares[chosen], outside))
    says(page, f"likeliest has {likeliest}, the one drawn {one}. {others} lie outside the first centre.s group")
    assert page.locator(".km-handle:visible").count() == 2
    levels = page.locator(".km-level").evaluate_all("all => all.map((e) => e.getAttribute('d').split('M').length - 1)")
    assert sum(levels) == len(points) and levels[-1] == np.sum(shares / shares.max() >= 7 / 8)


def test_an_empty_cluster_is_said_and_gets_the_farthest_point(mount):
    page = mount(KMeansSteps(cloud="five groups", k=4, start="one far away", at=1))
    says(page, r"Centre 4 gets no point\.$")
    assert page.locator(".km-empty").count() == 1
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, r"Centre 4 had no points and moved to the farthest point\.$")


def test_data_and_k_change_the_figure_and_draw_again_draws_another_start(mount):
    page = mount(KMeansSteps(start=[[0, 0]]))
    page.get_by_label("Data").select_option("two rings")
    says(page, "^At the start: 2 centres")
    first = place_of(page.get_by_role("slider", name="Centre 1", exact=True))
    page.get_by_role("button", name="Draw again").click()
    assert place_of(page.get_by_role("slider", name="Centre 1", exact=True)) != first
    page.get_by_role("button", name="Centres k: more").click(force=True)
    says(page, "^At the start: 3 centres")


def test_tour_shows_what_it_says(mount):
    page = mount(KMeansSteps(tour="steps", cloud="no groups"))
    page.get_by_role("button", name="Take the tour").click()
    onward = page.get_by_role("button", name="Next")
    says(page, "^Step 1, assign")
    onward.click()
    says(page, "^Step 1, update")
    onward.click()
    says(page, "come to rest")
    bad = cost_told(page)
    onward.click()
    says(page, "come to rest")
    assert cost_told(page) < bad / 3
    page.wait_for_function("document.querySelector('.km-here')?.textContent.startsWith('lowest')")
    onward.click()
    says(page, "draws centre 4 of 5")
    onward.click()
    says(page, "Centre 5 gets no point")
    onward.click()
    says(page, "come to rest")
    assert float(re.search(r"([\d.]+).% of the points", page.locator(".xp").inner_text())[1]) < 70
    page.get_by_role("button", name="Done").click()
    says(page, "^At the start")


def test_phone_has_no_sideways_scrolling_and_a_finger_moves_centre_and_start(mount):
    page = mount(KMeansSteps(tour="steps", guess="matched"), width=390, has_touch=True, is_mobile=True)
    assert page.locator(".xp").bounding_box()["height"] < 2500
    check_nothing_leaves_the_card(page, [320, 390], excepted=".xp-sr, .km-svg")
    page.get_by_role("button", name="Show me").tap()
    target = spot(page, BASINS, [-4, 4])
    page.touchscreen.tap(*target)
    starts_at(page, -4)
    session, handle = page.context.new_cdp_session(page), page.get_by_role("slider", name="Centre 3", exact=True)
    (x, y), (to_x, to_y) = spot(page, PLANE, place_of(handle)), spot(page, PLANE, [4, 4])
    for kind, share in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchEnd", None)):
        points = [] if share is None else [{"x": x + share * (to_x - x), "y": y + share * (to_y - y)}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    says(page, "^At the start")
    np.testing.assert_allclose(place_of(handle), [4, 4], atol=0.1)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments", [{"tour": "steps", "at": None}, {"guess": "share_best", "start": "k-means++", "at": 2}]
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(KMeansSteps(**arguments), theme=theme, width=700)
    mapped(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize("arguments, message", [
    ({"cloud": "moons"}, "moons"),
    ({"k": 0}, "k"),
    ({"k": 6}, "k"),
    ({"start": "best"}, "start: expected one of"),
    ({"start": [[0, 0, 0]]}, "start: expected one of"),
    ({"start": [[0, 6.1]]}, "start: expected places from -6 to 6, received 6.1"),
    ({"start": []}, "start"),
    ({"seed": -1}, "seed"),
    ({"moving": 5}, "moving"),
    ({"at": -1}, "at"),
    ({"guess": "luck"}, "guess"),
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(traitlets.TraitError, match=re.escape(message)):
        KMeansSteps(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "cloud": [*CLOUDS, "moons", None],
        "k": [1, 5, 0, 6, 2.5],
        "start": [*STARTS, "best", [[0, 0]], [[-6, 6], [1.5, 2]], [[7, 0]], [[0, 0]] * 6, [], [[0]], 3, [["0", 1]]],
        "seed": [0, 9999, -1, 10_000],
        "standardise": [True, False, "yes"],
        "moving": [0, 4, 5, -1],
        "at": [None, 0, 999, 1000, -1, 1.5],
    }
    check_link_takes_what_python_takes(blank, KMeansSteps, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, KMeansSteps(), {"k": 4})
