"""Every kind of answer the checker gives, their order, and what it protects the notebook from."""

import asyncio
import dataclasses
import linecache
import signal
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dnnlib.exercises import calling, checker
from dnnlib.exercises.checker import check, hint
from dnnlib.exercises.display import show_value
from dnnlib.exercises.exercise import Exercise, Mistake, Property
from dnnlib.exercises.why_convolution import COUNT_COST


def scaled(x: np.ndarray, factor: float) -> np.ndarray:
    """Returns x times factor."""
    return x * factor


def scaled_always(x, factor, always):
    """Returns x times factor."""
    return x * factor


def sides(n: int) -> tuple[int, int]:
    """Splits n."""
    return n // 2, n - n // 2


def first(n: int) -> int:
    """Returns n times ten."""
    return 10 * n


SCALED = Exercise(
    name="SCALED",
    prompt="",
    reference=scaled,
    axes=("rows", "columns"),
    cases=((np.array([[1.0, 2, 4], [3, 5, -9]]), 2), (np.array([[1.0, -7]]), 3), (np.arange(12.0).reshape(4, 3), -2)),
    mistakes=(
        Mistake("added", lambda x, factor: x + factor, "Added or multiplied?"),
        Mistake("negated", lambda x, factor: -x * factor, "Where does the minus come from?"),
        Mistake("a row lost", lambda x, factor: x[1:] * factor, "Where is the first row?"),
        Mistake("not a number", lambda x, factor: x * factor * np.nan, "Why NaN?"),
    ),
    hints=("one", "two", "three"),
    time_limit=0.3,
    properties=(Property("the first entry is not 77.", lambda out, x, factor: out.flat[0] != 77),),
)
SCALED_TWICE = dataclasses.replace(SCALED, cases=SCALED.cases[:1] + SCALED.cases[2:])
SIDES = Exercise(
    name="SIDES",
    prompt="",
    reference=sides,
    cases=((7,), (4,), (11,)),
    hints=("one",),
    outputs=("left", "right"),
    mistakes=(
        Mistake("all left", lambda n: (n, 0), "Is nothing on the right?"),
        Mistake("right lost", lambda n: (n // 2, n // 2), "Where is the odd one?"),
    ),
)
COUNT = Exercise(name="COUNT", prompt="", reference=first, cases=((3,), (1,), (2,)), hints=("one",), mistakes=())


def test_a_right_answer_passes():
    result = check(SCALED, lambda x, factor: x * factor)
    assert result.passed and result.status == "passed" and repr(result).startswith("✓ scaled: right")


@pytest.mark.parametrize(
    "convert",
    [
        np.ndarray.tolist,
        np.float32,
        np.float16,
        lambda a: a.astype(int),
        np.longdouble,
        lambda a: [list(map(np.float64, row)) for row in a],
        lambda a: a.astype(object),
        np.asfortranarray,
    ],
)
def test_a_right_answer_in_another_type_passes(convert):
    assert check(SCALED, lambda x, factor: convert(x * factor)).passed


def test_float32_is_compared_less_exactly_than_float64():
    assert check(SCALED, lambda x, factor: np.float32(x * factor * (1 + 3e-6))).passed
    assert not check(SCALED, lambda x, factor: x * factor * (1 + 3e-6)).passed


def test_counts_are_compared_exactly():
    big = Exercise(name="BIG", prompt="", reference=first, cases=((10**9,), (10**8,)), hints=(), mistakes=())
    assert check(big, lambda n: 10 * n).passed and check(big, lambda n: 10.0 * n).passed
    assert not check(big, lambda n: 10 * n + 1).passed and not check(big, lambda n: 10.0 * n + n % 3 + n % 7).passed


def test_a_count_as_a_float_passes_with_a_remark():
    result = check(COUNT, lambda n: n / 0.1)
    assert result.passed and "float" in result.message
    assert "float" not in check(COUNT, first).message


def test_a_float_where_some_right_answers_are_no_whole_numbers_passes_without_a_remark():
    sometimes = dataclasses.replace(COUNT, cases=((1,), (2.5,)))
    result = check(sometimes, lambda n: 10.0 * n)
    assert result.passed and "integer" not in result.message


def test_a_lax_comparison_replaces_equality():
    up_to_sign = Exercise(
        name="AXIS",
        prompt="",
        reference=scaled,
        cases=SCALED.cases,
        hints=(),
        mistakes=(),
        agree=lambda mine, right: np.allclose(np.abs(mine), np.abs(right)),
    )
    assert check(up_to_sign, lambda x, factor: -x * factor).passed
    assert not check(up_to_sign, lambda x, factor: x).passed


# -- not attempted


def docstring_only(x, factor):
    """Not yet."""


def passes(x, factor):
    """Not yet."""
    pass


def dots(x, factor): ...


def stub_again(x, factor):
    raise NotImplementedError


@pytest.mark.parametrize("empty", [docstring_only, passes, dots, stub_again, lambda x, factor: ..., None, ...])
def test_an_empty_function_is_not_attempted(empty):
    assert check(SCALED, empty).status == "not attempted"


def test_an_empty_function_with_other_parameters_is_not_attempted():
    assert check(SCALED, lambda: None).status == "not attempted"


def test_code_above_the_forgotten_raise_is_an_attempt_and_is_told_so():
    def mine(x, factor):
        out = x * factor
        raise NotImplementedError  # your code here
        return out

    result = check(SCALED, mine)
    assert result.status == "raised" and "still reaches the stub's" in result.message


# -- the call


def test_a_result_in_place_of_the_function_is_named():
    result = check(SCALED, np.ones(3))
    assert result.status == "not a function" and "without brackets" in result.message


@pytest.mark.parametrize("call", [lambda: check(scaled, SCALED), lambda: hint("SCALED")])
def test_what_is_no_exercise_is_named(call):
    with pytest.raises(ValueError, match=r"expected an exercise, ex.NAME, as the first argument, received a \w+"):
        call()


def test_missing_parameters_are_named():
    result = check(SCALED, lambda x: x)
    assert result.status == "wrong parameters" and "(x, factor)" in result.message


def test_parameters_in_another_order_are_named():
    assert check(SCALED, lambda factor, x: x * factor).status == "wrong parameters"


def helper(x, factor):
    row = 3
    return x[row]  # too far


def calls_helper(x, factor):
    return helper(x, factor) * factor


def test_an_exception_is_reported_with_the_learners_own_line_variables_and_input():
    result = check(SCALED, calls_helper)
    assert result.status == "raised"
    assert "IndexError" in result.message and "return x[row]  # too far" in result.message
    assert ("Your variables at that moment", "row = 3") in result.blocks
    assert "x = np.array([[ 1., -7.]])" in repr(result)


def test_an_exception_inside_numpy_is_reported_at_the_learners_line():
    def mine(x, factor):
        return np.linalg.inv(x)

    assert "return np.linalg.inv(x)" in check(SCALED, mine).message


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda x, factor: x[99], "Which index grows too large"),
        (lambda x, factor: x[-99], "Which index gets too small"),
        (lambda x, factor: x + x[:, 1:], "Print both"),
        (lambda x, factor: np.zeros(4).__setitem__(slice(0, 4), np.ones(3)), "Does a slice run over the end"),
        (lambda x, factor: np.zeros(2).__iadd__(np.ones(3)), "Does a slice run over the end"),
        (lambda x, factor: x[0, 0, 0], "fewer axes"),
        (lambda x, factor: x.mean(axis=2), "fewer axes"),
        (lambda x, factor: x @ x, "is a matrix product"),
        (lambda x, factor: x if x > 0 else 0, "one yes or no"),
        (lambda x, factor: np.zeros(x.size / 2), "Which division stays whole"),
        (lambda x, factor: x.mean(axis=[0, 1]), "a tuple in round brackets"),
        (lambda x, factor: x.tolist()[0, 0], "a list of lists"),
        (lambda x, factor: x.shape * 1.5 - x.shape, "not a single number"),
        (lambda x, factor: [a for a, b, c in [(1, 2)]], "names as values"),
        (lambda x, factor: np.zeros(3, int).__iadd__(0.5), "numbers with a point"),
        (lambda x, factor: np.zeros(2).__setitem__(0, x), "One number belongs here"),
        (lambda x, factor: np.stack([]), "The list is empty"),
        (lambda x, factor: np.stack([x, x[:, 1:]]), "not equally large"),
        (lambda x, factor: x.reshape(5, 7), "keeps the number of entries"),
        (lambda x, factor: x(0), "Round brackets call"),
        (lambda x, factor: factor[0], "a single thing"),
        (lambda x, factor: x / x.sum() + 1 // 0, "Which number is zero"),
        (lambda x, factor: result * x, "Is it spelt"),  # noqa: F821
        (lambda x, factor: x.pool(), "Is it spelt"),
        (lambda x, factor: np.mean(x, 1, 2), "other arguments than it takes"),
    ],
)
def test_a_common_exception_comes_with_a_question(wrong, words):
    result = check(SCALED, wrong)
    assert result.status == "raised" and words in result.message.split("\n")[1]


