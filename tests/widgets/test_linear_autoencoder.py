"""The linear autoencoder: it trains as dnnlib does, step for step, and PCA beside it is dnnlib's."""

import functools
import re

import numpy as np
import pytest
import traitlets

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from dnnlib.unsupervised.pca import PCA
from dnnlib.widgets.linear_autoencoder import CLOUDS, MOST_STEPS, NETWORKS, LinearAutoencoder
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_linear_algebra import angles_between
from tests.widgets.test_network_playground import Generator

MODULE = "linear_autoencoder.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}


def full(**arguments):
    """A state with all traits."""
    widget = LinearAutoencoder(**arguments)
    return {name: getattr(widget, name) for name in LinearAutoencoder.class_own_traits(sync=True)}


def random_states(count, most, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield full(
            cloud=str(rng.choice(CLOUDS)),
            units=int(rng.integers(1, 3)),
            network=str(rng.choice(NETWORKS)),
            learning_rate=float(rng.choice([0.003, 0.01, 0.03])),
            seed=int(rng.integers(100)),
            steps=int(rng.integers(most + 1)),
        )


# ---- The same by NumPy and dnnlib ----


@functools.cache
def data_of(cloud):
    """The points and fresh ones, less the mean of the former."""
    signed = np.linalg.qr(np.array([[2, 1, 1], [-1, 2, 0.5], [0, 0, 1]]).T)
    frame = (signed[0] * np.sign(np.diag(signed[1]))).T
    random, drawn = Generator({"ellipsoid": 1, "sheet": 2}[cloud]), []
    for _ in range(260):
        if cloud == "ellipsoid":
            drawn.append([spread * random.normal() for spread in (1.5, 0.9, 0.35)])
        else:
            bend, along = 1.3 * (2 * random.uniform() - 1), 1.1 * (2 * random.uniform() - 1)
            place = 1.5 * np.sin(bend), along, 1.5 * np.cos(bend)
            drawn.append([value + 0.07 * random.normal() for value in place])
    drawn = np.array(drawn) @ frame
    drawn -= drawn[:60].mean(axis=0)
    return drawn[:60], drawn[60:]


def model_of(state):
    """dnnlib's network with the page's first weights, compiled."""
    activation = {"tanh": Tanh, "relu": ReLU}.get(state["network"])

    def half(units):
        if state["network"] == "linear":
            return [Dense(units, dtype="float64")]
        between = [activation(dtype="float64")] if activation else []
        return [Dense(8, dtype="float64"), *between, Dense(units, dtype="float64")]

    model = Sequential([*half(state["units"]), *half(3)])
    model.build((None, 3))
    random = Generator(state["seed"])
    for weights in model.params.values():
        if weights.ndim == 2:  # glorot_uniform; biases start at zero
            limit = np.sqrt(6 / sum(weights.shape))
            weights[...] = [[limit * (2 * random.uniform() - 1) for _ in row] for row in weights]
    model.compile(SGD(state["learning_rate"], momentum=0.9), MeanSquaredError())
    return model


def distance(X, rebuilt):
    return np.mean(np.sum((X - rebuilt) ** 2, axis=1))


def axes_of(model, state):
    """The directions into which a linear decoder takes each unit of the code."""
    kernels = [weights for weights in model.params.values() if weights.ndim == 2]
    return np.linalg.multi_dot([np.eye(state["units"]), *kernels[len(kernels) // 2 :]])


def trained(state, steps=None):
    """Trains dnnlib's network; returns it, its losses and, of a linear one, its angles to PCA's space in degrees."""
    X, _ = data_of(state["cloud"])
    model, space = model_of(state), PCA(state["units"], svd_solver="full").fit(X).components_
    losses, angles = [], []
    for taken in range((state["steps"] if steps is None else steps) + 1):
        if taken:
            model.train_on_batch(X, X)
        losses.append(distance(X, model.forward(X)))
        if "linear" in state["network"]:
            angles.append(np.rad2deg(angles_between(axes_of(model, state), space)))
    return model, losses, angles


def left_by_pca(state):
    """What PCA's first axes leave of the points and of the fresh ones."""
    X, fresh = data_of(state["cloud"])
    pca = PCA(state["units"], svd_solver="full").fit(X)
    return [distance(one, pca.inverse_transform(pca.transform(one))) for one in (X, fresh)]


@functools.cache
def ended(*setup):
    """The network after all steps, its last loss and angles."""
    state = dict(zip(("cloud", "units", "network", "learning_rate", "seed"), setup, strict=True))
    X, _ = data_of(state["cloud"])
    model = model_of(state)
    for _ in range(MOST_STEPS):
        model.train_on_batch(X, X)
    return model, distance(X, model.forward(X))


def end_of(state):
    return ended(*(state[name] for name in ("cloud", "units", "network", "learning_rate", "seed")))


def final_loss(state):
    return end_of(state)[1]


def share_of_pca(state):
    return 100 * final_loss(state) / left_by_pca(state)[0]


def first_axis(state):
    if "linear" not in state["network"]:
        return np.nan
    axis = axes_of(end_of(state)[0], state)[0]
    first = PCA(1, svd_solver="full").fit(data_of(state["cloud"])[0]).components_[0]
    return np.rad2deg(np.arccos(abs(axis @ first) / np.linalg.norm(axis)))


RUN = """async (states) => {
  const m = await import("/dnnlib/widgets/linear_autoencoder.mjs");
  return states.map((state) => {
    const session = m.autoencoderOf(state);
    while (session.steps() < state.steps && session.step());
    const { weights, rebuilt, codes, axes, fresh } = session.now();
    return { losses: session.losses, angles: session.angles, rebuilt, axes, fresh,
      weights: weights.map((one) => [...one]), decoded: session.decode(codes) };
  });
}"""


def check_trains_as_dnnlib(found, state):
    X, fresh = data_of(state["cloud"])
    model, losses, angles = trained(state)
    for weights, expected in zip(found["weights"], model.params.values(), strict=True):
        np.testing.assert_allclose(weights, expected.ravel(), **WITHIN, err_msg=str(state))
    np.testing.assert_allclose(found["losses"], losses, **WITHIN, err_msg=str(state))
    np.testing.assert_allclose(found["rebuilt"], model.forward(X), **WITHIN)
    np.testing.assert_allclose(found["decoded"], found["rebuilt"], **WITHIN)
    np.testing.assert_allclose(found["fresh"], distance(fresh, model.forward(fresh)), **WITHIN)
    assert len(found["angles"]) == len(angles)
    if angles:
        np.testing.assert_allclose(found["angles"], angles, rtol=1e-5, atol=1e-6, err_msg=str(state))
        np.testing.assert_allclose(found["axes"], axes_of(model, state), **WITHIN)
    else:
        assert found["axes"] is None


def test_200_random_autoencoders_train_as_dnnlib_does_step_for_step(blank):
    states = list(random_states(200, 6))
    for state, found in zip(states, blank.evaluate(RUN, states), strict=True):
        check_trains_as_dnnlib(found, state)


@pytest.mark.parametrize("network", NETWORKS)
def test_150_steps_of_training_are_those_of_dnnlib(blank, network):
    state = full(network=network, steps=150, cloud="sheet", seed=4)
    [found] = blank.evaluate(RUN, [state])
    check_trains_as_dnnlib(found, state)


def test_points_and_pca_are_numpys_and_dnnlibs(call):
    for cloud in CLOUDS:
        X, fresh = data_of(cloud)
        [found] = call(MODULE, "dataOf", [[{"cloud": cloud}]])
        np.testing.assert_allclose(found["points"], X, atol=1e-9)
        np.testing.assert_allclose(found["fresh"], fresh, atol=1e-9)
        pca = PCA(svd_solver="full").fit(X)
        for units in (1, 2):
            state = {"cloud": cloud, "units": units}
            [found] = call(MODULE, "pcaOf", [[state]])
            np.testing.assert_allclose(found["components"], pca.components_, atol=1e-9)
            np.testing.assert_allclose(found["variances"], pca.explained_variance_ * 59 / 60, rtol=1e-9)
            np.testing.assert_allclose([found["left"], found["fresh"]], left_by_pca(state), rtol=1e-9)
            np.testing.assert_allclose(found["left"], np.sum(pca.explained_variance_[units:]) * 59 / 60, rtol=1e-9)


def test_linear_ones_end_in_pcas_space_with_pcas_loss_and_other_axes(blank):
    states = [
        full(cloud=cloud, units=units, network=network, seed=seed)
        for cloud, units, network, seed in (
            ("ellipsoid", 2, "linear", 0),
            ("ellipsoid", 2, "linear", 31),
            ("ellipsoid", 1, "linear", 5),
            ("ellipsoid", 2, "deep linear", 7),
            ("sheet", 2, "linear", 12),
        )
    ]
    ends = blank.evaluate(
        """async (states) => {
          const m = await import("/dnnlib/widgets/linear_autoencoder.mjs");
          return states.map((state) => {
            const session = m.autoencoderOf(state);
            return { loss: session.finish(), axes: session.now().axes };
          });
        }""",
        states,
    )
    for state, found in zip(states, ends, strict=True):
        space = PCA(state["units"], svd_solver="full").fit(data_of(state["cloud"])[0]).components_
        assert np.rad2deg(angles_between(np.array(found["axes"]), space)).max() < 0.1, state
        np.testing.assert_allclose(found["loss"], left_by_pca(state)[0], rtol=1e-3)
        first, *second = found["axes"]
        if second:  # two units: which directions in the plane is left open
            pca = PCA(1, svd_solver="full").fit(data_of(state["cloud"])[0]).components_[0]
            cosine = abs(np.dot(first, pca)) / np.linalg.norm(first)
            assert np.rad2deg(np.arccos(cosine)) > 2, state


def test_only_a_bend_goes_below_pca_and_on_fresh_points_too():
    bent, flat = ({"cloud": cloud, "units": 2, "learning_rate": 0.03, "seed": 0} for cloud in ("sheet", "ellipsoid"))
    model, loss = end_of({**bent, "network": "tanh"})
    fresh = data_of("sheet")[1]
    left, left_fresh = left_by_pca(bent)
    assert loss < 0.12 * left and distance(fresh, model.forward(fresh)) < 0.2 * left_fresh
    assert share_of_pca({**bent, "network": "deep linear"}) == pytest.approx(100, abs=0.01)
    # A bend rebuilds an ellipsoid's points better than PCA, and fresh ones worse
    model, loss = end_of({**flat, "network": "tanh"})
    fresh = data_of("ellipsoid")[1]
    left, left_fresh = left_by_pca(flat)
    assert loss < left and distance(fresh, model.forward(fresh)) > left_fresh


def test_answers_to_the_guesses_are_dnnlibs(call):
    states = [
        full(seed=11),
        full(cloud="sheet", network="tanh", units=1, seed=5),
    ]
    for name, oracle in (("finalLoss", final_loss), ("shareOfPca", share_of_pca), ("firstAxis", first_axis)):
        found = call(MODULE, name, [[state] for state in states])
        np.testing.assert_allclose(found, [oracle(state) for state in states], rtol=1e-6, err_msg=name)


def test_views_look_along_a_direction_and_are_rotations(call):
    rng = np.random.default_rng(6)
    directions = rng.normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, np.newaxis]
    angles = call(MODULE, "viewAlong", [[direction.tolist()] for direction in directions])
    for direction, view in zip(directions, call(MODULE, "viewOf", [[one] for one in angles]), strict=True):
        np.testing.assert_allclose(np.array(view) @ np.transpose(view), np.eye(3), atol=1e-12)
        assert abs(np.dot(view[2], direction)) > np.cos(np.deg2rad(0.1))  # angles are kept to tenths


def test_net_over_codes_covers_their_box(call):
    rng = np.random.default_rng(7)
    for units in (1, 2):
        codes = rng.normal(size=(30, units))
        [lines] = call(MODULE, "netOver", [[codes.tolist()]])
        flat = np.concatenate([np.array(line) for line in lines])
        room = 0.05 * np.ptp(codes, axis=0)
        np.testing.assert_allclose(flat.min(axis=0), codes.min(axis=0) - room)
        np.testing.assert_allclose(flat.max(axis=0), codes.max(axis=0) + room)
        assert len(lines) == (1 if units == 1 else 14)


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function("(p) => new RegExp(p).test(document.querySelector('.xp-status').textContent)", arg=pattern)


def test_it_trains_by_play_and_the_loss_falls(mount):
    page = mount(LinearAutoencoder())
    says(page, "^Before training")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 10")
    page.get_by_role("button", name="Pause").click()
    says(page, "^After \\d+ steps")
    steps = int(re.search(r"\d+", page.locator(".xp-player-count").inner_text())[0])
    _, losses, angles = trained(full(), steps)
    loss, angle = re.search(
        r"distance is ([\d.]+);.*plane lies ([\d.]+)°", page.locator(".xp-status").inner_text()
    ).groups()
    np.testing.assert_allclose([float(loss), float(angle)], [losses[-1], max(angles[-1])], rtol=0.006)
    page.get_by_role("button", name="Reset").click()
    says(page, "^Before training")


def test_step_by_step_and_a_change_starts_again(mount):
    page = mount(LinearAutoencoder(steps=20))
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, "^After 21 steps")
    page.get_by_text("tanh", exact=True).click()
    says(page, "^Before training")
    page.get_by_text("Angle between the two planes: none").wait_for()
    assert page.locator(".xp-chart:visible").count() == 1
    page.get_by_role("button", name="Code units: less").click()
    says(page, "PCA.s first axis leaves")


def test_view_turns_by_mouse_and_keys_and_training_stays(mount):
    page = mount(LinearAutoencoder(steps=40))
    view = page.get_by_role("slider", name="View:")
    before, shown = view.get_attribute("aria-valuetext"), page.locator(".la-mesh").get_attribute("d")
    box = view.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 130, steps=3)
    page.mouse.up()
    settle(page)
    assert view.get_attribute("aria-valuetext") != before and page.locator(".la-mesh").get_attribute("d") != shown
    before = int(view.get_attribute("aria-valuenow"))
    view.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert int(view.get_attribute("aria-valuenow")) - before in (5, -355)
    says(page, "^After 40 steps")


def test_seen_from_the_side_pcas_plane_is_a_line_and_from_in_front_it_is_not(mount):
    page = mount(LinearAutoencoder())

    def flatness():
        """The smaller over the larger singular value of the drawn plane's corners."""
        settle(page)
        path = page.locator(".la-plane").get_attribute("d")
        corners = np.reshape([float(one) for one in re.findall(r"-?[\d.]+", path)], (-1, 2))[:4]
        values = np.linalg.svd(corners - corners.mean(axis=0), compute_uv=False)
        return values[1] / values[0]

    page.get_by_role("button", name="from the side").click()
    assert flatness() < 0.005
    page.get_by_role("button", name="from in front").click()
    pca = PCA(svd_solver="full").fit(data_of("ellipsoid")[0])
    assert flatness() == pytest.approx(np.sqrt(pca.explained_variance_[1] / pca.explained_variance_[0]), abs=0.01)


def test_first_axis_is_told_beside_eight_starts(mount):
    page = mount(LinearAutoencoder(guess="first_axis", seed=3, units=2))
    page.get_by_role("button", name="Show me").click()
    told = page.locator(".xp-lock-note").inner_text()
    pattern = r"It is ([\d.]+)\s°\. From 8 starts it is ([\d.]+)° to ([\d.]+)°"
    answer, least, most = (float(one) for one in re.search(pattern, told).groups())
    assert abs(answer - first_axis(full(seed=3))) < 0.006 and least - 0.1 <= answer <= most + 0.1 and most - least > 10


def test_first_axis_is_no_question_of_a_bent_surface(mount):
    page = mount(LinearAutoencoder(guess="first_axis", network="tanh"))
    assert page.get_by_role("button", name="Show me").is_disabled()


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(LinearAutoencoder(tour="plane_and_surface", steps=50), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760), excepted=".xp-sr, .la-space")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2200


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"steps": 30}, {"guess": "share_of_pca", "network": "tanh", "cloud": "sheet"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(LinearAutoencoder(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"cloud": "ring"},
        {"units": 3},
        {"network": "deep"},
        {"learning_rate": 0.1},
        {"seed": 100},
        {"steps": 1001},
        {"yaw": 181},
        {"pitch": -91},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        LinearAutoencoder(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "cloud": ["sheet", "ring", 1],
        "units": [1, 2, 0, 3, 1.5],
        "network": ["tanh", "relu", "deep", None],
        "learning_rate": [0.0001, 0.03, 0.031, 0.0, "a"],
        "seed": [0, 99, 100, -1],
        "steps": [0, 1000, 1001, 0.5],
        "yaw": [-180.0, 180.0, 181.0],
        "pitch": [-90.0, 90.0, 91.0, None],
    }
    check_link_takes_what_python_takes(blank, LinearAutoencoder, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, LinearAutoencoder(), {"yaw": 77.0})
