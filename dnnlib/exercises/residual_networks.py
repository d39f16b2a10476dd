"""The exercises on residual networks: a block, its cost, gradients and gates over depth, a branch, lesions."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip

# -- a residual block ---------------------------------------------------------------------------------------------


def residual_block(
    x: np.ndarray, w1: np.ndarray, w2: np.ndarray, scale: float
) -> np.ndarray:
    """Computes an original residual block of two dense layers without biases.

    Its branch F(x) is a dense layer, a ReLU and a second dense layer. What the block
    adds to it is the input times a constant, and a ReLU stands behind the sum.

    Args:
        x: A batch of inputs, shape (N, n).
        w1: Kernel of the first layer, shape (n, m).
        w2: Kernel of the second layer, shape (m, n).
        scale: The constant on the shortcut; 1 for the identity.

    Returns:
        The block's output, shape (N, n).
    """
    new = np.maximum(x @ w1, 0) @ w2
    return np.maximum(scale * x + new, 0)


RESIDUAL_BLOCK = Exercise(
    name="RESIDUAL_BLOCK",
    prompt="Write `residual_block`: the output of an original residual block, in the order branch, sum, ReLU. The "
           "shortcut is the input times `scale`.",
    reference=residual_block,
    axes=("examples", "units"),
    cases=tuple((quarters(6400 + i, N, n), quarters(6410 + i, n, m), quarters(6420 + i, m, n), scale)
                for i, (N, n, m, scale) in enumerate(((1, 2, 3, 1.0), (3, 2, 4, 2.5), (4, 3, 2, 4.0), (5, 4, 5, 0.5),
                                                      (4, 3, 3, 8.0)))),
    mistakes=(
        Slip("ReLU in front of the sum", "np.maximum(scale * x + new, 0)", "scale * x + np.maximum(new, 0)",
             "Your ReLU stands on the branch, in front of the sum. Could the block then ever make a number smaller "
             "than its shortcut?"),
        Slip("no ReLU behind the sum", "np.maximum(scale * x + new, 0)", "scale * x + new",
             "Your outputs can be negative. What stands behind the sum of an *original* block?"),
        Slip("no ReLU in the branch", "np.maximum(x @ w1, 0) @ w2", "x @ w1 @ w2",
             "Your branch is linear, so that its two layers are worth one. What stands between them?"),
        Slip("plain", "scale * x + new", "new + 0 * scale",
             "That is a plain network. Where does the input get past the two layers?"),
        Slip("scale left out", "scale * x + new", "x + new",
             "You are right for the identity. What does the shortcut do to the input otherwise?"),
        Slip("scale on the branch", "scale * x + new", "x + scale * new",
             "You scale the branch. Which of the two paths has the constant?"),
        Slip("scale on both", "scale * x + new", "scale * (x + new)",
             "Your constant multiplies the whole sum. Which of the two paths has it?"),
        Slip("stacked", "scale * x + new", "np.concatenate([scale * x, new], axis=1)",
             "You put the branch beside the input, as a dense block does. What does a residual block do with the two?"),
        Slip("a gate's weights", "scale * x + new", "(1 - scale) * x + scale * new",
             "You share 1 out between the two paths, as an exclusive gate does. What stands on the branch here?"),
        Mistake("kernels exchanged", lambda x, w1, w2, scale: (
            np.maximum(scale * x + np.maximum(x @ w2.T, 0) @ w1.T, 0)),
                "You have exchanged the two kernels, and transposed them to fit. Which of them reads the input?"),
        Slip("product for sum", "scale * x + new", "scale * x * new",
             "You multiply the two paths. What would become of the input if the branch gave 0?"),
        Slip("minus", "scale * x + new", "new - scale * x",
             "You subtract the shortcut. With a branch of zeros and a scale of 1, what should the block return for a "
             "positive input?"),
        Slip("ReLU on the shortcut", "scale * x + new", "scale * np.maximum(x, 0) + new",
             "Your shortcut loses the negative inputs. Does anything but the constant stand on it?"),
        Slip("second ReLU in the branch", "scale * x + new", "scale * x + np.maximum(new, 0)",
             "Your branch ends in a ReLU of its own, so that it can only add. How many ReLUs has the block?"),
        Slip("pre-activation", "np.maximum(x @ w1, 0) @ w2", "np.maximum(np.maximum(x, 0) @ w1, 0) @ w2",
             "Your branch starts with a ReLU on its input. To which kind of block does that belong?"),
        Slip("no second layer", "np.maximum(x @ w1, 0) @ w2", "np.maximum(x @ w1 @ w2, 0)",
             "Your branch has its ReLU behind the second layer. Between which two layers does it belong?"),
    ),
    hints=("Compute the branch first: a product, a ReLU, a product.",
           "The ReLU of the output is taken of the sum, so it comes last."),
)


# -- what a bottleneck costs ---------------------------------------------------------------------------------------


BOTTLENECK_COST = Estimate(
    name="BOTTLENECK_COST",
    prompt="In ResNet-50's fourth stage, a bottleneck reads maps of 14×14 with 1,024 channels. It works on 256 of them "
           "inside and returns 1,024; its shortcut is the identity. How many multiply-accumulates do its three "
           "convolutions take for one image? Give millions.",
    variable="million_macs",
    unit="millions",
    working="""
    down = 1 * 1 * 1024 * 256
    inside = 3 * 3 * 256 * 256
    up = 1 * 1 * 256 * 1024
    million_macs = 14 * 14 * (down + inside + up) / 1e6
    """,
    slips=(
        Slip("weights", "14 * 14 * (down + inside + up)", "(down + inside + up)",
             "You count weights. At how many positions is each of them used?"),
        Slip("one 1×1 only", "(down + inside + up)", "(down + inside)",
             "You count one of the two 1×1 convolutions. How do 1,024 channels become 256, and how do these become "
             "1,024 again?"),
        Slip("only the 3×3, or no area", "(down + inside + up)", "(inside)",
             "Two slips come to this number: the 3×3 convolution alone, and all three without its area. Which of the "
             "two did you make?"),
        Slip("wide 3×3", "3 * 3 * 256 * 256", "3 * 3 * 1024 * 1024",
             "Your 3×3 convolution reads all 1,024 channels. What is the first convolution for?"),
        Slip("basic block", "(down + inside + up)", "(2 * 9 * 1024 * 1024)",
             "That is a block of two 3×3 convolutions over all channels. What has the bottleneck instead?"),
        Slip("larger maps", "14 * 14 * (down", "28 * 28 * (down",
             "You count 28 positions each way. How large are the maps of this stage?"),
        Slip("not in millions", "/ 1e6", "/ 1", "Your number is right in single operations. Give it in millions."),
        Slip("in billions", "/ 1e6", "/ 1e9", "Your number is right in billions. Give it in millions."),
        Slip("projection too", "(down + inside + up)", "(down + inside + up + 1024 * 1024)",
             "You count a convolution on the shortcut, too. What stands on the shortcut here?"),
        Slip("no 3×3", "(down + inside + up)", "(down + up)",
             "You count the two 1×1 convolutions. What works between them?"),
        Slip("the first stage", "(down + inside + up)", "(down + inside + up) / 4",
             "That is what the bottleneck of the text costs, on maps of 28×28 with 256 channels. Which block is asked "
             "for?"),
        Slip("operations", "14 * 14 * (down", "2 * 14 * 14 * (down",
             "You count products and sums apart. How many operations is one multiply-accumulate?"),
        Slip("one side", "14 * 14 * (down", "14 * (down",
             "You count the positions along one side. How many are there in the map?"),
        Slip("3×3 from all channels", "3 * 3 * 256 * 256", "3 * 3 * 1024 * 256",
             "Your middle convolution reads 1,024 channels. How many does the first one leave?"),
    ),
    hints=("A convolution costs positions × area × channels in × channels out.",
           "There are three of them: 1×1 from 1,024 to 256, 3×3 from 256 to 256, and 1×1 back to 1,024."),
)


# -- a gradient over depth -----------------------------------------------------------------------------------------


def gradient_profile(scales: np.ndarray, branches: np.ndarray) -> np.ndarray:
    """Predicts the root mean square of the gradient at the input of every block.

    Block l computes x * scales[l] + F(x). Its branch F, with random weights,
    multiplies the root mean square of what it sends, forward or back, by
    branches[l]. Behind the last block the gradient has the root mean square 1.

    Args:
        scales: The constants on the shortcuts, first block first, shape (L,).
        branches: The factors of the branches, first block first, shape (L,).

    Returns:
        Array of shape (L,): the gradient at the input of the first block, of the
        second, and so on.
    """
    factors = scales**2 + branches**2
    return np.sqrt(np.cumprod(factors[::-1])[::-1])


REPAIR_PROFILE = BugHunt(
    name="REPAIR_PROFILE",
    prompt="`gradient_profile` should predict the size of the gradient in front of every block of a residual network "
           "at its start. For a single block with 1 on the shortcut and a branch of factor 1 it says 2, where 1.41 "
           "is measured; and in a deep network it finds that the *first* block's input has the gradient that has "
           "changed least. Repair it.",
    reference=gradient_profile,
    axes=("blocks",),
    cases=tuple((np.array(scales), np.array(branches)) for scales, branches in (
        ([1.0], [1.0]), ([1.0, 2.0], [0.5, 0.25]), ([0.5, 2.0, 1.0], [1.0, 0.25, 3.0]),
        ([1.0, 0.25, 2.0, 0.5], [0.5, 2.0, 1.0, 0.25]), ([2.0, 0.0, 1.0, 1.5, 0.75], [0.5, 1.5, 0.0, 1.0, 2.0]))),
    bugs=(
        Slip("as if the two paths agreed", "scales**2 + branches**2", "(scales + branches)**2",
             "For a shortcut of 1 and a branch of factor 1 you still have 2. What is the mean square of a sum whose "
             "two terms have nothing to do with each other?"),
        Slip("from the first block on", "np.cumprod(factors[::-1])[::-1]", "np.cumprod(factors)",
             "Your gradient travels from the first block to the last. Through which blocks has the one in front of "
             "the last block come?"),
    ),
    mistakes=(
        Slip("mean squares", "np.sqrt(np.cumprod(factors[::-1])[::-1])", "np.cumprod(factors[::-1])[::-1]",
             "You give mean squares. What was asked for?"),
        Slip("shortcut alone", "scales**2 + branches**2", "scales**2 + 0 * branches",
             "You follow the direct path. What else arrives, even where a shortcut is 0?"),
        Slip("branch alone", "scales**2 + branches**2", "branches**2 + 0 * scales",
             "You follow the branches, as in a plain network. Where are the shortcuts?"),
        Slip("factors added", "scales**2 + branches**2", "scales + branches",
             "You add the factors of the two paths. Which numbers add up where two independent signals do?"),
        Slip("product of the paths", "scales**2 + branches**2", "scales**2 * branches**2",
             "You multiply the two paths. Does a signal pass through both of them, or do two signals meet?"),
        Slip("mean of the paths", "scales**2 + branches**2", "(scales**2 + branches**2) / 2",
             "You take the mean of the two paths. Does a block divide its sum by 2?"),
        Slip("reversed", "np.cumprod(factors[::-1])[::-1]", "np.cumprod(factors[::-1])",
             "Your list starts with the last block. Which one should stand first?"),
        Slip("behind the block", "np.cumprod(factors[::-1])[::-1]",
             "np.append(np.cumprod(factors[::-1])[::-1][1:], 1.0)",
             "You give the gradient behind each block. Where was it asked for?"),
        Slip("each block alone", "np.cumprod(factors[::-1])[::-1]", "(1 * factors)",
             "You give each block's own factor. What have the blocks behind it done to the gradient?"),
        Slip("added up over depth", "np.cumprod(factors[::-1])[::-1]", "np.cumsum(factors[::-1])[::-1]",
             "You add the factors of the blocks. What does a second block do to what the first one leaves?"),
        Slip("upside down", "np.sqrt(np.cumprod(factors[::-1])[::-1])", "1 / np.sqrt(np.cumprod(factors[::-1])[::-1])",
             "Your gradient grows where it should shrink. Does a block multiply what comes back, or divide it?"),
        Slip("whole product everywhere", "np.cumprod(factors[::-1])[::-1]", "np.full(len(factors), np.prod(factors))",
             "You give the product over all blocks in every place. Which of them lie behind block l?"),
    ),
    hints=("There are two faults, one for each of the two symptoms.",
           "Mean squares of independent terms add up; the root comes at the very end.",
           "The last block's input has the shortest way back. Its entry holds one factor, the first block's all."),
)


# -- gates over depth ---------------------------------------------------------------------------------------------


GATES_SURVIVE = Estimate(
    name="GATES_SURVIVE",
    prompt="ResNet-110 has 54 blocks. Each gets a gate on its shortcut alone, $(1 - g)\\,x + F(x)$, with "
           "$g = 1/(1 + e^{-b})$ at the start and $b = -6$. What share of the signal arrives straight at the end, "
           "along shortcuts only? Leave out what happens where the maps change their size.",
    variable="share_straight",
    unit="shares of 1",
    working="""
    gate = 1 / (1 + np.exp(6))
    share_straight = (1 - gate)**54
    """,
    tolerance=0.004,
    slips=(
        Slip("one block", "(1 - gate)**54", "(1 - gate)",
             "That is the share that one block lets pass. What do the other 53 make of it?"),
        Slip("layers for blocks", "**54", "**110",
             "You count layers. How many gates does the signal meet, if a block has two layers?"),
        Slip("sign of the bias", "np.exp(6)", "np.exp(-6)",
             "Your gates stand at nearly 1. What is 1 / (1 + e⁶), and what is left for the shortcut?"),
        Slip("a bias of 0", "np.exp(6)", "np.exp(0)",
             "That is the share for a bias of 0. How small is the gate at −6?"),
        Slip("added up", "(1 - gate)**54", "1 - 54 * gate",
             "You take the same amount away 54 times. Does the second block take its share of the input, or of what "
             "the first one left?"),
        Slip("what is lost", "(1 - gate)**54", "1 - (1 - gate)**54", "That is the share that is lost. What was asked?"),
        Slip("lost share added up", "(1 - gate)**54", "54 * gate",
             "You add up what the blocks take away. What was asked, and does each take its share of the input?"),
        Slip("one stage", "(1 - gate)**54", "(1 - gate)**18",
             "You count the blocks of one stage. How many gates does the signal meet on its whole way?"),
        Slip("the gate", "(1 - gate)**54", "gate", "That is the gate. What is left for the shortcut, and how often?"),
        Slip("percent", "(1 - gate)**54", "100 * (1 - gate)**54",
             "Your number is right in per cent. Give a share of 1."),
        Slip("half", "(1 - gate)**54", "0.5 + 0 * gate",
             "A half is what one gate lets pass if its bias is 0. What is g at −6?"),
        Slip("mean square", "(1 - gate)**54", "(1 - gate)**108",
             "You square the factor, as for a mean square. What does a share of the signal itself multiply by?"),
        Slip("one block more", "(1 - gate)**54", "54 * (1 - gate)",
             "A share can't be larger than 1. Do factors add up over depth, or multiply?"),
    ),
    hints=("Compute the gate at b = −6 first. What is 1 − g?",
           "Each block multiplies what comes along the shortcuts by 1 − g, and there are 54."),
)


# -- a branch under a budget -----------------------------------------------------------------------------------------

POSITIONS, WIDE = 28 * 28, 256


def _branch(value):
    try:
        layers = [(int(size), int(maps)) for size, maps in value]
        whole = all(size == one and maps == two for (size, maps), (one, two) in zip(layers, value, strict=True))
    except (TypeError, ValueError):
        whole = False
    if not whole or not layers or any(size < 1 or size % 2 == 0 or maps < 1 for size, maps in layers):
        raise ValueError("Expected a list of (side of the kernel, an odd number; output channels), "
                         f"e.g. [(3, 256), (3, 256)], received {value!r}.")
    inputs = [WIDE, *(maps for _, maps in layers[:-1])]
    weights = [size**2 * before * maps for (size, maps), before in zip(layers, inputs, strict=True)]
    return {"out": layers[-1][1], "field": 1 + sum(size - 1 for size, _ in layers), "weights": sum(weights),
            "macs": POSITIONS * sum(weights), "dearest": int(np.argmax(weights)), "each": weights}  # fmt: skip


BRANCH = Design(
    name="BRANCH",
    prompt="Design the branch of a residual block for maps of 28×28×256 whose shortcut is the identity. The bottleneck "
           "of the text sees 3×3 pixels for 54.6 million multiply-accumulates; yours should see at least 5×5 for at "
           "most 40 million, and hold at least 45,000 weights. Give its convolutions in order, each as (side of the "
           "kernel, output channels). The side is odd, the stride 1, there is padding so that the maps stay 28×28, and "
           "there are no biases.",
    variable="branch",
    start="[(3, 256), (3, 256)]",
    example="[(1, 40), (3, 40), (3, 40), (1, 256)]",
    read=_branch,
    properties=(
        Property("the branch returns 256 channels, so that it can be added to the input.",
                 lambda run: run["out"] == WIDE, lambda run: f"it returns {run['out']}"),
        Property("it sees at least 5×5 pixels.", lambda run: run["field"] >= 5,
                 lambda run: f"it sees {run['field']}×{run['field']}"),
        Property("it takes at most 40 million multiply-accumulates.", lambda run: run["macs"] <= 40e6,
                 lambda run: f"it takes {run['macs'] / 1e6:,.1f} million, most of them in convolution number "
                             f"{run['dearest'] + 1}"),
        Property("it holds at least 45,000 weights.", lambda run: run["weights"] >= 45_000,
                 lambda run: f"it holds {run['weights']:,}"),
    ),
    mistakes=(
        ("the bottleneck of the text", "[(1, 64), (3, 64), (1, 256)]",
         "That is the bottleneck of the text. What widens a field of 3×3, and where is the money for it?"),
        ("squeezed and never widened", "[(1, 40), (3, 40), (3, 40)]",
         "Your branch squeezes and does not widen again. Which layer brings the 256 channels back?"),
        ("first layer reads all channels", "[(3, 40), (3, 40), (1, 256)]",
         "Your first 3×3 convolution reads all 256 channels. What could make them fewer before?"),
        ("last layer writes all channels", "[(1, 40), (3, 40), (3, 256)]",
         "Your last 3×3 convolution writes all 256 channels. Which kernel could do that for a ninth?"),
        ("1×1 alone", "[(1, 90), (1, 256)]",
         "Kernels of 1×1 never look at a neighbour. How much does each kernel add to the field?"),
        ("a second bottleneck behind the first", "[(1, 64), (3, 64), (1, 256), (1, 64), (3, 64), (1, 256)]",
         "You widen to 256 channels in the middle only to squeeze again. What would you save by not doing so?"),
        ("as wide as the bottleneck of the text", "[(1, 64), (3, 64), (3, 64), (1, 256)]",
         "You add a 3×3 convolution and leave the width of 64. Which number has to fall to pay for it?"),
    ),
    hints=("At 28×28 positions, 40 million multiply-accumulates pay for 51,020 weights.",
           "With m channels inside, a squeeze, two 3×3 convolutions and the way back cost 512 m + 18 m² weights."),
)


# -- a lesion study -----------------------------------------------------------------------------------------------


def lesion_errors(
    x: np.ndarray, blocks: list, readout: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Removes each block of a residual network alone and tells the error.

    A block computes h + relu(h @ w1) @ w2. Where it is removed, its input
    takes the place of its output. The class is that of the largest score,
    h @ readout.

    Args:
        x: A batch of inputs, shape (N, n).
        blocks: The blocks in order, each a pair (w1, w2), shapes (n, m) and (m, n).
        readout: Kernel of the last layer, shape (n, K).
        labels: The true classes, shape (N,), from 0 to K - 1.

    Returns:
        Shape (number of blocks,): the share of wrong answers without block 0 alone,
        without block 1 alone, and so on.
    """
    errors = []
    for dropped in range(len(blocks)):
        h = x
        for place, (w1, w2) in enumerate(blocks):
            if place != dropped:
                h = h + np.maximum(h @ w1, 0) @ w2
        answers = np.argmax(h @ readout, axis=1)
        errors.append(np.mean(answers != labels))
    return np.array(errors)


