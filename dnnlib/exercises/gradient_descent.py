"""The exercises on gradient descent: a line, the largest rate, momentum, steps in a valley, Adam, two settings."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- fitting a line ----------------------------------------------------------------------------------------------


def fit_line(x: np.ndarray, y: np.ndarray, rate: float, steps: int) -> np.ndarray:
    """Fits a line by gradient descent on the mean squared error.

    Args:
        x: Inputs of shape (N,).
        y: Targets of shape (N,).
        rate: The learning rate.
        steps: Number of steps from slope 0 and intercept 0.

    Returns:
        Array of shape (2,): the slope and the intercept after the last step.
    """
    slope = intercept = 0.0
    for _ in range(steps):
        error = slope * x + intercept - y
        gradient = np.array([2 * np.mean(error * x), 2 * np.mean(error)])
        slope, intercept = np.array([slope, intercept]) - rate * gradient
    return np.array([slope, intercept])


FIT_LINE = Exercise(
    name="FIT_LINE",
    prompt="Write `fit_line`: start with slope 0 and intercept 0, and take a number of steps of gradient descent on "
           "the mean squared error of all points.",
    reference=fit_line,
    axes=("slope and intercept",),
    cases=((np.array([2.0]), np.array([3.0]), 0.1, 1), (np.array([1.0, 2.0]), np.array([2.0, 4.0]), 0.1, 2),
           (whole(301, 3) / 4, quarters(303, 3), 0.05, 3), (quarters(305, 5), whole(307, 5), 0.02, 7),
           (whole(309, 4) / 2, quarters(311, 4), 0.01, 0), (quarters(313, 6), quarters(315, 6), 0.03, 20)),
    mistakes=(
        Slip("uphill", "- rate * gradient", "+ rate * gradient",
             "Your loss grows. Does your gradient point uphill or downhill, and which way do you step?"),
        Slip("sums", "np.array([2 * np.mean(error * x), 2 * np.mean(error)])",
             "np.array([2 * np.sum(error * x), 2 * np.sum(error)])",
             "Your steps grow with the number of points. What does *mean* squared error divide by?"),
        Slip("no factor 2", "np.array([2 * np.mean(error * x), 2 * np.mean(error)])",
             "np.array([np.mean(error * x), np.mean(error)])",
             "Your steps are half as long as they should be. What is the derivative of a square?"),
        Slip("error without the input", "np.mean(error * x)", "np.mean(error)",
             "Slope and intercept take the same steps. How much does a prediction change when the slope grows a "
             "little?"),
        Slip("no intercept in the error", "slope * x + intercept - y", "slope * x - y",
             "Your error leaves the intercept out. What does the line predict?"),
        Slip("intercept stays", "2 * np.mean(error)])", "0 * np.mean(error)])",
             "Your intercept never moves. Which two numbers are learned?"),
        Slip("intercept first", "return np.array([slope, intercept])", "return np.array([intercept, slope])",
             "The two numbers are swapped. Which one comes first?"),
        Slip("one step more", "range(steps)", "range(steps + 1)", "How many steps do you take when none is asked for?"),
        Slip("one step", "range(steps)", "range(min(steps, 1))",
             "You take one step, however many are asked for. What has to be computed anew before the next one?"),
        Mistake("one after the other", lambda x, y, rate, steps: _one_after_the_other(x, y, rate, steps),
                "You move the slope, and compute the intercept's gradient at the new slope. At which point are both "
                "parts of one gradient taken?"),
        Mistake("point after point", lambda x, y, rate, steps: _point_after_point(x, y, rate, steps),
                "You take a step for every single point. Of which points is a step's gradient the mean?"),
        Mistake("least squares", lambda x, y, rate, steps: np.linalg.lstsq(np.stack([x, np.ones(len(x))], 1), y)[0],
                "You give the best line. Where is descent after this many steps?"),
    ),
    hints=(
        "The error of each point is slope · x + intercept − y. The loss is the mean of its square.",
        "The slope's derivative is the mean of 2 · error · x, the intercept's the mean of 2 · error.",
        "Compute both derivatives first, and only then change both numbers.",
    ),
)


def _one_after_the_other(x, y, rate, steps):
    slope = intercept = 0.0
    for _ in range(steps):
        slope = slope - rate * 2 * np.mean((slope * x + intercept - y) * x)
        intercept = intercept - rate * 2 * np.mean(slope * x + intercept - y)
    return np.array([slope, intercept])


def _point_after_point(x, y, rate, steps):
    w = np.zeros(2)
    for _ in range(steps):
        for one, target in zip(x, y, strict=True):
            w = w - rate * 2 * (w[0] * one + w[1] - target) * np.array([one, 1])
    return w


# -- the largest rate --------------------------------------------------------------------------------------------


LARGEST_RATE = Estimate(
    name="LARGEST_RATE",
    prompt="A line through the origin, y = w x, is fitted by mean squared error to four points with the inputs 1, 2, 3 "
           "and 4. From which learning rate on does gradient descent no longer come closer to the best w?",
    variable="largest_rate",
    unit="",
    working="""
    x = np.array([1, 2, 3, 4])
    curvature = 2 * np.mean(x**2)
    largest_rate = 2 / curvature
    """,
    slips=(
        Slip("no factor 2 in the curvature", "2 * np.mean(x**2)", "np.mean(x**2)",
             "You are a factor of 2 too high. What is the second derivative of the mean of (w x − y)²?"),
        Slip("sum", "np.mean(x**2)", "np.sum(x**2)", "You take the sum over the points. What does the loss take?"),
        Slip("the best rate", "2 / curvature", "1 / curvature",
             "At this rate a single step arrives. How far beyond may a step land and still end nearer?"),
        Slip("square of the mean", "np.mean(x**2)", "np.mean(x)**2",
             "You square the mean. Which is averaged: the inputs or their squares?"),
        Slip("not squared", "np.mean(x**2)", "np.mean(x)", "How often does x appear when you derive (w x − y)² twice?"),
    ),
    hints=("Derive the mean of (w x − y)² twice by w. That is the curvature.",
           "A step multiplies the distance by 1 − rate · curvature. When has that a size of 1?"),
)


# -- momentum ----------------------------------------------------------------------------------------------------


def momentum_path(curvatures: np.ndarray, w: np.ndarray, rate: float,
                  momentum: float, steps: int) -> np.ndarray:
    """Descends with momentum in the bowl L(w) = sum of c w^2 / 2.

    Args:
        curvatures: The bowl's c, one for each weight, shape (n,).
        w: Where to start, shape (n,). It is not changed.
        rate: The learning rate r.
        momentum: The share m of the velocity that is kept.
        steps: Number of steps.

    Returns:
        Array of shape (steps + 1, n): the start and the place after each step.
    """
    place, velocity = np.array(w, dtype=float), np.zeros(len(w))
    path = [place.copy()]
    for _ in range(steps):
        gradient = curvatures * place
        velocity = momentum * velocity - rate * gradient
        place += velocity
        path.append(place.copy())
    return np.array(path)


REPAIR_MOMENTUM = BugHunt(
    name="REPAIR_MOMENTUM",
    prompt="`momentum_path` should return every place on the way into a bowl. It shows a ball that seems to have "
           "jumped to its last place at once; and even with little momentum the ball never comes to rest. Repair it.",
    reference=momentum_path,
    axes=("places", "weights"),
    cases=((np.array([1.0]), np.array([8.0]), 0.5, 0.5, 2), (np.array([1.0, 4.0]), np.array([4.0, -2.0]), 0.25, 0.5, 3),
           (np.abs(quarters(321, 3)), quarters(323, 3), 0.1, 0.75, 5),
           (np.abs(quarters(325, 2)), whole(327, 2), 0.2, 0.25, 8),
           (np.abs(quarters(329, 4)), quarters(331, 4), 0.05, 0.9, 0)),
    bugs=(
        Slip("one array in every place", "path.append(place.copy())", "path.append(place)",
             "All rows of your path but the first are equal. How many different arrays does the list hold?"),
        Slip("no friction", "momentum * velocity - rate", "velocity - rate",
             "Your ball swings for ever. What share of its velocity should a step keep?"),
    ),
    mistakes=(
        Slip("no velocity", "momentum * velocity - rate * gradient", "-rate * gradient",
             "That is plain descent: the earlier steps are forgotten. What should be kept of them?"),
        Mistake("moves before the push", lambda curvatures, w, rate, momentum, steps: _moves_before_the_push(
            curvatures, w, rate, momentum, steps),
                "Your first step leads nowhere: the place moves with the velocity of the step before. Which of the two "
                "changes first?"),
        Slip("averaged gradient", "momentum * velocity - rate * gradient",
             "momentum * velocity - (1 - momentum) * rate * gradient",
             "Your steps are shorter than they should be. Does the formula weigh the new gradient by 1 − m?"),
        Slip("rate twice", "place += velocity", "place += rate * velocity",
             "The rate enters your steps twice. Where does it stand in the formula?"),
        Slip("old velocity", "place += velocity", "place += momentum * velocity - rate * gradient",
             "Your step looks ahead along the velocity once more. Which velocity moves the ball here?"),
        Slip("downhill becomes uphill", "- rate * gradient", "+ rate * gradient",
             "Your ball climbs. What sign does the gradient have in a step?"),
        Slip("curvature left out", "curvatures * place", "place + 0 * curvatures",
             "All your directions are equally steep. What is the derivative of c w² / 2?"),
        Slip("factor 2", "curvatures * place", "2 * curvatures * place",
             "Your gradient is twice as large as it should be. What does the half in the bowl's formula do?"),
        Slip("start missing", "[place.copy()]", "[]", "Your path lacks a place. Which one comes first?"),
        Slip("momentum on the place", "momentum * velocity - rate * gradient",
             "velocity - rate * gradient - (1 - momentum) * place",
             "Something pulls your ball towards zero. What is multiplied by the momentum?"),
    ),
    hints=("Print the path of two steps. Which rows are equal?",
           "There are two faults: one in what is stored, one in the velocity."),
)


def _moves_before_the_push(curvatures, w, rate, momentum, steps):
    place, velocity, path = np.array(w, dtype=float), np.zeros(len(w)), [np.array(w, dtype=float)]
    for _ in range(steps):
        place, velocity = place + velocity, momentum * velocity - rate * curvatures * place
        path.append(place)
    return np.array(path)


# -- steps in a valley -------------------------------------------------------------------------------------------


VALLEY_STEPS = Estimate(
    name="VALLEY_STEPS",
    prompt="A valley has curvature 1 along and 100 across. Plain gradient descent takes the rate 2 / (1 + 100), at "
           "which both directions shrink equally fast. How many steps does it need until the distance from the "
           "minimum is a hundredth of what it was?",
    variable="steps_needed",
    unit="steps",
    working="""
    rate = 2 / (1 + 100)
    factor = 1 - rate * 1
    steps_needed = np.log(1 / 100) / np.log(factor)
    """,
    slips=(
        Slip("a tenth", "np.log(1 / 100)", "np.log(1 / 10)", "You stop at a tenth. What share should be left?"),
        Slip("rate of the steep side", "2 / (1 + 100)", "1 / 100",
             "Your rate is that of a single step across. Which rate is given?"),
        Slip("largest rate", "2 / (1 + 100)", "2 / 100",
             "At 2 / 100 the steep direction never comes nearer. Which rate is given?"),
        Slip("one division", "np.log(1 / 100) / np.log(factor)", "100 / rate",
             "You divide. By what is the distance *multiplied* in each step?"),
        Slip("first order", "np.log(1 / 100) / np.log(factor)", "(1 - 1 / 100) / (1 - factor)",
             "You let each step take the same length. What share of the distance that is left does a step take?"),
    ),
    hints=("In a direction of curvature c a step multiplies the distance by 1 − rate · c. Try both directions.",
           "The distance after n steps is factorⁿ of the start. For which n is that a hundredth?"),
    tolerance=0.005,
)


# -- Adam --------------------------------------------------------------------------------------------------------


def adam_moves(gradients: np.ndarray, rate: float, beta_1: float,
               beta_2: float) -> np.ndarray:
    """Returns how far Adam has moved each weight, after every gradient.

    Args:
        gradients: One gradient a step, shape (T, n). None of the numbers is 0.
        rate: The learning rate r.
        beta_1: Share that the average of the gradients keeps.
        beta_2: Share that the average of their squares keeps.

    Returns:
        Array of shape (T, n): each weight, from a start at 0, after step 1 to T.
    """
    place = mean = square = np.zeros(gradients.shape[1])
    places = []
    for t, gradient in enumerate(gradients, start=1):
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        corrected = mean / (1 - beta_1**t), square / (1 - beta_2**t)
        place = place - rate * corrected[0] / np.sqrt(corrected[1])
        places.append(place)
    return np.array(places)


ADAM_MOVES = Exercise(
    name="ADAM_MOVES",
    prompt="Write `adam_moves`: given the gradients of T steps, return where Adam has moved each weight after every "
           "step, from a start at 0. Correct both averages for their start at zero. The tiny epsilon in the divisor "
           "may be left out, since no gradient here is 0.",
    reference=adam_moves,
    axes=("steps", "weights"),
    cases=((np.array([[2.0]]), 0.5, 0.5, 0.75), (np.array([[2.0], [-1.0]]), 0.5, 0.5, 0.75),
           (quarters(341, 3, 2), 0.1, 0.75, 0.9), (quarters(343, 5, 3), 0.02, 0.9, 0.99),
           (whole(345, 6, 4), 0.3, 0.6, 0.95), (quarters(347, 4, 4), 0.25, 0.8, 0.5)),
    mistakes=(
        Slip("no correction", "mean / (1 - beta_1**t), square / (1 - beta_2**t)", "mean, square",
             "Your first step is not as long as the rate. What do the averages start from?"),
        Slip("mean corrected only", "square / (1 - beta_2**t)", "square",
             "You correct the mean only. Where does the average of the squares start?"),
        Slip("square corrected only", "mean / (1 - beta_1**t)", "mean",
             "You correct the square only. Where does the average of the gradients start?"),
        Slip("corrected as at the first step", "mean / (1 - beta_1**t), square / (1 - beta_2**t)",
             "mean / (1 - beta_1), square / (1 - beta_2)",
             "Your correction is the same at every step. How much of the start at zero is left after t steps?"),
        Slip("t too late", "start=1", "start=2", "Your correction is one step ahead. Which t belongs to the first "
                                                 "gradient?"),
        Slip("betas swapped", "mean / (1 - beta_1**t), square / (1 - beta_2**t)",
             "mean / (1 - beta_2**t), square / (1 - beta_1**t)",
             "Your corrections have their betas swapped. Which one belongs to the mean?"),
        Slip("no root", "np.sqrt(corrected[1])", "corrected[1]",
             "Your steps shrink when gradients grow. Which unit has an average of squares?"),
        Slip("uphill", "place - rate", "place + rate", "Your weights move along the gradient. Which way is downhill?"),
        Slip("weights of the averages swapped", "beta_1 * mean + (1 - beta_1) * gradient",
             "(1 - beta_1) * mean + beta_1 * gradient",
             "Your average keeps 1 − beta_1 of itself. What share should it keep?"),
        Slip("square of the mean", "beta_2 * square + (1 - beta_2) * gradient**2",
             "beta_2 * square + (1 - beta_2) * mean**2",
             "You average the square of the mean. Of which number is the square averaged?"),
        Slip("sums, not averages", "beta_1 * mean + (1 - beta_1) * gradient", "beta_1 * mean + gradient",
             "Your mean grows beyond the gradients. What weight has the new one in an average?"),
        Slip("steps, not places", "place = place - rate", "place = -rate",
             "You return the single steps. Where is a weight after two of them?"),
        Slip("gradient for its mean", "rate * corrected[0]", "rate * gradient",
             "That is RMSprop with a correction: you step along the last gradient. Along what does Adam step?"),
        Slip("last place only", "return np.array(places)", "return np.array(places[-1:])",
             "You return one row. How many steps were taken?"),
    ),
    hints=(
        "Two running averages a weight: of the gradient, and of its square. Both start at zero.",
        "After t steps the averages hold 1 − betaᵗ of what they should. Divide by that.",
        "The step is rate · mean / root of the square, with both corrected.",
    ),
)


# -- a rate and a momentum ---------------------------------------------------------------------------------------


def _settings(value):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"Expected a pair (rate, momentum), received {value!r}.")
    try:
        rate, momentum = (float(number) for number in value)
    except (TypeError, ValueError):
        raise ValueError(f"Expected two numbers, received {value!r}.") from None
    if not 0 < rate < np.inf or not 0 <= momentum < 1:
        raise ValueError(f"Expected a rate above 0 and a momentum from 0 to below 1, received {rate} and {momentum}.")
    with np.errstate(over="ignore", invalid="ignore"):
        path = momentum_path(np.array([1.0, 100.0]), np.ones(2), rate, momentum, 60)
        return {"path": path, "distance": np.nan_to_num(np.hypot(*path.T), nan=np.inf)}


SETTINGS = Design(
    name="SETTINGS",
    prompt="A valley has curvature 1 along and 100 across, and descent starts at (1, 1). Choose a learning rate and a "
           "momentum, with which it comes nearer than 0.001 to the minimum within 60 steps, and never goes farther "
           "from it than 5 on the way. Without momentum the best rate would need 346 steps.",
    variable="settings",
    start="(0.01, 0.0)",
    example="(0.033, 0.67)",
    read=_settings,
    properties=(
        Property("the path never goes farther than 5 from the minimum.", lambda run: run["distance"].max() <= 5,
                 lambda run: f"it goes as far as {run['distance'].max():.3g}"),
        Property("after 60 steps it is nearer than 0.001.", lambda run: run["distance"][-1] < 1e-3,
                 lambda run: "after 60 steps it is {:.2g} away, at ({:.2g}, {:.2g})".format(
                     run["distance"][-1], *run["path"][-1])),
    ),
    mistakes=(
        ("best rate without momentum", "(2 / 101, 0.0)",
         "Without momentum both directions shrink by 2 % a step. What lets the flat direction gather speed?"),
        ("beyond the limit", "(0.05, 0.0)",
         "0.05 times the curvature 100 is 5. How large may that product be without momentum?"),
        ("momentum, rate too small", "(0.001, 0.9)",
         "The flat direction still creeps. How much does the momentum 0.9 lengthen steps, and is the rate large "
         "enough for that?"),
        ("too much momentum", "(0.03, 0.95)",
         "The ball swings from side to side and takes long to come to rest. What makes it lose speed sooner?"),
    ),
    hints=("With momentum, rates up to (2 + 2 m) / 100 still converge. Try rates above the 0.0198 of plain descent.",
           "Too little momentum and the flat direction creeps, too much and it swings. Try values between a half and "
           "0.8."),
)
