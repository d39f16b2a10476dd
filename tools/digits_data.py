"""Writes scikit-learn's digits for the page: python -m tools.digits_data

300 of them as pictures, 30 a class, and of all 1,797 the sums from which mean and covariance follow exactly.
"""

from pathlib import Path

import numpy as np

from dnnlib.datasets.digits import load_digits
from tools.files import write_atomically
from tools.letters import packed, packed_runs

SHARED = Path(__file__).parents[1] / "dnnlib" / "widgets" / "shared"
PICTURES, SUMS = SHARED / "digits_data.mjs", SHARED / "digit_sums.mjs"
EACH, LARGEST = 30, 16  # pictures a class; the largest number of a pixel


def counts():
    """Returns all digits as scikit-learn has them, (1797, 64) whole numbers from 0 to 16, and their labels."""
    images, labels = load_digits()
    return np.rint(images.reshape(len(images), -1) * LARGEST).astype(int), labels


def sample():
    """Returns the places of the page's digits in scikit-learn's order, (300,): labels 0 to 9 by turns."""
    _, labels = counts()
    rng = np.random.default_rng(0)
    places = [rng.permutation(np.flatnonzero(labels == label))[:EACH] for label in range(10)]
    return np.stack(places, axis=1).ravel()


def constant(name, about, value):
    """Returns a text as the declaration of a constant."""
    return f'\n/** {about} */\nexport const {name} =\n  "{value}";\n'


def pictures():
    """Returns the module of the pictures."""
    digits, labels = counts()
    chosen = sample()
    return (
        "// 300 of scikit-learn's digits, 30 a class. Made by tools/digits_data.py\n"
        + constant("LABELS", "Their labels, one figure each.", "".join(map(str, labels[chosen])))
        + constant("PIXELS", "64 numbers of 0 to 16 each: see unpackRuns.", packed_runs(digits[chosen], LARGEST))
    )


def sums():
    """Returns the module of the sums."""
    digits, _ = counts()
    products = (digits.T @ digits)[np.triu_indices(digits.shape[1])]
    return (
        "// Sums over scikit-learn's 1,797 digits. Made by tools/digits_data.py\n"
        + f"\n/** How many digits. */\nexport const COUNT = {len(digits)};\n"
        + constant("SUMS", "Of each pixel, four letters a number.", packed(digits.sum(axis=0), 4))
        + constant("PRODUCTS", "Of products of pixels i and j from i on, row by row, likewise.", packed(products, 4))
    )


def main():
    """Writes both."""
    for path, text in ((PICTURES, pictures()), (SUMS, sums())):
        write_atomically(path, text)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
