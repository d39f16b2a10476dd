"""Gradients that have grown too long, cut back."""

import numpy as np


def norm(gradients):
    """Returns the Euclidean length of all gradients together.

    Args:
        gradients: Arrays of any shapes.

    Returns:
        A float. The squares add up in double precision: that of 1e30, say, is beyond float32.
    """
    return float(np.sqrt(sum(np.sum(np.square(gradient, dtype="float64")) for gradient in gradients)))


def clip_by_norm(gradients, clipnorm):
    """Shortens gradients that are longer than `clipnorm` together; their direction stays.

    Args:
        gradients: Arrays of any shapes; a list of one array is clipped by that array's own length.
        clipnorm: The greatest length, positive.

    Returns:
        A list of arrays like `gradients`, of length `clipnorm` at the most.

    Source: Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, algorithm 1.
    """
    share = min(1.0, clipnorm / max(norm(gradients), np.finfo("float64").tiny))
    return [gradient * np.asarray(share, gradient.dtype) for gradient in map(np.asarray, gradients)]


def clip_by_value(gradients, clipvalue):
    """Cuts every number off at plus and minus `clipvalue`, which bends the direction.

    Args:
        gradients: Arrays of any shapes.
        clipvalue: The greatest size of a number, positive.

    Returns:
        A list of arrays like `gradients`.
    """
    return [np.clip(gradient, -clipvalue, clipvalue) for gradient in gradients]
