"""Which first weights let networks of 3, 10 and 30 layers learn: five schemes, two optimizers, five rates, the digits.

Each combination trains with every rate, and the rate that is best on the validation digits, on average over the seeds,
counts on the test digits. `python -m tools.experiments.initialization`
"""

from itertools import product

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.initializers.orthogonal import Orthogonal
from dnnlib.initializers.random_normal import RandomNormal
from dnnlib.layers.dense import Dense
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

DEPTHS, WIDTH, EPOCHS, SEEDS = (3, 10, 30), 64, 10, 6
SCHEMES = {
    "normal, 0.01": RandomNormal(stddev=0.01),
    "Glorot": "glorot_normal",
    "He": "he_normal",
    "orthogonal": Orthogonal(2**0.5),
    "normal, 0.3": RandomNormal(stddev=0.3),
}
OPTIMIZERS = {
    "momentum": (lambda rate: SGD(rate, momentum=0.9), (0.0003, 0.001, 0.003, 0.01, 0.03)),
    "Adam": (Adam, (0.0001, 0.0003, 0.001, 0.003, 0.01)),
}


def network(depth, scheme, seed):
    """Returns a chain of `depth` dense layers with ReLU between them, all of one scheme."""
    units = [WIDTH] * (depth - 1) + [10]
    chain = [
        layer
        for place, n in enumerate(units)
        for layer in (Dense(n, kernel_initializer=SCHEMES[scheme], seed=1000 * seed + place), ReLU())
    ]
    return Sequential(chain[:-1])


def trained(depth, scheme, make, rate, seed, train, others):
    """Trains one network; returns its last training loss and the right answers on the other parts.

    A network whose numbers become infinite counts as one that never answers right.
    """
    model = network(depth, scheme, seed)
    model.compile(make(rate), SparseCategoricalCrossentropy(from_logits=True))
    try:
        with np.errstate(all="ignore"):
            loss = model.fit(*train, batch_size=32, epochs=EPOCHS, verbose=0, seed=seed).history["loss"][-1]
            right = [int(np.sum(model.predict(x, 1000).argmax(axis=1) == y)) for x, y in others]
    except ValueError as error:
        if "finite" not in str(error) and "NaN" not in str(error):
            raise
        return None, [0, 0]
    return (loss, right) if np.isfinite(loss) else (None, [0, 0])


def main():
    parts = train_validation_test_split(*load_digits(), seed=0)
    train, validation, test = ((x.reshape(len(x), -1), y) for x, y in parts)
    results = []
    for depth, scheme, (optimizer, (make, rates)) in product(DEPTHS, SCHEMES, OPTIMIZERS.items()):
        runs = {
            rate: [trained(depth, scheme, make, rate, seed, train, (validation, test)) for seed in range(SEEDS)]
            for rate in rates
        }
        best = max(rates, key=lambda rate: np.mean([right[0] for _, right in runs[rate]]))
        results.append(
            {
                "depth": depth,
                "scheme": scheme,
                "optimizer": optimizer,
                "rate": best,
                "losses": [loss for loss, _ in runs[best]],
                "right": [right[1] for _, right in runs[best]],
                "right on validation at each rate": {
                    str(rate): [right[0] for _, right in runs[rate]] for rate in rates
                },
            }
        )
        print(results[-1])
    record({"runs": results, "test digits": len(test[1]), "validation digits": len(validation[1])})


if __name__ == "__main__":
    main()
