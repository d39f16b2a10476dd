"""The exercises on modules: a bottleneck, an inception module's cost, a way back, gates, their classes, a budget."""

import re

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Property, Slip

# -- a bottleneck ------------------------------------------------------------------------------------------------


BOTTLENECK = Estimate(
    name="BOTTLENECK",
    prompt="In GoogLeNet's module 4a the 5×5 branch reads 14×14 positions of 480 maps. A 1×1 convolution squeezes them "
           "to 16 maps, and the 5×5 makes 48 of these. How many times as many multiply-accumulates would a 5×5 need "
           "that makes its 48 maps of all 480 directly? Count the squeeze as part of the branch.",
    variable="times_as_many",
    unit="times",
    working="""
    squeezed = 14 * 14 * (480 * 16 + 25 * 16 * 48)
    direct = 14 * 14 * 25 * 480 * 48
    times_as_many = direct / squeezed
    """,
    slips=(
        Slip("squeeze is free", "(480 * 16 + 25 * 16 * 48)", "(25 * 16 * 48)",
             "You count the 5×5 behind the squeeze. What does the squeeze itself cost?"),
        Slip("upside down", "direct / squeezed", "squeezed / direct",
             "Your number is below 1. Which of the two needs more?"),
        Slip("areas left out", "14 * 14 * (480 * 16 + 25 * 16 * 48)", "14 * 14 * 25 * (480 * 16 + 16 * 48)",
             "You give both convolutions of the branch the same kernel. At how many pixels does a 1×1 look?"),
        Slip("no area at all", "14 * 14 * 25 * 480 * 48", "14 * 14 * 480 * 48",
             "Your direct convolution looks at one pixel. At how many does a 5×5 look?"),
        Slip("side for area", "25 * 480 * 48", "5 * 480 * 48",
             "You take the side of the kernel. How many numbers has a 5×5 for each map that it reads?"),
        Slip("3×3", "14 * 14 * 25 * 480 * 48", "14 * 14 * 9 * 480 * 48",
             "Your direct convolution is a 3×3. How large is the kernel of this branch?"),
        Slip("difference", "direct / squeezed", "direct - squeezed",
             "You say how many more. How many *times* as many are there?"),
    ),
    hints=("A convolution makes area · maps read · maps made multiply-accumulates at each position.",
           "The branch is 480 · 16 for the squeeze, and 25 · 16 · 48 behind it. The positions cancel."),
)


# -- what a module costs -----------------------------------------------------------------------------------------


def module_cost(height: int, width: int, channels: int, maps: tuple) -> tuple:
    """Counts what an inception module costs.

    Args:
        height: Height of the maps, which every branch keeps.
        width: Width of the maps.
        channels: Number of maps that the module reads.
        maps: Maps of the 1x1, of the squeeze before the 3x3, of the 3x3, of the
            squeeze before the 5x5, of the 5x5, and of the 1x1 behind the pooling.

    Returns:
        (maps, parameters, macs): the maps at the output, the weights and biases, and
        the multiply-accumulates for one picture, biases not counted in these.
    """
    one, squeeze3, three, squeeze5, five, pool = maps
    weights = channels * (one + squeeze3 + squeeze5 + pool)
    weights += 9 * squeeze3 * three + 25 * squeeze5 * five
    made = one + three + five + pool
    return made, weights + sum(maps), height * width * weights