def test_a_long_line_is_shortened():
    source = f"def scaled(x, factor):\n    return x[9] + {' + '.join(['factor'] * 50)}\n"
    linecache.cache["<long>"] = len(source), None, source.splitlines(True), "<long>"
    namespace = {}
    exec(compile(source, "<long>", "exec"), namespace)
    assert "`return x[9] + factor" in check(SCALED, namespace["scaled"]).message
    assert len(check(SCALED, namespace["scaled"]).message) < 400


@pytest.mark.parametrize(
    "error",
    [SystemExit(1), RecursionError("deep"), AssertionError(), KeyError("k"), GeneratorExit(), asyncio.CancelledError()],
)
def test_no_exception_leaves_the_checker(error):
    def mine(x, factor):
        raise error

    result = check(SCALED, mine)
    assert result.status == "raised" and type(error).__name__ in result.message


def test_the_learner_can_still_interrupt_the_kernel():
    def mine(x, factor):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(SCALED, mine)


def endless(x, factor):
    while True:
        factor += 1


def endless_and_deaf(x, factor):
    try:
        endless(x, factor)
    except:  # noqa: E722
        endless(x, factor)


@pytest.mark.parametrize("loop", [endless, endless_and_deaf])
def test_an_endless_loop_is_stopped(loop):
    start = time.monotonic()
    result = check(SCALED, loop)
    assert result.status == "time limit" and "after 0.3 seconds" in result.message
    assert time.monotonic() - start < 5


