"""Draw a digit: a trained convolutional network computes in the page on what the reader draws."""

import zlib

import numpy as np
import traitlets

from dnnlib.widgets.base import Explorable

SIDE, BLOCK, WIDTH = 32, 4, 20  # pixels of a drawing, of a block, and of a digit's usual width
PEN = 1.6  # half of the pen's width, in pixels
INK = 256, 370  # strokes are thickened and thinned until this many of the 1,024 pixels are on: as in the data set
LAYERS = ("input", "conv1", "pool1", "conv2", "pool2", "dense1", "dense2")


def counted(bitmap):
    """Counts the pixels that are on in each block of 4 x 4.

    Args:
        bitmap: Array (32, 32) of 0 and 1.

    Returns:
        Array (8, 8) of integers from 0 to 16.

    Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI repository, description.
    """
    blocks = np.asarray(bitmap, np.int64).reshape(SIDE // BLOCK, BLOCK, SIDE // BLOCK, BLOCK)
    return blocks.sum(axis=(1, 3))


def fitted(bitmap):
    """Brings a drawing into the form of the data set: centred, 32 rows high, 20 columns wide, strokes of one weight.

    That form was measured on the digits: each touches the first and the last row, nearly all are 18 to 24 columns
    wide (only a 1 may be narrower), and 260 to 360 pixels are on. Their own normalisation, by programs of NIST, is
    not repeated step by step.

    Args:
        bitmap: Array (32, 32) of 0 and 1.

    Returns:
        Array (32, 32) of 0 and 1, dtype uint8; without a pixel that is on, zeros.
    """
    bitmap = np.asarray(bitmap, np.uint8)
    if not bitmap.any():
        return bitmap.copy()
    rows, columns = (_nearest(*axis) for axis in box(bitmap))
    inside = bitmap[np.ix_(np.clip(rows, 0, SIDE - 1), np.clip(columns, 0, SIDE - 1))]
    return weighted(inside * (((rows >= 0) & (rows < SIDE))[:, None] & ((columns >= 0) & (columns < SIDE))))


def box(bitmap):
    """Returns (centre, scale) along rows and along columns: how `fitted` places the drawing's bounding box."""
    ends = [(on[0], on[-1] + 1) for on in (np.flatnonzero(np.any(bitmap, axis=axis)) for axis in (1, 0))]
    (top, bottom), (left, right) = ends
    tall = min(SIDE / (bottom - top), 4)  # a dot stays small
    # A narrow digit, such as a 1, is not blown up to full width; a flat one, such as a dash, not to full height
    wide = min(WIDTH / (right - left), 1.5 * tall)
    tall = min(tall, 3 * wide)
    return ((top + bottom) / 2, tall), ((left + right) / 2, wide)


def _nearest(centre, scale):
    return np.floor((np.arange(SIDE) + 0.5 - SIDE / 2) / scale + centre).astype(int)


def weighted(bitmap):
    """Thickens the strokes while less than `INK` is on, or thins them while more is, a pixel on each side at a time."""
    while bitmap.sum() < INK[0]:
        bitmap = _neighbours(bitmap, np.maximum, 0)
    while bitmap.sum() > INK[1]:
        thinner = _neighbours(bitmap, np.minimum, 1)
        if not thinner.any():
            break
        bitmap = thinner
    return bitmap


def unblocked(counts):
    """Draws counts as bitmaps: in each block those pixels are on that lie highest on the interpolated image.

    Args:
        counts: Integers from 0 to 16, shape (N, 8, 8).

    Returns:
        Array (N, 32, 32) of 0 and 1, dtype uint8; `counted` gives the counts back.
    """
    counts = np.asarray(counts)
    # Linear interpolation between the blocks' centres, as a matrix (32, 8): outside the image is paper
    between = np.maximum(0, 1 - np.abs((np.arange(SIDE)[:, None] + 0.5) / BLOCK - 0.5 - np.arange(SIDE // BLOCK)))
    heights = between @ counts @ between.T
    blocks = heights.reshape(-1, 8, BLOCK, 8, BLOCK).swapaxes(2, 3).reshape(-1, 8, 8, BLOCK**2)
    ranks = np.argsort(np.argsort(-blocks, axis=-1, kind="stable"), axis=-1)
    on = (ranks < counts[..., None]).reshape(-1, 8, 8, BLOCK, BLOCK)
    return on.swapaxes(2, 3).reshape(-1, SIDE, SIDE).astype(np.uint8)


def drawn(strokes):
    """Draws strokes with the pen of the explorable.

    Args:
        strokes: Lists of points (x, y) in pixels: x to the right, y down, from the upper left corner.

    Returns:
        Array (32, 32) of 0 and 1, dtype uint8: pixels whose centre is at most `PEN` away from a line.
    """
    bitmap, centres = np.zeros((SIDE, SIDE), np.uint8), np.arange(SIDE) + 0.5
    y, x = centres[:, None], centres[None, :]
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip([stroke[0], *stroke[:-1]], stroke, strict=True):
            dx, dy = x1 - x0, y1 - y0
            t = np.clip(((x - x0) * dx + (y - y0) * dy) / ((dx * dx + dy * dy) or 1), 0, 1)
            bitmap |= (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2 <= PEN**2
    return bitmap


def _neighbours(bitmap, combine, outside):
    """Combines each pixel with the four next to it."""
    p = np.pad(bitmap, 1, constant_values=outside)
    return combine.reduce([p[1:-1, 1:-1], p[:-2, 1:-1], p[2:, 1:-1], p[1:-1, :-2], p[1:-1, 2:]])


class DrawDigit(Explorable):
    """Computes a small trained convolutional network on what the reader draws, each unit open to inspection.

    The network is that of `dnnlib.models.digits_cnn`: two convolutions 3 x 3 with padding "same", each with ReLU and
    2 x 2 max pooling, a dense layer with ReLU and a dense layer with softmax. A drawing has 32 x 32 pixels; it is
    centred and scaled (`fitted`) and counted in blocks of 4 x 4 (`counted`), which over 16 is the input.

    Args:
        weights: The eight arrays that `get_weights` of such a network returns (Keras's or dnnlib's).
        examples: None, or (images, labels) of at most 50 digits: shapes (N, 8, 8) or (N, 8, 8, 1), values k/16 as
            `load_digits` gives, and (N,). They reach the network just as they are. The first one is shown.
        drawing: Array (32, 32) of 0 and 1 to begin with, e.g. from `drawn`.
        example: Which example is shown; -1 for the drawing.
        fit: Whether a drawing is centred and scaled before it is counted.
        before: Whether the maps are shown before ReLU.
        unit: The unit that is taken apart: its layer (input, conv1, pool1, conv2, pool2, dense1, dense2), row, column
            and map, counted from 0; of dense layers row and column are 0.

    Guesses: "digit", which digit the network reads; "sureness", how sure it is, in %.

    Raises:
        TypeError: For an argument that does not exist.
        ValueError: For weights, examples or a drawing of another shape.
        TraitError: For any other argument that is none of these.

    Source of the data and of their form: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits.
    """

    title = "Draw a digit"
    guesses = ("digit", "sureness")

    weights = traitlets.Bytes().tag(sync=True)
    shapes = traitlets.List().tag(sync=True)
    examples = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    drawing = traitlets.Bytes(bytes(SIDE * SIDE // 8)).tag(sync=True)
    example = traitlets.Int(-1).tag(sync=True)
    fit = traitlets.Bool(True).tag(sync=True)
    before = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.List(["conv2", 1, 2, 5], minlen=4, maxlen=4).tag(sync=True)

    def __init__(self, weights, examples=None, drawing=None, **traits):
        if unknown := set(traits) - {"example", "fit", "before", "unit", "guess", "tour"}:
            raise TypeError(f"expected the arguments that the docstring lists, received {', '.join(sorted(unknown))}")
        arrays = [np.asarray(array, "<f4") for array in weights]
        bitmaps, labels = _examples(*examples) if examples is not None else ([], [])
        if drawing is not None:
            drawing = np.asarray(drawing)
            if drawing.shape != (SIDE, SIDE) or not np.isin(drawing, (0, 1)).all():
                raise ValueError(f"drawing: expected an array (32, 32) of 0 and 1, received shape {drawing.shape}")
            traits["drawing"] = np.packbits(drawing.astype(bool)).tobytes()
        elif len(labels):
            traits.setdefault("example", 0)
        super().__init__(
            weights=zlib.compress(b"".join(array.tobytes() for array in arrays), 9),
            shapes=_shapes(arrays),
            examples=b"".join(np.packbits(bitmap).tobytes() for bitmap in bitmaps),
            labels=labels,
            **traits,
        )

    @property
    def bitmap(self):
        """What is on the sheet, an array (32, 32) of 0 and 1."""
        data = self.drawing if self.example < 0 else self.examples[128 * self.example : 128 * (self.example + 1)]
        return np.unpackbits(np.frombuffer(data, np.uint8)).reshape(SIDE, SIDE)

    @property
    def image(self):
        """What the network gets, an array (8, 8, 1) of float32 from 0 to 1."""
        fit = self.fit and self.example < 0
        return counted(fitted(self.bitmap) if fit else self.bitmap)[..., None].astype("float32") / BLOCK**2

    @traitlets.validate("drawing", "example", "unit")
    def _check(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        if name == "drawing" and len(value) != SIDE * SIDE // 8:
            raise traitlets.TraitError(f"drawing: expected 128 bytes, received {len(value)}; np.packbits makes them")
        if name == "example" and not -1 <= value < len(self.labels):
            raise traitlets.TraitError(f"example: expected -1 to {len(self.labels) - 1}, received {value}")
        if name == "unit":
            places = [isinstance(n, (int, np.integer)) and n >= 0 for n in value[1:]]
            if value[0] not in LAYERS or not all(places):
                raise traitlets.TraitError(
                    f"unit: expected [layer, row, column, map] with a layer of {', '.join(LAYERS)}, received {value}"
                )
            value = [value[0], *map(int, value[1:])]
        return value


def _shapes(arrays):
    """Checks the weights' shapes against each other and returns them as lists."""
    shapes = [list(array.shape) for array in arrays]
    if len(shapes) == 8 and all(len(shape) == 1 for shape in shapes[1::2]):
        first, second, hidden, classes = (shape[0] for shape in shapes[1::2])
        expected = [[3, 3, 1, first], [3, 3, first, second], [4 * second, hidden], [hidden, classes]]
        if shapes[::2] == expected and first <= 8 and second <= 16 and hidden <= 64 and classes <= 10:
            return shapes
    raise ValueError(
        "weights: expected kernel and bias of four layers, (3, 3, 1, a), (3, 3, a, b), (4 b, c) and (c, classes) with "
        f"a up to 8, b up to 16, c up to 64 and up to 10 classes, received {shapes}; take digits_cnn().get_weights()"
    )


def _examples(images, labels):
    """Returns the examples as bitmaps whose counts they are, and their labels."""
    images, labels = np.asarray(images), np.asarray(labels)
    counts = np.rint(images.reshape(-1, 8, 8) * BLOCK**2).astype(int) if images.size % 64 == 0 else None
    if counts is None or images.shape[1:3] != (8, 8) or labels.shape != (len(counts),) or not 1 <= len(counts) <= 50:
        raise ValueError(
            f"examples: expected 1 to 50 images (N, 8, 8) or (N, 8, 8, 1) with labels (N,), received "
            f"{images.shape} and {labels.shape}"
        )
    if counts.min() < 0 or counts.max() > BLOCK**2:
        raise ValueError(
            f"examples: expected values from 0 to 1, received {images.min()} to {images.max()}; divide counts by 16"
        )
    return unblocked(counts), labels.tolist()
