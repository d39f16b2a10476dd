"""What the changes share: a batch of pictures, and an amount for each."""

import numpy as np

from dnnlib.validation import check_input, check_numeric


def pictures(x, what):
    """Returns a batch of pictures in its own type, float32 at least.

    Args:
        x: Pictures of shape (batch, height, width, channels).
        what: The function's name, for the message.

    Raises:
        ValueError: If they have another number of axes, or are no numbers.
    """
    x = check_numeric(x, what)
    return check_input(x, 4, np.result_type(x, np.float32), f"{what}: pictures (batch, height, width, channels)")


def amounts(value, x, name, entry=()):
    """Returns one amount for each picture.

    Args:
        value: One for all, or one for each along the first axis.
        x: The pictures.
        name: The argument's name, for the message.
        entry: The shape of one amount.

    Returns:
        Array of shape (batch, *entry).

    Raises:
        ValueError: If the shape is another one.
    """
    value = check_numeric(value, name)
    if value.shape not in (entry, (len(x), *entry)):
        raise ValueError(
            f"{name}: expected the shape {entry}, for all pictures, or {(len(x), *entry)}, for each its own, "
            f"received {value.shape}"
        )
    return np.broadcast_to(value, (len(x), *entry))
