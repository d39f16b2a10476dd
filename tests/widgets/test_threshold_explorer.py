"""The threshold explorer: its measures are scikit-learn's and dnnlib's, by mouse, keyboard, touch and on a phone."""

import hashlib
import re

import numpy as np
import pytest
import traitlets
from sklearn import metrics

from dnnlib.evaluation import confusion, curves
from dnnlib.evaluation.accuracy import accuracy_interval
from dnnlib.widgets.threshold_explorer import BALANCES, SCORES, ThresholdExplorer
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle
from tests.widgets.promises import check_clean_up_stops_everything, check_link_takes_what_python_takes
from tools import train_detector

MODULE = "threshold_explorer.mjs"
NETWORK = SCORES[1]


def samples(count, seed=0):
    """Yields (sample, threshold): a few examples with many ties and, half of the time, weights."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        total = int(rng.integers(2, 60))
        positive = rng.random(total) < rng.uniform(0.05, 0.95)
        positive[:2] = [True, False]
        scores = np.round(rng.normal(positive * rng.uniform(0, 2), 1), int(rng.integers(0, 2)))
        order = np.argsort(-scores, kind="stable")
        weights = [1, 1] if n % 2 else rng.uniform(0.02, 20, 2).tolist()
        threshold = float(rng.choice([*scores, scores.max() + 1, scores.min() - 1, rng.normal()]))
        yield {"scores": scores[order].tolist(), "positive": positive[order].tolist(), "weights": weights}, threshold


def arrays(sample):
    """Returns truth, scores and weights of a sample as scikit-learn takes them."""
    truth = np.array(sample["positive"]).astype(int)
    return truth, np.array(sample["scores"]), np.where(truth == 1, sample["weights"][1], sample["weights"][0])


def test_counts_and_measures_equal_scikit_learn_on_200_random_samples_with_ties(call):
    cases = list(samples(200))
    counts = call(MODULE, "confusion", [[sample, threshold] for sample, threshold in cases])
    heavy = call(MODULE, "weighted", [[n, sample["weights"]] for n, (sample, _) in zip(counts, cases, strict=True)])
    undefined = 0
    found = call(MODULE, "measures", [[count] for count in heavy])
    for (sample, threshold), count, got in zip(cases, heavy, found, strict=True):
        truth, scores, weights = arrays(sample)
        says = (scores >= threshold).astype(int)
        given = {"y_true": truth, "y_pred": says, "sample_weight": weights}
        (tn, fp), (fn, tp) = metrics.confusion_matrix(**given)
        np.testing.assert_allclose([count[k] for k in ("tn", "fp", "fn", "tp")], [tn, fp, fn, tp], atol=1e-9)
        expected = {
            "recall": metrics.recall_score(**given),
            "specificity": metrics.recall_score(**given, pos_label=0),
            "falsePositiveRate": fp / (fp + tn),
            "balancedAccuracy": metrics.balanced_accuracy_score(**given),
            "precision": metrics.precision_score(**given) if says.any() else None,
            "f1": metrics.f1_score(**given),
            "accuracy": metrics.accuracy_score(**given),
            "baseline": max(weights[truth == 1].sum(), weights[truth == 0].sum()) / weights.sum(),
        }
        undefined += got["precision"] is None
        assert (got["precision"] is None) == (expected["precision"] is None)
        for name, value in expected.items():
            assert value is None or abs(got[name] - value) < 1e-9, name
    assert undefined > 5


def test_curves_and_areas_equal_scikit_learn_on_200_random_samples_with_ties(call):
    cases = [sample for sample, _ in samples(200, seed=1)]
    for sample, got in zip(cases, call(MODULE, "curves", [[sample] for sample in cases]), strict=True):
        truth, scores, weights = arrays(sample)
        fpr, tpr, thresholds = metrics.roc_curve(truth, scores, sample_weight=weights, drop_intermediate=False)
        np.testing.assert_allclose(got["falsePositiveRate"], fpr, atol=1e-9)
        np.testing.assert_allclose(got["recall"], tpr, atol=1e-9)
        assert got["thresholds"][1:] == thresholds[1:].tolist()
        precision, recall, _ = metrics.precision_recall_curve(truth, scores, sample_weight=weights)
        np.testing.assert_allclose(got["precision"][:0:-1], precision[:-1], atol=1e-9)
        np.testing.assert_allclose(got["recall"][:0:-1], recall[:-1], atol=1e-9)
        area = metrics.roc_auc_score(truth, scores, sample_weight=weights)
        average = metrics.average_precision_score(truth, scores, sample_weight=weights)
        np.testing.assert_allclose([got["auc"], got["averagePrecision"]], [area, average], atol=1e-9)
        line = call(MODULE, "steps", [[{k: got[k] for k in ("recall", "precision")}]])[
            0
        ]  # what is drawn has the average precision as its area
        drawn = np.sum(np.diff(line["x"]) * np.array(line["y"])[1:])
        np.testing.assert_allclose(drawn, average, atol=1e-9)


def test_all_that_is_computed_of_unweighted_examples_equals_dnnlib_on_200_random_samples(call):
    cases = list(samples(400, seed=5))[1::2]
    counts = call(MODULE, "confusion", [[sample, threshold] for sample, threshold in cases])
    found = call(MODULE, "measures", [[count] for count in counts])
    drawn = call(MODULE, "curves", [[sample] for sample, _ in cases])
    for (sample, threshold), count, got, curve in zip(cases, counts, found, drawn, strict=True):
        truth, scores, _ = arrays(sample)
        says = (scores >= threshold).astype(int)
        matrix = confusion.confusion_matrix(truth, says, labels=[0, 1])
        assert [[count["tn"], count["fp"]], [count["fn"], count["tp"]]] == matrix.tolist()
        assert abs(got["recall"] - confusion.recall(truth, says)) < 1e-12
        assert abs(got["specificity"] - confusion.recall(truth, says, pos_label=0)) < 1e-12
        if says.any():
            assert abs(got["precision"] - confusion.precision(truth, says)) < 1e-12
            assert abs(got["f1"] - confusion.f1(truth, says)) < 1e-12
        assert got["accuracy"] == accuracy_interval(int((truth == says).sum()), len(truth)).value
        alarms, found_share, thresholds = curves.roc_curve(truth, scores, drop_intermediate=False)
        np.testing.assert_allclose(curve["falsePositiveRate"], alarms, atol=1e-12)
        np.testing.assert_allclose(curve["recall"], found_share, atol=1e-12)
        assert curve["thresholds"][1:] == thresholds[1:].tolist()
        areas = [curves.roc_auc(truth, scores), curves.average_precision(truth, scores)]
        np.testing.assert_allclose([curve["auc"], curve["averagePrecision"]], areas, atol=1e-12)


def test_cheapest_place_costs_no_more_than_any_threshold(call):
    rng = np.random.default_rng(3)
    for sample, _ in samples(60, seed=3):
        truth, scores, weights = arrays(sample)
        costs = {"cost_miss": float(rng.uniform(0.1, 50)), "cost_alarm": float(rng.uniform(0.1, 50))}
        share = float(weights[truth == 1].sum() / weights.sum())
        curve = call(MODULE, "curves", [[sample]])[0]
        curve["thresholds"][0] = None  # JSON has no infinity
        best = call(MODULE, "cheapest", [[curve, share, costs]])[0]
        each = [
            np.sum(weights * np.where(scores >= t, (1 - truth) * costs["cost_alarm"], truth * costs["cost_miss"]))
            / weights.sum()
            for t in [np.inf, *np.unique(scores)]
        ]
        np.testing.assert_allclose(best["cost"], min(each), atol=1e-9)


def state_of(**arguments):
    widget = ThresholdExplorer(**arguments)
    own = ThresholdExplorer.class_own_traits(sync=True)
    return {name: getattr(widget, name) for name in own} | {"guess": widget.guess, "tour": widget.tour}


def generator(seed):
    """Mulberry32 and Box and Muller's method, as in shared/random.mjs, written anew: standard normal numbers."""
    state = np.array(seed, np.uint32)

    def uniform():
        nonlocal state
        state = state + np.uint32(0x6D2B79F5)
        bits = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        bits ^= bits + (bits ^ (bits >> np.uint32(7))) * (bits | np.uint32(61))
        return float(bits ^ (bits >> np.uint32(14))) / 2**32

    while True:
        radius = np.sqrt(-2 * np.log(1 - uniform()))
        yield radius * np.cos(2 * np.pi * uniform())


