"""An explorable: a trained LSTM or GRU reads a sentence word by word, and any of its gates can be held open or shut."""

import re

import traitlets

from dnnlib.widgets.base import Explorable

NOUNS = ("bird", "cat", "cook", "dog", "doctor", "friend", "girl", "teacher")
WORDS = (
    "the",
    *NOUNS,
    *(f"{noun}s" for noun in NOUNS),
    *("behind", "beside", "near", "with"),
    *("again", "just", "maybe", "now", "often", "really", "still", "today"),
)
CELLS = {"lstm": "fio", "gru": "zr"}  # and their gates
UNITS, MOST_WORDS, MOST_HOLDS = 4, 22, 400
_HOLD = re.compile(r"([fiozr])(\d)@(\d+)=[01]", re.ASCII)


class GatedCell(Explorable):
    """A small trained network whose every gate can be read, compared and held.

    Four units of an LSTM or a GRU have learned number agreement: after "the cats near the dog" comes "are". The reader
    writes a sentence, steps through it word by word, and sees the gates, the carry and the output of each unit as the
    network computes them, with what they come from. A gate can be held open or shut, of one unit or of all, at a word,
    from a word on or at every word: an intervention, marked as such beside the value that is computed, and both
    answers are shown. Holds at every word can be tested on 100 sentences that the network has not seen. It computes in
    float64 what dnnlib's layers compute of the weights in data/agreement_cells.json, which tools/train_agreement.py
    trained and rounded.

    Args:
        sentence: One to 22 of the words that the network knows (`WORDS`), with a space between two.
        cell: "lstm" or "gru".
        step: The word that is shown, counted from 0; the last one if there are fewer.
        unit: The unit whose gates are shown, counted from 0.
        holds: Gates that are held, a list such as ["f1@3=0", "z0@2=1"]: the gate (f, i, o of the LSTM, z, r of the
            GRU) of a unit while a word is read, both counted from 0, is 0, shut, or 1, open. Those of the other cell
            and of words that the sentence has not are left aside.

    Guesses: "held_answer", the probability of "are", in %, after the last word with the gates held as they are; "kept",
    the share of the unit's carry after the word that is shown, in %, which its gates keep up to the last word.
    Tours: "holds", what the network remembers with, found by taking it away.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Hochreiter & Schmidhuber (1997), Long short-term memory; Cho et al. (2014), Learning phrase
    representations using RNN encoder-decoder; the task: Linzen, Dupoux & Goldberg (2016), Assessing the ability of
    LSTMs to learn syntax-sensitive dependencies.
    """

    title = "A cell with its gates in your hand"
    guesses = ("held_answer", "kept")
    tours = ("holds",)

    sentence = traitlets.Unicode("the cats near the dog really with the girl").tag(sync=True)
    cell = traitlets.Enum(tuple(CELLS), "lstm").tag(sync=True)
    step = traitlets.Int(1, min=0, max=MOST_WORDS - 1).tag(sync=True)
    unit = traitlets.Int(1, min=0, max=UNITS - 1).tag(sync=True)
    holds = traitlets.List(traitlets.Unicode(), [], maxlen=MOST_HOLDS).tag(sync=True)

    @traitlets.validate("sentence")
    def _known(self, proposal):
        words = proposal["value"].split(" ")
        if unknown := [word for word in words if word not in WORDS]:
            raise traitlets.TraitError(
                f"sentence: expected words that the network knows, {', '.join(WORDS)}, received {', '.join(unknown)!r}"
            )
        if len(words) > MOST_WORDS:
            raise traitlets.TraitError(f"sentence: expected 1 to {MOST_WORDS} words, received {len(words)}")
        return proposal["value"]

    @traitlets.validate("holds")
    def _fitting(self, proposal):
        for hold in proposal["value"]:
            found = _HOLD.fullmatch(hold)
            if not found or int(found[2]) >= UNITS or int(found[3]) >= MOST_WORDS:
                raise traitlets.TraitError(
                    f'holds: expected texts such as "f1@3=0", gate, unit 0 to {UNITS - 1}, word 0 to {MOST_WORDS - 1} '
                    f"and 0 or 1, received {hold!r}"
                )
        return proposal["value"]