MODULE_COST = Exercise(
    name="MODULE_COST",
    prompt="Write `module_cost`: what an inception module costs, with a bias for each map of each of its six "
           "convolutions. It returns the number of maps at the output, the parameters and the multiply-accumulates.",
    reference=module_cost,
    outputs=("maps", "parameters", "macs"),
    cases=((2, 3, 4, (5, 2, 7, 1, 3, 6)), (28, 28, 192, (64, 96, 128, 16, 32, 32)), (1, 1, 1, (1, 1, 1, 1, 1, 1)),
           (14, 10, 480, (192, 96, 208, 16, 48, 64)), (5, 4, 10, (3, 4, 8, 2, 6, 1))),
    mistakes=(
        Slip("3×3 and 5×5 read the input", "9 * squeeze3 * three + 25 * squeeze5 * five",
             "channels * (9 * three + 25 * five)",
             "Your 3×3 and 5×5 read the input of the module. What stands between?"),
        Slip("squeezes left out", "channels * (one + squeeze3 + squeeze5 + pool)", "channels * (one + pool)",
             "Two convolutions are missing. Who makes the maps that the 3×3 and the 5×5 read?"),
        Slip("pooling branch without a convolution", "channels * (one + squeeze3 + squeeze5 + pool)",
             "channels * (one + squeeze3 + squeeze5)",
             "Pooling has no weights, but is it alone in its branch?"),
        Slip("squeezes at the output", "one + three + five + pool", "sum(maps)",
             "You stack six groups of maps. Which of them end at the output of a branch?"),
        Slip("the input's maps at the output", "one + three + five + pool", "one + three + five + channels",
             "Your pooling branch hands on all maps it reads. What does its 1×1 do?"),
        Slip("no biases", "weights + sum(maps)", "weights",
             "Your parameters lack one number for each map made. Which?"),
        Slip("biases of the output alone", "weights + sum(maps)", "weights + made",
             "You count the biases of four convolutions. How many convolutions are there?"),
        Slip("areas left out", "9 * squeeze3 * three + 25 * squeeze5 * five", "squeeze3 * three + squeeze5 * five",
             "All your kernels are 1×1. How many numbers of each map does a 3×3 read?"),
        Slip("sides for areas", "9 * squeeze3 * three + 25 * squeeze5 * five",
             "3 * squeeze3 * three + 5 * squeeze5 * five",
             "You multiply by the side of a kernel. How many numbers has it?"),
        Slip("one position", "height * width * weights", "weights",
             "Your multiply-accumulates are those of a single position. At how many does a kernel work?"),
        Slip("square pictures", "height * width * weights", "height**2 * weights",
             "You are right for square maps. Which two numbers multiply?"),
        Slip("biases as multiplications", "height * width * weights", "height * width * (weights + sum(maps))",
             "A bias is added. Is anything multiplied for it?"),
        Slip("operations", "height * width * weights", "2 * height * width * weights",
             "You count a multiplication and an addition as two. As what does a multiply-accumulate count?"),
        Slip("order of the results", "made, weights + sum(maps), height * width * weights",
             "made, height * width * weights, weights + sum(maps)",
             "Your last two numbers have changed places. In which order are they asked for?"),
        Slip("a bias for each convolution", "weights + sum(maps)", "weights + 6",
             "You count one bias for each convolution. How many does a convolution of 64 maps have?"),
        Slip("a bias for each branch", "weights + sum(maps)", "weights + 4",
             "You count one bias for each branch. How many maps have one?"),
        Slip("3×3 behind the pooling", "(one + squeeze3 + squeeze5 + pool)", "(one + squeeze3 + squeeze5 + 9 * pool)",
             "Your convolution behind the pooling is a 3×3. Whose window is 3×3?"),
        Slip("pooling's maps not at the output", "one + three + five + pool", "one + three + five",
             "You stack three branches. How many has the module?"),
        Slip("5×5 as 3×3", "25 * squeeze5", "9 * squeeze5",
             "Both of your large kernels have nine numbers a map. How large is the second?"),
        Slip("no padding", "height * width * weights", "(height - 2) * (width - 2) * weights",
             "You take the border off. Do the branches keep height and width?"),
        Slip("squeeze behind", "9 * squeeze3 * three + 25 * squeeze5 * five",
             "channels * (9 * squeeze3 + 25 * squeeze5 - squeeze3 - squeeze5) + squeeze3 * three + squeeze5 * five",
             "Your large kernels come first and the 1×1 behind them. Which of the two reads all channels?"),
        Slip("pooling counted", "height * width * weights", "height * width * (weights + channels)",
             "You count something for the pooling itself. Does it multiply?"),
        Slip("pooling counted by its window", "height * width * weights", "height * width * (weights + 9 * channels)",
             "You count nine products for each map that is pooled. What does a maximum multiply?"),
        Slip("parameters at each position", "weights + sum(maps)", "height * width * (weights + sum(maps))",
             "Your parameters grow with the picture. Are weights shared between positions?"),
    ),
    hints=(
        "Four convolutions of 1×1 read all channels. The 3×3 and the 5×5 read what their squeeze has made.",
        "Count the weights first: all six convolutions use each weight once at each position.",
        "The output has the maps of the four branches' last convolutions; the biases are as many as all maps made.",
    ),
)