def sample_in_python(state):
    """The examples of a state, made without its module."""
    network, fewer = state["scores"] == NETWORK, state["balance"] == "fewer examples"
    if network:
        assert not fewer, "the digits of a smaller share are chosen by the module"
        _, labels, scores = train_detector.scored()
        truth = labels == train_detector.DIGIT
        share = state["prevalence"] or truth.mean()
    else:
        share = state["prevalence"] or 0.5
        positives = round((share if fewer else 0.5) * state["examples"])
        parts = []
        for side, count in enumerate((state["examples"] - positives, positives)):
            drawn = generator(2 * state["seed"] + side)
            with np.errstate(over="ignore"):
                z = np.array([next(drawn) for _ in range(count)])
            parts.append(np.floor(100 * (side * state["distance"] + state["spreads"][side] * z) + 0.5) / 100)
        scores, truth = np.concatenate(parts), np.repeat([False, True], [len(part) for part in parts])
    weights = [1, 1] if fewer else [(1 - share) / np.mean(~truth), share / np.mean(truth)]
    return {"scores": scores, "positive": truth, "weights": weights}


STATES = [
    {"scores": kind, "balance": balance, "prevalence": prevalence, "seed": seed}
    for kind in SCORES
    for balance in BALANCES
    for prevalence in (None, 0.001, 0.01, 0.3, 0.9, 0.999)
    for seed in (0, 7)
]


