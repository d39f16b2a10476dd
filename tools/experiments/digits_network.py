"""A convolutional and a dense network of equal size on the digits: rates from validation, ten seeds on the test.

`python -m tools.experiments.digits_network`
"""

import keras
from sklearn.neighbors import KNeighborsClassifier

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.models.digits_cnn import digits_cnn
from tools.experiments.record import record

RATES, TRIALS, SEEDS, EPOCHS, BATCH = (2e-3, 5e-3, 1e-2), 3, 10, 40, 32


def dense_network():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(45, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


NETWORKS = {"convolutional": digits_cnn, "dense": dense_network}


def trained(name, rate, seed, x, y):
    """Trains one network from one seed."""
    keras.utils.set_random_seed(seed)
    model = NETWORKS[name]()
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model


def right(model, x, y):
    """Says of each example whether it is answered rightly."""
    return model.predict(x, batch_size=1000, verbose=0).argmax(axis=1) == y


def main():
    """Chooses a rate for each network on the validation digits, then opens the test digits once."""
    train, validation, test = train_validation_test_split(*load_digits(), seed=0)
    nearest = KNeighborsClassifier(1).fit(train[0].reshape(len(train[0]), -1), train[1])
    answers = nearest.predict(test[0].reshape(len(test[0]), -1)) == test[1]
    results = {"nearest digit": {"right": int(answers.sum()), "of": len(answers)}}
    for name in NETWORKS:
        counts = {
            rate: [int(right(trained(name, rate, seed, *train), *validation).sum()) for seed in range(TRIALS)]
            for rate in RATES
        }
        best = max((sum(values), rate) for rate, values in counts.items())[1]
        print(name, counts, best, flush=True)
        models = [trained(name, best, seed, *train) for seed in range(SEEDS)]
        vectors = [right(model, *test) for model in models]
        results[name] = {
            "parameters": models[0].count_params(),
            "validation digits right, by rate and seed": {str(rate): values for rate, values in counts.items()},
            "validation digits": len(validation[1]),
            "rate": best,
            "right, by seed": [int(vector.sum()) for vector in vectors],
            "of": len(test[1]),
        }
        print(results[name], flush=True)
    record(results)


if __name__ == "__main__":
    main()
