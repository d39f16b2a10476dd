"""Learning curves."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from dnnlib.plots import style


def learning_curves(history, ax, metric="loss", title=None):
    """Draws one metric over the epochs, for training and (where it was measured) validation.

    Args:
        history: A dict of lists such as {"loss": …, "val_loss": …}, or what Keras's `fit` returns.
        ax: The Axes to draw on.
        metric: The key to draw; its validation key is "val_" + metric.
        title: Text above the curves.

    Returns:
        The Axes. The best validation epoch is marked: the smallest loss or error, the largest of anything else.

    Raises:
        ValueError: If `history` lacks the metric.
    """
    history = getattr(history, "history", history)
    if metric not in history:
        raise ValueError(f"metric: expected one of {sorted(history)}, received {metric!r}")
    curves = [("training", metric, style.BLUE, "-"), ("validation", f"val_{metric}", style.RUST, (0, (4, 1.5)))]
    for label, key, color, dashes in curves:
        if key in history:
            values = np.asarray(history[key], dtype=float)
            ax.plot(np.arange(1, len(values) + 1), values, color=color, linestyle=dashes, label=label)
    if np.isfinite(history.get(f"val_{metric}", [])).any():  # a run that diverged has no best epoch
        _mark_best(np.asarray(history[f"val_{metric}"], dtype=float), metric, ax)
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if title:
        ax.set_title(title)
    ax.legend()
    return ax


def _mark_best(values, metric, ax):
    falling = any(word in metric for word in ("loss", "error", "entropy"))
    best = int(np.nanargmin(values) if falling else np.nanargmax(values))
    ax.plot(best + 1, values[best], "o", color=style.RUST, label=f"best: epoch {best + 1}")
