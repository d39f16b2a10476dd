"""Metrics against scikit-learn's on random cases: few distinct scores, so ties abound, and classes that are absent."""

import warnings

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics as peers

from dnnlib.evaluation.calibration import brier_score, expected_calibration_error, reliability
from dnnlib.evaluation.confusion import confusion_matrix, f1, precision, recall
from dnnlib.evaluation.curves import average_precision, precision_recall_curve, roc_auc, roc_curve
from dnnlib.evaluation.top_k import top_k_accuracy

CASES = 500
SCORES = {precision: peers.precision_score, recall: peers.recall_score, f1: peers.f1_score}


@pytest.fixture(autouse=True)
def _quick_peers():
    """scikit-learn looks at every argument at length; what the tests give it is right."""
    with sklearn.config_context(skip_parameter_validation=True, assume_finite=True):
        yield


pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")


def equal(ours, theirs):
    """Compares within 1e-12, nan with nan."""
    return np.allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=0, atol=1e-12, equal_nan=True)


def cases(count=CASES):
    """Yields a generator for each case."""
    for seed in range(count):
        yield np.random.default_rng(seed)


def answers(rng):
    """Returns labels and answers; often a class is never true, never answered, or both."""
    classes, size = rng.integers(2, 6), rng.integers(1, 30)
    present = rng.choice(classes, rng.integers(1, classes + 1), replace=False)
    return rng.choice(present, size), rng.integers(0, classes, size), classes


def scored(rng):
    """Returns labels of two classes, now and then of one, and scores with ties."""
    size = rng.integers(1, 40)
    y_true = (rng.random(size) < rng.choice([0.0, 0.1, 0.5, 0.9, 1.0], p=[0.05, 0.3, 0.3, 0.3, 0.05])).astype(int)
    return y_true, np.round(rng.random(size), rng.choice([1, 2, 12]))


def test_confusion_matrices_are_scikit_learns():
    for rng in cases():
        y_true, y_pred, classes = answers(rng)
        assert np.array_equal(confusion_matrix(y_true, y_pred), peers.confusion_matrix(y_true, y_pred))
        labels = rng.permutation(classes)
        ours = confusion_matrix(y_true, y_pred, labels)
        assert np.array_equal(ours, peers.confusion_matrix(y_true, y_pred, labels=labels))


@pytest.mark.parametrize("ours", SCORES, ids=lambda function: function.__name__)
@pytest.mark.parametrize("average", ["micro", "macro", "weighted", None])
def test_scores_of_several_classes_are_scikit_learns_with_absent_classes(ours, average):
    for rng in cases(CASES // 3):
        y_true, y_pred, classes = answers(rng)
        given = {"average": average, "zero_division": rng.choice([0.0, 1.0, np.nan])}
        assert equal(ours(y_true, y_pred, **given), SCORES[ours](y_true, y_pred, **given))
        given["labels"] = rng.permutation(classes + 1)[: rng.integers(1, classes + 1)]
        assert equal(ours(y_true, y_pred, **given), SCORES[ours](y_true, y_pred, **given))


@pytest.mark.parametrize("ours", SCORES, ids=lambda function: function.__name__)
def test_scores_of_two_classes_are_scikit_learns_with_nothing_found_or_nothing_to_find(ours):
    undefined = 0
    for rng in cases():
        size = rng.integers(1, 8)
        y_true, y_pred = rng.integers(0, 2, (2, size))
        given = {"zero_division": rng.choice([0.0, 1.0, np.nan])}
        assert equal(ours(y_true, y_pred, **given), SCORES[ours](y_true, y_pred, **given))
        words = np.array(["cat", "dog"])
        theirs = SCORES[ours](words[y_true], words[y_pred], pos_label="cat", **given)
        assert equal(ours(words[y_true], words[y_pred], pos_label="cat", **given), theirs)
        undefined += np.isnan(ours(y_true, y_pred, zero_division=np.nan))
    assert undefined > 10


@pytest.mark.parametrize("drop", [True, False])
def test_roc_curves_and_their_areas_are_scikit_learns_with_ties(drop):
    for rng in cases():
        y_true, y_score = scored(rng)
        theirs = peers.roc_curve(y_true, y_score, drop_intermediate=drop)
        for our, their in zip(roc_curve(y_true, y_score, drop_intermediate=drop), theirs, strict=True):
            assert equal(our, their)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert equal(roc_auc(y_true, y_score), peers.roc_auc_score(y_true, y_score))


def test_the_area_is_the_share_of_pairs_in_the_right_order_ties_counted_half():
    for rng in cases():
        y_true, y_score = scored(rng)
        gaps = y_score[y_true == 1][:, None] - y_score[y_true == 0]
        if gaps.size:
            assert equal(roc_auc(y_true, y_score), np.mean((gaps > 0) + (gaps == 0) / 2))


@pytest.mark.filterwarnings("ignore:No positive class found")
def test_precision_recall_curves_and_average_precision_are_scikit_learns_with_ties():
    for rng in cases():
        y_true, y_score = scored(rng)
        theirs = peers.precision_recall_curve(y_true, y_score)
        for our, their in zip(precision_recall_curve(y_true, y_score), theirs, strict=True):
            assert equal(our, their)
        assert equal(average_precision(y_true, y_score), peers.average_precision_score(y_true, y_score))


def test_another_positive_class_gives_the_same_as_zeros_and_ones():
    rng = np.random.default_rng(0)
    y_true, y_score = rng.integers(0, 2, 50), rng.random(50)
    words = np.array(["cat", "dog"])[y_true]
    for metric in (roc_auc, average_precision, brier_score, expected_calibration_error):
        assert metric(words, y_score, pos_label="dog") == metric(y_true, y_score)
    assert equal(roc_auc(words, -y_score, pos_label="cat"), roc_auc(y_true, y_score))


@pytest.mark.filterwarnings("ignore:'k'")
def test_top_k_accuracy_is_scikit_learns_with_ties_and_absent_classes():
    for rng in cases():
        classes, size = rng.integers(3, 8), rng.integers(1, 20)
        y_score = rng.integers(0, 4, (size, classes)) / 3
        k, labels = int(rng.integers(1, classes + 1)), np.sort(rng.choice(20, classes, replace=False))
        y_true = labels[rng.integers(0, classes - 1, size)]
        theirs = peers.top_k_accuracy_score(y_true, y_score, k=k, labels=labels)
        assert equal(top_k_accuracy(y_true, y_score, k, labels), theirs)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_reliability_is_scikit_learns_and_the_calibration_error_sums_it_up(strategy):
    for rng in cases():
        y_true, y_prob = scored(rng)
        bins = int(rng.integers(2, 12))
        ours = reliability(y_true, y_prob, bins, strategy)
        theirs = sklearn.calibration.calibration_curve(y_true, y_prob, n_bins=bins, strategy=strategy, pos_label=1)
        assert equal(ours.prob_true, theirs[0]) and equal(ours.prob_pred, theirs[1])
        assert ours.count.sum() == len(y_true) and ours.count.min() > 0
        if strategy == "uniform":
            places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], y_prob)
            gaps = [abs(np.sum((y_true - y_prob)[places == place])) for place in range(bins)]
            assert equal(expected_calibration_error(y_true, y_prob, bins), np.sum(gaps) / len(y_true))


