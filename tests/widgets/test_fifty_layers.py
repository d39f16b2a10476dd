"""Fifty layers: what is measured is dnnlib's, what is predicted NumPy's, by mouse, keyboard, touch and on a phone."""

import json
import re

import numpy as np
import pytest
import traitlets

from dnnlib.initializers import by_name
from dnnlib.initializers.random_normal import RandomNormal
from dnnlib.layers.dense import Dense
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.tanh import Tanh
from dnnlib.widgets.fifty_layers import ACTIVATIONS, RATIOS, SCHEMES, FiftyLayers
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import check_clean_up_stops_everything, check_link_takes_what_python_takes

MODULE = "fifty_layers.mjs"


def state_of(**arguments):
    widget = FiftyLayers(**arguments)
    return {name: getattr(widget, name) for name in FiftyLayers.class_own_traits(sync=True)}


def random_states(count, seed=0, depth=7):
    """Yields states of small nets, of each scheme and each activation alike."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        yield state_of(
            scheme=SCHEMES[n % len(SCHEMES)],
            activation=ACTIVATIONS[n % len(ACTIVATIONS)],
            gain=float(rng.uniform(0.3, 3)),
            stddev=float(rng.uniform(0.01, 0.5)),
            slope=float(rng.uniform(0, 1)),
            width=int(rng.choice([16, 20, 24])),
            ratio=int(rng.choice(RATIOS)),
            depth=int(rng.integers(2, depth)),
            seed=int(rng.integers(1000)),
        )


def activation_of(state):
    """The layer of dnnlib that a state's activation is; None for linear."""
    slope = {"negative_slope": state["slope"]}
    layers = {"relu": (ReLU, {}), "leaky_relu": (LeakyReLU, slope), "tanh": (Tanh, {}), "sigmoid": (Sigmoid, {})}
    cls, options = layers.get(state["activation"], (None, {}))
    return cls and cls(**options, dtype="float64")


def network(state, kernels):
    """The layers of dnnlib with these kernels, (dense, activation) each."""
    stack = []
    for kernel in kernels:
        dense = Dense(kernel.shape[1], use_bias=False, dtype="float64")
        dense.build((None, len(kernel)))
        dense.set_weights([kernel])
        stack.append((dense, activation_of(state)))
    return stack


@pytest.fixture
def measure(blank):
    """Returns measure(states, k) -> what is measured in their k-th networks, as text on the way: it is much."""

    def run(states, k=0):
        text = blank.evaluate(
            """async ([states, k]) => {
              const { measured } = await import("/dnnlib/widgets/fifty_layers.mjs");
              return JSON.stringify(JSON.parse(states).map((state) => measured(state, k)));
            }""",
            [json.dumps(states), k],
        )
        return json.loads(text)

    return run


def kernels_of(found):
    """The kernels of a network as arrays."""
    pairs = zip(found["sizes"], found["sizes"][1:], found["kernels"], strict=False)
    return [np.array(flat).reshape(inputs, units) for inputs, units, flat in pairs]


def test_all_that_is_measured_equals_dnnlib_on_200_random_states_with_weights_exchanged(measure):
    states = list(random_states(200))
    for state, found in zip(states, measure(states), strict=True):
        stack = network(state, kernels_of(found))
        batch = [np.array(flat).reshape(32, -1) for flat in found["h"]]
        outputs, sums = [batch[0]], []
        for dense, activation in stack:
            sums.append(dense.forward(outputs[-1]))
            outputs.append(activation.forward(sums[-1]) if activation else sums[-1])
        gradients = [np.array(found["g"][-1]).reshape(32, -1)]
        for dense, activation in reversed(stack):
            gradients.insert(0, dense.backward(activation.backward(gradients[0]) if activation else gradients[0]))
        for name, expected in (("h", outputs), ("g", gradients)):
            for shown, values in zip(found[name], expected, strict=True):
                np.testing.assert_allclose(shown, values.ravel(), rtol=1e-6, atol=1e-9 * np.abs(values).max())
        for name, expected in (("forward", outputs), ("backward", gradients)):
            sizes = [np.sqrt(np.mean(values**2)) for values in expected]
            np.testing.assert_allclose(found[name], sizes, rtol=1e-9, err_msg=name)
        assert found["dead"] == [int((values == 0).all(axis=0).sum()) for values in outputs[1:]]
        slopes = {"tanh": lambda z: 1 - np.tanh(z) ** 2, "sigmoid": lambda z: 4 / (2 + 2 * np.cosh(z))}
        flat = {"relu": lambda z: z <= 0, **{name: lambda z, f=f: f(z) < 0.05 for name, f in slopes.items()}}
        judge = flat.get(state["activation"])
        shares = [np.mean(judge(z)) if judge else None for z in sums]
        assert found["flat"] == [None] * len(sums) if judge is None else np.allclose(found["flat"], shares)


