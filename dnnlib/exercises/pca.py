"""The exercises on principal component analysis: axes, shares of variance, rebuilding, noise, whitening, and labels."""

import numpy as np

from dnnlib.exercises import comparing
from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip


def _rows_agree(mine, right):
    """Compares axes, one a row, of which each may be reversed; or one a column, where `right` is such a mistake."""
    rows = right.shape[0] <= right.shape[1] or not np.allclose(right.T @ right, np.eye(right.shape[1]))
    return comparing.equal(mine * _signs(mine, right, axis=int(rows)), right)


def _columns_agree(mine, right):
    """Compares coordinates, one a column, of which each may be reversed."""
    return comparing.equal(mine * _signs(mine, right, axis=0), right)


def _signs(mine, right, axis):
    return np.where((mine * right).sum(axis=axis, keepdims=True) < 0, -1, 1).astype(mine.dtype)


def _cloud(seed, n, *deviations):
    """Draws a tilted cloud of n points, away from the origin, with its own deviation along each of some axes."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(len(deviations), len(deviations))))[0]
    return np.round(rng.normal(size=(n, len(deviations))) * deviations @ turn + rng.uniform(1, 3, len(deviations)), 3)


# -- the axes ----------------------------------------------------------------------------------------------------


def principal_axes(X: np.ndarray, k: int) -> np.ndarray:
    """Finds the directions along which points spread most.

    Args:
        X: N points with n features, shape (N, n). They are not centred.
        k: How many axes, at most min(N, n).

    Returns:
        Array of shape (k, n): the first k principal axes, a row each, of
        length 1, the one with the largest variance first.
    """
    centred = X - X.mean(axis=0)
    C = centred.T @ centred / (len(X) - 1)
    values, vectors = np.linalg.eigh(C)
    return vectors.T[::-1][:k]


PRINCIPAL_AXES = Exercise(
    name="PRINCIPAL_AXES",
    prompt="Write `principal_axes`, which returns the first k principal axes of some points as rows of length 1. "
           "Go by way of the covariance, with `np.linalg.eigh`. Either sign of an axis is right.",
    reference=principal_axes,
    axes=("axes", "features"),
    cases=((np.array([[9, 5], [1, 1], [4, 5], [6, 1], [5, 3]]), 1), (_cloud(5101, 5, 3, 1), 1),
           (_cloud(5103, 6, 4, 2, 1), 2), (_cloud(5105, 7, 1, 3, 2), 2), (_cloud(5107, 9, 1, 4, 2, 0.5), 2),
           (_cloud(5109, 8, 5, 3, 2, 1, 0.5), 3)),
    agree=_rows_agree,
    mistakes=(
        Slip("not centred", "X - X.mean(axis=0)", "X",
             "Your first axis points from the origin towards the middle of the points. From where is spread measured?"),
        Slip("points centred", "X.mean(axis=0)", "X.mean(axis=1, keepdims=True)",
             "You take from each point the mean of its own features. The mean over what is wanted?"),
        Slip("one mean for all", "X.mean(axis=0)", "X.mean()",
             "You take the same number from every feature. How many means does the cloud's middle have?"),
        Slip("median", "X.mean(axis=0)", "np.median(X, axis=0)",
             "You take off medians. From which point is a variance measured?"),
        Slip("rows of the eigenvectors' matrix", "vectors.T[::-1][:k]", "vectors[::-1][:k]",
             "You take rows of the matrix that `eigh` returns. Where in it does an eigenvector stand?"),
        Slip("first rows of the eigenvectors' matrix", "vectors.T[::-1][:k]", "vectors[:k]",
             "You take the first rows of the matrix that `eigh` returns. Where in it does an eigenvector stand, and "
             "which one is the last?"),
        Slip("rows after reversing columns", "vectors.T[::-1][:k]", "vectors[:, ::-1][:k]",
             "You bring the columns into order and then take rows. Which of the two are the eigenvectors?"),
        Slip("upside down", "vectors.T[::-1][:k]", "vectors[::-1][:, :k].T",
             "You reverse the rows of the matrix that `eigh` returns, which turns every eigenvector upside down. Along "
             "which of its axes do the eigenvectors follow each other?"),
        Slip("smallest first", "vectors.T[::-1][:k]", "vectors.T[:k]",
             "Your first axis is the one with the smallest variance. In which order does `eigh` return them?"),
        Slip("rising", "vectors.T[::-1][:k]", "vectors.T[-k:]",
             "These are the right axes in the wrong order. Which of them comes first: that of the largest variance, or "
             "of the smallest?"),
        Slip("axes in columns", "vectors.T[::-1][:k]", "vectors[:, ::-1][:, :k]",
             "Your axes are the columns of the result. As what are they asked for?"),
        Slip("correlations", "C = centred.T @ centred / (len(X) - 1)", "C = np.corrcoef(X.T)",
             "You also divide the features by their deviations. Was that asked for?"),
        Slip("points against points", "centred.T @ centred", "centred @ centred.T",
             "You multiply points by points, and your axes have a number for each point. How many numbers has a "
             "direction?"),
        Slip("scaled", "vectors.T[::-1][:k]", "(vectors * np.sqrt(abs(values))).T[::-1][:k]",
             "The directions are right, the lengths are not. How long is an axis?"),
        Slip("coordinates rather than axes", "vectors.T[::-1][:k]", "(centred @ vectors).T[::-1][:k]",
             "You return coordinates of the points, one for each point. How many numbers has a direction?"),
        Slip("coordinates, a point a row", "vectors.T[::-1][:k]", "(centred @ vectors)[:, ::-1][:, :k]",
             "You return the points' coordinates along the axes. Which are the axes themselves?"),
        Slip("features by variance", "vectors.T[::-1][:k]", "np.eye(len(C))[np.argsort(-np.diag(C))[:k]]",
             "You return the features with the largest variance. May an axis lie between two features?"),
    ),
    properties=(
        Property("the axes have length 1.", lambda out, X, k: np.allclose(np.linalg.norm(out, axis=1), 1, atol=1e-3)),
        Property("the axes are perpendicular to each other.",
                 lambda out, X, k: np.allclose(out @ out.T, np.eye(k), atol=1e-3)),
    ),
    hints=(
        "Move the points so that their mean lies at the origin, feature by feature.",
        "`np.linalg.eigh` of the covariance returns eigenvalues, which rise, and eigenvectors, which are columns.",
        "Transposed, the eigenvectors are rows. Reverse them, and take the first k.",
    ),
)


# -- a share by hand ---------------------------------------------------------------------------------------------


KEPT_SHARE = Estimate(
    name="KEPT_SHARE",
    prompt="Two features have the variances 9 and 6 and the covariance 2. What share of all variance, in percent, does "
           "the first principal axis keep?",
    variable="kept_percent",
    unit="%",
    working="""
    variances = np.linalg.eigvalsh(np.array([[9, 2], [2, 6]]))
    kept_percent = 100 * variances[-1] / variances.sum()
    """,
    tolerance=0.015,
    slips=(
        Slip("axis of the first feature", "variances[-1]", "9",
             "That is the share along the first feature. Can a tilted axis keep more than it?"),
        Slip("the other axis", "variances[-1]", "variances[0]",
             "That is what the second axis keeps. Which eigenvalue belongs to the first?"),
        Slip("deviations", "variances[-1] / variances.sum()", "variances[-1] ** 0.5 / (variances**0.5).sum()",
             "You compare standard deviations. Which of the two add up to a whole: deviations or variances?"),
        Slip("squares", "variances[-1] / variances.sum()", "variances[-1] ** 2 / (variances**2).sum()",
             "You square the eigenvalues of the covariance. Are they variances already, or singular values?"),
        Slip("a share", "100 * ", "", "That is the share itself. How many percent is it?"),
        Slip("against the other axis", "variances.sum()", "variances[0]",
             "You divide by what the second axis keeps. A share of what is asked for?"),
        Slip("all four numbers", "variances.sum()", "(9 + 2 + 2 + 6)",
             "You divide by the sum of all four entries. Which of them are variances?"),
        Slip("the eigenvalue", "100 * variances[-1] / variances.sum()", "variances[-1]",
             "That is the variance along the first axis. What share of all variance is it?"),
        Slip("covariance added", "variances[-1]", "(9 + 2)",
             "You add the covariance to the larger variance. For which direction u is uᵀCu as large as it can be?"),
        Slip("equal parts", "variances[-1]", "(9 + 6 + 2 * 2) / 2",
             "That is the axis halfway between the features. The larger variance pulls the axis nearer to itself; "
             "which direction does C only stretch?"),
    ),
    hints=("The whole variance is 9 + 6, and it is the sum of the two eigenvalues.",
           "The product of the eigenvalues is 9 · 6 − 2 · 2 = 50. Which two numbers have the sum 15 and that product?"),
)


# -- how many axes -----------------------------------------------------------------------------------------------


def axes_needed(X: np.ndarray, share: float) -> int:
    """Counts the principal axes that keep a share of the variance.

    Args:
        X: N points with n features, shape (N, n). They are not centred.
        share: A number between 0 and 1.

    Returns:
        The smallest number of axes that together keep at least this share.
    """
    S = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    kept = np.cumsum(S**2) / np.sum(S**2)
    return int(np.argmax(kept >= share)) + 1


AXES_NEEDED = Exercise(
    name="AXES_NEEDED",
    prompt="Write `axes_needed`, which returns the smallest number of principal axes that together keep at least the "
           "given share of the variance.",
    reference=axes_needed,
    cases=tuple((_cloud(seed, n, *deviations), share) for seed, n, deviations, share in (
        (5121, 6, (3, 1), 0.5), (5123, 8, (2, 2, 2), 0.5), (5125, 9, (4, 2, 1), 0.9), (5127, 12, (3, 2, 2, 1), 0.7),
        (5129, 15, (5, 4, 3, 2, 1), 0.75), (5131, 20, (3, 3, 2, 2, 2, 1), 0.8), (5133, 20, (3, 3, 2, 2, 2, 1), 0.4),
        (5135, 20, (6, 1, 1, 1, 1, 1, 1, 1), 0.9), (5137, 30, (3, 3, 3, 2, 2, 2, 2, 1, 1, 1), 0.85),
        (5139, 30, (9, 3, 3, 2, 2, 2, 2, 1, 1, 1), 0.9), (5141, 30, (1, 1, 1, 2, 2, 2, 2, 9, 9, 9), 0.95))),
    mistakes=(
        Slip("singular values for variances", "np.cumsum(S**2) / np.sum(S**2)", "np.cumsum(S) / np.sum(S)",
             "You add up singular values. What has to be done to them to make variances?"),
        Slip("not centred", "X - X.mean(axis=0)", "X",
             "Your first axis runs to the middle of the cloud and takes a share of its own. From where is spread "
             "measured?"),
        Slip("points centred", "X.mean(axis=0)", "X.mean(axis=1, keepdims=True)",
             "You take from each point the mean of its own features. The mean over what is wanted?"),
        Slip("one too few", "np.argmax(kept >= share)) + 1", "np.argmax(kept >= share))",
             "You return a place in an array, counted from 0. How many axes lie up to this place?"),
        Slip("one too many", "np.argmax(kept >= share)) + 1", "np.argmax(kept >= share)) + 2",
             "With one axis less the share would be reached already. What is the smallest number?"),
        Mistake("from the smallest", lambda X, share: int(np.argmax(np.cumsum(np.linalg.eigvalsh(
            np.cov(X.T))) / np.trace(np.cov(X.T)) >= share)) + 1,
                "You begin with the axis of the smallest variance. In which order do the eigenvalues of `eigvalsh` "
                "come?"),
        Slip("features, not axes", "S = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)",
             "S = np.sort(X.std(axis=0))[::-1]",
             "You add up the variances of the features themselves. Along which axes do fewer numbers hold more?"),
        Slip("standardised", "X - X.mean(axis=0)", "(X - X.mean(axis=0)) / X.std(axis=0)",
             "You also divide the features by their deviations. Was that asked for?"),
        Slip("the share that may be lost", "kept >= share", "kept >= 1 - share",
             "You stop when so much is kept as may be lost. Which of the two is `share`?"),
        Mistake("a share of the number", lambda X, share: int(np.ceil(share * X.shape[1])),
                "You take a share of the number of features. Does every axis keep equally much?"),
        Slip("places that reach it", "int(np.argmax(kept >= share)) + 1", "int(np.sum(kept >= share))",
             "You count the places at which the share is reached. Which of them is the first?"),
        Mistake("from unsorted features", lambda X, share: int(np.argmax(
            np.cumsum(X.var(axis=0)) / X.var(axis=0).sum() >= share)) + 1,
                "You add up the variances of the features, as they stand. Where are the axes?"),
        Slip("fourth powers", "np.cumsum(S**2) / np.sum(S**2)", "np.cumsum(S**4) / np.sum(S**4)",
             "You square variances. Are the eigenvalues of the covariance variances already, or singular values?"),
        Mistake("axes that are large alone", lambda X, share: int(np.sum(np.linalg.svd(
            X - X.mean(axis=0), compute_uv=False) ** 2 >= (1 - share) * np.linalg.norm(X - X.mean(axis=0)) ** 2)),
                "You count single axes that pass a limit. Which shares have to be added up?"),
    ),
    properties=(
        Property("the number lies between 1 and the number of features.",
                 lambda out, X, share: 1 <= out <= X.shape[1]),
    ),
    hints=(
        "The variance along an axis is its singular value, squared, over N − 1. Does the divisor matter for a share?",
        "`np.cumsum` adds up: its entry at place 0 is what one axis keeps.",
        "`np.argmax(kept >= share)` is the first place where the comparison holds.",
    ),
)


# -- rebuilding --------------------------------------------------------------------------------------------------


def rebuild(train: np.ndarray, new: np.ndarray, k: int) -> np.ndarray:
    """Rebuilds points from k coordinates along the axes of other points.

    Args:
        train: The points that give mean and axes, shape (N, n).
        new: The points to rebuild, shape (M, n).
        k: How many axes are kept, at most min(N, n).

    Returns:
        Array of shape (M, n): the nearest points to `new` in the flat piece of
        dimension k that the principal axes of `train` span at its mean.
    """
    mean = train.mean(axis=0)
    U, S, Vt = np.linalg.svd(train - mean, full_matrices=False)
    axes = Vt[:k]
    coordinates = (new - mean) @ axes.T
    return mean + coordinates @ axes


REPAIR_REBUILD = BugHunt(
    name="REPAIR_REBUILD",
    prompt="`rebuild` should return the best that k principal axes can make of new points. A colleague has noticed "
           "that the points of the training data themselves come out wrong, even with all axes. And with few axes the "
           "errors are larger than they should be. Repair it.",
    reference=rebuild,
    axes=("points", "features"),
    cases=((np.array([[9, 5], [1, 1], [4, 5], [6, 1], [5, 3]]), np.array([[7, 3]]), 1),
           (_cloud(5151, 6, 3, 2), _cloud(5152, 3, 2, 2), 1), (_cloud(5153, 7, 4, 2, 1), _cloud(5154, 2, 2, 3, 1), 2),
           (_cloud(5155, 8, 1, 4, 2), _cloud(5156, 5, 2, 2, 2), 1),
           (_cloud(5157, 9, 3, 1, 2, 1), quarters(5158, 4, 4), 2), (_cloud(5159, 9, 3, 1, 2, 1), whole(5160, 3, 4), 3)),
    bugs=(
        Slip("mean not taken off", "(new - mean) @ axes.T", "new @ axes.T",
             "Rebuild the mean of the training data. Does it come out as itself?"),
        Slip("columns of Vt", "Vt[:k]", "Vt[:, :k].T",
             "The axes that it uses are not those along which the training data spread most. Of which matrix are they "
             "the columns, and of which the rows?"),
    ),
    mistakes=(
        Slip("mean not restored", "mean + coordinates @ axes", "coordinates @ axes",
             "Your points lie around the origin. What has to be added again?"),
        Slip("mean of the new points", "(new - mean) @ axes.T", "(new - new.mean(axis=0)) @ axes.T",
             "You take off the mean of the new points. Rebuild a single one: what is left of it?"),
        Slip("smallest axes", "Vt[:k]", "Vt[::-1][:k]",
             "It keeps the axes with the smallest variances. In which order do the rows of Vᵀ come?"),
        Slip("mean for the return only", "mean + coordinates @ axes", "new.mean(axis=0) + coordinates @ axes",
             "It adds the mean of the new points. Around which point do the axes lie?"),
        Slip("all axes", "Vt[:k]", "Vt",
             "It keeps all axes, so that nothing is left out. How many were asked for?"),
        Slip("not centred at all", "train - mean", "train",
             "Its axes come from data that were not centred. Where does the first one point?"),
        Slip("scaled by the singular values", "(new - mean) @ axes.T", "(new - mean) @ axes.T * S[:k]",
             "Its coordinates are multiplied by the singular values. The centred points times V are U S already; "
             "which factor is there twice?"),
        Slip("whitened", "(new - mean) @ axes.T", "(new - mean) @ axes.T / S[:k]",
             "Its coordinates are divided by the singular values and never multiplied again. Which are wanted here?"),
        Mistake("axes of the new points", lambda train, new, k: new.mean(axis=0) + (new - new.mean(axis=0)) @ (
            np.linalg.svd(new - new.mean(axis=0))[2][:k].T @ np.linalg.svd(new - new.mean(axis=0))[2][:k]),
                "It learns mean and axes from the new points. Which points should give them?"),
        Slip("axes of the new points alone", "np.linalg.svd(train - mean", "np.linalg.svd(new - mean",
             "It learns the axes from the new points. Which points should give them?"),
        Slip("one mean for all", "train.mean(axis=0)", "train.mean()",
             "It takes the same number from every feature. How many means does the cloud's middle have?"),
        Slip("coordinates", "mean + coordinates @ axes", "coordinates",
             "It returns coordinates. How do they become points again?"),
        Slip("only what is lost", "mean + coordinates @ axes", "new - mean - coordinates @ axes",
             "It returns what the axes leave out. What is the rest?"),
    ),
    properties=(
        Property("rebuilding a rebuilt point changes nothing.",
                 lambda out, train, new, k: np.allclose(rebuild(train, out, k), out, atol=1e-3)),
    ),
    hints=("There are two faults: one in the axes, one in the coordinates.",
           "With all axes, a point must come out as itself. Follow the mean through both steps."),
)


# -- noise -------------------------------------------------------------------------------------------------------


CLEANEST = Estimate(
    name="CLEANEST",
    prompt="Pictures of 16 pixels have the variances 6, 3, 1, 0.5 and 0.2 along their principal axes and none along "
           "the other eleven. Noise of variance 0.4 is added to every pixel, independently, and the axes are known. "
           "The first k coordinates are kept, the others replaced by those of the mean. What is the smallest squared "
           "error a picture that any k reaches, summed over the pixels and averaged over the pictures?",
    variable="smallest_error",
    unit="squared grey values a picture",
    working="""
    signal, noise = [6, 3, 1, 0.5, 0.2], 0.4
    errors = [sum(signal[k:]) + k * noise for k in range(6)]
    smallest_error = min(errors)
    """,
    tolerance=0.005,
    slips=(
        Slip("one axis less", "min(errors)", "errors[3]",
             "You keep three axes. Does the fourth bring more than it costs?"),
        Slip("all five axes", "min(errors)", "errors[5]",
             "You keep all five axes. What does the fifth bring, and what does it cost?"),
        Slip("two axes", "min(errors)", "errors[2]", "You keep two axes. What does the third bring, and cost?"),
        Slip("no axis", "min(errors)", "errors[0]", "That is the error of the mean alone. What does an axis save?"),
        Slip("nothing left out", "min(errors)", "16 * noise",
             "That is the noise of the untouched picture. Along how many axes is it let in?"),
        Slip("noise forgotten", "min(errors)", "0.2",
             "That is what four axes leave out. What else is wrong with a rebuilt picture?"),
        Slip("left out forgotten", "min(errors)", "4 * noise",
             "That is the noise that four axes let in. What else is wrong with a rebuilt picture?"),
        Slip("noise once", "+ k * noise", "+ noise",
             "You count the noise once. Along how many axes is it let in?"),
        Slip("a deviation", "noise = [6, 3, 1, 0.5, 0.2], 0.4", "noise = [6, 3, 1, 0.5, 0.2], 0.4**2",
             "You have squared the 0.4. Is it a variance or a deviation?"),
        Slip("a pixel", "min(errors)", "min(errors) / 16",
             "That is the error of a pixel. What was asked for: a pixel, or a picture?"),
    ),
    hints=("An axis that is left out costs its variance. An axis that is kept costs the noise along it.",
           "Along every axis of length 1 the noise has the variance 0.4. Which axes carry more signal than that?"),
)


# -- whitening ---------------------------------------------------------------------------------------------------


def whiten(train: np.ndarray, new: np.ndarray, k: int) -> np.ndarray:
    """Writes points by k coordinates in which other points have variance 1.

    Args:
        train: The points that give mean, axes and deviations, shape (N, n).
        new: The points to write, shape (M, n).
        k: How many principal axes are used, at most min(N - 1, n).

    Returns:
        Array of shape (M, k): the coordinates along the principal axes of `train`,
        each divided by the standard deviation of `train` along its axis, with
        N - 1 in the variance.
    """
    mean = train.mean(axis=0)
    U, S, Vt = np.linalg.svd(train - mean, full_matrices=False)
    deviations = S[:k] / np.sqrt(len(train) - 1)
    return (new - mean) @ Vt[:k].T / deviations


WHITEN = Exercise(
    name="WHITEN",
    prompt="Write `whiten`: find the mean, the first k principal axes and the standard deviations along them from "
           "`train` (a variance divides by N − 1), and write the points of `new` in these coordinates. Coordinates of "
           "`train` itself would have variance 1. Either sign of a coordinate is right.",
    reference=whiten,
    axes=("points", "coordinates"),
    cases=((np.array([[9, 5], [1, 1], [4, 5], [6, 1], [5, 3]]), np.array([[7, 4], [2, 2], [3, 7]]), 1),
           (_cloud(5171, 6, 3, 2), _cloud(5172, 3, 2, 2), 2), (_cloud(5173, 7, 4, 2, 1), _cloud(5174, 4, 2, 3, 1), 2),
           (_cloud(5175, 8, 1, 4, 2), _cloud(5176, 5, 2, 2, 2), 3),
           (_cloud(5177, 9, 3, 1, 2, 1), quarters(5178, 4, 4), 2),
           (_cloud(5179, 12, 3, 1, 2, 1), whole(5180, 3, 4), 3)),
    agree=_columns_agree,
    mistakes=(
        Slip("not divided", "Vt[:k].T / deviations", "Vt[:k].T",
             "Your coordinates keep their own variances. By what is each divided?"),
        Slip("divided by variances", "Vt[:k].T / deviations", "Vt[:k].T / deviations**2",
             "You divide by variances. Which power of a length is a coordinate, and which a variance?"),
        Slip("divided by singular values", "S[:k] / np.sqrt(len(train) - 1)", "S[:k]",
             "You divide by singular values. How does a deviation follow from one?"),
        Slip("root of the singular values", "S[:k] / np.sqrt(len(train) - 1)", "np.sqrt(S[:k])",
             "You divide by roots of singular values. Of what is a deviation the root: of S, or of a variance?"),
        Slip("number of new points", "np.sqrt(len(train) - 1)", "np.sqrt(len(new) - 1)",
             "You count the new points. How many points gave the singular values?"),
        Slip("turned back", "Vt[:k].T / deviations", "Vt[:k].T / deviations @ Vt[:k]",
             "You turn the coordinates back into features. How many numbers are asked for a point?"),
        Slip("training points", "(new - mean)", "(train - mean)",
             "You return the coordinates of `train`. Which points should be written?"),
        Mistake("features standardised", lambda train, new, k: (new - train.mean(axis=0))
                / train.std(axis=0, ddof=1),
                "You divide each feature by its deviation. Where are the principal axes?"),
        Mistake("features standardised with N", lambda train, new, k: (new - train.mean(axis=0)) / train.std(axis=0),
                "You divide each feature by its deviation. Along what are the coordinates and deviations wanted?"),
        Mistake("first features standardised", lambda train, new, k: (
            (new - train.mean(axis=0)) / train.std(axis=0, ddof=1))[:, :k],
                "You standardise the first k features. Which coordinates are wanted?"),
        Slip("divided by N", "len(train) - 1", "len(train)",
             "Your variances divide by N. By what should they divide?"),
        Slip("multiplied", "Vt[:k].T / deviations", "Vt[:k].T * deviations",
             "You multiply by the deviations. Which coordinates are too large before whitening?"),
        Slip("mean of the new points", "(new - mean)", "(new - new.mean(axis=0))",
             "You take off the mean of the new points. Which points give the mean?"),
        Slip("mean not taken off", "(new - mean)", "new",
             "The new points keep their distance from the origin. From where are coordinates counted?"),
        Slip("not centred", "train - mean", "train",
             "Your axes come from points that were not centred. Where does the first one run to?"),
        Slip("columns of Vt", "Vt[:k].T", "Vt[:, :k]",
             "You take columns of the third factor. In X = U S Vᵀ the axes are columns of V: what are they in Vᵀ?"),
        Slip("smallest axes", "Vt[:k].T / deviations", "Vt[::-1][:k].T / (S[::-1][:k] / np.sqrt(len(train) - 1))",
             "You use the axes with the smallest variances. In which order do the rows of Vᵀ come?"),
        Mistake("deviations of the new points", lambda train, new, k: whiten(train, new, k)
                / whiten(train, new, k).std(axis=0, ddof=1),
                "Your new points have variance 1 themselves. Which points give the deviations?"),
        Slip("features divided", "(new - mean) @ Vt[:k].T / deviations",
             "(new - mean) / train.std(axis=0, ddof=1) @ Vt[:k].T",
             "You divide the features by their deviations before turning. Along what are the deviations wanted?"),
        Slip("no root of N − 1", "S[:k] / np.sqrt(len(train) - 1)", "S[:k] / (len(train) - 1)",
             "The variance is S² / (N − 1). What is its root?"),
    ),
    hints=(
        "The variance along an axis is its singular value, squared, over N − 1.",
        "Mean, axes and deviations come from `train` alone; the new points are only written in them.",
        "Take off the mean, multiply with the transposed axes, divide every column by its deviation.",
    ),
)


# -- what variance does not see ----------------------------------------------------------------------------------


def _classes(value):
    try:
        groups = [np.asarray(group, dtype=float) for group in value]
    except (TypeError, ValueError):
        raise ValueError("expected two lists of points, each point two numbers") from None
    if len(groups) != 2 or any(group.ndim != 2 or group.shape[1:] != (2,) or len(group) < 3 for group in groups):
        raise ValueError("expected two lists of at least three points, each point two numbers")
    X = np.concatenate(groups)
    if not np.all(np.isfinite(X)) or np.ptp(X, axis=0).max() == 0:
        raise ValueError("expected finite numbers that are not all the same")
    _, S, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    first, second = ([(group - X.mean(axis=0)) @ axis for group in groups] for axis in Vt)
    lower, upper = sorted(second, key=np.mean)
    return {"kept": S[0] ** 2 / np.sum(S**2), "gap": upper.min() - lower.max(),
            "apart": abs(first[0].mean() - first[1].mean()) / np.concatenate(first).std()}


BLIND_AXIS = Design(
    name="BLIND_AXIS",
    prompt="Design `classes`, two lists of at least three points (x, y), one list for each of two classes. Taken "
           "together the points lie so that the first principal axis keeps at least 90 % of the variance and yet says "
           "nothing about the classes: along it the means of the two classes differ by less than a tenth of the "
           "standard deviation of all points. Along the second axis a threshold separates the classes.",
    variable="classes",
    start="[[[0, 0], [1, 0], [2, 1]], [[5, 5], [6, 5], [7, 6]]]",
    example="[[[-5, 1], [0, 1], [5, 1]], [[-5, -1], [0, -1], [5, -1]]]",
    read=_classes,
    properties=(
        Property("the first principal axis keeps at least 90 % of the variance.", lambda cloud: cloud["kept"] >= 0.9,
                 lambda cloud: f"it keeps {100 * cloud['kept']:.1f} %"),
        Property("along the first axis the classes' means differ by less than a tenth of the standard deviation.",
                 lambda cloud: cloud["apart"] < 0.1,
                 lambda cloud: f"they differ by {cloud['apart']:.2f} standard deviations"),
        Property("along the second axis a threshold separates the classes.", lambda cloud: cloud["gap"] > 1e-9,
                 lambda cloud: f"the classes overlap there by {-cloud['gap']:.2g}"),
    ),
    mistakes=(
        ("apart along the first axis", "[[[-6, 0], [-5, 0], [-4, 1]], [[4, 0], [5, 0], [6, -1]]]",
         "The first axis of your points runs from one class to the other. Along what may they differ, if the second "
         "axis alone should tell?"),
        ("a round cloud", "[[[-1, 1], [0, 1], [1, 1]], [[-1, -1], [0, -1], [1, -1]]]",
         "Your classes are farther apart than they are long, so that the first axis runs between them. How long must "
         "they be?"),
        ("no difference at all", "[[[-5, 0], [0, 1], [5, 0]], [[-5, 0], [0, -1], [5, 0.5]]]",
         "Your classes overlap along both axes. Which axis should tell them apart?"),
    ),
    hints=("Think of two long parallel rows.",
           "The rows' own length makes the first axis; their distance, the second."),
)
