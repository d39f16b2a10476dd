"""The exercises on LeNet, AlexNet, ZFNet and VGG: a network covered, looked into, composed, designed and cut."""

import numpy as np

from dnnlib.exercises.cases import quarters, whole
from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Mistake, Property, Slip
from dnnlib.layers.receptive_field import Window, receptive_field

# -- parameters, not operations ----------------------------------------------------------------------------------


THREE_FOR_ELEVEN = Estimate(
    name="THREE_FOR_ELEVEN",
    prompt="A layer of 64 maps reads 64 maps with a kernel of 11×11 at stride 1. A stack of 3×3 layers of 64 maps each "
           "shall see as much. By how many weights is the stack smaller? Count no biases. Work it out on paper and "
           "enter your number.",
    variable="saved",
    unit="weights",
    working="""
    layers = (11 - 1) // 2
    saved = 11**2 * 64**2 - layers * 3**2 * 64**2
    """,
    slips=(
        Slip("three layers", "(11 - 1) // 2", "3",
             "Three layers of 3×3 see 7 pixels each way. How many more does each further layer see?"),
        Slip("four layers", "(11 - 1) // 2", "4", "Four layers of 3×3 see 9 pixels each way. How many are wanted?"),
        Slip("eleven thirds", "(11 - 1) // 2", "11 / 3",
             "You divide 11 by 3, as if windows stood side by side. How much does one more layer add to the field?"),
        Slip("a layer a pixel", "(11 - 1) // 2", "10",
             "You let each layer add one pixel. How far does a 3×3 window reach to either side?"),
        Slip("six layers", "(11 - 1) // 2", "6", "Six layers of 3×3 see 13 pixels each way. How many are wanted?"),
        Slip("one kernel slice", "11**2 * 64**2 - layers * 3**2 * 64**2", "11**2 - layers * 3**2",
             "That is the saving for one pair of maps. How many maps are read, and how many are made?"),
        Slip("maps once", "11**2 * 64**2 - layers * 3**2 * 64**2", "11**2 * 64 - layers * 3**2 * 64",
             "You multiply by 64 once. How many maps are read, and how many are made?"),
        Slip("one layer of 3×3", "layers * ", "", "You take away a single layer of 3×3. How many stand in the stack?"),
        Slip("the stack itself", "11**2 * 64**2 - ", "",
             "That is what the stack has. What does the large kernel have?"),
        Slip("the large kernel", " - layers * 3**2 * 64**2", "",
             "That is what the large kernel has. What does the stack have?"),
        Slip("times as many", "11**2 * 64**2 - layers * 3**2 * 64**2", "11**2 / (layers * 3**2)",
             "You say how many times as many the large kernel has. By how *many* weights is the stack smaller?"),
        Slip("share saved", "11**2 * 64**2 - layers * 3**2 * 64**2", "1 - layers * 3**2 / 11**2",
             "That is the share that is saved. How many weights is it?"),
        Slip("percent saved", "11**2 * 64**2 - layers * 3**2 * 64**2", "100 - 100 * layers * 3**2 / 11**2",
             "That is the saving in per cent. How many weights is it?"),
        Slip("seven", "11**2 * 64**2 - layers * 3**2 * 64**2", "7**2 * 64**2 - 3 * 3**2 * 64**2",
             "That is the saving of three 3×3 for one 7×7. How wide is the kernel here?"),
        Slip("biases too", "layers * 3**2 * 64**2", "layers * 3**2 * 64**2 + 64 - 64 * layers",
             "You count biases, too."),
    ),
    tolerance=0.0005,
    hints=("One layer of 3×3 sees 3 pixels each way, two see 5, three see 7. How many see 11?",
           "Each 3×3 layer has 3 · 3 · 64 · 64 weights."),
)


# -- what a unit rests on ----------------------------------------------------------------------------------------