# -- the way back through a dense block --------------------------------------------------------------------------


def grown_gradient(x: np.ndarray, kernels: list, grad: np.ndarray) -> np.ndarray:
    """Computes the gradient at the input of a dense block.

    Each layer is a ReLU with a 1x1 convolution behind it, without bias.

    Args:
        x: Maps of shape (N, H, W, C).
        kernels: One array for each layer, (maps that it reads, maps that it makes).
        grad: Gradient by the maps at the block's end, those of x first, then each
            layer's in order.

    Returns:
        The gradient by x, of shape (N, H, W, C).
    """
    stacks = [x]
    for kernel in kernels:
        new = np.maximum(stacks[-1], 0) @ kernel
        stacks.append(np.concatenate([stacks[-1], new], axis=-1))
    for stack, kernel in zip(stacks[-2::-1], kernels[::-1], strict=True):
        old, new = np.split(grad, [stack.shape[-1]], axis=-1)
        grad = old + (new @ kernel.T) * (stack > 0)
    return grad


def _dense_cases():
    for seed, shape, made in ((611, (2, 3, 2, 2), (2,)), (613, (1, 2, 3, 3), (2, 2)), (617, (2, 2, 1, 1), (3, 1, 2)),
                              (619, (1, 1, 2, 2), (4, 4))):
        sizes = np.cumsum([shape[-1], *made])
        kernels = [quarters(seed + 2 * i + 2, r, m) for i, (r, m) in enumerate(zip(sizes, made, strict=False))]
        yield quarters(seed, *shape), kernels, quarters(seed + 40, *shape[:-1], sizes[-1])


