"""What does a training step of the large networks cost? dnnlib's models and keras.applications, in one run.

    python -m benchmarks.architectures [--networks resnet50 vgg16 densenet121] [--side 64] [--batch 8] [--steps 10]

Both have the same weights and take the same batches of random images; their losses after the first step must agree.
The steps are timed in turn, by the processor's clock in one thread, which other programs on the machine disturb least;
the ratio is the median of the ratios of neighbouring steps, and its range holds the middle half of them. The memory is
the peak of a process of its own, less what the process held before it built the network.
"""

import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

from benchmarks.side_by_side import limited, parser

NETWORKS = ("resnet50", "vgg16", "densenet121")
LIBRARIES = ("dnnlib", "keras.applications")


def build(network, library, side):
    """Returns a compiled network of ten classes; dropout is 0 where there is any."""
    import keras
    from keras import applications

    from dnnlib.models.densenet import densenet
    from dnnlib.models.resnet import resnet
    from dnnlib.models.vgg import vgg16

    arguments = {"input_shape": (side, side, 3), "classes": 10, "weights": None}
    builders = {
        ("resnet50", "dnnlib"): lambda: resnet(50, **arguments),
        ("resnet50", "keras.applications"): lambda: applications.ResNet50(**arguments),
        ("vgg16", "dnnlib"): lambda: vgg16(**arguments, dropout=0),
        ("vgg16", "keras.applications"): lambda: applications.VGG16(**arguments),
        ("densenet121", "dnnlib"): lambda: densenet(121, **arguments),
        ("densenet121", "keras.applications"): lambda: applications.DenseNet121(**arguments),
    }
    model = builders[network, library]()
    model.compile(keras.optimizers.SGD(1e-3), "sparse_categorical_crossentropy", jit_compile=False)
    return model


def batch_of(side, size):
    """Returns random images and classes."""
    rng = np.random.default_rng(0)
    return rng.random((size, side, side, 3), "float32"), rng.integers(0, 10, size)


def step_times(network, side, size, steps):
    """Trains both in turn.

    Returns:
        Seconds of the processor, shape (steps, 2): dnnlib, keras.applications.
    """
    from dnnlib.models.imagenet import transplant

    ours, theirs = (build(network, library, side) for library in LIBRARIES)
    transplant(theirs, ours)
    x, y = batch_of(side, size)
    losses = [float(model.train_on_batch(x, y)) for model in (ours, theirs)]
    assert abs(losses[0] - losses[1]) < 1e-3 * losses[1], f"{network}: the losses differ: {losses}"
    times = np.empty((steps, 2))
    for i in range(-1, steps):  # one more to warm up
        pair = {}
        for j in (0, 1) if i % 2 else (1, 0):
            start = time.process_time()
            (ours, theirs)[j].train_on_batch(x, y)
            pair[j] = time.process_time() - start
        if i >= 0:
            times[i] = pair[0], pair[1]
    return times


def peak(network, library, side, size):
    """Returns the megabytes that building a network and three steps add to the peak of this process."""
    import keras

    from dnnlib.models import densenet, resnet, vgg  # noqa: F401  what both would import

    x, y = batch_of(side, size)
    warm = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    warm.compile("sgd", "mse", jit_compile=False)
    warm.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model = build(network, library, side)
    for _ in range(3):
        model.train_on_batch(x, y)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def in_process(task, threads):
    """Runs `peak` or `step_times` in a process of its own, and returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.architectures", "--threads", str(threads), "--task", json.dumps(task)],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{task}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    """Prints the table, or does one task of it."""
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    arguments.add_argument("--side", type=int, default=64, help="pixels of the images' sides")
    arguments.add_argument("--batch", type=int, default=8, help="images in a step")
    arguments.add_argument("--steps", type=int, default=10, help="timed steps of each library")
    arguments.add_argument("--task", help="for internal use")
    options = arguments.parse_args()
    with limited(options.threads):
        if options.task:
            name, *rest = json.loads(options.task)
            print(json.dumps(np.asarray({"peak": peak, "step_times": step_times}[name](*rest)).tolist()))
            return
        size = options.side, options.batch
        print(f"batches of {size[1]} images of {size[0]} x {size[0]}, float32, {options.threads} thread(s), "
              f"{os.cpu_count()} cores; medians of {options.steps} steps in turn")  # fmt: skip
        for network in options.networks:
            times = np.array(in_process(["step_times", network, *size, options.steps], options.threads))
            low, middle, high = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75])
            held = [in_process(["peak", network, library, *size], options.threads) for library in LIBRARIES]
            ours, theirs = 1e3 * np.median(times, axis=0)
            print(
                f"  {network:12} step {ours:6.0f} and {theirs:6.0f} ms, ratio {middle:.3f} ({low:.3f} to {high:.3f});  "
                f"memory {held[0]:5.0f} and {held[1]:5.0f} MB, ratio {held[0] / held[1]:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
