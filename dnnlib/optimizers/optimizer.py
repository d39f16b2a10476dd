"""What all optimizers share: one step for every variable, and the state they carry between steps."""

import numpy as np

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

    Source of decoupled weight decay: Loshchilov & Hutter (2019), Decoupled weight decay regularization, section 2.
    """

    def __init__(self, learning_rate, weight_decay=None):
        check_number(learning_rate, "learning_rate", "a positive number", lambda rate: 0 < rate < np.inf)
        if weight_decay is not None:
            check_number(weight_decay, "weight_decay", "None or a number of at least 0", lambda d: 0 <= d < np.inf)
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
        for gradient, variable, state in zip(grads, trainable_variables, self.states, strict=True):
            self.update_step(gradient, variable, *state)
