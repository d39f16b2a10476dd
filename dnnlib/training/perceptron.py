"""The perceptron and its learning rule, with scikit-learn's methods."""

import numpy as np

from dnnlib.layers.heaviside import Heaviside
from dnnlib.validation import check_axis, check_input, check_integer


class Perceptron:
    """One unit with a step: answers 1 where x w + b > 0, else 0.

    The rule: for one example after another, w <- w + (t - y) x and b <- b + (t - y), with t the label and y the
    answer. It changes nothing where the answer is right. Where a line separates the two classes, it ends without a
    mistake; where none does, it never ends by itself.

    Args:
        max_iter: Passes over the examples at most; it stops after the first one without a mistake.

    Attributes after `fit`:
        coef_: Weights, shape (inputs,).
        intercept_: Bias, a float.
        mistakes_: Number of wrong answers in each pass.

    Source: Rosenblatt (1958), The perceptron; Novikoff (1962), On convergence proofs on perceptrons.
    """

    def __init__(self, max_iter=1000):
        self.max_iter = check_integer(max_iter, "max_iter")

    def fit(self, x, y, coef_init=None, intercept_init=0.0):
        """Learns by the rule, taking the examples in the order given.

        Args:
            x: Inputs, shape (examples, inputs).
            y: Labels 0 and 1, shape (examples,).
            coef_init: First weights, shape (inputs,); zeros if left out.
            intercept_init: First bias.

        Returns:
            Itself.

        Raises:
            ValueError: If there is not one label 0 or 1 for each example, or the first weights have another shape.
        """
        x = check_input(x, 2, "float64", "Perceptron input (examples, inputs)")
        y = np.asarray(y)
        if y.shape != x.shape[:1] or not np.isin(y, (0, 1)).all():
            raise ValueError(
                f"y: expected a label 0 or 1 for each of {len(x)} examples, received shape {y.shape} with values "
                f"{np.unique(y)[:5]}"
            )
        self.coef_ = np.zeros(x.shape[1]) if coef_init is None else np.array(coef_init, "float64")
        if self.coef_.shape != x.shape[1:]:
            raise ValueError(f"coef_init: expected shape {x.shape[1:]}, received {self.coef_.shape}")
        self.intercept_, self.mistakes_ = float(intercept_init), []
        while len(self.mistakes_) < self.max_iter and 0 not in self.mistakes_[-1:]:
            self.mistakes_.append(self._pass(x, y))
        return self

    def _pass(self, x, y):
        mistakes = 0
        for inputs, label in zip(x, y, strict=True):
            error = int(label) - int(inputs @ self.coef_ + self.intercept_ > 0)
            self.coef_ += error * inputs
            self.intercept_ += error
            mistakes += abs(error)
        return mistakes

    def predict(self, x):
        """Returns the answers, 0 or 1, shape (examples,)."""
        x = check_input(x, 2, "float64", "Perceptron input (examples, inputs)")
        check_axis(x, -1, len(self.coef_), "Perceptron input")
        return Heaviside("float64")(x @ self.coef_ + self.intercept_).astype(int)
