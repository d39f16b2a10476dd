"""What all initializers share."""


class Initializer:
    """Says where weights start. A subclass writes `__call__(shape, rng, dtype)`."""

    def __call__(self, shape, rng, dtype="float32"):
        """Returns initial weights.

        Args:
            shape: The weights' shape.
            rng: A `numpy.random.Generator`.
            dtype: Type of the result.

        Returns:
            An array of that shape and type.
        """
        raise NotImplementedError
