"""The exercises on recurrent networks: their states, their gradients, clipping, how far a gradient reaches."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Property, Slip


def _small(seed, *shape):
    """Draws multiples of 1/16 of both signs: tanh does not saturate."""
    return quarters(seed, *shape) / 4


# -- all states ---------------------------------------------------------------------------------------------------


def rnn_states(
    x: np.ndarray,
    first: np.ndarray,
    kernel: np.ndarray,
    recurrent: np.ndarray,
    bias: np.ndarray,
) -> np.ndarray:
    """Computes all states of a simple recurrent network.

    Args:
        x: Inputs, shape (batch, time, inputs).
        first: The state before the first step, shape (batch, units).
        kernel: Weights of the inputs, shape (inputs, units).
        recurrent: Weights of the state before, shape (units, units).
        bias: Shape (units,).

    Returns:
        The states after each step, shape (batch, time, units).
    """
    states, h = [], first
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ recurrent + bias)
        states.append(h)
    return np.stack(states, axis=1)


def _states_cases():
    for seed, (batch, time, inputs, units) in ((601, (1, 1, 2, 3)), (611, (2, 3, 1, 2)), (621, (3, 5, 2, 4)),
                                               (631, (2, 4, 3, 3))):
        yield (quarters(seed, batch, time, inputs), quarters(seed + 2, batch, units), _small(seed + 4, inputs, units),
               _small(seed + 6, units, units), _small(seed + 8, units))


RNN_STATES = Exercise(
    name="RNN_STATES",
    prompt="Write `rnn_states`: the states of a simple recurrent network with tanh after each step.",
    reference=rnn_states,
    axes=("batch", "time", "units"),
    cases=tuple(_states_cases()),
    mistakes=(
        Slip("first state ignored", "h = [], first", "h = [], 0 * first",
             "Your network starts from zeros. Which state does the first step find?"),
        Slip("first state at every step", "+ h @ recurrent", "+ first @ recurrent",
             "Every step of yours starts from the same state. Which one should step t start from?"),
        Slip("recurrent kernel transposed", "h @ recurrent", "h @ recurrent.T",
             "Your recurrent weights stand the wrong way round. Is the row of `recurrent` the unit that sends, or the "
             "one that receives?"),
        Slip("no tanh", "np.tanh(x[:, t] @ kernel + h @ recurrent + bias)", "x[:, t] @ kernel + h @ recurrent + bias",
             "Your states grow beyond 1. What bends the sum?"),
        Slip("no bias", " + bias", "", "What does a unit add that hangs on neither the input nor the state?"),
        Slip("tanh of the input alone", "np.tanh(x[:, t] @ kernel + h @ recurrent + bias)",
             "np.tanh(x[:, t] @ kernel + bias) + h @ recurrent",
             "You add the old state after the tanh. How many sums does the tanh see?"),
        Slip("same input at every step", "x[:, t]", "x[:, 0]",
             "All your steps read the same input. Which one does step t read?"),
        Slip("backwards", "range(x.shape[1])", "reversed(range(x.shape[1]))",
             "You read the sequence from its end. Which input comes first?"),
        Slip("states before the step", "states.append(h)", "states.append(h if t < 0 else (first, *states)[-1])",
             "Your first state is the one before the first step. Which state belongs to step 0?"),
        Slip("no state", "+ h @ recurrent ", "",
             "Your steps know nothing of each other. Where does the state before enter?"),
        Slip("sigmoid", "np.tanh(x[:, t] @ kernel + h @ recurrent + bias)",
             "1 / (1 + np.exp(-(x[:, t] @ kernel + h @ recurrent + bias)))",
             "None of your states is negative. Which activation was asked for?"),
        Slip("last state only", "np.stack(states, axis=1)", "np.repeat(h[:, np.newaxis], x.shape[1], axis=1)",
             "All your steps show the last state. What does each of them leave behind?"),
        Slip("states added up", "np.stack(states, axis=1)", "np.cumsum(np.stack(states, axis=1), axis=1)",
             "You add up the states over time. What was asked for after each step?"),
        Slip("relu", "np.tanh(x[:, t] @ kernel + h @ recurrent + bias)",
             "np.maximum(x[:, t] @ kernel + h @ recurrent + bias, 0)",
             "You cut off what is negative. Which activation was asked for?"),
        Slip("each unit hears itself", "h @ recurrent", "h * np.diag(recurrent)",
             "Each of your units remembers itself alone. Which states does a unit's row or column weigh?"),
        Slip("state unweighted", "+ h @ recurrent", "+ h",
             "You add the state as it is. What multiplies it?"),
        Slip("tanh of the state", "h @ recurrent", "np.tanh(h) @ recurrent",
             "You bend the old state once more. Was it not bent when it was made?"),
    ),
    hints=(
        "Keep one state, and overwrite it at each step with what the cell computes from it.",
        "A step is tanh(x_t @ kernel + state @ recurrent + bias). Collect the new states, and stack them along axis 1.",
    ),
)


# -- the way back -------------------------------------------------------------------------------------------------


def rnn_gradients(
    x: np.ndarray, states: np.ndarray, recurrent: np.ndarray, grad: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Computes a simple network's gradients by backpropagation through time.

    Args:
        x: Inputs, shape (batch, time, inputs).
        states: The state before the first step and those after each step of a tanh
            network, shape (batch, time + 1, units).
        recurrent: Weights of the state before, shape (units, units).
        grad: What comes from outside to the state after each step, shape (batch,
            time, units); what the later steps send back is not in it.

    Returns:
        The gradients of the kernel, shape (inputs, units), of the recurrent kernel,
        shape (units, units), and of the bias, shape (units,).
    """
    to_kernel = np.zeros((x.shape[2], len(recurrent)))
    to_recurrent, to_bias = np.zeros(recurrent.shape), np.zeros(len(recurrent))
    carried = np.zeros(states[:, 0].shape)
    for t in reversed(range(x.shape[1])):
        before, after = states[:, t], states[:, t + 1]
        delta = (grad[:, t] + carried) * (1 - after**2)
        to_kernel += x[:, t].T @ delta
        to_recurrent += before.T @ delta
        to_bias += delta.sum(axis=0)
        carried = delta @ recurrent.T
    return to_kernel, to_recurrent, to_bias


