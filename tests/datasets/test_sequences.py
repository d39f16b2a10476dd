"""The made sequences are what they say, and no shortcut leads to their answers."""

import numpy as np
import pytest

from dnnlib.datasets.sequences import NOUNS, VERBS, VOCABULARY, adding, agreement

SINGULAR, PLURAL = (np.isin(VOCABULARY, nouns) for nouns in (NOUNS, [f"{noun}s" for noun in NOUNS]))


def best_guess(seen, labels):
    """The accuracy of somebody who knows, for each value seen, which label is more frequent with it."""
    return sum(np.bincount(labels[seen == value]).max() for value in np.unique(seen)) / len(labels)


def test_the_label_is_the_number_of_the_first_noun():
    words, labels, vocabulary = agreement(200, (0, 14), 0)
    for sentence, label in zip(words, labels, strict=True):
        noun = next(vocabulary[word] for word in sentence if (SINGULAR | PLURAL)[word])
        assert VERBS[label] == ("are" if noun.endswith("s") else "is")
    assert words.shape == (200, 16) and labels.sum() == 100 and len(set(vocabulary)) == len(vocabulary)


def test_every_sentence_is_a_noun_with_phrases_and_adverbs_and_padding_stands_in_front():
    words, _, _ = agreement(300, (3, 11), 1, distractors=1)
    lengths = set()
    for sentence in words:
        text = " ".join(np.array(VOCABULARY)[sentence]).strip().split()
        lengths.add(len(text) - 2)
        assert text[0] == "the" and text[1].removesuffix("s") in NOUNS and sentence[-len(text) :].all()
        place = next(i for i, word in enumerate(text) if word in ("behind", "beside", "near", "with"))
        assert text[place + 1] == "the" and text[place + 2].removesuffix("s") in NOUNS
        assert text.count("the") == 2 and all(word in VOCABULARY[-8:] for word in text[2:place] + text[place + 3 :])
    assert lengths == set(range(3, 12))


def test_neither_the_last_noun_nor_any_word_after_the_subject_gives_the_answer_away():
    words, labels, _ = agreement(20_000, 12, 2)
    is_noun = (SINGULAR | PLURAL)[words]
    last = np.take_along_axis(words, words.shape[1] - 1 - is_noun[:, ::-1].argmax(axis=1, keepdims=True), axis=1)[:, 0]
    noise = 3 * 0.5 / np.sqrt(20_000)
    assert abs(best_guess(PLURAL[last], labels) - 0.5) < noise
    after = words[:, 2:]
    for count in (PLURAL[after].sum(axis=1), SINGULAR[after].sum(axis=1), *after.T):
        assert best_guess(count, labels) < 0.5 + 2 * noise
    assert best_guess(PLURAL[words[:, 1]], labels) == 1  # the control: the subject itself


@pytest.mark.parametrize("distractors", [2, 4, 8])
def test_counting_plural_nouns_is_worth_no_more_than_stated(distractors):
    words, labels, _ = agreement(20_000, 3 * distractors, 3)
    assert abs(best_guess(PLURAL[words].sum(axis=1), labels) - 0.5 - 0.5 / (distractors + 1)) < 0.02
    assert set(PLURAL[words[:, 2:]].sum(axis=1)) == set(range(distractors + 1))


def test_adding_wants_the_sum_of_one_number_of_each_half():
    x, y = adding(5000, 9, 0)
    assert x.shape == (5000, 9, 2) and y.shape == (5000, 1) and x[..., 0].min() >= 0 and x[..., 0].max() < 1
    first, second = x[:, :4], x[:, 4:]
    assert (first[..., 1].sum(axis=1) == 1).all() and (second[..., 1].sum(axis=1) == 1).all()
    wanted = [half[half[..., 1] == 1][:, 0] for half in (first, second)]
    np.testing.assert_allclose(y[:, 0], wanted[0] + wanted[1])
    assert abs(np.mean((y - 1) ** 2) - 1 / 6) < 0.01 and set(x[..., 1].argmax(axis=1)) == set(range(4))


@pytest.mark.parametrize("make", [lambda seed: agreement(30, (2, 9), seed), lambda seed: adding(30, 7, seed)])
def test_a_seed_gives_the_same_sequences_and_another_seed_others(make):
    for one, again in zip(make(5)[:2], make(5)[:2], strict=True):
        np.testing.assert_array_equal(one, again)
    assert not np.array_equal(make(5)[0], make(6)[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: agreement(0, 5, 0), "examples: expected an integer of at least 1, received 0"),
        (lambda: agreement(5, -1, 0), "distance: expected an integer of at least 0, received -1"),
        (lambda: agreement(5, (4, 2), 0), r"distance: expected a number or \(shortest, longest\), received \(4, 2\)"),
        (lambda: agreement(5, 5, 0, distractors=2), "distractors: expected at most 1 in 5 words, received 2"),
        (lambda: agreement(5, 5, 0.5), "seed: expected an integer of at least 0, received 0.5"),
        (lambda: adding(5, 1, 0), "length: expected an integer of at least 2, received 1"),
    ],
)
def test_arguments_out_of_range_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
