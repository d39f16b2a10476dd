"""Anti-aliased max pooling: the maximum at every position, then blur pooling."""

from dnnlib.layers.blur_pooling2d import BlurPooling2D
from dnnlib.layers.layer import Layer
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.validation import check_cache


class MaxBlurPooling2D(Layer):
    """Splits max pooling into its two steps, and blurs between them.

    `MaxPooling2D(pool_size, strides)` is the maximum of every window (stride 1) followed by keeping one in
    `strides`. The first step shifts along with its input; the second does not, unless high frequencies are
    removed before. Not in Keras.

    Args:
        pool_size: The window of the maximum, (height, width), or one integer for both.
        strides: Step between the windows kept, along (height, width), or one integer for both.
        blur_size: Size of the binomial filter; 1 blurs nothing, which is plain max pooling.
        padding: How the image goes on outside for the blur: "reflect" (as published), "edge" or "wrap".
        dtype: Type of the computation.

    Input shape: (batch, height, width, channels).

    Output shape: (batch, ceil((height - pool_size + 1) / stride), ..., channels).

    Raises:
        ValueError: If an argument or an input is none of these.

    Source: Zhang (2019), Making convolutional networks shift-invariant again, section 3.
    """

    supports_masking = False

    def __init__(self, pool_size=2, strides=2, blur_size=3, padding="reflect", dtype="float32"):
        super().__init__(dtype)
        self.maximum = MaxPooling2D(pool_size, strides=1, dtype=dtype)
        self.blur = BlurPooling2D(blur_size, strides, padding, dtype)

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        return self.blur.compute_output_shape(self.maximum.compute_output_shape(input_shape))

    def forward(self, x, training=False):
        """Computes the output."""
        output = self.blur(self.maximum(x))
        self.cache = self.maximum.cache, self.blur.cache
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        self.maximum.cache, self.blur.cache = check_cache(self)
        return self.maximum.backward(self.blur.backward(grad))