def test_share_of_positives_is_what_was_asked_for(call):
    states = [state_of(**state) for state in STATES]
    found = call(MODULE, "sampleOf", [[state] for state in states])
    for state, sample, share in zip(states, found, call(MODULE, "shareOf", [[one] for one in found]), strict=True):
        assert sample["scores"] == sorted(sample["scores"], reverse=True)
        positives = sum(sample["positive"])
        assert sample["sizes"] == [len(sample["positive"]) - positives, positives] and min(sample["sizes"]) >= 1
        asked = state["prevalence"] or (70 / 719 if state["scores"] == NETWORK else 0.5)
        if state["balance"] == "weights":
            assert abs(share - asked) < 1e-9
        else:
            assert sample["weights"] == [1, 1] and abs(share - asked) < max(0.02, 1 / len(sample["scores"]))


def test_weights_leave_the_roc_curve_and_the_rates_of_each_class_and_move_precision(call):
    states = [state_of(prevalence=share, threshold=1.0) for share in (0.5, 0.01)]
    even, rare = call(MODULE, "sampleOf", [[state] for state in states])
    first, second = call(MODULE, "curves", [[even], [rare]])
    assert first["auc"] == second["auc"] and first["recall"] == second["recall"]
    assert first["averagePrecision"] > second["averagePrecision"] + 0.3


def test_drawn_scores_have_the_means_and_spreads_that_were_set(call):
    state = state_of(distance=1.5, spreads=[0.5, 2.0], examples=2000, seed=3)
    sample = call(MODULE, "sampleOf", [[state]])[0]
    scores, positive = np.array(sample["scores"]), np.array(sample["positive"])
    for side, mean, spread in ((False, 0, 0.5), (True, 1.5, 2)):
        part = scores[positive == side]
        assert abs(part.mean() - mean) < 4 * spread / len(part) ** 0.5
        assert abs(part.std() / spread - 1) < 0.1


def test_scores_of_the_network_are_those_that_it_gives_unseen_digits(call, blank):
    images, labels, scores = train_detector.scored()
    stored = blank.evaluate("""async () => { const { LABELS, SCORES } =
      await import("/dnnlib/widgets/shared/detector_scores.mjs"); return [LABELS, SCORES]; }""")
    assert stored[0] == "".join(map(str, labels))
    np.testing.assert_allclose([float(one) for one in stored[1].split()], scores, atol=0.05)
    for example in (0, 100, 718):
        pixels = call(MODULE, "pixelsOf", [[example]])[0]
        np.testing.assert_allclose(7 - np.array(pixels), np.rint(images[example].ravel() * 7))


