"""How fast is Conv2D? Against loops, Keras and torch (if installed), side by side in one run.

    python -m benchmarks.conv2d [--threads 1] [--repeats 15]

Each row is one layer; each cell is the median time of a pass in milliseconds and, behind it, how many
times as long as dnnlib's that is. "backward" is the gradient of input, kernel and bias. All libraries
get the same numbers, the same type and the same number of threads, and must agree before they are timed.
The last table is the first forward pass of one large layer, each library in a process of its own: how far the
process's peak memory rises (after a small layer has loaded the library), and the milliseconds.
"""

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.side_by_side import limited, measure, parser, print_times
from dnnlib.layers.conv2d import Conv2D

SIZES = {  # name: (batch, height, width, channels), filters, kernel size, strides, repeats of the loops
    "small: 4x12x12x3, 8 of 3x3": ((4, 12, 12, 3), 8, 3, 1, 3),
    "middle: 8x28x28x16, 32 of 3x3": ((8, 28, 28, 16), 32, 3, 1, 1),
    "large: 16x56x56x32, 64 of 3x3, strides 2": ((16, 56, 56, 32), 64, 3, 2, 1),
}


def dnnlib_passes(x, kernel, strides, grad):
    """Returns the two passes as functions without arguments; backward gives (dx, dkernel, dbias)."""
    layer = Conv2D(kernel.shape[-1], kernel.shape[:2], strides, dtype=x.dtype)
    layer.build(x.shape)
    layer.set_weights([kernel, np.zeros(kernel.shape[-1])])
    return lambda: layer(x), lambda: (layer.backward(grad), *layer.grads.values())


def loop_passes(x, kernel, strides, grad):
    """The formula with a loop over examples, positions and filters; the window's sum is NumPy's."""
    height, width, _, filters = kernel.shape

    def windows():
        for n, i, j in np.ndindex(grad.shape[:3]):
            yield (n, i, j), (n, slice(i * strides, i * strides + height), slice(j * strides, j * strides + width))

    def forward():
        output = np.zeros_like(grad)
        for position, window in windows():
            for f in range(filters):
                output[*position, f] = np.sum(x[window] * kernel[..., f])
        return output

    def backward():
        dx, dkernel, dbias = np.zeros_like(x), np.zeros_like(kernel), np.zeros(filters, x.dtype)
        for position, window in windows():
            for f in range(filters):
                dx[window] += kernel[..., f] * grad[*position, f]
                dkernel[..., f] += x[window] * grad[*position, f]
                dbias[f] += grad[*position, f]
        return dx, dkernel, dbias

    return forward, backward


def keras_passes(x, kernel, strides, grad):
    """Keras's layer on TensorFlow, each pass compiled; backward includes no forward pass."""
    import keras
    import tensorflow as tf

    layer = keras.layers.Conv2D(kernel.shape[-1], kernel.shape[:2], strides, dtype=x.dtype.name)
    layer.build(x.shape)
    layer.set_weights([kernel, np.zeros(kernel.shape[-1])])
    forward = tf.function(layer)
    window = {"strides": [1, strides, strides, 1], "padding": "VALID"}

    @tf.function
    def backward(x, kernel, grad):
        return (
            tf.raw_ops.Conv2DBackpropInput(input_sizes=x.shape, filter=kernel, out_backprop=grad, **window),
            tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=kernel.shape, out_backprop=grad, **window),
            tf.reduce_sum(grad, (0, 1, 2)),
        )

    tensors = [tf.constant(array) for array in (x, kernel, grad)]
    return lambda: forward(tensors[0]).numpy(), lambda: [part.numpy() for part in backward(*tensors)]


def torch_passes(x, kernel, strides, grad):
    """torch's operation, channels last in memory as in the others; backward includes no forward pass."""
    import torch

    x, grad = (torch.from_numpy(array).permute(0, 3, 1, 2) for array in (x, grad))
    weight = torch.from_numpy(kernel).permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    bias = torch.zeros(len(weight), dtype=x.dtype)

    def forward():
        with torch.no_grad():
            return torch.nn.functional.conv2d(x, weight, bias, strides).permute(0, 2, 3, 1).numpy()

    def backward():
        dx, dweight, dbias = torch.ops.aten.convolution_backward(
            grad, x, weight, [len(weight)], [strides] * 2, [0, 0], [1, 1], False, [0, 0], 1, [True] * 3
        )
        return dx.permute(0, 2, 3, 1).numpy(), dweight.permute(2, 3, 1, 0).numpy(), dbias.numpy()

    return forward, backward


def problem(shape, filters, kernel_size, strides, dtype):
    """Returns a layer's input, kernel, strides and upstream gradient."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape).astype(dtype)
    kernel = (0.1 * rng.standard_normal((kernel_size, kernel_size, shape[-1], filters))).astype(dtype)
    output = Conv2D(filters, kernel_size, strides, dtype=dtype).compute_output_shape(shape)
    return x, kernel, strides, rng.standard_normal(output).astype(dtype)


LIBRARIES = {"dnnlib": dnnlib_passes, "loops": loop_passes, "Keras": keras_passes, "torch": torch_passes}


def peak_memory():
    """Returns this process's peak memory in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage begins with the peak of the process that started this one
        return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def first_pass(library):
    """Prints the rise of the peak memory in MB (10^6 bytes) and the milliseconds of a first forward pass."""
    make = LIBRARIES[library]
    make(*problem((1, 8, 8, 64), 64, 3, 1, "float32"))[0]()
    # Not `problem`: its float64 draws would lift the peak before the pass does.
    x, kernel = np.ones((1, 512, 512, 64), "float32"), np.ones((3, 3, 64, 64), "float32")
    grad = np.ones((1, 510, 510, 64), "float32")  # kept to the end: memory given back would hide a rise
    forward, _ = make(x, kernel, 1, grad)
    before, start = peak_memory(), time.perf_counter()
    forward()
    taken = time.perf_counter() - start
    print((peak_memory() - before) / 1e6, 1e3 * taken)


def print_first_passes(options):
    """Prints the table of memory: a process a library, since a process's peak never falls."""
    print("\nfirst forward pass of 1x512x512x64, 64 of 3x3, float32")
    for library in ("dnnlib", "Keras", "torch"):
        command = [sys.executable, "-m", "benchmarks.conv2d", "--first", library, "--threads", str(options.threads)]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            print(f"  {library:<9}{(result.stderr.splitlines() or ['failed'])[-1]}")
        else:
            memory, milliseconds = map(float, result.stdout.split()[-2:])
            print(f"  {library:<9}{memory:8.0f} MB {milliseconds:8.0f} ms", flush=True)


def main():
    """Prints the tables."""
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--first", choices=LIBRARIES, help="only the memory and time of this library's first pass")
    options = arguments.parse_args()
    if options.first:
        with limited(options.threads):
            first_pass(options.first)
        return
    print(
        f"{options.threads} thread(s) for every library, {os.cpu_count()} cores; median of {options.repeats} passes "
        "after warming up (loops: of 1 to 3)\nmilliseconds (times dnnlib's time)"
    )
    with limited(options.threads):
        for dtype in ("float32", "float64"):
            for name, (*size, loops) in SIZES.items():
                times = measure(LIBRARIES, problem(*size, dtype), options.repeats, 1e-3, loops)
                print_times(f"{name}, {dtype}", times)
    print_first_passes(options)


if __name__ == "__main__":
    main()
