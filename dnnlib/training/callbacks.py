"""What `fit` calls while it trains: the hooks, the history, and early stopping."""

from dnnlib.validation import check_integer, check_number


class Callback:
    """Does something at fixed moments of `fit`. Subclasses override the hooks that they need, named as in Keras.

    `self.model` is the model in training; `self.model.stop_training = True` ends it after the current step or epoch.
    `logs` is a dict of what was measured: at the end of a batch the means over the epoch so far, at the end of an
    epoch those of the whole epoch and the validation's, under names such as "loss" and "val_loss".
    """

    model = None

    def set_model(self, model):
        """Is called by `fit` before all else."""
        self.model = model

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before each epoch; the first is 0."""

    def on_epoch_end(self, epoch, logs=None):
        """After each epoch and its validation."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before each step; the first of an epoch is 0."""

    def on_train_batch_end(self, batch, logs=None):
        """After each step."""


class History(Callback):
    """Records what `fit` measured. Every `fit` has one and returns it.

    `history` maps each quantity to its value after every epoch; `epoch` lists the epochs, from 0.
    """

    def __init__(self):
        self.epoch = []
        self.history = {}

    def on_train_begin(self, logs=None):
        """Counts epochs anew."""
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        """Adds one epoch's values."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class EarlyStopping(Callback):
    """Stops training when a quantity has not improved for `patience` epochs in a row.

    Args:
        monitor: The quantity's name in the history.
        min_delta: By how much it must be better than the best so far to count as an improvement.
        patience: Epochs without an improvement after which training stops; 0 and 1 stop at the first one.
        mode: Whether smaller ("min") or larger ("max") is better; "auto" knows losses and accuracies by their names.
        restore_best_weights: Whether the weights of the best epoch come back when training ends, stopped or not;
            otherwise those of the last epoch stay.

    Raises:
        ValueError: If an argument is out of range, "auto" does not know the quantity, or `fit` does not measure it.

    Source: Prechelt (1998), Early stopping - but when?, section 2.
    """

    def __init__(self, monitor="val_loss", min_delta=0, patience=0, mode="auto", restore_best_weights=False):
        check_number(min_delta, "min_delta", "a number of at least 0", lambda delta: delta >= 0)
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = check_integer(patience, "patience", minimum=0)
        self.sign = _sign(mode, monitor)
        self.restore_best_weights = restore_best_weights
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        """Forgets an earlier training."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        """Compares this epoch with the best so far."""
        if self.monitor not in (logs or {}):
            missing = "; give fit validation_data" if self.monitor.startswith("val_") else ""
            raise ValueError(f"monitor: expected one of {', '.join(logs or {})}, received {self.monitor!r}{missing}")
        value = self.sign * logs[self.monitor]
        self.wait += 1
        if self.best is None or value - self.min_delta > self.sign * self.best:
            self.best, self.best_epoch, self.wait = logs[self.monitor], epoch, 0
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
        elif self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Brings the best epoch's weights back, if asked to."""
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)


def _sign(mode, monitor):
    """Returns 1 where larger is better, -1 where smaller is."""
    if mode not in ("auto", "min", "max"):
        raise ValueError(f"mode: expected auto, min or max, received {mode!r}")
    quantity = monitor.removeprefix("val_")
    if mode == "auto" and quantity not in ("loss", "accuracy"):
        raise ValueError(f"mode: expected min or max, since auto doesn't know which is better of {monitor!r}")
    return 1 if mode == "max" or (mode == "auto" and quantity == "accuracy") else -1
