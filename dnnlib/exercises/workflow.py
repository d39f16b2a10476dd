"""The exercises on the training workflow."""

import numpy as np

from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- precision and recall ----------------------------------------------------------------------------------------


def precision_and_recall(y_true: np.ndarray, y_pred: np.ndarray) -> tuple:
    """Returns precision and recall of class 1.

    Where a share has nothing below its line, it is 0.

    Args:
        y_true: True classes, 0 or 1, shape (examples,).
        y_pred: Answers, 0 or 1, shape (examples,).
    """
    hits = np.sum((y_true == 1) & (y_pred == 1))
    given, true = np.sum(y_pred == 1), np.sum(y_true == 1)
    return hits / max(given, 1), hits / max(true, 1)


def _classes(*digits):
    return tuple(np.array([int(d) for d in text]) for text in digits)


def _shares(counts):
    """Makes a wrong answer of a function of TP, FP, FN and TN that returns two (above, below)."""

    def answer(y_true, y_pred):
        tp, fp, fn, tn = (np.sum((y_true == a) & (y_pred == b)) for a, b in ((1, 1), (0, 1), (1, 0), (0, 0)))
        return tuple(above / below if below else 0.0 for above, below in counts(tp, fp, fn, tn))

    return answer


def _without_guard(y_true, y_pred):
    hits = np.sum((y_true == 1) & (y_pred == 1))
    with np.errstate(all="ignore"):
        return hits / np.sum(y_pred == 1), hits / np.sum(y_true == 1)


PRECISION_RECALL = Exercise(
    name="PRECISION_RECALL",
    prompt="Write `precision_and_recall` for the class 1, from two arrays of zeros and ones. A share with nothing "
           "below its line, such as the precision of a network that never says 1, is 0 here.",
    reference=precision_and_recall,
    outputs=("precision", "recall"),
    cases=(_classes("10", "11"), _classes("110", "100"), _classes("11100", "10010"),
           _classes("0010110001", "1010100110"), _classes("000", "010"),
           _classes("110", "000"), _classes("00", "00"), _classes("1111010", "1011101"),
           _classes("100000001", "100110010")),
    mistakes=(
        Mistake("swapped", _shares(lambda tp, fp, fn, tn: ((tp, tp + fn), (tp, tp + fp))),
                "The two have changed places. Which of them looks at the answers, and which at the true ones?"),
        Mistake("class 0", _shares(lambda tp, fp, fn, tn: ((tn, tn + fn), (tn, tn + fp))),
                "Those are the precision and the recall of class 0. Which class is asked for?"),
        Mistake("accuracy for precision", _shares(lambda tp, fp, fn, tn: ((tp + tn, tp + fp + fn + tn), (tp, tp + fn))),
                "The recall is right. Your precision is the accuracy: which examples stand below the line?"),
        Mistake("accuracy for recall", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp), (tp + tn, tp + fp + fn + tn))),
                "The precision is right. Your recall is the accuracy: which examples stand below the line?"),
        Mistake("recall of the zeros", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp), (tn, tn + fp))),
                "The precision is right. Your recall is that of class 0, which is also called specificity."),
        Mistake("shares of all", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp + fn + tn), (tp, tp + fp + fn + tn))),
                "You divide by the number of all examples. Of which ones is precision a share, and of which recall?"),
        Mistake("counts", lambda y_true, y_pred: (float(np.sum(y_pred == 1)), float(np.sum(y_true == 1))),
                "Those are counts: how often 1 is said and how often it is true. How many of each are hits?"),
        Mistake("false alarms above", _shares(lambda tp, fp, fn, tn: ((fp, tp + fp), (tp, tp + fn))),
                "The recall is right. Your precision has the false alarms above the line. What belongs there?"),
        Mistake("misses above", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp), (fn, tp + fn))),
                "The precision is right. Above the line of your recall stand the misses. Which ones belong there?"),
        Mistake("false positive rate", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp), (fp, fp + tn))),
                "The precision is right. The other share is the false positive rate. What does recall look at?"),
        Mistake("hits are agreements", _shares(lambda tp, fp, fn, tn: ((tp + tn, tp + fp), (tp + tn, tp + fn))),
                "You count all agreements as hits, zeros included. When is an answer a hit?"),
        Mistake("agreements for hits", _shares(
            lambda tp, fp, fn, tn: ((tp + tn, tp + tn + fp), (tp + tn, tp + tn + fn))),
                "You count every agreement as a hit, above the line and below it. Is a zero that is right a hit?"),
        Mistake("right zeros for misses", _shares(lambda tp, fp, fn, tn: ((tp, tp + fp), (tp, tp + tn))),
                "The precision is right. Below your recall's line stand zeros that are right. What belongs there?"),
        Mistake("one for zero over zero", lambda y_true, y_pred: tuple(
            share if np.any(seen == 1) else 1.0
            for share, seen in zip(precision_and_recall(y_true, y_pred), (y_pred, y_true), strict=True)),
                "Where nothing stands below the line you return 1. What shall it be here?"),
        Mistake("a little added below", lambda y_true, y_pred: tuple(
            np.sum(y_true * y_pred) / (np.sum(seen) + 1e-3) for seen in (y_pred, y_true)),
                "You add a little below the line, which changes every share. Which inputs need a case of their own?"),
        Mistake("equal zero over zero", _without_guard,
                "Where nothing stands below the line you divide by zero. What shall it give here?"),
        Slip("both by the answers", "hits / max(true, 1)", "hits / max(given, 1)",
             "The precision is right, and your recall is the same number. By how many true ones do you divide?"),
        Slip("both by the true ones", "hits / max(given, 1)", "hits / max(true, 1)",
             "The recall is right, and your precision is the same number. By how many answers do you divide?"),
    ),
    properties=(Property("both shares lie between 0 and 1.",
                         lambda out, y_true, y_pred: all(0 <= share <= 1 for share in out)),),
    hints=(
        "A hit is an example whose true class is 1 and whose answer is 1: `(y_true == 1) & (y_pred == 1)`.",
        "Both shares have the hits above the line. Below it, precision has all answers 1 and recall has all true 1.",
        "`max(count, 1)` is the count, but 1 where it is 0, and 0 / 1 is 0.",
    ),
)