def test_a_forecaster_who_tells_the_truth_is_calibrated_and_one_who_boasts_is_not():
    rng = np.random.default_rng(0)
    y_prob = rng.random(100_000)
    y_true = rng.random(100_000) < y_prob
    assert expected_calibration_error(y_true, y_prob) < 0.01
    assert expected_calibration_error(y_true, np.round(y_prob)) > 0.2


def test_brier_scores_are_scikit_learns_for_two_classes_and_for_several():
    for rng in cases():
        y_true, y_prob = scored(rng)
        assert equal(brier_score(y_true, y_prob), peers.brier_score_loss(y_true, y_prob, pos_label=1))
        classes = int(rng.integers(3, 6))
        y_prob = rng.dirichlet(np.ones(classes), 20)
        y_true = rng.integers(0, classes - 1, 20)
        theirs = peers.brier_score_loss(y_true, y_prob, labels=np.arange(classes))
        assert equal(brier_score(y_true, y_prob), theirs)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: confusion_matrix([0, 1], [0.2, 0.7]), "expected classes.*are they scores"),
        (lambda: confusion_matrix([0, 1], [0, 1, 1]), "same shape .*received shapes"),
        (lambda: confusion_matrix([0, 1], [0, 1], [2, 3]), "at least one class that occurs in y_true"),
        (lambda: confusion_matrix([0, 1], [0, 1], [1, 1]), "each of them once"),
        (lambda: precision([0, 1, 2], [0, 1, 1]), "for 3 classes, received \"binary\""),
        (lambda: recall([0, 2], [0, 2]), r"pos_label: expected one of \[0, 2\], received 1"),
        (lambda: f1([0, 1], [0, 1], "mean"), "average: expected one of 'binary'"),
        (lambda: f1([0, 1], [0, 1], labels=[1]), "labels: expected none"),
        (lambda: f1([0, 1], [0, 1], zero_division=2), "zero_division: expected 0, 1 or nan"),
        (lambda: roc_auc([0, 1, 2], [0.1, 0.2, 0.3]), "take one against the rest"),
        (lambda: roc_curve([0, 1], [0.1, np.nan]), "expected finite numbers, received 1 nan"),
        (lambda: average_precision([0, 1], [[0.1], [0.2]]), "received shapes"),
        (lambda: precision_recall_curve([0, 1], ["a", "b"]), "y_score: expected numbers"),
        (lambda: top_k_accuracy([0, 1], [0.1, 0.2]), r"\(examples, classes\), received shapes"),
        (lambda: top_k_accuracy([0, 5], np.eye(2)), r"classes of the 2 columns, received \[5\]"),
        (lambda: top_k_accuracy([0, 1], np.eye(2), k=0), "k: expected"),
        (lambda: top_k_accuracy([0, 1], np.eye(2), labels=[1, 0]), "sorted"),
        (lambda: top_k_accuracy([0, 1], [[0, np.nan], [1, 0]]), "received nan"),
        (lambda: reliability([0, 1], [-0.5, 3]), "probabilities from 0 to 1.*sigmoid or a softmax"),
        (lambda: reliability([0, 1], [0.5, 0.3], strategy="equal"), "uniform, quantile"),
        (lambda: expected_calibration_error([0, 1], [0.5, 0.3], n_bins=0), "n_bins: expected"),
        (lambda: brier_score([0, 1], [[0.5, 0.1], [0.2, 0.3]]), "rows that sum to 1"),
        (lambda: brier_score([0, 3], [[0.5, 0.5], [0.2, 0.8]]), "labels from 0 to 1"),
    ],
)  # fmt: skip
def test_bad_input_to_a_metric_is_told_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
