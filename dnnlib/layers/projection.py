"""One matrix product for all gates of a recurrent layer, with dropout on what it reads."""

from functools import cached_property

import numpy as np


class Projection:
    """Maps vectors to the gates: y = x W + b, where W and b hold the gates side by side.

    dL/dx = dL/dy W^T    dL/dW = x^T dL/dy, summed over batch and time

    With dropout, gate k reads x m_k in place of x. The masks m_k are drawn once a sequence, the same at each time.

    Args:
        kernel: W, shape (inputs, gates * units).
        gate_count: Number of gates.
        bias: b, shape (gates * units,), or None.
        masks: The scaled dropout masks, shape (gates, batch, inputs), or (1, batch, inputs) for one mask that all
            gates share; None without dropout.

    Source of the masks: Gal & Ghahramani (2016), A theoretically grounded application of dropout in recurrent neural
    networks, section 4.
    """

    def __init__(self, kernel, gate_count=1, bias=None, masks=None):
        self.kernel = kernel
        self.gate_count = gate_count
        self.bias = bias
        self.masks = masks

    @cached_property
    def transposed(self):
        """W^T as an array of its own, which BLAS reads faster than a view, at every step."""
        return np.ascontiguousarray(self.kernel.T)

    def __call__(self, x):
        """Returns x W + b for `x` of shape (..., batch, inputs)."""
        if self.masks is None:
            y = _rows(x) @ self.kernel
        else:
            y = np.concatenate([_rows(x * mask) @ kernel for mask, kernel in self._gates(self.kernel)], axis=-1)
        if self.bias is not None:
            y += self.bias
        return y.reshape(*x.shape[:-1], -1)

    def input_gradient(self, grad):
        """Returns dL/dx from `grad` = dL/dy, shape (..., batch, gates * units)."""
        if self.masks is None:
            return (_rows(grad) @ self.transposed).reshape(*grad.shape[:-1], -1)
        parts = zip(self._gates(self.kernel), np.split(grad, len(self.masks), axis=-1), strict=True)
        return sum((d @ kernel.T) * mask for (mask, kernel), d in parts)

    def kernel_gradient(self, x, grad):
        """Returns dL/dW, summed over all axes but the last of `x` and `grad`."""
        if self.masks is None:
            return _rows(x).T @ _rows(grad)
        return np.concatenate([_rows(x * mask).T @ _rows(d) for mask, d in self._gates(grad)], axis=-1)

    def gates(self, start, stop):
        """Returns the projection to some of the gates alone, without the bias."""
        units = self.kernel.shape[1] // self.gate_count
        masks = None if self.masks is None else self.masks[start:stop]
        return Projection(self.kernel[:, start * units : stop * units], stop - start, masks=masks)

    def _gates(self, array):
        """Returns pairs of a mask and the columns of `array` that belong to it."""
        return zip(self.masks, np.split(array, len(self.masks), axis=-1), strict=True)


def _rows(x):
    return x.reshape(-1, x.shape[-1])
