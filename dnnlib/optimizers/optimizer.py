"""What all optimizers share: one step for every variable, and the state they carry between steps."""

import numpy as np

from dnnlib.optimizers.clipping import clip_by_norm, clip_by_value
from dnnlib.validation import check_number


class Optimizer:
    """Changes variables along their gradients. The subclasses say how.

    A subclass writes `state(variable)`, the arrays that it carries for a variable, and
    `update_step(gradient, variable, *state)`, which changes the variable and the state in place.

    Before each step, weight decay d shrinks every variable by the factor 1 - r d, r being the learning rate. It is
    decoupled: unlike an L2 penalty it stays out of the gradient, and so out of what the optimizer makes of that.

    Args:
        learning_rate: Size of the steps; may be set between two steps.
        weight_decay: d, or None.
        clipnorm: None, or the length to which each variable's gradient is cut back, for itself.
        global_clipnorm: None, or the length to which the gradient of all variables together is cut back.
        clipvalue: None, or the size at which each number of a gradient is cut off. One of the three at most.

    Raises:
        ValueError: If an argument is out of range, or two ways of clipping are asked for at once.

    Source of decoupled weight decay: Loshchilov & Hutter (2019), Decoupled weight decay regularization, section 2.
    """

    def __init__(self, learning_rate, weight_decay=None, clipnorm=None, global_clipnorm=None, clipvalue=None):
        check_number(learning_rate, "learning_rate", "a positive number", lambda rate: 0 < rate < np.inf)
        if weight_decay is not None:
            check_number(weight_decay, "weight_decay", "None or a number of at least 0", lambda d: 0 <= d < np.inf)
        self.clipping = {"clipnorm": clipnorm, "global_clipnorm": global_clipnorm, "clipvalue": clipvalue}
        self.clipping = {name: size for name, size in self.clipping.items() if size is not None}
        for name, size in self.clipping.items():
            check_number(size, name, "None or a positive number", lambda size: 0 < size < np.inf)
        if len(self.clipping) > 1:
            raise ValueError(f"expected one way of clipping at the most, received {self.clipping}")
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.iterations = 0
        self.excluded = []
        self.shapes = self.states = self.decays = None

    def state(self, variable):
        """Returns the arrays that the optimizer carries for this variable. Default: none."""
        return ()

    def update_step(self, gradient, variable, *state):
        """Changes one variable, and its state, in place."""
        raise NotImplementedError

    def exclude_from_weight_decay(self, var_list):
        """Leaves variables, biases for example, out of the weight decay.

        Args:
            var_list: The variables' own arrays, e.g. `[layer.params["bias"] for layer in model.layers]`.

        Raises:
            ValueError: If the optimizer has taken a step already.
        """
        if self.states is not None:
            raise ValueError("exclude_from_weight_decay: expected before the first step, which has been taken already")
        self.excluded = list(var_list)

    def apply(self, grads, trainable_variables):
        """Takes one step.

        Args:
            grads: One gradient for each variable.
            trainable_variables: Arrays, changed in place. Always in the same order: state goes by position.

        Raises:
            ValueError: If their number or a shape differs, or a variable cannot be changed in place.
        """
        if not all(isinstance(variable, np.ndarray) and variable.dtype.kind == "f" for variable in trainable_variables):
            raise ValueError(
                f"{type(self).__name__}.apply: expected variables that are arrays of floating-point "
                f"numbers, received types {[type(variable).__name__ for variable in trainable_variables]}"
            )
        shapes = [np.shape(grad) for grad in grads]
        if shapes != [variable.shape for variable in trainable_variables]:
            raise ValueError(
                f"{type(self).__name__}.apply: expected gradients of shapes "
                f"{[variable.shape for variable in trainable_variables]}, received {shapes}"
            )
        if self.states is None:
            self.shapes, self.states = shapes, [self.state(variable) for variable in trainable_variables]
            self.decays = [not any(variable is one for one in self.excluded) for variable in trainable_variables]
        if self.shapes != shapes:
            raise ValueError(
                f"{type(self).__name__}.apply: expected the variables of the earlier steps, of shapes "
                f"{self.shapes}, received {shapes}; use a new optimizer for another model"
            )
        self.iterations += 1
        if self.weight_decay:
            for variable, decays in zip(trainable_variables, self.decays, strict=True):
                if decays:
                    variable *= 1 - self.learning_rate * self.weight_decay
        for gradient, variable, state in zip(self._clipped(grads), trainable_variables, self.states, strict=True):
            self.update_step(gradient, variable, *state)

    def _clipped(self, grads):
        for name, size in self.clipping.items():
            if name == "clipvalue":
                return clip_by_value(grads, size)
            if name == "global_clipnorm":
                return clip_by_norm(grads, size)
            return [clip_by_norm([grad], size)[0] for grad in grads]
        return grads