def occlusion(image: np.ndarray, weights: np.ndarray, bias: float,
              size: int, stride: int) -> np.ndarray:
    """Covers a square at every place; measures how a unit's output falls.

    The unit is max(sum of image times weights + bias, 0).

    Args:
        image: Array of shape (H, W, C).
        weights: The unit's weights, shape (H, W, C).
        bias: Its bias.
        size: Side of the square.
        stride: Pixels from one place to the next, beginning at the top left.

    Returns:
        The drops, shape ((H - size) // stride + 1, (W - size) // stride + 1): the
        output for the image, less that for the image whose square has the image's
        mean colour, shape (C,).
    """
    rows = (image.shape[0] - size) // stride + 1
    columns = (image.shape[1] - size) // stride + 1
    output = max(np.sum(image * weights) + bias, 0)
    drops = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            covered = np.array(image, dtype=float)
            square = np.s_[top:top + size, left:left + size]
            covered[square] = image.mean(axis=(0, 1))
            drops[i, j] = output - max(np.sum(covered * weights) + bias, 0)
    return drops


OCCLUSION = Exercise(
    name="OCCLUSION",
    prompt="Write `occlusion` for the smallest of networks, one unit with a ReLU that reads a whole picture: its "
           "output is max(sum of `image * weights` + `bias`, 0). Cover a square of the picture with the "
           "picture's mean colour (one number for each channel), at every place that the stride allows, and return by "
           "how much the output falls. Where covering makes the output larger, the number is negative.",
    reference=occlusion,
    axes=("rows", "columns"),
    # A picture of integers would cut the mean colour down to one
    cases=((whole(1001, 2, 3, 1) * 1.0, whole(1003, 2, 3, 1), 40.0, 1, 1),
           (whole(1005, 3, 3, 1) * 1.0, whole(1007, 3, 3, 1), 90.0, 2, 1),
           (whole(1009, 4, 5, 2) * 1.0, whole(1011, 4, 5, 2), 150.0, 2, 2),
           (quarters(1013, 5, 7, 3), quarters(1015, 5, 7, 3), 3.0, 3, 2),
           (quarters(1017, 7, 4, 2), quarters(1019, 7, 4, 2), 2.5, 2, 1),
           (quarters(1021, 6, 8, 3), quarters(1023, 6, 8, 3), 60.0, 4, 2)),
    mistakes=(
        Slip("covered with zeros", "image.mean(axis=(0, 1))", "0",
             "You cover with black. Which colour does the task ask for?"),
        Slip("covered with one grey", "image.mean(axis=(0, 1))", "image.mean()",
             "Your square has the same number in every channel. Over which axes is the mean of one channel taken?"),
        Slip("mean of the square", "= image.mean(axis=(0, 1))",
             "= image[square].mean(axis=(0, 1))",
             "You cover with the mean of the covered part. Whose mean colour is asked for?"),
        Slip("sign reversed", "output - max(np.sum(covered * weights) + bias, 0)",
             "max(np.sum(covered * weights) + bias, 0) - output",
             "Your numbers are negative where the covered part spoke for the unit. Which output is taken from which?"),
        Slip("the covered output", "output - max(np.sum(covered * weights) + bias, 0)",
             "max(np.sum(covered * weights) + bias, 0)",
             "You return the output for the covered picture. With what is it to be compared?"),
        Slip("size of the change", "output - max(np.sum(covered * weights) + bias, 0)",
             "abs(output - max(np.sum(covered * weights) + bias, 0))",
             "None of your numbers is negative. What if covering a part makes the output larger?"),
        Slip("share of the output", "output - max(np.sum(covered * weights) + bias, 0)",
             "(output - max(np.sum(covered * weights) + bias, 0)) / (output or 1)",
             "You divide by the output. Is the fall asked for, or a share of it?"),
        Slip("covered for good", "            covered = np.array(image, dtype=float)\n",
             "            covered = covered if (i, j) != (0, 0) else np.array(image, dtype=float)\n",
             "Squares that were covered before stay covered. With which picture does each place begin?"),
        Slip("one pixel on", "i * stride, j * stride", "i, j",
             "Your square moves by one pixel each time. By how many should it?"),
        Slip("side by side", "i * stride, j * stride", "i * size, j * size",
             "Your square moves by its own side. By how many pixels should it?"),
        Slip("no ReLU", "output = max(np.sum(image * weights) + bias, 0)", "output = np.sum(image * weights) + bias",
             "Your output can be negative. What does the ReLU do with the picture as it is?"),
        Mistake("no ReLU in either", lambda image, weights, bias, size, stride: occlusion(
            image, weights, bias + 1e6, size, stride),
                "Your unit is linear. What does the ReLU change where the output is 0?"),
        Slip("bias forgotten under cover", "np.sum(covered * weights) + bias", "np.sum(covered * weights)",
             "For the covered picture you leave out the bias. Has the unit changed?"),
        Mistake("everything else covered", lambda image, weights, bias, size, stride: _only_the_square(
            image, weights, bias, size, stride),
                "You keep the square and cover the rest. Which part shall be covered?"),
        Slip("no +1", "return drops", "return drops[:-1, :-1] if min(drops.shape) > 1 else drops",
             "The last row and the last column of places are missing. How many places are there if the square is as "
             "large as the picture?"),
        Slip("rows and columns swapped", "return drops", "return drops.T",
             "Your map is transposed. Which axis comes first, that of the rows or of the columns?"),
    ),
    hints=(
        "Two loops over places. At each, copy the picture, write the mean colour into the square, and compute the "
        "unit's output again.",
        "`image.mean(axis=(0, 1))` is one number for each channel. The square's rows go from `i * stride` to "
        "`i * stride + size`.",
    ),
)


