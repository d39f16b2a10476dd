"""The training loop: mini-batches, a step for each, and a history of what was measured."""

from math import ceil, prod

import numpy as np

from dnnlib.progress import end_progress, show_progress
from dnnlib.training.callbacks import History
from dnnlib.validation import check_integer, check_methods


def accuracy(y_true, y_pred):
    """Returns the share of examples whose largest prediction is the true class.

    Args:
        y_true: Integer labels, shape (batch,) or (batch, 1), or one-hot rows shaped like `y_pred`.
        y_pred: Scores or probabilities, shape (batch, classes).

    Raises:
        ValueError: If there is one class only, or not one label for each example.
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if (
        y_pred.ndim < 2
        or y_pred.shape[-1] < 2
        or (y_true.shape != y_pred.shape and y_true.size != prod(y_pred.shape[:-1]))
    ):
        raise ValueError(
            "accuracy: expected predictions of shape (batch, classes) with two classes or more and one "
            f"label for each example, received shapes {y_pred.shape} and {y_true.shape}"
        )
    labels = y_true.argmax(axis=-1) if y_true.shape == y_pred.shape else y_true.reshape(y_pred.shape[:-1])
    return float(np.mean(y_pred.argmax(axis=-1) == labels))


METRICS = {"accuracy": accuracy}


class Trainer:
    """Trains anything that has `forward`, `backward`, `params` and `grads`. Methods and arguments as in Keras.

    `regularizers` are the penalties on parameters, under the keys of `params`. As in Keras they are part of the
    loss wherever it is reported, in training and in `evaluate`, and of the gradients that `fit` steps along.
    `activity_losses` are the penalties on what layers passed on in the last `forward`; their gradients are part of
    `backward`.
    `output_mask` says which times of the last output count, booleans (batch, time), or is None if all do: the loss and
    the metrics are means over these alone.
    """

    optimizer = loss = None
    metrics = {}
    regularizers = {}
    activity_losses = ()
    output_mask = None
    stop_training = False

    def compile(self, optimizer, loss, metrics=()):
        """Chooses how to train.

        Args:
            optimizer: E.g. `Adam()`.
            loss: E.g. `SparseCategoricalCrossentropy()`.
            metrics: What to measure beside the loss: "accuracy", or functions (y_true, y_pred) -> number.

        Raises:
            ValueError: If one of them is a name that is not known here, or a class in place of an object.
        """
        check_methods(optimizer, ("apply",), "optimizer", "Adam()")
        check_methods(loss, ("forward", "backward"), "loss", "MeanSquaredError()")
        if unknown := [metric for metric in metrics if not callable(metric) and metric not in METRICS]:
            raise ValueError(f"metrics: expected {', '.join(METRICS)} or functions, received {unknown[0]!r}")
        self.optimizer, self.loss = optimizer, loss
        self.metrics = {getattr(metric, "__name__", metric): METRICS.get(metric, metric) for metric in metrics}

    def train_on_batch(self, x, y):
        """Takes one optimizer step on one batch.

        Returns:
            A dict of the loss and the metrics before the step.
        """
        self._check_compiled()
        y_pred = self.forward(x, training=True)
        values = self._measure(y, y_pred)
        self.backward(self._spread(self.loss.backward()))
        grads, params = dict(self.grads), self.params
        for name, penalty in self.regularizers.items():
            grads[name] = grads[name] + penalty.gradient(params[name])
        self.optimizer.apply(list(grads.values()), list(params.values()))
        return values

    @property
    def losses(self):
        """The penalties, a number for each regularized parameter, then those on activities.

        The loss reported is the data's plus their sum.
        """
        params = self.params
        return [penalty(params[name]) for name, penalty in self.regularizers.items()] + [*self.activity_losses]

    def fit(
        self,
        x,
        y,
        batch_size=32,
        epochs=1,
        verbose=2,
        validation_data=None,
        shuffle=True,
        seed=None,
        callbacks=(),
    ):
        """Trains for a number of passes over the data.

        Args:
            x: Inputs, shape (examples, ...).
            y: Targets, one for each example.
            batch_size: Examples in a step; the last batch of an epoch may be smaller.
            epochs: Passes over the data.
            verbose: 0 prints nothing, 1 a progress bar, 2 one line an epoch (without timings, so that stored
                outputs do not change).
            validation_data: (x, y), measured after each epoch.
            shuffle: Whether each epoch takes the examples in a new random order.
            seed: Seed of that order.
            callbacks: Objects such as `EarlyStopping()`, whose hooks are called in this order.

        Returns:
            A `History`: `history["loss"]` etc., one value an epoch. A training value is the mean over the
            epoch's batches (each measured before its step, weighted by its size), as in Keras.

        Raises:
            RuntimeError: If the model is not compiled.
            ValueError: If `x` and `y` (or those of `validation_data`) differ in length, or a number is out of range;
                or if `callbacks` is no list of callbacks.
        """
        self._check_compiled()
        x, y = _examples(x, y)
        if validation_data is not None:
            validation_data = _validation(validation_data)
        check_integer(batch_size, "batch_size")
        check_integer(epochs, "epochs", minimum=0)
        callbacks, history = _with_history(callbacks)
        rng, values, self.stop_training = np.random.default_rng(seed), {}, False
        for callback in callbacks:
            callback.set_model(self)
            callback.on_train_begin()
        for epoch in range(epochs):
            for callback in callbacks:
                callback.on_epoch_begin(epoch)
            order = rng.permutation(len(x)) if shuffle else np.arange(len(x))
            title = f"Epoch {epoch + 1}/{epochs}"
            values = self._run_epoch(x, y, order, batch_size, title if verbose == 1 else None, callbacks)
            if validation_data is not None:
                measured = self.evaluate(*validation_data, batch_size=batch_size, return_dict=True)
                values |= {f"val_{name}": value for name, value in measured.items()}
            for callback in callbacks:
                callback.on_epoch_end(epoch, values)
            if verbose:
                (end_progress if verbose == 1 else print)(f"{title} - {_text(values)}")
            if self.stop_training:
                break
        for callback in callbacks:
            callback.on_train_end(values)
        return history

    def _run_epoch(self, x, y, order, batch_size, title, callbacks):
        means = Means()
        steps = ceil(len(x) / batch_size)
        for step in range(steps):
            for callback in callbacks:
                callback.on_train_batch_begin(step)
            batch = order[step * batch_size : (step + 1) * batch_size]
            means.add(self.train_on_batch(x[batch], y[batch]), len(batch))
            for callback in callbacks:
                callback.on_train_batch_end(step, means.values())
            if title:
                show_progress(title, step + 1, steps, _text(means.values()))
            if self.stop_training:
                break
        return means.values()

    def evaluate(self, x, y, batch_size=32, return_dict=False):
        """Measures the loss and the metrics.

        Args:
            x: Inputs, shape (examples, ...).
            y: Targets, one for each example.
            batch_size: Examples computed at once.
            return_dict: Whether to return a dict by name; otherwise [loss, metrics ...], or the loss alone.

        Returns:
            Means over the examples; the loss in the loss's unit, with the penalties on the weights.

        Raises:
            RuntimeError: If the model is not compiled.
            ValueError: If `x` and `y` differ in length.
        """
        self._check_compiled()
        x, y = _examples(x, y)
        means = Means()
        for start in range(0, len(x), check_integer(batch_size, "batch_size")):
            batch = slice(start, start + batch_size)
            means.add(self._measure(y[batch], self.forward(x[batch])), len(x[batch]))
        values = means.values()
        return values if return_dict else (list(values.values()) if self.metrics else values["loss"])

    def predict(self, x, batch_size=32):
        """Returns the outputs for all inputs, computed `batch_size` at once."""
        (x,), size = _examples(x), check_integer(batch_size, "batch_size")
        return np.concatenate([self.forward(x[start : start + size]) for start in range(0, len(x), size)])

    def _measure(self, y, y_pred):
        if self.output_mask is not None:
            if np.shape(y)[:2] != self.output_mask.shape:
                raise ValueError(
                    f"the model's output has a mask: expected a target for each time, (batch, time) = "
                    f"{self.output_mask.shape}, received targets of shape {np.shape(y)}"
                )
            y, y_pred = np.asarray(y)[self.output_mask], y_pred[self.output_mask]
        values = {"loss": self.loss.forward(y, y_pred) + sum(self.losses)}
        return values | {name: metric(y, y_pred) for name, metric in self.metrics.items()}

    def _spread(self, grad):
        """Returns the gradient at the times that count, and zeros at the others: backward of the mask in `_measure`."""
        if self.output_mask is None:
            return grad
        spread = np.zeros((*self.output_mask.shape, *grad.shape[1:]), grad.dtype)
        spread[self.output_mask] = grad
        return spread

    def _check_compiled(self):
        if self.optimizer is None:
            raise RuntimeError("call compile(optimizer, loss) first")


class Means:
    """Running means over batches, weighted by the number of examples."""

    def __init__(self):
        self.sums, self.examples = {}, 0

    def add(self, values, examples):
        """Adds one batch's mean values."""
        self.examples += examples
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0) + value * examples

    def values(self):
        """Returns the means so far, by name."""
        return {name: value / self.examples for name, value in self.sums.items()}


