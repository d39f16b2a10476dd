"""Adam: steps scaled by running averages of the gradient and of its square."""

import numpy as np

from dnnlib.optimizers.optimizer import Optimizer
from dnnlib.validation import check_number


class Adam(Optimizer):
    """Steps along the averaged gradient, divided by the root of the averaged square.

    m <- b1 m + (1 - b1) g,    v <- b2 v + (1 - b2) g^2    (elementwise; both start at zero)
    w <- w - r c m / (sqrt(v) + epsilon)    with  c = sqrt(1 - b2^t) / (1 - b1^t)  at step t = 1, 2, ...

    c corrects the averages' bias towards their start at zero. As in Keras, epsilon is added to sqrt(v)
    before that correction (the form at the end of the paper's section 2), not after it (its algorithm 1).

    Args:
        learning_rate: r.
        beta_1: b1, at least 0 and below 1.
        beta_2: b2, at least 0 and below 1.
        epsilon: Keeps the divisor from zero.
        weight_decay: Decoupled weight decay, or None; see `Optimizer`.
        **clipping: `clipnorm`, `global_clipnorm` or `clipvalue`; see `Optimizer`.

    Raises:
        ValueError: If an argument is out of range.

    Source: Kingma & Ba (2015), Adam: a method for stochastic optimization, section 2.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=None, **clipping):
        super().__init__(learning_rate, weight_decay, **clipping)
        for name, value in (("beta_1", beta_1), ("beta_2", beta_2)):
            check_number(value, name, "a number from 0 up to, but not including, 1", lambda beta: 0 <= beta < 1)
        check_number(epsilon, "epsilon", "a positive number", lambda epsilon: epsilon > 0)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def state(self, variable):
        """The running averages of the gradient and of its square."""
        return np.zeros_like(variable), np.zeros_like(variable)

    def update_step(self, gradient, variable, mean, square):
        """Changes one variable and its averages in place."""
        mean += (1 - self.beta_1) * (gradient - mean)
        square += (1 - self.beta_2) * (gradient**2 - square)
        correction = np.sqrt(1 - self.beta_2**self.iterations) / (1 - self.beta_1**self.iterations)
        variable -= (self.learning_rate * float(correction)) * mean / (np.sqrt(square) + self.epsilon)
