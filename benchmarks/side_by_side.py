"""What the benchmarks of layers share: options, times of several libraries that must agree, rows of a table."""

import argparse
import os
import statistics
import time

import numpy as np
from threadpoolctl import threadpool_limits


def parser(description, repeats=15):
    """Returns an argument parser with the options `--threads` and `--repeats`."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--threads", type=int, default=1, help="threads of every library")
    options.add_argument("--repeats", type=int, default=repeats, help="timed passes; the median counts")
    return options


def limited(threads):
    """Returns a context in which NumPy has so many threads; TensorFlow and torch, if imported later, have as many."""
    os.environ |= {
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": str(threads),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return threadpool_limits(threads)


def milliseconds(function, repeats, warm_up):
    """Returns the median time of `repeats` calls. One library after the other: idle thread pools spin for a while."""
    for _ in range(warm_up):
        function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def measure(libraries, arguments, repeats, tolerance, loops=None):
    """Times every library on one layer.

    Args:
        libraries: Dict from names, "dnnlib" first, to functions that get the arguments and return the layer's two
            passes; backward returns a tuple of gradients. What is not installed is left out.
        arguments: What the functions get.
        repeats: Timed passes.
        tolerance: How far results may be from dnnlib's, as a share of the largest.
        loops: Timed passes of "loops", without warming up; None treats them as the others.

    Returns:
        Dict from library to [forward, backward] in milliseconds.
    """
    times, expected = {}, None
    for name, make in libraries.items():
        try:
            passes = make(*arguments)
        except ImportError:
            continue
        results = [passes[0](), *passes[1]()]
        expected = expected or results
        for result, other in zip(results, expected, strict=True):
            assert np.abs(result - other).max() <= tolerance * np.abs(other).max(), f"{name} differs from dnnlib"
        counts = (loops, 0) if name == "loops" and loops else (repeats, 3)
        times[name] = [milliseconds(one, *counts) for one in passes]
    return times


def print_times(title, times):
    """Prints the two passes of one layer, a line each, and how many times as long as dnnlib's each takes."""
    print(f"\n{title}")
    for number, direction in enumerate(("forward", "backward")):
        cells = (
            f"{library} {pair[number]:8.2f} ({pair[number] / times['dnnlib'][number]:7.2f}x)"
            for library, pair in times.items()
        )
        print(f"  {direction:<9}" + "   ".join(cells), flush=True)