def test_all_calls_of_a_check_share_the_time_limit():
    def slow(x, factor):
        time.sleep(0.2)
        return x * factor

    result = check(SCALED, slow)
    assert result.status == "time limit" and "at input 2 of 3" in result.message
    assert check(SCALED, lambda x, factor: x * factor).passed  # the next check has all of it again


def scaled_slowly(x, factor):
    """Returns x times factor."""
    time.sleep(0.15)
    return x * factor


def test_the_time_of_the_reference_and_of_the_mistakes_is_not_the_learners():
    def mine(x, factor):
        time.sleep(0.02)
        return x * factor

    slow = dataclasses.replace(
        SCALED,
        reference=scaled_slowly,
        mistakes=(Mistake("slow", lambda x, factor: -scaled_slowly(x, factor), "Where does the minus come from?"),),
    )
    assert check(slow, mine).passed
    assert check(slow, lambda x, factor: -mine(x, factor)).status == "known mistake"


def test_an_endless_loop_is_stopped_in_another_thread():
    answers = []
    thread = threading.Thread(target=lambda: answers.append(check(SCALED, endless)), daemon=True)
    thread.start()
    thread.join(10)
    assert [answer.status for answer in answers] == ["time limit"]


def test_an_endless_loop_is_stopped_where_there_are_no_timer_signals(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    tracer = sys.gettrace()
    assert check(SCALED, endless).status == "time limit"
    assert check(SCALED, scaled).passed
    assert sys.gettrace() is tracer


def test_somebody_elses_alarm_is_put_back():
    def ring(*_):
        raise AssertionError("it was not to ring")

    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, 50)
    try:
        assert check(SCALED, endless).status == "time limit"
        assert signal.getsignal(signal.SIGALRM) is ring
        assert 40 < signal.getitimer(signal.ITIMER_REAL)[0] < 50
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)


