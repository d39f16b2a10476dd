"""The exercises on gated networks: a forget bias, the carry's path, a GRU forward and back, reversal, an adder."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Property, Slip

# -- the forget bias ---------------------------------------------------------------------------------------------


FORGET_BIAS = Estimate(
    name="FORGET_BIAS",
    prompt="At the start of training the forget gates of an LSTM see little but their bias $b$, so that all of them "
           "are close to $\\sigma(b)$. With which $b$ is half of the carry's gradient left after 100 steps?",
    variable="forget_bias",
    unit="the units of a gate's sum",
    working="""
    gate = 0.5 ** (1 / 100)
    forget_bias = np.log(gate / (1 - gate))
    """,
    slips=(
        Slip("the gate", "np.log(gate / (1 - gate))", "gate",
             "This is the value of the gate. Which number does the sigmoid turn into it?"),
        Slip("one step", "0.5 ** (1 / 100)", "0.5",
             "With this bias half of the gradient is lost in every single step. What is left after two?"),
        Slip("shared among the steps", "0.5 ** (1 / 100)", "(1 - 0.5 / 100)",
             "You take the same amount away in each step. Does a gate subtract, or does it multiply?"),
        Slip("logarithm of the gate", "np.log(gate / (1 - gate))", "np.log(gate)",
             "You take the logarithm of the gate. Put your bias into the sigmoid: is the gate open?"),
        Slip("sign", "gate / (1 - gate)", "(1 - gate) / gate",
             "Your gate is as good as shut. Which sign has the bias of an open gate?"),
        Slip("ten steps", "1 / 100", "1 / 10", "That is the bias for ten steps. How many are there?"),
        Slip("an e-th", "0.5 ** (1 / 100)", "np.exp(-1 / 100)",
             "With your bias $1/e$, or 37 %, is left after 100 steps. What was asked for?"),
        Slip("base 10", "np.log(gate / (1 - gate))", "np.log10(gate / (1 - gate))",
             "Your logarithm has the base 10. Which one undoes the exponential in the sigmoid?"),
        Slip("for tanh", "np.log(gate / (1 - gate))", "np.arctanh(gate)",
             "You have inverted tanh. Which function makes the gates?"),
    ),
    hints=("First find the gate $f$ for which $f^{100} = 1/2$.",
           "Then solve $f = 1 / (1 + e^{-b})$ for $b$."),
)


# -- the path of the carry ---------------------------------------------------------------------------------------


def carry_path(forget: np.ndarray) -> np.ndarray:
    """Returns which share of each carry the forget gates leave until the end.

    Args:
        forget: The forget gates of an LSTM, shape (batch, time, units). The gate at
            place t multiplies the carry that step t receives.

    Returns:
        Array of the same shape. At place t stands the product of all forget gates
        between the carry after step t and the carry after the last step.
    """
    path = np.ones(np.shape(forget))
    for t in range(path.shape[1] - 2, -1, -1):
        path[:, t] = path[:, t + 1] * forget[:, t + 1]
    return path


def _gates(seed, *shape):
    return np.random.default_rng(seed).integers(1, 8, shape) / 8


CARRY_PATH = Exercise(
    name="CARRY_PATH",
    prompt="Write `carry_path`: which share of a carry is still there at the end, for each step and unit.",
    reference=carry_path,
    axes=("batch", "time", "units"),
    cases=((_gates(601, 1, 2, 1),), (_gates(602, 1, 4, 1),), (_gates(603, 2, 3, 2),), (_gates(604, 3, 5, 2),),
           (_gates(605, 2, 6, 4),)),
    mistakes=(
        Slip("own gate counted", "return path", "return path * forget",
             "You count the gate of step t itself. Has it acted before the carry leaves step t, or after?"),
        Slip("own gate instead of the next", "path[:, t + 1] * forget[:, t + 1]", "path[:, t + 1] * forget[:, t]",
             "You are one step off. Which gate is the first that the carry meets after it has left step t?"),
        Slip("one gate too late", "path[:, t + 1] * forget[:, t + 1]",
             "path[:, t + 1] * (forget[:, t + 2] if t + 2 < path.shape[1] else 1)",
             "Your products begin one gate too late. Which gate does the carry meet first after step t?"),
        Slip("one gate only", "path[:, t + 1] * forget[:, t + 1]", "forget[:, t + 1]",
             "You give the next gate alone. Which gates come after it?"),
        Slip("power of one gate", "return path", "return forget ** np.arange(forget.shape[1])[::-1][:, None]",
             "You raise one gate to a power. Are the gates of all steps the same?"),
        Slip("sum", "return path", "return np.cumsum(forget[:, ::-1], axis=1)[:, ::-1] - forget",
             "You add the gates. What does a gate do to the carry?"),
        Slip("what is lost", "path[:, t + 1] * forget[:, t + 1]", "path[:, t + 1] * (1 - forget[:, t + 1])",
             "You multiply what each gate takes away. Which share does a forget gate of f let through?"),
        Slip("first place missing", "path.shape[1] - 2, -1, -1", "path.shape[1] - 2, 0, -1",
             "The first step keeps everything in your answer. Where does your loop end?"),
        Slip("nothing left at the end", "return path", "path[:, -1] = 0\n    return path",
             "Your last step keeps nothing. Does a gate stand between the last carry and itself?"),
        Slip("not turned back", "return path", "return path[:, ::-1]",
             "Your steps stand in the reverse order. Which step's carry loses most on its way to the end?"),
        Slip("over the batch", "return path",
             "return np.concatenate([np.cumprod(forget[:0:-1], axis=0)[::-1], np.ones((1, *forget.shape[1:]))])",
             "Your products run from one sequence of the batch to the next. Which axis is time?"),
        Slip("product of everything", "return path", "return path * 0 + np.prod(forget, axis=1, keepdims=True)",
             "All your steps have the same share. Do the gates before step t matter for it?"),
        Slip("from the start of the sequence", "return path", "return np.cumprod(forget, axis=1)",
             "Your products run forward from the first step. Between which two steps does the gradient travel?"),
    ),
    hints=("After the last step nothing more happens to the carry, so its share is 1.",
           "Going backwards, each share is the next step's share times the next step's gate."),
)


# -- a step of a GRU ---------------------------------------------------------------------------------------------


def gru_step(
    x: np.ndarray, h: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray,
    bias: np.ndarray,
) -> np.ndarray:
    """Takes one step of a GRU that resets the state before it is multiplied.

    Args:
        x: Inputs of this step, shape (batch, inputs).
        h: State before the step, shape (batch, units).
        kernel: Shape (inputs, 3 units): the columns of z, then of r, then of g.
        recurrent_kernel: Shape (units, 3 units), in the same order.
        bias: Shape (3 units,), likewise: this form has one bias only.

    Returns:
        The state after the step, shape (batch, units). An update gate z of 1 keeps
        the old state.
    """
    units = h.shape[-1]
    gates, new = np.split(x @ kernel + bias, [2 * units], axis=-1)
    gates = 1 / (1 + np.exp(-(gates + h @ recurrent_kernel[:, :2 * units])))
    z, r = np.split(gates, 2, axis=-1)
    g = np.tanh(new + (r * h) @ recurrent_kernel[:, 2 * units:])
    return z * h + (1 - z) * g


def _gru_cases():
    for seed, batch, inputs, units in ((611, 1, 1, 1), (621, 1, 2, 2), (631, 3, 2, 4), (641, 2, 3, 3), (651, 4, 1, 2)):
        yield (quarters(seed, batch, inputs) / 2, quarters(seed + 2, batch, units) / 2,
               quarters(seed + 4, inputs, 3 * units) / 2, quarters(seed + 6, units, 3 * units) / 2,
               quarters(seed + 8, 3 * units) / 2)


GRU_STEP = Exercise(
    name="GRU_STEP",
    prompt="Write `gru_step`: one step of the older form of the GRU, `reset_after=False`, which resets the state "
           "before its product with the recurrent kernel.",
    reference=gru_step,
    axes=("batch", "units"),
    cases=tuple(_gru_cases()),
    mistakes=(
        Slip("reset after the product", "(r * h) @ recurrent_kernel[:, 2 * units:]",
             "r * (h @ recurrent_kernel[:, 2 * units:])",
             "You multiply by the kernel and then reset. What does this form do first?"),
        Slip("no reset", "(r * h) @ recurrent_kernel", "h @ recurrent_kernel",
             "The reset gate has no effect in your step. Where does it enter?"),
        Slip("z writes", "z * h + (1 - z) * g", "(1 - z) * h + z * g",
             "Your update gate of 1 writes. What does it do in Keras?"),
        Slip("r, z, g", "z, r = np.split", "r, z = np.split",
             "Your two gates have changed places. Which columns come first in Keras?"),
        Slip("state not kept", "z * h + (1 - z) * g", "(1 - z) * g",
             "Nothing of the old state is left in yours. Where is the direct path?"),
        Slip("state added whole", "z * h + (1 - z) * g", "h + (1 - z) * g",
             "You add to the whole old state. By what is it multiplied?"),
        Slip("sigmoid for the candidate", "np.tanh(new + (r * h) @ recurrent_kernel[:, 2 * units:])",
             "1 / (1 + np.exp(-(new + (r * h) @ recurrent_kernel[:, 2 * units:])))",
             "All your candidates are positive. Which function makes a new state, as opposed to a gate?"),
        Slip("no tanh", "np.tanh(new + (r * h) @ recurrent_kernel[:, 2 * units:])",
             "(new + (r * h) @ recurrent_kernel[:, 2 * units:])",
             "Your candidate is unbounded. Which function is missing?"),
        Slip("tanh gates", "1 / (1 + np.exp(-(gates + h @ recurrent_kernel[:, :2 * units])))",
             "np.tanh(gates + h @ recurrent_kernel[:, :2 * units])",
             "Some of your gates are negative. Between which numbers does a gate lie?"),
        Slip("gates blind to the state", "gates + h @ recurrent_kernel[:, :2 * units]", "gates",
             "Your gates read the input alone. What else do they read?"),
        Slip("bias left out", "x @ kernel + bias", "x @ kernel + 0 * bias",
             "Your step is right where the bias is 0. Where does it enter?"),
        Slip("bias twice", "(gates + h", "(gates + bias[:2 * units] + h",
             "The gates' biases count twice in yours. Which form of the GRU has two of them?"),
        Slip("transposed recurrent kernel", "(r * h) @ recurrent_kernel[:, 2 * units:]",
             "(r * h) @ recurrent_kernel[:, 2 * units:].T",
             "You multiply by the transpose. Which axis of the recurrent kernel belongs to the old state?"),
        Slip("update gate resets", "(r * h)", "(z * h)", "You reset with the update gate. Which gate is for that?"),
    ),
    hints=("The two gates are made alike, from the first two thirds of the columns.",
           "The candidate is tanh of x w_g + (r ⊙ h) u_g + b_g.",
           "The new state is z ⊙ h + (1 − z) ⊙ g."),
)


# -- the same step backwards -------------------------------------------------------------------------------------


def gru_step_backward(
    dh: np.ndarray, h: np.ndarray, z: np.ndarray, r: np.ndarray, g: np.ndarray,
    recurrent_kernel: np.ndarray,
) -> tuple:
    """Goes one step back through a GRU that resets before the product.

    Args:
        dh: Gradient at the state after the step, shape (batch, units).
        h: State before the step, shape (batch, units).
        z: Update gate, r: reset gate, g: candidate, shape (batch, units) each.
        recurrent_kernel: Shape (units, 3 units), the columns of z, r and g.

    Returns:
        (ds, dh_before): the gradient at the three sums, in the order z, r, g, shape
        (batch, 3 units), and at the state before the step, shape (batch, units).
    """
    uz, ur, ug = np.split(recurrent_kernel, 3, axis=1)
    dg = dh * (1 - z) * (1 - g**2)
    dz = dh * (h - g) * z * (1 - z)
    back = dg @ ug.T
    dr = back * h * r * (1 - r)
    dh_before = dh * z + dz @ uz.T + dr @ ur.T + back * r
    return np.concatenate([dz, dr, dg], axis=1), dh_before


def _backward_cases():
    for seed, batch, units in ((661, 1, 1), (671, 1, 2), (681, 3, 2), (691, 2, 3)):
        yield (quarters(seed, batch, units), quarters(seed + 1, batch, units) / 4, _gates(seed + 2, batch, units),
               _gates(seed + 3, batch, units), quarters(seed + 4, batch, units) / 4,
               quarters(seed + 5, units, 3 * units))


REPAIR_GRU_BACKWARD = BugHunt(
    name="REPAIR_GRU_BACKWARD",
    prompt="`gru_step_backward` is the way back through the step of the last exercise. The gradient that it hands back "
           "fades within a few steps even where every update gate keeps the old state, and a small step downhill along "
           "the first third of `ds` makes the loss larger. Repair it.",
    reference=gru_step_backward,
    outputs=("ds", "dh_before"),
    cases=tuple(_backward_cases()),
    bugs=(
        Slip("sign of the update gate", "(h - g)", "(g - h)",
             "The gradient at the update gate has the wrong sign. When z grows, which of h and g gains?"),
        Slip("direct path lost", "dh * z + dz", "dz",
             "The way through the kernels is there, and one way is missing. By what else does the old state reach the "
             "new one?"),
    ),
    mistakes=(
        Slip("no reset on the way back", "back * r\n", "back\n",
             "The candidate read r ⊙ h. By what is its gradient multiplied on the way to h?"),
        Slip("direct path by 1 - z", "dh * z + dz", "dh * (1 - z) + dz",
             "The direct path carries the wrong share. Which share of the old state goes into the new one?"),
        Slip("direct path whole", "dh * z + dz", "dh + dz",
             "The direct path carries everything. Which gate stands in it?"),
        Slip("candidate lost", " + back * r", "",
             "The old state reaches the candidate, too. Where is that way back?"),
        Slip("no derivative of the update gate", "(h - g) * z * (1 - z)", "(h - g)",
             "Your gradient at z is that of the gate, not of its sum. What is the slope of a sigmoid?"),
        Slip("no derivative of the reset gate", "h * r * (1 - r)", "h",
             "Your gradient at r is that of the gate, not of its sum. What is the slope of a sigmoid?"),
        Slip("kernel not transposed", "dg @ ug.T", "dg @ ug",
             "Forward, the state is multiplied by the kernel. By what is the gradient multiplied on the way back?"),
        Slip("reset gate reads the candidate", "back * h * r", "back * g * r",
             "The reset gate multiplied the old state. What is the derivative of r ⊙ h with respect to r?"),
        Slip("kernels swapped", "dz @ uz.T + dr @ ur.T", "dz @ ur.T + dr @ uz.T",
             "The kernels of z and r have changed places. Which of them made which sum?"),
        Slip("order r, z, g", "[dz, dr, dg]", "[dr, dz, dg]",
             "Two thirds of your columns have changed places. Which gate comes first?"),
        Slip("reset lets the gate see it twice", "back = dg @ ug.T", "back = (dg @ ug.T) * r",
             "Your reset factor counts too often. On which of the two ways from r ⊙ h does it stand?"),
        Slip("only the direct path", " + dz @ uz.T + dr @ ur.T + back * r", "",
             "Only the direct path is left. Through which kernels does the old state act, too?"),
    ),
    hints=("There are two faults, each in one line. Write down h′ = z h + (1 − z) g, and differentiate it by z and h.",
           "Central differences tell you which of the outputs is wrong, and in which direction."),
)


# -- reversing what is padded ------------------------------------------------------------------------------------


def reverse_sequences(x: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Reverses each sequence in time and leaves its padding at the end.

    Args:
        x: Sequences, shape (batch, time, features). Behind each stands its padding.
        lengths: How many steps of each sequence are no padding, shape (batch,).

    Returns:
        Array of the shape of x.
    """
    steps, lengths = np.arange(x.shape[1]), np.reshape(lengths, (-1, 1))
    order = np.where(steps < lengths, lengths - 1 - steps, steps)
    return np.take_along_axis(x, order[:, :, None], axis=1)


