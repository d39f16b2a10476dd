"""Initial weights that turn and do not stretch."""

import numpy as np

from dnnlib.initializers.initializer import Initializer
from dnnlib.validation import check_number


class Orthogonal(Initializer):
    """Draws a matrix with orthonormal columns, or rows if it has more columns than rows, as Keras's class does.

    A kernel with more than two axes is filled as the matrix (product of all axes but the last, units).

    Args:
        gain: Factor on the matrix: every singular value has this size.

    Raises:
        ValueError: If the gain is no number, or (when called) the shape has fewer than two axes.

    Source: Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks, section 3.
    """

    def __init__(self, gain=1.0):
        check_number(gain, "gain", "a finite number", np.isfinite)
        self.gain = gain

    def __call__(self, shape, rng, dtype="float32"):
        """Draws the weights."""
        if len(shape) < 2:
            raise ValueError(f"Orthogonal: expected a kernel's shape (..., inputs, units), received {tuple(shape)}")
        rows, columns = int(np.prod(shape[:-1])), int(shape[-1])
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        # The signs of R's diagonal are an accident of the algorithm; with them, all directions are equally likely.
        q *= np.sign(np.diag(r))
        return (self.gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)


orthogonal = Orthogonal()
