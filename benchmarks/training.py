"""How many images a second does LeNet-5 train on? dnnlib's NumPy layers and Keras on CPU, in one run.

    python -m benchmarks.training [--threads 1] [--images 2048] [--repeats 3]

Both start from the same weights and take the same batches (random images of MNIST's shape, Adam,
cross-entropy); their losses after the first, untimed pass must agree. Then `fit` over all images is timed,
the two in turn, and the median counts.
"""

import os
import statistics
import time

import numpy as np

from benchmarks.side_by_side import limited, parser
from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.training.sequential import Sequential

NETWORKS = {"tanh, average pooling": ("tanh", "average"), "ReLU, max pooling": ("relu", "max")}


def lenet5_from_scratch(activation, pooling):
    """LeNet-5 in its modern form, as `dnnlib.models.lenet.lenet5`, for 28 x 28 images."""
    squash = {"tanh": Tanh, "relu": ReLU}[activation]
    pool = {"average": AveragePooling2D, "max": MaxPooling2D}[pooling]
    return Sequential(
        [
            Conv2D(6, 5, padding="same", seed=0),
            squash(),
            pool(2),
            Conv2D(16, 5, seed=1),
            squash(),
            pool(2),
            Flatten(),
            Dense(120, seed=2),
            squash(),
            Dense(84, seed=3),
            squash(),
            Dense(10, seed=4),
            Softmax(),
        ]
    )


def compiled_pair(activation, pooling):
    """Returns both networks with the same weights, ready to train."""
    import keras

    from dnnlib.models.lenet import lenet5

    ours = lenet5_from_scratch(activation, pooling)
    ours.build((None, 28, 28, 1))
    ours.compile(Adam(), SparseCategoricalCrossentropy())
    oracle = lenet5((28, 28, 1), activation=activation, pooling=pooling, padding="same")
    oracle.set_weights(ours.get_weights())
    oracle.compile(keras.optimizers.Adam(), "sparse_categorical_crossentropy")
    return {"dnnlib": ours, "Keras": oracle}


def images_per_second(models, x, y, batch_size, repeats):
    """Trains the models in turn.

    Returns:
        Dict from library to images a second.
    """
    arguments = {"batch_size": batch_size, "shuffle": False, "verbose": 0}
    losses = [model.fit(x, y, **arguments).history["loss"][0] for model in models.values()]
    assert abs(losses[0] - losses[1]) < 1e-3 * losses[1], f"the losses differ: {losses}"
    seconds = {name: [] for name in models}
    for _ in range(repeats):
        for name, model in models.items():
            start = time.perf_counter()
            model.fit(x, y, **arguments)
            seconds[name].append(time.perf_counter() - start)
    return {name: len(x) / statistics.median(times) for name, times in seconds.items()}


def main():
    """Prints the table."""
    arguments = parser(__doc__.splitlines()[0], repeats=3)
    arguments.add_argument("--images", type=int, default=2048, help="images in a pass")
    options = arguments.parse_args()
    rng = np.random.default_rng(0)
    x = rng.random((options.images, 28, 28, 1), "float32")
    y = rng.integers(0, 10, options.images)
    print(
        f"LeNet-5 (61,706 parameters), float32, {options.threads} thread(s), {os.cpu_count()} cores; median of "
        f"{options.repeats} passes over {options.images} images"
    )
    with limited(options.threads):
        for name, network in NETWORKS.items():
            for batch_size in (32, 128):
                rates = images_per_second(compiled_pair(*network), x, y, batch_size, options.repeats)
                print(
                    f"  {name}, batch {batch_size:3}: dnnlib {rates['dnnlib']:6,.0f} images/s   Keras "
                    f"{rates['Keras']:6,.0f} images/s   Keras / dnnlib {rates['Keras'] / rates['dnnlib']:.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
