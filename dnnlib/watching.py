"""One line under a cell of a notebook that says how far what is learning there has come."""

import functools
import time
from math import ceil

AT_MOST_EVERY = 0.2  # seconds between two looks at the line


def watch_training():
    """Lets every `fit` in a notebook show how far it has come, under its cell and until the cell has ended.

    For long runs: networks of Keras and of this book show their steps, k-means and t-SNE theirs. What they compute
    stays as it is. Outside a notebook nothing happens; a second call changes nothing.
    """
    shell = _notebook()
    if shell is None or hasattr(watch_training, "line"):
        return
    import keras

    from dnnlib.training.callbacks import Callback
    from dnnlib.training.trainer import Trainer
    from dnnlib.unsupervised.estimator import Estimator

    line = watch_training.line = Line()
    shell.events.register("pre_run_cell", line.start)
    shell.events.register("post_run_cell", line.end)
    keras.Model.fit = _watched(keras.Model.fit, line, keras.callbacks.Callback)
    Trainer.fit = _watched(Trainer.fit, line, Callback)
    Estimator._report = _reporting(Estimator._report, line)


def _notebook():
    """Returns the shell of the notebook that runs this, or None."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None


class Line:
    """The line of a cell: a bar, what is learning, and the time since the cell began. `count` is that of its networks.

    Args:
        show: Called with HTML; shows it in the place of what was shown before in the cell. None: in the notebook.
        clock: Returns seconds.
    """

    def __init__(self, show=None, clock=time.monotonic):
        self._show, self._clock = show or self._in_notebook, clock
        self.start()

    def start(self, info=None):
        """A cell begins."""
        self.began, self.shown, self.count, self.handle = self._clock(), None, 0, None

    def tell(self, name, done, total, text):
        """Says how far something has come.

        Args:
            name: What is learning, e.g. "Sequential".
            done: Steps done.
            total: Steps in all.
            text: What to say behind the bar.
        """
        now = self._clock()
        if self.shown is not None and now - self.shown < AT_MOST_EVERY:
            return
        self.shown = now
        minutes, seconds = divmod(int(now - self.began), 60)
        bar = f'<progress value="{done}" max="{total}" aria-label="{name}"></progress>'
        self._show(f"{bar} {name}: {text} ({minutes}:{seconds:02})")

    def end(self, result=None):
        """The cell has ended, and the line goes."""
        if self.shown is not None:
            self._show("")

    def _in_notebook(self, html):
        from IPython.display import HTML, display

        if self.handle is None:
            self.handle = display(HTML(html), display_id=True)
        else:
            self.handle.update(HTML(html))


def _watched(fit, line, callback):
    """Returns a network's `fit` that tells a line what it has done.

    Args:
        fit: The method; its first arguments are x, y, batch_size, epochs, verbose.
        line: A `Line`.
        callback: The class of callbacks that it calls.
    """

    class Watch(callback):
        def __init__(self, epochs, steps):
            super().__init__()
            self.epochs, self.steps, self.epoch = epochs, steps, 0

        def on_train_begin(self, logs=None):
            line.count += 1
            number = f", number {line.count} of this cell" if line.count > 1 else ""
            self.name = type(self.model).__name__ + number
            self.steps = (getattr(self, "params", None) or {}).get("steps") or self.steps  # Keras knows them

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            done, total = self.epoch * self.steps + batch + 1, self.epochs * self.steps
            line.tell(self.name, done, total, f"epoch {self.epoch + 1} of {self.epochs}")

    @functools.wraps(fit)
    def watched(self, *args, **options):
        given = dict(zip(("x", "y", "batch_size", "epochs"), args, strict=False)) | options
        if len(args) <= 5 and hasattr(given.get("x"), "__len__"):  # else callbacks may be among them, or none can count
            watch = Watch(given.get("epochs", 1), ceil(len(given["x"]) / (given.get("batch_size") or 32)))
            options["callbacks"] = [*(options.get("callbacks") or ()), watch]
        return fit(self, *args, **options)

    return watched


def _reporting(report, line):
    """Returns an estimator's `_report` that tells a line, too."""

    @functools.wraps(report)
    def reporting(self, step, most, text, last=False):
        line.tell(type(self).__name__, step, most, text)
        return report(self, step, most, text, last)

    return reporting