def test_networks_of_the_band_differ_and_come_back_with_their_seed(measure):
    state = state_of(width=16, depth=3, seed=4)
    nets = [measure([state, {**state, "seed": 5}], k) for k in range(10)]
    assert measure([state], 3)[0] == nets[3][0]
    assert len({tuple(net["forward"]) for pair in nets for net in pair}) == 20


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ratio", [1, 4])
def test_weights_have_the_moments_and_the_range_of_the_initializers_of_dnnlib(measure, scheme, ratio):
    found = measure([state_of(scheme=scheme, width=64, ratio=ratio, depth=20, stddev=0.3, gain=1.5)])[0]
    rule = RandomNormal(stddev=0.3) if scheme == "random_normal" else by_name.get(scheme)
    rng = np.random.default_rng(0)
    for parity in (0, 1):  # into narrow layers, and out of them
        kernels = np.stack(kernels_of(found)[parity::2])
        own = np.stack([1.5 * rule(kernels.shape[1:], rng, "float64") for _ in kernels])
        # 10,240 draws at least: the standard deviation of a variance estimated from them is below 1.4 %
        np.testing.assert_allclose(np.mean(kernels**2), np.mean(own**2), rtol=0.08)
        np.testing.assert_allclose(np.mean(kernels**4), np.mean(own**4), rtol=0.2)
        assert abs(kernels.mean()) <= 4 * own.std() / kernels.size**0.5
        if scheme not in ("random_normal", "orthogonal"):  # these have no last value
            np.testing.assert_allclose(np.abs(kernels).max(), np.abs(own).max(), rtol=0.02)


@pytest.mark.parametrize("ratio", RATIOS)
def test_orthogonal_weights_have_singular_values_of_the_gain_alone(measure, ratio):
    found = measure([state_of(scheme="orthogonal", width=128, ratio=ratio, depth=4, gain=1.25)])[0]
    for kernel in kernels_of(found):
        np.testing.assert_allclose(np.linalg.svd(kernel, compute_uv=False), 1.25, atol=1e-11)


def test_orthogonal_vectors_are_those_of_a_qr_decomposition_with_a_positive_diagonal(call):
    rows = np.random.default_rng(1).standard_normal((30, 40))
    q, r = np.linalg.qr(rows.T)
    np.testing.assert_allclose(
        call(MODULE, "orthogonalised", [[rows.tolist()]])[0], (q * np.sign(np.diag(r))).T, atol=1e-9
    )


def he_slope(state):
    return state["slope"] if state["activation"] == "leaky_relu" else 0


def variance(state, fan_in, fan_out):
    """The variance of a weight by the rules' formulas."""
    rules = {
        "zeros": 0,
        "random_normal": state["stddev"] ** 2,
        "glorot": 2 / (fan_in + fan_out),
        "he": 2 / (1 + he_slope(state) ** 2) / fan_in,
        "lecun": 1 / fan_in,
        "orthogonal": min(fan_in, fan_out) / (fan_in * fan_out),
    }
    scheme = state["scheme"]
    return state["gain"] ** 2 * rules[scheme if scheme in rules else scheme.split("_")[0]]