GROWN_GRADIENT = Exercise(
    name="GROWN_GRADIENT",
    prompt="Write `grown_gradient`: the way back through a dense block, with a ReLU and a 1×1 convolution for each "
           "layer and no normalisation. A 1×1 convolution of maps with the channels last is a matrix product, "
           "`maps @ kernel`. No number of the maps is exactly 0.",
    reference=grown_gradient,
    axes=("batch", "height", "width", "channels"),
    cases=tuple(_dense_cases()),
    mistakes=(
        Slip("through the layers alone", "grad = old + (new @ kernel.T) * (stack > 0)",
             "grad = (new @ kernel.T) * (stack > 0)",
             "You send back what the layers read, and drop what reaches the old maps by themselves. Who else reads "
             "them?"),
        Slip("past the layers alone", "grad = old + (new @ kernel.T) * (stack > 0)", "grad = old + 0 * new.sum()",
             "Your gradient comes back past the layers, not through them. Which maps did each layer read?"),
        Slip("no mask", "(new @ kernel.T) * (stack > 0)", "new @ kernel.T",
             "Your gradient passes where the ReLU had closed. What is its slope below 0?"),
        Slip("ReLU of the gradient", "(new @ kernel.T) * (stack > 0)", "np.maximum(new @ kernel.T, 0)",
             "You cut off the negative gradients. Whose sign decides whether a ReLU lets a gradient pass?"),
        Slip("mask over both", "old + (new @ kernel.T) * (stack > 0)", "(old + new @ kernel.T) * (stack > 0)",
             "Your mask covers the old maps' own gradient too. Do they pass a ReLU on their way to the end?"),
        Slip("mask the wrong way round", "(stack > 0)", "(stack < 0)",
             "Your mask lets pass what the ReLU had stopped. Where is its slope 1?"),
        Slip("linear on the way forward", "np.maximum(stacks[-1], 0) @ kernel", "stacks[-1] @ kernel",
             "On your way forward no ReLU is applied, so later masks are wrong. What does each layer compute?"),
        Slip("new maps first", "np.split(grad, [stack.shape[-1]], axis=-1)",
             "np.split(grad, [-stack.shape[-1]], axis=-1)[::-1]",
             "You take the last channels for the old maps. In which order does the block stack them?"),
        Slip("difference", "old + (new", "old - (new",
             "You subtract what the layers send back. What happens to gradients where a map goes two ways?"),
        Slip("mean of the ways", "old + (new @ kernel.T) * (stack > 0)", "(old + (new @ kernel.T) * (stack > 0)) / 2",
             "You average over the two ways. Is a gradient that arrives on two ways a mean or a sum?"),
        Slip("ReLU of the new maps' gradient", "(new @ kernel.T) * (stack > 0)",
             "(np.maximum(new, 0) @ kernel.T) * (stack > 0)",
             "You drop the negative gradients of the new maps. Is there a ReLU between them and the end?"),
        Slip("times the maps", "* (stack > 0)", "* stack",
             "You multiply by the maps themselves. What is the slope of a ReLU?"),
        Slip("times the activated maps", "* (stack > 0)", "* np.maximum(stack, 0)",
             "You multiply by the activated maps. Is that a ReLU's value or its slope?"),
        Slip("mask over the old maps", "old + (new @ kernel.T) * (stack > 0)", "old * (stack > 0) + new @ kernel.T",
             "Your mask stands with the wrong one of two terms. Which of them has come through a ReLU?"),
        Slip("mask of the gradient", "(stack > 0)", "(old > 0)",
             "Your mask looks at the sign of a gradient. Whose sign did the ReLU look at?"),
        Slip("to the input alone", "* (stack > 0)", "* (stack > 0) * (np.arange(stack.shape[-1]) < x.shape[-1])",
             "Your layers send their gradients to the block's input alone. Which other maps did they read?"),
        Slip("product of the ways", "old + (new @ kernel.T) * (stack > 0)", "old * (new @ kernel.T) * (stack > 0)",
             "You multiply the two ways. What happens to gradients where a map goes two ways?"),
    ),
    hints=(
        "On the way forward keep the stack that each layer read. Then go through the layers backwards.",
        "The gradient by a stack has two parts: that of the old maps, and that of the layer's new ones.",
        "What a layer sends back is its new maps' gradient times the transposed kernel, where the stack was positive.",
    ),
)


# -- gates -------------------------------------------------------------------------------------------------------


def gated_maps(x: np.ndarray, reduce: np.ndarray, excite: np.ndarray) -> np.ndarray:
    """Multiplies each map by a gate: squeeze and excitation.

    Args:
        x: Maps of shape (N, H, W, C).
        reduce: Weights of the first dense layer, before a ReLU, (C, C / ratio).
        excite: Weights of the second one, before a sigmoid, (C / ratio, C).

    Returns:
        The gated maps, of shape (N, H, W, C). Neither layer has a bias.
    """
    squeezed = x.mean(axis=(1, 2))
    hidden = np.maximum(squeezed @ reduce, 0)
    scores = hidden @ excite
    gates = 1 / (1 + np.exp(-scores))
    return x * gates[:, None, None, :]


def _gate_cases():
    for seed, shape, middle in ((631, (2, 3, 2, 4), 2), (633, (3, 1, 2, 2), 1), (637, (4, 2, 3, 6), 3),
                                (639, (3, 3, 3, 3), 3)):
        yield quarters(seed, *shape), quarters(seed + 2, shape[-1], middle) / 2, quarters(seed + 4, middle, shape[-1])


