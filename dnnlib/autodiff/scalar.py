"""Numbers that remember how they were computed, and gradients in one sweep back."""

import math
from numbers import Real


class Value:
    """A number in a graph of computations.

    Arithmetic with values and plain numbers gives values. Each keeps its parents, and beside each the slope of the
    edge: how fast the value grows with that parent alone. `result.backward()` fills `grad`, the derivative of `result`,
    of all values behind it: slopes multiply along a path and paths add up, edge by edge from the result to the inputs.

    Args:
        data: The number.
        parents: Pairs (parent, slope); none for an input.

    Raises:
        TypeError: If `data`, or an operand, is no real number.
        ValueError: If a function has no real value or no finite slope there.

    Source: Linnainmaa (1970) for the reverse sweep; the interface is that of Karpathy's micrograd.
    """

    def __init__(self, data, parents=()):
        if not isinstance(data, Real):
            raise TypeError(f"Value: expected a real number, received {data!r}")
        self.data, self.parents, self.grad = float(data), tuple(parents), 0.0
        self.depth = 1 + max((parent.depth for parent, _ in self.parents), default=-1)

    def backward(self):
        """Fills `grad` of every value that this one was computed from; what stood there before is forgotten."""
        found, waiting = {self}, [self]
        while waiting:
            new = {parent for parent, _ in waiting.pop().parents} - found
            found |= new
            waiting.extend(new)
        for value in found:
            value.grad = 0.0
        self.grad = 1.0
        # Deepest first: all that a value went into lies deeper, so its own grad is complete when its turn comes.
        for value in sorted(found, key=lambda value: value.depth, reverse=True):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, exponent):
        if not isinstance(exponent, Real):
            raise TypeError(f"power: expected a plain number as exponent, received {exponent!r}")
        if (self.data < 0 and exponent != int(exponent)) or (self.data == 0 and exponent < 1 and exponent != 0):
            raise ValueError(f"power: {self.data} to the power {exponent} has no real value with a finite slope")
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, [(self, slope)])

    def exp(self):
        """The exponential function."""
        return Value(y := math.exp(self.data), [(self, y)])

    def log(self):
        """The natural logarithm."""
        if self.data <= 0:
            raise ValueError(f"log: expected a positive number, received {self.data}")
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def tanh(self):
        """The hyperbolic tangent."""
        return Value(y := math.tanh(self.data), [(self, 1 - y**2)])

    def relu(self):
        """What is positive, else 0; the slope at 0 is 0, as in TensorFlow."""
        return Value(max(self.data, 0.0), [(self, float(self.data > 0))])

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return other + -self

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self):
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"