POINTS = np.linspace(-12, 12, 200_000)  # none at the corner, 0
NORMAL = np.exp(-(POINTS**2) / 2) / np.sqrt(2 * np.pi)


def moments(state, deviation):
    """Mean squares of the activation and of its slope over a normal distribution, by a fine sum and by differences."""

    def f(z):
        slope = state["slope"] if state["activation"] == "leaky_relu" else 0
        curves = {"linear": lambda z: z, "tanh": np.tanh, "sigmoid": lambda z: 0.5 + 0.5 * np.tanh(z / 2)}
        return curves.get(state["activation"], lambda z: np.where(z > 0, z, slope * z))(z)

    z = POINTS * deviation
    step = 1e-5 * (deviation or 1)
    slopes = (f(z + step) - f(z - step)) / (2 * step)
    return np.trapezoid(f(z) ** 2 * NORMAL, POINTS), np.trapezoid(slopes**2 * NORMAL, POINTS)


def prediction(state):
    """Root mean squares of activations and gradients as NumPy computes them."""
    sizes = [state["width"] // (state["ratio"] if layer % 2 else 1) for layer in range(state["depth"] + 1)]
    forward, slopes, backward = [1.0], [], [1.0]
    for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
        size, slope = moments(state, np.sqrt(fan_in * variance(state, fan_in, fan_out)) * forward[-1])
        forward.append(np.sqrt(size))
        slopes.append(slope)
    for layer in range(state["depth"], 0, -1):
        factor = sizes[layer] * variance(state, sizes[layer - 1], sizes[layer]) * slopes[layer - 1]
        backward.insert(0, backward[0] * np.sqrt(factor))
    return forward, backward


def gain_needed(state):
    """The gain with which activations are predicted to end as large as they began: their size is a power of it."""
    powers = [np.log(prediction({**state, "gain": gain})[0][-1]) for gain in (0.7, 1.4)]
    return 0.7 * 2 ** (powers[0] / (powers[0] - powers[1]))


def test_predictions_equal_numpy_on_200_random_states(call):
    states = list(random_states(200, seed=1, depth=9))
    for state, found in zip(states, call(MODULE, "predicted", [[state] for state in states]), strict=True):
        for shown, expected in zip((found["forward"], found["backward"]), prediction(state), strict=True):
            np.testing.assert_allclose(shown, expected, rtol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("ratio", [1, 2])
def test_mean_square_over_many_networks_is_what_is_predicted(measure, call, activation, ratio):
    """The prediction is about draws of weights: their average must meet it, and for 1.2 times the weights must not."""
    state = state_of(scheme="glorot_normal", activation=activation, width=128, ratio=ratio, depth=3)
    found = [measure([{**state, "seed": seed}])[0] for seed in range(20)]
    for name in ("forward", "backward"):
        squares = np.array([one[name] for one in found]) ** 2
        error = squares.std(axis=0, ddof=1) / np.sqrt(len(found))
        right, wrong = (
            np.array(call(MODULE, "predicted", [[{**state, "gain": gain}]])[0][name]) ** 2 for gain in (1, 1.2)
        )
        # Gradients of wide nets alone are independent of the activations: 3 % on top of the error of the average
        assert (np.abs(squares.mean(axis=0) - right) < 4 * error + 0.03 * right).all(), name
        end = -1 if name == "forward" else 0
        if (activation, name) != ("sigmoid", "forward"):  # which is near one half whatever the weights are
            assert abs(squares.mean(axis=0)[end] - wrong[end]) > 4 * error[end] + 0.03 * wrong[end]


def test_sizes_far_beyond_squares_of_numbers_are_measured(call):
    state = state_of(scheme="random_normal", stddev=0.001, gain=0.25, width=16, ratio=4, depth=60, activation="tanh")
    found, expected = call(MODULE, "measured", [[state]])[0], call(MODULE, "predicted", [[state]])[0]
    for name, end in (("forward", -1), ("backward", 0)):
        powers = np.log10([found[name][end], expected[name][end]])
        assert (powers < -180).all() and abs(np.diff(powers)) < 12


# ---- In the page ----

SMALL = {"width": 16, "depth": 6, "layer": 3}


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def all_measured(page):
    page.wait_for_function("/10 of 10/.test(document.querySelector('.fl-progress').textContent)", timeout=60_000)
    settle(page)


def test_ten_networks_are_measured_one_after_the_other_and_make_a_band(mount):
    page = mount(FiftyLayers(**SMALL))
    all_measured(page)
    assert page.locator(".xp-chart-band").count() == 2
    says(page, "^In 6 layers, activations go from")


@pytest.mark.parametrize(
    "arguments", [{}, {"scheme": "he_normal", "gain": 2.0}, {"scheme": "lecun_normal", "depth": 30}]
)
def test_sentence_says_the_layer_in_which_a_hundredth_or_the_hundredfold_is_passed(mount, measure, arguments):
    [found] = measure([state_of(**arguments)])
    page = mount(FiftyLayers(**arguments))
    says(page, "^In ")
    for name, start in (("forward", "activations go"), ("backward", "Gradients go back")):
        sizes = np.array(found[name] if name == "forward" else found[name][::-1])
        passed = np.flatnonzero((sizes < sizes[0] / 100) | (sizes > 100 * sizes[0]))[0]
        told = re.search(
            f"{start}[^:]*: they \\w+, \\w+ (?:the|a) \\w+ in layer (\\d+)", page.locator(".xp-status").inner_text()
        )
        assert int(told[1]) == (passed if name == "forward" else len(sizes) - 1 - passed)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_sentence_says_what_is_lost_in_all_layers_together(mount, measure, activation):
    arguments = {"activation": activation, "gain": 3.0, "ratio": 4, "depth": 5, "width": 32}
    [found] = measure([state_of(**arguments)])
    page = mount(FiftyLayers(**arguments))
    says(page, "^In ")
    units = np.array(found["sizes"][1:])
    lost = (
        f" {sum(found['dead'])} of {units.sum()} units are 0 for all 32 inputs."
        if activation == "relu"
        else f" {100 * np.average(found['flat'], weights=units):.0f}\u00a0% of all answers are saturated."
    )
    assert page.locator(".xp-status").inner_text().endswith(lost)


def test_weights_gain_and_activation_change_what_is_said(mount):
    page = mount(FiftyLayers())
    says(page, "predicted 2.98·10⁻⁸")
    page.get_by_label("Weights", exact=True).select_option("He, normal")
    says(page, "predicted 1\\), a factor of")
    page.get_by_label("Activation", exact=True).select_option("sigmoid")
    says(page, "activations .* they stay .* Gradients .* they vanish")
    page.get_by_label("Weights", exact=True).select_option("zeros")
    says(page, "Gradients go back from .* to 0")
    all_measured(page)
    assert "NaN" not in page.locator(".xp").inner_text() and "Infinity" not in page.locator(".xp").inner_text()
    page.get_by_label("Activation", exact=True).select_option("relu")
    says(page, "activations go from .* to 0.* 3200 of 3200 units are 0")


def test_keyboard_sets_the_gain_in_quarters_of_a_doubling_and_chooses_the_layer(mount):
    page = mount(FiftyLayers(scheme="glorot_normal"))
    page.get_by_role("slider", name="Gain").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    says(page, "activations go .*predicted 0.99")  # 1.414 is the square root of 2 but for a digit
    page.get_by_role("slider", name="Layer shown").focus()
    page.keyboard.press("Home")
    page.wait_for_function("/^Layer 1, 64 units/.test(document.querySelector('.fl-details > p').textContent)")


def test_controls_of_the_deviation_and_the_leak_stand_where_they_act(mount):
    page = mount(FiftyLayers(**SMALL))
    deviation, slope = (page.get_by_role("slider", name=name) for name in ("Deviation", "Slope a"))
    assert not deviation.is_visible() and not slope.is_visible()
    page.get_by_label("Weights", exact=True).select_option("normal, one deviation for all")
    page.get_by_label("Activation", exact=True).select_option("leaky_relu")
    assert deviation.is_visible() and slope.is_visible()


def test_another_layer_is_shown_without_measuring_anew(mount):
    page = mount(FiftyLayers(**SMALL))
    all_measured(page)
    page.get_by_role("slider", name="Layer shown").fill("5")
    page.wait_for_function("/^Layer 5/.test(document.querySelector('.fl-details > p').textContent)")
    assert "10 of 10" in page.locator(".fl-progress").inner_text()


def test_depth_below_the_layer_shown_shows_the_last(mount):
    page = mount(FiftyLayers(width=16, depth=5, layer=60))
    page.wait_for_function("/^Layer 5/.test(document.querySelector('.fl-details > p').textContent)")


@pytest.mark.parametrize("arguments", [{"scheme": "random_normal", "activation": "leaky_relu"}, {"tour": "schemes"}])
def test_phone_has_no_sideways_scrolling(mount, arguments):
    page = mount(FiftyLayers(**arguments), width=390, has_touch=True, is_mobile=True)
    all_measured(page)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".xp").bounding_box()["height"] < 2500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "schemes"}, {"guess": "gain_needed", "activation": "leaky_relu"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(FiftyLayers(**SMALL, **arguments), theme=theme, width=700)
    all_measured(page)
    assert axe_violations(page) == []


def test_tour_says_what_is_measured(mount):
    page = mount(FiftyLayers(tour="schemes"))
    page.get_by_role("button", name="Take the tour").click()
    way = "from .* a factor of ([\\d.]+) a layer: ([a-z ]+)"
    factor = f"activations go {way}.*Gradients go back {way}"

    def step(pattern, low, high, forward, backward):
        says(page, pattern)
        found = re.search(factor, page.locator(".xp-status").inner_text())
        assert low <= float(found[1]) <= high
        assert found[2].startswith(f"they {forward}") and found[4].startswith(f"they {backward}")

    def onward():
        page.get_by_role("button", name="Next").click()

    step("predicted 4.25", 0.04, 0.065, "vanish", "vanish")
    onward()
    step("predicted 2.98", 0.67, 0.73, "vanish", "vanish")
    onward()
    step("predicted 1.0?", 0.9, 1.1, "stay", "stay")
    onward()
    says(page, "of 800 units")
    onward()
    says(page, "of 2000 units")
    swing = page.evaluate("""async () => { const m = await import("/dnnlib/widgets/fifty_layers.mjs");
      return m.predicted({ scheme: "he_normal", gain: 1, activation: "relu", width: 64, ratio: 4, depth: 50 }); }""")
    np.testing.assert_allclose(swing["forward"], 1)
    np.testing.assert_allclose(np.array(swing["backward"])[:-1] / swing["backward"][1:], [0.5, 2] * 25)
    onward()
    says(page, "activations .* they stay .* Gradients .* they vanish")
    onward()
    step("predicted 1\\)", 1, 1, "stay", "stay")
    page.get_by_role("button", name="Done").click()
    says(page, "predicted 2.98")


@pytest.mark.parametrize(
    "arguments",
    [
        {"scheme": "xavier"},
        {"gain": 0.05},
        {"stddev": 2.0},
        {"activation": "gelu"},
        {"slope": -0.1},
        {"width": 15},
        {"width": 18},
        {"ratio": 3},
        {"depth": 1},
        {"seed": -1},
        {"layer": 0},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        FiftyLayers(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "scheme": [*SCHEMES, "", 3],
        "gain": [0.1, 10.0, 0.09, 11.0, None],
        "stddev": [0.001, 1.0, 0.0005, 1.1],
        "activation": [*ACTIVATIONS, None],
        "slope": [0.0, 1.0, -0.1, 1.1],
        "width": [16, 128, 12, 132, 18, 20.5],
        "ratio": [*RATIOS, 3, "2"],
        "depth": [2, 60, 1, 61],
        "seed": [0, 9999, -1, 10000],
        "layer": [1, 60, 0, 61],
    }
    check_link_takes_what_python_takes(blank, FiftyLayers, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, FiftyLayers(width=128))
