"""The Gaussian error linear unit."""

import numpy as np
from scipy.special import ndtr

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


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
        """Computes the output, and on the way dy/dx."""
        x = check_input(x, None, self.dtype, "GELU input")
        root = self.dtype.type(np.sqrt(2 / np.pi))
        near = np.clip(x, -30, 30)  # farther out P is 0 or 1; in float16 even the square of 300 overflows
        if self.approximate:
            share = (1 + np.tanh(root * (near + 0.044715 * near**3))) / 2
            bell = 2 * share * (1 - share) * root * (1 + 3 * 0.044715 * near**2)
        else:
            share = ndtr(x).astype(self.dtype, copy=False)
            bell = np.exp(-(near**2) / 2) * (root / 2)
        self.cache = share + near * bell
        return x * share

    def backward(self, grad):
        """Returns dL/dx."""
        slope = check_cache(self)
        return check_gradient(grad, slope.shape, self.dtype, "GELU") * slope