# -- the area under the ROC curve by pairs -----------------------------------------------------------------------


def auc_by_pairs(y_true: np.ndarray, y_score: np.ndarray) -> float:
    """Returns the area under the ROC curve as a share of pairs.

    A pair is one positive and one negative example. It counts 1 if the positive
    one has the larger score, 1/2 if the scores are equal, and 0 otherwise.

    Args:
        y_true: True classes, 0 or 1, both present, shape (examples,).
        y_score: Scores, shape (examples,).
    """
    gaps = y_score[y_true == 1][:, None] - y_score[y_true == 0]
    return float(np.mean((gaps > 0) + (gaps == 0) / 2))


def _pairs(text, *scores):
    return np.array([int(d) for d in text]), np.array(scores)


AUC_BY_PAIRS = Exercise(
    name="AUC_BY_PAIRS",
    prompt="The area under the ROC curve is the probability that a positive example gets a larger score than a "
           "negative one. Write `auc_by_pairs`, which computes it straight from this sentence. Equal scores "
           "count half.",
    reference=auc_by_pairs,
    cases=(_pairs("10", 2, 1), _pairs("10", 1, 1), _pairs("100", 3, 1, 4), _pairs("1010", 2, 2, 1, 3),
           _pairs("0110", -1, 0.5, -2, 0.5), _pairs("11010", 5, 1, 3, 3, 2), _pairs("0001101", 2, 1, 4, 3, 4, 4, 5),
           _pairs("1011", 0.25, 0.5, 0.5, 0.75), _pairs("100000", 2, 1, 2, 3, 2, 0)),
    mistakes=(
        Slip("ties left out", "(gaps > 0) + (gaps == 0) / 2", "gaps > 0",
             "Pairs with equal scores count nothing with you. How much shall they count?"),
        Slip("ties count whole", "(gaps > 0) + (gaps == 0) / 2", "gaps >= 0",
             "Pairs with equal scores count 1 with you. How much shall they count?"),
        Slip("the other order", "gaps > 0", "gaps < 0",
             "You count the pairs in which the negative example has the larger score. Which order is the right one?"),
        Slip("counted", "np.mean", "np.sum", "You count the pairs. What makes a share of a count?"),
        Slip("mean gap", "(gaps > 0) + (gaps == 0) / 2", "gaps",
             "You average the gaps between scores. Does the size of a gap matter, or the order alone?"),
        Slip("wins less losses", "(gaps > 0) + (gaps == 0) / 2", "np.sign(gaps)",
             "Lost pairs count −1 with you. How much shall they count?"),
        Mistake("divided by all pairs", lambda y_true, y_score: auc_by_pairs(y_true, y_score)
                * np.sum(y_true == 1) * np.sum(y_true == 0) / len(y_true) ** 2,
                "You divide by the number of examples squared. How many pairs of a positive and a negative one exist?"),
        Mistake("any two examples", lambda y_true, y_score: float(np.mean(
            [(a > b) + (a == b) / 2 for a in y_score for b in y_score])),
                "You compare every example with every other. Which classes have the two of a pair?"),
        Mistake("place by place", lambda y_true, y_score: float(np.mean(
            [(a > b) + (a == b) / 2 for a, b in zip(y_score[y_true == 1], y_score[y_true == 0], strict=False)])),
                "You compare the first positive with the first negative example and so on. How many pairs are there in "
                "all?"),
        Mistake("against the mean", lambda y_true, y_score: float(np.mean(
            y_score[y_true == 1] > y_score[y_true == 0].mean())),
                "You compare with the mean score of the negative examples. How many pairs does a positive one form?"),
        Mistake("both orders", lambda y_true, y_score: float(np.mean(
            [a > b for a, s in zip(y_score, y_true, strict=True) for b, t in zip(y_score, y_true, strict=True)
             if s != t])),
                "You count each pair in both orders, as won and as lost. Which of the two comes first in a pair?"),
        Mistake("positive one earlier", lambda y_true, y_score: float(np.mean(
            [(y_score[i] > y_score[j]) + (y_score[i] == y_score[j]) / 2 for i in range(len(y_true))
             for j in range(i + 1, len(y_true)) if y_true[i] > y_true[j]] or [0.0])),
                "You leave out pairs whose negative example stands first in the array. Does its place matter?"),
        Mistake("order of the array among ties", lambda y_true, y_score: float(np.mean(
            [(y_score[i] > y_score[j]) or (y_score[i] == y_score[j] and i < j) for i in np.flatnonzero(y_true == 1)
             for j in np.flatnonzero(y_true == 0)])),
                "Among equal scores your result depends on places in the array. How much shall such a pair count?"),
        Mistake("accuracy", lambda y_true, y_score: float(np.mean((y_score >= 0.5) == y_true)),
                "That is the accuracy at the threshold 0.5. Where are the pairs?"),
        Mistake("percent", lambda y_true, y_score: 100 * auc_by_pairs(y_true, y_score),
                "Your areas go up to 100. What is the largest share there can be?"),
    ),
    properties=(Property("a share lies between 0 and 1.", lambda out, y_true, y_score: 0 <= out <= 1),),
    hints=(
        "Take the scores of the positive examples, `y_score[y_true == 1]`, and those of the negative ones. Two loops "
        "will do: every one of the first against every one of the second.",
        "Without loops: a column less a row, `a[:, None] - b`, holds the gaps of all pairs.",
    ),
)


