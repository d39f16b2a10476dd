"""Autoencoders of rows of numbers: a plain one, and a variational one, which differs by a single layer."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dnnlib")
class Sampling(layers.Layer):
    """Draws a code from the normal distribution that an encoder names, and adds to the loss what naming it costs.

    code = m + exp(v / 2) e    with fresh standard normal numbers e in training; in use code = m
    cost = KL(N(m, exp(v)) || N(0, 1)) = 1/2 sum over the code of (m^2 + exp(v) - 1 - v), the mean over the batch

    Because e doesn't depend on the encoder, gradients pass through m and v (the reparameterisation).

    Args:
        seed: Seed of the draws.

    Input shape: (batch, 2 * code): the means m, then the logarithms v of the variances.

    Output shape: (batch, code).

    Source: Kingma & Welling (2014), Auto-encoding variational Bayes, section 2.4 and appendix B.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.draws = keras.random.SeedGenerator(seed)

    def call(self, statistics, training=False):
        """Returns the codes, and adds their cost to the loss."""
        mean, log_variance = ops.split(statistics, 2, axis=-1)
        cost = ops.sum(mean**2 + ops.exp(log_variance) - 1 - log_variance, axis=-1) / 2
        self.add_loss(ops.mean(cost))
        if not training:
            return mean
        return mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.draws)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the codes for statistics of this shape."""
        return *input_shape[:-1], input_shape[-1] // 2

    def get_config(self):
        """Returns what a saved layer is made anew from."""
        return super().get_config() | {"seed": self.seed}


@keras.saving.register_keras_serializable("dnnlib")
class GaussianError(keras.losses.Loss):
    """Minus the log probability of the input under a normal distribution round what was rebuilt, but for a constant.

    Sum over an example's numbers of (y_true - y_pred)^2 / (2 variance), the mean over the batch.

    Args:
        variance: Of each number, one for all.

    Source: Kingma & Welling (2014), Auto-encoding variational Bayes, appendix C.2.
    """

    def __init__(self, variance, name="gaussian_error", reduction="sum_over_batch_size", **kwargs):
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.variance = variance

    def call(self, y_true, y_pred):
        """Returns the loss of each example."""
        return ops.sum((y_true - y_pred) ** 2, axis=-1) / (2 * self.variance)

    def get_config(self):
        """Returns what a saved loss is made anew from."""
        return super().get_config() | {"variance": self.variance}


def autoencoder(inputs, code, hidden=128, variational=False, seed=0):
    """Builds an encoder, a decoder, and the chain of both, with one hidden layer of ReLU units each.

    A plain autoencoder and a variational one with the same seed start with the same decoder, and differ in nothing but
    the encoder's last layer, which names two numbers for each of the code, and the `Sampling` behind it.

    Args:
        inputs: Numbers in an example.
        code: Numbers in a code.
        hidden: Units in each hidden layer.
        variational: Whether the code is drawn.
        seed: Seed of the first weights and the draws.

    Returns:
        A `keras.Sequential` of three layers, (batch, inputs) -> (batch, inputs): "encoder", "sampling" (if
        variational) and "decoder". Encoder and decoder are models of their own, to be had by `get_layer`; a
        variational encoder gives (batch, 2 * code), means first.

    Raises:
        ValueError: If a size is no positive integer.

    Source: Kingma & Welling (2014), Auto-encoding variational Bayes; Hinton & Salakhutdinov (2006), Reducing the
    dimensionality of data with neural networks.
    """
    for name, size in (("inputs", inputs), ("code", code), ("hidden", hidden)):
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"{name}: expected an integer of at least 1, received {size!r}")
    encoder = _dense_pair(inputs, hidden, (1 + variational) * code, 4 * seed, "encoder")
    decoder = _dense_pair(code, hidden, inputs, 4 * seed + 2, "decoder")
    drawn = [Sampling(seed, name="sampling")] if variational else []
    return keras.Sequential([keras.Input((inputs,)), encoder, *drawn, decoder], name="autoencoder")


def _dense_pair(inputs, hidden, outputs, seed, name):
    first = layers.Dense(hidden, "relu", kernel_initializer=keras.initializers.HeNormal(seed))
    last = layers.Dense(outputs, kernel_initializer=keras.initializers.GlorotUniform(seed + 1))
    return keras.Sequential([keras.Input((inputs,)), first, last], name=name)
