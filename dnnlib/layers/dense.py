"""A dense (fully connected) layer."""

import numpy as np

from dnnlib.initializers import by_name
from dnnlib.layers.layer import Layer
from dnnlib.layers.sums import sum_over, widened
from dnnlib.validation import check_axis, check_cache, check_gradient, check_input, check_integer


class Dense(Layer):
    """Connects every input to every unit.

    y = x W + b
    dL/dW = x^T dL/dy    dL/db = sum over examples of dL/dy    dL/dx = dL/dy W^T

    Args:
        units: Number of outputs.
        use_bias: Whether each unit has a bias, which starts at zero.
        kernel_initializer: A name of `dnnlib.initializers`, or a function (shape, rng) -> array.
        kernel_regularizer: Penalty on the kernel: an object such as `L2(1e-4)`, a name ("l1", "l2") or None.
        bias_regularizer: Penalty on the bias, likewise.
        seed: Seed of the kernel's initial values.
        dtype: Type of the parameters and of the computation.

    Input shape: (batch, ..., inputs). The layer acts on the last axis.

    Output shape: (batch, ..., units).

    Parameters: kernel (inputs, units), bias (units,).

    Raises:
        ValueError: If an argument or an input is none of these.
    """

    def __init__(
        self,
        units,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        kernel_regularizer=None,
        bias_regularizer=None,
        seed=None,
        dtype="float32",
    ):
        super().__init__(dtype, {"kernel": kernel_regularizer, "bias": bias_regularizer})
        self.units = check_integer(units, "units")
        self.use_bias = use_bias
        self.kernel_initializer = by_name.get(kernel_initializer)
        self.rng = np.random.default_rng(seed)

    def build(self, input_shape):
        """Creates the kernel and the bias for inputs of this shape."""
        inputs = check_integer(input_shape[-1], "inputs")
        self.params = {"kernel": self.kernel_initializer((inputs, self.units), self.rng, self.dtype)}
        if self.use_bias:
            self.params["bias"] = np.zeros(self.units, self.dtype)

    def compute_output_shape(self, input_shape):
        """Returns the output's shape for inputs of this shape (batch axis included)."""
        return *input_shape[:-1], self.units

    def forward(self, x, training=False):
        """Computes the output."""
        x = check_input(x, None, self.dtype, "Dense input (batch, ..., inputs)", at_least=2)
        if not self.params:
            self.build(x.shape)
        kernel = self.params["kernel"]
        check_axis(x, -1, len(kernel), "Dense input")
        output = (widened(x) @ widened(kernel)).astype(self.dtype, copy=False)
        if self.use_bias:
            output += self.params["bias"]
        self.cache = x, kernel, output.shape
        return output

    def backward(self, grad):
        """Fills `grads` and returns dL/dx."""
        x, kernel, output_shape = check_cache(self)
        grad = check_gradient(grad, output_shape, self.dtype, "Dense")
        x, kernel, grad = widened(x), widened(kernel), widened(grad)
        rows = grad.reshape(-1, self.units)
        grads = {"kernel": x.reshape(-1, len(kernel)).T @ rows}
        if self.use_bias:
            grads["bias"] = sum_over(rows, 0)
        self.grads = {name: value.astype(self.dtype, copy=False) for name, value in grads.items()}
        return (grad @ kernel.T).astype(self.dtype, copy=False)