# -- early stopping ----------------------------------------------------------------------------------------------


def stop_early(losses: list, patience: int) -> tuple[int, int]:
    """Returns the epoch whose weights to keep, and how many epochs were trained.

    Training ends after `patience` epochs in a row without a new smallest loss.

    Args:
        losses: Validation loss after each epoch, the first one at place 0.
        patience: A number of epochs, 1 or more.
    """
    best, since = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best, since = epoch, 0
        else:
            since += 1
        if since == patience:
            return best, epoch + 1
    return best, len(losses)


REPAIR_STOPPING = BugHunt(
    name="REPAIR_STOPPING",
    prompt="`stop_early` decides from the validation losses when training ends and which epoch's weights are kept. A "
           "colleague tried it on losses that fall and then rise without any wobble, where it works. On real losses it "
           "stops too soon, and sometimes it keeps weights that are not the best. Repair it.",
    reference=stop_early,
    outputs=("epoch to keep", "epochs trained"),
    cases=(([3, 2, 1], 1), ([1, 2, 3], 1), ([4, 3, 5, 2, 6, 1], 2), ([5, 4, 6, 7, 5, 3], 3),
           ([5, 2, 4, 3, 2.5, 1], 4), ([3, 4, 2, 3], 2), ([2, 5, 3, 4], 2), ([3, 3, 3, 3, 1, 2], 3),
           ([6, 7, 5, 6, 4, 5, 3, 4, 5, 2], 2), ([4], 2), ([5, 4, 3, 4, 5], 2),
           ([3, 4, 5, 6, 1], 1)),
    bugs=(
        Slip("counter never reset", "best, since = epoch, 0", "best = epoch",
             "Give it losses that wobble on their way down. What becomes of the epochs counted before a new best one?"),
        Slip("compared with the epoch before", "losses[epoch] < losses[best]", "losses[epoch] < losses[epoch - 1]",
             "Give it a loss that rises high and then comes down a little. Is that a new smallest loss?"),
    ),
    mistakes=(
        Slip("last weights", "return best, epoch + 1", "return epoch, epoch + 1",
             "When it stops, it keeps the last weights. Which epoch was the best?"),
        Slip("last weights at the end", "return best, len(losses)", "return len(losses) - 1, len(losses)",
             "When the losses come to an end, it keeps the last weights. Which epoch was the best?"),
        Slip("patience one too long", "since == patience", "since > patience",
             "It waits one epoch longer than `patience`. After how many bad epochs in a row does it stop?"),
        Slip("ties are new bests", "losses[epoch] < losses[best]", "losses[epoch] <= losses[best]",
             "An equal loss counts as a new best one. Is it smaller?"),
        Slip("counter starts at one", "best, since = epoch, 0", "best, since = epoch, 1",
             "After a new best epoch it counts that epoch as a bad one already. From what does it count?"),
        Slip("largest loss", "losses[epoch] < losses[best]", "losses[epoch] > losses[best]",
             "It looks for the largest loss. What is a good loss?"),
        Slip("epochs from zero", "return best, epoch + 1", "return best, epoch",
             "It counts one epoch too few when it stops. How many have run after the epoch at place 0?"),
        Slip("the loss for the epoch", "return best, epoch + 1", "return losses[best], epoch + 1",
             "When it stops, it returns a loss. Which epoch had it?"),
        Mistake("never stops", lambda losses, patience: (int(np.argmin(losses)), len(losses)),
                "It looks at all losses, as if nothing stopped the training. What does `patience` do?"),
    ),
    hints=(
        "Follow `best` and `since` by hand on the losses 4, 3, 5, 2, 6, 1 with a patience of 2.",
        "There are two faults: one in what a loss is compared with, one in what a new best epoch does to the counter.",
    ),
)


