"""What all losses share: they are called like functions, and remember what their gradient needs."""


class Loss:
    """Measures how wrong predictions are. The subclasses say how.

    A subclass writes `forward(y_true, y_pred)`, which returns the loss as a float and fills `cache`, and `backward()`,
    which returns dL/d(y_pred) for the last predictions.
    """

    def __init__(self):
        self.cache = None

    def __call__(self, y_true, y_pred):
        return self.forward(y_true, y_pred)

    def forward(self, y_true, y_pred):
        """Computes the loss."""
        raise NotImplementedError

    def backward(self):
        """Returns the gradient for the last predictions."""
        raise NotImplementedError
