"""The exercises on activations."""

import numpy as np

from dnnlib.exercises.cases import quarters
from dnnlib.exercises.exercise import Exercise, Mistake

# -- ReLU backward -----------------------------------------------------------------------------------------------


def relu_backward(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    """Sends a gradient back through y = max(x, 0).

    Args:
        x: The layer's input, any shape.
        grad: dL/dy, of the same shape.

    Returns:
        dL/dx, of the same shape. Where x is exactly 0, the gradient is 0.
    """
    return grad * (x > 0)


def _relu_cases():
    shapes = ((5,), (2, 3), (4, 2, 3), (2, 3, 4, 2))
    for seed, shape in enumerate(shapes):
        x = quarters(120 + 2 * seed, *shape)
        x.flat[::4] = 0
        yield x, quarters(140 + 2 * seed, *shape)


RELU_BACKWARD = Exercise(
    name="RELU_BACKWARD",
    prompt="Write `relu_backward`. Forward, ReLU is $y = \\max(x, 0)$. Backward, it gets $\\partial L/\\partial y$ and "
           "returns $\\partial L/\\partial x$. At $x = 0$ take 0, as TensorFlow does.",
    reference=relu_backward,
    cases=tuple(_relu_cases()),
    mistakes=(
        Mistake("mask from the gradient", lambda x, grad: grad * (grad > 0),
                "You keep what is positive in the **gradient**. Which of the two arrays decided, on the way forward, "
                "whether a number passed?"),
        Mistake("both positive", lambda x, grad: grad * (grad > 0) * (x > 0),
                "You also drop negative gradients. May an input that passed receive a negative gradient?"),
        Mistake("the derivative alone", lambda x, grad: (x > 0).astype(float),
                "This is dy/dx. What does the chain rule multiply it with?"),
        Mistake("passes at zero", lambda x, grad: grad * (x >= 0),
                "You let the gradient through where x is exactly 0. Which value was agreed on there?"),
        Mistake("everything passes", lambda x, grad: grad + 0.0,
                "Your gradient passes everywhere. What is the slope of ReLU where its input is negative?"),
        Mistake("times the output", lambda x, grad: grad * np.maximum(x, 0),
                "You multiply by the layer's output. Is the slope of ReLU at x = 3 larger than at x = 1?"),
        Mistake("mask inverted", lambda x, grad: grad * (x < 0),
                "Your gradient passes where the input is negative. On which side is ReLU flat?"),
        Mistake("forward once more", lambda x, grad: np.maximum(x, 0),
                "This is the forward pass. Where does the incoming gradient enter?"),
        Mistake("leaky", lambda x, grad: grad * np.where(x > 0, 1, 0.01),
                "A hundredth of the gradient passes where the input is negative. That is leaky ReLU; what is ReLU's "
                "slope there?"),
        Mistake("sign of the input", lambda x, grad: grad * np.sign(x),
                "For negative inputs you turn the gradient's sign: that is the derivative of |x|. What is the slope of "
                "max(x, 0) there?"),
        Mistake("input where it is negative", lambda x, grad: np.where(x > 0, grad, x),
                "Where x is not positive you return x itself. How much of the gradient passes there?"),
        Mistake("one, or the gradient", lambda x, grad: np.where(x > 0, 1, grad),
                "Where x is positive you return 1, and the gradient elsewhere. Where does ReLU let the gradient pass?"),
    ),
    hints=(
        "Draw max(x, 0). What is its slope left of 0, and right of 0?",
        "The chain rule: dL/dx = dL/dy · dy/dx, entry by entry.",
        "The slope is 1 where x > 0 and 0 elsewhere: a mask made from x, times the incoming gradient.",
    ),
)
