"""Half precision where it pays: on a GPU, in training."""

import contextlib

import keras


@contextlib.contextmanager
def mixed_precision_on_gpu():
    """Builds and trains what stands inside in half precision if there is a GPU; elsewhere nothing changes.

    Layers that are built inside compute in float16 and keep their weights in float32, and `compile` scales the loss,
    so that small gradients do not become zero. A processor without such units would only be slower, so there the
    policy stays as it is. Let the last layer have `dtype="float32"`: a softmax in half precision loses digits.

    Yields:
        The name of the policy in force, "mixed_float16" or what it was before.

    Source: P. Micikevicius et al., Mixed Precision Training, ICLR 2018.
    """
    before = keras.mixed_precision.dtype_policy()
    try:
        if has_gpu():
            keras.mixed_precision.set_dtype_policy("mixed_float16")
        yield keras.mixed_precision.dtype_policy().name
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def has_gpu():
    """Says whether Keras trains on a GPU here."""
    return bool(keras.distribution.list_devices("gpu"))
