"""How long a step takes when only some outputs are kept and the others are computed again.

`python -m tools.experiments.checkpoints`

Networks of 64 dense ReLU layers in plain NumPy, a narrow and a wide one, with everything kept and with checkpoints at
several distances. The calls take turns, so that whatever else the machine does hits all of them alike; times are those
of the processor.
"""

import time

import numpy as np

from tools.experiments.record import record

DEPTH, ROUNDS = 64, 10
SIZES = ((1024, 64), (512, 256))  # (batch, units)
DISTANCES = (1, 2, 4, 8, 16, 32, 64)


def forward(x, weights):
    """Returns the input and every layer's output."""
    hs = [x]
    for w in weights:
        hs.append(np.maximum(hs[-1] @ w, 0))
    return hs


def backward(delta, hs, weights):
    """Returns the gradients of all weights, and of the input."""
    grads = []
    for w, x, h in zip(weights[::-1], hs[-2::-1], hs[:0:-1], strict=True):
        delta = delta * (h > 0)
        grads.insert(0, x.T @ delta)
        delta = delta @ w.T
    return grads, delta


def everything_kept(x, weights):
    """Returns the gradients of a loss whose slope by each last output is that output."""
    hs = forward(x, weights)
    return backward(hs[-1], hs, weights)[0]


def checkpointed(x, weights, every):
    """Returns the same gradients, and keeps every `every`-th output alone."""
    starts, kept = range(0, len(weights), every), [x]
    for start in starts:
        kept.append(forward(kept[-1], weights[start : start + every])[-1])
    grads, delta = [], kept.pop()
    for start in reversed(starts):
        segment = weights[start : start + every]
        some, delta = backward(delta, forward(kept.pop(), segment), segment)
        grads = some + grads
    return grads


def measured(batch, units):
    """Returns the seconds of each call in each round."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, np.sqrt(2 / units), (units, units)).astype("float32") for _ in range(DEPTH)]
    x = rng.normal(size=(batch, units)).astype("float32")
    expected = everything_kept(x, weights)
    hs = forward(x, weights)
    calls = {
        "forward": lambda: forward(x, weights),
        "backward": lambda: backward(hs[-1], hs, weights),
        "everything kept": lambda: everything_kept(x, weights),
    }
    for every in DISTANCES:
        np.testing.assert_array_equal(checkpointed(x, weights, every), expected)
        calls[f"every {every}"] = lambda every=every: checkpointed(x, weights, every)
    seconds = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = time.process_time()
            call()
            seconds[name].append(round(time.process_time() - start, 5))
    return seconds


def main():
    """Measures both networks."""
    networks = [{"batch": batch, "units": units, "seconds": measured(batch, units)} for batch, units in SIZES]
    record({"layers": DEPTH, "networks": networks})


if __name__ == "__main__":
    main()
