"""What does an activation cost? Nanoseconds an element, against Keras and beside a dense layer, in one run.

    python -m benchmarks.activations [--threads 1] [--repeats 15]

A row is one activation; its cells are the median time of a forward and of a backward pass in nanoseconds an element,
and behind Keras's, how many times as long as dnnlib's it is. All get the same numbers, the same type and the same
number of threads, and must agree before they are timed. Below: the product that comes before an activation.
"""

import os

import numpy as np

from benchmarks.side_by_side import limited, measure, milliseconds, parser
from dnnlib.layers.dense import Dense
from dnnlib.layers.elu import ELU
from dnnlib.layers.gelu import GELU
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.silu import SiLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh

SHAPE = (256, 1024)
LAYERS = {
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": lambda: LeakyReLU(0.2),  # the default of Keras's function; that of its layer is 0.3
    "elu": ELU,
    "gelu": GELU,
    "silu": SiLU,
    "softmax": Softmax,
}


def dnnlib_passes(name, x, grad):
    """Returns the two passes as functions without arguments; backward gives (dx,)."""
    layer = LAYERS[name]()
    layer(x)
    return lambda: layer(x), lambda: (layer.backward(grad),)


def keras_passes(name, x, grad):
    """Keras's function on TensorFlow, compiled; its backward pass computes the forward one again."""
    import keras
    import tensorflow as tf

    function = getattr(keras.activations, name)
    x, grad = tf.constant(x), tf.constant(grad)
    forward = tf.function(function)

    @tf.function
    def backward(x, grad):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x, output_gradients=grad)

    return lambda: forward(x).numpy(), lambda: (backward(x, grad).numpy(),)


def main():
    """Prints the table."""
    options = parser(__doc__.splitlines()[0]).parse_args()
    print(
        f"float32, shape {SHAPE}, {options.threads} thread(s), {os.cpu_count()} cores; median of {options.repeats} "
        "passes after warming up; nanoseconds an element: forward, backward (Keras: times dnnlib's)\n"
    )
    rng = np.random.default_rng(0)
    x, grad = (rng.standard_normal(SHAPE).astype("float32") for _ in range(2))
    size = 1e6 / x.size  # from milliseconds to nanoseconds an element
    with limited(options.threads):
        for name in LAYERS:
            times = measure({"dnnlib": dnnlib_passes, "Keras": keras_passes}, (name, x, grad), options.repeats, 1e-5)
            ours, theirs = times["dnnlib"], times.get("Keras")
            cells = (
                ""
                if theirs is None
                else "   Keras "
                + "  ".join(f"{size * b:6.2f} ({b / a:4.2f}x)" for a, b in zip(ours, theirs, strict=True))
            )
            print(f"{name:<11} dnnlib {size * ours[0]:6.2f}  {size * ours[1]:6.2f}{cells}", flush=True)
        for inputs in (32, 256, 1024):
            dense, rows = Dense(SHAPE[1]), rng.standard_normal((SHAPE[0], inputs)).astype("float32")
            dense(rows)
            time = milliseconds(lambda dense=dense, rows=rows: dense(rows), options.repeats, 3)
            print(f"dense layer of {inputs:4} inputs, forward: {size * time:6.2f}", flush=True)


if __name__ == "__main__":
    main()