def _only_the_square(image, weights, bias, size, stride):
    shape = (image.shape[0] - size) // stride + 1, (image.shape[1] - size) // stride + 1
    drops = np.zeros(shape)
    for i, j in np.ndindex(*shape):
        square = np.s_[i * stride : i * stride + size, j * stride : j * stride + size]
        covered = np.broadcast_to(image.mean(axis=(0, 1)), image.shape).copy()
        covered[square] = image[square]
        drops[i, j] = max(np.sum(image * weights) + bias, 0) - max(np.sum(covered * weights) + bias, 0)
    return drops


# -- two kernels as one ------------------------------------------------------------------------------------------


def one_kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Returns the kernel that does what two do one after the other.

    Args:
        first: Kernels of the first convolution, shape (h, w, C, D).
        second: Those of the second, shape (h', w', D, F).

    Returns:
        Array of shape (h + h' - 1, w + w' - 1, C, F). There is nothing between the
        convolutions, and they are without flip, padding, stride and bias.
    """
    h, w, c, _ = first.shape
    rows, columns, _, f = second.shape
    kernel = np.zeros((h + rows - 1, w + columns - 1, c, f))
    for u in range(rows):
        for v in range(columns):
            kernel[u:u + h, v:v + w] += first @ second[u, v]
    return kernel


ONE_KERNEL = Exercise(
    name="ONE_KERNEL",
    prompt="Without a ReLU between them, two convolutions are one. Write `one_kernel`, which returns the kernels of "
           "that one. As everywhere in this book a convolution doesn't flip its kernel: $y_{ij} = \\sum_{u,v} "
           "x_{i+u,\\,j+v}\\, w_{uv}$, summed over input maps.",
    reference=one_kernel,
    axes=("rows", "columns", "maps read", "maps made"),
    cases=((whole(1031, 1, 2, 1, 1), whole(1033, 1, 2, 1, 1)), (whole(1035, 2, 1, 1, 2), whole(1037, 2, 2, 2, 1)),
           (whole(1039, 2, 3, 2, 1), whole(1041, 3, 2, 1, 2)), (whole(1043, 3, 3, 2, 3), whole(1045, 3, 3, 3, 1)),
           (quarters(1047, 3, 2, 3, 2), quarters(1049, 2, 4, 2, 3)),
           (quarters(1051, 2, 2, 2, 4), quarters(1053, 3, 3, 4, 3))),
    mistakes=(
        Slip("overlaps overwritten", "+= first", "= first",
             "Where shifted copies overlap, only the last one is left. What becomes of the others?"),
        Slip("second kernel flipped", "second[u, v]", "second[-1 - u, -1 - v]",
             "You have turned the second kernel by half a turn. A tap at row u of it reads the maps u rows further "
             "down: which pixels lie behind those?"),
        Slip("first kernel flipped", "first @", "first[::-1, ::-1] @",
             "You have turned the first kernel by half a turn. Does a convolution here flip anything?"),
        Slip("result flipped", "return kernel", "return kernel[::-1, ::-1]",
             "Your kernel is turned by half a turn. Which tap reads the top left pixel?"),
        Slip("mean over the taps", "return kernel", "return kernel / (rows * columns)",
             "Your numbers are too small by the number of the second kernel's taps. Is a convolution a mean?"),
        Slip("mean over the maps between", "return kernel", "return kernel / first.shape[3]",
             "Your numbers are too small by the number of maps between the two. Are these averaged or added?"),
        Slip("first map between only", "first @ second[u, v]", "first[..., :1] @ second[u, v][:1]",
             "You follow one of the maps between the two. How many ways lead from a map at the bottom to one at the "
             "top?"),
        Slip("as large as the second", "return kernel", "return kernel[:rows, :columns]",
             "Your kernel is as large as the second. Two 3×3 windows together see 5×5 pixels; which rows are missing?"),
        Slip("as large as the first", "return kernel", "return kernel[:h, :w]",
             "Your kernel is as large as the first. Two 3×3 windows together see 5×5 pixels; which rows are missing?"),
        Slip("taps swapped", "second[u, v]", "second[min(v, rows - 1), min(u, columns - 1)]",
             "You read the second kernel with row and column exchanged. Which index of the tap is which?"),
        Slip("placed transposed", "kernel[u:u + h, v:v + w]",
             "kernel[min(v, rows - 1):min(v, rows - 1) + h, min(u, columns - 1):min(u, columns - 1) + w]",
             "Each tap of the second kernel lands with row and column exchanged. By how much does tap (u, v) shift?"),
        Mistake("one tap of the second", lambda first, second: (
            first @ second[second.shape[0] // 2, second.shape[1] // 2]),
                "You use one tap of the second kernel. What do its other taps do with the maps between?"),
        Slip("one copy only", "            kernel[u:u + h", "            kernel[rows // 2:rows // 2 + h",
             "All rows of the second kernel land at the same height. By how much does its row u shift?"),
    ),
    properties=(Property("the sum over all taps is the product of the sums, map by map: a flat picture shows it.",
                         lambda out, first, second: np.allclose(
                             out.sum(axis=(0, 1)), first.sum(axis=(0, 1)) @ second.sum(axis=(0, 1)), atol=1e-3)),),
    hints=(
        "In one dimension, with one map: y = a·x[i] + b·x[i+1], then z = c·y[i] + d·y[i+1]. Put the first into the "
        "second and collect the factors of x[i], x[i+1] and x[i+2].",
        "Tap (u, v) of the second kernel adds a copy of the first one, shifted by u rows and v columns.",
        "Over the maps between, the copy is a matrix product: (h, w, C, D) times (D, F).",
    ),
)


# -- back through one stage --------------------------------------------------------------------------------------


def deconvolved(signal: np.ndarray, maps: np.ndarray,
                kernels: np.ndarray) -> np.ndarray:
    """Takes a signal back through one stage: pooling, ReLU and convolution.

    Args:
        signal: The signal at the pooled maps, shape (H / 2, W / 2, F).
        maps: What the pooling read on the way forward, shape (H, W, F), behind the
            ReLU. It took the largest number of each 2 × 2 window, of several equal
            ones the first, row by row.
        kernels: Of a convolution without padding, shape (kh, kw, C, F).

    Returns:
        The signal at the convolution's input, shape (H + kh - 1, W + kw - 1, C): put
        where the largest numbers stood, rectified, and spread by the kernels.
    """
    placed = np.zeros(maps.shape)
    for i, j, f in np.ndindex(*signal.shape):
        window = maps[2 * i:2 * i + 2, 2 * j:2 * j + 2, f]
        u, v = np.unravel_index(window.argmax(), (2, 2))
        placed[2 * i + u, 2 * j + v, f] = signal[i, j, f]
    rectified = np.maximum(placed, 0)
    (height, width), (kh, kw, channels) = maps.shape[:2], kernels.shape[:3]
    image = np.zeros((height + kh - 1, width + kw - 1, channels))
    for i, j in np.ndindex(height, width):
        image[i:i + kh, j:j + kw] += kernels @ rectified[i, j]
    return image


def _stage(seed, height, width, kh, kw, channels, filters):
    rng = np.random.default_rng(seed)
    maps = rng.permutation(height * width * filters).reshape(height, width, filters) / 4
    maps[rng.random(maps.shape) < 0.3] = 0  # where the ReLU was off
    signal = quarters(seed + 1, height // 2, width // 2, filters)
    return signal, maps, quarters(seed + 3, kh, kw, channels, filters)


REPAIR_DECONVOLVED = BugHunt(
    name="REPAIR_DECONVOLVED",
    prompt="`deconvolved` should take a signal back through one stage as Zeiler and Fergus do. In a network whose "
           "kernels look the same upside down, and for a signal without negative numbers at units that are on, nothing "
           "is wrong with it. Elsewhere two faults show. Repair it.",
    reference=deconvolved,
    axes=("rows", "columns", "channels"),
    cases=(_stage(1061, 2, 2, 1, 1, 1, 1), _stage(1065, 2, 2, 2, 1, 1, 1), _stage(1069, 2, 4, 2, 2, 1, 2),
           _stage(1073, 4, 2, 3, 2, 2, 2), _stage(1077, 4, 6, 3, 3, 2, 3), _stage(1081, 6, 4, 2, 3, 3, 4),
           (np.array([[[-2.0]]]), np.array([[[1.0], [3.0]], [[0.0], [2.0]]]), np.ones((1, 1, 1, 1))),
           (np.array([[[2.0]]]), np.zeros((2, 2, 1)), np.ones((1, 1, 1, 1)))),
    bugs=(
        Slip("the gradient's gate", "np.maximum(placed, 0)", "np.where(maps > 0, placed, 0)",
             "Your signal passes where the unit was on, whatever its own sign: that is the gradient. What does a "
             "deconvolution ask of the signal instead?"),
        Slip("kernels turned", "kernels @ rectified", "kernels[::-1, ::-1] @ rectified",
             "A unit read the pixel at its window's top left through `kernels[0, 0]`. Through which tap does your "
             "signal go back to that pixel?"),
    ),
    mistakes=(
        Slip("no rectification", "np.maximum(placed, 0)", "placed",
             "Negative numbers come through. What happens to them on the way down?"),
        Slip("both gates", "np.maximum(placed, 0)", "np.where(maps > 0, np.maximum(placed, 0), 0)",
             "You ask both that the unit was on and that the signal is positive. That is called guided "
             "backpropagation; which of the two does a deconvolution ask?"),
        Slip("absolute values", "np.maximum(placed, 0)", "np.abs(placed)",
             "Negative numbers of your signal come back as positive ones. What does a ReLU make of them?"),
        Slip("rectified at the end", "return image", "return np.maximum(image, 0)",
             "No pixel of yours is negative. Where does the ReLU stand in the stage, before the convolution or after?"),
        Slip("top left instead of the switch", "placed[2 * i + u, 2 * j + v, f]", "placed[2 * i, 2 * j, f]",
             "You put each number at the top left of its window. Where did the largest one stand?"),
        Slip("place in the whole map", "window.argmax()", "window[::-1].argmax()",
             "You look for the largest number in a window that is turned over. In which order does it lie in `maps`?"),
        Slip("overlaps overwritten", "+= kernels", "= kernels",
             "Where windows overlap, a pixel keeps what the last of them brought. What becomes of the others?"),
        Slip("switch in turned order", "u, v = np.unravel_index", "v, u = np.unravel_index",
             "Row and column of the switch are exchanged. In which order does `unravel_index` return them?"),
        Slip("the maps' own values", "= signal[i, j, f]", "= window.max()",
             "You send down what the maps held on the way up. What is it that goes back?"),
        Slip("signal times maps", "= signal[i, j, f]", "= signal[i, j, f] * window.max()",
             "You multiply the signal by the map's value. Does pooling multiply anything?"),
    ),
    hints=(
        "On the way back the gradient and the deconvolution differ at the ReLU alone. Which of them looks at the sign "
        "of the signal, and which at the sign of the unit's input?",
        "Set the signal to 1 at one unit and to 0 elsewhere. The picture that comes back should be that unit's kernel, "
        "the right way up.",
    ),
)


# -- a first stage -----------------------------------------------------------------------------------------------


def _first_stage(value):
    """Reads a list such as [(3, 2), (3, 1)]; returns what the stage costs and how far it sees."""
    try:
        layers = [tuple(int(number) for number in layer) for layer in value]
        whole_numbers = all(number == given for layer, pair in zip(layers, value, strict=True)
                            for number, given in zip(layer, pair, strict=True))
    except (TypeError, ValueError) as error:
        raise ValueError("expected a list of (kernel side, stride), such as [(3, 2), (3, 1)]") from error
    if not layers or not whole_numbers or any(len(layer) != 2 for layer in layers):
        raise ValueError(f"expected a list of (kernel side, stride), such as [(3, 2), (3, 1)], received {value!r}")
    if any(kernel % 2 == 0 or not 1 <= kernel <= 15 or not 1 <= stride <= 8 for kernel, stride in layers):
        raise ValueError(f"expected odd kernel sides from 1 to 15 and strides from 1 to 8, received {value!r}")
    side, maps, parameters, macs = 224, 3, 0, 0
    for kernel, stride in layers:
        side = -(-side // stride)  # zero padding, as in "same"
        parameters += (kernel**2 * maps + 1) * 64
        macs += side**2 * kernel**2 * maps * 64
        maps = 64
    field = receptive_field([Window(*layer) for layer in layers])[-1]
    return {"field": field.size, "stride": field.jump, "relus": len(layers), "first": layers[0][1],
            "parameters": parameters, "macs": macs}


FIRST_STAGE = Design(
    name="FIRST_STAGE",
    prompt="Design a first stage in VGG's manner. `stage` is a list of (kernel side, stride), one pair for each "
           "convolution, first layer first; kernel sides are odd, each convolution makes 64 maps and ends in a ReLU; "
           "zero padding makes the output's side the input's divided by the stride, rounded up. The picture is "
           "224×224×3. The stage's units stand 4 pixels apart, as behind AlexNet's first layer, and see at least 23 "
           "pixels each way. No step in the first layer is larger than 2. There are at least four ReLUs, at most "
           "120,000 parameters with biases, and at most 410 million multiply-accumulates. The start is AlexNet's "
           "first layer, with 64 maps.",
    variable="stage",
    start="[(11, 4)]",
    example="[(3, 2), (3, 2), (3, 1), (3, 1)]",
    read=_first_stage,
    properties=(
        Property("its units stand 4 pixels apart.", lambda net: net["stride"] == 4,
                 lambda net: f"the strides multiply to {net['stride']}"),
        Property("the first layer's stride is at most 2.", lambda net: net["first"] <= 2,
                 lambda net: f"it is {net['first']}"),
        Property("there are at least four ReLUs.", lambda net: net["relus"] >= 4,
                 lambda net: f"there are {net['relus']}"),
        Property("a unit sees at least 23 pixels each way.", lambda net: net["field"] >= 23,
                 lambda net: f"it sees {net['field']}"),
        Property("it has at most 120,000 parameters.", lambda net: net["parameters"] <= 120_000,
                 lambda net: f"it has {net['parameters']:,}"),
        Property("it makes at most 410 million multiply-accumulates.", lambda net: net["macs"] <= 410_000_000,
                 lambda net: f"it makes {net['macs']:,}"),
    ),
    mistakes=(
        ("strides last", "[(3, 1), (3, 1), (3, 2), (3, 2)]",
         "Your strides come last, so the first layers work on 224×224 positions and the field grows late. What does an "
         "early stride do to both?"),
        ("no strides", "[(3, 1), (3, 1), (3, 1), (3, 1)]",
         "Your units stand 1 pixel apart. Which numbers multiply to 4?"),
        ("one large kernel", "[(11, 2), (11, 2)]",
         "Two large kernels: two ReLUs, and 64 maps read by 11×11. What sees as far with fewer weights?"),
    ),
    hints=("Each layer adds (kernel − 1) times the product of the strides in front of it to the field.",
           "Two strides of 2 make 4. The earlier they come, the fewer positions the later layers have, and the more "
           "each of them adds to the field."),
)


# -- a dense layer on several workers ----------------------------------------------------------------------------


def split_backward(x, kernels, errors):
    """Takes a dense layer's backward pass on n workers, each with its own units.

    Args:
        x: What the layer read, shape (n, B, D): each worker's B images.
        kernels: Each worker's units, shape (n, D, m).
        errors: dL/dz at each worker's units for all images, worker 0's images first,
            shape (n, n * B, m).

    Returns:
        dL/d(kernels), shape (n, D, m), and dL/dx, shape (n, B, D).
    """
    gathered = x.reshape(-1, x.shape[2])
    by_kernel = np.stack([gathered.T @ error for error in errors])
    pairs = zip(errors, kernels, strict=True)
    parts = [error @ kernel.T for error, kernel in pairs]
    by_input = np.sum(parts, axis=0)
    return by_kernel, by_input.reshape(x.shape)


def _workers(seed, n, b, d, m):
    return quarters(seed, n, b, d), quarters(seed + 2, n, d, m), quarters(seed + 4, n, n * b, m)


SPLIT_BACKWARD = Exercise(
    name="SPLIT_BACKWARD",
    prompt="A dense layer z = x w without bias is cut by model: worker k holds the kernel `kernels[k]` of its own m "
           "units and computes them for the images of all workers. The images of worker k are `x[k]`, and the rows of "
           "`errors[k]` stand in the order of all workers' images, those of worker 0 first. Write its backward pass, "
           "`split_backward`. What every worker knows at the end: the gradient of its own kernel, and that of its own "
           "images. The errors contain the division by the number of images already.",
    reference=split_backward,
    outputs=("dL/d(kernels)", "dL/dx"),
    axes=("workers", "rows", "columns"),
    cases=(_workers(1091, 1, 1, 2, 1), _workers(1097, 2, 1, 2, 1), _workers(1103, 2, 1, 3, 2),
           _workers(1109, 2, 3, 2, 2), _workers(1115, 3, 2, 4, 1), _workers(1121, 3, 2, 3, 4)),
    mistakes=(
        Mistake("own images only", lambda x, kernels, errors: (
            np.stack([own.T @ error[k * len(own):(k + 1) * len(own)]
                      for k, (own, error) in enumerate(zip(x, errors, strict=True))]),
            split_backward(x, kernels, errors)[1]),
                "Each worker's kernel learns from its own images alone. For which images did its units answer?"),
        Mistake("own units only", lambda x, kernels, errors: (
            split_backward(x, kernels, errors)[0],
            np.stack([error[k * x.shape[1]:(k + 1) * x.shape[1]] @ kernel.T
                      for k, (error, kernel) in enumerate(zip(errors, kernels, strict=True))])),
                "The gradient of a worker's images comes from its own units alone. Which units read these images?"),
        Mistake("first rows only", lambda x, kernels, errors: (
            np.stack([own.T @ error[:len(own)] for own, error in zip(x, errors, strict=True)]),
            split_backward(x, kernels, errors)[1]),
                "Each worker pairs its own images with the first rows of its errors. Whose images are these rows of?"),
        Slip("units of worker 0 alone", "np.sum(parts, axis=0)", "parts[0]",
             "The images' gradient comes from worker 0's units alone. Who else read these images?"),
        Slip("mean over workers", "np.sum(parts, axis=0)", "np.mean(parts, axis=0)",
             "You average over the workers' units. If two units read a number, how do their gradients for it join?"),
        Slip("kernel gradient divided by workers", "gathered.T @ error for", "gathered.T @ error / len(x) for",
             "You divide the kernels' gradients by the number of workers. Has the division by the number of images not "
             "been done already?"),
        Slip("kernel gradient a mean over images", "gathered.T @ error for", "gathered.T @ error / len(gathered) for",
             "You divide the kernels' gradients by the number of images. What do the errors contain already?"),
        Slip("kernels summed", "return by_kernel,", "return by_kernel * 0 + by_kernel.sum(axis=0),",
             "All workers get the same kernel gradient, as under data parallelism. Which units does each hold?"),
        Slip("kernels averaged", "return by_kernel,", "return by_kernel * 0 + by_kernel.mean(axis=0),",
             "All workers get the mean of the kernel gradients, as under data parallelism. Which units are whose?"),
        Slip("images interleaved", "gathered = x.reshape(-1, x.shape[2])",
             "gathered = x.swapaxes(0, 1).reshape(-1, x.shape[2])",
             "You have put the workers' images in turns: first the first image of each. In which order do the rows of "
             "the errors stand?"),
        Slip("input gradients interleaved", "by_input.reshape(x.shape)",
             "by_input.reshape(x.shape[1], x.shape[0], -1).swapaxes(0, 1)",
             "Your gradients of images land at the wrong workers. Which rows belong to worker 0?"),
        Slip("kernels in reverse", "pairs = zip(errors, kernels,", "pairs = zip(errors, kernels[::-1],",
             "You pair the errors with the kernels in reverse order. Whose units do the errors belong to?"),
        Slip("uphill", "return by_kernel, by_input", "return -by_kernel, -by_input",
             "Your signs are reversed. Is a step asked for, or the gradient?"),
        Slip("input summed over images", "by_input.reshape(x.shape)",
             "by_input.reshape(x.shape).sum(axis=1, keepdims=True) + 0 * x",
             "All images of a worker get the same gradient. Which row of the errors belongs to which image?"),
        Mistake("every worker's part kept", lambda x, kernels, errors: (
            split_backward(x, kernels, errors)[0],
            np.stack([np.sum([error[:x.shape[1]] @ kernel.T for error, kernel in zip(errors, kernels, strict=True)],
                             axis=0)] * len(x))),
                "Every worker gets the gradient of worker 0's images. Which rows of the sum are its own?"),
    ),
    hints=(
        "On one worker with all units: dL/dw = xᵀ error and dL/dx = error wᵀ. Which of the two needs what others have?",
        "All workers' images one below the other, `x.reshape(n * B, D)`, is what an all-gather brings. Its transpose "
        "times a worker's errors is the gradient of its kernel.",
        "Each worker has a part of every image's gradient, `errors[k] @ kernels[k].T`. Their sum has the rows of all "
        "images, and each worker takes its own.",
    ),
)
