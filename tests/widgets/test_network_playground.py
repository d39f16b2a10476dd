"""The network playground: it trains as dnnlib does, and mouse, keyboard and finger drive it."""

import re

import numpy as np
import pytest
import traitlets

from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from dnnlib.widgets.network_playground import ACTIVATIONS, DATA, EDGE, OPTIMIZERS, NetworkPlayground
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import check_clean_up_stops_everything

WITHIN = {"rtol": 1e-6, "atol": 1e-6}
LAYERS = {"linear": None, "sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
RULES = {
    "sgd": SGD,
    "momentum": lambda learning_rate: SGD(learning_rate, momentum=0.9),
    "rmsprop": RMSprop,
    "adam": Adam,
}


class Generator:
    """What shared/random.mjs draws, by itself."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        mask = 2**32 - 1
        seed = self.state = (self.state + 0x6D2B79F5) & mask
        t = ((seed ^ seed >> 15) * (seed | 1)) & mask
        t ^= (t + ((t ^ t >> 7) * (t | 61) & mask)) & mask
        return ((t ^ t >> 14) & mask) / 2**32

    def normal(self):
        radius = np.sqrt(-2 * np.log(1 - self.uniform()))
        return radius * np.cos(2 * np.pi * self.uniform())

    def permutation(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = int(self.uniform() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order


def turned(angle, radius):
    return [radius * np.cos(angle), radius * np.sin(angle)]


def example(data, i, r):
    """Example i of a data set: its inputs, and its class or target."""
    if data == "gaussians":
        side = 1.2 if i % 2 else -1.2
        return [side + 0.7 * r.normal(), side + 0.7 * r.normal()], i % 2
    if data == "circle":
        radius = 1.3 * np.sqrt(r.uniform()) if i % 2 else 1.8 + 0.8 * r.uniform()
        return turned(2 * np.pi * r.uniform(), radius), i % 2
    if data == "xor":
        across, up = [(1, 1), (1, -1), (-1, -1), (-1, 1)][i % 4]
        return [across * (0.2 + 2.4 * r.uniform()), up * (0.2 + 2.4 * r.uniform())], i % 2
    if data == "spiral":
        along = r.uniform()
        return turned(np.pi * (0.2 + 2.2 * along + i % 2), 0.3 + 2.3 * along), i % 2
    x = EDGE * (2 * r.uniform() - 1)
    return [x], np.sin(1.8 * x) + 0.3 * x


def data_of(state):
    """Returns (x, y) of the training and of the test points."""
    if state["data"] == "own":
        points = np.array(state["points"], float).reshape(-1, 3)
        x, y = points[:, :2], points[:, 2]
        earlier = np.array([np.sum(y[:i] == k) for i, k in enumerate(y)], int)  # of its class
        trains = np.ceil((earlier + 1) * state["train_share"]) > np.ceil(earlier * state["train_share"])
        return [(x[part], y[part][:, None]) for part in (trains, ~trains)]
    r, x, y = Generator(state.get("data_seed", 20)), [], []
    for i in range(state["examples"]):
        inputs, target = example(state["data"], i, r)
        if state["data"] == "curve":
            target += state["noise"] * r.normal()
        else:
            inputs = np.clip([value + state["noise"] * r.normal() for value in inputs], -EDGE, EDGE)
        x.append(inputs)
        y.append(target)
    x, y = np.array(x), np.array(y)
    cut = max(1, int(np.floor(len(x) * state["train_share"] + 0.5)))
    return [(x[part], y[part][:, None]) for part in (slice(cut), slice(cut, None))]


def model_of(state):
    """Returns dnnlib's network with the page's first weights, compiled."""
    kind = LAYERS[state["activation"]]
    layers = [
        layer
        for units in state["hidden"]
        for layer in [Dense(units, dtype="float64"), *([kind(dtype="float64")] if kind else [])]
    ]
    model = Sequential([*layers, Dense(1, dtype="float64")])
    model.build((None, 1 if state["data"] == "curve" else 2))
    r = Generator(state["seed"])
    for weights in model.params.values():
        if weights.ndim == 2:  # glorot_uniform; biases start at zero
            limit = np.sqrt(6 / sum(weights.shape))
            weights[...] = [[limit * (2 * r.uniform() - 1) for _ in row] for row in weights]
    loss = MeanSquaredError() if state["data"] == "curve" else BinaryCrossentropy(from_logits=True)
    model.compile(RULES[state["optimizer"]](learning_rate=state["learning_rate"]), loss)
    return model


def trained(state, steps):
    """Trains dnnlib's network; returns it, the data and the losses before each step."""
    model, data = model_of(state), data_of(state)
    (x, y), _ = data
    order, losses, r = [], [], Generator(state["seed"] + 1)
    for _ in range(steps):
        order = order or r.permutation(len(x))
        batch, order = order[: state["batch_size"]], order[state["batch_size"] :]
        losses.append(model.train_on_batch(x[batch], y[batch])["loss"])
    return model, data, losses


def scores_of(state, steps):
    """Returns [loss, share right] of training and test points, nan where there is none."""
    model, data, _ = trained(state, steps)
    found = []
    for x, y in data:
        if not len(x):
            found.append([np.nan, np.nan])
            continue
        z = model.forward(x)
        right = np.nan if state["data"] == "curve" else np.mean((z > 0) == (y > 0))
        found.append([model.loss.forward(y, z), right])
    return found


def trial(state, hidden, seed):
    """The share of the training points that a network gets right, trained as the guesses' networks are."""
    rule = {"optimizer": "adam", "learning_rate": 0.05, "batch_size": 50}
    return scores_of({**state, **rule, "hidden": hidden, "seed": seed}, 400)[0][1]


def linear_accuracy(state):
    return 100 * trial(state, [], 0)


def units_needed(state):
    for units in range(1, 9):
        if any(trial(state, [units], seed) >= 0.95 for seed in range(3)):
            return units
    return "more than 8"


def parameters(state):
    return model_of(state).count_params()


def full(**changed):
    """A state with all traits."""
    widget = NetworkPlayground(**changed)
    return {name: getattr(widget, name) for name in NetworkPlayground.class_own_traits(sync=True)}


def configurations(count, seed=0):
    """Random states."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        points = [[round(float(v), 2) for v in rng.uniform(-3, 3, 2)] + [int(rng.integers(2))] for _ in range(30)]
        yield full(
            data=str(rng.choice(DATA)),
            points=points[: rng.integers(2, 31)],
            noise=round(float(rng.uniform(0, 1)), 2),
            examples=int(rng.integers(20, 120)),
            train_share=round(float(rng.uniform(0.1, 0.9)), 2),
            hidden=rng.integers(1, 9, rng.integers(4)).tolist(),
            activation=str(rng.choice(ACTIVATIONS)),
            optimizer=str(rng.choice(OPTIMIZERS)),
            learning_rate=float(rng.choice([0.001, 0.01, 0.03, 0.1])),
            batch_size=int(rng.integers(1, 40)),
            seed=int(rng.integers(100)),
        )


RUN = """async ([states, steps, places]) => {
  const m = await import("/dnnlib/widgets/shared/playground.mjs"),
    { tensor } = await import("/dnnlib/widgets/shared/network.mjs");
  return states.map((state) => {
    const { net, data, step, epoch } = m.trainingOf(state), losses = [];
    const original = net.trainOnBatch.bind(net);
    net.trainOnBatch = (...batch) => { losses.push(original(...batch)); };
    for (let n = 0; n < steps; n++) step();
    const at = tensor(places, [places.length / data.inputs, data.inputs]);
    return { losses, weights: net.getWeights().map((array) => [...array]), parameters: m.parameterCount(state),
      views: m.viewsOf(net, state, at).map((layer) => layer.map((unit) => [...unit])),
      into: m.weightsInto(net, state.hidden.length + 1, 0), epoch: epoch(),
      scores: [data.train, data.test].map((part) => m.judged(net, part, data.classes)).map((s) => [s.loss, s.right]),
      points: [data.train, data.test].map(({ x, y }) => [[...x.data], [...y]]) };
  });
}"""

LONG = {
    "XOR, tanh, Adam": {"data": "xor", "hidden": [4], "noise": 0.0},
    "spiral, 8-8-8 ReLU, RMSprop": {"data": "spiral", "hidden": [8, 8, 8], "activation": "relu", "optimizer": "rmsprop",
                                    "learning_rate": 0.003, "examples": 500},
    "circle, sigmoid, momentum": {"activation": "sigmoid", "optimizer": "momentum", "learning_rate": 0.1},
    "clouds, no hidden layer, SGD one by one": {"data": "gaussians", "hidden": [], "optimizer": "sgd", "batch_size": 1},
    "curve, tanh, SGD": {"data": "curve", "hidden": [6], "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 7},
    "curve, linear layers, all at once": {"data": "curve", "hidden": [3, 2], "activation": "linear", "batch_size": 500},
    "own points, an uneven last batch": {"data": "own", "points": [[1, 1, 1], [-1, -1, 0], [1, -2, 0], [0.5, 2, 1],
                                         [-2, 0, 0]], "train_share": 0.9, "batch_size": 3, "seed": 5},
}  # fmt: skip


def same(received, expected, case):
    np.testing.assert_allclose(np.array(received, float), np.ravel(expected), **WITHIN, err_msg=str(case))


# The numbers


def test_network_in_the_page_equals_dnnlib_over_200_training_steps(blank):
    states = [full(**changed) for changed in LONG.values()]
    for name, state, received in zip(LONG, states, blank.evaluate(RUN, [states, 200, [0.5, 1]]), strict=True):
        model, _, losses = trained(state, 200)
        same(received["losses"], losses, name)
        for one, other in zip(received["weights"], model.get_weights(), strict=True):
            same(one, other, name)
        assert losses[-1] < losses[0], name  # it did learn


def test_200_random_states_have_dnnlibs_points_views_scores_and_parameters(blank):
    states, places = list(configurations(200)), np.linspace(-3, 3, 10)
    received = blank.evaluate(RUN, [states, 3, places.tolist()])
    for state, found in zip(states, received, strict=True):
        model, data, losses = trained(state, 3)
        same(found["losses"], losses, state)
        for (x, y), (xs, ys) in zip(data, found["points"], strict=True):
            same(xs, x, state)
            same(ys, y, state)
        same(np.ravel(found["scores"]), scores_of(state, 3), state)
        assert found["parameters"] == model.count_params()
        same(found["into"], np.concatenate([np.ravel(part) for part in model.get_weights()[-2:]]), state)
        value = places.reshape(-1, data[0][0].shape[1])
        hidden = [value]
        for layer in model.layers[:-1]:
            value = layer.forward(value)
            if not isinstance(layer, Dense) or state["activation"] == "linear":
                hidden.append(value)
        for units, expected in zip(found["views"], [*hidden, model.layers[-1].forward(value)], strict=True):
            same(np.transpose(units).ravel(), expected, state)


@pytest.mark.parametrize("changed", [{"data": "xor"}, {"data": "circle", "activation": "relu"}, {"data": "gaussians"}])
def test_answers_trained_in_the_page_are_those_of_dnnlib(call, changed):
    state = full(**changed, examples=60)
    np.testing.assert_allclose(call("shared/playground.mjs", "linearAccuracy", [[state]]), linear_accuracy(state))
    assert call("shared/playground.mjs", "unitsNeeded", [[state]]) == [units_needed(state)]


@pytest.mark.parametrize("guess", ["linear_accuracy", "units_needed"])
def test_questions_without_classes_or_points_cannot_be_answered_until_there_are(mount, guess):
    page = mount(NetworkPlayground(data="curve", guess=guess))
    lock = page.get_by_role("group", name="Prediction, locked")
    assert "Choose points of two classes first." in lock.inner_text()
    for data in ("own", "gaussians"):
        assert page.get_by_role("button", name="Show me").is_disabled()
        page.get_by_label("Points", exact=True).select_option(data)
        says(page, "There are no training points" if data == "own" else "training points right")
    page.get_by_role("button", name="Show me").click()
    page.get_by_label("Points", exact=True).select_option("circle")
    page.wait_for_function("document.querySelector('.xp-lock-note').textContent.includes('Guess again')")


def test_linear_layers_never_part_a_circle(call):
    assert call("shared/playground.mjs", "unitsNeeded", [[full(activation="linear")]]) == ["more than 8"]


def test_classes_are_balanced_and_without_noise_as_their_names_say():
    for name in ("gaussians", "circle", "xor", "spiral"):
        (x, y), (more, _) = data_of(full(data=name, noise=0.0, examples=200))
        assert len(x) == len(more) == 100 and y.mean() == 0.5 and np.abs(x).max() <= EDGE
        if name == "xor":
            assert ((x.prod(axis=1) < 0) == y[:, 0]).all()
        if name == "circle":
            assert ((np.hypot(*x.T) < 1.5) == y[:, 0]).all()


def test_history_stays_short_and_keeps_equal_distances(blank):
    steps = blank.evaluate("""async () => { const m = await import("/dnnlib/widgets/shared/playground.mjs");
      const kept = m.history(50);
      for (let n = 0; n <= 3000; n++) if (kept.due(n)) kept.add(n, n, -n);
      return [kept.steps, kept.train, kept.test]; }""")
    assert len(steps[0]) <= 51 and steps[0][0] == 0 and len(set(np.diff(steps[0]))) == 1 and steps[0][-1] > 2900
    assert steps[1] == steps[0] and steps[2] == [-n for n in steps[0]]


def test_nearest_line_is_found_within_reach_alone(call):
    lines = [{"x0": 0, "y0": 0, "x1": 10, "y1": 0}, {"x0": 0, "y0": 10, "x1": 10, "y1": 0}]
    found = call(
        "network_playground.mjs", "nearestLine", [[lines, 2, 1, 3], [lines, 2, 7, 3], [lines, 5, -9, 3], [[], 0, 0, 9]]
    )
    assert found == [lines[0], lines[1], None, None]


def test_sentences_say_the_state_in_words(call):
    state = full(hidden=[4, 2])
    fine = {"loss": 0.3, "right": 0.9}
    now = {"steps": 60, "epoch": 3, "failed": 0, "counts": [100, 20], "first": 0.7, "train": fine, "test": fine}
    learned, failed, grown, none, curve, first = call("network_playground.mjs", "sentence", [
        [state, now], [state, {**now, "failed": 60}], [state, {**now, "train": {"loss": 7, "right": 0.4}}],
        [state, {**now, "counts": [0, 0]}], [full(data="curve", hidden=[3]), now], [state, {**now, "steps": 0}],
    ])  # fmt: skip
    assert learned == (
        "After 60 steps (epoch 3), the network 2–4–2–1 gets 90\u00a0% of 100 training points right and 90\u00a0% of 20 "
        "test points, with a loss of 0.3 and 0.3."
    )
    assert failed.startswith("The loss is no longer a number after 60 steps: the steps are too large")
    assert grown.endswith("The loss is 10 times what it was at the start: the steps are too large.")
    assert none.startswith("There are no training points") and first.startswith("Before training, the network")
    assert "1–3–1 has a mean squared error of 0.3 on training points" in curve


def test_a_new_own_point_moves_no_other_to_the_other_side(blank):
    points = [[i / 10, -i / 10, i % 2] for i in range(20)]
    states = [full(data="own", points=points[:count], train_share=0.6) for count in range(1, 21)]
    seen = [found["points"] for found in blank.evaluate(RUN, [states, 0, [0.5, 1]])]
    for (before, _), (after, _) in zip(seen, seen[1:], strict=False):
        assert after[0][: len(before[0])] == before[0]
    assert [len(part[1]) for part in seen[0]] == [1, 0] and [len(part[1]) for part in seen[-1]] == [12, 8]
    assert sum(seen[-1][0][1]) == 6  # both classes have their share


# The traits and the link


@pytest.mark.parametrize("changed, message", [
    ({"hidden": [4, 9]}, "up to 3 layers of 1 to 8 units"),
    ({"hidden": [1, 1, 1, 1]}, "up to 3 layers"),
    ({"hidden": 4}, "expected a list"),
    ({"points": [[0, 0, 2]]}, "class 0 or 1, received"),
    ({"points": [[0, 4, 1]]}, "x from -3 to 3"),
    ({"points": [[0, 0, 1]] * 201}, "up to 200 points"),
    ({"unit": [1]}, "expected None or"),
    ({"data": "moons"}, "moons"),
    ({"activation": "gelu"}, "gelu"),
    ({"steps": 20_000}, "steps"),
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed, message):
    with pytest.raises(traitlets.TraitError, match=re.escape(message)):
        NetworkPlayground(**changed)


def test_points_in_a_link_are_those_that_python_takes(blank):
    points = [[1.25, -0.1, 1], [-3, 3, 0], [0, 0.01, 1]]
    text, back, *others = blank.evaluate(
        """async (points) => {
      const { POINTS_FORM: form } = await import("/dnnlib/widgets/network_playground.mjs"), text = form.write(points);
      const wrong = ["301.0.1", "0.0.2", "a.b.c", "0.0", "0.0.1_", Array(201).fill("0.0.1").join("_")];
      return [text, form.read(text), form.read(""), ...wrong.map((one) => form.read(one) ?? null)];
    }""",
        points,
    )
    assert text == "125.-10.1_-300.300.0_0.1.1" and back == points == NetworkPlayground(points=points).points
    assert others == [[], *[None] * 6]


# The figure


def sentence(page):
    return page.locator(".xp-status").inner_text()


def shown_scores(page):
    rows = page.locator(".np-scores tbody tr").all()
    return [[text.replace("\u00a0%", "") for text in row.locator("td").all_inner_texts()] for row in rows]


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent.includes(t)", arg=text)


def note(page, text):
    page.wait_for_function("(t) => document.querySelector('.np-note').textContent.includes(t)", arg=text)


def test_steps_by_hand_show_the_losses_of_dnnlib(mount):
    widget = NetworkPlayground(data="xor", hidden=[3])
    page = mount(widget)
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 3 steps (epoch 1)")
    expected_scores = scores_of(full(data="xor", hidden=[3]), 3)
    for (loss, right), (expected, share) in zip(shown_scores(page), expected_scores, strict=True):
        assert abs(float(loss) - expected) < 0.001 and abs(float(right) - 100 * share) < 0.051
    page.get_by_role("button", name="Reset").click()
    says(page, "Before training")


def test_it_trains_while_it_plays_and_a_change_starts_it_again_and_goes_on(mount):
    page = mount(NetworkPlayground(data="gaussians"))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 20")
    page.get_by_label("Speed").select_option(label="1 step a second")
    page.get_by_label("Activation").select_option("relu")
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) < 20")
    page.get_by_label("Speed").select_option(label="60 steps a second")
    page.wait_for_function("parseInt(document.querySelector('.xp-player-count').textContent) > 20")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("document.querySelector('.xp-player-run').textContent.includes('Play')")
    steps = int(page.locator(".xp-player-count").inner_text().split()[0])
    says(page, f"After {steps} steps")
    loss = float(shown_scores(page)[0][0].replace("< ", ""))
    assert abs(loss - scores_of(full(data="gaussians", activation="relu"), steps)[0][0]) < 0.001


def test_layers_and_units_are_added_and_removed_by_keyboard(mount):
    page = mount(NetworkPlayground(hidden=[4]))
    layers = page.get_by_role("spinbutton", name="Hidden layers")
    layers.focus()
    page.keyboard.press("ArrowUp")
    says(page, "2–4–2–1")
    page.get_by_role("spinbutton", name="Units, layer 1").press("End")
    says(page, "2–8–2–1")
    assert page.get_by_role("radio", name="layer 1").count() == 8
    layers.press("Home")
    says(page, "the network 2–1 ")
    assert not page.get_by_label("Activation").is_visible()
    page.get_by_role("button", name="Hidden layers: more").click()
    says(page, "2–4–1")


def test_arrow_keys_go_from_unit_to_unit_and_say_their_weights(mount):
    page = mount(NetworkPlayground(hidden=[3], steps=30))
    model, *_ = trained(full(hidden=[3]), 30)
    page.get_by_role("radio", name="the output").focus()
    page.keyboard.press("ArrowLeft")
    note(page, "Unit 2 of layer 1 = tanh(")
    page.keyboard.press("ArrowDown")
    note(page, "Unit 3 of layer 1 = tanh(")
    said = page.locator(".np-note").inner_text().replace(" ", "").replace("−", "-")
    numbers = [float(n) for n in re.findall(r"[-+]?\d+\.\d+", said)]
    kernel, bias = model.get_weights()[:2]
    np.testing.assert_allclose(numbers, [*kernel[:, 2], bias[2]], atol=0.01)
    assert page.get_by_role("radio", checked=True).filter(has=page.locator("canvas")).count() == 1
    assert page.evaluate("document.activeElement.ariaLabel") == "unit 3 of layer 1"
    page.keyboard.press("Home")
    note(page, "The input x₁ as it comes.")
    page.keyboard.press("End")
    note(page, "above 0 it says class 1")


def test_pointing_at_a_line_says_its_weight(mount):
    page = mount(NetworkPlayground(hidden=[1], steps=10))
    model, *_ = trained(full(hidden=[1]), 10)
    unit, output = (page.get_by_role("radio", name=name).bounding_box() for name in ("layer 1", "the output"))
    page.mouse.move((unit["x"] + unit["width"] + output["x"]) / 2, unit["y"] + unit["height"] / 2)
    note(page, "Weight from unit 1 of layer 1 to the output: ")
    told = float(page.locator(".np-note").inner_text().split(": ")[1].rstrip(".").replace("−", "-"))
    assert abs(told - model.get_weights()[2][0, 0]) < 0.0006
    page.mouse.move(5, 5)
    note(page, "The output = ")


def test_own_points_are_placed_and_removed_by_mouse_and_keyboard(mount):
    page = mount(NetworkPlayground())
    page.get_by_label("Points", exact=True).select_option("own")
    says(page, "There are no training points")
    pad = page.get_by_role("application", name="Place points")
    box = pad.bounding_box()
    pad.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.4})
    says(page, "1 training point right")
    pad.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    page.get_by_text("class 0, ■").click()
    pad.focus()
    page.keyboard.press("Enter")
    says(page, "2 training points right")
    settle(page)
    places = page.locator(".xp-chart-points").count()
    assert places == 2
    page.wait_for_function("document.querySelector('.np-pad [role=status]').textContent.includes('of class 0')")
    page.keyboard.press("Delete")
    page.wait_for_function("document.querySelectorAll('.xp-chart-points').length === 1")
    page.get_by_role("button", name="Remove all points").click()
    says(page, "There are no training points")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.xp-player-run').ariaDisabled === 'true'")


def test_steps_that_are_too_large_are_explained_and_training_stops(mount):
    page = mount(NetworkPlayground(data="curve", hidden=[4], activation="relu", optimizer="sgd", learning_rate=3.0))
    page.get_by_role("button", name="Play").click()
    says(page, "The loss is no longer a number after")
    page.wait_for_function("document.querySelector('.xp-player-count').textContent.includes('finished')")
    assert "no longer numbers" in page.locator(".np-note").inner_text()
    page.get_by_label("Learning rate").select_option("0.03")
    says(page, "Before training")
    page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 1 step ")


def test_link_restores_the_trained_network_with_its_own_points(mount):
    page = mount(NetworkPlayground(data="own", points=[[1, 1, 1], [-1, -1, 0], [1, -1, 0]], train_share=0.9))
    pad = page.get_by_role("application", name="Place points")
    pad.focus()
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    says(page, "of 4 training points")
    for _ in range(2):
        page.get_by_role("button", name="Step", exact=True).click()
    says(page, "After 2 steps")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('none'); }; }")
    page.get_by_role("button", name="Copy link").click()
    address, said, scores = page.get_by_label("The link, to copy").input_value(), sentence(page), shown_scores(page)
    assert "-50.50.1" in address and "steps=2" in address
    page.goto("about:blank")
    page.goto(address)
    says(page, "After 2 steps")
    assert sentence(page) == said and shown_scores(page) == scores


def test_tour_leads_from_one_line_to_a_sum_of_edges(mount):
    page = mount(NetworkPlayground(data="spiral", tour="xor", steps=5))
    before = sentence(page)
    page.get_by_role("button", name="Take the tour: 4 steps").click()
    says(page, "After 400 steps")
    assert float(shown_scores(page)[0][1]) < 70
    page.get_by_role("button", name="Next").click()
    says(page, "Before training, the network 2–4–1")
    page.get_by_role("button", name="Next").click()
    note(page, "Unit 1 of layer 1 = tanh(")
    page.get_by_role("button", name="Next").click()
    note(page, "The output = ")
    assert float(shown_scores(page)[0][1]) >= 97
    page.get_by_role("button", name="Done").click()
    says(page, before)


@pytest.mark.parametrize("guess", ["linear_accuracy", "units_needed", "parameters"])
def test_guesses_are_answered_by_dnnlibs_numbers(mount, guess):
    state = {"data": "xor", "hidden": [5, 2], "examples": 60}
    page = mount(NetworkPlayground(**state, guess=guess))
    page.get_by_role("button", name="Show me").click()
    oracle = {"linear_accuracy": linear_accuracy, "units_needed": units_needed, "parameters": parameters}[guess]
    answer = float(re.match(r"It is (\d+(\.\d+)?)", page.locator(".xp-lock-note").inner_text())[1])
    assert abs(answer - oracle(full(**state))) < 0.006


STATES = {
    "circle": {"steps": 200},
    "widest": {"data": "spiral", "hidden": [8, 8, 8], "examples": 500, "unit": [2, 3], "steps": 20},
    "curve": {"data": "curve", "hidden": [5], "steps": 100, "unit": [1, 2]},
    "own": {"data": "own", "points": [[1, 1, 1], [-1, -1, 0]], "steps": 5},
    "failed": {"data": "curve", "optimizer": "sgd", "learning_rate": 10.0, "activation": "relu", "steps": 100},
    "none": {"hidden": []},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(NetworkPlayground(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    for width in (1200, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = page.evaluate("""() => { const right = document.querySelector(".xp").getBoundingClientRect().right;
          return [...document.querySelectorAll(".xp *")].filter((e) => e.checkVisibility() && !e.closest(".xp-sr") &&
            e.getBoundingClientRect().right > right - 6).map((e) => e.outerHTML.slice(0, 80)); }""")
        assert outside == []
        apart = page.evaluate("""() => { const boxes = [...document.querySelectorAll(".np-unit")].map((e) =>
            e.getBoundingClientRect());
          return boxes.every((a, i) => boxes.every((b, j) => i === j || a.right <= b.left || b.right <= a.left ||
            a.bottom <= b.top || b.bottom <= a.top)); }""")
        assert apart


def test_signs_and_parts_differ_without_colour(mount):
    page = mount(NetworkPlayground())
    settle(page)
    shapes = page.locator(".np-stage .xp-chart-points").evaluate_all(
        "all => all.map((e) => [e.getAttribute('d').replace(/[\\d.-]+/g, '').slice(0, 6), e.matches('.hollow')])"
    )
    assert len({tuple(shape) for shape in shapes}) == 4  # two classes, each filled and hollow


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, NetworkPlayground())
