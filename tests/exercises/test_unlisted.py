"""Wrong answers that no exercise lists: what is said of them is true, and leads to the place."""

import numpy as np
import pytest

from dnnlib.exercises import complete_cnn, shift_invariance
from dnnlib.exercises.checker import check
from dnnlib.exercises.exercise import Exercise
from tests.exercises.samples import ROW_MEANS


def placed(x: np.ndarray, size: tuple, step: int, labels: np.ndarray) -> np.ndarray:
    """Returns numbers that depend on all arguments."""
    out = np.zeros((x.shape[0] - size[0] + 1, x.shape[1] - size[1] + 1))
    for i, j in np.ndindex(*out.shape):
        out[i, j] = x[i : i + size[0], j : j + size[1]].sum() * step + labels[i % len(labels)] ** 2 / 4
    return out


def case(seed, height, width, size, step):
    random = np.random.default_rng(seed)
    return random.integers(-9, 10, (height, width)) / 4, size, step, random.integers(1, 9, 2)


PLACED = Exercise(
    name="PLACED",
    prompt="",
    reference=placed,
    axes=("height", "width"),
    cases=(case(1, 4, 5, (1, 2), 2), case(2, 5, 4, (2, 3), 1), case(3, 6, 6, (3, 2), 3), case(4, 5, 5, (2, 2), 2)),
    mistakes=(),
    hints=("one", "two"),
)
RIGHT = placed


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x, size, step, labels: RIGHT(x, size, 1, labels), "as if `step` were 1"),
        (lambda x, size, step, labels: RIGHT(x, size[::-1], step, labels), "Which of the two numbers of `size` comes"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels - 1), "From which number do you count?"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels[::-1]), "`labels` were reversed along axis 0"),
        (lambda x, size, step, labels: RIGHT(x, size, step, 0 * labels), "`labels` were all zeros"),
        (lambda x, size, step, labels: RIGHT(x[::-1], size, step, labels), "`x` were reversed along axis 0"),
        (lambda x, size, step, labels: np.trunc(RIGHT(x, size, step, labels)), "digits after the point are lost"),
        (lambda x, size, step, labels: np.floor(RIGHT(x, size, step, labels)), "rounded down"),
        (lambda x, size, step, labels: np.round(RIGHT(x, size, step, labels)), "rounded to whole ones"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels) > 0, "nothing but 0 and 1"),
        (lambda x, size, step, labels: np.maximum(RIGHT(x, size, step, labels), -1), "below −1"),
        (lambda x, size, step, labels: 0 * RIGHT(x, size, step, labels) + RIGHT(x, size, step, labels)[-1], "[[0]"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels)[:, 0], "(width) only one thing is left"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels)[:-1, :-1], "the last ones are missing"),
        (lambda x, size, step, labels: x * step, "as large as `x`"),
        (lambda x, size, step, labels: RIGHT(x, size, step, labels)[[*range(1, 2), 0, *range(2, len(x) - size[0] + 1)]],
         "Each slice along axis 0 is right"),
    ],
)  # fmt: skip
def test_a_slip_that_is_not_listed_is_named(wrong, words):
    result = check(PLACED, wrong)
    assert not result.passed and words in result.message, result


def test_no_sentence_is_said_of_a_right_answer_and_a_strange_one_gets_the_general_answer():
    assert check(PLACED, lambda *arguments: RIGHT(*arguments).tolist()).passed
    result = check(PLACED, lambda *arguments: RIGHT(*arguments) + np.arange(len(RIGHT(*arguments)))[:, None] ** 2)
    assert result.status == "mismatch"


seen = []


def test_state_kept_between_calls_is_named():
    def kept(x):
        seen.append(1)
        return x.mean(axis=1) + len(seen) // 3

    result = check(ROW_MEANS, kept)
    assert result.status == "known mistake" and "What does it keep from one call to the next" in result.message


def test_a_default_argument_that_grows_is_named():
    def grows(x, out=[]):  # noqa: B006
        for row in x:
            out.append(row.mean())
        return out[-len(x) - len(out) // 4 :]

    result = check(ROW_MEANS, grows)
    assert result.status == "known mistake" and "A default such as `out=[]` is made once" in result.message


def test_code_below_the_stubs_raise_is_seen():
    def row_means(x):
        raise NotImplementedError  # your code here
        return x.mean(axis=1)

    result = check(ROW_MEANS, row_means)
    assert result.status == "raised" and "below the stub's line `raise NotImplementedError`" in result.message


def axis_for_number(x):
    return np.max(x.mean(axis=1), 5)


def rounds(x):
    return [round(value) + value**2 for value in x.mean(axis=1)]


def one_row(x):
    out = [[0] * 1] * len(x)
    for i in range(len(x)):
        out[i][0] = x[i].mean()
    return np.array(out)[:, 0] + 1


def adds_once(x):
    out = np.zeros(len(x))
    index = np.zeros(len(x), int)
    out[index] += x.mean(axis=1) ** 2
    return out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [(axis_for_number, "for an axis"), (rounds, "Python's `round`"), (one_row, "one and the same row"),
     (adds_once, "np.add.at")],
)  # fmt: skip
def test_a_construct_that_does_something_else_is_asked_about(wrong, words):
    assert words in check(ROW_MEANS, wrong).message


# -- hints that were misleading


def test_an_index_of_arange_names_no_place_twice_and_is_not_asked_about():
    def once(x):
        out = np.zeros(len(x))
        out[np.arange(len(x))] += x.mean(axis=1) ** 2
        return out

    assert "np.add.at" not in check(ROW_MEANS, once).message


