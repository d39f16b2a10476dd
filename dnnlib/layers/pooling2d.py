"""What all pooling layers share: where the windows lie."""

from numbers import Integral

import numpy as np

from dnnlib.layers.convolution_arithmetic import conv_output_size, conv_padding, lowered
from dnnlib.layers.layer import Layer
from dnnlib.validation import check_input, check_integers, check_shape


class Pooling2D(Layer):
    """Summarises each window of each channel by one number. The subclasses say which.

    Args:
        pool_size: The window's (height, width), or one integer for both.
        strides: Step between windows along (height, width), or one integer for both; None stands for
            `pool_size`, so that the windows tile the input. Smaller steps make the windows overlap.
        padding: "valid" (none), "same" (ceil(size / stride) outputs, as TensorFlow), or an integer
            smaller than `pool_size` (on all four sides; not in Keras). What lies outside the image never
            counts: it is no maximum and no part of an average.
        dtype: Type of the computation.

    Input shape: (batch, height, width, channels).

    Output shape: (batch, out_height, out_width, channels).

    Raises:
        ValueError: If an argument or an input is none of these.
    """

    supports_masking = False

    def __init__(self, pool_size=2, strides=None, padding="valid", dtype="float32"):
        super().__init__(dtype)
        self.pool_size = check_integers(pool_size, 2, "pool_size")
        self.strides = self.pool_size if strides is None else check_integers(strides, 2, "strides")
        self.padding = padding = lowered(padding)
        if padding not in ("valid", "same"):
            if not isinstance(padding, Integral) or isinstance(padding, bool) or padding < 0:
                raise ValueError(f'padding: expected "valid", "same" or an integer of at least 0, received {padding!r}')
            if padding >= min(self.pool_size):
                raise ValueError(
                    f"padding: expected less than pool_size={self.pool_size}, received {padding}; "
                    "some windows would lie outside the image"
                )

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        batch, *sizes, channels = self._checked_shape(input_shape)
        return batch, *map(self._output_size, sizes, self.pool_size, self.strides), channels

    def _checked_shape(self, input_shape):
        return check_shape(input_shape, ("batch", "height", "width", "channels"), type(self).__name__)

    def _output_size(self, size, window, stride):
        if size is None:
            return None
        try:
            return conv_output_size(size, window, stride, self.padding)
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}: {error} (here the kernel is pool_size)") from None

    def _windows(self, x, outside):
        """Finds the windows' taps.

        Args:
            x: The input.
            outside: The value of the positions around the image.

        Returns:
            The padded input, and for each tap (row by row) its index there: `padded[tap]`, a view of shape
            (batch, out_height, out_width, channels), holds that tap of all windows.
        """
        x = check_input(x, 4, self.dtype, f"{type(self).__name__} input (batch, height, width, channels)")
        output_shape = self.compute_output_shape(x.shape)
        self.pads = tuple(
            conv_padding(size, window, stride, self.padding)
            for size, window, stride in zip(x.shape[1:3], self.pool_size, self.strides, strict=True)
        )
        if np.any(self.pads):
            x = np.pad(x, ((0, 0), *self.pads, (0, 0)), constant_values=outside)
        return x, self._taps(output_shape)

    def _taps(self, output_shape):
        (rows, columns), (down, right) = output_shape[1:3], self.strides
        return [
            np.s_[:, i : i + down * (rows - 1) + 1 : down, j : j + right * (columns - 1) + 1 : right]
            for i, j in np.ndindex(self.pool_size)
        ]

    def _coverage(self, input_shape, weights):
        """Returns the total weight of the taps that lie inside the image, (1, out_height, out_width, 1)."""
        inside, taps = self._windows(np.ones((1, *input_shape[1:3], 1)), outside=0)
        inside = inside.astype(float)
        return sum(weight * inside[tap] for weight, tap in zip(weights, taps, strict=True)).astype(self.wide)

    def _crop(self, padded):
        """Undoes the padding: what falls outside the image is lost."""
        (top, bottom), (left, right) = self.pads
        return padded[:, top : padded.shape[1] - bottom, left : padded.shape[2] - right].astype(self.dtype, copy=False)
