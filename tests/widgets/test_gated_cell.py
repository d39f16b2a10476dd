"""A cell with its gates in your hand: it reads as dnnlib's layers do, a hold does what it says, by any hand."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import traitlets

from dnnlib.datasets.sequences import VOCABULARY, agreement
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.widgets.gated_cell import CELLS, MOST_WORDS, UNITS, WORDS, GatedCell
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)
from tools import train_agreement

MODULE = "gated_cell.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}
STORED = json.loads(train_agreement.WEIGHTS.read_text(encoding="utf-8"))
SOURCES = Path(train_agreement.ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
PLURAL = "the cats near the dog really with the girl"


def weights_of(cell):
    return [np.array(STORED["weights"][cell][name]) for name in train_agreement.NAMES]


def full(**changed):
    """A state with all traits."""
    widget = GatedCell(**changed)
    return {name: getattr(widget, name) for name in GatedCell.class_own_traits(sync=True)}


def sentences(count, seed=0):
    """Random words of the vocabulary, grammatical or not."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, rng.integers(1, MOST_WORDS + 1))) for _ in range(count)]


def shown_sentences():
    """The page's sentences, drawn anew: the first hundred that were not trained on."""
    known = {tuple(row[row > 0]) for row in agreement(4000, (0, 20), 0)[0]}
    words, labels, _ = agreement(200, (0, 20), 3)
    new = [i for i, row in enumerate(words) if tuple(row[row > 0]) not in known][:100]
    return words[new], labels[new]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_hand(state):
    """Reads a state's sentence with its holds, in NumPy: a list of what each word leaves."""
    embeddings, kernel, recurrent, bias, readout, readout_bias = weights_of(state["cell"])
    held = {}
    for hold in state["holds"]:
        gate, unit, step, value = re.fullmatch(r"(.)(\d)@(\d+)=(.)", hold).groups()
        held[gate, int(unit), int(step)] = float(value)
    h = c = np.zeros(UNITS)
    steps = []
    for t, word in enumerate(state["sentence"].split()):
        x, last = embeddings[VOCABULARY.index(word)], h
        if state["cell"] == "lstm":
            i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
            free = {"f": sigmoid(f), "i": sigmoid(i), "o": sigmoid(o)}
        else:
            (z, r, g), (hz, hr, hg) = np.split(x @ kernel + bias[0], 3), np.split(h @ recurrent + bias[1], 3)
            free = {"z": sigmoid(z + hz), "r": sigmoid(r + hr)}
        gates = {
            name: np.array([held.get((name, k, t), value) for k, value in enumerate(values)])
            for name, values in free.items()
        }
        if state["cell"] == "lstm":
            before, c = c, gates["f"] * c + gates["i"] * np.tanh(g)
            h = gates["o"] * np.tanh(c)
        else:
            before, h = h, gates["z"] * h + (1 - gates["z"]) * np.tanh(g + gates["r"] * hg)
            c = h
        score = (h @ readout + readout_bias).item()
        steps.append(
            {"gates": gates, "free": free, "before": before, "memory": c, "h": h, "last": last, "x": x, "score": score}
        )
    return steps


def random_states(count, seed=0, holds=30):
    """States with random words and random holds."""
    rng = np.random.default_rng(seed)
    for sentence in sentences(count, seed):
        cell = str(rng.choice([*CELLS]))
        words = len(sentence.split())
        places = {
            (str(rng.choice([*CELLS[cell]])), int(rng.integers(UNITS)), int(rng.integers(words))) for _ in range(holds)
        }
        held = [f"{gate}{unit}@{step}={rng.integers(2)}" for gate, unit, step in places]
        step, unit = int(rng.integers(words)), int(rng.integers(UNITS))
        yield full(sentence=sentence, cell=cell, step=step, unit=unit, holds=held)


