"""What all normalisations share: mean and variance over some axes, the quotient, and its gradient."""

from math import prod

import numpy as np

from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import sum_over, widened
from dnnlib.validation import check_cache, check_gradient, check_input, check_number


def moments(x, axes):
    """Returns mean and variance over some axes.

    Args:
        x: Floating-point numbers.
        axes: The axes, a tuple.

    Returns:
        The mean and the biased variance, the mean of (x - mean)^2, in the type of `x`; the axes stay, with size 1.
    """
    mean = mean_over(x, axes)
    return mean, mean_over(np.square(x - mean), axes)


def mean_over(x, axes):
    """Returns the mean over some axes, which stay, with size 1: summed in float64, in the type of `x`."""
    count = prod(x.shape[axis] for axis in axes)
    return (sum_over(x, axes, keepdims=True) / count).astype(x.dtype)


def normalize_backward(grad, x_hat, deviation, axes):
    """Returns dL/dx of x_hat = (x - mean) / deviation, where deviation = sqrt(variance + epsilon).

    dL/dx = (g - mean(g) - x_hat mean(g x_hat)) / deviation, with g = dL/d(x_hat)

    Mean and variance depend on x: a step along 1 or along x_hat changes next to nothing in x_hat, so the gradient
    loses what it has along these two directions.

    Args:
        grad: g, shaped like `x_hat`.
        x_hat: The normalised numbers.
        deviation: What they were divided by.
        axes: The axes of the means; none if mean and variance were constants.

    Returns:
        An array like `x_hat`.
    """
    if axes:
        grad = grad - mean_over(grad, axes) - x_hat * mean_over(grad * x_hat, axes)
    return grad / deviation


class Normalization(Layer):
    """Subtracts a mean, divides by a standard deviation, then scales and shifts.

    x_hat = (x - mean) / sqrt(variance + epsilon)    y = gamma x_hat + beta

    The subclasses say over which axes mean and variance are taken, `statistics`, and along which axes gamma and
    beta vary, `parameter_axes`.

    Args:
        epsilon: Added to the variance, so that a constant input divides by no zero.
        center: Whether there is a beta, which starts at zero.
        scale: Whether there is a gamma, which starts at one.
        dtype: Type of the parameters and of the result; mean and variance are computed in float32 at least.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If an argument or an input is none of these.
    """

    def __init__(self, epsilon, center, scale, dtype):
        super().__init__(dtype)
        check_number(epsilon, "epsilon", "a number of at least 0", lambda number: 0 <= number < np.inf)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.sizes = None

    def parameter_axes(self, ndim):
        """Returns the axes along which gamma and beta vary, for inputs with this number of axes."""
        raise NotImplementedError

    def statistics(self, x, training):
        """Returns mean, variance, and the axes they were taken over: none where they do not depend on `x`."""
        raise NotImplementedError

    def grouped(self, x):
        """Returns `x` in the shape in which it is normalised. Default: its own."""
        return x

    def build(self, input_shape):
        """Creates gamma and beta for inputs of this shape."""
        self.sizes = self._sizes(input_shape)
        self.params = {"gamma": np.ones(self.sizes, self.dtype)} if self.scale else {}
        if self.center:
            self.params["beta"] = np.zeros(self.sizes, self.dtype)

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        return tuple(input_shape)

    def forward(self, x, training=False):
        """Computes the output."""
        x = widened(check_input(x, None, self.dtype, f"{type(self).__name__} input (batch, ...)", at_least=2))
        if self.sizes is None:
            self.build(x.shape)
        if self._sizes(x.shape) != self.sizes:
            raise ValueError(
                f"{type(self).__name__}: expected sizes {self.sizes} along the axes of gamma and beta, "
                f"{self.parameter_axes(x.ndim)}, received {self._sizes(x.shape)} (shape {x.shape})"
            )
        grouped = self.grouped(x)
        mean, variance, axes = self.statistics(grouped, training)
        deviation = np.sqrt(variance + x.dtype.type(self.epsilon))
        x_hat = ((grouped - mean) / deviation).reshape(x.shape)
        gamma, beta = self._along("gamma", x.ndim, 1), self._along("beta", x.ndim, 0)
        self.cache = x_hat, gamma, deviation, axes
        return (x_hat * gamma + beta).astype(self.dtype, copy=False)

    def backward(self, grad):
        """Fills `grads` and returns dL/dx."""
        x_hat, gamma, deviation, axes = check_cache(self)
        grad = widened(check_gradient(grad, x_hat.shape, self.dtype, type(self).__name__))
        parameter_axes = self.parameter_axes(x_hat.ndim)
        others = tuple(axis for axis in range(x_hat.ndim) if axis not in parameter_axes)
        terms = {"gamma": grad * x_hat, "beta": grad}
        self.grads = {name: sum_over(terms[name], others).astype(self.dtype) for name in self.params}
        dx = normalize_backward(self.grouped(grad * gamma), self.grouped(x_hat), deviation, axes)
        return dx.reshape(x_hat.shape).astype(self.dtype, copy=False)

    def _sizes(self, shape):
        return tuple(shape[axis] for axis in self.parameter_axes(len(shape)))

    def _along(self, name, ndim, default):
        """Returns a weight, float32 at least, with size 1 along all axes but its own."""
        if name not in self.weights:
            return default
        shape = np.ones(ndim, int)
        shape[list(self.parameter_axes(ndim))] = self.sizes
        return widened(self.weights[name]).reshape(shape)


def check_normalized_axis(axis, ndim, what):
    """Returns an axis counted from the front.

    Raises:
        ValueError: If inputs with `ndim` axes have no such axis.
    """
    if not -ndim <= axis < ndim:
        raise ValueError(f"{what}: expected an input with an axis {axis}, received one with {ndim} axes")
    return axis % ndim