def test_an_alarm_that_rings_while_the_time_limit_is_left_harms_nobody(monkeypatch):
    handler, real = signal.getsignal(signal.SIGALRM), signal.setitimer
    left = signal.getitimer(signal.ITIMER_REAL)[0]

    def rings_when_it_is_switched_off(timer, seconds, interval=0.0):
        if seconds == 0:
            signal.raise_signal(signal.SIGALRM)
        return real(timer, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", rings_when_it_is_switched_off)
    assert check(SCALED, scaled).passed
    monkeypatch.undo()
    assert signal.getsignal(signal.SIGALRM) is handler
    assert bool(signal.getitimer(signal.ITIMER_REAL)[0]) == bool(left)


def test_printing_is_let_through(capsys):
    assert check(COUNT, lambda n: print("n is", n) or 10 * n).passed
    assert "n is 3" in capsys.readouterr().out


# -- the type and shape of the result


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "Does every path through it end in a `return`"),
        ("12", "a str"),
        ({"a": 1}, "a dict"),
        (np.sum, "a function"),
        ((i for i in range(3)), "`yield`"),
        ({1, 2}, "no order"),
        ([[1, 2], [3]], "equally long"),
        ([[1, None]], "all its entries numbers"),
        (np.array([[1j]]), "complex"),
        (np.array([["a"]]), "entries of type"),
        (object(), "an object"),
        (10**400, "beyond 10^308"),
        ([10**5000], "beyond 10^308"),
    ],
)
def test_a_result_of_another_kind_is_named(value, words):
    result = check(SCALED, lambda x, factor: value)
    assert result.status == "wrong type" and words in result.message
    assert " at 0x" not in repr(result)


def test_a_path_without_return_is_found_although_others_return():
    result = check(SCALED, lambda x, factor: x * factor if factor > 0 else None)
    assert result.status == "wrong type" and "factor = -2" in repr(result)


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "returned nothing"),
        (3, "2 values are asked for: `left, right`"),
        ((1, 2, 3), "returned 3 values"),
        ((1, None), "`None` as `right`"),
    ],
)
def test_a_wrong_number_of_results_is_named(value, words):
    result = check(SIDES, lambda n: value)
    assert result.status == "wrong type" and words in result.message


def test_a_wrong_shape_names_the_axis():
    message = check(SCALED, lambda x, factor: (x * factor)[:, :-1] * 3).message
    assert "axis 1 (columns) has length 1 instead of 2" in message and "axis 0" not in message


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda out: out[None], "yours is an array with 3"),
        (lambda out: out[None], "right order; only the shape is not"),
        (lambda out: out.sum(), "yours is a single number"),
        (lambda out: (out,), "is there a comma after what you return"),
        (lambda out: out.T, "transpose"),
        (lambda out: out[:, :-1], "Where the two overlap, the values agree"),
    ],
)
def test_a_wrong_shape_tells_what_is_right_about_it(change, words):
    result = check(SCALED, lambda x, factor: change(x * factor))
    assert result.status == "wrong shape" and words in result.message


def test_a_wrong_shape_in_one_case_only_is_found():
    result = check(SCALED, lambda x, factor: x * 5 if factor != 2 else x[:, :1])
    assert result.status == "wrong shape" and "factor = 2" in repr(result)


def test_an_empty_result_is_named():
    assert "ever run, or does a slice leave nothing of it?" in check(SCALED, lambda x, factor: []).message


def test_one_number_is_asked_for():
    assert "The result is one number" in check(COUNT, lambda n: [n]).message


# -- the values


def test_a_known_mistake_gets_its_hint():
    result = check(SCALED, lambda x, factor: [[entry + factor for entry in row] for row in x])
    assert (result.status, result.message) == ("known mistake", "Added or multiplied?")


def test_a_known_mistake_of_another_shape_gets_the_axis_and_its_hint():
    result = check(SCALED, lambda x, factor: x[1:] * factor)
    assert result.status == "known mistake" and "axis 0 (rows)" in result.message
    assert "Where is the first row?" in result.message


def test_a_mistake_in_some_cases_only_is_not_a_known_mistake():
    assert check(SCALED, lambda x, factor: x + factor if factor == 2 else 5 * x).status == "mismatch"


