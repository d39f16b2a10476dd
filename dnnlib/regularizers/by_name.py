"""Finds the penalty that a `kernel_regularizer` argument names."""

from dnnlib.regularizers.penalties import L1, L1L2, L2
from dnnlib.validation import check_methods

REGULARIZERS = {"l1": L1, "l2": L2, "l1l2": L1L2, "L1": L1, "L2": L2, "L1L2": L1L2}


def get(identifier):
    """Resolves a `kernel_regularizer` argument, as Keras does.

    Args:
        identifier: None, a penalty such as `L2(1e-4)`, its class, or a name ("l1" and "l2" have the factor 0.01).

    Returns:
        A function from weights to a number that also has their `gradient`, or None.

    Raises:
        ValueError: If the name is unknown, or the object has no gradient.
    """
    if isinstance(identifier, str):
        if identifier not in REGULARIZERS:
            raise ValueError(
                f"regularizer: expected one of {', '.join(REGULARIZERS)}, or an object such as L2(1e-4); "
                f"received {identifier!r}"
            )
        identifier = REGULARIZERS[identifier]
    if isinstance(identifier, type):
        identifier = identifier()
    if identifier is not None:
        check_methods(identifier, ("__call__", "gradient"), "regularizer", "L2(1e-4)")
    return identifier
