"""Backpropagation through time: milliseconds a step beside Keras on CPU, in one run, and the memory it keeps.

    python -m benchmarks.recurrent [--threads 1] [--repeats 15] [--batch 32] [--units 64] [--inputs 64] [--steps 50]

Both libraries have the same weights and the same data, and their results must agree.
  gradients: forward and backward of one layer, down to its input, beside a tf.function with a tape, as it comes and
  compiled by XLA.
  training: `train_on_batch` of the layer and a dense one (mean squared error, SGD) beside Keras's `train_on_batch`,
  which leaves XLA off on CPU.
Times are medians: of the clock, and of the processor, which counts the same when the machine has other work.
  memory: the most that forward and backward hold at once, against the length of the sequence: read in one piece, and in
  windows of 50 steps between which the states are carried on and the gradient is cut.
"""

import os
import statistics
import time
import tracemalloc

import numpy as np

from benchmarks.side_by_side import limited, parser
from dnnlib.layers.dense import Dense
from dnnlib.layers.gru import GRU
from dnnlib.layers.lstm import LSTM
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential

LAYERS = {"SimpleRNN": SimpleRNN, "GRU": GRU, "LSTM": LSTM}
LENGTHS = (50, 100, 200, 400, 800)
WINDOW = 50


def gradients(name, x, units):
    """Returns, by library, functions that compute all gradients of one layer, and checks that they agree."""
    import keras
    import tensorflow as tf

    ours, oracle = LAYERS[name](units, seed=0), getattr(keras.layers, name)(units)
    ours.build(x.shape)
    oracle.build(x.shape)
    oracle.set_weights(ours.get_weights())
    tensor, upstream = tf.constant(x), np.random.default_rng(1).standard_normal((len(x), units)).astype("float32")
    variables = [variable.value for variable in oracle.trainable_variables]

    def from_scratch():
        ours.forward(x, training=True)
        return [ours.backward(upstream), *ours.grads.values()]

    def with_tape():
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            loss = tf.reduce_sum(oracle(tensor, training=True) * upstream)
        return tape.gradient(loss, [tensor, *variables])

    def fetched(compiled):
        return lambda: [grad.numpy() for grad in compiled()]

    functions = {"dnnlib": from_scratch}
    functions |= {"tf.function": fetched(tf.function(with_tape))}
    functions |= {"with XLA": fetched(tf.function(with_tape, jit_compile=True))}
    expected = from_scratch()
    for library, function in functions.items():
        for mine, theirs in zip(expected, function(), strict=True):
            assert np.abs(mine - theirs).max() < 1e-4 * np.abs(mine).max(), f"{name}: {library} differs"
    return functions


def training(name, x, units):
    """Returns, by library, functions that take one training step, and checks that the losses agree."""
    import keras

    y = np.random.default_rng(2).standard_normal((len(x), 1)).astype("float32")
    ours = Sequential([LAYERS[name](units, seed=0), Dense(1, seed=1)])
    ours.build((None, *x.shape[1:]))
    ours.compile(SGD(0.01), MeanSquaredError())
    layer = getattr(keras.layers, name)(units)
    oracle = keras.Sequential([keras.Input(x.shape[1:]), layer, keras.layers.Dense(1)])
    oracle.set_weights(ours.get_weights())
    oracle.compile(keras.optimizers.SGD(0.01), "mse")
    for _ in range(3):
        mine, theirs = ours.train_on_batch(x, y)["loss"], float(oracle.train_on_batch(x, y))
        assert abs(mine - theirs) < 1e-4 * theirs, f"{name}: the losses differ: {mine}, {theirs}"
    return {"dnnlib": lambda: ours.train_on_batch(x, y), "Keras": lambda: oracle.train_on_batch(x, y)}


def milliseconds(functions, repeats):
    """Calls the functions in turn, so that other work on the machine meets all alike.

    Returns:
        Dict from library to its median times by clock and by processor.
    """
    times = {library: [] for library in functions}
    for number in range(repeats + 3):
        for library, function in functions.items():
            start = time.perf_counter(), time.process_time()
            function()
            if number >= 3:  # the first warm up
                times[library].append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return {
        library: [1e3 * statistics.median(column) for column in zip(*pairs, strict=True)]
        for library, pairs in times.items()
    }


def print_times(title, times):
    """Prints one line: times, and how many times as long as dnnlib's each is."""
    clock, processor = times["dnnlib"]
    cells = (
        f"{library} {one:6.2f}, {other:6.2f} ({one / clock:4.2f}x, {other / processor:4.2f}x)"
        for library, (one, other) in times.items()
    )
    print(f"  {title:<21}" + "   ".join(cells), flush=True)


def peak(layer, x, window):
    """Returns the largest number of bytes held while a sequence is read forward and backward, window by window."""
    layer.build(x.shape)
    upstream, states = np.ones((len(x), layer.units), "float32"), None
    tracemalloc.start()
    for start in range(0, x.shape[1], window):
        output, *states = layer.forward(x[:, start : start + window], training=True, initial_state=states)
        layer.backward((upstream, *[None] * len(states)))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def main():
    """Prints the tables."""
    arguments = parser(__doc__.splitlines()[0])
    for name, size in (("batch", 32), ("units", 64), ("inputs", 64), ("steps", 50)):
        arguments.add_argument(f"--{name}", type=int, default=size)
    options = arguments.parse_args()
    rng = np.random.default_rng(0)
    with limited(options.threads):
        x = rng.standard_normal((options.batch, options.steps, options.inputs)).astype("float32")
        print(
            f"Batch {options.batch}, {options.steps} steps, {options.inputs} inputs, {options.units} units, float32, "
            f"{options.threads} thread(s), {os.cpu_count()} cores; median of {options.repeats}: ms by clock, processor"
        )
        for name in LAYERS:
            print_times(f"{name}, gradients", milliseconds(gradients(name, x, options.units), options.repeats))
        for name in LAYERS:
            print_times(f"{name}, training", milliseconds(training(name, x, options.units), options.repeats))
    print(f"\nMiB held at the peak, by length, in one piece / in windows of {WINDOW}")
    for name, layer in LAYERS.items():
        cells = []
        for length in LENGTHS:
            x = rng.standard_normal((options.batch, length, options.inputs)).astype("float32")
            pieces = [peak(layer(options.units, return_state=True), x, size) / 2**20 for size in (length, WINDOW)]
            cells.append(f"{length}: {pieces[0]:6.2f} / {pieces[1]:.2f}")
        print(f"  {name:<10}" + "   ".join(cells), flush=True)


if __name__ == "__main__":
    main()