def _padded(seed, lengths, features):
    x = quarters(seed, len(lengths), 6, features)
    x[np.arange(6) >= np.array(lengths)[:, None]] = 0
    x[-1, lengths[-1]:] = np.arange(7, 13 - lengths[-1])[:, None]  # padding need not be zeros
    return x, np.array(lengths)


REVERSE_SEQUENCES = Exercise(
    name="REVERSE_SEQUENCES",
    prompt="Write `reverse_sequences`, with which the backward half of a bidirectional network reads a batch of "
           "padded sequences.",
    reference=reverse_sequences,
    axes=("batch", "time", "features"),
    cases=(_padded(701, [3], 1), _padded(702, [4, 2], 1), _padded(703, [6, 3, 5], 2), _padded(704, [1, 5, 2, 4], 3),
           _padded(705, [2, 6, 4], 2)),
    mistakes=(
        Slip("padding first", "np.where(steps < lengths, lengths - 1 - steps, steps)",
             "np.broadcast_to(steps[::-1], x.shape[:2])",
             "You turn the padding around as well. What does the backward layer read first then?"),
        Slip("not reversed", "np.where(steps < lengths, lengths - 1 - steps, steps)",
             "np.broadcast_to(steps, x.shape[:2])", "Your sequences are as they came. Which axis is to be turned?"),
        Slip("off by one", "lengths - 1 - steps", "(lengths - steps) % x.shape[1]",
             "Your first step is what stands just behind the sequence. At which place is the last of n steps?"),
        Slip("padding turned", "lengths - 1 - steps, steps)", "lengths - 1 - steps, x.shape[1] - 1 - steps + lengths)",
             "The sequences are right, the padding is turned around. Does it have to move?"),
        Slip("first length for all", "np.reshape(lengths, (-1, 1))", "np.reshape(lengths, (-1, 1))[:1]"
             " + 0 * np.reshape(lengths, (-1, 1))",
             "All your sequences are turned as if they had the first one's length. Whose length counts?"),
        Slip("longest for all", "np.reshape(lengths, (-1, 1))", "np.reshape(lengths, (-1, 1)) * 0 + np.max(lengths)",
             "All your sequences are turned as if they had the largest length. Whose length counts?"),
        Slip("padding cleared", "return np.take_along_axis(x, order[:, :, None], axis=1)",
             "return np.take_along_axis(x, order[:, :, None], axis=1) * (steps < lengths)[:, :, None]",
             "You set the padding to zero. What was to happen to it?"),
        Slip("features turned", "return np.take_along_axis(x, order[:, :, None], axis=1)",
             "return np.take_along_axis(x, order[:, :, None], axis=1)[:, :, ::-1]",
             "You have turned the features, too. Which axis is time?"),
        Slip("last step stays", "steps < lengths, lengths - 1 - steps", "steps < lengths - 1, lengths - 2 - steps",
             "The last step of each sequence stays where it was. How many steps are to be turned?"),
        Slip("batch turned", "return np.take_along_axis(x, order[:, :, None], axis=1)",
             "return np.take_along_axis(x, order[:, :, None], axis=1)[::-1]",
             "You have turned the order of the sequences, too. Which axis is time?"),
    ),
    hints=("Place t of a sequence with n steps receives what stood at place n − 1 − t.",
           "For t of n and more, place t keeps what it has.",
           "A loop over the batch will do: x[i, :n] = x[i, :n][::-1], on a copy."),
)


