"""How small a batch may be, with batch normalisation and with layer normalisation.

`python -m tools.experiments.normalization_batches`

The networks of `tools.experiments.normalization`, on 640 digits: a multiple of every batch size, or else the last batch
of an epoch might hold a single digit, whose statistics spoil the averages just before they are used.
"""

from tools.experiments.normalization import measured
from tools.experiments.optimizers import development_digits, split
from tools.experiments.record import record

SIZES, RATES, SEEDS, EPOCHS, TRAINING = (2, 4, 8, 16, 32, 128), (0.03, 0.1, 0.3), 5, 5, 640


def main():
    """Measures both kinds of networks at every batch size and three learning rates."""
    x, y = development_digits()
    runs = [
        measured(kind, rate, batch, EPOCHS, SEEDS, x, y, TRAINING)
        for kind in ("batch", "layer")
        for batch in SIZES
        for rate in RATES
    ]
    record({"held-out digits": len(split(x, y, 0)[1][1]), "epochs": EPOCHS, "training digits": TRAINING, "runs": runs})


if __name__ == "__main__":
    main()