def _text(values):
    return " - ".join(f"{name}: {value:.4f}" for name, value in values.items())


def _examples(*arrays):
    """Returns inputs (and targets) as arrays; checks that there are any, and one target for each example."""
    arrays = [np.asarray(array) for array in arrays]
    shapes = [array.shape for array in arrays]
    if () in shapes or len({shape[0] for shape in shapes}) > 1 or not shapes[0][0]:
        raise ValueError(
            "expected examples along the first axis, one or more, and one target for each; received "
            f"shapes {' and '.join(map(str, shapes))}"
        )
    return arrays


def _with_history(callbacks):
    """Returns the callbacks with a `History` at the end, unless there is one, and that history. As in Keras."""
    hooks = ("set_model", "on_train_begin", "on_epoch_end", "on_train_batch_end")
    if not isinstance(callbacks, (tuple, list)):
        raise ValueError(f"callbacks: expected a list such as [EarlyStopping()], received {callbacks!r}")
    for callback in callbacks:
        check_methods(callback, hooks, "callbacks", "EarlyStopping()")
    history = next((callback for callback in callbacks if isinstance(callback, History)), None)
    return ([*callbacks], history) if history else ([*callbacks, history := History()], history)


def _validation(data):
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        size = f" of length {len(data)}" if hasattr(data, "__len__") else ""
        raise ValueError(f"validation_data: expected a pair (x, y), received {type(data).__name__}{size}")
    return _examples(*data)
