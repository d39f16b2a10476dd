"""Who remembers: gradients and answers are dnnlib's, by mouse, keyboard, touch and on a phone."""

import hashlib
import re

import numpy as np
import pytest
import traitlets

from dnnlib.datasets.results import load_results
from dnnlib.datasets.sequences import ADVERBS, NOUNS, PLACES, VOCABULARY, agreement
from dnnlib.evaluation.accuracy import accuracy_interval
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.widgets.base import HERE
from dnnlib.widgets.who_remembers import WhoRemembers
from tests.widgets.conftest import axe_violations
from tests.widgets.pages import ROOT, settle
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tests.widgets.test_network_playground import Generator
from tools.experiments import agreement_networks as experiment

MODULE, DATA = "who_remembers.mjs", "shared/agreement_networks.mjs"
LAYERS = {"SimpleRNN": SimpleRNN, "GRU": GRU, "LSTM": LSTM}
FEATURES, UNITS = experiment.FEATURES, experiment.UNITS


def state_of(**arguments):
    widget = WhoRemembers(**arguments)
    return {name: getattr(widget, name) for name in WhoRemembers.class_own_traits(sync=True)}


def random_states(count, seed=0):
    """Yields a cell and a state, trained and untrained alike."""
    rng = np.random.default_rng(seed)
    for n in range(count):
        state = state_of(
            length=int(rng.integers(0, 13)),
            trained=bool(n % 2),
            forget_bias=float(rng.uniform(-2, 6)),
            seed=int(rng.integers(10_000)),
            flips=rng.permutation(5)[: rng.integers(0, 3)].tolist(),
        )
        yield list(LAYERS)[n % 3], state


SHAPES = {"embeddings": (-1, FEATURES), "kernel": (FEATURES, -1), "recurrent_kernel": (UNITS, -1)}


def trained_weights(cell):
    """The weights after training by name, read off the page's module."""
    text = (HERE / DATA).read_text(encoding="utf-8").split("export const WEIGHTS")[1]
    body = re.search(rf"  {cell}: \{{\n(.*?)\n  \}}", text, re.S)[1]
    found = dict(re.findall(r"(\w+):\s+\"([^\"]*)\"", body))
    return {name: np.reshape([float(one) for one in row.split()], SHAPES.get(name, -1)) for name, row in found.items()}


def weights_of(cell, state):
    """The weights by name: after training, or drawn as the docstrings say."""
    if state["trained"]:
        return trained_weights(cell)
    drawn = Generator(10_000 + 3 * state["seed"] + ["SimpleRNN", "LSTM", "GRU"].index(cell))

    def spread(limit, *shape):
        return limit * (2 * np.array([drawn.uniform() for _ in range(np.prod(shape))]).reshape(shape) - 1)

    columns = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[cell] * UNITS
    embeddings = spread(0.05, len(VOCABULARY), FEATURES)
    kernel = spread(np.sqrt(6 / (FEATURES + columns)), FEATURES, columns)
    q, r = np.linalg.qr(np.array([drawn.normal() for _ in range(UNITS * columns)]).reshape(UNITS, columns).T)
    bias = np.zeros(2 * columns if cell == "GRU" else columns)
    if cell == "LSTM":
        bias[UNITS : 2 * UNITS] = state["forget_bias"]
    return {
        "embeddings": embeddings,
        "kernel": kernel,
        "recurrent_kernel": (q * np.sign(np.diag(r))).T,
        "bias": bias,
        "readout": spread(np.sqrt(6 / (UNITS + 1)), UNITS),
        "readout_bias": np.zeros(1),
    }


def sentence_of(state):
    """The sentence of a state: its form as in `agreement`, drawn as the page draws."""
    drawn, nouns = Generator(state["seed"]), [[*NOUNS], [f"{noun}s" for noun in NOUNS]]

    def one_of(words):
        return words[int(len(words) * drawn.uniform())]

    phrases = state["length"] // 3
    words = ["the", one_of(nouns[drawn.uniform() < 0.5])]
    plurals = one_of(range(phrases + 1))
    numbers = [place < plurals for place in drawn.permutation(phrases)]
    pieces = [[one_of(PLACES), "the", one_of(nouns[plural])] for plural in numbers]
    pieces += [[one_of(ADVERBS)] for _ in range(state["length"] - 3 * phrases)]
    words += [word for place in drawn.permutation(len(pieces)) for word in pieces[place]]
    words = [VOCABULARY.index(word) for word in words]
    for flip in state["flips"]:
        if flip < len(nouns_of(words)):
            words = swapped(words, nouns_of(words)[flip])
    return words


