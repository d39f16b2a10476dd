"""One step of gradient descent, eagerly: a graph would take longer to build than to use."""

import keras
import numpy as np
import tensorflow as tf


def one_step(model, x, y):
    """Moves the weights a little against the gradient.

    Args:
        model: A `keras.Model` with softmax.
        x: Images.
        y: Integer classes.

    Returns:
        The loss before and after, without dropout and with the statistics of batch normalisation as they are. Every
        weight has a gradient, or the test fails here.
    """
    x = np.asarray(x, "float32")

    def loss():
        return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=False)))

    with tf.GradientTape() as tape:
        before = loss()
    gradients = tape.gradient(before, [weight.value for weight in model.trainable_weights])
    without = [w.path for w, g in zip(model.trainable_weights, gradients, strict=True) if g is None]
    assert not without, f"no gradient for {without}"
    length = float(np.sqrt(sum(float(tf.reduce_sum(g**2)) for g in gradients)))
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        weight.assign_sub(0.01 * gradient / length)
    return float(before), float(loss())
