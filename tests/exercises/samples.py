"""One small exercise of each new kind, for the tests of the checker."""

import numpy as np

from dnnlib.exercises.exercise import BugHunt, Design, Estimate, Exercise, Property, Slip


def row_means(x):
    """Returns the mean of each row.

    Args:
        x: Array of shape (rows, columns).
    """
    total = x.sum(axis=1)
    return total / x.shape[1]


CASES = tuple((np.random.default_rng(seed).normal(size=shape).round(1),) for seed, shape in enumerate([(2, 3), (4, 2)]))

ROW_MEANS = Exercise(
    name="ROW_MEANS",
    prompt="Write `row_means`.",
    reference=row_means,
    cases=CASES,
    mistakes=(
        Slip("of the columns", "axis=1", "axis=0", "Which axis do you add up?"),
        Slip("sums", "total / x.shape[1]", "total", "What turns a sum into a mean?"),
    ),
    hints=("Add up.", "Divide."),
)

REPAIR_MEANS = BugHunt(
    name="REPAIR_MEANS",
    prompt="`row_means` is broken.",
    reference=row_means,
    cases=CASES,
    bugs=(
        Slip("wrong axis", "axis=1", "axis=0", "How many numbers come out, and how many rows went in?"),
        Slip("wrong divisor", "x.shape[1]", "x.shape[0]", "Of how many numbers is each the mean?"),
    ),
    hints=("Try a table with two rows.", "Look at both lines."),
)

BATCH_MEMORY = Estimate(
    name="BATCH_MEMORY",
    prompt="How many megabytes do 32 maps of 10×10 take in float32?",
    variable="kilobytes",
    unit="kB",
    working="""
    numbers = 32 * 10 * 10
    kilobytes = numbers * 4 / 1e3
    """,
    slips=(
        Slip("bytes forgotten", " * 4", "", "How many bytes does a float32 take?"),
        Slip("one map only", "32 * ", "", "How many maps are there?"),
    ),
    hints=("Count the numbers first.", "A float32 takes four bytes."),
)


def _kernel(value):
    kernel = np.asarray(value, dtype=float)
    if kernel.shape != (3, 3):
        raise ValueError(f"expected three rows of three numbers, received shape {kernel.shape}")
    return kernel


EDGE_KERNEL = Design(
    name="EDGE_KERNEL",
    prompt="Design a kernel that answers to upright edges and not to flat regions.",
    variable="kernel",
    start="[[0, 0, 0], [0, 0, 0], [0, 0, 0]]",
    example="[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]",
    read=_kernel,
    properties=(
        Property("on a flat region it gives zero.", lambda k: abs(k.sum()) < 1e-9, lambda k: f"sum: {k.sum():g}"),
        Property(
            "on an edge between two columns it gives something else.",
            lambda k: abs(k[:, 2].sum()) > 1e-9,
            lambda k: f"its right column sums to {k[:, 2].sum():g}",
        ),
    ),
    mistakes=(("a blur", "[[1, 1, 1], [1, 1, 1], [1, 1, 1]]", "What does a mean give on a flat region?"),),
    hints=("Its numbers must sum to zero.", "Give two columns opposite signs."),
)
