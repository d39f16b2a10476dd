"""The rectified linear unit with a leak."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input, check_number


class LeakyReLU(Layer):
    """Keeps what is positive, and a share of what is not: y = x where x > 0, else negative_slope x.

    dL/dx = dL/dy where x > 0, else negative_slope dL/dy. At x = 0 there is no derivative; as in TensorFlow, the
    slope of the negative side is used.

    Args:
        negative_slope: Slope where the input is negative, 0 or more.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If `negative_slope` is no finite number of at least 0.

    Source: Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models.
    """

    def __init__(self, negative_slope=0.3, dtype="float32"):
        super().__init__(dtype)
        check_number(negative_slope, "negative_slope", "a finite number of at least 0", lambda v: 0 <= v < np.inf)
        self.negative_slope = negative_slope

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "LeakyReLU input")
        self.cache = x > 0
        return np.maximum(x, 0) + self.dtype.type(self.negative_slope) * np.minimum(x, 0)

    def backward(self, grad):
        """Returns dL/dx: the gradient where the input was positive, a share of it elsewhere."""
        positive = check_cache(self)
        grad = check_gradient(grad, positive.shape, self.dtype, "LeakyReLU")
        return np.where(positive, grad, self.dtype.type(self.negative_slope) * grad)