class Network:
    """One of the networks by dnnlib, in float64."""

    def __init__(self, cell, weights):
        self.cell, self.weights = cell, weights
        self.layer = LAYERS[cell](UNITS, return_state=True, dtype="float64")
        self.layer.build((None, None, FEATURES))
        shapes = [param.shape for param in self.layer.params.values()]
        names = ("kernel", "recurrent_kernel", "bias")
        self.layer.set_weights([weights[name].reshape(shape) for name, shape in zip(names, shapes, strict=True)])

    def states(self, words):
        """States after each word, and the logit."""
        x, before = self.weights["embeddings"][list(words)][None], None
        found = []
        for t in range(len(words)):
            _, *before = self.layer.forward(x[:, t : t + 1], initial_state=before)
            found.append(before)
        return found, float(before[0][0] @ self.weights["readout"] + self.weights["readout_bias"][0])

    def probability(self, words):
        return 1 / (1 + np.exp(-self.states(words)[1]))

    def gradients(self, words):
        """Norms of the logit's gradient: at h (of an LSTM at c, through h too), and at the numbers of each word."""
        x, (states, _) = self.weights["embeddings"][list(words)][None], self.states(words)
        memory, readout = [], self.weights["readout"][None]
        for t, after in enumerate(states):
            grads = [readout, np.zeros_like(readout)][: len(after)]
            if t + 1 < len(words):
                self.layer.forward(x[:, t + 1 :], initial_state=after)
                self.layer.backward((readout, *[None] * len(after)))
                grads = self.layer.initial_state_grads
            if len(after) == 1:
                memory.append(np.linalg.norm(grads[0]))
            else:  # h = o tanh(c)
                squashed = np.tanh(after[1])
                memory.append(np.linalg.norm(grads[1] + grads[0] * after[0] / squashed * (1 - squashed**2)))
        self.layer.forward(x)
        dx = self.layer.backward((readout, *[None] * len(states[0])))
        return np.array(memory), np.linalg.norm(dx[0], axis=1)


def swapped(words, at):
    """The sentence with a noun in the other number."""
    text = VOCABULARY[words[at]]
    other = text.removesuffix("s") if text.endswith("s") else f"{text}s"
    return [VOCABULARY.index(other) if t == at else word for t, word in enumerate(words)]


def nouns_of(words):
    return [t for t, word in enumerate(words) if VOCABULARY[word].removesuffix("s") in NOUNS]


def reading(cell, words, weights):
    """What is shown of a network, by dnnlib."""
    network = Network(cell, weights)
    memory, x = network.gradients(words)
    return {
        "are": network.probability(words),
        "memory": memory / memory[-1],
        "shares": x / x.sum(),
        "subject": network.probability(swapped(words, 1)),
        "last": network.probability(swapped(words, nouns_of(words)[-1])),
    }


def test_gradients_and_answers_equal_dnnlib_on_200_random_states(call):
    pairs = [list(pair) for pair in random_states(200)]
    sentences = call(MODULE, "sentenceOf", [[state] for _, state in pairs])
    for (cell, state), words, one in zip(pairs, sentences, call(MODULE, "readingOf", pairs), strict=True):
        assert words == sentence_of(state)
        for name, values in reading(cell, words, weights_of(cell, state)).items():
            np.testing.assert_allclose(one[name], values, rtol=1e-6, err_msg=f"{cell} {name}")


def test_gates_that_keep_are_dnnlibs_and_forget_gates_alone_are_a_power(call):
    state = state_of(length=9, forget_bias=2.0)
    words, weights = sentence_of(state), weights_of("LSTM", state)
    layer = Network("LSTM", weights).layer
    layer.forward(weights["embeddings"][words][None])
    gates = [memory[1] for _, memory in layer.cache[2]]
    assert call(MODULE, "readingOf", [["LSTM", state]])[0]["gate"] == pytest.approx(np.mean(gates), abs=1e-9)
    [alone] = call(MODULE, "gatesAlone", [[state]])
    np.testing.assert_allclose(alone, (1 / (1 + np.exp(-2))) ** np.arange(10, -1, -1))


def test_each_network_starts_with_weights_of_its_own(call):
    pairs = [[cell, state_of(seed=seed)] for cell in LAYERS for seed in (0, 1)]
    firsts = [one["embeddings"][0] for one in call(MODULE, "weightsOf", pairs)]
    assert len(set(firsts)) == len(firsts)
    np.testing.assert_allclose(firsts, [weights_of(*pair)["embeddings"][0, 0] for pair in pairs])


