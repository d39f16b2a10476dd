"""Kernel studio: a photograph convolved by a kernel that the reader chooses and edits."""

import zlib

import numpy as np
import traitlets

from dnnlib.widgets.base import Explorable

SOBEL = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))


def encode(image):
    """Packs an image small and exactly: row by row, differences to the left neighbour, red and blue less green.

    Neighbouring pixels and channels of a photograph are alike, so most differences are near zero and zlib, which
    browsers unpack by themselves, needs about half of the bytes. All arithmetic is modulo 256: nothing is lost.

    Args:
        image: Array (H, W, 3) of dtype uint8.

    Returns:
        bytes.
    """
    red, green, blue = np.moveaxis(image, 2, 0)
    planes = np.stack([green, red - green, blue - green])
    deltas = np.diff(planes, axis=2, prepend=np.zeros_like(planes[:, :, :1]))
    packer = zlib.compressobj(9, strategy=zlib.Z_FILTERED)
    return packer.compress(deltas.tobytes()) + packer.flush()


def decode(data, height, width):
    """Unpacks what ``encode`` packed; returns an array (height, width, 3) of dtype uint8."""
    deltas = np.frombuffer(zlib.decompress(data), np.uint8).reshape(3, height, width)
    green, red, blue = np.cumsum(deltas, axis=2, dtype=np.uint8)
    return np.stack([red + green, green, blue + green], axis=2)


class KernelStudio(Explorable):
    """Convolves a photograph with a kernel of one slice per channel, and shows how each value is made.

    The weights are ``kernel / divisor``: whole numbers are easier to read and to edit than 0.0625. With
    ``channels="sum"`` the studio computes what ``Conv2D(1, size)`` with these weights does: the products of all three
    channels are added up to one feature map. With ``channels="separate"`` each slice is applied to its own
    channel and a colour picture comes out, as in a photo editor.

    Args:
        image: Array (H, W, 3) of dtype uint8, 16 to 480 pixels high and wide.
        kernel: Numbers (3, 3) or (5, 5) for all channels, or (3, 3, 3) or (5, 5, 3), one slice per channel, before
            division.
        divisor: A number, not 0. The weights are ``kernel / divisor``.
        bias: Number added to each value.
        channels: "sum" or "separate".
        stride: 1 or 2.
        padding: "valid" or "same".
        relu: Whether negative values become 0.
        view: How one feature map is drawn: "signed" (blue above 0, orange below) or "grey".
        point: Row and column of the value that is taken apart, in output coordinates.

    Guesses: "flat_sky", what the kernel gives where all pixels are 100.

    Raises:
        TypeError: For an argument that does not exist.
        ValueError: For an image of another shape, size or type.
        TraitError: For any other argument that is none of these.
    """

    title = "Kernel studio"
    guesses = ("flat_sky",)

    photo = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List([0, 0]).tag(sync=True)
    kernel = traitlets.Any().tag(sync=True)
    divisor = traitlets.Float(12.0).tag(sync=True)
    bias = traitlets.Float(0.0).tag(sync=True)
    channels = traitlets.Enum(["sum", "separate"], "sum").tag(sync=True)
    stride = traitlets.Enum([1, 2], 1).tag(sync=True)
    padding = traitlets.Enum(["valid", "same"], "valid").tag(sync=True)
    relu = traitlets.Bool(False).tag(sync=True)
    view = traitlets.Enum(["signed", "grey"], "signed").tag(sync=True)
    point = traitlets.List(traitlets.Int(min=0), [0, 0], minlen=2, maxlen=2).tag(sync=True)

    def __init__(self, image, *, kernel=SOBEL, point=None, **traits):
        image = np.asarray(image)
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"expected an image (height, width, 3) of dtype uint8, received {image.shape} of {image.dtype}; "
                "turn values from 0 to 1 into uint8 by (255 * image).round().astype('uint8')"
            )
        height, width = image.shape[:2]
        if not (16 <= height <= 480 and 16 <= width <= 480):
            raise ValueError(
                f"expected an image of 16 to 480 pixels each way, received {height} x {width}; take each second "
                "pixel, image[::2, ::2], or a part of it"
            )
        point = [height // 2, width // 2] if point is None else list(point)
        super().__init__(photo=encode(image), shape=[height, width], kernel=kernel, point=point, **traits)

    @traitlets.validate("kernel")
    def _three_slices(self, proposal):
        kernel = np.asarray(proposal["value"], dtype=float)
        if kernel.ndim == 2:
            kernel = np.repeat(kernel[:, :, None], 3, axis=2)
        if kernel.shape not in [(3, 3, 3), (5, 5, 3)] or not np.isfinite(kernel).all():
            raise traitlets.TraitError(
                "expected a kernel of finite numbers, (3, 3) or (5, 5) for all channels, (3, 3, 3) or (5, 5, 3) for "
                f"one slice each, received {np.shape(proposal['value'])}; fill up with zeros"
            )
        return kernel.tolist()

    @traitlets.validate("divisor")
    def _not_zero(self, proposal):
        if not np.isfinite(proposal["value"]) or proposal["value"] == 0:
            raise traitlets.TraitError(
                f"expected a finite divisor other than 0, received {proposal['value']}; take 1 for the kernel as it is"
            )
        return proposal["value"]

    @property
    def image(self):
        """The photograph, an array (H, W, 3) of dtype uint8."""
        return decode(self.photo, *self.shape)

    @property
    def weights(self):
        """The kernel over its divisor, an array (kh, kw, 3): the one filter of a Conv2D is ``weights[..., None]``."""
        return np.asarray(self.kernel) / self.divisor
