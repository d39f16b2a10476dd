"""The exercises on a complete network: from scores to a loss, a training step, a design, dense layers that slide."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip
from dnnlib.layers.receptive_field import Window, receptive_field

# -- softmax -----------------------------------------------------------------------------------------------------


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turns each row of scores into probabilities, without overflow.

    Args:
        scores: Array of shape (N, K), one row for each example; may be very large.

    Returns:
        Array of shape (N, K): positive (or rounded to zero), each row sums to 1.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)  # the largest exponent is 0
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)


def _softmax_with(shift, axis=1):
    """Builds a softmax that subtracts something else first."""
    def answer(scores):
        with np.errstate(all="ignore"):
            powers = np.exp(scores - shift(scores))
            return powers / powers.sum(axis=axis, keepdims=True)
    return answer


def _softmax_half_shifted(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores - _row_max(scores)) / np.exp(scores).sum(axis=1, keepdims=True)


def _row_max(scores):
    return scores.max(axis=1, keepdims=True)


SOFTMAX = Exercise(
    name="SOFTMAX",
    prompt="Write `softmax` for a batch: $p_{nk} = e^{z_{nk}} / \\sum_j e^{z_{nj}}$. Some scores are as large as 1500, "
           "where `np.exp` overflows. Your function must survive that.",
    reference=softmax,
    axes=("examples", "classes"),
    cases=((np.array([[2.0, 1.0, 0.0]]),), (np.array([[0.5, -0.25], [1.5, 0.75], [-1.0, 0.25]]),),
           (quarters(101, 2, 4),), (np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]]),),
           (np.array([[1500.0, -1500.0, 1499.0], [0.25, 0.5, -0.5]]),), (quarters(103, 5, 3),),
           (np.array([[600.0, 599.0, -1100.0]]),)),
    mistakes=(
        Slip("logarithm", "return powers / powers.sum(axis=1, keepdims=True)",
             "return shifted - np.log(powers.sum(axis=1, keepdims=True))",
             "You return the logarithms of the probabilities. What turns them back?"),
        Slip("rows shifted, one sum", "powers.sum(axis=1, keepdims=True)", "powers.sum()",
             "All rows together sum to 1. Over which numbers does one example's sum go?"),
        Mistake("no shift by the maximum", _softmax_with(lambda scores: 0),
                "What is `np.exp(1000)`? Which number can you take from all scores of a row without changing the "
                "ratio?"),
        Mistake("wrong axis", _softmax_with(lambda scores: scores.max(axis=0, keepdims=True), axis=0),
                "Your columns sum to 1. Which axis holds the classes of one example?"),
        Mistake("one sum for the whole batch", _softmax_with(np.max, axis=(0, 1)),
                "All entries of your result together sum to 1. How many distributions are there in a "
                "batch?"),
        Mistake("one maximum for the whole batch", _softmax_with(np.max),
                "You subtract the largest score of the whole batch. What is left of a row whose scores all lie far "
                "below it?"),
        Mistake("shifted by the mean", _softmax_with(lambda scores: scores.mean(axis=1, keepdims=True)),
                "You shift each row by its mean. How large can an exponent still be after that, and which shift "
                "makes sure that none is positive?"),
        Mistake("shifted by the smallest", _softmax_with(lambda scores: scores.min(axis=1, keepdims=True)),
                "You subtract the smallest score of each row. How large are the exponents after that?"),
        Mistake("shift added", _softmax_with(lambda scores: -_row_max(scores)),
                "You add each row's maximum to its scores. Do the exponents become larger or smaller?"),
        Mistake("divided by the maximum", lambda scores: softmax(scores / _row_max(scores)),
                "You divide the scores by the largest one. Which change of the scores leaves their differences as they "
                "are?"),
        Mistake("shift above the line only", _softmax_half_shifted,
                "You shift the exponents above the fraction line alone. What has to happen below it, so that the shift "
                "cancels?"),
        Mistake("scores cut off", lambda scores: softmax(np.clip(scores, -500, 500)),
                "Where scores are large, you cut them off: 1500 and 1499 become equal. Which change of the scores "
                "leaves their differences as they are?"),
        Mistake("softmax twice", lambda scores: softmax(softmax(scores)),
                "Your probabilities are nearly equal even where one score is far ahead: the softmax is applied to "
                "probabilities. How often is it applied?"),
        Mistake("no sum", lambda scores: np.exp(scores - _row_max(scores)),
                "The largest entry of every row is 1. What are the powers divided by?"),
    ),
    properties=(Property("the entries of each row sum to 1.",
                         lambda output, scores: bool(np.allclose(output.sum(axis=1), 1, atol=1e-4))),),
    hints=(
        "Do one row first: powers of e, then each divided by their sum.",
        "Which axis of a (N, K) array runs over the classes? `keepdims=True` keeps the sums as a column, so that the "
        "division lines up row by row.",
        "Subtract each row's maximum m before `np.exp`: `exp(z - m) / sum(exp(z - m))` is the same ratio, and no "
        "exponent is positive.",
    ),
)


# -- cross-entropy and its gradient ------------------------------------------------------------------------------


def cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple:
    """Computes the mean cross-entropy of softmax(scores), and its gradient.

    Args:
        scores: Array of shape (N, K).
        labels: Array of shape (N,): the true class of each example, from 0 to K - 1.

    Returns:
        The mean over the examples of -log p[label], a number; and its gradient with
        respect to the scores, of shape (N, K).
    """
    n = len(scores)
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), labels]).mean()
    gradient = p.copy()
    gradient[np.arange(n), labels] -= 1
    return loss, gradient / n


def _entropy(loss=None, gradient=None):
    """Builds a wrong answer from what it does with p, the one-hot labels t and the number of examples."""
    def answer(scores, labels):
        right = cross_entropy(scores, labels)
        p, t = softmax(scores), np.eye(scores.shape[1])[labels]
        return (right[0] if loss is None else loss(p, t, len(p)),
                right[1] if gradient is None else gradient(p, t, len(p)))
    return answer


def _true(p, t):
    return (p * t).sum(axis=1)


def _every_label_in_every_row(scores, labels):
    p, n = softmax(scores), len(scores)
    gradient = p.copy()
    gradient[:, labels] -= 1
    return -np.log(p[:, labels]).mean(), gradient / n


def _entropy_in_float32(scores, labels):
    powers = np.exp(scores.astype(np.float32))
    p = powers / powers.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).mean()


CROSS_ENTROPY = Exercise(
    name="CROSS_ENTROPY",
    prompt="Write `cross_entropy`: from scores and labels, the mean of $-\\log p_{\\text{label}}$ and its gradient "
           "with respect to the **scores**. It returns the pair `(loss, gradient)`. You may write your softmax again "
           "inside; scores stay below 100 here.",
    reference=cross_entropy,
    outputs=("loss", "gradient"),
    axes=("examples", "classes"),
    cases=((np.array([[2.0, 1.0, 0.0]]), np.array([1])), (np.array([[9.0, 0.0]]), np.array([1])),
           (np.array([[99.0, -99.0, 0.0], [12.0, 0.0, 25.0]]), np.array([1, 0])),
           (np.array([[0.5, -0.25, 1.0], [1.5, 0.75, -0.5]]), np.array([0, 2])),
           (quarters(111, 3, 4), np.array([3, 0, 3])), (quarters(113, 4, 2), np.array([1, 1, 0, 1])),
           (quarters(115, 6, 5), np.array([4, 0, 2, 2, 1, 3]))),
    mistakes=(
        Mistake("clipped at a hundredth", _entropy(loss=lambda p, t, n: -np.log(np.clip(_true(p, t), 0.01, 1)).mean()),
                "Your loss never rises above 4.6. What is the loss of a true class whose probability is one in a "
                "million, and what does a clip make of it?"),
        Mistake("a little added", _entropy(loss=lambda p, t, n: -np.log(_true(p, t) + 1e-7).mean()),
                "For scores far apart your loss never rises above 16. What does a small number that is added to p do "
                "where p is smaller still?"),
        Mistake("probabilities clipped as Keras does", _entropy(
            loss=lambda p, t, n: -np.log(np.clip(_true(p, t), 1e-7, 1 - 1e-7)).mean()),
                "For scores far apart your loss stops at 16.1, the logarithm of a clipped probability. From the scores "
                "it can be had exactly: which form of the loss needs no p?"),
        Mistake("float32 without a shift", lambda scores, labels: (
            _entropy_in_float32(scores, labels), cross_entropy(scores, labels)[1]),
                "For scores far apart your loss is no finite number. What is `np.exp(99)` in float32, and which number "
                "may be taken from all scores of a row before?"),
        Mistake("no -1 at the label", _entropy(gradient=lambda p, t, n: p / n),
                "Every entry of yours is positive, so every score would be pushed down. What happens at the true "
                "class?"),
        Mistake("gradient of the sum", _entropy(gradient=lambda p, t, n: p - t),
                "The loss is a mean over the examples. How much does one of N examples move a mean?"),
        Mistake("gradient with respect to the probabilities", _entropy(gradient=lambda p, t, n: -t / p / n),
                "This is the derivative with respect to the probabilities. How do all of them change with one score?"),
        Mistake("only the label's entry", _entropy(gradient=lambda p, t, n: (p - 1) * t / n),
                "Only the true class gets a gradient. Does a larger score of another class leave the loss as it is?"),
        Mistake("sum for mean", _entropy(loss=lambda p, t, n: -np.log(_true(p, t)).sum()),
                "Your loss grows with the size of the batch. What is done with the N examples' losses?"),
        Mistake("logarithm of the mean", _entropy(loss=lambda p, t, n: -np.log(_true(p, t).mean())),
                "You average the probabilities and then take the logarithm. Which comes first?"),
        Mistake("mean over the classes too", _entropy(loss=lambda p, t, n: -(t * np.log(p)).mean()),
                "You take the mean over all N·K entries, K − 1 of K of which are zero. How many losses has the batch?"),
        Mistake("all classes", _entropy(loss=lambda p, t, n: -np.log(p).sum(axis=1).mean()),
                "You add up the logarithms of all classes. Which class's probability does the label pick?"),
        Mistake("every label in every row", _every_label_in_every_row,
                "`p[:, labels]` takes the columns of **all** labels from every row. How do you pick one entry from "
                "each row?"),
        Mistake("both are sums", _entropy(loss=lambda p, t, n: -np.log(_true(p, t)).sum(),
                                          gradient=lambda p, t, n: p - t),
                "Both grow with the size of the batch. Where is the mean over the examples taken?"),
    ),
    properties=(Property("each row of the gradient sums to 0: a constant added to all scores of a row changes nothing.",
                         lambda output, scores, labels: bool(np.allclose(output[1].sum(axis=1), 0, atol=1e-4))),),
    hints=(
        "Softmax first. `p[np.arange(n), labels]` picks the true class's probability from every row.",
        "Do one example by hand: with scores z and true class t, `-log(p[t])` is `log(sum(exp(z))) - z[t]`. What is "
        "its derivative with respect to `z[t]`, and to another `z[k]`?",
        "The derivative is `p[k]` everywhere, less 1 at the true class; divided by N, because the loss is a mean.",
    ),
)


# -- a dense layer that slides -----------------------------------------------------------------------------------


def slide_dense(maps: np.ndarray, weights: np.ndarray, bias: np.ndarray,
                height: int, width: int) -> np.ndarray:
    """Applies a dense layer, made for flattened maps, at every place of larger maps.

    Args:
        maps: Array of shape (H, W, C), at least height x width.
        weights: The dense layer's weights, shape (height * width * C, K).
        bias: Its biases, shape (K,).
        height: Height of the maps that the layer was made for.
        width: Their width.

    Returns:
        Array of shape (H - height + 1, W - width + 1, K): K numbers for each window.
    """
    rows, columns = maps.shape[0] - height + 1, maps.shape[1] - width + 1
    out = np.zeros((rows, columns, len(bias)))
    for i in range(rows):
        for j in range(columns):
            window = maps[i:i + height, j:j + width]
            out[i, j] = window.ravel() @ weights + bias
    return out


SLIDE_DENSE = Exercise(
    name="SLIDE_DENSE",
    prompt="A dense layer was trained on flattened maps of `height` × `width`. Now larger maps come. Write "
           "`slide_dense`: cut out every window of the old size, flatten it as `Flatten` does, and apply the layer. "
           "(That is a convolution whose kernel is as large as the old map.)",
    reference=slide_dense,
    axes=("places down", "places across", "units"),
    cases=((whole(151, 2, 3, 1), whole(152, 2, 2), whole(153, 2), 1, 2),
           (whole(154, 2, 3, 2), whole(155, 12, 2), whole(156, 2), 2, 3),
           (whole(157, 3, 4, 2), whole(158, 8, 3), whole(159, 3), 2, 2),
           (quarters(160, 4, 6, 3), quarters(161, 18, 4), quarters(162, 4), 2, 3),
           (quarters(163, 6, 5, 2), quarters(164, 12, 3), quarters(165, 3), 3, 2)),
    mistakes=(
        Slip("channels first", "window.ravel()", "np.moveaxis(window, 2, 0).ravel()",
             "You flatten channel after channel. In which order does `Flatten` lay out a map whose channels come "
             "last?"),
        Slip("windows by columns", "window.ravel()", "window.swapaxes(0, 1).ravel()",
             "You flatten a window column by column. Which index runs faster in `ravel`: the row or the column?"),
        Slip("flattened as in Fortran", "window.ravel()", "window.ravel(order='F')",
             "When you flatten, the row runs fastest (`order=\"F\"`). Which index runs fastest in `Flatten`?"),
        Slip("flipped", "window.ravel()", "window[::-1, ::-1].ravel()",
             "Your windows meet the weights turned by 180°. Does a dense layer flip its input?"),
        Slip("weights of the units mixed", "@ weights", "@ weights.reshape(weights.shape[::-1]).T",
             "You reshape the weights where a transpose was meant. Is a column of `weights` still one unit's?"),
        Slip("windows side by side", "return out", "return out[::height, ::width]",
             "Your windows do not overlap. By how many pixels does a window move on?"),
        Slip("no +1", "return out", "return out[:-1, :-1]",
             "The last row and the last column of windows are missing. How many places are there if the maps have the "
             "old size?"),
        Slip("only the first window", "return out", "return out[:1, :1]",
             "You apply the layer once, at the top left. How many windows of that size are there?"),
        Slip("ReLU at the end", "return out", "return np.maximum(out, 0)",
             "None of your scores is negative. Does the ReLU belong to the dense layer?"),
        Slip("softmax at the end", "return out", "return softmax(out.reshape(-1, len(bias))).reshape(out.shape)",
             "Your numbers are probabilities. Does the softmax belong to this dense layer?"),
        Slip("mean over the window", "@ weights", "@ weights / len(weights)",
             "You take the mean of the products. What does a dense layer do with them?"),
        Slip("bias for every pixel", "+ bias", "+ height * width * bias",
             "You add the bias once for every pixel of a window. How often is it in one unit's sum?"),
        Slip("last windows not written", "return out", "out[-1:] = 0; out[:, -1:] = 0; return out",
             "The last row and the last column of your result are zeros. Where do your loops end?"),
        Slip("bias subtracted", "+ bias", "- bias", "You subtract the bias. What does a dense layer do with it?"),
    ),
    hints=(
        "How many windows of the old size are there, down and across? That is the shape of the result, with K behind "
        "it.",
        "Two loops over the top left corners. What is `maps[i:i + height, j:j + width].ravel()`, and how long is it?",
        "A window laid flat, `@ weights + bias`, gives the K numbers of its place.",
    ),
)


# -- a training step ---------------------------------------------------------------------------------------------


def training_step(x, labels, w, b, rate):
    """Takes one step of gradient descent: dense layer, softmax, cross-entropy.

    Args:
        x: Array of shape (N, D).
        labels: Array of shape (N,): the true classes, from 0 to K - 1.
        w: Weights, shape (D, K).
        b: Biases, shape (K,).
        rate: The learning rate.

    Returns:
        The new weights and the new biases.
    """
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= len(x)
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


def _step_case(seed, n, d, k, rate):
    labels = np.random.default_rng(seed).integers(0, k, n)
    return quarters(seed + 1, n, d), labels, quarters(seed + 2, d, k) / 4, quarters(seed + 3, k) / 4, rate


REPAIR_STEP = BugHunt(
    name="REPAIR_STEP",
    prompt="`training_step` should take one step of gradient descent for a dense layer with softmax and the mean "
           "cross-entropy. With one example in the batch all is well. With more of them the loss jumps about, and the "
           "larger the batch, the worse. Repair it.",
    reference=training_step,
    outputs=("weights", "biases"),
    cases=(_step_case(171, 1, 2, 3, 0.5), _step_case(175, 2, 2, 2, 0.5), _step_case(179, 3, 2, 4, 0.1),
           _step_case(183, 5, 4, 3, 1.0), _step_case(187, 6, 3, 2, 0.25)),
    bugs=(
        Slip("softmax over the batch", "powers.sum(axis=1, keepdims=True)", "powers.sum(axis=0, keepdims=True)",
             "Add up the probabilities of one example. Is the sum 1 for every example of a batch?"),
        Slip("summed, not averaged", "gradient /= len(x)", "gradient /= 1",
             "Repeat every example of the batch. Should the step become twice as large?"),
    ),
    mistakes=(
        Slip("uphill", "w - rate", "w + rate", "Your weights go along the gradient. Which way is down?"),
        Slip("bias averaged", "gradient.sum(axis=0)", "gradient.mean(axis=0)",
             "The mean over the batch is taken already. How do the examples' gradients for one bias join?"),
        Slip("truth added", "labels] -= 1", "labels] += 1", "Is the gradient prediction minus truth, or plus?"),
        Slip("truth forgotten", "    gradient[np.arange(len(x)), labels] -= 1\n", "",
             "Your step does not depend on the labels. What is subtracted from the prediction?"),
        Slip("bias not averaged", "    gradient /= len(x)\n    return w - rate * x.T @ gradient",
             "    return w - rate * x.T @ gradient / len(x)",
             "The weights' gradient is a mean over the batch. Is that of the biases?"),
        Slip("divided by all entries", "/= len(x)", "/= gradient.size",
             "You divide by the number of all scores. Over what is the mean of the loss taken?"),
        Slip("truth not averaged", "    gradient[np.arange(len(x)), labels] -= 1\n    gradient /= len(x)",
             "    gradient /= len(x)\n    gradient[np.arange(len(x)), labels] -= 1",
             "You divide the probabilities by the batch, and then take away a whole 1. Which comes first?"),
        Slip("bias not moved", "b - rate * gradient.sum(axis=0)", "b", "Your biases stay as they are."),
        Mistake("divided by the classes", lambda x, labels, w, b, rate: tuple(
            old + (new - old) * len(x) / len(b) for old, new in zip(
                (w, b), training_step(x, labels, w, b, rate), strict=True)),
                "You divide by the number of classes. Over what is the mean of the loss taken?"),
    ),
    hints=(
        "Call it with two copies of one example. What should come out, compared with a single one?",
        "There are two faults, both in what happens to the batch axis.",
    ),
)


# -- how many test digits ----------------------------------------------------------------------------------------


DIGITS_NEEDED = Estimate(
    name="DIGITS_NEEDED",
    prompt="A network is right on about 97 % of test digits. You want to report this with an interval of half a "
           "percentage point to either side, at 95 % confidence. How many test digits do you need? Use the rule that a "
           "share p of n examples has the standard error $\\sqrt{p(1-p)/n}$, and that 95 % lie within 1.96 of them.",
    variable="digits",
    unit="digits",
    working="""
    p, reach = 0.97, 0.005
    digits = 1.96**2 * p * (1 - p) / reach**2
    """,
    slips=(
        Slip("one standard error", "1.96**2 * ", "", "You count one standard error, which holds 68 % of the cases."),
        Slip("whole width", "0.005", "0.0025", "Half a point is the distance to either side, not the whole width."),
        Slip("a full point", "0.005", "0.01", "You have taken a whole point to either side. How much is asked for?"),
        Slip("not squared", "1.96**2", "1.96", "The 1.96 stands outside the root. What becomes of it when you square?"),
        Slip("at 50 %", "0.97", "0.5", "You take the widest case, a share of one half. How large is p (1 − p) here?"),
    ),
    hints=("Set 1.96 standard errors equal to 0.005, and solve for n.",
           "Squared: 1.96² p (1 − p) / n = 0.005²."),
)


# -- a small network ---------------------------------------------------------------------------------------------


def _layers(value):
    """Reads a list such as ["conv 6", "pool", "dense 32"]; returns what it costs and how far it sees."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise ValueError('expected a list of layers such as ["conv 6", "pool", "dense 32"]')
    side, maps, parameters, macs, windows, flat = 8, 1, 0, 0, [], None
    for layer in [*value, "dense 10"]:
        kind, _, number = str(layer).partition(" ")
        if kind not in ("conv", "pool", "dense") or (kind == "pool") != (not number) or (
                number and not (number.isdigit() and 0 < int(number) <= 1000)):
            raise ValueError(f'expected "conv N", "pool" or "dense N" with N from 1 to 1000, received {layer!r}')
        if flat is not None and kind != "dense":
            raise ValueError(f"expected dense layers alone behind a dense layer, received {layer!r}")
        if kind == "conv":
            parameters += (9 * maps + 1) * int(number)
            macs += side * side * 9 * maps * int(number)
            maps, windows = int(number), [*windows, Window(3)]
        elif kind == "pool":
            if side < 2:
                raise ValueError("expected at most three poolings, as 8 pixels can be halved three times")
            side, windows = side // 2, [*windows, Window(2, 2)]
        else:
            features = side * side * maps if flat is None else flat
            parameters += (features + 1) * int(number)
            macs, flat = macs + features * int(number), int(number)
    return {"parameters": parameters, "macs": macs, "numbers": side * side * maps,
            "field": receptive_field(windows)[-1].size if windows else 1}