# -- how many images ---------------------------------------------------------------------------------------------


TEST_IMAGES = Estimate(
    name="TEST_IMAGES",
    prompt="You expect a network to be right in 95 of 100 images. How many test images do you need for a 95 % interval "
           "that reaches 0.5 percentage points to each side?",
    variable="images",
    unit="images",
    working="""
    share, reach = 0.95, 0.005
    images = 1.96**2 * share * (1 - share) / reach**2
    """,
    slips=(
        Slip("whole width", "0.005", "0.0025",
             "Your interval is 0.5 points wide in all. How far shall it reach to each side?"),
        Slip("twice the reach", "0.005", "0.01", "Your interval reaches one point to each side. How far shall it?"),
        Slip("one standard deviation", "1.96**2", "1",
             "Your interval reaches one standard deviation. How many does it take for 95 %?"),
        Slip("not squared", "1.96**2", "1.96", "Solve the formula for n once more. What becomes of the 1.96?"),
        Slip("worst case", "0.95", "0.5",
             "That is the number for the least favourable share, one half. Which share do you expect here?"),
        Slip("not both shares", "share * (1 - share)", "(1 - share)", "Where is the share of right answers itself?"),
        Slip("half of all", "0.005", "0.5", "Half a percentage point is what share of 1?"),
        Slip("a point for half a point", "0.005", "0.05", "0.5 percentage points are what share of 1?"),
    ),
    hints=("The interval reaches about 1.96 times the root of p(1 − p)/n to each side.",
           "Square both sides and solve for n. Half a point is 0.005."),
    tolerance=0.02,
)


# -- a rare class ------------------------------------------------------------------------------------------------


