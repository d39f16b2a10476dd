"""Two hands on the logits: values and gradients are dnnlib's and Keras's, overflow NumPy's; mouse, keyboard, phone."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
import traitlets

from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.softmax import Softmax
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.categorical_crossentropy import CategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.widgets.logits import CLASSES, PRECISIONS, SIGMOID_LOSSES, SOFTMAX_LOSSES, Logits
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import settle
from tests.widgets.promises import check_clean_up_stops_everything, check_link_takes_what_python_takes

MODULE = "logits.mjs"
MATCHING = {"softmax": SOFTMAX_LOSSES[0], "sigmoid": SIGMOID_LOSSES[0]}
PAIRS = [*(("softmax", loss) for loss in SOFTMAX_LOSSES), *(("sigmoid", loss) for loss in SIGMOID_LOSSES)]


def states(count, seed=0, largest=3.0, temperatures=(0.5, 4)):
    """Yields random states; with such scores no probability reaches the bounds to which Keras clips."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        classes = int(rng.integers(3, 6))
        yield {
            "scores": rng.uniform(-largest, largest, classes).round(1).tolist(),
            "shift": round(rng.uniform(-1, 1), 1),
            "temperature": round(rng.uniform(*temperatures), 2),
            "label": int(rng.integers(classes)),
            "softmax_loss": str(rng.choice(SOFTMAX_LOSSES)),
            "sigmoid_loss": str(rng.choice(SIGMOID_LOSSES)),
            "precision": str(rng.choice(PRECISIONS)),
        }


def scaled(state):
    """What softmax and sigmoid see, and the label one-hot: a batch of one."""
    z = (np.array([state["scores"]]) + state["shift"]) / state["temperature"]
    return z, np.eye(z.shape[1])[[state["label"]]]


def by_dnnlib(state, hand, loss):
    """Probabilities, loss summed over the classes, and dL/dz, from layers and losses of dnnlib in float64."""
    z, y = scaled(state)
    layers = [
        {"softmax": Softmax, "sigmoid": Sigmoid}[hand](dtype="float64") for _ in range(1 + loss.endswith("twice"))
    ]
    chosen = MATCHING[hand] if loss.endswith("twice") else loss
    measure, parts = {
        "squared error": (MeanSquaredError, z.shape[1]),
        "binary cross-entropy": (BinaryCrossentropy, z.shape[1]),
        "categorical cross-entropy": (CategoricalCrossentropy, 1),
    }[chosen]
    if loss == MATCHING[hand]:  # the pair has a form without bounds
        measure = measure(from_logits=True)
        cost, grad = parts * measure(y, z), parts * measure.backward()
        return layers[0](z)[0], cost, grad[0] / state["temperature"]
    measure, p = measure(), z
    for layer in layers:
        p = layer(p)
    cost, grad = parts * measure(y, p), parts * measure.backward()
    for layer in reversed(layers):
        grad = layer.backward(grad)
    if (hand, loss) == ("sigmoid", "categorical cross-entropy"):
        p = p / p.sum()
    return p[0], cost, grad[0] / state["temperature"]


def by_keras(state, hand, loss):
    """Loss summed over the classes, and dL/dz, by TensorFlow."""
    z, y = scaled(state)
    z = tf.constant(z, tf.float64)
    act = getattr(keras.ops, hand)
    with tf.GradientTape() as tape:
        tape.watch(z)
        # identity: Keras finds the scores behind a tensor that an activation made, and takes them whatever the loss
        p = tf.identity(act(act(z)) if loss.endswith("twice") else act(z))
        chosen = MATCHING[hand] if loss.endswith("twice") else loss
        if chosen == "squared error":
            cost = tf.reduce_sum((p - y) ** 2)
        elif chosen == "binary cross-entropy":
            cost = tf.reduce_sum(keras.ops.binary_crossentropy(y, p))
        else:
            cost = tf.reduce_sum(keras.ops.categorical_crossentropy(y, p))
    return float(cost), tape.gradient(cost, z).numpy()[0] / state["temperature"]


@pytest.mark.parametrize("hand, loss", PAIRS)
def test_values_and_gradients_equal_dnnlib_and_keras_on_200_random_states(call, hand, loss):
    cases = list(states(200))
    for state, got in zip(cases, call(MODULE, "handOf", [[state, hand, loss] for state in cases]), strict=True):
        p, cost, gradient = by_dnnlib(state, hand, loss)
        np.testing.assert_allclose(got["p"], p, rtol=0, atol=1e-9)
        np.testing.assert_allclose(got["loss"], cost, rtol=1e-6)
        np.testing.assert_allclose(got["gradient"], gradient, rtol=0, atol=1e-6)
        cost, gradient = by_keras(state, hand, loss)
        np.testing.assert_allclose(got["loss"], cost, rtol=1e-6)
        np.testing.assert_allclose(got["gradient"], gradient, rtol=0, atol=1e-6)


