"""The Gaussian error linear unit."""

import numpy as np
from scipy.special import ndtr

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input

ROOT, CUBIC = np.sqrt(2 / np.pi), 0.044715
REACH = 30.0  # farther out the bell curve is 0; in float16 even the square of 300 overflows


class GELU(Layer):
    """Weighs each number by the share of a standard normal distribution that lies below it: y = x P(X <= x).

    P(X <= x) = (1 + erf(x / sqrt(2))) / 2, and its derivative is the bell curve q = exp(-x^2 / 2) / sqrt(2 pi), so
    dL/dx = dL/dy (P + x q). The approximation replaces erf(x / sqrt(2)) by tanh(sqrt(2 / pi) (x + 0.044715 x^3)).
    In Keras: `Activation("gelu")`, or `keras.activations.gelu(x, approximate)`.

    Args:
        approximate: Whether to use the approximation by tanh.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Source: Hendrycks & Gimpel (2016), Gaussian error linear units (GELUs).
    """

    def __init__(self, approximate=False, dtype="float32"):
        super().__init__(dtype)
        self.approximate = bool(approximate)

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "GELU input")
        if self.approximate:
            near = np.clip(x, -REACH, REACH)
            share = (1 + np.tanh(self.dtype.type(ROOT) * (near + CUBIC * near * near * near))) / 2
        else:
            share = ndtr(x).astype(self.dtype, copy=False)
        self.cache = x, share
        return x * share

    def backward(self, grad):
        """Returns dL/dx."""
        x, share = check_cache(self)
        near = np.clip(x, -REACH, REACH)
        if self.approximate:
            bell = 2 * share * (1 - share) * self.dtype.type(ROOT) * (1 + 3 * CUBIC * near * near)
        else:
            bell = np.exp(-near * near / 2) * self.dtype.type(ROOT / 2)
        return check_gradient(grad, x.shape, self.dtype, "GELU") * (share + near * bell)
