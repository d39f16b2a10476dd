"""Sums that lose nothing to the type of their terms.

A running sum in float16 of ones stops at 2048, where the next number is 2050; one in float32 at 16,777,216.
"""

import numpy as np


def widened(array):
    """Returns an array in the type in which its sums accumulate: float32 at least; no copy if it has it already."""
    return array.astype(np.result_type(array, np.float32), copy=False)


def sum_over(array, axis, keepdims=False):
    """Sums over axes, in float64 at least: NumPy adds along the leading axes one by one, which float32 cannot bear.

    Args:
        array: Floating-point numbers.
        axis: An axis, or a tuple of them.
        keepdims: Whether the axes stay, with size 1.

    Returns:
        The sums, in that wider type: a mean divides them before it rounds.
    """
    return array.sum(axis=axis, dtype=np.result_type(array, np.float64), keepdims=keepdims)