def test_sentences_have_the_form_of_the_data_on_200_random_states(call):
    rng = np.random.default_rng(5)
    states = [state_of(length=int(rng.integers(0, 31)), seed=n) for n in range(200)]
    plural, counts = [], []
    for state, words in zip(states, call(MODULE, "sentenceOf", [[state] for state in states]), strict=True):
        text = [VOCABULARY[word] for word in words]
        assert len(text) == state["length"] + 2 and text[0] == "the" and text[1].removesuffix("s") in NOUNS
        rest = " ".join(text[2:])
        noun = f"(?:{'|'.join(NOUNS)})s?"
        phrases = re.findall(f"(?:{'|'.join(PLACES)}) the {noun}(?: |$)", rest)
        assert len(phrases) == state["length"] // 3
        assert all(word in ADVERBS for word in re.sub("|".join(map(re.escape, phrases)), "", rest).split())
        plural.append(text[1].endswith("s"))
        if len(phrases) == 4:
            counts.append(sum(phrase.strip().endswith("s") for phrase in phrases))
    assert 0.4 < np.mean(plural) < 0.6 and set(counts) == set(range(5))


def test_flips_change_the_number_of_these_nouns_alone(call):
    plain, flipped = (
        call(MODULE, "sentenceOf", [[state_of(length=13, seed=8, flips=flips)]])[0] for flips in ([], [0, 3, 10])
    )
    expected = plain
    for noun in (0, 3):  # there are five nouns: the eleventh is none
        expected = swapped(expected, nouns_of(plain)[noun])
    assert flipped == expected != plain


def test_page_has_the_networks_and_the_numbers_of_the_experiment(blank):
    results = load_results("agreement_networks")["results"]
    found = blank.evaluate(f"""async () => {{
      const m = await import("/dnnlib/widgets/{DATA}");
      return {{ words: m.VOCABULARY, right: m.RIGHT, learned: m.LEARNED, distances: m.DISTANCES, test: m.TEST }}; }}""")
    assert found["words"].split(" ") == list(VOCABULARY) and found["test"] == results["test"]
    assert [int(one) for one in found["distances"].split()] == results["distances"]
    assert {cell: [int(one) for one in row.split()] for cell, row in found["right"].items()} == results["right"]
    learned = {
        name: [[int(one) for one in seed.split()] for seed in text.split("/") if seed.strip()]
        for name, text in found["learned"].items()
    }
    assert learned == results["learned_far"]
    words, labels, _ = agreement(200, 30, 77)
    for cell in LAYERS:
        weights = trained_weights(cell)
        output, *_ = Network(cell, weights).layer.forward(weights["embeddings"][words])
        right = np.mean(((output @ weights["readout"] + weights["readout_bias"]) > 0) == labels)
        low, high = accuracy_interval(results["right"][cell][-1], results["test"])[1:3]
        assert low - 0.02 <= right <= 1


def test_stored_networks_are_small_and_the_file_that_the_sources_name():
    """They travel with every page that shows the explorable."""
    data = experiment.MODULE.read_bytes()
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert len(data) < 32_000 and f"`{experiment.MODULE.name}` `{hashlib.sha256(data).hexdigest()}`" in sources


def test_accuracy_has_wilsons_interval_at_the_nearest_distance(call):
    results = load_results("agreement_networks")["results"]
    for cell in LAYERS:
        for length in (0, 7, 14, 30):
            [one] = call(MODULE, "accuracyOf", [[cell, length]])
            place = int(np.argmin(np.abs(np.array(results["distances"]) - length)))
            expected = accuracy_interval(results["right"][cell][place], results["test"])
            assert (one["distance"], one["right"]) == (results["distances"][place], results["right"][cell][place])
            np.testing.assert_allclose([one["low"], one["high"]], [expected.low, expected.high], atol=1e-9)


def reach(cell):
    """Returns the answer to how far a network's gradient reaches, as a function of the state."""
    return lambda state: np.log10(reading(cell, sentence_of(state), weights_of(cell, state))["memory"][1])


def swap(state):
    """By how many points the LSTM's answer changes with the subject's number."""
    found = reading("LSTM", sentence_of(state), weights_of("LSTM", state))
    return 100 * abs(found["subject"] - found["are"])


# ---- In the page ----


def says(page, pattern):
    page.wait_for_function(f"/{pattern}/.test(document.querySelector('.xp-status').textContent)")


def test_noun_changes_its_number_by_mouse_and_keyboard_and_the_answer_follows(mount):
    page = mount(WhoRemembers(trained=True, length=12))
    says(page, "^After training, with 12 words between .* All three are right")
    subject = page.locator(".wr-subject")
    before = subject.inner_text()
    subject.click()
    assert subject.inner_text() == (before.removesuffix("s") if before.endswith("s") else f"{before}s")
    says(page, "All three are right")
    subject.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert subject.inner_text() == before and subject.evaluate("e => e === document.activeElement")