RARE_CLASS = Estimate(
    name="RARE_CLASS",
    prompt="A network looks for a disease that one person in a hundred has. Its recall is 90 %, and it raises a false "
           "alarm for 5 % of the healthy. Of the people that it calls ill, what share, in **percent**, is ill?",
    variable="percent",
    unit="%",
    working="""
    hits, alarms = 0.01 * 0.90, 0.99 * 0.05
    percent = 100 * hits / (hits + alarms)
    """,
    slips=(
        Slip("classes of equal size", "0.01 * 0.90, 0.99 * 0.05", "0.90, 0.05",
             "You answer as if there were as many ill people as healthy ones. How many of 10,000 are ill?"),
        Slip("hits against alarms", "(hits + alarms)", "alarms",
             "You divide the hits by the false alarms. What stands below the line of precision?"),
        Slip("recall", "(hits + alarms)", "0.01", "That is the recall. Of whom is precision a share?"),
        Slip("a share", "100 * hits", "hits", "That is the share itself. How many percent is it?"),
        Slip("recall forgotten", "0.01 * 0.90", "0.01", "You answer as if every ill person were found. How many are?"),
        Slip("healthy ones correct", "0.05", "0.95",
             "You count the healthy people who are told so as alarms. How many of them are false alarms?"),
        Slip("the false ones", "100 * hits / ", "100 * alarms / ",
             "That is the share of false alarms among those called ill. Which share is asked for?"),
    ),
    hints=("Take 10,000 people. How many of them are ill, and how many of those are found?",
           "And how many of the 9,900 healthy ones are called ill? Precision is the hits, divided by all who are "
           "called ill."),
    tolerance=0.03,
)


# -- numbers that mislead ----------------------------------------------------------------------------------------


def _counts(value):
    counts = np.asarray(value)
    if counts.shape != (2, 2) or counts.dtype.kind not in "iu" or np.any(counts < 0):
        raise ValueError("expected two rows of two whole numbers, none negative")
    return counts


def _share(part, whole):
    return part / whole if whole else 0.0


def _accuracy(counts):
    return _share(np.trace(counts), counts.sum())


def _recall(counts):
    return _share(counts[1, 1], counts[1].sum())


def _precision(counts):
    return _share(counts[1, 1], counts[:, 1].sum())


MISLEADING = Design(
    name="MISLEADING",
    prompt="Design `counts`, a confusion matrix of 1,000 test examples that looks good and is not. Its rows are the "
           "true classes, its columns the answers: `[[TN, FP], [FN, TP]]`. Accuracy is at least 96 % and precision at "
           "least 80 %, at least 30 examples are positive, and yet recall is at most 20 %.",
    variable="counts",
    start="[[0, 0], [0, 0]]",
    example="[[959, 1], [32, 8]]",
    read=_counts,
    properties=(
        Property("the four numbers count 1,000 examples.", lambda counts: counts.sum() == 1000,
                 lambda counts: f"they count {counts.sum():,}"),
        Property("at least 30 examples are positive.", lambda counts: counts[1].sum() >= 30,
                 lambda counts: f"FN + TP = {counts[1].sum()}"),
        Property("accuracy is at least 96 %.", lambda counts: _accuracy(counts) >= 0.96,
                 lambda counts: f"it is {100 * _accuracy(counts):.1f} %"),
        Property("recall is at most 20 %.", lambda counts: _recall(counts) <= 0.2,
                 lambda counts: f"it is {100 * _recall(counts):.1f} %"),
        Property("precision is at least 80 %, with a positive answer to compute it from.",
                 lambda counts: _precision(counts) >= 0.8, lambda counts: f"it is {100 * _precision(counts):.1f} %"),
    ),
    mistakes=(
        ("never positive", "[[960, 0], [40, 0]]",
         "This network never says yes, so its precision is 0 / 0. How does one have high precision with few answers?"),
        ("transposed", "[[959, 32], [1, 8]]",
         "Your rows and columns have changed places: here few are positive, and nearly all of them are found. In which "
         "row do the positive ones stand?"),
        ("a good one", "[[955, 5], [5, 35]]",
         "This network is good: it finds most of the positive ones. How many may it?"),
    ),
    hints=(
        "Accuracy counts misses, and if few examples are positive there can't be many misses.",
        "Let 40 be positive. At most 8 of them may be found. How many false alarms does the precision then allow?",
    ),
)