@pytest.mark.parametrize("hand, loss", PAIRS)
def test_extreme_scores_give_finite_numbers_whose_gradient_is_that_of_the_loss(call, hand, loss):
    """Central differences of the page's own loss, where no clipped loss can be the oracle."""
    cases = list(states(60, seed=1, largest=12, temperatures=(0.3, 1)))
    for state in cases:
        state["shift"] *= 20
    found = call(MODULE, "handOf", [[state, hand, loss] for state in cases])
    step = 1e-5
    for state, got in zip(cases, found, strict=True):
        moved = [
            [{**state, "scores": [z + sign * step * (j == k) for j, z in enumerate(state["scores"])]}, hand, loss]
            for k in range(len(state["scores"]))
            for sign in (-1, 1)
        ]
        low, high = np.array([one["loss"] for one in call(MODULE, "handOf", moved)]).reshape(-1, 2).T
        assert np.isfinite([got["loss"], *got["p"], *got["gradient"]]).all()
        np.testing.assert_allclose(got["gradient"], (high - low) / (2 * step), rtol=1e-4, atol=1e-5)


def test_matching_losses_keep_their_gradient_at_a_confident_mistake_and_wrong_ones_lose_it(call):
    state = {**next(states(1)), "scores": [-8.0, 8.0, 0.0], "label": 0, "shift": 0.0, "temperature": 1.0}
    found = dict(zip(PAIRS, call(MODULE, "handOf", [[state, hand, loss] for hand, loss in PAIRS]), strict=True))
    push = {pair: abs(got["gradient"][0]) for pair, got in found.items()}
    for hand, loss in MATCHING.items():
        assert push[hand, loss] > 0.999
        for loss in ("squared error", f"{hand} twice"):
            assert push[hand, loss] < 1e-3
    # The two that keep the label's push get another gradient wrong: the dog's
    assert found["softmax", "binary cross-entropy"]["gradient"][1] > 1.9
    assert abs(found["sigmoid", "categorical cross-entropy"]["gradient"][1]) < 1e-3


def test_half_rounds_every_number_as_numpy_does(call):
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = np.sort(every[np.isfinite(every)].astype(float))
    middles = (finite[1:] + finite[:-1]) / 2  # ties
    rng = np.random.default_rng(0)
    some = np.concatenate([finite, middles, rng.normal(0, 1, 5000) * 10.0 ** rng.uniform(-9, 5, 5000)])
    some = np.append(some, [65519.9, 65520, 1e9, -1e9])
    with np.errstate(over="ignore"):
        expected = some.astype(np.float16).astype(float)
    np.testing.assert_array_equal(call(MODULE, "half", [[one] for one in some.tolist()]), expected)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_walls_are_where_numpy_overflows_and_underflows(call, precision):
    [walls] = call(MODULE, "wallsOf", [[precision]])
    dtype = np.dtype(precision)
    with np.errstate(over="ignore", under="ignore"):
        overflow, underflow = (dtype.type(walls[name]) for name in ("overflow", "underflow"))
        assert float(overflow) == walls["overflow"] and float(underflow) == walls["underflow"]
        assert np.isinf(np.exp(overflow)) and np.isfinite(np.exp(np.nextafter(overflow, dtype.type(0))))
        assert np.exp(underflow) == 0 and np.exp(np.nextafter(underflow, dtype.type(0))) > 0


def naive_and_stable(state):
    """Both forms in NumPy numbers of the state's precision, one operation after the other."""
    dtype = np.dtype(state["precision"]).type
    z, y = scaled(state)
    z, one = [dtype(value) for value in z[0]], dtype(1)
    t = int(y.argmax())

    def total(values):
        return functools.reduce(lambda a, b: a + b, values, dtype(0))

    e = [np.exp(value) for value in z]
    p = [value / total(e) for value in e]
    yes = [one / (one + np.exp(-value)) for value in z]
    naive = [e, p, -np.log(p[t]), total([-np.log(q if k == t else one - q) for k, q in enumerate(yes)])]
    down = [value - max(z) for value in z]
    e = [np.exp(value) for value in down]
    soft = [max(-v if k == t else v, dtype(0)) + np.log1p(np.exp(-abs(v))) for k, v in enumerate(z)]
    stable = [e, [value / total(e) for value in e], np.log(total(e)) - down[t], total(soft)]
    return naive, stable