def test_forget_bias_stands_where_it_acts_and_opens_the_way_back(mount):
    page = mount(WhoRemembers(length=20))
    bias = page.get_by_role("slider", name="Forget bias")
    says(page, "Forget gates at σ\\(1\\) = 0.731 alone would leave 0\\.0019")
    bias.fill("5")
    says(page, "Forget gates at σ\\(5\\) = 0.993")
    page.get_by_text("after training").click()
    assert not bias.is_visible()
    says(page, "^After training")


def test_shortest_sentence_has_one_noun_and_draw_again_makes_another(mount):
    page = mount(WhoRemembers(length=0, flips=[0]))
    assert page.locator(".wr-sentence button").count() == 1
    first = page.locator(".wr-sentence").inner_text()
    for _ in range(3):
        page.get_by_role("button", name="Draw again").click()
    assert page.locator(".wr-sentence").inner_text() != first or page.locator(".wr-sentence button").count() == 1
    assert "NaN" not in page.locator(".xp").inner_text()


def test_table_and_strips_say_what_is_computed(mount, call):
    state = state_of(trained=True, length=14, seed=3)
    readings = call(MODULE, "readingOf", [[cell, state] for cell in LAYERS])
    [words] = call(MODULE, "sentenceOf", [[state]])
    page = mount(WhoRemembers(trained=True, length=14, seed=3))
    rows = page.locator(".wr-table tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText.replaceAll('\\u00a0', ' ')))"
    )
    strips = page.locator(".wr-says").all_inner_texts()
    for row, strip, one in zip(rows, strips, readings, strict=True):
        for text, value in zip(row[1:4], (one["are"], one["subject"], one["last"]), strict=True):
            shown = float(re.search("[\\d.]+", text)[0])
            assert abs(shown - 100 * value) <= 0.11
        at = int(np.argmax(one["shares"]))
        assert f"“{VOCABULARY[words[at]]}”, word {at + 1}: {100 * one['shares'][at]:.0f}" in strip
        assert row[4].startswith("1000 (99.6 to 100 %)")


def test_tour_says_what_is_measured(mount):
    page = mount(WhoRemembers(tour="start_and_end"))
    page.get_by_role("button", name="Take the tour").click()
    left = "simple RNN ([^ ,]+), GRU ([^ ,]+), LSTM ([^ ,]+)\\."

    def numbers():
        settle(page)
        powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        texts = re.search(left, page.locator(".xp-status").inner_text()).groups()
        page.get_by_role("button", name=re.compile("Next|Done")).click()
        return [float(re.sub("·10([-\\d]+)", "e\\1", text.translate(powers))) for text in texts]

    rnn, gru, lstm = numbers()
    assert 0.5 < rnn < 1.5 and gru < 0.001 and 0.01 < lstm < 0.3
    assert numbers()[2] < 0.01
    assert numbers()[2] > 0.5
    swaps = page.locator(".wr-table tbody tr").evaluate_all(
        "rows => rows.map((r) => [...r.cells].map((c) => c.innerText))"
    )
    for _, are, subject, last, _ in swaps:
        assert "over" in are and "under" in subject and "over" in last
    says(page, "All three are right")
    numbers()
    rnn, gru, lstm = numbers()
    assert rnn < 1e-12 and gru > 0.01 and lstm > 1e-6


def test_phone_has_no_sideways_scrolling(mount):
    page = mount(WhoRemembers(length=30, trained=True, tour="start_and_end"), width=390, has_touch=True, is_mobile=True)
    check_nothing_leaves_the_card(page, (390, 320, 760), excepted=".xp-sr, .xp-scroll")
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page)
    assert page.locator(".xp").bounding_box()["height"] < 2500


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arguments", [{"tour": "start_and_end", "trained": True}, {"guess": "swap"}])
def test_axe_finds_nothing_and_contrast_holds_in_both_themes(mount, theme, arguments):
    page = mount(WhoRemembers(**arguments), theme=theme, width=700)
    settle(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"length": 31},
        {"trained": 2},
        {"forget_bias": -2.5},
        {"seed": -1},
        {"flips": [11]},
        {"flips": [1, 1]},
        {"flips": [0.5]},
        {"guess": "luck"},
    ],
)
def test_values_that_do_not_fit_are_refused(arguments):
    with pytest.raises(traitlets.TraitError, match=next(iter(arguments))):
        WhoRemembers(**arguments)


def test_link_may_set_what_python_takes_and_nothing_else(blank):
    tried = {
        "length": [0, 30, -1, 31, 2.5],
        "trained": [True, False, "yes"],
        "forget_bias": [-2.0, 6.0, -2.1, 6.1, None],
        "seed": [0, 9999, -1, 10000],
        "flips": [[], [0, 10], [11], [1, 1], [-1], [0.5], ["a"]],
    }
    check_link_takes_what_python_takes(blank, WhoRemembers, tried)


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, WhoRemembers(), {"length": 20})
