"""The exponential linear unit."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input, check_number


class ELU(Layer):
    """Keeps what is positive, and saturates at -alpha: y = x where x > 0, else alpha (exp(x) - 1).

    dL/dx = dL/dy where x > 0, else dL/dy (y + alpha), because alpha exp(x) = y + alpha.

    Args:
        alpha: Where the output saturates for very negative inputs, up to its sign; more than 0.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If `alpha` is no finite positive number.

    Source: Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by exponential linear
    units.
    """

    def __init__(self, alpha=1.0, dtype="float32"):
        super().__init__(dtype)
        check_number(alpha, "alpha", "a finite positive number", lambda v: 0 < v < np.inf)
        self.alpha = alpha

    def forward(self, x, training=False):
        """Computes the output. exp of a number that is not positive cannot overflow; expm1 keeps digits near 0."""
        x = check_input(x, None, self.dtype, "ELU input")
        output = np.maximum(x, 0) + self.dtype.type(self.alpha) * np.expm1(np.minimum(x, 0))
        self.cache = x > 0, output
        return output

    def backward(self, grad):
        """Returns dL/dx."""
        positive, output = check_cache(self)
        grad = check_gradient(grad, output.shape, self.dtype, "ELU")
        return np.where(positive, grad, grad * (output + self.dtype.type(self.alpha)))
