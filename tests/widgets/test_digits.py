"""The digits in the page: scikit-learn's own numbers, from texts that stay small."""

import hashlib
import json

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.widgets.pages import ROOT
from tools import digits_data
from tools.letters import LETTERS, packed, packed_runs

MODULE, MOMENTS, LETTERS_MODULE = "shared/digits.mjs", "shared/digit_moments.mjs", "shared/letters.mjs"


@pytest.fixture
def run(blank):
    """Returns run(module, expression) -> what an expression of the module `m` gives, typed arrays as lists."""

    def ask(module, expression):
        text = blank.evaluate(
            """async ([file, expression]) => {
              const m = await import(file), list = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
              return JSON.stringify(eval(expression), list);
            }""",
            [f"/dnnlib/widgets/{module}", expression],
        )
        return json.loads(text)

    return ask


def test_pictures_are_scikit_learns_with_their_labels_30_a_class(run):
    data, target = load_digits(return_X_y=True)
    found = run(MODULE, "m.loadDigits()")
    pixels, labels = np.reshape(found["pixels"], (-1, 64)), np.array(found["labels"])
    places = digits_data.sample()
    np.testing.assert_array_equal(pixels, data[places])
    np.testing.assert_array_equal(labels, target[places])
    assert len(set(places.tolist())) == 300 and np.bincount(labels).tolist() == [30] * 10


def test_beginning_of_the_pictures_has_all_classes(run):
    whole, part = (run(MODULE, f"m.loadDigits({count})") for count in ("", 20))
    assert part == {"pixels": whole["pixels"][: 20 * 64], "labels": [*range(10)] * 2}


def test_mean_and_covariance_are_those_of_all_digits(run):
    data = load_digits().data
    found = run(MOMENTS, "m.digitMoments()")
    assert found["count"] == len(data)
    np.testing.assert_allclose(found["mean"], data.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(np.reshape(found["covariance"], (64, 64)), np.cov(data.T), rtol=1e-9, atol=1e-9)


def test_modules_are_what_the_script_writes_and_small():
    for path, text, most in (
        (digits_data.PICTURES, digits_data.pictures(), 13_500),
        (digits_data.SUMS, digits_data.sums(), 9_000),
    ):
        assert path.read_text(encoding="utf-8") == text and len(text) < most
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert f"`{path.name}` `{digest}`" in (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")


def test_letters_give_back_200_random_lists_of_numbers(run):
    rng = np.random.default_rng(0)
    for width in (1, 2, 4):
        numbers = rng.integers(0, 64**width, 200)
        assert run(LETTERS_MODULE, f"m.unpack('{packed(numbers, width)}', {width})") == numbers.tolist()
    lists = [rng.integers(0, 17, 200) * (rng.random(200) < share) for share in np.linspace(0, 1, 200)]
    texts = [packed_runs(numbers, 16) for numbers in lists]
    found = run(LETTERS_MODULE, f"{json.dumps(texts)}.map((text) => m.unpackRuns(text, 16))")
    assert found == [numbers.tolist() for numbers in lists]
    assert texts[0] == 4 * LETTERS[63] + LETTERS[16 + 7] and len(texts[100]) < 180  # 200 = 4 * 48 + 8


@pytest.mark.parametrize("numbers, width", [([64], 1), ([-1], 1), ([64**2], 2)])
def test_numbers_that_have_no_letters_are_refused(numbers, width):
    with pytest.raises(ValueError, match="expected whole numbers from 0 to"):
        packed(numbers, width)


def test_grey_digits_are_a_sixteenth_of_the_counts(run):
    whole, grey = run(MODULE, "m.loadDigits()"), run(MODULE, "m.greyDigits()")
    np.testing.assert_array_equal(np.array(whole["pixels"]) / 16, grey["pixels"])
    assert grey["labels"] == whole["labels"]
    assert run(MODULE, "[...m.greyDigit(7)]") == grey["pixels"][7 * 64 : 8 * 64]
