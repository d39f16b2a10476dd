"""What a learner's function returns or leaves behind lets no exception out, changes no verdict and no card."""

import dataclasses
import time
import warnings

import numpy as np
import pytest

from dnnlib.exercises import complete_cnn, pooling
from dnnlib.exercises.checker import check
from dnnlib.exercises.plain import plain
from tests.exercises.samples import BATCH_MEMORY, EDGE_KERNEL, REPAIR_MEANS, ROW_MEANS


def holds_itself(copies):
    out = []
    out.extend([out] * copies)
    return out


class Liar(list):
    def __len__(self):
        raise ValueError("no length")

    def __iter__(self):
        raise ValueError("no items")

    def __repr__(self):
        raise ValueError("no text")


class Unreachable:
    """Fails wherever it is touched."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError("repr")


class Long(list):
    def __len__(self):
        return 10**9


class Endless:
    def __array__(self, dtype=None, copy=None):
        while True:
            pass


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    __repr__ = __str__


class Odd(int):
    def __repr__(self):
        raise RuntimeError("no text")

    __str__ = __repr__


def object_array():
    out = np.empty(2, dtype=object)
    out[1] = Unreachable()
    return out


STRANGE = {
    "booleans": lambda: np.ones((2, 3, 2), bool),
    "a list in itself": lambda: holds_itself(1),
    "three times in itself": lambda: holds_itself(3),
    "a list that lies": lambda: Liar([1, 2]),
    "a list that is said to be long": lambda: Long([1, 2]),
    "an object that fails": Unreachable,
    "a list of them": lambda: [Unreachable(), Liar()],
    "conversion without end": Endless,
    "three million entries": lambda: [0] * 3_000_000,
    "a huge view": lambda: np.broadcast_to(np.zeros(()), (10**7, 10**7)),
    "objects in an array": object_array,
    "a number without text": lambda: [Odd(3)],
    "bytes": lambda: b"12",
    "records": lambda: np.zeros(3, dtype=[("a", int)]),
    "dates": lambda: np.zeros(3, dtype="M8[D]"),
    "a class": lambda: Mute,
    "an infinite count": lambda: range(10**12),
}
EXERCISES = (pooling.MAX_POOL, complete_cnn.CROSS_ENTROPY, REPAIR_MEANS)


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_nothing_that_is_returned_lets_an_exception_out_or_takes_long(make):
    for exercise in EXERCISES:
        without = {"bugs": ()} if exercise is REPAIR_MEANS else {}
        exercise = dataclasses.replace(exercise, time_limit=0.5, **without)
        start = time.monotonic()
        for wrap in (lambda value: value, lambda value: (value, value)):
            result = check(exercise, lambda *_, wrap=wrap: wrap(make()))
            assert not result.passed and repr(result) and result._repr_html_()
        assert time.monotonic() - start < 4


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_nothing_that_is_assigned_lets_an_exception_out(make):
    for exercise in (BATCH_MEMORY, EDGE_KERNEL, ROW_MEANS):
        result = check(exercise, make())
        assert not result.passed and repr(result) and result._repr_html_()


@pytest.mark.parametrize("error", [Mute, lambda: KeyError(Unreachable()), lambda: ValueError(Liar())])
def test_an_exception_without_words_is_reported_by_its_type(error):
    def row_means(x):
        raise error()

    result = check(ROW_MEANS, row_means)
    assert result.status == "raised" and type(error()).__name__ in result.message


def test_numbers_among_the_variables_that_cannot_be_written_are_left_out():
    def row_means(x):
        huge, odd, here = 10**5000, Odd(3), 7
        return x[here + huge * 0 + odd]

    result = check(ROW_MEANS, row_means)
    assert result.status == "raised" and "here = 7" in repr(result)


def leaves_everything(x):
    answer = np.mean(x, axis=1)
    np.seterr(all="raise")
    np.set_printoptions(precision=1, threshold=2, formatter={"float": lambda v: "?"})
    warnings.simplefilter("error")
    return answer


@pytest.mark.parametrize("change", [0, 1])
def test_what_a_function_leaves_in_numpy_and_warnings_changes_no_verdict_and_no_card(change):
    def quiet(x):
        return np.mean(x, axis=1) + change * x[:, 0]

    def loud(x):
        return leaves_everything(x) + change * x[:, 0]

    before = np.geterr(), np.get_printoptions(), list(warnings.filters)
    assert repr(check(ROW_MEANS, quiet)) == repr(check(ROW_MEANS, loud))
    assert before == (np.geterr(), np.get_printoptions(), list(warnings.filters))


def test_what_a_notebook_has_set_changes_no_verdict_and_no_card():
    def wrong(x):
        return x[:, 0] + np.log(np.zeros(len(x)))

    plainly = repr(check(ROW_MEANS, wrong)), repr(check(pooling.MAX_POOL, pooling.MAX_POOL.reference))
    with warnings.catch_warnings(), np.errstate(all="raise"), np.printoptions(precision=1, threshold=1):
        warnings.simplefilter("error")
        assert plainly == (
            repr(check(ROW_MEANS, wrong)),
            repr(check(pooling.MAX_POOL, pooling.MAX_POOL.reference)),
        )


def test_right_answers_in_unusual_containers_pass():
    class Rows(list):
        pass

    for wrap in (Rows, tuple, np.matrix.tolist, lambda v: np.array(v, object), lambda v: np.ma.masked_array(v)):
        assert check(
            ROW_MEANS,
            lambda x, wrap=wrap: (
                wrap(np.asmatrix(x).mean(axis=1).A1) if wrap is not np.matrix.tolist else np.mean(x, 1).tolist()
            ),
        ).passed
    assert plain(range(3)) == [0, 1, 2] and plain((True, 2)) == (True, 2)
