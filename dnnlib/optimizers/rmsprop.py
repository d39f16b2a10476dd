"""RMSprop: steps scaled by a running average of the squared gradient."""

import numpy as np

from dnnlib.optimizers.optimizer import Optimizer
from dnnlib.validation import check_number


class RMSprop(Optimizer):
    """Divides each gradient by the root of the running average of its square.

    v <- rho v + (1 - rho) g^2    (elementwise; starts at zero)
    w <- w - r g / sqrt(v + epsilon)

    As in Keras, epsilon stands under the root. The average is not corrected for its start at zero, so the first steps
    are longer than the later ones: up to r / sqrt(1 - rho).

    Args:
        learning_rate: r.
        rho: How much of the average is kept, at least 0 and below 1.
        epsilon: Keeps the divisor from zero.
        weight_decay: Decoupled weight decay, or None; see `Optimizer`.
        **clipping: `clipnorm`, `global_clipnorm` or `clipvalue`; see `Optimizer`.

    Raises:
        ValueError: If an argument is out of range.

    Source: Tieleman & Hinton (2012), Neural networks for machine learning, course notes 6e.
    """

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7, weight_decay=None, **clipping):
        super().__init__(learning_rate, weight_decay, **clipping)
        check_number(rho, "rho", "a number from 0 up to, but not including, 1", lambda rho: 0 <= rho < 1)
        check_number(epsilon, "epsilon", "a positive number", lambda epsilon: epsilon > 0)
        self.rho = rho
        self.epsilon = epsilon

    def state(self, variable):
        """The running average of the squared gradient."""
        return (np.zeros_like(variable),)

    def update_step(self, gradient, variable, square):
        """Changes one variable and its average in place."""
        square += (1 - self.rho) * (gradient**2 - square)
        variable -= self.learning_rate * gradient / np.sqrt(square + self.epsilon)