@pytest.mark.parametrize("precision", PRECISIONS)
def test_naive_and_stable_form_equal_numpy_on_200_random_states(call, precision):
    rng = np.random.default_rng(2)
    cases = [
        {**state, "precision": precision, "shift": float(rng.uniform(-120, 120))}
        for state in states(200, 3, 12, (0.1, 0.15 if precision == "float64" else 1))
    ]
    infinite = 0
    for state, got in zip(cases, call(MODULE, "inPrecision", [[state] for state in cases]), strict=True):
        with np.errstate(all="ignore"):
            expected = naive_and_stable(state)
        for form, values in zip(("naive", "stable"), expected, strict=True):
            for name, value in zip(("exp", "p", "categorical", "binary"), values, strict=True):
                mine, theirs = np.array(got[form][name], float), np.array(value, float)
                # Exponentials and logarithms may differ in the last bit; what is inf, nan or 0 must not
                np.testing.assert_array_equal(np.isnan(mine), np.isnan(theirs))
                np.testing.assert_array_equal(np.isposinf(mine), np.isposinf(theirs))
                if precision == "float64" or form == "stable":
                    steps = np.finfo(precision).eps
                    np.testing.assert_allclose(mine, theirs, rtol=16 * steps, atol=4 * steps)
        infinite += not np.isfinite(got["naive"]["categorical"])
        assert np.isfinite([*got["stable"]["p"], got["stable"]["categorical"], got["stable"]["binary"]]).all()
    assert infinite > 20


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def part(page, name):
    """The names, texts and widths of the bars of a part."""
    return page.get_by_role("list", name=name).evaluate(
        "e => [...e.children].map((row) => [row.querySelector('b').textContent, row.querySelector('i').style.width])"
    )


def test_keyboard_moves_a_score_and_both_hands_follow(mount):
    page = mount(Logits())
    before = part(page, "Probabilities by softmax"), part(page, "Probabilities by sigmoid")
    slider = page.get_by_role("slider", name="dog")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settle(page)
    after = part(page, "Probabilities by softmax"), part(page, "Probabilities by sigmoid")
    assert all(one != other for one, other in zip(before[0], after[0], strict=True))
    assert [one == other for one, other in zip(before[1], after[1], strict=True)] == [True, False, True]


def test_constant_moves_sigmoid_and_not_softmax(mount):
    page = mount(Logits())
    before = part(page, "Probabilities by softmax"), part(page, "Probabilities by sigmoid")
    slider = page.get_by_role("slider", name="Add to all")
    slider.click(position={"x": 0.62 * slider.bounding_box()["width"], "y": 8})
    after = part(page, "Probabilities by softmax"), part(page, "Probabilities by sigmoid")
    assert before[0] == after[0] and all(one != other for one, other in zip(before[1], after[1], strict=True))


def test_wrong_pair_outlines_the_gradient_that_is_missing(mount):
    page = mount(Logits(scores=[-6.0, 6.0, 0.0]))
    shown = page.locator(".lg-bar u:visible")
    assert shown.count() == 0
    page.get_by_label("Loss").first.select_option("squared error")
    assert shown.count() == 3
    note = page.locator(".lg-hand").first.locator(".lg-note").inner_text()
    assert "p − y would be −1," in note and "·10⁻" in note


def test_overflow_is_said_and_shown_where_the_naive_form_is_lost(mount):
    page = mount(Logits(precision="float16", scores=[11.0, 2.0, -1.0]))
    corner = page.locator(".lg-last")
    assert corner.locator(".lg-lost").count() == 0 and "both forms give the same" in corner.inner_text()
    slider = page.get_by_role("slider", name="Add to all")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    cells = corner.locator(".lg-lost").all_inner_texts()
    assert cells[:2] == ["inf", "nan"] and "cat (11.5) overflows" in corner.inner_text()
    page.get_by_label("float32").check(force=True)
    assert corner.locator(".lg-lost").count() == 0


def test_wall_is_neither_shown_nor_spoken_before_the_guess(mount):
    page = mount(Logits(guess="overflow", precision="float16"))
    page.get_by_role("button", name="Classes: more").click()
    page.wait_for_timeout(600)  # until what is spoken has come
    spoken = "e => [...e.querySelectorAll('[role=status]')].filter((one) => !one.closest('.xp-covered'))"
    assert "11.09" not in page.locator(".xp").evaluate(f"e => ({spoken})(e).map((one) => one.textContent).join()")
    assert "11.09" not in page.locator(".xp").inner_text()
    page.get_by_role("button", name="Show me").click()
    assert "It is 11.09" in page.locator(".xp-lock-note").inner_text()


