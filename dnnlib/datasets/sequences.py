"""Two tasks on sequences whose answer lies far back: number agreement, and the adding problem."""

import numpy as np

from dnnlib.datasets.card import Card
from dnnlib.validation import check_integer, check_integers

NOUNS = ("bird", "cat", "cook", "dog", "doctor", "friend", "girl", "teacher")
PLACES = ("behind", "beside", "near", "with")
ADVERBS = ("again", "just", "maybe", "now", "often", "really", "still", "today")
VOCABULARY = ("", "the", *NOUNS, *(f"{noun}s" for noun in NOUNS), *PLACES, *ADVERBS)
VERBS = ("is", "are")
_NOUN, _PLACE, _ADVERB = 2, 2 + 2 * len(NOUNS), 2 + 2 * len(NOUNS) + len(PLACES)  # where each kind of word begins
CARD_AGREEMENT = Card(
    name="Number agreement",
    loader="sequences.agreement",
    examples={},
    shape=(None,),
    classes=len(VERBS),
    comes="generated",
    licence="MIT, as the book",
    source="Sentences made by the book, for the task of T. Linzen, E. Dupoux and Y. Goldberg, "
    "[*Assessing the Ability of LSTMs to Learn Syntax-Sensitive Dependencies*](https://arxiv.org/abs/1611.01368), 2016",
)
CARD_ADDING = Card(
    name="Adding problem",
    loader="sequences.adding",
    examples={},
    shape=(None, 2),
    classes=0,
    comes="generated",
    licence="MIT, as the book",
    source="Numbers drawn by the book, for the task of S. Hochreiter and J. Schmidhuber, "
    "[*Long Short-Term Memory*](https://doi.org/10.1162/neco.1997.9.8.1735), 1997",
)


def agreement(examples, distance, seed, distractors=None):
    """Makes beginnings of sentences whose next word is "is" or "are", as in "the cats near the dog just".

    The answer hangs on the first noun alone. Phrases such as "near the dogs" follow, with nouns of both numbers. How
    many of these nouns are plural is drawn uniformly from none to all, which ones they are by chance, and both
    without a look at the subject. So no word after the subject says anything about the answer, the last noun least
    of all. The number of plural nouns in the whole sentence, its subject included, says something only if it is 0 or
    the largest possible: who counts but forgets the order is right in 1/2 + 1/(2 (distractors + 1)) of all cases,
    and no other way of drawing would leave a counter less.

    With one fixed distance a simple RNN can learn where the subject stands. Trained on distances from 0 to 20, as in
    `agreement(2000, (0, 20), seed)`, with `Embedding(len(vocabulary), 8)`, 16 units, a sigmoid unit at the last step,
    Adam(0.01, global_clipnorm=1.0) and batches of 32, an LSTM and a GRU are right on all distances after four to
    eight epochs, also on those beyond 20; a simple RNN learns it from distances up to 12, and hardly from 20.

    Args:
        examples: Number of sentences. Half of them, one fewer if odd, have a plural subject.
        distance: Number of words between the subject and the verb, or a pair (shortest, longest), from which each
            sentence draws its own. Shorter sentences are padded in front, as by Keras's `pad_sequences`.
        seed: An integer; the same seed gives the same sentences.
        distractors: Number of phrases of three words with a noun; by default as many as fit. Adverbs fill the rest.

    Returns:
        words: Integers of shape (examples, longest distance + 2), places in `vocabulary`; 0 is padding.
        labels: Integers of shape (examples,), 0 for "is" and 1 for "are".
        vocabulary: A tuple of words; that at place 0 is empty.

    Raises:
        ValueError: If an argument is no whole number in its range, or the distractors do not fit.

    Source: the task of T. Linzen, E. Dupoux, Y. Goldberg, Assessing the ability of LSTMs to learn syntax-sensitive
        dependencies, TACL 2016, with made sentences.
    """
    examples = check_integer(examples, "examples")
    shortest, longest = check_integers(distance, 2, "distance", 0)
    if shortest > longest:
        raise ValueError(f"distance: expected a number or (shortest, longest), received {distance!r}")
    if distractors is not None and 3 * check_integer(distractors, "distractors", 0) > shortest:
        raise ValueError(f"distractors: expected at most {shortest // 3} in {shortest} words, received {distractors}")
    rng = np.random.default_rng(check_integer(seed, "seed", 0))
    labels = rng.permutation(np.arange(examples) % 2)
    distances = rng.integers(shortest, longest + 1, examples)
    words = np.zeros((examples, longest + 2), int)
    for between in np.unique(distances):
        those = distances == between
        words[those, longest - between :] = _beginnings(
            labels[those], between, between // 3 if distractors is None else distractors, rng
        )
    return words, labels, VOCABULARY


def _beginnings(labels, distance, distractors, rng):
    """Returns beginnings of one length, shape (examples, distance + 2)."""
    examples, adverbs = len(labels), distance - 3 * distractors
    plural = rng.permuted(np.arange(distractors) < rng.integers(0, distractors + 1, (examples, 1)), axis=1)
    nouns = _nouns(np.column_stack([labels, plural]), rng)
    the = np.ones((examples, distractors), int)
    phrases = np.stack([rng.integers(_PLACE, _ADVERB, the.shape), the, nouns[:, 1:]], axis=2)
    # Phrases and adverbs are pieces in any order, and a phrase takes three places.
    is_phrase = rng.permuted(np.tile(np.arange(distractors + adverbs) < distractors, (examples, 1)), axis=1).ravel()
    inside = np.repeat(is_phrase, np.where(is_phrase, 3, 1)).reshape(examples, distance)
    between = np.empty((examples, distance), int)
    between[inside] = phrases.ravel()
    between[~inside] = rng.integers(_ADVERB, len(VOCABULARY), examples * adverbs)
    return np.column_stack([np.ones(examples, int), nouns[:, 0], between])


def _nouns(plural, rng):
    """Draws a noun for each flag; its plural stands `len(NOUNS)` places after the singular."""
    return _NOUN + rng.integers(0, len(NOUNS), plural.shape) + len(NOUNS) * plural


def adding(examples, length, seed):
    """Makes the adding problem: a sequence of numbers, two of them marked, whose sum is wanted.

    Args:
        examples: Number of sequences.
        length: Steps of a sequence, at least 2. One mark lies in the first half, one in the second.
        seed: An integer; the same seed gives the same sequences.

    Returns:
        x: Floats of shape (examples, length, 2): a number drawn uniformly from [0, 1), and its mark, 0 or 1.
        y: The sum of the two marked numbers, shape (examples, 1). The constant answer 1 has a mean squared error
            of 1/6 = 0.167, the variance of the sum.

    Raises:
        ValueError: If an argument is no whole number in its range.

    Source: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 1997, section 5.4, in the later
        form with numbers from 0 to 1 and a mark in each half.
    """
    examples, length = check_integer(examples, "examples"), check_integer(length, "length", 2)
    rng = np.random.default_rng(check_integer(seed, "seed", 0))
    x = np.zeros((examples, length, 2))
    x[..., 0] = rng.random((examples, length))
    for low, high in ((0, length // 2), (length // 2, length)):
        x[np.arange(examples), rng.integers(low, high, examples), 1] = 1
    return x, np.sum(x[..., 0] * x[..., 1], axis=1, keepdims=True)