READ = """async (states) => { const m = await import("/dnnlib/widgets/gated_cell.mjs"), list = (a) => [...a];
  const plain = ({ gates, free, before, memory, h, score }) => ({ score, before: list(before), memory: list(memory),
    h: list(h), gates: Object.fromEntries(Object.entries(gates).map(([name, one]) => [name, list(one)])),
    free: Object.fromEntries(Object.entries(free).map(([name, one]) => [name, list(one)])) });
  return JSON.stringify(JSON.parse(states).map((state) => {
    const { plain: free, held } = m.readingOf(state);
    return { plain: free.map(plain), held: held.map(plain) };
  })); }"""


def readings(page, states):
    return json.loads(page.evaluate(READ, json.dumps(states)))


def assert_reads_as(found, expected, case):
    assert len(found) == len(expected)
    for one, due in zip(found, expected, strict=True):
        for name in ("score", "before", "memory", "h"):
            np.testing.assert_allclose(one[name], due[name], **WITHIN, err_msg=f"{case}: {name}")
        for kind in ("gates", "free"):
            for gate, values in due[kind].items():
                np.testing.assert_allclose(one[kind][gate], values, **WITHIN, err_msg=f"{case}: {gate}")


# The network


def test_words_and_weights_are_those_of_python(blank):
    assert ("", *WORDS) == VOCABULARY
    found = blank.evaluate("""async () => { const m = await import("/dnnlib/widgets/shared/agreement_cells.mjs");
      return { words: m.WORDS, step: m.STEP, lstm: m.LSTM_WEIGHTS, gru: m.GRU_WEIGHTS, sentences: m.SENTENCES,
        answers: m.ANSWERS }; }""")
    assert tuple(found["words"].split(" ")) == VOCABULARY
    for cell in CELLS:
        assert list(found[cell]) == list(train_agreement.NAMES)
        for name, values in zip(train_agreement.NAMES, weights_of(cell), strict=True):
            np.testing.assert_array_equal(np.array(found[cell][name].split(), int) / found["step"], values.ravel())
    words, labels = shown_sentences()
    letters = ["".join(train_agreement.LETTERS[word] for word in row if word) for row in words]
    assert found["sentences"].split(" ") == letters and found["answers"] == "".join(map(str, labels))


def test_stored_files_are_those_that_the_sources_name():
    for file in (train_agreement.WEIGHTS, train_agreement.MODULE):
        assert f"`{file.name}` `{hashlib.sha256(file.read_bytes()).hexdigest()}`" in SOURCES
        assert file.stat().st_size < 12_000
    stored = train_agreement.MODULE.read_text(encoding="utf-8")
    assert stored == train_agreement.module(STORED["weights"])


@pytest.mark.parametrize("cell", CELLS)
def test_card_says_how_many_fresh_sentences_the_stored_weights_get_right(cell):
    card, model = STORED["card"]["cells"][cell], train_agreement.network(cell)
    model.set_weights(weights_of(cell))
    seeds, longer = train_agreement.SEEDS, (train_agreement.DISTANCE[1] + 1, train_agreement.LONG)
    assert tuple(card["right"]) == train_agreement.right(model, train_agreement.DISTANCE, seeds["test"])
    assert tuple(card["right_longer"]) == train_agreement.right(model, longer, seeds["longer"])
    assert card["right"][0] >= 0.99 * card["right"][1] and card["right"][1] > 1500


def test_200_random_sentences_are_read_as_by_dnnlibs_layers(blank):
    states = [full(sentence=sentence, cell=cell) for cell in CELLS for sentence in sentences(100, seed=len(cell))]
    layers = {}
    for cell, kind in (("lstm", LSTM), ("gru", GRU)):
        layer = kind(UNITS, return_sequences=True, return_state=True, dtype="float64")
        layer.build((None, None, train_agreement.FEATURES))
        embeddings, *own, readout, readout_bias = weights_of(cell)
        for values, stored in zip(layer.params.values(), own, strict=True):
            values[...] = stored
        layers[cell] = layer, embeddings, readout, readout_bias
    for state, found in zip(states, readings(blank, states), strict=True):
        layer, embeddings, readout, readout_bias = layers[state["cell"]]
        words = [VOCABULARY.index(word) for word in state["sentence"].split()]
        h, *last = layer.forward(embeddings[None, words])
        np.testing.assert_allclose([step["h"] for step in found["plain"]], h[0], **WITHIN)
        np.testing.assert_allclose(
            [step["score"] for step in found["plain"]], (h[0] @ readout + readout_bias)[:, 0], **WITHIN
        )
        np.testing.assert_allclose(found["plain"][-1]["memory"], last[-1][0], **WITHIN)
        assert found["held"] == found["plain"]