def test_classes_come_and_go_and_the_true_one_stays_among_them(mount):
    page = mount(Logits(label=2))
    page.get_by_role("button", name="Classes: more").click()
    assert len(part(page, "Gradients by sigmoid")) == 4
    page.get_by_text("owl", exact=True).first.click()
    says(page, "^The true class, owl")
    page.get_by_role("button", name="Classes: less").click()
    says(page, "^The true class, fox")
    assert len(part(page, "Gradients by sigmoid")) == 3


@pytest.mark.parametrize("arguments", [{}, {"scores": [-12.0, 12.0, 0.0, -9.0, 9.0], "softmax_loss": "squared error"}])
def test_nothing_reaches_over_the_edge_on_a_phone_or_in_a_page(mount, arguments):
    page = mount(Logits(**arguments), width=390, has_touch=True, is_mobile=True)
    out = """(() => { const x = document.querySelector(".xp"), box = x.getBoundingClientRect();
      return [...x.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(".xp-sr, svg"))
        .filter((e) => e.getBoundingClientRect().right > box.right - 8).map((e) => e.outerHTML); })()"""
    for width in (320, 390, 640, 800):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert width == 320 or page.evaluate(out) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"tour": "pairs", "guess": "push", "softmax_loss": "squared error"},
        {"scores": [12.0, 11.0, 0.0, -3.0, 2.0], "precision": "float16", "sigmoid_loss": "sigmoid twice"},
        {"guess": "overflow"},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(Logits(**arguments), theme=theme, width=700)
    assert axe_violations(page) == []


def test_tour_says_what_is_seen(mount):
    page = mount(Logits(tour="pairs", temperature=2.0))
    said = page.locator(".xp-status").inner_text()

    def numbers(name):
        """In % of the whole width, as the bars show them; those of gradients reach half of it."""
        return [float(width.removesuffix("%")) for _, width in part(page, name)]

    plain = part(mount(Logits()), "Probabilities by softmax")
    page.get_by_role("button", name="Take the tour").click()
    assert part(page, "Probabilities by softmax") == plain
    page.get_by_role("button", name="Next").click()
    assert np.ptp(numbers("Probabilities by softmax")) < 30
    page.get_by_role("button", name="Next").click()
    assert all(one > 47 for hand in ("softmax", "sigmoid") for one in numbers(f"Gradients by {hand}")[:2])
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
        for hand in ("softmax", "sigmoid"):
            assert numbers(f"Gradients by {hand}")[0] < 4
    page.get_by_role("button", name="Next").click()
    assert page.locator(".lg-lost").first.inner_text() == "inf"
    page.get_by_role("button", name="Done").click()
    page.wait_for_function("(text) => document.querySelector('.xp-status').textContent === text", arg=said)


@pytest.mark.parametrize(
    "arguments",
    [
        {"scores": [1.0, 2.0]},
        {"scores": [0.0] * 6},
        {"scores": [13.0, 0.0, 0.0]},
        {"label": 3},
        {"shift": 121.0},
        {"temperature": 0.0},
        {"softmax_loss": "hinge"},
        {"sigmoid_loss": "softmax twice"},
        {"precision": "bfloat16"},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        Logits(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "scores": [[0.0] * 3, [12.0, -12.0, 0.0, 1.0, 2.0], [0.0] * 2, [0.0] * 6, [12.5, 0.0, 0.0], 3.0],
        "shift": [-120.0, 120.0, 120.5, None],
        "temperature": [0.1, 10.0, 0.05, 11.0, "1"],
        "label": [0, 4, 5, -1, 0.5],
        "softmax_loss": [*SOFTMAX_LOSSES, "sigmoid twice", None],
        "sigmoid_loss": [*SIGMOID_LOSSES, "softmax twice"],
        "precision": [*PRECISIONS, "float8"],
    }
    check_link_takes_what_python_takes(blank, Logits, tried, {"label": {"scores": [0.0] * len(CLASSES)}})


def test_label_beyond_the_scores_of_a_link_counts_as_the_last_one(call):
    state = next(states(1))
    within, beyond = call(
        MODULE, "handOf", [[{**state, "label": one}, "softmax"] for one in (len(state["scores"]) - 1, 4)]
    )
    assert within == beyond


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, Logits(), {"shift": 2.0})