def _gradient_cases():
    for seed, (batch, time, inputs, units) in ((701, (1, 2, 1, 2)), (711, (2, 3, 2, 2)), (721, (3, 5, 2, 3)),
                                               (731, (2, 4, 3, 4))):
        yield (quarters(seed, batch, time, inputs), quarters(seed + 2, batch, time + 1, units) / 2.5,
               _small(seed + 4, units, units), quarters(seed + 6, batch, time, units))


REPAIR_GRADIENTS = BugHunt(
    name="REPAIR_GRADIENTS",
    prompt="`rnn_gradients` should do backpropagation through time. Its gradient of the recurrent kernel is the share "
           "of the first step alone, however long the sequence is. And where the states are near −1 all gradients come "
           "out about twice as large as without a tanh, although tanh is flat there. Repair it.",
    reference=rnn_gradients,
    outputs=("to_kernel", "to_recurrent", "to_bias"),
    cases=tuple(_gradient_cases()),
    bugs=(
        Slip("overwritten", "to_recurrent += before.T @ delta", "to_recurrent = before.T @ delta",
             "Your recurrent kernel hears of a single step. How many steps use it?"),
        Slip("slope of the tanh", "(1 - after**2)", "(1 - after)",
             "A state of −1 gets a slope of 2 from you. What is the slope of tanh there, in terms of the state?"),
    ),
    mistakes=(
        Slip("slope of a sigmoid", "(1 - after**2)", "(after * (1 - after))",
             "h (1 − h) is the slope of a sigmoid. What is that of tanh?"),
        Slip("slope at the state", "(1 - after**2)", "(1 - np.tanh(after) ** 2)",
             "You take the tanh of a state, which is one already. At which number is the slope wanted?"),
        Slip("slope with a size", "(1 - after**2)", "(1 - np.abs(after))",
             "Your slope is a tent. What is the slope of tanh, in terms of its value?"),
        Slip("first state", "before.T @ delta", "states[:, 0].T @ delta",
             "You use the first state at every step. Which one did step t find?"),
        Slip("state after", "before.T @ delta", "after.T @ delta",
             "The recurrent kernel multiplied another state. Which one had the cell in its hands at step t?"),
        Slip("nothing carried", "(grad[:, t] + carried)", "(grad[:, t] + 0 * carried)",
             "Each of your steps hears only of its own loss. What comes back from the step after it?"),
        Slip("carried alone", "(grad[:, t] + carried)", "(grad[:, t] * (t == x.shape[1] - 1) + carried)",
             "Only the last step's loss is heard. What comes in from outside at the others?"),
        Slip("recurrent kernel not transposed", "delta @ recurrent.T", "delta @ recurrent",
             "You send the gradient forward through the recurrent kernel. Which axis of it must the sum run over on "
             "the way back?"),
        Slip("slope of the state before", "(1 - after**2)", "(1 - before**2)",
             "You take the slope at the state before. Which state did the tanh of step t put out?"),
        Slip("no slope", "(grad[:, t] + carried) * (1 - after**2)", "(grad[:, t] + carried) + 0 * after",
             "Your gradient passes the tanh unchanged. What is missing between a state and the sum before it?"),
        Slip("slope left out of what is carried", "carried = delta @ recurrent.T",
             "carried = (grad[:, t] + carried) @ recurrent.T",
             "What you carry back has not passed the tanh. Which gradient meets the recurrent kernel?"),
        Slip("mean over the steps", "return to_kernel, to_recurrent, to_bias",
             "return to_kernel / x.shape[1], to_recurrent / x.shape[1], to_bias / x.shape[1]",
             "You average over time. Is the effect of a weight that is used five times a mean or a sum?"),
        Slip("bias by its mean", "delta.sum(axis=0)", "delta.mean(axis=0)",
             "The bias is averaged over the batch. What do the other gradients do with the examples?"),
        Slip("kernel overwritten", "to_kernel += x[:, t].T", "to_kernel = x[:, t].T",
             "The gradient of the input's kernel hears of a single step. How many steps use it?"),
        Slip("carried past all steps", "carried = delta @ recurrent.T", "carried = carried + delta @ recurrent.T",
             "What you carry back piles up. Does a state reach the state after next by a way of its own?"),
    ),
    hints=("There are two faults: one in how a step's share is kept, and one in the slope of the tanh.",
           "Compute the slope of tanh at z = 0.5 from the state tanh(0.5), and compare. Then count how often the "
           "recurrent kernel is used."),
)