def doubled(x):
    """Returns twice the numbers."""
    return 2 * x


def test_one_square_input_that_is_right_by_chance_is_no_pattern():
    shapes = ((1, 1), (1, 2), (2, 3), (3, 2))
    twice = Exercise(
        name="TWICE", prompt="Double it.", reference=doubled, mistakes=(), hints=("Twice.",),
        cases=tuple((np.arange(1.0, height * width + 1).reshape(height, width),) for height, width in shapes),
    )  # fmt: skip
    result = check(twice, lambda x: 2 * x + x**2 * (x.size > 1))
    assert result.status == "mismatch" and "square" not in result.message


def test_a_number_that_only_moved_is_not_said_to_come_from_zeros():
    wrong = check(shift_invariance.REPAIR_MOVED,
                  lambda images, down, right: np.roll(images, (2 * down, right), axis=(1, 2)))  # fmt: skip
    assert wrong.status == "mismatch" and "of zeros" not in wrong.message and "multiplied" not in wrong.message


def test_zeros_for_numbers_below_one_have_lost_no_digits():
    result = check(complete_cnn.SOFTMAX, lambda scores: np.floor(complete_cnn.softmax(scores)))
    assert "digits after the point" not in result.message


def test_height_and_width_of_the_result_swapped_is_not_taken_for_a_loop_that_ends_early():
    def swapped(x, size, step, labels):
        out = RIGHT(x, size, step, labels)
        whole = np.full((max(out.shape),) * 2, 7.0)
        whole[: out.shape[0], : out.shape[1]] = out
        return whole[: out.shape[1], : out.shape[0]]

    cases = PLACED.cases[:2] + (case(7, 4, 6, (2, 1), 2),)
    result = check(Exercise(name="P", prompt="", reference=placed, cases=cases, mistakes=(), hints=()), swapped)
    assert "which of the two does `shape` give first" in result.message.replace("Which", "which")


def test_a_tuple_in_reverse_order_with_unequal_shapes_is_seen():
    result = check(complete_cnn.CROSS_ENTROPY, lambda scores, labels: complete_cnn.cross_entropy(scores, labels)[::-1])
    assert result.status == "related" and "reverse order" in result.message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: x[0].shape[1], "A shape has one number for each axis"),
        (lambda x: np.zeros(3).__setitem__(0, x), "One number belongs here"),
        (lambda x: np.zeros((2, 3)).__setitem__(0, np.ones((2, 3))), "summed or maximised away"),
        (lambda x: np.zeros(0), "It is empty"),
    ],
)
def test_these_get_a_question_that_fits(wrong, words):
    assert words in check(ROW_MEANS, wrong).message


def test_a_sparse_matrix_is_named():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    result = check(ROW_MEANS, lambda x: scipy_sparse.csr_matrix(x))
    assert result.status == "wrong type" and "sparse matrix" in result.message


def test_the_true_classs_gradient_left_zero_hears_nothing_of_a_relu_alone():
    def zero_there(scores, labels):
        loss, gradient = complete_cnn.cross_entropy(scores, labels)
        gradient[np.arange(len(labels)), labels] = 0
        return loss, gradient

    message = check(complete_cnn.CROSS_ENTROPY, zero_there).message
    assert "ReLU" not in message and ("never written" in message or "true class" in message)


# -- the general answer


def test_the_general_answer_shows_a_simpler_input_the_grid_of_wrong_numbers_and_a_question():
    def overlaps(x, size, step, labels):
        out = RIGHT(x, size, step, labels)
        out[-1, -1] += (x[-1, -1] != 0) * np.abs(out[-1, -1]) ** 2 / 3
        return out

    result = check(PLACED, overlaps)
    assert result.status == "mismatch"
    assert "with as many zeros in it as it fails with" in result.message
    assert result.blocks[1][0] == "Your function returned (wrong numbers in brackets)" and "[" in result.blocks[1][1]
    assert sum(line.endswith("?") for line in result.message.splitlines()) == 1


def area(width: int, height: int) -> int:
    """Returns width times height."""
    return width * height


def test_of_plain_numbers_the_general_answer_compares_with_the_nearest_right_input():
    exercise = Exercise(name="A", prompt="", reference=area, mistakes=(), hints=("a", "b"),
                        cases=((2, 3), (2, 5), (7, 3), (4, 9)))  # fmt: skip
    result = check(exercise, lambda width, height: width * height + (height > 3) * height**2)
    assert "With `height = 3` it is right, and with `height = 5` it is wrong" in result.message
    assert "What does your code do with `height`?" in result.message


# -- cases reach the limits that prompts name


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z, t: -np.log(np.clip(complete_cnn.softmax(z)[np.arange(len(t)), t], 0.01, 1)).mean(),
        lambda z, t: -np.log(complete_cnn.softmax(z)[np.arange(len(t)), t] + 1e-7).mean(),
        lambda z, t: -np.log(np.clip(complete_cnn.softmax(z)[np.arange(len(t)), t], 1e-7, 1)).mean(),
        lambda z, t: -np.log((np.exp(np.float32(z)) / np.exp(np.float32(z)).sum(1, keepdims=True))[
            np.arange(len(t)), t]).mean(),
    ],
)  # fmt: skip
def test_cross_entropy_catches_and_names_what_fails_only_far_from_zero(wrong):
    exercise = complete_cnn.CROSS_ENTROPY
    result = check(exercise, lambda scores, labels: (wrong(scores, labels), exercise.reference(scores, labels)[1]))
    assert result.status == "known mistake", result
