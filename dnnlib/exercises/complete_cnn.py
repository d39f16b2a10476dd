"""The exercises on a complete network: from scores to a loss, back through ReLU, sizes, dense layers that slide."""

import numpy as np

from dnnlib.exercises.exercise import Exercise, Mistake, Property


def _whole(seed, *shape):
    """Draws small whole numbers, none of them zero: they are easy to check by hand."""
    values = np.random.default_rng(seed).integers(1, 10, shape)
    return values * np.random.default_rng(seed + 1).choice([-1, 1], shape)


def _quarters(seed, *shape):
    """Draws multiples of 1/4: exact in float32 too."""
    return _whole(seed, *shape) / 4


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


def _hardest(scores):
    return (scores == _row_max(scores)).astype(float)


def _share_of_scores(scores):
    with np.errstate(all="ignore"):
        return scores / scores.sum(axis=1, keepdims=True)


def _sigmoid(scores):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-scores.astype(float)))


SOFTMAX = Exercise(
    name="SOFTMAX",
    prompt="Write `softmax` for a batch: $p_{nk} = e^{z_{nk}} / \\sum_j e^{z_{nj}}$. Some scores are as large as 1500, "
           "where `np.exp` overflows. Your function must survive that.",
    reference=softmax,
    axes=("examples", "classes"),
    cases=((np.array([[2.0, 1.0, 0.0]]),), (np.array([[0.5, -0.25], [1.5, 0.75], [-1.0, 0.25]]),),
           (_quarters(101, 2, 4),), (np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]]),),
           (np.array([[1500.0, -1500.0, 1499.0], [0.25, 0.5, -0.5]]),), (_quarters(103, 5, 3),),
           (np.array([[600.0, 599.0, -1100.0]]),)),
    mistakes=(
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
        Mistake("no exponential", _share_of_scores,
                "You divide the scores themselves by their sum. What makes a negative score positive first?"),
        Mistake("sigmoid", _sigmoid,
                "Each of your entries depends on its own score alone. May the probability of a class ignore the "
                "other classes?"),
        Mistake("the winner takes all", _hardest,
                "You give everything to the largest score. By how much does 1001 beat 1000?"),
        Mistake("logarithm of the softmax", lambda scores: scores - _row_max(scores) - np.log(
            np.exp(scores - _row_max(scores)).sum(axis=1, keepdims=True)),
                "None of your entries is positive: these are logarithms of probabilities. What undoes a logarithm?"),
        Mistake("sign reversed", lambda scores: softmax(-scores),
                "Your largest probability stands at the smallest score. Which sign has the exponent?"),
        Mistake("powers of two", lambda scores: softmax(scores * np.log(2)),
                "Your ratios are powers of 2. Which base does the formula have?"),
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


def _loss_of_overwritten(p, t, n):
    with np.errstate(invalid="ignore"):
        return -np.log(_true(p, t) - 1).mean()


def _every_label_in_every_row(scores, labels):
    p, n = softmax(scores), len(scores)
    gradient = p.copy()
    gradient[:, labels] -= 1
    return -np.log(p[:, labels]).mean(), gradient / n


def _softmax_along_the_batch(scores, labels):
    p, t = softmax(scores.T).T, np.eye(scores.shape[1])[labels]
    return -np.log(_true(p, t)).mean(), (p - t) / len(p)


def _entropy_of_scores(scores, labels):
    t = np.eye(scores.shape[1])[labels]
    with np.errstate(all="ignore"):
        return -np.log(_true(scores, t)).mean(), (scores - t) / len(scores)


CROSS_ENTROPY = Exercise(
    name="CROSS_ENTROPY",
    prompt="Write `cross_entropy`: from scores and labels, the mean of $-\\log p_{\\text{label}}$ and its gradient "
           "with respect to the **scores**. It returns the pair `(loss, gradient)`. You may write your softmax again "
           "inside; scores stay below 100 here.",
    reference=cross_entropy,
    outputs=("loss", "gradient"),
    axes=("examples", "classes"),
    cases=((np.array([[2.0, 1.0, 0.0]]), np.array([1])),
           (np.array([[0.5, -0.25, 1.0], [1.5, 0.75, -0.5]]), np.array([0, 2])),
           (_quarters(111, 3, 4), np.array([3, 0, 3])), (_quarters(113, 4, 2), np.array([1, 1, 0, 1])),
           (_quarters(115, 6, 5), np.array([4, 0, 2, 2, 1, 3]))),
    mistakes=(
        Mistake("no -1 at the label", _entropy(gradient=lambda p, t, n: p / n),
                "Every entry of yours is positive, so every score would be pushed down. What happens at the true "
                "class?"),
        Mistake("+1 at the label", _entropy(gradient=lambda p, t, n: (p + t) / n),
                "At the true class you push the score down hardest of all. Which sign has the 1 there?"),
        Mistake("-1 everywhere", _entropy(gradient=lambda p, t, n: (p - 1) / n),
                "You subtract 1 in every column. How many classes of an example are the true one?"),
        Mistake("target minus prediction", _entropy(gradient=lambda p, t, n: (t - p) / n),
                "This is the direction to step in. Does the gradient point up or down the loss?"),
        Mistake("gradient of the sum", _entropy(gradient=lambda p, t, n: p - t),
                "The loss is a mean over the examples. How much does one of N examples move a mean?"),
        Mistake("gradient divided by the classes too", _entropy(gradient=lambda p, t, n: (p - t) / p.size),
                "You divide by N and by K. Over what does the loss take its mean?"),
        Mistake("gradient with respect to the probabilities", _entropy(gradient=lambda p, t, n: -t / p / n),
                "This is the derivative with respect to the probabilities. How do all of them change with one score?"),
        Mistake("only the label's entry", _entropy(gradient=lambda p, t, n: (p - 1) * t / n),
                "Only the true class gets a gradient. Does a larger score of another class leave the loss as it is?"),
        Mistake("softmax twice in the gradient", _entropy(gradient=lambda p, t, n: (softmax(p) - t) / n),
                "Your gradient takes the softmax of probabilities. How often is the softmax applied?"),
        Mistake("sum for mean", _entropy(loss=lambda p, t, n: -np.log(_true(p, t)).sum()),
                "Your loss grows with the size of the batch. What is done with the N examples' losses?"),
        Mistake("no minus", _entropy(loss=lambda p, t, n: np.log(_true(p, t)).mean()),
                "Your loss is negative, and smallest for the worst guess. What is the sign of the logarithm of a "
                "probability?"),
        Mistake("no logarithm", _entropy(loss=lambda p, t, n: -_true(p, t).mean()),
                "You average the probability itself. Which function makes the loss explode as the true class's "
                "probability goes to 0?"),
        Mistake("logarithm of the mean", _entropy(loss=lambda p, t, n: -np.log(_true(p, t).mean())),
                "You average the probabilities and then take the logarithm. Which comes first?"),
        Mistake("logarithm to base 2", _entropy(loss=lambda p, t, n: -np.log2(_true(p, t)).mean()),
                "You measure in bits. Which base has the logarithm whose derivative is 1/p?"),
        Mistake("mean over the classes too", _entropy(loss=lambda p, t, n: -(t * np.log(p)).mean()),
                "You take the mean over all N·K entries, K − 1 of K of which are zero. How many losses has the batch?"),
        Mistake("all classes", _entropy(loss=lambda p, t, n: -np.log(p).sum(axis=1).mean()),
                "You add up the logarithms of all classes. Which class's probability does the label pick?"),
        Mistake("most probable class", _entropy(loss=lambda p, t, n: -np.log(p.max(axis=1)).mean()),
                "You take the largest probability, whatever the label. Can that loss tell right from wrong?"),
        Mistake("probabilities overwritten", _entropy(loss=_loss_of_overwritten),
                "Your loss is no number: a logarithm met a negative one. Was the 1 subtracted from the probabilities "
                "before it (does `g = p` make a copy)?"),
        Mistake("every label in every row", _every_label_in_every_row,
                "`p[:, labels]` takes the columns of **all** labels from every row. How do you pick one entry from "
                "each row?"),
        Mistake("every label in every row of the gradient", lambda scores, labels: (
            cross_entropy(scores, labels)[0], _every_label_in_every_row(scores, labels)[1]),
                "`gradient[:, labels]` is the columns of **all** labels, in every row. How do you reach one entry of "
                "each row, as for the loss?"),
        Mistake("logarithm to base 10", _entropy(loss=lambda p, t, n: -np.log10(_true(p, t)).mean()),
                "Your logarithm has base 10. Which base has the logarithm whose derivative is 1/p?"),
        Mistake("softmax twice in the loss", _entropy(loss=lambda p, t, n: -np.log(_true(softmax(p), t)).mean()),
                "Your loss takes the softmax of probabilities. How often is the softmax applied?"),
        Mistake("one loss for each example", _entropy(loss=lambda p, t, n: -np.log(_true(p, t))),
                "You return the losses of all examples. What makes one number of them?"),
        Mistake("the other classes, too", _entropy(
            loss=lambda p, t, n: -np.log(np.where(t, p, 1 - p)).sum(axis=1).mean()),
                "You add −log(1 − p) for the other classes: that is binary cross-entropy. Which one probability does "
                "the loss take here?"),
        Mistake("of not being the label", _entropy(loss=lambda p, t, n: -np.log(1 - _true(p, t)).mean()),
                "Your loss is large when the true class is probable. Of which probability is the logarithm taken?"),
        Mistake("slope of a sigmoid", _entropy(gradient=lambda p, t, n: (p - t) * p * (1 - p) / n),
                "You multiply p − t by p·(1 − p). Is the slope of the softmax not in p − t already?"),
        Mistake("softmax along the batch", _softmax_along_the_batch,
                "Your softmax runs along the examples, so its columns sum to 1. Which axis holds the classes of one "
                "example?"),
        Mistake("scores for probabilities", _entropy_of_scores,
                "You take the scores themselves for probabilities. What turns scores into probabilities?"),
        Mistake("squared error", _entropy(loss=lambda p, t, n: ((p - t) ** 2).sum(axis=1).mean()),
                "This is a squared error. Which loss takes the logarithm of one probability?"),
        Mistake("softmax twice", _entropy(loss=lambda p, t, n: -np.log(_true(softmax(p), t)).mean(),
                                          gradient=lambda p, t, n: (softmax(p) - t) / n),
                "Both numbers are those of a softmax of a softmax. Are the scores that you get probabilities already?"),
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


# -- ReLU backward -----------------------------------------------------------------------------------------------


def relu_backward(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    """Sends a gradient back through y = max(x, 0).

    Args:
        x: The layer's input, any shape.
        grad: dL/dy, of the same shape.

    Returns:
        dL/dx, of the same shape. Where x is exactly 0, the gradient is 0.
    """
    return grad * (x > 0)


def _relu_cases():
    shapes = ((5,), (2, 3), (4, 2, 3), (2, 3, 4, 2))
    for seed, shape in enumerate(shapes):
        x = _quarters(120 + 2 * seed, *shape)
        x.flat[::4] = 0
        yield x, _quarters(140 + 2 * seed, *shape)


RELU_BACKWARD = Exercise(
    name="RELU_BACKWARD",
    prompt="Write `relu_backward`. Forward, ReLU is $y = \\max(x, 0)$. Backward, it gets $\\partial L/\\partial y$ and "
           "returns $\\partial L/\\partial x$. At $x = 0$ take 0, as TensorFlow does.",
    reference=relu_backward,
    cases=tuple(_relu_cases()),
    mistakes=(
        Mistake("mask from the gradient", lambda x, grad: grad * (grad > 0),
                "You keep what is positive in the **gradient**. Which of the two arrays decided, on the way forward, "
                "whether a number passed?"),
        Mistake("both positive", lambda x, grad: grad * (grad > 0) * (x > 0),
                "You also drop negative gradients. May an input that passed receive a negative gradient?"),
        Mistake("the derivative alone", lambda x, grad: (x > 0).astype(float),
                "This is dy/dx. What does the chain rule multiply it with?"),
        Mistake("passes at zero", lambda x, grad: grad * (x >= 0),
                "You let the gradient through where x is exactly 0. Which value was agreed on there?"),
        Mistake("everything passes", lambda x, grad: grad + 0.0,
                "Your gradient passes everywhere. What is the slope of ReLU where its input is negative?"),
        Mistake("times the output", lambda x, grad: grad * np.maximum(x, 0),
                "You multiply by the layer's output. Is the slope of ReLU at x = 3 larger than at x = 1?"),
        Mistake("mask inverted", lambda x, grad: grad * (x < 0),
                "Your gradient passes where the input is negative. On which side is ReLU flat?"),
        Mistake("forward once more", lambda x, grad: np.maximum(x, 0),
                "This is the forward pass. Where does the incoming gradient enter?"),
        Mistake("leaky", lambda x, grad: grad * np.where(x > 0, 1, 0.01),
                "A hundredth of the gradient passes where the input is negative. That is leaky ReLU; what is ReLU's "
                "slope there?"),
        Mistake("sign of the input", lambda x, grad: grad * np.sign(x),
                "For negative inputs you turn the gradient's sign: that is the derivative of |x|. What is the slope of "
                "max(x, 0) there?"),
        Mistake("input where it is negative", lambda x, grad: np.where(x > 0, grad, x),
                "Where x is not positive you return x itself. How much of the gradient passes there?"),
        Mistake("sign of the gradient lost", lambda x, grad: np.abs(grad) * (x > 0),
                "The right entries pass, but none is negative. May a gradient be negative where its input passed?"),
        Mistake("one, or the gradient", lambda x, grad: np.where(x > 0, 1, grad),
                "Where x is positive you return 1, and the gradient elsewhere. Where does ReLU let the gradient pass?"),
        Mistake("half at zero", lambda x, grad: grad * (np.sign(x) + 1) / 2,
                "Where x is exactly 0 half of the gradient passes. Which value was agreed on there?"),
        Mistake("times the input", lambda x, grad: grad * x,
                "You multiply the gradient by x. What is the slope of ReLU at x = 3, and at x = −3?"),
        Mistake("choices exchanged", lambda x, grad: np.where(x <= 0, grad, 0),
                "Your gradient passes where x is zero or negative. On which side is ReLU flat?"),
        Mistake("arguments exchanged", lambda x, grad: x * (grad > 0),
                "x and the gradient have changed places. Which of the two makes the mask, and which is let through?"),
        Mistake("wherever x is not zero", lambda x, grad: np.where(x, grad, 0),
                "You stop the gradient where x is 0, and nowhere else. What is the slope of ReLU at x = −2?"),
        Mistake("gradient turned where x is negative", lambda x, grad: np.where(x > 0, grad, -grad),
                "Where x is not positive you return the gradient with its sign turned. How much of it passes there?"),
        Mistake("only the entries that pass", lambda x, grad: grad[x > 0],
                "You return only the entries that pass, in a row. What stands at the others, so that the shape stays?"),
    ),
    hints=(
        "Draw max(x, 0). What is its slope left of 0, and right of 0?",
        "The chain rule: dL/dx = dL/dy · dy/dx, entry by entry.",
        "The slope is 1 where x > 0 and 0 elsewhere: a mask made from x, times the incoming gradient.",
    ),
)


# -- sizes of a small network ------------------------------------------------------------------------------------


def cnn_sizes(height: int, width: int, channels: int, kernel: int,
              filters: list[int], classes: int) -> tuple[int, int]:
    """Counts what flattening gives, and the parameters of a whole network.

    For each number in filters: a convolution (kernel x kernel, stride 1, no padding,
    with biases), ReLU, and 2 x 2 max pooling with stride 2 that drops a last odd row
    or column. Then flatten, and one dense layer with biases.

    Args:
        height: Height of the input.
        width: Width of the input.
        channels: Channels of the input.
        kernel: Side of all kernels.
        filters: Number of kernels of each convolution, first to last.
        classes: Units of the dense layer.

    Returns:
        Length of the flattened vector, and number of parameters of all layers.
    """
    parameters = 0
    for f in filters:
        parameters += (kernel * kernel * channels + 1) * f
        height, width = (height - kernel + 1) // 2, (width - kernel + 1) // 2
        channels = f
    flat = height * width * channels
    return flat, parameters + (flat + 1) * classes


def _sizes(shrink=lambda n, k: (n - k + 1) // 2, conv=lambda k, c, f: (k * k * c + 1) * f,
           flatten=lambda h, w, c: h * w * c, dense=lambda n, classes: (n + 1) * classes,
           next_channels=lambda c, f: f, pooling=0):
    """Builds an answer that does one step in another way."""
    def answer(height, width, channels, kernel, filters, classes):
        parameters = 0
        for f in filters:
            parameters += conv(kernel, channels, f) + pooling
            height, width, channels = shrink(height, kernel), shrink(width, kernel), next_channels(channels, f)
        flat = flatten(height, width, channels)
        return flat, parameters + dense(flat, classes)
    return answer


def _sizes_width_unpooled(height, width, channels, kernel, filters, classes):
    flat = cnn_sizes(height, height, channels, kernel, filters, classes)[0] // _pooled(height, kernel, filters)
    flat *= width - len(filters) * (kernel - 1)
    parameters = cnn_sizes(height, width, channels, kernel, filters, 0)[1]
    return flat, parameters + (flat + 1) * classes


def _sizes_bias_for_each_place(height, width, channels, kernel, filters, classes):
    flat, parameters = cnn_sizes(height, width, channels, kernel, filters, classes)
    for f in filters:
        height, width = height - kernel + 1, width - kernel + 1
        parameters += (height * width - 1) * f
        height, width = height // 2, width // 2
    return flat, parameters


def _sizes_last_block(height, width, channels, kernel, filters, classes):
    flat = cnn_sizes(height, width, channels, kernel, filters, classes)[0]
    last = (kernel * kernel * [channels, *filters][-2] + 1) * filters[-1]
    return flat, last + (flat + 1) * classes


def _sizes_pooled_once(height, width, channels, kernel, filters, classes):
    height, width = ((n - len(filters) * (kernel - 1)) // 2 for n in (height, width))
    flat = height * width * filters[-1]
    return flat, cnn_sizes(height, width, channels, kernel, filters, 0)[1] + (flat + 1) * classes


def _sizes_all_maps(height, width, channels, kernel, filters, classes):
    flat = cnn_sizes(height, width, channels, kernel, filters, 0)[0] // filters[-1] * sum(filters)
    return flat, cnn_sizes(height, width, channels, kernel, filters, 0)[1] + (flat + 1) * classes


def _pooled(n, kernel, filters):
    for _ in filters:
        n = (n - kernel + 1) // 2
    return n


def _before_pooling(n, kernel, filters):
    return _pooled(n, kernel, filters[:-1]) - kernel + 1


CNN_SIZES = Exercise(
    name="CNN_SIZES",
    prompt="Write `cnn_sizes`: a network has one block for each entry of `filters`: a convolution without padding, "
           "ReLU, and 2×2 max pooling with stride 2. After the blocks come flatten and one dense layer. How long is "
           "the flattened vector, and how many parameters has the whole network?",
    reference=cnn_sizes,
    outputs=("flat", "parameters"),
    cases=((6, 8, 1, 3, [2], 3), (7, 10, 1, 3, [4], 10), (10, 12, 3, 3, [4, 6], 5), (15, 12, 2, 2, [3, 5], 7),
           (28, 28, 1, 5, [6, 16], 10), (32, 40, 3, 3, [8, 16, 24], 10), (33, 47, 3, 5, [5, 7], 4)),
    mistakes=(
        Mistake("convolution keeps the size", _sizes(shrink=lambda n, k: n // 2),
                "You let the convolution keep height and width. How many places does a kernel find without padding?"),
        Mistake("no +1 in the size", _sizes(shrink=lambda n, k: (n - k) // 2),
                "You lose one row and one column too many in each convolution. At how many places does a kernel of 3 "
                "stand on 3 pixels?"),
        Mistake("pooling forgotten", _sizes(shrink=lambda n, k: n - k + 1),
                "Your maps shrink by the convolutions alone. What does the pooling do to height and width?"),
        Mistake("pooling rounds up", _sizes(shrink=lambda n, k: -(-(n - k + 1) // 2)),
                "You keep half a pooling window at the edge. What happens to a last odd row?"),
        Mistake("pooling before the convolution", _sizes(shrink=lambda n, k: n // 2 - k + 1),
                "You halve the map and then let the kernel shrink it. Which of the two comes first in a block?"),
        Mistake("bias for each place", _sizes_bias_for_each_place,
                "Your convolutions have a bias for every place of their map. How many has one kernel, wherever it "
                "stands?"),
        Mistake("width not pooled", _sizes_width_unpooled,
                "You halve the height. Is the width halved too?"),
        Mistake("bias forgotten", _sizes(conv=lambda k, c, f: k * k * c * f, dense=lambda n, m: n * m),
                "You count weights. What else does every kernel and every unit have?"),
        Mistake("bias of the convolutions forgotten", _sizes(conv=lambda k, c, f: k * k * c * f),
                "The dense layer is counted right. Does a kernel have nothing but its weights?"),
        Mistake("bias of the dense layer forgotten", _sizes(dense=lambda n, m: n * m),
                "The convolutions are counted right. Do the units of the dense layer have nothing but their weights?"),
        Mistake("input channels ignored", _sizes(conv=lambda k, c, f: (k * k + 1) * f),
                "Your kernels are flat. How many slices has a kernel when its input has several channels?"),
        Mistake("channels of the image throughout", lambda height, width, channels, kernel, filters, classes: (
            cnn_sizes(height, width, channels, kernel, filters, classes)[0],
            sum((kernel * kernel * channels + 1) * f for f in filters)
            + (cnn_sizes(height, width, channels, kernel, filters, classes)[0] + 1) * classes),
                "Every convolution of yours reads the image's channels. How many channels does the second one get?"),
        Mistake("bias for each channel", _sizes(conv=lambda k, c, f: (k * k + 1) * c * f),
                "You give a kernel one bias for every input channel. How many numbers does a kernel write at one "
                "place?"),
        Mistake("channels forgotten in flatten", _sizes(flatten=lambda h, w, c: h * w),
                "You flatten one map. How many maps are there?"),
        Mistake("flattened before the last pooling", lambda height, width, channels, kernel, filters, classes: _sizes(
            flatten=lambda h, w, c: c * _before_pooling(height, kernel, filters)
            * _before_pooling(width, kernel, filters))(height, width, channels, kernel, filters, classes),
                "Your vector is the output of the last convolution. What comes between it and the flattening?"),
        Mistake("pooling has parameters", _sizes(pooling=4),
                "You count four numbers for each pooling layer. Which of its numbers are learned?"),
        Mistake("dense layer forgotten", _sizes(dense=lambda n, m: 0),
                "The convolutions are counted. Is there a layer with parameters after them?"),
        Mistake("channels added up", _sizes(next_channels=lambda c, f: c + f),
                "You add the new maps to the old ones. What happens to a layer's input once the next layer has it?"),
        Mistake("dense layer only", _sizes(conv=lambda k, c, f: 0),
                "You count the dense layer alone. Which layers before it learn something?"),
        Mistake("kernel has one side", _sizes(conv=lambda k, c, f: (k * c + 1) * f),
                "Your kernels have as many weights in a slice as they have rows. How many weights has a slice of 3 by "
                "3?"),
        Mistake("width ignored", lambda height, width, channels, kernel, filters, classes: cnn_sizes(
            height, height, channels, kernel, filters, classes),
                "You square the height. Is every image square?"),
        Mistake("height ignored", lambda height, width, channels, kernel, filters, classes: cnn_sizes(
            width, width, channels, kernel, filters, classes),
                "You square the width. Is every image square?"),
        Mistake("channels replaced too early", _sizes(conv=lambda k, c, f: (k * k * f + 1) * f),
                "Your kernels have as many slices as there are kernels. How many channels does a convolution find at "
                "its **input**?"),
        Mistake("last convolution only", _sizes_last_block,
                "Of the convolutions you count only the last. What happens to the sum when the next block comes?"),
        Mistake("pooled once at the end", _sizes_pooled_once,
                "You pool once, after all convolutions. How often is there a pooling?"),
        Mistake("all maps flattened", _sizes_all_maps,
                "You flatten the maps of all blocks. Which maps does the flattening find?"),
        Mistake("one bias for each convolution", _sizes(conv=lambda k, c, f: k * k * c * f + 1),
                "You count one bias for a whole convolution. How many kernels has it?"),
        Mistake("ReLU has parameters", _sizes(conv=lambda k, c, f: (k * k * c + 2) * f),
                "Your blocks have one parameter too many for each kernel. Does ReLU learn anything?"),
    ),
    hints=(
        "Take the first block alone. What is the shape (height, width, channels) behind its convolution, and behind "
        "its pooling?",
        "Carry height, width and channels from block to block. A block's kernels have as many slices as the block "
        "before has kernels.",
        "One block: add `(kernel² · channels + 1) · f`, then `n → (n - kernel + 1) // 2` for both sides, then "
        "`channels = f`. The dense layer adds `(flat + 1) · classes`.",
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


def _rearranged(change):
    """Builds an answer whose kernel (height, width, C, K) is changed in some way."""
    def answer(maps, weights, bias, height, width):
        kernel = change(weights, height, width, maps.shape[2])
        return slide_dense(maps, kernel.reshape(weights.shape), bias, height, width)
    return answer


def _kernel(weights, height, width, channels):
    return weights.reshape(height, width, channels, -1)


def _tiles(maps, weights, bias, height, width):
    return slide_dense(maps, weights, bias, height, width)[::height, ::width]


SLIDE_DENSE = Exercise(
    name="SLIDE_DENSE",
    prompt="A dense layer was trained on flattened maps of `height` × `width`. Now larger maps come. Write "
           "`slide_dense`: cut out every window of the old size, flatten it as `Flatten` does, and apply the layer. "
           "(That is a convolution whose kernel is as large as the old map.)",
    reference=slide_dense,
    axes=("places down", "places across", "units"),
    cases=((_whole(151, 2, 3, 1), _whole(152, 2, 2), _whole(153, 2), 1, 2),
           (_whole(154, 2, 3, 2), _whole(155, 12, 2), _whole(156, 2), 2, 3),
           (_whole(157, 3, 4, 2), _whole(158, 8, 3), _whole(159, 3), 2, 2),
           (_quarters(160, 4, 6, 3), _quarters(161, 18, 4), _quarters(162, 4), 2, 3),
           (_quarters(163, 6, 5, 2), _quarters(164, 12, 3), _quarters(165, 3), 3, 2)),
    mistakes=(
        Mistake("bias missing", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, 0 * bias, height, width),
                "Every unit is off by a constant of its own. What does a dense layer add at the end?"),
        Mistake("one bias for all units", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, 0 * bias + bias[0], height, width),
                "The first unit is right, and all units get its bias. How many biases are there?"),
        Mistake("channels first", _rearranged(
            lambda w, h, v, c: w.reshape(c, h, v, -1).transpose(1, 2, 0, 3)),
                "You flatten channel after channel. In which order does `Flatten` lay out a map whose channels come "
                "last?"),
        Mistake("windows by columns", _rearranged(
            lambda w, h, v, c: w.reshape(v, h, c, -1).transpose(1, 0, 2, 3)),
                "You flatten a window column by column. Which index runs faster in `ravel`: the row or the column?"),
        Mistake("flipped", _rearranged(lambda w, h, v, c: _kernel(w, h, v, c)[::-1, ::-1]),
                "Your windows meet the weights turned by 180°. Does a dense layer flip its input?"),
        Mistake("weights reversed", _rearranged(lambda w, h, v, c: w[::-1]),
                "Your weights stand in reverse order. Which input does the first row of `weights` belong to?"),
        Mistake("weights of the units mixed", _rearranged(lambda w, h, v, c: w.reshape(w.shape[::-1]).T),
                "You reshape the weights where a transpose was meant. Is a column of `weights` still one unit's?"),
        Mistake("height and width swapped", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, bias, width, height),
                "Your windows are `width` high and `height` wide. Which axis of `maps` is the height?"),
        Mistake("windows side by side", _tiles,
                "Your windows do not overlap. By how many pixels does a window move on?"),
        Mistake("no +1", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, bias, height, width)[:-1, :-1],
                "The last row and the last column of windows are missing. How many places are there if the maps have "
                "the old size?"),
        Mistake("only the first window", lambda maps, weights, bias, height, width: slide_dense(
            maps[:height, :width], weights, bias, height, width),
                "You apply the layer once, at the top left. How many windows of that size are there?"),
        Mistake("ReLU at the end", lambda maps, weights, bias, height, width: np.maximum(
            slide_dense(maps, weights, bias, height, width), 0),
                "None of your scores is negative. Does the ReLU belong to the dense layer?"),
        Mistake("mean over the window", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights / len(weights), bias, height, width),
                "You take the mean of the products. What does a dense layer do with them?"),
        Mistake("flattened as in Fortran", _rearranged(lambda w, h, v, c: w.reshape(c, v, h, -1).transpose(2, 1, 0, 3)),
                "When you flatten, the row runs fastest (`order=\"F\"`). Which index runs fastest in `Flatten`?"),
        Mistake("softmax at the end", lambda maps, weights, bias, height, width: softmax(
            slide_dense(maps, weights, bias, height, width).reshape(-1, len(bias))).reshape(
                maps.shape[0] - height + 1, maps.shape[1] - width + 1, -1),
                "Your numbers are probabilities. Does the softmax belong to this dense layer?"),
        Mistake("bias subtracted", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, -bias, height, width),
                "You subtract the bias. What does a dense layer do with it?"),
        Mistake("mean over the places", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, bias, height, width).mean(axis=(0, 1)),
                "You average over the places. How many numbers does **each** window get?"),
        Mistake("largest over the places", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, bias, height, width).max(axis=(0, 1)),
                "You keep the largest number of all places. How many numbers does **each** window get?"),
        Mistake("best unit", lambda maps, weights, bias, height, width: slide_dense(
            maps, weights, bias, height, width).argmax(axis=2),
                "You return which unit is largest (`argmax`). How many numbers does each window get?"),
    ),
    hints=(
        "How many windows of the old size are there, down and across? That is the shape of the result, with K behind "
        "it.",
        "Two loops over the top left corners. What is `maps[i:i + height, j:j + width].ravel()`, and how long is it?",
        "A window laid flat, `@ weights + bias`, gives the K numbers of its place.",
    ),
)
