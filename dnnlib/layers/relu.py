"""The rectified linear unit."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


class ReLU(Layer):
    """Keeps what is positive: y = max(x, 0).

    dL/dx = dL/dy where x > 0, else 0. At x = 0 there is no derivative; as in TensorFlow, 0 is used.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Source: Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines.
    """

    def forward(self, x, training=False):
        """Computes the output."""
        output = np.maximum(check_input(x, None, self.dtype, "ReLU input"), 0)
        self.cache = output > 0
        return output

    def backward(self, grad):
        """Returns dL/dx: the gradient where the input was positive."""
        positive = check_cache(self)
        return np.where(positive, check_gradient(grad, positive.shape, self.dtype, "ReLU"), 0).astype(
            self.dtype, copy=False
        )
