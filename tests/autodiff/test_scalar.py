"""The scalar autodiff beside TensorFlow's tape, and the traps of graphs."""

import math
import operator
from pathlib import Path

import numpy as np
import pytest

from dnnlib.autodiff import scalar
from dnnlib.autodiff.scalar import Value

TWO = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
ONE = ("exp", "log", "tanh", "relu", "power", "plus number", "number minus", "number over", "negative")
RANGE = {"log": lambda a: a > 0.1, "number over": lambda a: abs(a) > 0.1, "exp": lambda a: a < 3}


def random_program(seed):
    """Draws inputs and steps (operation, places of its operands, a number) that stay in range."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(0, 1.5, rng.integers(2, 6)).tolist()
    values, steps = [Value(number) for number in inputs], []
    while len(steps) < 5 + seed % 25:
        a, b = rng.integers(0, len(values), 2)
        name = str(rng.choice([*TWO, *ONE]))
        number = float(rng.choice([2, 3, -1, 0.5, -1.5] if name == "power" else rng.normal(0, 1, 3)))
        x, y = values[a].data, values[b].data
        outside = (name == "/" and abs(y) < 0.1) or (name == "power" and abs(x) < 0.1)
        if outside or (name == "power" and x < 0 and number % 1) or not RANGE.get(name, lambda _: True)(x):
            continue
        new = apply(name, values[a], values[b], number)
        if abs(new.data) < 1e3:
            values.append(new)
            steps.append((name, a, b, number))
    return inputs, steps


def apply(name, a, b, number, library=Value):
    if name in TWO:
        return TWO[name](a, b)
    return {
        "power": lambda: a**number,
        "plus number": lambda: number + a,
        "number minus": lambda: number - a,
        "number over": lambda: number / a,
        "negative": lambda: -a,
    }.get(name, lambda: getattr(library, name)(a))()


def run(inputs, steps, library=Value):
    """Returns all values of a program; the last one adds up the last three, so that paths meet."""
    values = list(inputs)
    for name, a, b, number in steps:
        values.append(apply(name, values[a], values[b], number, library))
    return [*values, values[-1] + values[-2] * values[-3]]


def test_gradients_equal_tensorflows_tape_on_200_random_graphs():
    import tensorflow as tf

    class Functions:
        exp, log, tanh, relu = tf.exp, tf.math.log, tf.tanh, tf.nn.relu

    seen = set()
    for seed in range(200):
        inputs, steps = random_program(seed)
        seen |= {name for name, *_ in steps}
        ours = run([Value(number) for number in inputs], steps)
        ours[-1].backward()
        variables = [tf.constant(number, tf.float64) for number in inputs]
        with tf.GradientTape() as tape:
            tape.watch(variables)
            theirs = run(variables, steps, Functions)
        expected = tape.gradient(theirs[-1], variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        assert ours[-1].data == pytest.approx(float(theirs[-1]), rel=1e-12)
        for value, gradient in zip(ours, expected, strict=False):
            assert abs(value.grad - float(gradient)) <= 1e-10 * max(1, abs(float(gradient))), seed
    assert seen == {*TWO, *ONE}


def test_a_value_used_twice_gets_the_sum_of_both_paths():
    a, b = Value(2), Value(3)
    u = a * b
    v = u + a
    loss = v * u
    loss.backward()
    assert [loss.data, a.grad, b.grad, u.grad, v.grad] == [48, 48, 28, 14, 6]
    x = Value(3)
    (x * x + x).backward()
    assert x.grad == 7


def test_backward_twice_gives_the_same_gradients():
    x = Value(0.5)
    loss = ((x * x).tanh() + x) ** 2
    loss.backward()
    first = x.grad
    loss.backward()
    assert x.grad == first != 0


def test_gradients_of_one_result_do_not_leak_into_those_of_another():
    x = Value(2)
    square, cube = x**2, x**3
    square.backward()
    cube.backward()
    assert x.grad == 12
    (square + cube).backward()
    assert x.grad == 16


def test_a_long_chain_needs_no_recursion():
    x = Value(1)
    y = x
    for _ in range(5_000):
        y = y + x
    y.backward()
    assert x.grad == 5_001


def test_arrays_of_values_multiply_as_matrices():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    upstream = rng.normal(size=(3, 2))
    inputs, weights = np.vectorize(Value)(x), np.vectorize(Value)(w)
    np.sum(upstream * (inputs @ weights)).backward()
    gradient = np.vectorize(lambda value: value.grad)
    np.testing.assert_allclose(gradient(weights), x.T @ upstream, atol=1e-14)
    np.testing.assert_allclose(gradient(inputs), upstream @ w.T, atol=1e-14)


def test_edges_of_the_range():
    for x, exponent, slope in ((0, 2, 0), (0, 1, 1), (0, 0, 0), (-2, 3, 12), (4, 0.5, 0.25)):
        value = Value(x)
        power = value**exponent
        power.backward()
        assert (power.data, value.grad) == (x**exponent, slope)
    zero = Value(0)
    zero.relu().backward()
    assert zero.grad == 0


@pytest.mark.parametrize(
    ("compute", "error", "says"),
    [
        (lambda: Value("2"), TypeError, "expected a real number, received '2'"),
        (lambda: Value(1) + None, TypeError, "expected a real number, received None"),
        (lambda: Value(2) ** Value(3), TypeError, "expected a plain number as exponent"),
        (lambda: Value(-1).log(), ValueError, "log: expected a positive number, received -1.0"),
        (lambda: Value(-1) ** 0.5, ValueError, "-1.0 to the power 0.5 has no real value"),
        (lambda: Value(0) ** 0.5, ValueError, "finite slope"),
        (lambda: Value(1) / Value(0), ValueError, "0.0 to the power -1 has no real value"),
    ],
)
def test_bad_input_gets_one_clear_exception(compute, error, says):
    with pytest.raises(error, match=says):
        compute()


def test_it_stays_under_100_lines():
    lines = Path(scalar.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100 and math.isclose(Value(1).exp().data, math.e)
