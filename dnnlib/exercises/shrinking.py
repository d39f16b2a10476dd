"""Makes a failing input simpler while it fails: entries become zero, so that what is left shows where it goes wrong."""

import time

import numpy as np

from dnnlib.exercises.calling import call

TRIES = 60  # calls of the learner's function
SECONDS = 1.0


def simplest(arguments, function, fails):
    """Returns arguments of the same shapes with as many zeros as can be had.

    Args:
        arguments: A case that fails.
        function: The learner's function.
        fails: Called as ``fails(arguments, value)``: whether the value is wrong, and wrong in the same way.

    Returns:
        The arguments, and what the learner's function returned for them; (arguments, None) if nothing was simpler.
    """
    best, value = arguments, None
    deadline, tries = time.monotonic() + SECONDS, TRIES
    for i, array in enumerate(arguments):
        if not isinstance(array, np.ndarray) or array.size > 200:
            continue
        # First in blocks, then one by one: the halves of a list of places that are not zero yet
        width = max(array.size // 2, 1)
        while width:
            for start in range(0, array.size, width):
                candidate = best[i].copy()
                candidate.flat[start:start + width] = 0
                if np.array_equal(candidate, best[i]):
                    continue
                tries -= 1
                if tries < 0 or time.monotonic() > deadline:
                    return best, value
                trial = (*best[:i], candidate, *best[i + 1:])
                made = call(function, trial, deadline - time.monotonic())
                if made.error is None and fails(trial, made.value):
                    best, value = trial, made.value
            width //= 2
    return best, value