def _lesion_cases():
    for seed, (N, n, m, K, L) in enumerate(((4, 3, 2, 3, 2), (6, 3, 4, 4, 3), (40, 4, 5, 3, 4), (41, 3, 3, 4, 6))):
        rng = np.random.default_rng(6470 + seed)
        blocks = [(rng.normal(size=(n, m)), rng.normal(size=(m, n))) for _ in range(L)]
        yield rng.normal(size=(N, n)), blocks, rng.normal(size=(n, K)), rng.integers(0, K, N)


LESIONS = Exercise(
    name="LESIONS",
    prompt="Write `lesion_errors`: the error of a residual network without each one of its blocks, all others being in "
           "their place.",
    reference=lesion_errors,
    axes=("blocks",),
    cases=tuple(_lesion_cases()),
    mistakes=(
        Slip("all blocks up to this one", "place != dropped", "place > dropped",
             "You remove this block and all before it. How many blocks are missing in each measurement?"),
        Slip("all blocks from this one", "place != dropped", "place < dropped",
             "You remove this block and all after it. How many blocks are missing in each measurement?"),
        Slip("this block alone", "place != dropped", "place == dropped",
             "You keep one block and remove all others. Which one should be missing?"),
        Slip("accuracy", "answers != labels", "answers == labels", "You give the share of right answers. What is an "
             "*error*?"),
        Slip("counts", "np.mean(answers", "np.sum(answers", "You count wrong answers. What share of the batch is it?"),
        Slip("no shortcut", "h = h + np.maximum", "h = np.maximum",
             "Your blocks have no shortcut. What does a residual block do with its input?"),
        Slip("shortcut goes too", "place != dropped:", "place == dropped: h = 0 * h\n            else:",
             "Where you remove a block nothing gets through. Which of the two paths is removed, and which stays?"),
        Slip("all blocks read the input", "np.maximum(h @ w1, 0)", "np.maximum(x @ w1, 0)",
             "All your blocks read x. What does the second block of a chain read?"),
        Slip("removed for good", "        h = x\n        for", "        h = x if dropped == 0 else h\n        for",
             "Your second measurement starts from where the first one ended. What should each of them start from?"),
        Slip("swapped", "place != dropped:", "place == dropped: w1, w2 = blocks[(place + 1) % len(blocks)]\n"
             "            if True:",
             "You put another block in its place. What takes the place of a block that is removed?"),
        Slip("no ReLU", "np.maximum(h @ w1, 0)", "(h @ w1)", "Your branches are linear. What stands between their "
             "two layers?"),
        Slip("ReLU behind the sum", "h = h + np.maximum(h @ w1, 0) @ w2",
             "h = np.maximum(h + np.maximum(h @ w1, 0) @ w2, 0)",
             "You put a ReLU behind the sum. What does the docstring say that a block computes?"),
        Slip("what it costs", "return np.array(errors)",
             "h = x\n    for w1, w2 in blocks:\n        h = h + np.maximum(h @ w1, 0) @ w2\n"
             "    return np.array(errors) - np.mean(np.argmax(h @ readout, axis=1) != labels)",
             "You subtract the error of the whole network. What was asked for, a rise or an error?"),
        Slip("whole network counted", "range(len(blocks))", "range(len(blocks) + 1)",
             "You have one number too many, that of the whole network. How many blocks can be removed?"),
    ),
    hints=("Two loops: over the block to remove, and over all blocks in order.",
           "Start each measurement from x, and pass over the block that is removed: h stays as it is."),
)
