"""Penalties on the size of weights: L1, L2, and both together."""

import numpy as np

from dnnlib.validation import check_number


class L1L2:
    """Adds the absolute values and the squares of the weights to the loss.

    penalty = l1 * sum of |w| + l2 * sum of w^2
    dpenalty/dw = l1 * sign(w) + 2 * l2 * w    with sign(0) = 0, one of the subgradients there

    As in Keras, there is no 1/2 before the squares: weights shrink at the rate 2 * l2.

    Args:
        l1: Factor of the absolute values.
        l2: Factor of the squares.

    Raises:
        ValueError: If a factor is no finite number of at least 0.

    Source: Zou & Hastie (2005), Regularization and variable selection via the elastic net, section 2.
    """

    def __init__(self, l1=0.0, l2=0.0):
        for name, factor in (("l1", l1), ("l2", l2)):
            check_number(factor, name, "a finite number of at least 0", lambda factor: 0 <= factor < np.inf)
        self.l1 = l1
        self.l2 = l2

    def __call__(self, w):
        """Returns the penalty of an array of weights, a number; the sums accumulate in float32 at least."""
        w = np.asarray(w)
        w = w.astype(np.result_type(w, np.float32), copy=False)
        return float(self.l1 * np.abs(w).sum() + self.l2 * np.square(w).sum())

    def gradient(self, w):
        """Returns dpenalty/dw, an array like `w`."""
        return self.l1 * np.sign(w) + 2 * self.l2 * w


class L1(L1L2):
    """Adds l1 * sum of |w| to the loss. Its pull on a weight does not fade as the weight shrinks. See `L1L2`.

    Args:
        l1: Factor of the absolute values.

    Source: Tibshirani (1996), Regression shrinkage and selection via the lasso.
    """

    def __init__(self, l1=0.01):
        super().__init__(l1=l1)


class L2(L1L2):
    """Adds l2 * sum of w^2 to the loss. Its pull is proportional to the weight. See `L1L2`.

    Args:
        l2: Factor of the squares.

    Source: Hoerl & Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems.
    """

    def __init__(self, l2=0.01):
        super().__init__(l2=l2)
