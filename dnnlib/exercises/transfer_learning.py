"""The exercises on transfer: prepared pictures, a split, two phases, still statistics, numbers trained, a plan."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- pictures as the network knows them --------------------------------------------------------------------------


def prepared(x: np.ndarray, limits: tuple, mean: np.ndarray,
             deviation: np.ndarray, reverse: bool) -> np.ndarray:
    """Brings pictures into the form that a network was trained on.

    Args:
        x: Pictures of shape (N, H, W, C), numbers from 0 to 255, channels RGB.
        limits: The pair (low, high) that 0 and 255 become.
        mean: What is then taken from each channel, in the network's order, (C,).
        deviation: By what each channel is then divided, in the same order, (C,).
        reverse: Whether the network takes its channels in the reverse order.

    Returns:
        Array of shape (N, H, W, C).
    """
    low, high = limits
    if reverse:
        x = x[..., ::-1]
    x = low + (high - low) * x / 255
    return (x - mean) / deviation


def _photographs(seed, n, h, w):
    """Draws pictures whose numbers are whole, from 0 to 255."""
    return np.random.default_rng(seed).integers(0, 256, (n, h, w, 3)).astype(float)


def _by_its_own_pictures(x, limits, mean, deviation, reverse):
    low, high = limits
    x = low + (high - low) * (x[..., ::-1] if reverse else x) / 255
    return (x - x.mean(axis=(0, 1, 2))) / x.std(axis=(0, 1, 2))


PREPARED = Exercise(
    name="PREPARED",
    prompt="Every pretrained network has its own form of pictures, and its card says which. Write `prepared`, which "
           "covers most of them. Order the channels, then bring the numbers between the limits, then standardise each "
           "channel by the given mean and deviation.",
    reference=prepared,
    axes=("pictures", "rows", "columns", "channels"),
    cases=((np.array([[[[0.0, 51.0, 255.0]]]]), (0.0, 1.0), np.array([0.5, 0.25, 0.5]), np.array([0.5, 0.25, 1.0]),
            False),
           (np.array([[[[0.0, 51.0, 255.0]]]]), (-1.0, 1.0), np.zeros(3), np.ones(3), True),
           (_photographs(501, 2, 2, 3), (-1.0, 1.0), np.array([0.5, 0.25, -0.5]), np.array([2.0, 0.5, 0.25]), True),
           (_photographs(503, 2, 3, 2), (0.0, 1.0), np.array([0.5, 0.25, 0.75]), np.array([0.25, 0.5, 0.75]), False),
           (_photographs(505, 3, 2, 4), (0.0, 255.0), np.array([104.0, 117.0, 124.0]), np.ones(3), True),
           (_photographs(507, 2, 3, 4), (2.0, 5.0), np.array([1.0, 3.0, 2.0]), np.array([0.5, 2.0, 4.0]), False)),
    mistakes=(
        Slip("channels never reversed", "x[..., ::-1]", "x[..., :]",
             "Your channels are always in the order RGB. What does a network that was trained on BGR take for red?"),
        Slip("always reversed", "if reverse:", "if True:",
             "You reverse the channels of networks that take RGB as well. Which argument says when?"),
        Slip("pictures mirrored", "x[..., ::-1]", "x[:, :, ::-1]",
             "Your pictures are mirrored. Which axis holds the channels?"),
        Slip("pictures in reverse order", "x[..., ::-1]", "x[::-1]",
             "Your pictures come in the reverse order, each with its channels as before. Which axis does `x[::-1]` "
             "turn round?"),
        Mistake("reversed at the end", lambda x, limits, mean, deviation, reverse: prepared(
            x, limits, mean, deviation, False)[..., ::-1 if reverse else 1],
                "Your means belong to other channels than the network's. In whose order are they given?"),
        Slip("the low limit left out", "low + (high - low) * x / 255", "high * x / 255",
             "A black pixel stays 0 with you, whatever the limits. What should it become between −1 and 1?"),
        Slip("the range without its start", "low + (high - low) * x / 255", "(high - low) * x / 255",
             "Your numbers span the right range and begin at 0. What should a black pixel become?"),
        Slip("high for the range", "low + (high - low) * x / 255", "low + high * x / 255",
             "A black pixel is right with you. Add the two parts for a white one: is their sum the upper limit?"),
        Slip("always from 0 to 1", "low + (high - low) * x / 255", "x / 255",
             "Your numbers lie between 0 and 1, whatever network they are for. Which argument says where they belong?"),
        Slip("always from −1 to 1", "low + (high - low) * x / 255", "x / 127.5 - 1",
             "Your numbers lie between −1 and 1, as many networks want them. What does this one want?"),
        Slip("cut off at the limits", "low + (high - low) * x / 255", "np.clip(x, low, high)",
             "You cut off what lies beyond the limits. How many of the 256 levels of grey are left between 0 and 1?"),
        Slip("from the limits to 0 and 1", "low + (high - low) * x / 255", "(x - low) / (high - low)",
             "You bring numbers from the limits to 0 and 1. Between which numbers do they lie, and where are they to "
             "go?"),
        Slip("stretched to the limits", "low + (high - low) * x / 255",
             "low + (high - low) * (x - x.min()) / (x.max() - x.min())",
             "Your darkest pixel always becomes the lower limit. What happens to pictures taken at night?"),
        Slip("limits left out", "low + (high - low) * x / 255", "low + (high - low) * x",
             "Your numbers are far too large. Between which numbers do the pictures lie to begin with?"),
        Slip("divided by 256", "/ 255", "/ 256", "A white pixel does not quite reach the upper limit with you. What is "
                                                 "the largest number of a picture?"),
        Mistake("by its own pictures", _by_its_own_pictures,
                "You standardise these pictures by their own statistics. Which pictures' statistics did the network "
                "meet while it was trained?"),
        Slip("mean left out", "(x - mean) / deviation", "x / deviation",
             "You divide by the deviation, and the mean is still in there. What comes first?"),
        Slip("deviation left out", "(x - mean) / deviation", "(x - mean)",
             "Your channels have the right mean. By what is each divided then?"),
        Slip("deviation multiplied", "(x - mean) / deviation", "(x - mean) * deviation",
             "A channel that spreads widely spreads more still with you. Should it come out wider, or narrower?"),
        Slip("divided first", "(x - mean) / deviation", "x / deviation - mean",
             "You take off the mean after the division. In which unit is the mean given?"),
        Slip("the mean alone divided", "(x - mean) / deviation", "x - mean / deviation",
             "Only the mean is divided with you. Which of the two signs binds more strongly?"),
        Slip("a variance for the deviation", "(x - mean) / deviation", "(x - mean) / np.sqrt(deviation)",
             "You take a root of what you divide by. Is it a variance that the function is given?"),
        Mistake("standardised before the limits", lambda x, limits, mean, deviation, reverse: limits[0] + (
            limits[1] - limits[0]) * prepared(x, (0, 255), mean, deviation, reverse) / 255,
                "You standardise pictures from 0 to 255. Between which numbers do they lie when mean and deviation "
                "are to be used?"),
    ),
    hints=(
        "There are three steps, and their order is the one of the task: channels, limits, mean and deviation.",
        "0 becomes low, 255 becomes high, and all between lie on a straight line.",
        "x[..., ::-1] reverses the last axis.",
    ),
)


# -- split, then change ------------------------------------------------------------------------------------------


def split_copies(originals: np.ndarray, changed: np.ndarray,
                 held_out: np.ndarray) -> tuple:
    """Splits a set of pictures that already holds changed copies.

    Args:
        originals: Number of the original that each picture was made from, (M,).
        changed: Whether the picture is a changed copy, shape (M,), bool.
        held_out: Numbers of the originals to be held out, shape (k,).

    Returns:
        Places of the training and of the validation pictures, both ascending.
    """
    out = np.isin(originals, held_out)
    training = np.flatnonzero(~out)
    validation = np.flatnonzero(out & ~changed)
    return training, validation


def _copies(seed, originals, copies):
    """Draws a mixed-up set of originals with their copies, and what to hold out."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(originals * (1 + copies))
    numbers = np.repeat(rng.permutation(50)[:originals], 1 + copies)[order]
    changed = np.tile(np.arange(1 + copies) > 0, originals)[order]
    return numbers, changed, rng.permutation(np.unique(numbers))[: max(1, originals // 3)]


SPLIT_COPIES = Exercise(
    name="SPLIT_COPIES",
    prompt="Somebody hands you a folder in which changed copies already lie among the originals, so it is too late to "
           "split before augmenting. What you have is a list that says from which original each picture was made. "
           "Write `split_copies`. No original may be on both sides in any form, and the validation is to be done with "
           "pictures as they are, without changed copies.",
    reference=split_copies,
    outputs=("training places", "validation places"),
    cases=((np.array([7, 7, 4, 4, 9, 9]), np.array([False, True, True, False, False, True]), np.array([4])),
           _copies(511, 4, 2), _copies(513, 6, 1), _copies(515, 7, 3),
           (np.array([3, 1, 1, 3, 2, 1]), np.array([False, False, True, True, False, True]), np.array([2, 1]))),
    mistakes=(
        Slip("copies judge too", "out & ~changed", "out",
             "Changed copies are among those that judge. With which pictures is the validation to be done?"),
        Slip("copies of held-out pictures learned", "np.flatnonzero(~out)", "np.flatnonzero(~out | changed)",
             "The network learns from copies of the pictures that judge it. What do a copy and its original share?"),
        Slip("copies left out of training", "np.flatnonzero(~out)", "np.flatnonzero(~out & ~changed)",
             "You throw the copies of the training pictures away. What were they made for?"),
        Mistake("sides swapped", lambda originals, changed, held_out: split_copies(originals, changed, held_out)[::-1],
                "Your two results have changed places. Which comes first?"),
        Slip("places for originals", "np.isin(originals, held_out)", "np.isin(np.arange(len(originals)), held_out)",
             "You hold out pictures at these places. What do the numbers in `held_out` name?"),
        Slip("copies alone judge", "out & ~changed", "out & changed",
             "It is the copies that judge with you. What should the validation pictures be like?"),
        Slip("the rest held out", "np.isin(originals, held_out)", "~np.isin(originals, held_out)",
             "You train with the originals that were to be held out. Which side do they belong to?"),
        Slip("numbers for places", "training = np.flatnonzero(~out)", "training = originals[~out]",
             "You return numbers of originals. What is wanted are places in the list of pictures; how are they found?"),
        Mistake("masks for places", lambda originals, changed, held_out: (
            ~np.isin(originals, held_out), np.isin(originals, held_out) & ~changed),
                "You return one truth value for each picture. At which places are they true?"),
        Slip("the first one only", "np.isin(originals, held_out)", "originals == held_out[0]",
             "You hold out one original. How many numbers does `held_out` have?"),
        Mistake("one original after the other", lambda originals, changed, held_out: (
            split_copies(originals, changed, held_out)[0],
            np.concatenate([np.flatnonzero((originals == one) & ~changed) for one in held_out])),
                "Your validation pictures are the right ones, in the order of `held_out`. In which order are they to "
                "come?"),
        Mistake("first of each original", lambda originals, changed, held_out: (
            split_copies(originals, changed, held_out)[0], np.array([np.argmax(originals == one) for one in held_out])),
                "You take the first picture that was made from each held-out original. Is that always the original "
                "itself?"),
        Slip("copies alone learned", "np.flatnonzero(~out)", "np.flatnonzero(~out & changed)",
             "You train with copies alone. What speaks against the originals that they were made from?"),
        Slip("all originals judge", "out & ~changed", "~changed",
             "Every unchanged picture judges with you. Which of them does the network know from its training?"),
    ),
    hints=(
        "Decide for each picture first whether its original is held out. `np.isin` does it for all at once.",
        "Training takes every picture whose original stays, changed or not; validation takes fewer than all others.",
    ),
)


# -- frozen after compile ----------------------------------------------------------------------------------------


def two_phases(x: np.ndarray, y: np.ndarray, base: np.ndarray, head: np.ndarray,
               rates: tuple, steps: tuple) -> tuple:
    """Trains the head of a linear network behind a frozen base, then both.

    Args:
        x: Inputs of shape (N, n).
        y: Targets of shape (N, K).
        base: Pretrained kernel of shape (n, m).
        head: New kernel of shape (m, K).
        rates: The learning rates of the two phases.
        steps: How many steps each phase has.

    Returns:
        Both kernels after the second phase.
    """
    weights = {"base": base, "head": head}
    trainable, rate = {"head"}, rates[0]
    compiled = sorted(trainable)  # looked up once, as in Keras
    for step in range(sum(steps)):
        if step == steps[0]:
            trainable.add("base")
            compiled = sorted(trainable)
            rate = rates[1]
        h = x @ weights["base"]
        error = 2 * (h @ weights["head"] - y) / y.size
        slopes = {"base": x.T @ error @ weights["head"].T, "head": h.T @ error}
        for name in compiled:
            weights[name] = weights[name] - rate * slopes[name]
    return weights["base"], weights["head"]


def _linear(seed, n, inputs, hidden, outputs):
    """Draws (x, y, base, head)."""
    shapes = (n, inputs), (n, outputs), (inputs, hidden), (hidden, outputs)
    return tuple(quarters(seed + 2 * i, *shape) for i, shape in enumerate(shapes))


TWO_PHASES = BugHunt(
    name="TWO_PHASES",
    prompt="`two_phases` should train the head alone, and then fine-tune head and base with a smaller rate. The loss "
           "falls, nothing complains, and yet the base comes back just as it went in; when somebody made it move, it "
           "forgot in a few steps what it knew. There are two faults. A step changes the weights in `compiled`, as "
           "Keras changes those that were trainable when its first step ran; leave that as it is.",
    reference=two_phases,
    outputs=("base", "head"),
    cases=((np.array([[1.0, 2.0]]), np.array([[1.0]]), np.array([[1.0], [0.5]]), np.array([[0.25]]), (0.125, 0.0625),
            (1, 1)),
           (*_linear(521, 4, 3, 2, 2), (0.05, 0.01), (2, 3)), (*_linear(531, 5, 2, 3, 2), (0.04, 0.02), (3, 1)),
           (*_linear(541, 3, 4, 2, 1), (0.02, 0.005), (1, 2)), (*_linear(551, 6, 2, 2, 3), (0.03, 0.01), (4, 2))),
    bugs=(
        Slip("thawed after compile", 'trainable.add("base")\n            compiled = sorted(trainable)',
             'compiled = sorted(trainable)\n            trainable.add("base")',
             "Your base comes back as it went in. When is it settled which weights a step may change?"),
        Slip("full learning rate", "rate = rates[1]", "rate = rates[0]",
             "Your second phase takes steps as long as the first. Which rate was meant for weights that know something "
             "already?"),
    ),
    mistakes=(
        Slip("base trained from the start", '{"head"}', '{"head", "base"}',
             "Your base moves in the first phase already, when the head is still random. Who should learn alone then?"),
        Slip("head frozen in the second phase", "            compiled = sorted(trainable)\n",
             '            compiled = ["base"]\n',
             "Your head stands still in the second phase. Which weights are trained then?"),
        Slip("one phase alone", "step == steps[0]", "step == 0",
             "Your head never learned alone. What does a random head do to a base that is trained with it?"),
        Slip("second phase too early", "step == steps[0]", "step == steps[0] - 1",
             "Your second phase begins a step early. How many steps has the first?"),
        Slip("second phase too late", "step == steps[0]", "step == steps[0] + 1",
             "Your second phase begins a step late. How many steps has the first?"),
        Slip("small rate throughout", "rates[0]", "rates[-1]",
             "Your first phase creeps. Which of the two rates is meant for it?"),
        Mistake("rates swapped", lambda x, y, base, head, rates, steps: two_phases(
            x, y, base, head, rates[::-1], steps),
                "Each of your phases has the other's rate. Which is the smaller, and who needs it?"),
        Slip("steps swapped", "step == steps[0]", "step == steps[1]",
             "Each of your phases is as long as the other should be. Which number of `steps` belongs to the first?"),
        Slip("first phase alone", "range(sum(steps))", "range(steps[0])",
             "Your steps are over before the second phase has begun. How many are there in all?"),
        Slip("base alone first", "compiled = sorted(trainable)  #", 'compiled = ["base"]  #',
             "In your first phase the base learns behind a random head. Which of the two is to learn alone?"),
        Slip("thawed a step late",
             'if step == steps[0]:\n            trainable.add("base")\n            compiled = sorted(trainable)',
             'compiled = sorted(trainable)\n        if step == steps[0]:\n            trainable.add("base")',
             "Your base moves, but misses the first step of its phase. What has happened at that step before the list "
             "is made?"),
        Slip("a rate for each kernel", "- rate *", '- (rate if name == "base" else rates[0]) *',
             "Your head keeps its large rate in the second phase. For which kernels is the smaller one meant?"),
        Slip("rates multiplied", "rate = rates[1]", "rate = rates[0] * rates[1]",
             "Your second rate is smaller than the smaller of the two. Are the rates factors?"),
        Slip("a tenth of the rate", "rate = rates[1]", "rate = rates[0] / 10",
             "You have chosen the second rate yourself. Where is it given?"),
        Slip("begun anew", "rate = rates[1]", 'rate, weights = rates[1], {"base": base, "head": head}',
             "Your second phase begins with the head as it was at first. What was the first phase for?"),
    ),
    hints=(
        "Follow the base through the second phase: in which line could it change, and what decides whether it does?",
        "`compiled` is a list, made once. It does not hear of what happens to `trainable` later.",
        "Once the base moves, look at how far a step goes.",
    ),
)


# -- statistics that move in a frozen network --------------------------------------------------------------------


def train_step(x: np.ndarray, y: np.ndarray, norm: tuple, head: np.ndarray,
               rate: float, training: bool, trainable: bool) -> tuple:
    """Takes one step with a head behind batch normalisation, frozen or not.

    Args:
        x: Inputs of shape (N, C).
        y: Targets of shape (N, K).
        norm: Scale, shift, moving mean and moving variance, each of shape (C,).
        head: Kernel of shape (C, K); a step always trains it.
        rate: The learning rate.
        training: Whether the network was called as one that trains.
        trainable: Whether the normalisation is trained; if not, it is frozen.

    Returns:
        Scale, shift, moving mean and variance, and the head, after the step.
    """
    gamma, beta, mean, variance = norm
    mu, var = x.mean(axis=0), x.var(axis=0)
    if training and trainable:
        mean, variance = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * var
    if not training or not trainable:
        mu, var = mean, variance
    x_hat = (x - mu) / np.sqrt(var + 0.001)
    h = gamma * x_hat + beta
    error = 2 * (h @ head - y) / y.size
    back = error @ head.T
    if trainable:
        gamma = gamma - rate * (back * x_hat).sum(axis=0)
        beta = beta - rate * back.sum(axis=0)
    return gamma, beta, mean, variance, head - rate * h.T @ error


def _frozen(seed, n, c, k, training, trainable):
    """Draws the arguments of a step."""
    norm = *(quarters(seed + 2 * i, c) for i in range(3)), np.abs(quarters(seed + 6, c))
    x, y, head = (quarters(seed + 8 + 2 * i, *shape) for i, shape in enumerate(((n, c), (n, k), (c, k))))
    return x, y, norm, head, 0.25, training, trainable


STILL_STATISTICS = BugHunt(
    name="STILL_STATISTICS",
    prompt="`train_step` trains a head behind a layer of batch normalisation. With `trainable=False` the layer is "
           "frozen, which in Keras means that its averages stay where they are and that they are what it normalises "
           "with, even when the network is called with `training=True`. Here it drifts away from what it was, although "
           "its scale and shift stay, and the head learns from other features than it will meet in use. Repair "
           "the frozen case; the others are right.",
    reference=train_step,
    outputs=("scale", "shift", "moving mean", "moving variance", "head"),
    cases=((np.array([[1.0], [3.0]]), np.array([[1.0], [0.0]]),
            (np.array([2.0]), np.array([0.5]), np.array([0.0]), np.array([4.0])), np.array([[0.5]]), 0.25, True, False),
           _frozen(561, 4, 2, 1, True, False), _frozen(581, 3, 2, 2, True, True), _frozen(601, 5, 3, 2, False, False),
           _frozen(621, 4, 3, 2, False, True), _frozen(641, 6, 2, 3, True, False)),
    bugs=(
        Slip("averages move", "if training and trainable:", "if training:",
             "Frozen, your moving averages move. How much of the pretrained ones is left after 50 such steps?"),
        Slip("normalised with the batch", "if not training or not trainable:", "if not training:",
             "Frozen, your layer normalises with the mean of the batch. Which features will the head meet in use?"),
    ),
    mistakes=(
        Slip("never with the batch", "if not training or not trainable:", "if True:",
             "Your layer never normalises with its batch, not even when it is trained itself. When should it?"),
        Slip("averages never move", "if training and trainable:", "if training and not trainable and trainable:",
             "Your averages stay even where the layer is trained. When should they move?"),
        Slip("averages move in use", "if training and trainable:", "if trainable:",
             "Your averages move when the network is called for use, too. Which two conditions have to hold?"),
        Slip("batch in use", "if not training or not trainable:", "if not trainable:",
             "In use your trainable layer normalises with the batch. Which two conditions have to hold?"),
        Slip("scale and shift move", "if trainable:\n", "if training:\n",
             "Frozen, your scale and shift learn. Which flag guards them?"),
        Slip("scale and shift stay", "if trainable:\n", "if trainable and not trainable:\n",
             "Your scale and shift never learn. When should they?"),
        Slip("scale and shift stay in use", "if trainable:\n", "if trainable and training:\n",
             "You have changed when scale and shift learn. That was right before; what was not?"),
        Slip("scale and shift always move", "if trainable:\n", "if True:\n",
             "Your scale and shift learn whatever the flags say. Which lines were guarded before?"),
        Slip("averages move when frozen", "if training and trainable:", "if training and not trainable:",
             "Your averages move where the layer is frozen, and only there. Which way round should it be?"),
        Slip("normalised with averages that moved",
             "if not training or not trainable:\n        mu, var = mean, variance",
             "if not training:\n        mu, var = mean, variance\n    elif not trainable:\n"
             "        mu, var = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * var",
             "Frozen, your averages come back as they were, but it is not with them that your layer has normalised. "
             "Had they moved by then?"),
        Slip("head frozen too", "head - rate * h", "head - rate * trainable * h",
             "With the layer your head is frozen, too. What is said of the head among the arguments?"),
        Slip("frozen for left out", "h = gamma * x_hat + beta", "h = gamma * x_hat + beta if trainable else x",
             "Frozen, your layer hands its inputs on as they are. Does a frozen layer stop working?"),
        Slip("scale and shift left out", "h = gamma * x_hat + beta", "h = gamma * x_hat + beta if trainable else x_hat",
             "Frozen, your layer normalises and no more. What becomes of the scale and shift that it has learned?"),
    ),
    hints=(
        "Call the function with training=True and trainable=False, and compare the averages before and after.",
        "Two lines ask for `training` alone. What else has to be true, for a layer that is frozen?",
    ),
)


# -- how many numbers are trained --------------------------------------------------------------------------------


TRAINED_NUMBERS = Estimate(
    name="TRAINED_NUMBERS",
    prompt="A network for pictures with one channel has a convolution of 3×3 with 16 kernels, batch normalisation, a "
           "convolution of 3×3 with 32 kernels, batch normalisation, a mean over all positions, and a dense layer for "
           "10 classes. The convolutions have no bias, the dense layer has one. The first convolution and the first "
           "batch normalisation are frozen. How many numbers does gradient descent change?",
    variable="numbers_trained",
    unit="numbers",
    working="""
    second = 3 * 3 * 16 * 32
    scale_and_shift = 2 * 32
    head = 32 * 10 + 10
    numbers_trained = second + scale_and_shift + head
    """,
    tolerance=0.001,
    slips=(
        Slip("moving statistics counted", "2 * 32", "4 * 32",
             "You count four numbers a channel for the normalisation. Which two of them does no gradient reach?"),
        Slip("normalisation left out", "second + scale_and_shift + head", "second + head",
             "A number is missing for each map and one more. Has the second normalisation anything to learn?"),
        Slip("bias of the head left out", "32 * 10 + 10", "32 * 10",
             "Ten numbers are missing. What does a dense layer add to its sums?"),
        Slip("one input channel", "3 * 3 * 16 * 32", "3 * 3 * 32",
             "Far too few. Through how many maps does a kernel of the second convolution reach?"),
        Slip("bias in the convolution", "3 * 3 * 16 * 32", "(3 * 3 * 16 + 1) * 32",
             "You give each kernel a bias. What does the task say of it?"),
        Slip("head alone", "second + scale_and_shift + head", "head",
             "You count the head alone. Which layers are frozen, and which are not?"),
        Slip("everything", "second + scale_and_shift + head", "3 * 3 * 16 + 2 * 16 + second + scale_and_shift + head",
             "You count the frozen layers too. What does gradient descent do to them?"),
        Slip("first convolution thawed", "second + scale_and_shift + head",
             "3 * 3 * 16 + second + scale_and_shift + head",
             "You count both convolutions. Which of them is frozen?"),
        Slip("everything and the statistics", "second + scale_and_shift + head",
             "3 * 3 * 16 + 4 * 16 + second + 4 * 32 + head",
             "You count all that the network keeps. Which of it is frozen, and which is counted and not learned?"),
        Slip("one number a channel", "2 * 32", "32",
             "You count one number a channel for the normalisation. What does it do to a channel that it has "
             "standardised?"),
        Slip("head left out", "second + scale_and_shift + head", "second + scale_and_shift",
             "You count no dense layer. Which layer is new, and has everything to learn?"),
        Slip("kernels without area", "3 * 3 * 16 * 32", "16 * 32",
             "Your second convolution has one weight for each pair of maps. How large are its kernels?"),
        Slip("frozen numbers", "second + scale_and_shift + head", "3 * 3 * 16 + 2 * 16",
             "You count what is frozen. Which numbers are asked for?"),
    ),
    hints=("A kernel of the second convolution has 3 · 3 · 16 weights, and there are 32 kernels.",
           "Of the four numbers that batch normalisation keeps for a channel, two are learned."),
)


# -- a plan ------------------------------------------------------------------------------------------------------

# What each of four blocks costs for one picture, in millions of multiply-accumulates.
BLOCKS = (1.2, 2.4, 1.2, 0.3)


def _plan(value):
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise ValueError(f"Expected (frozen blocks, pictures a class, epochs), received {value!r}.")
    try:
        frozen, pictures, epochs = (int(number) for number in value)
    except (TypeError, ValueError):
        raise ValueError(f"Expected three whole numbers, received {value!r}.") from None
    if tuple(value) != (frozen, pictures, epochs) or not 0 <= frozen <= 4 or pictures < 1 or epochs < 1:
        raise ValueError(f"Expected whole numbers: from 0 to 4 frozen blocks, at least 1 picture and 1 epoch, received "
                         f"{value!r}.")
    once = 10 * pictures * sum(BLOCKS[:frozen])
    again = 3 * epochs * 10 * pictures * sum(BLOCKS[frozen:])
    return {"frozen": frozen, "minutes": 10 * pictures * 5 / 60, "seen": epochs, "labelled": pictures,
            "work": once + again, "once": once}


PLAN = Design(
    name="PLAN",
    prompt="A network has four blocks, which cost 1.2, 2.4, 1.2 and 0.3 million multiply-accumulates for one picture; "
           "the new head costs next to nothing. Frozen blocks run once for each picture, and what they give is kept. "
           "The others run in every epoch, forward and back, at three times the cost. Plan how to reach ten classes: "
           "how many of the first blocks are frozen, how many pictures a class you label, and how many epochs you "
           "train. A label takes five seconds, and you have 20 minutes. You want at least 20 pictures a class and 20 "
           "epochs, to train at least one block beside the head, and to stay below 8,000 million "
           "multiply-accumulates in all.",
    variable="plan",
    start="(0, 100, 20)",
    example="(3, 22, 30)",
    read=_plan,
    properties=(
        Property("labelling takes at most 20 minutes.", lambda plan: plan["minutes"] <= 20,
                 lambda plan: f"yours takes {plan['minutes']:.0f}"),
        Property("there are at least 20 pictures a class.", lambda plan: plan["labelled"] >= 20,
                 lambda plan: f"yours has {plan['labelled']}"),
        Property("there are at least 20 epochs.", lambda plan: plan["seen"] >= 20,
                 lambda plan: f"yours has {plan['seen']}"),
        Property("at least one block is trained.", lambda plan: plan["frozen"] <= 3,
                 lambda plan: "all four are frozen"),
        Property("the work is at most 8,000 million multiply-accumulates.", lambda plan: plan["work"] <= 8000,
                 lambda plan: f"yours takes {plan['work']:,.0f} million, {plan['once']:,.0f} of them in frozen blocks"),
    ),
    mistakes=(
        ("two blocks thawed", "(2, 20, 20)",
         "The labels fit, and the third block alone costs more than all the rest. How often does it run?"),
        ("all frozen", "(4, 24, 100)",
         "Next to no work, but nothing of the old network is fitted to the new pictures. How many blocks may stay "
         "frozen?"),
        ("as many pictures as epochs allow", "(3, 40, 20)",
         "That work would do, but who labels 400 pictures? How many fit into 20 minutes?"),
        ("everything trained", "(0, 20, 20)",
         "Every block runs three times over in every epoch with you. Which of them are the dear ones?"),
    ),
    hints=("Twenty minutes are 240 labels, so 24 pictures a class.",
           "With n pictures a class and e epochs the last block alone takes 3 · e · 10 n · 0.3 million."),
)
