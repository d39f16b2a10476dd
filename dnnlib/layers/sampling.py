"""A code that is drawn, and what it costs: the middle of a variational autoencoder."""

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.validation import check_cache, check_gradient, check_input


class Sampling(Layer):
    """Draws a code from the normal distribution that an encoder names, and adds to the loss what naming it costs.

    z = m + exp(v / 2) e    with fresh standard normal numbers e in training; in use z = m
    cost = KL(N(m, exp(v)) || N(0, 1)) = 1/2 sum over the code of (m^2 + exp(v) - 1 - v), the mean over the batch
    dL/dm = dL/dz + m / batch    dL/dv = dL/dz exp(v / 2) e / 2 + (exp(v) - 1) / (2 batch)

    Because e doesn't depend on m and v, the gradient passes through the draw (the reparameterisation).

    Args:
        seed: Seed of the draws.
        dtype: Type of the computation.

    Input shape: (batch, 2 * code): the means m, then the logarithms v of the variances.

    Output shape: (batch, code).

    Raises:
        ValueError: If an input has another number of axes, or an odd number of columns.

    Source: Kingma & Welling (2014), Auto-encoding variational Bayes, section 2.4 and appendix B.
    """

    def __init__(self, seed=None, dtype="float32"):
        super().__init__(dtype)
        self.rng = np.random.default_rng(seed)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the codes for inputs of this shape (batch axis included)."""
        return input_shape[0], input_shape[1] // 2

    def forward(self, x, training=False):
        """Computes the codes and their cost."""
        x = check_input(x, 2, self.dtype, "Sampling input (batch, 2 * code)")
        if x.shape[1] % 2:
            raise ValueError(f"Sampling: expected a mean and a log variance for each number, received shape {x.shape}")
        mean, log_variance = np.split(x, 2, axis=1)
        e = self.rng.standard_normal(mean.shape).astype(self.dtype) if training else np.zeros_like(mean)
        costs = (mean**2 + np.exp(log_variance) - 1 - log_variance) / 2
        self.activity_losses = [float(costs.sum(dtype=self.wide) / len(x))]
        self.cache = mean, log_variance, e
        return mean + np.exp(log_variance / 2) * e

    def backward(self, grad):
        """Returns dL/dx, the cost's gradient included."""
        mean, log_variance, e = check_cache(self)
        grad = check_gradient(grad, mean.shape, self.dtype, "Sampling")
        d_mean = grad + mean / len(mean)
        d_log_variance = grad * np.exp(log_variance / 2) * e / 2 + (np.exp(log_variance) - 1) / (2 * len(mean))
        return np.concatenate([d_mean, d_log_variance], axis=1).astype(self.dtype, copy=False)