# -- how far a gradient reaches -----------------------------------------------------------------------------------


REACH = Estimate(
    name="REACH",
    prompt="The recurrent kernel of a network with tanh is 0.9 times a rotation, and all its states stay near 0.3 or "
           "−0.3. A gradient travels back from the last state. After how many steps is it, for the first time, shorter "
           "than 1 % of its first length?",
    variable="steps_to_one_percent",
    unit="steps",
    working="""
    slope = 1 - 0.3**2
    factor = 0.9 * slope
    steps_to_one_percent = np.ceil(np.log(0.01) / np.log(factor))
    """,
    slips=(
        Slip("no slope", "0.9 * slope", "0.9 + 0 * slope",
             "Without the tanh you would be right. What does its slope take away at each step?"),
        Slip("no kernel", "0.9 * slope", "1.0 * slope",
             "You have the slope of the tanh. By what does the recurrent kernel multiply a length?"),
        Slip("slope 1 − h", "1 - 0.3**2", "1 - 0.3",
             "Your slope at 0.3 is 0.7. What is the slope of tanh where its value is h?"),
        Slip("one step early", "np.ceil(np.log(0.01) / np.log(factor))", "np.floor(np.log(0.01) / np.log(factor))",
             "After that many steps a little more than 1 % is left. When is it less for the first time?"),
        Slip("ten per cent", "np.log(0.01)", "np.log(0.1)",
             "That is where 10 % are left. How many steps take away another nine tenths?"),
        Slip("equal losses", "np.log(0.01) / np.log(factor)", "0.99 / (1 - factor)",
             "You take off equal amounts. Does the second step shrink the first length, or what is left of it?"),
        Slip("slope at 0.9", "1 - 0.3**2", "1 - 0.9**2",
             "You take the slope where the state is 0.9. Where are the states?"),
        Slip("half", "np.log(0.01)", "np.log(0.5)", "That is where one half is left. What share was asked for?"),
    ),
    hints=("One step back multiplies the length by 0.9, for a rotation changes none, and by the slope of the tanh.",
           "Solve factor^k = 0.01 for k with logarithms, and round up."),
)


# -- clipping -----------------------------------------------------------------------------------------------------


