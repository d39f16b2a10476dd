"""The exercises on backpropagation: a graph, a value used twice, a training step, memory, a test, a mixture."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- reverse mode on a graph -------------------------------------------------------------------------------------


def reverse_mode(slopes: np.ndarray) -> np.ndarray:
    """Computes how fast the last node of a graph grows with every node.

    Args:
        slopes: Array of shape (n, n). Entry (i, j) says how fast node i grows
            with its parent j alone; it is 0 where there is no edge. The nodes
            stand in the order in which they were computed, parents first.

    Returns:
        The gradient of the last node, one number for every node, of shape (n,).
    """
    grad = np.zeros(len(slopes))
    grad[-1] = 1
    for i in reversed(range(len(slopes))):
        grad += grad[i] * slopes[i]
    return grad


def _graph(seed, n, share=0.6):
    """Draws the slopes of a graph of n nodes, of which every one has a child."""
    edges = np.tril(np.random.default_rng(seed).random((n, n)) < share, -1)
    edges[np.arange(1, n), np.arange(n - 1)] = True
    return quarters(seed, n, n) * edges


def _from_the_first(slopes):
    """What forward mode gives: how fast every node grows with the first."""
    grown = np.zeros(len(slopes))
    grown[0] = 1
    for i in range(1, len(slopes)):
        grown[i] = slopes[i] @ grown
    return grown


REVERSE_MODE = Exercise(
    name="REVERSE_MODE",
    prompt="A graph is given by the slopes of its edges. Write `reverse_mode`, the sweep from the last node back. For "
           "the graph of Figure 2, with the nodes $a$, $b$, $u$, $v$ and $L$ in this order, the answer is 48, 28, 14, "
           "6 and 1.",
    reference=reverse_mode,
    axes=("nodes",),
    cases=(
        (np.array([[0.0, 0, 0], [2, 0, 0], [1, 3, 0]]),),
        (np.array([[0.0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [3, 2, 0, 0, 0], [1, 0, 1, 0, 0], [0, 0, 8, 6, 0]]),),
        (_graph(501, 4),), (_graph(503, 6),), (_graph(505, 8, 0.4),), (_graph(507, 5, 1.0),),
    ),
    mistakes=(
        Slip("overwritten", "grad += grad[i] * slopes[i]", "grad = np.where(slopes[i] != 0, grad[i] * slopes[i], grad)",
             "Where a node is used more than once, only one of its uses is left in your answer. What happens to paths "
             "that meet?"),
        Slip("from the front", "reversed(range(len(slopes)))", "range(len(slopes))",
             "Your answer holds the edges into the last node alone. In which order is a node's own gradient complete "
             "before it is sent on?"),
        Slip("no start", "grad[-1] = 1", "grad[-1] = 0",
             "Your gradients are all 0. How fast does the last node grow with itself?"),
        Slip("columns for rows", "grad[i] * slopes[i]", "grad[i] * slopes[:, i]",
             "Nothing leaves your last node. In which direction of `slopes` do the parents of node i stand?"),
        Slip("paths counted", "grad[i] * slopes[i]", "grad[i] * (slopes[i] != 0)",
             "You count the paths from each node. By what is a gradient multiplied along an edge?"),
        Slip("start at the first node", "grad[-1] = 1", "grad[0] = 1",
             "Your sweep starts at the first node. Whose growth is asked for?"),
        Slip("without itself", "return grad", "return grad * (np.arange(len(grad)) < len(grad) - 1)",
             "All is right but your last number. How fast does a node grow with itself?"),
        Slip("slopes not passed on", "grad += grad[i] * slopes[i]", "grad += slopes[i]",
             "You add up slopes without the gradient of the node above. What does an edge multiply?"),
        Mistake("forward mode", _from_the_first,
                "You say how fast every node grows with the first one. Which node stays the same in all the "
                "derivatives that are asked for?"),
        Mistake("column sums", lambda slopes: np.sum(slopes, axis=0),
                "You add up the slopes of the edges that leave a node. What happens to a change after its first edge?"),
        Mistake("mean over the uses", lambda slopes: reverse_mode(slopes) / np.maximum((slopes != 0).sum(axis=0), 1),
                "Where a node is used more than once your gradient is too small. Is what comes back from its uses "
                "added, or averaged?"),
        Mistake("two steps", lambda slopes: slopes[-1] + slopes[-1] @ slopes + np.eye(len(slopes))[-1],
                "You follow paths of one and of two edges. How long can a path be?"),
        Mistake("longest way only", lambda slopes: np.array(
            [np.prod([slopes[k + 1, k] for k in range(j, len(slopes) - 1)]) for j in range(len(slopes))]),
                "You follow one path, from each node to the next. Which other paths lead to the last node?"),
    ),
    hints=(
        "Start with zeros, and 1 for the last node. Then go through the nodes from the last to the first.",
        "When node i has its turn, each parent j gets `grad[i] * slopes[i, j]` on top of what it has.",
    ),
)


# -- an input used twice -----------------------------------------------------------------------------------------


def residual_backward(grad: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple:
    """Sends a gradient back through y = x + tanh(x w).

    Args:
        grad: dL/dy, of shape (B, n).
        x: The layer's input, of shape (B, n).
        w: Weights of shape (n, n).

    Returns:
        dL/dx of shape (B, n) and dL/dw of shape (n, n).
    """
    u = np.tanh(x @ w)
    delta = grad * (1 - u**2)
    return grad + delta @ w.T, x.T @ delta


def _block(seed, examples, n):
    """Draws (grad, x, w), with weights that leave tanh its slopes."""
    return quarters(seed, examples, n), quarters(seed + 1, examples, n) / 2, quarters(seed + 2, n, n) / 4


RESIDUAL_BACKWARD = Exercise(
    name="RESIDUAL_BACKWARD",
    prompt="A layer adds its input to its output, $y = x + \\tanh(x w)$, as very deep networks do. Write "
           "`residual_backward`.",
    reference=residual_backward,
    outputs=("dL/dx", "dL/dw"),
    axes=("rows", "columns"),
    cases=((np.array([[1.0]]), np.array([[0.5]]), np.array([[1.0]])),
           (np.array([[1.0, 0.0]]), np.array([[0.25, 0.5]]), np.array([[1.0, 2.0], [0.0, 0.5]])),
           _block(511, 3, 2), _block(515, 2, 3), _block(519, 4, 4), _block(523, 3, 3)),
    mistakes=(
        Slip("one use", "grad + delta @ w.T", "delta @ w.T",
             "Your dL/dx has one part. On how many paths does x reach y?"),
        Slip("the straight path alone", "grad + delta @ w.T", "grad + 0 * delta",
             "Your dL/dx is dL/dy. On how many paths does x reach y?"),
        Slip("delta on both paths", "grad + delta @ w.T", "delta + delta @ w.T",
             "Your straight path passes through tanh. Which part of y is x itself?"),
        Slip("w for its transpose", "delta @ w.T", "delta @ w",
             "Your sums run over the wrong index of w. Forward, x meets the rows of w. What does delta meet, on the "
             "way back?"),
        Slip("no slope of tanh", "(1 - u**2)", "u**0",
             "Your gradient passes tanh unchanged. How steep is tanh where its output is u?"),
        Slip("slope of the sigmoid", "(1 - u**2)", "(u * (1 - u))",
             "You have taken the slope of another curve. What is the derivative of tanh, in terms of its output?"),
        Slip("one minus the output", "(1 - u**2)", "(1 - u)",
             "Your slope of tanh isn't the same for u and −u. What is missing?"),
        Slip("score for output", "(1 - u**2)", "(1 - (x @ w)**2)",
             "You square what goes into tanh. The slope is written with what comes out."),
        Slip("stopped at tanh", "grad + delta @ w.T", "delta + 0 * grad",
             "Your dL/dx is the gradient by x w. Which step lies between x w and x, and which other path is there?"),
        Slip("y for x", "x.T @ delta", "(x + u).T @ delta",
             "Your dL/dw is made with the layer's output. What is w multiplied by on the way forward?"),
        Slip("slope from y", "(1 - u**2)", "(1 - (x + u)**2)",
             "You take the slope of tanh from y. Which part of y does tanh make?"),
        Slip("x for its slope", "grad + delta @ w.T", "x + delta @ w.T",
             "x itself stands in your dL/dx. How fast does y grow with x along the straight path, and what does that "
             "multiply?"),
        Slip("one for grad", "grad + delta @ w.T", "1 + delta @ w.T",
             "Your straight path hands down the slope 1 alone. By what is a slope multiplied on the way back?"),
        Slip("grad last", "grad + delta @ w.T", "grad * (1 + (1 - u**2) @ w.T)",
             "You multiply by dL/dy after the sums. Each output has a dL/dy of its own: where does it belong, before "
             "or after outputs are added up?"),
        Slip("dL/dw from above tanh", "x.T @ delta", "x.T @ grad",
             "Your dL/dw leaves out tanh. Which gradient has arrived at x w?"),
        Slip("mean over the batch", "x.T @ delta", "x.T @ delta / len(x)",
             "Your dL/dw is too small by the number of examples. Does each example use w, or a share of it?"),
        Slip("transposed", "x.T @ delta", "delta.T @ x",
             "Your dL/dw is transposed. Which index of w belongs to x?"),
        Slip("first example", "x.T @ delta", "x[:1].T @ delta[:1]",
             "Your dL/dw knows the first example alone. How many examples use w?"),
    ),
    hints=(
        "First compute delta, the gradient that arrives at z = x w: dL/dy times the slope of tanh.",
        "x reaches y on two paths, straight and through x w. What comes back along both is added.",
        "Along the second path comes `delta @ w.T`, and `dL/dw` is `x.T @ delta`.",
    ),
)


# -- a training step ---------------------------------------------------------------------------------------------


def training_step(x, t, w1, b1, w2, b2, rate) -> tuple:
    """Takes a step of gradient descent with a network of one hidden ReLU layer.

    h = max(x w1 + b1, 0), y = h w2 + b2, and the loss of a batch of B examples is
    the sum of (y - t)^2 / 2 over outputs and examples, divided by B.

    Args:
        x: Inputs of shape (B, n).
        t: Targets of shape (B, m).
        w1, b1: Weights and biases of the hidden units, of shapes (n, h) and (h,).
        w2, b2: Weights and biases of the output, of shapes (h, m) and (m,).
        rate: The learning rate.

    Returns:
        The new w1, b1, w2 and b2.
    """
    h = np.maximum(x @ w1 + b1, 0)
    delta = (h @ w2 + b2 - t) / len(x)
    hidden = delta @ w2.T
    w2 = w2 - rate * h.T @ delta
    b2 = b2 - rate * delta.sum(axis=0)
    hidden = hidden * (h > 0)
    w1 = w1 - rate * x.T @ hidden
    b1 = b1 - rate * hidden.sum(axis=0)
    return w1, b1, w2, b2


def _network(seed, examples, n, h, m, rate):
    """Draws (x, t, w1, b1, w2, b2) and adds the rate."""
    shapes = ((examples, n), (examples, m), (n, h), (h,), (h, m), (m,))
    return (*(quarters(seed + 2 * k, *shape) for k, shape in enumerate(shapes)), rate)


REPAIR_TRAINING_STEP = BugHunt(
    name="REPAIR_TRAINING_STEP",
    prompt="`training_step` lowers the loss on most batches, so its author was content. But beside central differences "
           "the hidden layer's step is wrong, more so at large learning rates, and some units move that should rest. "
           "Repair it.",
    reference=training_step,
    outputs=("w1", "b1", "w2", "b2"),
    axes=("rows", "columns"),
    cases=((np.array([[1.0]]), np.array([[1.0]]), np.array([[2.0, -1.0]]), np.array([1.0, -1.0]),
            np.array([[2.0], [1.0]]), np.array([0.5]), 0.5),
           _network(531, 3, 2, 4, 2, 0.25), _network(549, 4, 3, 3, 2, 0.125), _network(567, 2, 3, 5, 1, 0.5),
           _network(585, 5, 2, 2, 2, 0.0625)),
    bugs=(
        Slip("updated too soon",
             "    hidden = delta @ w2.T\n    w2 = w2 - rate * h.T @ delta\n",
             "    w2 = w2 - rate * h.T @ delta\n    hidden = delta @ w2.T\n",
             "The hidden layer's gradient depends on the learning rate. Which weights made the output that is being "
             "corrected?"),
        Slip("mask from the gradient", "hidden * (h > 0)", "hidden * (hidden > 0)",
             "Hidden units that were off still move, and units that were on are never pushed one way. What decides "
             "whether a ReLU lets a gradient pass?"),
    ),
    mistakes=(
        Slip("no mask", "hidden * (h > 0)", "hidden * 1",
             "Hidden units that were off still move. How steep is ReLU there?"),
        Slip("mask in reverse", "hidden * (h > 0)", "hidden * (h <= 0)",
             "Only units that were off move. On which side has ReLU the slope 1?"),
        Slip("both masks", "hidden * (h > 0)", "hidden * (h > 0) * (hidden > 0)",
             "Your mask still asks for the sign of the gradient. May a unit that was on be pushed down?"),
        Slip("mask without the bias", "hidden * (h > 0)", "hidden * (x @ w1 > 0)",
             "Your mask isn't made from what went into the ReLU. Which part of the score is missing?"),
        Slip("times the output", "hidden * (h > 0)", "hidden * h",
             "You multiply by the unit's output. How steep is ReLU where its output is 3?"),
        Slip("batch forgotten", "(h @ w2 + b2 - t) / len(x)", "(h @ w2 + b2 - t)",
             "Your steps grow with the batch. By what is the loss divided?"),
        Slip("mean over the outputs too", "/ len(x)", "/ t.size",
             "Your steps are too small where there are several outputs. Are the squares of an example added, or "
             "averaged?"),
        Slip("mean for the output's bias", "delta.sum(axis=0)", "delta.mean(axis=0)",
             "b2 moves too little. The division by B is in delta already; what is left to do over the examples?"),
        Slip("mean for the hidden bias", "hidden.sum(axis=0)", "hidden.mean(axis=0)",
             "b1 moves too little. The division by B is in delta already; what is left to do over the examples?"),
        Slip("hidden bias stays", "b1 - rate * hidden.sum(axis=0)", "b1 + 0 * rate",
             "b1 doesn't move. Which parameters does a step change?"),
        Slip("one bias for all", "hidden.sum(axis=0)", "hidden.sum()",
             "All hidden biases move by the same amount. Over which axis do they add up?"),
        Slip("uphill", "(h @ w2 + b2 - t) / len(x)", "(t - h @ w2 - b2) / len(x)",
             "Your steps go uphill. Which way round does the error stand?"),
    ),
    hints=("Take the gradient of w1 for two learning rates: the change of w1, divided by the rate. It should be the "
           "same.",
           "There are two faults: one in the order of two lines, one in what stands inside a pair of brackets."),
)


# -- the least memory --------------------------------------------------------------------------------------------

PEAK_MEMORY = Estimate(
    name="PEAK_MEMORY",
    prompt="A network has 144 layers, and for one batch each of them outputs 50 MB. Backpropagation keeps all outputs. "
           "With one level of checkpoints, as in the chapter and evenly spaced, how many MB are in use at the worst "
           "moment, at best?",
    variable="megabytes",
    unit="MB",
    tolerance=0.05,  # whether the input counts as a checkpoint makes 4 %
    working="""
    every = np.sqrt(144)
    megabytes = (144 / every + every) * 50
    """,
    slips=(
        Slip("checkpoints alone", "144 / every + every", "144 / every",
             "That is what the checkpoints take. What else is in use while a segment is gone through backwards?"),
        Slip("everything kept", "144 / every + every", "144",
             "That is what all outputs take. Which of them are kept?"),
        Slip("every other layer", "np.sqrt(144)", "2",
             "You keep every second output. What grows, and what shrinks, when checkpoints are farther apart?"),
        Slip("one layer", "144 / every + every", "1",
             "That is one layer's output. From where would the way back start again?"),
        Slip("logarithm", "np.sqrt(144)", "np.log2(144)",
             "You have spaced them by a logarithm. For which spacing k is 144 / k + k least?"),
        Slip("checkpoints of checkpoints", "144 / every + every", "3 * 144 ** (1 / 3)",
             "With checkpoints inside the segments it could be as little as that. How many levels are asked for?"),
        Slip("count", " * 50", "",
             "That is a number of outputs. How much does each take?"),
    ),
    hints=("With a checkpoint every k layers there are 144 / k of them, and while one segment is gone through "
           "backwards its k outputs are there too.",
           "144 / k + k is least where both parts are equal."),
)


# -- a test that sees --------------------------------------------------------------------------------------------

X_HAT = np.array([-3.0, -1.0, 1.0, 3.0]) / np.sqrt(5)  # the batch 1, 3, 5, 7, whose deviation is the root of 5


def _backward(grad, mean=1.0, along=1.0, scale=1.0):
    """The gradient of batch normalisation at X_HAT, with factors on its parts."""
    return scale * (grad - mean * grad.mean() - along * X_HAT * (grad * X_HAT).mean()) / np.sqrt(5)


def _four_numbers(value):
    try:
        grad = np.array(value, dtype=float)
    except (TypeError, ValueError):
        grad = np.zeros(0)
    if grad.shape != (4,) or not np.isfinite(grad).all() or np.abs(grad).max() > 10:
        raise ValueError(f"Expected four numbers from -10 to 10, received {value!r}.")
    return grad


def _shows(statement, **fault):
    def error(grad):
        return np.abs(_backward(grad, **fault) - _backward(grad)).max()

    return Property(statement, lambda grad: error(grad) > 0.05,
                    lambda grad: f"the largest error that shows is {error(grad):.2g}")


REVEALING = Design(
    name="REVEALING",
    prompt="One channel of batch normalisation, with $\\gamma = 1$ and the batch 1, 3, 5, 7, has "
           "$\\hat x = (-3, -1, 1, 3) / \\sqrt 5$. Choose an upstream gradient of four numbers that exposes three "
           "faults, each alone: the mean of the gradient is not removed, the part along $\\hat x$ is not removed, the "
           "whole gradient is doubled. A fault shows if some number is off by more than 0.05.",
    variable="upstream",
    start="[1, 1, 1, 1]",
    example="[1, 0, 0, 2]",
    read=_four_numbers,
    properties=(
        _shows("it exposes a gradient whose mean was not removed.", mean=0.0),
        _shows("it exposes a gradient whose part along x_hat was not removed.", along=0.0),
        _shows("it exposes a gradient that is doubled.", scale=2.0),
    ),
    mistakes=(
        ("other constants", "[3, 3, 3, 3]",
         "All four numbers are the same. What is left of them once their mean is removed?"),
        ("x_hat itself", "[-3, -1, 1, 3]",
         "Your numbers have the mean 0. What would a missing subtraction of the mean change?"),
        ("a straight line", "[1, 2, 3, 4]",
         "Your numbers are a constant plus a multiple of x_hat, and the right gradient of both is 0. What is twice 0?"),
        ("symmetric", "[1, 0, 0, 1]",
         "Your numbers are the same from both ends, and x_hat changes its sign. What is the mean of their products?"),
        ("nothing", "[0, 0, 0, 0]",
         "Nothing comes from above, so nothing can be wrong below. Which numbers let each part of the formula act?"),
        ("at right angles to both", "[1, -1, -1, 1]",
         "Your numbers have the mean 0 and no part along x_hat. Which of the three faults can show?"),
    ),
    hints=("Each fault shows if the part it concerns is not 0: the mean, the part along x_hat, and what is left "
           "without both.",
           "Take numbers without any pattern: not constant, not on a straight line, not symmetric."),
)


# -- a mixture with learned shares -------------------------------------------------------------------------------


def mixture_backward(grad: np.ndarray, z: np.ndarray, v: np.ndarray) -> tuple:
    """Sends a gradient back through y = p v, where p is the softmax of z's rows.

    Args:
        grad: dL/dy, of shape (B, n).
        z: Scores of shape (B, K).
        v: The K vectors that are mixed, of shape (K, n).

    Returns:
        dL/dz of shape (B, K) and dL/dv of shape (K, n).
    """
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    dp = grad @ v.T
    dz = p * (dp - (dp * p).sum(axis=1, keepdims=True))
    return dz, p.T @ grad


def _mixture(seed, examples, n, k):
    """Draws (grad, z, v)."""
    return quarters(seed, examples, n), quarters(seed + 1, examples, k), quarters(seed + 2, k, n)


MIXTURE_BACKWARD = Exercise(
    name="MIXTURE_BACKWARD",
    prompt="A layer mixes $K$ vectors with shares that come from a softmax, $y = p v$ with $p = "
           "\\mathrm{softmax}(z)$ along each row. Softmax lets every score act on every share of its row. The slope "
           "$\\partial p_i / \\partial z_j$ is $p_i (1 - p_i)$ for $i = j$ and $-p_i p_j$ otherwise. Write "
           "`mixture_backward`.",
    reference=mixture_backward,
    outputs=("dL/dz", "dL/dv"),
    axes=("rows", "columns"),
    cases=((np.array([[1.0]]), np.array([[0.0, 0.0]]), np.array([[1.0], [3.0]])),
           (np.array([[1.0, 0.0]]), np.array([[0.0, np.log(3.0)]]), np.array([[1.0, 2.0], [0.0, 4.0]])),
           _mixture(601, 3, 2, 4), _mixture(605, 2, 4, 3), _mixture(609, 3, 3, 3), _mixture(613, 4, 2, 2)),
    mistakes=(
        Slip("diagonal alone", "p * (dp - (dp * p).sum(axis=1, keepdims=True))", "dp * p * (1 - p)",
             "You let each score act on its own share alone. What does a larger score do to the other shares of its "
             "row?"),
        Slip("no sum", "p * (dp - (dp * p).sum(axis=1, keepdims=True))", "p * dp",
             "Your scores all gain or lose together. Which part of the slope has a minus?"),
        Slip("before softmax", "dz = p * (dp - (dp * p).sum(axis=1, keepdims=True))", "dz = dp",
             "Your first result has arrived at the shares. Which step lies between them and the scores?"),
        Slip("sum without shares", "(dp * p).sum(axis=1, keepdims=True)", "dp.sum(axis=1, keepdims=True)",
             "Your sum gives all shares the same weight. What stands in the slope beside p of j?"),
        Slip("mean for the sum", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).mean(axis=1, keepdims=True)",
             "You subtract too little. Is what comes back from the shares of a row added, or averaged?"),
        Slip("sum over the batch", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).sum(axis=0, keepdims=True)",
             "Your sum runs over the examples. Which shares share a divisor?"),
        Slip("mean without shares", "(dp * p).sum(axis=1, keepdims=True)", "dp.mean(axis=1, keepdims=True)",
             "You subtract the plain mean of a row. Do all its shares weigh the same?"),
        Slip("diagonal in front", "p * (dp - (dp", "p * (1 - p) * (dp - (dp",
             "Two forms of the slope are mixed in your dL/dz. If the sum over the row holds the minus, what is left in "
             "front of the bracket?"),
        Slip("powers for shares", "return dz, p.T @ grad", "return dz, np.exp(z).T @ grad",
             "Your dL/dv mixes with the powers of the scores. With what was v multiplied on the way forward?"),
        Slip("sum over all", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).sum()",
             "You subtract one number from everything. How many softmaxes are there?"),
        Slip("not times p", "dz = p * (dp", "dz = p**0 * (dp",
             "The factor before the bracket is missing. Which share does the slope begin with?"),
        Slip("cross-entropy's rule", "p * (dp - (dp * p).sum(axis=1, keepdims=True))", "p - dp",
             "You have subtracted two arrays, as for cross-entropy after softmax. Which loss stands above the shares "
             "here?"),
        Slip("softmax over all", "p = p / p.sum(axis=1, keepdims=True)", "p = np.exp(z) / np.exp(z).sum()",
             "All your shares together add up to 1. Which of them should?"),
        Slip("softmax over the batch",
             "z - z.max(axis=1, keepdims=True))\n    p = p / p.sum(axis=1, keepdims=True)",
             "z - z.max(axis=0, keepdims=True))\n    p = p / p.sum(axis=0, keepdims=True)",
             "Your shares add up to 1 over the examples. Along which axis is the softmax taken?"),
        Slip("no softmax", "p = p / p.sum(axis=1, keepdims=True)", "p = p / 1",
             "Your shares don't add up to 1. By what are the powers divided?"),
        Slip("sign", "p * (dp - (dp", "p * (-dp + (dp",
             "Your dL/dz has the wrong sign. Which of the two slopes is positive, that of the own share or of the "
             "others?"),
        Slip("added", "(dp - (dp * p)", "(dp + (dp * p)",
             "Your rows of dL/dz don't add up to 0. Which sign has the effect on the other shares?"),
        Slip("scores for shares", "return dz, p.T @ grad", "return dz, z.T @ grad",
             "Your dL/dv mixes with the scores. With what was v multiplied on the way forward?"),
        Slip("mean over the batch", "return dz, p.T @ grad", "return dz, p.T @ grad / len(z)",
             "Your dL/dv is too small. Does each example use v, or a share of it?"),
    ),
    properties=(
        Property("dL/dz sums to zero over every row.", lambda out, *_: np.allclose(np.sum(out[0], axis=1), 0,
                                                                                  atol=1e-4)),
    ),
    hints=(
        "y = p v is a dense layer without a bias, with p as the input: its two gradients are `grad @ v.T`, which is "
        "dL/dp, and `p.T @ grad`.",
        "dL/dz of j is the sum over i of dL/dp of i times the slope. Write the slope out: two terms, of which the "
        "first is there for i = j alone.",
        "So dL/dz = p · (dL/dp − s), where s is the sum of dL/dp · p over the row.",
    ),
)
