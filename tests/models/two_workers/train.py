import keras
import numpy as np
from keras.layers import Conv2D, Dense, Flatten
from sklearn.datasets import load_digits
from workers import split

keras.config.set_floatx("float64")  # then only the order of sums can differ
images, labels = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1) / 16


def network():
    half = {"strides": 2, "padding": "same", "activation": "relu"}
    hidden = [Dense(512, "relu", name="fc3"), Dense(512, "relu", name="fc4")]
    convolutions = [Conv2D(16, 3, **half, name="conv1"), Conv2D(32, 3, **half, name="conv2")]
    output = Dense(10, "softmax", name="fc5")
    return keras.Sequential([keras.Input((8, 8, 1)), *convolutions, Flatten(), *hidden, output])


start = network().get_weights()
for cut in ("one", "images", "units"):
    keras.distribution.set_distribution(None if cut == "one" else split(cut))
    model = network()
    model.set_weights(start)
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    model.fit(images[:320], labels[:320], 32, shuffle=False, verbose=0)
    parts = model.get_layer("fc3").kernel.value.addressable_shards
    print(cut, [part.data.shape for part in parts])
    np.savez(f"{cut}.npz", *start, *model.get_weights())
