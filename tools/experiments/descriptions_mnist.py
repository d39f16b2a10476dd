"""The comparison of `descriptions.py` on MNIST's larger pictures: `python -m tools.experiments.descriptions_mnist`."""

from dnnlib.datasets.mnist import load_mnist
from tools.experiments.descriptions import CENTRES, compare
from tools.experiments.record import record

STEPS = 2000


def main():
    """Compares on MNIST's training part; its test part is not touched."""
    (x, y), _ = load_mnist()
    rows = compare(x, y, (100, 300, 1000, 3000, 10_000), seeds=5, held_out=5000, steps=STEPS, cells=4, size=5)
    record({"centres": CENTRES, "steps": STEPS, "rows": rows})


if __name__ == "__main__":
    main()
