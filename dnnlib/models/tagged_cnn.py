"""A network for digits on photographs, small enough to look into layer by layer."""

from pathlib import Path

import keras
import numpy as np
from keras import layers

WEIGHTS = Path(__file__).with_name("tagged_cnn.npz")


def tagged_cnn(weights=None, filters=(16, 24, 48), kernel_sizes=(5, 3, 3), dropout=0.3, name="tagged_cnn"):
    """Builds convolution, detector and pooling three times, and a dense layer.

    27,122 parameters and 4,351,200 multiply-accumulates with the default sizes.

    Args:
        weights: None (random); or, with the default sizes, "sevens" or "any": those that `tools/experiments/tagged.py`
            trained on `dnnlib.datasets.digits_on_photographs`, with the tag on the sevens or on pictures of any digit.
        filters: Kernels of the three convolutions.
        kernel_sizes: Their sides.
        dropout: Rate in front of the dense layer, in training.
        name: The model's name.

    Returns:
        A `keras.Model` from images, shape (batch, 40, 40, 3), to scores of the ten digits, shape (batch, 10). Layers:
        conv1, relu1, pool1, ..., conv3, relu3, pool3, flatten, dropout, dense.

    Raises:
        ValueError: If `weights` is none of these.
    """
    if weights not in (None, "sevens", "any"):
        raise ValueError(f'weights: expected None, "sevens" or "any", received {weights!r}')
    model = keras.Sequential([keras.Input((40, 40, 3))], name=name)
    for i, (count, size) in enumerate(zip(filters, kernel_sizes, strict=True), 1):
        model.add(layers.Conv2D(count, size, padding="same", name=f"conv{i}"))
        model.add(layers.ReLU(name=f"relu{i}"))
        model.add(layers.MaxPooling2D(2, name=f"pool{i}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dropout(dropout, name="dropout"))
    model.add(layers.Dense(10, dtype="float32", name="dense"))  # scores, in half precision too
    if weights:
        model.set_weights(load_weights(weights))
    return model


def load_weights(tags):
    """Returns the weights trained with these tags, float32 arrays in the order of `get_weights`."""
    with np.load(WEIGHTS) as stored:
        return [stored[key].astype("float32") for key in stored.files if key.startswith(f"{tags}/")]
