"""The explorable that asks how far back three recurrent networks' gradients reach on the same sentence."""

from numbers import Integral

import traitlets

from dnnlib.widgets.base import Explorable
from dnnlib.widgets.checks import Checked

LONGEST = 30  # words between subject and verb
NOUNS = 1 + LONGEST // 3  # of the longest sentence


def flipped(value, name):
    """Returns places of nouns, each once and from the first to the last, as a list.

    Args:
        value: Whole numbers, 0 for the subject.
        name: The trait, for the message.

    Raises:
        ValueError: If they are no such places.
    """
    places = list(value) if isinstance(value, (list, tuple)) else [value]
    whole = all(isinstance(one, Integral) and not isinstance(one, bool) for one in places)
    if not whole or len(set(places)) < len(places) or not set(places) <= set(range(NOUNS)):
        raise ValueError(f"{name}: expected different whole numbers from 0 to {NOUNS - 1}, received {value!r}")
    return [int(one) for one in places]


class WhoRemembers(Explorable):
    """A simple RNN, a GRU and an LSTM on "the cats near the dog ... is or are?".

    Each has an embedding of 8 numbers a word, 16 units, and one logit for "are", which hangs on the number of the
    first noun alone. Shown are the norm of the logit's gradient after each word, at h or at an LSTM's c, with that
    after the last word as 1; each word's share of the gradient; and what becomes of the answer when a noun changes its
    number. Beside it stands what such networks could learn from far sentences alone, over five seeds.

    Args:
        length: Words between subject and verb, 0 to 30.
        trained: Whether the networks have been trained, on sentences with 0 to 20 words in between.
        forget_bias: Of the LSTM before training, -2 to 6.
        seed: Of the sentence and of the first weights, 0 to 9,999.
        flips: Nouns whose number is changed, counted from the subject, 0.

    Guesses: "rnn_reach", "gru_reach" and "lstm_reach", the power of ten by which the gradient of one of them differs at
    the subject from what it is at the last word; "swap", by how many points the LSTM's probability of "are" changes
    when the subject changes its number.
    Tours: "start_and_end", from the gradients before training to what is remembered after it.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: the task of Linzen, Dupoux & Goldberg (2016), Assessing the ability of LSTMs to learn syntax-sensitive
    dependencies, with made sentences; Jozefowicz, Zaremba & Sutskever (2015), An empirical exploration of recurrent
    network architectures, for the forget bias.
    """

    title = "Who remembers"
    guesses = ("rnn_reach", "gru_reach", "lstm_reach", "swap")
    tours = ("start_and_end",)

    length = traitlets.Int(14, min=0, max=LONGEST).tag(sync=True)
    trained = traitlets.Bool(False).tag(sync=True)
    forget_bias = traitlets.Float(1.0, min=-2, max=6).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=9999).tag(sync=True)
    flips = Checked(flipped, []).tag(sync=True)
