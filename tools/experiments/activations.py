"""Which activation, how deep, how fast, from which start; and which loss behind which output: digits, small networks.

Seeds share their first weights and the order of their batches, so that all comparisons are paired; every activation
and every output is tried at several learning rates. `python -m tools.experiments.activations`
"""

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.dense import Dense
from dnnlib.layers.elu import ELU
from dnnlib.layers.gelu import GELU
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.silu import SiLU
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.categorical_crossentropy import CategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

X, Y = load_digits()
(TRAIN, LABELS), _, (TEST, ANSWERS) = train_validation_test_split(X.reshape(len(X), -1), Y, seed=0)
TARGETS = np.eye(10, dtype="float32")[LABELS]
ACTIVATIONS = {
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "ReLU": ReLU,
    "leaky ReLU": lambda: LeakyReLU(0.1),
    "ELU": ELU,
    "GELU": GELU,
    "SiLU": SiLU,
}


class CentredSigmoid(Sigmoid):
    """The sigmoid less one half: the same slopes, another mean."""

    def forward(self, x, training=False):
        """Computes the output; the cache stays that of the sigmoid, whose derivative is the same."""
        return super().forward(x, training) - self.dtype.type(0.5)


def network(activation, depth, width, seed, rule="glorot_uniform", last=()):
    """Returns a built network of equal hidden layers, ten scores, and what follows them."""
    layers = []
    for place in range(depth):
        layers += [Dense(width, kernel_initializer=rule, seed=100 * seed + place), activation()]
    net = Sequential([*layers, Dense(10, seed=100 * seed + 99), *last])
    net.build((None, 64))
    return net


def trained(net, rate, loss, epochs, seed):
    """Trains by plain stochastic gradient descent; returns the training loss and the count of right test answers.

    The loss is None where the numbers overflowed on the way; the network then answers nothing.
    """
    net.compile(SGD(rate), loss)
    with np.errstate(all="ignore"):
        try:
            net.fit(TRAIN, TARGETS, 32, epochs, verbose=0, seed=seed)
            value = float(net.evaluate(TRAIN, TARGETS, 1000))
            right = int(np.sum(net.predict(TEST, 1000).argmax(axis=1) == ANSWERS))
        except ValueError:  # a layer refuses NaN
            return {"loss": None, "right": 0}
    return {"loss": value if np.isfinite(value) else None, "right": right}


def scores():
    """Returns the loss of a softmax, from the scores before it."""
    return CategoricalCrossentropy(from_logits=True)


def depth(seeds=8, epochs=20):
    """Every activation in networks of 1 to 8 hidden layers of 32 units."""
    rows = []
    for name, activation in ACTIVATIONS.items():
        for layers in (1, 2, 4, 8):
            for rate in (0.3, 1.0, 3.0) if layers < 4 or name == "sigmoid" else (0.03, 0.1, 0.3):
                nets = (network(activation, layers, 32, seed) for seed in range(seeds))
                runs = [trained(net, rate, scores(), epochs, seed) for seed, net in enumerate(nets)]
                rows.append({"activation": name, "depth": layers, "rate": rate} | columns(runs))
            print(rows[-1], flush=True)
    return rows


def centre(seeds=10, epochs=20):
    """The sigmoid and the same sigmoid less one half, from networks that compute the same function at the start."""
    rows = []
    for layers in (1, 2, 3):
        for rate in (0.3, 1.0, 2.0, 3.0):
            for name, activation in (("sigmoid", Sigmoid), ("centred", CentredSigmoid)):
                runs = []
                for seed in range(seeds):
                    net = network(activation, layers, 32, seed)
                    if name == "sigmoid":  # the biases take the half away again
                        for layer in net.layers[2::2]:
                            layer.params["bias"][:] = -layer.params["kernel"].sum(axis=0) / 2
                    runs.append(trained(net, rate, scores(), epochs, seed))
                rows.append({"activation": name, "depth": layers, "rate": rate} | columns(runs))
            print(rows[-1], flush=True)
    return rows


def switched_off(net):
    """Returns the share of the hidden units that are at or below zero for every training example."""
    return float(np.mean((net.layers[0].forward(TRAIN) <= 0).all(axis=0)))


def dead(seeds=10, epochs=10):
    """ReLU and two leaks over learning rates, from the usual start and with all biases at -2."""
    rows = []
    for slope in (0, 0.01, 0.1):
        for bias in (0, -2):
            for rate in (0.3, 1.0, 1.4, 2.0, 3.0):
                runs = []
                for seed in range(seeds):
                    net = network(lambda slope=slope: LeakyReLU(slope), 1, 64, seed, "he_normal")
                    net.layers[0].params["bias"][:] = bias
                    before = switched_off(net)
                    run = trained(net, rate, scores(), epochs, seed)
                    off = None if run["loss"] is None else switched_off(net)
                    runs.append(run | {"off at the start": before, "off": off})
                rows.append({"slope": slope, "bias": bias, "rate": rate} | columns(runs))
            print(rows[-1], flush=True)
    return rows


OUTPUTS = {
    "softmax, cross-entropy": ((), scores),
    "softmax, squared error": ((Softmax,), MeanSquaredError),
    "sigmoids, binary cross-entropy": ((), lambda: BinaryCrossentropy(from_logits=True)),
    "softmax twice, cross-entropy": ((Softmax,), scores),
}


def outputs(seeds=12, epochs=20):
    """Four pairs of output and loss, from the usual start and from one that is sure and wrong: scores times 8."""
    rows = []
    for name, (last, loss) in OUTPUTS.items():
        for scale in (1, 8):
            for rate in (0.1, 0.3, 1.0, 3.0, 10.0):
                runs = []
                for seed in range(seeds):
                    net = network(ReLU, 1, 32, seed, "he_normal", [layer() for layer in last])
                    net.layers[2].params["kernel"] *= scale
                    runs.append(trained(net, rate, loss(), epochs, seed))
                rows.append({"output": name, "scale": scale, "rate": rate} | columns(runs))
            print(rows[-1], flush=True)
    return rows


def columns(runs):
    """Turns dicts of one run each into a dict of lists."""
    return {key: [run[key] for run in runs] for key in runs[0]}


def main():
    """Measures everything and stores it."""
    measured = {function.__name__: function() for function in (depth, centre, dead, outputs)}
    record({"examples": len(TRAIN), "of": len(ANSWERS)} | measured)


if __name__ == "__main__":
    main()