# ---- In the page ----

HAND = "[role=slider][aria-label=Threshold]"


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def value(page, name):
    """What the tables of measures say of one of them."""
    row = page.locator(".th-table tr", has=page.locator("th", has_text=re.compile(f"^{name}")))
    return row.locator(".th-value").inner_text().replace("\u00a0", " "), row.locator(".th-interval").inner_text()


def test_mouse_drags_the_threshold_and_every_measure_follows(mount):
    page = mount(ThresholdExplorer())
    says(page, "^From score 1 on")
    before = [value(page, name)[0] for name in ("recall", "precision", "accuracy", "F1")]
    box = page.locator(HAND).bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 60, steps=3)
    page.mouse.up()
    says(page, "^From score [23]")
    after = [value(page, name)[0] for name in ("recall", "precision", "accuracy", "F1")]
    assert all(one != other for one, other in zip(before, after, strict=True))
    now = page.locator(HAND).get_attribute("aria-valuenow")
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)  # the button is up: nothing follows
    settle(page)
    assert page.locator(HAND).get_attribute("aria-valuenow") == now


def test_keyboard_moves_the_threshold_to_both_ends_where_measures_are_plain(mount):
    page = mount(ThresholdExplorer())
    hand = page.locator(HAND)
    hand.focus()
    page.keyboard.press("ArrowRight")
    says(page, "^From score 1.05 on")
    page.keyboard.press("PageDown")
    says(page, "^From score 0.55 on")
    hand.evaluate("""(e) => { for (let n = 0; n < 3; n++)
      e.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true })); }""")
    says(page, "^From score 0.4 on")  # three keys within a frame are three steps
    page.keyboard.press("End")
    says(page, "yes to nothing, so precision is not defined")
    assert value(page, "precision") == ("not defined", "none") and value(page, "recall")[0] == "0 %"
    assert "NaN" not in page.locator(".xp").inner_text()
    page.keyboard.press("Home")
    says(page, "500 of 500 positives")
    assert value(page, "precision")[0] == "50 %" and value(page, "specificity")[0] == "0 %"
    assert "500 of 500 positives found, 500 false alarms" in hand.get_attribute("aria-valuetext")


def test_rare_positives_leave_recall_and_roc_and_take_precision(mount):
    page = mount(ThresholdExplorer())
    recall = value(page, "recall")
    roc = page.locator(".xp-figure", has_text="ROC curve").locator(".xp-chart-line").first
    line = roc.get_attribute("d")
    slider = page.get_by_role("slider", name="Share of positives")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    says(page, "With weights that make 1.% positive, of all that get a yes .*always saying no, which is right in 99")
    settle(page)
    assert value(page, "recall") == recall and roc.get_attribute("d") == line
    assert value(page, "precision")[1] == "none" and float(value(page, "precision")[0].split()[0]) < 10
    page.get_by_label("fewer examples").check(force=True)
    says(page, "of 10 positives .* of 990 negatives")
    assert re.fullmatch(r"[\d.]+–[\d.]+\s%", value(page, "precision")[1])


def test_costs_show_the_cheapest_threshold_and_a_button_goes_there(mount):
    page = mount(ThresholdExplorer(cost_miss=50.0, prevalence=0.05))
    assert "cheapest is" in page.locator(".th-costs").inner_text()
    page.get_by_role("button", name="Go to the cheapest").click()
    page.wait_for_function("/no threshold costs less/.test(document.querySelector('.th-costs').textContent)")
    assert float(page.locator(HAND).get_attribute("aria-valuenow")) < 1


def test_network_shows_the_digits_nearest_to_the_threshold(mount):
    page = mount(ThresholdExplorer(scores=NETWORK))
    settle(page)
    names = page.locator(".th-near .xp-picture").evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")
    assert len(names) == 8 and [("yes" in name) for name in names] == [False] * 4 + [True] * 4
    assert all(("right" in name) == (("8:" in name) == ("yes" in name)) for name in names)
    page.get_by_label("Scores of", exact=True).select_option("two normal distributions")
    page.wait_for_selector(".th-near", state="hidden")
    says(page, "^From score 1 on .* of 500 positives")