# -- one unit that adds ------------------------------------------------------------------------------------------

STEPS = 50


def _sequences():
    rng = np.random.default_rng(711)
    x = np.zeros((200, STEPS, 2))
    x[..., 0] = rng.random((200, STEPS))
    for half in (0, STEPS // 2):
        x[np.arange(200), half + rng.integers(0, STEPS // 2, 200), 1] = 1
    return x


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def _adder(value):
    try:
        rows = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"Expected three rows of four numbers, received {value!r}.") from None
    if rows.shape != (3, 4) or not np.isfinite(rows).all():
        raise ValueError(f"Expected three rows of four finite numbers, received {value!r}.")
    x = _sequences()
    sums = x @ rows[:2] + rows[2]
    i, f, o = (_sigmoid(sums[..., place]) for place in (0, 1, 3))
    written = i * np.tanh(sums[..., 2])
    carry = np.zeros(len(x))
    for t in range(STEPS):
        carry = f[:, t] * carry + written[:, t]
    marked = x[..., 1] == 1
    state = o[:, -1] * np.tanh(carry)
    target = np.sum(x[..., 0] * x[..., 1], axis=1)
    fit = np.stack([state, np.ones_like(state)], axis=1)
    answer = fit @ np.linalg.lstsq(fit, target, rcond=None)[0]
    return {
        "kept": float(np.prod(f[:, 1:], axis=1).min()),
        "leak": float(np.abs(written[~marked]).sum() / len(x)) / max(float(np.abs(written[marked]).mean()), 1e-12),
        "order": abs(float(np.corrcoef(written[marked], x[..., 0][marked])[0, 1])) if np.ptp(written[marked]) else 0.0,
        "size": float(np.abs(state).mean()),
        "error": float(np.sqrt(np.mean((answer - target) ** 2))),
    }


ADDER = Design(
    name="ADDER",
    prompt="A single LSTM unit can solve the adding task without any training. It reads fifty pairs, a number from 0 "
           "to 1 and a mark that is 1 twice and 0 elsewhere, and its recurrent kernel is 0. Choose three rows of "
           "four weights in Keras's order i, f, c, o: what the number is multiplied by, what the mark is multiplied "
           "by, and the bias. At the end a straight line through its state $h$ should give the sum of the two marked "
           "numbers, with a root mean square error of at most 0.02. The carry should keep 95 % or more of what was "
           "written in the first step, and all the unmarked numbers together should write less than 5 % of what one "
           "marked number writes.",
    variable="adder",
    start='[[0, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0]]',
    example='[[0, 0, 0.1, 0], [20, 0, 0, 0], [-10, 10, 0, 10]]',
    read=_adder,
    properties=(
        Property("the carry keeps 95 % of what the first step wrote.", lambda run: run["kept"] >= 0.95,
                 lambda run: f"it keeps {run['kept']:.2%}"),
        Property("all unmarked numbers together write less than 5 % of what one marked number writes.",
                 lambda run: run["leak"] < 0.05, lambda run: f"they write {run['leak']:.0%}"),
        Property("what a marked number writes follows its size.", lambda run: run["order"] > 0.9,
                 lambda run: f"the correlation is {run['order']:.2f}"),
        Property("the state lets the sum be read, with an error of at most 0.02.",
                 lambda run: run["size"] > 1e-3 and run["error"] <= 0.02,
                 lambda run: f"the state has the mean size {run['size']:.2g}, and the error is {run['error']:.3f}"),
    ),
    mistakes=(
        ("forget bias one", '[[0, 0, 0.1, 0], [20, 0, 0, 0], [-10, 1, 0, 10]]',
         "With a forget bias of 1 the gate is at 0.73. What is left of the first number after 49 such steps?"),
        ("input gate always open", '[[0, 0, 0.1, 0], [0, 0, 0, 0], [10, 10, 0, 10]]',
         "Your unit adds up all fifty numbers. Which gate has to read the mark?"),
        ("input gate shut by the mark", '[[0, 0, 0.1, 0], [-20, 0, 0, 0], [10, 10, 0, 10]]',
         "Your input gate shuts where the mark is. Which sign should the mark's weight have?"),
        ("input gate half shut", '[[0, 0, 0.1, 0], [4, 0, 0, 0], [-2, 10, 0, 10]]',
         "Without a mark your input gate still lets a tenth through, and there are 48 such steps. How low must its "
         "bias be?"),
        ("candidate reads the mark", '[[0, 0, 0, 0], [20, 0, 0.1, 0], [-10, 10, 0, 10]]',
         "Your unit counts marks. What should the candidate read?"),
        ("tanh saturated", '[[0, 0, 3, 0], [20, 0, 0, 0], [-10, 10, 0, 10]]',
         "Large numbers and larger ones write nearly the same in yours. Where is tanh close to a straight line?"),
        ("output gate shut", '[[0, 0, 0.1, 0], [20, 0, 0, 0], [-10, 10, 0, -10]]',
         "The carry is right, and nobody can see it. Which gate shows it?"),
        ("order i, f, o, c", '[[0, 0, 0, 0.1], [20, 0, 0, 0], [-10, 10, 10, 0]]',
         "You have put the candidate last. In which order does Keras take the four?"),
        ("mark resets the carry", '[[0, 0, 0.1, 0], [20, -20, 0, 0], [-10, 10, 0, 10]]',
         "At the second mark your unit forgets the first number. Should the forget gate read the mark?"),
    ),
    hints=("Three gates have one task each: never forget, write only where the mark is, show at the end.",
           "σ(10) is 0.99995 and σ(−10) is 0.00005. For the input gate both are needed, one with the mark and one "
           "without.",
           "Keep the carry small, so that both tanh are nearly straight: a weight of 0.1 for the number."),
)