SMALL_NETWORK = Design(
    name="SMALL_NETWORK",
    prompt="Design a smaller network for the 8×8 digits. `layers` is a list of strings: `\"conv N\"` for N kernels "
           "of 3×3 with zero padding and ReLU, `\"pool\"` for max pooling by 2, `\"dense N\"` for a dense layer with "
           "ReLU. The last dense layer with 10 units is added for you. At most 2,000 parameters, at most 12,000 "
           "multiply-accumulates; every unit of the last map can see 8 pixels or more each way; and at least 32 "
           "numbers reach the first dense layer. The start is this chapter's network, which is too large.",
    variable="layers",
    start='["conv 6", "pool", "conv 16", "pool", "dense 32"]',
    example='["conv 4", "pool", "conv 12", "pool", "dense 24"]',
    read=_layers,
    properties=(
        Property("at least 32 numbers reach the first dense layer.", lambda net: net["numbers"] >= 32,
                 lambda net: f"{net['numbers']} numbers after flattening"),
        Property("a unit of the last map can see 8 pixels or more each way.", lambda net: net["field"] >= 8,
                 lambda net: f"it sees {net['field']} pixels"),
        Property("it has at most 2,000 parameters, biases and the last layer included.",
                 lambda net: net["parameters"] <= 2000, lambda net: f"{net['parameters']:,} parameters"),
        Property("it makes at most 12,000 multiply-accumulates for one digit.", lambda net: net["macs"] <= 12000,
                 lambda net: f"{net['macs']:,} multiply-accumulates"),
    ),
    mistakes=(
        ("no pooling", '["conv 4", "conv 12", "dense 24"]',
         "Without pooling the dense layer reads 768 numbers. What halves the maps, and makes units see further?"),
        ("one layer", '["conv 8", "pool", "pool"]',
         "One convolution and two poolings. How many pixels does a unit of the last map see each way?"),
    ),
    hints=("Most parameters of the chapter's network sit in its first dense layer, most of its work in its second "
           "convolution.",
           "Keep the order of the layers, and take fewer kernels and fewer units."),
)