REPAIR_GATES = BugHunt(
    name="REPAIR_GATES",
    prompt="`gated_maps` should be squeeze and excitation. With it a picture's answer depends on which other pictures "
           "are in its batch, and in a network of 512 maps hardly anything comes through, whatever it learns. Repair "
           "it.",
    reference=gated_maps,
    axes=("batch", "height", "width", "channels"),
    cases=tuple(_gate_cases()),
    bugs=(
        Slip("one squeeze for the batch", "x.mean(axis=(1, 2))", "x.mean(axis=(0, 1, 2), keepdims=True)[:, 0, 0]",
             "A picture's gates still depend on the other pictures of its batch. Over what does the squeeze average?"),
        Slip("gates that compete", "1 / (1 + np.exp(-scores))",
             "np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)",
             "The gates of a picture still sum to one. What if two of the maps are wanted?"),
    ),
    mistakes=(
        Slip("maximum for mean", "x.mean(axis=(1, 2))", "x.max(axis=(1, 2))",
             "You squeeze by the maximum. Which number of a map is asked for?"),
        Slip("sum for mean", "x.mean(axis=(1, 2))", "x.sum(axis=(1, 2))",
             "Your gates change when a picture gets larger. What does the squeeze divide by?"),
        Slip("no activation in the middle", "np.maximum(squeezed @ reduce, 0)", "squeezed @ reduce",
             "Your two dense layers are one linear layer. What stands between them?"),
        Slip("sign", "np.exp(-scores)", "np.exp(scores)",
             "A large score closes your gate. What does a sigmoid make of large scores?"),
        Slip("no sigmoid", "1 / (1 + np.exp(-scores))", "scores",
             "Your gates can be negative or above 1. What keeps a gate between 0 and 1?"),
        Slip("gates alone", "x * gates[:, None, None, :]", "gates[:, None, None, :] + 0 * x",
             "You return the gates. What do they do to the maps?"),
        Slip("added", "x * gates[:, None, None, :]", "x + gates[:, None, None, :]",
             "You add the gates to the maps. What does a gate of 0 have to do to a map?"),
        Slip("added to the maps", "x * gates[:, None, None, :]", "x + x * gates[:, None, None, :]",
             "You add the gated maps to those that came in. Can a gate of yours still close?"),
        Slip("gates of the batch", "x * gates[:, None, None, :]", "x * gates.mean(axis=0)",
             "You average the gates over the batch. Whose gates should a picture get?"),
        Slip("activation before the first layer", "np.maximum(squeezed @ reduce, 0)",
             "np.maximum(squeezed, 0) @ reduce",
             "Your ReLU comes before the first layer. Between which two does it stand?"),
        Slip("ReLU as gate", "1 / (1 + np.exp(-scores))", "np.maximum(scores, 0)",
             "Your gates have no upper end. Which function ends at 1?"),
        Slip("tanh as gate", "1 / (1 + np.exp(-scores))", "np.tanh(scores)",
             "Your gates turn maps around where a score is negative. Which function lies between 0 and 1?"),
        Slip("sigmoid in the middle", "np.maximum(squeezed @ reduce, 0)", "1 / (1 + np.exp(-squeezed @ reduce))",
             "Both of your layers have a sigmoid. Which activation is the first one's?"),
        Slip("open or shut", "1 / (1 + np.exp(-scores))", "(scores > 0) * 1.0",
             "Your gates are open or shut. Can one be half open?"),
        Slip("clipped scores", "1 / (1 + np.exp(-scores))", "np.clip(scores, 0, 1)",
             "You clip the scores. Which smooth function maps all numbers to those between 0 and 1?"),
        Slip("softmax over the batch", "1 / (1 + np.exp(-scores))", "np.exp(scores) / np.exp(scores).sum(axis=0)",
             "Now the pictures compete for each gate. Should one picture's gate depend on another's?"),
        Slip("softmax times the channels", "1 / (1 + np.exp(-scores))",
             "scores.shape[1] * np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)",
             "You have scaled the gates, but they still compete. What gives each gate by its own score?"),
        Slip("ReLU before the sigmoid", "scores = hidden @ excite", "scores = np.maximum(hidden @ excite, 0)",
             "Your scores pass a ReLU on their way to the gate. How far can such a gate close?"),
    ),
    hints=("There are two faults: one in what is averaged, and one in how scores become gates.",
           "Change one picture of a batch and look at the result of another; then sum the gates of one picture."),
)