def test_200_random_states_with_holds_are_read_as_by_hand(blank):
    states = list(random_states(200, seed=3))
    for state, found in zip(states, readings(blank, states), strict=True):
        assert_reads_as(found["held"], by_hand(state), state)
        assert_reads_as(found["plain"], by_hand({**state, "holds": []}), state)


def test_sums_make_the_computed_gate(call):
    for state in random_states(20, seed=4):
        step = by_hand(state)[state["step"]]
        for gate in CELLS[state["cell"]]:
            arguments = [state["cell"], {"x": list(step["x"]), "last": list(step["last"])}, gate, state["unit"]]
            [sums] = call(MODULE, "sumsOf", [arguments])
            np.testing.assert_allclose(sigmoid(sum(sums.values())), step["free"][gate][state["unit"]], **WITHIN)


def test_a_unit_hears_what_has_a_recurrent_weight(call):
    for cell, gates in {"lstm": ("input gate", "forget gate", "candidate", "output gate"),
                        "gru": ("update gate", "reset gate", "candidate")}.items():  # fmt: skip
        recurrent = np.array(STORED["weights"][cell]["recurrent_kernel"]).reshape(UNITS, len(gates), UNITS)
        for unit, heard in enumerate(call(MODULE, "hears", [[cell, unit] for unit in range(UNITS)])):
            expected = [[int(i), gates[j], recurrent[i, j, unit]] for i, j in np.argwhere(recurrent[:, :, unit])]
            assert sorted(heard) == sorted(expected)


def test_holds_at_every_word_are_tested_on_the_unseen_sentences(call):
    words, labels = shown_sentences()
    texts = [" ".join(VOCABULARY[word] for word in row if word) for row in words]
    for cell, gates in CELLS.items():
        for held in ([], [f"{gates[0]}{k}=0" for k in range(UNITS)], [f"{gates[1]}1=1", f"{gates[0]}3=1"]):
            right = 0
            for text, label in zip(texts, labels, strict=True):
                holds = [f"{one[:2]}@{t}={one[3]}" for one in held for t in range(len(text.split()))]
                right += (by_hand({"cell": cell, "sentence": text, "holds": holds})[-1]["score"] > 0) == label
            assert call(MODULE, "rightOf", [[cell, held]]) == [[right, len(labels)]]


def test_what_the_tour_tells_of_the_networks_is_so():
    """Each claim by counting on fresh sentences, beside the same without the hold."""
    words, labels, _ = agreement(300, (4, 20), seed=77)

    def share(cell, held=()):
        right = 0
        for row, label in zip(words, labels, strict=True):
            text = " ".join(VOCABULARY[word] for word in row if word)
            holds = [f"{gate}{unit}@{t}={value}" for gate, unit, value in held for t in range(len(text.split()))]
            right += (by_hand({"cell": cell, "sentence": text, "holds": holds})[-1]["score"] > 0) == label
        return right / len(labels)

    assert min(share("lstm"), share("gru")) > 0.98
    assert share("lstm", [("i", k, 1) for k in range(UNITS)]) > 0.98  # no use for shutting the input gates
    assert share("lstm", [("f", 1, 0)]) < 0.75  # it is unit 2 that remembers
    assert min(share("lstm", [("f", k, 0)]) for k in (0, 2, 3)) > 0.9
    assert share("gru", [("z", 3, 1)]) < 0.9  # without unit 4, a later plural counts
    assert share("gru", [("z", 1, 1)]) < 0.6


def held_answer(state):
    """The probability of "are", in %, after the last word."""
    return 100 * sigmoid(by_hand(state)[-1]["score"])


def kept(state):
    """The product of what the gate that keeps lets through at all later words, in %."""
    steps = by_hand(state)
    t = min(state["step"], len(steps) - 1)
    return 100 * np.prod([step["gates"][CELLS[state["cell"]][0]][state["unit"]] for step in steps[t + 1 :]])


