"""How fast is pooling? Against loops and Keras, side by side in one run.

    python -m benchmarks.pooling [--threads 1] [--repeats 15]

Each row is one layer on one input; each cell is the median time of a pass in milliseconds and, behind it,
how many times as long as dnnlib's that is. All get the same numbers, the same type and the same number of
threads, and must agree before they are timed.
"""

import os

import numpy as np

from benchmarks.side_by_side import limited, measure, parser, print_times
from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D

SHAPES = {"LeNet's S2": (128, 28, 28, 6), "LeNet's S4": (128, 10, 10, 16), "large": (16, 56, 56, 64)}
LAYERS = {
    "max 2x2": (MaxPooling2D, 2, 2),
    "max 3x3, strides 2": (MaxPooling2D, 3, 2),
    "average 2x2": (AveragePooling2D, 2, 2),
}


def dnnlib_passes(layer, x, size, strides, grad):
    """Returns the two passes as functions without arguments; backward gives (dx,)."""
    one = layer(size, strides)
    one(x)
    return lambda: one(x), lambda: (one.backward(grad),)


def loop_passes(layer, x, size, strides, grad):
    """A loop over output positions; each window of all examples and channels is NumPy's."""

    def windows():
        for i, j in np.ndindex(grad.shape[1:3]):
            yield (i, j), np.s_[:, i * strides : i * strides + size, j * strides : j * strides + size]

    def forward():
        output = np.zeros_like(grad)
        for (i, j), window in windows():
            output[:, i, j] = x[window].max(axis=(1, 2)) if layer is MaxPooling2D else x[window].mean(axis=(1, 2))
        return output

    def backward():
        dx = np.zeros_like(x)
        for (i, j), window in windows():
            share = 1 / size**2
            if layer is MaxPooling2D:
                share = x[window] == x[window].max(axis=(1, 2), keepdims=True)
            dx[window] += share * grad[:, i : i + 1, j : j + 1]
        return (dx,)

    return forward, backward


def keras_passes(layer, x, size, strides, grad):
    """Keras's layer on TensorFlow, each pass compiled; backward includes no forward pass."""
    import keras
    import tensorflow as tf

    forward = tf.function(getattr(keras.layers, layer.__name__)(size, strides))
    window = {"ksize": [1, size, size, 1], "strides": [1, strides, strides, 1], "padding": "VALID"}
    x, grad = tf.constant(x), tf.constant(grad)
    output = forward(x)

    @tf.function
    def backward(x, output, grad):
        if layer is MaxPooling2D:
            return tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=output, grad=grad, **window)
        return tf.raw_ops.AvgPoolGrad(orig_input_shape=x.shape, grad=grad, **window)

    return lambda: forward(x).numpy(), lambda: (backward(x, output, grad).numpy(),)


def problem(shape, layer, size, strides):
    """Returns a layer, its input, window, strides and upstream gradient."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape).astype("float32")
    grad = rng.standard_normal(layer(size, strides).compute_output_shape(shape)).astype("float32")
    return layer, x, size, strides, grad


def main():
    """Prints the table."""
    options = parser(__doc__.splitlines()[0]).parse_args()
    print(
        f"float32, {options.threads} thread(s), {os.cpu_count()} cores; median of {options.repeats} passes after "
        "warming up; milliseconds (times dnnlib's time)"
    )
    libraries = {"dnnlib": dnnlib_passes, "loops": loop_passes, "Keras": keras_passes}
    with limited(options.threads):
        for name, shape in SHAPES.items():
            for kind, arguments in LAYERS.items():
                times = measure(libraries, problem(shape, *arguments), options.repeats, 1e-5)
                print_times(f"{name} {'x'.join(map(str, shape))}, {kind}", times)


if __name__ == "__main__":
    main()