# -- gates and classes -------------------------------------------------------------------------------------------


def class_share(gates: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the share of each gate's variation between classes.

    Args:
        gates: A row of gates for each picture, shape (N, C); each gate varies.
        labels: The class of each picture, shape (N,). Their sizes may differ.

    Returns:
        Array of shape (C,), from 0 to 1, a fraction. Above stands, summed over all
        pictures, the squared difference of their class's mean from the mean of all.
        Below stands the same of their own gate from the mean of all.
    """
    mean = gates.mean(axis=0)
    between = np.zeros_like(gates)
    for label in np.unique(labels):
        between[labels == label] = gates[labels == label].mean(axis=0) - mean
    return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)


def _share_cases():
    for seed, channels, labels in ((651, 2, [0, 0, 1]), (653, 3, [2, 2, 0, 0, 0, 2, 5]), (657, 4, [1, 0, 1, 2, 2, 1]),
                                   (661, 1, [3, 3, 3, 3, 1, 1, 2, 3])):
        yield np.random.default_rng(seed).integers(1, 64, (len(labels), channels)) / 64, np.array(labels)


CLASS_SHARE = Exercise(
    name="CLASS_SHARE",
    prompt="Write `class_share`: for each gate, the share of its variation over the pictures that lies between the "
           "classes. It is 1 if all pictures of a class have the same gate, and 0 if all classes have the same mean.",
    reference=class_share,
    axes=("channels",),
    cases=tuple(_share_cases()),
    mistakes=(
        Slip("within the classes", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return 1 - np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "You give the share within the classes. What is it if all pictures of a class have the same gate?"),
        Slip("classes count equally", "np.sum(between**2, axis=0)",
             "len(gates) * np.mean([(gates[labels == k].mean(axis=0) - mean) ** 2 for k in set(labels)], axis=0)",
             "Each class counts the same with you. How often does a class enter a sum over pictures?"),
        Slip("mean of the class means", "mean = gates.mean(axis=0)",
             "mean = np.mean([gates[labels == k].mean(axis=0) for k in set(labels)], axis=0)",
             "Your mean is that of the class means. Over what is the mean of all pictures taken?"),
        Slip("one number for all gates", "/ np.sum((gates - mean) ** 2, axis=0)", "/ np.sum((gates - mean) ** 2)",
             "You divide by the variation of all gates together. Which gate does each share belong to?"),
        Slip("within for the total", "np.sum((gates - mean) ** 2, axis=0)",
             "np.sum((gates - mean - between) ** 2, axis=0)",
             "You divide by the variation within the classes. How large may a share become?"),
        Slip("root", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return np.sqrt(np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0))",
             "You give a ratio of spreads. Which power of the differences is summed?"),
        Slip("sizes for squares", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return np.sum(abs(between), axis=0) / np.sum(abs(gates - mean), axis=0)",
             "You sum sizes. Which power of the differences was asked for?"),
        Slip("medians", "gates[labels == label].mean(axis=0) - mean",
             "np.median(gates[labels == label], axis=0) - mean",
             "You take the median of a class. Which number of a class is asked for?"),
        Slip("one row a class", "np.sum(between**2, axis=0)", "np.sum(np.unique(between**2, axis=0), axis=0)",
             "Each class enters your upper sum once. How many of its pictures does the sum run over?"),
        Slip("between averaged", "np.sum(between**2, axis=0)", "np.mean(between**2, axis=0)",
             "You divide a mean by a sum. What do both have to be?"),
        Slip("variance of the class means", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return np.var([gates[labels == k].mean(axis=0) for k in set(labels)], axis=0) / gates.var(axis=0)",
             "You take the variance of the class means, each counted once and from their own mean. Over what does the "
             "upper sum run, and from which mean?"),
        Slip("deviation of the class means", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return np.std([gates[labels == k].mean(axis=0) for k in set(labels)], axis=0) / gates.std(axis=0)",
             "You divide two standard deviations. Are squares asked for, and how often does a class count?"),
        Slip("sample variance of the class means",
             "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return (np.var([gates[labels == k].mean(axis=0) for k in set(labels)], axis=0, ddof=1)"
             " / gates.var(axis=0, ddof=1))",
             "You divide by n − 1, for classes and for pictures. What do the two sums here run over?"),
        Slip("mean variance within", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return np.mean([gates[labels == k].var(axis=0) for k in set(labels)], axis=0) / gates.var(axis=0)",
             "You measure how much a gate varies inside the classes. Which part of the variation is asked for?"),
        Slip("one less the mean variance within",
             "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return 1 - np.mean([gates[labels == k].var(axis=0) for k in set(labels)], axis=0) / gates.var(axis=0)",
             "You take off the mean of the variances within. Does a small class weigh as much in it as a large one?"),
        Slip("one mean for all gates", "mean = gates.mean(axis=0)", "mean = gates.mean()",
             "You measure from the mean of all gates together. Has not each gate a mean of its own?"),
        Slip("not divided", " / np.sum((gates - mean) ** 2, axis=0)", "",
             "You give the upper sum alone. What is it a share of?"),
        Slip("class sums", "gates[labels == label].mean(axis=0) - mean", "gates[labels == label].sum(axis=0) - mean",
             "You add up the gates of a class. What turns a sum into a mean?"),
        Slip("class means not measured from the mean", "gates[labels == label].mean(axis=0) - mean",
             "gates[labels == label].mean(axis=0)",
             "Your upper sum squares the class means themselves. From where are they measured?"),
        Slip("gates not measured from the mean", "np.sum((gates - mean) ** 2, axis=0)", "np.sum(gates**2, axis=0)",
             "Your lower sum squares the gates themselves. From where are they measured?"),
        Slip("squared share", "return np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)",
             "return (np.sum(between**2, axis=0) / np.sum((gates - mean) ** 2, axis=0)) ** 2",
             "You square the share. What has been squared already?"),
    ),
    hints=(
        "Give every picture the mean gates of its class. How much do these numbers vary, beside the gates themselves?",
        "Both sums run over all pictures, and both measure from the mean of all pictures.",
    ),
)


# -- a module within a budget ------------------------------------------------------------------------------------

SIDE, READ, MADE, WIDER, WIDEST, BUDGET = 28, 192, 256, 160, 64, 84_000_000


def _module(value):
    if isinstance(value, str) or not isinstance(value, (list, tuple)) or not value:
        raise ValueError(f'Expected a list of branches such as "1x1 16, 5x5 32", received {value!r}.')
    branches = [_branch(branch) for branch in value]
    return {key: [branch[key] for branch in branches] for key in ("maps", "field", "macs", "growth", "text")}


def _branch(text):
    if not isinstance(text, str):
        raise ValueError(f'Expected a branch as a string such as "1x1 16, 5x5 32", received {text!r}.')
    maps, field, weights, growth = READ, 1, 0, 0
    for step in text.replace("×", "x").split(","):
        if step.strip() == "pool":
            continue
        found = re.fullmatch(r"([1357])x\1 +([1-9]\d{0,4})", step.strip())
        if not found:
            raise ValueError(f'Expected steps such as "3x3 64" (1x1 to 7x7, odd) or "pool", received {step.strip()!r}.')
        side, made = int(found[1]), int(found[2])
        growth = max(growth, made / maps if side > 1 else 0)
        weights += side**2 * maps * made
        maps, field = made, field + side - 1
    return {"maps": maps, "field": field, "macs": SIDE**2 * weights, "growth": growth, "text": text}


def _seeing(module, field):
    return sum(maps for maps, seen in zip(module["maps"], module["field"], strict=True) if seen >= field)


def _greediest(module):
    costs = module["macs"]
    return f"{sum(costs) / 1e6:.1f} million, most of them, {max(costs) / 1e6:.1f}, in " \
           f'"{module["text"][costs.index(max(costs))]}"'


MODULE = Design(
    name="MODULE",
    prompt="Design a module that reads 28×28 positions of 192 maps, as GoogLeNet's module 3a does. `plan` is a "
           "list of strings, one a branch, each with its steps in order, such as `\"1x1 16, 5x5 32\"`: `\"3x3 64\"` is "
           "a convolution that makes 64 maps (1x1, 3x3, 5x5 or 7x7, zero padding), and `\"pool\"` a max pooling of 3×3 "
           "with stride 1. The module makes 256 maps in all. At least 160 of them see 3×3 positions or more, and at "
           "least 64 of those see 5×5 or more, counting what kernels see and not pooling. No kernel larger than 1×1 "
           "makes more than twice as many maps as it reads. And the module makes at most 84 million "
           "multiply-accumulates. The start is module 3a, which needs 128 million.",
    variable="plan",
    start='["1x1 64", "1x1 96, 3x3 128", "1x1 16, 5x5 32", "pool, 1x1 32"]',
    example='["1x1 64", "1x1 48, 3x3 96", "1x1 32, 3x3 32, 3x3 64", "pool, 1x1 32"]',
    read=_module,
    properties=(
        Property("it makes 256 maps.", lambda module: sum(module["maps"]) == MADE,
                 lambda module: f"{sum(module['maps'])} maps"),
        Property("at least 160 maps see 3×3 positions or more.", lambda module: _seeing(module, 3) >= WIDER,
                 lambda module: f"{_seeing(module, 3)} maps do"),
        Property("at least 64 maps see 5×5 positions or more.", lambda module: _seeing(module, 5) >= WIDEST,
                 lambda module: f"{_seeing(module, 5)} maps do"),
        Property("no kernel larger than 1×1 makes more than twice as many maps as it reads.",
                 lambda module: max(module["growth"]) <= 2,
                 lambda module: f'one in "{module["text"][module["growth"].index(max(module["growth"]))]}" makes '
                                f"{max(module['growth']):.3g} times as many"),
        Property("it makes at most 84 million multiply-accumulates.", lambda module: sum(module["macs"]) <= BUDGET,
                 _greediest),
    ),
    mistakes=(
        ("no squeezes", '["1x1 96", "3x3 96", "5x5 64"]',
         "Your large kernels read all 192 maps. What could stand in front of them?"),
        ("5×5 of half the maps", '["1x1 64", "1x1 48, 3x3 96", "1x1 32, 5x5 64", "pool, 1x1 32"]',
         "Every squeeze is as narrow as it may be. What else sees 5×5 positions, with fewer multiplications than one "
         "5×5?"),
        ("squeezed to death", '["1x1 96", "1x1 16, 3x3 96", "1x1 8, 5x5 64"]',
         "You meet the budget by squeezes that leave hardly anything. How many maps may a 3×3 make of 16?"),
        ("one branch", '["1x1 128, 3x3 128, 3x3 256"]',
         "One branch gives all maps the widest view, and has to pay for it. How many maps need to see 5×5, and how "
         "many may see a single position?"),
        ("pooling sees", '["1x1 64", "pool, pool, 1x1 64", "1x1 64, 3x3 128"]',
         "Your maps of the widest view look through poolings. Which steps count for what a map sees?"),
    ),
    hints=("At least 64 maps have to see 5×5. What did you learn of two 3×3 in place of one 5×5?",
           "Make the squeezes half as wide as what follows. The 96 maps that need no wider view are cheapest by 1×1."),
)
