"""What wrong gradients cost a small CNN on the digits: one fault of its backward pass at a time, the same starts.

`python -m tools.experiments.wrong_gradients`
"""

import numpy as np

from dnnlib.datasets.digits import load_digits
from dnnlib.datasets.splits import train_validation_test_split
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.sgd import SGD
from dnnlib.training.sequential import Sequential
from tools.experiments.record import record

SEEDS, EPOCHS, RATES = range(10), 20, (0.1, 0.3)


class WithOtherKernel(Conv2D):
    """Sends its gradient back through another kernel than the one that was used forward."""

    def other(self, kernel):
        raise NotImplementedError

    def backward(self, grad):
        padded, kernel, *rest = self.cache
        self.cache = padded, self.other(kernel), *rest  # the kernel's own gradient does not depend on it
        return super().backward(grad)


class Unflipped(WithOtherKernel):
    def other(self, kernel):
        return kernel[::-1, ::-1]


class Unrelated(WithOtherKernel):
    """A random kernel, drawn once, of the size of the first weights."""

    def other(self, kernel):
        if not hasattr(self, "drawn"):
            self.drawn = np.random.default_rng(9).standard_normal(kernel.shape) * np.sqrt(2 / kernel[..., 0].size)
        return self.drawn.astype(kernel.dtype)


class Silent(WithOtherKernel):
    """No gradient at all reaches what comes before."""

    def other(self, kernel):
        return np.zeros_like(kernel)


class ToAllPositive(MaxPooling2D):
    """The gradient of a window goes to every input that is bigger than zero."""

    def backward(self, grad):
        x, taps, _ = self.cache
        dx = np.zeros_like(x)
        for tap in taps:
            dx[tap] += np.where(x[tap] > 0, grad, 0)
        return self._crop(dx)


class Subtracted(Conv2D):
    """The bias's gradient has the sign that it would have if the bias were subtracted."""

    def backward(self, grad):
        dx = super().backward(grad)
        self.grads["bias"] = -self.grads["bias"]
        return dx


# What stands for the first convolution, the pooling and the second convolution.
KINDS = {
    "right": (Conv2D, MaxPooling2D, Conv2D),
    "kernel not flipped": (Conv2D, MaxPooling2D, Unflipped),
    "to all that is bigger than zero": (Conv2D, ToAllPositive, Conv2D),
    "minus b": (Subtracted, MaxPooling2D, Subtracted),
    "an unrelated kernel": (Conv2D, MaxPooling2D, Unrelated),
    "nothing": (Conv2D, MaxPooling2D, Silent),
}


def trained(kind, rate, seed, training, held):
    first, pooling, second = KINDS[kind]
    he = {"kernel_initializer": "he_normal"}
    layers = [first(8, 3, padding=1, seed=100 * seed, **he), ReLU(), pooling(2)]
    layers += [second(16, 3, 2, 1, seed=100 * seed + 1, **he), ReLU(), Flatten(), Dense(10, seed=100 * seed + 2)]
    model = Sequential(layers)
    model.compile(SGD(rate), SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    history = model.fit(*training, epochs=EPOCHS, seed=seed, verbose=0, validation_data=held).history
    return {
        "loss": [round(value, 4) for value in history["loss"]],
        "right": round(history["val_accuracy"][-1] * len(held[1])),
    }


def main():
    training, held, _ = train_validation_test_split(*load_digits(), seed=0)
    runs = [
        {"kind": kind, "rate": rate, "runs": [trained(kind, rate, seed, training, held) for seed in SEEDS]}
        for rate in RATES
        for kind in KINDS
    ]
    record({"held-out digits": len(held[1]), "epochs": EPOCHS, "seeds": len(SEEDS), "kinds": runs})


if __name__ == "__main__":
    main()