def test_of_several_results_the_wrong_one_is_named():
    result = check(SIDES, lambda n: (n // 2, n // 2 + 5 * n))
    assert "`left` is right. About `right`" in result.message


def test_of_several_results_the_input_shown_is_one_where_the_named_result_is_wrong():
    result = check(SIDES, lambda n: (n // 2 + (n == 11), n**2))
    assert "About `left`" in result.message and result.blocks[0][1] == "n = 11"


def test_of_several_results_a_known_mistake_too_is_shown_where_the_named_result_is_wrong():
    result = check(
        COUNT_COST, lambda size, channels, filters, shape, bias: (np.prod(size) * channels * filters + bias, 1)
    )
    assert result.status == "known mistake" and "About `parameters`" in result.message
    assert "use_bias = True" in result.blocks[0][1]


def test_of_several_results_one_alone_may_be_right_for_other_arguments():
    result = check(COUNT_COST, lambda size, channels, filters, shape, bias: (np.prod(size) * channels * filters, 1))
    assert result.status == "related" and "About `parameters`: You answer as if `use_bias` were always False" in (
        result.message
    )
    assert "use_bias = True" in result.blocks[0][1]


def test_of_several_results_one_alone_may_be_a_known_mistake():
    result = check(SIDES, lambda n: (n, 3 * n))
    assert result.status == "known mistake" and result.message == "About `left`: Is nothing on the right?"


def test_an_output_is_no_known_mistake_of_a_pair_whose_earlier_output_is_wrong():
    halves = dataclasses.replace(SIDES, mistakes=(Mistake("all right", lambda n: (0, n), "Is nothing on the left?"),))
    assert "nothing on the left" in check(halves, lambda n: (0, 3 * n)).message
    assert "nothing on the left" not in check(halves, lambda n: (n // 2, n)).message


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda out: 2.5 * out, "5/2 times the right one, in every case"),
        (lambda out: out / out.size, "changes from case to case (1/2, 1/6, 1/12)"),
        (lambda out: out * 0, "Every entry is zero"),
        (lambda out: np.maximum(out, 0), "Entries that should be negative are zero"),
        (np.abs, "apart from the signs, all are right"),
        (lambda out: out + 1, "1 too large, in every case"),
        (lambda out: out[:, ::-1], "reversed along axis 1"),
        (lambda out: np.roll(out, 1), "another order"),
        (lambda out: np.where(out == out.max(), np.nan, out), "NaN stands in 1 of "),
        (lambda out: np.where(out == out.max(), np.inf, out), "Infinity stands in 1 of "),
    ],
)
def test_a_simple_relation_to_the_right_answer_is_named(change, words):
    result = check(SCALED, lambda x, factor: change(x * factor))
    assert result.status == "related" and words in result.message


def test_digits_lost_in_some_cases_are_named():
    halves = Exercise(
        name="HALVES",
        prompt="",
        reference=scaled,
        hints=(),
        mistakes=(),
        cases=((np.array([[3.0, -5]]), 0.5), (np.array([[1.0, 2, 4]]), 2)),
    )
    assert "digits after the point are lost" in check(halves, lambda x, factor: (x * factor).astype(int)).message


def test_one_answer_for_every_input_is_named():
    assert "Your answer is 5, whatever the input" in check(COUNT, lambda n: 5).message


def test_a_factor_of_nearly_one_is_no_relation():
    big = Exercise(name="BIG", prompt="", reference=first, cases=((10**9,), (2,), (7,)), hints=(), mistakes=())
    assert check(big, lambda n: 10 * n + n % 5).status == "mismatch"


def test_a_factor_that_is_no_simple_fraction_is_written_with_digits():
    assert "is 0.4343 times" in check(SCALED, lambda x, factor: x * factor / np.log(10)).message


def test_a_wrong_sign_is_named():
    assert "wrong sign" in check(COUNT, lambda n: -10 * n).message


def test_a_transpose_is_named():
    square = Exercise(
        name="SQUARE",
        prompt="",
        reference=scaled,
        hints=(),
        mistakes=(),
        cases=((np.array([[1.0, 2], [3, 4]]), 2), (np.arange(9.0).reshape(3, 3), 3)),
    )
    assert "transpose" in check(square, lambda x, factor: x.T * factor).message


def test_a_fraction_where_a_whole_number_belongs_is_named():
    assert "About `left`: Not all your numbers are whole" in check(SIDES, lambda n: (n / 2, n / 2)).message


def test_results_in_reverse_order_are_named():
    assert "reverse order" in check(SIDES, lambda n: sides(n)[::-1]).message


def test_one_case_alone_makes_no_ratio():
    once = Exercise(name="ONCE", prompt="", reference=first, cases=((2,),), hints=(), mistakes=())
    assert check(once, lambda n: 7 * n).status == "mismatch"


def test_a_property_that_fails_is_stated():
    result = check(SCALED, lambda x, factor: np.full(x.shape, 77.0))
    assert result.status == "property" and "the first entry is not 77." in result.message


def test_a_plain_mismatch_shows_the_smallest_failing_input_and_not_the_answer():
    def mine(x, factor):
        out = x * factor
        out[0, -1] += 100 * (x.size > 2)
        return out

    result = check(SCALED, mine)
    assert result.status == "mismatch" and "2 of 3 inputs" in result.message
    assert "Of 6 entries only [0, 2] is wrong." in result.message and "as many zeros in it" in result.message
    assert result.blocks[0][1].startswith("x = np.array([[0., 0., 0.],\n              [0., 0., 0.]])\nfactor = 2")
    assert result.blocks[1][1].split() == ["0", "0", "[100]", "0", "0", "0"]


def test_entries_wrong_at_one_edge_are_placed():
    def mine(x, factor):
        out = x * factor
        out[:, -1] += out[:, 0] ** 2
        return out

    assert (
        "2 of 6 entries are wrong, the first at [0, 2]. All of them have the last index of axis 1."
        in check(SCALED_TWICE, mine).message
    )


def test_a_plain_mismatch_tells_what_the_right_cases_have_in_common():
    flag = Exercise(
        name="FLAG",
        prompt="",
        reference=scaled_always,
        hints=(),
        mistakes=(),
        cases=tuple((np.array([1.0, n]), factor, 8) for n in (2, 5, 3, 4) for factor in (1, 2, 3)),
    )
    message = check(flag, lambda x, factor, always: x + x**factor - 1 if factor > 1 else x).message
    assert "The inputs it gets right all have `factor = 1`." in message
    some = check(flag, lambda x, factor, always: x * factor if factor == 1 and x[1] < 5 else x * 0 + 76 + x[1]).message
    assert "all have `factor = 1`" not in some  # some that have it are wrong


def test_entries_never_written_are_noticed():
    def mine(x, factor):
        out = np.zeros(x.shape)
        for i in range(len(x)):
            out[i] = x[i] * factor
            return out

    assert "A `return` inside a loop ends it" in check(SCALED, mine).message


@pytest.mark.parametrize(
    "change",
    [
        lambda out: np.where(out < -7, 0, out),  # only what should be negative is zero
        lambda out: (
            np.where(out == 8, 0, out) - (out == -22)
        ),  # zero in the smallest case that is wrong, and only there
    ],
)
def test_wrong_zeros_are_not_always_taken_for_entries_never_written(change):
    result = check(SCALED, lambda x, factor: change(x * factor))
    assert result.status == "mismatch" and "ever written" not in result.message


# -- changed inputs


def test_a_changed_input_is_noticed_although_the_answer_is_right():
    def mine(x, factor):
        x *= factor
        return x

    result = check(SCALED, mine)
    assert not result.passed and result.status == "changed input" and "`x`" in result.message
    assert SCALED.cases[0][0][0, 0] == 1


def test_a_changed_input_is_mentioned_beside_another_fault():
    def mine(x, factor):
        x += factor
        return x

    result = check(SCALED, mine)
    assert result.status == "known mistake" and "Your function changes its input `x`" in result.message


@pytest.mark.parametrize(
    "before, after",
    [
        ([1, (2, 3)], [1, (2, 4)]),
        ({"a": np.ones(2)}, {"a": np.ones(3)}),
        (np.ones(2), np.ones(2, np.float32)),
        ([1], [1, 1]),
        (1, 1.0),
    ],
)
def test_a_change_anywhere_in_a_nested_input_is_a_change(before, after):
    assert calling.identical(before, before) and not calling.identical(before, after)


# -- the order


def test_of_two_faults_the_earlier_in_the_order_is_answered():
    x_last = SCALED.cases[-1][0]

    def raises_last(x, factor):
        if x.shape == x_last.shape:
            raise ValueError
        return "text"

    def text_last(x, factor):
        return "text" if x.shape == x_last.shape else x[:, :1]

    assert check(SCALED, raises_last).status == "raised"  # before the wrong type
    assert check(SCALED, text_last).status == "wrong type"  # before the wrong shape
    assert check(SCALED, lambda x, factor: x[:, 1:] + factor).status == "wrong shape"  # no known mistake
    assert check(SCALED, lambda x, factor: -x * factor).status == "known mistake"  # before the sign
    assert check(SCALED, lambda x, factor: x * factor * np.nan).message == "Why NaN?"  # before the NaN
    assert check(SCALED, lambda x, factor: x * factor * 77 / (x.flat[0] * factor or 1)).status == "related"
    assert check(SCALED, lambda x, factor: 77 + 0 * x).status == "property"  # before the mismatch
    assert [step.__name__ for step in checker.ORDER] == [
        "not_attempted",
        "not_a_function",
        "wrong_parameters",
        "keeps_state",
        "raised",
        "wrong_type",
        "wrong_shape",
        "known_mistake",
        "related",
        "property_fails",
        "mismatch",
        "changed_input",
        "passed",
    ]


# -- hints


def test_hints_come_one_by_one_and_say_how_many_are_left(monkeypatch):
    monkeypatch.setattr(checker, "_hints_given", {})
    texts = [repr(hint(SCALED)) for _ in range(4)]
    assert "hint 1 of 3" in texts[0] and "2 more hints are left" in texts[0] and "two" not in texts[0]
    assert "two" in texts[1] and "1 more hint is left" in texts[1]
    assert "three" in texts[2] and "last hint" in texts[2] and texts[3] == texts[2]
    assert "hint 1 of 1" in repr(hint(SIDES))


# -- the display


def test_the_card_says_the_state_in_words_escapes_what_it_shows_and_needs_nothing_from_elsewhere():
    def mine(x, factor):
        raise ValueError("<script>alert(1)</script> & `code`")

    card = check(SCALED, mine)._repr_html_()
    assert "not yet: it stopped with an error" in card and "&lt;script&gt;" in card
    assert not any(word in card for word in ("<script", "http", " id=", " class=", "<style"))


def test_two_checks_show_the_same():
    def mine(x, factor):
        return [object()]

    once, again = check(SCALED, mine), check(SCALED, mine)
    assert repr(once) == repr(again) and once._repr_html_() == again._repr_html_()


@pytest.mark.parametrize(
    "value, text",
    [
        (np.float64(2.5), "2.5"),
        ((np.int64(1), 2), "(1, 2)"),
        ([(3, 1, 1)], "[(3, 1, 1)]"),
        ([np.array([1, 2]), np.array([3])], "[np.array([1, 2]),\n np.array([3])]"),
        ("a" * 500, "'" + "a" * 399 + " …"),
    ],
)
def test_values_are_shown_readably(value, text):
    assert show_value(value) == text


def test_in_a_notebook_it_displays_binds_nothing_and_names_the_line_of_the_cell(capsys):
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(check=check, ex=SimpleNamespace(SCALED=SCALED))
    shell.run_cell("def scaled(x, factor):\n    y = x\n    return y[99]\n")
    before = {name for name in shell.user_ns if not name.startswith("_")}
    outcome = shell.run_cell("check(ex.SCALED, scaled)")
    assert outcome.success and "line 3 of its cell, `return y[99]`" in outcome.result.message
    assert "scaled: not yet" in capsys.readouterr().out
    formats, _ = shell.display_formatter.format(outcome.result)
    assert formats.keys() == {"text/plain", "text/html"}
    assert {name for name in shell.user_ns if not name.startswith("_")} == before