def test_answers_to_the_guesses_are_those_of_numpy_on_random_states(call):
    states = list(random_states(40, seed=6, holds=6))
    for name, oracle in (("heldAnswer", held_answer), ("keptOf", kept)):
        values = call(MODULE, name, [[state] for state in states])
        np.testing.assert_allclose(values, [oracle(state) for state in states], **WITHIN)


def test_subject_changes_its_number_and_nothing_else_does(call):
    told = {
        "the cats near the dog": "the cat near the dog",
        "the teacher": "the teachers",
        "again": "again",
        "the near girls dog": "the near girl dog",
    }
    assert call(MODULE, "otherSubject", [[text] for text in told]) == list(told.values())
    assert call(MODULE, "otherSubject", [[text] for text in list(told.values())[:2]]) == list(told)[:2]


def test_a_hold_replaces_the_one_before_it(call):
    holds = ["f1@3=0", "i1@3=1", "f1@4=0"]
    assert call(MODULE, "withHold", [[holds, "f", [0, 1], [3], 1]]) == [["i1@3=1", "f1@4=0", "f0@3=1", "f1@3=1"]]
    assert call(MODULE, "withHold", [[holds, "f", [1], [3, 4], None]]) == [["i1@3=1"]]


# The traits


@pytest.mark.parametrize("changed", [
    {"sentence": "the wolf"}, {"sentence": ""}, {"sentence": "the  cat"}, {"sentence": " ".join(["the"] * 23)},
    {"cell": "rnn"}, {"step": 22}, {"unit": 4}, {"holds": ["f4@0=1"]}, {"holds": ["f0@22=1"]}, {"holds": ["g0@1=1"]},
    {"holds": ["f0@1=2"]}, {"holds": [1]}, {"guess": "held"}, {"tour": "cells"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        GatedCell(**changed)


def test_link_takes_what_python_takes(blank):
    tried = {
        "sentence": ["the cat", "the wolf", "", " ".join(["the"] * 23), "the cat ", 3],
        "cell": ["lstm", "gru", "rnn"],
        "step": [0, 21, 22, -1, 0.5],
        "unit": [0, 3, 4],
        "holds": [[], ["f1@3=0", "z3@21=1"], ["f4@3=0"], ["f1@22=0"], ["f1@3=2"], [5], ["f1@3=0"] * 401],
    }
    check_link_takes_what_python_takes(blank, GatedCell, tried)


# The figure


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp').textContent.includes(t)", arg=text)


def cell_of(page, name):
    return page.get_by_role("gridcell", name=name).first


def test_a_gate_that_is_pressed_is_held_open_then_shut_then_computed_again(mount):
    page = mount(GatedCell(sentence=PLURAL))
    gate = page.locator(".gc-sheet [role=row]").nth(4).locator(".gc-gate").first  # word 4, forget gate of unit 2
    for holds, label in (
        (["f1@3=1"], "held open, 1, computed"),
        (["f1@3=0"], "held shut, 0, computed"),
        ([], r"forget gate of unit 2: 1$"),
    ):
        gate.click()
        assert re.search(label, gate.get_attribute("aria-label"))
        answer = held_answer(full(sentence=PLURAL, holds=holds))
        said = f"{max(answer, 100 - answer):.1f}".removesuffix(".0")
        says(
            page,
            f"it gives “{'are' if answer > 50 else 'is'}” {said}\u00a0%" if holds else f"gives “are” {said}\u00a0%",
        )
    says(page, "At word 4, “the”")


def test_holds_reach_as_far_as_they_are_told(mount):
    page = mount(GatedCell(sentence=PLURAL, step=2, unit=0))
    page.get_by_text("from it on").click()
    page.get_by_label("of all units").check()
    page.get_by_role("group", name="forget gate f, keeps").get_by_text("shut").click()
    says(page, f"With {7 * UNITS} gates held by hand")
    answer = held_answer(full(sentence=PLURAL, holds=[f"f{k}@{t}=0" for k in range(UNITS) for t in range(2, 9)]))
    says(page, f"{max(answer, 100 - answer):.1f}".removesuffix(".0"))
    page.get_by_role("button", name="Let all gates go").click()
    says(page, "The network gives “are”")
    page.get_by_text("every word").click()
    page.get_by_role("group", name="forget gate f, keeps").get_by_text("shut").click()
    says(page, f"With {9 * UNITS} gates held by hand")
    page.get_by_role("button", name="Test on 100 unseen").click()
    says(page, f"With the {UNITS} gates that you hold at every word, ")
    right = re.search(
        r"every word, (\d+) of 100 are right; untouched, (\d+)", page.locator(".xp").inner_text()
    ).groups()
    assert int(right[0]) < 80 and int(right[1]) > 98


def test_sheet_goes_by_keyboard(mount):
    page = mount(GatedCell(sentence=PLURAL, step=1, unit=1))
    page.locator(".gc-sheet [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    says(page, "At word 3, “near”, the carry c of unit 3")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")  # the forget gate of unit 4
    says(page, "With 1 gate held by hand")
    assert "forget gate of unit 4: held shut" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("o")
    page.wait_for_function("document.activeElement.getAttribute('aria-label').includes('held open')")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.getAttribute('aria-label').includes('held shut')")
    page.keyboard.press("c")
    says(page, "The network gives")
    page.keyboard.press("End")
    says(page, "At word 9, “girl”")


def test_sentences_are_written_and_changed(mount):
    page = mount(GatedCell(sentence="the cats near"))
    field = page.get_by_label("Your sentence")
    field.fill("The wolf is")
    field.press("Enter")
    says(page, "The network has not learned “wolf, is”")
    field.fill("  The Girl  with the dogs! ")
    field.press("Enter")
    says(page, "Its subject is “girl”, so “is” is due.")
    page.get_by_label("Add a word").select_option("today")
    says(page, "At word 6, “today”")
    page.get_by_role("button", name="Remove the last").click()
    says(page, "At word 5, “dogs”")
    page.get_by_role("button", name="Other subject").click()
    says(page, "Its subject is “girls”, so “are” is due.")
    answer = held_answer(full(sentence="the girls with the dogs"))
    says(page, f"gives “are” {answer:.1f}".removesuffix(".0"))
    page.get_by_role("button", name="Another sentence").click()
    assert page.get_by_label("Your sentence").input_value() != "the girls with the dogs"
    page.get_by_text("GRU", exact=True).click()
    says(page, "the state h of unit 2")


def test_tour_tells_what_is_remembered_and_gives_the_state_back(mount):
    page = mount(GatedCell(sentence="the birds now", tour="holds"))
    before = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    for said in ("“cats”, the carry", "gives “are” 100", "gives “is”", "36 gates held by hand it gives “are”",
                 "“dog”, the state h of unit 4 goes from 0 to 1", "gives “is”", "it gives “are” 100"):  # fmt: skip
        page.wait_for_function("(t) => document.querySelector('.xp-status').textContent.includes(t)", arg=said)
        page.get_by_role("button", name=re.compile("Next|Done")).first.click()
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent === t", arg=before)


@pytest.mark.parametrize("guess", GatedCell.guesses)
def test_what_is_covered_shows_no_text(mount, guess):
    page = mount(GatedCell(guess=guess, holds=["f1@3=0"]))
    covered = page.locator(".xp-covered")
    assert covered.count() and covered.evaluate_all("all => all.map((e) => e.innerText.trim()).join('')") == ""
    page.get_by_role("button", name="Show me").click()
    assert not covered.count()


STATES = {
    "asked": {"holds": ["f1@3=0"], "guess": "held_answer", "tour": "holds"},
    "kept": {"cell": "gru", "unit": 3, "guess": "kept"},
    "long": {"sentence": " ".join(WORDS[:22]), "holds": [f"o{k}@{t}=0" for k in range(4) for t in range(22)]},
    "gru": {"cell": "gru", "sentence": "the teachers", "holds": ["z1@1=1"], "step": 20},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(GatedCell(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320), excepted=".xp-sr, .gc-scroll")


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, GatedCell(), {"step": 2})
