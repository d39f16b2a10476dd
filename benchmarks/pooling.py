"""How fast is pooling? Against loops and Keras, side by side in one run.

    python -m benchmarks.pooling [--threads 1] [--repeats 15]

Each row is one layer on one input; each cell is the median time of a pass in milliseconds and, behind it,
how many times as long as dnnlib's that is. All get the same numbers, the same type and the same number of
threads, and must agree before they are timed.
"""

import argparse
import os

import numpy as np

from benchmarks.conv2d import milliseconds
from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.max_pooling2d import MaxPooling2D

SHAPES = {"LeNet's S2": (128, 28, 28, 6), "LeNet's S4": (128, 10, 10, 16), "large": (16, 56, 56, 64)}
LAYERS = {"max 2x2": (MaxPooling2D, 2, 2), "max 3x3, strides 2": (MaxPooling2D, 3, 2),
          "average 2x2": (AveragePooling2D, 2, 2)}


def dnnlib_passes(layer, x, size, strides, grad):
    """Returns the two passes as functions without arguments."""
    one = layer(size, strides)
    one(x)
    return lambda: one(x), lambda: one.backward(grad)


def loop_passes(layer, x, size, strides, grad):
    """A loop over output positions; each window of all examples and channels is NumPy's."""
    def windows():
        for i, j in np.ndindex(grad.shape[1:3]):
            yield (i, j), np.s_[:, i * strides:i * strides + size, j * strides:j * strides + size]

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
            dx[window] += share * grad[:, i:i + 1, j:j + 1]
        return dx

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

    return lambda: forward(x).numpy(), lambda: backward(x, output, grad).numpy()


def measure(shape, layer, size, strides, repeats):
    """Times every library on one layer.

    Returns:
        Dict from library to [forward, backward] in milliseconds.
    """
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape).astype("float32")
    grad = rng.standard_normal(layer(size, strides).compute_output_shape(shape)).astype("float32")
    times, expected = {}, None
    for name, make in {"dnnlib": dnnlib_passes, "loops": loop_passes, "Keras": keras_passes}.items():
        passes = make(layer, x, size, strides, grad)
        results = [one() for one in passes]
        expected = expected or results
        for result, other in zip(results, expected, strict=True):
            assert np.abs(result - other).max() <= 1e-5, f"{name} differs from dnnlib"
        times[name] = [milliseconds(one, repeats, 3) for one in passes]
    return times


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1, help="TensorFlow's threads; NumPy uses one here in any case")
    parser.add_argument("--repeats", type=int, default=15, help="timed passes; the median counts")
    options = parser.parse_args()
    # TensorFlow reads these when it is first imported, in `keras_passes`.
    os.environ |= {"TF_NUM_INTRAOP_THREADS": str(options.threads), "TF_NUM_INTEROP_THREADS": "1",
                   "OMP_NUM_THREADS": str(options.threads), "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    print(f"float32, {options.threads} thread(s), {os.cpu_count()} cores; median of {options.repeats} passes after "
          "warming up; milliseconds (times dnnlib's time)")
    for name, shape in SHAPES.items():
        for kind, arguments in LAYERS.items():
            print(f"\n{name} {'x'.join(map(str, shape))}, {kind}")
            times = measure(shape, *arguments, options.repeats)
            for number, direction in enumerate(("forward", "backward")):
                cells = (f"{library} {pair[number]:8.2f} ({pair[number] / times['dnnlib'][number]:6.2f}x)"
                         for library, pair in times.items())
                print(f"  {direction:<9}" + "   ".join(cells), flush=True)


if __name__ == "__main__":
    main()
