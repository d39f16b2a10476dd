"""Stochastic gradient descent, with momentum."""

import numpy as np

from dnnlib.optimizers.optimizer import Optimizer
from dnnlib.validation import check_number


class SGD(Optimizer):
    """Steps against the gradient g with learning rate r and momentum m.

    Without momentum:  w <- w - r g
    With momentum:     v <- m v - r g,  then  w <- w + v
    Nesterov:          v <- m v - r g,  then  w <- w + m v - r g

    Args:
        learning_rate: r.
        momentum: m, at least 0 and below 1.
        nesterov: Whether to look ahead along the velocity.
        weight_decay: Decoupled weight decay, or None; see `Optimizer`.
        **clipping: `clipnorm`, `global_clipnorm` or `clipvalue`; see `Optimizer`.

    Raises:
        ValueError: If an argument is out of range.

    Source: Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and momentum in
    deep learning, section 2. Here as in Keras, w stands at the point that the paper looks ahead to.
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, weight_decay=None, **clipping):
        super().__init__(learning_rate, weight_decay, **clipping)
        check_number(momentum, "momentum", "a number from 0 up to, but not including, 1", lambda m: 0 <= m < 1)
        self.momentum = momentum
        self.nesterov = nesterov

    def state(self, variable):
        """The velocity."""
        return (np.zeros_like(variable),)

    def update_step(self, gradient, variable, velocity):
        """Changes one variable and its velocity in place."""
        step = -self.learning_rate * gradient
        velocity *= self.momentum
        velocity += step
        variable += self.momentum * velocity + step if self.nesterov else velocity
