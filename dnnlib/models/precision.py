"""Half precision where it pays: on a GPU, in training."""

import contextlib

import keras


@contextlib.contextmanager
def mixed_precision(on=None):
    """Builds and trains what stands inside in half precision, or in single precision, whatever stands outside.

    In half precision layers compute in float16 and keep their weights in float32, and a model that is built inside has
    its loss scaled by `compile`, so that small gradients do not become zero. What gains by it is a GPU, whose units
    for matrices are made for it. Let the last layer have `dtype="float32"`: a softmax in half precision loses digits.

    Args:
        on: Whether to compute in half precision; None: if there is a GPU.

    Yields:
        The name of the policy in force, "mixed_float16" or "float32".

    Source: P. Micikevicius et al., Mixed Precision Training, ICLR 2018.
    """
    before = keras.mixed_precision.dtype_policy()
    try:
        keras.mixed_precision.set_dtype_policy("mixed_float16" if (has_gpu() if on is None else on) else "float32")
        yield keras.mixed_precision.dtype_policy().name
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def has_gpu():
    """Says whether Keras trains on a GPU here."""
    return bool(keras.distribution.list_devices("gpu"))