@pytest.mark.parametrize("arguments", [{}, {"scores": NETWORK, "prevalence": 0.01}])
def test_phone_has_no_sideways_scrolling_and_a_finger_moves_the_threshold(mount, arguments):
    page = mount(ThresholdExplorer(**arguments), width=390, has_touch=True, is_mobile=True)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    out = """(() => { const x = document.querySelector(".xp"), box = x.getBoundingClientRect();
      return [...x.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(".xp-sr, svg"))
        .filter((e) => e.getBoundingClientRect().right > box.right - 8).map((e) => e.className); })()"""
    assert page.evaluate(out) == []
    before = page.locator(HAND).get_attribute("aria-valuenow")
    box = page.locator(HAND).bounding_box()
    page.locator(HAND).tap(position={"x": 0.3 * box["width"], "y": 100})
    page.wait_for_function(f"document.querySelector('{HAND}').ariaValueNow !== '{before}'")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"tour": "threshold", "prevalence": 0.05},
        {"scores": NETWORK},
        {"threshold": 50.0, "guess": "cheapest"},
        {"balance": "fewer examples", "prevalence": 0.001, "examples": 20},
    ],
)
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(ThresholdExplorer(**arguments), theme=theme, width=700)
    assert axe_violations(page) == []


def test_tour_says_what_is_seen(mount):
    page = mount(ThresholdExplorer(tour="threshold", threshold=0.3))
    said = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()

    def rate(name):
        return float(value(page, name)[0].split()[0])

    says(page, "^From score 0 on")
    assert rate("recall") > 95 and 40 < rate("false-positive rate") < 60
    page.get_by_role("button", name="Next").click()
    says(page, "^From score 2 on")
    assert 40 < rate("recall") < 60 and rate("false-positive rate") < 5
    page.get_by_role("button", name="Next").click()
    says(page, "right in 95")
    page.get_by_role("button", name="Next").click()
    says(page, "right in 99")
    page.get_by_role("button", name="Next").click()
    says(page, "right in 95")
    [best] = re.findall(r"at (−?[\d.]+)\.$", page.locator(".th-costs").inner_text())
    assert float(best.replace("−", "-")) < 0.9
    page.get_by_role("button", name="Done").click()
    page.wait_for_function("(text) => document.querySelector('.xp-status').textContent === text", arg=said)


@pytest.mark.parametrize(
    "arguments",
    [
        {"scores": "three"},
        {"prevalence": 0.0},
        {"prevalence": 1.0},
        {"balance": "both"},
        {"distance": -1.0},
        {"spreads": [1.0]},
        {"spreads": [0.0, 1.0]},
        {"examples": 10},
        {"cost_miss": 0.0},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        ThresholdExplorer(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "scores": [*SCORES, "", 3],
        "prevalence": [None, 0.001, 0.999, 0.0005, 1.0, "0.5"],
        "balance": [*BALANCES, None],
        "threshold": [-100.0, 100.0, 101.0, None],
        "distance": [0.0, 4.0, -0.1, 4.1],
        "spreads": [[0.2, 3.0], [0.1, 1.0], [1.0, 3.1], [1.0], [1.0, 1.0, 1.0], 1.0],
        "examples": [20, 2000, 19, 2001, 20.5],
        "seed": [0, 9999, -1, 10000],
        "cost_miss": [0.001, 1000.0, 0.0, 1001.0],
        "cost_alarm": [0.001, 1000.0, 0.0, 1001.0],
    }
    check_link_takes_what_python_takes(blank, ThresholdExplorer, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, ThresholdExplorer(), {"threshold": 2.0})


def test_stored_scores_are_small_and_the_file_that_the_sources_name():
    """They travel with every page that shows the explorable."""
    data = train_detector.SCORES.read_bytes()
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert len(data) < 32_000 and f"`{train_detector.SCORES.name}` `{hashlib.sha256(data).hexdigest()}`" in sources