def clip_by_norm(
    to_kernel: np.ndarray, to_recurrent: np.ndarray, limit: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cuts a gradient of two arrays back to a length, together, without turning it.

    Args:
        to_kernel: Gradient of the kernel, shape (inputs, units).
        to_recurrent: Gradient of the recurrent kernel, shape (units, units).
        limit: The greatest length allowed, positive.

    Returns:
        Both gradients, as they were if their common length is at most the limit.
    """
    length = np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))
    factor = min(1.0, limit / length)
    return factor * to_kernel, factor * to_recurrent


CLIP_BY_NORM = Exercise(
    name="CLIP_BY_NORM",
    prompt="Write `clip_by_norm`: it takes the gradients of both kernels as one long vector and, if that is longer "
           "than `limit`, shrinks it to this length.",
    reference=clip_by_norm,
    outputs=("to_kernel", "to_recurrent"),
    cases=tuple((quarters(seed, *shape), quarters(seed + 2, units, units), limit)
                for seed, shape, units, limit in ((801, (1, 2), 2, 1.0), (811, (3, 2), 2, 0.5), (821, (2, 3), 3, 100.0),
                                                  (831, (4, 3), 3, 4.0), (841, (2, 4), 4, 9.0))),
    mistakes=(
        Slip("always", "min(1.0, limit / length)", "limit / length",
             "You stretch gradients that are short enough. When is there anything to do?"),
        Slip("never beyond the limit", "min(1.0, limit / length)", "max(1.0, limit / length)",
             "You stretch short gradients and leave long ones alone. Which of them should change?"),
        Slip("each for itself",
             "return factor * to_kernel, factor * to_recurrent",
             "return tuple(g * min(1.0, limit / np.sqrt(np.sum(g**2))) for g in (to_kernel, to_recurrent))",
             "You measure each array by itself, which turns the gradient as a whole. Which length counts?"),
        Slip("number by number",
             "return factor * to_kernel, factor * to_recurrent",
             "return np.clip(to_kernel, -limit, limit), np.clip(to_recurrent, -limit, limit)",
             "You cut off single numbers, which turns the gradient. By what may all of them be multiplied?"),
        Slip("square of the length", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "You divide by the square of the length. Which root is missing?"),
        Slip("kernel alone measured", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "np.sqrt(np.sum(to_kernel**2))",
             "You measure the first array only. What else belongs to the gradient?"),
        Slip("recurrent kernel alone measured", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "np.sqrt(np.sum(to_recurrent**2))",
             "You measure the second array only. What else belongs to the gradient?"),
        Slip("lengths added", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "(np.sqrt(np.sum(to_kernel**2)) + np.sqrt(np.sum(to_recurrent**2)))",
             "You add two lengths. How long is a vector whose parts are 3 and 4 long, at right angles?"),
        Slip("sum of sizes", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "(np.sum(np.abs(to_kernel)) + np.sum(np.abs(to_recurrent)))",
             "You add up sizes. What is the length of the vector (3, 4)?"),
        Slip("largest number", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "max(np.abs(to_kernel).max(), np.abs(to_recurrent).max())",
             "You go by the largest number. How do all of them make a length?"),
        Slip("one array shrunk", "return factor * to_kernel, factor", "return to_kernel, factor",
             "One of the arrays leaves as it came. Does the direction stay the same then?"),
        Slip("set to zero", "min(1.0, limit / length)", "float(length <= limit)",
             "You throw long gradients away. What of them is worth keeping?"),
        Slip("as they came", "return factor * to_kernel, factor * to_recurrent", "return to_kernel, to_recurrent",
             "You give back what came. What happens to a gradient that is too long?"),
        Slip("one side", "return factor * to_kernel, factor * to_recurrent",
             "return np.minimum(to_kernel, limit), np.minimum(to_recurrent, limit)",
             "You cut off large positive numbers. Which one factor belongs to all of them?"),
        Slip("signs", "return factor * to_kernel, factor * to_recurrent",
             "return limit * np.sign(to_kernel), limit * np.sign(to_recurrent)",
             "You keep the signs and forget the sizes. Which way does the gradient point then?"),
        Slip("root of the mean square", "np.sqrt(np.sum(to_kernel**2) + np.sum(to_recurrent**2))",
             "np.sqrt((np.sum(to_kernel**2) + np.sum(to_recurrent**2)) / (to_kernel.size + to_recurrent.size))",
             "You take the mean of the squares. Does a length count how many numbers there are?"),
    ),
    hints=("The length of both together is the root of the sum of all squares.",
           "Multiply both by limit / length if that is below 1, else by 1."),
)


# -- a kernel that turns and fades --------------------------------------------------------------------------------


def _eight_steps(value):
    try:
        kernel = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"Expected a 2×2 matrix, received {value!r}.") from None
    if kernel.shape != (2, 2) or not np.all(np.isfinite(kernel)):
        raise ValueError(f"Expected a 2×2 matrix of finite numbers, received {value!r}.")
    back = np.linalg.matrix_power(kernel.T, 8)
    longest = max(np.linalg.norm(np.linalg.matrix_power(kernel.T, steps), 2) for steps in range(1, 9))
    return {"half": np.linalg.svd(back, compute_uv=False), "turned": back, "longest": longest}


FADING_KERNEL = Design(
    name="FADING_KERNEL",
    prompt="Two linear units hand their state on by a recurrent kernel. Choose the kernel so that a gradient that has "
           "gone back eight steps points in the opposite direction and has half its length, whatever its direction "
           "was, and has been longer than at the start at no step in between. Each number of the result may be off by "
           "0.02.",
    variable="kernel",
    start="np.eye(2)",
    example="0.5 ** (1 / 8) * np.array([[np.cos(np.pi / 8), -np.sin(np.pi / 8)],\n"
            "                                   [np.sin(np.pi / 8), np.cos(np.pi / 8)]])",
    read=_eight_steps,
    properties=(
        Property("after eight steps every gradient has half its length.",
                 lambda run: np.all(np.abs(run["half"] - 0.5) <= 0.02),
                 lambda run: f"one direction keeps {run['half'][0]:.3g}, another {run['half'][1]:.3g} of it"),
        Property("after eight steps every gradient points in the opposite direction.",
                 lambda run: np.all(np.abs(run["turned"] + 0.5 * np.eye(2)) <= 0.02),
                 lambda run: f"the gradient (1, 0) has become ({run['turned'][0, 0]:.2f}, {run['turned'][1, 0]:.2f})"),
        Property("no gradient grows longer on the way.", lambda run: run["longest"] <= 1.001,
                 lambda run: f"one of them grows to {run['longest']:.3g} times its length"),
    ),
    mistakes=(
        ("no turn", "0.5 ** (1 / 8) * np.eye(2)",
         "Your gradient fades as it should and never turns. Which matrices turn a vector?"),
        ("no fading", "np.array([[np.cos(np.pi / 8), -np.sin(np.pi / 8)], [np.sin(np.pi / 8), np.cos(np.pi / 8)]])",
         "Your gradient turns as it should and keeps its length. What is the eighth root of a half?"),
        ("half at each step", "0.5 * np.array([[np.cos(np.pi / 8), -np.sin(np.pi / 8)], [np.sin(np.pi / 8), "
         "np.cos(np.pi / 8)]])",
         "Half of the length goes at each step. How much may go, so that a half is left after eight?"),
        ("an eighth of the loss", "(1 - 0.5 / 8) * np.array([[np.cos(np.pi / 8), -np.sin(np.pi / 8)], [np.sin(np.pi / "
         "8), np.cos(np.pi / 8)]])",
         "You take off an equal part at each step. Do eight factors add, or multiply?"),
        ("half turn at each step", "0.5 ** (1 / 8) * np.array([[np.cos(np.pi / 4), -np.sin(np.pi / 4)], [np.sin(np.pi "
         "/ 4), np.cos(np.pi / 4)]])",
         "After eight steps your gradient has made a whole turn. Which angle makes half a turn in eight steps?"),
        ("angle in degrees", "0.5 ** (1 / 8) * np.array([[np.cos(22.5), -np.sin(22.5)], [np.sin(22.5), np.cos(22.5)]])",
         "You give the angle in degrees. In which unit does `np.cos` read it?"),
    ),
    hints=("A rotation by an angle keeps lengths; a factor in front of it shrinks them.",
           "Eight steps raise the factor to the eighth power and add up eight angles. Half a turn is π."),
)


# -- truncated ----------------------------------------------------------------------------------------------------


def truncated_gradient(
    states: np.ndarray, recurrent: np.ndarray, grad: np.ndarray, window: int
) -> np.ndarray:
    """Computes the gradient of the recurrent kernel by truncated backpropagation.

    What enters at step t goes back through the `window` steps t, t - 1, ..., and is
    then dropped.

    Args:
        states: The state before the first step and those after each step of a tanh
            network, shape (batch, time + 1, units).
        recurrent: Weights of the state before, shape (units, units).
        grad: What comes from outside to the state after each step, shape (batch,
            time, units); what the later steps send back is not in it.
        window: Number of steps, at least 1. It may exceed the number of steps.

    Returns:
        The truncated gradient, shape (units, units).
    """
    total = np.zeros(recurrent.shape)
    for t in range(grad.shape[1]):
        carried = grad[:, t]
        for step in range(t, max(t - window, -1), -1):
            delta = carried * (1 - states[:, step + 1] ** 2)
            total += states[:, step].T @ delta
            carried = delta @ recurrent.T
    return total


def _truncated_cases():
    for seed, (batch, time, units), window in ((901, (1, 3, 2), 1), (911, (2, 4, 2), 2), (921, (1, 5, 3), 3),
                                               (931, (3, 5, 2), 2), (941, (2, 4, 3), 9)):
        yield (quarters(seed, batch, time + 1, units) / 2.5, _small(seed + 4, units, units),
               quarters(seed + 6, batch, time, units), window)


TRUNCATED = Exercise(
    name="TRUNCATED",
    prompt="Write `truncated_gradient`: the gradient of the recurrent kernel, if what enters at a step is followed "
           "back through `window` steps and no further. With a window of 1 each step hears of its own loss alone.",
    reference=truncated_gradient,
    axes=("units", "units"),
    cases=tuple(_truncated_cases()),
    mistakes=(
        Slip("one step too far", "max(t - window, -1)", "max(t - window - 1, -1)",
             "Your gradients go one step further. How many steps has a window of 1?"),
        Slip("one step short", "max(t - window, -1)", "max(t - window + 1, -1)",
             "Your gradients stop one step early. Does the window count the step where the loss enters?"),
        Slip("never cut", "max(t - window, -1)", "max(-1, min(t - window, -1))",
             "You go back to the first step, always. Where should the gradient of step t stop?"),
        Slip("last step only", "for t in range(grad.shape[1]):", "for t in range(grad.shape[1] - 1, grad.shape[1]):",
             "Only the last step's loss is followed. What about the others?"),
        Slip("cut at fixed places", "max(t - window, -1)", "t // window * window - 1",
             "You cut the sequence into pieces, so that some steps have hardly any past. Does the window move with the "
             "step?"),
        Slip("slope of the state before", "states[:, step + 1] ** 2", "states[:, step] ** 2",
             "You take the slope at the state before the step. Which state did its tanh put out?"),
        Slip("slope 1 − h", "states[:, step + 1] ** 2", "states[:, step + 1]",
             "What is the slope of tanh, in terms of its value?"),
        Slip("state after", "states[:, step].T @ delta", "states[:, step + 1].T @ delta",
             "The recurrent kernel multiplied another state. Which one had the cell in its hands?"),
        Slip("not transposed", "delta @ recurrent.T", "delta @ recurrent",
             "Which way does the gradient go through the recurrent kernel?"),
        Slip("overwritten", "total += states", "total = states",
             "Only the last term is left of your sum. How many are there?"),
        Slip("slope once", "carried = delta @ recurrent.T", "carried = carried @ recurrent.T",
             "What you carry back has not passed the tanh. Which gradient meets the recurrent kernel?"),
        Slip("slope left out", "carried * (1 - states[:, step + 1] ** 2)", "1.0 * carried",
             "Your gradient passes the tanh unchanged. What is missing?"),
        Slip("mean over the batch", "return total", "return total / len(states)",
             "You average over the examples. Does `grad` not hold that mean already?"),
        Slip("slope of a sigmoid", "(1 - states[:, step + 1] ** 2)",
             "(states[:, step + 1] * (1 - states[:, step + 1]))",
             "h (1 − h) is the slope of a sigmoid. What is that of tanh?"),
        Slip("slope at the state", "states[:, step + 1] ** 2", "np.tanh(states[:, step + 1]) ** 2",
             "You take the tanh of a state, which is one already. At which number is the slope wanted?"),
        Slip("past the recurrent kernel", "carried = delta @ recurrent.T", "carried = delta",
             "Your gradient goes from step to step without the recurrent kernel. What did the state pass on its way?"),
        Slip("first loss left out", "range(grad.shape[1])", "range(1, grad.shape[1])",
             "The first step's loss is missing. Does it not reach the recurrent kernel too?"),
        Slip("last steps only", "max(t - window, -1)", "max(t - window, -1) if t == grad.shape[1] - 1 else t - 1",
             "Only the last loss of yours looks back further than its own step. What about the others?"),
        Slip("losses in the last window", "range(grad.shape[1])",
             "range(max(grad.shape[1] - window, 0), grad.shape[1])",
             "You leave out the losses before the last window. Does each step not have a window of its own?"),
    ),
    hints=("Two loops: over the step where a loss enters, and from there back through at most `window` steps.",
           "Within the inner loop, do what backpropagation through time does at one step, and add to one total."),
)
