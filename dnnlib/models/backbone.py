"""The backbone of the chapter on transfer learning: a small convolutional network whose features serve other tasks."""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers

WEIGHTS = Path(__file__).with_name("backbone_glyphs.npz")
CARD = WEIGHTS.with_suffix(".json")
INPUT_SHAPE = (8, 8, 1)
FILTERS = (24, 24, 48, 48)
POOLED = (2, 4)  # convolutions behind which the maps are halved


def backbone(weights="glyphs", momentum=0.9, name="backbone"):
    """Builds four convolutions with batch normalisation and ReLU, pooling behind the second and the fourth; no top.

    37,080 parameters, 288 of them moving statistics, and 843,264 multiply-accumulates.

    Args:
        weights: "glyphs", those that `tools/train_backbone.py` trained on signs of many scripts, none of them a digit;
            None for random ones; or the path of a file that it wrote.
        momentum: Of the moving statistics of the batch normalisation.
        name: The model's name.

    Returns:
        A `keras.Model` from images in [0, 1], shape (batch, 8, 8, 1), to features, shape (batch, 192). Layers: conv1,
        bn1, relu1, conv2, bn2, relu2, pool2, ..., relu4, pool4, features.

    Raises:
        ValueError: If `weights` is none of these.
    """
    if weights not in (None, "glyphs") and not Path(weights).is_file():
        raise ValueError(f'weights: expected "glyphs", None or the path of a file, received {weights!r}')
    x = inputs = keras.Input(INPUT_SHAPE, name="input")
    for i, filters in enumerate(FILTERS, 1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=momentum, name=f"bn{i}")(x)
        x = layers.ReLU(name=f"relu{i}")(x)
        if i in POOLED:
            x = layers.MaxPooling2D(2, name=f"pool{i}")(x)
    model = keras.Model(inputs, layers.Flatten(name="features")(x), name=name)
    if weights is not None:
        model.set_weights(load_weights(WEIGHTS if weights == "glyphs" else weights))
    return model


def load_weights(path=WEIGHTS):
    """Returns the stored weights, float32 arrays in the order of `get_weights`."""
    with np.load(path) as stored:
        return [stored[key].astype("float32") for key in stored.files]


def card():
    """Returns what the weights' card says: their data, training, accuracies with intervals, licence and limits."""
    return json.loads(CARD.read_text(encoding="utf-8"))
