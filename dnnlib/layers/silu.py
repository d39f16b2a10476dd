"""The sigmoid linear unit, also called swish."""

from dnnlib.layers.layer import Layer
from dnnlib.layers.sigmoid import sigmoid
from dnnlib.validation import check_cache, check_gradient, check_input


class SiLU(Layer):
    """Weighs each number by its own sigmoid: y = x s with s = 1 / (1 + exp(-x)).

    dL/dx = dL/dy (s + x s (1 - s)). In Keras: `Activation("silu")`.

    Args:
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Source: Hendrycks & Gimpel (2016), Gaussian error linear units; Elfwing, Uchibe & Doya (2018), Sigmoid-weighted
    linear units for neural network function approximation in reinforcement learning.
    """

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "SiLU input")
        share = sigmoid(x)
        self.cache = x, share
        return x * share

    def backward(self, grad):
        """Returns dL/dx."""
        x, share = check_cache(self)
        return check_gradient(grad, x.shape, self.dtype, "SiLU") * (share + x * share * (1 - share))
