"""What the experiments on transfer share: the backbone cut behind some of its convolutions, and its training.

A frozen part is computed once for each picture: what is trained is the rest, on what the frozen part makes of the
pictures. That is the same as training the whole network with the first layers frozen, and takes less time.
"""

from functools import cache

import keras
import numpy as np
from keras import layers

from dnnlib.models.backbone import FILTERS, POOLED, backbone

DEPTH, CLASSES = len(FILTERS), 10
STEPS, BATCH = 300, 32  # of every way: as many steps, as many pictures seen
STEPS_AT_ONCE = 50  # inside one call of TensorFlow


def cut_at(base, kept):
    """Returns the network from pictures to what stands behind the first `kept` convolutions."""
    name = "features" if kept == DEPTH else f"pool{kept}" if kept in POOLED else f"relu{kept}"
    return keras.Model(base.input, base.get_layer(name).output) if kept else keras.Model(base.input, base.input)


@cache
def tail(kept, rate, batch_statistics, steps=STEPS, classes=CLASSES):
    """Builds the rest of the backbone behind `kept` convolutions, and a dense layer, compiled.

    Args:
        kept: 0 to 4.
        rate: Adam's; it falls along a cosine over the steps.
        batch_statistics: Whether the normalisation uses each batch's statistics in training, moves its own, and
            learns its scale and shift. If not, it is frozen: `training=False` in the call would not do, since Keras
            3.15 passes the model's own value to every layer.
        steps: How many will be trained.
        classes: How many.

    Returns:
        A Keras model from what stands there to scores.
    """
    x = inputs = keras.Input(cut_at(backbone(weights=None), kept).output_shape[1:])
    for i in range(kept + 1, DEPTH + 1):
        x = layers.Conv2D(FILTERS[i - 1], 3, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, trainable=batch_statistics, name=f"bn{i}")(x)
        x = layers.ReLU(name=f"relu{i}")(x)
        if i in POOLED:
            x = layers.MaxPooling2D(2, name=f"pool{i}")(x)
    x = layers.Flatten(name="flatten")(x)
    model = keras.Model(inputs, layers.Dense(classes, name="scores")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))
    model.compile(adam, loss, steps_per_execution=min(STEPS_AT_ONCE, steps))
    return model


def start(model, base, scores):
    """Gives a tail the weights of a backbone's layers and of a dense layer, and its optimizer no memory."""
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(scores if layer.name == "scores" else base.get_layer(layer.name).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape))


def fresh(seed, width=None, classes=CLASSES, random_head=False):
    """Returns a backbone with random weights, as this seed draws them, and the weights of a dense layer.

    The dense layer starts from zeros: a single layer has no symmetry to break, and from Keras's random weights the
    features, large numbers, would make large random scores that few labelled images cannot wipe out.
    """
    keras.utils.set_random_seed(seed)
    base = backbone(weights=None)
    scores = layers.Dense(classes, kernel_initializer="glorot_uniform" if random_head else "zeros")
    scores.build((None, width or base.output_shape[-1]))
    return base, scores.get_weights()


def order(count, seed, pictures=STEPS * BATCH):
    """Returns which of `count` examples are seen, one after another: all of them in a new order, again and again."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(count) for _ in range(-(-pictures // count))])[:pictures]


def fit(model, x, y, seen):
    """Trains a tail on the examples `seen`, in that order."""
    model.fit(x[seen], y[seen], batch_size=BATCH, shuffle=False, verbose=0)


def accuracy(model, x, y):
    """Returns the share of examples whose class is right."""
    return float(np.mean(model.predict_on_batch(x).argmax(axis=1) == y))
